/* SPDX-License-Identifier: Apache-2.0
 * A map's text -> rules: the window over its source, and text maps.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <apr_strings.h>

#include "mapfile_parts.h"

static const char bom[] = "\xef\xbb\xbf";
static const char expect[] = "expect";

enum { EXPECT_LEN = sizeof(expect) - 1 };

semr_mapfile_format_t semr_mapfile_format(const char *name)
{
    apr_size_t len = strlen(name);

    return len > 4 && (!strcasecmp(name + len - 4, ".csv") ||
                       !strcasecmp(name + len - 4, ".tsv"))
               ? SEMR_MAPFILE_CSV
               : SEMR_MAPFILE_TEXT;
}

/* -- the window ------------------------------------------------------------ */

/* At least as much is read as a row has already, so that a row which comes in
 * small pieces is not begun anew for each. */
apr_status_t semr_mapfile_fill(semr_mapfile_t *map)
{
    apr_size_t left = (apr_size_t)(map->end - map->at), got;
    const char *enough;
    apr_status_t status;

    memmove(map->buffer, map->at, left);
    map->at = map->buffer;
    map->end = map->buffer + left;
    enough = map->end + (left ? left : 1);
    do {
        got = (apr_size_t)(map->buffer + SEMR_MAPFILE_WINDOW - map->end);
        status = map->source->read(map->source->baton, map->end, &got);
        if (status != APR_SUCCESS) {
            return status;
        }
        map->ended = got == 0;
        map->end += got;
        map->report->bytes += got;
    } while (!map->ended && map->end < enough);
    map->has_nul =
        memchr(map->at, '\0', (apr_size_t)(map->end - map->at)) != NULL;
    *map->end = '\n';
    return APR_SUCCESS;
}

apr_status_t semr_mapfile_skip_line(semr_mapfile_t *map)
{
    apr_status_t status;
    char *end;

    for (;;) {
        end = memchr(map->at, '\n', (apr_size_t)(map->end - map->at));
        if (end != NULL) {
            map->at = end + 1;
            map->line++;
            return APR_SUCCESS;
        }
        map->at = map->end;
        if (map->ended) {
            map->report->open_end = 1;
            return APR_SUCCESS;
        }
        status = semr_mapfile_fill(map);
        if (status != APR_SUCCESS) {
            return status;
        }
    }
}

static apr_status_t skip_bom(semr_mapfile_t *map)
{
    apr_status_t status = APR_SUCCESS;

    while (status == APR_SUCCESS && !map->ended && map->end - map->at < 3) {
        status = semr_mapfile_fill(map);
    }
    if (map->end - map->at >= 3 && memcmp(map->at, bom, 3) == 0) {
        map->at += 3;
    }
    return status;
}

/* -- what becomes of a row ------------------------------------------------- */

static void tell(semr_mapfile_t *map, apr_array_header_t *to, const char *text)
{
    semr_mapfile_told_t *told;

    if (to->nelts < SEMR_MAPFILE_TOLD_MAX) {
        told = apr_array_push(to);
        told->line = map->line;
        told->text = text;
    }
}

/* What a row has put into scratch goes with it. */
static void tidy(semr_mapfile_t *map)
{
    if (map->reader.pool_used) {
        apr_pool_clear(map->scratch);
        map->reader.pool_used = 0;
    }
}

void semr_mapfile_refuse(semr_mapfile_t *map, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    map->report->rows++;
    map->report->bad++;
    if (map->report->problems->nelts < SEMR_MAPFILE_TOLD_MAX) {
        tell(map, map->report->problems,
             apr_pvsprintf(map->pool, format, args));
    }
    va_end(args);
    tidy(map);
}

void semr_mapfile_refuse_long(semr_mapfile_t *map)
{
    semr_mapfile_refuse(map,
                        "\"%s...\" begins a row of more than %d KiB, which can "
                        "be no rule. Shorten it, or end its line.",
                        semr_rule_show(&map->reader, semr_view(map->at, 60)),
                        SEMR_MAPFILE_ROW_MAX / 1024);
}

void semr_mapfile_refuse_nul(semr_mapfile_t *map)
{
    semr_mapfile_refuse(map, "A NUL byte is in this row, as in a file that is "
                             "UTF-16. Save it as UTF-8.");
}

void semr_mapfile_notice(semr_mapfile_t *map, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    tell(map, map->report->notices, apr_pvsprintf(map->pool, format, args));
    va_end(args);
    tidy(map);
}

apr_status_t semr_mapfile_row(semr_mapfile_t *map, apr_status_t read)
{
    apr_status_t status;

    if (read != APR_SUCCESS) {
        semr_mapfile_refuse(map, "%s", map->diag.text);
        return APR_SUCCESS;
    }
    map->report->rows++;
    map->rule.file = map->name;
    map->rule.line = map->line;
    status = map->takers.rule(map->takers.baton, &map->rule);
    tidy(map);
    return status;
}

/* -- text ------------------------------------------------------------------ */

static const char *behind_blanks(const char *p, const char *end)
{
    while (p < end && (*p == ' ' || (*p >= '\t' && *p <= '\r'))) {
        p++;
    }
    return p;
}

/* Whether the first word is expect; there is a line end at end. */
static int is_expect(const char *p, const char *end)
{
    return end - p >= EXPECT_LEN && !strncasecmp(p, expect, EXPECT_LEN) &&
           (p + EXPECT_LEN == end ||
            behind_blanks(p + EXPECT_LEN, end) > p + EXPECT_LEN);
}

