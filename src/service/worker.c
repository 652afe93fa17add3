/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Due work. Each thing is one transaction of its own kind; asking a provider happens between transactions, never inside one.
 * A refund is asked for with its own id until there is a definite answer, so a crash at any point repeats and never doubles.
 */
#include "service/worker.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "pay/sandbox.h"
#include "service/claims/claims.h"
#include "service/claims/upload.h"
#include "service/internal.h"
#include "service/shop/order.h"
#include "service/shop/order_internal.h"
#include "service/shop/payment.h"
#include "service/claims/settle.h"
#include "service/token.h"
#include "store/idempotency.h"
#include "store/job.h"

#define WORK_PORTION 64
#define WORK_FAILURES_MAX 1000 /* of one kind in one round */
#define JOB_LEASE_S 120
#define WORK_BUSY_PER_MS 1 /* jobs that commit in a millisecond of a round; its own are about ten in all */
#define WORK_REST 4        /* times as long as the work took */

/* ---- the portions that are one transaction each ---- */

typedef int (*due_fn)(struct service_call *call, int64_t skip, int64_t limit, int64_t *ret_count, struct error *error);
struct due_argument {
    due_fn run;
    int64_t skip, limit, count;
};

static int due_run(struct service_call *call, void *argument, struct error *error)
{
    struct due_argument *due = argument;
    return due->run(call, due->skip, due->limit, &due->count, error);
}

static const struct service_actor clock_actor = {.role = ROLE_CLOCK};

/* One by one, each a transaction of its own: what fails is passed over, so that it keeps nobody else waiting. */
static void due_singly(struct service *service, due_fn run, int64_t *count, int64_t *failures, struct error *error)
{
    struct due_argument due = {.run = run, .limit = 1, .count = 1};
    for (int64_t done = 0; done < WORK_PORTION && due.skip < WORK_FAILURES_MAX && due.count > 0; done += due.count) {
        struct error failure;
        due.count = 0;
        if (service_write(service, &clock_actor, due_run, &due, &failure) == 0) {
            *count += due.count;
            continue;
        }
        if (due.skip == 0)
            *error = failure;
        due.skip++;
        due.count = 1;
    }
    *failures += due.skip;
}

/* All in one transaction, as nearly always; else one by one. -1 when one of them failed, with the first failure. */
static int due_portion(struct service *service, due_fn run, int64_t *count, int64_t *failures, struct error *error)
{
    struct due_argument due = {.run = run, .limit = WORK_PORTION};
    if (service_write(service, &clock_actor, due_run, &due, error) == 0) {
        *count += due.count;
        return 0;
    }
    if (!store_is_writable(service->store))
        return -1;
    int64_t failed = 0;
    due_singly(service, run, count, &failed, error);
    *failures += failed;
    return failed ? -1 : 0;
}

/* ---- the outbox: refunds at the provider, and payments of orders that were given up ---- */

struct job_work {
    struct job job;
    struct service_refund_due due;
    bool is_payment; /* the job asks after a payment; else it is a refund */
    bool known;      /* the refund row was found */
    bool answered;   /* the provider gave an answer */
    struct pay_refund answer;
    struct error failure; /* when it did not, or its answer could not be booked */
};
static const struct service_actor provider_actor = {.role = ROLE_PROVIDER};

struct job_batch {
    unsigned count;
    struct job_work items[WORK_PORTION];
};

static int jobs_lease(struct service_call *call, void *argument, struct error *error)
{
    struct job_batch *batch = argument;
    struct job jobs[WORK_PORTION];
    if (job_claim(call->tx, call->now_us, JOB_LEASE_S, jobs, WORK_PORTION, &batch->count, error) < 0)
        return -1;
    for (unsigned i = 0; i < batch->count; i++) {
        struct job_work *item = &batch->items[i];
        struct error missing;
        *item = (struct job_work){.job = jobs[i], .is_payment = strcmp(jobs[i].kind, SERVICE_JOB_PAYMENT) == 0};
        if (item->is_payment)
            continue;
        item->known = service_refund_due_get(call, text_of(jobs[i].reference), &item->due, &missing) == 0;
        if (!item->known && missing.code != ERROR_NOT_FOUND) {
            *error = missing;
            return -1;
        }
    }
    return 0;
}

static int jobs_reclaim(struct service_call *call, void *argument, struct error *error)
{
    (void)argument;
    return job_reclaim(call->tx, call->now_us, error);
}

static void refund_ask(struct service *service, struct job_work *item)
{
    struct pay_channel channel = pay_sandbox_channel(service->sandbox);
    struct pay_refund_request request = {
        .refund_id = item->due.refund_id, .number = item->due.trade, .amount = item->due.amount};
    item->answered = channel.provider->refund(channel.self, &request, &item->answer, &item->failure) == 0;
}

static void item_ask(struct service *service, struct job_work *item, struct service_work *work)
{
    struct service_asked asked = {.taken = 0};
    if (item->is_payment) {
        item->answered = service_payment_ask(service, text_of(item->job.reference), &asked);
        work->taken += asked.taken;
    } else if (item->known && item->due.pending) {
        refund_ask(service, item);
    } else {
        return;
    }
    work->failures += !item->answered;
}

