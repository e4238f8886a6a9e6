/* SPDX-License-Identifier: Apache-2.0
 * Maps that change while httpd runs.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <apr_optional.h>
#include <apr_strings.h>
#include <httpd.h>
#include <http_log.h>
#include <mod_watchdog.h>

#include "expecting.h"
#include "findings.h"
#include "image_file.h"
#include "map_build.h"
#include "map_counters.h"
#include "map_dir.h"
#include "map_snapshot.h"
#include "map_watch.h"
#include "module.h"

APLOG_USE_MODULE(semredirect);

#define TICK         apr_time_from_msec(100)
#define SETTLED      apr_time_from_sec(1) /* a file that stays as it is */
#define WHOLE        apr_time_from_sec(2) /* one whose last row has no end */
#define LEFT         apr_time_from_sec(2) /* by then a version is nobody's */
#define RETRIES_LAST apr_time_from_sec(60)

enum { TOLD_ROWS = 10 };

/* What the watching child remembers of a map's source; one that takes over
 * begins anew, and finds in shared memory what was built and refused. */
typedef struct watch_t {
    semr_map_identity_t seen; /* at the last look, */
    apr_time_t since;         /* and since when */
    apr_time_t next;          /* when to look again */
    apr_interval_time_t wait; /* after what failed for no fault of the file */
    apr_time_t tidy; /* when nobody counts for the version before; 0: done */
} watch_t;

static server_rec *server;
static const char *dir;
static apr_interval_time_t refresh;
static watch_t *watches; /* by map */

/* -- telling --------------------------------------------------------------- */

/* Tells each trouble once; *state is what is known of the map. */
static void fail(const semr_map_t *map, semr_map_state_t *state,
                 const char *text)
{
    if (state->failed &&
        !strncmp(state->error, text, sizeof(state->error) - 1)) {
        return;
    }
    state->failed = apr_time_now();
    memset(state->error, 0, sizeof(state->error));
    apr_cpystrn(state->error, text, sizeof(state->error));
    semr_map_state_write(map->number, state);
    ap_log_error(APLOG_MARK, APLOG_ERR, 0, server,
                 "%s The rules that were built last stay in force.", text);
}

static void tell_bad(const semr_map_t *map, const apr_array_header_t *rows)
{
    int i;

    for (i = 0; i < rows->nelts && i < TOLD_ROWS; i++) {
        const semr_mapfile_told_t *told =
            &APR_ARRAY_IDX(rows, i, semr_mapfile_told_t);

        ap_log_error(APLOG_MARK, APLOG_ERR, 0, server, "%s:%u: %s",
                     map->words.path, told->line, told->text);
    }
}

/* A version with bad rows is not taken, and not read again. */
static void refuse(const semr_map_t *map, semr_map_state_t *state,
                   const semr_map_built_t *built, apr_pool_t *pool)
{
    const semr_mapfile_told_t *first =
        &APR_ARRAY_IDX(built->problems, 0, semr_mapfile_told_t);

    tell_bad(map, built->problems);
    state->refused = built->source;
    state->failed = 0; /* the same words may be about another version */
    fail(map, state,
         apr_psprintf(
             pool,
             "The new version of the map is refused, for %" APR_UINT64_T_FMT
             " of its %" APR_UINT64_T_FMT
             " rows cannot be used; first %s:%u: %s",
             built->bad, built->rows, map->words.path, first->line,
             first->text));
}

/* Nor is one that does not answer as it says itself. */
static void refuse_unexpected(const semr_map_t *map, semr_map_state_t *state,
                              const semr_map_built_t *built,
                              const semr_expected_t *expected, apr_pool_t *pool)
{
    const semr_mapfile_told_t *first =
        &APR_ARRAY_IDX(expected->failures, 0, semr_mapfile_told_t);

    tell_bad(map, expected->failures);
    state->refused = built->source;
    state->failed = 0;
    fail(map, state,
         apr_psprintf(pool,
                      "The new version of the map is refused, for "
                      "%" APR_UINT64_T_FMT " of %" APR_UINT64_T_FMT
                      " expectations fail; first %s:%u: %s.",
                      expected->failed, expected->asked, map->words.path,
                      first->line, first->text));
}

