/* SPDX-License-Identifier: Apache-2.0
 * The journal of a run: which questions were answered right, so that a run that
 * was stopped goes on where it was, and asks again what was wrong.
 *
 *     semredirect verify 1
 *     maps 0011223344556677                   what is asked: the maps,
 *     asks 0011223344556677                   the options that choose,
 *     against http://127.0.0.1:8080           and the server
 *     0-41
 *     43
 *
 * Lines are appended; one without an end was not written whole, and is cut off.
 * One run at a time has it: it is locked.
 */
#ifndef SEMR_CLI_VERIFY_JOURNAL_H
#define SEMR_CLI_VERIFY_JOURNAL_H

#include "command.h"
#include "vocabulary.h"

/* What a journal is bound to */
typedef struct verify_bond_t {
    apr_uint64_t maps;   /* a checksum of what they say */
    apr_uint64_t asks;   /* likewise of options */
    const char *against; /* one line */
} verify_bond_t;

typedef struct verify_done_t {
    unsigned char *bits;  /* by question */
    apr_uint64_t count;   /* questions that there are */
    apr_uint64_t already; /* bits that are set */
} verify_done_t;

typedef struct verify_journal_t verify_journal_t;

/* Room for count questions, none of them done. */
void verify_done_begin(verify_done_t *done, apr_pool_t *pool,
                       apr_uint64_t count);
int verify_done_is(const verify_done_t *done, apr_uint64_t question);
void verify_done_set(verify_done_t *done, apr_uint64_t question);

/* Reads the bytes of a journal into done; *whole is how many of them are whole
 * lines.  Returns NULL, or what is wrong, as "line 3: ..." or a sentence; in
 * pool.  No bytes at all are a journal that has not begun. */
const char *verify_journal_parse(semr_view_t bytes, const verify_bond_t *bond,
                                 verify_done_t *done, apr_size_t *whole,
                                 apr_pool_t *pool);

/* Opens or begins the journal, and reads it.  NULL, and has said why, if it
 * cannot be used.  It is closed with cli->pool. */
verify_journal_t *verify_journal_open(const cli_t *cli, const char *name,
                                      const verify_bond_t *bond,
                                      verify_done_t *done);

/* Notes a question; written at some later call, or by flush.  After a failure
 * nothing is written any more, and flush says so each time. */
void verify_journal_note(verify_journal_t *journal, apr_uint64_t question);
apr_status_t verify_journal_flush(verify_journal_t *journal);

#endif
