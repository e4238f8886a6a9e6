/* SPDX-License-Identifier: Apache-2.0
 * One line that is a JSON object -> the members that fields may want.
 *
 * The scanner takes what it is sure of and gives the rest back: other than
 * ASCII, names with escapes, odd numbers, deep nesting, whatever is wrong.  The
 * caller then has jansson read the line; of a line that is taken, jansson would
 * tell the same.  Nothing is allocated for a line.
 */
#ifndef SEMR_CLI_LOG_JSON_SCAN_H
#define SEMR_CLI_LOG_JSON_SCAN_H

#include "input.h"

enum {
    CLI_LOG_MEMBERS = 64, /* that are kept of a line */
    CLI_LOG_DEPTH = 16,   /* of objects and arrays */
    CLI_LOG_ROOT = -1     /* the parent of the line's own members */
};

typedef enum cli_log_kind_t {
    CLI_LOG_OTHER, /* true, false, null, a number with a fraction, an array */
    CLI_LOG_STRING,
    CLI_LOG_INTEGER,
    CLI_LOG_OBJECT
} cli_log_kind_t;

/* An array is told as its first value, if that is a string or an integer.
 * Views are the line's or the scanner's, until the next line. */
typedef struct cli_log_member_t {
    semr_view_t name, text;
    apr_int64_t number;
    cli_log_kind_t kind;
    int parent; /* its number in members, or CLI_LOG_ROOT */
} cli_log_member_t;

typedef struct cli_log_scan_t {
    cli_log_member_t members[CLI_LOG_MEMBERS];
    int count;
    unsigned char wanted[256]; /* by a hash of names */
    char *text;                /* CLI_LINE_MAX bytes: strings, unescaped */
    /* while it reads */
    const char *p, *end;
    char *out;
} cli_log_scan_t;

/* The scanner is all zero; it wants nothing yet. */
void cli_log_scan_begin(cli_log_scan_t *scan, apr_pool_t *pool);

/* Wants "a.b.c": this name, or c in b in a, or "b.c" in a. */
void cli_log_scan_want(cli_log_scan_t *scan, const char *key);

/* Returns 0 if the line is jansson's. */
int cli_log_scan(cli_log_scan_t *scan, semr_view_t line);

/* The last member of that name; parent is that of the object's members.
 * NULL: there is none.  Only what is wanted is found. */
const cli_log_member_t *cli_log_scan_get(const cli_log_scan_t *scan, int parent,
                                         const char *name, apr_size_t len);

#endif
