/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/time.h"
#include "pay/webhook.h"

#define NOW_S INT64_C(1764000000)
#define NOW_US (NOW_S * TIME_SECOND_US)
#define SECRET TEXT_LITERAL("0123456789abcdef0123456789abcdef")
#define OTHER TEXT_LITERAL("fedcba9876543210fedcba9876543210")
#define BODY TEXT_LITERAL("{\"a\":1}")

struct sent {
    char id[80], timestamp[40], signature[300];
    struct text body;
};

static int verify(const struct sent *sent, struct text secret, struct error *error)
{
    const struct pay_header headers[] = {{TEXT_LITERAL("Webhook-Id"), text_of(sent->id)},
                                         {TEXT_LITERAL("webhook-timestamp"), text_of(sent->timestamp)},
                                         {TEXT_LITERAL("WEBHOOK-SIGNATURE"), text_of(sent->signature)}};
    const struct pay_callback callback = {headers, 3, sent->body};
    struct text id;
    error_clear(error);
    return pay_webhook_verify(&callback, &secret, 1, NOW_US, &id, error);
}

static struct sent good(void)
{
    struct sent sent = {.id = "evt_1", .timestamp = "1764000000", .body = BODY};
    pay_webhook_sign(SECRET, "evt_1", NOW_S, BODY, sent.signature);
    return sent;
}

