/* SPDX-License-Identifier: Apache-2.0 */
/* Policies as everybody may see them: the text, the rule in words, its time, and what is announced after it. */
#include "service/policies/policies.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "policy/prove/prove.h"
#include "policy/words/difference.h"
#include "service/internal.h"
#include "service/rows.h"

static const char *state_of(const struct service_version *version, const struct service_line *line)
{
    if (version->withdrawn_at)
        return "withdrawn";
    if (line->is_in_force && strcmp(version->id, line->latest.id) == 0)
        return "in_force";
    for (int i = 0; i < line->announced_count; i++)
        if (strcmp(version->id, line->announced[i].id) == 0)
            return "announced";
    return "replaced";
}

/* Orders of an id resolve to the version, orders of a product to the line: both are shown. */
static void version_members(struct json_writer *writer, const struct service_version *version,
                            const struct service_line *line)
{
    json_member_time(writer, "effective_at", version->effective_at);
    json_member_text(writer, "goods", line->goods);
    service_harms_write(writer, version);
    json_member_string(writer, "id", version->id);
    json_member_string(writer, "in_force", line->is_in_force ? line->latest.id : NULL);
    json_member_integer(writer, "leaf", version->leaf);
    service_view_text_or_null(writer, "merchant_id", line->owner);
    json_member_text(writer, "name", line->name);
    json_member_time(writer, "published_at", version->published_at);
    json_member_hex(writer, "sha256", version->sha256, HASH_BYTES);
    json_member_string(writer, "state", state_of(version, line));
    json_key(writer, "upcoming");
    service_announced_write(writer, line);
    json_member_integer(writer, "version", version->number);
    json_member_time(writer, "withdrawn_at", version->withdrawn_at);
}

static int policy_members(struct service_call *call, struct text policy_id, struct json_writer *writer,
                          struct error *error)
{
    struct service_version version;
    struct service_line line;
    const struct policy *policy;
    if (service_version_load(call, policy_id, &version, &line, error) < 0 ||
        service_line_of(call, policy_id, &line, error) < 0 || service_policy_get(call, policy_id, &policy, error) < 0)
        return -1;
    version_members(writer, &version, &line);
    json_key(writer, "prose");
    policy_prose_report(writer, policy);
    json_member_text(writer, "source", policy_source(policy));
    return 0;
}

int service_policy_write(struct service_call *call, struct text policy_id, struct json_writer *ret, struct error *error)
{
    json_object_begin(ret);
    if (policy_members(call, policy_id, ret, error) < 0)
        return -1;
    json_object_end(ret);
    return 0;
}

int service_policy_published_write(struct service_call *call, const struct service_policy_published *published,
                                   struct json_writer *ret, struct error *error)
{
    json_object_begin(ret);
    json_key(ret, "difference");
    json_add_raw(ret, published->difference);
    json_key(ret, "notice");
    json_add_raw(ret, published->notice);
    if (policy_members(call, text_of(published->policy_id), ret, error) < 0)
        return -1;
    json_object_end(ret);
    return 0;
}

int service_policy_difference(struct service_call *call, struct text before_id, struct text after_id,
                              struct json_writer *ret, struct error *error)
{
    struct policy_differences differences;
    const struct policy *before, *after;
    if (service_policy_get(call, before_id, &before, error) < 0 ||
        service_policy_get(call, after_id, &after, error) < 0)
        return -1;
    if (policy_goods(before) != policy_goods(after)) {
        error_set(error, ERROR_POLICY_GOODS, "the two policies are for different goods");
        return error_hint(error, "compare versions for the same goods");
    }
    if (policy_diff(call->arena, before, after, &differences, error) < 0)
        return -1;
    policy_difference_report(ret, before, after, &differences);
    return 0;
}

static void list_item_write(struct json_writer *writer, struct query *query)
{
    json_object_begin(writer);
    json_member_time(writer, "effective_at", query_int(query, 7));
    json_member_text(writer, "goods", query_text(query, 4));
    json_member_text(writer, "id", query_text(query, 0));
    service_view_text_or_null(writer, "merchant_id", query_text(query, 1));
    json_member_text(writer, "name", query_text(query, 2));
    json_member_time(writer, "published_at", query_int(query, 6));
    json_member_hex(writer, "sha256", query_blob(query, 5).data, HASH_BYTES);
    json_member_integer(writer, "version", query_int(query, 3));
    json_member_time(writer, "withdrawn_at", query_int(query, 8));
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
