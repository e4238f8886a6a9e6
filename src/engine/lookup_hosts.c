/* SPDX-License-Identifier: Apache-2.0
 * The hosts of an image that a request's host stands for.
 */
#include <string.h>

#include "lookup_parts.h"

static apr_uint32_t find_host(const semr_image_t *image, semr_view_t name,
                              int wild)
{
    const semr_image_host_t *hosts = semr_image_hosts(image);
    apr_uint64_t key =
        semr_key_place(semr_key_bytes(name), SEMR_KEY_HOST, wild, 0);
    const semr_image_slot_t *slot =
        semr_image_host_slots(image) + semr_key_slot(key, image->host_homes);
    apr_uint32_t tag = semr_key_tag(key);

    for (; slot->node && slot->tag <= tag; slot++) {
        apr_uint32_t host = slot->node - 1;

        if (slot->tag == tag && (hosts[host].wild != 0) == wild &&
            semr_view_equal(semr_image_string(image, hosts[host].name), name)) {
            return host;
        }
    }
    return 0;
}

apr_uint32_t semr_lookup_host(const semr_image_t *image, semr_view_t host,
                              apr_size_t *at)
{
    if (semr_image_count(image, SEMR_SECTION_HOSTS) < 2) {
        return 0;
    }
    while (*at < host.len) {
        const char *name = host.p + *at;
        apr_size_t left = host.len - *at;
        const char *dot = memchr(name, '.', left);
        apr_uint32_t found = 0;

        /* a star stands for one label at least, so not for nothing */
        if (*at != 1) {
            found = find_host(image, semr_view(name, left), *at > 0);
        }
        *at = dot ? (apr_size_t)(dot - host.p) + 1 : host.len;
        if (found) {
            return found;
        }
    }
    return 0;
}
