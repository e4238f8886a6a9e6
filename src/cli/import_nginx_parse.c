/* SPDX-License-Identifier: Apache-2.0
 * nginx.conf as a tree of directives.
 *
 * A word ends at a blank, ; or {, unless it is quoted as a whole; a backslash
 * takes the meaning of the next byte, and stays unless that is a quote or a
 * backslash, so that "\." comes out whole.  # begins a comment where a word
 * might begin.
 */
#include <string.h>

#include <apr_strings.h>

#include "import_nginx.h"

enum { TEXT_MAX = 4000 }; /* bytes of a directive's text that are told */

typedef struct parser_t {
    import_t *import;
    const char *p, *end;
    unsigned line, number;
    int depth;
    int told; /* what does not fit, once */
} parser_t;

static int is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void tell(parser_t *parser, const char *what)
{
    if (!parser->told) {
        parser->told = 1;
        import_leave(parser->import, parser->line, "", NULL,
                     "The file is no whole nginx configuration: %s. What "
                     "comes behind may be read wrong.",
                     what);
    }
}

/* -- blanks and comments --------------------------------------------------- */

static int begins_line(const parser_t *parser)
{
    const char *p = parser->p;

    while (p > parser->import->text.p && (p[-1] == ' ' || p[-1] == '\t')) {
        p--;
    }
    return p == parser->import->text.p || p[-1] == '\n';
}

static void skip_comment(parser_t *parser)
{
    const char *end =
        memchr(parser->p, '\n', (apr_size_t)(parser->end - parser->p));
    apr_size_t len = (apr_size_t)((end ? end : parser->end) - parser->p);

    if (begins_line(parser)) {
        apr_size_t text = len;

        while (text > 1 && is_blank(parser->p[text - 1])) {
            text--;
        }
        import_comment(parser->import, parser->line,
                       semr_view(parser->p + 1, text - 1));
    }
    parser->p += len;
}

/* To where a word may begin */
static void skip(parser_t *parser)
{
    while (parser->p < parser->end) {
        if (*parser->p == '#') {
            skip_comment(parser);
        }
        else if (is_blank(*parser->p)) {
            parser->line += *parser->p++ == '\n';
        }
        else {
            return;
        }
    }
}

/* -- words ----------------------------------------------------------------- */

/* Puts what stands at p, an escape perhaps; returns how many bytes that is. */
static int put(parser_t *parser, char **out)
{
    const char *p = parser->p;
    static const char from[] = "\"'\\ \ttrn", to[] = "\"'\\ \t\t\r\n";
    const char *known;

    if (*p != '\\' || p + 1 == parser->end) {
        *(*out)++ = *p;
        return 1;
    }
    known = p[1] ? strchr(from, p[1]) : NULL;
    if (!known || p[1] == ' ' || p[1] == '\t') {
        *(*out)++ = *p;
        *(*out)++ = p[1];
        return 2;
    }
    *(*out)++ = to[known - from];
    return 2;
}

static int ends_word(const parser_t *parser, char quote)
{
    char c = *parser->p;

    if (quote) {
        return c == quote;
    }
    return is_blank(c) || c == ';' || (c == '{' && parser->p[-1] != '$');
}

static const char *read_word(parser_t *parser)
{
    const char *begin = parser->p;
    char quote = *begin == '"' || *begin == '\'' ? *begin : '\0', *word, *out;
    apr_size_t most;

    parser->p += quote != '\0';
    begin = parser->p;
    while (parser->p < parser->end && !ends_word(parser, quote)) {
        parser->p += *parser->p == '\\' && parser->p + 1 < parser->end ? 2 : 1;
    }
    most = (apr_size_t)(parser->p - begin);
    word = out = apr_palloc(parser->import->pool, most + 1);
    for (parser->p = begin; parser->p < begin + most;) {
        int len = put(parser, &out);

        parser->line += memchr(parser->p, '\n', (apr_size_t)len) != NULL;
        parser->p += len;
    }
    *out = '\0';
    if (quote) {
        if (parser->p == parser->end) {
            tell(parser, "a quote is not closed");
        }
        else {
            parser->p++;
        }
    }
    return word;
}

