/* SPDX-License-Identifier: Apache-2.0 */
/* The report of a simulation as JSON. Its shape is part of the API: docs/simulate.md and docs/openapi.yaml. */
#include "service/policies/simulate.h"

#include <assert.h>

#include "base/error.h"
#include "service/internal.h"
#include "service/view.h"

int service_simulation_name(struct service_call *call, const char *merchant_id, struct text *ret, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_PARTY_GET);
    query_bind_string(query, 1, merchant_id);
    int step = query_step(query, error);
    bool found = step == 1 && text_is(query_text(query, 1), "merchant");
    *ret = found ? arena_copy_text(call->arena, query_text(query, 2)) : (struct text){NULL, 0};
    query_end(query);
    return step < 0 ? -1 : 0;
}

static void policy_member(struct json_writer *writer, const struct policy *policy)
{
    json_key(writer, "policy");
    json_object_begin(writer);
    json_member_string(writer, "goods", policy_goods_word(policy_goods(policy)));
    json_member_string(writer, "name", policy_name(policy));
    json_member_hex(writer, "sha256", policy_sha256(policy), HASH_BYTES);
    json_member_integer(writer, "version", policy_version(policy));
    json_object_end(writer);
}

static void scope_member(struct json_writer *writer, const struct service_call *call,
                         const struct service_simulation_scope *scope, const struct service_simulation *simulation)
{
    bool own = call->actor.role == ROLE_MERCHANT;
    json_key(writer, "scope");
    json_object_begin(writer);
    json_key(writer, "limit");
    if (scope->claims_max)
        json_add_integer(writer, scope->claims_max);
    else
        json_add_null(writer);
    service_view_text_or_null(writer, "merchant", own ? text_of(call->actor.party_id) : scope->merchant_id);
    json_member_boolean(writer, "more", simulation->has_more);
    json_member_time(writer, "newest", simulation->newest_us);
    json_member_time(writer, "oldest", simulation->oldest_us);
    service_view_text_or_null(writer, "policy", scope->policy_name);
    json_member_time(writer, "since", scope->since_us);
    json_object_end(writer);
}

static void claims_member(struct json_writer *writer, const struct service_simulation *simulation)
{
    struct policy_sum all = {.compared = 0};
    for (int i = 0; i < simulation->sums.totals.count; i++) {
        const struct policy_sum *row = &simulation->sums.totals.items[i];
        all.compared += row->compared;
        all.changed += row->changed;
        all.better += row->better;
        all.worse += row->worse;
        all.undecided += row->undecided;
    }
    json_key(writer, "claims");
    json_object_begin(writer);
    json_member_integer(writer, "better", all.better);
    json_member_integer(writer, "changed", all.changed);
    json_member_integer(writer, "compared", all.compared);
    json_member_integer(writer, "looked_at", simulation->looked_at);
    json_member_integer(writer, "not_rebuilt", simulation->not_rebuilt);
    json_member_integer(writer, "other_goods", simulation->other_goods);
    json_member_integer(writer, "same", all.compared - all.changed);
    json_member_integer(writer, "undecided", all.undecided);
    json_member_integer(writer, "with_person", simulation->sums.with_person);
    json_member_integer(writer, "without_person", simulation->sums.without_person);
    json_member_integer(writer, "worse", all.worse);
    json_object_end(writer);
}

static void shifts_member(struct json_writer *writer, const struct policy_simulation *sums)
{
    json_key(writer, "shifts");
    json_array_begin(writer);
    for (int i = 0; i < POLICY_SHIFT_COUNT; i++) {
        const struct policy_shift_info *info = policy_shift_info((enum policy_shift)i);
        if (!sums->shifts[i])
            continue;
        json_object_begin(writer);
        json_member_integer(writer, "claims", sums->shifts[i]);
        json_member_string(writer, "en", info->en);
        json_member_string(writer, "shift", info->word);
        json_member_string(writer, "side", policy_side_word(info->side));
        json_member_string(writer, "zh", info->zh);
        json_object_end(writer);
    }
    json_array_end(writer);
}

static void unknown_member(struct json_writer *writer, const struct policy_simulation *sums)
{
    json_key(writer, "unknown");
    json_array_begin(writer);
    for (int i = 0; i < FACT_COUNT; i++) {
        const struct fact_info *info = fact_info((enum fact)i);
        if (!sums->unknown[i])
            continue;
        json_object_begin(writer);
        json_member_integer(writer, "claims", sums->unknown[i]);
        json_member_string(writer, "en", info->label_en);
        json_member_string(writer, "fact", info->word);
        json_member_string(writer, "zh", info->label_zh);
        json_object_end(writer);
    }
    json_array_end(writer);
}

/* ---- tables ---- */

/* Names of a table's keys in JSON; NULL ends them. */
struct table {
    const char *name, *keys[3];
};

