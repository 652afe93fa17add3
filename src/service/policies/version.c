/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a line of versions, newest first, until one that has taken effect. */
#include "service/policies/version.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "service/internal.h"

/* Columns: id, version, sha256, leaf_index, published_at, effective_at, harms_buyer, withdrawn at. */
static void version_read(struct query *query, struct service_version *ret)
{
    struct text sha256 = query_blob(query, 2);
    assert(sha256.length == HASH_BYTES);
    *ret = (struct service_version){
        .number = query_int(query, 1),
        .leaf = query_int(query, 3),
        .published_at = query_int(query, 4),
        .effective_at = query_int(query, 5),
        .harms_buyer = query_is_null(query, 6) ? -1 : query_int(query, 6) != 0,
        .withdrawn_at = query_int(query, 7),
    };
    service_id_copy(ret->id, query_text(query, 0));
    memcpy(ret->sha256, sha256.data, HASH_BYTES);
}

static bool never_takes_effect(const struct service_version *version)
{
    return version->withdrawn_at && version->withdrawn_at < version->effective_at;
}

/* Newest numbers come first: an older one that would take effect later than a newer one has been overtaken. */
static void announced_add(struct service_line *line, const struct service_version *version)
{
    bool overtaken = line->announced_count > 0 && line->announced[0].effective_at <= version->effective_at;
    line->waiting_count++;
    if (overtaken || line->announced_count == SERVICE_ANNOUNCED_MAX)
        return;
    memmove(&line->announced[1], &line->announced[0], (size_t)line->announced_count * sizeof line->announced[0]);
    line->announced[0] = *version;
    line->announced_count++;
}

static void line_take(struct service_line *line, const struct service_version *version, int64_t now_us)
{
    if (version->number > line->last_number)
        line->last_number = version->number;
    if (never_takes_effect(version))
        return;
    if (version->effective_at > now_us) {
        announced_add(line, version);
        return;
    }
    line->has_latest = true;
    line->latest = *version;
    line->is_in_force = !version->withdrawn_at;
}

int service_line_load(struct service_call *call, struct text owner, struct text name, struct text goods,
                      struct service_line *ret, struct error *error)
{
    struct service_line line = {.owner = arena_copy_text(call->arena, owner),
                                .name = arena_copy_text(call->arena, name),
                                .goods = arena_copy_text(call->arena, goods)};
    struct query *query = store_query(call->tx, QUERY_POLICY_LINE);
    query_bind_text(query, 1, owner);
    query_bind_text(query, 2, name);
    query_bind_text(query, 3, goods);
    int step;
    while (!line.has_latest && (step = query_step(query, error)) == 1) {
        struct service_version version;
        version_read(query, &version);
        line_take(&line, &version, call->now_us);
    }
    query_end(query);
    if (step < 0)
        return -1;
    *ret = line;
    return 0;
}

int service_version_load(struct service_call *call, struct text policy_id, struct service_version *ret,
                         struct service_line *ret_line, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_POLICY_VERSION);
    query_bind_text(query, 1, policy_id);
    int step = query_step(query, error);
    if (step == 1) {
        version_read(query, ret);
        *ret_line = (struct service_line){.owner = arena_copy_text(call->arena, query_text(query, 8)),
                                          .name = arena_copy_text(call->arena, query_text(query, 9)),
                                          .goods = arena_copy_text(call->arena, query_text(query, 10))};
    }
    query_end(query);
    if (step == 0)
        return error_set(error, ERROR_NOT_FOUND, "there is no such policy");
    return step < 0 ? -1 : 0;
}

int service_line_of(struct service_call *call, struct text policy_id, struct service_line *ret, struct error *error)
{
    struct service_version version;
    struct service_line names;
    if (service_version_load(call, policy_id, &version, &names, error) < 0)
        return -1;
    return service_line_load(call, names.owner, names.name, names.goods, ret, error);
}

void service_harms_write(struct json_writer *writer, const struct service_version *version)
{
    json_key(writer, "harms_buyer");
    if (version->harms_buyer < 0)
        json_add_null(writer);
    else
        json_add_boolean(writer, version->harms_buyer == 1);
}

void service_announced_write(struct json_writer *writer, const struct service_line *line)
{
    json_array_begin(writer);
    for (int i = 0; i < line->announced_count; i++) {
        const struct service_version *version = &line->announced[i];
        json_object_begin(writer);
        json_member_time(writer, "effective_at", version->effective_at);
        service_harms_write(writer, version);
        json_member_string(writer, "id", version->id);
        json_member_hex(writer, "sha256", version->sha256, HASH_BYTES);
        json_member_integer(writer, "version", version->number);
        json_object_end(writer);
    }
    json_array_end(writer);
}
