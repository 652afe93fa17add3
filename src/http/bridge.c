/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Between the HTTP threads and the store. Reads run here and now; a write becomes a job of the single writer, its
 * connection sleeps, and the answer leaves only after the commit. The idempotency key's record is written in the
 * same transaction as what it answers for.
 */
#include "http/internal.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "http/access.h"
#include "store/idempotency.h"
#include "store/store.h"

struct bridge_job {
    struct store_job job;
    struct idempotency_key key;
    uint8_t sha256[HASH_BYTES];
    bool has_key;
};

static int run_authenticate(struct store_tx *tx, void *argument, struct error *error)
{
    struct http_request *request = argument;
    struct http_caller caller = {.role = HTTP_ROLE_ANONYMOUS};
    request->call.tx = tx;
    int result = request->server->options.authenticate(&request->call, &caller, error);
    request->call.tx = NULL;
    if (result == 0)
        request->call.caller = caller;
    return result;
}

/* ---- a token's use ---- */

struct touch_job {
    struct store_job job;
    http_touch *touch;
    void *service;
    char token_id[ID_BYTES];
};

static int run_touch(struct store_tx *tx, void *argument, struct error *error)
{
    struct touch_job *touch = argument;
    return touch->touch(touch->service, tx, text_of(touch->token_id), error);
}

/* Lost when it fails: the next request tries again. */
static void touch_done(struct store_job *job, enum store_result result, const struct error *error)
{
    (void)result;
    (void)error;
    free(job->argument);
}

/* Behind the request's back, which does not wait for it. */
static void touch_later(struct http_request *request)
{
    const struct http_options *options = &request->server->options;
    struct touch_job *touch = calloc(1, sizeof *touch);
    struct error ignored;
    if (!touch)
        abort();
    *touch = (struct touch_job){.job = {.run = run_touch, .done = touch_done, .argument = touch},
                                .touch = options->touch,
                                .service = options->service};
    memcpy(touch->token_id, request->call.caller.token_id, sizeof touch->token_id);
    if (store_submit(options->store, &touch->job, &ignored) < 0)
        free(touch);
}

int bridge_authenticate(struct http_request *request, struct error *error)
{
    if (store_read(request->server->options.store, run_authenticate, request, error) < 0)
        return -1;
    if (request->call.caller.is_unseen && request->server->options.touch)
        touch_later(request);
    return 0;
}

static int run_handler(struct store_tx *tx, void *argument, struct error *error)
{
    struct http_request *request = argument;
    request->call.tx = tx;
    int result = request_run_handler(request, error);
    request->call.tx = NULL;
    return result;
}

int bridge_read(struct http_request *request, struct error *error)
{
    return store_read(request->server->options.store, run_handler, request, error);
}

struct replay {
    struct http_request *request;
    int64_t last_id;
};

static int run_replay(struct store_tx *tx, void *argument, struct error *error)
{
    struct replay *replay = argument;
    struct http_request *request = replay->request;
    const struct http_options *options = &request->server->options;
    request->call.tx = tx;
    int result = options->replay(&request->call, options->hub, request->listener, replay->last_id, error);
    request->call.tx = NULL;
    return result;
}

int bridge_replay(struct http_request *request, int64_t last_id, struct error *error)
{
    struct replay replay = {request, last_id};
    return store_read(request->server->options.store, run_replay, &replay, error);
}

/* ---- writes ---- */

/* An answer with a secret is stored behind this mark, sealed. No answer of ours begins with NUL. */
#define SEALED_MARK "\0sealed1"
#define SEALED_MARK_BYTES (sizeof SEALED_MARK - 1)

static struct text bound_to(struct http_request *request)
{
    const struct idempotency_key *key = &((struct bridge_job *)request->job)->key;
    return text_of(arena_printf(request->call.arena, "%.*s:%.*s", TEXT_ARG(key->scope), TEXT_ARG(key->key)));
}

static int open_stored(struct http_request *request, struct error *error)
{
    struct text stored = buffer_text(&request->out);
    if (stored.length < SEALED_MARK_BYTES || memcmp(stored.data, SEALED_MARK, SEALED_MARK_BYTES) != 0)
        return 0;
    const struct http_options *options = &request->server->options;
    assert(options->unseal);
    struct text sealed = {stored.data + SEALED_MARK_BYTES, stored.length - SEALED_MARK_BYTES};
    struct buffer plain;
    buffer_init(&plain, LIMIT_RESPONSE_BYTES);
    if (options->unseal(options->service, bound_to(request), sealed, &plain, error) < 0) {
        buffer_done(&plain);
        return -1;
    }
    buffer_done(&request->out);
    request->out = plain;
    return 0;
}

