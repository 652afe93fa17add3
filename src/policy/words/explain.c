/* SPDX-License-Identifier: Apache-2.0 */
/* A decision in words: what follows, which clause, the facts and who stated them, what nearly applied, what would change it, what next. */
#include "policy/words/explanation.h"

#include <assert.h>

#define ZH(language) ((language) == POLICY_LANGUAGE_ZH)

static void end(struct buffer *out, enum policy_language language)
{
    words_put(out, language, "。\n", ".\n");
}

void explanation_clause_words(struct buffer *out, const struct policy *policy, int clause,
                              enum policy_language language)
{
    buffer_addf(out, ZH(language) ? "“%s”（%s）" : "\"%s\" (%s)", policy_clause_title(policy, clause, language),
                policy_clause_id(policy, clause));
}

static void source_words(struct buffer *out, enum fact_source source, enum policy_language language)
{
    static const char *const zh[FACT_SOURCE_COUNT] = {"平台记录", "发行方", "材料", "商家说明", "买家陈述", "平台判定"};
    static const char *const en[FACT_SOURCE_COUNT] = {"platform record", "issuer",       "evidence",
                                                      "merchant's word", "buyer's word", "arbiter's finding"};
    words_put(out, language, "（", " (");
    words_put(out, language, zh[source], en[source]);
    words_put(out, language, "）", ")");
}

void explanation_facts_words(struct buffer *out, const struct explanation *e, uint64_t facts,
                             enum policy_language language)
{
    for (uint64_t bits = facts; bits; bits &= bits - 1) {
        int fact = __builtin_ctzll(bits);
        policy_fact_words(out, e->facts, (enum fact)fact, language);
        source_words(out, (enum fact_source)e->facts->source[fact], language);
        if (bits & (bits - 1))
            words_put(out, language, "；", "; ");
    }
}

/* ---- the verdict ---- */

/* The refund between two pieces of text, and where it goes. */
static void refund_words(struct buffer *out, const struct explanation *e, const char *before, const char *after,
                         enum policy_language language)
{
    static const char *const zh[] = {"", "，由平台承担", "，由发行方承担", "，由平台关怀金承担"};
    static const char *const en[] = {"", ", borne by the platform", ", borne by the issuer",
                                     ", borne by the goodwill fund"};
    buffer_add_string(out, before);
    policy_money_words(out, e->decision->refund, e->facts->currency);
    buffer_add_string(out, after);
    if (e->decision->destination == POLICY_DESTINATION_STORE_CREDIT)
        words_put(out, language, "，退为店铺余额", ", as store credit");
    else if (e->decision->destination == POLICY_DESTINATION_BUYER_CHOICE)
        words_put(out, language, "，退为店铺余额或原路退回由买家选择",
                  ", as store credit or to the original payment as the buyer chooses");
    else
        words_put(out, language, "，退回原支付方式", " to the original payment");
    words_put(out, language, zh[e->decision->bearer], en[e->decision->bearer]);
}

static void refusal_words(struct buffer *out, const struct explanation *e, enum policy_language language)
{
    bool asked = e->decision->governing >= 0 && e->decision->merchant_answer_s >= 0;
    if (e->used_up)
        words_put(out, language, "本单已全部退还，没有可退的金额", "nothing is left to refund");
    else if (asked && e->facts->value[FACT_MERCHANT_ANSWER] == MERCHANT_ANSWER_SILENT)
        words_put(out, language, "商家逾期未答复，按规则不退款",
                  "no refund; the merchant was silent, which counts as refusal here");
    else
        words_put(out, language, "不退款", "no refund");
}

