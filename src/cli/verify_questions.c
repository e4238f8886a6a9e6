/* SPDX-License-Identifier: Apache-2.0
 * The questions of a run.
 */
#include <string.h>

#include <apr_strings.h>

#include "expect.h"
#include "key.h"
#include "verify_questions.h"
#include "witness.h"

enum { WORD_LEN = 8 };

struct verify_questions_t {
    verify_plan_t *plan;
    cli_rules_t *rules;
    apr_array_header_t *expects; /* of cli_told_t */
    apr_uint64_t sampled;        /* rules that are asked about */
    char word[WORD_LEN];
    semr_witness_t witness;
    semr_expect_asker_t asker;
    semr_ask_t ask;
    semr_judge_t judge;
};

static const struct {
    const char *key, *words;
} skips[] = {
#define X(id, key, words) {key, words},
    VERIFY_SKIPS(X)
#undef X
};

const char *verify_skip_key(verify_skip_t skip)
{
    return skips[skip].key;
}

const char *verify_skip_words(verify_skip_t skip)
{
    return skips[skip].words;
}

static semr_view_t view_of(const char *text)
{
    return semr_view(text, strlen(text));
}

/* -- who asks -------------------------------------------------------------- */

/* As the command's other parts have it, but that the server's port is ours. */
static int is_ours(void *baton, const semr_origin_t *origin)
{
    const verify_questions_t *questions = baton;
    semr_origin_t usual = *origin;

    if (origin->port == questions->plan->port) {
        usual.port = usual.https ? 443 : 80;
    }
    return cli_rules_is_ours(questions->rules, &usual);
}

/* What no rule and no option names is asked as --against has it. */
static void prepare(verify_questions_t *questions)
{
    verify_plan_t *plan = questions->plan;
    cli_rules_t *rules = questions->rules;
    int has_name = rules->names->nelts > 0;
    semr_view_t host = has_name ? APR_ARRAY_IDX(rules->names, 0, semr_view_t)
                                : view_of(plan->host);
    char byte = semr_witness_byte(rules->spaces);

    rules->https = plan->https;
    rules->port = has_name ? (apr_port_t)(plan->https ? 443 : 80)
                           : (apr_port_t)plan->port;
    cli_rules_ask(rules, &questions->ask, &questions->judge);
    questions->ask.is_ours = is_ours;
    questions->ask.baton = questions;
    memset(questions->word, byte ? byte : 'x', WORD_LEN);
    questions->witness.word = semr_view(questions->word, WORD_LEN);
    questions->witness.host = questions->asker.host = host;
    questions->witness.port = questions->asker.port = rules->port;
    questions->witness.https = questions->asker.https = rules->https;
    questions->asker.ask = &questions->ask;
    questions->asker.any_stage = 1; /* the stage is asked of the server */
}

verify_questions_t *verify_questions_create(verify_plan_t *plan)
{
    cli_t *cli = plan->cli;
    verify_questions_t *questions = apr_pcalloc(cli->pool, sizeof(*questions));

    questions->plan = plan;
    questions->rules = &plan->rules;
    questions->expects = apr_array_make(cli->pool, 16, sizeof(cli_told_t));
    if (cli_rules_read_expects(cli, cli->words, cli->nwords, &plan->rules,
                               questions->expects) != APR_SUCCESS) {
        return NULL;
    }
    questions->sampled = plan->rules.count;
    if (plan->sample && (apr_uint64_t)plan->sample < questions->sampled) {
        questions->sampled = (apr_uint64_t)plan->sample;
    }
    prepare(questions);
    return questions;
}

apr_uint64_t verify_questions_count(const verify_questions_t *questions)
{
    return (apr_uint64_t)questions->expects->nelts +
           questions->sampled * (apr_uint64_t)questions->plan->nmethods;
}

/* -- what they are bound to ------------------------------------------------ */

static apr_uint64_t mix(apr_uint64_t sum, const void *bytes, apr_size_t len)
{
    return XXH3_64bits_withSeed(bytes, len, sum);
}

apr_uint64_t verify_questions_maps(const verify_questions_t *questions)
{
    apr_uint64_t sum = 0;
    int space, i;

    for (space = 0; space < 2; space++) {
        const semr_space_t *sets = questions->rules->spaces + space;

        for (i = 0; i < sets->count; i++) {
            const semr_image_t *image = sets->sets[i]->image;

            sum = mix(sum, image, (apr_size_t)image->size);
        }
    }
    for (i = 0; i < questions->expects->nelts; i++) {
        const char *text =
            APR_ARRAY_IDX(questions->expects, i, cli_told_t).text;

        sum = mix(sum, text, strlen(text) + 1);
    }
    return sum;
}

