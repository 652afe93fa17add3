/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The check of one policy. Whether its clauses cover everything exactly once is here; what each clause promises is looked at
 * in check_*.c. Each question goes to the exact search, and each failure carries the situation that the search found.
 */
#include "policy/prove/check.h"

#include <assert.h>

#include "policy/prove/finding.h"

static void gap_find(struct prove_check *check)
{
    struct policy_facts example;
    struct prove_goal goal;
    if (check->policy->has_otherwise)
        return;
    prove_goal_begin(&goal, check->space);
    prove_goal_governs(&goal, 0, POLICY_OTHERWISE);
    prove_goal_values(&goal, FACT_REASON, ~(UINT64_C(1) << REASON_OTHER));
    if (!prove_check_find(check, &goal, NULL, &example))
        return;
    struct policy_problem *problem = prove_finding(check, POLICY_PROBLEM_GAP, POLICY_OTHERWISE, &example,
                                                   "no clause covers this situation", "没有条款覆盖这种情形");
    policy_problem_hint(problem, "add a clause, or end with `otherwise review within 48 hours`",
                        "请补充条款，或在最后写 `otherwise review within 48 hours`");
}

static void conflict_report(struct prove_check *check, int a, int b, const struct policy_facts *example)
{
    const char *id_a = check->policy->clauses[a].id, *id_b = check->policy->clauses[b].id;
    struct policy_problem *problem =
        prove_finding(check, POLICY_PROBLEM_CONFLICT, b, example, "both \"%s\" and \"%s\" cover this situation",
                      "条款“%s”和“%s”同时覆盖这种情形", id_a, id_b);
    policy_problem_hint(problem, "say which one counts: `%s overrides %s`, or the other way round",
                        "请写明以哪一条为准：`%s overrides %s`，或反过来", id_b, id_a);
    struct policy_place other = policy_place_of(check->policy, a);
    policy_problem_relate(problem, &other);
    if (problem) {
        problem->clause_a = a;
        problem->clause_b = b;
    }
}

static void conflicts_find(struct prove_check *check)
{
    const struct policy *policy = check->policy;
    struct policy_facts example;
    for (int a = 0; a < policy->clause_count; a++)
        for (int b = a + 1; b < policy->clause_count && !check->over_limit; b++) {
            if (policy_clause_set_has(&policy->clauses[a].overrides, b) ||
                policy_clause_set_has(&policy->clauses[b].overrides, a))
                continue;
            struct prove_goal goal;
            prove_goal_begin(&goal, check->space);
            prove_goal_governs(&goal, 0, a);
            prove_goal_governs(&goal, 0, b);
            if (prove_check_find(check, &goal, NULL, &example))
                conflict_report(check, a, b, &example);
        }
}

static void dead_find(struct prove_check *check)
{
    const struct policy *policy = check->policy;
    for (int i = 0; i < policy->clause_count; i++) {
        struct prove_goal goal;
        if (check->may_be_dead && policy_clause_set_has(check->may_be_dead, i))
            continue;
        prove_goal_begin(&goal, check->space);
        prove_goal_governs(&goal, 0, i);
        if (prove_check_find(check, &goal, NULL, NULL) || check->over_limit)
            continue;
        prove_goal_begin(&goal, check->space);
        prove_goal_applies(&goal, 0, i, true);
        if (prove_check_find(check, &goal, NULL, NULL) || check->over_limit) {
            prove_finding(check, POLICY_PROBLEM_DEAD, i, NULL,
                          "whenever the clause \"%s\" applies, another one overrides it",
                          "每当条款“%s”适用时，总有其他条款覆盖它", policy->clauses[i].id);
            continue;
        }
        struct policy_problem *problem =
            prove_finding(check, POLICY_PROBLEM_DEAD, i, NULL, "the clause \"%s\" can never apply",
                          "条款“%s”永远不会适用", policy->clauses[i].id);
        policy_problem_hint(problem, "its conditions exclude each other", "它的条件互相排斥");
    }
}

/* A policy whose clauses do not fit together is not asked what they promise: one mistake would be reported many times. */
static void promises_find(struct prove_check *check)
{
    prove_evidence(check);
    prove_deadlines(check);
    prove_destinations(check);
    prove_amounts(check);
    prove_laws(check);
    if (check->problems->count)
        return;
    prove_late_windows(check);
    prove_untested(check);
}

static int check_run(const struct policy *policy, const struct policy_clause_set *may_be_dead, int64_t steps_max,
                     struct policy_problems *problems, struct error *error)
{
    assert(policy);
    assert(problems);
    problems->count = problems->dropped = problems->warnings = 0;
    struct prove_bound bounds[PROVE_CHECK_BOUNDS_MAX];
    int bound_count = prove_check_bounds(bounds);
    struct arena *arena = arena_new(PROVE_ARENA_BYTES);
    struct prove_check check = {.policy = policy, .problems = problems, .may_be_dead = may_be_dead};
    check.space = prove_space_new(arena, &policy, 1, bounds, bound_count, steps_max);
    dead_find(&check);
    conflicts_find(&check);
    gap_find(&check);
    if (problems->count == 0)
        promises_find(&check);
    struct policy_place head = policy_place_of(policy, POLICY_OTHERWISE);
    if (check.over_limit)
        policy_problem_add(problems, POLICY_PROBLEM_LIMIT, &head,
                           "the policy tells too many situations apart to be checked (more than %lld boxes)",
                           "规则区分的情形过多，无法完成检查（超过 %lld 个）", (long long)steps_max);
    arena_free(arena);
    return problems->count > problems->warnings ? policy_problems_fail(problems, error) : 0;
}

int policy_check_within(const struct policy *policy, int64_t steps_max, struct policy_problems *problems,
                        struct error *error)
{
    return check_run(policy, NULL, steps_max, problems, error);
}

int policy_check_clarified(const struct policy *policy, const struct policy_clause_set *may_be_dead,
                           struct policy_problems *problems, struct error *error)
{
    return check_run(policy, may_be_dead, POLICY_BOXES_MAX, problems, error);
}

int policy_check(const struct policy *policy, struct policy_problems *problems, struct error *error)
{
    return policy_check_within(policy, POLICY_BOXES_MAX, problems, error);
}
