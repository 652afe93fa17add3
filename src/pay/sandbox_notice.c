/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the sandbox's callbacks say: writing and signing them, and reading them strictly. Nothing in a body is looked at
 * before its signature holds; then every member must be known, in range, and of a whitelisted status.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "pay/sandbox_state.h"

struct notice_fields {
    int64_t amount;
    struct text at, currency, event, kind, number, provider, reference, refund_id, refund_number, status;
};

#define FIELD(name, required, max) JSON_FIELD_STRING(struct notice_fields, name, required, 1, max)
static const struct json_field notice_table[] = {
    JSON_FIELD_INTEGER(struct notice_fields, amount, true, 1, MONEY_MAXIMUM),
    FIELD(at, true, 40),
    FIELD(currency, true, 3),
    FIELD(event, true, PAY_NUMBER_BYTES - 1),
    FIELD(kind, true, 16),
    FIELD(number, true, PAY_NUMBER_BYTES - 1),
    FIELD(provider, true, PAY_NAME_BYTES - 1),
    FIELD(reference, true, PAY_REFERENCE_BYTES - 1),
    FIELD(refund_id, false, PAY_REFERENCE_BYTES - 1),
    FIELD(refund_number, false, PAY_NUMBER_BYTES - 1),
    FIELD(status, true, 16),
};
#undef FIELD

void sandbox_notice_write(const struct pay_notice *notice, struct buffer *out)
{
    bool refund = notice->kind == PAY_NOTICE_REFUND;
    struct json_writer writer;
    json_writer_init(&writer, out);
    json_object_begin(&writer);
    json_member_integer(&writer, "amount", notice->amount.minor);
    json_member_time(&writer, "at", notice->at_us);
    json_member_string(&writer, "currency", notice->amount.currency);
    json_member_string(&writer, "event", notice->event_id);
    json_member_string(&writer, "kind", refund ? "refund" : "payment");
    json_member_string(&writer, "number", notice->number);
    json_member_string(&writer, "provider", notice->provider[0] ? notice->provider : "sandbox");
    json_member_string(&writer, "reference", notice->reference);
    if (refund) {
        json_member_string(&writer, "refund_id", notice->refund_id);
        json_member_string(&writer, "refund_number", notice->refund_number);
        json_member_string(&writer, "status", pay_refund_state_name(notice->refund_state));
    } else {
        json_member_string(&writer, "status", pay_payment_state_name(notice->payment_state));
    }
    json_object_end(&writer);
    json_writer_done(&writer);
}

static int status_unknown(struct error *error)
{
    error_set(error, ERROR_PAY_STATUS, "the callback's status is not one that moves or refuses money");
    return error_at(error, "/status");
}

static int read_kind(const struct notice_fields *fields, struct pay_notice *notice, struct error *error)
{
    if (text_is(fields->kind, "payment")) {
        notice->kind = PAY_NOTICE_PAYMENT;
        if (fields->refund_id.length || fields->refund_number.length) {
            error_set(error, ERROR_FIELD_UNKNOWN, "a payment has no refund");
            return error_at(error, fields->refund_id.length ? "/refund_id" : "/refund_number");
        }
        if (text_is(fields->status, "paid"))
            notice->payment_state = PAY_PAYMENT_PAID;
        else if (text_is(fields->status, "closed"))
            notice->payment_state = PAY_PAYMENT_CLOSED;
        else
            return status_unknown(error);
        return 0;
    }
    if (!text_is(fields->kind, "refund")) {
        error_set(error, ERROR_FIELD_VALUE, "kind is payment or refund");
        return error_at(error, "/kind");
    }
    notice->kind = PAY_NOTICE_REFUND;
    if (!fields->refund_id.length || !fields->refund_number.length) {
        error_set(error, ERROR_FIELD_MISSING, "a refund needs refund_id and refund_number");
        return error_at(error, fields->refund_id.length ? "/refund_number" : "/refund_id");
    }
    if (text_is(fields->status, "succeeded"))
        notice->refund_state = PAY_REFUND_SUCCEEDED;
    else if (text_is(fields->status, "declined"))
        notice->refund_state = PAY_REFUND_DECLINED;
    else
        return status_unknown(error);
    return 0;
}

