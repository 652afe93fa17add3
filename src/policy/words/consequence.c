/* SPDX-License-Identifier: Apache-2.0 */
/* What a clause leads to, as phrases: evidence, the merchant's time, the refund, who bears it, where it goes. */
#include "policy/words/words.h"

#include <assert.h>

#include "law/law.h"

#define ZH(language) ((language) == POLICY_LANGUAGE_ZH)

static void proofs_put(struct buffer *out, uint64_t any_of, const char *between, enum policy_language language)
{
    bool first = true;
    for (uint64_t bits = any_of; bits; bits &= bits - 1) {
        const struct fact_info *info = fact_info((enum fact)__builtin_ctzll(bits));
        if (!first)
            buffer_add_string(out, between);
        buffer_add_string(out, ZH(language) ? info->label_zh : info->label_en);
        first = false;
    }
}

void policy_proofs_words(struct buffer *out, uint64_t any_of, enum policy_language language)
{
    proofs_put(out, any_of, ZH(language) ? "或" : " or ", language);
}

void policy_needs_words(struct buffer *out, const struct policy_clause *clause, enum policy_language language)
{
    for (int i = 0; i < clause->need_count; i++) {
        if (i)
            words_put(out, language, "；", "; ");
        policy_proofs_words(out, clause->needs[i], language);
    }
}

void policy_merchant_words(struct buffer *out, const struct policy_clause *clause, enum policy_language language)
{
    static const char *const zh[] = {"", "，逾期视为同意", "，逾期视为拒绝", "，逾期由平台人工判定"};
    static const char *const en[] = {"", "; silence counts as consent", "; silence counts as refusal",
                                     "; after silence a person of the platform decides"};
    words_put(out, language, "", "answers within ");
    policy_duration_words(out, clause->merchant_answer_s, language);
    words_put(out, language, "内答复", "");
    if (clause->extension_s >= 0) {
        words_put(out, language, "，可以延长一次，延长 ", ", with one extension of ");
        policy_duration_words(out, clause->extension_s, language);
    }
    words_put(out, language, zh[clause->silence], en[clause->silence]);
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
    if (amount->percent == 0 && ZH(language))
        buffer_add_string(out, parts[amount->rule].whole_zh);
    else if (amount->percent == 0)
        buffer_addf(out, "a refund of the %s part", en);
    else if (ZH(language))
        buffer_addf(out, "退还%s部分的 %lld%%", zh, (long long)amount->percent);
    else
        buffer_addf(out, "a refund of %lld%% of the %s part", (long long)amount->percent, en);
}

static void fee_words(struct buffer *out, const struct policy *policy, const struct policy_amount *amount,
                      enum policy_language language)
{
    if (!amount->less_percent && !amount->less)
        return;
    words_put(out, language, "，扣除", ", less ");
    if (amount->less_percent) {
        buffer_addf(out, ZH(language) ? "实付金额的 %lld%%" : "%lld%% of the price", (long long)amount->less_percent);
    } else {
        words_put(out, language, " ", "");
        policy_money_words(out, amount->less, policy_money_code(policy));
    }
}

static void base_words(struct buffer *out, const struct policy *policy, const struct policy_amount *amount,
                       enum policy_language language)
{
    switch (amount->rule) {
    case POLICY_AMOUNT_NONE:
        break;
    case POLICY_AMOUNT_FULL:
        words_put(out, language, "全额退款", "a full refund");
        break;
    case POLICY_AMOUNT_PERCENT:
        buffer_addf(out, ZH(language) ? "退还实付金额的 %lld%%" : "a refund of %lld%% of the price",
                    (long long)amount->percent);
        break;
    case POLICY_AMOUNT_UNFINISHED:
    case POLICY_AMOUNT_AFFECTED:
    case POLICY_AMOUNT_REMAINING:
        part_words(out, amount, language);
        break;
    case POLICY_AMOUNT_FIXED:
        words_put(out, language, "退款 ", "a refund of ");
        policy_money_words(out, amount->fixed, policy_money_code(policy));
        break;
    }
}

void policy_amount_words(struct buffer *out, const struct policy *policy, const struct policy_amount *amount,
                         enum policy_language language)
{
    base_words(out, policy, amount, language);
    fee_words(out, policy, amount, language);
}

static void refund_words(struct buffer *out, const struct policy *policy, const struct policy_clause *clause,
                         enum policy_language language)
{
    static const char *const zh[] = {"", "，由平台承担", "，由发行方承担", "，由平台关怀金承担"};
    static const char *const en[] = {"", ", borne by the platform", ", borne by the issuer",
                                     ", borne by the goodwill fund"};
    words_put(out, language, clause->at_once ? "立即" : "商家同意后", "");
    base_words(out, policy, &clause->amount, language);
    words_put(out, language, "", clause->at_once ? " at once" : " once the merchant consents");
    fee_words(out, policy, &clause->amount, language);
    if (clause->destination == POLICY_DESTINATION_STORE_CREDIT)
        words_put(out, language, "，退为店铺余额", ", as store credit");
    if (clause->destination == POLICY_DESTINATION_BUYER_CHOICE)
        words_put(out, language, "，退为店铺余额或原路退回由买家选择",
                  ", as store credit or to the original payment as the buyer chooses");
    words_put(out, language, zh[clause->bearer], en[clause->bearer]);
}

