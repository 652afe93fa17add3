/* SPDX-License-Identifier: Apache-2.0 */
/* Buying, paying, delivering, and what the operator does, each by the seed; the model keeps what was paid and what was shown. */
#include "simulate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pay/webhook.h"
#include "service/shop/incident.h"
#include "service/shop/merchant.h"
#include "service/shop/order.h"
#include "service/shop/payment.h"
#include "service/shop/redemption.h"
#include "service/shop/reveal.h"
#include "service/shop/stock.h"

#define STOCK_AT_ONCE 40

/* ---- stock ---- */

static int run_stock(struct service_call *call, void *argument, struct error *error)
{
    struct sim_act *act = argument;
    struct text cards[STOCK_AT_ONCE];
    char buffer[40];
    for (int i = 0; i < STOCK_AT_ONCE; i++)
        cards[i] = text_of(arena_printf(call->arena, "%s", sim_card_text(act->sim, act->number + i, buffer)));
    struct service_stock_import import = {.product_id = act->a, .cards = cards, .count = STOCK_AT_ONCE};
    struct service_stock_imported imported;
    if (service_stock_add(call, &import, &imported, error) < 0)
        return -1;
    return imported.accepted == STOCK_AT_ONCE ? 0 : error_set(error, ERROR_INTERNAL, "a new card was refused");
}

static void stock_add(struct simulation *sim, int product)
{
    struct error error;
    struct sim_act act = {.a = text_of(sim->product_ids[product]), .number = sim->serial + 1};
    sim->serial += STOCK_AT_ONCE;
    if (sim_write(sim, &sim->merchants[sim_product_merchant(product)].actor, run_stock, &act, &error) < 0)
        sim_fail(sim, "stock: %s", error.message);
    while (sim->card_owner_capacity <= sim->serial) {
        int64_t more = sim->card_owner_capacity ? sim->card_owner_capacity * 2 : 1024;
        sim->card_owners = reallocarray(sim->card_owners, (size_t)more, sizeof *sim->card_owners);
        if (!sim->card_owners)
            abort();
        memset(sim->card_owners + sim->card_owner_capacity, 0,
               (size_t)(more - sim->card_owner_capacity) * sizeof *sim->card_owners);
        sim->card_owner_capacity = more;
    }
}

/* ---- buying and paying ---- */

static int run_buy(struct service_call *call, void *argument, struct error *error)
{
    struct sim_act *act = argument;
    struct service_order_new in = {.product_id = act->a,
                                   .quantity = act->number,
                                   .has_consent = true,
                                   .consent_accepted = act->number2 != 0,
                                   .consent_language = TEXT_LITERAL("zh")};
    return service_order_create(call, &in, act->out, error);
}

static struct sim_order *order_new(struct simulation *sim)
{
    if (sim->order_count == sim->order_capacity) {
        sim->order_capacity = sim->order_capacity ? sim->order_capacity * 2 : 256;
        sim->orders = reallocarray(sim->orders, (size_t)sim->order_capacity, sizeof *sim->orders);
        if (!sim->orders)
            abort();
    }
    return &sim->orders[sim->order_count++];
}

static void order_keep(struct simulation *sim, const struct service_order_created *created, int product, int buyer)
{
    struct sim_order *order = order_new(sim);
    *order = (struct sim_order){.amount = created->amount,
                                .expires_at = created->expires_at,
                                .product = product,
                                .merchant = sim_product_merchant(product),
                                .is_service = sim_product_is_service(product),
                                .open_claim = -1};
    memcpy(order->id, created->order_id, ID_BYTES);
    memcpy(order->reference, created->pay_reference, ID_BYTES);
    if (buyer < SIM_BUYERS) {
        order->buyer = sim->buyers[buyer];
        order->manner = (enum sim_manner)(buyer % SIM_MANNER_COUNT);
    } else {
        order->buyer = (struct service_actor){.role = ROLE_BUYER};
        memcpy(order->buyer.order_id, created->order_id, ID_BYTES);
        order->manner = (enum sim_manner)sim_below(sim, SIM_MANNER_COUNT);
    }
}

