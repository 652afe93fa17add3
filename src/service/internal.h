/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the use cases share among themselves: the open service, its keys, the evidence log, the ledger.
 * Included by files of this folder only.
 */
#ifndef SHUNTUI_SERVICE_INTERNAL_H
#define SHUNTUI_SERVICE_INTERNAL_H

#include <stdatomic.h>

#include "base/hash.h"
#include "base/sign.h"
#include "evidence/checkpoint.h"
#include "evidence/leaf.h"
#include "evidence/log.h"
#include "ledger/ledger.h"
#include "service/recent.h"
#include "service/service.h"
#include "store/store.h"

struct service_keys {
    uint8_t log_seed[SIGN_SEED_BYTES]; /* Ed25519 seed of the log's signing key */
    uint8_t master[SEAL_KEY_BYTES];    /* wraps the data keys of merchants */
    uint8_t pepper[HASH_BYTES];        /* keyed fingerprints and pseudonyms */
    uint8_t sandbox[HASH_BYTES];       /* secret of the sandbox provider's callbacks */
    uint8_t log_public[SIGN_PUBLIC_BYTES];
    uint8_t log_secret[SIGN_SECRET_BYTES];
};
/* Reads the key files below state_path/keys; makes them (0600) when create is set and the folder is new. */
int service_keys_load(struct service_keys *keys, const char *state_path, bool create, struct random *random,
                      struct error *error);

/* How often an unpaid order is asked about at the provider before it expires (payment_ask.c). */
#define SERVICE_ASK_COUNT 2

struct service {
    struct store *store;
    struct clock *clock;
    struct random *random;
    struct service_keys keys;
    struct pay_sandbox *sandbox;
    char state_path[400];
    char log_vkey[EVIDENCE_VKEY_BYTES];
    int64_t fee_per_mille, session_s;
    int64_t opened_at_us;
    _Atomic int64_t last_now_us;
    _Atomic int64_t upload_bytes, uploads_expired; /* taken in and removed since the start (claims/upload*.c) */
    /* The evidence log's frontier. Only the writer thread touches it, inside store jobs and hooks. */
    struct evidence_key log_key;
    struct evidence_log log, log_before_job;
    uint64_t checkpoint_size; /* of the last head that is in the database */
    bool log_saved;           /* this job appended; log_before_job is what to go back to */
    bool log_stale;           /* a commit failed: read the frontier again before the next job */
    /* Asking after payments (payment_ask.c); only the thread that does due work touches them. */
    int64_t ask_at_us;                      /* not before */
    int64_t asked_until[SERVICE_ASK_COUNT]; /* orders that expire up to then were asked about */
    struct service_policies *policies;
    struct service_recent *recent; /* figures of lists, at most a minute old */
    struct service_floors *floors;
    struct service_proofs *proofs;
    struct terms *terms; /* the lint of free text; constant */
    /* What the batch that is being written records of orders; told to `notify` when it is durable. */
    struct service_news *notices;
    size_t notice_count, notice_capacity, notices_before_job;
    service_notify_fn *notify;
    void *notify_context;
};

/* The clock, never running backwards: neither within the process nor behind the newest head of the log, so that a machine whose
 * clock was set back waits for it and never records an event before its cause. */
int64_t service_now(struct service *service);
void service_not_before(struct service *service, int64_t at_us); /* from now on it is at least that */

/* Cache of compiled policies (policies/compiled.c). */
struct service_policies *service_policies_new(void);
void service_policies_free(struct service_policies *policies); /* NULL is a no-op */

/* ---- evidence log (log.c) ---- */
struct service_leaf {
    struct text subject; /* the case: order, product, policy or party id */
    enum evidence_kind kind;
    const char *media_type; /* of the item; NULL: application/json */
    struct text item;       /* the bytes committed to; stored with the leaf unless is_file */
    bool is_file;           /* the bytes are a file of the state directory: only the hash parts below are known */
    uint8_t file_commitment[HASH_BYTES]; /* SHA-256(salt || bytes), made while the file streamed in */
    uint8_t file_salt[32];
    int64_t file_bytes;
    int64_t event_us;   /* when it happened as claimed; 0: now */
    const char *source; /* platform, buyer, merchant, arbiter, issuer, provider */
    /* For those who watch the order, not part of the leaf: */
    const char *claim_id; /* NULL: of no claim */
    const char *event;    /* NULL: the name of the kind */
};
/* Appends one leaf in this transaction and returns its index. The head is signed before the batch commits. */
int service_log_append(struct service_call *call, const struct service_leaf *leaf, int64_t *ret_index,
                       struct error *error);
