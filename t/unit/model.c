/* SPDX-License-Identifier: Apache-2.0
 * Random rules: the image's candidates against those of a linear scan.
 *
 * SEMR_SEED and SEMR_SETS choose the first seed and how many sets there are;
 * set n has seed + n.  A set that fails is told with what reproduces it.
 */
#include <signal.h>
#include <stdio.h>

#include <apr_time.h>
#include <sanitizer/common_interface_defs.h>

#include "build.h"
#include "lookup.h"
#include "model_asks.h"
#include "model_scan.h"

enum {
    RULES_MAX = 200,
    IMAGES_MAX = 3,
    REPORTS_MAX = 5,
    SEED = 20260101,
    SETS = 10000
};

typedef struct line_t {
    const char *text;
    int image;
} line_t;

/* The rules of one set, twice: for the model, and frozen */
typedef struct set_t {
    model_rule_t rules[RULES_MAX];
    int count;
    int refused;
    int nimages;
    void *blocks[IMAGES_MAX];
    semr_ruleset_t opened[IMAGES_MAX];
    const semr_ruleset_t *rulesets[IMAGES_MAX];
} set_t;

static struct {
    unsigned long sets, rules, refused, requests, unmatched, candidates;
    unsigned long kinds[4], locations, failures;
} told;

static apr_uint64_t seed_of_set;
static struct sigaction on_segv; /* ASan's, which tells more than cmocka's */

/* -- sets ------------------------------------------------------------------ */

static void add_rule(set_t *set, semr_builder_t **builders, line_t line)
{
    model_rule_t *model = &set->rules[set->count];
    semr_diag_t diag = {NULL};

    if (semr_rule_parse(&model->rule, pool, line.text, SEMR_RULE_IF, &diag) !=
        APR_SUCCESS) {
        set->refused += 1;
        return;
    }
    model->text = line.text;
    model->image = line.image;
    model->order = (int)semr_builder_count(builders[line.image]);
    model->regex = NULL;
    model->rule.condition_id = model->rule.condition.len > 0;
    model->rule.line = (unsigned)set->count + 1;
    if (model->rule.kind == SEMR_REGEX) {
        model->regex = semr_regex_compile(pool, model->rule.path,
                                          model->rule.fold, 0, &diag);
    }
    assert_int_equal(semr_builder_add(builders[line.image], &model->rule),
                     APR_SUCCESS);
    set->count += 1;
    model_group(set->rules, set->count);
}

/* The image is moved to a block of its very size, so that ASan sees what is
 * read beyond it. */
static void open_image(set_t *set, int i, semr_builder_t *builder, int jit)
{
    const semr_image_t *image = semr_builder_freeze(builder, pool);
    semr_diag_t diag = {NULL};

    set->blocks[i] = malloc(image->size);
    memcpy(set->blocks[i], image, image->size);
    assert_int_equal(
        semr_ruleset_open(&set->opened[i], pool, set->blocks[i], jit, &diag),
        APR_SUCCESS);
    set->rulesets[i] = &set->opened[i];
}

static set_t *make_set(const line_t *lines, int count, int nimages, int jit)
{
    set_t *set = apr_palloc(pool, sizeof(*set));
    semr_builder_t *builders[IMAGES_MAX];
    int i;

    set->count = set->refused = 0;
    set->nimages = nimages;
    for (i = 0; i < nimages; ++i) {
        builders[i] = semr_builder_create(pool);
    }
    for (i = 0; i < count; ++i) {
        add_rule(set, builders, lines[i]);
    }
    for (i = 0; i < nimages; ++i) {
        open_image(set, i, builders[i], jit);
    }
    return set;
}

static void free_set(set_t *set)
{
    int i;

    for (i = 0; i < set->nimages; ++i) {
        free(set->blocks[i]);
    }
}

/* -- requests -------------------------------------------------------------- */

/* text where ASan sees what is read behind it */
static semr_view_t guarded(semr_view_t text)
{
    char *copy = malloc(text.len + !text.len);

    if (text.len > 0) {
        memcpy(copy, text.p, text.len);
    }
    return semr_view(copy, text.len);
}

