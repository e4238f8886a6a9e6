/* SPDX-License-Identifier: Apache-2.0
 * Commands run as main runs them, with what they read and write under the
 * sanitizers: check, explain, compile.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <apr_file_io.h>
#include <apr_general.h>
#include <apr_strings.h>

#include "arguments.h"
#include "commands.h"
#include "json.h"

static apr_pool_t *pool;
static char folder[] = "/tmp/cli_commands-XXXXXX";

static int setup(void **state)
{
    (void)state;
    apr_initialize();
    apr_pool_create(&pool, NULL);
    return mkdtemp(folder) ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    apr_pool_destroy(pool);
    apr_terminate();
    return rmdir(folder);
}

/* -- running a command ----------------------------------------------------- */

static const char *file_of(const char *name, const char *text)
{
    const char *path = apr_pstrcat(pool, folder, "/", name, NULL);
    apr_file_t *file;

    assert_int_equal(apr_file_open(&file, path,
                                   APR_WRITE | APR_CREATE | APR_TRUNCATE,
                                   APR_OS_DEFAULT, pool),
                     APR_SUCCESS);
    assert_int_equal(apr_file_write_full(file, text, strlen(text), NULL),
                     APR_SUCCESS);
    apr_file_close(file);
    return path;
}

static apr_status_t keep(void *baton, const char *bytes, apr_size_t len)
{
    char **kept = baton;

    *kept = apr_pstrcat(pool, *kept, apr_pstrmemdup(pool, bytes, len), NULL);
    return APR_SUCCESS;
}

/* A command with words behind it; what it says on stdout is in *said.  -1: its
 * words are refused. */
static int run(const cli_command_t *command, const char **said, ...)
{
    const char *argv[20] = {command->name};
    char *kept = apr_pstrdup(pool, "");
    const semr_sink_t sink = {keep, &kept};
    cli_t cli = {.command = command};
    int argc = 0, status = -1;
    semr_out_t out;
    va_list ap;

    va_start(ap, said);
    do {
        argv[++argc] = va_arg(ap, const char *);
    } while (argv[argc]);
    va_end(ap);
    apr_pool_create(&cli.pool, pool);
    semr_out_start(&out, &sink);
    cli.out = &out;
    if (cli_arguments_read(&cli, argc, argv) == CLI_ARGUMENTS_READ) {
        status = command->run(&cli);
    }
    assert_int_equal(semr_out_finish(&out), APR_SUCCESS);
    apr_pool_destroy(cli.pool);
    *said = kept;
    return status;
}

static void assert_has(const char *text, const char *part)
{
    if (!strstr(text, part)) {
        fail_msg("there is no \"%s\" in:\n%s", part, text);
    }
}

/* The object of a result; the caller lets it go. */
static json_t *object_of(const char *text)
{
    json_error_t error;
    json_t *object = json_loads(text, 0, &error);

    if (!json_is_object(object)) {
        fail_msg("%s: %s", error.text, text);
    }
    return object;
}

/* -- the commands ---------------------------------------------------------- */

static const char rules[] = "permanent /a /b note=\"x\"\n"
                            "permanent /b /c\n"
                            "temporary /t/* /u/*\n"
                            "permanent /l /m\n"
                            "permanent /m /l\n"
                            "permanent \"~^/re (.)$\" /r/$1\n";

static void check(void **state)
{
    const char *map = file_of("check.map",
                              apr_pstrcat(pool, rules, "nonsense\n", NULL)),
               *said;
    json_t *object;

    (void)state;
    assert_int_equal(run(&cli_command_check, &said, map, NULL), CLI_FOUND);
    assert_has(said, "check.map:7: error: \"nonsense\"");
    assert_has(said, "check.map:4: error SEMR101 loop: ");
    assert_has(said, "\n6 rules, 1 wrong row: 2 errors, ");
    assert_int_equal(run(&cli_command_check, &said, "--all", "--json", "--off",
                         "semr101", map, NULL),
                     CLI_FOUND);
    object = object_of(said);
    assert_int_equal(json_array_size(json_object_get(object, "problems")), 1);
    assert_int_equal(json_integer_value(json_object_get(
                         json_object_get(object, "severities"), "error")),
                     0);
    json_decref(object);
    assert_int_equal(run(&cli_command_check, &said, "--off", "x", map, NULL),
                     CLI_FAILED);
    assert_int_equal(run(&cli_command_check, &said, "/none.map", NULL),
                     CLI_FAILED);
    unlink(map);
}

