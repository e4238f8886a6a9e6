/* SPDX-License-Identifier: Apache-2.0
 * What the files of the lint share.
 *
 *     lint.c            the passes over the rules
 *     lint_policy.c     what a policy alone says
 *     lint_words.c      what FROM and TO say, word by word
 *     lint_regex.c      what a regex takes, told from its text
 *     lint_witness.c    a URL that a rule takes: witness.h
 *     lint_wins.c       rules that stand before it
 *     lint_chains.c     where its answer leads
 *     lint_circles.c    where it takes more than ten hops to say so
 *     lint_elsewhere.c  the hosts that rules lead to
 *     lint_tell.c       findings in words
 */
#ifndef SEMR_LINT_PARTS_H
#define SEMR_LINT_PARTS_H

#include <apr_hash.h>
#include <apr_tables.h>

#include "lint.h"
#include "walk.h"
#include "witness.h"

/* What all rules of one policy have in common */
typedef struct semr_lint_policy_t {
    apr_uint64_t findings;     /* a bit for each id */
    const char *method;        /* that a witness is asked with */
    semr_method_class_t class; /* of it */
    unsigned dead : 1;         /* it answers nothing, now and later */
    unsigned cached : 1;       /* its answer may be kept by caches */
    unsigned keeps_body : 1;   /* other methods than GET are repeated */
    unsigned gets_303 : 1;
} semr_lint_policy_t;

/* A rule where it is needed again */
typedef struct semr_lint_place_t {
    int set;
    apr_uint32_t at; /* offset of its record */
} semr_lint_place_t;

/* An origin that TOs name; or the front page of this server */
typedef struct semr_lint_host_t {
    semr_view_t name; /* "https://host", or "" */
    int foreign;
    apr_uint32_t bodies, fronts; /* rules that send bodies, or its front page */
    semr_lint_place_t first_body, first_front;
} semr_lint_host_t;

/* A rule whose chain has more than ten hops, and where its first one leads */
typedef struct semr_lint_edge_t {
    apr_uint32_t rule, next; /* indexes; next is SEMR_LINT_NOWHERE if nobody
                                knows */
} semr_lint_edge_t;

enum { SEMR_LINT_TOKEN_LEN = 7 };

#define SEMR_LINT_NOWHERE 0xffffffffu

/* What is known of a rule by its index */
enum { SEMR_LINT_LOOPS = 1, SEMR_LINT_SEEN = 2, SEMR_LINT_ON_WAY = 4 };

typedef struct semr_lint_work_t {
    semr_lint_t *lint;
    const semr_space_t *space;
    apr_pool_t *pool;       /* of the check */
    apr_pool_t *each;       /* of a few rules */
    apr_uint32_t *firsts;   /* index of the first rule of each set, and one
                               behind the last */
    unsigned char *states;  /* by index */
    char token;             /* that no pattern has; 0: each byte is in some */
    apr_uint64_t budget;    /* patterns that may still be compared */
    apr_uint64_t unchecked; /* rules that were left out for it */
    apr_array_header_t *edges; /* ascending */
    apr_hash_t *hosts;
    apr_array_header_t *known_hosts; /* of semr_lint_host_t * */
    semr_lint_host_t own, overflow;
    semr_lint_host_t *last_host;
    semr_view_t last_head; /* of the TO that named it */

    /* the rule that is checked */
    int set_index;
    const semr_ruleset_t *set;
    const semr_image_t *image;
    semr_image_rule_t rule;
    const semr_image_policy_t *policy;
    const semr_lint_policy_t *known;
    const semr_lint_host_t *host; /* that TO names; NULL: none */

    /* its witness */
    semr_witness_t witness;
    char word[SEMR_LINT_TOKEN_LEN];
    semr_request_t request;
    semr_judge_t judge;
    semr_lookup_t lookup;
    semr_walk_t walk;
} semr_lint_work_t;

/* Makes a rule the one that is checked. */
void semr_lint_take(semr_lint_work_t *work, semr_lint_place_t place);

/* Whether the rule has one of these flags. */
static inline int semr_lint_flag(const semr_lint_work_t *work, int flag)
{
    return (work->policy->flags & flag) != 0;
}

/* How many parameters FROM names. */
static inline apr_uint32_t semr_lint_params(const semr_lint_work_t *work)
{
    return (semr_image_extras(work->image) + work->rule.extra)->nparams;
}

/* FROM's path in one piece, a copy in pool. */
semr_view_t semr_lint_path(const semr_lint_work_t *work, apr_pool_t *pool);

/* -- telling --------------------------------------------------------------- */

/* Counts a finding about the rule; returns whether it is to be told. */
int semr_lint_finds(semr_lint_work_t *work, semr_finding_id_t id);

/* Tells it: FROM, a blank, and what format says.  other may be NULL. */
void semr_lint_say(semr_lint_work_t *work, semr_finding_id_t id,
                   const semr_image_t *other, apr_uint32_t other_at,
                   const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Words of the rule, and file:line of any, for those who are told */
const char *semr_lint_to(semr_lint_work_t *work);
const char *semr_lint_where(semr_lint_work_t *work, const semr_image_t *image,
                            const semr_image_policy_t *policy,
                            apr_uint32_t line);

/* -- the checks ------------------------------------------------------------ */

/* What each policy of an image says, in work->pool. */
semr_lint_policy_t *semr_lint_policies(semr_lint_work_t *work,
                                       const semr_image_t *image);

/* Takes the next method off an only=; 0: there is no more. */
int semr_lint_method(semr_view_t *only, semr_view_t *method);

/* Tells the findings of its policy. */
void semr_lint_tell_policy(semr_lint_work_t *work);

/* What the words of FROM, TO and the condition say. */
void semr_lint_words(semr_lint_work_t *work);

/* Whether an origin is this server's. */
int semr_lint_is_ours(const semr_lint_work_t *work,
                      const semr_origin_t *origin);

/* Sets work->host, and counts what goes there. */
void semr_lint_elsewhere(semr_lint_work_t *work);
void semr_lint_tell_hosts(semr_lint_work_t *work);

/* What the text of a regex says. */
void semr_lint_regex(semr_lint_work_t *work);

/* Makes work->request a URL that the rule takes; 0: none is known. */
int semr_lint_witness(semr_lint_work_t *work);

/* Makes it another URL, of the host, scheme and port that the rule takes. */
void semr_lint_ask(semr_lint_work_t *work, semr_view_t path, semr_view_t query);

/* Sets work->token, and what witnesses of all rules have in common. */
void semr_lint_witness_begin(semr_lint_work_t *work);

/* Takes what the lookup compared off the budget. */
void semr_lint_spend(semr_lint_work_t *work);

/* Whether the rule may win at its witness, where lookup then stands, with
 * *candidate; tells why not. */
int semr_lint_wins(semr_lint_work_t *work, semr_candidate_t *candidate);

/* Tells where the candidate's answer leads. */
void semr_lint_chain(semr_lint_work_t *work, const semr_candidate_t *candidate);

/* Tells circles and chains of more than ten hops. */
void semr_lint_long_chains(semr_lint_work_t *work);

#endif
