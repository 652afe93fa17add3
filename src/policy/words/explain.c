/* SPDX-License-Identifier: Apache-2.0 */
/* A decision in words: what follows, which clause, why, what is missing, what nearly applied and what would change it. */
#include "policy/words/words.h"

#include <assert.h>

#include "base/money.h"

struct explanation {
    struct buffer *out;
    const struct policy *policy;
    const struct policy_facts *facts;
    const struct policy_decision *decision;
    enum policy_language language;
    bool zh;
};

static void say(const struct explanation *e, const char *zh, const char *en)
{
    buffer_add_string(e->out, e->zh ? zh : en);
}

static void clause_name(const struct explanation *e, int clause)
{
    buffer_addf(e->out, e->zh ? "“%s”(%s)" : "\"%s\" (%s)", policy_clause_title(e->policy, clause, e->language),
                policy_clause_id(e->policy, clause));
}

static void money_say(const struct explanation *e, int64_t minor)
{
    struct money money = {.minor = minor};
    for (int i = 0; i < 4; i++)
        money.currency[i] = e->facts->currency[i];
    money_format(e->out, money);
}

static void within_say(const struct explanation *e, const char *zh_before, const char *zh_after, const char *en_before,
                       int64_t seconds)
{
    say(e, zh_before, en_before);
    policy_duration_words(e->out, seconds, e->language);
    say(e, zh_after, ".\n");
}

static void refund_say(const struct explanation *e, const char *zh, const char *en)
{
    say(e, zh, en);
    money_say(e, e->decision->refund);
    say(e, "。\n", ".\n");
}

static void refusal_say(const struct explanation *e)
{
    const struct policy_decision *d = e->decision;
    if (d->amount_rule != POLICY_AMOUNT_NONE && d->step_count &&
        d->steps[d->step_count - 1].kind == POLICY_STEP_LIMIT && d->steps[d->step_count - 1].value == 0)
        say(e, "结果：已无可退金额。\n", "Result: nothing is left to refund.\n");
    else
        say(e, "结果：不予退款。不同意可申请平台处理。\n",
            "Result: no refund. You may ask the platform to look at it.\n");
}

static void result_say(const struct explanation *e)
{
    static const char *const silence_zh[] = {"", "商家逾期视为同意，期限 ", "商家逾期视为拒绝，期限 ",
                                             "商家逾期由平台人员处理，期限 "};
    static const char *const silence_en[] = {"", "Silence means consent after ", "Silence means refusal after ",
                                             "A person decides when there is no answer after "};
    const struct policy_decision *d = e->decision;
    switch (d->disposition) {
    case POLICY_PAY_NOW:
        refund_say(e, "结果：现在退款 ", "Result: refund now ");
        break;
    case POLICY_WAIT_MERCHANT:
        refund_say(e, "结果：等待商家答复，应退 ", "Result: the merchant is asked about a refund of ");
        within_say(e, silence_zh[d->silence], "。\n", silence_en[d->silence], d->merchant_answer_s);
        break;
    case POLICY_MISSING_EVIDENCE:
        say(e, "结果：还缺证明材料。\n", "Result: evidence is missing.\n");
        break;
    case POLICY_REVIEW:
        within_say(e, "结果：由平台人员处理，期限 ", "。\n", "Result: a person of the platform decides within ",
                   d->review_s);
        break;
    case POLICY_REFUSE:
        refusal_say(e);
        break;
    case POLICY_OPEN:
        say(e, "结果：还不能确定。\n", "Result: not decided yet.\n");
        break;
    }
}

static void governing_say(const struct explanation *e)
{
    const struct policy_decision *d = e->decision;
    if (d->governing == POLICY_NOBODY)
        return;
    say(e, "依据：", "Rule: ");
    clause_name(e, d->governing);
    say(e, "。", ". ");
    if (d->governing >= 0) {
        say(e, "因为", "Because ");
        policy_clause_words(e->out, e->policy, d->governing, e->language);
        say(e, "。", ".");
    } else if (d->conflict) {
        say(e, "有两个条款同时适用，交由人工处理。", "Two clauses apply at once, so a person decides.");
    } else {
        say(e, "没有条款适用。", "No clause applies.");
    }
    buffer_add_char(e->out, '\n');
    for (int i = 0; d->governing >= 0 && i < e->policy->clause_count; i++) {
        if (!policy_clause_set_has(&d->applies, i) ||
            !policy_clause_set_has(&e->policy->clauses[d->governing].overrides, i))
            continue;
        say(e, "它优先于同样适用的", "It takes precedence over ");
        clause_name(e, i);
        say(e, "。\n", ", which applies too.\n");
    }
}

static void possible_say(const struct explanation *e)
{
    const struct policy_decision *d = e->decision;
    if (d->governing != POLICY_NOBODY)
        return;
    for (int i = 0; i < e->policy->clause_count; i++) {
        if (!policy_clause_set_has(&d->possible, i))
            continue;
        say(e, "可能适用：", "Possible: ");
        clause_name(e, i);
        say(e, "——", ": ");
        policy_consequence_words(e->out, e->policy, &e->policy->clauses[i], e->language);
        buffer_add_char(e->out, '\n');
    }
    if (d->otherwise_possible) {
        say(e, "都不适用时：", "If none applies: ");
        policy_otherwise_words(e->out, e->policy, e->language);
        buffer_add_char(e->out, '\n');
    }
}

