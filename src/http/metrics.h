/* SPDX-License-Identifier: Apache-2.0 */
/* Counters of the server, and their text in the Prometheus format. Counting is one relaxed atomic addition. */
#ifndef SHUNTUI_HTTP_METRICS_H
#define SHUNTUI_HTTP_METRICS_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/text.h"
#include "http/route.h"

struct metrics;

struct metrics *metrics_new(const struct http_route *routes, size_t route_count);
void metrics_free(struct metrics *metrics); /* NULL is a no-op */
/* route NULL: the request met no route. */
void metrics_count(struct metrics *metrics, const struct http_route *route, int status, int64_t duration_us);
/* Gauges and counters that others change. */
struct metrics_totals {
    _Atomic uint64_t connections_opened, connections_closed, refusals, rate_limited, unapproved;
    _Atomic int64_t in_flight, writes_waiting;
};
struct metrics_totals *metrics_totals(struct metrics *metrics);
/* Whole metrics with # HELP and # TYPE, process memory included. */
void metrics_write(struct metrics *metrics, struct buffer *out);

#endif