static void clear_error(const semr_map_t *map, semr_map_state_t *state)
{
    state->failed = 0;
    memset(state->error, 0, sizeof(state->error));
    semr_map_state_write(map->number, state);
    ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, server,
                 "the map %s is there again, as it was", map->words.path);
}

/* -- publishing ------------------------------------------------------------ */

static apr_status_t save(const semr_image_t *image, const char *path,
                         apr_pool_t *pool, semr_diag_t *diag)
{
    const semr_image_t *saved;
    apr_status_t status = semr_image_save(image, path, 0, pool, diag);

    if (status != APR_SUCCESS) {
        return status;
    }
    status = semr_image_map(path, pool, &saved, diag);
    if (status != APR_SUCCESS) {
        unlink(path);
    }
    return status;
}

/* The order is such that whoever takes over after a kill at any moment finds a
 * generation that is whole. */
static apr_status_t publish(const semr_map_t *map, semr_map_state_t *state,
                            const semr_map_built_t *built, apr_pool_t *pool,
                            semr_diag_t *diag)
{
    apr_uint64_t old = state->generation, generation = old + 1;
    apr_status_t status =
        save(built->image,
             semr_map_dir_file(pool, dir, map->number, generation), pool, diag);

    if (status != APR_SUCCESS) {
        return status;
    }
    semr_map_counters_begin(map, generation);
    semr_map_built_describe(built, state);
    state->generation = generation;
    semr_map_built_notices(built, map, server);
    semr_map_state_write(map->number, state);
    semr_map_state_publish(map->number, generation);
    if (old) {
        unlink(semr_map_dir_file(pool, dir, map->number, old));
    }
    ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, server,
                 "the map %s: generation %" APR_UINT64_T_FMT
                 " is in force, %" APR_UINT64_T_FMT " rules, %" APR_UINT64_T_FMT
                 " bytes, built in %d ms",
                 map->words.path, generation, state->rules, state->bytes,
                 (int)apr_time_as_msec(state->took));
    semr_map_counters_move(map, generation, built->image);
    return APR_SUCCESS;
}

/* -- building -------------------------------------------------------------- */

/* Trouble that is not the file's: the folder is full, the file may not be
 * read.  It is tried again, less and less often. */
static void back_off(watch_t *watch, apr_time_t now)
{
    watch->wait = watch->wait ? 2 * watch->wait : SETTLED;
    if (watch->wait > RETRIES_LAST) {
        watch->wait = RETRIES_LAST;
    }
    watch->next = now + (watch->wait > refresh ? watch->wait : refresh);
}

static void look_soon(watch_t *watch, apr_time_t now)
{
    watch->next = now + (refresh < SETTLED ? refresh : SETTLED);
}

/* A last row without a line end may be half of one, unless nobody has added
 * to it for a while. */
static int may_grow(const semr_map_built_t *built, const watch_t *watch,
                    apr_time_t now)
{
    return built->open_end && now - watch->since < WHOLE &&
           now - built->source.modified / 1000 < WHOLE;
}

/* What is left of a file when its disk was full, its writer died, or an export
 * found nothing; a text map that shall be empty can say so in a comment. */
static int has_lost_all(const semr_map_t *map, const semr_map_state_t *state,
                        const semr_map_built_t *built)
{
    return state->rules && !built->rows &&
           (!built->source.size || map->words.kind == SEMR_MAP_CSV);
}

static void refuse_empty(const semr_map_t *map, semr_map_state_t *state,
                         const semr_map_built_t *built, apr_pool_t *pool)
{
    state->refused = built->source;
    fail(map, state,
         apr_psprintf(pool,
                      "The map %s has no rows, and is refused; if it shall "
                      "have no rules, %s.",
                      map->words.path,
                      map->words.kind == SEMR_MAP_CSV
                          ? "restart httpd, or take its directive out"
                          : "leave a comment in it"));
}

