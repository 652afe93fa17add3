/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of partial evaluation share: asking, answering, and what an answer must agree with. */
#ifndef SHUNTUI_POLICY_PROVE_TEST_ASK_H
#define SHUNTUI_POLICY_PROVE_TEST_ASK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "policy/prove/prove.h"

#define HEAD "policy \"p\" version 1\ngoods card_key\n"

static const char *const consequences[] = {"refund full at once", "refuse", "review within 24 hours",
                                           "refund 50 percent at once"};
#define CONSEQUENCE_COUNT 4 /* bits of the sets below; `otherwise review` is one more, `otherwise refuse` is "refuse" */

static inline const struct policy *parse(struct arena *arena, struct text text)
{
    static struct policy_problems problems;
    const struct policy *policy = NULL;
    struct error error = {0};
    if (policy_parse(arena, text, &policy, &problems, &error))
        fail_msg("%d:%d %s\n%.*s", error.line, error.column, error.message, TEXT_ARG(text));
    return policy;
}

static inline struct policy_whatif whatif(struct arena *arena, const struct policy *policy,
                                          const struct policy_facts *facts)
{
    struct policy_whatif found;
    struct error error;
    if (policy_whatif(arena, policy, facts, policy_askable(), &found, &error))
        fail_msg("%s", error.message);
    return found;
}

static inline void state(struct policy_facts *facts, enum fact fact, int64_t value)
{
    enum fact_source source = (enum fact_source)__builtin_ctz(fact_info(fact)->sources);
    assert_int_equal(policy_facts_set(facts, fact, value, source, -1, NULL), 0);
}

static inline void examples_expect(const struct policy *policy, const struct policy_facts *facts,
                                   const struct policy_whatif *found)
{
    for (int i = 0; i < found->count; i++) {
        struct policy_decision decision;
        const struct policy_facts *example = &found->items[i].example;
        policy_evaluate(policy, example, &decision);
        assert_int_equal(decision.governing, found->items[i].governing);
        assert_int_equal(decision.outcome, found->items[i].outcome);
        assert_int_equal(facts->known & ~example->known, 0);
        for (uint64_t bits = facts->known; bits; bits &= bits - 1)
            assert_int_equal(facts->value[__builtin_ctzll(bits)], example->value[__builtin_ctzll(bits)]);
    }
}

/* Asks until nothing is left, with the answers of a true situation. Returns how many questions it took. */
static inline int follow(const struct policy *policy, const struct policy_facts *truth, struct policy_facts *known,
                         struct policy_whatif *ret, struct arena *arena)
{
    for (int asked = 0; asked < FACT_COUNT; asked++) {
        *ret = whatif(arena, policy, known);
        if (ret->question < 0)
            return asked;
        if (!(truth->known >> ret->question & 1))
            return -1;
        assert_false(known->known >> ret->question & 1);
        state(known, (enum fact)ret->question, truth->value[ret->question]);
    }
    fail_msg("the questions do not end");
    return -1;
}

static inline void consequence_expect(const struct policy *policy, const struct policy_facts *truth,
                                      const struct policy_whatif *found, const char *text)
{
    struct policy_decision decision;
    bool seen = false;
    policy_evaluate(policy, truth, &decision);
    for (int i = 0; i < found->count; i++)
        seen |= found->items[i].governing == decision.governing &&
                (decision.governing != POLICY_OTHERWISE || found->items[i].outcome == decision.outcome);
    if (!seen)
        fail_msg("the questions led away from %d\n%s", decision.governing, text);
}

static inline struct text file_read(struct arena *arena, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        fail_msg("cannot open %s", path);
    char *data = arena_alloc(arena, 1 << 20);
    size_t length = fread(data, 1, 1 << 20, file);
    fclose(file);
    return (struct text){data, length};
}

#endif
