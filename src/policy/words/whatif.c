/* SPDX-License-Identifier: Apache-2.0 */
/* What is still possible, in words: outcomes by what they come to, and the next question. Numbers in the text are those of the
 * outcomes. */
#include "policy/words/whatif.h"

#include <assert.h>
#include <string.h>

#include "policy/words/answer.h"
#include "policy/words/words.h"

#define ANSWER_VALUES_MAX 5 /* more in one answer are what nobody thought of: their number says as much */

struct telling {
    struct buffer *out;
    const struct policy *policy;
    const struct policy_facts *facts;
    const struct policy_whatif *whatif;
    enum policy_language language;
    bool zh;
};

static void say(const struct telling *t, const char *zh, const char *en)
{
    buffer_add_string(t->out, t->zh ? zh : en);
}

void policy_possibility_words(struct buffer *out, const struct policy *policy, const struct policy_possibility *item,
                              enum policy_language language)
{
    /* `otherwise` for the reason `other` is a review, whatever the line says: the line is taken without its refusal. */
    struct policy to_person = *policy;
    to_person.otherwise = item->outcome;
    if (item->governing == POLICY_OTHERWISE) {
        words_put(out, language, "", "Result: ");
        policy_otherwise_words(out, &to_person, language);
        words_put(out, language, "。", ".");
    } else {
        policy_consequence_words(out, policy, &policy->clauses[item->governing], language);
    }
}

void policy_supposed_words(struct buffer *out, const struct policy_facts *facts, const struct policy_possibility *item,
                           enum policy_language language)
{
    struct policy_facts added = item->example;
    added.known &= ~facts->known;
    policy_facts_words(out, &added, language);
}

static bool example_adds(const struct telling *t, const struct policy_possibility *item)
{
    return (item->example.known & ~t->facts->known) != 0;
}

static void possibility_say(const struct telling *t, const struct policy_possibility *item)
{
    buffer_addf(t->out, t->zh ? "   “%s”(%s)" : "   \"%s\" (%s)",
                policy_clause_title(t->policy, item->governing, t->language),
                policy_clause_id(t->policy, item->governing));
    if (example_adds(t, item)) {
        say(t, "，例如：", ", for example: ");
        policy_supposed_words(t->out, t->facts, item, t->language);
    }
    buffer_add_char(t->out, '\n');
}

static void consequences_say(const struct telling *t)
{
    for (int consequence = 0; consequence < t->whatif->consequence_count; consequence++) {
        bool first = true;
        for (int i = 0; i < t->whatif->count; i++) {
            const struct policy_possibility *item = &t->whatif->items[i];
            if (item->consequence != consequence)
                continue;
            if (first) {
                buffer_addf(t->out, "%d. ", consequence + 1);
                policy_possibility_words(t->out, t->policy, item, t->language);
                buffer_add_char(t->out, '\n');
            }
            first = false;
            possibility_say(t, item);
        }
    }
}

/* ---- the question ---- */

void policy_answer_words(struct buffer *out, enum fact fact, const struct policy_answer *answer,
                         enum policy_language language)
{
    bool zh = language == POLICY_LANGUAGE_ZH;
    if (fact_info(fact)->values) {
        policy_values_words(out, fact, answer->values, language);
        return;
    }
    int64_t last = fact_info(fact)->type == FACT_TYPE_PERCENT ? 100 : FACT_VALUE_MAXIMUM;
    bool from_start = answer->low <= 0, to_end = answer->high >= last;
    if (from_start && !to_end)
        buffer_add_string(out, zh ? "不超过 " : "at most ");
    if (!from_start || to_end)
        policy_value_words(out, fact, answer->low, "", language);
    if (to_end && answer->low < answer->high)
        buffer_add_string(out, zh ? " 及以上" : " or more");
    else if (!from_start && answer->low < answer->high)
        buffer_add_string(out, zh ? " 至 " : " to ");
    if (!to_end && answer->low < answer->high)
        policy_value_words(out, fact, answer->high, "", language);
    else if (from_start && !to_end)
        policy_value_words(out, fact, answer->low, "", language);
}

