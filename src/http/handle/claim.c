/* SPDX-License-Identifier: Apache-2.0 */
/* Routes of claims: preview, filing, actions, messages, evidence, findings, events, bundle. */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "http/handle/handle.h"
#include "http/sse.h"
#include "service/claims/bundle.h"
#include "service/claims/claims.h"
#include "service/view.h"

#define COUNT(fields) (sizeof(fields) / sizeof((fields)[0]))

/* ---- filing ---- */

struct claim_request {
    struct text reason, statement;
    const struct json *facts;
    int64_t amount;
    bool has_amount;
};

static const struct json_field claim_request_fields[] = {
    JSON_FIELD_STRING(struct claim_request, reason, true, 1, 40),
    JSON_FIELD_STRING(struct claim_request, statement, false, 0, LIMIT_MESSAGE_BYTES),
    JSON_FIELD_OBJECT(struct claim_request, facts, false),
    {"amount", JSON_INTEGER, false, 1, INT64_C(1000000000000), offsetof(struct claim_request, amount),
     offsetof(struct claim_request, has_amount)},
};

static int claim_request_read(const struct http_call *call, struct service_claim_new *ret, struct error *error)
{
    struct claim_request request = {.facts = NULL};
    if (json_read(call->body, claim_request_fields, COUNT(claim_request_fields), "", &request, error) < 0)
        return -1;
    *ret = (struct service_claim_new){.reason = request.reason,
                                      .statement = request.statement,
                                      .facts = request.facts,
                                      .has_amount = request.has_amount,
                                      .amount = request.amount};
    return 0;
}

int handle_claim_preview(struct http_call *call, struct error *error)
{
    struct service_call inner = handle_call(call);
    struct service_claim_new request;
    if (http_query_done(call, error) < 0 || claim_request_read(call, &request, error) < 0)
        return -1;
    return service_claim_preview(&inner, text_of(http_param(call, "order")), &request, call->json, error);
}

int handle_claim_file(struct http_call *call, struct error *error)
{
    struct service_call inner = handle_call(call);
    struct service_claim_new request;
    char claim_id[ID_BYTES];
    if (http_query_done(call, error) < 0 || claim_request_read(call, &request, error) < 0 ||
        service_claim_file(&inner, text_of(http_param(call, "order")), &request, claim_id, call->json, error) < 0)
        return -1;
    call->status = 201;
    http_set_header(call, "Location", arena_printf(call->arena, "/v1/claims/%s", claim_id));
    return 0;
}

/* ---- reading ---- */

int handle_claim_get(struct http_call *call, struct error *error)
{
    struct service_call inner = handle_call(call);
    int64_t version;
    if (http_query_done(call, error) < 0 ||
        service_claim_write(&inner, text_of(http_param(call, "claim")), call->json, &version, error) < 0)
        return -1;
    http_set_etag(call, version);
    return 0;
}

static int list_choices(struct http_call *call, struct service_claim_filter *filter, struct error *error)
{
    static const char *const stages[] = {"intake", "merchant",   "negotiation", "platform",
                                         "appeal", "settlement", "closed",      NULL};
    static const char *const parties[] = {"nobody", "buyer", "merchant", "platform", "provider", NULL};
    static const char *const outcomes[] = {"refunded", "part_refunded", "refused", "withdrawn",
                                           "replaced", "lapsed",        NULL};
    static const char *const sorts[] = {"newest", "deadline", NULL};
    int stage, waiting, outcome, sort;
    if (http_query_choice(call, "stage", stages, -1, &stage, error) < 0 ||
        http_query_choice(call, "waiting_for", parties, -1, &waiting, error) < 0 ||
        http_query_choice(call, "outcome", outcomes, -1, &outcome, error) < 0 ||
        http_query_choice(call, "sort", sorts, 0, &sort, error) < 0)
        return -1;
    filter->stage = text_of(stage < 0 ? NULL : stages[stage]);
    filter->waiting_for = text_of(waiting < 0 ? NULL : parties[waiting]);
    filter->outcome = text_of(outcome < 0 ? NULL : outcomes[outcome]);
    filter->by_deadline = sort == 1;
    return 0;
}

int handle_claim_list(struct http_call *call, struct error *error)
{
    struct service_call inner = handle_call(call);
    struct service_claim_filter filter = {.limit = 0};
    const char *product, *order, *cursor;
    if (list_choices(call, &filter, error) < 0 || http_query_id(call, "product", "prd_", &product, error) < 0 ||
        http_query_id(call, "order", "ord_", &order, error) < 0 ||
        http_query_boolean(call, "mine", false, &filter.mine, error) < 0 ||
        http_query_boolean(call, "untaken", false, &filter.untaken, error) < 0 ||
        http_query_boolean(call, "second", false, &filter.second, error) < 0 ||
        http_query_integer(call, "limit", 1, LIMIT_PAGE_ITEMS, 20, &filter.limit, error) < 0)
        return -1;
    int read = filter.by_deadline ? http_query_text(call, "cursor", SERVICE_CURSOR_BYTES - 1, NULL, &cursor, error)
                                  : http_query_id(call, "cursor", "clm_", &cursor, error);
    if (read < 0 || http_query_done(call, error) < 0)
        return -1;
    filter.product_id = text_of(product);
    filter.order_id = text_of(order);
    filter.cursor = text_of(cursor);
    return service_claim_list(&inner, &filter, call->json, error);
}

