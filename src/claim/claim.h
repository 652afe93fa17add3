/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The life of a claim: one pure step function over the table claim/transitions.def. A claim always says where it stands, who is
 * waited for, until when, and what happens then. Nothing here reads a clock, a database or a policy: the service fills
 * `struct claim` from its row and `struct claim_ruling` from a policy decision, and writes what comes back in one transaction.
 */
#ifndef SHUNTUI_CLAIM_CLAIM_H
#define SHUNTUI_CLAIM_CLAIM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/text.h"
#include "base/time.h"
#include "ledger/ledger.h"

/* ---- words: claim/vocabulary.def ---- */
enum claim_stage {
#define CLAIM_STAGE(name, ...) CLAIM_STAGE_##name,
#include "claim/vocabulary.def"
    CLAIM_STAGE_COUNT
};
enum claim_waiting {
#define CLAIM_WAITING(name, ...) CLAIM_WAITING_##name,
#include "claim/vocabulary.def"
    CLAIM_WAITING_COUNT
};
enum claim_outcome {
#define CLAIM_OUTCOME(name, ...) CLAIM_OUTCOME_##name,
#include "claim/vocabulary.def"
    CLAIM_OUTCOME_PAID, /* in the table only: refunded or part_refunded, by the amount */
    CLAIM_OUTCOME_COUNT = CLAIM_OUTCOME_PAID
};
enum claim_basis {
#define CLAIM_BASIS(name, ...) CLAIM_BASIS_##name,
#include "claim/vocabulary.def"
    CLAIM_BASIS_COUNT
};
enum claim_role {
#define CLAIM_ROLE(name, ...) CLAIM_ROLE_##name,
#include "claim/vocabulary.def"
    CLAIM_ROLE_COUNT
};
enum claim_computed { /* what the policy says, as in claim.computed_outcome */
#define CLAIM_COMPUTED(name, ...) CLAIM_COMPUTED_##name,
#include "claim/vocabulary.def"
                      CLAIM_COMPUTED_COUNT
};
enum claim_offer_kind {
#define CLAIM_OFFER_KIND(name, ...) CLAIM_OFFER_##name,
#include "claim/vocabulary.def"
    CLAIM_OFFER_KIND_COUNT
};
enum claim_ground { /* of an appeal */
#define CLAIM_GROUND(name, ...) CLAIM_GROUND_##name,
#include "claim/vocabulary.def"
                    CLAIM_GROUND_COUNT
};
enum claim_event {
#define CLAIM_EVENT(name, ...) CLAIM_EVENT_##name,
#include "claim/vocabulary.def"
    CLAIM_EVENT_COUNT,
    CLAIM_EVENT_NONE = -1
};

struct claim_word {
    const char *wire, *label_en, *label_zh;
};
const struct claim_word *claim_stage_word(enum claim_stage stage);
const struct claim_word *claim_waiting_word(enum claim_waiting waiting);
const struct claim_word *claim_outcome_word(enum claim_outcome outcome);
const struct claim_word *claim_basis_word(enum claim_basis basis);
const struct claim_word *claim_role_word(enum claim_role role);
const struct claim_word *claim_computed_word(enum claim_computed computed);
const struct claim_word *claim_offer_kind_word(enum claim_offer_kind kind);
const struct claim_word *claim_ground_word(enum claim_ground ground);
struct claim_event_info {
    const char *wire, *leaf_kind; /* leaf_kind: a row of evidence/leaf_kinds.def */
    const char *label_en, *label_zh;
    const char *action_en, *action_zh; /* of the button; empty for what no person does */
};
const struct claim_event_info *claim_event_info(enum claim_event event);
/* By wire name; -1 when there is none. */
int claim_stage_find(struct text wire);
int claim_waiting_find(struct text wire);
int claim_outcome_find(struct text wire);
int claim_basis_find(struct text wire);
int claim_role_find(struct text wire);
int claim_computed_find(struct text wire);
int claim_offer_kind_find(struct text wire);
int claim_ground_find(struct text wire);
int claim_event_find(struct text wire);

