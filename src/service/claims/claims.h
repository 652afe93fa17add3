/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claims: preview, filing, every later step, evidence, messages, findings, and what the clock does.
 * The steps themselves are the table of claim/transitions.def; here facts are gathered, rows written and money moved.
 */
#ifndef SHUNTUI_SERVICE_CLAIMS_H
#define SHUNTUI_SERVICE_CLAIMS_H

#include "base/hash.h"
#include "claim/claim.h"
#include "service/rows.h"

struct service_claim_new {
    struct text reason;       /* word of the fact "reason" */
    struct text statement;    /* the buyer's own words; may be empty */
    const struct json *facts; /* object of what the buyer adds, or NULL */
    bool has_amount;
    int64_t amount; /* asked for; absent: all that is left of the payment */
};
/* What filing would do, without writing anything: {"claim":null,…} in the form of service_claim_file's answer. */
int service_claim_preview(struct service_call *call, struct text order_id, const struct service_claim_new *in,
                          struct json_writer *ret, struct error *error);
/* Files a claim and, where the rule decides on recorded facts, decides and pays it in the same transaction.
 * Fails with CLAIM_OPEN_EXISTS, CLAIM_ORDER_STATE, FIELD_* and FACT_* codes. */
int service_claim_file(struct service_call *call, struct text order_id, const struct service_claim_new *in,
                       char ret_claim_id[static ID_BYTES], struct json_writer *ret, struct error *error);

/* One step by a person. Which of these an event needs is said by its row. */
struct service_claim_action {
    struct text action; /* wire name of an event */
    struct text reason; /* of a refusal, a decline, a deviation, an appeal */
    struct text ground; /* of an appeal: new_facts, named_error */
    struct text offer_kind;
    int64_t offer_extend_s, offer_valid_s;
    struct text outcome; /* of a decision: refund, refuse */
    int64_t amount;      /* of an offer or a decision */
    struct text bearer, clause;
    int64_t due_s; /* of what is asked of a party */
};
int service_claim_act(struct service_call *call, struct text claim_id, const struct service_claim_action *in,
                      struct json_writer *ret, struct error *error);

/* The whole claim as the caller may see it. */
int service_claim_write(struct service_call *call, struct text claim_id, struct json_writer *ret, int64_t *ret_version,
                        struct error *error);
/* The claim's version, for a caller who may see it. */
int service_claim_version(struct service_call *call, struct text claim_id, int64_t *ret, struct error *error);
/* What a listener of a claim listens to: everything that is recorded of its order. */
struct service_claim_watch {
    char order_id[ID_BYTES];
    struct text viewer; /* of an arbiter: who is looking, as a JSON object {"id", "name"} in the arena; else empty */
};
int service_claim_watch(struct service_call *call, struct text claim_id, struct service_claim_watch *ret,
                        struct error *error);
/* What was recorded after that revision, oldest first, at most `maximum`. */
int service_claim_missed(struct service_call *call, struct text claim_id, int64_t after, struct service_news *ret,
                         size_t maximum, size_t *ret_count, struct error *error);
struct service_claim_filter {
    struct text stage, waiting_for, product_id, outcome, order_id, cursor; /* each may be empty */
    bool mine;            /* an arbiter's: the cases that he holds or decided last */
    bool untaken, second; /* the platform's: taken by nobody; waiting for a second person */
    bool by_deadline;     /* what ends first comes first; else the newest */
    int64_t limit;
};
int service_claim_list(struct service_call *call, const struct service_claim_filter *filter, struct json_writer *ret,
                       struct error *error);

int service_message_add(struct service_call *call, struct text claim_id, struct text body, struct json_writer *ret,
                        struct error *error);

/* A file that was streamed to disk: put into the state directory under its hash. */
struct service_evidence_new {
    struct text kind;      /* a proof of facts.def, "other", or "original" of a copy filed before */
    struct text file_name; /* as the client named it */
    const char *path;      /* the temporary file, on the same file system */
    bool keeps_name;       /* it stays there as well, and whoever made it removes it */
    int64_t size_bytes;
    const uint8_t *sha256;
    const uint8_t *salt, *commitment; /* 32 random bytes, and SHA-256 of them and the file's; NULL: made here */
    const uint8_t *head;              /* first bytes */
    size_t head_length;
    const uint8_t *original_sha256; /* of the picture that this one is a stamped or blackened copy of; NULL: of none */
};
int service_evidence_add(struct service_call *call, struct text claim_id, const struct service_evidence_new *in,
                         struct json_writer *ret, struct error *error);
/* An arbiter accepts or rejects an item; the rule is applied again. */
int service_evidence_judge(struct service_call *call, struct text claim_id, struct text evidence_id, struct text state,
                           struct text reason, struct json_writer *ret, struct error *error);
/* Where the bytes are and what they are, for a caller who may see the claim. */
struct service_evidence_file {
    char path[600];
    uint8_t sha256[HASH_BYTES];
    const char *media_type, *extension;
    bool is_shown; /* a browser may show it within a page */
};
int service_evidence_open(struct service_call *call, struct text claim_id, struct text evidence_id,
                          struct service_evidence_file *ret, struct error *error);
/* An arbiter's finding: a fact of the case; the rule is applied again. */
int service_claim_find_fact(struct service_call *call, struct text claim_id, struct text fact, struct text value,
                            struct text note, struct json_writer *ret, struct error *error);

/* The rule is applied again because a fact changed (a report of the issuer, an incident). Does nothing without an open claim. */
int service_claim_reassess(struct service_call *call, struct text order_id, struct error *error);
/* The provider's answer to the claim's refund. */
int service_claim_settled(struct service_call *call, struct text claim_id, bool succeeded, struct error *error);
/* Deadlines that have passed: what silence becomes. At most limit claims, after the first `skip` that are due. */
int service_claims_due(struct service_call *call, int64_t skip, int64_t limit, int64_t *ret_count, struct error *error);

#endif
