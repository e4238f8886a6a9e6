/* SPDX-License-Identifier: Apache-2.0
 * Fuzz target: the journal of semredirect verify.
 *
 * What has to hold: it ends; what is whole ends with a line; what is said to be
 * wrong is one line; and the whole lines alone are the same journal.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <apr_general.h>

#include "verify_journal.h"

enum { QUESTIONS = 5000 };

static void fail(const char *what)
{
    fprintf(stderr, "%s\n", what);
    abort();
}

static void check(apr_pool_t *pool, semr_view_t bytes)
{
    static const verify_bond_t bond = {1, 2, "http://h:80"};
    verify_done_t done, again;
    apr_size_t whole, other, bits = QUESTIONS / 8 + 1;
    const char *wrong;

    verify_done_begin(&done, pool, QUESTIONS);
    verify_done_begin(&again, pool, QUESTIONS);
    wrong = verify_journal_parse(bytes, &bond, &done, &whole, pool);
    if (whole > bytes.len || (whole && bytes.p[whole - 1] != '\n')) {
        fail("what is whole is no lines");
    }
    if (wrong) {
        if (!*wrong || strpbrk(wrong, "\r\n\033")) {
            fail("what is wrong is no line");
        }
        return;
    }
    bytes.len = whole;
    if (verify_journal_parse(bytes, &bond, &again, &other, pool) ||
        other != whole || memcmp(done.bits, again.bits, bits) != 0) {
        fail("the whole lines are another journal");
    }
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    static int started;
    apr_pool_t *pool;

    if (!started) {
        apr_initialize();
        started = 1;
    }
    apr_pool_create(&pool, NULL);
    check(pool, (semr_view_t){(const char *)data, size});
    apr_pool_destroy(pool);
    return 0;
}
