/* SPDX-License-Identifier: Apache-2.0
 * A replay as JSON.
 */
#include <apr_strings.h>

#include "replay.h"
#include "rule_words.h"

static json_t *answers_json(const replay_t *replay)
{
    json_t *object = json_object();
    int i;

    for (i = 0; i < REPLAY_NONE; i++) {
        semr_json_set(
            object,
            apr_itoa(replay->each, semr_tally_code((semr_tally_code_t)i)),
            semr_json_number(replay_outcome(replay, i)));
    }
    semr_json_set(object, "none",
                  semr_json_number(replay_outcome(replay, REPLAY_NONE)));
    semr_json_set(object, "loop",
                  semr_json_number(replay_outcome(replay, REPLAY_LOOP)));
    return object;
}

static json_t *logged_json(const replay_t *replay)
{
    static const char *const keys[] = {
#define X(id, key, text) key,
        REPLAY_LOGGED(X)
#undef X
    };
    json_t *object = json_object(), *row;
    int i;

    for (i = 0; i < REPLAY_LOGGED_COUNT; i++) {
        row = json_object();
        semr_json_set(
            row, "answered",
            semr_json_number(replay_answered(replay, (replay_logged_t)i)));
        semr_json_set(
            row, "unanswered",
            semr_json_number(replay_unanswered(replay, (replay_logged_t)i)));
        semr_json_set(object, keys[i], row);
    }
    return object;
}

static json_t *skipped_json(const replay_t *replay)
{
    static const char *const keys[] = {
#define X(id, key, text) key,
        REPLAY_SKIPPED(X)
#undef X
    };
    json_t *object = json_object();
    int i;

    for (i = 0; i < REPLAY_SKIPPED_COUNT; i++) {
        semr_json_set(object, keys[i], semr_json_number(replay->skipped[i]));
    }
    return object;
}

/* -- lists ----------------------------------------------------------------- */

static json_t *rule_json(replay_t *replay, const replay_rule_t *at)
{
    cli_rule_words_t rule = cli_rule_words(&replay->rules, at->space, at->set,
                                           at->number, replay->each);
    json_t *object = cli_rule_json(&rule, replay->each);

    semr_json_set(object, "count", semr_json_number(at->count));
    return object;
}

static void put_rules(replay_t *replay, cli_json_t *json, const char *key,
                      apr_uint32_t *const counts[REPLAY_SPACES])
{
    apr_array_header_t *top = replay_top(replay, counts, replay->most);
    int i;

    cli_json_list(json, key);
    for (i = 0; i < top->nelts; i++) {
        cli_json_item(json,
                      rule_json(replay, &APR_ARRAY_IDX(top, i, replay_rule_t)));
        apr_pool_clear(replay->each);
    }
    cli_json_list_end(json);
}

static void put_unused_rule(replay_t *replay, const replay_rule_t *rule)
{
    cli_json_item(&replay->json, rule_json(replay, rule));
    apr_pool_clear(replay->each);
}

static void put_misses(replay_t *replay, cli_json_t *json)
{
    apr_pool_t *pool = replay->each;
    semr_suggestion_t *suggestions;
    apr_array_header_t *misses = replay_misses(replay, &suggestions);
    int i;

    cli_json_list(json, "stay_404");
    for (i = 0; i < misses->nelts; i++) {
        const semr_miss_t *miss = &APR_ARRAY_IDX(misses, i, semr_miss_t);
        const semr_suggestion_t *said = suggestions + i;
        json_t *object = json_object();

        semr_json_set(object, "path", semr_json_string(pool, miss->path));
        semr_json_set(object, "count", semr_json_number(miss->count));
        semr_json_set(object, "nearest", semr_json_string(pool, said->nearest));
        semr_json_set(
            object, "why",
            semr_json_string(
                pool,
                said->reason < 0
                    ? NULL
                    : semr_suggest_why((semr_suggest_reason_t)said->reason)));
        semr_json_set(object, "rule", semr_json_string(pool, said->rule));
        cli_json_item(json, object);
    }
    cli_json_list_end(json);
}

static void put_bad(replay_t *replay, cli_json_t *json)
{
    apr_pool_t *pool = replay->each;
    int i;

    cli_json_list(json, "bad_lines");
    for (i = 0; i < replay->bad->nelts; i++) {
        const replay_bad_t *bad = &APR_ARRAY_IDX(replay->bad, i, replay_bad_t);
        json_t *object = json_object();

        semr_json_set(object, "file", semr_json_string(pool, bad->log));
        semr_json_set(object, "line", semr_json_number(bad->line));
        semr_json_set(object, "why", semr_json_string(pool, bad->why));
        semr_json_set(object, "text", semr_json_string(pool, bad->text));
        cli_json_item(json, object);
    }
    cli_json_list_end(json);
}

void replay_tell_json(replay_t *replay)
{
    cli_json_t *json = &replay->json;

    cli_json_begin(json, replay->cli);
    cli_json_put(json, "lines", semr_json_number(replay->lines));
    cli_json_put(json, "asked", semr_json_number(replay->asked));
    cli_json_put(json, "rules", semr_json_number(replay->rules.count));
    cli_json_put(json, "answers", answers_json(replay));
    cli_json_put(json, "logged", logged_json(replay));
    cli_json_put(json, "redirects_with_same_code",
                 semr_json_number(replay->same_redirects));
    cli_json_put(json, "methods_lost", semr_json_number(replay->methods_lost));
    cli_json_put(json, "observed", semr_json_number(replay->observed));
    cli_json_put(json, "regexes_gave_up", semr_json_number(replay->gave_up));
    put_rules(replay, json, "top_rules", replay->hits);
    put_rules(replay, json, "rules_taking_fine_pages", replay->fine);
    put_misses(replay, json);
    cli_json_put(json, "unused", semr_json_number(replay_unused(replay, NULL)));
    if (!replay->most) {
        cli_json_list(json, "unused_rules");
        replay_unused(replay, put_unused_rule);
        cli_json_list_end(json);
    }
    cli_json_put(json, "not_asked", skipped_json(replay));
    put_bad(replay, json);
    cli_json_end(json);
}
