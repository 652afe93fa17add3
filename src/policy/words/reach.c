/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Repairs what stands in the way: as long as the clause does not hold, or one that overrides it does, some test must turn, so
 * only the facts of such a test are tried, deeper by one change at a time. What a change brings along by itself could have been changed
 * by choice as well, with the same result: so this misses nothing.
 */
#include "policy/words/reach.h"

#include <assert.h>
#include <string.h>

#include "base/time.h"
#include "policy/fact_rules.h"

#define CELLS_MAX (2 * POLICY_CONDITIONS_MAX + 4 * FACT_COUNT)
#define OPTIONS_MAX 256 /* values that one test leaves open; facts have at most 20 values or some tens of cells */

/* Where the cells of each fact begin: values between two starts are alike to every condition. */
struct cells {
    int64_t starts[CELLS_MAX];
    int from[FACT_COUNT + 1];
};

struct option {
    enum fact fact;
    int64_t value;
};

struct reach {
    const struct reach_question *question;
    struct cells cells;
    int clause; /* the aim at hand */
    bool found;
    int best_count;
    int64_t best_cost, best_distance;
    struct reach_answer *answer;
};

struct situation {
    struct policy_facts facts;
    uint64_t changed, followed;
    uint64_t is_true[POLICY_CONDITION_WORDS], is_unknown[POLICY_CONDITION_WORDS];
};

struct options {
    int count;
    struct option items[OPTIONS_MAX];
};

/* ---- cells ---- */

static void start_add(struct cells *cells, int first, int *count, int64_t start)
{
    int i = *count;
    while (i > first && cells->starts[i - 1] > start)
        i--;
    if (i > first && cells->starts[i - 1] == start)
        return;
    memmove(&cells->starts[i + 1], &cells->starts[i], (size_t)(*count - i) * sizeof *cells->starts);
    cells->starts[i] = start;
    (*count)++;
}

static int64_t last_value(enum fact fact)
{
    return fact_info(fact)->type == FACT_TYPE_PERCENT ? 100 : FACT_VALUE_MAXIMUM;
}

static void cells_init(struct cells *cells, const struct policy *policy)
{
    int count = 0;
    for (int fact = 0; fact < FACT_COUNT; fact++) {
        int first = cells->from[fact] = count;
        enum fact_type type = fact_info((enum fact)fact)->type;
        if (type == FACT_TYPE_DURATION)
            start_add(cells, first, &count, FACT_NEVER);
        start_add(cells, first, &count, 0);
        /* Nothing and something; all and less than that. */
        if (type != FACT_TYPE_DURATION)
            start_add(cells, first, &count, 1);
        if (type == FACT_TYPE_PERCENT)
            start_add(cells, first, &count, 100);
        for (int i = 0; i < policy->condition_count && !fact_info((enum fact)fact)->values; i++) {
            const struct policy_condition *c = &policy->conditions[i];
            if (c->fact != fact)
                continue;
            if (c->low > 0 && c->low <= last_value((enum fact)fact))
                start_add(cells, first, &count, c->low);
            if (c->high >= 0 && c->high < last_value((enum fact)fact))
                start_add(cells, first, &count, c->high + 1);
        }
    }
    cells->from[FACT_COUNT] = count;
}

/* ---- which value of a cell ---- */

static int64_t clamp(int64_t value, int64_t low, int64_t high)
{
    return value < low ? low : value > high ? high : value;
}

static int64_t typical_age(int64_t low, int64_t high)
{
    static const int64_t round[] = {TIME_DAY_S,    12 * TIME_HOUR_S, 6 * TIME_HOUR_S, 2 * TIME_HOUR_S, TIME_HOUR_S,
                                    30 * 60,       20 * 60,          10 * 60,         5 * 60,          60,
                                    2 * TIME_DAY_S};
    for (size_t i = 0; i < sizeof round / sizeof *round; i++)
        if (round[i] >= low && round[i] < high) /* not the last moment of a window */
            return round[i];
    int64_t day = (low + TIME_DAY_S - 1) / TIME_DAY_S * TIME_DAY_S;
    int64_t hour = (low + TIME_HOUR_S - 1) / TIME_HOUR_S * TIME_HOUR_S;
    return day <= high ? day : hour <= high ? hour : low;
}

static int64_t typical_number(enum fact fact, int64_t now, int64_t low, int64_t high)
{
    static const int64_t percents[] = {60, 40, 20, 80, 10};
    if (fact_info(fact)->type == FACT_TYPE_PERCENT)
        for (size_t i = 0; i < sizeof percents / sizeof *percents; i++)
            if (percents[i] >= low && percents[i] <= high)
                return percents[i];
    if (fact_info(fact)->type == FACT_TYPE_SPAN)
        return typical_age(low, high);
    return clamp(now, low, high);
}