void sim_buy(struct simulation *sim)
{
    static const struct service_actor guest = {.role = ROLE_ANONYMOUS};
    int product = (int)sim_below(sim, SIM_PRODUCTS), buyer = (int)sim_below(sim, SIM_BUYERS * 2);
    struct service_order_created created;
    struct error error;
    struct sim_act act = {.a = text_of(sim->product_ids[product]),
                          .number =
                              sim_product_is_service(product) ? 1 : 1 + (int64_t)sim_below(sim, SIM_CARDS_PER_ORDER),
                          .number2 = sim_chance(sim, 800),
                          .out = &created};
    const struct service_actor *actor = buyer < SIM_BUYERS ? &sim->buyers[buyer] : &guest;
    int result = sim_write(sim, actor, run_buy, &act, &error);
    if (result < 0 && error.code == ERROR_OUT_OF_STOCK) {
        stock_add(sim, product);
        result = sim_write(sim, actor, run_buy, &act, &error);
    }
    if (result < 0) {
        sim_fail(sim, "an order: %s (%s)", error.message, error_wire(error.code));
        return;
    }
    order_keep(sim, &created, product, buyer);
    sim->orders[sim->order_count - 1].quantity = act.number;
    if (sim_chance(sim, 700))
        sim_pay(sim);
}

/* The newest orders are the ones that can still be paid. */
static struct sim_order *order_unpaid(struct simulation *sim)
{
    if (sim->order_count == 0)
        return NULL;
    int back = (int)sim_below(sim, 3) % sim->order_count;
    struct sim_order *order = &sim->orders[sim->order_count - 1 - back];
    return order->sent ? NULL : order;
}

void sim_pay(struct simulation *sim)
{
    struct sim_order *order = order_unpaid(sim);
    char number[PAY_NUMBER_BYTES];
    struct error error;
    if (!order)
        return;
    int64_t amount = sim_chance(sim, 950) ? order->amount : 1 + (int64_t)sim_below(sim, (uint64_t)order->amount * 2);
    bool in_time = sim_now(sim) <= order->expires_at;
    int result = service_sandbox_pay(sim->service, text_of(order->reference), amount, number, &error);
    if (result < 0 && error.code != ERROR_OUTCOME_UNKNOWN && (in_time || error.code != ERROR_PAY_TRADE_STATE)) {
        sim_fail(sim, "paying: %s (%s)", error.message, error_wire(error.code));
        return;
    }
    if (result < 0)
        return;
    order->sent = amount;
    order->is_paid = amount == order->amount && !order->gave_up;
    if (sim_chance(sim, 50) &&
        service_sandbox_pay(sim->service, text_of(order->reference), amount, number, &error) == 0)
        sim_fail(sim, "%s was paid twice at the provider", order->id);
}

static int run_give_up(struct service_call *call, void *argument, struct error *error)
{
    struct sim_act *act = argument;
    return service_order_cancel(call, act->a, error);
}

void sim_give_up(struct simulation *sim)
{
    struct error error;
    if (sim->order_count == 0)
        return;
    struct sim_order *order = &sim->orders[sim->order_count - 1];
    struct sim_act act = {.a = text_of(order->id)};
    if (sim_write(sim, &order->buyer, run_give_up, &act, &error) < 0) {
        if (error.code != ERROR_ORDER_STATE)
            sim_fail(sim, "giving up: %s (%s)", error.message, error_wire(error.code));
        return;
    }
    order->gave_up = true;
    order->is_paid = false;
}

/* ---- delivering ---- */

static int run_service(struct service_call *call, void *argument, struct error *error)
{
    struct sim_act *act = argument;
    struct service_event_new event = {.kind = act->b, .has_progress = act->number >= 0, .progress = act->number};
    int64_t sequence;
    return service_event_add(call, act->a, &event, &sequence, error);
}

static void service_go_on(struct simulation *sim, struct sim_order *order)
{
    static const char *const kinds[] = {"start", "progress", "milestone", "hand_over", "accept"};
    const struct sim_merchant *merchant = &sim->merchants[order->merchant];
    size_t kind = order->progress == 0 ? 0 : sim_below(sim, 5);
    struct sim_act act = {.a = text_of(order->id), .b = text_of(kinds[kind]), .number = -1};
    struct error error;
    if (merchant->manner == SIM_FORGETFUL && sim_chance(sim, 700))
        return;
    if (kind == 1 || kind == 2)
        act.number = order->progress + (int64_t)sim_below(sim, (uint64_t)(101 - order->progress));
    const struct service_actor *actor = kind == 4 ? &order->buyer : &merchant->actor;
    if (sim_write(sim, actor, run_service, &act, &error) == 0)
        order->progress = act.number > 0 ? act.number : order->progress ? order->progress : 1;
    else if (error_http_status(error.code) >= 500)
        sim_fail(sim, "%s of %s: %s (%s)", kinds[kind], order->id, error.message, error_wire(error.code));
}

struct shown {
    int count;
    int64_t serials[SIM_CARDS_PER_ORDER];
};

