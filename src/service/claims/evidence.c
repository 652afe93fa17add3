/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What parties add to a claim: files, messages, findings. Each becomes a leaf of the order's chain, and where it changes what
 * is known the rule is applied again. A file is moved under its hash before the row exists; its bytes are never rewritten.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
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

static int open_for_words(const struct service_claim *claim, struct error *error)
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
    if (service_claim_open(call, claim_id, &claim, error) < 0 || open_for_words(&claim, error) < 0)
        return -1;
    const char *role = claim_role_word(service_claim_role(call))->wire;
    bool flagged = claim_contact_flag(body, &contact);
    id_make(id, "msg_", call->now_us, call->service->random);
    buffer_init(&item, LIMIT_MESSAGE_BYTES * 7);
    json_writer_init(&writer, &item);
    message_write(&writer, id, &claim, role, body, flagged);
    json_writer_done(&writer);
    struct service_leaf leaf = {
        .subject = text_of(claim.order.id), .kind = EVIDENCE_KIND_CHAT_LOG, .item = buffer_text(&item), .source = role};
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

struct magic {
    size_t offset, length;
    const char *bytes, *media_type;
    enum evidence_kind kind;
};
/* What is taken, by its first bytes; the name and type that the client gives are never believed. */
static const struct magic magics[] = {
    {0, 3, "\xff\xd8\xff", "image/jpeg", EVIDENCE_KIND_SCREENSHOT},
    {0, 8, "\x89PNG\r\n\x1a\n", "image/png", EVIDENCE_KIND_SCREENSHOT},
    {8, 4, "WEBP", "image/webp", EVIDENCE_KIND_SCREENSHOT},
    {4, 4, "ftyp", "video/mp4", EVIDENCE_KIND_SCREEN_RECORDING},
    {0, 4, "\x1a\x45\xdf\xa3", "video/webm", EVIDENCE_KIND_SCREEN_RECORDING},
    {0, 5, "%PDF-", "application/pdf", EVIDENCE_KIND_DOCUMENT},
};

static const struct magic *magic_find(const uint8_t *head, size_t length)
{
    for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++)
        if (length >= magics[i].offset + magics[i].length &&
            memcmp(head + magics[i].offset, magics[i].bytes, magics[i].length) == 0)
            return &magics[i];
    return NULL;
}

static void file_path(const struct service *service, const uint8_t sha256[static HASH_BYTES], char out[static 600])
{
    char hex[HASH_HEX_BYTES];
    hash_hex(sha256, hex);
    snprintf(out, 600, "%s/files/%.2s/%s", service->state_path, hex, hex);
}

/* Hashes salt and bytes in one pass; the file is at most LIMIT_EVIDENCE_BYTES. */
static int file_commit(const char *path, const uint8_t salt[static 32], uint8_t ret[static HASH_BYTES],
                       struct error *error)
{
    uint8_t piece[64 * 1024];
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return error_set(error, ERROR_IO, "an uploaded file cannot be read: %s", strerror(errno));
    struct hash_stream *stream = hash_stream_new();
    ssize_t length;
    hash_stream_add(stream, salt, 32);
    while ((length = read(file, piece, sizeof piece)) > 0)
        hash_stream_add(stream, piece, (size_t)length);
    hash_stream_end(stream, ret);
    hash_stream_free(stream);
    int synced = length == 0 ? fsync(file) : -1;
    close(file);
    return synced == 0 ? 0 : error_set(error, ERROR_IO, "an uploaded file cannot be read or synced");
}

/* Moves the file to its place; the same bytes uploaded before are kept once. */
static int file_keep(const struct service *service, const struct service_evidence_new *in, struct error *error)
{
    char folder[600], target[600];
    file_path(service, in->sha256, target);
    snprintf(folder, sizeof folder, "%s/files", service->state_path);
    if (directory_make(folder, 0700, error) < 0)
        return -1;
    snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(target, '/') - target), target);
    if (directory_make(folder, 0700, error) < 0)
        return -1;
    /* The job ran before and was undone: then the file is in its place already. */
    if (rename(in->path, target) < 0 && (errno != ENOENT || access(target, R_OK) < 0))
        return error_set(error, ERROR_IO, "an uploaded file cannot be kept: %s", strerror(errno));
    int directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int synced = directory >= 0 ? fsync(directory) : -1;
    if (directory >= 0)
        close(directory);
    return synced == 0 ? 0 : error_set(error, ERROR_IO, "the folder of an uploaded file cannot be synced");
}

