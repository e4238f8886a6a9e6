/* SPDX-License-Identifier: Apache-2.0
 * Requests that ended in 404: counted, kept, told.
 */
#include <apr_general.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include <http_core.h>
#include <http_log.h>
#include <http_protocol.h>

#include "config.h"
#include "exempt.h"
#include "identity.h"
#include "mask.h"
#include "missed.h"
#include "misses.h"
#include "module.h"
#include "origin.h"
#include "registry.h"
#include "suggest.h"

APLOG_USE_MODULE(semredirect);

enum {
    DEFAULT = 100,      /* paths that are kept */
    FRONT = 10,         /* paths on the front page, */
    FRONT_LOOKED = 40,  /* of so many, since some may have a rule by now */
    VIEW = 500,         /* paths on a page of their own, */
    VIEW_BYTES = 180000 /* and about what they may take of it */
};

/* How long suggestions may take, in microseconds */
enum { FRONT_TIME = 20000, VIEW_TIME = 300000 };

/* The block of this configuration; NULL: nothing is counted */
static semr_misses_t *misses;

const char *semr_missed_set(cmd_parms *cmd, void *conf, const char *word)
{
    const char *why = ap_check_cmd_context(cmd, GLOBAL_ONLY);
    semr_server_conf_t *server =
        ap_get_module_config(cmd->server->module_config, &semredirect_module);
    apr_int64_t number;
    char *end;

    (void)conf;
    if (why) {
        return why;
    }
    number = apr_strtoi64(word, &end, 10);
    if (!apr_isdigit(*word) || *end || number > SEMR_MISSES_MOST) {
        return apr_psprintf(cmd->pool,
                            "%s: \"%s\" is no number of paths to keep; write "
                            "one up to %d, or 0 for none",
                            cmd->cmd->name, word, SEMR_MISSES_MOST);
    }
    server->misses = (int)number;
    return NULL;
}

/* -- the block ------------------------------------------------------------- */

/* Its name in the registry carries the version of its layout. */
#define BLOCK "misses.1"

/* What was kept before SemanticRedirectMisses changed */
static void take_over(server_rec *main)
{
    apr_size_t size;
    const void *before = semr_registry_before(main, BLOCK, &size);
    const semr_misses_t *old = before ? semr_misses_open(before) : NULL;

    if (old) {
        semr_misses_merge(misses, old, size, apr_time_sec(apr_time_now()));
    }
}

void semr_missed_start(server_rec *main)
{
    const semr_server_conf_t *conf =
        ap_get_module_config(main->module_config, &semredirect_module);
    int most = conf->misses < 0 ? DEFAULT : conf->misses, is_new;
    apr_uint64_t seed = 0;
    void *block;

    misses = NULL;
    if (!most) {
        semr_registry_drop(main, BLOCK);
        return;
    }
    block = semr_registry_block(main, BLOCK, semr_misses_size(most), &is_new);
    if (block) {
        apr_generate_random_bytes((unsigned char *)&seed, sizeof(seed));
        misses =
            semr_misses_init(block, most, seed, apr_time_sec(apr_time_now()));
    }
    if (!misses) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, main,
                     "mod_semredirect: no shared memory for misses; they are "
                     "not counted");
    }
    else if (is_new) {
        take_over(main);
    }
}

/* -- a request ------------------------------------------------------------- */

/* A virtual host as long as its name and addresses stay, whatever its number
 * is. */
static apr_uint64_t number_of(const server_rec *server)
{
    const server_addr_rec *address;
    apr_uint64_t number = semr_identity_place(
        server->is_virtual ? 1 : 2,
        server->server_hostname ? server->server_hostname : "");

    for (address = server->addrs; address; address = address->next) {
        number =
            semr_identity_place(number + address->host_port,
                                address->virthost ? address->virthost : "");
    }
    return number ? number : 1;
}

/* A rule that says gone with code=404 wants no other. */
static int is_meant(const request_rec *r)
{
    const char *code = apr_table_get(r->subprocess_env, "SEMREDIRECT_CODE");
    const char *stage = apr_table_get(r->subprocess_env, "SEMREDIRECT_STAGE");

    return code && stage && !strcmp(code, "404") &&
           strcmp(stage, semr_stage_name(SEMR_OBSERVE));
}

/* A page that names itself as the one before says nothing. */
static void take_referrer(request_rec *r, semr_miss_hit_t *hit)
{
    const char *header = apr_table_get(r->headers_in, "Referer");
    semr_mask_referrer_t referrer;

    if (!header || !semr_mask_referrer(r->pool, header, &referrer)) {
        return;
    }
    hit->own = semr_origin_is_name(r->server, referrer.host);
    if (!hit->own || !semr_view_equal(referrer.path, hit->path)) {
        hit->referrer = referrer.text;
    }
}

static void record(request_rec *r)
{
    semr_miss_hit_t hit = {number_of(r->server), {NULL, 0}, {NULL, 0}, 0};
    semr_view_t path, query;

    if (!r->unparsed_uri || !semr_url_split(r->unparsed_uri, &path, &query)) {
        return;
    }
    hit.path = semr_mask_path(r->pool, semr_url_path(r->pool, path));
    take_referrer(r, &hit);
    semr_misses_record(misses, &hit, apr_time_sec(apr_time_now()));
}

/* What the client got counts, whoever made it: the last of internal redirects,
 * which an ErrorDocument is, has its status; the first has its address. */
