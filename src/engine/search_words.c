/* SPDX-License-Identifier: Apache-2.0
 * FROM and TO of a rule in the image, as they are shown.
 *
 * Nearly all rules are put together here from their pieces; it has to be what
 * semr_rule_from and semr_rule_to make of them (t/unit/search.c).  What only
 * those can tell, they tell.
 */
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <apr_strings.h>

#include "search_parts.h"

static void add(semr_searcher_t *searcher, semr_search_text_t *text,
                const char *p, apr_size_t len)
{
    char *out = semr_search_room(text, len, searcher->pool);

    if (len) {
        memcpy(out, p, len);
    }
    text->len += len;
}

static void add_text(semr_searcher_t *searcher, semr_search_text_t *text,
                     const char *p)
{
    add(searcher, text, p, strlen(p));
}

/* Copies a piece of the image, by blocks where the image goes on behind it;
 * returns whether there may be one of two bytes in it, and if not, there is
 * none. */
static inline int copy(char *out, semr_view_t piece, const char *end, char a,
                       char b)
{
#ifdef __SSE2__
    const __m128i all_a = _mm_set1_epi8(a), all_b = _mm_set1_epi8(b);
    __m128i is = _mm_setzero_si128();
    apr_size_t i;

    if (piece.len + SEMR_TEXT_PAD <= (apr_size_t)(end - piece.p)) {
        for (i = 0; i < piece.len; i += sizeof(is)) {
            __m128i block = _mm_loadu_si128((const void *)(piece.p + i));

            _mm_storeu_si128((void *)(out + i), block);
            is = _mm_or_si128(is, _mm_or_si128(_mm_cmpeq_epi8(block, all_a),
                                               _mm_cmpeq_epi8(block, all_b)));
        }
        return _mm_movemask_epi8(is) != 0;
    }
#endif
    memcpy(out, piece.p, piece.len);
    return 1;
}

/* The same of two pieces, whose bytes are looked at where need be */
static int add_pieces(semr_searcher_t *searcher, semr_search_text_t *text,
                      semr_view_t head, semr_view_t rest, char a, char b)
{
    const char *end = (const char *)searcher->image + searcher->image->size;
    char *out = semr_search_room(text, head.len + rest.len, searcher->pool);
    int may = head.len ? copy(out, head, end, a, b) : 0;
    apr_size_t len = head.len + rest.len;

    may |= rest.len ? copy(out + head.len, rest, end, a, b) : 0;
    text->len += len;
    return may && (memchr(out, a, len) || memchr(out, b, len));
}

/* What is written in another way than the record has it */
static void add_value(semr_searcher_t *searcher, semr_search_text_t *text,
                      const semr_image_rule_t *in,
                      const char *(*words)(apr_pool_t *pool,
                                           const semr_rule_t *rule))
{
    semr_rule_t rule;

    semr_image_read(searcher->image, in, searcher->each, &rule);
    add_text(searcher, text, words(searcher->each, &rule));
    apr_pool_clear(searcher->each);
    text->canonical = 0;
}

static void add_word(semr_searcher_t *searcher, semr_search_text_t *text,
                     apr_uint32_t string)
{
    semr_view_t word = semr_image_string(searcher->image, string);

    add(searcher, text, word.p, word.len);
    text->canonical = 0;
}

static const semr_image_extra_t *extra_of(const semr_searcher_t *searcher,
                                          const semr_image_rule_t *rule)
{
    return semr_image_extras(searcher->image) + rule->extra;
}

/* -- FROM ------------------------------------------------------------------ */

static void add_authority(semr_searcher_t *searcher, semr_search_text_t *text,
                          const semr_image_policy_t *policy)
{
    static const char *const heads[] = {
        [SEMR_ANY_SCHEME] = "//",
        [SEMR_HTTP] = "http://",
        [SEMR_HTTPS] = "https://",
    };
    const semr_image_host_t *host =
        semr_image_hosts(searcher->image) + policy->host;
    semr_view_t name = semr_image_string(searcher->image, host->name);
    char port[sizeof(":65535")];

    add_text(searcher, text, heads[policy->scheme]);
    add_text(searcher, text, host->wild ? "*." : "");
    add(searcher, text, name.p, name.len);
    if (policy->port) {
        apr_snprintf(port, sizeof(port), ":%u", policy->port);
        add_text(searcher, text, port);
    }
}

void semr_search_add_from(semr_searcher_t *searcher, semr_search_text_t *text,
                          const semr_image_rule_t *rule)
{
    const semr_image_policy_t *policy =
        semr_image_policy(searcher->image, rule);
    const semr_image_extra_t *extra = extra_of(searcher, rule);
    apr_size_t begin = text->len;

    if (extra->from_word && policy->kind != SEMR_REGEX) {
        add_word(searcher, text, extra->from_word);
        return;
    }
    if (policy->kind == SEMR_REGEX || policy->kind == SEMR_PATTERN ||
        extra->nparams) {
        add_value(searcher, text, rule, semr_rule_from);
        return;
    }
    if (policy->host) {
        add_authority(searcher, text, policy);
    }
    if (add_pieces(searcher, text, rule->from, rule->from_rest, '*', '*')) {
        text->len = begin; /* a star is %2A */
        add_value(searcher, text, rule, semr_rule_from);
        return;
    }
    if (policy->kind == SEMR_PREFIX) {
        add(searcher, text, "/*", 2);
    }
    else if (policy->flags & SEMR_WITH_SLASH ||
             !(rule->from.len + rule->from_rest.len)) {
        add(searcher, text, "/", 1);
    }
}

/* -- TO -------------------------------------------------------------------- */

/* Whether something is inserted: a byte from 0x80 on. */
static int inserts(const semr_image_policy_t *policy, semr_view_t piece)
{
    apr_size_t i;

    for (i = 0; policy->flags & SEMR_INSERTS && i < piece.len; i++) {
        if ((unsigned char)piece.p[i] >= SEMR_OP_CAPTURE) {
            return 1;
        }
    }
    return 0;
}

void semr_search_add_to(semr_searcher_t *searcher, semr_search_text_t *text,
                        const semr_image_rule_t *rule)
{
    const semr_image_policy_t *policy =
        semr_image_policy(searcher->image, rule);
    const semr_image_extra_t *extra = extra_of(searcher, rule);
    apr_size_t begin = text->len;

    if (extra->from_word && extra->to_word) {
        add_word(searcher, text, extra->to_word);
        return;
    }
    if (inserts(policy, rule->to) || inserts(policy, rule->to_rest)) {
        add_value(searcher, text, rule, semr_rule_to);
        return;
    }
    if (policy->to_form == SEMR_TO_HTTP || policy->to_form == SEMR_TO_HTTPS) {
        add_text(searcher, text,
                 policy->to_form == SEMR_TO_HTTP ? "http:" : "https:");
    }
    if (add_pieces(searcher, text, rule->to, rule->to_rest, '*', '$')) {
        text->len = begin; /* a star is %2A, and $1 is %241 */
        add_value(searcher, text, rule, semr_rule_to);
        return;
    }
    if (rule->traits & SEMR_TO_TAIL) {
        add(searcher, text, "/*", 2);
    }
}
