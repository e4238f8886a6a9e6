/* SPDX-License-Identifier: Apache-2.0
 * Stands in for a fuzzer: gives each file that it is called with, and each in
 * a folder, to the target, and prints TAP.  An empty corpus fails.
 *
 *     replay [FILE | FOLDER]...     default: t/fuzz/corpus/NAME, where the
 *                                   program's own name ends in NAME
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <apr_file_info.h>
#include <apr_file_io.h>
#include <apr_general.h>
#include <apr_lib.h>
#include <apr_strings.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static int count;

static void replay_file(const char *path, apr_pool_t *pool)
{
    FILE *file = fopen(path, "rb");
    unsigned char *bytes;
    long size = 0;

    if (file == NULL || fseek(file, 0, SEEK_END) != 0 ||
        (size = ftell(file)) < 0 || fseek(file, 0, SEEK_SET) != 0) {
        printf("not ok %d - %s cannot be read\n", ++count, path);
        exit(1);
    }
    /* exactly as long as it is, so that the sanitizer sees its end */
    bytes = malloc((size_t)size + !size);
    size = (long)fread(bytes, 1, (size_t)size, file);
    fclose(file);
    LLVMFuzzerTestOneInput(bytes, (size_t)size);
    free(bytes);
    printf("ok %d - %s\n", ++count, apr_filepath_name_get(path));
    apr_pool_clear(pool);
}

static void replay(const char *path, apr_pool_t *pool)
{
    apr_pool_t *scratch;
    apr_dir_t *folder;
    apr_finfo_t info;

    apr_pool_create(&scratch, pool);
    if (apr_dir_open(&folder, path, pool) != APR_SUCCESS) {
        replay_file(path, scratch);
        return;
    }
    while (apr_dir_read(&info, APR_FINFO_NAME, folder) == APR_SUCCESS) {
        if (info.name[0] != '.') {
            replay_file(apr_pstrcat(pool, path, "/", info.name, NULL), scratch);
        }
    }
    apr_dir_close(folder);
}

int main(int argc, char **argv)
{
    apr_pool_t *pool;
    int i;

    apr_initialize();
    apr_pool_create(&pool, NULL);
    for (i = 1; i < argc; i++) {
        replay(argv[i], pool);
    }
    if (argc == 1) {
        replay(apr_pstrcat(pool, "t/fuzz/corpus/",
                           apr_filepath_name_get(argv[0]), NULL),
               pool);
    }
    printf("1..%d\n", count);
    return count == 0;
}
