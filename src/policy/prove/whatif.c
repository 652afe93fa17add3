/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Partial evaluation: what can still govern when some facts are known, and what to ask next. Each possibility is found by the
 * exact search, which leaves out what the facts exclude together; plan.c chooses the question.
 */
#include "policy/prove/prove.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "policy/prove/check.h"
#include "policy/prove/plan.h"

enum keeper { KEEPER_BUYER, KEEPER_PLATFORM };

/* What the platform records itself is not asked for. */
static uint64_t kept_by_platform(void)
{
#define EVIDENCE_ROW(proof, keeper, fact, impossible) | ((uint64_t)(KEEPER_##keeper == KEEPER_PLATFORM) << FACT_##proof)
    return UINT64_C(0)
#include "policy/prove/evidence.def"
        ;
#undef EVIDENCE_ROW
}

uint64_t policy_askable(void)
{
    uint64_t facts = 0;
    for (int fact = 0; fact < FACT_COUNT; fact++)
        if (fact_info((enum fact)fact)->question_en[0])
            facts |= UINT64_C(1) << fact;
    return facts & ~kept_by_platform();
}

struct whatif {
    struct arena *arena; /* of the answer */
    const struct policy *policy;
    const struct policy_facts *facts;
    uint64_t known; /* facts that the search keeps to */
    struct plan plan;
    struct plan_side sides[POLICY_POSSIBILITIES_MAX];
    struct policy_whatif *ret;
};

/* ---- what follows ---- */

static enum policy_outcome outcome_of(const struct policy *policy, struct compare_side side)
{
    if (side.clause != POLICY_OTHERWISE)
        return policy->clauses[side.clause].outcome;
    return policy->has_otherwise && policy->otherwise == POLICY_OUTCOME_REFUSE && !side.other ? POLICY_OUTCOME_REFUSE
                                                                                              : POLICY_OUTCOME_REVIEW;
}

/* The `needs` lines that the known proofs do not fulfil yet. */
static int needs_open(const struct whatif *w, int clause, uint64_t ret[static POLICY_NEEDS_MAX])
{
    int count = 0;
    for (int i = 0; clause != POLICY_OTHERWISE && i < w->policy->clauses[clause].need_count; i++) {
        bool accepted = false;
        for (uint64_t bits = w->policy->clauses[clause].needs[i] & w->facts->known; bits; bits &= bits - 1)
            accepted |= w->facts->value[__builtin_ctzll(bits)] == PROOF_ACCEPTED;
        if (!accepted)
            ret[count++] = w->policy->clauses[clause].needs[i];
    }
    return count;
}

static bool needs_within(const uint64_t *some, int some_count, const uint64_t *others, int other_count)
{
    for (int i = 0; i < some_count; i++) {
        int j = 0;
        while (j < other_count && others[j] != some[i])
            j++;
        if (j == other_count)
            return false;
    }
    return true;
}

static bool same_needs(const struct whatif *w, int a, int b)
{
    uint64_t of_a[POLICY_NEEDS_MAX], of_b[POLICY_NEEDS_MAX];
    int count_a = needs_open(w, a, of_a), count_b = needs_open(w, b, of_b);
    return needs_within(of_a, count_a, of_b, count_b) && needs_within(of_b, count_b, of_a, count_a);
}

static bool same_refund(const struct policy_clause *a, const struct policy_clause *b)
{
    return compare_amount_equal(&a->amount, &b->amount) && a->at_once == b->at_once &&
           a->destination == b->destination && a->merchant_answer_s == b->merchant_answer_s &&
           a->extension_s == b->extension_s && a->silence == b->silence;
}

static int64_t review_of(const struct policy *policy, int clause)
{
    return clause == POLICY_OTHERWISE ? policy_review_s(policy) : policy->clauses[clause].review_s;
}

/* Whether a buyer could not tell the two apart: outcome, amount, deadlines and evidence. Who bears it is not his affair. */
static bool same_consequence(const struct whatif *w, struct compare_side a, struct compare_side b)
{
    enum policy_outcome outcome = outcome_of(w->policy, a);
    if (outcome != outcome_of(w->policy, b))
        return false;
    switch (outcome) {
    case POLICY_OUTCOME_REFUND:
        return same_refund(&w->policy->clauses[a.clause], &w->policy->clauses[b.clause]) &&
               same_needs(w, a.clause, b.clause);
    case POLICY_OUTCOME_REVIEW:
        return review_of(w->policy, a.clause) == review_of(w->policy, b.clause) && same_needs(w, a.clause, b.clause);
    case POLICY_OUTCOME_REFUSE:
    case POLICY_OUTCOME_OPEN:
        break;
    }
    return true;
}

static int consequence_of(struct whatif *w, struct compare_side side)
{
    for (int i = 0; i < w->plan.side_count; i++)
        if (same_consequence(w, w->sides[i].what, side))
            return w->sides[i].consequence;
    return w->ret->consequence_count++;
}

