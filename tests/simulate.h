/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A simulated marketplace on the real services and a real store: merchants, buyers, arbiters and an operator who act by a seed,
 * a provider that calls back late, twice or never, restarts, and wrong requests. Beside it a small model of its own of what every
 * order paid and got back and how every claim must end, which shares nothing with the services but their answers.
 */
#ifndef SHUNTUI_TESTS_SIMULATE_H
#define SHUNTUI_TESTS_SIMULATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/json.h"
#include "base/random.h"
#include "claim/claim.h"
#include "pay/pay.h"
#include "service/service.h"

enum {
    SIM_MERCHANTS = 5,
    SIM_BUYERS = 10,
    SIM_ARBITERS = 4,
    SIM_PRODUCTS = 8,
    SIM_POLICIES = 4,
    SIM_CARDS_PER_ORDER = 3
};

/* How a buyer or a merchant behaves; the columns of the tables in simulate_claim.c. */
enum sim_manner { SIM_HONEST, SIM_FORGETFUL, SIM_TAKER, SIM_NEGOTIATOR, SIM_FIGHTER, SIM_MANNER_COUNT };

struct sim_merchant {
    struct service_actor actor;
    char webhook_secret[ID_BYTES];
    enum sim_manner manner;
};

struct sim_order {
    char id[ID_BYTES], reference[ID_BYTES];
    struct service_actor buyer; /* a party, or a guest who holds the order's secret */
    enum sim_manner manner;
    int product, merchant;
    int64_t quantity, amount, expires_at;
    bool is_service, gave_up;
    int64_t sent;                         /* what the buyer paid at the provider, right or wrong */
    bool is_paid;                         /* by the model: the right amount, in time */
    int64_t serials[SIM_CARDS_PER_ORDER]; /* of the cards that were shown */
    int serial_count;
    int64_t progress;
    int open_claim; /* index, or -1 */
};

struct sim_claim {
    char id[ID_BYTES];
    int order;
    int64_t asked;
    /* As the last answer said. */
    char stage[16], waiting_for[16], outcome[16];
    int64_t outcome_amount;
    bool is_closed;
    /* How it must end, as far as the step that settled it says. */
    const char *expected_outcome; /* "paid": refunded or part_refunded; NULL: open */
    int64_t expected_amount;      /* -1: not known */
    int64_t offer_amount;         /* of the open offer; -1: one that carries no money */
    int64_t standing_amount;      /* of the decision that may be appealed; -1: none */
    int64_t proposed_amount;      /* of the decision that waits for a second person */
    int64_t paid_before;          /* when it was reopened */
    int64_t filed_us;
};

struct sim_callback {
    char id[PAY_NUMBER_BYTES], timestamp[24], signature[256];
    char body[2048];
    size_t body_length;
    int64_t at_us;
};

struct simulation {
    uint64_t seed;
    int claims_wanted;
    const char *policies; /* folder of the real policies */
    char folder[200], path[240];
    struct clock_virtual clock;
    struct random_seeded ids;    /* the service's and the provider's */
    struct random_seeded choice; /* what happens next */
    struct service *service;
    bool has_faults;
    struct service_actor operator, arbiters[SIM_ARBITERS], buyers[SIM_BUYERS], stranger;
    struct sim_merchant merchants[SIM_MERCHANTS];
    char policy_ids[SIM_POLICIES][ID_BYTES], product_ids[SIM_PRODUCTS][ID_BYTES];
    struct sim_order *orders;
    int order_count, order_capacity;
    struct sim_claim *claims;
    int claim_count, claim_capacity;
    int64_t serial, reference, trade; /* last ones given out */
    int *card_owners;                 /* by serial: index of the order that was shown the card, plus one */
    int64_t card_owner_capacity;
    struct sim_callback callbacks[16]; /* genuine ones of the past, to be replayed */
    int callback_count;
    struct text sandbox_secret;
    uint8_t sandbox_key[32];
    /* counters for the summary */
    int offline_count; /* scripts of silence since the last restart */
    int64_t steps, restarts, wrong, replays, lost, interrupted, taken_by_query, clarified;
    int64_t facts_rebuilt, facts_lost, claims_shifted;
    int failures;
    char log_root[65];
    char cell[400]; /* what sim_cell read last */
};

