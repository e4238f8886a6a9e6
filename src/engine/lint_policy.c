/* SPDX-License-Identifier: Apache-2.0
 * What a policy alone says: codes, methods, caching, dates.  It is found out
 * once, and told for each rule that has it.
 */
#include <string.h>

#include <apr_strings.h>

#include "lint_parts.h"

#define BIT(id) (APR_UINT64_C(1) << SEMR_FINDING_##id)

_Static_assert(SEMR_FINDING_COUNT <= 64, "a policy has a bit for each finding");

enum { DAY = 86400 };

/* -- methods --------------------------------------------------------------- */

/* What only= names; all of it where there is none */
typedef struct methods_t {
    int get, other; /* one of a column of the decision table */
    int body;       /* one that clients send with a body and not as a form */
    int dav;
    int small; /* letters in lower case */
    int answered;
    const char *first; /* that is answered, else the first one */
} methods_t;

int semr_lint_method(semr_view_t *only, semr_view_t *method)
{
    const char *comma;

    if (!only->len) {
        return 0;
    }
    comma = memchr(only->p, ',', only->len);
    method->p = only->p;
    method->len = comma ? (apr_size_t)(comma - only->p) : only->len;
    only->p += method->len + (comma != NULL);
    only->len -= method->len + (comma != NULL);
    return 1;
}

static int is_one_of(semr_view_t word, const char *const *words)
{
    for (; *words; words++) {
        if (word.len == strlen(*words) &&
            memcmp(word.p, *words, word.len) == 0) {
            return 1;
        }
    }
    return 0;
}

static int has_small(semr_view_t word)
{
    apr_size_t i;

    for (i = 0; i < word.len; i++) {
        if (word.p[i] >= 'a' && word.p[i] <= 'z') {
            return 1;
        }
    }
    return 0;
}

static methods_t methods_of(apr_pool_t *pool, const semr_policy_t *policy,
                            semr_view_t only)
{
    static const char *const body[] = {"PUT",      "PATCH",  "QUERY",
                                       "PROPFIND", "REPORT", "SEARCH",
                                       "MKCOL",    "LOCK",   NULL};
    static const char *const dav[] = {
        "PROPFIND", "PROPPATCH", "MKCOL",  "COPY",   "MOVE",
        "LOCK",     "UNLOCK",    "REPORT", "SEARCH", NULL};
    methods_t methods = {0};
    semr_view_t method;

    if (!only.len) {
        methods.get = methods.other = methods.answered = 1;
        methods.first = "GET";
        return methods;
    }
    while (semr_lint_method(&only, &method)) {
        const char *name = apr_pstrmemdup(pool, method.p, method.len);
        semr_method_class_t class = semr_decide_class(name, 0);
        int answered = semr_decide_code(policy, class, SEMR_LIVE) != 0;

        methods.get |= class == SEMR_CLASS_GET;
        methods.other |= class == SEMR_CLASS_OTHER;
        methods.body |= is_one_of(method, body);
        methods.dav |= is_one_of(method, dav);
        methods.small |= has_small(method);
        if (!methods.first || (answered && !methods.answered)) {
            methods.first = name;
        }
        methods.answered |= answered;
    }
    return methods;
}

/* -- what it says ---------------------------------------------------------- */

static apr_uint64_t of_code(const semr_policy_t *policy,
                            const methods_t *methods)
{
    static const semr_intent_t meant[] = {
        [301 - 301] = SEMR_PERMANENT, [302 - 301] = SEMR_TEMPORARY,
        [303 - 301] = SEMR_SEE_OTHER, [307 - 301] = SEMR_TEMPORARY,
        [308 - 301] = SEMR_PERMANENT,
    };
    apr_uint64_t found = 0;
    int code = policy->code;

    if (code < 301 || code > 308) {
        return 0;
    }
    if ((code == 301 || code == 302) && policy->method == SEMR_METHOD_KEEP &&
        methods->other) {
        found |= methods->body ? BIT(EMPTY_BODY) : BIT(METHOD_LOSS);
    }
    if ((code == 307 || code == 308) && methods->get) {
        found |= BIT(NEW_CODE);
    }
    if (meant[code - 301] != policy->intent) {
        found |= BIT(OTHER_CODE);
    }
    return found;
}

static apr_uint64_t of_dates(const semr_policy_t *policy, apr_int64_t now)
{
    if (policy->ends != SEMR_NO_DATE && policy->ends <= now) {
        return BIT(ENDED);
    }
    if (policy->settles == SEMR_NO_DATE) {
        return 0;
    }
    if (policy->ends != SEMR_NO_DATE && policy->settles >= policy->ends) {
        return BIT(NEVER_SETTLES);
    }
    return policy->settles <= now ? BIT(SETTLED) : 0;
}

static apr_int64_t max_age_of(const semr_lint_t *lint,
                              const semr_policy_t *policy)
{
    return semr_decide_max_age(policy,
                               lint->max_age ? lint->max_age[policy->intent]
                                             : SEMR_MAX_AGE_DEFAULT,
                               SEMR_LIVE, lint->now);
}

/* RFC 9110 15.1: what caches may keep that is not told how long */
static int is_kept(int status)
{
    return status == 301 || status == 308 || status == 404 || status == 410 ||
           status == 451;
}

