/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The whole rule in plain words, generated from the compiled policy, so that the text cannot drift from the rule. Grouped by what
 * happens; each clause is a few short lines behind fixed labels, which test_reader.c reads back.
 */
#include "policy/words/words.h"

#include <assert.h>

#include "policy/words/reach.h"

#define ZH(language) ((language) == POLICY_LANGUAGE_ZH)

struct prose {
    struct buffer *out;
    const struct policy *policy;
    enum policy_language language;
    int64_t steps_left;                 /* for examples */
    int heading;                        /* groups so far */
    int number[LIMIT_POLICY_CLAUSES];   /* under which a clause stands, from 1 */
    int in_order[LIMIT_POLICY_CLAUSES]; /* clauses as they are printed */
};

static void say(const struct prose *p, const char *zh, const char *en)
{
    words_put(p->out, p->language, zh, en);
}

static void clauses_number(struct prose *p)
{
    int count = 0;
    for (int group = 0; group < WORDS_GROUP_COUNT; group++)
        for (int i = 0; i < p->policy->clause_count; i++)
            if ((int)policy_clause_group(p->policy, i) == group) {
                p->in_order[count] = i;
                p->number[i] = ++count;
            }
}

/* ---- head ---- */

static void floor_write(const struct prose *p)
{
    if (p->policy->floor[0])
        buffer_addf(p->out,
                    ZH(p->language) ? "底线：%s；发布时逐项证明不低于它。\n"
                                    : "Floor: %s; publication proves that this rule is nowhere below it.\n",
                    p->policy->floor);
}

static void title_write(const struct prose *p)
{
    static const char *const goods_zh[] = {"卡密", "服务", "数字版内容"};
    static const char *const goods_en[] = {"card keys", "services", "digital licences"};
    int which = __builtin_ctz(p->policy->goods);
    if (ZH(p->language))
        buffer_addf(p->out, "退款规则 %s 第 %lld 版，适用于%s。\n", p->policy->name, (long long)p->policy->version,
                    goods_zh[which]);
    else
        buffer_addf(p->out, "Refund policy %s, version %lld, for %s.\n", p->policy->name, (long long)p->policy->version,
                    goods_en[which]);
    if (p->policy->effective[0])
        buffer_addf(p->out, ZH(p->language) ? "自 %s 起施行。\n" : "In force since %s.\n", p->policy->effective);
    floor_write(p);
}

static void heading_write(struct prose *p, const char *zh, const char *en)
{
    static const char *const numbers[] = {"一", "二", "三", "四", "五", "六"};
    if (ZH(p->language))
        buffer_addf(p->out, "\n%s、%s\n", numbers[p->heading], zh);
    else
        buffer_addf(p->out, "\n%c. %s\n", 'A' + p->heading, en);
    p->heading++;
}

/* ---- one clause ---- */

static void label_write(const struct prose *p, const char *zh, const char *en)
{
    buffer_addf(p->out, ZH(p->language) ? "   %s：" : "   %s: ", ZH(p->language) ? zh : en);
}

static void end_write(const struct prose *p)
{
    say(p, "。\n", ".\n");
}

static void evidence_write(const struct prose *p, const struct policy_clause *clause)
{
    if (clause->need_count) {
        label_write(p, "材料", "Evidence");
        policy_needs_words(p->out, clause, p->language);
        end_write(p);
    }
    if (clause->optional) {
        label_write(p, "可补充", "Helpful");
        policy_proofs_words(p->out, clause->optional, p->language);
        end_write(p);
    }
}

static void exceptions_write(const struct prose *p, int clause)
{
    int over[LIMIT_POLICY_CLAUSES], count = 0;
    for (int i = 0; i < p->policy->clause_count; i++)
        if (policy_exception_matters(p->policy, clause, p->in_order[i]))
            over[count++] = p->in_order[i];
    if (!count)
        return;
    label_write(p, "例外", "Except");
    say(p, "同时符合第 ", count == 1 ? "where clause " : "where one of clauses ");
    for (int i = 0; i < count; i++) {
        if (i)
            say(p, "、", ", ");
        buffer_add_int(p->out, p->number[over[i]]);
    }
    say(p, count == 1 ? " 条的，以该条为准。\n" : " 条之一的，以该条为准。\n", " applies too, that clause decides.\n");
}

static void laws_write(const struct prose *p, const struct policy_clause *clause)
{
    for (int i = 0; i < clause->law_count; i++) {
        if (i == 0)
            label_write(p, "依据", "Law");
        else
            say(p, "；", "; ");
        policy_law_words(p->out, clause->laws[i], p->language);
    }
    if (clause->law_count)
        end_write(p);
}

