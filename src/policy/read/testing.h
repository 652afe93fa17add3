/* SPDX-License-Identifier: Apache-2.0 */
/* For tests and fuzzing: whether two policies say the same in everything but their text. */
#ifndef SHUNTUI_POLICY_READ_TESTING_H
#define SHUNTUI_POLICY_READ_TESTING_H

#include <string.h>

#include "policy/model.h"

static inline bool testing_same_clause(const struct policy_clause *a, const struct policy_clause *b)
{
    bool laws = a->law_count == b->law_count;
    for (int i = 0; laws && i < a->law_count; i++)
        laws = strcmp(a->laws[i], b->laws[i]) == 0;
    return laws && strcmp(a->id, b->id) == 0 && strcmp(a->title_zh, b->title_zh) == 0 &&
           strcmp(a->title_en, b->title_en) == 0 && a->root == b->root && a->outcome == b->outcome &&
           a->amount.rule == b->amount.rule && a->amount.percent == b->amount.percent &&
           a->amount.fixed == b->amount.fixed && a->amount.less_percent == b->amount.less_percent &&
           a->amount.less == b->amount.less && a->at_once == b->at_once && a->bearer == b->bearer &&
           a->destination == b->destination && a->review_s == b->review_s &&
           a->merchant_answer_s == b->merchant_answer_s && a->extension_s == b->extension_s &&
           a->silence == b->silence && a->need_count == b->need_count &&
           memcmp(a->needs, b->needs, sizeof a->needs) == 0 && a->optional == b->optional &&
           memcmp(&a->overrides_direct, &b->overrides_direct, sizeof a->overrides_direct) == 0;
}

/* The template holds the conditions of all clauses, and who overrides whom. */
static inline bool testing_same_policy(const struct policy *a, const struct policy *b)
{
    bool same = strcmp(a->name, b->name) == 0 && strcmp(a->floor, b->floor) == 0 &&
                strcmp(a->effective, b->effective) == 0 && a->version == b->version && a->goods == b->goods &&
                strcmp(a->currency, b->currency) == 0 && a->has_otherwise == b->has_otherwise &&
                a->otherwise == b->otherwise && a->otherwise_review_s == b->otherwise_review_s &&
                a->facts_tested == b->facts_tested && a->clause_count == b->clause_count &&
                a->condition_count == b->condition_count && a->node_count == b->node_count &&
                strcmp(a->template_text, b->template_text) == 0;
    for (int i = 0; same && i < a->clause_count; i++)
        same = testing_same_clause(&a->clauses[i], &b->clauses[i]);
    return same;
}

#endif
