/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is sold and how it lives: states of orders, cards and services as tables, the time at which money is released, the listing
 * that an order pins, the form in which a card secret is compared, the price check and the figures of a merchant.
 */
#ifndef SHUNTUI_MARKET_MARKET_H
#define SHUNTUI_MARKET_MARKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/text.h"
#include "base/time.h"

struct market_word {
    const char *wire, *label_en, *label_zh;
};

/* ---- orders: market/order_states.def ---- */
enum order_state {
#define ORDER_STATE(name, ...) ORDER_STATE_##name,
#include "market/order_states.def"
    ORDER_STATE_COUNT
};
enum order_event {
#define ORDER_EVENT(name, ...) ORDER_EVENT_##name,
#include "market/order_states.def"
    ORDER_EVENT_COUNT
};
const struct market_word *order_state_word(enum order_state state);
int order_state_find(struct text wire); /* -1 when there is none */
bool order_in_escrow(enum order_state state);
/* Returns 0, or -1 with ORDER_STATE. *ret is then untouched. */
int order_step(enum order_state from, enum order_event event, enum order_state *ret, struct error *error);

/* ---- cards: market/card_states.def ---- */
enum card_state {
#define CARD_STATE(name, ...) CARD_STATE_##name,
#include "market/card_states.def"
    CARD_STATE_COUNT
};
enum card_event {
#define CARD_EVENT(name, ...) CARD_EVENT_##name,
#include "market/card_states.def"
    CARD_EVENT_COUNT
};
const struct market_word *card_state_word(enum card_state state);
int card_state_find(struct text wire);
/* Returns 0 with *ret and *ret_alarm (may be NULL), or -1 with CARD_STATE. */
int card_step(enum card_state from, enum card_event event, enum card_state *ret, bool *ret_alarm, struct error *error);

/* ---- services: market/service_states.def ---- */
enum service_state {
#define SERVICE_STATE(name, ...) SERVICE_STATE_##name,
#include "market/service_states.def"
    SERVICE_STATE_COUNT
};
enum service_event {
#define SERVICE_EVENT(name, ...) SERVICE_EVENT_##name,
#include "market/service_states.def"
    SERVICE_EVENT_COUNT
};
const struct market_word *service_state_word(enum service_state state);
const struct market_word *service_event_word(enum service_event event);
int service_state_find(struct text wire);
int service_event_find(struct text wire);
bool service_event_by_buyer(enum service_event event);
/* progress: the new per cent, or -1 for "as before". Fails with SERVICE_STATE, PROGRESS_BACKWARDS or FIELD_RANGE. */
int service_step(enum service_state from, int progress_before, enum service_event event, int progress,
                 enum service_state *ret, int *ret_progress, struct error *error);

/* ---- times ---- */
/* Seven days run from the day after receipt, in Beijing time: 网络购买商品七日无理由退货暂行办法 art. 10 (2017-03-15). Money stays in
 * escrow for as long as the law's shortest window, so that a refund within it never has to be fetched back. A service is looked at
 * for the same seven days after hand-over (民法典 art. 622: an inspection period must be long enough); acceptance shortens it to a day. */
#define MARKET_RELEASE_DAYS 7
#define MARKET_RELEASE_ACCEPTED_S TIME_DAY_S
int64_t market_promised_us(int64_t paid_us, int64_t delivery_s);
int64_t market_release_us(int64_t delivered_us);                                /* card: delivery; service: hand-over */
int64_t market_release_accepted_us(int64_t accepted_us, int64_t release_us);    /* the earlier of the two */
bool market_overdue(int64_t promised_us, int64_t delivered_us, int64_t now_us); /* delivered_us 0: not yet */

/* ---- listing ---- */
#define MARKET_MILESTONES_MAX 10
#define MARKET_TEXT_BYTES 2000
struct market_milestone {
    struct text title;
    int64_t percent; /* of the whole when it is reached; rising, the last is 100 */
};
/* What the buyer is shown. Texts are views. A service needs everything of its second half: who agrees on arrival time, lateness,
 * revisions and dissatisfaction before paying does not argue about them later. */
