/* SPDX-License-Identifier: Apache-2.0 */
/* Sums over past claims: tables of rows found by their keys, and the largest single changes. Sums are exact. */
#include "policy/prove/simulate.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_FIRST 16
#define SLOTS_FIRST 64

/* ---- a table ---- */

static uint32_t key_hash(const struct text keys[static 3], const char *currency)
{
    uint32_t hash = 2166136261u; /* FNV-1a: ids are made by us, clauses are few */
    for (int i = 0; i < 3; i++) {
        for (size_t j = 0; j < keys[i].length; j++)
            hash = (hash ^ (unsigned char)keys[i].data[j]) * 16777619u;
        hash = (hash ^ 0xff) * 16777619u;
    }
    for (; *currency; currency++)
        hash = (hash ^ (unsigned char)*currency) * 16777619u;
    return hash;
}

static bool row_is(const struct policy_sum *row, const struct text keys[static 3], const char *currency)
{
    for (int i = 0; i < 3; i++)
        if (!text_is(keys[i], row->key[i]))
            return false;
    return strcmp(row->currency, currency) == 0;
}

/* Slots hold the row's index plus one; 0 is free. */
static size_t slot_find(const struct policy_sums *sums, const struct text keys[static 3], const char *currency)
{
    size_t slot = key_hash(keys, currency) & (sums->slot_count - 1);
    while (sums->slots[slot] && !row_is(&sums->items[sums->slots[slot] - 1], keys, currency))
        slot = (slot + 1) & (sums->slot_count - 1);
    return slot;
}

static void slots_fill(struct policy_sums *sums)
{
    sums->slots = arena_new_array(sums->arena, uint32_t, sums->slot_count);
    for (int i = 0; i < sums->count; i++) {
        const struct policy_sum *row = &sums->items[i];
        const struct text keys[3] = {text_of(row->key[0]), text_of(row->key[1]), text_of(row->key[2])};
        sums->slots[slot_find(sums, keys, row->currency)] = (uint32_t)i + 1;
    }
}

static void rows_grow(struct policy_sums *sums)
{
    bool full = sums->count >= ROWS_FIRST && (sums->count & (sums->count - 1)) == 0;
    if (!full)
        return;
    struct policy_sum *items = arena_new_array(sums->arena, struct policy_sum, 2 * (size_t)sums->count);
    memcpy(items, sums->items, (size_t)sums->count * sizeof *items);
    sums->items = items;
    sums->slot_count = 4 * (size_t)sums->count * 2;
    slots_fill(sums);
}

static void sums_init(struct policy_sums *sums, struct arena *arena)
{
    *sums = (struct policy_sums){.arena = arena, .slot_count = SLOTS_FIRST};
    sums->items = arena_new_array(arena, struct policy_sum, ROWS_FIRST);
    slots_fill(sums);
}

static struct policy_sum *row_of(struct policy_sums *sums, struct text a, struct text b, struct text c,
                                 const char *currency)
{
    struct text keys[3] = {a, b, c};
    size_t slot = slot_find(sums, keys, currency);
    if (!sums->slots[slot] && sums->count >= POLICY_SUMS_MAX) {
        keys[0] = keys[1] = keys[2] = (struct text){NULL, 0};
        slot = slot_find(sums, keys, currency);
    }
    if (sums->slots[slot])
        return &sums->items[sums->slots[slot] - 1];
    rows_grow(sums);
    slot = slot_find(sums, keys, currency);
    struct policy_sum *row = &sums->items[sums->count++];
    for (int i = 0; i < 3; i++)
        row->key[i] = arena_copy(sums->arena, keys[i]);
    snprintf(row->currency, sizeof row->currency, "%s", currency);
    sums->slots[slot] = (uint32_t)sums->count;
    return row;
}

/* ---- adding ---- */

/* Amounts are at most FACT_VALUE_MAXIMUM, so that nine million of the largest fit. */
static void money_add(int64_t *sum, int64_t amount)
{
    bool overflow = __builtin_add_overflow(*sum, amount, sum);
    assert(!overflow);
}

struct compared {
    enum policy_shift shift;
    int64_t was, is, waits;
};

static void row_add(struct policy_sum *row, const struct policy_past *past, const struct compared *compared)
{
    if (!compared) {
        row->undecided++;
        return;
    }
    enum policy_side side = policy_shift_info(compared->shift)->side;
    row->compared++;
    row->changed += side != POLICY_SIDE_SAME;
    row->better += side == POLICY_SIDE_BETTER;
    row->worse += side == POLICY_SIDE_WORSE;
    money_add(&row->was, compared->was);
    money_add(&row->is, compared->is);
    money_add(compared->is > compared->was ? &row->more : &row->less, llabs(compared->is - compared->was));
    money_add(&row->waits, compared->waits);
    money_add(&row->ended, past->ended_amount);
}

static struct text clause_text(const struct policy *policy, const struct policy_decision *decision)
{
    return text_of(decision->governing == POLICY_NOBODY ? "" : policy_clause_id(policy, decision->governing));
}

/* compared NULL: undecided. */
static void rows_add(struct policy_simulation *simulation, const struct policy_past *past,
                     const struct compared *compared)
{
    const struct text none = {NULL, 0};
    const char *currency = past->currency;
    row_add(row_of(&simulation->totals, none, none, none, currency), past, compared);
    row_add(row_of(&simulation->clauses, text_of(policy_name(past->before)), clause_text(past->before, past->was),
                   clause_text(past->after, past->is), currency),
            past, compared);
    row_add(row_of(&simulation->merchants, past->merchant, none, none, currency), past, compared);
    row_add(row_of(&simulation->ends, past->ended_outcome, past->ended_by, none, currency), past, compared);
}

