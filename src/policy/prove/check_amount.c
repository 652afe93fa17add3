/* SPDX-License-Identifier: Apache-2.0 */
/* Whether the amount of a clause can leave its bounds before the last step keeps it within them: such a rule says one thing
 * and does another. */
#include "policy/amount.h"
#include "policy/prove/amounts.h"
#include "policy/prove/finding.h"

struct bounds_question {
    const struct policy_amount *amount;
    bool too_much; /* else: below zero */
};

static bool leaves_bounds(const void *context, const struct policy_facts *facts)
{
    const struct bounds_question *question = context;
    struct policy_decision decision = {.paid = facts->value[FACT_AMOUNT]};
    if (policy_amount_compute(question->amount, facts, facts->known, &decision))
        return false;
    return question->too_much ? decision.raw > decision.paid : decision.raw < 0;
}

static bool bounds_take(const void *context, const struct prove_space *space, const uint64_t *box,
                        struct prove_pick *pick)
{
    const struct bounds_question *question = context;
    return amounts_try(space, box, question->amount, NULL, leaves_bounds, question, pick);
}

static bool bounds_find(struct prove_check *check, int clause, bool too_much, struct policy_facts *ret_example)
{
    struct bounds_question question = {&check->policy->clauses[clause].amount, too_much};
    struct prove_judge judge = {bounds_take, &question};
    struct prove_goal goal;
    prove_goal_begin(&goal, check->space);
    prove_goal_governs(&goal, 0, clause);
    return prove_check_find(check, &goal, &judge, ret_example);
}

void prove_amounts(struct prove_check *check)
{
    for (int i = 0; i < check->policy->clause_count; i++) {
        const struct policy_amount *amount = &check->policy->clauses[i].amount;
        struct policy_facts example;
        /* Percentages of at most a hundred stay within the price by themselves. */
        if (amount->fixed && bounds_find(check, i, true, &example)) {
            struct policy_problem *problem =
                prove_finding(check, POLICY_PROBLEM_AMOUNT, i, &example, "this refund can exceed what was paid",
                              "退款金额可能超过实付金额");
            policy_problem_hint(problem, "refund a percentage, or add a condition such as `amount at least 10 CNY`",
                                "请改为百分比，或加上 `amount at least 10 CNY` 之类的条件");
        }
        if ((amount->less || amount->less_percent) && bounds_find(check, i, false, &example)) {
            struct policy_problem *problem =
                prove_finding(check, POLICY_PROBLEM_AMOUNT, i, &example,
                              "what is taken off can exceed what is refunded", "扣除的金额可能超过应退金额");
            policy_problem_hint(problem, "take off less, or leave these cases to another clause",
                                "请减少扣除，或把这类情形交给其他条款");
        }
    }
}
