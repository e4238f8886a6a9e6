/* SPDX-License-Identifier: Apache-2.0
 * Whether a Location would only repeat the request.
 */
#include "location.h"

static int same_query(semr_view_t query, semr_request_t *request)
{
    semr_view_t raw = request->query;
    char *safe;

    if (raw.len >= query.len) {
        return semr_view_equal(raw, query); /* safe is never shorter */
    }
    if (raw.len == 0) {
        return 0;
    }
    safe = apr_palloc(request->pool, 3 * raw.len);
    return semr_view_equal(
        semr_view(safe, semr_url_safe_query(safe, raw) - safe), query);
}

/* An IPv6 address without its brackets, which httpd takes off too. */
static semr_view_t bare_host(semr_view_t host)
{
    if (host.len > 2 && host.p[0] == '[' && host.p[host.len - 1] == ']') {
        return semr_view(host.p + 1, host.len - 2);
    }
    return host;
}

/* Takes the port off an authority; 0: it has none. */
static unsigned take_port(semr_view_t *authority)
{
    unsigned port = 0, scale = 1;
    apr_size_t i = authority->len;

    while (i > 0 && authority->p[i - 1] >= '0' && authority->p[i - 1] <= '9' &&
           scale <= 10000) {
        port += scale * (authority->p[--i] - '0');
        scale *= 10;
    }
    if (i == 0 || authority->p[i - 1] != ':') {
        return 0;
    }
    authority->len = i - 1;
    return port;
}

semr_origin_t semr_location_origin(const semr_location_t *location,
                                   apr_pool_t *pool)
{
    semr_view_t text = semr_view(location->text, location->authority);
    semr_origin_t origin;
    apr_size_t skip;

    origin.https = text.p[4] != ':';
    skip = sizeof("http://") - 1 + (apr_size_t)origin.https;
    origin.host = semr_view(text.p + skip, text.len - skip);
    origin.port = take_port(&origin.host);
    if (origin.port == 0) {
        origin.port = origin.https ? 443 : 80;
    }
    origin.host = semr_url_fold(pool, bare_host(origin.host));
    return origin;
}

static int same_origin(const semr_location_t *location, semr_request_t *request)
{
    semr_origin_t origin = semr_location_origin(location, request->pool);

    return origin.https == (int)request->https &&
           origin.port == request->port &&
           semr_view_equal(origin.host, bare_host(request->host));
}

int semr_location_has_path(const semr_location_t *location,
                           semr_request_t *request)
{
    semr_view_t path = semr_view(location->text + location->authority,
                                 location->path_end - location->authority);

    if (location->squeezable) {
        path = semr_url_path(request->pool, path);
    }
    return semr_view_equal(path, request->path);
}

int semr_location_has_url(const semr_location_t *location,
                          semr_request_t *request)
{
    semr_view_t query = semr_view(NULL, 0);

    if (location->query_end > location->path_end) {
        query = semr_view(location->text + location->path_end + 1,
                          location->query_end - location->path_end - 1);
    }
    return semr_location_has_path(location, request) &&
           same_query(query, request);
}

int semr_location_is(const semr_location_t *location, semr_request_t *request)
{
    if (!semr_location_has_url(location, request)) {
        return 0;
    }
    if (location->authority == 0) {
        return 1;
    }
    semr_request_origin(request);
    return same_origin(location, request);
}
