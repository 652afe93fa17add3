/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a compiled policy: its parts by name, and the truth of its conditions. */
#include "policy/model.h"

#include <assert.h>
#include <string.h>

static const char *const relation_words[POLICY_RELATION_COUNT] = {
    [POLICY_RELATION_IS] = "is",
    [POLICY_RELATION_IS_NOT] = "is_not",
    [POLICY_RELATION_UNDER] = "under",
    [POLICY_RELATION_AT_LEAST] = "at_least",
    [POLICY_RELATION_OVER] = "over",
    [POLICY_RELATION_AT_MOST] = "at_most",
    [POLICY_RELATION_WITHIN] = "within",
    [POLICY_RELATION_NOT_WITHIN] = "not_within",
    [POLICY_RELATION_AGO] = "ago",
    [POLICY_RELATION_NOT_AGO] = "not_ago",
    [POLICY_RELATION_HAPPENED] = "happened",
    [POLICY_RELATION_NOT_HAPPENED] = "not_happened",
    [POLICY_RELATION_LATE_BY] = "late_by",
    [POLICY_RELATION_NOT_LATE_BY] = "not_late_by",
};

const char *policy_relation_word(enum policy_relation relation)
{
    assert(relation < POLICY_RELATION_COUNT);
    return relation_words[relation];
}

bool policy_relation_has_bound(enum policy_relation relation)
{
    return relation > POLICY_RELATION_IS_NOT && relation != POLICY_RELATION_HAPPENED &&
           relation != POLICY_RELATION_NOT_HAPPENED;
}

const char *policy_name(const struct policy *policy)
{
    return policy->name;
}

int64_t policy_version(const struct policy *policy)
{
    return policy->version;
}

enum policy_goods policy_goods(const struct policy *policy)
{
    return policy->goods;
}

const char *policy_goods_word(enum policy_goods goods)
{
    switch (goods) {
    case POLICY_GOODS_CARD_KEY:
        return "card_key";
    case POLICY_GOODS_SERVICE:
        return "service";
    case POLICY_GOODS_LICENCE:
        return "licence";
    case POLICY_GOODS_SOLD:
    case POLICY_GOODS_ANY:
        return "any";
    }
    return "any";
}

const char *policy_floor(const struct policy *policy)
{
    return policy->floor;
}

const char *policy_currency(const struct policy *policy)
{
    assert(policy);
    return policy->currency;
}

const char *policy_effective(const struct policy *policy)
{
    return policy->effective;
}

const uint8_t *policy_sha256(const struct policy *policy)
{
    return policy->sha256;
}

struct text policy_source(const struct policy *policy)
{
    return policy->source;
}

int policy_clause_count(const struct policy *policy)
{
    return policy->clause_count;
}

const char *policy_clause_id(const struct policy *policy, int clause)
{
    if (clause == POLICY_OTHERWISE)
        return "otherwise";
    assert(clause >= 0 && clause < policy->clause_count);
    return policy->clauses[clause].id;
}

const char *policy_clause_title(const struct policy *policy, int clause, enum policy_language language)
{
    if (clause == POLICY_OTHERWISE)
        return language == POLICY_LANGUAGE_ZH ? "其他情形" : "Any other case";
    assert(clause >= 0 && clause < policy->clause_count);
    return language == POLICY_LANGUAGE_ZH ? policy->clauses[clause].title_zh : policy->clauses[clause].title_en;
}

int policy_clause_find(const struct policy *policy, struct text id)
{
    for (int i = 0; i < policy->clause_count; i++)
        if (text_is(id, policy->clauses[i].id))
            return i;
    return -1;
}

uint64_t policy_facts_tested(const struct policy *policy)
{
    return policy->facts_tested;
}

int policy_clause_laws(const struct policy *policy, int clause, const char *ret_codes[static POLICY_LAWS_MAX])
{
    if (clause == POLICY_OTHERWISE)
        return 0;
    assert(clause >= 0 && clause < policy->clause_count);
    for (int i = 0; i < policy->clauses[clause].law_count; i++)
        ret_codes[i] = policy->clauses[clause].laws[i];
    return policy->clauses[clause].law_count;
}

int policy_clause_needs(const struct policy *policy, int clause, uint64_t ret_groups[static POLICY_NEEDS_MAX])
{
    if (clause == POLICY_OTHERWISE)
        return 0;
    assert(clause >= 0 && clause < policy->clause_count);
    memcpy(ret_groups, policy->clauses[clause].needs, sizeof policy->clauses[clause].needs);
    return policy->clauses[clause].need_count;
}

bool policy_clause_set_has(const struct policy_clause_set *set, int clause)
{
    assert(clause >= 0 && clause < LIMIT_POLICY_CLAUSES);
    return set->bits[clause / 64] >> (clause % 64) & 1;
}

int64_t policy_review_s(const struct policy *policy)
{
    return policy->otherwise_review_s >= 0 ? policy->otherwise_review_s : POLICY_REVIEW_DEFAULT_S;
}

bool policy_condition_holds(const struct policy_condition *condition, int64_t value)
{
    if (condition->by_mask)
        return condition->mask >> value & 1;
    return (value >= condition->low && value <= condition->high) != condition->outside;
}

