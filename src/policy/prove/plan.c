/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plan of questions. Where the facts that may be asked for have few enough combinations of answers, what stays possible
 * is found for each of them, and the least expected number of questions follows from it for every set of answers at once.
 * Otherwise each question is judged by what it leaves, as if the rest could be halved by every further one.
 */
#include "policy/prove/plan.h"

#include <assert.h>
#include <string.h>

/* ---- what is possible in a box ---- */

static bool side_possible(struct plan *plan, const uint64_t *box, const struct plan_side *side)
{
    struct prove_goal goal;
    prove_goal_begin(&goal, plan->space);
    memcpy(goal.box, box, (size_t)plan->space->words * sizeof *box);
    compare_goal(&goal, 0, side->what);
    enum prove_result result = prove_find(&goal, NULL, NULL);
    plan->over_limit |= result == PROVE_LIMIT;
    return result != PROVE_NONE;
}

void plan_left(struct plan *plan, const uint64_t *box, struct plan_set *ret)
{
    *ret = (struct plan_set){{0}};
    for (int i = 0; i < plan->side_count; i++)
        if (side_possible(plan, box, &plan->sides[i]))
            plan_set_add(ret, i);
}

void plan_box(const struct plan *plan, const uint64_t *box, enum fact fact, int cell, uint64_t *ret)
{
    const struct prove_fact *f = &plan->space->facts[fact];
    memcpy(ret, box, (size_t)plan->space->words * sizeof *box);
    memset(ret + f->offset, 0, (size_t)f->words * sizeof *ret);
    ret[f->offset + cell / 64] |= UINT64_C(1) << (cell % 64);
}

static uint64_t *box_new(const struct plan *plan)
{
    return arena_new_array(plan->space->arena, uint64_t, (size_t)plan->space->words);
}

/* ---- facts that matter ---- */

static uint64_t node_undecided(const struct prove_space *space, const uint64_t *box, uint16_t node)
{
    if (prove_truth(space, box, node) != POLICY_UNKNOWN)
        return 0;
    const struct prove_node *n = &space->nodes[node];
    if (n->kind == POLICY_NODE_TEST)
        return UINT64_C(1) << space->conditions[n->condition].fact;
    uint64_t facts = 0;
    for (uint16_t child = n->first; child != POLICY_NODE_NONE; child = space->nodes[child].next)
        facts |= node_undecided(space, box, child);
    return facts;
}

/* What never governs decides nothing: where it applies, another one that can govern overrides it. */
uint64_t plan_undecided(const struct plan *plan)
{
    uint64_t facts = 0;
    int otherwise = 0;
    for (int i = 0; i < plan->side_count; i++) {
        int clause = plan->sides[i].what.clause;
        if (clause == POLICY_OTHERWISE)
            otherwise++;
        else
            facts |= node_undecided(plan->space, plan->box, prove_clause_node(plan->space, 0, clause));
    }
    return otherwise > 1 ? facts | UINT64_C(1) << FACT_REASON : facts;
}

/* The cells of a fact in which some situation lies. */
static void fact_open(struct plan *plan, enum fact fact, struct plan_fact *ret)
{
    const struct prove_space *space = plan->space;
    const struct prove_fact *f = &space->facts[fact];
    uint64_t *box = box_new(plan);
    *ret = (struct plan_fact){.fact = fact,
                              .cells = arena_new_array(space->arena, int, (size_t)f->count),
                              .weights = arena_new_array(space->arena, int, (size_t)f->count)};
    for (int cell = prove_cell_next(space, plan->box, (int)fact, 0); cell >= 0;
         cell = prove_cell_next(space, plan->box, (int)fact, cell + 1)) {
        struct prove_goal goal;
        plan_box(plan, plan->box, fact, cell, box);
        prove_goal_begin(&goal, plan->space);
        memcpy(goal.box, box, (size_t)space->words * sizeof *box);
        if (prove_find(&goal, NULL, NULL) == PROVE_NONE)
            continue;
        ret->cells[ret->count] = cell;
        ret->weights[ret->count++] = f->cells[cell].mask ? __builtin_popcountll(f->cells[cell].mask) : 1;
    }
}