/* Reads the frontier back, refusing a log whose last signed head does not match its leaves (LOG_INCONSISTENT). */
int service_log_open(struct service *service, const char *origin, struct error *error);
/* Hooks of the store: they keep the frontier in step with savepoints and sign the head before each commit. */
void service_log_job_begin(void *context, struct store_tx *tx);
void service_log_job_end(void *context, bool kept);
int service_log_before_commit(void *context, struct store_tx *tx, struct error *error);
void service_log_after_commit(void *context, bool committed);
int service_log_reopened(void *context, struct store_tx *tx, struct error *error);
/* The frontier as this transaction sees it, for proofs on any connection. */
int service_log_load(struct store_tx *tx, struct evidence_log *ret, struct error *error);
/* Full tiles as this transaction sees them; context is the transaction. */
int service_log_tile(void *tx, unsigned level, uint64_t number, uint8_t ret_hashes[static EVIDENCE_TILE_BYTES],
                     struct error *error);
/* Pseudonym of a party in leaves: "u:" + 32 hex digits. */
void service_pseudonym(const struct service *service, struct text party_id, char ret[static 40]);

/* ---- parties (identity.c, token.c) ---- */
enum service_role service_role_of(struct text name); /* ROLE_ANONYMOUS for an unknown one */
/* 0 when the caller is that party, an operator or the system, else -1 with NOT_FOUND. */
int service_may_act_for(const struct service_call *call, struct text party_id, struct error *error);
int service_party_check(struct service_call *call, struct text party_id,
                        struct error *error); /* exists, or NOT_FOUND */
/* What somebody else does to a party's tokens goes into the log: whoever holds one can act as that party. */
int service_log_for_another(struct service_call *call, const char *action, struct text party_id, struct error *error);

/* ---- what operators do (operator.c) ---- */
struct service_operator_action {
    const char *action;  /* "party_create", "token_create", "bond_deposit" … */
    struct text subject; /* whose chain the leaf joins: a party's id, or the order's of a payment */
    struct text role, name, currency, reference; /* empty: not part of it */
    int64_t amount;                              /* minor units; 0: none */
};
/* Appends an operator_action leaf in this transaction. */
int service_operator_log(struct service_call *call, const struct service_operator_action *in, struct error *error);

/* ---- notices (notice.c) ---- */
/* A session of that party ended, a token was revoked, or it was suspended. */
void service_notice_shut_out(struct service_call *call, struct text party_id);
void service_notice_add(struct service_call *call, const struct service_leaf *leaf, int64_t leaf_index);
/* Hooks of the store for the whole service: notices and log together. */
void service_hooks_init(struct service *service, struct store_hooks *hooks);
void service_notices_free(struct service *service);

/* ---- ledger (ledger.c) ---- */
/* Writes a checked plan: finds or makes accounts, adds postings, moves balances. Returns the transaction's id.
 * A plan whose unique key exists already fails with LEDGER_DUPLICATE; a protected balance with LEDGER_INSUFFICIENT. */
int service_ledger_apply(struct service_call *call, const struct ledger_plan *plan, struct text order_id,
                         struct text claim_id, int64_t *ret_transaction, struct error *error);
/* Balance of an account; 0 when it does not exist yet. */
int service_ledger_balance(struct service_call *call, enum ledger_account_kind kind, struct text owner,
                           const char *currency, int64_t *ret, struct error *error);

/* Copies a column or view into a fixed id buffer; empty when the text is too long. */
void service_id_copy(char out[static ID_BYTES], struct text id);

#endif
