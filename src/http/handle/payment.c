/* SPDX-License-Identifier: Apache-2.0 */
/* Routes that other systems call: the payment provider and the redemption reports; and the sandbox's payment page. */
#include "base/error.h"
#include "base/money.h"
#include "http/handle/handle.h"
#include "service/shop/payment.h"
#include "service/shop/redemption.h"

static struct pay_callback callback_of(struct http_call *call)
{
    struct pay_header *headers = arena_new_array(call->arena, struct pay_header, call->header_count + 1);
    for (size_t i = 0; i < call->header_count; i++)
        headers[i] = (struct pay_header){text_of(call->headers[i].name), text_of(call->headers[i].value)};
    return (struct pay_callback){headers, call->header_count, call->body_bytes};
}

int handle_payment_callback(struct http_call *call, struct error *error)
{
    static const char *const words[] = {
        [SERVICE_PAYMENT_TAKEN] = "taken",       [SERVICE_PAYMENT_REPEATED] = "repeated",
        [SERVICE_PAYMENT_SUSPENSE] = "suspense", [SERVICE_PAYMENT_IGNORED] = "ignored",
        [SERVICE_PAYMENT_REFUND] = "refund",
    };
    struct service_call inner = handle_call(call);
    struct pay_callback callback = callback_of(call);
    enum service_payment_result result;
    inner.actor = (struct service_actor){.role = ROLE_PROVIDER};
    if (http_query_done(call, error) < 0 ||
        service_payment_callback(&inner, text_of(http_param(call, "provider")), &callback, &result, error) < 0)
        return -1;
    json_object_begin(call->json);
    json_member_string(call->json, "result", words[result]);
    json_object_end(call->json);
    return 0;
}

int handle_redemption_report(struct http_call *call, struct error *error)
{
    static const char *const words[] = {
        [SERVICE_REDEMPTION_RECORDED] = "recorded",
        [SERVICE_REDEMPTION_REPEATED] = "repeated",
        [SERVICE_REDEMPTION_ALARM] = "alarm",
    };
    struct service_call inner = handle_call(call);
    struct pay_callback callback = callback_of(call);
    struct service_redemption redemption;
    if (http_query_done(call, error) < 0 || service_redemption_report(&inner, &callback, &redemption, error) < 0)
        return -1;
    json_object_begin(call->json);
    json_member_string(call->json, "card_id", redemption.card_id);
    json_member_string(call->json, "result", words[redemption.result]);
    json_object_end(call->json);
    return 0;
}

/* Not in a transaction: the sandbox stands for a provider somewhere else, which calls back when it has the money. */
int handle_sandbox_pay(struct http_call *call, struct error *error)
{
    int64_t amount;
    char number[PAY_NUMBER_BYTES];
    if (http_query_integer(call, "amount", 1, MONEY_MAXIMUM, 0, &amount, error) < 0 ||
        http_query_done(call, error) < 0 ||
        service_sandbox_pay(call->service, text_of(http_param(call, "reference")), amount, number, error) < 0)
        return -1;
    call->status = 202;
    json_object_begin(call->json);
    json_member_string(call->json, "number", number);
    json_member_string(call->json, "reference", http_param(call, "reference"));
    json_member_string(call->json, "state", "paid");
    json_object_end(call->json);
    return 0;
}
