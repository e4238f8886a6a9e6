/* SPDX-License-Identifier: Apache-2.0
 * A needle in a text, whatever the case of ASCII letters.
 */
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "search_parts.h"

char *semr_search_more(semr_search_text_t *text, apr_size_t len,
                       apr_pool_t *pool)
{
    apr_size_t room = 2 * (text->len + len) + SEMR_TEXT_PAD;
    char *p = apr_palloc(pool, room);

    if (text->len) {
        memcpy(p, text->p, text->len);
    }
    text->p = p;
    text->room = room;
    return text->p + text->len;
}

static inline char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static inline int is_letter(char c)
{
    return c >= 'a' && c <= 'z';
}

static inline int digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c = lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* -- decoding -------------------------------------------------------------- */

/* Writes each %XX but %00 as its byte; returns the end. */
static char *decode(char *out, const char *p, apr_size_t len)
{
    const char *end = p + len;

    while (p < end) {
        if (*p == '%' && end - p > 2 && digit(p[1]) >= 0 && digit(p[2]) >= 0 &&
            (p[1] != '0' || p[2] != '0')) {
            *out++ = (char)(digit(p[1]) << 4 | digit(p[2]));
            p += 3;
        }
        else {
            *out++ = *p++;
        }
    }
    return out;
}

/* Bytes that are never percent-encoded in what is canonical (RFC 3986 2.3) */
static int is_plain(semr_view_t text)
{
    apr_size_t i;

    for (i = 0; i < text.len; i++) {
        char c = lower(text.p[i]);

        if (!is_letter(c) && !(c >= '0' && c <= '9') && c != '-' && c != '.' &&
            c != '_' && c != '~') {
            return 0;
        }
    }
    return 1;
}

static semr_view_t folded(apr_pool_t *pool, const char *p, apr_size_t len)
{
    char *copy = apr_palloc(pool, len + 1);
    apr_size_t i;

    for (i = 0; i < len; i++) {
        copy[i] = lower(p[i]);
    }
    return semr_view(copy, len);
}

static semr_view_t encoded(apr_pool_t *pool, semr_view_t bytes)
{
    static const char digits[] = "0123456789abcdef";
    char *text = apr_palloc(pool, 3 * bytes.len + 1), *out = text;
    apr_size_t i;

    for (i = 0; i < bytes.len; i++) {
        unsigned char c = (unsigned char)bytes.p[i];

        if (c == '%') {
            return semr_view("", 0);
        }
        if (c < 0x80) {
            *out++ = (char)c;
            continue;
        }
        *out++ = '%';
        *out++ = digits[c >> 4];
        *out++ = digits[c & 15];
    }
    return semr_view(text, (apr_size_t)(out - text));
}

semr_needle_t semr_needle_make(apr_pool_t *pool, semr_view_t text)
{
    semr_needle_t needle;
    char *p = apr_palloc(pool, text.len + 1);

    needle.text = folded(pool, text.p, text.len);
    needle.decoded =
        folded(pool, p, (apr_size_t)(decode(p, text.p, text.len) - p));
    needle.encoded = encoded(pool, needle.decoded);
    needle.plain = is_plain(text);
    return needle;
}

/* -- finding --------------------------------------------------------------- */

static inline int is_here(semr_view_t needle, const char *p)
{
    apr_size_t i;

    for (i = 0; i < needle.len; i++) {
        if (lower(p[i]) != needle.p[i]) {
            return 0;
        }
    }
    return 1;
}

#ifdef __SSE2__

enum { BLOCK = 16 };

/* Where the needle's first and its last byte stand right is where the rest is
 * compared.  Up to SEMR_TEXT_PAD bytes behind the text are read. */
static int is_in(semr_view_t needle, const char *text, apr_size_t len)
{
    const apr_size_t last = needle.len - 1;
    const __m128i a = _mm_set1_epi8(needle.p[0]);
    const __m128i z = _mm_set1_epi8(needle.p[last]);
    const __m128i fold_a = _mm_set1_epi8(is_letter(needle.p[0]) ? 0x20 : 0);
    const __m128i fold_z = _mm_set1_epi8(is_letter(needle.p[last]) ? 0x20 : 0);
    apr_size_t at, ends;

    if (!needle.len || len < needle.len) {
        return 0;
    }
    ends = len - last;
    for (at = 0; at < ends; at += BLOCK) {
        const void *first = text + at, *final = text + at + last;
        __m128i is_a =
            _mm_cmpeq_epi8(_mm_or_si128(_mm_loadu_si128(first), fold_a), a);
        __m128i is_z =
            _mm_cmpeq_epi8(_mm_or_si128(_mm_loadu_si128(final), fold_z), z);
        unsigned both = (unsigned)_mm_movemask_epi8(_mm_and_si128(is_a, is_z));

        if (ends - at < BLOCK) {
            both &= (1u << (ends - at)) - 1;
        }
        for (; both; both &= both - 1) {
            if (is_here(needle, text + at + __builtin_ctz(both))) {
                return 1;
            }
        }
    }
    return 0;
}

/* Whether one of its %XX is ASCII; it may say so where none is. */
static int has_ascii_encoded(const char *text, apr_size_t len)
{
    const __m128i percent = _mm_set1_epi8('%'), eight = _mm_set1_epi8('8');
    apr_size_t at;
    unsigned found = 0;

    for (at = 0; at < len && !found; at += BLOCK) {
        const void *first = text + at, *second = text + at + 1;

        found = (unsigned)_mm_movemask_epi8(
            _mm_and_si128(_mm_cmpeq_epi8(_mm_loadu_si128(first), percent),
                          _mm_cmplt_epi8(_mm_loadu_si128(second), eight)));
        if (len - at < BLOCK) {
            found &= (1u << (len - at)) - 1;
        }
    }
    return found != 0;
}

#else

static int has_ascii_encoded(const char *text, apr_size_t len)
{
    return memchr(text, '%', len) != NULL;
}

static int is_in(semr_view_t needle, const char *text, apr_size_t len)
{
    apr_size_t at;

    for (at = 0; at + needle.len <= len; at++) {
        if (is_here(needle, text + at)) {
            return 1;
        }
    }
    return 0;
}

#endif

/* What is canonical has no byte raw that is no ASCII, so that only %XX that
 * are ASCII need to be decoded.  0: nobody knows without. */
static int is_known(const semr_needle_t *needle, const semr_search_text_t *text,
                    int *found)
{
    *found = 0;
    if (!text->canonical) {
        return 0;
    }
    if (needle->plain) {
        return 1;
    }
    if (!needle->encoded.len) {
        return 0;
    }
    *found = !semr_view_equal(needle->encoded, needle->text) &&
             is_in(needle->encoded, text->p, text->len);
    return *found || !has_ascii_encoded(text->p, text->len);
}

int semr_needle_in(const semr_needle_t *needle, const semr_search_text_t *text,
                   semr_search_text_t *decoded, apr_pool_t *pool)
{
    int found;

    if (is_in(needle->text, text->p, text->len)) {
        return 1;
    }
    if (is_known(needle, text, &found)) {
        return found;
    }
    decoded->len = 0;
    semr_search_room(decoded, text->len, pool);
    decoded->len =
        (apr_size_t)(decode(decoded->p, text->p, text->len) - decoded->p);
    return is_in(needle->decoded, decoded->p, decoded->len);
}

int semr_needle_in_view(const semr_needle_t *needle, semr_view_t text)
{
    apr_size_t at;

    for (at = 0; at + needle->text.len <= text.len; at++) {
        if (is_here(needle->text, text.p + at)) {
            return 1;
        }
    }
    return 0;
}
