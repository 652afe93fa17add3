/* SPDX-License-Identifier: Apache-2.0 */
/* Phrases in Chinese and English for conditions, facts, durations and consequences: made from the rule, never stored. */
#ifndef SHUNTUI_POLICY_WORDS_WORDS_H
#define SHUNTUI_POLICY_WORDS_WORDS_H

#include "policy/model.h"

void policy_duration_words(struct buffer *out, int64_t seconds, enum policy_language language);
void policy_condition_words(struct buffer *out, const struct policy *policy, const struct policy_condition *condition,
                            enum policy_language language);
/* All known facts, joined: "卡密状态:已兑换,购买:3 小时前". */
void policy_facts_words(struct buffer *out, const struct policy_facts *facts, enum policy_language language);
/* A list of values of an enumeration ("sealed or revealed"). */
void policy_values_words(struct buffer *out, enum fact fact, uint64_t mask, enum policy_language language);
void policy_proofs_words(struct buffer *out, uint64_t any_of, enum policy_language language);
/* What a clause leads to, as a sentence without its end: amount, time, evidence, merchant, bearer. */
void policy_consequence_words(struct buffer *out, const struct policy *policy, const struct policy_clause *clause,
                              enum policy_language language);
void policy_otherwise_words(struct buffer *out, const struct policy *policy, enum policy_language language);

#endif
