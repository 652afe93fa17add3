/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Taking a version back. It is an event like any other: recorded, logged, never undone. Nothing that an order rests on is taken
 * away, and no rule changes without notice: the version in force goes only when nothing is sold under it any more.
 */
#include "service/policies/policies.h"

#include <string.h>

#include "base/error.h"
#include "service/internal.h"

#define ITEM_BYTES_MAX (16 * 1024)

static int owner_check(const struct service_call *call, const struct service_line *line, struct error *error)
{
    enum service_role role = call->actor.role;
    bool platform = (role == ROLE_OPERATOR || role == ROLE_SYSTEM) && line->owner.length == 0;
    bool own = role == ROLE_MERCHANT && text_is(line->owner, call->actor.party_id);
    if (platform || own)
        return 0;
    return error_set(error, ERROR_NOT_FOUND, "there is no such policy among yours");
}

static int one_number(struct query *query, int64_t *ret, struct error *error)
{
    int step = query_step(query, error);
    *ret = step == 1 ? query_int(query, 0) : 0;
    query_end(query);
    return step < 0 ? -1 : 0;
}

/* Orders before their end, and claims that are open on an order that has ended. */
static int pins_check(struct service_call *call, struct text policy_id, struct error *error)
{
    int64_t orders, claims;
    struct query *query = store_query(call->tx, QUERY_POLICY_PINNED_BY_ORDERS);
    query_bind_text(query, 1, policy_id);
    if (one_number(query, &orders, error) < 0)
        return -1;
    query = store_query(call->tx, QUERY_POLICY_PINNED_BY_CLAIMS);
    query_bind_text(query, 1, policy_id);
    if (one_number(query, &claims, error) < 0)
        return -1;
    if (orders == 0 && claims == 0)
        return 0;
    error_set(error, ERROR_POLICY_PINNED, "%lld orders and %lld claims that are not finished rest on this version",
              (long long)orders, (long long)claims);
    return error_hint(error,
                      "publish another version for new orders; withdraw this one when the last of these is finished");
}

static int use_check(struct service_call *call, const struct service_line *line, struct text policy_id,
                     struct error *error)
{
    int64_t products;
    if (!line->is_in_force || !text_is(policy_id, line->latest.id))
        return 0;
    struct query *query = store_query(call->tx, QUERY_POLICY_PRODUCTS);
    query_bind_text(query, 1, line->owner);
    query_bind_text(query, 2, line->name);
    query_bind_text(query, 3, line->goods);
    if (one_number(query, &products, error) < 0)
        return -1;
    if (products == 0)
        return 0;
    error_set(error, ERROR_POLICY_IN_FORCE, "%lld products are sold under this version", (long long)products);
    return error_hint(error, "publish another version and wait until it takes effect, or pause these products");
}

static int withdrawal_log(struct service_call *call, struct text policy_id, struct text reason, int64_t *ret_leaf,
                          struct error *error)
{
    struct buffer item;
    struct json_writer writer;
    buffer_init(&item, ITEM_BYTES_MAX);
    json_writer_init(&writer, &item);
    json_object_begin(&writer);
    json_member_string(&writer, "format", "shuntui-policy-withdrawal-1");
    json_member_text(&writer, "policy", policy_id);
    json_member_text(&writer, "reason", reason);
    json_member_time(&writer, "withdrawn_at", call->now_us);
    json_object_end(&writer);
    json_writer_done(&writer);
    struct service_leaf leaf = {.subject = policy_id,
                                .kind = EVIDENCE_KIND_POLICY_WITHDRAWN,
                                .item = buffer_text(&item),
                                .source = call->actor.role == ROLE_MERCHANT ? "merchant" : "platform"};
    int result = buffer_check(&item, error) < 0 ? -1 : service_log_append(call, &leaf, ret_leaf, error);
    buffer_done(&item);
    return result;
}

int service_policy_withdraw(struct service_call *call, struct text policy_id, struct text reason, struct error *error)
{
    struct service_version version;
    struct service_line line;
    int64_t leaf;
    if (service_version_load(call, policy_id, &version, &line, error) < 0 || owner_check(call, &line, error) < 0)
        return -1;
    if (version.withdrawn_at)
        return error_set(error, ERROR_POLICY_WITHDRAWN, "this version was withdrawn already");
    if (service_line_of(call, policy_id, &line, error) < 0 || use_check(call, &line, policy_id, error) < 0 ||
        pins_check(call, policy_id, error) < 0 || withdrawal_log(call, policy_id, reason, &leaf, error) < 0)
        return -1;
    struct query *query = store_query(call->tx, QUERY_POLICY_WITHDRAW);
    query_bind_text(query, 1, policy_id);
    query_bind_text(query, 2, reason);
    query_bind_string(query, 3, call->actor.party_id);
    query_bind_int(query, 4, leaf);
    query_bind_int(query, 5, call->now_us);
    return query_run(query, error);
}
