/* SPDX-License-Identifier: Apache-2.0 */
/* A merchant's own desk: what needs an answer today, what is sold and low, what the bond covers, and the one thing to do first. */
#include "service/shop/merchant.h"

#include <string.h>

#include "base/error.h"
#include "ledger/ledger.h"
#include "service/claims/claim_brief.h"
#include "service/internal.h"
#include "service/shop/batch.h"
#include "service/shop/figures.h"

#define LOW_STOCK 10
#define LOW_STOCK_SHOWN 20

static const struct market_word advice_words[] = {
#define ADVICE(name, wire, en, zh) {wire, en, zh},
#include "service/shop/advice.def"
#undef ADVICE
};

const struct market_word *service_advice_word(enum service_advice advice)
{
    return &advice_words[advice];
}

struct low {
    char id[ID_BYTES];
    struct text title;
    int64_t stock;
};
struct desk {
    int64_t open, waiting, due, next_deadline;
    int64_t paid_count, paid_amount;
    int64_t bond, held, payable, advances;
    struct low low[LOW_STOCK_SHOWN];
    int low_count;
    struct service_figures figures;
    struct service_batch_bad bad;
};

/* ---- gathering ---- */

static int claims_load(struct service_call *call, struct desk *desk, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_DESK_CLAIMS);
    query_bind_string(query, 1, call->actor.party_id);
    query_bind_int(query, 2, call->now_us + TIME_DAY_S * TIME_SECOND_US);
    int step = query_step(query, error);
    if (step == 1) {
        desk->open = query_int(query, 0);
        desk->waiting = query_int(query, 1);
        desk->due = query_int(query, 2);
        desk->next_deadline = query_int(query, 3);
    }
    query_end(query);
    return step < 0 ? -1 : 0;
}

/* An order that is paid today was made at most a day before: an unpaid one is not kept longer. */
static int today_load(struct service_call *call, struct desk *desk, struct error *error)
{
    char day[TIME_DAY_TEXT_BYTES], since[ID_BYTES];
    int64_t midnight;
    if (time_day_parse(text_of(time_day_format(call->now_us, day)), &midnight, error) < 0)
        return -1;
    service_id_since(since, "ord_", midnight - TIME_DAY_S * TIME_SECOND_US);
    struct query *query = store_query(call->tx, QUERY_DESK_PAID_SINCE);
    query_bind_string(query, 1, call->actor.party_id);
    query_bind_string(query, 2, since);
    query_bind_int(query, 3, midnight);
    query_bind_string(query, 4, SERVICE_CURRENCY_USUAL);
    int step = query_step(query, error);
    if (step == 1) {
        desk->paid_count = query_int(query, 0);
        desk->paid_amount = query_int(query, 1);
    }
    query_end(query);
    return step < 0 ? -1 : 0;
}

static int low_load(struct service_call *call, struct desk *desk, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_DESK_LOW_STOCK);
    query_bind_string(query, 1, call->actor.party_id);
    query_bind_int(query, 2, LOW_STOCK);
    query_bind_int(query, 3, LOW_STOCK_SHOWN);
    int step;
    while (desk->low_count < LOW_STOCK_SHOWN && (step = query_step(query, error)) == 1) {
        struct low *low = &desk->low[desk->low_count++];
        service_id_copy(low->id, query_text(query, 0));
        low->title = arena_copy_text(call->arena, query_text(query, 1));
        low->stock = query_int(query, 2);
    }
    query_end(query);
    return desk->low_count < LOW_STOCK_SHOWN && step < 0 ? -1 : 0;
}

static int money_load(struct service_call *call, struct desk *desk, struct error *error)
{
    struct text own = text_of(call->actor.party_id);
    if (service_ledger_balance(call, LEDGER_ACCOUNT_MERCHANT_PAYABLE, own, SERVICE_CURRENCY_USUAL, &desk->payable,
                               error) < 0 ||
        service_ledger_balance(call, LEDGER_ACCOUNT_ADVANCES_RECEIVABLE, own, SERVICE_CURRENCY_USUAL, &desk->advances,
                               error) < 0 ||
        service_figures_page(call, own, &desk->figures, error) < 0)
        return -1;
    /* What a withdrawal would be held against (merchant.c): all open orders, however old. */
    int64_t open_amount;
    if (service_open_amount_load(call, own, "", INT64_MAX, &open_amount, error) < 0 ||
        service_ledger_balance(call, LEDGER_ACCOUNT_MERCHANT_BOND, own, SERVICE_CURRENCY_USUAL, &desk->bond, error) < 0)
        return -1;
    desk->held = open_amount < desk->bond ? open_amount : desk->bond;
    return 0;
}

/* ---- the one thing to do first ---- */

struct advice {
    enum service_advice code;
    int64_t count;
    struct text name; /* in the sentence; empty: none */
    bool has_amount;
    int64_t amount;
    const char *product_id; /* NULL: none */
    struct text title;
};

