/* SPDX-License-Identifier: Apache-2.0
 * A map's file -> an image.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <apr_strings.h>
#include <httpd.h>
#include <http_log.h>
#include <ap_mpm.h>

#include "allow_host.h"
#include "build.h"
#include "expect.h"
#include "image_file.h"
#include "map_build.h"
#include "module.h"

APLOG_USE_MODULE(semredirect);

/* How many rows are read between two looks whether httpd is to stop */
enum { ROWS_BETWEEN = 4096 };

static int stopping;

void semr_map_build_stop(void)
{
    __atomic_store_n(&stopping, 1, __ATOMIC_RELAXED);
}

static int is_stopping(void)
{
    int state;

    return __atomic_load_n(&stopping, __ATOMIC_RELAXED) ||
           (ap_mpm_query(AP_MPMQ_MPM_STATE, &state) == APR_SUCCESS &&
            state == AP_MPMQ_STOPPING);
}

/* -- the file -------------------------------------------------------------- */

static apr_status_t failed(semr_diag_t *diag, apr_pool_t *pool,
                           const char *path, const char *what)
{
    apr_status_t status = APR_FROM_OS_ERROR(errno);
    char why[120];

    semr_diag_set(diag, pool, "The map %s cannot be %s: %s.", path, what,
                  apr_strerror(status, why, sizeof(why)));
    return status;
}

static apr_int64_t nanoseconds(const struct timespec *t)
{
    return (apr_int64_t)t->tv_sec * 1000000000 + t->tv_nsec;
}

static apr_status_t identify(const struct stat *info, const char *path,
                             semr_map_identity_t *identity, apr_pool_t *pool,
                             semr_diag_t *diag)
{
    memset(identity, 0, sizeof(*identity));
    identity->device = (apr_uint64_t)info->st_dev;
    identity->inode = (apr_uint64_t)info->st_ino;
    identity->size = (apr_uint64_t)info->st_size;
    identity->modified = nanoseconds(&info->st_mtim);
    identity->changed = nanoseconds(&info->st_ctim);
    if (S_ISREG(info->st_mode)) {
        return APR_SUCCESS;
    }
    semr_diag_set(diag, pool, "The map %s is %s, and no file.", path,
                  S_ISDIR(info->st_mode)    ? "a directory"
                  : S_ISFIFO(info->st_mode) ? "a pipe"
                                            : "a device or a socket");
    return APR_EINVAL;
}

apr_status_t semr_map_look(const char *path, semr_map_identity_t *identity,
                           apr_pool_t *pool, semr_diag_t *diag)
{
    struct stat info;

    return stat(path, &info) ? failed(diag, pool, path, "found")
                             : identify(&info, path, identity, pool, diag);
}

/* A file while it is read: as many bytes as it had at first */
typedef struct reading_t {
    int file;
    int error;
    apr_uint64_t left;
} reading_t;

static apr_status_t read_bytes(void *baton, char *bytes, apr_size_t *len)
{
    reading_t *reading = baton;
    ssize_t got;

    if (*len > reading->left) {
        *len = (apr_size_t)reading->left;
    }
    do {
        got = *len ? read(reading->file, bytes, *len) : 0;
    } while (got < 0 && errno == EINTR);
    if (got < 0) {
        reading->error = errno;
        *len = 0;
        return APR_FROM_OS_ERROR(errno);
    }
    *len = (apr_size_t)got;
    reading->left -= (apr_uint64_t)got;
    return APR_SUCCESS;
}

/* -- rows ------------------------------------------------------------------ */

/* Rules on their way into the builder */
typedef struct taking_t {
    const semr_map_t *map;
    int flags;
    apr_pool_t *pool;
    semr_builder_t *builder; /* NULL: they are only looked at */
    apr_uint64_t taken, refused;
    apr_array_header_t *problems; /* of semr_mapfile_told_t: of those refused */
    semr_mapfile_expect_t *expect; /* takes expectations, and there are no
                                      rules; NULL: they are read with the rules
                                      unless that is for a start */
    void *baton;                   /* of expect */
} taking_t;

static void add_told(apr_array_header_t *list, unsigned line, const char *text)
{
    semr_mapfile_told_t *told;

    if (list->nelts < SEMR_MAPFILE_TOLD_MAX) {
        told = apr_array_push(list);
        told->line = line;
        told->text = text;
    }
}

static int shall_stop(taking_t *taking)
{
    return taking->flags & SEMR_BUILD_STOP &&
           taking->taken++ % ROWS_BETWEEN == 0 && is_stopping();
}

