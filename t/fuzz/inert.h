/* SPDX-License-Identifier: Apache-2.0
 * Whether a page is inert: every tag and attribute is one that the renderers
 * write, every value is quoted, tags close in order, links stay on the page,
 * and its bytes are UTF-8 without control characters.
 *
 * inert_html returns NULL, or where in the page something is wrong.
 */
#ifndef SEMR_FUZZ_INERT_H
#define SEMR_FUZZ_INERT_H

#include <string.h>

static const char *const inert_tags[] = {
    "html",   "head",    "meta",     "title",   "style",  "script", "body",
    "header", "h1",      "h2",       "h3",      "h4",     "nav",    "main",
    "footer", "section", "details",  "summary", "div",    "span",   "p",
    "a",      "b",       "bdi",      "code",    "pre",    "small",  "time",
    "wbr",    "ul",      "ol",       "li",      "dl",     "dt",     "dd",
    "table",  "caption", "thead",    "tbody",   "tr",     "th",     "td",
    "form",   "label",   "input",    "select",  "option", "button", "textarea",
    "svg",    "rect",    "datalist", NULL};

/* They have no end. */
static const char *const inert_void[] = {"meta", "wbr", "input", "rect", NULL};

/* Those without a value stand by themselves. */
static const char *const inert_bare[] = {"!DOCTYPE html", "defer",   "required",
                                         "selected",      "checked", "hidden",
                                         "open",          NULL};

static const char *const inert_attributes[] = {"lang",
                                               "charset",
                                               "name",
                                               "content",
                                               "nonce",
                                               "src",
                                               "class",
                                               "id",
                                               "href",
                                               "rel",
                                               "title",
                                               "role",
                                               "scope",
                                               "colspan",
                                               "datetime",
                                               "data-h",
                                               "aria-label",
                                               "aria-current",
                                               "aria-hidden",
                                               "aria-labelledby",
                                               "aria-describedby",
                                               "type",
                                               "list",
                                               "value",
                                               "method",
                                               "size",
                                               "rows",
                                               "placeholder",
                                               "action",
                                               "list",
                                               "spellcheck",
                                               "autocapitalize",
                                               "autocomplete",
                                               "x",
                                               "y",
                                               "width",
                                               "height",
                                               NULL};

static const char *const inert_entities[] = {
    "&amp;",   "&lt;",   "&gt;",    "&quot;",   "&#39;",
    "&ndash;", "&#215;", "&#8594;", "&middot;", NULL};

enum { INERT_DEPTH = 32 };

typedef struct inert_t {
    const char *at, *end;
    const char *open[INERT_DEPTH];
    int depth;
} inert_t;

/* Which word of a list begins here and ends before one of the bytes of ends */
static const char *inert_word(const inert_t *inert, const char *const *list,
                              const char *ends)
{
    for (; *list; list++) {
        size_t len = strlen(*list);

        if ((size_t)(inert->end - inert->at) > len &&
            !memcmp(inert->at, *list, len) && strchr(ends, inert->at[len]) &&
            inert->at[len]) {
            return *list;
        }
    }
    return NULL;
}

static int inert_is_void(const char *tag)
{
    for (const char *const *name = inert_void; *name; name++) {
        if (!strcmp(*name, tag)) {
            return 1;
        }
    }
    return 0;
}

/* An entity, where there is an ampersand */
static int inert_entity(const inert_t *inert)
{
    for (const char *const *name = inert_entities; *name; name++) {
        size_t len = strlen(*name);

        if ((size_t)(inert->end - inert->at) >= len &&
            !memcmp(inert->at, *name, len)) {
            return 1;
        }
    }
    return 0;
}

/* ="..."; a link leads to the page itself. */
static int inert_value(inert_t *inert, const char *name)
{
    const char *value;

    if (inert->end - inert->at < 3 || inert->at[0] != '=' ||
        inert->at[1] != '"') {
        return 0;
    }
    inert->at += 2;
    value = inert->at;
    for (; inert->at < inert->end && *inert->at != '"'; inert->at++) {
        if (strchr("<>", *inert->at) ||
            (*inert->at == '&' && !inert_entity(inert))) {
            return 0;
        }
    }
    if ((!strcmp(name, "href") || !strcmp(name, "src")) && *value != '?' &&
        *value != '#') {
        return 0;
    }
    return inert->at++ < inert->end;
}

