/* SPDX-License-Identifier: Apache-2.0
 * What rules ask of a request beyond its path: made once, when first needed.
 */
#include "request.h"

semr_view_t semr_request_folded(semr_request_t *request)
{
    if (!request->has_folded) {
        request->folded = semr_url_fold(request->pool, request->path);
        request->has_folded = 1;
    }
    return request->folded;
}

semr_view_t semr_request_decoded(semr_request_t *request)
{
    if (!request->has_decoded) {
        request->decoded = semr_url_decode(request->pool, request->path,
                                           request->decode_slashes);
        request->has_decoded = 1;
    }
    return request->decoded;
}

semr_view_t semr_request_decoded_folded(semr_request_t *request)
{
    if (request->decoded_folded.p == NULL) {
        request->decoded_folded =
            semr_url_fold(request->pool, semr_request_decoded(request));
    }
    return request->decoded_folded;
}

int semr_request_params(semr_request_t *request)
{
    semr_view_t rest = request->query, text, name, value;
    semr_query_param_t *param;
    apr_size_t i, most = 1;

    if (request->has_params) {
        return request->nparams;
    }
    request->has_params = 1;
    request->nparams = 0;
    if (rest.len == 0) {
        return 0;
    }
    for (i = 0; i < rest.len; ++i) {
        most += rest.p[i] == '&';
    }
    request->params = apr_palloc(request->pool, most * sizeof(*param));
    while (semr_url_next_param(&rest, &text, &name, &value)) {
        param = &request->params[request->nparams++];
        param->text = text;
        param->name = semr_url_param(request->pool, name);
        param->value = semr_url_param(request->pool, value);
    }
    return request->nparams;
}
