/* SPDX-License-Identifier: Apache-2.0
 * import apache: text of a substitution as TO has it: what is literal, groups,
 * what RewriteConds have found, variables.
 */
#include <string.h>
#include <strings.h>

#include <apr_lib.h>
#include <apr_strings.h>

#include "import_apache_target.h"
#include "url.h"

static int begins(const char *text, const char *head)
{
    return !strncasecmp(text, head, strlen(head));
}

int apache_fail(apache_target_t *target, const char *why)
{
    target->why = why;
    return 0;
}

/* -- text ------------------------------------------------------------------ */

static const char *literal(apache_target_t *target, const char *text,
                           apr_size_t len)
{
    const char *to = "";
    apr_size_t i, at = 0;

    for (i = 0; i <= len; i++) {
        int sign = i < len && !target->rule->noescape &&
                   (text[i] == '%' || text[i] == '#');

        if (i < len && !sign) {
            continue;
        }
        to =
            apr_pstrcat(target->pool, to,
                        import_to(target->import, semr_view(text + at, i - at)),
                        !sign            ? ""
                        : text[i] == '%' ? "%25"
                                         : "%23",
                        NULL);
        at = i + 1;
    }
    return to;
}

/* $n */
static const char *group_text(apache_target_t *target, int number)
{
    if (target->rule->negated || number > target->groups) {
        return "";
    }
    if (target->literal) {
        return number
                   ? ""
                   : literal(target, target->literal, strlen(target->literal));
    }
    number += target->shift;
    if (number > 9) {
        apache_fail(target, "it takes more than nine groups.");
        return NULL;
    }
    if (target->pattern.all && target->pattern.first_has_slash && number) {
        return apr_psprintf(target->pool, "/$%d", number);
    }
    return apr_psprintf(target->pool, "$%d", number);
}

/* %n */
static const char *cond_text(apache_target_t *target, int number)
{
    const apache_alt_t *alt = target->alt;

    if (!alt->sets_groups) {
        return "";
    }
    if (!alt->groups[number] || alt->groups[number][0] == '$') {
        apache_fail(target,
                    apr_psprintf(target->pool,
                                 "its %%%d is what a RewriteCond has found, "
                                 "which is not known before there is a "
                                 "request. Name the hosts by --host, or "
                                 "write a rule for each value.",
                                 number));
        return NULL;
    }
    return alt->groups[number];
}

static const char *variable_text(apache_target_t *target, const char *text,
                                 apr_size_t len)
{
    if (begins(text, APACHE_URI)) {
        if (target->literal) {
            return literal(target, target->literal, strlen(target->literal));
        }
        if (target->whole > 9) {
            apache_fail(target, "it takes more than nine groups.");
            return NULL;
        }
        return apr_psprintf(target->pool, "/$%d", target->whole);
    }
    if (target->name &&
        (begins(text, "%{HTTP_HOST}") || begins(text, "%{SERVER_NAME}"))) {
        return target->name;
    }
    apache_fail(target,
                apr_psprintf(target->pool,
                             "it takes %.*s, which is not known before there "
                             "is a request.%s",
                             (int)len, text,
                             begins(text, "%{HTTP_HOST}") ||
                                     begins(text, "%{SERVER_NAME}")
                                 ? " Name the host by --host."
                                 : ""));
    return NULL;
}

const char *apache_expand(apache_target_t *target, const char *text)
{
    const char *to = "", *part, *end;
    apr_size_t len;

    while (*text) {
        len = strcspn(text, "\\$%");
        part = "";
        if (len) {
            part = literal(target, text, len);
        }
        else if (*text == '\\' && text[1]) {
            part = literal(target, text + 1, 1);
            len = 2;
        }
        else if (text[0] != '\\' && apr_isdigit(text[1])) {
            part = *text == '$' ? group_text(target, text[1] - '0')
                                : cond_text(target, text[1] - '0');
            len = 2;
        }
        else if (text[0] == '$' && text[1] == '{') {
            apache_fail(target, "it looks something up in a RewriteMap. import "
                                "rewritemap reads the map's file.");
            return NULL;
        }
        else if (text[0] == '%' && text[1] == '{' &&
                 (end = strchr(text, '}')) != NULL) {
            len = (apr_size_t)(end + 1 - text);
            part = variable_text(target, text, len);
        }
        else {
            part = literal(target, text, 1);
            len = 1;
        }
        if (!part) {
            return NULL;
        }
        /* a path that is put behind a slash brings its own */
        if (*to && to[strlen(to) - 1] == '/' && begins(part, "/$")) {
            part++;
        }
        to = apr_pstrcat(target->pool, to, part, NULL);
        text += len;
    }
    return to;
}
