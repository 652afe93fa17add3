/* SPDX-License-Identifier: Apache-2.0 */
/* What is still possible, for people and as JSON: docs/whatif.md has the members. */
#ifndef SHUNTUI_POLICY_WORDS_WHATIF_H
#define SHUNTUI_POLICY_WORDS_WHATIF_H

#include "policy/prove/prove.h"

/* The outcomes with an example each, the next question with what each answer would leave, or the answer itself. */
void policy_whatif_words(struct buffer *out, const struct policy *policy, const struct policy_facts *facts,
                         const struct policy_whatif *whatif, enum policy_language language);
/* {"answer","consequences","depends_on","facts","possible","question"} */
void policy_whatif_report(struct json_writer *writer, const struct policy *policy, const struct policy_facts *facts,
                          const struct policy_whatif *whatif);
/* {"fact","label_en",…,"answers":[…]}, or null when there is nothing to ask. */
void policy_question_report(struct json_writer *writer, const struct policy_whatif *whatif);

#endif
