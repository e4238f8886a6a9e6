/* SPDX-License-Identifier: Apache-2.0
 * Witnesses of rules.
 */
#include <string.h>

#include "lookup.h"
#include "witness.h"

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
char semr_witness_byte(const semr_space_t *space)
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

static char *put(char *out, semr_view_t text)
{
    if (text.len) {
        memcpy(out, text.p, text.len);
    }
    return out + text.len;
}

/* Writes a pattern's text, with the word for each capture; returns the end. */
static char *put_pattern(char *out, semr_view_t text, semr_view_t word)
{
    apr_size_t i;

    for (i = 0; i < text.len; i++) {
        if ((unsigned char)text.p[i] >= SEMR_OP_CAPTURE) {
            out = put(out, word);
        }
        else {
            *out++ = text.p[i];
        }
    }
    return out;
}

static semr_view_t literal_path(const semr_witness_t *witness,
                                const semr_image_policy_t *policy,
                                const semr_image_rule_t *rule)
{
    int is_pattern = policy->kind == SEMR_PATTERN;
    apr_size_t words = is_pattern ? SEMR_CAPTURES_MAX + 1 : 1;
    char *path =
        apr_palloc(witness->pool, rule->from.len + rule->from_rest.len + 2 +
                                      words * witness->word.len);
    char *end = path;

    end = is_pattern ? put_pattern(end, rule->from, witness->word)
                     : put(put(end, rule->from), rule->from_rest);
    if (policy->kind == SEMR_PREFIX || policy->flags & SEMR_STAR) {
        *end++ = '/';
        end = put(end, witness->word);
    }
    else if (end == path || policy->flags & SEMR_WITH_SLASH) {
        *end++ = '/';
    }
    /* what is folded has its %XX in lower case */
    return policy->flags & SEMR_FOLD
               ? semr_url_path(witness->pool,
                               semr_view(path, (apr_size_t)(end - path)))
               : semr_view(path, (apr_size_t)(end - path));
}

semr_view_t semr_witness_canonical(apr_pool_t *pool, semr_view_t decoded)
{
    char *path = apr_palloc(pool, 3 * decoded.len + 1);
    char *end = semr_url_escape(path, decoded, SEMR_URL_PATH);

    return semr_url_path(pool, semr_view(path, (apr_size_t)(end - path)));
}

static semr_view_t regex_path(const semr_witness_t *witness,
                              const semr_image_rule_t *rule)
{
    semr_view_t sample =
        semr_witness_sample(witness->pool, rule->from, witness->word);

    return sample.len ? semr_witness_canonical(witness->pool, sample) : sample;
}

semr_view_t semr_witness_below(const semr_witness_t *witness, semr_view_t path)
{
    char *below = apr_palloc(witness->pool, path.len + 1 + witness->word.len);
    char *end = put(below, path);

    *end++ = '/';
    end = put(end, witness->word);
    return semr_view(below, (apr_size_t)(end - below));
}

/* -- the rest of the URL --------------------------------------------------- */

static semr_view_t query_of(const semr_witness_t *witness,
                            const semr_image_t *image,
                            const semr_image_rule_t *rule)
{
    const semr_image_extra_t *extra = semr_image_extras(image) + rule->extra;
    const semr_image_param_t *params = semr_image_params(image) + extra->params;
    apr_size_t size = 0;
    apr_uint32_t i;
    char *query, *end;

    if (!extra->nparams) {
        return semr_view(NULL, 0);
    }
    for (i = 0; i < extra->nparams; i++) {
        size += 3 * (semr_image_string(image, params[i].name).len +
                     semr_image_string(image, params[i].value).len) +
                3 + witness->word.len;
    }
    query = end = apr_palloc(witness->pool, size);
    for (i = 0; i < extra->nparams; i++) {
        semr_view_t value = semr_image_string(image, params[i].value);

        if (i) {
            *end++ = '&';
        }
        end = semr_url_escape(end, semr_image_string(image, params[i].name),
                              SEMR_URL_VALUE);
        *end++ = '=';
        end = params[i].capture < 0
                  ? semr_url_escape(end, value, SEMR_URL_VALUE)
                  : put(end, witness->word);
    }
    return semr_view(query, (apr_size_t)(end - query));
}

static void set_origin(const semr_witness_t *witness, const semr_image_t *image,
                       const semr_image_policy_t *policy,
                       semr_request_t *request)
{
    const semr_image_host_t *host = semr_image_hosts(image) + policy->host;
    semr_view_t name = semr_image_string(image, host->name);

    request->https = witness->https != 0;
    if (policy->scheme != SEMR_ANY_SCHEME) {
        request->https = policy->scheme == SEMR_HTTPS;
    }
    request->port = witness->port && request->https == (witness->https != 0)
                        ? witness->port
                        : (apr_port_t)(request->https ? 443 : 80);
    if (policy->port) {
        request->port = policy->port;
    }
    request->host = policy->host ? name : witness->host;
    if (policy->host && host->wild) {
        char *text =
            apr_palloc(witness->pool, name.len + witness->word.len + 1);
        char *end = put(text, witness->word);

        *end++ = '.';
        end = put(end, name);
        request->host = semr_view(text, (apr_size_t)(end - text));
    }
}

void semr_witness_ask(const semr_witness_t *witness, const semr_image_t *image,
                      const semr_image_rule_t *rule, semr_view_t path,
                      semr_view_t query, semr_request_t *request)
{
    memset(request, 0, sizeof(*request));
    request->pool = witness->pool;
    request->path = path;
    request->query = query;
    set_origin(witness, image, semr_image_policy(image, rule), request);
}

int semr_witness(const semr_witness_t *witness, const semr_image_t *image,
                 const semr_image_rule_t *rule, semr_request_t *request)
{
    const semr_image_policy_t *policy = semr_image_policy(image, rule);
    semr_view_t path = policy->kind == SEMR_REGEX
                           ? regex_path(witness, rule)
                           : literal_path(witness, policy, rule);

    if (!path.len || *path.p != '/') {
        return 0;
    }
    semr_witness_ask(witness, image, rule, path, query_of(witness, image, rule),
                     request);
    return 1;
}
