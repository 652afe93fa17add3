/* SPDX-License-Identifier: Apache-2.0 */
/* Orders and payments on a real store: the usual way, and everything that arrives late, twice, wrong or from others. */
#include "service/policies/policies.h"
#include "service/testing.h"

#include <stdio.h>
#include <string.h>

#include "service/shop/catalogue.h"
#include "service/shop/incident.h"
#include "service/shop/merchant.h"
#include "service/shop/stock.h"

struct create_run {
    struct service_order_new in;
    struct service_order_created out;
};

static int create_run(struct service_call *call, void *argument, struct error *error)
{
    struct create_run *run = argument;
    return service_order_create(call, &run->in, &run->out, error);
}

static int cancel_run(struct service_call *call, void *argument, struct error *error)
{
    return service_order_cancel(call, text_of(argument), error);
}

static int release_run(struct service_call *call, void *argument, struct error *error)
{
    return service_orders_release_due(call, 0, 100, argument, error);
}

static int view_run(struct service_call *call, struct text id, struct json_writer *ret, struct error *error)
{
    return service_order_write(call, id, ret, NULL, error);
}

static int64_t work(struct testing *testing, testing_fn run)
{
    int64_t count = -1;
    testing_write(testing, NULL, run, &count, ERROR_NONE);
    return count;
}

static int64_t expire(struct testing *testing)
{
    struct service_asked asked;
    struct error error;
    assert_int_equal(service_payments_ask(testing->service, &asked, &error), 0);
    return asked.expired;
}

static void a_paid_card_order_is_delivered_sealed(void **state)
{
    struct testing *testing = *state;
    struct testing_order order;
    testing_buy(testing, &testing->buyer, testing->product_id, 2, &order);
    assert_int_equal(order.amount, 2 * TESTING_PRICE);
    assert_int_equal(testing_count(testing, "card WHERE state = 'reserved'"), 2);
    testing_advance(testing, 60);
    testing_pay(testing, &order);
    assert_string_equal(testing_row(testing,
                                    "SELECT state, paid_at - created_at, promised_at - paid_at, fee FROM orders"),
                        "delivered | 60000000 | 600000000 | 570");
    assert_int_equal(testing_count(testing, "card WHERE state = 'sealed'"), 2);
    assert_string_equal(testing_row(testing, "SELECT group_concat(kind, ' ') FROM leaf WHERE subject LIKE 'ord_%'"),
                        "order_receipt payment_received delivery_record");
    struct text view = testing_json(testing, &testing->buyer, view_run, order.id, ERROR_NONE);
    assert_non_null(memmem(view.data, view.length, "shuntui-order-receipt-1", 23));
    testing_check_invariants(testing);
}

static void a_repeated_callback_is_a_success_that_changes_nothing(void **state)
{
    struct testing *testing = *state;
    struct testing_order order;
    testing_buy(testing, &testing->buyer, testing->product_id, 1, &order);
    struct testing_payment payment = {
        .reference = order.reference, .amount = order.amount, .trade = "T-same", .state = PAY_PAYMENT_PAID};
    assert_int_equal(testing_callback(testing, &payment, ERROR_NONE), SERVICE_PAYMENT_TAKEN);
    assert_int_equal(testing_callback(testing, &payment, ERROR_NONE), SERVICE_PAYMENT_REPEATED);
    testing_restart(testing);
    assert_int_equal(testing_callback(testing, &payment, ERROR_NONE), SERVICE_PAYMENT_REPEATED);
    payment.amount++;
    testing_callback(testing, &payment, ERROR_PAY_REFERENCE_CONFLICT);
    assert_int_equal(testing_count(testing, "payment"), 1);
    assert_int_equal(testing_count(testing, "ledger_transaction"), 1);
    assert_int_equal(testing_count(testing, "leaf WHERE kind = 'payment_received'"), 1);
    testing_check_invariants(testing);
}

