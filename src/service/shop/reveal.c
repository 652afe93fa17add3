/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two steps of showing a card. The words of the notice are not written by anyone: the order's own policy is evaluated
 * for every reason that a buyer may have, once with the card sealed and once revealed, and what differs is said.
 */
#include "service/shop/reveal.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "market/market.h"
#include "policy/policy.h"
#include "service/internal.h"
#include "service/shop/order_internal.h"
#include "service/shop/stock.h"

#define NOTICE_PREFIX "ntc_"
#define NOTICE_MAC_DIGITS 32 /* 128 bits */

/* ---- the token ---- */

static void notice_mac(const struct service_call *call, struct text order_id, int64_t expires_at,
                       char ret[static NOTICE_MAC_DIGITS + 1])
{
    char until[24], hex[HASH_HEX_BYTES];
    uint8_t mac[HASH_BYTES];
    snprintf(until, sizeof until, "%lld", (long long)expires_at);
    const struct text parts[] = {
        TEXT_LITERAL("notice\n"), order_id,
        TEXT_LITERAL("\n"),       text_of(call->actor.party_id),
        TEXT_LITERAL("\n"),       text_of(call->actor.order_id),
        TEXT_LITERAL("\n"),       text_of(until),
    };
    hash_hmac_sha256(call->service->keys.pepper, sizeof call->service->keys.pepper, parts,
                     sizeof parts / sizeof parts[0], mac);
    hash_hex(mac, hex);
    memcpy(ret, hex, NOTICE_MAC_DIGITS);
    ret[NOTICE_MAC_DIGITS] = 0;
}

static void notice_make(const struct service_call *call, struct text order_id, struct service_notice *ret)
{
    char mac[NOTICE_MAC_DIGITS + 1];
    ret->expires_at = call->now_us + SERVICE_NOTICE_S * TIME_SECOND_US;
    notice_mac(call, order_id, ret->expires_at, mac);
    snprintf(ret->token, sizeof ret->token, NOTICE_PREFIX "%lld_%s", (long long)ret->expires_at, mac);
}

static int notice_check(const struct service_call *call, struct text order_id, struct text token, struct error *error)
{
    char mac[NOTICE_MAC_DIGITS + 1];
    int64_t expires_at = 0;
    size_t prefix = sizeof NOTICE_PREFIX - 1, tail = NOTICE_MAC_DIGITS + 1;
    bool formed = token.length > prefix + tail && token.length < SERVICE_NOTICE_BYTES &&
                  text_starts(token, NOTICE_PREFIX) && token.data[token.length - tail] == '_';
    if (formed) {
        struct text until = {token.data + prefix, token.length - prefix - tail};
        formed = text_to_int64(until, &expires_at, NULL) == 0 && expires_at > 0;
    }
    if (formed)
        notice_mac(call, order_id, expires_at, mac);
    if (!formed || !hash_equal(token.data + token.length - NOTICE_MAC_DIGITS, mac, NOTICE_MAC_DIGITS)) {
        error_set(error, ERROR_NOTICE_INVALID, "this notice was not given to you for this order");
        error_at(error, "/notice");
        return error_hint(error, "ask for the notice of this order first: GET …/reveal");
    }
    if (expires_at > call->now_us)
        return 0;
    error_set(error, ERROR_NOTICE_EXPIRED, "the notice has expired");
    error_at(error, "/notice");
    return error_hint(error, "ask for it again: what revealing changes may have changed too");
}

/* ---- who and when ---- */

static int order_for_reveal(struct service_call *call, struct text order_id, struct service_order *ret,
                            struct error *error)
{
    if (service_order_open(call, order_id, ret, error) < 0)
        return -1;
    if (call->actor.role != ROLE_BUYER)
        return error_set(error, ERROR_ACCESS_DENIED, "only the buyer sees the cards of an order");
    if (!text_is(ret->kind, "card_key"))
        return error_set(error, ERROR_PRODUCT_KIND, "this order is of a service: there is no card to see");
    if (text_is(ret->state, "delivered") || text_is(ret->state, "disputed") || text_is(ret->state, "released") ||
        text_is(ret->state, "split"))
        return 0;
    if (text_is(ret->state, "refunded")) {
        error_set(error, ERROR_CARD_REVOKED, "the cards of this order were revoked when it was refunded");
        return error_hint(error, "order again if you want one");
    }
    return service_order_state_refused(ret, "revealed", error);
}

int service_reveal_notice(struct service_call *call, struct text order_id, struct service_notice *ret,
                          struct error *error)
{
    struct service_order order;
    if (order_for_reveal(call, order_id, &order, error) < 0)
        return -1;
    notice_make(call, order_id, ret);
    return 0;
}

/* ---- the words ---- */

