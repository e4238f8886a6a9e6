/* SPDX-License-Identifier: Apache-2.0
 * import apache: mod_alias.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <apr_lib.h>
#include <apr_strings.h>

#include "import_apache_kept.h"
#include "url.h"

static semr_view_t view_of(const char *text)
{
    return semr_view(text, strlen(text));
}

int apache_code(const char *word)
{
    static const struct {
        const char *word;
        int code;
    } words[] = {
        {"permanent", 301}, {"temp", 302}, {"seeother", 303}, {"gone", 410}};
    apr_size_t i;

    for (i = 0; i < sizeof(words) / sizeof(*words); i++) {
        if (!strcasecmp(word, words[i].word)) {
            return words[i].code;
        }
    }
    return strlen(word) == 3 && strspn(word, "0123456789") == 3 ? atoi(word)
                                                                : 0;
}

void apache_tell_fragment(apache_t *apache, const char *url)
{
    if (strchr(url, '#') && !strchr(url, '?')) {
        apache_notice(apache, "httpd puts the client's query behind the "
                              "fragment, where no server sees it. The rule "
                              "puts it before.");
    }
}

/* Percent signs as httpd escapes them in what a regex gives, to the query */
static const char *escaped(apr_pool_t *pool, const char *text)
{
    char *copy = apr_palloc(pool, 3 * strlen(text) + 1), *out = copy;

    for (; *text && *text != '?' && *text != '#'; text++) {
        if (*text == '%') {
            memcpy(out, "%25", 3);
            out += 3;
        }
        else {
            *out++ = *text;
        }
    }
    memcpy(out, text, strlen(text) + 1);
    return copy;
}

void apache_tell_encoded(apache_t *apache, const char *text)
{
    for (; (text = strchr(text, '%')) != NULL; text++) {
        if (apr_isxdigit(text[1]) && apr_isxdigit(text[2])) {
            apache_notice(apache,
                          "httpd compares with the decoded path, so that "
                          "\"%.3s\" is never found in one that has blanks "
                          "or the like in its place. The rule is as "
                          "httpd's; write the character itself to mend "
                          "it.",
                          text);
            return;
        }
    }
}

const char *apache_literal_path(apr_pool_t *pool, const char *path)
{
    const char *sign;
    char *encoded = apr_pstrdup(pool, "");

    while ((sign = strchr(path, '%')) != NULL) {
        encoded = apr_pstrcat(
            pool, encoded,
            apr_pstrmemdup(pool, path, (apr_size_t)(sign - path)), "%25", NULL);
        path = sign + 1;
    }
    return apr_pstrcat(pool, encoded, path, NULL);
}

/* -- Redirect -------------------------------------------------------------- */

/* Told once, for a site has hundreds of them */
static void count_doubled(apache_t *apache, const char *from, const char *url)
{
    if (!apache->doubled++) {
        apache->doubled_line = apache->line;
        apache->doubled_words = apache->words;
        apache->doubled_text = apr_psprintf(
            apache->import->pool,
            "httpd sends what is below \"%s\" to \"%s/...\", with two "
            "slashes. The rule has one.",
            from, url);
    }
}

void apache_tell_doubled(const apache_t *apache)
{
    if (apache->doubled) {
        import_notice(
            apache->import, apache->doubled_line, apache->doubled_words,
            apache->doubled == 1 ? "%s" : "%s So it is with %d redirects.",
            apache->doubled_text, apache->doubled);
    }
}

