/* SPDX-License-Identifier: Apache-2.0 */
/* The sandbox provider's operations. Each checks, then appends its lines in one write, then answers. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/sign.h"
#include "pay/sandbox_state.h"

#define PROCESSING_S_USUAL 60

static const struct pay_provider sandbox_provider;

static int secret_add(struct pay_sandbox *sandbox, struct text secret, struct error *error)
{
    if (pay_webhook_secret_check(secret, error) < 0)
        return -1;
    if (secret.length > SANDBOX_SECRET_BYTES_MAX)
        return error_set(error, ERROR_PAY_SECRET, "the payment secret is longer than %d bytes",
                         SANDBOX_SECRET_BYTES_MAX);
    uint8_t *place = sandbox->secrets[sandbox->secret_count];
    memcpy(place, secret.data, secret.length);
    sandbox->secret[sandbox->secret_count++] = (struct text){(const char *)place, secret.length};
    return 0;
}

int pay_sandbox_open(const struct pay_sandbox_options *options, struct pay_sandbox **ret, struct error *error)
{
    assert(options && options->clock && options->random && ret);
    static const struct pay_sandbox_faults none;
    struct pay_sandbox *sandbox = calloc(1, sizeof *sandbox);
    if (!sandbox)
        abort();
    pthread_mutex_init(&sandbox->lock, NULL);
    sandbox->fd = -1;
    sandbox->clock = options->clock;
    sandbox->random = options->random;
    sandbox->fault_seed = options->fault_seed;
    sandbox->faults = memcmp(&options->faults, &none, sizeof none) == 0 ? pay_sandbox_faults_usual : options->faults;
    sandbox->processing_s = options->processing_s ? options->processing_s : PROCESSING_S_USUAL;
    sandbox->amount_failures = options->amount_failures;
    sandbox->fsync = options->fsync;
    snprintf(sandbox->url_base, sizeof sandbox->url_base, "%s",
             options->url_base ? options->url_base : "http://127.0.0.1:8080/sandbox/pay/");
    if (secret_add(sandbox, options->secret, error) < 0 ||
        (options->old_secret.length && secret_add(sandbox, options->old_secret, error) < 0) ||
        sandbox_records_open(sandbox, options->path, error) < 0) {
        pay_sandbox_close(sandbox);
        return -1;
    }
    *ret = sandbox;
    return 0;
}

void pay_sandbox_close(struct pay_sandbox *sandbox)
{
    if (!sandbox)
        return;
    sandbox_records_close(sandbox);
    free(sandbox->due);
    pthread_mutex_destroy(&sandbox->lock);
    secret_wipe(sandbox->secrets, sizeof sandbox->secrets);
    free(sandbox);
}

struct pay_channel pay_sandbox_channel(struct pay_sandbox *sandbox)
{
    return (struct pay_channel){&sandbox_provider, sandbox};
}

void pay_sandbox_script(struct pay_sandbox *sandbox, enum pay_sandbox_failure failure, unsigned times)
{
    assert(times > 0);
    pthread_mutex_lock(&sandbox->lock);
    assert(sandbox->script_count < SANDBOX_SCRIPTS_MAX);
    sandbox->scripts[sandbox->script_count].failure = failure;
    sandbox->scripts[sandbox->script_count++].times = times;
    pthread_mutex_unlock(&sandbox->lock);
}

/* Takes one failure off the script. only_offline: calls that know no other failure leave the rest of the script alone. */
static bool script_take(struct pay_sandbox *sandbox, bool only_offline, enum pay_sandbox_failure *ret)
{
    if (!sandbox->script_count || (only_offline && sandbox->scripts[0].failure != PAY_SANDBOX_OFFLINE))
        return false;
    *ret = sandbox->scripts[0].failure;
    if (--sandbox->scripts[0].times == 0) {
        sandbox->script_count--;
        memmove(&sandbox->scripts[0], &sandbox->scripts[1], sandbox->script_count * sizeof sandbox->scripts[0]);
    }
    return true;
}

static int no_answer(struct error *error)
{
    error_set(error, ERROR_OUTCOME_UNKNOWN, "the provider did not answer");
    return error_hint(error, "ask again with the same id");
}

