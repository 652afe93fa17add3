/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Structured log: one line of JSON per event on standard error. For http/ and cli/ only; library code returns errors.
 * Values are typed fields; there is no format string, so that no request body can end up in a line by accident.
 *     log_event(LOG_WARNING, "request_failed", LOG_STRING("code", "field_missing"), LOG_INTEGER("status", 422));
 */
#ifndef SHUNTUI_BASE_LOG_H
#define SHUNTUI_BASE_LOG_H

#include <stddef.h>
#include <stdint.h>

enum log_level { LOG_LEVEL_DEBUG, LOG_LEVEL_INFO, LOG_LEVEL_WARNING, LOG_LEVEL_ERROR };

enum log_kind { LOG_KIND_STRING, LOG_KIND_INTEGER };

struct log_field {
    const char *name; /* ASCII, not "time", "level" or "event" */
    enum log_kind kind;
    const char *string; /* NULL writes null; cut after 300 bytes */
    int64_t integer;
};

#define LOG_STRING(name, value) ((struct log_field){(name), LOG_KIND_STRING, (value), 0})
#define LOG_INTEGER(name, value) ((struct log_field){(name), LOG_KIND_INTEGER, NULL, (value)})
/* At least one field. */
#define log_event(level, event, ...)                                                                                   \
    log_write((level), (event), (const struct log_field[]){__VA_ARGS__},                                               \
              sizeof((const struct log_field[]){__VA_ARGS__}) / sizeof(struct log_field))

struct buffer;
/* Composes the line, with its newline, at the given time. */
void log_compose(struct buffer *out, enum log_level level, const char *event, int64_t time_us,
                 const struct log_field *fields, size_t field_count);
/* Composes and writes it with one write(2), so that lines of several threads stay whole. */
void log_write(enum log_level level, const char *event, const struct log_field *fields, size_t field_count);

#endif
