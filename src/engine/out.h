/* SPDX-License-Identifier: Apache-2.0
 * Text on its way out: gathered, made inert, and handed to a sink.
 */
#ifndef SEMR_OUT_H
#define SEMR_OUT_H

#include <apr_pools.h>

/* Where the bytes go.  Anything but APR_SUCCESS ends the writing. */
typedef struct semr_sink_t {
    apr_status_t (*write)(void *baton, const char *bytes, apr_size_t len);
    void *baton;
} semr_sink_t;

/* Bytes that the sink has not got yet.  Once it has failed, nothing more is
 * written, and status says why. */
typedef struct semr_out_t {
    const semr_sink_t *sink;
    apr_status_t status;
    apr_size_t before; /* bytes that it has got */
    apr_size_t len;
    char bytes[4000];
} semr_out_t;

void semr_out_start(semr_out_t *out, const semr_sink_t *sink);

/* Bytes that were written, whether the sink has got them or not. */
static inline apr_size_t semr_out_written(const semr_out_t *out)
{
    return out->before + out->len;
}

void semr_out_write(semr_out_t *out, const char *bytes, apr_size_t len);
void semr_out_puts(semr_out_t *out, const char *text);
/* As apr_psprintf does, in pool. */
void semr_out_printf(semr_out_t *out, apr_pool_t *pool, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
apr_status_t semr_out_finish(semr_out_t *out);

/* Somebody's text, with U+FFFD for control characters and for each byte that
 * is no UTF-8: as it is, or for HTML, quoted attributes too. */
void semr_out_plain(semr_out_t *out, const char *text, apr_size_t len);
void semr_out_html(semr_out_t *out, const char *text, apr_size_t len);

/* text with U+FFFD for each byte that is no UTF-8, in pool or as it is; *len
 * is set to its new length. */
const char *semr_out_utf8(apr_pool_t *pool, const char *text, apr_size_t *len);

#endif
