/* SPDX-License-Identifier: Apache-2.0 */
/* Unused certificates on a real store: when they are issued, what they say, what they prove to a rule, and the bundle with them. */
#include "service/policies/policies.h"
#include "service/testing.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "evidence/dsse.h"
#include "evidence/verify/verify.h"
#include "pay/webhook.h"
#include "service/claims/bundle.h"
#include "service/shop/catalogue.h"
#include "service/claims/claims.h"
#include "service/internal.h"
#include "service/shop/redemption.h"
#include "service/shop/reveal.h"
#include "service/shop/stock.h"
#include "service/claims/unused.h"

/* A dead card is refunded when the merchant is silent, or at once when the card is proved unused. */
static const char dead_policy[] = "policy \"dead-cards\" version 1\n"
                                  "goods card_key\n"
                                  "clause sealed \"未查看\" \"Not revealed\"\n"
                                  "  when card is sealed\n"
                                  "  refund full at once\n"
                                  "clause dead \"卡密无效\" \"Dead card\"\n"
                                  "  when reason is key_invalid and card is revealed and redemption_report is none\n"
                                  "  merchant answers within 24 hours, silence accepts\n"
                                  "  refund full\n"
                                  "clause proved \"已证明未使用\" \"Proved unused\"\n"
                                  "  when reason is key_invalid and card is revealed and redemption_report is unused\n"
                                  "  needs unused_proof\n"
                                  "  refund full at once\n"
                                  "otherwise review within 48 hours\n";

struct shop {
    char policy_id[ID_BYTES], product_id[ID_BYTES], secret[ID_BYTES];
};

static int shop_run(struct service_call *call, void *argument, struct error *error)
{
    struct shop *shop = argument;
    const struct text cards[] = {text_of("DEAD-CARD-01"), text_of("DEAD-CARD-02")};
    struct service_stock_imported imported;
    if (service_policy_publish_text(call, text_of(dead_policy), shop->policy_id, error) < 0)
        return -1;
    struct market_listing listing = {.kind = text_of("card_key"),
                                     .category = text_of("game_card"),
                                     .title = text_of("点卡"),
                                     .currency = text_of("CNY"),
                                     .price = 5000,
                                     .face_value = 5000,
                                     .delivery_s = 600,
                                     .policy_id = text_of(shop->policy_id),
                                     .region = text_of("CN"),
                                     .redeem_channel = text_of("official site")};
    if (service_product_create(call, &listing, shop->product_id, error) < 0)
        return -1;
    struct service_stock_import stock = {text_of(shop->product_id), cards, 2, false};
    return service_stock_add(call, &stock, &imported, error) < 0 ||
                   service_webhook_secret_create(call, text_of(call->actor.party_id), shop->secret, error) < 0
               ? -1
               : 0;
}

static void buy(struct testing *testing, struct shop *shop, struct testing_order *order)
{
    testing_write(testing, &testing->merchant, shop_run, shop, ERROR_NONE);
    testing_paid_order(testing, &testing->buyer, shop->product_id, order);
}

struct id_run {
    const char *id, *reason;
    char out[ID_BYTES];
};

static int reveal_run(struct service_call *call, void *argument, struct error *error)
{
    struct id_run *run = argument;
    struct service_notice notice;
    struct service_revealed revealed;
    if (service_reveal_notice(call, text_of(run->id), &notice, error) < 0 ||
        service_reveal(call, text_of(run->id), text_of(notice.token), (struct text){NULL, 0}, &revealed, error) < 0)
        return -1;
    memcpy(run->out, revealed.cards[0].card_id, ID_BYTES);
    return 0;
}

static int file_run(struct service_call *call, void *argument, struct error *error)
{
    struct id_run *run = argument;
    struct service_claim_new in = {.reason = text_of(run->reason), .statement = text_of("")};
    struct buffer answer;
    struct json_writer writer;
    buffer_init(&answer, 64 * 1024);
    json_writer_init(&writer, &answer);
    int result = service_claim_file(call, text_of(run->id), &in, run->out, &writer, error);
    if (result == 0)
        json_writer_done(&writer);
    buffer_done(&answer);
    return result;
}

static void file_claim(struct testing *testing, const struct testing_order *order, const char *reason,
                       char ret[static ID_BYTES])
{
    struct id_run run = {.id = order->id, .reason = reason};
    testing_write(testing, &testing->buyer, file_run, &run, ERROR_NONE);
    memcpy(ret, run.out, ID_BYTES);
}

static int due_run(struct service_call *call, void *argument, struct error *error)
{
    return service_claims_due(call, 0, 10, argument, error);
}

struct report_run {
    const char *secret, *body, *event;
    int64_t timestamp_s;
};

