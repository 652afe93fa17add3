/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Redemption reports. The signer's word is taken for what it is worth: a merchant can make a card that the buyer has seen
 * "redeemed", but never one that was still sealed or revoked, and never with a time before the buyer could have used it.
 * Those are recorded as alarms, with the card's state as it was, because whoever redeemed it was not the buyer.
 */
#include "service/shop/redemption.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "market/market.h"
#include "pay/webhook.h"
#include "service/internal.h"
#include "service/claims/claims.h"
#include "service/shop/stock.h"
#include "service/claims/unused.h"
#include "service/view.h"
#include "store/idempotency.h"

#define REPORT_BYTES_MAX 4096
#define ACCOUNT_BYTES_MAX 120
#define CLOCK_SKEW_US (300 * TIME_SECOND_US) /* two systems' clocks differ by minutes */

struct report {
    struct text party_id, card_id, secret, status, at, account;
    bool has_card_id, has_secret, has_at;
    bool redeemed;
    bool by_issuer; /* an operator's party reports for an issuer */
    int64_t at_us;
    struct text event_id;
};

static const struct json_field report_fields[] = {
    JSON_FIELD_STRING(struct report, party_id, true, ID_BYTES - 1, ID_BYTES - 1),
    {"card_id", JSON_STRING, false, ID_BYTES - 1, ID_BYTES - 1, offsetof(struct report, card_id),
     offsetof(struct report, has_card_id)},
    {"secret", JSON_STRING, false, 1, LIMIT_CARD_BYTES, offsetof(struct report, secret),
     offsetof(struct report, has_secret)},
    JSON_FIELD_STRING(struct report, status, true, 1, 20),
    {"at", JSON_STRING, false, 1, 40, offsetof(struct report, at), offsetof(struct report, has_at)},
    JSON_FIELD_STRING(struct report, account, false, 0, ACCOUNT_BYTES_MAX),
};

struct reported_card {
    char id[ID_BYTES], product_id[ID_BYTES], merchant_id[ID_BYTES], order_id[ID_BYTES];
    struct text state;
    int64_t revealed_at, redeemed_at; /* 0: never */
};

static int report_check(const struct service_call *call, struct report *report, struct error *error)
{
    if (report->has_card_id == report->has_secret) {
        error_set(error, ERROR_FIELD_VALUE, "a report names its card by card_id or by secret, by one of them");
        return error_at(error, "/card_id");
    }
    report->redeemed = text_is(report->status, "redeemed");
    if (!report->redeemed && !text_is(report->status, "unused")) {
        error_set(error, ERROR_FIELD_VALUE, "the status is redeemed or unused");
        return error_at(error, "/status");
    }
    report->at_us = call->now_us;
    if (report->has_at && time_parse(report->at, &report->at_us, error) < 0)
        return error_at(error, "/at");
    if (report->at_us <= call->now_us + CLOCK_SKEW_US && report->at_us > 0)
        return 0;
    error_set(error, ERROR_FIELD_VALUE, "the time of a redemption is not in the future");
    return error_at(error, "/at");
}

/* Which secret is to be tried is said by the body that it signs: nothing else of the body counts before it holds. */
static int report_verify(struct service_call *call, const struct pay_callback *callback, struct report *report,
                         struct error *error)
{
    char secret[ID_BYTES];
    struct error ignored;
    if (service_webhook_secret_get(call, report->party_id, secret, &ignored) < 0) {
        error_set(error, ERROR_PAY_SIGNATURE, "the report is not signed by a known party");
        return error_hint(error, "make a webhook secret first, and sign with it");
    }
    struct text secrets[] = {text_of(secret)};
    int verified = pay_webhook_verify(callback, secrets, 1, call->now_us, &report->event_id, error);
    secret_wipe(secret, sizeof secret);
    return verified;
}

static int signer_load(struct service_call *call, struct report *report, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_PARTY_GET);
    query_bind_text(query, 1, report->party_id);
    int step = query_step(query, error);
    bool active = step == 1 && text_is(query_text(query, 3), "active");
    report->by_issuer = step == 1 && text_is(query_text(query, 1), "operator");
    query_end(query);
    if (step < 0)
        return -1;
    return active ? 0 : error_set(error, ERROR_PAY_SIGNATURE, "the signer is not active");
}

