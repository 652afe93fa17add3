/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The check of a policy: gaps, conflicts, clauses that never apply or never govern. Each is a question to the exact
 * search, and each failure carries the situation that the search found. Floors and comparisons of versions will be
 * questions to the same search.
 */
#include "policy/prove/check.h"

#include <assert.h>
#include <stdio.h>

#include "policy/read/problem.h"
#include "policy/prove/situation.h"
#include "policy/words/words.h"

struct check {
    const struct policy *policy;
    struct situation_search *search;
    struct policy_problems *problems;
    bool over_limit;
};

static struct policy_place clause_place(const struct policy *policy, int clause)
{
    const struct policy_clause *c = &policy->clauses[clause];
    return (struct policy_place){policy->source, c->start, c->length};
}

static bool find(struct check *check, const struct situation_goal *goal, struct policy_facts *ret_example)
{
    if (check->over_limit)
        return false;
    enum situation_result result = situation_find(check->search, goal, ret_example);
    check->over_limit = result == SITUATION_LIMIT;
    return result == SITUATION_FOUND;
}

static void example_words(struct buffer *zh, struct buffer *en, const struct policy_facts *example)
{
    policy_facts_words(zh, example, POLICY_LANGUAGE_ZH);
    policy_facts_words(en, example, POLICY_LANGUAGE_EN);
}

static void gap_find(struct check *check)
{
    const struct policy *policy = check->policy;
    struct policy_facts example;
    struct situation_goal goal = {.reason_not_other = true};
    if (policy->has_otherwise)
        return;
    for (int i = 0; i < policy->clause_count; i++)
        policy_clause_set_add(&goal.must_not_apply, i);
    if (!find(check, &goal, &example))
        return;
    struct buffer zh, en;
    buffer_init(&zh, 4096);
    buffer_init(&en, 4096);
    example_words(&zh, &en, &example);
    char message_zh[1200], message_en[1200];
    snprintf(message_en, sizeof message_en, "no clause covers this situation: %s", en.data ? en.data : "");
    snprintf(message_zh, sizeof message_zh, "没有条款覆盖这种情形：%s", zh.data ? zh.data : "");
    struct policy_problem *problem =
        policy_problem_add_words(check->problems, POLICY_PROBLEM_GAP, NULL, message_en, message_zh);
    policy_problem_hint(problem, "add a clause, or end with `otherwise review within 48 hours`",
                        "请补充条款，或在最后写 `otherwise review within 48 hours`");
    if (problem) {
        problem->example = example;
        problem->has_example = true;
    }
    buffer_done(&zh);
    buffer_done(&en);
}

static void conflict_report(struct check *check, int a, int b, const struct policy_facts *example)
{
    const struct policy *policy = check->policy;
    const char *id_a = policy->clauses[a].id, *id_b = policy->clauses[b].id;
    struct policy_place place = clause_place(policy, b);
    struct buffer zh, en;
    buffer_init(&zh, 4096);
    buffer_init(&en, 4096);
    example_words(&zh, &en, example);
    char message_zh[1200], message_en[1200];
    snprintf(message_en, sizeof message_en, "both \"%s\" and \"%s\" cover this situation: %s", id_a, id_b,
             en.data ? en.data : "");
    snprintf(message_zh, sizeof message_zh, "条款“%s”和“%s”同时覆盖这种情形：%s", id_a, id_b, zh.data ? zh.data : "");
    struct policy_problem *problem =
        policy_problem_add_words(check->problems, POLICY_PROBLEM_CONFLICT, &place, message_en, message_zh);
    policy_problem_hint(problem, "say which one counts: `%s overrides %s`, or the other way round",
                        "请写明以哪一条为准：`%s overrides %s`，或反过来", id_b, id_a);
    if (problem) {
        problem->clause_a = a;
        problem->clause_b = b;
        problem->example = *example;
        problem->has_example = true;
    }
    buffer_done(&zh);
    buffer_done(&en);
}

static void overriders_exclude(const struct policy *policy, int clause, struct situation_goal *goal)
{
    for (int w = 0; w < POLICY_CLAUSE_WORDS; w++)
        goal->must_not_apply.bits[w] |= policy->clauses[clause].overridden_by.bits[w];
}

static void conflicts_find(struct check *check)
{
    const struct policy *policy = check->policy;
    struct policy_facts example;
    for (int a = 0; a < policy->clause_count; a++)
        for (int b = a + 1; b < policy->clause_count && !check->over_limit; b++) {
            if (policy_clause_set_has(&policy->clauses[a].overrides, b) ||
                policy_clause_set_has(&policy->clauses[b].overrides, a))
                continue;
            struct situation_goal goal = {.reason_not_other = false};
            policy_clause_set_add(&goal.must_apply, a);
            policy_clause_set_add(&goal.must_apply, b);
            overriders_exclude(policy, a, &goal);
            overriders_exclude(policy, b, &goal);
            if (find(check, &goal, &example))
                conflict_report(check, a, b, &example);
        }
}

static void dead_find(struct check *check)
{
    const struct policy *policy = check->policy;
    struct policy_facts example;
    for (int i = 0; i < policy->clause_count; i++) {
        struct policy_place place = clause_place(policy, i);
        const char *id = policy->clauses[i].id;
        struct situation_goal goal = {.reason_not_other = false};
        policy_clause_set_add(&goal.must_apply, i);
        if (!find(check, &goal, &example) && !check->over_limit) {
            struct policy_problem *problem =
                policy_problem_add(check->problems, POLICY_PROBLEM_DEAD, &place, "the clause \"%s\" can never apply",
                                   "条款“%s”永远不会适用", id);
            policy_problem_hint(problem, "its conditions exclude each other", "它的条件互相排斥");
            if (problem)
                problem->clause_a = i;
            continue;
        }
        overriders_exclude(policy, i, &goal);
        if (find(check, &goal, &example) || check->over_limit)
            continue;
        struct policy_problem *problem =
            policy_problem_add(check->problems, POLICY_PROBLEM_DEAD, &place,
                               "whenever the clause \"%s\" applies, another one overrides it",
                               "每当条款“%s”适用时，总有其他条款覆盖它", id);
        if (problem)
            problem->clause_a = i;
    }
}

int policy_check_within(const struct policy *policy, int64_t boxes_max, struct policy_problems *problems,
                        struct error *error)
{
    assert(policy);
    assert(problems);
    problems->count = problems->dropped = problems->warnings = 0;
    struct arena *arena = arena_new(16 << 20);
    struct check check = {.policy = policy, .problems = problems};
    check.search = situation_search_new(arena, policy, boxes_max);
    dead_find(&check);
    conflicts_find(&check);
    gap_find(&check);
    if (check.over_limit)
        policy_problem_add(problems, POLICY_PROBLEM_LIMIT, NULL,
                           "the policy tells too many situations apart to be checked (more than %lld boxes)",
                           "规则区分的情形过多，无法完成检查（超过 %lld 个）", (long long)boxes_max);
    arena_free(arena);
    return problems->count > problems->warnings ? policy_problems_fail(problems, error) : 0;
}

int policy_check(const struct policy *policy, struct policy_problems *problems, struct error *error)
{
    return policy_check_within(policy, POLICY_BOXES_MAX, problems, error);
}
