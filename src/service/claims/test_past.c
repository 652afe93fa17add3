/* SPDX-License-Identifier: Apache-2.0 */
/* Reading certificates back: what was written is read, and whatever else stands there is refused or at least harmless. */
#include "service/claims/past.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char source[] =
    "policy \"p\" version 3\ngoods card_key\n"
    "clause a \"t\"\n when card is revealed and (revealed within 72 hours or quantity over 2)\n"
    " needs problem_proof\n merchant answers within 24 hours, silence accepts\n refund full\n"
    "otherwise review within 24 hours\n";

struct written {
    struct arena *arena;
    const struct policy *policy;
    struct policy_facts facts;
    struct policy_decision decision;
    struct buffer text;
};

static void set(struct policy_facts *facts, enum fact fact, int64_t value, enum fact_source from)
{
    assert_int_equal(policy_facts_set(facts, fact, value, from, -1, NULL), 0);
}

static void certificate_write(struct written *written)
{
    struct policy_problems *problems = calloc(1, sizeof *problems);
    struct json_writer writer;
    written->arena = arena_new(4 << 20);
    assert_int_equal(policy_parse(written->arena, text_of(source), &written->policy, problems, NULL), 0);
    free(problems);
    policy_facts_init(&written->facts);
    set(&written->facts, FACT_REASON, REASON_KEY_INVALID, FACT_SOURCE_BUYER);
    set(&written->facts, FACT_CARD, CARD_REVEALED, FACT_SOURCE_RECORD);
    set(&written->facts, FACT_REVEALED, FACT_NEVER, FACT_SOURCE_RECORD);
    set(&written->facts, FACT_QUANTITY, 3, FACT_SOURCE_RECORD);
    set(&written->facts, FACT_AMOUNT, 9500, FACT_SOURCE_RECORD);
    set(&written->facts, FACT_EARLIER_REFUNDS, 500, FACT_SOURCE_RECORD);
    set(&written->facts, FACT_PROBLEM_PROOF, PROOF_ACCEPTED, FACT_SOURCE_EVIDENCE);
    memcpy(written->facts.currency, "USD", 4);
    written->facts.decided_at_s = 1800000000;
    memcpy(written->facts.claim, "clm_1", 6);
    policy_evaluate(written->policy, &written->facts, &written->decision);
    buffer_init(&written->text, 64 * 1024);
    json_writer_init(&writer, &written->text);
    policy_certificate_write(&writer, written->policy, &written->facts, &written->decision);
    json_writer_done(&writer);
}

static void written_done(struct written *written)
{
    buffer_done(&written->text);
    arena_free(written->arena);
}

static bool read_with_hash(struct text text, struct policy_facts *facts, struct service_certificate *ret)
{
    uint8_t sha256[HASH_BYTES];
    hash_sha256(text.data, text.length, sha256);
    return service_certificate_read(text, sha256, facts, ret);
}

static void what_was_written_is_read_back(void **state)
{
    (void)state;
    struct written written;
    struct policy_facts facts;
    struct service_certificate read;
    char hex[HASH_HEX_BYTES];
    certificate_write(&written);
    assert_true(read_with_hash(buffer_text(&written.text), &facts, &read));
    uint64_t listed =
        policy_facts_tested(written.policy) | UINT64_C(1) << FACT_AMOUNT | UINT64_C(1) << FACT_EARLIER_REFUNDS;
    assert_int_equal(read.listed, listed);
    assert_int_equal(facts.known, written.facts.known);
    for (int i = 0; i < FACT_COUNT; i++) {
        assert_int_equal(facts.value[i], written.facts.value[i]);
        assert_int_equal(facts.source[i], written.facts.source[i]);
    }
    assert_string_equal(facts.currency, "USD");
    assert_int_equal(facts.decided_at_s, 1800000000);
    assert_true(text_is(read.governing, "a"));
    assert_true(text_is(read.outcome, "refund"));
    assert_true(text_is(read.disposition, policy_disposition_word(written.decision.disposition)));
    assert_int_equal(read.refund, 9000);
    hash_hex(policy_sha256(written.policy), hex);
    assert_true(text_is(read.policy_sha256, hex));
    written_done(&written);
}

static void another_hash_is_another_certificate(void **state)
{
    (void)state;
    struct written written;
    struct policy_facts facts;
    struct service_certificate read;
    uint8_t sha256[HASH_BYTES];
    certificate_write(&written);
    hash_sha256(written.text.data, written.text.length, sha256);
    written.text.data[written.text.length / 2] ^= 1;
    assert_false(service_certificate_read(buffer_text(&written.text), sha256, &facts, &read));
    written_done(&written);
}

/* Each copy has its own memory of just that size, so that the sanitizers see a step too far. */
static bool read_copy(struct text text, struct policy_facts *facts)
{
    struct service_certificate read;
    char *copy = malloc(text.length ? text.length : 1);
    assert_non_null(copy);
    memcpy(copy, text.data, text.length);
    bool good = read_with_hash((struct text){copy, text.length}, facts, &read);
    free(copy);
    return good;
}

static void broken_certificates_are_refused_or_harmless(void **state)
{
    (void)state;
    static const char bent[] = "\"{}[],:\\n0";
    struct written written;
    struct policy_facts facts;
    certificate_write(&written);
    struct text whole = buffer_text(&written.text);
    for (size_t length = 0; length < whole.length; length++)
        assert_false(read_copy((struct text){whole.data, length}, &facts));
    for (size_t i = 0; i < whole.length; i++) {
        char was = written.text.data[i];
        for (size_t j = 0; j < sizeof bent; j++) {
            written.text.data[i] = bent[j];
            if (read_copy(whole, &facts))
                for (uint64_t bits = facts.known; bits; bits &= bits - 1)
                    assert_in_range((uint64_t)facts.value[__builtin_ctzll(bits)] + 1, 0, FACT_VALUE_MAXIMUM + 1);
        }
        written.text.data[i] = was;
    }
    written_done(&written);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_written_is_read_back),
        cmocka_unit_test(another_hash_is_another_certificate),
        cmocka_unit_test(broken_certificates_are_refused_or_harmless),
    };
    return cmocka_run_group_tests_name("past", tests, NULL, NULL);
}
