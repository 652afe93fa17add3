/* SPDX-License-Identifier: Apache-2.0 */
/* Set-up of the service's tests. Every helper fails the test by itself, so that a test reads as what it is about. */
#include "service/policies/policies.h"
#include "service/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <ftw.h>

#include "ledger/ledger.h"
#include "pay/sandbox.h"
#include "service/shop/catalogue.h"
#include "service/internal.h"
#include "service/shop/stock.h"

static const char card_policy[] =
    "policy \"test-cards\" version 1\n"
    "goods card_key\n"
    "clause sealed \"未查看卡密,7 天内全额退\" \"Not revealed: full refund within 7 days\"\n"
    "  when card is sealed and purchased within 7 days\n"
    "  refund full at once\n"
    "clause changed \"确认过的,查看后不因改变主意退款\" \"Confirmed: no refund for a change of mind after revealing\"\n"
    "  when card is revealed and reason is changed_mind and consent is given\n"
    "  refuse\n"
    "clause used \"卡密已被他人使用\" \"Someone else used the card\"\n"
    "  when card is revealed and reason is key_already_used\n"
    "  merchant answers within 24 hours, silence accepts\n"
    "  refund full\n"
    "otherwise review within 48 hours\n";

static const char service_policy[] = "policy \"test-service\" version 1\n"
                                     "goods service\n"
                                     "clause early \"开始前可随时取消\" \"Cancel at any time before the start\"\n"
                                     "  when service is none or agreed\n"
                                     "  refund full at once\n"
                                     "otherwise review within 48 hours\n";

/* ---- running ---- */

static void check_result(int result, const struct error *error, enum error_code expected)
{
    if (expected == ERROR_NONE && result < 0)
        fail_msg("%s: %s (%s, %s)", error_wire(error->code), error->message, error->pointer, error->origin);
    if (expected != ERROR_NONE && result == 0)
        fail_msg("success where %s was expected", error_wire(expected));
    if (expected != ERROR_NONE && error->code != expected)
        fail_msg("%s (%s) where %s was expected", error_wire(error->code), error->message, error_wire(expected));
}

void testing_write(struct testing *testing, const struct service_actor *actor, testing_fn run, void *argument,
                   enum error_code fails_with)
{
    struct error error;
    error_clear(&error);
    check_result(service_write(testing->service, actor, run, argument, &error), &error, fails_with);
}

void testing_read(struct testing *testing, const struct service_actor *actor, testing_fn run, void *argument,
                  enum error_code fails_with)
{
    struct error error;
    error_clear(&error);
    check_result(service_read(testing->service, actor, run, argument, &error), &error, fails_with);
}

struct json_run {
    struct testing *testing;
    testing_json_fn run;
    const char *id;
};

static int json_run(struct service_call *call, void *argument, struct error *error)
{
    struct json_run *run = argument;
    struct json_writer writer;
    buffer_clear(&run->testing->answer);
    json_writer_init(&writer, &run->testing->answer);
    int result = run->run(call, text_of(run->id), &writer, error);
    if (result == 0)
        json_writer_done(&writer);
    return result;
}

struct text testing_json(struct testing *testing, const struct service_actor *actor, testing_json_fn run,
                         const char *id, enum error_code fails_with)
{
    struct json_run one = {testing, run, id};
    testing_read(testing, actor, json_run, &one, fails_with);
    return buffer_text(&testing->answer);
}

static void row_keep(void *context, const struct store_invariant *invariant, struct text row)
{
    (void)invariant;
    buffer_clear(context);
    buffer_add_text(context, row);
}

const char *testing_row(struct testing *testing, const char *sql)
{
    struct store_invariant invariant = {"row", sql};
    struct error error;
    buffer_clear(&testing->answer);
    buffer_add_string(&testing->answer, "");
    if (store_invariants_run(service_store(testing->service), &invariant, 1, 1, row_keep, &testing->answer, &error) < 0)
        fail_msg("%s: %s", sql, error.message);
    return testing->answer.length ? testing->answer.data : "";
}

int64_t testing_count(struct testing *testing, const char *table_and_where)
{
    char sql[400];
    int64_t count = -1;
    snprintf(sql, sizeof sql, "SELECT COUNT(*) FROM %s", table_and_where);
    assert_int_equal(text_to_int64(text_of(testing_row(testing, sql)), &count, NULL), 0);
    return count;
}

/* ---- a marketplace ---- */

static void service_start(struct testing *testing)
{
    struct service_options options = {
        .state_path = testing->directory,
        .create = true,
        .clock = &testing->clock.clock,
        .random = &testing->random.random,
        .fee_per_mille = 30,
        .floors = testing->floors,
    };
    struct error error;
    if (service_open(&options, &testing->service, &error) < 0)
        fail_msg("service_open: %s (%s)", error.message, error.origin);
}

void testing_restart(struct testing *testing)
{
    service_close(testing->service);
    service_start(testing);
}

