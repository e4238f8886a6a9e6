/* SPDX-License-Identifier: Apache-2.0
 * Requests to the server.
 */
#include <stdlib.h>
#include <string.h>

#include <apr_lib.h>
#include <apr_strings.h>
#include <curl/curl.h>

#include "verify_web.h"
#include "version.h"

enum {
    BODY_MAX = 16 * 1024,    /* bytes that are taken of a body */
    LOCATION_MAX = 64 * 1024 /* of a Location */
};

typedef struct transfer_t {
    CURL *easy;
    int slot, busy;
    int was_cut; /* the body was longer than is wanted */
    apr_size_t body;
    char error[CURL_ERROR_SIZE];
} transfer_t;

struct verify_web_t {
    const verify_plan_t *plan;
    CURLM *multi;
    struct curl_slist *headers, *connect_to;
    int ntransfers;
    transfer_t *transfers;
};

static apr_status_t release(void *baton)
{
    verify_web_t *web = baton;
    int i;

    for (i = 0; i < web->ntransfers; i++) {
        if (web->transfers[i].busy) {
            curl_multi_remove_handle(web->multi, web->transfers[i].easy);
        }
        curl_easy_cleanup(web->transfers[i].easy);
    }
    curl_multi_cleanup(web->multi);
    curl_slist_free_all(web->headers);
    curl_slist_free_all(web->connect_to);
    curl_global_cleanup();
    return APR_SUCCESS;
}

/* -- --against ------------------------------------------------------------- */

static char *part(CURLU *url, CURLUPart what, unsigned flags, apr_pool_t *pool)
{
    char *text = NULL, *copy = NULL;

    if (curl_url_get(url, what, &text, flags) == CURLUE_OK) {
        copy = apr_pstrdup(pool, text);
    }
    curl_free(text);
    return copy;
}

static char *lower(char *text)
{
    char *p;

    for (p = text; p && *p; p++) {
        *p = (char)apr_tolower(*p);
    }
    return text;
}

static int refuse(const verify_plan_t *plan, const char *url, const char *why)
{
    cli_say(plan->cli, "--against \"%s\": %s", url, why);
    return 0;
}

static int take_against(verify_plan_t *plan, CURLU *parsed, const char *url)
{
    apr_pool_t *pool = plan->cli->pool;
    const char *scheme = part(parsed, CURLUPART_SCHEME, 0, pool),
               *path = part(parsed, CURLUPART_PATH, 0, pool),
               *port = part(parsed, CURLUPART_PORT, CURLU_DEFAULT_PORT, pool),
               *host = lower(part(parsed, CURLUPART_HOST, 0, pool));
    int is_https = scheme && !strcmp(scheme, "https");

    if (!is_https && (!scheme || strcmp(scheme, "http") != 0)) {
        return refuse(plan, url, "it has to be http or https");
    }
    if (part(parsed, CURLUPART_USER, 0, pool)) {
        return refuse(plan, url, "name and password go to --user");
    }
    if ((path && strcmp(path, "/") != 0) ||
        part(parsed, CURLUPART_QUERY, 0, pool) ||
        part(parsed, CURLUPART_FRAGMENT, 0, pool)) {
        return refuse(plan, url,
                      "rules have whole paths, so it is no more than "
                      "http://HOST:PORT");
    }
    plan->https = is_https;
    plan->host = host;
    plan->port = (unsigned)atoi(port);
    plan->against = apr_psprintf(pool, "%s://%s:%s", scheme, plan->host, port);
    return 1;
}

int verify_web_against(verify_plan_t *plan, const char *url)
{
    CURLU *parsed = curl_url();
    int taken = 0;

    if (!parsed || curl_url_set(parsed, CURLUPART_URL, url, 0) != CURLUE_OK) {
        refuse(plan, url, "it is no URL; write http://HOST:PORT");
    }
    else {
        taken = take_against(plan, parsed, url);
    }
    curl_url_cleanup(parsed);
    return taken;
}

/* -- setting up ------------------------------------------------------------ */

static size_t take_body(char *bytes, size_t size, size_t count, void *baton)
{
    transfer_t *transfer = baton;

    (void)bytes;
    transfer->body += size * count;
    if (transfer->body > BODY_MAX) {
        transfer->was_cut = 1;
        return 0;
    }
    return size * count;
}

