/* SPDX-License-Identifier: Apache-2.0 */
/* One past claim under two policies: from two decisions on the same facts to what changes for the buyer. */
#include "policy/prove/simulate.h"

#include <assert.h>

static const struct policy_shift_info shift_infos[POLICY_SHIFT_COUNT] = {
#define SHIFT_ROW(code, word, side, en, zh) {word, en, zh, POLICY_SIDE_##side},
#include "policy/prove/shifts.def"
#undef SHIFT_ROW
};

static const char *const side_words[] = {
    [POLICY_SIDE_SAME] = "same",
    [POLICY_SIDE_BETTER] = "better",
    [POLICY_SIDE_WORSE] = "worse",
    [POLICY_SIDE_NEUTRAL] = "neutral",
};

const struct policy_shift_info *policy_shift_info(enum policy_shift shift)
{
    assert(shift >= 0 && shift < POLICY_SHIFT_COUNT);
    return &shift_infos[shift];
}

const char *policy_side_word(enum policy_side side)
{
    assert(side <= POLICY_SIDE_NEUTRAL);
    return side_words[side];
}

/* ---- what one rule gives ---- */

static int64_t promised(const struct policy_decision *decision, int64_t asked)
{
    if (decision->outcome != POLICY_OUTCOME_REFUND)
        return 0;
    return decision->refund < asked ? decision->refund : asked;
}

int64_t policy_gives(const struct policy_decision *decision, int64_t asked)
{
    assert(decision);
    switch (decision->disposition) {
    case POLICY_PAY_NOW:
    case POLICY_WAIT_MERCHANT:
    case POLICY_REVIEW:
        return promised(decision, asked);
    case POLICY_MISSING_EVIDENCE:
    case POLICY_REFUSE:
    case POLICY_OPEN:
        break;
    }
    return 0;
}

int64_t policy_waits(const struct policy_decision *decision, int64_t asked)
{
    assert(decision);
    return decision->disposition == POLICY_MISSING_EVIDENCE ? promised(decision, asked) : 0;
}

bool policy_by_person(const struct policy_decision *decision)
{
    assert(decision);
    return decision->outcome == POLICY_OUTCOME_REVIEW || decision->disposition == POLICY_REVIEW ||
           decision->disposition == POLICY_OPEN;
}

/* ---- what differs ---- */

enum standing { STANDING_REFUSE, STANDING_REVIEW, STANDING_REFUND, STANDING_COUNT };

/* What is open goes to a person if nobody can tell more. */
static enum standing standing_of(const struct policy_decision *decision)
{
    if (decision->outcome == POLICY_OUTCOME_REFUSE)
        return STANDING_REFUSE;
    bool refunds = decision->outcome == POLICY_OUTCOME_REFUND && decision->disposition != POLICY_OPEN;
    return refunds ? STANDING_REFUND : STANDING_REVIEW;
}

static enum policy_shift outcome_shift(enum standing was, enum standing is)
{
    static const enum policy_shift shifts[STANDING_COUNT][STANDING_COUNT] = {
        [STANDING_REFUSE] = {POLICY_SHIFT_SAME, POLICY_SHIFT_REFUSE_TO_REVIEW, POLICY_SHIFT_REFUSE_TO_REFUND},
        [STANDING_REVIEW] = {POLICY_SHIFT_REVIEW_TO_REFUSE, POLICY_SHIFT_SAME, POLICY_SHIFT_REVIEW_TO_REFUND},
        [STANDING_REFUND] = {POLICY_SHIFT_REFUND_TO_REFUSE, POLICY_SHIFT_REFUND_TO_REVIEW, POLICY_SHIFT_SAME},
    };
    return shifts[was][is];
}

/* The first of the two where the second decision has more of it, the second where less, SAME where equal. */
static enum policy_shift by_order(int64_t was, int64_t is, enum policy_shift more, enum policy_shift less)
{
    return is > was ? more : is < was ? less : POLICY_SHIFT_SAME;
}

static int missing_count(const struct policy_decision *decision)
{
    int count = 0;
    for (int i = 0; decision->disposition == POLICY_MISSING_EVIDENCE && i < decision->evidence_count; i++)
        count += decision->evidence_state[i] != POLICY_EVIDENCE_ACCEPTED;
    return count;
}

/* When it is decided at the latest if everybody keeps silent. */
static int64_t decided_s(const struct policy_decision *decision, bool by_person)
{
    int64_t answer_s = decision->merchant_answer_s > 0 ? decision->merchant_answer_s : 0;
    int64_t extension_s = decision->extension_s > 0 ? decision->extension_s : 0;
    int64_t review_s = by_person && decision->review_s > 0 ? decision->review_s : 0;
    return answer_s + extension_s + review_s;
}

static bool credit_only(const struct policy_decision *decision)
{
    return decision->destination == POLICY_DESTINATION_STORE_CREDIT;
}

static enum policy_shift refund_shift(const struct policy_decision *was, const struct policy_decision *is,
                                      int64_t asked)
{
    enum policy_shift shift =
        by_order(promised(was, asked), promised(is, asked), POLICY_SHIFT_MORE_MONEY, POLICY_SHIFT_LESS_MONEY);
    if (shift != POLICY_SHIFT_SAME)
        return shift;
    return by_order(credit_only(was), credit_only(is), POLICY_SHIFT_TO_CREDIT, POLICY_SHIFT_TO_ORIGINAL);
}

enum policy_shift policy_shift_of(const struct policy_decision *was, const struct policy_decision *is, int64_t asked)
{
    assert(was);
    assert(is);
    assert(asked > 0);
    enum standing standing = standing_of(is);
    bool refunds = standing == STANDING_REFUND;
    enum policy_shift shift = outcome_shift(standing_of(was), standing);
    if (shift == POLICY_SHIFT_SAME && refunds)
        shift = refund_shift(was, is, asked);
    if (shift != POLICY_SHIFT_SAME || standing == STANDING_REFUSE)
        return shift;
    shift = by_order(missing_count(was), missing_count(is), POLICY_SHIFT_MORE_EVIDENCE, POLICY_SHIFT_LESS_EVIDENCE);
    if (shift != POLICY_SHIFT_SAME)
        return shift;
    bool was_by_person = policy_by_person(was), is_by_person = policy_by_person(is);
    shift = by_order(was_by_person, is_by_person, POLICY_SHIFT_WITH_PERSON, POLICY_SHIFT_WITHOUT_PERSON);
    if (shift == POLICY_SHIFT_SAME)
        shift = by_order(decided_s(was, was_by_person), decided_s(is, is_by_person), POLICY_SHIFT_SLOWER,
                         POLICY_SHIFT_FASTER);
    if (shift == POLICY_SHIFT_SAME && refunds && was->bearer != is->bearer)
        shift = POLICY_SHIFT_BEARER;
    return shift;
}