static int store_sealed(struct store_tx *tx, struct http_request *request, struct text body, struct error *error)
{
    struct bridge_job *job = request->job;
    const struct http_options *options = &request->server->options;
    assert(options->seal);
    struct buffer sealed;
    buffer_init(&sealed, LIMIT_RESPONSE_BYTES + 4096);
    buffer_add(&sealed, SEALED_MARK, SEALED_MARK_BYTES);
    int result = options->seal(options->service, bound_to(request), body, &sealed, error);
    if (result == 0)
        result =
            idempotency_finish(tx, &job->key, request->call.status, buffer_text(&sealed), request->call.now_us, error);
    buffer_done(&sealed);
    return result;
}

/* The stored answer of the same request: the same status and bytes again. */
static int use_stored(struct http_request *request, int status, struct error *error)
{
    if (open_stored(request, error) < 0)
        return -1;
    request->is_replay = true;
    request->call.status = status;
    request->call.reply_header_count = 0;
    request->call.has_raw_body = false;
    request->call.content_type = NULL;
    return 0;
}

static int run_write(struct store_tx *tx, void *argument, struct error *error)
{
    struct http_request *request = argument;
    struct bridge_job *job = request->job;
    request->is_replay = false;
    if (!job->has_key)
        return run_handler(tx, request, error);
    int status = 0;
    buffer_done(&request->out);
    buffer_init(&request->out, LIMIT_RESPONSE_BYTES);
    int seen = idempotency_begin(tx, &job->key, &status, &request->out, error);
    if (seen != 0)
        return seen < 0 ? -1 : use_stored(request, status, error);
    if (run_handler(tx, request, error) < 0)
        return -1;
    struct http_call *call = &request->call;
    struct text body = call->has_raw_body ? call->raw_body : buffer_text(&request->out);
    if (call->is_secret)
        return store_sealed(tx, request, body, error);
    return idempotency_finish(tx, &job->key, call->status, body, call->now_us, error);
}

static int run_lookup(struct store_tx *tx, void *argument)
{
    struct http_request *request = argument;
    struct bridge_job *job = request->job;
    return job->has_key ? idempotency_lookup(tx, &job->key) : -1;
}

static void write_done(struct store_job *store_job, enum store_result result, const struct error *error)
{
    struct http_request *request = store_job->argument;
    request->failed = result != STORE_COMMITTED;
    if (result == STORE_UNKNOWN) {
        error_set(&request->error, ERROR_OUTCOME_UNKNOWN, "the change may or may not have been stored");
        error_hint(&request->error, "repeat with the same key");
    } else if (result == STORE_FAILED) {
        assert(error);
        request->error = *error;
    }
    request_resume(request);
}

/* Who asks for what: another caller's equal key, or the same key on another route, is another key. */
static void key_init(struct http_request *request, struct bridge_job *job)
{
    struct http_call *call = &request->call;
    const struct http_caller *caller = &call->caller;
    const char *who = caller->party_id[0] ? caller->party_id : caller->order_id;
    char *scope = arena_printf(call->arena, "%s:%s:%s", access_role_name(caller->role), who, call->route->name);
    /* No part but the body holds a line break: the guard and the router refuse them. */
    struct text parts[2 * (HTTP_PARAMS_MAX + 2 * HTTP_QUERY_MAX) + 4];
    size_t count = 0;
    parts[count++] = text_of(call->route->method);
    parts[count++] = text_of(call->route->path);
    for (size_t i = 0; i < call->param_count; i++) {
        parts[count++] = TEXT_LITERAL("\n");
        parts[count++] = call->params[i].value;
    }
    for (size_t i = 0; i < call->query_count; i++) {
        parts[count++] = TEXT_LITERAL("\n?");
        parts[count++] = call->queries[i].name;
        parts[count++] = TEXT_LITERAL("\n=");
        parts[count++] = call->queries[i].value;
    }
    parts[count++] = TEXT_LITERAL("\n\n");
    parts[count++] = call->upload ? (struct text){(const char *)call->upload->sha256, HASH_BYTES} : call->body_bytes;
    hash_sha256_parts(parts, count, job->sha256);
    job->key = (struct idempotency_key){text_of(scope), call->idempotency_key, job->sha256};
    job->has_key = true;
}

void bridge_write(struct http_request *request)
{
    struct bridge_job *job = arena_new_object(request->call.arena, struct bridge_job);
    request->job = job;
    if (request->call.idempotency_key.length > 0)
        key_init(request, job);
    job->job = (struct store_job){.run = run_write, .lookup = run_lookup, .done = write_done, .argument = request};
    if (store_submit(request->server->options.store, &job->job, &request->error) == 0)
        return;
    request->failed = true;
    request_resume(request);
}
