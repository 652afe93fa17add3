/* SPDX-License-Identifier: Apache-2.0 */
/* Routes of unused certificates: a buyer asks for one, and anybody who has its code looks it up. */
#include "http/handle/handle.h"
#include "service/claims/unused.h"

int handle_unused_request(struct http_call *call, struct error *error)
{
    struct service_call inner = handle_call(call);
    if (http_query_done(call, error) < 0)
        return -1;
    return service_unused_request(&inner, text_of(http_param(call, "order")), call->json, error);
}

int handle_unused_get(struct http_call *call, struct error *error)
{
    struct service_call inner = handle_call(call);
    if (http_query_done(call, error) < 0)
        return -1;
    return service_unused_write(&inner, text_of(http_param(call, "code")), call->json, error);
}
