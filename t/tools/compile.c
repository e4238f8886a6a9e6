/* SPDX-License-Identifier: Apache-2.0
 * compile MAP IMAGE [OPTIONS]: a map into an image, for tests and benchmarks.
 */
#include <stdio.h>

#include <apr_file_io.h>
#include <apr_general.h>

#include "build.h"
#include "image_file.h"
#include "mapfile.h"

static apr_status_t read_file(void *baton, char *bytes, apr_size_t *len)
{
    apr_status_t status = apr_file_read(baton, bytes, len);

    if (status == APR_EOF) {
        *len = 0;
        return APR_SUCCESS;
    }
    return status;
}

static apr_status_t take(void *baton, const semr_rule_t *rule)
{
    return semr_builder_add(baton, rule);
}

static int complain(const char *what, const char *why)
{
    fprintf(stderr, "compile: %s: %s\n", what, why);
    return 1;
}

static int compile(const char *map, const char *image, const char *options,
                   apr_pool_t *pool)
{
    semr_builder_t *builder = semr_builder_create(pool);
    semr_mapfile_source_t source = {read_file, NULL};
    semr_mapfile_report_t report;
    semr_rule_defaults_t defaults;
    semr_diag_t diag;
    apr_file_t *file;
    apr_status_t status;
    char why[100];

    status = apr_file_open(&file, map, APR_READ, APR_OS_DEFAULT, pool);
    if (status != APR_SUCCESS) {
        return complain(map, apr_strerror(status, why, sizeof(why)));
    }
    if (semr_rule_defaults_parse(&defaults, pool, options, &diag) !=
        APR_SUCCESS) {
        return complain(options, diag.text);
    }
    source.baton = file;
    status = semr_mapfile_read(&source, semr_mapfile_format(map), map,
                               &defaults, take, builder, &report, pool);
    if (status != APR_SUCCESS || report.bad) {
        return complain(
            map,
            report.bad
                ? APR_ARRAY_IDX(report.problems, 0, semr_mapfile_told_t).text
                : apr_strerror(status, why, sizeof(why)));
    }
    if (semr_image_save(semr_builder_freeze(builder, pool), image, 1, pool,
                        &diag) != APR_SUCCESS) {
        return complain(image, diag.text);
    }
    return 0;
}

int main(int argc, char **argv)
{
    apr_pool_t *pool;
    int status;

    if (argc < 3 || argc > 4) {
        fprintf(stderr, "usage: compile MAP IMAGE [OPTIONS]\n");
        return 2;
    }
    apr_initialize();
    apr_pool_create(&pool, NULL);
    status = compile(argv[1], argv[2], argc > 3 ? argv[3] : "", pool);
    apr_pool_destroy(pool);
    apr_terminate();
    return status;
}
