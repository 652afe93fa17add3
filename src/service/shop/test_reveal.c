/* SPDX-License-Identifier: Apache-2.0 */
/* The two-step reveal and redemption reports on a real store. */
#include "service/testing.h"

#include <stdio.h>
#include <string.h>

#include "pay/webhook.h"
#include "service/answer_seal.h"
#include "service/internal.h"
#include "service/log_view.h"
#include "service/shop/redemption.h"
#include "service/shop/reveal.h"
#include "service/shop/stock.h"

struct reveal_run {
    const char *order_id;
    struct service_notice notice;
    char card_id[ID_BYTES];
    char secret[64];
    size_t count;
    bool first;
};

static int notice_run(struct service_call *call, void *argument, struct error *error)
{
    struct reveal_run *run = argument;
    return service_reveal_notice(call, text_of(run->order_id), &run->notice, error);
}

static int reveal_run(struct service_call *call, void *argument, struct error *error)
{
    struct reveal_run *run = argument;
    struct service_revealed revealed;
    if (service_reveal(call, text_of(run->order_id), text_of(run->notice.token), text_of(run->card_id), &revealed,
                       error) < 0)
        return -1;
    run->count = revealed.count;
    run->first = revealed.cards[0].first;
    memcpy(run->card_id, revealed.cards[0].card_id, ID_BYTES);
    snprintf(run->secret, sizeof run->secret, "%.*s", TEXT_ARG(revealed.cards[0].secret));
    return 0;
}

static void reveal(struct testing *testing, const struct testing_order *order, struct reveal_run *run)
{
    *run = (struct reveal_run){.order_id = order->id};
    testing_read(testing, &order->guest, notice_run, run, ERROR_NONE);
    testing_write(testing, &order->guest, reveal_run, run, ERROR_NONE);
}

static void the_same_card_is_shown_again_without_a_second_leaf(void **state)
{
    struct testing *testing = *state;
    struct testing_order order;
    struct reveal_run run, again;
    testing_paid_order(testing, &testing->buyer, testing->product_id, &order);
    reveal(testing, &order, &run);
    assert_true(run.first);
    assert_string_equal(run.secret, "TEST-CARD-0001");
    assert_string_equal(testing_row(testing, "SELECT COUNT(*), MIN(state) FROM card WHERE revealed_at IS NOT NULL"),
                        "1 | revealed");
    assert_int_equal(testing_count(testing, "leaf WHERE kind = 'card_first_reveal'"), 1);
    assert_int_equal(testing_count(testing, "leaf WHERE instr(item, CAST('TEST-CARD' AS BLOB)) > 0"), 0);
    testing_restart(testing);
    reveal(testing, &order, &again);
    assert_false(again.first);
    assert_string_equal(again.secret, run.secret);
    assert_int_equal(testing_count(testing, "leaf WHERE kind = 'card_first_reveal'"), 1);
}

static void a_notice_opens_its_own_order_for_its_own_caller_for_a_while(void **state)
{
    struct testing *testing = *state;
    struct testing_order order, other;
    testing_paid_order(testing, &testing->buyer, testing->product_id, &order);
    testing_paid_order(testing, &testing->buyer, testing->product_id, &other);
    struct reveal_run run = {.order_id = order.id};
    testing_read(testing, &order.guest, notice_run, &run, ERROR_NONE);
    testing_write(testing, &testing->buyer, reveal_run, &run, ERROR_NOTICE_INVALID);
    run.order_id = other.id;
    testing_write(testing, &other.guest, reveal_run, &run, ERROR_NOTICE_INVALID);
    run.order_id = order.id;
    char whole[SERVICE_NOTICE_BYTES];
    memcpy(whole, run.notice.token, sizeof whole);
    const char *const bad[] = {"", "ntc_", "ntc_1_00000000000000000000000000000000", "x"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        snprintf(run.notice.token, sizeof run.notice.token, "%s", bad[i]);
        testing_write(testing, &order.guest, reveal_run, &run, ERROR_NOTICE_INVALID);
    }
    memcpy(run.notice.token, whole, sizeof whole);
    testing_advance(testing, SERVICE_NOTICE_S);
    testing_write(testing, &order.guest, reveal_run, &run, ERROR_NOTICE_EXPIRED);
    assert_int_equal(testing_count(testing, "card WHERE state = 'revealed'"), 0);
}

