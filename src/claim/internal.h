/* SPDX-License-Identifier: Apache-2.0 */
/* What step, guard, need and actions share. Included by files of this folder only. */
#ifndef SHUNTUI_CLAIM_INTERNAL_H
#define SHUNTUI_CLAIM_INTERNAL_H

#include "claim/claim.h"

/* Before filing the amounts that count are those of the input. */
int64_t claim_most(const struct claim *claim);     /* the most that this claim may pay in total */
int64_t claim_resolved(const struct claim *claim); /* what the rule gives if it refunds, else all that was asked */
bool claim_rule_decides(const struct claim *claim);
/* Standing decision or rule, whichever gives the buyer more; true when it is the rule. */
bool claim_rule_is_better(const struct claim *claim);
int64_t claim_better(const struct claim *claim);
/* Does a decision with this outcome and amount depart from the rule? (Where the rule leaves it open nothing does.) */
bool claim_departs(const struct claim *claim, enum claim_computed outcome, int64_t amount, enum ledger_bearer bearer);
struct text claim_case_holder(const struct claim *claim); /* of the stage that the claim is in */

/* Checks what a row needs. input NULL: only what depends on the claim and the actor. Returns 0 or -1. */
int claim_needs_met(const struct claim_transition *row, const struct claim *claim, const struct claim_input *input,
                    struct text actor_id, struct error *error);

#endif
