/* SPDX-License-Identifier: Apache-2.0
 * A glance at a rule's line: whether it might match a path, told from its text
 * alone and far faster than it can be parsed.
 *
 * It is for lines that are read anew for each request, as httpd reads an
 * .htaccess: those that cannot match need not be parsed to be passed over.
 */
#ifndef SEMR_GLANCE_H
#define SEMR_GLANCE_H

#include "rule.h"

/* Whether a glance can judge this line, which semr_rule_parse has accepted:
 * its FROM has nothing that is squeezed away, such as "/../". */
int semr_glance_applies(const char *line);

/* 0: no rule that this line says can match the canonical path, nor change
 * which rule wins.  1: it might.  flags are as for semr_rule_parse; a glance
 * applies to the line. */
int semr_glance(const char *line, int flags, semr_view_t path);

#endif
