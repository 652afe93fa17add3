/* SPDX-License-Identifier: Apache-2.0 */
/* The whole claim for its parties. */
#include <string.h>

#include "base/error.h"
#include "service/claims/claim_advance.h"
#include "service/claims/claim_brief.h"
#include "service/claims/letters.h"
#include "service/claims/proposal_letters.h"
#include "service/internal.h"
#include "service/claims/unused.h"
#include "service/view.h"

#define DETAIL_BYTES_MAX (32 * 1024) /* as claim_advance.c writes it */

struct section_view {
    struct service_call *call;
    const struct service_claim *claim;
    const struct policy *policy;
};
typedef int (*row_write)(const struct section_view *view, struct query *query, struct json_writer *writer,
                         struct error *error);

static int event_write(const struct section_view *view, struct query *query, struct json_writer *writer,
                       struct error *error)
{
    (void)view;
    (void)error;
    int event = claim_event_find(query_text(query, 1));
    json_object_begin(writer);
    json_member_integer(writer, "sequence", query_int(query, 0));
    json_member_text(writer, "event", query_text(query, 1));
    if (event >= 0) {
        json_member_string(writer, "label_en", claim_event_info((enum claim_event)event)->label_en);
        json_member_string(writer, "label_zh", claim_event_info((enum claim_event)event)->label_zh);
    }
    json_member_text(writer, "from", query_text(query, 2));
    json_member_text(writer, "to", query_text(query, 3));
    json_member_text(writer, "by", query_text(query, 4));
    json_key(writer, "detail");
    json_add_raw(writer, query_text(query, 5));
    json_member_integer(writer, "leaf", query_int(query, 6));
    json_member_time(writer, "at", query_int(query, 7));
    json_object_end(writer);
    return 0;
}

/* What is known of the original of a copy: its hash, the leaf that says so, and the file itself once it is here. */
static void original_write(struct json_writer *writer, struct query *query)
{
    struct text sha256 = query_blob(query, 11);
    json_key(writer, "original");
    if (query_is_null(query, 11)) {
        json_add_null(writer);
        return;
    }
    json_object_begin(writer);
    service_view_text_or_null(writer, "evidence", query_text(query, 13));
    json_member_integer(writer, "leaf", query_int(query, 12));
    json_member_hex(writer, "sha256", sha256.data, sha256.length);
    json_object_end(writer);
}

static int evidence_write(const struct section_view *view, struct query *query, struct json_writer *writer,
                          struct error *error)
{
    (void)view;
    (void)error;
    struct text sha256 = query_blob(query, 5);
    json_object_begin(writer);
    json_member_text(writer, "id", query_text(query, 0));
    json_member_text(writer, "by", query_text(query, 1));
    json_member_text(writer, "kind", query_text(query, 2));
    json_member_text(writer, "file_name", query_text(query, 3));
    json_member_text(writer, "media_type", query_text(query, 4));
    json_member_hex(writer, "sha256", sha256.data, sha256.length);
    json_member_integer(writer, "size", query_int(query, 6));
    json_member_text(writer, "state", query_text(query, 7));
    json_member_text(writer, "state_reason", query_text(query, 8));
    json_member_integer(writer, "leaf", query_int(query, 9));
    json_member_time(writer, "at", query_int(query, 10));
    original_write(writer, query);
    service_view_text_or_null(writer, "original_of", query_text(query, 14));
    json_object_end(writer);
    return 0;
}

static int message_write(const struct section_view *view, struct query *query, struct json_writer *writer,
                         struct error *error)
{
    (void)view;
    (void)error;
    json_object_begin(writer);
    json_member_text(writer, "id", query_text(query, 0));
    json_member_text(writer, "from", query_text(query, 1));
    json_member_text(writer, "body", query_text(query, 2));
    json_member_boolean(writer, "contact_flag", query_int(query, 3) != 0);
    json_member_integer(writer, "leaf", query_int(query, 4));
    json_member_time(writer, "at", query_int(query, 5));
    json_object_end(writer);
    return 0;
}

