/* SPDX-License-Identifier: Apache-2.0 */
#include "pay/test_world.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"

static void the_old_secret_still_works_during_rotation(void **state)
{
    struct world *w = world_start();
    struct pay_created created;
    (void)state;
    w->options.old_secret = w->options.secret;
    w->options.secret = OLD_SECRET;
    world_create_paid(w, "ref_1", 1000, &created);
    struct pay_channel before = w->channel; /* a receiver that knows only the first secret */
    struct pay_sandbox_options memory = w->options;
    struct pay_sandbox *rotated;
    memory.path = NULL;
    assert_int_equal(pay_sandbox_open(&memory, &rotated, NULL), 0);
    struct pay_channel channel = pay_sandbox_channel(rotated);
    assert_int_equal(channel.provider->create(channel.self, &(struct pay_request){"r", world_yuan(5), EXPIRY_US},
                                              &created, NULL),
                     0);
    assert_int_equal(pay_sandbox_pay(rotated, "r", 0, NULL), 0);
    w->channel = before;
    assert_int_equal(pay_sandbox_pump(rotated, world_now(w), world_take, w), 1);
    w->channel = channel;
    assert_int_equal(world_pump(w), 1); /* and the other way round: signed before, verified after */
    assert_int_equal(w->refused, 0);
    pay_sandbox_close(rotated);
    world_free(w);
}

struct body_case {
    const char *what, *body;
    enum error_code code;
};

static void signed_bodies_are_read_strictly(void **state)
{
#define COMMON "\"at\":\"2025-11-24T16:00:00Z\",\"event\":\"evt_1\",\"number\":\"n1\",\"reference\":\"r1\""
#define PAYMENT(rest) "{" COMMON "," rest "}"
#define REST "\"currency\":\"CNY\",\"kind\":\"payment\",\"provider\":\"sandbox\""
    static const struct body_case cases[] = {
        {"good", PAYMENT(REST ",\"amount\":1,\"status\":\"paid\""), ERROR_NONE},
        {"closed", PAYMENT(REST ",\"amount\":1,\"status\":\"closed\""), ERROR_NONE},
        {"refund",
         PAYMENT(
             "\"currency\":\"CNY\",\"kind\":\"refund\",\"provider\":\"sandbox\",\"amount\":1,\"status\":\"declined\","
             "\"refund_id\":\"f\",\"refund_number\":\"g\""),
         ERROR_NONE},
        {"status open", PAYMENT(REST ",\"amount\":1,\"status\":\"open\""), ERROR_PAY_STATUS},
        {"status in capitals", PAYMENT(REST ",\"amount\":1,\"status\":\"PAID\""), ERROR_PAY_STATUS},
        {"status of a refund", PAYMENT(REST ",\"amount\":1,\"status\":\"succeeded\""), ERROR_PAY_STATUS},
        {"status empty", PAYMENT(REST ",\"amount\":1,\"status\":\"\""), ERROR_FIELD_TOO_SHORT},
        {"status with NUL", PAYMENT(REST ",\"amount\":1,\"status\":\"paid\\u0000\""), ERROR_JSON_SYNTAX},
        {"status missing", PAYMENT(REST ",\"amount\":1"), ERROR_FIELD_MISSING},
        {"amount zero", PAYMENT(REST ",\"amount\":0,\"status\":\"paid\""), ERROR_FIELD_RANGE},
        {"amount negative", PAYMENT(REST ",\"amount\":-1,\"status\":\"paid\""), ERROR_FIELD_RANGE},
        {"amount huge", PAYMENT(REST ",\"amount\":9223372036854775807,\"status\":\"paid\""), ERROR_FIELD_RANGE},
        {"amount past int64", PAYMENT(REST ",\"amount\":9223372036854775808,\"status\":\"paid\""), ERROR_FIELD_RANGE},
        {"amount as text", PAYMENT(REST ",\"amount\":\"1\",\"status\":\"paid\""), ERROR_FIELD_TYPE},
        {"unknown field", PAYMENT(REST ",\"amount\":1,\"status\":\"paid\",\"param\":\"x\""), ERROR_FIELD_UNKNOWN},
        {"field twice", PAYMENT(REST ",\"amount\":1,\"amount\":1,\"status\":\"paid\""), ERROR_JSON_DUPLICATE_KEY},
        {"another provider",
         PAYMENT("\"currency\":\"CNY\",\"kind\":\"payment\",\"provider\":\"epay\",\"amount\":1,\"status\":\"paid\""),
         ERROR_PAY_PROVIDER_MISMATCH},
        {"unknown currency",
         PAYMENT("\"currency\":\"ZZZ\",\"kind\":\"payment\",\"provider\":\"sandbox\",\"amount\":1,\"status\":\"paid\""),
         ERROR_FIELD_VALUE},
        {"unknown kind",
         PAYMENT("\"currency\":\"CNY\",\"kind\":\"gift\",\"provider\":\"sandbox\",\"amount\":1,\"status\":\"paid\""),
         ERROR_FIELD_VALUE},
        {"payment with a refund", PAYMENT(REST ",\"amount\":1,\"status\":\"paid\",\"refund_id\":\"f\""),
         ERROR_FIELD_UNKNOWN},
        {"refund without its id",
         PAYMENT("\"currency\":\"CNY\",\"kind\":\"refund\",\"provider\":\"sandbox\",\"amount\":1,"
                 "\"status\":\"succeeded\",\"refund_number\":\"g\""),
         ERROR_FIELD_MISSING},
        {"no object", "[]", ERROR_FIELD_TYPE},
        {"no JSON", "a=b&c=d", ERROR_JSON_SYNTAX},
    };
    struct world *w = world_start();
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char signature[PAY_WEBHOOK_SIGNATURE_BYTES], timestamp[24];
        struct text body = text_of(cases[i].body);
        struct pay_notice notice;
        struct error error = {0};
        snprintf(timestamp, sizeof timestamp, "%lld", (long long)(world_now(w) / TIME_SECOND_US));
        pay_webhook_sign(SECRET, "evt_1", world_now(w) / TIME_SECOND_US, body, signature);
        const struct pay_header headers[] = {{TEXT_LITERAL("webhook-id"), TEXT_LITERAL("evt_1")},
                                             {TEXT_LITERAL("webhook-timestamp"), text_of(timestamp)},
                                             {TEXT_LITERAL("webhook-signature"), text_of(signature)}};
        const struct pay_callback callback = {headers, 3, body};
        w->channel.provider->verify(w->channel.self, &callback, world_now(w), &notice, &error);
        if (error.code != cases[i].code)
            fail_msg("%s: %s (%s)", cases[i].what, error.code ? error_wire(error.code) : "taken", error.message);
    }
    world_free(w);
}

