/* SPDX-License-Identifier: Apache-2.0
 * Random requests for model.c, of the same words as its rules, and often made
 * after one of them.
 */
#ifndef SEMR_TEST_MODEL_ASKS_H
#define SEMR_TEST_MODEL_ASKS_H

#include <ctype.h>

#include "model_random.h"

/* A request in words */
typedef struct ask_t {
    const char *path, *query, *host; /* query: NULL if there is none */
    apr_port_t port;
    int https, decode_slashes;
    int locate;       /* ask for each Location */
    const char *base; /* for a TO that begins with a slash */
} ask_t;

/* path as a client may write it: the same URL, or (case) nearly */
static const char *rewritten(const char *path, int flip, int escape)
{
    const char *text = "";

    for (; *path; ++path) {
        int c = (unsigned char)*path;

        if (c == '%') {
            text = apr_psprintf(pool, "%s%.3s", text, path);
            path += 2;
        }
        else if (c == '/' && chance(escape / 4)) {
            text = apr_pstrcat(pool, text, chance(50) ? "//" : "/./", NULL);
        }
        else {
            c = chance(flip) ? (isupper(c) ? tolower(c) : toupper(c)) : c;
            text = apr_psprintf(
                pool, c != '/' && chance(escape) ? "%s%%%02x" : "%s%c", text,
                c);
        }
    }
    return text;
}

/* The path of FROM with something for each of its {name}s and its star */
static const char *path_for(const semr_rule_t *rule)
{
    static const char *const parts[] = {"a", "b",   "ab",  "A", "%20", "%2F",
                                        "-", "a.b", "a-b", "é", "aab", "bab"};
    static const char *const tails[] = {"",   "",      "/",  "/", "/a", "/a/b",
                                        "/b", "/ab/a", "/A", "x", "/a/"};
    const char *text = "";
    int star = rule->star || rule->kind == SEMR_PREFIX;
    apr_size_t i;

    for (i = 0; i < rule->path.len; ++i) {
        text = (unsigned char)rule->path.p[i] >= SEMR_OP_CAPTURE
                   ? apr_pstrcat(pool, text, PICK(parts), NULL)
                   : apr_psprintf(pool, "%s%c", text, rule->path.p[i]);
    }
    if (star) {
        text = apr_pstrcat(pool, text, PICK(tails), NULL);
    }
    else if (chance(30) ? !rule->with_slash : rule->with_slash) {
        text = apr_pstrcat(pool, text, "/", NULL);
    }
    return *text ? text : "/";
}

static const char *random_param(void)
{
    static const char *const all[] = {
        "a",     "b=",    "a=1",     "a=2",   "A=1", "a=A",   "b=1",  "%61=%31",
        "b=a",   "c",     "c+d=1",   "x=y",   "=1",  "a=%2F", "b=..", "a=%20",
        "a=%c3", "c%20d", "a=a%26b", "a=b=c", "%zz", "b=+",   "",     "B=2",
    };

    return PICK(all);
}

static const char *param_for(const semr_param_t *param, int flip)
{
    static const char *const values[] = {"",    "1", "2",  "a",    "A/b",
                                         "%20", "+", "..", "a%26", "\xC3\xA9"};
    char text[256], *out = text;

    out = semr_url_escape(out, param->name, SEMR_URL_VALUE);
    *out++ = '=';
    if (param->capture >= 0) {
        *out = '\0';
        return apr_pstrcat(pool, text, PICK(values), NULL);
    }
    out = semr_url_escape(out, param->value, SEMR_URL_VALUE);
    out -= out[-1] == '=' && chance(50);
    *out = '\0';
    return rewritten(text, flip, 0);
}

/* Some of the parameters that rule asks for, and some others, in any order */
static const char *query_for(const semr_rule_t *rule)
{
    const char *all[SEMR_PARAMS_MAX + 4], *text = NULL;
    unsigned n = 0, others = draw(4);
    int i;

    for (i = 0; rule != NULL && i < rule->nparams; ++i) {
        if (chance(93)) {
            all[n++] = param_for(&rule->params[i], rule->fold ? 30 : 1);
        }
    }
    for (others = n || chance(40) ? others : 0; others > 0; --others) {
        all[n++] = random_param();
    }
    while (n > 0) {
        unsigned at = draw(n);

        text = text ? apr_pstrcat(pool, text, "&", all[at], NULL) : all[at];
        all[at] = all[--n];
    }
    return text;
}

static void ask_host(ask_t *ask, const semr_rule_t *rule)
{
    static const char *const hosts[] = {
        "a.test", "a.test",   "b.test",  "x.a.test", "y.x.a.test",   "xa.test",
        "test",   "y.b.test", ".a.test", "",         "z.y.x.a.test", "[::1]"};
    static const char *const labels[] = {"x.", "y.", "y.x.", "a.", ""};
    static const apr_port_t ports[] = {80, 443, 8080};

    ask->host = PICK(hosts);
    ask->https = chance(40);
    ask->port = chance(60) ? (ask->https ? 443 : 80) : PICK(ports);
    if (rule != NULL && rule->host.len > 0 && chance(90)) {
        ask->host = apr_pstrcat(pool, rule->wild ? PICK(labels) : "",
                                text_of(rule->host), NULL);
    }
    if (rule != NULL && chance(85)) {
        ask->port = rule->port ? rule->port : ask->port;
        ask->https = rule->scheme ? rule->scheme == SEMR_HTTPS : ask->https;
    }
}

/* A request that rule may match; rule may be NULL. */
static ask_t random_ask(const semr_rule_t *rule)
{
    static const char *const bases[] = {"", "", "https://here.test",
                                        "http://here.test:81"};
    int escape = chance(15) ? 15 : 0;
    ask_t ask;

    ask.path =
        rule != NULL && rule->kind != SEMR_REGEX
            ? path_for(rule)
            : apr_pstrcat(pool, random_path(), chance(30) ? "/" : "", NULL);
    ask.path = rewritten(ask.path, rule != NULL && rule->fold ? 30 : 1, escape);
    ask.query = query_for(rule);
    ask_host(&ask, rule);
    ask.decode_slashes = chance(30);
    ask.locate = chance(80);
    ask.base = PICK(bases);
    return ask;
}

#endif