static int offer_write(const struct section_view *view, struct query *query, struct json_writer *writer,
                       struct error *error)
{
    (void)error;
    const char *currency = view->claim->order.currency;
    json_object_begin(writer);
    json_member_text(writer, "id", query_text(query, 0));
    json_member_text(writer, "from", query_text(query, 1));
    json_member_text(writer, "kind", query_text(query, 2));
    service_view_money(writer, "amount", query_int(query, 3), currency);
    json_member_integer(writer, "extend_s", query_int(query, 4));
    json_member_text(writer, "note", query_text(query, 5));
    json_member_text(writer, "state", query_text(query, 6));
    json_member_time(writer, "expires_at", query_int(query, 7));
    json_member_time(writer, "at", query_int(query, 8));
    json_object_end(writer);
    return 0;
}

static int decision_write(const struct section_view *view, struct query *query, struct json_writer *writer,
                          struct error *error)
{
    const char *currency = view->claim->order.currency;
    struct text sha256 = query_blob(query, 9), certificate = query_blob(query, 12);
    json_object_begin(writer);
    json_member_text(writer, "id", query_text(query, 0));
    json_member_text(writer, "basis", query_text(query, 1));
    json_member_text(writer, "outcome", query_text(query, 2));
    service_view_money(writer, "amount", query_int(query, 3), currency);
    json_member_text(writer, "clause", query_text(query, 4));
    json_member_text(writer, "bearer", query_text(query, 5));
    json_member_boolean(writer, "by_person", !query_is_null(query, 6));
    json_member_text(writer, "deviation_reason", query_text(query, 7));
    json_member_text(writer, "state", query_text(query, 8));
    json_member_hex(writer, "certificate_sha256", sha256.data, sha256.length);
    json_member_integer(writer, "leaf", query_int(query, 10));
    json_member_time(writer, "at", query_int(query, 11));
    json_member_time(writer, "clarified_at", query_int(query, 13));
    json_key(writer, "certificate");
    if (certificate.length)
        json_add_raw(writer, certificate);
    else
        json_add_null(writer);
    service_clause_title_write(writer, "clause_title", view->policy, query_text(query, 4));
    int result = text_is(query_text(query, 8), "proposed")
                     ? service_proposal_letters_write(view->call, view->claim, query_text(query, 7), writer, error)
                     : service_letters_kept_write(view->call, query_text(query, 0), writer, error);
    json_object_end(writer);
    return result;
}

static int refund_write(const struct section_view *view, struct query *query, struct json_writer *writer,
                        struct error *error)
{
    (void)error;
    const char *currency = view->claim->order.currency;
    json_object_begin(writer);
    json_member_text(writer, "id", query_text(query, 0));
    service_view_money(writer, "amount", query_int(query, 1), currency);
    json_member_text(writer, "state", query_text(query, 2));
    json_member_text(writer, "provider", query_text(query, 3));
    service_view_text_or_null(writer, "provider_number", query_text(query, 4));
    json_member_time(writer, "created_at", query_int(query, 5));
    json_member_time(writer, "settled_at", query_int(query, 6));
    json_object_end(writer);
    return 0;
}

static int unused_write(const struct section_view *view, struct query *query, struct json_writer *writer,
                        struct error *error)
{
    (void)view;
    (void)error;
    service_unused_row_write(writer, query);
    return 0;
}

/* What the question was and until when, as the event's own record says. */
static int ask_write(const struct section_view *view, struct query *query, struct json_writer *writer,
                     struct error *error)
{
    struct json *detail = NULL;
    (void)view;
    if (json_parse(query_text(query, 2), DETAIL_BYTES_MAX, &detail, error) < 0)
        return -1;
    const struct json *note = json_find(detail, "note"), *due = json_find(detail, "due");
    json_object_begin(writer);
    json_member_integer(writer, "sequence", query_int(query, 0));
    json_member_string(writer, "to", text_is(query_text(query, 1), "ask_buyer") ? "buyer" : "merchant");
    json_member_text(writer, "question", note ? json_string(note) : text_of(""));
    json_member_text(writer, "due_at", due ? json_string(due) : text_of(""));
    json_member_time(writer, "answered_at", query_int(query, 4));
    json_member_time(writer, "at", query_int(query, 3));
    json_object_end(writer);
    json_free(detail);
    return 0;
}

