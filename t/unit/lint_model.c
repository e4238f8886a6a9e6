/* SPDX-License-Identifier: Apache-2.0
 * Random rules of all kinds: of a rule that is said never to win, or to repeat
 * its own URL, no request is ever answered.
 *
 * SEMR_SEED and SEMR_SETS choose the first seed and how many sets there are.
 */
#include <stdio.h>

#include "build.h"
#include "judge.h"
#include "lint.h"
#include "model_asks.h"

enum { RULES_MAX = 40, SEED = 20270101, SETS = 1500, ASKS = 60 };

#define THE_DAY APR_INT64_C(1798761600)

typedef struct set_t {
    semr_rule_t rules[RULES_MAX];
    const char *lines[RULES_MAX];
    int silent[RULES_MAX]; /* the finding, plus 1, that says so */
    int count;
    semr_ruleset_t opened;
} set_t;

static struct {
    unsigned long silent[SEMR_FINDING_COUNT], requests, answers;
} told;

/* Regexes that take much, of which random rules have few */
static const char *wide_line(void)
{
    static const char *const froms[] = {
        "~^/",        "~^/(.*)$", "~^/a",    "~^/a(/.*)?$", "~^/(.+)$",
        "~^/a/b(.*)", "~*^/ab",   "~.*",     "~^/a/",       "/{x}/*",
        "/a/{x}/*",   "/*",       "/a/*",    "/{x}/{y}",    "~^/b(?:/|$)",
        "/{x}",       "~*^/A/B",  "~^/a.*$", "/a",          "/a/"};
    static const char *const tos[] = {"/z",
                                      "https://new.test/z",
                                      "https://www.test/",
                                      "/a/z",
                                      "/b/x",
                                      "https:/a",
                                      "/",
                                      "/z?a=1"};
    static const char *const options[] = {
        "",         "", "", "", " only=GET", " slash=exact", " query=drop",
        " code=301"};

    return apr_pstrcat(pool, "permanent ", PICK(froms), " ", PICK(tos),
                       PICK(options), NULL);
}

static void make_set(set_t *set, int size)
{
    semr_builder_t *builder = semr_builder_create(pool);
    semr_diag_t diag;

    set->count = 0;
    for (int i = 0; i < size; i++) {
        semr_rule_t *rule = set->rules + set->count;
        const char *line = chance(30) ? wide_line() : random_line();

        if (semr_rule_parse(rule, pool, line, SEMR_RULE_IF, &diag)) {
            continue;
        }
        rule->condition_id = rule->condition.len != 0;
        rule->line = (unsigned)set->count + 1;
        assert_int_equal(semr_builder_add(builder, rule), 0);
        set->lines[set->count] = line;
        set->silent[set->count++] = 0;
    }
    assert_int_equal(semr_ruleset_open(&set->opened, pool,
                                       semr_builder_freeze(builder, pool), 0,
                                       &diag),
                     0);
}

static void take(void *baton, const semr_finding_t *finding)
{
    set_t *set = baton;

    switch (finding->id) {
    case SEMR_FINDING_DUPLICATE:
    case SEMR_FINDING_CONTRADICTION:
    case SEMR_FINDING_HIDDEN:
    case SEMR_FINDING_SELF:
    case SEMR_FINDING_NO_METHOD:
        set->silent[finding->number] = 1 + (int)finding->id;
        told.silent[finding->id]++;
        break;
    default:
        break;
    }
}

/* Any host that rules name may be this server. */
static int is_ours(void *baton, const semr_origin_t *origin)
{
    (void)baton;
    (void)origin;
    return 1;
}

static void check(set_t *set)
{
    const semr_ruleset_t *opened = &set->opened;
    semr_space_t space = {&opened, 1, NULL};
    semr_lint_t lint = {.spaces = &space, .nspaces = 1, .now = THE_DAY};

    lint.is_ours = is_ours;
    lint.https = chance(50);
    lint.host = view("www.test");
    lint.tell = take;
    lint.tell_baton = set;
    semr_lint(&lint, pool);
}

/* -- requests -------------------------------------------------------------- */

static int condition_holds;

static int condition(void *baton, const semr_candidate_t *candidate)
{
    (void)baton;
    (void)candidate;
    return condition_holds;
}

static const ask_t *asked;

