/* SPDX-License-Identifier: Apache-2.0 */
/* Reading what is supposed. Any fact may be supposed, whoever could state it in a claim: nothing is decided by it. */
#include "service/clarify/supposed.h"

#include <string.h>

#include "base/error.h"
#include "policy/prove/suppose.h"
#include "service/claims/facts.h"
#include "service/internal.h"

static int fact_unknown(struct text name, struct error *error)
{
    const char *words[FACT_COUNT];
    int length = (int)(name.length < 60 ? name.length : 60);
    for (int i = 0; i < FACT_COUNT; i++)
        words[i] = fact_info((enum fact)i)->word;
    const char *nearest = json_nearest(name, words, FACT_COUNT);
    error_set(error, ERROR_FIELD_UNKNOWN, "there is no fact \"%.*s\"", length, name.data);
    if (nearest)
        error_hint(error, "did you mean %s?", nearest);
    return error_at(error, "/facts/%.*s", length, name.data);
}

static int value_read(struct policy_facts *facts, enum fact fact, const struct json *value, struct error *error)
{
    const struct fact_info *info = fact_info(fact);
    enum fact_source source = (enum fact_source)__builtin_ctz(info->sources);
    if (json_kind(value) == JSON_STRING)
        return policy_facts_set_word(facts, fact, json_string(value), source, -1, error);
    if (json_kind(value) == JSON_BOOLEAN && info->type == FACT_TYPE_BOOLEAN)
        return policy_facts_set(facts, fact, json_boolean(value), source, -1, error);
    if (json_kind(value) == JSON_INTEGER && !info->values && json_integer(value) >= 0)
        return policy_facts_set(facts, fact, json_integer(value), source, -1, error);
    return error_set(error, ERROR_FIELD_TYPE, "the value of the fact %s has the wrong type", info->word);
}

static bool has_meaning(const struct policy *policy, enum fact fact, const struct policy_facts *facts)
{
    const struct fact_info *info = fact_info(fact);
    unsigned goods = info->values ? info->values[facts->value[fact]].goods & info->goods : info->goods;
    return (goods & policy_goods(policy)) != 0;
}

int supposed_read(const struct json *object, const struct policy *policy, const char *currency,
                  struct policy_facts *ret, struct error *error)
{
    struct policy_facts facts;
    struct text name;
    const struct json *value;
    size_t cursor = 0;
    policy_facts_init(&facts);
    memcpy(facts.currency, currency, sizeof facts.currency);
    while (object && json_next(object, &cursor, &name, &value)) {
        int fact = fact_find(name);
        if (fact < 0)
            return fact_unknown(name, error);
        if (value_read(&facts, (enum fact)fact, value, error) < 0)
            return error_at(error, "/facts/%s", fact_info((enum fact)fact)->word);
        if (!has_meaning(policy, (enum fact)fact, &facts)) {
            error_set(error, ERROR_FIELD_VALUE, "this has no meaning for goods of the kind %s",
                      policy_goods_word(policy_goods(policy)));
            return error_at(error, "/facts/%s", fact_info((enum fact)fact)->word);
        }
    }
    *ret = facts;
    return 0;
}

/* Before it is paid, only what the order itself fixes is a record. */
static uint64_t recorded(const struct service_order *order)
{
    static const enum fact fixed[] = {FACT_CONSENT, FACT_QUANTITY, FACT_AMOUNT, FACT_EARLIER_REFUNDS,
                                      FACT_PRICE_WARNING};
    uint64_t facts = order->paid_at ? ~UINT64_C(0) : 0;
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        facts |= UINT64_C(1) << fixed[i];
    return facts;
}

int supposed_join(struct service_call *call, const struct service_order *order, const struct policy *policy,
                  const struct policy_facts *supposed, struct policy_facts *ret, struct error *error)
{
    struct policy_facts records;
    struct service_fact_request request = {.order = order, .policy = policy, .is_supposed = true};
    if (service_facts_gather(call, &request, &records, error) < 0)
        return -1;
    records.known &= recorded(order);
    policy_suppose(policy, supposed, &records, ret);
    ret->decided_at_s = records.decided_at_s;
    return 0;
}
