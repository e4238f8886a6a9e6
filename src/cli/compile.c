/* SPDX-License-Identifier: Apache-2.0
 * semredirect compile: a map into an image.
 */
#include "command.h"
#include "image_file.h"
#include "json_out.h"
#include "rules.h"

static const cli_option_t options[] = {
    /* two of cli_rules_options: an image knows no virtual host */
    {"options", "WORDS", "options of the map, as SemanticRedirectMap has them"},
    {"format", "text|csv", "what MAP is, where its name does not say"},
    {"skip-bad", NULL, "leave wrong rows out instead of writing nothing"},
    {NULL, NULL, NULL}};

static void tell(const cli_t *cli, const semr_image_t *image)
{
    cli_json_t json;

    if (cli->json) {
        cli_json_begin(&json, cli);
        cli_json_put(&json, "image",
                     semr_json_string(cli->pool, cli->words[1]));
        cli_json_put(&json, "rules", semr_json_number(semr_image_rules(image)));
        cli_json_put(&json, "bytes", semr_json_number(image->size));
        cli_json_end(&json);
    }
    else if (!cli->quiet) {
        semr_out_printf(
            cli->out, cli->pool, "%s: %s, %" APR_UINT64_T_FMT " bytes\n",
            cli->words[1],
            cli_several(cli->pool, semr_image_rules(image), "rule", "rules"),
            (apr_uint64_t)image->size);
    }
}

static cli_exit_t compile(cli_t *cli)
{
    const semr_image_t *image;
    cli_rules_t rules;
    semr_diag_t diag;

    if (cli_rules_read(cli, cli->words, 1, &rules) != APR_SUCCESS) {
        return CLI_FAILED;
    }
    if (cli_rules_say(cli, &rules) != CLI_OK && !cli_value(cli, "skip-bad")) {
        cli_say(cli,
                "%s is not written: mend the rows above, or give "
                "--skip-bad",
                cli->words[1]);
        return CLI_FOUND;
    }
    image = APR_ARRAY_IDX(rules.sets, 0, const semr_ruleset_t *)->image;
    if (semr_image_save(image, cli->words[1], 1, cli->pool, &diag) !=
        APR_SUCCESS) {
        cli_say(cli, "%s", diag.text);
        return CLI_FAILED;
    }
    tell(cli, image);
    return rules.bad ? CLI_FOUND : CLI_OK;
}

const cli_command_t cli_command_compile = {
    .name = "compile",
    .synopsis = "[OPTION...] MAP IMAGE",
    .what = "make an image, which httpd reads in place",
    .more = "IMAGE is put in place whole, by rename, so that a server may be\n"
            "reading the one before: SemanticRedirectMap image:IMAGE.\n",
    .least = 2,
    .most = 2,
    .options = options,
    .run = compile};
