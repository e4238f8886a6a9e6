/* SPDX-License-Identifier: Apache-2.0
 * Rules that an earlier redirect left nothing to, there, and that answer here.
 *
 * From the first to the last: what came before is found by hashing, a path and
 * each tree above it; only patterns and regexes that begin as the path does
 * are tried, up to a bound for all.  A rule that ignores case is looked for as
 * it is written.
 */
#include <string.h>

#include <apr_strings.h>

#include "import_order.h"
#include "pattern.h"
#include "rule.h"
#include "url.h"

enum {
    TRIES_MAX = 300000,
    TRIES_OF_ONE = 10000 /* what a match counts that went to its limit */
};

/* A pattern or a regex to try */
typedef struct earlier_t {
    const import_move_t *move;
    semr_rule_t rule;
    semr_regex_t *regex;
    struct earlier_t *next;
} earlier_t;

/* What came before */
typedef struct taken_t {
    apr_hash_t *exact, *trees; /* of import_move_t: the first */
    apr_hash_t *beginnings;    /* of earlier_t */
    apr_size_t longest;        /* of the beginnings */
} taken_t;

/* A redirect that took some requests of later ones */
typedef struct partly_t {
    const import_move_t *earlier, *later; /* the first */
    int count;                            /* of later ones */
} partly_t;

typedef struct dead_t {
    import_t *import;
    apr_pool_t *scratch;       /* of one move */
    taken_t all, some;         /* of all requests, or picky */
    taken_t *in;               /* where is looked */
    apr_hash_t *patterns;      /* of import_move_t: the first of a text */
    apr_hash_t *partly;        /* of partly_t, by the earlier */
    const import_move_t *last; /* the place of the pattern before */
    apr_uint64_t tries;
    order_hosts_t hosts;
} dead_t;

/* Case-exact rules and folded ones are two, each found by its own text. */
static char *key_of(apr_pool_t *pool, const char *host, int fold,
                    semr_view_t text, apr_ssize_t *head)
{
    apr_size_t host_len = strlen(host);
    char *key = apr_palloc(pool, host_len + text.len + 3);

    memcpy(key, host, host_len);
    key[host_len] = fold ? '~' : '\n';
    memcpy(key + host_len + 1, text.p ? text.p : "", text.len);
    key[host_len + 1 + text.len] = '\0';
    *head = (apr_ssize_t)host_len + 1;
    return key;
}

static void remember(dead_t *dead, apr_hash_t *hash, const import_move_t *move,
                     semr_view_t path)
{
    const char *host = import_order_host(dead->import, move, dead->scratch);
    const import_move_t *first;
    apr_ssize_t head;
    char *key;

    if (move->fold) {
        path = semr_url_fold(dead->scratch, path);
    }
    key = key_of(dead->import->pool, host, move->fold, path, &head);
    head += (apr_ssize_t)path.len;
    first = apr_hash_get(hash, key, head);
    if (!first || (first->ends_slash && !move->ends_slash)) { /* takes more */
        apr_hash_set(hash, key, head, move);
    }
}

static void remember_regex(dead_t *dead, const import_move_t *move)
{
    apr_pool_t *pool = dead->import->pool;
    const char *line = import_try(dead->import, move, pool);
    const char *host = import_order_host(dead->import, move, dead->scratch);
    earlier_t *earlier = apr_pcalloc(pool, sizeof(*earlier)), *first;
    semr_view_t text = import_order_literal(move, dead->scratch);
    apr_ssize_t head;
    semr_diag_t diag;
    char *key;

    if (!line ||
        semr_rule_parse(&earlier->rule, pool, line, 0, &diag) != APR_SUCCESS) {
        return;
    }
    if (earlier->rule.kind == SEMR_REGEX) {
        earlier->regex = semr_regex_compile(pool, earlier->rule.path,
                                            earlier->rule.fold, 1, &diag);
    }
    earlier->move = move;
    key = key_of(pool, host, 0, text, &head);
    head += (apr_ssize_t)text.len;
    first = apr_hash_get(dead->in->beginnings, key, head);
    if (first) { /* the first stays first */
        earlier->next = first->next;
        first->next = earlier;
    }
    else {
        apr_hash_set(dead->in->beginnings, key, head, earlier);
    }
    if (text.len > dead->in->longest) {
        dead->in->longest = text.len;
    }
}

