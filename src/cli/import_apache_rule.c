/* SPDX-License-Identifier: Apache-2.0
 * import apache: RewriteRule, its flags, and which of them answer.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <apr_strings.h>

#include "import_apache_kept.h"
#include "import_apache_rewrite.h"

/* -- what is no redirect --------------------------------------------------- */

/* An exception, or a rewrite behind which no redirect is looked for */
static void keep_shield(apache_t *apache, const apache_place_t *place,
                        apache_rule_t *rule, const apr_array_header_t *conds,
                        int ends_all)
{
    const char *why = NULL, *same;
    apr_array_header_t *alts = apache_alternatives(apache, place, conds, &why);
    apache_kept_t *kept;
    int i, told = apache->import->told->nelts;

    rule->code = IMPORT_NONE;
    for (i = 0; alts && i < alts->nelts; i++) {
        const apache_alt_t *alt = &APR_ARRAY_IDX(alts, i, apache_alt_t);
        import_move_t move = {.code = IMPORT_NONE,
                              .host = alt->host,
                              .scheme = alt->scheme,
                              .port = alt->port,
                              .only = alt->only,
                              .condition = alt->condition};

        if (alt->not_host || alt->condition ||
            apache_target(apache, rule, alt, NULL, &move, &same)) {
            place->rewrites->flows = 1;
            continue;
        }
        kept = apache_keep(
            apache, place,
            place->dir ? APACHE_DIR_REWRITE : APACHE_SERVER_REWRITE, &move);
        kept->rewrites = place->rewrites;
        kept->ends_all = ends_all;
    }
    if (!alts) {
        place->rewrites->flows = 1;
        apache->import->told->nelts = told;
    }
}

/* Whether it answers nothing itself; then all is done. */
static int is_no_answer(apache_t *apache, const apache_place_t *place,
                        apache_rule_t *rule, const apr_array_header_t *conds)
{
    int redirects = rule->code || !strncasecmp(rule->to, "http://", 7) ||
                    !strncasecmp(rule->to, "https://", 8);

    if (rule->forbidden) {
        apache_leave(apache, "it forbids (403), and redirects nothing. "
                             "Keep it in httpd's configuration.");
        return 1;
    }
    if (redirects && !rule->proxy &&
        (strcmp(rule->to, "-") || rule->code >= 400)) {
        return 0;
    }
    if (!strcmp(rule->to, "-")) {
        if (rule->last && !rule->proxy) {
            keep_shield(apache, place, rule, conds, 0);
        }
        return 1;
    }
    if (!apache->internal++) {
        apache->internal_line = apache->line;
    }
    if (rule->last && !place->dir) {
        keep_shield(apache, place, rule, conds, !rule->passes);
    }
    else {
        place->rewrites->flows = 1;
    }
    return 1;
}

/* -- redirects ------------------------------------------------------------- */

/* httpd goes on behind the [OR], finds no condition, and takes the rule. */
static const char *dangling_or(const apr_array_header_t *conds)
{
    return conds->nelts &&
                   APR_ARRAY_IDX(conds, conds->nelts - 1, apache_cond_t).or_next
               ? "its last RewriteCond has [OR], so that httpd takes the rule "
                 "whatever that says. Leave out that [OR]."
               : NULL;
}

static int is_code(int code)
{
    return code == 301 || code == 302 || code == 303 || code == 307 ||
           code == 308 || code == 404 || code == 410 || code == 451;
}

/* Why the rule is none for us, whatever its conditions; NULL: it may be. */
static const char *refusal(apache_t *apache, const apache_place_t *place,
                           const apache_rule_t *rule)
{
    if (rule->unknown) {
        return apr_psprintf(apache->import->pool,
                            "its flag \"%.40s\" is "
                            "unknown.",
                            rule->unknown);
    }
    if (!is_code(rule->code)) {
        return apr_psprintf(apache->import->pool, "no intent answers %d.",
                            rule->code);
    }
    if (rule->chain || place->rewrites->chained) {
        return "it is part of a chain ([C]), which asks for two patterns at "
               "once. Write it as one.";
    }
    if (place->rewrites->skippable > 0) {
        return "a rule above it skips it at times ([S]). Give it the "
               "RewriteConds of that rule, the other way round.";
    }
    if (rule->next) {
        return "it starts the rules anew ([N]).";
    }
    return NULL;
}

