/* SPDX-License-Identifier: Apache-2.0
 * The image as a file: what was saved is what is opened, and each kind of
 * damage is found, by the check that is there for it.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "build.h"
#include "image_file.h"
#include "image_use.h"
#include "key.h"
#include "views.h"

static const char *const lines[] = {
    "permanent /old /new",
    "temporary /old /other only=POST",
    "permanent /blog/2009/03/a-page https://www.example.com/articles/a-page",
    "permanent /blog/2009/03/b-page https://www.example.com/articles/b-page",
    "permanent /docs/v1/* https://www.example.com/manual/v1/*",
    "permanent /u/{name}/posts /people/{name}",
    "permanent ~^/shop/(\\d+) /store/$1",
    "permanent ~*\\.php$ /gone",
    "permanent /index.php?id=5 /five",
    "permanent /index.php?id={id}&p=6 /x/{id} note=\"why, who\"",
    "permanent //old.example.com/x https://www.example.com/x",
    "permanent //*.example.com/* https://*.example.org/*",
    "gone /dead max-age=1d",
    "see-other /form https:/thanks",
    "permanent /long/one /a/target/that/is/long/enough/to/be/kept",
    "permanent /long/two /a/target/that/is/long/enough/to/be/kept",
};

static const semr_image_t *frozen(int rules)
{
    semr_builder_t *builder = semr_builder_create(pool);
    int i;

    for (i = 0; i < rules; i++) {
        const char *line =
            i < (int)ROWS(lines)
                ? lines[i]
                : apr_psprintf(pool, "permanent /n/%d /m/%d", i, i);
        semr_rule_t rule;
        semr_diag_t diag;

        assert_int_equal(semr_rule_parse(&rule, pool, line, 0, &diag),
                         APR_SUCCESS);
        rule.file = "moves.map";
        rule.line = (unsigned)(2 * i + 7);
        assert_int_equal(semr_builder_add(builder, &rule), APR_SUCCESS);
    }
    return semr_builder_freeze(builder, pool);
}

static const char *told(const semr_image_t *image, apr_uint32_t number)
{
    semr_image_rule_t at;
    semr_rule_t rule;

    semr_image_rule(image, semr_image_at(image, number), &at);
    semr_image_read(image, &at, pool, &rule);
    assert_int_equal(at.number, number);
    return apr_psprintf(pool, "%s %s %s %s %s:%u",
                        semr_intent_name(rule.policy.intent),
                        semr_rule_from(pool, &rule), semr_rule_to(pool, &rule),
                        semr_rule_options(pool, &rule), rule.file, rule.line);
}

/* -- files ----------------------------------------------------------------- */

static const char *scratch(void)
{
    static char path[] = "/tmp/semr-image-XXXXXX";

    if (path[strlen(path) - 1] == 'X') {
        assert_non_null(mkdtemp(path));
    }
    return path;
}

static const char *saved(const semr_image_t *image)
{
    const char *path = apr_pstrcat(pool, scratch(), "/x.image", NULL);
    semr_diag_t diag;

    assert_int_equal(semr_image_save(image, path, 0, pool, &diag), APR_SUCCESS);
    return path;
}

static void comes_back(void **state)
{
    static const int counts[] = {0, 1, 2, 16, 63, 64, 65, 128, 1000};
    apr_size_t i;

    (void)state;
    for (i = 0; i < ROWS(counts); i++) {
        const semr_image_t *image = frozen(counts[i]), *mapped, *copied;
        const char *path = saved(image);
        semr_diag_t diag = {NULL};
        apr_uint32_t n;

        assert_int_equal(semr_image_map(path, pool, &mapped, &diag),
                         APR_SUCCESS);
        assert_int_equal(semr_image_copy(path, pool, &copied, &diag),
                         APR_SUCCESS);
        assert_int_equal(semr_image_rules(copied), counts[i]);
        for (n = 0; n < semr_image_rules(image); n++) {
            assert_string_equal(told(mapped, n), told(image, n));
            assert_string_equal(told(copied, n), told(image, n));
        }
        use_image(mapped, pool);
        truncate(path, 10); /* a copy does not mind */
        assert_int_equal(use_image(copied, pool), counts[i]);
    }
}

