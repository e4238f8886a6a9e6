/* SPDX-License-Identifier: Apache-2.0
 * What the files that read and write a rule share; private to rule*.c.
 *
 * A rule is read in this order: the words are told apart, the options are
 * read (they may name the host and fold the path), then FROM, then TO, which
 * needs to know what FROM takes.  All calls that return apr_status_t return
 * APR_SUCCESS, or APR_EINVAL and the reason in reader->diag.
 */
#ifndef SEMR_RULE_PARTS_H
#define SEMR_RULE_PARTS_H

#include "pattern.h"
#include "rule.h"
#include "words.h"

typedef struct semr_rule_reader_t {
    semr_rule_t *rule;
    apr_pool_t *pool;
    semr_diag_t *diag;
    int flags;
    unsigned given;     /* options met so far, a bit for each row */
    semr_view_t starts; /* as written */
    semr_view_t ends;
    apr_pool_t *scratch; /* of regex, or NULL */
    semr_regex_t *regex; /* FROM, where it is one */
    int ncaptures;       /* {name}s of FROM, where it is no regex */
    semr_view_t captures[SEMR_CAPTURES_MAX];
} semr_rule_reader_t;

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

/* Takes a {name} off *text, which begins with its brace. */
apr_status_t semr_rule_name(semr_rule_reader_t *reader, semr_view_t *text,
                            semr_view_t *name);

apr_status_t semr_rule_read_from(semr_rule_reader_t *reader, semr_view_t word);
apr_status_t semr_rule_read_to(semr_rule_reader_t *reader, semr_view_t word);
apr_status_t semr_rule_read_option(semr_rule_reader_t *reader,
                                   semr_view_t word);
/* What can only be judged when all options are known */
apr_status_t semr_rule_check_options(semr_rule_reader_t *reader);

/* The option of row n: its name, and in *value what the rule says, or NULL if
 * that is what it would be without it.  NULL: there are no more rows. */
const char *semr_rule_option(apr_pool_t *pool, const semr_rule_t *rule, int n,
                             const char **value);

/* Seconds as semr_duration_parse and semr_date_parse read them */
const char *semr_duration_show(apr_pool_t *pool, apr_int64_t seconds);
const char *semr_date_show(apr_pool_t *pool, apr_int64_t seconds);

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

/* For messages */
static inline const char *semr_rule_show(const semr_rule_reader_t *reader,
                                         semr_view_t view)
{
    return semr_diag_show(reader->pool, view);
}

#endif