static int log_transaction(request_rec *r)
{
    const request_rec *last = r;

    if (!misses) {
        return DECLINED;
    }
    while (last->next) {
        last = last->next;
    }
    if (last->status != HTTP_NOT_FOUND || r->main || r->prev ||
        r->proxyreq == PROXYREQ_PROXY || is_meant(r) ||
        semr_exempt_status_page(r)) {
        return DECLINED;
    }
    record(r);
    return DECLINED;
}

void semr_missed_register_hooks(void)
{
    ap_hook_log_transaction(log_transaction, NULL, NULL, APR_HOOK_MIDDLE);
}

/* -- telling --------------------------------------------------------------- */

static void find_suggestions(apr_pool_t *pool, const server_rec *server,
                             const semr_snapshot_t *snapshot,
                             semr_suggest_t *suggest, const char *const *paths,
                             int count, semr_suggestion_t *suggestions)
{
    const semr_server_conf_t *conf =
        ap_get_module_config(server->module_config, &semredirect_module);
    const semr_scope_t *scopes[SEMR_SPACES] = {conf->own, conf->inherited};
    const char *name = server->server_hostname ? server->server_hostname : "";
    semr_space_t spaces[SEMR_SPACES];
    int i;

    suggest->spaces = spaces;
    for (i = 0; i < SEMR_SPACES; i++) {
        if (scopes[i]) {
            spaces[suggest->nspaces++] =
                semr_snapshot_sets(snapshot, scopes[i])->space;
        }
    }
    suggest->stage = semr_config_stage(
        ap_get_module_config(server->lookup_defaults, &semredirect_module));
    suggest->now = apr_time_sec(apr_time_now());
    suggest->host = semr_url_fold(pool, semr_view(name, strlen(name)));
    suggest->https = semr_origin_may_be_https(server);
    suggest->port = server->port ? server->port : suggest->https ? 443 : 80;
    semr_suggest(suggest, paths, count, suggestions, pool);
}

/* About what a text takes in HTML */
static apr_size_t bytes_of(const char *text)
{
    apr_size_t bytes = 0;

    for (; text && *text; text++) {
        bytes += apr_isalnum(*text) ? 1 : 6;
    }
    return bytes;
}

static apr_size_t row_bytes(const semr_render_miss_t *row)
{
    enum { TAGS = 500 };

    return TAGS + bytes_of(row->path) + bytes_of(row->referrer) +
           bytes_of(row->nearest) + bytes_of(row->rule) + bytes_of(row->file);
}

static void fill_row(semr_render_miss_t *row, const semr_miss_t *miss,
                     const semr_suggestion_t *suggestion)
{
    row->path = miss->path;
    row->referrer = miss->referrer;
    row->count = miss->count;
    row->first = miss->first;
    row->last = miss->last;
    row->nearest = suggestion->nearest;
    row->why =
        suggestion->reason < 0
            ? NULL
            : semr_suggest_why((semr_suggest_reason_t)suggestion->reason);
    row->rule = suggestion->rule;
    row->file = suggestion->file;
    row->line = suggestion->line;
}

/* Those of list, as far as there is room; the front page has no paths that have
 * a rule by now.  Returns how many. */
static int fill_rows(apr_pool_t *pool, const server_rec *server,
                     const semr_snapshot_t *snapshot,
                     const apr_array_header_t *list, int thorough,
                     semr_render_miss_t *rows)
{
    apr_size_t count = (apr_size_t)list->nelts + 1;
    const char **paths = apr_pcalloc(pool, count * sizeof(*paths));
    semr_suggestion_t *suggestions =
        apr_palloc(pool, count * sizeof(*suggestions));
    semr_suggest_t suggest = {.thorough = thorough};
    apr_size_t bytes = 0;
    int i, filled = 0, most = thorough ? VIEW : FRONT;

    suggest.until = apr_time_now() + (thorough ? VIEW_TIME : FRONT_TIME);
    for (i = 0; i < list->nelts; i++) {
        const semr_miss_t *miss = &APR_ARRAY_IDX(list, i, semr_miss_t);

        paths[i] = miss->cut ? NULL : miss->path;
    }
    find_suggestions(pool, server, snapshot, &suggest, paths, list->nelts,
                     suggestions);
    for (i = 0; i < list->nelts && filled < most && bytes < VIEW_BYTES; i++) {
        if (thorough || suggestions[i].reason != SEMR_SUGGEST_ANSWERED) {
            fill_row(rows + filled, &APR_ARRAY_IDX(list, i, semr_miss_t),
                     suggestions + i);
            bytes += row_bytes(rows + filled++);
        }
    }
    return filled;
}

void semr_missed_tell(apr_pool_t *pool, server_rec *server,
                      const semr_snapshot_t *snapshot,
                      semr_render_model_t *model)
{
    int thorough = model->view == SEMR_RENDER_MISSES;
    apr_uint64_t number = number_of(server);
    apr_array_header_t *list;
    semr_render_miss_t *rows;

    if (!misses || (!thorough && model->view != SEMR_RENDER_FRONT)) {
        return;
    }
    list = semr_misses_list(misses, number, model->now,
                            thorough ? VIEW : FRONT_LOOKED, pool);
    rows = apr_palloc(pool, ((apr_size_t)list->nelts + 1) * sizeof(*rows));
    model->nmisses = fill_rows(pool, server, snapshot, list, thorough, rows);
    model->misses = rows;
    model->misses_kept = semr_misses_kept(misses, number);
    model->missed = semr_misses_total(misses, number);
    model->missed_since = semr_misses_since(misses);
}

apr_uint64_t semr_missed_all(apr_int64_t *since)
{
    *since = misses ? semr_misses_since(misses) : 0;
    return misses ? semr_misses_all(misses) : 0;
}