/* A refund that no claim watches has only this job: it never ends for want of an answer. */
static int refund_retry(struct service_call *call, const struct job_work *item, const char *reason, struct error *error)
{
    bool failed;
    if (job_retry(call->tx, item->job.id, call->now_us, reason, &failed, error) < 0)
        return -1;
    if (!failed || item->due.of_claim)
        return 0;
    return job_add(call->tx, item->job.kind, item->job.reference, call->now_us + JOB_RETRY_MAX_S * TIME_SECOND_US,
                   error);
}

static int job_record(struct service_call *call, const struct job_work *item, struct error *error)
{
    if (item->is_payment)
        return item->answered ? job_done(call->tx, item->job.id, error)
                              : job_retry(call->tx, item->job.id, call->now_us, "no answer", NULL, error);
    if (!item->known)
        return job_fail(call->tx, item->job.id, "the refund is not known", error);
    if (!item->due.pending)
        return job_done(call->tx, item->job.id, error);
    if (!item->answered)
        return refund_retry(call, item, item->failure.message, error);
    if (item->answer.state == PAY_REFUND_PROCESSING)
        return refund_retry(call, item, "in process at the provider", error);
    if (service_refund_notice(call, text_of(item->due.refund_id), item->answer.state, text_of(item->answer.number),
                              &item->answer.amount, error) < 0)
        return -1;
    return job_done(call->tx, item->job.id, error);
}

static int jobs_record(struct service_call *call, void *argument, struct error *error)
{
    struct job_batch *batch = argument;
    for (unsigned i = 0; i < batch->count; i++)
        if (job_record(call, &batch->items[i], error) < 0)
            return -1;
    return 0;
}

static int job_record_one(struct service_call *call, void *argument, struct error *error)
{
    return job_record(call, argument, error);
}

/* The answer could not be booked: the provider is asked again later, and gives the same answer to the same id. */
static int job_postpone(struct service_call *call, void *argument, struct error *error)
{
    struct job_work *item = argument;
    return refund_retry(call, item, item->failure.message, error);
}

static int jobs_record_singly(struct service *service, struct job_batch *batch, struct service_work *work,
                              struct error *error)
{
    int result = 0;
    for (unsigned i = 0; i < batch->count; i++) {
        struct job_work *item = &batch->items[i];
        if (service_write(service, &provider_actor, job_record_one, item, &item->failure) == 0)
            continue;
        work->failures++;
        if (result == 0)
            *error = item->failure;
        result = -1;
        if (service_write(service, &provider_actor, job_postpone, item, &item->failure) < 0)
            break; /* its lease ends by itself */
    }
    return result;
}

int service_jobs_work(struct service *service, struct service_work *work, struct error *error)
{
    struct job_batch *batch = calloc(1, sizeof *batch);
    if (!batch)
        abort();
    int result = service_write(service, &provider_actor, jobs_lease, batch, error);
    if (result < 0)
        batch->count = 0; /* nothing was leased */
    for (unsigned i = 0; result == 0 && i < batch->count; i++)
        item_ask(service, &batch->items[i], work);
    if (result == 0 && batch->count)
        result = service_write(service, &provider_actor, jobs_record, batch, error);
    if (result < 0 && batch->count && store_is_writable(service->store))
        result = jobs_record_singly(service, batch, work, error);
    for (unsigned i = 0; i < batch->count; i++)
        work->refunds += !batch->items[i].is_payment;
    free(batch);
    return result;
}

/* ---- rounds ---- */

static int purge(struct service_call *call, int64_t skip, int64_t limit, int64_t *ret_count, struct error *error)
{
    (void)skip;
    int purged = idempotency_purge(call->tx, call->now_us, (unsigned)limit, error);
    if (purged < 0)
        return -1;
    int64_t sessions;
    if (service_session_purge(call, limit, &sessions, error) < 0)
        return -1;
    *ret_count = purged + sessions;
    return 0;
}

static int payments_work(struct service *service, struct service_work *work, struct error *error)
{
    struct service_asked asked;
    if (service_payments_ask(service, &asked, error) < 0)
        return -1;
    work->taken += asked.taken;
    work->expired += asked.expired;
    work->failures += asked.failures;
    return 0;
}

static int uploads_work(struct service *service, struct service_work *work, struct error *error)
{
    int64_t removed;
    if (service_uploads_clean(service, WORK_PORTION, &removed, error) < 0)
        return -1;
    work->purged += removed;
    return 0;
}

static void work_add(struct service_work *total, const struct service_work *work)
{
    if (!total)
        return;
    total->deadlines += work->deadlines;
    total->taken += work->taken;
    total->expired += work->expired;
    total->released += work->released;
    total->refunds += work->refunds;
    total->callbacks += work->callbacks;
    total->purged += work->purged;
    total->failures += work->failures;
}

