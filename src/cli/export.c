/* SPDX-License-Identifier: Apache-2.0
 * semredirect export: rules for another server.
 */
#include <string.h>

#include <apr_strings.h>

#include "export_order.h"
#include "json_out.h"
#include "meant.h"
#include "output.h"
#include "progress.h"
#include "version.h"

static const cli_option_t options[] = {
    {"output", "FILE", "write there, whole, and not to stdout"},
    {"code-for-all", "301|308",
     "the code of permanent, and 302 or 307 likewise; default 301"},
    {"code", "CODE", "haproxy: entries of this code alone; default 301"},
    {"map-file", "PATH", "haproxy: the map's name in its configuration"},
    {NULL, NULL, NULL}};

static const export_format_t *const formats[] = {
    &export_apache, &export_nginx, &export_haproxy, &export_netlify,
    &export_cloudflare};

enum { FORMATS = sizeof(formats) / sizeof(*formats) };

/* -- telling --------------------------------------------------------------- */

void export_differs(export_t *export, const char *text)
{
    if (!export->is_left) {
        APR_ARRAY_PUSH(export->told, const char *) = text;
    }
}

const char *export_leave(export_t *export, const char *text)
{
    if (!export->is_left) {
        export->told->nelts = 0;
        export_differs(export, text);
        export->is_left = 1;
    }
    return NULL;
}

static void report(export_t *export, const char *kind, const char *text)
{
    const semr_rule_t *rule = export->rule;
    json_t *row;

    if (!export->report) {
        return;
    }
    row = json_object();
    semr_json_set(row, "file", semr_json_string(export->each, rule->file));
    semr_json_set(row, "line", semr_json_number(rule->line));
    semr_json_set(row, "what", semr_json_string(export->each, kind));
    semr_json_set(row, "text", semr_json_string(export->each, text));
    APR_ARRAY_PUSH(export->report, json_t *) = row;
}

/* Text as the rest of a comment: nothing ends its line. */
static void put_comment(export_t *export, const char *head, const char *text)
{
    semr_out_puts(export->out, head);
    semr_out_plain(export->out, text, strlen(text));
    semr_out_write(export->out, "\n", 1);
}

static const char *words_of(export_t *export)
{
    const semr_rule_t *rule = export->rule;

    const char *to = semr_rule_to(export->each, rule);

    return apr_pstrcat(export->each, semr_intent_name(rule->policy.intent), " ",
                       semr_rule_from(export->each, rule), *to ? " " : "", to,
                       NULL);
}

static void tell(export_t *export)
{
    const char *kind = export->is_left ? "left" : "differs";
    int i;

    for (i = 0; i < export->told->nelts; i++) {
        const char *text = APR_ARRAY_IDX(export->told, i, const char *);

        if (!export->cli->json && (!export->cli->quiet || export->is_left)) {
            fprintf(stderr, "%s:%u: %s: %s\n", export->rule->file,
                    export->rule->line, kind, text);
        }
        report(export, kind, text);
        put_comment(export, export->is_left ? "# left: " : "# differs: ", text);
    }
    if (export->is_left) {
        put_comment(export, "# ", words_of(export));
        export->left++;
        return;
    }
    export->differ += export->told->nelts > 0;
    export->said++;
}

/* -- a rule ---------------------------------------------------------------- */

/* What no other server has */
static void weigh(export_t *export)
{
    const semr_policy_t *policy = &export->rule->policy;

    if (policy->starts || policy->ends || policy->settles) {
        export_differs(export, "its dates are lost: it is said as it holds "
                               "now.");
    }
    if (policy->max_age != SEMR_MAX_AGE_DEFAULT) {
        export_differs(export, "its max-age is lost.");
    }
    if (policy->method == SEMR_METHOD_GET) {
        export_differs(export, "method=get is lost: all methods get one code.");
    }
}

static void decide(export_t *export)
{
    const semr_rule_t *rule = export->rule;
    semr_stage_t stage =
        semr_decide_stage(&rule->policy, SEMR_LIVE, export->rules.now);

    export->status = semr_decide_code(&rule->policy, SEMR_CLASS_GET, stage);
    if (export->keeps_method && export->status / 100 == 3 &&
        export->status < 303) {
        export->status += export->status == 301 ? 7 : 5;
    }
    export->asks = rule->to.head.len &&
                   memchr(rule->to.head.p, '?', rule->to.head.len) != NULL;
    if (stage == SEMR_OFF) {
        export_leave(export, "it is off, or does not hold now.");
    }
    else if (stage == SEMR_OBSERVE) {
        export_leave(export, "it is only observed.");
    }
    else if (rule->condition.len) {
        export_leave(export, "it has an if=, which only httpd can ask.");
    }
    else if (stage == SEMR_TRIAL) {
        export_differs(export, "its stage is lost: it is said as the temporary "
                               "move that clients get on trial.");
    }
    weigh(export);
}

static void say(export_t *export, const semr_rule_t *rule)
{
    const char *text = NULL;

    export->rule = rule;
    export->is_left = 0;
    export->told = apr_array_make(export->each, 4, sizeof(const char *));
    decide(export);
    if (!export->is_left) {
        text = export->format->say(export);
    }
    if (rule->note.len) {
        put_comment(export, "# ",
                    apr_pstrmemdup(export->each, rule->note.p, rule->note.len));
    }
    tell(export);
    if (text && !export->is_left) {
        semr_out_puts(export->out, text);
    }
}

/* -- all ------------------------------------------------------------------ */