/* -- what took a path ------------------------------------------------------ */

static int matches(dead_t *dead, const earlier_t *earlier, const char *target)
{
    semr_request_t request = {.pool = dead->scratch};
    semr_view_t path;
    semr_match_t match;

    request.path =
        semr_url_path(dead->scratch, semr_view(target, strlen(target)));
    if (earlier->regex) {
        semr_regex_result_t result =
            semr_regex_match(earlier->regex, &request, &match);

        dead->tries += result == SEMR_REGEX_LIMIT ? TRIES_OF_ONE : 0;
        return result == SEMR_REGEX_YES;
    }
    path = earlier->rule.fold ? semr_request_folded(&request) : request.path;
    return earlier->rule.kind == SEMR_PATTERN &&
           semr_pattern_match(
               earlier->rule.path, earlier->rule.star, earlier->rule.with_slash,
               earlier->rule.slash_exact, path, request.path, &match);
}

static const import_move_t *find_regex_on(dead_t *dead, const char *host,
                                          const char *target, semr_view_t text)
{
    apr_ssize_t head;
    const char *key = key_of(dead->scratch, host, 0, text, &head);
    const earlier_t *earlier;
    apr_size_t i;

    for (i = 0; i <= text.len && i <= dead->in->longest; i++) {
        earlier =
            apr_hash_get(dead->in->beginnings, key, head + (apr_ssize_t)i);
        for (; earlier; earlier = earlier->next) {
            if (dead->tries++ < TRIES_MAX && matches(dead, earlier, target)) {
                return earlier->move;
            }
        }
    }
    return NULL;
}

static const import_move_t *find_regex(dead_t *dead, const char *target)
{
    semr_view_t text =
        semr_url_path(dead->scratch, semr_view(target, strlen(target)));
    const import_move_t *found = NULL;
    int i;

    text = semr_url_decode(dead->scratch, text, 0);
    if (text.len > ORDER_TEXT_MAX) {
        text.len = ORDER_TEXT_MAX;
    }
    text = semr_url_fold(dead->scratch, text);
    for (i = 0; !found && i < dead->hosts.count; i++) {
        found = find_regex_on(dead, dead->hosts.hosts[i], target, text);
    }
    return found;
}

/* The part of a path that a tree's may be, which has its most segments */
static apr_size_t depth_of(semr_view_t path)
{
    apr_size_t i;
    int depth = 0;

    for (i = 0; i < path.len; i++) {
        if (path.p[i] == '/' && depth++ == SEMR_DEPTH_MAX) {
            return i;
        }
    }
    return path.len;
}

/* An earlier tree of this fold that has the path, and is above it if shorter
 * is set */
static const import_move_t *find_tree_on(dead_t *dead, const char *host,
                                         int fold, semr_view_t path,
                                         int with_slash, int shorter)
{
    apr_ssize_t head;
    const char *key = key_of(dead->scratch, host, fold, path, &head);
    apr_size_t len = depth_of(path);
    const import_move_t *found;

    for (;;) {
        found =
            len == path.len && shorter
                ? NULL
                : apr_hash_get(dead->in->trees, key, head + (apr_ssize_t)len);
        if (found && found->kind == IMPORT_PREFIX &&
            (len < path.len || !len || with_slash || !found->ends_slash)) {
            return found;
        }
        if (!len) {
            return NULL;
        }
        while (path.p[--len] != '/') {
        }
    }
}

static const import_move_t *find_in(dead_t *dead, apr_hash_t *hash,
                                    const char *host, int fold,
                                    semr_view_t path)
{
    apr_ssize_t head;
    const char *key = key_of(dead->scratch, host, fold, path, &head);

    return apr_hash_get(hash, key, head + (apr_ssize_t)path.len);
}

static int ends_in_slash(const import_move_t *move)
{
    apr_size_t len = strlen(move->from);

    return len > 1 && move->from[len - 1] == '/';
}

