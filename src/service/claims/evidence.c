/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What parties add to a claim: files, messages, findings. Each becomes a leaf of the order's chain, and where it changes what
 * is known the rule is applied again.
 */
#include "service/claims/evidence.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "claim/plan.h"
#include "service/claims/claim_advance.h"
#include "service/internal.h"

/* ---- messages ---- */

static void message_write(struct json_writer *writer, const char *id, const struct service_claim *claim,
                          const char *role, struct text body, bool flagged)
{
    json_object_begin(writer);
    json_member_text(writer, "body", body);
    json_member_string(writer, "claim", claim->id);
    json_member_boolean(writer, "contact_flag", flagged);
    json_member_string(writer, "from", role);
    json_member_string(writer, "id", id);
    json_object_end(writer);
}

int service_claim_open_for_words(const struct service_claim *claim, struct error *error)
{
    if (claim->state.stage != CLAIM_STAGE_CLOSED)
        return 0;
    error_set(error, ERROR_CLAIM_CLOSED, "the claim is closed");
    return error_hint(error, "what was said and shown stays in the claim; nothing can be added any more");
}

int service_message_add(struct service_call *call, struct text claim_id, struct text body, struct json_writer *ret,
                        struct error *error)
{
    struct service_claim claim;
    struct claim_contact contact;
    struct buffer item;
    struct json_writer writer;
    char id[ID_BYTES];
    int64_t leaf_index;
    if (service_claim_open(call, claim_id, &claim, error) < 0 || service_claim_open_for_words(&claim, error) < 0)
        return -1;
    const char *role = claim_role_word(service_claim_role(call))->wire;
    bool flagged = claim_contact_flag(body, &contact);
    id_make(id, "msg_", call->now_us, call->service->random);
    buffer_init(&item, LIMIT_MESSAGE_BYTES * 7);
    json_writer_init(&writer, &item);
    message_write(&writer, id, &claim, role, body, flagged);
    json_writer_done(&writer);
    struct service_leaf leaf = {.subject = text_of(claim.order.id),
                                .kind = EVIDENCE_KIND_CHAT_LOG,
                                .item = buffer_text(&item),
                                .source = role,
                                .claim_id = claim.id};
    int result = buffer_check(&item, error) < 0 ? -1 : service_log_append(call, &leaf, &leaf_index, error);
    if (result == 0) {
        struct query *query = store_query(call->tx, QUERY_MESSAGE_ADD);
        query_bind_string(query, 1, id);
        query_bind_string(query, 2, claim.id);
        query_bind_string(query, 3, role);
        query_bind_string(query, 4, call->actor.party_id);
        query_bind_text(query, 5, body);
        query_bind_int(query, 6, flagged);
        query_bind_int(query, 7, leaf_index);
        query_bind_int(query, 8, call->now_us);
        result = query_run(query, error);
    }
    buffer_done(&item);
    if (result == 0)
        message_write(ret, id, &claim, role, body, flagged);
    return result;
}

/* ---- files ---- */

int service_evidence_kind_check(struct text kind, enum error_code code, const char *pointer, struct error *error)
{
    int fact = fact_find(kind);
    if (text_is(kind, "other") || text_is(kind, SERVICE_EVIDENCE_ORIGINAL) ||
        (fact >= 0 && fact_is_proof((enum fact)fact)))
        return 0;
    error_set(error, code, "there is no such kind of evidence");
    error_hint(error, "use a proof that the clause asks for, or \"other\"");
    return error_at(error, "%s", pointer);
}

int service_evidence_room(struct service_call *call, const struct service_claim *claim, struct text kind,
                          struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_EVIDENCE_COUNT);
    query_bind_string(query, 1, claim->id);
    int step = query_step(query, error);
    int64_t count = step == 1 ? query_int(query, 0) : 0;
    query_end(query);
    if (step < 0)
        return -1;
    if (count >= LIMIT_EVIDENCE_FILES && !text_is(kind, SERVICE_EVIDENCE_ORIGINAL))
        return error_set(error, ERROR_LIMIT_EXCEEDED, "a claim takes at most %d files", LIMIT_EVIDENCE_FILES);
    return service_claim_open_for_words(claim, error);
}

