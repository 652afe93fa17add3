/* SPDX-License-Identifier: Apache-2.0 */
/* The outbox table: add, lease, and the three ways a job ends. */
#include "store/job.h"

#include <assert.h>
#include <stdio.h>

#include "base/error.h"
#include "base/time.h"
#include "store/query.h"

int job_add(struct store_tx *tx, const char *kind, const char *reference, int64_t run_at, struct error *error)
{
    struct text kind_text = text_of(kind), reference_text = text_of(reference);
    assert(kind_text.length > 0 && kind_text.length < JOB_KIND_BYTES);
    assert(reference_text.length < JOB_REFERENCE_BYTES);
    struct query *query = store_query(tx, QUERY_JOB_INSERT);
    query_bind_text(query, 1, kind_text);
    query_bind_text(query, 2, reference_text);
    query_bind_int(query, 3, run_at);
    return query_run(query, error);
}

static void read_job(struct query *query, struct job *job)
{
    *job = (struct job){.id = query_int(query, 0), .attempts = (int)query_int(query, 3), .run_at = query_int(query, 4)};
    snprintf(job->kind, sizeof job->kind, "%.*s", TEXT_ARG(query_text(query, 1)));
    snprintf(job->reference, sizeof job->reference, "%.*s", TEXT_ARG(query_text(query, 2)));
}

static int lease(struct store_tx *tx, struct job *job, int64_t until_us, struct error *error)
{
    struct query *query = store_query(tx, QUERY_JOB_CLAIM);
    query_bind_int(query, 1, job->id);
    query_bind_int(query, 2, until_us);
    job->attempts++;
    return query_run(query, error);
}

int job_claim(struct store_tx *tx, int64_t now_us, int64_t lease_s, struct job *jobs, unsigned maximum,
              unsigned *ret_count, struct error *error)
{
    assert(lease_s > 0);
    struct query *query = store_query(tx, QUERY_JOB_DUE);
    query_bind_int(query, 1, now_us);
    query_bind_int(query, 2, maximum);
    unsigned count = 0;
    int step;
    while (count < maximum && (step = query_step(query, error)) == 1)
        read_job(query, &jobs[count++]);
    query_end(query);
    if (count < maximum && step < 0)
        return -1;
    for (unsigned i = 0; i < count; i++) {
        if (lease(tx, &jobs[i], now_us + lease_s * TIME_SECOND_US, error))
            return -1;
    }
    *ret_count = count;
    return 0;
}

int job_reclaim(struct store_tx *tx, int64_t now_us, struct error *error)
{
    struct query *query = store_query(tx, QUERY_JOB_RECLAIM);
    query_bind_int(query, 1, now_us);
    return query_run(query, error);
}

int job_done(struct store_tx *tx, int64_t id, struct error *error)
{
    struct query *query = store_query(tx, QUERY_JOB_DONE);
    query_bind_int(query, 1, id);
    return query_run(query, error);
}

int64_t job_retry_delay_s(int attempts)
{
    int64_t delay_s = JOB_RETRY_FIRST_S;
    for (int i = 1; i < attempts && delay_s < JOB_RETRY_MAX_S; i++)
        delay_s *= 2;
    return delay_s < JOB_RETRY_MAX_S ? delay_s : JOB_RETRY_MAX_S;
}

static int attempts_of(struct store_tx *tx, int64_t id, int *ret_attempts, struct error *error)
{
    struct query *query = store_query(tx, QUERY_JOB_GET);
    query_bind_int(query, 1, id);
    int step = query_step(query, error);
    if (step == 1)
        *ret_attempts = (int)query_int(query, 3);
    query_end(query);
    if (step == 0)
        return error_set(error, ERROR_INTERNAL, "There is no outbox job %lld", (long long)id);
    return step < 0 ? -1 : 0;
}

int job_retry(struct store_tx *tx, int64_t id, int64_t now_us, const char *reason, bool *ret_failed,
              struct error *error)
{
    int attempts = 0;
    if (attempts_of(tx, id, &attempts, error))
        return -1;
    bool failed = attempts >= JOB_ATTEMPTS_MAX;
    if (ret_failed)
        *ret_failed = failed;
    if (failed)
        return job_fail(tx, id, reason, error);
    struct query *query = store_query(tx, QUERY_JOB_RETRY);
    query_bind_int(query, 1, id);
    query_bind_int(query, 2, now_us + job_retry_delay_s(attempts) * TIME_SECOND_US);
    query_bind_string(query, 3, reason);
    return query_run(query, error);
}

int job_fail(struct store_tx *tx, int64_t id, const char *reason, struct error *error)
{
    struct query *query = store_query(tx, QUERY_JOB_FAIL);
    query_bind_int(query, 1, id);
    query_bind_string(query, 2, reason);
    return query_run(query, error);
}

int job_next_at(struct store_tx *tx, int64_t *ret_at, struct error *error)
{
    struct query *query = store_query(tx, QUERY_JOB_NEXT_AT);
    int step = query_step(query, error);
    if (step == 1)
        *ret_at = query_is_null(query, 0) ? INT64_MAX : query_int(query, 0);
    query_end(query);
    return step < 0 ? -1 : 0;
}
