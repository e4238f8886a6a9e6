/* SPDX-License-Identifier: Apache-2.0
 * Findings about the rules of a configuration.
 */
#include <apr_strings.h>
#include <httpd.h>
#include <http_config.h>
#include <http_core.h>
#include <http_log.h>
#include <http_main.h>

#include "board.h"
#include "findings.h"
#include "lint.h"
#include "map_snapshot.h"
#include "map_state.h"
#include "marks.h"
#include "module.h"
#include "origin.h"

APLOG_USE_MODULE(semredirect);

enum {
    TOLD = 20,          /* findings that are told by a check */
    AT_ONCE = 20 * 1000 /* rules that hold up no start */
};

#define NEVER (~APR_UINT64_C(0))

/* What was published of maps when they were checked last */
static apr_uint64_t checked = NEVER;

static apr_uint64_t published(void)
{
    return semr_map_all()->nelts ? semr_map_state_news() : 0;
}

static const semr_server_conf_t *conf_of(const server_rec *server)
{
    return ap_get_module_config(server->module_config, &semredirect_module);
}

/* -- the directive --------------------------------------------------------- */

const char *semr_findings_set(cmd_parms *cmd, void *conf, int argc,
                              char *const argv[])
{
    semr_server_conf_t *server =
        ap_get_module_config(cmd->server->module_config, &semredirect_module);
    int i, id;

    (void)conf;
    if (argc < 2 || strcasecmp(argv[0], "off")) {
        return apr_psprintf(cmd->pool,
                            "%s: say off, and the codes that shall not be "
                            "told, as in: %s off %s",
                            cmd->cmd->name, cmd->cmd->name,
                            semr_finding_code(SEMR_FINDING_CHAIN));
    }
    if (!server->silenced) {
        server->silenced = apr_pcalloc(cmd->pool, SEMR_FINDING_COUNT);
    }
    for (i = 1; i < argc; i++) {
        id = semr_finding_parse(semr_view(argv[i], strlen(argv[i])));
        if (id < 0) {
            return apr_psprintf(cmd->pool,
                                "%s: \"%s\" is no code of a finding; they are "
                                "in docs/findings.md, and look like %s",
                                cmd->cmd->name, argv[i],
                                semr_finding_code(SEMR_FINDING_CHAIN));
        }
        server->silenced[id] = 1;
    }
    return NULL;
}

/* -- checking -------------------------------------------------------------- */

/* One check of all servers */
typedef struct check_t {
    const server_rec *main;
    const semr_snapshot_t *snapshot; /* NULL: there are no maps */
    apr_pool_t *pool;
    apr_time_t now;
} check_t;

typedef struct names_t {
    const server_rec *server;
    apr_port_t port;
    apr_pool_t *pool;
} names_t;

static int is_ours(void *baton, const semr_origin_t *origin)
{
    const names_t *names = baton;

    return semr_origin_names(names->server, names->port, origin, names->pool) >
           0;
}

static int is_our_name(void *baton, semr_view_t host)
{
    const names_t *names = baton;

    return semr_origin_is_name(names->server, host);
}

static apr_port_t port_of(const server_rec *server)
{
    if (server->port) {
        return server->port;
    }
    return server->addrs && server->addrs->host_port ? server->addrs->host_port
                                                     : DEFAULT_HTTP_PORT;
}

/* Checks the rules of one scope, which section gives if they are a section's.
 */
static void check_scope(const check_t *check, const server_rec *server,
                        const semr_scope_t *section, semr_report_t *report)
{
    const semr_server_conf_t *conf = conf_of(server);
    const semr_scope_t *scopes[] = {section, conf->own, conf->inherited};
    semr_space_t spaces[3] = {{NULL, 0, NULL}};
    const semr_dir_conf_t *dir =
        ap_get_module_config(server->lookup_defaults, &semredirect_module);
    names_t names = {server, port_of(server), check->pool};
    const char *host = server->server_hostname ? server->server_hostname : "";
    semr_lint_t lint;
    int i, first = section ? 0 : 1;

    memset(&lint, 0, sizeof(lint));
    for (i = 0; i < 3; i++) {
        if (scopes[i]) {
            spaces[i] = semr_snapshot_sets(check->snapshot, scopes[i])->space;
        }
    }
    if (!spaces[first].count) {
        return;
    }
    lint.spaces = spaces + first;
    lint.nspaces = 3 - first;
    lint.now = apr_time_sec(check->now);
    lint.max_age = dir ? dir->max_age : NULL;
    lint.keeps_chains = conf->chains == SEMR_CHAINS_KEEP;
    lint.https = semr_origin_may_be_https(server);
    lint.port = names.port;
    lint.host = semr_view(host, strlen(host));
    lint.is_ours = is_ours;
    lint.is_our_name = is_our_name;
    lint.ours_baton = &names;
    lint.silenced = conf->silenced;
    lint.mark = semr_marks_mark;
    lint.mark_baton = semr_marks_of_space(check->snapshot, scopes[first],
                                          lint.spaces, check->pool);
    semr_lint_report(&lint, report, check->pool);
}

