/* SPDX-License-Identifier: Apache-2.0
 * semredirect diff: which URLs change their answer.
 */
#include <string.h>

#include <apr_strings.h>

#include "diff.h"

enum { MOST = 20, BUDGET = 10000000 };

/* Stands in URLs for what a rule leaves open: no page's name, and clear */
static const char any[] = "anything";

static const cli_option_t options[] = {
    {"all", NULL, "tell all differences, not the first 20 of each kind"},
    {"limit", "N", "tell N of each kind"},
    {"kinds", "LIST", "lost, moved, code, added, cache, observed"},
    {"and", "MAP", "a map that both sides have besides; may be repeated"},
    {NULL, NULL, NULL}};

/* -- what is compared ------------------------------------------------------ */

/* The map of a side, then those of both */
static apr_status_t read_side(cli_t *cli, diff_side_t *side, const char *map)
{
    apr_array_header_t *maps = apr_array_make(cli->pool, 2, sizeof(map));
    int i;

    APR_ARRAY_PUSH(maps, const char *) = map;
    for (i = 0; i < cli->given->nelts; i++) {
        const cli_given_t *given = &APR_ARRAY_IDX(cli->given, i, cli_given_t);

        if (!strcmp(given->name, "and")) {
            APR_ARRAY_PUSH(maps, const char *) = given->value;
        }
    }
    if (cli_rules_read(cli, (const char *const *)(void *)maps->elts,
                       maps->nelts, &side->rules) != APR_SUCCESS) {
        return APR_EINVAL;
    }
    cli_rules_ask(&side->rules, &side->ask, &side->judge);
    return APR_SUCCESS;
}

static void note_policies(diff_t *diff, const semr_image_t *image)
{
    const semr_image_policy_t *policies = semr_image_policies(image);
    apr_size_t i, count = semr_image_count(image, SEMR_SECTION_POLICIES);

    for (i = 0; i < count; i++) {
        const semr_image_policy_t *policy = policies + i;

        diff->folds |= (policy->flags & SEMR_FOLD) != 0;
        diff->same_methods &= !policy->only && !policy->code &&
                              policy->method == SEMR_METHOD_KEEP &&
                              policy->intent != SEMR_SEE_OTHER;
    }
}

/* A byte that no pattern of either side has */
static void make_token(diff_t *diff)
{
    apr_array_header_t *sets =
        apr_array_make(diff->cli->pool, 4, sizeof(semr_ruleset_t *));
    semr_space_t both = {NULL, 0, NULL};
    char token;
    int side, i;

    for (side = 0; side < DIFF_SIDES; side++) {
        const semr_space_t *spaces = diff->sides[side].rules.spaces;

        for (i = 0; i < spaces[0].count + spaces[1].count; i++) {
            const semr_ruleset_t *set =
                i < spaces[0].count ? spaces[0].sets[i]
                                    : spaces[1].sets[i - spaces[0].count];

            APR_ARRAY_PUSH(sets, const semr_ruleset_t *) = set;
            note_policies(diff, set->image);
        }
    }
    both.sets = (void *)sets->elts;
    both.count = sets->nelts;
    token = semr_witness_byte(&both);
    memset(diff->token, token ? token : 'x', sizeof(diff->token));
}

static void make_witnesses(diff_t *diff)
{
    const cli_rules_t *rules = &diff->sides[DIFF_OLD].rules;
    semr_witness_t *words = diff->words;

    words[0].pool = diff->each;
    words[0].word = semr_view(any, sizeof(any) - 1);
    words[0].port = rules->port;
    words[0].https = rules->https;
    if (rules->names->nelts) {
        words[0].host = APR_ARRAY_IDX(rules->names, 0, semr_view_t);
    }
    words[1] = words[0];
    words[1].word = semr_view(diff->token, sizeof(diff->token));
}

/* By set, a bit by rule */
static unsigned char **make_bits(const diff_t *diff, int side)
{
    const semr_space_t *space = diff->sides[side].rules.spaces;
    unsigned char **bits = apr_palloc(
        diff->cli->pool, (apr_size_t)(space->count + 1) * sizeof(*bits));
    int i;

    for (i = 0; i < space->count; i++) {
        bits[i] = apr_pcalloc(diff->cli->pool,
                              semr_image_rules(space->sets[i]->image) / 8 + 1);
    }
    return bits;
}

/* -- options --------------------------------------------------------------- */

static apr_status_t take_kinds(diff_t *diff, const char *list)
{
    static const char *const keys[] = {
#define X(id, key, words) key,
        DIFF_KINDS(X)
#undef X
    };
    char *text = apr_pstrdup(diff->cli->pool, list), *last, *word;
    int kind;

    memset(diff->kinds, 0, sizeof(diff->kinds));
    for (word = apr_strtok(text, ", ", &last); word;
         word = apr_strtok(NULL, ", ", &last)) {
        for (kind = 0; kind < DIFF_KIND_COUNT && strcmp(keys[kind], word);
             kind++) {
        }
        if (kind == DIFF_KIND_COUNT) {
            cli_say(diff->cli,
                    "--kinds \"%s\" is unknown: lost, moved, code, added, "
                    "cache, observed",
                    word);
            return APR_EINVAL;
        }
        diff->kinds[kind] = 1;
    }
    return APR_SUCCESS;
}

