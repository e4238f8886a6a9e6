/* SPDX-License-Identifier: Apache-2.0
 * Expectations of maps, asked and told.
 */
#include <apr_strings.h>
#include <httpd.h>
#include <http_core.h>
#include <http_log.h>

#include "expecting.h"
#include "expecting_parts.h"
#include "module.h"

APLOG_USE_MODULE(semredirect);

enum {
    AT_ONCE = 20 * 1000, /* expectations that hold up no start */
    TOLD_AT_START = 10,
    WAITS = 40 /* for the rules that were published just now */
};

/* They were too many for the start. */
static int pending;

static const semr_map_t *map_at(int i)
{
    return APR_ARRAY_IDX(semr_map_all(), i, const semr_map_t *);
}

/* -- one map --------------------------------------------------------------- */

static void keep(apr_array_header_t *list, apr_pool_t *pool, unsigned line,
                 const char *text)
{
    semr_mapfile_told_t *told;

    if (list->nelts < SEMR_MAPFILE_TOLD_MAX) {
        told = apr_array_push(list);
        told->line = line;
        told->text = apr_pstrdup(pool, text);
    }
}

/* The expectations of a map on their way to its virtual hosts */
typedef struct asking_t {
    const apr_array_header_t *hosts; /* of semr_expecting_host_t * */
    semr_expected_t *expected;
    apr_pool_t *pool;
} asking_t;

/* Asks one virtual host; several are told apart. */
static void ask_host(asking_t *asking, semr_expecting_host_t *host,
                     const semr_expect_t *expect, unsigned line,
                     apr_pool_t *pool)
{
    semr_expected_t *expected = asking->expected;
    const char *got, *text;
    semr_expect_end_t end = semr_expecting_host_ask(host, expect, pool, &got);

    if (end == SEMR_EXPECT_HOLDS) {
        return;
    }
    text = semr_expect_tell(expect, end, got, pool);
    if (asking->hosts->nelts > 1) {
        text = apr_pstrcat(pool, text, ", in the virtual host ",
                           semr_expecting_host_label(host, pool), NULL);
    }
    if (end == SEMR_EXPECT_OPEN) {
        keep(expected->notices, asking->pool, line, text);
        return;
    }
    expected->failed++;
    keep(expected->failures, asking->pool, line, text);
}

static apr_status_t take_line(void *baton, const char *line, unsigned number,
                              apr_pool_t *pool, semr_diag_t *diag)
{
    asking_t *asking = baton;
    semr_expect_t expect;
    int i, named = 0;

    if (semr_expect_parse(&expect, pool, line, diag) != APR_SUCCESS) {
        asking->expected->failed++;
        keep(asking->expected->failures, asking->pool, number, diag->text);
        return APR_SUCCESS;
    }
    for (i = 0; i < asking->hosts->nelts; i++) {
        named |= semr_expecting_host_is_named(
            APR_ARRAY_IDX(asking->hosts, i, semr_expecting_host_t *), &expect);
    }
    for (i = 0; i < asking->hosts->nelts; i++) {
        semr_expecting_host_t *host =
            APR_ARRAY_IDX(asking->hosts, i, semr_expecting_host_t *);

        /* a URL that names one of them is not for the others */
        if (!semr_expecting_host_is_off(host) &&
            (!named || semr_expecting_host_is_named(host, &expect))) {
            asking->expected->asked++;
            ask_host(asking, host, &expect, number, pool);
        }
    }
    return APR_SUCCESS;
}

/* Asks all expectations of a map; set: its rules, NULL: those in force. */
static apr_status_t ask_map(const semr_map_t *map, const semr_ruleset_t *set,
                            const semr_snapshot_t *snapshot, int flags,
                            apr_pool_t *pool, semr_map_built_t *read,
                            semr_expected_t *expected, semr_diag_t *diag)
{
    asking_t asking = {NULL, expected, pool};

    memset(expected, 0, sizeof(*expected));
    expected->failures = apr_array_make(pool, 4, sizeof(semr_mapfile_told_t));
    expected->notices = apr_array_make(pool, 4, sizeof(semr_mapfile_told_t));
    asking.hosts = semr_expecting_hosts(map, set, snapshot, pool);
    return semr_map_read_expects(map, flags, take_line, &asking, pool, read,
                                 diag);
}

/* -- telling --------------------------------------------------------------- */

/* log NULL: on standard error, as httpd tells what is wrong with a directive.
 */
static void tell_line(const server_rec *log, const semr_map_t *map,
                      const semr_mapfile_told_t *told, const char *what)
{
    ap_log_error(APLOG_MARK, log ? APLOG_WARNING : APLOG_STARTUP | APLOG_ERR, 0,
                 log, "%s:%u: %s%s", map->words.path, told->line, what,
                 told->text);
}

static void tell_lines(const server_rec *log, const semr_map_t *map,
                       const apr_array_header_t *lines, const char *what,
                       int most)
{
    int i;

    for (i = 0; i < lines->nelts && i < most; i++) {
        tell_line(log, map, &APR_ARRAY_IDX(lines, i, semr_mapfile_told_t),
                  what);
    }
}

static void tell_served(server_rec *main, const semr_map_t *map,
                        const semr_expected_t *expected)
{
    tell_lines(main, map, expected->failures, "", TOLD_AT_START);
    if (expected->failed) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, main,
                     "%s: %" APR_UINT64_T_FMT " of %" APR_UINT64_T_FMT
                     " expectations fail; its rules are served as they are",
                     map->words.path, expected->failed, expected->asked);
    }
}

