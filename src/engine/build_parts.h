/* SPDX-License-Identifier: Apache-2.0
 * What build*.c, which take rules, and freeze*.c, which lay them out, share.
 */
#ifndef SEMR_BUILD_PARTS_H
#define SEMR_BUILD_PARTS_H

#include "build.h"
#include "key.h"

/* -- bytes that grow, outside of pools --------------------------------------
 */

typedef struct semr_bytes_t {
    char *p;
    apr_size_t len, room;
} semr_bytes_t;

/* Sees to it that len more bytes fit, and returns where they go; it moves what
 * was there. */
char *semr_bytes_reserve(semr_bytes_t *bytes, apr_size_t len);

/* Adds len bytes, zeroed. */
void *semr_bytes_add(semr_bytes_t *bytes, apr_size_t len);

#define SEMR_BYTES_AT(bytes, type)    ((type *)(void *)(bytes).p)
#define SEMR_BYTES_COUNT(bytes, type) ((bytes).len / sizeof(type))

/* -- things that are kept once -----------------------------------------------
 */

typedef struct semr_known_slot_t {
    apr_uint32_t tag;
    apr_uint32_t number; /* plus 1; 0: free */
} semr_known_slot_t;

/* A set of numbers that stand for things kept elsewhere */
typedef struct semr_known_t {
    semr_bytes_t slots;
    apr_size_t used;
} semr_known_t;

typedef int semr_known_same_t(const void *thing, apr_uint32_t number);

/* The slot of a thing with this hash for which same() holds; or, if there is
 * none, a new one, whose number is 0 and has to be set.  It moves what was
 * there. */
semr_known_slot_t *semr_known_find(semr_known_t *known, apr_uint64_t hash,
                                   semr_known_same_t *same, const void *thing);

/* The number that was put in for a thing, or number, which is put in. */
apr_uint32_t semr_known(semr_known_t *known, apr_uint64_t hash,
                        apr_uint32_t number, semr_known_same_t *same,
                        const void *thing);

/* -- the builder -------------------------------------------------------------
 */

#define SEMR_NO_RULE 0xffffffffu

/* A key and what it leads to, before they are sorted into slots */
typedef struct semr_entry_t {
    apr_uint64_t key;
    apr_uint32_t at;    /* a record; SEMR_NO_RULE: none, */
    apr_uint32_t below; /* and then what there is below: SEMR_PLACE_... */
} semr_entry_t;

/* A rule that is a pattern or a regex */
typedef struct semr_pattern_rule_t {
    apr_uint32_t at, number;
    apr_uint32_t policy, extra; /* indices */
    apr_uint32_t text;          /* string */
} semr_pattern_rule_t;

struct semr_builder_t {
    semr_image_t header;  /* what it says of rules is kept up to date */
    semr_bytes_t records; /* behind room for the header: the block begins so */
    /* other sections as they grow */
    semr_bytes_t marks, policies, extras, params, hosts, strings;
    semr_bytes_t entries;
    semr_bytes_t patterns; /* of semr_pattern_rule_t */
    semr_known_t known_strings, known_heads, known_targets, known_policies,
        known_hosts;
    /* of the rule before, for the next one is mostly alike */
    const char *last_file;
    apr_uint32_t last_file_at, last_policy;
};

enum { SEMR_RECORDS_AT = (sizeof(semr_image_t) + 7) & ~(apr_size_t)7 };

/* A string of the builder, until the next one is added. */
static inline semr_view_t semr_builder_string(const semr_builder_t *builder,
                                              apr_uint32_t offset)
{
    return semr_record_string(builder->strings.p, offset);
}

/* A rule of the builder, until the next string or rule is added. */
static inline void semr_builder_rule(const semr_builder_t *builder,
                                     apr_uint32_t at, semr_image_rule_t *rule)
{
    semr_record_read(builder->records.p + SEMR_RECORDS_AT, builder->strings.p,
                     at, rule);
}

/* Adds a string, which need not be new, and returns its offset. */
apr_uint32_t semr_builder_add_string(semr_builder_t *builder, semr_view_t text);

/* The same for one that is expected to come again: it is kept once. */
apr_uint32_t semr_builder_keep_string(semr_builder_t *builder,
                                      semr_view_t text);

/* Finds how much of a path is a beginning that others have too, at least of
 * least bytes, and returns its string.  *len is set to what it covers. */
apr_uint32_t semr_builder_keep_head(semr_builder_t *builder, semr_view_t text,
                                    apr_size_t least, apr_size_t *len);

/* The index of what a rule has in common with others. */
apr_uint32_t semr_builder_keep_policy(semr_builder_t *builder,
                                      const semr_rule_t *rule);

/* The index of what few rules have; 0: this one has nothing of it. */
apr_uint32_t semr_builder_add_extra(semr_builder_t *builder,
                                    const semr_rule_t *rule);

/* Puts what a key leads to. */
void semr_builder_put(semr_builder_t *builder, apr_uint64_t key,
                      apr_uint32_t at, apr_uint32_t below);

/* Goes down from a place to that of a rule's query.  What there is below the
 * place itself goes to *below if that is given, else to its entry. */
apr_uint64_t semr_builder_query_key(semr_builder_t *builder, apr_uint64_t key,
                                    apr_uint32_t extra, apr_uint32_t *below);

void semr_builder_clear(semr_builder_t *builder);

#endif