struct market_listing {
    struct text product_id, merchant_id, kind, category, title, description, currency, policy_id, policy_sha256;
    int64_t price, face_value, delivery_s; /* face_value 0: none */
    struct text region, redeem_channel;    /* card: where it is valid and where it is redeemed */
    int64_t valid_days;                    /* card: 0 is "does not expire" */
    struct text standard;                  /* service: what counts as done */
    struct text lateness;                  /* service: what happens when it is late */
    int64_t revisions;                     /* service: how often it is redone; 0 must be said too */
    bool revisions_given;
    struct text dissatisfaction; /* service: what happens when the buyer is not satisfied */
    const struct market_milestone *milestones;
    size_t milestone_count;
};
enum market_lint_code {
    MARKET_LINT_MISSING, /* required for this kind */
    MARKET_LINT_RANGE,   /* a number that cannot be meant */
    MARKET_LINT_TOO_LONG,
    MARKET_LINT_MILESTONES, /* do not rise to 100 */
    MARKET_LINT_UNSUITABLE  /* belongs to the other kind */
};
struct market_lint {
    enum market_lint_code code;
    const char *field; /* wire name */
    const char *hint_en, *hint_zh;
};
#define MARKET_LINT_MAX 16
/* Everything that is wrong with a listing, not only the first. Returns the number. */
int market_listing_lint(const struct market_listing *listing, struct market_lint ret[static MARKET_LINT_MAX]);
/* RFC 8785 JSON of the listing. Fails with LISTING_INCOMPLETE (pointer at the first field) or LIMIT_EXCEEDED. */
int market_listing_write(const struct market_listing *listing, struct buffer *out, struct error *error);

/* ---- card secrets ---- */
/* The form in which a secret is compared with all others: outer blanks trimmed, full-width folded to ASCII, case folded to upper,
 * blanks and separators (- _ . · and the like) taken out. So "abcd-1234" and "ABCD 1234" are one card. Only for the
 * fingerprint: what the buyer sees is what the merchant gave. Fails with CARD_MALFORMED (empty, control characters, invalid
 * UTF-8) or FIELD_TOO_LONG (LIMIT_CARD_BYTES). out holds at least LIMIT_CARD_BYTES. */
int market_card_normalise(struct text secret, char *out, size_t *ret_length, struct error *error);

/* ---- price ---- */
enum market_price_verdict { MARKET_PRICE_UNKNOWN, MARKET_PRICE_USUAL, MARKET_PRICE_LOW, MARKET_PRICE_HIGH };
#define MARKET_PRICE_SAMPLE_MINIMUM 5 /* fewer say nothing about a market */
#define MARKET_PRICE_SAMPLE_MAXIMUM 1000
struct market_price_report {
    enum market_price_verdict verdict;
    int64_t median, deviation; /* per mille of the face value, or minor units without one; median absolute deviation */
    int64_t value;             /* this product's, in the same unit */
    int64_t below_per_mille;   /* how far under the median, 0 when not under */
    size_t sample;
    const char *reason_en, *reason_zh; /* one sentence, or empty */
};
struct market_price {
    int64_t price, face_value; /* face_value 0: none */
};
/* Compares with others of the same category (and currency). Robust: median and median absolute deviation, so that a few absurd
 * prices do not move it. LOW: under the median by more than three deviations and by more than 30 per cent. Integers only. */
void market_price_check(struct market_price own, const struct market_price *others, size_t count,
                        struct market_price_report *ret);

/* ---- reputation ---- */
struct market_rate {
    int64_t per_mille;                     /* events / total, rounded */
    int64_t low_per_mille, high_per_mille; /* Wilson interval at 95 % */
    int64_t total;
    const char *sure_en, *sure_zh; /* how sure: by the width of the interval */
};
/* events <= total; total 0 gives 0 to 1000 and "no data yet". */
void market_rate(int64_t events, int64_t total, struct market_rate *ret);
struct market_span {
    int64_t median_s, low_s,
        high_s; /* seconds; the interval holds the median at 95 %, or all there is of fewer than six */
    int64_t total;
    const char *sure_en, *sure_zh; /* how sure: by their number */
};
/* Of `count` lengths of time in seconds, in rising order; 0 of them gives 0 and "no data yet". */
void market_span(const int64_t *rising_s, size_t count, struct market_span *ret);

/* What is counted of a merchant's last 90 days. */
struct market_counts {
    int64_t orders, refunded, disputed; /* orders paid; of them with a refund, with a claim */
    int64_t judged, lost;               /* claims that a person of the platform decided; of them with a refund */
    int64_t opened_us;                  /* when the shop was */
    int64_t bond, open_orders_amount;
};
struct market_reputation {
    struct market_rate refunds, disputes, lost; /* of orders; of orders; of claims that the platform decided */
    int64_t days_open;
    int64_t bond, open_orders_amount; /* bond and what it has to cover */
    int64_t cover_per_mille;          /* bond / open orders, at most 1000; 1000 when nothing is open */
};
void market_reputation(const struct market_counts *counts, int64_t now_us, struct market_reputation *ret);

#endif
