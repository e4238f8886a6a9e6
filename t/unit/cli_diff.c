/* SPDX-License-Identifier: Apache-2.0
 * semredirect diff on random rules and random edits: what it tells of a URL is
 * what asking both sets says, and no exact rule's URL is left out; where
 * patterns overlap, "no difference" is never said of sets that answer any URL
 * differently.
 *
 * SEMR_SEED and SEMR_SETS choose the first seed and how many sets there are.
 */
#include <stdio.h>
#include <unistd.h>

#include <jansson.h>

#include "commands.h"
#include "rules.h"

#include "model_random.h"

enum {
    RULES_MAX = 24,
    SEED = 20261121,
    SETS = 400,
    OVERLAPS = 4,
    PROBES = 300,
    OLD = 0,
    NEW = 1
};

static struct {
    unsigned long sets, told, also, exact, same, quiet;
} seen;

/* -- running it ------------------------------------------------------------ */

typedef struct text_t {
    char *bytes;
    apr_size_t len;
} text_t;

static apr_status_t take(void *baton, const char *bytes, apr_size_t len)
{
    text_t *text = baton;

    text->bytes = realloc(text->bytes, text->len + len + 1);
    memcpy(text->bytes + text->len, bytes, len);
    text->len += len;
    text->bytes[text->len] = '\0';
    return APR_SUCCESS;
}

static void give(cli_t *cli, const char *name, const char *value)
{
    cli_given_t *given = apr_array_push(cli->given);

    given->name = name;
    given->value = value;
}

/* What the options of all runs are; in pool */
static cli_t *make_cli(const cli_command_t *command, const char *const *words)
{
    cli_t *cli = apr_pcalloc(pool, sizeof(*cli));

    cli->pool = pool;
    cli->command = command;
    cli->words = words;
    cli->nwords = 2;
    cli->json = cli->quiet = 1;
    cli->given = apr_array_make(pool, 4, sizeof(cli_given_t));
    give(cli, "now", "2026-11-21");
    if (seed & 1) {
        give(cli, "chains", "keep");
    }
    return cli;
}

static json_t *run_diff(cli_t *cli, cli_exit_t *status)
{
    text_t text = {NULL, 0};
    semr_sink_t sink = {take, &text};
    semr_out_t out;
    json_error_t error;
    json_t *result;

    semr_out_start(&out, &sink);
    cli->out = &out;
    *status = cli->command->run(cli);
    assert_int_equal(semr_out_finish(&out), APR_SUCCESS);
    result = json_loadb(text.bytes, text.len, 0, &error);
    if (!result) {
        fail_msg("no JSON: %s\n%s", error.text, text.bytes);
    }
    free(text.bytes);
    return result;
}

/* -- asking on one's own --------------------------------------------------- */

typedef struct side_t {
    cli_rules_t rules;
    semr_ask_t ask;
    semr_judge_t judge;
    semr_request_t request;
} side_t;

static void take_origin(semr_request_t *request, const char *url)
{
    const char *at = strstr(url, "://"), *end;

    request->host = view("");
    request->https = 1;
    request->port = 443;
    if (*url == '/' || !at) {
        return;
    }
    request->https = url[4] == 's';
    request->port = request->https ? 443 : 80;
    at += 3;
    end = *at == '[' ? strchr(at, ']') + 1 : at + strcspn(at, ":/?");
    request->host = (semr_view_t){at, (size_t)(end - at)};
    if (*end == ':') {
        request->port = (apr_port_t)atoi(end + 1);
    }
}