static int inert_attribute(inert_t *inert)
{
    const char *name = inert_word(inert, inert_bare, " >");

    if (name) {
        inert->at += strlen(name);
        return 1;
    }
    name = inert_word(inert, inert_attributes, "=");
    if (!name) {
        return 0;
    }
    inert->at += strlen(name);
    return inert_value(inert, name);
}

/* What a style sheet and a script hold is the module's own. */
static int inert_raw(inert_t *inert, const char *tag)
{
    const char *end = strcmp(tag, "style") == 0    ? "</style>"
                      : strcmp(tag, "script") == 0 ? "</script>"
                                                   : NULL;
    const char *found;

    if (!end) {
        return 1;
    }
    found =
        memmem(inert->at, (size_t)(inert->end - inert->at), end, strlen(end));
    if (!found || (strcmp(tag, "script") == 0 && found != inert->at)) {
        return 0;
    }
    inert->at = found;
    return 1;
}

static int inert_end_tag(inert_t *inert)
{
    const char *tag;

    inert->at += 2;
    tag = inert_word(inert, inert_tags, ">");
    if (!tag || !inert->depth || inert->open[--inert->depth] != tag) {
        return 0;
    }
    inert->at += strlen(tag) + 1;
    return 1;
}

static int inert_start_tag(inert_t *inert)
{
    const char *tag;

    inert->at++;
    tag = inert_word(inert, inert_tags, " >");
    if (!tag) {
        tag = inert_word(inert, inert_bare, ">");
        inert->at += tag ? strlen(tag) + 1 : 0;
        return tag && *tag == '!';
    }
    inert->at += strlen(tag);
    while (inert->at < inert->end && *inert->at == ' ') {
        inert->at++;
        if (!inert_attribute(inert)) {
            return 0;
        }
    }
    if (inert->at < inert->end && *inert->at == '/' && inert_is_void(tag)) {
        inert->at++;
    }
    if (inert->at == inert->end || *inert->at++ != '>') {
        return 0;
    }
    if (inert_is_void(tag)) {
        return 1;
    }
    if (inert->depth == INERT_DEPTH) {
        return 0;
    }
    inert->open[inert->depth++] = tag;
    return inert_raw(inert, tag);
}

static const char *inert_html(const char *page, size_t len)
{
    inert_t inert = {.at = page, .end = page + len};
    const char *here;

    while (inert.at < inert.end) {
        here = inert.at;
        switch (*here) {
        case '<':
            if (!(here + 1 < inert.end && here[1] == '/'
                      ? inert_end_tag(&inert)
                      : inert_start_tag(&inert))) {
                return here;
            }
            break;
        case '>':
            return here;
        case '&':
            if (!inert_entity(&inert)) {
                return here;
            }
            inert.at++;
            break;
        default:
            inert.at++;
        }
    }
    return inert.depth ? inert.end : NULL;
}

/* How long the character is that begins here; 0: it is no UTF-8, or it is a
 * control character but a line break. */
static size_t inert_character(const unsigned char *p, size_t left)
{
    static const unsigned least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t len = *p < 0x80   ? 1
                 : *p < 0xc2 ? 0
                 : *p < 0xe0 ? 2
                 : *p < 0xf0 ? 3
                 : *p < 0xf5 ? 4
                             : 0;
    unsigned code;

    if (len == 1) {
        return *p == '\n' || (*p >= 0x20 && *p != 0x7f);
    }
    if (!len || len > left) {
        return 0;
    }
    code = *p & (0x7fU >> len);
    for (size_t i = 1; i < len; i++) {
        if ((p[i] & 0xc0) != 0x80) {
            return 0;
        }
        code = code << 6 | (p[i] & 0x3f);
    }
    return code < least[len] || code > 0x10ffff ||
                   (code >= 0xd800 && code < 0xe000) || code < 0xa0
               ? 0
               : len;
}

/* NULL: all of it is text. */
static inline const char *inert_text(const char *text, size_t len)
{
    for (size_t at = 0, n; at < len; at += n) {
        n = inert_character((const unsigned char *)text + at, len - at);
        if (!n) {
            return text + at;
        }
    }
    return NULL;
}

#endif