static void step_words(struct buffer *out, const struct policy_decision *decision, int i, const char *currency,
                       enum policy_language language)
{
    long long value = (long long)decision->steps[i].value;
    switch (decision->steps[i].kind) {
    case POLICY_STEP_PAID:
        if (decision->amount_rule != POLICY_AMOUNT_FIXED)
            policy_money_words(out, value, currency);
        break;
    case POLICY_STEP_PERCENT:
        if (i == 1 &&
            (decision->amount_rule == POLICY_AMOUNT_UNFINISHED || decision->amount_rule == POLICY_AMOUNT_REMAINING))
            buffer_addf(out, " × (100%% − %lld%%)", 100 - value);
        else
            buffer_addf(out, " × %lld%%", value);
        break;
    case POLICY_STEP_QUANTITY:
        buffer_addf(out, " × %lld", value);
        break;
    case POLICY_STEP_OF_QUANTITY:
        buffer_addf(out, " ÷ %lld", value);
        break;
    case POLICY_STEP_FIXED:
        policy_money_words(out, value, currency);
        break;
    case POLICY_STEP_LESS:
        buffer_add_string(out, " − ");
        policy_money_words(out, value, currency);
        break;
    case POLICY_STEP_LESS_PERCENT:
        buffer_add_string(out, " − ");
        policy_money_words(out, decision->paid * value / 100, currency);
        buffer_addf(out, ZH(language) ? "（%lld%%）" : " (%lld%%)", value);
        break;
    case POLICY_STEP_LIMIT:
        break;
    }
}

void policy_arithmetic_words(struct buffer *out, const struct policy_decision *decision, const char *currency,
                             enum policy_language language)
{
    assert(decision->step_count > 0);
    int64_t limit = decision->steps[decision->step_count - 1].value;
    for (int i = 0; i < decision->step_count; i++)
        step_words(out, decision, i, currency, language);
    if (decision->step_count > 2 && (decision->amount_rule != POLICY_AMOUNT_FIXED || decision->step_count > 3)) {
        buffer_add_string(out, " = ");
        policy_money_words(out, decision->raw > 0 ? decision->raw : 0, currency);
    }
    if (decision->raw <= limit)
        return;
    words_put(out, language, "，本单已退 ", ", but ");
    policy_money_words(out, decision->earlier_refunds, currency);
    words_put(out, language, "，最多再退 ", " of this order was refunded before, so at most ");
    policy_money_words(out, limit, currency);
}

void policy_review_words(struct buffer *out, int64_t within_s, enum policy_language language)
{
    words_put(out, language, "由平台在 ", "a person of the platform decides within ");
    policy_duration_words(out, within_s, language);
    words_put(out, language, "内人工判定", "");
}

void policy_result_words(struct buffer *out, const struct policy *policy, const struct policy_clause *clause,
                         enum policy_language language)
{
    switch (clause->outcome) {
    case POLICY_OUTCOME_REFUND:
        refund_words(out, policy, clause, language);
        break;
    case POLICY_OUTCOME_REFUSE:
        words_put(out, language, "不退款", "no refund");
        break;
    case POLICY_OUTCOME_REVIEW:
    case POLICY_OUTCOME_OPEN:
        policy_review_words(out, clause->review_s, language);
        break;
    }
}

void policy_consequence_words(struct buffer *out, const struct policy *policy, const struct policy_clause *clause,
                              enum policy_language language)
{
    if (clause->need_count) {
        words_put(out, language, "需要材料：", "Evidence: ");
        policy_needs_words(out, clause, language);
        words_put(out, language, "。", ". ");
    }
    if (clause->optional) {
        words_put(out, language, "可以补充：", "Helpful: ");
        proofs_put(out, clause->optional, ZH(language) ? "、" : ", ", language);
        words_put(out, language, "。", ". ");
    }
    if (clause->merchant_answer_s >= 0) {
        words_put(out, language, "商家 ", "The merchant ");
        policy_merchant_words(out, clause, language);
        words_put(out, language, "。", ". ");
    }
    words_put(out, language, "", "Result: ");
    policy_result_words(out, policy, clause, language);
    words_put(out, language, "。", ".");
}

void policy_otherwise_words(struct buffer *out, const struct policy *policy, enum policy_language language)
{
    if (policy->has_otherwise && policy->otherwise == POLICY_OUTCOME_REFUSE)
        words_put(out, language, "不退款", "no refund");
    else
        policy_review_words(out, policy_review_s(policy), language);
}

void policy_law_words(struct buffer *out, const char *code, enum policy_language language)
{
    const struct law_article *article = law_find(text_of(code));
    if (!article) { /* only in a rule that was never checked */
        buffer_add_string(out, code);
        return;
    }
    if (ZH(language))
        buffer_addf(out, "《%s》%s（%s 起施行，%s）", article->law->short_name, article->article,
                    article->law->effective_from, code);
    else
        buffer_addf(out, "%s, art. %d (in force since %s, %s)", article->law->name_en, article->number,
                    article->law->effective_from, code);
}
