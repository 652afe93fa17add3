/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Comparing promises. What does not depend on the situation (outcome, deadlines, who bears it) is compared first; only if it
 * differs is a situation looked for. Money and evidence are compared within the search.
 */
#include "policy/prove/compare.h"

#include <string.h>

#include "policy/amount.h"
#include "policy/prove/amounts.h"

/* What the buyer is promised, whatever the situation. */
struct promise {
    enum policy_outcome outcome;
    const struct policy_clause *clause; /* NULL: `otherwise` */
    int64_t silent_s;                   /* until it is decided when everybody keeps silent */
    int64_t disputed_s;                 /* until it is decided when a person has to come in */
    enum policy_silence silence;
};

static struct promise promise_of(const struct policy *policy, struct compare_side side)
{
    struct promise promise = {.outcome = POLICY_OUTCOME_REVIEW};
    if (side.clause == POLICY_OTHERWISE) {
        if (policy->has_otherwise && policy->otherwise == POLICY_OUTCOME_REFUSE && !side.other)
            promise.outcome = POLICY_OUTCOME_REFUSE;
        else
            promise.silent_s = promise.disputed_s = policy_review_s(policy);
        return promise;
    }
    const struct policy_clause *clause = &policy->clauses[side.clause];
    promise.clause = clause;
    promise.outcome = clause->outcome;
    if (clause->outcome == POLICY_OUTCOME_REVIEW)
        promise.silent_s = promise.disputed_s = clause->review_s;
    if (clause->outcome == POLICY_OUTCOME_REFUND && !clause->at_once) {
        promise.silent_s = clause->merchant_answer_s + (clause->extension_s > 0 ? clause->extension_s : 0);
        promise.disputed_s = promise.silent_s + policy_review_s(policy);
        promise.silence = clause->silence;
        if (clause->silence == POLICY_SILENCE_REVIEWS)
            promise.silent_s = promise.disputed_s;
    }
    return promise;
}

static int rank(const struct promise *promise)
{
    switch (promise->outcome) {
    case POLICY_OUTCOME_REFUND:
        return promise->silence == POLICY_SILENCE_NONE || promise->silence == POLICY_SILENCE_ACCEPTS ? 2 : 1;
    case POLICY_OUTCOME_REVIEW:
        return 1;
    case POLICY_OUTCOME_REFUSE:
    case POLICY_OUTCOME_OPEN:
        break;
    }
    return 0;
}

int compare_sides(const struct policy *policy, struct compare_side ret[static COMPARE_SIDES_MAX])
{
    int count = 0;
    for (int i = 0; i < policy->clause_count; i++)
        ret[count++] = (struct compare_side){i, false};
    ret[count++] = (struct compare_side){POLICY_OTHERWISE, false};
    if (policy->has_otherwise && policy->otherwise == POLICY_OUTCOME_REFUSE)
        ret[count++] = (struct compare_side){POLICY_OTHERWISE, true};
    return count;
}

bool compare_promises_nothing(const struct policy *policy, struct compare_side side)
{
    struct promise promise = promise_of(policy, side);
    return promise.outcome == POLICY_OUTCOME_REFUSE;
}

/* ---- money ---- */

/* What is asked of the money of two sides; NULL for a side that is no refund. A refund of nothing is a refusal. */
enum money_ask { MONEY_LESS, MONEY_NOTHING, MONEY_SOMETHING };
struct money_question {
    enum money_ask ask;
    const struct policy_amount *a, *b; /* LESS: a pays less than b. NOTHING: a pays nothing. SOMETHING: both pay */
};

static int64_t paid_out(const struct policy_amount *amount, const struct policy_facts *facts)
{
    struct policy_decision decision = {.paid = facts->value[FACT_AMOUNT],
                                       .earlier_refunds = facts->value[FACT_EARLIER_REFUNDS]};
    return policy_amount_compute(amount, facts, facts->known, &decision) ? 0 : decision.refund;
}