/* "301 /a", or "-"; with what caches and observers see */
static const char *ask(side_t *side, const char *method, const char *url)
{
    const semr_ask_t *ask = &side->ask;
    const semr_answer_t *answer = &ask->answer;

    memset(&side->request, 0, sizeof(side->request));
    assert_true(cli_rules_request(&side->rules, &side->request, url, pool));
    take_origin(&side->request, url);
    cli_rules_ask(&side->rules, &side->ask, &side->judge);
    side->judge.request = &side->request;
    side->judge.method = method;
    side->judge.class = semr_decide_class(method, 0);
    semr_ask(&side->ask);
    if (ask->fate != SEMR_FATE_ANSWERS) {
        answer = &ask->observed;
        return !ask->observes
                   ? "-"
                   : apr_psprintf(pool, "- %d %s", answer->status,
                                  answer->location.text ? answer->location.text
                                                        : "");
    }
    return apr_psprintf(pool, "%d %s, %" APR_INT64_T_FMT, answer->status,
                        answer->location.text ? answer->location.text : "",
                        answer->max_age);
}

/* -- what is told is so ---------------------------------------------------- */

static const char *string_at(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    return text ? text : "";
}

/* Whether one side of a difference is what asking says. */
static void check_side(side_t *side, const json_t *said, const char *method,
                       const char *url)
{
    const char *got = ask(side, method, url), *want;

    if (!json_is_true(json_object_get(said, "answers"))) {
        assert_int_equal(*got, '-');
        return;
    }
    want =
        apr_psprintf(pool, "%d %s, ",
                     (int)json_integer_value(json_object_get(said, "status")),
                     string_at(said, "location"));
    if (strncmp(want, got, strlen(want))) {
        fail_msg("%s %s: %s, not %s", method, url, want, got);
    }
}

static void check_differs(side_t *sides, const char *method, const char *url)
{
    const char *old = apr_pstrdup(pool, ask(sides + OLD, method, url)),
               *new = ask(sides + NEW, method, url);

    if (!strcmp(old, new)) {
        fail_msg("%s %s is told, but gets %s from both", method, url, old);
    }
}

/* Checks a difference, and keeps its URLs. */
static void check_told(side_t *sides, const json_t *item, json_t *urls)
{
    const json_t *methods = json_object_get(item, "methods"),
                 *also = json_object_get(item, "also");
    const char *url = string_at(item, "url"), *first;
    size_t i;

    assert_true(json_array_size(methods) > 0);
    assert_null(json_object_get(urls, apr_pstrcat(pool, "!", url, NULL)));
    json_object_set_new(urls, apr_pstrcat(pool, "!", url, NULL), json_true());
    json_object_set_new(urls, url, json_true());
    first = json_string_value(json_array_get(methods, 0));
    check_side(sides + OLD, json_object_get(item, "old"), first, url);
    check_side(sides + NEW, json_object_get(item, "new"), first, url);
    for (i = 0; i < json_array_size(methods); i++) {
        check_differs(sides, json_string_value(json_array_get(methods, i)),
                      url);
    }
    for (i = 0; i < json_array_size(also); i++) {
        const char *other = json_string_value(json_array_get(also, i));

        json_object_set_new(urls, other, json_true());
        check_differs(sides, first, other);
        seen.also++;
    }
    seen.told++;
}

/* -- what is so is told ---------------------------------------------------- */

/* The URL of an exact rule that asks for nothing but its path; NULL: it is no
 * such rule */
static const char *url_of(const semr_rule_t *rule)
{
    if (rule->kind != SEMR_EXACT || rule->host.len || rule->scheme ||
        rule->port || rule->nparams) {
        return NULL;
    }
    return apr_psprintf(
        pool, "%s%s",
        rule->path.len ? text_of(semr_url_path(pool, rule->path)) : "",
        rule->with_slash || !rule->path.len ? "/" : "");
}

