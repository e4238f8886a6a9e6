/* SPDX-License-Identifier: Apache-2.0
 * The decision table and what a rule's options change in it; see decide.h.
 */
#include <string.h>

#include "decide.h"

/* DESIGN 3, line by line; 0: declined, the application answers. */
static const short codes[SEMR_INTENTS][SEMR_CLASSES] = {
    /*                  GET  OTHER OPTIONS NEVER */
    [SEMR_PERMANENT] = {301, 308, 308, 0},
    [SEMR_TEMPORARY] = {302, 307, 307, 0},
    [SEMR_SEE_OTHER] = {303, 303, 0, 0},
    [SEMR_GONE] = {410, 410, 410, 0},
    [SEMR_NONE] = {0, 0, 0, 0},
};

static const apr_int64_t default_max_age[SEMR_INTENTS] = {
    [SEMR_PERMANENT] = 86400,
    [SEMR_GONE] = 3600,
};

semr_method_class_t semr_decide_class(const char *method, int preflight)
{
    switch (method[0]) {
    case 'G':
        if (strcmp(method, "GET") == 0) {
            return SEMR_CLASS_GET;
        }
        break;
    case 'H':
        if (strcmp(method, "HEAD") == 0) {
            return SEMR_CLASS_GET;
        }
        break;
    case 'O':
        if (strcmp(method, "OPTIONS") == 0) {
            return preflight ? SEMR_CLASS_NEVER : SEMR_CLASS_OPTIONS;
        }
        break;
    case 'T':
        if (strcmp(method, "TRACE") == 0) {
            return SEMR_CLASS_NEVER;
        }
        break;
    case 'C':
        if (strcmp(method, "CONNECT") == 0) {
            return SEMR_CLASS_NEVER;
        }
        break;
    }
    return SEMR_CLASS_OTHER;
}

semr_stage_t semr_decide_stage(const semr_policy_t *policy, semr_stage_t scope,
                               apr_int64_t now)
{
    semr_stage_t stage = policy->stage < scope ? policy->stage : scope;

    if (policy->starts != SEMR_NO_DATE && now < policy->starts) {
        return SEMR_OFF;
    }
    if (policy->ends != SEMR_NO_DATE && now >= policy->ends) {
        return SEMR_OFF;
    }
    if (policy->settles != SEMR_NO_DATE && now < policy->settles &&
        stage > SEMR_TRIAL) {
        return SEMR_TRIAL;
    }
    return stage;
}

int semr_decide_code(const semr_policy_t *policy, semr_method_class_t method,
                     semr_stage_t stage)
{
    semr_intent_t intent = policy->intent;
    int code;

    if (stage == SEMR_OFF) {
        return 0;
    }
    if (stage == SEMR_TRIAL && intent == SEMR_PERMANENT) {
        intent = SEMR_TEMPORARY;
    }
    code = codes[intent][method];
    if (code == 0 ||
        (policy->method == SEMR_METHOD_PASS && method != SEMR_CLASS_GET)) {
        return 0;
    }
    if (policy->code != 0) {
        if (stage == SEMR_TRIAL && policy->code == 301) {
            return 302;
        }
        return stage == SEMR_TRIAL && policy->code == 308 ? 307 : policy->code;
    }
    if (policy->method == SEMR_METHOD_GET && method == SEMR_CLASS_OTHER &&
        intent != SEMR_GONE) {
        return 303;
    }
    return code;
}

apr_int64_t semr_decide_max_age(const semr_policy_t *policy, apr_int64_t scope,
                                semr_stage_t stage, apr_int64_t now)
{
    apr_int64_t age = policy->max_age;
    apr_int64_t left;

    if (stage == SEMR_TRIAL) {
        return 0;
    }
    if (age == SEMR_MAX_AGE_DEFAULT) {
        age = scope;
    }
    if (age == SEMR_MAX_AGE_DEFAULT) {
        age = default_max_age[policy->intent];
    }
    if (policy->ends != SEMR_NO_DATE && age > 0) {
        left = policy->ends > now ? policy->ends - now : 0;
        age = age < left ? age : left;
    }
    return age;
}
