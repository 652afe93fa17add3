/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Clarifications: a person's answer to a situation that the rule leaves to a person, as one more clause of the rule. The
 * clause can only be more generous than the rule was, which is proved each time; the same terms give the same bytes, so that
 * whoever has the rule and the terms can make the clarified rule again. docs/whatif.md describes it.
 */
#ifndef SHUNTUI_POLICY_PROVE_CLARIFY_H
#define SHUNTUI_POLICY_PROVE_CLARIFY_H

#include "base/time.h"
#include "policy/prove/prove.h"

#define POLICY_CLARIFICATIONS_MAX 8 /* of one order; who needs a ninth needs another rule */

struct policy_clarification {
    struct policy_facts
        situation;    /* an enumeration holds for that value, a number for all that the rule does not tell from it */
    int64_t number;   /* 1, 2, 3 …: the clause is clarified_1 … */
    int64_t percent;  /* of what was paid, that is refunded: 1 to 100 */
    int64_t within_s; /* the merchant answers within that time, and silence accepts; 0: at once */
    bool by_platform; /* which then bears it; else the merchant */
    char day[TIME_DAY_TEXT_BYTES]; /* of the answer, as in Beijing: "2026-11-24" */
};

struct policy_clarified {
    const struct policy *policy; /* in the arena */
    int clause;                  /* the new one */
};

/* Makes the clarified policy: the text of the policy as it is, one clause, and overrides both ways: over everything that the
 * clause meets, but under what is more generous than it. Fails with FIELD_MISSING (no reason), FACTS_IMPOSSIBLE,
 * CLARIFICATION_NEEDLESS (the rule leaves nothing of the situation to a person), CLARIFICATION_LESS with the situation in
 * *problems, or as policy_parse and policy_check do. */
int policy_clarify(struct arena *arena, const struct policy *policy, const struct policy_clarification *in,
                   struct policy_clarified *ret, struct policy_problems *problems, struct error *error);

/* {"by","day","facts","number","percent","within_s"} */
void policy_clarification_write(struct json_writer *writer, const struct policy_clarification *in);
int policy_clarification_read(const struct json *object, struct policy_clarification *ret, struct error *error);
/* The text of the clarified policy from that of the policy and the terms in JSON, for whoever checks one. */
int policy_clarify_text(struct text policy, struct text terms, struct buffer *out, struct error *error);

#endif
