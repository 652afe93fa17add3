/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Publishing: parsed, checked, proved against every floor that counts from the day it takes effect, compared with what it follows,
 * hashed, in the log with its whole text and its time, and never changed afterwards.
 */
#include "service/policies/policies.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "policy/policy.h"
#include "service/internal.h"
#include "service/policies/draft.h"
#include "service/policies/floors.h"

#define ANNOUNCEMENT_BYTES_MAX 2048

/* ---- what may be published ---- */

static int owner_check(const struct service_call *call, struct error *error)
{
    enum service_role role = call->actor.role;
    if (role == ROLE_MERCHANT || role == ROLE_OPERATOR || role == ROLE_SYSTEM)
        return 0;
    return error_set(error, ERROR_ACCESS_DENIED, "only merchants and the platform publish policies");
}

static int goods_check(const struct service_draft *draft, struct error *error)
{
    if (policy_goods(draft->policy) & POLICY_GOODS_SOLD)
        return 0;
    error_set(error, ERROR_POLICY_GOODS_UNSOLD, "this market lists no %s",
              policy_goods_word(policy_goods(draft->policy)));
    return error_hint(error, "publish a policy for goods card_key or service; any other can be checked and simulated");
}

static int version_check(const struct service_draft *draft, struct error *error)
{
    const struct service_line *line = &draft->line;
    if (policy_version(draft->policy) <= line->last_number) {
        error_set(error, ERROR_VERSION_TAKEN, "version %lld of this policy is published already",
                  (long long)line->last_number);
        return error_hint(error, "write version %lld in its first line", (long long)line->last_number + 1);
    }
    if (line->waiting_count < SERVICE_ANNOUNCED_MAX)
        return 0;
    error_set(error, ERROR_POLICY_ANNOUNCED, "%d versions of this policy are announced already", SERVICE_ANNOUNCED_MAX);
    return error_hint(error, "withdraw one that is not in effect yet, or wait until the next takes effect");
}

/* ---- writing ---- */

static int policy_insert(struct service_call *call, const struct service_draft *draft,
                         const struct service_policy_published *published, int64_t leaf, struct error *error)
{
    const struct policy *policy = draft->policy;
    struct query *query = store_query(call->tx, QUERY_POLICY_ADD);
    query_bind_string(query, 1, published->policy_id);
    if (draft->owner.length)
        query_bind_text(query, 2, draft->owner);
    else
        query_bind_null(query, 2);
    query_bind_string(query, 3, policy_name(policy));
    query_bind_int(query, 4, policy_version(policy));
    query_bind_string(query, 5, policy_goods_word(policy_goods(policy)));
    query_bind_blob(query, 6, policy_sha256(policy), HASH_BYTES);
    query_bind_text(query, 7, policy_source(policy));
    query_bind_int(query, 8, leaf);
    query_bind_int(query, 9, call->now_us);
    query_bind_int(query, 10, published->effective_at);
    query_bind_int_or_null(query, 11, draft->harms_buyer, draft->line.last_number == 0);
    return query_run(query, error);
}

/* The source itself is one leaf, as bytes; this one says when it takes effect, and what it replaces. */
static void announcement_write(struct json_writer *writer, const struct service_call *call,
                               const struct service_draft *draft, const struct service_policy_published *published)
{
    const struct policy *policy = draft->policy;
    json_object_begin(writer);
    json_member_time(writer, "effective_at", published->effective_at);
    json_member_string(writer, "format", "shuntui-policy-version-1");
    json_member_string(writer, "goods", policy_goods_word(policy_goods(policy)));
    json_key(writer, "harms_buyer");
    if (draft->line.last_number == 0)
        json_add_null(writer);
    else
        json_add_boolean(writer, draft->harms_buyer);
    service_view_text_or_null(writer, "merchant", draft->owner);
    json_member_string(writer, "name", policy_name(policy));
    json_member_integer(writer, "notice_days", draft->notice.days);
    json_member_string(writer, "policy", published->policy_id);
    json_member_time(writer, "published_at", call->now_us);
    json_member_string(writer, "replaces", draft->current_id[0] ? draft->current_id : NULL);
    json_member_hex(writer, "sha256", policy_sha256(policy), HASH_BYTES);
    json_member_integer(writer, "version", policy_version(policy));
    json_object_end(writer);
}

static int announce(struct service_call *call, const struct service_draft *draft,
                    const struct service_policy_published *published, struct error *error)
{
    struct buffer item;
    struct json_writer writer;
    buffer_init(&item, ANNOUNCEMENT_BYTES_MAX);
    json_writer_init(&writer, &item);
    announcement_write(&writer, call, draft, published);
    json_writer_done(&writer);
    struct service_leaf leaf = {.subject = text_of(published->policy_id),
                                .kind = EVIDENCE_KIND_POLICY_ANNOUNCED,
                                .item = buffer_text(&item),
                                .source = draft->owner.length ? "merchant" : "platform"};
    int result = buffer_check(&item, error) < 0 ? -1 : service_log_append(call, &leaf, NULL, error);
    buffer_done(&item);
    return result;
}

