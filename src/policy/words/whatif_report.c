/* SPDX-License-Identifier: Apache-2.0 */
/* What is still possible as JSON, for `--json` and the HTTP API. */
#include "policy/words/whatif.h"

#include <assert.h>

#include "policy/words/answer.h"

#define WORDS_BYTES_MAX (64 * 1024)

struct report {
    struct json_writer *writer;
    const struct policy *policy;
    const struct policy_facts *facts;
    const struct policy_whatif *whatif;
};

static const char *const keys_of_languages[] = {[POLICY_LANGUAGE_ZH] = "zh", [POLICY_LANGUAGE_EN] = "en"};

static void proofs_write(struct json_writer *writer, uint64_t proofs)
{
    json_array_begin(writer);
    for (uint64_t bits = proofs; bits; bits &= bits - 1)
        json_add_string(writer, fact_info((enum fact)__builtin_ctzll(bits))->word);
    json_array_end(writer);
}

/* ---- what is possible ---- */

static void words_write(const struct report *r, const struct policy_possibility *item)
{
    static const char *const example_keys[] = {"example_zh", "example_en"};
    static const char *const title_keys[] = {"title_zh", "title_en"};
    struct buffer words;
    buffer_init(&words, WORDS_BYTES_MAX);
    for (int i = 0; i < 2; i++) {
        enum policy_language language = (enum policy_language)i;
        policy_possibility_words(&words, r->policy, item, language);
        json_member_text(r->writer, keys_of_languages[i], buffer_text(&words));
        buffer_clear(&words);
        policy_supposed_words(&words, r->facts, item, language);
        json_member_text(r->writer, example_keys[i], buffer_text(&words));
        buffer_clear(&words);
        json_member_string(r->writer, title_keys[i], policy_clause_title(r->policy, item->governing, language));
    }
    buffer_done(&words);
}

static void evidence_write(struct json_writer *writer, const struct policy_decision *decision)
{
    json_key(writer, "evidence");
    json_array_begin(writer);
    for (int i = 0; i < decision->evidence_count; i++) {
        json_object_begin(writer);
        json_key(writer, "any_of");
        proofs_write(writer, decision->evidence_any_of[i]);
        json_member_string(writer, "state", policy_evidence_state_word(decision->evidence_state[i]));
        json_object_end(writer);
    }
    json_array_end(writer);
    json_key(writer, "optional");
    proofs_write(writer, decision->evidence_optional);
}

static void possibility_write(const struct report *r, const struct policy_possibility *item)
{
    struct policy_decision decision;
    policy_evaluate(r->policy, &item->example, &decision);
    json_object_begin(r->writer);
    json_member_string(r->writer, "clause", policy_clause_id(r->policy, item->governing));
    json_member_integer(r->writer, "consequence", item->consequence);
    evidence_write(r->writer, &decision);
    json_key(r->writer, "example");
    policy_facts_write(r->writer, &item->example);
    json_member_string(r->writer, "outcome", policy_outcome_word(item->outcome));
    words_write(r, item);
    json_object_end(r->writer);
}

static void answer_write(const struct report *r)
{
    json_key(r->writer, "answer");
    if (r->whatif->consequence_count != 1) {
        json_add_null(r->writer);
        return;
    }
    const struct policy_facts *example = &r->whatif->items[0].example;
    struct policy_facts assumed = *example;
    struct policy_decision decision;
    struct buffer words;
    assumed.known &= ~r->facts->known;
    policy_evaluate(r->policy, example, &decision);
    buffer_init(&words, WORDS_BYTES_MAX);
    json_object_begin(r->writer);
    json_key(r->writer, "assumed");
    policy_facts_write(r->writer, &assumed);
    json_key(r->writer, "decision");
    policy_certificate_write(r->writer, r->policy, example, &decision);
    for (int i = 0; i < 2; i++) {
        buffer_clear(&words);
        policy_explain(&words, r->policy, example, &decision, (enum policy_language)i);
        json_member_text(r->writer, keys_of_languages[i], buffer_text(&words));
    }
    json_object_end(r->writer);
    buffer_done(&words);
}

/* ---- the question ---- */

