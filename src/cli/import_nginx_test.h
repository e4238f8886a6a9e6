/* SPDX-License-Identifier: Apache-2.0
 * A variable of nginx compared with a value: private to import_nginx_if.c and
 * import_nginx_test.c.
 */
#ifndef SEMR_CLI_IMPORT_NGINX_TEST_H
#define SEMR_CLI_IMPORT_NGINX_TEST_H

#include "import_nginx.h"

typedef enum nginx_compare_t {
    NGINX_TRUE, /* if ($x): neither empty nor 0 */
    NGINX_IS,
    NGINX_IS_NOT,
    NGINX_MATCHES,
    NGINX_MATCHES_NOT
} nginx_compare_t;

typedef struct nginx_test_t {
    nginx_t *nginx;
    nginx_asked_t *asked;
    const char *variable; /* without its $ */
    nginx_compare_t compare;
    const char *value;
    int fold;
    const char **why;
} nginx_test_t;

/* Asks it, too.  Returns as nginx_narrow_regex does. */
int nginx_test(const nginx_test_t *test);

/* The same of $host and of $request_uri, whatever variable is named. */
int nginx_test_host(const nginx_test_t *test);
int nginx_test_request_uri(const nginx_test_t *test);

/* -1, and why. */
int nginx_test_refuse(const nginx_test_t *test, const char *why);

#endif
