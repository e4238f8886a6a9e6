/* SPDX-License-Identifier: Apache-2.0
 * What a run finds, for people and as JSON.
 */
#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>

#include "verify_tell.h"

static const char *safe(const char *text, apr_pool_t *pool)
{
    return text ? semr_diag_show(pool, semr_view(text, strlen(text))) : "";
}

/* -- words ----------------------------------------------------------------- */

static const char *answer(int code, const char *location, const char *extra,
                          apr_pool_t *pool)
{
    return apr_psprintf(pool, "%d%s%s%s", code, location ? " " : "",
                        safe(location, pool), extra);
}

const char *verify_tell_wanted(const verify_wanted_t *wanted, apr_pool_t *pool)
{
    if (wanted->code) {
        return answer(wanted->code, wanted->location,
                      wanted->no_store ? ", no-store" : "", pool);
    }
    return wanted->observed_code
               ? apr_pstrcat(pool, "nothing of what is only observed: ",
                             answer(wanted->observed_code, wanted->observed_to,
                                    "", pool),
                             NULL)
               : "no redirect";
}

const char *verify_tell_reply(const verify_reply_t *reply, apr_pool_t *pool)
{
    return reply->failure ? safe(reply->failure, pool)
                          : answer(reply->code, reply->location,
                                   reply->no_store ? ", no-store" : "", pool);
}

/* -- one that is wrong ----------------------------------------------------- */

static void put_text(verify_tell_t *tell, const verify_wrong_t *wrong,
                     int with_kind, apr_pool_t *pool)
{
    semr_out_t *out = tell->cli->out;

    semr_out_printf(out, pool, "%s:%u: %s %s", wrong->file, wrong->line,
                    wrong->method, safe(wrong->url, pool));
    if (with_kind) {
        semr_out_printf(out, pool, ": %s", verify_kind_key(wrong->kind));
    }
    semr_out_printf(out, pool, "\n    expected %s\n    got      %s\n",
                    wrong->expected, wrong->got);
}

static void put_json(verify_tell_t *tell, const verify_wrong_t *wrong,
                     apr_pool_t *pool)
{
    json_t *item = json_object();
    const char *const members[][2] = {{"kind", verify_kind_key(wrong->kind)},
                                      {"file", wrong->file},
                                      {"method", wrong->method},
                                      {"url", wrong->url},
                                      {"expected", wrong->expected},
                                      {"got", wrong->got}};
    int failed = semr_json_set(item, "line", semr_json_number(wrong->line));
    apr_size_t i;

    for (i = 0; i < sizeof(members) / sizeof(*members); i++) {
        failed |= semr_json_set(item, members[i][0],
                                semr_json_string(pool, members[i][1]));
    }
    if (failed) {
        json_decref(item);
        item = NULL;
    }
    cli_json_item(&tell->json, item);
}

static void keep(verify_tell_t *tell, const verify_wrong_t *wrong)
{
    apr_pool_t *pool = tell->cli->pool;
    verify_wrong_t *kept = apr_array_push(tell->first[wrong->kind]);

    *kept = *wrong;
    kept->file = apr_pstrdup(pool, wrong->file);
    kept->method = apr_pstrdup(pool, wrong->method);
    kept->url = apr_pstrdup(pool, wrong->url);
    kept->expected = apr_pstrdup(pool, wrong->expected);
    kept->got = apr_pstrdup(pool, wrong->got);
}

void verify_tell_wrong(verify_tell_t *tell, const verify_wrong_t *wrong,
                       apr_pool_t *pool)
{
    if (tell->counts[wrong->kind]++ >= VERIFY_FIRST && !tell->all) {
        return;
    }
    if (tell->cli->json) {
        put_json(tell, wrong, pool);
    }
    else if (tell->all) {
        put_text(tell, wrong, 1, pool);
    }
    else {
        keep(tell, wrong);
    }
}

void verify_tell_begin(verify_tell_t *tell, verify_plan_t *plan)
{
    int kind;

    memset(tell, 0, sizeof(*tell));
    tell->cli = plan->cli;
    tell->all = plan->all;
    for (kind = 0; kind < VERIFY_KIND_COUNT; kind++) {
        tell->first[kind] =
            apr_array_make(plan->cli->pool, 1, sizeof(verify_wrong_t));
    }
    if (tell->cli->json) {
        cli_json_begin(&tell->json, tell->cli);
        cli_json_list(&tell->json, "wrong");
    }
}