static const struct section {
    const char *key;
    enum query_id query;
    row_write write;
} sections[] = {
    {"events", QUERY_CLAIM_EVENTS, event_write},
    {"evidence", QUERY_CLAIM_EVIDENCE, evidence_write},
    {"messages", QUERY_CLAIM_MESSAGES, message_write},
    {"offers", QUERY_CLAIM_OFFERS, offer_write},
    {"decisions", QUERY_CLAIM_DECISIONS, decision_write},
    {"refunds", QUERY_CLAIM_REFUNDS, refund_write},
    {"unused_certificates", QUERY_CLAIM_UNUSED, unused_write},
    {"asks", QUERY_CLAIM_ASKS, ask_write},
};

static int section_write(const struct section_view *view, const struct section *section, struct json_writer *writer,
                         struct error *error)
{
    struct query *query = store_query(view->call->tx, section->query);
    query_bind_string(query, 1, view->claim->id);
    json_key(writer, section->key);
    json_array_begin(writer);
    int step;
    while ((step = query_step(query, error)) == 1)
        if (section->write(view, query, writer, error) < 0)
            return -1;
    query_end(query);
    json_array_end(writer);
    return step;
}

static int names_write(const struct section_view *view, struct json_writer *writer, struct error *error)
{
    const struct service_claim *claim = view->claim;
    struct text holder = claim->state.waiting != CLAIM_WAITING_PLATFORM ? text_of("")
                         : claim->state.stage == CLAIM_STAGE_APPEAL     ? claim->state.appeal_arbiter_id
                                                                        : claim->state.arbiter_id;
    struct query *query = store_query(view->call->tx, QUERY_ORDER_NAMES);
    query_bind_string(query, 1, claim->order.id);
    int step = query_step(query, error);
    struct text title = step == 1 ? query_text(query, 0) : text_of("");
    service_named_write(writer, "product", text_of(claim->order.product_id), title);
    service_merchant_named_write(writer, text_of(claim->order.merchant_id), step == 1 ? query_text(query, 1) : title);
    query_end(query);
    service_reason_words_write(writer, claim->reason);
    service_clause_title_write(writer, "clause_title", view->policy, claim->state.clause);
    return step < 0 ? -1 : service_person_write(view->call, "taken_by", holder, writer, error);
}

int service_claim_write(struct service_call *call, struct text claim_id, struct json_writer *ret, int64_t *ret_version,
                        struct error *error)
{
    struct service_claim claim;
    struct service_ruling ruling;
    if (service_claim_open(call, claim_id, &claim, error) < 0 || service_rule(call, &claim, NULL, &ruling, error) < 0)
        return -1;
    json_object_begin(ret);
    json_member_string(ret, "claim", claim.id);
    json_member_string(ret, "order", claim.order.id);
    json_member_text(ret, "reason", claim.reason);
    json_member_text(ret, "statement", claim.statement);
    json_member_integer(ret, "version", claim.version);
    if (service_claim_revision_write(call, &claim, ret, error) < 0)
        return -1;
    json_member_time(ret, "filed_at", claim.state.filed_us);
    json_member_time(ret, "closed_at", claim.state.closed_us);
    service_claim_answer_position(call, &claim, ret);
    /* Once it is decided and paid, applying the rule again would answer another question: the decisions say what was decided. */
    bool decided = claim.state.stage == CLAIM_STAGE_SETTLEMENT || claim.state.stage == CLAIM_STAGE_CLOSED;
    json_key(ret, "ruling");
    if (decided)
        json_add_null(ret);
    else
        service_claim_answer_ruling(&claim, &ruling, ret);
    json_key(ret, "facts");
    policy_facts_write(ret, &ruling.facts);
    struct section_view view = {call, &claim, ruling.policy};
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++)
        if (section_write(&view, &sections[i], ret, error) < 0)
            return -1;
    if (names_write(&view, ret, error) < 0 || service_clarification_list_write(call, claim.order.id, ret, error) < 0)
        return -1;
    json_object_end(ret);
    if (ret_version)
        *ret_version = claim.version;
    return 0;
}

int service_claim_version(struct service_call *call, struct text claim_id, int64_t *ret, struct error *error)
{
    struct service_claim claim;
    if (service_claim_open(call, claim_id, &claim, error) < 0)
        return -1;
    *ret = claim.version;
    return 0;
}