int service_evidence_media(const uint8_t *head, size_t length, const struct service_media **ret, struct error *error)
{
    const struct service_media *media = service_media_find(head, length);
    if (!media) {
        error_set(error, ERROR_MEDIA_TYPE, "this is not a JPEG, PNG, WebP, MP4, WebM or PDF file");
        return error_hint(error, "send a screenshot, a screen recording or a PDF");
    }
    *ret = media;
    return 0;
}

static int evidence_check(struct service_call *call, const struct service_claim *claim,
                          const struct service_evidence_new *in, const struct service_media **ret_media,
                          struct error *error)
{
    if (service_evidence_kind_check(in->kind, ERROR_QUERY_VALUE, "query kind", error) < 0 ||
        service_evidence_media(in->head, in->head_length, ret_media, error) < 0 ||
        service_evidence_room(call, claim, in->kind, error) < 0)
        return -1;
    return service_original_check(call, claim, in, error);
}

static int evidence_row_add(struct service_call *call, const struct service_claim *claim,
                            const struct service_evidence_new *in, const struct service_evidence_kept *kept,
                            struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_EVIDENCE_ADD);
    query_bind_string(query, 1, kept->id);
    query_bind_string(query, 2, claim->id);
    query_bind_string(query, 3, claim_role_word(service_claim_role(call))->wire);
    query_bind_string(query, 4, call->actor.party_id);
    query_bind_text(query, 5, in->kind);
    query_bind_text(query, 6, in->file_name);
    query_bind_string(query, 7, kept->media_type);
    query_bind_int(query, 8, in->size_bytes);
    query_bind_blob(query, 9, in->sha256, HASH_BYTES);
    query_bind_int(query, 10, kept->leaf);
    query_bind_int(query, 11, call->now_us);
    if (in->original_sha256)
        query_bind_blob(query, 12, in->original_sha256, HASH_BYTES);
    else
        query_bind_null(query, 12);
    query_bind_int_or_null(query, 13, kept->original_leaf, !in->original_sha256);
    return query_run(query, error);
}

/* The event "add_evidence", where the claim's position takes it, and then the rule again. */
static int evidence_step(struct service_call *call, struct service_claim *claim, struct service_ruling *ruling,
                         struct error *error)
{
    enum claim_event events[CLAIM_ACTIONS_MAX];
    enum claim_role role = service_claim_role(call);
    int count = claim_actions(&claim->state, role, text_of(call->actor.party_id), call->now_us, events);
    for (int i = 0; i < count; i++) {
        struct claim_input input = {.event = CLAIM_EVENT_ADD_EVIDENCE,
                                    .role = role,
                                    .actor_id = text_of(call->actor.party_id),
                                    .now_us = call->now_us};
        if (events[i] == CLAIM_EVENT_ADD_EVIDENCE && service_claim_advance(call, claim, &input, NULL, false, error) < 0)
            return -1;
    }
    return service_claim_apply_rule(call, claim, ruling, error);
}

/* The leaf of the file, and the word on its original beside it. */
static int evidence_log(struct service_call *call, const struct service_claim *claim,
                        const struct service_evidence_new *in, const struct service_media *media,
                        struct service_evidence_kept *kept, struct error *error)
{
    struct service_leaf leaf = {.subject = text_of(claim->order.id),
                                .kind = media->kind,
                                .media_type = media->media_type,
                                .is_file = true,
                                .file_bytes = in->size_bytes,
                                .source = claim_role_word(service_claim_role(call))->wire,
                                .claim_id = claim->id};
    if (service_evidence_commitment(call->service, in, &leaf, error) < 0)
        return -1;
    id_make(kept->id, "evd_", call->now_us, call->service->random);
    if (service_log_append(call, &leaf, &kept->leaf, error) < 0)
        return -1;
    return in->original_sha256 ? service_original_log(call, claim, in, kept, error) : 0;
}

