/* SPDX-License-Identifier: Apache-2.0 */
/* Pieces of one deflate stream: each is compressed by itself and ends on a byte boundary, so that they can stand side by side. */
#include "base/gzip.h"

#include <assert.h>
#include <stdlib.h>
#include <zlib.h>

#define LEVEL_ONCE 9
#define LEVEL_EACH 3 /* more takes twice the time for a tenth less */
#define WINDOW_BITS 15
#define MEMORY_LEVEL 8

static void piece_add(struct buffer *out, struct text plain, int level, int flush)
{
    z_stream stream = {.next_in = (Bytef *)(uintptr_t)plain.data, .avail_in = (uInt)plain.length};
    assert(plain.length < UINT32_MAX);
    /* Negative: a bare stream, without a header of its own. */
    if (deflateInit2(&stream, level, Z_DEFLATED, -WINDOW_BITS, MEMORY_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK)
        abort();
    size_t bound = deflateBound(&stream, (uLong)plain.length) + 16; /* the empty block of a flush */
    char *room = buffer_reserve(out, bound);
    if (room) {
        stream.next_out = (Bytef *)room;
        stream.avail_out = (uInt)bound;
        int result = deflate(&stream, flush);
        assert(result == (flush == Z_FINISH ? Z_STREAM_END : Z_OK) && stream.avail_in == 0 && stream.avail_out > 0);
        out->length += bound - stream.avail_out;
        out->data[out->length] = '\0';
    }
    deflateEnd(&stream);
}

static uint32_t crc_of(struct text plain)
{
    return (uint32_t)crc32(0, (const Bytef *)plain.data, (uInt)plain.length);
}

void gzip_part_make(struct text plain, struct buffer *out, struct gzip_part *ret)
{
    size_t start = out->length;
    piece_add(out, plain, LEVEL_ONCE, Z_FULL_FLUSH);
    *ret = (struct gzip_part){
        .deflated = {out->data + start, out->length - start}, .crc = crc_of(plain), .length = plain.length};
}

static void little_endian_add(struct buffer *out, uint32_t value)
{
    for (int shift = 0; shift < 32; shift += 8)
        buffer_add_char(out, (char)(value >> shift & 0xff));
}

static uint32_t crc_join(uint32_t first, uint32_t second, size_t second_length)
{
    return (uint32_t)crc32_combine(first, second, (z_off_t)second_length);
}

void gzip_join(struct buffer *out, struct text before, const struct gzip_part *part, struct text after)
{
    static const char header[] = {0x1f, (char)0x8b, 8, 0, 0, 0, 0, 0, 0, (char)0xff}; /* no time, no system */
    uint32_t crc = crc_of(before);
    size_t length = before.length + after.length + (part ? part->length : 0);
    buffer_add(out, header, sizeof header);
    if (before.length > 0)
        piece_add(out, before, LEVEL_EACH, Z_FULL_FLUSH);
    if (part) {
        buffer_add_text(out, part->deflated);
        crc = crc_join(crc, part->crc, part->length);
    }
    piece_add(out, after, LEVEL_EACH, Z_FINISH);
    little_endian_add(out, crc_join(crc, crc_of(after), after.length));
    little_endian_add(out, (uint32_t)length);
}
