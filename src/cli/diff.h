/* SPDX-License-Identifier: Apache-2.0
 * Two sets of rules -> the URLs that they answer differently.
 *
 *     diff.c        the command: reads both, counts, tells
 *     diff_find.c   a URL that a rule takes, and forms of it, asked of both
 *     diff_overlap.c  more URLs where patterns may overlap (diff_join.h)
 *     diff_both.c   one request to both, and what is different
 *     diff_seen.c   which URLs have been told
 *     diff_tell.c   differences as text and JSON
 *
 * What is found is a few bytes that say how to make the URL again; so a million
 * differences need no more memory than the rules.
 */
#ifndef SEMR_CLI_DIFF_H
#define SEMR_CLI_DIFF_H

#include "json_out.h"
#include "progress.h"
#include "rules.h"
#include "witness.h"

/* X(id, key, words): the words follow a number of URLs */
#define DIFF_KINDS(X)                                                          \
    X(LOST, "lost", "no longer answered")                                      \
    X(MOVED, "moved", "sent elsewhere")                                        \
    X(CODE, "code", "answered with another code")                              \
    X(ADDED, "added", "answered now, and not before")                          \
    X(CACHE, "cache", "kept in caches for another time")                       \
    X(OBSERVED, "observed", "observed differently: clients see nothing of it")

typedef enum diff_kind_t {
#define X(id, key, words) DIFF_##id,
    DIFF_KINDS(X)
#undef X
        DIFF_KIND_COUNT,
    DIFF_SAME = DIFF_KIND_COUNT
} diff_kind_t;

/* What is made of a witness's URL: X(id, words) */
#define DIFF_FORMS(X)                                                          \
    X(PLAIN, "")                                                               \
    X(SLASH, "with or without its final slash")                                \
    X(PAGE, "without what is below")                                           \
    X(PAGE_SLASH, "without what is below, but a slash")                        \
    X(BELOW, "with something below")                                           \
    X(QUERY, "with a query")                                                   \
    X(CASE, "in other letters")

typedef enum diff_form_t {
#define X(id, words) DIFF_FORM_##id,
    DIFF_FORMS(X)
#undef X
        DIFF_FORM_COUNT
} diff_form_t;

/* Why a rule stays unsure: X(id, key, words) */
#define DIFF_WHYS(X)                                                           \
    X(NO_URL, "no-url", "one side only, and no URL of it is known")            \
    X(HIDDEN, "hidden", "one side only, and it decided no URL that was asked") \
    X(ORDER, "order", "in another order, and no URL showed what that changes") \
    X(MANY, "many", "changed, with too many others that may overlap it")

typedef enum diff_why_t {
#define X(id, key, words) DIFF_WHY_##id,
    DIFF_WHYS(X)
#undef X
        DIFF_WHY_COUNT
} diff_why_t;

enum { DIFF_OLD, DIFF_NEW, DIFF_SIDES };

enum { DIFF_METHODS = 3 }; /* GET, POST, and one that only= names */

/* A difference: the rule whose witness shows it, and how */
typedef struct diff_found_t {
    apr_uint32_t at; /* of its record */
    unsigned side : 1, set : 8;
    unsigned word : 1; /* of diff_t's words, the one that stands in the URL */
    unsigned form : 3;
    unsigned kind : 3;
    unsigned method : 2;  /* the first by which it shows */
    unsigned methods : 3; /* a bit for each by which it does */
    unsigned whole : 1;   /* all forms show the same */
    unsigned also : 7;    /* a bit for each form that shows the same */
    unsigned why : 3;     /* it is unsure: diff_why_t */
    semr_view_t path;     /* that is asked instead of its witness's; len 0 */
} diff_found_t;

typedef struct diff_side_t {
    cli_rules_t rules;
    semr_ask_t ask;
    semr_judge_t judge;
    semr_request_t request;
} diff_side_t;

typedef struct diff_seen_t {
    apr_uint64_t *hashes;
    apr_size_t room, count;
} diff_seen_t;

