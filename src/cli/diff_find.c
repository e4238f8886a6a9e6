/* SPDX-License-Identifier: Apache-2.0
 * URLs that rules take, asked of both sets.
 *
 * Where a rule decides its own witness, and the same rule does with the same
 * answer on the other side, forms of the URL are not asked: another rule would
 * have to decide there, whose own witness is asked.
 */
#include <string.h>

#include <apr_strings.h>

#include "diff.h"
#include "identity.h"

enum {
    CLEAR_EVERY = 64 /* rules whose memory is given back at once */
};

/* The rule that is looked at, and what is known of its plain witness */
typedef struct look_t {
    const semr_image_t *image;
    semr_image_rule_t rule;
    const semr_image_policy_t *policy;
    diff_found_t plain; /* kind DIFF_SAME: nothing */
    int winners[DIFF_SIDES][3];
} look_t;

/* -- URLs ------------------------------------------------------------------ */

void diff_rule(const diff_t *diff, const diff_found_t *found,
               semr_image_rule_t *rule)
{
    semr_image_rule(diff_image(diff, found->side, found->set), found->at, rule);
}

static semr_view_t toggled_slash(apr_pool_t *pool, semr_view_t path)
{
    char *text;

    if (path.len < 2) {
        return semr_view(NULL, 0);
    }
    if (path.p[path.len - 1] == '/') {
        return semr_view(path.p, path.len - 1);
    }
    text = apr_palloc(pool, path.len + 1);
    memcpy(text, path.p, path.len);
    text[path.len] = '/';
    return semr_view(text, path.len + 1);
}

/* Without its last segment, which is what the star takes */
static semr_view_t page_of(semr_view_t path, int slash)
{
    while (path.len > 1 && path.p[path.len - 1] != '/') {
        path.len--;
    }
    if (path.len == 1) {
        return slash ? path : semr_view(NULL, 0);
    }
    return semr_view(path.p, path.len - !slash);
}

/* Capital letters for small ones, or the other way round if there are none */
static semr_view_t other_case(apr_pool_t *pool, semr_view_t path)
{
    char *text = apr_palloc(pool, path.len);
    int pass, changed = 0;
    apr_size_t i;

    for (pass = 0; pass < 2 && !changed; pass++) {
        char first = pass ? 'A' : 'a', last = pass ? 'Z' : 'z';

        for (i = 0; i < path.len; i++) {
            char c = path.p[i];
            int coded = (i > 0 && path.p[i - 1] == '%') ||
                        (i > 1 && path.p[i - 2] == '%');

            text[i] = !coded && c >= first && c <= last ? (char)(c ^ 32) : c;
            changed |= text[i] != c;
        }
    }
    return changed ? semr_view(text, path.len) : semr_view(NULL, 0);
}

static semr_view_t more_query(apr_pool_t *pool, semr_view_t query,
                              semr_view_t word)
{
    const char *text = apr_psprintf(
        pool, "%.*s%s%.*s=1", (int)query.len, query.len ? query.p : "",
        query.len ? "&" : "", (int)word.len, word.p);

    return semr_view(text, strlen(text));
}

int diff_request(const diff_t *diff, const diff_found_t *found,
                 semr_request_t *request)
{
    const semr_image_t *image = diff_image(diff, found->side, found->set);
    const semr_witness_t *witness = diff->words + found->word;
    semr_image_rule_t rule;

    diff_rule(diff, found, &rule);
    if (!semr_witness(witness, image, &rule, request)) {
        semr_witness_ask(witness, image, &rule, found->path, semr_view(NULL, 0),
                         request);
        return found->path.len > 0;
    }
    if (found->path.len) {
        request->path = found->path;
        return 1;
    }
    switch ((diff_form_t)found->form) {
    case DIFF_FORM_SLASH:
        request->path = toggled_slash(diff->each, request->path);
        break;
    case DIFF_FORM_PAGE:
    case DIFF_FORM_PAGE_SLASH:
        request->path =
            page_of(request->path, found->form == DIFF_FORM_PAGE_SLASH);
        break;
    case DIFF_FORM_BELOW:
        if (request->path.p[request->path.len - 1] == '/') {
            request->path.len--;
        }
        request->path = semr_witness_below(witness, request->path);
        break;
    case DIFF_FORM_QUERY:
        request->query = more_query(diff->each, request->query, witness->word);
        break;
    case DIFF_FORM_CASE:
        request->path = other_case(diff->each, request->path);
        break;
    default:
        break;
    }
    return request->path.p != NULL;
}

