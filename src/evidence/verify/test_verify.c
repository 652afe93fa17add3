/* SPDX-License-Identifier: Apache-2.0 */
/* Verification: a whole bundle, forgeries whose manifests fit, and what the report says when it cannot know. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/error.h"
#include "evidence/bundle_layout.h"
#include "evidence/checkpoint.h"
#include "evidence/container.h"
#include "evidence/replay/replay.h"
#include "evidence/test_sample.h"
#include "evidence/verify/test_forge.h"
#include "evidence/verify/verify.h"

static int replay_differs(struct text certificate, struct text policy, struct evidence_difference *ret,
                          struct error *error)
{
    (void)certificate;
    (void)policy;
    (void)error;
    *ret = (struct evidence_difference){"the amount is 1, not 2", "金额为 1, 不是 2"};
    return 1;
}

static int replay_fails(struct text certificate, struct text policy, struct evidence_difference *ret,
                        struct error *error)
{
    (void)certificate;
    (void)policy;
    (void)ret;
    return error_set(error, ERROR_FIELD_MISSING, "no outcome");
}

static void a_whole_bundle_verifies_in_both_containers(void **state)
{
    (void)state;
    struct sample sample;
    sample_init(&sample, false, 1);
    for (int container = EVIDENCE_CONTAINER_TAR; container <= EVIDENCE_CONTAINER_ZIP; container++) {
        struct buffer out;
        char id[HASH_HEX_BYTES];
        struct evidence_report report;
        struct error error = {0};
        sample_write_good(&sample, (enum evidence_container)container, &out, id);
        struct evidence_verify_options options = {.trusted_vkey = sample.vkey,
                                                  .trusted_statement_vkeys = sample.supplier_vkey,
                                                  .expected_bundle_id = id,
                                                  .replay = evidence_replay};
        evidence_report_init(&report);
        int status = sample_verify(buffer_text(&out), &options, &report, &error);
        print_failures(&report);
        if (status)
            fail_msg("%d %s", status, error.message);
        assert_string_equal(report.subject, SAMPLE_SUBJECT);
        assert_string_equal(report.bundle_id, id);
        /* Every check says something, and only what cannot be shown is not shown: the withheld item, time, loose words. */
        for (unsigned check = 0; check < EVIDENCE_CHECK_COUNT; check++)
            assert_true(sample_count(&report, check, EVIDENCE_STATE_OK) +
                            sample_count(&report, check, EVIDENCE_STATE_NOT_SHOWN) >
                        0);
        assert_int_equal(report.not_shown, 3);
        assert_int_equal(sample_count(&report, EVIDENCE_CHECK_COMMITMENT, EVIDENCE_STATE_NOT_SHOWN), 1);
        assert_int_equal(sample_count(&report, EVIDENCE_CHECK_DECISION, EVIDENCE_STATE_OK), 1);
        assert_int_equal(sample_count(&report, EVIDENCE_CHECK_STATEMENT, EVIDENCE_STATE_OK), 1);
        struct buffer words;
        buffer_init(&words, 1 << 20);
        evidence_report_write_text(&report, true, &words);
        evidence_report_write_json(&report, &words);
        assert_false(words.failed);
        assert_int_equal(text_utf8_bad(buffer_text(&words)), -1);
        buffer_done(&words);
        evidence_report_done(&report);
        buffer_done(&out);
    }
    sample_done(&sample);
}

static void a_repacked_bundle_with_nothing_forged_still_verifies(void **state)
{
    (void)state;
    struct sample sample;
    struct buffer good, again;
    char id[HASH_HEX_BYTES];
    sample_init(&sample, false, 1);
    sample_write_good(&sample, EVIDENCE_CONTAINER_TAR, &good, id);
    buffer_init(&again, SAMPLE_BUNDLE_BYTES);
    forge(buffer_text(&good), &(struct forgery){.path = ""}, &again);
    assert_true(text_equal(buffer_text(&good), buffer_text(&again)));
    buffer_done(&again);
    buffer_done(&good);
    sample_done(&sample);
}

