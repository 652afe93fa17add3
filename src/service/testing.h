/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small marketplace on a real store in a temporary directory, with a virtual clock and seeded randomness: two merchants, two
 * buyers, an arbiter, an operator, a card product with stock and a service. Only for the tests of this folder.
 */
#ifndef SHUNTUI_SERVICE_TESTING_H
#define SHUNTUI_SERVICE_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/error.h"
#include "base/json.h"
#include "market/market.h"
#include "pay/pay.h"
#include "service/shop/order.h"
#include "service/shop/payment.h"
#include "service/service.h"

#define TESTING_START_US INT64_C(1800000000000000) /* 2027-01-15T08:00:00Z */
#define TESTING_PRICE 9500
#define TESTING_SERVICE_PRICE 20000
#define TESTING_CARDS 6 /* in stock after set-up: "TEST-CARD-0001" … */

struct testing {
    char directory[64]; /* the state directory, inside a temporary one */
    struct clock_virtual clock;
    struct random_seeded random;
    struct service *service;
    const char *floors; /* that count from the next start on; NULL: none */
    struct service_actor merchant, rival, buyer, stranger, arbiter, operator;
    char policy_id[ID_BYTES], service_policy_id[ID_BYTES];
    char product_id[ID_BYTES], service_product_id[ID_BYTES];
    struct buffer answer; /* what testing_json wrote last */
    int64_t trades;       /* numbers of trades given out */
};

int testing_setup(void **state);
int testing_teardown(void **state);
#define SERVICE_TEST(function) cmocka_unit_test_setup_teardown(function, testing_setup, testing_teardown)

/* Closes and opens the state again, as a restart does. */
void testing_restart(struct testing *testing);
void testing_advance(struct testing *testing, int64_t seconds);

/* One use case as one transaction. fails_with: 0 asserts success, else that this code came back. */
typedef int (*testing_fn)(struct service_call *call, void *argument, struct error *error);
void testing_write(struct testing *testing, const struct service_actor *actor, testing_fn run, void *argument,
                   enum error_code fails_with);
void testing_read(struct testing *testing, const struct service_actor *actor, testing_fn run, void *argument,
                  enum error_code fails_with);
/* A use case that writes JSON, as a read; testing->answer holds it afterwards. */
typedef int (*testing_json_fn)(struct service_call *call, struct text id, struct json_writer *ret, struct error *error);
struct text testing_json(struct testing *testing, const struct service_actor *actor, testing_json_fn run,
                         const char *id, enum error_code fails_with);
/* Columns of the first row of a SELECT, joined by " | "; "" when there is none. Lives until the next call. */
const char *testing_row(struct testing *testing, const char *sql);
int64_t testing_count(struct testing *testing, const char *table_and_where); /* "card WHERE state = 'stock'" */

struct testing_order {
    char id[ID_BYTES], secret[ID_BYTES], reference[ID_BYTES];
    int64_t amount;
    struct service_actor guest; /* whoever holds the secret */
};
/* Buys as `actor`, with an answered confirmation. */
void testing_buy(struct testing *testing, const struct service_actor *actor, const char *product_id, int64_t quantity,
                 struct testing_order *ret);
/* The provider's signed callback for this order; amount 0: what was asked for. A new trade each time unless one is named. */
struct testing_payment {
    const char *reference;
    int64_t amount;
    const char *currency; /* NULL: CNY */
    const char *trade;    /* NULL: a new one */
    enum pay_payment_state state;
    const char *wrong_secret; /* signs with this instead */
};
enum service_payment_result testing_callback(struct testing *testing, const struct testing_payment *payment,
                                             enum error_code fails_with);
void testing_pay(struct testing *testing, const struct testing_order *order);
/* An order that is paid, and delivered when it is of cards. */
void testing_paid_order(struct testing *testing, const struct service_actor *actor, const char *product_id,
                        struct testing_order *ret);
/* The ledger's and the log's invariants hold. */
void testing_check_invariants(struct testing *testing);

#endif
