/* SPDX-License-Identifier: Apache-2.0
 * Verifies an image, so that whoever reads it need not look twice: each offset,
 * index and count is inside its bounds, each search in it ends, and no template
 * holds what has no place in a header.
 *
 * Records come first, for all else refers to them.
 */
#include <string.h>
#include <sys/mman.h>

#include "image_parts.h"

/* -- header and sections ----------------------------------------------------
 */

static const char *check_header(const semr_image_t *image, apr_size_t size)
{
    const char *after = (const char *)&image->sections;
    apr_size_t skip = (apr_size_t)(after - (const char *)image);

    SEMR_REFUSE_IF(size < sizeof(*image), "it is too short")
    SEMR_REFUSE_IF(memcmp(image->magic, SEMR_IMAGE_MAGIC, sizeof(image->magic)),
                   "it does not begin as an image does")
    SEMR_REFUSE_IF(image->byte_order != SEMR_IMAGE_ORDER,
                   "it was made on a machine of another byte order")
    SEMR_REFUSE_IF(image->version != SEMR_IMAGE_VERSION,
                   "it has the form of another version; compile the map again")
    SEMR_REFUSE_IF(image->size != size, "its size is not what it says it is")
    SEMR_REFUSE_IF(image->checksum != XXH3_64bits(after, size - skip),
                   "its checksum is not that of its contents")
    return NULL;
}

static const char *check_sections(const semr_image_t *image)
{
    static const apr_size_t sizes[] = {
#define X(NAME, name, type) sizeof(type),
        SEMR_IMAGE_SECTIONS(X)
#undef X
    };
    apr_uint64_t at = (sizeof(*image) + 7) & ~(apr_uint64_t)7;
    int i;

    for (i = 0; i < SEMR_SECTIONS; i++) {
        apr_uint64_t count = image->sections[i].count;

        SEMR_REFUSE_IF(image->sections[i].at != at,
                       "its sections are not in place")
        SEMR_REFUSE_IF(at > image->size ||
                           count > (image->size - at) / sizes[i],
                       "a section is longer than the image")
        SEMR_REFUSE_IF(count > 0xffffffffu, "a section is too long")
        at = (at + count * sizes[i] + 7) & ~(apr_uint64_t)7;
    }
    SEMR_REFUSE_IF(at != image->size, "its sections do not fill it")
    return NULL;
}

/* -- strings ----------------------------------------------------------------
 */

const unsigned char *semr_opening_long_varint(const unsigned char *p,
                                              const unsigned char *end,
                                              apr_uint32_t *value)
{
    int shift;

    *value = 0;
    for (shift = 0; p < end && shift < 7 * SEMR_VARINT_MAX; shift += 7) {
        *value |= (apr_uint32_t)(*p & 0x7f) << shift;
        if (!(*p++ & 0x80)) {
            return p;
        }
    }
    return NULL;
}

int semr_opening_string(const semr_opening_t *o, apr_uint32_t offset,
                        semr_view_t *text)
{
    const unsigned char *end = o->strings + o->strings_len;

    return offset < o->strings_len &&
           semr_opening_bytes(o->strings + offset, end, text) != NULL;
}

static int are_strings(const semr_opening_t *o, const apr_uint32_t *offsets,
                       apr_size_t count)
{
    semr_view_t text;

    while (count > 0 && semr_opening_string(o, *offsets, &text)) {
        offsets++;
        count--;
    }
    return count == 0;
}

/* -- small tables -----------------------------------------------------------
 */

static const char *check_hosts(const semr_opening_t *o)
{
    const semr_image_host_t *host = semr_image_hosts(o->image);
    apr_uint32_t i;

    SEMR_REFUSE_IF(o->nhosts < 1 || host->name || host->wild,
                   "its first host is not none")
    for (i = 1; i < o->nhosts; i++) {
        SEMR_REFUSE_IF(!are_strings(o, &host[i].name, 1) || host[i].wild > 1,
                       "a host is out of bounds")
    }
    return NULL;
}

/* Of four digits' years, which is what a date may have */
static int is_time(apr_int64_t seconds)
{
    const apr_int64_t most = APR_INT64_C(10000) * 366 * 86400;

    return seconds > -most && seconds < most;
}

static const char *check_policy(const semr_opening_t *o,
                                const semr_image_policy_t *policy)
{
    const apr_uint32_t strings[] = {policy->only, policy->file};

    SEMR_REFUSE_IF(policy->host >= o->nhosts || !are_strings(o, strings, 2),
                   "a policy refers to nothing")
    SEMR_REFUSE_IF(
        policy->intent >= SEMR_INTENTS || policy->method > SEMR_METHOD_PASS ||
            policy->stage >= SEMR_STAGES || policy->kind > SEMR_PREFIX ||
            policy->scheme > SEMR_HTTPS || policy->to_form > SEMR_TO_HTTPS ||
            policy->spare || policy->spare_too || policy->rank > SEMR_RANK_MAX,
        "a policy says what there is not")
    SEMR_REFUSE_IF(policy->max_age < SEMR_MAX_AGE_NONE ||
                       !is_time(policy->max_age) || !is_time(policy->starts) ||
                       !is_time(policy->ends) || !is_time(policy->settles),
                   "a policy's times are out of bounds")
    SEMR_REFUSE_IF(policy->condition, "a policy has a condition of httpd")
    switch (policy->code) {
    case 0:
    case 301:
    case 302:
    case 303:
    case 307:
    case 308:
    case 404:
    case 410:
    case 451:
        return NULL;
    default:
        return "a policy has a code that is none";
    }
}

