/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which situations can be at all: facts hang together (docs/policy-language.md, section 6). Exact: presence of events and
 * states are tried out, and for the ages and amounts, which are only bound by x <= y, the least solution is found.
 */
#include "policy/prove/space.h"

#include <assert.h>
#include <string.h>

#include "base/time.h"

/* The smaller fact of each pair never exceeds the larger one. In an order in which each larger fact comes after all
 * that lie below it. */
static const struct {
    enum fact smaller, larger;
} order_pairs[] = {
    {FACT_REVEALED, FACT_DELIVERED},     {FACT_HANDED_OVER, FACT_STARTED}, {FACT_DELIVERED, FACT_PURCHASED},
    {FACT_STARTED, FACT_PURCHASED},      {FACT_LAUNCHED, FACT_DOWNLOADED}, {FACT_DOWNLOADED, FACT_PURCHASED},
    {FACT_USAGE, FACT_PURCHASED},        {FACT_LATE, FACT_PURCHASED},      {FACT_AFFECTED_QUANTITY, FACT_QUANTITY},
    {FACT_EARLIER_REFUNDS, FACT_AMOUNT},
};
#define ORDER_PAIR_COUNT (sizeof order_pairs / sizeof *order_pairs)

/* Facts that the rules speak of. */
static const enum fact hanging[] = {FACT_CARD,      FACT_SERVICE,           FACT_PROGRESS, FACT_PURCHASED,
                                    FACT_DELIVERED, FACT_REVEALED,          FACT_STARTED,  FACT_HANDED_OVER,
                                    FACT_LATE,      FACT_DOWNLOADED,        FACT_LAUNCHED, FACT_USAGE,
                                    FACT_QUANTITY,  FACT_AFFECTED_QUANTITY, FACT_AMOUNT,   FACT_EARLIER_REFUNDS};
#define HANGING_COUNT (sizeof hanging / sizeof *hanging)

struct completion {
    const struct prove_space *space;
    const uint64_t *box;
    bool nice;
    int64_t least[FACT_COUNT], most[FACT_COUNT]; /* narrowed by presence and states */
    int64_t *values;
};

static int64_t nice_value(enum fact fact, int64_t at_least, int64_t high)
{
    enum fact_type type = fact_info(fact)->type;
    if (type == FACT_TYPE_MONEY && at_least <= 1 && high >= 5000)
        return 5000;
    if ((type != FACT_TYPE_DURATION && type != FACT_TYPE_SPAN) || at_least < 0)
        return at_least;
    int64_t unit = at_least >= 3 * TIME_DAY_S ? TIME_DAY_S : TIME_HOUR_S;
    int64_t zero = type == FACT_TYPE_SPAN ? 0 : unit;
    int64_t value = at_least <= 0 ? zero : (at_least + unit - 1) / unit * unit;
    return value <= high ? value : at_least;
}

/* The smallest value of the fact that the box allows from `least` on; false when there is none. */
static bool value_from(const struct completion *c, int fact, int64_t least, int64_t *ret)
{
    const struct prove_fact *f = &c->space->facts[fact];
    if (least < c->least[fact])
        least = c->least[fact];
    for (int cell = prove_cell_next(c->space, c->box, fact, 0); cell >= 0;
         cell = prove_cell_next(c->space, c->box, fact, cell + 1)) {
        int64_t low = f->cells[cell].low, high = f->cells[cell].high;
        low = low > least ? low : least;
        high = high < c->most[fact] ? high : c->most[fact];
        if (low > high)
            continue;
        *ret = c->nice ? nice_value((enum fact)fact, low, high) : low;
        return true;
    }
    return false;
}

static bool meaningful(const struct prove_space *space, enum fact fact)
{
    return (fact_info(fact)->goods & space->goods) != 0;
}

/* Raising a smaller fact only when it must be is the least solution of a set of x <= y, so this misses none. An order
 * of ages says nothing about what never happened. */
static bool numbers_solve(struct completion *c)
{
    for (size_t i = 0; i < HANGING_COUNT; i++) {
        enum fact fact = hanging[i];
        if (!fact_info(fact)->values && meaningful(c->space, fact) &&
            !value_from(c, (int)fact, FACT_NEVER, &c->values[fact]))
            return false;
    }
    for (size_t i = 0; i < ORDER_PAIR_COUNT; i++) {
        enum fact smaller = order_pairs[i].smaller, larger = order_pairs[i].larger;
        if (!meaningful(c->space, smaller) || !meaningful(c->space, larger) || c->values[larger] == FACT_NEVER ||
            c->values[smaller] <= c->values[larger])
            continue;
        if (!value_from(c, (int)larger, c->values[smaller], &c->values[larger]))
            return false;
    }
    return true;
}

