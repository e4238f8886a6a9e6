/* SPDX-License-Identifier: Apache-2.0
 * export apache: RewriteRule, each with its RewriteConds.
 *
 * TO without captured text is written as it is sent ([NE]).  With it, TO is
 * written decoded, for mod_rewrite encodes the whole of it then.
 */
#include <string.h>

#include <apr_strings.h>

#include "export.h"
#include "url.h"

static const char *const head[] = {
    "For a <VirtualHost>.  mod_rewrite tries rules in their order.",
    "One code is sent for all methods, so a POST may come back as a GET; with",
    "--code-for-all 308 none does. Cache-Control is not set, chains are not",
    "collapsed, and a rule may lead to the very URL that was asked for.", NULL};

/* What one rule needs of its conditions */
typedef struct conds_t {
    const char *text;
    int captures; /* conditions that have a group: %1 is the last one's */
    int raw;      /* what %1 is, it is still encoded */
} conds_t;

/* A word as httpd.conf has it */
static const char *word(export_t *export, const char *text)
{
    char *copy = apr_palloc(export->each, 2 * strlen(text) + 3), *out = copy;
    int quoted = !*text || strpbrk(text, " \t\"'") != NULL;

    if (quoted) {
        *out++ = '"';
    }
    for (; *text; text++) {
        if (*text == '\\' && (text[1] == '\\' || text[1] == '"' || !text[1])) {
            *out++ = '\\';
        }
        if (quoted && *text == '"') {
            *out++ = '\\';
        }
        *out++ = *text;
    }
    if (quoted) {
        *out++ = '"';
    }
    *out = '\0';
    return copy;
}

static void add(export_t *export, conds_t *conds, const char *subject,
                const char *pattern, const char *flags)
{
    conds->text = apr_pstrcat(export->each, conds->text, "RewriteCond ",
                              subject, " ", word(export, pattern),
                              *flags ? " " : "", flags, "\n", NULL);
}

static void add_host(export_t *export, conds_t *conds)
{
    const semr_rule_t *rule = export->rule;
    apr_pool_t *pool = export->each;
    const char *host = "", *port = "(?::\\d+)?";
    apr_size_t i;

    if (!rule->host.len) {
        return;
    }
    for (i = 0; i < rule->host.len; i++) {
        host = apr_psprintf(pool, "%s%s%c", host,
                            strchr(".[]", rule->host.p[i]) ? "\\" : "",
                            rule->host.p[i]);
    }
    if (rule->port) {
        export_differs(export, "the port is asked of the Host header, as the "
                               "client writes it.");
        port = apr_psprintf(
            pool, rule->port == 80 || rule->port == 443 ? "(?::%d)?" : ":%d",
            rule->port);
    }
    add(export, conds, "%{HTTP_HOST}",
        apr_pstrcat(pool, "^", rule->wild ? "(.+)\\." : "", host, port, "$",
                    NULL),
        "[NC]");
    conds->captures += rule->wild;
    if (rule->scheme != SEMR_ANY_SCHEME) {
        add(export, conds, "%{HTTPS}",
            rule->scheme == SEMR_HTTPS ? "^on$" : "!^on$", "");
    }
}

/* A name or value of a query as clients may have encoded it */
static const char *param(export_t *export, semr_view_t text)
{
    const char *regex = "";
    apr_size_t i;

    for (i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.p[i];
        int plain = semr_url_class[c] & SEMR_URL_VALUE;

        regex = apr_psprintf(export->each,
                             c == ' ' ? "%s(?:\\+|%%20)"
                             : !plain ? "%s(?i:%%%02X)"
                             : strchr("\\^$.[]|()?*+{}", c) && c ? "%s\\%c"
                                                                 : "%s%c",
                             regex, c);
    }
    return regex;
}

static int add_query(export_t *export, conds_t *conds)
{
    const semr_rule_t *rule = export->rule;
    int i;

    for (i = 0; i < rule->nparams; i++) {
        const semr_param_t *p = &rule->params[i];
        const char *value =
            p->capture < 0 ? param(export, p->value) : "([^&]+)";

        add(export, conds, "%{QUERY_STRING}",
            apr_pstrcat(export->each, "(?:^|&)", param(export, p->name),
                        p->capture < 0 && !p->value.len ? "=?" : "=", value,
                        "(?:&|$)", NULL),
            rule->fold ? "[NC]" : "");
        if (p->capture >= 0) {
            conds->captures++;
            conds->raw = 1;
        }
    }
    if (rule->nparams && rule->to.form != SEMR_TO_NOTHING &&
        !rule->to.drop_query) {
        export_differs(export, "the parameters that it asks for go on to TO, "
                               "too: mod_rewrite takes none off.");
    }
    return conds->captures < 2;
}