static void the_signature_is_that_of_the_standard(void **state)
{
    /* From the reference vector of standardwebhooks.com: secret MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw. */
    static const uint8_t secret[] = {0x31, 0xf2, 0x90, 0xf6, 0xbf, 0x06, 0x29, 0x8a, 0xab, 0x4f, 0x08, 0xd4,
                                     0x3c, 0x3f, 0x08, 0x2c, 0xf6, 0x48, 0xa3, 0x62, 0xda, 0x2d, 0xa4, 0xb0};
    char signature[PAY_WEBHOOK_SIGNATURE_BYTES];
    (void)state;
    pay_webhook_sign((struct text){(const char *)secret, sizeof secret}, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
                     TEXT_LITERAL("{\"test\": 2432232314}"), signature);
    assert_string_equal(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

static void a_good_callback_is_taken_and_every_change_is_refused(void **state)
{
    struct error error;
    struct sent sent = good();
    (void)state;
    assert_int_equal(verify(&sent, SECRET, &error), 0);
    const struct {
        const char *what;
        const char *id, *timestamp, *signature;
        struct text body, secret;
        enum error_code code;
    } cases[] = {
        {"wrong key", NULL, NULL, NULL, BODY, OTHER, ERROR_PAY_SIGNATURE},
        {"other id", "evt_2", NULL, NULL, BODY, SECRET, ERROR_PAY_SIGNATURE},
        {"other time within tolerance", NULL, "1764000001", NULL, BODY, SECRET, ERROR_PAY_SIGNATURE},
        {"other body", NULL, NULL, NULL, TEXT_LITERAL("{\"a\":2}"), SECRET, ERROR_PAY_SIGNATURE},
        {"body with a byte more", NULL, NULL, NULL, TEXT_LITERAL("{\"a\":1}\n"), SECRET, ERROR_PAY_SIGNATURE},
        {"empty body", NULL, NULL, NULL, TEXT_LITERAL(""), SECRET, ERROR_PAY_SIGNATURE},
        {"too old", NULL, "1763999699", NULL, BODY, SECRET, ERROR_PAY_TIMESTAMP},
        {"from the future", NULL, "1764000301", NULL, BODY, SECRET, ERROR_PAY_TIMESTAMP},
        {"no number", NULL, "1764000000.0", NULL, BODY, SECRET, ERROR_PAY_CALLBACK_MALFORMED},
        {"number with a plus", NULL, "+1764000000", NULL, BODY, SECRET, ERROR_PAY_CALLBACK_MALFORMED},
        {"number past int64", NULL, "99999999999999999999", NULL, BODY, SECRET, ERROR_PAY_CALLBACK_MALFORMED},
        {"least int64", NULL, "-9223372036854775808", NULL, BODY, SECRET, ERROR_PAY_TIMESTAMP},
        {"full stop in the id", "evt_1.1764000000", NULL, NULL, BODY, SECRET, ERROR_PAY_CALLBACK_MALFORMED},
        {"empty id", "", NULL, NULL, BODY, SECRET, ERROR_PAY_CALLBACK_MALFORMED},
        {"empty signature", NULL, NULL, "", BODY, SECRET, ERROR_PAY_CALLBACK_MALFORMED},
        {"another scheme", NULL, NULL, "v2,AAAA", BODY, SECRET, ERROR_PAY_SIGNATURE},
        {"short signature", NULL, NULL, "v1,AAAA", BODY, SECRET, ERROR_PAY_SIGNATURE},
        {"no signature", NULL, NULL, "v1,", BODY, SECRET, ERROR_PAY_SIGNATURE},
        {"empty secret", NULL, NULL, NULL, BODY, TEXT_LITERAL(""), ERROR_PAY_SECRET},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sent bad = good();
        if (cases[i].id)
            snprintf(bad.id, sizeof bad.id, "%s", cases[i].id);
        if (cases[i].timestamp)
            snprintf(bad.timestamp, sizeof bad.timestamp, "%s", cases[i].timestamp);
        if (cases[i].signature)
            snprintf(bad.signature, sizeof bad.signature, "%s", cases[i].signature);
        bad.body = cases[i].body;
        if (verify(&bad, cases[i].secret, &error) == 0 || error.code != cases[i].code)
            fail_msg("%s: %s", cases[i].what, error_wire(error.code));
    }
}

static void a_truncated_signature_is_refused_at_every_length(void **state)
{
    struct error error;
    (void)state;
    for (size_t length = 1; length < strlen(good().signature); length++) {
        struct sent sent = good();
        sent.signature[length] = '\0';
        assert_int_equal(verify(&sent, SECRET, &error), -1);
        assert_int_equal(error.code, ERROR_PAY_SIGNATURE);
    }
}

static void a_signature_with_any_other_character_is_refused(void **state)
{
    struct error error;
    (void)state;
    for (size_t i = 0; i < strlen(good().signature); i++) {
        struct sent sent = good();
        sent.signature[i] = sent.signature[i] == 'A' ? 'E' : 'A';
        assert_int_equal(verify(&sent, SECRET, &error), -1);
        assert_int_equal(error.code, ERROR_PAY_SIGNATURE);
    }
}

static void one_right_signature_among_several_is_enough(void **state)
{
    struct error error;
    struct sent sent = good(), other = good();
    (void)state;
    pay_webhook_sign(OTHER, "evt_1", NOW_S, BODY, other.signature);
    char both[200];
    snprintf(both, sizeof both, "%s v1a,xyz %s", other.signature, sent.signature);
    snprintf(sent.signature, sizeof sent.signature, "%s", both);
    assert_int_equal(verify(&sent, SECRET, &error), 0);
    assert_int_equal(verify(&sent, OTHER, &error), 0);
    assert_int_equal(verify(&sent, TEXT_LITERAL("a third secret of its own length"), &error), -1);
}

static void a_header_that_is_missing_or_doubled_is_refused(void **state)
{
    struct sent sent = good();
    struct text id;
    struct error error = {0};
    const struct text secret = SECRET;
    (void)state;
    struct pay_header headers[4] = {{TEXT_LITERAL("webhook-id"), text_of(sent.id)},
                                    {TEXT_LITERAL("webhook-timestamp"), text_of(sent.timestamp)},
                                    {TEXT_LITERAL("webhook-signature"), text_of(sent.signature)}};
    for (size_t i = 0; i < 3; i++) {
        headers[3] = headers[i];
        struct pay_callback doubled = {headers, 4, BODY}, missing = {headers, 3, BODY};
        assert_int_equal(pay_webhook_verify(&doubled, &secret, 1, NOW_US, &id, &error), -1);
        assert_int_equal(error.code, ERROR_PAY_CALLBACK_MALFORMED);
        struct pay_header kept = headers[i];
        headers[i].name = TEXT_LITERAL("webhook-other");
        assert_int_equal(pay_webhook_verify(&missing, &secret, 1, NOW_US, &id, &error), -1);
        assert_int_equal(error.code, ERROR_PAY_CALLBACK_MALFORMED);
        headers[i] = kept;
    }
}

static void weak_secrets_are_refused(void **state)
{
    (void)state;
    const struct text weak[] = {TEXT_LITERAL(""), TEXT_LITERAL("0"), TEXT_LITERAL("fifteen bytes.."),
                                TEXT_LITERAL("aaaaaaaaaaaaaaaaaaaaaaaa")};
    for (size_t i = 0; i < sizeof weak / sizeof weak[0]; i++) {
        struct error error = {0};
        assert_int_equal(pay_webhook_secret_check(weak[i], &error), -1);
        assert_int_equal(error.code, ERROR_PAY_SECRET);
    }
    assert_int_equal(pay_webhook_secret_check(TEXT_LITERAL("sixteen bytes..."), NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_signature_is_that_of_the_standard),
        cmocka_unit_test(a_good_callback_is_taken_and_every_change_is_refused),
        cmocka_unit_test(a_truncated_signature_is_refused_at_every_length),
        cmocka_unit_test(a_signature_with_any_other_character_is_refused),
        cmocka_unit_test(one_right_signature_among_several_is_enough),
        cmocka_unit_test(a_header_that_is_missing_or_doubled_is_refused),
        cmocka_unit_test(weak_secrets_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
