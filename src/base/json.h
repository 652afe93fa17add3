/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON in and out. In: strict RFC 8259 (duplicate keys, bad UTF-8, numbers past int64 and floats are refused),
 * read through a table of fields so that unknown, missing and mistyped members get a stable code and a pointer.
 * Out: RFC 8785 canonical form for integers; members may be written in any order, an object sorts itself when it closes.
 */
#ifndef SHUNTUI_BASE_JSON_H
#define SHUNTUI_BASE_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/text.h"

struct error;
struct json; /* a parsed value; owned by the document */

enum json_kind { JSON_NULL, JSON_BOOLEAN, JSON_INTEGER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

/* Parses a whole document (at most bytes_max bytes, depth at most 32). *ret must be freed with json_free.
 * Errors: JSON_SYNTAX (with line, column), JSON_DUPLICATE_KEY, UTF8_INVALID, FIELD_RANGE, LIMIT_EXCEEDED. */
int json_parse(struct text source, size_t bytes_max, struct json **ret, struct error *error);
void json_free(struct json *document); /* NULL is a no-op */

enum json_kind json_kind(const struct json *value);
bool json_boolean(const struct json *value);
/* jansson exports functions of these two names; ours have other symbols, so that neither takes the place of the other. */
int64_t json_integer(const struct json *value) __asm__("shuntui_json_integer");
struct text json_string(const struct json *value) __asm__("shuntui_json_string"); /* lives with the document; no NUL */
size_t json_count(const struct json *array_or_object);
const struct json *json_item(const struct json *array, size_t index);
const struct json *json_find(const struct json *object, const char *key); /* NULL when absent */
/* Iterates an object in document order: start with *cursor = 0 and leave it alone; returns false at the end. */
bool json_next(const struct json *object, size_t *cursor, struct text *ret_key, const struct json **ret_value);

/* ---- reading an object by a table ---- */
struct json_field {
    const char *name;
    enum json_kind kind;
    bool required;
    int64_t minimum,
        maximum; /* integer: value; string: bytes; array: items. maximum 0 means "no limit of its own" for arrays/objects only */
    size_t offset;         /* of the target member in the struct */
    size_t present_offset; /* of a bool that says whether it was given, or JSON_NO_PRESENT */
};
#define JSON_NO_PRESENT ((size_t)-1)
/* Targets: JSON_BOOLEAN bool; JSON_INTEGER int64_t; JSON_STRING struct text; JSON_ARRAY and JSON_OBJECT const struct json *. */
#define JSON_FIELD_STRING(type, member, is_required, min, max)                                                         \
    {                                                                                                                  \
#member, JSON_STRING, is_required, min, max, offsetof(type, member), JSON_NO_PRESENT                           \
    }
#define JSON_FIELD_INTEGER(type, member, is_required, min, max)                                                        \
    {                                                                                                                  \
#member, JSON_INTEGER, is_required, min, max, offsetof(type, member), JSON_NO_PRESENT                          \
    }
#define JSON_FIELD_BOOLEAN(type, member, is_required)                                                                  \
    {                                                                                                                  \
#member, JSON_BOOLEAN, is_required, 0, 0, offsetof(type, member), JSON_NO_PRESENT                              \
    }
#define JSON_FIELD_ARRAY(type, member, is_required, min, max)                                                          \
    {                                                                                                                  \
#member, JSON_ARRAY, is_required, min, max, offsetof(type, member), JSON_NO_PRESENT                            \
    }
#define JSON_FIELD_OBJECT(type, member, is_required)                                                                   \
    {                                                                                                                  \
#member, JSON_OBJECT, is_required, 0, 0, offsetof(type, member), JSON_NO_PRESENT                               \
    }
/* Reads `object` into *target. Unknown members, missing required ones, wrong types, lengths and ranges fail with the
 * pointer `base_pointer/name`. Absent optional members leave the target member as it was. */
int json_read(const struct json *object, const struct json_field *fields, size_t field_count, const char *base_pointer,
              void *target, struct error *error);

/* The name among `known` that differs from `name` in the least and at most two letters, or NULL: for "did you mean". */
const char *json_nearest(struct text name, const char *const *known, size_t known_count);
/* Adds "/name" to a pointer, escaped as RFC 6901 asks. */
void json_pointer_add(struct buffer *out, struct text name);

/* ---- writing ---- */
struct json_writer {
    struct buffer *out;
    int depth;
    struct json_level {
        bool is_object, unsorted;
        bool has_odd_key; /* escapes or non-ASCII: byte order may not be UTF-16 order */
        size_t start;     /* offset of the first member in out */
        uint32_t first_member, member_count;
    } levels[34];
    struct json_member {
        uint32_t start, key_length, end;
    } * members; /* of all open objects, as a stack */
    uint32_t member_total, member_capacity;
    bool after_key;
    char *scratch; /* room to sort in */
    size_t scratch_capacity;
    struct json_member own_members[64]; /* used until they run out: most documents need no allocation */
};
void json_writer_init(struct json_writer *writer, struct buffer *out);
void json_writer_done(struct json_writer *writer); /* asserts that every level was closed */
void json_object_begin(struct json_writer *writer);
void json_object_end(struct json_writer *writer); /* sorts members by UTF-16 code units (ASCII keys: byte order) */
void json_array_begin(struct json_writer *writer);
void json_array_end(struct json_writer *writer);
void json_key(struct json_writer *writer, const char *ascii_key); /* asserts that the object has no such key yet */
void json_key_text(struct json_writer *writer, struct text key);  /* any UTF-8 */
void json_add_null(struct json_writer *writer);
void json_add_boolean(struct json_writer *writer, bool value);
void json_add_integer(struct json_writer *writer, int64_t value);
void json_add_string(struct json_writer *writer, const char *terminated); /* NULL writes null */
void json_add_text(struct json_writer *writer, struct text value); /* UTF-8; a bad byte would be written as U+FFFD */
void json_add_value(struct json_writer *writer, const struct json *value); /* a parsed value, canonically */
void json_add_raw(struct json_writer *writer, struct text canonical_json); /* an already canonical value */
/* key and value in one call */
void json_member_string(struct json_writer *writer, const char *key, const char *terminated);
void json_member_text(struct json_writer *writer, const char *key, struct text value);
void json_member_integer(struct json_writer *writer, const char *key, int64_t value);
void json_member_boolean(struct json_writer *writer, const char *key, bool value);
void json_member_time(struct json_writer *writer, const char *key, int64_t time_us); /* RFC 3339 UTC; 0 writes null */
void json_member_hex(struct json_writer *writer, const char *key, const void *data, size_t length);

#endif
