/* SPDX-License-Identifier: Apache-2.0
 * Readers never see what was freed, and what was retired passes in the end.
 */
#include <pthread.h>

#include "epoch.h"
#include "views.h"

enum { READERS = 4, SWAPS = 2000, VALUES = 64 };

static semr_epoch_t epoch;

static void test_passed(void **state)
{
    apr_uint32_t first, second;
    apr_uint64_t a, b;

    (void)state;
    a = semr_epoch_retire(&epoch);
    assert_true(semr_epoch_passed(&epoch, a));

    first = semr_epoch_enter(&epoch);
    a = semr_epoch_retire(&epoch);
    assert_false(semr_epoch_passed(&epoch, a));
    /* who comes later does not hold it up */
    second = semr_epoch_enter(&epoch);
    assert_false(semr_epoch_passed(&epoch, a));
    b = semr_epoch_retire(&epoch);
    semr_epoch_leave(&epoch, first);
    assert_true(semr_epoch_passed(&epoch, a));
    assert_false(semr_epoch_passed(&epoch, b));
    semr_epoch_leave(&epoch, second);
    assert_true(semr_epoch_passed(&epoch, b));
    assert_true(semr_epoch_passed(&epoch, a));
}

/* A reader of the phase before last, for which nobody has waited yet */
static void test_straggler(void **state)
{
    apr_uint32_t ticket;
    apr_uint64_t number;
    int i;

    (void)state;
    for (i = 0; i < 4; i++) {
        ticket = semr_epoch_enter(&epoch);
        number = semr_epoch_retire(&epoch);
        assert_false(semr_epoch_passed(&epoch, number));
        assert_false(semr_epoch_passed(&epoch, number));
        semr_epoch_leave(&epoch, ticket);
        assert_true(semr_epoch_passed(&epoch, number));
    }
}

/* -- under load ------------------------------------------------------------ */

typedef struct thing_t {
    int values[VALUES]; /* all the same, while it may be read */
} thing_t;

static thing_t *current;
static int stopping;

static thing_t *make(int value)
{
    thing_t *thing = malloc(sizeof(*thing));
    int i;

    for (i = 0; i < VALUES; i++) {
        thing->values[i] = value;
    }
    return thing;
}

static void *read_all(void *torn)
{
    while (!__atomic_load_n(&stopping, __ATOMIC_RELAXED)) {
        apr_uint32_t ticket = semr_epoch_enter(&epoch);
        const thing_t *thing = __atomic_load_n(&current, __ATOMIC_SEQ_CST);
        int i, value = thing->values[0];

        for (i = 1; i < VALUES; i++) {
            *(int *)torn += thing->values[i] != value;
        }
        semr_epoch_leave(&epoch, ticket);
    }
    return NULL;
}

static void test_load(void **state)
{
    pthread_t threads[READERS];
    int torn[READERS] = {0}, i;

    (void)state;
    stopping = 0;
    current = make(0);
    for (i = 0; i < READERS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, read_all, &torn[i]),
                         0);
    }
    for (i = 1; i <= SWAPS; i++) {
        thing_t *old = current;
        apr_uint64_t number;

        __atomic_store_n(&current, make(i), __ATOMIC_SEQ_CST);
        number = semr_epoch_retire(&epoch);
        while (!semr_epoch_passed(&epoch, number)) {
            sched_yield();
        }
        memset(old, 0xff, sizeof(*old) / 2); /* seen as torn, if it is seen */
        free(old);
    }
    __atomic_store_n(&stopping, 1, __ATOMIC_RELAXED);
    for (i = 0; i < READERS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(torn[i], 0);
    }
    free(current);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_passed),
        cmocka_unit_test(test_straggler),
        cmocka_unit_test(test_load),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("epoch", tests, start, stop);
}
