/* SPDX-License-Identifier: Apache-2.0
 * Which of several media types a client wants: Accept (RFC 9110 12.5.1).
 *
 * Of a range's parameters only version says something here, for that is what
 * scrapers tell formats apart by; others (charset, escaping) are passed over.
 * A range that is no range is passed over, too.
 */
#ifndef SEMR_ACCEPT_H
#define SEMR_ACCEPT_H

/* What is offered */
typedef struct semr_media_t {
    const char *type;    /* "text/html", in lower case */
    const char *version; /* its parameter; NULL: it has none */
} semr_media_t;

/* The one that header wants most: by weight, then by how closely a range names
 * it, then the first that is offered.  NULL, and what names no range at all,
 * wants anything.  -1: it accepts none of them. */
int semr_accept_choose(const char *header, const semr_media_t *offers,
                       int count);

#endif
