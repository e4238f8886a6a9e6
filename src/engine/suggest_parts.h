/* SPDX-License-Identifier: Apache-2.0
 * What the files of suggestions share; private to suggest*.c.
 *
 *     suggest.c           all paths, one after the other; the answers' words
 *     suggest_variants.c  what a path may have been
 *     suggest_parts.c     a path in parts; how many letters two names differ
 *     suggest_read.c      all rules, read once
 */
#ifndef SEMR_SUGGEST_PARTS_H
#define SEMR_SUGGEST_PARTS_H

#include "suggest.h"

enum { SEMR_SUGGEST_PATH = 512 }; /* bytes; longer ones are passed over */

/* -- suggest_variants.c ---------------------------------------------------- */

/* Calls see with each thing that path may have been, until it returns not 0. */
typedef int semr_suggest_see_t(void *baton, semr_suggest_reason_t reason,
                               semr_view_t variant);
int semr_suggest_variants(semr_view_t path, semr_suggest_see_t *see,
                          void *baton);

/* Whether a name is that of an index file: /x/index.html is /x/. */
int semr_suggest_is_index(semr_view_t stem);

/* -- suggest_parts.c ------------------------------------------------------- */

/* A path, folded, in parts: above "/a" and name "b.html" of "/a/b.html", whose
 * stem is "b" */
typedef struct semr_suggest_parts_t {
    semr_view_t path; /* without a final slash */
    semr_view_t above, name, stem;
} semr_suggest_parts_t;

/* Text is read by blocks: behind it one more must be readable. */
enum { SEMR_SUGGEST_BLOCK = 16 };

/* Folds path into text, which has room for one more block, and takes it apart;
 * 0: it has no name. */
int semr_suggest_split(char *text, semr_view_t path,
                       semr_suggest_parts_t *parts);

/* Hashes by which paths find each other */
typedef enum semr_suggest_key_t {
    SEMR_SUGGEST_BY_NAME, /* the stem */
    SEMR_SUGGEST_BY_ABOVE /* above, or the whole path */
} semr_suggest_key_t;

apr_uint64_t semr_suggest_hash(semr_view_t text, semr_suggest_key_t key);

/* Two more: above, digits, and how the stem begins or ends.  same: how many
 * letters names share there that may be meant, FEW in short ones and MORE in
 * others. */
enum { SEMR_SUGGEST_FEW = 2, SEMR_SUGGEST_MORE = 3, SEMR_SUGGEST_SHORT = 8 };
void semr_suggest_ends(const semr_suggest_parts_t *parts, apr_uint64_t above,
                       apr_size_t same, apr_uint64_t *head, apr_uint64_t *tail);

/* How many letters two names differ: added, left out, wrong, or two swapped;
 * most + 1: more than most, which is 2 at most. */
int semr_suggest_distance(semr_view_t a, semr_view_t b, int most);

/* -- suggest_read.c -------------------------------------------------------- */

/* The best that was found in all rules; image NULL: nothing */
typedef struct semr_suggest_best_t {
    const semr_image_t *image;
    apr_uint32_t at; /* of the rule's record */
    semr_suggest_reason_t reason;
    int likeness;
} semr_suggest_best_t;

void semr_suggest_read(semr_suggest_t *suggest, const char *const *paths,
                       int count, semr_suggest_best_t *bests, apr_pool_t *pool);

#endif