int service_reveal_outcome(const struct service_order *order, const struct policy *policy,
                           const struct service_reveal_case *asked, struct policy_decision *ret, struct error *error)
{
    struct policy_facts facts;
    policy_facts_init(&facts);
    memcpy(facts.currency, order->currency, sizeof facts.currency);
    int64_t since_paid = (asked->at_us - order->paid_at) / TIME_SECOND_US;
    int64_t since_delivered = (asked->at_us - order->delivered_at) / TIME_SECOND_US;
    bool revealed = asked->revealed;
    const struct {
        enum fact fact;
        int64_t value;
    } rows[] = {
        {FACT_CARD, revealed ? CARD_REVEALED : CARD_SEALED},
        {FACT_REVEALED, revealed ? 0 : FACT_NEVER},
        {FACT_PURCHASED, since_paid},
        {FACT_DELIVERED, since_delivered},
        {FACT_LATE, FACT_NEVER},
        {FACT_REDEMPTION_REPORT, REDEMPTION_REPORT_NONE},
        {FACT_CONSENT, order->has_consent ? CONSENT_GIVEN : CONSENT_NOT_GIVEN},
        {FACT_QUANTITY, order->quantity},
        {FACT_AMOUNT, order->amount},
        {FACT_EARLIER_REFUNDS, order->refunded},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (policy_facts_set(&facts, rows[i].fact, rows[i].value, FACT_SOURCE_RECORD, -1, error) < 0)
            return -1;
    if (policy_facts_set_word(&facts, FACT_CAUSE, TEXT_LITERAL("none"), FACT_SOURCE_RECORD, -1, error) < 0 ||
        policy_facts_set(&facts, FACT_REASON, asked->reason, FACT_SOURCE_BUYER, -1, error) < 0)
        return -1;
    policy_evaluate(policy, &facts, ret);
    return 0;
}

static const char *clause_id(const struct policy *policy, const struct policy_decision *decision)
{
    return decision->governing == POLICY_NOBODY ? "" : policy_clause_id(policy, decision->governing);
}

static const char *clause_title(const struct policy *policy, const struct policy_decision *decision,
                                enum policy_language language)
{
    return decision->governing < 0 ? "" : policy_clause_title(policy, decision->governing, language);
}

static void side_write(struct json_writer *writer, const char *key, const struct policy *policy,
                       const struct policy_decision *decision)
{
    json_key(writer, key);
    json_object_begin(writer);
    json_member_string(writer, "clause", clause_id(policy, decision));
    json_member_string(writer, "disposition", policy_disposition_word(decision->disposition));
    json_member_string(writer, "title_en", clause_title(policy, decision, POLICY_LANGUAGE_EN));
    json_member_string(writer, "title_zh", clause_title(policy, decision, POLICY_LANGUAGE_ZH));
    json_object_end(writer);
}

struct service_disposition_words service_disposition_words(enum policy_disposition disposition)
{
    switch (disposition) {
    case POLICY_PAY_NOW:
        return (struct service_disposition_words){"立即退款", "refunded at once"};
    case POLICY_WAIT_MERCHANT:
        return (struct service_disposition_words){"等商家答复后退款", "refunded unless the merchant objects in time"};
    case POLICY_MISSING_EVIDENCE:
        return (struct service_disposition_words){"需要提供证明", "refunded with proof"};
    case POLICY_REVIEW:
        return (struct service_disposition_words){"由平台人工处理", "decided by a person"};
    case POLICY_REFUSE:
        return (struct service_disposition_words){"不退款", "not refunded"};
    case POLICY_OPEN:
        return (struct service_disposition_words){"视具体情况而定", "depends on further facts"};
    }
    return (struct service_disposition_words){"", ""};
}

struct change {
    int reason;
    struct policy_decision before, after;
};
struct words {
    struct buffer zh, en;
    struct change *changes;
    int count;
};

static bool same_words(const struct change *a, const struct change *b)
{
    return a->before.disposition == b->before.disposition && a->after.disposition == b->after.disposition;
}

/* One sentence for all reasons to which the same happens. */
static void sentence_write(struct words *words, int first)
{
    const struct fact_info *reasons = fact_info(FACT_REASON);
    const struct change *change = &words->changes[first];
    struct service_disposition_words was = service_disposition_words(change->before.disposition);
    struct service_disposition_words is = service_disposition_words(change->after.disposition);
    for (int i = first; i < words->count; i++) {
        if (!same_words(change, &words->changes[i]))
            continue;
        const struct fact_value_info *label = &reasons->values[words->changes[i].reason];
        buffer_addf(&words->zh, "%s%s", i == first ? "" : "、", label->label_zh);
        buffer_addf(&words->en, "%s%s", i == first ? "" : ", ", label->label_en);
    }
    buffer_addf(&words->zh, "：查看前%s，查看后%s。", was.zh, is.zh);
    buffer_addf(&words->en, ": before, %s; after, %s. ", was.en, is.en);
}

static void sentences_write(struct words *words)
{
    for (int i = 0; i < words->count; i++) {
        /* Where only the clause differs, what happens is the same. */
        bool said = words->changes[i].before.disposition == words->changes[i].after.disposition;
        for (int j = 0; j < i && !said; j++)
            said = same_words(&words->changes[j], &words->changes[i]);
        if (!said)
            sentence_write(words, i);
    }
    if (words->zh.length == 0) {
        buffer_add_string(&words->zh, "查看卡密不会改变本单适用的退款结果。");
        buffer_add_string(&words->en, "Seeing the card changes nothing about your refund under this order's rule.");
    }
}

static void change_write(struct json_writer *writer, const struct policy *policy, int reason,
                         const struct policy_decision *before, const struct policy_decision *after)
{
    const struct fact_value_info *label = &fact_info(FACT_REASON)->values[reason];
    json_object_begin(writer);
    side_write(writer, "after", policy, after);
    side_write(writer, "before", policy, before);
    json_member_string(writer, "reason", label->word);
    json_member_string(writer, "reason_en", label->label_en);
    json_member_string(writer, "reason_zh", label->label_zh);
    json_object_end(writer);
}

static int changes_write(struct service_call *call, const struct service_order *order, const struct policy *policy,
                         struct json_writer *writer, struct words *words, struct error *error)
{
    const struct fact_info *reasons = fact_info(FACT_REASON);
    words->changes = arena_new_array(call->arena, struct change, (size_t)reasons->value_count);
    for (int i = 0; i < reasons->value_count; i++) {
        struct change *change = &words->changes[words->count];
        if (!(reasons->values[i].goods & POLICY_GOODS_CARD_KEY))
            continue;
        change->reason = i;
        struct service_reveal_case sealed = {.reason = i, .at_us = call->now_us};
        struct service_reveal_case seen = {.reason = i, .at_us = call->now_us, .revealed = true};
        if (service_reveal_outcome(order, policy, &sealed, &change->before, error) < 0 ||
            service_reveal_outcome(order, policy, &seen, &change->after, error) < 0)
            return -1;
        if (change->before.disposition == change->after.disposition &&
            change->before.governing == change->after.governing)
            continue;
        change_write(writer, policy, i, &change->before, &change->after);
        words->count++;
    }
    sentences_write(words);
    return 0;
}

static void notice_close(struct json_writer *writer, const struct service_order *order, const struct policy *policy,
                         const struct service_notice *notice, struct words *words)
{
    json_member_boolean(writer, "already_revealed", order->revealed_at != 0);
    json_member_text(writer, "en", buffer_text(&words->en));
    json_member_time(writer, "expires_at", notice->expires_at);
    json_member_string(writer, "notice", notice->token);
    json_member_string(writer, "order_id", order->id);
    json_key(writer, "policy");
    json_object_begin(writer);
    json_member_string(writer, "id", order->policy_id);
    json_member_string(writer, "name", policy_name(policy));
    json_member_integer(writer, "version", policy_version(policy));
    json_object_end(writer);
    json_member_text(writer, "zh", buffer_text(&words->zh));
}

int service_reveal_notice_write(struct service_call *call, struct text order_id, struct json_writer *ret,
                                struct error *error)
{
    struct service_order order;
    struct service_notice notice;
    const struct policy *policy;
    if (order_for_reveal(call, order_id, &order, error) < 0 ||
        service_policy_get(call, text_of(order.policy_id), &policy, error) < 0)
        return -1;
    notice_make(call, order_id, &notice);
    struct words words = {.count = 0};
    buffer_init(&words.zh, 16 * 1024);
    buffer_init(&words.en, 16 * 1024);
    json_object_begin(ret);
    json_key(ret, "changes");
    json_array_begin(ret);
    int result = changes_write(call, &order, policy, ret, &words, error);
    json_array_end(ret);
    notice_close(ret, &order, policy, &notice, &words);
    json_object_end(ret);
    buffer_done(&words.zh);
    buffer_done(&words.en);
    return result;
}

/* ---- the reveal ---- */

struct held_card {
    char id[ID_BYTES];
    struct text sealed;
    int64_t data_key_id, revealed_at, import_leaf;
    enum card_state state;
};

static int cards_load(struct service_call *call, const struct service_order *order, struct text card_id,
                      struct held_card **ret, size_t *ret_count, struct error *error)
{
    struct held_card *cards = arena_new_array(call->arena, struct held_card, (size_t)order->quantity);
    size_t count = 0;
    struct query *query = store_query(call->tx, QUERY_CARDS_OF_ORDER);
    query_bind_string(query, 1, order->id);
    int step;
    while ((step = query_step(query, error)) == 1 && count < (size_t)order->quantity) {
        if (card_id.length && !text_equal(card_id, query_text(query, 0)))
            continue;
        int state = card_state_find(query_text(query, 1));
        assert(state >= 0);
        struct held_card *card = &cards[count++];
        service_id_copy(card->id, query_text(query, 0));
        card->state = (enum card_state)state;
        card->data_key_id = query_int(query, 2);
        card->sealed = arena_copy_text(call->arena, query_blob(query, 3));
        card->revealed_at = query_int(query, 4);
        card->import_leaf = query_int(query, 5);
    }
    query_end(query);
    if (step < 0)
        return -1;
    if (count == 0 && card_id.length) {
        error_set(error, ERROR_NOT_FOUND, "this order has no such card");
        return error_at(error, "/card_id");
    }
    *ret = cards;
    *ret_count = count;
    return 0;
}

static int reveal_log(struct service_call *call, const struct service_order *order, const struct held_card *card,
                      struct error *error)
{
    struct buffer item;
    struct json_writer writer;
    buffer_init(&item, 1024);
    json_writer_init(&writer, &item);
    json_object_begin(&writer);
    json_member_string(&writer, "card", card->id);
    json_member_integer(&writer, "import_leaf", card->import_leaf);
    json_member_string(&writer, "order", order->id);
    json_member_time(&writer, "revealed_at", call->now_us);
    json_object_end(&writer);
    json_writer_done(&writer);
    struct service_leaf leaf = {.subject = text_of(order->id),
                                .kind = EVIDENCE_KIND_CARD_FIRST_REVEAL,
                                .item = buffer_text(&item),
                                .source = "buyer"};
    int result = service_log_append(call, &leaf, NULL, error);
    buffer_done(&item);
    return result;
}

static int card_reveal_first(struct service_call *call, const struct service_order *order, struct held_card *card,
                             struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_CARD_REVEAL);
    query_bind_string(query, 1, card->id);
    query_bind_string(query, 2, order->id);
    query_bind_int(query, 3, call->now_us);
    if (query_run(query, error) < 0)
        return -1;
    if (query_changes(call->tx) != 1)
        return error_set(error, ERROR_PRECONDITION_FAILED, "the card changed while it was being revealed");
    card->revealed_at = call->now_us;
    return reveal_log(call, order, card, error);
}

