/* SPDX-License-Identifier: Apache-2.0
 * A state's file: written whole, and read with caution.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <apr_portable.h>
#include <apr_strings.h>

#include "state_parts.h"

#define BAD ".bad"

static apr_status_t failed(semr_diag_t *diag, apr_pool_t *pool,
                           const char *what)
{
    int error = errno;
    char why[120];

    semr_diag_set(diag, pool, "it could not be %s: %s", what,
                  apr_strerror(error, why, sizeof(why)));
    return APR_FROM_OS_ERROR(error);
}

/* -- the folder ------------------------------------------------------------ */

/* An open folder that only this user, or root, may write; -1: it is none. */
static int open_folder(const char *folder, apr_pool_t *pool, semr_diag_t *diag)
{
    int file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct stat info;

    if (file < 0 || fstat(file, &info)) {
        char why[120];

        semr_diag_set(diag, pool, "the folder %s cannot be opened: %s", folder,
                      apr_strerror(errno, why, sizeof(why)));
    }
    else if (info.st_uid && info.st_uid != geteuid()) {
        semr_diag_set(diag, pool,
                      "the folder %s belongs to another user than the one that "
                      "starts httpd",
                      folder);
    }
    else if (info.st_mode & (S_IWGRP | S_IWOTH)) {
        semr_diag_set(diag, pool,
                      "others may write to the folder %s; take that from them "
                      "(chmod go-w)",
                      folder);
    }
    else {
        return file;
    }
    if (file >= 0) {
        close(file);
    }
    return -1;
}

apr_status_t semr_state_check_folder(const char *folder, apr_pool_t *pool,
                                     semr_diag_t *diag)
{
    int file = open_folder(folder, pool, diag);

    if (file < 0) {
        return APR_EINVAL;
    }
    close(file);
    return APR_SUCCESS;
}

/* -- writing --------------------------------------------------------------- */

/* What one that was killed has left under the name is removed first. */
static apr_status_t write_in(int folder, const semr_state_t *state,
                             const char *name, semr_diag_t *diag)
{
    const char *begun = apr_pstrcat(state->pool, name, ".new", NULL);
    apr_status_t status;
    apr_file_t *out;
    int file, good;

    unlinkat(folder, begun, 0);
    file = openat(folder, begun,
                  O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0) {
        return failed(diag, state->pool, "created");
    }
    apr_os_file_put(&out, &file, APR_FOPEN_WRITE, state->pool);
    good = apr_file_write_full(out, state->bytes, state->len, NULL) ==
               APR_SUCCESS &&
           fsync(file) == 0;
    if (close(file) == 0 && good &&
        renameat(folder, begun, folder, name) == 0) {
        fsync(folder);
        return APR_SUCCESS;
    }
    status = failed(diag, state->pool, "written");
    unlinkat(folder, begun, 0);
    return status;
}

apr_status_t semr_state_write(semr_state_t *state, const char *folder,
                              const char *name, semr_diag_t *diag)
{
    int file;
    apr_status_t status;

    semr_state_seal(state);
    if (state->failed || state->len > SEMR_STATE_MOST) {
        semr_diag_set(diag, state->pool, "it would be too large");
        return APR_ENOMEM;
    }
    file = open_folder(folder, state->pool, diag);
    if (file < 0) {
        return APR_EINVAL;
    }
    status = write_in(file, state, name, diag);
    close(file);
    return status;
}

/* -- reading --------------------------------------------------------------- */

static apr_status_t free_bytes(void *bytes)
{
    free(bytes);
    return APR_SUCCESS;
}

/* All of an open file.  It may be cut off meanwhile, but not changed by anybody
 * else. */
static apr_status_t read_all(int file, apr_size_t len, void **bytes,
                             apr_pool_t *pool, semr_diag_t *diag)
{
    apr_file_t *in;
    apr_status_t status;

    *bytes = malloc(len + 1);
    if (!*bytes) {
        semr_diag_set(diag, pool, "there is no memory for it");
        return APR_ENOMEM;
    }
    apr_pool_cleanup_register(pool, *bytes, free_bytes, apr_pool_cleanup_null);
    apr_os_file_put(&in, &file, APR_FOPEN_READ, pool);
    status = apr_file_read_full(in, *bytes, len, NULL);
    if (status == APR_EOF) {
        return semr_diag_set(diag, pool, "it was cut off meanwhile");
    }
    return status == APR_SUCCESS ? APR_SUCCESS : failed(diag, pool, "read");
}

static const char *distrust(const struct stat *info)
{
    if (!S_ISREG(info->st_mode)) {
        return "it is no regular file";
    }
    if (info->st_uid != geteuid()) {
        return "it belongs to another user than the one that starts httpd";
    }
    if (info->st_mode & (S_IWGRP | S_IWOTH) || info->st_nlink != 1) {
        return "others may write to it";
    }
    return (apr_size_t)info->st_size > SEMR_STATE_MOST ? "it is too large"
                                                       : NULL;
}

static apr_status_t read_open(int file, semr_state_t **state, apr_pool_t *pool,
                              semr_diag_t *diag)
{
    struct stat info;
    const char *why;
    void *bytes;
    apr_status_t status;

    if (fstat(file, &info)) {
        return failed(diag, pool, "looked at");
    }
    why = distrust(&info);
    if (why) {
        return semr_diag_set(diag, pool, "%s", why);
    }
    status = read_all(file, (apr_size_t)info.st_size, &bytes, pool, diag);
    return status == APR_SUCCESS
               ? semr_state_open(state, bytes, (apr_size_t)info.st_size, pool,
                                 diag)
               : status;
}

static apr_status_t read_in(int folder, semr_state_t **state, const char *name,
                            apr_pool_t *pool, semr_diag_t *diag)
{
    int file =
        openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    apr_status_t status;

    if (file < 0 && errno == ENOENT) {
        semr_diag_set(diag, pool, "there is none");
        return APR_ENOENT;
    }
    if (file >= 0) {
        status = read_open(file, state, pool, diag);
        close(file);
    }
    else if (errno == ELOOP) {
        status = semr_diag_set(diag, pool, "it is a symbolic link");
    }
    else {
        status = failed(diag, pool, "opened");
    }
    if (status != APR_SUCCESS) {
        renameat(folder, name, folder, apr_pstrcat(pool, name, BAD, NULL));
    }
    return status;
}

apr_status_t semr_state_read(semr_state_t **state, const char *folder,
                             const char *name, apr_pool_t *pool,
                             semr_diag_t *diag)
{
    int file = open_folder(folder, pool, diag);
    apr_status_t status;

    if (file < 0) {
        return APR_EINVAL;
    }
    status = read_in(file, state, name, pool, diag);
    close(file);
    return status;
}
