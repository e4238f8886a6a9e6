/* SPDX-License-Identifier: Apache-2.0
 * A witness: a URL that a rule takes.
 *
 * Where FROM leaves it open, a token stands, a byte that no pattern has in its
 * literal text: so a rule that takes the token there takes anything.
 */
#include <string.h>

#include "lint_parts.h"
#include "lint_regex.h"

#define NO_HOST "host.invalid"

static void note_bytes(const semr_image_t *image, unsigned char *used)
{
    const semr_image_pattern_t *patterns = semr_image_patterns(image);
    apr_size_t i, j, count = semr_image_count(image, SEMR_SECTION_PATTERNS);

    for (i = 0; i < count; i++) {
        semr_image_rule_t rule;

        semr_image_rule(image, patterns[i].rule, &rule);
        if (semr_image_policy(image, &rule)->kind == SEMR_PATTERN) {
            for (j = 0; j < rule.from.len; j++) {
                used[(unsigned char)rule.from.p[j]] = 1;
            }
        }
    }
}

/* Letters in lower case, for folded patterns know no others */
char semr_lint_token(const semr_space_t *space)
{
    static const char tokens[] = "xqzjkvwybcdefghilmnopqrstua0123456789~!_-";
    unsigned char used[256] = {0};
    const char *token;
    int i;

    for (i = 0; i < space->count; i++) {
        note_bytes(space->sets[i]->image, used);
    }
    for (token = tokens; *token; token++) {
        int capital = *token >= 'a' && *token <= 'z' ? *token - 32 : *token;

        if (!used[(unsigned char)*token] && !used[capital]) {
            return *token;
        }
    }
    return '\0';
}

/* -- the path -------------------------------------------------------------- */

static char *room(semr_lint_work_t *work, apr_size_t len)
{
    if (work->path_room < len) {
        work->path_room = 2 * len + 256;
        work->path = apr_palloc(work->pool, work->path_room);
    }
    return work->path;
}

/* The token, again and again, so that no rule names the same page by chance */
static char *put_token(const semr_lint_work_t *work, char *out)
{
    memset(out, work->token ? work->token : 'x', SEMR_LINT_TOKEN_LEN);
    return out + SEMR_LINT_TOKEN_LEN;
}

/* Writes FROM's text, with the token for each capture; returns the end. */
static char *put_text(const semr_lint_work_t *work, char *out, semr_view_t text)
{
    apr_size_t i;

    if (work->policy->kind != SEMR_PATTERN) {
        memcpy(out, text.p, text.len);
        return out + text.len;
    }
    for (i = 0; i < text.len; i++) {
        if ((unsigned char)text.p[i] >= SEMR_OP_CAPTURE) {
            out = put_token(work, out);
        }
        else {
            *out++ = text.p[i];
        }
    }
    return out;
}

static semr_view_t literal_path(semr_lint_work_t *work)
{
    semr_view_t head = work->rule.from, rest = work->rule.from_rest;
    apr_size_t captures =
        work->policy->kind == SEMR_PATTERN ? SEMR_CAPTURES_MAX : 0;
    char *path = room(work, head.len + rest.len + 2 +
                                (captures + 1) * SEMR_LINT_TOKEN_LEN);
    char *end = put_text(work, put_text(work, path, head), rest);

    if (work->policy->kind == SEMR_PREFIX || semr_lint_flag(work, SEMR_STAR)) {
        *end++ = '/';
        end = put_token(work, end);
    }
    else if (end == path || semr_lint_flag(work, SEMR_WITH_SLASH)) {
        *end++ = '/';
    }
    return semr_view(path, (apr_size_t)(end - path));
}

static semr_view_t regex_path(semr_lint_work_t *work)
{
    semr_view_t sample = semr_lint_sample(work->each, work->rule.from,
                                          work->token ? work->token : 'x');
    char *path, *end;

    if (!sample.len) {
        return sample;
    }
    path = apr_palloc(work->each, 3 * sample.len + 1);
    end = semr_url_escape(path, sample, SEMR_URL_PATH);
    return semr_url_path(work->each, semr_view(path, (apr_size_t)(end - path)));
}

