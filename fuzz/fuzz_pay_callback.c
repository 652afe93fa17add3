/* SPDX-License-Identifier: Apache-2.0 */
/* Payment callbacks. 's': the rest is a body that the provider signed; what is taken must say the same when it is written
 * again. Anything else: three lines of header values and a body; it may be taken only when the signature is really right. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/random.h"
#include "base/time.h"
#include "pay/sandbox.h"

#define NOW_S INT64_C(1764000000)
#define SECRET TEXT_LITERAL("a secret of thirty-two bytes....")

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static struct pay_channel channel_get(void)
{
    static struct pay_sandbox *sandbox;
    static struct clock_virtual clock;
    if (!sandbox) {
        clock_virtual_init(&clock, NOW_S * TIME_SECOND_US);
        const struct pay_sandbox_options options = {.clock = &clock.clock, .random = random_system(), .secret = SECRET};
        must(pay_sandbox_open(&options, &sandbox, NULL) == 0);
    }
    return pay_sandbox_channel(sandbox);
}

static int verify(struct text id, struct text timestamp, struct text signature, struct text body,
                  struct pay_notice *ret)
{
    struct pay_channel channel = channel_get();
    struct error error = {0};
    const struct pay_header headers[] = {{TEXT_LITERAL("webhook-id"), id},
                                         {TEXT_LITERAL("webhook-timestamp"), timestamp},
                                         {TEXT_LITERAL("webhook-signature"), signature}};
    const struct pay_callback callback = {headers, 3, body};
    int result = channel.provider->verify(channel.self, &callback, NOW_S * TIME_SECOND_US, ret, &error);
    must((result < 0) == (error.code != ERROR_NONE));
    return result;
}

static int verify_signed(const char *id, struct text body, struct pay_notice *ret)
{
    char signature[PAY_WEBHOOK_SIGNATURE_BYTES];
    pay_webhook_sign(SECRET, id, NOW_S, body, signature);
    return verify(text_of(id), TEXT_LITERAL("1764000000"), text_of(signature), body, ret);
}

static bool same(const struct pay_notice *a, const struct pay_notice *b)
{
    return a->kind == b->kind && a->amount.minor == b->amount.minor && a->payment_state == b->payment_state &&
           a->refund_state == b->refund_state && a->at_us == b->at_us &&
           strcmp(a->amount.currency, b->amount.currency) == 0 && strcmp(a->number, b->number) == 0 &&
           strcmp(a->reference, b->reference) == 0 && strcmp(a->refund_id, b->refund_id) == 0 &&
           strcmp(a->refund_number, b->refund_number) == 0 && strcmp(a->event_id, b->event_id) == 0;
}

static void try_signed(struct text body)
{
    struct pay_notice notice, again;
    struct pay_sandbox_signed sent;
    struct buffer out;
    if (verify_signed("evt_1", body, &notice) < 0)
        return;
    must(notice.amount.minor >= 1 && notice.amount.minor <= MONEY_MAXIMUM);
    must(strcmp(notice.event_id, "evt_1") == 0 && strcmp(notice.provider, "sandbox") == 0);
    must((notice.kind == PAY_NOTICE_REFUND) == (notice.refund_id[0] != '\0'));
    buffer_init(&out, PAY_CALLBACK_BYTES_MAX);
    pay_sandbox_sign(SECRET, &notice, NOW_S * TIME_SECOND_US, &out, &sent);
    must(verify(text_of(sent.id), text_of(sent.timestamp), text_of(sent.signature), buffer_text(&out), &again) == 0);
    must(same(&notice, &again));
    buffer_done(&out);
}

static struct text next_line(struct text *rest)
{
    const char *end = rest->length ? memchr(rest->data, '\n', rest->length) : NULL;
    size_t length = end ? (size_t)(end - rest->data) : rest->length;
    struct text line = {rest->data, length};
    size_t used = end ? length + 1 : length;
    *rest = (struct text){rest->data + used, rest->length - used};
    return line;
}

static void try_headers(struct text rest)
{
    struct pay_notice notice;
    char right[PAY_WEBHOOK_SIGNATURE_BYTES], id[PAY_NUMBER_BYTES];
    int64_t timestamp_s;
    struct text first = next_line(&rest), second = next_line(&rest), third = next_line(&rest);
    if (verify(first, second, third, rest, &notice) < 0)
        return;
    must(first.length < sizeof id && text_to_int64(second, &timestamp_s, NULL) == 0);
    snprintf(id, sizeof id, "%.*s", TEXT_ARG(first));
    pay_webhook_sign(SECRET, id, timestamp_s, rest, right);
    must(memmem(third.data, third.length, right, strlen(right)) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct text input = {(const char *)data, size};
    if (size && data[0] == 's')
        try_signed((struct text){input.data + 1, size - 1});
    else
        try_headers(input);
    return 0;
}
