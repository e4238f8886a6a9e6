/* SPDX-License-Identifier: Apache-2.0
 * A reply, against what the rules say.
 */
#include <stdlib.h>

#include "expect.h"
#include "verify_judge.h"

static const struct {
    const char *key, *what, *mend;
    int fails;
} kinds[] = {
#define X(id, key, fails, what, mend) {key, what, mend, fails},
    VERIFY_KINDS(X)
#undef X
};

const char *verify_kind_key(verify_kind_t kind)
{
    return kinds[kind].key;
}

const char *verify_kind_what(verify_kind_t kind)
{
    return kinds[kind].what;
}

const char *verify_kind_mend(verify_kind_t kind)
{
    return kinds[kind].mend;
}

int verify_kind_fails(verify_kind_t kind)
{
    return kinds[kind].fails;
}

int verify_end_codes_read(verify_end_codes_t *codes, const char *text)
{
    char *end;
    long code;

    for (codes->count = 0; codes->count < VERIFY_ENDS_MAX; text = end + 1) {
        code = strtol(text, &end, 10);
        if (end != text + 3 || code < 200 || code > 599) {
            return 0;
        }
        codes->codes[codes->count++] = (int)code;
        if (!*end) {
            return 1;
        }
        if (*end != ',') {
            return 0;
        }
    }
    return 0;
}

int verify_is_redirect(const verify_reply_t *reply)
{
    switch (reply->code) {
    case 301:
    case 302:
    case 303:
    case 307:
    case 308:
        return reply->location != NULL;
    default:
        return 0;
    }
}

int verify_is_busy(const verify_reply_t *reply)
{
    return !reply->failure && (reply->code == 429 || reply->code == 503);
}

/* Who is asked */
typedef struct asked_t {
    const semr_request_t *request;
    apr_port_t port;
    apr_pool_t *pool;
} asked_t;

static int same(const char *wanted, const char *got, const asked_t *asked)
{
    semr_request_t there = *asked->request;

    if (!wanted || !got) {
        return wanted == got;
    }
    there.port = asked->port;
    return semr_expect_same(wanted, got, asked->request, asked->pool) ||
           semr_expect_same(wanted, got, &there, asked->pool);
}

/* What is wrong with a reply that has not the code that was wanted */
static verify_kind_t judge_code(const verify_reply_t *reply)
{
    if (verify_is_busy(reply)) {
        return VERIFY_BUSY;
    }
    if (reply->code == 401 || reply->code == 403 || reply->code == 407 ||
        reply->code >= 500) {
        return VERIFY_REFUSED;
    }
    return verify_is_redirect(reply) || reply->code == 410 ? VERIFY_CODE
                                                           : VERIFY_NOTHING;
}

/* Whether the server does what an observed rule only would do; other redirects
 * may be the site as it was before. */
static int is_observed(const verify_wanted_t *wanted,
                       const verify_reply_t *reply, const asked_t *asked)
{
    int sends = wanted->observed_to ? verify_is_redirect(reply)
                                    : reply->code == wanted->observed_code;

    return sends && same(wanted->observed_to, reply->location, asked);
}

static verify_kind_t judge_nothing(const verify_wanted_t *wanted,
                                   const verify_reply_t *reply,
                                   const asked_t *asked)
{
    int redirected = wanted->observed_code ? is_observed(wanted, reply, asked)
                                           : verify_is_redirect(reply);

    return redirected              ? VERIFY_REDIRECTED
           : verify_is_busy(reply) ? VERIFY_BUSY
                                   : VERIFY_RIGHT;
}

verify_kind_t verify_judge(const verify_wanted_t *wanted,
                           const verify_reply_t *reply,
                           const semr_request_t *request, apr_port_t port,
                           apr_pool_t *pool)
{
    const asked_t asked = {request, port, pool};

    if (reply->failure) {
        return VERIFY_UNREACHABLE;
    }
    if (!wanted->code) {
        return judge_nothing(wanted, reply, &asked);
    }
    if (reply->code != wanted->code) {
        return judge_code(reply);
    }
    if (!same(wanted->location, reply->location, &asked)) {
        return VERIFY_LOCATION;
    }
    return wanted->no_store && !reply->no_store ? VERIFY_CACHE : VERIFY_RIGHT;
}

verify_kind_t verify_judge_end(const verify_end_codes_t *codes,
                               const verify_reply_t *reply, int is_tree)
{
    int i;

    if (reply->failure) {
        return VERIFY_END_UNREACHABLE;
    }
    for (i = 0; i < codes->count; i++) {
        if (codes->codes[i] == reply->code) {
            return VERIFY_RIGHT;
        }
    }
    if (verify_is_busy(reply)) {
        return VERIFY_BUSY;
    }
    if (is_tree && (reply->code == 403 || reply->code == 404)) {
        return VERIFY_TREE;
    }
    return reply->code == 404 || reply->code == 410 ? VERIFY_END_MISSING
           : reply->code >= 500                     ? VERIFY_END_ERROR
                                                    : VERIFY_END_OTHER;
}
