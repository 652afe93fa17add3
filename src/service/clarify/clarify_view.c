/* SPDX-License-Identifier: Apache-2.0 */
/* Recorded answers as the parties of an order see them, and beside the decisions that follow from them. */
#include "service/clarify/clarify.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "service/internal.h"

#define ITEM_BYTES_MAX (512 * 1024)

int service_clarification_list_write(struct service_call *call, const char *order_id, struct json_writer *writer,
                                     struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_CLARIFICATIONS);
    query_bind_string(query, 1, order_id);
    json_key(writer, "clarifications");
    json_array_begin(writer);
    int step;
    while ((step = query_step(query, error)) == 1) {
        struct text item = query_blob(query, 6);
        json_object_begin(writer);
        json_member_text(writer, "answered_by", query_text(query, 1));
        json_member_time(writer, "at", query_int(query, 5));
        json_member_text(writer, "clause", query_text(query, 2));
        json_member_boolean(writer, "contact_flag", query_int(query, 3) != 0);
        json_member_integer(writer, "leaf", query_int(query, 4));
        json_member_integer(writer, "number", query_int(query, 0));
        json_key(writer, "record");
        if (item.length)
            json_add_raw(writer, item);
        else
            json_add_null(writer);
        json_object_end(writer);
    }
    query_end(query);
    json_array_end(writer);
    return step;
}

static int own_policy_write(struct service_call *call, const struct service_order *order, struct json_writer *writer,
                            struct error *error)
{
    json_key(writer, "own_policy");
    if (strcmp(order->policy_id, order->pinned_policy_id) == 0) {
        json_add_null(writer);
        return 0;
    }
    struct query *query = store_query(call->tx, QUERY_ORDER_POLICY_GET);
    query_bind_string(query, 1, order->policy_id);
    int step = query_step(query, error);
    if (step == 1) {
        json_object_begin(writer);
        json_member_string(writer, "id", order->policy_id);
        json_member_integer(writer, "leaf", query_int(query, 2));
        json_member_hex(writer, "sha256", query_blob(query, 0).data, HASH_BYTES);
        json_member_text(writer, "source", query_text(query, 1));
        json_object_end(writer);
    }
    query_end(query);
    if (step == 0)
        return error_set(error, ERROR_NOT_FOUND, "the order's own policy is not there");
    return step < 0 ? -1 : 0;
}

int service_clarifications_write(struct service_call *call, const struct service_order *order,
                                 struct json_writer *writer, struct error *error)
{
    if (service_clarification_list_write(call, order->id, writer, error) < 0)
        return -1;
    return own_policy_write(call, order, writer, error);
}

/* ---- beside a decision ---- */

/* Whether the words that the question stated are what is known now; a number that changed is no other situation as long as
 * the same clause governs. */
static bool same_situation(const struct json *record, const struct policy_facts *facts)
{
    const struct json *object = json_kind(record) == JSON_OBJECT ? json_find(record, "facts") : NULL;
    struct text name;
    const struct json *value;
    size_t cursor = 0;
    while (object && json_kind(object) == JSON_OBJECT && json_next(object, &cursor, &name, &value)) {
        int fact = fact_find(name);
        if (fact < 0 || !fact_info((enum fact)fact)->values)
            continue;
        int position = json_kind(value) == JSON_STRING ? fact_value_find((enum fact)fact, json_string(value)) : -1;
        if (!(facts->known >> fact & 1) || facts->value[fact] != position)
            return false;
    }
    return object != NULL;
}

static bool answers(struct query *query, const char *clause, const struct policy_facts *facts)
{
    struct json *record = NULL;
    struct error ignored;
    if (!text_is(query_text(query, 2), clause))
        return false;
    if (!text_is(query_text(query, 1), "rule"))
        return true;
    bool same =
        json_parse(query_blob(query, 6), ITEM_BYTES_MAX, &record, &ignored) == 0 && same_situation(record, facts);
    json_free(record);
    return same;
}

int service_clarified_find(struct service_call *call, const char *order_id, const struct policy *policy,
                           const struct policy_facts *facts, int governing, struct service_clarified *ret,
                           struct error *error)
{
    *ret = (struct service_clarified){.number = 0};
    if (governing == POLICY_NOBODY)
        return 0;
    struct query *query = store_query(call->tx, QUERY_CLARIFICATIONS);
    query_bind_string(query, 1, order_id);
    int step = 0;
    while (ret->number == 0 && (step = query_step(query, error)) == 1) {
        struct text by = query_text(query, 1);
        if (!answers(query, policy_clause_id(policy, governing), facts))
            continue;
        *ret = (struct service_clarified){query_int(query, 0), query_int(query, 5), query_int(query, 4), ""};
        assert(by.length < sizeof ret->answered_by);
        memcpy(ret->answered_by, by.data, by.length);
    }
    query_end(query);
    return step < 0 ? -1 : 0;
}
