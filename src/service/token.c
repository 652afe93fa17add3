/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens: made, looked up, revoked. What is sent as a credential is never stored, and an error never says what was wrong with it. */
#include "service/token.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "service/internal.h"

/* Use is recorded this often at most: a write for each request would be the most frequent write of all. */
#define TOUCH_S 600
#define SESSION_LIMIT_S (30 * TIME_DAY_S) /* however much it is used, somebody signs in again once a month */

static const char *const scope_names[] = {
    [SERVICE_SCOPE_FULL] = "full", [SERVICE_SCOPE_CLAIMS] = "claims", [SERVICE_SCOPE_READ] = "read"};

const char *service_scope_name(enum service_scope scope)
{
    assert((size_t)scope < sizeof scope_names / sizeof scope_names[0]);
    return scope_names[scope];
}

int service_scope_read(struct text name, enum service_scope *ret, struct error *error)
{
    for (size_t i = 0; i < sizeof scope_names / sizeof scope_names[0]; i++)
        if (text_is(name, scope_names[i])) {
            *ret = (enum service_scope)i;
            return 0;
        }
    error_set(error, ERROR_FIELD_VALUE, "a scope is full, claims or read");
    return error_at(error, "/scope");
}

/* ---- looking up ---- */

static int64_t touch_us(const struct service *service)
{
    int64_t eighth_s = service->session_s / 8;
    return (eighth_s < TOUCH_S ? eighth_s : TOUCH_S) * TIME_SECOND_US;
}

struct token_row {
    struct service_credential credential;
    struct text label; /* in the call's arena; only when one was given */
    int64_t expires_at;
    bool is_live;
};

static void row_read(struct service *service, struct query *query, struct arena *arena, struct token_row *ret)
{
    int64_t now_us = service_now(service), used_at = query_int(query, 6);
    *ret = (struct token_row){.credential = {.actor = {.role = service_role_of(query_text(query, 1))}},
                              .expires_at = query_int(query, 2)};
    service_id_copy(ret->credential.actor.party_id, query_text(query, 0));
    service_id_copy(ret->credential.token_id, query_text(query, 5));
    int known = service_scope_read(query_text(query, 7), &ret->credential.scope, NULL);
    ret->is_live =
        known == 0 && ret->expires_at > now_us && query_is_null(query, 3) && text_is(query_text(query, 4), "active");
    ret->credential.is_unseen = query_is_null(query, 6) || now_us - used_at >= touch_us(service);
    if (arena)
        ret->label = arena_copy_text(arena, query_text(query, 8));
}

/* Returns 1 with *ret filled, 0 when there is no such secret of that kind, -1 on failure. */
static int secret_find(struct service *service, struct store_tx *tx, struct text secret, const char *prefix,
                       struct arena *arena, struct token_row *ret, struct error *error)
{
    uint8_t hash[HASH_BYTES];
    if (!id_is(secret, prefix))
        return 0;
    hash_sha256(secret.data, secret.length, hash);
    struct query *query = store_query(tx, QUERY_TOKEN_FIND);
    query_bind_blob(query, 1, hash, HASH_BYTES);
    int step = query_step(query, error);
    if (step == 1)
        row_read(service, query, arena, ret);
    query_end(query);
    return step;
}

static int token_find(struct service *service, struct store_tx *tx, struct text token, struct arena *arena,
                      struct token_row *ret, struct error *error)
{
    int found = secret_find(service, tx, token, "tok_", arena, ret, error);
    if (found < 0)
        return -1;
    if (!found) {
        error_set(error, ERROR_AUTHENTICATION_FAILED, "the credential is not known");
        return error_hint(error, "send a token of yours, or the secret of the order's link");
    }
    if (!ret->is_live) {
        error_set(error, ERROR_AUTHENTICATION_FAILED, "the token has expired or was revoked");
        return error_hint(error, "ask for a new one");
    }
    return 0;
}

int service_authenticate(struct service *service, struct store_tx *tx, struct text token,
                         struct service_credential *ret, struct error *error)
{
    assert(service && tx && ret);
    struct token_row row;
    if (token_find(service, tx, token, NULL, &row, error) < 0)
        return -1;
    *ret = row.credential;
    return 0;
}

int service_authenticate_session(struct service *service, struct store_tx *tx, struct text secret,
                                 struct service_credential *ret, struct error *error)
{
    assert(service && tx && ret);
    struct token_row row;
    int found = secret_find(service, tx, secret, "ses_", NULL, &row, error);
    if (found < 0)
        return -1;
    if (!found || !row.is_live) {
        error_set(error, ERROR_SESSION_EXPIRED, "the session has ended");
        return error_hint(error, "sign in again");
    }
    *ret = row.credential;
    return 0;
}

int service_token_touch(struct service *service, struct store_tx *tx, struct text token_id, struct error *error)
{
    int64_t now_us = service_now(service);
    struct query *query = store_query(tx, QUERY_TOKEN_TOUCH);
    query_bind_text(query, 1, token_id);
    query_bind_int(query, 2, now_us);
    query_bind_int(query, 3, now_us + service->session_s * TIME_SECOND_US);
    query_bind_int(query, 4, now_us - touch_us(service));
    return query_run(query, error);
}