void service_evidence_answer(struct service_call *call, const struct service_claim *claim,
                             const struct service_ruling *ruling, const struct service_evidence_new *in,
                             const struct service_evidence_kept *kept, struct json_writer *ret)
{
    json_object_begin(ret);
    json_key(ret, "claim");
    service_claim_answer(call, claim, ruling, ret);
    json_member_string(ret, "id", kept->id);
    json_member_text(ret, "kind", in->kind);
    json_member_integer(ret, "leaf", kept->leaf);
    json_member_string(ret, "media_type", kept->media_type);
    json_key(ret, "original_sha256");
    service_original_write(ret, in->original_sha256);
    json_member_hex(ret, "sha256", in->sha256, HASH_BYTES);
    json_member_integer(ret, "size", in->size_bytes);
    json_object_end(ret);
}

int service_evidence_take(struct service_call *call, struct text claim_id, const struct service_evidence_new *in,
                          struct service_evidence_kept *kept, struct json_writer *ret, struct error *error)
{
    struct service_claim claim;
    struct service_ruling ruling;
    const struct service_media *media = NULL;
    if (service_claim_open(call, claim_id, &claim, error) < 0 || evidence_check(call, &claim, in, &media, error) < 0)
        return -1;
    *kept = (struct service_evidence_kept){.media_type = media->media_type};
    if (service_evidence_keep(call->service, in, error) < 0 || evidence_log(call, &claim, in, media, kept, error) < 0 ||
        evidence_row_add(call, &claim, in, kept, error) < 0 || evidence_step(call, &claim, &ruling, error) < 0)
        return -1;
    service_evidence_answer(call, &claim, &ruling, in, kept, ret);
    return 0;
}

int service_evidence_add(struct service_call *call, struct text claim_id, const struct service_evidence_new *in,
                         struct json_writer *ret, struct error *error)
{
    struct service_evidence_kept kept;
    return service_evidence_take(call, claim_id, in, &kept, ret, error);
}

int service_evidence_open(struct service_call *call, struct text claim_id, struct text evidence_id,
                          struct service_evidence_file *ret, struct error *error)
{
    struct service_claim claim;
    if (service_claim_open(call, claim_id, &claim, error) < 0)
        return -1;
    struct query *query = store_query(call->tx, QUERY_EVIDENCE_GET);
    query_bind_string(query, 1, claim.id);
    query_bind_text(query, 2, evidence_id);
    int step = query_step(query, error);
    if (step == 1) {
        const struct service_media *media = service_media_get(query_text(query, 1));
        memcpy(ret->sha256, query_blob(query, 0).data, HASH_BYTES);
        service_evidence_path(call->service, ret->sha256, ret->path);
        ret->media_type = media ? media->media_type : "application/octet-stream";
        ret->extension = media ? media->extension : "bin";
        ret->is_shown = media && media->is_shown;
    }
    query_end(query);
    if (step == 0)
        return error_set(error, ERROR_NOT_FOUND, "there is no such file in this claim");
    return step < 0 ? -1 : 0;
}

/* ---- what an arbiter finds ---- */

static int finding_log(struct service_call *call, const struct service_claim *claim, struct text what,
                       struct text value, struct text note, int64_t *ret_leaf, struct error *error)
{
    struct buffer item;
    struct json_writer writer;
    buffer_init(&item, LIMIT_MESSAGE_BYTES * 7);
    json_writer_init(&writer, &item);
    json_object_begin(&writer);
    json_member_string(&writer, "claim", claim->id);
    json_member_text(&writer, "finding", what);
    json_member_text(&writer, "note", note);
    json_member_text(&writer, "value", value);
    json_object_end(&writer);
    json_writer_done(&writer);
    struct service_leaf leaf = {.subject = text_of(claim->order.id),
                                .kind = EVIDENCE_KIND_HUMAN_REVIEW,
                                .item = buffer_text(&item),
                                .source = "arbiter",
                                .claim_id = claim->id};
    int result = buffer_check(&item, error) < 0 ? -1 : service_log_append(call, &leaf, ret_leaf, error);
    buffer_done(&item);
    return result;
}

