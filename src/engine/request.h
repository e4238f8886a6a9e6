/* SPDX-License-Identifier: Apache-2.0
 * A request as the engine sees it: views of what the client asked for.
 *
 * The caller fills the first part, on its stack, and zeroes the rest, which
 * the engine derives when a rule first needs it.  Nothing is allocated for a
 * request that is canonical already and meets no rule with a query.
 */
#ifndef SEMR_REQUEST_H
#define SEMR_REQUEST_H

#include <apr_pools.h>

#include "url.h"

typedef struct semr_query_param_t {
    semr_view_t text;  /* as the client sent it */
    semr_view_t name;  /* decoded */
    semr_view_t value; /* decoded */
} semr_query_param_t;

typedef struct semr_request_t {
    apr_pool_t *pool;
    semr_view_t path;  /* canonical: semr_url_path */
    semr_view_t query; /* raw, without "?"; p NULL: the URL has none */
    semr_view_t host;  /* lower case, no port, no final dot */
    apr_port_t port;   /* that the client asked for, or its scheme's */
    unsigned https : 1;
    unsigned decode_slashes : 1; /* %2F is a slash to a regex */
    /* finds host, port and https, once, when a rule asks; NULL: they are set */
    void (*find_origin)(struct semr_request_t *request, void *baton);
    void *baton;
    /* where Locations are joined; without room, they are joined in pool */
    char *room;
    apr_size_t room_left;

    /* derived, by the calls below */
    unsigned has_origin : 1;
    unsigned has_folded : 1;
    unsigned has_decoded : 1;
    unsigned has_params : 1;
    semr_view_t folded;
    semr_view_t decoded;
    semr_view_t decoded_folded;
    semr_query_param_t *params;
    int nparams;
    void *regex_scratch; /* regex.c's, made when the first regex is tried */
} semr_request_t;

/* Sees to it that host, port and https are known. */
static inline void semr_request_origin(semr_request_t *request)
{
    if (request->find_origin && !request->has_origin) {
        request->has_origin = 1;
        request->find_origin(request, request->baton);
    }
}

/* Room for size bytes, at *room or in pool. */
static inline char *semr_request_room(semr_request_t *request, apr_size_t size)
{
    return size <= request->room_left ? request->room
                                      : apr_palloc(request->pool, size);
}

/* Keeps the first size bytes of what semr_request_room gave. */
static inline void semr_request_keep(semr_request_t *request, const char *at,
                                     apr_size_t size)
{
    if (at == request->room) {
        request->room += size;
        request->room_left -= size;
    }
}

/* The canonical path with ASCII letters in lower case. */
semr_view_t semr_request_folded(semr_request_t *request);

/* The path as regexes see it. */
semr_view_t semr_request_decoded(semr_request_t *request);

/* The same, with ASCII letters in lower case. */
semr_view_t semr_request_decoded_folded(semr_request_t *request);

/* The query's parameters, in request->params; returns how many. */
int semr_request_params(semr_request_t *request);

#endif