static void wanted_say(const struct explanation *e)
{
    const struct policy_decision *d = e->decision;
    if (d->disposition != POLICY_OPEN || d->fact_best < 0)
        return;
    const struct fact_info *info = fact_info((enum fact)d->fact_best);
    const char *question = e->zh ? info->question_zh : info->question_en;
    say(e, "还需知道：", "Still needed: ");
    buffer_add_string(e->out, question[0] ? question : (e->zh ? info->label_zh : info->label_en));
    buffer_add_char(e->out, '\n');
}

static void evidence_say(const struct explanation *e)
{
    static const char *const zh[] = {"未提供", "未通过", "已通过"};
    for (int i = 0; i < e->decision->evidence_count; i++) {
        enum policy_evidence_state state = e->decision->evidence_state[i];
        say(e, "材料：", "Evidence: ");
        policy_proofs_words(e->out, e->decision->evidence_any_of[i], e->language);
        buffer_addf(e->out, e->zh ? "——%s\n" : ": %s\n", e->zh ? zh[state] : policy_evidence_state_word(state));
    }
}

static void amount_say(const struct explanation *e)
{
    const struct policy_decision *d = e->decision;
    if (d->step_count <= 2)
        return;
    say(e, "金额：", "Amount: ");
    for (int i = 0; i < d->step_count; i++) {
        long long value = (long long)d->steps[i].value;
        switch (d->steps[i].kind) {
        case POLICY_STEP_PAID:
            money_say(e, d->steps[i].value);
            break;
        case POLICY_STEP_PERCENT:
            buffer_addf(e->out, " × %lld%%", value);
            break;
        case POLICY_STEP_QUANTITY:
            buffer_addf(e->out, " × %lld", value);
            break;
        case POLICY_STEP_OF_QUANTITY:
            buffer_addf(e->out, " / %lld", value);
            break;
        case POLICY_STEP_FIXED:
            say(e, "，改为固定金额 ", ", a fixed sum instead: ");
            money_say(e, d->steps[i].value);
            break;
        case POLICY_STEP_LESS:
            buffer_add_string(e->out, " − ");
            money_say(e, d->steps[i].value);
            break;
        case POLICY_STEP_LESS_PERCENT:
            say(e, " − 实付的 ", " − ");
            buffer_addf(e->out, e->zh ? "%lld%%" : "%lld%% of the price", value);
            break;
        case POLICY_STEP_LIMIT:
            say(e, "，不超过 ", ", at most ");
            money_say(e, d->steps[i].value);
            break;
        }
    }
    say(e, "。\n", ".\n");
}

static bool certainly_fails(const struct explanation *e, int clause)
{
    return clause != e->decision->governing && !policy_clause_set_has(&e->decision->applies, clause) &&
           !policy_clause_set_has(&e->decision->unknown, clause);
}

/* A clause that failed on exactly one of its joined conditions: that condition is what would change the result. */
static void near_say(const struct explanation *e, int clause)
{
    const struct policy *policy = e->policy;
    int failed = 0;
    uint16_t which = POLICY_NODE_NONE;
    for (uint16_t i = policy->nodes[policy->clauses[clause].root].first; i != POLICY_NODE_NONE;
         i = policy->nodes[i].next) {
        if (policy_node_truth(policy, i, e->decision->condition_true, e->decision->condition_unknown) != POLICY_FALSE)
            continue;
        failed++;
        which = i;
    }
    if (failed != 1 || policy->nodes[which].kind != POLICY_NODE_TEST || policy->nodes[which].implied)
        return;
    const struct policy_condition *c = &policy->conditions[policy->nodes[which].condition];
    say(e, "差一点适用：", "Nearly applied: ");
    clause_name(e, clause);
    say(e, "，但须", ", but it needs: ");
    policy_condition_words(e->out, policy, c, e->language);
    if (e->facts->known >> c->fact & 1) {
        say(e, "（现为", " (now: ");
        policy_value_words(e->out, (enum fact)c->fact, e->facts->value[c->fact], e->facts->currency, e->language);
        say(e, "）", ")");
    }
    say(e, "。\n", ".\n");
}

void policy_explain(struct buffer *out, const struct policy *policy, const struct policy_facts *facts,
                    const struct policy_decision *decision, enum policy_language language)
{
    assert(out);
    assert(policy);
    assert(facts);
    assert(decision);
    struct explanation e = {out, policy, facts, decision, language, language == POLICY_LANGUAGE_ZH};
    result_say(&e);
    governing_say(&e);
    possible_say(&e);
    wanted_say(&e);
    evidence_say(&e);
    amount_say(&e);
    if (decision->disposition != POLICY_REFUSE && decision->disposition != POLICY_REVIEW)
        return;
    for (int i = 0; i < policy->clause_count; i++)
        if (policy->clauses[i].outcome == POLICY_OUTCOME_REFUND && certainly_fails(&e, i))
            near_say(&e, i);
}