static void sums_write(struct json_writer *writer, const struct policy_sum *row)
{
    json_object_begin(writer);
    json_member_integer(writer, "better", row->better);
    json_member_integer(writer, "changed", row->changed);
    json_member_integer(writer, "compared", row->compared);
    json_member_string(writer, "currency", row->currency);
    json_member_integer(writer, "ended", row->ended);
    json_member_integer(writer, "is", row->is);
    json_member_integer(writer, "less", row->less);
    json_member_integer(writer, "more", row->more);
    json_member_integer(writer, "undecided", row->undecided);
    json_member_integer(writer, "waits", row->waits);
    json_member_integer(writer, "was", row->was);
    json_member_integer(writer, "worse", row->worse);
    json_object_end(writer);
}

static void sums_member(struct json_writer *writer, const struct policy_sum *row)
{
    json_key(writer, "sums");
    sums_write(writer, row);
}

static void money_member(struct json_writer *writer, const struct policy_sums *sums)
{
    json_key(writer, "money");
    json_array_begin(writer);
    for (int i = 0; i < sums->count; i++)
        sums_write(writer, &sums->items[i]);
    json_array_end(writer);
}

static void table_member(struct json_writer *writer, const struct table *table, const struct policy_sums *sums)
{
    json_key(writer, table->name);
    json_array_begin(writer);
    for (int i = 0; i < sums->count; i++) {
        json_object_begin(writer);
        for (int j = 0; j < 3 && table->keys[j]; j++)
            service_view_text_or_null(writer, table->keys[j], text_of(sums->items[i].key[j]));
        sums_member(writer, &sums->items[i]);
        json_object_end(writer);
    }
    json_array_end(writer);
}

static int merchants_member(struct service_call *call, struct json_writer *writer, const struct policy_sums *sums,
                            struct error *error)
{
    json_key(writer, "merchants");
    json_array_begin(writer);
    for (int i = 0; i < sums->count; i++) {
        struct text name;
        if (service_simulation_name(call, sums->items[i].key[0], &name, error) < 0)
            return -1;
        json_object_begin(writer);
        service_view_text_or_null(writer, "merchant", text_of(sums->items[i].key[0]));
        service_view_text_or_null(writer, "name", name);
        sums_member(writer, &sums->items[i]);
        json_object_end(writer);
    }
    json_array_end(writer);
    return 0;
}

static void side_member(struct json_writer *writer, const char *key, const char *clause,
                        enum policy_disposition disposition, int64_t amount)
{
    json_key(writer, key);
    json_object_begin(writer);
    json_member_integer(writer, "amount", amount);
    service_view_text_or_null(writer, "clause", text_of(clause));
    json_member_string(writer, "disposition", policy_disposition_word(disposition));
    json_object_end(writer);
}

static void singles_member(struct json_writer *writer, const struct policy_simulation *sums)
{
    json_key(writer, "largest");
    json_array_begin(writer);
    for (int i = 0; i < sums->single_count; i++) {
        const struct policy_single *single = &sums->singles[i];
        json_object_begin(writer);
        json_member_string(writer, "claim", single->claim);
        json_member_string(writer, "currency", single->currency);
        json_key(writer, "ended");
        json_object_begin(writer);
        json_member_integer(writer, "amount", single->ended);
        service_view_text_or_null(writer, "by", text_of(single->ended_by));
        service_view_text_or_null(writer, "outcome", text_of(single->ended_outcome));
        json_object_end(writer);
        side_member(writer, "is", single->is_clause, single->is_disposition, single->is);
        json_member_string(writer, "merchant", single->merchant);
        json_member_string(writer, "shift", policy_shift_info(single->shift)->word);
        side_member(writer, "was", single->was_clause, single->was_disposition, single->was);
        json_object_end(writer);
    }
    json_array_end(writer);
}

int service_simulation_write(struct service_call *call, const struct policy *policy,
                             const struct service_simulation_scope *scope, const struct service_simulation *simulation,
                             struct json_writer *ret, struct error *error)
{
    static const struct table clauses = {"clauses", {"policy", "before", "after"}}, ends = {"ends", {"outcome", "by"}};
    const struct policy_simulation *sums = &simulation->sums;
    json_object_begin(ret);
    claims_member(ret, simulation);
    table_member(ret, &clauses, &sums->clauses);
    table_member(ret, &ends, &sums->ends);
    singles_member(ret, sums);
    if (merchants_member(call, ret, &sums->merchants, error) < 0)
        return -1;
    money_member(ret, &sums->totals);
    policy_member(ret, policy);
    scope_member(ret, call, scope, simulation);
    shifts_member(ret, sums);
    unknown_member(ret, sums);
    json_member_integer(ret, "v", 1);
    json_object_end(ret);
    return 0;
}
