/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a merchant's or issuer's own system says about a card: used or not, when, on which account. Reports are signed
 * (Standard Webhooks) with the party's secret. A redemption after revocation is recorded as an alarm, never refused.
 */
#ifndef SHUNTUI_SERVICE_REDEMPTION_H
#define SHUNTUI_SERVICE_REDEMPTION_H

#include "pay/pay.h"
#include "service/service.h"

enum service_redemption_result {
    SERVICE_REDEMPTION_RECORDED,
    SERVICE_REDEMPTION_REPEATED, /* said before; no new leaf */
    SERVICE_REDEMPTION_ALARM,    /* redeemed although revoked: recorded for people to see */
};
struct service_redemption {
    char card_id[ID_BYTES];
    enum service_redemption_result result;
    int64_t leaf_index; /* -1 when repeated */
};
/* The body is {"party_id","card_id" or "secret","status":"redeemed"|"unused","at"?,"account"?}; party_id says whose secret
 * signed. Fails with PAY_SIGNATURE, PAY_TIMESTAMP, FIELD_…, NOT_FOUND for a card that is not that party's. */
int service_redemption_report(struct service_call *call, const struct pay_callback *callback,
                              struct service_redemption *ret, struct error *error);

#endif
