/* SPDX-License-Identifier: Apache-2.0
 * Inside the reader of httpd's configuration: the substitution of one
 * RewriteRule, under one alternative of its conditions.
 *
 * All lives in pool.  What cannot be said is in why.
 */
#ifndef SEMR_CLI_IMPORT_APACHE_TARGET_H
#define SEMR_CLI_IMPORT_APACHE_TARGET_H

#include "import_apache_rewrite.h"

#define APACHE_URI "%{REQUEST_URI}"

/* A substitution in its parts, as written; and what becomes of it */
typedef struct apache_target_t {
    import_t *import;
    apr_pool_t *pool;
    const apache_rule_t *rule;
    const apache_alt_t *alt;
    const char *name; /* of the host, or NULL */
    apache_pattern_t pattern;
    int fold;

    const char *scheme;       /* "http:", "https:"; NULL: none */
    const char *authority;    /* NULL: none; "": the host that was asked for */
    const char *path, *query; /* query: NULL, none */

    int shift;           /* what is added to the number of a group */
    int groups;          /* of the pattern; more are empty */
    int whole;           /* the group that has the whole path, or 0 */
    const char *literal; /* the one path, or NULL */
    const char *why;
    int doubled; /* httpd's Location has two slashes there */
} apache_target_t;

/* Says why; returns 0. */
int apache_fail(apache_target_t *target, const char *why);

/* A part of the substitution as TO has it; NULL: see why. */
const char *apache_expand(apache_target_t *target, const char *text);

#endif
