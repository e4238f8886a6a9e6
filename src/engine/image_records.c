/* SPDX-License-Identifier: Apache-2.0
 * Verifies the rules of an image.
 */
#include <string.h>

#include "image_parts.h"

/* -- records ----------------------------------------------------------------
 */

#define EACH(byte) (APR_UINT64_C(0x0101010101010101) * (byte))

static inline apr_uint64_t word_at(const char *p)
{
    apr_uint64_t word;

    memcpy(&word, p, sizeof(word));
    return word;
}

/* Not 0 if one of 8 bytes is a control byte or a blank; those from 0x80 on are
 * not asked. */
static inline apr_uint64_t has_control(apr_uint64_t word)
{
    return ((word - EACH(0x21)) | ((word ^ EACH(0x7f)) - EACH(1))) & ~word &
           EACH(0x80);
}

/* Whether text may go into a header: no control byte, no blank, and bytes that
 * stand for what is inserted only where that is expected. */
static int is_template(semr_view_t text, int inserts)
{
    const char *p = text.p, *end = text.p + text.len;
    apr_uint64_t word, bad = 0, high = 0;

    if (text.len < sizeof(word)) {
        word = EACH('x');
        memcpy(&word, p, text.len);
        return !has_control(word) && (inserts || !(word & EACH(0x80)));
    }
    for (; p + sizeof(word) < end; p += sizeof(word)) {
        word = word_at(p);
        high |= word;
        bad |= has_control(word);
    }
    word = word_at(end - sizeof(word));
    return !(bad | has_control(word)) &&
           (inserts || !((high | word) & EACH(0x80)));
}

/* Scheme, "://", and at least one byte more, or the labels of FROM */
static int is_origin(semr_view_t head)
{
    apr_size_t len = head.len > 4 && head.p[4] == 's' ? 8 : 7;

    return head.len > len && memcmp(head.p, "http", 4) == 0 &&
           memcmp(head.p + len - 3, "://", 3) == 0;
}

/* A head's string, or NULL: it is none. */
static semr_opening_head_t *take_head(semr_opening_t *o, apr_uint32_t offset)
{
    semr_opening_head_t *head =
        o->heads + offset % (sizeof(o->heads) / sizeof(*o->heads));

    if (head->offset == offset + 1) {
        return head;
    }
    head->offset = 0;
    head->policy = 0;
    if (!semr_opening_string(o, offset, &head->text)) {
        return NULL;
    }
    head->offset = offset + 1;
    return head;
}

/* What begins TO as semr_location_join trusts it */
static const char *check_head(const semr_image_policy_t *policy,
                              semr_view_t head)
{
    int inserts = (policy->flags & SEMR_INSERTS) != 0;

    SEMR_REFUSE_IF(!is_template(head, inserts) ||
                       (policy->flags & SEMR_PLAIN && inserts),
                   "a TO holds what no URL does")
    SEMR_REFUSE_IF(policy->to_form == SEMR_TO_AUTHORITY && !is_origin(head),
                   "a TO has no authority")
    return NULL;
}

static const char *check_to(const semr_image_policy_t *policy,
                            const semr_image_rule_t *rule)
{
    const apr_size_t skip = sizeof("https://") - 1;
    int inserts = (policy->flags & SEMR_INSERTS) != 0;

    SEMR_REFUSE_IF(!is_template(rule->to_rest, inserts) ||
                       (rule->traits & SEMR_TO_TAIL && !inserts),
                   "a TO holds what no URL does")
    SEMR_REFUSE_IF(policy->to_form == SEMR_TO_AUTHORITY &&
                       (!rule->to_rest.len || *rule->to_rest.p != '/') &&
                       (rule->to.len <= skip ||
                        !memchr(rule->to.p + skip, '/', rule->to.len - skip)),
                   "a TO has no path behind its authority")
    return NULL;
}

/* A pattern numbers its captures from 0 on. */
static const char *check_from(const semr_image_policy_t *policy,
                              const semr_image_rule_t *rule)
{
    unsigned captures = 0;
    apr_size_t i;

    if (policy->kind != SEMR_PATTERN && policy->kind != SEMR_REGEX) {
        return NULL;
    }
    SEMR_REFUSE_IF(rule->from_rest.len, "a pattern is in two pieces")
    for (i = 0; policy->kind == SEMR_PATTERN && i < rule->from.len; i++) {
        unsigned char c = (unsigned char)rule->from.p[i];

        SEMR_REFUSE_IF(c >= SEMR_OP_CAPTURE &&
                           (c != SEMR_OP_CAPTURE + captures++ ||
                            captures > SEMR_CAPTURES_MAX),
                       "a pattern's captures are out of order")
    }
    return NULL;
}

/* Reads TO at p; returns what is behind it, or NULL.  *head is what it begins
 * with, if this record says so. */
