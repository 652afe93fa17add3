/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The certificate of a decision as canonical JSON: everything that a stranger needs to replay it from the text of the
 * policy. The format is fixed in docs/policy-language.md; members are written in canonical order, so nothing is sorted.
 */
#include "policy/model.h"

#include <assert.h>

#include "policy/template.h"

static const char *const outcome_words[] = {
    [POLICY_OUTCOME_REFUND] = "refund",
    [POLICY_OUTCOME_REFUSE] = "refuse",
    [POLICY_OUTCOME_REVIEW] = "review",
    [POLICY_OUTCOME_OPEN] = "open",
};
static const char *const disposition_words[] = {
    [POLICY_PAY_NOW] = "pay_now",
    [POLICY_WAIT_MERCHANT] = "wait_merchant",
    [POLICY_MISSING_EVIDENCE] = "missing_evidence",
    [POLICY_REVIEW] = "review",
    [POLICY_REFUSE] = "refuse",
    [POLICY_OPEN] = "open",
};
static const char *const bearer_words[] = {
    [POLICY_BEARER_MERCHANT] = "merchant",
    [POLICY_BEARER_PLATFORM] = "platform",
    [POLICY_BEARER_ISSUER] = "issuer",
    [POLICY_BEARER_GOODWILL] = "goodwill",
};
static const char *const silence_words[] = {
    [POLICY_SILENCE_NONE] = NULL,
    [POLICY_SILENCE_ACCEPTS] = "accepts",
    [POLICY_SILENCE_REFUSES] = "refuses",
    [POLICY_SILENCE_REVIEWS] = "reviews",
};
static const char *const destination_words[] = {
    [POLICY_DESTINATION_ORIGINAL] = "original_payment",
    [POLICY_DESTINATION_STORE_CREDIT] = "store_credit",
    [POLICY_DESTINATION_BUYER_CHOICE] = "buyer_choice",
};
static const char *const rule_words[] = {
    [POLICY_AMOUNT_NONE] = "none",           [POLICY_AMOUNT_FULL] = "full",
    [POLICY_AMOUNT_PERCENT] = "percent",     [POLICY_AMOUNT_UNFINISHED] = "unfinished",
    [POLICY_AMOUNT_AFFECTED] = "affected",   [POLICY_AMOUNT_FIXED] = "fixed",
    [POLICY_AMOUNT_REMAINING] = "remaining",
};
static const char *const evidence_words[] = {
    [POLICY_EVIDENCE_MISSING] = "missing",
    [POLICY_EVIDENCE_REJECTED] = "rejected",
    [POLICY_EVIDENCE_ACCEPTED] = "accepted",
};
static const char *const step_words[] = {
    [POLICY_STEP_PAID] = "paid",         [POLICY_STEP_PERCENT] = "percent",
    [POLICY_STEP_QUANTITY] = "quantity", [POLICY_STEP_OF_QUANTITY] = "of_quantity",
    [POLICY_STEP_LIMIT] = "limit",       [POLICY_STEP_FIXED] = "fixed",
    [POLICY_STEP_LESS] = "less",         [POLICY_STEP_LESS_PERCENT] = "less_percent",
};

const char *policy_outcome_word(enum policy_outcome outcome)
{
    assert(outcome <= POLICY_OUTCOME_OPEN);
    return outcome_words[outcome];
}

const char *policy_disposition_word(enum policy_disposition disposition)
{
    assert(disposition <= POLICY_OPEN);
    return disposition_words[disposition];
}

const char *policy_bearer_word(enum policy_bearer bearer)
{
    assert(bearer <= POLICY_BEARER_GOODWILL);
    return bearer_words[bearer];
}

const char *policy_evidence_state_word(enum policy_evidence_state state)
{
    assert(state <= POLICY_EVIDENCE_ACCEPTED);
    return evidence_words[state];
}

static void integer_or_null(struct json_writer *writer, const char *key, int64_t value)
{
    json_key(writer, key);
    if (value < 0)
        json_add_null(writer);
    else
        json_add_integer(writer, value);
}

static void amount_write(struct json_writer *writer, const struct policy_facts *facts,
                         const struct policy_decision *decision)
{
    json_key(writer, "amount");
    json_object_begin(writer);
    json_member_string(writer, "currency", facts->currency);
    json_member_integer(writer, "earlier_refunds", decision->earlier_refunds);
    integer_or_null(writer, "paid", decision->paid);
    json_member_integer(writer, "refund", decision->refund);
    json_member_string(writer, "rule", rule_words[decision->amount_rule]);
    json_key(writer, "steps");
    json_array_begin(writer);
    for (int i = 0; i < decision->step_count; i++) {
        json_object_begin(writer);
        json_member_string(writer, "op", step_words[decision->steps[i].kind]);
        json_member_integer(writer, "value", decision->steps[i].value);
        json_object_end(writer);
    }
    json_array_end(writer);
    json_object_end(writer);
}

