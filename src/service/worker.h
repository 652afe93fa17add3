/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What happens without a request: deadlines of claims, payments whose callback was lost, expiry of reservations, release of
 * escrow, refunds at the provider, the sandbox's callbacks. One function does everything that is due; a thread calls it in the server, a test by itself.
 */
#ifndef SHUNTUI_SERVICE_WORKER_H
#define SHUNTUI_SERVICE_WORKER_H

#include "service/service.h"

/* How much one round did. */
struct service_work {
    int64_t deadlines, expired, released, refunds, callbacks, purged;
    int64_t taken;    /* payments that only a query told of */
    int64_t failures; /* things that will be tried again */
};
/* Does what is due now, in bounded portions; *ret may be NULL. What fails is counted and tried again in the next round, and the
 * others go on. Returns 0, or -1 with the first failure. */
int service_work_once(struct service *service, struct service_work *ret, struct error *error);
/* Of these, only what the outbox holds: refunds, and payments to ask after. *ret is added to. */
int service_jobs_work(struct service *service, struct service_work *ret, struct error *error);
/* Rounds until nothing is due any more; at most rounds_max. */
int service_work_all(struct service *service, int rounds_max, struct service_work *ret, struct error *error);

struct service_worker;
/* A thread that works every interval_ms, and at once after a full round. report (may be NULL) is told of failures. */
struct service_worker *service_worker_start(struct service *service, int interval_ms,
                                            void (*report)(void *context, const struct error *error), void *context);
void service_worker_stop(struct service_worker *worker); /* NULL is a no-op */

#endif
