/* SPDX-License-Identifier: Apache-2.0 */
/* Bundles: written the same every time, verified, and found out when any byte differs or any part is exchanged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/error.h"
#include "evidence/container.h"
#include "evidence/test_sample.h"
#include "evidence/verify.h"

#define BUNDLE_BYTES (4 * 1024 * 1024)

static void write_good(const struct sample *sample, enum evidence_container container, struct buffer *out,
                       char id_hex[HASH_HEX_BYTES])
{
    uint8_t id[HASH_BYTES];
    struct error error = {0};
    buffer_init(out, BUNDLE_BYTES);
    if (sample_write(sample, container, out, id, &error))
        fail_msg("%s", error.message);
    hash_hex(id, id_hex);
}

/* Returns what verification returns, or -1 with *error when the archive does not open. */
static int verify(struct text bytes, const struct evidence_verify_options *options, struct evidence_report *report,
                  struct error *error)
{
    struct evidence_source source = evidence_source_memory(&bytes);
    struct evidence_reader *reader = NULL;
    if (evidence_reader_open(&source, &reader, error))
        return -1;
    int status = evidence_verify_bundle(reader, options, report);
    evidence_reader_close(reader);
    return status;
}

static void print_failures(const struct evidence_report *report)
{
    for (size_t i = 0; i < report->count; i++)
        if (report->findings[i].state == EVIDENCE_STATE_FAILED)
            print_message("# %s: %s: %s\n", evidence_check_wire(report->findings[i].check), report->findings[i].place,
                          report->findings[i].words_en);
}

static size_t count_state(const struct evidence_report *report, enum evidence_check check,
                          enum evidence_check_state state)
{
    size_t count = 0;
    for (size_t i = 0; i < report->count; i++)
        count += report->findings[i].check == check && report->findings[i].state == state;
    return count;
}

static int replay_agrees(struct text certificate, struct text policy, struct evidence_difference *ret,
                         struct error *error)
{
    (void)ret;
    (void)error;
    return text_is(policy, SAMPLE_POLICY) && text_starts(certificate, "{\"outcome\"") ? 0 : 1;
}

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
        write_good(&sample, (enum evidence_container)container, &out, id);
        struct evidence_verify_options options = {.trusted_vkey = sample.vkey,
                                                  .trusted_statement_vkeys = sample.supplier_vkey,
                                                  .expected_bundle_id = id,
                                                  .replay = replay_agrees};
        evidence_report_init(&report);
        int status = verify(buffer_text(&out), &options, &report, &error);
        print_failures(&report);
        if (status)
            fail_msg("%d %s", status, error.message);
        assert_string_equal(report.subject, SAMPLE_SUBJECT);
        assert_string_equal(report.bundle_id, id);
        /* Every check says something, and only what cannot be shown is not shown: the withheld item, time, loose words. */
        for (unsigned check = 0; check < EVIDENCE_CHECK_COUNT; check++)
            assert_true(count_state(&report, check, EVIDENCE_STATE_OK) +
                            count_state(&report, check, EVIDENCE_STATE_NOT_SHOWN) >
                        0);
        assert_int_equal(report.not_shown, 3);
        assert_int_equal(count_state(&report, EVIDENCE_CHECK_COMMITMENT, EVIDENCE_STATE_NOT_SHOWN), 1);
        assert_int_equal(count_state(&report, EVIDENCE_CHECK_DECISION, EVIDENCE_STATE_OK), 1);
        assert_int_equal(count_state(&report, EVIDENCE_CHECK_STATEMENT, EVIDENCE_STATE_OK), 1);
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

static void the_same_description_gives_the_same_bytes(void **state)
{
    (void)state;
    for (int container = EVIDENCE_CONTAINER_TAR; container <= EVIDENCE_CONTAINER_ZIP; container++) {
        struct sample first, second;
        struct buffer a, b;
        char id_a[HASH_HEX_BYTES], id_b[HASH_HEX_BYTES];
        sample_init(&first, false, 1);
        sample_init(&second, false, 1);
        setenv("TZ", "Asia/Shanghai", 1);
        write_good(&first, (enum evidence_container)container, &a, id_a);
        setenv("TZ", "America/New_York", 1);
        write_good(&second, (enum evidence_container)container, &b, id_b);
        unsetenv("TZ");
        assert_true(text_equal(buffer_text(&a), buffer_text(&b)));
        assert_string_equal(id_a, id_b);
        buffer_done(&a);
        buffer_done(&b);
        sample_done(&first);
        sample_done(&second);
    }
}

