/* SPDX-License-Identifier: Apache-2.0
 * import apache: httpd's configuration, its lines and sections.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <apr_lib.h>
#include <apr_strings.h>

#include "import_apache_kept.h"

enum {
    DEPTH_MAX = 64, /* sections within sections */
    LINE_MAX_LEN = 64 * 1024,
    DEFINES_MAX = 1000,
    DEFINE_MAX_LEN = 4096 /* bytes of a value: it may name others */
};

typedef struct section_t {
    const char *name;
    apache_place_t place; /* of what is in it */
} section_t;

typedef struct reader_t {
    apache_t apache;
    semr_view_t rest;
    unsigned number; /* of the last line that was taken */
    int depth, too_deep;
    section_t sections[DEPTH_MAX];
    int is_htaccess;
} reader_t;

/* -- words ----------------------------------------------------------------- */

const char *apache_word(apr_pool_t *pool, const char **line, int raw)
{
    const char *at = *line;
    char *word, *out, quote = 0;

    while (apr_isspace(*at)) {
        at++;
    }
    if (!*at) {
        *line = at;
        return NULL;
    }
    if (*at == '"' || *at == '\'') {
        quote = *at++;
    }
    out = word = apr_palloc(pool, strlen(at) + 1);
    while (*at && (quote ? *at != quote : !apr_isspace(*at))) {
        if (*at == '\\' && raw && !quote && apr_isspace(at[1])) {
            *out++ = *at++; /* an escaped blank is a part of the word */
        }
        else if (*at == '\\' && quote &&
                 (at[1] == quote || (!raw && at[1] == '\\'))) {
            at++;
        }
        *out++ = *at++;
    }
    *out = '\0';
    *line = at + (quote && *at ? 1 : 0);
    return word;
}

/* text on one line, and short enough to be shown */
static const char *shown(apr_pool_t *pool, const char *text)
{
    char *copy = apr_pstrndup(pool, text, 500), *p;

    for (p = copy; *p; p++) {
        if ((unsigned char)*p < ' ' || *p == 0x7F) {
            *p = ' ';
        }
    }
    return copy;
}

/* Whatever it is, it is not lost in silence. */
static char *leave_long(reader_t *reader, unsigned first, semr_view_t head)
{
    apr_pool_t *pool = reader->apache.import->pool;
    const char *words = shown(
        pool, apr_pstrmemdup(pool, head.p, head.len < 500 ? head.len : 500));

    if (words[strspn(words, " ")] != '#') {
        import_leave(reader->apache.import, first, words, NULL,
                     "the line is longer than 64 KiB, and is not read.");
    }
    return apr_pstrdup(pool, "");
}

/* The next line with those that continue it, without blanks around it; NULL at
 * the end. */
static char *next_line(reader_t *reader)
{
    apr_pool_t *pool = reader->apache.import->pool;
    apr_array_header_t *parts = apr_array_make(pool, 1, sizeof(char *));
    semr_view_t line, head = {"", 0};
    unsigned first = 0;
    apr_size_t total = 0;
    int goes_on;
    char *whole, *text;

    do {
        if (!import_line(&reader->rest, &line, &reader->number)) {
            break;
        }
        head = first ? head : line;
        first = first ? first : reader->number;
        goes_on = line.len && line.p[line.len - 1] == '\\';
        total += line.len;
        if (total <= LINE_MAX_LEN) {
            APR_ARRAY_PUSH(parts, const char *) =
                apr_pstrmemdup(pool, line.p, line.len - (apr_size_t)goes_on);
        }
    } while (goes_on);
    if (!first) {
        return NULL;
    }
    if (total > LINE_MAX_LEN) {
        return leave_long(reader, first, head);
    }
    whole = apr_array_pstrcat(pool, parts, 0);
    for (text = whole; *text; text++) { /* a blank as any other */
        *text = apr_isspace(*text) ? ' ' : *text;
    }
    while (apr_isspace(*whole)) {
        whole++;
    }
    for (total = strlen(whole); total && apr_isspace(whole[total - 1]);) {
        whole[--total] = '\0';
    }
    reader->apache.line = first;
    reader->apache.words = shown(pool, whole);
    return whole;
}