static struct advice advice_of(const struct desk *desk)
{
    const struct low *low = desk->low_count ? &desk->low[0] : NULL;
    int64_t short_by = desk->figures.counts.open_orders_amount - desk->bond;
    if (desk->due)
        return (struct advice){.code = SERVICE_ADVICE_CLAIMS_DUE, .count = desk->due};
    if (low && low->stock == 0)
        return (struct advice){
            .code = SERVICE_ADVICE_STOCK_OUT, .name = low->title, .product_id = low->id, .title = low->title};
    if (desk->bad.id[0])
        return (struct advice){.code = SERVICE_ADVICE_BATCH_FAULTS,
                               .count = desk->bad.faults,
                               .name = desk->bad.name,
                               .product_id = desk->bad.product_id,
                               .title = desk->bad.product_title};
    if (short_by > 0)
        return (struct advice){.code = SERVICE_ADVICE_BOND_SHORT, .has_amount = true, .amount = short_by};
    if (low)
        return (struct advice){.code = SERVICE_ADVICE_STOCK_LOW,
                               .count = low->stock,
                               .name = low->title,
                               .product_id = low->id,
                               .title = low->title};
    if (desk->waiting)
        return (struct advice){.code = SERVICE_ADVICE_CLAIMS_WAITING, .count = desk->waiting};
    return (struct advice){.code = SERVICE_ADVICE_QUIET};
}

/* The sentence with its name and number filled in. */
static const char *sentence_of(struct service_call *call, const struct advice *advice, const char *pattern)
{
    struct buffer out;
    buffer_init(&out, 4096);
    for (const char *at = pattern; *at; at++) {
        if (strncmp(at, "%lld", 4) == 0) {
            buffer_add_int(&out, advice->count);
            at += 3;
        } else if (strncmp(at, "%s", 2) == 0) {
            buffer_add_text(&out, advice->name);
            at += 1;
        } else {
            buffer_add_char(&out, *at);
        }
    }
    const char *sentence = arena_copy(call->arena, buffer_text(&out));
    buffer_done(&out);
    return sentence;
}

static void advice_write(struct service_call *call, const struct desk *desk, struct json_writer *writer)
{
    struct advice advice = advice_of(desk);
    const struct market_word *word = service_advice_word(advice.code);
    json_key(writer, "advice");
    json_object_begin(writer);
    json_member_string(writer, "code", word->wire);
    service_view_words(writer, "words", sentence_of(call, &advice, word->label_zh),
                       sentence_of(call, &advice, word->label_en));
    json_member_integer(writer, "count", advice.count);
    if (advice.has_amount) {
        service_view_money(writer, "amount", advice.amount, SERVICE_CURRENCY_USUAL);
    } else {
        json_key(writer, "amount");
        json_add_null(writer);
    }
    if (advice.product_id) {
        service_named_write(writer, "product", text_of(advice.product_id), advice.title);
    } else {
        json_key(writer, "product");
        json_add_null(writer);
    }
    json_object_end(writer);
}

/* ---- writing ---- */

static void work_write(const struct desk *desk, struct json_writer *writer)
{
    json_key(writer, "claims");
    json_object_begin(writer);
    json_member_integer(writer, "open", desk->open);
    json_member_integer(writer, "waiting_for_you", desk->waiting);
    json_member_integer(writer, "due_24h", desk->due);
    json_member_time(writer, "next_deadline", desk->next_deadline);
    json_object_end(writer);
    json_key(writer, "orders_today");
    json_object_begin(writer);
    json_member_integer(writer, "count", desk->paid_count);
    service_view_money(writer, "amount", desk->paid_amount, SERVICE_CURRENCY_USUAL);
    json_object_end(writer);
    json_key(writer, "low_stock");
    json_array_begin(writer);
    for (int i = 0; i < desk->low_count; i++) {
        json_object_begin(writer);
        service_named_write(writer, "product", text_of(desk->low[i].id), desk->low[i].title);
        json_member_integer(writer, "stock", desk->low[i].stock);
        json_object_end(writer);
    }
    json_array_end(writer);
}

static void money_write(const struct desk *desk, struct json_writer *writer)
{
    json_key(writer, "balances");
    json_object_begin(writer);
    service_view_money(writer, "advances_owed", -desk->advances, SERVICE_CURRENCY_USUAL);
    service_view_money(writer, "payable", desk->payable, SERVICE_CURRENCY_USUAL);
    json_object_end(writer);
    json_key(writer, "bond");
    json_object_begin(writer);
    service_view_money(writer, "balance", desk->bond, SERVICE_CURRENCY_USUAL);
    service_view_money(writer, "held", desk->held, SERVICE_CURRENCY_USUAL);
    service_view_money(writer, "free", desk->bond - desk->held, SERVICE_CURRENCY_USUAL);
    json_object_end(writer);
}

int service_merchant_desk_write(struct service_call *call, struct json_writer *ret, struct error *error)
{
    struct text own = text_of(call->actor.party_id);
    struct service_merchant merchant;
    struct desk *desk = arena_new_object(call->arena, struct desk);
    if (call->actor.role != ROLE_MERCHANT)
        return error_set(error, ERROR_ACCESS_DENIED, "only a merchant has a desk");
    if (service_merchant_load(call, own, &merchant, error) < 0 || claims_load(call, desk, error) < 0 ||
        today_load(call, desk, error) < 0 || low_load(call, desk, error) < 0 || money_load(call, desk, error) < 0 ||
        service_batch_worst(call, &desk->bad, error) < 0)
        return -1;
    json_object_begin(ret);
    work_write(desk, ret);
    money_write(desk, ret);
    advice_write(call, desk, ret);
    json_key(ret, "figures");
    json_object_begin(ret);
    service_figures_members(call, own, &merchant, &desk->figures, ret);
    json_object_end(ret);
    json_object_end(ret);
    return 0;
}
