/* SPDX-License-Identifier: Apache-2.0
 * Which rules are listed: from any one on, or those that a search finds.
 *
 * A search looks at all rules once, and keeps those that its page shows: in
 * an order of its own, a heap of as many as come before the page's end.  What
 * can be told by number, hits and marks, is asked first, a block of 64 rules at
 * a time, so that records of other blocks are not read.
 */
#include <stdlib.h>

#include <apr_time.h>

#include "identity.h"
#include "listing_parts.h"

int semr_listing_by_number(void)
{
    return 1;
}

apr_uint64_t semr_listing_hits(const place_t *place, apr_uint32_t number,
                               apr_uint64_t id)
{
    (void)id;
    return place->counters.stats
               ? semr_stats_hits(place->counters.stats,
                                 place->counters.first + number)
               : 0;
}

apr_int64_t semr_listing_last(const place_t *place, apr_uint32_t number,
                              apr_uint64_t id)
{
    (void)place;
    (void)number;
    (void)id;
    return 0; /* nobody knows yet */
}

/* -- rows ------------------------------------------------------------------ */

static int next_found(listing_t *listing, const place_t **place,
                      semr_image_rule_t *rule)
{
    const found_t *found = listing->found + listing->row;

    if (!listing->left) {
        return 0;
    }
    *place = semr_listing_place(listing, found->place);
    semr_image_rule((*place)->image,
                    semr_image_at((*place)->image, found->number), rule);
    listing->row++;
    listing->left--;
    return 1;
}

int semr_listing_next(listing_t *listing, const place_t **place,
                      semr_image_rule_t *rule)
{
    if (listing->found) {
        return next_found(listing, place, rule);
    }
    for (;; listing->place++, listing->row = listing->at = 0) {
        if (listing->place == listing->places->nelts || !listing->left) {
            return 0;
        }
        *place = semr_listing_place(listing, listing->place);
        if (listing->row < semr_image_rules((*place)->image)) {
            break;
        }
    }
    semr_image_rule((*place)->image, listing->at, rule);
    listing->at = rule->next;
    listing->row++;
    listing->left -= listing->left > 0;
    return 1;
}

/* Has the listing begin with a rule by its number among all. */
static void jump(listing_t *listing, apr_uint64_t start)
{
    for (; listing->place < listing->places->nelts; listing->place++) {
        const semr_image_t *image =
            semr_listing_place(listing, listing->place)->image;

        if (start < semr_image_rules(image)) {
            listing->row = (apr_size_t)start;
            listing->at = semr_image_at(image, (apr_uint32_t)start);
            return;
        }
        start -= semr_image_rules(image);
    }
}

/* -- what was found -------------------------------------------------------- */

/* A search under way */
typedef struct quest_t {
    listing_t *listing;
    const semr_search_t *search;
    semr_searcher_t *searcher;
    apr_time_t until;
    apr_uint64_t matched, searched;
    apr_size_t most, kept; /* rules in listing->found */
    int by_id;             /* it asks for counts, which go by id */
} quest_t;

/* Whether a comes before b */
static int is_before(const found_t *a, const found_t *b)
{
    return a->key != b->key ? a->key > b->key : a->order < b->order;
}

/* Puts a rule in its place in the heap, where the last one is on top, from a
 * free node on. */
static void sift_down(found_t *heap, apr_size_t count, apr_size_t node,
                      const found_t *found)
{
    apr_size_t child;

    for (; (child = 2 * node + 1) < count; node = child) {
        if (child + 1 < count && is_before(heap + child, heap + child + 1)) {
            child++;
        }
        if (!is_before(found, heap + child)) {
            break;
        }
        heap[node] = heap[child];
    }
    heap[node] = *found;
}

static void sift_up(found_t *heap, apr_size_t node, const found_t *found)
{
    for (; node && is_before(heap + (node - 1) / 2, found);
         node = (node - 1) / 2) {
        heap[node] = heap[(node - 1) / 2];
    }
    heap[node] = *found;
}

static void keep_sorted(quest_t *quest, const found_t *found)
{
    found_t *heap = quest->listing->found;

    if (quest->kept < quest->most) {
        sift_up(heap, quest->kept++, found);
    }
    else if (quest->most && is_before(found, heap)) {
        sift_down(heap, quest->kept, 0, found);
    }
}

static void keep(quest_t *quest, int place, apr_uint32_t number,
                 apr_uint64_t id)
{
    const place_t *in = semr_listing_place(quest->listing, place);
    found_t found = {0, quest->matched++, place, number};

    switch (quest->search->order) {
    case SEMR_SEARCH_HITS:
        found.key = semr_listing_hits(in, number, id);
        keep_sorted(quest, &found);
        return;
    case SEMR_SEARCH_LAST:
        found.key = (apr_uint64_t)semr_listing_last(in, number, id);
        keep_sorted(quest, &found);
        return;
    default:
        if (found.order >= quest->search->start && quest->kept < quest->most) {
            quest->listing->found[quest->kept++] = found;
        }
    }
}

static int by_order(const void *a, const void *b)
{
    return is_before(a, b) ? -1 : is_before(b, a);
}

/* -- looking --------------------------------------------------------------- */

