/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Conditions as phrases of a small, fixed language (phrases.def): one test is one phrase, and phrases are joined so that they can
 * be read in one way only. test_reader.c reads them back.
 */
#include "policy/words/words.h"

#include <assert.h>
#include <string.h>

#define ZH(language) ((language) == POLICY_LANGUAGE_ZH)

enum phrase_kind { PHRASE_NONE, PHRASE_EVENT, PHRASE_CHOICE, PHRASE_STATE };

/* Of an event: noun, happened, did not. Of a choice: is, is not. Of a state: yes, no. */
struct phrase {
    enum phrase_kind kind;
    bool quoted;
    const char *words[2][3]; /* by language */
};

#define PLAIN false
#define QUOTED true
#define EVENT_PHRASE(fact, zh_noun, zh_happened, zh_not, en_noun, en_happened, en_not)                                 \
    [FACT_##fact] = {PHRASE_EVENT, false, {{zh_noun, zh_happened, zh_not}, {en_noun, en_happened, en_not}}},
#define CHOICE_PHRASE(fact, quoted, zh_is, zh_not, en_is, en_not)                                                      \
    [FACT_##fact] = {PHRASE_CHOICE, quoted, {{zh_is, zh_not, NULL}, {en_is, en_not, NULL}}},
#define STATE_PHRASE(fact, zh_yes, zh_no, en_yes, en_no)                                                               \
    [FACT_##fact] = {PHRASE_STATE, false, {{zh_yes, zh_no, NULL}, {en_yes, en_no, NULL}}},
#define VALUE_PHRASE(...)
static const struct phrase phrases[FACT_COUNT] = {
#include "policy/words/phrases.def"
};
#undef VALUE_PHRASE
#undef STATE_PHRASE
#undef CHOICE_PHRASE
#undef EVENT_PHRASE
#undef QUOTED
#undef PLAIN

#define EVENT_PHRASE(...)
#define CHOICE_PHRASE(...)
#define STATE_PHRASE(...)
#define VALUE_PHRASE(fact, value, zh, en) {FACT_##fact, fact##_##value, {zh, en}},
static const struct {
    enum fact fact;
    int value;
    const char *words[2]; /* by language */
} value_phrases[] = {
#include "policy/words/phrases.def"
};
#undef VALUE_PHRASE
#undef STATE_PHRASE
#undef CHOICE_PHRASE
#undef EVENT_PHRASE

/* ---- values ---- */

static const char *value_label(enum fact fact, int value, enum policy_language language)
{
    const struct fact_value_info *info = &fact_info(fact)->values[value];
    return ZH(language) ? info->label_zh : info->label_en;
}

/* A label that would not end where it seems to, or that begins like the phrase around it, stands in quotes; then all of a list do. */
static bool must_quote(const char *label, bool is)
{
    return strstr(label, "或") || strstr(label, " or ") || strchr(label, ',') ||
           (!is && strncmp(label, "not ", 4) == 0);
}

static void values_put(struct buffer *out, enum fact fact, uint64_t mask, bool is, bool quoted,
                       enum policy_language language)
{
    for (uint64_t bits = mask; bits; bits &= bits - 1)
        quoted = quoted || must_quote(value_label(fact, __builtin_ctzll(bits), language), is);
    for (uint64_t bits = mask; bits; bits &= bits - 1) {
        words_put(out, language, quoted ? "“" : "", quoted ? "\"" : "");
        buffer_add_string(out, value_label(fact, __builtin_ctzll(bits), language));
        words_put(out, language, quoted ? "”" : "", quoted ? "\"" : "");
        if (bits & (bits - 1))
            words_put(out, language, is ? "或" : "也不是", is ? " or " : " nor ");
    }
}

/* Said the short way round: "not A" of a fact with few values is one of the others. */
#define OTHERS_MAX 2

static uint64_t values_of(enum fact fact, unsigned goods)
{
    const struct fact_info *info = fact_info(fact);
    uint64_t all = 0;
    for (int i = 0; i < info->value_count; i++)
        if (info->values[i].goods & goods)
            all |= UINT64_C(1) << i;
    return all;
}

static const char *value_phrase(enum fact fact, uint64_t mask, enum policy_language language)
{
    for (size_t i = 0; i < sizeof value_phrases / sizeof *value_phrases; i++)
        if (value_phrases[i].fact == fact && mask == UINT64_C(1) << value_phrases[i].value)
            return value_phrases[i].words[language];
    return NULL;
}

static void choice_put(struct buffer *out, enum fact fact, uint64_t mask, bool is, enum policy_language language)
{
    const struct phrase *phrase = &phrases[fact];
    const char *alone = is ? value_phrase(fact, mask, language) : NULL;
    if (alone) {
        buffer_add_string(out, alone);
        return;
    }
    if (phrase->kind == PHRASE_CHOICE) {
        buffer_add_string(out, phrase->words[language][is ? 0 : 1]);
        values_put(out, fact, mask, is, phrase->quoted || (!is && ZH(language)), language);
        return;
    }
    words_put(out, language, "", "the ");
    buffer_add_string(out, ZH(language) ? fact_info(fact)->label_zh : fact_info(fact)->label_en);
    words_put(out, language, is ? "" : "不是", is ? " is " : " is not ");
    values_put(out, fact, mask, is, !is, language);
}

static void mask_put(struct buffer *out, const struct policy *policy, const struct policy_condition *c,
                     enum policy_language language)
{
    enum fact fact = (enum fact)c->fact;
    bool is = c->relation == POLICY_RELATION_IS;
    if (phrases[fact].kind == PHRASE_STATE) {
        buffer_add_string(out, phrases[fact].words[language][is ? 0 : 1]);
        return;
    }
    uint64_t others = values_of(fact, policy->goods) & ~c->written;
    if (is && !others && fact == FACT_REASON)
        words_put(out, language, "不限申请原因", "the reason is any");
    else if (!is && others && __builtin_popcountll(others) <= OTHERS_MAX)
        choice_put(out, fact, others, true, language);
    else
        choice_put(out, fact, c->written, is, language);
}

/* ---- events ---- */

static void late_put(struct buffer *out, const char *zh, const char *en, int64_t seconds, enum policy_language language)
{
    words_put(out, language, zh, en);
    policy_duration_words(out, seconds, language);
    words_put(out, language, "", " later than promised");
}

static void event_put(struct buffer *out, const struct policy_condition *c, enum policy_relation relation,
                      enum policy_language language)
{
    const struct phrase *phrase = &phrases[c->fact];
    const char *noun = phrase->words[language][0];
    bool zh = ZH(language);
    switch (relation) {
    case POLICY_RELATION_HAPPENED:
        buffer_add_string(out, phrase->words[language][1]);
        return;
    case POLICY_RELATION_NOT_HAPPENED:
        buffer_add_string(out, phrase->words[language][2]);
        return;
    case POLICY_RELATION_WITHIN:
        if (c->fact == FACT_LATE) {
            late_put(out, "超过承诺时间至多 ", "it is at most ", c->bound, language);
            return;
        }
        buffer_addf(out, zh ? "%s后 " : "the claim comes within ", noun);
        policy_duration_words(out, c->bound, language);
        buffer_addf(out, zh ? "内申请" : " of the %s", noun);
        return;
    case POLICY_RELATION_AGO:
        if (c->fact == FACT_LATE) {
            late_put(out, "超过承诺时间多于 ", "it is more than ", c->bound, language);
            return;
        }
        buffer_addf(out, zh ? "%s已超过 " : "the claim comes more than ", noun);
        policy_duration_words(out, c->bound, language);
        buffer_addf(out, zh ? "" : " after the %s", noun);
        return;
    case POLICY_RELATION_LATE_BY:
        late_put(out, "超过承诺时间至少 ", "it is at least ", c->bound, language);
        return;
    case POLICY_RELATION_NOT_LATE_BY:
        late_put(out, "超过承诺时间不到 ", "it is less than ", c->bound, language);
        return;
    case POLICY_RELATION_IS:
    case POLICY_RELATION_IS_NOT:
    case POLICY_RELATION_UNDER:
    case POLICY_RELATION_AT_LEAST:
    case POLICY_RELATION_OVER:
    case POLICY_RELATION_AT_MOST:
    case POLICY_RELATION_NOT_WITHIN:
    case POLICY_RELATION_NOT_AGO:
    case POLICY_RELATION_COUNT:
        break;
    }
    assert(!"a relation of events");
}

/* The opposite of "within 7 days" is true of what never happened too, and says so: it is two phrases. */
static bool event_pair(const struct policy_condition *c, enum policy_relation *ret_second)
{
    switch ((enum policy_relation)c->relation) {
    case POLICY_RELATION_NOT_WITHIN:
        *ret_second = POLICY_RELATION_AGO;
        return true;
    case POLICY_RELATION_NOT_AGO:
        *ret_second = POLICY_RELATION_WITHIN;
        return true;
    case POLICY_RELATION_NOT_LATE_BY:
        *ret_second = POLICY_RELATION_NOT_LATE_BY;
        return true;
    case POLICY_RELATION_IS:
    case POLICY_RELATION_IS_NOT:
    case POLICY_RELATION_UNDER:
    case POLICY_RELATION_AT_LEAST:
    case POLICY_RELATION_OVER:
    case POLICY_RELATION_AT_MOST:
    case POLICY_RELATION_WITHIN:
    case POLICY_RELATION_AGO:
    case POLICY_RELATION_HAPPENED:
    case POLICY_RELATION_NOT_HAPPENED:
    case POLICY_RELATION_LATE_BY:
    case POLICY_RELATION_COUNT:
        return false;
    }
    return false;
}

static bool is_pair(const struct policy_condition *c)
{
    enum policy_relation second;
    return event_pair(c, &second) && c->fact != FACT_PURCHASED; /* every order was bought */
}

static void event_condition_put(struct buffer *out, const struct policy_condition *c, enum policy_language language)
{
    enum policy_relation second = (enum policy_relation)c->relation;
    if (event_pair(c, &second) && is_pair(c)) {
        event_put(out, c, POLICY_RELATION_NOT_HAPPENED, language);
        words_put(out, language, "，或", ", or ");
    }
    event_put(out, c, second, language);
}

/* ---- numbers ---- */

static void number_put(struct buffer *out, const struct policy *policy, const struct policy_condition *c,
                       enum policy_language language)
{
    static const char *const zh[] = {"低于 ", "至少 ", "超过 ", "至多 "};
    static const char *const en[] = {" under ", " at least ", " over ", " at most "};
    const struct fact_info *info = fact_info((enum fact)c->fact);
    int which = c->relation - POLICY_RELATION_UNDER;
    assert(which >= 0 && which < 4);
    buffer_add_string(out, ZH(language) ? info->label_zh : info->label_en);
    words_put(out, language, zh[which], en[which]);
    policy_value_words(out, (enum fact)c->fact, c->bound, policy_money_code(policy), language);
}

void policy_condition_words(struct buffer *out, const struct policy *policy, const struct policy_condition *condition,
                            enum policy_language language)
{
    if (condition->by_mask)
        mask_put(out, policy, condition, language);
    else if (fact_info((enum fact)condition->fact)->type == FACT_TYPE_DURATION)
        event_condition_put(out, condition, language);
    else
        number_put(out, policy, condition, language);
}

const char *policy_event_noun(enum fact fact, enum policy_language language)
{
    assert(phrases[fact].kind == PHRASE_EVENT);
    return phrases[fact].words[language][0];
}

/* ---- one fact as it is ---- */

void policy_fact_words(struct buffer *out, const struct policy_facts *facts, enum fact fact,
                       enum policy_language language)
{
    const struct phrase *phrase = &phrases[fact];
    int64_t value = facts->value[fact];
    assert(facts->known >> fact & 1);
    if (phrase->kind == PHRASE_STATE) {
        buffer_add_string(out, phrase->words[language][value == BOOLEAN_YES ? 0 : 1]);
    } else if (fact_info(fact)->values) {
        choice_put(out, fact, UINT64_C(1) << value, true, language);
    } else if (phrase->kind == PHRASE_EVENT && value == FACT_NEVER) {
        buffer_add_string(out, phrase->words[language][2]);
    } else if (fact == FACT_LATE) {
        late_put(out, "超过承诺时间 ", "it is ", value, language);
    } else {
        const struct fact_info *info = fact_info(fact);
        buffer_add_string(out, ZH(language) ? info->label_zh : info->label_en);
        buffer_add_char(out, ' ');
        policy_value_words(out, fact, value, facts->currency, language);
    }
}

/* ---- trees ---- */

uint64_t policy_node_reasons(const struct policy *policy, uint16_t node, const uint64_t *is_true,
                             const uint64_t *is_unknown)
{
    const struct policy_node *n = &policy->nodes[node];
    if (n->implied || policy_node_truth(policy, node, is_true, is_unknown) != POLICY_TRUE)
        return 0;
    if (n->kind == POLICY_NODE_TEST)
        return UINT64_C(1) << policy->conditions[n->condition].fact;
    uint64_t facts = 0;
    for (uint16_t child = n->first; child != POLICY_NODE_NONE; child = policy->nodes[child].next) {
        facts |= policy_node_reasons(policy, child, is_true, is_unknown);
        if (facts && n->kind == POLICY_NODE_ANY)
            break;
    }
    return facts;
}

static int said_children(const struct policy *policy, uint16_t node)
{
    int count = 0;
    for (uint16_t child = policy->nodes[node].first; child != POLICY_NODE_NONE; child = policy->nodes[child].next)
        count += !policy->nodes[child].implied;
    return count;
}

static void node_words(struct buffer *out, const struct policy *policy, uint16_t node, bool alone,
                       enum policy_language language)
{
    const struct policy_node *n = &policy->nodes[node];
    bool test = n->kind == POLICY_NODE_TEST, all = n->kind == POLICY_NODE_ALL, first = true;
    bool brackets = !alone && (!test || is_pair(&policy->conditions[n->condition]));
    if (brackets)
        words_put(out, language, "（", "(");
    if (test)
        policy_condition_words(out, policy, &policy->conditions[n->condition], language);
    for (uint16_t child = n->first; !test && child != POLICY_NODE_NONE; child = policy->nodes[child].next) {
        if (policy->nodes[child].implied)
            continue;
        if (!first)
            words_put(out, language, all ? "，且" : "，或", all ? ", and " : ", or ");
        node_words(out, policy, child, alone && said_children(policy, node) == 1, language);
        first = false;
    }
    if (brackets)
        words_put(out, language, "）", ")");
}

void policy_node_words(struct buffer *out, const struct policy *policy, uint16_t node, enum policy_language language)
{
    node_words(out, policy, node, true, language);
}

void policy_clause_words(struct buffer *out, const struct policy *policy, int clause, enum policy_language language)
{
    assert(out);
    assert(policy);
    assert(clause >= 0 && clause < policy->clause_count);
    node_words(out, policy, policy->clauses[clause].root, true, language);
}
