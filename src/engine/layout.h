/* SPDX-License-Identifier: Apache-2.0
 * The image: rules frozen into one block that is read in place.
 *
 * It holds no pointer, so it may lie anywhere and be shared by processes; at
 * run time it is only ever seen through a const pointer.  The builder makes
 * it; nobody changes it.
 *
 *     +-----------+ 0
 *     | header    | magic, version, byte order, size, checksum, sections
 *     +-----------+
 *     | records   | rules in the order written, each a record: record.h
 *     | marks     | where every 64th of them begins
 *     | policies  | what rules have in common, each once
 *     | extras    | what few rules have: a note, a query, words as written
 *     | params    | query parameters of FROMs
 *     | slots     | hash table: key of a place -> its node (key.h)
 *     | places    | nodes with more to them than one rule
 *     | runs      | rules of such a place, best first; the last is marked
 *     | hosts     | host names, each once; the first is none; and a hash
 *     |           | table of them
 *     | patterns  | places with {name}s or regexes, in the order written
 *     | begins    | what patterns begin with, sorted; see below
 *     | members   | for each beginning, the patterns that begin so
 *     | strings   | length as a varint, then bytes; offset 0 is the empty one
 *     +-----------+ size
 *
 * Begins are sorted by subject, host, text, and each knows the longest other
 * one that it begins with.  So one binary search for a path finds, by the
 * chain of parents, all of them that the path begins with, and no other
 * pattern is ever looked at.
 */
#ifndef SEMR_LAYOUT_H
#define SEMR_LAYOUT_H

#include "vocabulary.h"

#define SEMR_IMAGE_MAGIC   "SEMRIMG"
#define SEMR_IMAGE_VERSION 1
#define SEMR_IMAGE_ORDER   0x01020304u

enum {
    SEMR_MARK_EVERY = 64, /* records from one mark to the next */
    SEMR_RANK_MAX = (1 << 24) - 1
};

#define SEMR_LAST   0x80000000u /* in runs: it ends with this rule */
#define SEMR_AT_MAX 0x7ffffffeu /* the greatest offset of a record */

enum {
    SEMR_WITH_SLASH = 1,
    SEMR_SLASH_EXACT = 2,
    SEMR_FOLD = 4,
    SEMR_STAR = 8,
    SEMR_DROP_QUERY = 16,
    SEMR_INSERTS = 32,
    SEMR_PLAIN = 64 /* TO has neither query, fragment nor what is inserted */
};

typedef struct semr_image_policy_t {
    apr_int64_t max_age, starts, ends, settles;
    apr_uint32_t rank;      /* 24 bits: how much a rule asks for */
    apr_uint32_t host;      /* index */
    apr_uint32_t only;      /* string */
    apr_uint32_t condition; /* the caller's number; 0: none */
    apr_uint32_t file;      /* string */
    apr_uint16_t port, code;
    apr_byte_t intent, method, stage, kind, scheme, to_form, flags, spare;
    apr_uint32_t rules, spare_too; /* how many rules have it */
} semr_image_policy_t;

typedef struct semr_image_extra_t {
    apr_uint32_t note, from_word, to_word, condition; /* strings */
    apr_uint32_t params, nparams;                     /* index and count */
} semr_image_extra_t;

typedef struct semr_image_param_t {
    apr_uint32_t name, value; /* strings */
    apr_int32_t capture;      /* -1: value is literal */
} semr_image_param_t;

/* What a key leads to: 0, nothing; the one rule of a place, as the offset of
 * its record plus 1; or, with this bit, the index of a place. */
#define SEMR_NODE_PLACE 0x80000000u

enum {
    SEMR_PLACE_LITERALS = 1, /* rules ask for name=value besides */
    SEMR_PLACE_CAPTURES = 2  /* rules ask for name={x} besides */
};

typedef struct semr_image_place_t {
    apr_uint32_t run;   /* index, plus 1; 0: none */
    apr_uint32_t below; /* SEMR_PLACE_... */
} semr_image_place_t;

typedef struct semr_image_slot_t {
    apr_uint32_t tag;  /* the high half of the key */
    apr_uint32_t node; /* 0: the slot is free */
} semr_image_slot_t;

typedef struct semr_image_host_t {
    apr_uint32_t name; /* string */
    apr_uint32_t wild; /* it stands for its subdomains */
} semr_image_host_t;

typedef struct semr_image_pattern_t {
    apr_uint32_t rule;  /* a record that has its text and flags */
    apr_uint32_t group; /* patterns of one place but for host and case share it:
                           the number of the first rule */
    apr_uint32_t node;
} semr_image_pattern_t;

/* What a pattern's beginning is compared with */
typedef enum semr_subject_t {
    SEMR_SUBJECT_PATH,
    SEMR_SUBJECT_FOLDED,
    SEMR_SUBJECT_DECODED,
    SEMR_SUBJECT_DECODED_FOLDED,
    SEMR_SUBJECTS
} semr_subject_t;

#define SEMR_NO_PARENT 0xffffffffu

typedef struct semr_image_begin_t {
    apr_uint32_t host;
    apr_uint32_t text;           /* string */
    apr_uint32_t parent;         /* index, or SEMR_NO_PARENT */
    apr_uint32_t members, count; /* index and count, ascending */
} semr_image_begin_t;

#define SEMR_IMAGE_SECTIONS(X)                                                 \
    X(RECORDS, records, char)                                                  \
    X(MARKS, marks, apr_uint32_t)                                              \
    X(POLICIES, policies, semr_image_policy_t)                                 \
    X(EXTRAS, extras, semr_image_extra_t)                                      \
    X(PARAMS, params, semr_image_param_t)                                      \
    X(SLOTS, slots, semr_image_slot_t)                                         \
    X(PLACES, places, semr_image_place_t)                                      \
    X(RUNS, runs, apr_uint32_t)                                                \
    X(HOSTS, hosts, semr_image_host_t)                                         \
    X(HOST_SLOTS, host_slots, semr_image_slot_t)                               \
    X(PATTERNS, patterns, semr_image_pattern_t)                                \
    X(BEGINS, begins, semr_image_begin_t)                                      \
    X(MEMBERS, members, apr_uint32_t)                                          \
    X(STRINGS, strings, char)

typedef enum semr_section_t {
#define X(NAME, name, type) SEMR_SECTION_##NAME,
    SEMR_IMAGE_SECTIONS(X)
#undef X
        SEMR_SECTIONS
} semr_section_t;

typedef struct semr_image_t {
    char magic[8];
    apr_uint32_t version;
    apr_uint32_t byte_order;
    apr_uint64_t size;
    apr_uint64_t checksum; /* XXH3 of all that follows this field; 0 in an image
                              that has not been saved */
    struct {
        apr_uint64_t at; /* bytes from the image's beginning */
        apr_uint64_t count;
    } sections[SEMR_SECTIONS];
    /* What there is, so that what there is not costs nothing.  The first
     * index is 1 for rules that name a host, the second 1 for folded ones. */
    apr_uint64_t depths[2][2];      /* bit n: a slash star rule of n segments */
    apr_uint32_t exact[2][2];       /* exact rules */
    apr_uint32_t homes, host_homes; /* slots at which a search may begin */
    apr_uint32_t begins_at[SEMR_SUBJECTS + 1]; /* subject n: [n], [n+1] */
    apr_uint32_t rules;
} semr_image_t;

#endif
