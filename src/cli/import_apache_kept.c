/* SPDX-License-Identifier: Apache-2.0
 * import apache: moves, in the order in which httpd comes to them.
 */
#include <string.h>

#include <apr_hash.h>
#include <apr_strings.h>

#include "import_apache_kept.h"

apache_kept_t *apache_keep(apache_t *apache, const apache_place_t *place,
                           apache_phase_t phase, const import_move_t *move)
{
    apache_kept_t *kept = apr_array_push(apache->kept);

    memset(kept, 0, sizeof(*kept));
    kept->move = *move;
    kept->move.line = apache->line;
    kept->move.words = apache->words;
    kept->phase = phase;
    kept->vhost = place->vhost;
    if (place->condition) {
        kept->move.condition =
            kept->move.condition
                ? apr_psprintf(apache->import->pool, "(%s) && (%s)",
                               place->condition, kept->move.condition)
                : place->condition;
    }
    return kept;
}

static int has_name(const apache_vhost_t *vhost, const char *name)
{
    int i;

    for (i = 0; i < vhost->names->nelts; i++) {
        if (!strcmp(APR_ARRAY_IDX(vhost->names, i, const char *), name)) {
            return 1;
        }
    }
    return 0;
}

/* Whether the port tells this virtual host from another one of that name */
static int is_told_by_port(const apache_t *apache, const apache_vhost_t *vhost,
                           const char *name)
{
    int i;

    for (i = 1; i < apache->vhosts->nelts; i++) {
        const apache_vhost_t *other =
            APR_ARRAY_IDX(apache->vhosts, i, apache_vhost_t *);

        if (other != vhost && other->port != vhost->port &&
            has_name(other, name)) {
            return 1;
        }
    }
    return 0;
}

static void give_to_host(apache_t *apache, const apache_kept_t *kept,
                         const char *name)
{
    import_move_t move = kept->move;

    move.host = name;
    if (!move.scheme && !move.port &&
        is_told_by_port(apache, kept->vhost, name)) {
        switch (kept->vhost->port) {
        case 80:
            move.scheme = SEMR_HTTP;
            break;
        case 443:
            move.scheme = SEMR_HTTPS;
            break;
        default:
            move.port = kept->vhost->port;
        }
    }
    import_move(apache->import, &move);
}

/* A map is named in a virtual host: only a file of several needs their names.
 */
static void give(apache_t *apache, const apache_kept_t *kept)
{
    const apr_array_header_t *names = kept->vhost->names;
    int several = apache->vhosts->nelts > 2, i;

    if (!several || !kept->vhost->is_section || !names->nelts ||
        (kept->move.host && !has_name(kept->vhost, kept->move.host))) {
        import_move(apache->import, &kept->move);
        return;
    }
    if (kept->move.host) {
        give_to_host(apache, kept, kept->move.host);
        return;
    }
    for (i = 0; i < names->nelts; i++) {
        give_to_host(apache, kept, APR_ARRAY_IDX(names, i, const char *));
    }
}

/* Whether something behind an exception would answer, if that were not there.
 * last: by the rewrites of a place, and by the virtual host of a mod_alias
 * redirect, the last that answers. */
static int shields(apr_hash_t *last, const apache_kept_t *kept)
{
    const apache_kept_t *other =
        apr_hash_get(last, &kept->rewrites, sizeof(kept->rewrites));

    return (other && other > kept) ||
           (kept->ends_all &&
            apr_hash_get(last, &kept->vhost, sizeof(kept->vhost)));
}

static apr_hash_t *last_answers(const apache_t *apache)
{
    apr_hash_t *last = apr_hash_make(apache->import->pool);
    int i;

    for (i = 0; i < apache->kept->nelts; i++) {
        const apache_kept_t *kept =
            &APR_ARRAY_IDX(apache->kept, i, apache_kept_t);

        if (kept->move.code == IMPORT_NONE) {
            continue;
        }
        if (kept->rewrites) {
            apr_hash_set(last, &kept->rewrites, sizeof(kept->rewrites), kept);
        }
        else {
            apr_hash_set(last, &kept->vhost, sizeof(kept->vhost), kept);
        }
    }
    return last;
}

/* The first move that sends to another scheme or host does so after those
 * behind it, which know their target: one hop in place of two. */
static void tell_canonical(apache_t *apache, int *told,
                           const import_move_t **canonical,
                           const apache_kept_t *kept)
{
    const import_move_t *move = &kept->move;

    if (move->condition && !apache->import->directives) {
        return; /* it is left */
    }
    if (move->canonical && !move->host) {
        *canonical = *canonical ? *canonical : move;
    }
    else if (*canonical && !*told && move->code != IMPORT_NONE) {
        *told = 1;
        import_notice(apache->import, (*canonical)->line, (*canonical)->words,
                      "httpd sends each request to that scheme or host "
                      "first, and takes the redirects behind it from there. "
                      "Their rules answer at once, so that a client follows "
                      "one redirect instead of two.");
    }
}

static void tell_engine(const apache_t *apache)
{
    int i;

    for (i = 0; i < apache->kept->nelts && !apache->has_engine; i++) {
        const apache_kept_t *kept =
            &APR_ARRAY_IDX(apache->kept, i, apache_kept_t);

        if (kept->rewrites && kept->move.code != IMPORT_NONE) {
            import_notice(apache->import, kept->move.line, kept->move.words,
                          "no RewriteEngine On stands in this file. If there "
                          "is none around it, either, httpd passes its "
                          "RewriteRules over; here they are rules.");
            return;
        }
    }
}

void apache_give(apache_t *apache)
{
    const import_move_t *canonical = NULL;
    apr_hash_t *last;
    int phase, told = 0, i;

    tell_engine(apache);
    last = last_answers(apache);
    for (phase = APACHE_SERVER_REWRITE; phase <= APACHE_DIR_ALIAS; phase++) {
        for (i = 0; i < apache->kept->nelts; i++) {
            apache_kept_t *kept =
                &APR_ARRAY_IDX(apache->kept, i, apache_kept_t);

            if ((int)kept->phase != phase) {
                continue;
            }
            kept->move.off |= kept->rewrites && kept->rewrites->engine == 0;
            if (kept->move.code != IMPORT_NONE ||
                (!kept->move.off && shields(last, kept))) {
                tell_canonical(apache, &told, &canonical, kept);
                give(apache, kept);
            }
        }
    }
}
