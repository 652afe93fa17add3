/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of claims as arrays, with look-up by wire name. */
#include "claim/claim.h"

#include <assert.h>

#include "claim/plan.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

static int find(const struct claim_word *words, int count, struct text wire)
{
    for (int i = 0; i < count; i++)
        if (text_is(wire, words[i].wire))
            return i;
    return -1;
}

#define WORD_ROW(name, wire, en, zh) {wire, en, zh},
#define WORD_LIST(list, type)                                                                                          \
    const struct claim_word *claim_##list##_word(enum type value)                                                      \
    {                                                                                                                  \
        assert((unsigned)value < (unsigned)COUNT(list##_words));                                                       \
        return &list##_words[value];                                                                                   \
    }                                                                                                                  \
    int claim_##list##_find(struct text wire)                                                                          \
    {                                                                                                                  \
        return find(list##_words, COUNT(list##_words), wire);                                                          \
    }

static const struct claim_word stage_words[] = {
#define CLAIM_STAGE WORD_ROW
#include "claim/vocabulary.def"
};
static const struct claim_word waiting_words[] = {
#define CLAIM_WAITING WORD_ROW
#include "claim/vocabulary.def"
};
static const struct claim_word outcome_words[] = {
#define CLAIM_OUTCOME WORD_ROW
#include "claim/vocabulary.def"
};
static const struct claim_word basis_words[] = {
#define CLAIM_BASIS WORD_ROW
#include "claim/vocabulary.def"
};
static const struct claim_word role_words[] = {
#define CLAIM_ROLE WORD_ROW
#include "claim/vocabulary.def"
};
static const struct claim_word computed_words[] = {
#define CLAIM_COMPUTED WORD_ROW
#include "claim/vocabulary.def"
};
static const struct claim_word offer_kind_words[] = {
#define CLAIM_OFFER_KIND WORD_ROW
#include "claim/vocabulary.def"
};
static const struct claim_word ground_words[] = {
#define CLAIM_GROUND WORD_ROW
#include "claim/vocabulary.def"
};
WORD_LIST(stage, claim_stage)
WORD_LIST(waiting, claim_waiting)
WORD_LIST(outcome, claim_outcome)
WORD_LIST(basis, claim_basis)
WORD_LIST(role, claim_role)
WORD_LIST(computed, claim_computed)
WORD_LIST(offer_kind, claim_offer_kind)
WORD_LIST(ground, claim_ground)

static const struct claim_event_info event_infos[] = {
#define CLAIM_EVENT(name, wire, leaf, en, zh, action_en, action_zh) {wire, leaf, en, zh, action_en, action_zh},
#include "claim/vocabulary.def"
};

const struct claim_event_info *claim_event_info(enum claim_event event)
{
    assert(event >= 0);
    assert(event < CLAIM_EVENT_COUNT);
    return &event_infos[event];
}

int claim_event_find(struct text wire)
{
    for (int i = 0; i < CLAIM_EVENT_COUNT; i++)
        if (text_is(wire, event_infos[i].wire))
            return i;
    return -1;
}

static const struct claim_deadline_info deadlines[] = {
#define CLAIM_DEADLINE(name, default_s, minimum_s, maximum_s, source) {#name, default_s, minimum_s, maximum_s, source},
#include "claim/deadlines.def"
#undef CLAIM_DEADLINE
};

const struct claim_deadline_info *claim_deadline_info(enum claim_deadline deadline)
{
    assert((unsigned)deadline < CLAIM_DEADLINE_COUNT);
    return &deadlines[deadline];
}

/* FILE stands for "none" in the table, because a new claim cannot fall back to being filed. */
#define DEFAULT_OF(event) ((event) == CLAIM_EVENT_FILE ? CLAIM_EVENT_NONE : (event))
static const struct claim_position_info positions[] = {
#define CLAIM_POSITION(name, stage, waiting, event, deadline, now_en, now_zh, zero_en, zero_zh)                        \
    {#name,                                                                                                            \
     CLAIM_STAGE_##stage,                                                                                              \
     CLAIM_WAITING_##waiting,                                                                                          \
     DEFAULT_OF(CLAIM_EVENT_##event),                                                                                  \
     CLAIM_DEADLINE_##deadline,                                                                                        \
     now_en,                                                                                                           \
     now_zh,                                                                                                           \
     zero_en,                                                                                                          \
     zero_zh},
#include "claim/positions.def"
#undef CLAIM_POSITION
};

const struct claim_position_info *claim_position_info(enum claim_position position)
{
    assert((unsigned)position < CLAIM_POSITION_COUNT);
    return &positions[position];
}

enum {
    MAY_BUYER = 1 << CLAIM_ROLE_BUYER,
    MAY_MERCHANT = 1 << CLAIM_ROLE_MERCHANT,
    MAY_ARBITER = 1 << CLAIM_ROLE_ARBITER,
    MAY_OPERATOR = 1 << CLAIM_ROLE_OPERATOR,
    MAY_CLOCK = 1 << CLAIM_ROLE_CLOCK,
    MAY_PROVIDER = 1 << CLAIM_ROLE_PROVIDER,
    MAY_SYSTEM = 1 << CLAIM_ROLE_SYSTEM
};
static const struct claim_transition transitions[] = {
#define CLAIM_TRANSITION(from, event, roles, guard, needs, to, clock, effect, amount, basis, outcome)                  \
    {CLAIM_POSITION_##from, CLAIM_EVENT_##event, (unsigned)(roles),      CLAIM_GUARD_##guard,                          \
     (unsigned)(needs),     CLAIM_POSITION_##to, CLAIM_CLOCK_##clock,    CLAIM_EFFECT_##effect,                        \
     CLAIM_AMOUNT_##amount, CLAIM_BASIS_##basis, CLAIM_OUTCOME_##outcome},
#include "claim/transitions.def"
#undef CLAIM_TRANSITION
};

int claim_transition_count(void)
{
    return COUNT(transitions);
}

const struct claim_transition *claim_transition(int index)
{
    assert(index >= 0);
    assert(index < COUNT(transitions));
    return &transitions[index];
}

static const struct claim_word bearers[] = {{"merchant", "the merchant", "商家"},
                                            {"platform", "the platform", "平台"},
                                            {"goodwill", "the goodwill fund", "关怀基金"},
                                            {"issuer", "the card issuer", "发行方"}};

const struct claim_word *claim_bearer_word(enum ledger_bearer bearer)
{
    assert((unsigned)bearer < (unsigned)COUNT(bearers));
    return &bearers[bearer];
}

const char *claim_bearer_wire(enum ledger_bearer bearer)
{
    assert((unsigned)bearer < (unsigned)COUNT(bearers));
    return bearers[bearer].wire;
}

int claim_bearer_find(struct text wire)
{
    return find(bearers, COUNT(bearers), wire);
}
