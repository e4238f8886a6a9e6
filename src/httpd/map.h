/* SPDX-License-Identifier: Apache-2.0
 * Maps: files of rules, named by SemanticRedirectMap (DESIGN 6).
 *
 * The directive is noted with its scope.  When the configuration is read,
 * equal ones become one map: the same file, read by the same options, for
 * servers that allow the same hosts.  A map lives as long as the
 * configuration; what it holds at a time is a version of it, see map_version.h
 * and docs/internals.md.
 */
#ifndef SEMR_MAP_H
#define SEMR_MAP_H

#include "config.h"
#include "map_version.h"
#include "render.h"

typedef enum semr_map_kind_t {
    SEMR_MAP_TEXT,
    SEMR_MAP_CSV,
    SEMR_MAP_IMAGE /* compiled */
} semr_map_kind_t;

/* One directive */
typedef struct semr_map_words_t {
    semr_map_kind_t kind;
    const char *path;    /* absolute */
    const char *options; /* in an order of their own */
    semr_rule_defaults_t defaults;
    const char *file;
    unsigned line;
} semr_map_words_t;

typedef struct semr_map_t {
    int number;             /* of all maps of the configuration, from 0 */
    semr_map_words_t words; /* of the first directive that names it */
    const apr_array_header_t *allow_hosts; /* of const char *; NULL: any */
    apr_uint64_t place;                    /* of its rules, for semr_identity */
    semr_stats_t *banks[2]; /* counters, by the parity of the generation */
} semr_map_t;

/* Forgets the maps of a configuration that was read before. */
void semr_map_reset(apr_pool_t *pconf);

/* The directives SemanticRedirectMap and SemanticRedirectRefresh. */
const char *semr_map_set(cmd_parms *cmd, void *conf, const char *args);
const char *semr_map_set_refresh(cmd_parms *cmd, void *conf, const char *word);

/* Finds the maps of all scopes, once the configuration is read. */
void semr_map_resolve(apr_pool_t *pconf);

/* All maps, by number. */
const apr_array_header_t *semr_map_all(void); /* of semr_map_t * */

/* What the page tells of a map of which this process has that generation; but
 * for inherited.  Strings are in pool. */
void semr_map_describe(const semr_map_t *map, apr_uint64_t generation,
                       apr_pool_t *pool, semr_render_map_t *row);

/* Reads each map from its first to its last row, and tells all that is wrong
 * with it on standard error, for `apachectl -t`; OK or !OK. */
int semr_map_check_all(apr_pool_t *pool);

#endif
