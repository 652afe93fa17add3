/* SPDX-License-Identifier: Apache-2.0 */
/* How the facts of one order hang together: a table of ranges and one of orders, and two questions to them. */
#include "policy/fact_rules.h"

#include <assert.h>

#define FACT_ORDER(smaller, larger)
#define FACT_RULE(fact, low, high, other, other_low, other_high)                                                       \
    {FACT_##fact, FACT_##other, low, high, other_low, other_high},
static const struct fact_rule rules[] = {
#include "policy/fact_rules.def"
};
#undef FACT_RULE
#undef FACT_ORDER

#define FACT_RULE(fact, low, high, other, other_low, other_high)
#define FACT_ORDER(smaller, larger) {FACT_##smaller, FACT_##larger},
static const struct {
    enum fact smaller, larger;
} orders[] = {
#include "policy/fact_rules.def"
};
#undef FACT_RULE
#undef FACT_ORDER

#define RULE_COUNT (sizeof rules / sizeof *rules)
#define ORDER_COUNT (sizeof orders / sizeof *orders)

const struct fact_rule *policy_fact_rules(size_t *ret_count)
{
    *ret_count = RULE_COUNT;
    return rules;
}

static bool known(const struct policy_facts *facts, enum fact fact)
{
    return facts->known >> fact & 1;
}

static bool rule_broken(const struct fact_rule *rule, const struct policy_facts *facts)
{
    if (!known(facts, rule->fact) || !known(facts, rule->other))
        return false;
    int64_t value = facts->value[rule->fact], other = facts->value[rule->other];
    return value >= rule->low && value <= rule->high && (other < rule->other_low || other > rule->other_high);
}

/* An order of ages says nothing about what never happened. */
static bool order_broken(size_t i, const struct policy_facts *facts)
{
    return known(facts, orders[i].smaller) && known(facts, orders[i].larger) && facts->value[orders[i].larger] >= 0 &&
           facts->value[orders[i].smaller] > facts->value[orders[i].larger];
}

bool policy_facts_possible(const struct policy_facts *facts)
{
    assert(facts);
    for (size_t i = 0; i < RULE_COUNT; i++)
        if (rule_broken(&rules[i], facts))
            return false;
    for (size_t i = 0; i < ORDER_COUNT; i++)
        if (order_broken(i, facts))
            return false;
    return true;
}

void policy_facts_room(const struct policy_facts *facts, enum fact fact, int64_t *ret_low, int64_t *ret_high)
{
    assert(facts);
    *ret_low = 0;
    *ret_high = FACT_VALUE_MAXIMUM;
    for (size_t i = 0; i < ORDER_COUNT; i++) {
        enum fact smaller = orders[i].smaller, larger = orders[i].larger;
        if (smaller == fact && known(facts, larger) && facts->value[larger] >= 0 && facts->value[larger] < *ret_high)
            *ret_high = facts->value[larger];
        if (larger == fact && known(facts, smaller) && facts->value[smaller] > *ret_low)
            *ret_low = facts->value[smaller];
    }
}

struct settling {
    struct policy_facts *facts;
    uint64_t fixed, followed;
};

static void follow(struct settling *s, enum fact fact, int64_t low, int64_t high)
{
    s->followed |= UINT64_C(1) << fact;
    if (low == high)
        s->facts->value[fact] = low;
    else
        policy_facts_clear(s->facts, fact);
}

static int64_t last_value(enum fact fact)
{
    const struct fact_info *info = fact_info(fact);
    if (info->values)
        return info->value_count - 1;
    return info->type == FACT_TYPE_PERCENT ? 100 : FACT_VALUE_MAXIMUM;
}

static bool rule_keep(struct settling *s, const struct fact_rule *rule)
{
    uint64_t held = s->fixed | s->followed;
    if (!(held >> rule->other & 1)) {
        follow(s, rule->other, rule->other_low, rule->other_high);
        return true;
    }
    if (held >> rule->fact & 1)
        return false;
    /* What is left of the first fact: all below its range when that reaches to the last value, else several values. */
    int64_t first = fact_info(rule->fact)->type == FACT_TYPE_DURATION ? FACT_NEVER : 0;
    follow(s, rule->fact, first, rule->high == last_value(rule->fact) ? rule->low - 1 : FACT_VALUE_MAXIMUM);
    return true;
}

static bool order_keep(struct settling *s, size_t i)
{
    uint64_t held = s->fixed | s->followed;
    enum fact smaller = orders[i].smaller, larger = orders[i].larger;
    if (!(held >> smaller & 1))
        follow(s, smaller, s->facts->value[larger], s->facts->value[larger]);
    else if (!(held >> larger & 1))
        follow(s, larger, s->facts->value[smaller], s->facts->value[smaller]);
    else
        return false;
    return true;
}

bool policy_facts_settle(struct policy_facts *facts, uint64_t fixed, uint64_t *ret_followed)
{
    assert(facts);
    assert(ret_followed);
    struct settling s = {facts, fixed, 0};
    bool again = true;
    while (again) {
        again = false;
        for (size_t i = 0; i < RULE_COUNT; i++) {
            if (!rule_broken(&rules[i], facts))
                continue;
            if (!rule_keep(&s, &rules[i]))
                return false;
            again = true;
        }
        for (size_t i = 0; i < ORDER_COUNT; i++) {
            if (!order_broken(i, facts))
                continue;
            if (!order_keep(&s, i))
                return false;
            again = true;
        }
    }
    *ret_followed = s.followed;
    return true;
}