/* What stands from begin on, on one line */
static const char *on_a_line(const parser_t *parser, const char *begin)
{
    apr_size_t len = (apr_size_t)(parser->p - begin);
    char *text, *out, *p;

    len = len > TEXT_MAX ? TEXT_MAX : len;
    text = apr_pstrmemdup(parser->import->pool, begin, len);
    for (p = out = text; p < text + len; p++) {
        if (is_blank(*p) || !*p) {
            if (out > text && out[-1] != ' ') {
                *out++ = ' ';
            }
        }
        else {
            *out++ = *p;
        }
    }
    while (out > text && out[-1] == ' ') {
        out--;
    }
    *out = '\0';
    return text;
}

/* -- directives ------------------------------------------------------------ */

static nginx_node_t *read_block(parser_t *parser, nginx_node_t *parent);

/* Reads one; the parser stands at its first word. */
static nginx_node_t *read_node(parser_t *parser, nginx_node_t *parent)
{
    apr_pool_t *pool = parser->import->pool;
    apr_array_header_t *words = apr_array_make(pool, 4, sizeof(const char *));
    nginx_node_t *node = apr_pcalloc(pool, sizeof(*node));
    const char *begin = parser->p;

    node->line = parser->line;
    node->number = ++parser->number;
    node->parent = parent;
    while (parser->p < parser->end && !strchr(";{}", *parser->p)) {
        APR_ARRAY_PUSH(words, const char *) = read_word(parser);
        skip(parser);
    }
    node->words = (const char *const *)words->elts;
    node->nwords = words->nelts;
    if (parser->p == parser->end || *parser->p == '}') {
        tell(parser, "a directive does not end in ;");
        node->text = on_a_line(parser, begin);
        return node;
    }
    node->has_block = *parser->p == '{';
    parser->p += !node->has_block; /* the ; is its text, too */
    node->text = on_a_line(parser, begin);
    if (node->has_block) {
        parser->p++;
        node->block = read_block(parser, node);
    }
    return node;
}

/* Goes behind a block that is too deep. */
static void skip_block(parser_t *parser)
{
    int open = 1;

    for (; parser->p < parser->end && open; parser->p++) {
        open += *parser->p == '{' ? 1 : *parser->p == '}' ? -1 : 0;
        parser->line += *parser->p == '\n';
    }
}

static nginx_node_t *read_block(parser_t *parser, nginx_node_t *parent)
{
    nginx_node_t *first = NULL, **next = &first;

    if (parser->depth == NGINX_DEPTH) {
        tell(parser, "blocks are too deep in each other");
        skip_block(parser);
        return NULL;
    }
    parser->depth++;
    for (skip(parser); parser->p < parser->end; skip(parser)) {
        if (*parser->p == '}') {
            parser->p++;
            if (parent->parent) {
                parser->depth--;
                return first;
            }
            tell(parser, "a } closes nothing");
        }
        else if (*parser->p == ';') {
            parser->p++;
        }
        else {
            nginx_node_t *node = read_node(parser, parent);

            if (node->nwords) {
                *next = node;
                next = &node->next;
            }
        }
    }
    if (parent->parent) {
        tell(parser, "a block is not closed");
    }
    parser->depth--;
    return first;
}

nginx_node_t *nginx_parse(import_t *import)
{
    parser_t parser = {0};
    nginx_node_t *root = apr_pcalloc(import->pool, sizeof(*root));

    parser.import = import;
    parser.p = import->text.p;
    parser.end = import->text.p + import->text.len;
    parser.line = 1;
    if (import->text.len > 3 && !memcmp(parser.p, "\xEF\xBB\xBF", 3)) {
        parser.p += 3;
    }
    root->text = "";
    root->has_block = 1;
    root->block = read_block(&parser, root);
    return root;
}
