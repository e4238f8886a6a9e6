/* SPDX-License-Identifier: Apache-2.0
 * What outlasts a configuration: memory of httpd's process, found again by
 * name after each restart and reload, until httpd stops.
 *
 * It lives in the process's pool.  The module may be loaded anew meanwhile,
 * even a newer one: nothing kept here may point to code, strings or static
 * data of it, and whoever changes what a name holds changes the name ("x.2").
 * The parent asks for it in post_config, but not in the first pass of a start
 * (AP_SQ_MS_CREATE_PRE_CONFIG); children inherit it.  Old children that go on
 * after a graceful restart have the same shared memory as the new ones.
 */
#ifndef SEMR_REGISTRY_H
#define SEMR_REGISTRY_H

#include <httpd.h>

/* Zeroed memory of size bytes of this process alone: what its children change
 * is theirs.  A name has one size. */
void *semr_registry_record(server_rec *main, const char *name, apr_size_t size);

/* A block of memory that all processes share, zeroed, aligned to a page; it
 * goes with pool, which may be a configuration's.  NULL: there is none. */
void *semr_registry_share(apr_size_t size, apr_pool_t *pool);

/* A shared block by name.  If there was none, or one of another size, a zeroed
 * one is made and *is_new is set; that of another size is what semr_registry_
 * before gives, until the size changes again: old children may still write
 * there.  NULL: there is no memory. */
void *semr_registry_block(server_rec *main, const char *name, apr_size_t size,
                          int *is_new);

/* The block that a name had before it had its present size; NULL: none. */
void *semr_registry_before(server_rec *main, const char *name,
                           apr_size_t *size);

/* Gives a name's blocks back; old children keep what they have mapped. */
void semr_registry_drop(server_rec *main, const char *name);

#endif
