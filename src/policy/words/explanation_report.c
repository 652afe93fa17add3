/* SPDX-License-Identifier: Apache-2.0 */
/* The explanation as JSON: the same facts, clauses and next steps as in the words, for a page that lays them out itself. */
#include "policy/words/explanation.h"

#include <assert.h>

#include "base/time.h"

#define WORDS_BYTES_MAX (64 * 1024)
#define LAST_DAY_S INT64_C(253370764800) /* 9999-01-01: a time given by hand may be any number */

struct phrases {
    struct json_writer *writer;
    struct buffer words;
    const struct explanation *e;
};

static void phrase_write(struct phrases *p, const char *key_zh, const char *key_en, enum policy_language language)
{
    json_member_text(p->writer, language == POLICY_LANGUAGE_ZH ? key_zh : key_en, buffer_text(&p->words));
    buffer_clear(&p->words);
}

static void title_write(struct phrases *p, int clause)
{
    json_member_string(p->writer, "id", policy_clause_id(p->e->policy, clause));
    json_member_string(p->writer, "title_en", policy_clause_title(p->e->policy, clause, POLICY_LANGUAGE_EN));
    json_member_string(p->writer, "title_zh", policy_clause_title(p->e->policy, clause, POLICY_LANGUAGE_ZH));
}

static const enum policy_language languages[] = {POLICY_LANGUAGE_ZH, POLICY_LANGUAGE_EN};

static void value_write(struct json_writer *writer, const struct policy_facts *facts, int fact)
{
    const struct fact_info *info = fact_info((enum fact)fact);
    int64_t value = facts->value[fact];
    if (!(facts->known >> fact & 1))
        json_add_null(writer);
    else if (info->values)
        json_add_string(writer, info->values[value].word);
    else if (info->type == FACT_TYPE_DURATION && value == FACT_NEVER)
        json_add_string(writer, "never");
    else
        json_add_integer(writer, value);
}

static void fact_write(struct phrases *p, int fact)
{
    const struct policy_facts *facts = p->e->facts;
    const struct fact_info *info = fact_info((enum fact)fact);
    json_object_begin(p->writer);
    json_member_string(p->writer, "fact", info->word);
    json_member_string(p->writer, "label_en", info->label_en);
    json_member_string(p->writer, "label_zh", info->label_zh);
    json_member_string(p->writer, "source", fact_source_word((enum fact_source)facts->source[fact]));
    json_key(p->writer, "value");
    value_write(p->writer, facts, fact);
    for (int i = 0; i < 2; i++) {
        policy_fact_words(&p->words, facts, (enum fact)fact, languages[i]);
        phrase_write(p, "zh", "en", languages[i]);
    }
    json_object_end(p->writer);
}

static void facts_write(struct phrases *p, const char *key, uint64_t facts)
{
    json_key(p->writer, key);
    json_array_begin(p->writer);
    for (uint64_t bits = facts & p->e->facts->known; bits; bits &= bits - 1)
        fact_write(p, __builtin_ctzll(bits));
    json_array_end(p->writer);
}

static void verdict_write(struct phrases *p)
{
    const struct policy_decision *d = p->e->decision;
    json_key(p->writer, "verdict");
    json_object_begin(p->writer);
    json_member_string(p->writer, "disposition", policy_disposition_word(d->disposition));
    json_member_string(p->writer, "outcome", policy_outcome_word(d->outcome));
    json_member_integer(p->writer, "refund", d->refund);
    for (int i = 0; i < 2; i++) {
        explanation_verdict_words(&p->words, p->e, languages[i]);
        phrase_write(p, "zh", "en", languages[i]);
    }
    json_object_end(p->writer);
}

static void clause_write(struct phrases *p)
{
    int governing = p->e->decision->governing;
    json_key(p->writer, "clause");
    if (governing == POLICY_NOBODY) {
        json_add_null(p->writer);
        return;
    }
    json_object_begin(p->writer);
    title_write(p, governing);
    json_key(p->writer, "laws");
    json_array_begin(p->writer);
    for (int i = 0; governing >= 0 && i < p->e->policy->clauses[governing].law_count; i++)
        json_add_string(p->writer, p->e->policy->clauses[governing].laws[i]);
    json_array_end(p->writer);
    json_object_end(p->writer);
}

static void failure_write(struct phrases *p, const struct explanation_failure *failure)
{
    bool timed = failure->change == EXPLANATION_CHANGE_WAIT || failure->change == EXPLANATION_CHANGE_PASSED;
    json_object_begin(p->writer);
    json_key(p->writer, "by_s");
    if (timed)
        json_add_integer(p->writer, failure->by_s);
    else
        json_add_null(p->writer);
    json_member_string(p->writer, "change", explanation_change_word(failure->change));
    facts_write(p, "facts", failure->facts);
    for (int i = 0; i < 2; i++) {
        policy_node_words(&p->words, p->e->policy, failure->node, languages[i]);
        phrase_write(p, "needs_zh", "needs_en", languages[i]);
    }
    json_object_end(p->writer);
}

