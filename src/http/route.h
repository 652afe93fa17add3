/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a handler sees: one call of the API. A route is one row of routes.def; its handler is a plain function that
 * reads the call, asks the service and writes the answer's members. It never sees the HTTP library.
 *
 * A READ handler runs on an HTTP thread inside a read transaction:
 *
 *     // ROUTE(ORDER_GET, "GET", "/v1/orders/{order}", handle_order_get, ACCESS_ORDER_PARTIES, HTTP_MODE_READ, 0, "getOrder")
 *     int handle_order_get(struct http_call *call, struct error *error)
 *     {
 *         struct service_call inner = handle_call(call);
 *         struct service_order order;
 *         if (http_query_done(call, error) < 0 ||                        // no query parameter is known: refuse any
 *             service_order_open(&inner, text_of(http_param(call, "order")), &order, error) < 0) // another's is "not found"
 *             return -1;                                                 // becomes problem details (RFC 9457)
 *         http_set_etag(call, order.version);
 *         json_object_begin(call->json);                                 // status is 200 unless set
 *         json_member_string(call->json, "id", order.id);
 *         json_object_end(call->json);
 *         return 0;
 *     }
 *
 * A WRITE handler runs on the store's writer thread, in a savepoint of the group commit; the answer leaves after the commit:
 *
 *     // ROUTE(CLAIM_FILE, "POST", "/v1/orders/{order}/claims", handle_claim_file, ACCESS_BUYER_SIDE, HTTP_MODE_WRITE, 16 * 1024, "fileClaim")
 *     int handle_claim_file(struct http_call *call, struct error *error)
 *     {
 *         struct claim_request request = {0};
 *         struct claim claim;
 *         if (json_read(call->body, claim_request_fields, CLAIM_REQUEST_FIELD_COUNT, "", &request, error) < 0 ||
 *             service_claim_file(call->service, call->tx, &call->caller, http_param(call, "order"), &request, &claim,
 *                                error) < 0)
 *             return -1;                                                 // the savepoint is rolled back; the problem is answered
 *         call->status = 201;
 *         http_set_header(call, "Location", arena_printf(call->arena, "/v1/claims/%s", claim.id));
 *         claim_write(call->json, &claim, &call->caller);
 *         return 0;
 *     }
 *
 * A handler must not block on anything but the store, keeps nothing of the call after it returned, and may be run again
 * with the same call when the store had to repeat the transaction: it reads its input afresh and appends to an empty answer.
 */
#ifndef SHUNTUI_HTTP_ROUTE_H
#define SHUNTUI_HTTP_ROUTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/random.h"
#include "base/text.h"
#include "http/problem.h"

struct error;
struct store_tx;
struct http_call;

/* ---- who calls ---- */

enum http_role {
    HTTP_ROLE_ANONYMOUS, /* no credentials */
    HTTP_ROLE_BUYER,     /* account token */
    HTTP_ROLE_ORDER,     /* holder of one order's secret: a guest */
    HTTP_ROLE_MERCHANT,
    HTTP_ROLE_ARBITER,
    HTTP_ROLE_OPERATOR,
    HTTP_ROLE_PROVIDER, /* a payment provider's callback: the handler checks the signature over call->body_bytes */
    HTTP_ROLE_ISSUER,   /* an issuer's or merchant system's webhook: likewise */
    HTTP_ROLE_COUNT
};

#define ACCESS_ANONYMOUS (1u << HTTP_ROLE_ANONYMOUS)
#define ACCESS_BUYER (1u << HTTP_ROLE_BUYER)
#define ACCESS_ORDER (1u << HTTP_ROLE_ORDER)
#define ACCESS_MERCHANT (1u << HTTP_ROLE_MERCHANT)
#define ACCESS_ARBITER (1u << HTTP_ROLE_ARBITER)
#define ACCESS_OPERATOR (1u << HTTP_ROLE_OPERATOR)
#define ACCESS_PROVIDER (1u << HTTP_ROLE_PROVIDER)
#define ACCESS_ISSUER (1u << HTTP_ROLE_ISSUER)
/* Not roles: what else a row may say. */
#define ACCESS_SCOPE_CLAIMS (1u << 30) /* also with a token whose scope is "claims" */
#define ACCESS_LAPSED (1u << 31)       /* a session that has ended comes in as nobody, and is not refused */
/* Common sums. */
#define ACCESS_ACCOUNTS (ACCESS_BUYER | ACCESS_MERCHANT | ACCESS_ARBITER | ACCESS_OPERATOR)
#define ACCESS_PUBLIC (ACCESS_ANONYMOUS | ACCESS_ORDER | ACCESS_ACCOUNTS)
#define ACCESS_BUYER_SIDE (ACCESS_BUYER | ACCESS_ORDER)
#define ACCESS_PARTIES (ACCESS_BUYER_SIDE | ACCESS_MERCHANT)
#define ACCESS_PLATFORM (ACCESS_ARBITER | ACCESS_OPERATOR)
#define ACCESS_ORDER_PARTIES (ACCESS_PARTIES | ACCESS_PLATFORM)

