/* SPDX-License-Identifier: Apache-2.0
 * import apache: RewriteConds, as what a rule asks for.
 *
 * Conditions hold together, those with [OR] in turn; what comes out are the
 * alternatives, each a host, a scheme, a query ..., or an ap_expr.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <apr_lib.h>
#include <apr_strings.h>

#include "import_apache_rewrite.h"
#include "url.h"

void apache_cond(apache_t *apache, const apache_place_t *place,
                 const char *arguments)
{
    apr_pool_t *pool = apache->import->pool;
    apache_cond_t cond = {0};
    const char *flags;
    char *flag, *last;

    cond.test = apache_word(pool, &arguments, 1);
    cond.pattern = cond.test ? apache_word(pool, &arguments, 1) : NULL;
    flags = cond.pattern ? apache_word(pool, &arguments, 1) : NULL;
    if (!cond.pattern) {
        apache_notice(apache, "It has no pattern, and is passed over.");
        return;
    }
    if (*cond.pattern == '!') {
        cond.negated = 1;
        cond.pattern++;
    }
    for (flag = flags ? apr_strtok(apr_pstrdup(pool, flags), "[], ", &last)
                      : NULL;
         flag; flag = apr_strtok(NULL, "[], ", &last)) {
        cond.fold |= !strcasecmp(flag, "NC") || !strcasecmp(flag, "nocase");
        cond.or_next |= !strcasecmp(flag, "OR") || !strcasecmp(flag, "ornext");
    }
    APR_ARRAY_PUSH(place->rewrites->conds, apache_cond_t) = cond;
}

/* -- what a pattern takes -------------------------------------------------- */

/* Whether the condition holds of this value; groups as apache_matches. */
static int holds(apr_pool_t *pool, const apache_cond_t *cond, const char *value,
                 const char **groups)
{
    const char *pattern = cond->pattern;
    int is;

    if (*pattern == '=') {
        pattern += 1;
        pattern = strcmp(pattern, "\"\"") ? pattern : "";
        is = cond->fold ? !strcasecmp(pattern, value) : !strcmp(pattern, value);
    }
    else {
        is = apache_matches(pool, pattern, cond->fold, value, groups) == 1;
    }
    return is != cond->negated;
}

static apache_alt_t *add(apr_array_header_t *alts, const apache_cond_t *cond)
{
    apache_alt_t *alt = apr_array_push(alts);

    memset(alt, 0, sizeof(*alt));
    alt->sets_groups = !cond->negated && cond->pattern[0] != '=';
    return alt;
}

/* -- host ------------------------------------------------------------------ */

static void add_host(import_t *import, apr_array_header_t *alts,
                     const apache_cond_t *cond, const char *name)
{
    apache_alt_t *alt = add(alts, cond);
    const char *groups[10] = {NULL};
    int i;

    alt->host = name;
    if (strncmp(name, "*.", 2) && alt->sets_groups) {
        holds(import->pool, cond, name, groups);
        for (i = 0; i < 10; i++) {
            alt->groups[i] = groups[i] ? groups[i] : "";
        }
    }
}

static int is_any_host(const apache_cond_t *cond)
{
    static const char *const empty[] = {"^$", "=", "=\"\"", "^\\s*$"};
    static const char *const full[] = {
        ".", ".+", "^.+$", "(.+)", "^(.+)$", "^.+", "^(.*)$", "(.*)", ".*"};
    const char *const *rows = cond->negated ? empty : full;
    apr_size_t count = cond->negated ? sizeof(empty) / sizeof(*empty)
                                     : sizeof(full) / sizeof(*full);

    for (apr_size_t i = 0; i < count; i++) {
        if (!strcmp(cond->pattern, rows[i])) {
            return 1;
        }
    }
    return 0;
}

