/* SPDX-License-Identifier: Apache-2.0
 * Text on its way out; see out.h.
 */
#include <stdarg.h>
#include <string.h>

#include <apr_strings.h>

#include "out.h"
#include "utf8.h"

#define REPLACEMENT     "\xef\xbf\xbd" /* U+FFFD */
#define REPLACEMENT_LEN (sizeof(REPLACEMENT) - 1)

/* -- bytes ----------------------------------------------------------------- */

void semr_out_start(semr_out_t *out, const semr_sink_t *sink)
{
    out->sink = sink;
    out->status = APR_SUCCESS;
    out->before = 0;
    out->len = 0;
}

static void flush(semr_out_t *out)
{
    if (out->status == APR_SUCCESS && out->len > 0) {
        out->status = out->sink->write(out->sink->baton, out->bytes, out->len);
    }
    out->before += out->len;
    out->len = 0;
}

void semr_out_write(semr_out_t *out, const char *bytes, apr_size_t len)
{
    while (len > 0) {
        apr_size_t room = sizeof(out->bytes) - out->len;
        apr_size_t part = len < room ? len : room;

        memcpy(out->bytes + out->len, bytes, part);
        out->len += part;
        bytes += part;
        len -= part;
        if (out->len == sizeof(out->bytes)) {
            flush(out);
        }
    }
}

void semr_out_puts(semr_out_t *out, const char *text)
{
    semr_out_write(out, text, strlen(text));
}

void semr_out_printf(semr_out_t *out, apr_pool_t *pool, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    semr_out_puts(out, apr_pvsprintf(pool, format, args));
    va_end(args);
}

apr_status_t semr_out_finish(semr_out_t *out)
{
    flush(out);
    return out->status;
}

/* -- characters ------------------------------------------------------------ */

static const char *entity(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

static void write_text(semr_out_t *out, const char *text, apr_size_t left,
                       int html)
{
    const char *name;
    apr_size_t len;

    for (; left > 0; text += len, left -= len) {
        len = semr_utf8_len(text, left);
        if (len == 0 || semr_utf8_is_control(text, len)) {
            semr_out_puts(out, REPLACEMENT);
            len = len ? len : 1;
        }
        else if (html && (name = entity(*text))) {
            semr_out_puts(out, name);
        }
        else {
            semr_out_write(out, text, len);
        }
    }
}

void semr_out_plain(semr_out_t *out, const char *text, apr_size_t len)
{
    write_text(out, text, len, 0);
}

void semr_out_html(semr_out_t *out, const char *text, apr_size_t len)
{
    write_text(out, text, len, 1);
}

const char *semr_out_utf8(apr_pool_t *pool, const char *text, apr_size_t *len)
{
    apr_size_t at = 0, bad = 0, n;
    char *copy, *p;

    for (; at < *len; at += n ? n : 1) {
        n = semr_utf8_len(text + at, *len - at);
        bad += n == 0;
    }
    if (!bad) {
        return text;
    }
    p = copy = apr_palloc(pool, *len + bad * (REPLACEMENT_LEN - 1));
    for (at = 0; at < *len; at += n ? n : 1) {
        n = semr_utf8_len(text + at, *len - at);
        memcpy(p, n ? text + at : REPLACEMENT, n ? n : REPLACEMENT_LEN);
        p += n ? n : REPLACEMENT_LEN;
    }
    *len = (apr_size_t)(p - copy);
    return copy;
}
