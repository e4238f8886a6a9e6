/* SPDX-License-Identifier: Apache-2.0
 * Differences as text and JSON.
 */
#include <string.h>

#include <apr_strings.h>

#include "diff.h"
#include "rule_words.h"

static const char *const keys[] = {
#define X(id, key, words) key,
    DIFF_KINDS(X)
#undef X
};

static const char *const says[] = {
#define X(id, key, words) words,
    DIFF_KINDS(X)
#undef X
};

static const char *const forms[] = {
#define X(id, words) words,
    DIFF_FORMS(X)
#undef X
};

static const struct {
    const char *key, *words;
} whys[] = {
#define X(id, key, words) {key, words},
    DIFF_WHYS(X)
#undef X
};

static const char *const side_names[] = {"old", "new"};

const char *diff_url(const diff_t *diff, const diff_found_t *found,
                     const semr_request_t *request)
{
    const semr_image_t *image = diff_image(diff, found->side, found->set);
    const semr_image_policy_t *policy;
    semr_image_rule_t rule;
    const char *origin = "", *port = "";

    diff_rule(diff, found, &rule);
    policy = semr_image_policy(image, &rule);
    if ((policy->host || policy->scheme != SEMR_ANY_SCHEME || policy->port) &&
        request->host.len) {
        if (request->port != (request->https ? 443 : 80)) {
            port = apr_psprintf(diff->each, ":%u", (unsigned)request->port);
        }
        origin = apr_psprintf(diff->each, "http%s://%.*s%s",
                              request->https ? "s" : "", (int)request->host.len,
                              request->host.p, port);
    }
    return apr_psprintf(diff->each, "%s%.*s%s%.*s", origin,
                        (int)request->path.len, request->path.p,
                        request->query.p ? "?" : "", (int)request->query.len,
                        request->query.len ? request->query.p : "");
}

/* -- one side's answer ----------------------------------------------------- */

typedef struct answered_t {
    const semr_answer_t *answer; /* NULL: clients get none */
    cli_rule_words_t rule;       /* where NULL: no rule decides */
    const char *why;             /* there is no answer */
} answered_t;

static answered_t answered(const diff_t *diff, int number)
{
    const diff_side_t *side = diff->sides + number;
    const semr_ask_t *ask = &side->ask;
    answered_t said = {NULL, {NULL, NULL, NULL, 0}, NULL};

    switch (ask->fate) {
    case SEMR_FATE_PASSED:
        said.why = ask->observes ? "is only observed" : "nothing answers";
        return said;
    case SEMR_FATE_ANSWERS:
        said.answer = &ask->answer;
        break;
    case SEMR_FATE_LEAVES:
        said.why = "is left alone";
        break;
    default:
        said.why = "leads in a circle: nothing is sent";
        break;
    }
    said.rule = cli_rule_words(&side->rules, ask->space, ask->set, ask->number,
                               diff->each);
    return said;
}

static const char *cache_of(apr_pool_t *pool, apr_int64_t max_age)
{
    return max_age == SEMR_MAX_AGE_NONE ? "no Cache-Control"
           : max_age == 0
               ? "no-store"
               : apr_psprintf(pool, "max-age=%" APR_INT64_T_FMT, max_age);
}

/* Where a chain led through, behind the rule that was asked for */
static const char *way_of(const diff_t *diff, int number)
{
    const semr_walk_t *walk = &diff->sides[number].ask.walk;
    const char *way = "";
    int i;

    for (i = 1; i < walk->nhops; i++) {
        const semr_hop_t *hop = walk->hops + i;
        semr_view_t file =
            semr_image_string(hop->set->image, hop->policy->file);

        way = apr_psprintf(diff->each, "%s, then %.*s:%u", way, (int)file.len,
                           file.p, hop->line);
    }
    return way;
}

/* -- text ------------------------------------------------------------------ */

static const char *answer_text(const diff_t *diff, const diff_found_t *found,
                               int number)
{
    answered_t said = answered(diff, number);
    const semr_ask_t *ask = &diff->sides[number].ask;
    const char *location, *cache = "";

    if (!said.answer && ask->observes) {
        location = ask->observed.location.text;
        return apr_psprintf(diff->each, "%.*s:%u  observed: %d%s%s",
                            (int)ask->observed.file.len, ask->observed.file.p,
                            ask->observed.line, ask->observed.status,
                            location ? " " : "", location ? location : "");
    }
    if (!said.answer) {
        return said.rule.where
                   ? apr_pstrcat(diff->each, said.rule.where, "  ", said.why,
                                 ": ", said.rule.words, NULL)
                   : said.why;
    }
    location = said.answer->location.text;
    if (found->kind == DIFF_CACHE) {
        cache = apr_pstrcat(diff->each, ", ",
                            cache_of(diff->each, said.answer->max_age), NULL);
    }
    return apr_psprintf(diff->each, "%s  %d%s%s%s  (%s%s)", said.rule.where,
                        said.answer->status, location ? " " : "",
                        location ? location : "", cache, said.rule.words,
                        way_of(diff, number));
}