static void money_that_fits_no_open_order_waits_in_suspense(void **state)
{
    struct testing *testing = *state;
    struct testing_order order;
    testing_buy(testing, &testing->buyer, testing->product_id, 1, &order);
    const struct testing_payment wrong[] = {
        {.reference = order.reference, .amount = order.amount - 1, .state = PAY_PAYMENT_PAID},
        {.reference = order.reference, .amount = order.amount + 1, .state = PAY_PAYMENT_PAID},
        {.reference = order.reference, .amount = order.amount, .currency = "USD", .state = PAY_PAYMENT_PAID},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(testing_callback(testing, &wrong[i], ERROR_NONE), SERVICE_PAYMENT_SUSPENSE);
    assert_int_equal(testing_count(testing, "orders WHERE state = 'created'"), 1);
    testing_pay(testing, &order);
    struct testing_payment second = {.reference = order.reference, .amount = order.amount, .state = PAY_PAYMENT_PAID};
    assert_int_equal(testing_callback(testing, &second, ERROR_NONE), SERVICE_PAYMENT_SUSPENSE);
    assert_int_equal(testing_count(testing, "payment WHERE disposition = 'suspense'"), 4);
    assert_int_equal(testing_count(testing, "payment WHERE disposition = 'order'"), 1);
    testing_check_invariants(testing);
}

static void a_callback_that_is_not_genuine_books_nothing(void **state)
{
    struct testing *testing = *state;
    struct testing_order order;
    testing_buy(testing, &testing->buyer, testing->product_id, 1, &order);
    struct testing_payment forged = {.reference = order.reference,
                                     .amount = order.amount,
                                     .state = PAY_PAYMENT_PAID,
                                     .wrong_secret = "another secret of fitting length"};
    testing_callback(testing, &forged, ERROR_PAY_SIGNATURE);
    struct testing_payment unknown = {.reference = "pay_unknown", .amount = 1, .state = PAY_PAYMENT_PAID};
    testing_callback(testing, &unknown, ERROR_PAYMENT_UNKNOWN);
    struct testing_payment closed = {.reference = order.reference, .amount = order.amount, .state = PAY_PAYMENT_CLOSED};
    assert_int_equal(testing_callback(testing, &closed, ERROR_NONE), SERVICE_PAYMENT_IGNORED);
    assert_int_equal(testing_count(testing, "payment"), 0);
    assert_int_equal(testing_count(testing, "orders WHERE state = 'created'"), 1);
}

static int notice_run(struct service_call *call, void *argument, struct error *error)
{
    enum service_payment_result result;
    return service_payment_notice(call, argument, &result, error);
}

static void another_provider_cannot_pay_an_order(void **state)
{
    struct testing *testing = *state;
    struct testing_order order;
    testing_buy(testing, &testing->buyer, testing->product_id, 1, &order);
    struct pay_notice notice = {.kind = PAY_NOTICE_PAYMENT,
                                .provider = "other",
                                .number = "T1",
                                .amount = {order.amount, "CNY"},
                                .payment_state = PAY_PAYMENT_PAID};
    snprintf(notice.reference, sizeof notice.reference, "%s", order.reference);
    testing_write(testing, NULL, notice_run, &notice, ERROR_PAY_PROVIDER_MISMATCH);
    snprintf(notice.provider, sizeof notice.provider, "sandbox");
    notice.amount.minor = 0;
    testing_write(testing, NULL, notice_run, &notice, ERROR_FIELD_RANGE);
    notice.amount.minor = -5;
    testing_write(testing, NULL, notice_run, &notice, ERROR_FIELD_RANGE);
    assert_int_equal(testing_count(testing, "payment"), 0);
}

static void the_last_card_goes_to_one_order_only(void **state)
{
    struct testing *testing = *state;
    struct testing_order order;
    testing_buy(testing, &testing->buyer, testing->product_id, TESTING_CARDS - 1, &order);
    struct create_run first = {.in = {.product_id = text_of(testing->product_id),
                                      .quantity = 1,
                                      .has_consent = true,
                                      .consent_language = text_of("en")}};
    struct create_run second = first;
    testing_write(testing, &testing->buyer, create_run, &first, ERROR_NONE);
    testing_write(testing, &testing->stranger, create_run, &second, ERROR_OUT_OF_STOCK);
    assert_int_equal(testing_count(testing, "orders"), 2);
    assert_int_equal(testing_count(testing, "card WHERE state = 'reserved'"), TESTING_CARDS);
    assert_int_equal(testing_count(testing, "orders WHERE consent IS NULL"), 1);
}

static void an_unpaid_order_gives_its_stock_back_and_late_money_waits(void **state)
{
    struct testing *testing = *state;
    struct testing_order order;
    testing_buy(testing, &testing->buyer, testing->product_id, TESTING_CARDS, &order);
    testing_advance(testing, SERVICE_ORDER_PAY_S);
    assert_int_equal(expire(testing), 0);
    testing_advance(testing, 1);
    assert_int_equal(expire(testing), 1);
    assert_int_equal(expire(testing), 0);
    assert_int_equal(testing_count(testing, "card WHERE state = 'stock' AND order_id IS NULL"), TESTING_CARDS);
    struct testing_payment late = {.reference = order.reference, .amount = order.amount, .state = PAY_PAYMENT_PAID};
    assert_int_equal(testing_callback(testing, &late, ERROR_NONE), SERVICE_PAYMENT_SUSPENSE);
    assert_int_equal(testing_count(testing, "orders WHERE state = 'expired'"), 1);
    testing_check_invariants(testing);
}

struct refund_run {
    const char *trade;
    char id[ID_BYTES];
};

static int suspense_run(struct service_call *call, void *argument, struct error *error)
{
    struct refund_run *run = argument;
    return service_suspense_refund(call, text_of("sandbox"), text_of(run->trade), run->id, error);
}

static void money_in_suspense_goes_back_once(void **state)
{
    struct testing *testing = *state;
    struct testing_order order;
    struct refund_run run = {.trade = "T-late"};
    testing_buy(testing, &testing->buyer, testing->product_id, 1, &order);
    testing_write(testing, &testing->buyer, cancel_run, order.id, ERROR_NONE);
    struct testing_payment late = {
        .reference = order.reference, .amount = order.amount, .trade = run.trade, .state = PAY_PAYMENT_PAID};
    assert_int_equal(testing_callback(testing, &late, ERROR_NONE), SERVICE_PAYMENT_SUSPENSE);
    testing_write(testing, &testing->merchant, suspense_run, &run, ERROR_ACCESS_DENIED);
    testing_write(testing, &testing->operator, suspense_run, &run, ERROR_NONE);
    testing_write(testing, &testing->operator, suspense_run, &run, ERROR_LEDGER_DUPLICATE);
    run.trade = "T-none";
    testing_write(testing, &testing->operator, suspense_run, &run, ERROR_NOT_FOUND);
    assert_int_equal(testing_count(testing, "refund WHERE claim_id IS NULL AND state = 'pending'"), 1);
    assert_int_equal(testing_count(testing, "job WHERE kind = 'refund' AND state = 'due'"), 1);
    testing_check_invariants(testing);
}

struct bad_order {
    int64_t quantity;
    const char *product, *provider, *agreement, *language;
    bool no_consent;
    enum error_code code;
};

static void an_order_that_cannot_be_meant_is_refused(void **state)
{
    struct testing *testing = *state;
    const struct bad_order rows[] = {
        {.quantity = 0, .code = ERROR_FIELD_RANGE},
        {.quantity = -1, .code = ERROR_FIELD_RANGE},
        {.quantity = 101, .code = ERROR_FIELD_RANGE},
        {.quantity = INT64_MAX, .code = ERROR_FIELD_RANGE},
        {.quantity = 2, .product = testing->service_product_id, .code = ERROR_FIELD_RANGE},
        {.quantity = 1, .no_consent = true, .code = ERROR_CONSENT_REQUIRED},
        {.quantity = 1, .language = "fr", .code = ERROR_FIELD_VALUE},
        {.quantity = 1, .provider = "bank", .code = ERROR_FIELD_VALUE},
        {.quantity = 1, .agreement = "by noon", .code = ERROR_FIELD_UNKNOWN},
        {.quantity = 1, .product = testing->service_product_id, .agreement = "\xff", .code = ERROR_UTF8_INVALID},
        {.quantity = 1, .product = "prd_00000000000000000000000000", .code = ERROR_NOT_FOUND},
        {.quantity = 7, .code = ERROR_OUT_OF_STOCK},
    };
    int64_t leaves = testing_count(testing, "leaf");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct create_run run = {.in = {.product_id = text_of(rows[i].product ? rows[i].product : testing->product_id),
                                        .quantity = rows[i].quantity,
                                        .provider = text_of(rows[i].provider),
                                        .agreement = text_of(rows[i].agreement),
                                        .has_consent = !rows[i].no_consent,
                                        .consent_language = text_of(rows[i].language ? rows[i].language : "zh")}};
        testing_write(testing, &testing->buyer, create_run, &run, rows[i].code);
    }
    struct create_run own = {.in = {.product_id = text_of(testing->product_id), .quantity = 1}};
    testing_write(testing, &testing->merchant, create_run, &own, ERROR_ACCESS_DENIED);
    assert_int_equal(testing_count(testing, "orders"), 0);
    assert_int_equal(testing_count(testing, "card WHERE state = 'stock'"), TESTING_CARDS);
    assert_int_equal(testing_count(testing, "leaf"), leaves);
}