apr_uint64_t verify_questions_asks(const verify_questions_t *questions)
{
    const verify_plan_t *plan = questions->plan;
    const cli_rules_t *rules = questions->rules;
    apr_int64_t words[] = {plan->sample, plan->follows, plan->elsewhere,
                           rules->keeps, rules->stage};
    apr_uint64_t sum = mix(0, words, sizeof(words));
    int i;

    for (i = 0; i < plan->nmethods; i++) {
        sum = mix(sum, plan->methods[i], strlen(plan->methods[i]) + 1);
    }
    for (i = 0; i < rules->names->nelts; i++) {
        semr_view_t name = APR_ARRAY_IDX(rules->names, i, semr_view_t);

        sum = mix(sum, name.p, name.len);
    }
    return mix(sum, plan->ends.codes,
               (apr_size_t)plan->ends.count * sizeof(*plan->ends.codes));
}

/* -- asking the rules ------------------------------------------------------ */

static void ask_rules(verify_questions_t *questions, semr_request_t *request,
                      const char *method)
{
    questions->judge.request = request;
    questions->judge.method = method;
    questions->judge.class = semr_decide_class(method, 0);
    questions->judge.until = SEMR_NO_DATE;
    semr_ask(&questions->ask);
}

static const char *url_of(const semr_request_t *request, apr_pool_t *pool)
{
    const char *scheme = request->https ? "https" : "http", *colon = "";
    int v6 = memchr(request->host.p, ':', request->host.len) &&
             *request->host.p != '[';

    if (request->port != (request->https ? 443 : 80)) {
        colon = apr_psprintf(pool, ":%u", (unsigned)request->port);
    }
    return apr_psprintf(
        pool, "%s://%s%.*s%s%s%.*s%s%.*s", scheme, v6 ? "[" : "",
        (int)request->host.len, request->host.p, v6 ? "]" : "", colon,
        (int)request->path.len, request->path.p, request->query.p ? "?" : "",
        (int)request->query.len, request->query.p ? request->query.p : "");
}

/* What the rules say to the question's request, which was asked; 0: nothing
 * that could be seen. */
static int take_answer(const semr_ask_t *ask, verify_question_t *question,
                       apr_pool_t *pool)
{
    verify_wanted_t *wanted = &question->wanted;

    if (ask->fate == SEMR_FATE_ANSWERS) {
        wanted->code = ask->answer.status;
        wanted->location = apr_pstrdup(pool, ask->answer.location.text);
        wanted->no_store = ask->answer.stage == SEMR_TRIAL;
        return 1;
    }
    if (ask->observes) {
        wanted->observed_code = ask->observed.status;
        wanted->observed_to = ask->observed.location.text;
        return 1;
    }
    return ask->fate == SEMR_FATE_LEAVES;
}

static void take_place(const verify_questions_t *questions, int set,
                       apr_uint32_t number, apr_pool_t *pool,
                       verify_question_t *question)
{
    const semr_ask_t *ask = &questions->ask;
    semr_rule_t rule;

    if (ask->fate == SEMR_FATE_ANSWERS) {
        question->file =
            apr_pstrmemdup(pool, ask->answer.file.p, ask->answer.file.len);
        question->line = ask->answer.line;
        return;
    }
    cli_rules_rule(questions->rules, 0, set, number, pool, &rule);
    question->file = rule.file;
    question->line = rule.line;
}

/* -- of a rule ------------------------------------------------------------- */

static int decided(const semr_ask_t *ask, int set, apr_uint32_t number)
{
    return ask->fate == SEMR_FATE_ANSWERS && ask->space == 0 &&
           ask->set == set && ask->number == number;
}

/* The top of a tree is a page that somebody may know, other than one below:
 * /blog, or /blog/ where the rule takes no other. */
static int ask_top(verify_questions_t *questions, int set,
                   const semr_image_rule_t *rule, verify_question_t *question)
{
    semr_request_t *request = &question->request, top;
    apr_size_t slash = request->path.len - WORD_LEN;
    int with_slash;

    for (with_slash = slash == 1; with_slash <= 1; with_slash++) {
        top = *request;
        top.path.len = slash - (with_slash ? 0 : 1);
        ask_rules(questions, &top, question->method);
        if (decided(&questions->ask, set, rule->number)) {
            *request = top;
            return 1;
        }
    }
    ask_rules(questions, request, question->method);
    return 0;
}

static int has_word(const verify_questions_t *questions, semr_view_t text)
{
    return text.len && memmem(text.p, text.len, questions->word, WORD_LEN);
}

/* Asks for what the rule takes, and says what is known of where it leads. */
static verify_skip_t ask_rule(verify_questions_t *questions, int set,
                              const semr_image_t *image,
                              const semr_image_rule_t *rule,
                              verify_question_t *question)
{
    const semr_image_policy_t *policy = semr_image_policy(image, rule);
    semr_request_t *request = &question->request;
    semr_to_t to = semr_image_to(image, rule);
    int inserts = to.inserts || to.tail;

    if (!semr_witness(&questions->witness, image, rule, request)) {
        return VERIFY_SKIP_URL;
    }
    if ((int)request->https != questions->plan->https) {
        return VERIFY_SKIP_SCHEME;
    }
    if (policy->host && !policy->port) { /* as its clients say it */
        request->port = request->https ? 443 : 80;
    }
    if (policy->kind == SEMR_PREFIX && !has_word(questions, request->host) &&
        !has_word(questions, request->query)) {
        question->is_tree = ask_top(questions, set, rule, question) && inserts;
        question->made_up = inserts && !question->is_tree;
        return VERIFY_ASKED;
    }
    ask_rules(questions, request, question->method);
    question->made_up = inserts && (policy->kind == SEMR_REGEX ||
                                    has_word(questions, request->path) ||
                                    has_word(questions, request->query) ||
                                    has_word(questions, request->host));
    return VERIFY_ASKED;
}

