/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Box splitting: evaluate with unknown facts; where the goal is undecided, split along one fact that matters. Each branch
 * fixes a fact to one of its cells, so the depth is bounded by the number of facts, and every answer is exact.
 */
#include "policy/prove/situation.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"

struct fact_cells {
    struct situation_cell *items;
    int count;
};

struct situation_search {
    struct arena *arena;
    const struct policy *policy;
    struct fact_cells cells[FACT_COUNT];
    int64_t boxes, boxes_max;
    struct policy_facts facts;                      /* known: fixed to a cell, value: any value of the cell */
    const struct situation_cell *fixed[FACT_COUNT]; /* NULL while open */
};

/* ---- cells ---- */

static bool same_class(const struct policy *policy, int fact, int a, int b)
{
    for (int i = 0; i < policy->condition_count; i++) {
        const struct policy_condition *c = &policy->conditions[i];
        if (c->fact == fact && policy_condition_holds(c, a) != policy_condition_holds(c, b))
            return false;
    }
    return true;
}

/* What the constraints between facts tell apart must not share a cell, and `other` has a meaning of its own. */
static bool may_share(int fact, int a, int b)
{
    if (fact == FACT_CARD)
        return false;
    if (fact == FACT_SERVICE)
        return false;
    if (fact == FACT_REASON)
        return a != REASON_OTHER && b != REASON_OTHER;
    return true;
}

static void enum_cells(struct situation_search *search, int fact)
{
    const struct fact_info *info = fact_info((enum fact)fact);
    struct fact_cells *cells = &search->cells[fact];
    cells->items = arena_new_array(search->arena, struct situation_cell, (size_t)info->value_count);
    for (int value = 0; value < info->value_count; value++) {
        if (!(info->values[value].goods & search->policy->goods))
            continue;
        int i = 0;
        while (i < cells->count && !(may_share(fact, (int)cells->items[i].low, value) &&
                                     same_class(search->policy, fact, (int)cells->items[i].low, value)))
            i++;
        if (i == cells->count)
            cells->items[cells->count++] = (struct situation_cell){.low = value, .high = value};
        cells->items[i].mask |= UINT64_C(1) << value;
    }
}

