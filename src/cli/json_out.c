/* SPDX-License-Identifier: Apache-2.0
 * A result as one JSON object, written as it is found.
 */
#include "json_out.h"

static void write_value(cli_json_t *json, json_t *value)
{
    if (!value) {
        json->out->status = json->out->status ? json->out->status : APR_ENOMEM;
        return;
    }
    semr_json_write(json->out, value, 0, JSON_ENCODE_ANY);
}

static void write_key(cli_json_t *json, const char *key)
{
    semr_out_puts(json->out, json->members++ ? ",\n\"" : "\n\"");
    semr_out_puts(json->out, key);
    semr_out_puts(json->out, "\":");
}

void cli_json_begin(cli_json_t *json, const cli_t *cli)
{
    json->out = cli->out;
    json->members = json->items = 0;
    semr_out_puts(json->out, "{");
}

void cli_json_put(cli_json_t *json, const char *key, json_t *value)
{
    write_key(json, key);
    write_value(json, value);
}

void cli_json_list(cli_json_t *json, const char *key)
{
    write_key(json, key);
    semr_out_puts(json->out, "[");
    json->items = 0;
}

void cli_json_item(cli_json_t *json, json_t *value)
{
    semr_out_puts(json->out, json->items++ ? ",\n" : "\n");
    write_value(json, value);
}

void cli_json_list_end(cli_json_t *json)
{
    semr_out_puts(json->out, json->items ? "\n]" : "]");
}

void cli_json_end(cli_json_t *json)
{
    semr_out_puts(json->out, "\n}\n");
}
