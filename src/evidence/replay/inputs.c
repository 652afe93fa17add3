/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inputs of a decision out of its certificate: facts with source and leaf, currency, paid, earlier refunds, time,
 * claim. Nothing else of the certificate is believed.
 */
#include "evidence/replay/model.h"

#include <string.h>

#include "base/money.h"

#define CLAIM_BYTES_MAX 39

static int64_t number_maximum(enum replay_type type)
{
    return type == REPLAY_PERCENT ? 100 : REPLAY_NUMBER_MAX;
}

static bool value_read(const struct replay_fact *fact, const struct json *value, int64_t *ret)
{
    if (fact->values) {
        int position = json_kind(value) == JSON_STRING ? replay_value_find(fact, json_string(value)) : -1;
        *ret = position;
        return position >= 0;
    }
    if (json_kind(value) == JSON_STRING) {
        *ret = REPLAY_NEVER;
        return fact->type == REPLAY_EVENT && text_is(json_string(value), "never");
    }
    if (json_kind(value) != JSON_INTEGER)
        return false;
    *ret = json_integer(value);
    return *ret >= 0 && *ret <= number_maximum(fact->type);
}

/* One entry of `facts`; a null value means unknown, and then the comparison asks for null source and leaf. */
static int fact_read(struct arena *arena, const struct json *entry, int place, struct replay_inputs *inputs,
                     struct evidence_difference *ret)
{
    const struct replay_fact *fact = &replay_facts[place];
    const struct json *value = json_find(entry, "value"), *source = json_find(entry, "source"),
                      *leaf = json_find(entry, "leaf");
    struct text where = text_of(arena_printf(arena, "the fact %s", fact->word));
    if (!value || !source || !leaf)
        return replay_differs(ret, where, TEXT_LITERAL("incomplete"), "it needs value, source and leaf",
                              "应有 value、source 和 leaf");
    inputs->leaf[place] = -1;
    if (json_kind(value) == JSON_NULL)
        return 0;
    if (!value_read(fact, value, &inputs->value[place]))
        return replay_differs(ret, where, replay_value_shown(arena, value), "which this fact cannot be",
                              "该事实没有这个取值");
    if (json_kind(source) != JSON_STRING || !replay_source_allowed(fact, json_string(source)))
        return replay_differs(ret, where, replay_value_shown(arena, value), "from a source that may not state it",
                              "其来源无权陈述该事实");
    inputs->source[place] = json_string(source);
    if (json_kind(leaf) == JSON_INTEGER && json_integer(leaf) >= 0)
        inputs->leaf[place] = json_integer(leaf);
    inputs->known |= replay_bit(place);
    return 0;
}

/* Exactly the facts that the policy tests, in table order. */
static int facts_read(struct arena *arena, const struct json *root, const struct replay_policy *policy,
                      struct replay_inputs *inputs, struct evidence_difference *ret)
{
    const struct json *facts = json_find(root, "facts");
    size_t at = 0;
    if (!facts || json_kind(facts) != JSON_ARRAY)
        return replay_differs(ret, TEXT_LITERAL("/facts"), replay_value_shown(arena, facts), "it should be a list",
                              "应为列表");
    for (int place = 0; place < REPLAY_FACT_COUNT; place++) {
        if (!(policy->tested & replay_bit(place)))
            continue;
        const struct json *entry = at < json_count(facts) ? json_item(facts, at) : NULL;
        const struct json *name = entry && json_kind(entry) == JSON_OBJECT ? json_find(entry, "name") : NULL;
        if (!name || json_kind(name) != JSON_STRING || !text_is(json_string(name), replay_facts[place].word))
            return replay_differs(ret, text_of(arena_printf(arena, "/facts/%zu/name", at)),
                                  replay_value_shown(arena, name),
                                  arena_printf(arena, "but the policy tests \"%s\" here", replay_facts[place].word),
                                  arena_printf(arena, "规则在此应列出 \"%s\"", replay_facts[place].word));
        if (fact_read(arena, entry, place, inputs, ret))
            return 1;
        at++;
    }
    if (at != json_count(facts))
        return replay_differs(ret, TEXT_LITERAL("/facts"), replay_value_shown(arena, facts),
                              arena_printf(arena, "but the policy tests only %zu facts", at),
                              arena_printf(arena, "规则只使用 %zu 项事实", at));
    return 0;
}