static void other_peoples_orders_are_not_found(void **state)
{
    struct testing *testing = *state;
    struct testing_order order, other;
    struct service_actor nobody = {.role = ROLE_ANONYMOUS};
    testing_buy(testing, &testing->buyer, testing->product_id, 1, &order);
    testing_buy(testing, &nobody, testing->product_id, 1, &other);
    const struct service_actor *const strangers[] = {&testing->stranger, &testing->rival, &nobody, &other.guest};
    for (size_t i = 0; i < sizeof strangers / sizeof strangers[0]; i++) {
        testing_json(testing, strangers[i], view_run, order.id, ERROR_NOT_FOUND);
        testing_write(testing, strangers[i], cancel_run, order.id, ERROR_NOT_FOUND);
    }
    const struct service_actor *const parties[] = {&testing->buyer, &testing->merchant, &order.guest, &testing->arbiter,
                                                   &testing->operator};
    for (size_t i = 0; i < sizeof parties / sizeof parties[0]; i++)
        testing_json(testing, parties[i], view_run, order.id, ERROR_NONE);
    testing_write(testing, &testing->merchant, cancel_run, order.id, ERROR_ACCESS_DENIED);
    testing_write(testing, &order.guest, cancel_run, order.id, ERROR_NONE);
    testing_write(testing, &order.guest, cancel_run, order.id, ERROR_ORDER_STATE);
}

