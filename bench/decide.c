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

#include "base/random.h"
#include "policy/policy.h"

#define FACT_SETS 1024 /* fits the caches as a busy server's requests would; a power of two */

static const char policy_text[] =
    "policy \"bench\" version 1\ngoods card_key\n"
    "clause undelivered \"逾期未发货\"\n when not delivered and late by 1 hour\n refund full at once\n"
    "clause sealed \"未查看\"\n when card is sealed and delivered and purchased within 7 days\n refund full at once\n"
    "clause dead_key \"卡密无效\"\n when reason is key_invalid or key_already_used\n"
    "  and card is revealed or redeemed and revealed within 72 hours\n needs problem_proof\n"
    " needs unused_proof or screen_recording\n merchant answers within 24 hours, silence accepts\n refund affected "
    "part\n"
    "clause wrong \"区服不对\"\n when reason is wrong_item_or_region and card is revealed\n"
    "  and (revealed within 48 hours or price_warning)\n needs problem_proof or contact_record\n"
    " merchant answers within 48 hours, silence accepts\n refund full\n"
    "clause paid_twice \"重复付款\"\n when reason is duplicate_or_wrong_amount and amount over 10 CNY\n review within "
    "24 hours\n"
    "clause minor \"未成年人\"\n when reason is minor_purchase and card is not redeemed\n needs guardian_proof\n"
    " merchant answers within 72 hours, silence accepts\n refund full\n"
    "clause used \"已兑换\"\n when card is redeemed\n refuse\n"
    "clause outage \"平台故障\"\n when cause is platform_outage\n refund full at once, borne by platform\n"
    "outage overrides undelivered, sealed, dead_key, wrong, paid_twice, minor, used\n"
    "dead_key overrides used\nundelivered overrides paid_twice, minor\nsealed overrides paid_twice, minor\n"
    "used overrides paid_twice\notherwise review within 48 hours\n";

static struct policy_facts fact_sets[FACT_SETS];
static struct policy_problems problems;

static double now_s(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void facts_set(struct policy_facts *facts, enum fact fact, int64_t value)
{
    enum fact_source source = (enum fact_source)__builtin_ctz(fact_info(fact)->sources);
    if (policy_facts_set(facts, fact, value, source, 7, NULL))
        abort();
}

static void facts_make(struct policy_facts *facts, struct random *random)
{
    int64_t revealed = (int64_t)random_below(random, 5 * 86400);
    int card = (int)random_below(random, 3);
    policy_facts_init(facts);
    facts->decided_at_s = 1764000000;
    facts_set(facts, FACT_REASON, (int64_t)random_below(random, REASON_VALUE_COUNT));
    facts_set(facts, FACT_CARD, card);
    facts_set(facts, FACT_REVEALED, card == CARD_SEALED ? FACT_NEVER : revealed);
    facts_set(facts, FACT_DELIVERED, revealed + 60);
    facts_set(facts, FACT_PURCHASED, revealed + 120);
    facts_set(facts, FACT_LATE, FACT_NEVER);
    facts_set(facts, FACT_CAUSE, random_below(random, 8) ? CAUSE_NONE : CAUSE_PLATFORM_OUTAGE);
    facts_set(facts, FACT_PRICE_WARNING, (int64_t)random_below(random, 2));
    facts_set(facts, FACT_AMOUNT, (int64_t)random_below(random, 100000) + 1);
    facts_set(facts, FACT_EARLIER_REFUNDS, 0);
    facts_set(facts, FACT_QUANTITY, 5);
    facts_set(facts, FACT_AFFECTED_QUANTITY, (int64_t)random_below(random, 5) + 1);
    facts_set(facts, FACT_PROBLEM_PROOF, (int64_t)random_below(random, 3));
    if (random_below(random, 2))
        facts_set(facts, FACT_UNUSED_PROOF, PROOF_ACCEPTED);
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
    struct error error;
    const struct policy *policy;
    struct random_seeded random;
    struct buffer out;
    uint64_t checksum = 0, bytes = 0;
    if (argc > 2 || (argc == 2 && (text_to_int64(text_of(argv[1]), &seconds, NULL) || seconds < 1 || seconds > 60))) {
        fprintf(stderr, "usage: decide [seconds, 1 to 60]\n");
        return 2;
    }
    struct arena *arena = arena_new(16 << 20);
    if (policy_parse(arena, text_of(policy_text), &policy, &problems, &error) ||
        policy_check(policy, &problems, &error)) {
        fprintf(stderr, "decide: %s\n", error.message);
        return 1;
    }
    random_seeded_init(&random, 1);
    for (int i = 0; i < FACT_SETS; i++)
        facts_make(&fact_sets[i], &random.random);
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
