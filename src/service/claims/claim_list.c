/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists of claims for a buyer, a merchant's inbox and the platform's queue. A row says what a person needs to choose the next one: whose
 * turn it is, until when, and what happens if nobody acts. What one party must not know of another is left out here, not in the page.
 */
#include <string.h>

#include "base/error.h"
#include "service/claims/claim_brief.h"
#include "service/internal.h"
#include "service/view.h"

/* Columns of CLAIM_ROW in store/queries.def. */
enum column {
    COLUMN_ID,
    COLUMN_ORDER,
    COLUMN_REASON,
    COLUMN_STAGE,
    COLUMN_WAITING,
    COLUMN_DEADLINE,
    COLUMN_DEFAULT,
    COLUMN_ASKED,
    COLUMN_OUTCOME,
    COLUMN_OUTCOME_AMOUNT,
    COLUMN_FILED,
    COLUMN_CURRENCY,
    COLUMN_VERSION,
    COLUMN_CLAUSE,
    COLUMN_COMPUTED,
    COLUMN_COMPUTED_AMOUNT,
    COLUMN_BEARER,
    COLUMN_ARBITER,
    COLUMN_APPEAL_ARBITER,
    COLUMN_CLOSED,
    COLUMN_PRODUCT,
    COLUMN_TITLE,
    COLUMN_MERCHANT,
    COLUMN_MERCHANT_NAME,
    COLUMN_POLICY,
    COLUMN_LAST_SEQUENCE,
    COLUMN_LAST_EVENT,
    COLUMN_LAST_ROLE,
    COLUMN_LAST_AT,
    COLUMN_FILES,
    COLUMN_ENDS,
};

struct row {
    struct service_call *call;
    struct json_writer *writer;
    struct query *query;
    const struct policy *policy;
    struct claim state; /* stage, waiting party and default only: enough for a position */
    char id[ID_BYTES], currency[4];
};

static void row_begin(struct row *row)
{
    struct text currency = query_text(row->query, COLUMN_CURRENCY);
    struct text silence = query_text(row->query, COLUMN_DEFAULT);
    service_id_copy(row->id, query_text(row->query, COLUMN_ID));
    if (currency.length == 3)
        memcpy(row->currency, currency.data, 3);
    row->state = (struct claim){
        .stage = (enum claim_stage)claim_stage_find(query_text(row->query, COLUMN_STAGE)),
        .waiting = (enum claim_waiting)claim_waiting_find(query_text(row->query, COLUMN_WAITING)),
        .deadline_default = silence.length ? (enum claim_event)claim_event_find(silence) : CLAIM_EVENT_NONE,
    };
}

static void position_write(struct row *row)
{
    const struct claim_position_info *position = claim_position_info(claim_position(&row->state));
    json_member_text(row->writer, "stage", query_text(row->query, COLUMN_STAGE));
    json_member_text(row->writer, "waiting_for", query_text(row->query, COLUMN_WAITING));
    json_member_time(row->writer, "deadline", query_int(row->query, COLUMN_DEADLINE));
    service_view_text_or_null(row->writer, "default", query_text(row->query, COLUMN_DEFAULT));
    service_view_words(row->writer, "now", position->now_zh, position->now_en);
    service_view_words(row->writer, "at_deadline", position->at_zero_zh, position->at_zero_en);
}

static void rule_write(struct row *row)
{
    struct text computed = query_text(row->query, COLUMN_COMPUTED);
    json_member_text(row->writer, "clause", query_text(row->query, COLUMN_CLAUSE));
    service_clause_title_write(row->writer, "clause_title", row->policy, query_text(row->query, COLUMN_CLAUSE));
    json_key(row->writer, "computed");
    json_object_begin(row->writer);
    json_member_text(row->writer, "outcome", computed.length ? computed : text_of("open"));
    service_view_money(row->writer, "amount", query_int(row->query, COLUMN_COMPUTED_AMOUNT), row->currency);
    json_object_end(row->writer);
    json_member_text(row->writer, "bearer", query_text(row->query, COLUMN_BEARER));
    service_view_money(row->writer, "asked", query_int(row->query, COLUMN_ASKED), row->currency);
    service_view_text_or_null(row->writer, "outcome", query_text(row->query, COLUMN_OUTCOME));
    service_view_money(row->writer, "outcome_amount", query_int(row->query, COLUMN_OUTCOME_AMOUNT), row->currency);
}

static void last_event_write(struct row *row)
{
    int event = claim_event_find(query_text(row->query, COLUMN_LAST_EVENT));
    const struct claim_event_info *info = event < 0 ? NULL : claim_event_info((enum claim_event)event);
    json_key(row->writer, "last_event");
    json_object_begin(row->writer);
    json_member_integer(row->writer, "sequence", query_int(row->query, COLUMN_LAST_SEQUENCE));
    json_member_text(row->writer, "event", query_text(row->query, COLUMN_LAST_EVENT));
    service_view_words(row->writer, "label", info ? info->label_zh : "", info ? info->label_en : "");
    json_member_text(row->writer, "by", query_text(row->query, COLUMN_LAST_ROLE));
    json_member_time(row->writer, "at", query_int(row->query, COLUMN_LAST_AT));
    json_object_end(row->writer);
}

