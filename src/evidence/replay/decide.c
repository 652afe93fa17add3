/* SPDX-License-Identifier: Apache-2.0 */
/* The decision, step by step as section 5 of docs/policy-language.md tells it. */
#include "evidence/replay/model.h"

#include <string.h>

/* ---- truth ---- */

static bool is_known(const struct replay_inputs *inputs, int place)
{
    return inputs->known & replay_bit(place);
}

static bool value_is(const struct replay_inputs *inputs, int place, const char *word)
{
    return is_known(inputs, place) && inputs->value[place] == replay_value_find(&replay_facts[place], text_of(word));
}

static bool holds(const struct replay_node *test, int64_t value)
{
    bool happened = value != REPLAY_NEVER;
    switch (test->op) {
    case REPLAY_IS:
        return test->values & replay_bit((int)value);
    case REPLAY_UNDER:
        return value < test->bound;
    case REPLAY_OVER:
        return value > test->bound;
    case REPLAY_WITHIN:
        return happened && value <= test->bound;
    case REPLAY_AGO:
        return happened && value > test->bound;
    case REPLAY_HAPPENED:
        return happened;
    case REPLAY_LATE_BY:
        return happened && value >= test->bound;
    }
    return false;
}

static enum replay_truth test_truth(const struct replay_policy *policy, const struct replay_inputs *inputs,
                                    const struct replay_node *test)
{
    if (!is_known(inputs, test->fact))
        return REPLAY_UNKNOWN;
    if (replay_facts[test->fact].type == REPLAY_MONEY && strcmp(policy->currency, inputs->currency) != 0)
        return REPLAY_UNKNOWN;
    return holds(test, inputs->value[test->fact]) != test->negated ? REPLAY_TRUE : REPLAY_FALSE;
}

/* `all`: false if a member is false, else unknown if one is unknown, else true; `any` the other way round. */
static enum replay_truth node_decide(const struct replay_policy *policy, const struct replay_inputs *inputs,
                                     struct replay_node *node)
{
    if (node->kind == REPLAY_TEST)
        return node->truth = test_truth(policy, inputs, node);
    bool any_true = false, any_false = false, any_unknown = false;
    for (struct replay_node *member = node->first; member; member = member->next) {
        enum replay_truth truth = node_decide(policy, inputs, member);
        any_true |= truth == REPLAY_TRUE;
        any_false |= truth == REPLAY_FALSE;
        any_unknown |= truth == REPLAY_UNKNOWN;
    }
    if (node->kind == REPLAY_ALL)
        node->truth = any_false ? REPLAY_FALSE : (any_unknown ? REPLAY_UNKNOWN : REPLAY_TRUE);
    else
        node->truth = any_true ? REPLAY_TRUE : (any_unknown ? REPLAY_UNKNOWN : REPLAY_FALSE);
    return node->truth;
}

/* ---- which clause governs ---- */

bool replay_is_overridden(const struct replay_policy *policy, const struct replay_decision *decision, int clause)
{
    for (int i = 0; i < policy->clause_count; i++)
        if (decision->applies[i] == REPLAY_TRUE && policy->clauses[i].overrides[clause])
            return true;
    return false;
}

static bool overrides_any(const struct replay_clause *clause, const bool *certain, int count)
{
    for (int i = 0; i < count; i++)
        if (certain[i] && clause->overrides[i])
            return true;
    return false;
}

/* Steps 1 to 6. Returns how many clauses are certain. */
static int governing_find(const struct replay_policy *policy, const struct replay_inputs *inputs,
                          struct replay_decision *decision)
{
    bool certain[LIMIT_POLICY_CLAUSES] = {false};
    int certain_count = 0;
    const struct replay_clause *found = NULL;
    for (int i = 0; i < policy->clause_count; i++) {
        certain[i] = decision->applies[i] == REPLAY_TRUE && !replay_is_overridden(policy, decision, i);
        if (certain[i]) {
            certain_count++;
            found = &policy->clauses[i];
        }
    }
    for (int i = 0; i < policy->clause_count; i++) {
        bool doubtful = decision->applies[i] == REPLAY_UNKNOWN && !replay_is_overridden(policy, decision, i);
        if (doubtful && (certain_count == 0 || overrides_any(&policy->clauses[i], certain, policy->clause_count)))
            decision->is_open = true;
    }
    if (certain_count == 0 && policy->otherwise_refuses && !is_known(inputs, REPLAY_REASON))
        decision->is_open = true;
    if (!decision->is_open && certain_count == 1)
        decision->governing = found;
    return certain_count;
}

/* ---- evidence ---- */