typedef struct diff_t {
    cli_t *cli;
    apr_pool_t *each; /* of a few rules */
    diff_side_t sides[DIFF_SIDES];
    unsigned char kinds[DIFF_KIND_COUNT]; /* that are asked for */
    int same_methods;        /* what GET gets tells what POST does */
    int folds;               /* there are rules that ignore case */
    semr_witness_t words[2]; /* for people; of a byte that no pattern has */
    char token[8];

    unsigned char **covered; /* by set of NEW, a bit by rule: OLD has the same
                                rule, so its witnesses have been asked */
    unsigned char **shown[DIFF_SIDES]; /* by set, a bit by rule: a difference
                                          where it decides was found */
    diff_seen_t seen;

    /* Takes a difference; the sides have been asked for it. */
    void (*tell)(struct diff_t *diff, const diff_found_t *found);
    apr_uint64_t counts[DIFF_KIND_COUNT];
    apr_array_header_t *found[DIFF_KIND_COUNT]; /* of diff_found_t: kept */
    apr_int64_t most;           /* of a kind that are kept; 0: all */
    cli_json_t json;            /* where they are written instead */
    apr_array_header_t *unsure; /* of diff_found_t: rules to be compared by
                                   hand */
    apr_uint64_t asked;         /* URLs, by any method */
    apr_uint64_t budget;        /* patterns that may still be compared */
    apr_uint64_t unasked;       /* rules that were left out for it */
    cli_progress_t progress;
} diff_t;

/* -- diff_find.c ----------------------------------------------------------- */

/* Finds all differences; told by diff->tell. */
void diff_find(diff_t *diff);

/* Tells a difference, once for each URL. */
void diff_tell(diff_t *diff, const diff_found_t *found);

/* Asks both sides for what was found, by the number of its method. */
void diff_again(diff_t *diff, const diff_found_t *found, int method);

/* The rule of a difference, and its witness's request in that form; 0: the form
 * makes no other URL. */
void diff_rule(const diff_t *diff, const diff_found_t *found,
               semr_image_rule_t *rule);
int diff_request(const diff_t *diff, const diff_found_t *found,
                 semr_request_t *request);

/* -- diff_overlap.c -------------------------------------------------------- */

/* Asks more where patterns, regexes and trees changed or moved; what shows
 * nothing is put into diff->unsure. */
void diff_overlap(diff_t *diff);

/* -- diff_both.c ----------------------------------------------------------- */

/* The name of a method by its number, for a rule; NULL: there is none. */
const char *diff_method(const diff_t *diff, const semr_image_t *image,
                        const semr_image_rule_t *rule, int method);

/* Asks both sides, and compares. */
diff_kind_t diff_ask(diff_t *diff, const semr_request_t *request,
                     const char *method);

/* Whether rules of the same identity decided on both sides; or none did. */
int diff_same_rule(diff_t *diff);

static inline const semr_image_t *diff_image(const diff_t *diff, int side,
                                             int set)
{
    return diff->sides[side].rules.spaces[0].sets[set]->image;
}

/* -- diff_seen.c ----------------------------------------------------------- */

/* Notes a URL; 0: it had been noted before. */
int diff_see(diff_seen_t *seen, const char *url);
void diff_forget(diff_seen_t *seen);

/* -- diff_tell.c ----------------------------------------------------------- */

/* The URL that is asked, as people read it: with its origin where the rule
 * names one; in diff->each. */
const char *diff_url(const diff_t *diff, const diff_found_t *found,
                     const semr_request_t *request);

/* What was kept, and the summary */
void diff_tell_text(diff_t *diff);

/* The same in pieces: a difference, a rule that stays unsure, and how many
 * there are of each kind */
json_t *diff_item(diff_t *diff, const diff_found_t *found);
json_t *diff_unsure_item(diff_t *diff, const diff_found_t *found);
json_t *diff_counts(const diff_t *diff);

#endif
