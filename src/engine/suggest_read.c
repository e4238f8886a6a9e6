/* SPDX-License-Identifier: Apache-2.0
 * All rules, read once, in place: which FROMs and TOs are like the paths that
 * are looked for.
 *
 * Each rule's path is taken apart in a buffer, and its hashes are looked up
 * among those of the paths; only where one is met are the two compared.
 */
#include <string.h>

#include "suggest_parts.h"

enum {
    BATCH = 4096,     /* rules from one look at the clock to the next */
    NAME_LEAST = 4,   /* letters of a name that says something elsewhere */
    ONE_LEAST = 5,    /* letters of a name in which one may be wrong, */
    TWO_LEAST = 8,    /* and two */
    WRONG = 2,        /* letters at most */
    KEYS = 6,         /* hashes of one path */
    ABOVES = 16384,   /* bits by hash */
    COMPARE = 5000000 /* paths that are compared at most */
};

/* One of the paths that are looked for */
typedef struct wanted_t {
    semr_view_t path; /* as it is */
    semr_suggest_parts_t parts;
    semr_suggest_best_t *best;
} wanted_t;

/* A hash of one of them; those of one slot of the table are a chain. */
typedef struct entry_t {
    apr_uint32_t tag;
    apr_uint32_t next; /* index, plus 1 */
    apr_uint32_t wanted;
} entry_t;

typedef struct reading_t {
    semr_suggest_t *suggest;
    wanted_t *wanted;
    apr_uint32_t *slots; /* index of an entry, plus 1; 0: free */
    apr_uint32_t mask, nentries;
    entry_t *entries;
    apr_uint64_t lengths[SEMR_SUGGEST_PATH / 64 + 1]; /* of what is above, */
    apr_uint64_t aboves[ABOVES / 64];                 /* and by its hash */

    /* the rule that is read */
    const semr_image_t *image;
    semr_image_rule_t rule;
    int is_to;
    int elsewhere;    /* TO is on another host */
    semr_view_t path; /* as it is */
    semr_suggest_parts_t parts;
    const char *last_to; /* TO's rest of the rule before */
    char text[SEMR_SUGGEST_PATH],
        folded[SEMR_SUGGEST_PATH + SEMR_SUGGEST_BLOCK];
} reading_t;

/* -- the table ------------------------------------------------------------- */

static void add_key(reading_t *reading, apr_uint64_t key, apr_uint32_t wanted)
{
    apr_uint32_t *slot = &reading->slots[key & reading->mask];
    entry_t *entry = &reading->entries[reading->nentries++];

    entry->tag = (apr_uint32_t)(key >> 32);
    entry->wanted = wanted;
    entry->next = *slot;
    *slot = reading->nentries;
}

/* A name that is about as long as short ones are may be meant by both. */
static void add_ends(reading_t *reading, apr_uint32_t i, apr_uint64_t above)
{
    const semr_suggest_parts_t *parts = &reading->wanted[i].parts;
    apr_uint64_t head, tail;

    if (parts->stem.len <= SEMR_SUGGEST_SHORT + WRONG) {
        semr_suggest_ends(parts, above, SEMR_SUGGEST_FEW, &head, &tail);
        add_key(reading, head, i);
        add_key(reading, tail, i);
    }
    if (parts->stem.len + WRONG > SEMR_SUGGEST_SHORT) {
        semr_suggest_ends(parts, above, SEMR_SUGGEST_MORE, &head, &tail);
        add_key(reading, head, i);
        add_key(reading, tail, i);
    }
}

