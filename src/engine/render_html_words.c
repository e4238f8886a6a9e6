/* SPDX-License-Identifier: Apache-2.0
 * Words of the page: text made inert, paths, times.
 */
#include <string.h>

#include <apr_strings.h>

#include "render_parts.h"

void semr_render_put(semr_out_t *out, const char *text)
{
    semr_out_html(out, text, strlen(text));
}

void semr_render_put_view(semr_out_t *out, semr_view_t text)
{
    semr_out_html(out, text.p, text.len);
}

/* Best broken behind a slash */
void semr_render_put_path(semr_out_t *out, const char *path)
{
    const char *slash;

    while ((slash = strchr(path, '/')) != NULL) {
        semr_out_html(out, path, (apr_size_t)(slash + 1 - path));
        semr_out_puts(out, slash[1] && slash[1] != '/' ? "<wbr>" : "");
        path = slash + 1;
    }
    semr_render_put(out, path);
}

void semr_render_put_code(semr_out_t *out, const char *path)
{
    semr_out_puts(out, "<code>");
    semr_render_put_path(out, path);
    semr_out_puts(out, "</code>");
}

void semr_render_put_nothing(semr_out_t *out)
{
    semr_out_puts(out, "<span class=\"nil\">&ndash;</span>");
}

/* The whole ones of the largest unit: 100 minutes are "1 hour ago". */
static const char *ago(apr_pool_t *pool, apr_int64_t seconds)
{
    static const struct {
        apr_int64_t seconds;
        const char *one, *many;
    } units[] = {{31536000, "year", "years"}, {2592000, "month", "months"},
                 {86400, "day", "days"},      {3600, "hour", "hours"},
                 {60, "minute", "minutes"},   {1, "second", "seconds"}};
    int i = 0;

    if (seconds < 1) {
        return "just now";
    }
    while (seconds < units[i].seconds) {
        i++;
    }
    return apr_pstrcat(
        pool,
        semr_render_counted(pool, (apr_uint64_t)(seconds / units[i].seconds),
                            units[i].one, units[i].many),
        " ago", NULL);
}

/* The script makes both local, and keeps the first of them up to date. */
void semr_render_put_ago(semr_out_t *out, apr_pool_t *pool, apr_int64_t seconds,
                         apr_int64_t now)
{
    semr_out_printf(out, pool, "<time class=\"ago\" datetime=\"%s\">%s</time>",
                    semr_render_time(pool, seconds), ago(pool, now - seconds));
}

/* Told is the end of the minute, if it is over. */
void semr_render_put_minute(semr_out_t *out, apr_pool_t *pool,
                            apr_int64_t minute, apr_int64_t now)
{
    apr_int64_t end = minute + 59;

    semr_render_put_ago(out, pool, end < now ? end : now, now);
}

void semr_render_put_time(semr_out_t *out, apr_pool_t *pool,
                          apr_int64_t seconds)
{
    const char *time = semr_render_time(pool, seconds);

    semr_out_printf(out, pool, "<time datetime=\"%s\">%.10s %.5s UTC</time>",
                    time, time, time + 11);
}

const char *semr_render_counted(apr_pool_t *pool, apr_uint64_t count,
                                const char *one, const char *many)
{
    return apr_pstrcat(pool, semr_render_grouped(pool, count), " ",
                       count == 1 ? one : many, NULL);
}
