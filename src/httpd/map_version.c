/* SPDX-License-Identifier: Apache-2.0
 * A version of a map, as one process has it.
 */
#include <stdlib.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <apr_strings.h>

#include "build.h"
#include "map_version.h"

enum { LARGE = 128 * 1024 };

/* As httpd's own pools: there is nothing better to do without memory. */
static int out_of_memory(int status)
{
    (void)status;
    abort();
    return -1;
}

apr_pool_t *semr_map_version_pool(void)
{
    apr_pool_t *pool;

    if (apr_pool_create_unmanaged_ex(&pool, out_of_memory, NULL) !=
        APR_SUCCESS) {
        out_of_memory(0);
    }
    return pool;
}

semr_map_version_t *semr_map_version_open(apr_pool_t *pool,
                                          const semr_image_t *image,
                                          apr_uint64_t generation,
                                          semr_diag_t *diag,
                                          apr_pool_t *diag_pool)
{
    semr_map_version_t *version = apr_pcalloc(pool, sizeof(*version));

    version->pool = pool;
    version->generation = generation;
    if (semr_ruleset_open(&version->set, pool, image, 1, diag) != APR_SUCCESS) {
        diag->text = apr_pstrdup(diag_pool, diag->text);
        apr_pool_destroy(pool);
        return NULL;
    }
    return version;
}

semr_map_version_t *semr_map_version_empty(apr_uint64_t generation)
{
    apr_pool_t *pool = semr_map_version_pool();
    semr_diag_t diag;

    return semr_map_version_open(
        pool, semr_builder_freeze(semr_builder_create(pool), pool), generation,
        &diag, pool);
}

void semr_map_version_tidy(void)
{
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, LARGE); /* its default, but it stays there */
#endif
}

void semr_map_version_trim(void)
{
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

void semr_map_version_destroy(semr_map_version_t *version)
{
    apr_pool_destroy(version->pool);
}