static void happened(struct completion *c, enum fact fact, bool it_did)
{
    c->least[fact] = it_did ? 0 : FACT_NEVER;
    c->most[fact] = it_did ? FACT_VALUE_MAXIMUM : FACT_NEVER;
}

static bool card_complete(struct completion *c)
{
    for (int cell = prove_cell_next(c->space, c->box, FACT_CARD, 0); cell >= 0;
         cell = prove_cell_next(c->space, c->box, FACT_CARD, cell + 1)) {
        int64_t card = c->space->facts[FACT_CARD].cells[cell].low;
        for (int bits = 0; bits < 4; bits++) {
            bool delivered = bits & 1, revealed = bits & 2;
            if ((revealed && !delivered) || (card == CARD_SEALED && revealed) || (card == CARD_REVEALED && !revealed) ||
                (card != CARD_SEALED && !delivered))
                continue;
            happened(c, FACT_DELIVERED, delivered);
            happened(c, FACT_REVEALED, revealed);
            c->values[FACT_CARD] = card;
            if (numbers_solve(c))
                return true;
        }
    }
    return false;
}

static bool service_complete(struct completion *c)
{
    for (int cell = prove_cell_next(c->space, c->box, FACT_SERVICE, 0); cell >= 0;
         cell = prove_cell_next(c->space, c->box, FACT_SERVICE, cell + 1)) {
        int64_t service = c->space->facts[FACT_SERVICE].cells[cell].low;
        bool begun = service >= SERVICE_STARTED;
        happened(c, FACT_STARTED, begun);
        happened(c, FACT_HANDED_OVER, service >= SERVICE_HANDED_OVER);
        c->most[FACT_PROGRESS] = begun ? 100 : 0;
        c->values[FACT_SERVICE] = service;
        if (numbers_solve(c))
            return true;
    }
    return false;
}

static bool licence_complete(struct completion *c)
{
    happened(c, FACT_DOWNLOADED, false);
    happened(c, FACT_LAUNCHED, false);
    c->most[FACT_USAGE] = 0;
    if (numbers_solve(c))
        return true;
    happened(c, FACT_DOWNLOADED, true);
    c->most[FACT_USAGE] = FACT_VALUE_MAXIMUM;
    if (numbers_solve(c))
        return true;
    happened(c, FACT_LAUNCHED, true);
    return numbers_solve(c);
}

bool prove_complete(const struct prove_space *space, const uint64_t *box, bool nice, int64_t ret_values[FACT_COUNT])
{
    struct completion c = {.space = space, .box = box, .nice = nice, .values = ret_values};
    for (int fact = 0; fact < FACT_COUNT; fact++) {
        c.least[fact] = FACT_NEVER;
        c.most[fact] = FACT_VALUE_MAXIMUM;
        int cell = prove_cell_next(space, box, fact, 0);
        if (cell < 0 && meaningful(space, (enum fact)fact))
            return false;
        ret_values[fact] = cell < 0 ? 0 : space->facts[fact].cells[cell].low;
        if (nice && cell >= 0 && !fact_info((enum fact)fact)->values)
            ret_values[fact] = nice_value((enum fact)fact, ret_values[fact], space->facts[fact].cells[cell].high);
    }
    happened(&c, FACT_PURCHASED, true);
    c.least[FACT_QUANTITY] = c.least[FACT_AFFECTED_QUANTITY] = c.least[FACT_AMOUNT] = 1;
    if (space->goods == POLICY_GOODS_CARD_KEY)
        return card_complete(&c);
    return space->goods == POLICY_GOODS_SERVICE ? service_complete(&c) : licence_complete(&c);
}

/* Only what one or two facts exclude: the search asks at every step. */
bool prove_possible(const struct prove_space *space, const uint64_t *box)
{
    if (prove_cell_next(space, box, FACT_PURCHASED, 1) < 0 || prove_cell_next(space, box, FACT_AMOUNT, 1) < 0 ||
        prove_cell_next(space, box, FACT_QUANTITY, 1) < 0 || prove_cell_next(space, box, FACT_AFFECTED_QUANTITY, 1) < 0)
        return false;
    if (space->goods != POLICY_GOODS_CARD_KEY)
        return true;
    bool sealed = prove_bit(space, box, FACT_CARD, CARD_SEALED);
    bool only_sealed = sealed && prove_cell_next(space, box, FACT_CARD, CARD_SEALED + 1) < 0;
    bool may_reveal = prove_cell_next(space, box, FACT_REVEALED, 1) >= 0;
    bool may_hide = prove_bit(space, box, FACT_REVEALED, 0);
    bool may_deliver = prove_cell_next(space, box, FACT_DELIVERED, 1) >= 0;
    return !(only_sealed && !may_hide) && !(!may_hide && !may_deliver) && (sealed || may_deliver) &&
           (may_reveal || may_hide);
}
