/* SPDX-License-Identifier: Apache-2.0
 * What the words of a rule say: where it stands, where it leads, what it reads.
 */
#include <string.h>

#include <apr_cstr.h>
#include <apr_strings.h>

#include "lint_parts.h"

#define ACME "/.well-known/acme-challenge"

/* -- words in a URL -------------------------------------------------------- */

static int is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static int is_listed(const char *word, apr_size_t len, const char *const *list)
{
    for (; *list; list++) {
        if (strlen(*list) == len && apr_cstr_casecmpn(*list, word, len) == 0) {
            return 1;
        }
    }
    return 0;
}

/* The first whole segment of a path, or name or value of its query, that is
 * listed; an ending such as .php does not count. */
static semr_view_t listed_word(semr_view_t url, const char *const *list)
{
    const char *p = url.p, *end = url.p + url.len;

    while (p < end) {
        const char *word = p, *stop, *dot;

        while (p < end && !strchr("/?&=#", *p)) {
            p++;
        }
        dot = memchr(word, '.', (apr_size_t)(p - word));
        stop = dot && dot > word ? dot : p;
        if (is_listed(word, (apr_size_t)(stop - word), list)) {
            return semr_view(word, (apr_size_t)(stop - word));
        }
        p++;
    }
    return semr_view(NULL, 0);
}

static int begins(semr_view_t text, const char *head)
{
    return text.len >= strlen(head) && memcmp(text.p, head, strlen(head)) == 0;
}

static int ends(semr_view_t text, const char *tail)
{
    apr_size_t len = strlen(tail);

    return text.len >= len && memcmp(text.p + text.len - len, tail, len) == 0;
}

static int has_text(semr_view_t text, const char *part)
{
    return text.len && memmem(text.p, text.len, part, strlen(part)) != NULL;
}

/* -- FROM ------------------------------------------------------------------ */

/* Whether rules move what is below the page, too: its tree; below the front
 * page any rule. */
static int is_moved_below(semr_lint_work_t *work)
{
    semr_view_t path = semr_lint_path(work, work->each);
    semr_candidate_t candidate;
    int found = 0;

    if (!work->budget) {
        return 0;
    }
    semr_lint_ask(work, semr_witness_below(&work->witness, path),
                  semr_view(NULL, 0));
    semr_lookup_start_in(&work->lookup, &work->request, work->space);
    while (!found && semr_lookup_next(&work->lookup, &candidate)) {
        found = candidate.policy->intent != SEMR_NONE &&
                (!path.len ||
                 (candidate.policy->kind == SEMR_PREFIX &&
                  candidate.rule->from.len + candidate.rule->from_rest.len ==
                      path.len));
    }
    semr_lint_spend(work);
    return found;
}

static void check_slash(semr_lint_work_t *work)
{
    const semr_image_rule_t *rule = &work->rule;
    semr_view_t to = rule->to_rest.len ? rule->to_rest : rule->to;
    int root = rule->from.len + rule->from_rest.len == 0;

    if (work->policy->kind != SEMR_EXACT || work->policy->intent == SEMR_NONE ||
        semr_lint_params(work) || semr_lint_flag(work, SEMR_SLASH_EXACT) ||
        !(root || semr_lint_flag(work, SEMR_WITH_SLASH)) ||
        is_moved_below(work) ||
        !semr_lint_finds(work, SEMR_FINDING_SLASH_ALONE)) {
        return;
    }
    if (root) {
        semr_lint_say(work, SEMR_FINDING_SLASH_ALONE, NULL, 0,
                      "moves the front page alone: all other pages stay where "
                      "they are");
    }
    else if (to.len && to.p[to.len - 1] == '/') {
        semr_lint_say(work, SEMR_FINDING_SLASH_ALONE, NULL, 0,
                      "and TO both end in a slash like whole trees, but only "
                      "this one page is moved");
    }
    else {
        semr_lint_say(work, SEMR_FINDING_SLASH_ALONE, NULL, 0,
                      "moves this one page, and nothing below it");
    }
}

