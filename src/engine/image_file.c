/* SPDX-License-Identifier: Apache-2.0
 * Images as files.
 */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <apr_portable.h>
#include <apr_strings.h>

#include "image_file.h"
#include "key.h"

/* Says what failed, and why as the system has it. */
static apr_status_t failed(semr_diag_t *diag, apr_pool_t *pool,
                           const char *what, const char *path)
{
    int error = errno;
    char why[120];

    semr_diag_set(diag, pool, "The image %s could not be %s: %s.", path, what,
                  apr_strerror(error, why, sizeof(why)));
    return APR_FROM_OS_ERROR(error);
}

/* -- writing --------------------------------------------------------------- */

apr_status_t semr_image_save(const semr_image_t *image, const char *path,
                             int lasting, apr_pool_t *pool, semr_diag_t *diag)
{
    char *begun = apr_pstrcat(pool, path, ".XXXXXX", NULL);
    int file = mkostemp(begun, O_CLOEXEC), good;
    apr_status_t status;
    apr_file_t *out;
    semr_image_t header;

    if (file < 0) {
        return failed(diag, pool, "created", path);
    }
    header = *image;
    header.checksum =
        XXH3_64bits(image->sections,
                    (apr_size_t)image->size - offsetof(semr_image_t, sections));
    apr_os_file_put(&out, &file, APR_FOPEN_WRITE, pool);
    good = apr_file_write_full(out, &header, sizeof(header), NULL) ==
               APR_SUCCESS &&
           apr_file_write_full(out, image + 1,
                               (apr_size_t)image->size - sizeof(header),
                               NULL) == APR_SUCCESS &&
           (!lasting || fsync(file) == 0) && fchmod(file, 0644) == 0;
    if (good && close(file) == 0 && rename(begun, path) == 0) {
        return APR_SUCCESS;
    }
    status = failed(diag, pool, "written", path);
    if (!good) {
        close(file);
    }
    unlink(begun);
    return status;
}

/* -- reading --------------------------------------------------------------- */

typedef struct mapping_t {
    void *block;
    apr_size_t size;
} mapping_t;

static apr_status_t unmap(void *data)
{
    mapping_t *mapping = data;

    return munmap(mapping->block, mapping->size) ? APR_FROM_OS_ERROR(errno)
                                                 : APR_SUCCESS;
}

static int read_all(int file, const mapping_t *mapping, apr_pool_t *pool)
{
    apr_file_t *in;
    apr_status_t status;

    apr_os_file_put(&in, &file, APR_FOPEN_READ, pool);
    status = apr_file_read_full(in, mapping->block, mapping->size, NULL);
    if (status == APR_EOF) {
        errno = EIO; /* it was truncated meanwhile */
    }
    return status == APR_SUCCESS;
}

/* The bytes of an open file in memory that goes with pool: its own pages, or a
 * copy. */
static apr_status_t take(int file, int copy, const char *path, apr_pool_t *pool,
                         mapping_t **taken, semr_diag_t *diag)
{
    mapping_t *mapping = apr_palloc(pool, sizeof(*mapping));
    struct stat info;

    if (fstat(file, &info)) {
        return failed(diag, pool, "looked at", path);
    }
    if (!S_ISREG(info.st_mode)) {
        semr_diag_set(diag, pool, "The image %s is no regular file.", path);
        return APR_EINVAL;
    }
    if (info.st_size < (off_t)sizeof(semr_image_t)) {
        semr_diag_set(diag, pool, "The image %s is too short to be one.", path);
        return APR_EINVAL;
    }
    mapping->size = (apr_size_t)info.st_size;
    mapping->block = mmap(
        NULL, mapping->size, copy ? PROT_READ | PROT_WRITE : PROT_READ,
        copy ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED, copy ? -1 : file, 0);
    if (mapping->block == MAP_FAILED) {
        return failed(diag, pool, "mapped", path);
    }
    apr_pool_cleanup_register(pool, mapping, unmap, apr_pool_cleanup_null);
    if (copy) {
        madvise(mapping->block, mapping->size, MADV_HUGEPAGE);
    }
    if (copy && !read_all(file, mapping, pool)) {
        return failed(diag, pool, "read", path);
    }
    *taken = mapping;
    return APR_SUCCESS;
}

static apr_status_t load(const char *path, int copy, apr_pool_t *pool,
                         const semr_image_t **image, semr_diag_t *diag)
{
    /* a FIFO without a writer must not stop anybody */
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    mapping_t *mapping = NULL;
    apr_status_t status;

    if (file < 0) {
        return failed(diag, pool, "opened", path);
    }
    status = take(file, copy, path, pool, &mapping, diag);
    close(file);
    if (status != APR_SUCCESS) {
        return status;
    }
    status = semr_image_open(mapping->block, mapping->size, image, pool, diag);
    if (status != APR_SUCCESS) {
        diag->text =
            apr_psprintf(pool, "The image %s is refused: %s", path, diag->text);
    }
    return status;
}

apr_status_t semr_image_map(const char *path, apr_pool_t *pool,
                            const semr_image_t **image, semr_diag_t *diag)
{
    return load(path, 0, pool, image, diag);
}

apr_status_t semr_image_copy(const char *path, apr_pool_t *pool,
                             const semr_image_t **image, semr_diag_t *diag)
{
    return load(path, 1, pool, image, diag);
}
