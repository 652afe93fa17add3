/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When and how the sandbox calls back: a queue of due work, the fault plan, retries, and the signature of each attempt.
 * What goes wrong depends only on the seed and the event, so that a restart does not change it.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "pay/sandbox_state.h"

/* As a large Chinese provider repeats: security study, row 8. */
static const int64_t retry_after_s[] = {240, 600, 600, 3600, 7200, 21600, 54000};
#define RETRY_COUNT ((int64_t)(sizeof retry_after_s / sizeof retry_after_s[0]))
#define LATE_MAX_S_USUAL (6 * TIME_HOUR_S)

const struct pay_sandbox_faults pay_sandbox_faults_usual = {
    .late_per_mille = 150,
    .twice_per_mille = 100,
    .lost_per_mille = 30,
    .processing_per_mille = 100,
    .unknown_per_mille = 40,
    .insufficient_per_mille = 40,
    .decline_per_mille = 10,
};

uint64_t sandbox_chance(const struct pay_sandbox *sandbox, const char *key, const char *purpose, uint64_t limit)
{
    uint8_t hash[HASH_BYTES];
    uint64_t value;
    const struct text parts[] = {{(const char *)&sandbox->fault_seed, sizeof sandbox->fault_seed},
                                 text_of(key),
                                 TEXT_LITERAL("/"),
                                 text_of(purpose)};
    hash_sha256_parts(parts, sizeof parts / sizeof parts[0], hash);
    memcpy(&value, hash, sizeof value);
    return value % limit;
}

static bool strikes(const struct pay_sandbox *sandbox, const char *key, const char *purpose, unsigned per_mille)
{
    return sandbox->fault_seed && sandbox_chance(sandbox, key, purpose, 1000) < per_mille;
}

static int64_t late_us(const struct pay_sandbox *sandbox, const char *key, const char *purpose)
{
    int64_t most_s = sandbox->faults.late_max_s > 0 ? sandbox->faults.late_max_s : LATE_MAX_S_USUAL;
    return (1 + (int64_t)sandbox_chance(sandbox, key, purpose, (uint64_t)most_s)) * TIME_SECOND_US;
}

/* ---- queue: a binary heap ---- */

static bool due_before(const struct sandbox_due *a, const struct sandbox_due *b)
{
    return a->at_us != b->at_us ? a->at_us < b->at_us : a->offset < b->offset;
}

static void due_swap(struct sandbox_due *a, struct sandbox_due *b)
{
    struct sandbox_due middle = *a;
    *a = *b;
    *b = middle;
}

void sandbox_due_add(struct pay_sandbox *sandbox, int64_t at_us, uint64_t offset, bool is_refund)
{
    if (sandbox->due_count == sandbox->due_capacity) {
        sandbox->due_capacity = sandbox->due_capacity ? sandbox->due_capacity * 2 : 64;
        sandbox->due = reallocarray(sandbox->due, sandbox->due_capacity, sizeof *sandbox->due);
        if (!sandbox->due)
            abort();
    }
    size_t i = sandbox->due_count++;
    sandbox->due[i] = (struct sandbox_due){at_us, offset, is_refund};
    for (; i > 0 && due_before(&sandbox->due[i], &sandbox->due[(i - 1) / 2]); i = (i - 1) / 2)
        due_swap(&sandbox->due[i], &sandbox->due[(i - 1) / 2]);
}

static struct sandbox_due due_take(struct pay_sandbox *sandbox)
{
    struct sandbox_due first = sandbox->due[0];
    sandbox->due[0] = sandbox->due[--sandbox->due_count];
    for (size_t i = 0;;) {
        size_t least = i;
        for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < sandbox->due_count; child++) {
            if (due_before(&sandbox->due[child], &sandbox->due[least]))
                least = child;
        }
        if (least == i)
            return first;
        due_swap(&sandbox->due[i], &sandbox->due[least]);
        i = least;
    }
}

int64_t pay_sandbox_next_us(struct pay_sandbox *sandbox)
{
    pthread_mutex_lock(&sandbox->lock);
    int64_t next = sandbox->due_count ? sandbox->due[0].at_us : INT64_MAX;
    pthread_mutex_unlock(&sandbox->lock);
    return next;
}

/* ---- events ---- */

void sandbox_notify(struct pay_sandbox *sandbox, struct sandbox_lines *lines, struct pay_notice *notice, int64_t now_us)
{
    struct sandbox_event event = {.due_at_us = now_us};
    struct buffer body;
    id_make(notice->event_id, "evt_", now_us, sandbox->random);
    snprintf(event.id, sizeof event.id, "%s", notice->event_id);
    notice->at_us = now_us;
    /* A reference, unlike an event's id, is the same in two runs with different random numbers. */
    const char *key = notice->kind == PAY_NOTICE_REFUND ? notice->refund_id : notice->reference;
    if (strikes(sandbox, key, "lost", sandbox->faults.lost_per_mille))
        event.due_at_us = 0;
    else if (strikes(sandbox, key, "late", sandbox->faults.late_per_mille))
        event.due_at_us += late_us(sandbox, key, "how late");
    buffer_init(&body, SANDBOX_LINE_BYTES_MAX);
    sandbox_notice_write(notice, &body);
    event.body = buffer_text(&body);
    sandbox_lines_event(lines, &event);
    buffer_done(&body);
}