/* TO takes what is below as it stands; httpd's own slashes decide how. */
static void keep_tree(apache_t *apache, const apache_place_t *place,
                      apache_phase_t phase, import_move_t *move,
                      const char *url)
{
    apr_pool_t *pool = apache->import->pool;
    const char *to = import_to(apache->import, view_of(url));
    apr_size_t len = strlen(move->from);
    int from_slash = move->from[len - 1] == '/';
    int to_slash = *to && to[strlen(to) - 1] == '/';

    if (from_slash == to_slash) {
        move->to = apr_pstrcat(pool, to, to_slash ? "*" : "/*", NULL);
        move->ends_slash = from_slash && len > 1;
        apache_keep_within(apache, place, phase, move);
        return;
    }
    if (from_slash) {
        if (!strchr(url + (strncasecmp(url, "http", 4) ? 0 : 8), '/')) {
            apache_leave(apache,
                         "httpd puts what is behind \"%s\" right "
                         "behind the host, so that a client chooses "
                         "the host. End the URL with a slash.",
                         move->from);
            return;
        }
        move->kind = IMPORT_REGEX; /* /a/x goes to /bx */
        move->from = apr_pstrcat(pool, "^", apache_quoted(pool, move->from),
                                 "(.*)$", NULL);
        move->to = apr_pstrcat(pool, to, "$1", NULL);
        apache_keep_within(apache, place, phase, move);
        return;
    }
    move->to = apr_pstrcat(pool, to, "*", NULL);
    move->ends_slash = 1;
    if (!apache_keep_within(apache, place, phase, move)) {
        return;
    }
    count_doubled(apache, move->from, url);
    if (!apache_is_above(pool, place, move->from)) {
        move->kind = IMPORT_EXACT;
        move->ends_slash = 0;
        move->to = to;
        apache_keep_within(apache, place, phase, move);
    }
}

static void keep_redirect(apache_t *apache, const apache_place_t *place,
                          apache_phase_t phase, int code, const char *path,
                          const char *url)
{
    import_move_t move = {.kind = IMPORT_PREFIX, .code = code};

    move.from = apache_literal_path(apache->import->pool, path);
    move.ends_slash = path[strlen(path) - 1] == '/' && path[1];
    apache_tell_encoded(apache, path);
    if (!url) {
        apache_keep_within(apache, place, phase, &move);
    }
    else if (strpbrk(url, "?#")) {
        move.kind = IMPORT_EXACT;
        move.to = import_to(apache->import, view_of(url));
        move.drop_query = strchr(url, '?') != NULL;
        move.ends_slash = 0;
        apache_notice(apache,
                      "httpd puts what is below \"%s\" behind the "
                      "query or fragment of \"%s\". The rule is for "
                      "that path alone.",
                      path, url);
        apache_tell_fragment(apache, url);
        apache_keep_within(apache, place, phase, &move);
    }
    else {
        keep_tree(apache, place, phase, &move, url);
    }
}

/* -- <Location> ------------------------------------------------------------ */

/* Redirect CODE URL in a <Location>: the whole of it, to one URL */
static void keep_location(apache_t *apache, const apache_place_t *place,
                          int code, const char *url)
{
    apr_pool_t *pool = apache->import->pool;
    import_move_t move = {.kind = IMPORT_PREFIX, .code = code};

    if (!place->location) {
        apache_leave(apache, "it names no path, and stands in no <Location> "
                             "of which the path is known.");
        return;
    }
    if (url && strstr(url, "%{")) {
        apache_leave(apache, "its URL is an expression, which rules do not "
                             "have. Write it with a RedirectMatch, or a "
                             "rule for each value.");
        return;
    }
    move.from = place->location;
    move.ends_slash = move.from[1] && move.from[strlen(move.from) - 1] == '/';
    if (url) {
        move.to = import_to(apache->import, view_of(escaped(pool, url)));
        move.drop_query = strchr(url, '?') != NULL;
        apache_tell_fragment(apache, url);
    }
    apache_keep(apache, place, APACHE_LOCATION, &move);
}

/* -- RedirectMatch --------------------------------------------------------- */

/* A backslash stands before a dollar sign that is one. */
static const char *match_to(import_t *import, const char *url)
{
    apr_pool_t *pool = import->pool;
    const char *text = escaped(pool, url), *at = text, *to = "";

    while (*at) {
        apr_size_t len = strcspn(at, "\\");

        if (at[len] == '\\' && at[len + 1] != '$' && at[len + 1] != '&') {
            len++;
        }
        if (len) {
            to = apr_pstrcat(
                pool, to, import_template(import, semr_view(at, len), '$', 0),
                NULL);
            at += len;
        }
        if (at[0] == '\\' && (at[1] == '$' || at[1] == '&')) {
            to = apr_pstrcat(pool, to, at[1] == '$' ? "%24" : "&", NULL);
            at += 2;
        }
    }
    return to;
}

