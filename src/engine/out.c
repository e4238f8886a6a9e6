/* SPDX-License-Identifier: Apache-2.0
 * Text on its way out; see out.h.
 */
#include <stdarg.h>
#include <string.h>

#include <apr_strings.h>

#include "out.h"

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

/* Bytes of the UTF-8 character at text (RFC 3629), 0: there is none. */
static apr_size_t character(const char *text, apr_size_t left)
{
    const unsigned char *p = (const unsigned char *)text;
    apr_size_t len, i;

    if (p[0] < 0x80) {
        return 1;
    }
    len = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
    if (p[0] < 0xc2 || p[0] > 0xf4 || len > left) {
        return 0;
    }
    for (i = 1; i < len; i++) {
        if ((p[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    /* longer than need be, a surrogate, beyond the last one */
    if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
        (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f)) {
        return 0;
    }
    return len;
}

static int is_control(const char *text, apr_size_t len)
{
    const unsigned char *p = (const unsigned char *)text;

    return len == 1 ? p[0] < 0x20 || p[0] == 0x7f
                    : len == 2 && p[0] == 0xc2 && p[1] < 0xa0;
}

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
        len = character(text, left);
        if (len == 0 || is_control(text, len)) {
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
        n = character(text + at, *len - at);
        bad += n == 0;
    }
    if (!bad) {
        return text;
    }
    p = copy = apr_palloc(pool, *len + bad * (REPLACEMENT_LEN - 1));
    for (at = 0; at < *len; at += n ? n : 1) {
        n = character(text + at, *len - at);
        memcpy(p, n ? text + at : REPLACEMENT, n ? n : REPLACEMENT_LEN);
        p += n ? n : REPLACEMENT_LEN;
    }
    *len = (apr_size_t)(p - copy);
    return copy;
}