static int compare_int64(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void number_cells(struct situation_search *search, int fact)
{
    const struct policy *policy = search->policy;
    enum fact_type type = fact_info((enum fact)fact)->type;
    int64_t *starts = arena_new_array(search->arena, int64_t, 2 * (size_t)policy->condition_count + 4);
    size_t count = 0;
    int64_t end = type == FACT_TYPE_PERCENT ? 100 : FACT_VALUE_MAXIMUM;
    starts[count++] = type == FACT_TYPE_DURATION ? FACT_NEVER : 0;
    if (type == FACT_TYPE_DURATION)
        starts[count++] = 0;
    /* A service that has not begun has no progress, and nothing is bought in quantity 0 or for nothing. */
    if (fact == FACT_PROGRESS || fact == FACT_QUANTITY || fact == FACT_AMOUNT)
        starts[count++] = 1;
    for (int i = 0; i < policy->condition_count; i++) {
        const struct policy_condition *c = &policy->conditions[i];
        if (c->fact != fact)
            continue;
        if (c->low > starts[0] && c->low <= end)
            starts[count++] = c->low;
        if (c->high >= starts[0] && c->high < end)
            starts[count++] = c->high + 1;
    }
    qsort(starts, count, sizeof *starts, compare_int64);
    struct fact_cells *cells = &search->cells[fact];
    cells->items = arena_new_array(search->arena, struct situation_cell, count);
    for (size_t i = 0; i < count; i++) {
        if (i + 1 < count && starts[i] == starts[i + 1])
            continue;
        cells->items[cells->count++] = (struct situation_cell){starts[i], i + 1 < count ? starts[i + 1] - 1 : end, 0};
    }
}

struct situation_search *situation_search_new(struct arena *arena, const struct policy *policy, int64_t boxes_max)
{
    struct situation_search *search = arena_new_object(arena, struct situation_search);
    search->arena = arena;
    search->policy = policy;
    search->boxes_max = boxes_max;
    policy_facts_init(&search->facts);
    if (policy->currency[0])
        memcpy(search->facts.currency, policy->currency, sizeof search->facts.currency);
    for (int i = 0; i < FACT_COUNT; i++)
        if (fact_info((enum fact)i)->values)
            enum_cells(search, i);
        else
            number_cells(search, i);
    return search;
}

static void fix(struct situation_search *search, int fact, const struct situation_cell *cell)
{
    search->fixed[fact] = cell;
    if (cell) {
        search->facts.known |= UINT64_C(1) << fact;
        search->facts.value[fact] = cell->low;
    } else {
        search->facts.known &= ~(UINT64_C(1) << fact);
    }
}

/* ---- what can be at all ---- */

enum presence { PRESENCE_OPEN, PRESENCE_NEVER, PRESENCE_HAPPENED };

static enum presence presence(const struct situation_search *search, enum fact fact)
{
    const struct situation_cell *cell = search->fixed[fact];
    if (!cell)
        return PRESENCE_OPEN;
    return cell->low == FACT_NEVER ? PRESENCE_NEVER : PRESENCE_HAPPENED;
}

static bool implies(enum presence a, enum presence b)
{
    return !(a == PRESENCE_HAPPENED && b == PRESENCE_NEVER);
}

static bool card_possible(const struct situation_search *search)
{
    const struct situation_cell *card = search->fixed[FACT_CARD];
    enum presence revealed = presence(search, FACT_REVEALED);
    if (card && card->low == CARD_SEALED && revealed == PRESENCE_HAPPENED)
        return false;
    if (card && card->low == CARD_REVEALED && revealed == PRESENCE_NEVER)
        return false;
    if (card && card->low != CARD_SEALED && presence(search, FACT_DELIVERED) == PRESENCE_NEVER)
        return false;
    return implies(revealed, presence(search, FACT_DELIVERED));
}

static bool service_possible(const struct situation_search *search)
{
    const struct situation_cell *service = search->fixed[FACT_SERVICE], *progress = search->fixed[FACT_PROGRESS];
    enum presence started = presence(search, FACT_STARTED), handed_over = presence(search, FACT_HANDED_OVER);
    if (!implies(handed_over, started))
        return false;
    if (!service)
        return true;
    bool begun = service->low >= SERVICE_STARTED, done = service->low >= SERVICE_HANDED_OVER;
    if (started == (begun ? PRESENCE_NEVER : PRESENCE_HAPPENED))
        return false;
    if (handed_over == (done ? PRESENCE_NEVER : PRESENCE_HAPPENED))
        return false;
    return begun || !progress || progress->low == 0;
}

/* The smaller fact of each pair never exceeds the larger one. In an order in which each larger fact comes after all
 * that lie below it. */
static const struct {
    enum fact smaller, larger;
} order_pairs[] = {
    {FACT_REVEALED, FACT_DELIVERED}, {FACT_HANDED_OVER, FACT_STARTED},        {FACT_DELIVERED, FACT_PURCHASED},
    {FACT_STARTED, FACT_PURCHASED},  {FACT_DOWNLOADED, FACT_PURCHASED},       {FACT_USAGE, FACT_PURCHASED},
    {FACT_LATE, FACT_PURCHASED},     {FACT_AFFECTED_QUANTITY, FACT_QUANTITY}, {FACT_EARLIER_REFUNDS, FACT_AMOUNT},
};
#define ORDER_PAIR_COUNT (sizeof order_pairs / sizeof *order_pairs)

static int64_t nice_value(enum fact fact, int64_t at_least, int64_t high)
{
    if (fact_info(fact)->type != FACT_TYPE_DURATION || at_least < 0)
        return at_least;
    int64_t unit = at_least >= 3 * TIME_DAY_S ? TIME_DAY_S : TIME_HOUR_S;
    int64_t nice = at_least <= 0 ? unit : (at_least + unit - 1) / unit * unit;
    return nice <= high ? nice : at_least;
}

/* Smallest values that keep the order; false when there are none. Exact: raising a smaller fact only when it must be is
 * the least solution of a set of x <= y. */
static bool order_solve(const struct situation_search *search, bool nice, int64_t *values)
{
    for (int i = 0; i < FACT_COUNT; i++) {
        const struct situation_cell *cell = search->fixed[i];
        values[i] = cell ? cell->low : FACT_NEVER;
        if (cell && nice)
            values[i] = nice_value((enum fact)i, cell->low, cell->high);
    }
    for (size_t i = 0; i < ORDER_PAIR_COUNT; i++) {
        enum fact smaller = order_pairs[i].smaller, larger = order_pairs[i].larger;
        const struct situation_cell *cell = search->fixed[larger];
        if (values[smaller] <= values[larger])
            continue;
        if (cell && cell->low == FACT_NEVER)
            continue; /* an order of ages says nothing about what never happened */
        values[larger] = nice && cell ? nice_value(larger, values[smaller], cell->high) : values[smaller];
        if (cell && values[larger] > cell->high)
            return false;
    }
    return true;
}

static bool possible(const struct situation_search *search)
{
    int64_t values[FACT_COUNT];
    const struct situation_cell *quantity = search->fixed[FACT_QUANTITY], *amount = search->fixed[FACT_AMOUNT];
    if (presence(search, FACT_PURCHASED) == PRESENCE_NEVER)
        return false;
    if ((quantity && quantity->high < 1) || (amount && amount->high < 1))
        return false;
    if ((search->policy->goods & POLICY_GOODS_CARD_KEY) && !card_possible(search))
        return false;
    if ((search->policy->goods & POLICY_GOODS_SERVICE) && !service_possible(search))
        return false;
    return order_solve(search, false, values);
}

/* Facts that hang together; once all of them are fixed, `possible` is exact. */
static bool completable(struct situation_search *search, int from)
{
    static const enum fact hanging[] = {FACT_CARD,     FACT_SERVICE, FACT_PURCHASED,  FACT_DELIVERED,
                                        FACT_REVEALED, FACT_STARTED, FACT_HANDED_OVER};
    static const struct situation_cell never = {FACT_NEVER, FACT_NEVER, 0}, happened = {0, FACT_VALUE_MAXIMUM, 0};
    if (!possible(search))
        return false;
    int i = from;
    while (i < 7 && (search->fixed[hanging[i]] || !(fact_info(hanging[i])->goods & search->policy->goods)))
        i++;
    if (i == 7)
        return true;
    enum fact fact = hanging[i];
    bool found = false;
    if (fact_info(fact)->type == FACT_TYPE_DURATION) {
        fix(search, (int)fact, &happened);
        found = completable(search, i + 1);
        fix(search, (int)fact, &never);
        found = found || completable(search, i + 1);
    } else {
        for (int c = 0; c < search->cells[fact].count && !found; c++) {
            fix(search, (int)fact, &search->cells[fact].items[c]);
            found = completable(search, i + 1);
        }
    }
    fix(search, (int)fact, NULL);
    return found;
}

/* ---- the search ---- */

enum goal_state { GOAL_FAILED, GOAL_MET, GOAL_UNDECIDED };

/* Also says which fact to split: the first that an undecided clause waits for. */
static enum goal_state goal_state(const struct situation_search *search, const struct situation_goal *goal,
                                  int *ret_fact)
{
    const struct policy *policy = search->policy;
    uint64_t is_true[POLICY_CONDITION_WORDS], is_unknown[POLICY_CONDITION_WORDS];
    policy_conditions_evaluate(policy, &search->facts, is_true, is_unknown);
    enum goal_state state = GOAL_MET;
    for (int pass = 0; pass < 2; pass++) {
        const struct policy_clause_set *set = pass == 0 ? &goal->must_apply : &goal->must_not_apply;
        for (int i = 0; i < policy->clause_count; i++) {
            if (!policy_clause_set_has(set, i))
                continue;
            enum policy_truth truth = policy_node_truth(policy, policy->clauses[i].root, is_true, is_unknown);
            if (truth == (pass == 0 ? POLICY_FALSE : POLICY_TRUE))
                return GOAL_FAILED;
            if (truth != POLICY_UNKNOWN || state == GOAL_UNDECIDED)
                continue;
            state = GOAL_UNDECIDED;
            *ret_fact = __builtin_ctzll(policy_node_wanted(policy, policy->clauses[i].root, is_true, is_unknown));
        }
    }
    return state;
}

static enum situation_result split(struct situation_search *search, const struct situation_goal *goal,
                                   struct policy_facts *ret_example);

static void example_make(struct situation_search *search, struct policy_facts *ret)
{
    int64_t values[FACT_COUNT];
    if (!order_solve(search, true, values))
        order_solve(search, false, values);
    policy_facts_init(ret);
    memcpy(ret->currency, search->facts.currency, sizeof ret->currency);
    for (uint64_t bits = search->facts.known; bits; bits &= bits - 1) {
        int fact = __builtin_ctzll(bits);
        enum fact_source source = (enum fact_source)__builtin_ctz(fact_info((enum fact)fact)->sources);
        policy_facts_set(ret, (enum fact)fact, values[fact], source, -1, NULL);
    }
}

static enum situation_result branch(struct situation_search *search, const struct situation_goal *goal, int fact,
                                    struct policy_facts *ret_example)
{
    const struct fact_cells *cells = &search->cells[fact];
    enum situation_result result = SITUATION_NONE;
    for (int i = 0; i < cells->count && result == SITUATION_NONE; i++) {
        if (fact == FACT_REASON && goal->reason_not_other && cells->items[i].low == REASON_OTHER)
            continue;
        fix(search, fact, &cells->items[i]);
        if (possible(search))
            result = split(search, goal, ret_example);
    }
    fix(search, fact, NULL);
    return result;
}

static enum situation_result split(struct situation_search *search, const struct situation_goal *goal,
                                   struct policy_facts *ret_example)
{
    if (++search->boxes > search->boxes_max)
        return SITUATION_LIMIT;
    int fact = -1;
    switch (goal_state(search, goal, &fact)) {
    case GOAL_FAILED:
        return SITUATION_NONE;
    case GOAL_UNDECIDED:
        return branch(search, goal, fact, ret_example);
    case GOAL_MET:
        break;
    }
    if (!completable(search, 0))
        return SITUATION_NONE;
    example_make(search, ret_example);
    return SITUATION_FOUND;
}

enum situation_result situation_find(struct situation_search *search, const struct situation_goal *goal,
                                     struct policy_facts *ret_example)
{
    assert(search);
    assert(goal);
    assert(ret_example);
    return split(search, goal, ret_example);
}