/* "GET, POST", where it is not all that were asked */
static const char *methods_of(const diff_t *diff, const diff_found_t *found)
{
    const semr_image_t *image = diff_image(diff, found->side, found->set);
    const char *text = "", *name;
    semr_image_rule_t rule;
    unsigned i;

    diff_rule(diff, found, &rule);
    for (i = 0; i < DIFF_METHODS; i++) {
        name = diff_method(diff, image, &rule, (int)i);
        if (name && found->methods >> i & 1) {
            text = apr_pstrcat(diff->each, text, *text ? ", " : "", name, NULL);
        }
    }
    return text;
}

static void print_line(diff_t *diff, const char *before, const char *text)
{
    semr_out_puts(diff->cli->out, before);
    semr_out_plain(diff->cli->out, text, strlen(text));
    semr_out_puts(diff->cli->out, "\n");
}

static void print_found(diff_t *diff, const diff_found_t *found)
{
    const char *url, *also = "", *before = "  (also ";
    semr_request_t request;
    unsigned form;

    diff_request(diff, found, &request);
    url = diff_url(diff, found, &request);
    for (form = 1; form < DIFF_FORM_COUNT && !found->whole; form++) {
        if (found->also >> form & 1) {
            also = apr_pstrcat(diff->each, also, before, forms[form], NULL);
            before = ", ";
        }
    }
    if (*also) {
        also = apr_pstrcat(diff->each, also, ")", NULL);
    }
    if (!(found->methods & 1)) {
        url = apr_pstrcat(diff->each, methods_of(diff, found), " ", url, NULL);
    }
    print_line(diff, "  ", apr_pstrcat(diff->each, url, also, NULL));
    diff_again(diff, found, found->method);
    print_line(diff, "    - ", answer_text(diff, found, DIFF_OLD));
    print_line(diff, "    + ", answer_text(diff, found, DIFF_NEW));
    apr_pool_clear(diff->each);
}

static const char *plural(apr_uint64_t count)
{
    return count == 1 ? "" : "s";
}

static void print_kind(diff_t *diff, diff_kind_t kind)
{
    const apr_array_header_t *found = diff->found[kind];
    apr_uint64_t count = diff->counts[kind];
    semr_out_t *out = diff->cli->out;
    int i;

    if (!count) {
        return;
    }
    semr_out_printf(out, diff->each, "%s: %" APR_UINT64_T_FMT " URL%s %s\n",
                    keys[kind], count, plural(count), says[kind]);
    for (i = 0; i < found->nelts; i++) {
        print_found(diff, &APR_ARRAY_IDX(found, i, diff_found_t));
    }
    if (count > (apr_uint64_t)found->nelts) {
        semr_out_printf(out, diff->each,
                        "  ... and %" APR_UINT64_T_FMT " more (--all)\n",
                        count - (apr_uint64_t)found->nelts);
    }
    semr_out_puts(out, "\n");
}

static cli_rule_words_t words_of(const diff_t *diff, const diff_found_t *found)
{
    semr_image_rule_t rule;

    diff_rule(diff, found, &rule);
    return cli_rule_words(&diff->sides[found->side].rules, 0, found->set,
                          rule.number, diff->each);
}

static void print_unsure(diff_t *diff)
{
    const apr_array_header_t *unsure = diff->unsure;
    int i;

    if (!unsure->nelts) {
        return;
    }
    semr_out_printf(diff->cli->out, diff->each,
                    "unsure: %d rule%s to be compared by hand\n", unsure->nelts,
                    plural((apr_uint64_t)unsure->nelts));
    for (i = 0; i < unsure->nelts && (!diff->most || i < diff->most); i++) {
        const diff_found_t *found = &APR_ARRAY_IDX(unsure, i, diff_found_t);
        cli_rule_words_t rule = words_of(diff, found);

        print_line(diff, found->side == DIFF_OLD ? "    - " : "    + ",
                   apr_pstrcat(diff->each, rule.where, "  ", rule.words, "  (",
                               whys[found->why].words, ")", NULL));
    }
    if (i < unsure->nelts) {
        semr_out_printf(diff->cli->out, diff->each,
                        "  ... and %d more (--all)\n", unsure->nelts - i);
    }
    semr_out_puts(diff->cli->out, "\n");
}

