/* SPDX-License-Identifier: Apache-2.0 */
/* Routes of operators who look: reports, the audit of the log, the system, parties, merchants. */
#include "base/error.h"
#include "base/limits.h"
#include "http/handle/handle.h"
#include "service/oversight/audit.h"
#include "service/oversight/parties.h"
#include "service/oversight/system.h"
#include "service/reports/report.h"

#define COUNT(fields) (sizeof(fields) / sizeof((fields)[0]))

int handle_report_get(struct http_call *call, struct error *error)
{
    struct service_call inner = handle_call(call);
    struct handle_table table;
    const char *from, *to, *report = http_param(call, "report");
    if (http_query_text(call, "from", 10, "", &from, error) < 0 ||
        http_query_text(call, "to", 10, "", &to, error) < 0 || handle_table_begin(call, &table, error) < 0)
        return -1;
    struct service_report_asked asked = {.report = text_of(report), .from = text_of(from), .to = text_of(to)};
    int result = http_query_done(call, error);
    if (result == 0)
        result = service_report_write(&inner, &asked, &table.table, error);
    return handle_table_end(call, &table, report, result, error);
}

static int instant_read(struct http_call *call, const char *name, int64_t *ret, struct error *error)
{
    const char *value;
    *ret = 0;
    if (http_query_text(call, name, 40, "", &value, error) < 0)
        return -1;
    if (value[0] && time_parse(text_of(value), ret, error) < 0)
        return error_at(error, "query %s", name);
    return 0;
}

static int actor_read(struct http_call *call, struct text *ret, struct error *error)
{
    const char *actor;
    if (http_query_text(call, "actor", ID_BYTES - 1, "", &actor, error) < 0)
        return -1;
    *ret = text_of(actor);
    if (!actor[0] || id_is(*ret, "usr_") || id_is(*ret, "mch_") || id_is(*ret, "arb_") || id_is(*ret, "opr_"))
        return 0;
    error_set(error, ERROR_QUERY_VALUE, "this is not the id of a party");
    return error_at(error, "query actor");
}

int handle_audit_list(struct http_call *call, struct error *error)
{
    struct service_call inner = handle_call(call);
    struct service_audit_filter filter = {.from_us = 0};
    struct handle_table table;
    const char *kind, *subject;
    if (actor_read(call, &filter.actor, error) < 0 || http_query_text(call, "kind", 40, "", &kind, error) < 0 ||
        http_query_text(call, "subject", 40, "", &subject, error) < 0 ||
        instant_read(call, "from", &filter.from_us, error) < 0 ||
        instant_read(call, "to", &filter.until_us, error) < 0 || handle_table_begin(call, &table, error) < 0)
        return -1;
    filter.kind = text_of(kind);
    filter.subject = text_of(subject);
    int result = http_query_done(call, error);
    if (result == 0)
        result = service_audit_list(&inner, &filter, &table.page, &table.table, error);
    return handle_table_end(call, &table, "audit", result, error);
}

int handle_system_get(struct http_call *call, struct error *error)
{
    struct service_call inner = handle_call(call);
    if (http_query_done(call, error) < 0)
        return -1;
    return service_system_write(&inner, http_server_listeners(call->server), call->json, error);
}

static int party_filter_read(struct http_call *call, bool with_role, struct service_party_filter *ret,
                             struct service_page *page, struct error *error)
{
    static const char *const roles[] = {"buyer", "merchant", "arbiter", "operator", NULL};
    static const char *const states[] = {"active", "suspended", NULL};
    const char *words, *cursor;
    int role = -1, state;
    if ((with_role && http_query_choice(call, "role", roles, -1, &role, error) < 0) ||
        http_query_choice(call, "state", states, -1, &state, error) < 0 ||
        http_query_text(call, "q", 100, "", &words, error) < 0 ||
        http_query_text(call, "cursor", ID_BYTES - 1, "", &cursor, error) < 0 ||
        http_query_integer(call, "limit", 1, LIMIT_PAGE_ITEMS, 20, &page->limit, error) < 0 ||
        http_query_done(call, error) < 0)
        return -1;
    page->cursor = text_of(cursor);
    *ret = (struct service_party_filter){.role = text_of(role < 0 ? NULL : roles[role]),
                                         .state = text_of(state < 0 ? NULL : states[state]),
                                         .words = text_of(words)};
    return 0;
}

int handle_party_list(struct http_call *call, struct error *error)
{
    struct service_call inner = handle_call(call);
    struct service_party_filter filter;
    struct service_page page;
    if (party_filter_read(call, true, &filter, &page, error) < 0)
        return -1;
    return service_party_list(&inner, &filter, &page, call->json, error);
}

int handle_merchant_list(struct http_call *call, struct error *error)
{
    struct service_call inner = handle_call(call);
    struct service_party_filter filter;
    struct service_page page;
    if (party_filter_read(call, false, &filter, &page, error) < 0)
        return -1;
    return service_merchant_list(&inner, &filter, &page, call->json, error);
}

struct state_request {
    struct text state, reason;
};

int handle_party_state(struct http_call *call, struct error *error)
{
    static const struct json_field fields[] = {
        JSON_FIELD_STRING(struct state_request, state, true, 1, 20),
        JSON_FIELD_STRING(struct state_request, reason, true, 1, SERVICE_STATE_REASON_BYTES),
    };
    struct service_call inner = handle_call(call);
    struct state_request request;
    if (http_query_done(call, error) < 0 || json_read(call->body, fields, COUNT(fields), "", &request, error) < 0)
        return -1;
    return service_party_set_state(&inner, text_of(http_param(call, "party")), request.state, request.reason,
                                   call->json, error);
}