/* ${NAME}s that the file defines, as their values */
static const char *substitute(reader_t *reader, const char *line)
{
    apr_pool_t *pool = reader->apache.import->pool;
    const char *sign, *end, *value, *done = "";
    apr_size_t total = 0;

    while ((sign = strstr(line, "${")) != NULL &&
           (end = strchr(sign, '}')) != NULL && total < LINE_MAX_LEN) {
        value = apr_table_get(
            reader->apache.defines,
            apr_pstrmemdup(pool, sign + 2, (apr_size_t)(end - sign - 2)));
        if (!value) { /* of the environment, or a map's */
            value = apr_pstrmemdup(pool, sign, (apr_size_t)(end + 1 - sign));
        }
        done = apr_pstrcat(
            pool, done, apr_pstrmemdup(pool, line, (apr_size_t)(sign - line)),
            value, NULL);
        total = strlen(done);
        line = end + 1;
    }
    return apr_pstrcat(pool, done, line, NULL);
}

/* -- sections -------------------------------------------------------------- */

static void open_section(reader_t *reader, const char *name,
                         const char *arguments)
{
    section_t *section;

    if (reader->depth + 1 == DEPTH_MAX) {
        reader->too_deep++;
        return;
    }
    section = &reader->sections[++reader->depth];
    section->name = name;
    section->place = section[-1].place;
    apache_enter(&reader->apache, &section->place, name, arguments);
}

static void close_section(reader_t *reader, const char *name)
{
    if (reader->too_deep) {
        reader->too_deep--;
    }
    else if (reader->depth &&
             !strcasecmp(reader->sections[reader->depth].name, name)) {
        reader->depth--;
    }
    else {
        apache_notice(&reader->apache, "No such section is open.");
    }
}

/* <NAME words> or </NAME> */
static void read_section(reader_t *reader, const char *line)
{
    apr_pool_t *pool = reader->apache.import->pool;
    int closes = line[1] == '/';
    const char *at = line + 1 + closes;
    apr_size_t len = strcspn(at, " \t>");
    const char *name = apr_pstrmemdup(pool, at, len);
    char *arguments = apr_pstrdup(pool, at + len);
    char *end = strrchr(arguments, '>');

    if (end) {
        *end = '\0';
    }
    if (closes) {
        close_section(reader, name);
    }
    else {
        open_section(reader, name, arguments);
    }
}

/* -- directives ------------------------------------------------------------ */

static void take_names(apache_t *apache, const apache_place_t *place,
                       const char *arguments)
{
    apr_pool_t *pool = apache->import->pool;
    const char *word;
    char *name;

    while ((word = apache_word(pool, &arguments, 0)) != NULL) {
        name = apr_pstrdup(pool, word);
        if (strstr(name, "://")) {
            name = strstr(name, "://") + 3;
        }
        name[strcspn(name, ":/")] = '\0';
        for (char *p = name; *p; p++) {
            *p = (char)apr_tolower(*p);
        }
        if (*name && place->vhost->names->nelts < APACHE_NAMES_MAX &&
            !strpbrk(name, "?") &&
            (!strchr(name, '*') ||
             (!strncmp(name, "*.", 2) && !strchr(name + 1, '*')))) {
            APR_ARRAY_PUSH(place->vhost->names, const char *) = name;
        }
    }
}

static void take_define(apache_t *apache, const char *arguments)
{
    const char *name = apache_word(apache->import->pool, &arguments, 0);
    const char *value =
        name ? apache_word(apache->import->pool, &arguments, 0) : NULL;

    if (name && apr_table_elts(apache->defines)->nelts < DEFINES_MAX &&
        (!value || strlen(value) <= DEFINE_MAX_LEN)) {
        apr_table_set(apache->defines, name, value ? value : "");
    }
}

static void take_base(apr_pool_t *pool, apache_rewrites_t *rewrites,
                      const char *arguments)
{
    const char *base = apache_word(pool, &arguments, 0);

    if (base && *base == '/') {
        rewrites->base = base[strlen(base) - 1] == '/'
                             ? base
                             : apr_pstrcat(pool, base, "/", NULL);
    }
}

static void take_root(apr_pool_t *pool, apache_vhost_t *vhost,
                      const char *arguments)
{
    const char *root = apache_word(pool, &arguments, 0);
    apr_size_t len = root ? strlen(root) : 0;

    if (len > 1) {
        vhost->root = apr_pstrmemdup(pool, root, len - (root[len - 1] == '/'));
    }
}