/* No exception: headers, padding and the end of the archive included. */
static void every_changed_byte_of_a_tar_is_found(void **state)
{
    (void)state;
    struct sample sample;
    struct buffer out;
    char id[HASH_HEX_BYTES];
    struct evidence_report report;
    sample_init(&sample, true, 1);
    write_good(&sample, EVIDENCE_CONTAINER_TAR, &out, id);
    struct evidence_verify_options options = {.trusted_vkey = sample.vkey};
    evidence_report_init(&report);
    assert_int_equal(verify(buffer_text(&out), &options, &report, NULL), 0);
    size_t not_opened = 0;
    for (size_t at = 0; at < out.length; at++) {
        struct error error = {0};
        char kept = out.data[at];
        out.data[at] = (char)(kept ^ (1 << at % 8));
        int status = verify(buffer_text(&out), &options, &report, &error);
        if (status == 0)
            fail_msg("byte %zu was changed from %d to %d and nobody saw", at, kept, out.data[at]);
        if (status < 0)
            assert_true(error.code != ERROR_NONE && error.message[0]);
        not_opened += status < 0;
        out.data[at] = kept;
    }
    print_message("# %zu bytes, %zu of them keep the archive from opening\n", out.length, not_opened);
    evidence_report_done(&report);
    buffer_done(&out);
    sample_done(&sample);
}

static void bytes_added_or_cut_off_are_found(void **state)
{
    (void)state;
    struct sample sample;
    char id[HASH_HEX_BYTES];
    sample_init(&sample, true, 1);
    for (int container = EVIDENCE_CONTAINER_TAR; container <= EVIDENCE_CONTAINER_ZIP; container++) {
        struct buffer out;
        struct evidence_report report;
        struct evidence_verify_options options = {.trusted_vkey = sample.vkey};
        write_good(&sample, (enum evidence_container)container, &out, id);
        evidence_report_init(&report);
        for (size_t cut = 1; cut < out.length; cut += 509) {
            struct text bytes = {out.data, out.length - cut};
            assert_int_not_equal(verify(bytes, &options, &report, NULL), 0);
        }
        buffer_add_char(&out, '\0');
        assert_int_not_equal(verify(buffer_text(&out), &options, &report, NULL), 0);
        evidence_report_done(&report);
        buffer_done(&out);
    }
    sample_done(&sample);
}

static void changed_bytes_of_a_zip_are_found(void **state)
{
    (void)state;
    struct sample sample;
    struct buffer out;
    char id[HASH_HEX_BYTES];
    struct evidence_report report;
    sample_init(&sample, true, 1);
    write_good(&sample, EVIDENCE_CONTAINER_ZIP, &out, id);
    struct evidence_verify_options options = {.trusted_vkey = sample.vkey};
    evidence_report_init(&report);
    for (size_t at = 0; at < out.length; at += 7) {
        out.data[at] ^= 0x10;
        if (verify(buffer_text(&out), &options, &report, NULL) == 0)
            fail_msg("byte %zu was changed and nobody saw", at);
        out.data[at] ^= 0x10;
    }
    evidence_report_done(&report);
    buffer_done(&out);
    sample_done(&sample);
}

/* ---- forgeries: the manifests are made again, so that only the log can tell ---- */

struct forgery {
    const char *path;  /* to replace, below the folder */
    struct text bytes; /* instead; data NULL leaves the file out */
    const char *added; /* path of one more file, or NULL */
};

struct repacking {
    struct evidence_reader *reader;
    struct container_writer *writer;
    const struct forgery *forgery;
    struct buffer manifests[4]; /* sha256, sha512, tag sha256, tag sha512 */
    bool tags;
};

static struct text forged_bytes(struct repacking *repacking, const struct evidence_file *file, struct text bytes)
{
    static const char *const manifests[] = {"manifest-sha256.txt", "manifest-sha512.txt", "tagmanifest-sha256.txt",
                                            "tagmanifest-sha512.txt"};
    for (int i = 0; i < 4; i++)
        if (strcmp(file->path, manifests[i]) == 0)
            return buffer_text(&repacking->manifests[i]);
    return strcmp(file->path, repacking->forgery->path) == 0 ? repacking->forgery->bytes : bytes;
}

