/* SPDX-License-Identifier: Apache-2.0
 * A line that is a JSON object: most by the scanner, and what that is not sure
 * of by jansson.
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

static void want_keys(cli_log_scan_t *scan, const cli_log_keys_t *field)
{
    int i;

    for (i = 0; i < field->count; i++) {
        cli_log_scan_want(scan, field->keys[i].name);
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
    cli_log_scan_begin(&log->scan, pool);
    for (i = 0; i < CLI_LOG_FIELD_COUNT; i++) {
        want_keys(&log->scan, log->fields + i);
    }
    return APR_SUCCESS;
}

/* -- what is there --------------------------------------------------------- */

enum { PART_MAX = 64 }; /* of a key, with its end */

/* What a key leads to; kind is CLI_LOG_OTHER if that is no text or integer */
typedef struct value_t {
    cli_log_kind_t kind;
    semr_view_t text;
    apr_int64_t number;
} value_t;

/* A key as it is, or a way into objects: of jansson's */
static value_t in_object(json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    value_t found = {CLI_LOG_OTHER, {NULL, 0}, 0};
    char part[PART_MAX];
    const char *dot;

    while (!value && (dot = strchr(key, '.')) && dot - key < PART_MAX) {
        apr_cpystrn(part, key, (apr_size_t)(dot - key) + 1);
        object = json_object_get(object, part);
        key = dot + 1;
        value = json_object_get(object, key);
    }
    value = json_is_array(value) ? json_array_get(value, 0) : value;
    if (json_is_string(value)) {
        found.kind = CLI_LOG_STRING;
        found.text =
            semr_view(json_string_value(value), json_string_length(value));
    }
    else if (json_is_integer(value)) {
        found.kind = CLI_LOG_INTEGER;
        found.number = json_integer_value(value);
    }
    return found;
}

/* The same: of the scanner's members */
static value_t in_members(const cli_log_scan_t *scan, const char *key)
{
    int parent = CLI_LOG_ROOT;
    const cli_log_member_t *object,
        *value = cli_log_scan_get(scan, parent, key, strlen(key));
    const char *dot;

    while (!value && (dot = strchr(key, '.')) && dot - key < PART_MAX) {
        object = cli_log_scan_get(scan, parent, key, (apr_size_t)(dot - key));
        if (!object || object->kind != CLI_LOG_OBJECT) {
            break;
        }
        parent = (int)(object - scan->members);
        key = dot + 1;
        value = cli_log_scan_get(scan, parent, key, strlen(key));
    }
    if (!value || value->kind == CLI_LOG_OBJECT ||
        value->kind == CLI_LOG_OTHER) {
        return (value_t){CLI_LOG_OTHER, {NULL, 0}, 0};
    }
    return value->kind == CLI_LOG_STRING
               ? (value_t){CLI_LOG_STRING, value->text, 0}
               : (value_t){CLI_LOG_INTEGER, {NULL, 0}, value->number};
}

/* The field, by the first of its keys that is there; object is NULL if the
 * scanner has read the line. */
static value_t at_field(const cli_log_t *log, json_t *object,
                        cli_log_field_t id)
{
    const cli_log_keys_t *field = log->fields + id;
    value_t value = {CLI_LOG_OTHER, {NULL, 0}, 0};
    int i;

    for (i = 0; value.kind == CLI_LOG_OTHER && i < field->count; i++) {
        const cli_log_key_t *key = field->keys + i;

        if (log->bits & (key->whole | key->first)) {
            value = object ? in_object(object, key->name)
                           : in_members(&log->scan, key->name);
        }
    }
    return value;
}

static semr_view_t text_at(cli_log_t *log, json_t *object, cli_log_field_t id)
{
    return at_field(log, object, id).text;
}

static int status_at(cli_log_t *log, json_t *object)
{
    value_t value = at_field(log, object, CLI_LOG_FIELD_STATUS);
    char digits[16]; /* "200", or "200 OK" */

    if (value.kind == CLI_LOG_STRING && value.text.len) {
        apr_size_t len = value.text.len < sizeof(digits) ? value.text.len
                                                         : sizeof(digits) - 1;

        memcpy(digits, value.text.p, len);
        digits[len] = '\0';
        value.number = strtol(digits, NULL, 10);
    }
    return value.number >= 100 && value.number < 600 ? (int)value.number : 0;
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
    const cli_log_scan_t *scan = &log->scan;
    void *at = json_object_iter(object);
    int i;

    log->bits = 0;
    for (; at; at = json_object_iter_next(object, at)) {
        const char *name = json_object_iter_key(at);

        log->bits |= bit_of(name, strlen(name));
    }
    for (i = 0; !object && i < scan->count; i++) {
        log->bits |= bit_of(scan->members[i].name.p, scan->members[i].name.len);
    }
}

/* object is NULL if the scanner has read the line. */
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

int cli_log_json_quick(cli_log_t *log, semr_view_t line,
                       cli_log_request_t *request, cli_log_result_t *result)
{
    if (!cli_log_scan(&log->scan, line)) {
        return 0;
    }
    *result = read_object(log, NULL, request);
    return 1;
}

cli_log_result_t cli_log_json_whole(cli_log_t *log, semr_view_t line,
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

cli_log_result_t cli_log_json(cli_log_t *log, semr_view_t line,
                              cli_log_request_t *request)
{
    cli_log_result_t result;

    return cli_log_json_quick(log, line, request, &result)
               ? result
               : cli_log_json_whole(log, line, request);
}
