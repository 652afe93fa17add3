/* SPDX-License-Identifier: Apache-2.0 */
/* The registry of floors: texts of the program beside the platform's own publications, the highest version first. */
#include "service/policies/floors.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "policy/prove/prove.h"
#include "service/internal.h"
#include "service/policies/draft.h"
#include "service/policies/proofs.h"
#include "service/rows.h"

#define FLOORS_ARENA_BYTES (64 * 1024 * 1024)
#define NAME_BYTES 64

#define FLOOR_TEXT(name)                                                                                               \
    extern const unsigned char embedded_floor_##name[];                                                                \
    extern const size_t embedded_floor_##name##_length;
#include "service/policies/floors.def"
#undef FLOOR_TEXT

static const struct {
    const unsigned char *data;
    const size_t *length;
} texts[] = {
#define FLOOR_TEXT(name) {embedded_floor_##name, &embedded_floor_##name##_length},
#include "service/policies/floors.def"
#undef FLOOR_TEXT
};
#define TEXT_COUNT (sizeof texts / sizeof texts[0])

struct service_floors {
    struct arena *arena;
    struct service_floor carried[TEXT_COUNT];
    char mandatory[SERVICE_FLOOR_NAMES_MAX - 1][NAME_BYTES]; /* one place is left for the floor that a policy names */
    size_t mandatory_count;
};

struct text service_floor_text(size_t i)
{
    return i < TEXT_COUNT ? (struct text){(const char *)texts[i].data, *texts[i].length} : (struct text){NULL, 0};
}

/* ---- opening ---- */

static int name_add(struct service_floors *floors, struct text name, struct error *error)
{
    if (name.length == 0 || name.length >= NAME_BYTES || floors->mandatory_count == SERVICE_FLOOR_NAMES_MAX - 1)
        return error_set(error, ERROR_FIELD_VALUE, "floors are named with commas between, at most %d of them",
                         SERVICE_FLOOR_NAMES_MAX - 1);
    memcpy(floors->mandatory[floors->mandatory_count++], name.data, name.length);
    return 0;
}

static int names_read(struct service_floors *floors, struct text names, struct error *error)
{
    while (names.length) {
        const char *comma = memchr(names.data, ',', names.length);
        size_t length = comma ? (size_t)(comma - names.data) : names.length;
        if (name_add(floors, (struct text){names.data, length}, error) < 0)
            return -1;
        length += comma ? 1 : 0;
        names = (struct text){names.data + length, names.length - length};
    }
    return 0;
}

static void carried_read(struct service_floors *floors)
{
    struct policy_problems *problems = arena_new_object(floors->arena, struct policy_problems);
    for (size_t i = 0; i < TEXT_COUNT; i++) {
        struct service_floor *floor = &floors->carried[i];
        struct error error;
        *floor = (struct service_floor){.effective_at = INT64_MIN, .leaf = -1};
        int parsed = policy_parse(floors->arena, service_floor_text(i), &floor->policy, problems, &error);
        assert(parsed == 0); /* a text of our own; its golden cases are tested */
        const char *day = policy_effective(floor->policy);
        if (day[0])
            parsed = time_day_parse(text_of(day), &floor->effective_at, &error);
        assert(parsed == 0);
    }
}

int service_floors_new(struct text names, struct service_floors **ret, struct error *error)
{
    struct service_floors *floors = calloc(1, sizeof *floors);
    if (!floors)
        abort();
    floors->arena = arena_new(FLOORS_ARENA_BYTES);
    if (names_read(floors, names, error) < 0) {
        service_floors_free(floors);
        return -1;
    }
    carried_read(floors);
    *ret = floors;
    return 0;
}

void service_floors_free(struct service_floors *floors)
{
    if (!floors)
        return;
    arena_free(floors->arena);
    free(floors);
}

/* ---- finding ---- */

static bool comes_before(const struct service_floor *a, const struct service_floor *b)
{
    if (policy_version(a->policy) != policy_version(b->policy))
        return policy_version(a->policy) > policy_version(b->policy);
    return a->policy_id[0] != 0;
}

