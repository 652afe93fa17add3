/* SPDX-License-Identifier: Apache-2.0 */
/* What there is to say about a decision. Nothing here is words. */
#include "policy/words/explanation.h"

#include <assert.h>

#include "policy/fact_rules.h"

#define BIT(fact) (UINT64_C(1) << (fact))
#define NEAREST_CHANGES_MAX 4 /* a story with more ifs helps nobody */

/* What the buyer is, bought or says went wrong: "if you had said otherwise" is no help. */
#define NEVER_TOLD                                                                                                     \
    (BIT(FACT_REASON) | BIT(FACT_REGION) | BIT(FACT_ITEM) | BIT(FACT_BUYER_IS_MINOR) | BIT(FACT_AMOUNT) |              \
     BIT(FACT_QUANTITY) | BIT(FACT_PRICE_WARNING) | BIT(FACT_EARLIER_REFUNDS) | BIT(FACT_MARKED_FINAL) |               \
     BIT(FACT_PAYMENT_RETURNABLE) | BIT(FACT_RETURNED_BEFORE))
/* What nobody can arrange; told when nothing else would do. */
#define TOLD_LAST                                                                                                      \
    (BIT(FACT_CAUSE) | BIT(FACT_PROTECTION) | BIT(FACT_BANNED) | BIT(FACT_BUYER_REFUNDS) |                             \
     BIT(FACT_REFUNDS_SUSPENDED) | BIT(FACT_REFUND_TOKENS) | BIT(FACT_PROTECTION_TIME) | BIT(FACT_VISIBLE_BEFORE_USE))

const char *explanation_change_word(enum explanation_change change)
{
    static const char *const words[EXPLANATION_CHANGE_COUNT] = {"evidence", "reason", "answer", "wait",
                                                                "merchant", "passed", "record"};
    assert(change >= 0 && change < EXPLANATION_CHANGE_COUNT);
    return words[change];
}

/* ---- facts that mattered ---- */

static uint64_t amount_facts(const struct policy_decision *d)
{
    uint64_t facts = 0;
    if (d->step_count && d->amount_rule == POLICY_AMOUNT_UNFINISHED)
        facts |= BIT(FACT_PROGRESS);
    if (d->step_count && d->amount_rule == POLICY_AMOUNT_REMAINING)
        facts |= BIT(FACT_TIME_USED);
    if (d->step_count && d->amount_rule == POLICY_AMOUNT_AFFECTED)
        facts |= BIT(FACT_QUANTITY) | BIT(FACT_AFFECTED_QUANTITY);
    if (d->step_count && d->earlier_refunds)
        facts |= BIT(FACT_EARLIER_REFUNDS);
    return facts;
}

static uint64_t mattered(const struct explanation *e)
{
    const struct policy_decision *d = e->decision;
    uint64_t facts = amount_facts(d);
    if (d->governing >= 0) {
        facts |= policy_node_reasons(e->policy, e->policy->clauses[d->governing].root, d->condition_true,
                                     d->condition_unknown);
        if (d->merchant_answer_s >= 0 && e->facts->value[FACT_MERCHANT_ANSWER] != MERCHANT_ANSWER_NONE)
            facts |= BIT(FACT_MERCHANT_ANSWER);
        for (int i = 0; i < d->evidence_count; i++)
            facts |= d->evidence_any_of[i];
    }
    if (d->governing == POLICY_OTHERWISE)
        facts |= BIT(FACT_REASON);
    for (int i = 0; i < e->near_count && d->governing == POLICY_OTHERWISE; i++)
        for (int f = 0; f < e->near[i].failed_count; f++)
            facts |= e->near[i].failed[f].facts;
    return facts & e->facts->known;
}

/* ---- clauses that nearly applied ---- */

static uint64_t node_facts(const struct policy *policy, uint16_t node)
{
    const struct policy_node *n = &policy->nodes[node];
    if (n->kind == POLICY_NODE_TEST)
        return BIT(policy->conditions[n->condition].fact);
    uint64_t facts = 0;
    for (uint16_t child = n->first; child != POLICY_NODE_NONE; child = policy->nodes[child].next)
        facts |= node_facts(policy, child);
    return facts;
}

static bool has_happened(const struct policy_facts *facts, enum fact fact)
{
    return (facts->known >> fact & 1) && facts->value[fact] != FACT_NEVER;
}