static semr_request_t make_request(const ask_t *ask)
{
    semr_request_t request = {.pool = pool};

    request.path = guarded(semr_url_path(pool, view(ask->path)));
    request.query = ask->query ? guarded(view(ask->query)) : view(NULL);
    request.host = guarded(view(ask->host));
    request.port = ask->port;
    request.https = ask->https != 0;
    request.decode_slashes = ask->decode_slashes != 0;
    return request;
}

static void free_request(const semr_request_t *request)
{
    free((void *)request->path.p);
    free((void *)request->query.p);
    free((void *)request->host.p);
}

/* -- one request to both --------------------------------------------------- */

static int has_star(const semr_rule_t *rule)
{
    return rule->star || rule->kind == SEMR_PREFIX;
}

/* A match says no more than TO takes: the rest is not looked at. */
static const char *say_match(const semr_rule_t *rule, const semr_match_t *match)
{
    const char *text = "";
    int i;

    if (has_star(rule)) {
        text = apr_psprintf(pool, "%s *=%s", text, text_of(match->tail));
    }
    if (rule->wild) {
        text = apr_psprintf(pool, "%s *.=%s", text, text_of(match->labels));
    }
    for (i = 0; i < match->ncaptures; ++i) {
        text = apr_psprintf(pool, "%s %d%s=%s", text, i,
                            match->captures[i].decoded ? " (decoded)" : "",
                            text_of(match->captures[i].text));
    }
    return text;
}

static const char *say_hit(const model_hit_t *hit)
{
    return apr_psprintf(pool, "%d:%d", hit->of->image, hit->of->order);
}

/* What rule can take: the rest of got is left from other rules. */
static int same_match(const semr_rule_t *rule, const semr_match_t *got,
                      const semr_match_t *want)
{
    int i;

    if ((has_star(rule) && !same(got->tail, want->tail, 0)) ||
        (rule->wild && !same(got->labels, want->labels, 0)) ||
        got->ncaptures < want->ncaptures) {
        return 0;
    }
    for (i = 0; i < want->ncaptures; ++i) {
        if (!same(got->captures[i].text, want->captures[i].text, 0) ||
            !got->captures[i].decoded != !want->captures[i].decoded) {
            return 0;
        }
    }
    return 1;
}

static semr_view_t base_of(const ask_t *ask, const semr_to_t *to)
{
    return to->form == SEMR_TO_HTTP    ? view("http://base.test")
           : to->form == SEMR_TO_HTTPS ? view("https://base.test:444")
                                       : view(ask->base);
}

static const char *model_location(const model_hit_t *hit,
                                  semr_request_t *request, semr_view_t base)
{
    const semr_rule_t *rule = &hit->of->rule;
    semr_view_t list[SEMR_PARAMS_MAX];
    semr_names_t names = {list, rule->nparams, rule->fold};
    semr_location_t location;
    int i;

    for (i = 0; i < rule->nparams; ++i) {
        list[i] = rule->params[i].name;
    }
    return semr_location_join(&location, request, &rule->to, &hit->match,
                              &names, base)
               ? location.text
               : "(no match)";
}

/* What is wrong with a candidate that should be hit, or NULL.  What it took is
 * complete when its Location has been asked for. */
static const char *candidate_differs(const semr_lookup_t *lookup,
                                     const semr_candidate_t *candidate,
                                     const model_hit_t *hit, const ask_t *ask,
                                     semr_request_t *request)
{
    const semr_rule_t *rule = &hit->of->rule;
    semr_view_t base = base_of(ask, &rule->to);
    semr_location_t location;
    const char *want, *got;

    if (!ask->locate || rule->to.form == SEMR_TO_NOTHING) {
        return NULL;
    }
    told.locations += 1;
    want = model_location(hit, request, base);
    got = semr_lookup_location(lookup, candidate, base, &location)
              ? location.text
              : "(no match)";
    if (strcmp(want, got) != 0) {
        return apr_psprintf(pool, "%s goes elsewhere: want %s; got %s",
                            say_hit(hit), want, got);
    }
    if (rule->to.inserts && !same_match(rule, candidate->match, &hit->match)) {
        return apr_psprintf(pool, "%s takes other text: want%s; got%s",
                            say_hit(hit), say_match(rule, &hit->match),
                            say_match(rule, candidate->match));
    }
    return NULL;
}

