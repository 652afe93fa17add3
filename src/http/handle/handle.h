/* SPDX-License-Identifier: Apache-2.0 */
/* What the handlers of the API share: the caller as the service knows it, and the credentials of a request. */
#ifndef SHUNTUI_HTTP_HANDLE_H
#define SHUNTUI_HTTP_HANDLE_H

#include "base/error.h"
#include "http/http.h"
#include "service/service.h"
#include "service/view.h"

/* The call of the service within this request's transaction. */
struct service_call handle_call(struct http_call *call);
struct service_actor handle_actor(const struct http_call *call);
/* http_options.authenticate: a bearer token, an order's secret or a session's cookie. */
int handle_authenticate(struct http_call *call, struct http_caller *ret, struct error *error);
/* http_options.replay: what was recorded after the last event that the listener saw. */
int handle_replay(struct http_call *call, struct sse_hub *hub, struct sse_listener *listener, int64_t last_event_id,
                  struct error *error);
/* service_notify_fn: tells the hub's listeners of the order. context is the hub. */
void handle_notify(void *hub, const struct service_news *notice);
/* The data of such an event, one line of JSON. Ids and names of events need no escaping. */
struct text handle_notice_write(struct arena *arena, const struct service_news *notice);
/* Fills everything of *options that joins the server with this service: routes, credentials, sealing, replay, metrics.
 * hub may be NULL (no event streams). What depends on the place (address, threads, folders) is left to the caller. */
void handle_options_init(struct http_options *options, struct service *service, struct sse_hub *hub);
/* After a failure of the service: what its error had no room for goes into the problem. Returns -1. */
int handle_refused(struct http_call *call, const struct service_call *inner);
/* Guests share one space of idempotency keys, and an answer may hold a secret: a guest's key must be one that nobody else
 * thinks of. Fails with IDEMPOTENCY_KEY_MALFORMED. */
int handle_guest_key(const struct http_call *call, struct error *error);
/* ?cursor= and ?limit= of a list; the id prefix is that of the items. */
int handle_page(struct http_call *call, const char *prefix, struct text *ret_cursor, int64_t *ret_limit,
                struct error *error);
/* A list that is also offered as a table: ?format= or Accept says which, ?cursor= and ?limit= what of it. The cursor is a number or of
 * the list's own form. What the service writes into `csv` becomes the body by handle_table_end. */
struct handle_table {
    struct service_table table;
    struct service_page page;
    struct csv csv;
    struct buffer out;
};
int handle_table_begin(struct http_call *call, struct handle_table *ret, struct error *error);
/* name: of the file, without its ending. result is what the service returned; returned again unless the table is too large. */
int handle_table_end(struct http_call *call, struct handle_table *table, const char *name, int result,
                     struct error *error);
/* 64 lower-case hex digits into 32 bytes in the call's arena; an empty text gives NULL. Fails with `code` at `pointer`. */
int handle_sha256(struct http_call *call, struct text hex, enum error_code code, const char *pointer,
                  const uint8_t **ret, struct error *error);
/* http_metrics_source for uploads; the context is the service. */
void handle_upload_metrics(void *service, struct buffer *out);
/* ?order= of a list says which order a guest's secret opens (handle_authenticate reads it). With an account's token it would filter
 * nothing, so it is refused. */
int handle_order_named(struct http_call *call, struct error *error);

#endif