/* Whether a virtual host says nothing itself: httpd gives it the main server's
 * configuration then, whose rules are checked there. */
static int is_borrowed(const check_t *check, const server_rec *server)
{
    return server != check->main && conf_of(server) == conf_of(check->main);
}

static semr_report_t *check_server(const check_t *check,
                                   const server_rec *server)
{
    semr_report_t *report = semr_report_create(check->pool);
    const apr_array_header_t *scopes = semr_scope_all();
    int i;

    if (conf_of(server)->own && !is_borrowed(check, server)) {
        check_scope(check, server, NULL, report);
    }
    for (i = 0; i < scopes->nelts; i++) {
        const semr_scope_t *scope = APR_ARRAY_IDX(scopes, i, semr_scope_t *);

        if (scope->name && scope->server == server) {
            check_scope(check, server, scope, report);
        }
    }
    return report;
}

/* -- telling --------------------------------------------------------------- */

/* All that a check has to tell.  log NULL: on standard error, as httpd tells
 * what is wrong with a directive. */
static void tell_finding(server_rec *log, const semr_finding_t *finding)
{
    semr_severity_t severity = semr_finding_severity(finding->id);
    int level = severity == SEMR_INFO ? APLOG_NOTICE : APLOG_WARNING;

    ap_log_error(APLOG_MARK, log ? level : APLOG_STARTUP | APLOG_WARNING, 0,
                 log, "%s:%u: %s %s %s: %s. %s", finding->file, finding->line,
                 semr_severity_name(severity), semr_finding_code(finding->id),
                 semr_finding_name(finding->id), finding->text,
                 semr_finding_mend(finding->id));
}

/* Shares out what may be told, so that no code takes the room of another: one
 * to each in turn, the most severe first. */
static void share_out(const int *kept, int *share)
{
    int left = TOLD, before, severity, id;

    do {
        before = left;
        for (severity = 0; severity < SEMR_SEVERITIES; severity++) {
            for (id = 0; id < SEMR_FINDING_COUNT; id++) {
                if ((int)semr_finding_severity((semr_finding_id_t)id) ==
                        severity &&
                    left && share[id] < kept[id]) {
                    share[id]++;
                    left--;
                }
            }
        }
    } while (left < before);
}

static void tell_rest(server_rec *log, const semr_report_t *report, int told)
{
    apr_uint64_t errors = semr_report_count(report, SEMR_ERROR);
    apr_uint64_t warnings = semr_report_count(report, SEMR_WARNING);
    apr_uint64_t infos = semr_report_count(report, SEMR_INFO);

    if (errors + warnings + infos > (apr_uint64_t)told) {
        ap_log_error(
            APLOG_MARK, log ? APLOG_WARNING : APLOG_STARTUP | APLOG_WARNING, 0,
            log,
            "mod_semredirect: and %" APR_UINT64_T_FMT
            " findings more: %" APR_UINT64_T_FMT " errors, %" APR_UINT64_T_FMT
            " warnings and %" APR_UINT64_T_FMT
            " infos in all; the status page has the first of each kind",
            errors + warnings + infos - (apr_uint64_t)told, errors, warnings,
            infos);
    }
}

/* Tells the first of a sorted report, then how many there are. */
static void tell(server_rec *log, const semr_report_t *report)
{
    int kept[SEMR_FINDING_COUNT] = {0}, share[SEMR_FINDING_COUNT] = {0};
    int i, told = 0;

    for (i = 0; i < report->findings->nelts; i++) {
        kept[APR_ARRAY_IDX(report->findings, i, semr_finding_t).id]++;
    }
    share_out(kept, share);
    for (i = 0; i < report->findings->nelts; i++) {
        const semr_finding_t *finding =
            &APR_ARRAY_IDX(report->findings, i, semr_finding_t);

        if (share[finding->id]-- > 0) {
            tell_finding(log, finding);
            told++;
        }
    }
    tell_rest(log, report, told);
}

static int same_text(const char *a, const char *b)
{
    return a == b || (a && b && !strcmp(a, b));
}

static int is_same(const semr_finding_t *x, const semr_finding_t *y)
{
    return x->line == y->line && same_text(x->file, y->file) &&
           same_text(x->text, y->text);
}

static int says_the_same(const semr_report_t *a, const semr_report_t *b)
{
    int i;

    if (memcmp(a->counts, b->counts, sizeof(a->counts)) ||
        a->findings->nelts != b->findings->nelts) {
        return 0;
    }
    for (i = 0; i < a->findings->nelts; i++) {
        if (!is_same(&APR_ARRAY_IDX(a->findings, i, semr_finding_t),
                     &APR_ARRAY_IDX(b->findings, i, semr_finding_t))) {
            return 0;
        }
    }
    return 1;
}

static int is_there(const semr_report_t *all, const semr_finding_t *finding)
{
    int i;

    for (i = 0; i < all->findings->nelts; i++) {
        const semr_finding_t *other =
            &APR_ARRAY_IDX(all->findings, i, semr_finding_t);

        if (other->id == finding->id && is_same(other, finding)) {
            return 1;
        }
    }
    return 0;
}

/* Adds a report but for what is there already: virtual hosts may include one
 * file.  Where all that a report keeps of a code is there, so is the rest. */
