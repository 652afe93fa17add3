/* SPDX-License-Identifier: Apache-2.0 */
/* The cards of an order at a past moment. A card's row has its latest state and report; the log says which of them had come by then. */
#include "service/claims/past_rebuild.h"

#include "base/error.h"
#include "base/limits.h"
#include "service/internal.h"

struct card {
    struct text id;
    int64_t revealed_us; /* 0: not by then */
    int64_t unused_us;   /* when its system last said so; 0: never */
    bool used;           /* reported as used */
    bool is_redeemed;    /* and that is the card's state: an alarm is not */
    bool is_certified;   /* a certificate of non-use stands */
};
struct cards {
    size_t count;
    struct card items[LIMIT_ORDER_QUANTITY];
};

/* The row has the last report only: the log has them all. */
static void card_reports(const struct past_rebuild *rebuild, struct card *card)
{
    for (size_t i = 0; i < rebuild->history.count; i++) {
        const struct past_entry *entry = &rebuild->history.entries[i];
        if (entry->kind != PAST_REPORT || !text_equal(entry->subject, card->id) || card->used)
            continue;
        card->used = text_is(entry->value, "redeemed");
        card->is_redeemed = card->used && !entry->alarm;
        if (!card->used)
            card->unused_us = entry->at_us;
    }
}

static bool card_was_revealed(const struct past_rebuild *rebuild, const struct card *card, int64_t revealed_us)
{
    if (revealed_us != rebuild->past->at_us)
        return revealed_us < rebuild->past->at_us;
    for (size_t i = 0; i < rebuild->history.count; i++)
        if (rebuild->history.entries[i].kind == PAST_REVEAL &&
            text_equal(rebuild->history.entries[i].subject, card->id))
            return true;
    return false;
}

static int cards_read(struct past_rebuild *rebuild, struct cards *cards, struct error *error)
{
    struct query *query = store_query(rebuild->call->tx, QUERY_PAST_CARDS);
    query_bind_text(query, 1, rebuild->past->order_id);
    int step = 0;
    cards->count = 0;
    while (cards->count < LIMIT_ORDER_QUANTITY && (step = query_step(query, error)) == 1) {
        struct card *card = &cards->items[cards->count++];
        int64_t revealed_us = query_int(query, 1);
        bool reported = !query_is_null(query, 2) || !query_is_null(query, 3);
        *card = (struct card){.id = arena_copy_text(rebuild->call->arena, query_text(query, 0))};
        if ((reported || (revealed_us && revealed_us == rebuild->past->at_us)) &&
            past_history_load(rebuild->call, rebuild->past, &rebuild->history, error) < 0)
            return -1;
        if (reported)
            card_reports(rebuild, card);
        if (revealed_us && card_was_revealed(rebuild, card, revealed_us))
            card->revealed_us = revealed_us;
    }
    query_end(query);
    return step < 0 ? -1 : 0;
}

static int certificates_read(struct past_rebuild *rebuild, struct cards *cards, struct error *error)
{
    struct query *query = store_query(rebuild->call->tx, QUERY_PAST_UNUSED);
    query_bind_text(query, 1, rebuild->past->order_id);
    query_bind_int(query, 2, rebuild->past->leaf);
    int step;
    while ((step = query_step(query, error)) == 1)
        for (size_t i = 0; i < cards->count; i++) {
            struct card *card = &cards->items[i];
            if (text_equal(query_text(query, 0), card->id) && query_int(query, 1) >= card->revealed_us)
                card->is_certified = true;
        }
    query_end(query);
    return step;
}

/* One certificate stands for the order when every other card that was seen has one too and none was used. */
static int fact_of_unused(struct past_rebuild *rebuild, struct cards *cards, struct error *error)
{
    bool some = false, all = true;
    if (certificates_read(rebuild, cards, error) < 0)
        return -1;
    for (size_t i = 0; i < cards->count; i++) {
        const struct card *card = &cards->items[i];
        some |= card->is_certified;
        all &= !card->used && (!card->revealed_us || card->is_certified);
    }
    return some && all ? past_record(rebuild, FACT_UNUSED_PROOF, PROOF_ACCEPTED, error) : 0;
}

int past_cards(struct past_rebuild *rebuild, struct error *error)
{
    struct cards cards;
    int64_t furthest = CARD_SEALED;
    bool revealed = false, used = false, unused = true;
    if (cards_read(rebuild, &cards, error) < 0)
        return -1;
    for (size_t i = 0; i < cards.count; i++) {
        const struct card *card = &cards.items[i];
        int64_t state = card->is_redeemed ? CARD_REDEEMED : card->revealed_us ? CARD_REVEALED : CARD_SEALED;
        furthest = state > furthest ? state : furthest;
        revealed |= card->revealed_us != 0;
        used |= card->used;
        unused &= card->unused_us && card->unused_us >= card->revealed_us;
    }
    int64_t report = used ? REDEMPTION_REPORT_USED : unused ? REDEMPTION_REPORT_UNUSED : REDEMPTION_REPORT_NONE;
    if (past_delivery(rebuild, rebuild->order.delivered_at, error) < 0 ||
        past_record(rebuild, FACT_REVEALED, past_since(rebuild, revealed ? rebuild->order.revealed_at : 0), error) <
            0 ||
        past_record(rebuild, FACT_CARD, furthest, error) < 0 ||
        past_record(rebuild, FACT_REDEMPTION_REPORT, report, error) < 0 ||
        (rebuild->wanted & PAST_BIT(UNUSED_PROOF) && fact_of_unused(rebuild, &cards, error) < 0))
        return -1;
    if (rebuild->history.has_gap) {
        past_lose(rebuild, FACT_CARD);
        past_lose(rebuild, FACT_REDEMPTION_REPORT);
        past_lose(rebuild, FACT_UNUSED_PROOF);
    }
    return 0;
}