static void check_exact(side_t *sides, int number, const json_t *urls)
{
    static const char *const methods[] = {"GET", "POST"};
    const side_t *side = sides + number;
    apr_uint32_t n;
    size_t i;

    for (n = 0; n < side->rules.count; n++) {
        const char *url, *old, *new;
        semr_rule_t rule;

        cli_rules_rule(&side->rules, 0, 0, n, pool, &rule);
        url = url_of(&rule);
        for (i = 0; url && i < ROWS(methods); i++) {
            old = apr_pstrdup(pool, ask(sides + OLD, methods[i], url));
            new = ask(sides + NEW, methods[i], url);
            if (strcmp(old, new) && !json_object_get(urls, url)) {
                fail_msg("%s %s: %s, then %s, but nothing is told", methods[i],
                         url, old, new);
            }
            seen.exact += strcmp(old, new) != 0;
            seen.same += strcmp(old, new) == 0;
        }
    }
}

/* -- patterns that overlap ------------------------------------------------- */

static const char *overlapping_line(void)
{
    static const char *const froms[] = {
        "/{n}/b",       "/a/{n}/*",   "/a/{n}",       "/{n}/{m}",
        "/{n}/*",       "/{n}",       "/a{n}/b",      "/{n}b/c",
        "/{n}/b/{m}",   "/a/b",       "/b",           "/a/b/*",
        "/a/*",         "/b/*",       "/{n}-{m}/c",   "/c/{n}b/*",
        "~^/([ab])/",   "~b$",        "~^/(a|b|c)/b", "~^/[a-c]/c$",
        "~/b/",         "~^/a/(b|c)", "~^/ab?/c",     "~c",
        "~^/[^a/]+/b$", "~^/(.*)/c$", "~^/(?:b|ab)$", "~a/.*c",
        "~^/\\w+/b$",   "~[bc]/a",    "~^/.b",        "~^/(?=a).*b",
    };
    static const char *const tos[] = {"/t", "/u", "/v"};
    static const char *const options[] = {"",
                                          "",
                                          "",
                                          "",
                                          "",
                                          " case=ignore",
                                          " slash=exact",
                                          " stage=off",
                                          " ends=2020-01-01",
                                          " only=GET"};

    if (chance(10)) {
        return apr_pstrcat(pool, "none ", PICK(froms), NULL);
    }
    return apr_pstrcat(pool, "permanent ", PICK(froms), " ", PICK(tos),
                       PICK(options), NULL);
}

static const char *probe(void)
{
    static const char *const segments[] = {"a",  "b",   "c",  "ab", "abb",
                                           "cb", "a-b", "xb", "q",  "B"};
    const char *path = "";
    unsigned n = 1 + draw(4);

    while (n-- > 0) {
        path = apr_pstrcat(pool, path, "/", PICK(segments), NULL);
    }
    return apr_pstrcat(pool, path, chance(25) ? "/" : "", NULL);
}

/* Nothing was told, so no URL may differ. */
static void check_probes(side_t *sides, int count)
{
    for (; count > 0; count--) {
        const char *url = probe(), *new = ask(sides + NEW, "GET", url);
        const char *old = ask(sides + OLD, "GET", url);

        if (strcmp(old, new)) {
            fail_msg("%s: %s, then %s, but nothing is told", url, old, new);
        }
    }
}

/* -- sets ------------------------------------------------------------------ */

/* A rule that maps take: without if= */
static const char *map_line(void)
{
    semr_rule_t rule;
    semr_diag_t diag;
    const char *line;

    do {
        line = random_line();
    } while (semr_rule_parse(&rule, pool, line, 0, &diag) != APR_SUCCESS);
    return line;
}

static const char *write_map(const char *name, const char *const *lines,
                             int count)
{
    const char *path =
        apr_psprintf(pool, "/tmp/semr-diff.%d.%s.map", (int)getpid(), name);
    FILE *file = fopen(path, "w");
    int i;

    assert_non_null(file);
    for (i = 0; i < count; i++) {
        fprintf(file, "%s\n", lines[i]);
    }
    assert_int_equal(fclose(file), 0);
    return path;
}