static void file_faults(void **state)
{
    const char *dir = scratch(), *path = apr_pstrcat(pool, dir, "/f", NULL);
    const char *none = apr_pstrcat(pool, dir, "/none/f", NULL);
    const semr_image_t *image = frozen(3), *opened = NULL;
    semr_diag_t diag = {NULL};
    struct stat info;
    FILE *file;

    (void)state;
    assert_int_not_equal(semr_image_map(none, pool, &opened, &diag),
                         APR_SUCCESS);
    assert_non_null(strstr(diag.text, none));
    assert_int_not_equal(semr_image_save(image, none, 0, pool, &diag),
                         APR_SUCCESS);
    assert_non_null(strstr(diag.text, "created"));
    assert_int_not_equal(semr_image_copy(dir, pool, &opened, &diag),
                         APR_SUCCESS);
    assert_non_null(strstr(diag.text, "regular"));
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_not_equal(semr_image_copy(path, pool, &opened, &diag),
                         APR_SUCCESS);
    assert_non_null(strstr(diag.text, "regular"));
    unlink(path);
    file = fopen(path, "w");
    fclose(file);
    assert_int_not_equal(semr_image_map(path, pool, &opened, &diag),
                         APR_SUCCESS);
    assert_non_null(strstr(diag.text, "short"));
    assert_null(opened);

    /* what cannot be put in place leaves nothing behind */
    unlink(path);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_int_not_equal(semr_image_save(image, path, 1, pool, &diag),
                         APR_SUCCESS);
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(stat(saved(image), &info), 0);
    unlink(saved(image));
    assert_int_equal(rmdir(dir), 0);
}

/* The seeds of t/fuzz/image.c are of this version: make them again if they are
 * not, with semredirect compile. */
static void seeds(void **state)
{
    const semr_image_t *image;
    semr_diag_t diag = {NULL};

    (void)state;
    assert_int_equal(
        semr_image_map("t/fuzz/corpus/image/all.image", pool, &image, &diag),
        APR_SUCCESS);
    assert_int_equal(semr_image_rules(image), ROWS(lines));
}

/* -- damage ---------------------------------------------------------------- */

typedef struct damage_t {
    const char *name;
    apr_size_t at; /* where, in the section if there is one */
    int section;   /* -1: the header */
    apr_size_t size;
    apr_uint64_t value;
    const char *why;
} damage_t;

#define HEADER(field, value, why)                                              \
    {                                                                          \
#field, offsetof(semr_image_t, field), -1,                             \
            sizeof(((semr_image_t *)0)->field), value, why                     \
    }
#define IN(NAME, type, index, field, value, why)                               \
    {                                                                          \
#NAME " " #index "." #field,                                           \
            (index) * sizeof(type) + offsetof(type, field),                    \
            SEMR_SECTION_##NAME, sizeof(((type *)0)->field), value, why        \
    }
#define NUMBER(NAME, index, value, why)                                        \
    {                                                                          \
#NAME " " #index, (index) * sizeof(apr_uint32_t), SEMR_SECTION_##NAME, \
            sizeof(apr_uint32_t), value, why                                   \
    }
#define BYTE(NAME, at, value, why)                                             \
    {                                                                          \
#NAME " byte " #at, at, SEMR_SECTION_##NAME, 1, value, why             \
    }
#define FAR 0xfffffff0u

