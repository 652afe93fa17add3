/* SPDX-License-Identifier: Apache-2.0 */
/* Asks the API from within a request: the same handler, caller and read transaction as a GET of that path would have. */
#ifndef SHUNTUI_HTTP_ASK_H
#define SHUNTUI_HTTP_ASK_H

#include "http/route.h"

struct ask_answer {
    int status;       /* 200, or of the problem; 0 when this caller may not ask that at all, or the server failed */
    struct text body; /* JSON, in the call's arena */
    const char *etag; /* NULL: none */
};

/* A GET of path ("/v1/orders/ord_…") with these query parameters. The route must be one that only reads. */
void ask(struct http_call *call, struct text path, const struct http_query *queries, size_t query_count,
         struct ask_answer *ret);

#endif
