/* SPDX-License-Identifier: Apache-2.0
 * What build.c, which takes rules, and freeze.c, which lays them out, share.
 */
#ifndef SEMR_BUILD_PARTS_H
#define SEMR_BUILD_PARTS_H

#include "build.h"
#include "key.h"

/* Bytes that grow, outside of pools. */
typedef struct semr_bytes_t {
    char *p;
    apr_size_t len, room;
} semr_bytes_t;

/* Room for len more bytes, zeroed; it moves what was there. */
void *semr_bytes_add(semr_bytes_t *bytes, apr_size_t len);

#define SEMR_BYTES_AT(bytes, type)    ((type *)(void *)(bytes).p)
#define SEMR_BYTES_COUNT(bytes, type) ((bytes).len / sizeof(type))

/* A set of numbers that stand for things kept elsewhere. */
typedef struct semr_known_t {
    semr_bytes_t slots;
    apr_size_t used;
} semr_known_t;

/* The number that was put in for a thing with this hash for which same()
 * holds; or, if there is none, number, which is put in. */
apr_uint32_t semr_known(semr_known_t *known, apr_uint64_t hash,
                        apr_uint32_t number,
                        int (*same)(const void *thing, apr_uint32_t number),
                        const void *thing);

struct semr_builder_t {
    /* the sections of the image as they grow; rules in the order written */
    semr_bytes_t rules, policies, extras, params, hosts, strings;
    semr_bytes_t keys; /* apr_uint64_t by rule: its place, without a query */
    semr_known_t known_strings, known_targets, known_policies, known_hosts;
    apr_uint32_t npatterns;
    /* of the rule before, for the next one is mostly alike */
    const char *last_file;
    apr_uint32_t last_file_at;
    apr_uint32_t last_policy;
};

/* A string of the builder, until the next one is added. */
semr_view_t semr_builder_string(const semr_builder_t *builder,
                                apr_uint32_t offset);

/* Adds a string, which need not be new, and returns its offset. */
apr_uint32_t semr_builder_add_string(semr_builder_t *builder, semr_view_t text);

void semr_builder_clear(semr_builder_t *builder);

#endif
