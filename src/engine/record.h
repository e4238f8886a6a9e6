/* SPDX-License-Identifier: Apache-2.0
 * A record: one rule in the image, all that a request needs of it side by side.
 *
 *     byte     traits
 *     varint   number of the rule
 *     varint   line - number, zigzag
 *     varint   policy, an index
 *     varint   extra, an index; only with SEMR_HAS_EXTRA
 *     varint   FROM's head, a string that other rules begin with too
 *     varint   length of FROM's rest, and its bytes
 *              with SEMR_TO_OF:
 *     varint     how many bytes before this one a record has the same TO
 *              else, unless TO is nothing:
 *     varint     TO's head, a string
 *     varint     length of TO's rest, and its bytes; with SEMR_TO_AS_FROM they
 *                are the first ones of FROM's rest, and left out here
 *
 * Varints are LEB128: seven bits a byte, the low ones first, the top bit set
 * in all bytes but the last.
 */
#ifndef SEMR_RECORD_H
#define SEMR_RECORD_H

#include "layout.h"

enum {
    SEMR_HAS_EXTRA = 1,
    SEMR_HAS_TO = 2,
    SEMR_TO_OF = 4,
    SEMR_TO_AS_FROM = 8,
    SEMR_TO_TAIL = 16, /* SEMR_OP_TAIL ends TO, behind its rest */
    SEMR_TRAITS = 31
};

/* A record, read.  The views are in the image. */
typedef struct semr_image_rule_t {
    apr_uint32_t at; /* offset of the record: rules written earlier have less */
    apr_uint32_t next;   /* offset of the one that follows */
    apr_uint32_t number; /* as it was written among all of its source */
    apr_uint32_t line;
    apr_uint32_t policy;         /* index */
    apr_uint32_t extra;          /* index; 0: none */
    apr_uint32_t traits;         /* as above */
    semr_view_t from, from_rest; /* FROM's path in two pieces */
    semr_view_t to, to_rest;     /* TO's template in two pieces */
} semr_image_rule_t;

enum { SEMR_VARINT_MAX = 5 }; /* bytes of a 32-bit one */

static inline apr_uint32_t semr_varint(const unsigned char **p)
{
    const unsigned char *at = *p;
    apr_uint32_t value = at[0];
    int shift;

    /* most have one byte, or two, or three */
    if (value < 0x80) {
        *p = at + 1;
        return value;
    }
    value += ((apr_uint32_t)at[1] << 7) - 0x80;
    if (at[1] < 0x80) {
        *p = at + 2;
        return value;
    }
    value += ((apr_uint32_t)at[2] << 14) - (0x80 << 7);
    if (at[2] < 0x80) {
        *p = at + 3;
        return value;
    }
    value -= 0x80 << 14;
    for (at += 3, shift = 21; *at & 0x80; shift += 7) {
        value |= (apr_uint32_t)(*at++ & 0x7f) << shift;
    }
    value |= (apr_uint32_t)*at++ << shift;
    *p = at;
    return value;
}

/* Writes value, and returns what is behind it. */
static inline unsigned char *semr_varint_put(unsigned char *p,
                                             apr_uint32_t value)
{
    for (; value > 0x7f; value >>= 7) {
        *p++ = (unsigned char)(value | 0x80);
    }
    *p++ = (unsigned char)value;
    return p;
}

/* Lines mostly go up with numbers. */
static inline apr_uint32_t semr_zigzag(apr_uint32_t line, apr_uint32_t number)
{
    apr_int32_t off = (apr_int32_t)(line - number);

    return (apr_uint32_t)off << 1 ^ (apr_uint32_t)(off >> 31);
}

static inline apr_uint32_t semr_unzigzag(apr_uint32_t coded,
                                         apr_uint32_t number)
{
    return number + ((coded >> 1) ^ -(coded & 1));
}

/* The string at offset of a section of strings, whoever holds it */
static inline semr_view_t semr_record_string(const char *strings,
                                             apr_uint32_t offset)
{
    const unsigned char *p = (const unsigned char *)strings + offset;
    semr_view_t string;

    string.len = semr_varint(&p);
    string.p = (const char *)p;
    return string;
}

static inline semr_view_t semr_record_bytes(const unsigned char **p)
{
    semr_view_t bytes;

    bytes.len = semr_varint(p);
    bytes.p = (const char *)*p;
    *p += bytes.len;
    return bytes;
}

/* Reads TO, and returns what is behind it. */
static inline const unsigned char *semr_record_to(const unsigned char *p,
                                                  const char *strings,
                                                  semr_image_rule_t *rule)
{
    rule->to = semr_record_string(strings, semr_varint(&p));
    if (rule->traits & SEMR_TO_AS_FROM) {
        rule->to_rest.p = rule->from_rest.p;
        rule->to_rest.len = semr_varint(&p);
    }
    else {
        rule->to_rest = semr_record_bytes(&p);
    }
    return p;
}

/* Reads the record at an offset of records; what it says is trusted. */
void semr_record_read(const char *records, const char *strings, apr_uint32_t at,
                      semr_image_rule_t *rule);

#endif
