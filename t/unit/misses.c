/* SPDX-License-Identifier: Apache-2.0
 * Misses: the most frequent ones are kept among millions, in memory that does
 * not grow; a scanner is forgotten.
 *
 * SEMR_MISSES=10000000 sets how many distinct paths are asked for once.
 */
#include "misses_use.h"

enum { DAY = 86400, TOP = 10, MANY = 1000000 };

/* -- what is told of a path ------------------------------------------------ */

static void test_told(void **state)
{
    semr_misses_t *misses = make(100);
    apr_array_header_t *list;
    const semr_miss_t *miss;

    (void)state;
    assert_int_equal(semr_misses_list(misses, 1, NOW, 100, pool)->nelts, 0);
    hit_from(misses, 1, "/a", "https://elsewhere.test/", 0, NOW);
    hit_from(misses, 1, "/a", "http://www.test/own", 1, NOW + 5);
    hit_from(misses, 1, "/a", "http://www.test/own-2", 1, NOW + 6);
    hit_from(misses, 1, "/a", "https://elsewhere.test/2", 0, NOW + 7);
    hit_from(misses, 1, "/b", "", 0, NOW + 1);
    hit_from(misses, 2, "/b", "", 0, NOW + 2);
    list = semr_misses_list(misses, 1, NOW + 10, 100, pool);
    assert_int_equal(list->nelts, 2);
    miss = &APR_ARRAY_IDX(list, 0, semr_miss_t);
    assert_string_equal(miss->path, "/a");
    assert_string_equal(miss->referrer, "http://www.test/own");
    assert_int_equal(miss->count, 4);
    assert_int_equal(miss->first, NOW);
    assert_int_equal(miss->last, NOW + 7);
    assert_null(find(list, "/b")->referrer);
    assert_int_equal(find(list, "/b")->count, 1);
    assert_int_equal(semr_misses_list(misses, 1, NOW, 1, pool)->nelts, 1);
    assert_int_equal(semr_misses_list(misses, 2, NOW, 9, pool)->nelts, 1);
    assert_int_equal(semr_misses_list(misses, 3, NOW, 9, pool)->nelts, 0);
    assert_int_equal(semr_misses_total(misses, 1), 5);
    assert_int_equal(semr_misses_total(misses, 2), 1);
    assert_int_equal(semr_misses_total(misses, 3), 0);
    assert_int_equal(semr_misses_kept(misses, 1), 2);
    assert_int_equal(semr_misses_since(misses), NOW);
    free(misses);
}

/* Long paths are cut, no %XX in two, and are still told apart. */
static void test_long(void **state)
{
    semr_misses_t *misses = make(100);
    apr_array_header_t *list;
    char path[400];
    int i, len;

    (void)state;
    for (i = 0; i < 5; i++) {
        len = 100 + i;
        memset(path, 'x', sizeof(path));
        path[0] = '/';
        while (len < 390) {
            memcpy(path + len, "%C3", 3);
            len += 3;
        }
        path[len] = '\0';
        hit(misses, path, NOW);
        path[len - 1] = '4';
        hit(misses, path, NOW);
    }
    list = semr_misses_list(misses, 1, NOW, 100, pool);
    assert_int_equal(list->nelts, 10);
    for (i = 0; i < list->nelts; i++) {
        const semr_miss_t *miss = &APR_ARRAY_IDX(list, i, semr_miss_t);
        apr_size_t size = strlen(miss->path);

        assert_in_range(size, SEMR_MISSES_TEXT - 2, SEMR_MISSES_TEXT);
        assert_true(miss->cut);
        assert_string_equal(miss->path + size - 6, "%C3...");
    }
    memset(path, 'y', SEMR_MISSES_TEXT);
    path[0] = '/';
    path[SEMR_MISSES_TEXT] = '\0';
    hit(misses, path, NOW);
    list = semr_misses_list(misses, 1, NOW, 100, pool);
    assert_non_null(find(list, path));
    assert_int_equal(find(list, path)->cut, 0);
    free(misses);
}

static void test_other_block(void **state)
{
    char *block = calloc(1, semr_misses_size(2000));

    (void)state;
    assert_non_null(semr_misses_init(block, 100, 1, NOW));
    assert_int_equal(
        semr_misses_since(semr_misses_init(block, 100, 2, NOW + 9)), NOW);
    assert_int_equal(semr_misses_size(200), semr_misses_size(100));
    assert_int_equal(
        semr_misses_since(semr_misses_init(block, 200, 1, NOW + 9)), NOW);
    assert_null(semr_misses_init(block, 2000, 1, NOW));
    free(block);
}

/* -- the true top ---------------------------------------------------------- */

typedef enum when_t { FIRST, LAST, SPREAD, WHENS } when_t;

static long many(void)
{
    const char *text = getenv("SEMR_MISSES");

    return text ? atol(text) : MANY;
}

