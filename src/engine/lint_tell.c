/* SPDX-License-Identifier: Apache-2.0
 * Findings in words.
 */
#include <stdarg.h>
#include <string.h>

#include <apr_strings.h>

#include "lint_parts.h"

int semr_lint_finds(semr_lint_work_t *work, semr_finding_id_t id)
{
    semr_lint_t *lint = work->lint;

    if (lint->silenced && lint->silenced[id]) {
        return 0;
    }
    lint->counts[id]++;
    if (lint->mark) {
        lint->mark(lint->mark_baton, work->set_index, work->rule.number);
    }
    return lint->tell && (!lint->most || lint->counts[id] <= lint->most);
}

static const char *file_of(semr_lint_work_t *work, const semr_image_t *image,
                           const semr_image_policy_t *policy)
{
    semr_view_t file = semr_image_string(image, policy->file);

    return apr_pstrmemdup(work->each, file.p, file.len);
}

static semr_rule_t words_of(semr_lint_work_t *work)
{
    semr_rule_t rule;

    semr_image_read(work->image, &work->rule, work->each, &rule);
    return rule;
}

static const char *shown(semr_lint_work_t *work, const char *text)
{
    return semr_diag_show(work->each, semr_view(text, strlen(text)));
}

const char *semr_lint_to(semr_lint_work_t *work)
{
    semr_rule_t rule = words_of(work);

    return shown(work, semr_rule_to(work->each, &rule));
}

const char *semr_lint_where(semr_lint_work_t *work, const semr_image_t *image,
                            const semr_image_policy_t *policy,
                            apr_uint32_t line)
{
    return apr_psprintf(work->each, "%s:%u", file_of(work, image, policy),
                        line);
}

void semr_lint_say(semr_lint_work_t *work, semr_finding_id_t id,
                   const semr_image_t *other, apr_uint32_t other_at,
                   const char *format, ...)
{
    semr_rule_t rule = words_of(work);
    semr_finding_t finding;
    va_list args;

    finding.id = id;
    finding.set = work->set_index;
    finding.number = work->rule.number;
    finding.file = file_of(work, work->image, work->policy);
    finding.line = work->rule.line;
    finding.other_file = NULL;
    finding.other_line = 0;
    if (other) {
        semr_image_rule_t at;

        semr_image_rule(other, other_at, &at);
        finding.other_file =
            file_of(work, other, semr_image_policy(other, &at));
        finding.other_line = at.line;
    }
    va_start(args, format);
    finding.text =
        apr_pstrcat(work->each, shown(work, semr_rule_from(work->each, &rule)),
                    " ", apr_pvsprintf(work->each, format, args), NULL);
    va_end(args);
    work->lint->tell(work->lint->tell_baton, &finding);
}