/* After an attempt: again because it was not taken, again although it was, or never. */
static void reschedule(struct pay_sandbox *sandbox, struct sandbox_event *event, bool taken, int64_t now_us)
{
    event->due_at_us = 0;
    if (taken) {
        if (!event->is_repeat && strikes(sandbox, event->id, "twice", sandbox->faults.twice_per_mille)) {
            event->due_at_us = now_us + late_us(sandbox, event->id, "how much later");
            event->is_repeat = true;
        }
    } else if (event->attempts < RETRY_COUNT) {
        event->due_at_us = now_us + retry_after_s[event->attempts] * TIME_SECOND_US;
    }
    event->attempts++;
    struct sandbox_lines lines;
    sandbox_lines_init(&lines);
    sandbox_lines_event(&lines, event);
    /* When this cannot be written the event stays as it was on disk, and a restart delivers it once more. */
    sandbox_lines_commit(sandbox, &lines, NULL);
}

static bool deliver_event(struct pay_sandbox *sandbox, const struct sandbox_event *event, int64_t now_us,
                          pay_sandbox_deliver *deliver, void *context)
{
    char timestamp[24], one[PAY_WEBHOOK_SIGNATURE_BYTES], all[2 * PAY_WEBHOOK_SIGNATURE_BYTES + 1];
    size_t length = 0;
    int64_t timestamp_s = now_us / TIME_SECOND_US;
    snprintf(timestamp, sizeof timestamp, "%lld", (long long)timestamp_s);
    for (size_t i = 0; i < sandbox->secret_count; i++) {
        pay_webhook_sign(sandbox->secret[i], event->id, timestamp_s, event->body, one);
        length += (size_t)snprintf(all + length, sizeof all - length, "%s%s", i ? " " : "", one);
    }
    const struct pay_header headers[] = {
        {TEXT_LITERAL("content-type"), TEXT_LITERAL("application/json")},
        {TEXT_LITERAL("webhook-id"), text_of(event->id)},
        {TEXT_LITERAL("webhook-timestamp"), text_of(timestamp)},
        {TEXT_LITERAL("webhook-signature"), text_of(all)},
    };
    const struct pay_callback callback = {headers, sizeof headers / sizeof headers[0], event->body};
    return deliver(context, &callback) == 0;
}

/* A refund in process succeeds; its callback becomes due, perhaps in this very pump. */
static void complete_refund(struct pay_sandbox *sandbox, uint64_t offset, int64_t now_us)
{
    struct sandbox_refund refund;
    struct sandbox_trade trade;
    if (!sandbox_read_refund(sandbox, offset, &refund) || !sandbox_find_trade(sandbox, refund.refund.trade, &trade))
        return;
    refund.refund.state = PAY_REFUND_SUCCEEDED;
    refund.due_at_us = 0;
    struct pay_notice notice;
    struct sandbox_lines lines;
    sandbox_refund_notice(&trade, &refund.refund, &notice);
    sandbox_lines_init(&lines);
    sandbox_lines_refund(&lines, &refund);
    sandbox_notify(sandbox, &lines, &notice, now_us);
    if (sandbox_lines_commit(sandbox, &lines, NULL) < 0)
        sandbox_due_add(sandbox, now_us + TIME_SECOND_US, offset, true); /* the disk is full: try again */
}

size_t pay_sandbox_pump(struct pay_sandbox *sandbox, int64_t now_us, pay_sandbox_deliver *deliver, void *context)
{
    assert(sandbox && deliver);
    size_t delivered = 0;
    pthread_mutex_lock(&sandbox->lock);
    while (sandbox->due_count && sandbox->due[0].at_us <= now_us) {
        struct sandbox_due due = due_take(sandbox);
        struct buffer body;
        struct sandbox_event event;
        if (due.is_refund) {
            complete_refund(sandbox, due.offset, now_us);
            continue;
        }
        buffer_init(&body, SANDBOX_LINE_BYTES_MAX);
        if (sandbox_read_event(sandbox, due.offset, &body, &event)) {
            pthread_mutex_unlock(&sandbox->lock);
            bool taken = deliver_event(sandbox, &event, now_us, deliver, context);
            pthread_mutex_lock(&sandbox->lock);
            reschedule(sandbox, &event, taken, now_us);
            delivered++;
        }
        buffer_done(&body);
    }
    pthread_mutex_unlock(&sandbox->lock);
    return delivered;
}
