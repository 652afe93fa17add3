/* SPDX-License-Identifier: Apache-2.0 */
/* Writes RFC 8785 JSON straight into a buffer. Members that arrive in order cost nothing extra; an object whose members
 * came unsorted is put in order once, when it closes. */
#include "base/json.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"

#define ONES UINT64_C(0x0101010101010101)
#define HIGH_BITS UINT64_C(0x8080808080808080)
#define DEPTH_MAX ((int)(sizeof((struct json_writer *)0)->levels / sizeof *((struct json_writer *)0)->levels) - 1)

/* The letter behind the backslash; 'u' stands for \u00xx, 0 for "as it is" (RFC 8785 section 3.2.2.2). */
static const char escapes[256] = {
    'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'b', 't', 'n', 'u', 'f', 'r', 'u', 'u',         'u',
    'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', ['"'] = '"', ['\\'] = '\\',
};

void json_writer_init(struct json_writer *writer, struct buffer *out)
{
    assert(writer && out);
    writer->out = out;
    writer->depth = 0;
    writer->levels[0] = (struct json_level){.start = out->length};
    writer->members = writer->own_members;
    writer->member_total = 0;
    writer->member_capacity = sizeof writer->own_members / sizeof *writer->own_members;
    writer->after_key = false;
    writer->scratch = NULL;
    writer->scratch_capacity = 0;
}

void json_writer_done(struct json_writer *writer)
{
    assert(writer);
    assert(writer->depth == 0);
    if (writer->members != writer->own_members)
        free(writer->members);
    free(writer->scratch);
    writer->members = NULL;
    writer->scratch = NULL;
}

/* As buffer_reserve, without a call in the common case: capacity is never more than the maximum and its terminator. */
static inline char *room(struct buffer *out, size_t bytes)
{
    if (out->capacity - out->length > bytes && !out->failed)
        return out->data + out->length;
    return buffer_reserve(out, bytes);
}

static inline void put(struct json_writer *writer, const void *data, size_t length)
{
    char *to = room(writer->out, length);
    if (!to)
        return;
    if (length)
        memcpy(to, data, length);
    to[length] = '\0';
    writer->out->length += length;
}

static inline void put_char(struct json_writer *writer, char c)
{
    put(writer, &c, 1);
}

static void before_value(struct json_writer *writer)
{
    struct json_level *level = &writer->levels[writer->depth];
    if (writer->after_key) {
        writer->after_key = false;
        return;
    }
    assert(!level->is_object); /* a value in an object needs a key */
    assert(writer->depth > 0 || level->member_count == 0);
    if (level->member_count++ > 0)
        put_char(writer, ',');
}

static void level_begin(struct json_writer *writer, bool is_object)
{
    before_value(writer);
    assert(writer->depth < DEPTH_MAX);
    put_char(writer, is_object ? '{' : '[');
    writer->levels[++writer->depth] =
        (struct json_level){.is_object = is_object, .start = writer->out->length, .first_member = writer->member_total};
}

void json_object_begin(struct json_writer *writer)
{
    level_begin(writer, true);
}

void json_array_begin(struct json_writer *writer)
{
    level_begin(writer, false);
}

void json_array_end(struct json_writer *writer)
{
    assert(writer->depth > 0 && !writer->levels[writer->depth].is_object);
    put_char(writer, ']');
    writer->depth--;
}

/* ---- the order of members ---- */

