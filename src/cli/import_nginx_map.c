/* SPDX-License-Identifier: Apache-2.0
 * map of nginx: a variable's value by another's.
 *
 * Literal keys are compared first, whatever their order and case, then regexes
 * in their order, then there is default.
 */
#include <ctype.h>
#include <string.h>

#include <apr_strings.h>

#include "import_nginx.h"

/* The three passes over a map's entries */
typedef enum pass_t { LITERALS, REGEXES, DEFAULT, PASSES } pass_t;

typedef struct mapping_t {
    nginx_t *nginx;
    const nginx_asked_t *asked;
    const nginx_answer_t *answer;
    const char *source;   /* "$uri" */
    const char *variable; /* that it gives, without its $ */
    int depth;
    int fits; /* entries that were taken */
} mapping_t;

static int is_map(const nginx_node_t *node)
{
    return node->has_block && node->nwords == 3 &&
           !strcmp(node->words[0], "map") && node->words[2][0] == '$';
}

void nginx_find_maps(nginx_t *nginx, const nginx_node_t *node)
{
    for (; node; node = node->next) {
        if (is_map(node)) {
            apr_hash_set(nginx->maps, node->words[2] + 1, APR_HASH_KEY_STRING,
                         node);
        }
        else if (node->has_block) {
            nginx_find_maps(nginx, node->block);
        }
    }
}

/* template with value where the variable stands */
static const char *with_value(const mapping_t *mapping, const char *value)
{
    apr_pool_t *pool = mapping->nginx->import->pool;
    const char *text = mapping->answer->template, *p;
    apr_size_t len = strlen(mapping->variable);

    for (p = strchr(text, '$'); p; p = strchr(p + 1, '$')) {
        int braces = p[1] == '{';
        const char *end = p + 1 + braces + len;

        if (!strncmp(p + 1 + braces, mapping->variable, len) &&
            !isalnum((unsigned char)*end) && *end != '_') {
            return apr_pstrcat(
                pool, apr_pstrmemdup(pool, text, (apr_size_t)(p - text)), value,
                end + braces, NULL);
        }
    }
    return text;
}

static pass_t pass_of(const nginx_node_t *entry)
{
    if (!strcmp(entry->words[0], "default")) {
        return DEFAULT;
    }
    return *entry->words[0] == '~' ? REGEXES : LITERALS;
}

/* Whether an entry is one; what is none is told in the first pass. */
static int is_entry(const mapping_t *mapping, const nginx_node_t *entry,
                    pass_t pass)
{
    const char *word = entry->words[0];

    if (entry->nwords == 1 &&
        (!strcmp(word, "hostnames") || !strcmp(word, "volatile"))) {
        return 0;
    }
    if (entry->nwords != 2 || entry->has_block || !strcmp(word, "include")) {
        if (pass == LITERALS) {
            import_leave(mapping->nginx->import, entry->line, entry->text, NULL,
                         strcmp(word, "include")
                             ? "A map's entry is a key and a value. A # within "
                               "a line begins a comment only behind a blank."
                             : "It is not read: import that file, too, with "
                               "--on and --intent.");
        }
        return 0;
    }
    return pass_of(entry) == pass;
}

static void leave(const mapping_t *mapping, const nginx_node_t *entry,
                  const char *why)
{
    import_leave(mapping->nginx->import, entry->line, entry->text, NULL,
                 "It cannot be said: %s", why);
}

static void say_entry(mapping_t *mapping, const nginx_node_t *entry)
{
    nginx_asked_t asked = *mapping->asked;
    nginx_answer_t answer = *mapping->answer;
    const char *key = entry->words[0], *why = NULL;
    int is_path = !strcmp(mapping->source, "$uri") ||
                  !strcmp(mapping->source, "$request_uri"),
        got = 1;

    if (!*entry->words[1]) {
        return; /* whoever asks is not redirected */
    }
    if (is_path && pass_of(entry) == LITERALS && *key != '/' &&
        strncmp(key, "\\/", 2)) {
        leave(mapping, entry,
              "its key begins with no slash, and so no request has it.");
        return;
    }
    if (pass_of(entry) != DEFAULT) {
        got = nginx_narrow_key(mapping->nginx, &asked, mapping->source, key,
                               &why);
    }
    if (got < 0) {
        leave(mapping, entry, why);
        return;
    }
    answer.node = entry;
    answer.template = with_value(mapping, entry->words[1]);
    if (got > 0) {
        mapping->fits++;
        nginx_answer_deep(mapping->nginx, &asked, &answer, mapping->depth + 1);
    }
}

