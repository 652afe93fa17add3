/* SPDX-License-Identifier: Apache-2.0 */
/* Parts that rows of lists and the whole claim have in common: names, words of codes, and decisions in one line. */
#ifndef SHUNTUI_SERVICE_CLAIM_BRIEF_H
#define SHUNTUI_SERVICE_CLAIM_BRIEF_H

#include "policy/policy.h"
#include "service/claims/claim_row.h"

/* "key":{"id":…,"title":…} */
void service_named_write(struct json_writer *writer, const char *key, struct text id, struct text title);
/* "merchant":{"id":…,"name":…} */
void service_merchant_named_write(struct json_writer *writer, struct text id, struct text name);
/* "reason_words":{"en":…,"zh":…} of a value of the fact "reason". */
void service_reason_words_write(struct json_writer *writer, struct text reason);
/* The title of a clause by its id; null when the policy has none of that id (nothing governs, or "otherwise"). */
void service_clause_title_write(struct json_writer *writer, const char *key, const struct policy *policy,
                                struct text clause);
/* "key":{"id","name","you"}, for the people of the platform. null for others, and when id is empty. */
int service_person_write(struct service_call *call, const char *key, struct text party_id, struct json_writer *writer,
                         struct error *error);

/* Lines of proof that the governing clause asks for, as the rule sees them now. */
struct service_proof_counts {
    int64_t required, accepted, missing, rejected;
};
bool service_clause_asks(const struct policy *policy, struct text clause);
int service_proofs_count(struct service_call *call, struct text claim_id, struct service_proof_counts *ret,
                         struct error *error);

struct service_brief {
    struct text claim_id;
    const char *currency;
    const struct policy *policy;
    const char *state; /* of the decision: proposed, final … */
};
/* The last decision in that state; null when there is none, when brief is NULL, and for the parties while it is not final. Who made it is
 * told to the people of the platform. */
int service_decision_brief_write(struct service_call *call, const char *key, const struct service_brief *brief,
                                 struct json_writer *writer, struct error *error);
/* "appeal": who appealed, on what ground and why, as above; null when claim_id is empty. */
int service_appeal_brief_write(struct service_call *call, struct text claim_id, struct json_writer *writer,
                               struct error *error);

#endif