static int run_reveal(struct service_call *call, void *argument, struct error *error)
{
    struct sim_act *act = argument;
    struct shown *shown = act->out;
    struct service_notice notice;
    struct service_revealed revealed;
    *shown = (struct shown){.count = 0};
    if (service_reveal_notice(call, act->a, &notice, error) < 0 ||
        service_reveal(call, act->a, text_of(notice.token), (struct text){NULL, 0}, &revealed, error) < 0)
        return -1;
    for (size_t i = 0; i < revealed.count && i < SIM_CARDS_PER_ORDER; i++) {
        struct text secret = revealed.cards[i].secret;
        struct text digits = {secret.data + secret.length - 7, 7};
        while (digits.length > 1 && digits.data[0] == '0')
            digits.data++, digits.length--;
        if (text_to_int64(digits, &shown->serials[shown->count++], error) < 0)
            return -1;
    }
    return 0;
}

static void card_show(struct simulation *sim, struct sim_order *order)
{
    struct shown shown;
    struct sim_act act = {.a = text_of(order->id), .out = &shown};
    struct error error;
    int index = (int)(order - sim->orders);
    if (sim_write(sim, &order->buyer, run_reveal, &act, &error) < 0) {
        if (error_http_status(error.code) >= 500)
            sim_fail(sim, "revealing %s: %s (%s)", order->id, error.message, error_wire(error.code));
        return;
    }
    for (int i = 0; i < shown.count; i++) {
        int *owner = &sim->card_owners[shown.serials[i]];
        if (*owner && *owner != index + 1)
            sim_fail(sim, "card %lld was shown to two orders", (long long)shown.serials[i]);
        *owner = index + 1;
        order->serials[i] = shown.serials[i];
    }
    if (shown.count > order->quantity || !order->is_paid)
        sim_fail(sim, "%s showed %d cards", order->id, shown.count);
    order->serial_count = shown.count;
}

static struct sim_order *order_recent(struct simulation *sim)
{
    if (sim->order_count == 0)
        return NULL;
    int window = sim->order_count < 60 ? sim->order_count : 60;
    struct sim_order *order = &sim->orders[sim->order_count - 1 - (int)sim_below(sim, (uint64_t)window)];
    return order->is_paid ? order : NULL;
}

void sim_deliver(struct simulation *sim)
{
    struct sim_order *order = order_recent(sim);
    if (order && order->is_service)
        service_go_on(sim, order);
    else if (order && sim_chance(sim, 600))
        card_show(sim, order);
}

void sim_order_go_on(struct simulation *sim, struct sim_order *order)
{
    if (!order->is_service && order->serial_count == 0)
        card_show(sim, order);
    for (int i = 0; order->is_service && i < 3; i++)
        service_go_on(sim, order);
}

static int run_redeem(struct service_call *call, void *argument, struct error *error)
{
    struct sim_act *act = argument;
    struct service_redemption result;
    return service_redemption_report(call, act->in, &result, error);
}

void sim_redeem(struct simulation *sim)
{
    struct sim_order *order = order_recent(sim);
    char body[400], id[40], timestamp[24], card[40], signature[PAY_WEBHOOK_SIGNATURE_BYTES];
    struct error error;
    if (!order || order->serial_count == 0)
        return;
    const struct sim_merchant *merchant = &sim->merchants[order->merchant];
    int64_t now_s = sim_now(sim) / TIME_SECOND_US;
    snprintf(id, sizeof id, "report-%lld", (long long)++sim->reference);
    snprintf(timestamp, sizeof timestamp, "%lld", (long long)now_s);
    snprintf(body, sizeof body, "{\"party_id\":\"%s\",\"secret\":\"%s\",\"status\":\"%s\"}", merchant->actor.party_id,
             sim_card_text(sim, order->serials[0], card), sim_chance(sim, 600) ? "redeemed" : "unused");
    pay_webhook_sign(text_of(merchant->webhook_secret), id, now_s, text_of(body), signature);
    struct pay_header headers[] = {{TEXT_LITERAL("webhook-id"), text_of(id)},
                                   {TEXT_LITERAL("webhook-timestamp"), text_of(timestamp)},
                                   {TEXT_LITERAL("webhook-signature"), text_of(signature)}};
    struct pay_callback callback = {.headers = headers, .header_count = 3, .body = text_of(body)};
    struct sim_act act = {.in = &callback};
    if (sim_write(sim, NULL, run_redeem, &act, &error) < 0 && error_http_status(error.code) >= 500)
        sim_fail(sim, "a report: %s (%s)", error.message, error_wire(error.code));
}

/* ---- the operator ---- */

