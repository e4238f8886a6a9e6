/* SPDX-License-Identifier: Apache-2.0
 * Scheme, host and port that a client asked for.
 */
#include <apr_hash.h>
#include <apr_strings.h>
#include <httpd.h>
#include <http_config.h>
#include <http_core.h>
#include <http_protocol.h>
#include <http_vhost.h>

#include "origin.h"

/* httpd takes the brackets off an IPv6 address. */
static const char *asked_host(const request_rec *r)
{
    return strchr(r->hostname, ':') && *r->hostname != '['
               ? apr_pstrcat(r->pool, "[", r->hostname, "]", NULL)
               : r->hostname;
}

static int is_https(const request_rec *r)
{
    const char *https = apr_table_get(r->subprocess_env, "HTTPS");

    return (https && !strcasecmp(https, "on")) ||
           !strcmp(ap_http_scheme(r), "https");
}

static apr_port_t asked_port(const request_rec *r, int https)
{
    return r->parsed_uri.port_str ? r->parsed_uri.port
           : https                ? DEFAULT_HTTPS_PORT
                                  : DEFAULT_HTTP_PORT;
}

void semr_origin_find(request_rec *r, semr_request_t *request)
{
    if (r->hostname) {
        const char *host = asked_host(r);

        request->host = semr_view(host, strlen(host));
    }
    request->https = is_https(r) != 0;
    request->port = asked_port(r, request->https);
}

const char *semr_origin_label(const server_rec *server, apr_pool_t *pool)
{
    const char *name = server->server_hostname;
    apr_port_t port = server->port;

    name = name ? name : "this server";
    if (!port && server->is_virtual && server->addrs) {
        port = server->addrs->host_port;
    }
    return port ? apr_psprintf(pool, "%s:%u", name, (unsigned)port) : name;
}

static semr_view_t view_of(const char *text)
{
    return semr_view(text, strlen(text));
}

static const char *with_scheme(request_rec *r, int https, const char *host)
{
    return apr_pstrcat(r->pool, https ? "https://" : "http://", host, NULL);
}

semr_view_t semr_origin_server(request_rec *r, int https)
{
    apr_port_t port = r->server->port;
    const char *base = with_scheme(r, https, r->server->server_hostname);

    if (port && port != (https ? DEFAULT_HTTPS_PORT : DEFAULT_HTTP_PORT)) {
        base = apr_psprintf(r->pool, "%s:%u", base, (unsigned)port);
    }
    return view_of(base);
}

static int is_asked_host_ours(request_rec *r)
{
    return r->hostname &&
           (!strcasecmp(r->hostname, r->server->server_hostname) ||
            ap_matches_request_vhost(r, r->hostname, r->server->port));
}

semr_view_t semr_origin_upgrade(request_rec *r, int https)
{
    return view_of(with_scheme(
        r, https,
        is_asked_host_ours(r) ? asked_host(r) : r->server->server_hostname));
}

semr_view_t semr_origin_base(request_rec *r, semr_request_t *request,
                             int absolute, semr_to_form_t form)
{
    if (form == SEMR_TO_HTTP || form == SEMR_TO_HTTPS) {
        return semr_origin_upgrade(r, form == SEMR_TO_HTTPS);
    }
    if (form != SEMR_TO_PATH ||
        (!absolute && r->proto_num > HTTP_VERSION(1, 0))) {
        return semr_view(NULL, 0);
    }
    semr_request_origin(request);
    return semr_origin_server(r, request->https);
}

static int is_named(const apr_array_header_t *names, const char *host, int wild)
{
    int i;

    for (i = 0; names && i < names->nelts; i++) {
        const char *name = APR_ARRAY_IDX(names, i, const char *);

        if (name && (wild ? !ap_strcasecmp_match(host, name)
                          : !strcasecmp(host, name))) {
            return 1;
        }
    }
    return 0;
}

/* -- other virtual hosts --------------------------------------------------- */

/* "name:port" -> the first virtual host that has both; port 0: any */
static apr_hash_t *servers;
/* All names, and names with a star, of all servers, the main one too */
static apr_hash_t *all_names;
static apr_array_header_t *wild_names;

static const char *key_of(apr_pool_t *pool, const char *name, unsigned port)
{
    char *key = apr_psprintf(pool, "%s:%u", name, port);

    ap_str_tolower(key);
    return key;
}

static void learn(apr_pool_t *pool, const char *name, unsigned port,
                  server_rec *server)
{
    const char *key = key_of(pool, name, port);

    if (!apr_hash_get(servers, key, APR_HASH_KEY_STRING)) {
        apr_hash_set(servers, key, APR_HASH_KEY_STRING, server);
    }
}

static void learn_name(apr_pool_t *pool, const char *name)
{
    char *key = apr_pstrdup(pool, name);

    ap_str_tolower(key);
    apr_hash_set(all_names, key, APR_HASH_KEY_STRING, key);
}

