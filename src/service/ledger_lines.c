/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines of the ledger without walking all of it: by the order or claim they are of, by the accounts they touch (each account's lines
 * stand in order in an index, a few accounts are merged here), or, for many accounts, from the newest down.
 */
#include "service/ledger_lines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "ledger/ledger.h"
#include "service/internal.h"

#define LINES_OF_TRANSACTION 16 /* a line's number is its transaction's times this, and its own */
#define ACCOUNTS_MERGED_MAX 32

struct line {
    int64_t number, transaction, amount, at;
    char account[24], kind[24], currency[4];
    char order_id[ID_BYTES], claim_id[ID_BYTES], owner[ID_BYTES];
    struct text owner_name;
};
struct lines {
    struct service_call *call;
    const struct service_ledger_filter *filter;
    struct text owner; /* whose accounts; empty: anybody's */
    int64_t before, wanted;
    struct line *items; /* room for twice what is wanted */
    int64_t count;
};

static void word_copy(char *out, size_t bytes, struct text word)
{
    memset(out, 0, bytes);
    memcpy(out, word.data, word.length < bytes ? word.length : bytes - 1);
}

/* Columns of LEDGER_LINE in store/queries.def. */
static void line_read(struct lines *lines, struct query *query)
{
    struct line *line = &lines->items[lines->count++];
    *line = (struct line){.transaction = query_int(query, 0),
                          .amount = query_int(query, 5),
                          .at = query_int(query, 7),
                          .number = query_int(query, 8),
                          .owner_name = arena_copy_text(lines->call->arena, query_text(query, 10))};
    word_copy(line->kind, sizeof line->kind, query_text(query, 1));
    service_id_copy(line->order_id, query_text(query, 2));
    service_id_copy(line->claim_id, query_text(query, 3));
    word_copy(line->account, sizeof line->account, query_text(query, 4));
    word_copy(line->currency, sizeof line->currency, query_text(query, 6));
    service_id_copy(line->owner, query_text(query, 9));
}

static int newest_first(const void *a, const void *b)
{
    int64_t left = ((const struct line *)a)->number, right = ((const struct line *)b)->number;
    return (left < right) - (left > right);
}

static int rows_read(struct lines *lines, struct query *query, struct error *error)
{
    int64_t most = lines->count + lines->wanted;
    int step;
    while (lines->count < most && (step = query_step(query, error)) == 1)
        line_read(lines, query);
    query_end(query);
    if (lines->count < most && step < 0)
        return -1;
    qsort(lines->items, (size_t)lines->count, sizeof lines->items[0], newest_first);
    if (lines->count > lines->wanted)
        lines->count = lines->wanted;
    return 0;
}

static void bounds_bind(struct lines *lines, struct query *query)
{
    query_bind_int(query, 2, lines->before);
    query_bind_int(query, 3, lines->before / LINES_OF_TRANSACTION);
    query_bind_int(query, 4, lines->wanted);
}

/* ---- three ways ---- */

static int of_case(struct lines *lines, struct error *error)
{
    bool by_claim = lines->filter->claim_id.length > 0;
    struct query *query = store_query(lines->call->tx, by_claim ? QUERY_LEDGER_LINES_CLAIM : QUERY_LEDGER_LINES_ORDER);
    query_bind_text(query, 1, by_claim ? lines->filter->claim_id : lines->filter->order_id);
    bounds_bind(lines, query);
    query_bind_text(query, 5, lines->owner);
    query_bind_text(query, 6, lines->filter->account);
    query_bind_text(query, 7, lines->filter->order_id);
    return rows_read(lines, query, error);
}

/* The accounts of that owner and kind; returns their number, at most one more than can be merged. */
static int accounts_find(struct lines *lines, int64_t ret_ids[static ACCOUNTS_MERGED_MAX + 1], struct error *error)
{
    struct query *query = store_query(lines->call->tx, QUERY_LEDGER_ACCOUNTS_OF);
    query_bind_text(query, 1, lines->owner);
    query_bind_text(query, 2, lines->filter->account);
    query_bind_int(query, 3, ACCOUNTS_MERGED_MAX + 1);
    int count = 0, step;
    while ((step = query_step(query, error)) == 1 && count <= ACCOUNTS_MERGED_MAX)
        ret_ids[count++] = query_int(query, 0);
    query_end(query);
    return step < 0 ? -1 : count;
}