static unsigned hex_digit(char c)
{
    return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

/* Takes the next UTF-16 code unit from an escaped key; *pending holds the second half of a surrogate pair. */
static int next_unit(const char **at, const char *end, uint32_t *pending)
{
    if (*pending) {
        int unit = (int)*pending;
        *pending = 0;
        return unit;
    }
    if (*at == end)
        return -1;
    const uint8_t *p = (const uint8_t *)*at;
    if (p[0] == '\\') {
        static const char letters[] = "btnfr", values[] = "\b\t\n\f\r";
        if (p[1] == 'u') {
            *at += 6;
            return (int)(hex_digit((char)p[4]) << 4 | hex_digit((char)p[5]));
        }
        *at += 2;
        const char *letter = strchr(letters, p[1]);
        return letter ? values[letter - letters] : p[1];
    }
    if (p[0] < 0x80) {
        *at += 1;
        return p[0];
    }
    if (p[0] < 0xE0) {
        *at += 2;
        return (p[0] & 0x1F) << 6 | (p[1] & 0x3F);
    }
    if (p[0] < 0xF0) {
        *at += 3;
        return (p[0] & 0x0F) << 12 | (p[1] & 0x3F) << 6 | (p[2] & 0x3F);
    }
    *at += 4;
    uint32_t point = (uint32_t)(p[0] & 7) << 18 | (uint32_t)(p[1] & 0x3F) << 12 | (uint32_t)(p[2] & 0x3F) << 6;
    point = (point | (p[3] & 0x3F)) - 0x10000;
    *pending = 0xDC00 | (point & 0x3FF);
    return (int)(0xD800 | point >> 10);
}

static int compare_units(struct text a, struct text b)
{
    const char *at_a = a.data, *at_b = b.data;
    uint32_t pending_a = 0, pending_b = 0;
    for (;;) {
        int unit_a = next_unit(&at_a, a.data + a.length, &pending_a);
        int unit_b = next_unit(&at_b, b.data + b.length, &pending_b);
        if (unit_a != unit_b)
            return unit_a < unit_b ? -1 : 1;
        if (unit_a < 0)
            return 0;
    }
}

static struct text member_key(const struct json_writer *writer, const struct json_member *member)
{
    return (struct text){writer->out->data + member->start + 1, member->key_length};
}

static int member_compare(const struct json_writer *writer, const struct json_member *a, const struct json_member *b)
{
    struct text key_a = member_key(writer, a), key_b = member_key(writer, b);
    /* Byte order is UTF-16 order unless a key has escapes or code points past the surrogates. */
    return writer->levels[writer->depth].has_odd_key ? compare_units(key_a, key_b) : text_compare(key_a, key_b);
}

static int member_compare_for_sort(const void *a, const void *b, void *writer)
{
    return member_compare(writer, a, b);
}

static void scratch_reserve(struct json_writer *writer, size_t bytes)
{
    if (bytes <= writer->scratch_capacity)
        return;
    free(writer->scratch);
    writer->scratch_capacity = bytes * 2;
    writer->scratch = malloc(writer->scratch_capacity);
    if (!writer->scratch)
        abort();
}

static void sort_members(struct json_writer *writer, const struct json_level *level)
{
    struct json_member *members = writer->members + level->first_member;
    size_t bytes = writer->out->length - level->start;
    qsort_r(members, level->member_count, sizeof *members, member_compare_for_sort, writer);
    scratch_reserve(writer, bytes);
    char *to = writer->scratch;
    for (uint32_t i = 0; i < level->member_count; i++) {
        /* Two members of one name are a bug of the caller: which of them a reader takes is anyone's guess. */
        assert(i == 0 || member_compare(writer, &members[i - 1], &members[i]) != 0);
        if (i > 0)
            *to++ = ',';
        size_t length = members[i].end - members[i].start;
        memcpy(to, writer->out->data + members[i].start, length);
        to += length;
    }
    assert((size_t)(to - writer->scratch) == bytes);
    memcpy(writer->out->data + level->start, writer->scratch, bytes);
}

void json_object_end(struct json_writer *writer)
{
    struct json_level *level = &writer->levels[writer->depth];
    assert(writer->depth > 0 && level->is_object);
    assert(!writer->after_key);
    if (level->member_count > 0)
        writer->members[writer->member_total - 1].end = (uint32_t)writer->out->length;
    if (level->unsorted && !writer->out->failed)
        sort_members(writer, level);
    writer->member_total = level->first_member;
    put_char(writer, '}');
    writer->depth--;
}

static struct json_member *member_add(struct json_writer *writer)
{
    if (writer->member_total == writer->member_capacity) {
        size_t bytes = writer->member_total * sizeof *writer->members;
        bool is_own = writer->members == writer->own_members;
        struct json_member *members = realloc(is_own ? NULL : writer->members, bytes * 2);
        if (!members)
            abort();
        if (is_own)
            memcpy(members, writer->own_members, bytes);
        writer->members = members;
        writer->member_capacity *= 2;
    }
    return &writer->members[writer->member_total++];
}

/* ---- text ---- */

/* Whether eight bytes may need an escape or are not all ASCII. A subtraction raises the top bit of a byte that is too
 * small; a borrow can raise a neighbour's too, so "yes" means "look closer". */
static inline bool word_is_doubtful(const char *data)
{
    uint64_t word;
    memcpy(&word, data, sizeof word);
    uint64_t quote = word ^ ONES * '"', backslash = word ^ ONES * '\\';
    return ((word - ONES * 0x20) | (quote - ONES) | (backslash - ONES) | word) & HIGH_BITS;
}

/* Length of the beginning that needs no escape; *ret_has_high says whether it has bytes past ASCII. */
static size_t plain_length(const char *data, size_t length, bool *ret_has_high)
{
    size_t at = 0;
    uint8_t high = 0;
    while (length - at >= 8 && !word_is_doubtful(data + at))
        at += 8;
    /* What is left of a longer text is seen through the last eight bytes, some of them for the second time. */
    if (length >= 8 && length - at < 8 && !word_is_doubtful(data + length - 8))
        at = length;
    for (; at < length; at++) {
        uint8_t byte = (uint8_t)data[at];
        if (escapes[byte])
            break;
        high |= byte & 0x80;
    }
    *ret_has_high = high != 0;
    return at;
}

static void put_escaped(struct json_writer *writer, struct text value)
{
    size_t at = 0;
    while (at < value.length) {
        bool has_high;
        size_t plain = plain_length(value.data + at, value.length - at, &has_high);
        put(writer, value.data + at, plain);
        at += plain;
        if (at == value.length)
            break;
        uint8_t byte = (uint8_t)value.data[at++];
        char sequence[6] = {'\\', escapes[byte], '0', '0'};
        sequence[4] = (char)('0' + (byte >> 4));
        sequence[5] = "0123456789abcdef"[byte & 15];
        put(writer, sequence, escapes[byte] == 'u' ? 6 : 2);
    }
}

/* A bad byte becomes U+FFFD: a document that no reader accepts would be worse, and stopping the server worse still. */
static void put_repaired(struct json_writer *writer, struct text value)
{
    ptrdiff_t bad;
    while ((bad = text_utf8_bad(value)) >= 0) {
        put_escaped(writer, (struct text){value.data, (size_t)bad});
        put(writer, "\xEF\xBF\xBD", 3);
        value = (struct text){value.data + bad + 1, value.length - (size_t)bad - 1};
    }
    put_escaped(writer, value);
}

/* Returns whether the text was plain ASCII without escapes. */
static bool put_string(struct json_writer *writer, struct text value)
{
    bool has_high = false;
    size_t plain = plain_length(value.data, value.length, &has_high);
    if (plain == value.length && !has_high) {
        char *to = room(writer->out, value.length + 2);
        if (!to)
            return true;
        *to++ = '"';
        if (plain)
            memcpy(to, value.data, plain);
        to[plain] = '"';
        to[plain + 1] = '\0';
        writer->out->length += plain + 2;
        return true;
    }
    put_char(writer, '"');
    put_repaired(writer, value);
    put_char(writer, '"');
    return false;
}

void json_key_text(struct json_writer *writer, struct text key)
{
    struct json_level *level = &writer->levels[writer->depth];
    struct buffer *out = writer->out;
    assert(writer->depth > 0 && level->is_object);
    assert(!writer->after_key);
    assert(out->length < UINT32_MAX);
    if (level->member_count++ > 0) {
        writer->members[writer->member_total - 1].end = (uint32_t)out->length;
        put_char(writer, ',');
    }
    struct json_member *member = member_add(writer);
    member->start = (uint32_t)out->length;
    level->has_odd_key |= !put_string(writer, key);
    if (!out->failed) {
        member->key_length = (uint32_t)out->length - member->start - 2;
        if (level->member_count > 1 && !level->unsorted) {
            int order = member_compare(writer, member - 1, member);
            assert(order != 0);
            level->unsorted = order > 0;
        }
    }
    put_char(writer, ':');
    writer->after_key = true;
}

void json_key(struct json_writer *writer, const char *ascii_key)
{
    assert(ascii_key);
    json_key_text(writer, text_of(ascii_key));
}

/* ---- values ---- */

void json_add_null(struct json_writer *writer)
{
    before_value(writer);
    put(writer, "null", 4);
}

void json_add_boolean(struct json_writer *writer, bool value)
{
    before_value(writer);
    buffer_add_string(writer->out, value ? "true" : "false");
}

void json_add_integer(struct json_writer *writer, int64_t value)
{
    before_value(writer);
    buffer_add_int(writer->out, value);
}

void json_add_text(struct json_writer *writer, struct text value)
{
    assert(value.data || value.length == 0);
    before_value(writer);
    put_string(writer, value);
}

void json_add_string(struct json_writer *writer, const char *terminated)
{
    if (terminated)
        json_add_text(writer, text_of(terminated));
    else
        json_add_null(writer);
}

void json_add_raw(struct json_writer *writer, struct text canonical_json)
{
    assert(canonical_json.length > 0);
    before_value(writer);
    buffer_add_text(writer->out, canonical_json);
}

static void add_array(struct json_writer *writer, const struct json *array)
{
    json_array_begin(writer);
    for (size_t i = 0; i < json_count(array); i++)
        json_add_value(writer, json_item(array, i));
    json_array_end(writer);
}

static void add_object(struct json_writer *writer, const struct json *object)
{
    size_t cursor = 0;
    struct text key;
    const struct json *value;
    json_object_begin(writer);
    while (json_next(object, &cursor, &key, &value)) {
        json_key_text(writer, key);
        json_add_value(writer, value);
    }
    json_object_end(writer);
}

void json_add_value(struct json_writer *writer, const struct json *value)
{
    switch (json_kind(value)) {
    case JSON_NULL:
        json_add_null(writer);
        break;
    case JSON_BOOLEAN:
        json_add_boolean(writer, json_boolean(value));
        break;
    case JSON_INTEGER:
        json_add_integer(writer, json_integer(value));
        break;
    case JSON_STRING:
        json_add_text(writer, json_string(value));
        break;
    case JSON_ARRAY:
        add_array(writer, value);
        break;
    case JSON_OBJECT:
        add_object(writer, value);
        break;
    }
}

void json_member_string(struct json_writer *writer, const char *key, const char *terminated)
{
    json_key(writer, key);
    json_add_string(writer, terminated);
}

void json_member_text(struct json_writer *writer, const char *key, struct text value)
{
    json_key(writer, key);
    json_add_text(writer, value);
}

void json_member_integer(struct json_writer *writer, const char *key, int64_t value)
{
    json_key(writer, key);
    json_add_integer(writer, value);
}

void json_member_boolean(struct json_writer *writer, const char *key, bool value)
{
    json_key(writer, key);
    json_add_boolean(writer, value);
}

void json_member_time(struct json_writer *writer, const char *key, int64_t time_us)
{
    char text[TIME_TEXT_BYTES];
    json_member_string(writer, key, time_us ? time_format(time_us, text) : NULL);
}

void json_member_hex(struct json_writer *writer, const char *key, const void *data, size_t length)
{
    json_key(writer, key);
    before_value(writer);
    put_char(writer, '"');
    buffer_add_hex(writer->out, data, length);
    put_char(writer, '"');
}
