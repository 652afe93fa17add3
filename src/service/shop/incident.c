/* SPDX-License-Identifier: Apache-2.0 */
/* Incidents are recorded by operators, in the log, and read as facts of every order whose time they touch. */
#include "service/shop/incident.h"

#include <assert.h>

#include "base/error.h"
#include "policy/policy.h"
#include "service/internal.h"

#define NOTE_BYTES_MAX 2000

static int incident_check(const struct service_call *call, const struct service_incident *in, struct error *error)
{
    if (call->actor.role != ROLE_OPERATOR && call->actor.role != ROLE_SYSTEM)
        return error_set(error, ERROR_ACCESS_DENIED, "only an operator records incidents");
    int cause = fact_value_find(FACT_CAUSE, in->cause);
    if (cause < 0 || cause == CAUSE_NONE || cause == CAUSE_USER_NETWORK) {
        error_set(error, ERROR_FIELD_VALUE, "this is not a cause outside a single order");
        error_at(error, "/cause");
        return error_hint(error, "platform_outage, issuer_outage, merchant_delay, policy_change or force_majeure");
    }
    if (in->starts_at <= 0 || (in->ends_at && in->ends_at < in->starts_at)) {
        error_set(error, ERROR_FIELD_VALUE, "an incident ends after it starts");
        return error_at(error, "/ends_at");
    }
    if (in->note.length == 0 || in->note.length > NOTE_BYTES_MAX || text_utf8_bad(in->note) >= 0) {
        error_set(error, ERROR_FIELD_VALUE, "a note of 1 to %d bytes says what happened", NOTE_BYTES_MAX);
        return error_at(error, "/note");
    }
    return 0;
}

/* An incident of something that does not exist would touch no order, and nobody would notice the slip. */
static int exists(struct service_call *call, enum query_id id, struct text key, const char *pointer,
                  struct error *error)
{
    if (!key.length)
        return 0;
    struct query *query = store_query(call->tx, id);
    query_bind_text(query, 1, key);
    int step = query_step(query, error);
    query_end(query);
    if (step)
        return step < 0 ? -1 : 0;
    error_set(error, ERROR_NOT_FOUND, "what the incident is about does not exist");
    return error_at(error, "%s", pointer);
}

static void incident_members(struct json_writer *writer, const char *id, const struct service_incident *in)
{
    json_member_text(writer, "cause", in->cause);
    json_member_time(writer, "ends_at", in->ends_at);
    json_member_string(writer, "id", id);
    service_view_text_or_null(writer, "merchant_id", in->merchant_id);
    json_member_text(writer, "note", in->note);
    service_view_text_or_null(writer, "product_id", in->product_id);
    json_member_time(writer, "starts_at", in->starts_at);
}

static int incident_log(struct service_call *call, const char *id, const struct service_incident *in, int64_t *ret_leaf,
                        struct error *error)
{
    struct buffer item;
    struct json_writer writer;
    buffer_init(&item, 16 * 1024);
    json_writer_init(&writer, &item);
    json_object_begin(&writer);
    incident_members(&writer, id, in);
    json_object_end(&writer);
    json_writer_done(&writer);
    struct service_leaf leaf = {.subject = text_of(id),
                                .kind = EVIDENCE_KIND_OPERATOR_ACTION,
                                .item = buffer_text(&item),
                                .event_us = in->starts_at};
    int result = buffer_check(&item, error) < 0 ? -1 : service_log_append(call, &leaf, ret_leaf, error);
    buffer_done(&item);
    return result;
}

static void bind_text_or_null(struct query *query, unsigned n, struct text value)
{
    if (value.length)
        query_bind_text(query, n, value);
    else
        query_bind_null(query, n);
}

int service_incident_record(struct service_call *call, const struct service_incident *in, char ret_id[static ID_BYTES],
                            struct error *error)
{
    assert(call && in && ret_id);
    char id[ID_BYTES];
    int64_t leaf;
    if (incident_check(call, in, error) < 0 ||
        exists(call, QUERY_PRODUCT_OWNER, in->product_id, "/product_id", error) < 0 ||
        exists(call, QUERY_PARTY_GET, in->merchant_id, "/merchant_id", error) < 0)
        return -1;
    id_make(id, "inc_", call->now_us, call->service->random);
    if (incident_log(call, id, in, &leaf, error) < 0)
        return -1;
    struct query *query = store_query(call->tx, QUERY_INCIDENT_ADD);
    query_bind_string(query, 1, id);
    query_bind_text(query, 2, in->cause);
    bind_text_or_null(query, 3, in->merchant_id);
    bind_text_or_null(query, 4, in->product_id);
    query_bind_int(query, 5, in->starts_at);
    query_bind_int_or_null(query, 6, in->ends_at, in->ends_at == 0);
    query_bind_text(query, 7, in->note);
    query_bind_int(query, 8, leaf);
    query_bind_int(query, 9, call->now_us);
    if (query_run(query, error) < 0)
        return -1;
    service_id_copy(ret_id, text_of(id));
    return 0;
}

int service_incident_list(struct service_call *call, const struct service_page *page, struct json_writer *ret,
                          struct error *error)
{
    struct service_list list;
    struct query *query = store_query(call->tx, QUERY_INCIDENT_LIST);
    query_bind_text(query, 1, service_page_before(page));
    query_bind_int(query, 2, page->limit + 1);
    service_list_begin(&list, ret, page);
    int step;
    while ((step = query_step(query, error)) == 1 && service_list_take(&list, query_text(query, 0))) {
        struct service_incident incident = {
            .cause = query_text(query, 1),
            .merchant_id = query_text(query, 2),
            .product_id = query_text(query, 3),
            .starts_at = query_int(query, 4),
            .ends_at = query_int(query, 5),
            .note = query_text(query, 6),
        };
        json_object_begin(ret);
        incident_members(ret, list.last, &incident);
        json_member_integer(ret, "leaf", query_int(query, 7));
        json_object_end(ret);
    }
    query_end(query);
    service_list_end(&list);
    return step < 0 ? -1 : 0;
}
