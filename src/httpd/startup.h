/* SPDX-License-Identifier: Apache-2.0
 * From the configuration to the first request: what hooks do in between.
 *
 * Rules are taken while the configuration is read; when that is done they are
 * frozen, maps are built, and all of it is looked over.
 */
#ifndef SEMR_STARTUP_H
#define SEMR_STARTUP_H

/* The hooks pre_config, check_config, test_config and post_config. */
void semr_startup_register_hooks(void);

#endif
