/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Plays thousands of claims from purchase to closing, each run from one seed, and checks everything at the end. One line of TAP
 * for each seed. The same seed gives the same log, byte for byte; a failure says which seed shows it again.
 */
#include "simulate.h"

#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FAILURES_TOLD 12
#define BUNDLES_CHECKED 20

int sim_fail(struct simulation *sim, const char *format, ...)
{
    va_list arguments;
    if (sim->failures++ >= FAILURES_TOLD)
        return -1;
    printf("# step %lld: ", (long long)sim->steps);
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    printf("\n# to see it again: simulate --seed %llu --claims %d\n", (unsigned long long)sim->seed,
           sim->claims_wanted);
    return -1;
}

uint64_t sim_below(struct simulation *sim, uint64_t limit)
{
    return random_below(&sim->choice.random, limit);
}

bool sim_chance(struct simulation *sim, unsigned per_mille)
{
    return sim_below(sim, 1000) < per_mille;
}

/* ---- one step ---- */

/* Mostly minutes, at times hours, and now and then days: deadlines are met, missed and passed together. */
static void time_pass(struct simulation *sim)
{
    uint64_t throw = sim_below(sim, 100);
    uint64_t most = throw < 70 ? 300 : throw < 95 ? 2 * 3600 : throw < 99 ? 20 * 3600 : 3 * 86400;
    clock_virtual_advance(&sim->clock, 1 + (int64_t)sim_below(sim, most));
}

static void wait_and_work(struct simulation *sim)
{
    time_pass(sim);
    if (sim_chance(sim, 700))
        sim_work(sim, sim_chance(sim, 300));
}

static void restart(struct simulation *sim)
{
    sim->offline_count = 0;
    sim_restart(sim);
}

static void step(struct simulation *sim)
{
    static const struct {
        void (*act)(struct simulation *sim);
        unsigned weight;
    } acts[] = {{sim_claim_act, 300}, {sim_claim_file, 130}, {sim_buy, 130},
                {wait_and_work, 130}, {sim_deliver, 110},    {sim_claim_evidence, 100},
                {sim_do_wrong, 40},   {sim_pay, 25},         {sim_callback_wrong, 15},
                {sim_redeem, 15},     {sim_operate, 15},     {sim_claim_talk, 10},
                {sim_give_up, 6},     {restart, 3},          {sim_interrupt_refund, 3},
                {sim_clarify, 60}};
    unsigned total = 0;
    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++)
        total += acts[i].weight;
    uint64_t throw = sim_below(sim, total);
    size_t chosen = 0;
    while (throw >= acts[chosen].weight)
        throw -= acts[chosen++].weight;
    sim->steps++;
    acts[chosen].act(sim);
}

/* ---- one seed ---- */

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
    (void)status, (void)kind, (void)walk;
    return remove(path);
}

/* In memory where there is room for it: syncing to a disk is another test's business. */
static int folder_make(struct simulation *sim)
{
    const char *base = getenv("TMPDIR");
    if (!base || !base[0])
        base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    snprintf(sim->folder, sizeof sim->folder, "%s/shuntui-simulate-XXXXXX", base);
    if (!mkdtemp(sim->folder))
        return sim_fail(sim, "no temporary folder can be made below %s", base);
    snprintf(sim->path, sizeof sim->path, "%s/state", sim->folder);
    return 0;
}

static void outcomes_print(const struct simulation *sim)
{
    static const char *const outcomes[] = {"refunded", "part_refunded", "refused", "withdrawn", "replaced", "lapsed"};
    printf("# seed %llu:", (unsigned long long)sim->seed);
    for (size_t i = 0; i < sizeof outcomes / sizeof outcomes[0]; i++) {
        int count = 0;
        for (int j = 0; j < sim->claim_count; j++)
            count += strcmp(sim->claims[j].outcome, outcomes[i]) == 0;
        printf(" %s %d", outcomes[i], count);
    }
    printf("; orders %d, refused requests %lld, odd callbacks %lld, missed %lld, found by asking %lld, restarts %lld "
           "(%lld in a refund), recorded answers %lld\n",
           sim->order_count, (long long)sim->wrong, (long long)sim->replays, (long long)sim->lost,
           (long long)sim->taken_by_query, (long long)sim->restarts, (long long)sim->interrupted,
           (long long)sim->clarified);
    printf("# seed %llu: facts rebuilt from the records %lld, lost %lld; claims that another clause "
           "changes %lld\n",
           (unsigned long long)sim->seed, (long long)sim->facts_rebuilt, (long long)sim->facts_lost,
           (long long)sim->claims_shifted);
}

