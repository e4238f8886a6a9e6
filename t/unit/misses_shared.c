/* SPDX-License-Identifier: Apache-2.0
 * Misses, shared: a killed process leaves them usable, and several threads do
 * not disturb each other.
 */
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "misses_use.h"

/* -- somebody is killed ---------------------------------------------------- */

/* With its lock held, its key away, or its text half-written */
static void test_killed(void **state)
{
    semr_misses_t *misses = make(1);
    apr_array_header_t *list;
    apr_uint64_t i;

    (void)state;
    hit(misses, "/whole", NOW);
    for (i = 0; i < misses->nbuckets; i++) {
        misses->buckets[i].lock = (apr_uint64_t)NOW << 24 | 77;
    }
    hit(misses, "/new", NOW + 1); /* counted, and not kept yet */
    hit(misses, "/whole", NOW + 1);
    list = semr_misses_list(misses, 1, NOW, 9, pool);
    assert_int_equal(APR_ARRAY_IDX(list, 0, semr_miss_t).count, 2);
    misses->most = 9;
    assert_int_equal(semr_misses_list(misses, 1, NOW, 9, pool)->nelts, 1);
    hit(misses, "/new", NOW + 20);
    list = semr_misses_list(misses, 1, NOW, 9, pool);
    assert_int_equal(list->nelts, 2);
    assert_int_equal(find(list, "/new")->count, 2);
    for (i = 0; i < misses->nbuckets; i++) {
        int k;

        for (k = 0; k < SEMR_MISSES_WAYS; k++) {
            misses->buckets[i].paths[k].words[0] ^= 1;
        }
    }
    assert_int_equal(semr_misses_list(misses, 1, NOW, 9, pool)->nelts, 0);
    hit(misses, "/after", NOW + 40);
    assert_int_equal(semr_misses_list(misses, 1, NOW, 9, pool)->nelts, 1);
    free(misses);
}

/* Processes that write nothing but new paths into few buckets, and are killed
 * in the middle of it; the next one comes when their locks are stale */
static void write_on(semr_misses_t *misses, apr_uint64_t luck)
{
    apr_int64_t now = NOW + 20 * (apr_int64_t)luck;
    char path[250];
    int n, i;

    for (;;) {
        memset(path, 'x', sizeof(path));
        n = apr_snprintf(path, sizeof(path), "/k/%x-",
                         (unsigned)next_random(&luck));
        path[n] = 'x';
        path[50 + next_random(&luck) % 150] = '\0';
        for (i = 0; i < 3; i++) {
            hit_from(misses, 1, path, path, i & 1, now);
        }
    }
}

static void kill_one(semr_misses_t *misses, apr_uint64_t luck)
{
    pid_t child = fork();

    assert_true(child >= 0);
    if (!child) {
        write_on(misses, luck);
    }
    usleep(1000 + (useconds_t)(luck * 977 % 5000));
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, NULL, 0), child);
}

static void assert_whole(const apr_array_header_t *list)
{
    int i;

    for (i = 0; i < list->nelts; i++) {
        const semr_miss_t *miss = &APR_ARRAY_IDX(list, i, semr_miss_t);
        apr_size_t digits = strspn(miss->path + 3, "0123456789abcdef");

        assert_memory_equal(miss->path, "/k/", 3);
        assert_int_equal(miss->path[3 + digits], '-');
        assert_int_equal(strspn(miss->path + 4 + digits, "x"),
                         strlen(miss->path + 4 + digits));
        assert_true(!miss->referrer || !strcmp(miss->referrer, miss->path));
    }
}

static void test_killed_writing(void **state)
{
    semr_misses_t *misses =
        mmap(NULL, semr_misses_size(1000), PROT_READ | PROT_WRITE,
             MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    apr_array_header_t *list;
    apr_uint64_t round;
    int i;

    (void)state;
    assert_true(misses != MAP_FAILED);
    assert_non_null(semr_misses_init(misses, 1000, 1, NOW));
    misses->nbuckets = 3; /* so that most of the time a place is written */
    for (round = 1; round <= 60; round++) {
        kill_one(misses, round);
        assert_whole(semr_misses_list(misses, 1, NOW, 1000, pool));
    }
    for (i = 0; i < 100; i++) {
        hit(misses, "/k/0-xx", NOW + 9999);
    }
    list = semr_misses_list(misses, 1, NOW + 9999, 1000, pool);
    assert_whole(list);
    assert_non_null(find(list, "/k/0-xx"));
    assert_in_range(list->nelts, 40, 48);
    munmap(misses, semr_misses_size(1000));
}

/* -- several threads ------------------------------------------------------- */

enum { THREADS = 4, EACH = 40000 };

static semr_misses_t *shared;

static void *count_along(void *number)
{
    apr_uint64_t luck = (apr_uint64_t)(apr_uintptr_t)number;
    char path[64];
    int i;

    for (i = 0; i < EACH; i++) {
        hit_from(shared, 1, i % 2 ? "/hot/a" : "/hot/b", "http://x.test/y", 0,
                 NOW + i / 100);
        apr_snprintf(path, sizeof(path), "/t/%x",
                     (unsigned)(next_random(&luck) % 5000));
        hit_from(shared, 1, path, "http://x.test/z", i & 1, NOW + i / 100);
    }
    return NULL;
}

static void *read_along(void *done)
{
    apr_pool_t *own;
    int i;

    while (!__atomic_load_n((int *)done, __ATOMIC_ACQUIRE)) {
        apr_array_header_t *list;

        apr_pool_create(&own, NULL);
        list = semr_misses_list(shared, 1, NOW, 100, own);
        for (i = 0; i < list->nelts; i++) {
            const semr_miss_t *miss = &APR_ARRAY_IDX(list, i, semr_miss_t);

            if (strncmp(miss->path, "/hot/", 5) &&
                strncmp(miss->path, "/t/", 3)) {
                return (void *)1;
            }
        }
        apr_pool_destroy(own);
    }
    return NULL;
}

static void test_threads(void **state)
{
    pthread_t threads[THREADS], reader;
    apr_array_header_t *list;
    int i, k, done = 0;
    void *torn;

    (void)state;
    shared = make(100);
    assert_int_equal(pthread_create(&reader, NULL, read_along, &done), 0);
    for (i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, count_along,
                                        (void *)(apr_uintptr_t)(i + 1)),
                         0);
    }
    for (i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    __atomic_store_n(&done, 1, __ATOMIC_RELEASE);
    pthread_join(reader, &torn);
    assert_null(torn);
    assert_int_equal(semr_misses_total(shared, 1), 2 * THREADS * EACH);
    list = semr_misses_list(shared, 1, NOW + 400, 100, pool);
    assert_int_equal(list->nelts, 100);
    for (i = 0; i < 2; i++) {
        assert_in_range(APR_ARRAY_IDX(list, i, semr_miss_t).count,
                        THREADS * EACH / 2 - THREADS, THREADS * EACH / 2);
    }
    for (i = 0; i < list->nelts; i++) {
        for (k = 0; k < i; k++) {
            assert_string_not_equal(APR_ARRAY_IDX(list, i, semr_miss_t).path,
                                    APR_ARRAY_IDX(list, k, semr_miss_t).path);
        }
    }
    free(shared);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_killed),
        cmocka_unit_test(test_killed_writing),
        cmocka_unit_test(test_threads),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("misses_shared", tests, start, stop);
}
