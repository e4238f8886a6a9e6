/* SPDX-License-Identifier: Apache-2.0
 * A run: slots, each with a question on its way, and one loop that serves them.
 */
#include <signal.h>
#include <string.h>
#include <time.h>

#include <apr_strings.h>

#include "key.h"
#include "progress.h"
#include "verify_journal.h"
#include "verify_rate.h"
#include "verify_seen.h"
#include "verify_tell.h"
#include "verify_web.h"

enum {
    HOPS_MAX = 10,      /* that the server may take to an end */
    UNREACHABLE_MAX = 8 /* questions one after the other: nobody is there */
};
#define NAP        (APR_USEC_PER_SEC / 5) /* so that ^C is seen */
#define FLUSH_EACH APR_USEC_PER_SEC
/* A page that is not there is worse where it is no tree's top, so that those
 * are asked apart. */
#define TREE_ENDS APR_UINT64_C(0x9e3779b97f4a7c15)

typedef enum slot_state_t { FREE, DUE, RUNNING } slot_state_t;

typedef struct slot_t {
    slot_state_t state;
    apr_pool_t *pool; /* of its question */
    verify_question_t question;
    apr_time_t due;
    int tries;
    const char *url;                  /* that is asked now */
    int hops;                         /* between the question and it */
    int elsewhere;                    /* it is not asked at --against */
    apr_uint64_t chain[HOPS_MAX + 2]; /* hashes of the URLs before it */
} slot_t;

typedef struct run_t {
    verify_plan_t *plan;
    cli_t *cli;
    verify_questions_t *questions;
    verify_web_t *web;
    verify_journal_t *journal; /* NULL: there is none */
    verify_done_t done;
    verify_seen_t *seen; /* ends */
    verify_rate_t rate;
    verify_tell_t tell;
    cli_progress_t progress;
    slot_t *slots;
    apr_pool_t **pools; /* by slot */
    apr_uint64_t next;  /* question */
    int busy;           /* slots that are not free */
    int unreachable;    /* questions in a row that were not answered */
    apr_time_t now, flushed;
} run_t;

static volatile sig_atomic_t interrupted;

/* Another ^C, a moment later, ends at once; timeout(1) sends two together. */
static void interrupt(int number)
{
    static volatile time_t first;

    if (!interrupted) {
        first = time(NULL);
        interrupted = 1;
    }
    else if (time(NULL) > first + 1) {
        signal(number, SIG_DFL);
        raise(number);
    }
}

/* -- a slot ---------------------------------------------------------------- */

static void let_go(run_t *run, slot_t *slot)
{
    slot->state = FREE;
    run->busy--;
    apr_pool_clear(slot->pool);
}

/* The question is answered right, to its end. */
static void finish(run_t *run, slot_t *slot)
{
    verify_done_set(&run->done, slot->question.number);
    if (run->journal) {
        verify_journal_note(run->journal, slot->question.number);
    }
    let_go(run, slot);
}

static void fail(run_t *run, slot_t *slot, verify_kind_t kind,
                 const char *expected, const char *got)
{
    const verify_question_t *question = &slot->question;
    verify_wrong_t wrong = {kind,
                            question->file ? question->file : "?",
                            question->line,
                            question->method,
                            question->url,
                            expected,
                            got};

    cli_progress_end(&run->progress);
    verify_tell_wrong(&run->tell, &wrong, slot->pool);
    let_go(run, slot);
}

static void ask_again(run_t *run, slot_t *slot, apr_int64_t asked_for)
{
    apr_interval_time_t wait = verify_rate_backoff(slot->tries, asked_for);

    run->tell.retries++;
    slot->state = DUE;
    slot->due = run->now + wait;
    if (asked_for > 0 && !slot->elsewhere) { /* the server means all of us */
        verify_rate_pause(&run->rate, slot->due);
    }
}

/* -- on the way to the end ------------------------------------------------- */

static apr_uint64_t hash_of(const char *url)
{
    return XXH3_64bits(url, strlen(url));
}

static int is_in_chain(const slot_t *slot, apr_uint64_t hash)
{
    int i;

    for (i = 0; i <= slot->hops; i++) {
        if (slot->chain[i] == hash) {
            return 1;
        }
    }
    return 0;
}

static void skip(run_t *run, slot_t *slot, verify_skip_t why)
{
    run->tell.skips[why]++;
    finish(run, slot);
}

/* The reply sends the client on, as it should; or as the server has it, from a
 * hop. */
