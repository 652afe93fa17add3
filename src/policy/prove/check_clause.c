/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What each clause demands and promises: evidence that its addressee can have, deadlines that can be kept, refunds that go
 * back where they came from, articles that are law.
 */
#include "policy/prove/finding.h"

#include <stdio.h>

#include "law/law.h"
#include "policy/words/words.h"

/* ---- evidence ---- */

enum keeper { KEEPER_BUYER, KEEPER_PLATFORM };
struct evidence_row {
    enum fact proof;
    enum keeper keeper;
    enum fact fact;
    uint64_t impossible;
};
#define V(value) (UINT64_C(1) << (value))
#define EVIDENCE_ROW(proof, keeper, fact, impossible) {FACT_##proof, KEEPER_##keeper, FACT_##fact, impossible},
static const struct evidence_row evidence_rows[] = {
#include "policy/prove/evidence.def"
};
#undef EVIDENCE_ROW
#undef V
#define EVIDENCE_ROW_COUNT (sizeof evidence_rows / sizeof *evidence_rows)

static const struct evidence_row *evidence_row(int proof)
{
    for (size_t i = 0; i < EVIDENCE_ROW_COUNT; i++)
        if ((int)evidence_rows[i].proof == proof)
            return &evidence_rows[i];
    return NULL;
}

static bool kept_by_platform(uint64_t any_of)
{
    for (uint64_t bits = any_of; bits; bits &= bits - 1) {
        const struct evidence_row *row = evidence_row(__builtin_ctzll(bits));
        if (!row || row->keeper != KEEPER_PLATFORM)
            return false;
    }
    return true;
}

/* Whether the clause can govern while none of the proofs can exist. */
static bool impossible_find(struct prove_check *check, int clause, uint64_t any_of, struct policy_facts *ret_example)
{
    struct prove_goal goal;
    prove_goal_begin(&goal, check->space);
    prove_goal_governs(&goal, 0, clause);
    for (uint64_t bits = any_of; bits; bits &= bits - 1) {
        const struct evidence_row *row = evidence_row(__builtin_ctzll(bits));
        if (!row || !row->impossible)
            return false;
        prove_goal_values(&goal, row->fact, row->impossible);
    }
    return prove_check_find(check, &goal, NULL, ret_example);
}

static bool governing_find(struct prove_check *check, int clause, struct policy_facts *ret_example)
{
    struct prove_goal goal;
    prove_goal_begin(&goal, check->space);
    prove_goal_governs(&goal, 0, clause);
    return prove_check_find(check, &goal, NULL, ret_example);
}

static void proofs_name(char *out_en, char *out_zh, size_t bytes, uint64_t any_of)
{
    struct buffer words;
    buffer_init(&words, 1024);
    policy_proofs_words(&words, any_of, POLICY_LANGUAGE_EN);
    snprintf(out_en, bytes, "%s", words.data);
    buffer_clear(&words);
    policy_proofs_words(&words, any_of, POLICY_LANGUAGE_ZH);
    snprintf(out_zh, bytes, "%s", words.data);
    buffer_done(&words);
}

static void need_check(struct prove_check *check, int clause, uint64_t any_of)
{
    char en[200], zh[200], words_en[300], words_zh[300];
    struct policy_facts example;
    struct policy_problem *problem = NULL;
    proofs_name(en, zh, sizeof en, any_of);
    if (kept_by_platform(any_of)) {
        if (!governing_find(check, clause, &example))
            return;
        snprintf(words_en, sizeof words_en, "the buyer is asked for what the platform records itself (%s)", en);
        snprintf(words_zh, sizeof words_zh, "要求买家提供平台自己已有的记录（%s）", zh);
        problem = prove_finding_words(check, POLICY_PROBLEM_EVIDENCE, clause, &example, words_en, words_zh);
        policy_problem_hint(problem, "remove this `needs` line, or add a proof that the buyer can bring",
                            "请删除这行 `needs`，或加上买家能提供的材料");
    } else if (impossible_find(check, clause, any_of, &example)) {
        snprintf(words_en, sizeof words_en, "nobody can have the evidence that is asked for here (%s)", en);
        snprintf(words_zh, sizeof words_zh, "此情形下要求的材料不可能存在（%s）", zh);
        problem = prove_finding_words(check, POLICY_PROBLEM_EVIDENCE, clause, &example, words_en, words_zh);
        policy_problem_hint(problem, "offer another proof with `or`, or leave this situation to another clause",
                            "请用 `or` 补充其他材料，或把这种情形交给其他条款");
    }
}