static apr_status_t read_expect(semr_mapfile_t *map, const char *line)
{
    apr_status_t status = APR_SUCCESS;

    if (map->takers.expect) {
        map->reader.pool_used = 1;
        status = map->takers.expect(map->takers.baton, line, map->line,
                                    map->scratch, &map->diag);
    }
    if (status == APR_EINVAL) {
        semr_mapfile_refuse(map, "%s", map->diag.text);
        return APR_SUCCESS;
    }
    map->report->expects++;
    tidy(map);
    return status;
}

/* A line that is too long, whatever was read of it: all but a comment is a
 * row. */
static void read_long(semr_mapfile_t *map)
{
    const char *end = map->at + SEMR_MAPFILE_ROW_MAX;
    const char *p = behind_blanks(map->at, end);

    if ((p == end || *p != '#') && (map->takers.rule || is_expect(p, end))) {
        semr_mapfile_refuse_long(map);
    }
}

/* A line of words, from p to end */
static apr_status_t read_rule(semr_mapfile_t *map, const char *p, char *end)
{
    if (map->has_nul && memchr(p, '\0', (apr_size_t)(end - p))) {
        semr_mapfile_refuse_nul(map);
        return APR_SUCCESS;
    }
    *end = '\0';
    return semr_mapfile_row(map, semr_rule_read_line(&map->reader, p));
}

/* The same of what may be no rule, or where nobody wants any */
static __attribute__((noinline)) apr_status_t
read_other(semr_mapfile_t *map, const char *p, char *end)
{
    if (!is_expect(p, end)) {
        return map->takers.rule ? read_rule(map, p, end) : APR_SUCCESS;
    }
    if (map->has_nul && memchr(p, '\0', (apr_size_t)(end - p))) {
        semr_mapfile_refuse_nul(map);
        return APR_SUCCESS;
    }
    *end = '\0';
    return read_expect(map, p);
}

/* The line at at, which ends at end.  No intent begins as expect does, so that
 * rules are not looked at twice. */
static inline apr_status_t read_line(semr_mapfile_t *map, char *end)
{
    const char *p = behind_blanks(map->at, end);

    if (end - map->at > SEMR_MAPFILE_ROW_MAX) {
        read_long(map);
        return APR_SUCCESS;
    }
    if (p == end || *p == '#') {
        return APR_SUCCESS;
    }
    return (*p | 0x20) == *expect || !map->takers.rule ? read_other(map, p, end)
                                                       : read_rule(map, p, end);
}

static apr_status_t read_text(semr_mapfile_t *map)
{
    apr_status_t status = APR_SUCCESS;
    char *end;

    while (status == APR_SUCCESS) {
        end = memchr(map->at, '\n', (apr_size_t)(map->end - map->at));
        if (end != NULL) {
            status = read_line(map, end);
            map->at = end + 1;
            map->line++;
        }
        else if (map->end - map->at > SEMR_MAPFILE_ROW_MAX) {
            read_long(map);
            status = semr_mapfile_skip_line(map);
        }
        else if (!map->ended) {
            status = semr_mapfile_fill(map);
        }
        else if (map->at < map->end) {
            map->report->open_end = 1;
            status = read_line(map, map->end);
            map->at = map->end;
        }
        else {
            break;
        }
    }
    return status;
}

/* -- all of it ------------------------------------------------------------- */

static void start(semr_mapfile_t *map, const semr_rule_defaults_t *defaults,
                  int flags)
{
    memset(map->report, 0, sizeof(*map->report));
    map->report->problems =
        apr_array_make(map->pool, 4, sizeof(semr_mapfile_told_t));
    map->report->notices =
        apr_array_make(map->pool, 4, sizeof(semr_mapfile_told_t));
    map->at = map->end = map->buffer;
    map->line = 1;
    apr_pool_create(&map->scratch, map->pool);
    semr_rule_open(&map->reader, &map->rule, map->scratch, flags, defaults,
                   &map->diag);
    map->reader.room = map->room;
}

apr_status_t semr_mapfile_read(const semr_mapfile_source_t *source,
                               semr_mapfile_format_t format, const char *name,
                               const semr_rule_defaults_t *defaults,
                               semr_mapfile_take_t *take, void *baton,
                               semr_mapfile_report_t *report, apr_pool_t *pool)
{
    const semr_mapfile_takers_t takers = {take, NULL, baton};

    return semr_mapfile_read_for(source, format, name, defaults, &takers,
                                 report, pool);
}

apr_status_t semr_mapfile_read_for(const semr_mapfile_source_t *source,
                                   semr_mapfile_format_t format,
                                   const char *name,
                                   const semr_rule_defaults_t *defaults,
                                   const semr_mapfile_takers_t *takers,
                                   semr_mapfile_report_t *report,
                                   apr_pool_t *pool)
{
    int csv = format == SEMR_MAPFILE_CSV;
    semr_mapfile_t map = {
        .source = source,
        .name = name,
        .takers = *takers,
        .report = report,
        .pool = pool,
    };
    apr_status_t status;

    /* not of the pool: it may live as long as the server */
    map.buffer = calloc(1, SEMR_MAPFILE_WINDOW + SEMR_MAPFILE_BEHIND);
    start(&map, defaults, csv ? SEMR_RULE_CODES : 0);
    status = map.buffer ? skip_bom(&map) : APR_ENOMEM;
    if (status == APR_SUCCESS) {
        status = !csv           ? read_text(&map)
                 : takers->rule ? semr_mapfile_read_csv(&map)
                                : APR_SUCCESS;
    }
    apr_pool_destroy(map.scratch);
    free(map.buffer);
    return status;
}
