/* SPDX-License-Identifier: Apache-2.0
 * Diagnostics are values; see diag.h.
 */
#include <stdarg.h>
#include <string.h>

#include <apr_strings.h>

#include "diag.h"
#include "utf8.h"

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

const char *semr_diag_show(apr_pool_t *pool, semr_view_t view)
{
    char *text = apr_palloc(pool, SHOWN_MAX + sizeof("..."));
    char *out = text;
    apr_size_t at = 0, len;

    while (at < view.len) {
        const char *p = view.p + at;

        len = semr_utf8_len(p, view.len - at);
        if (semr_utf8_is_control(p, len)) {
            len = 0;
        }
        if ((apr_size_t)(out - text) + (len ? len : 1) > SHOWN_MAX) {
            out = apr_cpystrn(out, "...", sizeof("..."));
            break;
        }
        if (len == 0) {
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