static int host_alts(apache_t *apache, const apache_place_t *place,
                     const apache_cond_t *cond, apr_array_header_t *alts)
{
    import_t *import = apache->import;
    const apr_array_header_t *known = apache_names(apache, place);
    apr_array_header_t *said = apr_array_make(import->pool, 4, sizeof(char *));
    int i, wild = 0, before = alts->nelts;

    if (is_any_host(cond) && !strchr(cond->pattern, '(')) {
        add(alts, cond);
        return 1;
    }
    if (cond->pattern[0] == '=') {
        APR_ARRAY_PUSH(said, const char *) =
            apr_pstrdup(import->pool, cond->pattern + 1);
    }
    else if (!apache_host_names(import->pool, cond->pattern, said)) {
        apr_array_clear(said);
    }
    for (i = 0; i < said->nelts; i++) {
        wild |= !strncmp(APR_ARRAY_IDX(said, i, const char *), "*.", 2);
    }
    for (i = 0; i < known->nelts && (cond->negated || wild || !said->nelts);
         i++) {
        const char *name = APR_ARRAY_IDX(known, i, const char *);

        if (strncmp(name, "*.", 2) && holds(import->pool, cond, name, NULL)) {
            add_host(import, alts, cond, name);
        }
    }
    if (alts->nelts > before) {
        for (i = before; cond->negated && said->nelts == 1 && i < alts->nelts;
             i++) {
            APR_ARRAY_IDX(alts, i, apache_alt_t).excepted =
                APR_ARRAY_IDX(said, 0, const char *);
        }
        return 1;
    }
    for (i = 0; i < said->nelts && !cond->negated; i++) {
        add_host(import, alts, cond, APR_ARRAY_IDX(said, i, const char *));
    }
    if (cond->negated && said->nelts == 1 && !wild) {
        add(alts, cond)->not_host = APR_ARRAY_IDX(said, 0, const char *);
    }
    return alts->nelts > before;
}

/* -- scheme, port, method, path -------------------------------------------- */

static int scheme_alts(apache_t *apache, const apache_cond_t *cond,
                       const char *https, const char *http,
                       apr_array_header_t *alts)
{
    int on = holds(apache->import->pool, cond, https, NULL);
    int off = holds(apache->import->pool, cond, http, NULL);

    if (on || off) {
        add(alts, cond)->scheme = on == off ? SEMR_ANY_SCHEME
                                  : on      ? SEMR_HTTPS
                                            : SEMR_HTTP;
    }
    return 1;
}

static int proxy_scheme_alts(apache_t *apache, const apache_cond_t *cond,
                             apr_array_header_t *alts)
{
    apache_notice(apache,
                  "It reads \"%s\", which a proxy sets. Rules see the "
                  "same with SetEnvIf X-Forwarded-Proto https "
                  "HTTPS=on.",
                  cond->test);
    return scheme_alts(apache, cond, "https", "http", alts);
}

static int port_alts(apache_t *apache, const apache_cond_t *cond,
                     apr_array_header_t *alts)
{
    apr_pool_t *pool = apache->import->pool;
    int plain = holds(pool, cond, "80", NULL);
    int tls = holds(pool, cond, "443", NULL);
    const char *number = cond->pattern + strspn(cond->pattern, "^=");
    long port = strtol(number, NULL, 10);

    if (plain != tls && (plain || !holds(pool, cond, "8080", NULL))) {
        add(alts, cond)->scheme = plain ? SEMR_HTTP : SEMR_HTTPS;
        return 1;
    }
    if (!plain && !tls && !cond->negated && port > 0 && port < 65536) {
        add(alts, cond)->port = (unsigned)port;
        return 1;
    }
    return 0;
}

static int method_alts(apache_t *apache, const apache_cond_t *cond,
                       apr_array_header_t *alts)
{
    static const char *const methods[] = {"GET",   "POST",   "PUT",
                                          "PATCH", "DELETE", "OPTIONS"};
    apr_pool_t *pool = apache->import->pool;
    const char *only = NULL;
    int head = holds(pool, cond, "HEAD", NULL);
    int get = holds(pool, cond, "GET", NULL);

    if (holds(pool, cond, "XYZZY", NULL) || (head && !get)) {
        return 0;
    }
    for (apr_size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++) {
        if (holds(pool, cond, methods[i], NULL)) {
            only = only ? apr_pstrcat(pool, only, ",", methods[i], NULL)
                        : methods[i];
        }
    }
    if (get && !head) {
        apache_notice(apache, "The rule takes HEAD where it takes GET.");
    }
    if (only) {
        add(alts, cond)->only = only;
    }
    return 1;
}

static int uri_alts(apache_t *apache, const apache_cond_t *cond,
                    apr_array_header_t *alts)
{
    apr_pool_t *pool = apache->import->pool;
    const char *regex = cond->pattern;
    apache_alt_t *alt;
    int count, i;

    if (cond->negated && strstr(regex, "well-known") &&
        strstr(regex, "acme-challenge")) {
        add(alts, cond); /* no rule takes these */
        return 1;
    }
    if (*regex == '=') {
        regex =
            apr_pstrcat(pool, "^", apache_quoted(pool, regex + 1), "$", NULL);
    }
    count = apache_groups(regex);
    if (count < 0) {
        return 0;
    }
    alt = add(alts, cond);
    if (cond->negated) {
        alt->ahead = apr_psprintf(
            pool, cond->fold ? "(?!.*(?i:%s))" : "(?!.*(?:%s))", regex);
        alt->ahead_groups = count;
        return 1;
    }
    alt->path = regex;
    alt->path_fold = cond->fold;
    for (i = 0; i <= count && i < 10; i++) {
        alt->groups[i] = apr_psprintf(pool, "$%d", i);
    }
    return 1;
}

