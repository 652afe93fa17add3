/* SPDX-License-Identifier: Apache-2.0 */
/* Bundles as archives: the same bytes every time, any changed byte found, hostile archives refused. */
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
#include "evidence/verify/verify.h"

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
        sample_write_good(&first, (enum evidence_container)container, &a, id_a);
        setenv("TZ", "America/New_York", 1);
        sample_write_good(&second, (enum evidence_container)container, &b, id_b);
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
    sample_write_good(&sample, EVIDENCE_CONTAINER_TAR, &out, id);
    struct evidence_verify_options options = {.trusted_vkey = sample.vkey};
    evidence_report_init(&report);
    assert_int_equal(sample_verify(buffer_text(&out), &options, &report, NULL), 0);
    size_t not_opened = 0;
    for (size_t at = 0; at < out.length; at++) {
        struct error error = {0};
        char kept = out.data[at];
        out.data[at] = (char)(kept ^ (1 << at % 8));
        int status = sample_verify(buffer_text(&out), &options, &report, &error);
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

static void an_item_too_large_to_keep_is_loaded_by_its_callback_and_still_checked(void **state)
{
    (void)state;
    struct sample sample;
    sample_init_large(&sample);
    for (int container = EVIDENCE_CONTAINER_TAR; container <= EVIDENCE_CONTAINER_ZIP; container++) {
        struct buffer out;
        char id[HASH_HEX_BYTES];
        struct evidence_report report;
        struct evidence_verify_options options = {.trusted_vkey = sample.vkey};
        sample_write_good(&sample, (enum evidence_container)container, &out, id);
        assert_true(out.length > SAMPLE_LARGE_BYTES);
        evidence_report_init(&report);
        assert_int_equal(sample_verify(buffer_text(&out), &options, &report, NULL), 0);
        char *picture = memmem(out.data, out.length, "\0\x1f\x3e\x5d\x7c", 5);
        assert_non_null(picture);
        picture[EVIDENCE_FILE_KEPT_BYTES + 5] ^= 1;
        int status = sample_verify(buffer_text(&out), &options, &report, NULL);
        /* A zip has checksums of its own, so that it no longer opens. */
        assert_int_equal(status, container == EVIDENCE_CONTAINER_ZIP ? -1 : 1);
        if (status == 1)
            assert_int_equal(sample_count(&report, EVIDENCE_CHECK_COMMITMENT, EVIDENCE_STATE_FAILED), 1);
        evidence_report_done(&report);
        buffer_done(&out);
    }
    sample_done(&sample);
}

/* A source that fails, or whose bytes change between the two readings. */
struct shifty_source {
    struct text bytes;
    uint64_t read;
    uint64_t fail_after, change_after;
};

static int shifty_read(void *context, uint64_t offset, void *out, size_t length, struct error *error)
{
    struct shifty_source *source = context;
    source->read += length;
    if (source->read > source->fail_after)
        return error_set(error, ERROR_IO, "the disk is gone");
    memcpy(out, source->bytes.data + offset, length);
    for (size_t i = 0; source->read > source->change_after && i < length; i++)
        if (((char *)out)[i] == 'p')
            ((char *)out)[i] = 'q';
    return 0;
}

static void a_source_that_fails_or_changes_while_it_is_read_is_noticed(void **state)
{
    (void)state;
    struct sample sample;
    struct buffer out;
    char id[HASH_HEX_BYTES];
    sample_init(&sample, true, 1);
    sample_write_good(&sample, EVIDENCE_CONTAINER_TAR, &out, id);
    struct evidence_verify_options options = {.trusted_vkey = sample.vkey};
    /* In blocks of 64 KiB: opening reads the head and the archive once, verifying reads it some times more. */
    struct shifty_source shifty[] = {
        {buffer_text(&out), 0, 100, UINT64_MAX},
        {buffer_text(&out), 0, 600, UINT64_MAX},
        {buffer_text(&out), 0, out.length + 600, UINT64_MAX},
        {buffer_text(&out), 0, UINT64_MAX, out.length + 600},
    };
    for (size_t i = 0; i < sizeof shifty / sizeof *shifty; i++) {
        const struct evidence_source source = {out.length, shifty_read, &shifty[i]};
        struct evidence_reader *reader = NULL;
        struct error error = {.code = ERROR_NONE};
        if (evidence_reader_open(&source, &reader, &error)) {
            assert_true(i < 2);
            assert_int_equal(error.code, ERROR_IO);
            continue;
        }
        assert_true(i >= 2);
        struct evidence_report report;
        evidence_report_init(&report);
        assert_int_equal(evidence_verify_bundle(reader, &options, &report), 1);
        evidence_report_done(&report);
        evidence_reader_close(reader);
    }
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
        sample_write_good(&sample, (enum evidence_container)container, &out, id);
        evidence_report_init(&report);
        for (size_t cut = 1; cut < out.length; cut += 509) {
            struct text bytes = {out.data, out.length - cut};
            assert_int_not_equal(sample_verify(bytes, &options, &report, NULL), 0);
        }
        buffer_add_char(&out, '\0');
        assert_int_not_equal(sample_verify(buffer_text(&out), &options, &report, NULL), 0);
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
    sample_write_good(&sample, EVIDENCE_CONTAINER_ZIP, &out, id);
    struct evidence_verify_options options = {.trusted_vkey = sample.vkey};
    evidence_report_init(&report);
    for (size_t at = 0; at < out.length; at += 7) {
        out.data[at] ^= 0x10;
        if (sample_verify(buffer_text(&out), &options, &report, NULL) == 0)
            fail_msg("byte %zu was changed and nobody saw", at);
        out.data[at] ^= 0x10;
    }
    evidence_report_done(&report);
    buffer_done(&out);
    sample_done(&sample);
}

static int sink_buffer(void *context, const void *data, size_t length, struct error *error)
{
    buffer_add(context, data, length);
    return buffer_check(context, error);
}

static void a_description_that_would_not_verify_is_not_written(void **state)
{
    (void)state;
    for (int i = 0; i < 9; i++) {
        struct sample sample;
        struct buffer out;
        uint8_t id[HASH_BYTES];
        struct error error = {0};
        sample_init(&sample, false, 1);
        buffer_init(&out, SAMPLE_BUNDLE_BYTES);
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

static void make_archive(struct buffer *out, const char *const *paths, size_t count)
{
    const struct evidence_sink sink = {sink_buffer, out};
    buffer_init(out, SAMPLE_BUNDLE_BYTES);
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
        cmocka_unit_test(the_same_description_gives_the_same_bytes),
        cmocka_unit_test(every_changed_byte_of_a_tar_is_found),
        cmocka_unit_test(an_item_too_large_to_keep_is_loaded_by_its_callback_and_still_checked),
        cmocka_unit_test(a_source_that_fails_or_changes_while_it_is_read_is_noticed),
        cmocka_unit_test(bytes_added_or_cut_off_are_found),
        cmocka_unit_test(changed_bytes_of_a_zip_are_found),
        cmocka_unit_test(a_description_that_would_not_verify_is_not_written),
        cmocka_unit_test(a_sink_that_fails_is_reported_in_its_own_words),
        cmocka_unit_test(paths_that_climb_or_are_odd_are_refused),
        cmocka_unit_test(links_and_devices_are_refused),
        cmocka_unit_test(what_is_no_archive_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