/* One move, with the host of an alternative */
static const char *keep_one(apache_t *apache, const apache_place_t *place,
                            const apache_rule_t *rule, const apache_alt_t *alt,
                            const char *host, const char **same)
{
    import_move_t move = {.code = rule->code,
                          .host = host,
                          .scheme = alt->scheme,
                          .port = alt->port,
                          .only = alt->only,
                          .condition = alt->condition};
    const char *named = host && strncmp(host, "*.", 2) ? host : NULL;
    const char *why = apache_target(apache, rule, alt, named, &move, same);
    apache_kept_t *kept;

    if (why) {
        return why;
    }
    if (alt->not_host && (!*same || strcasecmp(*same, alt->not_host))) {
        return apr_psprintf(apache->import->pool,
                            "it is for each host but %s. Name those that "
                            "there are by --host, or by ServerAlias.",
                            alt->not_host);
    }
    /* a redirect that repeats the request is not sent */
    if (*same && move.scheme && !move.host) {
        move.scheme = SEMR_ANY_SCHEME;
    }
    move.canonical = *same != NULL && move.kind == IMPORT_PREFIX;
    kept = apache_keep(apache, place,
                       place->dir ? APACHE_DIR_REWRITE : APACHE_SERVER_REWRITE,
                       &move);
    kept->rewrites = place->rewrites;
    return NULL;
}

/* What is sent more than by httpd, where a host is not known by name */
static void tell_wider(apache_t *apache, const apr_array_header_t *alts,
                       const char *same, const char *to)
{
    int by_host = 0, by_scheme = 0, both = 0, i;

    for (i = 0; i < alts->nelts; i++) {
        const apache_alt_t *alt = &APR_ARRAY_IDX(alts, i, apache_alt_t);

        both |= alt->not_host && alt->scheme;
        by_host |= (alt->not_host || alt->excepted) && !alt->scheme;
        by_scheme |= !alt->not_host && alt->scheme && !alt->host;
    }
    if (!same || !*same || (by_host && by_scheme)) {
        return;
    }
    if (both || by_scheme) {
        apache_notice(apache,
                      "The rule sends all that is not at %s to it, "
                      "whatever its scheme and host. To have it as "
                      "httpd does, name the other hosts by --host or "
                      "ServerAlias.",
                      same);
    }
    else if (by_host && alts->nelts == 1 &&
             !APR_ARRAY_IDX(alts, 0, apache_alt_t).host &&
             !strncasecmp(to, "https:", 6)) {
        apache_notice(apache, "The rule sends http://%s to https, too.", same);
    }
}

/* An alternative that names no host is said for each that is known, where the
 * rule has to name one. */
static const char *keep_alt(apache_t *apache, const apache_place_t *place,
                            const apache_rule_t *rule, const apache_alt_t *alt,
                            const char **same)
{
    const apr_array_header_t *names = apache_names(apache, place);
    int kept = apache->kept->nelts, told = apache->import->told->nelts, i;
    const char *why = keep_one(apache, place, rule, alt, alt->host, same);
    int needs = !why && !*same && !alt->host && (alt->scheme || alt->port);

    if (alt->host || !names->nelts || (!why && !needs)) {
        return why;
    }
    apache->kept->nelts = kept;
    apache->import->told->nelts = told;
    for (i = 0; i < names->nelts; i++) {
        const char *name = APR_ARRAY_IDX(names, i, const char *);

        why = keep_one(apache, place, rule, alt, name, same);
        if (why) {
            apache->kept->nelts = kept;
            return why;
        }
    }
    return NULL;
}

static void tell_rewritten(apache_t *apache, apache_rewrites_t *rewrites)
{
    if (rewrites->flows) {
        apache_notice(apache, "A rule above it rewrites, at times, what it "
                              "would take. Here it takes the URL that the "
                              "client asked for.");
        rewrites->flows = 0;
    }
}

/* The moves that are the same as one before, of this rule */
static void drop_repeated(apache_t *apache, int from)
{
    int i, j, to = from;

    for (i = from; i < apache->kept->nelts; i++) {
        const apache_kept_t *kept =
            &APR_ARRAY_IDX(apache->kept, i, apache_kept_t);
        int is_new = 1;

        for (j = from; j < to; j++) {
            const import_move_t *a =
                &APR_ARRAY_IDX(apache->kept, j, apache_kept_t).move;
            const import_move_t *b = &kept->move;

            if (!a->host && (!b->host || b->canonical) && !a->query &&
                !b->query && !a->only && !b->only && !a->condition &&
                !b->condition && a->scheme == b->scheme && a->port == b->port &&
                !strcmp(a->from, b->from) && a->to && b->to &&
                !strcmp(a->to, b->to)) {
                is_new = 0;
            }
        }
        if (is_new) {
            APR_ARRAY_IDX(apache->kept, to, apache_kept_t) = *kept;
            to++;
        }
    }
    apache->kept->nelts = to;
}

