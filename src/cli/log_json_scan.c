/* SPDX-License-Identifier: Apache-2.0
 * One line that is a JSON object -> the members that fields may want.
 *
 * Functions that take something move p behind it, and return 0 if it is not
 * surely what jansson would take for the same.
 */
#include <string.h>

#include "log_json_scan.h"
#include "url.h"

enum {
    SKIP = -2,       /* the parent of members that are not kept */
    DIGITS_MAX = 18, /* of an integer: it fits */
    REAL_MAX = 64    /* digits, and an exponent of two: no overflow */
};

/* -- what is wanted -------------------------------------------------------- */

static unsigned char hash_of(const char *name, apr_size_t len)
{
    return len ? (unsigned char)(len * 37 + (unsigned char)name[0] * 5 +
                                 (unsigned char)name[len - 1] * 11 +
                                 (unsigned char)name[len / 2])
               : 0;
}

void cli_log_scan_begin(cli_log_scan_t *scan, apr_pool_t *pool)
{
    scan->text = apr_palloc(pool, CLI_LINE_MAX);
}

void cli_log_scan_want(cli_log_scan_t *scan, const char *key)
{
    for (;;) {
        apr_size_t part = strcspn(key, ".");

        scan->wanted[hash_of(key, strlen(key))] = 1;
        scan->wanted[hash_of(key, part)] = 1;
        if (!key[part]) {
            return;
        }
        key += part + 1;
    }
}

const cli_log_member_t *cli_log_scan_get(const cli_log_scan_t *scan, int parent,
                                         const char *name, apr_size_t len)
{
    int i;

    for (i = scan->count - 1; i >= 0; i--) {
        const cli_log_member_t *member = scan->members + i;

        if (member->parent == parent && member->name.len == len &&
            !memcmp(member->name.p, name, len)) {
            return member;
        }
    }
    return NULL;
}

/* -- strings --------------------------------------------------------------- */

/* Behind bytes that go on in a string: ASCII, no quote, no backslash, no
 * control.  Eight at a time: a byte's high bit is set if it is none of those,
 * and above such a byte, where that is borrowed from, perhaps, too. */
static const char *plain_end(const char *p, const char *end)
{
    const apr_uint64_t ones = 0x0101010101010101u, high = ones << 7;
    apr_uint64_t word, quote, slash, hits;

    while (end - p >= 8) {
        memcpy(&word, p, 8);
        quote = word ^ ones * '"';
        slash = word ^ ones * '\\';
        hits = (word | (word - ones * ' ') | (quote - ones) | (slash - ones)) &
               high;
        if (hits) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
            return p + __builtin_ctzll(hits) / 8;
#else
            break;
#endif
        }
        p += 8;
    }
    while (p < end && *p >= ' ' && (unsigned char)*p < 0x80 && *p != '"' &&
           *p != '\\') {
        p++;
    }
    return p;
}