static void floor_insert(struct service_floor *list, size_t *count, const struct service_floor *floor)
{
    size_t at = *count;
    while (at > 0 && comes_before(floor, &list[at - 1]))
        at--;
    if (at == SERVICE_FLOORS_MAX)
        return;
    size_t kept = *count < SERVICE_FLOORS_MAX ? *count : SERVICE_FLOORS_MAX - 1;
    memmove(&list[at + 1], &list[at], (kept - at) * sizeof *list);
    list[at] = *floor;
    *count = kept + 1;
}

/* Ids first and texts afterwards: compiling one may ask the database itself. */
static int published_find(struct service_call *call, const char *name, enum policy_goods goods,
                          struct service_floor *list, size_t *count, struct error *error)
{
    struct service_floor found[SERVICE_FLOORS_MAX];
    size_t found_count = 0;
    struct query *query = store_query(call->tx, QUERY_POLICY_FLOORS);
    query_bind_string(query, 1, name);
    query_bind_string(query, 2, policy_goods_word(goods));
    query_bind_int(query, 3, SERVICE_FLOORS_MAX);
    int step;
    while (found_count < SERVICE_FLOORS_MAX && (step = query_step(query, error)) == 1) {
        struct service_floor *floor = &found[found_count++];
        *floor = (struct service_floor){.leaf = query_int(query, 1), .effective_at = query_int(query, 2)};
        service_id_copy(floor->policy_id, query_text(query, 0));
    }
    query_end(query);
    if (step < 0)
        return -1;
    for (size_t i = 0; i < found_count; i++) {
        if (service_policy_get(call, text_of(found[i].policy_id), &found[i].policy, error) < 0)
            return -1;
        floor_insert(list, count, &found[i]);
    }
    return 0;
}

int service_floors_find(struct service_call *call, const char *name, enum policy_goods goods,
                        struct service_floor ret[static SERVICE_FLOORS_MAX], size_t *ret_count, struct error *error)
{
    const struct service_floors *floors = call->service->floors;
    size_t count = 0;
    for (size_t i = 0; i < TEXT_COUNT; i++) {
        const struct policy *policy = floors->carried[i].policy;
        if (policy_goods(policy) == goods && strcmp(policy_name(policy), name) == 0)
            floor_insert(ret, &count, &floors->carried[i]);
    }
    if (published_find(call, name, goods, ret, &count, error) < 0)
        return -1;
    *ret_count = count;
    return 0;
}

static size_t names_of(const struct service_floors *floors, const struct policy *policy, struct text owner,
                       const char *ret[static SERVICE_FLOOR_NAMES_MAX])
{
    const char *own = policy_floor(policy);
    size_t count = 0;
    bool named = own[0] != 0;
    for (size_t i = 0; i < floors->mandatory_count; i++) {
        named = named && strcmp(floors->mandatory[i], own) != 0;
        if (owner.length || strcmp(floors->mandatory[i], policy_name(policy)) != 0)
            ret[count++] = floors->mandatory[i];
    }
    if (named && (owner.length || strcmp(own, policy_name(policy)) != 0))
        ret[count++] = own;
    return count;
}

static int unknown(const char *name, const struct policy *policy, struct error *error)
{
    error_set(error, ERROR_POLICY_FLOOR_UNKNOWN, "there is no floor \"%.60s\" for goods %s", name,
              policy_goods_word(policy_goods(policy)));
    return error_hint(error, "GET /v1/floors lists the floors; `floor \"%s\"` names one", SERVICE_FLOOR_DEFAULT);
}

static const struct service_floor *version_at(const struct service_floor *list, size_t count, int64_t at_us)
{
    for (size_t i = 0; i < count; i++)
        if (list[i].effective_at <= at_us)
            return &list[i];
    return NULL;
}