static void what_the_log_did_not_commit_to_is_found_even_when_the_manifests_fit(void **state)
{
    (void)state;
    struct sample sample, other;
    struct buffer good, foreign, copy;
    char id[HASH_HEX_BYTES];
    sample_init(&sample, false, 1);
    sample_init(&other, false, 2); /* same names, other keys: another log */
    sample_write_good(&sample, EVIDENCE_CONTAINER_TAR, &good, id);
    sample_write_good(&other, EVIDENCE_CONTAINER_TAR, &foreign, id);
    struct text bundle = buffer_text(&good);
    static const struct {
        const char *path, *from; /* takes the bytes of that file of the same bundle */
        enum evidence_check check;
    } swaps[] = {
        {"data/items/0005.png", "data/items/0001.json", EVIDENCE_CHECK_COMMITMENT},
        {"data/salts/0001.salt", "data/salts/0002.salt", EVIDENCE_CHECK_COMMITMENT},
        {"data/leaves/0001.leaf", "data/leaves/0002.leaf", EVIDENCE_CHECK_CHAIN},
        {"data/leaves/0001.leaf", "data/leaves/0002.leaf", EVIDENCE_CHECK_INCLUSION},
        {"data/proofs/0001.tlog-proof", "data/proofs/0002.tlog-proof", EVIDENCE_CHECK_INCLUSION},
        {"data/items/r0001.txt", "data/items/0001.json", EVIDENCE_CHECK_DECISION},
        {"log/7.note", "log/29.note", EVIDENCE_CHECK_CONSISTENCY},
        {"log/29.note", "log/7.note", EVIDENCE_CHECK_CHECKPOINT},
        {"log/consistency-7-29.txt", "log/7.note", EVIDENCE_CHECK_CONSISTENCY},
        {"trust/log.vkey", "trust/statement.vkeys", EVIDENCE_CHECK_LOG_KEY},
        {"data/case.json", "data/law/clauses.json", EVIDENCE_CHECK_LEAF},
        {"bagit.txt", "bag-info.txt", EVIDENCE_CHECK_BAG},
    };
    for (size_t i = 0; i < sizeof swaps / sizeof *swaps; i++) {
        struct forgery forgery = {.path = swaps[i].path, .bytes = content_of(bundle, swaps[i].from, &copy)};
        assert_forgery_fails(&sample, bundle, &forgery, swaps[i].check);
        buffer_done(&copy);
    }
    /* Proof and head of another log whose key has the same name. */
    struct forgery forgery = {.path = "data/proofs/0001.tlog-proof",
                              .bytes = content_of(buffer_text(&foreign), "data/proofs/0001.tlog-proof", &copy)};
    assert_forgery_fails(&sample, bundle, &forgery, EVIDENCE_CHECK_INCLUSION);
    buffer_done(&copy);
    forgery = (struct forgery){.path = "log/29.note", .bytes = content_of(buffer_text(&foreign), "log/29.note", &copy)};
    assert_forgery_fails(&sample, bundle, &forgery, EVIDENCE_CHECK_CHECKPOINT);
    buffer_done(&copy);
    /* The whole bundle of the other log, when this one's key is trusted. */
    struct evidence_report report;
    struct evidence_verify_options options = trusting(&sample);
    evidence_report_init(&report);
    assert_int_equal(sample_verify(buffer_text(&foreign), &options, &report, NULL), 1);
    assert_int_equal(sample_count(&report, EVIDENCE_CHECK_LOG_KEY, EVIDENCE_STATE_FAILED), 1);
    assert_int_equal(sample_count(&report, EVIDENCE_CHECK_CHECKPOINT, EVIDENCE_STATE_FAILED), 1);
    evidence_report_done(&report);
    buffer_done(&foreign);
    buffer_done(&good);
    sample_done(&other);
    sample_done(&sample);
}

/* Takes the whole of `needle`… out of a copy of the text. */
static struct text without(struct text text, const char *from, const char *to, struct buffer *copy)
{
    buffer_init(copy, 1 << 20);
    buffer_add_text(copy, text);
    char *start = strstr(copy->data, from);
    assert_non_null(start);
    char *end = strstr(start, to);
    assert_non_null(end);
    memmove(start, end, strlen(end) + 1);
    copy->length = strlen(copy->data);
    return buffer_text(copy);
}

static void a_leaf_left_out_of_the_list_leaves_a_gap_and_its_files_behind(void **state)
{
    (void)state;
    struct sample sample;
    struct buffer good, list, bent;
    char id[HASH_HEX_BYTES];
    sample_init(&sample, false, 1);
    sample_write_good(&sample, EVIDENCE_CONTAINER_TAR, &good, id);
    struct text text = content_of(buffer_text(&good), "data/case.json", &list);
    struct forgery forgery = {.path = "data/case.json",
                              .bytes =
                                  without(text, "{\"kind\":\"card_first_reveal\"", "{\"kind\":\"chat_log\"", &bent)};
    assert_forgery_fails(&sample, buffer_text(&good), &forgery, EVIDENCE_CHECK_CHAIN);
    assert_forgery_fails(&sample, buffer_text(&good), &forgery, EVIDENCE_CHECK_FILES);
    assert_forgery_fails(&sample, buffer_text(&good), &forgery, EVIDENCE_CHECK_LEAF);
    buffer_done(&bent);
    buffer_done(&list);
    buffer_done(&good);
    sample_done(&sample);
}

