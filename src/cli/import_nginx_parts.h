/* SPDX-License-Identifier: Apache-2.0
 * nginx's servers, locations, and what runs in both: private to
 * import_nginx.c, import_nginx_server.c and import_nginx_location.c.
 */
#ifndef SEMR_CLI_IMPORT_NGINX_PARTS_H
#define SEMR_CLI_IMPORT_NGINX_PARTS_H

#include "import_nginx.h"

typedef struct nginx_server_t {
    const nginx_node_t *node;
    apr_array_header_t *hosts; /* of const char *; empty: any */
    const char *name;          /* the first that is one name; NULL: none */
    int nnames;
    int schemes; /* bits of semr_scheme_t */
    int nports;  /* listens, less those that repeat port */
    unsigned port;
    unsigned last; /* number of the last node that redirects; 0: none */
} nginx_server_t;

/* Whether a directive answers with a redirect, or that a page is gone. */
int nginx_redirects(const nginx_node_t *node);

/* The number of the last that does, in ifs, and in locations if wanted; 0. */
unsigned nginx_last_redirect(const nginx_node_t *node, int locations);

/* Tells that each redirect of a list is left, and of blocks in it. */
void nginx_leave_all(nginx_t *nginx, const nginx_node_t *node, const char *why);

/* Runs the directives of a server, location or if.  Returns whether all that
 * was asked is answered, so that nothing behind is reached. */
int nginx_run(nginx_t *nginx, const nginx_node_t *node,
              const nginx_asked_t *asked);

/* -- import_nginx_server.c ------------------------------------------------- */

void nginx_read_names(nginx_t *nginx, const nginx_node_t *node,
                      nginx_server_t *server);
void nginx_read_listen(const nginx_node_t *node, nginx_server_t *server);

/* -- import_nginx_location.c ----------------------------------------------- */

/* Says what the locations of a server redirect, in the order in which nginx
 * tries them.  last: as nginx->last, of what is tried behind them. */
void nginx_locations(nginx_t *nginx, const nginx_node_t *block,
                     const nginx_asked_t *asked, unsigned last);

#endif
