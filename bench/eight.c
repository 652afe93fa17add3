/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Orders are bought, delivered, revealed and redeemed in that order, so that no claim describes what cannot be. A part of the
 * times and amounts stands at a bound of the policy or one past it, where two readings of a rule would differ.
 */
#include "eight.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/time.h"

#define DECIDED_AT_S INT64_C(1764000000)
#define PURCHASED_DAYS 10 /* past the seven days of the clause on sealed cards */

extern const size_t embedded_eight_length;
extern const unsigned char embedded_eight[];

const struct policy *eight_policy(struct arena *arena)
{
    const struct policy *policy;
    struct policy_problems *problems = arena_alloc(arena, sizeof *problems);
    struct error error;
    struct text source = {(const char *)embedded_eight, embedded_eight_length};
    if (policy_parse(arena, source, &policy, problems, &error) || policy_check(policy, problems, &error)) {
        fprintf(stderr, "eight.policy: %s\n", error.message);
        abort();
    }
    return policy;
}

#define AT_BOUND 2 /* one in so many */

static int64_t below(struct random *random, int64_t limit)
{
    return (int64_t)random_below(random, (uint64_t)limit);
}

static void set(struct policy_facts *facts, enum fact fact, int64_t value)
{
    enum fact_source source = (enum fact_source)__builtin_ctz(fact_info(fact)->sources);
    if (policy_facts_set(facts, fact, value, source, 7, NULL))
        abort();
}

/* Half of the claims give a reason that a clause of the policy names. */
static int64_t reason_make(struct random *random)
{
    static const int64_t named[] = {REASON_KEY_INVALID, REASON_KEY_ALREADY_USED, REASON_WRONG_ITEM_OR_REGION,
                                    REASON_DUPLICATE_OR_WRONG_AMOUNT, REASON_MINOR_PURCHASE};
    int64_t reason = named[below(random, sizeof named / sizeof *named)];
    if (below(random, 2))
        return reason;
    do
        reason = below(random, REASON_VALUE_COUNT);
    while (!(fact_info(FACT_REASON)->values[reason].goods & POLICY_GOODS_CARD_KEY));
    return reason;
}

/* An age from 0 to age_max_s; sometimes bound_s or one second more, if that is not too old. */
static int64_t age_make(struct random *random, int64_t age_max_s, int64_t bound_s)
{
    int64_t age_s = below(random, AT_BOUND) ? age_max_s + 1 : bound_s + below(random, 2);
    return age_s <= age_max_s ? age_s : below(random, age_max_s + 1);
}

/* What the system recorded about the order: the card's state and the times, each event no older than the one before. */
static void order_make(struct policy_facts *facts, struct random *random)
{
    int64_t card = below(random, 3), purchased = age_make(random, PURCHASED_DAYS * TIME_DAY_S, 7 * TIME_DAY_S);
    int64_t revealed_bound = (below(random, 2) ? 48 : 72) * TIME_HOUR_S, delivered_s = below(random, purchased + 1);
    bool delivered = card != CARD_SEALED || below(random, 3) > 0;
    set(facts, FACT_CARD, card);
    set(facts, FACT_PURCHASED, purchased);
    set(facts, FACT_DELIVERED, delivered ? delivered_s : FACT_NEVER);
    set(facts, FACT_REVEALED, card == CARD_SEALED ? FACT_NEVER : age_make(random, delivered_s, revealed_bound));
    set(facts, FACT_LATE, delivered ? FACT_NEVER : age_make(random, purchased, TIME_HOUR_S - 1));
}

void eight_facts_make(struct policy_facts *facts, struct random *random)
{
    policy_facts_init(facts);
    facts->decided_at_s = DECIDED_AT_S;
    order_make(facts, random);
    set(facts, FACT_REASON, reason_make(random));
    set(facts, FACT_CAUSE, below(random, 8) ? CAUSE_NONE : CAUSE_PLATFORM_OUTAGE);
    set(facts, FACT_PRICE_WARNING, below(random, 2));
    set(facts, FACT_AMOUNT, below(random, AT_BOUND) ? below(random, 100000) + 1 : 1000 + below(random, 2));
    set(facts, FACT_EARLIER_REFUNDS, 0);
    set(facts, FACT_QUANTITY, 5);
    set(facts, FACT_AFFECTED_QUANTITY, below(random, 5) + 1);
    set(facts, FACT_PROBLEM_PROOF, below(random, PROOF_VALUE_COUNT));
    if (below(random, 2))
        set(facts, FACT_UNUSED_PROOF, PROOF_ACCEPTED);
}