void policy_answer_consequences(const struct policy_whatif *whatif, const struct policy_answer *answer,
                                uint64_t ret[static POLICY_POSSIBILITY_WORDS])
{
    memset(ret, 0, POLICY_POSSIBILITY_WORDS * sizeof *ret);
    for (int i = 0; i < whatif->count; i++)
        if (answer->left[i / 64] >> (i % 64) & 1)
            ret[whatif->items[i].consequence / 64] |= UINT64_C(1) << (whatif->items[i].consequence % 64);
}

static void answer_say(const struct telling *t, const struct policy_answer *answer)
{
    uint64_t left[POLICY_POSSIBILITY_WORDS];
    bool first = true;
    int values = __builtin_popcountll(answer->values);
    buffer_add_string(t->out, "   ");
    if (values > ANSWER_VALUES_MAX)
        buffer_addf(t->out, t->zh ? "其余 %d 种" : "any of %d others", values);
    else
        policy_answer_words(t->out, (enum fact)t->whatif->question, answer, t->language);
    say(t, " → 剩 ", " -> leaves ");
    policy_answer_consequences(t->whatif, answer, left);
    for (int i = 0; i < t->whatif->consequence_count; i++)
        if (left[i / 64] >> (i % 64) & 1) {
            buffer_addf(t->out, "%s%d", first ? "" : t->zh ? "、" : ", ", i + 1);
            first = false;
        }
    buffer_add_char(t->out, '\n');
}

static void steps_say(const struct telling *t)
{
    int64_t tenths = (t->whatif->steps_milli + 50) / 100;
    buffer_addf(t->out, t->zh ? "（%s还需问 %lld.%lld 次）\n" : " (%s%lld.%lld questions)\n",
                t->zh ? (t->whatif->exact ? "平均" : "估计") : (t->whatif->exact ? "on average " : "about "),
                (long long)(tenths / 10), (long long)(tenths % 10));
}

static void question_say(const struct telling *t)
{
    const struct fact_info *info = fact_info((enum fact)t->whatif->question);
    say(t, "下一个问题：", "Next question: ");
    say(t, info->question_zh, info->question_en);
    if (t->whatif->purpose == POLICY_QUESTION_AMOUNT) {
        say(t, "（用于计算金额）\n", " (for the amount)\n");
        return;
    }
    steps_say(t);
    for (int i = 0; i < t->whatif->answer_count; i++)
        answer_say(t, &t->whatif->answers[i]);
}

static void depends_say(const struct telling *t)
{
    bool first = true;
    for (uint64_t bits = t->whatif->depends; bits; bits &= bits - 1) {
        const struct fact_info *info = fact_info((enum fact)__builtin_ctzll(bits));
        if (first)
            say(t, "还取决于平台的记录：", "It also depends on what the records will say: ");
        else
            say(t, "、", ", ");
        say(t, info->label_zh, info->label_en);
        first = false;
    }
    if (!first)
        say(t, "。\n", ".\n");
}

/* ---- the whole ---- */

static void decision_say(const struct telling *t)
{
    const struct policy_possibility *item = &t->whatif->items[0];
    struct policy_decision decision;
    if (example_adds(t, item)) {
        say(t, "以下面的情形为例：", "Taking for an example: ");
        policy_supposed_words(t->out, t->facts, item, t->language);
        buffer_add_char(t->out, '\n');
    }
    policy_evaluate(t->policy, &item->example, &decision);
    policy_explain(t->out, t->policy, &item->example, &decision, t->language);
}

void policy_whatif_words(struct buffer *out, const struct policy *policy, const struct policy_facts *facts,
                         const struct policy_whatif *whatif, enum policy_language language)
{
    assert(out);
    assert(policy);
    assert(facts);
    assert(whatif);
    struct telling t = {out, policy, facts, whatif, language, language == POLICY_LANGUAGE_ZH};
    if (whatif->count == 0) {
        say(&t, "这些情况不可能同时成立。\n", "These facts cannot hold together.\n");
        return;
    }
    say(&t, "已知：", "Known: ");
    say(&t, facts->known ? "" : "无", facts->known ? "" : "nothing");
    if (facts->known)
        policy_facts_words(out, facts, language);
    buffer_add_char(out, '\n');
    if (whatif->consequence_count == 1) {
        decision_say(&t);
    } else {
        buffer_addf(out, t.zh ? "还可能有 %d 种结果：\n" : "%d outcomes are still possible:\n",
                    whatif->consequence_count);
        consequences_say(&t);
    }
    if (whatif->question >= 0)
        question_say(&t);
    depends_say(&t);
}
