/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From facts to a decision, in three-valued logic: an unknown fact never lets a rule decide what that fact could change.
 * Works on bit tables, allocates nothing, and depends on nothing but its arguments.
 */
#include "policy/model.h"

#include <assert.h>
#include <string.h>

#include "policy/amount.h"

static void clauses_evaluate(const struct policy *policy, struct policy_decision *decision)
{
    memset(&decision->applies, 0, sizeof decision->applies);
    memset(&decision->unknown, 0, sizeof decision->unknown);
    for (int i = 0; i < policy->clause_count; i++) {
        switch (
            policy_node_truth(policy, policy->clauses[i].root, decision->condition_true, decision->condition_unknown)) {
        case POLICY_FALSE:
            break;
        case POLICY_TRUE:
            policy_clause_set_add(&decision->applies, i);
            break;
        case POLICY_UNKNOWN:
            policy_clause_set_add(&decision->unknown, i);
            break;
        }
    }
}

static bool set_empty(const struct policy_clause_set *set)
{
    uint64_t any = 0;
    for (int i = 0; i < POLICY_CLAUSE_WORDS; i++)
        any |= set->bits[i];
    return any == 0;
}

/* The clauses of `from` that no clause which certainly applies overrides. */
static struct policy_clause_set undominated(const struct policy *policy, const struct policy_clause_set *from,
                                            const struct policy_clause_set *applies)
{
    struct policy_clause_set kept = {0};
    for (int w = 0; w < POLICY_CLAUSE_WORDS; w++)
        for (uint64_t bits = from->bits[w]; bits; bits &= bits - 1) {
            int clause = w * 64 + __builtin_ctzll(bits);
            if (!policy_clause_set_meets(&policy->clauses[clause].overridden_by, applies))
                policy_clause_set_add(&kept, clause);
        }
    return kept;
}

/* Who may govern. Beside a clause that certainly applies, an unknown one matters only if it overrides that clause:
 * two clauses without an override between them never apply together, which policy_check has shown. */
static void governing_find(const struct policy *policy, struct policy_decision *decision)
{
    struct policy_clause_set certain = undominated(policy, &decision->applies, &decision->applies);
    struct policy_clause_set doubtful = undominated(policy, &decision->unknown, &decision->applies);
    bool any_certain = !set_empty(&certain);
    int found = POLICY_OTHERWISE, certain_count = 0;
    decision->possible = certain;
    bool open = false;
    for (int w = 0; w < POLICY_CLAUSE_WORDS; w++) {
        for (uint64_t bits = certain.bits[w]; bits; bits &= bits - 1, certain_count++)
            found = w * 64 + __builtin_ctzll(bits);
        for (uint64_t bits = doubtful.bits[w]; bits; bits &= bits - 1) {
            int clause = w * 64 + __builtin_ctzll(bits);
            if (any_certain && !policy_clause_set_meets(&policy->clauses[clause].overrides, &certain))
                continue;
            policy_clause_set_add(&decision->possible, clause);
            open = true;
        }
    }
    decision->otherwise_possible = open && !any_certain;
    decision->conflict = !open && certain_count > 1;
    decision->governing = open ? POLICY_NOBODY : (decision->conflict ? POLICY_OTHERWISE : found);
}

/* Which unknown facts matter, and which of them appears in most of the clauses that are still possible; a fact that
 * can be asked for is preferred to one that cannot. */
static void wanted_find(const struct policy *policy, struct policy_decision *decision)
{
    int counts[FACT_COUNT] = {0};
    decision->facts_wanted = 0;
    for (int i = 0; i < policy->clause_count; i++) {
        if (!policy_clause_set_has(&decision->unknown, i) || !policy_clause_set_has(&decision->possible, i))
            continue;
        uint64_t wanted =
            policy_node_wanted(policy, policy->clauses[i].root, decision->condition_true, decision->condition_unknown);
        decision->facts_wanted |= wanted;
        for (uint64_t bits = wanted; bits; bits &= bits - 1)
            counts[__builtin_ctzll(bits)]++;
    }
    int best_score = 0;
    for (int i = 0; i < FACT_COUNT; i++) {
        int score = counts[i] ? counts[i] + (fact_info((enum fact)i)->question_en[0] ? LIMIT_POLICY_CLAUSES : 0) : 0;
        if (score > best_score) {
            best_score = score;
            decision->fact_best = i;
        }
    }
}

