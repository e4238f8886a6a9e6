/* SPDX-License-Identifier: Apache-2.0
 * How a rule's answer gets into httpd's.
 */
#include <apr_strings.h>
#include <http_protocol.h>
#include <util_filter.h>

#include "answer.h"
#include "config.h"
#include "identity.h"
#include "module.h"
#include "rule.h"

#define SIGNATURE "X-Redirect-By"

static int has_mod_headers;
static ap_filter_rec_t *own_headers;

void semr_answer_settle(request_rec *r)
{
    ap_set_module_config(r->request_config, &semredirect_module, r);
}

int semr_answer_is_settled(const request_rec *r)
{
    return ap_get_module_config(r->request_config, &semredirect_module) != NULL;
}

/* head, a number, and a final zero, in r->pool; apr_psprintf would cost more
 * than the whole search for the rule. */
static const char *with_number(request_rec *r, semr_view_t head,
                               apr_uint64_t number)
{
    char digits[21], *end = digits + sizeof(digits), *p = end, *text;

    *--p = '\0';
    do {
        *--p = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    text = apr_palloc(r->pool, head.len + (apr_size_t)(end - p));
    memcpy(text, head.p, head.len);
    memcpy(text + head.len, p, (apr_size_t)(end - p));
    return text;
}

/* -- log fields ------------------------------------------------------------ */

/* "file:line" */
static const char *rule_name(request_rec *r, const semr_answer_t *answer)
{
    char *head = apr_palloc(r->pool, answer->file.len + 1);

    memcpy(head, answer->file.p, answer->file.len);
    head[answer->file.len] = ':';
    return with_number(r, semr_view(head, answer->file.len + 1), answer->line);
}

static const char *code_text(request_rec *r, int status)
{
    switch (status) {
    case HTTP_MOVED_PERMANENTLY:
        return "301";
    case HTTP_MOVED_TEMPORARILY:
        return "302";
    case HTTP_PERMANENT_REDIRECT:
        return "308";
    default:
        return apr_itoa(r->pool, status);
    }
}

void semr_answer_note(request_rec *r, const semr_answer_t *answer, int again)
{
    void (*set)(apr_table_t *, const char *, const char *) =
        again ? apr_table_setn : apr_table_addn;

    set(r->subprocess_env, "SEMREDIRECT_RULE", rule_name(r, answer));
    set(r->subprocess_env, "SEMREDIRECT_STAGE", semr_stage_name(answer->stage));
    set(r->subprocess_env, "SEMREDIRECT_CODE", code_text(r, answer->status));
}

int semr_answer_is_noted(const request_rec *r)
{
    return apr_table_get(r->subprocess_env, "SEMREDIRECT_RULE") != NULL;
}

/* -- headers --------------------------------------------------------------- */

void semr_answer_headers(request_rec *r, const semr_answer_t *answer)
{
    const char *age = "max-age=86400";

    if (answer->location.text) {
        apr_table_setn(r->headers_out, "Location", answer->location.text);
    }
    if (answer->max_age == SEMR_MAX_AGE_NONE) {
        return;
    }
    if (answer->max_age == 0) {
        age = "no-store";
    }
    else if (answer->max_age != 86400) { /* the default, and the most sent */
        age = with_number(r, semr_view("max-age=", sizeof("max-age=") - 1),
                          (apr_uint64_t)answer->max_age);
    }
    apr_table_setn(r->err_headers_out, "Cache-Control", age);
}

/* "mod_semredirect; rule=3f0c5a1be2779d04"; as with_number, without printf. */
static const char *signature(request_rec *r, apr_uint64_t id)
{
    static const char digits[] = "0123456789abcdef";
    static const char head[] = "mod_semredirect; rule=";
    char *text = apr_palloc(r->pool, sizeof(head) + 2 * sizeof(id));
    char *p = text + sizeof(head) - 1 + 2 * sizeof(id);

    memcpy(text, head, sizeof(head) - 1);
    *p = '\0';
    for (; p > text + sizeof(head) - 1; id >>= 4) {
        *--p = digits[id & 15];
    }
    return text;
}

void semr_answer_sign(request_rec *r, const semr_candidate_t *candidate,
                      const semr_scope_t *scope,
                      const semr_counters_t *counters)
{
    apr_uint64_t place = counters ? counters[candidate->set_index].place
                                  : semr_identity_place(0, scope->name);

    apr_table_setn(r->err_headers_out, SIGNATURE,
                   signature(r, semr_identity(candidate->set->image,
                                              candidate->rule, place)));
}

static int is_signed(const request_rec *r)
{
    return semr_config_signs(
        ap_get_module_config(r->per_dir_config, &semredirect_module));
}

/* When httpd answers a redirect, our headers stand in headers_out, and what
 * `Header always` sets in err_headers_out would be sent beside them.  Moved
 * there before mod_headers comes, they are what an administrator can change. */
static apr_status_t hand_over_headers(ap_filter_t *filter,
                                      apr_bucket_brigade *brigade)
{
    static const char *const names[] = {"Cache-Control", "Vary", SIGNATURE};
    request_rec *r = filter->r;
    int i, count = is_signed(r) ? 3 : 2;

    for (i = 0; i < count; i++) {
        const char *value = apr_table_get(r->headers_out, names[i]);

        if (value) {
            apr_table_unset(r->headers_out, names[i]);
            apr_table_setn(r->err_headers_out, names[i], value);
        }
    }
    ap_remove_output_filter(filter);
    return ap_pass_brigade(filter->next, brigade);
}

static void insert_error_filter(request_rec *r)
{
    if (has_mod_headers && semr_answer_is_settled(r)) {
        ap_add_output_filter_handle(own_headers, NULL, r, r->connection);
    }
}

void semr_answer_register_hooks(void)
{
    own_headers = ap_register_output_filter(
        "SEMREDIRECT_HEADERS", hand_over_headers, NULL, AP_FTYPE_RESOURCE);
    ap_hook_insert_error_filter(insert_error_filter, NULL, NULL,
                                APR_HOOK_FIRST);
}

void semr_answer_configured(void)
{
    has_mod_headers = ap_find_linked_module("mod_headers.c") != NULL;
}
