/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Helpers of a claim besides its states: words of who bears it, the classes of evidence, and contact outside the platform.
 */
#ifndef SHUNTUI_CLAIM_PLAN_H
#define SHUNTUI_CLAIM_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "ledger/ledger.h"

/* Words of table columns claim.bearer and decision.bearer. */
const char *claim_bearer_wire(enum ledger_bearer bearer);
const struct claim_word *claim_bearer_word(enum ledger_bearer bearer);
int claim_bearer_find(struct text wire); /* enum ledger_bearer, or -1 */

/* DESIGN section 7: the classes of evidence that a claim is judged by. */
enum claim_evidence_class {
    CLAIM_EVIDENCE_PURCHASE,
    CLAIM_EVIDENCE_PROBLEM,
    CLAIM_EVIDENCE_NON_USE,
    CLAIM_EVIDENCE_CONTACT,
    CLAIM_EVIDENCE_STANDARD,
    CLAIM_EVIDENCE_SERVICE_LOG,
    CLAIM_EVIDENCE_RESULT,
    CLAIM_EVIDENCE_CLASS_COUNT
};
struct claim_evidence_class_info {
    const char *wire, *label_en, *label_zh;
    bool for_card, for_service;
    bool own_record;                 /* the platform holds it: the buyer is never asked for it */
    const char *where_en, *where_zh; /* what it consists of */
};
const struct claim_evidence_class_info *claim_evidence_class_info(enum claim_evidence_class evidence_class);

/* Does the text look like an invitation to leave the platform (WeChat, QQ, phone, Telegram and their usual disguises)?
 * Never blocks anything: the page shows a calm warning. Returns false, or true with the first span (bytes of `message`) and
 * the channel's wire name: "wechat", "qq", "phone", "telegram", "other". */
struct claim_contact {
    size_t start, length;
    const char *channel;
};
bool claim_contact_flag(struct text message, struct claim_contact *ret);

#endif
