/* SPDX-License-Identifier: Apache-2.0
 * A replay as text.
 */
#include <string.h>

#include <apr_strings.h>

#include "replay.h"
#include "rule_words.h"

#define NUMBER "%12" APR_UINT64_T_FMT

static void print(replay_t *replay, const char *before, const char *text,
                  const char *after)
{
    semr_out_t *out = replay->cli->out;

    semr_out_puts(out, before);
    semr_out_plain(out, text, strlen(text));
    semr_out_puts(out, after);
}

static void print_number(replay_t *replay, apr_uint64_t number,
                         const char *text)
{
    apr_pool_clear(replay->each);
    semr_out_printf(replay->cli->out, replay->each, NUMBER "  ", number);
    print(replay, "", text, "\n");
}

static void head(replay_t *replay, const char *text)
{
    semr_out_puts(replay->cli->out, "\n");
    semr_out_puts(replay->cli->out, text);
    semr_out_puts(replay->cli->out, "\n");
}

/* -- answers --------------------------------------------------------------- */

static void print_answers(replay_t *replay)
{
    apr_uint64_t count;
    int i;

    head(replay, "Answers:");
    for (i = 0; i < REPLAY_NONE; i++) {
        count = replay_outcome(replay, i);
        if (count) {
            print_number(replay, count,
                         apr_itoa(replay->cli->pool,
                                  semr_tally_code((semr_tally_code_t)i)));
        }
    }
    print_number(replay, replay_outcome(replay, REPLAY_NONE),
                 "none: no rule wants it");
    count = replay_outcome(replay, REPLAY_LOOP);
    if (count) {
        print_number(replay, count, "none: the rules lead in a circle");
    }
    if (replay->observed) {
        print_number(replay, replay->observed,
                     "met a rule that is only observed");
    }
    if (replay->methods_lost) {
        print_number(replay, replay->methods_lost,
                     "are POST or the like, and would get 301 or 302: clients "
                     "make GET of it");
    }
    if (replay->gave_up) {
        print_number(replay, replay->gave_up,
                     "times a regex gave up at its limit");
    }
}

static void print_logged(replay_t *replay)
{
    static const char *const words[] = {
#define X(id, key, text) text,
        REPLAY_LOGGED(X)
#undef X
    };
    apr_uint64_t answered, not ;
    int i;

    head(replay, "What the log says      by a rule  by no rule");
    for (i = 0; i < REPLAY_LOGGED_COUNT; i++) {
        answered = replay_answered(replay, (replay_logged_t)i);
        not = replay_unanswered(replay, (replay_logged_t)i);
        if (answered || not ) {
            semr_out_printf(replay->cli->out, replay->each,
                            "  %-24s " NUMBER NUMBER "\n", words[i], answered,
                            not );
        }
    }
    answered = replay_answered(replay, REPLAY_REDIRECT);
    if (answered) {
        semr_out_printf(replay->cli->out, replay->each,
                        "  of the redirects, %" APR_UINT64_T_FMT
                        " keep their code\n",
                        replay->same_redirects);
    }
}

/* -- rules ----------------------------------------------------------------- */

static void print_rule(replay_t *replay, const replay_rule_t *at)
{
    cli_rule_words_t rule = cli_rule_words(&replay->rules, at->space, at->set,
                                           at->number, replay->each);

    if (at->count) {
        semr_out_printf(replay->cli->out, replay->each, "%12u  ",
                        (unsigned)at->count);
    }
    print(replay, at->count ? "" : "  ", rule.where, "  ");
    print(replay, "", rule.words, "\n");
    apr_pool_clear(replay->each);
}

static void print_rules(replay_t *replay, const char *what,
                        apr_uint32_t *const counts[REPLAY_SPACES])
{
    apr_array_header_t *top = replay_top(replay, counts, replay->most);
    int i;

    if (!top->nelts) {
        return;
    }
    head(replay, what);
    for (i = 0; i < top->nelts; i++) {
        print_rule(replay, &APR_ARRAY_IDX(top, i, replay_rule_t));
    }
}