void diff_tell_text(diff_t *diff)
{
    semr_out_t *out = diff->cli->out;
    const char *between = ": ";
    int kind;

    for (kind = 0; kind < DIFF_KIND_COUNT; kind++) {
        print_kind(diff, (diff_kind_t)kind);
    }
    print_unsure(diff);
    semr_out_printf(out, diff->each, "%s and %s, %s asked",
                    cli_several(diff->each, diff->sides[DIFF_OLD].rules.count,
                                "rule", "rules"),
                    cli_several(diff->each, diff->sides[DIFF_NEW].rules.count,
                                "rule", "rules"),
                    cli_several(diff->each, diff->asked, "URL", "URLs"));
    for (kind = 0; kind < DIFF_KIND_COUNT; kind++) {
        if (diff->counts[kind]) {
            semr_out_printf(out, diff->each, "%s%" APR_UINT64_T_FMT " %s",
                            between, diff->counts[kind], keys[kind]);
            between = ", ";
        }
    }
    if (diff->unsure->nelts) {
        semr_out_printf(out, diff->each, "%s%d unsure", between,
                        diff->unsure->nelts);
        between = ", ";
    }
    semr_out_puts(out, *between == ':' ? ": no difference\n" : "\n");
    apr_pool_clear(diff->each);
}

/* -- JSON ------------------------------------------------------------------ */

static json_t *answer_json(const diff_t *diff, int number)
{
    const semr_ask_t *ask = &diff->sides[number].ask;
    const semr_answer_t *answer =
        ask->fate == SEMR_FATE_PASSED && ask->observes ? &ask->observed : NULL;
    answered_t said = answered(diff, number);
    json_t *object =
        said.rule.where ? cli_rule_json(&said.rule, diff->each) : json_object();

    answer = said.answer ? said.answer : answer;
    semr_json_set(object, "answers", json_boolean(said.answer != NULL));
    if (said.why) {
        semr_json_set(object, "why", semr_json_string(diff->each, said.why));
    }
    if (answer) {
        semr_json_set(object, "status",
                      semr_json_number((apr_uint64_t)answer->status));
        semr_json_set(object, "location",
                      semr_json_string(diff->each, answer->location.text));
        semr_json_set(object, "cache_control",
                      semr_json_string(diff->each,
                                       cache_of(diff->each, answer->max_age)));
    }
    return object;
}

static json_t *also_json(diff_t *diff, const diff_found_t *found)
{
    json_t *list = json_array();
    unsigned form;

    for (form = 1; form < DIFF_FORM_COUNT; form++) {
        diff_found_t other = *found;
        semr_request_t request;

        other.form = form;
        if (found->also >> form & 1 && diff_request(diff, &other, &request)) {
            json_array_append_new(
                list,
                semr_json_string(diff->each, diff_url(diff, &other, &request)));
        }
    }
    return list;
}

static json_t *methods_json(const diff_t *diff, const diff_found_t *found)
{
    const semr_image_t *image = diff_image(diff, found->side, found->set);
    json_t *list = json_array();
    semr_image_rule_t rule;
    unsigned i;

    diff_rule(diff, found, &rule);
    for (i = 0; i < DIFF_METHODS; i++) {
        if (found->methods >> i & 1) {
            json_array_append_new(
                list, semr_json_string(
                          diff->each, diff_method(diff, image, &rule, (int)i)));
        }
    }
    return list;
}

json_t *diff_item(diff_t *diff, const diff_found_t *found)
{
    json_t *object = json_object();
    semr_request_t request;

    diff_request(diff, found, &request);
    semr_json_set(object, "kind",
                  semr_json_string(diff->each, keys[found->kind]));
    semr_json_set(
        object, "url",
        semr_json_string(diff->each, diff_url(diff, found, &request)));
    semr_json_set(object, "methods", methods_json(diff, found));
    semr_json_set(object, "also", also_json(diff, found));
    diff_again(diff, found, found->method);
    semr_json_set(object, "old", answer_json(diff, DIFF_OLD));
    semr_json_set(object, "new", answer_json(diff, DIFF_NEW));
    return object;
}

json_t *diff_unsure_item(diff_t *diff, const diff_found_t *found)
{
    cli_rule_words_t rule = words_of(diff, found);
    json_t *object = cli_rule_json(&rule, diff->each);

    semr_json_set(object, "side",
                  semr_json_string(diff->each, side_names[found->side]));
    semr_json_set(object, "why",
                  semr_json_string(diff->each, whys[found->why].key));
    return object;
}

json_t *diff_counts(const diff_t *diff)
{
    json_t *counts = json_object();
    int kind;

    for (kind = 0; kind < DIFF_KIND_COUNT; kind++) {
        semr_json_set(counts, keys[kind], semr_json_number(diff->counts[kind]));
    }
    return counts;
}