void testing_advance(struct testing *testing, int64_t seconds)
{
    clock_virtual_advance(&testing->clock, seconds);
}

struct party_run {
    struct service_party_new in;
    struct service_party_created out;
};

static int party_run(struct service_call *call, void *argument, struct error *error)
{
    struct party_run *run = argument;
    return service_party_create(call, &run->in, &run->out, error);
}

static struct service_actor party(struct testing *testing, enum service_role role, const char *name)
{
    struct party_run run = {.in = {role, text_of(name)}};
    testing_write(testing, NULL, party_run, &run, ERROR_NONE);
    struct service_actor actor = {.role = role};
    memcpy(actor.party_id, run.out.party_id, sizeof actor.party_id);
    return actor;
}

struct publish_run {
    const char *source;
    char id[ID_BYTES];
};

static int publish_run(struct service_call *call, void *argument, struct error *error)
{
    struct publish_run *run = argument;
    return service_policy_publish_text(call, text_of(run->source), run->id, error);
}

static void publish(struct testing *testing, const char *source, char ret[static ID_BYTES])
{
    struct publish_run run = {.source = source};
    testing_write(testing, NULL, publish_run, &run, ERROR_NONE);
    memcpy(ret, run.id, ID_BYTES);
}

struct product_run {
    struct market_listing listing;
    char id[ID_BYTES];
};

static int product_run(struct service_call *call, void *argument, struct error *error)
{
    struct product_run *run = argument;
    return service_product_create(call, &run->listing, run->id, error);
}

static void products_make(struct testing *testing)
{
    static const struct market_milestone milestones[] = {{{"half", 4}, 50}, {{"done", 4}, 100}};
    struct product_run card = {.listing = {.kind = text_of("card_key"),
                                           .category = text_of("game_card"),
                                           .title = text_of("点卡 100 元"),
                                           .currency = text_of("CNY"),
                                           .price = TESTING_PRICE,
                                           .face_value = 10000,
                                           .delivery_s = 600,
                                           .policy_id = text_of(testing->policy_id),
                                           .region = text_of("CN"),
                                           .redeem_channel = text_of("official site")}};
    struct product_run service = {.listing = {.kind = text_of("service"),
                                              .category = text_of("boosting"),
                                              .title = text_of("代练到王者"),
                                              .currency = text_of("CNY"),
                                              .price = TESTING_SERVICE_PRICE,
                                              .delivery_s = 7 * TIME_DAY_S,
                                              .policy_id = text_of(testing->service_policy_id),
                                              .standard = text_of("rank King"),
                                              .lateness = text_of("5 per cent a day"),
                                              .dissatisfaction = text_of("redone once"),
                                              .revisions = 1,
                                              .revisions_given = true,
                                              .milestones = milestones,
                                              .milestone_count = 2}};
    testing_write(testing, &testing->merchant, product_run, &card, ERROR_NONE);
    testing_write(testing, &testing->merchant, product_run, &service, ERROR_NONE);
    memcpy(testing->product_id, card.id, ID_BYTES);
    memcpy(testing->service_product_id, service.id, ID_BYTES);
}

struct stock_run {
    struct service_stock_import in;
};

static int stock_run(struct service_call *call, void *argument, struct error *error)
{
    struct stock_run *run = argument;
    struct service_stock_imported imported;
    if (service_stock_add(call, &run->in, &imported, error) < 0)
        return -1;
    assert_int_equal(imported.accepted, run->in.count);
    return 0;
}

/* One import each second: cards are sold in the order in which they came. */
static void stock_make(struct testing *testing)
{
    for (int i = 0; i < TESTING_CARDS; i++) {
        char secret[32];
        snprintf(secret, sizeof secret, "TEST-CARD-%04d", i + 1);
        const struct text cards[] = {text_of(secret)};
        struct stock_run run = {{text_of(testing->product_id), cards, 1, false}};
        testing_advance(testing, 1);
        testing_write(testing, &testing->merchant, stock_run, &run, ERROR_NONE);
    }
}

int testing_setup(void **state)
{
    struct testing *testing = calloc(1, sizeof *testing);
    assert_non_null(testing);
    char base[] = "/tmp/shuntui-service-XXXXXX";
    assert_non_null(mkdtemp(base));
    snprintf(testing->directory, sizeof testing->directory, "%s/state", base);
    clock_virtual_init(&testing->clock, TESTING_START_US);
    random_seeded_init(&testing->random, 42);
    buffer_init(&testing->answer, 1024 * 1024);
    service_start(testing);
    testing->merchant = party(testing, ROLE_MERCHANT, "Merchant");
    testing->rival = party(testing, ROLE_MERCHANT, "Rival");
    testing->buyer = party(testing, ROLE_BUYER, "Buyer");
    testing->stranger = party(testing, ROLE_BUYER, "Stranger");
    testing->arbiter = party(testing, ROLE_ARBITER, "Arbiter");
    testing->operator= party(testing, ROLE_OPERATOR, "Operator");
    publish(testing, card_policy, testing->policy_id);
    publish(testing, service_policy, testing->service_policy_id);
    products_make(testing);
    stock_make(testing);
    *state = testing;
    return 0;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status, (void)type, (void)walk;
    return remove(path);
}