static void values_write(struct json_writer *writer, const struct fact_info *info, const struct policy_answer *answer)
{
    if (!info->values) {
        json_member_integer(writer, "from", answer->low);
        json_member_integer(writer, "to", answer->high);
        return;
    }
    json_key(writer, "values");
    json_array_begin(writer);
    for (uint64_t bits = answer->values; bits; bits &= bits - 1)
        json_add_string(writer, info->values[__builtin_ctzll(bits)].word);
    json_array_end(writer);
}

static void one_answer_write(struct json_writer *writer, const struct policy_whatif *whatif,
                             const struct policy_answer *answer)
{
    enum fact fact = (enum fact)whatif->question;
    struct buffer words;
    buffer_init(&words, WORDS_BYTES_MAX);
    json_object_begin(writer);
    for (int i = 0; i < 2; i++) {
        buffer_clear(&words);
        policy_answer_words(&words, fact, answer, (enum policy_language)i);
        json_member_text(writer, keys_of_languages[i], buffer_text(&words));
    }
    json_key(writer, "leaves");
    json_array_begin(writer);
    for (int i = 0; i < whatif->count; i++)
        if (answer->left[i / 64] >> (i % 64) & 1)
            json_add_integer(writer, i);
    json_array_end(writer);
    json_member_integer(writer, "steps_milli", answer->steps_milli);
    values_write(writer, fact_info(fact), answer);
    json_member_integer(writer, "weight", answer->weight);
    json_object_end(writer);
    buffer_done(&words);
}

static void sources_write(struct json_writer *writer, unsigned sources)
{
    json_key(writer, "sources");
    json_array_begin(writer);
    for (int i = 0; i < FACT_SOURCE_COUNT; i++)
        if (sources >> i & 1)
            json_add_string(writer, fact_source_word((enum fact_source)i));
    json_array_end(writer);
}

void policy_question_report(struct json_writer *writer, const struct policy_whatif *whatif)
{
    assert(writer);
    assert(whatif);
    if (whatif->question < 0) {
        json_add_null(writer);
        return;
    }
    const struct fact_info *info = fact_info((enum fact)whatif->question);
    json_object_begin(writer);
    json_key(writer, "answers");
    json_array_begin(writer);
    for (int i = 0; i < whatif->answer_count; i++)
        one_answer_write(writer, whatif, &whatif->answers[i]);
    json_array_end(writer);
    json_member_boolean(writer, "exact", whatif->exact);
    json_member_string(writer, "fact", info->word);
    json_member_string(writer, "label_en", info->label_en);
    json_member_string(writer, "label_zh", info->label_zh);
    json_member_boolean(writer, "proof", fact_is_proof((enum fact)whatif->question));
    json_member_string(writer, "purpose", whatif->purpose == POLICY_QUESTION_AMOUNT ? "amount" : "outcome");
    json_member_string(writer, "question_en", info->question_en);
    json_member_string(writer, "question_zh", info->question_zh);
    sources_write(writer, info->sources);
    json_member_integer(writer, "steps_milli", whatif->steps_milli);
    json_object_end(writer);
}

/* ---- the whole ---- */

static void depends_write(const struct report *r)
{
    json_key(r->writer, "depends_on");
    json_array_begin(r->writer);
    for (uint64_t bits = r->whatif->depends; bits; bits &= bits - 1) {
        const struct fact_info *info = fact_info((enum fact)__builtin_ctzll(bits));
        json_object_begin(r->writer);
        json_member_string(r->writer, "fact", info->word);
        json_member_string(r->writer, "label_en", info->label_en);
        json_member_string(r->writer, "label_zh", info->label_zh);
        json_object_end(r->writer);
    }
    json_array_end(r->writer);
}

void policy_whatif_report(struct json_writer *writer, const struct policy *policy, const struct policy_facts *facts,
                          const struct policy_whatif *whatif)
{
    assert(writer);
    assert(policy);
    assert(facts);
    assert(whatif);
    struct report r = {writer, policy, facts, whatif};
    json_object_begin(writer);
    answer_write(&r);
    json_member_integer(writer, "consequences", whatif->consequence_count);
    depends_write(&r);
    json_key(writer, "facts");
    policy_facts_write(writer, facts);
    json_key(writer, "possible");
    json_array_begin(writer);
    for (int i = 0; i < whatif->count; i++)
        possibility_write(&r, &whatif->items[i]);
    json_array_end(writer);
    json_key(writer, "question");
    policy_question_report(writer, whatif);
    json_object_end(writer);
}
