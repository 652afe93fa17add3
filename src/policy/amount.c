/* SPDX-License-Identifier: Apache-2.0 */
/* The arithmetic of a refund. Integers only; a product of two facts is computed in 128 bits, so nothing overflows. */
#include "policy/amount.h"

#include <assert.h>

static int64_t part_up(int64_t amount, int64_t numerator, int64_t denominator)
{
    assert(amount >= 0 && numerator >= 0 && denominator > 0);
    __extension__ typedef unsigned __int128 wide;
    wide product = (wide)(uint64_t)amount * (uint64_t)numerator;
    return (int64_t)((product + (uint64_t)denominator - 1) / (uint64_t)denominator);
}

static void step_add(struct policy_decision *decision, enum policy_step_kind kind, int64_t value)
{
    assert(decision->step_count < POLICY_STEPS_MAX);
    decision->steps[decision->step_count++] = (struct policy_step){kind, value};
}

static int64_t percent_take(struct policy_decision *decision, int64_t percent)
{
    step_add(decision, POLICY_STEP_PERCENT, percent);
    return part_up(decision->paid, percent, 100);
}

static int64_t affected_take(const struct policy_facts *facts, struct policy_decision *decision)
{
    int64_t quantity = facts->value[FACT_QUANTITY], affected = facts->value[FACT_AFFECTED_QUANTITY];
    if (quantity < 1)
        quantity = 1;
    if (affected > quantity)
        affected = quantity;
    step_add(decision, POLICY_STEP_QUANTITY, affected);
    step_add(decision, POLICY_STEP_OF_QUANTITY, quantity);
    return part_up(decision->paid, affected, quantity);
}

static uint64_t facts_needed(enum policy_amount_rule rule)
{
    uint64_t needed = UINT64_C(1) << FACT_AMOUNT;
    switch (rule) {
    case POLICY_AMOUNT_NONE:
    case POLICY_AMOUNT_FULL:
    case POLICY_AMOUNT_PERCENT:
        break;
    case POLICY_AMOUNT_UNFINISHED:
        needed |= UINT64_C(1) << FACT_PROGRESS;
        break;
    case POLICY_AMOUNT_AFFECTED:
        needed |= UINT64_C(1) << FACT_QUANTITY | UINT64_C(1) << FACT_AFFECTED_QUANTITY;
        break;
    }
    return needed;
}

uint64_t policy_amount_compute(const struct policy_amount *amount, const struct policy_facts *facts,
                               struct policy_decision *decision)
{
    decision->amount_rule = amount->rule;
    uint64_t missing = facts_needed(amount->rule) & ~facts->known;
    if (missing)
        return missing;
    int64_t refund = decision->paid;
    step_add(decision, POLICY_STEP_PAID, decision->paid);
    switch (amount->rule) {
    case POLICY_AMOUNT_NONE:
    case POLICY_AMOUNT_FULL:
        break;
    case POLICY_AMOUNT_PERCENT:
        refund = percent_take(decision, amount->percent);
        break;
    case POLICY_AMOUNT_UNFINISHED:
        refund = percent_take(decision, 100 - facts->value[FACT_PROGRESS]);
        break;
    case POLICY_AMOUNT_AFFECTED:
        refund = affected_take(facts, decision);
        break;
    }
    int64_t left = decision->paid > decision->earlier_refunds ? decision->paid - decision->earlier_refunds : 0;
    step_add(decision, POLICY_STEP_LIMIT, left);
    decision->refund = refund < left ? refund : left;
    return 0;
}