static void say_all(export_t *export, const export_queue_t *queue)
{
    cli_progress_t progress;
    semr_image_rule_t record;
    semr_rule_t rule;
    apr_size_t i;

    cli_progress_begin(&progress, export->cli, "rules");
    for (i = 0; i < queue->count; i++) {
        const semr_image_t *image = queue->entries[i].image;

        apr_pool_clear(export->each);
        semr_image_rule(image, queue->entries[i].at, &record);
        semr_image_read(image, &record, export->each, &rule);
        if (!rule.file) {
            rule.file = "-";
        }
        export->own_form =
            rule.kind == SEMR_EXACT &&
            export_has_other_form(queue, image, &record, rule.fold);
        say(export, &rule);
        cli_progress(&progress, i, i, queue->count);
    }
    cli_progress_end(&progress);
}

/* -- the command ----------------------------------------------------------- */

static void put_head(export_t *export)
{
    const char *const *line;

    semr_out_printf(export->out, export->cli->pool,
                    "# Made by semredirect export %s, version " SEMR_VERSION
                    ".\n",
                    export->format->name);
    for (line = export->format->head; *line; line++) {
        put_comment(export, "# ", *line);
    }
    if (export->format->begin) {
        export->format->begin(export);
    }
}

static void sum_up(export_t *export)
{
    const cli_t *cli = export->cli;
    cli_json_t json;
    int i;

    if (!cli->json) {
        if (!cli->quiet) {
            fprintf(stderr, "%s: %s, %s; %s\n", export->format->name,
                    cli_several(cli->pool, export->said, "rule is said",
                                "rules are said"),
                    cli_several(cli->pool, export->differ, "of them differs",
                                "of them differ"),
                    cli_several(cli->pool, export->left, "rule is left",
                                "rules are left"));
        }
        return;
    }
    cli_json_begin(&json, cli);
    cli_json_list(&json, "told");
    for (i = 0; i < export->report->nelts; i++) {
        cli_json_item(&json, APR_ARRAY_IDX(export->report, i, json_t *));
    }
    cli_json_list_end(&json);
    cli_json_put(&json, "said", semr_json_number(export->said));
    cli_json_put(&json, "differ", semr_json_number(export->differ));
    cli_json_put(&json, "left", semr_json_number(export->left));
    cli_json_end(&json);
}

static void say_no_format(const cli_t *cli)
{
    const char *name = cli->words[0];
    cli_meant_t meant;
    int i;

    cli_meant_begin(&meant, name, strlen(name));
    for (i = 0; i < FORMATS; i++) {
        cli_meant_try(&meant, formats[i]->name);
    }
    cli_say(cli,
            "\"%s\" is no format that rules are written in%s; semredirect "
            "export --help lists them",
            name, cli_meant_words(&meant, "", cli->pool));
}

static int read_options(export_t *export)
{
    const cli_t *cli = export->cli;
    const char *code = cli_value(cli, "code-for-all");
    apr_int64_t number;
    int i;

    for (i = 0; i < FORMATS && strcmp(formats[i]->name, cli->words[0]); i++) {
    }
    if (i == FORMATS) {
        say_no_format(cli);
        return 0;
    }
    export->format = formats[i];
    export->keeps_method = code && !strcmp(code, "308");
    if (cli_number(cli, "code", 301, 308, export->keeps_method ? 308 : 301,
                   &number) != APR_SUCCESS) {
        return 0;
    }
    export->code = (int)number;
    export->file = cli_value(cli, "map-file");
    if (cli->json && !cli_value(cli, "output")) {
        cli_say(cli, "--json prints what is told; the rules need --output "
                     "FILE then");
        return 0;
    }
    return 1;
}

static cli_exit_t run(cli_t *cli)
{
    export_t export = {.cli = cli};
    cli_output_t output;
    cli_exit_t status;
    export_queue_t queue;

    if (!read_options(&export) ||
        cli_rules_read(cli, cli->words + 1, cli->nwords - 1, &export.rules) !=
            APR_SUCCESS) {
        return CLI_FAILED;
    }
    status = cli_rules_say(cli, &export.rules);
    if (cli_output_begin(&output, cli, cli_value(cli, "output")) !=
        APR_SUCCESS) {
        return CLI_FAILED;
    }
    export.out = output.out;
    export.report =
        cli->json ? apr_array_make(cli->pool, 16, sizeof(json_t *)) : NULL;
    export.seen = apr_hash_make(cli->pool);
    apr_pool_create(&export.each, cli->pool);
    put_head(&export);
    export_order(&queue, &export.rules);
    export.has_patterns = apr_hash_count(queue.patterns) > 0;
    say_all(&export, &queue);
    if (cli_output_end(&output, 1) != APR_SUCCESS) {
        return CLI_FAILED;
    }
    sum_up(&export);
    return export.left ? CLI_FOUND : status;
}

const cli_command_t cli_command_export = {
    .name = "export",
    .synopsis = "[OPTION...] FORMAT MAP...",
    .what = "write rules for another server",
    .more = "FORMAT is one of\n"
            "  apache: RewriteRule, for a virtual host\n"
            "  nginx: location, to be included in a server{}\n"
            "  haproxy: a map file of exact paths\n"
            "  netlify: _redirects\n"
            "  cloudflare: _redirects of Pages and Workers\n\n"
            "What a format cannot say is told, and stands there as a comment;\n"
            "the exit status is 1 then.\n",
    .least = 2,
    .most = -1,
    .reads_rules = 1,
    .options = options,
    .run = run};
