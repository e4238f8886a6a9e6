/* SPDX-License-Identifier: Apache-2.0
 * The witness of the rule that is checked.
 */
#include <string.h>

#include "lint_parts.h"

#define NO_HOST "host.invalid"

/* The token, again and again, so that no rule names the same page by chance */
void semr_lint_witness_begin(semr_lint_work_t *work)
{
    const semr_lint_t *lint = work->lint;
    semr_witness_t *witness = &work->witness;

    work->token = semr_witness_byte(work->space);
    memset(work->word, work->token ? work->token : 'x', sizeof(work->word));
    witness->pool = work->each;
    witness->word = semr_view(work->word, sizeof(work->word));
    witness->host =
        lint->host.len ? lint->host : semr_view(NO_HOST, sizeof(NO_HOST) - 1);
    witness->port = lint->port;
    witness->https = lint->https;
}

semr_view_t semr_lint_path(const semr_lint_work_t *work, apr_pool_t *pool)
{
    semr_view_t head = work->rule.from, rest = work->rule.from_rest;
    char *path = apr_palloc(pool, head.len + rest.len + 1);

    memcpy(path, head.p, head.len);
    memcpy(path + head.len, rest.p, rest.len);
    return semr_view(path, head.len + rest.len);
}

void semr_lint_ask(semr_lint_work_t *work, semr_view_t path, semr_view_t query)
{
    semr_witness_ask(&work->witness, work->image, &work->rule, path, query,
                     &work->request);
}

int semr_lint_witness(semr_lint_work_t *work)
{
    return semr_witness(&work->witness, work->image, &work->rule,
                        &work->request);
}
