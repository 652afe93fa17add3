/* SPDX-License-Identifier: Apache-2.0 */
/* The only file that includes jansson. It adds nothing to jansson but names, and takes the input out of its messages. */
#include "base/json_jansson.h"

#include <stdio.h>
#include <string.h>

#include <jansson.h>

static const json_t *inner(const struct json *value)
{
    return (const json_t *)value;
}

static enum jansson_fault_kind fault_kind(const json_error_t *error)
{
    int code = json_error_code(error);
    if (code == json_error_duplicate_key)
        return JANSSON_FAULT_DUPLICATE;
    if (code == json_error_invalid_utf8)
        return JANSSON_FAULT_UTF8;
    if (code == json_error_numeric_overflow)
        return JANSSON_FAULT_RANGE;
    if (code == json_error_null_character || code == json_error_null_byte_in_key)
        return JANSSON_FAULT_NUL;
    return JANSSON_FAULT_SYNTAX;
}

struct json *jansson_parse(struct text source, struct jansson_fault *fault)
{
    json_error_t error;
    json_t *root = json_loadb(source.data, source.length, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    if (root)
        return (struct json *)root;
    /* jansson ends its texts with " near '<input>'"; that could be a card or a token. */
    const char *near = strstr(error.text, " near '");
    size_t length = near ? (size_t)(near - error.text) : strlen(error.text);
    *fault = (struct jansson_fault){
        .kind = fault_kind(&error),
        .line = error.line > 0 ? error.line : 1,
        .column = error.column > 0 ? error.column : 1,
    };
    snprintf(fault->text, sizeof fault->text, "%.*s", (int)length, error.text);
    return NULL;
}

void jansson_free(struct json *document)
{
    json_decref((json_t *)document);
}

enum jansson_kind jansson_kind(const struct json *value)
{
    switch (json_typeof(inner(value))) {
    case JSON_OBJECT:
        return JANSSON_OBJECT;
    case JSON_ARRAY:
        return JANSSON_ARRAY;
    case JSON_STRING:
        return JANSSON_STRING;
    case JSON_INTEGER:
        return JANSSON_INTEGER;
    case JSON_REAL:
        return JANSSON_REAL;
    case JSON_TRUE:
    case JSON_FALSE:
        return JANSSON_BOOLEAN;
    case JSON_NULL:
        break;
    }
    return JANSSON_NULL;
}

bool jansson_boolean(const struct json *value)
{
    return json_is_true(inner(value));
}

int64_t jansson_integer(const struct json *value)
{
    return json_integer_value(inner(value));
}

struct text jansson_string(const struct json *value)
{
    return (struct text){json_string_value(inner(value)), json_string_length(inner(value))};
}

size_t jansson_count(const struct json *array_or_object)
{
    const json_t *value = inner(array_or_object);
    return json_is_array(value) ? json_array_size(value) : json_object_size(value);
}

const struct json *jansson_item(const struct json *array, size_t index)
{
    return (const struct json *)json_array_get(inner(array), index);
}

const struct json *jansson_find(const struct json *object, const char *key)
{
    return (const struct json *)json_object_get(inner(object), key);
}

bool jansson_next(const struct json *object, void **at, struct text *ret_key, const struct json **ret_value)
{
    json_t *value = (json_t *)object; /* jansson's iterators take no const, and change nothing */
    *at = *at ? json_object_iter_next(value, *at) : json_object_iter(value);
    if (!*at)
        return false;
    *ret_key = (struct text){json_object_iter_key(*at), json_object_iter_key_len(*at)};
    *ret_value = (const struct json *)json_object_iter_value(*at);
    return true;
}
