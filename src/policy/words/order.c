/* SPDX-License-Identifier: Apache-2.0 */
/* How clauses stand to each other: by what they bring, and which exceptions can matter at all. */
#include "policy/words/words.h"

#include "policy/fact_rules.h"

enum words_group policy_clause_group(const struct policy *policy, int clause)
{
    const struct policy_clause *c = &policy->clauses[clause];
    switch (c->outcome) {
    case POLICY_OUTCOME_REFUND:
        return c->at_once ? WORDS_GROUP_AT_ONCE : WORDS_GROUP_MERCHANT;
    case POLICY_OUTCOME_REFUSE:
        return WORDS_GROUP_REFUSE;
    case POLICY_OUTCOME_REVIEW:
    case POLICY_OUTCOME_OPEN:
        break;
    }
    return WORDS_GROUP_REVIEW;
}

/* What both clauses leave of each fact. */
struct leeway {
    uint64_t mask[FACT_COUNT]; /* of enumerations */
    int64_t low[FACT_COUNT], high[FACT_COUNT];
};

static bool is_empty(const struct leeway *leeway, int fact)
{
    return fact_info((enum fact)fact)->values ? !leeway->mask[fact] : leeway->low[fact] > leeway->high[fact];
}

static uint64_t range_mask(int64_t low, int64_t high)
{
    return (UINT64_C(1) << (high + 1)) - (UINT64_C(1) << low);
}

static void keep_range(struct leeway *leeway, int fact, int64_t low, int64_t high)
{
    if (fact_info((enum fact)fact)->values) {
        leeway->mask[fact] &= range_mask(low, high);
        return;
    }
    leeway->low[fact] = low > leeway->low[fact] ? low : leeway->low[fact];
    leeway->high[fact] = high < leeway->high[fact] ? high : leeway->high[fact];
}

static bool lies_within(const struct leeway *leeway, int fact, int64_t low, int64_t high)
{
    if (fact_info((enum fact)fact)->values)
        return !(leeway->mask[fact] & ~range_mask(low, high));
    return leeway->low[fact] >= low && leeway->high[fact] <= high;
}

static void keep_clause(struct leeway *leeway, const struct policy *policy, int clause)
{
    for (uint16_t i = policy->nodes[policy->clauses[clause].root].first; i != POLICY_NODE_NONE;
         i = policy->nodes[i].next) {
        if (policy->nodes[i].kind != POLICY_NODE_TEST)
            continue;
        const struct policy_condition *c = &policy->conditions[policy->nodes[i].condition];
        if (c->by_mask)
            leeway->mask[c->fact] &= c->mask;
        else if (!c->outside)
            keep_range(leeway, c->fact, c->low, c->high);
        else if (c->relation == POLICY_RELATION_NOT_HAPPENED)
            keep_range(leeway, c->fact, FACT_NEVER, FACT_NEVER);
    }
}

static void keep_rules(struct leeway *leeway)
{
    size_t count;
    const struct fact_rule *rules = policy_fact_rules(&count);
    for (size_t i = 0; i < count; i++)
        if (rules[i].fact != rules[i].other && !is_empty(leeway, (int)rules[i].fact) &&
            lies_within(leeway, (int)rules[i].fact, rules[i].low, rules[i].high))
            keep_range(leeway, (int)rules[i].other, rules[i].other_low, rules[i].other_high);
}

bool policy_exception_matters(const struct policy *policy, int clause, int over)
{
    struct leeway leeway;
    if (!policy_clause_set_has(&policy->clauses[clause].overridden_by, over))
        return false;
    for (int i = 0; i < FACT_COUNT; i++) {
        leeway.mask[i] = UINT64_MAX;
        leeway.low[i] = FACT_NEVER;
        leeway.high[i] = FACT_VALUE_MAXIMUM;
    }
    keep_clause(&leeway, policy, clause);
    keep_clause(&leeway, policy, over);
    keep_rules(&leeway);
    keep_rules(&leeway); /* what follows from what follows: the table has no longer chains */
    for (int i = 0; i < FACT_COUNT; i++)
        if (is_empty(&leeway, i))
            return false;
    return true;
}