static void follow(run_t *run, slot_t *slot, const char *location)
{
    apr_uint64_t hash;
    int ours = 0, is_new;
    const char *next = verify_web_follow(run->plan, slot->url, location,
                                         slot->question.url, &ours, slot->pool);

    if (!next || (!ours && !run->plan->elsewhere)) {
        skip(run, slot, VERIFY_SKIP_ELSEWHERE);
        return;
    }
    hash = hash_of(next);
    if (is_in_chain(slot, hash)) {
        fail(run, slot, VERIFY_CIRCLE, "an end", next);
        return;
    }
    if (slot->hops == HOPS_MAX) {
        fail(run, slot, VERIFY_LONG, "an end within ten hops", next);
        return;
    }
    is_new = verify_seen_add(run->seen,
                             hash ^ (slot->question.is_tree ? TREE_ENDS : 0));
    if (is_new <= 0) { /* whoever met it first tells what it is */
        finish(run, slot);
        return;
    }
    slot->chain[++slot->hops] = hash;
    slot->url = next;
    slot->elsewhere = !ours;
    slot->tries = 0;
    slot->due = run->now;
    slot->state = DUE;
}

static void take_end(run_t *run, slot_t *slot, const verify_reply_t *reply)
{
    verify_kind_t kind;
    const char *got;

    if (verify_is_redirect(reply)) {
        follow(run, slot, reply->location);
        return;
    }
    run->tell.ends++;
    kind = verify_judge_end(&run->plan->ends, reply, slot->question.is_tree);
    if (kind == VERIFY_RIGHT) {
        run->tell.ends_right++;
        finish(run, slot);
        return;
    }
    got = verify_tell_reply(reply, slot->pool);
    fail(run, slot, kind,
         apr_pstrcat(slot->pool,
                     verify_tell_wanted(&slot->question.wanted, slot->pool),
                     ", and a page there", NULL),
         apr_pstrcat(slot->pool, got, " at ", slot->url, NULL));
}

static int is_safe(const char *method)
{
    return !strcmp(method, "GET") || !strcmp(method, "HEAD");
}

static void take_answer(run_t *run, slot_t *slot, const verify_reply_t *reply)
{
    verify_question_t *question = &slot->question;
    verify_kind_t kind =
        verify_judge(&question->wanted, reply, &question->request,
                     (apr_port_t)run->plan->port, slot->pool);

    run->unreachable = reply->failure ? run->unreachable + 1 : 0;
    if (kind != VERIFY_RIGHT) {
        fail(run, slot, kind, verify_tell_wanted(&question->wanted, slot->pool),
             verify_tell_reply(reply, slot->pool));
        return;
    }
    run->tell.right++;
    if (!run->plan->follows || !is_safe(question->method) ||
        !question->wanted.code || !verify_is_redirect(reply)) {
        finish(run, slot);
        return;
    }
    if (question->made_up) {
        skip(run, slot, VERIFY_SKIP_MADE_UP);
        return;
    }
    slot->chain[0] = hash_of(slot->url);
    follow(run, slot, reply->location);
}

static void take_reply(run_t *run, slot_t *slot, const verify_reply_t *reply,
                       int may_retry)
{
    int busy = verify_is_busy(reply);

    if ((busy || (may_retry && is_safe(slot->question.method))) &&
        slot->tries <= run->plan->retries) {
        ask_again(run, slot, busy ? reply->retry_after : 0);
    }
    else if (slot->hops) {
        take_end(run, slot, reply);
    }
    else {
        take_answer(run, slot, reply);
    }
}

/* -- the next question ----------------------------------------------------- */

static void begin_question(run_t *run, slot_t *slot)
{
    verify_question_t *question = &slot->question;
    verify_skip_t why =
        verify_question(run->questions, run->next++, slot->pool, question);

    if (why != VERIFY_ASKED) {
        run->tell.skips[why]++;
        apr_pool_clear(slot->pool);
        return;
    }
    run->busy++;
    if (question->expected) {
        fail(run, slot, VERIFY_EXPECT, question->expected, question->got);
        return;
    }
    run->tell.asked++;
    slot->state = DUE;
    slot->due = run->now;
    slot->tries = slot->hops = slot->elsewhere = 0;
    slot->url = question->url;
}

/* A slot with something to send, if there is one. */
static slot_t *find_due(run_t *run)
{
    slot_t *slot, *end = run->slots + run->plan->connections;

    for (slot = run->slots; slot < end; slot++) {
        if (slot->state == DUE && slot->due <= run->now) {
            return slot;
        }
    }
    for (slot = run->slots; slot < end; slot++) {
        while (slot->state == FREE && run->next < run->done.count) {
            if (verify_done_is(&run->done, run->next)) {
                run->next++;
                continue;
            }
            begin_question(run, slot);
        }
        if (slot->state == DUE && slot->due <= run->now) {
            return slot;
        }
    }
    return NULL;
}

/* Sends what may go; returns how long there is nothing to send. */
static apr_interval_time_t send_some(run_t *run)
{
    apr_interval_time_t wait;
    slot_t *slot;

    while ((slot = find_due(run)) != NULL) {
        wait = verify_rate_take(&run->rate, run->now);
        if (wait) {
            return wait < NAP ? wait : NAP;
        }
        slot->tries++;
        slot->state = RUNNING;
        if (!verify_web_send(run->web, (int)(slot - run->slots),
                             slot->question.method, slot->url,
                             slot->elsewhere)) {
            verify_reply_t reply = {.failure = "curl takes no such URL"};

            take_reply(run, slot, &reply, 0);
        }
    }
    return NAP;
}

