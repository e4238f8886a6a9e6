/* SPDX-License-Identifier: Apache-2.0
 * Inside the reader of httpd's configuration: mod_rewrite.
 *
 *     RewriteConds -> alternatives (import_apache_cond.c, _host.c, _query.c,
 *                     _expr.c)
 *     pattern      -> what it is (import_apache_regex.c)
 *     substitution -> FROM and TO (import_apache_target.c, _text.c)
 *
 * All lives in import->pool.
 */
#ifndef SEMR_CLI_IMPORT_APACHE_REWRITE_H
#define SEMR_CLI_IMPORT_APACHE_REWRITE_H

#include "import_apache.h"

enum { APACHE_ALTS_MAX = 64 }; /* moves of one rule */

typedef struct apache_cond_t {
    const char *test, *pattern; /* without the ! */
    int negated, fold, or_next;
} apache_cond_t;

/* One way in which a rule's conditions hold: what is 0 is not asked. */
typedef struct apache_alt_t {
    const char *host;
    const char *not_host; /* no name is known, and it is not this one */
    const char *excepted; /* host is one that is known and not this one */
    semr_scheme_t scheme;
    unsigned port;
    const char *query, *only, *condition;
    const char *ahead; /* what the path must have beside the pattern */
    int ahead_groups;  /* groups in it */
    const char *path;  /* regex on the whole path, of REQUEST_URI */
    int path_fold;
    int sets_groups;        /* a condition has matched a regex */
    const char *groups[10]; /* %0 to %9 as TO has them; NULL: not known */
} apache_alt_t;

/* Alternatives of all conditions, of apache_alt_t; NULL, and *why, if neither
 * rules nor an ap_expr can say them. */
apr_array_header_t *apache_alternatives(apache_t *apache,
                                        const apache_place_t *place,
                                        const apr_array_header_t *conds,
                                        const char **why);

/* The names that are known to be asked for: of the virtual host, or --host. */
const apr_array_header_t *apache_names(const apache_t *apache,
                                       const apache_place_t *place);

/* The host names that pattern takes, as FROM has them ("*.example.com"), added
 * to names; 0: they cannot be told. */
int apache_host_names(apr_pool_t *pool, const char *pattern,
                      apr_array_header_t *names);

/* Whether the regex finds something in subject; groups, if not NULL, has ten,
 * NULL where there is none.  -1: it is no regex. */
int apache_matches(apr_pool_t *pool, const char *pattern, int fold,
                   const char *subject, const char **groups);

/* A regex on the query as FROM's parameters, and its groups as {name}s; 0: it
 * is no such thing.  *note: what is not quite the same, or NULL. */
int apache_query(apr_pool_t *pool, const char *pattern, apache_alt_t *alt,
                 const char **note);

/* What a rule's pattern is on the whole path.  dir: of the .htaccess, or NULL.
 * Returns why it cannot be said, or NULL. */
typedef struct apache_pattern_t {
    int all;             /* it takes every path (below dir) */
    int first_has_slash; /* all: $1 begins with a slash */
    int has_first;       /* all: there is a $1 */
    const char *literal; /* the one path that it takes, or NULL */
    int either;          /* ... with or without a slash at its end */
    const char *regex;   /* else; anchored, or not */
} apache_pattern_t;
const char *apache_pattern(apr_pool_t *pool, const char *pattern, int negated,
                           const char *dir, apache_pattern_t *is);

/* A RewriteRule, its flags read */
typedef struct apache_rule_t {
    const char *pattern, *to;
    int negated;
    const char *dir;                                /* as apache_place_t */
    const char *base;                               /* RewriteBase, or NULL */
    int code;                                       /* of R, G; 0: neither */
    int fold, noescape, append, discard, last_mark; /* NC NE QSA QSD QSL */
    int last, proxy, passes, chain, forbidden, next, cookie, skip;
    int escapes;         /* B */
    const char *unknown; /* a flag that nobody knows */
} apache_rule_t;

/* Reads [R=301,L] into rule, which is blank. */
void apache_flags(apr_pool_t *pool, apache_rule_t *rule, const char *flags);

/* FROM and TO of the rule under one alternative of its conditions, in move; a
 * rule without a code says FROM alone.  name: the host that is asked for, or
 * NULL.  *same: the host that it sends to where only scheme and host change
 * ("" for any), else NULL.  Returns why it cannot be said, or NULL. */
const char *apache_target(apache_t *apache, const apache_rule_t *rule,
                          const apache_alt_t *alt, const char *name,
                          import_move_t *move, const char **same);

/* A condition as an ap_expr, or NULL */
const char *apache_expr(apr_pool_t *pool, const apache_place_t *place,
                        const apache_cond_t *cond);

/* Whether it is a file test, a comparison of numbers or the like */
int apache_is_test(const apache_cond_t *cond);

#endif
