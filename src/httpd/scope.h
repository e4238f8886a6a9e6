/* SPDX-License-Identifier: Apache-2.0
 * A scope: the rules that stand together in a server, a section or one
 * .htaccess, and what they need at run time.
 *
 * A scope of the configuration files lives as long as the configuration: it
 * takes rules while that is read, is frozen once in post_config, and only read
 * from then on, by all threads of all children.  A scope of an .htaccess lives
 * for one request and is never frozen: see htaccess.h.
 */
#ifndef SEMR_SCOPE_H
#define SEMR_SCOPE_H

#include <apr_hash.h>
#include <httpd.h>
#include <ap_expr.h>

#include "build.h"
#include "ends.h"
#include "lookup.h"
#include "stats.h"
#include "tally.h"

/* The counters of a set of rules: those of a block from first on */
typedef struct semr_counters_t {
    semr_stats_t *stats; /* NULL: it has none */
    apr_uint32_t first;
    apr_uint64_t place; /* for semr_identity */
} semr_counters_t;

/* The sets that a scope asks together, in one space: its own rules, then those
 * of its maps in the order written, without those that are empty */
typedef struct semr_sets_t {
    semr_space_t space;
    semr_counters_t *counters; /* of each set */
    semr_ends_t ends;
} semr_sets_t;

typedef struct semr_scope_t {
    server_rec *server;
    const char *name; /* "<Location /x>" or the file; NULL: a server's own */
    semr_builder_t *builder;        /* until it is frozen */
    semr_ruleset_t set;             /* once it is frozen, */
    apr_array_header_t *lines;      /* of semr_line_t: an .htaccess's */
    apr_array_header_t *conditions; /* of ap_expr_info_t *, from number 1 */
    apr_hash_t *targets;     /* "scheme://authority" of TOs -> semr_target_t */
    semr_view_t last_target; /* the one that was noted last */
    const struct semr_dir_conf_t *dir; /* of a section; NULL: a server's own */
    semr_counters_t counters;
    semr_sets_t alone;     /* set, without maps */
    semr_counters_t tally; /* answers of its server by stage and code */
    const struct semr_scope_t *teller; /* that tells its server's answers */
    apr_array_header_t *map_words;     /* of semr_map_words_t; NULL: none */
    apr_array_header_t *maps; /* of semr_map_t *, once they are known */
    int view;                 /* of a snapshot's, if it has maps */
} semr_scope_t;

/* Of count sets, whose counters are given; both arrays are kept. */
semr_sets_t semr_sets_make(const semr_ruleset_t **sets,
                           semr_counters_t *counters, int count,
                           apr_pool_t *pool);

/* A host that a TO names, where it did so first */
typedef struct semr_target_t {
    const char *host;
    const char *to;
    const char *file;
    unsigned line;
} semr_target_t;

/* Forgets the scopes of a configuration that was read before. */
void semr_scope_reset(apr_pool_t *pconf);

/* A scope of the configuration files, to be frozen later on. */
semr_scope_t *semr_scope_create(apr_pool_t *pconf, server_rec *server,
                                const char *name);

/* A scope of an .htaccess. */
semr_scope_t *semr_scope_create_htaccess(apr_pool_t *pool, server_rec *server,
                                         const char *name);

/* All scopes of the configuration files, as they were created. */
const apr_array_header_t *semr_scope_all(void); /* of semr_scope_t * */

/* Freezes all of them, and gives each the place of its rules. */
apr_status_t semr_scope_freeze_all(apr_pool_t *pconf, semr_diag_t *diag);

/* Puts their counters into memory that all children share, with what their
 * rules counted before: see counters.h. */
apr_status_t semr_scope_share_counters(void);

/* Counts an answer by a rule of scope or its maps, in a minute of count.h. */
void semr_scope_tally(const semr_scope_t *scope, semr_stage_t stage, int status,
                      apr_uint32_t minute);

/* Adds those of its server, if it is the teller, else none; last: when each was
 * met last.  Behind semr_counters_settle. */
void semr_scope_add_answers(const semr_scope_t *scope,
                            apr_uint64_t answers[][SEMR_TALLY_CODE_COUNT],
                            apr_int64_t last[][SEMR_TALLY_CODE_COUNT]);

#endif
