/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Money coming in. A provider's callback is believed only after its signature held, and pays an order only when provider,
 * amount and currency equal the order's. A repeated callback is a success that changes nothing; money that fits no open
 * order waits in suspense until a person sends it back.
 */
#ifndef SHUNTUI_SERVICE_PAYMENT_H
#define SHUNTUI_SERVICE_PAYMENT_H

#include "pay/pay.h"
#include "service/service.h"
#include "service/view.h"

enum service_payment_result {
    SERVICE_PAYMENT_TAKEN,    /* the order is paid; a card order is delivered */
    SERVICE_PAYMENT_REPEATED, /* known before; nothing changed */
    SERVICE_PAYMENT_SUSPENSE, /* wrong amount, late or second: the money waits */
    SERVICE_PAYMENT_IGNORED,  /* genuine, but says nothing new: a trade that was closed unpaid */
    SERVICE_PAYMENT_REFUND,   /* a notice about a refund, handed to settlement */
};
/* Fails with PAY_… when the callback is not genuine, PAYMENT_UNKNOWN when its reference is not ours. */
int service_payment_callback(struct service_call *call, struct text provider, const struct pay_callback *callback,
                             enum service_payment_result *ret, struct error *error);
/* The same for a notice that was verified, or that a query of the provider gave. */
int service_payment_notice(struct service_call *call, const struct pay_notice *notice, enum service_payment_result *ret,
                           struct error *error);
/* A callback from the sandbox in this process: one transaction of its own. context is the service. 0 when it was taken. */
int service_payment_deliver(void *context, const struct pay_callback *callback);
/* The buyer pays at the sandbox's page; not within a transaction. amount_minor 0: what was asked for. ret_number: the
 * provider's own number of the trade. */
int service_sandbox_pay(struct service *service, struct text pay_reference, int64_t amount_minor,
                        char ret_number[static PAY_NUMBER_BYTES], struct error *error);

struct service_asked {
    int64_t taken;    /* payments that no callback had told of */
    int64_t expired;  /* unpaid orders that gave their stock back */
    int64_t failures; /* no answer, or a payment that could not be booked; asked again */
};
/* Due work: asks the provider after unpaid orders, takes what was paid, and ends the unpaid ones past expires_at. A bounded
 * portion each time. Not from inside a transaction, and from one thread only. */
int service_payments_ask(struct service *service, struct service_asked *ret, struct error *error);
/* Asks about one order, in whatever state, and adds to *asked. False: no answer, or it could not be booked; ask again. */
bool service_payment_ask(struct service *service, struct text order_id, struct service_asked *asked);

/* Money in suspense, newest first; for operators. */
int service_suspense_list(struct service_call *call, const struct service_page *page, struct json_writer *ret,
                          struct error *error);
/* Sends it back to whoever paid, through the outbox. Fails with NOT_FOUND or LEDGER_DUPLICATE. */
int service_suspense_refund(struct service_call *call, struct text provider, struct text trade,
                            char ret_refund_id[static ID_BYTES], struct error *error);

#endif
