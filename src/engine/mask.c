/* SPDX-License-Identifier: Apache-2.0
 * Paths and referrers without queries and secrets; see mask.h.
 */
#include <string.h>

#include <apr_strings.h>

#include "mask.h"

enum {
    CHUNK_LEAST = 20,  /* bytes that are looked at */
    SECRET_LEAST = 16, /* of pieces that are no words */
    WORD_MOST = 40,    /* letters */
    NUMBER_MOST = 8,   /* digits that are a number or a date */
    DIGITS_MOST = 4,   /* beside letters */
    SHORT_MOST = 2     /* a piece that means nothing beside a secret */
};

enum { UUID = 36 };

/* What is seen of a chunk, piece by piece */
typedef struct chunk_t {
    const char *begin, *end;
    const char *secret, *secret_end; /* NULL: none yet */
    const char *shorts; /* short pieces right before this one; NULL: none */
    apr_size_t strange; /* bytes of pieces that are no words */
} chunk_t;

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int is_small(char c)
{
    return c >= 'a' && c <= 'z';
}

static int is_capital(char c)
{
    return c >= 'A' && c <= 'Z';
}

static int is_alnum(char c)
{
    return is_digit(c) || is_small(c) || is_capital(c);
}

/* Bytes of the sign at p that joins pieces, or 0 */
static apr_size_t joint(const char *p, const char *end)
{
    if (*p == '%') {
        return end - p >= 3 && p[1] == '2' && p[2] == 'F' ? 3 : 0;
    }
    return *p == '-' || *p == '_' || *p == '+' || *p == '=' || *p == '~';
}

/* -- words ----------------------------------------------------------------- */

static apr_size_t digits_at(const char *p, const char *end)
{
    const char *begin = p;

    while (p < end && is_digit(*p)) {
        p++;
    }
    return (apr_size_t)(p - begin);
}

/* Capital letters alone, or each followed by a small one */
static int are_letters(const char *p, const char *end)
{
    const char *begin = p;
    int capitals = 0, small = 0;

    for (; p < end; p++) {
        capitals += is_capital(*p);
        small += is_small(*p);
    }
    if (capitals + small != end - begin || end - begin > WORD_MOST) {
        return 0;
    }
    for (p = begin; capitals && small && p < end; p++) {
        if (is_capital(*p) && (end - p < 2 || !is_small(p[1]))) {
            return 0;
        }
    }
    return 1;
}

static int is_word(const char *p, const char *end)
{
    apr_size_t before = digits_at(p, end), behind = 0;

    if (p + before == end) {
        return before <= NUMBER_MOST;
    }
    while (is_digit(end[-1 - (apr_ssize_t)behind])) {
        behind++;
    }
    return before + behind <= DIGITS_MOST && (!before || !behind) &&
           are_letters(p + before, end - behind);
}

static int is_uuid(const char *p, const char *end)
{
    int i;

    if (end - p < UUID || (end - p > UUID && is_alnum(p[UUID]))) {
        return 0;
    }
    for (i = 0; i < UUID; i++) {
        int hex = is_digit(p[i]) || (p[i] >= 'a' && p[i] <= 'f') ||
                  (p[i] >= 'A' && p[i] <= 'F');

        if (i == 8 || i == 13 || i == 18 || i == 23 ? p[i] != '-' : !hex) {
            return 0;
        }
    }
    return 1;
}

/* -- chunks ---------------------------------------------------------------- */

/* Looks at the piece at p; returns its end. */
static const char *take_piece(chunk_t *chunk, const char *p)
{
    const char *end = p;
    int uuid = is_uuid(p, chunk->end);

    if (uuid) {
        end += UUID;
    }
    while (!uuid && end < chunk->end && is_alnum(*end)) {
        end++;
    }
    if (uuid || !is_word(p, end)) {
        if (!chunk->secret) {
            chunk->secret = chunk->shorts ? chunk->shorts : p;
        }
        chunk->secret_end = end;
        chunk->strange += (apr_size_t)(end - p);
    }
    else if (end - p > SHORT_MOST) {
        chunk->shorts = NULL;
    }
    else if (!chunk->shorts) {
        chunk->shorts = p;
    }
    return end;
}

static void look_at(chunk_t *chunk)
{
    const char *p = chunk->begin;

    while (p < chunk->end) {
        apr_size_t len = joint(p, chunk->end);

        p = len ? p + len : take_piece(chunk, p);
    }
}