static int card_find(struct service_call *call, const struct report *report, struct reported_card *ret,
                     struct error *error)
{
    uint8_t fingerprint[HASH_BYTES];
    struct query *query;
    if (report->has_card_id) {
        query = store_query(call->tx, QUERY_CARD_GET);
        query_bind_text(query, 1, report->card_id);
    } else {
        enum service_card_verdict verdict;
        struct text normalised = service_card_normalise(call->arena, report->secret, &verdict);
        service_card_fingerprint(call->service, normalised, fingerprint);
        query = store_query(call->tx, QUERY_CARD_GET_BY_FINGERPRINT);
        query_bind_blob(query, 1, fingerprint, sizeof fingerprint);
    }
    int step = query_step(query, error);
    bool own = false;
    if (step == 1) {
        service_id_copy(ret->id, query_text(query, 0));
        service_id_copy(ret->product_id, query_text(query, 1));
        service_id_copy(ret->merchant_id, query_text(query, 2));
        service_id_copy(ret->order_id, query_text(query, 3));
        ret->state = arena_copy_text(call->arena, query_text(query, 4));
        ret->revealed_at = query_int(query, 5);
        ret->redeemed_at = query_int(query, 6);
        own = report->by_issuer || text_is(report->party_id, ret->merchant_id);
    }
    query_end(query);
    if (step < 0)
        return -1;
    return own ? 0 : error_set(error, ERROR_NOT_FOUND, "there is no such card among yours");
}

/* What the report makes of the card. A time before the reveal cannot be the buyer's doing either. */
static int judge(const struct report *report, const struct reported_card *card, enum card_state *ret_after,
                 bool *ret_alarm, struct error *error)
{
    int before = card_state_find(card->state);
    assert(before >= 0);
    *ret_after = (enum card_state)before;
    *ret_alarm = false;
    if (!report->redeemed)
        return 0;
    if (before == CARD_STATE_REVEALED && report->at_us + CLOCK_SKEW_US < card->revealed_at) {
        *ret_alarm = true;
        return 0;
    }
    return card_step((enum card_state)before, CARD_EVENT_REDEEM, ret_after, ret_alarm, error);
}

static int report_log(struct service_call *call, const struct report *report, const struct reported_card *card,
                      bool alarm, int64_t *ret_leaf, struct error *error)
{
    struct buffer item;
    struct json_writer writer;
    buffer_init(&item, 4096);
    json_writer_init(&writer, &item);
    json_object_begin(&writer);
    service_view_text_or_null(&writer, "account", report->account);
    json_member_boolean(&writer, "alarm", alarm);
    json_member_time(&writer, "at", report->at_us);
    json_member_string(&writer, "card", card->id);
    json_member_text(&writer, "event", report->event_id);
    service_view_text_or_null(&writer, "order", text_of(card->order_id));
    json_member_text(&writer, "party", report->party_id);
    json_member_text(&writer, "state_before", card->state);
    json_member_text(&writer, "status", report->status);
    json_object_end(&writer);
    json_writer_done(&writer);
    struct service_leaf leaf = {.subject = text_of(card->order_id[0] ? card->order_id : card->product_id),
                                .kind = EVIDENCE_KIND_REDEEM_CHECK,
                                .item = buffer_text(&item),
                                .event_us = report->at_us,
                                .source = report->by_issuer ? "issuer" : "merchant"};
    int result = buffer_check(&item, error) < 0 ? -1 : service_log_append(call, &leaf, ret_leaf, error);
    buffer_done(&item);
    return result;
}

static int card_update(struct service_call *call, const struct report *report, const struct reported_card *card,
                       enum card_state after, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_CARD_REPORTED);
    query_bind_string(query, 1, card->id);
    query_bind_text(query, 2, card->state);
    query_bind_string(query, 3, card_state_word(after)->wire);
    query_bind_int(query, 4, report->at_us);
    if (query_run(query, error) < 0)
        return -1;
    if (query_changes(call->tx) != 1)
        return error_set(error, ERROR_PRECONDITION_FAILED, "the card changed while the report was being read");
    return 0;
}

