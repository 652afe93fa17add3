/* SPDX-License-Identifier: Apache-2.0 */
/* In place of the packed pages, in a program that is built without them. */
#include "http/embedded.h"

const unsigned char embedded_web_pack[1] = {0};
const uint64_t embedded_web_pack_length = 0;
