/* SPDX-License-Identifier: Apache-2.0 */
/* Cells and boxes: made once from the conditions of the policies, then only read. */
#include "policy/prove/space.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* ---- cells ---- */

static bool same_class(const struct prove_space *space, int fact, int a, int b)
{
    for (int p = 0; p < space->policy_count; p++)
        for (int i = 0; i < space->policies[p]->condition_count; i++) {
            const struct policy_condition *c = &space->policies[p]->conditions[i];
            if (c->fact == fact && policy_condition_holds(c, a) != policy_condition_holds(c, b))
                return false;
        }
    return true;
}

/* What the rules of the possible tell apart must not share a cell; nor `other`, nor an accepted proof, which goals name. */
static bool may_share(int fact, int a, int b)
{
    if (fact == FACT_CARD || fact == FACT_SERVICE)
        return false;
    if (fact == FACT_REASON)
        return a != REASON_OTHER && b != REASON_OTHER;
    if (fact_is_proof((enum fact)fact))
        return a != PROOF_ACCEPTED && b != PROOF_ACCEPTED;
    return true;
}

static void enum_cells(struct prove_space *space, int fact)
{
    const struct fact_info *info = fact_info((enum fact)fact);
    struct prove_fact *f = &space->facts[fact];
    f->cells = arena_new_array(space->arena, struct prove_cell, (size_t)info->value_count);
    for (int value = 0; value < info->value_count; value++) {
        if (!(info->values[value].goods & space->goods))
            continue;
        int i = 0;
        while (i < f->count &&
               !(may_share(fact, (int)f->cells[i].low, value) && same_class(space, fact, (int)f->cells[i].low, value)))
            i++;
        if (i == f->count)
            f->cells[f->count++] = (struct prove_cell){.low = value, .high = value};
        f->cells[i].mask |= UINT64_C(1) << value;
    }
}

