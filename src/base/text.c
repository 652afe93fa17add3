/* SPDX-License-Identifier: Apache-2.0 */
/* Views of text, strict UTF-8, the bounded output buffer, and the strict hex and base64 codecs. */
#include "base/text.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

#define BUFFER_FIRST_BYTES 256
#define HIGH_BITS UINT64_C(0x8080808080808080)

static const char hex_digits[] = "0123456789abcdef";
static const char base64_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

struct text text_of(const char *terminated)
{
    return (struct text){terminated, terminated ? strlen(terminated) : 0};
}

bool text_equal(struct text a, struct text b)
{
    return a.length == b.length && (a.length == 0 || memcmp(a.data, b.data, a.length) == 0);
}

bool text_is(struct text a, const char *terminated)
{
    return text_equal(a, text_of(terminated));
}

bool text_starts(struct text a, const char *prefix)
{
    assert(prefix);
    size_t length = strlen(prefix);
    return a.length >= length && (length == 0 || memcmp(a.data, prefix, length) == 0);
}

int text_compare(struct text a, struct text b)
{
    size_t common = a.length < b.length ? a.length : b.length;
    int order = common ? memcmp(a.data, b.data, common) : 0;
    if (order != 0)
        return order;
    return (a.length > b.length) - (a.length < b.length);
}

static bool is_continuation(uint8_t byte)
{
    return (byte & 0xC0) == 0x80;
}

/* The length of the well-formed sequence at p (Unicode 15, table 3-7), or 0. */
static size_t utf8_sequence(const uint8_t *p, size_t left)
{
    uint8_t first = p[0];
    if (first < 0x80)
        return 1;
    if (first >= 0xC2 && first <= 0xDF)
        return left >= 2 && is_continuation(p[1]) ? 2 : 0;
    if (first >= 0xE0 && first <= 0xEF) {
        if (left < 3 || !is_continuation(p[1]) || !is_continuation(p[2]))
            return 0;
        if ((first == 0xE0 && p[1] < 0xA0) || (first == 0xED && p[1] > 0x9F))
            return 0;
        return 3;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        if (left < 4 || !is_continuation(p[1]) || !is_continuation(p[2]) || !is_continuation(p[3]))
            return 0;
        if ((first == 0xF0 && p[1] < 0x90) || (first == 0xF4 && p[1] > 0x8F))
            return 0;
        return 4;
    }
    return 0;
}

ptrdiff_t text_utf8_bad(struct text t)
{
    const uint8_t *bytes = (const uint8_t *)t.data;
    size_t at = 0;
    while (at < t.length) {
        uint64_t word;
        while (t.length - at >= sizeof word) {
            memcpy(&word, bytes + at, sizeof word);
            if (word & HIGH_BITS)
                break;
            at += sizeof word;
        }
        if (at == t.length)
            break;
        size_t length = utf8_sequence(bytes + at, t.length - at);
        if (length == 0)
            return (ptrdiff_t)at;
        at += length;
    }
    return -1;
}

size_t text_utf8_count(struct text t)
{
    size_t count = 0;
    for (size_t i = 0; i < t.length; i++)
        count += !is_continuation((uint8_t)t.data[i]);
    return count;
}

struct text text_clip(struct text t, size_t bytes_max)
{
    if (t.length <= bytes_max)
        return t;
    size_t length = bytes_max;
    while (length > 0 && is_continuation((uint8_t)t.data[length]))
        length--;
    return (struct text){t.data, length};
}

