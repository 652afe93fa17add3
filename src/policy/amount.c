/* SPDX-License-Identifier: Apache-2.0 */
/* The arithmetic of a refund. Integers only; a product of two facts is computed in 128 bits, so nothing overflows. */
#include "policy/amount.h"

#include <assert.h>

__extension__ typedef unsigned __int128 wide;

static wide product(int64_t amount, int64_t numerator, int64_t denominator)
{
    assert(amount >= 0 && numerator >= 0 && denominator > 0);
    return (wide)(uint64_t)amount * (uint64_t)numerator;
}

static int64_t part_up(int64_t amount, int64_t numerator, int64_t denominator)
{
    return (int64_t)((product(amount, numerator, denominator) + (uint64_t)denominator - 1) / (uint64_t)denominator);
}

static int64_t part_down(int64_t amount, int64_t numerator, int64_t denominator)
{
    return (int64_t)(product(amount, numerator, denominator) / (uint64_t)denominator);
}

static void step_add(struct policy_decision *decision, enum policy_step_kind kind, int64_t value)
{
    assert(decision->step_count < POLICY_STEPS_MAX);
    decision->steps[decision->step_count++] = (struct policy_step){kind, value};
}

static int64_t percent_take(struct policy_decision *decision, int64_t of, int64_t percent)
{
    step_add(decision, POLICY_STEP_PERCENT, percent);
    return part_up(of, percent, 100);
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

static uint64_t facts_needed(const struct policy_amount *amount)
{
    uint64_t needed = UINT64_C(1) << FACT_AMOUNT;
    switch (amount->rule) {
    case POLICY_AMOUNT_NONE:
    case POLICY_AMOUNT_FULL:
    case POLICY_AMOUNT_PERCENT:
    case POLICY_AMOUNT_FIXED:
        break;
    case POLICY_AMOUNT_UNFINISHED:
        needed |= UINT64_C(1) << FACT_PROGRESS;
        break;
    case POLICY_AMOUNT_REMAINING:
        needed |= UINT64_C(1) << FACT_TIME_USED;
        break;
    case POLICY_AMOUNT_AFFECTED:
        needed |= UINT64_C(1) << FACT_QUANTITY | UINT64_C(1) << FACT_AFFECTED_QUANTITY;
        break;
    }
    return needed;
}

static int64_t base_take(const struct policy_amount *amount, const struct policy_facts *facts,
                         struct policy_decision *decision)
{
    int64_t refund = decision->paid;
    step_add(decision, POLICY_STEP_PAID, decision->paid);
    switch (amount->rule) {
    case POLICY_AMOUNT_NONE:
    case POLICY_AMOUNT_FULL:
        return refund;
    case POLICY_AMOUNT_PERCENT:
        return percent_take(decision, refund, amount->percent);
    case POLICY_AMOUNT_FIXED:
        step_add(decision, POLICY_STEP_FIXED, amount->fixed);
        return amount->fixed;
    case POLICY_AMOUNT_UNFINISHED:
        refund = percent_take(decision, refund, 100 - facts->value[FACT_PROGRESS]);
        break;
    case POLICY_AMOUNT_REMAINING:
        refund = percent_take(decision, refund, 100 - facts->value[FACT_TIME_USED]);
        break;
    case POLICY_AMOUNT_AFFECTED:
        refund = affected_take(facts, decision);
        break;
    }
    return amount->percent == 0 ? refund : percent_take(decision, refund, amount->percent);
}

static int64_t fee_of(const struct policy_amount *amount, struct policy_decision *decision)
{
    if (amount->less_percent) {
        step_add(decision, POLICY_STEP_LESS_PERCENT, amount->less_percent);
        return part_down(decision->paid, amount->less_percent, 100);
    }
    if (amount->less)
        step_add(decision, POLICY_STEP_LESS, amount->less);
    return amount->less;
}

uint64_t policy_amount_compute(const struct policy_amount *amount, const struct policy_facts *facts, uint64_t known,
                               struct policy_decision *decision)
{
    decision->amount_rule = amount->rule;
    uint64_t missing = facts_needed(amount) & ~known;
    if (missing)
        return missing;
    int64_t refund = base_take(amount, facts, decision);
    int64_t fee = fee_of(amount, decision);
    decision->raw = refund - fee;
    refund = refund > fee ? refund - fee : 0;
    int64_t left = decision->paid > decision->earlier_refunds ? decision->paid - decision->earlier_refunds : 0;
    step_add(decision, POLICY_STEP_LIMIT, left);
    decision->refund = refund < left ? refund : left;
    return 0;
}