static int compare_int64(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

struct starts {
    int64_t *items, first, end;
    size_t count;
};

static void starts_add(struct starts *starts, int64_t value)
{
    if (value > starts->first && value <= starts->end)
        starts->items[starts->count++] = value;
}

static void starts_of_conditions(const struct prove_space *space, int fact, struct starts *starts)
{
    for (int p = 0; p < space->policy_count; p++)
        for (int i = 0; i < space->policies[p]->condition_count; i++) {
            const struct policy_condition *c = &space->policies[p]->conditions[i];
            if (c->fact != fact)
                continue;
            starts_add(starts, c->low);
            if (c->high < starts->end)
                starts_add(starts, c->high + 1);
        }
}

static void number_cells(struct prove_space *space, int fact, const struct prove_bound *bounds, int bound_count)
{
    enum fact_type type = fact_info((enum fact)fact)->type;
    size_t most = (size_t)bound_count + 4;
    for (int p = 0; p < space->policy_count; p++)
        most += 2 * (size_t)space->policies[p]->condition_count;
    struct starts starts = {.items = arena_new_array(space->arena, int64_t, most),
                            .first = type == FACT_TYPE_DURATION ? FACT_NEVER : 0,
                            .end = type == FACT_TYPE_PERCENT ? 100 : FACT_VALUE_MAXIMUM};
    starts.items[starts.count++] = starts.first;
    if (type == FACT_TYPE_DURATION)
        starts_add(&starts, 0);
    /* A service that has not begun has no progress, nothing is bought or affected in quantity 0, or bought for nothing, and a copy that was
     * used was downloaded. */
    if (fact == FACT_PROGRESS || fact == FACT_QUANTITY || fact == FACT_AFFECTED_QUANTITY || fact == FACT_AMOUNT ||
        fact == FACT_USAGE)
        starts_add(&starts, 1);
    starts_of_conditions(space, fact, &starts);
    for (int i = 0; i < bound_count; i++)
        if ((int)bounds[i].fact == fact)
            starts_add(&starts, bounds[i].value);
    qsort(starts.items, starts.count, sizeof *starts.items, compare_int64);
    struct prove_fact *f = &space->facts[fact];
    f->cells = arena_new_array(space->arena, struct prove_cell, starts.count);
    for (size_t i = 0; i < starts.count; i++) {
        bool last = i + 1 == starts.count;
        if (last || starts.items[i] != starts.items[i + 1])
            f->cells[f->count++] = (struct prove_cell){starts.items[i], last ? starts.end : starts.items[i + 1] - 1, 0};
    }
}

static void boxes_begin(struct prove_space *space)
{
    for (int fact = 0; fact < FACT_COUNT; fact++) {
        struct prove_fact *f = &space->facts[fact];
        f->offset = space->words;
        f->words = (f->count + 63) / 64;
        space->words += f->words;
    }
    space->all = arena_new_array(space->arena, uint64_t, (size_t)space->words);
    for (int fact = 0; fact < FACT_COUNT; fact++)
        for (int cell = 0; cell < space->facts[fact].count; cell++)
            space->all[space->facts[fact].offset + cell / 64] |= UINT64_C(1) << (cell % 64);
}

/* ---- conditions and nodes ---- */

static void condition_import(struct prove_space *space, const struct policy_condition *c)
{
    const struct prove_fact *f = &space->facts[c->fact];
    uint64_t *truth = arena_new_array(space->arena, uint64_t, (size_t)(f->words ? f->words : 1));
    for (int cell = 0; cell < f->count; cell++)
        if (policy_condition_holds(c, f->cells[cell].low))
            truth[cell / 64] |= UINT64_C(1) << (cell % 64);
    space->conditions[space->condition_count++] = (struct prove_condition){c->fact, truth};
}

/* Goals speak of proofs that no condition names. */
static void accepted_import(struct prove_space *space)
{
    for (int fact = 0; fact < FACT_COUNT; fact++) {
        const struct policy_condition accepted = {
            .fact = (uint8_t)fact, .by_mask = true, .mask = UINT64_C(1) << PROOF_ACCEPTED};
        if (!fact_is_proof((enum fact)fact))
            continue;
        space->accepted[fact] = (uint16_t)space->condition_count;
        condition_import(space, &accepted);
    }
}

static uint16_t shifted(uint16_t node, int by)
{
    return node == POLICY_NODE_NONE ? POLICY_NODE_NONE : (uint16_t)(node + by);
}

static void policy_import(struct prove_space *space, int index)
{
    const struct policy *policy = space->policies[index];
    int conditions = space->condition_count, nodes = space->node_count;
    space->first_node[index] = nodes;
    for (int i = 0; i < policy->condition_count; i++)
        condition_import(space, &policy->conditions[i]);
    for (int i = 0; i < policy->node_count; i++) {
        const struct policy_node *n = &policy->nodes[i];
        space->nodes[space->node_count++] = (struct prove_node){.kind = n->kind,
                                                                .condition = (uint16_t)(n->condition + conditions),
                                                                .first = shifted(n->first, nodes),
                                                                .next = shifted(n->next, nodes)};
    }
}

struct prove_space *prove_space_new(struct arena *arena, const struct policy *const *policies, int policy_count,
                                    const struct prove_bound *bounds, int bound_count, int64_t steps_max)
{
    assert(policy_count >= 1 && policy_count <= PROVE_POLICIES_MAX);
    struct prove_space *space = arena_new_object(arena, struct prove_space);
    space->arena = arena;
    space->policy_count = policy_count;
    space->steps_max = steps_max;
    space->goods = policies[0]->goods;
    memcpy(space->currency, "CNY", sizeof space->currency);
    int conditions = FACT_COUNT; /* and what goals say of proofs */
    for (int i = 0; i < policy_count; i++) {
        assert(policies[i]->goods == policies[0]->goods);
        space->policies[i] = policies[i];
        conditions += policies[i]->condition_count;
        if (policies[i]->currency[0])
            memcpy(space->currency, policies[i]->currency, sizeof space->currency);
    }
    for (int fact = 0; fact < FACT_COUNT; fact++)
        if (fact_info((enum fact)fact)->values)
            enum_cells(space, fact);
        else
            number_cells(space, fact, bounds, bound_count);
    boxes_begin(space);
    space->scratch = arena_new_array(arena, uint64_t, (size_t)space->words);
    space->conditions = arena_new_array(arena, struct prove_condition, (size_t)conditions);
    space->nodes = arena_new_array(arena, struct prove_node, PROVE_NODES_MAX);
    space->depth_max = PROVE_NODES_MAX;
    space->boxes = arena_new_array(arena, uint64_t *, (size_t)space->depth_max);
    accepted_import(space);
    for (int i = 0; i < policy_count; i++)
        policy_import(space, i);
    space->nodes_imported = space->node_count;
    return space;
}

uint16_t prove_clause_node(const struct prove_space *space, int policy, int clause)
{
    return (uint16_t)(space->first_node[policy] + space->policies[policy]->clauses[clause].root);
}

/* ---- boxes ---- */

int prove_cell_next(const struct prove_space *space, const uint64_t *box, int fact, int cell)
{
    const struct prove_fact *f = &space->facts[fact];
    for (int word = cell / 64; word < f->words; word++) {
        uint64_t bits = box[f->offset + word];
        if (word == cell / 64)
            bits &= ~UINT64_C(0) << (cell % 64);
        if (bits)
            return word * 64 + __builtin_ctzll(bits);
    }
    return -1;
}

bool prove_fact_open(const struct prove_space *space, const uint64_t *box, int fact)
{
    const struct prove_fact *f = &space->facts[fact];
    return memcmp(box + f->offset, space->all + f->offset, (size_t)f->words * sizeof *box) == 0;
}

enum policy_truth prove_truth(const struct prove_space *space, const uint64_t *box, uint16_t node)
{
    const struct prove_node *n = &space->nodes[node];
    if (n->kind == POLICY_NODE_TEST) {
        const struct prove_condition *c = &space->conditions[n->condition];
        const struct prove_fact *f = &space->facts[c->fact];
        uint64_t yes = 0, no = 0;
        for (int w = 0; w < f->words; w++) {
            yes |= box[f->offset + w] & c->truth[w];
            no |= box[f->offset + w] & ~c->truth[w];
        }
        return yes && no ? POLICY_UNKNOWN : yes ? POLICY_TRUE : POLICY_FALSE;
    }
    enum policy_truth decides = n->kind == POLICY_NODE_ALL ? POLICY_FALSE : POLICY_TRUE;
    bool unknown = false;
    for (uint16_t child = n->first; child != POLICY_NODE_NONE; child = space->nodes[child].next) {
        enum policy_truth truth = prove_truth(space, box, child);
        if (truth == decides)
            return decides;
        unknown |= truth == POLICY_UNKNOWN;
    }
    if (unknown)
        return POLICY_UNKNOWN;
    return decides == POLICY_FALSE ? POLICY_TRUE : POLICY_FALSE;
}

bool prove_keep_range(const struct prove_space *space, uint64_t *box, enum fact fact, int64_t low, int64_t high)
{
    const struct prove_fact *f = &space->facts[fact];
    for (int cell = 0; cell < f->count; cell++)
        if (f->cells[cell].low < low || f->cells[cell].high > high)
            box[f->offset + cell / 64] &= ~(UINT64_C(1) << (cell % 64));
    return prove_cell_next(space, box, (int)fact, 0) >= 0;
}

bool prove_keep_values(const struct prove_space *space, uint64_t *box, enum fact fact, uint64_t mask)
{
    const struct prove_fact *f = &space->facts[fact];
    for (int cell = 0; cell < f->count; cell++)
        if (!(f->cells[cell].mask & mask))
            box[f->offset + cell / 64] &= ~(UINT64_C(1) << (cell % 64));
    return prove_cell_next(space, box, (int)fact, 0) >= 0;
}

bool prove_keep_containing(const struct prove_space *space, uint64_t *box, enum fact fact, int64_t value)
{
    const struct prove_fact *f = &space->facts[fact];
    for (int cell = 0; cell < f->count; cell++)
        if (value < f->cells[cell].low || value > f->cells[cell].high)
            box[f->offset + cell / 64] &= ~(UINT64_C(1) << (cell % 64));
    return prove_cell_next(space, box, (int)fact, 0) >= 0;
}

void prove_keep_picked(const struct prove_space *space, uint64_t *box, const struct prove_pick *pick)
{
    for (uint64_t bits = pick->facts; bits; bits &= bits - 1) {
        int fact = __builtin_ctzll(bits);
        prove_keep_containing(space, box, (enum fact)fact, pick->value[fact]);
    }
}
