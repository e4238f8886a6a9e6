/* SPDX-License-Identifier: Apache-2.0
 * The formats of the status page, and which of them a request gets.
 */
#include <apr_strings.h>

#include "accept.h"
#include "format.h"

static apr_status_t render_json(const semr_render_model_t *model,
                                const char *nonce, const semr_sink_t *sink,
                                apr_pool_t *pool)
{
    (void)nonce;
    return semr_render_json(model, sink, pool);
}

/* X(name, type without parameters, version or NULL, Content-Type, renders).
 * In the order of preference; what Accept can ask for comes first. */
#define NEGOTIATED(X)                                                          \
    X("html", "text/html", NULL, "text/html; charset=utf-8", semr_render_html, \
      NULL)                                                                    \
    X("json", "application/json", NULL, "application/json", render_json, NULL) \
    X("openmetrics", "application/openmetrics-text", "1.0.0",                  \
      "application/openmetrics-text; version=1.0.0; charset=utf-8", NULL,      \
      semr_render_openmetrics)                                                 \
    X("prometheus", "text/plain", "0.0.4",                                     \
      "text/plain; version=0.0.4; charset=utf-8", NULL,                        \
      semr_render_prometheus)

static const semr_format_t formats[] = {
#define X(name, type, version, content_type, render, metrics)                  \
    {name, content_type, render, metrics},
    NEGOTIATED(X)
#undef X
        {"auto", "text/plain; charset=utf-8", NULL, semr_render_auto},
};

static const semr_media_t media[] = {
#define X(name, type, version, content_type, render, metrics) {type, version},
    NEGOTIATED(X)
#undef X
};

enum {
    FORMATS = sizeof(formats) / sizeof(*formats),
    MEDIA = sizeof(media) / sizeof(*media)
};

static const semr_format_t *find_format(const char *name)
{
    int i;

    for (i = 0; i < FORMATS; i++) {
        if (!strcmp(name, formats[i].name)) {
            return formats + i;
        }
    }
    return NULL;
}

/* "html, json or auto" */
static const char *names_of_all(apr_pool_t *pool)
{
    const char *names = formats[0].name;
    int i;

    for (i = 1; i < FORMATS; i++) {
        names = apr_pstrcat(pool, names, i < FORMATS - 1 ? ", " : " or ",
                            formats[i].name, NULL);
    }
    return names;
}

static const char *why_unknown(apr_pool_t *pool, const char *name)
{
    return apr_pstrcat(pool, "format=", ap_escape_logitem(pool, name),
                       ": this page has no such format; say ",
                       names_of_all(pool), ".\n", NULL);
}

static const char *why_not_acceptable(apr_pool_t *pool)
{
    const char *text = "Accept names no format that this page has.  It has:\n";
    int i;

    for (i = 0; i < FORMATS; i++) {
        text = apr_pstrcat(pool, text, "  ", formats[i].type,
                           "  (format=", formats[i].name, ")\n", NULL);
    }
    return text;
}

const semr_format_t *semr_format_choose(request_rec *r, const char *name,
                                        int *status, const char **why)
{
    const semr_format_t *format;
    int choice;

    if (name) {
        format = find_format(name);
        *status = HTTP_BAD_REQUEST;
        *why = format ? NULL : why_unknown(r->pool, name);
        return format;
    }
    apr_table_mergen(r->headers_out, "Vary", "Accept");
    choice = semr_accept_choose(apr_table_get(r->headers_in, "Accept"), media,
                                MEDIA);
    *status = HTTP_NOT_ACCEPTABLE;
    *why = choice < 0 ? why_not_acceptable(r->pool) : NULL;
    return choice < 0 ? NULL : formats + choice;
}