static void add_report(semr_report_t *all, const semr_report_t *report)
{
    apr_uint64_t counts[SEMR_FINDING_COUNT], again[SEMR_FINDING_COUNT] = {0};
    int i, id, fresh[SEMR_FINDING_COUNT] = {0};

    for (i = 0; i < report->findings->nelts; i++) {
        const semr_finding_t *finding =
            &APR_ARRAY_IDX(report->findings, i, semr_finding_t);

        if (is_there(all, finding)) {
            again[finding->id]++;
        }
        else {
            fresh[finding->id]++;
            semr_report_tell(all, finding);
        }
    }
    for (id = 0; id < SEMR_FINDING_COUNT; id++) {
        counts[id] = report->counts[id];
        counts[id] -= fresh[id] || !again[id] ? again[id] : counts[id];
    }
    semr_report_finish(all, counts);
}

/* -- when ------------------------------------------------------------------ */

static int count_servers(const server_rec *server)
{
    int count = 0;

    for (; server; server = server->next) {
        count++;
    }
    return count;
}

/* Adds what the board has not said of a server already.  httpd lists virtual
 * hosts backwards. */
static void add_news(semr_report_t *all, semr_report_t *const *known,
                     semr_report_t *const *reports, int count)
{
    int i;

    for (i = 0; i < count; i++) {
        int server = i ? count - i : 0;

        if (!says_the_same(known[server], reports[server])) {
            add_report(all, reports[server]);
        }
    }
}

/* Checks all servers, puts what is found on the board, and tells it; but for
 * servers of which the board says the same already. */
static void check_all(server_rec *main, server_rec *log)
{
    apr_uint32_t ticket;
    apr_pool_t *pool = semr_map_version_pool();
    check_t check = {main, semr_snapshot_enter(&ticket), pool, apr_time_now()};
    semr_board_edition_t *edition = semr_board_begin(pool, check.now);
    semr_report_t *all = semr_report_create(pool), **reports;
    int number = 0, count = count_servers(main);
    server_rec *server;

    checked = published();
    semr_marks_begin(check.snapshot);
    reports = apr_palloc(pool, (apr_size_t)count * sizeof(*reports));
    for (server = main; server; server = server->next, number++) {
        reports[number] = check_server(&check, server);
        semr_board_add(edition, number, reports[number]);
    }
    semr_snapshot_leave(ticket);
    add_news(all, semr_board_read_all(count, pool), reports, count);
    semr_board_put_up(edition);
    semr_marks_put_up();
    tell(log, all);
    apr_pool_destroy(pool);
    semr_map_version_trim();
}

static apr_uint64_t count_rules(void)
{
    const apr_array_header_t *scopes = semr_scope_all();
    apr_uint64_t count = 0;
    semr_map_state_t state;
    int i;

    for (i = 0; i < scopes->nelts; i++) {
        count += semr_image_rules(
            APR_ARRAY_IDX(scopes, i, semr_scope_t *)->set.image);
    }
    for (i = 0; i < semr_map_all()->nelts; i++) {
        semr_map_state_read(i, &state);
        count += state.rules;
    }
    return count;
}

void semr_findings_test(server_rec *main)
{
    check_all(main, NULL);
}

void semr_findings_start(apr_pool_t *pconf, server_rec *main, int watched)
{
    apr_status_t status;

    checked = NEVER;
    if (!count_rules() && !watched) {
        return;
    }
    status = semr_board_share(count_servers(main), pconf);
    if (status == APR_SUCCESS) {
        status = semr_marks_share(pconf);
    }
    if (status != APR_SUCCESS) {
        ap_log_error(APLOG_MARK, APLOG_WARNING, status, main,
                     "mod_semredirect: no shared memory for findings; they "
                     "are told here, but not on the status page");
    }
    if (!watched || count_rules() <= AT_ONCE) {
        check_all(main, main);
    }
}

/* Whether this process answers by all that is published */
static int is_up_to_date(void)
{
    apr_uint32_t ticket;
    const semr_snapshot_t *snapshot = semr_snapshot_enter(&ticket);
    int i, is = 1;

    for (i = 0; i < semr_map_all()->nelts; i++) {
        is = is && snapshot->versions[i] &&
             snapshot->versions[i]->generation == semr_map_state_generation(i);
    }
    semr_snapshot_leave(ticket);
    return is;
}

void semr_findings_follow(server_rec *main)
{
    if (published() != checked && is_up_to_date()) {
        check_all(main, main);
    }
}

/* -- the page -------------------------------------------------------------- */

static int number_of(const server_rec *server)
{
    const server_rec *at;
    int number = 0;

    for (at = ap_server_conf; at && at != server; at = at->next) {
        number++;
    }
    return number;
}

const semr_report_t *semr_findings_of(const server_rec *server,
                                      apr_pool_t *pool)
{
    semr_report_t *report = semr_report_create(pool);

    if (!semr_board_checked()) {
        return NULL;
    }
    semr_board_read(number_of(server), report);
    if (server != ap_server_conf) {
        semr_board_read(0, report);
    }
    return report;
}
