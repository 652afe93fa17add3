/* SPDX-License-Identifier: Apache-2.0 */
/* Reads an object through a table of fields, so that every route refuses unknown, missing and mistyped members with
 * the same codes, pointers and hints. */
#include "base/json.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"

#define FIELDS_MAX 64     /* bits of the set of fields seen */
#define NAME_BYTES_MAX 48 /* longer names get no "did you mean" and are cut in messages */
#define TYPO_DISTANCE_MAX 2

static const char *kind_name(enum json_kind kind)
{
    switch (kind) {
    case JSON_NULL:
        return "null";
    case JSON_BOOLEAN:
        return "true or false";
    case JSON_INTEGER:
        return "a whole number";
    case JSON_STRING:
        return "a text";
    case JSON_ARRAY:
        return "an array";
    case JSON_OBJECT:
        break;
    }
    return "an object";
}

static int at_member(struct error *error, const char *base_pointer, struct text name)
{
    struct buffer pointer;
    buffer_init(&pointer, strlen(base_pointer) + 2 * name.length + 1);
    buffer_add_string(&pointer, base_pointer);
    json_pointer_add(&pointer, name);
    error_at(error, "%.*s", TEXT_ARG(text_clip(buffer_text(&pointer), sizeof error->pointer - 1)));
    buffer_done(&pointer);
    return -1;
}

/* Levenshtein distance of two short names. */
static size_t edit_distance(struct text a, struct text b)
{
    size_t row[NAME_BYTES_MAX + 1];
    assert(b.length <= NAME_BYTES_MAX);
    for (size_t j = 0; j <= b.length; j++)
        row[j] = j;
    for (size_t i = 1; i <= a.length; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.length; j++) {
            size_t change = diagonal + (a.data[i - 1] != b.data[j - 1]);
            diagonal = row[j];
            size_t insert = row[j - 1] + 1, remove = row[j] + 1;
            row[j] = insert < remove ? insert : remove;
            if (change < row[j])
                row[j] = change;
        }
    }
    return row[b.length];
}

const char *json_nearest(struct text name, const char *const *known, size_t known_count)
{
    const char *nearest = NULL;
    size_t best = TYPO_DISTANCE_MAX + 1;
    if (name.length > NAME_BYTES_MAX)
        return NULL;
    for (size_t i = 0; i < known_count; i++) {
        struct text candidate = text_of(known[i]);
        if (candidate.length > NAME_BYTES_MAX)
            continue;
        size_t distance = edit_distance(name, candidate);
        /* Two edits turn any short name into any other; at least half must stay. */
        if (distance < best && distance * 2 <= candidate.length) {
            best = distance;
            nearest = known[i];
        }
    }
    return nearest;
}

static int fail_unknown(struct text name, const struct json_field *fields, size_t field_count, const char *base_pointer,
                        struct error *error)
{
    const char *known[FIELDS_MAX];
    for (size_t i = 0; i < field_count; i++)
        known[i] = fields[i].name;
    const char *nearest = json_nearest(name, known, field_count);
    struct text shown = text_clip(name, NAME_BYTES_MAX);
    error_set(error, ERROR_FIELD_UNKNOWN, "The field \"%.*s\" is not known here", TEXT_ARG(shown));
    if (nearest)
        error_hint(error, "Did you mean \"%s\"?", nearest);
    return at_member(error, base_pointer, name);
}

static int check_size(const struct json_field *field, int64_t size, const char *unit, struct error *error)
{
    bool is_limited = field->maximum > 0 || field->kind == JSON_STRING;
    if (is_limited && size > field->maximum)
        return error_set(error, ERROR_FIELD_TOO_LONG, "The field \"%s\" has %lld %s; at most %lld are allowed",
                         field->name, (long long)size, unit, (long long)field->maximum);
    if (size < field->minimum)
        return error_set(error, ERROR_FIELD_TOO_SHORT, "The field \"%s\" has %lld %s; at least %lld are needed",
                         field->name, (long long)size, unit, (long long)field->minimum);
    return 0;
}

static int read_member(const struct json_field *field, const struct json *value, void *to, struct error *error)
{
    if (json_kind(value) != field->kind) {
        error_set(error, ERROR_FIELD_TYPE, "The field \"%s\" must be %s, but it is %s", field->name,
                  kind_name(field->kind), kind_name(json_kind(value)));
        if (json_kind(value) == JSON_NULL && !field->required)
            error_hint(error, "Leave the field out when there is no value.");
        return -1;
    }
    switch (field->kind) {
    case JSON_NULL:
        break;
    case JSON_BOOLEAN:
        *(bool *)to = json_boolean(value);
        break;
    case JSON_INTEGER:
        if (json_integer(value) < field->minimum || json_integer(value) > field->maximum)
            return error_set(error, ERROR_FIELD_RANGE, "The field \"%s\" must be from %lld to %lld", field->name,
                             (long long)field->minimum, (long long)field->maximum);
        *(int64_t *)to = json_integer(value);
        break;
    case JSON_STRING:
        if (check_size(field, (int64_t)json_string(value).length, "bytes", error))
            return -1;
        *(struct text *)to = json_string(value);
        break;
    case JSON_ARRAY:
    case JSON_OBJECT:
        if (check_size(field, (int64_t)json_count(value), field->kind == JSON_ARRAY ? "items" : "members", error))
            return -1;
        *(const struct json **)to = value;
        break;
    }
    return 0;
}

static int check_missing(const struct json_field *fields, size_t field_count, uint64_t seen, const char *base_pointer,
                         struct error *error)
{
    for (size_t i = 0; i < field_count; i++) {
        if (!fields[i].required || seen >> i & 1)
            continue;
        error_set(error, ERROR_FIELD_MISSING, "The field \"%s\" is missing", fields[i].name);
        error_hint(error, "Add \"%s\"; it is %s.", fields[i].name, kind_name(fields[i].kind));
        return at_member(error, base_pointer, text_of(fields[i].name));
    }
    return 0;
}

int json_read(const struct json *object, const struct json_field *fields, size_t field_count, const char *base_pointer,
              void *target, struct error *error)
{
    assert(object && target && base_pointer);
    assert(fields || field_count == 0);
    assert(field_count <= FIELDS_MAX);
    if (json_kind(object) != JSON_OBJECT) {
        error_set(error, ERROR_FIELD_TYPE, "An object is needed here, but it is %s", kind_name(json_kind(object)));
        return error_at(error, "%s", base_pointer);
    }
    uint64_t seen = 0;
    size_t cursor = 0;
    struct text key;
    const struct json *value;
    while (json_next(object, &cursor, &key, &value)) {
        size_t i = 0;
        while (i < field_count && !text_is(key, fields[i].name))
            i++;
        if (i == field_count)
            return fail_unknown(key, fields, field_count, base_pointer, error);
        if (read_member(&fields[i], value, (char *)target + fields[i].offset, error))
            return at_member(error, base_pointer, key);
        if (fields[i].present_offset != JSON_NO_PRESENT)
            *(bool *)((char *)target + fields[i].present_offset) = true;
        seen |= UINT64_C(1) << i;
    }
    return check_missing(fields, field_count, seen, base_pointer, error);
}