/* ---- time limits: claim/deadlines.def ---- */
enum claim_deadline {
#define CLAIM_DEADLINE(name, ...) CLAIM_DEADLINE_##name,
#include "claim/deadlines.def"
#undef CLAIM_DEADLINE
    CLAIM_DEADLINE_COUNT
};
struct claim_deadline_info {
    const char *name;
    int64_t default_s, minimum_s, maximum_s;
    const char *source;
};
const struct claim_deadline_info *claim_deadline_info(enum claim_deadline deadline);

/* ---- positions: claim/positions.def ---- */
enum claim_position {
#define CLAIM_POSITION(name, ...) CLAIM_POSITION_##name,
#include "claim/positions.def"
#undef CLAIM_POSITION
    CLAIM_POSITION_COUNT
};
struct claim_position_info {
    const char *name;
    enum claim_stage stage;
    enum claim_waiting waiting;
    enum claim_event deadline_default; /* CLAIM_EVENT_NONE when nobody is waited for */
    enum claim_deadline deadline;
    const char *now_en, *now_zh;         /* what happens next */
    const char *at_zero_en, *at_zero_zh; /* what happens at the deadline */
};
const struct claim_position_info *claim_position_info(enum claim_position position);

/* ---- what the policy says about the facts; filled by the service ---- */
enum claim_disposition {
    CLAIM_RULING_NONE, /* no ruling was given */
    CLAIM_RULING_PAY,
    CLAIM_RULING_WAIT_MERCHANT,
    CLAIM_RULING_MISSING_EVIDENCE, /* also: facts are unknown that the buyer can supply */
    CLAIM_RULING_REVIEW,
    CLAIM_RULING_REFUSE
};
/* What the clause makes of the merchant's silence. */
enum claim_silence { CLAIM_SILENCE_ACCEPTS, CLAIM_SILENCE_REFUSES, CLAIM_SILENCE_REVIEWS };
struct claim_ruling {
    enum claim_disposition disposition;
    enum claim_computed outcome; /* what the policy computes, as far as it is known */
    int64_t amount;              /* minor units; 0 unless outcome is REFUND */
    struct text clause;          /* id of the governing clause, or empty */
    enum ledger_bearer bearer;
    int64_t merchant_answer_s; /* <= 0: the default of deadlines.def */
    int64_t extension_s;       /* by which the merchant may extend that once; <= 0: not at all */
    enum claim_silence silence;
    int64_t review_s; /* <= 0: the default */
};

struct claim_decision { /* of a person: the latest rows of table decision */
    bool present;
    enum claim_computed outcome; /* REFUND or REFUSE */
    int64_t amount;              /* of the whole claim, including what it paid before */
    enum ledger_bearer bearer;
    struct text clause;
    struct text arbiter_id; /* who decided or proposed */
};

struct claim_offer { /* the open row of table offer */
    bool present;
    enum claim_role from; /* BUYER or MERCHANT */
    enum claim_offer_kind kind;
    int64_t amount;   /* refunded if accepted; for full it is the asked amount */
    int64_t extend_s; /* time for replacement, redo, extend; <= 0: the default */
    int64_t valid_s;  /* of a new offer; <= 0: the default */
};

/* A claim as its row (and the open offer and decisions) say. Texts are views of the caller's memory. */
struct claim {
    enum claim_stage stage;            /* CLAIM_STAGE_NONE before filing */
    enum claim_waiting waiting;        /* for whom */
    int64_t deadline_us;               /* 0: none */
    enum claim_event deadline_default; /* CLAIM_EVENT_NONE: none */
    int64_t filed_us, outer_us, closed_us;
    int64_t extension_s; /* by which the merchant may still extend the time to answer; 0: not, or not any more */
    int64_t asked_amount;
    int64_t
        refundable_amount; /* paid for the order less every refund of other claims; the most this claim may pay in total */
    enum claim_computed computed;
    int64_t computed_amount;
    struct text clause;
    enum ledger_bearer bearer; /* of the computed outcome; at settlement of what is paid */
    enum claim_outcome outcome;
    int64_t outcome_amount; /* decided to pay, in total */
    bool other_is_open;     /* another claim of the order is: this one, when closed, cannot be opened again */
    int64_t paid_amount;    /* refunds of this claim so far: SUM(refund.amount), failed ones left out */
    enum claim_basis basis; /* of the last final decision; NONE when there is none */
    struct text buyer_id, merchant_id; /* buyer_id is empty for a guest */
    struct text arbiter_id, appeal_arbiter_id;
    enum claim_ground appeal_ground; /* NONE: nobody has appealed */
    struct claim_offer offer;        /* open offer */
    struct claim_decision standing;  /* final decision of an arbiter, not replaced */
    struct claim_decision proposal;  /* proposed deviation that waits for the second person */
};

