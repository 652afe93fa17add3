/* SPDX-License-Identifier: Apache-2.0 */
/* Routes of policies: check, publish, withdraw, compare, read; and the floors that they keep to. */
#include "base/error.h"
#include "base/limits.h"
#include "http/handle/handle.h"
#include "service/policies/floors.h"
#include "service/policies/policies.h"

#define COUNT(fields) (sizeof(fields) / sizeof((fields)[0]))

int handle_policy_check(struct http_call *call, struct error *error)
{
    struct policy_check_request {
        struct text source;
    } request;
    static const struct json_field fields[] = {
        JSON_FIELD_STRING(struct policy_check_request, source, true, 1, LIMIT_POLICY_BYTES),
    };
    struct service_call inner = handle_call(call);
    if (http_query_done(call, error) < 0 || json_read(call->body, fields, COUNT(fields), "", &request, error) < 0)
        return -1;
    return service_policy_check(&inner, request.source, call->json, error);
}

struct publish_request {
    struct text source, effective_at;
};

static int publish_read(const struct http_call *call, struct service_policy_new *ret, struct error *error)
{
    static const struct json_field fields[] = {
        JSON_FIELD_STRING(struct publish_request, source, true, 1, LIMIT_POLICY_BYTES),
        JSON_FIELD_STRING(struct publish_request, effective_at, false, 1, 40),
    };
    struct publish_request request = {.effective_at = {NULL, 0}};
    if (json_read(call->body, fields, COUNT(fields), "", &request, error) < 0)
        return -1;
    *ret = (struct service_policy_new){.source = request.source};
    if (request.effective_at.length && time_parse(request.effective_at, &ret->effective_at, error) < 0)
        return error_at(error, "/effective_at");
    return 0;
}

int handle_policy_publish(struct http_call *call, struct error *error)
{
    struct service_call inner = handle_call(call);
    struct service_policy_new in;
    struct service_policy_published published;
    if (http_query_done(call, error) < 0 || publish_read(call, &in, error) < 0)
        return -1;
    if (service_policy_publish(&inner, &in, &published, error) < 0)
        return handle_refused(call, &inner);
    call->status = 201;
    http_set_header(call, "Location", arena_printf(call->arena, "/v1/policies/%s", published.policy_id));
    return service_policy_published_write(&inner, &published, call->json, error);
}

int handle_policy_withdraw(struct http_call *call, struct error *error)
{
    struct withdraw_request {
        struct text reason;
    } request;
    static const struct json_field fields[] = {
        JSON_FIELD_STRING(struct withdraw_request, reason, true, 1, LIMIT_MESSAGE_BYTES),
    };
    struct service_call inner = handle_call(call);
    struct text policy = text_of(http_param(call, "policy"));
    if (http_query_done(call, error) < 0 || json_read(call->body, fields, COUNT(fields), "", &request, error) < 0 ||
        service_policy_withdraw(&inner, policy, request.reason, error) < 0)
        return -1;
    return service_policy_write(&inner, policy, call->json, error);
}

int handle_policy_get(struct http_call *call, struct error *error)
{
    struct service_call inner = handle_call(call);
    if (http_query_done(call, error) < 0)
        return -1;
    return service_policy_write(&inner, text_of(http_param(call, "policy")), call->json, error);
}

int handle_policy_difference(struct http_call *call, struct error *error)
{
    struct service_call inner = handle_call(call);
    if (http_query_done(call, error) < 0)
        return -1;
    return service_policy_difference(&inner, text_of(http_param(call, "policy")), text_of(http_param(call, "other")),
                                     call->json, error);
}

int handle_policy_list(struct http_call *call, struct error *error)
{
    struct service_call inner = handle_call(call);
    struct service_page page;
    const char *merchant;
    if (http_query_id(call, "merchant", "mch_", &merchant, error) < 0 ||
        handle_page(call, "pol_", &page.cursor, &page.limit, error) < 0 || http_query_done(call, error) < 0)
        return -1;
    bool is_merchant = inner.actor.role == ROLE_MERCHANT;
    return service_policy_list(&inner, text_of(is_merchant ? inner.actor.party_id : merchant), &page, call->json,
                               error);
}

int handle_floor_list(struct http_call *call, struct error *error)
{
    struct service_call inner = handle_call(call);
    if (http_query_done(call, error) < 0)
        return -1;
    return service_floor_list(&inner, call->json, error);
}