static void add_wanted(reading_t *reading, apr_uint32_t i, const char *path,
                       apr_pool_t *pool)
{
    wanted_t *wanted = &reading->wanted[i];
    apr_size_t len = strlen(path);
    apr_uint64_t above;
    char *text;

    if (len > SEMR_SUGGEST_PATH) {
        return;
    }
    text = apr_palloc(pool, len + SEMR_SUGGEST_BLOCK);
    memcpy(text, path, len);
    if (!semr_suggest_split(text, semr_view(text, len), &wanted->parts)) {
        return;
    }
    wanted->path = semr_view(path, len);
    add_key(reading,
            semr_suggest_hash(wanted->parts.stem, SEMR_SUGGEST_BY_NAME), i);
    above = semr_suggest_hash(wanted->parts.above, SEMR_SUGGEST_BY_ABOVE);
    add_ends(reading, i, above);
    reading->aboves[above % ABOVES / 64] |= APR_UINT64_C(1) << above % 64;
    len = wanted->parts.above.len;
    if (len) {
        add_key(reading, above, i);
        reading->lengths[len / 64] |= APR_UINT64_C(1) << len % 64;
    }
}

static void make_table(reading_t *reading, const char *const *paths, int count,
                       semr_suggest_best_t *bests, apr_pool_t *pool)
{
    apr_size_t size = 1024;
    int i;

    while (size < (apr_size_t)count * KEYS * 8) {
        size *= 2;
    }
    reading->mask = (apr_uint32_t)size - 1;
    reading->slots = apr_pcalloc(pool, size * sizeof(*reading->slots));
    reading->entries = apr_palloc(pool, ((apr_size_t)count * KEYS + 1) *
                                            sizeof(*reading->entries));
    reading->wanted =
        apr_pcalloc(pool, ((apr_size_t)count + 1) * sizeof(*reading->wanted));
    for (i = 0; i < count; i++) {
        reading->wanted[i].best = bests + i;
        if (paths[i]) {
            add_wanted(reading, (apr_uint32_t)i, paths[i], pool);
        }
    }
}

/* -- comparing ------------------------------------------------------------- */

/* What is like it in a way that comes earlier in the table of reasons is the
 * better one; FROM and TO are one way. */
static int rank(semr_suggest_reason_t reason)
{
    switch (reason) {
    case SEMR_SUGGEST_TARGET:
        return 5;
    case SEMR_SUGGEST_FROM_SPELLING:
    case SEMR_SUGGEST_TO_SPELLING:
        return 4;
    case SEMR_SUGGEST_FROM_LETTERS:
    case SEMR_SUGGEST_TO_LETTERS:
        return 3;
    case SEMR_SUGGEST_FROM_NAME:
    case SEMR_SUGGEST_TO_NAME:
        return 2;
    default:
        return 1;
    }
}

static void offer(const reading_t *reading, const wanted_t *wanted,
                  semr_suggest_reason_t from, int likeness)
{
    semr_suggest_best_t *best = wanted->best;
    semr_suggest_reason_t reason = reading->is_to && from != SEMR_SUGGEST_TARGET
                                       ? (semr_suggest_reason_t)(from + 1)
                                       : from;

    if (best->image &&
        (rank(best->reason) > rank(reason) ||
         (rank(best->reason) == rank(reason) && best->likeness >= likeness))) {
        return;
    }
    best->image = reading->image;
    best->at = reading->rule.at;
    best->reason = reason;
    best->likeness = likeness;
}

static int equal(semr_view_t a, semr_view_t b)
{
    return semr_view_equal(a, b);
}

static int ends_at(semr_view_t path, apr_size_t i)
{
    return i == path.len || path.p[i] == '/';
}

/* How many segments both begin with, and end with, which says more */
static int shared_segments(semr_view_t a, semr_view_t b)
{
    apr_size_t i, most = a.len < b.len ? a.len : b.len;
    int shared = 0;

    for (i = 0; i < most && a.p[i] == b.p[i]; i++) {
        shared += ends_at(a, i + 1) && ends_at(b, i + 1);
    }
    for (i = 1; i <= most && a.p[a.len - i] == b.p[b.len - i]; i++) {
        shared += 2 * (a.p[a.len - i] == '/');
    }
    return shared;
}

static int says_something(semr_view_t stem)
{
    apr_size_t i, letters = 0;

    for (i = 0; i < stem.len; i++) {
        letters += stem.p[i] >= 'a' && stem.p[i] <= 'z';
    }
    return letters >= NAME_LEAST && !semr_suggest_is_index(stem);
}

