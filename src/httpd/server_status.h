/* SPDX-License-Identifier: Apache-2.0
 * Our section on mod_status's page, and our lines in its ?auto.
 */
#ifndef SEMR_SERVER_STATUS_H
#define SEMR_SERVER_STATUS_H

/* To be called when hooks are registered.  Where mod_status is not loaded,
 * nobody ever calls ours. */
void semr_server_status_register_hooks(void);

#endif