static void a_signed_lie_verifies_and_a_query_tells_the_truth(void **state)
{
    struct world *w = world_start();
    struct pay_created created;
    (void)state;
    assert_int_equal(world_create(w, "ref_1", 1000, &created, NULL), 0);
    struct pay_notice lie = {.kind = PAY_NOTICE_PAYMENT,
                             .amount = world_yuan(1000),
                             .payment_state = PAY_PAYMENT_PAID,
                             .event_id = "evt_lie",
                             .reference = "ref_1",
                             .at_us = START_US};
    snprintf(lie.number, sizeof lie.number, "%s", created.number);
    struct buffer body;
    struct pay_sandbox_signed sent;
    buffer_init(&body, PAY_CALLBACK_BYTES_MAX);
    pay_sandbox_sign(SECRET, &lie, world_now(w), &body, &sent);
    assert_int_equal(world_take(w, &(struct pay_callback){sent.headers, 3, buffer_text(&body)}), 0);
    assert_string_equal(w->taken[0].reference, "ref_1");
    assert_int_equal(world_query(w, created.number).state, PAY_PAYMENT_OPEN);
    buffer_done(&body);
    world_free(w);
}

static void a_signature_is_good_for_one_event_only(void **state)
{
    struct world *w = world_start();
    struct pay_notice notice = {.amount = world_yuan(5),
                                .payment_state = PAY_PAYMENT_PAID,
                                .event_id = "evt_1",
                                .number = "n",
                                .reference = "r",
                                .at_us = START_US},
                      ret;
    struct buffer body;
    struct pay_sandbox_signed sent;
    struct error error = {0};
    (void)state;
    buffer_init(&body, PAY_CALLBACK_BYTES_MAX);
    pay_sandbox_sign(SECRET, &notice, world_now(w), &body, &sent);
    /* The sender signs the body under another id: both are signed, but they disagree. */
    pay_webhook_sign(SECRET, "evt_2", world_now(w) / TIME_SECOND_US, buffer_text(&body), sent.signature);
    sent.headers[0].value = TEXT_LITERAL("evt_2");
    sent.headers[2].value = text_of(sent.signature);
    const struct pay_callback callback = {sent.headers, 3, buffer_text(&body)};
    assert_int_equal(w->channel.provider->verify(w->channel.self, &callback, world_now(w), &ret, &error), -1);
    assert_int_equal(error.code, ERROR_PAY_CALLBACK_MALFORMED);
    buffer_done(&body);
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_old_secret_still_works_during_rotation),
        cmocka_unit_test(signed_bodies_are_read_strictly),
        cmocka_unit_test(a_signed_lie_verifies_and_a_query_tells_the_truth),
        cmocka_unit_test(a_signature_is_good_for_one_event_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