static int commitment_take(struct service *service, const struct service_evidence_new *in, struct service_leaf *leaf,
                           struct error *error)
{
    char path[600];
    if (in->commitment) {
        memcpy(leaf->file_salt, in->salt, sizeof leaf->file_salt);
        memcpy(leaf->file_commitment, in->commitment, sizeof leaf->file_commitment);
        return 0;
    }
    file_path(service, in->sha256, path);
    service->random->fill(service->random, leaf->file_salt, sizeof leaf->file_salt);
    return file_commit(path, leaf->file_salt, leaf->file_commitment, error);
}

static int evidence_check(struct service_call *call, const struct service_claim *claim,
                          const struct service_evidence_new *in, const struct magic **ret_magic, struct error *error)
{
    int fact = fact_find(in->kind);
    if (!text_is(in->kind, "other") && (fact < 0 || !fact_is_proof((enum fact)fact))) {
        error_set(error, ERROR_QUERY_VALUE, "there is no such kind of evidence");
        error_hint(error, "use a proof that the clause asks for, or \"other\"");
        return error_at(error, "query kind");
    }
    *ret_magic = magic_find(in->head, in->head_length);
    if (!*ret_magic) {
        error_set(error, ERROR_MEDIA_TYPE, "this is not a JPEG, PNG, WebP, MP4, WebM or PDF file");
        return error_hint(error, "send a screenshot, a screen recording or a PDF");
    }
    struct query *query = store_query(call->tx, QUERY_EVIDENCE_COUNT);
    query_bind_string(query, 1, claim->id);
    int step = query_step(query, error);
    int64_t count = step == 1 ? query_int(query, 0) : 0;
    query_end(query);
    if (step < 0)
        return -1;
    if (count >= LIMIT_EVIDENCE_FILES)
        return error_set(error, ERROR_LIMIT_EXCEEDED, "a claim takes at most %d files", LIMIT_EVIDENCE_FILES);
    return open_for_words(claim, error);
}

static int evidence_row_add(struct service_call *call, const struct service_claim *claim,
                            const struct service_evidence_new *in, const struct magic *magic, const char *id,
                            int64_t leaf, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_EVIDENCE_ADD);
    query_bind_string(query, 1, id);
    query_bind_string(query, 2, claim->id);
    query_bind_string(query, 3, claim_role_word(service_claim_role(call))->wire);
    query_bind_string(query, 4, call->actor.party_id);
    query_bind_text(query, 5, in->kind);
    query_bind_text(query, 6, in->file_name);
    query_bind_string(query, 7, magic->media_type);
    query_bind_int(query, 8, in->size_bytes);
    query_bind_blob(query, 9, in->sha256, HASH_BYTES);
    query_bind_int(query, 10, leaf);
    query_bind_int(query, 11, call->now_us);
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

int service_evidence_add(struct service_call *call, struct text claim_id, const struct service_evidence_new *in,
                         struct json_writer *ret, struct error *error)
{
    struct service_claim claim;
    struct service_ruling ruling;
    const struct magic *magic = NULL;
    struct service_leaf leaf = {.is_file = true, .file_bytes = in->size_bytes};
    char id[ID_BYTES];
    int64_t leaf_index;
    if (service_claim_open(call, claim_id, &claim, error) < 0 || evidence_check(call, &claim, in, &magic, error) < 0)
        return -1;
    if (file_keep(call->service, in, error) < 0 || commitment_take(call->service, in, &leaf, error) < 0)
        return -1;
    leaf.subject = text_of(claim.order.id);
    leaf.kind = magic->kind;
    leaf.media_type = magic->media_type;
    leaf.source = claim_role_word(service_claim_role(call))->wire;
    id_make(id, "evd_", call->now_us, call->service->random);
    if (service_log_append(call, &leaf, &leaf_index, error) < 0 ||
        evidence_row_add(call, &claim, in, magic, id, leaf_index, error) < 0 ||
        evidence_step(call, &claim, &ruling, error) < 0)
        return -1;
    char hex[HASH_HEX_BYTES];
    hash_hex(in->sha256, hex);
    json_object_begin(ret);
    json_key(ret, "claim");
    service_claim_answer(call, &claim, &ruling, ret);
    json_member_string(ret, "id", id);
    json_member_text(ret, "kind", in->kind);
    json_member_integer(ret, "leaf", leaf_index);
    json_member_string(ret, "media_type", magic->media_type);
    json_member_string(ret, "sha256", hex);
    json_member_integer(ret, "size", in->size_bytes);
    json_object_end(ret);
    return 0;
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
        file_path(call->service, (const uint8_t *)query_blob(query, 0).data, ret->path);
        snprintf(ret->media_type, sizeof ret->media_type, "%.*s", TEXT_ARG(query_text(query, 1)));
        ret->file_name = arena_copy_text(call->arena, query_text(query, 2));
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
                                .source = "arbiter"};
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
    return open_for_words(claim, error);
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