static void near_write(struct phrases *p)
{
    json_key(p->writer, "near");
    json_array_begin(p->writer);
    for (int i = 0; i < p->e->near_count; i++) {
        json_object_begin(p->writer);
        json_key(p->writer, "failed");
        json_array_begin(p->writer);
        for (int f = 0; f < p->e->near[i].failed_count; f++)
            failure_write(p, &p->e->near[i].failed[f]);
        json_array_end(p->writer);
        title_write(p, p->e->near[i].clause);
        json_object_end(p->writer);
    }
    json_array_end(p->writer);
}

static void nearest_fact_write(struct phrases *p, int fact)
{
    json_object_begin(p->writer);
    json_member_string(p->writer, "fact", fact_info((enum fact)fact)->word);
    json_key(p->writer, "value");
    value_write(p->writer, &p->e->nearest.facts, fact);
    json_key(p->writer, "was");
    value_write(p->writer, p->e->facts, fact);
    for (int i = 0; i < 2; i++) {
        explanation_changed_words(&p->words, p->e, (enum fact)fact, languages[i]);
        phrase_write(p, "zh", "en", languages[i]);
    }
    json_object_end(p->writer);
}

static void nearest_write(struct phrases *p)
{
    const struct explanation *e = p->e;
    json_key(p->writer, "nearest");
    if (!e->has_nearest) {
        json_add_null(p->writer);
        return;
    }
    json_object_begin(p->writer);
    json_key(p->writer, "clause");
    json_object_begin(p->writer);
    title_write(p, e->nearest.clause);
    json_object_end(p->writer);
    json_member_string(p->writer, "disposition", policy_disposition_word(e->nearest_decision.disposition));
    json_member_boolean(p->writer, "exact", e->nearest.exact);
    json_key(p->writer, "facts");
    json_array_begin(p->writer);
    for (uint64_t bits = e->nearest_told; bits; bits &= bits - 1)
        nearest_fact_write(p, __builtin_ctzll(bits));
    json_array_end(p->writer);
    json_member_string(p->writer, "outcome", policy_outcome_word(e->nearest_decision.outcome));
    json_member_integer(p->writer, "refund", e->nearest_decision.refund);
    json_key(p->writer, "situation");
    policy_facts_write(p->writer, &e->nearest.facts);
    for (int i = 0; i < 2; i++) {
        explanation_nearest_words(&p->words, e, languages[i]);
        phrase_write(p, "zh", "en", languages[i]);
    }
    json_object_end(p->writer);
}

static void next_write(struct phrases *p)
{
    static const char *const who[] = {"nobody", "buyer", "merchant", "platform"};
    static const char *const silence[] = {NULL, "accepts", "refuses", "reviews"};
    const struct explanation *e = p->e;
    int64_t at_s = e->facts->decided_at_s;
    bool dated = e->next_s >= 0 && at_s > 0 && at_s < LAST_DAY_S;
    json_key(p->writer, "next");
    json_object_begin(p->writer);
    json_member_string(p->writer, "silence",
                       e->next_who == EXPLANATION_MERCHANT ? silence[e->decision->silence] : NULL);
    json_member_time(p->writer, "until", dated ? (at_s + e->next_s) * TIME_SECOND_US : 0);
    json_member_string(p->writer, "who", who[e->next_who]);
    json_key(p->writer, "within_s");
    if (e->next_s >= 0)
        json_add_integer(p->writer, e->next_s);
    else
        json_add_null(p->writer);
    for (int i = 0; i < 2; i++) {
        explanation_next_words(&p->words, e, languages[i]);
        phrase_write(p, "zh", "en", languages[i]);
    }
    json_object_end(p->writer);
}

void explanation_members(struct json_writer *writer, const struct explanation *e)
{
    struct phrases p = {.writer = writer, .e = e};
    buffer_init(&p.words, WORDS_BYTES_MAX);
    clause_write(&p);
    facts_write(&p, "facts", e->mattered);
    near_write(&p);
    nearest_write(&p);
    next_write(&p);
    verdict_write(&p);
    for (int i = 0; i < 2; i++) {
        explanation_words(&p.words, e, languages[i]);
        phrase_write(&p, "zh", "en", languages[i]);
    }
    buffer_done(&p.words);
}

void policy_explanation_write(struct json_writer *writer, const struct policy *policy, const struct policy_facts *facts,
                              const struct policy_decision *decision)
{
    struct explanation explanation;
    assert(writer);
    assert(policy);
    assert(facts);
    assert(decision);
    explanation_make(policy, facts, decision, &explanation);
    json_object_begin(writer);
    explanation_members(writer, &explanation);
    json_object_end(writer);
}