/* Only where a proof is asked for and still counts is the rule applied to see what is missing. */
static int evidence_write(struct row *row, struct error *error)
{
    struct service_proof_counts counts = {.required = 0};
    bool open = row->state.stage != CLAIM_STAGE_SETTLEMENT && row->state.stage != CLAIM_STAGE_CLOSED;
    if (open && service_clause_asks(row->policy, query_text(row->query, COLUMN_CLAUSE)) &&
        service_proofs_count(row->call, text_of(row->id), &counts, error) < 0)
        return -1;
    json_key(row->writer, "evidence");
    json_object_begin(row->writer);
    json_member_integer(row->writer, "required", counts.required);
    json_member_integer(row->writer, "accepted", counts.accepted);
    json_member_integer(row->writer, "missing", counts.missing);
    json_member_integer(row->writer, "rejected", counts.rejected);
    json_member_integer(row->writer, "files", query_int(row->query, COLUMN_FILES));
    json_object_end(row->writer);
    return 0;
}

/* ---- what only the platform's people see ---- */

static struct text holder_of(const struct row *row)
{
    struct text first = query_text(row->query, COLUMN_ARBITER), second = query_text(row->query, COLUMN_APPEAL_ARBITER);
    if (row->state.waiting != CLAIM_WAITING_PLATFORM)
        return (struct text){NULL, 0};
    return row->state.stage == CLAIM_STAGE_APPEAL ? second : first;
}

static int platform_write(struct row *row, struct error *error)
{
    bool appeal = row->state.stage == CLAIM_STAGE_APPEAL;
    bool second = row->state.deadline_default == CLAIM_EVENT_DEVIATION_UNCONFIRMED;
    bool first = row->call->actor.role == ROLE_ARBITER && appeal &&
                 text_is(query_text(row->query, COLUMN_ARBITER), row->call->actor.party_id);
    if (service_person_write(row->call, "taken_by", holder_of(row), row->writer, error) < 0)
        return -1;
    json_member_boolean(row->writer, "decided_by_you", first);
    struct service_brief brief = {
        .claim_id = text_of(row->id), .currency = row->currency, .policy = row->policy, .state = "proposed"};
    if (service_decision_brief_write(row->call, "proposal", second ? &brief : NULL, row->writer, error) < 0)
        return -1;
    brief.state = "final";
    if (service_decision_brief_write(row->call, "decision", appeal ? &brief : NULL, row->writer, error) < 0)
        return -1;
    return service_appeal_brief_write(row->call, appeal ? brief.claim_id : (struct text){NULL, 0}, row->writer, error);
}

static int row_write(struct row *row, struct error *error)
{
    row_begin(row);
    if (service_policy_get(row->call, query_text(row->query, COLUMN_POLICY), &row->policy, error) < 0)
        return -1;
    json_object_begin(row->writer);
    json_member_string(row->writer, "claim", row->id);
    json_member_text(row->writer, "order", query_text(row->query, COLUMN_ORDER));
    json_member_integer(row->writer, "version", query_int(row->query, COLUMN_VERSION));
    service_named_write(row->writer, "product", query_text(row->query, COLUMN_PRODUCT),
                        query_text(row->query, COLUMN_TITLE));
    service_merchant_named_write(row->writer, query_text(row->query, COLUMN_MERCHANT),
                                 query_text(row->query, COLUMN_MERCHANT_NAME));
    json_member_text(row->writer, "reason", query_text(row->query, COLUMN_REASON));
    service_reason_words_write(row->writer, query_text(row->query, COLUMN_REASON));
    position_write(row);
    rule_write(row);
    last_event_write(row);
    json_member_time(row->writer, "filed_at", query_int(row->query, COLUMN_FILED));
    json_member_time(row->writer, "closed_at", query_int(row->query, COLUMN_CLOSED));
    if (evidence_write(row, error) < 0 || platform_write(row, error) < 0)
        return -1;
    json_object_end(row->writer);
    return 0;
}

/* ---- which ---- */

static bool is_platform(const struct service_call *call)
{
    return call->actor.role == ROLE_ARBITER || call->actor.role == ROLE_OPERATOR || call->actor.role == ROLE_SYSTEM;
}

static int filter_check(const struct service_call *call, const struct service_claim_filter *filter, struct error *error)
{
    bool queue = filter->untaken || filter->second;
    if (filter->mine && call->actor.role != ROLE_ARBITER) {
        error_set(error, ERROR_QUERY_VALUE, "mine= lists the cases of an arbiter");
        return error_at(error, "query mine");
    }
    if (queue && !is_platform(call)) {
        error_set(error, ERROR_QUERY_VALUE, "this is for the people of the platform");
        return error_at(error, "query %s", filter->untaken ? "untaken" : "second");
    }
    return 0;
}