/* Words before proofs: of two questions that do as well, the one that costs the person less comes first. */
static int facts_collect(struct plan *plan, uint64_t ask, struct plan_fact ret[static PLAN_FACTS_MAX + 1])
{
    int count = 0;
    uint64_t facts = plan_undecided(plan) & ask;
    for (int proofs = 0; proofs < 2; proofs++)
        for (uint64_t bits = facts; bits && count <= PLAN_FACTS_MAX; bits &= bits - 1) {
            enum fact fact = (enum fact)__builtin_ctzll(bits);
            if (fact_is_proof(fact) != (proofs == 1))
                continue;
            fact_open(plan, fact, &ret[count]);
            count += ret[count].count > 1;
        }
    return count;
}

/* ---- all combinations of answers ---- */

#define GRID_NONE 0 /* no situation has these answers */
#define GRID_MIXED UINT16_MAX

/* A state says for each fact which answer was given, or that none was: a number with one digit for each fact. */
struct grid {
    struct plan *plan;
    int count;
    const struct plan_fact *facts;
    int stride[PLAN_FACTS_MAX];
    int state_count;
    uint16_t *left;        /* for each state: 1 + position in `sets`, when all further answers leave the same */
    int64_t *expected;     /* questions from this state on */
    struct plan_set *sets; /* of consequences */
    int set_count;
    uint64_t *boxes[PLAN_FACTS_MAX];
};

static bool grid_begin(struct grid *grid)
{
    int states = 1;
    for (int i = 0; i < grid->count; i++) {
        grid->stride[i] = states;
        if (grid->facts[i].count + 1 > PLAN_STATES_MAX / states)
            return false;
        states *= grid->facts[i].count + 1;
        grid->boxes[i] = box_new(grid->plan);
    }
    struct arena *arena = grid->plan->space->arena;
    grid->state_count = states;
    grid->left = arena_new_array(arena, uint16_t, (size_t)states);
    grid->expected = arena_new_array(arena, int64_t, (size_t)states);
    grid->sets = arena_new_array(arena, struct plan_set, (size_t)states);
    return true;
}

static uint16_t set_intern(struct grid *grid, const struct plan_set *set)
{
    int i = 0;
    while (i < grid->set_count && memcmp(&grid->sets[i], set, sizeof *set) != 0)
        i++;
    if (i == grid->set_count)
        grid->sets[grid->set_count++] = *set;
    return (uint16_t)(i + 1);
}

/* Fills the states in which everything is answered, below the answers given so far. `sides` can govern there. */
static void grid_fill(struct grid *grid, int depth, const uint64_t *box, const struct plan_set *sides, int state)
{
    struct plan *plan = grid->plan;
    const struct plan_fact *fact = &grid->facts[depth];
    for (int answer = 0; answer < fact->count && !plan->over_limit; answer++) {
        struct plan_set left = {{0}}, consequences = {{0}};
        bool any = false;
        plan_box(plan, box, fact->fact, fact->cells[answer], grid->boxes[depth]);
        for (int i = 0; i < plan->side_count; i++) {
            if (!plan_set_has(sides, i) || !side_possible(plan, grid->boxes[depth], &plan->sides[i]))
                continue;
            plan_set_add(&left, i);
            plan_set_add(&consequences, plan->sides[i].consequence);
            any = true;
        }
        int next = state + answer * grid->stride[depth];
        if (any && depth + 1 < grid->count)
            grid_fill(grid, depth + 1, grid->boxes[depth], &left, next);
        else if (any)
            grid->left[next] = set_intern(grid, &consequences);
    }
}

static int digit(const struct grid *grid, int state, int i)
{
    return state / grid->stride[i] % (grid->facts[i].count + 1);
}

/* The state after one more answer. */
static int state_after(const struct grid *grid, int state, int i, int answer)
{
    return state - (grid->facts[i].count - answer) * grid->stride[i];
}

/* What the further answers leave, taken over those to one open question. */
static uint16_t left_merge(const struct grid *grid, int state, int i)
{
    uint16_t merged = GRID_NONE;
    for (int answer = 0; answer < grid->facts[i].count; answer++) {
        uint16_t left = grid->left[state_after(grid, state, i, answer)];
        if (left != GRID_NONE)
            merged = merged == GRID_NONE || merged == left ? left : GRID_MIXED;
    }
    return merged;
}

static int64_t question_expected(const struct grid *grid, int state, int i)
{
    int64_t sum = 0, weights = 0;
    for (int answer = 0; answer < grid->facts[i].count; answer++) {
        int after = state_after(grid, state, i, answer);
        if (grid->left[after] == GRID_NONE)
            continue;
        weights += grid->facts[i].weights[answer];
        sum += grid->facts[i].weights[answer] * grid->expected[after];
    }
    return PLAN_ONE + sum / weights;
}

