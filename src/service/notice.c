/* SPDX-License-Identifier: Apache-2.0 */
/* Telling listeners of what happened to orders and their claims, only after it is durable; and the store's hooks that this and the log share. */
#include <stdlib.h>
#include <string.h>

#include "service/internal.h"

void service_on_notice(struct service *service, service_notify_fn *notify, void *context)
{
    service->notify = notify;
    service->notify_context = context;
}

static struct service_news *news_new(struct service *service)
{
    if (service->notice_count == service->notice_capacity) {
        service->notice_capacity = service->notice_capacity ? 2 * service->notice_capacity : 64;
        service->notices = realloc(service->notices, service->notice_capacity * sizeof *service->notices);
        if (!service->notices)
            abort();
    }
    return &service->notices[service->notice_count++];
}

void service_notice_shut_out(struct service_call *call, struct text party_id)
{
    if (!call->service->notify)
        return;
    struct service_news *notice = news_new(call->service);
    *notice = (struct service_news){.revision = 0};
    service_id_copy(notice->party_id, party_id);
}

void service_notice_add(struct service_call *call, const struct service_leaf *leaf, int64_t leaf_index)
{
    struct service *service = call->service;
    if (!service->notify || !id_is(leaf->subject, "ord_"))
        return;
    struct service_news *notice = news_new(service);
    const char *event = leaf->event ? leaf->event : evidence_kind_wire(leaf->kind);
    *notice = (struct service_news){.revision = leaf_index};
    service_id_copy(notice->order_id, leaf->subject);
    service_id_copy(notice->claim_id, text_of(leaf->claim_id));
    memcpy(notice->event, event, strnlen(event, sizeof notice->event - 1));
}

void service_notices_free(struct service *service)
{
    free(service->notices);
}

static void job_begin(void *context, struct store_tx *tx)
{
    struct service *service = context;
    service->notices_before_job = service->notice_count;
    service_log_job_begin(context, tx);
}

static void job_end(void *context, bool kept)
{
    struct service *service = context;
    if (!kept)
        service->notice_count = service->notices_before_job;
    service_log_job_end(context, kept);
}

static void after_commit(void *context, bool committed)
{
    struct service *service = context;
    service_log_after_commit(context, committed);
    for (size_t i = 0; committed && i < service->notice_count; i++)
        service->notify(service->notify_context, &service->notices[i]);
    service->notice_count = 0;
}

void service_hooks_init(struct service *service, struct store_hooks *hooks)
{
    *hooks = (struct store_hooks){.context = service,
                                  .job_begin = job_begin,
                                  .job_end = job_end,
                                  .before_commit = service_log_before_commit,
                                  .after_commit = after_commit,
                                  .reopened = service_log_reopened};
}
