/* SPDX-License-Identifier: Apache-2.0 */
/* The provider's side by the seed: callbacks that are kept and replayed, forged or odd ones, and a crash in the middle of a refund. */
#include "simulate.h"

#include <stdio.h>
#include <string.h>

#include "pay/sandbox.h"
#include "service/shop/payment.h"
#include "service/claims/settle.h"
#include "service/worker.h"

/* ---- due work ---- */

static void callback_keep(struct simulation *sim, const struct pay_callback *callback)
{
    struct sim_callback *kept = &sim->callbacks[sim->callback_count++ % 16];
    *kept = (struct sim_callback){.at_us = sim_now(sim), .body_length = callback->body.length};
    if (callback->body.length >= sizeof kept->body)
        return;
    memcpy(kept->body, callback->body.data, callback->body.length);
    for (size_t i = 0; i < callback->header_count; i++) {
        struct text name = callback->headers[i].name, value = callback->headers[i].value;
        if (text_is(name, "webhook-id"))
            snprintf(kept->id, sizeof kept->id, "%.*s", TEXT_ARG(value));
        if (text_is(name, "webhook-timestamp"))
            snprintf(kept->timestamp, sizeof kept->timestamp, "%.*s", TEXT_ARG(value));
        if (text_is(name, "webhook-signature"))
            snprintf(kept->signature, sizeof kept->signature, "%.*s", TEXT_ARG(value));
    }
}

/* Some callbacks find nobody at home: the provider comes again later. */
static int deliver(void *context, const struct pay_callback *callback)
{
    struct simulation *sim = context;
    if (sim->has_faults && sim_chance(sim, 50)) {
        sim->lost++;
        return -1;
    }
    callback_keep(sim, callback);
    return service_payment_deliver(sim->service, callback);
}

void sim_work(struct simulation *sim, bool everything)
{
    struct service_work work = {.failures = 0};
    struct error error;
    if (sim->has_faults && sim->offline_count < 8 && sim_chance(sim, 30)) {
        pay_sandbox_script(service_sandbox(sim->service), PAY_SANDBOX_OFFLINE, 1 + (unsigned)sim_below(sim, 3));
        sim->offline_count++;
    }
    if (sim_chance(sim, 700))
        pay_sandbox_pump(service_sandbox(sim->service), sim_now(sim), deliver, sim);
    int result = everything ? service_work_all(sim->service, 200, &work, &error)
                            : service_work_once(sim->service, &work, &error);
    sim->taken_by_query += work.taken;
    if (result < 0) {
        sim_fail(sim, "due work: %s (%s, %s)", error.message, error_wire(error.code), error.origin);
        return;
    }
    if (everything &&
        sim_number(sim,
                   "SELECT COUNT(*) FROM claim WHERE stage NOT IN ('closed', 'settlement') AND deadline_at <= %lld",
                   (long long)sim_now(sim)))
        sim_fail(sim, "a deadline has passed and nothing happened");
}

/* ---- callbacks on purpose ---- */

struct notice_run {
    struct pay_callback callback;
    enum service_payment_result result;
};

static int run_callback(struct service_call *call, void *argument, struct error *error)
{
    struct sim_act *act = argument;
    struct notice_run *run = act->out;
    return service_payment_callback(call, TEXT_LITERAL("sandbox"), &run->callback, &run->result, error);
}

/* Delivers one and compares what came of it. expected: a code, or ERROR_NONE for success with this result. */
static void callback_send(struct simulation *sim, const char *what, const struct pay_callback *callback,
                          enum error_code expected, enum service_payment_result result)
{
    static const struct service_actor provider = {.role = ROLE_PROVIDER};
    struct notice_run run = {.callback = *callback};
    struct sim_act act = {.out = &run};
    struct error error;
    char before[400], after[400];
    sim_fingerprint(sim, before);
    int done = sim_write(sim, &provider, run_callback, &act, &error);
    if (done == 0 ? expected != ERROR_NONE || run.result != result : error.code != expected)
        sim_fail(sim, "%s: %s, result %d", what, done == 0 ? "taken" : error_wire(error.code), (int)run.result);
    sim_fingerprint(sim, after);
    bool changes = done == 0 && run.result == SERVICE_PAYMENT_SUSPENSE;
    if (!changes && strcmp(before, after) != 0)
        sim_fail(sim, "%s changed something: %s before, %s after", what, before, after);
    sim->replays++;
}

static void callback_replay(struct simulation *sim)
{
    int count = sim->callback_count < 16 ? sim->callback_count : 16;
    if (count == 0)
        return;
    struct sim_callback kept = sim->callbacks[sim_below(sim, (uint64_t)count)];
    bool tampered = sim_chance(sim, 300), late = sim_now(sim) - kept.at_us > PAY_CALLBACK_TOLERANCE_S * TIME_SECOND_US;
    bool is_refund = memmem(kept.body, kept.body_length, "\"refund_id\"", 11) != NULL ||
                     memmem(kept.body, kept.body_length, "rfd_", 4) != NULL;
    if (kept.body_length == 0 || kept.body_length >= sizeof kept.body)
        return;
    if (tampered)
        kept.body[kept.body_length / 2] ^= 1;
    struct pay_header headers[] = {{TEXT_LITERAL("webhook-id"), text_of(kept.id)},
                                   {TEXT_LITERAL("webhook-timestamp"), text_of(kept.timestamp)},
                                   {TEXT_LITERAL("webhook-signature"), text_of(kept.signature)}};
    struct pay_callback callback = {headers, 3, {kept.body, kept.body_length}};
    callback_send(sim, "a replayed callback", &callback,
                  late       ? ERROR_PAY_TIMESTAMP
                  : tampered ? ERROR_PAY_SIGNATURE
                             : ERROR_NONE,
                  is_refund ? SERVICE_PAYMENT_REFUND : SERVICE_PAYMENT_REPEATED);
}