static verify_skip_t of_rule(verify_questions_t *questions, apr_uint64_t index,
                             apr_pool_t *pool, verify_question_t *question)
{
    const cli_rules_t *rules = questions->rules;
    const semr_image_t *image = NULL;
    semr_image_rule_t rule;
    verify_skip_t skip;
    int set;

    for (set = 0; set < rules->sets->nelts; set++) {
        image = rules->spaces[0].sets[set]->image;
        if (index < semr_image_rules(image)) {
            break;
        }
        index -= semr_image_rules(image);
    }
    semr_image_rule(image, semr_image_at(image, (apr_uint32_t)index), &rule);
    questions->witness.pool = pool;
    skip = ask_rule(questions, set, image, &rule, question);
    if (skip != VERIFY_ASKED) {
        return skip;
    }
    if (!take_answer(&questions->ask, question, pool)) {
        return VERIFY_SKIP_NOTHING;
    }
    take_place(questions, set, (apr_uint32_t)index, pool, question);
    return VERIFY_ASKED;
}

/* -- of an expect line ----------------------------------------------------- */

static int request_of(const verify_questions_t *questions,
                      const semr_explain_target_t *target,
                      semr_request_t *request, apr_pool_t *pool)
{
    semr_view_t path;

    request->pool = pool;
    if (!semr_url_split(target->target, &path, &request->query)) {
        return 0;
    }
    request->path = semr_url_path(pool, path);
    request->https =
        (target->https < 0 ? questions->asker.https : target->https) != 0;
    request->host =
        target->host ? view_of(target->host) : questions->asker.host;
    request->port = target->port ? (apr_port_t)target->port
                    : target->host || target->https >= 0
                        ? (apr_port_t)(request->https ? 443 : 80)
                        : questions->asker.port;
    return 1;
}

static int has_method(const verify_plan_t *plan, const char *method)
{
    int i;

    for (i = 0; i < plan->nmethods; i++) {
        if (!strcmp(plan->methods[i], method)) {
            return 1;
        }
    }
    return !strcmp(method, "GET") || !strcmp(method, "HEAD");
}

static verify_skip_t of_expect(verify_questions_t *questions,
                               const cli_told_t *line, apr_pool_t *pool,
                               verify_question_t *question)
{
    semr_expect_t expect;
    semr_diag_t diag;
    semr_expect_end_t end;
    const char *got;

    if (semr_expect_parse(&expect, pool, line->text, &diag) != APR_SUCCESS) {
        return VERIFY_SKIP_URL; /* it was told as a wrong row */
    }
    if (!has_method(questions->plan, expect.target.method)) {
        return VERIFY_SKIP_METHOD;
    }
    if (expect.at != SEMR_NO_DATE) {
        return VERIFY_SKIP_DATE;
    }
    if (!request_of(questions, &expect.target, &question->request, pool)) {
        return VERIFY_SKIP_URL;
    }
    if ((int)question->request.https != questions->plan->https) {
        return VERIFY_SKIP_SCHEME;
    }
    question->method = expect.target.method;
    question->file = line->file;
    question->line = line->line;
    end = semr_expect_ask(&questions->asker, &expect, pool, &got);
    if (end == SEMR_EXPECT_FAILS) {
        question->expected = semr_expect_words(&expect, pool);
        question->got = got;
    }
    ask_rules(questions, &question->request, question->method);
    take_answer(&questions->ask, question, pool);
    return VERIFY_ASKED;
}

verify_skip_t verify_question(verify_questions_t *questions,
                              apr_uint64_t number, apr_pool_t *pool,
                              verify_question_t *question)
{
    const verify_plan_t *plan = questions->plan;
    apr_uint64_t nexpects = (apr_uint64_t)questions->expects->nelts;
    apr_uint64_t nth, methods = (apr_uint64_t)plan->nmethods;
    verify_skip_t skip;

    memset(question, 0, sizeof(*question));
    question->number = number;
    if (number < nexpects) {
        skip = of_expect(
            questions,
            &APR_ARRAY_IDX(questions->expects, (int)number, cli_told_t), pool,
            question);
    }
    else {
        nth = (number - nexpects) / methods;
        question->method = plan->methods[(number - nexpects) % methods];
        skip = of_rule(questions, nth * plan->rules.count / questions->sampled,
                       pool, question);
    }
    if (skip == VERIFY_ASKED) {
        question->url = url_of(&question->request, pool);
    }
    return skip;
}