/* Only the arbiter who holds the case, or any arbiter before somebody does; in an appeal never the one who decided first. */
static int arbiter_check(const struct service_call *call, const struct service_claim *claim, struct error *error)
{
    struct text holder =
        claim->state.stage == CLAIM_STAGE_APPEAL ? claim->state.appeal_arbiter_id : claim->state.arbiter_id;
    if (call->actor.role != ROLE_ARBITER)
        return error_set(error, ERROR_ACCESS_DENIED, "only an arbiter makes findings");
    if (holder.length && !text_is(holder, call->actor.party_id))
        return error_set(error, ERROR_ACCESS_DENIED, "another arbiter holds this case");
    if (claim->state.stage == CLAIM_STAGE_APPEAL && text_is(claim->state.arbiter_id, call->actor.party_id))
        return error_set(error, ERROR_CLAIM_SAME_ARBITER, "who decided first makes no findings for the appeal");
    return service_claim_open_for_words(claim, error);
}

int service_evidence_judge(struct service_call *call, struct text claim_id, struct text evidence_id, struct text state,
                           struct text reason, struct json_writer *ret, struct error *error)
{
    struct service_claim claim;
    struct service_ruling ruling;
    int64_t leaf;
    if (service_claim_open(call, claim_id, &claim, error) < 0 || arbiter_check(call, &claim, error) < 0)
        return -1;
    if (!text_is(state, "accepted") && !text_is(state, "rejected")) {
        error_set(error, ERROR_FIELD_VALUE, "state is accepted or rejected");
        return error_at(error, "/state");
    }
    if (text_is(state, "rejected") && reason.length == 0) {
        error_set(error, ERROR_FIELD_MISSING, "a rejection needs its reason");
        return error_at(error, "/reason");
    }
    struct query *query = store_query(call->tx, QUERY_EVIDENCE_JUDGE);
    query_bind_string(query, 1, claim.id);
    query_bind_text(query, 2, evidence_id);
    query_bind_text(query, 3, state);
    query_bind_text(query, 4, reason);
    if (query_run(query, error) < 0)
        return -1;
    if (query_changes(call->tx) != 1)
        return error_set(error, ERROR_NOT_FOUND, "there is no such file in this claim");
    if (finding_log(call, &claim, evidence_id, state, reason, &leaf, error) < 0 ||
        service_claim_apply_rule(call, &claim, &ruling, error) < 0)
        return -1;
    service_claim_answer(call, &claim, &ruling, ret);
    return 0;
}

int service_claim_find_fact(struct service_call *call, struct text claim_id, struct text fact, struct text value,
                            struct text note, struct json_writer *ret, struct error *error)
{
    struct service_claim claim;
    struct service_ruling ruling;
    struct policy_facts facts;
    int64_t leaf;
    if (service_claim_open(call, claim_id, &claim, error) < 0 || arbiter_check(call, &claim, error) < 0)
        return -1;
    int found = fact_find(fact);
    if (found < 0) {
        error_set(error, ERROR_FIELD_VALUE, "there is no such fact");
        return error_at(error, "/fact");
    }
    policy_facts_init(&facts);
    if (policy_facts_set_word(&facts, (enum fact)found, value, FACT_SOURCE_ARBITER, -1, error) < 0)
        return error_at(error, "/value");
    /* What the platform recorded itself is not for one person to overrule: that is a departure, and takes two. */
    if (fact_info((enum fact)found)->strength == FACT_STRENGTH_RECORD) {
        error_set(error, ERROR_CLAIM_DEVIATION, "the platform's own record says what this fact is");
        error_hint(error, "propose a deviation and say why; a second person confirms it");
        return error_at(error, "/fact");
    }
    if (finding_log(call, &claim, fact, value, note, &leaf, error) < 0 ||
        service_claim_fact_put(call, &claim, fact_info((enum fact)found)->word, value, "arbiter", leaf, error) < 0 ||
        service_claim_apply_rule(call, &claim, &ruling, error) < 0)
        return -1;
    service_claim_answer(call, &claim, &ruling, ret);
    return 0;
}