/* ---- what is possible ---- */

/* Numbers that are known get a cell of their own, so that an order between two of them is seen exactly. */
static struct prove_space *space_make(struct arena *arena, const struct whatif *w)
{
    struct prove_bound bounds[2 * FACT_COUNT];
    int count = 0;
    for (uint64_t bits = w->known; bits; bits &= bits - 1) {
        enum fact fact = (enum fact)__builtin_ctzll(bits);
        if (fact_info(fact)->values)
            continue;
        bounds[count++] = (struct prove_bound){fact, w->facts->value[fact]};
        bounds[count++] = (struct prove_bound){fact, w->facts->value[fact] + 1};
    }
    return prove_space_new(arena, &w->policy, 1, bounds, count, POLICY_BOXES_MAX);
}

/* What is known stands as it was stated; the search only speaks of cells. */
static void example_join(const struct whatif *w, const struct policy_facts *found, struct policy_facts *ret)
{
    uint64_t added = found->known & ~w->facts->known;
    *ret = *w->facts;
    if (!(w->facts->known >> FACT_AMOUNT & 1))
        memcpy(ret->currency, found->currency, sizeof ret->currency);
    for (uint64_t bits = added; bits; bits &= bits - 1) {
        int fact = __builtin_ctzll(bits);
        ret->value[fact] = found->value[fact];
        ret->source[fact] = found->source[fact];
        ret->leaf[fact] = -1;
    }
    ret->known |= added;
}

/* Whether the evaluator, which knows no more than these facts, says what the search has proved of them. */
static bool says(const struct whatif *w, const struct policy_possibility *item)
{
    struct policy_decision decision;
    policy_evaluate(w->policy, &item->example, &decision);
    return decision.governing == item->governing && decision.outcome == item->outcome;
}

/* Values that can be together for all facts, the known ones and those of the example as they are as far as cells go. */
static bool complete(const struct whatif *w, const struct policy_facts *example, int64_t ret_values[FACT_COUNT])
{
    const struct prove_space *space = w->plan.space;
    uint64_t *box = arena_new_array(space->arena, uint64_t, (size_t)space->words);
    memcpy(box, space->all, (size_t)space->words * sizeof *box);
    for (uint64_t bits = example->known & (w->known | ~w->facts->known); bits; bits &= bits - 1) {
        enum fact fact = (enum fact)__builtin_ctzll(bits);
        prove_keep_containing(space, box, fact, example->value[fact]);
    }
    return prove_complete(space, box, true, ret_values) || prove_complete(space, box, false, ret_values);
}

/* A condition that every value meets (`any reason`) is decided for the search, and unknown to the evaluator until there is a value: adds the
 * fewest facts with which both say the same. */
static void example_settle(const struct whatif *w, struct policy_possibility *item)
{
    const struct policy_facts found = item->example;
    struct policy_facts *example = &item->example;
    int64_t values[FACT_COUNT];
    if (says(w, item) || !complete(w, &found, values))
        return;
    uint64_t missing = policy_facts_tested(w->policy) & ~found.known;
    for (uint64_t bits = missing | (found.known & ~w->facts->known); bits; bits &= bits - 1) {
        enum fact fact = (enum fact)__builtin_ctzll(bits);
        enum fact_source source = (enum fact_source)__builtin_ctz(fact_info(fact)->sources);
        policy_facts_set(example, fact, values[fact], source, -1, NULL);
    }
    if (!says(w, item))
        *example = found; /* what is known, such as an amount in another currency, the policy cannot use */
    for (int fact = FACT_COUNT - 1; fact >= 0; fact--) {
        uint64_t known = example->known;
        example->known &= ~(missing & UINT64_C(1) << fact);
        if (!says(w, item))
            example->known = known;
    }
}

static void goal_begin(struct whatif *w, struct prove_goal *goal)
{
    struct policy_facts known = *w->facts;
    known.known = w->known;
    prove_goal_begin(goal, w->plan.space);
    prove_goal_known(goal, &known);
}

static int possibilities_find(struct whatif *w, struct error *error)
{
    struct compare_side sides[COMPARE_SIDES_MAX];
    int count = compare_sides(w->policy, sides);
    for (int i = 0; i < count; i++) {
        struct prove_goal goal;
        struct policy_facts found;
        goal_begin(w, &goal);
        compare_goal(&goal, 0, sides[i]);
        enum prove_result result = prove_find(&goal, NULL, &found);
        if (result == PROVE_LIMIT)
            return error_set(error, ERROR_POLICY_LIMIT, "the policy tells too many situations apart for this question");
        if (result == PROVE_NONE)
            continue;
        struct policy_possibility *item = &w->ret->items[w->plan.side_count];
        item->governing = sides[i].clause;
        item->outcome = outcome_of(w->policy, sides[i]);
        item->consequence = consequence_of(w, sides[i]);
        example_join(w, &found, &item->example);
        example_settle(w, item);
        w->sides[w->plan.side_count++] = (struct plan_side){sides[i], item->consequence};
    }
    w->ret->count = w->plan.side_count;
    return 0;
}