static int publication_write(struct service_call *call, const struct service_draft *draft,
                             struct service_policy_published *published, struct error *error)
{
    int64_t leaf_index;
    id_make(published->policy_id, "pol_", call->now_us, call->service->random);
    struct service_leaf leaf = {.subject = text_of(published->policy_id),
                                .kind = EVIDENCE_KIND_POLICY_SNAPSHOT,
                                .media_type = "text/plain",
                                .item = policy_source(draft->policy),
                                .source = draft->owner.length ? "merchant" : "platform"};
    if (service_log_append(call, &leaf, &leaf_index, error) < 0 ||
        policy_insert(call, draft, published, leaf_index, error) < 0)
        return -1;
    return announce(call, draft, published, error);
}

/* ---- the use cases ---- */

static void notice_write(struct json_writer *writer, const void *part)
{
    service_notice_period_write(writer, &((const struct service_draft *)part)->notice);
}

static void difference_write(struct json_writer *writer, const void *part)
{
    service_draft_difference_write(writer, part);
}

int service_policy_publish(struct service_call *call, const struct service_policy_new *in,
                           struct service_policy_published *ret, struct error *error)
{
    assert(call && in && ret);
    struct service_draft draft;
    struct service_policy_published published;
    if (owner_check(call, error) < 0)
        return -1;
    if (service_draft_read(call, in->source, &draft, error) < 0)
        return service_refuse_with_report(call, draft.policy, draft.problems);
    if (goods_check(&draft, error) < 0 || service_draft_compare(call, &draft, error) < 0 ||
        version_check(&draft, error) < 0)
        return -1;
    if (service_notice_apply(&draft.notice, in->effective_at, call->now_us, &published.effective_at, error) < 0) {
        call->refusal_name = "notice";
        call->refusal = service_part(call, notice_write, &draft);
        return -1;
    }
    if (service_floors_prove(call, draft.policy, draft.owner, published.effective_at, true, draft.problems, error) <
            0 ||
        publication_write(call, &draft, &published, error) < 0)
        return -1;
    published.difference = service_part(call, difference_write, &draft);
    published.notice = service_part(call, notice_write, &draft);
    *ret = published;
    return 0;
}

int service_policy_publish_text(struct service_call *call, struct text source, char ret_policy_id[static ID_BYTES],
                                struct error *error)
{
    const struct service_policy_new in = {.source = source};
    struct service_policy_published published;
    if (service_policy_publish(call, &in, &published, error) < 0)
        return -1;
    memcpy(ret_policy_id, published.policy_id, ID_BYTES);
    return 0;
}

/* What publishing it now would mean for the calling merchant. Nothing of this stands in the way of a draft. */
static int meaning_write(struct service_call *call, struct service_draft *draft, struct json_writer *writer,
                         struct error *error)
{
    if (service_draft_compare(call, draft, error) < 0)
        return -1;
    json_key(writer, "difference");
    service_draft_difference_write(writer, draft);
    json_key(writer, "notice");
    service_notice_period_write(writer, &draft->notice);
    return 0;
}

/* Whoever asks, a draft is held against the floors that a merchant's policy would have to keep to. */
static int draft_prove(struct service_call *call, const struct service_draft *draft, int64_t at_us, struct error *error)
{
    struct error found;
    struct text owner = call->actor.role == ROLE_OPERATOR ? draft->owner : TEXT_LITERAL("mch_");
    if (service_floors_prove(call, draft->policy, owner, at_us, true, draft->problems, &found) == 0 ||
        found.code == ERROR_POLICY_FLOOR || found.code == ERROR_POLICY_LIMIT) /* the report says it */
        return 0;
    if (error)
        *error = found;
    return -1;
}

int service_policy_check(struct service_call *call, struct text source, struct json_writer *ret, struct error *error)
{
    struct service_draft draft;
    if (source.length > LIMIT_POLICY_BYTES) {
        error_set(error, ERROR_LIMIT_EXCEEDED, "a policy has at most %d bytes", LIMIT_POLICY_BYTES);
        return error_at(error, "/source");
    }
    json_object_begin(ret);
    bool is_sound = service_draft_read(call, source, &draft, NULL) == 0; /* the report says it */
    bool is_sold = is_sound && (policy_goods(draft.policy) & POLICY_GOODS_SOLD);
    bool is_own = call->actor.role == ROLE_MERCHANT || call->actor.role == ROLE_OPERATOR;
    int64_t at_us = call->now_us;
    if (is_sold && is_own) {
        if (meaning_write(call, &draft, ret, error) < 0)
            return -1;
        at_us = draft.notice.earliest_at;
    }
    if (is_sold && draft_prove(call, &draft, at_us, error) < 0)
        return -1;
    policy_check_members(ret, draft.policy, draft.problems, "policy");
    json_key(ret, "prose");
    if (is_sound)
        policy_prose_report(ret, draft.policy);
    else
        json_add_null(ret);
    json_object_end(ret);
    return 0;
}
