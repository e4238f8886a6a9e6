/* SPDX-License-Identifier: Apache-2.0
 * The state file: sections, damage at each byte, and what is not trusted.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "state.h"
#include "views.h"

#define NAME "x-state"

static char folder[] = "/tmp/semr-state-XXXXXX";
static char path[64], bad[64], other[64];

static int make_folder(void **state)
{
    assert_non_null(mkdtemp(folder));
    apr_snprintf(path, sizeof(path), "%s/" NAME, folder);
    apr_snprintf(bad, sizeof(bad), "%s/" NAME ".bad", folder);
    apr_snprintf(other, sizeof(other), "%s/other", folder);
    return start(state);
}

static int remove_folder(void **state)
{
    unlink(path);
    unlink(bad);
    rmdir(folder);
    return stop(state);
}

static semr_state_t *some(void)
{
    semr_state_t *made = semr_state_create(pool);

    semr_state_begin(made, "one ");
    semr_state_add(made, "12345", 5);
    semr_state_add(made, "67890abc", 8);
    semr_state_begin(made, "none");
    semr_state_begin(made, "two ");
    semr_state_add(made, "x", 1);
    return made;
}

static void write_some(void)
{
    semr_diag_t diag;

    unlink(bad);
    if (semr_state_write(some(), folder, NAME, &diag) != APR_SUCCESS) {
        fail_msg("%s", diag.text);
    }
}

static apr_status_t read_it(semr_state_t **state, semr_diag_t *diag)
{
    return semr_state_read(state, folder, NAME, pool, diag);
}

static void assert_refused(const char *why)
{
    semr_state_t *state;
    semr_diag_t diag = {NULL};
    apr_status_t status = read_it(&state, &diag);

    assert_int_not_equal(status, APR_SUCCESS);
    assert_int_not_equal(status, APR_ENOENT);
    if (!strstr(diag.text, why)) {
        fail_msg("\"%s\" is not in: %s", why, diag.text);
    }
    assert_int_equal(access(path, F_OK), -1);
}

static void test_round(void **unused)
{
    semr_state_t *state;
    semr_diag_t diag;
    apr_size_t len;
    struct stat info;

    (void)unused;
    assert_int_equal(read_it(&state, &diag), APR_ENOENT);
    write_some();
    write_some(); /* over the one before */
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 07777, 0600);
    assert_int_equal(read_it(&state, &diag), APR_SUCCESS);
    assert_memory_equal(semr_state_find(state, "one ", &len), "1234567890abc",
                        13);
    assert_int_equal(len, 13);
    assert_int_equal((apr_uintptr_t)semr_state_find(state, "two ", &len) % 8,
                     0);
    assert_int_equal(len, 1);
    assert_non_null(semr_state_find(state, "none", &len));
    assert_int_equal(len, 0);
    assert_null(semr_state_find(state, "else", &len));
}

static char *file_bytes(apr_size_t *len)
{
    int file = open(path, O_RDONLY);
    char *bytes = apr_palloc(pool, 4096);
    ssize_t got = read(file, bytes, 4096);

    close(file);
    assert_true(got > 0);
    *len = (apr_size_t)got;
    return bytes;
}

/* Whatever byte is wrong, and wherever it is cut off */
static void test_damage(void **unused)
{
    semr_state_t *state;
    semr_diag_t diag;
    apr_size_t len, i;
    char *bytes;

    (void)unused;
    write_some();
    bytes = file_bytes(&len);
    assert_int_equal(semr_state_open(&state, bytes, len, pool, &diag),
                     APR_SUCCESS);
    for (i = 0; i < len; i++) {
        char *cut = malloc(i + 1);

        bytes[i] ^= 0x41;
        assert_int_not_equal(semr_state_open(&state, bytes, len, pool, &diag),
                             APR_SUCCESS);
        bytes[i] ^= 0x41;
        memcpy(cut, bytes, i); /* of its own: ASan sees what is beyond */
        assert_int_not_equal(semr_state_open(&state, cut, i, pool, &diag),
                             APR_SUCCESS);
        free(cut);
    }
    assert_int_equal(semr_state_open(&state, bytes, len, pool, &diag),
                     APR_SUCCESS);
}

static void put(const char *bytes, apr_size_t len)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    assert_int_equal(write(file, bytes, len), (ssize_t)len);
    close(file);
}

static void test_distrust(void **unused)
{
    semr_state_t *state;
    semr_diag_t diag;

    (void)unused;
    write_some();
    assert_int_equal(chmod(path, 0620), 0);
    assert_refused("others may write");
    assert_int_equal(access(bad, F_OK), 0);

    write_some();
    assert_int_equal(rename(path, bad), 0);
    assert_int_equal(symlink(bad, path), 0);
    assert_refused("symbolic link");

    write_some();
    assert_int_equal(link(path, other), 0);
    assert_refused("others may write");
    unlink(other);

    assert_int_equal(mkfifo(path, 0600), 0);
    assert_refused("no regular file");

    put("", 0);
    assert_refused("none of this module's");
    put("semr", 4);
    assert_refused("none of this module's");
    put("", 0);
    assert_int_equal(truncate(path, (off_t)SEMR_STATE_MOST + 1), 0);
    assert_refused("too large");

    write_some();
    assert_int_equal(chmod(folder, 0777), 0);
    assert_int_not_equal(read_it(&state, &diag), APR_SUCCESS);
    assert_non_null(strstr(diag.text, "chmod go-w"));
    assert_int_not_equal(semr_state_write(some(), folder, NAME, &diag),
                         APR_SUCCESS);
    assert_int_not_equal(semr_state_check_folder(folder, pool, &diag),
                         APR_SUCCESS);
    assert_int_equal(chmod(folder, 0700), 0);
    assert_int_equal(semr_state_check_folder(folder, pool, &diag), APR_SUCCESS);
    assert_int_equal(read_it(&state, &diag), APR_SUCCESS);
    assert_int_not_equal(
        semr_state_check_folder("/no/such/folder", pool, &diag), APR_SUCCESS);
    if (!geteuid()) {
        assert_int_equal(chown(path, 1, 1), 0);
        assert_refused("another user");
        assert_int_equal(chown(folder, 1, 1), 0);
        assert_int_not_equal(semr_state_check_folder(folder, pool, &diag),
                             APR_SUCCESS);
        assert_int_equal(chown(folder, 0, 0), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round),
        cmocka_unit_test(test_damage),
        cmocka_unit_test(test_distrust),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("state", tests, make_folder,
                                       remove_folder);
}
