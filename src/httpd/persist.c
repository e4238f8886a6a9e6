/* SPDX-License-Identifier: Apache-2.0
 * What is kept over a stop.
 */
#include <unistd.h>

#include <apr_strings.h>
#include <http_core.h>
#include <http_log.h>

#include "module.h"
#include "persist.h"
#include "registry.h"

APLOG_USE_MODULE(semredirect);

#define NAME "semredirect-state"

enum { PARTS_MOST = 8 };

typedef struct part_t {
    const char *tag;
    void (*save)(semr_state_t *state);
} part_t;

static int is_on;
static const char *folder; /* NULL: httpd's runtime directory */
static part_t parts[PARTS_MOST];
static int nparts;
static apr_pool_t *read_pool; /* in post_config */
static semr_state_t *read_state;

typedef struct keeper_t {
    server_rec *main;
    apr_pool_t *process; /* its pool */
    pid_t pid;           /* children leave it alone */
} keeper_t;

void semr_persist_reset(void)
{
    is_on = 0;
    folder = NULL;
    nparts = 0;
    read_state = NULL;
}

const char *semr_persist_set(cmd_parms *cmd, void *conf, const char *word,
                             const char *path)
{
    const char *why = ap_check_cmd_context(cmd, GLOBAL_ONLY);

    (void)conf;
    if (why) {
        return why;
    }
    if (strcasecmp(word, "on") && strcasecmp(word, "off")) {
        return apr_psprintf(cmd->pool,
                            "%s: \"%s\" is not known; say On or Off, and "
                            "behind On the folder of the state file, if it "
                            "shall not be httpd's runtime directory",
                            cmd->cmd->name, word);
    }
    is_on = !strcasecmp(word, "on");
    folder = path ? ap_server_root_relative(cmd->pool, path) : NULL;
    return path && !folder
               ? apr_psprintf(cmd->pool,
                              "%s: \"%s\" is no path of a folder; write an "
                              "absolute one, or one relative to ServerRoot",
                              cmd->cmd->name, path)
               : NULL;
}

/* -- writing --------------------------------------------------------------- */

static void save_all(const keeper_t *keeper, apr_pool_t *pool)
{
    semr_state_t *state = semr_state_create(pool);
    semr_diag_t diag;
    int i;

    for (i = 0; i < nparts; i++) {
        semr_state_begin(state, parts[i].tag);
        parts[i].save(state);
    }
    if (semr_state_write(state, folder, NAME, &diag) != APR_SUCCESS) {
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, keeper->main,
                     "the counters are not kept over this stop, for their "
                     "file %s/" NAME " cannot be written: %s",
                     folder, diag.text);
    }
}

/* httpd stops: its children are gone, all shared memory is still there.  For
 * pconf would be too late, since its siblings go first. */
static apr_status_t save(void *data)
{
    const keeper_t *keeper = data;
    apr_pool_t *pool;

    if (keeper->pid == getpid() &&
        ap_state_query(AP_SQ_MAIN_STATE) == AP_SQ_MS_EXITING) {
        apr_pool_create_unmanaged_ex(&pool, NULL, NULL);
        save_all(keeper, pool);
        apr_pool_destroy(pool);
    }
    return APR_SUCCESS;
}

/* The configuration goes, and this module's code with it. */
static apr_status_t forget(void *data)
{
    keeper_t *keeper = data;

    apr_pool_cleanup_kill(keeper->process, keeper, save);
    return APR_SUCCESS;
}

/* -- reading --------------------------------------------------------------- */

static void read_file(server_rec *main)
{
    semr_diag_t diag;
    apr_status_t status =
        semr_state_read(&read_state, folder, NAME, read_pool, &diag);

    if (status != APR_SUCCESS && status != APR_ENOENT) {
        read_state = NULL;
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, main,
                     "counting begins anew, for the state file %s/" NAME
                     " is not used: %s. It is left aside as " NAME ".bad, if "
                     "that could be; nothing else is to be done",
                     folder, diag.text);
    }
}

void semr_persist_start(apr_pool_t *pconf, server_rec *main)
{
    int *has_started =
        semr_registry_record(main, "persist.1", sizeof(*has_started));
    int is_start = !*has_started;
    keeper_t *keeper;
    semr_diag_t diag;

    *has_started = 1;
    if (!is_on) {
        return;
    }
    folder = folder ? folder : ap_runtime_dir_relative(pconf, "");
    apr_pool_create_unmanaged_ex(&read_pool, NULL, NULL);
    if (semr_state_check_folder(folder, read_pool, &diag) != APR_SUCCESS) {
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, main,
                     "SemanticRedirectStatePersist: counters cannot be kept "
                     "over a stop: %s; or name another folder behind On",
                     diag.text);
    }
    else if (is_start) {
        read_file(main);
    }
    keeper = apr_palloc(pconf, sizeof(*keeper));
    keeper->main = main;
    keeper->process = main->process->pool;
    keeper->pid = getpid();
    apr_pool_pre_cleanup_register(keeper->process, keeper, save);
    apr_pool_cleanup_register(pconf, keeper, forget, apr_pool_cleanup_null);
}

void semr_persist_started(void)
{
    if (read_pool) {
        apr_pool_destroy(read_pool);
    }
    read_pool = NULL;
    read_state = NULL;
}

const void *semr_persist_find(const char *tag, apr_size_t *len)
{
    return read_state ? semr_state_find(read_state, tag, len) : NULL;
}

void semr_persist_keep(const char *tag, void (*how)(semr_state_t *state))
{
    if (nparts < PARTS_MOST) {
        parts[nparts].tag = tag;
        parts[nparts++].save = how;
    }
}