int text_to_int64(struct text t, int64_t *ret_value, struct error *error)
{
    assert(ret_value);
    bool negative = t.length > 0 && t.data[0] == '-';
    size_t at = negative;
    if (at == t.length || (t.data[at] == '0' && (t.length > at + 1 || negative)))
        return error_set(error, ERROR_FIELD_TYPE, "The text is not a whole decimal number");
    for (size_t i = at; i < t.length; i++)
        if (t.data[i] < '0' || t.data[i] > '9')
            return error_set(error, ERROR_FIELD_TYPE, "The text is not a whole decimal number");
    int64_t value = 0;
    for (; at < t.length; at++) {
        int64_t digit = t.data[at] - '0';
        /* Built up below zero, because INT64_MIN has no positive counterpart. */
        if (__builtin_mul_overflow(value, 10, &value) || __builtin_sub_overflow(value, digit, &value))
            return error_set(error, ERROR_FIELD_RANGE, "The number does not fit in 64 bits");
    }
    if (!negative && __builtin_sub_overflow(INT64_C(0), value, &value))
        return error_set(error, ERROR_FIELD_RANGE, "The number does not fit in 64 bits");
    *ret_value = value;
    return 0;
}

void buffer_init(struct buffer *buffer, size_t maximum)
{
    assert(buffer);
    assert(maximum < SIZE_MAX / 4);
    *buffer = (struct buffer){.maximum = maximum};
}

void buffer_done(struct buffer *buffer)
{
    if (!buffer)
        return;
    free(buffer->data);
    *buffer = (struct buffer){.maximum = buffer->maximum};
}

void buffer_clear(struct buffer *buffer)
{
    assert(buffer);
    buffer->length = 0;
    buffer->failed = false;
    if (buffer->data)
        buffer->data[0] = '\0';
}

static void buffer_grow(struct buffer *buffer, size_t needed)
{
    size_t capacity = buffer->capacity ? buffer->capacity : BUFFER_FIRST_BYTES;
    while (capacity < needed)
        capacity *= 2;
    if (capacity > buffer->maximum + 1)
        capacity = buffer->maximum + 1;
    char *data = realloc(buffer->data, capacity);
    if (!data)
        abort();
    buffer->data = data;
    buffer->capacity = capacity;
}

char *buffer_reserve(struct buffer *buffer, size_t bytes)
{
    assert(buffer);
    if (buffer->failed || bytes > buffer->maximum - buffer->length) {
        buffer->failed = true;
        return NULL;
    }
    if (buffer->capacity - buffer->length <= bytes)
        buffer_grow(buffer, buffer->length + bytes + 1);
    return buffer->data + buffer->length;
}

static void buffer_advance(struct buffer *buffer, size_t bytes)
{
    buffer->length += bytes;
    buffer->data[buffer->length] = '\0';
}

void buffer_add(struct buffer *buffer, const void *data, size_t length)
{
    assert(data || length == 0);
    char *to = buffer_reserve(buffer, length);
    if (!to)
        return;
    if (length)
        memcpy(to, data, length);
    buffer_advance(buffer, length);
}

void buffer_add_text(struct buffer *buffer, struct text text)
{
    buffer_add(buffer, text.data, text.length);
}

void buffer_add_string(struct buffer *buffer, const char *terminated)
{
    buffer_add_text(buffer, text_of(terminated));
}

void buffer_add_char(struct buffer *buffer, char c)
{
    char *to = buffer_reserve(buffer, 1);
    if (!to)
        return;
    *to = c;
    buffer_advance(buffer, 1);
}