static int64_t value_pick(const struct reach *r, const struct policy_facts *facts, enum fact fact, int64_t low,
                          int64_t high)
{
    bool age = fact_info(fact)->type == FACT_TYPE_DURATION;
    if (age && low == FACT_NEVER)
        return FACT_NEVER;
    int64_t room_low, room_high;
    policy_facts_room(facts, fact, &room_low, &room_high);
    if (room_low <= high && room_high >= low && room_low <= room_high) {
        low = low > room_low ? low : room_low;
        high = high < room_high ? high : room_high;
    }
    bool has = (facts->known >> fact & 1) && facts->value[fact] >= 0;
    if (has && (!r->question->typical || (facts->value[fact] >= low && facts->value[fact] <= high)))
        return clamp(facts->value[fact], low, high);
    return age ? typical_age(low, high) : typical_number(fact, has ? facts->value[fact] : low, low, high);
}

/* ---- what may be changed ---- */

static void option_add(struct options *options, enum fact fact, int64_t value)
{
    if (options->count < OPTIONS_MAX)
        options->items[options->count++] = (struct option){fact, value};
}

/* All values but its own, of a fact that may still be changed; of those for which the condition has that truth, if there is one. */
static void fact_options(const struct reach *r, const struct situation *s, enum fact fact,
                         const struct policy_condition *c, bool want, struct options *options)
{
    const struct fact_info *info = fact_info(fact);
    const struct policy *policy = r->question->policy;
    if (!(r->question->may_change >> fact & 1) || (s->changed >> fact & 1) || !(info->goods & policy->goods))
        return;
    bool known = s->facts.known >> fact & 1;
    for (int value = 0; value < info->value_count; value++)
        if ((info->values[value].goods & policy->goods) && !(known && s->facts.value[fact] == value) &&
            (!c || policy_condition_holds(c, value) == want))
            option_add(options, fact, value);
    for (int i = r->cells.from[fact]; !info->values && i < r->cells.from[fact + 1]; i++) {
        int64_t low = r->cells.starts[i];
        int64_t high = i + 1 < r->cells.from[fact + 1] ? r->cells.starts[i + 1] - 1 : last_value(fact);
        if ((known && s->facts.value[fact] >= low && s->facts.value[fact] <= high) ||
            (c && policy_condition_holds(c, low) != want))
            continue;
        option_add(options, fact, value_pick(r, &s->facts, fact, low, high));
    }
}

/* Every way to turn the node: any situation that turns it takes one of these. */
static void node_options(const struct reach *r, const struct situation *s, uint16_t node, bool want,
                         struct options *options)
{
    const struct policy *policy = r->question->policy;
    const struct policy_node *n = &policy->nodes[node];
    if (policy_node_truth(policy, node, s->is_true, s->is_unknown) == (want ? POLICY_TRUE : POLICY_FALSE))
        return;
    if (n->kind == POLICY_NODE_TEST) {
        const struct policy_condition *c = &policy->conditions[n->condition];
        fact_options(r, s, (enum fact)c->fact, c, want, options);
        return;
    }
    bool each = (n->kind == POLICY_NODE_ALL) == want; /* all children must turn: begin with the first that has not */
    for (uint16_t child = n->first; child != POLICY_NODE_NONE; child = policy->nodes[child].next) {
        enum policy_truth truth = policy_node_truth(policy, child, s->is_true, s->is_unknown);
        if (truth == (want ? POLICY_TRUE : POLICY_FALSE))
            continue;
        node_options(r, s, child, want, options);
        if (each)
            return;
    }
}

/* Whether money comes back once the evidence of the clause is there. */
static bool is_paid(const struct reach *r, const struct policy_facts *facts)
{
    const struct policy_clause *clause = &r->question->policy->clauses[r->clause];
    struct policy_facts complete = *facts;
    struct policy_decision decision;
    for (int i = 0; i < clause->need_count; i++) {
        int proof = __builtin_ctzll(clause->needs[i]);
        complete.known |= UINT64_C(1) << proof;
        complete.value[proof] = PROOF_ACCEPTED;
    }
    policy_evaluate(r->question->policy, &complete, &decision);
    return decision.governing == r->clause && decision.outcome == POLICY_OUTCOME_REFUND;
}

static void paid_options(const struct reach *r, const struct situation *s, struct options *options)
{
    static const enum fact facts[] = {FACT_MERCHANT_ANSWER, FACT_PROGRESS, FACT_TIME_USED, FACT_AFFECTED_QUANTITY};
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        if (s->facts.known >> facts[i] & 1)
            fact_options(r, s, facts[i], NULL, true, options);
}

