/* SPDX-License-Identifier: Apache-2.0
 * One canonical form of URLs: encode, decode, squeeze, parameters.
 */
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <apr_strings.h>

#include "url.h"

#define SUBDELIM   (SEMR_URL_PCHAR | SEMR_URL_QUERY | SEMR_URL_PATH)
#define PLAIN      (SUBDELIM | SEMR_URL_VALUE)
#define UNRESERVED (PLAIN | SEMR_URL_HOST)

/* & = + separate parameters, so they are no VALUE. */
const unsigned char semr_url_class[256] = {
    ['A' ... 'Z'] = UNRESERVED,
    ['a' ... 'z'] = UNRESERVED,
    ['0' ... '9'] = UNRESERVED,
    ['-'] = UNRESERVED,
    ['.'] = UNRESERVED,
    ['_'] = UNRESERVED,
    ['~'] = PLAIN,
    ['!'] = PLAIN,
    ['$'] = PLAIN,
    ['\''] = PLAIN,
    ['('] = PLAIN,
    [')'] = PLAIN,
    ['*'] = PLAIN,
    [','] = PLAIN,
    [';'] = PLAIN,
    [':'] = PLAIN,
    ['@'] = PLAIN,
    ['&'] = SUBDELIM,
    ['='] = SUBDELIM,
    ['+'] = SUBDELIM,
    ['/'] = SEMR_URL_QUERY | SEMR_URL_VALUE | SEMR_URL_SLASH | SEMR_URL_PATH,
    ['?'] = SEMR_URL_QUERY | SEMR_URL_VALUE,
};

static inline int is(char c, int classes)
{
    return semr_url_class[(unsigned char)c] & classes;
}

