/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is for sale and under which rule. A policy is checked, hashed and logged before it can be used, and never changes;
 * a product's listing is a snapshot in the log, and every change of it makes a new one.
 */
#ifndef SHUNTUI_SERVICE_CATALOGUE_H
#define SHUNTUI_SERVICE_CATALOGUE_H

#include "service/service.h"
#include "service/view.h"

/* ---- policies ---- */

/* Writes the report of parser and checker ({"ok":…,"problems":[…]}); nothing is stored. Fails only with LIMIT_EXCEEDED. */
int service_policy_check(struct service_call *call, struct text source, struct json_writer *ret, struct error *error);
/* Publishes a policy of the calling merchant, or of the platform when an operator or the system calls. It must pass the check,
 * and its version must be above every earlier one of that name. Fails with POLICY_… (line and column) or VERSION_TAKEN. */
int service_policy_publish(struct service_call *call, struct text source, char ret_policy_id[static ID_BYTES],
                           struct error *error);
/* Source, hash, prose in both languages. Public. */
int service_policy_write(struct service_call *call, struct text policy_id, struct json_writer *ret,
                         struct error *error);
/* Policies that a merchant may use: its own and the platform's. An operator sees all with merchant_id empty. */
int service_policy_list(struct service_call *call, struct text merchant_id, const struct service_page *page,
                        struct json_writer *ret, struct error *error);

/* ---- products ---- */

#define SERVICE_MILESTONES_MAX 20

/* What the merchant states. Texts are views of the caller. */
struct service_product {
    struct text kind;        /* card_key, service */
    struct text category;    /* game_card, activation_code, top_up, boosting */
    struct text title;       /* 1..120 bytes */
    struct text description; /* up to 4,000 bytes */
    struct text region;      /* where it works; may be empty */
    int64_t price;           /* minor units, of one piece */
    struct text currency;
    int64_t face_value; /* what the card is worth at its issuer; 0: none */
    struct text policy_id;
    int64_t delivery_s; /* promised time from payment to delivery or hand-over */
    /* What a service promises; all four are asked for there, and refused for a card. */
    struct text standard;          /* what counts as done: "reach rank King" */
    const struct text *milestones; /* in order; may be none */
    size_t milestone_count;
    struct text lateness; /* what happens when it is late */
    int64_t revisions;    /* how often it is redone when it falls short */
};
/* Makes an active product of the calling merchant. */
int service_product_create(struct service_call *call, const struct service_product *in,
                           char ret_product_id[static ID_BYTES], struct error *error);

/* What changes; a NULL data pointer or a false flag keeps what there is. */
struct service_product_change {
    struct text title, description, region, policy_id, standard, lateness;
    struct text state; /* active, paused */
    bool has_price, has_face_value, has_delivery_s, has_revisions, has_milestones;
    int64_t price, face_value, delivery_s, revisions;
    const struct text *milestones;
    size_t milestone_count;
};
/* A new snapshot of the listing; orders keep the one that they pinned. */
int service_product_change(struct service_call *call, struct text product_id, const struct service_product_change *in,
                           struct error *error);

/* Public view: listing, policy in words, seller's figures, price warning, stock left. */
int service_product_write(struct service_call *call, struct text product_id, struct json_writer *ret,
                          struct error *error);

struct service_product_filter {
    struct text category, kind, merchant_id; /* empty: any */
    struct text words;                       /* in the title; empty: any */
};
int service_product_list(struct service_call *call, const struct service_product_filter *filter,
                         const struct service_page *page, struct json_writer *ret, struct error *error);

#endif
