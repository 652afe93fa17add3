/* SPDX-License-Identifier: Apache-2.0 */
/* Orders, cards and services: their words, and one step in each table. The times that follow from a step. */
#include "market/market.h"

#include <assert.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

static int find(const struct market_word *words, int count, struct text wire)
{
    for (int i = 0; i < count; i++)
        if (text_is(wire, words[i].wire))
            return i;
    return -1;
}

static const struct market_word order_states[] = {
#define ORDER_STATE(name, wire, in_escrow, en, zh) {wire, en, zh},
#include "market/order_states.def"
};
static const bool escrow_states[] = {
#define ORDER_STATE(name, wire, in_escrow, en, zh) in_escrow,
#include "market/order_states.def"
};
static const struct market_word order_events[] = {
#define ORDER_EVENT(name, wire, en, zh) {wire, en, zh},
#include "market/order_states.def"
};
static const struct {
    enum order_state from;
    enum order_event event;
    enum order_state to;
} order_steps[] = {
#define ORDER_STEP(from, event, to) {ORDER_STATE_##from, ORDER_EVENT_##event, ORDER_STATE_##to},
#include "market/order_states.def"
};
static const struct market_word card_states[] = {
#define CARD_STATE(name, wire, held, en, zh) {wire, en, zh},
#include "market/card_states.def"
};
static const struct market_word card_events[] = {
#define CARD_EVENT(name, wire, en, zh) {wire, en, zh},
#include "market/card_states.def"
};
static const struct {
    enum card_state from;
    enum card_event event;
    enum card_state to;
    bool alarm;
} card_steps[] = {
#define CARD_STEP(from, event, to, alarm) {CARD_STATE_##from, CARD_EVENT_##event, CARD_STATE_##to, alarm},
#include "market/card_states.def"
};
static const struct market_word service_states[] = {
#define SERVICE_STATE(name, wire, en, zh) {wire, en, zh},
#include "market/service_states.def"
};
static const struct market_word service_events[] = {
#define SERVICE_EVENT(name, wire, by_buyer, en, zh) {wire, en, zh},
#include "market/service_states.def"
};
static const bool service_by_buyer[] = {
#define SERVICE_EVENT(name, wire, by_buyer, en, zh) by_buyer,
#include "market/service_states.def"
};
static const struct {
    enum service_state from;
    enum service_event event;
    enum service_state to;
} service_steps[] = {
#define SERVICE_STEP(from, event, to) {SERVICE_STATE_##from, SERVICE_EVENT_##event, SERVICE_STATE_##to},
#include "market/service_states.def"
};

const struct market_word *order_state_word(enum order_state state)
{
    assert((unsigned)state < ORDER_STATE_COUNT);
    return &order_states[state];
}

int order_state_find(struct text wire)
{
    return find(order_states, COUNT(order_states), wire);
}

bool order_in_escrow(enum order_state state)
{
    assert((unsigned)state < ORDER_STATE_COUNT);
    return escrow_states[state];
}

int order_step(enum order_state from, enum order_event event, enum order_state *ret, struct error *error)
{
    assert((unsigned)from < ORDER_STATE_COUNT);
    assert((unsigned)event < ORDER_EVENT_COUNT);
    assert(ret);
    for (int i = 0; i < COUNT(order_steps); i++)
        if (order_steps[i].from == from && order_steps[i].event == event) {
            *ret = order_steps[i].to;
            return 0;
        }
    return error_set(error, ERROR_ORDER_STATE, "an order that is %s cannot %s", order_states[from].wire,
                     order_events[event].wire);
}

const struct market_word *card_state_word(enum card_state state)
{
    assert((unsigned)state < CARD_STATE_COUNT);
    return &card_states[state];
}

int card_state_find(struct text wire)
{
    return find(card_states, COUNT(card_states), wire);
}

int card_step(enum card_state from, enum card_event event, enum card_state *ret, bool *ret_alarm, struct error *error)
{
    assert((unsigned)from < CARD_STATE_COUNT);
    assert((unsigned)event < CARD_EVENT_COUNT);
    assert(ret);
    for (int i = 0; i < COUNT(card_steps); i++)
        if (card_steps[i].from == from && card_steps[i].event == event) {
            *ret = card_steps[i].to;
            if (ret_alarm)
                *ret_alarm = card_steps[i].alarm;
            return 0;
        }
    return error_set(error, ERROR_CARD_STATE, "a card that is %s cannot be put through %s", card_states[from].wire,
                     card_events[event].wire);
}

const struct market_word *service_state_word(enum service_state state)
{
    assert((unsigned)state < SERVICE_STATE_COUNT);
    return &service_states[state];
}

const struct market_word *service_event_word(enum service_event event)
{
    assert((unsigned)event < SERVICE_EVENT_COUNT);
    return &service_events[event];
}

int service_state_find(struct text wire)
{
    return find(service_states, COUNT(service_states), wire);
}

int service_event_find(struct text wire)
{
    return find(service_events, COUNT(service_events), wire);
}

bool service_event_by_buyer(enum service_event event)
{
    assert((unsigned)event < SERVICE_EVENT_COUNT);
    return service_by_buyer[event];
}

int service_step(enum service_state from, int progress_before, enum service_event event, int progress,
                 enum service_state *ret, int *ret_progress, struct error *error)
{
    assert((unsigned)from < SERVICE_STATE_COUNT);
    assert((unsigned)event < SERVICE_EVENT_COUNT);
    assert(progress_before >= 0);
    assert(progress_before <= 100);
    assert(ret);
    assert(ret_progress);
    if (progress < -1 || progress > 100)
        return error_set(error, ERROR_FIELD_RANGE, "progress is between 0 and 100 per cent");
    if (progress != -1 && progress < progress_before) {
        error_set(error, ERROR_PROGRESS_BACKWARDS, "progress was %d per cent and cannot go back to %d", progress_before,
                  progress);
        return error_hint(error, "Tell the buyer in a message what happened; the record stays as it is.");
    }
    for (int i = 0; i < COUNT(service_steps); i++)
        if (service_steps[i].from == from && service_steps[i].event == event) {
            *ret = service_steps[i].to;
            *ret_progress = progress == -1 ? progress_before : progress;
            return 0;
        }
    return error_set(error, ERROR_SERVICE_STATE, "a service that is %s cannot take %s", service_states[from].wire,
                     service_events[event].wire);
}

/* ---- times ---- */

#define BEIJING_US (8 * TIME_HOUR_S * TIME_SECOND_US) /* Asia/Shanghai has been UTC+8 all year since 1991 */
#define DAY_US (TIME_DAY_S * TIME_SECOND_US)

int64_t market_promised_us(int64_t paid_us, int64_t delivery_s)
{
    assert(paid_us > 0);
    assert(delivery_s >= 0);
    return paid_us + delivery_s * TIME_SECOND_US;
}

int64_t market_release_us(int64_t delivered_us)
{
    assert(delivered_us > 0);
    int64_t day = (delivered_us + BEIJING_US) / DAY_US;
    return (day + 1 + MARKET_RELEASE_DAYS) * DAY_US - BEIJING_US;
}

int64_t market_release_accepted_us(int64_t accepted_us, int64_t release_us)
{
    assert(accepted_us > 0);
    int64_t sooner_us = accepted_us + MARKET_RELEASE_ACCEPTED_S * TIME_SECOND_US;
    return sooner_us < release_us ? sooner_us : release_us;
}

bool market_overdue(int64_t promised_us, int64_t delivered_us, int64_t now_us)
{
    return (delivered_us != 0 ? delivered_us : now_us) > promised_us;
}