int testing_teardown(void **state)
{
    struct testing *testing = *state;
    service_close(testing->service);
    buffer_done(&testing->answer);
    *strrchr(testing->directory, '/') = 0;
    nftw(testing->directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(testing);
    return 0;
}

/* ---- buying ---- */

struct buy_run {
    struct service_order_new in;
    struct service_order_created out;
};

static int buy_run(struct service_call *call, void *argument, struct error *error)
{
    struct buy_run *run = argument;
    return service_order_create(call, &run->in, &run->out, error);
}

void testing_buy(struct testing *testing, const struct service_actor *actor, const char *product_id, int64_t quantity,
                 struct testing_order *ret)
{
    struct buy_run run = {.in = {.product_id = text_of(product_id),
                                 .quantity = quantity,
                                 .has_consent = true,
                                 .consent_accepted = true,
                                 .consent_language = text_of("zh")}};
    testing_write(testing, actor, buy_run, &run, ERROR_NONE);
    *ret = (struct testing_order){.amount = run.out.amount, .guest = {.role = ROLE_BUYER}};
    memcpy(ret->id, run.out.order_id, ID_BYTES);
    memcpy(ret->secret, run.out.secret, ID_BYTES);
    memcpy(ret->reference, run.out.pay_reference, ID_BYTES);
    memcpy(ret->guest.order_id, run.out.order_id, ID_BYTES);
}

struct callback_run {
    struct pay_callback callback;
    enum service_payment_result result;
};

static int callback_run(struct service_call *call, void *argument, struct error *error)
{
    struct callback_run *run = argument;
    return service_payment_callback(call, text_of("sandbox"), &run->callback, &run->result, error);
}

enum service_payment_result testing_callback(struct testing *testing, const struct testing_payment *payment,
                                             enum error_code fails_with)
{
    static const struct service_actor provider = {.role = ROLE_PROVIDER};
    struct pay_notice notice = {.kind = PAY_NOTICE_PAYMENT, .payment_state = payment->state};
    struct text secret = {(const char *)testing->service->keys.sandbox, sizeof testing->service->keys.sandbox};
    struct pay_sandbox_signed signature;
    struct buffer body;
    notice.amount.minor = payment->amount;
    snprintf(notice.amount.currency, sizeof notice.amount.currency, "%s",
             payment->currency ? payment->currency : "CNY");
    snprintf(notice.reference, sizeof notice.reference, "%s", payment->reference);
    snprintf(notice.event_id, sizeof notice.event_id, "evt-%lld", (long long)testing->trades);
    if (payment->trade)
        snprintf(notice.number, sizeof notice.number, "%s", payment->trade);
    else
        snprintf(notice.number, sizeof notice.number, "T%lld", (long long)++testing->trades);
    notice.at_us = testing->clock.time_us;
    buffer_init(&body, PAY_CALLBACK_BYTES_MAX);
    pay_sandbox_sign(payment->wrong_secret ? text_of(payment->wrong_secret) : secret, &notice, testing->clock.time_us,
                     &body, &signature);
    struct callback_run run = {.callback = {signature.headers, 3, buffer_text(&body)}};
    testing_write(testing, &provider, callback_run, &run, fails_with);
    buffer_done(&body);
    return run.result;
}

void testing_pay(struct testing *testing, const struct testing_order *order)
{
    struct testing_payment payment = {
        .reference = order->reference, .amount = order->amount, .state = PAY_PAYMENT_PAID};
    assert_int_equal(testing_callback(testing, &payment, ERROR_NONE), SERVICE_PAYMENT_TAKEN);
}

void testing_paid_order(struct testing *testing, const struct service_actor *actor, const char *product_id,
                        struct testing_order *ret)
{
    testing_buy(testing, actor, product_id, 1, ret);
    testing_pay(testing, ret);
}

/* ---- checks ---- */

static void violation(void *context, const struct store_invariant *invariant, struct text row)
{
    (void)context;
    print_error("invariant %s: %.*s\n", invariant->name, TEXT_ARG(row));
}

void testing_check_invariants(struct testing *testing)
{
    struct error error;
    int count = ledger_invariant_count();
    for (int i = 0; i < count; i++) {
        const struct ledger_invariant *one = ledger_invariant(i);
        struct store_invariant invariant = {one->name, one->sql};
        int violated = store_invariants_run(service_store(testing->service), &invariant, 1, 3, violation, NULL, &error);
        if (violated != 0)
            fail_msg("invariant %s: %s", one->name, violated < 0 ? error.message : "violated");
    }
}