static void clause_write(struct prose *p, int index)
{
    const struct policy_clause *clause = &p->policy->clauses[index];
    struct policy_facts example;
    buffer_addf(p->out, ZH(p->language) ? "%d. %s（%s）\n" : "%d. %s (%s)\n", p->number[index],
                policy_clause_title(p->policy, index, p->language), clause->id);
    label_write(p, "条件", "When");
    policy_clause_words(p->out, p->policy, index, p->language);
    end_write(p);
    evidence_write(p, clause);
    if (clause->merchant_answer_s >= 0) {
        label_write(p, "商家", "Merchant");
        policy_merchant_words(p->out, clause, p->language);
        end_write(p);
    }
    label_write(p, "结果", "Result");
    policy_result_words(p->out, p->policy, clause, p->language);
    end_write(p);
    exceptions_write(p, index);
    laws_write(p, clause);
    if (!policy_example_find(p->policy, index, &p->steps_left, &example))
        return;
    label_write(p, "举例", "Example");
    policy_example_words(p->out, p->policy, index, &example, p->language);
    end_write(p);
}

/* ---- what holds for all ---- */

static bool condition_names_other(const struct policy *policy, uint16_t node)
{
    const struct policy_node *n = &policy->nodes[node];
    if (n->kind == POLICY_NODE_TEST) {
        const struct policy_condition *c = &policy->conditions[n->condition];
        return c->fact == FACT_REASON && c->relation == POLICY_RELATION_IS && (c->written >> REASON_OTHER & 1);
    }
    for (uint16_t child = n->first; child != POLICY_NODE_NONE; child = policy->nodes[child].next)
        if (condition_names_other(policy, child))
            return true;
    return false;
}

static void other_write(const struct prose *p)
{
    int named = 0;
    say(p, "申请原因选“其他原因”的，", "When the reason is \"another reason\", ");
    for (int i = 0; i < p->policy->clause_count; i++) {
        int clause = p->in_order[i];
        if (!condition_names_other(p->policy, p->policy->clauses[clause].root))
            continue;
        say(p, named ? "、" : "除符合第 ", named ? " or " : "unless clause ");
        buffer_add_int(p->out, p->number[clause]);
        named++;
    }
    say(p, named ? " 条的外，一律" : "一律", named ? " applies, " : "");
    policy_review_words(p->out, policy_review_s(p->policy), p->language);
    end_write(p);
}

static void rest_write(struct prose *p)
{
    heading_write(p, "其他情形", "Any other case");
    say(p, "以上各条都不符合的，", "When no clause above applies: ");
    policy_otherwise_words(p->out, p->policy, p->language);
    end_write(p);
    other_write(p);
}

static void notes_write(struct prose *p)
{
    bool refunds = false, asks = false;
    for (int i = 0; i < p->policy->clause_count; i++) {
        refunds |= p->policy->clauses[i].outcome == POLICY_OUTCOME_REFUND;
        asks |= p->policy->clauses[i].merchant_answer_s >= 0;
    }
    heading_write(p, "通用说明", "For all cases");
    if (refunds)
        say(p,
            "除写明的以外，退款退回原支付方式，由商家承担。\n"
            "一笔订单的退款合计不超过实付金额。\n",
            "Unless a clause says otherwise, a refund goes back to the original payment and is borne by the merchant.\n"
            "All refunds of an order together never exceed what was paid.\n");
    if (asks) {
        say(p, "商家有异议的，", "When the merchant objects, ");
        policy_review_words(p->out, policy_review_s(p->policy), p->language);
        end_write(p);
    }
    say(p, "不同意处理结果，可以申请平台处理。\n",
        "Whoever disagrees with a result may ask the platform to look at it.\n");
}

void policy_prose(struct buffer *out, const struct policy *policy, enum policy_language language)
{
    static const char *const zh[] = {"立即退款", "商家答复后退款", "人工判定", "不退款"};
    static const char *const en[] = {"Refunded at once", "Refunded after the merchant's answer", "Decided by a person",
                                     "Not refunded"};
    assert(out);
    assert(policy);
    struct prose p = {.out = out, .policy = policy, .language = language, .steps_left = REACH_STEPS_MAX};
    clauses_number(&p);
    title_write(&p);
    for (int group = 0, at = 0; group < WORDS_GROUP_COUNT; group++) {
        bool first = true;
        while (at < policy->clause_count && (int)policy_clause_group(policy, p.in_order[at]) == group) {
            if (first)
                heading_write(&p, zh[group], en[group]);
            first = false;
            clause_write(&p, p.in_order[at++]);
        }
    }
    rest_write(&p);
    notes_write(&p);
}
