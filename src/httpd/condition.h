/* SPDX-License-Identifier: Apache-2.0
 * if=: a rule's condition, an expression of httpd.
 */
#ifndef SEMR_CONDITION_H
#define SEMR_CONDITION_H

#include <httpd.h>
#include <ap_expr.h>

/* Whether it holds for r; one that fails does not, and is logged.  Headers
 * that it reads are added to Vary if the client can see a difference. */
int semr_condition_holds(request_rec *r, const ap_expr_info_t *condition,
                         int seen);

#endif
