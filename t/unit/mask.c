/* SPDX-License-Identifier: Apache-2.0
 * What is kept of URLs: secrets, parameters, users and queries are not.
 */
#include "mask.h"
#include "views.h"

#define HEX40 "da39a3ee5e6b4b0d3255bfef95601890afd80709"
#define JWT                                                                    \
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0."                        \
    "dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"
#define UUID4 "123e4567-e89b-12d3-a456-426614174000"

/* A canonical path, and what is kept of it; NULL: all */
static const struct {
    const char *path, *kept;
} paths[] = {
    /* clang-format off */
{"/", NULL},
{"/about", NULL},
{"/reset/" HEX40, "/reset/{token}"},
{"/reset/" JWT, "/reset/{token}"},
{"/reset/" JWT "/" HEX40 "/x", "/reset/{token}/{token}/x"},
{"/item/" UUID4 ".html", "/item/{token}.html"},
{"/order-" UUID4, "/order-{token}"},
{"/item/aaaaaaaa-1111-2222-3333-444444444444", "/item/{token}"},
{"/verify/Ab3dEf9hIj2lMn4pQr6t", "/verify/{token}"},
{"/s/dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U/end", "/s/{token}/end"},
{"/s/a-zjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U", "/s/{token}"},
{"/s/c2VjcmV0LXNlY3JldC1zZWNyZXQ==", "/s/{token}=="},
{"/s/c2VjcmV0%2FLXNlY3JldC1z+ZWNyZXQ1", "/s/{token}"},
{"/s/12345678901234567890", "/s/{token}"},
{"/assets/app.5f3a9c1b2d4e6f70.js", NULL},
{"/assets/main-5f3a9c1b2d4e6f708192.js", "/assets/main-{token}.js"},
{"/assets/main." HEX40 ".css", "/assets/main.{token}.css"},
{"/2019/05/how-to-make-a-10-minute-dinner-in-2019", NULL},
{"/blog/iphone15-and-html5-and-3d-and-covid19", NULL},
{"/p/sony-wh1000xm4-review-and-test.html", NULL},
{"/Donaudampfschifffahrtsgesellschaft", NULL},
{"/internationalisierung2024", NULL},
{"/MyLongServletNameHandler", NULL},
{"/THE_WHOLE_STORY_OF_ALL_OF_IT", NULL},
{"/files/report-20240115-20240331.pdf", NULL},
{"/%E6%9D%B1%E4%BA%AC%E3%81%AE%E5%A4%A9%E6%B0%97", NULL},
{"/a;jsessionid=0123456789abcdef/b;v=1", "/a/b"},
{"/a;x/..;y/b", "/b"},
{"/;x", "/"},
{"/how-to-fix-" HEX40 "-now", "/how-to-fix-{token}-now"},
{"/t/%20" HEX40 "%FF", "/t/%20{token}%FF"},
{"/unsubscribe/jane.doe@example.com", "/unsubscribe/{token}"},
{"/u/jane%40mail.example.co.uk/x", "/u/{token}/x"},
{"/u/jane@x.org./b@c.de.html", "/u/{token}./{token}"},
{"/mailto:jane@example.com-now", "/{token}-now"},
{"/p/http://me:secret@www.test/x", "/p/http://{token}/x"},
{"/@jane@social.test", "/{token}"},
{"/img/icon@2x.png", NULL},
{"/npm/react@18.2.0/index.js", NULL},
{"/npm/@scope/name@latest/x.js", NULL},
{"/@jane", NULL},
{"/jane@", NULL},
{"/jane@x.", NULL},
{"/jane@localhost", NULL},
{"/a@b.c1d", NULL},
    /* clang-format on */
};

static void test_paths(void **state)
{
    apr_size_t i;

    (void)state;
    for (i = 0; i < ROWS(paths); i++) {
        const char *kept = paths[i].kept ? paths[i].kept : paths[i].path;

        assert_string_equal(text_of(semr_mask_path(pool, view(paths[i].path))),
                            kept);
    }
}

/* A Referer, and what is kept; NULL: nothing */
static const struct {
    const char *header, *kept, *host;
    int port;
} referrers[] = {
    /* clang-format off */
{"https://www.test/a?q=secret#f", "https://www.test/a", "www.test", 443},
{"http://WWW.Test:8080/A", "http://www.test:8080/A", "www.test", 8080},
{"HTTPS://www.test:443", "https://www.test/", "www.test", 443},
{"http://user:pass@www.test/", "http://www.test/", "www.test", 80},
{"http://u@p@www.test/", "http://www.test/", "www.test", 80},
{"http://www.test?q=" HEX40, "http://www.test/", "www.test", 80},
{"http://[::1]:81/x", "http://[::1]:81/x", "::1", 81},
{"http://www.test/r/" HEX40, "http://www.test/r/{token}", "www.test", 80},
{"http://www.test/<script>\x01\xff", "http://www.test/%3Cscript%3E%01%FF",
 "www.test", 80},
{"http://www.test/a b\"", "http://www.test/a%20b%22", "www.test", 80},
{"", NULL, NULL, 0},
{"about:blank", NULL, NULL, 0},
{"android-app://com.x/", NULL, NULL, 0},
{"javascript:alert(1)", NULL, NULL, 0},
{"http://", NULL, NULL, 0},
{"http:///x", NULL, NULL, 0},
{"http://<b>/x", NULL, NULL, 0},
{"http://www.test:0/", NULL, NULL, 0},
{"http://www.test:70000/", NULL, NULL, 0},
{"http://www.test:8x/", NULL, NULL, 0},
{"http://[::1/x", NULL, NULL, 0},
{"http://[<>]/x", NULL, NULL, 0},
    /* clang-format on */
};

static void test_referrers(void **state)
{
    apr_size_t i;

    (void)state;
    for (i = 0; i < ROWS(referrers); i++) {
        semr_mask_referrer_t referrer;
        int taken = semr_mask_referrer(pool, referrers[i].header, &referrer);

        assert_int_equal(taken, referrers[i].kept != NULL);
        if (taken) {
            assert_string_equal(text_of(referrer.text), referrers[i].kept);
            assert_string_equal(text_of(referrer.host), referrers[i].host);
            assert_int_equal(referrer.port, referrers[i].port);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_paths),
        cmocka_unit_test(test_referrers),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("mask", tests, start, stop);
}
