/* SPDX-License-Identifier: Apache-2.0
 * One nginx redirect while it is said: private to import_nginx_answer.c and
 * import_nginx_to.c.
 */
#ifndef SEMR_CLI_IMPORT_NGINX_SAY_H
#define SEMR_CLI_IMPORT_NGINX_SAY_H

#include "import_nginx.h"

/* One redirect that is being said */
typedef struct nginx_say_t {
    nginx_t *nginx;
    nginx_asked_t asked; /* a copy: what TO takes may ask for more */
    const nginx_answer_t *answer;
    const char *host; /* that was asked; NULL: any */
    import_move_t move;
    const char *head; /* of TO: "", "https:", "https://host" */
    int own_host;     /* head is the host that was asked */
    int any_scheme;   /* head's scheme is the client's */
    const char *path; /* of TO, so far */
    int whole;        /* the number of the group that is the whole path; 0 */
    int eats;         /* the slash that is next in the template is taken */
    int keeps;        /* it names the client's query */
    const char *why;  /* that it cannot be said; NULL: it can */
} nginx_say_t;

/* Reads the template: sets head, path and what they ask; why, if TO cannot
 * have it. */
void nginx_say_template(nginx_say_t *say, const char *template);

/* The variable at *p, which is behind its $: its name, and *p behind it; NULL:
 * it is none. */
const char *nginx_take_name(apr_pool_t *pool, const char **p);

/* Whether every path is asked. */
int nginx_is_root(const nginx_asked_t *asked);

#endif