void diff_again(diff_t *diff, const diff_found_t *found, int method)
{
    const semr_image_t *image = diff_image(diff, found->side, found->set);
    semr_image_rule_t rule;
    semr_request_t request;

    diff_rule(diff, found, &rule);
    diff_request(diff, found, &request);
    diff_ask(diff, &request, diff_method(diff, image, &rule, method));
}

/* Forms that may be answered in another way than the plain witness */
static unsigned forms_of(const diff_t *diff, const look_t *look)
{
    unsigned forms = 1u << DIFF_FORM_QUERY;

    if (diff->folds) {
        forms |= 1u << DIFF_FORM_CASE;
    }
    if (look->policy->kind == SEMR_PREFIX || look->policy->flags & SEMR_STAR) {
        return forms | 1u << DIFF_FORM_PAGE | 1u << DIFF_FORM_PAGE_SLASH;
    }
    if (look->policy->kind == SEMR_REGEX) {
        forms |= 1u << DIFF_FORM_BELOW;
    }
    return forms | 1u << DIFF_FORM_SLASH;
}

/* -- one URL --------------------------------------------------------------- */

static void note_winners(const diff_t *diff, int winners[DIFF_SIDES][3])
{
    int side;

    for (side = 0; side < DIFF_SIDES; side++) {
        const semr_ask_t *ask = &diff->sides[side].ask;
        int none = ask->fate == SEMR_FATE_PASSED;

        winners[side][0] = none ? -1 : ask->space;
        winners[side][1] = none ? -1 : ask->set;
        winners[side][2] = none ? -1 : (int)ask->number;
    }
}

/* Asks for the URL by each method.  Sets kind, method, methods; and *same: the
 * same rule decided on both sides, by the first method. */
static void ask_methods(diff_t *diff, const look_t *look,
                        const semr_request_t *request, diff_found_t *found,
                        int winners[DIFF_SIDES][3], int *same)
{
    diff_kind_t kind;
    const char *name;
    int method;

    found->kind = DIFF_SAME;
    found->methods = 0;
    diff->asked++;
    for (method = 0; method < DIFF_METHODS; method++) {
        name = diff_method(diff, look->image, &look->rule, method);
        if (!name) {
            continue;
        }
        kind = diff_ask(diff, request, name);
        if (!method) {
            *same = diff_same_rule(diff);
        }
        if (kind != DIFF_SAME && found->kind == DIFF_SAME) {
            found->kind = kind;
            found->method = (unsigned)method;
        }
        if (!method || (kind != DIFF_SAME && !found->methods)) {
            note_winners(diff, winners);
        }
        found->methods |= (unsigned)(kind != DIFF_SAME) << method;
    }
}

void diff_tell(diff_t *diff, const diff_found_t *found)
{
    semr_request_t request;

    if (!diff->kinds[found->kind] || !diff_request(diff, found, &request) ||
        !diff_see(&diff->seen, diff_url(diff, found, &request))) {
        return;
    }
    diff->counts[found->kind]++;
    diff->tell(diff, found);
}

/* Whether a rule decided on either side. */
static int is_answered(const diff_t *diff)
{
    return diff->sides[DIFF_OLD].ask.fate != SEMR_FATE_PASSED ||
           diff->sides[DIFF_NEW].ask.fate != SEMR_FATE_PASSED;
}

/* Asks for the forms of a witness: what shows as the plain one does, by the
 * same rules, goes with it. */
static void ask_forms(diff_t *diff, look_t *look)
{
    unsigned forms = forms_of(diff, look), form;
    diff_found_t others[DIFF_FORM_COUNT];
    int count = 0, i, same;

    look->plain.whole = 1;
    for (form = 1; form < DIFF_FORM_COUNT; form++) {
        diff_found_t found = look->plain;
        int winners[DIFF_SIDES][3];
        semr_request_t request;

        found.form = form;
        found.also = found.whole = 0;
        if (!(forms >> form & 1) || !diff_request(diff, &found, &request)) {
            continue;
        }
        ask_methods(diff, look, &request, &found, winners, &same);
        if (found.kind != DIFF_SAME && found.kind == look->plain.kind &&
            found.method == look->plain.method &&
            !memcmp(winners, look->winners, sizeof(winners))) {
            look->plain.also |= 1u << form;
            continue;
        }
        look->plain.whole &= found.kind == DIFF_SAME && !is_answered(diff);
        if (found.kind != DIFF_SAME) {
            others[count++] = found;
        }
    }
    if (look->plain.kind != DIFF_SAME) {
        diff_tell(diff, &look->plain);
    }
    for (i = 0; i < count; i++) {
        diff_tell(diff, others + i);
    }
}