void explanation_verdict_words(struct buffer *out, const struct explanation *e, enum policy_language language)
{
    bool zh = ZH(language), refund = e->decision->outcome == POLICY_OUTCOME_REFUND && e->decision->refund;
    switch (e->decision->disposition) {
    case POLICY_PAY_NOW:
        refund_words(out, e, zh ? "立即退款 " : "", zh ? "" : " is refunded now", language);
        break;
    case POLICY_WAIT_MERCHANT:
        refund_words(out, e, zh ? "等待商家答复，应退 " : "the merchant is asked about a refund of ", "", language);
        break;
    case POLICY_MISSING_EVIDENCE:
        if (refund)
            refund_words(out, e, zh ? "材料还不齐，齐全后应退 " : "evidence is missing for a refund of ", "", language);
        else
            words_put(out, language, "材料还不齐", "evidence is missing");
        break;
    case POLICY_REVIEW:
        if (refund && e->facts->value[FACT_MERCHANT_ANSWER] == MERCHANT_ANSWER_SILENT)
            refund_words(out, e,
                         zh ? "商家逾期未答复，由平台人工判定；按规则应退 "
                            : "the merchant was silent, so a person decides; the rule gives ",
                         "", language);
        else if (refund)
            refund_words(out, e,
                         zh ? "商家有异议，由平台人工判定；按规则应退 "
                            : "the merchant objects, so a person decides; the rule gives ",
                         "", language);
        else
            words_put(out, language, "由平台人工判定", "a person of the platform decides");
        break;
    case POLICY_REFUSE:
        refusal_words(out, e, language);
        break;
    case POLICY_OPEN:
        words_put(out, language, "还不能确定", "not decided yet");
        break;
    }
}

/* ---- why ---- */

static void rule_say(struct buffer *out, const struct explanation *e, enum policy_language language)
{
    const struct policy_decision *d = e->decision;
    if (d->governing == POLICY_NOBODY)
        return;
    words_put(out, language, "依据：", "Rule: ");
    explanation_clause_words(out, e->policy, d->governing, language);
    words_put(out, language, "——", ": ");
    if (d->governing >= 0)
        policy_clause_words(out, e->policy, d->governing, language);
    else if (d->conflict)
        words_put(out, language, "有两个条款同时适用", "two clauses apply at once");
    else
        words_put(out, language, "没有条款适用", "no clause applies");
    end(out, language);
    for (int i = 0; d->governing >= 0 && i < e->policy->clause_count; i++) {
        if (!policy_clause_set_has(&d->applies, i) ||
            !policy_clause_set_has(&e->policy->clauses[d->governing].overrides, i))
            continue;
        words_put(out, language, "它优先于同样符合的", "It takes precedence over ");
        explanation_clause_words(out, e->policy, i, language);
        words_put(out, language, "。\n", ", which applies too.\n");
    }
}

static void laws_say(struct buffer *out, const struct explanation *e, enum policy_language language)
{
    int governing = e->decision->governing;
    int count = governing >= 0 ? e->policy->clauses[governing].law_count : 0;
    for (int i = 0; i < count; i++) {
        words_put(out, language, i ? "；" : "条文：", i ? "; " : "Law: ");
        policy_law_words(out, e->policy->clauses[governing].laws[i], language);
    }
    if (count)
        end(out, language);
}

static void facts_say(struct buffer *out, const struct explanation *e, enum policy_language language)
{
    uint64_t proofs = 0;
    for (int i = 0; i < e->decision->evidence_count; i++)
        proofs |= e->decision->evidence_any_of[i];
    if (!(e->mattered & ~proofs))
        return;
    words_put(out, language, "事实：", "Facts: ");
    explanation_facts_words(out, e, e->mattered & ~proofs, language);
    end(out, language);
}

static void evidence_say(struct buffer *out, const struct explanation *e, enum policy_language language)
{
    static const char *const zh[] = {"未提供", "未通过", "已通过"};
    for (int i = 0; i < e->decision->evidence_count; i++) {
        enum policy_evidence_state state = e->decision->evidence_state[i];
        words_put(out, language, i ? "；" : "材料：", i ? "; " : "Evidence: ");
        policy_proofs_words(out, e->decision->evidence_any_of[i], language);
        words_put(out, language, "——", ": ");
        words_put(out, language, zh[state], policy_evidence_state_word(state));
    }
    if (e->decision->evidence_count)
        end(out, language);
}

static void amount_say(struct buffer *out, const struct explanation *e, enum policy_language language)
{
    const struct policy_decision *d = e->decision;
    bool silent = d->disposition == POLICY_REFUSE && d->raw > 0 && !e->used_up; /* not the arithmetic refused */
    if (!d->step_count || silent || (d->step_count == 2 && d->raw <= d->steps[1].value))
        return;
    words_put(out, language, "金额：", "Amount: ");
    policy_arithmetic_words(out, d, e->facts->currency, language);
    end(out, language);
}

