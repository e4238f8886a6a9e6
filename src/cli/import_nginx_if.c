/* SPDX-License-Identifier: Apache-2.0
 * if of nginx, and keys of its maps: a variable and what it is compared with.
 */
#include <string.h>

#include <apr_strings.h>

#include "import_nginx_test.h"

static apr_pool_t *pool_of(const nginx_test_t *test)
{
    return test->nginx->import->pool;
}

/* The words between the parentheses; NULL: there are none */
static const char *inside(const nginx_node_t *node, apr_pool_t *pool, int i)
{
    const char *word = node->words[i];
    apr_size_t len = strlen(word);

    if (i == 1) {
        if (*word != '(') {
            return NULL;
        }
        word++;
        len--;
    }
    if (i == node->nwords - 1) {
        if (!len || word[len - 1] != ')') {
            return NULL;
        }
        len--;
    }
    return apr_pstrmemdup(pool, word, len);
}

/* if's words, blanks at the parentheses or not: variable, sign, value */
static int split(const nginx_node_t *node, apr_pool_t *pool,
                 const char *parts[3])
{
    int i, n = 0;

    for (i = 1; i < node->nwords; i++) {
        const char *part = inside(node, pool, i);

        if (!part) {
            return 0;
        }
        if (!*part && (i == 1 || (i == node->nwords - 1 && n != 2))) {
            continue;
        }
        if (n == 3) {
            return 0;
        }
        parts[n++] = part;
    }
    return n;
}

static int read_compare(nginx_test_t *test, const char *sign)
{
    static const struct {
        const char *sign;
        nginx_compare_t compare;
        int fold;
    } signs[] = {
        {"=", NGINX_IS, 0},           {"!=", NGINX_IS_NOT, 0},
        {"~", NGINX_MATCHES, 0},      {"~*", NGINX_MATCHES, 1},
        {"!~", NGINX_MATCHES_NOT, 0}, {"!~*", NGINX_MATCHES_NOT, 1},
    };
    apr_size_t i;

    for (i = 0; i < sizeof(signs) / sizeof(*signs); i++) {
        if (!strcmp(signs[i].sign, sign)) {
            test->compare = signs[i].compare;
            test->fold = signs[i].fold;
            return 1;
        }
    }
    return 0;
}

int nginx_narrow_if(nginx_t *nginx, nginx_asked_t *asked,
                    const nginx_node_t *node, const char **why)
{
    const char *parts[3] = {NULL, NULL, NULL};
    const char *query = asked->query;
    int n = split(node, nginx->import->pool, parts), got;
    nginx_test_t test = {nginx, asked, NULL, NGINX_TRUE, "", 0, why};

    if (n == 2 && parts[0][0] != '$') {
        return nginx_test_refuse(&test,
                                 "it asks whether a file is there. Say it in "
                                 "httpd.conf, with <If>.");
    }
    if ((n != 1 && n != 3) || parts[0][0] != '$' ||
        (n == 3 && !read_compare(&test, parts[1]))) {
        return nginx_test_refuse(&test,
                                 "its condition is none that nginx has.");
    }
    test.variable = parts[0] + 1;
    test.value = n == 3 ? parts[2] : "";
    if (apr_hash_get(nginx->maps, test.variable, APR_HASH_KEY_STRING)) {
        /* the redirect within has the map's values, and none of them is
         * empty */
        if (test.compare == NGINX_TRUE ||
            (test.compare == NGINX_IS_NOT && !*test.value)) {
            return 1;
        }
        if (test.compare == NGINX_IS && !*test.value) {
            return 0;
        }
        return nginx_test_refuse(&test, "it compares what a map says.");
    }
    got = nginx_test(&test);
    if (got > 0 && asked->query != query &&
        (!strcmp(test.variable, "args") ||
         !strcmp(test.variable, "query_string"))) {
        import_notice(nginx->import, node->line, node->text,
                      "nginx compares the whole query; the rule takes the "
                      "parameters beside any others, too.");
    }
    return got;
}

/* -- keys of a map --------------------------------------------------------- */

/* HOST and what is behind it, of sources that begin with a host */
static int ask_host_and(nginx_test_t *test, const char *behind)
{
    const char *slash = strchr(test->value, '/');
    nginx_test_t host = *test, path = *test;

    if (test->compare != NGINX_IS || !slash || slash == test->value) {
        return nginx_test_refuse(test,
                                 "its key is no host with a path behind it.");
    }
    host.value = apr_pstrmemdup(pool_of(test), test->value,
                                (apr_size_t)(slash - test->value));
    path.value = slash;
    path.variable = behind;
    if (nginx_test_host(&host) < 0) {
        return -1;
    }
    return !strcmp(behind, "request_uri")
               ? nginx_test_request_uri(&path)
               : nginx_narrow_exact(test->nginx, test->asked, slash, 1);
}

int nginx_narrow_key(nginx_t *nginx, nginx_asked_t *asked, const char *source,
                     const char *key, const char **why)
{
    nginx_test_t test = {nginx, asked, source + 1, NGINX_IS, key, 1, why};
    const char *behind;

    if (*key == '~') {
        test.compare = NGINX_MATCHES;
        test.fold = key[1] == '*';
        test.value = key + 1 + test.fold;
    }
    else if (*key == '\\') {
        test.value = key + 1;
    }
    if (!strncmp(source, "$scheme://", 10)) {
        source += 10;
        if (test.compare == NGINX_IS && !strncmp(test.value, "http", 4) &&
            strstr(test.value, "://")) {
            asked->scheme = test.value[4] == 's' ? SEMR_HTTPS : SEMR_HTTP;
            test.value = strstr(test.value, "://") + 3;
        }
    }
    behind = strchr(source + 1, '$');
    if (behind &&
        (!strncmp(source, "$host$", 6) ||
         !strncmp(source, "$http_host$", 11)) &&
        (!strcmp(behind, "$uri") || !strcmp(behind, "$request_uri"))) {
        return ask_host_and(&test, behind + 1);
    }
    test.variable = source + 1;
    if (*source != '$') {
        return nginx_test_refuse(&test, "it asks for no variable.");
    }
    if (test.compare == NGINX_IS &&
        (!strcmp(source, "$uri") || !strcmp(source, "$document_uri"))) {
        return nginx_narrow_exact(nginx, asked, test.value, 1);
    }
    return nginx_test(&test);
}
