/* SPDX-License-Identifier: Apache-2.0
 * Fuzz target: an Accept header, whatever its bytes: nothing is read beyond it,
 * the choice is one of those offered, and is made again with all else refused.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "accept.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const semr_media_t offers[] = {{"text/html", NULL},
                                          {"application/json", NULL},
                                          {"text/plain", "0.0.4"}};
    char *header = malloc(size + 1);
    int choice;

    memcpy(header, data, size);
    header[size] = '\0';
    choice = semr_accept_choose(header, offers, 3);
    if (choice < -1 || choice > 2) {
        abort();
    }
    if (choice >= 0 && semr_accept_choose(header, offers + choice, 1) != 0) {
        abort();
    }
    free(header);
    return 0;
}