static void check_from(semr_lint_work_t *work)
{
    semr_view_t head = work->rule.from;
    int regex = work->policy->kind == SEMR_REGEX;
    semr_view_t whole = head;

    if (!regex && (begins(head, "/.we") || !head.len) &&
        work->rule.from_rest.len) {
        whole = semr_lint_path(work, work->each);
    }
    if (work->policy->intent != SEMR_NONE &&
        (regex ? has_text(whole, "acme-challenge") : begins(whole, ACME)) &&
        semr_lint_finds(work, SEMR_FINDING_ACME)) {
        semr_lint_say(work, SEMR_FINDING_ACME, NULL, 0,
                      "takes the challenges of ACME");
    }
    if (!regex &&
        (has_text(head, "%3F") || has_text(work->rule.from_rest, "%3F")) &&
        semr_lint_finds(work, SEMR_FINDING_QUERY_IN_PATH)) {
        semr_lint_say(work, SEMR_FINDING_QUERY_IN_PATH, NULL, 0,
                      "has %%3F in its path, which begins no query");
    }
    if (regex) {
        semr_lint_regex(work);
    }
    if (semr_lint_flag(work, SEMR_DROP_QUERY) &&
        semr_lint_flag(work, SEMR_INSERTS) &&
        (work->policy->kind == SEMR_PREFIX ||
         semr_lint_flag(work, SEMR_STAR)) &&
        semr_lint_finds(work, SEMR_FINDING_QUERY_DROPPED)) {
        semr_lint_say(work, SEMR_FINDING_QUERY_DROPPED, NULL, 0,
                      "drops the query of each URL below it");
    }
}

/* -- TO -------------------------------------------------------------------- */

static void check_scheme(semr_lint_work_t *work)
{
    const semr_image_policy_t *policy = work->policy;
    int https = policy->scheme == SEMR_HTTPS ||
                (policy->scheme == SEMR_ANY_SCHEME && work->lint->https);
    int plain = policy->to_form == SEMR_TO_HTTP ||
                (policy->to_form == SEMR_TO_AUTHORITY &&
                 begins(work->rule.to, "http://"));
    semr_finding_id_t id = SEMR_FINDING_DOWNGRADE;

    if (!https || !plain) {
        return;
    }
    if (policy->scheme == SEMR_ANY_SCHEME && work->host &&
        work->host->foreign) {
        id = SEMR_FINDING_HTTP_TARGET;
    }
    if (semr_lint_finds(work, id)) {
        semr_lint_say(work, id, NULL, 0,
                      policy->scheme == SEMR_HTTPS
                          ? "leads from https to http: %s"
                          : "leads to http, from https too: %s",
                      semr_lint_to(work));
    }
}

static void check_action(semr_lint_work_t *work)
{
    static const char *const actions[] = {
        "delete",  "remove",     "destroy", "logout", "log-out",
        "signout", "sign-out",   "cancel",  "revoke", "unsubscribe",
        "purge",   "deactivate", NULL};
    semr_view_t parts[] = {work->rule.to, work->rule.to_rest}, word;

    word = listed_word(parts[0], actions);
    if (!word.len) {
        word = listed_word(parts[1], actions);
    }
    if (word.len && semr_lint_finds(work, SEMR_FINDING_UNSAFE_BY_GET)) {
        semr_lint_say(work, SEMR_FINDING_UNSAFE_BY_GET, NULL, 0,
                      "leads to %s with a GET, and \"%s\" sounds like an "
                      "action",
                      semr_lint_to(work), semr_diag_show(work->each, word));
    }
}

static void check_secrets(semr_lint_work_t *work)
{
    static const char *const secrets[] = {
        "login",    "signin",  "sign-in", "password", "password-reset",
        "passwd",   "reset",   "token",   "auth",     "reset-password",
        "oauth",    "oauth2",  "session", "invite",   "forgot-password",
        "verify",   "confirm", "sso",     "activate", "unsubscribe",
        "callback", NULL};
    semr_view_t word;

    if (!work->host || !work->host->foreign ||
        semr_lint_flag(work, SEMR_DROP_QUERY)) {
        return;
    }
    word = listed_word(semr_lint_path(work, work->each), secrets);
    if (word.len && semr_lint_finds(work, SEMR_FINDING_SECRETS_ELSEWHERE)) {
        semr_lint_say(work, SEMR_FINDING_SECRETS_ELSEWHERE, NULL, 0,
                      "sends the query of \"%s\" on to %s",
                      semr_diag_show(work->each, word),
                      semr_diag_show(work->each, work->host->name));
    }
}

static void check_plaintext(semr_lint_work_t *work)
{
    static const char *const forms[] = {
        "login",    "signin",   "sign-in",        "log-in",
        "password", "register", "reset-password", "password-reset",
        "signup",   "sign-up",  "checkout",       "payment",
        "session",  "token",    "auth",           NULL};
    semr_view_t word;

    if (work->policy->scheme == SEMR_HTTPS || !work->known->keeps_body ||
        (work->policy->scheme == SEMR_ANY_SCHEME &&
         work->policy->to_form != SEMR_TO_HTTPS)) {
        return;
    }
    word = listed_word(semr_lint_path(work, work->each), forms);
    if (word.len && semr_lint_finds(work, SEMR_FINDING_PLAINTEXT)) {
        semr_lint_say(work, SEMR_FINDING_PLAINTEXT, NULL, 0,
                      "redirects what was posted to \"%s\" by http",
                      semr_diag_show(work->each, word));
    }
}

