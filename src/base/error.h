/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One error idiom for the whole program: a caller-owned value of fixed size that never allocates.
 * A failure is set once, where it is detected, and may be prefixed with context on the way up.
 * Codes are the rows of base/errors.def; each has a stable wire name that clients may rely on.
 */
#ifndef SHUNTUI_BASE_ERROR_H
#define SHUNTUI_BASE_ERROR_H

enum error_code {
    ERROR_NONE = 0,
#define ERROR_ROW(name, wire, http_status, title_en, title_zh) ERROR_##name,
#include "base/errors.def"
#undef ERROR_ROW
    ERROR_CODE_COUNT
};

struct error {
    enum error_code code;
    char message[320];  /* one English sentence, without a secret in it */
    char hint[240];     /* what to do next, or empty */
    char pointer[120];  /* RFC 6901 pointer or "header Name" / "query name" of the offending input, or empty */
    const char *origin; /* "file.c:line" of the detection, a literal */
    int line, column;   /* 1-based position in an input text; 0 when there is none */
};

/* Fills *error (which may be NULL) and returns -1, so that `return error_set(...)` reads well. */
#define error_set(error, code, ...) error_set_at((error), (code), ERROR_ORIGIN, __VA_ARGS__)
#define ERROR_STRING_(x) #x
#define ERROR_STRING(x) ERROR_STRING_(x)
#define ERROR_ORIGIN __FILE__ ":" ERROR_STRING(__LINE__)

int error_set_at(struct error *error, enum error_code code, const char *origin, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Adds the advice "what to do next". Returns -1. NULL error is a no-op. */
int error_hint(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Says where in the input the fault is. Returns -1. */
int error_at(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Puts "context: " before the message. Returns -1. */
int error_prefix(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));
void error_clear(struct error *error);

const char *error_wire(enum error_code code);     /* "json_duplicate_key" */
int error_http_status(enum error_code code);      /* 422 */
const char *error_title_en(enum error_code code); /* short title for people */
const char *error_title_zh(enum error_code code);

#endif
