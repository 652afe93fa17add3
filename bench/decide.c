/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How many decisions and how many certificates one core makes in a second, for a policy of eight clauses and facts that
 * change from one decision to the next. In the same run, as a yardstick that every machine has: how often SHA-256 goes over
 * the bytes of one certificate. Usage: decide [seconds for each figure]
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "eight.h"

#define FACT_SETS 1024 /* fits the caches as a busy server's requests would; a power of two */

static struct policy_facts fact_sets[FACT_SETS];

static double now_s(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Sums something of every decision, so that no compiler can leave it out. */
static double decisions_per_s(const struct policy *policy, double seconds, uint64_t *checksum)
{
    struct policy_decision decision;
    double start = now_s(), end = start;
    uint64_t count = 0;
    while (end - start < seconds) {
        for (int i = 0; i < FACT_SETS; i++) {
            policy_evaluate(policy, &fact_sets[i], &decision);
            *checksum += (uint64_t)decision.disposition + (uint64_t)decision.refund + decision.condition_true[0];
        }
        count += FACT_SETS;
        end = now_s();
    }
    return (double)count / (end - start);
}

static double certificates_per_s(const struct policy *policy, double seconds, struct buffer *out, uint64_t *bytes)
{
    struct policy_decision decision;
    struct json_writer writer;
    double start = now_s(), end = start;
    uint64_t count = 0;
    while (end - start < seconds) {
        for (int i = 0; i < FACT_SETS; i++) {
            buffer_clear(out);
            policy_evaluate(policy, &fact_sets[i], &decision);
            json_writer_init(&writer, out);
            policy_certificate_write(&writer, policy, &fact_sets[i], &decision);
            json_writer_done(&writer);
            *bytes += out->length;
        }
        count += FACT_SETS;
        end = now_s();
    }
    *bytes /= count;
    return (double)count / (end - start);
}

static double hashes_per_s(struct text text, double seconds, uint64_t *checksum)
{
    uint8_t hash[HASH_BYTES];
    double start = now_s(), end = start;
    uint64_t count = 0;
    while (end - start < seconds) {
        for (int i = 0; i < FACT_SETS; i++) {
            hash_sha256(text.data, text.length, hash);
            *checksum += hash[0];
        }
        count += FACT_SETS;
        end = now_s();
    }
    return (double)count / (end - start);
}

int main(int argc, char **argv)
{
    int64_t seconds = 1;
    struct random_seeded random;
    struct buffer out;
    uint64_t checksum = 0, bytes = 0;
    if (argc > 2 || (argc == 2 && (text_to_int64(text_of(argv[1]), &seconds, NULL) || seconds < 1 || seconds > 60))) {
        fprintf(stderr, "usage: decide [seconds, 1 to 60]\n");
        return 2;
    }
    struct arena *arena = arena_new(16 << 20);
    const struct policy *policy = eight_policy(arena);
    random_seeded_init(&random, 1);
    for (int i = 0; i < FACT_SETS; i++)
        eight_facts_make(&fact_sets[i], &random.random);
    buffer_init(&out, 1 << 20);
    double decisions = decisions_per_s(policy, (double)seconds, &checksum);
    double certificates = certificates_per_s(policy, (double)seconds, &out, &bytes);
    double hashes =
        hashes_per_s((struct text){out.data, bytes < out.length ? bytes : out.length}, (double)seconds, &checksum);
    printf("policy: %d clauses, %llu bytes of certificate on average\n", policy_clause_count(policy),
           (unsigned long long)bytes);
    printf("decisions with the truth of every condition: %.0f per second\n", decisions);
    printf("certificates written out: %.0f per second\n", certificates);
    printf("SHA-256 over the bytes of one certificate: %.0f per second\n", hashes);
    printf("ratio decisions : hashes %.2f, certificates : hashes %.2f (checksum %llx)\n", decisions / hashes,
           certificates / hashes, (unsigned long long)checksum);
    buffer_done(&out);
    arena_free(arena);
    return 0;
}
