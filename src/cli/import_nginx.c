/* SPDX-License-Identifier: Apache-2.0
 * nginx's servers and rewrite, return, if within them.
 *
 * nginx runs a server's own directives in their order, and then those of one
 * location (import_nginx_location.c).  Moves are said in that order.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <apr_strings.h>

#include "import_nginx_parts.h"

static int is(const nginx_node_t *node, const char *name)
{
    return !strcmp(node->words[0], name);
}

static int is_url(const char *text)
{
    return !strncmp(text, "http://", 7) || !strncmp(text, "https://", 8) ||
           !strncmp(text, "$scheme", 7) || !strncmp(text, "${scheme}", 9);
}

/* -- what redirects -------------------------------------------------------- */

static int code_of(const nginx_node_t *node)
{
    const char *code = node->nwords > 1 ? node->words[1] : "";

    if (node->nwords == 2 && is_url(code)) {
        return 302;
    }
    return strlen(code) == 3 && strspn(code, "0123456789") == 3 ? atoi(code)
                                                                : 0;
}

static int is_move(int code)
{
    return code == 301 || code == 302 || code == 303 || code == 307 ||
           code == 308;
}

static int is_gone(int code)
{
    return code == 404 || code == 410 || code == 451;
}

static int rewrite_code(const nginx_node_t *node)
{
    const char *flag = node->nwords > 3 ? node->words[3] : "";

    if (!strcmp(flag, "permanent")) {
        return 301;
    }
    return !strcmp(flag, "redirect") ||
                   (node->nwords > 2 && is_url(node->words[2]))
               ? 302
               : 0;
}

int nginx_redirects(const nginx_node_t *node)
{
    if (is(node, "return")) {
        return is_move(code_of(node)) || is_gone(code_of(node));
    }
    if (is(node, "rewrite")) {
        return rewrite_code(node) != 0;
    }
    return 0;
}

unsigned nginx_last_redirect(const nginx_node_t *node, int locations)
{
    unsigned last = 0, within;

    for (; node; node = node->next) {
        if (nginx_redirects(node)) {
            last = node->number;
        }
        else if (node->has_block &&
                 (is(node, "if") || (locations && is(node, "location")))) {
            within = nginx_last_redirect(node->block, locations);
            last = within ? within : last;
        }
    }
    return last;
}

void nginx_leave_all(nginx_t *nginx, const nginx_node_t *node, const char *why)
{
    for (; node; node = node->next) {
        if (nginx_redirects(node)) {
            import_leave(nginx->import, node->line, node->text, NULL, "%s",
                         why);
        }
        else if (node->has_block) {
            nginx_leave_all(nginx, node->block, why);
        }
    }
}

/* -- directives ------------------------------------------------------------ */

static int do_return(nginx_t *nginx, const nginx_node_t *node,
                     const nginx_asked_t *asked)
{
    nginx_answer_t answer = {node, code_of(node), NULL, 0};

    if (is_gone(answer.code)) {
        nginx_answer(nginx, asked, &answer);
    }
    else if (is_move(answer.code) &&
             (node->nwords == 3 || is_url(node->words[1]))) {
        answer.template = node->words[node->nwords - 1];
        nginx_answer(nginx, asked, &answer);
    }
    else if (is_move(answer.code)) {
        import_leave(nginx->import, node->line, node->text, NULL,
                     "It names no URL.");
    }
    else if (node->number < nginx->last) {
        nginx_none(nginx, asked, node);
    }
    return 1;
}

/* Whether a regex takes every path */
static int takes_all(const char *regex)
{
    static const char *const all[] = {"^",  "$",  ".*",      "^.*",    "^.*$",
                                      "^/", "/",  "^(.*)$",  "^(.*)",  "(.*)",
                                      ".",  "^.", "^/(.*)$", "^/(.*)", "/(.*)"};
    apr_size_t i;

    for (i = 0; i < sizeof(all) / sizeof(*all); i++) {
        if (!strcmp(all[i], regex)) {
            return 1;
        }
    }
    return 0;
}

static int has_group(const char *template)
{
    for (; (template = strchr(template, '$')) != NULL; template ++) {
        if (template[1] >= '0' && template[1] <= '9') {
            return 1;
        }
    }
    return 0;
}

/* A ? in a regex where someone thought of a query */
static void tell_query(nginx_t *nginx, const nginx_node_t *node)
{
    const char *p = strchr(node->words[1], '?');

    for (; p; p = strchr(p + 1, '?')) {
        const char *end = p + 1 +
                          strspn(p + 1, "abcdefghijklmnopqrstuvwxyz_"
                                        "ABCDEFGHIJKLMNOPQRSTUVWXYZ");

        if (p > node->words[1] && p[-1] != '(' &&
            (p[-1] == '\\' || (end > p + 1 && *end == '='))) {
            import_notice(nginx->import, node->line, node->text,
                          "It means to ask for a query, and never does: a "
                          "rewrite sees the path alone. Write the path, and "
                          "the parameters behind a ?.");
            return;
        }
    }
}

