/* SPDX-License-Identifier: Apache-2.0
 * Memory of httpd's process, by name.
 */
#include <string.h>
#include <unistd.h>

#include <apr_shm.h>
#include <apr_strings.h>

#include "registry.h"

/* What a key of the pool begins with; no other module has such */
#define STEM "mod_semredirect: "

typedef struct block_t {
    apr_pool_t *pool; /* which it goes with */
    void *at;
    apr_size_t size;
} block_t;

/* A name's block, and the one that it had before */
typedef struct named_t {
    block_t now, before;
} named_t;

void *semr_registry_record(server_rec *main, const char *name, apr_size_t size)
{
    apr_pool_t *pool = main->process->pool;
    const char *key = apr_pstrcat(main->process->pconf, STEM, name, NULL);
    void *record = NULL;

    apr_pool_userdata_get(&record, key, pool);
    if (!record) {
        record = apr_pcalloc(pool, size);
        apr_pool_userdata_set(record, key, apr_pool_cleanup_null, pool);
    }
    return record;
}

/* APR puts its own size before the memory. */
void *semr_registry_share(apr_size_t size, apr_pool_t *pool)
{
    apr_uintptr_t page = (apr_uintptr_t)sysconf(_SC_PAGESIZE);
    apr_shm_t *shm;
    apr_uintptr_t at;

    if (apr_shm_create(&shm, size + page, NULL, pool) != APR_SUCCESS) {
        return NULL;
    }
    at = (apr_uintptr_t)apr_shm_baseaddr_get(shm);
    return (void *)((at + page - 1) & ~(page - 1));
}

static int make(block_t *block, apr_size_t size, apr_pool_t *parent)
{
    apr_pool_t *pool;

    if (apr_pool_create(&pool, parent) != APR_SUCCESS) {
        return 0;
    }
    block->at = semr_registry_share(size, pool);
    block->size = size;
    block->pool = pool;
    if (!block->at) {
        apr_pool_destroy(pool);
    }
    return block->at != NULL;
}

static named_t *find(server_rec *main, const char *name)
{
    return semr_registry_record(
        main, apr_pstrcat(main->process->pconf, "block ", name, NULL),
        sizeof(named_t));
}

void *semr_registry_block(server_rec *main, const char *name, apr_size_t size,
                          int *is_new)
{
    named_t *named = find(main, name);
    block_t block;

    *is_new = 0;
    if (named->now.at && named->now.size == size) {
        return named->now.at;
    }
    if (!make(&block, size, main->process->pool)) {
        return NULL;
    }
    if (named->before.pool) {
        apr_pool_destroy(named->before.pool);
    }
    named->before = named->now;
    named->now = block;
    *is_new = 1;
    return block.at;
}

void *semr_registry_before(server_rec *main, const char *name, apr_size_t *size)
{
    named_t *named = find(main, name);

    *size = named->before.size;
    return named->before.at;
}

void semr_registry_drop(server_rec *main, const char *name)
{
    named_t *named = find(main, name);
    block_t *const blocks[] = {&named->now, &named->before};
    int i;

    for (i = 0; i < 2; i++) {
        if (blocks[i]->pool) {
            apr_pool_destroy(blocks[i]->pool);
        }
        memset(blocks[i], 0, sizeof(*blocks[i]));
    }
}