/* ---- making ---- */

struct secret_row {
    const char *kind, *prefix;
    struct text party_id, label, parent_id;
    enum service_scope scope;
    int64_t expires_at, limit_at;
    bool is_used; /* from the moment that it is made */
};

static int secret_add(struct service_call *call, const struct secret_row *row, char ret_id[static ID_BYTES],
                      char ret_secret[static ID_BYTES], struct error *error)
{
    char id[ID_BYTES], secret[ID_BYTES];
    uint8_t hash[HASH_BYTES];
    secret_make(secret, row->prefix, call->service->random);
    id_make(id, "tkn_", call->now_us, call->service->random);
    hash_sha256(secret, strlen(secret), hash);
    struct query *query = store_query(call->tx, QUERY_TOKEN_ADD);
    query_bind_blob(query, 1, hash, HASH_BYTES);
    query_bind_string(query, 2, id);
    query_bind_text(query, 3, row->party_id);
    query_bind_string(query, 4, row->kind);
    query_bind_string(query, 5, service_scope_name(row->scope));
    query_bind_text(query, 6, row->label);
    if (row->parent_id.length)
        query_bind_text(query, 7, row->parent_id);
    else
        query_bind_null(query, 7);
    query_bind_int(query, 8, call->now_us);
    query_bind_int(query, 9, row->expires_at);
    query_bind_int(query, 10, row->limit_at);
    query_bind_int_or_null(query, 11, call->now_us, !row->is_used);
    if (query_run(query, error) < 0)
        return -1;
    memcpy(ret_id, id, sizeof id);
    memcpy(ret_secret, secret, sizeof secret);
    return 0;
}

int service_token_add(struct service_call *call, const struct service_token_new *in, struct service_token_created *ret,
                      struct error *error)
{
    assert(in->ttl_s > 0 && in->label.length <= SERVICE_LABEL_BYTES);
    struct service_token_created created = {.expires_at = call->now_us + in->ttl_s * TIME_SECOND_US};
    struct secret_row row = {.kind = "token",
                             .prefix = "tok_",
                             .party_id = in->party_id,
                             .label = in->label,
                             .scope = in->scope,
                             .expires_at = created.expires_at,
                             .limit_at = created.expires_at};
    if (secret_add(call, &row, created.id, created.token, error) < 0)
        return -1;
    *ret = created;
    return 0;
}

int service_log_for_another(struct service_call *call, const char *action, struct text party_id, struct error *error)
{
    struct service_operator_action entry = {.action = action, .subject = party_id};
    return text_is(party_id, call->actor.party_id) ? 0 : service_operator_log(call, &entry, error);
}

int service_token_create(struct service_call *call, const struct service_token_new *in,
                         struct service_token_created *ret, struct error *error)
{
    if (service_may_act_for(call, in->party_id, error) < 0 || service_party_check(call, in->party_id, error) < 0 ||
        service_log_for_another(call, "token_create", in->party_id, error) < 0)
        return -1;
    return service_token_add(call, in, ret, error);
}

/* ---- sessions ---- */

int service_session_begin(struct service_call *call, struct text token, struct text label, struct service_session *ret,
                          struct error *error)
{
    struct token_row parent;
    if (token_find(call->service, call->tx, token, call->arena, &parent, error) < 0)
        return -1;
    int64_t wanted_us = call->now_us + call->service->session_s * TIME_SECOND_US;
    int64_t month_us = call->now_us + SESSION_LIMIT_S * TIME_SECOND_US;
    struct service_session session = {.limit_at = parent.expires_at < month_us ? parent.expires_at : month_us};
    session.expires_at = wanted_us < session.limit_at ? wanted_us : session.limit_at;
    struct secret_row row = {.kind = "session",
                             .prefix = "ses_",
                             .party_id = text_of(parent.credential.actor.party_id),
                             .label = label.length ? label : parent.label,
                             .parent_id = text_of(parent.credential.token_id),
                             .scope = parent.credential.scope,
                             .expires_at = session.expires_at,
                             .limit_at = session.limit_at,
                             .is_used = true};
    if (secret_add(call, &row, session.id, session.secret, error) < 0)
        return -1;
    *ret = session;
    return service_token_touch(call->service, call->tx, row.parent_id, error);
}

int service_session_end(struct service_call *call, struct text token_id, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_SESSION_END);
    query_bind_text(query, 1, token_id);
    query_bind_int(query, 2, call->now_us);
    if (query_run(query, error) < 0)
        return -1;
    service_notice_shut_out(call, text_of(call->actor.party_id));
    return 0;
}

int service_session_purge(struct service_call *call, int64_t limit, int64_t *ret_count, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_SESSION_PURGE);
    query_bind_int(query, 1, call->now_us - 30 * TIME_DAY_S * TIME_SECOND_US);
    query_bind_int(query, 2, limit);
    if (query_run(query, error) < 0)
        return -1;
    *ret_count = query_changes(call->tx);
    return 0;
}
