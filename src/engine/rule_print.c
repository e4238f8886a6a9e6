/* SPDX-License-Identifier: Apache-2.0
 * Words out: a rule as it would be written.
 */
#include <string.h>

#include <apr_strings.h>

#include "rule_parts.h"

/* How a capture is written where the rule has lost its name */
static char *put_name(char *out, int number)
{
    return out + apr_snprintf(out, 5, "{%d}", number + 1);
}

static char *put_view(char *out, semr_view_t view)
{
    if (view.len > 0) {
        memcpy(out, view.p, view.len);
    }
    return out + view.len;
}

static char *put_text(char *out, const char *text)
{
    return put_view(out, semr_view(text, strlen(text)));
}

/* Canonical text of a path, where a star would mean more than itself */
static char *put_path(char *out, semr_view_t path)
{
    apr_size_t i;

    for (i = 0; i < path.len; i++) {
        unsigned char c = (unsigned char)path.p[i];

        if (c >= SEMR_OP_CAPTURE) {
            out = put_name(out, c - SEMR_OP_CAPTURE);
        }
        else if (c == '*') {
            out = put_text(out, "%2A");
        }
        else {
            *out++ = (char)c;
        }
    }
    return out;
}

static char *put_params(char *out, const semr_rule_t *rule)
{
    int i;

    for (i = 0; i < rule->nparams; i++) {
        const semr_param_t *param = &rule->params[i];

        *out++ = i ? '&' : '?';
        out = semr_url_escape(out, param->name, SEMR_URL_VALUE);
        *out++ = '=';
        out = param->capture < 0
                  ? semr_url_escape(out, param->value, SEMR_URL_VALUE)
                  : put_name(out, param->capture);
    }
    return out;
}

static apr_size_t room_for_params(const semr_rule_t *rule)
{
    apr_size_t room = 0;
    int i;

    for (i = 0; i < rule->nparams; i++) {
        room += 3 * (rule->params[i].name.len + rule->params[i].value.len) + 8;
    }
    return room;
}

static char *put_authority(char *out, const semr_rule_t *rule)
{
    static const char *const heads[] = {
        [SEMR_ANY_SCHEME] = "//",
        [SEMR_HTTP] = "http://",
        [SEMR_HTTPS] = "https://",
    };

    out = put_text(out, heads[rule->scheme]);
    out = put_text(out, rule->wild ? "*." : "");
    out = put_view(out, rule->host);
    if (rule->port != 0) {
        out += apr_snprintf(out, 7, ":%d", rule->port);
    }
    return out;
}

static const char *rebuild_from(apr_pool_t *pool, const semr_rule_t *rule)
{
    apr_size_t room = rule->host.len + 4 * rule->path.len + 32;
    char *text = apr_palloc(pool, room + room_for_params(rule));
    char *out = text;

    if (rule->host.len > 0) {
        out = put_authority(out, rule);
    }
    out = put_path(out, rule->path);
    if (semr_rule_has_star(rule)) {
        out = put_text(out, "/*");
    }
    else if (rule->with_slash || rule->path.len == 0) {
        *out++ = '/';
    }
    out = put_params(out, rule);
    *out = '\0';
    return text;
}

const char *semr_rule_from(apr_pool_t *pool, const semr_rule_t *rule)
{
    if (rule->kind == SEMR_REGEX) {
        return apr_pstrcat(pool, rule->fold ? "~*" : "~",
                           apr_pstrmemdup(pool, rule->path.p, rule->path.len),
                           NULL);
    }
    if (rule->from_word.len > 0) {
        return apr_pstrmemdup(pool, rule->from_word.p, rule->from_word.len);
    }
    return rebuild_from(pool, rule);
}

/* What stands for an op of the template, or for a byte that would be read as
 * more than itself, in at most 6 bytes. */
static char *put_template_byte(char *out, const semr_rule_t *rule,
                               semr_view_t text, apr_size_t i)
{
    int c = (unsigned char)text.p[i];
    int next = i + 1 < text.len ? text.p[i + 1] : 0;

    switch (c) {
    case SEMR_OP_TAIL:
        return put_text(out, "/*");
    case SEMR_OP_REST:
    case SEMR_OP_LABELS:
        return put_text(out, "*");
    case SEMR_OP_URL:
        return out;
    case '*':
        return put_text(out, "%2A");
    case '$':
        return put_text(out, next >= '0' && next <= '9' ? "%24" : "$");
    default:
        break;
    }
    if (c < SEMR_OP_CAPTURE) {
        *out++ = (char)c;
        return out;
    }
    c -= SEMR_OP_CAPTURE;
    if (rule->kind == SEMR_REGEX && c <= 9) {
        *out++ = '$';
        *out++ = (char)('0' + c);
        return out;
    }
    return put_name(out, c);
}

const char *semr_rule_to(apr_pool_t *pool, const semr_rule_t *rule)
{
    const semr_to_t *to = &rule->to;
    semr_view_t whole;
    char *text, *out;
    apr_size_t i;

    if (to->form == SEMR_TO_NOTHING) {
        return "";
    }
    if (rule->to_word.len > 0) {
        return apr_pstrmemdup(pool, rule->to_word.p, rule->to_word.len);
    }
    whole.len = to->head.len + to->rest.len;
    whole.p = text = apr_palloc(pool, whole.len + 1);
    put_view(put_view(text, to->head), to->rest);
    out = text = apr_palloc(pool, 6 * whole.len + sizeof("https:"));
    if (to->form == SEMR_TO_HTTP || to->form == SEMR_TO_HTTPS) {
        out = put_text(out, to->form == SEMR_TO_HTTP ? "http:" : "https:");
    }
    for (i = 0; i < whole.len; i++) {
        out = put_template_byte(out, rule, whole, i);
    }
    *out = '\0';
    return text;
}

const char *semr_rule_options(apr_pool_t *pool, const semr_rule_t *rule)
{
    const char *text = "", *name, *value;
    int i;

    for (i = 0; (name = semr_rule_option(pool, rule, i, &value)); i++) {
        if (value != NULL) {
            semr_view_t view = {value, strlen(value)};

            text = apr_pstrcat(pool, text, *text ? " " : "", name, "=",
                               semr_words_quote(pool, view), NULL);
        }
    }
    return text;
}