uint64_t policy_facts_comparable(const struct policy *policy, const struct policy_facts *facts)
{
    if (!policy->currency[0] || memcmp(policy->currency, facts->currency, sizeof policy->currency) == 0)
        return facts->known;
    return facts->known & ~(UINT64_C(1) << FACT_AMOUNT | UINT64_C(1) << FACT_EARLIER_REFUNDS);
}

void policy_conditions_evaluate(const struct policy *policy, const struct policy_facts *facts, uint64_t *ret_true,
                                uint64_t *ret_unknown)
{
    uint64_t known = policy_facts_comparable(policy, facts);
    for (int base = 0; base < policy->condition_count; base += 64) {
        int count = policy->condition_count - base < 64 ? policy->condition_count - base : 64;
        uint64_t is_true = 0, is_unknown = 0;
        for (int i = 0; i < count; i++) {
            const struct policy_condition *condition = &policy->conditions[base + i];
            uint64_t is_known = known >> condition->fact & 1;
            uint64_t holds = policy_condition_holds(condition, facts->value[condition->fact]);
            is_true |= (holds & is_known) << i;
            is_unknown |= (is_known ^ 1) << i;
        }
        ret_true[base / 64] = is_true;
        ret_unknown[base / 64] = is_unknown;
    }
}

enum policy_truth policy_node_truth(const struct policy *policy, uint16_t node, const uint64_t *is_true,
                                    const uint64_t *is_unknown)
{
    const struct policy_node *n = &policy->nodes[node];
    if (n->kind == POLICY_NODE_TEST) {
        int word = n->condition / 64, bit = n->condition % 64;
        if (is_unknown[word] >> bit & 1)
            return POLICY_UNKNOWN;
        return is_true[word] >> bit & 1 ? POLICY_TRUE : POLICY_FALSE;
    }
    enum policy_truth decides = n->kind == POLICY_NODE_ALL ? POLICY_FALSE : POLICY_TRUE;
    bool unknown = false;
    for (uint16_t child = n->first; child != POLICY_NODE_NONE; child = policy->nodes[child].next) {
        enum policy_truth truth = policy_node_truth(policy, child, is_true, is_unknown);
        if (truth == decides)
            return decides;
        unknown |= truth == POLICY_UNKNOWN;
    }
    if (unknown)
        return POLICY_UNKNOWN;
    return decides == POLICY_FALSE ? POLICY_TRUE : POLICY_FALSE;
}

uint64_t policy_node_wanted(const struct policy *policy, uint16_t node, const uint64_t *is_true,
                            const uint64_t *is_unknown)
{
    const struct policy_node *n = &policy->nodes[node];
    if (policy_node_truth(policy, node, is_true, is_unknown) != POLICY_UNKNOWN)
        return 0;
    if (n->kind == POLICY_NODE_TEST)
        return UINT64_C(1) << policy->conditions[n->condition].fact;
    uint64_t wanted = 0;
    for (uint16_t child = n->first; child != POLICY_NODE_NONE; child = policy->nodes[child].next)
        wanted |= policy_node_wanted(policy, child, is_true, is_unknown);
    return wanted;
}

int policy_overrides_close(struct policy *policy)
{
    for (int i = 0; i < policy->clause_count; i++)
        policy->clauses[i].overrides = policy->clauses[i].overrides_direct;
    for (int via = 0; via < policy->clause_count; via++)
        for (int i = 0; i < policy->clause_count; i++)
            if (policy_clause_set_has(&policy->clauses[i].overrides, via))
                for (int w = 0; w < POLICY_CLAUSE_WORDS; w++)
                    policy->clauses[i].overrides.bits[w] |= policy->clauses[via].overrides.bits[w];
    int cyclic = -1;
    for (int i = 0; i < policy->clause_count; i++) {
        policy->clauses[i].overridden_by = (struct policy_clause_set){0};
        for (int j = 0; j < policy->clause_count; j++)
            if (policy_clause_set_has(&policy->clauses[j].overrides, i))
                policy_clause_set_add(&policy->clauses[i].overridden_by, j);
        if (cyclic < 0 && policy_clause_set_has(&policy->clauses[i].overrides, i))
            cyclic = i;
    }
    return cyclic;
}

static int turn_add(int64_t *turns, int count, int maximum, int64_t value)
{
    int at = count;
    while (at > 0 && turns[at - 1] > value)
        at--;
    if (value <= 0 || value > FACT_VALUE_MAXIMUM || (at > 0 && turns[at - 1] == value) || count == maximum)
        return count;
    memmove(&turns[at + 1], &turns[at], (size_t)(count - at) * sizeof turns[0]);
    turns[at] = value;
    return count + 1;
}

int policy_fact_turns(const struct policy *policy, enum fact fact, int64_t *ret, int maximum)
{
    assert(policy && ret);
    int count = 0;
    for (int i = 0; i < policy->condition_count; i++) {
        const struct policy_condition *condition = &policy->conditions[i];
        if (condition->fact != fact || condition->by_mask)
            continue;
        count = turn_add(ret, count, maximum, condition->low);
        count = turn_add(ret, count, maximum, condition->high < FACT_VALUE_MAXIMUM ? condition->high + 1 : 0);
    }
    return count;
}
