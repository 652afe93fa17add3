/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The proof that a policy keeps to its floor. For every clause of the floor that promises something and everything that can
 * govern in the policy at the same time, a situation is looked for in which the policy gives less.
 */
#include "policy/prove/prove.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "law/law.h"
#include "policy/prove/check.h"
#include "policy/prove/compare.h"
#include "policy/prove/finding.h"

static void law_hint(struct policy_problem *problem, const struct policy *floor, int clause)
{
    const char *before_en = "the floor rests on: ", *before_zh = "底线依据：";
    size_t used_en = 0, used_zh = 0;
    for (int i = 0; clause != POLICY_OTHERWISE && i < floor->clauses[clause].law_count; i++) {
        const struct law_article *article = law_find(text_of(floor->clauses[clause].laws[i]));
        size_t room_en = sizeof problem->hint_en - used_en, room_zh = sizeof problem->hint_zh - used_zh;
        if (!article)
            continue;
        size_t more_en = (size_t)snprintf(problem->hint_en + used_en, room_en, "%s%s, article %d (since %s)", before_en,
                                          article->law->name_en, article->number, article->law->effective_from);
        size_t more_zh = (size_t)snprintf(problem->hint_zh + used_zh, room_zh, "%s%s%s（%s 起施行）", before_zh,
                                          article->law->short_name, article->article, article->law->effective_from);
        if (more_en >= room_en || more_zh >= room_zh) {
            problem->hint_en[used_en] = problem->hint_zh[used_zh] = '\0';
            return;
        }
        used_en += more_en;
        used_zh += more_zh;
        before_en = "; ";
        before_zh = "；";
    }
}

/* How the policy falls behind its floor. */
static const struct {
    const char *en, *zh;
} behind[POLICY_CHANGE_COUNT] = {
    [POLICY_CHANGE_WORSE] = {"gives less than", "给买家的少于"},
    [POLICY_CHANGE_HARDER] = {"asks for more evidence than", "要求的材料多于"},
    [POLICY_CHANGE_SLOWER] = {"is slower than", "慢于"},
};

static void finding_add(struct prove_check *check, const struct policy *floor, struct compare_side promised,
                        struct compare_side given, enum policy_change change, const struct policy_facts *example)
{
    char en[300], zh[400];
    const char *given_id = policy_clause_id(check->policy, given.clause);
    const char *floor_id = policy_clause_id(floor, promised.clause);
    snprintf(en, sizeof en, "\"%s\" %s \"%s\" of the floor \"%s\"", given_id, behind[change].en, floor_id, floor->name);
    snprintf(zh, sizeof zh, "“%s”%s底线“%s”的“%s”", given_id, behind[change].zh, floor->name, floor_id);
    struct policy_problem *problem = prove_finding_words(check, POLICY_PROBLEM_FLOOR, given.clause, example, en, zh);
    if (!problem)
        return;
    problem->floor = floor;
    problem->floor_clause = promised.clause;
    problem->change = change;
    law_hint(problem, floor, promised.clause);
}

static void pair_check(struct prove_check *check, struct compare *compare, struct compare_side promised,
                       struct compare_side given)
{
    static const enum policy_change changes[] = {POLICY_CHANGE_WORSE, POLICY_CHANGE_HARDER, POLICY_CHANGE_SLOWER};
    const struct policy *floor = compare->space->policies[0];
    struct policy_facts example;
    /* That `other` goes to a person is the language's rule; a floor that names no time for it promises none. */
    size_t count = promised.other ? 2 : 3;
    if (!compare_meet(compare, promised, given))
        return;
    for (size_t i = 0; i < count; i++)
        if (compare_find(compare, promised, given, changes[i], &example)) {
            finding_add(check, floor, promised, given, changes[i], &example);
            return;
        }
}

static int comparable(const struct policy *policy, const struct policy *floor, struct policy_problems *problems)
{
    if (policy->goods != floor->goods)
        policy_problem_add(problems, POLICY_PROBLEM_GOODS, NULL, "the floor \"%s\" is for %s goods",
                           "底线“%s”适用于 %s 类商品", floor->name, policy_goods_word(floor->goods));
    else if (policy->currency[0] && floor->currency[0] && strcmp(policy->currency, floor->currency) != 0)
        policy_problem_add(problems, POLICY_PROBLEM_MEANING, NULL, "the floor \"%s\" speaks of %s",
                           "底线“%s”使用的币种是 %s", floor->name, floor->currency);
    return problems->count ? -1 : 0;
}

int policy_floor_prove_within(const struct policy *policy, const struct policy *floor, int64_t steps_max,
                              struct policy_problems *problems, struct error *error)
{
    assert(policy);
    assert(floor);
    assert(problems);
    problems->count = problems->dropped = problems->warnings = 0;
    if (comparable(policy, floor, problems))
        return policy_problems_fail(problems, error);
    const struct policy *both[] = {floor, policy};
    struct arena *arena = arena_new(PROVE_ARENA_BYTES);
    struct compare compare = {.space = prove_space_new(arena, both, 2, NULL, 0, steps_max)};
    struct prove_check check = {.policy = policy, .space = compare.space, .problems = problems};
    struct compare_side promised[COMPARE_SIDES_MAX], given[COMPARE_SIDES_MAX];
    int promised_count = compare_sides(floor, promised), given_count = compare_sides(policy, given);
    for (int i = 0; i < promised_count && !compare.over_limit; i++)
        for (int j = 0; j < given_count && !compare_promises_nothing(floor, promised[i]); j++)
            pair_check(&check, &compare, promised[i], given[j]);
    if (compare.over_limit)
        policy_problem_add(problems, POLICY_PROBLEM_LIMIT, NULL,
                           "the policy and its floor tell too many situations apart to be compared",
                           "规则与底线区分的情形过多，无法比较");
    arena_free(arena);
    return problems->count ? policy_problems_fail(problems, error) : 0;
}

int policy_floor_prove(const struct policy *policy, const struct policy *floor, struct policy_problems *problems,
                       struct error *error)
{
    return policy_floor_prove_within(policy, floor, POLICY_BOXES_MAX, problems, error);
}
