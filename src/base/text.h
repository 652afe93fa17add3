/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text as a view (pointer and length), and one bounded builder for output.
 * Every buffer is created with its maximum; going past it is a sticky failure, never a truncation.
 */
#ifndef SHUNTUI_BASE_TEXT_H
#define SHUNTUI_BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct error;

struct text {
    const char *data; /* not terminated; may be NULL when length is 0 */
    size_t length;    /* bytes */
};

#define TEXT_LITERAL(literal) ((struct text){(literal), sizeof(literal) - 1})
#define TEXT_ARG(t) (int)(t).length, (t).data /* for "%.*s" */

struct text text_of(const char *terminated); /* NULL gives the empty text */
bool text_equal(struct text a, struct text b);
bool text_is(struct text a, const char *terminated);
bool text_starts(struct text a, const char *prefix);
int text_compare(struct text a, struct text b); /* byte order: <0, 0, >0 */
/* Strict UTF-8 (no overlong forms, surrogates, or values past U+10FFFF). Returns the offset of the first bad byte, or -1. */
ptrdiff_t text_utf8_bad(struct text t);
size_t text_utf8_count(struct text t);                  /* code points; t must be valid */
struct text text_clip(struct text t, size_t bytes_max); /* at most bytes_max bytes, never inside a code point */
/* Decimal int64 with optional '-', no leading zero or plus, whole text. Returns 0, or -1 with FIELD_TYPE or FIELD_RANGE. */
int text_to_int64(struct text t, int64_t *ret_value, struct error *error);

/* A growing buffer with a maximum. `failed` is sticky: check it once at the end. */
struct buffer {
    char *data; /* always terminated when capacity > 0 */
    size_t length, capacity, maximum;
    bool failed; /* the maximum was reached; the content is then not to be used */
};

void buffer_init(struct buffer *buffer, size_t maximum);
void buffer_done(struct buffer *buffer);
void buffer_clear(struct buffer *buffer); /* keeps the memory */
void buffer_add(struct buffer *buffer, const void *data, size_t length);
void buffer_add_text(struct buffer *buffer, struct text text);
void buffer_add_string(struct buffer *buffer, const char *terminated);
void buffer_add_char(struct buffer *buffer, char c);
void buffer_add_int(struct buffer *buffer, int64_t value);
void buffer_addf(struct buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buffer_add_hex(struct buffer *buffer, const void *data, size_t length);    /* lower case */
void buffer_add_base64(struct buffer *buffer, const void *data, size_t length); /* standard alphabet, padded */
/* Room for `bytes` more (plus a terminator) at the end, or NULL when that would pass the maximum (then `failed` is set).
 * The caller writes there, raises `length` and terminates. For hot paths only. */
char *buffer_reserve(struct buffer *buffer, size_t bytes);
struct text buffer_text(const struct buffer *buffer);
/* Returns 0, or -1 with LIMIT_EXCEEDED when the buffer overflowed. */
int buffer_check(const struct buffer *buffer, struct error *error);

/* Strict decoders: canonical form only. Return 0 or -1; *ret_length (which may be NULL) is the number of bytes written.
 * After a failed base64_decode the content of out is not to be used. */
int hex_decode(struct text in, void *out, size_t out_maximum, size_t *ret_length);
int base64_decode(struct text in, void *out, size_t out_maximum, size_t *ret_length);

#endif
