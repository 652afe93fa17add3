/* SPDX-License-Identifier: Apache-2.0 */
/* The form in which card secrets are compared, so that one card cannot be sold twice in two spellings. Never shown to anyone. */
#include "market/market.h"

#include <assert.h>

/* Reads one code point of valid UTF-8. */
static uint32_t decode(struct text text, size_t at, size_t *ret_length)
{
    const unsigned char *byte = (const unsigned char *)text.data + at;
    size_t length = byte[0] < 0x80 ? 1 : byte[0] < 0xe0 ? 2 : byte[0] < 0xf0 ? 3 : 4;
    uint32_t code = length == 1 ? byte[0] : byte[0] & (0x7fu >> length);
    for (size_t i = 1; i < length; i++)
        code = code << 6 | (byte[i] & 0x3fu);
    *ret_length = length;
    return code;
}

/* Blanks, dashes, dots and underscores of every width: printers and merchants group secrets as they like. */
static bool is_separator(uint32_t code)
{
    static const uint32_t others[] = {' ', '-', '_', '.', 0xa0, 0xad, 0xb7, 0x3000, 0x30fb, 0xfeff, 0x2212, 0x3002};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (others[i] == code)
            return true;
    return (code >= 0x2000 && code <= 0x200f) || (code >= 0x2010 && code <= 0x2015) ||
           (code >= 0x2022 && code <= 0x2027) || code == 0x202f || code == 0x2060;
}

int market_card_normalise(struct text secret, char *out, size_t *ret_length, struct error *error)
{
    assert(out);
    assert(ret_length);
    size_t length = 0;
    while (secret.length > 0 && (secret.data[0] == ' ' || secret.data[0] == '\t'))
        secret = (struct text){secret.data + 1, secret.length - 1};
    while (secret.length > 0 && (secret.data[secret.length - 1] == ' ' || secret.data[secret.length - 1] == '\t'))
        secret.length--;
    if (secret.length > LIMIT_CARD_BYTES)
        return error_set(error, ERROR_FIELD_TOO_LONG, "a card secret has at most %d bytes", LIMIT_CARD_BYTES);
    if (text_utf8_bad(secret) >= 0)
        return error_set(error, ERROR_CARD_MALFORMED, "a card secret must be valid UTF-8");
    char form[LIMIT_CARD_BYTES];
    for (size_t at = 0, step; at < secret.length; at += step) {
        uint32_t code = decode(secret, at, &step);
        if (code < 0x20 || (code >= 0x7f && code < 0xa0))
            return error_set(error, ERROR_CARD_MALFORMED, "a card secret has no control characters");
        if (code >= 0xff01 && code <= 0xff5e)
            code -= 0xfee0;
        if (is_separator(code))
            continue;
        if (code >= 'a' && code <= 'z')
            code -= 32;
        if (code < 0x80)
            form[length++] = (char)code;
        else
            for (size_t i = 0; i < step; i++)
                form[length++] = secret.data[at + i];
    }
    if (length == 0)
        return error_set(error, ERROR_CARD_MALFORMED, "a card secret cannot be empty");
    for (size_t i = 0; i < length; i++)
        out[i] = form[i];
    *ret_length = length;
    return 0;
}