static int list_run(struct service_call *call, struct text cursor, struct json_writer *ret, struct error *error)
{
    struct service_page page = {cursor, 2};
    struct service_order_filter filter = {.state = {NULL, 0}};
    return service_order_list(call, &filter, &page, ret, error);
}

static void a_list_goes_on_where_the_page_before_ended(void **state)
{
    struct testing *testing = *state;
    struct testing_order orders[3];
    for (int i = 0; i < 3; i++) {
        testing_advance(testing, 1);
        testing_buy(testing, &testing->buyer, testing->product_id, 1, &orders[i]);
    }
    struct text page = testing_json(testing, &testing->buyer, list_run, "", ERROR_NONE);
    assert_non_null(memmem(page.data, page.length, orders[2].id, ID_BYTES - 1));
    assert_null(memmem(page.data, page.length, orders[0].id, ID_BYTES - 1));
    char next[64];
    snprintf(next, sizeof next, "\"next_cursor\":\"%s\"", orders[1].id);
    assert_non_null(memmem(page.data, page.length, next, strlen(next)));
    page = testing_json(testing, &testing->buyer, list_run, orders[1].id, ERROR_NONE);
    assert_non_null(memmem(page.data, page.length, orders[0].id, ID_BYTES - 1));
    assert_non_null(memmem(page.data, page.length, "\"next_cursor\":null", 18));
    page = testing_json(testing, &testing->stranger, list_run, "", ERROR_NONE);
    assert_non_null(memmem(page.data, page.length, "\"items\":[]", 10));
}

static void escrow_goes_to_the_merchant_less_the_fee_when_the_window_has_passed(void **state)
{
    struct testing *testing = *state;
    struct testing_order order;
    testing_paid_order(testing, &testing->buyer, testing->product_id, &order);
    testing_advance(testing, 6 * TIME_DAY_S);
    assert_int_equal(work(testing, release_run), 0);
    testing_advance(testing, 3 * TIME_DAY_S);
    assert_int_equal(work(testing, release_run), 1);
    assert_int_equal(work(testing, release_run), 0);
    assert_string_equal(testing_row(testing, "SELECT balance FROM ledger_account WHERE kind = 'merchant_payable'"),
                        "9215");
    assert_string_equal(testing_row(testing, "SELECT balance FROM ledger_account WHERE kind = 'platform_fee'"), "285");
    assert_string_equal(testing_row(testing, "SELECT balance FROM ledger_account WHERE kind = 'escrow'"), "0");
    testing_check_invariants(testing);
}

