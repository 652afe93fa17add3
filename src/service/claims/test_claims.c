/* SPDX-License-Identifier: Apache-2.0 */
/* Claims and the money that they move, where something else goes wrong: what is due for one must not keep another waiting. */
#include "service/testing.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "pay/sandbox.h"
#include "service/claims/claim_advance.h"
#include "service/claims/claims.h"
#include "service/claims/settle.h"
#include "service/shop/batch.h"
#include "service/shop/figures.h"
#include "service/shop/merchant.h"
#include "service/shop/reveal.h"
#include "service/shop/stock.h"
#include "service/worker.h"

/* ---- steps ---- */

static void sandbox_pay(struct testing *testing, const struct testing_order *order, int64_t amount)
{
    char number[PAY_NUMBER_BYTES];
    struct error error;
    if (service_sandbox_pay(testing->service, text_of(order->reference), amount, number, &error) < 0)
        fail_msg("%s", error.message);
    pay_sandbox_pump(service_sandbox(testing->service), testing->clock.time_us, service_payment_deliver,
                     testing->service);
}

static int start_run(struct service_call *call, void *argument, struct error *error)
{
    struct service_event_new event = {.kind = text_of("start")};
    int64_t sequence;
    return service_event_add(call, text_of(argument), &event, &sequence, error);
}

struct claim_run {
    const char *order_id;
    struct service_claim_new in;
    char id[ID_BYTES];
};

/* An answer that failed may stop in the middle of an object. */
static void answer_done(struct json_writer *writer, struct buffer *answer)
{
    writer->depth = 0;
    json_writer_done(writer);
    buffer_done(answer);
}

static int file_run(struct service_call *call, void *argument, struct error *error)
{
    struct claim_run *run = argument;
    struct buffer answer;
    struct json_writer writer;
    buffer_init(&answer, 256 * 1024);
    json_writer_init(&writer, &answer);
    int result = service_claim_file(call, text_of(run->order_id), &run->in, run->id, &writer, error);
    answer_done(&writer, &answer);
    return result;
}

static void claim_file(struct testing *testing, const char *order_id, const char *reason, char ret_id[static ID_BYTES])
{
    struct claim_run run = {.order_id = order_id, .in = {.reason = text_of(reason)}};
    testing_write(testing, &testing->buyer, file_run, &run, ERROR_NONE);
    memcpy(ret_id, run.id, ID_BYTES);
}

/* A service that was begun: no clause decides its claim, so a person has to look. */
static void claim_for_a_person(struct testing *testing, struct testing_order *order, char ret_id[static ID_BYTES])
{
    testing_buy(testing, &testing->buyer, testing->service_product_id, 1, order);
    sandbox_pay(testing, order, 0);
    testing_write(testing, &testing->merchant, start_run, order->id, ERROR_NONE);
    claim_file(testing, order->id, "service_below_standard", ret_id);
}

struct act_run {
    const char *claim_id;
    struct service_claim_action in;
};

static int act_run(struct service_call *call, void *argument, struct error *error)
{
    struct act_run *run = argument;
    struct buffer answer;
    struct json_writer writer;
    buffer_init(&answer, 256 * 1024);
    json_writer_init(&writer, &answer);
    int result = service_claim_act(call, text_of(run->claim_id), &run->in, &writer, error);
    answer_done(&writer, &answer);
    return result;
}

static const char *one(struct testing *testing, const char *what, const char *table, const char *id)
{
    char sql[300];
    snprintf(sql, sizeof sql, "SELECT %s FROM %s WHERE id = '%s'", what, table, id);
    return testing_row(testing, sql);
}

static int work(struct testing *testing, struct service_work *ret, struct error *error)
{
    *ret = (struct service_work){.failures = 0};
    error_clear(error);
    return service_work_once(testing->service, ret, error);
}

/* ---- actions ---- */

static void what_belongs_to_another_action_is_refused(void **state)
{
    struct testing *testing = *state;
    struct testing_order order;
    char id[ID_BYTES];
    claim_for_a_person(testing, &order, id);
    const struct service_claim_action wrong[] = {
        {.offer_kind = text_of("full"), .outcome = text_of("refund"), .amount = 1},
        {.offer_kind = text_of("full")},
        {.outcome = text_of("refund")},
        {.ground = text_of("new_facts")},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct act_run run = {.claim_id = id, .in = wrong[i]};
        run.in.action = text_of("withdraw");
        testing_write(testing, &testing->buyer, act_run, &run, ERROR_FIELD_UNKNOWN);
    }
    struct act_run run = {.claim_id = id, .in = {.action = text_of("withdraw")}};
    testing_write(testing, &testing->buyer, act_run, &run, ERROR_NONE);
    testing_check_invariants(testing);
}

