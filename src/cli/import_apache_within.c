/* SPDX-License-Identifier: Apache-2.0
 * import apache: Redirect and RedirectMatch have the whole path, wherever they
 * stand, but answer below the folder or <Location> around them alone.
 */
#include <string.h>
#include <strings.h>

#include <apr_strings.h>

#include "import_apache_kept.h"
#include "pattern.h"
#include "url.h"

static const char *canonical(apr_pool_t *pool, const char *path)
{
    semr_view_t url = semr_url_path(pool, semr_view(path, strlen(path)));

    return apr_pstrmemdup(pool, url.p,
                          url.len - (url.len && url.p[url.len - 1] == '/'));
}

static int is_below(const char *path, const char *tree)
{
    apr_size_t len = strlen(tree);

    return !strncmp(path, tree, len) && (path[len] == '/' || !path[len]);
}

/* The folder or <Location>, without a slash at its end; "": all */
static const char *around(apr_pool_t *pool, const apache_place_t *place)
{
    const char *dir = place->location ? place->location : place->dir;

    return canonical(pool, dir ? dir : "/");
}

int apache_is_above(apr_pool_t *pool, const apache_place_t *place,
                    const char *path)
{
    const char *dir = around(pool, place);

    path = canonical(pool, path);
    return is_below(dir, path) && strcmp(dir, path);
}

/* A tree above the folder: what of it is in the folder */
static void cut_tree(apr_pool_t *pool, import_move_t *move, const char *path,
                     const char *dir)
{
    const char *star = move->to ? strrchr(move->to, '*') : NULL;

    move->from = dir;
    move->ends_slash = 0;
    if (star) {
        move->to = apr_pstrcat(
            pool, apr_pstrmemdup(pool, move->to, (apr_size_t)(star - move->to)),
            dir + strlen(path) + 1, "/*", NULL);
    }
}

static int cut_regex(apr_pool_t *pool, import_move_t *move, const char *dir)
{
    semr_view_t below = semr_url_decode(pool, semr_view(dir, strlen(dir)), 0);
    semr_view_t literal =
        semr_regex_literal(pool, semr_view(move->from, strlen(move->from)));
    apr_size_t len = literal.len < below.len ? literal.len : below.len;
    const char *regex = move->from;
    int anchored = *regex == '^' && !strchr(regex, '|');

    if ((len && strncasecmp(literal.p, below.p, len)) ||
        (literal.len > below.len && literal.p[below.len] != '/')) {
        return 0;
    }
    if (literal.len > below.len && !memcmp(literal.p, below.p, below.len)) {
        return 1;
    }
    move->from = apr_pstrcat(
        pool,
        "^(?=", apache_quoted(pool, apr_pstrmemdup(pool, below.p, below.len)),
        "(?:/|$))", anchored ? regex + 1 : ".*?(?:", anchored ? "" : regex,
        anchored ? "" : ")", NULL);
    return 1;
}

int apache_keep_within(apache_t *apache, const apache_place_t *place,
                       apache_phase_t phase, const import_move_t *given)
{
    apr_pool_t *pool = apache->import->pool;
    const char *dir = around(pool, place), *path;
    import_move_t move = *given;
    int reached = 1;

    if (*dir && move.kind == IMPORT_REGEX) {
        reached = cut_regex(pool, &move, dir);
    }
    else if (*dir) {
        path = canonical(pool, move.from);
        if (move.kind == IMPORT_PREFIX &&
            apache_is_above(pool, place, move.from)) {
            cut_tree(pool, &move, path, dir);
        }
        else {
            reached = is_below(path, dir);
        }
    }
    if (reached) {
        apache_keep(apache, place, phase, &move);
    }
    else {
        apache_leave(apache,
                     "it is for nothing below %s/, and httpd asks it for "
                     "nothing else. If the file is of another folder, name "
                     "that by --base.",
                     dir);
    }
    return reached;
}
