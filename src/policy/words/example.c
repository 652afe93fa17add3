/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Worked examples: for a clause, a situation in which it governs, found from an ordinary order and decided like any other. The
 * calendar is fixed (bought on 1 December at ten), so the same rule gives the same bytes.
 */
#include "policy/words/words.h"

#include <assert.h>

#include "base/time.h"
#include "policy/words/reach.h"

#define ZH(language) ((language) == POLICY_LANGUAGE_ZH)
#define CHANGES_MAX 12

/* 2025-12-01T10:00 as if it were UTC: only differences of days and hours are shown. */
#define BOUGHT_AT_S INT64_C(1764583200)
#define FIRST_YEAR 2025

struct usual {
    enum fact fact;
    int64_t value;
};

/* An order two days old, paid, delivered, not touched; what is not listed is the first of its values, 0 or never. */
static const struct usual usual[] = {
    {FACT_PURCHASED, 2 * TIME_DAY_S},   {FACT_AMOUNT, 5000}, {FACT_QUANTITY, 1}, {FACT_AFFECTED_QUANTITY, 1},
    {FACT_REASON, REASON_CHANGED_MIND},
};
static const struct usual usual_card[] = {{FACT_DELIVERED, 2 * TIME_DAY_S - 60}};
static const struct usual usual_licence[] = {{FACT_DELIVERED, 2 * TIME_DAY_S - 60},
                                             {FACT_DOWNLOADED, TIME_DAY_S},
                                             {FACT_RELEASED, 30 * TIME_DAY_S},
                                             {FACT_USAGE, TIME_HOUR_S}};
static const struct usual usual_affected[] = {{FACT_QUANTITY, 5}, {FACT_AFFECTED_QUANTITY, 2}};
static const struct usual usual_remaining[] = {{FACT_TIME_USED, 60}, {FACT_AMOUNT, 10000}};
static const struct usual usual_unfinished[] = {
    {FACT_SERVICE, SERVICE_STARTED}, {FACT_STARTED, TIME_DAY_S}, {FACT_PROGRESS, 60}, {FACT_AMOUNT, 10000}};

static void fact_put(struct policy_facts *facts, enum fact fact, int64_t value)
{
    policy_facts_set(facts, fact, value, (enum fact_source)__builtin_ctz(fact_info(fact)->sources), -1, NULL);
}

#define USUAL_PUT(facts, table)                                                                                        \
    for (size_t i_ = 0; i_ < sizeof(table) / sizeof *(table); i_++)                                                    \
    fact_put(facts, (table)[i_].fact, (table)[i_].value)

static void usual_order(const struct policy *policy, const struct policy_clause *clause, struct policy_facts *ret)
{
    policy_facts_init(ret);
    for (int i = 0; i < 4; i++)
        ret->currency[i] = policy_money_code(policy)[i];
    for (int i = 0; i < FACT_COUNT; i++) {
        const struct fact_info *info = fact_info((enum fact)i);
        if (info->goods & policy->goods)
            fact_put(ret, (enum fact)i, info->type == FACT_TYPE_DURATION ? FACT_NEVER : 0);
    }
    USUAL_PUT(ret, usual);
    if (policy->goods == POLICY_GOODS_CARD_KEY)
        USUAL_PUT(ret, usual_card);
    if (policy->goods == POLICY_GOODS_SERVICE)
        fact_put(ret, FACT_SERVICE, SERVICE_AGREED);
    if (policy->goods == POLICY_GOODS_LICENCE)
        USUAL_PUT(ret, usual_licence);
    if (clause->amount.rule == POLICY_AMOUNT_AFFECTED)
        USUAL_PUT(ret, usual_affected);
    if (clause->amount.rule == POLICY_AMOUNT_REMAINING)
        USUAL_PUT(ret, usual_remaining);
    if (clause->amount.rule == POLICY_AMOUNT_UNFINISHED)
        USUAL_PUT(ret, usual_unfinished);
}

bool policy_example_find(const struct policy *policy, int clause, int64_t *steps_left, struct policy_facts *ret)
{
    struct policy_facts from;
    struct reach_answer answer;
    usual_order(policy, &policy->clauses[clause], &from);
    struct reach_question question = {.policy = policy,
                                      .from = &from,
                                      .may_change = ~(UINT64_C(1) << FACT_EARLIER_REFUNDS),
                                      .paid = policy->clauses[clause].outcome == POLICY_OUTCOME_REFUND,
                                      .typical = true,
                                      .changes_max = CHANGES_MAX,
                                      .steps_max = *steps_left};
    policy_clause_set_add(&question.aims, clause);
    bool found = policy_reach(&question, &answer);
    *steps_left -= answer.steps;
    if (!found)
        return false;
    *ret = answer.facts;
    return true;
}

