/* SPDX-License-Identifier: Apache-2.0
 * A row of CSV -> its cells (RFC 4180), in place.
 *
 * A cell that begins with a quote ends with one, and may hold separators and
 * line ends between them; "" in it stands for one quote.  In any other cell a
 * quote is text, and blanks around it are not.
 */
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "mapfile_parts.h"

/* The first separator or line end from p on; the window ends with one. */
#ifdef __SSE2__

static inline const char *find_mark(const char *p, char separator)
{
    const __m128i mark = _mm_set1_epi8(separator);
    const __m128i line_end = _mm_set1_epi8('\n');

    for (;; p += 16) {
        __m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
        int found = _mm_movemask_epi8(
            _mm_or_si128(_mm_cmpeq_epi8(v, mark), _mm_cmpeq_epi8(v, line_end)));

        if (found) {
            return p + __builtin_ctz((unsigned)found);
        }
    }
}

#else

static inline const char *find_mark(const char *p, char separator)
{
    while (*p != separator && *p != '\n') {
        p++;
    }
    return p;
}

#endif

/* What of a row may be looked at: more than the longest one has is no row. */
typedef struct scan_t {
    const char *limit;
    int is_long; /* behind limit the row is too long */
    int is_end;  /* all ends at limit, and so does the row */
    char separator;
} scan_t;

/* A tab is a blank, unless it separates. */
static inline int is_blank(char c, char separator)
{
    return (unsigned char)c <= ' ' && c != separator &&
           (c == ' ' || c == '\t' || c == '\r');
}

static inline const char *behind_blanks(const scan_t *scan, const char *p)
{
    while (p < scan->limit && is_blank(*p, scan->separator)) {
        p++;
    }
    return p;
}

/* Takes the cell at *p, which is a quote, and the blanks behind it.  Where it
 * is no good one, *p is what is wrong. */
static semr_mapfile_scan_t take_quoted(const scan_t *scan, const char **p,
                                       semr_view_t *cell, unsigned *doubled)
{
    const char *start = *p + 1, *quote = start;

    for (*doubled = 0;; ++*doubled, quote += 2) {
        quote = memchr(quote, '"', (apr_size_t)(scan->limit - quote));
        if (quote == NULL) {
            return scan->is_long || scan->is_end ? SEMR_MAPFILE_OPEN
                                                 : SEMR_MAPFILE_MORE;
        }
        if (quote + 1 == scan->limit || quote[1] != '"') {
            break;
        }
    }
    *cell = semr_view(start, (apr_size_t)(quote - start));
    *p = behind_blanks(scan, quote + 1);
    if (*p == scan->limit || **p == scan->separator || **p == '\n') {
        return SEMR_MAPFILE_WHOLE;
    }
    return SEMR_MAPFILE_BEHIND_QUOTE;
}

/* Takes the cell at *p, without the blanks around it. */
static inline void take_plain(const scan_t *scan, const char **p,
                              semr_view_t *cell)
{
    const char *start = *p, *end = find_mark(start, scan->separator);

    if (end > scan->limit) {
        end = scan->limit;
    }
    *p = end;
    while (end > start && is_blank(end[-1], scan->separator)) {
        end--;
    }
    *cell = semr_view(start, (apr_size_t)(end - start));
}

/* A row as most are: whole, no quotes, no blanks around its cells; 0: it is
 * none of these, or may be.  The line end behind the window stops it. */
static inline int scan_ordinary(const semr_mapfile_t *map, char separator,
                                semr_mapfile_cells_t *cells)
{
    const char *p = map->at, *mark, *end;
    int count;

    for (count = 0; count < SEMR_MAPFILE_CELLS_MAX; count++) {
        if ((unsigned char)*p <= '"') {
            return 0;
        }
        end = mark = find_mark(p, separator);
        if (mark > p && (unsigned char)mark[-1] <= ' ') {
            end -= *mark == '\n' && mark[-1] == '\r';
            if (end == p || (unsigned char)end[-1] <= ' ') {
                return 0;
            }
        }
        cells->cells[count] = semr_view(p, (apr_size_t)(end - p));
        if (*mark == '\n') {
            cells->count = count + 1;
            cells->quoted = 0;
            cells->end = mark;
            return mark < map->end && mark - map->at <= SEMR_MAPFILE_ROW_MAX;
        }
        p = mark + 1;
    }
    return 0;
}

semr_mapfile_scan_t semr_mapfile_scan(const semr_mapfile_t *map, char separator,
                                      semr_mapfile_cells_t *cells)
{
    const char *p = map->at;
    int is_long = map->end - p > SEMR_MAPFILE_ROW_MAX;
    scan_t scan = {is_long ? p + SEMR_MAPFILE_ROW_MAX + 1 : map->end, is_long,
                   map->ended && !is_long, separator};
    semr_mapfile_scan_t found;

    if (scan_ordinary(map, separator, cells)) {
        return SEMR_MAPFILE_WHOLE;
    }
    cells->quoted = 0;
    for (cells->count = 0; cells->count < SEMR_MAPFILE_CELLS_MAX;) {
        semr_view_t *cell = &cells->cells[cells->count];
        unsigned *doubled = &cells->doubled[cells->count++];

        p = behind_blanks(&scan, p);
        if (p < scan.limit && *p == '"') {
            cells->quoted = 1;
            cells->begin = p;
            found = take_quoted(&scan, &p, cell, doubled);
            if (found != SEMR_MAPFILE_WHOLE) {
                cells->end = p;
                return found;
            }
        }
        else {
            *doubled = 0;
            take_plain(&scan, &p, cell);
        }
        if (p == scan.limit && !scan.is_end) {
            cells->end = p;
            return is_long ? SEMR_MAPFILE_LONG : SEMR_MAPFILE_MORE;
        }
        if (p == scan.limit || *p == '\n') {
            cells->end = p;
            return SEMR_MAPFILE_WHOLE;
        }
        p++;
    }
    cells->end = p;
    return SEMR_MAPFILE_MANY;
}
