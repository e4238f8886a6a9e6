/* SPDX-License-Identifier: Apache-2.0
 * One request of a log: asked, and counted.
 */
#include <string.h>

#include <apr_strings.h>

#include "mask.h"
#include "replay.h"

enum {
    CLEAR_EVERY = 64,  /* lines whose memory is given back at once */
    SHOWN = 100,       /* bytes of a line that is told */
    MISSES_KEPT = 2000 /* paths */
};

/* No client knows what a log is replayed with. */
#define MISSES_SEED APR_UINT64_C(0x73656d7265646972)

void replay_begin(replay_t *replay)
{
    apr_pool_t *pool = replay->cli->pool;
    int space, set;

    apr_pool_create(&replay->each, pool);
    cli_rules_ask(&replay->rules, &replay->ask, &replay->judge);
    replay->judge.request = &replay->request;
    for (space = 0; space < REPLAY_SPACES; space++) {
        const semr_space_t *rules = replay->rules.spaces + space;
        apr_size_t count = 1;

        for (set = 0; set < rules->count; set++) {
            count += semr_image_rules(rules->sets[set]->image);
        }
        replay->hits[space] =
            apr_pcalloc(pool, count * sizeof(*replay->hits[space]));
        replay->fine[space] =
            apr_pcalloc(pool, count * sizeof(*replay->fine[space]));
    }
    replay->misses =
        semr_misses_init(apr_pcalloc(pool, semr_misses_size(MISSES_KEPT)),
                         MISSES_KEPT, MISSES_SEED, replay->rules.now);
    replay->bad = apr_array_make(pool, REPLAY_BAD_MOST, sizeof(replay_bad_t));
}

/* -- what was asked -------------------------------------------------------- */

static int is_name(const replay_t *replay, semr_view_t host)
{
    const apr_array_header_t *names = replay->rules.names;
    int i;

    for (i = 0; i < names->nelts; i++) {
        if (semr_view_equal(APR_ARRAY_IDX(names, i, semr_view_t), host)) {
            return 1;
        }
    }
    return !names->nelts;
}

/* Makes the request; 0, and *skipped: it is not to be asked. */
static int make_request(replay_t *replay, replay_skipped_t *skipped)
{
    const cli_log_request_t *logged = &replay->logged;
    semr_request_t *request = &replay->request;

    *skipped = REPLAY_SKIP_HOSTS;
    if (logged->host.len && !is_name(replay, logged->host)) {
        return 0;
    }
    *skipped = REPLAY_SKIP_TARGETS;
    memset(request, 0, sizeof(*request));
    if (!cli_rules_request(&replay->rules, request, logged->target,
                           replay->each)) {
        return 0;
    }
    if (logged->host.len) {
        request->host = logged->host;
    }
    if (logged->scheme != SEMR_ANY_SCHEME) {
        request->https = logged->scheme == SEMR_HTTPS;
        request->port = request->https ? 443 : 80;
    }
    if (logged->port) {
        request->port = logged->port;
    }
    return 1;
}

/* -- counting -------------------------------------------------------------- */

static replay_logged_t logged_of(int status)
{
    switch (status) {
    case 304:
        return REPLAY_FINE;
    case 301:
    case 302:
    case 303:
    case 307:
    case 308:
        return REPLAY_REDIRECT;
    case 404:
        return REPLAY_NOT_FOUND;
    case 410:
        return REPLAY_GONE;
    default:
        return status >= 200 && status < 300   ? REPLAY_FINE
               : status >= 400 && status < 500 ? REPLAY_CLIENT
               : status >= 500                 ? REPLAY_SERVER
                                               : REPLAY_OTHER;
    }
}

static void count_rule(replay_t *replay, int changes_fine)
{
    const semr_ask_t *ask = &replay->ask;
    apr_uint32_t at = semr_ends_bit(replay->rules.ends + ask->space, ask->set,
                                    ask->number),
                 *hits = replay->hits[ask->space] + at,
                 *fine = replay->fine[ask->space] + at;

    *hits += *hits < 0xffffffffu;
    *fine += changes_fine && *fine < 0xffffffffu;
}

