/* SPDX-License-Identifier: Apache-2.0
 * The identity of a rule: a hash of what it says.
 *
 * It is made when a rule is first met, in the request, so what rules have in
 * common is put together without calls, and most rules are hashed in one go.
 */
#include <string.h>

#include "identity.h"
#include "key.h"

/* What a rule says but for its texts; their lengths tell them apart.  It has
 * no padding, for all of it is hashed. */
typedef struct says_t {
    apr_int64_t starts, ends;
    apr_uint32_t from, to, host, only; /* bytes */
    apr_uint32_t spare;
    apr_uint16_t code, port;
    apr_byte_t intent, method, kind, scheme, to_form, wild, flags, tail;
} says_t;

_Static_assert(sizeof(says_t) == 48, "says_t has padding");

enum { ROOM = 512 };

typedef struct words_t {
    apr_size_t len; /* of what is in room; ROOM: the rest goes to state */
    apr_uint64_t place;
    union {
        says_t says;
        char bytes[ROOM];
    } room;
    XXH3_state_t state; /* begun once there is more than room */
    int is_begun;
} words_t;

static __attribute__((noinline)) void add_long(words_t *words, semr_view_t text)
{
    if (!words->is_begun) {
        words->is_begun = 1;
        XXH3_INITSTATE(&words->state);
        XXH3_64bits_reset_withSeed(&words->state, words->place);
        XXH3_64bits_update(&words->state, words->room.bytes, words->len);
        words->len = ROOM;
    }
    XXH3_64bits_update(&words->state, text.p, text.len);
}

static inline void add(words_t *words, semr_view_t text)
{
    if (!text.len) {
        return;
    }
    if (text.len > ROOM - words->len) {
        add_long(words, text);
        return;
    }
    memcpy(words->room.bytes + words->len, text.p, text.len);
    words->len += text.len;
}

static void begin(words_t *words, const semr_image_policy_t *policy,
                  const semr_image_rule_t *rule, apr_uint64_t place)
{
    says_t *says = &words->room.says;

    words->len = sizeof(*says);
    words->place = place;
    words->is_begun = 0;
    says->starts = policy->starts;
    says->ends = policy->ends;
    says->from = (apr_uint32_t)(rule->from.len + rule->from_rest.len);
    says->to = (apr_uint32_t)(rule->to.len + rule->to_rest.len);
    says->spare = 0;
    says->code = policy->code;
    says->port = policy->port;
    says->intent = policy->intent;
    says->method = policy->method;
    says->kind = policy->kind;
    says->scheme = policy->scheme;
    says->to_form = policy->to_form;
    says->flags = policy->flags & (apr_byte_t)~SEMR_PLAIN;
    says->tail = (rule->traits & SEMR_TO_TAIL) != 0;
}

static void add_counted(words_t *words, semr_view_t text)
{
    apr_uint32_t len = (apr_uint32_t)text.len;

    add(words, semr_view((const char *)&len, sizeof(len)));
    add(words, text);
}

/* A note, or words as they were written, do not make it another rule. */
static void add_extra(words_t *words, const semr_image_t *image,
                      const semr_image_extra_t *extra)
{
    const semr_image_param_t *params = semr_image_params(image) + extra->params;
    semr_view_t condition = semr_image_string(image, extra->condition);
    apr_uint32_t i;

    if (!extra->nparams && !condition.len) {
        return;
    }
    add_counted(words, condition);
    for (i = 0; i < extra->nparams; i++) {
        add_counted(words, semr_image_string(image, params[i].name));
        add_counted(words, semr_image_string(image, params[i].value));
        add(words, semr_view((const char *)&params[i].capture,
                             sizeof(params[i].capture)));
    }
}

apr_uint64_t semr_identity(const semr_image_t *image,
                           const semr_image_rule_t *rule, apr_uint64_t place)
{
    const semr_image_policy_t *policy = semr_image_policy(image, rule);
    const semr_image_host_t *host = semr_image_hosts(image) + policy->host;
    semr_view_t name = semr_image_string(image, host->name);
    semr_view_t only = semr_image_string(image, policy->only);
    apr_uint64_t identity;
    words_t words;

    begin(&words, policy, rule, place);
    words.room.says.host = (apr_uint32_t)name.len;
    words.room.says.only = (apr_uint32_t)only.len;
    words.room.says.wild = host->wild != 0;
    add(&words, rule->from);
    add(&words, rule->from_rest);
    add(&words, rule->to);
    add(&words, rule->to_rest);
    add(&words, name);
    add(&words, only);
    if (rule->extra) {
        add_extra(&words, image, semr_image_extras(image) + rule->extra);
    }
    identity = words.is_begun
                   ? XXH3_64bits_digest(&words.state)
                   : XXH3_64bits_withSeed(words.room.bytes, words.len, place);
    return identity ? identity : 1;
}

apr_uint64_t semr_identity_place(apr_uint64_t from, const char *name)
{
    return XXH3_64bits_withSeed(name, strlen(name), from);
}