static void only_the_buyer_files_a_claim(void **state)
{
    struct testing *testing = *state;
    struct testing_order order;
    testing_paid_order(testing, &testing->buyer, testing->product_id, &order);
    const struct service_actor *const others[] = {&testing->merchant, &testing->arbiter, &testing->operator};
    struct claim_run run = {.order_id = order.id, .in = {.reason = text_of("changed_mind")}};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        testing_write(testing, others[i], file_run, &run, ERROR_ACCESS_DENIED);
    assert_int_equal(testing_count(testing, "claim"), 0);
}

static int finding_run(struct service_call *call, void *argument, struct error *error)
{
    struct buffer answer;
    struct json_writer writer;
    buffer_init(&answer, 256 * 1024);
    json_writer_init(&writer, &answer);
    int result = service_claim_find_fact(call, text_of(argument), text_of("cause"), text_of("merchant_delay"),
                                         text_of("as the log shows"), &writer, error);
    answer_done(&writer, &answer);
    return result;
}

static void who_decided_first_makes_no_findings_for_the_appeal(void **state)
{
    struct testing *testing = *state;
    struct testing_order order;
    char id[ID_BYTES];
    claim_for_a_person(testing, &order, id);
    struct act_run take = {.claim_id = id, .in = {.action = text_of("take_case")}},
                   decide = {.claim_id = id,
                             .in = {.action = text_of("arbiter_decide"),
                                    .outcome = text_of("refuse"),
                                    .reason = text_of("it was done as agreed")}},
                   appeal = {.claim_id = id,
                             .in = {.action = text_of("appeal"),
                                    .ground = text_of("named_error"),
                                    .reason = text_of("the log was not read")}};
    testing_write(testing, &testing->arbiter, act_run, &take, ERROR_NONE);
    testing_write(testing, &testing->arbiter, finding_run, id, ERROR_NONE);
    testing_write(testing, &testing->arbiter, act_run, &decide, ERROR_NONE);
    testing_write(testing, &testing->buyer, act_run, &appeal, ERROR_NONE);
    testing_write(testing, &testing->arbiter, finding_run, id, ERROR_CLAIM_SAME_ARBITER);
}

/* ---- files ---- */

struct file_run {
    char path[128];
    struct service_evidence_new in;
    const char *claim_id;
    bool undone;
};

static int evidence_run(struct service_call *call, void *argument, struct error *error)
{
    struct file_run *run = argument;
    struct buffer answer;
    struct json_writer writer;
    buffer_init(&answer, 256 * 1024);
    json_writer_init(&writer, &answer);
    int result = service_evidence_add(call, text_of(run->claim_id), &run->in, &writer, error);
    answer_done(&writer, &answer);
    return result == 0 && run->undone ? error_set(error, ERROR_IO, "the disk failed") : result;
}

