/* SPDX-License-Identifier: Apache-2.0
 * The identity of a rule: a hash of what it says.
 */
#include <string.h>

#include "identity.h"
#include "key.h"

/* What most rules say fits, and is hashed in one go; from 240 bytes on XXH3 is
 * a good deal slower. */
enum { ROOM = 512 };

typedef struct words_t {
    apr_size_t len;
    int is_long; /* there is more than room: state has all of it */
    apr_uint64_t place;
    XXH3_state_t state;
    char room[ROOM];
} words_t;

static void add(words_t *words, const void *bytes, apr_size_t len)
{
    if (!words->is_long && len <= ROOM - words->len) {
        memcpy(words->room + words->len, bytes, len);
        words->len += len;
        return;
    }
    if (!words->is_long) {
        words->is_long = 1;
        XXH3_INITSTATE(&words->state);
        XXH3_64bits_reset_withSeed(&words->state, words->place);
        XXH3_64bits_update(&words->state, words->room, words->len);
    }
    XXH3_64bits_update(&words->state, bytes, len);
}

/* Text is preceded by its length, so that nothing glues. */
static void add_text(words_t *words, semr_view_t head, semr_view_t rest)
{
    apr_uint32_t len = (apr_uint32_t)(head.len + rest.len);

    add(words, &len, sizeof(len));
    add(words, head.p, head.len);
    add(words, rest.p, rest.len);
}

static void add_string(words_t *words, const semr_image_t *image,
                       apr_uint32_t string)
{
    add_text(words, semr_image_string(image, string), semr_view("", 0));
}

static void add_policy(words_t *words, const semr_image_t *image,
                       const semr_image_policy_t *policy)
{
    const semr_image_host_t *host = semr_image_hosts(image) + policy->host;
    apr_int64_t dates[] = {policy->starts, policy->ends};
    apr_uint16_t numbers[] = {policy->code, policy->port};
    apr_byte_t says[] = {policy->intent,
                         policy->method,
                         policy->kind,
                         policy->scheme,
                         policy->to_form,
                         (apr_byte_t)(host->wild != 0),
                         (apr_byte_t)(policy->flags & ~SEMR_PLAIN)};

    add(words, dates, sizeof(dates));
    add(words, numbers, sizeof(numbers));
    add(words, says, sizeof(says));
    add_string(words, image, host->name);
    add_string(words, image, policy->only);
}

/* A note, or words as they were written, do not make it another rule. */
static void add_extra(words_t *words, const semr_image_t *image,
                      const semr_image_extra_t *extra)
{
    const semr_image_param_t *params = semr_image_params(image) + extra->params;
    apr_uint32_t i;

    if (!extra->nparams && !semr_image_string(image, extra->condition).len) {
        return;
    }
    add_string(words, image, extra->condition);
    for (i = 0; i < extra->nparams; i++) {
        add_string(words, image, params[i].name);
        add_string(words, image, params[i].value);
        add(words, &params[i].capture, sizeof(params[i].capture));
    }
}

apr_uint64_t semr_identity(const semr_image_t *image,
                           const semr_image_rule_t *rule, apr_uint64_t place)
{
    apr_byte_t tail = (rule->traits & SEMR_TO_TAIL) != 0;
    apr_uint64_t identity;
    words_t words;

    words.len = 0;
    words.is_long = 0;
    words.place = place;
    add_policy(&words, image, semr_image_policy(image, rule));
    add_text(&words, rule->from, rule->from_rest);
    add_text(&words, rule->to, rule->to_rest);
    add(&words, &tail, sizeof(tail));
    if (rule->extra) {
        add_extra(&words, image, semr_image_extras(image) + rule->extra);
    }
    identity = words.is_long
                   ? XXH3_64bits_digest(&words.state)
                   : XXH3_64bits_withSeed(words.room, words.len, place);
    return identity ? identity : 1;
}

apr_uint64_t semr_identity_place(apr_uint64_t from, const char *name)
{
    return XXH3_64bits_withSeed(name, strlen(name), from);
}
