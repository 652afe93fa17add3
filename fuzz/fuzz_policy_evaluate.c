/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any policy and any facts, with a NUL byte between them: there is always one governing clause, or `otherwise`, or the decision
 * is open; what is decided stays so whatever else becomes known; and the same input gives the same bytes.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "policy/model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct policy_problems problems;

static void must(bool holds)
{
    if (!holds)
        abort();
}

/* ---- facts: two bytes each, so that the fuzzer can steer them to where conditions turn ---- */

static bool is_word(enum fact_type type)
{
    return type == FACT_TYPE_ENUM || type == FACT_TYPE_BOOLEAN;
}

static int64_t value_of(const struct policy *policy, enum fact fact, unsigned choice)
{
    const struct fact_info *info = fact_info(fact);
    if (is_word(info->type))
        return (int64_t)(choice % (unsigned)info->value_count);
    int64_t bound = (int64_t)choice;
    int skip = (int)choice / 4;
    for (int i = 0; i < policy->condition_count; i++)
        if (policy->conditions[i].fact == fact && skip-- == 0)
            bound = policy->conditions[i].bound + (int64_t)(choice % 4) - 1;
    if (info->type == FACT_TYPE_DURATION && choice % 16 == 15)
        return FACT_NEVER;
    int64_t most = info->type == FACT_TYPE_PERCENT ? 100 : FACT_VALUE_MAXIMUM;
    return bound < 0 ? 0 : bound > most ? most : bound;
}

static void facts_make(struct policy_facts *facts, const struct policy *policy, const uint8_t *data, size_t size,
                       bool all)
{
    policy_facts_init(facts);
    facts->decided_at_s = 1764000000;
    if (size && data[0] % 8 && policy->currency[0])
        memcpy(facts->currency, policy->currency, sizeof facts->currency);
    for (size_t i = 0; i < FACT_COUNT; i++) {
        unsigned given = 1 + 2 * i < size ? data[1 + 2 * i] : 0, choice = 2 + 2 * i < size ? data[2 + 2 * i] : 0;
        enum fact_source source = (enum fact_source)__builtin_ctz(fact_info((enum fact)i)->sources);
        if (all || given % 2)
            must(policy_facts_set(facts, (enum fact)i, value_of(policy, (enum fact)i, choice), source,
                                  (int64_t)given - 1, NULL) == 0);
    }
}

/* ---- what must hold of every decision ---- */

static void certificate_make(struct buffer *out, const struct policy *policy, const struct policy_facts *facts,
                             struct policy_decision *ret)
{
    struct json_writer writer;
    memset(ret, 0xa5, sizeof *ret); /* what is not filled would differ */
    policy_evaluate(policy, facts, ret);
    json_writer_init(&writer, out);
    policy_certificate_write(&writer, policy, facts, ret);
    json_writer_done(&writer);
}

static void governing_check(const struct policy *policy, const struct policy_decision *decision)
{
    int governing = decision->governing;
    must((governing == POLICY_NOBODY) == (decision->outcome == POLICY_OUTCOME_OPEN));
    must(governing == POLICY_NOBODY || governing == POLICY_OTHERWISE ||
         (governing >= 0 && governing < policy->clause_count));
    if (governing < 0)
        return;
    must(!decision->conflict && policy_clause_set_has(&decision->applies, governing));
    must(!policy_clause_set_meets(&policy->clauses[governing].overridden_by, &decision->applies));
}

static void money_check(const struct policy_decision *decision)
{
    int64_t left = decision->paid < 0 ? 0 : decision->paid - decision->earlier_refunds;
    must(decision->refund >= 0 && decision->refund <= (left > 0 ? left : 0));
    must(decision->refund == 0 || decision->outcome == POLICY_OUTCOME_REFUND);
    must(decision->disposition != POLICY_PAY_NOW || decision->refund > 0);
}

static void decide(struct buffer *out, const struct policy *policy, const struct policy_facts *facts,
                   struct policy_decision *ret)
{
    struct buffer again;
    struct json *document;
    buffer_clear(out);
    buffer_init(&again, out->maximum);
    certificate_make(out, policy, facts, ret);
    certificate_make(&again, policy, facts, ret);
    must(!out->failed && text_equal(buffer_text(out), buffer_text(&again)));
    must(json_parse(buffer_text(out), out->maximum, &document, NULL) == 0);
    json_free(document);
    governing_check(policy, ret);
    money_check(ret);
    buffer_clear(&again);
    policy_explain(&again, policy, facts, ret, POLICY_LANGUAGE_ZH);
    must(!again.failed && text_utf8_bad(buffer_text(&again)) < 0);
    buffer_done(&again);
}

/* A policy that the check refuses may have two clauses for one situation; then nothing is promised. */
static void partial_check(const struct policy_decision *partial, const struct policy_decision *full)
{
    if (partial->conflict || full->conflict)
        return;
    if (partial->governing != POLICY_NOBODY)
        must(full->governing == partial->governing);
    else if (full->governing == POLICY_OTHERWISE)
        must(partial->otherwise_possible);
    else if (full->governing >= 0)
        must(policy_clause_set_has(&partial->possible, full->governing));
}

static void policy_use(const struct policy *policy, const uint8_t *data, size_t size)
{
    struct policy_facts some, all;
    struct policy_decision partial, full;
    struct buffer out;
    buffer_init(&out, 16 << 20);
    facts_make(&some, policy, data, size, false);
    facts_make(&all, policy, data, size, true);
    decide(&out, policy, &some, &partial);
    decide(&out, policy, &all, &full);
    must(full.governing != POLICY_NOBODY || (policy->currency[0] && strcmp(policy->currency, all.currency) != 0));
    partial_check(&partial, &full);
    buffer_done(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *gap = size ? memchr(data, 0, size) : NULL;
    size_t length = gap ? (size_t)(gap - data) : size;
    struct text source = {(const char *)data, length};
    struct arena *arena = arena_new(POLICY_ARENA_BYTES_MAX);
    const struct policy *policy;
    if (policy_parse(arena, source, &policy, &problems, NULL) == 0)
        policy_use(policy, gap ? gap + 1 : NULL, gap ? size - length - 1 : 0);
    arena_free(arena);
    return 0;
}
