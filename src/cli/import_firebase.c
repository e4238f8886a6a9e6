/* SPDX-License-Identifier: Apache-2.0
 * import firebase: hosting.redirects of a firebase.json.
 *
 *     {"source": GLOB | "regex": RE2, "destination": TO, "type": CODE}
 */
#include <string.h>

#include <apr_strings.h>

#include "import_glob.h"
#include "import_path.h"
#include "json.h"
#include "pattern.h"

/* -- where each redirect stands -------------------------------------------- */

enum { DEPTH_MAX = 64 };

/* What a value of the file is */
typedef enum place_t {
    ELSEWHERE,
    ROOT,    /* or a site: an object that may have redirects */
    HOSTING, /* the value of "hosting" */
    LIST     /* the value of "redirects" */
} place_t;

/* What the value of a key is, or, key.p NULL, an item */
static place_t place_in(place_t place, int depth, semr_view_t key)
{
    if (!key.p) {
        return place == HOSTING ? ROOT : ELSEWHERE;
    }
    if ((place == ROOT || place == HOSTING) &&
        semr_view_equal(key, semr_view("redirects", 9))) {
        return LIST;
    }
    return depth == 1 && semr_view_equal(key, semr_view("hosting", 7))
               ? HOSTING
               : ELSEWHERE;
}

/* Walks over JSON that is known to be well-formed, for jansson tells no lines
 */
typedef struct walk_t {
    const char *p;
    unsigned line;
    int depth;
    place_t places[DEPTH_MAX];
    semr_view_t string, key;
} walk_t;

static void pass_string(walk_t *walk)
{
    const char *begin = ++walk->p;

    while (*walk->p != '"') {
        walk->p += *walk->p == '\\' ? 2 : 1;
    }
    walk->string = semr_view(begin, (apr_size_t)(walk->p - begin));
}

static void enter(walk_t *walk, apr_array_header_t *lines)
{
    place_t above = walk->depth > 0 && walk->depth <= DEPTH_MAX
                        ? walk->places[walk->depth - 1]
                        : ELSEWHERE;
    place_t place = walk->depth == 0 ? (*walk->p == '[' ? LIST : ROOT)
                                     : place_in(above, walk->depth, walk->key);

    if (above == LIST && *walk->p == '{') {
        APR_ARRAY_PUSH(lines, unsigned) = walk->line;
    }
    if (walk->depth < DEPTH_MAX) {
        walk->places[walk->depth] = place;
    }
    walk->depth++;
    walk->key = semr_view(NULL, 0);
}

/* The line of each redirect, in the order of the file */
static apr_array_header_t *find_lines(import_t *import)
{
    apr_array_header_t *lines =
        apr_array_make(import->pool, 64, sizeof(unsigned));
    const char *end = import->text.p + import->text.len;
    walk_t walk = {.p = import->text.p, .line = 1};

    for (; walk.p < end; walk.p++) {
        switch (*walk.p) {
        case '\n':
            walk.line++;
            break;
        case '"':
            pass_string(&walk);
            break;
        case ':':
            walk.key = walk.string;
            break;
        case ',':
            walk.key = semr_view(NULL, 0);
            break;
        case '{':
        case '[':
            enter(&walk, lines);
            break;
        case '}':
        case ']':
            walk.depth--;
            break;
        default:
            break;
        }
    }
    return lines;
}

/* -- one redirect ---------------------------------------------------------- */

typedef struct redirect_t {
    import_t *import;
    unsigned line;
    const char *words;
} redirect_t;

#define LEAVE(redirect, ...)                                                   \
    import_leave((redirect)->import, (redirect)->line, (redirect)->words,      \
                 NULL, __VA_ARGS__)

static semr_view_t view_of(const char *text)
{
    return semr_view(text, strlen(text));
}

