/* SPDX-License-Identifier: Apache-2.0
 * export netlify cloudflare: _redirects.
 */
#include <string.h>

#include <apr_strings.h>

#include "export.h"
#include "url.h"

static const char *const netlify_head[] = {
    "Netlify's _redirects.  One code is sent for all methods, and chains are",
    "not collapsed.", NULL};

static const char *const cloudflare_head[] = {
    "_redirects of Cloudflare Pages and Workers, which have 2,000 lines",
    "without placeholders, then 100 with them. One code is sent for all",
    "methods, and chains are not collapsed.", NULL};

static int is_netlify(const export_t *export)
{
    return export->format == &export_netlify;
}

/* A byte of a path; a colon or a star that would begin a placeholder is
 * encoded. */
static char *put_byte(char *out, char c, char next)
{
    int names = c == ':' && (next | 0x20) >= 'a' && (next | 0x20) <= 'z';

    if (names || c == '*') {
        memcpy(out, names ? "%3A" : "%2A", 3);
        return out + 3;
    }
    *out++ = c;
    return out;
}

/* Letters alone, for all who read such files */
static const char *name_of(export_t *export, int op)
{
    return apr_psprintf(export->each, ":p%c", 'a' + (op - SEMR_OP_CAPTURE));
}

/* Why a {name} between these two bytes is no placeholder; NULL: it is one. */
static const char *why_no_name(const export_t *export, char before, char next)
{
    int letter = semr_url_class[(unsigned char)next] & SEMR_URL_HOST &&
                 next != '-' && next != '.';

    if (is_netlify(export)) {
        return before == '/' && next == '/'
                   ? NULL
                   : "a {name} of it is not a segment of its own.";
    }
    return letter || (unsigned char)next >= SEMR_OP_CAPTURE
               ? "a {name} of it ends where its name would not."
               : NULL;
}

static const char *path_of(export_t *export)
{
    const semr_rule_t *rule = export->rule;
    char *path = apr_palloc(export->each, 4 * rule->path.len + 1), *out = path;
    apr_size_t i;

    for (i = 0; i < rule->path.len; i++) {
        int c = (unsigned char)rule->path.p[i];
        char next = i + 1 < rule->path.len ? rule->path.p[i + 1] : '/';
        const char *why;

        if (c < SEMR_OP_CAPTURE) {
            out = put_byte(out, (char)c, next);
            continue;
        }
        why = c - SEMR_OP_CAPTURE > 25
                  ? "it has more {name}s than there are letters."
                  : why_no_name(export, i ? rule->path.p[i - 1] : '\0', next);
        if (why) {
            return export_leave(export, why);
        }
        memcpy(out, name_of(export, c), 3);
        out += 3;
    }
    *out = '\0';
    return path;
}

/* -- TO -------------------------------------------------------------------- */

static const char *put_op(export_t *export, int op)
{
    if (op == SEMR_OP_TAIL) {
        return "/:splat";
    }
    if (op == SEMR_OP_REST) {
        return ":splat";
    }
    if (op >= SEMR_OP_LABELS || op - SEMR_OP_CAPTURE > 25) {
        return export_leave(export, "TO takes host or path of the request.");
    }
    return name_of(export, op);
}

/* Whether a name in TO runs into what is behind it */
static int names_run_on(const semr_rule_t *rule)
{
    semr_view_t to = rule->to.head;
    apr_size_t i;

    for (i = 0; i + 1 < to.len; i++) {
        int c = (unsigned char)to.p[i], next = (unsigned char)to.p[i + 1];

        if (c >= SEMR_OP_CAPTURE && next < SEMR_OP_CAPTURE &&
            ((next | 0x20) >= 'a' || (next >= '0' && next <= '9') ||
             next == '_') &&
            next != '~' && next != '|') {
            return 1;
        }
    }
    return 0;
}

static const char *say_to(export_t *export)
{
    const semr_rule_t *rule = export->rule;
    const char *to, *p;

    if (rule->to.form == SEMR_TO_HTTP || rule->to.form == SEMR_TO_HTTPS) {
        return export_leave(export, "TO keeps the host that was asked for.");
    }
    if (names_run_on(rule)) {
        return export_leave(export, "text follows what TO takes, and would be "
                                    "read as part of its name.");
    }
    for (p = rule->to.head.p; p < rule->to.head.p + rule->to.head.len; p++) {
        const char *end = rule->to.head.p + rule->to.head.len;

        if (*p == ':' && p + 1 < end && (p[1] | 0x20) >= 'a' &&
            (p[1] | 0x20) <= 'z') {
            return export_leave(export, "TO has a colon that would begin a "
                                        "placeholder. Write %3A.");
        }
    }
    to = export_to(export, 0, "", put_op);
    if (to && !is_netlify(export) && !strncmp(to, "http://", 7)) {
        return export_leave(export,
                            "Cloudflare has no destination of http://.");
    }
    return to;
}

/* -- what is asked besides ------------------------------------------------- */

static const char *why_not(const export_t *export)
{
    const semr_rule_t *rule = export->rule;

    if (rule->kind == SEMR_REGEX) {
        return "it is a regex.";
    }
    if (rule->only.len || rule->policy.method == SEMR_METHOD_PASS) {
        return "it is for some methods alone.";
    }
    if (rule->policy.intent == SEMR_GONE) {
        return "a page that is gone needs a page of its own there.";
    }
    if (rule->wild) {
        return "it is for any subdomain.";
    }
    if (!is_netlify(export) && rule->policy.intent == SEMR_NONE) {
        return "Cloudflare has no exceptions. Put it out of the tree that it "
               "is in.";
    }
    if (!is_netlify(export) && rule->host.len) {
        return "it names a host, which no source does there.";
    }
    if (!is_netlify(export) && rule->nparams) {
        return "it asks for a query, which no source does there.";
    }
    return NULL;
}

