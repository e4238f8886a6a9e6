/* SPDX-License-Identifier: Apache-2.0
 * nginx's redirects: what the parts of its reader share.
 *
 *     text -> nodes -> servers, locations -> asked + template -> moves
 *
 * A node is a directive as it is written.  What is asked (nginx_asked_t) is
 * everything that must hold where a redirect stands: its server, its location,
 * the ifs around it, the key of a map, the regex of a rewrite.  All of it lives
 * in import->pool.
 */
#ifndef SEMR_CLI_IMPORT_NGINX_H
#define SEMR_CLI_IMPORT_NGINX_H

#include <apr_hash.h>

#include "import.h"

enum {
    NGINX_DEPTH = 32,          /* of blocks */
    NGINX_EXPANDED = 8,        /* variables within values of variables */
    NGINX_VARIABLES = 64,      /* in one template, those in values, too */
    NGINX_HOSTS = 512,         /* names of a server */
    NGINX_MOVES_MAX = 4000000, /* of a file: what its maps multiply to .. */
    NGINX_MOVES_LEAST = 50000, /* .. and of a small one: and one for each of
                                   its bytes */
    NGINX_OVERLAPS_MAX = 2000  /* locations that are compared, each with each */
};

typedef struct nginx_node_t {
    unsigned line, number; /* number: in the order of the file */
    const char *text; /* as written, on one line; a block without its own */
    const char *const *words;
    int nwords;
    int has_block;
    struct nginx_node_t *block, *parent, *next;
} nginx_node_t;

/* Which paths */
typedef enum nginx_path_t {
    NGINX_ANY,
    NGINX_EXACT,  /* text is it, decoded */
    NGINX_BEGINS, /* bytewise with text */
    NGINX_REGEX
} nginx_path_t;

typedef struct nginx_asked_t {
    nginx_path_t kind;
    const char *text;
    int fold;
    int ngroups; /* REGEX: of all of text */
    int group;   /* of the regex that was asked last: the number of its $1,
                    less one; -1: there is none */
    const char *const *captured; /* EXACT: texts of $0 to $9, canonical */
    const char *query;
    const char *only;
    const char *condition;           /* an ap_expr */
    const apr_array_header_t *hosts; /* of const char *; NULL: any */
    semr_scheme_t scheme;
    unsigned port;
} nginx_asked_t;

typedef struct nginx_t {
    import_t *import;
    apr_pool_t *scratch; /* cleared at will */
    const nginx_node_t *root;
    apr_hash_t *maps; /* variable -> nginx_node_t *: what defines it */
    apr_hash_t *used; /* variable -> the same, of maps that were asked */
    apr_hash_t *sets; /* variable -> const char *: its value; in this scope */
    int nservers;
    int schemes;      /* bits of semr_scheme_t, of all servers */
    const char *name; /* the server's first; NULL: it has none */
    int nnames;       /* that it has */
    unsigned last;    /* number of the last node of this server that
                         redirects; 0: none */
    int full;         /* NGINX_MOVES_MAX was told */
    int told_https;   /* that a regex cannot ask for it */
    int expanded;     /* variables of a template */
} nginx_t;

/* How a redirect is said */
typedef struct nginx_answer_t {
    const nginx_node_t *node;
    int code;             /* as import_move_t */
    const char *template; /* NULL: none */
    int is_rewrite;       /* the client's query goes with it, unless the
                             template ends in ? */
} nginx_answer_t;

/* -- import_nginx_parse.c -------------------------------------------------- */

/* The file as a tree; tells what does not fit. */
nginx_node_t *nginx_parse(import_t *import);

/* -- import_nginx_asked.c -------------------------------------------------- */

/* What is asked, and the path by a regex, or by this path, too.  0: no path is
 * both; -1: it is no regex, or a rule cannot say it, and *why is told. */
int nginx_narrow_regex(nginx_t *nginx, nginx_asked_t *asked, const char *regex,
                       int fold, const char **why);
int nginx_narrow_exact(nginx_t *nginx, nginx_asked_t *asked, const char *path,
                       int fold);

/* The same by an if: the words behind it; by a variable that has a value. */
int nginx_narrow_if(nginx_t *nginx, nginx_asked_t *asked,
                    const nginx_node_t *node, const char **why);
int nginx_narrow_key(nginx_t *nginx, nginx_asked_t *asked, const char *source,
                     const char *key, const char **why);

/* literal as a regex takes it. */
const char *nginx_quote_regex(apr_pool_t *pool, const char *literal);

/* regex with the slash that a group begins with before it, for TO to have one;
 * NULL: it does not begin so. */
const char *nginx_slash_out(apr_pool_t *pool, const char *regex, int number);

/* The same where a slash is behind the group, in regex and TO: the group takes
 * that one, too, and TO has none: of ^(.*)/index it takes /a and its slash. */
const char *nginx_slash_over(apr_pool_t *pool, const char *regex, int number);

/* The hosts that a regex takes, added to hosts; 0: they are not a few names. */
int nginx_regex_hosts(apr_pool_t *pool, const char *regex,
                      apr_array_header_t *hosts);

/* -- import_nginx_answer.c ------------------------------------------------- */

/* Says a redirect, as many moves as it takes; or leaves it. */
void nginx_answer(nginx_t *nginx, const nginx_asked_t *asked,
                  const nginx_answer_t *answer);

/* Where nothing is redirected. */
void nginx_none(nginx_t *nginx, const nginx_asked_t *asked,
                const nginx_node_t *node);

/* -- import_nginx_map.c ---------------------------------------------------- */

/* Finds the maps of a tree. */
void nginx_find_maps(nginx_t *nginx, const nginx_node_t *node);

/* Says the redirect with each value of variable, a map's, in its template. */
void nginx_map_answer(nginx_t *nginx, const nginx_asked_t *asked,
                      const nginx_answer_t *answer, const char *variable,
                      const nginx_node_t *map, int depth);
void nginx_answer_deep(nginx_t *nginx, const nginx_asked_t *asked,
                       const nginx_answer_t *answer, int depth);

/* Reads what an included file has, keys and values without a map around them,
 * or a map that nothing in its own file asks: by --on and --intent. */
apr_status_t nginx_map_bare(nginx_t *nginx);
void nginx_maps_unused(nginx_t *nginx);

#endif
