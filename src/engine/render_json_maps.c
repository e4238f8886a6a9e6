/* SPDX-License-Identifier: Apache-2.0
 * Maps as JSON.
 */
#include "render_json_parts.h"

/* -- the fields of a map --------------------------------------------------- */

typedef json_t *map_value_t(const semr_render_map_t *map, apr_pool_t *pool);

#define WORDS(id)                                                              \
    static json_t *map_##id(const semr_render_map_t *map, apr_pool_t *pool)    \
    {                                                                          \
        return semr_json_string(pool, map->id);                                \
    }
#define NUMBER(id)                                                             \
    static json_t *map_##id(const semr_render_map_t *map, apr_pool_t *pool)    \
    {                                                                          \
        (void)pool;                                                            \
        return semr_json_number((apr_uint64_t)map->id);                        \
    }
#define TIME(id)                                                               \
    static json_t *map_##id(const semr_render_map_t *map, apr_pool_t *pool)    \
    {                                                                          \
        return semr_json_string(                                               \
            pool, map->id ? semr_render_time(pool, map->id) : NULL);           \
    }
WORDS(source)
WORDS(kind)
WORDS(options)
WORDS(error)
TIME(failed)
NUMBER(rows)
NUMBER(left_out)
NUMBER(rules)
NUMBER(bytes)
NUMBER(generation)
TIME(built)
NUMBER(took)
TIME(modified)
#undef WORDS
#undef NUMBER
#undef TIME

static json_t *map_inherited_map(const semr_render_map_t *map, apr_pool_t *pool)
{
    (void)pool;
    return json_boolean(map->inherited);
}

static const struct {
    const char *key;
    map_value_t *value;
} map_fields[] = {
#define X(id, key, heading, what) {key, map_##id},
    SEMR_RENDER_MAP_FIELDS(X)
#undef X
};

enum { MAP_FIELDS = sizeof(map_fields) / sizeof(*map_fields) };

/* -- writing ------------------------------------------------------------- */

void semr_json_maps(semr_out_t *out, const semr_render_model_t *model,
                    apr_pool_t *pool)
{
    int i, k;

    semr_out_puts(out, ",\n\"maps\":[");
    for (i = 0; i < model->nmaps; i++) {
        json_t *object = json_object();
        int failed = 0;

        for (k = 0; k < MAP_FIELDS; k++) {
            failed |= semr_json_set(object, map_fields[k].key,
                                    map_fields[k].value(model->maps + i, pool));
        }
        semr_out_puts(out, i ? ",\n" : "\n");
        semr_json_write(out, object, failed, 0);
    }
    semr_out_puts(out, model->nmaps ? "\n]" : "]");
}
