/* SPDX-License-Identifier: Apache-2.0 */
/* Errors as values: filling, prefixing, and the table of codes. Never allocates and never logs. */
#include "base/error.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct error_info {
    const char *wire, *title_en, *title_zh;
    int http_status;
};

static const struct error_info error_infos[ERROR_CODE_COUNT] = {
    [ERROR_NONE] = {"none", "No error", "没有错误", 200},
#define ERROR_ROW(name, wire, http_status, title_en, title_zh) [ERROR_##name] = {wire, title_en, title_zh, http_status},
#include "base/errors.def"
#undef ERROR_ROW
};

int error_set_at(struct error *error, enum error_code code, const char *origin, const char *format, ...)
{
    assert(code > ERROR_NONE && code < ERROR_CODE_COUNT);
    if (!error)
        return -1;
    *error = (struct error){.code = code, .origin = origin};
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    return -1;
}

int error_hint(struct error *error, const char *format, ...)
{
    if (!error)
        return -1;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->hint, sizeof error->hint, format, arguments);
    va_end(arguments);
    return -1;
}

int error_at(struct error *error, const char *format, ...)
{
    if (!error)
        return -1;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->pointer, sizeof error->pointer, format, arguments);
    va_end(arguments);
    return -1;
}

int error_prefix(struct error *error, const char *format, ...)
{
    if (!error)
        return -1;
    char before[sizeof error->message], after[sizeof error->message];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(before, sizeof before, format, arguments);
    va_end(arguments);
    memcpy(after, error->message, sizeof after);
    /* A message that no longer fits keeps its beginning: the context is what a reader needs first. */
    size_t used = strnlen(before, sizeof before - 1);
    memcpy(error->message, before, used);
    snprintf(error->message + used, sizeof error->message - used, ": %s", after);
    return -1;
}

void error_clear(struct error *error)
{
    if (error)
        *error = (struct error){.code = ERROR_NONE};
}

const char *error_wire(enum error_code code)
{
    assert(code >= ERROR_NONE && code < ERROR_CODE_COUNT);
    return error_infos[code].wire;
}

int error_http_status(enum error_code code)
{
    assert(code >= ERROR_NONE && code < ERROR_CODE_COUNT);
    return error_infos[code].http_status;
}

const char *error_title_en(enum error_code code)
{
    assert(code >= ERROR_NONE && code < ERROR_CODE_COUNT);
    return error_infos[code].title_en;
}

const char *error_title_zh(enum error_code code)
{
    assert(code >= ERROR_NONE && code < ERROR_CODE_COUNT);
    return error_infos[code].title_zh;
}
