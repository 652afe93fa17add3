/* SPDX-License-Identifier: Apache-2.0 */
/* Routes of the evidence log: anybody may check it. */
#include "base/error.h"
#include "http/handle/handle.h"
#include "service/log_view.h"

int handle_log_checkpoint(struct http_call *call, struct error *error)
{
    struct service_call inner = handle_call(call);
    struct text note;
    if (http_query_done(call, error) < 0 || service_log_checkpoint(&inner, &note, error) < 0)
        return -1;
    http_set_body(call, "text/plain; charset=utf-8", note);
    return 0;
}

int handle_log_tile(struct http_call *call, struct error *error)
{
    struct service_call inner = handle_call(call);
    struct text tile;
    if (http_query_done(call, error) < 0 || service_log_tile_get(&inner, http_param_integer(call, "level"),
                                                                 http_param_integer(call, "number"), &tile, error) < 0)
        return -1;
    http_set_body(call, "application/octet-stream", tile);
    return 0;
}

int handle_log_proof(struct http_call *call, struct error *error)
{
    struct service_call inner = handle_call(call);
    if (http_query_done(call, error) < 0)
        return -1;
    return service_log_proof_write(&inner, http_param_integer(call, "index"), call->json, error);
}

int handle_log_consistency(struct http_call *call, struct error *error)
{
    struct service_call inner = handle_call(call);
    int64_t from;
    if (http_query_integer(call, "from", 1, INT64_MAX, 1, &from, error) < 0 || http_query_done(call, error) < 0)
        return -1;
    return service_log_consistency_write(&inner, from, call->json, error);
}
