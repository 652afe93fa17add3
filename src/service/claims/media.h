/* SPDX-License-Identifier: Apache-2.0 */
/* Which files are taken as evidence. Told by their first bytes: the name and type that a client gives are never believed. */
#ifndef SHUNTUI_SERVICE_MEDIA_H
#define SHUNTUI_SERVICE_MEDIA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "evidence/leaf.h"

#define SERVICE_MEDIA_HEAD_BYTES 64 /* of a file; more is not needed to tell it */

struct service_media {
    const char *media_type, *extension;
    enum evidence_kind kind;
    /* A browser may show it within a page. Not documents: what they may hold is decided by a viewer that we do not know. */
    bool is_shown;
};
/* NULL: such a file is not taken. */
const struct service_media *service_media_find(const uint8_t *head, size_t length);
/* Of a file that was taken; NULL when the type is not in the table. */
const struct service_media *service_media_get(struct text media_type);

#endif