static apr_status_t take_expect(void *baton, const char *line, unsigned number,
                                apr_pool_t *pool, semr_diag_t *diag)
{
    taking_t *taking = baton;
    semr_expect_t expect;

    if (shall_stop(taking)) {
        return APR_EINTR;
    }
    return taking->expect
               ? taking->expect(taking->baton, line, number, pool, diag)
               : semr_expect_parse(&expect, pool, line, diag);
}

static apr_status_t take_rule(void *baton, const semr_rule_t *rule)
{
    taking_t *taking = baton;
    const char *why;

    if (shall_stop(taking)) {
        return APR_EINTR;
    }
    why = semr_allow_host_why(taking->pool, taking->map->allow_hosts, rule);
    if (why) {
        taking->refused++;
        add_told(taking->problems, rule->line, why);
        return APR_SUCCESS;
    }
    return taking->builder ? semr_builder_add(taking->builder, rule)
                           : APR_SUCCESS;
}

/* Both lists in the order of lines */
static apr_array_header_t *merged(apr_pool_t *pool, const apr_array_header_t *a,
                                  const apr_array_header_t *b)
{
    apr_array_header_t *both =
        apr_array_make(pool, a->nelts + b->nelts, sizeof(semr_mapfile_told_t));
    const semr_mapfile_told_t *p = (const semr_mapfile_told_t *)a->elts;
    const semr_mapfile_told_t *q = (const semr_mapfile_told_t *)b->elts;
    const semr_mapfile_told_t *p_end = p + a->nelts, *q_end = q + b->nelts;

    while (p < p_end || q < q_end) {
        const semr_mapfile_told_t *next =
            q == q_end || (p < p_end && p->line <= q->line) ? p++ : q++;

        add_told(both, next->line, next->text);
    }
    return both;
}

/* -- text and CSV ---------------------------------------------------------- */

static apr_status_t read_rows(taking_t *taking, int file, apr_pool_t *pool,
                              semr_map_built_t *built, semr_diag_t *diag)
{
    const semr_map_words_t *words = &taking->map->words;
    reading_t reading = {file, 0, built->source.size};
    semr_mapfile_source_t source = {read_bytes, &reading};
    semr_mapfile_takers_t takers = {
        taking->expect ? NULL : take_rule,
        taking->expect || taking->flags ? take_expect : NULL, taking};
    semr_mapfile_report_t report;
    apr_status_t status = semr_mapfile_read_for(
        &source,
        words->kind == SEMR_MAP_CSV ? SEMR_MAPFILE_CSV : SEMR_MAPFILE_TEXT,
        words->path, &words->defaults, &takers, &report, pool);

    if (reading.error) {
        errno = reading.error;
        return failed(diag, pool, words->path, "read");
    }
    if (APR_STATUS_IS_ENOSPC(status)) {
        semr_diag_set(diag, pool,
                      "The map %s has more rules than one map can hold; part "
                      "it.",
                      words->path);
    }
    else if (status != APR_SUCCESS) {
        semr_diag_set(diag, pool, "The map %s was not read to its end.",
                      words->path);
    }
    else {
        built->rows = report.rows;
        built->expects = report.expects;
        built->bad = report.bad + taking->refused;
        built->open_end = report.open_end;
        built->notices = report.notices;
        built->problems = merged(pool, report.problems, taking->problems);
    }
    return status;
}

static apr_status_t read_file(taking_t *taking, int file, apr_pool_t *pool,
                              semr_map_built_t *built, semr_diag_t *diag)
{
    const char *path = taking->map->words.path;
    semr_map_identity_t after;
    struct stat info;
    apr_status_t status;

    if (fstat(file, &info)) {
        return failed(diag, pool, path, "looked at");
    }
    status = identify(&info, path, &built->source, pool, diag);
    if (status == APR_SUCCESS) {
        status = read_rows(taking, file, pool, built, diag);
    }
    if (status != APR_SUCCESS) {
        return status;
    }
    if (fstat(file, &info)) {
        return failed(diag, pool, path, "looked at");
    }
    status = identify(&info, path, &after, pool, diag);
    if (status == APR_SUCCESS && (after.size != built->source.size ||
                                  after.modified != built->source.modified)) {
        semr_diag_set(diag, pool, "The map %s changed while it was read.",
                      path);
        return APR_EAGAIN;
    }
    return status;
}

static apr_status_t build_rows(taking_t *taking, apr_pool_t *image_pool,
                               apr_pool_t *pool, semr_map_built_t *built,
                               semr_diag_t *diag)
{
    const char *path = taking->map->words.path;
    /* a pipe without a writer must not stop anybody */
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    apr_status_t status;

    if (file < 0) {
        return failed(diag, pool, path, "opened");
    }
    taking->problems = apr_array_make(pool, 4, sizeof(semr_mapfile_told_t));
    if (!(taking->flags & SEMR_BUILD_CHECK) && !taking->expect) {
        taking->builder = semr_builder_create(pool);
    }
    status = read_file(taking, file, pool, built, diag);
    close(file);
    if (status == APR_SUCCESS && taking->builder) {
        built->image = semr_builder_freeze(taking->builder, image_pool);
    }
    return status;
}