struct claim_input {
    enum claim_event event;
    enum claim_role role;
    struct text actor_id; /* empty for a guest, the clock and the provider */
    int64_t now_us;
    struct claim_ruling ruling; /* of file, complete_evidence, reassess */
    struct claim_offer offer;   /* of offer, counter_offer: kind, amount, extend_s, valid_s */
    struct text reason;         /* of a refusal, decline, deviation, appeal … */
    enum claim_ground ground;   /* of an appeal */
    /* of arbiter_decide, appeal_decide, propose_deviation */
    enum claim_computed outcome; /* REFUND or REFUSE */
    int64_t amount;              /* for the whole claim */
    enum ledger_bearer bearer;
    struct text clause; /* clause or article that it rests on */
    int64_t due_s;      /* of ask_buyer, ask_merchant: how long the answer is waited for; <= 0: the default */
    /* of file */
    int64_t asked_amount, refundable_amount;
    struct text buyer_id, merchant_id;
};

enum claim_effect_kind { CLAIM_EFFECT_NONE, CLAIM_EFFECT_HOLD, CLAIM_EFFECT_REFUND, CLAIM_EFFECT_RELEASE };
enum claim_change {
    CLAIM_CHANGE_NONE,
    CLAIM_CHANGE_OPEN,
    CLAIM_CHANGE_ACCEPTED,
    CLAIM_CHANGE_DECLINED,
    CLAIM_CHANGE_EXPIRED,
    CLAIM_CHANGE_REPLACED
};

/* What the service has to do besides writing the claim's row. */
struct claim_effect {
    enum claim_effect_kind kind; /* HOLD: order becomes disputed if its money is in escrow; RELEASE: order resumes */
    int64_t refund_amount;       /* of REFUND: to move now, > 0 */
    enum ledger_bearer bearer;   /* who bears it */
    bool retry_refund;           /* ask the provider again */
    bool alert;                  /* tell the operator */
    enum claim_basis basis;      /* not NONE: write a final decision with these four */
    enum claim_computed outcome;
    int64_t amount;
    struct text clause;
    bool propose;                /* write the decision as proposed */
    bool confirm, reject;        /* the proposed decision becomes final / rejected; second person is the actor */
    bool replace_standing;       /* the earlier final decision becomes replaced */
    enum claim_change old_offer; /* what becomes of the open offer */
    bool new_offer;              /* write the input's offer as open; it expires at after->deadline_us */
    bool close;
    const char *leaf_kind;
};

/* Where the claim stands. Asserts that its columns fit a position. */
enum claim_position claim_position(const struct claim *claim);

/* One step. Returns 0 with *ret_after and *ret_effect filled, or -1 with nothing touched:
 *   CLAIM_EVENT_NOT_ALLOWED 409 not here; the hint lists what this caller can do now   CLAIM_CLOSED 409
 *   CLAIM_ACTOR_NOT_ALLOWED 403 not this role        CLAIM_NOT_DUE 409 the clock came too early
 *   CLAIM_EXTENSION 409 the clause gives no extension, or it was used
 *   CLAIM_DEADLINE_PASSED 409 silence has decided; the hint says what      CLAIM_REOPEN_ENDED 409 too late or decided by a person   CLAIM_OPEN_EXISTS 409 another is open
 *   CLAIM_ARBITER_IS_PARTY, CLAIM_SAME_ARBITER, CLAIM_SECOND_PERSON 403    CLAIM_CASE_TAKEN, CLAIM_CASE_NOT_TAKEN 409
 *   CLAIM_DEVIATION 409 departs from the rule: propose it                  CLAIM_REASON_MISSING, CLAIM_GROUND_MISSING 422
 *   CLAIM_AMOUNT, CLAIM_OFFER, CLAIM_BEARER, CLAIM_RULING 422 */