static void manifest_line(struct buffer *sha256, struct buffer *sha512, const char *path, struct text bytes)
{
    uint8_t hash[64];
    hash_sha256(bytes.data, bytes.length, hash);
    buffer_add_hex(sha256, hash, 32);
    buffer_addf(sha256, "  %s\n", path);
    hash_sha512(bytes.data, bytes.length, hash);
    buffer_add_hex(sha512, hash, 64);
    buffer_addf(sha512, "  %s\n", path);
}

static int list_visit(void *context, const struct evidence_file *file, struct text bytes, struct error *error)
{
    (void)error;
    struct repacking *repacking = context;
    bool payload = strncmp(file->path, "data/", 5) == 0;
    bytes = forged_bytes(repacking, file, bytes);
    if (payload == repacking->tags || strncmp(file->path, "tagmanifest-", 12) == 0 || !bytes.data)
        return 0;
    struct buffer *pair = &repacking->manifests[repacking->tags ? 2 : 0];
    manifest_line(&pair[0], &pair[1], file->path, bytes);
    return 0;
}

static int pack_visit(void *context, const struct evidence_file *file, struct text bytes, struct error *error)
{
    struct repacking *repacking = context;
    char path[300];
    bytes = forged_bytes(repacking, file, bytes);
    if (!bytes.data)
        return 0;
    snprintf(path, sizeof path, "%s/%s", evidence_reader_folder(repacking->reader), file->path);
    return container_writer_add(repacking->writer, path, bytes, error);
}

static int sink_buffer(void *context, const void *data, size_t length, struct error *error)
{
    buffer_add(context, data, length);
    return buffer_check(context, error);
}

/* Packs the bundle with one file replaced and all four manifests made to fit. */
static void forge(struct text bundle, const struct forgery *forgery, struct buffer *out)
{
    struct evidence_source source = evidence_source_memory(&bundle);
    struct repacking repacking = {.forgery = forgery};
    const struct evidence_sink sink = {sink_buffer, out};
    assert_int_equal(evidence_reader_open(&source, &repacking.reader, NULL), 0);
    for (int i = 0; i < 4; i++)
        buffer_init(&repacking.manifests[i], 1 << 20);
    assert_int_equal(evidence_reader_each(repacking.reader, list_visit, &repacking, NULL), 0);
    repacking.tags = true;
    assert_int_equal(evidence_reader_each(repacking.reader, list_visit, &repacking, NULL), 0);
    repacking.writer = container_writer_open(EVIDENCE_CONTAINER_TAR, &sink);
    assert_int_equal(evidence_reader_each(repacking.reader, pack_visit, &repacking, NULL), 0);
    assert_int_equal(container_writer_finish(repacking.writer, NULL), 0);
    for (int i = 0; i < 4; i++)
        buffer_done(&repacking.manifests[i]);
    evidence_reader_close(repacking.reader);
}

static struct text content_of(struct text bundle, const char *path, struct buffer *copy)
{
    struct evidence_source source = evidence_source_memory(&bundle);
    struct evidence_reader *reader = NULL;
    assert_int_equal(evidence_reader_open(&source, &reader, NULL), 0);
    const struct evidence_file *file = evidence_reader_find(reader, path);
    if (!file)
        fail_msg("%s is not in the bundle", path);
    buffer_init(copy, 1 << 20);
    buffer_add_text(copy, file->content);
    evidence_reader_close(reader);
    return buffer_text(copy);
}

static struct evidence_verify_options trusting(const struct sample *sample)
{
    return (struct evidence_verify_options){
        .trusted_vkey = sample->vkey, .trusted_statement_vkeys = sample->supplier_vkey, .replay = replay_agrees};
}

