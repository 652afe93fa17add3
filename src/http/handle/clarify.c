/* SPDX-License-Identifier: Apache-2.0 */
/* Routes that ask the refund rule about a situation, and that record an answer. */
#include "base/error.h"
#include "base/limits.h"
#include "http/handle/handle.h"
#include "policy/policy.h"
#include "service/clarify/clarify.h"

#define COUNT(fields) (sizeof(fields) / sizeof((fields)[0]))

struct whatif_request {
    const struct json *facts;
};

static int whatif_read(struct http_call *call, struct whatif_request *ret, struct error *error)
{
    static const struct json_field fields[] = {
        JSON_FIELD_OBJECT(struct whatif_request, facts, false),
    };
    *ret = (struct whatif_request){NULL};
    if (http_query_done(call, error) < 0)
        return -1;
    return json_read(call->body, fields, COUNT(fields), "", ret, error);
}

int handle_product_whatif(struct http_call *call, struct error *error)
{
    struct service_call inner = handle_call(call);
    struct whatif_request request;
    if (whatif_read(call, &request, error) < 0)
        return -1;
    return service_product_whatif(&inner, text_of(http_param(call, "product")), request.facts, call->json, error);
}

int handle_policy_whatif(struct http_call *call, struct error *error)
{
    struct draft_request {
        struct text source;
        const struct json *facts;
    } request = {.facts = NULL};
    static const struct json_field fields[] = {
        JSON_FIELD_STRING(struct draft_request, source, true, 1, LIMIT_POLICY_BYTES),
        JSON_FIELD_OBJECT(struct draft_request, facts, false),
    };
    struct service_call inner = handle_call(call);
    if (http_query_done(call, error) < 0 || json_read(call->body, fields, COUNT(fields), "", &request, error) < 0)
        return -1;
    if (service_draft_whatif(&inner, request.source, "CNY", request.facts, call->json, error) < 0)
        return handle_refused(call, &inner);
    return 0;
}

int handle_order_whatif(struct http_call *call, struct error *error)
{
    struct service_call inner = handle_call(call);
    struct whatif_request request;
    if (whatif_read(call, &request, error) < 0)
        return -1;
    return service_order_whatif(&inner, text_of(http_param(call, "order")), request.facts, call->json, error);
}

struct clarification_request {
    const struct json *facts, *refund;
    struct text question, answer;
};
struct refund_request {
    int64_t percent, within_s;
};

static int refund_read(const struct json *object, struct service_clarification_new *ret, struct error *error)
{
    static const struct json_field fields[] = {
        JSON_FIELD_INTEGER(struct refund_request, percent, true, 1, 100),
        JSON_FIELD_INTEGER(struct refund_request, within_s, false, POLICY_ANSWER_LEAST_S, POLICY_OUTER_S),
    };
    struct refund_request request = {.within_s = 0};
    if (!object)
        return 0;
    if (json_read(object, fields, COUNT(fields), "/refund", &request, error) < 0)
        return -1;
    ret->has_refund = true;
    ret->percent = request.percent;
    ret->within_s = request.within_s;
    return 0;
}

int handle_clarification_add(struct http_call *call, struct error *error)
{
    static const struct json_field fields[] = {
        JSON_FIELD_OBJECT(struct clarification_request, facts, true),
        JSON_FIELD_OBJECT(struct clarification_request, refund, false),
        JSON_FIELD_STRING(struct clarification_request, question, false, 1, LIMIT_MESSAGE_BYTES),
        JSON_FIELD_STRING(struct clarification_request, answer, false, 1, LIMIT_MESSAGE_BYTES),
    };
    struct service_call inner = handle_call(call);
    struct clarification_request request = {.facts = NULL};
    if (http_query_done(call, error) < 0 || json_read(call->body, fields, COUNT(fields), "", &request, error) < 0)
        return -1;
    struct service_clarification_new clarification = {
        .facts = request.facts, .question = request.question, .answer = request.answer};
    if (refund_read(request.refund, &clarification, error) < 0)
        return -1;
    if (service_clarify(&inner, text_of(http_param(call, "order")), &clarification, call->json, error) < 0)
        return handle_refused(call, &inner);
    call->status = 201;
    return 0;
}
