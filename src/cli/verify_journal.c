/* SPDX-License-Identifier: Apache-2.0
 * The journal of a run.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <apr_file_io.h>
#include <apr_strings.h>

#include "verify_journal.h"

#define TITLE "semredirect verify 1"

enum {
    PENDING_MAX = 256,             /* questions between two writes */
    BYTES_MAX = 512 * 1024 * 1024, /* of a journal */
    SHOWN = 40                     /* bytes of a wrong line */
};

struct verify_journal_t {
    apr_file_t *file;
    apr_status_t status;
    int npending;
    apr_uint64_t pending[PENDING_MAX];
};

/* -- questions that are done ----------------------------------------------- */

void verify_done_begin(verify_done_t *done, apr_pool_t *pool,
                       apr_uint64_t count)
{
    done->bits = apr_pcalloc(pool, (apr_size_t)(count / 8 + 1));
    done->count = count;
    done->already = 0;
}

int verify_done_is(const verify_done_t *done, apr_uint64_t question)
{
    return done->bits[question / 8] >> question % 8 & 1;
}

void verify_done_set(verify_done_t *done, apr_uint64_t question)
{
    if (!verify_done_is(done, question)) {
        done->bits[question / 8] |= (unsigned char)(1 << question % 8);
        done->already++;
    }
}

/* -- reading --------------------------------------------------------------- */

/* Takes the next whole line off *rest; 0: there is none. */
static int take_line(semr_view_t *rest, semr_view_t *line)
{
    const char *end = rest->len ? memchr(rest->p, '\n', rest->len) : NULL;

    if (!end) {
        return 0;
    }
    *line = (semr_view_t){rest->p, (apr_size_t)(end - rest->p)};
    rest->len -= line->len + 1;
    rest->p = end + 1;
    return 1;
}

static int line_is(semr_view_t line, const char *text)
{
    return line.len == strlen(text) && !memcmp(line.p, text, line.len);
}

/* Takes a decimal number off the line's beginning; 0: there is none. */
static int take_number(semr_view_t *line, apr_uint64_t *number)
{
    apr_size_t i;

    *number = 0;
    for (i = 0;
         i < line->len && i < 18 && line->p[i] >= '0' && line->p[i] <= '9';
         i++) {
        *number = *number * 10 + (apr_uint64_t)(line->p[i] - '0');
    }
    line->p += i;
    line->len -= i;
    return i > 0;
}

/* "43", "0-41" */
static int take_range(semr_view_t line, verify_done_t *done)
{
    apr_uint64_t from, to, i;

    if (!take_number(&line, &from)) {
        return 0;
    }
    to = from;
    if (line.len && *line.p == '-') {
        line.p++;
        line.len--;
        if (!take_number(&line, &to)) {
            return 0;
        }
    }
    if (line.len || from > to || to >= done->count) {
        return 0;
    }
    for (i = from; i <= to; i++) {
        if (verify_done_is(done, i)) { /* no run writes a question twice */
            return 0;
        }
        verify_done_set(done, i);
    }
    return 1;
}

static const char *const bond_names[] = {"maps", "asks", "against"};
static const char *const bond_changes[] = {
    "it is of other maps, or a map has changed since",
    "it is of other options: --host, --stage, --sample and such choose what is "
    "asked",
    "it is of another --against"};

static void bond_lines(const verify_bond_t *bond, apr_pool_t *pool,
                       const char *lines[3])
{
    lines[0] = apr_psprintf(pool, "maps %016" APR_UINT64_T_HEX_FMT, bond->maps);
    lines[1] = apr_psprintf(pool, "asks %016" APR_UINT64_T_HEX_FMT, bond->asks);
    lines[2] = apr_pstrcat(pool, "against ", bond->against, NULL);
}

static const char *wrong_line(semr_view_t line, unsigned number,
                              const char *what, apr_pool_t *pool)
{
    char shown[SHOWN + 1];
    apr_size_t i, len = line.len < SHOWN ? line.len : SHOWN;

    for (i = 0; i < len; i++) {
        shown[i] = line.p[i] < ' ' || line.p[i] > '~' ? '?' : line.p[i];
    }
    shown[len] = '\0';
    return apr_psprintf(pool, "line %u: \"%s\" is no %s", number, shown, what);
}

const char *verify_journal_parse(semr_view_t bytes, const verify_bond_t *bond,
                                 verify_done_t *done, apr_size_t *whole,
                                 apr_pool_t *pool)
{
    semr_view_t rest = bytes, line;
    const char *lines[3];
    unsigned number = 1;
    int i;

    *whole = 0;
    bond_lines(bond, pool, lines);
    if (!bytes.len) {
        return NULL;
    }
    if (!take_line(&rest, &line)) {
        return bytes.len > strlen(TITLE) ||
                       memcmp(bytes.p, TITLE, bytes.len) != 0
                   ? wrong_line(bytes, 1, "journal of semredirect verify", pool)
                   : NULL;
    }
    if (!line_is(line, TITLE)) {
        return wrong_line(line, 1, "journal of semredirect verify", pool);
    }
    for (i = 0; i < 3; i++) {
        if (!take_line(&rest, &line)) {
            return NULL; /* it was stopped before it began */
        }
        if (!line_is(line, lines[i])) {
            apr_size_t len = strlen(bond_names[i]);

            return line.len > len && !memcmp(line.p, bond_names[i], len) &&
                           line.p[len] == ' '
                       ? bond_changes[i]
                       : wrong_line(line, (unsigned)i + 2, bond_names[i], pool);
        }
    }
    for (number = 5; take_line(&rest, &line); number++) {
        if (!take_range(line, done)) {
            return wrong_line(line, number, "question of these maps", pool);
        }
    }
    *whole = bytes.len - rest.len;
    return NULL;
}

