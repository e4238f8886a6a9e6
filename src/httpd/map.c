/* SPDX-License-Identifier: Apache-2.0
 * SemanticRedirectMap, and which maps a configuration has.
 */
#include <stdlib.h>

#include <apr_lib.h>
#include <apr_strings.h>
#include <httpd.h>
#include <http_core.h>
#include <http_log.h>

#include "identity.h"
#include "map_build.h"
#include "module.h"
#include "words.h"

APLOG_USE_MODULE(semredirect);

#define IMAGE "image:"
#define DBD   "dbd:"

enum { REFRESH_MAX = 365 * 24 * 60 * 60 };

/* Those of the configuration that is being read, or is in force */
static apr_array_header_t *maps;

void semr_map_reset(apr_pool_t *pconf)
{
    maps = apr_array_make(pconf, 4, sizeof(semr_map_t *));
}

const apr_array_header_t *semr_map_all(void)
{
    return maps;
}

void semr_map_describe(const semr_map_t *map, apr_uint64_t generation,
                       apr_pool_t *pool, semr_render_map_t *row)
{
    static const char *const kinds[] = {"text", "csv", "image"};
    semr_map_state_t state;

    semr_map_state_read(map->number, &state);
    memset(row, 0, sizeof(*row));
    row->source = map->words.path;
    row->kind = kinds[map->words.kind];
    row->options = *map->words.options ? map->words.options : NULL;
    row->rows = state.rows;
    row->left_out = state.bad;
    row->rules = state.rules;
    row->bytes = state.bytes;
    row->generation = generation;
    row->built = apr_time_sec(state.built);
    row->took = apr_time_as_msec(state.took);
    row->modified = state.source.modified / 1000000000;
    if (state.failed) {
        row->error = apr_pstrdup(pool, state.error);
        row->failed = apr_time_sec(state.failed);
    }
}

/* -- the directive --------------------------------------------------------- */

