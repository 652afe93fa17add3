/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The HTTP server with toy routes: what tests/http-*.t talk to. Prints its port, serves until its standard input ends,
 * then drains and exits 0.
 *     http_test_server [--rate] [--seconds N] [--port N]
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "http/access.h"
#include "http/http.h"
#include "http/sse.h"
#include "http/test_store.h"

#define ORDER_OF_TEST "ord_00000000000000000000000001"
#define MERCHANT_OF_TEST "mch_00000000000000000000000001"

static http_handler handle_order, handle_claim, handle_callback, handle_upload, handle_events, handle_publish,
    handle_gone;

static int owner_check(const struct http_call *call, struct error *error)
{
    if (strcmp(call->caller.order_id, ORDER_OF_TEST) == 0 || strcmp(call->caller.party_id, MERCHANT_OF_TEST) == 0)
        return 0;
    return error_set(error, ERROR_NOT_FOUND, "there is no such thing, or it is not yours");
}

static int handle_order(struct http_call *call, struct error *error)
{
    int64_t limit;
    const char *after;
    if (http_query_integer(call, "limit", 1, 100, 20, &limit, error) < 0 ||
        http_query_id(call, "after", "clm_", &after, error) < 0 || http_query_done(call, error) < 0 ||
        owner_check(call, error) < 0 || http_check_if_match(call, false, 7, error) < 0)
        return -1;
    http_set_etag(call, 7);
    json_object_begin(call->json);
    json_member_string(call->json, "order", http_param(call, "order"));
    json_member_integer(call->json, "limit", limit);
    json_object_end(call->json);
    return 0;
}

struct claim_request {
    struct text reason;
    int64_t amount;
};

/* "amount" counts how often the handler ran, so that a repeated answer can be told from a repeated run. */
static int handle_claim(struct http_call *call, struct error *error)
{
    static int64_t runs; /* only the writer thread comes here */
    struct claim_request in = {{0}, 1};
    static const struct json_field fields[] = {
        JSON_FIELD_STRING(struct claim_request, reason, true, 1, 40),
        JSON_FIELD_INTEGER(struct claim_request, amount, false, 1, 1000000),
    };
    json_object_begin(call->json); /* given up below: the server must cope */
    if (json_read(call->body, fields, 2, "", &in, error) < 0)
        return -1;
    if (text_is(in.reason, "unknown")) {
        error_set(error, ERROR_OUTCOME_UNKNOWN, "as asked");
        return error_hint(error, "repeat with the same key");
    }
    if (text_is(in.reason, "broken"))
        return error_set(error, ERROR_INTERNAL, "a secret detail");
    if (text_is(in.reason, "slow"))
        usleep(300000);
    call->status = 201;
    http_set_header(call, "Location", "/v1/claims/clm_00000000000000000000000001");
    json_member_integer(call->json, "runs", ++runs);
    json_member_text(call->json, "reason", in.reason);
    json_member_string(call->json, "caller", access_role_name(call->caller.role));
    json_object_end(call->json);
    return 0;
}

static int handle_callback(struct http_call *call, struct error *error)
{
    if (!text_is(call->body_bytes, "signed"))
        return error_set(error, ERROR_AUTHENTICATION_FAILED, "the signature is wrong");
    http_set_body(call, "text/plain", TEXT_LITERAL("success"));
    return 0;
}

static int handle_upload(struct http_call *call, struct error *error)
{
    (void)error;
    assert(access(call->upload->path, R_OK) == 0);
    json_object_begin(call->json);
    json_member_integer(call->json, "size", call->upload->size_bytes);
    json_member_hex(call->json, "sha256", call->upload->sha256, HASH_BYTES);
    json_object_end(call->json);
    return 0;
}

static int handle_events(struct http_call *call, struct error *error)
{
    (void)error;
    call->stream.topic = http_param(call, "claim");
    return 0;
}

static int handle_publish(struct http_call *call, struct error *error)
{
    (void)error;
    sse_publish(call->service, http_param(call, "claim"), http_param_integer(call, "index"), "changed",
                TEXT_LITERAL("{\"stage\":\"merchant\"}"));
    call->status = 204;
    return 0;
}

static int handle_gone(struct http_call *call, struct error *error)
{
    return http_query_done(call, error) < 0 ? -1 : error_set(error, ERROR_NOT_FOUND, "never was");
}

static int handle_file(struct http_call *call, struct error *error)
{
    bool missing;
    if (http_query_boolean(call, "missing", false, &missing, error) < 0 || http_query_done(call, error) < 0)
        return -1;
    http_set_file(call, "text/plain", missing ? "/nonexistent/file" : "/etc/debian_version");
    return 0;
}

