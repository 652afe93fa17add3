/* SPDX-License-Identifier: Apache-2.0 */
/* Phrases for people. Sentences are short; one condition is one phrase. */
#include "policy/words/words.h"

#include <assert.h>
#include <string.h>

#include "base/money.h"
#include "base/time.h"

#define ZH(language) ((language) == POLICY_LANGUAGE_ZH)

static void put(struct buffer *out, enum policy_language language, const char *zh, const char *en)
{
    buffer_add_string(out, ZH(language) ? zh : en);
}

static const struct {
    int64_t seconds, from;
    const char *zh, *one, *many;
} duration_units[] = {{TIME_DAY_S, 4 * TIME_DAY_S, "天", "day", "days"},
                      {TIME_HOUR_S, TIME_HOUR_S, "小时", "hour", "hours"},
                      {60, 60, "分钟", "minute", "minutes"},
                      {1, 0, "秒", "second", "seconds"}};

static void duration_in(struct buffer *out, int64_t seconds, size_t unit, enum policy_language language)
{
    int64_t count = seconds / duration_units[unit].seconds;
    buffer_add_int(out, count);
    buffer_add_char(out, ' ');
    put(out, language, duration_units[unit].zh, count == 1 ? duration_units[unit].one : duration_units[unit].many);
}

void policy_duration_words(struct buffer *out, int64_t seconds, enum policy_language language)
{
    size_t i = 0;
    while (seconds < duration_units[i].from || seconds % duration_units[i].seconds)
        i++;
    duration_in(out, seconds, i, language);
}

static const char *label(const struct fact_info *info, enum policy_language language)
{
    return ZH(language) ? info->label_zh : info->label_en;
}

static void values_words(struct buffer *out, const struct fact_info *info, uint64_t mask, enum policy_language language)
{
    bool first = true;
    for (uint64_t bits = mask; bits; bits &= bits - 1) {
        const struct fact_value_info *value = &info->values[__builtin_ctzll(bits)];
        if (!first)
            put(out, language, "或", " or ");
        buffer_add_string(out, ZH(language) ? value->label_zh : value->label_en);
        first = false;
    }
}

static void number_words(struct buffer *out, enum fact fact, int64_t value, const char *currency,
                         enum policy_language language)
{
    struct money money = {.minor = value};
    switch (fact_info(fact)->type) {
    case FACT_TYPE_PERCENT:
        buffer_add_int(out, value);
        buffer_add_char(out, '%');
        break;
    case FACT_TYPE_MONEY:
        memcpy(money.currency, currency, sizeof money.currency);
        money_format(out, money);
        break;
    case FACT_TYPE_DURATION:
    case FACT_TYPE_SPAN:
        policy_duration_words(out, value, language);
        break;
    case FACT_TYPE_COUNT:
    case FACT_TYPE_ENUM:
    case FACT_TYPE_BOOLEAN:
        buffer_add_int(out, value);
        break;
    }
}

/* Measured ages are rarely whole hours: two units are enough, the rest is cut off. */
static void age_words(struct buffer *out, int64_t seconds, enum policy_language language)
{
    size_t unit = seconds >= TIME_DAY_S ? 0 : (seconds >= TIME_HOUR_S ? 1 : (seconds >= 60 ? 2 : 3));
    duration_in(out, seconds, unit, language);
    int64_t rest = seconds % duration_units[unit].seconds;
    if (unit >= 2 || rest < duration_units[unit + 1].seconds)
        return;
    buffer_add_char(out, ' ');
    duration_in(out, rest, unit + 1, language);
}

void policy_value_words(struct buffer *out, enum fact fact, int64_t value, const char *currency,
                        enum policy_language language)
{
    const struct fact_info *info = fact_info(fact);
    if (info->values) {
        assert(value >= 0 && value < info->value_count);
        values_words(out, info, UINT64_C(1) << value, language);
    } else if (info->type == FACT_TYPE_DURATION && value == FACT_NEVER) {
        put(out, language, fact == FACT_LATE ? "否" : "未发生", fact == FACT_LATE ? "no" : "never");
    } else if (info->type == FACT_TYPE_DURATION) {
        age_words(out, value, language);
        put(out, language, fact == FACT_LATE ? "" : "前", fact == FACT_LATE ? "" : " ago");
    } else {
        number_words(out, fact, value, currency, language);
    }
}

