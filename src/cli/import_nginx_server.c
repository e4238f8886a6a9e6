/* SPDX-License-Identifier: Apache-2.0
 * server_name and listen of nginx.
 */
#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>

#include "import_nginx_parts.h"

static void add(nginx_t *nginx, nginx_server_t *server, const char *name)
{
    if (server->hosts->nelts < NGINX_HOSTS) {
        APR_ARRAY_PUSH(server->hosts, const char *) =
            apr_pstrdup(nginx->import->pool, name);
    }
}

static void read_name(nginx_t *nginx, const nginx_node_t *node,
                      nginx_server_t *server, const char *name)
{
    if (!*name || !strcmp(name, "_") || *name == '$') {
        return; /* no name that a request has */
    }
    server->nnames++;
    if (*name == '~') {
        if (!nginx_regex_hosts(nginx->import->pool, name + 1, server->hosts)) {
            import_notice(nginx->import, node->line, node->text,
                          "The name %.80s is no host that a rule can ask for, "
                          "and is left out.",
                          name);
        }
        return;
    }
    if (*name == '.') {
        add(nginx, server, name + 1);
        add(nginx, server, apr_pstrcat(nginx->import->pool, "*", name, NULL));
        server->nnames++;
        return;
    }
    if (name[strlen(name) - 1] == '*') {
        import_notice(nginx->import, node->line, node->text,
                      "The name %.80s has a * at its end, which a rule cannot "
                      "ask for, and is left out.",
                      name);
        return;
    }
    if (!server->name && *name != '*') {
        server->name = name;
    }
    add(nginx, server, name);
}

void nginx_read_names(nginx_t *nginx, const nginx_node_t *node,
                      nginx_server_t *server)
{
    int i;

    for (i = 1; i < node->nwords; i++) {
        read_name(nginx, node, server, node->words[i]);
    }
}

/* The port in 80, *:80, [::]:80, host:80; 0: a socket */
static unsigned port_of(const char *word)
{
    const char *colon = strrchr(word, ':');

    if (!strncmp(word, "unix:", 5)) {
        return 0;
    }
    if (colon && !strchr(colon, ']')) {
        return (unsigned)atoi(colon + 1) & 0xFFFF;
    }
    return strspn(word, "0123456789") == strlen(word)
               ? (unsigned)atoi(word) & 0xFFFF
               : 80;
}

void nginx_read_listen(const nginx_node_t *node, nginx_server_t *server)
{
    unsigned port = port_of(node->words[1]);
    int i, ssl = port == 443;

    for (i = 2; i < node->nwords; i++) {
        ssl = ssl || !strcmp(node->words[i], "ssl") ||
              !strcmp(node->words[i], "quic");
    }
    server->schemes |= 1 << (ssl ? SEMR_HTTPS : SEMR_HTTP);
    if (port && (!server->nports || port != server->port)) {
        server->nports++;
        server->port = port;
    }
}