/* :1 and :name of a regex that has them, as $1 and {name} */
static const char *template_of(import_t *import, const semr_regex_t *regex,
                               semr_view_t to)
{
    const char *text = "";
    apr_size_t i, at = 0;

    for (i = 0; i < to.len; i++) {
        apr_size_t len = 0;
        const char *group = NULL;

        if (to.p[i] == ':' && i + 1 < to.len && to.p[i + 1] >= '0' &&
            to.p[i + 1] <= '9' &&
            to.p[i + 1] - '0' <= semr_regex_groups(regex)) {
            len = 2;
            group = apr_psprintf(import->pool, "$%c", to.p[i + 1]);
        }
        else if (to.p[i] == ':') {
            len = 1 + import_path_name(to.p + i + 1, to.p + to.len, 1);
            group =
                semr_regex_group(regex, semr_view(to.p + i + 1, len - 1)) > 0
                    ? apr_psprintf(import->pool, "{%.*s}", (int)len - 1,
                                   to.p + i + 1)
                    : NULL;
        }
        if (group) {
            text = apr_pstrcat(import->pool, text,
                               import_to(import, semr_view(to.p + at, i - at)),
                               group, NULL);
            at = i + len;
            i = at - 1;
        }
    }
    return apr_pstrcat(import->pool, text,
                       import_to(import, semr_view(to.p + at, to.len - at)),
                       NULL);
}

static const char *with_slashes(apr_pool_t *pool, const char *to)
{
    const char *text = "", *at;

    while ((at = strstr(to, "$1"))) {
        text = apr_pstrcat(pool, text, apr_pstrmemdup(pool, to, at - to), "/$1",
                           NULL);
        to = at + 2;
    }
    return apr_pstrcat(pool, text, to, NULL);
}

/* TO begins with a slash that is not captured: a first group that has the
 * path's own gives it away.  0: it has not. */
static int free_slash(import_t *import, import_move_t *move)
{
    const char *from = move->from, *close;
    int anchored = *from == '^';

    from += anchored;
    if (!strncmp(from, "(.*)", 4)) {
        move->from = apr_pstrcat(import->pool, "^/", from, NULL);
    }
    else if (!strncmp(from, "(/", 2) && !strchr("?*+{", from[2]) &&
             (close = strchr(from, ')')) != NULL && close[1] != '?' &&
             close[1] != '*' && close[1] != '{' &&
             !memchr(from, '|', (apr_size_t)(close - from)) &&
             !memchr(from + 1, '(', (apr_size_t)(close - from - 1))) {
        move->from =
            apr_pstrcat(import->pool, anchored ? "^/(" : "/(", from + 2, NULL);
    }
    else {
        return 0;
    }
    move->to = with_slashes(import->pool, move->to);
    return 1;
}

static void say_regex(redirect_t *redirect, const char *text, semr_view_t to,
                      import_move_t *move)
{
    import_t *import = redirect->import;
    semr_diag_t diag = {NULL};
    semr_regex_t *regex =
        semr_regex_compile(import->pool, view_of(text), 0, 0, &diag);

    if (!regex) {
        LEAVE(redirect, "it cannot be used: %s.", diag.text);
        return;
    }
    move->kind = IMPORT_REGEX;
    move->from = text;
    move->to = template_of(import, regex, to);
    if (!strncmp(move->to, "$1", 2) && !free_slash(import, move)) {
        LEAVE(redirect, "its destination begins with captured text, and might "
                        "lead to any host. Write the slash before the group, "
                        "there and in the regex.");
        return;
    }
    import_move(import, move);
}

static void say_glob(redirect_t *redirect, const char *glob, semr_view_t to,
                     import_move_t *move)
{
    import_path_t path;
    const char *why;

    import_path_init(&path, redirect->import->pool);
    why = import_glob_read(redirect->import, glob, &path);
    if (!why) {
        why = import_path_say(redirect->import, &path, to, move);
    }
    if (why) {
        LEAVE(redirect, "%s", why);
        return;
    }
    import_move(redirect->import, move);
}

