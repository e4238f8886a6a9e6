/* SPDX-License-Identifier: Apache-2.0
 * export nginx: locations.
 *
 * nginx tries them in the order that is ours: exact ones, regexes as written,
 * the longest prefix.
 */
#include <string.h>

#include <apr_strings.h>

#include "export.h"
#include "import_path.h"
#include "url.h"

static const char *const head[] = {
    "To be included in a server{}, which is where a host is asked for.",
    "One code is sent for all methods, so a POST may come back as a GET; with",
    "--code-for-all 308 none does. Cache-Control is not set, chains are not",
    "collapsed, and a rule may lead to the very URL that was asked for.", NULL};

/* Whether a backslash at p would be read with what follows it */
static int is_read(const char *p)
{
    return *p == '\\' && p[1] && strchr("\"'tnr\\", p[1]);
}

/* A word of the configuration, quoted where it has to be */
static const char *word(export_t *export, const char *text)
{
    char *copy = apr_palloc(export->each, 2 * strlen(text) + 3), *out = copy;
    int quoted = !*text || strpbrk(text, " \t\"'{};#") != NULL;

    if (quoted) {
        *out++ = '"';
    }
    for (; *text; text++) {
        if (is_read(text) || (quoted && *text == '"')) {
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

static const char *put_op(export_t *export, int op)
{
    int group = export_group(export->rule, op);

    if (op == SEMR_OP_URL) {
        return "$uri";
    }
    if (export->part == EXPORT_PAGE) {
        return ""; /* a star, which takes nothing of it */
    }
    if (export->part == EXPORT_BELOW) {
        return op == SEMR_OP_TAIL ? "/$1" : "$1";
    }
    if (op == SEMR_OP_LABELS || group > 9 ||
        (!group && export->rule->kind != SEMR_REGEX) || !group) {
        return export_leave(export, "TO takes what no group of nginx's has.");
    }
    return apr_psprintf(export->each, "$%d", group);
}

static const char *say_to(export_t *export)
{
    static const char *const schemes[] = {
        [SEMR_TO_HTTP] = "http://$host", [SEMR_TO_HTTPS] = "https://$host"};
    const semr_rule_t *rule = export->rule;
    const char *to;

    if (memchr(rule->to.head.p, '$', rule->to.head.len)) {
        return export_leave(export, "TO has a $, which nginx knows no way to "
                                    "write.");
    }
    to = export_to(export, 0, "", put_op);
    if (to &&
        (rule->to.form == SEMR_TO_HTTP || rule->to.form == SEMR_TO_HTTPS)) {
        to = apr_pstrcat(export->each, schemes[rule->to.form], to, NULL);
    }
    return to;
}

/* What a location does: rewrite knows queries, return the other codes. */
static const char *action(export_t *export, const char *regex)
{
    const semr_rule_t *rule = export->rule;
    const char *to, *query = "";
    int takes =
        export->part != EXPORT_PAGE && (export_inserts(rule, SEMR_OP_CAPTURE) ||
                                        export_tail(rule) != EXPORT_TAIL_NONE);

    if (rule->policy.intent == SEMR_NONE) {
        export_differs(export, "what other locations say of this URL holds no "
                               "more.");
        return "";
    }
    if (rule->policy.intent == SEMR_GONE) {
        return apr_psprintf(export->each, "return %d;", export->status);
    }
    to = say_to(export);
    if (!to) {
        return NULL;
    }
    if (memchr(rule->to.head.p, '#', rule->to.head.len) &&
        !rule->to.drop_query) {
        export_differs(export, "the client's query goes behind the fragment.");
    }
    if (export->asks && !rule->to.drop_query) {
        export_differs(export, "a parameter that TO has and the client, too, "
                               "is sent twice.");
    }
    if (rule->fold) { /* a rewrite has no sign for it */
        regex = apr_pstrcat(export->each, "(?i)", regex, NULL);
    }
    if (export->status == 301 || export->status == 302) {
        query = rule->to.drop_query ? "?" : "";
        return apr_psprintf(
            export->each, "rewrite %s %s %s;",
            takes ? word(export, regex) : "^",
            word(export, apr_pstrcat(export->each, to, query, NULL)),
            export->status == 301 ? "permanent" : "redirect");
    }
    if (takes) {
        return export_leave(export, "nginx sends captured text with 301 and "
                                    "302 alone, if it is to be encoded.");
    }
    query = rule->to.drop_query ? ""
            : export->asks      ? "&$args"
                                : "$is_args$args";
    return apr_psprintf(
        export->each, "return %d %s;", export->status,
        word(export, apr_pstrcat(export->each, to, query, NULL)));
}

/* nginx refuses a second location of the same words, which would never be
 * reached. */
static const char *location(export_t *export, const char *sign,
                            const char *what, const char *does)
{
    const char *words = apr_pstrcat(export->each, "location ", sign,
                                    *sign ? " " : "", word(export, what), NULL);

    if (apr_hash_get(export->seen, words, APR_HASH_KEY_STRING)) {
        export_differs(export, "an earlier rule has the location already.");
        return "";
    }
    apr_hash_set(export->seen, apr_pstrdup(export->cli->pool, words),
                 APR_HASH_KEY_STRING, "");
    return apr_pstrcat(export->each, words, " { ", does, *does ? " }\n" : "}\n",
                       NULL);
}

/* A path without ops, decoded */
static const char *plain(export_t *export, const char *behind)
{
    semr_view_t path = semr_url_decode(export->each, export->rule->path, 0);

    return apr_pstrcat(export->each,
                       apr_pstrmemdup(export->each, path.p, path.len), behind,
                       NULL);
}

static const char *say_exact(export_t *export, const char *does)
{
    const semr_rule_t *rule = export->rule;
    int one = rule->slash_exact || export->own_form || !rule->path.len;
    const char *text = "";

    if (!one || !rule->with_slash || !rule->path.len) {
        text = location(export, "=", plain(export, rule->path.len ? "" : "/"),
                        does);
    }
    if (!one || (rule->with_slash && rule->path.len)) {
        text =
            apr_pstrcat(export->each, text,
                        location(export, "=", plain(export, "/"), does), NULL);
    }
    return text;
}

/* The page itself is a tree's, so that patterns, which are regexes, come before
 * it: as one more regex, behind theirs. */
static const char *say_prefix(export_t *export)
{
    const char *below = apr_pstrcat(
        export->each, "^", import_path_quote(export->each, export->rule->path),
        "/(.*)$", NULL);
    const char *does, *tree, *page;
    int told = export->told->nelts;

    export->part = EXPORT_BELOW;
    does = action(export, below);
    if (!does) {
        return NULL;
    }
    if (!export->rule->slash_exact && export->rule->path.len) {
        export->told->nelts = told; /* the page's action tells the same */
    }
    tree = location(export, "", plain(export, "/"), does);
    if (export->rule->slash_exact || !export->rule->path.len) {
        return tree;
    }
    export->part = EXPORT_PAGE;
    does = action(export, "^");
    if (!does) {
        return NULL;
    }
    page = export->has_patterns
               ? location(export, "~",
                          apr_pstrcat(export->each, "^",
                                      import_path_quote(export->each,
                                                        export->rule->path),
                                      "$", NULL),
                          does)
               : location(export, "=", plain(export, ""), does);
    return apr_pstrcat(export->each, page, tree, NULL);
}

/* What server{} or nobody asks */
static const char *why_not(const export_t *export)
{
    const semr_rule_t *rule = export->rule;

    if (rule->host.len) {
        return "it names a host. Export the rules of each host into its own "
               "server{}.";
    }
    if (rule->nparams) {
        return "it asks for a query, which no location does.";
    }
    if (rule->only.len || rule->policy.method == SEMR_METHOD_PASS) {
        return "it is for some methods alone, which no location is.";
    }
    return NULL;
}

static const char *say(export_t *export)
{
    const semr_rule_t *rule = export->rule;
    const char *why = why_not(export), *regex, *does;

    if (why) {
        return export_leave(export, why);
    }
    export->part = EXPORT_ALL;
    regex = export_regex(export);
    if (regex && rule->kind == SEMR_PREFIX && !rule->fold) {
        return say_prefix(export);
    }
    does = regex ? action(export, regex) : NULL;
    if (!does) {
        return NULL;
    }
    if (rule->kind == SEMR_EXACT && !rule->fold) {
        return say_exact(export, does);
    }
    if (rule->kind == SEMR_PREFIX) {
        export_differs(export, "whatever the case, it is a regex, and comes "
                               "before shorter and longer trees.");
    }
    return location(export, rule->fold ? "~*" : "~", regex, does);
}

const export_format_t export_nginx = {
    .name = "nginx", .head = head, .say = say};
