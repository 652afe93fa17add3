/* SPDX-License-Identifier: Apache-2.0 */
/* The arithmetic of a refund, step by step, so that a reader can follow it with a pencil. */
#ifndef SHUNTUI_POLICY_AMOUNT_H
#define SHUNTUI_POLICY_AMOUNT_H

#include "policy/model.h"

/* Fills amount_rule, steps, raw and refund. Every division rounds in the buyer's favour; the last step keeps the refund
 * within the amount paid less what was already refunded. `known` are the facts that may be used. Returns those that are
 * missing for it as a mask, 0 when the amount is known; then steps and refund stay empty. */
uint64_t policy_amount_compute(const struct policy_amount *amount, const struct policy_facts *facts, uint64_t known,
                               struct policy_decision *decision);

#endif