static void count_miss(replay_t *replay)
{
    semr_miss_hit_t hit;

    memset(&hit, 0, sizeof(hit));
    hit.server = 1;
    hit.path = semr_mask_path(replay->each, replay->request.path);
    semr_misses_record(replay->misses, &hit, replay->rules.now);
}

static int outcome_of(const semr_ask_t *ask)
{
    unsigned slot;

    if (ask->fate == SEMR_FATE_LOOPS) {
        return REPLAY_LOOP;
    }
    if (ask->fate != SEMR_FATE_ANSWERS) {
        return REPLAY_NONE;
    }
    slot = semr_tally_slot((semr_stage_t)0, ask->answer.status);
    return slot < SEMR_TALLY_CODE_COUNT ? (int)slot : REPLAY_NONE;
}

static void ask(replay_t *replay)
{
    replay_logged_t logged = logged_of(replay->logged.status);
    semr_ask_t *ask = &replay->ask;
    int outcome;

    replay->judge.method = replay->logged.method;
    replay->judge.class = semr_decide_class(replay->logged.method, 0);
    replay->judge.until = SEMR_NO_DATE;
    semr_ask(ask);
    outcome = outcome_of(ask);
    replay->asked++;
    replay->counts[logged][outcome]++;
    replay->observed += ask->observes != 0;
    replay->gave_up += (apr_uint64_t)ask->gave_up;
    if (ask->fate != SEMR_FATE_PASSED) { /* to leave alone is to be of use */
        count_rule(replay, logged == REPLAY_FINE && outcome < REPLAY_NONE);
    }
    if (outcome >= REPLAY_NONE) {
        if (logged == REPLAY_NOT_FOUND) {
            count_miss(replay);
        }
        return;
    }
    replay->same_redirects += logged == REPLAY_REDIRECT &&
                              ask->answer.status == replay->logged.status;
    replay->methods_lost +=
        replay->judge.class != SEMR_CLASS_GET &&
        (ask->answer.status == 301 || ask->answer.status == 302);
}

/* -- lines ----------------------------------------------------------------- */

static void skip(replay_t *replay, replay_skipped_t skipped, const char *log,
                 apr_uint64_t number, semr_view_t line)
{
    replay_bad_t *bad;

    replay->skipped[skipped]++;
    if (replay->bad->nelts == REPLAY_BAD_MOST ||
        (skipped != REPLAY_SKIP_WRONG && skipped != REPLAY_SKIP_NOTHING)) {
        return;
    }
    bad = apr_array_push(replay->bad);
    bad->log = log;
    bad->line = number;
    bad->text = apr_pstrmemdup(replay->cli->pool, line.p,
                               line.len > SHOWN ? SHOWN : line.len);
    bad->why = cli_log_words(skipped == REPLAY_SKIP_WRONG ? CLI_LOG_WRONG
                                                          : CLI_LOG_NOTHING);
}

void replay_line(replay_t *replay, const char *log, apr_uint64_t number,
                 semr_view_t line)
{
    cli_log_result_t result = cli_log_read(replay->log, line, &replay->logged);
    replay_skipped_t skipped;

    replay->lines++;
    if (replay->lines % CLEAR_EVERY == 0) {
        apr_pool_clear(replay->each);
    }
    if (result == CLI_LOG_EMPTY) {
        return;
    }
    if (result != CLI_LOG_REQUEST) {
        skip(replay,
             result == CLI_LOG_WRONG ? REPLAY_SKIP_WRONG : REPLAY_SKIP_NOTHING,
             log, number, line);
    }
    else if (make_request(replay, &skipped)) {
        ask(replay);
    }
    else {
        skip(replay, skipped, log, number, line);
    }
}
