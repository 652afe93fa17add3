/* SPDX-License-Identifier: Apache-2.0 */
/* Names of files and states in a bundle. */
#include "evidence/bundle_layout.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/time.h"

void bundle_item_name(size_t position, size_t chain_count, char ret[static BUNDLE_NAME_BYTES])
{
    assert(position < EVIDENCE_BUNDLE_ITEMS_MAX);
    if (position < chain_count)
        snprintf(ret, BUNDLE_NAME_BYTES, "%04zu", position + 1);
    else
        snprintf(ret, BUNDLE_NAME_BYTES, "r%04zu", position - chain_count + 1);
}

static const struct {
    const char *media_type, *extension;
} extensions[] = {
    {"application/json", "json"}, {"text/plain", "txt"}, {"image/png", "png"},   {"image/jpeg", "jpg"},
    {"image/webp", "webp"},       {"video/mp4", "mp4"},  {"video/webm", "webm"}, {"application/pdf", "pdf"},
};

const char *bundle_extension(struct text media_type)
{
    const char *end = media_type.length ? memchr(media_type.data, ';', media_type.length) : NULL;
    if (end)
        media_type.length = (size_t)(end - media_type.data);
    for (size_t i = 0; i < sizeof extensions / sizeof *extensions; i++)
        if (text_is(media_type, extensions[i].media_type))
            return extensions[i].extension;
    if (media_type.length > 5 && memcmp(media_type.data + media_type.length - 5, "+json", 5) == 0)
        return "json";
    return "bin";
}

static const char *const states[] = {
    [EVIDENCE_ITEM_PRESENT] = "present",
    [EVIDENCE_ITEM_WITHHELD] = "withheld",
    [EVIDENCE_ITEM_REDACTED] = "redacted",
    [EVIDENCE_ITEM_ERASED] = "erased",
};

const char *bundle_state_wire(enum evidence_item_state state)
{
    return states[state];
}

int bundle_state_find(struct text wire, enum evidence_item_state *ret)
{
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        if (text_is(wire, states[i])) {
            *ret = (enum evidence_item_state)i;
            return 0;
        }
    return -1;
}

size_t bundle_chain_count(const char *subject, const struct evidence_leaf *leaves, size_t count)
{
    size_t chain = 0;
    while (chain < count && text_is(leaves[chain].subject, subject))
        chain++;
    return chain;
}

void evidence_bundle_name(const char *subject, int64_t created_at_us, struct buffer *out)
{
    char when[TIME_TEXT_BYTES];
    time_format(created_at_us - created_at_us % TIME_SECOND_US, when);
    buffer_add_string(out, subject);
    buffer_add_char(out, '_');
    for (const char *c = when; *c; c++)
        if (*c != '-' && *c != ':')
            buffer_add_char(out, *c);
}