/* ---- steps ---- */

struct action_request {
    struct text action, reason, ground, offer, outcome, bearer, clause;
    int64_t amount, extend_s, valid_s, due_s;
};

static const struct json_field action_request_fields[] = {
    JSON_FIELD_STRING(struct action_request, action, true, 1, 40),
    JSON_FIELD_STRING(struct action_request, reason, false, 1, LIMIT_MESSAGE_BYTES),
    JSON_FIELD_STRING(struct action_request, ground, false, 1, 40),
    JSON_FIELD_STRING(struct action_request, offer, false, 1, 40),
    JSON_FIELD_STRING(struct action_request, outcome, false, 1, 40),
    JSON_FIELD_STRING(struct action_request, bearer, false, 1, 40),
    JSON_FIELD_STRING(struct action_request, clause, false, 1, 200),
    JSON_FIELD_INTEGER(struct action_request, amount, false, 0, INT64_C(1000000000000)),
    JSON_FIELD_INTEGER(struct action_request, extend_s, false, 1, 30 * 86400),
    JSON_FIELD_INTEGER(struct action_request, valid_s, false, 1, 30 * 86400),
    JSON_FIELD_INTEGER(struct action_request, due_s, false, 1, 30 * 86400),
};

/* If-Match guards against acting on a claim that the caller has not seen as it is now. */
static int version_check(struct http_call *call, struct service_call *inner, struct error *error)
{
    if (!http_header_find(call, "If-Match"))
        return 0;
    int64_t version;
    if (service_claim_version(inner, text_of(http_param(call, "claim")), &version, error) < 0)
        return -1;
    return http_check_if_match(call, false, version, error);
}

int handle_claim_act(struct http_call *call, struct error *error)
{
    struct service_call inner = handle_call(call);
    struct action_request request = {.amount = 0};
    if (http_query_done(call, error) < 0 ||
        json_read(call->body, action_request_fields, COUNT(action_request_fields), "", &request, error) < 0 ||
        version_check(call, &inner, error) < 0)
        return -1;
    struct service_claim_action action = {.action = request.action,
                                          .reason = request.reason,
                                          .ground = request.ground,
                                          .offer_kind = request.offer,
                                          .offer_extend_s = request.extend_s,
                                          .offer_valid_s = request.valid_s,
                                          .outcome = request.outcome,
                                          .amount = request.amount,
                                          .bearer = request.bearer,
                                          .clause = request.clause,
                                          .due_s = request.due_s};
    return service_claim_act(&inner, text_of(http_param(call, "claim")), &action, call->json, error);
}

struct message_request {
    struct text body;
};

int handle_message_add(struct http_call *call, struct error *error)
{
    static const struct json_field fields[] = {
        JSON_FIELD_STRING(struct message_request, body, true, 1, LIMIT_MESSAGE_BYTES)};
    struct service_call inner = handle_call(call);
    struct message_request request;
    if (http_query_done(call, error) < 0 || json_read(call->body, fields, COUNT(fields), "", &request, error) < 0 ||
        service_message_add(&inner, text_of(http_param(call, "claim")), request.body, call->json, error) < 0)
        return -1;
    call->status = 201;
    return 0;
}

struct finding_request {
    struct text fact, value, note;
};

int handle_finding_add(struct http_call *call, struct error *error)
{
    static const struct json_field fields[] = {
        JSON_FIELD_STRING(struct finding_request, fact, true, 1, 40),
        JSON_FIELD_STRING(struct finding_request, value, true, 1, 40),
        JSON_FIELD_STRING(struct finding_request, note, true, 1, LIMIT_MESSAGE_BYTES),
    };
    struct service_call inner = handle_call(call);
    struct finding_request request;
    if (http_query_done(call, error) < 0 || json_read(call->body, fields, COUNT(fields), "", &request, error) < 0)
        return -1;
    return service_claim_find_fact(&inner, text_of(http_param(call, "claim")), request.fact, request.value,
                                   request.note, call->json, error);
}

/* ---- evidence ---- */

