/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The part of a certificate that repeats in every decision of a policy, made once by the parser: canonical JSON with holes
 * for what differs. Private to this folder.
 */
#ifndef SHUNTUI_POLICY_TEMPLATE_H
#define SHUNTUI_POLICY_TEMPLATE_H

#include "policy/model.h"

enum policy_hole { POLICY_HOLE_END, POLICY_HOLE_TRUTH, POLICY_HOLE_APPLIES, POLICY_HOLE_OVERRIDDEN_BY };

/* Text up to a hole, and the hole. */
struct policy_piece {
    uint32_t start, length; /* in the template's text */
    uint16_t index;         /* node of TRUTH, clause of APPLIES and OVERRIDDEN_BY */
    uint8_t hole;           /* enum policy_hole */
};

/* Called once, when the policy is otherwise complete. */
void policy_template_make(struct arena *arena, struct policy *policy);
/* Appends the members of the arrays `clauses` and `facts`. */
void policy_template_fill(struct buffer *out, const struct policy *policy, const struct policy_decision *decision);
void policy_template_facts(struct buffer *out, const struct policy *policy, const struct policy_facts *facts);

#endif
