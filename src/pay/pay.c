/* SPDX-License-Identifier: Apache-2.0 */
/* Names of states, and the provider that refuses everything. */
#include "pay/pay.h"

#include "base/error.h"

const char *pay_payment_state_name(enum pay_payment_state state)
{
    switch (state) {
    case PAY_PAYMENT_OPEN:
        return "open";
    case PAY_PAYMENT_PAID:
        return "paid";
    case PAY_PAYMENT_CLOSED:
        return "closed";
    }
    return "";
}

const char *pay_refund_state_name(enum pay_refund_state state)
{
    switch (state) {
    case PAY_REFUND_PROCESSING:
        return "processing";
    case PAY_REFUND_SUCCEEDED:
        return "succeeded";
    case PAY_REFUND_DECLINED:
        return "declined";
    }
    return "";
}

static int refuse(struct error *error)
{
    error_set(error, ERROR_PAY_DISABLED, "no payment provider is set up");
    return error_hint(error, "start the server with a provider");
}

static int disabled_create(void *self, const struct pay_request *request, struct pay_created *ret, struct error *error)
{
    (void)self, (void)request, (void)ret;
    return refuse(error);
}

static int disabled_query(void *self, const char *number, struct pay_payment *ret, struct error *error)
{
    (void)self, (void)number, (void)ret;
    return refuse(error);
}

static int disabled_refund(void *self, const struct pay_refund_request *request, struct pay_refund *ret,
                           struct error *error)
{
    (void)self, (void)request, (void)ret;
    return refuse(error);
}

static int disabled_query_refund(void *self, const char *refund_id, struct pay_refund *ret, struct error *error)
{
    (void)self, (void)refund_id, (void)ret;
    return refuse(error);
}

static int disabled_verify(void *self, const struct pay_callback *callback, int64_t now_us, struct pay_notice *ret,
                           struct error *error)
{
    (void)self, (void)callback, (void)now_us, (void)ret;
    return refuse(error);
}

static const struct pay_provider disabled = {
    .name = "disabled",
    .create = disabled_create,
    .query = disabled_query,
    .refund = disabled_refund,
    .query_refund = disabled_query_refund,
    .verify = disabled_verify,
};

struct pay_channel pay_disabled(void)
{
    return (struct pay_channel){&disabled, NULL};
}
