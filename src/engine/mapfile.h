/* SPDX-License-Identifier: Apache-2.0
 * A map's text -> rules, with the line of each (DESIGN 6).
 *
 * It is read as a stream, one rule at a time, so memory does not grow with the
 * file: a row has 64 KiB and 128 cells at most.  A bad row is told and left
 * out, and reading goes on.  A line of text that begins with the word expect is
 * no rule: expect.h reads it.
 */
#ifndef SEMR_MAPFILE_H
#define SEMR_MAPFILE_H

#include <apr_tables.h>

#include "rule.h"

typedef enum semr_mapfile_format_t {
    SEMR_MAPFILE_TEXT, /* one rule a line */
    SEMR_MAPFILE_CSV   /* RFC 4180; comma, semicolon or tab */
} semr_mapfile_format_t;

enum { SEMR_MAPFILE_TOLD_MAX = 50 };

/* Where the bytes come from.  Sets *len, at most what it was, to how many it
 * wrote to bytes; 0 is the end.  Anything but APR_SUCCESS ends the reading. */
typedef struct semr_mapfile_source_t {
    apr_status_t (*read)(void *baton, char *bytes, apr_size_t *len);
    void *baton;
} semr_mapfile_source_t;

/* Takes a rule, which dies after the call.  Anything but APR_SUCCESS ends the
 * reading. */
typedef apr_status_t semr_mapfile_take_t(void *baton, const semr_rule_t *rule);

/* Takes a line that begins with the word expect, whatever the case; it is
 * terminated, and dies after the call, as pool does.  Returns APR_EINVAL, and
 * why in diag, if the line is wrong, which then is a bad row; anything else but
 * APR_SUCCESS ends the reading. */
typedef apr_status_t semr_mapfile_expect_t(void *baton, const char *line,
                                           unsigned number, apr_pool_t *pool,
                                           semr_diag_t *diag);

/* Who takes what */
typedef struct semr_mapfile_takers_t {
    semr_mapfile_take_t *rule;     /* NULL: rules are not even read */
    semr_mapfile_expect_t *expect; /* NULL: such lines are only counted */
    void *baton;                   /* of both */
} semr_mapfile_takers_t;

/* A row that is wrong, or a notice about one */
typedef struct semr_mapfile_told_t {
    unsigned line;
    const char *text; /* one or two sentences, without file and line */
} semr_mapfile_told_t;

typedef struct semr_mapfile_report_t {
    apr_uint64_t bytes;
    apr_uint64_t rows;    /* that are no comment, header or blank line */
    apr_uint64_t bad;     /* of these, those that were left out */
    apr_uint64_t expects; /* lines of expectations that are right, or that
                             nobody has looked at; they are no rows */
    int open_end;         /* the last row has no line end */
    apr_array_header_t *problems; /* of semr_mapfile_told_t: the first of bad */
    apr_array_header_t *notices;  /* likewise: columns that are passed over */
} semr_mapfile_report_t;

/* CSV if the name ends in .csv or .tsv, whatever the case; else text. */
semr_mapfile_format_t semr_mapfile_format(const char *name);

/* Reads all of source.  name becomes each rule's file, and must outlive what
 * take does with it; report is filled in, in pool.  Returns APR_SUCCESS, bad
 * rows or not; else what source or take returned. */
apr_status_t semr_mapfile_read(const semr_mapfile_source_t *source,
                               semr_mapfile_format_t format, const char *name,
                               const semr_rule_defaults_t *defaults,
                               semr_mapfile_take_t *take, void *baton,
                               semr_mapfile_report_t *report, apr_pool_t *pool);

/* The same for who takes other than rules alone. */
apr_status_t semr_mapfile_read_for(const semr_mapfile_source_t *source,
                                   semr_mapfile_format_t format,
                                   const char *name,
                                   const semr_rule_defaults_t *defaults,
                                   const semr_mapfile_takers_t *takers,
                                   semr_mapfile_report_t *report,
                                   apr_pool_t *pool);

#endif