/* ---- the question ---- */

static int64_t milli(int64_t expected)
{
    return (expected * 1000 + PLAN_ONE / 2) / PLAN_ONE;
}

static void answers_make(struct whatif *w, const struct plan_choice *choice)
{
    const struct prove_space *space = w->plan.space;
    uint64_t *box = arena_new_array(space->arena, uint64_t, (size_t)space->words);
    w->ret->answer_count = choice->fact.count;
    w->ret->answers = arena_new_array(w->arena, struct policy_answer, (size_t)choice->fact.count);
    for (int i = 0; i < choice->fact.count; i++) {
        const struct prove_cell *cell = &space->facts[choice->fact.fact].cells[choice->fact.cells[i]];
        struct plan_set left;
        plan_box(&w->plan, w->plan.box, choice->fact.fact, choice->fact.cells[i], box);
        plan_left(&w->plan, box, &left);
        struct policy_answer *answer = &w->ret->answers[i];
        *answer = (struct policy_answer){.values = cell->mask,
                                         .low = cell->low,
                                         .high = cell->high,
                                         .weight = choice->fact.weights[i],
                                         .steps_milli = milli(choice->expected_answers[i])};
        memcpy(answer->left, left.bits, sizeof answer->left);
    }
}

/* The fact that the amount needs where it is clear what follows, or -1. */
static int amount_question(const struct whatif *w, uint64_t ask)
{
    uint64_t needed = 0;
    int clause = w->ret->items[0].governing;
    if (w->ret->consequence_count != 1 || w->ret->items[0].outcome != POLICY_OUTCOME_REFUND)
        return -1;
    switch (w->policy->clauses[clause].amount.rule) {
    case POLICY_AMOUNT_NONE:
    case POLICY_AMOUNT_FULL:
    case POLICY_AMOUNT_PERCENT:
    case POLICY_AMOUNT_FIXED:
    case POLICY_AMOUNT_REMAINING:
        break;
    case POLICY_AMOUNT_UNFINISHED:
        needed = UINT64_C(1) << FACT_PROGRESS;
        break;
    case POLICY_AMOUNT_AFFECTED:
        needed = UINT64_C(1) << FACT_AFFECTED_QUANTITY;
        break;
    }
    needed &= ask & ~w->facts->known;
    return needed ? __builtin_ctzll(needed) : -1;
}

static void question_find(struct whatif *w, uint64_t ask)
{
    struct policy_whatif *ret = w->ret;
    struct plan_choice choice;
    ret->exact = true;
    if (ret->consequence_count == 1) {
        ret->question = amount_question(w, ask);
        ret->purpose = ret->question < 0 ? POLICY_QUESTION_NONE : POLICY_QUESTION_AMOUNT;
        ret->steps_milli = ret->question < 0 ? 0 : 1000;
        return;
    }
    ret->depends = plan_undecided(&w->plan) & ~ask;
    plan_choose(&w->plan, ask, &choice);
    ret->exact = choice.exact;
    if (choice.fact.count == 0)
        return;
    ret->purpose = POLICY_QUESTION_OUTCOME;
    ret->question = (int)choice.fact.fact;
    ret->steps_milli = milli(choice.expected);
    answers_make(w, &choice);
}

int policy_whatif(struct arena *arena, const struct policy *policy, const struct policy_facts *facts, uint64_t ask,
                  struct policy_whatif *ret, struct error *error)
{
    assert(arena);
    assert(policy);
    assert(facts);
    assert(ret);
    struct policy_whatif found = {.question = -1};
    struct whatif w = {.arena = arena, .policy = policy, .facts = facts, .ret = &found};
    struct arena *own = arena_new(PROVE_ARENA_BYTES);
    w.known = policy_facts_comparable(policy, facts);
    w.plan.space = space_make(own, &w);
    w.plan.sides = w.sides;
    found.items = arena_new_array(arena, struct policy_possibility, (size_t)policy->clause_count + 2);
    int result = possibilities_find(&w, error);
    if (result == 0 && found.count > 0) {
        struct prove_goal goal;
        uint64_t *box = arena_new_array(own, uint64_t, (size_t)w.plan.space->words);
        goal_begin(&w, &goal);
        memcpy(box, goal.box, (size_t)w.plan.space->words * sizeof *box);
        w.plan.box = box;
        question_find(&w, ask & ~facts->known);
    }
    if (result == 0)
        *ret = found;
    arena_free(own);
    return result;
}