void prove_evidence(struct prove_check *check)
{
    for (int i = 0; i < check->policy->clause_count; i++)
        for (int n = 0; n < check->policy->clauses[i].need_count; n++)
            need_check(check, i, check->policy->clauses[i].needs[n]);
}

/* ---- deadlines ---- */

static int64_t answer_most_s(const struct policy_clause *clause)
{
    return clause->merchant_answer_s + (clause->extension_s > 0 ? clause->extension_s : 0);
}

static void deadline_check(struct prove_check *check, int index)
{
    const struct policy_clause *clause = &check->policy->clauses[index];
    struct policy_facts example;
    int64_t all_s = answer_most_s(clause) + policy_review_s(check->policy);
    bool hasty = answer_most_s(clause) < POLICY_ANSWER_LEAST_S;
    bool slow = all_s > POLICY_OUTER_S;
    if (clause->merchant_answer_s < 0 || !(hasty || slow) || !governing_find(check, index, &example))
        return;
    if (hasty) {
        struct policy_problem *problem =
            prove_finding(check, POLICY_PROBLEM_DEADLINE, index, &example,
                          "the merchant's answer is due in under 20 hours and cannot be extended",
                          "商家答复期限不足 20 小时，且不能延长");
        policy_problem_hint(problem, "write `, extension 20 hours` behind it, or give at least 20 hours",
                            "请在其后写 `, extension 20 hours`，或给出至少 20 小时");
    }
    if (slow) {
        struct policy_problem *problem =
            prove_finding(check, POLICY_PROBLEM_DEADLINE, index, &example,
                          "the answer, its extension and the review together take longer than 15 days",
                          "答复、延长与人工处理合计超过 15 天");
        policy_problem_hint(problem, "more than fifteen days count as deliberate delay: shorten one of them",
                            "超过十五日视为故意拖延，请缩短其中一项");
    }
}

void prove_deadlines(struct prove_check *check)
{
    for (int i = 0; i < check->policy->clause_count; i++)
        deadline_check(check, i);
}

/* What starts the escrow's clock: delivery of a card or a copy, hand-over of a service. */
static enum fact release_event(const struct policy *policy)
{
    return policy->goods == POLICY_GOODS_SERVICE ? FACT_HANDED_OVER : FACT_DELIVERED;
}

int prove_check_bounds(struct prove_bound ret[static PROVE_CHECK_BOUNDS_MAX])
{
    ret[0] = (struct prove_bound){FACT_DELIVERED, POLICY_ESCROW_S + 1};
    ret[1] = (struct prove_bound){FACT_HANDED_OVER, POLICY_ESCROW_S + 1};
    return 2;
}

void prove_late_windows(struct prove_check *check)
{
    for (int i = 0; i < check->policy->clause_count; i++) {
        struct policy_facts example;
        struct prove_goal goal;
        if (check->policy->clauses[i].outcome != POLICY_OUTCOME_REFUND)
            continue;
        prove_goal_begin(&goal, check->space);
        prove_goal_governs(&goal, 0, i);
        prove_goal_range(&goal, release_event(check->policy), POLICY_ESCROW_S + 1, FACT_VALUE_MAXIMUM);
        if (!prove_check_find(check, &goal, NULL, &example))
            continue;
        struct policy_problem *problem =
            prove_finding(check, POLICY_PROBLEM_DEADLINE, i, &example,
                          "this clause still refunds when the escrow has been released; the money then comes from the "
                          "merchant's balance or bond",
                          "担保款放款后本条款仍会退款，届时从商家余额或保证金支付");
        policy_problem_warn(check->problems, problem);
    }
}

/* ---- where the money goes ---- */

void prove_destinations(struct prove_check *check)
{
    for (int i = 0; i < check->policy->clause_count; i++) {
        const struct policy_clause *clause = &check->policy->clauses[i];
        struct policy_facts example;
        if (clause->outcome != POLICY_OUTCOME_REFUND || clause->destination != POLICY_DESTINATION_STORE_CREDIT ||
            !governing_find(check, i, &example))
            continue;
        struct policy_problem *problem =
            prove_finding(check, POLICY_PROBLEM_DESTINATION, i, &example,
                          "this refund does not go back to the original payment", "本条款的退款没有原路退回");
        policy_problem_hint(problem, "leave out `to store_credit`", "请删去 `to store_credit`");
    }
}