static int offline_check(struct pay_sandbox *sandbox, struct error *error)
{
    enum pay_sandbox_failure failure;
    return script_take(sandbox, true, &failure) ? no_answer(error) : 0;
}

static int request_check(const char *word, const char *name, const struct money *amount, struct error *error)
{
    if (!sandbox_is_word(text_of(word))) {
        error_set(error, ERROR_FIELD_VALUE, "%s must be 1 to 64 letters, digits, \"_\", \"-\" or \":\"", name);
        return error_at(error, "/%s", name);
    }
    if (!amount)
        return 0;
    if (amount->minor < 1 || amount->minor > MONEY_MAXIMUM) {
        error_set(error, ERROR_FIELD_RANGE, "the amount must be from 1 to %lld", (long long)MONEY_MAXIMUM);
        return error_at(error, "/amount");
    }
    if (currency_check(text_of(amount->currency), error) < 0)
        return error_at(error, "/currency");
    return 0;
}

/* One reference has one trade: the number is made of it, so that no second index is needed to find it again. */
static void number_of_reference(const char *reference, char out[static PAY_NUMBER_BYTES])
{
    uint8_t hash[HASH_BYTES];
    char hex[HASH_HEX_BYTES];
    const struct text parts[] = {TEXT_LITERAL("sandbox trade "), text_of(reference)};
    hash_sha256_parts(parts, 2, hash);
    hash_hex(hash, hex);
    snprintf(out, PAY_NUMBER_BYTES, "sbt_%.32s", hex);
}

static bool same_money(const struct money *a, const struct money *b)
{
    return a->minor == b->minor && strcmp(a->currency, b->currency) == 0;
}

static int conflict(const char *what, struct error *error)
{
    error_set(error, ERROR_PAY_REFERENCE_CONFLICT, "this %s was used with other content", what);
    return error_hint(error, "repeat a request unchanged, or choose a new id for a new one");
}

static int create_locked(struct pay_sandbox *sandbox, const struct pay_request *request, struct pay_created *ret,
                         struct error *error)
{
    struct sandbox_trade trade, known;
    if (offline_check(sandbox, error) < 0)
        return -1;
    trade = (struct sandbox_trade){.amount = request->amount, .expires_at_us = request->expires_at_us};
    number_of_reference(request->reference, trade.number);
    snprintf(trade.reference, sizeof trade.reference, "%s", request->reference);
    if (sandbox_find_trade(sandbox, trade.number, &known)) {
        if (!same_money(&known.amount, &trade.amount) || known.expires_at_us != trade.expires_at_us)
            return conflict("reference", error);
    } else {
        struct sandbox_lines lines;
        sandbox_lines_init(&lines);
        sandbox_lines_trade(&lines, &trade);
        if (sandbox_lines_commit(sandbox, &lines, error) < 0)
            return -1;
    }
    snprintf(ret->number, sizeof ret->number, "%s", trade.number);
    snprintf(ret->url, sizeof ret->url, "%s%s", sandbox->url_base, trade.number);
    return 0;
}

static int sandbox_create(void *self, const struct pay_request *request, struct pay_created *ret, struct error *error)
{
    struct pay_sandbox *sandbox = self;
    assert(sandbox && request && request->reference && ret);
    if (request_check(request->reference, "reference", &request->amount, error) < 0)
        return -1;
    pthread_mutex_lock(&sandbox->lock);
    int result = create_locked(sandbox, request, ret, error);
    pthread_mutex_unlock(&sandbox->lock);
    return result;
}

static int get_trade(struct pay_sandbox *sandbox, const char *number, struct sandbox_trade *ret, struct error *error)
{
    if (sandbox_find_trade(sandbox, number, ret))
        return 0;
    return error_set(error, ERROR_PAY_NUMBER_UNKNOWN, "the sandbox has no payment %.64s", number);
}

