/* SPDX-License-Identifier: Apache-2.0
 * A path in parts, and how much two of them are alike.
 */
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "suggest_parts.h"

enum { LONGEST = 64 }; /* names whose letters are compared */

typedef unsigned char block_t
    __attribute__((vector_size(SEMR_SUGGEST_BLOCK), aligned(1), may_alias));

/* A block at a time, whatever processor it is */
static void fold(char *to, const char *from, apr_size_t len)
{
    apr_size_t i;

    for (i = 0; i < len; i += SEMR_SUGGEST_BLOCK) {
        block_t block = *(const block_t *)(const void *)(from + i);

        block |= (block_t)(block - 'A' < 26) & 0x20;
        *(block_t *)(void *)(to + i) = block;
    }
}

int semr_suggest_split(char *text, semr_view_t path,
                       semr_suggest_parts_t *parts)
{
    apr_size_t len = path.len;
    const char *slash, *dot;

    while (len && path.p[len - 1] == '/') {
        len--;
    }
    fold(text, path.p, len);
    slash = len ? memrchr(text, '/', len) : NULL;
    if (!slash) {
        return 0;
    }
    parts->path = semr_view(text, len);
    parts->above = semr_view(text, (apr_size_t)(slash - text));
    parts->name = semr_view(slash + 1, len - parts->above.len - 1);
    dot = memrchr(parts->name.p, '.', parts->name.len);
    parts->stem = parts->name;
    if (dot && dot > parts->name.p) {
        parts->stem.len = (apr_size_t)(dot - parts->name.p);
    }
    return 1;
}

apr_uint64_t semr_suggest_hash(semr_view_t text, semr_suggest_key_t key)
{
    return XXH3_64bits_withSeed(text.p, text.len, key);
}

/* Names whose numbers differ are different things, whatever their letters. */
void semr_suggest_ends(const semr_suggest_parts_t *parts, apr_uint64_t above,
                       apr_size_t same, apr_uint64_t *head, apr_uint64_t *tail)
{
    semr_view_t stem = parts->stem;
    apr_uint32_t first = 0, last = 0;
    apr_size_t i;

    same = stem.len < same ? stem.len : same;

    for (i = 0; i < stem.len; i++) {
        if (stem.p[i] >= '0' && stem.p[i] <= '9') {
            above = (above ^ (unsigned char)stem.p[i]) *
                    APR_UINT64_C(0x9e3779b97f4a7c15);
        }
    }
    memcpy(&first, stem.p, same);
    memcpy(&last, stem.p + stem.len - same, same);
    *head = (above ^ first) * APR_UINT64_C(0xbf58476d1ce4e5b9);
    *tail = (above ^ last) * APR_UINT64_C(0x94d049bb133111eb);
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* Optimal string alignment, near the diagonal. */
int semr_suggest_distance(semr_view_t a, semr_view_t b, int most)
{
    enum { FAR = 9 };
    int rows[3][LONGEST + 2];
    int *two = rows[0], *one = rows[1], *row = rows[2], *next;
    int i, j, n = (int)a.len, m = (int)b.len;

    if (n > LONGEST || m > LONGEST || n - m > most || m - n > most) {
        return most + 1;
    }
    for (i = 0; i <= n; i++) {
        int from = i > most ? i - most : 0, to = least(i + most, m), low = FAR;

        for (j = from; j <= to; j++) {
            int d = i + j;

            if (i && j) {
                d = (a.p[i - 1] != b.p[j - 1]) + one[j - 1];
                d = least(d, (j < i + most ? one[j] : FAR) + 1);
                d = least(d, (j > i - most ? row[j - 1] : FAR) + 1);
                if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] &&
                    a.p[i - 2] == b.p[j - 1]) {
                    d = least(d, two[j - 2] + 1);
                }
            }
            row[j] = d;
            low = least(low, d);
        }
        if (low > most) {
            return most + 1;
        }
        next = two;
        two = one;
        one = row;
        row = next;
    }
    return least(one[m], most + 1);
}
