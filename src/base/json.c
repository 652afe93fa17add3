/* SPDX-License-Identifier: Apache-2.0 */
/* Strict reading of JSON. What the parser would let through is refused here: size, depth, NUL, bad UTF-8, fractions. */
#include "base/json.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "base/json_jansson.h"
#include "base/limits.h"

#define NOWHERE SIZE_MAX

/* What a pass over the bytes shows before the parser recurses into them. */
struct json_scan {
    size_t too_deep_at; /* offset of the bracket past the depth limit, or NOWHERE */
    size_t fraction_at; /* offset of the first '.' or exponent of a number, or NOWHERE */
};

static struct json_scan scan_source(struct text source)
{
    struct json_scan scan = {NOWHERE, NOWHERE};
    bool in_string = false, escaped = false;
    int depth = 0;
    for (size_t i = 0; i < source.length; i++) {
        char c = source.data[i];
        if (in_string) {
            in_string = escaped || c != '"';
            escaped = !escaped && c == '\\';
        } else if (c == '"') {
            in_string = true;
        } else if (c == '[' || c == '{') {
            if (++depth > LIMIT_JSON_DEPTH && scan.too_deep_at == NOWHERE)
                scan.too_deep_at = i;
        } else if (c == ']' || c == '}') {
            depth--;
        } else if (scan.fraction_at == NOWHERE && i > 0 && (c == '.' || c == 'e' || c == 'E')) {
            if (source.data[i - 1] >= '0' && source.data[i - 1] <= '9')
                scan.fraction_at = i;
        }
    }
    return scan;
}

/* Sets line and column (in code points, both from 1) of an offset into the source. Returns -1. */
static int at_offset(struct error *error, struct text source, size_t offset)
{
    if (!error)
        return -1;
    size_t line_start = 0;
    error->line = 1;
    for (size_t i = 0; i < offset; i++) {
        if (source.data[i] == '\n') {
            error->line++;
            line_start = i + 1;
        }
    }
    error->column = (int)text_utf8_count((struct text){source.data + line_start, offset - line_start}) + 1;
    return -1;
}

static int check_bytes(struct text source, size_t bytes_max, struct error *error)
{
    if (source.length > bytes_max)
        return error_set(error, ERROR_LIMIT_EXCEEDED, "The JSON has %zu bytes; at most %zu are allowed", source.length,
                         bytes_max);
    ptrdiff_t bad = text_utf8_bad(source);
    if (bad >= 0) {
        error_set(error, ERROR_UTF8_INVALID, "The JSON is not valid UTF-8 at byte %td", bad);
        return at_offset(error, source, (size_t)bad);
    }
    const char *nul = source.length ? memchr(source.data, '\0', source.length) : NULL;
    if (nul) {
        error_set(error, ERROR_JSON_SYNTAX, "The JSON has a NUL byte");
        return at_offset(error, source, (size_t)(nul - source.data));
    }
    return 0;
}

static int fail_parse(const struct jansson_fault *fault, struct error *error)
{
    switch (fault->kind) {
    case JANSSON_FAULT_DUPLICATE:
        error_set(error, ERROR_JSON_DUPLICATE_KEY, "A key occurs twice in one object");
        break;
    case JANSSON_FAULT_UTF8:
        error_set(error, ERROR_UTF8_INVALID, "The JSON is not valid UTF-8");
        break;
    case JANSSON_FAULT_RANGE:
        error_set(error, ERROR_FIELD_RANGE, "A number does not fit in 64 bits");
        break;
    case JANSSON_FAULT_NUL:
        error_set(error, ERROR_JSON_SYNTAX, "The escape \\u0000 is not allowed in a text");
        break;
    case JANSSON_FAULT_SYNTAX:
        error_set(error, ERROR_JSON_SYNTAX, "The JSON is not valid: %s", fault->text);
        break;
    }
    if (error) {
        error->line = fault->line;
        error->column = fault->column;
    }
    return -1;
}

void json_pointer_add(struct buffer *out, struct text name)
{
    buffer_add_char(out, '/');
    for (size_t i = 0; i < name.length; i++) {
        if (name.data[i] == '~' || name.data[i] == '/')
            buffer_add_string(out, name.data[i] == '~' ? "~0" : "~1");
        else
            buffer_add_char(out, name.data[i]);
    }
}

