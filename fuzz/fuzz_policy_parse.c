/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes: the parser never crashes; what it takes can be checked, evaluated, certified and put into words. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#include "policy/prove/check.h"
#include "policy/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct policy_problems problems;

/* Facts from the bytes themselves, so that the fuzzer can steer the evaluation. */
static void facts_make(struct policy_facts *facts, const uint8_t *data, size_t size)
{
    policy_facts_init(facts);
    for (int i = 0; i < FACT_COUNT; i++) {
        uint8_t byte = size ? data[(size_t)i % size] : 0;
        enum fact_source source = (enum fact_source)__builtin_ctz(fact_info((enum fact)i)->sources);
        if (byte & 1)
            policy_facts_set(facts, (enum fact)i, (int64_t)(byte >> 1) - 1, source, byte, NULL);
    }
}

static void policy_use(const struct policy *policy, const uint8_t *data, size_t size)
{
    struct policy_facts facts;
    struct policy_decision decision;
    struct buffer out;
    struct json_writer writer;
    struct json *document;
    facts_make(&facts, data, size);
    buffer_init(&out, 16 << 20);
    policy_check_within(policy, 2000, &problems, NULL);
    policy_problems_print(&out, &problems, "fuzz", POLICY_LANGUAGE_ZH);
    policy_evaluate(policy, &facts, &decision);
    assert((decision.governing == POLICY_NOBODY) == (decision.outcome == POLICY_OUTCOME_OPEN));
    policy_prose(&out, policy, POLICY_LANGUAGE_EN);
    policy_prose(&out, policy, POLICY_LANGUAGE_ZH);
    policy_summary(&out, policy, POLICY_LANGUAGE_ZH);
    assert(text_utf8_bad(buffer_text(&out)) < 0);
    buffer_clear(&out);
    json_writer_init(&writer, &out);
    policy_explain_report(&writer, policy, &facts, &decision);
    json_writer_done(&writer);
    if (json_parse(buffer_text(&out), 16 << 20, &document, NULL))
        abort();
    json_free(document);
    buffer_done(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text source = {(const char *)data, size};
    struct arena *arena = arena_new(64 << 20);
    const struct policy *policy;
    struct error error = {0};
    if (policy_parse(arena, source, &policy, &problems, &error) == 0) {
        policy_use(policy, data, size);
    } else {
        struct buffer out;
        assert(problems.count > 0 && error.code != ERROR_NONE);
        buffer_init(&out, 16 << 20);
        policy_problems_print(&out, &problems, "fuzz", POLICY_LANGUAGE_EN);
        assert(text_utf8_bad(buffer_text(&out)) < 0);
        buffer_done(&out);
    }
    arena_free(arena);
    return 0;
}