static int report_run(struct service_call *call, void *argument, struct error *error)
{
    struct report_run *run = argument;
    struct service_redemption out;
    char signature[PAY_WEBHOOK_SIGNATURE_BYTES], timestamp[24];
    pay_webhook_sign(text_of(run->secret), run->event, run->timestamp_s, text_of(run->body), signature);
    snprintf(timestamp, sizeof timestamp, "%lld", (long long)run->timestamp_s);
    const struct pay_header headers[] = {{text_of("webhook-id"), text_of(run->event)},
                                         {text_of("webhook-timestamp"), text_of(timestamp)},
                                         {text_of("webhook-signature"), text_of(signature)}};
    struct pay_callback callback = {headers, 3, text_of(run->body)};
    return service_redemption_report(call, &callback, &out, error);
}

static void report(struct testing *testing, const struct shop *shop, const char *event, const char *card,
                   const char *status)
{
    static const struct service_actor outside = {.role = ROLE_ANONYMOUS};
    char body[300];
    snprintf(body, sizeof body, "{\"party_id\":\"%s\",\"card_id\":\"%s\",\"status\":\"%s\"}",
             testing->merchant.party_id, card, status);
    struct report_run run = {shop->secret, body, event, testing->clock.time_us / TIME_SECOND_US};
    testing_write(testing, &outside, report_run, &run, ERROR_NONE);
}

struct request_run {
    const char *order_id;
    struct buffer *answer;
};

static int request_run(struct service_call *call, void *argument, struct error *error)
{
    struct request_run *run = argument;
    struct json_writer writer;
    buffer_clear(run->answer);
    json_writer_init(&writer, run->answer);
    if (service_unused_request(call, text_of(run->order_id), &writer, error) < 0)
        return -1;
    json_writer_done(&writer);
    return 0;
}

static void request(struct testing *testing, const struct service_actor *actor, const char *order_id,
                    enum error_code code)
{
    struct request_run run = {order_id, &testing->answer};
    testing_write(testing, actor, request_run, &run, code);
}

static bool holds(struct text view, const char *part)
{
    return memmem(view.data, view.length, part, strlen(part)) != NULL;
}

/* ---- issuing ---- */

static void an_unseen_card_gets_one_certificate_and_only_when_asked_for(void **state)
{
    struct testing *testing = *state;
    struct testing_order order, refunded, service;
    struct id_run run = {.reason = "other"};
    char claim[ID_BYTES];
    testing_paid_order(testing, &testing->buyer, testing->product_id, &refunded);
    file_claim(testing, &refunded, "changed_mind", claim);
    assert_int_equal(testing_count(testing, "unused_certificate"), 0);
    testing_paid_order(testing, &testing->buyer, testing->product_id, &order);
    testing_paid_order(testing, &testing->buyer, testing->service_product_id, &service);
    request(testing, &testing->merchant, order.id, ERROR_ACCESS_DENIED);
    request(testing, &testing->stranger, order.id, ERROR_NOT_FOUND);
    request(testing, &testing->buyer, service.id, ERROR_PRODUCT_KIND);
    request(testing, &order.guest, order.id, ERROR_NONE);
    request(testing, &testing->buyer, order.id, ERROR_NONE);
    assert_string_equal(testing_row(testing, "SELECT COUNT(*), MIN(basis), MIN(LENGTH(code)) FROM unused_certificate"),
                        "1 | never_revealed | 12");
    testing_advance(testing, 60);
    run.id = order.id;
    testing_write(testing, &testing->buyer, reveal_run, &run, ERROR_NONE);
    request(testing, &testing->buyer, order.id, ERROR_CARD_STATE);
    testing_check_invariants(testing);
}

static int envelope_check(struct service_call *call, struct text id, struct json_writer *ret, struct error *error)
{
    struct text type, body;
    struct query *query = store_query(call->tx, QUERY_UNUSED_GET);
    query_bind_text(query, 1, id);
    assert_int_equal(query_step(query, error), 1);
    struct text envelope = arena_copy_text(call->arena, query_blob(query, 7));
    query_end(query);
    if (evidence_dsse_open(envelope, &call->service->log_key, 1, call->arena, &type, &body, error) < 0)
        return -1;
    assert_true(text_is(type, EVIDENCE_UNUSED_CERT_TYPE));
    json_add_raw(ret, body);
    return 0;
}

