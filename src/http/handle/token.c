/* SPDX-License-Identifier: Apache-2.0 */
/* Routes of tokens and sessions. A session's secret is never part of an answer's body: it leaves in a cookie that scripts cannot read. */
#include "service/token.h"

#include "base/error.h"
#include "http/handle/handle.h"

#define COUNT(fields) (sizeof(fields) / sizeof((fields)[0]))
#define TOKEN_S_MAX (365 * TIME_DAY_S)

struct token_request {
    struct text label, scope;
    int64_t ttl_s;
};

int handle_token_create(struct http_call *call, struct error *error)
{
    static const struct json_field fields[] = {
        JSON_FIELD_STRING(struct token_request, label, false, 1, SERVICE_LABEL_BYTES),
        JSON_FIELD_STRING(struct token_request, scope, false, 1, 20),
        JSON_FIELD_INTEGER(struct token_request, ttl_s, false, 60, TOKEN_S_MAX),
    };
    struct service_call inner = handle_call(call);
    struct token_request request = {.label = {NULL, 0}, .scope = TEXT_LITERAL("full"), .ttl_s = 30 * TIME_DAY_S};
    struct service_token_new token = {.party_id = text_of(http_param(call, "party"))};
    struct service_token_created created;
    if (http_query_done(call, error) < 0 || json_read(call->body, fields, COUNT(fields), "", &request, error) < 0 ||
        service_scope_read(request.scope, &token.scope, error) < 0)
        return -1;
    token.label = request.label;
    token.ttl_s = request.ttl_s;
    if (service_token_create(&inner, &token, &created, error) < 0)
        return -1;
    call->status = 201;
    call->is_secret = true;
    json_object_begin(call->json);
    json_member_time(call->json, "expires_at", created.expires_at);
    json_member_string(call->json, "id", created.id);
    json_member_text(call->json, "label", token.label);
    json_member_string(call->json, "scope", service_scope_name(token.scope));
    json_member_string(call->json, "token", created.token);
    json_object_end(call->json);
    return 0;
}

int handle_token_list(struct http_call *call, struct error *error)
{
    struct service_call inner = handle_call(call);
    struct service_page page;
    const char *party;
    if (http_query_text(call, "party", ID_BYTES - 1, "", &party, error) < 0 ||
        handle_page(call, "tkn_", &page.cursor, &page.limit, error) < 0 || http_query_done(call, error) < 0)
        return -1;
    return service_token_list(&inner, text_of(party), text_of(call->caller.token_id), &page, call->json, error);
}

int handle_token_revoke(struct http_call *call, struct error *error)
{
    struct service_call inner = handle_call(call);
    if (http_query_done(call, error) < 0)
        return -1;
    return service_token_revoke(&inner, text_of(http_param(call, "token")), call->json, error);
}

/* ---- sessions ---- */

struct session_request {
    struct text token, label;
};

int handle_session_begin(struct http_call *call, struct error *error)
{
    static const struct json_field fields[] = {
        JSON_FIELD_STRING(struct session_request, token, true, 1, 200),
        JSON_FIELD_STRING(struct session_request, label, false, 1, SERVICE_LABEL_BYTES),
    };
    struct service_call inner = handle_call(call);
    struct session_request request = {.label = {NULL, 0}};
    struct service_session session;
    if (http_query_done(call, error) < 0 || json_read(call->body, fields, COUNT(fields), "", &request, error) < 0 ||
        service_session_begin(&inner, request.token, request.label, &session, error) < 0)
        return -1;
    int64_t age_s = (session.limit_at - inner.now_us) / TIME_SECOND_US;
    call->status = 201;
    http_set_session(call, session.secret, age_s);
    return service_caller_write(&inner, text_of(session.id), call->json, error);
}

int handle_session_get(struct http_call *call, struct error *error)
{
    struct service_call inner = handle_call(call);
    struct text cookie;
    if (http_query_done(call, error) < 0)
        return -1;
    if (call->caller.role == HTTP_ROLE_ANONYMOUS && http_cookie_find(call, HTTP_SIGNED_IN_COOKIE, &cookie) > 0)
        http_set_session(call, NULL, 0); /* nobody is, so the browser forgets that somebody was */
    return service_caller_write(&inner, text_of(call->caller.token_id), call->json, error);
}

int handle_session_end(struct http_call *call, struct error *error)
{
    struct service_call inner = handle_call(call);
    if (http_query_done(call, error) < 0 ||
        (call->caller.by_session && service_session_end(&inner, text_of(call->caller.token_id), error) < 0))
        return -1;
    call->status = 204;
    http_set_session(call, NULL, 0);
    return 0;
}