semr_view_t semr_lint_path(const semr_lint_work_t *work, apr_pool_t *pool)
{
    semr_view_t head = work->rule.from, rest = work->rule.from_rest;
    char *path = apr_palloc(pool, head.len + rest.len + 1);

    memcpy(path, head.p, head.len);
    memcpy(path + head.len, rest.p, rest.len);
    return semr_view(path, head.len + rest.len);
}

semr_view_t semr_lint_below(semr_lint_work_t *work, semr_view_t path)
{
    char *below = apr_palloc(work->each, path.len + 1 + SEMR_LINT_TOKEN_LEN);
    char *end = below;

    if (path.len) {
        memcpy(end, path.p, path.len);
        end += path.len;
    }
    *end++ = '/';
    end = put_token(work, end);
    return semr_view(below, (apr_size_t)(end - below));
}

/* -- the rest of the URL --------------------------------------------------- */

static semr_view_t query_of(semr_lint_work_t *work)
{
    const semr_image_extra_t *extra =
        semr_image_extras(work->image) + work->rule.extra;
    const semr_image_param_t *params =
        semr_image_params(work->image) + extra->params;
    apr_size_t size = 0;
    apr_uint32_t i;
    char *query, *end;

    if (!extra->nparams) {
        return semr_view(NULL, 0);
    }
    for (i = 0; i < extra->nparams; i++) {
        size += 3 * (semr_image_string(work->image, params[i].name).len +
                     semr_image_string(work->image, params[i].value).len) +
                3 + SEMR_LINT_TOKEN_LEN;
    }
    query = end = apr_palloc(work->each, size);
    for (i = 0; i < extra->nparams; i++) {
        semr_view_t value = semr_image_string(work->image, params[i].value);

        if (i) {
            *end++ = '&';
        }
        end =
            semr_url_escape(end, semr_image_string(work->image, params[i].name),
                            SEMR_URL_VALUE);
        *end++ = '=';
        if (params[i].capture < 0) {
            end = semr_url_escape(end, value, SEMR_URL_VALUE);
        }
        else {
            end = put_token(work, end);
        }
    }
    return semr_view(query, (apr_size_t)(end - query));
}

static void set_origin(semr_lint_work_t *work)
{
    const semr_lint_t *lint = work->lint;
    const semr_image_host_t *host =
        semr_image_hosts(work->image) + work->policy->host;
    semr_view_t name = semr_image_string(work->image, host->name);
    semr_request_t *request = &work->request;

    request->https = lint->https != 0;
    if (work->policy->scheme != SEMR_ANY_SCHEME) {
        request->https = work->policy->scheme == SEMR_HTTPS;
    }
    request->port = lint->port && request->https == (lint->https != 0)
                        ? lint->port
                        : (apr_port_t)(request->https ? 443 : 80);
    if (work->policy->port) {
        request->port = work->policy->port;
    }
    request->host = lint->host;
    if (!lint->host.len) {
        request->host = semr_view(NO_HOST, sizeof(NO_HOST) - 1);
    }
    if (work->policy->host && host->wild) {
        char *text = apr_palloc(work->each, name.len + SEMR_LINT_TOKEN_LEN + 1);
        char *end = put_token(work, text);

        *end++ = '.';
        memcpy(end, name.p, name.len);
        request->host = semr_view(text, SEMR_LINT_TOKEN_LEN + 1 + name.len);
    }
    else if (work->policy->host) {
        request->host = name;
    }
}

void semr_lint_ask(semr_lint_work_t *work, semr_view_t path, semr_view_t query)
{
    semr_request_t *request = &work->request;

    memset(request, 0, sizeof(*request));
    request->pool = work->each;
    request->path = path;
    request->query = query;
    set_origin(work);
}

int semr_lint_witness(semr_lint_work_t *work)
{
    semr_view_t path = work->policy->kind == SEMR_REGEX ? regex_path(work)
                                                        : literal_path(work);

    if (!path.len || *path.p != '/') {
        return 0;
    }
    semr_lint_ask(work, path, query_of(work));
    return 1;
}
