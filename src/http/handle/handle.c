/* SPDX-License-Identifier: Apache-2.0 */
/* Between the server's callers and the service's actors. */
#include "http/handle/handle.h"

#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/limits.h"
#include "http/sse.h"
#include "service/answer_seal.h"
#include "service/token.h"
#include "store/store.h"

#define GUEST_KEY_BYTES_MIN 16 /* nobody guesses it, and no counter reaches it by itself */

struct service_actor handle_actor(const struct http_call *call)
{
    static const enum service_role roles[HTTP_ROLE_COUNT] = {
        [HTTP_ROLE_ANONYMOUS] = ROLE_ANONYMOUS, [HTTP_ROLE_BUYER] = ROLE_BUYER,
        [HTTP_ROLE_ORDER] = ROLE_BUYER,         [HTTP_ROLE_MERCHANT] = ROLE_MERCHANT,
        [HTTP_ROLE_ARBITER] = ROLE_ARBITER,     [HTTP_ROLE_OPERATOR] = ROLE_OPERATOR,
        [HTTP_ROLE_PROVIDER] = ROLE_PROVIDER,   [HTTP_ROLE_ISSUER] = ROLE_ANONYMOUS,
    };
    struct service_actor actor = {.role = roles[call->caller.role]};
    memcpy(actor.party_id, call->caller.party_id, sizeof actor.party_id);
    memcpy(actor.order_id, call->caller.order_id, sizeof actor.order_id);
    return actor;
}

struct service_call handle_call(struct http_call *call)
{
    struct service_call inner;
    struct service_actor actor = handle_actor(call);
    service_call_init(&inner, call->service, call->tx, call->arena, &actor);
    return inner;
}

int handle_refused(struct http_call *call, const struct service_call *inner)
{
    call->problem = (struct problem_member){inner->refusal_name, inner->refusal};
    return -1;
}

/* The header that names a credential; a session's cookie counts only without one. */
static int credential_find(const struct http_call *call, struct text *ret, struct error *error)
{
    const char *secret = http_header_find(call, "Shuntui-Order-Secret");
    const char *authorization = http_header_find(call, "Authorization");
    if (secret && authorization) {
        error_set(error, ERROR_AUTHENTICATION_FAILED, "two credentials were sent");
        return error_hint(error, "send either Authorization or Shuntui-Order-Secret");
    }
    if (authorization && strncasecmp(authorization, "Bearer ", 7) != 0) {
        error_set(error, ERROR_AUTHENTICATION_FAILED, "only Bearer credentials are known");
        return error_at(error, "header Authorization");
    }
    *ret = text_of(authorization ? authorization + 7 : secret);
    return 0;
}

/* The order, claim or upload that the path or ?order= names: what an order's secret is to open. */
static struct text case_find(const struct http_call *call)
{
    for (size_t i = 0; i < call->param_count; i++)
        if (strcmp(call->params[i].name, "order") == 0 || strcmp(call->params[i].name, "claim") == 0 ||
            strcmp(call->params[i].name, "upload") == 0)
            return call->params[i].value;
    for (size_t i = 0; i < call->query_count; i++)
        if (text_is(call->queries[i].name, "order"))
            return call->queries[i].value;
    return (struct text){NULL, 0};
}

static int session_find(struct http_call *call, struct service_credential *ret, struct error *error)
{
    struct text secret = {NULL, 0};
    /* Two of them: somebody set one for a parent domain. Neither is to be believed. */
    if (http_cookie_find(call, HTTP_SESSION_COOKIE, &secret) > 1)
        secret.length = 0;
    return service_authenticate_session(call->service, call->tx, secret, ret, error);
}

static int order_find(struct http_call *call, struct text secret, struct service_actor *ret, struct error *error)
{
    struct text named = case_find(call);
    if (named.length)
        return service_authenticate_order(call->tx, named, secret, ret, error);
    error_set(error, ERROR_AUTHENTICATION_FAILED, "an order's secret opens paths of that order only");
    return error_hint(error, "name the order: in the path, or for a list as ?order=");
}

static int holder_find(struct http_call *call, struct service_credential *ret, bool *ret_by_session,
                       struct error *error)
{
    struct text credential;
    if (credential_find(call, &credential, error) < 0)
        return -1;
    *ret_by_session = !credential.data;
    if (!credential.data)
        return session_find(call, ret, error);
    if (id_is(credential, "key_"))
        return order_find(call, credential, &ret->actor, error);
    return service_authenticate(call->service, call->tx, credential, ret, error);
}

static enum http_role role_of(const struct service_actor *actor)
{
    switch (actor->role) {
    case ROLE_BUYER:
        return actor->order_id[0] ? HTTP_ROLE_ORDER : HTTP_ROLE_BUYER;
    case ROLE_MERCHANT:
        return HTTP_ROLE_MERCHANT;
    case ROLE_ARBITER:
        return HTTP_ROLE_ARBITER;
    case ROLE_OPERATOR:
        return HTTP_ROLE_OPERATOR;
    case ROLE_ANONYMOUS:
    case ROLE_PROVIDER:
    case ROLE_CLOCK:
    case ROLE_SYSTEM:
        break;
    }
    return HTTP_ROLE_ANONYMOUS;
}

