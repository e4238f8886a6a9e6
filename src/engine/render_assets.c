/* SPDX-License-Identifier: Apache-2.0
 * Two files in the program's read-only data; the assembler reads them, from
 * the top folder, where the compiler runs.
 */
#include <string.h>

#include <apr_strings.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "render_assets.h"

#define INCLUDE_FILE(symbol, path)                                             \
    __asm__(".pushsection .rodata\n"                                           \
            ".global " symbol "\n"                                             \
            ".hidden " symbol "\n"                                             \
            ".type " symbol ", %object\n" symbol ":\n"                         \
            ".incbin \"" path "\"\n"                                           \
            ".byte 0\n"                                                        \
            ".size " symbol ", . - " symbol "\n"                               \
            ".popsection\n")

INCLUDE_FILE("semr_render_style", "src/engine/page.css");
INCLUDE_FILE("semr_render_script", "src/engine/page.js");

const char *semr_render_script_version(apr_pool_t *pool)
{
    XXH64_hash_t hash =
        XXH3_64bits(semr_render_script, strlen(semr_render_script));

    return apr_psprintf(pool, "%08x", (unsigned)(hash >> 32));
}