static void the_statement_is_signed_and_whoever_has_the_code_sees_no_secret(void **state)
{
    static const struct service_actor outside = {.role = ROLE_ANONYMOUS};
    struct testing *testing = *state;
    struct testing_order order;
    char code[16], typed[20];
    testing_paid_order(testing, &testing->buyer, testing->product_id, &order);
    request(testing, &testing->buyer, order.id, ERROR_NONE);
    snprintf(code, sizeof code, "%s", testing_row(testing, "SELECT code FROM unused_certificate"));
    struct text body = testing_json(testing, &outside, envelope_check, code, ERROR_NONE);
    assert_true(holds(body, order.id) && holds(body, code) && holds(body, "\"finding\":\"unused\"") &&
                holds(body, "\"log\":\"shuntui.local/log\"") && holds(body, "\"time\":\"2027-01-15T08:00:0"));
    struct text view = testing_json(testing, &outside, service_unused_write, code, ERROR_NONE);
    assert_true(holds(view, "\"stands\":true") && holds(view, "\"envelope\":{\"payload\""));
    assert_false(holds(view, "TEST-CARD") || holds(view, order.id) || holds(view, order.secret));
    snprintf(typed, sizeof typed, "%.4s-%.4s-%.4s", code, code + 4, code + 8);
    for (char *c = typed; *c; c++)
        if (*c == '0' || *c == '1')
            *c = *c == '0' ? 'o' : 'l';
    testing_json(testing, &outside, service_unused_write, typed, ERROR_NONE);
    static const char *const wrong[] = {"", "000000000000", "0000000000000", "TEST-CARD-0001"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        testing_json(testing, &outside, service_unused_write, wrong[i], ERROR_NOT_FOUND);
}

/* The decision's certificate names the leaf of the statement. */
static const char unused_fact_in_ruling[] =
    "SELECT COUNT(*) FROM leaf JOIN unused_certificate ON instr(item, CAST('{\"leaf\":' || "
    "unused_certificate.leaf_index "
    "|| ',\"name\":\"unused_proof\",\"source\":\"record\",\"value\":\"accepted\"}' AS BLOB)) > 0 WHERE kind = 'ruling'";

static void a_report_of_non_use_is_a_certificate_that_decides_a_claim(void **state)
{
    struct testing *testing = *state;
    struct testing_order order;
    struct shop shop;
    char claim[ID_BYTES];
    buy(testing, &shop, &order);
    struct id_run run = {.id = order.id};
    testing_write(testing, &testing->buyer, reveal_run, &run, ERROR_NONE);
    testing_advance(testing, 60);
    report(testing, &shop, "e1", run.out, "unused");
    report(testing, &shop, "e2", run.out, "unused");
    assert_string_equal(testing_row(testing, "SELECT COUNT(*), MIN(basis) FROM unused_certificate"),
                        "1 | merchant_report");
    file_claim(testing, &order, "key_invalid", claim);
    assert_string_equal(testing_row(testing, "SELECT clause, computed_outcome, stage FROM claim"),
                        "proved | refund | settlement");
    assert_string_equal(testing_row(testing, unused_fact_in_ruling), "1");
}

static void a_report_that_comes_while_the_merchant_is_asked_decides_the_claim(void **state)
{
    struct testing *testing = *state;
    struct testing_order order;
    struct shop shop;
    char claim[ID_BYTES];
    buy(testing, &shop, &order);
    struct id_run run = {.id = order.id};
    testing_write(testing, &testing->buyer, reveal_run, &run, ERROR_NONE);
    testing_advance(testing, 60);
    file_claim(testing, &order, "key_invalid", claim);
    assert_string_equal(testing_row(testing, "SELECT clause, waiting_for FROM claim"), "dead | merchant");
    testing_advance(testing, 60);
    report(testing, &shop, "e1", run.out, "unused");
    assert_string_equal(testing_row(testing, "SELECT clause, stage FROM claim"), "proved | settlement");
    assert_string_equal(testing_row(testing, unused_fact_in_ruling), "1");
    testing_check_invariants(testing);
}

static void the_merchants_silence_presumes_non_use_before_it_decides(void **state)
{
    struct testing *testing = *state;
    struct testing_order order;
    struct shop shop;
    char claim[ID_BYTES];
    int64_t count = 0;
    buy(testing, &shop, &order);
    struct id_run run = {.id = order.id};
    testing_write(testing, &testing->buyer, reveal_run, &run, ERROR_NONE);
    file_claim(testing, &order, "key_invalid", claim);
    assert_int_equal(testing_count(testing, "unused_certificate"), 0);
    testing_advance(testing, 25 * 3600);
    static const struct service_actor clock = {.role = ROLE_CLOCK};
    testing_write(testing, &clock, due_run, &count, ERROR_NONE);
    assert_int_equal(count, 1);
    assert_string_equal(testing_row(testing, "SELECT basis FROM unused_certificate"), "merchant_silence");
    assert_string_equal(testing_row(testing, unused_fact_in_ruling), "1");
    testing_check_invariants(testing);
}

static void a_redemption_after_the_certificate_is_said_beside_it(void **state)
{
    static const struct service_actor outside = {.role = ROLE_ANONYMOUS};
    struct testing *testing = *state;
    struct testing_order order;
    struct shop shop;
    char code[16];
    buy(testing, &shop, &order);
    struct id_run run = {.id = order.id};
    testing_write(testing, &testing->buyer, reveal_run, &run, ERROR_NONE);
    testing_advance(testing, 60);
    report(testing, &shop, "e1", run.out, "unused");
    request(testing, &testing->buyer, order.id, ERROR_NONE);
    testing_advance(testing, 60);
    report(testing, &shop, "e2", run.out, "redeemed");
    snprintf(code, sizeof code, "%s", testing_row(testing, "SELECT code FROM unused_certificate"));
    struct text view = testing_json(testing, &outside, service_unused_write, code, ERROR_NONE);
    assert_true(holds(view, "\"stands\":false"));
    request(testing, &testing->buyer, order.id, ERROR_CARD_STATE);
}

/* ---- the bundle ---- */

static const struct evidence_finding *finding_of(const struct evidence_report *report, enum evidence_check check)
{
    for (size_t i = 0; i < report->count; i++)
        if (report->findings[i].check == check)
            return &report->findings[i];
    return NULL;
}

static void export_bundle(struct testing *testing, const char *claim, struct buffer *out)
{
    struct service_bundle_file file;
    struct error error;
    if (service_bundle_export(testing->service, &testing->buyer, text_of(claim), EVIDENCE_CONTAINER_TAR, &file, &error))
        fail_msg("export: %s", error.message);
    buffer_clear(out);
    assert_int_equal(file_read_all(file.path, LIMIT_EVIDENCE_BYTES, out, &error), 0);
    unlink(file.path);
}

static void a_bundle_shows_the_statement_the_history_and_the_law_and_is_the_same_twice(void **state)
{
    struct testing *testing = *state;
    struct testing_order order, other;
    struct shop shop;
    char claim[ID_BYTES];
    struct buffer first, second;
    struct error error;
    buy(testing, &shop, &order);
    struct id_run run = {.id = order.id};
    testing_write(testing, &testing->buyer, reveal_run, &run, ERROR_NONE);
    testing_advance(testing, 60);
    report(testing, &shop, "e1", run.out, "unused");
    file_claim(testing, &order, "key_invalid", claim);
    buffer_init(&first, LIMIT_EVIDENCE_BYTES);
    buffer_init(&second, LIMIT_EVIDENCE_BYTES);
    export_bundle(testing, claim, &first);
    testing_paid_order(testing, &testing->buyer, testing->product_id, &other); /* the log grows */
    export_bundle(testing, claim, &second);
    assert_true(text_equal(buffer_text(&first), buffer_text(&second)));
    struct text bytes = buffer_text(&first);
    assert_true(holds(bytes, "PRM-19") && holds(bytes, "ECL-49-2"));
    struct evidence_source source = evidence_source_memory(&bytes);
    struct evidence_reader *reader;
    struct evidence_report checked;
    struct evidence_verify_options options = {.trusted_vkey = service_log_vkey(testing->service)};
    assert_int_equal(evidence_reader_open(&source, &reader, &error), 0);
    evidence_report_init(&checked);
    assert_int_equal(evidence_verify_bundle(reader, &options, &checked), 0);
    assert_int_equal(checked.failed, 0);
    assert_int_equal(finding_of(&checked, EVIDENCE_CHECK_STATEMENT)->state, EVIDENCE_STATE_OK);
    assert_int_equal(finding_of(&checked, EVIDENCE_CHECK_CONSISTENCY)->state, EVIDENCE_STATE_OK);
    assert_non_null(strstr(finding_of(&checked, EVIDENCE_CHECK_CONSISTENCY)->words_en, "2 earlier heads"));
    evidence_report_done(&checked);
    evidence_reader_close(reader);
    buffer_done(&first);
    buffer_done(&second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SERVICE_TEST(an_unseen_card_gets_one_certificate_and_only_when_asked_for),
        SERVICE_TEST(the_statement_is_signed_and_whoever_has_the_code_sees_no_secret),
        SERVICE_TEST(a_report_of_non_use_is_a_certificate_that_decides_a_claim),
        SERVICE_TEST(a_report_that_comes_while_the_merchant_is_asked_decides_the_claim),
        SERVICE_TEST(the_merchants_silence_presumes_non_use_before_it_decides),
        SERVICE_TEST(a_redemption_after_the_certificate_is_said_beside_it),
        SERVICE_TEST(a_bundle_shows_the_statement_the_history_and_the_law_and_is_the_same_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
