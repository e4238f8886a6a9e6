/* SPDX-License-Identifier: Apache-2.0
 * Images as files.
 *
 * A file is only ever put in place whole, by rename.  All calls return
 * APR_SUCCESS, or a status and the reason in diag, one or two sentences that
 * name the file.
 */
#ifndef SEMR_IMAGE_FILE_H
#define SEMR_IMAGE_FILE_H

#include "image.h"

/* Writes image beside path and renames it to path; lasting: it has reached the
 * disk before that.  What was begun is removed if it fails. */
apr_status_t semr_image_save(const semr_image_t *image, const char *path,
                             int lasting, apr_pool_t *pool, semr_diag_t *diag);

/* Maps a file that nobody but us changes, and verifies it; it is unmapped with
 * pool. */
apr_status_t semr_image_map(const char *path, apr_pool_t *pool,
                            const semr_image_t **image, semr_diag_t *diag);

/* Reads somebody else's file into memory of our own, which goes with pool, and
 * verifies it: whatever becomes of the file later, the image stays. */
apr_status_t semr_image_copy(const char *path, apr_pool_t *pool,
                             const semr_image_t **image, semr_diag_t *diag);

#endif