static void do_internal(nginx_t *nginx, const nginx_node_t *node,
                        const nginx_asked_t *asked)
{
    const char *flag = node->nwords > 3 ? node->words[3] : NULL;

    import_notice(nginx->import, node->line, node->text,
                  "An internal rewrite: no client sees it, so no rule says it."
                  "%s",
                  flag ? ""
                       : " What follows is asked for the new path there, "
                         "and for the old one here.");
    if (flag && node->number < nginx->last) {
        nginx_none(nginx, asked, node);
    }
}

/* Returns whether nothing behind it is reached. */
static int do_rewrite(nginx_t *nginx, const nginx_node_t *node,
                      const nginx_asked_t *given)
{
    nginx_answer_t answer = {node, rewrite_code(node), NULL, 1};
    nginx_asked_t asked = *given;
    const char *why = NULL;
    int all, got = 1;

    if (node->nwords < 3 || node->nwords > 4) {
        import_leave(nginx->import, node->line, node->text, NULL,
                     "rewrite takes a regex, a replacement, and a flag.");
        return 0;
    }
    all = takes_all(node->words[1]) || given->kind == NGINX_EXACT;
    answer.template = node->words[2];
    if (takes_all(node->words[1]) && !has_group(node->words[2])) {
        asked.group = -1; /* and nothing is in $1 */
    }
    else {
        got = nginx_narrow_regex(nginx, &asked, node->words[1], 0, &why);
    }
    if (got < 0) {
        import_leave(nginx->import, node->line, node->text, NULL,
                     "It cannot be said: %s", why);
    }
    else if (!got) {
        import_notice(nginx->import, node->line, node->text,
                      "It is left out: its location has one path, and the "
                      "regex does not take it.");
    }
    else if (!answer.code) {
        do_internal(nginx, node, &asked);
        all = all && node->nwords == 4;
    }
    else {
        tell_query(nginx, node);
        nginx_answer(nginx, &asked, &answer);
    }
    return got > 0 && all;
}

/* What set says is not known behind an if that has it. */
static void forget_sets(nginx_t *nginx, const nginx_node_t *node)
{
    for (; node; node = node->next) {
        if (is(node, "set") && node->nwords == 3) {
            apr_hash_set(nginx->sets, node->words[1] + 1, APR_HASH_KEY_STRING,
                         NULL);
        }
        else if (is(node, "if")) {
            forget_sets(nginx, node->block);
        }
    }
}

static void do_if(nginx_t *nginx, const nginx_node_t *node,
                  const nginx_asked_t *given)
{
    nginx_asked_t asked = *given;
    const char *why = NULL;
    int got = nginx_narrow_if(nginx, &asked, node, &why);

    if (got < 0) {
        nginx_leave_all(nginx, node->block,
                        apr_psprintf(nginx->import->pool,
                                     "It cannot be said: the if around it, in "
                                     "line %u: %s",
                                     node->line, why));
    }
    else if (got > 0) {
        nginx_run(nginx, node->block, &asked);
    }
    forget_sets(nginx, node->block);
}

static void do_include(nginx_t *nginx, const nginx_node_t *node)
{
    static const char *const known[] = {"mime.types", "_params", "fastcgi",
                                        "modules-enabled"};
    const char *file = node->nwords > 1 ? node->words[1] : "";
    apr_size_t i;

    for (i = 0; i < sizeof(known) / sizeof(*known); i++) {
        if (strstr(file, known[i])) {
            return;
        }
    }
    import_leave(nginx->import, node->line, node->text, NULL,
                 "It is not read: import that file, too.");
}

static int do_one(nginx_t *nginx, const nginx_node_t *node,
                  const nginx_asked_t *asked)
{
    if (is(node, "return")) {
        return do_return(nginx, node, asked);
    }
    if (is(node, "rewrite")) {
        return do_rewrite(nginx, node, asked);
    }
    if (is(node, "break") && node->nwords == 1) {
        if (node->number < nginx->last) {
            nginx_none(nginx, asked, node);
        }
        return 1;
    }
    if (is(node, "if") && node->has_block) {
        do_if(nginx, node, asked);
    }
    else if (is(node, "set") && node->nwords == 3 && node->words[1][0] == '$') {
        apr_hash_set(nginx->sets, node->words[1] + 1, APR_HASH_KEY_STRING,
                     node->words[2]);
    }
    else if (is(node, "include")) {
        do_include(nginx, node);
    }
    return 0;
}

int nginx_run(nginx_t *nginx, const nginx_node_t *node,
              const nginx_asked_t *asked)
{
    const nginx_node_t *end = NULL;

    for (; node; node = node->next) {
        if (end && nginx_redirects(node)) {
            import_notice(nginx->import, node->line, node->text,
                          "It is left out, for it is never reached: line %u "
                          "answers before.",
                          end->line);
        }
        else if (!end && do_one(nginx, node, asked)) {
            end = node;
        }
    }
    return end != NULL;
}

/* -- servers --------------------------------------------------------------- */