static const damage_t damages[] = {
    HEADER(magic, 0, "begin"),
    HEADER(version, 9, "another version"),
    HEADER(byte_order, 0x04030201, "byte order"),
    HEADER(size, 8, "its size"),
    HEADER(checksum, 1, "checksum"),
    HEADER(rules, 3, "number of rules"),
    HEADER(rules, 64 * 1024, "number of rules"),
    HEADER(homes, FAR, "no end"),
    HEADER(host_homes, FAR, "no end"),
    HEADER(begins_at[0], 1, "beginnings"),
    HEADER(begins_at[2], FAR, "beginnings"),
    HEADER(begins_at[SEMR_SUBJECTS], 0, "beginnings"),
    HEADER(sections[0].at, 8, "not in place"),
    HEADER(sections[3].at, 1 << 20, "not in place"),
    HEADER(sections[0].count, 1 << 20, "longer than the image"),
    HEADER(sections[2].count, ~(apr_uint64_t)0 / 8, "longer than the image"),
    HEADER(sections[SEMR_SECTION_STRINGS].count, 8, "fill"),
    BYTE(RECORDS, 0, 0xff, "a rule is out of bounds"),
    BYTE(RECORDS, 0, SEMR_HAS_TO | SEMR_TO_OF, "a rule is out of bounds"),
    BYTE(RECORDS, 0, SEMR_TO_OF, "a rule is out of bounds"),
    BYTE(RECORDS, 0, 0, "a rule"),
    BYTE(RECORDS, 1, 7, "another's number"),
    BYTE(RECORDS, 3, 0x7f, "refers to nothing"),
    BYTE(RECORDS, 5, 0xff, "a rule is out of bounds"),
    NUMBER(MARKS, 0, 5, "mark"),
    IN(POLICIES, semr_image_policy_t, 0, host, FAR, "policy"),
    IN(POLICIES, semr_image_policy_t, 0, only, FAR, "policy"),
    IN(POLICIES, semr_image_policy_t, 0, file, FAR, "policy"),
    IN(POLICIES, semr_image_policy_t, 0, rank, FAR, "policy"),
    IN(POLICIES, semr_image_policy_t, 0, condition, 1, "condition"),
    IN(POLICIES, semr_image_policy_t, 0, code, 200, "code"),
    IN(POLICIES, semr_image_policy_t, 0, max_age, (apr_uint64_t)-3, "time"),
    IN(POLICIES, semr_image_policy_t, 0, starts, (apr_uint64_t)1 << 60, "time"),
    IN(POLICIES, semr_image_policy_t, 0, ends, (apr_uint64_t)1 << 63, "time"),
    IN(POLICIES, semr_image_policy_t, 0, settles, (apr_uint64_t)1 << 60,
       "time"),
    IN(POLICIES, semr_image_policy_t, 0, intent, 9, "policy"),
    IN(POLICIES, semr_image_policy_t, 0, method, 9, "policy"),
    IN(POLICIES, semr_image_policy_t, 0, stage, 9, "policy"),
    IN(POLICIES, semr_image_policy_t, 0, kind, 9, "policy"),
    IN(POLICIES, semr_image_policy_t, 0, scheme, 9, "policy"),
    IN(POLICIES, semr_image_policy_t, 0, to_form, 9, "policy"),
    IN(POLICIES, semr_image_policy_t, 0, to_form, SEMR_TO_NOTHING, "TO"),
    IN(POLICIES, semr_image_policy_t, 0, to_form, SEMR_TO_AUTHORITY,
       "authority"),
    IN(POLICIES, semr_image_policy_t, 0, spare, 1, "policy"),
    IN(POLICIES, semr_image_policy_t, 0, spare_too, 1, "policy"),
    IN(POLICIES, semr_image_policy_t, 0, rules, 99, "number of rules"),
    IN(POLICIES, semr_image_policy_t, 3, flags, SEMR_PLAIN, "no URL"),
    IN(EXTRAS, semr_image_extra_t, 0, note, 1, "extra"),
    IN(EXTRAS, semr_image_extra_t, 1, note, FAR, "extra"),
    IN(EXTRAS, semr_image_extra_t, 1, from_word, FAR, "extra"),
    IN(EXTRAS, semr_image_extra_t, 1, to_word, FAR, "extra"),
    IN(EXTRAS, semr_image_extra_t, 1, condition, 1, "extra"),
    IN(EXTRAS, semr_image_extra_t, 1, params, FAR, "extra"),
    IN(EXTRAS, semr_image_extra_t, 1, nparams, FAR, "extra"),
    IN(EXTRAS, semr_image_extra_t, 1, nparams, 20, "extra"),
    IN(PARAMS, semr_image_param_t, 0, name, FAR, "parameter"),
    IN(PARAMS, semr_image_param_t, 0, value, FAR, "parameter"),
    IN(PARAMS, semr_image_param_t, 0, capture, 32, "parameter"),
    IN(PARAMS, semr_image_param_t, 0, capture, (apr_uint32_t)-2, "parameter"),
    IN(PLACES, semr_image_place_t, 0, run, FAR, "place"),
    IN(PLACES, semr_image_place_t, 0, below, 4, "place"),
    NUMBER(RUNS, 0, 1, "run"),
    NUMBER(RUNS, 1, 0, "run"),
    IN(HOSTS, semr_image_host_t, 0, name, 1, "host"),
    IN(HOSTS, semr_image_host_t, 1, name, FAR, "host"),
    IN(HOSTS, semr_image_host_t, 1, wild, 2, "host"),
    IN(PATTERNS, semr_image_pattern_t, 0, rule, FAR, "pattern"),
    IN(PATTERNS, semr_image_pattern_t, 0, rule, 0, "pattern"),
    IN(PATTERNS, semr_image_pattern_t, 0, node, 3, "pattern"),
    IN(PATTERNS, semr_image_pattern_t, 0, node, 0, "pattern"),
    IN(PATTERNS, semr_image_pattern_t, 0, node, FAR, "pattern"),
    IN(BEGINS, semr_image_begin_t, 0, host, FAR, "beginning"),
    IN(BEGINS, semr_image_begin_t, 0, text, FAR, "beginning"),
    IN(BEGINS, semr_image_begin_t, 0, parent, 0, "parent"),
    IN(BEGINS, semr_image_begin_t, 0, members, FAR, "beginning"),
    IN(BEGINS, semr_image_begin_t, 0, count, FAR, "beginning"),
    NUMBER(MEMBERS, 0, FAR, "beginning"),
    NUMBER(MEMBERS, 0, 1, "another kind"),
    BYTE(STRINGS, 0, 1, "first string"),
};