int handle_authenticate(struct http_call *call, struct http_caller *ret, struct error *error)
{
    static const enum http_scope scopes[] = {[SERVICE_SCOPE_FULL] = HTTP_SCOPE_FULL,
                                             [SERVICE_SCOPE_CLAIMS] = HTTP_SCOPE_CLAIMS,
                                             [SERVICE_SCOPE_READ] = HTTP_SCOPE_READ};
    struct service_credential holder = {.scope = SERVICE_SCOPE_FULL};
    bool by_session;
    if (holder_find(call, &holder, &by_session, error) < 0)
        return -1;
    struct http_caller caller = {.role = role_of(&holder.actor),
                                 .scope = scopes[holder.scope],
                                 .by_session = by_session,
                                 .is_unseen = holder.is_unseen};
    memcpy(caller.party_id, holder.actor.party_id, sizeof caller.party_id);
    memcpy(caller.order_id, holder.actor.order_id, sizeof caller.order_id);
    memcpy(caller.token_id, holder.token_id, sizeof caller.token_id);
    *ret = caller;
    return 0;
}

static int token_touch(void *service, struct store_tx *tx, struct text token_id, struct error *error)
{
    return service_token_touch(service, tx, token_id, error);
}

static int answer_seal(void *service, struct text bound_to, struct text in, struct buffer *out, struct error *error)
{
    return service_answer_seal(service, bound_to, in, out, error);
}

static int answer_unseal(void *service, struct text bound_to, struct text in, struct buffer *out, struct error *error)
{
    return service_answer_open(service, bound_to, in, out, error);
}

static int is_ready(void *service, struct error *error)
{
    if (store_is_writable(service_store(service)))
        return 0;
    return error_set(error, ERROR_NOT_READY, "the writer stands still after a failed commit");
}

void handle_options_init(struct http_options *options, struct service *service, struct sse_hub *hub)
{
    *options = (struct http_options){.store = service_store(service),
                                     .service = service,
                                     .authenticate = handle_authenticate,
                                     .replay = handle_replay,
                                     .hub = hub,
                                     .ready = is_ready,
                                     .touch = token_touch,
                                     .seal = answer_seal,
                                     .unseal = answer_unseal};
    options->routes = http_routes(&options->route_count);
    options->metrics_hooks[options->metrics_hook_count++] =
        (struct http_metrics_hook){http_store_metrics, service_store(service)};
    options->metrics_hooks[options->metrics_hook_count++] = (struct http_metrics_hook){handle_upload_metrics, service};
}

int handle_sha256(struct http_call *call, struct text hex, enum error_code code, const char *pointer,
                  const uint8_t **ret, struct error *error)
{
    *ret = NULL;
    if (!hex.length)
        return 0;
    uint8_t *bytes = arena_alloc(call->arena, HASH_BYTES);
    size_t length;
    if (hex.length == 2 * HASH_BYTES && hex_decode(hex, bytes, HASH_BYTES, &length) == 0) {
        *ret = bytes;
        return 0;
    }
    error_set(error, code, "a SHA-256 is 64 lower-case hexadecimal digits");
    return error_at(error, "%s", pointer);
}

int handle_guest_key(const struct http_call *call, struct error *error)
{
    if (call->caller.role != HTTP_ROLE_ANONYMOUS || call->idempotency_key.length >= GUEST_KEY_BYTES_MIN)
        return 0;
    error_set(error, ERROR_IDEMPOTENCY_KEY_MALFORMED, "without credentials the key must have at least %d characters",
              GUEST_KEY_BYTES_MIN);
    error_at(error, "header Idempotency-Key");
    return error_hint(error, "send a random UUID: whoever repeats the key of a guest gets the guest's answer");
}

int handle_order_named(struct http_call *call, struct error *error)
{
    const char *order;
    if (http_query_id(call, "order", "ord_", &order, error) < 0)
        return -1;
    if (!order || call->caller.role == HTTP_ROLE_ORDER)
        return 0;
    error_set(error, ERROR_QUERY_VALUE, "order= goes with the order's secret, not with a token");
    error_at(error, "query order");
    return error_hint(error, "leave it out: a token lists what is its holder's");
}

int handle_page(struct http_call *call, const char *prefix, struct text *ret_cursor, int64_t *ret_limit,
                struct error *error)
{
    const char *cursor;
    if (http_query_id(call, "cursor", prefix, &cursor, error) < 0 ||
        http_query_integer(call, "limit", 1, LIMIT_PAGE_ITEMS, 20, ret_limit, error) < 0)
        return -1;
    *ret_cursor = text_of(cursor);
    return 0;
}

struct text handle_notice_write(struct arena *arena, const struct service_news *notice)
{
    return text_of(arena_printf(arena, "{\"claim\":%s%s%s,\"event\":\"%s\",\"order\":\"%s\",\"revision\":%lld}",
                                notice->claim_id[0] ? "\"" : "null", notice->claim_id, notice->claim_id[0] ? "\"" : "",
                                notice->event, notice->order_id, (long long)notice->revision));
}

void handle_notify(void *hub, const struct service_news *notice)
{
    if (notice->party_id[0]) {
        sse_cut(hub, notice->party_id);
        return;
    }
    if (!sse_is_heard(hub, notice->order_id))
        return;
    struct arena *arena = arena_new(4096);
    sse_publish(hub, notice->order_id, notice->revision, "claim", handle_notice_write(arena, notice));
    arena_free(arena);
}