static void add_methods(export_t *export, conds_t *conds)
{
    const semr_rule_t *rule = export->rule;
    const char *only =
        apr_pstrmemdup(export->each, rule->only.p, rule->only.len);
    char *p;

    if (rule->policy.method == SEMR_METHOD_PASS) {
        add(export, conds, "%{REQUEST_METHOD}", "^(?:GET|HEAD)$", "");
        export_differs(export, "method=pass is said as GET and HEAD alone.");
    }
    if (!rule->only.len) {
        return;
    }
    while ((p = strchr(only, ','))) {
        *p = '|';
    }
    add(export, conds, "%{REQUEST_METHOD}",
        apr_pstrcat(export->each, "^(?:", only,
                    semr_rule_only(rule->only, "HEAD") ? "|HEAD" : "", ")$",
                    NULL),
        "");
}

/* -- TO -------------------------------------------------------------------- */

static const char *put_op(export_t *export, int op)
{
    int group = export_group(export->rule, op);

    if (op == SEMR_OP_URL) {
        return "%{REQUEST_URI}";
    }
    if (op == SEMR_OP_LABELS) {
        return "%1";
    }
    if (group > 9) {
        return export_leave(export, "it takes more than nine groups.");
    }
    return group || export->rule->kind == SEMR_REGEX
               ? apr_psprintf(export->each, "$%d", group)
               : "%1";
}

/* Text that mod_rewrite would encode another way than it is */
static int is_odd(const semr_rule_t *rule)
{
    semr_view_t to = rule->to.head;
    apr_size_t i;

    if (to.len && (memchr(to.p, '#', to.len) || memchr(to.p, ';', to.len))) {
        return 1;
    }
    for (i = 0; i + 2 < to.len; i++) {
        if (to.p[i] == '%' &&
            (memchr(to.p, '?', i) || !memcmp(to.p + i, "%2F", 3) ||
             !memcmp(to.p + i, "%3F", 3))) {
            return 1;
        }
    }
    return 0;
}

/* Sets whether it is as it is sent. */
static const char *say_to(export_t *export, const conds_t *conds, int *raw)
{
    static const char *const schemes[] = {
        [SEMR_TO_HTTP] = "http://%{SERVER_NAME}",
        [SEMR_TO_HTTPS] = "https://%{SERVER_NAME}"};
    const semr_rule_t *rule = export->rule;
    int captured = export_inserts(rule, SEMR_OP_CAPTURE) ||
                   export_tail(rule) != EXPORT_TAIL_NONE ||
                   export_inserts(rule, SEMR_OP_URL);
    const char *to;

    *raw = !captured || is_odd(rule) || conds->raw;
    to = export_to(export, !*raw, "\\%$", put_op);
    if (!to) {
        return NULL;
    }
    if (captured && *raw) {
        export_differs(export, conds->raw
                                   ? "what a query had goes into TO as the "
                                     "client encoded it."
                                   : "captured text goes into TO decoded, for "
                                     "TO has a sign that mod_rewrite would "
                                     "encode.");
    }
    if (rule->to.form == SEMR_TO_HTTP || rule->to.form == SEMR_TO_HTTPS) {
        to = apr_pstrcat(export->each, schemes[rule->to.form], to, NULL);
    }
    return to;
}

static const char *flags_of(export_t *export, int raw)
{
    const semr_rule_t *rule = export->rule;
    const char *query = "";

    if (rule->to.drop_query) {
        query = export->asks ? "" : ",QSD";
    }
    else if (export->asks) {
        query = ",QSA";
        export_differs(export, "a parameter that TO has and the client, too, "
                               "is sent twice.");
    }
    if (!rule->to.drop_query && rule->to.head.len &&
        memchr(rule->to.head.p, '#', rule->to.head.len)) {
        export_differs(export, "the client's query goes behind the fragment.");
    }
    return apr_psprintf(export->each, "[R=%d,L%s%s%s]", export->status,
                        raw ? ",NE" : "", query, rule->fold ? ",NC" : "");
}

static const char *say(export_t *export)
{
    const semr_rule_t *rule = export->rule;
    const char *regex = export_regex(export), *to = "-", *flags;
    conds_t conds = {"", 0, 0};
    int raw = 0;

    if (!regex) {
        return NULL;
    }
    if (*regex == '!') {
        regex = apr_pstrcat(export->each, "\\", regex, NULL);
    }
    add_host(export, &conds);
    add_methods(export, &conds);
    if (!add_query(export, &conds)) {
        return export_leave(export, "it takes more than one thing of host and "
                                    "query: a RewriteRule has those of one "
                                    "RewriteCond alone.");
    }
    if (rule->policy.intent == SEMR_NONE) {
        flags = rule->fold ? "[L,NC]" : "[L]";
    }
    else if (rule->policy.intent == SEMR_GONE) {
        flags = apr_psprintf(
            export->each, "[%s%s]",
            export->status == 410
                ? "G"
                : apr_psprintf(export->each, "R=%d,L", export->status),
            rule->fold ? ",NC" : "");
    }
    else {
        to = say_to(export, &conds, &raw);
        if (!to) {
            return NULL;
        }
        flags = flags_of(export, raw);
    }
    return apr_pstrcat(export->each, conds.text, "RewriteRule ",
                       word(export, regex), " ", word(export, to), " ", flags,
                       "\n", NULL);
}

static void begin(export_t *export)
{
    semr_out_puts(export->out, "RewriteEngine On\n");
}

const export_format_t export_apache = {
    .name = "apache", .head = head, .say = say, .begin = begin};
