/* SPDX-License-Identifier: Apache-2.0
 * The model as a page that needs no script: its head, the way between its
 * views, which sections a view has, its foot.
 */
#include <apr_strings.h>

#include "render_assets.h"
#include "render_html_parts.h"
#include "version.h"

typedef struct html_t {
    semr_out_t out;
    apr_pool_t *pool;
    const semr_render_model_t *model;
} html_t;

static const struct {
    const char *href;
    const char *name;
} views[] = {
    [SEMR_RENDER_FRONT] = {"?", "Overview"},
    [SEMR_RENDER_RULES] = {"?view=rules", "Rules"},
    [SEMR_RENDER_FINDINGS] = {"?view=findings", "Findings"},
    [SEMR_RENDER_MISSES] = {"?view=misses", "404s"},
    [SEMR_RENDER_EXPLAIN] = {"?view=explain", "Explain"},
};

enum { VIEWS = sizeof(views) / sizeof(*views) };

/* -- the head -------------------------------------------------------------- */

static void put_title(html_t *html)
{
    const semr_render_model_t *model = html->model;

    semr_out_puts(&html->out, "<title>");
    if (model->view != SEMR_RENDER_FRONT) {
        semr_out_printf(&html->out, html->pool, "%s &ndash; ",
                        views[model->view].name);
    }
    semr_out_puts(&html->out, "Redirects of ");
    semr_render_put(&html->out, model->server);
    semr_out_puts(&html->out, "</title>\n");
}

static void put_head(html_t *html, const char *nonce)
{
    semr_out_t *out = &html->out;

    semr_out_puts(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
                       "<meta charset=\"utf-8\">\n");
    put_title(html);
    semr_out_puts(out, "<meta name=\"viewport\" content=\""
                       "width=device-width, initial-scale=1\">\n"
                       "<meta name=\"robots\" content=\"noindex\">\n"
                       "<meta name=\"color-scheme\" content=\"light dark\">\n"
                       "<style nonce=\"");
    semr_render_put(out, nonce);
    semr_out_puts(out, "\">\n");
    semr_out_puts(out, semr_render_style);
    semr_out_puts(out, "</style>\n<script nonce=\"");
    semr_render_put(out, nonce);
    semr_out_printf(out, html->pool,
                    "\" src=\"?script=%s\" defer></script>\n</head>\n",
                    semr_render_script_version(html->pool));
}

/* -- the way between views ------------------------------------------------- */

/* How many of what a view shows are worth a look; 0: it does not say */
static apr_uint64_t worth_a_look(const semr_render_model_t *model, int view)
{
    return view == SEMR_RENDER_FINDINGS && model->report
               ? semr_report_count(model->report, SEMR_ERROR) +
                     semr_report_count(model->report, SEMR_WARNING)
               : 0;
}

static void put_views(html_t *html)
{
    const semr_render_model_t *model = html->model;
    semr_out_t *out = &html->out;
    int i;

    semr_out_puts(out, "<nav class=\"views\" aria-label=\"Views\">\n<ul>\n");
    for (i = 0; i < VIEWS; i++) {
        apr_uint64_t count = worth_a_look(model, i);

        semr_out_printf(out, html->pool, "<li><a href=\"%s\"%s>%s",
                        views[i].href,
                        i == (int)model->view ? " aria-current=\"page\"" : "",
                        views[i].name);
        if (count) {
            semr_out_printf(out, html->pool, " <span>%s</span>",
                            semr_render_grouped(html->pool, count));
        }
        semr_out_puts(out, "</a></li>\n");
    }
    semr_out_puts(out, "</ul>\n</nav>\n");
}

static void put_header(html_t *html)
{
    semr_out_t *out = &html->out;

    semr_out_puts(out, "<body>\n<a class=\"skip\" href=\"#main\">Skip to the "
                       "content</a>\n<header>\n<h1>Redirects of <bdi>");
    semr_render_put(out, html->model->server);
    semr_out_puts(
        out, "</bdi></h1>\n<p class=\"product\">mod_semredirect " SEMR_VERSION
             "</p>\n");
    put_views(html);
    semr_out_puts(out, "</header>\n<main id=\"main\">\n");
}