/* A report that a buyer's card is not used becomes a certificate, and an open claim may have waited for it. */
static int card_unused(struct service_call *call, const struct report *report, const struct reported_card *card,
                       struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_CARD_REPORTED_UNUSED);
    query_bind_string(query, 1, card->id);
    query_bind_int(query, 2, report->at_us);
    if (query_run(query, error) < 0)
        return -1;
    if (!card->order_id[0])
        return 0;
    enum service_unused_basis basis = report->by_issuer ? SERVICE_UNUSED_ISSUER_REPORT : SERVICE_UNUSED_MERCHANT_REPORT;
    if (service_unused_report(call, text_of(card->order_id), text_of(card->id), basis, report->at_us, error) < 0)
        return -1;
    return service_claim_reassess(call, text_of(card->order_id), error);
}

static int report_apply(struct service_call *call, const struct report *report, struct service_redemption *ret,
                        struct error *error)
{
    struct reported_card card;
    if (card_find(call, report, &card, error) < 0)
        return -1;
    struct service_redemption redemption = {.leaf_index = -1};
    memcpy(redemption.card_id, card.id, sizeof redemption.card_id);
    if (report->redeemed && card.redeemed_at != 0) {
        redemption.result = SERVICE_REDEMPTION_REPEATED;
        *ret = redemption;
        return 0;
    }
    enum card_state after;
    bool alarm;
    if (judge(report, &card, &after, &alarm, error) < 0)
        return -1;
    redemption.result = alarm ? SERVICE_REDEMPTION_ALARM : SERVICE_REDEMPTION_RECORDED;
    if (report_log(call, report, &card, alarm, &redemption.leaf_index, error) < 0 ||
        (report->redeemed ? card_update(call, report, &card, after, error) : card_unused(call, report, &card, error)) <
            0)
        return -1;
    *ret = redemption;
    return 0;
}

/* The same event again is answered as before: a caught report can't be played twice within its tolerance. */
static int report_once(struct service_call *call, const struct pay_callback *callback, const struct report *report,
                       struct service_redemption *ret, struct error *error)
{
    uint8_t hash[HASH_BYTES];
    struct buffer known;
    int status;
    hash_sha256(callback->body.data, callback->body.length, hash);
    struct idempotency_key key = {
        .scope = text_of(arena_printf(call->arena, "report:%.*s", TEXT_ARG(report->party_id))),
        .key = report->event_id,
        .sha256 = hash,
    };
    buffer_init(&known, 256);
    int begun = idempotency_begin(call->tx, &key, &status, &known, error);
    if (begun == 1) {
        *ret = (struct service_redemption){.result = SERVICE_REDEMPTION_REPEATED, .leaf_index = -1};
        service_id_copy(ret->card_id, buffer_text(&known));
    }
    buffer_done(&known);
    if (begun != 0)
        return begun < 0 ? -1 : 0;
    if (report_apply(call, report, ret, error) < 0)
        return -1;
    return idempotency_finish(call->tx, &key, 200, text_of(ret->card_id), call->now_us, error);
}

int service_redemption_report(struct service_call *call, const struct pay_callback *callback,
                              struct service_redemption *ret, struct error *error)
{
    assert(call && callback && ret);
    struct report report = {.account = {NULL, 0}};
    struct json *body;
    if (json_parse(callback->body, REPORT_BYTES_MAX, &body, error) < 0)
        return -1;
    int result = json_read(body, report_fields, sizeof report_fields / sizeof report_fields[0], "", &report, error);
    if (result == 0)
        result = report_verify(call, callback, &report, error);
    if (result == 0)
        result = signer_load(call, &report, error);
    if (result == 0)
        result = report_check(call, &report, error);
    if (result == 0)
        result = report_once(call, callback, &report, ret, error);
    json_free(body);
    return result;
}