/* Asks for path number n of the top; it has 300 hits, the next 350 ... */
static int top_hits(int n)
{
    return 300 + 50 * n;
}

static void hit_top(semr_misses_t *misses, int n)
{
    char path[32];

    apr_snprintf(path, sizeof(path), "/lost/page-%d", n);
    hit(misses, path, NOW);
}

static void hit_all_tops(semr_misses_t *misses)
{
    int n, i;

    for (n = 0; n < TOP; n++) {
        for (i = 0; i < top_hits(n); i++) {
            hit_top(misses, n);
        }
    }
}

/* So many distinct paths once, and the tops among them, each evenly */
static void hit_many(semr_misses_t *misses, when_t when)
{
    long i, count = many();
    char path[64];
    int n;

    if (when == FIRST) {
        hit_all_tops(misses);
    }
    for (i = 0; i < count; i++) {
        apr_snprintf(path, sizeof(path), "/scan/%lx.php",
                     (unsigned long)semr_misses_mix((apr_uint64_t)i));
        hit(misses, path, NOW);
        for (n = 0; when == SPREAD && n < TOP; n++) {
            if (i % (count / top_hits(n)) == 0 &&
                i / (count / top_hits(n)) < top_hits(n)) {
                hit_top(misses, n);
            }
        }
    }
    if (when == LAST) {
        hit_all_tops(misses);
    }
}

static void test_top(void **state)
{
    when_t when;
    int n;

    (void)state;
    for (when = FIRST; when < WHENS; when++) {
        semr_misses_t *misses = make(100);
        apr_array_header_t *list;

        hit_many(misses, when);
        list = semr_misses_list(misses, 1, NOW, TOP, pool);
        assert_int_equal(list->nelts, TOP);
        for (n = 0; n < TOP; n++) {
            const semr_miss_t *miss = &APR_ARRAY_IDX(list, n, semr_miss_t);
            int wanted = TOP - 1 - n;

            assert_string_equal(miss->path,
                                apr_psprintf(pool, "/lost/page-%d", wanted));
            assert_in_range(miss->count, top_hits(wanted) - 20,
                            top_hits(wanted) + 2);
        }
        free(misses);
    }
}

/* -- against an exact count ------------------------------------------------ */

enum { BITS = 14, PATHS = 1 << BITS, HITS = 400000 };

static int by_count(const void *a, const void *b)
{
    return *(const int *)b - *(const int *)a;
}

/* Random paths, the n-th as often as 1/n: what is kept is about the top by an
 * exact count, with about those counts. */
static void test_exact(void **state)
{
    static int exact[PATHS], sorted[PATHS];
    apr_uint64_t random;

    (void)state;
    for (random = 1; random < 4; random++) {
        semr_misses_t *misses = make(100);
        apr_array_header_t *list;
        apr_uint64_t luck = random;
        char path[32];
        int i, right = 0;

        memset(exact, 0, sizeof(exact));
        for (i = 0; i < HITS; i++) {
            apr_uint64_t few = APR_UINT64_C(1) << next_random(&luck) % BITS;
            int n = (int)(few + next_random(&luck) % few) - 1;

            exact[n]++;
            apr_snprintf(path, sizeof(path), "/p/%d", n);
            hit(misses, path, NOW + i / 100);
        }
        memcpy(sorted, exact, sizeof(sorted));
        qsort(sorted, PATHS, sizeof(int), by_count);
        list = semr_misses_list(misses, 1, NOW + HITS / 100, 100, pool);
        assert_int_equal(list->nelts, 100);
        for (i = 0; i < list->nelts; i++) {
            const semr_miss_t *miss = &APR_ARRAY_IDX(list, i, semr_miss_t);
            int n = atoi(miss->path + 3);

            assert_in_range(miss->count, exact[n] - exact[n] / 20 - 20,
                            exact[n]);
            right += exact[n] >= sorted[99];
        }
        assert_in_range(right, 90, 100);
        free(misses);
    }
}

/* -- a scanner ------------------------------------------------------------- */

/* It asks for 100,000 paths up to 50 times each; real misses have some hits a
 * day.  Days later they stand above it again. */
static void test_scanner(void **state)
{
    semr_misses_t *misses = make(100);
    apr_array_header_t *list;
    apr_int64_t now = NOW;
    char path[64];
    int i, n, day;

    (void)state;
    for (i = 0; i < 100000; i++) {
        apr_snprintf(path, sizeof(path), "/wp/%x.php", i);
        for (n = 0; n < 1 + i % 50; n++) {
            hit(misses, path, now);
        }
    }
    for (day = 0; day < 5; day++) {
        for (n = 0; n < 24; n++) {
            now += DAY / 24;
            hit(misses, "/real/one", now);
            for (i = 0; i < 5; i++) {
                hit(misses, "/real/five", now);
            }
        }
        list = semr_misses_list(misses, 1, now, 100, pool);
        if (day >= 1) { /* 120 hits a day, against 50 once */
            assert_string_equal(APR_ARRAY_IDX(list, 0, semr_miss_t).path,
                                "/real/five");
        }
    }
    assert_string_equal(APR_ARRAY_IDX(list, 1, semr_miss_t).path, "/real/one");
    assert_in_range(find(list, "/real/one")->count, 40, 120);
    free(misses);
}

