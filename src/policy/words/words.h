/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Phrases in Chinese and English for conditions, facts, durations and consequences: made from the rule, never stored. None ends with
 * a full stop.
 */
#ifndef SHUNTUI_POLICY_WORDS_WORDS_H
#define SHUNTUI_POLICY_WORDS_WORDS_H

#include "policy/model.h"

static inline void words_put(struct buffer *out, enum policy_language language, const char *zh, const char *en)
{
    buffer_add_string(out, language == POLICY_LANGUAGE_ZH ? zh : en);
}

/* Of the money that the policy names, or "CNY". */
static inline const char *policy_money_code(const struct policy *policy)
{
    return policy->currency[0] ? policy->currency : "CNY";
}

void policy_duration_words(struct buffer *out, int64_t seconds, enum policy_language language);
void policy_age_words(struct buffer *out, int64_t seconds,
                      enum policy_language language); /* two units, the rest cut off */
void policy_money_words(struct buffer *out, int64_t minor, const char *currency);

/* ---- conditions (conditions.c) ---- */

/* May be two phrases with "or" between them. */
void policy_condition_words(struct buffer *out, const struct policy *policy, const struct policy_condition *condition,
                            enum policy_language language);
void policy_node_words(struct buffer *out, const struct policy *policy, uint16_t node, enum policy_language language);
/* The facts by which a node is true: of a group joined by "or", those of the first member that is. 0 when it is not. */
uint64_t policy_node_reasons(const struct policy *policy, uint16_t node, const uint64_t *is_true,
                             const uint64_t *is_unknown);
const char *policy_event_noun(enum fact fact, enum policy_language language); /* "首次查看卡密"; of a duration */
/* A known fact as a phrase: "卡密已兑换", "the promised time has passed". */
void policy_fact_words(struct buffer *out, const struct policy_facts *facts, enum fact fact,
                       enum policy_language language);
/* All known facts with their labels, joined: "卡密状态:已兑换,购买:3 小时前". */
void policy_facts_words(struct buffer *out, const struct policy_facts *facts, enum policy_language language);

/* ---- consequences (consequence.c) ---- */

/* A list of values of an enumeration ("sealed or revealed"). */
void policy_values_words(struct buffer *out, enum fact fact, uint64_t mask, enum policy_language language);
void policy_proofs_words(struct buffer *out, uint64_t any_of, enum policy_language language); /* "录屏或沟通记录" */
void policy_needs_words(struct buffer *out, const struct policy_clause *clause, enum policy_language language);
/* "24 小时内答复,逾期视为同意" */
void policy_merchant_words(struct buffer *out, const struct policy_clause *clause, enum policy_language language);
void policy_amount_words(struct buffer *out, const struct policy *policy, const struct policy_amount *amount,
                         enum policy_language language); /* "全额退款" */
/* What a clause leads to once evidence and merchant are through: "商家同意后全额退款,由平台承担". */
void policy_result_words(struct buffer *out, const struct policy *policy, const struct policy_clause *clause,
                         enum policy_language language);
/* The refund of a decision with its arithmetic, when there is any: "¥399.00 × (100% − 60%) = ¥159.60". */
void policy_arithmetic_words(struct buffer *out, const struct policy_decision *decision, const char *currency,
                             enum policy_language language);
void policy_review_words(struct buffer *out, int64_t within_s, enum policy_language language);
/* Evidence, merchant and result as whole sentences. */
void policy_consequence_words(struct buffer *out, const struct policy *policy, const struct policy_clause *clause,
                              enum policy_language language);
void policy_otherwise_words(struct buffer *out, const struct policy *policy, enum policy_language language);
/* An article by its code, as people cite it. */
void policy_law_words(struct buffer *out, const char *code, enum policy_language language);

/* ---- worked examples (example.c) ---- */

/* A situation in which the clause governs, on a fixed calendar. False when none was found within the steps (REACH_STEPS_MAX for
 * all of a policy is plenty). */
bool policy_example_find(const struct policy *policy, int clause, int64_t *steps_left, struct policy_facts *ret);
/* What happens in it, as one sentence without its end. */
void policy_example_words(struct buffer *out, const struct policy *policy, int clause, const struct policy_facts *facts,
                          enum policy_language language);

/* ---- how clauses stand to each other (order.c) ---- */

enum words_group {
    WORDS_GROUP_AT_ONCE,
    WORDS_GROUP_MERCHANT,
    WORDS_GROUP_REVIEW,
    WORDS_GROUP_REFUSE,
    WORDS_GROUP_COUNT
};
enum words_group policy_clause_group(const struct policy *policy, int clause);
/* Whether `over` overrides the clause and both may apply at once; true as well where that could not be excluded. */
bool policy_exception_matters(const struct policy *policy, int clause, int over);

#endif