static enum explanation_change age_change(const struct explanation *e, const struct policy_condition *c,
                                          int64_t *ret_by_s)
{
    int64_t value = e->facts->value[c->fact];
    /* What was delivered late does not get later. */
    bool done = c->fact == FACT_LATE &&
                has_happened(e->facts, e->policy->goods == POLICY_GOODS_SERVICE ? FACT_HANDED_OVER : FACT_DELIVERED);
    if (value == FACT_NEVER || done)
        return EXPLANATION_CHANGE_RECORD;
    if (!c->outside && c->low > value) { /* older than it is yet */
        *ret_by_s = c->low - value;
        return EXPLANATION_CHANGE_WAIT;
    }
    if (c->outside && c->relation == POLICY_RELATION_NOT_WITHIN) {
        *ret_by_s = c->bound + 1 - value;
        return EXPLANATION_CHANGE_WAIT;
    }
    if (!c->bound || c->relation == POLICY_RELATION_NOT_LATE_BY)
        return EXPLANATION_CHANGE_RECORD;
    *ret_by_s = value - c->bound;
    return EXPLANATION_CHANGE_PASSED;
}

static enum explanation_change test_change(const struct explanation *e, const struct policy_condition *c,
                                           int64_t *ret_by_s)
{
    enum fact fact = (enum fact)c->fact;
    const struct fact_info *info = fact_info(fact);
    if (fact_is_proof(fact))
        return EXPLANATION_CHANGE_EVIDENCE;
    if (fact == FACT_REASON)
        return EXPLANATION_CHANGE_REASON;
    if (fact == FACT_MERCHANT_ANSWER)
        return EXPLANATION_CHANGE_MERCHANT;
    if (info->sources >> FACT_SOURCE_BUYER & 1)
        return EXPLANATION_CHANGE_ANSWER;
    if (info->type == FACT_TYPE_DURATION)
        return age_change(e, c, ret_by_s);
    return EXPLANATION_CHANGE_RECORD;
}

/* Of a group joined by "or": the easiest; of one joined by "and": the hardest of those that failed. The enumeration lists them so. */
static enum explanation_change node_change(const struct explanation *e, uint16_t node, int64_t *ret_by_s)
{
    const struct policy *policy = e->policy;
    const struct policy_node *n = &policy->nodes[node];
    if (n->kind == POLICY_NODE_TEST)
        return test_change(e, &policy->conditions[n->condition], ret_by_s);
    bool all = n->kind == POLICY_NODE_ALL, first = true;
    enum explanation_change result = EXPLANATION_CHANGE_RECORD;
    for (uint16_t child = n->first; child != POLICY_NODE_NONE; child = policy->nodes[child].next) {
        int64_t by_s = 0;
        if (policy_node_truth(policy, child, e->decision->condition_true, e->decision->condition_unknown) ==
            POLICY_TRUE)
            continue;
        enum explanation_change change = node_change(e, child, &by_s);
        if (!first && (all ? change <= result : change >= result))
            continue;
        result = change;
        *ret_by_s = by_s;
        first = false;
    }
    return result;
}

/* False when the clause fails on more than a few conditions, or because the reason is `other`. */
static bool near_make(const struct explanation *e, int clause, struct explanation_near *ret)
{
    const struct policy *policy = e->policy;
    *ret = (struct explanation_near){.clause = clause};
    for (uint16_t i = policy->nodes[policy->clauses[clause].root].first; i != POLICY_NODE_NONE;
         i = policy->nodes[i].next) {
        if (policy_node_truth(policy, i, e->decision->condition_true, e->decision->condition_unknown) == POLICY_TRUE)
            continue;
        if (policy->nodes[i].implied || ret->failed_count == EXPLANATION_FAILED_MAX)
            return false;
        struct explanation_failure *failure = &ret->failed[ret->failed_count++];
        failure->node = i;
        failure->facts = node_facts(policy, i);
        failure->change = node_change(e, i, &failure->by_s);
    }
    return ret->failed_count > 0;
}

enum nearness { NEAR_TRUE, NEAR_BY_REASON, NEAR_BY_CAUSE };

static bool is_fixed(const struct explanation_near *near)
{
    int fixed = 0;
    for (int i = 0; i < near->failed_count; i++)
        fixed += near->failed[i].change == EXPLANATION_CHANGE_RECORD;
    return fixed > 1; /* two things that nobody can change are not near */
}

/* Another reason is no nearness but a way on for who chose the wrong one; and an outage that nobody recorded is worth a word only where
 * nothing else is near. */
static enum nearness nearness(const struct explanation_near *near)
{
    uint64_t facts = 0;
    for (int i = 0; i < near->failed_count; i++)
        facts |= near->failed[i].facts;
    if (facts & BIT(FACT_REASON))
        return NEAR_BY_REASON;
    return facts & BIT(FACT_CAUSE) ? NEAR_BY_CAUSE : NEAR_TRUE;
}

/* Those of one kind that failed on the fewest conditions. */
static void near_find(struct explanation *e, enum nearness kind)
{
    int fewest = kind == NEAR_TRUE ? EXPLANATION_FAILED_MAX : 1, before = e->near_count;
    for (int i = 0; i < e->policy->clause_count; i++) {
        struct explanation_near near;
        if (e->policy->clauses[i].outcome != POLICY_OUTCOME_REFUND || !near_make(e, i, &near) ||
            near.failed_count > fewest || nearness(&near) != kind || is_fixed(&near))
            continue;
        if (near.failed_count < fewest)
            e->near_count = before;
        fewest = near.failed_count;
        if (e->near_count < before + EXPLANATION_NEAR_MAX)
            e->near[e->near_count++] = near;
    }
}

