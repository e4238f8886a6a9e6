/* SPDX-License-Identifier: Apache-2.0
 * TO taken apart, and the template made of it (location.h); private to
 * rule_to.c and rule_template.c.
 */
#ifndef SEMR_RULE_TEMPLATE_H
#define SEMR_RULE_TEMPLATE_H

#include "rule_parts.h"

/* p is NULL in what TO does not have. */
typedef struct semr_to_parts_t {
    semr_view_t word;
    semr_view_t scheme; /* "https://", where there is an authority */
    semr_view_t authority_text;
    semr_rule_authority_t authority;
    semr_view_t path; /* none: the root, or the URL itself with "https:" */
    int path_is_plain;
    int star_is_plain; /* it is, but for a slash star at the end of TO */
    semr_view_t query;
    semr_view_t fragment;
} semr_to_parts_t;

/* Sets head and inserts of the rule's TO. */
apr_status_t semr_template_write(semr_rule_reader_t *reader,
                                 const semr_to_parts_t *parts);

/* Whether at byte at begins what FROM is to fill. */
static inline int semr_template_inserts(semr_view_t text, apr_size_t at)
{
    char next = at + 1 < text.len ? text.p[at + 1] : '\0';

    return text.p[at] == '{' || text.p[at] == '*' ||
           (text.p[at] == '$' && next >= '0' && next <= '9');
}

static inline semr_view_t semr_view_from(semr_view_t view, apr_size_t at)
{
    return semr_view(view.p + at, view.len - at);
}

#endif
