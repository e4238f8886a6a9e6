/* SPDX-License-Identifier: Apache-2.0
 * A line that is a JSON object (jansson).
 */
#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>
#include <jansson.h>

#include "log_parts.h"
#include "url.h"

static const struct {
    const char *name, *keys;
} usual[] = {
#define X(id, name, keys) {name, keys},
    CLI_LOG_FIELDS(X)
#undef X
};

/* -- which keys ------------------------------------------------------------ */

/* One of 64 bits that stands for a name: most keys are not there, and that is
 * seen without a look-up. */
static apr_uint64_t bit_of(const char *name, apr_size_t len)
{
    return len ? (apr_uint64_t)1 << ((len * 7 + (unsigned char)name[0] * 3 +
                                      (unsigned char)name[len - 1]) &
                                     63)
               : 1;
}

static void add_keys(cli_log_keys_t *field, apr_pool_t *pool, const char *keys)
{
    char *last, *key = apr_strtok(apr_pstrdup(pool, keys), " ", &last);

    field->count = 0;
    for (; key && field->count < CLI_LOG_KEYS;
         key = apr_strtok(NULL, " ", &last)) {
        cli_log_key_t *add = field->keys + field->count++;

        add->name = key;
        add->whole = bit_of(key, strlen(key));
        add->first = bit_of(key, strcspn(key, "."));
    }
}

static int field_of(const char *name)
{
    int i;

    for (i = 0; i < CLI_LOG_FIELD_COUNT; i++) {
        if (!strcmp(usual[i].name, name)) {
            return i;
        }
    }
    return -1;
}

apr_status_t cli_log_take_fields(cli_log_t *log, apr_pool_t *pool,
                                 const char *fields, semr_diag_t *diag)
{
    char *last, *word, *equals;
    int i, id;

    for (i = 0; i < CLI_LOG_FIELD_COUNT; i++) {
        add_keys(log->fields + i, pool, usual[i].keys);
    }
    word = apr_strtok(apr_pstrdup(pool, fields ? fields : ""), ",", &last);
    for (; word; word = apr_strtok(NULL, ",", &last)) {
        equals = strchr(word, '=');
        if (equals) {
            *equals = '\0';
        }
        id = equals ? field_of(word) : -1;
        if (id < 0 || !equals[1]) {
            return semr_diag_set(diag, pool,
                                 "\"%s\" is no NAME=KEY: names are method, "
                                 "url, query, request, status, host, scheme",
                                 word);
        }
        add_keys(log->fields + id, pool, equals + 1);
    }
    return APR_SUCCESS;
}

/* -- what is there --------------------------------------------------------- */

/* A key as it is, or a way into objects */
static const json_t *at_key(const cli_log_t *log, json_t *object,
                            const cli_log_key_t *at)
{
    const char *key = at->name, *dot;
    const json_t *value = NULL;
    char part[64];

    if (!(log->bits & (at->whole | at->first))) {
        return NULL;
    }
    value = json_object_get(object, key);
    while (!value && (dot = strchr(key, '.')) &&
           (apr_size_t)(dot - key) < sizeof(part)) {
        apr_cpystrn(part, key, (apr_size_t)(dot - key) + 1);
        object = json_object_get(object, part);
        key = dot + 1;
        value = json_object_get(object, key);
    }
    return json_is_array(value) ? json_array_get(value, 0) : value;
}

static int is_value(const json_t *value)
{
    return json_is_string(value) || json_is_integer(value);
}

/* The field, by the first of its keys that is there */
static const json_t *at_field(const cli_log_t *log, json_t *object,
                              cli_log_field_t id)
{
    const cli_log_keys_t *field = log->fields + id;
    const json_t *value = NULL;
    int i;

    for (i = 0; !is_value(value) && i < field->count; i++) {
        value = at_key(log, object, field->keys + i);
    }
    return is_value(value) ? value : NULL;
}

static semr_view_t text_at(cli_log_t *log, json_t *object, cli_log_field_t id)
{
    const json_t *value = at_field(log, object, id);

    return json_is_string(value)
               ? semr_view(json_string_value(value), json_string_length(value))
               : semr_view(NULL, 0);
}

static int status_at(cli_log_t *log, json_t *object)
{
    const json_t *value = at_field(log, object, CLI_LOG_FIELD_STATUS);
    json_int_t status = json_is_string(value) ? atoi(json_string_value(value))
                                              : json_integer_value(value);

    return status >= 100 && status < 600 ? (int)status : 0;
}

/* The URL, with a query that stands beside it */
static semr_view_t url_at(cli_log_t *log, json_t *object)
{
    semr_view_t url = text_at(log, object, CLI_LOG_FIELD_URL), query;
    apr_size_t mark;

    if (!url.len || memchr(url.p, '?', url.len)) {
        return url;
    }
    query = text_at(log, object, CLI_LOG_FIELD_QUERY);
    mark = query.len && *query.p != '?';
    if (!query.len || (query.len == 1 && strchr("-?", *query.p)) ||
        url.len + mark + query.len > CLI_LINE_MAX) {
        return url;
    }
    memcpy(log->joined, url.p, url.len);
    log->joined[url.len] = '?';
    memcpy(log->joined + url.len + mark, query.p, query.len);
    return semr_view(log->joined, url.len + mark + query.len);
}

static void take_scheme(semr_view_t scheme, cli_log_request_t *request)
{
    if (scheme.len == 5 && !memcmp(scheme.p, "https", 5)) {
        request->scheme = SEMR_HTTPS;
    }
    else if (scheme.len == 4 && !memcmp(scheme.p, "http", 4)) {
        request->scheme = SEMR_HTTP;
    }
}

static void note_members(cli_log_t *log, json_t *object)
{
    void *at = json_object_iter(object);

    for (log->bits = 0; at; at = json_object_iter_next(object, at)) {
        const char *name = json_object_iter_key(at);

        log->bits |= bit_of(name, strlen(name));
    }
}

static cli_log_result_t read_object(cli_log_t *log, json_t *object,
                                    cli_log_request_t *request)
{
    semr_view_t url, method;

    note_members(log, object);
    url = url_at(log, object);
    request->status = status_at(log, object);
    cli_log_take_host(log, text_at(log, object, CLI_LOG_FIELD_HOST), request);
    take_scheme(text_at(log, object, CLI_LOG_FIELD_SCHEME), request);
    method = text_at(log, object, CLI_LOG_FIELD_METHOD);
    if (url.len && method.len) {
        return cli_log_take(log, method, url, request);
    }
    return cli_log_request_line(
        log, text_at(log, object, CLI_LOG_FIELD_REQUEST), request);
}

cli_log_result_t cli_log_json(cli_log_t *log, semr_view_t line,
                              cli_log_request_t *request)
{
    json_error_t error;
    json_t *object = json_loadb(line.p, line.len, 0, &error);
    cli_log_result_t result = CLI_LOG_WRONG;

    if (json_is_object(object)) {
        result = read_object(log, object, request);
    }
    json_decref(object);
    return result;
}