static int order_revealed(struct service_call *call, const struct service_order *order, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_ORDER_REVEALED);
    query_bind_string(query, 1, order->id);
    query_bind_int(query, 2, call->now_us);
    return query_run(query, error);
}

static int card_show(struct service_call *call, const struct service_order *order, struct held_card *card,
                     struct service_revealed *ret, struct error *error)
{
    bool first = card->state == CARD_STATE_SEALED;
    enum card_state after;
    struct service_revealed_card *shown = &ret->cards[ret->count];
    /* Opened before anything is written: a card that can't be opened was not revealed. */
    if (card_step(card->state, CARD_EVENT_REVEAL, &after, NULL, error) < 0 ||
        service_card_open(call, card->data_key_id, text_of(card->id), text_of(order->merchant_id),
                          text_of(order->product_id), card->sealed, &shown->secret, error) < 0 ||
        (first && card_reveal_first(call, order, card, error) < 0))
        return -1;
    memcpy(shown->card_id, card->id, sizeof shown->card_id);
    shown->revealed_at = card->revealed_at;
    shown->first = first;
    ret->count++;
    return 0;
}

int service_reveal(struct service_call *call, struct text order_id, struct text notice_token, struct text card_id,
                   struct service_revealed *ret, struct error *error)
{
    assert(call && ret);
    struct service_order order;
    struct held_card *cards;
    size_t count = 0;
    bool first = false;
    if (order_for_reveal(call, order_id, &order, error) < 0 || notice_check(call, order_id, notice_token, error) < 0 ||
        cards_load(call, &order, card_id, &cards, &count, error) < 0)
        return -1;
    struct service_revealed revealed = {.cards = arena_new_array(call->arena, struct service_revealed_card, count + 1)};
    for (size_t i = 0; i < count; i++) {
        if (cards[i].state == CARD_STATE_REVOKED)
            continue;
        if (card_show(call, &order, &cards[i], &revealed, error) < 0)
            return -1;
        first = first || revealed.cards[revealed.count - 1].first;
    }
    if (revealed.count == 0) {
        error_set(error, ERROR_CARD_REVOKED, "this card was revoked");
        return error_hint(error, "a revoked card is worth nothing any more");
    }
    if (first && order_revealed(call, &order, error) < 0)
        return -1;
    *ret = revealed;
    return 0;
}
