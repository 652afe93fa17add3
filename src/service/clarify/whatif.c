/* SPDX-License-Identifier: Apache-2.0 */
/* The rule asked about a supposed situation, before purchase and after it. Nothing is written. */
#include "service/clarify/clarify.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "base/money.h"
#include "policy/prove/suppose.h"
#include "policy/words/whatif.h"
#include "service/clarify/supposed.h"
#include "service/internal.h"
#include "service/policies/draft.h"
#include "service/policies/version.h"

static int whatif_write(struct service_call *call, const struct policy *policy, const struct policy_facts *facts,
                        struct json_writer *writer, struct error *error)
{
    struct policy_whatif found;
    if (policy_whatif(call->arena, policy, facts, policy_askable(), &found, error) < 0)
        return -1;
    if (found.count == 0) {
        error_set(error, ERROR_FACTS_IMPOSSIBLE, "no order can be in this situation");
        return error_at(error, "/facts");
    }
    json_key(writer, "whatif");
    policy_whatif_report(writer, policy, facts, &found);
    return 0;
}

static void policy_write(struct json_writer *writer, const char *id, const struct policy *policy)
{
    json_key(writer, "policy");
    json_object_begin(writer);
    json_member_string(writer, "id", id);
    json_member_string(writer, "name", policy_name(policy));
    json_member_hex(writer, "sha256", policy_sha256(policy), HASH_BYTES);
    json_member_integer(writer, "version", policy_version(policy));
    json_object_end(writer);
}

/* ---- a product ---- */

struct shown_product {
    char policy_id[ID_BYTES], currency[4];
    int64_t price, delivery_s;
};

static int product_load(struct service_call *call, struct text product_id, struct shown_product *ret,
                        struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_PRODUCT_GET);
    query_bind_text(query, 1, product_id);
    int step = query_step(query, error);
    if (step == 1) {
        *ret = (struct shown_product){.price = query_int(query, 1), .delivery_s = query_int(query, 5)};
        service_id_copy(ret->policy_id, query_text(query, 4));
        memcpy(ret->currency, query_text(query, 2).data, 3);
    }
    query_end(query);
    if (step == 0)
        return error_set(error, ERROR_NOT_FOUND, "there is no such product");
    return step < 0 ? -1 : 0;
}

/* The version in force, which need not be the one that the product names. */
static int policy_in_force(struct service_call *call, const struct shown_product *product, char ret_id[static ID_BYTES],
                           const struct policy **ret, struct error *error)
{
    struct service_line line;
    if (service_line_of(call, text_of(product->policy_id), &line, error) < 0)
        return -1;
    if (!line.is_in_force)
        return error_set(error, ERROR_POLICY_NOT_IN_FORCE, "no refund rule is in force for this product");
    memcpy(ret_id, line.latest.id, ID_BYTES);
    return service_policy_get(call, text_of(ret_id), ret, error);
}

/* What the product implies: how many, and what that costs. */
static int implied_make(const struct shown_product *product, const struct policy_facts *supposed,
                        struct policy_facts *ret, struct error *error)
{
    int64_t quantity = supposed->known >> FACT_QUANTITY & 1 ? supposed->value[FACT_QUANTITY] : 1, amount;
    policy_facts_init(ret);
    if (money_multiply(product->price, quantity, &amount, error) < 0 ||
        policy_facts_set(ret, FACT_AMOUNT, amount, FACT_SOURCE_RECORD, -1, error) < 0)
        return error_at(error, "/facts/quantity");
    return policy_facts_set(ret, FACT_QUANTITY, quantity, FACT_SOURCE_RECORD, -1, error);
}

int service_product_whatif(struct service_call *call, struct text product_id, const struct json *facts,
                           struct json_writer *ret, struct error *error)
{
    assert(call && ret);
    struct shown_product product;
    char policy_id[ID_BYTES];
    const struct policy *policy;
    struct policy_facts supposed, implied, joined;
    if (product_load(call, product_id, &product, error) < 0 ||
        policy_in_force(call, &product, policy_id, &policy, error) < 0 ||
        supposed_read(facts, policy, product.currency, &supposed, error) < 0 ||
        implied_make(&product, &supposed, &implied, error) < 0)
        return -1;
    policy_suppose(policy, &supposed, &implied, &joined);
    joined.decided_at_s = call->now_us / TIME_SECOND_US;
    json_object_begin(ret);
    json_member_integer(ret, "delivery_s", product.delivery_s);
    policy_write(ret, policy_id, policy);
    json_member_text(ret, "product", product_id);
    if (whatif_write(call, policy, &joined, ret, error) < 0)
        return -1;
    json_object_end(ret);
    return 0;
}

/* ---- a draft ---- */

int service_draft_whatif(struct service_call *call, struct text source, const char *currency, const struct json *facts,
                         struct json_writer *ret, struct error *error)
{
    assert(call && currency && ret);
    struct service_draft draft;
    struct policy_facts supposed;
    if (service_draft_read(call, source, &draft, error) < 0)
        return service_refuse_with_report(call, draft.policy, draft.problems);
    if (supposed_read(facts, draft.policy, currency, &supposed, error) < 0)
        return -1;
    supposed.decided_at_s = call->now_us / TIME_SECOND_US;
    json_object_begin(ret);
    if (whatif_write(call, draft.policy, &supposed, ret, error) < 0)
        return -1;
    json_object_end(ret);
    return 0;
}

/* ---- an order ---- */

int service_order_whatif(struct service_call *call, struct text order_id, const struct json *facts,
                         struct json_writer *ret, struct error *error)
{
    assert(call && ret);
    struct service_order order;
    const struct policy *policy;
    struct policy_facts supposed, joined;
    if (service_order_open(call, order_id, &order, error) < 0 ||
        service_policy_get(call, text_of(order.policy_id), &policy, error) < 0 ||
        supposed_read(facts, policy, order.currency, &supposed, error) < 0 ||
        supposed_join(call, &order, policy, &supposed, &joined, error) < 0)
        return -1;
    json_object_begin(ret);
    json_member_string(ret, "order", order.id);
    policy_write(ret, order.policy_id, policy);
    if (whatif_write(call, policy, &joined, ret, error) < 0)
        return -1;
    json_object_end(ret);
    return 0;
}
