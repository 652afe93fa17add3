/* SPDX-License-Identifier: Apache-2.0 */
/* Steps that the tests of policies share: texts of small policies, publishing, products that are sold under them. */
#ifndef SHUNTUI_SERVICE_TEST_SHOP_H
#define SHUNTUI_SERVICE_TEST_SHOP_H

#include "service/testing.h"

#include <stdio.h>
#include <string.h>

#include "service/policies/policies.h"

#define DAYS(n) ((n)*TIME_DAY_S)

#define SHOP_TEXT_BYTES 700
/* One clause decides how generous a version is: the days in which a sealed card is refunded. head: further lines. Returns out. */
const char *shop_text(char out[static SHOP_TEXT_BYTES], const char *name, int version, const char *head, int days);

struct shop_published {
    char id[ID_BYTES];
    const char *refusal_name;
    char refusal[16000], difference[4000], notice[400];
};
/* effective_at 0: the earliest. */
struct shop_published shop_publish(struct testing *testing, const struct service_actor *actor, const char *source,
                                   int64_t effective_at, enum error_code fails_with);

struct shop_product {
    char id[ID_BYTES], refusal[16000];
};
/* A card product of testing->merchant with stock. currency NULL: CNY. */
struct shop_product shop_product(struct testing *testing, const char *policy_id, const char *currency,
                                 enum error_code fails_with);
void shop_pause(struct testing *testing, const char *product_id);

/* Orders without an answered confirmation; shown: the version that the buyer saw, or NULL. */
struct service_order_created shop_order(struct testing *testing, const char *product_id, const char *shown,
                                        enum error_code fails_with);
/* Orders, and says under which version the order is. */
const char *shop_version_of_order(struct testing *testing, const char *product_id);

void shop_withdraw(struct testing *testing, const struct service_actor *actor, const char *policy_id,
                   enum error_code fails_with);
int64_t shop_column(struct testing *testing, const char *what, const char *policy_id); /* of the table policy */
bool shop_answer_has(struct testing *testing, const char *what);

#endif