static void bounded_words(struct buffer *out, const struct policy *policy, const struct policy_condition *c,
                          const char *zh_before, const char *zh_after, const char *en_before, const char *en_after)
{
    bool zh = en_before == NULL;
    buffer_add_string(out, zh ? zh_before : en_before);
    number_words(out, (enum fact)c->fact, c->bound, policy->currency[0] ? policy->currency : "CNY",
                 zh ? POLICY_LANGUAGE_ZH : POLICY_LANGUAGE_EN);
    buffer_add_string(out, zh ? zh_after : en_after);
}

/* What stands behind the fact's label, for each relation with a bound. */
static const struct {
    const char *zh_before, *zh_after, *en_before, *en_after;
} relation_phrases[POLICY_RELATION_COUNT] = {
    [POLICY_RELATION_UNDER] = {"低于 ", "", " under ", ""},
    [POLICY_RELATION_AT_LEAST] = {"不低于 ", "", " at least ", ""},
    [POLICY_RELATION_OVER] = {"超过 ", "", " over ", ""},
    [POLICY_RELATION_AT_MOST] = {"不超过 ", "", " at most ", ""},
    [POLICY_RELATION_WITHIN] = {"不超过 ", "", " within the last ", ""},
    [POLICY_RELATION_NOT_WITHIN] = {"不在 ", "以内", " not within the last ", ""},
    [POLICY_RELATION_AGO] = {"已超过 ", "", " more than ", " ago"},
    [POLICY_RELATION_NOT_AGO] = {"未超过 ", "", " not more than ", " ago"},
    [POLICY_RELATION_LATE_BY] = {"达 ", "", " by at least ", ""},
    [POLICY_RELATION_NOT_LATE_BY] = {"未达 ", "", " by less than ", ""},
};

static void happened_words(struct buffer *out, const struct fact_info *info, bool happened,
                           enum policy_language language)
{
    if (ZH(language)) {
        buffer_add_string(out, happened ? "已" : "未");
        buffer_add_string(out, info->label_zh);
    } else {
        buffer_add_string(out, happened ? "" : "not ");
        buffer_add_string(out, info->label_en);
    }
}

static void mask_words(struct buffer *out, const struct fact_info *info, const struct policy_condition *c,
                       enum policy_language language)
{
    bool is = c->relation == POLICY_RELATION_IS;
    if (info->type == FACT_TYPE_BOOLEAN) {
        if (!is)
            put(out, language, "并非：", "not: ");
        buffer_add_string(out, label(info, language));
        return;
    }
    buffer_add_string(out, label(info, language));
    put(out, language, is ? "为" : "不是", is ? " is " : " is not ");
    values_words(out, info, c->written, language);
}

void policy_condition_words(struct buffer *out, const struct policy *policy, const struct policy_condition *condition,
                            enum policy_language language)
{
    const struct fact_info *info = fact_info((enum fact)condition->fact);
    enum policy_relation relation = (enum policy_relation)condition->relation;
    if (condition->by_mask) {
        mask_words(out, info, condition, language);
    } else if (!policy_relation_has_bound(relation)) {
        happened_words(out, info, relation == POLICY_RELATION_HAPPENED, language);
    } else {
        bool zh = ZH(language);
        buffer_add_string(out, label(info, language));
        if (zh && info->type == FACT_TYPE_DURATION && condition->fact != FACT_LATE)
            buffer_add_string(out, "后");
        bounded_words(out, policy, condition, relation_phrases[relation].zh_before, relation_phrases[relation].zh_after,
                      zh ? NULL : relation_phrases[relation].en_before, relation_phrases[relation].en_after);
    }
}

