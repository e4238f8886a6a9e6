/* SPDX-License-Identifier: Apache-2.0
 * What tests of walks and of explanations share: spaces of rules that are
 * written as lines, and the time at which they are asked.
 */
#ifndef SEMR_TEST_SPACES_USE_H
#define SEMR_TEST_SPACES_USE_H

#include "build.h"
#include "lookup.h"
#include "rule.h"
#include "views.h"

/* scenes say what is unusual of them */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

enum { SPACES = 2 };

/* 2026-01-01T00:00:00Z */
#define NOW APR_INT64_C(1767225600)

static semr_ruleset_t rulesets[SPACES];
static const semr_ruleset_t *sets[SPACES];
static semr_space_t spaces[SPACES];

static void open_space(semr_builder_t *builder, int i)
{
    const semr_image_t *image = semr_builder_freeze(builder, pool);
    semr_diag_t diag;

    assert_int_equal(semr_ruleset_open(&rulesets[i], pool, image, 0, &diag),
                     APR_SUCCESS);
    sets[i] = &rulesets[i];
    spaces[i].sets = &sets[i];
    spaces[i].count = semr_image_rules(image) != 0;
}

static void add_line(semr_builder_t *builder, const char *line, unsigned number)
{
    semr_rule_t rule;
    semr_diag_t diag = {NULL};

    if (semr_rule_parse(&rule, pool, line, SEMR_RULE_IF, &diag)) {
        fail_msg("%s: %s", line, diag.text);
    }
    rule.condition_id = rule.condition.len != 0;
    rule.file = "moves.map";
    rule.line = number;
    assert_int_equal(semr_builder_add(builder, &rule), APR_SUCCESS);
}

/* A rule a line; "--" ends those of a space. */
static void build(const char *rules)
{
    char *text = apr_pstrdup(pool, rules), *line, *rest;
    semr_builder_t *builder = semr_builder_create(pool);
    unsigned number = 0;
    int i = 0;

    for (line = apr_strtok(text, "\n", &rest); line;
         line = apr_strtok(NULL, "\n", &rest)) {
        number++;
        if (!strcmp(line, "--")) {
            open_space(builder, i++);
            builder = semr_builder_create(pool);
            continue;
        }
        add_line(builder, line, number);
    }
    open_space(builder, i++);
    if (i < SPACES) {
        spaces[i].count = 0;
    }
}

#endif