static void only_the_buyer_reveals_and_only_what_is_delivered(void **state)
{
    struct testing *testing = *state;
    struct testing_order unpaid, order, service;
    testing_buy(testing, &testing->buyer, testing->product_id, 1, &unpaid);
    testing_paid_order(testing, &testing->buyer, testing->product_id, &order);
    testing_paid_order(testing, &testing->buyer, testing->service_product_id, &service);
    struct reveal_run run = {.order_id = unpaid.id};
    testing_read(testing, &testing->buyer, notice_run, &run, ERROR_ORDER_STATE);
    run.order_id = service.id;
    testing_read(testing, &testing->buyer, notice_run, &run, ERROR_PRODUCT_KIND);
    run.order_id = order.id;
    testing_read(testing, &testing->merchant, notice_run, &run, ERROR_ACCESS_DENIED);
    testing_read(testing, &testing->operator, notice_run, &run, ERROR_ACCESS_DENIED);
    testing_read(testing, &testing->stranger, notice_run, &run, ERROR_NOT_FOUND);
    testing_read(testing, &unpaid.guest, notice_run, &run, ERROR_NOT_FOUND);
}

static void the_notice_says_what_revealing_changes(void **state)
{
    struct testing *testing = *state;
    struct testing_order order;
    testing_paid_order(testing, &testing->buyer, testing->product_id, &order);
    struct text view = testing_json(testing, &order.guest, service_reveal_notice_write, order.id, ERROR_NONE);
    static const char *const parts[] = {"\"reason\":\"changed_mind\"", "\"disposition\":\"refuse\"", "立即退款",
                                        "不退款", "\"already_revealed\":false"};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (!memmem(view.data, view.length, parts[i], strlen(parts[i])))
            fail_msg("%s is not in %.*s", parts[i], TEXT_ARG(view));
}

struct open_run {
    bool swapped; /* the bytes of one card in the place of another */
    enum error_code code;
};

static int open_run(struct service_call *call, void *argument, struct error *error)
{
    struct open_run *run = argument;
    struct {
        char id[ID_BYTES];
        struct text sealed;
        int64_t key;
    } cards[2];
    struct query *query = store_query(call->tx, QUERY_CARDS_OF_ORDER);
    query_bind_string(query, 1, call->actor.order_id);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(query_step(query, error), 1);
        service_id_copy(cards[i].id, query_text(query, 0));
        cards[i].key = query_int(query, 2);
        cards[i].sealed = arena_copy_text(call->arena, query_blob(query, 3));
    }
    query_end(query);
    struct service_order order;
    struct text secret;
    if (service_order_load(call, text_of(call->actor.order_id), &order, error) < 0)
        return -1;
    return service_card_open(call, cards[0].key, text_of(cards[0].id), text_of(order.merchant_id),
                             text_of(order.product_id), cards[run->swapped].sealed, &secret, error);
}

static void a_card_moved_to_another_row_does_not_open(void **state)
{
    struct testing *testing = *state;
    struct testing_order order;
    testing_buy(testing, &testing->buyer, testing->product_id, 2, &order);
    testing_pay(testing, &order);
    struct open_run own = {.swapped = false}, swapped = {.swapped = true};
    testing_read(testing, &order.guest, open_run, &own, ERROR_NONE);
    testing_read(testing, &order.guest, open_run, &swapped, ERROR_CARD_SEAL);
    struct reveal_run run = {.order_id = order.id};
    snprintf(run.card_id, sizeof run.card_id, "crd_00000000000000000000000000");
    testing_read(testing, &order.guest, notice_run, &run, ERROR_NONE);
    testing_write(testing, &order.guest, reveal_run, &run, ERROR_NOT_FOUND);
}

/* ---- redemption ---- */

struct report_run {
    const struct service_actor *party;
    const char *body, *event;
    const char *secret;
    int64_t timestamp_s;
    struct service_redemption out;
};

static int report_run(struct service_call *call, void *argument, struct error *error)
{
    struct report_run *run = argument;
    char signature[PAY_WEBHOOK_SIGNATURE_BYTES], timestamp[24];
    pay_webhook_sign(text_of(run->secret), run->event, run->timestamp_s, text_of(run->body), signature);
    snprintf(timestamp, sizeof timestamp, "%lld", (long long)run->timestamp_s);
    const struct pay_header headers[] = {{text_of("webhook-id"), text_of(run->event)},
                                         {text_of("webhook-timestamp"), text_of(timestamp)},
                                         {text_of("webhook-signature"), text_of(signature)}};
    struct pay_callback callback = {headers, 3, text_of(run->body)};
    return service_redemption_report(call, &callback, &run->out, error);
}

struct secret_run {
    char secret[ID_BYTES];
};

static int secret_run(struct service_call *call, void *argument, struct error *error)
{
    struct secret_run *run = argument;
    return service_webhook_secret_create(call, text_of(call->actor.party_id), run->secret, error);
}

