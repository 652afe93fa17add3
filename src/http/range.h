/* SPDX-License-Identifier: Apache-2.0 */
/* The Range header (RFC 9110 section 14). One range of bytes; whatever else is asked for gets the whole, as the RFC allows. Pure. */
#ifndef SHUNTUI_HTTP_RANGE_H
#define SHUNTUI_HTTP_RANGE_H

#include <stdint.h>

enum range_outcome {
    RANGE_WHOLE,
    RANGE_PART,
    RANGE_BEYOND, /* 416: it begins behind the end */
};
struct range {
    uint64_t first, length; /* of RANGE_PART */
};
/* header may be NULL; size is that of the whole. */
enum range_outcome range_read(const char *header, uint64_t size, struct range *ret);

#endif
