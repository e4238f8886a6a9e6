/* SPDX-License-Identifier: Apache-2.0
 * FROM and TO as regexes and templates of other servers.
 */
#include <string.h>

#include <apr_strings.h>

#include "export.h"
#include "import_path.h"
#include "url.h"

export_tail_t export_tail(const semr_rule_t *rule)
{
    return export_inserts(rule, SEMR_OP_TAIL)   ? EXPORT_TAIL_SLASH
           : export_inserts(rule, SEMR_OP_REST) ? EXPORT_TAIL_REST
                                                : EXPORT_TAIL_NONE;
}

int export_inserts(const semr_rule_t *rule, int op)
{
    apr_size_t i;

    for (i = 0; i < rule->to.head.len; i++) {
        int c = (unsigned char)rule->to.head.p[i];

        if (c == op || (op == SEMR_OP_CAPTURE && c >= op && c < SEMR_OP_TAIL)) {
            return 1;
        }
    }
    return 0;
}

/* {name}s of the path, which come before those of the query */
static int path_captures(const semr_rule_t *rule)
{
    apr_size_t i;
    int count = 0;

    for (i = 0; i < rule->path.len && rule->kind == SEMR_PATTERN; i++) {
        count += (unsigned char)rule->path.p[i] >= SEMR_OP_CAPTURE;
    }
    return count;
}

int export_group(const semr_rule_t *rule, int op)
{
    int capture = op - SEMR_OP_CAPTURE, names = path_captures(rule);

    if (op == SEMR_OP_TAIL || op == SEMR_OP_REST) {
        return names + 1;
    }
    if (rule->kind == SEMR_REGEX) {
        return capture;
    }
    return capture >= 0 && capture < names ? capture + 1 : 0;
}

/* -- FROM ------------------------------------------------------------------ */

/* Whether the {name} before p may end otherwise in the decoded path: within
 * %2F, or within the bytes of a sign */
static int ends_oddly(const char *p)
{
    return (unsigned char)p[-1] >= SEMR_OP_CAPTURE &&
           ((unsigned char)*p >= SEMR_OP_CAPTURE || strchr("2Ff", *p));
}

static const char *regex_of_path(export_t *export)
{
    semr_view_t path = export->rule->path, literal;
    const char *text = "";

    while (path.len) {
        for (literal = semr_view(path.p, 0);
             literal.len < path.len &&
             (unsigned char)path.p[literal.len] < SEMR_OP_CAPTURE;
             literal.len++) {
        }
        text = apr_pstrcat(export->each, text,
                           import_path_quote(export->each, literal),
                           literal.len < path.len ? "([^/]+)" : "", NULL);
        literal.len += literal.len < path.len;
        if (literal.len < path.len && literal.len &&
            ends_oddly(path.p + literal.len)) {
            export_differs(export, "a {name} of it ends where decoded bytes "
                                   "say so, which an encoded one may not.");
        }
        path = semr_view(path.p + literal.len, path.len - literal.len);
    }
    return text;
}

/* What follows the path, up to the end */
static const char *regex_of_end(const export_t *export)
{
    static const char *const stars[2][2][3] = {
        {{"(?:/.*)?$", "(/.*)?$", "(?:/(.*))?$"}, {"/.*$", "(/.*)$", "/(.*)$"}},
        {{"/.*$", "(/.*)$", "/(.*)$"}, {"/.*$", "(/.*)$", "/(.*)$"}},
    };
    const semr_rule_t *rule = export->rule;
    int root = !rule->path.len;

    if (rule->kind == SEMR_PREFIX || rule->star) {
        return stars[root][rule->slash_exact][export_tail(rule)];
    }
    if (root) {
        return "/$";
    }
    if (rule->slash_exact || export->own_form) {
        return rule->with_slash ? "/$" : "$";
    }
    return "/?$";
}

const char *export_regex(export_t *export)
{
    const semr_rule_t *rule = export->rule;
    apr_size_t i;

    if (rule->kind == SEMR_REGEX) {
        return apr_pstrmemdup(export->each, rule->path.p, rule->path.len);
    }
    for (i = 0; i + 2 < rule->path.len; i++) {
        if (rule->path.p[i] == '%' && rule->path.p[i + 1] == '2' &&
            (rule->path.p[i + 2] | 0x20) == 'f') {
            return export_leave(export, "it has a %2F, which a decoded path "
                                        "has not.");
        }
    }
    return apr_pstrcat(export->each, "^", regex_of_path(export),
                       regex_of_end(export), NULL);
}

/* -- TO -------------------------------------------------------------------- */

static const char *put_literal(export_t *export, semr_view_t text, int decode,
                               const char *escaped)
{
    char *out, *to;
    apr_size_t i;

    if (decode) {
        text = semr_url_decode(export->each, text, 0);
    }
    to = out = apr_palloc(export->each, 2 * text.len + 1);
    for (i = 0; i < text.len; i++) {
        if (strchr(escaped, text.p[i])) {
            *out++ = '\\';
        }
        *out++ = text.p[i];
    }
    *out = '\0';
    return to;
}

const char *export_to(export_t *export, int decode, const char *escaped,
                      const char *(*put)(export_t *export, int op))
{
    semr_view_t to = export->rule->to.head;
    const char *text = "", *put_text;
    apr_size_t at = 0, i;

    for (i = 0; i <= to.len; i++) {
        int c = i < to.len ? (unsigned char)to.p[i] : -1;

        if (c >= 0 && c < SEMR_OP_CAPTURE && c != '?') {
            continue;
        }
        text = apr_pstrcat(
            export->each, text,
            put_literal(export, semr_view(to.p + at, i - at), decode, escaped),
            NULL);
        at = i;
        decode &= c != '?';
        if (c < SEMR_OP_CAPTURE) {
            continue;
        }
        put_text = put(export, c);
        if (!put_text) {
            return NULL;
        }
        text = apr_pstrcat(export->each, text, put_text, NULL);
        at = i + 1;
    }
    return text;
}