static void notice_send(struct simulation *sim, const char *what, struct pay_notice *notice, enum error_code expected,
                        enum service_payment_result result)
{
    struct pay_sandbox_signed signature;
    struct buffer body;
    snprintf(notice->event_id, sizeof notice->event_id, "forged-%lld", (long long)++sim->trade);
    notice->at_us = sim_now(sim);
    buffer_init(&body, PAY_CALLBACK_BYTES_MAX);
    pay_sandbox_sign(sim->sandbox_secret, notice, sim_now(sim), &body, &signature);
    struct pay_callback callback = {signature.headers, 3, buffer_text(&body)};
    callback_send(sim, what, &callback, expected, result);
    buffer_done(&body);
}

static void money_set(struct pay_notice *notice, int64_t amount, const char *currency)
{
    notice->amount.minor = amount;
    snprintf(notice->amount.currency, sizeof notice->amount.currency, "%s", currency);
}

static void payment_wrong(struct simulation *sim)
{
    const struct sim_order *order = &sim->orders[sim_below(sim, (uint64_t)sim->order_count)];
    struct pay_notice notice = {.kind = PAY_NOTICE_PAYMENT, .payment_state = PAY_PAYMENT_PAID};
    snprintf(notice.number, sizeof notice.number, "forged-%lld", (long long)sim->trade + 1);
    snprintf(notice.reference, sizeof notice.reference, "%s", order->reference);
    money_set(&notice, order->amount, "CNY");
    switch (sim_below(sim, 5)) {
    case 0:
        money_set(&notice, order->amount - 1, "CNY");
        notice_send(sim, "a payment of a wrong amount", &notice, ERROR_NONE, SERVICE_PAYMENT_SUSPENSE);
        break;
    case 1:
        money_set(&notice, order->amount, "USD");
        notice_send(sim, "a payment in another currency", &notice, ERROR_NONE, SERVICE_PAYMENT_SUSPENSE);
        break;
    case 2:
        snprintf(notice.provider, sizeof notice.provider, "other");
        notice_send(sim, "a payment from another provider", &notice, ERROR_PAY_PROVIDER_MISMATCH,
                    SERVICE_PAYMENT_TAKEN);
        break;
    case 3:
        snprintf(notice.reference, sizeof notice.reference, "pay_unknown");
        notice_send(sim, "a payment for nobody", &notice, ERROR_PAYMENT_UNKNOWN, SERVICE_PAYMENT_TAKEN);
        break;
    default:
        notice.payment_state = PAY_PAYMENT_CLOSED;
        notice_send(sim, "a trade that was closed", &notice, ERROR_NONE, SERVICE_PAYMENT_IGNORED);
    }
}

/* A notice about a refund that is final, or that names another amount, changes nothing. */
static void refund_wrong(struct simulation *sim)
{
    struct pay_notice notice = {.kind = PAY_NOTICE_REFUND, .refund_state = PAY_REFUND_DECLINED};
    bool pending = sim_chance(sim, 500);
    snprintf(notice.refund_id, sizeof notice.refund_id, "%s",
             sim_cell(sim, "SELECT id FROM refund WHERE state %s 'pending' ORDER BY id DESC LIMIT 1 OFFSET %d",
                      pending ? "=" : "<>", (int)sim_below(sim, 8)));
    if (!notice.refund_id[0])
        return;
    snprintf(notice.number, sizeof notice.number, "forged-%lld", (long long)sim->trade + 1);
    snprintf(notice.reference, sizeof notice.reference, "pay_any");
    snprintf(notice.refund_number, sizeof notice.refund_number, "forged");
    int64_t amount = sim_number(sim, "SELECT amount FROM refund WHERE id = '%s'", notice.refund_id);
    money_set(&notice, amount + 1, "CNY");
    if (pending)
        notice_send(sim, "a refund of another amount", &notice, ERROR_REFUND_AMOUNT, SERVICE_PAYMENT_REFUND);
    else
        notice_send(sim, "a refund that is final", &notice, ERROR_NONE, SERVICE_PAYMENT_REFUND);
}

void sim_callback_wrong(struct simulation *sim)
{
    uint64_t what = sim_below(sim, 10);
    if (what < 5)
        callback_replay(sim);
    else if (what < 8 && sim->order_count > 0)
        payment_wrong(sim);
    else
        refund_wrong(sim);
}

/* ---- a crash ---- */

static int run_due(struct service_call *call, void *argument, struct error *error)
{
    struct sim_act *act = argument;
    return service_refund_due_get(call, act->a, act->out, error);
}

void sim_interrupt_refund(struct simulation *sim)
{
    struct service_refund_due due;
    struct pay_refund answer;
    struct error error;
    char id[ID_BYTES];
    snprintf(id, sizeof id, "%s",
             sim_cell(sim, "SELECT id FROM refund WHERE state = 'pending' ORDER BY id LIMIT 1 OFFSET %d",
                      (int)sim_below(sim, 4)));
    if (!id[0])
        return;
    struct sim_act act = {.a = text_of(id), .out = &due};
    if (sim_write(sim, NULL, run_due, &act, &error) < 0) {
        sim_fail(sim, "a pending refund: %s", error.message);
        return;
    }
    struct pay_channel channel = pay_sandbox_channel(service_sandbox(sim->service));
    struct pay_refund_request request = {.refund_id = due.refund_id, .number = due.trade, .amount = due.amount};
    channel.provider->refund(channel.self, &request, &answer, &error);
    sim->interrupted++;
    sim_restart(sim);
}