/* All that want says, and what came after the candidates that were right */
static const char *say_lists(model_hit_t **hits, int count, int at,
                             const semr_candidate_t *candidate)
{
    const char *text = "want";
    int i;

    for (i = 0; i < count; ++i) {
        text = apr_pstrcat(pool, text, " ", say_hit(hits[i]), NULL);
    }
    if (candidate == NULL) {
        return apr_psprintf(pool, "%s; got the end at place %d", text, at);
    }
    return apr_psprintf(pool, "%s; got %d:%u at place %d", text,
                        candidate->set_index, candidate->rule->number, at);
}

static const char *list_differs(const set_t *set, semr_request_t *request,
                                const ask_t *ask, semr_request_t *own)
{
    static model_hit_t room[RULES_MAX], *hits[RULES_MAX];
    int count = model_scan(set->rules, set->count, own, room, hits), i;
    semr_candidate_t candidate;
    const char *text = NULL;
    semr_space_t space = {
        set->rulesets, set->nimages,
        semr_lookup_groups(set->rulesets, set->nimages, request->pool)};
    semr_lookup_t lookup;

    memset(&lookup, 0xAA, sizeof(lookup));
    memset(&candidate, 0xAA, sizeof(candidate));
    semr_lookup_start_in(&lookup, request, &space);
    for (i = 0; text == NULL && semr_lookup_next(&lookup, &candidate); ++i) {
        if (i == count || candidate.set_index != hits[i]->of->image ||
            (int)candidate.rule->number != hits[i]->of->order ||
            candidate.set != set->rulesets[candidate.set_index]) {
            return say_lists(hits, count, i, &candidate);
        }
        told.kinds[hits[i]->of->rule.kind] += 1;
        text = candidate_differs(&lookup, &candidate, hits[i], ask, own);
    }
    told.candidates += (unsigned long)count;
    told.unmatched += count == 0;
    if (text == NULL && i < count) {
        return say_lists(hits, count, i, NULL);
    }
    return text;
}

/* Each has its own request, for both keep in it what they derive from it.
 * Returns NULL: they agree; else what differs. */
static const char *differs(const set_t *set, const ask_t *ask)
{
    semr_request_t request = make_request(ask), own = make_request(ask);
    const char *text = list_differs(set, &request, ask, &own);

    free_request(&request);
    free_request(&own);
    return text;
}

/* -- what fails ------------------------------------------------------------ */

static const char *lines_differ(const line_t *lines, int count, int nimages,
                                const ask_t *ask)
{
    set_t *set = make_set(lines, count, nimages, 0);
    const char *text = differs(set, ask);

    free_set(set);
    return text;
}

/* Leaves out line after line, as long as it still fails. */
static int shrink(line_t *lines, int count, int nimages, const ask_t *ask)
{
    line_t fewer[RULES_MAX];
    int before, i;

    do {
        before = count;
        for (i = count - 1; i >= 0; --i) {
            memcpy(fewer, lines, (size_t)i * sizeof(*lines));
            memcpy(fewer + i, lines + i + 1,
                   (size_t)(count - i - 1) * sizeof(*lines));
            if (lines_differ(fewer, count - 1, nimages, ask) != NULL) {
                --count;
                memcpy(lines, fewer, (size_t)count * sizeof(*lines));
            }
        }
    } while (count < before);
    return count;
}

