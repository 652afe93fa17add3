/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small load generator: one thread, epoll, keep-alive connections to 127.0.0.1, closed loop or at a fixed rate.
 * It is bounded by the number of requests that the caller gives and by a time limit, and stops by itself.
 */
#ifndef SHUNTUI_BENCH_LOAD_H
#define SHUNTUI_BENCH_LOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

struct load_answer {
    int64_t request; /* the number that `next` gave it */
    int status;
    struct text body; /* valid during the call */
    int64_t latency_us;
};
struct load {
    uint16_t port;
    int connections; /* at most 256 */
    int64_t
        rate_per_s; /* 0: closed loop; else requests start at this rate, and latency counts from the intended start */
    int64_t time_limit_s; /* gives up after that */
    void *context;
    /* Appends a whole HTTP request to out and sets *ret_request; false: there are no more. */
    bool (*next)(void *context, int64_t *ret_request, struct buffer *out);
    void (*answered)(void *context, const struct load_answer *answer);
};
struct load_result {
    int64_t answered, failed; /* failed: connections that broke */
    double seconds;
    int64_t p50_us, p99_us, max_us;
};
/* Returns 0, or -1 when it could not connect or ran out of time. */
int load_run(const struct load *load, struct load_result *ret);

/* "POST /path HTTP/1.1" with a JSON body, an idempotency key and, when not NULL, a credential header line. */
void load_request_post(struct buffer *out, const char *path, const char *header, const char *key, struct text body);

#endif