int claim_step(const struct claim *before, const struct claim_input *input, struct claim *ret_after,
               struct claim_effect *ret_effect, struct error *error);

/* The events that this caller may bring now, in table order. Pass now_us so that passed deadlines offer nothing. Returns the number. */
#define CLAIM_ACTIONS_MAX 12
int claim_actions(const struct claim *claim, enum claim_role role, struct text actor_id, int64_t now_us,
                  enum claim_event ret_events[static CLAIM_ACTIONS_MAX]);

/* Between what amounts a refund of the whole claim can be decided. */
void claim_bounds(const struct claim *claim, int64_t *ret_lowest, int64_t *ret_highest);
/* Until when a party is asked to answer the platform, who may still decide without it. wanted_s <= 0: the default. */
int64_t claim_ask_due(const struct claim *claim, int64_t now_us, int64_t wanted_s);

/* What the clock must do now: the default, outer_limit, or CLAIM_EVENT_NONE. */
enum claim_event claim_due(const struct claim *claim, int64_t now_us);

/* ---- the table itself, for documentation and tests ---- */
enum claim_guard {
#define CLAIM_GUARD(name, ...) CLAIM_GUARD_##name,
#include "claim/guards.def"
#undef CLAIM_GUARD
    CLAIM_GUARD_COUNT
};
enum claim_need { /* bits */
                  NEED_RULING = 1 << 0,
                  NEED_REASON = 1 << 1,
                  NEED_OFFER = 1 << 2,
                  NEED_FREE_CASE = 1 << 3,
                  NEED_HOLDS_CASE = 1 << 4,
                  NEED_DECISION = 1 << 5,
                  NEED_MATCHES_RULE = 1 << 6,
                  NEED_BEARER = 1 << 7,
                  NEED_SECOND_PERSON = 1 << 8,
                  NEED_GROUND = 1 << 9
};
enum claim_clock { CLAIM_CLOCK_NEW, CLAIM_CLOCK_KEEP, CLAIM_CLOCK_LONGER };
enum claim_amount {
    CLAIM_AMOUNT_NONE,
    CLAIM_AMOUNT_RULING,            /* of the ruling that came with the event */
    CLAIM_AMOUNT_COMPUTED,          /* of the rule, as the claim holds it */
    CLAIM_AMOUNT_COMPUTED_OR_ASKED, /* of the rule if it refunds, else all that was asked */
    CLAIM_AMOUNT_ASKED_BY_PLATFORM, /* all that was asked, borne by the platform: the silence was its own */
    CLAIM_AMOUNT_OFFER,
    CLAIM_AMOUNT_INPUT,
    CLAIM_AMOUNT_PROPOSAL,
    CLAIM_AMOUNT_STANDING,
    CLAIM_AMOUNT_BETTER /* standing decision or rule, whichever gives the buyer more */
};
struct claim_transition {
    enum claim_position from;
    enum claim_event event;
    unsigned roles; /* bits 1 << enum claim_role */
    enum claim_guard guard;
    unsigned needs;
    enum claim_position to;
    enum claim_clock clock;
    enum claim_effect_kind effect;
    enum claim_amount amount;
    enum claim_basis basis;
    enum claim_outcome outcome;
};
int claim_transition_count(void);
const struct claim_transition *claim_transition(int index);
/* Whether a guard holds. input may be NULL: guards that look at it then hold ("possible"). */
bool claim_guard_holds(enum claim_guard guard, const struct claim *claim, const struct claim_input *input);
const char *claim_guard_words_en(enum claim_guard guard);
const char *claim_guard_words_zh(enum claim_guard guard);

/* Checks every invariant of a claim value: open has somebody waited for and a deadline within the outer limit (settlement may
 * run past it), amounts within what was paid. Returns NULL or the sentence that is broken. */
const char *claim_broken(const struct claim *claim);

#endif
