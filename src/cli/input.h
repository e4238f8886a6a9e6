/* SPDX-License-Identifier: Apache-2.0
 * Files as a subcommand reads them: plain or gzip, - is stdin; whole, in
 * blocks, or line by line in memory that does not grow with the file.
 */
#ifndef SEMR_CLI_INPUT_H
#define SEMR_CLI_INPUT_H

#include "command.h"
#include "vocabulary.h"

typedef struct cli_input_t cli_input_t;

/* Opens a file; returns APR_EINVAL, and has said why, if it cannot.  It is
 * closed with cli->pool, or by cli_input_close. */
apr_status_t cli_input_open(const cli_t *cli, const char *name,
                            cli_input_t **input);
void cli_input_close(cli_input_t *input);

/* Reads *len bytes at most; *len is 0 at the end.  As semr_mapfile_source_t
 * wants it. */
apr_status_t cli_input_read(void *input, char *bytes, apr_size_t *len);

/* The next line, without LF or CRLF, until the next call.  A line over
 * CLI_LINE_MAX bytes is cut.  Returns APR_EOF at the end; anything else, and
 * has said why, where reading fails: behind the last whole line before. */
enum { CLI_LINE_MAX = 1024 * 1024 };
apr_status_t cli_input_line(cli_input_t *input, semr_view_t *line);

/* Bytes of the file that were read, compressed or not; and those that there
 * are, 0 where nobody knows. */
apr_uint64_t cli_input_at(const cli_input_t *input);
apr_uint64_t cli_input_size(const cli_input_t *input);

/* The whole of a file, terminated, in cli->pool; most: bytes that it may have.
 * Returns APR_EINVAL, and has said why, if it cannot be read. */
apr_status_t cli_input_whole(const cli_t *cli, const char *name,
                             apr_size_t most, semr_view_t *bytes);

#endif
