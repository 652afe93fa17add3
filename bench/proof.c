/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How long the proofs about a policy take, and how that grows with the number of clauses: for each size several policies,
 * the same in every run. A proof that fails on one of them ends the program, since it would have stopped early.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/error.h"
#include "grown.h"
#include "policy/prove/prove.h"

#define POLICIES 5      /* of each size, with seeds from 1 */
#define MEASURED_S 0.25 /* at least, for one proof of one policy */
#define ARENA_BYTES ((size_t)64 << 20)
#define TARGET_CLAUSES 40
#define TARGET_S 0.2
#define REDRAWS_MAX 20 /* of the rules that are dead in a list */

static const int sizes[] = {10, 20, TARGET_CLAUSES, 80};
#define SIZES ((int)(sizeof sizes / sizeof *sizes))

typedef int prove_function(const struct policy *policy, const struct policy *floor, struct policy_problems *problems,
                           struct error *error);

static int check(const struct policy *policy, const struct policy *floor, struct policy_problems *problems,
                 struct error *error)
{
    (void)floor;
    return policy_check(policy, problems, error);
}

/* What is measured: one row for each proof. */
static const struct proof {
    const char *name;
    prove_function *prove;
} proofs[] = {
    {"check", check},
    {"proof against the floor", policy_floor_prove},
};

struct spread {
    double lowest, median, highest; /* seconds */
};

extern const size_t embedded_floor_length;
extern const unsigned char embedded_floor[];
static struct policy_problems problems;

static void stop(const char *what, const struct error *error)
{
    struct buffer out;
    buffer_init(&out, 1 << 20);
    policy_problems_print(&out, &problems, what, POLICY_LANGUAGE_EN);
    fprintf(stderr, "proof: %s: %s\n%s", what, error->message, out.data ? out.data : "");
    exit(1);
}

static const struct policy *policy_of(struct arena *arena, struct text source, const char *what)
{
    const struct policy *policy;
    struct error error;
    if (policy_parse(arena, source, &policy, &problems, &error) || policy_check(policy, &problems, &error))
        stop(what, &error);
    return policy;
}

typedef const struct policy *grow_function(struct arena *arena, int clauses, uint64_t seed, struct text floor);

static const struct policy *ladders_grow(struct arena *arena, int clauses, uint64_t seed, struct text floor)
{
    struct random_seeded random;
    struct buffer source;
    (void)floor;
    random_seeded_init(&random, seed);
    buffer_init(&source, LIMIT_POLICY_BYTES);
    grown_ladders_write(&source, clauses, &random.random);
    const struct policy *policy = policy_of(arena, buffer_text(&source), "a policy of ladders");
    buffer_done(&source);
    return policy;
}

/* Counts the draw of each rule that was found dead. */
static bool dead_redraw(const struct policy *policy, struct grown_list *list)
{
    bool any = false;
    for (int i = 0; i < problems.count; i++) {
        int rule = problems.items[i].kind == POLICY_PROBLEM_DEAD
                       ? grown_list_rule(policy_clause_id(policy, problems.items[i].clause_a))
                       : -1;
        if (rule < 0)
            continue;
        list->draws[rule]++;
        any = true;
    }
    return any;
}

static const struct policy *list_grow(struct arena *arena, int clauses, uint64_t seed, struct text floor)
{
    const struct policy *policy = NULL;
    struct error error;
    struct grown_list list = {.clauses = clauses, .seed = seed};
    for (int i = 0; i < REDRAWS_MAX; i++) {
        struct buffer source;
        buffer_init(&source, LIMIT_POLICY_BYTES);
        grown_list_write(&source, &list, floor);
        if (policy_parse(arena, buffer_text(&source), &policy, &problems, &error))
            stop("a policy that is a list", &error);
        buffer_done(&source);
        if (policy_check(policy, &problems, &error) == 0)
            return policy;
        if (!dead_redraw(policy, &list))
            break;
    }
    stop("a policy that is a list", &error);
    return NULL;
}

static const struct shape {
    const char *name;
    grow_function *grow;
} shapes[] = {{"ladders by reason", ladders_grow}, {"a list of overlapping rules", list_grow}};

/* CPU time, which a busy machine changes less than the clock's. */
static double now_s(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double seconds_of(const struct proof *proof, const struct policy *policy, const struct policy *floor)
{
    struct error error;
    double start = now_s(), end = start;
    int count = 0;
    while (end - start < MEASURED_S) {
        if (proof->prove(policy, floor, &problems, &error))
            stop(proof->name, &error);
        count++;
        end = now_s();
    }
    return (end - start) / count;
}

static int compare_double(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static struct spread spread_of(const struct proof *proof, const struct shape *shape, int clauses,
                               const struct policy *floor)
{
    double seconds[POLICIES];
    for (int i = 0; i < POLICIES; i++) {
        struct arena *arena = arena_new(ARENA_BYTES);
        const struct policy *policy = shape->grow(arena, clauses, (uint64_t)i + 1, policy_source(floor));
        seconds[i] = seconds_of(proof, policy, floor);
        arena_free(arena);
    }
    qsort(seconds, POLICIES, sizeof *seconds, compare_double);
    return (struct spread){seconds[0], seconds[POLICIES / 2], seconds[POLICIES - 1]};
}

static double power(struct spread from, struct spread to, int from_clauses, int to_clauses)
{
    return log(to.median / from.median) / log((double)to_clauses / from_clauses);
}

/* Returns whether every policy of TARGET_CLAUSES stayed under the target. */
static bool proof_measure(const struct proof *proof, const struct shape *shape, const struct policy *floor)
{
    struct spread spreads[SIZES];
    bool met = true;
    printf("%s, %s\n", proof->name, shape->name);
    for (int i = 0; i < SIZES; i++) {
        struct spread now = spreads[i] = spread_of(proof, shape, sizes[i], floor);
        printf("  %3d clauses %10.3f ms (%.3f to %.3f)", sizes[i], now.median * 1e3, now.lowest * 1e3,
               now.highest * 1e3);
        if (i > 0)
            printf(", %.2f times %d clauses: n to the power of %.2f", now.median / spreads[i - 1].median, sizes[i - 1],
                   power(spreads[i - 1], now, sizes[i - 1], sizes[i]));
        printf("\n");
        met &= sizes[i] != TARGET_CLAUSES || now.highest < TARGET_S;
    }
    printf("  from %d to %d clauses: n to the power of %.2f\n", sizes[0], sizes[SIZES - 1],
           power(spreads[0], spreads[SIZES - 1], sizes[0], sizes[SIZES - 1]));
    return met;
}

int main(int argc, char **argv)
{
    bool met = true;
    if (argc != 1) {
        fprintf(stderr, "usage: %s\n", argv[0]);
        return 2;
    }
    struct arena *arena = arena_new(ARENA_BYTES);
    struct text source = {(const char *)embedded_floor, embedded_floor_length};
    const struct policy *floor = policy_of(arena, source, "the floor");
    printf("CPU time of one proof: median (lowest to highest) of %d policies of each size; the floor has %d clauses\n",
           POLICIES, policy_clause_count(floor));
    for (size_t i = 0; i < sizeof proofs / sizeof *proofs; i++)
        for (size_t j = 0; j < sizeof shapes / sizeof *shapes; j++)
            met &= proof_measure(&proofs[i], &shapes[j], floor);
    printf("%d clauses in less than %.0f ms: %s\n", TARGET_CLAUSES, TARGET_S * 1e3, met ? "yes" : "NO");
    arena_free(arena);
    return met ? 0 : 1;
}