static const char *chunk_end(const char *p, const char *end)
{
    while (p < end) {
        apr_size_t len = is_alnum(*p) ? 1 : joint(p, end);

        if (!len) {
            break;
        }
        p += len;
    }
    return p;
}

static char *put(char *out, const char *from, const char *to)
{
    memcpy(out, from, (apr_size_t)(to - from));
    return out + (to - from);
}

static int ends_in_token(const char *begin, const char *end)
{
    apr_size_t len = sizeof(SEMR_MASK_TOKEN) - 1;

    return (apr_size_t)(end - begin) > len && end[-1] == '.' &&
           memcmp(end - 1 - len, SEMR_MASK_TOKEN, len) == 0;
}

/* A token is shorter than any secret. */
static char *put_chunk(const char *text, char *out, const chunk_t *chunk)
{
    if (chunk->strange < SECRET_LEAST) {
        return put(out, chunk->begin, chunk->end);
    }
    if (chunk->secret == chunk->begin && ends_in_token(text, out)) {
        out--;
    }
    else {
        out = put(out, chunk->begin, chunk->secret);
        out = put(out, SEMR_MASK_TOKEN,
                  SEMR_MASK_TOKEN + sizeof(SEMR_MASK_TOKEN) - 1);
    }
    return put(out, chunk->secret_end, chunk->end);
}

static semr_view_t mask_tokens(apr_pool_t *pool, semr_view_t path)
{
    const char *p = path.p, *end = p + path.len;
    char *text, *out;

    if (path.len < CHUNK_LEAST) {
        return path;
    }
    text = out = apr_palloc(pool, path.len + 1);
    while (p < end) {
        chunk_t chunk = {p, chunk_end(p, end), NULL, NULL, NULL, 0};

        if (chunk.end == p) { /* the digits of %XX are no secret's */
            apr_size_t len = *p == '%' && end - p > 2 ? 3 : 1;

            out = put(out, p, p + len);
            p += len;
            continue;
        }
        if (chunk.end - p >= CHUNK_LEAST) {
            look_at(&chunk);
        }
        out = put_chunk(text, out, &chunk);
        p = chunk.end;
    }
    return semr_view(text, (apr_size_t)(out - text));
}

/* -- paths and referrers --------------------------------------------------- */

static semr_view_t without_params(apr_pool_t *pool, semr_view_t path)
{
    const char *p = path.p, *end = p + path.len;
    char *text, *out;

    if (!memchr(p, ';', path.len)) {
        return path;
    }
    text = out = apr_palloc(pool, path.len + 1);
    while (p < end) {
        if (*p != ';') {
            *out++ = *p++;
            continue;
        }
        while (p < end && *p != '/') {
            p++;
        }
    }
    return semr_view(text, semr_url_squeeze(text, (apr_size_t)(out - text), 1));
}

/* -- e-mail addresses ------------------------------------------------------ */

static int is_letter(char c)
{
    return is_small(c) || is_capital(c);
}

/* Behind the domain at p, which begins with a letter and ends in a label of
 * letters; NULL: it is none, as the 2x of icon@2x.png, or a version. */
static const char *domain_end(const char *p, const char *end)
{
    const char *found = NULL, *begin = p;

    while (p < end && (p > begin ? is_alnum(*p) : is_letter(*p))) {
        const char *label = p;

        while (p < end && is_letter(*p)) {
            p++;
        }
        if (label > begin && p - label > 1 && (p == end || !is_digit(*p))) {
            found = p;
        }
        while (p < end && (is_alnum(*p) || *p == '-')) {
            p++;
        }
        p += p < end && *p == '.';
        if (p[-1] != '.') {
            break;
        }
    }
    return found;
}

/* Behind the address at p, which ends in an at sign and a domain; NULL: there
 * is none, or it is shorter than a token. */
static const char *mail_end(const char *p, const char *end)
{
    const char *begin = p, *found = NULL;

    for (; p < end && *p != '/'; p++) {
        apr_size_t at = *p == '@'                             ? 1
                        : end - p > 2 && !memcmp(p, "%40", 3) ? 3
                                                              : 0;

        if (at && p > begin) {
            const char *behind = domain_end(p + at, end);

            found = behind ? behind : found;
        }
    }
    return found && found - begin >= (apr_ssize_t)sizeof(SEMR_MASK_TOKEN) - 1
               ? found
               : NULL;
}