static void read_policy(semr_lint_work_t *work, const semr_image_t *image,
                        const semr_image_policy_t *in, semr_lint_policy_t *out)
{
    semr_policy_t policy = semr_image_decision(in);
    methods_t methods =
        methods_of(work->pool, &policy, semr_image_string(image, in->only));
    int get = semr_decide_code(&policy, SEMR_CLASS_GET, SEMR_LIVE);
    int other = semr_decide_code(&policy, SEMR_CLASS_OTHER, SEMR_LIVE);
    apr_int64_t age = max_age_of(work->lint, &policy);

    out->method = methods.first;
    out->class = semr_decide_class(methods.first, 0);
    out->keeps_body = methods.other && (other == 307 || other == 308);
    out->gets_303 =
        (methods.other && other == 303) || (methods.get && get == 303);
    out->cached =
        methods.get && (age == SEMR_MAX_AGE_NONE ? is_kept(get) : age > 0);
    out->findings = of_dates(&policy, work->lint->now);
    if (policy.intent == SEMR_NONE) {
        return;
    }
    out->findings |= of_code(&policy, &methods);
    if (methods.small) {
        out->findings |= BIT(METHOD_CASE);
    }
    if (!methods.answered) {
        out->findings |= BIT(NO_METHOD);
    }
    if (methods.dav && other == 303) {
        out->findings |= BIT(SEE_OTHER_DAV);
    }
    if (methods.get && age == SEMR_MAX_AGE_NONE && is_kept(get)) {
        out->findings |= BIT(BARE_CACHEABLE);
    }
    if (methods.get && age > DAY && policy.intent == SEMR_PERMANENT &&
        policy.settles == SEMR_NO_DATE) {
        out->findings |= BIT(UNSTAGED);
    }
    out->dead = (out->findings & (BIT(ENDED) | BIT(NO_METHOD))) != 0;
}

semr_lint_policy_t *semr_lint_policies(semr_lint_work_t *work,
                                       const semr_image_t *image)
{
    apr_size_t i, count = semr_image_count(image, SEMR_SECTION_POLICIES);
    semr_lint_policy_t *policies =
        apr_pcalloc(work->pool, (count + 1) * sizeof(*policies));

    for (i = 0; i < count; i++) {
        read_policy(work, image, semr_image_policies(image) + i, policies + i);
    }
    return policies;
}

/* -- in words -------------------------------------------------------------- */

static const char *date_of(semr_lint_work_t *work, apr_int64_t seconds)
{
    apr_time_exp_t date;

    apr_time_exp_gmt(&date, apr_time_from_sec(seconds));
    return apr_psprintf(work->each, "%04d-%02d-%02d", date.tm_year + 1900,
                        date.tm_mon + 1, date.tm_mday);
}

static const char *reason(semr_lint_work_t *work, semr_finding_id_t id)
{
    const semr_image_policy_t *policy = work->policy;
    semr_view_t only = semr_image_string(work->image, policy->only);
    const char *names = apr_pstrmemdup(work->each, only.p, only.len);
    semr_policy_t decision = semr_image_decision(policy);

    switch (id) {
    case SEMR_FINDING_METHOD_LOSS:
        return apr_psprintf(work->each,
                            "sends %d to POST: clients repeat it as a GET, "
                            "and its body is lost",
                            policy->code);
    case SEMR_FINDING_EMPTY_BODY:
        return apr_psprintf(work->each,
                            "sends %d to %s: clients repeat it "
                            "without its body, or as a GET",
                            policy->code, names);
    case SEMR_FINDING_NEW_CODE:
        return apr_psprintf(work->each,
                            "sends %d to GET, which older clients "
                            "do not follow",
                            policy->code);
    case SEMR_FINDING_OTHER_CODE:
        return apr_psprintf(work->each,
                            "is %s, but code=%d says something "
                            "else",
                            semr_intent_name(decision.intent), policy->code);
    case SEMR_FINDING_SEE_OTHER_DAV:
        return apr_psprintf(work->each, "turns %s into GET", names);
    case SEMR_FINDING_NO_METHOD:
        return apr_psprintf(work->each,
                            "is for %s alone, which it leaves "
                            "to the application",
                            names);
    case SEMR_FINDING_METHOD_CASE:
        return apr_psprintf(work->each,
                            "is for %s, and no client sends a "
                            "method in small letters",
                            names);
    case SEMR_FINDING_BARE_CACHEABLE:
        return "is sent without Cache-Control (max-age=none), so browsers keep "
               "it as long as they like";
    case SEMR_FINDING_UNSTAGED:
        return apr_psprintf(work->each,
                            "may be kept for %" APR_INT64_T_FMT " days at once",
                            max_age_of(work->lint, &decision) / DAY);
    case SEMR_FINDING_ENDED:
        return apr_psprintf(work->each, "ended on %s",
                            date_of(work, policy->ends));
    case SEMR_FINDING_SETTLED:
        return apr_psprintf(work->each, "settled on %s",
                            date_of(work, policy->settles));
    default:
        return apr_psprintf(work->each, "would settle on %s, but ends on %s",
                            date_of(work, policy->settles),
                            date_of(work, policy->ends));
    }
}

void semr_lint_tell_policy(semr_lint_work_t *work)
{
    apr_uint64_t left = work->known->findings;

    for (; left; left &= left - 1) {
        semr_finding_id_t id = (semr_finding_id_t)__builtin_ctzll(left);

        if (semr_lint_finds(work, id)) {
            semr_lint_say(work, id, NULL, 0, "%s", reason(work, id));
        }
    }
}
