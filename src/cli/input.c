/* SPDX-License-Identifier: Apache-2.0
 * Files, plain or gzip: zlib reads both.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <apr_strings.h>

#include "input.h"

enum { WINDOW = CLI_LINE_MAX + 1, GZ_BUFFER = 256 * 1024 };

struct cli_input_t {
    const cli_t *cli;
    const char *name;
    gzFile file;
    apr_uint64_t size;
    char *buffer, *at, *end; /* of cli_input_line */
    int ended;
    apr_status_t failed; /* reading did, behind what is in buffer */
    int cuts;            /* the rest of a line that was cut is still to come */
};

static apr_status_t close_file(void *baton)
{
    cli_input_t *input = baton;

    if (input->file) {
        gzclose(input->file);
        input->file = NULL;
    }
    return APR_SUCCESS;
}

apr_status_t cli_input_open(const cli_t *cli, const char *name,
                            cli_input_t **opened)
{
    cli_input_t *input = apr_pcalloc(cli->pool, sizeof(*input));
    int fd = strcmp(name, "-") ? open(name, O_RDONLY | O_CLOEXEC) : dup(0);
    struct stat about;

    if (fd < 0 || fstat(fd, &about)) {
        cli_fail_io(cli, name, "cannot be opened", apr_get_os_error());
        return APR_EINVAL;
    }
    if (S_ISDIR(about.st_mode)) {
        close(fd);
        cli_fail_io(cli, name, "cannot be read", APR_FROM_OS_ERROR(EISDIR));
        return APR_EINVAL;
    }
    input->cli = cli;
    input->name = strcmp(name, "-") ? name : "stdin";
    input->size = S_ISREG(about.st_mode) ? (apr_uint64_t)about.st_size : 0;
    input->file = gzdopen(fd, "rb");
    if (!input->file) {
        close(fd);
        cli_fail_io(cli, name, "cannot be read", APR_ENOMEM);
        return APR_EINVAL;
    }
    gzbuffer(input->file, GZ_BUFFER);
    apr_pool_cleanup_register(cli->pool, input, close_file,
                              apr_pool_cleanup_null);
    *opened = input;
    return APR_SUCCESS;
}

void cli_input_close(cli_input_t *input)
{
    apr_pool_cleanup_run(input->cli->pool, input, close_file);
}

apr_status_t cli_input_read(void *baton, char *bytes, apr_size_t *len)
{
    cli_input_t *input = baton;
    unsigned want = *len > (1u << 30) ? 1u << 30 : (unsigned)*len;
    int got = gzread(input->file, bytes, want), error;
    const char *why;

    *len = got > 0 ? (apr_size_t)got : 0;
    why = gzerror(input->file, &error);
    if (got >= 0 && (error == Z_OK || error == Z_STREAM_END)) {
        return APR_SUCCESS;
    }
    if (error == Z_ERRNO) {
        cli_fail_io(input->cli, input->name, "cannot be read",
                    apr_get_os_error());
    }
    else { /* zlib knows the file as "<fd:3>: " */
        const char *colon = strstr(why, ": ");

        cli_say(input->cli, "%s: it is no whole gzip file: %s", input->name,
                colon ? colon + 2 : why);
    }
    return APR_EINVAL;
}

/* -- lines ----------------------------------------------------------------- */

static void fill(cli_input_t *input)
{
    apr_size_t left, got;

    if (!input->buffer) {
        input->buffer = apr_palloc(input->cli->pool, WINDOW);
        input->at = input->end = input->buffer;
    }
    left = (apr_size_t)(input->end - input->at);
    memmove(input->buffer, input->at, left);
    input->at = input->buffer;
    input->end = input->buffer + left;
    got = WINDOW - left;
    input->failed = cli_input_read(input, input->end, &got);
    input->end += got;
    input->ended = !got || input->failed;
}

/* Takes a line of len bytes, whose end is behind it if has_end. */
static semr_view_t take(cli_input_t *input, apr_size_t len, int has_end)
{
    semr_view_t line = {input->at, len};

    input->at += len + (has_end ? 1 : 0);
    if (has_end && line.len && line.p[line.len - 1] == '\r') {
        line.len--;
    }
    return line;
}

apr_status_t cli_input_line(cli_input_t *input, semr_view_t *line)
{
    for (;;) {
        apr_size_t left = (apr_size_t)(input->end - input->at);
        const char *end = left ? memchr(input->at, '\n', left) : NULL;
        int was_cut = input->cuts, is_last = input->ended && !input->failed;

        if (end || (left && (is_last || left == WINDOW))) {
            input->cuts = !end && !input->ended;
            *line = take(input, end ? (apr_size_t)(end - input->at) : left,
                         end != NULL);
            if (was_cut) {
                continue;
            }
            return APR_SUCCESS;
        }
        if (input->ended) {
            return input->failed ? input->failed : APR_EOF;
        }
        fill(input);
    }
}

apr_uint64_t cli_input_at(const cli_input_t *input)
{
    z_off_t at = gzoffset(input->file);

    return at > 0 ? (apr_uint64_t)at : 0;
}

apr_uint64_t cli_input_size(const cli_input_t *input)
{
    return input->size;
}

apr_status_t cli_input_whole(const cli_t *cli, const char *name,
                             apr_size_t most, semr_view_t *bytes)
{
    apr_size_t room = 64 * 1024, len = 0, got;
    char *text = apr_palloc(cli->pool, room), *more;
    cli_input_t *input;
    apr_status_t status = cli_input_open(cli, name, &input);

    for (got = 1; status == APR_SUCCESS && got; len += got) {
        if (len > most) {
            cli_say(cli, "%s: it has over %" APR_SIZE_T_FMT " bytes",
                    input->name, most);
            status = APR_EINVAL;
            break;
        }
        if (room - len < 2) {
            more = apr_palloc(cli->pool, room * 2);
            memcpy(more, text, len);
            text = more;
            room *= 2;
        }
        got = room - len - 1;
        status = cli_input_read(input, text + len, &got);
    }
    if (status == APR_SUCCESS) {
        cli_input_close(input);
    }
    text[len] = '\0';
    *bytes = (semr_view_t){text, len};
    return status;
}
