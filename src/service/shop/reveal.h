/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Showing a card, in two steps. First a notice says in words what revealing changes under the order's own policy and gives
 * a token that is bound to order and caller and soon expires. Then the reveal: the state and the card_first_reveal leaf are
 * durable before the secret leaves, because the answer is sent only after the commit.
 */
#ifndef SHUNTUI_SERVICE_REVEAL_H
#define SHUNTUI_SERVICE_REVEAL_H

#include "policy/policy.h"
#include "service/rows.h"

#define SERVICE_NOTICE_S (10 * 60)
#define SERVICE_NOTICE_BYTES 96

struct service_notice {
    char token[SERVICE_NOTICE_BYTES];
    int64_t expires_at;
};
int service_reveal_notice(struct service_call *call, struct text order_id, struct service_notice *ret,
                          struct error *error);
/* The notice with its words as JSON: what the rule says while sealed and what after, clause by clause. */
int service_reveal_notice_write(struct service_call *call, struct text order_id, struct json_writer *ret,
                                struct error *error);

/* What the order's rule says of its cards for one reason, at some moment, sealed or seen; only what the platform itself records is known. */
struct service_reveal_case {
    int reason; /* a value of the fact "reason" */
    bool revealed;
    int64_t at_us;
};
int service_reveal_outcome(const struct service_order *order, const struct policy *policy,
                           const struct service_reveal_case *asked, struct policy_decision *ret, struct error *error);
struct service_disposition_words {
    const char *zh, *en; /* "refunded at once" */
};
struct service_disposition_words service_disposition_words(enum policy_disposition disposition);
/* "sealed_refund": what a buyer who changed his mind gets while the card is sealed, and until when that stays so; null for a service
 * and for cards that were seen, revoked or never delivered. */
int service_sealed_refund_write(struct service_call *call, const struct service_order *order,
                                struct json_writer *writer, struct error *error);

struct service_revealed_card {
    char card_id[ID_BYTES];
    struct text secret; /* in the call's arena */
    int64_t revealed_at;
    bool first; /* this call revealed it */
};
struct service_revealed {
    struct service_revealed_card *cards;
    size_t count;
};
/* card_id empty: every card of the order. Cards already seen are shown again without a new leaf; revoked ones are not shown:
 * CARD_REVOKED when none is left. Fails with NOTICE_INVALID, NOTICE_EXPIRED, ORDER_STATE. */
int service_reveal(struct service_call *call, struct text order_id, struct text notice_token, struct text card_id,
                   struct service_revealed *ret, struct error *error);

#endif
