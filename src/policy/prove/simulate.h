/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Past claims under another policy: what would become of one, and the sums over many. What the rules say is kept apart from
 * what a claim ended in, which people had a part in. Whoever reads the claims brings facts and decisions; nothing is guessed here.
 */
#ifndef SHUNTUI_POLICY_PROVE_SIMULATE_H
#define SHUNTUI_POLICY_PROVE_SIMULATE_H

#include "base/random.h"
#include "policy/policy.h"

/* ---- one claim ---- */

enum policy_shift {
#define SHIFT_ROW(code, ...) POLICY_SHIFT_##code,
#include "policy/prove/shifts.def"
#undef SHIFT_ROW
    POLICY_SHIFT_COUNT
};
enum policy_side { POLICY_SIDE_SAME, POLICY_SIDE_BETTER, POLICY_SIDE_WORSE, POLICY_SIDE_NEUTRAL };
struct policy_shift_info {
    const char *word, *en, *zh;
    enum policy_side side; /* for the buyer */
};
const struct policy_shift_info *policy_shift_info(enum policy_shift shift);
/* "better" …, and for SAME "same". */
const char *policy_side_word(enum policy_side side);

/* asked: the most that the claim asks for, in minor units; no rule gives more. */
enum policy_shift policy_shift_of(const struct policy_decision *was, const struct policy_decision *is, int64_t asked);
/* What the rule gives as things stand: nothing while evidence is missing, a person decides, or it refuses. A refund that waits for
 * the merchant, or that the merchant disputes, is given. */
int64_t policy_gives(const struct policy_decision *decision, int64_t asked);
/* What it would give besides if the missing evidence came. */
int64_t policy_waits(const struct policy_decision *decision, int64_t asked);
/* Whether a person of the platform decides, by this rule and as things stand. */
bool policy_by_person(const struct policy_decision *decision);

/* ---- many ---- */

/* One past claim as both policies see it. Texts are copied where they are kept. */
struct policy_past {
    struct text claim, merchant; /* ids */
    const char *currency;
    int64_t asked;
    const struct policy *before, *after;
    const struct policy_decision *was, *is;
    uint64_t lost;                       /* facts that had a value then which no record tells any more */
    struct text ended_outcome, ended_by; /* what it really ended in, and by whom; empty: open, nobody */
    int64_t ended_amount;
};

/* Sums over the claims with the same key and currency. Amounts are minor units; those of the rules and of the end are of the
 * compared claims only. */
struct policy_sum {
    const char *key[3]; /* terminated; what stands where, says the table */
    char currency[4];
    int64_t compared, changed, better, worse;
    int64_t undecided;  /* facts are missing, so the new policy's word is not known */
    int64_t was, is;    /* what the rules give */
    int64_t more, less; /* sums of the differences: is - was = more - less */
    int64_t
        waits; /* what the new policy gives besides, once evidence is there that nobody was asked for, or nobody had */
    int64_t ended; /* what was really refunded */
};
struct policy_sums {
    int count;
    struct policy_sum *items; /* in the arena */
    /* private */
    struct arena *arena;
    uint32_t *slots;
    size_t slot_count;
};
#define POLICY_SUMS_MAX 20000 /* rows of a table; what comes after is summed up in one row with empty keys */

#define POLICY_SINGLES_MAX 10
struct policy_single {
    char claim[ID_BYTES], merchant[ID_BYTES], currency[4];
    enum policy_shift shift;
    char was_clause[65], is_clause[65]; /* empty: open */
    enum policy_disposition was_disposition, is_disposition;
    int64_t was, is, ended;
    char ended_outcome[20], ended_by[20];
};

struct policy_simulation {
    int64_t shifts[POLICY_SHIFT_COUNT];  /* claims */
    int64_t without_person, with_person; /* claims that a person had to decide and no longer would; the reverse */
    int64_t unknown[FACT_COUNT];         /* undecided claims for want of this fact */
    struct policy_sums totals;           /* key: nothing. One row for each currency */
    struct policy_sums clauses;   /* keys: policy before, its clause, the new policy's clause; "" for one still open */
    struct policy_sums merchants; /* key: merchant */
    struct policy_sums ends;      /* keys: outcome, by whom */
    int single_count;
    struct policy_single singles[POLICY_SINGLES_MAX]; /* the largest single changes, the largest first */
};

/* The arena must outlive it and have room for about 200 bytes for each row of the tables. */
void policy_simulation_init(struct policy_simulation *simulation, struct arena *arena);
/* Both policies must be for the same goods. */
void policy_simulation_add(struct policy_simulation *simulation, const struct policy_past *past);
/* Orders the tables: what moves most money first, of `ends` what is most frequent. */
void policy_simulation_end(struct policy_simulation *simulation);

#endif
