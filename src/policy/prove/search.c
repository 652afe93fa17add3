/* SPDX-License-Identifier: Apache-2.0 */
/* The search: force what must be, split what is left open, and cut the example down to the facts that matter. */
#include "policy/prove/search.h"

#include <assert.h>
#include <string.h>

/* ---- goals ---- */

void prove_goal_begin(struct prove_goal *goal, struct prove_space *space)
{
    goal->space = space;
    goal->want_count = 0;
    goal->empty = false;
    space->node_count = space->nodes_imported;
    if (!space->boxes[0])
        space->boxes[0] = arena_new_array(space->arena, uint64_t, (size_t)space->words);
    goal->box = space->boxes[0];
    memcpy(goal->box, space->all, (size_t)space->words * sizeof *goal->box);
}

static void want(struct prove_goal *goal, uint16_t node, bool holds)
{
    assert(goal->want_count < PROVE_WANTS_MAX);
    goal->wants[goal->want_count].node = node;
    goal->wants[goal->want_count++].holds = holds;
}

void prove_goal_applies(struct prove_goal *goal, int policy, int clause, bool applies)
{
    want(goal, prove_clause_node(goal->space, policy, clause), applies);
}

void prove_goal_governs(struct prove_goal *goal, int policy, int clause)
{
    const struct policy *p = goal->space->policies[policy];
    if (clause != POLICY_OTHERWISE)
        prove_goal_applies(goal, policy, clause, true);
    for (int i = 0; i < p->clause_count; i++)
        if (clause == POLICY_OTHERWISE || policy_clause_set_has(&p->clauses[clause].overridden_by, i))
            prove_goal_applies(goal, policy, i, false);
}

void prove_goal_proofs(struct prove_goal *goal, uint64_t any_of, bool accepted)
{
    struct prove_space *space = goal->space;
    assert(space->node_count + FACT_COUNT < PROVE_NODES_MAX);
    uint16_t group = (uint16_t)space->node_count++, last = POLICY_NODE_NONE;
    space->nodes[group] =
        (struct prove_node){.kind = POLICY_NODE_ANY, .first = POLICY_NODE_NONE, .next = POLICY_NODE_NONE};
    for (uint64_t bits = any_of; bits; bits &= bits - 1) {
        uint16_t node = (uint16_t)space->node_count++;
        space->nodes[node] = (struct prove_node){.kind = POLICY_NODE_TEST,
                                                 .condition = space->accepted[__builtin_ctzll(bits)],
                                                 .first = POLICY_NODE_NONE,
                                                 .next = POLICY_NODE_NONE};
        if (last == POLICY_NODE_NONE)
            space->nodes[group].first = node;
        else
            space->nodes[last].next = node;
        last = node;
    }
    want(goal, group, accepted);
}

void prove_goal_range(struct prove_goal *goal, enum fact fact, int64_t low, int64_t high)
{
    goal->empty |= !prove_keep_range(goal->space, goal->box, fact, low, high);
}

void prove_goal_values(struct prove_goal *goal, enum fact fact, uint64_t mask)
{
    goal->empty |= !prove_keep_values(goal->space, goal->box, fact, mask);
}

void prove_goal_known(struct prove_goal *goal, const struct policy_facts *facts)
{
    for (uint64_t bits = facts->known; bits; bits &= bits - 1) {
        int fact = __builtin_ctzll(bits);
        if (!(fact_info((enum fact)fact)->goods & goal->space->goods))
            continue;
        if (fact_info((enum fact)fact)->values)
            prove_goal_values(goal, (enum fact)fact, UINT64_C(1) << facts->value[fact]);
        else
            goal->empty |= !prove_keep_containing(goal->space, goal->box, (enum fact)fact, facts->value[fact]);
    }
}

/* ---- forcing ---- */

/* An open choice: some child of `node` must have the value `child_holds`; `candidate` is one that still may. */
struct choice {
    uint16_t candidate;
    bool child_holds;
    int candidates;
};

static bool test_force(const struct prove_space *space, uint64_t *box, uint16_t node, bool holds)
{
    const struct prove_condition *c = &space->conditions[space->nodes[node].condition];
    const struct prove_fact *f = &space->facts[c->fact];
    uint64_t left = 0;
    for (int w = 0; w < f->words; w++) {
        box[f->offset + w] &= holds ? c->truth[w] : ~c->truth[w];
        left |= box[f->offset + w];
    }
    return left != 0;
}

/* Narrows the box as far as `node has this value` forces it; false when that cannot be. The best open choice is kept. */
static bool force(const struct prove_space *space, uint64_t *box, uint16_t node, bool holds, struct choice *choice)
{
    const struct prove_node *n = &space->nodes[node];
    if (n->kind == POLICY_NODE_TEST)
        return test_force(space, box, node, holds);
    bool every = (n->kind == POLICY_NODE_ALL) == holds;
    struct choice own = {.candidate = POLICY_NODE_NONE, .child_holds = holds};
    for (uint16_t child = n->first; child != POLICY_NODE_NONE; child = space->nodes[child].next) {
        if (every) {
            if (!force(space, box, child, holds, choice))
                return false;
            continue;
        }
        enum policy_truth truth = prove_truth(space, box, child);
        if (truth == (holds ? POLICY_TRUE : POLICY_FALSE))
            return true;
        if (truth == POLICY_UNKNOWN && own.candidates++ == 0)
            own.candidate = child;
    }
    if (every)
        return true;
    if (own.candidates == 0)
        return false;
    if (own.candidates == 1)
        return force(space, box, own.candidate, holds, choice);
    if (choice->candidates == 0 || own.candidates < choice->candidates)
        *choice = own;
    return true;
}

