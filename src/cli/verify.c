/* SPDX-License-Identifier: Apache-2.0
 * semredirect verify: its options.
 */
#include <string.h>

#include <apr_strings.h>

#include "verify_web.h"
#include "verify_rate.h"

static const cli_option_t options[] = {
    {"against", "URL", "the server: http://127.0.0.1:8080"},
    {"head", NULL, "ask by HEAD, not by GET"},
    {"methods", "GET,POST", "ask by these; others than GET may change things"},
    {"sample", "N", "ask about N of the rules, evenly spread"},
    {"rate", "N", "requests a second, usually 50"},
    {"connections", "N", "at a time, usually 4"},
    {"timeout", "SECONDS", "for one request, usually 10"},
    {"retries", "N", "of what fails or is busy, usually 3"},
    {"end-ok", "CODES", "what the end of a chain may answer, usually 200"},
    {"no-ends", NULL, "do not ask where redirects lead"},
    {"elsewhere", NULL, "ask for ends on other hosts, there"},
    {"resume", "FILE", "keep a journal, and go on where it ends"},
    {"all", NULL, "tell each that is wrong, not the first 20 of a kind"},
    {"header", "NAME:VALUE", "send this; may be repeated"},
    {"user", "NAME:PASSWORD", "log in by Basic"},
    {"ca", "FILE", "certificates to trust"},
    {"insecure", NULL, "trust any certificate"},
    {NULL, NULL, NULL}};

static apr_status_t read_numbers(verify_plan_t *plan)
{
    const struct {
        const char *name;
        apr_int64_t least, most, usual, *number;
    } numbers[] = {
        {"sample", 1, APR_INT64_C(1) << 32, 0, &plan->sample},
        {"rate", 1, VERIFY_RATE_MAX, 50, &plan->rate},
        {"connections", 1, VERIFY_CONNECTIONS_MAX, 4, &plan->connections},
        {"timeout", 1, 3600, 10, &plan->timeout},
        {"retries", 0, 20, 3, &plan->retries}};
    apr_size_t i;

    for (i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
        if (cli_number(plan->cli, numbers[i].name, numbers[i].least,
                       numbers[i].most, numbers[i].usual,
                       numbers[i].number) != APR_SUCCESS) {
            return APR_EINVAL;
        }
    }
    return APR_SUCCESS;
}

static int is_method(const char *word)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ-";

    return *word && !word[strspn(word, letters)] &&
           strcmp(word, "CONNECT") != 0 && strcmp(word, "TRACE") != 0;
}

static apr_status_t read_methods(verify_plan_t *plan)
{
    const char *value = cli_value(plan->cli, "methods");
    char *rest, *word, *last;

    plan->methods[0] = cli_value(plan->cli, "head") ? "HEAD" : "GET";
    plan->nmethods = 1;
    if (!value) {
        return APR_SUCCESS;
    }
    plan->nmethods = 0;
    rest = apr_pstrdup(plan->cli->pool, value);
    for (word = apr_strtok(rest, ",", &last); word;
         word = apr_strtok(NULL, ",", &last)) {
        if (!is_method(word) || plan->nmethods == VERIFY_METHODS_MAX) {
            plan->nmethods = 0;
            break;
        }
        plan->methods[plan->nmethods++] = word;
    }
    if (!plan->nmethods) {
        cli_say(plan->cli,
                "--methods \"%s\": write GET,POST; names are in capitals, and "
                "CONNECT and TRACE are never redirected",
                value);
        return APR_EINVAL;
    }
    return APR_SUCCESS;
}

static apr_status_t read_plan(verify_plan_t *plan)
{
    cli_t *cli = plan->cli;
    const char *against = cli_value(cli, "against"),
               *ends = cli_value(cli, "end-ok");

    if (!against) {
        cli_say(cli, "which server? Name it: --against http://HOST:PORT");
        return APR_EINVAL;
    }
    if (cli_value(cli, "http")) {
        cli_say(cli, "--http is not for verify: --against has the scheme");
        return APR_EINVAL;
    }
    if (!verify_end_codes_read(&plan->ends, ends ? ends : "200")) {
        cli_say(cli, "--end-ok \"%s\": write codes such as 200,204", ends);
        return APR_EINVAL;
    }
    plan->follows = !cli_value(cli, "no-ends");
    plan->elsewhere = cli_value(cli, "elsewhere") != NULL;
    plan->all = cli_value(cli, "all") != NULL;
    plan->resume = cli_value(cli, "resume");
    return verify_web_against(plan, against) &&
                   read_numbers(plan) == APR_SUCCESS
               ? read_methods(plan)
               : APR_EINVAL;
}

static cli_exit_t run(cli_t *cli)
{
    verify_plan_t *plan = apr_pcalloc(cli->pool, sizeof(*plan));

    plan->cli = cli;
    return read_plan(plan) == APR_SUCCESS ? verify_run(plan) : CLI_FAILED;
}

const cli_command_t cli_command_verify = {
    .name = "verify",
    .synopsis = "[OPTION...] --against URL MAP...",
    .what = "ask a live server what it answers",
    .more =
        "Asks for the URLs of expect lines, then for one that each rule "
        "takes,\n"
        "and compares code and Location with what the rules say; then asks\n"
        "where the redirects lead, each end once.  It asks --against alone,\n"
        "whatever host a rule names, and sends that name as Host; it asks by\n"
        "GET alone, unless --methods names others, which might change things.\n"
        "^C ends it with the summary.  It exits 1 if something is wrong.\n",
    .least = 1,
    .most = -1,
    .reads_rules = 1,
    .options = options,
    .run = run};