/* ---- services ---- */

struct event_run {
    const char *order_id, *kind;
    int64_t progress;
    int64_t sequence;
};

static int event_run(struct service_call *call, void *argument, struct error *error)
{
    struct event_run *run = argument;
    struct service_event_new in = {.kind = text_of(run->kind),
                                   .has_progress = run->progress >= 0,
                                   .progress = run->progress,
                                   .note = text_of("note")};
    return service_event_add(call, text_of(run->order_id), &in, &run->sequence, error);
}

static void event(struct testing *testing, const struct service_actor *actor, const struct testing_order *order,
                  const char *kind, int64_t progress, enum error_code code)
{
    struct event_run run = {order->id, kind, progress, 0};
    testing_write(testing, actor, event_run, &run, code);
}

static void a_service_is_recorded_from_start_to_acceptance(void **state)
{
    struct testing *testing = *state;
    struct testing_order order;
    testing_paid_order(testing, &testing->buyer, testing->service_product_id, &order);
    assert_string_equal(testing_row(testing, "SELECT state, service_state FROM orders"), "paid | agreed");
    event(testing, &testing->merchant, &order, "progress", 10, ERROR_SERVICE_STATE);
    event(testing, &testing->merchant, &order, "start", -1, ERROR_NONE);
    event(testing, &testing->merchant, &order, "milestone", 50, ERROR_NONE);
    event(testing, &testing->merchant, &order, "progress", 40, ERROR_PROGRESS_BACKWARDS);
    event(testing, &testing->merchant, &order, "nap", -1, ERROR_FIELD_VALUE);
    event(testing, &testing->merchant, &order, "accept", -1, ERROR_ACCESS_DENIED);
    event(testing, &testing->buyer, &order, "hand_over", -1, ERROR_ACCESS_DENIED);
    event(testing, &testing->rival, &order, "progress", 60, ERROR_NOT_FOUND);
    testing_advance(testing, 60 * TIME_DAY_S);
    assert_int_equal(work(testing, release_run), 0); /* nobody is paid for what was not handed over */
    event(testing, &testing->merchant, &order, "hand_over", -1, ERROR_NONE);
    assert_string_equal(testing_row(testing, "SELECT state, service_state FROM orders"), "delivered | handed_over");
    event(testing, &order.guest, &order, "accept", -1, ERROR_NONE);
    assert_int_equal(testing_count(testing, "leaf WHERE kind = 'service_log'"), 4);
    assert_int_equal(testing_count(testing, "service_event"), 4);
    testing_advance(testing, MARKET_RELEASE_ACCEPTED_S);
    assert_int_equal(work(testing, release_run), 1);
    testing_check_invariants(testing);
}

/* ---- the bond ---- */

struct bond_run {
    struct service_bond in;
    int64_t balance;
};

static int bond_run(struct service_call *call, void *argument, struct error *error)
{
    struct bond_run *run = argument;
    return service_bond_move(call, &run->in, &run->balance, error);
}

static void a_bond_covers_open_orders_before_it_is_paid_back(void **state)
{
    struct testing *testing = *state;
    struct testing_order order;
    struct bond_run run = {.in = {.merchant_id = text_of(testing->merchant.party_id),
                                  .amount = 10000,
                                  .currency = text_of("CNY"),
                                  .reference = text_of("BANK-1")}};
    testing_write(testing, &testing->merchant, bond_run, &run, ERROR_ACCESS_DENIED);
    testing_write(testing, &testing->operator, bond_run, &run, ERROR_NONE);
    testing_write(testing, &testing->operator, bond_run, &run, ERROR_LEDGER_DUPLICATE);
    assert_int_equal(run.balance, 10000);
    testing_paid_order(testing, &testing->buyer, testing->product_id, &order);
    run.in.withdraw = true;
    run.in.reference = text_of("BANK-2");
    run.in.amount = 1000;
    testing_write(testing, &testing->operator, bond_run, &run, ERROR_BOND_NEEDED);
    run.in.amount = 500;
    testing_write(testing, &testing->operator, bond_run, &run, ERROR_NONE);
    assert_int_equal(run.balance, 9500);
    run.in.amount = -1;
    testing_write(testing, &testing->operator, bond_run, &run, ERROR_FIELD_RANGE);
    testing_check_invariants(testing);
}

