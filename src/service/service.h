/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The use cases of Shuntui. One function = one use case = one transaction: load, decide in a pure folder, write.
 * A function that writes runs on the store's writer thread inside a savepoint; returning -1 undoes everything it did.
 * Nothing here knows HTTP; nothing here calls a payment provider from inside a transaction (that is an outbox job).
 */
#ifndef SHUNTUI_SERVICE_SERVICE_H
#define SHUNTUI_SERVICE_SERVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/random.h"
#include "base/text.h"
#include "base/time.h"

struct error;
struct store;
struct store_tx;
struct service;
struct pay_sandbox;

struct service_options {
    const char *state_path; /* the state directory: database, files, keys */
    bool create;            /* make it, with fresh keys, when it does not exist */
    bool threaded;          /* false: everything runs on the caller's thread (simulation, demonstration) */
    struct clock *clock;    /* NULL: the system's */
    struct random *random;  /* NULL: the system's */
    const char *log_origin; /* name of the evidence log for a new state, a schema-less URL; NULL: "shuntui.local/log" */
    int64_t fee_per_mille;  /* the platform's share of a released order */
    int64_t session_s;      /* how long a session lives without being used; 0: SERVICE_SESSION_S of token.h */
    const char *floors;     /* that every merchant's policy keeps to, with commas between; NULL: none */
    int read_connections;   /* 0: 2 */
    const char *vfs;        /* for tests; NULL: the default */
    uint64_t sandbox_faults;      /* seed of the sandbox provider's fault plan; 0: no faults */
    bool sandbox_silent;          /* it never calls back by itself: somebody else sends signed callbacks */
    bool sandbox_amount_failures; /* amounts ending in 901 … 904 fail on demand, see pay/sandbox.h */
};

/* Opens the state. Errors: what store_open gives, IO, and KEY_FILE for a missing or malformed key. */
int service_open(const struct service_options *options, struct service **ret, struct error *error);
void service_close(struct service *service); /* waits for accepted writes; NULL is a no-op */
const char *service_version(void);           /* "0.1.0" */
struct store *service_store(struct service *service);
struct pay_sandbox *service_sandbox(struct service *service);
const char *service_state_path(const struct service *service);
const char *service_log_vkey(const struct service *service); /* C2SP verifier key of the log */

/* Something was recorded of an order: a step of a claim, a message, a file, a finding, a reveal … Or a party's way in was closed, and
 * only party_id is set: what it listens to has to be asked for again. */
struct service_news {
    char party_id[ID_BYTES];
    char order_id[ID_BYTES], claim_id[ID_BYTES]; /* claim_id: empty when it is of no claim */
    char event[40];                              /* of a step its wire name, else that of the kind of the leaf */
    int64_t revision;                            /* index of its leaf: rises within an order */
};
/* Told of it after it is durable, on the writer's thread: must be quick and must not call the store. */
typedef void service_notify_fn(void *context, const struct service_news *notice);
void service_on_notice(struct service *service, service_notify_fn *notify, void *context); /* before requests come */

/* ---- who is calling ---- */
enum service_role {
    ROLE_ANONYMOUS,
    ROLE_BUYER,
    ROLE_MERCHANT,
    ROLE_ARBITER,
    ROLE_OPERATOR,
    ROLE_PROVIDER,
    ROLE_CLOCK,
    ROLE_SYSTEM
};
const char *service_role_name(enum service_role role); /* as the tables write it: "buyer", "clock" … */

struct service_actor {
    enum service_role role;  /* ROLE_BUYER also for a guest who holds an order's secret */
    char party_id[ID_BYTES]; /* empty for a guest */
    char order_id[ID_BYTES]; /* the order that a guest's secret opened, or empty */
};
/* Resolves an order's secret ("key_…") for that order, or for the order of that claim or upload. A secret is only ever looked at beside
 * the order that it is to open, so that nobody can try one secret against all orders. Fails with AUTHENTICATION_FAILED. */
int service_authenticate_order(struct store_tx *tx, struct text case_id, struct text secret, struct service_actor *ret,
                               struct error *error);

/* One run of one use case. */
struct service_call {
    struct service *service;
    struct store_tx *tx;
    struct arena *arena; /* dies with the call */
    struct service_actor actor;
    int64_t now_us; /* never runs backwards, not even when the machine's clock was set back between two starts */
    /* Of a failure: what the error has no room for, a JSON value in the arena under this name. NULL: nothing. */
    const char *refusal_name;
    struct text refusal;
};
/* Fills a call for this transaction; the arena must outlive it. actor NULL: the system itself. */
void service_call_init(struct service_call *call, struct service *service, struct store_tx *tx, struct arena *arena,
                       const struct service_actor *actor);

/* Runs fn once as one durable transaction (for the CLI, the worker and tests; HTTP has its own path). */
typedef int (*service_run_fn)(struct service_call *call, void *argument, struct error *error);
int service_write(struct service *service, const struct service_actor *actor, service_run_fn run, void *argument,
                  struct error *error);
int service_read(struct service *service, const struct service_actor *actor, service_run_fn run, void *argument,
                 struct error *error);

/* Ownership, in one place: 0 when the caller may see an order of this buyer and merchant, else -1 with NOT_FOUND, so that
 * nobody learns what exists. Arbiters and operators see every order; a guest only the one that the secret opened. */
int service_may_see_order(const struct service_call *call, struct text order_id, struct text buyer_id,
                          struct text merchant_id, struct error *error);

/* ---- parties (identity.c) ---- */
struct service_party_new {
    enum service_role role; /* BUYER, MERCHANT, ARBITER or OPERATOR */
    struct text name;
};
struct service_party_created {
    char party_id[ID_BYTES];
    char token[ID_BYTES]; /* shown once */
};
/* Only an operator (or the system) makes merchants, arbiters and operators; anyone may make a buyer. */
int service_party_create(struct service_call *call, const struct service_party_new *in,
                         struct service_party_created *ret, struct error *error);
/* Makes, stores (sealed) and shows once the secret that a merchant's or issuer's reports are signed with. */
int service_webhook_secret_create(struct service_call *call, struct text party_id, char ret[static ID_BYTES],
                                  struct error *error);
/* Reads it back for verifying a report. Fails with NOT_FOUND when there is none. */
int service_webhook_secret_get(struct service_call *call, struct text party_id, char ret[static ID_BYTES],
                               struct error *error);

#endif