/* -- the end, as JSON ------------------------------------------------------ */

static json_t *object_of(const char *(*key)(int), const apr_uint64_t *counts,
                         int count)
{
    json_t *object = json_object();
    int i, failed = 0;

    for (i = 0; i < count; i++) {
        failed |= semr_json_set(object, key(i), semr_json_number(counts[i]));
    }
    if (failed) {
        json_decref(object);
        return NULL;
    }
    return object;
}

static const char *kind_key(int kind)
{
    return verify_kind_key((verify_kind_t)kind);
}

static const char *skip_key(int skip)
{
    return verify_skip_key((verify_skip_t)skip);
}

static void end_json(verify_tell_t *tell)
{
    const struct {
        const char *key;
        apr_uint64_t value;
    } numbers[] = {
        {"questions", tell->questions}, {"already_right", tell->already},
        {"asked", tell->asked},         {"right", tell->right},
        {"ends", tell->ends},           {"ends_right", tell->ends_right},
        {"retries", tell->retries}};
    cli_json_t *json = &tell->json;
    apr_size_t i;

    cli_json_list_end(json);
    cli_json_put(json, "counts",
                 object_of(kind_key, tell->counts, VERIFY_KIND_COUNT));
    cli_json_put(json, "not_asked",
                 object_of(skip_key, tell->skips, VERIFY_SKIP_COUNT));
    for (i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
        cli_json_put(json, numbers[i].key, semr_json_number(numbers[i].value));
    }
    cli_json_put(json, "stopped",
                 semr_json_string(tell->cli->pool, tell->stopped));
    cli_json_end(json);
}

/* -- the end, for people --------------------------------------------------- */

/* Replies come as they come. */
static int by_place(const void *a, const void *b)
{
    const verify_wrong_t *one = a, *other = b;
    int order = strcmp(one->file, other->file);

    return order ? order
                 : (one->line > other->line) - (one->line < other->line);
}

static void put_group(verify_tell_t *tell, verify_kind_t kind)
{
    apr_pool_t *pool = tell->cli->pool;
    const apr_array_header_t *first = tell->first[kind];
    apr_uint64_t more = tell->counts[kind] - (apr_uint64_t)first->nelts;
    int i;

    if (!tell->counts[kind]) {
        return;
    }
    semr_out_printf(tell->cli->out, pool, "%s (%" APR_UINT64_T_FMT "): %s\n",
                    verify_kind_what(kind), tell->counts[kind],
                    verify_kind_mend(kind));
    qsort(first->elts, (size_t)first->nelts, sizeof(verify_wrong_t), by_place);
    for (i = 0; i < first->nelts; i++) {
        put_text(tell, &APR_ARRAY_IDX(first, i, verify_wrong_t), 0, pool);
    }
    if (more && !tell->all) {
        semr_out_printf(tell->cli->out, pool,
                        "and %" APR_UINT64_T_FMT " more: --all\n", more);
    }
    semr_out_puts(tell->cli->out, "\n");
}

static void put_skips(verify_tell_t *tell)
{
    int skip;

    for (skip = 0; skip < VERIFY_SKIP_COUNT; skip++) {
        if (tell->skips[skip]) {
            semr_out_printf(tell->cli->out, tell->cli->pool,
                            "Not asked (%" APR_UINT64_T_FMT "): %s\n",
                            tell->skips[skip],
                            verify_skip_words((verify_skip_t)skip));
        }
    }
}

static void end_text(verify_tell_t *tell)
{
    semr_out_t *out = tell->cli->out;
    apr_pool_t *pool = tell->cli->pool;
    int kind;

    if (tell->all) {
        semr_out_puts(out, "\n");
    }
    for (kind = 0; kind < VERIFY_KIND_COUNT; kind++) {
        put_group(tell, (verify_kind_t)kind);
    }
    put_skips(tell);
    if (tell->already) {
        semr_out_printf(out, pool,
                        "%" APR_UINT64_T_FMT " were right in an earlier run\n",
                        tell->already);
    }
    semr_out_printf(out, pool,
                    "%" APR_UINT64_T_FMT " asked, %" APR_UINT64_T_FMT
                    " answered right; %" APR_UINT64_T_FMT
                    " ends, %" APR_UINT64_T_FMT " good\n",
                    tell->asked, tell->right, tell->ends, tell->ends_right);
}

void verify_tell_end(verify_tell_t *tell)
{
    if (tell->cli->json) {
        end_json(tell);
    }
    else {
        end_text(tell);
    }
}
