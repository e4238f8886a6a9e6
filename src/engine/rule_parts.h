/* SPDX-License-Identifier: Apache-2.0
 * What the files that read and write a rule share; private to rule*.c and
 * mapfile*.c.
 *
 * A rule is read in this order: its intent, its options (they may name the
 * host and fold the path), then FROM, then TO, which needs to know what FROM
 * takes.  So it is for a directive, a line of a text map, and a row of a CSV
 * one: they only differ in how the words are told apart.  All calls that
 * return apr_status_t return APR_SUCCESS, or APR_EINVAL and the reason in
 * reader->diag.
 */
#ifndef SEMR_RULE_PARTS_H
#define SEMR_RULE_PARTS_H

#include "pattern.h"
#include "rule.h"
#include "words.h"

/* More flags, which nobody else sets */
enum {
    SEMR_RULE_CODES = 4, /* CSV: the intent may be a status code */
    SEMR_RULE_OF_MAP = 8 /* these are a map's defaults, no rule */
};

enum { SEMR_RULE_SAYS_HOST = 1, SEMR_RULE_SAYS_CODE = 2 };

enum { SEMR_RULE_ROOM = 512 };

typedef struct semr_rule_reader_t {
    /* set by the caller, once for any number of rules */
    semr_rule_t *rule;
    apr_pool_t *memory; /* by way of semr_rule_pool */
    semr_diag_t *diag;
    const semr_rule_defaults_t *defaults;
    int flags;
    char *room;    /* SEMR_RULE_ROOM bytes to use before the pool, or NULL */
    int pool_used; /* where there is room: set, never cleared, if the pool was
                      used all the same */
    /* "https://host/" as a TO before had it, which needs no second look */
    char known[SEMR_HOST_MAX + sizeof("https://:65535/")];
    apr_size_t known_len; /* 0: there was none */

    /* of one rule, blank again by semr_rule_begin */
    unsigned given;     /* options met so far, a bit for each row */
    unsigned says;      /* host= and code=, which defaults only suggest */
    semr_view_t starts; /* as written, or p NULL */
    semr_view_t ends;
    apr_pool_t *scratch; /* of regex, or NULL */
    semr_regex_t *regex; /* FROM, where it is one */
    int ncaptures;       /* {name}s of FROM, where it is no regex */
    semr_view_t captures[SEMR_CAPTURES_MAX];
} semr_rule_reader_t;

/* A row of the table of options (DESIGN 1.4); the last has no name. */
typedef struct semr_rule_option_t {
    const char *name;
    apr_status_t (*read)(semr_rule_reader_t *reader, semr_view_t value);
    const char *(*say)(apr_pool_t *pool, const semr_rule_t *rule);
} semr_rule_option_t;

extern const semr_rule_option_t semr_rule_option_table[];

/* Makes a reader of rules; what it needs beyond room it takes from pool.
 * defaults NULL: none. */
void semr_rule_open(semr_rule_reader_t *reader, semr_rule_t *rule,
                    apr_pool_t *pool, int flags,
                    const semr_rule_defaults_t *defaults, semr_diag_t *diag);

/* The three steps of each rule; options are read before the last. */
void semr_rule_begin(semr_rule_reader_t *reader);
apr_status_t semr_rule_read_intent(semr_rule_reader_t *reader,
                                   semr_view_t word);
apr_status_t semr_rule_finish(semr_rule_reader_t *reader, semr_view_t from,
                              semr_view_t to); /* p NULL: none */

/* The three of them for a line, whose words are quoted as in httpd.conf */
apr_status_t semr_rule_read_line(semr_rule_reader_t *reader, const char *line);

/* Whether a word can only be a FROM: no intent begins like one. */
int semr_rule_is_from(semr_view_t word);

/* HOST[:PORT] */
typedef struct semr_rule_authority_t {
    semr_view_t host; /* lower case: the text itself if it is */
    int wild;         /* "*." stood before it */
    apr_port_t port;  /* 0: none given */
} semr_rule_authority_t;

/* Reads an authority out of word, which is named if it is empty. */
apr_status_t semr_rule_authority(semr_rule_reader_t *reader, semr_view_t word,
                                 semr_view_t text,
                                 semr_rule_authority_t *authority);

/* Makes it the host that FROM asks for. */
void semr_rule_set_host(semr_rule_t *rule,
                        const semr_rule_authority_t *authority);

/* How many bytes of a path need no closer look: they stand for themselves in
 * a rule, and are canonical, but for a final slash that may be no segment. */
apr_size_t semr_rule_plain_len(semr_view_t path);

/* Refuses a line break in FROM or TO, as only a cell has one, by accident. */
apr_status_t semr_rule_check_breaks(semr_rule_reader_t *reader,
                                    const char *name, semr_view_t word);

/* Takes a {name} off *text, which begins with its brace. */
apr_status_t semr_rule_name(semr_rule_reader_t *reader, semr_view_t *text,
                            semr_view_t *name);

apr_status_t semr_rule_read_from(semr_rule_reader_t *reader, semr_view_t word);
apr_status_t semr_rule_read_to(semr_rule_reader_t *reader, semr_view_t word);
apr_status_t semr_rule_read_option(semr_rule_reader_t *reader,
                                   semr_view_t word);
/* What can only be judged, or merged, when all options are known */
apr_status_t semr_rule_check_options(semr_rule_reader_t *reader);

/* Whether a rule of this intent may have this code. */
int semr_rule_code_fits(semr_intent_t intent, int code);

/* The option of row n: its name, and in *value what the rule says, or NULL if
 * that is what it would be without it.  NULL: there are no more rows. */
const char *semr_rule_option(apr_pool_t *pool, const semr_rule_t *rule, int n,
                             const char **value);

/* Seconds as semr_duration_parse reads them */
const char *semr_duration_show(apr_pool_t *pool, apr_int64_t seconds);

/* Whether FROM has a star, so that TO's star has something to take */
static inline int semr_rule_has_star(const semr_rule_t *rule)
{
    return rule->kind == SEMR_PREFIX ||
           (rule->kind == SEMR_PATTERN && rule->star);
}

/* Whether from_word is the place where the host was written, not host= */
static inline int semr_rule_host_in_from(const semr_rule_t *rule)
{
    if (rule->host.len == 0 || rule->kind == SEMR_REGEX) {
        return 0;
    }
    if (rule->from_word.len == 0 || rule->from_word.p[0] != '/') {
        return 1;
    }
    return rule->from_word.len > 1 && rule->from_word.p[1] == '/';
}

static inline apr_pool_t *semr_rule_pool(semr_rule_reader_t *reader)
{
    reader->pool_used = 1;
    return reader->memory;
}

/* For messages */
static inline const char *semr_rule_show(semr_rule_reader_t *reader,
                                         semr_view_t view)
{
    return semr_diag_show(semr_rule_pool(reader), view);
}

#endif