static int run_bond(struct service_call *call, void *argument, struct error *error)
{
    struct sim_act *act = argument;
    struct service_bond bond = {.merchant_id = act->a,
                                .amount = act->number,
                                .currency = TEXT_LITERAL("CNY"),
                                .withdraw = act->number2 != 0,
                                .reference = act->b};
    int64_t balance;
    return service_bond_move(call, &bond, &balance, error);
}

static int run_payout(struct service_call *call, void *argument, struct error *error)
{
    struct sim_act *act = argument;
    struct service_payout in = {
        .merchant_id = act->a, .amount = act->number, .currency = TEXT_LITERAL("CNY"), .reference = act->b};
    int64_t left;
    return service_payout_make(call, &in, &left, error);
}

static int run_outage(struct service_call *call, void *argument, struct error *error)
{
    struct sim_act *act = argument;
    char id[ID_BYTES];
    struct service_incident incident = {.cause = act->b,
                                        .product_id = act->a,
                                        .note = TEXT_LITERAL("the page of delivery did not answer"),
                                        .starts_at = call->now_us - act->number * TIME_SECOND_US,
                                        .ends_at = call->now_us};
    return service_incident_record(call, &incident, id, error);
}

static int run_suspense(struct service_call *call, void *argument, struct error *error)
{
    struct sim_act *act = argument;
    char id[ID_BYTES];
    return service_suspense_refund(call, TEXT_LITERAL("sandbox"), act->a, id, error);
}

static int64_t balance(struct simulation *sim, const char *kind, const struct sim_merchant *merchant)
{
    return sim_number(sim,
                      "SELECT COALESCE(SUM(balance), 0) FROM ledger_account WHERE kind = '%s' AND owner = '%s' AND "
                      "currency = 'CNY'",
                      kind, merchant->actor.party_id);
}

static void operator_outage(struct simulation *sim)
{
    static const char *const causes[] = {"platform_outage", "issuer_outage", "merchant_delay", "force_majeure"};
    struct error error;
    struct sim_act act = {.a = text_of(sim->product_ids[sim_below(sim, SIM_PRODUCTS)]),
                          .b = text_of(causes[sim_below(sim, 4)]),
                          .number = 600 + (int64_t)sim_below(sim, 7200)};
    if (sim_write(sim, &sim->operator, run_outage, &act, &error) < 0)
        sim_fail(sim, "an outage: %s", error.message);
}

/* Money that came for no open order goes back, as far as the provider knows of it. */
void sim_send_back(struct simulation *sim)
{
    char trade[PAY_NUMBER_BYTES];
    struct error error;
    snprintf(trade, sizeof trade, "%s",
             sim_cell(sim, "SELECT trade FROM payment WHERE disposition = 'suspense' AND refund_id IS NULL AND trade "
                           "LIKE 'sbt%%' ORDER BY transaction_id LIMIT 1"));
    struct sim_act act = {.a = text_of(trade)};
    if (trade[0] && sim_write(sim, &sim->operator, run_suspense, &act, &error) < 0)
        sim_fail(sim, "money in suspense: %s (%s)", error.message, error_wire(error.code));
}

/* Takers take out everything that they can, again and again. */
static void operator_money(struct simulation *sim)
{
    const struct sim_merchant *merchant = &sim->merchants[sim_below(sim, SIM_MERCHANTS)];
    char reference[40];
    struct error error;
    bool everything = merchant->manner == SIM_TAKER || sim_chance(sim, 200), from_bond = sim_chance(sim, 400);
    int64_t all = balance(sim, from_bond ? "merchant_bond" : "merchant_payable", merchant);
    all += balance(sim, "advances_receivable", merchant); /* negative: what is owed is taken back first */
    int64_t amount = everything ? all : all / 3;
    snprintf(reference, sizeof reference, "bank-%lld", (long long)++sim->reference);
    struct sim_act act = {.a = text_of(merchant->actor.party_id), .b = text_of(reference), .number = amount};
    act.number2 = from_bond;
    if (from_bond && !everything && sim_chance(sim, 700)) {
        act.number = 1000 + (int64_t)sim_below(sim, 50000);
        act.number2 = 0;
    }
    if (act.number <= 0)
        return;
    if (sim_write(sim, &sim->operator, from_bond ? run_bond : run_payout, &act, &error) < 0 &&
        (error_http_status(error.code) >= 500 || !from_bond))
        sim_fail(sim, "moving a merchant's money: %s (%s)", error.message, error_wire(error.code));
}

void sim_operate(struct simulation *sim)
{
    uint64_t what = sim_below(sim, 10);
    if (what == 0)
        operator_outage(sim);
    else if (what < 4)
        sim_send_back(sim);
    else
        operator_money(sim);
}
