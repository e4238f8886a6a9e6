/* SPDX-License-Identifier: Apache-2.0
 * Whatever bytes an image is made of: it is refused, or can be used.
 *
 * Size and checksum are put right first, for no damage gets past them.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <apr_general.h>

#include "../unit/image_use.h"
#include "key.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const size_t skip = offsetof(semr_image_t, sections);
    const semr_image_t *opened;
    semr_image_t *image;
    semr_diag_t diag;
    apr_pool_t *pool;

    if (size < sizeof(*image)) {
        return 0;
    }
    apr_initialize();
    apr_pool_create(&pool, NULL);
    image = malloc(size);
    memcpy(image, data, size);
    memcpy(image->magic, SEMR_IMAGE_MAGIC, sizeof(image->magic));
    image->size = size;
    image->checksum = XXH3_64bits((const char *)image + skip, size - skip);
    if (semr_image_open(image, size, &opened, pool, &diag) == APR_SUCCESS) {
        use_image(opened, pool);
    }
    free(image);
    apr_pool_destroy(pool);
    apr_terminate();
    return 0;
}