/* A version whose rows are right */
static void try_built(const semr_map_t *map, semr_map_state_t *state,
                      const semr_map_built_t *built, apr_pool_t *pool)
{
    watch_t *watch = &watches[map->number];
    semr_expected_t expected = {.failed = 0};
    apr_status_t status = APR_SUCCESS;
    semr_diag_t diag;

    if (built->expects) {
        status = semr_expecting_judge(map, built, pool, &expected, &diag);
    }
    if (status == APR_SUCCESS && expected.failed) {
        refuse_unexpected(map, state, built, &expected, pool);
        return;
    }
    if (status == APR_SUCCESS) {
        status = publish(map, state, built, pool, &diag);
    }
    if (status == APR_SUCCESS) {
        watch->wait = 0;
        watch->tidy = apr_time_now() + LEFT;
    }
    else if (APR_STATUS_IS_EAGAIN(status)) {
        look_soon(watch, apr_time_now());
    }
    else if (!APR_STATUS_IS_EINTR(status)) {
        fail(map, state, diag.text);
        back_off(watch, apr_time_now());
    }
}

static void judge_built(const semr_map_t *map, semr_map_state_t *state,
                        const semr_map_built_t *built, apr_pool_t *pool)
{
    watch_t *watch = &watches[map->number];
    apr_time_t now = apr_time_now();

    if (!semr_map_identity_equal(&built->source, &watch->seen) ||
        may_grow(built, watch, now)) {
        look_soon(watch, now);
    }
    else if (has_lost_all(map, state, built)) {
        refuse_empty(map, state, built, pool);
    }
    else if (built->bad) {
        refuse(map, state, built, pool);
    }
    else {
        try_built(map, state, built, pool);
    }
}

/* All memory of a build is in one pool, which goes when it is done. */
static void build(const semr_map_t *map, semr_map_state_t *state)
{
    apr_pool_t *pool = semr_map_version_pool();
    watch_t *watch = &watches[map->number];
    semr_map_built_t built;
    semr_diag_t diag;
    apr_status_t status =
        semr_map_build(map, SEMR_BUILD_STOP, pool, pool, &built, &diag);

    if (status == APR_SUCCESS) {
        judge_built(map, state, &built, pool);
    }
    else if (APR_STATUS_IS_EAGAIN(status)) {
        look_soon(watch, apr_time_now());
    }
    else if (!APR_STATUS_IS_EINTR(status)) {
        if (status == APR_EINVAL || APR_STATUS_IS_ENOSPC(status)) {
            state->refused = built.source; /* it would be the same again */
        }
        fail(map, state, diag.text);
        back_off(watch, apr_time_now());
    }
    apr_pool_destroy(pool);
    semr_map_version_trim();
}

/* -- looking --------------------------------------------------------------- */

static int same_file(const semr_map_identity_t *a, const semr_map_identity_t *b)
{
    return a->inode == b->inode && a->device == b->device;
}

/* Whether nobody is writing to the file.  One that was put in place by a
 * rename, as it should be, is whole: it is another file, and its inode was
 * changed after its contents.  Any other has to stay as it is for a while. */
static int is_settled(watch_t *watch, const semr_map_identity_t *now_is,
                      const semr_map_state_t *state, apr_time_t now)
{
    int renamed = !same_file(now_is, &state->source) &&
                  !same_file(now_is, &state->refused) &&
                  !same_file(now_is, &watch->seen) &&
                  now_is->changed > now_is->modified;

    if (semr_map_identity_equal(now_is, &watch->seen)) {
        return now - watch->since >= SETTLED;
    }
    watch->seen = *now_is;
    watch->since = now;
    return renamed;
}

static void look_at(const semr_map_t *map, apr_time_t now, apr_pool_t *pool)
{
    watch_t *watch = &watches[map->number];
    semr_map_identity_t identity;
    semr_map_state_t state;
    semr_diag_t diag;

    watch->next = now + refresh;
    semr_map_state_read(map->number, &state);
    if (semr_map_look(map->words.path, &identity, pool, &diag) != APR_SUCCESS) {
        memset(&watch->seen, 0, sizeof(watch->seen));
        fail(map, &state, diag.text);
    }
    else if (semr_map_identity_equal(&identity, &state.source)) {
        if (state.failed && !state.bad) {
            clear_error(map, &state);
        }
    }
    else if (!semr_map_identity_equal(&identity, &state.refused)) {
        if (is_settled(watch, &identity, &state, now)) {
            build(map, &state);
        }
        else {
            look_soon(watch, now);
        }
    }
}

