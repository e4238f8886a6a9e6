/* SPDX-License-Identifier: Apache-2.0
 * Values as JSON, and objects on their way out.
 */
#include <string.h>

#include <apr_strings.h>

#include "json.h"

/* -- values ---------------------------------------------------------------- */

json_t *semr_json_string(apr_pool_t *pool, const char *text)
{
    apr_size_t len;

    if (!text) {
        return json_null();
    }
    len = strlen(text);
    text = semr_out_utf8(pool, text, &len);
    return json_stringn(text, len);
}

json_t *semr_json_number(apr_uint64_t value)
{
    return json_integer((json_int_t)value);
}

/* -- writing --------------------------------------------------------------- */

/* Steals value; "codes.GET" is GET in an object codes. */
int semr_json_set(json_t *object, const char *key, json_t *value)
{
    const char *dot = strchr(key, '.');
    json_t *inner;
    char name[16];

    if (!dot) {
        return json_object_set_new(object, key, value);
    }
    apr_cpystrn(name, key, (apr_size_t)(dot - key) + 1);
    inner = json_object_get(object, name);
    if (!inner) {
        inner = json_object();
        if (json_object_set_new(object, name, inner)) {
            json_decref(value);
            return -1;
        }
    }
    return json_object_set_new(inner, dot + 1, value);
}

/* JSON lets these control characters stand raw, but a terminal obeys them:
 * DEL, and U+0080 to U+009F, which are two bytes and come in one piece. */
static int is_control(const char *at, const char *end)
{
    return *at == '\x7f' || ((unsigned char)*at == 0xc2 && end - at > 1 &&
                             (unsigned char)at[1] < 0xa0);
}

static int write_bytes(const char *bytes, size_t len, void *baton)
{
    const char *end = bytes + len, *at;
    char escaped[8];

    for (at = bytes; at < end; at++) {
        if (is_control(at, end)) {
            semr_out_write(baton, bytes, (apr_size_t)(at - bytes));
            at += *at != '\x7f';
            apr_snprintf(escaped, sizeof(escaped), "\\u%04x",
                         (unsigned)(unsigned char)*at);
            semr_out_puts(baton, escaped);
            bytes = at + 1;
        }
    }
    semr_out_write(baton, bytes, (apr_size_t)(end - bytes));
    return 0;
}

/* Writes the object and lets it go; failed: it is not whole. */
void semr_json_write(semr_out_t *out, json_t *object, int failed, size_t flags)
{
    if (failed ||
        json_dump_callback(object, write_bytes, out, JSON_COMPACT | flags)) {
        out->status = out->status ? out->status : APR_ENOMEM;
    }
    json_decref(object);
}