static bool money_holds(const void *context, const struct policy_facts *facts)
{
    const struct money_question *question = context;
    switch (question->ask) {
    case MONEY_LESS:
        return paid_out(question->a, facts) < paid_out(question->b, facts);
    case MONEY_NOTHING:
        return paid_out(question->a, facts) == 0;
    case MONEY_SOMETHING:
        break;
    }
    return (!question->a || paid_out(question->a, facts) > 0) && (!question->b || paid_out(question->b, facts) > 0);
}

static bool money_take(const void *context, const struct prove_space *space, const uint64_t *box,
                       struct prove_pick *pick)
{
    const struct money_question *question = context;
    const struct policy_amount *a = question->a ? question->a : question->b;
    return amounts_try(space, box, a, question->b, money_holds, question, pick);
}

bool compare_amount_equal(const struct policy_amount *a, const struct policy_amount *b)
{
    return a->rule == b->rule && a->percent == b->percent && a->fixed == b->fixed && a->less == b->less &&
           a->less_percent == b->less_percent;
}

/* ---- finding ---- */

void compare_goal(struct prove_goal *goal, int policy, struct compare_side side)
{
    const struct policy *p = goal->space->policies[policy];
    prove_goal_governs(goal, policy, side.clause);
    if (side.other)
        prove_goal_values(goal, FACT_REASON, UINT64_C(1) << REASON_OTHER);
    else if (side.clause == POLICY_OTHERWISE && p->has_otherwise && p->otherwise == POLICY_OUTCOME_REFUSE)
        prove_goal_values(goal, FACT_REASON, ~(UINT64_C(1) << REASON_OTHER));
}

static void goal_pair(struct prove_goal *goal, struct compare *compare, struct compare_side before,
                      struct compare_side after)
{
    prove_goal_begin(goal, compare->space);
    compare_goal(goal, 0, before);
    compare_goal(goal, 1, after);
}

static bool found(struct compare *compare, struct prove_goal *goal, const struct prove_judge *judge,
                  struct policy_facts *ret_example)
{
    if (compare->over_limit)
        return false;
    enum prove_result result = prove_find(goal, judge, ret_example);
    compare->over_limit = result == PROVE_LIMIT;
    return result == PROVE_FOUND;
}

struct pair {
    struct compare *compare;
    struct compare_side before, after;
    struct promise was, is;
};

/* The amount of a promise whose refund can come to nothing; else NULL. */
static const struct policy_amount *uncertain_amount(const struct promise *promise)
{
    if (!promise->clause || promise->outcome != POLICY_OUTCOME_REFUND)
        return NULL;
    const struct policy_amount *amount = &promise->clause->amount;
    /* What is finished or used up leaves nothing; a fee may take all. Something is always affected, and rounded up. */
    bool certain = amount->rule != POLICY_AMOUNT_UNFINISHED && amount->rule != POLICY_AMOUNT_REMAINING &&
                   !amount->less && !amount->less_percent;
    return certain ? NULL : amount;
}

static bool found_where(const struct pair *pair, struct prove_goal *goal, const struct money_question *question,
                        struct policy_facts *ret_example)
{
    struct prove_judge judge = {money_take, question};
    return found(pair->compare, goal, question->a || question->b ? &judge : NULL, ret_example);
}

/* Runs the goal where both sides, as far as they refund, pay something. */
static bool found_worth(const struct pair *pair, struct prove_goal *goal, struct policy_facts *ret_example)
{
    struct money_question question = {MONEY_SOMETHING, uncertain_amount(&pair->was), uncertain_amount(&pair->is)};
    return found_where(pair, goal, &question, ret_example);
}

static bool exists(const struct pair *pair, struct policy_facts *ret_example)
{
    struct prove_goal goal;
    goal_pair(&goal, pair->compare, pair->before, pair->after);
    return found_worth(pair, &goal, ret_example);
}

static bool exists_where(const struct pair *pair, const struct money_question *question,
                         struct policy_facts *ret_example)
{
    struct prove_goal goal;
    goal_pair(&goal, pair->compare, pair->before, pair->after);
    return found_where(pair, &goal, question, ret_example);
}

