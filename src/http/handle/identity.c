/* SPDX-License-Identifier: Apache-2.0 */
/* Routes of parties. Every answer here holds a secret that is shown once. */
#include "base/error.h"
#include "http/handle/handle.h"

#define COUNT(fields) (sizeof(fields) / sizeof((fields)[0]))
#define NAME_BYTES_MAX 120

struct party_request {
    struct text role, name;
};

static int party_create(struct http_call *call, enum service_role role, struct text name, struct error *error)
{
    struct service_call inner = handle_call(call);
    struct service_party_new party = {.role = role, .name = name};
    struct service_party_created created;
    if (service_party_create(&inner, &party, &created, error) < 0)
        return -1;
    call->status = 201;
    call->is_secret = true;
    json_object_begin(call->json);
    json_member_string(call->json, "id", created.party_id);
    json_member_text(call->json, "name", name);
    json_member_string(call->json, "role", service_role_name(role));
    json_member_string(call->json, "token", created.token);
    json_object_end(call->json);
    return 0;
}

int handle_buyer_create(struct http_call *call, struct error *error)
{
    static const struct json_field fields[] = {
        JSON_FIELD_STRING(struct party_request, name, true, 1, NAME_BYTES_MAX),
    };
    struct party_request request;
    if (http_query_done(call, error) < 0 || handle_guest_key(call, error) < 0 ||
        json_read(call->body, fields, COUNT(fields), "", &request, error) < 0)
        return -1;
    return party_create(call, ROLE_BUYER, request.name, error);
}

int handle_party_create(struct http_call *call, struct error *error)
{
    static const struct json_field fields[] = {
        JSON_FIELD_STRING(struct party_request, role, true, 1, 20),
        JSON_FIELD_STRING(struct party_request, name, true, 1, NAME_BYTES_MAX),
    };
    static const enum service_role roles[] = {ROLE_BUYER, ROLE_MERCHANT, ROLE_ARBITER, ROLE_OPERATOR};
    struct party_request request;
    if (http_query_done(call, error) < 0 || json_read(call->body, fields, COUNT(fields), "", &request, error) < 0)
        return -1;
    for (size_t i = 0; i < COUNT(roles); i++)
        if (text_is(request.role, service_role_name(roles[i])))
            return party_create(call, roles[i], request.name, error);
    error_set(error, ERROR_FIELD_VALUE, "the role is buyer, merchant, arbiter or operator");
    return error_at(error, "/role");
}

int handle_webhook_secret_create(struct http_call *call, struct error *error)
{
    struct service_call inner = handle_call(call);
    char secret[ID_BYTES];
    if (http_query_done(call, error) < 0 ||
        service_webhook_secret_create(&inner, text_of(inner.actor.party_id), secret, error) < 0)
        return -1;
    call->status = 201;
    call->is_secret = true;
    json_object_begin(call->json);
    json_member_string(call->json, "secret", secret);
    json_object_end(call->json);
    return 0;
}