int service_work_once(struct service *service, struct service_work *ret, struct error *error)
{
    struct service_work work = {.failures = 0};
    work.callbacks = (int64_t)pay_sandbox_pump(service->sandbox, service->clock->now_us(service->clock),
                                               service_payment_deliver, service);
    struct error failures[6];
    const int results[] = {
        due_portion(service, service_claims_due, &work.deadlines, &work.failures, &failures[0]),
        payments_work(service, &work, &failures[1]),
        due_portion(service, service_orders_release_due, &work.released, &work.failures, &failures[2]),
        service_jobs_work(service, &work, &failures[3]),
        due_portion(service, purge, &work.purged, &work.failures, &failures[4]),
        uploads_work(service, &work, &failures[5]),
    };
    work_add(ret, &work);
    for (size_t i = 0; i < sizeof results / sizeof results[0]; i++)
        if (results[i] < 0) {
            if (error)
                *error = failures[i];
            return -1;
        }
    return 0;
}

static int64_t work_count(const struct service_work *work)
{
    return work->deadlines + work->taken + work->expired + work->released + work->refunds + work->callbacks +
           work->purged;
}

int service_work_all(struct service *service, int rounds_max, struct service_work *ret, struct error *error)
{
    int result = 0;
    for (int round = 0; round < rounds_max; round++) {
        struct service_work work = {.failures = 0};
        result = service_work_once(service, &work, error);
        work_add(ret, &work);
        if (work_count(&work) == 0)
            break;
    }
    return result;
}

/* ---- the thread ---- */

struct service_worker {
    struct service *service;
    int interval_ms;
    void (*report)(void *context, const struct error *error);
    void *context;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool stop;
};

static void worker_wait(struct service_worker *worker, int64_t wait_ms)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += (long)(wait_ms % 1000) * 1000000;
    until.tv_sec += wait_ms / 1000 + until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_mutex_lock(&worker->lock);
    while (!worker->stop)
        if (pthread_cond_timedwait(&worker->changed, &worker->lock, &until) != 0)
            break;
    pthread_mutex_unlock(&worker->lock);
}

static bool worker_stopped(struct service_worker *worker)
{
    pthread_mutex_lock(&worker->lock);
    bool stop = worker->stop;
    pthread_mutex_unlock(&worker->lock);
    return stop;
}

static int64_t monotonic_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static uint64_t jobs_committed(const struct service_worker *worker)
{
    struct store_stats stats;
    store_stats(worker->service->store, &stats);
    return stats.jobs_committed;
}

/* People who wait come first: while requests keep the writer busy, due work takes a fifth of its time at most. With an idle
 * writer a full round is followed by the next at once, and an empty one by the usual interval. */
static int64_t rest_ms(const struct service_worker *worker, int64_t did, int64_t took_ms, uint64_t others)
{
    bool busy = took_ms > 0 && others > WORK_BUSY_PER_MS * (uint64_t)took_ms;
    if (busy)
        return WORK_REST * took_ms > worker->interval_ms ? WORK_REST * took_ms : worker->interval_ms;
    return did >= WORK_PORTION ? 0 : worker->interval_ms;
}

static void *worker_run(void *argument)
{
    struct service_worker *worker = argument;
    struct error error;
    /* A process that was killed kept its leases: nobody waits two minutes for a refund because of that. */
    if (service_write(worker->service, &provider_actor, jobs_reclaim, NULL, &error) < 0 && worker->report)
        worker->report(worker->context, &error);
    while (!worker_stopped(worker)) {
        struct service_work work = {.failures = 0};
        error_clear(&error);
        int64_t began_ms = monotonic_ms();
        uint64_t committed = jobs_committed(worker);
        if (service_work_once(worker->service, &work, &error) < 0 && worker->report)
            worker->report(worker->context, &error);
        int64_t took_ms = monotonic_ms() - began_ms;
        worker_wait(worker, rest_ms(worker, work_count(&work), took_ms, jobs_committed(worker) - committed));
    }
    return NULL;
}

struct service_worker *service_worker_start(struct service *service, int interval_ms,
                                            void (*report)(void *context, const struct error *error), void *context)
{
    assert(service && interval_ms > 0);
    struct service_worker *worker = calloc(1, sizeof *worker);
    if (!worker)
        abort();
    *worker =
        (struct service_worker){.service = service, .interval_ms = interval_ms, .report = report, .context = context};
    pthread_mutex_init(&worker->lock, NULL);
    pthread_cond_init(&worker->changed, NULL);
    if (pthread_create(&worker->thread, NULL, worker_run, worker) != 0)
        abort();
    return worker;
}

void service_worker_stop(struct service_worker *worker)
{
    if (!worker)
        return;
    pthread_mutex_lock(&worker->lock);
    worker->stop = true;
    pthread_cond_signal(&worker->changed);
    pthread_mutex_unlock(&worker->lock);
    pthread_join(worker->thread, NULL);
    pthread_cond_destroy(&worker->changed);
    pthread_mutex_destroy(&worker->lock);
    free(worker);
}
