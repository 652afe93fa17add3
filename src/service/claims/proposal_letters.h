/* SPDX-License-Identifier: Apache-2.0 */
/* The letters of a decision that is only proposed, for those who may confirm it. */
#ifndef SHUNTUI_SERVICE_PROPOSAL_LETTERS_H
#define SHUNTUI_SERVICE_PROPOSAL_LETTERS_H

#include "service/claims/claim_advance.h"

/* "letters" as the parties would read them if the claim's proposal were confirmed now, with the reason that it gives; nothing is written to
 * the database. None where the proposal cannot be confirmed any more, and for parties. */
int service_proposal_letters_write(struct service_call *call, const struct service_claim *claim, struct text reason,
                                   struct json_writer *writer, struct error *error);

#endif
