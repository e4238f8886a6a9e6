/* SPDX-License-Identifier: Apache-2.0
 * import netlify cloudflare gitlab
 */
#include "import.h"

apr_status_t import_read_netlify(import_t *import)
{
    import_leave(import, 0, "", NULL, "is not built yet");
    return APR_EINVAL;
}

apr_status_t import_read_cloudflare(import_t *import)
{
    import_leave(import, 0, "", NULL, "is not built yet");
    return APR_EINVAL;
}

apr_status_t import_read_gitlab(import_t *import)
{
    import_leave(import, 0, "", NULL, "is not built yet");
    return APR_EINVAL;
}