/* Forces all wants until nothing changes. */
static bool narrow(const struct prove_goal *goal, uint64_t *box, uint64_t *before, struct choice *choice)
{
    const struct prove_space *space = goal->space;
    size_t bytes = (size_t)space->words * sizeof *box;
    do {
        memcpy(before, box, bytes);
        choice->candidates = 0;
        for (int i = 0; i < goal->want_count; i++)
            if (!force(space, box, goal->wants[i].node, goal->wants[i].holds, choice))
                return false;
    } while (memcmp(before, box, bytes) != 0);
    return prove_possible(space, box);
}

/* ---- splitting ---- */

struct search {
    const struct prove_goal *goal;
    const struct prove_judge *judge;
    uint64_t *found;
    struct prove_pick pick;
};

static uint64_t *box_at(struct prove_space *space, int depth)
{
    if (depth >= space->depth_max)
        return NULL;
    if (!space->boxes[depth])
        space->boxes[depth] = arena_new_array(space->arena, uint64_t, (size_t)space->words);
    return space->boxes[depth];
}

static bool take(struct search *search, const uint64_t *box)
{
    int64_t values[FACT_COUNT];
    const struct prove_space *space = search->goal->space;
    search->pick.facts = 0;
    return prove_complete(space, box, false, values) &&
           (!search->judge || search->judge->take(search->judge->context, space, box, &search->pick));
}

/* A test to split along: the first undecided one below the node. */
static uint16_t undecided_test(const struct prove_space *space, const uint64_t *box, uint16_t node)
{
    while (space->nodes[node].kind != POLICY_NODE_TEST) {
        uint16_t child = space->nodes[node].first;
        while (prove_truth(space, box, child) != POLICY_UNKNOWN)
            child = space->nodes[child].next;
        node = child;
    }
    return node;
}

static enum prove_result look(struct search *search, uint64_t *box, int depth)
{
    struct prove_space *space = search->goal->space;
    struct choice choice = {0};
    if (++space->steps > space->steps_max)
        return PROVE_LIMIT;
    uint64_t *child = box_at(space, depth + 1);
    if (!child)
        return PROVE_LIMIT;
    if (!narrow(search->goal, box, child, &choice))
        return PROVE_NONE;
    if (choice.candidates == 0) {
        if (!take(search, box))
            return PROVE_NONE;
        search->found = box;
        return PROVE_FOUND;
    }
    uint16_t test = undecided_test(space, box, choice.candidate);
    for (int second = 0; second < 2; second++) {
        memcpy(child, box, (size_t)space->words * sizeof *box);
        if (!test_force(space, child, test, (second == 0) == choice.child_holds))
            continue;
        enum prove_result result = look(search, child, depth + 1);
        if (result != PROVE_NONE)
            return result;
    }
    return PROVE_NONE;
}

/* ---- the example ---- */

static bool decided(const struct prove_goal *goal, const uint64_t *box)
{
    for (int i = 0; i < goal->want_count; i++)
        if (prove_truth(goal->space, box, goal->wants[i].node) != (goal->wants[i].holds ? POLICY_TRUE : POLICY_FALSE))
            return false;
    return true;
}

/* Opens every fact that the goal does not need: the last ones of the table first, since the first are those that people
 * think in. What the goal itself fixed (`base`) stays. */
static void cut_down(const struct prove_goal *goal, const uint64_t *base, uint64_t *box)
{
    const struct prove_space *space = goal->space;
    uint64_t saved[16];
    for (int fact = FACT_COUNT - 1; fact >= 0; fact--) {
        const struct prove_fact *f = &space->facts[fact];
        size_t bytes = (size_t)f->words * sizeof *box;
        if (f->words > 16 || memcmp(box + f->offset, base + f->offset, bytes) == 0)
            continue;
        memcpy(saved, box + f->offset, bytes);
        memcpy(box + f->offset, base + f->offset, bytes);
        if (!decided(goal, box))
            memcpy(box + f->offset, saved, bytes);
    }
}

static void example_make(const struct prove_space *space, uint64_t *box, const struct prove_pick *pick,
                         struct policy_facts *ret)
{
    int64_t values[FACT_COUNT];
    prove_keep_picked(space, box, pick);
    if (!prove_complete(space, box, true, values))
        prove_complete(space, box, false, values);
    policy_facts_init(ret);
    memcpy(ret->currency, space->currency, sizeof ret->currency);
    for (int fact = 0; fact < FACT_COUNT; fact++) {
        bool picked = pick->facts >> fact & 1;
        if (!picked && (prove_fact_open(space, box, fact) || !space->facts[fact].count))
            continue;
        enum fact_source source = (enum fact_source)__builtin_ctz(fact_info((enum fact)fact)->sources);
        policy_facts_set(ret, (enum fact)fact, picked ? pick->value[fact] : values[fact], source, -1, NULL);
    }
}

enum prove_result prove_find(struct prove_goal *goal, const struct prove_judge *judge, struct policy_facts *ret_example)
{
    assert(goal);
    struct prove_space *space = goal->space;
    if (goal->empty)
        return PROVE_NONE;
    struct search search = {.goal = goal, .judge = judge};
    uint64_t *box = box_at(space, 1);
    memcpy(box, goal->box, (size_t)space->words * sizeof *box);
    enum prove_result result = look(&search, box, 1);
    if (result != PROVE_FOUND || !ret_example)
        return result;
    cut_down(goal, goal->box, search.found);
    example_make(space, search.found, &search.pick, ret_example);
    return PROVE_FOUND;
}
