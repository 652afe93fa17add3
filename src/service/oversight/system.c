/* SPDX-License-Identifier: Apache-2.0 */
/* Counts by index, sizes from the file system, and the counters of the writer. Nothing here waits for the writer. */
#include "service/oversight/system.h"

#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "base/error.h"
#include "service/internal.h"

#define LATE_US (60 * TIME_SECOND_US)
#define FAILURES_SHOWN 10

static int64_t file_bytes(const struct service *service, const char *name)
{
    char path[480];
    struct stat status;
    snprintf(path, sizeof path, "%s/%s", service->state_path, name);
    return stat(path, &status) == 0 ? (int64_t)status.st_size : 0;
}

static int64_t free_bytes(const struct service *service)
{
    struct statvfs volume;
    return statvfs(service->state_path, &volume) == 0 ? (int64_t)volume.f_bavail * (int64_t)volume.f_frsize : 0;
}

/* ---- work ---- */

static int failures_write(struct service_call *call, struct json_writer *writer, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_JOB_FAILURES);
    query_bind_int(query, 1, FAILURES_SHOWN);
    json_key(writer, "failures");
    json_array_begin(writer);
    int step;
    while ((step = query_step(query, error)) == 1) {
        json_object_begin(writer);
        json_member_text(writer, "kind", query_text(query, 0));
        json_member_text(writer, "reference", query_text(query, 1));
        json_member_integer(writer, "attempts", query_int(query, 2));
        json_member_text(writer, "error", query_text(query, 3));
        json_object_end(writer);
    }
    query_end(query);
    json_array_end(writer);
    return step < 0 ? -1 : 0;
}

static int jobs_write(struct service_call *call, struct json_writer *writer, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_JOB_COUNTS);
    query_bind_int(query, 1, call->now_us - LATE_US);
    int step = query_step(query, error);
    json_key(writer, "jobs");
    json_object_begin(writer);
    json_member_integer(writer, "due", step == 1 ? query_int(query, 0) : 0);
    json_member_integer(writer, "late", step == 1 ? query_int(query, 1) : 0);
    json_member_integer(writer, "failed", step == 1 ? query_int(query, 2) : 0);
    json_member_time(writer, "next_at", step == 1 ? query_int(query, 3) : 0);
    query_end(query);
    if (step < 0 || failures_write(call, writer, error) < 0)
        return -1;
    json_object_end(writer);
    return 0;
}

static int claims_write(struct service_call *call, struct json_writer *writer, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_CLAIM_OVERDUE);
    query_bind_int(query, 1, call->now_us - LATE_US);
    int step = query_step(query, error);
    json_key(writer, "claims");
    json_object_begin(writer);
    json_member_integer(writer, "open", step == 1 ? query_int(query, 0) : 0);
    json_member_integer(writer, "overdue", step == 1 ? query_int(query, 1) : 0);
    json_object_end(writer);
    query_end(query);
    return step < 0 ? -1 : 0;
}

static void writer_write(struct service *service, struct json_writer *writer)
{
    struct store_stats stats;
    store_stats(service->store, &stats);
    json_key(writer, "writer");
    json_object_begin(writer);
    json_member_boolean(writer, "writable", store_is_writable(service->store));
    json_member_integer(writer, "queue", (int64_t)stats.queue_length);
    json_member_integer(writer, "committed", (int64_t)stats.jobs_committed);
    json_member_integer(writer, "failed", (int64_t)stats.jobs_failed);
    json_member_integer(writer, "refused", (int64_t)stats.jobs_refused_busy);
    json_member_integer(writer, "commits", (int64_t)stats.commits);
    json_member_integer(writer, "commit_us_max", (int64_t)stats.commit_us_max);
    json_member_integer(writer, "wal_pages", (int64_t)stats.wal_pages);
    json_object_end(writer);
}

/* ---- place and time ---- */

struct totals {
    int64_t files, bytes;
};

/* Every file has a row, so the sum walks them all: once a minute. */
static int totals_find(struct service_call *call, struct totals *ret, struct error *error)
{
    struct text name = TEXT_LITERAL("evidence_totals");
    struct service_recent *recent = call->service->recent;
    if (service_recent_find(recent, name, call->now_us, ret, sizeof *ret))
        return 0;
    struct query *query = store_query(call->tx, QUERY_EVIDENCE_TOTALS);
    int step = query_step(query, error);
    *ret = (struct totals){step == 1 ? query_int(query, 0) : 0, step == 1 ? query_int(query, 1) : 0};
    query_end(query);
    if (step == 1)
        service_recent_put(recent, name, call->now_us, ret, sizeof *ret);
    return step < 0 ? -1 : 0;
}

static int storage_write(struct service_call *call, struct json_writer *writer, struct error *error)
{
    struct service *service = call->service;
    struct totals totals;
    if (totals_find(call, &totals, error) < 0)
        return -1;
    json_key(writer, "storage");
    json_object_begin(writer);
    json_member_integer(writer, "database_bytes",
                        file_bytes(service, STORE_DATABASE_NAME) + file_bytes(service, STORE_DATABASE_NAME "-wal"));
    json_member_integer(writer, "evidence_files", totals.files);
    json_member_integer(writer, "evidence_bytes", totals.bytes);
    json_member_integer(writer, "free_bytes", free_bytes(service));
    json_object_end(writer);
    return 0;
}

static int clock_write(struct service_call *call, struct json_writer *writer, struct error *error)
{
    struct service *service = call->service;
    int64_t ahead_us = call->now_us - service->clock->now_us(service->clock);
    struct query *query = store_query(call->tx, QUERY_CHECKPOINT_LAST);
    int step = query_step(query, error);
    json_key(writer, "clock");
    json_object_begin(writer);
    json_member_time(writer, "now", call->now_us);
    json_member_time(writer, "last_checkpoint_at", step == 1 ? query_int(query, 2) : 0);
    json_member_integer(writer, "ahead_ms", ahead_us > 0 ? ahead_us / 1000 : 0);
    json_object_end(writer);
    query_end(query);
    return step < 0 ? -1 : 0;
}

static int uploads_write(struct service_call *call, struct json_writer *writer, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_UPLOAD_TOTALS);
    query_bind_int(query, 1, call->now_us);
    int step = query_step(query, error);
    json_key(writer, "uploads");
    json_object_begin(writer);
    json_member_integer(writer, "open", step == 1 ? query_int(query, 0) : 0);
    json_member_integer(writer, "bytes", step == 1 ? query_int(query, 1) : 0);
    json_object_end(writer);
    query_end(query);
    return step < 0 ? -1 : 0;
}

int service_system_write(struct service_call *call, int64_t listeners, struct json_writer *ret, struct error *error)
{
    struct service *service = call->service;
    if (call->actor.role != ROLE_OPERATOR && call->actor.role != ROLE_SYSTEM)
        return error_set(error, ERROR_ACCESS_DENIED, "only an operator sees how the server is");
    json_object_begin(ret);
    json_member_string(ret, "version", service_version());
    json_member_time(ret, "started_at", service->opened_at_us);
    json_member_integer(ret, "uptime_s", (call->now_us - service->opened_at_us) / TIME_SECOND_US);
    json_member_integer(ret, "listeners", listeners);
    writer_write(service, ret);
    if (clock_write(call, ret, error) < 0 || jobs_write(call, ret, error) < 0 || claims_write(call, ret, error) < 0 ||
        storage_write(call, ret, error) < 0 || uploads_write(call, ret, error) < 0)
        return -1;
    json_object_end(ret);
    return 0;
}
