/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tokens and sessions. A token is what a program or a person proves with that it speaks for a party; a session is what a browser got in
 * exchange for one, and holds in a cookie. Both are rows of one table, so that a party can list and revoke what opens its account.
 * Of either only the hash is kept. One party's people each have a token of their own, with a label and a scope.
 */
#ifndef SHUNTUI_SERVICE_TOKEN_H
#define SHUNTUI_SERVICE_TOKEN_H

#include "service/service.h"
#include "service/view.h"

#define SERVICE_LABEL_BYTES 120       /* of a token: a name, or a name and a device */
#define SERVICE_SESSION_S (12 * 3600) /* unless service_options says otherwise */

/* What its holder may do for the party: everything; read all and answer claims; or read only. */
enum service_scope { SERVICE_SCOPE_FULL, SERVICE_SCOPE_CLAIMS, SERVICE_SCOPE_READ };
const char *service_scope_name(enum service_scope scope);
/* Returns 0, or -1 with FIELD_VALUE. */
int service_scope_read(struct text name, enum service_scope *ret, struct error *error);

struct service_credential {
    struct service_actor actor;
    char token_id[ID_BYTES];
    enum service_scope scope;
    bool is_unseen; /* its use was not recorded lately: call service_token_touch some time soon */
};
/* Resolves a bearer token ("tok_…"). Fails with AUTHENTICATION_FAILED. */
int service_authenticate(struct service *service, struct store_tx *tx, struct text token,
                         struct service_credential *ret, struct error *error);
/* Resolves a session's secret ("ses_…"). Fails with SESSION_EXPIRED whatever the reason is. */
int service_authenticate_session(struct service *service, struct store_tx *tx, struct text secret,
                                 struct service_credential *ret, struct error *error);
/* Records that it is in use, and moves the end of a session on. In a write transaction. */
int service_token_touch(struct service *service, struct store_tx *tx, struct text token_id, struct error *error);

struct service_token_new {
    struct text party_id, label; /* label: at most SERVICE_LABEL_BYTES, may be empty */
    enum service_scope scope;
    int64_t ttl_s;
};
struct service_token_created {
    char id[ID_BYTES], token[ID_BYTES]; /* the token is shown once */
    int64_t expires_at;
};
/* A new token for a party. Only an operator, the system, or the party itself: others get NOT_FOUND. */
int service_token_create(struct service_call *call, const struct service_token_new *in,
                         struct service_token_created *ret, struct error *error);
/* The same without the question who may: for a party that was just made. */
int service_token_add(struct service_call *call, const struct service_token_new *in, struct service_token_created *ret,
                      struct error *error);

struct service_session {
    char id[ID_BYTES], secret[ID_BYTES]; /* the secret is for the cookie alone */
    int64_t expires_at, limit_at;
};
/* Exchanges a token for a session of the same party and scope. It is named by label, or like its token when that is empty.
 * Fails with AUTHENTICATION_FAILED. */
int service_session_begin(struct service_call *call, struct text token, struct text label, struct service_session *ret,
                          struct error *error);
/* Ends it. What is no session is left alone. */
int service_session_end(struct service_call *call, struct text token_id, struct error *error);

/* Who is calling: the party behind a token or session, or "anonymous" with nulls when token_id is empty. */
int service_caller_write(struct service_call *call, struct text token_id, struct json_writer *ret, struct error *error);
/* The live tokens and sessions of a party, newest first; party_id empty: the caller's own. */
int service_token_list(struct service_call *call, struct text party_id, struct text current_id,
                       const struct service_page *page, struct json_writer *ret, struct error *error);
/* Revokes a token or session of the caller's party, or as an operator anybody's; the sessions of a token end with it. Doing it
 * again changes nothing. Writes {"id","revoked_at"}. Fails with NOT_FOUND. */
int service_token_revoke(struct service_call *call, struct text token_id, struct json_writer *ret, struct error *error);
/* Deletes at most `limit` sessions that ended long ago. */
int service_session_purge(struct service_call *call, int64_t limit, int64_t *ret_count, struct error *error);

#endif