static void print_unused(replay_t *replay)
{
    apr_uint64_t unused = replay_unused(replay, NULL);

    if (!unused) {
        return;
    }
    semr_out_printf(replay->cli->out, replay->each,
                    "\nRules that were not used: %" APR_UINT64_T_FMT
                    " of %" APR_UINT64_T_FMT "%s\n",
                    unused, replay->rules.count,
                    replay->most ? " (--all lists them)" : "");
    if (!replay->most) {
        replay_unused(replay, print_rule);
    }
}

/* -- 404 ------------------------------------------------------------------- */

static void print_misses(replay_t *replay)
{
    semr_suggestion_t *suggestions;
    apr_array_header_t *misses;
    int i;

    if (!replay_unanswered(replay, REPLAY_NOT_FOUND)) {
        return;
    }
    misses = replay_misses(replay, &suggestions);
    head(replay, "What would stay 404, most frequent first:");
    for (i = 0; i < misses->nelts; i++) {
        const semr_miss_t *miss = &APR_ARRAY_IDX(misses, i, semr_miss_t);
        const semr_suggestion_t *said = suggestions + i;

        print_number(replay, miss->count, miss->path);
        if (said->reason >= 0 && said->reason != SEMR_SUGGEST_UNREAD) {
            print(replay, "              ", said->nearest ? said->nearest : "",
                  ": ");
            print(replay, "",
                  semr_suggest_why((semr_suggest_reason_t)said->reason), "\n");
        }
        if (said->rule) {
            print(replay, "              ", said->rule, "\n");
        }
    }
}

/* -- lines ----------------------------------------------------------------- */

static void print_skipped(replay_t *replay)
{
    static const char *const words[] = {
#define X(id, key, text) text,
        REPLAY_SKIPPED(X)
#undef X
    };
    apr_uint64_t sum = 0;
    int i;

    for (i = 0; i < REPLAY_SKIPPED_COUNT; i++) {
        sum += replay->skipped[i];
    }
    if (!sum) {
        return;
    }
    head(replay, "Lines that were not asked:");
    for (i = 0; i < REPLAY_SKIPPED_COUNT; i++) {
        if (replay->skipped[i]) {
            print_number(replay, replay->skipped[i], words[i]);
        }
    }
    for (i = 0; i < replay->bad->nelts; i++) {
        const replay_bad_t *bad = &APR_ARRAY_IDX(replay->bad, i, replay_bad_t);

        print(replay, "  ", bad->log, "");
        semr_out_printf(replay->cli->out, replay->each,
                        ":%" APR_UINT64_T_FMT ": %s: ", bad->line, bad->why);
        print(replay, "", bad->text, "\n");
    }
}

void replay_tell_text(replay_t *replay)
{
    semr_out_printf(
        replay->cli->out, replay->each, "%s, %s asked of %s\n",
        cli_several(replay->each, replay->lines, "line", "lines"),
        cli_several(replay->each, replay->asked, "request", "requests"),
        cli_several(replay->each, replay->rules.count, "rule", "rules"));
    print_answers(replay);
    print_logged(replay);
    print_rules(replay, "Rules that are used most:", replay->hits);
    print_rules(replay, "Rules that take pages which are fine in the log:",
                replay->fine);
    print_misses(replay);
    print_unused(replay);
    print_skipped(replay);
    semr_out_printf(
        replay->cli->out, replay->each,
        "\n404: %" APR_UINT64_T_FMT " mended, %s; %s\n",
        replay_answered(replay, REPLAY_NOT_FOUND),
        cli_several(replay->each, replay_unanswered(replay, REPLAY_NOT_FOUND),
                    "stays", "stay"),
        cli_several(replay->each, replay_answered(replay, REPLAY_FINE),
                    "request that was fine changes",
                    "requests that were fine change"));
}
