/* SPDX-License-Identifier: Apache-2.0 */
/* Trying a policy on past claims before it is published. */
#include "base/error.h"
#include "base/limits.h"
#include "http/handle/handle.h"
#include "service/policies/simulate.h"

#define COUNT(fields) (sizeof(fields) / sizeof((fields)[0]))

struct simulate_request {
    struct text source, merchant_id, policy, since;
};
static const struct json_field simulate_fields[] = {
    JSON_FIELD_STRING(struct simulate_request, source, true, 1, LIMIT_POLICY_BYTES),
    JSON_FIELD_STRING(struct simulate_request, merchant_id, false, ID_BYTES - 1, ID_BYTES - 1),
    JSON_FIELD_STRING(struct simulate_request, policy, false, 1, 64),
    JSON_FIELD_STRING(struct simulate_request, since, false, TIME_DAY_TEXT_BYTES - 1, TIME_DAY_TEXT_BYTES - 1),
};

int handle_policy_simulate(struct http_call *call, struct error *error)
{
    struct service_call inner = handle_call(call);
    struct simulate_request request = {.source = {NULL, 0}};
    if (http_query_done(call, error) < 0 ||
        json_read(call->body, simulate_fields, COUNT(simulate_fields), "", &request, error) < 0)
        return -1;
    if (request.merchant_id.length && !id_is(request.merchant_id, "mch_")) {
        error_set(error, ERROR_ID_MALFORMED, "this is not the id of a merchant");
        return error_at(error, "/merchant_id");
    }
    struct service_simulation_scope scope = {.merchant_id = request.merchant_id, .policy_name = request.policy};
    if (request.since.length && time_day_parse(request.since, &scope.since_us, error) < 0)
        return error_at(error, "/since");
    if (service_policy_simulate_write(&inner, request.source, &scope, call->json, error) < 0)
        return handle_refused(call, &inner);
    return 0;
}
