/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is calling: parties, order secrets, webhook secrets, and the one place that says who may see an order. Tokens and sessions
 * are in token.c. No account is shipped: the first operator is made by `shuntui serve` at first start.
 */
#include "service/service.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "service/internal.h"
#include "service/token.h"

#define TOKEN_TTL_S (365 * TIME_DAY_S)

static const char *const role_names[] = {
    [ROLE_ANONYMOUS] = "anonymous", [ROLE_BUYER] = "buyer",       [ROLE_MERCHANT] = "merchant",
    [ROLE_ARBITER] = "arbiter",     [ROLE_OPERATOR] = "operator", [ROLE_PROVIDER] = "provider",
    [ROLE_CLOCK] = "clock",         [ROLE_SYSTEM] = "system",
};

const char *service_role_name(enum service_role role)
{
    assert((size_t)role < sizeof role_names / sizeof role_names[0]);
    return role_names[role];
}

enum service_role service_role_of(struct text name)
{
    for (size_t i = 0; i < sizeof role_names / sizeof role_names[0]; i++)
        if (text_is(name, role_names[i]))
            return (enum service_role)i;
    return ROLE_ANONYMOUS;
}

void service_id_copy(char out[static ID_BYTES], struct text id)
{
    memset(out, 0, ID_BYTES);
    if (id.length < ID_BYTES && id.length > 0)
        memcpy(out, id.data, id.length);
}

static int token_refused(struct error *error)
{
    error_set(error, ERROR_AUTHENTICATION_FAILED, "the credential is not known");
    return error_hint(error, "send a token of yours, or the secret of the order's link");
}

int service_authenticate_order(struct store_tx *tx, struct text case_id, struct text secret, struct service_actor *ret,
                               struct error *error)
{
    assert(tx && ret);
    uint8_t hash[HASH_BYTES];
    if (!id_is(secret, "key_"))
        return token_refused(error);
    hash_sha256(secret.data, secret.length, hash);
    enum query_id by = id_is(case_id, "clm_")   ? QUERY_ORDER_SECRET_OF_CLAIM
                       : id_is(case_id, "upl_") ? QUERY_ORDER_SECRET_OF_UPLOAD
                                                : QUERY_ORDER_SECRET;
    struct query *query = store_query(tx, by);
    query_bind_text(query, 1, case_id);
    int step = query_step(query, error);
    struct service_actor actor = {.role = ROLE_BUYER};
    bool opens = step == 1 && query_blob(query, 1).length == HASH_BYTES &&
                 hash_equal(query_blob(query, 1).data, hash, HASH_BYTES);
    if (opens)
        service_id_copy(actor.order_id, query_text(query, 0));
    query_end(query);
    if (step < 0)
        return -1;
    if (!opens)
        return token_refused(error);
    *ret = actor;
    return 0;
}

int service_may_see_order(const struct service_call *call, struct text order_id, struct text buyer_id,
                          struct text merchant_id, struct error *error)
{
    const struct service_actor *actor = &call->actor;
    bool may = false;
    switch (actor->role) {
    case ROLE_ARBITER:
    case ROLE_OPERATOR:
    case ROLE_SYSTEM:
    case ROLE_CLOCK:
    case ROLE_PROVIDER:
        may = true;
        break;
    case ROLE_BUYER:
        may = actor->order_id[0] ? text_is(order_id, actor->order_id)
                                 : actor->party_id[0] && text_is(buyer_id, actor->party_id);
        break;
    case ROLE_MERCHANT:
        may = actor->party_id[0] && text_is(merchant_id, actor->party_id);
        break;
    case ROLE_ANONYMOUS:
        break;
    }
    if (may)
        return 0;
    error_set(error, ERROR_NOT_FOUND, "there is no such order among yours");
    return error_hint(error, "check the id and the credential that you sent");
}

static const char *party_prefix(enum service_role role)
{
    return role == ROLE_BUYER ? "usr_" : role == ROLE_MERCHANT ? "mch_" : role == ROLE_ARBITER ? "arb_" : "opr_";
}