static const char *query_of(export_t *export)
{
    const semr_rule_t *rule = export->rule;
    const char *text = "";
    int i;

    for (i = 0; i < rule->nparams; i++) {
        const semr_param_t *p = &rule->params[i];
        char *name = apr_palloc(export->each, 3 * p->name.len + 1);
        char *value = apr_palloc(export->each, 3 * p->value.len + 1);

        *semr_url_escape(name, p->name, SEMR_URL_VALUE) = '\0';
        *semr_url_escape(value, p->value, SEMR_URL_VALUE) = '\0';
        if (!*name || *name == '/' || *name == '#' ||
            (p->capture < 0 && *value == ':')) {
            return export_leave(export, "a parameter of it would be read as "
                                        "something else.");
        }
        text = apr_pstrcat(export->each, text, " ", name, "=",
                           p->capture < 0
                               ? value
                               : name_of(export, p->capture + SEMR_OP_CAPTURE),
                           NULL);
    }
    return text;
}

static void weigh_netlify(export_t *export)
{
    const semr_rule_t *rule = export->rule;
    int tree = rule->kind == SEMR_PREFIX || rule->star;

    if (rule->slash_exact && (tree || rule->path.len)) {
        export_differs(export, "slash=exact is lost: with or without a slash "
                               "is one URL there.");
    }
    if (rule->to.drop_query) {
        export_differs(export, "query=drop is lost: the client's query goes "
                               "on.");
    }
    if (rule->scheme == SEMR_HTTPS) {
        export_differs(export, "it is read as http and https.");
    }
    if (rule->policy.intent == SEMR_NONE) {
        export_differs(export, "it is said as a rewrite to itself.");
    }
    if (export->status == 307 || export->status == 308) {
        export_differs(export, "Netlify does not promise 307 and 308.");
    }
}

static void weigh_cloudflare(export_t *export)
{
    const semr_rule_t *rule = export->rule;

    if (export->asks && !rule->to.drop_query) {
        export_differs(export, "the client's query is lost, for TO has one.");
    }
    if (!export->asks && rule->to.drop_query) {
        export_differs(export, "query=drop is lost: the client's query goes "
                               "on.");
    }
}

/* -- lines ----------------------------------------------------------------- */

static const char *authority_of(export_t *export)
{
    const semr_rule_t *rule = export->rule;

    if (!rule->host.len) {
        return "";
    }
    return apr_psprintf(
        export->each, "%s://%.*s%s",
        rule->scheme == SEMR_HTTP ? "http" : "https", (int)rule->host.len,
        rule->host.p,
        rule->port ? apr_psprintf(export->each, ":%d", rule->port) : "");
}

static const char *line_of(export_t *export, const char *path, const char *end,
                           const char *query, const char *to)
{
    return apr_psprintf(export->each, "%s%s%s%s %s %d%s\n",
                        authority_of(export), path, end, query, to,
                        export->status, is_netlify(export) ? "!" : "");
}

/* Cloudflare knows what a slash at the end is: two lines say either. */
static const char *say_lines(export_t *export, const char *path,
                             const char *query, const char *to)
{
    const semr_rule_t *rule = export->rule;
    int tree = rule->kind == SEMR_PREFIX || rule->star;
    int one = rule->slash_exact || export->own_form || !rule->path.len ||
              is_netlify(export);
    const char *last = tree ? "/*" : rule->with_slash ? "/" : "";
    const char *first = tree || rule->with_slash ? "" : "/";

    if (one) {
        return line_of(export, path, *path || tree ? last : "/", query, to);
    }
    if (tree) { /* the page itself: what its star would take is nothing */
        const char *alone = apr_pstrdup(export->each, to), *at;

        while ((at = strstr(alone, "/:splat")) ||
               (at = strstr(alone, ":splat"))) {
            alone = apr_pstrcat(
                export->each,
                apr_pstrmemdup(export->each, alone, (apr_size_t)(at - alone)),
                at + (*at == '/' ? 7 : 6), NULL);
        }
        return apr_pstrcat(export->each,
                           line_of(export, path, first, query, alone),
                           line_of(export, path, last, query, to), NULL);
    }
    return apr_pstrcat(export->each, line_of(export, path, last, query, to),
                       line_of(export, path, first, query, to), NULL);
}

static const char *say(export_t *export)
{
    const semr_rule_t *rule = export->rule;
    const char *why = why_not(export), *path, *query, *to;

    if (why) {
        return export_leave(export, why);
    }
    path = path_of(export);
    query = path ? query_of(export) : NULL;
    if (!query) {
        return NULL;
    }
    if (rule->policy.intent == SEMR_NONE) {
        export->status = 200;
        to = apr_pstrcat(
            export->each, *path ? path : "/",
            rule->kind == SEMR_PREFIX || rule->star ? "/:splat" : "", NULL);
    }
    else {
        to = say_to(export);
    }
    if (!to) {
        return NULL;
    }
    if (rule->fold) {
        export_differs(export, "case=ignore is lost.");
    }
    if (is_netlify(export)) {
        weigh_netlify(export);
    }
    else {
        weigh_cloudflare(export);
    }
    return say_lines(export, path, query, to);
}

const export_format_t export_netlify = {
    .name = "netlify", .head = netlify_head, .say = say};
const export_format_t export_cloudflare = {
    .name = "cloudflare", .head = cloudflare_head, .say = say};