static enum service_redemption_result report(struct testing *testing, const struct service_actor *party,
                                             const char *secret, const char *event, const char *members,
                                             enum error_code code)
{
    static const struct service_actor outside = {.role = ROLE_ANONYMOUS};
    char body[600];
    snprintf(body, sizeof body, "{\"party_id\":\"%s\",%s}", party->party_id, members);
    struct report_run run = {
        .body = body, .event = event, .secret = secret, .timestamp_s = testing->clock.time_us / TIME_SECOND_US};
    testing_write(testing, &outside, report_run, &run, code);
    return run.out.result;
}

static void a_redemption_counts_once_and_only_for_what_the_buyer_saw(void **state)
{
    struct testing *testing = *state;
    struct testing_order order;
    struct reveal_run shown;
    struct secret_run key;
    char members[200];
    testing_write(testing, &testing->merchant, secret_run, &key, ERROR_NONE);
    testing_paid_order(testing, &testing->buyer, testing->product_id, &order);
    reveal(testing, &order, &shown);
    testing_advance(testing, 3600);
    snprintf(members, sizeof members, "\"card_id\":\"%s\",\"status\":\"unused\"", shown.card_id);
    assert_int_equal(report(testing, &testing->merchant, key.secret, "e0", members, ERROR_NONE),
                     SERVICE_REDEMPTION_RECORDED);
    assert_int_equal(testing_count(testing, "card WHERE state = 'revealed' AND unused_at >= revealed_at"), 1);
    snprintf(members, sizeof members, "\"secret\":\"test card 0001\",\"status\":\"redeemed\",\"account\":\"player 7\"");
    assert_int_equal(report(testing, &testing->merchant, key.secret, "e1", members, ERROR_NONE),
                     SERVICE_REDEMPTION_RECORDED);
    assert_int_equal(report(testing, &testing->merchant, key.secret, "e1", members, ERROR_NONE),
                     SERVICE_REDEMPTION_REPEATED);
    assert_int_equal(report(testing, &testing->merchant, key.secret, "e2", members, ERROR_NONE),
                     SERVICE_REDEMPTION_REPEATED);
    assert_int_equal(testing_count(testing, "card WHERE state = 'redeemed'"), 1);
    assert_int_equal(testing_count(testing, "leaf WHERE kind = 'redeem_check'"), 2);
    snprintf(members, sizeof members, "\"secret\":\"TEST-CARD-0002\",\"status\":\"redeemed\"");
    assert_int_equal(report(testing, &testing->merchant, key.secret, "e3", members, ERROR_NONE),
                     SERVICE_REDEMPTION_ALARM);
    assert_int_equal(testing_count(testing, "card WHERE state = 'revoked' AND order_id IS NULL"), 1);
}

static void a_merchant_cannot_use_up_a_card_that_nobody_saw(void **state)
{
    struct testing *testing = *state;
    struct testing_order order;
    struct reveal_run shown;
    struct secret_run key;
    testing_write(testing, &testing->merchant, secret_run, &key, ERROR_NONE);
    testing_paid_order(testing, &testing->buyer, testing->product_id, &order);
    const char *members = "\"secret\":\"TEST-CARD-0001\",\"status\":\"redeemed\"";
    assert_int_equal(report(testing, &testing->merchant, key.secret, "e1", members, ERROR_NONE),
                     SERVICE_REDEMPTION_ALARM);
    assert_string_equal(testing_row(testing,
                                    "SELECT state, redeemed_at IS NOT NULL FROM card WHERE order_id IS NOT NULL"),
                        "sealed | 1");
    testing_paid_order(testing, &testing->buyer, testing->product_id, &order);
    testing_advance(testing, 7200);
    reveal(testing, &order, &shown);
    const char *before = "\"secret\":\"TEST-CARD-0002\",\"status\":\"redeemed\",\"at\":\"2027-01-15T08:00:00Z\"";
    assert_int_equal(report(testing, &testing->merchant, key.secret, "e2", before, ERROR_NONE),
                     SERVICE_REDEMPTION_ALARM);
    assert_int_equal(testing_count(testing, "card WHERE state = 'redeemed'"), 0);
}

