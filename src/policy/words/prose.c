/* SPDX-License-Identifier: Apache-2.0 */
/* The whole rule in plain words, generated from the compiled policy, so that the text cannot drift from the rule. */
#include "policy/words/words.h"

#include <assert.h>

static void title_write(struct buffer *out, const struct policy *policy, bool zh)
{
    bool card = policy->goods == POLICY_GOODS_CARD_KEY, service = policy->goods == POLICY_GOODS_SERVICE;
    const char *goods_zh = card ? "卡密" : service ? "服务" : "数字版内容";
    const char *goods_en = card ? "card keys" : service ? "services" : "digital licences";
    if (zh)
        buffer_addf(out, "退款规则 %s 第 %lld 版，适用于%s类商品。\n", policy->name, (long long)policy->version,
                    goods_zh);
    else
        buffer_addf(out, "Refund policy %s, version %lld, for %s.\n", policy->name, (long long)policy->version,
                    goods_en);
    if (policy->floor[0])
        buffer_addf(out, zh ? "声明的底线：%s（尚未逐项证明）。\n" : "Declared floor: %s (not yet proved).\n",
                    policy->floor);
}

static void overrides_write(struct buffer *out, const struct policy *policy, const struct policy_clause *clause,
                            enum policy_language language)
{
    bool zh = language == POLICY_LANGUAGE_ZH, first = true;
    for (int i = 0; i < policy->clause_count; i++) {
        if (!policy_clause_set_has(&clause->overrides_direct, i))
            continue;
        buffer_add_string(out, first ? (zh ? "   优先于" : "   It takes precedence over ") : (zh ? "、" : ", "));
        buffer_addf(out, zh ? "“%s”" : "\"%s\"", policy_clause_title(policy, i, language));
        first = false;
    }
    if (!first)
        buffer_add_string(out, zh ? "。\n" : ".\n");
}

static void clause_write(struct buffer *out, const struct policy *policy, int index, enum policy_language language)
{
    bool zh = language == POLICY_LANGUAGE_ZH;
    const struct policy_clause *clause = &policy->clauses[index];
    buffer_addf(out, zh ? "%d. %s(%s)\n   当" : "%d. %s (%s)\n   When ", index + 1,
                policy_clause_title(policy, index, language), clause->id);
    policy_clause_words(out, policy, index, language);
    buffer_add_string(out, zh ? "时：\n   " : ":\n   ");
    policy_consequence_words(out, policy, clause, language);
    buffer_add_char(out, '\n');
    overrides_write(out, policy, clause, language);
}

static bool names_other(const struct policy *policy)
{
    for (int i = 0; i < policy->condition_count; i++) {
        const struct policy_condition *c = &policy->conditions[i];
        if (c->fact == FACT_REASON && c->relation == POLICY_RELATION_IS && (c->written >> REASON_OTHER & 1))
            return true;
    }
    return false;
}

void policy_prose(struct buffer *out, const struct policy *policy, enum policy_language language)
{
    assert(out);
    assert(policy);
    bool zh = language == POLICY_LANGUAGE_ZH;
    title_write(out, policy, zh);
    for (int i = 0; i < policy->clause_count; i++)
        clause_write(out, policy, i, language);
    buffer_add_string(out, zh ? "其他情形：" : "In any other case: ");
    policy_otherwise_words(out, policy, language);
    buffer_add_char(out, '\n');
    if (names_other(policy))
        buffer_add_string(out, zh ? "原因为“其他原因”的申请，除上述条款点名的情形外，由人工处理。\n"
                                  : "A claim for another reason goes to a person, unless a clause above names it.\n");
    else
        buffer_add_string(out, zh ? "原因为“其他原因”的申请一律由人工处理。\n"
                                  : "A claim for another reason always goes to a person.\n");
}
