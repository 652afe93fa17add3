/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The row writes of one typical refund (a sealed card, refunded at once by its rule) in SQLite alone: our schema, settings and
 * statements, but no rule, no log, no JSON, no server. What a server reaches is compared with this, in the same run.
 */
#ifndef SHUNTUI_BENCH_ROWS_H
#define SHUNTUI_BENCH_ROWS_H

#include <stdint.h>

struct error;

#define ROWS_EACH 16 /* rows inserted or updated by one refund; a commit adds one signed head */

struct rows_options {
    const char *directory; /* an empty one, on the disk to be measured */
    unsigned refunds;      /* how many; so many orders are put there first, outside the measured time */
    unsigned batch;        /* refunds that share one COMMIT, each in a savepoint of its own */
};

struct rows_result {
    double refunds_per_s;
    int64_t commit_p50_us, commit_p99_us; /* COMMIT alone, with a checkpoint when one was due */
    int64_t sync_p50_us;                  /* overwriting 4 KiB and fdatasync, just before */
};

/* Returns 0, or -1 with the error set. */
int rows_run(const struct rows_options *options, struct rows_result *ret, struct error *error);

#endif
