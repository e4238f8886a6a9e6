/* SPDX-License-Identifier: Apache-2.0
 * semredirect export: rules for another server, which tries them in turn.
 *
 * The order is that in which the first that matches is the one that we would
 * take: rules that name a host, then the others; of each exact ones, patterns
 * as written, trees, the longest first; at one place what asks for more first.
 */
#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>

#include "export.h"
#include "json_out.h"
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
    APR_ARRAY_PUSH(export->told, const char *) = text;
}

const char *export_leave(export_t *export, const char *text)
{
    if (!export->is_left) {
        export->is_left = 1;
        export->told->nelts = 0;
        export_differs(export, text);
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

    return apr_pstrcat(export->each, semr_intent_name(rule->policy.intent), " ",
                       semr_rule_from(export->each, rule), " ",
                       semr_rule_to(export->each, rule), NULL);
}

static void tell(export_t *export)
{
    const char *kind = export->is_left ? "left" : "differs";
    int i;

    for (i = 0; i < export->told->nelts; i++) {
        const char *text = APR_ARRAY_IDX(export->told, i, const char *);

        if (!export->cli->quiet || export->is_left) {
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

/* -- the order ------------------------------------------------------------- */

typedef struct entry_t {
    apr_uint32_t set, at, order;
    apr_uint32_t rank;  /* how much it asks for */
    apr_uint32_t place; /* among its kind: less comes first */
    unsigned char group;
} entry_t;

typedef struct queue_t {
    apr_pool_t *pool;
    entry_t *entries;
    apr_size_t count;
    apr_uint64_t *exact; /* by host, path and slash; sorted */
    apr_size_t nexact;
    apr_hash_t *patterns; /* path -> order of the first */
} queue_t;

static int by_turn(const void *a, const void *b)
{
    const entry_t *x = a, *y = b;

    if (x->group != y->group) {
        return x->group < y->group ? -1 : 1;
    }
    if (x->place != y->place) {
        return x->place < y->place ? -1 : 1;
    }
    if (x->rank != y->rank) {
        return x->rank > y->rank ? -1 : 1;
    }
    return x->order < y->order ? -1 : x->order > y->order;
}

static int by_value(const void *a, const void *b)
{
    const apr_uint64_t *x = a, *y = b;

    return *x < *y ? -1 : *x > *y;
}

static apr_uint64_t mix(apr_uint64_t hash, semr_view_t bytes)
{
    apr_size_t i;

    for (i = 0; i < bytes.len; i++) {
        hash = (hash ^ (unsigned char)bytes.p[i]) *
               APR_UINT64_C(0x100000001b3); /* FNV-1a */
    }
    return hash * APR_UINT64_C(0x100000001b3) + bytes.len;
}

/* A place of exact rules, with its form in the lowest bit */
static apr_uint64_t form_of(const semr_image_t *image,
                            const semr_image_rule_t *record)
{
    const semr_image_policy_t *policy = semr_image_policy(image, record);
    const semr_image_host_t *host = semr_image_hosts(image) + policy->host;
    apr_uint64_t hash = APR_UINT64_C(0xcbf29ce484222325) + host->wild;
    apr_size_t i;

    hash = mix(hash, semr_image_string(image, host->name));
    for (i = 0; i < record->from.len; i++) {
        hash = (hash ^ (unsigned char)record->from.p[i]) *
               APR_UINT64_C(0x100000001b3);
    }
    hash = mix(hash, record->from_rest);
    return (hash & ~APR_UINT64_C(1)) | ((policy->flags & SEMR_WITH_SLASH) != 0);
}

static apr_uint32_t place_of(queue_t *queue, const semr_image_rule_t *record,
                             semr_kind_t kind, apr_uint32_t order)
{
    const char *path;
    void *first;

    if (kind == SEMR_EXACT) {
        return 0;
    }
    if (kind == SEMR_PREFIX) {
        return ~(apr_uint32_t)(record->from.len + record->from_rest.len);
    }
    path = apr_pstrcat(
        queue->pool,
        apr_pstrmemdup(queue->pool, record->from.p, record->from.len),
        apr_pstrmemdup(queue->pool, record->from_rest.p, record->from_rest.len),
        NULL);
    first = apr_hash_get(queue->patterns, path, APR_HASH_KEY_STRING);
    if (!first) {
        first = (void *)((apr_uintptr_t)order + 1);
        apr_hash_set(queue->patterns, path, APR_HASH_KEY_STRING, first);
    }
    return (apr_uint32_t)((apr_uintptr_t)first - 1);
}

static void add_rule(queue_t *queue, const semr_image_t *image,
                     apr_uint32_t set, const semr_image_rule_t *record)
{
    static const unsigned char turns[] = {[SEMR_EXACT] = 0,
                                          [SEMR_PATTERN] = 1,
                                          [SEMR_REGEX] = 1,
                                          [SEMR_PREFIX] = 2};
    const semr_image_policy_t *policy = semr_image_policy(image, record);
    semr_kind_t kind = (semr_kind_t)policy->kind;
    entry_t *entry = queue->entries + queue->count;
    int has_host =
        semr_image_string(image, semr_image_hosts(image)[policy->host].name)
            .len > 0;

    entry->set = set;
    entry->at = record->at;
    entry->order = (apr_uint32_t)queue->count++;
    entry->rank = policy->rank;
    entry->group = (unsigned char)(turns[kind] + (has_host ? 0 : 3));
    entry->place = place_of(queue, record, kind, entry->order);
    if (kind == SEMR_EXACT) {
        queue->exact[queue->nexact++] = form_of(image, record);
    }
}

static const semr_image_t *image_at(const export_t *export, apr_uint32_t set)
{
    return APR_ARRAY_IDX(export->rules.sets, (int)set, const semr_ruleset_t *)
        ->image;
}

static void make_queue(export_t *export, queue_t *queue)
{
    apr_size_t count = (apr_size_t) export->rules.count;
    semr_image_rule_t record;
    apr_uint32_t set, i, at;

    queue->pool = export->cli->pool;
    queue->entries = apr_palloc(queue->pool, (count + 1) * sizeof(entry_t));
    queue->exact = apr_palloc(queue->pool, (count + 1) * sizeof(apr_uint64_t));
    queue->patterns = apr_hash_make(queue->pool);
    queue->count = queue->nexact = 0;
    for (set = 0; set < (apr_uint32_t) export->rules.sets->nelts; set++) {
        const semr_image_t *image = image_at(export, set);

        at = semr_image_rules(image) ? semr_image_at(image, 0) : 0;
        for (i = 0; i < semr_image_rules(image); i++) {
            semr_image_rule(image, at, &record);
            add_rule(queue, image, set, &record);
            at = record.next;
        }
    }
    qsort(queue->entries, queue->count, sizeof(entry_t), by_turn);
    qsort(queue->exact, queue->nexact, sizeof(apr_uint64_t), by_value);
}

static void say_all(export_t *export, const queue_t *queue)
{
    cli_progress_t progress;
    semr_image_rule_t record;
    semr_rule_t rule;
    apr_uint64_t other;
    apr_size_t i;

    cli_progress_begin(&progress, export->cli, "rules");
    for (i = 0; i < queue->count; i++) {
        const semr_image_t *image = image_at(export, queue->entries[i].set);

        apr_pool_clear(export->each);
        semr_image_rule(image, queue->entries[i].at, &record);
        semr_image_read(image, &record, export->each, &rule);
        if (!rule.file) {
            rule.file = "-";
        }
        other = form_of(image, &record) ^ 1;
        export->own_form = rule.kind == SEMR_EXACT &&
                           bsearch(&other, queue->exact, queue->nexact,
                                   sizeof(other), by_value) != NULL;
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
            fprintf(stderr,
                    "%s: %" APR_UINT64_T_FMT
                    " rules are said, %" APR_UINT64_T_FMT
                    " of them differ; %" APR_UINT64_T_FMT " are left\n",
                    export->format->name, export->said, export->differ,
                    export->left);
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

static int read_options(export_t *export)
{
    const cli_t *cli = export->cli;
    const char *code = cli_value(cli, "code-for-all");
    apr_int64_t number;
    int i;

    for (i = 0; i < FORMATS && strcmp(formats[i]->name, cli->words[0]); i++) {
    }
    if (i == FORMATS) {
        cli_say(cli,
                "\"%s\" is no format that rules are written in; "
                "semredirect export --help lists them",
                cli->words[0]);
        return 0;
    }
    export->format = formats[i];
    if (code && strcmp(code, "301") && strcmp(code, "308")) {
        cli_say(cli, "--code-for-all \"%s\" is neither 301 nor 308", code);
        return 0;
    }
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
    queue_t queue;

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
    make_queue(&export, &queue);
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