static bool credit_instead(const struct promise *less, const struct promise *more)
{
    return less->clause && more->clause && less->clause->destination == POLICY_DESTINATION_STORE_CREDIT &&
           more->clause->destination != POLICY_DESTINATION_STORE_CREDIT && less->outcome == POLICY_OUTCOME_REFUND &&
           more->outcome == POLICY_OUTCOME_REFUND;
}

static bool refunds(const struct promise *promise)
{
    return promise->outcome == POLICY_OUTCOME_REFUND;
}

static bool lower_outcome(const struct pair *pair, const struct promise *lower, const struct promise *higher,
                          struct policy_facts *ret_example)
{
    struct money_question question = {MONEY_SOMETHING, NULL, uncertain_amount(higher)};
    if ((rank(lower) < rank(higher) || credit_instead(lower, higher)) && exists_where(pair, &question, ret_example))
        return true;
    if (refunds(lower) && refunds(higher)) {
        question = (struct money_question){MONEY_LESS, &lower->clause->amount, &higher->clause->amount};
        return !compare_amount_equal(question.a, question.b) && exists_where(pair, &question, ret_example);
    }
    question = (struct money_question){MONEY_NOTHING, uncertain_amount(lower), NULL};
    return question.a && rank(higher) > 0 && exists_where(pair, &question, ret_example);
}

/* A situation with all the evidence that `ease` asks for, in which `strict` still misses some. */
static bool more_evidence(const struct pair *pair, const struct promise *ease, const struct promise *strict,
                          struct policy_facts *ret_example)
{
    int ease_count = ease->clause ? ease->clause->need_count : 0,
        strict_count = strict->clause ? strict->clause->need_count : 0;
    for (int i = 0; i < strict_count; i++) {
        struct prove_goal goal;
        goal_pair(&goal, pair->compare, pair->before, pair->after);
        prove_goal_proofs(&goal, strict->clause->needs[i], false);
        for (int j = 0; j < ease_count; j++)
            prove_goal_proofs(&goal, ease->clause->needs[j], true);
        if (found_worth(pair, &goal, ret_example))
            return true;
    }
    return false;
}

static bool is_later(const struct promise *late, const struct promise *early)
{
    return late->silent_s > early->silent_s || late->disputed_s > early->disputed_s;
}

static bool same_for_buyer(const struct pair *pair)
{
    const struct policy_clause *a = pair->was.clause, *b = pair->is.clause;
    return a && b && a->outcome == POLICY_OUTCOME_REFUND && b->outcome == POLICY_OUTCOME_REFUND;
}

bool compare_meet(struct compare *compare, struct compare_side before, struct compare_side after)
{
    struct prove_goal goal;
    goal_pair(&goal, compare, before, after);
    return found(compare, &goal, NULL, NULL);
}

bool compare_find(struct compare *compare, struct compare_side before, struct compare_side after,
                  enum policy_change change, struct policy_facts *ret_example)
{
    struct pair pair = {compare, before, after, promise_of(compare->space->policies[0], before),
                        promise_of(compare->space->policies[1], after)};
    const struct promise *was = &pair.was, *is = &pair.is;
    /* Less evidence or time counts only for the same outcome; more of it also for a better one. */
    bool same = rank(was) > 0 && rank(is) == rank(was), not_lower = rank(was) > 0 && rank(is) >= rank(was);
    switch (change) {
    case POLICY_CHANGE_BETTER:
        return lower_outcome(&pair, was, is, ret_example);
    case POLICY_CHANGE_WORSE:
        return lower_outcome(&pair, is, was, ret_example);
    case POLICY_CHANGE_EASIER:
        return same && more_evidence(&pair, is, was, ret_example);
    case POLICY_CHANGE_HARDER:
        return not_lower && more_evidence(&pair, was, is, ret_example);
    case POLICY_CHANGE_FASTER:
        return same && is_later(was, is) && !is_later(is, was) && exists(&pair, ret_example);
    case POLICY_CHANGE_SLOWER:
        return not_lower && is_later(is, was) && exists(&pair, ret_example);
    case POLICY_CHANGE_BEARER:
        return same_for_buyer(&pair) && was->clause->bearer != is->clause->bearer && exists(&pair, ret_example);
    case POLICY_CHANGE_COUNT:
        break;
    }
    return false;
}