static semr_view_t base_of(void *baton, semr_to_form_t form)
{
    (void)baton;
    if (form == SEMR_TO_HTTP || form == SEMR_TO_HTTPS) {
        return view(apr_pstrcat(pool,
                                form == SEMR_TO_HTTP ? "http://" : "https://",
                                asked->host, NULL));
    }
    return view("");
}

/* The number of the rule that answers, or -1 */
static int winner(const set_t *set, semr_request_t *request, const char *method)
{
    const semr_ruleset_t *opened = &set->opened;
    semr_judge_t judge = {.request = request,
                          .method = method,
                          .class = semr_decide_class(method, 0),
                          .now = THE_DAY,
                          .stage = SEMR_LIVE,
                          .condition = condition,
                          .base = base_of};
    semr_lookup_t lookup;
    semr_candidate_t candidate;
    semr_answer_t answer;

    semr_lookup_start(&lookup, request, &opened, 1);
    while (semr_lookup_next(&lookup, &candidate)) {
        semr_verdict_t verdict =
            semr_judge(&judge, &lookup, &candidate, &answer);

        if (verdict == SEMR_VERDICT_ANSWERS) {
            return (int)candidate.rule->number;
        }
        if (verdict == SEMR_VERDICT_LEAVES) {
            return -1;
        }
    }
    return -1;
}

static const char *all_of(const set_t *set)
{
    const char *text = "";

    for (int i = 0; i < set->count; i++) {
        text = apr_psprintf(pool, "%s# %d %s\n", text, i, set->lines[i]);
    }
    return text;
}

static void ask(const set_t *set, apr_uint64_t seed_of_set)
{
    static const char *const methods[] = {"GET", "HEAD", "POST", "PUT",
                                          "OPTIONS"};
    const semr_rule_t *rule = set->count && chance(90)
                                  ? set->rules + draw((unsigned)set->count)
                                  : NULL;
    ask_t words = random_ask(rule);
    semr_request_t request = {.pool = pool};
    const char *method = PICK(methods);
    int number;

    asked = &words;
    condition_holds = chance(50);
    request.path = semr_url_path(pool, view(words.path));
    request.query = view(words.query);
    request.host = view(words.host);
    request.port = words.port;
    request.https = words.https != 0;
    request.decode_slashes = words.decode_slashes != 0;
    number = winner(set, &request, method);
    told.requests++;
    told.answers += number >= 0;
    if (number >= 0 && set->silent[number]) {
        fputs(all_of(set), stderr);
        fail_msg(
            "seed %" APR_UINT64_T_FMT
            ": rule %d is said to be %s, but answers %s %s?%s on "
            "%s://%s:%d",
            seed_of_set, number,
            semr_finding_name((semr_finding_id_t)(set->silent[number] - 1)),
            method, words.path, words.query ? words.query : "",
            words.https ? "https" : "http", words.host, words.port);
    }
}

static void silent_rules_never_answer(void **state)
{
    const char *first = getenv("SEMR_SEED"), *sets = getenv("SEMR_SETS");
    unsigned long count = sets ? strtoul(sets, NULL, 10) : SETS, i;
    apr_pool_t *whole = pool;
    set_t set;

    (void)state;
    for (i = 0; i < count; i++) {
        apr_uint64_t seed_of_set =
            i + (first ? strtoull(first, NULL, 10) : SEED);

        seed = seed_of_set;
        apr_pool_create(&pool, whole);
        turn_dials();
        make_set(&set, 2 + (int)draw(RULES_MAX - 2));
        check(&set);
        for (int n = 0; n < ASKS; n++) {
            ask(&set, seed_of_set);
        }
        apr_pool_destroy(pool);
        pool = whole;
    }
    print_message(
        "# %lu requests, %lu answered; %lu duplicate, %lu contradict, "
        "%lu hidden, %lu self, %lu without a method\n",
        told.requests, told.answers, told.silent[SEMR_FINDING_DUPLICATE],
        told.silent[SEMR_FINDING_CONTRADICTION],
        told.silent[SEMR_FINDING_HIDDEN], told.silent[SEMR_FINDING_SELF],
        told.silent[SEMR_FINDING_NO_METHOD]);
    assert_true(told.silent[SEMR_FINDING_HIDDEN] > 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(silent_rules_never_answer)};

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("lint_model", tests, start, stop);
}