/* The keeper of the log signed it so; every hash and proof fits. */
static void a_chain_that_was_recorded_wrongly_fails_though_every_proof_fits(void **state)
{
    (void)state;
    static const enum evidence_check checks[SAMPLE_FAULTS] = {
        [SAMPLE_FAULT_PREVIOUS] = EVIDENCE_CHECK_CHAIN,     [SAMPLE_FAULT_SEQUENCE] = EVIDENCE_CHECK_CHAIN,
        [SAMPLE_FAULT_ORDER] = EVIDENCE_CHECK_CHAIN,        [SAMPLE_FAULT_COUNT] = EVIDENCE_CHECK_CASE_MANIFEST,
        [SAMPLE_FAULT_OPEN] = EVIDENCE_CHECK_CASE_MANIFEST, [SAMPLE_FAULT_TYPE] = EVIDENCE_CHECK_STATEMENT,
    };
    struct sample sample, faulty;
    struct buffer good, out;
    char id[HASH_HEX_BYTES];
    uint8_t id_bytes[HASH_BYTES];
    sample_init(&sample, false, 1);
    sample_write_good(&sample, EVIDENCE_CONTAINER_TAR, &good, id);
    for (int fault = SAMPLE_SOUND; fault < SAMPLE_FAULTS; fault++) {
        struct evidence_report report;
        struct evidence_verify_options options = trusting(&sample);
        sample_init_faulty(&faulty, (enum sample_fault)fault);
        buffer_init(&out, SAMPLE_BUNDLE_BYTES);
        if (fault != SAMPLE_SOUND && fault != SAMPLE_FAULT_TYPE) /* the writer opens no statements */
            assert_int_equal(sample_write(&faulty, EVIDENCE_CONTAINER_TAR, &out, id_bytes, NULL), -1);
        buffer_clear(&out);
        forge(buffer_text(&good), &(struct forgery){.path = "", .faulty = &faulty}, &out);
        evidence_report_init(&report);
        /* The closing list's length may change, and with it the stated number of bytes: only that check may fail too. */
        sample_verify(buffer_text(&out), &options, &report, NULL);
        size_t expected = fault == SAMPLE_SOUND ? 0 : sample_count(&report, checks[fault], EVIDENCE_STATE_FAILED);
        if ((fault == SAMPLE_SOUND) != (expected == 0) ||
            report.failed != expected + sample_count(&report, EVIDENCE_CHECK_OXUM, EVIDENCE_STATE_FAILED)) {
            print_failures(&report);
            fail_msg("fault %d", fault);
        }
        evidence_report_done(&report);
        buffer_done(&out);
        sample_done(&faulty);
    }
    buffer_done(&good);
    sample_done(&sample);
}