/* -- compiled maps --------------------------------------------------------- */

/* Rows of an image cannot be left out: one is enough to refuse it. */
static apr_status_t check_hosts(const semr_map_t *map,
                                const semr_image_t *image, apr_pool_t *pool,
                                semr_diag_t *diag)
{
    semr_image_rule_t at = {.next = 0};
    const char *why = NULL;
    apr_uint32_t i;
    apr_pool_t *row_pool;

    if (!map->allow_hosts) {
        return APR_SUCCESS;
    }
    apr_pool_create(&row_pool, pool);
    for (i = 0; i < semr_image_rules(image) && !why; i++) {
        semr_rule_t rule;

        apr_pool_clear(row_pool);
        semr_image_rule(image, at.next, &at);
        semr_image_read(image, &at, row_pool, &rule);
        why = semr_allow_host_why(row_pool, map->allow_hosts, &rule);
        if (why) {
            semr_diag_set(diag, pool, "The map %s holds a rule of %s:%u: %s",
                          map->words.path, rule.file ? rule.file : "?",
                          rule.line, why);
        }
    }
    apr_pool_destroy(row_pool);
    return why ? APR_EINVAL : APR_SUCCESS;
}

static apr_status_t copy_image(const semr_map_t *map, apr_pool_t *image_pool,
                               apr_pool_t *pool, semr_map_built_t *built,
                               semr_diag_t *diag)
{
    const char *path = map->words.path;
    semr_map_identity_t after;
    apr_status_t status =
        semr_image_copy(path, image_pool, &built->image, diag);

    if (status == APR_SUCCESS) {
        status = check_hosts(map, built->image, pool, diag);
    }
    else {
        diag->text = apr_pstrdup(pool, diag->text);
    }
    /* what was read may be another file by now, or half of one */
    if (semr_map_look(path, &after, pool, diag) == APR_SUCCESS &&
        !semr_map_identity_equal(&after, &built->source)) {
        semr_diag_set(diag, pool, "The map %s changed while it was read.",
                      path);
        return APR_EAGAIN;
    }
    if (status == APR_SUCCESS) {
        built->rows = semr_image_rules(built->image);
    }
    return status;
}

apr_status_t semr_map_build(const semr_map_t *map, int flags,
                            apr_pool_t *image_pool, apr_pool_t *pool,
                            semr_map_built_t *built, semr_diag_t *diag)
{
    taking_t taking = {.map = map, .flags = flags, .pool = pool};
    apr_time_t begin = apr_time_now();
    apr_status_t status;

    memset(built, 0, sizeof(*built));
    built->problems = built->notices =
        apr_array_make(pool, 1, sizeof(semr_mapfile_told_t));
    status = semr_map_look(map->words.path, &built->source, pool, diag);
    if (status == APR_SUCCESS) {
        status = map->words.kind == SEMR_MAP_IMAGE
                     ? copy_image(map, image_pool, pool, built, diag)
                     : build_rows(&taking, image_pool, pool, built, diag);
    }
    built->took = apr_time_now() - begin;
    return status;
}

apr_status_t semr_map_read_expects(const semr_map_t *map, int flags,
                                   semr_mapfile_expect_t *take, void *baton,
                                   apr_pool_t *pool, semr_map_built_t *built,
                                   semr_diag_t *diag)
{
    taking_t taking = {.map = map,
                       .flags = flags,
                       .pool = pool,
                       .expect = take,
                       .baton = baton};

    memset(built, 0, sizeof(*built));
    return build_rows(&taking, pool, pool, built, diag);
}

void semr_map_built_describe(const semr_map_built_t *built,
                             semr_map_state_t *state)
{
    memset(state, 0, sizeof(*state));
    state->rows = built->rows;
    state->bad = built->bad;
    state->expects = built->expects;
    state->rules = semr_image_rules(built->image);
    state->bytes = built->image->size;
    state->built = apr_time_now();
    state->took = built->took;
    state->source = built->source;
}

void semr_map_built_notices(const semr_map_built_t *built,
                            const semr_map_t *map, server_rec *main)
{
    int i;

    for (i = 0; i < built->notices->nelts; i++) {
        const semr_mapfile_told_t *told =
            &APR_ARRAY_IDX(built->notices, i, semr_mapfile_told_t);

        ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, main, "%s:%u: %s",
                     map->words.path, told->line, told->text);
    }
}