static enum policy_evidence_state evidence_state(const struct policy_facts *facts, uint64_t any_of)
{
    enum policy_evidence_state state = POLICY_EVIDENCE_MISSING;
    for (uint64_t bits = any_of & facts->known; bits; bits &= bits - 1) {
        int64_t value = facts->value[__builtin_ctzll(bits)];
        if (value == PROOF_ACCEPTED)
            return POLICY_EVIDENCE_ACCEPTED;
        if (value == PROOF_REJECTED)
            state = POLICY_EVIDENCE_REJECTED;
    }
    return state;
}

/* Returns whether every `needs` line is satisfied. */
static bool evidence_find(const struct policy_clause *clause, const struct policy_facts *facts,
                          struct policy_decision *decision)
{
    bool complete = true;
    decision->evidence_count = clause->need_count;
    decision->evidence_optional = clause->optional;
    for (int i = 0; i < clause->need_count; i++) {
        decision->evidence_any_of[i] = clause->needs[i];
        decision->evidence_state[i] = evidence_state(facts, clause->needs[i]);
        complete &= decision->evidence_state[i] == POLICY_EVIDENCE_ACCEPTED;
    }
    return complete;
}

static void disposition_by_merchant(const struct policy *policy, const struct policy_clause *clause,
                                    const struct policy_facts *facts, struct policy_decision *decision)
{
    int64_t answer =
        facts->known >> FACT_MERCHANT_ANSWER & 1 ? facts->value[FACT_MERCHANT_ANSWER] : (int64_t)MERCHANT_ANSWER_NONE;
    decision->review_s = policy_review_s(policy);
    if (answer == MERCHANT_ANSWER_NONE) {
        decision->disposition = POLICY_WAIT_MERCHANT;
    } else if (answer == MERCHANT_ANSWER_ACCEPTS) {
        decision->disposition = POLICY_PAY_NOW;
    } else if (answer == MERCHANT_ANSWER_DISPUTES || clause->silence == POLICY_SILENCE_REVIEWS) {
        decision->disposition = POLICY_REVIEW;
    } else if (clause->silence == POLICY_SILENCE_ACCEPTS) {
        decision->disposition = POLICY_PAY_NOW;
    } else {
        decision->outcome = POLICY_OUTCOME_REFUSE;
        decision->disposition = POLICY_REFUSE;
        decision->refund = 0;
    }
}

static void refund_decide(const struct policy *policy, const struct policy_clause *clause,
                          const struct policy_facts *facts, bool complete, struct policy_decision *decision)
{
    bool names_money = clause->amount.fixed || clause->amount.less;
    uint64_t known = names_money ? policy_facts_comparable(policy, facts) : facts->known;
    uint64_t wanted = policy_amount_compute(&clause->amount, facts, known, decision);
    decision->bearer = clause->bearer;
    decision->destination = clause->destination;
    decision->merchant_answer_s = clause->merchant_answer_s;
    decision->extension_s = clause->extension_s;
    decision->silence = clause->silence;
    if (clause->merchant_answer_s >= 0)
        decision->review_s = policy_review_s(policy);
    if (!complete) {
        decision->disposition = POLICY_MISSING_EVIDENCE;
    } else if (wanted) {
        decision->disposition = POLICY_OPEN;
        decision->facts_wanted = wanted;
        decision->fact_best = __builtin_ctzll(wanted);
    } else if (decision->refund == 0) {
        decision->outcome = POLICY_OUTCOME_REFUSE;
        decision->disposition = POLICY_REFUSE;
    } else if (clause->merchant_answer_s >= 0) {
        disposition_by_merchant(policy, clause, facts, decision);
    } else {
        decision->disposition = POLICY_PAY_NOW;
    }
}

