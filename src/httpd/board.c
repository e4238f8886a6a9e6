/* SPDX-License-Identifier: Apache-2.0
 * Findings in shared memory, written twice in turn as map_state.c does.
 *
 * An edition is a list of reports: server, how many words follow, counts by id,
 * number of findings, findings.  All are words of 8 bytes; strings are their
 * length, and bytes filled up to words.  Findings leave room for the counts of
 * all servers; memory that is not written takes none.
 */
#include <string.h>

#include <apr_strings.h>

#include "board.h"
#include "registry.h"

/* Room for an edition, in words */
enum {
    WORDS = 32 * 1024,              /* 256 KB for all servers, and */
    WORDS_EACH = 512,               /* 4 KB for each of them */
    HEADER = 3 + SEMR_FINDING_COUNT /* of a report without findings */
};

typedef struct board_t {
    apr_uint64_t version; /* its parity says which edition is up */
    apr_uint64_t checked;
    apr_uint64_t used[2];
    apr_uint64_t words[]; /* of two editions */
} board_t;

struct semr_board_edition_t {
    apr_uint64_t checked;
    apr_size_t used;
    apr_size_t room; /* but for servers that are still to come */
    int full;
    apr_uint64_t words[];
};

static board_t *board;
static int servers; /* that it has room for */

static apr_size_t room_of(int count)
{
    return WORDS + (apr_size_t)count * WORDS_EACH;
}

static apr_status_t forget(void *data)
{
    (void)data;
    board = NULL;
    return APR_SUCCESS;
}

apr_status_t semr_board_share(int count, apr_pool_t *pconf)
{
    apr_size_t size = 2 * room_of(count) * sizeof(apr_uint64_t);

    board = semr_registry_share(sizeof(*board) + size, pconf);
    if (!board) {
        return APR_ENOMEM;
    }
    servers = count;
    apr_pool_cleanup_register(pconf, NULL, forget, apr_pool_cleanup_null);
    return APR_SUCCESS;
}

static apr_uint64_t *edition_at(apr_uint64_t version)
{
    return board->words + (version & 1) * room_of(servers);
}

/* -- writing --------------------------------------------------------------- */

semr_board_edition_t *semr_board_begin(apr_pool_t *pool, apr_time_t now)
{
    semr_board_edition_t *edition;

    if (!board) {
        return NULL;
    }
    edition = apr_palloc(pool, sizeof(*edition) +
                                   room_of(servers) * sizeof(apr_uint64_t));
    edition->checked = (apr_uint64_t)now;
    edition->used = 0;
    edition->room = room_of(servers) - (apr_size_t)servers * HEADER;
    edition->full = 0;
    return edition;
}

static void put(semr_board_edition_t *edition, apr_uint64_t word)
{
    if (edition->used < edition->room) {
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

static void put_findings(semr_board_edition_t *edition,
                         const semr_report_t *report)
{
    apr_size_t at = edition->used, before;
    int i;

    put(edition, 0);
    for (i = 0; i < report->findings->nelts; i++) {
        before = edition->used;
        edition->full = 0; /* a shorter one may fit yet */
        put_finding(edition,
                    &APR_ARRAY_IDX(report->findings, i, semr_finding_t));
        if (edition->full) {
            edition->used = before;
        }
        else {
            edition->words[at]++;
        }
    }
}

void semr_board_add(semr_board_edition_t *edition, int server,
                    const semr_report_t *report)
{
    apr_size_t at;
    int i;

    if (!edition || server >= servers) {
        return;
    }
    edition->room += HEADER;
    edition->full = 0;
    put(edition, (apr_uint64_t)server);
    at = edition->used;
    put(edition, 0);
    for (i = 0; i < SEMR_FINDING_COUNT; i++) {
        put(edition, report->counts[i]);
    }
    put_findings(edition, report);
    edition->words[at] = edition->used - at - 1;
}

void semr_board_put_up(semr_board_edition_t *edition)
{
    apr_uint64_t version, *words;
    apr_size_t i;

    if (!edition || !board) {
        return;
    }
    version = board->version + 1;
    words = edition_at(version);
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
            words[i] =
                __atomic_load_n(edition_at(version) + i, __ATOMIC_ACQUIRE);
        }
    } while (__atomic_load_n(&board->version, __ATOMIC_RELAXED) != version);
    reading->words = words;
    reading->left = used;
}

static void get_report(reading_t *reading, semr_report_t *report)
{
    apr_uint64_t counts[SEMR_FINDING_COUNT];
    semr_finding_t finding;
    apr_uint64_t left;
    int i;

    for (i = 0; i < SEMR_FINDING_COUNT; i++) {
        counts[i] = get(reading);
    }
    for (left = get(reading); left; left--) {
        get_finding(reading, &finding);
        semr_report_tell(report, &finding);
    }
    semr_report_finish(report, counts);
}

/* Adds to reports[server - first], of those that are asked for. */
static void read_reports(semr_report_t *const *reports, int first, int count,
                         apr_pool_t *pool)
{
    reading_t reading = {NULL, 0, pool};

    if (board) {
        copy_edition(&reading);
    }
    while (reading.left) {
        apr_uint64_t server = get(&reading), words = get(&reading);
        reading_t one = {reading.words, (apr_size_t)words, pool};

        if (words > reading.left) {
            return;
        }
        if (server >= (apr_uint64_t)first &&
            server < (apr_uint64_t)first + (apr_uint64_t)count) {
            get_report(&one, reports[server - (apr_uint64_t)first]);
        }
        reading.words += words;
        reading.left -= words;
    }
}

void semr_board_read(int server, semr_report_t *report)
{
    read_reports(&report, server, 1, report->pool);
}

semr_report_t *const *semr_board_read_all(int count, apr_pool_t *pool)
{
    semr_report_t **reports =
        apr_palloc(pool, (apr_size_t)count * sizeof(*reports));
    int i;

    for (i = 0; i < count; i++) {
        reports[i] = semr_report_create(pool);
    }
    read_reports(reports, 0, count, pool);
    return reports;
}
