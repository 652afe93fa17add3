/* SPDX-License-Identifier: Apache-2.0 */
/* The route on which an arbiter tries a decision. */
#include "base/error.h"
#include "base/limits.h"
#include "base/money.h"
#include "http/handle/handle.h"
#include "service/claims/decision_preview.h"

#define COUNT(fields) (sizeof(fields) / sizeof((fields)[0]))

struct preview_request {
    struct text outcome, bearer, clause, reason;
    int64_t amount;
    const struct json *findings;
};

static int findings_read(struct http_call *call, const struct json *array, struct service_decision_draft *draft,
                         struct error *error)
{
    static const struct json_field fields[] = {
        JSON_FIELD_STRING(struct service_finding_draft, fact, true, 1, 40),
        JSON_FIELD_STRING(struct service_finding_draft, value, true, 1, 40),
        JSON_FIELD_STRING(struct service_finding_draft, note, false, 1, LIMIT_MESSAGE_BYTES),
    };
    size_t count = array ? json_count(array) : 0;
    struct service_finding_draft *findings = arena_new_array(call->arena, struct service_finding_draft, count + 1);
    for (size_t i = 0; i < count; i++) {
        const char *pointer = arena_printf(call->arena, "/findings/%zu", i);
        if (json_kind(json_item(array, i)) != JSON_OBJECT) {
            error_set(error, ERROR_FIELD_TYPE, "a finding is an object");
            return error_at(error, "%s", pointer);
        }
        if (json_read(json_item(array, i), fields, COUNT(fields), pointer, &findings[i], error) < 0)
            return -1;
    }
    draft->findings = findings;
    draft->finding_count = count;
    return 0;
}

int handle_decision_preview(struct http_call *call, struct error *error)
{
    static const struct json_field fields[] = {
        JSON_FIELD_STRING(struct preview_request, outcome, true, 1, 40),
        JSON_FIELD_STRING(struct preview_request, bearer, false, 1, 40),
        JSON_FIELD_STRING(struct preview_request, clause, false, 1, 200),
        JSON_FIELD_STRING(struct preview_request, reason, false, 1, LIMIT_MESSAGE_BYTES),
        JSON_FIELD_INTEGER(struct preview_request, amount, false, 0, MONEY_MAXIMUM),
        JSON_FIELD_ARRAY(struct preview_request, findings, false, 0, SERVICE_FINDINGS_MAX),
    };
    struct service_call inner = handle_call(call);
    struct preview_request request = {.findings = NULL};
    if (http_query_done(call, error) < 0 || json_read(call->body, fields, COUNT(fields), "", &request, error) < 0)
        return -1;
    struct service_decision_draft draft = {.outcome = request.outcome,
                                           .bearer = request.bearer,
                                           .clause = request.clause,
                                           .reason = request.reason,
                                           .amount = request.amount};
    if (findings_read(call, request.findings, &draft, error) < 0)
        return -1;
    return service_decision_preview(&inner, text_of(http_param(call, "claim")), &draft, call->json, error);
}