static enum query_id list_query(const struct service_call *call, const struct service_claim_filter *filter)
{
    bool due = filter->by_deadline;
    if (call->actor.order_id[0])
        return due ? QUERY_CLAIM_DUE_ORDER : QUERY_CLAIM_LIST_ORDER;
    if (call->actor.role == ROLE_MERCHANT)
        return due ? QUERY_CLAIM_DUE_MERCHANT : QUERY_CLAIM_LIST_MERCHANT;
    if (call->actor.role == ROLE_BUYER)
        return due ? QUERY_CLAIM_DUE_BUYER : QUERY_CLAIM_LIST_BUYER;
    if (filter->mine)
        return due ? QUERY_CLAIM_DUE_ARBITER : QUERY_CLAIM_LIST_ARBITER;
    if (due)
        return filter->waiting_for.length ? QUERY_CLAIM_DUE_WAITING : QUERY_CLAIM_DUE_ALL;
    return QUERY_CLAIM_LIST_ALL;
}

/* "1800000000000000.clm_…": what the row is sorted by, and the row itself. */
static int due_cursor_read(struct text cursor, int64_t *ret_ends, struct text *ret_id, struct error *error)
{
    *ret_ends = 0;
    *ret_id = TEXT_LITERAL("");
    if (!cursor.length)
        return 0;
    const char *dot = memchr(cursor.data, '.', cursor.length);
    struct text number = {cursor.data, dot ? (size_t)(dot - cursor.data) : 0};
    if (dot && text_to_int64(number, ret_ends, NULL) == 0) {
        *ret_id = (struct text){dot + 1, cursor.length - number.length - 1};
        if (id_is(*ret_id, "clm_"))
            return 0;
    }
    error_set(error, ERROR_QUERY_VALUE, "this is not a cursor of this list");
    error_hint(error, "send next_cursor of the page before, with the same sort, or none");
    return error_at(error, "query cursor");
}

/* Open claims stand before this, closed ones behind it (CLAIM_ENDS in store/queries.def). */
#define CLOSED_FROM INT64_C(8000000000000000000)

static bool only_closed(const struct service_claim_filter *filter)
{
    return filter->outcome.length || text_is(filter->stage, "closed") || text_is(filter->waiting_for, "nobody");
}

static bool only_open(const struct service_claim_filter *filter)
{
    return !only_closed(filter) && (filter->stage.length || filter->waiting_for.length);
}

/* A filter that only open or only closed claims pass need not walk over the others. */
static int cursor_bind(struct query *query, const struct service_claim_filter *filter, struct error *error)
{
    struct service_page page = {filter->cursor, filter->limit};
    int64_t ends = 0;
    struct text id = service_page_before(&page);
    if (filter->by_deadline && due_cursor_read(filter->cursor, &ends, &id, error) < 0)
        return -1;
    if (only_closed(filter) && ends < CLOSED_FROM)
        ends = CLOSED_FROM;
    query_bind_text(query, 2, id);
    query_bind_int(query, 12, ends);
    query_bind_int(query, 13, only_open(filter) ? CLOSED_FROM : INT64_MAX);
    return 0;
}

static void filter_bind(struct service_call *call, struct query *query, const struct service_claim_filter *filter)
{
    const char *owner = call->actor.order_id[0] ? call->actor.order_id : call->actor.party_id;
    query_bind_string(query, 1, owner);
    query_bind_text(query, 3, filter->stage);
    query_bind_text(query, 4, filter->waiting_for);
    query_bind_int(query, 5, filter->limit + 1);
    query_bind_text(query, 6, filter->product_id);
    query_bind_text(query, 7, filter->outcome);
    query_bind_text(query, 8, filter->order_id);
    query_bind_int(query, 9, filter->mine);
    query_bind_int(query, 10, filter->untaken);
    query_bind_int(query, 11, filter->second);
}

static struct text cursor_of(const struct row *row, bool by_deadline)
{
    if (!by_deadline)
        return query_text(row->query, COLUMN_ID);
    struct text id = query_text(row->query, COLUMN_ID);
    long long ends = (long long)query_int(row->query, COLUMN_ENDS);
    return text_of(arena_printf(row->call->arena, "%lld.%.*s", ends, TEXT_ARG(id)));
}

int service_claim_list(struct service_call *call, const struct service_claim_filter *filter, struct json_writer *ret,
                       struct error *error)
{
    struct service_page page = {filter->cursor, filter->limit};
    struct service_claim_filter wanted = *filter;
    struct service_list list;
    if (filter_check(call, filter, error) < 0)
        return -1;
    /* Both wait for the platform: said so, the index of whose turn it is leads to them. */
    if ((filter->untaken || filter->second) && !filter->waiting_for.length)
        wanted.waiting_for = text_of("platform");
    struct query *query = store_query(call->tx, list_query(call, &wanted));
    if (cursor_bind(query, &wanted, error) < 0)
        return -1;
    filter_bind(call, query, &wanted);
    struct row row = {.call = call, .writer = ret, .query = query};
    service_list_begin(&list, ret, &page);
    int step;
    while ((step = query_step(query, error)) == 1 && service_list_take(&list, cursor_of(&row, wanted.by_deadline)))
        if (row_write(&row, error) < 0)
            return -1;
    query_end(query);
    service_list_end(&list);
    return step < 0 ? -1 : 0;
}