/* Of a segment, all to the end of the last address. */
static semr_view_t mask_mails(apr_pool_t *pool, semr_view_t path)
{
    const char *p = path.p, *end = p + path.len;
    char *text, *out;

    if (!memchr(p, '@', path.len) && !memmem(p, path.len, "%40", 3)) {
        return path;
    }
    text = out = apr_palloc(pool, path.len + 1);
    while (p < end) {
        const char *behind = mail_end(p, end);

        if (behind) {
            out = put(out, SEMR_MASK_TOKEN,
                      SEMR_MASK_TOKEN + sizeof(SEMR_MASK_TOKEN) - 1);
            p = behind;
        }
        while (p < end && *p != '/') {
            *out++ = *p++;
        }
        while (p < end && *p == '/') {
            *out++ = *p++;
        }
    }
    return semr_view(text, (apr_size_t)(out - text));
}

semr_view_t semr_mask_path(apr_pool_t *pool, semr_view_t path)
{
    return mask_tokens(pool, mask_mails(pool, without_params(pool, path)));
}

/* Takes the port off what is behind the host; 0: it is none. */
static int take_port(const char *p, const char *end, apr_port_t *port)
{
    unsigned long value = 0;

    if (p == end) {
        return 1;
    }
    if (*p++ != ':' || end - p > 5) {
        return 0;
    }
    if (p == end) {
        return 1;
    }
    for (; p < end; p++) {
        if (!is_digit(*p)) {
            return 0;
        }
        value = 10 * value + (unsigned long)(*p - '0');
    }
    *port = (apr_port_t)value;
    return value > 0 && value < 65536;
}

/* The host at p, to its port; NULL: there is none. */
static const char *host_end(const char *p, const char *end)
{
    const char *begin = p;

    if (p < end && *p == '[') {
        p = memchr(p, ']', (apr_size_t)(end - p));
        for (begin++; p && begin < p; begin++) {
            if (!is_alnum(*begin) && *begin != ':' && *begin != '.') {
                return NULL;
            }
        }
        return p ? p + 1 : NULL;
    }
    while (p < end && (semr_url_class[(unsigned char)*p] & SEMR_URL_HOST)) {
        p++;
    }
    return p > begin && p - begin <= SEMR_HOST_MAX ? p : NULL;
}

static int take_authority(apr_pool_t *pool, const char *p, const char *end,
                          semr_mask_referrer_t *referrer)
{
    const char *at = memrchr(p, '@', (apr_size_t)(end - p)), *behind;
    apr_port_t usual = referrer->https ? 443 : 80;
    int bracket;

    p = at ? at + 1 : p;
    behind = host_end(p, end);
    referrer->port = usual;
    if (!behind || !take_port(behind, end, &referrer->port)) {
        return 0;
    }
    bracket = *p == '[';
    referrer->host = semr_url_fold(
        pool, semr_view(p + bracket, (apr_size_t)(behind - p) - 2 * bracket));
    referrer->text.p =
        apr_psprintf(pool, "%s://%s%.*s%s", referrer->https ? "https" : "http",
                     bracket ? "[" : "", (int)referrer->host.len,
                     referrer->host.p, bracket ? "]" : "");
    if (referrer->port != usual) {
        referrer->text.p = apr_psprintf(pool, "%s:%u", referrer->text.p,
                                        (unsigned)referrer->port);
    }
    return 1;
}

int semr_mask_referrer(apr_pool_t *pool, const char *header,
                       semr_mask_referrer_t *referrer)
{
    const char *p, *end, *slash;

    memset(referrer, 0, sizeof(*referrer));
    if (!strncasecmp(header, "https://", 8)) {
        referrer->https = 1;
    }
    else if (strncasecmp(header, "http://", 7)) {
        return 0;
    }
    p = header + 7 + referrer->https;
    end = p + strcspn(p, "?#");
    slash = memchr(p, '/', (apr_size_t)(end - p));
    slash = slash ? slash : end;
    if (!take_authority(pool, p, slash, referrer)) {
        return 0;
    }
    referrer->path = semr_mask_path(
        pool, semr_url_path(pool, semr_view(slash, (apr_size_t)(end - slash))));
    referrer->text.p = apr_psprintf(pool, "%s%.*s", referrer->text.p,
                                    (int)referrer->path.len, referrer->path.p);
    referrer->text.len = strlen(referrer->text.p);
    return 1;
}