/* What a token lets its holder do for the party (access.c). */
enum http_scope {
    HTTP_SCOPE_FULL,
    HTTP_SCOPE_CLAIMS, /* read, and routes with ACCESS_SCOPE_CLAIMS */
    HTTP_SCOPE_READ,
};

struct http_caller {
    enum http_role role;
    char party_id[ID_BYTES]; /* of an account; empty otherwise */
    char order_id[ID_BYTES]; /* the one order that the secret opens; empty otherwise */
    char token_id[ID_BYTES]; /* of the token or session; empty otherwise */
    enum http_scope scope;
    bool by_session; /* by the cookie: the browser sent it, whoever made the request (sameorigin.c) */
    bool is_unseen;  /* http_options.touch is due */
};

/* The session's cookie. */
#define HTTP_SESSION_COOKIE "shuntui_session"
/* Stands beside it without a secret and without SameSite=Strict: that somebody is signed in, and the other cookie was kept back. */
#define HTTP_SIGNED_IN_COOKIE "shuntui_signed_in"

/* ---- routes ---- */

enum http_mode {
    HTTP_MODE_PLAIN, /* no store: health, metrics, documents */
    HTTP_MODE_READ,  /* a read transaction on the HTTP thread; a POST that only asks has a JSON body */
    HTTP_MODE_WRITE, /* JSON body; the handler runs on the writer thread; a POST needs an Idempotency-Key */
    HTTP_MODE_SESSION, /* like WRITE, but without a key, and for pages of this server alone: what begins or ends a session */
    HTTP_MODE_CALLBACK, /* like WRITE, but a signed body of any type, unparsed, and no key: signer and content make it unique */
    HTTP_MODE_UPLOAD, /* like WRITE, but the body is a file of any type, streamed to disk first: call->upload */
    HTTP_MODE_FILE, /* like WRITE, but with work on a file that would hold up the writer: the handler runs first on the HTTP
                       * thread without a transaction (call->tx is NULL), then as a WRITE does. A body is any bytes, in memory. */
    HTTP_MODE_STREAM, /* server-sent events: the handler checks access under a read transaction and names the topic */
};

typedef int http_handler(struct http_call *call, struct error *error);

struct http_route {
    const char *name;   /* "ORDER_GET" */
    const char *method; /* "GET", "POST", "PUT", "PATCH", "DELETE"; HEAD is answered by GET */
    const char *path;   /* "/v1/orders/{order}"; the kinds of parameters are in path_params.def */
    http_handler *handler;
    unsigned access; /* ACCESS_ bits; nobody else gets in. CALLBACK: PROVIDER or ISSUER, alone */
    enum http_mode mode;
    size_t body_bytes_max; /* 0: the route takes no body */
    const char *operation; /* operationId in docs/openapi.yaml */
};

/* The product's own table, expanded from routes.def; indexes are enum http_route_id. */
#define ROUTE(NAME, ...) HTTP_ROUTE_##NAME,
enum http_route_id {
#include "http/routes.def"
    HTTP_ROUTE_COUNT
};
#undef ROUTE
#define ROUTE(NAME, METHOD, PATH, HANDLER, ...) http_handler HANDLER;
#include "http/routes.def"
#undef ROUTE
/* Of routes.def, and then of pages.def. */
const struct http_route *http_routes(size_t *ret_count);
http_handler handle_page_html; /* of every row of pages.def */
http_handler handle_start;     /* what stands at "/" when there are no pages */

/* ---- the call ---- */

#define HTTP_PARAMS_MAX 4
#define HTTP_QUERY_MAX 16
#define HTTP_REPLY_HEADERS_MAX 12
#define HTTP_REQUEST_ID_BYTES ID_BYTES

struct http_param {
    const char *name; /* as in the route's path, terminated */
    struct text value;
};
struct http_query {
    struct text name, value; /* decoded, valid UTF-8 without control characters */
    bool used;
};
struct http_header {
    const char *name, *value;
};
struct http_upload {
    const char *path; /* the temporary file; a handler that keeps it renames it */
    int64_t size_bytes;
    uint8_t sha256[HASH_BYTES];
    uint8_t salt[HASH_BYTES];       /* random */
    uint8_t commitment[HASH_BYTES]; /* SHA-256 of salt and bytes: made here, so that no writer reads the file again */
    uint8_t head[64];               /* the first bytes, for telling the type */
    size_t head_length;
};
/* Of a FILE route: what the handler's first run leaves for the second, and for the server. */
struct http_file_work {
    void *kept;           /* the handler's own */
    int file;             /* closed once the write is through, before the answer leaves; -1: none */
    const char *obsolete; /* a file that is removed then, if the write was committed; NULL: none */
};
struct http_stream {
    const char *topic;  /* to be set by the handler, for example the order's id */
    struct text viewer; /* who is seen by the other viewers of the topic: a JSON value of one line; empty: nobody */
};

