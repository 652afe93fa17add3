/* SPDX-License-Identifier: Apache-2.0 */
/* The certificate that a decision must have (section 7 of docs/policy-language.md), member by member. */
#include "evidence/replay/model.h"

#include <assert.h>

static const char *const truth_words[] = {"false", "true", "unknown"};
static const char *const outcome_words[] = {"refund", "refuse", "review", "open"};
static const char *const disposition_words[] = {"pay_now", "wait_merchant", "missing_evidence",
                                                "review",  "refuse",        "open"};
static const char *const evidence_words[] = {"missing", "rejected", "accepted"};
static const char *const silence_words[] = {"accepts", "refuses", "reviews"};
static const char *const rule_words[] = {"none", "full", "percent", "unfinished", "affected", "remaining", "fixed"};
/* As written, and negated. */
static const char *const op_words[][2] = {
    [REPLAY_IS] = {"is", "is_not"},
    [REPLAY_UNDER] = {"under", "at_least"},
    [REPLAY_OVER] = {"over", "at_most"},
    [REPLAY_WITHIN] = {"within", "not_within"},
    [REPLAY_AGO] = {"ago", "not_ago"},
    [REPLAY_HAPPENED] = {"happened", "not_happened"},
    [REPLAY_LATE_BY] = {"late_by", "not_late_by"},
};

static void integer_or_null(struct json_writer *writer, const char *key, int64_t value, bool is_null)
{
    json_key(writer, key);
    if (is_null)
        json_add_null(writer);
    else
        json_add_integer(writer, value);
}

static void policy_write(struct json_writer *writer, const struct replay_policy *policy)
{
    json_key(writer, "policy");
    json_object_begin(writer);
    json_member_text(writer, "name", policy->name);
    json_member_integer(writer, "version", policy->version);
    json_member_string(writer, "sha256", policy->sha256_hex);
    json_object_end(writer);
}

static void value_write(struct json_writer *writer, const struct replay_fact *fact, int64_t value)
{
    json_key(writer, "value");
    if (fact->values)
        json_add_string(writer, fact->values[value].word);
    else if (fact->type == REPLAY_EVENT && value == REPLAY_NEVER)
        json_add_string(writer, "never");
    else
        json_add_integer(writer, value);
}

static void facts_write(struct json_writer *writer, const struct replay_policy *policy,
                        const struct replay_inputs *inputs)
{
    json_key(writer, "facts");
    json_array_begin(writer);
    for (int place = 0; place < REPLAY_FACT_COUNT; place++) {
        bool known = inputs->known & replay_bit(place);
        if (!(policy->tested & replay_bit(place)))
            continue;
        json_object_begin(writer);
        json_member_string(writer, "name", replay_facts[place].word);
        if (known) {
            value_write(writer, &replay_facts[place], inputs->value[place]);
            json_member_text(writer, "source", inputs->source[place]);
        } else {
            json_member_string(writer, "value", NULL);
            json_member_string(writer, "source", NULL);
        }
        integer_or_null(writer, "leaf", inputs->leaf[place], !known || inputs->leaf[place] < 0);
        json_object_end(writer);
    }
    json_array_end(writer);
}

static void members_write(struct json_writer *writer, const struct replay_node *group);

static void node_write(struct json_writer *writer, const struct replay_node *node)
{
    json_object_begin(writer);
    if (node->kind == REPLAY_TEST) {
        const struct replay_fact *fact = &replay_facts[node->fact];
        json_member_string(writer, "fact", fact->word);
        json_member_string(writer, "op", op_words[node->op][node->negated]);
        if (node->op == REPLAY_IS) {
            json_key(writer, "values");
            json_array_begin(writer);
            for (int i = 0; fact->values[i].word; i++)
                if (node->values & replay_bit(i))
                    json_add_string(writer, fact->values[i].word);
            json_array_end(writer);
        } else if (node->op != REPLAY_HAPPENED) {
            json_member_integer(writer, "bound", node->bound);
        }
    } else {
        json_key(writer, node->kind == REPLAY_ALL ? "all" : "any");
        members_write(writer, node);
    }
    json_member_string(writer, "truth", truth_words[node->truth]);
    json_object_end(writer);
}

static void members_write(struct json_writer *writer, const struct replay_node *group)
{
    json_array_begin(writer);
    for (const struct replay_node *member = group->first; member; member = member->next)
        node_write(writer, member);
    json_array_end(writer);
}

