/* SPDX-License-Identifier: Apache-2.0 */
/* The rule in three lines, for beside a price: what is refunded at once, what after the merchant's answer, what is not. */
#include "policy/words/words.h"

#include <assert.h>

#define LISTED_MAX 2 /* of one line; the whole rule is one tap away */

static bool is_full(const struct policy_clause *clause)
{
    return clause->amount.rule == POLICY_AMOUNT_FULL && !clause->amount.less && !clause->amount.less_percent;
}

/* An exception that brings the buyer more needs no word, unless the line says that nothing is refunded. */
static bool exception_counts(const struct policy *policy, int clause, int over)
{
    enum words_group group = policy_clause_group(policy, clause);
    if (!policy_exception_matters(policy, clause, over))
        return false;
    if (group == WORDS_GROUP_REFUSE)
        return true;
    return policy_clause_group(policy, over) > group ||
           (is_full(&policy->clauses[clause]) && !is_full(&policy->clauses[over]));
}

static bool has_exception(const struct policy *policy, int clause)
{
    for (int i = 0; i < policy->clause_count; i++)
        if (exception_counts(policy, clause, i))
            return true;
    return false;
}

static void clause_put(struct buffer *out, const struct policy *policy, int clause, enum policy_language language)
{
    const struct policy_clause *c = &policy->clauses[clause];
    policy_clause_words(out, policy, clause, language);
    if (c->outcome == POLICY_OUTCOME_REFUND && !is_full(c)) {
        words_put(out, language, "——", ": ");
        policy_amount_words(out, policy, &c->amount, language);
    }
    if (has_exception(policy, clause))
        words_put(out, language, "（有例外）", " (with exceptions)");
}

static int group_size(const struct policy *policy, enum words_group group)
{
    int count = 0;
    for (int i = 0; i < policy->clause_count; i++)
        count += policy_clause_group(policy, i) == group;
    return count;
}

static void group_put(struct buffer *out, const struct policy *policy, enum words_group group,
                      enum policy_language language)
{
    int listed = 0, count = group_size(policy, group);
    for (int i = 0; i < policy->clause_count && listed < LISTED_MAX; i++) {
        if (policy_clause_group(policy, i) != group)
            continue;
        if (listed++)
            words_put(out, language, "；", "; ");
        clause_put(out, policy, i, language);
    }
    if (!count)
        words_put(out, language, "没有这样的情形", "no such case");
    else if (count > listed)
        buffer_addf(out, language == POLICY_LANGUAGE_ZH ? "；另有 %d 种情形" : "; and %d more", count - listed);
}

void policy_summary(struct buffer *out, const struct policy *policy, enum policy_language language)
{
    assert(out);
    assert(policy);
    words_put(out, language, "立即退款：", "Refunded at once: ");
    group_put(out, policy, WORDS_GROUP_AT_ONCE, language);
    words_put(out, language, "。\n商家答复后退款：", ".\nRefunded after the merchant's answer: ");
    group_put(out, policy, WORDS_GROUP_MERCHANT, language);
    words_put(out, language, "。\n不退款：", ".\nNot refunded: ");
    group_put(out, policy, WORDS_GROUP_REFUSE, language);
    words_put(out, language, "。其他情形", ". In any other case: ");
    policy_otherwise_words(out, policy, language);
    words_put(out, language, "。\n", ".\n");
}