/* ---- what is still open ---- */

static void possible_say(struct buffer *out, const struct explanation *e, enum policy_language language)
{
    const struct policy_decision *d = e->decision;
    if (d->governing != POLICY_NOBODY)
        return;
    for (int i = 0; i < e->policy->clause_count; i++) {
        if (!policy_clause_set_has(&d->possible, i))
            continue;
        words_put(out, language, "可能适用：", "Possible: ");
        explanation_clause_words(out, e->policy, i, language);
        words_put(out, language, "。", ". ");
        policy_consequence_words(out, e->policy, &e->policy->clauses[i], language);
        buffer_add_char(out, '\n');
    }
    if (d->otherwise_possible) {
        words_put(out, language, "都不适用时：", "If none applies: ");
        policy_otherwise_words(out, e->policy, language);
        end(out, language);
    }
}

/* ---- what next ---- */

static void question_words(struct buffer *out, const struct explanation *e, enum policy_language language)
{
    int fact = e->decision->fact_best < 0 ? (int)FACT_REASON : e->decision->fact_best;
    const struct fact_info *info = fact_info((enum fact)fact);
    if (info->question_en[0]) {
        words_put(out, language, "请回答：", "please answer: ");
        words_put(out, language, info->question_zh, info->question_en);
        return;
    }
    words_put(out, language, "还缺一项记录：", "a record is missing: ");
    words_put(out, language, info->label_zh, info->label_en);
    words_put(out, language, "。", ".");
}

static void merchant_next_words(struct buffer *out, const struct explanation *e, enum policy_language language)
{
    const struct policy_clause *clause = &e->policy->clauses[e->decision->governing];
    words_put(out, language, "商家 ", "the merchant ");
    policy_merchant_words(out, clause, language);
}

static void missing_next_words(struct buffer *out, const struct explanation *e, enum policy_language language)
{
    bool first = true;
    words_put(out, language, "请补充材料：", "please add evidence: ");
    for (int i = 0; i < e->decision->evidence_count; i++) {
        if (e->decision->evidence_state[i] == POLICY_EVIDENCE_ACCEPTED)
            continue;
        words_put(out, language, first ? "" : "；", first ? "" : "; ");
        policy_proofs_words(out, e->decision->evidence_any_of[i], language);
        first = false;
    }
}

void explanation_next_words(struct buffer *out, const struct explanation *e, enum policy_language language)
{
    switch (e->decision->disposition) {
    case POLICY_PAY_NOW:
        words_put(out, language, "不需要其他操作", "nothing else is needed");
        break;
    case POLICY_WAIT_MERCHANT:
        merchant_next_words(out, e, language);
        break;
    case POLICY_MISSING_EVIDENCE:
        missing_next_words(out, e, language);
        break;
    case POLICY_REVIEW:
        policy_review_words(out, e->decision->review_s, language);
        break;
    case POLICY_REFUSE:
        words_put(out, language, "不同意这个结果，可以申请平台处理", "if you disagree, ask the platform to look at it");
        break;
    case POLICY_OPEN:
        question_words(out, e, language);
        break;
    }
}

void explanation_words(struct buffer *out, const struct explanation *e, enum policy_language language)
{
    words_put(out, language, "结果：", "Result: ");
    explanation_verdict_words(out, e, language);
    end(out, language);
    amount_say(out, e, language);
    rule_say(out, e, language);
    laws_say(out, e, language);
    facts_say(out, e, language);
    evidence_say(out, e, language);
    possible_say(out, e, language);
    explanation_near_words(out, e, language);
    words_put(out, language, "接下来：", "Next: ");
    explanation_next_words(out, e, language);
    words_put(out, language, e->decision->disposition == POLICY_OPEN ? "\n" : "。\n",
              e->decision->disposition == POLICY_OPEN ? "\n" : ".\n");
}

void policy_explain(struct buffer *out, const struct policy *policy, const struct policy_facts *facts,
                    const struct policy_decision *decision, enum policy_language language)
{
    struct explanation explanation;
    assert(out);
    assert(policy);
    assert(facts);
    assert(decision);
    explanation_make(policy, facts, decision, &explanation);
    explanation_words(out, &explanation, language);
}