static int sandbox_query(void *self, const char *number, struct pay_payment *ret, struct error *error)
{
    struct pay_sandbox *sandbox = self;
    struct sandbox_trade trade;
    char of_reference[PAY_NUMBER_BYTES];
    assert(sandbox && number && ret);
    pthread_mutex_lock(&sandbox->lock);
    int result = offline_check(sandbox, error);
    number_of_reference(number, of_reference);
    if (result == 0 && !sandbox_find_trade(sandbox, of_reference, &trade))
        result = get_trade(sandbox, number, &trade, error);
    pthread_mutex_unlock(&sandbox->lock);
    if (result < 0)
        return -1;
    *ret = (struct pay_payment){.amount = trade.amount, .refunded = trade.amount};
    snprintf(ret->number, sizeof ret->number, "%s", trade.number);
    snprintf(ret->reference, sizeof ret->reference, "%s", trade.reference);
    ret->refunded.minor = trade.refunded;
    if (trade.paid) {
        ret->state = PAY_PAYMENT_PAID;
        ret->amount.minor = trade.paid;
    } else if (sandbox->clock->now_us(sandbox->clock) > trade.expires_at_us) {
        ret->state = PAY_PAYMENT_CLOSED;
    }
    return 0;
}

/* ---- refunds ---- */

void sandbox_refund_notice(const struct sandbox_trade *trade, const struct pay_refund *refund, struct pay_notice *ret)
{
    *ret = (struct pay_notice){.kind = PAY_NOTICE_REFUND, .amount = refund->amount, .refund_state = refund->state};
    snprintf(ret->number, sizeof ret->number, "%s", trade->number);
    snprintf(ret->reference, sizeof ret->reference, "%s", trade->reference);
    snprintf(ret->refund_id, sizeof ret->refund_id, "%s", refund->refund_id);
    snprintf(ret->refund_number, sizeof ret->refund_number, "%s", refund->number);
}

enum fate { FATE_DONE, FATE_DECLINE, FATE_UNKNOWN, FATE_PROCESSING, FATE_INSUFFICIENT, FATE_OFFLINE };

static enum fate fate_of_script(enum pay_sandbox_failure failure)
{
    switch (failure) {
    case PAY_SANDBOX_DECLINE:
        return FATE_DECLINE;
    case PAY_SANDBOX_UNKNOWN:
        return FATE_UNKNOWN;
    case PAY_SANDBOX_PROCESSING:
        return FATE_PROCESSING;
    case PAY_SANDBOX_INSUFFICIENT:
        return FATE_INSUFFICIENT;
    case PAY_SANDBOX_OFFLINE:
        return FATE_OFFLINE;
    }
    return FATE_DONE;
}

static enum fate fate_of_amount(int64_t amount_minor)
{
    static const struct {
        int64_t ending;
        enum fate fate;
    } endings[] = {{901, FATE_DECLINE}, {902, FATE_UNKNOWN}, {903, FATE_PROCESSING}, {904, FATE_INSUFFICIENT}};
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        if (amount_minor % 1000 == endings[i].ending)
            return endings[i].fate;
    }
    return FATE_DONE;
}

static enum fate fate_of_plan(struct pay_sandbox *sandbox, const char *refund_id)
{
    const struct pay_sandbox_faults *f = &sandbox->faults;
    uint64_t throw = sandbox_chance(sandbox, refund_id, "refund", 1000);
    uint64_t limit = f->decline_per_mille;
    if (throw < limit)
        return FATE_DECLINE;
    if (throw < (limit += f->unknown_per_mille))
        return FATE_UNKNOWN;
    if (throw < (limit += f->processing_per_mille))
        return FATE_PROCESSING;
    if (throw < limit + f->insufficient_per_mille && !sandbox_was_short(sandbox, refund_id))
        return FATE_INSUFFICIENT;
    return FATE_DONE;
}

static enum fate choose_fate(struct pay_sandbox *sandbox, const struct pay_refund_request *request)
{
    enum pay_sandbox_failure failure;
    if (script_take(sandbox, false, &failure))
        return fate_of_script(failure);
    if (sandbox->amount_failures && fate_of_amount(request->amount.minor) != FATE_DONE)
        return fate_of_amount(request->amount.minor);
    return sandbox->fault_seed ? fate_of_plan(sandbox, request->refund_id) : FATE_DONE;
}