static void nears_find(struct explanation *e)
{
    near_find(e, NEAR_TRUE);
    if (!e->near_count)
        near_find(e, NEAR_BY_CAUSE);
    near_find(e, NEAR_BY_REASON);
}

/* ---- the nearest situation with a refund ---- */

/* A changed fact that could not be otherwise, given the other changes, goes without saying. */
static uint64_t told(const struct explanation *e)
{
    uint64_t told = e->nearest.changed;
    for (uint64_t bits = e->nearest.changed; bits; bits &= bits - 1) {
        int fact = __builtin_ctzll(bits);
        struct policy_facts rest = e->nearest.facts;
        uint64_t followed, others = told & ~BIT(fact);
        if (!others)
            continue;
        rest.value[fact] = e->facts->value[fact];
        rest.known = (rest.known & ~BIT(fact)) | (e->facts->known & BIT(fact));
        if (policy_facts_settle(&rest, others, &followed) && (rest.known >> fact & 1) &&
            rest.value[fact] == e->nearest.facts.value[fact])
            told = others;
    }
    return told;
}

static void nearest_decide(struct explanation *e)
{
    const struct policy_clause *clause = &e->policy->clauses[e->nearest.clause];
    struct policy_facts complete = e->nearest.facts;
    for (int i = 0; i < clause->need_count; i++) {
        int proof = __builtin_ctzll(clause->needs[i]);
        complete.known |= BIT(proof);
        complete.value[proof] = PROOF_ACCEPTED;
    }
    policy_evaluate(e->policy, &complete, &e->nearest_decision);
}

static void nearest_find(struct explanation *e)
{
    struct reach_question question = {.policy = e->policy,
                                      .from = e->facts,
                                      .may_change = ~(NEVER_TOLD | TOLD_LAST),
                                      .paid = true,
                                      .changes_max = NEAREST_CHANGES_MAX,
                                      .steps_max = REACH_STEPS_MAX};
    for (int i = 0; i < e->policy->clause_count; i++)
        if (e->policy->clauses[i].outcome == POLICY_OUTCOME_REFUND)
            policy_clause_set_add(&question.aims, i);
    e->has_nearest = policy_reach(&question, &e->nearest);
    if (!e->has_nearest) {
        bool exact = e->nearest.exact;
        question.may_change = ~NEVER_TOLD;
        e->has_nearest = policy_reach(&question, &e->nearest);
        e->nearest.exact &= exact;
    }
    if (!e->has_nearest)
        return;
    e->nearest_told = told(e);
    nearest_decide(e);
}

/* ---- what comes next ---- */

static void next_find(struct explanation *e)
{
    const struct policy_decision *d = e->decision;
    e->next_who = EXPLANATION_BUYER;
    e->next_s = -1;
    switch (d->disposition) {
    case POLICY_PAY_NOW:
        e->next_who = EXPLANATION_NOBODY;
        break;
    case POLICY_WAIT_MERCHANT:
        e->next_who = EXPLANATION_MERCHANT;
        e->next_s = d->merchant_answer_s;
        break;
    case POLICY_REVIEW:
        e->next_who = EXPLANATION_PLATFORM;
        e->next_s = d->review_s;
        break;
    case POLICY_MISSING_EVIDENCE:
    case POLICY_REFUSE:
    case POLICY_OPEN:
        break;
    }
}

void explanation_make(const struct policy *policy, const struct policy_facts *facts,
                      const struct policy_decision *decision, struct explanation *ret)
{
    *ret = (struct explanation){.policy = policy, .facts = facts, .decision = decision};
    bool refused = decision->disposition == POLICY_REFUSE;
    int last = decision->step_count - 1;
    ret->used_up =
        refused && last >= 0 && decision->steps[last].kind == POLICY_STEP_LIMIT && decision->steps[last].value == 0;
    bool nothing_more = ret->used_up || decision->outcome == POLICY_OUTCOME_REFUND;
    if ((refused || decision->disposition == POLICY_REVIEW) && !nothing_more)
        nears_find(ret);
    if (refused && !nothing_more)
        nearest_find(ret);
    ret->mattered = mattered(ret);
    next_find(ret);
}

void policy_reasons_words(struct buffer *out, const struct policy *policy, const struct policy_facts *facts,
                          const struct policy_decision *decision, enum policy_language language)
{
    struct explanation e = {.policy = policy, .facts = facts, .decision = decision};
    uint64_t told = mattered(&e);
    for (int fact = 0; fact < FACT_COUNT; fact++)
        if (fact_is_proof((enum fact)fact))
            told &= ~(UINT64_C(1) << fact);
    explanation_facts_words(out, &e, told, language);
}