/* Root has read it at the start; this child may not be able to. */
static void warn_of_unreadable(const semr_map_t *map)
{
    if (access(map->words.path, R_OK) && errno == EACCES) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, server,
                     "the map %s may not be read by httpd's user, so its "
                     "changes will not be taken up before a restart; let that "
                     "user read the file and enter its folders",
                     map->words.path);
    }
}

/* A child that was killed may have left something half done. */
static void take_over(void)
{
    int i, count = semr_map_all()->nelts;
    semr_map_state_t state;

    for (i = 0; i < count; i++) {
        semr_map_state_read(i, &state);
        semr_map_counters_take_over(
            APR_ARRAY_IDX(semr_map_all(), i, semr_map_t *));
        if (state.generation != semr_map_state_generation(i)) {
            semr_map_state_publish(i, state.generation);
        }
        watches[i].next = apr_time_now() + refresh;
        warn_of_unreadable(APR_ARRAY_IDX(semr_map_all(), i, semr_map_t *));
    }
    semr_map_state_announce();
    semr_map_dir_sweep(dir, count);
    semr_map_version_tidy();
}

static apr_status_t watch(int state, void *data, apr_pool_t *pool)
{
    const apr_array_header_t *maps = semr_map_all();
    int i;

    (void)data;
    if (state == AP_WATCHDOG_STATE_STARTING) {
        take_over();
    }
    else if (state == AP_WATCHDOG_STATE_STOPPING) {
        semr_map_build_stop();
    }
    for (i = 0; state == AP_WATCHDOG_STATE_RUNNING && i < maps->nelts; i++) {
        const semr_map_t *map = APR_ARRAY_IDX(maps, i, semr_map_t *);
        apr_time_t now = apr_time_now();

        /* a clock that was set back must not stop anything */
        if (watches[i].tidy &&
            (now >= watches[i].tidy || watches[i].tidy > now + LEFT)) {
            watches[i].tidy = 0;
            semr_map_counters_tidy(map);
        }
        /* the bank that the next version counts in is nobody's by then */
        if (!watches[i].tidy &&
            (now >= watches[i].next ||
             watches[i].next > now + refresh + RETRIES_LAST)) {
            look_at(map, now, pool);
        }
    }
    if (state == AP_WATCHDOG_STATE_RUNNING) {
        semr_findings_follow(server);
        semr_expecting_follow(server);
    }
    return APR_SUCCESS;
}

/* -- the watchdogs --------------------------------------------------------- */

static apr_status_t follow(int state, void *data, apr_pool_t *pool)
{
    (void)data;
    if (state == AP_WATCHDOG_STATE_RUNNING) {
        semr_snapshot_follow(server, pool);
    }
    return APR_SUCCESS;
}

static APR_OPTIONAL_FN_TYPE(ap_watchdog_get_instance) * get_watchdog;
static APR_OPTIONAL_FN_TYPE(ap_watchdog_register_callback) * add_callback;

int semr_map_watch_possible(server_rec *main)
{
    get_watchdog = APR_RETRIEVE_OPTIONAL_FN(ap_watchdog_get_instance);
    add_callback = APR_RETRIEVE_OPTIONAL_FN(ap_watchdog_register_callback);
    if (get_watchdog && add_callback) {
        return 1;
    }
    ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, main,
                 "mod_watchdog is not loaded: maps are read when httpd starts "
                 "or restarts, and changes wait until then");
    return 0;
}

static apr_status_t start_one(apr_pool_t *pconf, const char *name,
                              int singleton,
                              ap_watchdog_callback_fn_t *callback)
{
    ap_watchdog_t *watchdog;
    apr_status_t status = get_watchdog(&watchdog, name, 0, singleton, pconf);

    return status == APR_SUCCESS
               ? add_callback(watchdog, TICK, server, callback)
               : status;
}

apr_status_t semr_map_watch_start(apr_pool_t *pconf, server_rec *main,
                                  const char *run_dir, int seconds)
{
    apr_status_t status;

    server = main;
    dir = run_dir;
    refresh = apr_time_from_sec(seconds);
    watches = apr_pcalloc(pconf,
                          (apr_size_t)semr_map_all()->nelts * sizeof(*watches));
    status = start_one(pconf, "_semredirect_", 1, watch);
    return status == APR_SUCCESS
               ? start_one(pconf, "_semredirect_follow_", 0, follow)
               : status;
}