static void explain(void **state)
{
    static const char *const requests[][3] = {
        {"GET", "/a?x=1#y", "gets 301 to /c?x=1, by "},
        {"POST", "//www.test:8080/t/x", "gets 307 to /u/x, by "},
        {"OPTIONS", "https://[::1]/a", "gets 308 to /c, by "},
        {"GET", "/l", "lead in a circle"},
        {"GET", "/A", "In lower case a rule would match"},
        {"TRACE", "/a", "is never redirected"},
        {"GET", "/re%20x", "gets 301 to /r/x, by "},
        {"GET", "/%ff%00/..//", "no rule answers it"}};
    const char *map = file_of("explain.map", rules), *said;
    json_t *object;
    apr_size_t i;

    (void)state;
    for (i = 0; i < sizeof(requests) / sizeof(*requests); i++) {
        assert_int_equal(run(&cli_command_explain, &said, requests[i][0],
                             requests[i][1], map, NULL),
                         CLI_OK);
        assert_has(said, requests[i][2]);
        assert_has(said, "\nThe same URL by each method\n");
        assert_int_equal(run(&cli_command_explain, &said, "--json", "--host",
                             "www.test", "--chains", "keep", requests[i][0],
                             requests[i][1], map, NULL),
                         CLI_OK);
        object = object_of(said);
        assert_true(json_is_string(
            json_object_get(json_object_get(object, "explain"), "sentence")));
        json_decref(object);
    }
    assert_int_equal(run(&cli_command_explain, &said, "--header=Origin: x",
                         "--header", "Access-Control-Request-Method: PUT",
                         "OPTIONS", "/a", map, NULL),
                     CLI_OK);
    assert_has(said, "CORS preflight /a is never redirected.");
    assert_int_equal(run(&cli_command_explain, &said, "GET", "a", map, NULL),
                     CLI_FAILED);
    assert_string_equal(said, "");
    unlink(map);
}

static void compile(void **state)
{
    const char *map = file_of("compile.map", "permanent /a /b\n"), *said;
    const char *image = apr_pstrcat(pool, map, ".image", NULL);
    const char *named = apr_pstrcat(pool, "image:", image, NULL);

    (void)state;
    assert_int_equal(run(&cli_command_compile, &said, map, image, NULL),
                     CLI_OK);
    assert_has(said, ": 1 rule, ");
    assert_int_equal(run(&cli_command_explain, &said, "GET", "/a", named, NULL),
                     CLI_OK);
    assert_has(said, "gets 301 to /b, by ");
    assert_int_equal(
        run(&cli_command_check, &said, named, "--options", "query=drop", NULL),
        CLI_FAILED);
    unlink(map);
    unlink(image);
}

static void arguments(void **state)
{
    const char *map = file_of("arguments.map", "permanent /a /b\n"), *said;

    (void)state;
    assert_int_equal(run(&cli_command_check, &said, NULL), -1);
    assert_int_equal(run(&cli_command_check, &said, "--off", NULL), -1);
    assert_int_equal(run(&cli_command_check, &said, "--of=x", map, NULL), -1);
    assert_int_equal(run(&cli_command_check, &said, "--=", map, NULL), -1);
    assert_int_equal(run(&cli_command_check, &said, "-", "-x", NULL), -1);
    assert_int_equal(run(&cli_command_check, &said, "--all=", map, NULL), -1);
    assert_int_equal(run(&cli_command_check, &said, map, "-h", NULL), -1);
    assert_int_equal(run(&cli_command_compile, &said, map, "b", "c", NULL), -1);
    assert_int_equal(run(&cli_command_check, &said, "--", map, NULL), CLI_OK);
    unlink(map);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(check), cmocka_unit_test(explain),
        cmocka_unit_test(compile), cmocka_unit_test(arguments)};

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, setup, teardown);
}