int service_floors_at(struct service_call *call, const struct policy *policy, struct text owner, int64_t at_us,
                      struct service_floor ret[static SERVICE_FLOOR_NAMES_MAX], size_t *ret_count, struct error *error)
{
    const char *names[SERVICE_FLOOR_NAMES_MAX];
    struct service_floor list[SERVICE_FLOORS_MAX];
    size_t name_count = names_of(call->service->floors, policy, owner, names), count = 0, list_count;
    for (size_t i = 0; i < name_count; i++) {
        if (service_floors_find(call, names[i], policy_goods(policy), list, &list_count, error) < 0)
            return -1;
        if (list_count == 0)
            return unknown(names[i], policy, error);
        const struct service_floor *floor = version_at(list, list_count, at_us);
        if (floor)
            ret[count++] = *floor;
    }
    *ret_count = count;
    return 0;
}

/* ---- proving ---- */

/* What the check warned of stays, after what the proof found. */
static void problems_join(struct policy_problems *problems, const struct policy_problems *found)
{
    int kept = problems->count, room = POLICY_PROBLEMS_MAX - found->count;
    kept = kept < room ? kept : room;
    memmove(&problems->items[found->count], problems->items, (size_t)kept * sizeof problems->items[0]);
    memcpy(problems->items, found->items, (size_t)found->count * sizeof problems->items[0]);
    problems->dropped += found->dropped + problems->count - kept;
    problems->warnings = problems->warnings < kept ? problems->warnings : kept;
    problems->count = found->count + kept;
}

static int floor_prove(struct service_call *call, const struct policy *policy, const struct service_floor *floor,
                       struct policy_problems *problems, struct error *error)
{
    char since[TIME_DAY_TEXT_BYTES] = "";
    struct policy_problems *found = arena_new_object(call->arena, struct policy_problems);
    if (service_proof_holds(call->service->proofs, policy, floor->policy) ||
        policy_floor_prove(policy, floor->policy, found, error) == 0)
        return 0;
    problems_join(problems, found);
    service_refuse_with_report(call, policy, problems);
    if (floor->effective_at > call->now_us)
        time_day_format(floor->effective_at, since);
    return error_prefix(error, "floor \"%.60s\" version %lld%s%s", policy_name(floor->policy),
                        (long long)policy_version(floor->policy), since[0] ? ", from " : "", since);
}

int service_floors_prove(struct service_call *call, const struct policy *policy, struct text owner, int64_t at_us,
                         bool later, struct policy_problems *problems, struct error *error)
{
    const char *names[SERVICE_FLOOR_NAMES_MAX];
    struct service_floor list[SERVICE_FLOORS_MAX];
    size_t name_count = names_of(call->service->floors, policy, owner, names), count;
    for (size_t i = 0; i < name_count; i++) {
        if (service_floors_find(call, names[i], policy_goods(policy), list, &count, error) < 0)
            return -1;
        if (count == 0)
            return unknown(names[i], policy, error);
        /* From the latest to come down to the one in force then; what that one replaced no longer counts. */
        for (size_t j = 0; j < count; j++) {
            bool is_later = list[j].effective_at > at_us;
            if ((!is_later || later) && floor_prove(call, policy, &list[j], problems, error) < 0)
                return -1;
            if (!is_later)
                break;
        }
    }
    return 0;
}

int service_floors_keep(struct service_call *call, const struct policy *policy, struct text owner,
                        struct service_floor ret[static SERVICE_FLOOR_NAMES_MAX], size_t *ret_count,
                        struct error *error)
{
    if (service_floors_at(call, policy, owner, call->now_us, ret, ret_count, error) < 0)
        return -1;
    for (size_t i = 0; i < *ret_count; i++) {
        const struct policy *floor = ret[i].policy;
        if (service_proof_holds(call->service->proofs, policy, floor))
            continue;
        error_set(error, ERROR_FLOOR_RAISED, "the rule \"%.60s\" version %lld is below today's floor \"%.60s\"",
                  policy_name(policy), (long long)policy_version(policy), policy_name(floor));
        return error_hint(error, "the merchant must publish a version that keeps to version %lld of that floor",
                          (long long)policy_version(floor));
    }
    return 0;
}

