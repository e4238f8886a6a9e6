/* SPDX-License-Identifier: Apache-2.0
 * semredirect import: a map of other servers' redirects.
 */
#include <string.h>

#include <apr_strings.h>

#include "import_write.h"
#include "input.h"
#include "meant.h"
#include "output.h"
#include "rule.h"

enum { SOURCE_MAX = 512 * 1024 * 1024 };

static const cli_option_t options[] = {
    {"intent", "permanent|temporary|see-other|gone",
     "what redirects without a code mean"},
    {"host", "NAME", "of redirects that name no host"},
    {"base", "PATH", "apache: the URL-path of an .htaccess's folder"},
    {"match", "str|beg|dir|end|sub|dom|reg|regm",
     "haproxy: how the map is asked"},
    {"on", "uri|request_uri", "nginx: what a map is asked for"},
    {"dots", "literal|any",
     "what a dot in a regex is that has no \\ before it"},
    {"as", "map|directives",
     "a map's lines, or directives, which may have if="},
    {"output", "FILE", "write there, whole, and not to stdout"},
    {NULL, NULL, NULL}};

/* -- formats --------------------------------------------------------------- */

typedef struct format_t {
    const char *name;
    apr_status_t (*read)(import_t *import);
} format_t;

static const format_t formats[] = {
#define X(id, name, what) {name, import_read_##id},
    IMPORT_FORMATS(X)
#undef X
};

#define X(id, name, what) "  " name ": " what "\n"
static const char more[] = "FORMAT is one of\n" IMPORT_FORMATS(
    X) "\n"
       "FILE - is stdin.  What cannot be said is told, and "
       "stands in the map as a\n"
       "comment, with the rule that is nearest to it.\n";
#undef X

static const format_t *find_format(const char *name)
{
    apr_size_t i;

    for (i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
        if (!strcmp(formats[i].name, name)) {
            return &formats[i];
        }
    }
    return NULL;
}

static void say_no_format(const cli_t *cli)
{
    const char *name = cli->words[0];
    cli_meant_t meant;
    apr_size_t i;

    cli_meant_begin(&meant, name, strlen(name));
    for (i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
        cli_meant_try(&meant, formats[i].name);
    }
    cli_say(cli, "\"%s\" is no format%s; semredirect import --help lists them",
            name, cli_meant_words(&meant, "", cli->pool));
}

/* -- options --------------------------------------------------------------- */

static apr_status_t read_options(const cli_t *cli, import_t *import)
{
    const char *intent = cli_value(cli, "intent"), *as = cli_value(cli, "as"),
               *dots = cli_value(cli, "dots");

    import->host = cli_value(cli, "host");
    import->base = cli_value(cli, "base");
    if (import->base && import->base[0] != '/') {
        cli_say(cli,
                "--base \"%s\" is no URL-path: it begins with a slash, as in "
                "/blog",
                import->base);
        return APR_EINVAL;
    }
    import->match = cli_value(cli, "match");
    import->on = cli_value(cli, "on");
    import->dots = !dots || !strcmp(dots, "literal");
    import->directives = as && !strcmp(as, "directives");
    import->intent = -1;
    if (intent) {
        import->intent =
            semr_intent_parse((semr_view_t){intent, strlen(intent)});
    }
    return APR_SUCCESS;
}

/* -- the way of a source --------------------------------------------------- */

/* Without a mark of UTF-8 at its beginning; no format here is UTF-16. */
static apr_status_t check_encoding(const cli_t *cli, import_t *import)
{
    semr_view_t *text = &import->text;

    if (text->len >= 2 &&
        (!memcmp(text->p, "\xFF\xFE", 2) || !memcmp(text->p, "\xFE\xFF", 2) ||
         !text->p[0] != !text->p[1])) {
        cli_say(cli, "%s is UTF-16, as Windows calls Unicode. Save it as UTF-8",
                import->name);
        return APR_EINVAL;
    }
    if (text->len >= 3 && !memcmp(text->p, "\xEF\xBB\xBF", 3)) {
        text->p += 3;
        text->len -= 3;
    }
    return APR_SUCCESS;
}

static apr_status_t read_source(const cli_t *cli, const format_t *format,
                                import_t *import)
{
    import->pool = cli->pool;
    import->name = strcmp(cli->words[1], "-") ? cli->words[1] : "stdin";
    import->moves = apr_array_make(cli->pool, 64, sizeof(import_move_t));
    import->told = apr_array_make(cli->pool, 16, sizeof(import_told_t));
    import->comments = apr_array_make(cli->pool, 16, sizeof(import_told_t));
    if (cli_input_whole(cli, cli->words[1], SOURCE_MAX, &import->text) !=
            APR_SUCCESS ||
        check_encoding(cli, import) != APR_SUCCESS) {
        return APR_EINVAL;
    }
    return format->read(import);
}

static void say_refused(const cli_t *cli, const import_t *import)
{
    int i;

    for (i = 0; i < import->told->nelts; i++) {
        const import_told_t *told =
            &APR_ARRAY_IDX(import->told, i, import_told_t);

        cli_say(cli, "%s: %s", import->name, told->text);
    }
}

/* What a redirect without a code means is never guessed. */
static apr_status_t check_codes(const cli_t *cli, const import_t *import)
{
    int i;

    for (i = 0; import->intent < 0 && i < import->moves->nelts; i++) {
        const import_move_t *move =
            &APR_ARRAY_IDX(import->moves, i, import_move_t);

        if (move->code == 0) {
            cli_say(cli,
                    "%s:%u: \"%s\" does not say what the move means. Give "
                    "--intent permanent, or temporary, see-other, gone",
                    import->name, move->line, move->words ? move->words : "");
            return APR_EINVAL;
        }
    }
    return APR_SUCCESS;
}

static cli_exit_t write_result(const cli_t *cli, const import_result_t *result)
{
    const char *name = cli_value(cli, "output");
    cli_output_t output;

    if (name || !cli->json) {
        if (cli_output_begin(&output, cli, name) != APR_SUCCESS) {
            return CLI_FAILED;
        }
        import_write_map(output.out, result);
        if (cli_output_end(&output, 1) != APR_SUCCESS) {
            return CLI_FAILED;
        }
    }
    if (cli->json) {
        import_write_json(cli, result);
    }
    else {
        import_write_told(cli, result);
    }
    return result->import->left ? CLI_FOUND : CLI_OK;
}

static cli_exit_t run(cli_t *cli)
{
    const format_t *format = find_format(cli->words[0]);
    import_result_t result = {0};
    import_t import = {0};

    if (!format) {
        say_no_format(cli);
        return CLI_FAILED;
    }
    if (read_options(cli, &import) != APR_SUCCESS) {
        return CLI_FAILED;
    }
    if (read_source(cli, format, &import) != APR_SUCCESS) {
        say_refused(cli, &import);
        return CLI_FAILED;
    }
    if (check_codes(cli, &import) != APR_SUCCESS) {
        return CLI_FAILED;
    }
    result.format = format->name;
    import_make(&import, &result);
    return write_result(cli, &result);
}

const cli_command_t cli_command_import = {
    .name = "import",
    .synopsis = "[OPTION...] FORMAT FILE",
    .what = "make a map of another server's redirects",
    .more = more,
    .least = 2,
    .most = 2,
    .options = options,
    .run = run};