static void node_words(struct buffer *out, const struct policy *policy, uint16_t node, bool inside,
                       enum policy_language language)
{
    const struct policy_node *n = &policy->nodes[node];
    if (n->kind == POLICY_NODE_TEST) {
        policy_condition_words(out, policy, &policy->conditions[n->condition], language);
        return;
    }
    bool all = n->kind == POLICY_NODE_ALL, first = true;
    if (inside)
        put(out, language, "（", "(");
    for (uint16_t child = n->first; child != POLICY_NODE_NONE; child = policy->nodes[child].next) {
        if (policy->nodes[child].implied)
            continue;
        if (!first)
            put(out, language, all ? "，且" : "，或", all ? ", and " : ", or ");
        node_words(out, policy, child, true, language);
        first = false;
    }
    if (inside)
        put(out, language, "）", ")");
}

void policy_clause_words(struct buffer *out, const struct policy *policy, int clause, enum policy_language language)
{
    assert(out);
    assert(policy);
    assert(clause >= 0 && clause < policy->clause_count);
    node_words(out, policy, policy->clauses[clause].root, false, language);
}

void policy_facts_words(struct buffer *out, const struct policy_facts *facts, enum policy_language language)
{
    bool first = true;
    for (uint64_t bits = facts->known; bits; bits &= bits - 1) {
        enum fact fact = (enum fact)__builtin_ctzll(bits);
        const struct fact_info *info = fact_info(fact);
        if (!first)
            put(out, language, "，", ", ");
        first = false;
        if (info->type == FACT_TYPE_DURATION && facts->value[fact] == FACT_NEVER) {
            happened_words(out, info, false, language);
            continue;
        }
        buffer_add_string(out, label(info, language));
        put(out, language, "：", ": ");
        policy_value_words(out, fact, facts->value[fact], facts->currency, language);
    }
    if (first)
        put(out, language, "任何情形", "any situation");
}

void policy_values_words(struct buffer *out, enum fact fact, uint64_t mask, enum policy_language language)
{
    values_words(out, fact_info(fact), mask, language);
}

void policy_proofs_words(struct buffer *out, uint64_t any_of, enum policy_language language)
{
    bool first = true;
    for (uint64_t bits = any_of; bits; bits &= bits - 1) {
        if (!first)
            put(out, language, "或", " or ");
        buffer_add_string(out, label(fact_info((enum fact)__builtin_ctzll(bits)), language));
        first = false;
    }
}

static void money_words(struct buffer *out, const struct policy *policy, int64_t minor)
{
    struct money money = {.minor = minor};
    memcpy(money.currency, policy->currency, sizeof money.currency);
    money_format(out, money);
}

static void fee_words(struct buffer *out, const struct policy *policy, const struct policy_amount *amount,
                      enum policy_language language)
{
    if (!amount->less_percent && !amount->less)
        return;
    put(out, language, "，再扣除", ", less ");
    if (amount->less_percent)
        buffer_addf(out, ZH(language) ? "实付金额的 %lld%%" : "%lld%% of the price", (long long)amount->less_percent);
    else
        money_words(out, policy, amount->less);
}

static void part_words(struct buffer *out, const struct policy_amount *amount, enum policy_language language)
{
    static const struct {
        const char *whole_zh, *zh, *en;
    } parts[] = {
        [POLICY_AMOUNT_UNFINISHED] = {"按未完成的比例退款", "未完成", "unfinished"},
        [POLICY_AMOUNT_AFFECTED] = {"按受影响的数量退款", "受影响", "affected"},
        [POLICY_AMOUNT_REMAINING] = {"按剩余时长的比例退款", "剩余", "remaining"},
    };
    const char *zh = parts[amount->rule].zh, *en = parts[amount->rule].en;
    if (amount->percent == 100 && ZH(language))
        buffer_add_string(out, parts[amount->rule].whole_zh);
    else if (amount->percent == 100)
        buffer_addf(out, "a refund of the %s part", en);
    else if (ZH(language))
        buffer_addf(out, "退还%s部分的 %lld%%", zh, (long long)amount->percent);
    else
        buffer_addf(out, "a refund of %lld%% of the %s part", (long long)amount->percent, en);
}

