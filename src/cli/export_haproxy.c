/* SPDX-License-Identifier: Apache-2.0
 * export haproxy: a map file, and in its comments the lines that ask it.
 */
#include <string.h>

#include <apr_strings.h>

#include "export.h"

static const char *const head[] = {
    "A map file: exact paths of one code. In the frontend or backend:", NULL};

static void begin(export_t *export)
{
    const char *file = export->file ? export->file : "/etc/haproxy/moves.map";

    semr_out_printf(
        export->out, export->cli->pool,
        "#   http-request set-var(txn.to) path,map_str(%s)\n"
        "#   http-request redirect code %d location %%[var(txn.to)]?%%[query] "
        "if { var(txn.to) -m found } { query -m found }\n"
        "#   http-request redirect code %d location %%[var(txn.to)] "
        "if { var(txn.to) -m found }\n",
        file, export->code, export->code);
}

static const char *put_op(export_t *export, int op)
{
    (void)op;
    return export_leave(export, "TO takes something of the URL, which a map "
                                "has no way to say.");
}

/* A line for the configuration, which says what no map does, if one line can
 */
static const char *advice(export_t *export)
{
    const semr_rule_t *rule = export->rule;
    const char *path, *match, *does;

    if (rule->kind != SEMR_PREFIX || rule->host.len || rule->nparams ||
        rule->only.len || rule->to.inserts ||
        rule->policy.intent == SEMR_NONE || !rule->path.len) {
        return "it is no exact path of this code.";
    }
    path = apr_pstrmemdup(export->each, rule->path.p, rule->path.len);
    match = apr_psprintf(export->each, "{ path %s } || { path_beg %s/ }", path,
                         path);
    does = rule->policy.intent == SEMR_GONE
               ? apr_psprintf(export->each, "return status %d", export->status)
               : apr_psprintf(export->each, "redirect code %d location %.*s",
                              export->status, (int)rule->to.head.len,
                              rule->to.head.p);
    return apr_psprintf(export->each,
                        "no map says it; a line of the configuration does: "
                        "http-request %s if %s",
                        does, match);
}

static const char *say(export_t *export)
{
    const semr_rule_t *rule = export->rule;
    const char *path, *to;
    int one = rule->slash_exact || export->own_form || !rule->path.len;

    if (rule->kind != SEMR_EXACT || rule->host.len || rule->nparams ||
        rule->only.len || export->status != export->code ||
        rule->policy.method == SEMR_METHOD_PASS || rule->fold ||
        rule->to.form == SEMR_TO_HTTP || rule->to.form == SEMR_TO_HTTPS) {
        return export_leave(export, advice(export));
    }
    to = export_to(export, 0, "", put_op);
    if (!to) {
        return NULL;
    }
    if (rule->to.drop_query || export->asks || strchr(to, '#')) {
        export_differs(export, "the client's query goes behind TO as it is.");
    }
    path = apr_pstrmemdup(export->each, rule->path.p, rule->path.len);
    return apr_pstrcat(
        export->each, !one || !rule->with_slash || !*path ? path : "",
        *path ? "" : "/", !one || !rule->with_slash || !*path ? " " : "",
        !one || !rule->with_slash || !*path ? to : "",
        !one || !rule->with_slash || !*path ? "\n" : "",
        *path && (!one || rule->with_slash)
            ? apr_pstrcat(export->each, path, "/ ", to, "\n", NULL)
            : "",
        NULL);
}

const export_format_t export_haproxy = {
    .name = "haproxy", .head = head, .say = say, .begin = begin};
