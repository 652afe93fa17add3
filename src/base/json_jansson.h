/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The door to jansson, used by json.c alone. jansson and base/json.h both own names such as json_string and
 * JSON_OBJECT, so no file may see both headers; this one shows jansson's values under neutral names.
 */
#ifndef SHUNTUI_BASE_JSON_JANSSON_H
#define SHUNTUI_BASE_JSON_JANSSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct json; /* a json_t in disguise */

enum jansson_kind {
    JANSSON_NULL,
    JANSSON_BOOLEAN,
    JANSSON_INTEGER,
    JANSSON_REAL,
    JANSSON_STRING,
    JANSSON_ARRAY,
    JANSSON_OBJECT
};

enum jansson_fault_kind {
    JANSSON_FAULT_SYNTAX,
    JANSSON_FAULT_DUPLICATE,
    JANSSON_FAULT_UTF8,
    JANSSON_FAULT_RANGE,
    JANSSON_FAULT_NUL
};

struct jansson_fault {
    enum jansson_fault_kind kind;
    int line, column; /* from 1 */
    char text[160];   /* without any piece of the input */
};

/* Returns NULL and fills *fault when the source is not one strict document. */
struct json *jansson_parse(struct text source, struct jansson_fault *fault);
void jansson_free(struct json *document);
enum jansson_kind jansson_kind(const struct json *value);
bool jansson_boolean(const struct json *value);
int64_t jansson_integer(const struct json *value);
struct text jansson_string(const struct json *value);
size_t jansson_count(const struct json *array_or_object);
const struct json *jansson_item(const struct json *array, size_t index);
const struct json *jansson_find(const struct json *object, const char *key);
/* *at is NULL before the first member; afterwards the member that was read. False when there is no further one. */
bool jansson_next(const struct json *object, void **at, struct text *ret_key, const struct json **ret_value);

#endif