static void keep_match(apache_t *apache, const apache_place_t *place,
                       apache_phase_t phase, int code, const char *regex,
                       const char *url)
{
    import_move_t move = {.kind = IMPORT_REGEX, .code = code, .from = regex};

    if (apache_groups(regex) < 0) {
        apache_leave(apache, "\"%.100s\" is no regular expression.", regex);
        return;
    }
    apache_tell_encoded(apache, regex);
    if (url) {
        move.to = match_to(apache->import, url);
        move.drop_query = strchr(url, '?') != NULL;
        apache_tell_fragment(apache, url);
        apache_lead(apache->import->pool, &move.from, &move.to);
    }
    apache_keep_within(apache, place, phase, &move);
}

/* -- the line -------------------------------------------------------------- */

typedef struct redirect_t {
    int code, has_code, is_match;
    const char *path, *url;
} redirect_t;

/* Returns why it is none, or NULL. */
static const char *read_redirect(apr_pool_t *pool, const char *name,
                                 const char *line, redirect_t *redirect)
{
    const char *words[4];
    int count = 0, i = 0;

    while (count < 4 && (words[count] = apache_word(pool, &line, 0))) {
        count++;
    }
    if (count == 0 || count > 3) {
        return "it has not one to three words behind its name.";
    }
    redirect->is_match = !strcasecmp(name, "RedirectMatch");
    redirect->code = strcasecmp(name, "RedirectPermanent") ? 302 : 301;
    if (strcasecmp(name, "RedirectPermanent") &&
        strcasecmp(name, "RedirectTemp") && apache_code(words[0])) {
        redirect->code = apache_code(words[0]);
        redirect->has_code = 1;
        i = 1;
    }
    if (count - i == 2) {
        redirect->path = words[i];
        redirect->url = words[i + 1];
    }
    else if (count - i == 1 && (redirect->code < 300 || redirect->code > 399)) {
        redirect->path = words[i];
    }
    else if (count - i == 1) {
        redirect->url = words[i];
    }
    else if (count - i > 2) {
        return "the first of its words is no status.";
    }
    return NULL;
}

/* Why httpd, or a rule, does not have it; NULL: they do. */
static const char *refusal(const redirect_t *redirect,
                           const apache_place_t *place)
{
    int redirects = redirect->code >= 300 && redirect->code <= 399;

    if (redirects && redirect->code > 303 && redirect->code != 307 &&
        redirect->code != 308) {
        return "no intent answers that code.";
    }
    if (redirects && !redirect->url) {
        return "it names no URL.";
    }
    if (!redirects && redirect->url) {
        return "httpd has no URL behind that status.";
    }
    if (redirect->is_match && !redirect->path) {
        return "it names no regex.";
    }
    if ((redirect->path && strstr(redirect->path, "${")) ||
        (redirect->url && strstr(redirect->url, "${"))) {
        return "it takes a variable that is not defined in this file. "
               "Write its value.";
    }
    if (redirect->path && !redirect->is_match && redirect->path[0] != '/') {
        return "the path does not begin with a slash, so that httpd never "
               "finds it.";
    }
    if (redirect->path && !redirect->is_match && place->location &&
        strncmp(redirect->path, place->location, strlen(place->location))) {
        return "it is for another path than the <Location> around it.";
    }
    if (redirect->url && redirect->path && !redirect->is_match &&
        redirect->url[0] != '/' && !strstr(redirect->url, "://")) {
        return "what it redirects to is no URL.";
    }
    return NULL;
}

void apache_redirect(apache_t *apache, const apache_place_t *place,
                     const char *name, const char *arguments)
{
    redirect_t redirect = {0};
    const char *why =
        read_redirect(apache->import->pool, name, arguments, &redirect);
    apache_phase_t phase = place->dir || place->location || place->condition
                               ? APACHE_DIR_ALIAS
                               : APACHE_SERVER_ALIAS;

    why = why ? why : place->why_not;
    why = why ? why : refusal(&redirect, place);
    if (why) {
        apache_leave(apache, "%s", why);
    }
    else if (!redirect.path) {
        keep_location(apache, place, redirect.code, redirect.url);
    }
    else if (redirect.is_match) {
        keep_match(apache, place, phase, redirect.code, redirect.path,
                   redirect.url);
    }
    else {
        keep_redirect(apache, place, phase, redirect.code, redirect.path,
                      redirect.url);
    }
}