static int insufficient(struct pay_sandbox *sandbox, const char *refund_id, struct error *error)
{
    if (!sandbox_was_short(sandbox, refund_id)) {
        struct sandbox_lines lines;
        sandbox_lines_init(&lines);
        sandbox_lines_short(&lines, refund_id);
        if (sandbox_lines_commit(sandbox, &lines, error) < 0)
            return -1;
    }
    error_set(error, ERROR_PAY_INSUFFICIENT, "our account with the provider is short");
    return error_hint(error, "fund it, then repeat with the same refund id");
}

static int record_refund(struct pay_sandbox *sandbox, struct sandbox_trade *trade, struct sandbox_refund *refund,
                         struct error *error)
{
    struct sandbox_lines lines;
    struct pay_notice notice;
    int64_t now_us = sandbox->clock->now_us(sandbox->clock);
    id_make(refund->refund.number, "sbr_", now_us, sandbox->random);
    if (refund->refund.state == PAY_REFUND_PROCESSING)
        refund->due_at_us = now_us + sandbox->processing_s * TIME_SECOND_US;
    if (refund->refund.state != PAY_REFUND_DECLINED)
        trade->refunded += refund->refund.amount.minor;
    sandbox_lines_init(&lines);
    sandbox_lines_refund(&lines, refund);
    sandbox_lines_trade(&lines, trade);
    if (refund->refund.state != PAY_REFUND_PROCESSING) {
        sandbox_refund_notice(trade, &refund->refund, &notice);
        sandbox_notify(sandbox, &lines, &notice, now_us);
    }
    return sandbox_lines_commit(sandbox, &lines, error);
}

static int check_refundable(const struct sandbox_trade *trade, const struct pay_refund_request *request,
                            struct error *error)
{
    if (!trade->paid)
        return error_set(error, ERROR_PAY_TRADE_STATE, "the payment %s is not paid", trade->number);
    if (strcmp(trade->amount.currency, request->amount.currency) != 0)
        return error_set(error, ERROR_CURRENCY_MISMATCH, "the payment is in %s", trade->amount.currency);
    if (request->amount.minor > trade->paid - trade->refunded)
        return error_set(error, ERROR_PAY_REFUND_EXCEEDS, "%lld of the payment are left",
                         (long long)(trade->paid - trade->refunded));
    return 0;
}

static int refund_locked(struct pay_sandbox *sandbox, const struct pay_refund_request *request, struct pay_refund *ret,
                         struct error *error)
{
    struct sandbox_refund refund = {.refund = {.amount = request->amount, .state = PAY_REFUND_SUCCEEDED}}, known;
    struct sandbox_trade trade;
    if (sandbox_find_refund(sandbox, request->refund_id, &known)) {
        if (!same_money(&known.refund.amount, &request->amount) || strcmp(known.refund.trade, request->number) != 0)
            return conflict("refund id", error);
        if (offline_check(sandbox, error) < 0)
            return -1;
        *ret = known.refund;
        return 0;
    }
    enum fate fate = choose_fate(sandbox, request);
    if (fate == FATE_OFFLINE)
        return no_answer(error);
    if (get_trade(sandbox, request->number, &trade, error) < 0 || check_refundable(&trade, request, error) < 0)
        return -1;
    if (fate == FATE_INSUFFICIENT)
        return insufficient(sandbox, request->refund_id, error);
    if (fate == FATE_DECLINE)
        refund.refund.state = PAY_REFUND_DECLINED;
    else if (fate == FATE_PROCESSING)
        refund.refund.state = PAY_REFUND_PROCESSING;
    snprintf(refund.refund.refund_id, sizeof refund.refund.refund_id, "%s", request->refund_id);
    snprintf(refund.refund.trade, sizeof refund.refund.trade, "%s", trade.number);
    if (record_refund(sandbox, &trade, &refund, error) < 0)
        return -1;
    if (fate == FATE_UNKNOWN)
        return no_answer(error);
    *ret = refund.refund;
    return 0;
}

static int sandbox_refund(void *self, const struct pay_refund_request *request, struct pay_refund *ret,
                          struct error *error)
{
    struct pay_sandbox *sandbox = self;
    assert(sandbox && request && request->refund_id && request->number && ret);
    if (request_check(request->refund_id, "refund_id", &request->amount, error) < 0)
        return -1;
    pthread_mutex_lock(&sandbox->lock);
    int result = refund_locked(sandbox, request, ret, error);
    pthread_mutex_unlock(&sandbox->lock);
    return result;
}

