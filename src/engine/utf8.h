/* SPDX-License-Identifier: Apache-2.0
 * Characters in UTF-8 (RFC 3629), for whoever shows somebody's bytes.
 */
#ifndef SEMR_UTF8_H
#define SEMR_UTF8_H

#include <apr.h>

/* Bytes of the character that text begins with; 0: it begins with none.  left
 * is at least 1. */
static inline apr_size_t semr_utf8_len(const char *text, apr_size_t left)
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

/* Whether a character of so many bytes is a control character: below U+0020,
 * or from U+007F to U+009F. */
static inline int semr_utf8_is_control(const char *text, apr_size_t len)
{
    const unsigned char *p = (const unsigned char *)text;

    return len == 1 ? p[0] < 0x20 || p[0] == 0x7f
                    : len == 2 && p[0] == 0xc2 && p[1] < 0xa0;
}

#endif