/* ---- in words ---- */

static void moment_words(struct buffer *out, int64_t at_s, enum policy_language language)
{
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    char text[TIME_TEXT_BYTES];
    time_format(at_s * TIME_SECOND_US, text); /* 2025-12-01T10:00:00Z */
    int year = 0, month = (text[5] - '0') * 10 + text[6] - '0', day = (text[8] - '0') * 10 + text[9] - '0';
    for (int i = 0; i < 4; i++)
        year = year * 10 + text[i] - '0';
    if (ZH(language)) {
        if (year != FIRST_YEAR)
            buffer_addf(out, "%d 年 ", year);
        buffer_addf(out, "%d 月 %d 日 %.5s", month, day, text + 11);
    } else {
        buffer_addf(out, "%s %d", months[month - 1], day);
        if (year != FIRST_YEAR)
            buffer_addf(out, ", %d", year);
        buffer_addf(out, ", %.5s", text + 11);
    }
}

struct telling {
    struct buffer *out;
    const struct policy *policy;
    const struct policy_facts *facts;
    enum policy_language language;
    uint64_t told; /* facts that the clause speaks of */
    int64_t claimed_at_s;
};

static bool happened(const struct telling *t, int fact)
{
    return fact_info((enum fact)fact)->type == FACT_TYPE_DURATION && fact != FACT_LATE &&
           (t->facts->known >> fact & 1) && t->facts->value[fact] != FACT_NEVER;
}

static void event_tell(const struct telling *t, enum fact fact)
{
    moment_words(t->out, t->claimed_at_s - t->facts->value[fact], t->language);
    buffer_add_char(t->out, ' ');
    buffer_add_string(t->out, policy_event_noun(fact, t->language));
    if (fact == FACT_PURCHASED) {
        words_put(t->out, t->language, "，实付 ", " for ");
        policy_money_words(t->out, t->facts->value[FACT_AMOUNT], t->facts->currency);
        if (t->told >> FACT_QUANTITY & 1)
            buffer_addf(t->out, ZH(t->language) ? "，共 %lld 件" : ", quantity %lld",
                        (long long)t->facts->value[FACT_QUANTITY]);
    }
    words_put(t->out, t->language, "；", "; ");
}

/* What happened, the oldest first; of two at the same time the one that stands first in the table. */
static void events_tell(const struct telling *t)
{
    uint64_t left = 0;
    for (int i = 0; i < FACT_COUNT; i++)
        if (happened(t, i) && (i == FACT_PURCHASED || (t->told >> i & 1)))
            left |= UINT64_C(1) << i;
    while (left) {
        int oldest = __builtin_ctzll(left);
        for (uint64_t bits = left; bits; bits &= bits - 1)
            if (t->facts->value[__builtin_ctzll(bits)] > t->facts->value[oldest])
                oldest = __builtin_ctzll(bits);
        event_tell(t, (enum fact)oldest);
        left &= ~(UINT64_C(1) << oldest);
    }
}

static void claim_tell(const struct telling *t)
{
    const uint64_t elsewhere = UINT64_C(1) << FACT_AMOUNT | UINT64_C(1) << FACT_QUANTITY;
    bool first = true;
    moment_words(t->out, t->claimed_at_s, t->language);
    words_put(t->out, t->language, " 申请", " claim");
    for (uint64_t bits = t->told & t->facts->known & ~elsewhere; bits; bits &= bits - 1) {
        int fact = __builtin_ctzll(bits);
        if (happened(t, fact))
            continue;
        words_put(t->out, t->language, first ? "：" : "，", first ? ": " : ", ");
        policy_fact_words(t->out, t->facts, (enum fact)fact, t->language);
        first = false;
    }
}