/* A rule that leads to the path itself is no rule to be led to. */
static void compare_spelling(const reading_t *reading, const wanted_t *wanted)
{
    int same =
        equal(reading->path, wanted->path) ||
        (wanted->path.len == reading->path.len + 1 &&
         equal(semr_view(wanted->path.p, reading->path.len), reading->path));

    if (same && reading->is_to && !reading->elsewhere) {
        offer(reading, wanted, SEMR_SUGGEST_TARGET, 0);
    }
    else if (!same || reading->is_to) {
        offer(reading, wanted, SEMR_SUGGEST_FROM_SPELLING,
              equal(reading->parts.name, wanted->parts.name));
    }
}

static void compare_name(const reading_t *reading, const wanted_t *wanted)
{
    if (!equal(reading->parts.stem, wanted->parts.stem)) {
        return;
    }
    if (equal(reading->parts.above, wanted->parts.above)) {
        compare_spelling(reading, wanted);
    }
    else if (says_something(wanted->parts.stem)) {
        offer(reading, wanted, SEMR_SUGGEST_FROM_NAME,
              2 * shared_segments(reading->parts.above, wanted->parts.above) +
                  equal(reading->parts.name, wanted->parts.name));
    }
}

static void compare_letters(const reading_t *reading, const wanted_t *wanted)
{
    semr_view_t stem = wanted->parts.stem;
    int most = stem.len >= TWO_LEAST ? WRONG : stem.len >= ONE_LEAST ? 1 : 0;
    int letters;

    if (!most || !equal(reading->parts.above, wanted->parts.above)) {
        return;
    }
    letters = semr_suggest_distance(reading->parts.stem, stem, most);
    if (letters && letters <= most) {
        offer(reading, wanted, SEMR_SUGGEST_FROM_LETTERS,
              4 - 2 * letters + equal(reading->parts.name, wanted->parts.name));
    }
}

static void compare_above(const reading_t *reading, const wanted_t *wanted)
{
    if (equal(reading->parts.path, wanted->parts.above)) {
        offer(reading, wanted, SEMR_SUGGEST_FROM_ABOVE, 0);
    }
}

/* Calls compare for each path with this hash. */
static inline void look_up(reading_t *reading, apr_uint64_t key,
                           void (*compare)(const reading_t *, const wanted_t *))
{
    apr_uint32_t i = reading->slots[key & reading->mask];

    for (; i; i = reading->entries[i - 1].next) {
        const entry_t *entry = &reading->entries[i - 1];

        reading->suggest->compared++;
        if (entry->tag == (apr_uint32_t)(key >> 32)) {
            compare(reading, &reading->wanted[entry->wanted]);
        }
    }
}

/* -- a rule ---------------------------------------------------------------- */

static int is_length(const reading_t *reading, apr_size_t len)
{
    return reading->lengths[len / 64] >> len % 64 & 1;
}

static void compare_path(reading_t *reading)
{
    const semr_suggest_parts_t *parts = &reading->parts;
    apr_uint64_t above, head, tail;

    look_up(reading, semr_suggest_hash(parts->stem, SEMR_SUGGEST_BY_NAME),
            compare_name);
    if (is_length(reading, parts->path.len)) {
        look_up(reading, semr_suggest_hash(parts->path, SEMR_SUGGEST_BY_ABOVE),
                compare_above);
    }
    if (parts->above.len && !is_length(reading, parts->above.len)) {
        return;
    }
    above = semr_suggest_hash(parts->above, SEMR_SUGGEST_BY_ABOVE);
    if (!(reading->aboves[above % ABOVES / 64] >> above % 64 & 1)) {
        return;
    }
    semr_suggest_ends(parts, above,
                      parts->stem.len <= SEMR_SUGGEST_SHORT ? SEMR_SUGGEST_FEW
                                                            : SEMR_SUGGEST_MORE,
                      &head, &tail);
    look_up(reading, head, compare_letters);
    look_up(reading, tail, compare_letters);
}