/* -- writing --------------------------------------------------------------- */

static void put(verify_journal_t *journal, const char *bytes, apr_size_t len)
{
    if (journal->status == APR_SUCCESS && len) {
        journal->status = apr_file_write_full(journal->file, bytes, len, NULL);
    }
}

static int by_number(const void *a, const void *b)
{
    apr_uint64_t x = *(const apr_uint64_t *)a, y = *(const apr_uint64_t *)b;

    return (x > y) - (x < y);
}

apr_status_t verify_journal_flush(verify_journal_t *journal)
{
    char text[PENDING_MAX * 24]; /* two numbers of 10 digits, and signs */
    apr_size_t len = 0;
    int i, first;

    qsort(journal->pending, (size_t)journal->npending,
          sizeof(*journal->pending), by_number);
    for (i = 0; i < journal->npending; i++) {
        for (first = i; i + 1 < journal->npending &&
                        journal->pending[i + 1] <= journal->pending[i] + 1;) {
            i++;
        }
        len += (apr_size_t)apr_snprintf(
            text + len, sizeof(text) - len,
            i > first ? "%" APR_UINT64_T_FMT "-%" APR_UINT64_T_FMT "\n"
                      : "%" APR_UINT64_T_FMT "\n",
            journal->pending[first], journal->pending[i]);
    }
    journal->npending = 0;
    put(journal, text, len);
    return journal->status;
}

void verify_journal_note(verify_journal_t *journal, apr_uint64_t question)
{
    journal->pending[journal->npending++] = question;
    if (journal->npending == PENDING_MAX) {
        verify_journal_flush(journal);
    }
}

/* -- opening --------------------------------------------------------------- */

static void begin(verify_journal_t *journal, const verify_bond_t *bond,
                  apr_pool_t *pool)
{
    const char *lines[3], *text;

    bond_lines(bond, pool, lines);
    text = apr_pstrcat(pool, TITLE "\n", lines[0], "\n", lines[1], "\n",
                       lines[2], "\n", NULL);
    put(journal, text, strlen(text));
}

/* By the same descriptor: closing another one would let go of the lock. */
static apr_status_t read_all(apr_file_t *file, apr_pool_t *pool,
                             semr_view_t *bytes)
{
    apr_finfo_t about;
    apr_status_t status = apr_file_info_get(&about, APR_FINFO_SIZE, file);
    char *text;

    *bytes = (semr_view_t){NULL, 0};
    if (status != APR_SUCCESS) {
        return status;
    }
    if (about.size > BYTES_MAX) {
        return APR_FROM_OS_ERROR(EFBIG);
    }
    text = apr_palloc(pool, (apr_size_t)about.size + 1);
    status =
        apr_file_read_full(file, text, (apr_size_t)about.size, &bytes->len);
    bytes->p = text;
    return APR_STATUS_IS_EOF(status) ? APR_SUCCESS : status;
}

/* Leaves the file at the end of its whole lines. */
static apr_status_t cut(apr_file_t *file, apr_size_t whole)
{
    apr_off_t end = (apr_off_t)whole;
    apr_status_t status = apr_file_trunc(file, end);

    return status == APR_SUCCESS ? apr_file_seek(file, APR_SET, &end) : status;
}

verify_journal_t *verify_journal_open(const cli_t *cli, const char *name,
                                      const verify_bond_t *bond,
                                      verify_done_t *done)
{
    verify_journal_t *journal = apr_pcalloc(cli->pool, sizeof(*journal));
    const char *wrong;
    semr_view_t bytes;
    apr_size_t whole;
    apr_status_t status = apr_file_open(
        &journal->file, name,
        APR_FOPEN_READ | APR_FOPEN_WRITE | APR_FOPEN_CREATE,
        APR_UREAD | APR_UWRITE | APR_GREAD | APR_WREAD, cli->pool);

    if (status != APR_SUCCESS) {
        cli_fail_io(cli, name, "cannot be opened", status);
        return NULL;
    }
    if (apr_file_lock(journal->file,
                      APR_FLOCK_EXCLUSIVE | APR_FLOCK_NONBLOCK)) {
        cli_say(cli, "%s: another run uses it", name);
        return NULL;
    }
    status = read_all(journal->file, cli->pool, &bytes);
    if (status != APR_SUCCESS) {
        cli_fail_io(cli, name, "cannot be read", status);
        return NULL;
    }
    wrong = verify_journal_parse(bytes, bond, done, &whole, cli->pool);
    if (wrong) {
        cli_say(cli, "%s: %s; remove it, or name another file", name, wrong);
        return NULL;
    }
    journal->status = cut(journal->file, whole);
    if (!whole) {
        begin(journal, bond, cli->pool);
    }
    if (journal->status != APR_SUCCESS) {
        cli_fail_io(cli, name, "cannot be written", journal->status);
        return NULL;
    }
    return journal;
}
