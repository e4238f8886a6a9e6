/* SPDX-License-Identifier: Apache-2.0
 * Rules that nobody uses, and temporary ones that have stood for months.
 *
 * How old a rule is nobody knows; it is as old as its file at least.  Files of
 * directives are looked at when httpd reads them, by the parent, who may.
 */
#include <apr_file_info.h>
#include <apr_hash.h>
#include <apr_strings.h>

#include "listing_parts.h"

#define MONTHS (APR_INT64_C(90) * 86400)

static apr_hash_t *files; /* name -> apr_int64_t, seconds since 1970 */

static void look_at(semr_view_t file, apr_pool_t *pconf)
{
    const char *name = apr_pstrmemdup(pconf, file.p, file.len);
    apr_int64_t *modified;
    apr_finfo_t info;

    if (apr_stat(&info, name, APR_FINFO_MTIME, pconf) == APR_SUCCESS) {
        modified = apr_palloc(pconf, sizeof(*modified));
        *modified = apr_time_sec(info.mtime);
        apr_hash_set(files, name, (apr_ssize_t)file.len, modified);
    }
}

void semr_listing_start(apr_pool_t *pconf)
{
    const apr_array_header_t *scopes = semr_scope_all();
    int i;

    files = apr_hash_make(pconf);
    for (i = 0; i < scopes->nelts; i++) {
        const semr_image_t *image =
            APR_ARRAY_IDX(scopes, i, semr_scope_t *)->set.image;
        const semr_image_policy_t *policy = semr_image_policies(image);
        apr_size_t left = semr_image_count(image, SEMR_SECTION_POLICIES);

        for (; left; left--, policy++) {
            semr_view_t file = semr_image_string(image, policy->file);

            if (!apr_hash_get(files, file.p, (apr_ssize_t)file.len)) {
                look_at(file, pconf);
            }
        }
    }
}

/* When the file of a rule was changed; 0: nobody knows. */
static apr_int64_t modified(const place_t *place,
                            const semr_image_policy_t *policy)
{
    semr_view_t file = semr_image_string(place->image, policy->file);
    const apr_int64_t *known;

    if (place->modified) {
        return place->modified;
    }
    known = files ? apr_hash_get(files, file.p, (apr_ssize_t)file.len) : NULL;
    return known ? *known : 0;
}

static int is_temporary(const semr_image_policy_t *policy, semr_stage_t stage,
                        apr_int64_t now)
{
    semr_policy_t decision = semr_image_decision(policy);
    int code = semr_decide_code(&decision, SEMR_CLASS_GET, SEMR_LIVE);

    return (code == 302 || code == 307) &&
           semr_decide_stage(&decision, stage, now) == SEMR_LIVE;
}

static apr_uint64_t count_unused(const place_t *place)
{
    apr_uint32_t i, rules = semr_image_rules(place->image);
    apr_uint64_t count = 0;

    for (i = 0; i < rules; i++) {
        count += !semr_listing_hits(place, i, 0);
    }
    return count;
}

void semr_listing_old(const listing_t *listing, semr_render_model_t *model)
{
    apr_uint64_t known = 0, unknown = 0;
    int i;

    for (i = 0; i < listing->places->nelts; i++) {
        const place_t *place = semr_listing_place(listing, i);
        const semr_image_policy_t *policy = semr_image_policies(place->image);
        apr_size_t left = semr_image_count(place->image, SEMR_SECTION_POLICIES);
        semr_stage_t stage = semr_config_stage(place->dir);

        model->never_used += count_unused(place);
        for (; left; left--, policy++) {
            apr_int64_t since;

            if (!is_temporary(policy, stage, listing->now)) {
                continue;
            }
            since = modified(place, policy);
            unknown += !since;
            known += since != 0;
            if (since && listing->now - since > MONTHS) {
                model->old_temporary += policy->rules;
            }
        }
    }
    if (unknown && !known) {
        model->old_temporary = ~APR_UINT64_C(0);
    }
}