/* ---- simulate.c ---- */
/* Counts a failure and says it with the seed that shows it again. Returns -1. */
int sim_fail(struct simulation *sim, const char *format, ...) __attribute__((format(printf, 2, 3)));
uint64_t sim_below(struct simulation *sim, uint64_t limit);
bool sim_chance(struct simulation *sim, unsigned per_mille);

/* ---- running one use case: simulate_world.c ---- */
struct sim_act {
    struct simulation *sim;
    struct text a, b, c, d;
    int64_t number, number2;
    const void *in;
    void *out;
    struct json_writer *json;
};
int sim_write(struct simulation *sim, const struct service_actor *actor, service_run_fn run, struct sim_act *act,
              struct error *error);
/* A use case that answers in JSON. *ret is to be freed. */
int sim_json(struct simulation *sim, const struct service_actor *actor, service_run_fn run, struct sim_act *act,
             bool is_write, struct json **ret, struct error *error);
/* First column of the first row, as text; lives until the next call. Empty when there is none. */
const char *sim_cell(struct simulation *sim, const char *format, ...) __attribute__((format(printf, 2, 3)));
int64_t sim_number(struct simulation *sim, const char *format, ...) __attribute__((format(printf, 2, 3)));
int64_t sim_now(const struct simulation *sim);

int sim_open(struct simulation *sim);
int sim_restart(struct simulation *sim);
/* Parties, policies, products, bonds. */
int sim_world_make(struct simulation *sim);
void sim_world_free(struct simulation *sim);
const char *sim_card_text(const struct simulation *sim, int64_t serial, char out[static 40]);
bool sim_product_is_service(int product);
int sim_product_merchant(int product);

/* ---- what people do: each picks one of its kind and does it. simulate_order.c ---- */
void sim_buy(struct simulation *sim);
void sim_pay(struct simulation *sim);
void sim_give_up(struct simulation *sim);
void sim_deliver(struct simulation *sim);                              /* a service goes on, or a card is shown */
void sim_order_go_on(struct simulation *sim, struct sim_order *order); /* of this order */
void sim_redeem(struct simulation *sim);
void sim_operate(struct simulation *sim); /* bonds, payouts, outages, suspense */
/* Sends one payment that waits in suspense back, if the provider knows of it. */
void sim_send_back(struct simulation *sim);

/* ---- simulate_claim.c ---- */
void sim_claim_file(struct simulation *sim);
void sim_claim_act(struct simulation *sim);
void sim_claim_evidence(struct simulation *sim);
void sim_claim_talk(struct simulation *sim);
/* Reads a claim's answer into the model and checks that it is possible. */
void sim_claim_read(struct simulation *sim, struct sim_claim *claim, const struct json *answer);
int sim_claim_look(struct simulation *sim, struct sim_claim *claim, const struct service_actor *actor,
                   struct json **ret);
/* An open claim, or NULL. */
struct sim_claim *sim_claim_any(struct simulation *sim);

/* ---- simulate_clarify.c ---- */
void sim_clarify(struct simulation *sim); /* asks about an order, and has an answer recorded */

/* ---- simulate_provider.c ---- */
void sim_work(struct simulation *sim, bool everything);
void sim_callback_wrong(struct simulation *sim);   /* replayed, forged, or genuine and not fitting */
void sim_interrupt_refund(struct simulation *sim); /* the process ends between the provider's answer and its record */

/* ---- simulate_wrong.c ---- */
void sim_do_wrong(struct simulation *sim);
/* Everything that a refused request could have changed, as one short text. */
void sim_fingerprint(struct simulation *sim, char out[static 400]);
void sim_expect_refusal(struct simulation *sim, const char *what, int result, const struct error *error,
                        const char before[static 400]);

/* ---- simulate_check.c ---- */
void sim_check_invariants(struct simulation *sim);
void sim_settle(struct simulation *sim); /* faults off: time passes until every claim is closed */
void sim_check_end(struct simulation *sim);
void sim_check_bundles(struct simulation *sim, int count);

/* ---- simulate_past.c ---- */
/* What the records tell of each decision's moment, and policies tried on the claims of the market. */
void sim_check_past(struct simulation *sim);

#endif