static inline int hex(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The byte that the %XX at i stands for; -1: there is none. */
static inline int triplet(semr_view_t text, apr_size_t i)
{
    int high, low;

    if (text.p[i] != '%' || text.len - i < 3) {
        return -1;
    }
    high = hex(text.p[i + 1]);
    low = hex(text.p[i + 2]);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
}

static char *put_hex(char *out, int byte)
{
    static const char digits[] = "0123456789ABCDEF";

    *out++ = '%';
    *out++ = digits[byte >> 4 & 0xF];
    *out++ = digits[byte & 0xF];
    return out;
}

/* What is behind scheme and authority of an absolute-form target, or NULL. */
static const char *behind_authority(const char *target)
{
    const char *p = target;

    while (is(*p, SEMR_URL_HOST) || *p == '+') {
        ++p;
    }
    if (p == target || strncmp(p, "://", 3) != 0) {
        return NULL;
    }
    p += 3;
    p += strcspn(p, "/?#");
    return *p == '#' ? NULL : p;
}

int semr_url_split(const char *target, semr_view_t *path, semr_view_t *query)
{
    const char *mark;

    if (*target != '/') {
        target = behind_authority(target);
        if (target == NULL) {
            return 0;
        }
    }
    mark = strchrnul(target, '?');
    *path = semr_view(target, mark - target);
    *query = *mark ? semr_view(mark + 1, strlen(mark + 1)) : semr_view(NULL, 0);
    return 1;
}

#ifdef __SSE2__

enum { BLOCK = 16 };

/* The bytes of v that are in a range, as 0xFF */
static inline __m128i in_range(__m128i v, char first, char last)
{
    __m128i from_first = _mm_sub_epi8(v, _mm_set1_epi8(first));

    return _mm_cmpeq_epi8(
        _mm_min_epu8(from_first, _mm_set1_epi8((char)(last - first))),
        from_first);
}

/* Whether the bytes at p are such as most paths have, and none is a slash
 * before a slash or a dot, which differ in one bit; it reads one byte more. */
static inline int plain_block(const char *p)
{
    __m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
    __m128i next = _mm_loadu_si128((const __m128i *)(const void *)(p + 1));
    __m128i slash = _mm_set1_epi8('/');
    __m128i good =
        _mm_or_si128(_mm_or_si128(in_range(v, '-', ':'), in_range(v, '@', 'Z')),
                     _mm_or_si128(in_range(v, 'a', 'z'),
                                  _mm_cmpeq_epi8(v, _mm_set1_epi8('_'))));
    __m128i odd = _mm_and_si128(
        _mm_cmpeq_epi8(v, slash),
        _mm_cmpeq_epi8(_mm_or_si128(next, _mm_set1_epi8(1)), slash));

    return _mm_movemask_epi8(_mm_andnot_si128(odd, good)) == 0xFFFF;
}

#else

enum { BLOCK = 1 };

static inline int plain_block(const char *p)
{
    return is(*p, SEMR_URL_PATH) && (*p != '/' || (p[1] | 1) != '/');
}

#endif

apr_size_t semr_url_plain_blocks(semr_view_t path)
{
    apr_size_t i = 0;

    while (i + BLOCK < path.len && plain_block(path.p + i)) {
        i += BLOCK;
    }
    /* the last block may overlap the one before; the last byte has no next */
    if (i > 0 && i + BLOCK >= path.len &&
        plain_block(path.p + path.len - BLOCK - 1)) {
        i = path.len - 1;
        i += is(path.p[i], SEMR_URL_HOST | SEMR_URL_SLASH) != 0;
    }
    return i;
}

/* Whether raw is canonical at first sight; 0 does not say that it is not.
 * This is what each byte of each request costs, so it goes by blocks, the last
 * of which may overlap the one before. */
static inline int is_plain(semr_view_t raw)
{
    const char *p = raw.p, *last = p + raw.len - 1;

    if (*p != '/' || !is(*last, SEMR_URL_PATH)) {
        return 0;
    }
    if (raw.len <= BLOCK) {
        while (p < last && is(*p, SEMR_URL_PATH) &&
               (*p != '/' || (p[1] | 1) != '/')) {
            ++p;
        }
        return p == last;
    }
    for (; p < last - BLOCK; p += BLOCK) {
        if (!plain_block(p)) {
            return 0;
        }
    }
    return plain_block(last - BLOCK);
}

/* 1 for ".", 2 for "..", else 0. */
static int dots(const char *segment, apr_size_t len)
{
    if (len == 0 || len > 2 || segment[0] != '.' || segment[len - 1] != '.') {
        return 0;
    }
    return (int)len;
}

/* Whether the %XX of a byte may be written as the byte without changing what
 * it says: not a slash, nor what separates the parameters of a query. */
static int may_be_raw(int byte, int classes)
{
    int need = classes & (SEMR_URL_PCHAR | SEMR_URL_PATH)
                   ? SEMR_URL_PCHAR
                   : SEMR_URL_PCHAR | SEMR_URL_VALUE;

    return (semr_url_class[byte] & classes) &&
           (semr_url_class[byte] & need) == need;
}

/* The bytes of the canonical pchar, or %XX, at i; 0: it is neither. */
static apr_size_t unit_len(semr_view_t path, apr_size_t i)
{
    int byte = triplet(path, i);

    if (byte < 0) {
        return is(path.p[i], SEMR_URL_PCHAR) ? 1 : 0;
    }
    return may_be_raw(byte, SEMR_URL_PCHAR) || path.p[i + 1] >= 'a' ||
                   path.p[i + 2] >= 'a'
               ? 0
               : 3;
}

/* The same, exactly: with %XX, and with segments like ".well-known". */
static int is_canonical(semr_view_t raw)
{
    apr_size_t i = 0, segment, len;

    while (i < raw.len && raw.p[i] == '/') {
        segment = ++i;
        while (i < raw.len && (len = unit_len(raw, i)) > 0) {
            i += len;
        }
        if (dots(raw.p + segment, i - segment) ||
            (i == segment && i < raw.len)) {
            return 0;
        }
    }
    return i == raw.len;
}

semr_view_t semr_url_path(apr_pool_t *pool, semr_view_t raw)
{
    char *path, *end;

    if (raw.len > 0 && (is_plain(raw) || is_canonical(raw))) {
        return raw;
    }
    path = apr_palloc(pool, 3 * raw.len + 1);
    end = path;
    if (raw.len == 0 || *raw.p != '/') {
        *end++ = '/';
    }
    end = semr_url_encode(end, raw, SEMR_URL_PATH);
    return semr_view(path, semr_url_squeeze(path, end - path, 1));
}

apr_size_t semr_url_squeeze(char *path, apr_size_t len, int merge)
{
    apr_size_t in, out = 0, end;
    int odd = 0; /* the last segment is an empty or a dot segment */

    for (in = 0; in < len; in = end) {
        const char *segment = path + in + 1;
        const char *slash = memchr(segment, '/', len - in - 1);
        apr_size_t size = (slash ? slash : path + len) - segment;
        int up = dots(segment, size);

        end = in + 1 + size;
        odd = (merge && size == 0) || up;
        if (up == 2) {
            while (out > 0 && path[--out] != '/') {
            }
        }
        if (!odd) {
            if (out != in) {
                memmove(path + out, path + in, size + 1);
            }
            out += size + 1;
        }
    }
    if (odd) {
        path[out++] = '/';
    }
    return out;
}

char *semr_url_encode(char *out, semr_view_t raw, int classes)
{
    apr_size_t i;

    for (i = 0; i < raw.len; ++i) {
        int byte = triplet(raw, i);

        if (byte >= 0) {
            i += 2;
            if (may_be_raw(byte, classes)) {
                *out++ = (char)byte;
                continue;
            }
        }
        else {
            byte = (unsigned char)raw.p[i];
            if (is(raw.p[i], classes)) {
                *out++ = raw.p[i];
                continue;
            }
        }
        out = put_hex(out, byte);
    }
    return out;
}

char *semr_url_escape(char *out, semr_view_t bytes, int classes)
{
    apr_size_t i;

    for (i = 0; i < bytes.len; ++i) {
        if (is(bytes.p[i], classes)) {
            *out++ = bytes.p[i];
        }
        else {
            out = put_hex(out, bytes.p[i]);
        }
    }
    return out;
}

char *semr_url_safe_query(char *out, semr_view_t query)
{
    apr_size_t i;

    for (i = 0; i < query.len; ++i) {
        if (is(query.p[i], SEMR_URL_QUERY) || triplet(query, i) >= 0) {
            *out++ = query.p[i];
        }
        else {
            out = put_hex(out, query.p[i]);
        }
    }
    return out;
}

semr_view_t semr_url_decode(apr_pool_t *pool, semr_view_t path, int slashes)
{
    apr_size_t i = 0;
    char *text, *out;

    if (path.len == 0 || memchr(path.p, '%', path.len) == NULL) {
        return path;
    }
    text = out = apr_palloc(pool, path.len);
    while (i < path.len) {
        int byte = triplet(path, i);

        if (byte < 0) {
            *out++ = path.p[i++];
        }
        else if (byte == '/' && !slashes) {
            memcpy(out, path.p + i, 3);
            out += 3;
            i += 3;
        }
        else {
            *out++ = (char)byte;
            i += 3;
        }
    }
    return semr_view(text, out - text);
}

semr_view_t semr_url_undecode(semr_view_t path, int slashes, apr_size_t from,
                              apr_size_t to)
{
    apr_size_t i, at = 0; /* in the path, and in what was made of it */
    apr_size_t begin = path.len;

    if (to <= path.len && (to == 0 || !memchr(path.p, '%', to))) {
        return semr_view(path.p + from, to > from ? to - from : 0);
    }
    for (i = 0; i < path.len;) {
        int byte = triplet(path, i);
        apr_size_t len = byte < 0 ? 1 : 3;
        apr_size_t made = byte == '/' && !slashes ? 3 : 1;

        if (begin == path.len && at + made > from) {
            begin = i;
        }
        if (at >= to || (begin == i && from >= to)) {
            break;
        }
        at += made;
        i += len;
    }
    return semr_view(path.p + begin, i - begin);
}

semr_view_t semr_url_param(apr_pool_t *pool, semr_view_t raw)
{
    apr_size_t i = 0;
    char *text, *out;

    while (i < raw.len && raw.p[i] != '+' && triplet(raw, i) < 0) {
        ++i;
    }
    if (i == raw.len) {
        return raw;
    }
    text = out = apr_palloc(pool, raw.len);
    for (i = 0; i < raw.len; ++i) {
        int byte = triplet(raw, i);

        if (byte >= 0) {
            *out++ = (char)byte;
            i += 2;
        }
        else {
            *out++ = raw.p[i] == '+' ? ' ' : raw.p[i];
        }
    }
    return semr_view(text, out - text);
}

int semr_url_next_param(semr_view_t *query, semr_view_t *text,
                        semr_view_t *name, semr_view_t *value)
{
    const char *end;
    apr_size_t len;

    while (query->len > 0 && *query->p == '&') {
        *query = semr_view(query->p + 1, query->len - 1);
    }
    if (query->len == 0) {
        return 0;
    }
    end = memchr(query->p, '&', query->len);
    *text =
        semr_view(query->p, end ? (apr_size_t)(end - query->p) : query->len);
    *query = semr_view(text->p + text->len, query->len - text->len);

    *name = *text;
    *value = semr_view(NULL, 0);
    end = memchr(text->p, '=', text->len);
    if (end != NULL) {
        len = end - text->p;
        *name = semr_view(text->p, len);
        *value = semr_view(end + 1, text->len - len - 1);
    }
    return 1;
}

/* The bytes before the first capital letter; 8 at a time, for a byte from 'A'
 * to 'Z' has its top bit clear, gets it by adding 0x3F, and not by 0x25. */
static apr_size_t lower_len(semr_view_t raw)
{
    const apr_uint64_t each = APR_UINT64_C(0x0101010101010101);
    apr_size_t i = 0;

    for (; i + 8 <= raw.len; i += 8) {
        apr_uint64_t word, low;

        memcpy(&word, raw.p + i, sizeof(word));
        low = word & (each * 0x7F);
        if ((low + each * 0x3F) & ~(low + each * 0x25) & ~word & each * 0x80) {
            break;
        }
    }
    while (i < raw.len && (raw.p[i] < 'A' || raw.p[i] > 'Z')) {
        ++i;
    }
    return i;
}

semr_view_t semr_url_fold(apr_pool_t *pool, semr_view_t raw)
{
    apr_size_t i = lower_len(raw);
    char *text;

    if (i == raw.len) {
        return raw;
    }
    text = apr_pmemdup(pool, raw.p, raw.len);
    for (; i < raw.len; ++i) {
        if (text[i] >= 'A' && text[i] <= 'Z') {
            text[i] |= 0x20;
        }
    }
    return semr_view(text, raw.len);
}