static int sandbox_query_refund(void *self, const char *refund_id, struct pay_refund *ret, struct error *error)
{
    struct pay_sandbox *sandbox = self;
    struct sandbox_refund refund;
    assert(sandbox && refund_id && ret);
    pthread_mutex_lock(&sandbox->lock);
    int result = offline_check(sandbox, error);
    if (result == 0 && !sandbox_find_refund(sandbox, refund_id, &refund))
        result = error_set(error, ERROR_PAY_NUMBER_UNKNOWN, "the sandbox has no refund %.64s", refund_id);
    pthread_mutex_unlock(&sandbox->lock);
    if (result == 0)
        *ret = refund.refund;
    return result;
}

static int sandbox_verify(void *self, const struct pay_callback *callback, int64_t now_us, struct pay_notice *ret,
                          struct error *error)
{
    const struct pay_sandbox *sandbox = self;
    struct pay_notice notice;
    struct text id;
    assert(sandbox && callback && ret);
    if (callback->body.length > PAY_CALLBACK_BYTES_MAX)
        return error_set(error, ERROR_LIMIT_EXCEEDED, "the callback is larger than %d bytes", PAY_CALLBACK_BYTES_MAX);
    if (pay_webhook_verify(callback, sandbox->secret, sandbox->secret_count, now_us, &id, error) < 0 ||
        sandbox_notice_read(callback->body, &notice, error) < 0)
        return -1;
    if (!text_is(id, notice.event_id)) {
        error_set(error, ERROR_PAY_CALLBACK_MALFORMED, "webhook-id and the body's event differ");
        return error_at(error, "/event");
    }
    *ret = notice;
    return 0;
}

static const struct pay_provider sandbox_provider = {
    .name = "sandbox",
    .create = sandbox_create,
    .query = sandbox_query,
    .refund = sandbox_refund,
    .query_refund = sandbox_query_refund,
    .verify = sandbox_verify,
};

/* ---- the buyer's side ---- */

static int pay_locked(struct pay_sandbox *sandbox, const char *number_or_reference, int64_t amount_minor,
                      struct error *error)
{
    struct sandbox_trade trade;
    char number[PAY_NUMBER_BYTES];
    int64_t now_us = sandbox->clock->now_us(sandbox->clock);
    number_of_reference(number_or_reference, number);
    if (!sandbox_find_trade(sandbox, number, &trade) && get_trade(sandbox, number_or_reference, &trade, error) < 0)
        return -1;
    if (trade.paid)
        return error_set(error, ERROR_PAY_TRADE_STATE, "the payment %s is paid already", trade.number);
    if (now_us > trade.expires_at_us)
        return error_set(error, ERROR_PAY_TRADE_STATE, "the payment %s has expired", trade.number);
    trade.paid = amount_minor ? amount_minor : trade.amount.minor;
    struct pay_notice notice = {.kind = PAY_NOTICE_PAYMENT, .amount = trade.amount, .payment_state = PAY_PAYMENT_PAID};
    notice.amount.minor = trade.paid;
    snprintf(notice.number, sizeof notice.number, "%s", trade.number);
    snprintf(notice.reference, sizeof notice.reference, "%s", trade.reference);
    struct sandbox_lines lines;
    sandbox_lines_init(&lines);
    sandbox_lines_trade(&lines, &trade);
    sandbox_notify(sandbox, &lines, &notice, now_us);
    return sandbox_lines_commit(sandbox, &lines, error);
}

int pay_sandbox_pay(struct pay_sandbox *sandbox, const char *number_or_reference, int64_t amount_minor,
                    struct error *error)
{
    assert(sandbox && number_or_reference);
    if (request_check(number_or_reference, "number", NULL, error) < 0)
        return -1;
    if (amount_minor < 0 || amount_minor > MONEY_MAXIMUM)
        return error_set(error, ERROR_FIELD_RANGE, "the amount is out of range");
    pthread_mutex_lock(&sandbox->lock);
    int result = pay_locked(sandbox, number_or_reference, amount_minor, error);
    pthread_mutex_unlock(&sandbox->lock);
    return result;
}