/* What all requests have in common, elsewhere too */
static void set_common(const verify_plan_t *plan, CURL *easy)
{
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "semredirect/" SEMR_VERSION);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT, (long)plan->timeout);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, (long)plan->timeout);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
    if (cli_value(plan->cli, "ca")) {
        curl_easy_setopt(easy, CURLOPT_CAINFO, cli_value(plan->cli, "ca"));
    }
    if (cli_value(plan->cli, "insecure")) {
        curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
        curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
    }
}

/* What the server alone gets */
static void set_against(const verify_web_t *web, CURL *easy)
{
    const char *user = cli_value(web->plan->cli, "user");

    curl_easy_setopt(easy, CURLOPT_CONNECT_TO, web->connect_to);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, web->headers);
    if (user) {
        curl_easy_setopt(easy, CURLOPT_USERPWD, user);
    }
}

static int gather(verify_web_t *web)
{
    const cli_t *cli = web->plan->cli;
    struct curl_slist *list;
    int i;

    web->connect_to =
        curl_slist_append(NULL, apr_psprintf(cli->pool, "::%s:%u",
                                             web->plan->host, web->plan->port));
    for (i = 0; i < cli->given->nelts; i++) {
        const cli_given_t *given = &APR_ARRAY_IDX(cli->given, i, cli_given_t);

        if (strcmp(given->name, "header") != 0) {
            continue;
        }
        if (!strchr(given->value, ':') || strpbrk(given->value, "\r\n")) {
            cli_say(cli, "--header \"%s\" is no header; write \"Name: value\"",
                    given->value);
            return 0;
        }
        list = curl_slist_append(web->headers, given->value);
        web->headers = list ? list : web->headers;
    }
    return web->connect_to != NULL;
}

verify_web_t *verify_web_create(const verify_plan_t *plan)
{
    apr_pool_t *pool = plan->cli->pool;
    verify_web_t *web = apr_pcalloc(pool, sizeof(*web));
    int i;

    web->plan = plan;
    curl_global_init(CURL_GLOBAL_DEFAULT);
    apr_pool_cleanup_register(pool, web, release, apr_pool_cleanup_null);
    web->multi = curl_multi_init();
    if (!web->multi || !gather(web)) {
        return NULL;
    }
    curl_multi_setopt(web->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS,
                      (long)plan->connections);
    web->transfers = apr_pcalloc(pool, (apr_size_t)plan->connections *
                                           sizeof(*web->transfers));
    for (i = 0; i < plan->connections; i++) {
        web->transfers[i].slot = i;
        web->transfers[i].easy = curl_easy_init();
        if (!web->transfers[i].easy) {
            cli_say(plan->cli, "curl cannot be used: no memory");
            return NULL;
        }
        web->ntransfers++;
    }
    return web;
}

/* -- requests -------------------------------------------------------------- */

int verify_web_send(verify_web_t *web, int slot, const char *method,
                    const char *url, int elsewhere)
{
    transfer_t *transfer = web->transfers + slot;
    CURL *easy = transfer->easy;

    transfer->was_cut = 0;
    transfer->body = 0;
    *transfer->error = '\0';
    curl_easy_reset(easy); /* connections stay */
    set_common(web->plan, easy);
    if (!elsewhere) {
        set_against(web, easy);
    }
    if (!strcmp(method, "HEAD")) {
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    }
    else if (!strcmp(method, "POST") || !strcmp(method, "PUT") ||
             !strcmp(method, "PATCH")) { /* with an empty body */
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, "");
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method);
    }
    else if (strcmp(method, "GET") != 0) {
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method);
    }
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->error);
    if (curl_easy_setopt(easy, CURLOPT_URL, url) != CURLE_OK ||
        curl_multi_add_handle(web->multi, easy) != CURLM_OK) {
        return 0;
    }
    transfer->busy = 1;
    return 1;
}

static const char *header(CURL *easy, const char *name, apr_pool_t *pool)
{
    struct curl_header *found;

    return curl_easy_header(easy, name, 0, CURLH_HEADER, -1, &found) ==
                   CURLHE_OK
               ? apr_pstrndup(pool, found->value, LOCATION_MAX)
               : NULL;
}