static const import_move_t *find_tree(dead_t *dead, semr_view_t path,
                                      int with_slash, int shorter)
{
    semr_view_t folded = semr_url_fold(dead->scratch, path);
    const import_move_t *found = NULL;
    int i;

    if (!apr_hash_count(dead->in->trees)) {
        return NULL;
    }
    for (i = 0; !found && i < dead->hosts.count; i++) {
        const char *host = dead->hosts.hosts[i];

        found = find_tree_on(dead, host, 0, path, with_slash, shorter);
        if (!found) {
            found = find_tree_on(dead, host, 1, folded, with_slash, shorter);
        }
    }
    return found;
}

/* An earlier exact rule that took what this one, which asks for more, or for
 * the other form, will answer */
static const import_move_t *find_exact(dead_t *dead, const import_move_t *move,
                                       semr_view_t path)
{
    semr_view_t folded = semr_url_fold(dead->scratch, path);
    int i, fold;

    for (i = 0; i < dead->hosts.count; i++) {
        for (fold = 0; fold < 2; fold++) {
            const import_move_t *found =
                find_in(dead, dead->in->exact, dead->hosts.hosts[i], fold,
                        fold ? folded : path);
            int other;

            if (!found) {
                continue;
            }
            other = ends_in_slash(found) != ends_in_slash(move);
            if (other ? found->either
                      : i > 0 || fold > move->fold ||
                            import_order_is_picky(move)) {
                return found;
            }
            if (!other) {
                return NULL; /* the first wins, there and here */
            }
        }
    }
    return NULL;
}

/* -- each move ------------------------------------------------------------- */

/* Patterns of one text are tried at the place of the first (DESIGN 2.3). */
static void look_at_pattern(dead_t *dead, const import_move_t *move)
{
    const import_move_t *earlier;
    const char *host = import_order_host(dead->import, move, dead->scratch);
    semr_view_t text = semr_view(move->from, strlen(move->from));
    apr_ssize_t head;
    char *key = key_of(dead->import->pool, host, move->fold, text, &head);

    head += (apr_ssize_t)text.len;
    earlier = apr_hash_get(dead->patterns, key, head);
    if (!earlier) {
        apr_hash_set(dead->patterns, key, head, move);
    }
    else if (earlier != dead->last &&
             (import_order_is_picky(earlier) ||
              earlier->either != move->either ||
              earlier->ends_slash != move->ends_slash)) {
        import_notice(dead->import, move->line, move->words,
                      "it takes the same paths as line %u, so that here it is "
                      "tried at the place of that.",
                      earlier->line);
    }
    dead->last = earlier ? earlier : move;
}

static const char *other_form(dead_t *dead, const import_move_t *move)
{
    apr_size_t len = strlen(move->from);

    return ends_in_slash(move)
               ? apr_pstrmemdup(dead->scratch, move->from, len - 1)
               : apr_pstrcat(dead->scratch, move->from, "/", NULL);
}

/* An earlier tree, pattern or regex that has an exact rule's path */
static const import_move_t *find_wider(dead_t *dead, const import_move_t *move,
                                       semr_view_t path)
{
    const import_move_t *earlier =
        find_tree(dead, path, move->either || ends_in_slash(move), 0);

    if (!earlier && apr_hash_count(dead->in->beginnings)) {
        earlier = find_regex(dead, move->from);
        if (!earlier && move->either) {
            earlier = find_regex(dead, other_form(dead, move));
        }
    }
    return earlier;
}

/* One that asks for more than a path took what it asks for, and here does no
 * more. */
static void look_at_some(dead_t *dead, const import_move_t *move,
                         semr_view_t path)
{
    const import_move_t *earlier;
    partly_t *partly;

    dead->in = &dead->some;
    earlier = move->kind == IMPORT_EXACT ? find_wider(dead, move, path)
                                         : find_tree(dead, path, 1, 1);
    dead->in = &dead->all;
    if (!earlier || !import_try(dead->import, move, dead->scratch) ||
        !import_try(dead->import, earlier, dead->scratch) ||
        (earlier->scheme && move->scheme && earlier->scheme != move->scheme)) {
        return;
    }
    if (move->split) {
        move->split->stays = 1;
        return;
    }
    partly = apr_hash_get(dead->partly, &earlier, sizeof(earlier));
    if (!partly) {
        partly = apr_pmemdup(dead->import->pool, &(partly_t){earlier, move, 0},
                             sizeof(*partly));
        apr_hash_set(dead->partly, &partly->earlier, sizeof(earlier), partly);
    }
    partly->count++;
}