bool sandbox_is_word(struct text text)
{
    bool good = text.length > 0 && text.length < PAY_NUMBER_BYTES;
    for (size_t i = 0; good && i < text.length; i++) {
        char c = text.data[i];
        good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
               c == ':';
    }
    return good;
}

/* Numbers go into keys, queries and messages: nothing but letters, digits and a few marks. */
static int check_words(const struct notice_fields *fields, struct error *error)
{
    const struct {
        const char *name;
        struct text value;
    } words[] = {{"event", fields->event},
                 {"number", fields->number},
                 {"reference", fields->reference},
                 {"refund_id", fields->refund_id},
                 {"refund_number", fields->refund_number}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (sandbox_is_word(words[i].value) || (i >= 3 && !words[i].value.length))
            continue;
        error_set(error, ERROR_FIELD_VALUE, "%s may hold letters, digits, \"_\", \"-\" and \":\" only", words[i].name);
        return error_at(error, "/%s", words[i].name);
    }
    return 0;
}

static void copy(char *out, struct text text)
{
    memcpy(out, text.data, text.length); /* the table's maximum is one less than the room */
    out[text.length] = '\0';
}

static int read_fields(const struct notice_fields *fields, struct pay_notice *notice, struct error *error)
{
    if (!text_is(fields->provider, "sandbox")) {
        error_set(error, ERROR_PAY_PROVIDER_MISMATCH, "the callback is not from the sandbox");
        return error_at(error, "/provider");
    }
    if (currency_check(fields->currency, error) < 0)
        return error_at(error, "/currency");
    if (time_parse(fields->at, &notice->at_us, error) < 0)
        return error_at(error, "/at");
    if (check_words(fields, error) < 0 || read_kind(fields, notice, error) < 0)
        return -1;
    copy(notice->provider, fields->provider);
    copy(notice->event_id, fields->event);
    copy(notice->number, fields->number);
    copy(notice->reference, fields->reference);
    if (notice->kind == PAY_NOTICE_REFUND) {
        copy(notice->refund_id, fields->refund_id);
        copy(notice->refund_number, fields->refund_number);
    }
    copy(notice->amount.currency, fields->currency);
    notice->amount.minor = fields->amount;
    return 0;
}

int sandbox_notice_read(struct text body, struct pay_notice *ret, struct error *error)
{
    struct json *document;
    struct notice_fields fields = {0};
    struct pay_notice notice = {0};
    if (json_parse(body, PAY_CALLBACK_BYTES_MAX, &document, error) < 0)
        return -1;
    int result = json_read(document, notice_table, sizeof notice_table / sizeof notice_table[0], "", &fields, error);
    if (result == 0)
        result = read_fields(&fields, &notice, error);
    json_free(document);
    if (result == 0)
        *ret = notice;
    return result;
}

void pay_sandbox_sign(struct text secret, const struct pay_notice *notice, int64_t now_us, struct buffer *out_body,
                      struct pay_sandbox_signed *out)
{
    assert(notice && notice->event_id[0] && out_body && out);
    size_t start = out_body->length;
    sandbox_notice_write(notice, out_body);
    struct text body = {out_body->data + start, out_body->length - start};
    snprintf(out->id, sizeof out->id, "%s", notice->event_id);
    snprintf(out->timestamp, sizeof out->timestamp, "%lld", (long long)(now_us / TIME_SECOND_US));
    pay_webhook_sign(secret, out->id, now_us / TIME_SECOND_US, body, out->signature);
    out->headers[0] = (struct pay_header){TEXT_LITERAL("webhook-id"), text_of(out->id)};
    out->headers[1] = (struct pay_header){TEXT_LITERAL("webhook-timestamp"), text_of(out->timestamp)};
    out->headers[2] = (struct pay_header){TEXT_LITERAL("webhook-signature"), text_of(out->signature)};
}
