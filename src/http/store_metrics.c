/* SPDX-License-Identifier: Apache-2.0 */
/* The store's counters as metrics: how long the queue is, how many jobs share a commit, and how long commits stall. */
#include "http/http.h"

#include "store/store.h"

struct row {
    const char *name, *type, *help;
    uint64_t value;
};

static void write_rows(struct buffer *out, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        buffer_addf(out, "# HELP %s %s\n# TYPE %s %s\n%s %llu\n", rows[i].name, rows[i].help, rows[i].name,
                    rows[i].type, rows[i].name, (unsigned long long)rows[i].value);
}

void http_store_metrics(void *context, struct buffer *out)
{
    struct store *store = context;
    struct store_stats stats;
    store_stats(store, &stats);
    const struct row rows[] = {
        {"shuntui_store_queue_length", "gauge", "Jobs waiting for the writer.", stats.queue_length},
        {"shuntui_store_writable", "gauge", "0 while a failed COMMIT keeps the writer stopped.",
         store_is_writable(store)},
        {"shuntui_store_jobs_committed_total", "counter", "Jobs made durable; by commits: the batch size.",
         stats.jobs_committed},
        {"shuntui_store_jobs_failed_total", "counter", "Jobs that were undone.", stats.jobs_failed},
        {"shuntui_store_jobs_unknown_total", "counter", "Jobs whose outcome nobody could tell.", stats.jobs_unknown},
        {"shuntui_store_jobs_refused_total", "counter", "Jobs refused because the queue was full.",
         stats.jobs_refused_busy},
        {"shuntui_store_commits_total", "counter", "COMMITs.", stats.commits},
        {"shuntui_store_commit_failures_total", "counter", "COMMITs that failed.", stats.commit_failures},
        {"shuntui_store_commit_microseconds_total", "counter", "Time in COMMIT.", stats.commit_us_total},
        {"shuntui_store_commit_microseconds_max", "gauge", "The longest COMMIT.", stats.commit_us_max},
        {"shuntui_store_checkpoints_total", "counter", "Checkpoints of the write-ahead log.", stats.checkpoints},
        {"shuntui_store_checkpoint_microseconds_total", "counter", "Time in checkpoints; the writer stands still.",
         stats.checkpoint_us_total},
        {"shuntui_store_checkpoint_microseconds_max", "gauge", "The longest checkpoint.", stats.checkpoint_us_max},
        {"shuntui_store_wal_pages", "gauge", "Pages in the write-ahead log.", stats.wal_pages},
    };
    write_rows(out, rows, sizeof rows / sizeof rows[0]);
}