struct http_call {
    struct arena *arena; /* dies with the call */
    const struct http_route *route;
    struct http_param params[HTTP_PARAMS_MAX];
    size_t param_count;
    struct http_query queries[HTTP_QUERY_MAX];
    size_t query_count;
    const struct http_header *headers; /* of the request, in order */
    size_t header_count;
    struct text body_bytes;  /* as received; empty for UPLOAD */
    const struct json *body; /* WRITE, SESSION, READ: the parsed object; NULL when the route takes none */
    const struct http_upload *upload;
    struct http_file_work work;
    struct http_caller caller;
    struct text idempotency_key; /* empty when none was given */
    const char *request_id;      /* "req_…", also in the answer's Request-Id and in the log */
    const char *remote;          /* the peer's address as text */
    const char *scheme;          /* "http" or "https" as a trusted proxy says; NULL: unknown */
    int64_t now_us;              /* when the request was complete */
    struct store_tx *tx;         /* NULL for PLAIN */
    void *service;               /* options.service of the server */

    /* The answer. */
    int status;               /* 200 unless set */
    struct json_writer *json; /* one value is to be written, unless status is 204 or http_set_body was called */
    struct http_header reply_headers[HTTP_REPLY_HEADERS_MAX];
    size_t reply_header_count;
    const char *content_type; /* NULL: application/json */
    struct text raw_body;     /* set by http_set_body */
    bool has_raw_body;
    bool is_static;                /* the raw body outlives the answer and is not copied */
    const char *file_path;         /* set by http_set_file */
    bool is_secret;                /* WRITE: the answer holds a secret; what is kept for a repeated request is sealed */
    struct problem_member problem; /* of a failure: what the error has no room for; in the arena */
    struct http_stream stream;
    struct http_server *server; /* for the server's own handlers */
};

/* The path parameter; asserts that the route has it. Terminated. */
const char *http_param(const struct http_call *call, const char *name);
int64_t http_param_integer(const struct http_call *call, const char *name);
/* The request's header (case-insensitive), or NULL. */
const char *http_header_find(const struct http_call *call, const char *name);

/* Gives the browser the session's secret for so many seconds; NULL takes it back. */
void http_set_session(struct http_call *call, const char *secret, int64_t age_s);
/* Is the coding ("gzip", "br") in Accept-Encoding, and not with the weight 0? */
bool http_accepts_coding(const struct http_call *call, const char *coding);
/* The cookie of that name: returns how many there are, and the first in *ret. */
size_t http_cookie_find(const struct http_call *call, const char *name, struct text *ret);

/* Query parameters. Each getter marks its parameter as known; http_query_done then refuses the rest, so call it last.
 * Absent parameters give *ret the fallback. Errors: QUERY_UNKNOWN, QUERY_DUPLICATE, QUERY_VALUE, with pointer "query name". */
int http_query_text(struct http_call *call, const char *name, size_t bytes_max, const char *fallback, const char **ret,
                    struct error *error);
int http_query_integer(struct http_call *call, const char *name, int64_t minimum, int64_t maximum, int64_t fallback,
                       int64_t *ret, struct error *error);
int http_query_boolean(struct http_call *call, const char *name, bool fallback, bool *ret, struct error *error);
/* One of `choices` (NULL-terminated); *ret is its index, or fallback. */
int http_query_choice(struct http_call *call, const char *name, const char *const *choices, int fallback, int *ret,
                      struct error *error);
/* An id of that type, or NULL when absent. */
int http_query_id(struct http_call *call, const char *name, const char *prefix, const char **ret, struct error *error);
int http_query_done(const struct http_call *call, struct error *error);

/* Answer. Values are copied into the arena; they must not hold control characters (asserted). */
void http_set_header(struct http_call *call, const char *name, const char *value);
void http_set_etag(struct http_call *call, int64_t version); /* ETag: "7" */
void http_set_body(struct http_call *call, const char *content_type,
                   struct text body); /* body must live in the arena */
/* A body that outlives the server, such as what is part of the program. PLAIN only. */
void http_set_static_body(struct http_call *call, const char *content_type, struct text body);
/* Sends a file, which must exist until the answer left, or the part of it that a Range header asks for. READ and PLAIN only. */
void http_set_file(struct http_call *call, const char *content_type, const char *path);
/* If-Match against the version. Returns 0 when it matches; -1 with PRECONDITION_REQUIRED when `required` and there is no
 * If-Match, or with PRECONDITION_FAILED. */
int http_check_if_match(const struct http_call *call, bool required, int64_t version, struct error *error);

#endif
