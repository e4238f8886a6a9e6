/* SPDX-License-Identifier: Apache-2.0
 * Values as JSON (jansson), and objects on their way out.
 */
#ifndef SEMR_JSON_H
#define SEMR_JSON_H

#include <jansson.h>

#include "out.h"

/* Values; NULL is null, and bytes that are no UTF-8 are U+FFFD. */
json_t *semr_json_string(apr_pool_t *pool, const char *text);
json_t *semr_json_number(apr_uint64_t value);

/* Sets key, "a.b" is b in an object a; steals value.  Not 0: no memory. */
int semr_json_set(json_t *object, const char *key, json_t *value);

/* Writes the object and lets it go; failed: it is not whole, so nothing is
 * written any more. */
void semr_json_write(semr_out_t *out, json_t *object, int failed, size_t flags);

#endif