static void set_checksum(char *block, apr_size_t size)
{
    const apr_size_t skip = offsetof(semr_image_t, sections);

    ((semr_image_t *)(void *)block)->checksum =
        XXH3_64bits(block + skip, size - skip);
}

/* A copy of image with its checksum, where ASan sees what is read beyond. */
static char *copy_of(const semr_image_t *image)
{
    char *block = malloc(image->size);

    memcpy(block, image, image->size);
    set_checksum(block, image->size);
    return block;
}

static const char *verdict(const char *block, apr_size_t size)
{
    const semr_image_t *opened = NULL;
    semr_diag_t diag = {NULL};

    if (semr_image_open(block, size, &opened, pool, &diag) == APR_SUCCESS) {
        assert_ptr_equal(opened, block);
        return NULL;
    }
    assert_null(opened);
    return diag.text;
}

static void each_field(void **state)
{
    const semr_image_t *image = frozen(ROWS(lines));
    apr_size_t i;

    (void)state;
    for (i = 0; i < ROWS(damages); i++) {
        const damage_t *damage = damages + i;
        char *block = copy_of(image);
        apr_size_t at = damage->at;
        const char *why;

        assert_null(verdict(block, image->size));
        if (damage->section >= 0) {
            apr_size_t begin = image->sections[damage->section].at;

            at += begin;
            assert_true(at + damage->size <= image->size);
        }
        assert_memory_not_equal(block + at, &damage->value, damage->size);
        memcpy(block + at, &damage->value, damage->size);
        if (damage->section >= 0 ||
            damage->at >= offsetof(semr_image_t, sections)) {
            set_checksum(block, image->size);
        }
        why = verdict(block, image->size);
        if (!why || !strstr(why, damage->why)) {
            fail_msg("%s = %llu: %s", damage->name,
                     (unsigned long long)damage->value, why ? why : "opened");
        }
        free(block);
    }
}

/* All that a hash table holds, for there is no telling where things are. */
static void each_slot(void **state)
{
    const semr_image_t *image = frozen(ROWS(lines));
    const semr_section_t sections[] = {SEMR_SECTION_SLOTS,
                                       SEMR_SECTION_HOST_SLOTS};
    apr_size_t s, i;

    (void)state;
    for (s = 0; s < ROWS(sections); s++) {
        for (i = 0; i < semr_image_count(image, sections[s]); i++) {
            char *block = copy_of(image);
            semr_image_slot_t *slot =
                (semr_image_slot_t *)(void *)(block +
                                              image->sections[sections[s]].at) +
                i;

            slot->node = FAR;
            set_checksum(block, image->size);
            assert_non_null(strstr(verdict(block, image->size), "slot")
                                ?: strstr(verdict(block, image->size), "end"));
            free(block);
        }
    }
}

static void each_length(void **state)
{
    const semr_image_t *image = frozen(ROWS(lines));
    apr_size_t size;

    (void)state;
    for (size = 0; size < image->size; size++) {
        char *block = malloc(size + !size);

        memcpy(block, image, size);
        if (size >= sizeof(*image)) {
            ((semr_image_t *)(void *)block)->size = size;
            set_checksum(block, size);
        }
        assert_non_null(verdict(block, size));
        free(block);
    }
}

/* Any other byte: it is refused by its checksum; and with a right one it is
 * refused, or harmless. */
static void each_byte(void **state)
{
    static const unsigned char masks[] = {0x01, 0x80, 0xff, 0x20, 0x03};
    const semr_image_t *image = frozen(ROWS(lines));
    apr_size_t i, refused = 0;
    apr_pool_t *outer = pool;

    (void)state;
    apr_pool_create(&pool, outer);
    for (i = offsetof(semr_image_t, sections); i < image->size; i++) {
        char *block = copy_of(image);

        block[i] = (char)(block[i] ^ masks[i % ROWS(masks)]);
        assert_non_null(strstr(verdict(block, image->size), "checksum"));
        set_checksum(block, image->size);
        if (verdict(block, image->size)) {
            refused++;
        }
        else {
            use_image((const semr_image_t *)(void *)block, pool);
        }
        free(block);
        apr_pool_clear(pool);
    }
    apr_pool_destroy(pool);
    pool = outer;
    assert_true(refused > image->size / 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comes_back),  cmocka_unit_test(file_faults),
        cmocka_unit_test(each_field),  cmocka_unit_test(each_slot),
        cmocka_unit_test(each_length), cmocka_unit_test(each_byte),
        cmocka_unit_test(seeds)};

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("image", tests, start, stop);
}