static int of_accounts(struct lines *lines, const int64_t *ids, int count, struct error *error)
{
    for (int i = 0; i < count; i++) {
        struct query *query = store_query(lines->call->tx, QUERY_LEDGER_LINES_ACCOUNT);
        query_bind_int(query, 1, ids[i]);
        bounds_bind(lines, query);
        if (rows_read(lines, query, error) < 0)
            return -1;
    }
    return 0;
}

static int of_all(struct lines *lines, struct error *error)
{
    struct query *query = store_query(lines->call->tx, QUERY_LEDGER_LINES_ALL);
    query_bind_text(query, 1, lines->filter->account);
    bounds_bind(lines, query);
    return rows_read(lines, query, error);
}

static int lines_load(struct lines *lines, struct error *error)
{
    int64_t ids[ACCOUNTS_MERGED_MAX + 1];
    if (lines->filter->order_id.length || lines->filter->claim_id.length)
        return of_case(lines, error);
    if (!lines->owner.length && !lines->filter->account.length)
        return of_all(lines, error);
    int count = accounts_find(lines, ids, error);
    if (count < 0)
        return -1;
    /* A party has one account of each kind and currency; only a kind can have more than are merged. */
    return count <= ACCOUNTS_MERGED_MAX ? of_accounts(lines, ids, count, error) : of_all(lines, error);
}

/* ---- writing ---- */

static bool sees_all(const struct service_call *call)
{
    return call->actor.role == ROLE_OPERATOR || call->actor.role == ROLE_SYSTEM;
}

static void line_json(struct json_writer *writer, const struct line *line, bool owned)
{
    json_object_begin(writer);
    json_member_string(writer, "account", line->account);
    service_view_money(writer, "amount", line->amount, line->currency);
    json_member_time(writer, "at", line->at);
    service_view_text_or_null(writer, "claim_id", text_of(line->claim_id));
    json_member_string(writer, "kind", line->kind);
    json_member_integer(writer, "number", line->transaction);
    service_view_text_or_null(writer, "order_id", text_of(line->order_id));
    if (owned) {
        service_view_text_or_null(writer, "owner", text_of(line->owner));
        service_view_text_or_null(writer, "owner_name", line->owner_name);
    }
    json_object_end(writer);
}

static void line_csv(struct csv *csv, const struct line *line, bool owned)
{
    csv_integer(csv, line->transaction);
    csv_time(csv, line->at);
    csv_string(csv, line->kind);
    csv_string(csv, line->account);
    csv_money(csv, line->amount, line->currency);
    csv_string(csv, line->currency);
    csv_string(csv, line->order_id);
    csv_string(csv, line->claim_id);
    if (owned) {
        csv_string(csv, line->owner);
        csv_text(csv, line->owner_name);
    }
    csv_line_end(csv);
}

static void table_write(struct lines *lines, int64_t shown, struct csv *csv, bool owned)
{
    static const char *const names[] = {"number",   "at",       "kind",     "account", "amount",
                                        "currency", "order_id", "claim_id", "owner",   "owner_name"};
    csv_names(csv, names, owned ? 10 : 8);
    for (int64_t i = 0; i < shown; i++)
        line_csv(csv, &lines->items[i], owned);
}

int service_ledger_lines(struct service_call *call, const struct service_ledger_filter *filter,
                         const struct service_page *page, struct service_table *ret, struct error *error)
{
    bool all = sees_all(call);
    if (!all && call->actor.role != ROLE_MERCHANT)
        return error_set(error, ERROR_ACCESS_DENIED, "only a merchant has a ledger of its own");
    struct lines lines = {.call = call, .filter = filter, .wanted = page->limit + 1};
    lines.owner = all ? filter->merchant_id : text_of(call->actor.party_id);
    if (service_page_number(page, &lines.before, error) < 0)
        return -1;
    lines.items = arena_new_array(call->arena, struct line, (size_t)lines.wanted * 2);
    if (lines_load(&lines, error) < 0)
        return -1;
    bool has_more = lines.count > page->limit;
    int64_t shown = has_more ? page->limit : lines.count;
    if (has_more)
        snprintf(ret->next, sizeof ret->next, "%lld", (long long)lines.items[shown - 1].number);
    if (ret->csv) {
        table_write(&lines, shown, ret->csv, all);
        return 0;
    }
    json_object_begin(ret->json);
    json_key(ret->json, "items");
    json_array_begin(ret->json);
    for (int64_t i = 0; i < shown; i++)
        line_json(ret->json, &lines.items[i], all);
    json_array_end(ret->json);
    service_view_text_or_null(ret->json, "next_cursor", text_of(ret->next));
    json_object_end(ret->json);
    return 0;
}
