/* SPDX-License-Identifier: Apache-2.0
 * A file that is there whole, or as it was before.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <apr_strings.h>

#include "output.h"

static apr_status_t write_bytes(void *baton, const char *bytes, apr_size_t len)
{
    const cli_output_t *output = baton;

    while (len) {
        ssize_t done = write(output->fd, bytes, len);

        if (done < 0 && errno != EINTR) {
            return apr_get_os_error();
        }
        if (done > 0) {
            bytes += done;
            len -= (apr_size_t)done;
        }
    }
    return APR_SUCCESS;
}

static apr_status_t failed(const cli_output_t *output, apr_status_t status)
{
    cli_fail_io(output->cli, output->name, "cannot be written", status);
    return APR_EINVAL;
}

/* Of the file that was there, or as the user has files made */
static mode_t mode_of(const struct stat *about)
{
    mode_t mask;

    if (about) {
        return about->st_mode & 0777;
    }
    mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
}

apr_status_t cli_output_begin(cli_output_t *output, const cli_t *cli,
                              const char *name)
{
    struct stat about;
    int is_there;

    output->cli = cli;
    output->name = name;
    output->begun = NULL;
    output->fd = -1;
    output->out = name ? &output->own : cli->out;
    if (!name) {
        return APR_SUCCESS;
    }
    is_there = stat(name, &about) == 0;
    if (is_there && !S_ISREG(about.st_mode)) {
        output->fd = open(name, O_WRONLY | O_CLOEXEC);
    }
    else {
        output->begun = apr_pstrcat(cli->pool, name, ".XXXXXX", NULL);
        output->fd = mkostemp(output->begun, O_CLOEXEC);
    }
    if (output->fd < 0) {
        return failed(output, apr_get_os_error());
    }
    if (output->begun) {
        fchmod(output->fd, mode_of(is_there ? &about : NULL));
    }
    output->sink.write = write_bytes;
    output->sink.baton = output;
    semr_out_start(&output->own, &output->sink);
    return APR_SUCCESS;
}

apr_status_t cli_output_end(cli_output_t *output, int good)
{
    apr_status_t status = APR_SUCCESS;

    if (!output->name) {
        return APR_SUCCESS;
    }
    if (good) {
        status = semr_out_finish(output->out);
    }
    if (status == APR_SUCCESS && good && output->begun && fsync(output->fd)) {
        status = apr_get_os_error();
    }
    if (close(output->fd) && status == APR_SUCCESS) {
        status = apr_get_os_error();
    }
    if (status == APR_SUCCESS && good && output->begun &&
        rename(output->begun, output->name)) {
        status = apr_get_os_error();
    }
    if (output->begun && (status != APR_SUCCESS || !good)) {
        unlink(output->begun);
    }
    return status == APR_SUCCESS ? APR_SUCCESS : failed(output, status);
}
