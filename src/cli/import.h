/* SPDX-License-Identifier: Apache-2.0
 * Other servers' redirects -> rules.
 *
 *     bytes -> reader of a format -> moves -> reduced -> in order -> lines
 *
 * A reader (import_FORMAT.c) knows its source's grammar and defaults, and says
 * each redirect as a move: what it takes, what it answers.  The core knows
 * rules: import_reduce.c finds regexes that are really exact or prefixes,
 * import_pair.c joins lines that are one rule,
 * import_order.c keeps what the source's order decides, import_say.c writes
 * lines.  What is wrong with a source is told line by line, and never ends the
 * reading.  All strings live in import->pool, or in the text.
 */
#ifndef SEMR_CLI_IMPORT_H
#define SEMR_CLI_IMPORT_H

#include "command.h"
#include "rule.h"

typedef enum import_kind_t {
    IMPORT_EXACT,   /* one path */
    IMPORT_PREFIX,  /* a tree, on a segment boundary */
    IMPORT_PATTERN, /* FROM's own grammar, with {name}s */
    IMPORT_REGEX    /* PCRE2 on the decoded path, as FROM's ~ */
} import_kind_t;

enum { IMPORT_NONE = -1 }; /* a code: the source leaves this URL alone */

/* One redirect, as its source has it.  What is 0 is not said. */
typedef struct import_move_t {
    unsigned line;     /* of the source */
    const char *words; /* as written there, on one line */

    import_kind_t kind;
    /* EXACT, PREFIX: a path, decoded or not as URLs are written; what is a
     * sign of FROM's grammar in it (* { ? "..) is literal, the core encodes
     * it.  A PREFIX takes the path itself and what is below; ends_slash: only
     * what is below.  PATTERN: as a rule has it.  REGEX: not anchored by
     * itself; the path has its leading slash. */
    const char *from;
    int ends_slash;    /* PREFIX, PATTERN with a star: /a/x, but not /a */
    int either;        /* EXACT, PATTERN without one: with or without a slash at
                          its end */
    int fold;          /* whatever the case */
    const char *query; /* as FROM has it behind "?", or NULL */
    const char *host;  /* "www.example.com", "*.example.com"; NULL: any */
    semr_scheme_t scheme;
    unsigned port;
    const char *only; /* "GET,POST" */

    int code; /* 301 ..., 404, 410, 451; IMPORT_NONE; 0: by --intent */
    /* As TO has it: PREFIX: a star at its end takes what is below.  PATTERN:
     * {name}.  REGEX: $1 to $9, $0.  All else is literal there, and import_to
     * makes it so.  NULL: none. */
    const char *to;
    int drop_query; /* the client's own is not carried on */

    int canonical; /* it changes scheme or host alone: what it sends to is not
                      sent on, and later redirects answer there */

    const char *condition; /* an ap_expr: said as a directive alone */
    int off;               /* the source has it switched off */
    const char *note;
    /* the core's: the regex that this is one word of, NULL: none; and of that
     * regex, that an earlier redirect takes one of its paths, so that it stays
     */
    struct import_move_t *split;
    int stays;
} import_move_t;

typedef struct import_t {
    apr_pool_t *pool;
    const char *name; /* of the source */
    semr_view_t text; /* all of it, terminated */

    /* options */
    int intent;        /* for moves without a code: semr_intent_t; -1: none was
                          given */
    const char *host;  /* of moves that name none; NULL: any */
    const char *base;  /* the URL-path of an .htaccess's folder; NULL: not
                          given */
    const char *match; /* how a HAProxy map is asked: "str"; NULL: not given */
    const char *on;    /* what an nginx map is asked for: "uri", "request_uri";
                          NULL: not given */
    int dots;          /* a bare dot of a regex is meant as a dot, where that
                          makes the regex a path */
    int directives;    /* lines are SemanticRedirect's, which may have if= */

    /* told by readers */
    int unordered; /* the source's order decides nothing: as here, the most
                      specific redirect answers */
    /* the same, by import_...() */
    apr_array_header_t *moves;    /* of import_move_t, as the source tries them
                                   */
    apr_array_header_t *told;     /* of import_told_t */
    apr_array_header_t *comments; /* of import_told_t: whole-line comments */
    apr_uint64_t left;            /* redirects that could not be said */
    apr_uint64_t joined;          /* that became one rule with another */
} import_t;

typedef struct import_told_t {
    unsigned line;
    unsigned number;     /* in the order of telling */
    int left;            /* it is not imported; else: something is different */
    const char *words;   /* the source's, on one line */
    const char *text;    /* one or two sentences: why, and the mend */
    const char *nearest; /* a rule that says almost the same; NULL: none */
} import_told_t;

/* A format: X(id, name, what a file of it is) */
#define IMPORT_FORMATS(X)                                                      \
    X(apache, "apache",                                                        \
      "Redirect, RedirectMatch, RewriteRule of a vhost or .htaccess")          \
    X(rewritemap, "rewritemap", "a RewriteMap of type txt")                    \
    X(nginx, "nginx", "map, rewrite, return in location")                      \
    X(haproxy, "haproxy", "a map file")                                        \
    X(netlify, "netlify", "_redirects")                                        \
    X(cloudflare, "cloudflare", "_redirects of Pages and Workers")             \
    X(gitlab, "gitlab", "_redirects of GitLab Pages")                          \
    X(bulk, "cloudflare-bulk", "CSV of Bulk Redirects")                        \
    X(wordpress, "wordpress", "CSV of the Redirection plugin")                 \
    X(csv, "csv", "plain CSV: from, to[, code]")                               \
    X(firebase, "firebase", "redirects of firebase.json")                      \
    X(wikimedia, "wikimedia", "funnel, rewrite, override of a redirects.dat")

/* Readers.  They read import->text, and return APR_SUCCESS; or APR_EINVAL, and
 * have told why at line 0, where it is no such file at all. */
#define X(id, name, what) apr_status_t import_read_##id(import_t *import);
IMPORT_FORMATS(X)
#undef X

/* Takes a move, a copy of *move. */
void import_move(import_t *import, const import_move_t *move);

/* A redirect that cannot be said; nearest may be NULL. */
void import_leave(import_t *import, unsigned line, const char *words,
                  const char *nearest, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Something that is said, and yet not quite the same. */
void import_notice(import_t *import, unsigned line, const char *words,
                   const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* A comment line, without its sign; kept if a move follows. */
void import_comment(import_t *import, unsigned line, semr_view_t text);

/* text, which is literal, as TO must have it; in pool. */
const char *import_to(import_t *import, semr_view_t text);

/* The same of a template, whose groups are sign and a digit ("\\1", ":1", "$1")
 * or, where named is set, sign and a name, or sign{name}: as $1 and {name}.  *
 * NULL if it has a group that TO cannot (beyond 9). */
const char *import_template(import_t *import, semr_view_t text, char sign,
                            int named);

/* The next line of *rest, without its end; 0: there is none.  Counts *number.
 */
int import_line(semr_view_t *rest, semr_view_t *line, unsigned *number);

/* -- the core -------------------------------------------------------------- */

/* What a regex is really: changes move to EXACT, PREFIX or PATTERN if that
 * takes the same paths and answers the same; else leaves it. */
void import_reduce(import_t *import, import_move_t *move);

/* Sees to it that rules answer as the source's order has it: what must stay a
 * regex stays or becomes one; what was dead there and will answer is told. */
void import_order(import_t *import);

/* The move as a rule in a line of a map, in pool; NULL, and it is told as left,
 * if no rule can say it. */
const char *import_say(import_t *import, const import_move_t *move);

#endif