static void clauses_write(struct json_writer *writer, const struct replay_policy *policy,
                          const struct replay_decision *decision)
{
    json_key(writer, "clauses");
    json_array_begin(writer);
    for (int i = 0; i < policy->clause_count; i++) {
        json_object_begin(writer);
        json_member_text(writer, "id", policy->clauses[i].id);
        json_member_string(writer, "applies", truth_words[decision->applies[i]]);
        json_key(writer, "conditions");
        members_write(writer, policy->clauses[i].when);
        json_key(writer, "overridden_by");
        json_array_begin(writer);
        for (int by = 0; decision->applies[i] == REPLAY_TRUE && by < policy->clause_count; by++)
            if (decision->applies[by] == REPLAY_TRUE && policy->clauses[by].overrides[i])
                json_add_text(writer, policy->clauses[by].id);
        json_array_end(writer);
        json_object_end(writer);
    }
    json_array_end(writer);
}

static void governing_write(struct json_writer *writer, const struct replay_policy *policy,
                            const struct replay_decision *decision)
{
    const struct replay_clause *governing = decision->governing;
    json_key(writer, "governing");
    if (decision->is_open)
        json_add_null(writer);
    else
        json_add_text(writer, governing ? governing->id : TEXT_LITERAL("otherwise"));
    json_key(writer, "overrode");
    json_array_begin(writer);
    for (int i = 0; governing && i < policy->clause_count; i++)
        if (governing->overrides[i] && decision->applies[i] == REPLAY_TRUE)
            json_add_text(writer, policy->clauses[i].id);
    json_array_end(writer);
    json_member_string(writer, "outcome", outcome_words[decision->outcome]);
    json_member_string(writer, "disposition", disposition_words[decision->disposition]);
}

static void evidence_write(struct json_writer *writer, const struct replay_decision *decision)
{
    const struct replay_clause *governing = decision->governing;
    json_key(writer, "evidence");
    json_array_begin(writer);
    for (int i = 0; governing && i < governing->need_count; i++) {
        json_object_begin(writer);
        json_key(writer, "any_of");
        json_array_begin(writer);
        for (int place = 0; place < REPLAY_FACT_COUNT; place++)
            if (governing->needs[i] & replay_bit(place))
                json_add_string(writer, replay_facts[place].word);
        json_array_end(writer);
        json_member_string(writer, "state", evidence_words[decision->evidence[i]]);
        json_object_end(writer);
    }
    json_array_end(writer);
}

static void amount_write(struct json_writer *writer, const struct replay_inputs *inputs,
                         const struct replay_decision *decision)
{
    json_key(writer, "amount");
    json_object_begin(writer);
    json_member_string(writer, "currency", inputs->currency);
    integer_or_null(writer, "paid", inputs->paid, inputs->paid < 0);
    json_member_integer(writer, "earlier_refunds", inputs->earlier_refunds);
    json_member_string(writer, "rule", rule_words[decision->rule]);
    json_key(writer, "steps");
    json_array_begin(writer);
    for (int i = 0; i < decision->step_count; i++) {
        json_object_begin(writer);
        json_member_string(writer, "op", decision->steps[i].op);
        json_member_integer(writer, "value", decision->steps[i].value);
        json_object_end(writer);
    }
    json_array_end(writer);
    json_member_integer(writer, "refund", decision->refund);
    json_object_end(writer);
}

static void deadlines_write(struct json_writer *writer, const struct replay_decision *decision)
{
    const struct replay_clause *governing = decision->governing;
    bool asks = governing && governing->asks_merchant;
    json_key(writer, "deadlines");
    json_object_begin(writer);
    integer_or_null(writer, "merchant_answer_s", asks ? governing->merchant_answer_s : 0, !asks);
    json_member_string(writer, "silence", asks ? silence_words[governing->silence] : NULL);
    integer_or_null(writer, "review_s", decision->review_s, decision->review_s < 0);
    if (asks && governing->extension_s)
        json_member_integer(writer, "extension_s", governing->extension_s);
    json_object_end(writer);
}

void replay_certificate_write(struct json_writer *writer, const struct replay_policy *policy,
                              const struct replay_inputs *inputs, const struct replay_decision *decision)
{
    assert(writer);
    bool pays = decision->outcome == REPLAY_REFUND;
    json_object_begin(writer);
    json_member_integer(writer, "v", 1);
    json_member_string(writer, "vocabulary", "1");
    policy_write(writer, policy);
    facts_write(writer, policy, inputs);
    clauses_write(writer, policy, decision);
    governing_write(writer, policy, decision);
    evidence_write(writer, decision);
    amount_write(writer, inputs, decision);
    json_member_string(writer, "bearer", pays ? decision->governing->bearer : NULL);
    if (decision->governing && decision->governing->destination)
        json_member_string(writer, "destination", decision->governing->destination);
    deadlines_write(writer, decision);
    json_member_integer(writer, "decided_at", inputs->decided_at);
    json_key(writer, "claim");
    if (inputs->claim.data)
        json_add_text(writer, inputs->claim);
    else
        json_add_null(writer);
    json_object_end(writer);
}
