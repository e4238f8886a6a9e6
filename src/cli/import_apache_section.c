/* SPDX-License-Identifier: Apache-2.0
 * import apache: sections, and what they make of the lines in them.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <apr_strings.h>

#include "import_apache_rewrite.h"

apache_rewrites_t *apache_new_rewrites(apr_pool_t *pool)
{
    apache_rewrites_t *rewrites = apr_pcalloc(pool, sizeof(*rewrites));

    rewrites->engine = -1;
    rewrites->conds = apr_array_make(pool, 4, sizeof(apache_cond_t));
    return rewrites;
}

apache_vhost_t *apache_new_vhost(apache_t *apache)
{
    apache_vhost_t *vhost = apr_pcalloc(apache->import->pool, sizeof(*vhost));

    vhost->names = apr_array_make(apache->import->pool, 4, sizeof(char *));
    APR_ARRAY_PUSH(apache->vhosts, apache_vhost_t *) = vhost;
    return vhost;
}

/* The URL-path of a folder below DocumentRoot, or NULL */
static const char *url_of(apr_pool_t *pool, const apache_vhost_t *vhost,
                          const char *folder)
{
    apr_size_t len = vhost->root ? strlen(vhost->root) : 0;
    const char *path = folder + len;

    if (!len || strncmp(folder, vhost->root, len) || (*path && *path != '/') ||
        strpbrk(folder, "*?[")) {
        return NULL;
    }
    return *path && path[strlen(path) - 1] == '/'
               ? path
               : apr_pstrcat(pool, path, "/", NULL);
}

static const char *not_here(apr_pool_t *pool, const char *name)
{
    return apr_psprintf(pool,
                        "it stands in <%s>, which rules do not have. "
                        "Write it for the virtual host, or keep it.",
                        name);
}

static void open_location(apr_pool_t *pool, apache_place_t *place,
                          const char *arguments)
{
    const char *path = apache_word(pool, &arguments, 0);

    if (!path || *path != '/' || strpbrk(path, "*?[") || strchr(path, '~')) {
        place->why_not = not_here(pool, "Location");
    }
    else if (place->location) {
        place->why_not = "it stands in a <Location> in another.";
    }
    else {
        place->location = path;
    }
}

static void open_directory(apache_t *apache, apache_place_t *place,
                           const char *arguments)
{
    apr_pool_t *pool = apache->import->pool;
    const char *folder = apache_word(pool, &arguments, 0);
    const char *dir = folder ? url_of(pool, place->vhost, folder) : NULL;

    place->rewrites = apache_new_rewrites(pool);
    if (!dir) {
        place->why_not =
            "it stands in a <Directory> of which the URL is not known. Give "
            "that section alone as an .htaccess, with --base.";
        return;
    }
    place->dir = dir;
}

static void open_vhost(apache_t *apache, apache_place_t *place,
                       const char *arguments)
{
    apr_pool_t *pool = apache->import->pool;
    const char *address = apache_word(pool, &arguments, 0);
    const char *port = address ? strrchr(address, ':') : NULL;

    place->vhost = apache_new_vhost(apache);
    place->vhost->is_section = 1;
    place->rewrites = apache_new_rewrites(pool);
    if (port && !strchr(port, ']')) {
        place->vhost->port = (unsigned)(atoi(port + 1) & 0xFFFF);
    }
}

static void open_if(apr_pool_t *pool, apache_place_t *place,
                    const char *arguments)
{
    const char *expr = apache_word(pool, &arguments, 0);

    if (!expr || !*expr) {
        place->why_not = not_here(pool, "If");
    }
    else {
        place->condition =
            place->condition
                ? apr_psprintf(pool, "(%s) && (%s)", place->condition, expr)
                : expr;
    }
}

/* <IfModule>, <IfDefine>: in force or not */
static void open_test(apache_t *apache, apache_place_t *place, const char *name,
                      const char *arguments)
{
    apr_pool_t *pool = apache->import->pool;
    const char *what = apache_word(pool, &arguments, 0);
    int not = what && *what == '!';

    what = what ? what + not : "";
    if (!strcasecmp(name, "IfDefine")) {
        place->ignored |=
            (apr_table_get(apache->defines, what) != NULL) == not ;
    }
    else if (not &&(strstr(what, "rewrite") || strstr(what, "alias"))) {
        place->ignored = 1;
    }
    else if (not ) {
        place->why_not = "it stands in an <IfModule> for a module that is "
                         "not loaded.";
    }
}

/* Sections in which the lines say what they do outside */
static int is_transparent(const char *name)
{
    static const char *const names[] = {"IfModule", "IfDefine",    "IfVersion",
                                        "IfFile",   "IfDirective", "IfSection"};
    apr_size_t i;

    for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
        if (!strcasecmp(name, names[i])) {
            return 1;
        }
    }
    return 0;
}

void apache_enter(apache_t *apache, apache_place_t *place, const char *name,
                  const char *arguments)
{
    apr_pool_t *pool = apache->import->pool;

    if (is_transparent(name)) {
        open_test(apache, place, name, arguments);
    }
    else if (!strcasecmp(name, "VirtualHost")) {
        open_vhost(apache, place, arguments);
    }
    else if (!strcasecmp(name, "Location")) {
        open_location(pool, place, arguments);
    }
    else if (!strcasecmp(name, "Directory")) {
        open_directory(apache, place, arguments);
    }
    else if (!strcasecmp(name, "If")) {
        open_if(pool, place, arguments);
    }
    else {
        place->rewrites = apache_new_rewrites(pool);
        place->why_not = not_here(pool, name);
    }
}
