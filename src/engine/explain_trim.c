/* SPDX-License-Identifier: Apache-2.0
 * An explanation that fits on a page.
 */
#include <string.h>

#include <apr_lib.h>
#include <apr_strings.h>

#include "explain_trim.h"

typedef semr_explained_run_t run_t;
typedef semr_explained_rule_t told_t;

/* Bytes of markup around a rule, a hop or a row, and of a sign as HTML or JSON
 * may write it */
enum { MARKUP = 600, SIGN = 6 };

/* One attempt */
typedef struct trim_t {
    apr_pool_t *pool;
    apr_size_t longest; /* of a word; 0: any */
    apr_size_t cost;    /* bytes of the page, at most */
} trim_t;

static apr_size_t cost_of(const char *text)
{
    apr_size_t cost = 0;

    for (; text && *text; text++) {
        cost += apr_isalnum(*text) ? 1 : SIGN;
    }
    return cost;
}

/* Never cuts within a character. */
static const char *trim_word(trim_t *trim, const char *text)
{
    apr_size_t len = trim->longest;

    if (len && text && strlen(text) > len) {
        while (len && ((unsigned char)text[len] & 0xc0) == 0x80) {
            len--;
        }
        text = apr_pstrcat(trim->pool, apr_pstrmemdup(trim->pool, text, len),
                           "\xe2\x80\xa6", NULL);
    }
    trim->cost += cost_of(text);
    return text;
}

static const told_t *trim_rule(trim_t *trim, const told_t *from)
{
    told_t *told = apr_pmemdup(trim->pool, from, sizeof(*told));

    told->from = trim_word(trim, told->from);
    told->to = trim_word(trim, told->to);
    told->options = trim_word(trim, told->options);
    told->note = trim_word(trim, told->note);
    told->where = trim_word(trim, told->where);
    told->reason = trim_word(trim, told->reason);
    told->location = trim_word(trim, told->location);
    trim->cost += 2 * cost_of(told->at) + MARKUP;
    return told;
}

static apr_array_header_t *trim_hops(trim_t *trim,
                                     const apr_array_header_t *from)
{
    apr_array_header_t *hops = apr_array_copy(trim->pool, from);
    int i;

    for (i = 0; i < hops->nelts; i++) {
        semr_explained_hop_t *hop =
            &APR_ARRAY_IDX(hops, i, semr_explained_hop_t);

        hop->location = trim_word(trim, hop->location);
        /* the next one shows where it comes from */
        trim->cost += cost_of(hop->location) + cost_of(hop->at) + MARKUP;
    }
    return hops;
}

/* What a run gets */
static void trim_answer(trim_t *trim, run_t *run)
{
    run->location = trim_word(trim, run->location);
    run->vary = trim_word(trim, run->vary);
    trim->cost += MARKUP + (run->rule ? cost_of(run->rule->at) : 0);
}

/* The run that was asked for, with its rules; the winner stands there twice. */
static const run_t *trim_run(trim_t *trim, const run_t *from)
{
    run_t *run = apr_pmemdup(trim->pool, from, sizeof(*run));
    int i;

    run->rules = apr_array_copy(trim->pool, from->rules);
    for (i = 0; i < run->rules->nelts; i++) {
        const told_t **rule = &APR_ARRAY_IDX(run->rules, i, const told_t *);
        int decides = *rule == from->rule;
        apr_size_t before = trim->cost;

        *rule = trim_rule(trim, *rule);
        if (decides) {
            run->rule = *rule;
            trim->cost += trim->cost - before;
        }
    }
    trim_answer(trim, run);
    trim->cost += 2 * cost_of(run->location); /* the sentence and the facts */
    run->end = trim_word(trim, run->end);
    run->hops = run->hops ? trim_hops(trim, run->hops) : NULL;
    return run;
}

static const run_t *trim_methods(trim_t *trim, const semr_explained_t *from)
{
    run_t *runs = apr_pmemdup(trim->pool, from->methods,
                              (apr_size_t)from->nmethods * sizeof(*runs));
    int i;

    for (i = 0; i < from->nmethods; i++) {
        trim_answer(trim, runs + i);
    }
    return runs;
}

static const run_t *trim_preview(trim_t *trim, const run_t *from)
{
    run_t *run = apr_pmemdup(trim->pool, from, sizeof(*run));

    trim_answer(trim, run);
    return run;
}

static const apr_array_header_t *trim_hints(trim_t *trim,
                                            const apr_array_header_t *from)
{
    apr_array_header_t *hints = apr_array_copy(trim->pool, from);
    int i;

    for (i = 0; i < hints->nelts; i++) {
        const char **hint = &APR_ARRAY_IDX(hints, i, const char *);

        *hint = trim_word(trim, *hint);
    }
    return hints;
}

/* What was asked stands in the form, and in two links. */
static apr_size_t cost_of_asked(const semr_explained_t *of)
{
    return 3 *
           (cost_of(of->asked_url) + cost_of(of->accept) + cost_of(of->cookie) +
            cost_of(of->origin) + cost_of(of->more_headers));
}

static const semr_explained_t *attempt(trim_t *trim,
                                       const semr_explained_t *from)
{
    semr_explained_t *made = apr_pmemdup(trim->pool, from, sizeof(*made));

    trim->cost = cost_of_asked(from);
    made->url = trim_word(trim, from->url);
    /* in the sentences, and before the first hop */
    trim->cost += 2 * cost_of(made->url);
    made->run = trim_run(trim, from->run);
    made->methods = trim_methods(trim, from);
    made->preview = from->preview ? trim_preview(trim, from->preview) : NULL;
    made->hints = from->hints ? trim_hints(trim, from->hints) : NULL;
    return made;
}

void semr_explain_trim(const semr_explained_t **explained, apr_size_t most,
                       apr_pool_t *pool)
{
    static const apr_size_t lengths[] = {0,   2000, 1400, 1000, 700, 500,
                                         350, 250,  170,  120,  80,  50};
    const semr_explained_t *whole = *explained;
    trim_t trim = {pool, 0, 0};
    apr_size_t i;

    for (i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
        trim.longest = lengths[i];
        *explained = attempt(&trim, whole);
        if (trim.cost <= most) {
            break;
        }
    }
}
