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
void semr_render_put_path(semr_out_t *out, const char *path);
void semr_render_put_code(semr_out_t *out, const char *path);
void semr_render_put_nothing(semr_out_t *out);

/* The table of maps; nothing if there is none. */
void semr_render_html_maps(semr_out_t *out, const semr_render_model_t *model,
                           apr_pool_t *pool);

/* The table of findings; nothing if there is none. */
void semr_render_html_findings(semr_out_t *out,
                               const semr_render_model_t *model,
                               apr_pool_t *pool);

/* The table of misses, on the front page and in a view of its own. */
void semr_render_html_misses(semr_out_t *out, const semr_render_model_t *model,
                             apr_pool_t *pool);

/* Calls tell for each row, with its facts. */
typedef void semr_render_tell_t(void *baton, const semr_render_facts_t *facts);
void semr_render_each(const semr_render_model_t *model, const semr_out_t *out,
                      apr_pool_t *pool, semr_render_tell_t *tell, void *baton);

#endif