/* -- conditions ------------------------------------------------------------ */

/* Whether a condition reads what is of one client alone */
static const char *personal_word(apr_pool_t *pool, semr_view_t condition)
{
    static const char *const words[] = {"REMOTE_ADDR",
                                        "REMOTE_HOST",
                                        "REMOTE_USER",
                                        "REMOTE_IDENT",
                                        "AUTH_TYPE",
                                        "HTTP_COOKIE",
                                        "HTTP:Cookie",
                                        "HTTP:Authorization",
                                        "req('Cookie')",
                                        "http('Cookie')",
                                        "req('Authorization')",
                                        "http('Authorization')",
                                        "CONTEXT_USER",
                                        "-ipmatch",
                                        "-R '",
                                        NULL};
    char *text = apr_pstrmemdup(pool, condition.p, condition.len), *p;
    const char *const *word;

    for (p = text; *p; p++) {
        *p = *p == '"' ? '\'' : *p;
    }
    for (word = words; *word; word++) {
        apr_size_t len = strlen(*word);

        for (p = text; strlen(p) >= len; p++) {
            if (apr_cstr_casecmpn(p, *word, len) == 0 &&
                (p == text || !is_letter(p[-1]) || !is_letter(**word)) &&
                (!is_letter(p[len]) || !is_letter(p[len - 1]))) {
                return *word;
            }
        }
    }
    return NULL;
}

static void check_condition(semr_lint_work_t *work)
{
    semr_view_t condition = semr_image_string(
        work->image,
        (semr_image_extras(work->image) + work->rule.extra)->condition);
    const char *word;

    if (!condition.len || !work->known->cached ||
        work->policy->intent == SEMR_NONE) {
        return;
    }
    word = personal_word(work->each, condition);
    if (word && semr_lint_finds(work, SEMR_FINDING_PUBLIC_PERSONAL)) {
        semr_lint_say(work, SEMR_FINDING_PUBLIC_PERSONAL, NULL, 0,
                      "depends on %.*s, and caches may give its answer to "
                      "others",
                      (int)strcspn(word, " "), word);
    }
}

/* -- git ------------------------------------------------------------------- */

/* Whether GET path is answered by a rule */
static int is_redirected(semr_lint_work_t *work, const char *path)
{
    semr_candidate_t candidate;
    const char *service = "service=git-upload-pack";

    semr_lint_ask(work, semr_view(path, strlen(path)),
                  semr_view(service, strlen(service)));
    semr_lookup_start_in(&work->lookup, &work->request, work->space);
    while (semr_lookup_next(&work->lookup, &candidate)) {
        const semr_image_policy_t *policy = candidate.policy;

        if (policy->intent != SEMR_NONE &&
            semr_rule_only(
                semr_image_string(candidate.set->image, policy->only), "GET")) {
            return 1;
        }
    }
    return 0;
}

static int is_service(semr_view_t path)
{
    return ends(path, "/git-upload-pack") || ends(path, "/git-receive-pack");
}

static void check_git(semr_lint_work_t *work)
{
    semr_view_t path =
        work->rule.from_rest.len ? work->rule.from_rest : work->rule.from;
    int exact = work->policy->kind == SEMR_EXACT && is_service(path);
    const char *repo, *end;

    if (work->policy->intent == SEMR_NONE ||
        (!exact && (work->policy->kind != SEMR_PREFIX || !ends(path, ".git") ||
                    work->known->class == SEMR_CLASS_GET))) {
        return;
    }
    path = semr_lint_path(work, work->each);
    end = exact ? memrchr(path.p, '/', path.len) : path.p + path.len;
    repo = apr_pstrmemdup(work->each, path.p, (apr_size_t)(end - path.p));
    if (!is_redirected(work,
                       apr_pstrcat(work->each, repo, "/info/refs", NULL)) &&
        semr_lint_finds(work, SEMR_FINDING_GIT_PARTIAL)) {
        semr_lint_say(work, SEMR_FINDING_GIT_PARTIAL, NULL, 0,
                      "moves a part of a git repository, but GET %s/info/refs "
                      "stays",
                      repo);
    }
}

void semr_lint_words(semr_lint_work_t *work)
{
    check_slash(work);
    check_from(work);
    check_scheme(work);
    if (work->known->gets_303) {
        check_action(work);
    }
    check_secrets(work);
    check_plaintext(work);
    if (work->rule.extra) {
        check_condition(work);
    }
    check_git(work);
}