static const unsigned char *take_to(semr_opening_t *o, const unsigned char *p,
                                    semr_image_rule_t *rule,
                                    semr_opening_head_t **head)
{
    const unsigned char *end = o->records + o->records_len;
    apr_uint32_t value;

    p = semr_opening_varint(p, end, &value);
    if (!p) {
        return NULL;
    }
    if (rule->traits & SEMR_TO_OF) {
        semr_image_rule_t other;

        if (value == 0 || value > rule->at ||
            !semr_opening_begins(o, rule->at - value)) {
            return NULL;
        }
        semr_image_rule(o->image, rule->at - value, &other);
        rule->to = other.to;
        rule->to_rest = other.to_rest;
        return (other.traits & (SEMR_HAS_TO | SEMR_TO_OF)) == SEMR_HAS_TO
                   ? p
                   : NULL;
    }
    *head = take_head(o, value);
    if (!*head) {
        return NULL;
    }
    rule->to = (*head)->text;
    if (!(rule->traits & SEMR_TO_AS_FROM)) {
        return semr_opening_bytes(p, end, &rule->to_rest);
    }
    p = semr_opening_varint(p, end, &value);
    rule->to_rest = semr_view(rule->from_rest.p, value);
    return p && value <= rule->from_rest.len ? p : NULL;
}

/* Reads the record at p; returns what is behind it, or NULL. */
static const unsigned char *take_record(semr_opening_t *o,
                                        const unsigned char *p,
                                        semr_image_rule_t *rule,
                                        semr_opening_head_t **head)
{
    const unsigned char *end = o->records + o->records_len;
    apr_uint32_t line, from;

    rule->traits = *p++;
    rule->extra = 0;
    if (rule->traits & ~(apr_uint32_t)SEMR_TRAITS ||
        (rule->traits & ~(apr_uint32_t)SEMR_HAS_EXTRA &&
         !(rule->traits & SEMR_HAS_TO)) ||
        !(p = semr_opening_varint(p, end, &rule->number)) ||
        !(p = semr_opening_varint(p, end, &line)) ||
        !(p = semr_opening_varint(p, end, &rule->policy)) ||
        (rule->traits & SEMR_HAS_EXTRA &&
         !(p = semr_opening_varint(p, end, &rule->extra))) ||
        !(p = semr_opening_varint(p, end, &from)) ||
        !(*head = take_head(o, from)) ||
        !(p = semr_opening_bytes(p, end, &rule->from_rest))) {
        return NULL;
    }
    rule->from = (*head)->text;
    rule->to = rule->to_rest = semr_view("", 0);
    *head = NULL;
    return rule->traits & SEMR_HAS_TO ? take_to(o, p, rule, head) : p;
}

static const char *check_record(const semr_opening_t *o, apr_uint32_t number,
                                const semr_image_rule_t *rule,
                                semr_opening_head_t *head)
{
    const semr_image_policy_t *policy;
    const char *why;

    SEMR_REFUSE_IF(rule->number != number, "a rule has another's number")
    SEMR_REFUSE_IF(rule->policy >= o->npolicies || rule->extra >= o->nextras,
                   "a rule refers to nothing")
    policy = semr_image_policies(o->image) + rule->policy;
    SEMR_REFUSE_IF((policy->to_form != SEMR_TO_NOTHING) !=
                       ((rule->traits & SEMR_HAS_TO) != 0),
                   "a rule's TO is not what its policy says")
    why = check_from(policy, rule);
    if (why || !(rule->traits & SEMR_HAS_TO)) {
        return why;
    }
    if (!head || head->policy != rule->policy + 1) {
        why = check_head(policy, rule->to);
        SEMR_REFUSE_IF(why, why)
        if (head) {
            head->policy = rule->policy + 1;
        }
    }
    return check_to(policy, rule);
}

const char *semr_opening_records(semr_opening_t *o)
{
    const apr_uint32_t *marks = semr_image_marks(o->image);
    apr_size_t nmarks = semr_image_count(o->image, SEMR_SECTION_MARKS);
    const unsigned char *p = o->records, *end = p + o->records_len;
    apr_uint32_t n, rules = o->image->rules;
    semr_opening_head_t *head;
    semr_image_rule_t rule;
    const char *why;

    SEMR_REFUSE_IF(o->records_len > SEMR_AT_MAX ||
                       nmarks != (rules + (apr_size_t)SEMR_MARK_EVERY - 1) /
                                     SEMR_MARK_EVERY,
                   "it has another number of rules than it says")
    for (n = 0; n < rules && p < end; n++) {
        rule.at = (apr_uint32_t)(p - o->records);
        SEMR_REFUSE_IF(n % SEMR_MARK_EVERY == 0 &&
                           marks[n / SEMR_MARK_EVERY] != rule.at,
                       "a mark is not where a rule begins")
        p = take_record(o, p, &rule, &head);
        SEMR_REFUSE_IF(!p, "a rule is out of bounds")
        why = check_record(o, n, &rule, head);
        SEMR_REFUSE_IF(why, why)
        o->begins[rule.at >> 6] |= APR_UINT64_C(1) << (rule.at & 63);
    }
    SEMR_REFUSE_IF(n != rules || p != end,
                   "it has another number of rules than it says")
    return NULL;
}