static void words_of_the_list_and_the_proofs_must_be_those_of_leaves_and_head(void **state)
{
    (void)state;
    static const struct {
        const char *path, *from, *to;
        enum evidence_check check;
    } edits[] = {
        {"data/case.json", "\"chat_log\"", "\"document\"", EVIDENCE_CHECK_LEAF},
        {"data/case.json", "\"chat_log\"", "\"chat_log\",\"more\":1", EVIDENCE_CHECK_LEAF},
        {"data/case.json", "\"0002\"", "\"0003\"", EVIDENCE_CHECK_LEAF},
        {"data/case.json", "\"0002\"", "\"../2\"", EVIDENCE_CHECK_LEAF},
        {"data/case.json", "\"state\":\"withheld\"", "\"state\":\"present\"", EVIDENCE_CHECK_LEAF},
        {"data/case.json", "shuntui-bundle/1", "shuntui-bundle/2", EVIDENCE_CHECK_LEAF},
        {"data/leaves/0002.leaf", "\"seq\":2", "\"seq\":02", EVIDENCE_CHECK_LEAF},
        {"data/proofs/0001.tlog-proof", "2026 ", "2026 AAAAAAAA\n\xe2\x80\x94 shuntui.example/evidence/2026 ",
         EVIDENCE_CHECK_INCLUSION},
        {"data/salts/0001.salt", "@@", "@", EVIDENCE_CHECK_COMMITMENT},
        {"data/items/0004.json", "\"sig\":\"", "\"sig\":\"A", EVIDENCE_CHECK_STATEMENT},
        {"trust/statement.vkeys", "supplier.example+", "supplier.example", EVIDENCE_CHECK_STATEMENT},
        {"bag-info.txt", "Log-Size: 29", "Log-Size: 029", EVIDENCE_CHECK_CHECKPOINT},
        {"bag-info.txt", "Log-Root: ", "Log-Root: A", EVIDENCE_CHECK_CHECKPOINT},
        {"bag-info.txt", "Case-Leaf-Count: 7", "Case-Leaf-Count: 8", EVIDENCE_CHECK_CASE_MANIFEST},
        {"bag-info.txt", "External-Identifier: ord_01jd0000000000000000000001", "External-Identifier: ord_2",
         EVIDENCE_CHECK_BAG},
        {"bag-info.txt", "Bagging-Date: 2025", "Bagging-Date: 2026", EVIDENCE_CHECK_BAG},
        {"bag-info.txt", "Payload-Oxum: ", "Payload-Oxum: 1", EVIDENCE_CHECK_OXUM},
    };
    struct sample sample;
    struct buffer good, copy;
    char id[HASH_HEX_BYTES];
    sample_init(&sample, false, 1);
    sample_write_good(&sample, EVIDENCE_CONTAINER_TAR, &good, id);
    for (size_t i = 0; i < sizeof edits / sizeof *edits; i++) {
        /* The keys of signers are used from the bundle here. */
        struct forgery forgery = {.path = edits[i].path,
                                  .bytes =
                                      replaced(buffer_text(&good), edits[i].path, edits[i].from, edits[i].to, &copy)};
        struct sample untrusting = sample;
        if (strcmp(edits[i].path, "trust/statement.vkeys") == 0)
            untrusting.supplier_vkey[0] = '\0';
        assert_forgery_fails(&untrusting, buffer_text(&good), &forgery, edits[i].check);
        buffer_done(&copy);
    }
    buffer_done(&good);
    sample_done(&sample);
}

static void a_file_left_out_with_its_manifest_lines_is_missed(void **state)
{
    (void)state;
    struct sample sample;
    struct buffer good;
    char id[HASH_HEX_BYTES];
    static const char *const paths[] = {
        "data/items/0001.json", "data/leaves/0002.leaf",    "data/proofs/0002.tlog-proof",
        "data/salts/0001.salt", "data/README.zh.txt",       "log/29.note",
        "trust/log.vkey",       "log/consistency-7-29.txt", "bagit.txt"};
    sample_init(&sample, false, 1);
    sample_write_good(&sample, EVIDENCE_CONTAINER_TAR, &good, id);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct forgery forgery = {.path = paths[i], .bytes = {NULL, 0}};
        assert_forgery_fails(&sample, buffer_text(&good), &forgery, EVIDENCE_CHECK_FILES);
    }
    buffer_done(&good);
    sample_done(&sample);
}

static void without_a_trusted_key_the_report_says_that_the_key_came_with_the_bundle(void **state)
{
    (void)state;
    struct sample sample;
    struct buffer out;
    char id[HASH_HEX_BYTES];
    struct evidence_report report;
    sample_init(&sample, false, 1);
    sample_write_good(&sample, EVIDENCE_CONTAINER_TAR, &out, id);
    struct evidence_verify_options options = {.replay = NULL};
    evidence_report_init(&report);
    assert_int_equal(sample_verify(buffer_text(&out), &options, &report, NULL), 0);
    assert_int_equal(sample_count(&report, EVIDENCE_CHECK_LOG_KEY, EVIDENCE_STATE_NOT_SHOWN), 1);
    assert_int_equal(sample_count(&report, EVIDENCE_CHECK_BUNDLE_ID, EVIDENCE_STATE_NOT_SHOWN), 1);
    assert_int_equal(sample_count(&report, EVIDENCE_CHECK_STATEMENT, EVIDENCE_STATE_NOT_SHOWN), 1);
    assert_int_equal(sample_count(&report, EVIDENCE_CHECK_DECISION, EVIDENCE_STATE_NOT_SHOWN), 1);
    evidence_report_done(&report);
    buffer_done(&out);
    sample_done(&sample);
}

