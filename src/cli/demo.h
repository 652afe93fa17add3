/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The demonstration: a marketplace with merchants, products, stock and history, and stories of purchases played on the real
 * services with a virtual clock and a seeded generator. Everything that a story says happened is checked as it goes.
 */
#ifndef SHUNTUI_CLI_DEMO_H
#define SHUNTUI_CLI_DEMO_H

#include <stdio.h>

#include "base/json.h"
#include "claim/claim.h"
#include "service/service.h"

#define DEMO_MERCHANTS 4
#define DEMO_PRODUCTS 14
#define DEMO_POLICIES 4
#define DEMO_ARBITERS 3

struct demo_merchant {
    struct service_actor actor;
    char token[ID_BYTES], webhook_secret[ID_BYTES];
};
struct demo {
    struct service *service;
    struct clock_virtual clock;
    struct random_seeded random;
    FILE *out;
    bool chinese, quiet;
    int checks, failures;
    struct service_actor operator;
    struct service_actor arbiters[DEMO_ARBITERS];
    char operator_token[ID_BYTES], arbiter_token[ID_BYTES];
    struct demo_merchant merchants[DEMO_MERCHANTS];
    char policies[DEMO_POLICIES][ID_BYTES];
    char products[DEMO_PRODUCTS][ID_BYTES];
    int64_t card_serial; /* so that no two cards of the demonstration are alike */
};

/* ---- telling and checking ---- */
/* One line in the reader's language; both formats take the same arguments in the same order. */
void demo_say(struct demo *demo, const char *en, const char *zh, ...);
void demo_title(struct demo *demo, const char *en, const char *zh);
/* Counts a check and says when it does not hold. */
bool demo_check(struct demo *demo, bool holds, const char *what);
/* Counts a failure with the error's words. Returns -1. */
int demo_failed(struct demo *demo, const char *what, const struct error *error);
void demo_advance(struct demo *demo, int64_t seconds); /* moves the clock and does everything that became due */
void demo_work(struct demo *demo);                     /* does everything that is due */

/* ---- the marketplace: demo_market.c ---- */
enum demo_merchant_key { DEMO_MERCHANT_STAR, DEMO_MERCHANT_CLOUD, DEMO_MERCHANT_SUMMIT, DEMO_MERCHANT_CORNER };
enum demo_product_key {
    DEMO_PRODUCT_GAME_100,
    DEMO_PRODUCT_GAME_50,
    DEMO_PRODUCT_GIFT_200,
    DEMO_PRODUCT_GAME_MONTH,
    DEMO_PRODUCT_OFFICE_KEY,
    DEMO_PRODUCT_ANTIVIRUS_KEY,
    DEMO_PRODUCT_SYSTEM_KEY,
    DEMO_PRODUCT_PHONE_50,
    DEMO_PRODUCT_POINTS_648,
    DEMO_PRODUCT_BOOST_KING,
    DEMO_PRODUCT_BOOST_DAILY,
    DEMO_PRODUCT_COACH,
    DEMO_PRODUCT_CORNER_100,
    DEMO_PRODUCT_CORNER_YEAR
};
/* Parties, policies, products, stock, bonds. Returns 0, or -1 after having said why. */
int demo_market_load(struct demo *demo);
/* Weeks of ordinary purchases, a few of them claimed, so that figures have something to show. */
int demo_market_history(struct demo *demo, int days, int orders_per_day);
enum demo_merchant_key demo_product_merchant(enum demo_product_key product);
const char *demo_merchant_name(const struct demo *demo, enum demo_merchant_key merchant);
const char *demo_product_title(enum demo_product_key product);
int demo_stock_add(struct demo *demo, enum demo_product_key product, int count);

/* ---- what people do: demo_act.c. Each says what failed and returns -1. ---- */
struct demo_order {
    char id[ID_BYTES], secret[ID_BYTES], reference[ID_BYTES];
    int64_t amount;
    enum demo_product_key product;
    struct service_actor buyer;
};
int demo_party(struct demo *demo, enum service_role role, const char *name, struct service_actor *ret,
               char token[static ID_BYTES]);
int demo_policy_publish(struct demo *demo, const struct service_actor *actor, struct text source,
                        char ret[static ID_BYTES]);
int demo_webhook(struct demo *demo, struct demo_merchant *merchant);
int demo_bond(struct demo *demo, enum demo_merchant_key merchant, int64_t amount);
int demo_payout(struct demo *demo, enum demo_merchant_key merchant, int64_t amount);
int demo_incident(struct demo *demo, const char *cause, int64_t hours, const char *note);
/* A guest orders and pays at the sandbox; the callback delivers. */
int demo_buy(struct demo *demo, enum demo_product_key product, int64_t quantity, struct demo_order *ret);
int demo_reveal(struct demo *demo, const struct demo_order *order, char *ret_card, size_t ret_bytes);
int demo_redeemed(struct demo *demo, const struct demo_order *order, const char *card);
int demo_service(struct demo *demo, const struct demo_order *order, const char *kind, int64_t progress,
                 const char *note);
/* What an answer of the claims service said. */
struct demo_claim {
    char id[ID_BYTES];
    char stage[24], waiting_for[24], outcome[24], clause[64], disposition[32];
    int64_t amount; /* of the outcome, or of the ruling while it is open */
};
int demo_preview(struct demo *demo, const struct demo_order *order, const char *reason, struct demo_claim *ret);
int demo_file(struct demo *demo, const struct demo_order *order, const char *reason, const char *statement,
              struct demo_claim *ret);
struct demo_action {
    const char *action, *reason, *offer, *outcome, *clause, *ground, *bearer;
    int64_t amount;
};
int demo_act(struct demo *demo, const struct service_actor *actor, struct demo_claim *claim,
             const struct demo_action *action);
int demo_evidence(struct demo *demo, const struct demo_order *order, struct demo_claim *claim, const char *kind);
int demo_message(struct demo *demo, const struct service_actor *actor, const struct demo_claim *claim, const char *body,
                 bool *ret_flagged);
int demo_look(struct demo *demo, struct demo_claim *claim); /* reads the claim again, as the operator */
int64_t demo_balance(struct demo *demo, const char *kind, const char *owner);
/* Where a claim's refunds came from: sum of that source in minor units. */
int64_t demo_paid_from(struct demo *demo, const struct demo_claim *claim, const char *source);
/* Exports the bundle and runs `shuntui verify` on it; also on a copy with one byte changed, which must fail. */
int demo_prove(struct demo *demo, const struct demo_order *order, const struct demo_claim *claim);

/* ---- stories: demo_story.c ---- */
typedef int demo_story(struct demo *demo);
struct demo_story_row {
    demo_story *play;
    const char *en, *zh;
};
extern const struct demo_story_row demo_stories[];
extern const size_t demo_story_count;

#endif