/* Finds the first number with a fraction and leaves its pointer in *pointer. The scan has limited the depth. */
static bool find_real(const struct json *value, struct buffer *pointer)
{
    size_t length = pointer->length;
    enum jansson_kind kind = jansson_kind(value);
    if (kind == JANSSON_ARRAY) {
        for (size_t i = 0; i < jansson_count(value); i++, pointer->length = length) {
            buffer_addf(pointer, "/%zu", i);
            if (find_real(jansson_item(value, i), pointer))
                return true;
        }
    } else if (kind == JANSSON_OBJECT) {
        void *at = NULL;
        struct text key;
        const struct json *member;
        for (; jansson_next(value, &at, &key, &member); pointer->length = length) {
            json_pointer_add(pointer, key);
            if (find_real(member, pointer))
                return true;
        }
    }
    return kind == JANSSON_REAL;
}

static int check_fractions(const struct json *root, struct text source, size_t fraction_at, struct error *error)
{
    struct buffer pointer;
    buffer_init(&pointer, source.length * 2 + 64 * LIMIT_JSON_DEPTH);
    bool found = find_real(root, &pointer);
    if (found) {
        error_set(error, ERROR_FIELD_TYPE, "A number has a fraction or an exponent; only whole numbers are allowed");
        error_hint(error, "Give money in minor units (fen, cents) and durations in whole seconds.");
        error_at(error, "%.*s", TEXT_ARG(text_clip(buffer_text(&pointer), sizeof error->pointer - 1)));
        at_offset(error, source, fraction_at);
    }
    buffer_done(&pointer);
    return found ? -1 : 0;
}

int json_parse(struct text source, size_t bytes_max, struct json **ret, struct error *error)
{
    assert(ret);
    assert(source.data || source.length == 0);
    if (check_bytes(source, bytes_max, error))
        return -1;
    struct json_scan scan = scan_source(source);
    if (scan.too_deep_at != NOWHERE) {
        error_set(error, ERROR_LIMIT_EXCEEDED, "The JSON is nested deeper than %d levels", LIMIT_JSON_DEPTH);
        return at_offset(error, source, scan.too_deep_at);
    }
    struct jansson_fault fault;
    struct json *root = jansson_parse(source.data ? source : TEXT_LITERAL(""), &fault);
    if (!root)
        return fail_parse(&fault, error);
    if (scan.fraction_at != NOWHERE && check_fractions(root, source, scan.fraction_at, error)) {
        jansson_free(root);
        return -1;
    }
    *ret = root;
    return 0;
}

void json_free(struct json *document)
{
    jansson_free(document);
}

enum json_kind json_kind(const struct json *value)
{
    assert(value);
    switch (jansson_kind(value)) {
    case JANSSON_BOOLEAN:
        return JSON_BOOLEAN;
    case JANSSON_INTEGER:
        return JSON_INTEGER;
    case JANSSON_STRING:
        return JSON_STRING;
    case JANSSON_ARRAY:
        return JSON_ARRAY;
    case JANSSON_OBJECT:
        return JSON_OBJECT;
    case JANSSON_REAL: /* json_parse lets none through */
    case JANSSON_NULL:
        break;
    }
    return JSON_NULL;
}

bool json_boolean(const struct json *value)
{
    assert(json_kind(value) == JSON_BOOLEAN);
    return jansson_boolean(value);
}

int64_t json_integer(const struct json *value)
{
    assert(json_kind(value) == JSON_INTEGER);
    return jansson_integer(value);
}

struct text json_string(const struct json *value)
{
    assert(json_kind(value) == JSON_STRING);
    return jansson_string(value);
}

size_t json_count(const struct json *array_or_object)
{
    assert(json_kind(array_or_object) == JSON_ARRAY || json_kind(array_or_object) == JSON_OBJECT);
    return jansson_count(array_or_object);
}

const struct json *json_item(const struct json *array, size_t index)
{
    assert(index < json_count(array));
    return jansson_item(array, index);
}

const struct json *json_find(const struct json *object, const char *key)
{
    assert(json_kind(object) == JSON_OBJECT);
    assert(key);
    return jansson_find(object, key);
}

bool json_next(const struct json *object, size_t *cursor, struct text *ret_key, const struct json **ret_value)
{
    assert(json_kind(object) == JSON_OBJECT);
    assert(cursor && ret_key && ret_value);
    /* The cursor is the address of the member read last: a step costs the same wherever it is. */
    void *at = (void *)*cursor;
    if (!jansson_next(object, &at, ret_key, ret_value))
        return false;
    *cursor = (size_t)at;
    return true;
}