static void say_entries(mapping_t *mapping, const nginx_node_t *entries)
{
    const nginx_node_t *entry;
    int pass;

    for (pass = LITERALS; pass < PASSES; pass++) {
        for (entry = entries; entry && !mapping->nginx->full;
             entry = entry->next) {
            if (is_entry(mapping, entry, (pass_t)pass)) {
                say_entry(mapping, entry);
            }
        }
    }
}

static void tell_request_uri(const mapping_t *mapping,
                             const nginx_node_t *where)
{
    if (mapping->fits && strstr(mapping->source, "$request_uri")) {
        import_notice(mapping->nginx->import, where->line, "",
                      "nginx compares $request_uri with path and query as "
                      "they were sent, so that a request with more parameters "
                      "is not redirected; here it is.");
    }
}

void nginx_map_answer(nginx_t *nginx, const nginx_asked_t *asked,
                      const nginx_answer_t *answer, const char *variable,
                      const nginx_node_t *map, int depth)
{
    mapping_t mapping = {nginx,    asked, answer, map->words[1],
                         variable, depth, 0};

    if (!apr_hash_get(nginx->used, variable, APR_HASH_KEY_STRING)) {
        apr_hash_set(nginx->used, variable, APR_HASH_KEY_STRING, map);
        say_entries(&mapping, map->block);
        tell_request_uri(&mapping, map);
        return;
    }
    say_entries(&mapping, map->block);
}

/* -- maps that nothing asks ------------------------------------------------ */

static int leads_somewhere(const char *value)
{
    return *value == '/' || !strncmp(value, "http://", 7) ||
           !strncmp(value, "https://", 8) || !strncmp(value, "$scheme", 7);
}

/* Whether a map is one of redirects: most of its values lead somewhere. */
static int has_redirects(const nginx_node_t *entry)
{
    int some = 0, all = 0;

    for (; entry; entry = entry->next) {
        if (entry->nwords == 2 && strcmp(entry->words[0], "default")) {
            all++;
            some += leads_somewhere(entry->words[1]);
        }
    }
    return some && 2 * some >= all;
}

static void say_alone(nginx_t *nginx, const nginx_node_t *where,
                      const char *source, const nginx_node_t *entries)
{
    nginx_asked_t asked = {0};
    nginx_answer_t answer = {where, 0, "$map", 1};
    mapping_t mapping = {nginx, &asked, &answer, source, "map", 0, 0};

    asked.group = -1;
    say_entries(&mapping, entries);
    tell_request_uri(&mapping, where);
}

static void say_unused(nginx_t *nginx, const nginx_node_t *node)
{
    for (; node; node = node->next) {
        if (!is_map(node)) {
            if (node->has_block) {
                say_unused(nginx, node->block);
            }
            continue;
        }
        if (apr_hash_get(nginx->used, node->words[2] + 1,
                         APR_HASH_KEY_STRING) ||
            !has_redirects(node->block)) {
            continue;
        }
        if (nginx->import->intent < 0) {
            import_leave(nginx->import, node->line, node->text, NULL,
                         "Nothing in the file redirects by %s. Give --intent, "
                         "and it is imported.",
                         node->words[2]);
            continue;
        }
        say_alone(nginx, node, node->words[1], node->block);
    }
}

void nginx_maps_unused(nginx_t *nginx)
{
    say_unused(nginx, nginx->root->block);
}

apr_status_t nginx_map_bare(nginx_t *nginx)
{
    import_t *import = nginx->import;
    const char *on = import->on;

    if (!on || import->intent < 0) {
        import_leave(import, 0, "", NULL,
                     "It is the inside of a map, and tells neither what its "
                     "keys are compared with nor what is answered. Give --on "
                     "uri or --on request_uri, as stands behind map, and "
                     "--intent permanent or temporary.");
        return APR_EINVAL;
    }
    say_alone(nginx, nginx->root->block,
              *on == '$' ? on : apr_pstrcat(import->pool, "$", on, NULL),
              nginx->root->block);
    return APR_SUCCESS;
}