static void take_reply(transfer_t *transfer, CURLcode result, apr_pool_t *pool,
                       verify_reply_t *reply)
{
    const char *cache;
    curl_off_t after = 0;
    long code = 0;

    memset(reply, 0, sizeof(*reply));
    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &code);
    if (result != CURLE_OK &&
        !(transfer->was_cut && result == CURLE_WRITE_ERROR)) {
        reply->failure =
            apr_pstrdup(pool, *transfer->error ? transfer->error
                                               : curl_easy_strerror(result));
        return;
    }
    reply->code = (int)code;
    reply->location = header(transfer->easy, "Location", pool);
    cache = header(transfer->easy, "Cache-Control", pool);
    reply->no_store = cache && strcasestr(cache, "no-store");
    curl_easy_getinfo(transfer->easy, CURLINFO_RETRY_AFTER, &after);
    reply->retry_after = after;
}

/* Failures that may be over in a moment */
static int is_passing(CURLcode result)
{
    switch (result) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_PARTIAL_FILE:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
        return 1;
    default:
        return 0;
    }
}

int verify_web_next(verify_web_t *web, apr_pool_t *const *pools,
                    verify_reply_t *reply, int *may_retry)
{
    transfer_t *transfer;
    CURLMsg *message;
    int left, running;

    curl_multi_perform(web->multi, &running);
    do {
        message = curl_multi_info_read(web->multi, &left);
        if (!message) {
            return -1;
        }
    } while (message->msg != CURLMSG_DONE);
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
    take_reply(transfer, message->data.result, pools[transfer->slot], reply);
    *may_retry = reply->failure && is_passing(message->data.result);
    curl_multi_remove_handle(web->multi, transfer->easy);
    transfer->busy = 0;
    return transfer->slot;
}

void verify_web_wait(verify_web_t *web, apr_interval_time_t most)
{
    int running;

    /* rounded up: less than a millisecond would be none */
    curl_multi_poll(web->multi, NULL, 0, (int)((most + 999) / 1000), NULL);
    curl_multi_perform(web->multi, &running);
}

/* -- chains ---------------------------------------------------------------- */

static int is_name(const verify_plan_t *plan, const char *host)
{
    const apr_array_header_t *names = plan->rules.names;
    int i;

    for (i = 0; i < names->nelts; i++) {
        semr_view_t name = APR_ARRAY_IDX(names, i, semr_view_t);

        if (semr_view_equal(name, semr_view(host, strlen(host)))) {
            return 1;
        }
    }
    return 0;
}

static int is_ours(const verify_plan_t *plan, CURLU *to, CURLU *from,
                   apr_pool_t *pool)
{
    const char *scheme = part(to, CURLUPART_SCHEME, 0, pool),
               *host = lower(part(to, CURLUPART_HOST, 0, pool)),
               *port = part(to, CURLUPART_PORT, CURLU_DEFAULT_PORT, pool),
               *asked = part(from, CURLUPART_HOST, 0, pool);
    unsigned number = port ? (unsigned)atoi(port) : 0;

    if (!scheme || !host || strcmp(scheme, plan->https ? "https" : "http")) {
        return 0;
    }
    if (number != plan->port && number != (plan->https ? 443 : 80)) {
        return 0;
    }
    return (asked && !strcasecmp(host, asked)) || is_name(plan, host);
}

const char *verify_web_follow(const verify_plan_t *plan, const char *url,
                              const char *location, const char *from, int *ours,
                              apr_pool_t *pool)
{
    CURLU *to = curl_url(), *asked = curl_url();
    const char *next = NULL;

    if (to && asked &&
        curl_url_set(asked, CURLUPART_URL, from, CURLU_PATH_AS_IS) ==
            CURLUE_OK &&
        curl_url_set(to, CURLUPART_URL, url, CURLU_PATH_AS_IS) == CURLUE_OK &&
        curl_url_set(to, CURLUPART_URL, location, 0) == CURLUE_OK &&
        curl_url_set(to, CURLUPART_FRAGMENT, NULL, 0) == CURLUE_OK) {
        const char *scheme = part(to, CURLUPART_SCHEME, 0, pool);

        *ours = is_ours(plan, to, asked, pool);
        if (scheme && (!strcmp(scheme, "http") || !strcmp(scheme, "https")) &&
            !part(to, CURLUPART_USER, 0, pool)) {
            next = part(to, CURLUPART_URL, 0, pool);
        }
    }
    curl_url_cleanup(asked);
    curl_url_cleanup(to);
    return next;
}
