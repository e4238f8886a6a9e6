/* SPDX-License-Identifier: Apache-2.0
 * Counters: hits, what lies beyond the block, clearing, going through.
 */
#include <sys/mman.h>

#include "stats.h"
#include "views.h"

enum { RULES = 5000 };

static semr_stats_t *make(void)
{
    return semr_stats_init(apr_pcalloc(pool, semr_stats_size(RULES)), RULES,
                           77);
}

static void test_hits(void **state)
{
    semr_stats_t *stats = make();

    (void)state;
    assert_int_equal(semr_stats_since(stats), 77);
    semr_stats_hit(stats, 0);
    semr_stats_hit(stats, RULES - 1);
    semr_stats_hit(stats, RULES - 1);
    semr_stats_hit(stats, RULES); /* there is no such rule */
    assert_int_equal(semr_stats_hits(stats, 0), 1);
    assert_int_equal(semr_stats_hits(stats, 1), 0);
    assert_int_equal(semr_stats_hits(stats, 2000), 0);
    assert_int_equal(semr_stats_hits(stats, RULES - 1), 2);
    assert_int_equal(semr_stats_hits(stats, RULES), 0);
    semr_stats_clear(stats, 99);
    assert_int_equal(semr_stats_since(stats), 99);
    assert_int_equal(semr_stats_hits(stats, 0), 0);
    assert_int_equal(semr_stats_hits(stats, RULES - 1), 0);
}

/* Where children share it, what was counted and cleared takes no memory. */
static void test_given_back(void **state)
{
    enum { MANY = 100000 };
    apr_size_t size = semr_stats_size(MANY), i, resident = 0;
    unsigned char pages[MANY / 64];
    char *block = mmap(NULL, size, PROT_READ | PROT_WRITE,
                       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    semr_stats_t *stats;

    (void)state;
    assert_true(block != MAP_FAILED);
    /* as apr_shm gives it: a few bytes behind the page's beginning */
    stats = semr_stats_init(block + 16, MANY - 512, 1);
    for (i = 0; i < MANY - 512; i++) {
        semr_stats_hit(stats, (apr_uint32_t)i);
    }
    semr_stats_clear(stats, 2);
    assert_int_equal(mincore(block, size, pages), 0);
    for (i = 0; i < size / 4096; i++) {
        resident += pages[i] & 1;
    }
    assert_in_range(resident, 1, 3);
    for (i = 0; i < MANY - 512; i++) {
        assert_int_equal(semr_stats_hits(stats, (apr_uint32_t)i), 0);
    }
    semr_stats_hit(stats, 777);
    assert_int_equal(semr_stats_hits(stats, 777), 1);
    munmap(block, size);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hits),
        cmocka_unit_test(test_given_back),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("stats", tests, start, stop);
}