static int digit_of(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* Takes an escape; it is some character of ASCII, or in other text any but NUL
 * and surrogates. */
static int take_escape(cli_log_scan_t *scan, int *byte)
{
    static const char letters[] = "\"\\/bfnrt", bytes[] = "\"\\/\b\f\n\r\t";
    const char *p = scan->p + 1, *letter;
    int i, digit, code = 0;

    if (p == scan->end || !*p) {
        return 0;
    }
    letter = strchr(letters, *p);
    if (letter) {
        *byte = bytes[letter - letters];
        scan->p += 2;
        return 1;
    }
    if (*p != 'u' || scan->end - p < 5) {
        return 0;
    }
    for (i = 1; i < 5; i++) {
        digit = digit_of(p[i]);
        if (digit < 0) {
            return 0;
        }
        code = code * 16 + digit;
    }
    *byte = code;
    scan->p += 6;
    return code && (code < 0xd800 || code > 0xdfff);
}

/* Takes the rest of a string that has an escape. */
static int take_escaped(cli_log_scan_t *scan, semr_view_t *text, int keep)
{
    const char *from = text->p, *plain;
    char *out = scan->out;
    int byte;

    for (;;) {
        plain = plain_end(scan->p, scan->end);
        if (keep) {
            memcpy(out, from, (apr_size_t)(plain - from));
            out += plain - from;
        }
        scan->p = plain;
        if (plain == scan->end || (*plain != '"' && *plain != '\\')) {
            return 0;
        }
        if (*plain == '"') {
            scan->p++;
            break;
        }
        if (!take_escape(scan, &byte) || (keep && byte > 0x7f)) {
            return 0;
        }
        if (keep) {
            *out++ = (char)byte;
        }
        from = scan->p;
    }
    *text = semr_view(scan->out, (apr_size_t)(out - scan->out));
    scan->out = out;
    return 1;
}

/* Takes a string; p is at its quote. */
static int take_string(cli_log_scan_t *scan, semr_view_t *text, int keep)
{
    const char *from = scan->p + 1, *plain = plain_end(from, scan->end);

    *text = semr_view(from, (apr_size_t)(plain - from));
    scan->p = plain;
    if (plain == scan->end) {
        return 0;
    }
    if (*plain == '"') {
        scan->p++;
        return 1;
    }
    scan->p = from;
    return *plain == '\\' && take_escaped(scan, text, keep);
}

/* -- numbers and words ----------------------------------------------------- */

static int take_digits(cli_log_scan_t *scan, apr_uint64_t *number)
{
    const char *p = scan->p;
    int count;

    for (*number = 0; p < scan->end && *p >= '0' && *p <= '9'; p++) {
        if (p - scan->p == REAL_MAX) {
            return 0;
        }
        *number = *number * 10 + (apr_uint64_t)(*p - '0'); /* may wrap */
    }
    count = (int)(p - scan->p);
    scan->p = p;
    return count;
}

static int is_at(const cli_log_scan_t *scan, char c)
{
    return scan->p < scan->end && *scan->p == c;
}

/* Fraction and exponent, of two digits: the number cannot overflow. */
static int take_real(cli_log_scan_t *scan)
{
    apr_uint64_t digits;
    int count;

    if (is_at(scan, '.')) {
        scan->p++;
        if (!take_digits(scan, &digits)) {
            return 0;
        }
    }
    if (is_at(scan, 'e') || is_at(scan, 'E')) {
        scan->p++;
        scan->p += is_at(scan, '+') || is_at(scan, '-');
        count = take_digits(scan, &digits);
        return count == 1 || count == 2;
    }
    return 1;
}

static int take_number(cli_log_scan_t *scan, cli_log_member_t *member)
{
    int minus = is_at(scan, '-'), zero, count;
    apr_uint64_t number;

    scan->p += minus;
    zero = is_at(scan, '0');
    count = take_digits(scan, &number);
    if (!count || (zero && count > 1)) {
        return 0;
    }
    if (is_at(scan, '.') || is_at(scan, 'e') || is_at(scan, 'E')) {
        return take_real(scan);
    }
    if (count > DIGITS_MAX) {
        return 0;
    }
    member->kind = CLI_LOG_INTEGER;
    member->number = minus ? -(apr_int64_t)number : (apr_int64_t)number;
    return 1;
}

static int take_word(cli_log_scan_t *scan, const char *word)
{
    apr_size_t len = strlen(word);

    if ((apr_size_t)(scan->end - scan->p) < len ||
        memcmp(scan->p, word, len) != 0) {
        return 0;
    }
    scan->p += len;
    return 1;
}

/* -- values ---------------------------------------------------------------- */

/* What comes behind blanks; NUL at the end, and that is nothing's begin */
static char next(cli_log_scan_t *scan)
{
    if (scan->p<scan->end && * scan->p> ' ') { /* mostly */
        return *scan->p;
    }
    while (scan->p < scan->end && (*scan->p == ' ' || *scan->p == '\t' ||
                                   *scan->p == '\r' || *scan->p == '\n')) {
        scan->p++;
    }
    return scan->p < scan->end ? *scan->p : '\0';
}

/* Goes on behind a value: 1 another follows, 0 that was the last, -1 neither */
static int goes_on(cli_log_scan_t *scan, char close)
{
    char c = next(scan);

    if (c != ',' && c != close) {
        return -1;
    }
    scan->p++;
    return c == ',';
}

static int take_object(cli_log_scan_t *scan, int parent, int depth);
static int take_array(cli_log_scan_t *scan, cli_log_member_t *member, int keep,
                      int depth);

/* Takes a value into a member, which is all zero; parent is that of members in
 * it, or SKIP. */
static int take_value(cli_log_scan_t *scan, cli_log_member_t *member,
                      int parent, int depth)
{
    switch (next(scan)) {
    case '"':
        member->kind = CLI_LOG_STRING;
        return take_string(scan, &member->text, parent != SKIP);
    case '{':
        member->kind = CLI_LOG_OBJECT;
        return take_object(scan, parent, depth + 1);
    case '[':
        return take_array(scan, member, parent != SKIP, depth + 1);
    case 't':
        return take_word(scan, "true");
    case 'f':
        return take_word(scan, "false");
    case 'n':
        return take_word(scan, "null");
    default:
        return take_number(scan, member);
    }
}

static int take_array(cli_log_scan_t *scan, cli_log_member_t *member, int keep,
                      int depth)
{
    cli_log_member_t value = {.kind = CLI_LOG_OTHER};
    int first, more = 1;

    if (depth > CLI_LOG_DEPTH) {
        return 0;
    }
    scan->p++;
    if (next(scan) == ']') {
        scan->p++;
        return 1;
    }
    for (first = 1; more > 0; first = 0) {
        char c = next(scan);

        value.kind = CLI_LOG_OTHER;
        /* of objects in it nothing is kept, but a string */
        if (!take_value(scan, &value,
                        first && keep && c == '"' ? CLI_LOG_ROOT : SKIP,
                        depth)) {
            return 0;
        }
        if (first &&
            (value.kind == CLI_LOG_STRING || value.kind == CLI_LOG_INTEGER) &&
            c != '[') {
            member->kind = value.kind;
            member->text = value.text;
            member->number = value.number;
        }
        more = goes_on(scan, ']');
    }
    return !more;
}

/* Takes "name": value. */
static int take_member(cli_log_scan_t *scan, int parent, int depth)
{
    cli_log_member_t skipped, *member = &skipped;
    semr_view_t name;
    int inside = SKIP;

    if (next(scan) != '"') {
        return 0;
    }
    name.p = ++scan->p;
    scan->p = plain_end(scan->p, scan->end);
    name.len = (apr_size_t)(scan->p - name.p);
    if (!is_at(scan, '"')) {
        return 0;
    }
    scan->p++;
    if (next(scan) != ':') {
        return 0;
    }
    scan->p++;
    if (parent != SKIP && scan->wanted[hash_of(name.p, name.len)]) {
        if (scan->count == CLI_LOG_MEMBERS) {
            return 0;
        }
        inside = scan->count++;
        member = scan->members + inside;
        member->name = name;
        member->parent = parent;
    }
    member->kind = CLI_LOG_OTHER;
    return take_value(scan, member, inside, depth);
}

static int take_object(cli_log_scan_t *scan, int parent, int depth)
{
    int more = 1;

    if (depth > CLI_LOG_DEPTH) {
        return 0;
    }
    scan->p++;
    if (next(scan) == '}') {
        scan->p++;
        return 1;
    }
    while (more > 0) {
        if (!take_member(scan, parent, depth)) {
            return 0;
        }
        more = goes_on(scan, '}');
    }
    return !more;
}

int cli_log_scan(cli_log_scan_t *scan, semr_view_t line)
{
    scan->p = line.p;
    scan->end = line.p + line.len;
    scan->out = scan->text;
    scan->count = 0;
    if (line.len > CLI_LINE_MAX || next(scan) != '{' ||
        !take_object(scan, CLI_LOG_ROOT, 1)) {
        return 0;
    }
    next(scan);
    return scan->p == scan->end;
}
