/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Normalising card secrets. Merchants paste from spreadsheets, chats and PDFs: full-width letters, no-break spaces and typographic
 * dashes must not make a second card out of one. Case is folded, because a card that differs from another only by case
 * and separators is the same card in every shop that was looked at.
 */
#include "service/card_text.h"

#include <stdbool.h>
#include <stdint.h>

#include "base/limits.h"

static bool is_space(unsigned char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct text service_card_trim(struct text secret)
{
    while (secret.length && is_space((unsigned char)secret.data[0])) {
        secret.data++;
        secret.length--;
    }
    while (secret.length && is_space((unsigned char)secret.data[secret.length - 1]))
        secret.length--;
    return secret;
}

/* Decodes one code point of valid UTF-8 and moves past it. */
static uint32_t next_point(struct text *rest)
{
    const unsigned char *s = (const unsigned char *)rest->data;
    int more = s[0] < 0x80 ? 0 : s[0] < 0xe0 ? 1 : s[0] < 0xf0 ? 2 : 3;
    static const unsigned char masks[] = {0x7f, 0x1f, 0x0f, 0x07};
    uint32_t point = s[0] & masks[more];
    for (int i = 1; i <= more; i++)
        point = point << 6 | (s[i] & 0x3fu);
    rest->data += more + 1;
    rest->length -= (size_t)more + 1;
    return point;
}

static bool is_dropped(uint32_t point)
{
    return point == ' ' || point == '\t' || point == '-' || point == '_' || point == 0x00a0 || point == 0x00ad ||
           point == 0x3000 || point == 0xfeff || (point >= 0x2000 && point <= 0x200f) ||
           (point >= 0x2010 && point <= 0x2015) || point == 0x202f || point == 0x2060 || point == 0x2212;
}

static bool is_control(uint32_t point)
{
    return (point < 0x20 && point != '\t') || (point >= 0x7f && point < 0xa0) || (point >= 0x202a && point <= 0x202e) ||
           (point >= 0x2066 && point <= 0x2069);
}

static size_t put_point(char *out, uint32_t point)
{
    if (point < 0x80) {
        out[0] = (char)(point >= 'a' && point <= 'z' ? point - 32 : point);
        return 1;
    }
    if (point < 0x800) {
        out[0] = (char)(0xc0 | point >> 6);
        out[1] = (char)(0x80 | (point & 0x3f));
        return 2;
    }
    if (point < 0x10000) {
        out[0] = (char)(0xe0 | point >> 12);
        out[1] = (char)(0x80 | (point >> 6 & 0x3f));
        out[2] = (char)(0x80 | (point & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | point >> 18);
    out[1] = (char)(0x80 | (point >> 12 & 0x3f));
    out[2] = (char)(0x80 | (point >> 6 & 0x3f));
    out[3] = (char)(0x80 | (point & 0x3f));
    return 4;
}

struct text service_card_normalise(struct arena *arena, struct text secret, enum service_card_verdict *ret_verdict)
{
    struct text rest = service_card_trim(secret), none = {NULL, 0};
    *ret_verdict = rest.length > LIMIT_CARD_BYTES ? SERVICE_CARD_TOO_LONG
                   : text_utf8_bad(rest) >= 0     ? SERVICE_CARD_BAD_TEXT
                                                  : SERVICE_CARD_ACCEPTED;
    if (*ret_verdict != SERVICE_CARD_ACCEPTED)
        return none;
    char *out = arena_alloc(arena, rest.length + 1);
    size_t length = 0;
    while (rest.length) {
        uint32_t point = next_point(&rest);
        if (is_control(point)) {
            *ret_verdict = SERVICE_CARD_BAD_TEXT;
            return none;
        }
        if (point >= 0xff01 && point <= 0xff5e)
            point -= 0xfee0; /* full-width forms stand in the order of ASCII */
        if (!is_dropped(point))
            length += put_point(out + length, point);
    }
    if (length == 0)
        *ret_verdict = SERVICE_CARD_EMPTY;
    return (struct text){out, length};
}
