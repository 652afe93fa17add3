/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gzip (RFC 1952) for answers. An answer may have a part that is always the same: it is compressed once, thoroughly, and joined with
 * what is compressed each time, quickly. The only user of zlib.
 */
#ifndef SHUNTUI_BASE_GZIP_H
#define SHUNTUI_BASE_GZIP_H

#include <stdint.h>

#include "base/text.h"

struct gzip_part {
    struct text deflated; /* ends on a byte, and nothing after it refers to it */
    uint32_t crc;
    size_t length; /* of what it was made from */
};

/* Compresses a part for later, into out, which must live as long as the part is used. */
void gzip_part_make(struct text plain, struct buffer *out, struct gzip_part *ret);
/* Appends one whole gzip member that opens to before, part and after. part may be NULL. */
void gzip_join(struct buffer *out, struct text before, const struct gzip_part *part, struct text after);

#endif
