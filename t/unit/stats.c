/* SPDX-License-Identifier: Apache-2.0
 * Counters: hits and minutes, what lies beyond the block, folding while others
 * count, clearing.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "stats.h"
#include "views.h"

enum { RULES = 5000, MINUTE = 1000 };

static semr_stats_t *make(void)
{
    return semr_stats_init(pool, apr_pcalloc(pool, semr_stats_size(RULES)),
                           RULES);
}

static semr_ledger_t *make_ledger(void)
{
    return semr_ledger_init(pool, apr_pcalloc(pool, semr_ledger_size(RULES)),
                            RULES);
}

static void hit(semr_stats_t *stats, apr_uint32_t rule, apr_uint32_t minute)
{
    if (!semr_stats_hit(stats, rule, minute)) {
        semr_stats_begin(stats, rule, rule + 1000000, minute);
    }
}

static apr_uint64_t hits(const semr_stats_t *stats, apr_uint32_t rule)
{
    return semr_count_hits(semr_stats_word(stats, rule));
}

static void test_words(void **state)
{
    apr_uint64_t most = semr_count_word(5, SEMR_COUNT_MOST);
    semr_counted_t counted = semr_count_tell(0);

    (void)state;
    assert_int_equal(counted.hits, 0);
    assert_int_equal(counted.last, 0);
    counted = semr_count_tell(
        semr_count_word(semr_count_minute(1795240799), 1234567890123));
    assert_int_equal(counted.hits, SEMR_COUNT_MOST);
    assert_int_equal(counted.last, 1795240740);
    assert_int_equal(semr_count_minute(0), 1);
    assert_int_equal(semr_count_minute(APR_INT64_MAX), SEMR_COUNT_MINUTES);
    /* a sum neither overflows nor goes back in time */
    counted = semr_count_tell(semr_count_sum(most, semr_count_word(3, 77)));
    assert_int_equal(counted.hits, SEMR_COUNT_MOST);
    assert_int_equal(counted.last, SEMR_COUNT_EPOCH + 300);
    assert_int_equal(semr_count_sum(0, most), most);
}

static void test_hits(void **state)
{
    semr_stats_t *stats = make();

    (void)state;
    assert_int_equal(semr_stats_hit(stats, 0, MINUTE), 0);
    assert_int_equal(hits(stats, 0), 0);
    assert_int_equal(semr_stats_key(stats, 0), 0);
    hit(stats, 0, MINUTE);
    hit(stats, RULES - 1, MINUTE);
    hit(stats, RULES - 1, MINUTE + 2);
    hit(stats, RULES - 1, MINUTE + 1); /* a clock of another thread */
    hit(stats, RULES, MINUTE);         /* there is no such rule */
    assert_int_equal(hits(stats, 0), 1);
    assert_int_equal(hits(stats, 1), 0);
    assert_int_equal(hits(stats, 2000), 0);
    assert_int_equal(hits(stats, RULES - 1), 3);
    assert_int_equal(semr_count_last(semr_stats_word(stats, RULES - 1)),
                     MINUTE + 2);
    assert_int_equal(semr_stats_key(stats, RULES - 1), RULES - 1 + 1000000);
    assert_int_equal(hits(stats, RULES), 0);
    assert_int_equal(semr_stats_next(stats, 0, RULES), 0);
    assert_int_equal(semr_stats_next(stats, 1, RULES), RULES - 1);
    assert_int_equal(semr_stats_next(stats, 1, RULES - 1), RULES - 1);
    semr_stats_clear(stats);
    assert_int_equal(hits(stats, 0), 0);
    assert_int_equal(hits(stats, RULES - 1), 0);
    assert_int_equal(semr_stats_next(stats, 0, RULES), RULES);
}

static void test_most(void **state)
{
    semr_stats_t *stats = make();

    (void)state;
    semr_stats_add(stats, 3, 9, semr_count_word(7, SEMR_COUNT_MOST));
    hit(stats, 3, 7);
    hit(stats, 3, 8);
    hit(stats, 3, 9);
    assert_int_equal(hits(stats, 3), SEMR_COUNT_MOST);
    assert_int_equal(semr_count_last(semr_stats_word(stats, 3)), 9);
}

static void test_fold(void **state)
{
    semr_stats_t *stats = make();
    semr_ledger_t *ledger = make_ledger();
    int i;

    (void)state;
    for (i = 0; i < 3; i++) {
        hit(stats, 7, MINUTE + i);
        hit(stats, 4000, MINUTE);
        semr_stats_fold(stats, ledger);
        assert_int_equal(hits(stats, 7), 0);
    }
    semr_stats_fold(stats, ledger); /* nothing is there */
    assert_int_equal(semr_ledger_read(ledger, 1000007),
                     semr_count_word(MINUTE + 2, 3));
    assert_int_equal(semr_ledger_read(ledger, 1004000),
                     semr_count_word(MINUTE, 3));
    hit(stats, 7, MINUTE); /* and on */
    assert_int_equal(hits(stats, 7), 1);
    assert_int_equal(semr_stats_key(stats, 7), 1000007);
}

