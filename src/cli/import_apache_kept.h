/* SPDX-License-Identifier: Apache-2.0
 * Inside the reader of httpd's configuration: moves, put into httpd's order.
 *
 * mod_rewrite acts before mod_alias, and the server's directives before those
 * of directories, wherever they stand in the file.  All lives in import->pool.
 */
#ifndef SEMR_CLI_IMPORT_APACHE_KEPT_H
#define SEMR_CLI_IMPORT_APACHE_KEPT_H

#include "import_apache.h"

/* When httpd comes to it */
typedef enum apache_phase_t {
    APACHE_SERVER_REWRITE,
    APACHE_LOCATION,
    APACHE_SERVER_ALIAS,
    APACHE_DIR_REWRITE,
    APACHE_DIR_ALIAS
} apache_phase_t;

typedef struct apache_kept_t {
    import_move_t move;
    apache_phase_t phase;
    apache_vhost_t *vhost;
    const apache_rewrites_t *rewrites; /* NULL: of mod_alias */
    int ends_all; /* a rewrite after which mod_alias is not asked */
} apache_kept_t;

/* A move, into its place in httpd's order. */
apache_kept_t *apache_keep(apache_t *apache, const apache_place_t *place,
                           apache_phase_t phase, const import_move_t *move);
/* The same of mod_alias: for what is below the folder or <Location> alone.
 * Returns 0, and it is told as left, if that is nothing. */
int apache_keep_within(apache_t *apache, const apache_place_t *place,
                       apache_phase_t phase, const import_move_t *move);
/* Whether path is above the folder or <Location>, and so not in it itself. */
int apache_is_above(apr_pool_t *pool, const apache_place_t *place,
                    const char *path);
/* All moves that were kept, to the importer. */
void apache_give(apache_t *apache);

#endif