/* ---- incidents and prices ---- */

struct incident_run {
    struct service_incident in;
    char id[ID_BYTES];
};

static int incident_run(struct service_call *call, void *argument, struct error *error)
{
    struct incident_run *run = argument;
    return service_incident_record(call, &run->in, run->id, error);
}

static void only_an_operator_records_an_incident_that_can_be_meant(void **state)
{
    struct testing *testing = *state;
    const int64_t start = TESTING_START_US;
    const struct service_incident good = {
        .cause = text_of("platform_outage"), .starts_at = start, .ends_at = start + 1, .note = text_of("power")};
    struct service_incident wrong[5] = {good, good, good, good, good};
    wrong[0].cause = text_of("user_network");
    wrong[1].cause = text_of("bad luck");
    wrong[2].ends_at = start - 1;
    wrong[3].note = (struct text){NULL, 0};
    wrong[4].starts_at = 0;
    struct incident_run run = {.in = good};
    testing_write(testing, &testing->merchant, incident_run, &run, ERROR_ACCESS_DENIED);
    testing_write(testing, &testing->operator, incident_run, &run, ERROR_NONE);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct incident_run bad = {.in = wrong[i]};
        testing_write(testing, &testing->operator, incident_run, &bad, ERROR_FIELD_VALUE);
    }
    assert_int_equal(testing_count(testing, "incident"), 1);
    assert_int_equal(testing_count(testing, "leaf WHERE kind = 'operator_action' AND subject LIKE 'inc_%'"), 1);
}

struct warned_run {
    int64_t price;
    const char *policy_id;
    char product_id[ID_BYTES];
};

static int warned_run(struct service_call *call, void *argument, struct error *error)
{
    struct warned_run *run = argument;
    struct market_listing listing = {.kind = text_of("card_key"),
                                     .category = text_of("game_card"),
                                     .title = text_of("card"),
                                     .currency = text_of("CNY"),
                                     .price = run->price,
                                     .face_value = 10000,
                                     .delivery_s = 60,
                                     .policy_id = text_of(run->policy_id),
                                     .region = text_of("CN"),
                                     .redeem_channel = text_of("site")};
    char secret[ID_BYTES + 8];
    struct service_stock_imported imported;
    if (service_product_create(call, &listing, run->product_id, error) < 0)
        return -1;
    snprintf(secret, sizeof secret, "W-%s", run->product_id);
    const struct text cards[] = {text_of(secret)};
    struct service_stock_import import = {text_of(run->product_id), cards, 1, false};
    return service_stock_add(call, &import, &imported, error);
}

static int warning_policy_run(struct service_call *call, void *argument, struct error *error)
{
    static const char source[] = "policy \"warned\" version 1\ngoods card_key\nclause cheap \"低价\" \"cheap\"\n"
                                 "  when price_warning\n  refund full at once\notherwise review within 48 hours\n";
    return service_policy_publish_text(call, text_of(source), argument, error);
}

static void a_price_warning_is_kept_with_the_order_that_it_was_shown_for(void **state)
{
    struct testing *testing = *state;
    struct testing_order order;
    char policy_id[ID_BYTES];
    testing_write(testing, &testing->merchant, warning_policy_run, policy_id, ERROR_NONE);
    struct warned_run usual[6], cheap = {.price = 2000, .policy_id = policy_id};
    for (int i = 0; i < 6; i++) {
        usual[i] = (struct warned_run){.price = 9400 + 50 * i, .policy_id = policy_id};
        testing_write(testing, &testing->merchant, warned_run, &usual[i], ERROR_NONE);
    }
    testing_write(testing, &testing->merchant, warned_run, &cheap, ERROR_NONE);
    testing_buy(testing, &testing->buyer, usual[3].product_id, 1, &order);
    testing_buy(testing, &testing->buyer, cheap.product_id, 1, &order);
    assert_string_equal(testing_row(testing, "SELECT group_concat(amount || ':' || price_warning, ' ') FROM orders"),
                        "9550:0 2000:1");
}