static void report(line_t *lines, int count, int nimages, const ask_t *ask,
                   const char *text)
{
    int i;

    told.failures += 1;
    if (told.failures > REPORTS_MAX) {
        return;
    }
    printf("# SEMR_SEED=%" APR_UINT64_T_FMT " SEMR_SETS=1 fails: %s\n",
           seed_of_set, text);
    count = shrink(lines, count, nimages, ask);
    for (i = 0; i < count; ++i) {
        printf("#   image %d: %s\n", lines[i].image, lines[i].text);
    }
    printf("#   asked: %s://%s:%d %s%s%s%s\n", ask->https ? "https" : "http",
           ask->host, ask->port, ask->path, ask->query ? "?" : "",
           ask->query ? ask->query : "",
           ask->decode_slashes ? " (slashes are decoded)" : "");
    text = lines_differ(lines, count, nimages, ask);
    printf("#   %s\n", text ? text : "(and it does not fail alone)");
}

/* What a sanitizer stops has told all but which set it was. */
static void died(void)
{
    fprintf(stderr, "# in SEMR_SEED=%" APR_UINT64_T_FMT " SEMR_SETS=1\n",
            seed_of_set);
}

/* -- the tests ------------------------------------------------------------- */

static int random_lines(line_t *lines, int nimages)
{
    int count = chance(2) ? RULES_MAX : 1 + (int)draw(30), i;

    turn_dials();
    for (i = 0; i < count; ++i) {
        lines[i].text = random_line();
        lines[i].image = (int)draw((unsigned)nimages);
    }
    return count;
}

static void try_set(void)
{
    line_t lines[RULES_MAX];
    int nimages = chance(80) ? 1 : 2 + (int)draw(2);
    int count = random_lines(lines, nimages), requests = 20 + (int)draw(21);
    set_t *set = make_set(lines, count, nimages, chance(10));

    told.sets += 1;
    told.rules += (unsigned long)count;
    told.refused += (unsigned long)set->refused;
    for (; requests > 0; --requests) {
        const semr_rule_t *like =
            set->count > 0 && chance(75)
                ? &set->rules[draw((unsigned)set->count)].rule
                : NULL;
        ask_t ask = random_ask(like);
        const char *text = differs(set, &ask);

        told.requests += 1;
        if (text != NULL) {
            report(lines, count, nimages, &ask, text);
            break;
        }
    }
    free_set(set);
}

static apr_uint64_t number_of(const char *name, apr_uint64_t otherwise)
{
    const char *text = getenv(name);

    return text ? (apr_uint64_t)apr_strtoi64(text, NULL, 10) : otherwise;
}

static void tell(apr_time_t began)
{
    printf("# seed %" APR_UINT64_T_FMT ": %lu sets of %lu rules (%lu refused), "
           "%lu requests (%lu without a match), %lu candidates (exact %lu, "
           "pattern %lu, regex %lu, tree %lu), %lu locations, %.1f s\n",
           number_of("SEMR_SEED", SEED), told.sets, told.rules, told.refused,
           told.requests, told.unmatched, told.candidates,
           told.kinds[SEMR_EXACT], told.kinds[SEMR_PATTERN],
           told.kinds[SEMR_REGEX], told.kinds[SEMR_PREFIX], told.locations,
           (double)(apr_time_now() - began) / APR_USEC_PER_SEC);
}

static void random_sets(void **state)
{
    apr_uint64_t first = number_of("SEMR_SEED", SEED), i;
    apr_uint64_t sets = number_of("SEMR_SETS", SETS);
    apr_time_t began = apr_time_now();
    apr_pool_t *outer = pool;

    (void)state;
    __sanitizer_set_death_callback(died);
    sigaction(SIGSEGV, &on_segv, NULL);
    apr_pool_create(&pool, outer);
    for (i = 0; i < sets; ++i) {
        seed = seed_of_set = first + i;
        try_set();
        apr_pool_clear(pool);
    }
    apr_pool_destroy(pool);
    pool = outer;
    tell(began);
    assert_int_equal(told.failures, 0);
    if (sets >= 1000) { /* else it says little */
        assert_true(told.refused * 20 < told.rules);
        assert_true(told.unmatched * 20 > told.requests);
        assert_true(told.candidates > told.requests);
        for (i = 0; i < 4; ++i) {
            assert_true(told.kinds[i] * 20 > told.requests);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_sets),
    };

    sigaction(SIGSEGV, NULL, &on_segv);
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("model", tests, start, stop);
}
