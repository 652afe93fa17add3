/* SPDX-License-Identifier: Apache-2.0 */
/* Trying out values of money, progress and quantities within a box. */
#include "policy/prove/amounts.h"

#include <string.h>

#define READABLE_PAID INT64_C(10000) /* 100.00 in most currencies */
#define VALUES_MAX 112

struct values {
    int64_t items[VALUES_MAX];
    int count;
};

static bool allowed(const struct prove_space *space, const uint64_t *box, int fact, int64_t value)
{
    const struct prove_fact *f = &space->facts[fact];
    for (int cell = prove_cell_next(space, box, fact, 0); cell >= 0; cell = prove_cell_next(space, box, fact, cell + 1))
        if (value >= f->cells[cell].low && value <= f->cells[cell].high)
            return true;
    return false;
}

static void add(struct values *values, const struct prove_space *space, const uint64_t *box, int fact, int64_t value)
{
    for (int i = 0; i < values->count; i++)
        if (values->items[i] == value)
            return;
    if (values->count < VALUES_MAX && value >= 0 && allowed(space, box, fact, value))
        values->items[values->count++] = value;
}

/* Both ends of every cell of the fact that the box has, as far as there is room. */
static void add_ends(struct values *values, const struct prove_space *space, const uint64_t *box, int fact,
                     int64_t at_least)
{
    const struct prove_fact *f = &space->facts[fact];
    for (int cell = prove_cell_next(space, box, fact, 0); cell >= 0;
         cell = prove_cell_next(space, box, fact, cell + 1)) {
        int64_t low = f->cells[cell].low;
        add(values, space, box, fact, low > at_least ? low : at_least);
        add(values, space, box, fact, f->cells[cell].high);
    }
}

static void add_sums(struct values *values, const struct prove_space *space, const uint64_t *box,
                     const struct policy_amount *amount)
{
    if (!amount)
        return;
    for (int i = -1; i <= 1; i++) {
        if (amount->fixed)
            add(values, space, box, FACT_AMOUNT, amount->fixed + i);
        if (amount->less)
            add(values, space, box, FACT_AMOUNT, amount->less + i);
    }
}

static bool uses(const struct policy_amount *a, const struct policy_amount *b, enum policy_amount_rule rule)
{
    return a->rule == rule || (b && b->rule == rule);
}

struct trial {
    const struct prove_space *space;
    const uint64_t *box;
    amounts_predicate predicate;
    const void *context;
    struct policy_facts facts;
    struct prove_pick *pick;
    struct values paid, progress, time_used, quantity, affected; /* all but the first empty where no rule needs them */
};

static void set(struct trial *trial, enum fact fact, int64_t value)
{
    enum fact_source source = (enum fact_source)__builtin_ctz(fact_info(fact)->sources);
    policy_facts_set(&trial->facts, fact, value, source, -1, NULL);
    trial->pick->facts |= UINT64_C(1) << fact;
    trial->pick->value[fact] = value;
}

/* The values show it, and can be together with the rest of the box. */
static bool holds(struct trial *trial)
{
    int64_t values[FACT_COUNT];
    const struct prove_space *space = trial->space;
    if (!trial->predicate(trial->context, &trial->facts))
        return false;
    memcpy(space->scratch, trial->box, (size_t)space->words * sizeof *trial->box);
    prove_keep_picked(space, space->scratch, trial->pick);
    return prove_complete(space, space->scratch, false, values);
}

static bool parts_try(struct trial *trial)
{
    for (int q = 0; q < trial->quantity.count; q++)
        for (int a = 0; a < trial->affected.count; a++) {
            if (trial->affected.items[a] > trial->quantity.items[q])
                continue;
            set(trial, FACT_QUANTITY, trial->quantity.items[q]);
            set(trial, FACT_AFFECTED_QUANTITY, trial->affected.items[a]);
            if (holds(trial))
                return true;
        }
    return trial->quantity.count == 0 && holds(trial);
}

static bool progress_try(struct trial *trial)
{
    for (int i = 0; i < trial->progress.count; i++) {
        set(trial, FACT_PROGRESS, trial->progress.items[i]);
        if (parts_try(trial))
            return true;
    }
    return trial->progress.count == 0 && parts_try(trial);
}

static bool time_try(struct trial *trial)
{
    for (int i = 0; i < trial->time_used.count; i++) {
        set(trial, FACT_TIME_USED, trial->time_used.items[i]);
        if (progress_try(trial))
            return true;
    }
    return trial->time_used.count == 0 && progress_try(trial);
}

bool amounts_try(const struct prove_space *space, const uint64_t *box, const struct policy_amount *a,
                 const struct policy_amount *b, amounts_predicate predicate, const void *context,
                 struct prove_pick *pick)
{
    struct trial trial = {.space = space, .box = box, .predicate = predicate, .context = context, .pick = pick};
    policy_facts_init(&trial.facts);
    pick->facts = 0;
    add(&trial.paid, space, box, FACT_AMOUNT, READABLE_PAID);
    add_sums(&trial.paid, space, box, a);
    add_sums(&trial.paid, space, box, b);
    add_ends(&trial.paid, space, box, FACT_AMOUNT, 1);
    for (int64_t p = 0; p <= 100; p++) {
        if (uses(a, b, POLICY_AMOUNT_UNFINISHED))
            add(&trial.progress, space, box, FACT_PROGRESS, p);
        if (uses(a, b, POLICY_AMOUNT_REMAINING))
            add(&trial.time_used, space, box, FACT_TIME_USED, p);
    }
    if (uses(a, b, POLICY_AMOUNT_AFFECTED)) {
        add(&trial.quantity, space, box, FACT_QUANTITY, 10);
        add_ends(&trial.quantity, space, box, FACT_QUANTITY, 1);
        for (int64_t n = 1; n <= 10; n++)
            add(&trial.affected, space, box, FACT_AFFECTED_QUANTITY, n);
        add_ends(&trial.affected, space, box, FACT_AFFECTED_QUANTITY, 1);
        for (int i = 0; i < trial.quantity.count; i++)
            add(&trial.affected, space, box, FACT_AFFECTED_QUANTITY, trial.quantity.items[i]);
    }
    /* What was refunded before takes the same from both sides: the least that the box allows hides nothing. */
    if (!prove_fact_open(space, box, FACT_EARLIER_REFUNDS))
        set(&trial, FACT_EARLIER_REFUNDS,
            space->facts[FACT_EARLIER_REFUNDS].cells[prove_cell_next(space, box, FACT_EARLIER_REFUNDS, 0)].low);
    for (int i = 0; i < trial.paid.count; i++) {
        set(&trial, FACT_AMOUNT, trial.paid.items[i]);
        if (time_try(&trial))
            return true;
    }
    return false;
}
