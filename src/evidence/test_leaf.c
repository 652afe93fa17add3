/* SPDX-License-Identifier: Apache-2.0 */
/* Leaves: one spelling is written, and only that one is read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/time.h"
#include "evidence/leaf.h"

static struct evidence_leaf sample(void)
{
    struct evidence_leaf leaf = {
        .actor = TEXT_LITERAL("u:3f00"),
        .subject = TEXT_LITERAL("ord_01"),
        .event_id = TEXT_LITERAL("evt_01"),
        .event_at_us = 1763900000999999,
        .kind = EVIDENCE_KIND_CARD_FIRST_REVEAL,
        .media_type = TEXT_LITERAL("application/json"),
        .has_previous = true,
        .received_at_us = 1763900003000000,
        .sequence = 12,
        .size = 431,
        .source = TEXT_LITERAL("platform"),
    };
    memset(leaf.commitment, 0xab, sizeof leaf.commitment);
    memset(leaf.previous, 0x01, sizeof leaf.previous);
    return leaf;
}

static const char expected[] =
    "{\"actor\":\"u:3f00\",\"case\":\"ord_01\",\"cm\":"
    "\"abababababababababababababababababababababababababababababababab\","
    "\"eid\":\"evt_01\",\"et\":1763900000,\"kind\":\"card_first_reveal\",\"mt\":\"application/json\",\"prev\":"
    "\"0101010101010101010101010101010101010101010101010101010101010101\",\"rx\":1763900003,\"seq\":12,\"size\":431,"
    "\"src\":\"platform\",\"v\":1}";

static void a_leaf_is_written_in_canonical_form(void **state)
{
    (void)state;
    struct buffer out;
    struct evidence_leaf leaf = sample();
    buffer_init(&out, LIMIT_LEAF_BYTES);
    assert_int_equal(evidence_leaf_write(&leaf, &out, NULL), 0);
    assert_string_equal(out.data, expected);
    buffer_done(&out);
}

static void what_was_written_reads_back_the_same(void **state)
{
    (void)state;
    struct evidence_leaf leaf, want = sample();
    assert_int_equal(evidence_leaf_read(text_of(expected), &leaf, NULL), 0);
    assert_true(text_equal(leaf.actor, want.actor) && text_equal(leaf.subject, want.subject));
    assert_true(text_equal(leaf.event_id, want.event_id) && text_equal(leaf.media_type, want.media_type));
    assert_true(text_equal(leaf.source, want.source));
    assert_memory_equal(leaf.commitment, want.commitment, HASH_BYTES);
    assert_memory_equal(leaf.previous, want.previous, HASH_BYTES);
    assert_int_equal(leaf.kind, want.kind);
    assert_int_equal(leaf.sequence, 12);
    assert_int_equal(leaf.size, 431);
    assert_int_equal(leaf.event_at_us, INT64_C(1763900000000000));
    assert_int_equal(leaf.received_at_us, want.received_at_us);
}

static void every_kind_has_a_name_of_its_own_and_both_labels(void **state)
{
    (void)state;
    for (unsigned i = 0; i < EVIDENCE_KIND_COUNT; i++) {
        enum evidence_kind kind = EVIDENCE_KIND_COUNT;
        assert_int_equal(evidence_kind_find(text_of(evidence_kind_wire((enum evidence_kind)i)), &kind), 0);
        assert_int_equal(kind, i);
        assert_true(strlen(evidence_kind_en(kind)) > 0 && strlen(evidence_kind_zh(kind)) > 0);
    }
    enum evidence_kind kind;
    assert_int_equal(evidence_kind_find(TEXT_LITERAL("unheard_of"), &kind), -1);
}

/* Any one byte changed either does not read, or reads as another leaf in canonical form. Never the same leaf. */
static void every_changed_byte_is_refused_or_writes_back_changed(void **state)
{
    (void)state;
    char bent[sizeof expected];
    size_t accepted = 0;
    for (size_t at = 0; at < sizeof expected - 1; at++)
        for (int value = 0; value < 256; value++) {
            memcpy(bent, expected, sizeof bent);
            if (bent[at] == (char)value)
                continue;
            bent[at] = (char)value;
            struct evidence_leaf leaf;
            struct error error = {0};
            struct text bytes = {bent, sizeof bent - 1};
            if (evidence_leaf_read(bytes, &leaf, &error)) {
                assert_int_equal(error.code, ERROR_LEAF_MALFORMED);
                continue;
            }
            struct buffer out;
            buffer_init(&out, LIMIT_LEAF_BYTES);
            assert_int_equal(evidence_leaf_write(&leaf, &out, NULL), 0);
            assert_int_equal(out.length, bytes.length);
            assert_memory_equal(out.data, bytes.data, bytes.length);
            buffer_done(&out);
            accepted++;
        }
    assert_true(accepted > 0);
}