/* Returns true when nothing stands in the way; else fills options with all ways to remove the first obstacle. */
static bool there(const struct reach *r, const struct situation *s, struct options *options)
{
    const struct policy *policy = r->question->policy;
    const struct policy_clause *clause = &policy->clauses[r->clause];
    if (policy_node_truth(policy, clause->root, s->is_true, s->is_unknown) != POLICY_TRUE) {
        node_options(r, s, clause->root, true, options);
        return false;
    }
    for (int i = 0; i < policy->clause_count; i++) {
        if (!policy_clause_set_has(&clause->overridden_by, i) ||
            policy_node_truth(policy, policy->clauses[i].root, s->is_true, s->is_unknown) == POLICY_FALSE)
            continue;
        node_options(r, s, policy->clauses[i].root, false, options);
        return false;
    }
    if (!r->question->paid || is_paid(r, &s->facts))
        return true;
    paid_options(r, s, options);
    return false;
}

/* ---- which of several ---- */

/* What a change takes of the reader: to have come earlier is the least, another state of the goods more, what never happened most. */
static int64_t change_cost(const struct policy_facts *from, enum fact fact, int64_t value)
{
    bool known = from->known >> fact & 1;
    if (fact_is_proof(fact))
        return 1;
    if (fact == FACT_MERCHANT_ANSWER && value != MERCHANT_ANSWER_ACCEPTS)
        return 3;
    if (fact_info(fact)->type != FACT_TYPE_DURATION)
        return 2;
    if (!known || from->value[fact] == FACT_NEVER || value == FACT_NEVER)
        return 4;
    return value < from->value[fact] ? 1 : 2;
}

static int changes_count(const struct reach *r, const struct policy_facts *to)
{
    const struct policy_facts *from = r->question->from;
    uint64_t differs = from->known ^ to->known;
    for (uint64_t bits = from->known & to->known; bits; bits &= bits - 1) {
        int fact = __builtin_ctzll(bits);
        if (from->value[fact] != to->value[fact])
            differs |= UINT64_C(1) << fact;
    }
    return __builtin_popcountll(differs & r->question->policy->facts_tested);
}

static void best_keep(struct reach *r, const struct situation *s)
{
    const struct policy_facts *from = r->question->from;
    /* An example shall be simple to tell, not near to anything. */
    int count = r->question->typical ? __builtin_popcountll(s->changed) : changes_count(r, &s->facts);
    int64_t cost = 0, distance = 0;
    for (uint64_t bits = s->changed; bits; bits &= bits - 1) {
        enum fact fact = (enum fact)__builtin_ctzll(bits);
        int64_t by = from->known >> fact & 1 ? s->facts.value[fact] - from->value[fact] : 0;
        cost += change_cost(from, fact, s->facts.value[fact]);
        distance += fact_info(fact)->values ? 0 : by < 0 ? -by : by;
    }
    bool better = count != r->best_count ? count < r->best_count
                  : cost != r->best_cost ? cost < r->best_cost
                                         : distance < r->best_distance;
    if (r->found && !better)
        return;
    r->found = true;
    r->best_count = r->answer->count = count;
    r->best_cost = cost;
    r->best_distance = distance;
    r->answer->clause = r->clause;
    r->answer->changed = s->changed;
    r->answer->followed = s->followed & ~s->changed;
    r->answer->facts = s->facts;
}

static void search(struct reach *r, struct situation *s, int changes_left)
{
    if (r->answer->steps == r->question->steps_max) {
        r->answer->exact = false;
        return;
    }
    r->answer->steps++;
    struct options options = {.count = 0};
    policy_conditions_evaluate(r->question->policy, &s->facts, s->is_true, s->is_unknown);
    if (there(r, s, &options)) {
        best_keep(r, s);
        return;
    }
    for (int i = 0; i < options.count && changes_left; i++) {
        enum fact fact = options.items[i].fact;
        struct situation next = *s;
        uint64_t followed;
        enum fact_source source = (enum fact_source)__builtin_ctz(fact_info(fact)->sources);
        next.changed |= UINT64_C(1) << fact;
        if (policy_facts_set(&next.facts, fact, options.items[i].value, source, -1, NULL) < 0 ||
            !policy_facts_settle(&next.facts, next.changed, &followed))
            continue;
        next.followed |= followed;
        search(r, &next, changes_left - 1);
    }
}

bool policy_reach(const struct reach_question *question, struct reach_answer *ret)
{
    assert(question);
    assert(ret);
    struct reach r = {.question = question, .answer = ret};
    ret->exact = true;
    ret->steps = 0;
    cells_init(&r.cells, question->policy);
    /* As many facts are otherwise as were changed, or more: past the best nothing can be better. */
    for (int changes = 0; changes <= question->changes_max && !(r.found && changes >= r.best_count) && ret->exact;
         changes++)
        for (r.clause = 0; r.clause < question->policy->clause_count; r.clause++) {
            if (!policy_clause_set_has(&question->aims, r.clause))
                continue;
            struct situation s = {.facts = *question->from};
            search(&r, &s, changes);
        }
    return r.found;
}
