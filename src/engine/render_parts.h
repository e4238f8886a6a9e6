/* SPDX-License-Identifier: Apache-2.0
 * What the renderers share; private to render*.c.
 */
#ifndef SEMR_RENDER_PARTS_H
#define SEMR_RENDER_PARTS_H

#include "render.h"

/* X(id, method, class): the methods whose code is told, and their columns of
 * the decision table */
#define SEMR_RENDER_METHODS(X)                                                 \
    X(GET, "GET", SEMR_CLASS_GET)                                              \
    X(POST, "POST", SEMR_CLASS_OTHER)                                          \
    X(OPTIONS, "OPTIONS", SEMR_CLASS_OPTIONS)

typedef enum semr_render_method_t {
#define X(id, method, class) SEMR_RENDER_##id,
    SEMR_RENDER_METHODS(X)
#undef X
        SEMR_RENDER_METHOD_COUNT
} semr_render_method_t;

extern const char *const semr_render_methods[SEMR_RENDER_METHOD_COUNT];

typedef enum semr_stage_by_t {
    SEMR_BY_NOTHING, /* it is live */
    SEMR_BY_RULE,
    SEMR_BY_SCOPE,
    SEMR_BY_STARTS,
    SEMR_BY_ENDS,
    SEMR_BY_SETTLES,
    SEMR_STAGE_BYS
} semr_stage_by_t;

/* A row, and what follows from it; a NULL is nothing to tell. */
typedef struct semr_render_facts_t {
    const semr_render_row_t *row;
    apr_pool_t *pool;
    apr_int64_t now;
    semr_stage_t stage;
    semr_stage_by_t by;
    int codes[SEMR_RENDER_METHOD_COUNT]; /* 0: left alone */
    int answers;                         /* some method */
    apr_int64_t max_age; /* as semr_decide_max_age; only if it answers */
    const char *from, *to, *options, *note;
} semr_render_facts_t;

/* In pool: seconds since 1970 as 2027-01-15T10:00:00Z; 1234567 as 1,234,567;
 * a time as "1 day" or "about 3 hours", for at least a second. */
const char *semr_render_time(apr_pool_t *pool, apr_int64_t seconds);
const char *semr_render_grouped(apr_pool_t *pool, apr_uint64_t value);
const char *semr_render_lasting(apr_pool_t *pool, apr_int64_t seconds);

/* For HTML: text; a path, which may be broken after a slash; one as code; and
 * that there is nothing. */
void semr_render_put(semr_out_t *out, const char *text);
void semr_render_put_view(semr_out_t *out, semr_view_t text);
void semr_render_put_path(semr_out_t *out, const char *path);
void semr_render_put_code(semr_out_t *out, const char *path);
void semr_render_put_nothing(semr_out_t *out);

/* For HTML: a time as "3 minutes ago"; one that is known to the minute, by when
 * that began; a date with its time in UTC. */
void semr_render_put_ago(semr_out_t *out, apr_pool_t *pool, apr_int64_t seconds,
                         apr_int64_t now);
void semr_render_put_minute(semr_out_t *out, apr_pool_t *pool,
                            apr_int64_t minute, apr_int64_t now);
void semr_render_put_time(semr_out_t *out, apr_pool_t *pool,
                          apr_int64_t seconds);

/* "1 rule", "1,234 rules" in pool. */
const char *semr_render_counted(apr_pool_t *pool, apr_uint64_t count,
                                const char *one, const char *many);

/* What became of the rows: told, and found but left for the next page */
typedef struct semr_render_told_t {
    apr_uint64_t told, left;
} semr_render_told_t;

/* Calls tell for each row that the page has room for, with its facts. */
typedef void semr_render_tell_t(void *baton, const semr_render_facts_t *facts);
semr_render_told_t semr_render_each(const semr_render_model_t *model,
                                    const semr_out_t *out, apr_pool_t *pool,
                                    semr_render_tell_t *tell, void *baton);

/* text as a value in a URL's query, in pool. */
const char *semr_render_query_value(apr_pool_t *pool, semr_view_t text);

/* The page that shows what the model's search finds, from that one on:
 * "?view=rules&...", in pool, not yet made fit for HTML. */
const char *semr_render_link(apr_pool_t *pool, const semr_render_model_t *model,
                             apr_uint64_t start);

/* The same for the rules behind those that were told; NULL: there are none. */
const char *semr_render_next(apr_pool_t *pool, const semr_render_model_t *model,
                             const semr_render_told_t *told);

#endif
