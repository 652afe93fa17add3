/* SPDX-License-Identifier: Apache-2.0 */
/* The part of an explanation that looks beyond the decision: what nearly applied, whether it can still come true, and what would have. */
#include "policy/words/explanation.h"

#include <assert.h>

/* ---- what nearly applied, and what would have ---- */

/* Whole sentences, with their end. */
static void change_words(struct buffer *out, const struct explanation_failure *failure, enum policy_language language)
{
    static const char *const zh[EXPLANATION_CHANGE_COUNT] = {"材料可以补交。",
                                                             "如果实际是这种情况，可以改用这个原因申请。",
                                                             "如果有误，可以更正。",
                                                             "还要再过 ",
                                                             "取决于商家。",
                                                             "期限已过 ",
                                                             "以记录为准；记录有误，可以请平台核对。"};
    static const char *const en[EXPLANATION_CHANGE_COUNT] = {
        "The evidence can still be added.",
        "If that is what happened, claim again with that reason.",
        "If it is wrong, it can be corrected.",
        "It will be so in ",
        "That is up to the merchant.",
        "The time has been over for ",
        "It is as recorded; if the record is wrong, ask the platform."};
    words_put(out, language, zh[failure->change], en[failure->change]);
    if (failure->change != EXPLANATION_CHANGE_WAIT && failure->change != EXPLANATION_CHANGE_PASSED)
        return;
    policy_age_words(out, failure->by_s, language);
    words_put(out, language, "。", ".");
}

static void failure_words(struct buffer *out, const struct explanation *e, const struct explanation_failure *failure,
                          enum policy_language language)
{
    policy_node_words(out, e->policy, failure->node, language);
    uint64_t known = failure->facts & e->facts->known;
    if (known) {
        words_put(out, language, "；实际：", "; now: ");
        explanation_facts_words(out, e, known, language);
    }
    words_put(out, language, "。", ". ");
}

static bool by_reason(const struct explanation_near *near)
{
    return near->failed[0].change == EXPLANATION_CHANGE_REASON;
}

/* Clauses for other reasons: one line, for who chose the wrong one. */
static void reasons_say(struct buffer *out, const struct explanation *e, enum policy_language language)
{
    bool first = true;
    for (int i = 0; i < e->near_count; i++) {
        if (!by_reason(&e->near[i]))
            continue;
        words_put(out, language, first ? "其他原因对应的条款：" : "、", first ? "Clauses for other reasons: " : ", ");
        explanation_clause_words(out, e->policy, e->near[i].clause, language);
        first = false;
    }
    if (!first)
        words_put(out, language, "。如果实际是这些情况，可以改用对应的原因申请。\n",
                  ". If one of them is what happened, claim again with that reason.\n");
}

static void nears_say(struct buffer *out, const struct explanation *e, enum policy_language language)
{
    for (int i = 0; i < e->near_count; i++) {
        if (by_reason(&e->near[i]))
            continue;
        words_put(out, language, "差一点适用：", "Nearly applied: ");
        explanation_clause_words(out, e->policy, e->near[i].clause, language);
        const struct explanation_failure *failed = e->near[i].failed, *hardest = &failed[0];
        for (int f = 0; f < e->near[i].failed_count; f++) {
            words_put(out, language, f ? "还要求：" : "。要求：", f ? "It also needs: " : ". It needs: ");
            failure_words(out, e, &failed[f], language);
            hardest = failed[f].change > hardest->change ? &failed[f] : hardest;
        }
        change_words(out, hardest, language);
        buffer_add_char(out, '\n');
    }
    reasons_say(out, e, language);
}

static enum policy_truth truth_in(const struct explanation *e, int condition, bool nearest)
{
    const struct policy_condition *c = &e->policy->conditions[condition];
    const struct policy_facts *facts = nearest ? &e->nearest.facts : e->facts;
    if (!(facts->known >> c->fact & 1))
        return POLICY_UNKNOWN;
    return policy_condition_holds(c, facts->value[c->fact]) ? POLICY_TRUE : POLICY_FALSE;
}

/* The first condition of the clause on this fact that the change turned true; -1 when it only turned others off. */
static int turned(const struct explanation *e, uint16_t node, enum fact fact)
{
    const struct policy_node *n = &e->policy->nodes[node];
    if (n->kind == POLICY_NODE_TEST) {
        bool of_fact = e->policy->conditions[n->condition].fact == fact && !n->implied;
        return of_fact && truth_in(e, n->condition, true) == POLICY_TRUE &&
                       truth_in(e, n->condition, false) != POLICY_TRUE
                   ? n->condition
                   : -1;
    }
    for (uint16_t child = n->first; child != POLICY_NODE_NONE; child = e->policy->nodes[child].next) {
        int found = turned(e, child, fact);
        if (found >= 0)
            return found;
    }
    return -1;
}

void explanation_changed_words(struct buffer *out, const struct explanation *e, enum fact fact,
                               enum policy_language language)
{
    int condition = turned(e, e->policy->clauses[e->nearest.clause].root, fact);
    if (condition >= 0)
        policy_condition_words(out, e->policy, &e->policy->conditions[condition], language);
    else
        policy_fact_words(out, &e->nearest.facts, fact, language);
}

/* The `needs` lines that are not satisfied yet. */
static void lacking_words(struct buffer *out, const struct explanation *e, const struct policy_clause *clause,
                          enum policy_language language)
{
    bool first = true;
    for (int i = 0; i < clause->need_count; i++) {
        bool there = false;
        for (uint64_t bits = clause->needs[i] & e->facts->known; bits; bits &= bits - 1)
            there |= e->facts->value[__builtin_ctzll(bits)] == PROOF_ACCEPTED;
        if (there)
            continue;
        words_put(out, language, first ? "，并提供材料（" : "；", first ? ", and with evidence (" : "; ");
        policy_proofs_words(out, clause->needs[i], language);
        first = false;
    }
    if (!first)
        words_put(out, language, "）", ")");
}

void explanation_nearest_words(struct buffer *out, const struct explanation *e, enum policy_language language)
{
    const struct policy_clause *clause = &e->policy->clauses[e->nearest.clause];
    bool first = true;
    words_put(out, language, "如果", "if ");
    for (uint64_t bits = e->nearest_told; bits; bits &= bits - 1) {
        words_put(out, language, first ? "" : "，且", first ? "" : ", and ");
        explanation_changed_words(out, e, (enum fact)__builtin_ctzll(bits), language);
        first = false;
    }
    lacking_words(out, e, clause, language);
    words_put(out, language, clause->at_once ? "，可以立即退款" : "，商家同意后可以退款", ", a refund");
    if (e->nearest_decision.refund) {
        words_put(out, language, " ", " of ");
        policy_money_words(out, e->nearest_decision.refund, e->facts->currency);
    }
    words_put(out, language, "，见", clause->at_once ? " at once: " : " once the merchant consents: ");
    explanation_clause_words(out, e->policy, e->nearest.clause, language);
}

static void nearest_say(struct buffer *out, const struct explanation *e, enum policy_language language)
{
    if (!e->has_nearest)
        return;
    words_put(out, language, "离退款最近的情形：", "Nearest to a refund: ");
    explanation_nearest_words(out, e, language);
    words_put(out, language, "。\n", ".\n");
}

void explanation_near_words(struct buffer *out, const struct explanation *e, enum policy_language language)
{
    nears_say(out, e, language);
    nearest_say(out, e, language);
}
