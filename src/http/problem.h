/* SPDX-License-Identifier: Apache-2.0 */
/* An error as problem details (RFC 9457): stable code, words, hint, place. Internals never leave. Pure. */
#ifndef SHUNTUI_HTTP_PROBLEM_H
#define SHUNTUI_HTTP_PROBLEM_H

#include "base/error.h"
#include "base/text.h"

#define PROBLEM_BYTES_MAX 4096
#define PROBLEM_CONTENT_TYPE "application/problem+json"

/* What an error has no room for: one more member, whose value is JSON. */
struct problem_member {
    const char *name; /* NULL: there is none */
    struct text json;
};
/* Writes the JSON object. request_id becomes "instance"; member may be NULL. Answers of 500 and above keep their message to
 * the log. */
void problem_write(struct buffer *out, const struct error *error, const struct problem_member *member,
                   const char *request_id);

#endif