static void tell_some(dead_t *dead)
{
    apr_pool_t *pool = dead->scratch;
    apr_hash_index_t *at;

    for (at = apr_hash_first(pool, dead->partly); at; at = apr_hash_next(at)) {
        const partly_t *partly = apr_hash_this_val(at);
        const import_move_t *move = partly->earlier;
        const char *more =
            apr_psprintf(pool, " (and of %d more)", partly->count - 1);
        import_notice(dead->import, move->line, move->words,
                      "it asks for more than a path, and took some requests of "
                      "line %u%s; here that answers all of its own, for an "
                      "exact rule comes first, and the longest tree.",
                      partly->later->line, partly->count == 1 ? "" : more);
    }
}

static void look_at_exact(dead_t *dead, const import_move_t *move)
{
    semr_view_t path = import_order_path(move, dead->scratch);
    const import_move_t *earlier = find_exact(dead, move, path);

    if (!earlier) {
        earlier = find_wider(dead, move, path);
    }
    if (!earlier) {
        look_at_some(dead, move, path);
    }
    if (earlier && move->split) {
        move->split->stays = 1;
    }
    else if (earlier) {
        import_notice(dead->import, move->line, move->words,
                      "line %u took this before, so that it never answered; "
                      "here it does, for an exact rule comes first. Leave it "
                      "out if it shall not.",
                      earlier->line);
    }
    if (!import_order_is_picky(move)) {
        remember(dead, dead->in->exact, move, path);
    }
}

static void look_at_tree(dead_t *dead, const import_move_t *move)
{
    semr_view_t path = import_order_path(move, dead->scratch);
    const import_move_t *earlier = find_tree(dead, path, 1, 1);

    if (earlier) {
        import_notice(dead->import, move->line, move->words,
                      "line %u took this tree before, so that it never "
                      "answered; here it does, for the longest tree wins. "
                      "Leave it out if it shall not.",
                      earlier->line);
    }
    else {
        look_at_some(dead, move, path);
    }
    if (!move->canonical) {
        dead->in = import_order_is_picky(move) ? &dead->some : &dead->all;
        remember(dead, dead->in->trees, move, path);
        dead->in = &dead->all;
    }
}

static void start(taken_t *taken, apr_pool_t *pool)
{
    taken->exact = apr_hash_make(pool);
    taken->trees = apr_hash_make(pool);
    taken->beginnings = apr_hash_make(pool);
}

void import_order_dead(import_t *import)
{
    dead_t dead = {.import = import};
    int i;

    apr_pool_create(&dead.scratch, import->pool);
    start(&dead.all, import->pool);
    start(&dead.some, import->pool);
    dead.in = &dead.all;
    dead.partly = apr_hash_make(import->pool);
    dead.patterns = apr_hash_make(import->pool);
    for (i = 0; i < import->moves->nelts; i++) {
        const import_move_t *move =
            &APR_ARRAY_IDX(import->moves, i, import_move_t);

        if (move->off || !move->from ||
            (*move->from != '/' && move->kind != IMPORT_REGEX)) {
            continue;
        }
        import_order_hosts(import, move, dead.scratch, &dead.hosts);
        if (move->kind == IMPORT_EXACT) {
            look_at_exact(&dead, move);
        }
        else if (move->kind == IMPORT_PREFIX) {
            look_at_tree(&dead, move);
        }
        else {
            look_at_pattern(&dead, move);
            if (!move->canonical) {
                dead.in = import_order_is_picky(move) ? &dead.some : &dead.all;
                remember_regex(&dead, move);
                dead.in = &dead.all;
            }
        }
        apr_pool_clear(dead.scratch);
    }
    tell_some(&dead);
    if (dead.tries > TRIES_MAX) {
        import_notice(import, 0, "",
                      "there are too many regexes to look for all the rules "
                      "that they took; an exact rule behind them may answer "
                      "where it was dead.");
    }
    apr_pool_destroy(dead.scratch);
}