static const char *string_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static void read_redirect(redirect_t *redirect, const json_t *object)
{
    const char *glob = string_of(object, "source"), *to,
               *regex = string_of(object, "regex");
    const json_t *type = json_object_get(object, "type");
    import_move_t move = {.line = redirect->line, .words = redirect->words};

    glob = glob ? glob : string_of(object, "glob");
    to = string_of(object, "destination");
    move.code = json_is_integer(type) ? (int)json_integer_value(type) : 301;
    if ((!glob && !regex) || !to || (type && !json_is_integer(type))) {
        LEAVE(redirect, "it lacks a \"source\" or \"regex\", a "
                        "\"destination\", or a \"type\" that is a number.");
        return;
    }
    if (move.code < 301 || move.code > 308) {
        LEAVE(redirect, "%d is no redirect's code. Firebase has 301 and 302.",
              move.code);
        return;
    }
    to = apr_pstrdup(redirect->import->pool, to);
    if (glob) {
        say_glob(redirect, glob, view_of(to), &move);
    }
    else {
        say_regex(redirect, apr_pstrdup(redirect->import->pool, regex),
                  view_of(to), &move);
    }
}

/* -- the file -------------------------------------------------------------- */

static const char *words_of(import_t *import, const json_t *value)
{
    char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    const char *words = semr_diag_show(import->pool, view_of(text ? text : ""));

    free(text);
    return words;
}

static void read_list(import_t *import, const json_t *list,
                      const apr_array_header_t *lines, int *next)
{
    apr_size_t i;
    const json_t *item;

    json_array_foreach(list, i, item)
    {
        redirect_t redirect = {import, 0, words_of(import, item)};

        if (*next > 0) { /* what is no object stands near the last that is */
            redirect.line = APR_ARRAY_IDX(lines, *next - 1, unsigned);
        }
        if (!json_is_object(item)) {
            LEAVE(&redirect, "it is among the redirects, and is no object.");
            continue;
        }
        if (*next < lines->nelts) {
            redirect.line = APR_ARRAY_IDX(lines, *next, unsigned);
            ++*next;
        }
        read_redirect(&redirect, item);
    }
}

/* The lists of value in the order of the file, as find_lines meets them */
static int read_site(import_t *import, json_t *value,
                     const apr_array_header_t *lines, int *next, int is_root)
{
    const char *key;
    json_t *member, *site;
    apr_size_t i;
    int found = 0;

    json_object_foreach(value, key, member)
    {
        if (!strcmp(key, "redirects") && json_is_array(member)) {
            read_list(import, member, lines, next);
            found = 1;
        }
        if (!is_root || strcmp(key, "hosting")) {
            continue;
        }
        found |= read_site(import, member, lines, next, 0);
        json_array_foreach(member, i, site)
        {
            found |= read_site(import, site, lines, next, 0);
        }
    }
    return found;
}

apr_status_t import_read_firebase(import_t *import)
{
    json_error_t error;
    json_t *root = json_loadb(import->text.p, import->text.len,
                              JSON_REJECT_DUPLICATES, &error);
    const apr_array_header_t *lines;
    int next = 0, found;

    if (!root) {
        import_leave(import, 0, "", NULL,
                     "it is no JSON: line %d: %s. Comments, which Firebase "
                     "takes, have to be left out.",
                     error.line,
                     semr_diag_show(import->pool, view_of(error.text)));
        return APR_EINVAL;
    }
    lines = find_lines(import);
    if (json_is_array(root)) {
        read_list(import, root, lines, &next);
        found = 1;
    }
    else {
        found = read_site(import, root, lines, &next, 1);
    }
    json_decref(root);
    if (!found) {
        import_leave(import, 0, "", NULL,
                     "it has no list of \"redirects\", in \"hosting\" or at "
                     "the top: is it a firebase.json?");
        return APR_EINVAL;
    }
    return APR_SUCCESS;
}