/* -- one rule -------------------------------------------------------------- */

/* Whether FROM leaves anything open, so that the word matters */
static int is_open(const look_t *look)
{
    const semr_image_host_t *host =
        semr_image_hosts(look->image) + look->policy->host;
    const semr_image_extra_t *extra =
        semr_image_extras(look->image) + look->rule.extra;

    return look->policy->kind != SEMR_EXACT || host->wild || extra->nparams;
}

/* Whether it is this rule that decided on its own side. */
static int decided(const look_t *look)
{
    const int *winner = look->winners[look->plain.side];

    return winner[0] == 0 && winner[1] == (int)look->plain.set &&
           winner[2] == (int)look->rule.number;
}

/* Notes whose difference it is. */
static void show(diff_t *diff, const look_t *look)
{
    int side;

    for (side = 0; side < DIFF_SIDES; side++) {
        const int *winner = look->winners[side];

        if (winner[0] == 0) {
            diff->shown[side][winner[1]][winner[2] / 8] |=
                (unsigned char)(1u << winner[2] % 8);
        }
    }
}

/* Marks what decided in NEW, if it is the same rule as this one of OLD. */
static void cover(diff_t *diff, const look_t *look)
{
    const int *winner = look->winners[DIFF_NEW];

    if (look->plain.side == DIFF_OLD && winner[0] == 0) {
        diff->covered[winner[1]][winner[2] / 8] |=
            (unsigned char)(1u << winner[2] % 8);
    }
}

/* Asks for one witness. */
static void ask_witness(diff_t *diff, look_t *look)
{
    semr_request_t request;
    int same = 0;

    if (!diff_request(diff, &look->plain, &request)) {
        return;
    }
    ask_methods(diff, look, &request, &look->plain, look->winners, &same);
    if (look->plain.kind != DIFF_SAME) {
        show(diff, look);
    }
    if (look->plain.kind != DIFF_SAME || !same || !decided(look)) {
        ask_forms(diff, look);
    }
    else {
        cover(diff, look);
    }
}

static void look_at(diff_t *diff, look_t *look)
{
    look->policy = semr_image_policy(look->image, &look->rule);
    look->plain.at = look->rule.at;
    look->plain.word = look->plain.form = look->plain.also = 0;
    look->winners[look->plain.side][0] = -1;
    ask_witness(diff, look);
    if (is_open(look) && !decided(look)) {
        look->plain.word = 1;
        look->plain.also = 0;
        ask_witness(diff, look);
    }
}

/* -- all rules ------------------------------------------------------------- */

static int is_covered(const diff_t *diff, const look_t *look)
{
    apr_uint32_t number = look->rule.number;

    return look->plain.side == DIFF_NEW &&
           diff->covered[look->plain.set][number / 8] >> number % 8 & 1;
}

static void look_at_set(diff_t *diff, int side, int set)
{
    const diff_side_t *other = diff->sides + DIFF_NEW;
    look_t look = {.image = diff_image(diff, side, set)};
    apr_uint32_t n, rules = semr_image_rules(look.image), at = 0;

    look.plain.side = (unsigned)side;
    look.plain.set = (unsigned)set;
    for (n = 0; n < rules; n++, at = look.rule.next) {
        semr_image_rule(look.image, at, &look.rule);
        if (!diff->budget) {
            diff->unasked++;
        }
        else if (!is_covered(diff, &look)) {
            look_at(diff, &look);
        }
        if (n % CLEAR_EVERY == 0) {
            apr_pool_clear(diff->each);
            cli_progress(&diff->progress, diff->asked,
                         (side ? diff->sides->rules.count : 0) + n,
                         diff->sides->rules.count + other->rules.count);
        }
    }
}

void diff_find(diff_t *diff)
{
    int side, set;

    for (side = 0; side < DIFF_SIDES; side++) {
        for (set = 0; set < diff->sides[side].rules.spaces[0].count; set++) {
            look_at_set(diff, side, set);
        }
    }
}
