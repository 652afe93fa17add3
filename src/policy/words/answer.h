/* SPDX-License-Identifier: Apache-2.0 */
/* Phrases about what is possible, for the text and for the JSON of partial evaluation. */
#ifndef SHUNTUI_POLICY_WORDS_ANSWER_H
#define SHUNTUI_POLICY_WORDS_ANSWER_H

#include "policy/prove/prove.h"

/* What follows if this governs. */
void policy_possibility_words(struct buffer *out, const struct policy *policy, const struct policy_possibility *item,
                              enum policy_language language);
/* What the example adds to what is known. */
void policy_supposed_words(struct buffer *out, const struct policy_facts *facts, const struct policy_possibility *item,
                           enum policy_language language);
/* The values of one answer: "sealed or revealed", "at most 3". */
void policy_answer_words(struct buffer *out, enum fact fact, const struct policy_answer *answer,
                         enum policy_language language);
/* The consequences that the answer leaves, as bits. */
void policy_answer_consequences(const struct policy_whatif *whatif, const struct policy_answer *answer,
                                uint64_t ret[static POLICY_POSSIBILITY_WORDS]);

#endif