/* Both pieces as one in text; 0: it is too long. */
static apr_size_t join(reading_t *reading, semr_view_t head, semr_view_t rest)
{
    apr_size_t len = head.len + rest.len;

    if (len > SEMR_SUGGEST_PATH) {
        return 0;
    }
    memcpy(reading->text, head.p, head.len);
    memcpy(reading->text + head.len, rest.p, rest.len);
    return len;
}

/* Compares what is in text from begin to end. */
static void take_path(reading_t *reading, apr_size_t begin, apr_size_t end)
{
    reading->path = semr_view(reading->text + begin, end - begin);
    if (semr_suggest_split(reading->folded, reading->path, &reading->parts)) {
        compare_path(reading);
    }
}

static void take_from(reading_t *reading, const semr_image_policy_t *policy)
{
    apr_size_t len;

    if (policy->kind == SEMR_REGEX || policy->kind == SEMR_PATTERN ||
        policy->host || policy->intent == SEMR_NONE) {
        return;
    }
    reading->is_to = reading->elsewhere = 0;
    len = join(reading, reading->rule.from, reading->rule.from_rest);
    take_path(reading, 0, len);
}

/* What is behind "https://host" */
static apr_size_t authority_len(reading_t *reading, apr_size_t len)
{
    const char *text = reading->text;
    const char *host = memchr(text, ':', len), *end = text + len, *slash;
    semr_view_t ours = reading->suggest->host;

    if (!host || end - host < 3) {
        return len;
    }
    host += 3;
    slash = memchr(host, '/', (apr_size_t)(end - host));
    slash = slash ? slash : end;
    reading->elsewhere = (apr_size_t)(slash - host) != ours.len ||
                         memcmp(host, ours.p, ours.len) != 0;
    return (apr_size_t)(slash - text);
}

static void take_to(reading_t *reading, const semr_image_policy_t *policy)
{
    const semr_image_rule_t *rule = &reading->rule;
    apr_size_t begin = 0, end, len;

    if (policy->to_form == SEMR_TO_NOTHING || rule->traits & SEMR_TO_TAIL ||
        policy->flags & SEMR_INSERTS ||
        (rule->traits & SEMR_TO_OF && rule->to_rest.p == reading->last_to)) {
        return;
    }
    reading->last_to = rule->to_rest.p;
    reading->is_to = 1;
    reading->elsewhere = 0;
    len = join(reading, rule->to, rule->to_rest);
    if (policy->to_form == SEMR_TO_AUTHORITY) {
        begin = authority_len(reading, len);
    }
    for (end = begin;
         end < len && reading->text[end] != '?' && reading->text[end] != '#';
         end++) {
    }
    take_path(reading, begin, end);
}

/* -- all rules ------------------------------------------------------------- */

static int is_time_up(const reading_t *reading)
{
    const semr_suggest_t *suggest = reading->suggest;

    return (suggest->most && suggest->read >= suggest->most) ||
           suggest->compared > COMPARE ||
           (suggest->until && apr_time_now() > suggest->until);
}

static void read_image(reading_t *reading, const semr_image_t *image)
{
    apr_uint32_t n, at = 0, count = semr_image_rules(image);

    reading->image = image;
    for (n = 0; n < count; n++, at = reading->rule.next) {
        const semr_image_policy_t *policy;

        if (n % BATCH == 0 && is_time_up(reading)) {
            reading->suggest->unread = 1;
            return;
        }
        semr_image_rule(image, at, &reading->rule);
        policy = semr_image_policy(image, &reading->rule);
        take_from(reading, policy);
        take_to(reading, policy);
        reading->suggest->read++;
    }
}

void semr_suggest_read(semr_suggest_t *suggest, const char *const *paths,
                       int count, semr_suggest_best_t *bests, apr_pool_t *pool)
{
    reading_t *reading = apr_pcalloc(pool, sizeof(*reading));
    int i, k;

    reading->suggest = suggest;
    suggest->compared = 0;
    make_table(reading, paths, count, bests, pool);
    for (i = 0; i < suggest->nspaces; i++) {
        for (k = 0; k < suggest->spaces[i].count; k++) {
            read_image(reading, suggest->spaces[i].sets[k]->image);
        }
    }
}
