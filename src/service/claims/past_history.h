/* SPDX-License-Identifier: Apache-2.0 */
/* The log's word on an order's past, for past_facts.c. Read only where a row has nothing but its latest state. */
#ifndef SHUNTUI_SERVICE_PAST_HISTORY_H
#define SHUNTUI_SERVICE_PAST_HISTORY_H

#include "service/claims/past.h"

enum past_kind { PAST_REVEAL, PAST_REPORT, PAST_FINDING };
struct past_entry {
    enum past_kind kind;
    struct text subject;  /* the card; of a finding the fact or the file */
    struct text value;    /* status of a report; what was found */
    struct text claim_id; /* of a finding */
    bool alarm;           /* of a report */
    int64_t at_us;        /* of a report: as its signer says */
};
struct past_history {
    bool loaded, has_gap;
    size_t count, room;
    struct past_entry *entries; /* in the order of the log */
};

/* Reads what the log held before the moment, once. */
int past_history_load(struct service_call *call, const struct service_past *past, struct past_history *history,
                      struct error *error);
/* The last finding about a fact, or judgement of a file, in this claim; NULL: none. */
const struct past_entry *past_history_finding(const struct past_history *history, const struct service_past *past,
                                              struct text subject);

#endif