static void other_spellings_of_the_same_json_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to;
    } spellings[] = {
        {"{\"actor\"", "{ \"actor\""},
        {"\"seq\":12", "\"seq\":012"},
        {"\"seq\":12", "\"seq\":12.0"},
        {"\"seq\":12", "\"seq\":+12"},
        {"\"seq\":12", "\"seq\":-12"},
        {"\"seq\":12", "\"seq\":0"},
        {"\"seq\":12", "\"seq\":1"},
        {"\"cm\":\"ab", "\"cm\":\"AB"},
        {"\"v\":1", "\"v\":2"},
        {"\"v\":1}", "\"v\":1} "},
        {"\"v\":1}", "\"v\":1}\n"},
        {"\"v\":1}", "\"v\":1"},
        {"u:3f00", "u:3f\\u0030"},
        {"u:3f00", ""},
        {"u:3f00", "u:3f\"0"},
        {"\"size\":431", "\"size\":9223372036854775808"},
        {"card_first_reveal", "card_second_reveal"},
        {"\"et\":1763900000", "\"et\":9223372036854775807"},
        {"\"et\":1763900000", "\"et\":253402300800"},
        {"\"rx\":1763900003", "\"rx\":253402300800"},
        {",\"v\":1", ",\"v\":1,\"v\":1"},
        {"\"prev\":\"01", "\"prev\":\"1"},
    };
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
        char bent[1024];
        const char *at = strstr(expected, spellings[i].from);
        assert_non_null(at);
        snprintf(bent, sizeof bent, "%.*s%s%s", (int)(at - expected), expected, spellings[i].to,
                 at + strlen(spellings[i].from));
        struct evidence_leaf leaf;
        struct error error = {0};
        assert_int_equal(evidence_leaf_read(text_of(bent), &leaf, &error), -1);
        assert_int_equal(error.code, ERROR_LEAF_MALFORMED);
    }
}

static void a_leaf_that_could_not_be_read_is_not_written(void **state)
{
    (void)state;
    struct buffer out;
    buffer_init(&out, LIMIT_LEAF_BYTES);
    struct evidence_leaf bad[9];
    for (size_t i = 0; i < 9; i++)
        bad[i] = sample();
    bad[0].actor = TEXT_LITERAL("");
    bad[1].actor = TEXT_LITERAL("quote\"");
    bad[2].subject = TEXT_LITERAL("back\\slash");
    bad[3].media_type = TEXT_LITERAL("\xc3\xa9");
    bad[4].sequence = 0;
    bad[5].has_previous = false;
    bad[6].size = -1;
    bad[7].event_at_us = -1;
    bad[8].received_at_us = INT64_C(253402300800) * TIME_SECOND_US; /* the year 10000 */
    for (size_t i = 0; i < 9; i++) {
        struct error error = {0};
        assert_int_equal(evidence_leaf_write(&bad[i], &out, &error), -1);
        assert_int_equal(error.code, ERROR_LEAF_MALFORMED);
        assert_int_equal(out.length, 0);
    }
    buffer_done(&out);
}

static void a_commitment_is_the_hash_of_salt_and_bytes(void **state)
{
    (void)state;
    uint8_t salt[EVIDENCE_SALT_BYTES], joined[EVIDENCE_SALT_BYTES + 5], want[HASH_BYTES], got[HASH_BYTES];
    memset(salt, 9, sizeof salt);
    memcpy(joined, salt, sizeof salt);
    memcpy(joined + sizeof salt, "hello", 5);
    hash_sha256(joined, sizeof joined, want);
    evidence_commitment(salt, TEXT_LITERAL("hello"), got);
    assert_memory_equal(got, want, HASH_BYTES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_leaf_is_written_in_canonical_form),
        cmocka_unit_test(what_was_written_reads_back_the_same),
        cmocka_unit_test(every_kind_has_a_name_of_its_own_and_both_labels),
        cmocka_unit_test(every_changed_byte_is_refused_or_writes_back_changed),
        cmocka_unit_test(other_spellings_of_the_same_json_are_refused),
        cmocka_unit_test(a_leaf_that_could_not_be_read_is_not_written),
        cmocka_unit_test(a_commitment_is_the_hash_of_salt_and_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
