/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The interface of a payment provider: make a payment, ask after it, pay back, and tell whether a callback is genuine.
 * A provider answers for its own network: it may be slow, silent or wrong, and every caller must be ready for that.
 * No function here touches our ledger, and none may be called from inside a store transaction.
 */
#ifndef SHUNTUI_PAY_PAY_H
#define SHUNTUI_PAY_PAY_H

#include <stdint.h>

#include "base/money.h"
#include "base/text.h"

struct error;

#define PAY_REFERENCE_BYTES 65 /* what we call a payment or a refund, with terminator */
#define PAY_NUMBER_BYTES 65    /* what the provider calls it, with terminator */
#define PAY_URL_BYTES 256
#define PAY_NAME_BYTES 17
#define PAY_CALLBACK_BYTES_MAX 8192  /* a callback is a page of JSON at most */
#define PAY_SECRET_BYTES_MIN 16      /* an empty or short secret would let anyone sign */
#define PAY_CALLBACK_TOLERANCE_S 300 /* Standard Webhooks: older or later ones are refused */

struct pay_request {
    const char *reference; /* ours: neither the order's id nor anything that opens it */
    struct money amount;
    int64_t expires_at_us; /* later payments are refused by the provider */
};

struct pay_created {
    char number[PAY_NUMBER_BYTES]; /* the provider's trade number */
    char url[PAY_URL_BYTES];       /* page to open, and what a QR code shows */
};

enum pay_payment_state {
    PAY_PAYMENT_OPEN,   /* nobody has paid yet */
    PAY_PAYMENT_PAID,   /* final: the money is with the provider */
    PAY_PAYMENT_CLOSED, /* final: expired without money */
};

struct pay_payment {
    char number[PAY_NUMBER_BYTES];
    char reference[PAY_REFERENCE_BYTES];
    struct money amount; /* paid; what was asked for while open */
    struct money refunded;
    enum pay_payment_state state;
};

struct pay_refund_request {
    const char *refund_id; /* ours, and the provider's idempotency key: repeating it never pays twice */
    const char *number;    /* the trade to pay back */
    struct money amount;
};

enum pay_refund_state {
    PAY_REFUND_PROCESSING, /* accepted; a callback or a query will tell */
    PAY_REFUND_SUCCEEDED,  /* final */
    PAY_REFUND_DECLINED,   /* final: no money moved, and this id will never pay */
};

struct pay_refund {
    char refund_id[PAY_REFERENCE_BYTES];
    char number[PAY_NUMBER_BYTES]; /* the provider's own number of the refund */
    char trade[PAY_NUMBER_BYTES];
    struct money amount;
    enum pay_refund_state state;
};

/* A callback as it came: header names in any case, body untouched. */
struct pay_header {
    struct text name, value;
};
struct pay_callback {
    const struct pay_header *headers;
    size_t header_count;
    struct text body;
};

enum pay_notice_kind {
    PAY_NOTICE_PAYMENT, /* payment says what happened; refund is not set */
    PAY_NOTICE_REFUND,
};

/* What a genuine callback says. It is a claim of the provider: amount, currency and reference must still equal ours. */
struct pay_notice {
    enum pay_notice_kind kind;
    char provider[PAY_NAME_BYTES];   /* must equal the order's provider */
    char event_id[PAY_NUMBER_BYTES]; /* the same for every repetition */
    char number[PAY_NUMBER_BYTES];   /* of the trade */
    char reference[PAY_REFERENCE_BYTES];
    struct money amount; /* paid, or paid back */
    enum pay_payment_state payment_state;
    enum pay_refund_state refund_state;
    char refund_id[PAY_REFERENCE_BYTES]; /* empty for a payment */
    char refund_number[PAY_NUMBER_BYTES];
    int64_t at_us; /* when it happened, in the provider's words */
};

/*
 * One provider. self is the instance. All return 0, or -1 with:
 *   OUTCOME_UNKNOWN         no answer came; it may have been done. Ask, or repeat with the same id; never with a new one.
 *   PAY_NUMBER_UNKNOWN      the provider has no such trade or refund
 *   PAY_REFERENCE_CONFLICT  this reference or refund id was used with other content
 *   PAY_REFUND_EXCEEDS      more than what is left of the payment
 *   PAY_TRADE_STATE         the trade is not paid
 *   PAY_INSUFFICIENT        our account with the provider is short; repeat later with the same id
 *   FIELD_*                 the request itself is malformed
 */
struct pay_provider {
    const char *name; /* "sandbox"; as in orders.provider and in the callback's route */
    /* Idempotent by reference: the same content gives the same answer. */
    int (*create)(void *self, const struct pay_request *request, struct pay_created *ret, struct error *error);
    /* number: the provider's own, or our reference, for when nobody told us the number. */
    int (*query)(void *self, const char *number, struct pay_payment *ret, struct error *error);
    /* Idempotent by refund_id. A declined refund is an answer, not an error. */
    int (*refund)(void *self, const struct pay_refund_request *request, struct pay_refund *ret, struct error *error);
    int (*query_refund)(void *self, const char *refund_id, struct pay_refund *ret, struct error *error);
    /* Believes nothing before the signature holds; reads no state. Fails with PAY_SIGNATURE, PAY_TIMESTAMP,
     * PAY_CALLBACK_MALFORMED, PAY_PROVIDER_MISMATCH, PAY_STATUS, or a JSON_ or FIELD_ code. */
    int (*verify)(void *self, const struct pay_callback *callback, int64_t now_us, struct pay_notice *ret,
                  struct error *error);
};

/* A provider and its instance, as the service holds it. */
struct pay_channel {
    const struct pay_provider *provider;
    void *self;
};

const char *pay_payment_state_name(enum pay_payment_state state); /* "open", "paid", "closed" */
const char *pay_refund_state_name(enum pay_refund_state state);   /* "processing", "succeeded", "declined" */

/* A provider that refuses everything with PAY_DISABLED: for a platform that takes no money, and for tests. */
struct pay_channel pay_disabled(void);

#endif