/* What listen and server_name say */
static void read_server(nginx_t *nginx, const nginx_node_t *node,
                        nginx_server_t *server)
{
    server->hosts =
        apr_array_make(nginx->import->pool, 2, sizeof(const char *));
    for (node = node->block; node; node = node->next) {
        if (is(node, "server_name")) {
            nginx_read_names(nginx, node, server);
        }
        else if (is(node, "listen") && node->nwords > 1) {
            nginx_read_listen(node, server);
        }
        else if (is(node, "ssl") && node->nwords == 2 &&
                 !strcmp(node->words[1], "on")) {
            server->schemes |= 1 << SEMR_HTTPS;
        }
    }
    if (!server->schemes) {
        server->schemes = 1 << SEMR_HTTP;
    }
}

static void collect_servers(nginx_t *nginx, const nginx_node_t *node,
                            apr_array_header_t *servers)
{
    for (; node; node = node->next) {
        if (node->has_block && is(node, "http")) {
            collect_servers(nginx, node->block, servers);
        }
        else if (node->has_block && is(node, "server")) {
            nginx_server_t server = {0};

            server.node = node;
            server.last = nginx_last_redirect(node->block, 1);
            read_server(nginx, node, &server);
            APR_ARRAY_PUSH(servers, nginx_server_t) = server;
            nginx->schemes |= server.schemes;
        }
    }
}

static void do_server(nginx_t *nginx, const nginx_node_t *block,
                      const nginx_node_t *where, const nginx_asked_t *asked,
                      int leaves_none)
{
    unsigned last;
    int ended;

    nginx->sets = apr_hash_make(nginx->import->pool);
    nginx->last = last = leaves_none ? UINT_MAX : nginx_last_redirect(block, 1);
    ended = nginx_run(nginx, block, asked);
    if (ended) {
        const nginx_node_t *node;

        for (node = block; node; node = node->next) {
            if (is(node, "location")) {
                nginx_leave_all(nginx, node->block,
                                "It is never reached: its server answers "
                                "before it looks for a location.");
            }
        }
        return;
    }
    nginx_locations(nginx, block, asked, last);
    if (leaves_none) {
        nginx_none(nginx, asked, where);
    }
}

/* Whether some server answers whatever host is asked over one of schemes, and
 * redirects */
static int has_default(const apr_array_header_t *servers, int schemes)
{
    int i;

    for (i = 0; i < servers->nelts; i++) {
        const nginx_server_t *server =
            &APR_ARRAY_IDX(servers, i, nginx_server_t);

        if (!server->hosts->nelts && server->last &&
            (server->schemes & schemes)) {
            return 1;
        }
    }
    return 0;
}

static void do_servers(nginx_t *nginx, const apr_array_header_t *servers)
{
    int several = servers->nelts > 1, i;
    int both = nginx->schemes == ((1 << SEMR_HTTP) | (1 << SEMR_HTTPS));

    for (i = 0; i < servers->nelts; i++) {
        const nginx_server_t *server =
            &APR_ARRAY_IDX(servers, i, nginx_server_t);
        nginx_asked_t asked = {0};

        asked.group = -1;
        nginx->name = server->name;
        nginx->nnames = server->nnames;
        if (several && server->hosts->nelts) {
            asked.hosts = server->hosts;
        }
        if (several && both && server->schemes != nginx->schemes) {
            asked.scheme =
                server->schemes == 1 << SEMR_HTTPS ? SEMR_HTTPS : SEMR_HTTP;
        }
        if (several && server->nports == 1 && server->port != 80 &&
            server->port != 443) {
            asked.port = server->port;
        }
        do_server(nginx, server->node->block, server->node, &asked,
                  asked.hosts && has_default(servers, server->schemes));
    }
}

/* -- the file -------------------------------------------------------------- */

/* Whether the file is what a map has within its braces */
static int is_bare_map(const nginx_node_t *node)
{
    int keys = 0, all = 0;

    for (; node; node = node->next) {
        all++;
        keys += !node->has_block && node->nwords == 2 &&
                (*node->words[0] == '/' || *node->words[0] == '~');
    }
    return keys && 2 * keys > all;
}

apr_status_t import_read_nginx(import_t *import)
{
    apr_array_header_t *servers =
        apr_array_make(import->pool, 4, sizeof(nginx_server_t));
    nginx_asked_t asked = {0};
    nginx_t nginx = {0};

    nginx.import = import;
    apr_pool_create(&nginx.scratch, import->pool);
    nginx.maps = apr_hash_make(import->pool);
    nginx.used = apr_hash_make(import->pool);
    nginx.sets = apr_hash_make(import->pool);
    nginx.root = nginx_parse(import);
    if (is_bare_map(nginx.root->block)) {
        return nginx_map_bare(&nginx);
    }
    nginx_find_maps(&nginx, nginx.root->block);
    collect_servers(&nginx, nginx.root->block, servers);
    asked.group = -1;
    do_server(&nginx, nginx.root->block, nginx.root, &asked, 0);
    do_servers(&nginx, servers);
    nginx.sets = apr_hash_make(import->pool);
    nginx_maps_unused(&nginx);
    apr_pool_destroy(nginx.scratch);
    return APR_SUCCESS;
}
