/* SPDX-License-Identifier: Apache-2.0
 * Misses as JSON, a path at a time.
 */
#include "render_json_parts.h"

typedef json_t *miss_value_t(const semr_render_miss_t *miss, apr_pool_t *pool);

#define WORDS(id)                                                              \
    static json_t *miss_##id(const semr_render_miss_t *miss, apr_pool_t *pool) \
    {                                                                          \
        return semr_json_string(pool, miss->id);                               \
    }
#define TIME(id)                                                               \
    static json_t *miss_##id(const semr_render_miss_t *miss, apr_pool_t *pool) \
    {                                                                          \
        return semr_json_string(pool, semr_render_time(pool, miss->id));       \
    }
WORDS(path)
TIME(first)
TIME(last)
WORDS(referrer)
WORDS(nearest)
WORDS(why)
WORDS(rule)
WORDS(file)
#undef WORDS
#undef TIME

static json_t *miss_count(const semr_render_miss_t *miss, apr_pool_t *pool)
{
    (void)pool;
    return semr_json_number(miss->count);
}

static json_t *miss_line(const semr_render_miss_t *miss, apr_pool_t *pool)
{
    (void)pool;
    return miss->file ? semr_json_number(miss->line) : json_null();
}

static const struct {
    const char *key;
    miss_value_t *value;
} fields[] = {
#define X(id, key, heading, what) {key, miss_##id},
    SEMR_RENDER_MISS_FIELDS(X)
#undef X
};

enum { FIELDS = sizeof(fields) / sizeof(*fields) };

void semr_json_misses(semr_out_t *out, const semr_render_model_t *model,
                      apr_pool_t *pool)
{
    const char *since = model->missed_since
                            ? semr_render_time(pool, model->missed_since)
                            : NULL;
    apr_pool_t *row;
    int i, k;

    if (model->view != SEMR_RENDER_FRONT && model->view != SEMR_RENDER_MISSES) {
        return;
    }
    semr_out_printf(out, pool,
                    ",\n\"misses_total\":%" APR_UINT64_T_FMT
                    ",\"misses_since\":%s%s%s,\n\"misses\":[",
                    model->missed, since ? "\"" : "", since ? since : "null",
                    since ? "\"" : "");
    apr_pool_create(&row, pool);
    for (i = 0; i < model->nmisses; i++) {
        json_t *object = json_object();
        int failed = 0;

        for (k = 0; k < FIELDS; k++) {
            failed |= semr_json_set(object, fields[k].key,
                                    fields[k].value(model->misses + i, row));
        }
        semr_out_puts(out, i ? ",\n" : "\n");
        semr_json_write(out, object, failed, 0);
        apr_pool_clear(row);
    }
    apr_pool_destroy(row);
    semr_out_puts(out, model->nmisses ? "\n]" : "]");
}
