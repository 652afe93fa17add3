/* SPDX-License-Identifier: Apache-2.0 */
/* Names, words and decisions in one line. Who of the platform has a case is told to the platform's people only. */
#include "service/claims/claim_brief.h"

#include <string.h>

#include "base/error.h"
#include "service/claims/claim_advance.h"
#include "service/internal.h"
#include "service/view.h"

#define DETAIL_BYTES_MAX (32 * 1024)

void service_named_write(struct json_writer *writer, const char *key, struct text id, struct text title)
{
    json_key(writer, key);
    json_object_begin(writer);
    json_member_text(writer, "id", id);
    json_member_text(writer, "title", title);
    json_object_end(writer);
}

void service_merchant_named_write(struct json_writer *writer, struct text id, struct text name)
{
    json_key(writer, "merchant");
    json_object_begin(writer);
    json_member_text(writer, "id", id);
    json_member_text(writer, "name", name);
    json_object_end(writer);
}

void service_reason_words_write(struct json_writer *writer, struct text reason)
{
    int value = fact_value_find(FACT_REASON, reason);
    const struct fact_value_info *info = value < 0 ? NULL : &fact_info(FACT_REASON)->values[value];
    service_view_words(writer, "reason_words", info ? info->label_zh : "", info ? info->label_en : "");
}

static void null_write(struct json_writer *writer, const char *key)
{
    json_key(writer, key);
    json_add_null(writer);
}

void service_clause_title_write(struct json_writer *writer, const char *key, const struct policy *policy,
                                struct text clause)
{
    int found = clause.length ? policy_clause_find(policy, clause) : -1;
    if (found < 0) {
        null_write(writer, key);
        return;
    }
    service_view_words(writer, key, policy_clause_title(policy, found, POLICY_LANGUAGE_ZH),
                       policy_clause_title(policy, found, POLICY_LANGUAGE_EN));
}

static bool for_platform(const struct service_call *call)
{
    return call->actor.role == ROLE_ARBITER || call->actor.role == ROLE_OPERATOR || call->actor.role == ROLE_SYSTEM;
}

int service_person_write(struct service_call *call, const char *key, struct text party_id, struct json_writer *writer,
                         struct error *error)
{
    if (!party_id.length || !for_platform(call)) {
        null_write(writer, key);
        return 0;
    }
    struct query *query = store_query(call->tx, QUERY_PARTY_NAME);
    query_bind_text(query, 1, party_id);
    int step = query_step(query, error);
    json_key(writer, key);
    json_object_begin(writer);
    json_member_text(writer, "id", party_id);
    json_member_text(writer, "name", step == 1 ? query_text(query, 0) : text_of(""));
    json_member_boolean(writer, "you", text_is(party_id, call->actor.party_id));
    json_object_end(writer);
    query_end(query);
    return step < 0 ? -1 : 0;
}

/* ---- proofs ---- */

bool service_clause_asks(const struct policy *policy, struct text clause)
{
    uint64_t groups[POLICY_NEEDS_MAX];
    int found = clause.length ? policy_clause_find(policy, clause) : -1;
    return found >= 0 && policy_clause_needs(policy, found, groups) > 0;
}

int service_proofs_count(struct service_call *call, struct text claim_id, struct service_proof_counts *ret,
                         struct error *error)
{
    struct service_claim claim;
    struct service_ruling ruling;
    if (service_claim_load(call, claim_id, &claim, error) < 0 || service_rule(call, &claim, NULL, &ruling, error) < 0)
        return -1;
    *ret = (struct service_proof_counts){.required = ruling.decision.evidence_count};
    for (int i = 0; i < ruling.decision.evidence_count; i++) {
        enum policy_evidence_state state = ruling.decision.evidence_state[i];
        ret->accepted += state == POLICY_EVIDENCE_ACCEPTED;
        ret->missing += state == POLICY_EVIDENCE_MISSING;
        ret->rejected += state == POLICY_EVIDENCE_REJECTED;
    }
    return 0;
}

/* ---- decisions and appeals ---- */

static int brief_write(struct service_call *call, const char *key, const struct service_brief *brief,
                       struct query *query, struct json_writer *writer, struct error *error)
{
    json_key(writer, key);
    json_object_begin(writer);
    json_member_text(writer, "id", query_text(query, 0));
    json_member_text(writer, "state", query_text(query, 1));
    json_member_text(writer, "basis", query_text(query, 2));
    json_member_text(writer, "outcome", query_text(query, 3));
    service_view_money(writer, "amount", query_int(query, 4), brief->currency);
    json_member_text(writer, "clause", query_text(query, 5));
    service_clause_title_write(writer, "clause_title", brief->policy, query_text(query, 5));
    json_member_text(writer, "bearer", query_text(query, 6));
    json_member_text(writer, "reason", query_text(query, 7));
    json_member_time(writer, "at", query_int(query, 9));
    int result = service_person_write(call, "by", query_text(query, 8), writer, error);
    json_object_end(writer);
    return result;
}

int service_decision_brief_write(struct service_call *call, const char *key, const struct service_brief *brief,
                                 struct json_writer *writer, struct error *error)
{
    /* A proposal is the platform's own until a second person has said yes; a decision was told to both parties. */
    if (!brief || (strcmp(brief->state, "final") != 0 && !for_platform(call))) {
        null_write(writer, key);
        return 0;
    }
    struct query *query = store_query(call->tx, QUERY_DECISION_BRIEF);
    query_bind_text(query, 1, brief->claim_id);
    query_bind_string(query, 2, brief->state);
    int step = query_step(query, error);
    if (step == 1)
        step = brief_write(call, key, brief, query, writer, error);
    else
        null_write(writer, key);
    query_end(query);
    return step < 0 ? -1 : 0;
}

static struct text detail_text(const struct json *detail, const char *key)
{
    const struct json *value = detail ? json_find(detail, key) : NULL;
    return value && json_kind(value) == JSON_STRING ? json_string(value) : text_of("");
}

static int appeal_write(struct query *query, struct json_writer *writer, struct error *error)
{
    struct json *detail = NULL;
    if (json_parse(query_text(query, 1), DETAIL_BYTES_MAX, &detail, error) < 0)
        return -1;
    struct text ground = detail_text(detail, "ground");
    int found = claim_ground_find(ground);
    const struct claim_word *word = found < 0 ? NULL : claim_ground_word((enum claim_ground)found);
    json_key(writer, "appeal");
    json_object_begin(writer);
    json_member_text(writer, "by", query_text(query, 0));
    json_member_text(writer, "ground", ground);
    service_view_words(writer, "ground_words", word ? word->label_zh : "", word ? word->label_en : "");
    json_member_text(writer, "reason", detail_text(detail, "note"));
    json_member_time(writer, "at", query_int(query, 2));
    json_object_end(writer);
    json_free(detail);
    return 0;
}

int service_appeal_brief_write(struct service_call *call, struct text claim_id, struct json_writer *writer,
                               struct error *error)
{
    if (!claim_id.length || !for_platform(call)) {
        null_write(writer, "appeal");
        return 0;
    }
    struct query *query = store_query(call->tx, QUERY_CLAIM_EVENT_LAST);
    query_bind_text(query, 1, claim_id);
    query_bind_string(query, 2, "appeal");
    int step = query_step(query, error);
    if (step == 1)
        step = appeal_write(query, writer, error);
    else
        null_write(writer, "appeal");
    query_end(query);
    return step < 0 ? -1 : 0;
}
