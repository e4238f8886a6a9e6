/* SPDX-License-Identifier: Apache-2.0
 * Diagnostics are values; see diag.h.
 */
#include <stdarg.h>
#include <string.h>

#include <apr_strings.h>

#include "diag.h"

enum { SHOWN_MAX = 200 };

apr_status_t semr_diag_set(semr_diag_t *diag, apr_pool_t *pool,
                           const char *format, ...)
{
    va_list args;

    va_start(args, format);
    diag->text = apr_pvsprintf(pool, format, args);
    va_end(args);
    return APR_EINVAL;
}

/* Bytes of the UTF-8 character at p (RFC 3629), or 0: it is none, or a
 * control character. */
static apr_size_t utf8_len(const unsigned char *p, apr_size_t left)
{
    apr_size_t len = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
    apr_size_t i;

    if (p[0] < 0xc2 || p[0] > 0xf4 || len > left) {
        return 0;
    }
    for (i = 1; i < len; i++) {
        if ((p[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    if ((p[0] == 0xc2 && p[1] < 0xa0) || (p[0] == 0xe0 && p[1] < 0xa0) ||
        (p[0] == 0xed && p[1] > 0x9f) || (p[0] == 0xf0 && p[1] < 0x90) ||
        (p[0] == 0xf4 && p[1] > 0x8f)) {
        return 0;
    }
    return len;
}

const char *semr_diag_show(apr_pool_t *pool, semr_view_t view)
{
    char *text = apr_palloc(pool, SHOWN_MAX + sizeof("..."));
    char *out = text;
    apr_size_t at = 0, len;

    while (at < view.len) {
        const unsigned char *p = (const unsigned char *)view.p + at;

        len = *p < 0x80 ? 1 : utf8_len(p, view.len - at);
        if ((apr_size_t)(out - text) + (len ? len : 1) > SHOWN_MAX) {
            out = apr_cpystrn(out, "...", sizeof("..."));
            break;
        }
        if (len == 0 || *p < 0x20 || *p == 0x7f) {
            *out++ = '?';
            at++;
            continue;
        }
        memcpy(out, p, len);
        out += len;
        at += len;
    }
    *out = '\0';
    return text;
}
