/* SPDX-License-Identifier: Apache-2.0
 * The version, as CHANGES.md has it.
 */
#ifndef SEMR_VERSION_H
#define SEMR_VERSION_H

#define SEMR_VERSION "0.1.0"

#endif
