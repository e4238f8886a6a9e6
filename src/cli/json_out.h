/* SPDX-License-Identifier: Apache-2.0
 * A result as one JSON object, written as it is found: what lists hold is a
 * row a line, and is forgotten when it is written.
 *
 *     cli_json_begin(&json, cli);
 *     cli_json_list(&json, "findings");
 *     cli_json_item(&json, object);       ... any number
 *     cli_json_list_end(&json);
 *     cli_json_put(&json, "errors", semr_json_number(3));
 *     cli_json_end(&json);
 */
#ifndef SEMR_CLI_JSON_OUT_H
#define SEMR_CLI_JSON_OUT_H

#include "command.h"
#include "json.h"

typedef struct cli_json_t {
    semr_out_t *out;
    int members, items;
} cli_json_t;

void cli_json_begin(cli_json_t *json, const cli_t *cli);

/* A member; key is plain ASCII.  value is stolen; NULL is no memory, which
 * fails the output. */
void cli_json_put(cli_json_t *json, const char *key, json_t *value);

/* A member that is a list; between the two calls its items, stolen likewise. */
void cli_json_list(cli_json_t *json, const char *key);
void cli_json_item(cli_json_t *json, json_t *value);
void cli_json_list_end(cli_json_t *json);

void cli_json_end(cli_json_t *json);

#endif