static enum replay_evidence evidence_of(const struct replay_inputs *inputs, uint64_t any_of)
{
    enum replay_evidence state = REPLAY_MISSING;
    for (int place = 0; place < REPLAY_FACT_COUNT; place++) {
        if (!(any_of & replay_bit(place)))
            continue;
        if (value_is(inputs, place, "accepted"))
            return REPLAY_ACCEPTED;
        if (value_is(inputs, place, "rejected"))
            state = REPLAY_REJECTED;
    }
    return state;
}

static bool evidence_decide(const struct replay_inputs *inputs, struct replay_decision *decision)
{
    bool complete = true;
    for (int i = 0; i < decision->governing->need_count; i++) {
        decision->evidence[i] = evidence_of(inputs, decision->governing->needs[i]);
        complete &= decision->evidence[i] == REPLAY_ACCEPTED;
    }
    return complete;
}

/* ---- what follows ---- */

static void end(struct replay_decision *decision, enum replay_outcome outcome, enum replay_disposition disposition)
{
    decision->outcome = outcome;
    decision->disposition = disposition;
}

/* The merchant answered, or kept silent until the deadline, and then the clause says what that means. */
static void answer_decide(const struct replay_inputs *inputs, struct replay_decision *decision)
{
    bool silent = value_is(inputs, REPLAY_MERCHANT_ANSWER, "silent");
    enum replay_silence silence = decision->governing->silence;
    bool accepts = silent ? silence == REPLAY_SILENCE_ACCEPTS : value_is(inputs, REPLAY_MERCHANT_ANSWER, "accepts");
    if (accepts) {
        end(decision, REPLAY_REFUND, REPLAY_PAY_NOW);
    } else if (silent && silence == REPLAY_SILENCE_REFUSES) {
        end(decision, REPLAY_REFUSE, REPLAY_REFUSED);
        decision->refund = 0;
    } else {
        end(decision, REPLAY_REFUND, REPLAY_TO_PERSON);
    }
}

/* The rows `refund` of the table in section 5, in its order. */
static void refund_decide(const struct replay_policy *policy, const struct replay_inputs *inputs, bool complete,
                          struct replay_decision *decision)
{
    const struct replay_clause *clause = decision->governing;
    bool computed = replay_amount_decide(policy, inputs, decision);
    if (!complete)
        end(decision, REPLAY_REFUND, REPLAY_MISSING_EVIDENCE);
    else if (!computed)
        end(decision, REPLAY_REFUND, REPLAY_UNDECIDED);
    else if (decision->refund == 0)
        end(decision, REPLAY_REFUSE, REPLAY_REFUSED);
    else if (clause->at_once)
        end(decision, REPLAY_REFUND, REPLAY_PAY_NOW);
    else if (!is_known(inputs, REPLAY_MERCHANT_ANSWER) || value_is(inputs, REPLAY_MERCHANT_ANSWER, "none"))
        end(decision, REPLAY_REFUND, REPLAY_WAIT_MERCHANT);
    else
        answer_decide(inputs, decision);
}

static void clause_decide(const struct replay_policy *policy, const struct replay_inputs *inputs,
                          struct replay_decision *decision)
{
    const struct replay_clause *clause = decision->governing;
    bool complete = evidence_decide(inputs, decision);
    if (clause->asks_merchant)
        decision->review_s = policy->review_s;
    switch (clause->outcome) {
    case REPLAY_REFUND:
        refund_decide(policy, inputs, complete, decision);
        return;
    case REPLAY_REFUSE:
        end(decision, REPLAY_REFUSE, REPLAY_REFUSED);
        return;
    case REPLAY_REVIEW:
    case REPLAY_OPEN:
        decision->review_s = clause->review_s;
        end(decision, REPLAY_REVIEW, complete ? REPLAY_TO_PERSON : REPLAY_MISSING_EVIDENCE);
    }
}

void replay_decide(struct replay_policy *policy, const struct replay_inputs *inputs, struct replay_decision *ret)
{
    memset(ret, 0, sizeof *ret);
    ret->review_s = -1;
    for (int i = 0; i < policy->clause_count; i++)
        ret->applies[i] = node_decide(policy, inputs, policy->clauses[i].when);
    int certain_count = governing_find(policy, inputs, ret);
    if (ret->is_open) {
        end(ret, REPLAY_OPEN, REPLAY_UNDECIDED);
    } else if (ret->governing) {
        clause_decide(policy, inputs, ret);
    } else if (policy->otherwise_refuses && certain_count == 0 && !value_is(inputs, REPLAY_REASON, "other")) {
        end(ret, REPLAY_REFUSE, REPLAY_REFUSED);
    } else {
        end(ret, REPLAY_REVIEW, REPLAY_TO_PERSON);
        ret->review_s = policy->review_s;
    }
}
