/* SPDX-License-Identifier: Apache-2.0
 * Firebase's globs: * ** ? [a-z] {a,b} @(a|b) ?(a) *(a) +(a) !(a) :name :name*
 */
#ifndef SEMR_CLI_IMPORT_GLOB_H
#define SEMR_CLI_IMPORT_GLOB_H

#include "import_path.h"

/* Adds the parts of glob to path, which was initialised; they live in
 * import->pool.  Returns NULL; or a sentence, why they cannot be said. */
const char *import_glob_read(import_t *import, const char *glob,
                             import_path_t *path);

#endif