static void ids_write(struct json_writer *writer, const char *key, const struct policy *policy,
                      const struct policy_clause_set *a, const struct policy_clause_set *b)
{
    json_key(writer, key);
    json_array_begin(writer);
    for (int i = 0; a && i < policy->clause_count; i++)
        if (policy_clause_set_has(a, i) && policy_clause_set_has(b, i))
            json_add_string(writer, policy->clauses[i].id);
    json_array_end(writer);
}

/* The bulk of a certificate is the same for every decision of a policy: it is copied from the template. */
static void clauses_write(struct json_writer *writer, const struct policy *policy,
                          const struct policy_decision *decision)
{
    json_key(writer, "clauses");
    json_add_raw(writer, TEXT_LITERAL("["));
    policy_template_fill(writer->out, policy, decision);
    buffer_add_char(writer->out, ']');
}

static void deadlines_write(struct json_writer *writer, const struct policy_decision *decision)
{
    json_key(writer, "deadlines");
    json_object_begin(writer);
    if (decision->extension_s >= 0)
        json_member_integer(writer, "extension_s", decision->extension_s);
    integer_or_null(writer, "merchant_answer_s", decision->merchant_answer_s);
    integer_or_null(writer, "review_s", decision->review_s);
    json_member_string(writer, "silence", silence_words[decision->silence]);
    json_object_end(writer);
}

static void evidence_write(struct json_writer *writer, const struct policy_decision *decision)
{
    json_key(writer, "evidence");
    json_array_begin(writer);
    for (int i = 0; i < decision->evidence_count; i++) {
        json_object_begin(writer);
        json_key(writer, "any_of");
        json_array_begin(writer);
        for (uint64_t bits = decision->evidence_any_of[i]; bits; bits &= bits - 1)
            json_add_string(writer, fact_info((enum fact)__builtin_ctzll(bits))->word);
        json_array_end(writer);
        json_member_string(writer, "state", evidence_words[decision->evidence_state[i]]);
        json_object_end(writer);
    }
    json_array_end(writer);
}

static void facts_write(struct json_writer *writer, const struct policy *policy, const struct policy_facts *facts)
{
    json_key(writer, "facts");
    json_add_raw(writer, TEXT_LITERAL("["));
    policy_template_facts(writer->out, policy, facts);
    buffer_add_char(writer->out, ']');
}

static void policy_write(struct json_writer *writer, const struct policy *policy)
{
    json_key(writer, "policy");
    json_object_begin(writer);
    json_member_string(writer, "name", policy->name);
    json_member_string(writer, "sha256", policy->sha256_hex);
    json_member_integer(writer, "version", policy->version);
    json_object_end(writer);
}

void policy_certificate_write(struct json_writer *writer, const struct policy *policy, const struct policy_facts *facts,
                              const struct policy_decision *decision)
{
    assert(writer);
    assert(policy);
    assert(facts);
    assert(decision);
    int governing = decision->governing;
    const struct policy_clause *clause = governing >= 0 ? &policy->clauses[governing] : NULL;
    bool bears = decision->outcome == POLICY_OUTCOME_REFUND;
    json_object_begin(writer);
    amount_write(writer, facts, decision);
    json_member_string(writer, "bearer", bears ? bearer_words[decision->bearer] : NULL);
    json_member_string(writer, "claim", facts->claim[0] ? facts->claim : NULL);
    clauses_write(writer, policy, decision);
    deadlines_write(writer, decision);
    json_member_integer(writer, "decided_at", facts->decided_at_s);
    if (decision->destination != POLICY_DESTINATION_ORIGINAL)
        json_member_string(writer, "destination", destination_words[decision->destination]);
    json_member_string(writer, "disposition", disposition_words[decision->disposition]);
    evidence_write(writer, decision);
    facts_write(writer, policy, facts);
    json_member_string(writer, "governing", governing == POLICY_NOBODY ? NULL : policy_clause_id(policy, governing));
    json_member_string(writer, "outcome", outcome_words[decision->outcome]);
    ids_write(writer, "overrode", policy, clause ? &clause->overrides : NULL, &decision->applies);
    policy_write(writer, policy);
    json_member_integer(writer, "v", 1);
    json_member_string(writer, "vocabulary", POLICY_VOCABULARY);
    json_object_end(writer);
}