/* The forged bundle must fail in `check` and, if manifests fit, not in the manifests. */
static void assert_forgery_fails(const struct sample *sample, struct text good, const struct forgery *forgery,
                                 enum evidence_check check)
{
    struct buffer out;
    struct evidence_report report;
    struct evidence_verify_options options = trusting(sample);
    buffer_init(&out, BUNDLE_BYTES);
    evidence_report_init(&report);
    forge(good, forgery, &out);
    int status = verify(buffer_text(&out), &options, &report, NULL);
    if (status != 1 || count_state(&report, check, EVIDENCE_STATE_FAILED) == 0) {
        print_failures(&report);
        fail_msg("%s: expected a failure of %s", forgery->path, evidence_check_wire(check));
    }
    assert_int_equal(count_state(&report, EVIDENCE_CHECK_MANIFEST, EVIDENCE_STATE_FAILED), 0);
    assert_int_equal(count_state(&report, EVIDENCE_CHECK_TAG_MANIFEST, EVIDENCE_STATE_FAILED), 0);
    assert_int_equal(count_state(&report, EVIDENCE_CHECK_CONTAINER, EVIDENCE_STATE_FAILED), 0);
    evidence_report_done(&report);
    buffer_done(&out);
}

static void a_repacked_bundle_with_nothing_forged_still_verifies(void **state)
{
    (void)state;
    struct sample sample;
    struct buffer good, again;
    char id[HASH_HEX_BYTES];
    sample_init(&sample, false, 1);
    write_good(&sample, EVIDENCE_CONTAINER_TAR, &good, id);
    buffer_init(&again, BUNDLE_BYTES);
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
    write_good(&sample, EVIDENCE_CONTAINER_TAR, &good, id);
    write_good(&other, EVIDENCE_CONTAINER_TAR, &foreign, id);
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
    assert_int_equal(verify(buffer_text(&foreign), &options, &report, NULL), 1);
    assert_int_equal(count_state(&report, EVIDENCE_CHECK_LOG_KEY, EVIDENCE_STATE_FAILED), 1);
    assert_int_equal(count_state(&report, EVIDENCE_CHECK_CHECKPOINT, EVIDENCE_STATE_FAILED), 1);
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
    write_good(&sample, EVIDENCE_CONTAINER_TAR, &good, id);
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
    write_good(&sample, EVIDENCE_CONTAINER_TAR, &good, id);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct forgery forgery = {.path = paths[i], .bytes = {NULL, 0}};
        assert_forgery_fails(&sample, buffer_text(&good), &forgery, EVIDENCE_CHECK_FILES);
    }
    buffer_done(&good);
    sample_done(&sample);
}

/* ---- what verification says when it cannot know ---- */

static void without_a_trusted_key_the_report_says_that_the_key_came_with_the_bundle(void **state)
{
    (void)state;
    struct sample sample;
    struct buffer out;
    char id[HASH_HEX_BYTES];
    struct evidence_report report;
    sample_init(&sample, false, 1);
    write_good(&sample, EVIDENCE_CONTAINER_TAR, &out, id);
    struct evidence_verify_options options = {.replay = NULL};
    evidence_report_init(&report);
    assert_int_equal(verify(buffer_text(&out), &options, &report, NULL), 0);
    assert_int_equal(count_state(&report, EVIDENCE_CHECK_LOG_KEY, EVIDENCE_STATE_NOT_SHOWN), 1);
    assert_int_equal(count_state(&report, EVIDENCE_CHECK_BUNDLE_ID, EVIDENCE_STATE_NOT_SHOWN), 1);
    assert_int_equal(count_state(&report, EVIDENCE_CHECK_STATEMENT, EVIDENCE_STATE_NOT_SHOWN), 1);
    assert_int_equal(count_state(&report, EVIDENCE_CHECK_DECISION, EVIDENCE_STATE_NOT_SHOWN), 1);
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
    write_good(&sample, EVIDENCE_CONTAINER_TAR, &out, id);
    evidence_replay_fn *const replays[] = {replay_differs, replay_fails};
    for (int i = 0; i < 2; i++) {
        struct evidence_verify_options options = trusting(&sample);
        options.replay = replays[i];
        evidence_report_init(&report);
        assert_int_equal(verify(buffer_text(&out), &options, &report, NULL), 1);
        assert_int_equal(report.failed, 1);
        assert_int_equal(count_state(&report, EVIDENCE_CHECK_DECISION, EVIDENCE_STATE_FAILED), 1);
        evidence_report_done(&report);
    }
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
    write_good(&sample, EVIDENCE_CONTAINER_TAR, &out, id);
    id[5] = id[5] == '0' ? '1' : '0';
    struct evidence_verify_options options = {.trusted_vkey = sample.vkey, .expected_bundle_id = id};
    evidence_report_init(&report);
    assert_int_equal(verify(buffer_text(&out), &options, &report, NULL), 1);
    assert_int_equal(count_state(&report, EVIDENCE_CHECK_BUNDLE_ID, EVIDENCE_STATE_FAILED), 1);
    options = (struct evidence_verify_options){.trusted_vkey = "nonsense"};
    assert_int_equal(verify(buffer_text(&out), &options, &report, NULL), 1);
    assert_int_equal(count_state(&report, EVIDENCE_CHECK_LOG_KEY, EVIDENCE_STATE_FAILED), 1);
    evidence_report_done(&report);
    buffer_done(&out);
    sample_done(&sample);
}

