/* SPDX-License-Identifier: Apache-2.0 */
/* Publishing and showing policies: parsed, checked, hashed, in the log with their whole text, and never changed afterwards. */
#include "service/shop/catalogue.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "policy/policy.h"
#include "service/internal.h"
#include "service/rows.h"

int service_policy_check(struct service_call *call, struct text source, struct json_writer *ret, struct error *error)
{
    const struct policy *policy = NULL;
    struct policy_problems *problems = arena_new_object(call->arena, struct policy_problems);
    if (source.length > LIMIT_POLICY_BYTES) {
        error_set(error, ERROR_LIMIT_EXCEEDED, "a policy has at most %d bytes", LIMIT_POLICY_BYTES);
        return error_at(error, "/source");
    }
    struct error ignored; /* the report says it all */
    if (policy_parse(call->arena, source, &policy, problems, &ignored) == 0)
        (void)policy_check(policy, problems, &ignored);
    else
        policy = NULL;
    policy_check_report(ret, policy, problems, "policy");
    return 0;
}

static int owner_check(const struct service_call *call, struct error *error)
{
    enum service_role role = call->actor.role;
    if (role == ROLE_MERCHANT || role == ROLE_OPERATOR || role == ROLE_SYSTEM)
        return 0;
    return error_set(error, ERROR_ACCESS_DENIED, "only merchants and the platform publish policies");
}

static int version_check(struct service_call *call, const char *owner, const struct policy *policy, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_POLICY_VERSION_LAST);
    query_bind_string(query, 1, owner);
    query_bind_string(query, 2, policy_name(policy));
    int step = query_step(query, error);
    int64_t last = step == 1 ? query_int(query, 0) : 0;
    query_end(query);
    if (step < 0)
        return -1;
    if (policy_version(policy) > last)
        return 0;
    error_set(error, ERROR_VERSION_TAKEN, "version %lld of this policy is published already", (long long)last);
    return error_hint(error, "write version %lld in its first line", (long long)last + 1);
}

static int policy_insert(struct service_call *call, const char *id, const char *owner, const struct policy *policy,
                         int64_t leaf, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_POLICY_ADD);
    query_bind_string(query, 1, id);
    query_bind_string(query, 2, owner[0] ? owner : NULL);
    query_bind_string(query, 3, policy_name(policy));
    query_bind_int(query, 4, policy_version(policy));
    query_bind_string(query, 5, policy_goods_word(policy_goods(policy)));
    query_bind_blob(query, 6, policy_sha256(policy), HASH_BYTES);
    query_bind_text(query, 7, policy_source(policy));
    query_bind_int(query, 8, leaf);
    query_bind_int(query, 9, call->now_us);
    return query_run(query, error);
}

int service_policy_publish(struct service_call *call, struct text source, char ret_policy_id[static ID_BYTES],
                           struct error *error)
{
    assert(call && ret_policy_id);
    const struct policy *policy;
    struct policy_problems *problems = arena_new_object(call->arena, struct policy_problems);
    const char *owner = call->actor.role == ROLE_MERCHANT ? call->actor.party_id : "";
    char id[ID_BYTES];
    int64_t leaf_index;
    if (owner_check(call, error) < 0 || policy_parse(call->arena, source, &policy, problems, error) < 0 ||
        policy_check(policy, problems, error) < 0 || version_check(call, owner, policy, error) < 0)
        return -1;
    id_make(id, "pol_", call->now_us, call->service->random);
    struct service_leaf leaf = {.subject = text_of(id),
                                .kind = EVIDENCE_KIND_POLICY_SNAPSHOT,
                                .media_type = "text/plain",
                                .item = policy_source(policy),
                                .source = owner[0] ? "merchant" : "platform"};
    if (service_log_append(call, &leaf, &leaf_index, error) < 0 ||
        policy_insert(call, id, owner, policy, leaf_index, error) < 0)
        return -1;
    memcpy(ret_policy_id, id, sizeof id);
    return 0;
}

struct policy_row {
    struct text name, goods, source, merchant_id;
    char sha256[HASH_HEX_BYTES];
    int64_t version, leaf, published_at;
};

static int policy_load(struct service_call *call, struct text policy_id, struct policy_row *ret, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_POLICY_GET);
    query_bind_text(query, 1, policy_id);
    int step = query_step(query, error);
    if (step == 1) {
        *ret = (struct policy_row){
            .merchant_id = arena_copy_text(call->arena, query_text(query, 0)),
            .name = arena_copy_text(call->arena, query_text(query, 1)),
            .version = query_int(query, 2),
            .goods = arena_copy_text(call->arena, query_text(query, 3)),
            .source = arena_copy_text(call->arena, query_text(query, 5)),
            .leaf = query_int(query, 6),
            .published_at = query_int(query, 7),
        };
        assert(query_blob(query, 4).length == HASH_BYTES);
        hash_hex((const uint8_t *)query_blob(query, 4).data, ret->sha256);
    }
    query_end(query);
    if (step == 0)
        return error_set(error, ERROR_NOT_FOUND, "there is no such policy");
    return step < 0 ? -1 : 0;
}

int service_policy_write(struct service_call *call, struct text policy_id, struct json_writer *ret, struct error *error)
{
    struct policy_row row;
    const struct policy *policy;
    if (policy_load(call, policy_id, &row, error) < 0 || service_policy_get(call, policy_id, &policy, error) < 0)
        return -1;
    json_object_begin(ret);
    json_member_text(ret, "goods", row.goods);
    json_member_text(ret, "id", policy_id);
    json_member_integer(ret, "leaf", row.leaf);
    service_view_text_or_null(ret, "merchant_id", row.merchant_id);
    json_member_text(ret, "name", row.name);
    json_key(ret, "prose");
    policy_prose_report(ret, policy);
    json_member_time(ret, "published_at", row.published_at);
    json_member_string(ret, "sha256", row.sha256);
    json_member_text(ret, "source", row.source);
    json_member_integer(ret, "version", row.version);
    json_object_end(ret);
    return 0;
}

static void list_item_write(struct json_writer *writer, struct query *query)
{
    json_object_begin(writer);
    json_member_text(writer, "goods", query_text(query, 4));
    json_member_text(writer, "id", query_text(query, 0));
    service_view_text_or_null(writer, "merchant_id", query_text(query, 1));
    json_member_text(writer, "name", query_text(query, 2));
    json_member_time(writer, "published_at", query_int(query, 6));
    json_member_hex(writer, "sha256", query_blob(query, 5).data, HASH_BYTES);
    json_member_integer(writer, "version", query_int(query, 3));
    json_object_end(writer);
}

int service_policy_list(struct service_call *call, struct text merchant_id, const struct service_page *page,
                        struct json_writer *ret, struct error *error)
{
    struct service_list list;
    struct query *query = store_query(call->tx, QUERY_POLICY_LIST);
    query_bind_text(query, 1, merchant_id);
    query_bind_text(query, 2, service_page_before(page));
    query_bind_int(query, 3, page->limit + 1);
    service_list_begin(&list, ret, page);
    int step;
    while ((step = query_step(query, error)) == 1 && service_list_take(&list, query_text(query, 0)))
        list_item_write(ret, query);
    query_end(query);
    service_list_end(&list);
    return step < 0 ? -1 : 0;
}
