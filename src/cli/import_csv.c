/* SPDX-License-Identifier: Apache-2.0
 * import csv
 */
#include "import.h"

apr_status_t import_read_csv(import_t *import)
{
    import_leave(import, 0, "", NULL, "is not built yet");
    return APR_EINVAL;
}