/* -- all of it ------------------------------------------------------------- */

static void stop_if_asked(run_t *run)
{
    if (interrupted) {
        run->tell.stopped = "stopped";
    }
    else if (run->unreachable >= UNREACHABLE_MAX && !run->tell.right) {
        run->tell.stopped = "nobody answers there";
    }
    else if (run->unreachable >= 4 * UNREACHABLE_MAX) {
        run->tell.stopped = "nobody answers there any more";
    }
}

static void work(run_t *run)
{
    verify_reply_t reply;
    apr_interval_time_t wait;
    int i, may_retry;

    for (;;) {
        run->now = apr_time_now();
        stop_if_asked(run);
        if (run->tell.stopped) {
            return;
        }
        wait = send_some(run);
        if (!run->busy && run->next == run->done.count) {
            return;
        }
        verify_web_wait(run->web, wait);
        run->now = apr_time_now();
        while ((i = verify_web_next(run->web, run->pools, &reply,
                                    &may_retry)) >= 0) {
            take_reply(run, run->slots + i, &reply, may_retry);
        }
        cli_progress_now(&run->progress, run->tell.asked, run->next,
                         run->done.count);
        if (run->journal && run->now - run->flushed > FLUSH_EACH) {
            verify_journal_flush(run->journal);
            run->flushed = run->now;
        }
    }
}

static int prepare_slots(run_t *run)
{
    apr_size_t count = (apr_size_t)run->plan->connections, i;

    run->slots = apr_pcalloc(run->cli->pool, count * sizeof(*run->slots));
    run->pools = apr_pcalloc(run->cli->pool, count * sizeof(*run->pools));
    for (i = 0; i < count; i++) {
        apr_pool_create(run->pools + i, run->cli->pool);
        run->slots[i].pool = run->pools[i];
    }
    run->seen = verify_seen_create(run->cli->pool);
    run->web = verify_web_create(run->plan);
    return run->seen && run->web;
}

static int open_journal(run_t *run)
{
    verify_bond_t bond = {verify_questions_maps(run->questions),
                          verify_questions_asks(run->questions),
                          run->plan->against};

    if (run->plan->resume) {
        run->journal =
            verify_journal_open(run->cli, run->plan->resume, &bond, &run->done);
    }
    return !run->plan->resume || run->journal;
}

static int prepare(run_t *run)
{
    cli_t *cli = run->cli;

    run->questions = verify_questions_create(run->plan);
    if (!run->questions) {
        return 0;
    }
    cli_rules_say(cli, &run->plan->rules);
    verify_done_begin(&run->done, cli->pool,
                      verify_questions_count(run->questions));
    if (!prepare_slots(run) || !open_journal(run)) {
        return 0;
    }
    verify_rate_begin(&run->rate, (int)run->plan->rate);
    return 1;
}

static cli_exit_t status_of(const run_t *run)
{
    int kind;

    for (kind = 0; kind < VERIFY_KIND_COUNT; kind++) {
        if (run->tell.counts[kind] && verify_kind_fails((verify_kind_t)kind)) {
            return CLI_FOUND;
        }
    }
    return run->tell.stopped      ? CLI_FAILED
           : run->plan->rules.bad ? CLI_FOUND
                                  : CLI_OK;
}

/* What is left is said where the summary is read. */
static cli_exit_t say_end(run_t *run)
{
    cli_t *cli = run->cli;
    apr_status_t status =
        run->journal ? verify_journal_flush(run->journal) : APR_SUCCESS;

    if (status != APR_SUCCESS) {
        return cli_fail_io(cli, run->plan->resume, "cannot be written", status);
    }
    if (run->tell.stopped) {
        cli_say(cli,
                "%s after %" APR_UINT64_T_FMT " of %" APR_UINT64_T_FMT
                " questions%s%s",
                run->tell.stopped, run->next, run->done.count,
                run->journal ? "; the same command goes on by "
                             : "; --resume FILE would go on from here",
                run->journal ? run->plan->resume : "");
    }
    return status_of(run);
}

cli_exit_t verify_run(verify_plan_t *plan)
{
    run_t *run = apr_pcalloc(plan->cli->pool, sizeof(*run));

    run->plan = plan;
    run->cli = plan->cli;
    if (!prepare(run)) {
        return CLI_FAILED;
    }
    verify_tell_begin(&run->tell, plan);
    run->tell.questions = run->done.count;
    run->tell.already = run->done.already;
    cli_progress_begin(&run->progress, plan->cli, "asked");
    signal(SIGINT, interrupt);
    signal(SIGTERM, interrupt);
    work(run);
    cli_progress_end(&run->progress);
    verify_tell_end(&run->tell);
    return say_end(run);
}