/* The first of the best questions; differences below a thousandth of one are of rounding. */
static int question_best(const struct grid *grid, int state, int64_t *ret_expected)
{
    int best = -1;
    for (int i = 0; i < grid->count; i++) {
        if (digit(grid, state, i) < grid->facts[i].count)
            continue;
        int64_t expected = question_expected(grid, state, i);
        if (best < 0 || expected < *ret_expected - PLAN_ONE / 1000) {
            best = i;
            *ret_expected = expected;
        }
    }
    return best;
}

/* States with more answers come first, so each one's further answers are known. */
static void grid_solve(struct grid *grid)
{
    for (int state = 0; state < grid->state_count; state++) {
        int open = 0;
        while (open < grid->count && digit(grid, state, open) < grid->facts[open].count)
            open++;
        if (open == grid->count)
            continue;
        grid->left[state] = left_merge(grid, state, open);
        if (grid->left[state] == GRID_MIXED)
            question_best(grid, state, &grid->expected[state]);
    }
}

static bool choose_exactly(struct plan *plan, const struct plan_fact *facts, int count, struct plan_choice *ret)
{
    struct grid grid = {.plan = plan, .facts = facts, .count = count};
    struct plan_set all = {{0}};
    if (count > PLAN_FACTS_MAX || !grid_begin(&grid))
        return false;
    for (int i = 0; i < plan->side_count; i++)
        plan_set_add(&all, i);
    grid_fill(&grid, 0, plan->box, &all, 0);
    if (plan->over_limit)
        return false;
    grid_solve(&grid);
    int root = grid.state_count - 1;
    ret->exact = true;
    if (grid.left[root] != GRID_MIXED)
        return true;
    int best = question_best(&grid, root, &ret->expected);
    ret->fact = facts[best];
    ret->expected_answers = arena_new_array(plan->space->arena, int64_t, (size_t)facts[best].count);
    for (int answer = 0; answer < facts[best].count; answer++)
        ret->expected_answers[answer] = grid.expected[state_after(&grid, root, best, answer)];
    return true;
}

/* ---- an estimate ---- */

/* Questions that halve each time: the logarithm to base 2, straight between its whole values. */
static int64_t halvings(int count)
{
    int whole = 0;
    while (count >> (whole + 1))
        whole++;
    return whole * PLAN_ONE + (((int64_t)count << 20) >> whole) - PLAN_ONE;
}

static int consequences_left(struct plan *plan, const uint64_t *box)
{
    struct plan_set seen = {{0}};
    int count = 0;
    for (int i = 0; i < plan->side_count; i++) {
        int consequence = plan->sides[i].consequence;
        if (plan_set_has(&seen, consequence) || !side_possible(plan, box, &plan->sides[i]))
            continue;
        plan_set_add(&seen, consequence);
        count++;
    }
    return count;
}

static int64_t question_estimate(struct plan *plan, const struct plan_fact *fact, int64_t *ret_answers)
{
    int64_t sum = 0, weights = 0;
    uint64_t *box = box_new(plan);
    for (int answer = 0; answer < fact->count; answer++) {
        plan_box(plan, plan->box, fact->fact, fact->cells[answer], box);
        ret_answers[answer] = halvings(consequences_left(plan, box));
        weights += fact->weights[answer];
        sum += fact->weights[answer] * ret_answers[answer];
    }
    return PLAN_ONE + sum / weights;
}

static void choose_greedily(struct plan *plan, const struct plan_fact *facts, int count, struct plan_choice *ret)
{
    for (int i = 0; i < count; i++) {
        int64_t *answers = arena_new_array(plan->space->arena, int64_t, (size_t)facts[i].count);
        int64_t expected = question_estimate(plan, &facts[i], answers);
        if (i == 0 || expected < ret->expected)
            *ret = (struct plan_choice){.fact = facts[i], .expected = expected, .expected_answers = answers};
    }
}

void plan_choose(struct plan *plan, uint64_t ask, struct plan_choice *ret)
{
    assert(plan);
    struct plan_fact facts[PLAN_FACTS_MAX + 1];
    *ret = (struct plan_choice){.exact = true};
    plan->space->steps_max = plan->space->steps + PLAN_BOXES_MAX;
    int count = facts_collect(plan, ask, facts);
    if (count == 0 || choose_exactly(plan, facts, count, ret))
        return;
    plan->over_limit = false;
    plan->space->steps_max = plan->space->steps + PLAN_BOXES_MAX;
    choose_greedily(plan, facts, count, ret);
}
