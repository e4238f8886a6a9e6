/* SPDX-License-Identifier: Apache-2.0
 * What is made of a source: as a map, as words on stderr, and as JSON.
 */
#ifndef SEMR_CLI_IMPORT_WRITE_H
#define SEMR_CLI_IMPORT_WRITE_H

#include "import.h"

enum { IMPORT_KINDS = IMPORT_REGEX + 1 };

typedef struct import_result_t {
    const import_t *import; /* whose told is sorted by line */
    const char *format;
    const char *const *lines; /* by move; NULL: it is left */
    apr_uint64_t rules;
    apr_uint64_t kinds[IMPORT_KINDS]; /* of these */
} import_result_t;

/* What a reader has read, reduced, in order, and said: sets all of result but
 * format. */
void import_make(import_t *import, import_result_t *result);

/* The map: a line a rule, and what is left as comments at its place. */
void import_write_map(semr_out_t *out, const import_result_t *result);

/* What is left, and, unless --quiet, what differs, and the sums. */
void import_write_told(const cli_t *cli, const import_result_t *result);

/* All of it as one object. */
void import_write_json(const cli_t *cli, const import_result_t *result);

/* "12 rules: 8 exact, 2 trees, ...", in pool */
const char *import_sums(const import_result_t *result, apr_pool_t *pool);

#endif