/* The rules of a block that may be it by their numbers, each a bit */
static apr_uint64_t wanted(const quest_t *quest, const place_t *place,
                           apr_uint32_t first, apr_uint32_t count)
{
    apr_uint64_t bits = ~APR_UINT64_C(0) >> (SEMR_MARK_EVERY - count);
    apr_uint32_t i;

    if (quest->search->findings) {
        bits &= semr_marks_from(&place->marks, first);
    }
    if (!quest->search->unused || quest->by_id) {
        return bits;
    }
    for (i = 0; bits && i < count; i++) {
        if (semr_listing_hits(place, first + i, 0)) {
            bits &= ~(APR_UINT64_C(1) << i);
        }
    }
    return bits;
}

/* Reads the rules of a block that may be it; all: their records say nothing
 * more. */
static void look_at(quest_t *quest, int number, apr_uint32_t first,
                    apr_uint64_t bits, int all)
{
    const place_t *place = semr_listing_place(quest->listing, number);
    apr_uint32_t at = semr_image_marks(place->image)[first / SEMR_MARK_EVERY];
    semr_image_rule_t rule;

    for (; bits; bits >>= 1, first++, at = rule.next) {
        apr_uint64_t id = 0;

        semr_image_rule(place->image, at, &rule);
        if (!(bits & 1) ||
            (!all && !semr_searcher_finds(quest->searcher, &rule))) {
            continue;
        }
        if (quest->by_id) {
            id = semr_identity(place->image, &rule, place->counters.place);
            if (quest->search->unused && semr_listing_hits(place, first, id)) {
                continue;
            }
        }
        keep(quest, number, first, id);
    }
}

static int is_late(const quest_t *quest)
{
    return quest->until && apr_time_now() > quest->until;
}

/* 0: time is up. */
static int search_place(quest_t *quest, int number)
{
    const place_t *place = semr_listing_place(quest->listing, number);
    semr_searcher_finds_t finds = semr_searcher_enter(
        quest->searcher, place->image, place->counters.place,
        semr_config_stage(place->dir), quest->listing->now);
    apr_uint32_t rules = semr_image_rules(place->image), first, count;

    if (finds == SEMR_FINDS_NONE) {
        quest->searched += rules;
        return 1;
    }
    for (first = 0; first < rules; first += count) {
        apr_uint64_t bits;

        count =
            rules - first < SEMR_MARK_EVERY ? rules - first : SEMR_MARK_EVERY;
        bits = wanted(quest, place, first, count);
        if (finds == SEMR_FINDS_SOME || quest->by_id) {
            look_at(quest, number, first, bits, finds == SEMR_FINDS_ALL);
            bits = 0;
        }
        for (; bits; bits &= bits - 1) {
            keep(quest, number, first + (apr_uint32_t)__builtin_ctzll(bits), 0);
        }
        quest->searched += count;
        if (is_late(quest)) {
            return 0;
        }
    }
    return 1;
}

/* Whether it is for all rules as they were written */
static int is_for_all(const semr_search_t *search)
{
    return !search->text.len && !search->from.len && !search->to.len &&
           !search->host.len && !search->file.len && !search->line &&
           search->intent < 0 && search->stage < 0 && !search->unused &&
           !search->findings && !search->id &&
           search->order == SEMR_SEARCH_WRITTEN;
}

/* Lists what was kept, from start on. */
static void list_found(const quest_t *quest, apr_uint64_t start)
{
    listing_t *listing = quest->listing;

    if (quest->search->order == SEMR_SEARCH_WRITTEN) {
        start = 0; /* what is before it was not kept */
    }
    qsort(listing->found, quest->kept, sizeof(found_t), by_order);
    listing->row = start < quest->kept ? (apr_size_t)start : quest->kept;
    listing->left = (int)(quest->kept - listing->row);
}

void semr_listing_find(semr_render_model_t *model, const semr_search_t *search,
                       apr_interval_time_t patience)
{
    listing_t *listing = model->baton;
    quest_t quest = {listing, search, NULL, 0, 0, 0, model->page, 0, 0};
    apr_uint64_t end;
    int i;

    model->search = search;
    if (is_for_all(search)) {
        jump(listing, search->start);
    }
    else {
        quest.searcher = semr_searcher_create(listing->pool, search);
        quest.by_id =
            (search->unused || search->order != SEMR_SEARCH_WRITTEN) &&
            !semr_listing_by_number();
        quest.until = patience ? apr_time_now() + patience : 0;
        if (search->order != SEMR_SEARCH_WRITTEN) {
            quest.most += search->start < SEMR_SEARCH_SORTED
                              ? search->start
                              : SEMR_SEARCH_SORTED;
        }
        listing->found =
            apr_palloc(listing->pool, (quest.most + 1) * sizeof(found_t));
        for (i = 0; i < listing->places->nelts && search_place(&quest, i);
             i++) {
        }
        model->matched = quest.matched;
        model->searched =
            quest.searched < semr_render_count(model) ? quest.searched : 0;
        list_found(&quest, search->start);
    }
    end = search->start + model->page;
    model->not_listed = model->matched > end ? model->matched - end : 0;
}