static void time_stands_still_when_the_clock_was_set_back_between_two_starts(void **state)
{
    struct testing *testing = *state;
    struct testing_order before, after;
    testing_buy(testing, &testing->buyer, testing->product_id, 1, &before);
    testing->clock.time_us -= INT64_C(3600) * TIME_SECOND_US;
    testing_restart(testing);
    testing_buy(testing, &testing->buyer, testing->product_id, 1, &after);
    assert_int_equal(testing_count(testing, "checkpoint a JOIN checkpoint b ON b.size > a.size AND b.at < a.at"), 0);
    assert_int_equal(testing_count(testing, "orders a JOIN orders b ON b.id > a.id AND b.created_at < a.created_at"),
                     0);
    testing_advance(testing, 2 * 3600);
    testing_restart(testing);
    testing_buy(testing, &testing->buyer, testing->product_id, 1, &after);
    assert_int_equal(testing_count(testing, "orders WHERE created_at > 1800000000000000 + 3600000000"), 1);
}

struct ownership {
    enum service_role role;
    const char *party, *order;
    bool sees;
};

static void only_the_parties_and_the_platform_see_an_order(void **state)
{
    static const struct ownership cases[] = {
        {ROLE_BUYER, "", "ord_1", true},      {ROLE_BUYER, "", "ord_2", false},    {ROLE_BUYER, "", "", false},
        {ROLE_BUYER, "usr_1", "", true},      {ROLE_BUYER, "usr_2", "", false},    {ROLE_BUYER, "mch_1", "", false},
        {ROLE_MERCHANT, "mch_1", "", true},   {ROLE_MERCHANT, "mch_2", "", false}, {ROLE_MERCHANT, "", "ord_1", false},
        {ROLE_MERCHANT, "", "", false},       {ROLE_ARBITER, "arb_1", "", true},   {ROLE_OPERATOR, "opr_1", "", true},
        {ROLE_ANONYMOUS, "", "ord_1", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct service_call call = {.actor = {.role = cases[i].role}};
        struct error error;
        memcpy(call.actor.party_id, cases[i].party, strlen(cases[i].party) + 1);
        memcpy(call.actor.order_id, cases[i].order, strlen(cases[i].order) + 1);
        int may = service_may_see_order(&call, text_of("ord_1"), text_of("usr_1"), text_of("mch_1"), &error);
        assert_int_equal(may, cases[i].sees ? 0 : -1);
        if (!cases[i].sees)
            assert_int_equal(error.code, ERROR_NOT_FOUND);
        call.actor.party_id[0] = call.actor.order_id[0] = 0; /* an owner that is not known lets nobody in */
        if (call.actor.role == ROLE_BUYER || call.actor.role == ROLE_MERCHANT)
            assert_int_equal(service_may_see_order(&call, text_of(""), text_of(""), text_of(""), &error), -1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_parties_and_the_platform_see_an_order),
        SERVICE_TEST(a_paid_card_order_is_delivered_sealed),
        SERVICE_TEST(a_repeated_callback_is_a_success_that_changes_nothing),
        SERVICE_TEST(money_that_fits_no_open_order_waits_in_suspense),
        SERVICE_TEST(a_callback_that_is_not_genuine_books_nothing),
        SERVICE_TEST(another_provider_cannot_pay_an_order),
        SERVICE_TEST(the_last_card_goes_to_one_order_only),
        SERVICE_TEST(an_unpaid_order_gives_its_stock_back_and_late_money_waits),
        SERVICE_TEST(money_in_suspense_goes_back_once),
        SERVICE_TEST(an_order_that_cannot_be_meant_is_refused),
        SERVICE_TEST(other_peoples_orders_are_not_found),
        SERVICE_TEST(a_list_goes_on_where_the_page_before_ended),
        SERVICE_TEST(escrow_goes_to_the_merchant_less_the_fee_when_the_window_has_passed),
        SERVICE_TEST(a_service_is_recorded_from_start_to_acceptance),
        SERVICE_TEST(only_an_operator_records_an_incident_that_can_be_meant),
        SERVICE_TEST(a_price_warning_is_kept_with_the_order_that_it_was_shown_for),
        SERVICE_TEST(a_bond_covers_open_orders_before_it_is_paid_back),
        SERVICE_TEST(time_stands_still_when_the_clock_was_set_back_between_two_starts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
