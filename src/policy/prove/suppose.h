/* SPDX-License-Identifier: Apache-2.0 */
/* A supposed situation of a real order: what is supposed, filled up with what the records say as far as both can be true. */
#ifndef SHUNTUI_POLICY_PROVE_SUPPOSE_H
#define SHUNTUI_POLICY_PROVE_SUPPOSE_H

#include "policy/policy.h"

/* What is supposed stands. Of the records is added what does not speak of the same thing (a card that is supposed to be
 * revealed sets aside everything that is recorded of it) and what can be together with it. */
void policy_suppose(const struct policy *policy, const struct policy_facts *supposed,
                    const struct policy_facts *records, struct policy_facts *ret);

#endif