static void learn_names(apr_pool_t *pool, const server_rec *server)
{
    int i;

    learn_name(pool, server->server_hostname);
    for (i = 0; server->names && i < server->names->nelts; i++) {
        const char *name = APR_ARRAY_IDX(server->names, i, const char *);

        if (name) {
            learn_name(pool, name);
        }
    }
    if (server->wild_names) {
        apr_array_cat(wild_names, server->wild_names);
    }
}

/* Whether some server has the name, which is in lower case */
static int is_somebodys(const char *host)
{
    return apr_hash_get(all_names, host, APR_HASH_KEY_STRING) ||
           is_named(wild_names, host, 1);
}

void semr_origin_learn(apr_pool_t *pconf, server_rec *main)
{
    server_rec *server;

    servers = apr_hash_make(pconf);
    all_names = apr_hash_make(pconf);
    wild_names = apr_array_make(pconf, 4, sizeof(const char *));
    for (server = main; server; server = server->next) {
        learn_names(pconf, server);
    }
    for (server = main->next; server; server = server->next) {
        const server_addr_rec *address;
        int i;

        for (address = server->addrs; address; address = address->next) {
            learn(pconf, server->server_hostname, address->host_port, server);
            for (i = 0; server->names && i < server->names->nelts; i++) {
                const char *name =
                    APR_ARRAY_IDX(server->names, i, const char *);

                if (name) {
                    learn(pconf, name, address->host_port, server);
                }
            }
        }
    }
}

static int is_anothers(const server_rec *server, const char *host,
                       unsigned port, apr_pool_t *pool)
{
    const server_rec *other =
        apr_hash_get(servers, key_of(pool, host, port), APR_HASH_KEY_STRING);

    if (!other) { /* <VirtualHost *> */
        other =
            apr_hash_get(servers, key_of(pool, host, 0), APR_HASH_KEY_STRING);
    }
    return other && other != server;
}

/* -- what the configuration says ------------------------------------------ */

/* The directives of a virtual host, or of the main server */
static const ap_directive_t *directives_of(const server_rec *server)
{
    const ap_directive_t *node = ap_conftree;

    if (!server->defn_name) {
        return node;
    }
    while (node && (node->line_num != (int)server->defn_line_number ||
                    strcasecmp(node->directive, "<VirtualHost") ||
                    strcmp(node->filename, server->defn_name))) {
        node = node->next;
    }
    return node ? node->first_child : NULL;
}

/* What its last SSLEngine says; mod_ssl itself tells it of connections alone */
static int has_ssl(const server_rec *server)
{
    const ap_directive_t *node;
    int has = 0;

    for (node = directives_of(server); node; node = node->next) {
        if (!strcasecmp(node->directive, "SSLEngine")) {
            has = !strcasecmp(node->args, "on");
        }
    }
    return has;
}

int semr_origin_may_be_https(const server_rec *server)
{
    if (server->server_scheme) {
        return !strcasecmp(server->server_scheme, "https");
    }
    return has_ssl(server) || server->port == DEFAULT_HTTPS_PORT ||
           (server->addrs && server->addrs->host_port == DEFAULT_HTTPS_PORT);
}

/* -- whose an origin is --------------------------------------------------- */

/* Whether a virtual host has this name; *name is it, ended by a NUL. */
static int has_name(const server_rec *server, semr_view_t host,
                    char name[SEMR_HOST_MAX + 1])
{
    if (host.len > SEMR_HOST_MAX) {
        return 0;
    }
    memcpy(name, host.p, host.len);
    name[host.len] = '\0';
    return !strcasecmp(name, server->server_hostname) ||
           is_named(server->names, name, 0) ||
           is_named(server->wild_names, name, 1);
}

int semr_origin_is_name(const server_rec *server, semr_view_t host)
{
    char name[SEMR_HOST_MAX + 1];

    return has_name(server, host, name);
}

/* port is what clients ask for; local what this server calls that port. */
static int is_named_so(const server_rec *server, unsigned port, unsigned local,
                       const semr_origin_t *origin, apr_pool_t *pool)
{
    unsigned usual = origin->https ? DEFAULT_HTTPS_PORT : DEFAULT_HTTP_PORT;
    char host[SEMR_HOST_MAX + 1];

    if (!has_name(server, origin->host, host)) {
        return origin->host.len > SEMR_HOST_MAX || !is_somebodys(host) ? -1 : 0;
    }
    if (origin->port == port) {
        return !is_anothers(server, host, local, pool);
    }
    return origin->port == usual && !is_anothers(server, host, usual, pool);
}

int semr_origin_names(const server_rec *server, apr_port_t port,
                      const semr_origin_t *origin, apr_pool_t *pool)
{
    return is_named_so(server, port, port, origin, pool);
}

int semr_origin_is(void *baton, const semr_origin_t *origin)
{
    const request_rec *r = baton;

    return is_named_so(r->server, asked_port(r, is_https(r)),
                       r->connection->local_addr->port, origin, r->pool);
}