/* -- when ------------------------------------------------------------------ */

static apr_uint64_t count_of(const semr_map_t *map)
{
    semr_map_state_t state;

    semr_map_state_read(map->number, &state);
    return state.generation ? 0 : state.expects; /* a later one was asked */
}

static apr_uint64_t count_all(void)
{
    apr_uint64_t count = 0;
    int i;

    for (i = 0; i < semr_map_all()->nelts; i++) {
        count += count_of(map_at(i));
    }
    return count;
}

static int test_map(const semr_map_t *map, const semr_snapshot_t *snapshot,
                    apr_pool_t *pool)
{
    semr_expected_t expected;
    semr_map_built_t read;
    semr_diag_t diag;

    if (ask_map(map, NULL, snapshot, 0, pool, &read, &expected, &diag) !=
        APR_SUCCESS) {
        ap_log_error(APLOG_MARK, APLOG_STARTUP | APLOG_ERR, 0, NULL, "%s",
                     diag.text);
        return !OK;
    }
    tell_lines(NULL, map, expected.notices, "notice: ", SEMR_MAPFILE_TOLD_MAX);
    tell_lines(NULL, map, expected.failures, "", SEMR_MAPFILE_TOLD_MAX);
    if (expected.failed > (apr_uint64_t)expected.failures->nelts) {
        ap_log_error(APLOG_MARK, APLOG_STARTUP | APLOG_ERR, 0, NULL,
                     "%s: and %" APR_UINT64_T_FMT " more expectations fail",
                     map->words.path,
                     expected.failed - (apr_uint64_t)expected.failures->nelts);
    }
    return expected.failed ? !OK : OK;
}

static void start_map(server_rec *main, const semr_map_t *map,
                      const semr_snapshot_t *snapshot, int flags,
                      apr_pool_t *pool)
{
    semr_expected_t expected;
    semr_map_built_t read;
    semr_diag_t diag;
    apr_status_t status =
        ask_map(map, NULL, snapshot, flags, pool, &read, &expected, &diag);

    if (status == APR_SUCCESS) {
        tell_served(main, map, &expected);
    }
    else if (!APR_STATUS_IS_EINTR(status)) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, main,
                     "%s Its expectations were not asked.", diag.text);
    }
}

/* Asks all that there is for a start; main NULL: for a test. */
static int ask_all(server_rec *main, int flags)
{
    apr_uint32_t ticket;
    const semr_snapshot_t *snapshot = semr_snapshot_enter(&ticket);
    int i, result = OK;

    for (i = 0; i < semr_map_all()->nelts; i++) {
        apr_pool_t *pool;

        if (!count_of(map_at(i))) {
            continue;
        }
        pool = semr_map_version_pool();
        if (main) {
            start_map(main, map_at(i), snapshot, flags, pool);
        }
        else if (test_map(map_at(i), snapshot, pool) != OK) {
            result = !OK;
        }
        apr_pool_destroy(pool);
    }
    semr_snapshot_leave(ticket);
    semr_map_version_trim();
    return result;
}

int semr_expecting_test(server_rec *main)
{
    (void)main;
    return count_all() ? ask_all(NULL, 0) : OK;
}

void semr_expecting_start(server_rec *main, int watched)
{
    apr_uint64_t count = count_all();

    pending = watched && count > AT_ONCE;
    if (count && !pending) {
        ask_all(main, 0);
    }
}

void semr_expecting_follow(server_rec *main)
{
    if (pending) {
        pending = 0;
        ask_all(main, SEMR_BUILD_STOP);
    }
}

/* -- a new version --------------------------------------------------------- */

static int is_up_to_date(const semr_map_t *but, const semr_snapshot_t *snapshot)
{
    int i, is = 1;

    for (i = 0; i < semr_map_all()->nelts; i++) {
        is = is && (i == but->number || (snapshot->versions[i] &&
                                         snapshot->versions[i]->generation ==
                                             semr_map_state_generation(i)));
    }
    return is;
}

/* Another map may have been published a moment ago, and this child's other
 * thread be about to take it; one that it cannot have is not waited for. */
static const semr_snapshot_t *enter_newest(const semr_map_t *map,
                                           apr_uint32_t *ticket)
{
    const semr_snapshot_t *snapshot = semr_snapshot_enter(ticket);
    int i;

    for (i = 0; i < WAITS && !is_up_to_date(map, snapshot); i++) {
        semr_snapshot_leave(*ticket);
        apr_sleep(apr_time_from_msec(50));
        snapshot = semr_snapshot_enter(ticket);
    }
    return snapshot;
}

apr_status_t semr_expecting_judge(const semr_map_t *map,
                                  const semr_map_built_t *built,
                                  apr_pool_t *pool, semr_expected_t *expected,
                                  semr_diag_t *diag)
{
    const semr_snapshot_t *snapshot;
    semr_map_built_t read;
    semr_ruleset_t set;
    apr_uint32_t ticket;
    apr_status_t status = semr_ruleset_open(&set, pool, built->image, 1, diag);

    if (status != APR_SUCCESS) {
        return status;
    }
    snapshot = enter_newest(map, &ticket);
    status = ask_map(map, &set, snapshot, SEMR_BUILD_STOP, pool, &read,
                     expected, diag);
    semr_snapshot_leave(ticket);
    if (status == APR_SUCCESS &&
        !semr_map_identity_equal(&read.source, &built->source)) {
        semr_diag_set(diag, pool, "The map %s changed while it was read.",
                      map->words.path);
        return APR_EAGAIN;
    }
    return status;
}
