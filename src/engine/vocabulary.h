/* SPDX-License-Identifier: Apache-2.0
 * The words that every floor of the engine speaks: enums, views, limits.
 */
#ifndef SEMR_VOCABULARY_H
#define SEMR_VOCABULARY_H

#include <apr.h>
#include <apr_network_io.h> /* apr_port_t */

/* Bytes in somebody else's memory, not terminated; p may be NULL if len is 0.
 */
typedef struct semr_view_t {
    const char *p;
    apr_size_t len;
} semr_view_t;

/* What a move means (DESIGN 1.1); the order is that of the decision table. */
typedef enum semr_intent_t {
    SEMR_PERMANENT,
    SEMR_TEMPORARY,
    SEMR_SEE_OTHER,
    SEMR_GONE,
    SEMR_NONE,
    SEMR_INTENTS
} semr_intent_t;

/* Most cautious first, so that the stage of several scopes is their minimum. */
typedef enum semr_stage_t {
    SEMR_OFF,
    SEMR_OBSERVE,
    SEMR_TRIAL,
    SEMR_LIVE,
    SEMR_STAGES
} semr_stage_t;

/* How a rule finds its URLs; the order is that in which they are tried. */
typedef enum semr_kind_t {
    SEMR_EXACT,
    SEMR_PATTERN, /* with {name} in its path */
    SEMR_REGEX,   /* competes with patterns, in the order written */
    SEMR_PREFIX   /* ends in slash star */
} semr_kind_t;

/* What becomes of requests other than GET and HEAD: method= */
typedef enum semr_method_mode_t {
    SEMR_METHOD_KEEP,
    SEMR_METHOD_GET,
    SEMR_METHOD_PASS
} semr_method_mode_t;

typedef enum semr_scheme_t {
    SEMR_ANY_SCHEME,
    SEMR_HTTP,
    SEMR_HTTPS
} semr_scheme_t;

/* Values of max_age that are no number of seconds */
#define SEMR_MAX_AGE_DEFAULT (-1) /* what the intent's default says */
#define SEMR_MAX_AGE_NONE    (-2) /* send no Cache-Control */

#define SEMR_NO_DATE APR_INT64_C(0) /* starts, ends, settles: not given */

enum {
    SEMR_CAPTURES_MAX = 32, /* {name}s and groups of one rule, $0 included */
    SEMR_PARAMS_MAX = 30,   /* query parameters in one FROM */
    SEMR_DEPTH_MAX = 63,    /* segments of a FROM before its slash star */
    SEMR_HOST_MAX = 253,    /* bytes of a host name, RFC 1035 2.3.4 */
    SEMR_IMAGES_MAX = 255   /* images that compete in one space */
};

#endif