static void keep_redirects(apache_t *apache, const apache_place_t *place,
                           const apache_rule_t *rule,
                           const apr_array_header_t *conds)
{
    const char *why = NULL, *same = NULL;
    apr_array_header_t *alts = apache_alternatives(apache, place, conds, &why);
    int from = apache->kept->nelts, i;

    if (!alts) {
        apache_leave(apache,
                     "neither rules nor conditions of httpd's can ask "
                     "for %s.",
                     why);
        return;
    }
    if (!alts->nelts) {
        apache_leave(apache, "its RewriteConds never hold together.");
        return;
    }
    for (i = 0; i < alts->nelts; i++) {
        why = keep_alt(apache, place, rule,
                       &APR_ARRAY_IDX(alts, i, apache_alt_t), &same);
        if (why) {
            apache->kept->nelts = from;
            apache_leave(apache, "%s", why);
            return;
        }
    }
    drop_repeated(apache, from);
    tell_rewritten(apache, place->rewrites);
    tell_wider(apache, alts, same, rule->to);
    apache_tell_encoded(apache, rule->pattern);
    if (rule->cookie) {
        apache_notice(apache, "Its cookie ([CO]) is not sent. Send it by "
                              "Header always add Set-Cookie.");
    }
    if (rule->append && strchr(rule->to, '?') && !apache->told_qsa++) {
        apache_notice(apache, "Where the client's query has a parameter that "
                              "TO has, too, TO's is sent alone; httpd's [QSA] "
                              "sends both. And httpd escapes each percent "
                              "sign of the client's query anew.");
    }
    if (rule->escapes && !rule->noescape && rule->code < 400) {
        apache_notice(apache, "With [B] httpd escapes what a group has found, "
                              "and the whole once more, so that it escapes it "
                              "twice. The rule escapes it as without [B], "
                              "which leaves an & an &.");
    }
    if (rule->noescape && rule->code < 400) {
        apache_tell_fragment(apache, rule->to);
    }
}

/* -- the line -------------------------------------------------------------- */

/* A substitution without the backslashes before what has no meaning there,
 * as cPanel writes them: "https\:\/\/example\.com\/$1" */
static const char *unescaped(apr_pool_t *pool, const char *text)
{
    char *copy = apr_pstrdup(pool, text), *out = copy;

    for (; *text; text++) {
        if (*text == '\\' && text[1] && strchr("$%\\", text[1])) {
            *out++ = *text++;
        }
        else if (*text == '\\' && text[1]) {
            text++;
        }
        *out++ = *text;
    }
    *out = '\0';
    return copy;
}

/* Returns 0 if it is no rule. */
static int read_rule(apr_pool_t *pool, const char *line, apache_rule_t *rule)
{
    const char *flags;

    rule->pattern = apache_word(pool, &line, 1);
    rule->to = rule->pattern ? apache_word(pool, &line, 1) : NULL;
    flags = rule->to ? apache_word(pool, &line, 1) : NULL;
    if (!rule->to) {
        return 0;
    }
    rule->to = unescaped(pool, rule->to);
    if (*rule->pattern == '!') {
        rule->negated = 1;
        rule->pattern++;
    }
    if (flags) {
        apache_flags(pool, rule, flags);
    }
    return 1;
}

/* What a redirect without L leads to */
static void tell_flow(apache_t *apache, apache_rewrites_t *rewrites,
                      const apache_rule_t *rule)
{
    const char *first = rule->pattern + (*rule->pattern == '^');

    /* it sees "http://host/path" */
    if (rewrites->redirect_line &&
        (first == rule->pattern || !*first || strchr("(.h[", *first))) {
        import_notice(apache->import, rewrites->redirect_line,
                      rewrites->redirect_words,
                      "Without L, httpd goes on with the rules below it, "
                      "which may change the answer. The rule ends here.");
        rewrites->redirect_line = 0;
    }
    if (rule->code < 400 && !rule->last && !rewrites->redirect_line) {
        rewrites->redirect_line = apache->line;
        rewrites->redirect_words = apache->words;
    }
}

void apache_rule(apache_t *apache, const apache_place_t *place,
                 const char *arguments)
{
    apr_pool_t *pool = apache->import->pool;
    apache_rewrites_t *rewrites = place->rewrites;
    apr_array_header_t *conds = apr_array_copy(pool, rewrites->conds);
    apache_rule_t rule = {.dir = place->dir, .base = rewrites->base};
    const char *why = place->why_not;

    apr_array_clear(rewrites->conds);
    if (!read_rule(pool, arguments, &rule)) {
        apache_leave(apache, "it has no pattern and substitution.");
        return;
    }
    if (!why && (place->condition || place->location)) {
        why = "RewriteRules in <Location> and <If> are not httpd's to keep in "
              "order. Move it to the virtual host.";
    }
    if (why) {
        apache_leave(apache, "%s", why);
        return;
    }
    if (!is_no_answer(apache, place, &rule, conds)) {
        rule.code = rule.code ? rule.code : 302;
        why = conds->nelts > APACHE_CONDS_MAX
                  ? "it has more than 64 RewriteConds."
                  : refusal(apache, place, &rule);
        why = why ? why : dangling_or(conds);
        if (why) {
            apache_leave(apache, "%s", why);
        }
        else {
            tell_flow(apache, rewrites, &rule);
            keep_redirects(apache, place, &rule, conds);
        }
    }
    rewrites->skippable -= rewrites->skippable > 0;
    if (rule.skip > rewrites->skippable) {
        rewrites->skippable = rule.skip;
    }
    rewrites->chained = rule.chain;
}