/* -- while others count ---------------------------------------------------- */

enum { THREADS = 3, EACH = 60000, SOME = 700 };

static semr_stats_t *shared;

static void *count_on(void *data)
{
    apr_uint32_t i, seed = (apr_uint32_t)(apr_uintptr_t)data;

    for (i = 0; i < EACH; i++) {
        hit(shared, (i * 7 + seed) % SOME, MINUTE + i / 1000);
    }
    return NULL;
}

static void *fold_on(void *data)
{
    int i;

    for (i = 0; i < 300; i++) {
        semr_stats_fold(shared, data);
    }
    return NULL;
}

static void test_exact(void **state)
{
    semr_ledger_t *ledger = make_ledger();
    pthread_t threads[THREADS + 2];
    apr_uint64_t sum = 0;
    apr_uint32_t i;

    (void)state;
    shared = make();
    for (i = 0; i < THREADS + 2; i++) {
        assert_int_equal(pthread_create(threads + i, NULL,
                                        i < THREADS ? count_on : fold_on,
                                        i < THREADS ? (void *)(apr_uintptr_t)i
                                                    : (void *)ledger),
                         0);
    }
    for (i = 0; i < THREADS + 2; i++) {
        pthread_join(threads[i], NULL);
    }
    for (i = 0; i < SOME; i++) {
        sum += hits(shared, i) +
               semr_count_hits(semr_ledger_read(ledger, i + 1000000));
    }
    assert_int_equal(sum, THREADS * EACH);
    assert_int_equal(semr_ledger_lost(ledger), 0);
}

/* -- memory ---------------------------------------------------------------- */

static apr_size_t resident(char *block, apr_size_t size)
{
    static unsigned char pages[1024];
    apr_size_t i, count = 0;

    assert_in_range(size, 0, sizeof(pages) * 4096);
    assert_int_equal(mincore(block, size, pages), 0);
    for (i = 0; i < (size + 4095) / 4096; i++) {
        count += pages[i] & 1;
    }
    return count;
}

/* Where children share it, what was counted and cleared takes no memory; nor
 * does what nobody has met, though all of it is looked at. */
static void test_memory(void **state)
{
    enum { MANY = 100000 };
    apr_size_t size = semr_stats_size(MANY);
    char *block = mmap(NULL, size, PROT_READ | PROT_WRITE,
                       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    semr_ledger_t *ledger =
        semr_ledger_init(pool, apr_pcalloc(pool, semr_ledger_size(MANY)), MANY);
    semr_stats_t *stats;
    apr_uint32_t i;

    (void)state;
    assert_true(block != MAP_FAILED);
    /* not at a page's beginning */
    stats = semr_stats_init(pool, block + 16, MANY - 512);
    for (i = 0; i < 100; i++) {
        hit(stats, 40000 + i, MINUTE);
    }
    semr_stats_fold(stats, ledger);
    for (i = 0; i < MANY; i++) {
        hits(stats, i);
    }
    assert_in_range(resident(block, size), 3, 10);
    for (i = 0; i < MANY - 512; i++) {
        hit(stats, i, MINUTE);
    }
    semr_stats_clear(stats);
    assert_in_range(resident(block, size), 1, 10);
    for (i = 0; i < MANY - 512; i++) {
        assert_int_equal(hits(stats, i), 0);
    }
    hit(stats, 777, MINUTE);
    assert_int_equal(hits(stats, 777), 1);
    munmap(block, size);
}

/* A child may write anything; the parent folds the block all the same. */
static void test_poisoned(void **state)
{
    apr_size_t size = semr_stats_size(RULES), len = semr_ledger_size(RULES);
    void *block = malloc(size), *other = malloc(len);
    semr_stats_t *stats = semr_stats_init(pool, block, RULES);
    semr_ledger_t *ledger = semr_ledger_init(pool, other, RULES);
    int i;

    (void)state;
    for (i = 0; i < 256; i += 51) {
        memset(block, i, size);
        memset(other, i, len);
        semr_stats_fold(stats, ledger);
        semr_stats_fold(stats, make_ledger());
        semr_ledger_add(ledger, 7, semr_count_word(MINUTE, 1));
        semr_ledger_take(ledger, 4711);
        semr_ledger_renew(ledger, make_ledger(), 100);
        semr_ledger_fold(ledger, make_ledger());
        semr_ledger_clear(ledger);
        semr_stats_clear(stats);
        assert_int_equal(semr_stats_next(stats, 0, RULES), RULES);
    }
    free(block);
    free(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),    cmocka_unit_test(test_hits),
        cmocka_unit_test(test_most),     cmocka_unit_test(test_fold),
        cmocka_unit_test(test_exact),    cmocka_unit_test(test_memory),
        cmocka_unit_test(test_poisoned),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("stats", tests, start, stop);
}
