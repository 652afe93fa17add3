/* SPDX-License-Identifier: Apache-2.0 */
/* How much a refund is, step by step (section 5 of docs/policy-language.md, "Amount"): whole minor units, never a fraction. */
#include "evidence/replay/model.h"

#include <string.h>

/* amount × numerator / denominator, rounded up, with 0 <= numerator <= denominator <= REPLAY_NUMBER_MAX: by long
 * multiplication over the binary digits of the numerator, so that no product leaves 64 bits. */
static int64_t share_up(int64_t amount, int64_t numerator, int64_t denominator)
{
    int64_t whole = 0, rest = 0; /* what is taken so far, as whole + rest / denominator */
    int64_t amount_whole = amount / denominator, amount_rest = amount % denominator;
    for (int bit = 62; bit >= 0; bit--) {
        bool is_set = numerator >> bit & 1;
        whole = 2 * whole + (is_set ? amount_whole : 0);
        rest = 2 * rest + (is_set ? amount_rest : 0);
        whole += rest / denominator;
        rest %= denominator;
    }
    return whole + (rest > 0);
}

static int64_t percent_down(int64_t amount, int64_t percent)
{
    return amount / 100 * percent + amount % 100 * percent / 100;
}

static void step(struct replay_decision *decision, const char *op, int64_t value)
{
    decision->steps[decision->step_count++] = (struct replay_step){op, value};
}

/* Whether all that the amount needs is known; money in another currency than the order's cannot be compared with it. */
static bool is_computable(const struct replay_policy *policy, const struct replay_inputs *inputs,
                          const struct replay_amount *amount)
{
    uint64_t needed = 0;
    bool names_money = amount->rule == REPLAY_RULE_FIXED || amount->less_minor > 0;
    if (amount->rule == REPLAY_RULE_UNFINISHED)
        needed = replay_bit(REPLAY_PROGRESS);
    if (amount->rule == REPLAY_RULE_REMAINING)
        needed = replay_bit(REPLAY_TIME_USED);
    if (amount->rule == REPLAY_RULE_AFFECTED)
        needed = replay_bit(REPLAY_QUANTITY) | replay_bit(REPLAY_AFFECTED_QUANTITY);
    if (names_money && strcmp(policy->currency, inputs->currency) != 0)
        return false;
    return inputs->paid >= 0 && (inputs->known & needed) == needed;
}

static int64_t percent_step(struct replay_decision *decision, int64_t of, int64_t percent)
{
    step(decision, "percent", percent);
    return share_up(of, percent, 100);
}

static int64_t affected_steps(const struct replay_inputs *inputs, struct replay_decision *decision)
{
    int64_t of = inputs->value[REPLAY_QUANTITY], affected = inputs->value[REPLAY_AFFECTED_QUANTITY];
    of = of < 1 ? 1 : of;
    affected = affected > of ? of : affected;
    step(decision, "quantity", affected);
    step(decision, "of_quantity", of);
    return share_up(inputs->paid, affected, of);
}

/* What the rule gives of the amount paid, before the percentage of a part. */
static int64_t rule_steps(const struct replay_inputs *inputs, const struct replay_amount *amount,
                          struct replay_decision *decision)
{
    switch (amount->rule) {
    case REPLAY_RULE_NONE:
    case REPLAY_RULE_FULL:
        break;
    case REPLAY_RULE_FIXED:
        step(decision, "fixed", amount->fixed);
        return amount->fixed;
    case REPLAY_RULE_PERCENT:
        return percent_step(decision, inputs->paid, amount->percent);
    case REPLAY_RULE_UNFINISHED:
        return percent_step(decision, inputs->paid, 100 - inputs->value[REPLAY_PROGRESS]);
    case REPLAY_RULE_REMAINING:
        return percent_step(decision, inputs->paid, 100 - inputs->value[REPLAY_TIME_USED]);
    case REPLAY_RULE_AFFECTED:
        return affected_steps(inputs, decision);
    }
    return inputs->paid;
}

static int64_t base_steps(const struct replay_inputs *inputs, const struct replay_amount *amount,
                          struct replay_decision *decision)
{
    bool of_part = amount->percent && amount->rule != REPLAY_RULE_PERCENT;
    step(decision, "paid", inputs->paid);
    int64_t refund = rule_steps(inputs, amount, decision);
    return of_part ? percent_step(decision, refund, amount->percent) : refund;
}

static int64_t less_step(const struct replay_inputs *inputs, const struct replay_amount *amount,
                         struct replay_decision *decision)
{
    if (amount->less_percent) {
        step(decision, "less_percent", amount->less_percent);
        return percent_down(inputs->paid, amount->less_percent);
    }
    if (amount->less_minor)
        step(decision, "less", amount->less_minor);
    return amount->less_minor;
}

bool replay_amount_decide(const struct replay_policy *policy, const struct replay_inputs *inputs,
                          struct replay_decision *decision)
{
    const struct replay_amount *amount = &decision->governing->amount;
    decision->rule = amount->rule;
    if (!is_computable(policy, inputs, amount))
        return false;
    int64_t refund = base_steps(inputs, amount, decision);
    refund -= less_step(inputs, amount, decision);
    int64_t limit = inputs->paid - inputs->earlier_refunds;
    limit = limit < 0 ? 0 : limit;
    step(decision, "limit", limit);
    refund = refund < limit ? refund : limit;
    decision->refund = refund < 0 ? 0 : refund;
    return true;
}