int handle_evidence_add(struct http_call *call, struct error *error)
{
    struct service_call inner = handle_call(call);
    const char *kind, *name, *original;
    const uint8_t *original_sha256;
    if (http_query_text(call, "kind", 40, NULL, &kind, error) < 0 ||
        http_query_text(call, "name", LIMIT_FILE_NAME_BYTES, "", &name, error) < 0 ||
        http_query_text(call, "original_sha256", 64, "", &original, error) < 0 || http_query_done(call, error) < 0 ||
        handle_sha256(call, text_of(original), ERROR_QUERY_VALUE, "query original_sha256", &original_sha256, error) < 0)
        return -1;
    if (!kind) {
        error_set(error, ERROR_FIELD_MISSING, "the kind of evidence is missing");
        return error_at(error, "query kind");
    }
    struct service_evidence_new evidence = {
        .kind = text_of(kind),
        .file_name = text_of(name),
        .path = call->upload->path,
        .size_bytes = call->upload->size_bytes,
        .sha256 = call->upload->sha256,
        .salt = call->upload->salt,
        .commitment = call->upload->commitment,
        .head = call->upload->head,
        .head_length = call->upload->head_length,
        .original_sha256 = original_sha256,
    };
    if (service_evidence_add(&inner, text_of(http_param(call, "claim")), &evidence, call->json, error) < 0)
        return -1;
    call->status = 201;
    return 0;
}

int handle_evidence_get(struct http_call *call, struct error *error)
{
    struct service_call inner = handle_call(call);
    struct service_evidence_file file;
    if (http_query_done(call, error) < 0 ||
        service_evidence_open(&inner, text_of(http_param(call, "claim")), text_of(http_param(call, "evidence")), &file,
                              error) < 0)
        return -1;
    /* A stranger's bytes: only pictures and recordings may be shown in place, whatever else they hold never runs, and what shows
     * somebody's card or account is not kept by any cache. */
    char hex[HASH_HEX_BYTES];
    hash_hex(file.sha256, hex);
    http_set_header(call, "Content-Disposition",
                    arena_printf(call->arena, "%s; filename=\"%s.%s\"", file.is_shown ? "inline" : "attachment",
                                 http_param(call, "evidence"), file.extension));
    http_set_header(call, "Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'");
    http_set_header(call, "Cross-Origin-Resource-Policy", "same-origin");
    http_set_header(call, "Cache-Control", "private, no-store");
    http_set_header(call, "ETag", arena_printf(call->arena, "\"%s\"", hex));
    http_set_file(call, file.media_type, file.path);
    return 0;
}

struct judgement_request {
    struct text state, reason;
};

int handle_evidence_judge(struct http_call *call, struct error *error)
{
    static const struct json_field fields[] = {
        JSON_FIELD_STRING(struct judgement_request, state, true, 1, 20),
        JSON_FIELD_STRING(struct judgement_request, reason, false, 1, LIMIT_MESSAGE_BYTES),
    };
    struct service_call inner = handle_call(call);
    struct judgement_request request = {.reason = {NULL, 0}};
    if (http_query_done(call, error) < 0 || json_read(call->body, fields, COUNT(fields), "", &request, error) < 0)
        return -1;
    return service_evidence_judge(&inner, text_of(http_param(call, "claim")), text_of(http_param(call, "evidence")),
                                  request.state, request.reason, call->json, error);
}

/* ---- events and bundle ---- */

int handle_claim_events(struct http_call *call, struct error *error)
{
    struct service_call inner = handle_call(call);
    struct service_claim_watch watch;
    if (http_query_done(call, error) < 0 ||
        service_claim_watch(&inner, text_of(http_param(call, "claim")), &watch, error) < 0)
        return -1;
    call->stream.topic = arena_copy(call->arena, text_of(watch.order_id));
    call->stream.viewer = watch.viewer;
    return 0;
}

int handle_replay(struct http_call *call, struct sse_hub *hub, struct sse_listener *listener, int64_t last_event_id,
                  struct error *error)
{
    struct service_call inner = handle_call(call);
    struct service_news missed[SSE_HELD_EVENTS_MAX];
    size_t count;
    if (service_claim_missed(&inner, text_of(http_param(call, "claim")), last_event_id, missed, SSE_HELD_EVENTS_MAX,
                             &count, error) < 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        if (sse_replay(hub, listener, missed[i].revision, "claim", handle_notice_write(call->arena, &missed[i])) < 0)
            break;
    return 0;
}

int handle_claim_bundle(struct http_call *call, struct error *error)
{
    static const char *const formats[] = {"tar", "zip", NULL};
    struct service_actor actor = handle_actor(call);
    struct service_bundle_file *file = arena_new_object(call->arena, struct service_bundle_file);
    int format;
    if (http_query_choice(call, "format", formats, 0, &format, error) < 0 || http_query_done(call, error) < 0)
        return -1;
    enum evidence_container container = format ? EVIDENCE_CONTAINER_ZIP : EVIDENCE_CONTAINER_TAR;
    if (service_bundle_export(call->service, &actor, text_of(http_param(call, "claim")), container, file, error) < 0)
        return -1;
    http_set_header(call, "Content-Disposition", arena_printf(call->arena, "attachment; filename=\"%s\"", file->name));
    http_set_file(call, format ? "application/zip" : "application/x-tar", file->path);
    return 0;
}