static void a_report_that_is_not_the_partys_own_is_refused(void **state)
{
    struct testing *testing = *state;
    struct secret_run key, rival;
    testing_write(testing, &testing->merchant, secret_run, &key, ERROR_NONE);
    testing_write(testing, &testing->rival, secret_run, &rival, ERROR_NONE);
    const char *good = "\"secret\":\"TEST-CARD-0001\",\"status\":\"redeemed\"";
    report(testing, &testing->merchant, rival.secret, "e1", good, ERROR_PAY_SIGNATURE);
    report(testing, &testing->buyer, key.secret, "e2", good, ERROR_PAY_SIGNATURE);
    report(testing, &testing->rival, rival.secret, "e3", good, ERROR_NOT_FOUND);
    static const struct {
        const char *members;
        enum error_code code;
    } rows[] = {
        {"\"secret\":\"TEST-CARD-0001\"", ERROR_FIELD_MISSING},
        {"\"secret\":\"TEST-CARD-0001\",\"status\":\"stolen\"", ERROR_FIELD_VALUE},
        {"\"status\":\"unused\"", ERROR_FIELD_VALUE},
        {"\"secret\":\"X\",\"status\":\"unused\",\"more\":1", ERROR_FIELD_UNKNOWN},
        {"\"secret\":\"TEST-CARD-0001\",\"status\":\"redeemed\",\"at\":\"soon\"", ERROR_TIME_MALFORMED},
        {"\"secret\":\"TEST-CARD-0001\",\"status\":\"redeemed\",\"at\":\"2040-01-01T00:00:00Z\"", ERROR_FIELD_VALUE},
        {"\"secret\":\"NO-SUCH-CARD\",\"status\":\"redeemed\"", ERROR_NOT_FOUND},
        {"\"card_id\":\"crd_00000000000000000000000000\",\"status\":\"redeemed\"", ERROR_NOT_FOUND},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        report(testing, &testing->merchant, key.secret, "e9", rows[i].members, rows[i].code);
    assert_int_equal(testing_count(testing, "leaf WHERE kind = 'redeem_check'"), 0);
    assert_int_equal(testing_count(testing, "card WHERE state = 'stock'"), TESTING_CARDS);
}

/* ---- the log from outside ---- */

static int proof_run(struct service_call *call, struct text id, struct json_writer *ret, struct error *error)
{
    int64_t index;
    assert_int_equal(text_to_int64(id, &index, NULL), 0);
    return service_log_proof_write(call, index, ret, error);
}

static void every_leaf_has_a_proof_and_no_other_has(void **state)
{
    struct testing *testing = *state;
    struct service_actor nobody = {.role = ROLE_ANONYMOUS};
    char index[24];
    int64_t leaves = testing_count(testing, "leaf");
    for (int64_t i = 0; i < leaves; i++) {
        snprintf(index, sizeof index, "%lld", (long long)i);
        struct text proof = testing_json(testing, &nobody, proof_run, index, ERROR_NONE);
        assert_non_null(memmem(proof.data, proof.length, "c2sp.org/tlog-proof@v1", 22));
    }
    snprintf(index, sizeof index, "%lld", (long long)leaves);
    testing_json(testing, &nobody, proof_run, index, ERROR_NOT_FOUND);
    testing_json(testing, &nobody, proof_run, "-1", ERROR_NOT_FOUND);
}

static void a_kept_answer_opens_only_for_who_asked(void **state)
{
    struct testing *testing = *state;
    struct text bound = text_of("order:ord_1:REVEAL:key"), other = text_of("order:ord_2:REVEAL:key");
    struct text answer = text_of("{\"secret\":\"TEST-CARD-0001\"}");
    struct buffer sealed, plain;
    struct error error;
    buffer_init(&sealed, 1024);
    buffer_init(&plain, 1024);
    assert_int_equal(service_answer_seal(testing->service, bound, answer, &sealed, &error), 0);
    assert_null(memmem(sealed.data, sealed.length, "TEST", 4));
    assert_int_equal(service_answer_open(testing->service, other, buffer_text(&sealed), &plain, &error), -1);
    assert_int_equal(error.code, ERROR_INTERNAL);
    buffer_clear(&plain);
    assert_int_equal(service_answer_open(testing->service, bound, buffer_text(&sealed), &plain, &error), 0);
    assert_true(text_equal(buffer_text(&plain), answer));
    sealed.data[sealed.length / 2] ^= 1;
    assert_int_equal(service_answer_open(testing->service, bound, buffer_text(&sealed), &plain, &error), -1);
    assert_int_equal(service_answer_open(testing->service, bound, text_of("short"), &plain, &error), -1);
    buffer_done(&sealed);
    buffer_done(&plain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SERVICE_TEST(the_same_card_is_shown_again_without_a_second_leaf),
        SERVICE_TEST(a_notice_opens_its_own_order_for_its_own_caller_for_a_while),
        SERVICE_TEST(only_the_buyer_reveals_and_only_what_is_delivered),
        SERVICE_TEST(the_notice_says_what_revealing_changes),
        SERVICE_TEST(a_card_moved_to_another_row_does_not_open),
        SERVICE_TEST(a_redemption_counts_once_and_only_for_what_the_buyer_saw),
        SERVICE_TEST(a_merchant_cannot_use_up_a_card_that_nobody_saw),
        SERVICE_TEST(a_report_that_is_not_the_partys_own_is_refused),
        SERVICE_TEST(a_kept_answer_opens_only_for_who_asked),
        SERVICE_TEST(every_leaf_has_a_proof_and_no_other_has),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
