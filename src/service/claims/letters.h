/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A person's decision as it is told to buyer and merchant, in both languages. The same words are shown before the decision and kept with
 * it; each party reads the letters to itself, the platform's people both.
 */
#ifndef SHUNTUI_SERVICE_LETTERS_H
#define SHUNTUI_SERVICE_LETTERS_H

#include "service/claims/claim_advance.h"

struct service_letter_decision {
    const struct service_claim *claim;   /* as it was decided: asked amount, reason, order */
    const struct claim *after;           /* as the decision leaves it: who may appeal, until when */
    const struct service_ruling *ruling; /* rule and facts that it rests on */
    enum claim_computed outcome;         /* REFUND or REFUSE */
    int64_t amount;                      /* of the whole claim */
    enum ledger_bearer bearer;
    struct text clause, reason; /* reason may be empty unless it departs */
    bool departs, is_appeal;
};

/* "letters":[{"to","zh":{subject, body},"en":{…}}, …] of what is being decided; nothing is written to the database. */
int service_letters_write(struct service_call *call, const struct service_letter_decision *decision,
                          struct json_writer *writer, struct error *error);
/* Keeps them with the decision. */
int service_letters_keep(struct service_call *call, const char *decision_id,
                         const struct service_letter_decision *decision, struct error *error);
/* "letters" of a decision that was made: those that the caller may read. */
int service_letters_kept_write(struct service_call *call, struct text decision_id, struct json_writer *writer,
                               struct error *error);

#endif