int service_party_create(struct service_call *call, const struct service_party_new *in,
                         struct service_party_created *ret, struct error *error)
{
    assert(in->role == ROLE_BUYER || in->role == ROLE_MERCHANT || in->role == ROLE_ARBITER ||
           in->role == ROLE_OPERATOR);
    bool privileged = call->actor.role == ROLE_OPERATOR || call->actor.role == ROLE_SYSTEM;
    if (in->role != ROLE_BUYER && !privileged) {
        error_set(error, ERROR_ACCESS_DENIED, "only an operator makes merchants, arbiters and operators");
        return error_hint(error, "sign in with an operator's token");
    }
    struct service_party_created created;
    id_make(created.party_id, party_prefix(in->role), call->now_us, call->service->random);
    struct query *query = store_query(call->tx, QUERY_PARTY_ADD);
    query_bind_string(query, 1, created.party_id);
    query_bind_string(query, 2, service_role_name(in->role));
    query_bind_text(query, 3, in->name);
    query_bind_int(query, 4, call->now_us);
    struct service_token_new first = {.party_id = text_of(created.party_id), .ttl_s = TOKEN_TTL_S};
    struct service_token_created token;
    if (query_run(query, error) < 0 || service_token_add(call, &first, &token, error) < 0)
        return -1;
    memcpy(created.token, token.token, sizeof created.token);
    struct service_operator_action action = {.action = "party_create",
                                             .subject = text_of(created.party_id),
                                             .role = text_of(service_role_name(in->role)),
                                             .name = in->name};
    if (privileged && service_operator_log(call, &action, error) < 0)
        return -1;
    *ret = created;
    return 0;
}

int service_may_act_for(const struct service_call *call, struct text party_id, struct error *error)
{
    if (call->actor.role == ROLE_OPERATOR || call->actor.role == ROLE_SYSTEM ||
        (call->actor.party_id[0] && text_is(party_id, call->actor.party_id)))
        return 0;
    return error_set(error, ERROR_NOT_FOUND, "there is no such party among yours");
}

int service_party_check(struct service_call *call, struct text party_id, struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_PARTY_GET);
    query_bind_text(query, 1, party_id);
    int step = query_step(query, error);
    query_end(query);
    if (step < 0)
        return -1;
    return step ? 0 : error_set(error, ERROR_NOT_FOUND, "there is no such party");
}

static struct text webhook_associated(struct service_call *call, struct text party_id)
{
    return text_of(arena_printf(call->arena, "webhook:%.*s", TEXT_ARG(party_id)));
}

int service_webhook_secret_create(struct service_call *call, struct text party_id, char ret[static ID_BYTES],
                                  struct error *error)
{
    if (service_may_act_for(call, party_id, error) < 0 || service_party_check(call, party_id, error) < 0)
        return -1;
    char secret[ID_BYTES];
    uint8_t nonce[SEAL_NONCE_BYTES], sealed[ID_BYTES + SEAL_OVERHEAD_BYTES];
    secret_make(secret, "whs_", call->service->random);
    call->service->random->fill(call->service->random, nonce, sizeof nonce);
    struct text plain = text_of(secret);
    seal_make(call->service->keys.master, plain, webhook_associated(call, party_id), nonce, sealed);
    struct query *query = store_query(call->tx, QUERY_PARTY_SET_WEBHOOK);
    query_bind_text(query, 1, party_id);
    query_bind_blob(query, 2, sealed, plain.length + SEAL_OVERHEAD_BYTES);
    if (query_run(query, error) < 0)
        return -1;
    memcpy(ret, secret, sizeof secret);
    return 0;
}

int service_webhook_secret_get(struct service_call *call, struct text party_id, char ret[static ID_BYTES],
                               struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_PARTY_GET);
    query_bind_text(query, 1, party_id);
    int step = query_step(query, error);
    if (step < 0)
        return -1;
    struct text sealed = step ? query_blob(query, 4) : (struct text){NULL, 0};
    if (sealed.length <= SEAL_OVERHEAD_BYTES || sealed.length >= ID_BYTES + SEAL_OVERHEAD_BYTES) {
        query_end(query);
        return error_set(error, ERROR_NOT_FOUND, "this party has no webhook secret");
    }
    memset(ret, 0, ID_BYTES);
    int opened = seal_open(call->service->keys.master, sealed, webhook_associated(call, party_id), (uint8_t *)ret);
    query_end(query);
    return opened == 0 ? 0 : error_set(error, ERROR_INTERNAL, "a webhook secret could not be unsealed");
}
