/* SPDX-License-Identifier: Apache-2.0
 * Inside the reader of httpd's configuration.
 *
 *     lines -> words and sections (import_apache.c, _section.c)
 *           -> Redirect... (import_apache_alias.c)
 *           -> RewriteCond, RewriteRule (import_apache_rewrite.h)
 *           -> moves, in httpd's order (import_apache_kept.h)
 *
 * All lives in import->pool.
 */
#ifndef SEMR_CLI_IMPORT_APACHE_H
#define SEMR_CLI_IMPORT_APACHE_H

#include "import.h"

enum {
    APACHE_NAMES_MAX = 64,  /* of a virtual host; that a regex can be */
    APACHE_CONDS_MAX = 64,  /* RewriteConds before one rule */
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
    int doubled; /* Redirects with a slash at the end of their URL alone */
    unsigned doubled_line; /* of the first */
    const char *doubled_words, *doubled_text;
    int has_engine; /* RewriteEngine stands somewhere in the file */
} apache_t;

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

/* The groups of a regex; -1: it is no regex. */
int apache_groups(const char *pattern);

/* text as a regex takes it literally */
const char *apache_quoted(apr_pool_t *pool, const char *text);

/* Where TO would begin with a group, or have one right behind its host, and
 * that group begins with a slash: takes the slash out of it. */
void apache_lead(apr_pool_t *pool, const char **regex, const char **to);

/* Sections */
apache_vhost_t *apache_new_vhost(apache_t *apache);
apache_rewrites_t *apache_new_rewrites(apr_pool_t *pool);
/* What stands in <NAME ARGUMENTS>, which stands at *place; changes it. */
void apache_enter(apache_t *apache, apache_place_t *place, const char *name,
                  const char *arguments);

/* Where query and fragment stand in another order than httpd's */
void apache_tell_fragment(apache_t *apache, const char *url);

/* A path of FROM as httpd has it: its percent signs are not decoded. */
const char *apache_literal_path(apr_pool_t *pool, const char *path);
/* Where a path or regex has %20, for it looks for these three bytes */
void apache_tell_encoded(apache_t *apache, const char *text);

/* Where what is below gets two slashes */
void apache_tell_doubled(const apache_t *apache);

/* Leaves, or tells of, the line that is read. */
#define apache_leave(apache, ...)                                              \
    import_leave((apache)->import, (apache)->line, (apache)->words, NULL,      \
                 __VA_ARGS__)
#define apache_notice(apache, ...)                                             \
    import_notice((apache)->import, (apache)->line, (apache)->words,           \
                  __VA_ARGS__)

#endif
