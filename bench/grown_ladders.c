/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first clauses are about any reason; the others go round the reasons, one rung of each reason's ladder after another.
 * Rungs of one reason exclude each other by time and state, but for the causes, which override the others.
 */
#include "grown.h"

#include <assert.h>
#include <stdbool.h>

#include "policy/policy.h"

#define GENERAL_CLAUSES 4
#define REASONS 14
#define RUNGS 8
#define TIERS 4

/* The floor has clauses for the first six, which the smallest policy has too. */
static const int reasons[REASONS] = {
    REASON_KEY_INVALID,        REASON_KEY_ALREADY_USED,  REASON_WRONG_ITEM_OR_REGION,
    REASON_NOT_AS_DESCRIBED,   REASON_KEY_REVOKED_LATER, REASON_ACCOUNT_RECOVERED,
    REASON_TOPUP_NOT_CREDITED, REASON_PARTIAL_DELIVERY,  REASON_DUPLICATE_OR_WRONG_AMOUNT,
    REASON_CHANGED_MIND,       REASON_UNAUTHORISED,      REASON_MINOR_PURCHASE,
    REASON_NOT_DELIVERED,      REASON_DELIVERY_LATE,
};

/* One rung: a tier of time and the states of the card, or a cause at any time. */
static const struct rung {
    const char *states, *cause;
    int tier;
    bool takes_redeemed;
    const char *consequence;
} rungs[RUNGS] = {
    {"revealed or redeemed", NULL, 0, true,
     "  needs problem_proof\n  needs unused_proof or screen_recording or issuer_statement\n"
     "  merchant answers within 24 hours, silence accepts\n  refund full\n"},
    {"revealed or redeemed", "issuer_outage", -1, true, "  refund full at once, borne by issuer\n"},
    {"revealed", NULL, 1, false,
     "  needs problem_proof\n  merchant answers within 48 hours, silence accepts\n  refund 80 percent\n"},
    {"redeemed", NULL, 1, true,
     "  needs problem_proof\n  needs unused_proof or issuer_statement\n"
     "  merchant answers within 72 hours, silence accepts\n  refund 60 percent\n"},
    {"revealed or redeemed", "merchant_delay", -1, true,
     "  merchant answers within 24 hours, silence accepts\n  refund full\n"},
    {"revealed", NULL, 2, false,
     "  needs problem_proof or screen_recording\n  merchant answers within 72 hours, silence accepts\n"
     "  refund 50 percent\n"},
    {"redeemed", NULL, 2, true, "  needs issuer_statement\n  review within 48 hours\n"},
    {"revealed or redeemed", NULL, 3, true, "  needs problem_proof\n  review within 48 hours\n"},
};

struct ladder {
    const struct fact_value_info *reason;
    int bounds_h[TIERS]; /* the end of each tier, in hours after the reveal */
};

static const char general[] = "clause undelivered \"逾期未发货\" \"Not delivered in time\"\n"
                              "  when not delivered and late by 24 hours\n  refund full at once\n\n"
                              "clause sealed \"未查看\" \"Not revealed\"\n"
                              "  when card is sealed and delivered and purchased within 7 days\n"
                              "  refund full at once\n\n"
                              "clause used \"已兑换\" \"Redeemed\"\n  when card is redeemed\n  refuse\n\n"
                              "clause outage \"平台故障\" \"A platform outage\"\n  when cause is platform_outage\n"
                              "  refund full at once, borne by platform\n\n";

static void ladders_make(struct ladder *ladders, struct random *random)
{
    static const int choices_h[TIERS][3] = {{24, 36, 48}, {72, 96, 120}, {168, 240, 360}, {720, 1080, 1440}};
    for (int i = 0; i < REASONS; i++) {
        ladders[i].reason = &fact_info(FACT_REASON)->values[reasons[i]];
        for (int tier = 0; tier < TIERS; tier++)
            ladders[i].bounds_h[tier] = choices_h[tier][random_below(random, 3)];
    }
}

/* The clauses that follow the general ones: number n is rung n / REASONS of reason n % REASONS. */
static void rung_write(struct buffer *out, const struct ladder *ladder, int number, struct random *random)
{
    const struct rung *rung = &rungs[number];
    buffer_addf(out, "clause %s_%d \"%s(%d)\" \"%s (%d)\"\n", ladder->reason->word, number + 1,
                ladder->reason->label_zh, number + 1, ladder->reason->label_en, number + 1);
    buffer_addf(out, "  when reason is %s and card is %s", ladder->reason->word, rung->states);
    if (rung->cause)
        buffer_addf(out, " and cause is %s", rung->cause);
    if (rung->tier > 0)
        buffer_addf(out, "\n   and revealed over %d hours ago", ladder->bounds_h[rung->tier - 1]);
    if (rung->tier >= 0)
        buffer_addf(out, "\n   and revealed within %d hours", ladder->bounds_h[rung->tier]);
    if (rung->tier > 0 && random_below(random, 3) == 0)
        buffer_addf(out, "\n   and (price_warning or buyer_refunds under %d)", (int)random_below(random, 3) + 2);
    buffer_addf(out, "\n%s\n", rung->consequence);
}

static void overrides_write(struct buffer *out, const struct ladder *ladders, int specific)
{
    buffer_add_string(out, "outage overrides undelivered, sealed, used");
    for (int n = 0; n < specific; n++)
        buffer_addf(out, ", %s_%d", ladders[n % REASONS].reason->word, n / REASONS + 1);
    buffer_add_char(out, '\n');
    for (int n = 0; n < specific; n++) {
        const char *reason = ladders[n % REASONS].reason->word;
        const struct rung *rung = &rungs[n / REASONS];
        if (rung->takes_redeemed)
            buffer_addf(out, "%s_%d overrides used\n", reason, n / REASONS + 1);
        for (int other = n % REASONS; rung->cause && other < specific; other += REASONS)
            if (!rungs[other / REASONS].cause)
                buffer_addf(out, "%s_%d overrides %s_%d\n", reason, n / REASONS + 1, reason, other / REASONS + 1);
    }
}

void grown_ladders_write(struct buffer *out, int clauses, struct random *random)
{
    struct ladder ladders[REASONS];
    assert(clauses >= GROWN_CLAUSES_MIN && clauses <= GROWN_CLAUSES_MAX);
    ladders_make(ladders, random);
    buffer_addf(out, "policy \"ladders-%d\" version 1\ngoods card_key\nfloor \"grown-floor\"\n\n%s", clauses, general);
    for (int n = 0; n < clauses - GENERAL_CLAUSES; n++)
        rung_write(out, &ladders[n % REASONS], n / REASONS, random);
    overrides_write(out, ladders, clauses - GENERAL_CLAUSES);
    buffer_add_string(out, "otherwise review within 48 hours\n");
}
