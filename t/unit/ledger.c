/* SPDX-License-Identifier: Apache-2.0
 * The ledger: counts by key, what finds no room, moving all of it, and threads
 * that add and fold at once.  And carrying to rules that stand elsewhere.
 */
#include <pthread.h>

#include "build.h"
#include "carry.h"
#include "identity.h"
#include "views.h"

static semr_ledger_t *make(apr_uint32_t keys)
{
    return semr_ledger_init(pool, apr_pcalloc(pool, semr_ledger_size(keys)),
                            keys);
}

/* Keys are hashes; these all begin their search at one slot, or near it. */
static apr_uint64_t key(apr_uint32_t i)
{
    return ((apr_uint64_t)(i % 3) << 32) + i + 1;
}

static void test_counts(void **state)
{
    semr_ledger_t *ledger = make(100);

    (void)state;
    assert_int_equal(semr_ledger_keys(ledger), 0);
    assert_int_equal(semr_ledger_read(ledger, key(1)), 0);
    assert_int_equal(semr_ledger_take(ledger, key(1)), 0);
    semr_ledger_add(ledger, key(1), semr_count_word(9, 2));
    semr_ledger_add(ledger, key(4), semr_count_word(5, 7));
    semr_ledger_add(ledger, key(1), semr_count_word(3, 40));
    assert_int_equal(semr_ledger_keys(ledger), 2);
    assert_int_equal(semr_ledger_read(ledger, key(1)), semr_count_word(9, 42));
    assert_int_equal(semr_ledger_take(ledger, key(1)), semr_count_word(9, 42));
    assert_int_equal(semr_ledger_read(ledger, key(1)), 0);
    assert_int_equal(semr_ledger_read(ledger, key(4)), semr_count_word(5, 7));
    semr_ledger_add(ledger, 0, semr_count_word(5, 11));
    assert_int_equal(semr_ledger_lost(ledger), 11);
}

static void test_full(void **state)
{
    semr_ledger_t *ledger = make(1), *next = make(100000);
    apr_uint32_t i, most;
    apr_uint64_t sum = 0, late = 0;

    (void)state;
    for (i = 0; i < 10000; i++) {
        semr_ledger_add(ledger, key(i), semr_count_word(1 + i % 50, 2));
    }
    most = semr_ledger_keys(ledger);
    assert_in_range(most, 1, 256);
    for (i = 0; i < 10000; i++) {
        apr_uint64_t word = semr_ledger_read(ledger, key(i));

        sum += semr_count_hits(word);
        late += semr_count_last(word) > 40;
    }
    assert_int_equal(sum, 2 * most);
    assert_int_equal(semr_ledger_lost(ledger), 2 * (10000 - most));
    assert_true(late > 20); /* they took the place of older ones */
    sum = 0;
    /* what was met last is kept, the rest is lost and known to be */
    assert_int_equal(semr_ledger_renew(ledger, next, 10), APR_SUCCESS);
    assert_int_equal(semr_ledger_keys(next), 10);
    assert_int_equal(semr_ledger_lost(next), 2 * (10000 - 10));
    for (i = 0; i < 10000; i++) {
        apr_uint64_t word = semr_ledger_read(next, key(i));

        assert_int_equal(semr_ledger_read(ledger, key(i)), 0);
        sum += semr_count_hits(word);
        assert_true(!word || semr_count_last(word) > 40);
    }
    assert_int_equal(sum, 20);
}

/* -- threads --------------------------------------------------------------- */

enum { THREADS = 3, EACH = 30000, KEYS = 500 };

static semr_ledger_t *from, *to;

static void *add_on(void *data)
{
    apr_uint32_t i;

    (void)data;
    for (i = 0; i < EACH; i++) {
        semr_ledger_add(from, key(i % KEYS), semr_count_word(1 + i % 9, 1));
    }
    return NULL;
}

static void *fold_on(void *data)
{
    int i;

    (void)data;
    for (i = 0; i < 300; i++) {
        semr_ledger_fold(from, to);
    }
    return NULL;
}