static void refund_tell(const struct telling *t, const struct policy_clause *clause,
                        const struct policy_decision *decision)
{
    if (clause->at_once) {
        words_put(t->out, t->language, "立即退 ", "refunded at once: ");
    } else {
        words_put(t->out, t->language, "商家最迟 ", "the merchant answers by ");
        moment_words(t->out, t->claimed_at_s + clause->merchant_answer_s, t->language);
        words_put(t->out, t->language,
                  clause->silence == POLICY_SILENCE_ACCEPTS ? " 答复，同意或逾期即退 " : " 答复，同意即退 ",
                  clause->silence == POLICY_SILENCE_ACCEPTS ? "; refunded on consent or silence: "
                                                            : "; refunded on consent: ");
    }
    policy_arithmetic_words(t->out, decision, t->facts->currency, t->language);
}

static void outcome_tell(const struct telling *t, const struct policy_clause *clause)
{
    struct policy_decision decision;
    policy_evaluate(t->policy, t->facts, &decision);
    words_put(t->out, t->language, clause->need_count ? "，材料齐全 → " : " → ",
              clause->need_count ? ", evidence complete → " : " → ");
    switch (clause->outcome) {
    case POLICY_OUTCOME_REFUND:
        refund_tell(t, clause, &decision);
        break;
    case POLICY_OUTCOME_REFUSE:
        words_put(t->out, t->language, "不退款", "no refund");
        break;
    case POLICY_OUTCOME_REVIEW:
    case POLICY_OUTCOME_OPEN:
        words_put(t->out, t->language, "平台最迟 ", "a person decides by ");
        moment_words(t->out, t->claimed_at_s + clause->review_s, t->language);
        words_put(t->out, t->language, " 判定", "");
        break;
    }
}

static uint64_t node_facts(const struct policy *policy, uint16_t node)
{
    const struct policy_node *n = &policy->nodes[node];
    if (n->kind == POLICY_NODE_TEST)
        return n->implied ? 0 : UINT64_C(1) << policy->conditions[n->condition].fact;
    uint64_t facts = 0;
    for (uint16_t child = n->first; child != POLICY_NODE_NONE; child = policy->nodes[child].next)
        facts |= node_facts(policy, child);
    return facts;
}

static bool is_quiet(const struct policy_facts *facts, int fact)
{
    int64_t value = facts->value[fact];
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        if ((int)usual[i].fact == fact)
            return value == usual[i].value;
    return value == (fact_info((enum fact)fact)->type == FACT_TYPE_DURATION ? FACT_NEVER : 0);
}

/* What happened so that no exception applies; the reader takes for granted that nothing else did. */
static uint64_t exception_facts(const struct policy *policy, int clause, const struct policy_facts *facts)
{
    uint64_t spoken_of = 0, told = 0;
    for (int i = 0; i < policy->clause_count; i++)
        if (policy_exception_matters(policy, clause, i))
            spoken_of |= node_facts(policy, policy->clauses[i].root);
    for (uint64_t bits = spoken_of & facts->known; bits; bits &= bits - 1)
        if (!is_quiet(facts, __builtin_ctzll(bits)))
            told |= bits & -bits;
    return told;
}

void policy_example_words(struct buffer *out, const struct policy *policy, int clause, const struct policy_facts *facts,
                          enum policy_language language)
{
    const struct policy_clause *c = &policy->clauses[clause];
    uint64_t is_true[POLICY_CONDITION_WORDS], is_unknown[POLICY_CONDITION_WORDS];
    struct telling t = {.out = out, .policy = policy, .facts = facts, .language = language};
    policy_conditions_evaluate(policy, facts, is_true, is_unknown);
    t.told = policy_node_reasons(policy, c->root, is_true, is_unknown);
    t.told |= exception_facts(policy, clause, facts);
    if (facts->value[FACT_CAUSE] == CAUSE_NONE)
        t.told &= ~(UINT64_C(1) << FACT_CAUSE); /* nothing happened: not worth a word */
    t.claimed_at_s = BOUGHT_AT_S + facts->value[FACT_PURCHASED];
    if (c->amount.rule == POLICY_AMOUNT_AFFECTED)
        t.told |= UINT64_C(1) << FACT_QUANTITY | UINT64_C(1) << FACT_AFFECTED_QUANTITY;
    if (c->amount.rule == POLICY_AMOUNT_UNFINISHED)
        t.told |= UINT64_C(1) << FACT_PROGRESS;
    if (c->amount.rule == POLICY_AMOUNT_REMAINING)
        t.told |= UINT64_C(1) << FACT_TIME_USED;
    events_tell(&t);
    claim_tell(&t);
    outcome_tell(&t, c);
}