/* ---- the writer ---- */

static void a_description_that_would_not_verify_is_not_written(void **state)
{
    (void)state;
    for (int i = 0; i < 9; i++) {
        struct sample sample;
        struct buffer out;
        uint8_t id[HASH_BYTES];
        struct error error = {0};
        sample_init(&sample, false, 1);
        buffer_init(&out, BUNDLE_BYTES);
        struct evidence_item swap = sample.items[1];
        switch (i) {
        case 0: /* a leaf missing in the middle */
            memmove(&sample.items[1], &sample.items[2], 6 * sizeof swap);
            sample.bundle.item_count--;
            break;
        case 1: /* the closing list missing */
            memmove(&sample.items[6], &sample.items[7], sizeof swap);
            sample.bundle.item_count--;
            break;
        case 2:
            sample.items[1].bytes = TEXT_LITERAL("{\"n\":2}");
            break;
        case 3:
            sample.items[1].salt = sample.items[0].salt;
            break;
        case 4:
            sample.items[1].path = sample.items[0].path;
            break;
        case 5:
            sample.items[1].state = EVIDENCE_ITEM_ERASED; /* and no reason */
            break;
        case 6:
            sample.bundle.subject = "../escape";
            break;
        case 7:
            sample.bundle.organisation = "two\nlines";
            break;
        case 8:
            sample.bundle.vkey = sample.supplier_vkey;
            break;
        }
        assert_int_equal(sample_write(&sample, EVIDENCE_CONTAINER_TAR, &out, id, &error), -1);
        assert_true(error.code == ERROR_BUNDLE_INCOMPLETE || error.code == ERROR_PROOF_MISMATCH ||
                    error.code == ERROR_NOTE_UNSIGNED);
        assert_int_equal(out.length, 0);
        buffer_done(&out);
        sample_done(&sample);
    }
}

static int failing_sink(void *context, const void *data, size_t length, struct error *error)
{
    (void)data;
    size_t *left = context;
    if (length > *left)
        return error_set(error, ERROR_IO, "disk full");
    *left -= length;
    return 0;
}

static void a_sink_that_fails_is_reported_in_its_own_words(void **state)
{
    (void)state;
    struct sample sample;
    uint8_t id[HASH_BYTES];
    struct error error = {0};
    sample_init(&sample, false, 1);
    for (size_t room = 0; room < 60000; room += 20000) {
        size_t left = room;
        const struct evidence_sink sink = {failing_sink, &left};
        assert_int_equal(evidence_bundle_write(&sample.bundle, EVIDENCE_CONTAINER_TAR, &sink, id, &error), -1);
        assert_int_equal(error.code, ERROR_IO);
        assert_string_equal(error.message, "disk full");
    }
    sample_done(&sample);
}

/* ---- hostile archives ---- */

static void make_archive(struct buffer *out, const char *const *paths, size_t count)
{
    const struct evidence_sink sink = {sink_buffer, out};
    buffer_init(out, BUNDLE_BYTES);
    struct container_writer *writer = container_writer_open(EVIDENCE_CONTAINER_TAR, &sink);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(container_writer_add(writer, paths[i], TEXT_LITERAL("x"), NULL), 0);
    assert_int_equal(container_writer_finish(writer, NULL), 0);
}

static int open_archive(const struct buffer *archive, struct error *error)
{
    struct text bytes = buffer_text(archive);
    struct evidence_source source = evidence_source_memory(&bytes);
    struct evidence_reader *reader = NULL;
    int status = evidence_reader_open(&source, &reader, error);
    evidence_reader_close(reader);
    return status;
}