static apr_status_t take_options(diff_t *diff)
{
    cli_t *cli = diff->cli;
    const char *kinds = cli_value(cli, "kinds");

    memset(diff->kinds, 1, sizeof(diff->kinds));
    if (!strcmp(cli->words[0], "-") && !strcmp(cli->words[1], "-")) {
        cli_say(cli, "OLD and NEW cannot both be stdin");
        return APR_EINVAL;
    }
    if (cli_number(cli, "limit", 1, 1000000000, MOST, &diff->most) !=
        APR_SUCCESS) {
        return APR_EINVAL;
    }
    if (cli_value(cli, "all")) {
        diff->most = 0;
    }
    return kinds ? take_kinds(diff, kinds) : APR_SUCCESS;
}

/* -- telling --------------------------------------------------------------- */

static void keep(diff_t *diff, const diff_found_t *found)
{
    apr_array_header_t *kept = diff->found[found->kind];

    if (!diff->most || kept->nelts < diff->most) {
        diff_found_t *copy = apr_array_push(kept);

        *copy = *found;
        if (found->path.len) {
            copy->path.p =
                apr_pstrmemdup(diff->cli->pool, found->path.p, found->path.len);
        }
    }
}

static void write_item(diff_t *diff, const diff_found_t *found)
{
    cli_json_item(&diff->json, diff_item(diff, found));
}

static void tell_json(diff_t *diff)
{
    cli_json_t *json = &diff->json;
    int i;

    cli_json_list_end(json);
    cli_json_list(json, "unsure");
    for (i = 0; i < diff->unsure->nelts; i++) {
        cli_json_item(json,
                      diff_unsure_item(
                          diff, &APR_ARRAY_IDX(diff->unsure, i, diff_found_t)));
    }
    cli_json_list_end(json);
    cli_json_put(json, "counts", diff_counts(diff));
    cli_json_put(json, "old_rules",
                 semr_json_number(diff->sides[DIFF_OLD].rules.count));
    cli_json_put(json, "new_rules",
                 semr_json_number(diff->sides[DIFF_NEW].rules.count));
    cli_json_put(json, "asked", semr_json_number(diff->asked));
    cli_json_put(json, "unasked_rules", semr_json_number(diff->unasked));
    cli_json_end(json);
}

static void begin(diff_t *diff)
{
    cli_t *cli = diff->cli;
    int kind;

    diff->same_methods = 1;
    diff->budget = BUDGET;
    apr_pool_create(&diff->each, cli->pool);
    make_token(diff);
    make_witnesses(diff);
    diff->covered = make_bits(diff, DIFF_NEW);
    diff->shown[DIFF_OLD] = make_bits(diff, DIFF_OLD);
    diff->shown[DIFF_NEW] = make_bits(diff, DIFF_NEW);
    diff->unsure = apr_array_make(cli->pool, 4, sizeof(diff_found_t));
    for (kind = 0; kind < DIFF_KIND_COUNT; kind++) {
        diff->found[kind] = apr_array_make(cli->pool, 4, sizeof(diff_found_t));
    }
    diff->tell = keep;
    if (cli->json) {
        cli_json_begin(&diff->json, cli);
        cli_json_list(&diff->json, "differences");
        diff->tell = write_item;
    }
}

static cli_exit_t finish(diff_t *diff)
{
    apr_uint64_t count = (apr_uint64_t)diff->unsure->nelts;
    int kind;

    if (diff->cli->json) {
        tell_json(diff);
    }
    else {
        diff_tell_text(diff);
    }
    if (diff->unasked) {
        cli_say(diff->cli,
                "%" APR_UINT64_T_FMT " rules were not compared: too many "
                "patterns begin with nothing literal",
                diff->unasked);
    }
    diff_forget(&diff->seen);
    for (kind = 0; kind < DIFF_KIND_COUNT; kind++) {
        count += diff->counts[kind];
    }
    count += diff->unasked + diff->sides[DIFF_OLD].rules.bad +
             diff->sides[DIFF_NEW].rules.bad;
    return count ? CLI_FOUND : CLI_OK;
}

static cli_exit_t run(cli_t *cli)
{
    diff_t *diff = apr_pcalloc(cli->pool, sizeof(*diff));
    diff_side_t *sides = diff->sides;

    diff->cli = cli;
    if (take_options(diff) != APR_SUCCESS ||
        read_side(cli, sides + DIFF_OLD, cli->words[0]) != APR_SUCCESS ||
        read_side(cli, sides + DIFF_NEW, cli->words[1]) != APR_SUCCESS) {
        return CLI_FAILED;
    }
    sides[DIFF_NEW].rules.now = sides[DIFF_NEW].judge.now =
        sides[DIFF_OLD].rules.now;
    cli_rules_say(cli, &sides[DIFF_OLD].rules);
    cli_rules_say(cli, &sides[DIFF_NEW].rules);
    begin(diff);
    cli_progress_begin(&diff->progress, cli, "URLs");
    diff_find(diff);
    diff_overlap(diff);
    cli_progress_end(&diff->progress);
    return finish(diff);
}

const cli_command_t cli_command_diff = {
    .name = "diff",
    .synopsis = "[OPTION...] OLD NEW",
    .what = "tell which URLs change their answer",
    .more = "OLD and NEW are maps, each as MAP elsewhere.  Each rule is asked "
            "for URLs of\n"
            "its own, on both sides, for GET, POST and the method that it is "
            "for.  What\n"
            "only stands on another line, or is said in other words, is no "
            "difference.\n"
            "\"anything\" stands in a URL for what a rule leaves open.  Exit "
            "status 1: there\n"
            "are differences, or rules of which it is unsure.\n",
    .least = 2,
    .most = 2,
    .reads_rules = 1,
    .options = options,
    .run = run};