static const char *check_extras(const semr_opening_t *o)
{
    static const semr_image_extra_t none;
    const semr_image_extra_t *extra = semr_image_extras(o->image);
    apr_size_t nparams = semr_image_count(o->image, SEMR_SECTION_PARAMS);
    apr_uint32_t i;

    SEMR_REFUSE_IF(o->nextras < 1 || memcmp(extra, &none, sizeof(none)),
                   "its first extra is not none")
    for (i = 1; i < o->nextras; i++) {
        const apr_uint32_t strings[] = {extra[i].note, extra[i].from_word,
                                        extra[i].to_word};

        SEMR_REFUSE_IF(!are_strings(o, strings, 3) || extra[i].condition,
                       "an extra is out of bounds")
        SEMR_REFUSE_IF(extra[i].nparams > SEMR_PARAMS_MAX ||
                           extra[i].params > nparams ||
                           extra[i].nparams > nparams - extra[i].params,
                       "an extra has parameters that there are not")
    }
    return NULL;
}

static const char *check_params(const semr_opening_t *o)
{
    const semr_image_param_t *param = semr_image_params(o->image);
    const semr_image_param_t *end =
        param + semr_image_count(o->image, SEMR_SECTION_PARAMS);

    for (; param < end; param++) {
        SEMR_REFUSE_IF(!are_strings(o, &param->name, 1) ||
                           !are_strings(o, &param->value, 1) ||
                           param->capture < -1 ||
                           param->capture >= SEMR_CAPTURES_MAX,
                       "a parameter is out of bounds")
    }
    return NULL;
}

static const char *check_tables(const semr_opening_t *o)
{
    const semr_image_policy_t *policies = semr_image_policies(o->image);
    apr_uint64_t rules = 0;
    const char *why;
    apr_uint32_t i;

    SEMR_REFUSE_IF(o->strings_len < 1 || *o->strings,
                   "its first string is not empty")
    why = check_hosts(o);
    for (i = 0; !why && i < o->npolicies; i++) {
        why = check_policy(o, policies + i);
        rules += policies[i].rules;
    }
    SEMR_REFUSE_IF(!why && rules != o->image->rules,
                   "its policies are those of another number of rules")
    if (!why) {
        why = check_extras(o);
    }
    return why ? why : check_params(o);
}

/* -- all of it --------------------------------------------------------------
 */

/* Of memory that goes back to the system: it is not needed again for long. */
static apr_size_t begins_size(const semr_opening_t *o)
{
    return (o->records_len / 64 + 1) * sizeof(*o->begins);
}

static const char *check(semr_opening_t *o, apr_size_t size)
{
    const semr_image_t *image = o->image;
    const char *why = check_header(image, size);

    if (!why) {
        why = check_sections(image);
    }
    SEMR_REFUSE_IF(why, why)
    o->records = (const unsigned char *)semr_image_records(image);
    o->records_len = semr_image_count(image, SEMR_SECTION_RECORDS);
    o->strings = (const unsigned char *)semr_image_strings(image);
    o->strings_len = semr_image_count(image, SEMR_SECTION_STRINGS);
    o->npolicies = (apr_uint32_t)semr_image_count(image, SEMR_SECTION_POLICIES);
    o->nextras = (apr_uint32_t)semr_image_count(image, SEMR_SECTION_EXTRAS);
    o->nhosts = (apr_uint32_t)semr_image_count(image, SEMR_SECTION_HOSTS);
    o->npatterns = (apr_uint32_t)semr_image_count(image, SEMR_SECTION_PATTERNS);
    o->begins = mmap(NULL, begins_size(o), PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    SEMR_REFUSE_IF(o->begins == MAP_FAILED, "there is no memory to verify it")
    why = check_tables(o);
    if (!why) {
        why = semr_opening_records(o);
    }
    return why ? why : semr_opening_places(o);
}

apr_status_t semr_image_open(const void *block, apr_size_t size,
                             const semr_image_t **image, apr_pool_t *pool,
                             semr_diag_t *diag)
{
    semr_opening_t o = {.image = block, .begins = MAP_FAILED};
    const char *why = check(&o, size);

    if (o.begins != MAP_FAILED) {
        munmap(o.begins, begins_size(&o));
    }
    if (why) {
        return semr_diag_set(diag, pool, "This is no image to be used: %s.",
                             why);
    }
    *image = block;
    return APR_SUCCESS;
}