/* ---- the largest ---- */

/* The largest difference first, then the older claim, so that the order of reading changes nothing. */
static bool single_before(const struct policy_single *a, const struct policy_single *b)
{
    int64_t difference_a = llabs(a->is - a->was), difference_b = llabs(b->is - b->was);
    return difference_a != difference_b ? difference_a > difference_b : strcmp(a->claim, b->claim) < 0;
}

static void copy(char *out, size_t out_bytes, struct text text)
{
    snprintf(out, out_bytes, "%.*s", TEXT_ARG(text));
}

static struct policy_single single_of(const struct policy_past *past, const struct compared *compared)
{
    struct policy_single single = {
        .shift = compared->shift,
        .was_disposition = past->was->disposition,
        .is_disposition = past->is->disposition,
        .was = compared->was,
        .is = compared->is,
        .ended = past->ended_amount,
    };
    copy(single.claim, sizeof single.claim, past->claim);
    copy(single.merchant, sizeof single.merchant, past->merchant);
    copy(single.currency, sizeof single.currency, text_of(past->currency));
    copy(single.was_clause, sizeof single.was_clause, clause_text(past->before, past->was));
    copy(single.is_clause, sizeof single.is_clause, clause_text(past->after, past->is));
    copy(single.ended_outcome, sizeof single.ended_outcome, past->ended_outcome);
    copy(single.ended_by, sizeof single.ended_by, past->ended_by);
    return single;
}

static void single_add(struct policy_simulation *simulation, const struct policy_past *past,
                       const struct compared *compared)
{
    struct policy_single single = single_of(past, compared);
    int at = simulation->single_count;
    while (at > 0 && single_before(&single, &simulation->singles[at - 1]))
        at--;
    if (at == POLICY_SINGLES_MAX)
        return;
    if (simulation->single_count < POLICY_SINGLES_MAX)
        simulation->single_count++;
    for (int i = simulation->single_count - 1; i > at; i--)
        simulation->singles[i] = simulation->singles[i - 1];
    simulation->singles[at] = single;
}

/* ---- the whole ---- */

/* Facts for want of which the new policy's word is not known; 0 when it is. A claim that was open too is no worse off. */
static uint64_t wanting(const struct policy_past *past)
{
    const struct policy_decision *is = past->is;
    if (is->disposition == POLICY_OPEN)
        return past->was->disposition == POLICY_OPEN ? 0 : is->facts_wanted;
    uint64_t wanted = 0;
    for (int i = 0; is->disposition == POLICY_MISSING_EVIDENCE && i < is->evidence_count; i++)
        if (is->evidence_state[i] != POLICY_EVIDENCE_ACCEPTED)
            wanted |= is->evidence_any_of[i] & past->lost;
    return wanted;
}

void policy_simulation_init(struct policy_simulation *simulation, struct arena *arena)
{
    assert(simulation);
    assert(arena);
    *simulation = (struct policy_simulation){.single_count = 0};
    sums_init(&simulation->totals, arena);
    sums_init(&simulation->clauses, arena);
    sums_init(&simulation->merchants, arena);
    sums_init(&simulation->ends, arena);
}

void policy_simulation_add(struct policy_simulation *simulation, const struct policy_past *past)
{
    assert(simulation);
    assert(past);
    assert(policy_goods(past->before) == policy_goods(past->after));
    uint64_t wanted = wanting(past);
    for (uint64_t bits = wanted; bits; bits &= bits - 1)
        simulation->unknown[__builtin_ctzll(bits)]++;
    if (wanted) {
        rows_add(simulation, past, NULL);
        return;
    }
    const struct compared compared = {
        .shift = policy_shift_of(past->was, past->is, past->asked),
        .was = policy_gives(past->was, past->asked),
        .is = policy_gives(past->is, past->asked),
        .waits = policy_waits(past->is, past->asked),
    };
    bool was_by_person = policy_by_person(past->was), is_by_person = policy_by_person(past->is);
    simulation->shifts[compared.shift]++;
    simulation->without_person += was_by_person && !is_by_person;
    simulation->with_person += !was_by_person && is_by_person;
    rows_add(simulation, past, &compared);
    if (compared.shift != POLICY_SHIFT_SAME)
        single_add(simulation, past, &compared);
}

static int count_order(const void *left, const void *right)
{
    const struct policy_sum *a = left, *b = right;
    int64_t count_a = a->compared + a->undecided, count_b = b->compared + b->undecided;
    if (count_a != count_b)
        return count_a > count_b ? -1 : 1;
    int order = 0;
    for (int i = 0; i < 3 && !order; i++)
        order = strcmp(a->key[i], b->key[i]);
    return order ? order : strcmp(a->currency, b->currency);
}

static int change_order(const void *left, const void *right)
{
    const struct policy_sum *a = left, *b = right;
    int64_t moved_a = a->more + a->less, moved_b = b->more + b->less;
    if (moved_a != moved_b)
        return moved_a > moved_b ? -1 : 1;
    if (a->changed != b->changed)
        return a->changed > b->changed ? -1 : 1;
    return count_order(left, right);
}

void policy_simulation_end(struct policy_simulation *simulation)
{
    assert(simulation);
    struct policy_sums *const by_change[] = {&simulation->totals, &simulation->clauses, &simulation->merchants};
    for (size_t i = 0; i < sizeof by_change / sizeof by_change[0]; i++)
        qsort(by_change[i]->items, (size_t)by_change[i]->count, sizeof by_change[i]->items[0], change_order);
    qsort(simulation->ends.items, (size_t)simulation->ends.count, sizeof simulation->ends.items[0], count_order);
}
