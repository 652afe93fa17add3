/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guard reads every byte that a client sends before the HTTP library does, and refuses what two parsers might
 * understand differently (request smuggling), what the library lets through, and what is too large.
 * Pure: bytes in, verdict out. It never passes on the end of a head that it has not approved, so the library cannot act on
 * a request that the guard refused. RFC 9112 sections 2.2, 3, 5, 6 and 7; where the RFC leaves a choice, the strict one.
 *
 * Refused beyond the RFC's "must": absolute-form targets, chunk extensions, trailers, %00, Expect other than
 * 100-continue, a repeated header that has only one meaning. No client of ours needs them.
 */
#ifndef SHUNTUI_HTTP_GUARD_H
#define SHUNTUI_HTTP_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define GUARD_HEAD_BYTES_MAX                                                                                           \
    (8 * 1024) /* a browser's head with our three cookies is under 2 KiB; security study, threat 40 */
#define GUARD_TARGET_BYTES_MAX 2048 /* our longest path with every query parameter is under 512 */
#define GUARD_FIELDS_MAX 100        /* security study, threat 40 */
#define GUARD_TOKEN_BYTES_MAX 64    /* a method, or a header name */
#define GUARD_CHUNK_BYTES_MAX (64 * 1024 * 1024)

enum guard_state {
    GUARD_START, /* between requests */
    GUARD_START_LF,
    GUARD_METHOD,
    GUARD_TARGET,
    GUARD_TARGET_PERCENT,
    GUARD_VERSION,
    GUARD_LINE_LF, /* after the CR of the request line or of a header */
    GUARD_NAME_START,
    GUARD_NAME,
    GUARD_VALUE_START, /* optional white space */
    GUARD_VALUE,
    GUARD_HEAD_LF, /* after the CR of the blank line */
    GUARD_BODY,    /* counted by Content-Length */
    GUARD_CHUNK_SIZE,
    GUARD_CHUNK_SIZE_LF,
    GUARD_CHUNK_DATA,
    GUARD_CHUNK_DATA_CR,
    GUARD_CHUNK_DATA_LF,
    GUARD_LAST_CR, /* after the chunk of size 0 */
    GUARD_LAST_LF,
    GUARD_REFUSED,
};

struct guard {
    enum guard_state state;
    enum error_code refusal;  /* ERROR_NONE until refused */
    const char *reason;       /* a literal, for the client */
    uint64_t heads_passed;    /* complete and approved */
    uint64_t requests_passed; /* with their bodies */
    size_t complete_end;      /* in the last feed: offset after the last complete request, 0 when none ended */
    bool is_upload;           /* the head says a body is coming that is larger than a JSON body may be */

    /* Of the request in work. */
    uint32_t head_bytes, target_bytes, fields;
    uint64_t body_left; /* of the body or the chunk */
    uint32_t seen;      /* bit of each single-valued header that occurred */
    uint8_t digits;     /* of a chunk size, or of a percent escape */
    uint8_t escape;     /* value of the escape so far */
    bool blank_before, version_is_1_0, is_options, has_star, has_length, is_chunked;
    int field; /* index of the header among the known ones, or -1 */
    size_t word_length;
    char word[256]; /* method, version, header name, or the value of a known header */
};

void guard_init(struct guard *guard);
/* Reads `length` bytes. Returns how many of them may be passed on: `length`, or less when the request was refused at
 * that offset; guard->refusal and guard->reason then say why, and every later feed returns 0. */
size_t guard_feed(struct guard *guard, const char *data, size_t length);
/* Is a request partly read? Then its deadline runs. */
bool guard_in_head(const struct guard *guard);
bool guard_in_body(const struct guard *guard);

#endif
