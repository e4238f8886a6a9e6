/* SPDX-License-Identifier: Apache-2.0
 * Findings in shared memory, written twice in turn as map_state.c does.
 *
 * An edition is a list of reports: server, number of counts, counts as pairs
 * of id and number, number of findings, findings.  All are words of 8 bytes;
 * strings are their length, and bytes filled up to words.
 */
#include <string.h>

#include <apr_shm.h>
#include <apr_strings.h>

#include "board.h"

enum { WORDS = 32 * 1024 }; /* 256 KB for each edition */

typedef struct board_t {
    apr_uint64_t version; /* its parity says which edition is up */
    apr_uint64_t checked;
    apr_uint64_t used[2];
    apr_uint64_t words[2][WORDS];
} board_t;

struct semr_board_edition_t {
    apr_uint64_t checked;
    apr_size_t used;
    int full;
    apr_uint64_t words[WORDS];
};

static board_t *board;

static apr_status_t forget(void *data)
{
    (void)data;
    board = NULL;
    return APR_SUCCESS;
}

apr_status_t semr_board_share(apr_pool_t *pconf)
{
    apr_shm_t *shm;
    apr_status_t status = apr_shm_create(&shm, sizeof(*board), NULL, pconf);

    if (status == APR_SUCCESS) {
        board = apr_shm_baseaddr_get(shm);
        apr_pool_cleanup_register(pconf, NULL, forget, apr_pool_cleanup_null);
    }
    return status;
}

/* -- writing --------------------------------------------------------------- */

semr_board_edition_t *semr_board_begin(apr_pool_t *pool, apr_time_t now)
{
    semr_board_edition_t *edition = apr_palloc(pool, sizeof(*edition));

    edition->checked = (apr_uint64_t)now;
    edition->used = 0;
    edition->full = 0;
    return edition;
}

static void put(semr_board_edition_t *edition, apr_uint64_t word)
{
    if (edition->used < WORDS) {
        edition->words[edition->used++] = word;
    }
    else {
        edition->full = 1;
    }
}

static void put_string(semr_board_edition_t *edition, const char *text)
{
    apr_size_t len = text ? strlen(text) : 0, i;

    put(edition, text ? len + 1 : 0);
    for (i = 0; i < len; i += sizeof(apr_uint64_t)) {
        apr_uint64_t word = 0;

        memcpy(&word, text + i,
               len - i < sizeof(word) ? len - i : sizeof(word));
        put(edition, word);
    }
}

static void put_finding(semr_board_edition_t *edition,
                        const semr_finding_t *finding)
{
    put(edition, finding->id);
    put(edition, (apr_uint64_t)finding->set);
    put(edition, finding->number);
    put(edition, finding->line);
    put(edition, finding->other_line);
    put_string(edition, finding->file);
    put_string(edition, finding->other_file);
    put_string(edition, finding->text);
}

void semr_board_add(semr_board_edition_t *edition, int server,
                    const semr_report_t *report)
{
    apr_size_t before = edition->used, at;
    int i;

    put(edition, (apr_uint64_t)server);
    put(edition, SEMR_FINDING_COUNT);
    for (i = 0; i < SEMR_FINDING_COUNT; i++) {
        put(edition, report->counts[i]);
    }
    at = edition->used;
    put(edition, 0);
    if (edition->full) {
        edition->used = before;
        return;
    }
    for (i = 0; i < report->findings->nelts && !edition->full; i++) {
        before = edition->used;
        put_finding(edition,
                    &APR_ARRAY_IDX(report->findings, i, semr_finding_t));
        if (edition->full) {
            edition->used = before;
        }
        else {
            edition->words[at]++;
        }
    }
    edition->full = 0; /* a shorter report may fit yet */
}

void semr_board_put_up(semr_board_edition_t *edition)
{
    apr_uint64_t version, *words;
    apr_size_t i;

    if (!board) {
        return;
    }
    version = board->version + 1;
    words = board->words[version & 1];
    for (i = 0; i < edition->used; i++) {
        __atomic_store_n(words + i, edition->words[i], __ATOMIC_RELEASE);
    }
    __atomic_store_n(&board->used[version & 1], edition->used,
                     __ATOMIC_RELEASE);
    __atomic_store_n(&board->checked, edition->checked, __ATOMIC_RELEASE);
    __atomic_store_n(&board->version, version, __ATOMIC_RELEASE);
}

/* -- reading --------------------------------------------------------------- */

typedef struct reading_t {
    const apr_uint64_t *words;
    apr_size_t left;
    apr_pool_t *pool;
} reading_t;

static apr_uint64_t get(reading_t *reading)
{
    if (!reading->left) {
        return 0;
    }
    reading->left--;
    return *reading->words++;
}

static const char *get_string(reading_t *reading)
{
    apr_uint64_t len = get(reading);
    apr_size_t words = (apr_size_t)((len + 6) / sizeof(apr_uint64_t));
    const char *text = (const char *)reading->words;

    if (!len || words > reading->left) {
        return NULL;
    }
    reading->words += words;
    reading->left -= words;
    return apr_pstrmemdup(reading->pool, text, (apr_size_t)len - 1);
}

static void get_finding(reading_t *reading, semr_finding_t *finding)
{
    finding->id = (semr_finding_id_t)(get(reading) % SEMR_FINDING_COUNT);
    finding->set = (int)get(reading);
    finding->number = (apr_uint32_t)get(reading);
    finding->line = (unsigned)get(reading);
    finding->other_line = (unsigned)get(reading);
    finding->file = get_string(reading);
    finding->other_file = get_string(reading);
    finding->text = get_string(reading);
}

apr_time_t semr_board_checked(void)
{
    return board
               ? (apr_time_t)__atomic_load_n(&board->checked, __ATOMIC_ACQUIRE)
               : 0;
}

/* What is up, in one piece */
static void copy_edition(reading_t *reading)
{
    apr_uint64_t version, *words;
    apr_size_t used, i;

    do {
        version = __atomic_load_n(&board->version, __ATOMIC_ACQUIRE);
        used = (apr_size_t)__atomic_load_n(&board->used[version & 1],
                                           __ATOMIC_ACQUIRE);
        words = apr_palloc(reading->pool, used * sizeof(*words));
        for (i = 0; i < used; i++) {
            words[i] = __atomic_load_n(&board->words[version & 1][i],
                                       __ATOMIC_ACQUIRE);
        }
    } while (__atomic_load_n(&board->version, __ATOMIC_RELAXED) != version);
    reading->words = words;
    reading->left = used;
}

/* Reads one report, and adds it to another; NULL: only reads it. */
static void get_report(reading_t *reading, semr_report_t *report)
{
    apr_uint64_t counts[SEMR_FINDING_COUNT] = {0};
    apr_uint64_t i, count = get(reading);
    semr_finding_t finding;

    for (i = 0; i < count; i++) {
        counts[i % SEMR_FINDING_COUNT] = get(reading);
    }
    count = get(reading);
    for (i = 0; i < count; i++) {
        get_finding(reading, &finding);
        if (report) {
            semr_report_tell(report, &finding);
        }
    }
    if (report) {
        semr_report_finish(report, counts);
    }
}

void semr_board_read(int server, semr_report_t *report)
{
    reading_t reading = {NULL, 0, report->pool};

    if (board) {
        copy_edition(&reading);
    }
    while (reading.left) {
        get_report(&reading, (int)get(&reading) == server ? report : NULL);
    }
}