static void a_file_whose_transaction_was_undone_can_be_added_again(void **state)
{
    struct testing *testing = *state;
    struct testing_order order;
    char id[ID_BYTES];
    uint8_t sha256[HASH_BYTES];
    static const uint8_t bytes[] = "%PDF-1.4 a statement";
    struct file_run run = {.claim_id = id, .undone = true};
    claim_for_a_person(testing, &order, id);
    snprintf(run.path, sizeof run.path, "%s/upload", testing->directory);
    int file = open(run.path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    assert_int_equal(write(file, bytes, sizeof bytes), sizeof bytes);
    close(file);
    hash_sha256(bytes, sizeof bytes, sha256);
    run.in = (struct service_evidence_new){.kind = text_of("other"),
                                           .path = run.path,
                                           .size_bytes = sizeof bytes,
                                           .sha256 = sha256,
                                           .head = bytes,
                                           .head_length = sizeof bytes};
    testing_write(testing, &testing->buyer, evidence_run, &run, ERROR_IO);
    run.undone = false;
    testing_write(testing, &testing->buyer, evidence_run, &run, ERROR_NONE);
    assert_int_equal(testing_count(testing, "evidence"), 1);
}

/* ---- due work ---- */

struct fact_run {
    const char *claim_id, *value;
};

static int fact_run(struct service_call *call, void *argument, struct error *error)
{
    struct fact_run *run = argument;
    struct service_claim claim;
    if (service_claim_load(call, text_of(run->claim_id), &claim, error) < 0)
        return -1;
    return service_claim_fact_put(call, &claim, "affected_quantity", text_of(run->value), "buyer", -1, error);
}

static void a_claim_that_cannot_be_decided_keeps_no_other_waiting(void **state)
{
    struct testing *testing = *state;
    struct testing_order first, second, third;
    char broken[ID_BYTES], sound[ID_BYTES];
    struct service_work done;
    struct error error;
    claim_for_a_person(testing, &first, broken);
    claim_for_a_person(testing, &second, sound);
    testing_paid_order(testing, &testing->buyer, testing->product_id, &third);
    struct fact_run damage = {broken, "no number"}, repair = {broken, "1"};
    testing_write(testing, NULL, fact_run, &damage, ERROR_NONE);
    testing_advance(testing, 40 * TIME_DAY_S);
    assert_int_equal(work(testing, &done, &error), -1);
    assert_non_null(strstr(error.message, broken));
    assert_int_equal(done.failures, 1);
    assert_int_equal(done.deadlines, 1);
    assert_int_equal(done.released, 1);
    assert_string_equal(one(testing, "stage", "claim", broken), "platform");
    assert_string_equal(one(testing, "outcome", "claim", sound), "refunded");
    testing_write(testing, NULL, fact_run, &repair, ERROR_NONE);
    assert_int_equal(work(testing, &done, &error), 0);
    assert_string_equal(one(testing, "outcome", "claim", broken), "refunded");
    testing_check_invariants(testing);
}

static int refund_run(struct service_call *call, void *argument, struct error *error)
{
    struct service_claim claim;
    struct service_refund_made made;
    if (service_claim_load(call, text_of(argument), &claim, error) < 0)
        return -1;
    struct service_refund_new refund = {
        .order = &claim.order, .claim_id = text_of(claim.id), .amount = 1, .bearer = LEDGER_BEARER_MERCHANT};
    return service_refund_create(call, &refund, &made, error);
}

static void an_answer_that_cannot_be_booked_keeps_no_other_waiting(void **state)
{
    struct testing *testing = *state;
    struct testing_order first, second;
    char broken[ID_BYTES], sound[ID_BYTES];
    struct service_work done;
    struct error error;
    claim_for_a_person(testing, &first, broken);
    testing_write(testing, NULL, refund_run, broken, ERROR_NONE); /* its claim does not wait for the provider */
    testing_buy(testing, &testing->buyer, testing->product_id, 1, &second);
    sandbox_pay(testing, &second, 0);
    claim_file(testing, second.id, "changed_mind", sound);
    assert_int_equal(work(testing, &done, &error), -1);
    assert_int_equal(done.failures, 1);
    assert_string_equal(one(testing, "outcome", "claim", sound), "refunded");
    assert_int_equal(testing_count(testing, "refund WHERE state = 'pending'"), 1);
    assert_int_equal(testing_count(testing, "job WHERE state = 'due' AND attempts = 1 AND last_error <> ''"), 1);
    testing_check_invariants(testing);
}

/* ---- suspense ---- */

static int suspense_run(struct service_call *call, void *argument, struct error *error)
{
    char refund_id[ID_BYTES];
    return service_suspense_refund(call, text_of("sandbox"), text_of(argument), refund_id, error);
}

/* Money that fits no order; returns its trade's number. */
static void suspense_make(struct testing *testing, char ret_trade[static PAY_NUMBER_BYTES])
{
    struct testing_order order;
    testing_buy(testing, &testing->buyer, testing->product_id, 1, &order);
    sandbox_pay(testing, &order, order.amount - 1);
    snprintf(ret_trade, PAY_NUMBER_BYTES, "%s",
             testing_row(testing, "SELECT trade FROM payment WHERE disposition = 'suspense'"));
}

static void money_in_suspense_is_sent_again_when_the_provider_declined_and_never_twice(void **state)
{
    struct testing *testing = *state;
    char trade[PAY_NUMBER_BYTES];
    struct service_work done;
    struct error error;
    suspense_make(testing, trade);
    testing_write(testing, &testing->operator, suspense_run, trade, ERROR_NONE);
    testing_write(testing, &testing->operator, suspense_run, trade, ERROR_LEDGER_DUPLICATE);
    pay_sandbox_script(service_sandbox(testing->service), PAY_SANDBOX_DECLINE, 1);
    assert_int_equal(work(testing, &done, &error), 0);
    assert_int_equal(testing_count(testing, "refund WHERE state = 'failed'"), 1);
    testing_check_invariants(testing);
    testing_write(testing, &testing->operator, suspense_run, trade, ERROR_NONE);
    testing_write(testing, &testing->operator, suspense_run, trade, ERROR_LEDGER_DUPLICATE);
    assert_int_equal(work(testing, &done, &error), 0);
    assert_int_equal(testing_count(testing, "refund WHERE state = 'succeeded'"), 1);
    testing_write(testing, &testing->operator, suspense_run, trade, ERROR_LEDGER_DUPLICATE);
    assert_int_equal(testing_count(testing, "ledger_account WHERE kind = 'suspense' AND balance <> 0"), 0);
    testing_check_invariants(testing);
}

static int notice_run(struct service_call *call, void *argument, struct error *error)
{
    return service_refund_notice(call, text_of(argument), PAY_REFUND_SUCCEEDED, text_of("R1"), NULL, error);
}

static void a_declined_refund_that_went_out_all_the_same_is_not_passed_over(void **state)
{
    struct testing *testing = *state;
    char trade[PAY_NUMBER_BYTES], declined[ID_BYTES], made[ID_BYTES];
    struct service_work done;
    struct error error;
    suspense_make(testing, trade);
    testing_write(testing, &testing->operator, suspense_run, trade, ERROR_NONE);
    pay_sandbox_script(service_sandbox(testing->service), PAY_SANDBOX_DECLINE, 1);
    assert_int_equal(work(testing, &done, &error), 0);
    snprintf(declined, sizeof declined, "%s", testing_row(testing, "SELECT id FROM refund WHERE state = 'failed'"));
    testing_write(testing, NULL, notice_run, declined, ERROR_PAY_REFERENCE_CONFLICT);
    testing_write(testing, &testing->operator, suspense_run, trade, ERROR_NONE);
    assert_int_equal(work(testing, &done, &error), 0);
    snprintf(made, sizeof made, "%s", testing_row(testing, "SELECT id FROM refund WHERE state = 'succeeded'"));
    testing_write(testing, NULL, notice_run, made, ERROR_NONE);
    testing_check_invariants(testing);
}

static void a_refund_that_no_claim_watches_is_asked_for_until_there_is_an_answer(void **state)
{
    struct testing *testing = *state;
    char trade[PAY_NUMBER_BYTES];
    struct service_work done = {.failures = 0};
    struct error error;
    suspense_make(testing, trade);
    testing_write(testing, &testing->operator, suspense_run, trade, ERROR_NONE);
    pay_sandbox_script(service_sandbox(testing->service), PAY_SANDBOX_OFFLINE, 20);
    for (int i = 0; i < 20; i++) {
        assert_int_equal(service_jobs_work(testing->service, &done, &error), 0);
        testing_advance(testing, TIME_DAY_S);
    }
    assert_int_equal(done.failures, 20);
    assert_int_equal(service_jobs_work(testing->service, &done, &error), 0);
    assert_int_equal(testing_count(testing, "refund WHERE state = 'succeeded'"), 1);
    testing_check_invariants(testing);
}

/* ---- what the platform advanced ---- */

static int bond_run(struct service_call *call, void *argument, struct error *error)
{
    int64_t balance;
    return service_bond_move(call, argument, &balance, error);
}

static int payout_run(struct service_call *call, void *argument, struct error *error)
{
    int64_t balance;
    return service_payout_make(call, argument, &balance, error);
}

static void no_money_leaves_to_a_merchant_before_what_was_advanced_for_him(void **state)
{
    struct testing *testing = *state;
    struct testing_order order;
    struct service_work done;
    struct error error;
    char id[ID_BYTES];
    struct text merchant = text_of(testing->merchant.party_id), currency = text_of("CNY");
    testing_paid_order(testing, &testing->buyer, testing->product_id, &order);
    testing_advance(testing, 40 * TIME_DAY_S);
    assert_int_equal(work(testing, &done, &error), 0);
    struct service_payout payout = {
        .merchant_id = merchant, .currency = currency, .amount = 9215, .reference = text_of("p-1")};
    testing_write(testing, &testing->operator, payout_run, &payout, ERROR_NONE);
    claim_file(testing, order.id, "key_invalid", id);
    struct act_run accept = {.claim_id = id, .in = {.action = text_of("merchant_accept")}};
    testing_write(testing, &testing->merchant, act_run, &accept, ERROR_NONE);
    assert_int_equal(testing_count(testing, "ledger_account WHERE kind = 'advances_receivable' AND balance = -9500"),
                     1);
    struct service_bond bond = {
        .merchant_id = merchant, .currency = currency, .amount = 20000, .reference = text_of("b-1")};
    testing_write(testing, &testing->operator, bond_run, &bond, ERROR_NONE);
    bond.withdraw = true;
    bond.reference = text_of("b-2");
    testing_write(testing, &testing->operator, bond_run, &bond, ERROR_BOND_NEEDED);
    bond.amount = 10500;
    testing_write(testing, &testing->operator, bond_run, &bond, ERROR_NONE);
    assert_int_equal(testing_count(testing, "ledger_account WHERE kind = 'advances_receivable' AND balance <> 0"), 0);
    testing_check_invariants(testing);
}

/* ---- how long the merchant takes ---- */

static int reveal_run(struct service_call *call, void *argument, struct error *error)
{
    struct service_notice notice;
    struct service_revealed revealed;
    return service_reveal_notice(call, text_of(argument), &notice, error) < 0
               ? -1
               : service_reveal(call, text_of(argument), text_of(notice.token), text_of(""), &revealed, error);
}

/* A claim whose answer the merchant owes from this moment on. */
static void claim_to_answer(struct testing *testing, char ret_id[static ID_BYTES])
{
    struct testing_order order;
    testing_paid_order(testing, &testing->buyer, testing->product_id, &order);
    testing_write(testing, &testing->buyer, reveal_run, order.id, ERROR_NONE);
    claim_file(testing, order.id, "key_already_used", ret_id);
    assert_string_equal(one(testing, "stage", "claim", ret_id), "merchant");
}

static int own_figures_write(struct service_call *call, struct text id, struct json_writer *ret, struct error *error)
{
    (void)id;
    return service_merchant_own_figures_write(call, ret, error);
}

static void an_answer_is_timed_once_from_the_question_and_silence_takes_all_of_the_time(void **state)
{
    struct testing *testing = *state;
    char refused[ID_BYTES], withdrawn[ID_BYTES], silent[ID_BYTES];
    struct service_work done;
    struct error error;
    claim_to_answer(testing, refused);
    claim_to_answer(testing, withdrawn);
    claim_to_answer(testing, silent);
    testing_advance(testing, 90);
    struct act_run refuse = {.claim_id = refused,
                             .in = {.action = text_of("merchant_refuse"), .reason = text_of("it is as was said")}};
    testing_write(testing, &testing->merchant, act_run, &refuse, ERROR_NONE);
    struct act_run withdraw = {.claim_id = withdrawn, .in = {.action = text_of("withdraw")}};
    testing_write(testing, &testing->buyer, act_run, &withdraw, ERROR_NONE);
    assert_string_equal(one(testing, "answer_s", "claim", refused), "90");
    testing_advance(testing, TIME_DAY_S);
    assert_int_equal(work(testing, &done, &error), 0);
    testing_advance(testing, 30 * TIME_DAY_S);
    assert_int_equal(work(testing, &done, &error), 0);
    assert_string_equal(one(testing, "answer_s", "claim", refused), "90");
    assert_int_equal(testing_count(testing, "claim WHERE answer_s IS NULL"), 1);
    assert_string_equal(one(testing, "outcome", "claim", withdrawn), "withdrawn");
    assert_string_equal(one(testing, "stage", "claim", silent), "settlement");
    assert_string_equal(one(testing, "answer_s", "claim", silent), "86490");
    struct text figures =
        testing_json(testing, &testing->buyer, service_merchant_write, testing->merchant.party_id, ERROR_NONE);
    assert_non_null(
        strstr(figures.data, "\"answer_time\":{\"high_s\":86490,\"low_s\":90,\"median_s\":43290,\"of\":2,"));
    testing_advance(testing, 30 * TIME_DAY_S);
    figures = testing_json(testing, &testing->merchant, own_figures_write, "", ERROR_NONE);
    assert_non_null(strstr(figures.data, "\"last_30_days\":{\"answer_time\":{\"high_s\":0,"));
    assert_non_null(strstr(figures.data, "\"median_s\":43290"));
}

/* ---- batches with faults ---- */

#define IMPORTED 400
#define EACH 100 /* cards of an order */

struct import_run {
    const char *product_id, *prefix;
};

static int import_run(struct service_call *call, void *argument, struct error *error)
{
    const struct import_run *run = argument;
    struct text cards[IMPORTED];
    for (int i = 0; i < IMPORTED; i++)
        cards[i] = text_of(arena_printf(call->arena, "%s-%06d", run->prefix, i));
    struct service_stock_import import = {.product_id = text_of(run->product_id), .cards = cards, .count = IMPORTED};
    struct service_stock_imported imported;
    return service_stock_add(call, &import, &imported, error);
}

static int worst_run(struct service_call *call, void *argument, struct error *error)
{
    return service_batch_worst(call, argument, error);
}

static int64_t worst_faults(struct testing *testing)
{
    struct service_batch_bad worst;
    testing_read(testing, &testing->merchant, worst_run, &worst, ERROR_NONE);
    return worst.faults;
}

static void refund_faulty(struct testing *testing, const struct testing_order *order)
{
    char id[ID_BYTES];
    struct service_work done;
    struct error error;
    testing_write(testing, &testing->buyer, reveal_run, (void *)order->id, ERROR_NONE);
    claim_file(testing, order->id, "key_already_used", id);
    struct act_run accept = {.claim_id = id, .in = {.action = text_of("merchant_accept")}};
    testing_write(testing, &testing->merchant, act_run, &accept, ERROR_NONE);
    assert_int_equal(work(testing, &done, &error), 0);
    pay_sandbox_pump(service_sandbox(testing->service), testing->clock.time_us, service_payment_deliver,
                     testing->service);
    assert_string_equal(one(testing, "outcome", "claim", id), "refunded");
}

static void the_worst_batch_is_counted_anew_at_once_for_few_cards_and_once_a_minute_for_many(void **state)
{
    struct testing *testing = *state;
    struct testing_order orders[11];
    static const char *const prefixes[] = {"FIRST", "SECOND", "THIRD"};
    for (int i = 0; i < 3; i++) {
        struct import_run run = {testing->product_id, prefixes[i]};
        testing_write(testing, &testing->merchant, import_run, &run, ERROR_NONE);
    }
    for (int i = 0; i < 2; i++) {
        testing_buy(testing, &testing->buyer, testing->product_id, EACH, &orders[i]);
        sandbox_pay(testing, &orders[i], 0);
    }
    assert_int_equal(worst_faults(testing), 0);
    refund_faulty(testing, &orders[0]);
    int64_t few = worst_faults(testing);
    assert_in_range(few, EACH - TESTING_CARDS, EACH);
    for (int i = 2; i < 11; i++) {
        testing_buy(testing, &testing->buyer, testing->product_id, EACH, &orders[i]);
        sandbox_pay(testing, &orders[i], 0);
    }
    assert_int_equal(worst_faults(testing), few); /* kept from here on: more than a thousand are delivered */
    refund_faulty(testing, &orders[1]);
    assert_int_equal(worst_faults(testing), few);
    testing_advance(testing, 61);
    assert_int_equal(worst_faults(testing), few + EACH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SERVICE_TEST(what_belongs_to_another_action_is_refused),
        SERVICE_TEST(only_the_buyer_files_a_claim),
        SERVICE_TEST(who_decided_first_makes_no_findings_for_the_appeal),
        SERVICE_TEST(a_file_whose_transaction_was_undone_can_be_added_again),
        SERVICE_TEST(a_claim_that_cannot_be_decided_keeps_no_other_waiting),
        SERVICE_TEST(an_answer_that_cannot_be_booked_keeps_no_other_waiting),
        SERVICE_TEST(money_in_suspense_is_sent_again_when_the_provider_declined_and_never_twice),
        SERVICE_TEST(no_money_leaves_to_a_merchant_before_what_was_advanced_for_him),
        SERVICE_TEST(a_declined_refund_that_went_out_all_the_same_is_not_passed_over),
        SERVICE_TEST(a_refund_that_no_claim_watches_is_asked_for_until_there_is_an_answer),
        SERVICE_TEST(the_worst_batch_is_counted_anew_at_once_for_few_cards_and_once_a_minute_for_many),
        SERVICE_TEST(an_answer_is_timed_once_from_the_question_and_silence_takes_all_of_the_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