static void test_exact(void **state)
{
    pthread_t threads[THREADS + 2];
    apr_uint32_t i;

    (void)state;
    from = make(KEYS);
    to = make(KEYS);
    for (i = 0; i < THREADS + 2; i++) {
        assert_int_equal(pthread_create(threads + i, NULL,
                                        i < THREADS ? add_on : fold_on, NULL),
                         0);
    }
    for (i = 0; i < THREADS + 2; i++) {
        pthread_join(threads[i], NULL);
    }
    semr_ledger_fold(from, to);
    assert_int_equal(semr_ledger_keys(from), KEYS);
    assert_int_equal(semr_ledger_keys(to), KEYS);
    for (i = 0; i < KEYS; i++) {
        assert_int_equal(semr_ledger_read(from, key(i)), 0);
        assert_int_equal(semr_count_hits(semr_ledger_read(to, key(i))),
                         THREADS * EACH / KEYS);
    }
    semr_ledger_clear(to);
    assert_int_equal(semr_ledger_read(to, key(1)), 0);
}

/* -- carrying -------------------------------------------------------------- */

static semr_stats_t *make_stats(apr_uint32_t rules)
{
    return semr_stats_init(pool, apr_pcalloc(pool, semr_stats_size(rules)),
                           rules);
}

static const semr_image_t *make_image(const char *const *lines)
{
    semr_builder_t *builder = semr_builder_create(pool);
    semr_rule_t rule;
    semr_diag_t diag;

    for (; *lines; lines++) {
        assert_int_equal(semr_rule_parse(&rule, pool, *lines, 0, &diag),
                         APR_SUCCESS);
        assert_int_equal(semr_builder_add(builder, &rule), APR_SUCCESS);
    }
    return semr_builder_freeze(builder, pool);
}

static apr_uint64_t identity_at(const semr_image_t *image, apr_uint32_t number,
                                apr_uint64_t place)
{
    semr_image_rule_t rule;

    semr_image_rule(image, semr_image_at(image, number), &rule);
    return semr_identity(image, &rule, place);
}

static void test_carry(void **state)
{
    static const char *const lines[] = {
        "permanent /new /n", "permanent /b /to note=\"another note\"",
        "permanent /a /to",  "gone /kept-in-the-ledger",
        "gone /no-room",     NULL};
    static const char *const as_before[] = {"gone /c", "permanent /b /to",
                                            NULL};
    const semr_image_t *image = make_image(lines);
    semr_stats_t *before = make_stats(2000), *older = make_stats(10);
    semr_stats_t *stats = make_stats(1004);
    semr_ledger_t *ledger = make(100);
    semr_carry_t *carry = semr_carry_create(pool);
    apr_uint64_t a = identity_at(image, 2, 7), b;

    (void)state;
    b = identity_at(make_image(as_before), 1, 7);
    semr_stats_begin(before, 1500, a, 3);
    semr_stats_begin(before, 1600, 4711, 4); /* a rule that is gone */
    semr_stats_begin(before, 1700, identity_at(image, 1, 8), 4);
    semr_stats_begin(older, 9, a, 9);
    semr_stats_begin(older, 0, b, 2);
    semr_stats_begin(older, 3, identity_at(image, 4, 7), 2);
    semr_ledger_add(ledger, a, semr_count_word(5, 100));
    semr_ledger_add(ledger, identity_at(image, 3, 7), semr_count_word(6, 50));
    assert_false(semr_carry_has_any(carry));
    semr_carry_stats(carry, before);
    semr_carry_stats(carry, older);
    semr_carry_ledger(carry, ledger);
    assert_true(semr_carry_has_any(carry));
    semr_carry_rules(carry, image, 7, stats, 1000);
    assert_int_equal(semr_stats_word(stats, 1000), 0);
    assert_int_equal(semr_stats_word(stats, 1001), semr_count_word(2, 1));
    assert_int_equal(semr_stats_word(stats, 1002), semr_count_word(9, 102));
    assert_int_equal(semr_stats_word(stats, 1003), semr_count_word(6, 50));
    assert_int_equal(semr_stats_key(stats, 1002), a);
    /* the others are where they were */
    assert_int_equal(semr_stats_word(before, 1500), 0);
    assert_int_equal(semr_stats_word(before, 1600), semr_count_word(4, 1));
    assert_int_equal(semr_stats_word(before, 1700), semr_count_word(4, 1));
    assert_int_equal(semr_stats_word(older, 3), semr_count_word(2, 1));
    assert_int_equal(semr_ledger_read(ledger, a), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_full),
        cmocka_unit_test(test_exact),
        cmocka_unit_test(test_carry),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("ledger", tests, start, stop);
}
