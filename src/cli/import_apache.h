/* SPDX-License-Identifier: Apache-2.0
 * Inside the reader of httpd's configuration.
 *
 *     lines -> words and sections (import_apache.c)
 *           -> Redirect... (import_apache_alias.c)
 *           -> RewriteCond (import_apache_cond.c, _host.c, _query.c)
 *           -> RewriteRule (import_apache_rule.c, _pattern.c, _target.c)
 *           -> moves, in httpd's order (import_apache_kept.c)
 *
 * mod_rewrite acts before mod_alias, and the server's directives before those
 * of directories, wherever they stand in the file.  All lives in import->pool.
 */
#ifndef SEMR_CLI_IMPORT_APACHE_H
#define SEMR_CLI_IMPORT_APACHE_H

#include "import.h"

enum {
    APACHE_CONDS_MAX = 64,  /* RewriteConds before one rule */
    APACHE_NAMES_MAX = 64,  /* of a virtual host; that a regex can be */
    APACHE_ALTS_MAX = 64,   /* moves of one rule */
    APACHE_DEPTH_MAX = 64,  /* sections within sections */
    APACHE_REGEX_MAX = 4096 /* bytes of a pattern */
};

/* The server or one of its virtual hosts */
typedef struct apache_vhost_t {
    apr_array_header_t *names; /* of const char *, lower case */
    unsigned port;             /* of <VirtualHost *:80>; 0: not given */
    int is_section;
    const char *root; /* DocumentRoot, without a final slash, or NULL */
} apache_vhost_t;

/* mod_rewrite's state of one place: the server, a virtual host, a directory */
typedef struct apache_rewrites_t {
    const void *owner;         /* the section, or NULL */
    int engine;                /* -1: RewriteEngine is not said */
    const char *base;          /* RewriteBase, with a final slash, or NULL */
    apr_array_header_t *conds; /* of apache_cond_t: for the next rule */
    int skippable;             /* rules that one before may skip */
    int chained;               /* the next rule is the end of a chain */
    int flows;                 /* a rewrite without L stands before */
    unsigned redirect_line;    /* of a redirect without L; 0: none */
    const char *redirect_words;
} apache_rewrites_t;

/* Where a line stands */
typedef struct apache_place_t {
    apache_vhost_t *vhost;
    const char *dir;       /* URL-path of the directory, with a final slash;
                              NULL: the server's own configuration */
    const char *location;  /* path of <Location>, or NULL */
    const char *condition; /* of <If>, or NULL */
    const char *why_not;   /* nothing can be said here; NULL: it can */
    int ignored;           /* httpd ignores it, too */
    apache_rewrites_t *rewrites;
} apache_place_t;

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

typedef struct apache_t {
    import_t *import;
    apr_array_header_t *kept;   /* of apache_kept_t */
    apr_array_header_t *vhosts; /* of apache_vhost_t *; the first: none */
    apr_table_t *defines;
    int internal;           /* rewrites that are no redirects */
    unsigned internal_line; /* of the first */
    unsigned line;          /* that is read */
    const char *words;      /* of it */
    int told_qsa;
} apache_t;

typedef struct apache_cond_t {
    const char *test, *pattern; /* without the ! */
    int negated, fold, or_next;
} apache_cond_t;

/* One way in which a rule's conditions hold: what is 0 is not asked. */
typedef struct apache_alt_t {
    const char *host;
    const char *not_host; /* no name is known, and it is not this one */
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

/* The words of a line from *line on, as httpd splits them; NULL at the end.
 * raw: as mod_rewrite does, which leaves backslashes alone. */
const char *apache_word(apr_pool_t *pool, const char **line, int raw);

/* Redirect, RedirectMatch, RedirectPermanent, RedirectTemp */
void apache_redirect(apache_t *apache, const apache_place_t *place,
                     const char *name, const char *arguments);

/* RewriteCond, RewriteRule */
void apache_cond(apache_t *apache, const apache_place_t *place,
                 const char *arguments);
void apache_rule(apache_t *apache, const apache_place_t *place,
                 const char *arguments);

/* 301 ... of a word or number; 0: it is none. */
int apache_code(const char *word);

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
/* Its groups; -1: it is no regex. */
int apache_groups(const char *pattern);

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

/* text as a regex takes it literally */
const char *apache_quoted(apr_pool_t *pool, const char *text);

/* A RewriteRule, its flags read */
typedef struct apache_rule_t {
    const char *pattern, *to;
    int negated;
    const char *dir;                                /* as apache_place_t */
    const char *base;                               /* RewriteBase, or NULL */
    int code;                                       /* of R, G; 0: neither */
    int fold, noescape, append, discard, last_mark; /* NC NE QSA QSD QSL */
    int last, proxy, passes, chain, forbidden, next, cookie, skip;
    const char *unknown; /* a flag that nobody knows */
} apache_rule_t;

/* FROM and TO of the rule under one alternative of its conditions, in move; a
 * rule without a code says FROM alone.  name: the host that is asked for, or
 * NULL.  *same: the host that it sends to where only scheme and host change
 * ("" for any), else NULL.  Returns why it cannot be said, or NULL. */
const char *apache_target(apache_t *apache, const apache_rule_t *rule,
                          const apache_alt_t *alt, const char *name,
                          import_move_t *move, const char **same);

/* Where TO would begin with a group, or have one right behind its host, and
 * that group begins with a slash: takes the slash out of it. */
void apache_lead(apr_pool_t *pool, const char **regex, const char **to);

/* A move, into its place in httpd's order. */
apache_kept_t *apache_keep(apache_t *apache, const apache_place_t *place,
                           apache_phase_t phase, const import_move_t *move);
/* All moves that were kept, to the importer. */
void apache_give(apache_t *apache);

/* Leaves, or tells of, the line that is read. */
#define apache_leave(apache, ...)                                              \
    import_leave((apache)->import, (apache)->line, (apache)->words, NULL,      \
                 __VA_ARGS__)
#define apache_notice(apache, ...)                                             \
    import_notice((apache)->import, (apache)->line, (apache)->words,           \
                  __VA_ARGS__)

#endif
