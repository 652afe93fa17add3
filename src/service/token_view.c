/* SPDX-License-Identifier: Apache-2.0 */
/* What a party sees of its tokens and sessions, and how it takes one back. No secret and no hash is ever part of it. */
#include <assert.h>

#include "base/error.h"
#include "service/internal.h"
#include "service/token.h"

/* Columns: party id, role, name, expires_at, scope. NULL: nobody. */
static void caller_members(struct json_writer *writer, struct text token_id, struct query *query)
{
    json_object_begin(writer);
    json_member_time(writer, "expires_at", query ? query_int(query, 3) : 0);
    if (!query) {
        json_member_string(writer, "id", NULL);
        json_member_string(writer, "name", NULL);
        json_member_string(writer, "party_id", NULL);
        json_member_string(writer, "role", service_role_name(ROLE_ANONYMOUS));
        json_member_string(writer, "scope", NULL);
    } else {
        json_member_text(writer, "id", token_id);
        json_member_text(writer, "name", query_text(query, 2));
        json_member_text(writer, "party_id", query_text(query, 0));
        json_member_text(writer, "role", query_text(query, 1));
        json_member_text(writer, "scope", query_text(query, 4));
    }
    json_object_end(writer);
}

int service_caller_write(struct service_call *call, struct text token_id, struct json_writer *ret, struct error *error)
{
    if (token_id.length == 0) {
        caller_members(ret, token_id, NULL);
        return 0;
    }
    struct query *query = store_query(call->tx, QUERY_TOKEN_HOLDER);
    query_bind_text(query, 1, token_id);
    int step = query_step(query, error);
    if (step == 1)
        caller_members(ret, token_id, query);
    query_end(query);
    return step == 0 ? error_set(error, ERROR_NOT_FOUND, "there is no such token") : step < 0 ? -1 : 0;
}

static void item_write(struct json_writer *writer, struct query *query, struct text current_id)
{
    json_object_begin(writer);
    json_member_time(writer, "created_at", query_int(query, 5));
    json_member_boolean(writer, "current", text_equal(query_text(query, 0), current_id));
    json_member_time(writer, "expires_at", query_int(query, 6));
    json_member_text(writer, "id", query_text(query, 0));
    json_member_text(writer, "kind", query_text(query, 1));
    json_member_text(writer, "label", query_text(query, 3));
    service_view_text_or_null(writer, "parent_id", query_text(query, 4));
    json_member_text(writer, "scope", query_text(query, 2));
    json_member_time(writer, "used_at", query_int(query, 7));
    json_object_end(writer);
}

int service_token_list(struct service_call *call, struct text party_id, struct text current_id,
                       const struct service_page *page, struct json_writer *ret, struct error *error)
{
    struct service_list list;
    struct text party = party_id.length ? party_id : text_of(call->actor.party_id);
    if (service_may_act_for(call, party, error) < 0 || service_party_check(call, party, error) < 0)
        return -1;
    struct query *query = store_query(call->tx, QUERY_TOKEN_LIST);
    query_bind_text(query, 1, party);
    query_bind_text(query, 2, service_page_before(page));
    query_bind_int(query, 3, call->now_us);
    query_bind_int(query, 4, page->limit + 1);
    service_list_begin(&list, ret, page);
    int step;
    while ((step = query_step(query, error)) == 1 && service_list_take(&list, query_text(query, 0)))
        item_write(ret, query, current_id);
    query_end(query);
    service_list_end(&list);
    return step < 0 ? -1 : 0;
}

/* Whose it is, and since when it is revoked (0: it is not). */
static int owner_load(struct service_call *call, struct text token_id, char ret_party[static ID_BYTES],
                      int64_t *ret_revoked_at, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_TOKEN_OWNER);
    query_bind_text(query, 1, token_id);
    int step = query_step(query, error);
    if (step == 1) {
        service_id_copy(ret_party, query_text(query, 0));
        *ret_revoked_at = query_int(query, 1);
    }
    query_end(query);
    return step == 0 ? error_set(error, ERROR_NOT_FOUND, "there is no such token among yours") : step < 0 ? -1 : 0;
}

static int revoke(struct service_call *call, struct text token_id, struct text party_id, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_TOKEN_REVOKE);
    query_bind_text(query, 1, token_id);
    query_bind_int(query, 2, call->now_us);
    if (query_run(query, error) < 0)
        return -1;
    service_notice_shut_out(call, party_id);
    return service_log_for_another(call, "token_revoke", party_id, error);
}

int service_token_revoke(struct service_call *call, struct text token_id, struct json_writer *ret, struct error *error)
{
    char party[ID_BYTES];
    int64_t revoked_at = 0;
    if (owner_load(call, token_id, party, &revoked_at, error) < 0)
        return -1;
    if (service_may_act_for(call, text_of(party), error) < 0)
        return error_set(error, ERROR_NOT_FOUND, "there is no such token among yours");
    if (!revoked_at) {
        revoked_at = call->now_us;
        if (revoke(call, token_id, text_of(party), error) < 0)
            return -1;
    }
    json_object_begin(ret);
    json_member_text(ret, "id", token_id);
    json_member_time(ret, "revoked_at", revoked_at);
    json_object_end(ret);
    return 0;
}
