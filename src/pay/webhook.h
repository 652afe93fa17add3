/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Standard Webhooks signatures (standardwebhooks.com, version 1): webhook-id, webhook-timestamp, webhook-signature with
 * "v1," + base64(HMAC-SHA256(secret, id "." timestamp "." body)). Several signatures may stand side by side for rotation.
 */
#ifndef SHUNTUI_PAY_WEBHOOK_H
#define SHUNTUI_PAY_WEBHOOK_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "pay/pay.h"

struct error;

#define PAY_WEBHOOK_SECRETS_MAX 4
#define PAY_WEBHOOK_SIGNATURE_BYTES 48 /* "v1," and 44 characters, with terminator */

/* 0, or -1 with PAY_SECRET when a secret is empty, shorter than PAY_SECRET_BYTES_MIN, or one repeated byte. */
int pay_webhook_secret_check(struct text secret, struct error *error);
void pay_webhook_sign(struct text secret, const char *id, int64_t timestamp_s, struct text body,
                      char out[static PAY_WEBHOOK_SIGNATURE_BYTES]);
/* Checks the three headers, each exactly once, against any of the secrets, in constant time for a given number of
 * signatures. *ret_id is a view into the headers. Fails with PAY_CALLBACK_MALFORMED, PAY_TIMESTAMP or PAY_SIGNATURE. */
int pay_webhook_verify(const struct pay_callback *callback, const struct text *secrets, size_t secret_count,
                       int64_t now_us, struct text *ret_id, struct error *error);

#endif