/* ---- articles ---- */

static void law_check(struct prove_check *check, int clause, const char *code)
{
    const struct law_article *law = law_find(text_of(code));
    if (!law) {
        struct policy_problem *problem =
            prove_finding(check, POLICY_PROBLEM_LAW, clause, NULL, "there is no article \"%s\" in the table",
                          "法条表中没有“%s”", code);
        policy_problem_hint(problem, "the codes stand in src/law/law.def", "法条代码见 src/law/law.def");
        return;
    }
    const char *day = check->policy->effective;
    if (day[0] && !law_in_force(law, day))
        prove_finding(check, POLICY_PROBLEM_LAW, clause, NULL, "the article \"%s\" was not in force on %s",
                      "法条“%s”在 %s 尚未施行或已失效", code, day);
}

void prove_laws(struct prove_check *check)
{
    for (int i = 0; i < check->policy->clause_count; i++)
        for (int l = 0; l < check->policy->clauses[i].law_count; l++)
            law_check(check, i, check->policy->clauses[i].laws[l]);
}

/* ---- values that nobody thought of ---- */

static uint64_t written_values(const struct policy *policy, enum fact fact)
{
    uint64_t written = 0;
    for (int i = 0; i < policy->condition_count; i++)
        if (policy->conditions[i].fact == fact)
            written |= policy->conditions[i].written;
    return written;
}

static uint64_t produced_values(const struct policy *policy, enum fact fact)
{
    const struct fact_info *info = fact_info(fact);
    uint64_t values = 0;
    for (int i = 0; i < info->value_count; i++)
        if (info->values[i].goods & policy->goods)
            values |= UINT64_C(1) << i;
    if (fact == FACT_REASON)
        values &= ~(UINT64_C(1) << REASON_OTHER); /* has its own rule */
    if (fact == FACT_CAUSE)
        values &= ~(UINT64_C(1) << CAUSE_NONE); /* nothing happened */
    return values;
}

static void open_words(char *out, size_t bytes, enum fact fact, uint64_t open, enum policy_language language)
{
    bool zh = language == POLICY_LANGUAGE_ZH;
    const struct fact_info *info = fact_info(fact);
    struct buffer words;
    buffer_init(&words, 1024);
    policy_values_words(&words, fact, open, language);
    snprintf(out, bytes, zh ? "没有条款提到%s：%s" : "no clause speaks of the %s: %s",
             zh ? info->label_zh : info->label_en, words.data);
    buffer_done(&words);
}

static void untested_check(struct prove_check *check, enum fact fact)
{
    struct policy_facts example, first;
    uint64_t open = 0, left = produced_values(check->policy, fact) & ~written_values(check->policy, fact);
    for (; left; left &= left - 1) {
        int value = __builtin_ctzll(left);
        struct prove_goal goal;
        prove_goal_begin(&goal, check->space);
        prove_goal_governs(&goal, 0, POLICY_OTHERWISE);
        prove_goal_values(&goal, fact, UINT64_C(1) << value);
        if (!prove_check_find(check, &goal, NULL, &example))
            continue;
        policy_facts_set(&example, fact, value, (enum fact_source)__builtin_ctz(fact_info(fact)->sources), -1, NULL);
        if (!open)
            first = example;
        open |= UINT64_C(1) << value;
    }
    if (!open)
        return;
    char en[500], zh[500];
    open_words(en, sizeof en, fact, open, POLICY_LANGUAGE_EN);
    open_words(zh, sizeof zh, fact, open, POLICY_LANGUAGE_ZH);
    struct policy_problem *problem =
        prove_finding_words(check, POLICY_PROBLEM_UNTESTED, POLICY_OTHERWISE, &first, en, zh);
    policy_problem_hint(problem, "`otherwise` decides such a case; write a clause if that is not what you mean",
                        "这类情形由 `otherwise` 处理；如非本意，请补充条款");
    policy_problem_warn(check->problems, problem);
}

void prove_untested(struct prove_check *check)
{
    static const enum fact facts[] = {FACT_REASON, FACT_CARD, FACT_SERVICE, FACT_ITEM, FACT_CAUSE};
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        if (fact_info(facts[i])->goods & check->policy->goods)
            untested_check(check, facts[i]);
}