/* -- the views ------------------------------------------------------------- */

/* Which 404s want a rule */
static void put_misses(html_t *html)
{
    if (html->model->view == SEMR_RENDER_FRONT && !html->model->missed_since) {
        return;
    }
    semr_out_puts(&html->out, "<section aria-labelledby=\"misses\">\n"
                              "<h2 id=\"misses\">Which 404s want a rule?</h2>"
                              "\n");
    semr_render_html_misses(&html->out, html->model, html->pool);
    semr_out_puts(&html->out, "</section>\n");
}

static void put_front(html_t *html)
{
    semr_out_t *out = &html->out;

    if (semr_render_count(html->model)) {
        semr_render_html_explain_form(out, html->pool);
    }
    semr_out_puts(out, "<div class=\"first\">\n");
    semr_render_html_working(out, html->model, html->pool);
    semr_render_html_needs(out, html->model, html->pool);
    semr_out_puts(out, "</div>\n");
    semr_render_html_maps(out, html->model, html->pool);
    semr_render_html_rules(out, html->model, html->pool);
    if (html->model->missed_since) {
        put_misses(html);
    }
}

static void put_view(html_t *html)
{
    switch (html->model->view) {
    case SEMR_RENDER_RULES:
        semr_render_html_rules(&html->out, html->model, html->pool);
        break;
    case SEMR_RENDER_FINDINGS:
        semr_render_html_findings(&html->out, html->model, html->pool);
        break;
    case SEMR_RENDER_MISSES:
        put_misses(html);
        break;
    case SEMR_RENDER_EXPLAIN:
        semr_render_html_explain(&html->out, html->model, html->pool);
        break;
    default:
        put_front(html);
    }
}

/* -- the foot -------------------------------------------------------------- */

static int has_rules(const semr_render_model_t *model)
{
    return (model->view == SEMR_RENDER_FRONT ||
            model->view == SEMR_RENDER_RULES) &&
           semr_render_count(model);
}

/* The same as JSON: what is searched, too */
static const char *json_link(const html_t *html)
{
    const semr_render_model_t *model = html->model;
    const char *link = views[model->view].href;

    if (model->view == SEMR_RENDER_RULES) {
        link = semr_render_link(html->pool, model,
                                model->search ? model->search->start : 0);
    }
    return apr_pstrcat(html->pool, link, link[1] ? "&" : "", "format=json",
                       NULL);
}

static void put_foot(html_t *html)
{
    const semr_render_model_t *model = html->model;
    semr_out_t *out = &html->out;

    semr_out_puts(out, "</main>\n<footer>\n");
    if (has_rules(model)) {
        semr_render_html_legend(out, html->pool);
    }
    semr_out_puts(out,
                  "<p>Rules in .htaccess files are not listed: httpd "
                  "reads those files anew for each request.</p>\n<p>As of ");
    semr_render_put_time(out, html->pool, model->now);
    semr_out_puts(out, ".");
    if (model->view != SEMR_RENDER_EXPLAIN) {
        semr_out_puts(out, " <a href=\"");
        semr_render_put(out, json_link(html));
        semr_out_puts(out, "\">The same as JSON</a>");
    }
    semr_out_puts(out, "</p>\n</footer>\n</body>\n</html>\n");
}

apr_status_t semr_render_html(const semr_render_model_t *model,
                              const char *nonce, const semr_sink_t *sink,
                              apr_pool_t *pool)
{
    html_t *html = apr_pcalloc(pool, sizeof(*html));

    semr_out_start(&html->out, sink);
    html->pool = pool;
    html->model = model;
    put_head(html, nonce);
    put_header(html);
    put_view(html);
    put_foot(html);
    return semr_out_finish(&html->out);
}
