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
 *     | rules     | 32 bytes each; those of one place stand together, best
 *     |           | first, and the last of them is marked: a run
 *     | policies  | what rules have in common, each once
 *     | extras    | what few rules have: a note, a query, words as written
 *     | params    | query parameters of FROMs
 *     | slots     | hash table: key of a place -> its run (key.h)
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
    SEMR_LAST = 1u << 31, /* in line: the run ends with this rule */
    SEMR_LINE_MAX = SEMR_LAST - 1,
    SEMR_RANK_MAX = (1 << 24) - 1
};

typedef struct semr_image_rule_t {
    apr_uint32_t from, from_rest; /* strings: FROM's path in two pieces */
    apr_uint32_t to, to_rest;     /* strings: TO's template in two pieces */
    apr_uint32_t policy;          /* index */
    apr_uint32_t extra;           /* index; 0: none */
    apr_uint32_t order; /* as it was written among all of its source */
    apr_uint32_t line;  /* and SEMR_LAST */
} semr_image_rule_t;

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
} semr_image_policy_t;

typedef struct semr_image_extra_t {
    apr_uint32_t note, from_word, to_word, condition; /* strings */
    apr_uint32_t params, nparams;                     /* index and count */
} semr_image_extra_t;

typedef struct semr_image_param_t {
    apr_uint32_t name, value; /* strings */
    apr_int32_t capture;      /* -1: value is literal */
} semr_image_param_t;

/* A place: its run, and whether rules ask for a query besides */
#define SEMR_NODE_RULE     0x3fffffffu /* index of the run, plus 1; 0: no run */
#define SEMR_NODE_LITERALS 0x40000000u /* some ask for name=value */
#define SEMR_NODE_CAPTURES 0x80000000u /* some ask for name={x} */

typedef struct semr_image_slot_t {
    apr_uint32_t tag;  /* the high half of the key */
    apr_uint32_t node; /* 0: the slot is free */
} semr_image_slot_t;

typedef struct semr_image_host_t {
    apr_uint32_t name; /* string */
    apr_uint32_t wild; /* it stands for its subdomains */
} semr_image_host_t;

typedef struct semr_image_pattern_t {
    apr_uint32_t rule; /* index of a rule that has its text and flags */
    apr_uint32_t
        group; /* patterns of one place but for host and case share it */
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
    X(RULES, rules, semr_image_rule_t)                                         \
    X(POLICIES, policies, semr_image_policy_t)                                 \
    X(EXTRAS, extras, semr_image_extra_t)                                      \
    X(PARAMS, params, semr_image_param_t)                                      \
    X(SLOTS, slots, semr_image_slot_t)                                         \
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
    apr_uint64_t checksum; /* XXH3 of all that follows this field */
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
    apr_uint32_t spare;
} semr_image_t;

/* The string at offset of a section of strings, whoever holds it */
static inline semr_view_t semr_layout_string(const char *strings,
                                             apr_uint32_t offset)
{
    const unsigned char *p = (const unsigned char *)strings + offset;
    semr_view_t string;
    apr_size_t len = *p++, shift = 7;

    if (len & 0x80) {
        len &= 0x7f;
        do {
            len |= (apr_size_t)(*p & 0x7f) << shift;
            shift += 7;
        } while (*p++ & 0x80);
    }
    string.p = (const char *)p;
    string.len = len;
    return string;
}

#endif
