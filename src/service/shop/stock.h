/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Card stock. A secret is normalised, fingerprinted with a keyed hash (a card that is anywhere in the shop is refused),
 * sealed under its merchant's data key, and committed to the log. Nothing here ever shows a secret or says whose a card is.
 */
#ifndef SHUNTUI_SERVICE_STOCK_H
#define SHUNTUI_SERVICE_STOCK_H

#include "base/hash.h"
#include "market/market.h"
#include "service/shop/batch.h"

enum service_card_verdict {
#define CARD_VERDICT(name, ...) SERVICE_CARD_##name,
#include "service/shop/card_verdicts.def"
#undef CARD_VERDICT
    SERVICE_CARD_VERDICT_COUNT
};
const struct market_word *service_card_verdict_word(enum service_card_verdict verdict);

struct service_stock_import {
    struct text product_id;
    const struct text *cards;
    size_t count; /* 1 … LIMIT_IMPORT_CARDS */
    bool dry_run; /* verdicts only */
    struct service_batch_named batch;
};
struct service_stock_imported {
    const enum service_card_verdict *verdicts; /* by position; in the call's arena */
    const int64_t *firsts;                     /* by position: of a duplicate in the request the earlier one, else -1 */
    size_t count, accepted;
    int64_t leaf_index;                /* of the stock_import leaf; -1 when nothing was added */
    struct service_batch_joined batch; /* when something was */
};
/* Adds the accepted cards to a product of the calling merchant; refused positions don't stop the others. */
int service_stock_add(struct service_call *call, const struct service_stock_import *in,
                      struct service_stock_imported *ret, struct error *error);

/* ---- for other files of this folder ---- */

/* The form in which two writings of one card are equal: full-width letters and odd spaces and dashes folded, separators
 * dropped, letters upper-cased. Returns an empty text when nothing is left; *ret_verdict says what is wrong, if anything. */
struct text service_card_normalise(struct arena *arena, struct text secret, enum service_card_verdict *ret_verdict);
void service_card_fingerprint(const struct service *service, struct text normalised, uint8_t ret[static HASH_BYTES]);
/* Opens a sealed card into the call's arena. Fails with CARD_SEAL when key, row or bytes were exchanged. */
int service_card_open(struct service_call *call, int64_t data_key_id, struct text card_id, struct text merchant_id,
                      struct text product_id, struct text sealed, struct text *ret_secret, struct error *error);

#endif