static int query_alts(apache_t *apache, const apache_cond_t *cond,
                      apr_array_header_t *alts)
{
    apache_alt_t *alt;
    const char *note = NULL;

    if (cond->negated || cond->pattern[0] == '=') {
        return 0;
    }
    alt = add(alts, cond);
    if (!apache_query(apache->import->pool, cond->pattern, alt, &note)) {
        apr_array_pop(alts);
        return 0;
    }
    if (note) {
        apache_notice(apache, "The query shall be \"%.200s\". %s",
                      cond->pattern, note);
    }
    return 1;
}

/* What is true of every request that a client makes */
static int is_always(apr_pool_t *pool, const apache_cond_t *cond)
{
    const char *test = cond->test;

    if (!strcasecmp(test, "%{ENV:REDIRECT_STATUS}")) {
        return holds(pool, cond, "", NULL);
    }
    return !strcasecmp(test, "%{IS_SUBREQ}") &&
           holds(pool, cond, "false", NULL);
}

/* The ways in which rules say one condition, added to alts; 0: they cannot. */
static int rule_alts(apache_t *apache, const apache_place_t *place,
                     const apache_cond_t *cond, apr_array_header_t *alts)
{
    const char *test = cond->test;

    if (apache_is_test(cond) || strlen(cond->pattern) > APACHE_REGEX_MAX ||
        (cond->pattern[0] != '=' && apache_groups(cond->pattern) < 0)) {
        return 0;
    }
    if (is_always(apache->import->pool, cond)) {
        add(alts, cond);
        return 1;
    }
    if (!strcasecmp(test, "%{HTTP_HOST}") ||
        !strcasecmp(test, "%{SERVER_NAME}") ||
        !strcasecmp(test, "%{HTTP:Host}")) {
        return host_alts(apache, place, cond, alts);
    }
    if (!strcasecmp(test, "%{HTTPS}")) {
        return scheme_alts(apache, cond, "on", "off", alts);
    }
    if (!strcasecmp(test, "%{ENV:HTTPS}")) {
        return scheme_alts(apache, cond, "on", "", alts);
    }
    if (!strcasecmp(test, "%{REQUEST_SCHEME}")) {
        return scheme_alts(apache, cond, "https", "http", alts);
    }
    if (!strcasecmp(test, "%{HTTP:X-Forwarded-Proto}")) {
        return proxy_scheme_alts(apache, cond, alts);
    }
    if (!strcasecmp(test, "%{SERVER_PORT}")) {
        return port_alts(apache, cond, alts);
    }
    if (!strcasecmp(test, "%{REQUEST_METHOD}")) {
        return method_alts(apache, cond, alts);
    }
    if (!strcasecmp(test, "%{REQUEST_URI}")) {
        return uri_alts(apache, cond, alts);
    }
    if (!strcasecmp(test, "%{QUERY_STRING}")) {
        return query_alts(apache, cond, alts);
    }
    return 0;
}

/* -- all of them ----------------------------------------------------------- */

/* The same or none; 0: they are two. */
static int merge_text(const char **to, const char *from)
{
    if (*to && from && strcmp(*to, from)) {
        return 0;
    }
    *to = *to ? *to : from;
    return 1;
}

/* Both hosts; 0: no host is both. */
static int merge_host(const char **to, const char *from)
{
    const char *name = *to, *wild = from;
    apr_size_t len;

    if (!name || !from || !strcmp(name, from)) {
        *to = name ? name : from;
        return 1;
    }
    if (!strncmp(name, "*.", 2)) {
        name = from;
        wild = *to;
    }
    len = strlen(wild) - 1;
    if (strncmp(wild, "*.", 2) || strlen(name) < len ||
        strcmp(name + strlen(name) - len, wild + 1)) {
        return 0;
    }
    *to = name;
    return 1;
}

