/* SPDX-License-Identifier: Apache-2.0
 * TO and what FROM captured -> Location (RFC 9110 10.2.2).
 *
 * A template is TO in canonical form, which is ASCII, with bytes from 0x80 on
 * for what is inserted:
 *
 *     0x80+n   capture n: a {name}, or a group of a regex ($0 is capture 0)
 *     TAIL     what the star took, with its slash: "", "/" or "/a/b"
 *     REST     the same without its first slash
 *     LABELS   the labels that FROM's "//star." took, without a final dot
 *     URL      the whole path that was asked for
 *
 * Safe by construction: the template's own text was checked when it was
 * parsed, what is inserted is canonical for the place where it goes, and an
 * authority never takes more than LABELS.
 */
#ifndef SEMR_LOCATION_H
#define SEMR_LOCATION_H

#include "request.h"

#define SEMR_OP_CAPTURE 0x80
#define SEMR_OP_TAIL    0xA0
#define SEMR_OP_REST    0xA1
#define SEMR_OP_LABELS  0xA2
#define SEMR_OP_URL     0xA3

typedef struct semr_capture_t {
    semr_view_t text; /* p NULL: a group that took no part, inserted as "" */
    int decoded;      /* text is bytes of a query's value, not a path's part */
} semr_capture_t;

/* What one FROM took of one request */
typedef struct semr_match_t {
    semr_view_t tail;   /* TAIL, in request->path or a copy of it */
    semr_view_t labels; /* LABELS, in request->host */
    int ncaptures;
    semr_capture_t captures[SEMR_CAPTURES_MAX];
} semr_match_t;

/* How TO begins */
typedef enum semr_to_form_t {
    SEMR_TO_NOTHING,   /* gone, none */
    SEMR_TO_PATH,      /* /path */
    SEMR_TO_AUTHORITY, /* http://host/path, https://host/path */
    SEMR_TO_HTTP,      /* http:/path, this host over that scheme */
    SEMR_TO_HTTPS      /* https:/path */
} semr_to_form_t;

/* TO in pieces, as the image keeps it; the second may be empty */
typedef struct semr_to_t {
    semr_to_form_t form;
    semr_view_t head;
    semr_view_t rest;
    unsigned drop_query : 1; /* query=drop */
    unsigned inserts : 1;    /* there is a byte from 0x80 on in it */
    unsigned plain : 1;      /* known to be no more than authority and path */
    unsigned tail : 1;       /* TAIL follows as a third piece */
} semr_to_t;

typedef struct semr_location_t {
    const char *text;     /* terminated, in request's room or pool */
    apr_size_t authority; /* bytes of scheme and authority; 0: it is relative */
    apr_size_t path_end;  /* where the path ends */
    apr_size_t query_end; /* where the query ends, and a fragment may begin */
    int squeezable;       /* TO's slashes meet where nothing was inserted */
} semr_location_t;

/* Parameters that FROM names, whose client's values are not carried on */
typedef struct semr_names_t {
    const semr_view_t *names; /* decoded, folded where fold is set */
    int count;
    int fold;
} semr_names_t;

/* Joins Location.  base is "scheme://authority" without a final slash, for
 * SEMR_TO_HTTP and SEMR_TO_HTTPS, and for SEMR_TO_PATH if Location is to be
 * absolute (else len 0).  Returns 0 if what was inserted makes a dot segment
 * where a value of the query went, or if labels hold what is no host name's:
 * then the rule does not match. */
int semr_location_join(semr_location_t *location, semr_request_t *request,
                       const semr_to_t *to, const semr_match_t *match,
                       const semr_names_t *from_names, semr_view_t base);

/* The same for a TO that is a plain path, in two pieces, and no query. */
void semr_location_plain(semr_location_t *location, semr_request_t *request,
                         semr_view_t head, semr_view_t rest);

/* Scheme, host and port of an absolute Location; host is in pool or location,
 * port that of the scheme where none is said. */
typedef struct semr_origin_t {
    int https;
    semr_view_t host; /* lower case, without the brackets of an IPv6 address */
    unsigned port;
} semr_origin_t;
semr_origin_t semr_location_origin(const semr_location_t *location,
                                   apr_pool_t *pool);

/* Whether location's path is the one that request asked for; what there is to
 * know before scheme, host and port matter. */
int semr_location_has_path(const semr_location_t *location,
                           semr_request_t *request);

/* And its query */
int semr_location_has_url(const semr_location_t *location,
                          semr_request_t *request);

/* Whether location is the URL that request asked for: compared canonically,
 * without fragment. */
int semr_location_is(const semr_location_t *location, semr_request_t *request);

#endif
