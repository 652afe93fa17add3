/* SPDX-License-Identifier: Apache-2.0 */
/* The difference between two versions, for people and for programs. */
#ifndef SHUNTUI_POLICY_WORDS_DIFFERENCE_H
#define SHUNTUI_POLICY_WORDS_DIFFERENCE_H

#include "policy/prove/prove.h"

/* One heading for each kind of change, one sentence for each pair of clauses, each with a situation. */
void policy_difference_words(struct buffer *out, const struct policy *before, const struct policy *after,
                             const struct policy_differences *differences, enum policy_language language);
/* {"after":{"name","version","sha256"},"before":{…},"changes":[{"change","before":id,"after":id,"example":facts,"en","zh"}],
 *  "harms_buyer":bool} */
void policy_difference_report(struct json_writer *writer, const struct policy *before, const struct policy *after,
                              const struct policy_differences *differences);

#endif