static void a_decision_that_comes_out_otherwise_fails(void **state)
{
    (void)state;
    struct sample sample;
    struct buffer out;
    char id[HASH_HEX_BYTES];
    struct evidence_report report;
    sample_init(&sample, false, 1);
    sample_write_good(&sample, EVIDENCE_CONTAINER_TAR, &out, id);
    evidence_replay_fn *const replays[] = {replay_differs, replay_fails};
    for (int i = 0; i < 2; i++) {
        struct evidence_verify_options options = trusting(&sample);
        options.replay = replays[i];
        evidence_report_init(&report);
        assert_int_equal(sample_verify(buffer_text(&out), &options, &report, NULL), 1);
        assert_int_equal(report.failed, 1);
        assert_int_equal(sample_count(&report, EVIDENCE_CHECK_DECISION, EVIDENCE_STATE_FAILED), 1);
        evidence_report_done(&report);
    }
    buffer_done(&out);
    sample_done(&sample);
}

static void a_ruling_that_its_policy_does_not_give_fails_although_the_log_holds_it(void **state)
{
    (void)state;
    struct sample sample;
    struct evidence_report report;
    sample_init_misruled(&sample);
    struct buffer out;
    char id[HASH_HEX_BYTES];
    struct evidence_verify_options options = trusting(&sample);
    sample_write_good(&sample, EVIDENCE_CONTAINER_TAR, &out, id);
    evidence_report_init(&report);
    assert_int_equal(sample_verify(buffer_text(&out), &options, &report, NULL), 1);
    assert_int_equal(report.failed, 1);
    for (size_t i = 0; i < report.count; i++)
        if (report.findings[i].state == EVIDENCE_STATE_FAILED)
            assert_non_null(strstr(report.findings[i].words_en, "/amount/refund is 5001, decided again 5000"));
    evidence_report_done(&report);
    buffer_done(&out);
    sample_done(&sample);
}

/* Verifies with everything trusted; the report is the caller's to free. */
static int verify_sample(const struct sample *sample, struct evidence_report *report)
{
    struct buffer out;
    char id[HASH_HEX_BYTES];
    struct evidence_verify_options options = trusting(sample);
    sample_write_good(sample, EVIDENCE_CONTAINER_TAR, &out, id);
    evidence_report_init(report);
    int status = sample_verify(buffer_text(&out), &options, report, NULL);
    buffer_done(&out);
    return status;
}

static void a_policy_that_the_log_does_not_prove_is_used_and_the_report_says_so(void **state)
{
    (void)state;
    struct sample sample;
    struct evidence_report report;
    sample_init(&sample, false, 1);
    sample.bundle.item_count--; /* the policy_snapshot */
    assert_int_equal(verify_sample(&sample, &report), 1);
    assert_int_equal(report.failed, 1);
    assert_int_equal(sample_count(&report, EVIDENCE_CHECK_DECISION, EVIDENCE_STATE_FAILED), 1);
    evidence_report_done(&report);
    sample.bundle.policy_source = TEXT_LITERAL(SAMPLE_POLICY);
    assert_int_equal(verify_sample(&sample, &report), 0);
    assert_int_equal(sample_count(&report, EVIDENCE_CHECK_DECISION, EVIDENCE_STATE_OK), 1);
    assert_int_equal(sample_count(&report, EVIDENCE_CHECK_DECISION, EVIDENCE_STATE_NOT_SHOWN), 1);
    evidence_report_done(&report);
    sample.bundle.policy_source = TEXT_LITERAL("policy \"another\"\n");
    assert_int_equal(verify_sample(&sample, &report), 1);
    evidence_report_done(&report);
    sample_done(&sample);
}

static void what_is_not_in_the_bundle_is_not_claimed(void **state)
{
    (void)state;
    struct sample sample;
    struct evidence_report report;
    sample_init(&sample, false, 1);
    for (size_t i = 1; i < 6; i++) { /* all but the receipt, the closing list and the policy */
        sample.items[i].state = i % 2 ? EVIDENCE_ITEM_ERASED : EVIDENCE_ITEM_REDACTED;
        sample.items[i].reason = "asked to";
        sample.items[i].salt = NULL;
    }
    assert_int_equal(verify_sample(&sample, &report), 0);
    assert_int_equal(sample_count(&report, EVIDENCE_CHECK_COMMITMENT, EVIDENCE_STATE_NOT_SHOWN), 5);
    assert_int_equal(sample_count(&report, EVIDENCE_CHECK_STATEMENT, EVIDENCE_STATE_NOT_SHOWN), 1);
    assert_int_equal(sample_count(&report, EVIDENCE_CHECK_STATEMENT, EVIDENCE_STATE_OK), 0);
    assert_int_equal(sample_count(&report, EVIDENCE_CHECK_DECISION, EVIDENCE_STATE_NOT_SHOWN), 1);
    assert_int_equal(sample_count(&report, EVIDENCE_CHECK_DECISION, EVIDENCE_STATE_OK), 0);
    size_t unlogged = 0;
    for (size_t i = 0; i < report.count; i++)
        unlogged += strstr(report.findings[i].words_en, "no later leaf") != NULL;
    assert_int_equal(unlogged, 3);
    evidence_report_done(&report);
    sample_done(&sample);
}

