/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The outbox: work to do outside the transaction that asked for it (call a payment provider, notify a party).
 * A job is written with the change that needs it, so neither can exist without the other; it may run more than once, so
 * whatever it does must be idempotent.
 */
#ifndef SHUNTUI_STORE_JOB_H
#define SHUNTUI_STORE_JOB_H

#include <stdbool.h>
#include <stdint.h>

struct error;
struct store_tx;

#define JOB_KIND_BYTES 32
#define JOB_REFERENCE_BYTES 96
#define JOB_ATTEMPTS_MAX 16        /* with the delays below about a day in all */
#define JOB_RETRY_FIRST_S 5        /* doubles with each attempt … */
#define JOB_RETRY_MAX_S (6 * 3600) /* … up to here */

struct job {
    int64_t id;
    char kind[JOB_KIND_BYTES];
    char reference[JOB_REFERENCE_BYTES];
    int attempts; /* with the one that was just claimed */
    int64_t run_at;
};

/* Adds a job that is due at run_at. Returns 0 or -1. */
int job_add(struct store_tx *tx, const char *kind, const char *reference, int64_t run_at, struct error *error);
/* Takes up to `maximum` due jobs, oldest first. Each is leased: unless it is done, retried or failed before
 * now_us + lease_s, it becomes due again (the process died). Returns 0 or -1. */
int job_claim(struct store_tx *tx, int64_t now_us, int64_t lease_s, struct job *jobs, unsigned maximum,
              unsigned *ret_count, struct error *error);
/* For the one server of a store, when it starts: what another process had leased and neither finished nor put off is due at once.
 * Returns 0 or -1. */
int job_reclaim(struct store_tx *tx, int64_t now_us, struct error *error);
int job_done(struct store_tx *tx, int64_t id, struct error *error);
/* Due again after the delay of its attempts; after JOB_ATTEMPTS_MAX it is failed and *ret_failed says so (may be NULL). */
int job_retry(struct store_tx *tx, int64_t id, int64_t now_us, const char *reason, bool *ret_failed,
              struct error *error);
/* Gives up at once: the provider refused for good. */
int job_fail(struct store_tx *tx, int64_t id, const char *reason, struct error *error);
/* When the next job is due, or INT64_MAX when none is. */
int job_next_at(struct store_tx *tx, int64_t *ret_at, struct error *error);
int64_t job_retry_delay_s(int attempts); /* after that many attempts (1, 2, …) */

#endif