/* Takes some lines out, puts others in, changes and swaps some. */
static int edit(const char **lines, int count, const char *(*make)(void))
{
    unsigned edits = draw(6);

    for (; edits > 0 && count > 1; edits--) {
        unsigned at = draw((unsigned)count), other = draw((unsigned)count);
        const char *line = lines[at];

        switch (draw(4)) {
        case 0:
            lines[at] = lines[--count];
            break;
        case 1:
            lines[at] = make();
            break;
        case 2:
            lines[at] = lines[other];
            lines[other] = line;
            break;
        default:
            lines[count++] = make();
            break;
        }
    }
    return count;
}

static void check_maps(const char *const *words, int probes)
{
    cli_t *cli = make_cli(&cli_command_diff, words);
    side_t *sides = apr_pcalloc(pool, 2 * sizeof(*sides));
    json_t *urls = json_object(), *result, *told;
    cli_exit_t status;
    size_t i;
    int side;

    for (side = 0; side < 2; side++) {
        assert_int_equal(
            cli_rules_read(cli, words + side, 1, &sides[side].rules),
            APR_SUCCESS);
        assert_int_equal(sides[side].rules.bad, 0);
    }
    result = run_diff(cli, &status);
    told = json_object_get(result, "differences");
    for (i = 0; i < json_array_size(told); i++) {
        check_told(sides, json_array_get(told, i), urls);
    }
    check_exact(sides, OLD, urls);
    check_exact(sides, NEW, urls);
    assert_int_equal(status,
                     json_array_size(told) +
                             json_array_size(json_object_get(result, "unsure"))
                         ? CLI_FOUND
                         : CLI_OK);
    if (status == CLI_OK) {
        seen.quiet++;
        check_probes(sides, probes);
    }
    json_decref(urls);
    json_decref(result);
}

static void check_set(const char *(*make)(void), unsigned most, int probes)
{
    const char *lines[2 * RULES_MAX], *words[3] = {NULL, NULL, NULL};
    int count = 1 + (int)draw(most - 1), i;

    turn_dials();
    for (i = 0; i < count; i++) {
        lines[i] = make();
    }
    words[OLD] = write_map("old", lines, count);
    words[NEW] = write_map("new", lines, edit(lines, count, make));
    check_maps(words, probes);
    unlink(words[OLD]);
    unlink(words[NEW]);
    seen.sets++;
}

static unsigned long number_from(const char *name, unsigned long usual)
{
    const char *text = getenv(name);

    return text ? strtoul(text, NULL, 10) : usual;
}

static void random_edits(void **state)
{
    unsigned long first = number_from("SEMR_SEED", SEED),
                  sets = number_from("SEMR_SETS", SETS), n;
    apr_pool_t *whole = pool;

    (void)state;
    for (n = 0; n < sets; n++) {
        apr_pool_create(&pool, whole);
        seed = first + n;
        check_set(map_line, RULES_MAX, 0);
        apr_pool_destroy(pool);
    }
    pool = whole;
    printf("# %lu sets: %lu told, %lu forms of them; exact rules: %lu "
           "differ, %lu do not\n",
           seen.sets, seen.told, seen.also, seen.exact, seen.same);
    /* or it would be a test of nothing */
    assert_true(sets < SETS || (seen.told > sets && seen.exact > sets / 4));
}

static void random_overlaps(void **state)
{
    unsigned long first = number_from("SEMR_SEED", SEED),
                  sets = number_from("SEMR_SETS", SETS) * OVERLAPS, n;
    apr_pool_t *whole = pool;

    (void)state;
    memset(&seen, 0, sizeof(seen));
    for (n = 0; n < sets; n++) {
        apr_pool_create(&pool, whole);
        seed = first + n;
        check_set(overlapping_line, 7, PROBES);
        apr_pool_destroy(pool);
    }
    pool = whole;
    printf("# %lu sets that overlap: %lu told, nothing of %lu\n", seen.sets,
           seen.told, seen.quiet);
    assert_true(sets < SETS || (seen.told > sets && seen.quiet > sets / 16));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_edits),
        cmocka_unit_test(random_overlaps),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("differences of random rules", tests,
                                       start, stop);
}