static void an_archive_packed_again_by_others_is_taken_only_when_the_caller_allows_it(void **state)
{
    (void)state;
    struct sample sample;
    struct buffer out;
    char id[HASH_HEX_BYTES];
    struct evidence_report report;
    sample_init(&sample, true, 1);
    sample_write_good(&sample, EVIDENCE_CONTAINER_TAR, &out, id);
    buffer_add(&out, (char[512]){0}, 512);
    struct evidence_verify_options options = {.trusted_vkey = sample.vkey};
    evidence_report_init(&report);
    assert_int_equal(sample_verify(buffer_text(&out), &options, &report, NULL), 1);
    assert_int_equal(report.failed, 1);
    assert_int_equal(sample_count(&report, EVIDENCE_CHECK_CONTAINER, EVIDENCE_STATE_FAILED), 1);
    options.allow_repacked = true;
    assert_int_equal(sample_verify(buffer_text(&out), &options, &report, NULL), 0);
    assert_int_equal(sample_count(&report, EVIDENCE_CHECK_CONTAINER, EVIDENCE_STATE_NOT_SHOWN), 1);
    evidence_report_done(&report);
    buffer_done(&out);
    sample_done(&sample);
}

static void a_wrong_bundle_id_or_trusted_key_fails(void **state)
{
    (void)state;
    struct sample sample;
    struct buffer out;
    char id[HASH_HEX_BYTES];
    struct evidence_report report;
    sample_init(&sample, true, 1);
    sample_write_good(&sample, EVIDENCE_CONTAINER_TAR, &out, id);
    id[5] = id[5] == '0' ? '1' : '0';
    struct evidence_verify_options options = {.trusted_vkey = sample.vkey, .expected_bundle_id = id};
    evidence_report_init(&report);
    assert_int_equal(sample_verify(buffer_text(&out), &options, &report, NULL), 1);
    assert_int_equal(sample_count(&report, EVIDENCE_CHECK_BUNDLE_ID, EVIDENCE_STATE_FAILED), 1);
    options = (struct evidence_verify_options){.trusted_vkey = "nonsense"};
    assert_int_equal(sample_verify(buffer_text(&out), &options, &report, NULL), 1);
    assert_int_equal(sample_count(&report, EVIDENCE_CHECK_LOG_KEY, EVIDENCE_STATE_FAILED), 1);
    evidence_report_done(&report);
    buffer_done(&out);
    sample_done(&sample);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_bundle_verifies_in_both_containers),
        cmocka_unit_test(a_repacked_bundle_with_nothing_forged_still_verifies),
        cmocka_unit_test(what_the_log_did_not_commit_to_is_found_even_when_the_manifests_fit),
        cmocka_unit_test(a_leaf_left_out_of_the_list_leaves_a_gap_and_its_files_behind),
        cmocka_unit_test(a_chain_that_was_recorded_wrongly_fails_though_every_proof_fits),
        cmocka_unit_test(words_of_the_list_and_the_proofs_must_be_those_of_leaves_and_head),
        cmocka_unit_test(a_file_left_out_with_its_manifest_lines_is_missed),
        cmocka_unit_test(without_a_trusted_key_the_report_says_that_the_key_came_with_the_bundle),
        cmocka_unit_test(a_decision_that_comes_out_otherwise_fails),
        cmocka_unit_test(a_ruling_that_its_policy_does_not_give_fails_although_the_log_holds_it),
        cmocka_unit_test(a_policy_that_the_log_does_not_prove_is_used_and_the_report_says_so),
        cmocka_unit_test(what_is_not_in_the_bundle_is_not_claimed),
        cmocka_unit_test(an_archive_packed_again_by_others_is_taken_only_when_the_caller_allows_it),
        cmocka_unit_test(a_wrong_bundle_id_or_trusted_key_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