/* ---- showing ---- */

static void floor_members(struct json_writer *writer, const struct service_floor *floor)
{
    const struct policy *policy = floor->policy;
    json_member_time(writer, "effective_at", floor->effective_at == INT64_MIN ? 0 : floor->effective_at);
    json_member_string(writer, "goods", policy_goods_word(policy_goods(policy)));
    json_member_string(writer, "name", policy_name(policy));
    json_member_string(writer, "policy_id", floor->policy_id[0] ? floor->policy_id : NULL);
    json_member_hex(writer, "sha256", policy_sha256(policy), HASH_BYTES);
    json_member_integer(writer, "version", policy_version(policy));
}

void service_floor_write(struct json_writer *writer, const struct service_floor *floor)
{
    json_object_begin(writer);
    floor_members(writer, floor);
    json_object_end(writer);
}

static bool is_mandatory(const struct service_floors *floors, const char *name)
{
    for (size_t i = 0; i < floors->mandatory_count; i++)
        if (strcmp(floors->mandatory[i], name) == 0)
            return true;
    return false;
}

/* Every name and goods once, where it first occurs among the carried ones; then the mandatory ones that only the platform has. */
static int versions_write(struct service_call *call, const char *name, enum policy_goods goods,
                          struct json_writer *writer, struct error *error)
{
    struct service_floor list[SERVICE_FLOORS_MAX];
    size_t count;
    if (service_floors_find(call, name, goods, list, &count, error) < 0)
        return -1;
    const struct service_floor *current = version_at(list, count, call->now_us);
    for (size_t i = 0; i < count; i++) {
        json_object_begin(writer);
        floor_members(writer, &list[i]);
        json_member_boolean(writer, "in_force", &list[i] == current);
        json_member_boolean(writer, "mandatory", is_mandatory(call->service->floors, name));
        json_key(writer, "prose");
        policy_prose_report(writer, list[i].policy);
        json_member_text(writer, "source", policy_source(list[i].policy));
        json_object_end(writer);
    }
    return 0;
}

static bool was_carried(const struct service_floors *floors, size_t before, const char *name, enum policy_goods goods)
{
    for (size_t i = 0; i < before; i++)
        if (policy_goods(floors->carried[i].policy) == goods &&
            strcmp(policy_name(floors->carried[i].policy), name) == 0)
            return true;
    return false;
}

static int carried_write(struct service_call *call, struct json_writer *writer, struct error *error)
{
    const struct service_floors *floors = call->service->floors;
    for (size_t i = 0; i < TEXT_COUNT; i++) {
        const char *name = policy_name(floors->carried[i].policy);
        enum policy_goods goods = policy_goods(floors->carried[i].policy);
        if (!was_carried(floors, i, name, goods) && versions_write(call, name, goods, writer, error) < 0)
            return -1;
    }
    return 0;
}

static int mandatory_write(struct service_call *call, struct json_writer *writer, struct error *error)
{
    static const enum policy_goods sold[] = {POLICY_GOODS_CARD_KEY, POLICY_GOODS_SERVICE};
    const struct service_floors *floors = call->service->floors;
    for (size_t i = 0; i < floors->mandatory_count; i++)
        for (size_t j = 0; j < sizeof sold / sizeof sold[0]; j++)
            if (!was_carried(floors, TEXT_COUNT, floors->mandatory[i], sold[j]) &&
                versions_write(call, floors->mandatory[i], sold[j], writer, error) < 0)
                return -1;
    return 0;
}

int service_floor_list(struct service_call *call, struct json_writer *ret, struct error *error)
{
    json_object_begin(ret);
    json_key(ret, "items");
    json_array_begin(ret);
    if (carried_write(call, ret, error) < 0 || mandatory_write(call, ret, error) < 0)
        return -1;
    json_array_end(ret);
    json_object_end(ret);
    return 0;
}