static int authenticate(struct http_call *call, struct http_caller *ret, struct error *error)
{
    const char *secret = http_header_find(call, "Shuntui-Order-Secret");
    const char *bearer = http_header_find(call, "Authorization");
    if (secret && strcmp(secret, "key_good") == 0) {
        *ret = (struct http_caller){.role = HTTP_ROLE_ORDER, .order_id = ORDER_OF_TEST};
    } else if (bearer && strcmp(bearer, "Bearer tok_merchant") == 0) {
        *ret = (struct http_caller){.role = HTTP_ROLE_MERCHANT, .party_id = MERCHANT_OF_TEST};
    } else {
        return error_set(error, ERROR_AUTHENTICATION_FAILED, "these credentials are not known");
    }
    return 0;
}

static int replay(struct http_call *call, struct sse_hub *hub, struct sse_listener *listener, int64_t last_event_id,
                  struct error *error)
{
    (void)call;
    (void)error;
    for (int64_t id = last_event_id + 1; id <= 3; id++)
        if (sse_replay(hub, listener, id, "changed", TEXT_LITERAL("{\"replayed\":true}")) < 0)
            break;
    return 0;
}

static const struct http_route routes[] = {
    {"START", "GET", "/", handle_start, ACCESS_PUBLIC, HTTP_MODE_PLAIN, 0, "a"},
    {"START_STYLE", "GET", "/start.css", handle_start_style, ACCESS_PUBLIC, HTTP_MODE_PLAIN, 0, "b"},
    {"HEALTH", "GET", "/health", handle_health, ACCESS_PUBLIC, HTTP_MODE_PLAIN, 0, "c"},
    {"READY", "GET", "/ready", handle_ready, ACCESS_PUBLIC, HTTP_MODE_PLAIN, 0, "d"},
    {"METRICS", "GET", "/metrics", handle_metrics, ACCESS_PUBLIC, HTTP_MODE_PLAIN, 0, "e"},
    {"OPENAPI", "GET", "/v1/openapi.yaml", handle_openapi, ACCESS_PUBLIC, HTTP_MODE_PLAIN, 0, "f"},
    {"ORDER", "GET", "/v1/orders/{order}", handle_order, ACCESS_ORDER_PARTIES, HTTP_MODE_READ, 0, "g"},
    {"CLAIM", "POST", "/v1/orders/{order}/claims", handle_claim, ACCESS_PUBLIC, HTTP_MODE_WRITE, 4096, "h"},
    {"CALLBACK", "POST", "/v1/pay/{provider}/callback", handle_callback, ACCESS_PROVIDER, HTTP_MODE_CALLBACK, 4096,
     "i"},
    {"UPLOAD", "POST", "/v1/claims/{claim}/evidence", handle_upload, ACCESS_PUBLIC, HTTP_MODE_UPLOAD, 1024 * 1024, "j"},
    {"EVENTS", "GET", "/v1/claims/{claim}/events", handle_events, ACCESS_PUBLIC, HTTP_MODE_STREAM, 0, "k"},
    {"PUBLISH", "GET", "/v1/claims/{claim}/publish/{index}", handle_publish, ACCESS_PUBLIC, HTTP_MODE_PLAIN, 0, "l"},
    {"GONE", "GET", "/v1/gone", handle_gone, ACCESS_PUBLIC, HTTP_MODE_READ, 0, "m"},
    {"FILE", "GET", "/v1/file", handle_file, ACCESS_PUBLIC, HTTP_MODE_READ, 0, "o"},
    {"ARBITER", "GET", "/v1/cases", handle_gone, ACCESS_ARBITER, HTTP_MODE_READ, 0, "n"},
};

static void serve(struct http_options *options)
{
    struct http_server *server;
    struct error error = {0};
    if (http_server_start(options, &server, &error) < 0) {
        fprintf(stderr, "%s (%s)\n", error.message, error.hint);
        exit(1);
    }
    printf("%u\n", http_server_port(server));
    fflush(stdout);
    char byte;
    while (read(STDIN_FILENO, &byte, 1) > 0)
        ;
    http_server_stop(server, 5);
}

int main(int argc, char **argv)
{
    char directory[] = "/tmp/http-test-XXXXXX";
    if (!mkdtemp(directory))
        return 1;
    struct store *store = test_store_new();
    struct sse_hub *hub = sse_hub_new();
    struct http_options options = {
        .routes = routes,
        .route_count = sizeof routes / sizeof routes[0],
        .store = store,
        .service = hub,
        .hub = hub,
        .authenticate = authenticate,
        .replay = replay,
        .upload_directory = directory,
        .rate_write_per_min = 4,
    };
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--rate") == 0)
            options.rate_limit = true;
        else if (strcmp(argv[i], "--seconds") == 0 && i + 1 < argc)
            options.head_s = options.body_s = options.idle_s = (unsigned)strtoul(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--port") == 0 && i + 1 < argc)
            options.port = (uint16_t)strtoul(argv[++i], NULL, 10);
    }
    serve(&options);
    sse_hub_free(hub);
    test_store_free(store);
    int left = rmdir(directory); /* fails when an upload was left behind */
    return left == 0 ? 0 : 2;
}