static int compare_words(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The words, each quoted where it has to be, in one order. */
static const char *normalised(apr_pool_t *pool, const char *args)
{
    apr_array_header_t *words = apr_array_make(pool, 4, sizeof(const char *));
    semr_view_t word;
    semr_diag_t diag;

    while (semr_words_next(&args, pool, &word, &diag) == APR_SUCCESS) {
        APR_ARRAY_PUSH(words, const char *) = semr_words_quote(pool, word);
    }
    if (words->nelts > 1) {
        qsort(words->elts, (size_t)words->nelts, sizeof(const char *),
              compare_words);
    }
    return apr_array_pstrcat(pool, words, ' ');
}

static const char *wrong(cmd_parms *cmd, const char *why)
{
    return apr_pstrcat(cmd->pool, cmd->cmd->name, ": ", why, NULL);
}

/* What SOURCE is: its kind and its path. */
static const char *parse_source(cmd_parms *cmd, const char *source,
                                semr_map_words_t *words)
{
    const char *path = source;

    if (!strncasecmp(source, DBD, sizeof(DBD) - 1)) {
        return wrong(cmd,
                     apr_psprintf(cmd->temp_pool,
                                  "\"%s\": this version reads no database yet; "
                                  "export the rules to a file, and name that",
                                  source));
    }
    words->kind = semr_mapfile_format(source) == SEMR_MAPFILE_CSV
                      ? SEMR_MAP_CSV
                      : SEMR_MAP_TEXT;
    if (!strncasecmp(source, IMAGE, sizeof(IMAGE) - 1)) {
        words->kind = SEMR_MAP_IMAGE;
        path += sizeof(IMAGE) - 1;
    }
    words->path = *path ? ap_server_root_relative(cmd->pool, path) : NULL;
    return words->path
               ? NULL
               : wrong(cmd, apr_psprintf(cmd->temp_pool,
                                         "\"%s\" is no path of a file; write "
                                         "an absolute one, or one relative to "
                                         "ServerRoot",
                                         source));
}

static const char *parse_options(cmd_parms *cmd, const char *args,
                                 semr_map_words_t *words)
{
    semr_diag_t diag;

    args = apr_pstrdup(cmd->pool, args);
    if (semr_rule_defaults_parse(&words->defaults, cmd->pool, args, &diag) !=
        APR_SUCCESS) {
        return wrong(cmd, diag.text);
    }
    words->options = normalised(cmd->pool, args);
    if (words->kind == SEMR_MAP_IMAGE && *words->options) {
        return wrong(
            cmd, apr_psprintf(cmd->temp_pool,
                              "\"%s\" behind a compiled map: its rules have "
                              "their options already; give it when the map is "
                              "compiled",
                              words->options));
    }
    return NULL;
}

const char *semr_map_set(cmd_parms *cmd, void *conf, const char *args)
{
    const char *why;
    semr_map_words_t words = {.file = cmd->directive->filename,
                              .line = (unsigned)cmd->directive->line_num};
    semr_scope_t *scope;
    semr_view_t source;
    semr_diag_t diag;
    apr_status_t status = semr_words_next(&args, cmd->pool, &source, &diag);

    (void)conf;
    if (status != APR_SUCCESS) {
        return wrong(cmd, status == APR_EOF
                              ? "it names no map; write the path of a file"
                              : diag.text);
    }
    why = parse_source(cmd, apr_pstrmemdup(cmd->pool, source.p, source.len),
                       &words);
    why = why ? why : parse_options(cmd, args, &words);
    if (why) {
        return why;
    }
    scope = semr_config_server_scope(cmd);
    if (!scope->map_words) {
        scope->map_words =
            apr_array_make(cmd->pool, 4, sizeof(semr_map_words_t));
    }
    if (scope->map_words->nelts == SEMR_IMAGES_MAX - 1) {
        return wrong(cmd, apr_psprintf(cmd->temp_pool,
                                       "one server can have %d maps; put some "
                                       "into one file",
                                       SEMR_IMAGES_MAX - 1));
    }
    APR_ARRAY_PUSH(scope->map_words, semr_map_words_t) = words;
    return NULL;
}

const char *semr_map_set_refresh(cmd_parms *cmd, void *conf, const char *word)
{
    const char *why = ap_check_cmd_context(cmd, GLOBAL_ONLY);
    semr_server_conf_t *server =
        ap_get_module_config(cmd->server->module_config, &semredirect_module);
    apr_int64_t seconds;
    char *end;

    (void)conf;
    if (why) {
        return why;
    }
    seconds = apr_strtoi64(word, &end, 10);
    if (!apr_isdigit(*word) || *end || seconds > REFRESH_MAX) {
        return wrong(cmd, apr_psprintf(cmd->temp_pool,
                                       "\"%s\" is no number of seconds; write "
                                       "one, as in 5, or 0 for never",
                                       word));
    }
    server->refresh = (int)seconds;
    return NULL;
}

/* -- which maps there are -------------------------------------------------- */

static int same_hosts(const apr_array_header_t *a, const apr_array_header_t *b)
{
    int i;

    if (!a || !b || a == b) {
        return a == b;
    }
    for (i = 0; a->nelts == b->nelts && i < a->nelts; i++) {
        if (strcasecmp(APR_ARRAY_IDX(a, i, const char *),
                       APR_ARRAY_IDX(b, i, const char *))) {
            return 0;
        }
    }
    return a->nelts == b->nelts;
}

/* What tells a map from others, whatever configuration names it. */
static apr_uint64_t place_of(const semr_map_t *map)
{
    static const char *const kinds[] = {"text map", "csv map", "image map"};
    apr_uint64_t place = semr_identity_place(0, kinds[map->words.kind]);
    int i;

    place = semr_identity_place(place, map->words.path);
    place = semr_identity_place(place, map->words.options);
    for (i = 0; map->allow_hosts && i < map->allow_hosts->nelts; i++) {
        place = semr_identity_place(
            place, APR_ARRAY_IDX(map->allow_hosts, i, const char *));
    }
    return place;
}

static semr_map_t *find_map(apr_pool_t *pconf, const semr_map_words_t *words,
                            const apr_array_header_t *hosts)
{
    semr_map_t *map;
    int i;

    for (i = 0; i < maps->nelts; i++) {
        map = APR_ARRAY_IDX(maps, i, semr_map_t *);
        if (map->words.kind == words->kind &&
            !strcmp(map->words.path, words->path) &&
            !strcmp(map->words.options, words->options) &&
            same_hosts(map->allow_hosts, hosts)) {
            return map;
        }
    }
    map = apr_pcalloc(pconf, sizeof(*map));
    map->number = maps->nelts;
    map->words = *words;
    map->allow_hosts = hosts;
    map->place = place_of(map);
    APR_ARRAY_PUSH(maps, semr_map_t *) = map;
    return map;
}

/* A map that a server names twice has nothing to add. */
static void add_map(apr_array_header_t *to, semr_map_t *map)
{
    int i;

    for (i = 0; i < to->nelts; i++) {
        if (APR_ARRAY_IDX(to, i, semr_map_t *) == map) {
            return;
        }
    }
    APR_ARRAY_PUSH(to, semr_map_t *) = map;
}

static void resolve_scope(apr_pool_t *pconf, semr_scope_t *scope)
{
    const semr_server_conf_t *conf =
        ap_get_module_config(scope->server->module_config, &semredirect_module);
    int i;

    scope->maps =
        apr_array_make(pconf, scope->map_words->nelts, sizeof(semr_map_t *));
    for (i = 0; i < scope->map_words->nelts; i++) {
        add_map(scope->maps,
                find_map(pconf,
                         &APR_ARRAY_IDX(scope->map_words, i, semr_map_words_t),
                         conf->allow_hosts));
    }
}

void semr_map_resolve(apr_pool_t *pconf)
{
    const apr_array_header_t *scopes = semr_scope_all();
    int i;

    for (i = 0; i < scopes->nelts; i++) {
        semr_scope_t *scope = APR_ARRAY_IDX(scopes, i, semr_scope_t *);

        if (scope->map_words) {
            resolve_scope(pconf, scope);
        }
    }
}

/* -- apachectl -t ---------------------------------------------------------- */

/* As httpd prints an error in a directive: without time and process. */
#define TELL APLOG_MARK, APLOG_STARTUP | APLOG_ERR, 0, NULL

static void tell_rows(const semr_map_t *map, const apr_array_header_t *rows,
                      const char *what)
{
    int i;

    for (i = 0; i < rows->nelts; i++) {
        const semr_mapfile_told_t *told =
            &APR_ARRAY_IDX(rows, i, semr_mapfile_told_t);

        ap_log_error(TELL, "%s:%u: %s%s", map->words.path, told->line, what,
                     told->text);
    }
}

static int check_map(const semr_map_t *map, apr_pool_t *pool)
{
    semr_map_built_t built;
    semr_diag_t diag;

    if (semr_map_build(map, SEMR_BUILD_CHECK, pool, pool, &built, &diag) !=
        APR_SUCCESS) {
        ap_log_error(TELL, "%s:%u: SemanticRedirectMap: %s", map->words.file,
                     map->words.line, diag.text);
        return !OK;
    }
    tell_rows(map, built.notices, "notice: ");
    tell_rows(map, built.problems, "");
    if (built.bad > (apr_uint64_t)built.problems->nelts) {
        ap_log_error(TELL, "%s: and %" APR_UINT64_T_FMT " more",
                     map->words.path,
                     built.bad - (apr_uint64_t)built.problems->nelts);
    }
    return built.bad ? !OK : OK;
}

int semr_map_check_all(apr_pool_t *parent)
{
    int i, result = OK;

    for (i = 0; i < maps->nelts; i++) {
        apr_pool_t *pool;

        apr_pool_create(&pool, parent);
        if (check_map(APR_ARRAY_IDX(maps, i, semr_map_t *), pool) != OK) {
            result = !OK;
        }
        apr_pool_destroy(pool);
    }
    return result;
}
