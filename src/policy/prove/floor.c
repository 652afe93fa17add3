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
    char en[200] = "", zh[300] = "";
    size_t used_en = 0, used_zh = 0;
    if (!problem || clause == POLICY_OTHERWISE)
        return;
    for (int i = 0; i < floor->clauses[clause].law_count; i++) {
        const struct law_article *article = law_find(text_of(floor->clauses[clause].laws[i]));
        if (!article || used_en >= sizeof en || used_zh >= sizeof zh)
            continue;
        used_en += (size_t)snprintf(en + used_en, sizeof en - used_en, "%s%s %s (since %s)", used_en ? "; " : "",
                                    article->law->name_en, article->code, article->law->effective_from);
        used_zh += (size_t)snprintf(zh + used_zh, sizeof zh - used_zh, "%s《%s》%s（%s 起施行）", used_zh ? "；" : "",
                                    article->law->short_name, article->article, article->law->effective_from);
    }
    if (en[0])
        policy_problem_hint(problem, "the floor rests on: %s", "底线依据：%s", en, zh);
}

static void finding_add(struct prove_check *check, const struct policy *floor, struct compare_side promised,
                        struct compare_side given, enum policy_change change, const struct policy_facts *example)
{
    static const char *const short_en[POLICY_CHANGE_COUNT] = {[POLICY_CHANGE_WORSE] = "gives less than",
                                                              [POLICY_CHANGE_HARDER] = "asks for more evidence than",
                                                              [POLICY_CHANGE_SLOWER] = "is slower than"};
    static const char *const short_zh[POLICY_CHANGE_COUNT] = {
        [POLICY_CHANGE_WORSE] = "少于", [POLICY_CHANGE_HARDER] = "要求的材料多于", [POLICY_CHANGE_SLOWER] = "慢于"};
    const char *given_id = policy_clause_id(check->policy, given.clause);
    const char *floor_id = policy_clause_id(floor, promised.clause);
    struct policy_problem *problem =
        prove_finding(check, POLICY_PROBLEM_FLOOR, given.clause, example, "\"%s\" %s \"%s\" of the floor \"%s\"%.0s",
                      "“%s”%.0s%s底线“%s”的“%s”", given_id, short_en[change], floor_id, floor->name, short_zh[change]);
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
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
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
    for (int i = 0; i < promised_count; i++)
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