void buffer_add_int(struct buffer *buffer, int64_t value)
{
    char digits[20];
    size_t at = sizeof digits;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do {
        digits[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    if (value < 0)
        digits[--at] = '-';
    buffer_add(buffer, digits + at, sizeof digits - at);
}

void buffer_addf(struct buffer *buffer, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    assert(length >= 0);
    if (!buffer_reserve(buffer, (size_t)length))
        return;
    va_start(arguments, format);
    vsnprintf(buffer->data + buffer->length, (size_t)length + 1, format, arguments);
    va_end(arguments);
    buffer_advance(buffer, (size_t)length);
}

void buffer_add_hex(struct buffer *buffer, const void *data, size_t length)
{
    assert(length < SIZE_MAX / 4);
    const uint8_t *bytes = data;
    char *to = buffer_reserve(buffer, length * 2);
    if (!to)
        return;
    for (size_t i = 0; i < length; i++) {
        *to++ = hex_digits[bytes[i] >> 4];
        *to++ = hex_digits[bytes[i] & 15];
    }
    buffer_advance(buffer, length * 2);
}

void buffer_add_base64(struct buffer *buffer, const void *data, size_t length)
{
    assert(length < SIZE_MAX / 4);
    const uint8_t *bytes = data;
    size_t out_length = (length + 2) / 3 * 4;
    char *to = buffer_reserve(buffer, out_length);
    if (!to)
        return;
    for (size_t i = 0; i < length; i += 3) {
        size_t left = length - i;
        uint32_t group = (uint32_t)bytes[i] << 16;
        group |= left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0;
        group |= left > 2 ? (uint32_t)bytes[i + 2] : 0;
        *to++ = base64_digits[group >> 18];
        *to++ = base64_digits[group >> 12 & 63];
        *to++ = left > 1 ? base64_digits[group >> 6 & 63] : '=';
        *to++ = left > 2 ? base64_digits[group & 63] : '=';
    }
    buffer_advance(buffer, out_length);
}

struct text buffer_text(const struct buffer *buffer)
{
    assert(buffer);
    return (struct text){buffer->data ? buffer->data : "", buffer->length};
}

int buffer_check(const struct buffer *buffer, struct error *error)
{
    assert(buffer);
    if (!buffer->failed)
        return 0;
    return error_set(error, ERROR_LIMIT_EXCEEDED, "The output is larger than %zu bytes", buffer->maximum);
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int hex_decode(struct text in, void *out, size_t out_maximum, size_t *ret_length)
{
    assert(out || out_maximum == 0);
    uint8_t *to = out;
    if (in.length % 2 != 0 || in.length / 2 > out_maximum)
        return -1;
    for (size_t i = 0; i < in.length; i++)
        if (hex_value(in.data[i]) < 0)
            return -1;
    for (size_t i = 0; i < in.length; i += 2)
        to[i / 2] = (uint8_t)(hex_value(in.data[i]) << 4 | hex_value(in.data[i + 1]));
    if (ret_length)
        *ret_length = in.length / 2;
    return 0;
}

static int base64_value(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == '+')
        return 62;
    return c == '/' ? 63 : -1;
}

/* Reads one group of four characters; returns its number of bytes, or 0 when it is not canonical. */
static size_t base64_group(const char *in, bool is_last, uint8_t out[static 3])
{
    size_t bytes = 3;
    if (is_last && in[3] == '=')
        bytes = in[2] == '=' ? 1 : 2;
    uint32_t group = 0;
    for (size_t i = 0; i < 4; i++) {
        int value = i <= bytes ? base64_value(in[i]) : 0;
        if (value < 0)
            return 0;
        group = group << 6 | (uint32_t)value;
    }
    /* Bits behind the last byte must be zero, or one value would have several spellings. */
    if ((bytes == 1 && group & 0xFFFF) || (bytes == 2 && group & 0xFF))
        return 0;
    for (size_t i = 0; i < 3; i++)
        out[i] = (uint8_t)(group >> (16 - 8 * i));
    return bytes;
}

int base64_decode(struct text in, void *out, size_t out_maximum, size_t *ret_length)
{
    assert(out || out_maximum == 0);
    uint8_t *to = out;
    size_t written = 0;
    if (in.length % 4 != 0)
        return -1;
    for (size_t i = 0; i < in.length; i += 4) {
        uint8_t group[3];
        size_t bytes = base64_group(in.data + i, i + 4 == in.length, group);
        if (bytes == 0 || bytes > out_maximum - written)
            return -1;
        memcpy(to + written, group, bytes);
        written += bytes;
    }
    if (ret_length)
        *ret_length = written;
    return 0;
}
