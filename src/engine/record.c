/* SPDX-License-Identifier: Apache-2.0
 * Reads records.
 */
#include "record.h"

/* All of it but TO; returns what is behind that. */
static const unsigned char *read_head(const char *records, const char *strings,
                                      apr_uint32_t at, semr_image_rule_t *rule)
{
    const unsigned char *p = (const unsigned char *)records + at;

    rule->at = at;
    rule->traits = *p++;
    rule->number = semr_varint(&p);
    rule->line = semr_unzigzag(semr_varint(&p), rule->number);
    rule->policy = semr_varint(&p);
    rule->extra = rule->traits & SEMR_HAS_EXTRA ? semr_varint(&p) : 0;
    rule->from = semr_record_string(strings, semr_varint(&p));
    rule->from_rest = semr_record_bytes(&p);
    return p;
}

void semr_record_read(const char *records, const char *strings, apr_uint32_t at,
                      semr_image_rule_t *rule)
{
    const unsigned char *p = read_head(records, strings, at, rule);

    rule->to = rule->to_rest = (semr_view_t){"", 0};
    if (rule->traits & SEMR_TO_OF) {
        semr_image_rule_t other;
        apr_uint32_t back = semr_varint(&p);

        semr_record_to(read_head(records, strings, at - back, &other), strings,
                       &other);
        rule->to = other.to;
        rule->to_rest = other.to_rest;
    }
    else if (rule->traits & SEMR_HAS_TO) {
        p = semr_record_to(p, strings, rule);
    }
    rule->next = (apr_uint32_t)((const char *)p - records);
}
