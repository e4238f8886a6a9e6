/* SPDX-License-Identifier: Apache-2.0
 * The run directory.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <apr_strings.h>
#include <httpd.h>
#include <http_config.h>
#include <http_core.h>
#include <http_log.h>
#include <unixd.h>

#include "map_dir.h"
#include "map_state.h"
#include "module.h"

APLOG_USE_MODULE(semredirect);

#define STEM "semredirect."

enum { NAMES_MAX = 100, NAME_MAX_BYTES = 64 };

/* What is to be removed, and by whom */
typedef struct owned_t {
    const char *parent; /* the folder that it is in, */
    const char *name;
    pid_t pid; /* children leave it alone */
} owned_t;

/* -- removing -------------------------------------------------------------- */

/* Whoever may write there may put a link there: nothing is followed. */
static int open_folder(int at, const char *name)
{
    return openat(at, name,
                  O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
}

/* Calls unwanted for each name, and removes those for which it says so. */
static void remove_files(int folder,
                         int (*unwanted)(const char *name, void *baton),
                         void *baton)
{
    int copy = fcntl(folder, F_DUPFD_CLOEXEC, 0);
    DIR *dir = copy < 0 ? NULL : fdopendir(copy);
    struct dirent *entry;

    if (!dir) {
        if (copy >= 0) {
            close(copy);
        }
        return;
    }
    while ((entry = readdir(dir)) != NULL) {
        if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..") &&
            unwanted(entry->d_name, baton) &&
            unlinkat(folder, entry->d_name, 0)) {
            unlinkat(folder, entry->d_name, AT_REMOVEDIR);
        }
    }
    closedir(dir);
}

static int any(const char *name, void *baton)
{
    (void)name;
    (void)baton;
    return 1;
}

static void remove_folder(int parent, const char *name)
{
    int folder = open_folder(parent, name);

    if (folder >= 0) {
        remove_files(folder, any, NULL);
        close(folder);
        unlinkat(parent, name, AT_REMOVEDIR);
    }
}

static apr_status_t remove_owned(void *data)
{
    owned_t *owned = data;
    int parent;

    if (owned->pid != getpid()) {
        return APR_SUCCESS;
    }
    parent = open(owned->parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (parent >= 0) {
        remove_folder(parent, owned->name);
        close(parent);
    }
    return APR_SUCCESS;
}

/* Whether name is a run directory whose server is gone.  Ours is not there
 * yet: one of our pid is that of a server before us. */
static int is_dead(const char *name)
{
    long pid;
    char *end;

    if (strncmp(name, STEM, sizeof(STEM) - 1)) {
        return 0;
    }
    pid = strtol(name + sizeof(STEM) - 1, &end, 10);
    return pid > 0 && *end == '.' && end[1] &&
           !end[1 + strspn(end + 1, "0123456789")] &&
           (pid == (long)getpid() || (kill((pid_t)pid, 0) && errno == ESRCH));
}

static void remove_dead(int parent)
{
    char names[NAMES_MAX][NAME_MAX_BYTES];
    int copy = fcntl(parent, F_DUPFD_CLOEXEC, 0), count = 0, i;
    DIR *dir = copy < 0 ? NULL : fdopendir(copy);
    struct dirent *entry;

    if (!dir) {
        return;
    }
    while (count < NAMES_MAX && (entry = readdir(dir)) != NULL) {
        if (strlen(entry->d_name) < NAME_MAX_BYTES && is_dead(entry->d_name)) {
            apr_cpystrn(names[count++], entry->d_name, NAME_MAX_BYTES);
        }
    }
    closedir(dir);
    for (i = 0; i < count; i++) {
        remove_folder(parent, names[i]);
    }
}

/* -- making ---------------------------------------------------------------- */

static int make_folder(int parent, const char *name)
{
    int folder;

    if (mkdirat(parent, name, 0700)) {
        return -1;
    }
    if (geteuid()) {
        return 0;
    }
    folder = open_folder(parent, name);
    if (folder < 0 ||
        fchown(folder, ap_unixd_config.user_id, ap_unixd_config.group_id)) {
        int error = errno;

        if (folder >= 0) {
            close(folder);
        }
        unlinkat(parent, name, AT_REMOVEDIR);
        errno = error;
        return -1;
    }
    close(folder);
    return 0;
}

static owned_t *make_owned(apr_pool_t *pconf, const char *path)
{
    int parent = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), n = 0, made;
    owned_t *owned = apr_palloc(pconf, sizeof(*owned));

    if (parent < 0) {
        return NULL;
    }
    remove_dead(parent);
    owned->parent = path;
    owned->pid = getpid();
    do {
        owned->name = apr_psprintf(pconf, STEM "%ld.%d", (long)owned->pid, n++);
        made = make_folder(parent, owned->name);
    } while (made && errno == EEXIST && n < NAMES_MAX);
    close(parent);
    return made ? NULL : owned;
}

const char *semr_map_dir_make(apr_pool_t *pconf, server_rec *main)
{
    const char *path = ap_runtime_dir_relative(pconf, "");
    owned_t *owned = make_owned(pconf, path);

    if (!owned) {
        ap_log_error(
            APLOG_MARK, APLOG_ERR, APR_FROM_OS_ERROR(errno), main,
            "no folder for maps can be made in %s, so they are read "
            "when httpd starts or restarts only; let DefaultRuntimeDir "
            "name a folder that httpd may write to",
            path);
        return NULL;
    }
    apr_pool_cleanup_register(pconf, owned, remove_owned,
                              apr_pool_cleanup_null);
    return ap_runtime_dir_relative(pconf, owned->name);
}

/* -- files ----------------------------------------------------------------- */

static const char *file_name(apr_pool_t *pool, int map, apr_uint64_t generation)
{
    return apr_psprintf(pool, "%d.%" APR_UINT64_T_FMT, map, generation);
}

const char *semr_map_dir_file(apr_pool_t *pool, const char *dir, int map,
                              apr_uint64_t generation)
{
    return apr_pstrcat(pool, dir, "/", file_name(pool, map, generation), NULL);
}

static int is_left(const char *name, void *baton)
{
    long map;
    char *end, wanted[NAME_MAX_BYTES];

    map = strtol(name, &end, 10);
    if (end == name || *end != '.' || map < 0 || map >= *(int *)baton) {
        return 1;
    }
    apr_snprintf(wanted, sizeof(wanted), "%ld.%" APR_UINT64_T_FMT, map,
                 semr_map_state_generation((int)map));
    return strcmp(name, wanted) != 0;
}

void semr_map_dir_sweep(const char *dir, int maps)
{
    int folder = open_folder(AT_FDCWD, dir);

    if (folder >= 0) {
        remove_files(folder, is_left, &maps);
        close(folder);
    }
}
