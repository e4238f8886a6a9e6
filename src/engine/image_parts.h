/* SPDX-License-Identifier: Apache-2.0
 * What the files that verify an image share; private to image_*.c.
 *
 *     image_open.c      header, sections, small tables
 *     image_records.c   rules
 *     image_places.c    what leads to rules: slots, places, patterns
 *
 * A check returns NULL, or what is wrong, and trusts what earlier ones found.
 */
#ifndef SEMR_IMAGE_PARTS_H
#define SEMR_IMAGE_PARTS_H

#include "image.h"
#include "key.h"

/* A head that was verified; many records have the same. */
typedef struct semr_opening_head_t {
    apr_uint32_t offset; /* plus 1; 0: nothing is known */
    apr_uint32_t policy; /* plus 1, with which it begins a TO */
    semr_view_t text;
} semr_opening_head_t;

/* What is verified, and what is known of it so far */
typedef struct semr_opening_t {
    const semr_image_t *image;
    const unsigned char *records;
    apr_size_t records_len;
    const unsigned char *strings;
    apr_size_t strings_len;
    apr_uint32_t npolicies, nextras, nhosts, npatterns;
    semr_opening_head_t heads[1024];
    apr_uint64_t *begins; /* a bit for each byte of records: one begins there */
} semr_opening_t;

#define SEMR_REFUSE_IF(wrong, why)                                             \
    if (wrong) {                                                               \
        return why;                                                            \
    }

/* Whether there is a string at an offset; it becomes *text. */
int semr_opening_string(const semr_opening_t *o, apr_uint32_t offset,
                        semr_view_t *text);

/* Whether a record begins at an offset. */
static inline int semr_opening_begins(const semr_opening_t *o, apr_uint32_t at)
{
    return at < o->records_len && (o->begins[at >> 6] >> (at & 63) & 1);
}

/* Reads a varint before end; returns what is behind it, or NULL. */
const unsigned char *semr_opening_long_varint(const unsigned char *p,
                                              const unsigned char *end,
                                              apr_uint32_t *value);

static inline const unsigned char *semr_opening_varint(const unsigned char *p,
                                                       const unsigned char *end,
                                                       apr_uint32_t *value)
{
    if (p < end && *p < 0x80) {
        *value = *p;
        return p + 1;
    }
    return semr_opening_long_varint(p, end, value);
}

/* The same for the bytes behind a varint that says how many there are. */
static inline const unsigned char *semr_opening_bytes(const unsigned char *p,
                                                      const unsigned char *end,
                                                      semr_view_t *bytes)
{
    apr_uint32_t len;

    p = semr_opening_varint(p, end, &len);
    if (!p || len > (apr_size_t)(end - p)) {
        return NULL;
    }
    *bytes = (semr_view_t){(const char *)p, len};
    return p + len;
}

/* In this order */
const char *semr_opening_records(semr_opening_t *o);
const char *semr_opening_places(const semr_opening_t *o);

#endif