static bool minor_units_read(const struct json *value, int64_t *ret)
{
    if (!value || json_kind(value) != JSON_INTEGER || json_integer(value) < 0 ||
        json_integer(value) > REPLAY_NUMBER_MAX)
        return false;
    *ret = json_integer(value);
    return true;
}

/* Paid and earlier refunds; where the policy tests them they are facts, and the amount must say the same. */
static int amount_read(struct arena *arena, const struct json *root, const struct replay_policy *policy,
                       struct replay_inputs *inputs, struct evidence_difference *ret)
{
    const struct json *amount = json_find(root, "amount");
    if (!amount || json_kind(amount) != JSON_OBJECT)
        return replay_differs(ret, TEXT_LITERAL("/amount"), replay_value_shown(arena, amount), "it should be an object",
                              "应为对象");
    const struct json *currency = json_find(amount, "currency"), *paid = json_find(amount, "paid"),
                      *earlier = json_find(amount, "earlier_refunds");
    if (!currency || json_kind(currency) != JSON_STRING || currency_check(json_string(currency), NULL))
        return replay_differs(ret, TEXT_LITERAL("/amount/currency"), replay_value_shown(arena, currency),
                              "it should be a currency's code", "应为币种代码");
    memcpy(inputs->currency, json_string(currency).data, 3);
    inputs->paid = -1;
    if (!paid || (json_kind(paid) != JSON_NULL && !minor_units_read(paid, &inputs->paid)))
        return replay_differs(ret, TEXT_LITERAL("/amount/paid"), replay_value_shown(arena, paid),
                              "it should be an amount", "应为金额");
    if (!minor_units_read(earlier, &inputs->earlier_refunds))
        return replay_differs(ret, TEXT_LITERAL("/amount/earlier_refunds"), replay_value_shown(arena, earlier),
                              "it should be an amount", "应为金额");
    if (policy->tested & replay_bit(REPLAY_AMOUNT))
        inputs->paid = inputs->known & replay_bit(REPLAY_AMOUNT) ? inputs->value[REPLAY_AMOUNT] : -1;
    if (policy->tested & replay_bit(REPLAY_EARLIER_REFUNDS))
        inputs->earlier_refunds =
            inputs->known & replay_bit(REPLAY_EARLIER_REFUNDS) ? inputs->value[REPLAY_EARLIER_REFUNDS] : 0;
    return 0;
}

static int labels_read(struct arena *arena, const struct json *root, struct replay_inputs *inputs,
                       struct evidence_difference *ret)
{
    const struct json *decided_at = json_find(root, "decided_at"), *claim = json_find(root, "claim");
    if (!decided_at || json_kind(decided_at) != JSON_INTEGER || json_integer(decided_at) < 0)
        return replay_differs(ret, TEXT_LITERAL("/decided_at"), replay_value_shown(arena, decided_at),
                              "it should be a time in seconds", "应为秒数表示的时间");
    inputs->decided_at = json_integer(decided_at);
    if (claim && json_kind(claim) == JSON_NULL)
        return 0;
    if (!claim || json_kind(claim) != JSON_STRING || json_string(claim).length == 0 ||
        json_string(claim).length > CLAIM_BYTES_MAX)
        return replay_differs(ret, TEXT_LITERAL("/claim"), replay_value_shown(arena, claim),
                              "it should be a claim's id or null", "应为申请编号或 null");
    inputs->claim = json_string(claim);
    return 0;
}

int replay_inputs_read(struct arena *arena, const struct json *root, const struct replay_policy *policy,
                       struct replay_inputs *ret, struct evidence_difference *ret_difference)
{
    *ret = (struct replay_inputs){.known = 0};
    return facts_read(arena, root, policy, ret, ret_difference) ||
           amount_read(arena, root, policy, ret, ret_difference) || labels_read(arena, root, ret, ret_difference);
}