static void play(struct simulation *sim)
{
    int64_t steps_max = (int64_t)sim->claims_wanted * 100 + 10000;
    if (sim_world_make(sim) < 0)
        return;
    while (!sim->failures && sim->claim_count < sim->claims_wanted && sim->steps < steps_max) {
        step(sim);
        if (sim->steps % 1000 == 0)
            sim_check_invariants(sim);
    }
    if (!sim->failures && sim->claim_count < sim->claims_wanted)
        sim_fail(sim, "only %d claims were filed", sim->claim_count);
    if (!sim->failures)
        sim_settle(sim);
    if (!sim->failures)
        sim_check_end(sim);
    if (!sim->failures)
        sim_check_past(sim);
    if (!sim->failures)
        sim_check_bundles(sim, BUNDLES_CHECKED);
}

struct result {
    int failures, claims;
    int64_t steps, wrong;
    char log_root[65];
};

static struct result seed_run(uint64_t seed, int claims, const char *policies, bool keep)
{
    struct simulation *sim = calloc(1, sizeof *sim);
    if (!sim)
        abort();
    sim->seed = seed;
    sim->claims_wanted = claims;
    sim->policies = policies;
    if (folder_make(sim) == 0) {
        play(sim);
        outcomes_print(sim);
        sim_world_free(sim);
        if (keep)
            printf("# the state is kept in %s\n", sim->path);
        else
            nftw(sim->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    }
    struct result result = {
        .failures = sim->failures, .claims = sim->claim_count, .steps = sim->steps, .wrong = sim->wrong};
    memcpy(result.log_root, sim->log_root, sizeof result.log_root);
    free(sim);
    return result;
}

/* ---- all of them ---- */

struct arguments {
    int64_t seed, seeds, claims, keep; /* keep: 1 leaves the state where it is */
    const char *policies;
};

static int usage(void)
{
    fprintf(stderr, "usage: simulate [--seed N] [--seeds COUNT] [--claims COUNT] [--policies FOLDER] [--keep 1]\n");
    return 2;
}

static int arguments_read(int argc, char **argv, struct arguments *arguments)
{
    for (int i = 1; i + 1 < argc; i += 2) {
        struct text value = text_of(argv[i + 1]);
        int64_t *number = strcmp(argv[i], "--seed") == 0     ? &arguments->seed
                          : strcmp(argv[i], "--seeds") == 0  ? &arguments->seeds
                          : strcmp(argv[i], "--claims") == 0 ? &arguments->claims
                          : strcmp(argv[i], "--keep") == 0   ? &arguments->keep
                                                             : NULL;
        if (strcmp(argv[i], "--policies") == 0)
            arguments->policies = argv[i + 1];
        else if (!number || text_to_int64(value, number, NULL) < 0 || *number < 1 || *number > 1000000)
            return -1;
        if (number == &arguments->seed)
            arguments->seeds = 1;
    }
    return argc % 2 == 1 ? 0 : -1;
}

int main(int argc, char **argv)
{
    struct arguments arguments = {.seed = 1, .seeds = 24, .claims = 420, .policies = "policies"};
    int failed = 0, number = 0;
    int64_t claims = 0, steps = 0, wrong = 0;
    if (arguments_read(argc, argv, &arguments) < 0)
        return usage();
    setvbuf(stdout, NULL, _IOLBF, 0);
    printf("1..%lld\n", (long long)arguments.seeds + 1);
    for (int64_t seed = arguments.seed; seed < arguments.seed + arguments.seeds; seed++) {
        struct result result = seed_run((uint64_t)seed, (int)arguments.claims, arguments.policies, arguments.keep > 0);
        printf("%sok %d - seed %lld, %d claims\n", result.failures ? "not " : "", ++number, (long long)seed,
               result.claims);
        failed += result.failures > 0;
        claims += result.claims;
        steps += result.steps;
        wrong += result.wrong;
    }
    int few = arguments.claims < 40 ? (int)arguments.claims : 40;
    struct result once = seed_run((uint64_t)arguments.seed, few, arguments.policies, false);
    struct result again = seed_run((uint64_t)arguments.seed, few, arguments.policies, false);
    bool same = !once.failures && !again.failures && strcmp(once.log_root, again.log_root) == 0;
    printf("%sok %d - the same seed gives the same log, %s\n", same ? "" : "not ", ++number, again.log_root);
    printf("# %lld claims in %lld seeds and %lld steps, %lld requests refused as they should be, %d seeds failed\n",
           (long long)claims, (long long)arguments.seeds, (long long)steps, (long long)wrong, failed);
    return failed || !same;
}
