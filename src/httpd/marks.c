/* SPDX-License-Identifier: Apache-2.0
 * Which rules a finding names.
 *
 * An edition is a word for each map, the generation whose rules are marked,
 * then the bits.  Each set begins with a word of its own.
 */
#include "map_state.h"
#include "marks.h"
#include "registry.h"

enum { EACH = 64, LEAST = 65536 };

typedef struct marks_t {
    apr_uint64_t version; /* its parity says which edition is up */
    apr_uint64_t words[]; /* of two editions */
} marks_t;

static marks_t *marks;
static int nmaps;
static apr_size_t words;         /* of an edition */
static apr_uint64_t *scope_bits; /* by scope: its first bit */
static apr_uint64_t *map_bits;   /* by map, and where the last one ends */

static apr_status_t forget(void *data)
{
    (void)data;
    marks = NULL;
    return APR_SUCCESS;
}

static apr_uint64_t rounded(apr_uint64_t bits)
{
    return (bits + EACH - 1) / EACH * EACH;
}

/* Says where each set begins; returns how many bits they need. */
static apr_uint64_t lay_out(apr_pool_t *pconf)
{
    const apr_array_header_t *scopes = semr_scope_all();
    apr_uint64_t bits = 0;
    semr_map_state_t state;
    int i;

    nmaps = semr_map_all()->nelts;
    scope_bits =
        apr_palloc(pconf, ((apr_size_t)scopes->nelts + 1) * sizeof(bits));
    map_bits = apr_palloc(pconf, ((apr_size_t)nmaps + 1) * sizeof(bits));
    for (i = 0; i < scopes->nelts; i++) {
        const semr_scope_t *scope = APR_ARRAY_IDX(scopes, i, semr_scope_t *);

        scope_bits[i] = bits;
        bits += rounded(semr_image_rules(scope->set.image));
    }
    for (i = 0; i < nmaps; i++) {
        map_bits[i] = bits;
        semr_map_state_read(i, &state);
        bits += rounded(2 * state.rules < LEAST ? LEAST : 2 * state.rules);
    }
    map_bits[nmaps] = bits;
    return bits;
}

apr_status_t semr_marks_share(apr_pool_t *pconf)
{
    apr_uint64_t bits = lay_out(pconf);

    words = (apr_size_t)nmaps + (apr_size_t)(bits / EACH);
    marks = semr_registry_share(
        sizeof(*marks) + 2 * words * sizeof(apr_uint64_t), pconf);
    if (!marks) {
        return APR_ENOMEM;
    }
    apr_pool_cleanup_register(pconf, NULL, forget, apr_pool_cleanup_null);
    return APR_SUCCESS;
}

/* -- sets ------------------------------------------------------------------ */

semr_marks_set_t semr_marks_of_scope(const semr_scope_t *scope)
{
    const apr_array_header_t *scopes = semr_scope_all();
    semr_marks_set_t set = {0, 0, -1, 0};
    int i;

    for (i = 0; marks && i < scopes->nelts; i++) {
        if (APR_ARRAY_IDX(scopes, i, semr_scope_t *) == scope) {
            set.first = scope_bits[i];
            set.count = semr_image_rules(scope->set.image);
        }
    }
    return set;
}

semr_marks_set_t semr_marks_of_map(const semr_map_t *map,
                                   const semr_map_version_t *version)
{
    semr_marks_set_t set = {0, 0, map->number, version->generation};

    if (marks && map->number < nmaps) {
        set.first = map_bits[map->number];
        set.count = map_bits[map->number + 1] - set.first;
    }
    return set;
}

/* A scope's own rules, or those of a map that it asks */
static semr_marks_set_t set_of(const semr_snapshot_t *snapshot,
                               const semr_scope_t *scope,
                               const semr_image_t *image)
{
    int i;

    for (i = 0; scope->maps && i < scope->maps->nelts; i++) {
        const semr_map_t *map = APR_ARRAY_IDX(scope->maps, i, semr_map_t *);
        const semr_map_version_t *version = snapshot->versions[map->number];

        if (version && version->set.image == image) {
            return semr_marks_of_map(map, version);
        }
    }
    return semr_marks_of_scope(scope);
}

semr_marks_set_t *semr_marks_of_space(const semr_snapshot_t *snapshot,
                                      const semr_scope_t *scope,
                                      const semr_space_t *space,
                                      apr_pool_t *pool)
{
    semr_marks_set_t *sets =
        apr_palloc(pool, ((apr_size_t)space->count + 1) * sizeof(*sets));
    int i;

    for (i = 0; i < space->count; i++) {
        sets[i] = set_of(snapshot, scope, space->sets[i]->image);
    }
    return sets;
}

/* -- editions -------------------------------------------------------------- */

static apr_uint64_t *edition_at(apr_uint64_t version)
{
    return marks->words + (version & 1) * words;
}

/* The edition that is written; there is one writer. */
static apr_uint64_t *draft(void)
{
    return edition_at(marks->version + 1);
}

/* Somebody who is slow may still read what was up before. */
static void set(apr_uint64_t *word, apr_uint64_t value)
{
    __atomic_store_n(word, value, __ATOMIC_RELAXED);
}

static apr_uint64_t get(const apr_uint64_t *word)
{
    return __atomic_load_n(word, __ATOMIC_RELAXED);
}

void semr_marks_begin(const semr_snapshot_t *snapshot)
{
    apr_size_t i;
    int map;

    for (i = 0; marks && i < words; i++) {
        set(draft() + i, 0);
    }
    for (map = 0; marks && snapshot && map < nmaps; map++) {
        if (snapshot->versions[map]) {
            set(draft() + map, snapshot->versions[map]->generation);
        }
    }
}

void semr_marks_add(const semr_marks_set_t *in, apr_uint32_t number)
{
    apr_uint64_t bit = in->first + number;

    if (marks && number < in->count) {
        __atomic_fetch_or(draft() + (apr_size_t)nmaps + bit / EACH,
                          APR_UINT64_C(1) << bit % EACH, __ATOMIC_RELAXED);
    }
}

void semr_marks_mark(void *sets, int set, apr_uint32_t number)
{
    semr_marks_add((const semr_marks_set_t *)sets + set, number);
}

void semr_marks_put_up(void)
{
    if (marks) {
        __atomic_store_n(&marks->version, marks->version + 1, __ATOMIC_RELEASE);
    }
}

apr_uint64_t semr_marks_from(const semr_marks_set_t *in, apr_uint32_t number)
{
    apr_uint64_t version;
    const apr_uint64_t *edition;

    if (!marks || number >= in->count) {
        return 0;
    }
    version = __atomic_load_n(&marks->version, __ATOMIC_ACQUIRE);
    edition = edition_at(version);
    if (!version ||
        (in->map >= 0 && get(edition + in->map) != in->generation)) {
        return 0;
    }
    return get(edition + nmaps + (in->first + number) / EACH);
}