/* Adds what else is asked to alt; 0: that cannot be. */
static int merge(apr_pool_t *pool, apache_alt_t *alt, const apache_alt_t *more)
{
    if (!merge_host(&alt->host, more->host) ||
        !merge_text(&alt->not_host, more->not_host) ||
        !merge_text(&alt->only, more->only) ||
        (alt->scheme && more->scheme && alt->scheme != more->scheme) ||
        (alt->port && more->port && alt->port != more->port)) {
        return 0;
    }
    alt->excepted = alt->excepted ? alt->excepted : more->excepted;
    alt->scheme = alt->scheme ? alt->scheme : more->scheme;
    alt->port = alt->port ? alt->port : more->port;
    alt->query = alt->query && more->query
                     ? apr_pstrcat(pool, alt->query, "&", more->query, NULL)
                     : (alt->query ? alt->query : more->query);
    alt->condition =
        alt->condition && more->condition
            ? apr_pstrcat(pool, alt->condition, " && ", more->condition, NULL)
            : (alt->condition ? alt->condition : more->condition);
    if (alt->path) { /* what has been the path is looked at ahead now */
        if (more->path) {
            alt->ahead = apr_psprintf(
                pool, alt->path_fold ? "%s(?=.*?(?i:%s))" : "%s(?=.*?(?:%s))",
                alt->ahead ? alt->ahead : "", alt->path);
            alt->ahead_groups += apache_groups(alt->path);
        }
    }
    if (more->ahead) {
        alt->ahead =
            apr_pstrcat(pool, alt->ahead ? alt->ahead : "", more->ahead, NULL);
        alt->ahead_groups += more->ahead_groups;
    }
    if (more->path) {
        alt->path = more->path;
        alt->path_fold = more->path_fold;
    }
    if (more->sets_groups) {
        alt->sets_groups = 1;
        memcpy(alt->groups, more->groups, sizeof(alt->groups));
    }
    return 1;
}

/* Conditions that hold in turn, as alternatives; NULL, and *why: they cannot
 * be said. */
static apr_array_header_t *one_of(apache_t *apache, const apache_place_t *place,
                                  const apache_cond_t *conds, int count,
                                  const char **why)
{
    apr_pool_t *pool = apache->import->pool;
    apr_array_header_t *alts = apr_array_make(pool, 4, sizeof(apache_alt_t));
    const char *all = NULL, *text;
    int told = apache->import->told->nelts, i;

    for (i = 0; i < count && rule_alts(apache, place, conds + i, alts); i++) {
    }
    if (i == count) {
        return alts;
    }
    *why =
        apr_psprintf(pool, "its RewriteCond \"%.100s %s%.200s\"", conds[i].test,
                     conds[i].negated ? "!" : "", conds[i].pattern);
    apache->import->told->nelts = told; /* what was told is no longer so */
    for (i = 0; i < count; i++) {
        text = apache_expr(pool, place, conds + i);
        if (!text) {
            return NULL;
        }
        all = all ? apr_pstrcat(pool, all, " || ", text, NULL) : text;
    }
    apr_array_clear(alts);
    add(alts, conds)->condition =
        count > 1 ? apr_psprintf(pool, "(%s)", all) : all;
    return alts;
}

apr_array_header_t *apache_alternatives(apache_t *apache,
                                        const apache_place_t *place,
                                        const apr_array_header_t *conds,
                                        const char **why)
{
    apr_pool_t *pool = apache->import->pool;
    const apache_cond_t *all = (const apache_cond_t *)conds->elts;
    apr_array_header_t *alts = apr_array_make(pool, 4, sizeof(apache_alt_t));
    apr_array_header_t *some, *both;
    int begin, end, i, j;

    memset(apr_array_push(alts), 0, sizeof(apache_alt_t));
    for (begin = 0; begin < conds->nelts; begin = end + 1) {
        for (end = begin; end + 1 < conds->nelts && all[end].or_next; end++) {
        }
        some = one_of(apache, place, all + begin, end + 1 - begin, why);
        if (!some || all[end].or_next) { /* an [OR] with nothing behind */
            return NULL;
        }
        both = apr_array_make(pool, 4, sizeof(apache_alt_t));
        for (i = 0; i < alts->nelts; i++) {
            for (j = 0; j < some->nelts; j++) {
                apache_alt_t alt = APR_ARRAY_IDX(alts, i, apache_alt_t);

                if (merge(pool, &alt, &APR_ARRAY_IDX(some, j, apache_alt_t))) {
                    APR_ARRAY_PUSH(both, apache_alt_t) = alt;
                }
                if (both->nelts > APACHE_ALTS_MAX) {
                    *why = "the number of its conditions' alternatives";
                    return NULL;
                }
            }
        }
        alts = both;
    }
    return alts;
}