/* What is not asked for any more goes; what was kept before a burst is there
 * after it. */
static void test_fades(void **state)
{
    semr_misses_t *misses = make(1);
    apr_array_header_t *list;
    char path[64];
    int i;

    (void)state;
    for (i = 0; i < 1000; i++) {
        hit(misses, "/burst", NOW);
    }
    list = semr_misses_list(misses, 1, NOW + DAY, 1, pool);
    assert_in_range((int)APR_ARRAY_IDX(list, 0, semr_miss_t).score, 499, 501);
    for (i = 0; i < 10; i++) {
        hit(misses, "/now", NOW + 10 * DAY);
    }
    list = semr_misses_list(misses, 1, NOW + 10 * DAY, 1, pool);
    assert_string_equal(APR_ARRAY_IDX(list, 0, semr_miss_t).path, "/now");
    for (i = 0; i < 50000; i++) {
        apr_snprintf(path, sizeof(path), "/later/%d", i);
        hit(misses, path, NOW + 40 * DAY);
    }
    list = semr_misses_list(misses, 1, NOW + 40 * DAY, 100, pool);
    assert_int_equal(list->nelts, 1); /* as many as are asked to be kept */
    /* a clock that is set back does no harm */
    hit(misses, "/back", NOW - 5 * DAY);
    free(misses);
}

/* -- merging --------------------------------------------------------------- */

/* The parent merges what children may have written anything to. */
static void test_poisoned(void **state)
{
    semr_misses_t *old = make(10), *new = make(20);
    apr_size_t bytes = semr_misses_size(10);
    int i;

    (void)state;
    for (i = 1; i < 256; i += 127) {
        memset(old, i, bytes);
        old->layout = SEMR_MISSES_LAYOUT;
        semr_misses_merge(new, semr_misses_open(old), bytes, NOW);
    }
    hit(new, "/x", NOW);
    assert_non_null(find(semr_misses_list(new, 1, NOW, 100, pool), "/x"));
    free(old);
    free(new);
}

static void test_merge(void **state)
{
    semr_misses_t *old = make(1000), *new = make(10), *both = make(2000);
    apr_array_header_t *list;
    char path[64];
    int i, n;

    (void)state;
    for (i = 0; i < 500; i++) {
        apr_snprintf(path, sizeof(path), "/m/%d", i);
        for (n = 0; n <= i; n++) {
            hit_from(old, 7, path, "http://x.test/", 0, NOW - 100);
        }
    }
    for (i = 0; i < 3; i++) {
        hit_from(both, 7, "/m/499", "http://own.test/", 1, NOW);
    }
    hit_from(both, 8, "/other", "", 0, NOW);
    semr_misses_merge(new, old, semr_misses_size(1000), NOW);
    list = semr_misses_list(new, 7, NOW, 100, pool);
    assert_int_equal(list->nelts, 10);
    assert_string_equal(APR_ARRAY_IDX(list, 0, semr_miss_t).path, "/m/499");
    assert_int_equal(APR_ARRAY_IDX(list, 0, semr_miss_t).count, 500);
    assert_int_equal(semr_misses_total(new, 7), 500 * 501 / 2);
    semr_misses_merge(both, old, semr_misses_size(1000), NOW);
    list = semr_misses_list(both, 7, NOW, 2000, pool);
    assert_int_equal(list->nelts, 500);
    assert_int_equal(find(list, "/m/499")->count, 503);
    assert_int_equal(find(list, "/m/499")->first, NOW - 100);
    assert_int_equal(find(list, "/m/499")->last, NOW);
    assert_string_equal(find(list, "/m/499")->referrer, "http://own.test/");
    assert_int_equal(find(list, "/m/3")->count, 4);
    assert_int_equal(semr_misses_total(both, 8), 1);
    /* it counts on where it was */
    hit_from(both, 7, "/m/3", "", 0, NOW);
    list = semr_misses_list(both, 7, NOW, 2000, pool);
    assert_int_equal(find(list, "/m/3")->count, 5);
    free(old);
    free(new);
    free(both);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_told),  cmocka_unit_test(test_long),
        cmocka_unit_test(test_top),   cmocka_unit_test(test_other_block),
        cmocka_unit_test(test_exact), cmocka_unit_test(test_scanner),
        cmocka_unit_test(test_fades), cmocka_unit_test(test_poisoned),
        cmocka_unit_test(test_merge),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("misses", tests, start, stop);
}
