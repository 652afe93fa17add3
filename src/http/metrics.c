/* SPDX-License-Identifier: Apache-2.0 */
/* Request counters by route and status, a latency histogram by mode, and the process's memory. */
#include "http/metrics.h"

#include <assert.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Statuses that we send; any other counts as 0 ("other"). */
static const int statuses[] = {200, 201, 202, 204, 206, 304, 400, 401, 403, 404, 405, 408, 409, 410, 412,
                               413, 414, 415, 416, 422, 428, 429, 431, 500, 501, 503, 505, 507, 0};
#define STATUS_COUNT (sizeof statuses / sizeof statuses[0])
static const int64_t bounds_us[] = {100,   250,   500,    1000,   2500,    5000,   10000,
                                    25000, 50000, 100000, 250000, 1000000, 5000000};
static const char *const bound_names[] = {"0.0001", "0.00025", "0.0005", "0.001", "0.0025", "0.005", "0.01",
                                          "0.025",  "0.05",    "0.1",    "0.25",  "1",      "5"};
#define BOUND_COUNT (sizeof bounds_us / sizeof bounds_us[0])
static const char *const mode_names[] = {
    [HTTP_MODE_PLAIN] = "plain",       [HTTP_MODE_READ] = "read",     [HTTP_MODE_WRITE] = "write",
    [HTTP_MODE_CALLBACK] = "callback", [HTTP_MODE_UPLOAD] = "upload", [HTTP_MODE_FILE] = "file",
    [HTTP_MODE_STREAM] = "stream",
};
#define MODE_COUNT (sizeof mode_names / sizeof mode_names[0])

typedef _Atomic uint64_t counted;

struct metrics {
    const struct http_route *routes;
    size_t route_count;
    struct metrics_totals totals;
    counted buckets[MODE_COUNT][BOUND_COUNT + 1], duration_us[MODE_COUNT];
    counted by_status[][STATUS_COUNT]; /* the last row: no route */
};

struct metrics *metrics_new(const struct http_route *routes, size_t route_count)
{
    struct metrics *metrics = calloc(1, sizeof *metrics + (route_count + 1) * sizeof metrics->by_status[0]);
    if (!metrics)
        abort();
    metrics->routes = routes;
    metrics->route_count = route_count;
    return metrics;
}

void metrics_free(struct metrics *metrics)
{
    free(metrics);
}

struct metrics_totals *metrics_totals(struct metrics *metrics)
{
    return &metrics->totals;
}

static void add(counted *counter, uint64_t value)
{
    atomic_fetch_add_explicit(counter, value, memory_order_relaxed);
}

static uint64_t get(counted *counter)
{
    return atomic_load_explicit(counter, memory_order_relaxed);
}

void metrics_count(struct metrics *metrics, const struct http_route *route, int status, int64_t duration_us)
{
    size_t row = route ? (size_t)(route - metrics->routes) : metrics->route_count;
    assert(row <= metrics->route_count);
    size_t column = 0;
    while (column < STATUS_COUNT - 1 && statuses[column] != status)
        column++;
    add(&metrics->by_status[row][column], 1);
    if (!route)
        return;
    size_t bound = 0;
    while (bound < BOUND_COUNT && duration_us > bounds_us[bound])
        bound++;
    add(&metrics->buckets[route->mode][bound], 1);
    add(&metrics->duration_us[route->mode], duration_us > 0 ? (uint64_t)duration_us : 0);
}

static void write_requests(struct metrics *metrics, struct buffer *out)
{
    buffer_add_string(out, "# HELP shuntui_http_requests_total Requests answered, by route and status.\n"
                           "# TYPE shuntui_http_requests_total counter\n");
    for (size_t row = 0; row <= metrics->route_count; row++)
        for (size_t column = 0; column < STATUS_COUNT; column++) {
            uint64_t count = get(&metrics->by_status[row][column]);
            if (count)
                buffer_addf(out, "shuntui_http_requests_total{route=\"%s\",status=\"%d\"} %llu\n",
                            row < metrics->route_count ? metrics->routes[row].name : "none", statuses[column],
                            (unsigned long long)count);
        }
}

static void write_histogram(struct metrics *metrics, struct buffer *out)
{
    buffer_add_string(out,
                      "# HELP shuntui_http_request_seconds From the request's head to its answer, by kind of route.\n"
                      "# TYPE shuntui_http_request_seconds histogram\n");
    for (size_t mode = 0; mode < MODE_COUNT; mode++) {
        uint64_t total = 0;
        for (size_t bound = 0; bound <= BOUND_COUNT; bound++) {
            total += get(&metrics->buckets[mode][bound]);
            buffer_addf(out, "shuntui_http_request_seconds_bucket{mode=\"%s\",le=\"%s\"} %llu\n", mode_names[mode],
                        bound < BOUND_COUNT ? bound_names[bound] : "+Inf", (unsigned long long)total);
        }
        uint64_t sum_us = get(&metrics->duration_us[mode]);
        buffer_addf(out, "shuntui_http_request_seconds_sum{mode=\"%s\"} %llu.%06llu\n", mode_names[mode],
                    (unsigned long long)(sum_us / 1000000), (unsigned long long)(sum_us % 1000000));
        buffer_addf(out, "shuntui_http_request_seconds_count{mode=\"%s\"} %llu\n", mode_names[mode],
                    (unsigned long long)total);
    }
}

static void write_one(struct buffer *out, const char *name, const char *type, const char *help, int64_t value)
{
    buffer_addf(out, "# HELP %s %s\n# TYPE %s %s\n%s %lld\n", name, help, name, type, name, (long long)value);
}

/* The second field of /proc/self/statm is resident pages; see proc(5). */
static int64_t resident_bytes(void)
{
    char line[128] = "";
    int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return 0;
    ssize_t count = read(file, line, sizeof line - 1);
    close(file);
    char *space = count > 0 ? strchr(line, ' ') : NULL;
    return space ? strtoll(space + 1, NULL, 10) * sysconf(_SC_PAGESIZE) : 0;
}

void metrics_write(struct metrics *metrics, struct buffer *out)
{
    struct metrics_totals *totals = &metrics->totals;
    int64_t opened = (int64_t)get(&totals->connections_opened), closed = (int64_t)get(&totals->connections_closed);
    write_requests(metrics, out);
    write_histogram(metrics, out);
    write_one(out, "shuntui_http_connections", "gauge", "Open connections.", opened - closed);
    write_one(out, "shuntui_http_connections_total", "counter", "Connections accepted.", opened);
    write_one(out, "shuntui_http_in_flight", "gauge", "Requests being worked on.", atomic_load(&totals->in_flight));
    write_one(out, "shuntui_http_writes_waiting", "gauge", "Requests waiting for the store's writer.",
              atomic_load(&totals->writes_waiting));
    write_one(out, "shuntui_http_refused_total", "counter", "Requests refused by the guard.",
              (int64_t)get(&totals->refusals));
    write_one(out, "shuntui_http_rate_limited_total", "counter", "Requests over the rate limit.",
              (int64_t)get(&totals->rate_limited));
    write_one(out, "shuntui_http_unapproved_total", "counter", "Requests that the guard had not seen; must stay 0.",
              (int64_t)get(&totals->unapproved));
    write_one(out, "process_resident_memory_bytes", "gauge", "Resident memory.", resident_bytes());
}