static void amount_words(struct buffer *out, const struct policy *policy, const struct policy_amount *amount,
                         enum policy_language language)
{
    switch (amount->rule) {
    case POLICY_AMOUNT_NONE:
        break;
    case POLICY_AMOUNT_FULL:
        put(out, language, "全额退款", "a full refund");
        break;
    case POLICY_AMOUNT_PERCENT:
        if (ZH(language))
            buffer_addf(out, "退还实付金额的 %lld%%", (long long)amount->percent);
        else
            buffer_addf(out, "a refund of %lld%% of the price", (long long)amount->percent);
        break;
    case POLICY_AMOUNT_UNFINISHED:
    case POLICY_AMOUNT_AFFECTED:
    case POLICY_AMOUNT_REMAINING:
        part_words(out, amount, language);
        break;
    case POLICY_AMOUNT_FIXED:
        put(out, language, "退款 ", "a refund of ");
        money_words(out, policy, amount->fixed);
        break;
    }
    fee_words(out, policy, amount, language);
}

static void bearer_words(struct buffer *out, enum policy_bearer bearer, enum policy_language language)
{
    static const char *const zh[] = {"", "，由平台承担", "，由发行方承担", "，由平台关怀金承担"};
    static const char *const en[] = {"", ", borne by the platform", ", borne by the issuer",
                                     ", borne by the goodwill fund"};
    put(out, language, zh[bearer], en[bearer]);
}

static void evidence_words(struct buffer *out, const struct policy_clause *clause, enum policy_language language)
{
    for (int i = 0; i < clause->need_count; i++) {
        put(out, language, i == 0 ? "需要" : "，以及", i == 0 ? "Needed: " : "; and ");
        policy_proofs_words(out, clause->needs[i], language);
    }
    if (clause->need_count)
        put(out, language, "。", ". ");
    if (clause->optional) {
        put(out, language, "可补充", "Helpful: ");
        policy_proofs_words(out, clause->optional, language);
        put(out, language, "。", ". ");
    }
}

static void merchant_words(struct buffer *out, const struct policy_clause *clause, enum policy_language language)
{
    static const char *const zh[] = {"", "，逾期视为同意。", "，逾期视为拒绝。", "，逾期由平台人员处理。"};
    static const char *const en[] = {"", "; silence means consent. ", "; silence means refusal. ",
                                     "; after silence a person decides. "};
    put(out, language, "商家须在 ", "The merchant answers within ");
    policy_duration_words(out, clause->merchant_answer_s, language);
    put(out, language, "内答复", "");
    if (clause->extension_s >= 0) {
        put(out, language, "，可申请延长一次 ", ", with one extension of ");
        policy_duration_words(out, clause->extension_s, language);
    }
    put(out, language, zh[clause->silence], en[clause->silence]);
}

void policy_consequence_words(struct buffer *out, const struct policy *policy, const struct policy_clause *clause,
                              enum policy_language language)
{
    evidence_words(out, clause, language);
    if (clause->merchant_answer_s >= 0)
        merchant_words(out, clause, language);
    switch (clause->outcome) {
    case POLICY_OUTCOME_REFUND:
        put(out, language, clause->at_once ? "立即" : "", clause->at_once ? "At once " : "Then ");
        amount_words(out, policy, &clause->amount, language);
        if (clause->destination == POLICY_DESTINATION_STORE_CREDIT)
            put(out, language, "，退为店铺余额", ", as store credit");
        if (clause->destination == POLICY_DESTINATION_BUYER_CHOICE)
            put(out, language, "，由买家选择退为店铺余额或原路退回",
                ", as store credit or to the original payment, as the buyer chooses");
        bearer_words(out, clause->bearer, language);
        break;
    case POLICY_OUTCOME_REFUSE:
        put(out, language, "不予退款", "No refund");
        break;
    case POLICY_OUTCOME_REVIEW:
    case POLICY_OUTCOME_OPEN:
        put(out, language, "由平台人员在 ", "A person of the platform decides within ");
        policy_duration_words(out, clause->review_s, language);
        put(out, language, "内处理", "");
        break;
    }
    put(out, language, "。", ".");
}

void policy_otherwise_words(struct buffer *out, const struct policy *policy, enum policy_language language)
{
    if (policy->has_otherwise && policy->otherwise == POLICY_OUTCOME_REFUSE) {
        put(out, language, "不予退款。", "No refund.");
        return;
    }
    put(out, language, "由平台人员在 ", "A person of the platform decides within ");
    policy_duration_words(out, policy_review_s(policy), language);
    put(out, language, "内处理。", ".");
}