/* What is no redirect, but tells of them.  1: it was that. */
static int read_setting(apache_t *apache, apache_place_t *place,
                        const char *name, const char *arguments)
{
    apr_pool_t *pool = apache->import->pool;
    const char *copy = arguments, *word;

    if (!strcasecmp(name, "RewriteEngine")) {
        word = apache_word(pool, &copy, 0);
        apache->has_engine = 1;
        place->rewrites->engine = word && !strcasecmp(word, "on");
    }
    else if (!strcasecmp(name, "RewriteBase")) {
        take_base(pool, place->rewrites, arguments);
    }
    else if (!strcasecmp(name, "ServerName") ||
             !strcasecmp(name, "ServerAlias")) {
        take_names(apache, place, arguments);
    }
    else if (!strcasecmp(name, "DocumentRoot")) {
        take_root(pool, place->vhost, arguments);
    }
    else if (!strcasecmp(name, "Define")) {
        take_define(apache, arguments);
    }
    else if (!strcasecmp(name, "UnDefine")) {
        word = apache_word(pool, &copy, 0);
        apr_table_unset(apache->defines, word ? word : "");
    }
    else {
        return 0;
    }
    return 1;
}

static int is_redirect(const char *name)
{
    return !strcasecmp(name, "Redirect") ||
           !strcasecmp(name, "RedirectMatch") ||
           !strcasecmp(name, "RedirectPermanent") ||
           !strcasecmp(name, "RedirectTemp");
}

static void read_directive(reader_t *reader, const char *line)
{
    apache_t *apache = &reader->apache;
    apache_place_t *place = &reader->sections[reader->depth].place;
    const char *name = apache_word(apache->import->pool, &line, 0);

    while (apr_isspace(*line)) {
        line++;
    }
    if (!name) {
        return;
    }
    if (place->ignored) {
        if (is_redirect(name) || !strcasecmp(name, "RewriteRule")) {
            apache_leave(apache,
                         "it stands in an <IfModule> or <IfDefine> that does "
                         "not hold, as this file is read. If it does, take "
                         "the line out of it.");
        }
    }
    else if (reader->too_deep &&
             (is_redirect(name) || !strcasecmp(name, "RewriteRule"))) {
        apache_leave(apache, "it stands in more than 60 sections.");
    }
    else if (is_redirect(name)) {
        apache_redirect(apache, place, name, line);
    }
    else if (!strcasecmp(name, "RewriteCond")) {
        if (place->rewrites->conds->nelts <= APACHE_CONDS_MAX) {
            apache_cond(apache, place, line);
        }
    }
    else if (!strcasecmp(name, "RewriteRule")) {
        apache_rule(apache, place, line);
    }
    else if (!strcasecmp(name, "Include") ||
             !strcasecmp(name, "IncludeOptional") || !strcasecmp(name, "Use")) {
        apache_leave(apache, "what it includes is not read. Import that file, "
                             "too.");
    }
    else {
        read_setting(apache, place, name, line);
    }
}

/* -- the file -------------------------------------------------------------- */

/* Patterns of an .htaccess are relative to its folder. */
static const char *base_of(reader_t *reader)
{
    import_t *import = reader->apache.import;
    const char *name = import->name ? strrchr(import->name, '/') : NULL;

    name = name ? name + 1 : import->name;
    if (import->base && *import->base == '/') {
        return import->base[strlen(import->base) - 1] == '/'
                   ? import->base
                   : apr_pstrcat(import->pool, import->base, "/", NULL);
    }
    return name && strstr(name, "htaccess") ? "/" : NULL;
}

static void tell_internal(const apache_t *apache)
{
    if (apache->internal) {
        import_notice(apache->import, apache->internal_line, "",
                      "%d %s internal rewrites and no redirects. Keep them in "
                      "httpd's configuration.",
                      apache->internal,
                      apache->internal == 1
                          ? "RewriteRule, this one, makes"
                          : "RewriteRules, this one first, make");
    }
}

apr_status_t import_read_apache(import_t *import)
{
    reader_t *reader = apr_pcalloc(import->pool, sizeof(*reader));
    apache_t *apache = &reader->apache;
    apache_place_t *top = &reader->sections[0].place;
    char *line;

    apache->import = import;
    apache->kept = apr_array_make(import->pool, 64, sizeof(apache_kept_t));
    apache->vhosts = apr_array_make(import->pool, 4, sizeof(apache_vhost_t *));
    apache->defines = apr_table_make(import->pool, 4);
    reader->rest = import->text;
    top->vhost = apache_new_vhost(apache);
    top->rewrites = apache_new_rewrites(import->pool);
    top->dir = base_of(reader);
    while ((line = next_line(reader)) != NULL) {
        if (*line == '#') {
            import_comment(import, apache->line,
                           (semr_view_t){line + 1, strlen(line + 1)});
        }
        else if (*line == '<') {
            read_section(reader, substitute(reader, line));
        }
        else if (*line) {
            read_directive(reader, substitute(reader, line));
        }
    }
    apache_give(apache);
    tell_internal(apache);
    apache_tell_doubled(apache);
    return APR_SUCCESS;
}