static void paths_that_climb_or_are_odd_are_refused(void **state)
{
    (void)state;
    static const char *const bad[][2] = {
        {"a/b", "a/../c"}, {"a/b", "../c"}, {"/a/b", "/a/c"}, {"a/b", "a//c"},       {"a/b", "a/./c"},
        {"a/b", "b/c"},    {"a/b", "a/b"},  {"a", "a/b"},     {"a/b", "a/c d"},      {"a/b", "a/c\\d"},
        {"a/b", "a/c\n"},  {"a/b", "a/.."}, {"./a/b", "a/c"}, {"a/b", "a/\xc3\xa9"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct buffer archive;
        struct error error = {0};
        make_archive(&archive, bad[i], 2);
        if (open_archive(&archive, &error) != -1)
            fail_msg("case %zu was taken", i);
        assert_int_equal(error.code, ERROR_BUNDLE_PATH);
        buffer_done(&archive);
    }
    static const char *const good[] = {"a/b", "a/c..d"};
    struct buffer archive;
    make_archive(&archive, good, 2);
    assert_int_equal(open_archive(&archive, NULL), 0);
    buffer_done(&archive);
}

/* Makes the second entry of a tar another type of file: '1' hard link, '2' symbolic link, '3' device, '6' pipe. */
static void links_and_devices_are_refused(void **state)
{
    (void)state;
    static const char *const paths[] = {"a/b", "a/c"};
    for (const char *type = "12346"; *type; type++) {
        struct buffer archive;
        struct error error = {0};
        make_archive(&archive, paths, 2);
        char *header = archive.data + 1024;
        header[156] = *type;
        snprintf(header + 157, 100, "a/b");
        memset(header + 148, ' ', 8);
        unsigned sum = 0;
        for (int i = 0; i < 512; i++)
            sum += (unsigned char)header[i];
        snprintf(header + 148, 8, "%06o", sum);
        assert_int_equal(open_archive(&archive, &error), -1);
        assert_true(error.code == ERROR_BUNDLE_PATH || error.code == ERROR_BUNDLE_MALFORMED);
        buffer_done(&archive);
    }
}

static void what_is_no_archive_is_refused(void **state)
{
    (void)state;
    struct buffer archive;
    struct error error = {0};
    buffer_init(&archive, 4096);
    assert_int_equal(open_archive(&archive, &error), -1);
    assert_int_equal(error.code, ERROR_BUNDLE_MALFORMED);
    for (int i = 0; i < 2000; i++)
        buffer_add_char(&archive, 'x');
    assert_int_equal(open_archive(&archive, &error), -1);
    assert_int_equal(error.code, ERROR_BUNDLE_MALFORMED);
    memcpy(archive.data, "\x1f\x8b\x08", 3);
    assert_int_equal(open_archive(&archive, &error), -1);
    memcpy(archive.data, "PK\x03\x04", 4);
    assert_int_equal(open_archive(&archive, &error), -1);
    assert_int_equal(error.code, ERROR_BUNDLE_MALFORMED);
    buffer_done(&archive);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_bundle_verifies_in_both_containers),
        cmocka_unit_test(the_same_description_gives_the_same_bytes),
        cmocka_unit_test(every_changed_byte_of_a_tar_is_found),
        cmocka_unit_test(changed_bytes_of_a_zip_are_found),
        cmocka_unit_test(bytes_added_or_cut_off_are_found),
        cmocka_unit_test(a_repacked_bundle_with_nothing_forged_still_verifies),
        cmocka_unit_test(what_the_log_did_not_commit_to_is_found_even_when_the_manifests_fit),
        cmocka_unit_test(a_leaf_left_out_of_the_list_leaves_a_gap_and_its_files_behind),
        cmocka_unit_test(a_file_left_out_with_its_manifest_lines_is_missed),
        cmocka_unit_test(without_a_trusted_key_the_report_says_that_the_key_came_with_the_bundle),
        cmocka_unit_test(a_decision_that_comes_out_otherwise_fails),
        cmocka_unit_test(a_wrong_bundle_id_or_trusted_key_fails),
        cmocka_unit_test(a_description_that_would_not_verify_is_not_written),
        cmocka_unit_test(a_sink_that_fails_is_reported_in_its_own_words),
        cmocka_unit_test(paths_that_climb_or_are_odd_are_refused),
        cmocka_unit_test(links_and_devices_are_refused),
        cmocka_unit_test(what_is_no_archive_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
