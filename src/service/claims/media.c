/* SPDX-License-Identifier: Apache-2.0 */
/* The table of files that are taken. Formats of the ISO base media family look alike but for their brand. */
#include "service/claims/media.h"

#include <string.h>

struct magic {
    size_t offset, length;
    const char *bytes;
    struct service_media media;
};
#define MAGIC(OFFSET, BYTES, ...)                                                                                      \
    {                                                                                                                  \
        OFFSET, sizeof(BYTES) - 1, BYTES,                                                                              \
        {                                                                                                              \
            __VA_ARGS__                                                                                                \
        }                                                                                                              \
    }
static const struct magic magics[] = {
    MAGIC(0, "\xff\xd8\xff", "image/jpeg", "jpg", EVIDENCE_KIND_SCREENSHOT, true),
    MAGIC(0, "\x89PNG\r\n\x1a\n", "image/png", "png", EVIDENCE_KIND_SCREENSHOT, true),
    MAGIC(8, "WEBP", "image/webp", "webp", EVIDENCE_KIND_SCREENSHOT, true),
    MAGIC(4, "ftyp", "video/mp4", "mp4", EVIDENCE_KIND_SCREEN_RECORDING, true),
    MAGIC(0, "\x1a\x45\xdf\xa3", "video/webm", "webm", EVIDENCE_KIND_SCREEN_RECORDING, true),
    MAGIC(0, "%PDF-", "application/pdf", "pdf", EVIDENCE_KIND_DOCUMENT, false),
};
/* Pictures and sound in the same container as MP4: a phone's HEIC photo is no screen recording. */
static const char *const other_brands[] = {"heic", "heix", "heim", "heis", "hevc", "hevx",
                                           "mif1", "msf1", "avif", "avis", "M4A ", "M4B "};

static bool is_magic(const struct magic *magic, const uint8_t *head, size_t length)
{
    return length >= magic->offset + magic->length && memcmp(head + magic->offset, magic->bytes, magic->length) == 0;
}

static bool is_other_brand(const uint8_t *head, size_t length)
{
    for (size_t i = 0; length >= 12 && i < sizeof other_brands / sizeof other_brands[0]; i++)
        if (memcmp(head + 8, other_brands[i], 4) == 0)
            return true;
    return false;
}

const struct service_media *service_media_find(const uint8_t *head, size_t length)
{
    for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++) {
        const struct magic *magic = &magics[i];
        if (!is_magic(magic, head, length))
            continue;
        bool refused = (magic->offset == 8 && memcmp(head, "RIFF", 4) != 0) ||
                       (magic->offset == 4 && is_other_brand(head, length));
        return refused ? NULL : &magic->media;
    }
    return NULL;
}

const struct service_media *service_media_get(struct text media_type)
{
    for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++)
        if (text_is(media_type, magics[i].media.media_type))
            return &magics[i].media;
    return NULL;
}