static void clause_decide(const struct policy *policy, const struct policy_facts *facts,
                          struct policy_decision *decision)
{
    const struct policy_clause *clause = &policy->clauses[decision->governing];
    bool complete = evidence_find(clause, facts, decision);
    decision->outcome = clause->outcome;
    switch (clause->outcome) {
    case POLICY_OUTCOME_REFUND:
        refund_decide(policy, clause, facts, complete, decision);
        break;
    case POLICY_OUTCOME_REFUSE:
        decision->disposition = POLICY_REFUSE;
        break;
    case POLICY_OUTCOME_REVIEW:
    case POLICY_OUTCOME_OPEN:
        decision->disposition = complete ? POLICY_REVIEW : POLICY_MISSING_EVIDENCE;
        decision->review_s = clause->review_s;
        break;
    }
}

/* No clause applies. `other` goes to a person whatever `otherwise` says. */
static void otherwise_decide(const struct policy *policy, const struct policy_facts *facts,
                             struct policy_decision *decision)
{
    bool is_other = (facts->known >> FACT_REASON & 1) && facts->value[FACT_REASON] == REASON_OTHER;
    if (policy->has_otherwise && policy->otherwise == POLICY_OUTCOME_REFUSE && !is_other && !decision->conflict) {
        decision->outcome = POLICY_OUTCOME_REFUSE;
        decision->disposition = POLICY_REFUSE;
        return;
    }
    decision->outcome = POLICY_OUTCOME_REVIEW;
    decision->disposition = POLICY_REVIEW;
    decision->review_s = policy_review_s(policy);
}

/* `otherwise refuse` needs to know that the reason is not `other`. */
static bool otherwise_unsure(const struct policy *policy, const struct policy_facts *facts)
{
    return policy->has_otherwise && policy->otherwise == POLICY_OUTCOME_REFUSE && !(facts->known >> FACT_REASON & 1);
}

static void decision_reset(const struct policy_facts *facts, struct policy_decision *decision)
{
    decision->facts_wanted = 0;
    decision->fact_best = -1;
    decision->evidence_count = 0;
    decision->evidence_optional = 0;
    decision->amount_rule = POLICY_AMOUNT_NONE;
    decision->step_count = 0;
    decision->paid = facts->known >> FACT_AMOUNT & 1 ? facts->value[FACT_AMOUNT] : -1;
    decision->earlier_refunds = facts->known >> FACT_EARLIER_REFUNDS & 1 ? facts->value[FACT_EARLIER_REFUNDS] : 0;
    decision->refund = 0;
    decision->raw = 0;
    decision->bearer = POLICY_BEARER_MERCHANT;
    decision->destination = POLICY_DESTINATION_ORIGINAL;
    decision->merchant_answer_s = decision->extension_s = -1;
    decision->silence = POLICY_SILENCE_NONE;
    decision->review_s = -1;
}

void policy_evaluate(const struct policy *policy, const struct policy_facts *facts, struct policy_decision *ret)
{
    assert(policy);
    assert(facts);
    assert(ret);
    decision_reset(facts, ret);
    policy_conditions_evaluate(policy, facts, ret->condition_true, ret->condition_unknown);
    clauses_evaluate(policy, ret);
    governing_find(policy, ret);
    if (ret->governing == POLICY_OTHERWISE && otherwise_unsure(policy, facts) && !ret->conflict) {
        ret->governing = POLICY_NOBODY;
        ret->otherwise_possible = true;
    }
    if (ret->governing >= 0) {
        clause_decide(policy, facts, ret);
    } else if (ret->governing == POLICY_OTHERWISE) {
        otherwise_decide(policy, facts, ret);
    } else {
        ret->outcome = POLICY_OUTCOME_OPEN;
        ret->disposition = POLICY_OPEN;
        wanted_find(policy, ret);
        if (!ret->facts_wanted) {
            ret->facts_wanted = UINT64_C(1) << FACT_REASON;
            ret->fact_best = FACT_REASON;
        }
    }
}
