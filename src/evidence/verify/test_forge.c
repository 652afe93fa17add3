/* SPDX-License-Identifier: Apache-2.0 */
/* Unpacks, replaces, writes the manifests anew, packs: what a forger would do who has everything but the log's key. */
#include "evidence/verify/test_forge.h"

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

void print_failures(const struct evidence_report *report)
{
    for (size_t i = 0; i < report->count; i++)
        if (report->findings[i].state == EVIDENCE_STATE_FAILED)
            print_message("# %s: %s: %s\n", evidence_check_wire(report->findings[i].check), report->findings[i].place,
                          report->findings[i].words_en);
}

struct repacking {
    struct evidence_reader *reader;
    struct container_writer *writer;
    const struct forgery *forgery;
    struct buffer manifests[4]; /* sha256, sha512, tag sha256, tag sha512 */
    bool tags;
    struct buffer scratch;
};

/* Overwrites the root that bag-info.txt repeats by that of the note. */
static void overwrite_root(struct buffer *info, struct text note)
{
    char *stated = strstr(info->data, "Log-Root: ");
    const char *root = memchr(note.data, '\n', note.length);
    root = root ? strchr(root + 1, '\n') : NULL;
    assert_true(stated && root);
    memcpy(stated + 10, root + 1, 44);
}

/* The file as a bundle of the faulty case would have it. */
static struct text faulty_bytes(struct repacking *repacking, const struct evidence_file *file, struct text bytes)
{
    const struct sample *faulty = repacking->forgery->faulty;
    struct buffer *out = &repacking->scratch;
    buffer_clear(out);
    for (size_t i = 0; i < faulty->bundle.item_count; i++) {
        const struct evidence_item *item = &faulty->items[i];
        char name[BUNDLE_NAME_BYTES], path[100];
        bundle_item_name(i, faulty->bundle.item_count - 1, name);
        snprintf(path, sizeof path, "data/leaves/%s.leaf", name);
        if (strcmp(path, file->path) == 0)
            return item->leaf;
        snprintf(path, sizeof path, "data/items/%s.json", name);
        if (strcmp(path, file->path) == 0)
            return item->bytes;
        snprintf(path, sizeof path, "data/proofs/%s.tlog-proof", name);
        if (strcmp(path, file->path) != 0)
            continue;
        struct evidence_tlog_proof proof = {item->leaf_index, *item->path, faulty->bundle.note};
        evidence_tlog_proof_write(&proof, out);
        return buffer_text(out);
    }
    if (strcmp(file->path, "log/29.note") == 0)
        return faulty->bundle.note;
    if (strcmp(file->path, "log/7.note") == 0)
        return faulty->earlier[0].note;
    if (strncmp(file->path, "log/consistency", 15) == 0)
        evidence_path_write(faulty->earlier[0].consistency, out);
    else
        buffer_add_text(out, bytes);
    if (strcmp(file->path, "bag-info.txt") == 0)
        overwrite_root(out, faulty->bundle.note);
    if (strcmp(file->path, "data/case.json") == 0 && faulty->fault == SAMPLE_FAULT_OPEN) {
        char *kind = strstr(out->data, "case_manifest\"");
        assert_non_null(kind);
        size_t behind = out->length - (size_t)(kind - out->data) - 13;
        memcpy(kind, "response", 8);
        memmove(kind + 8, kind + 13, behind + 1);
        out->length -= 5;
    }
    return buffer_text(out);
}

static struct text forged_bytes(struct repacking *repacking, const struct evidence_file *file, struct text bytes)
{
    static const char *const manifests[] = {"manifest-sha256.txt", "manifest-sha512.txt", "tagmanifest-sha256.txt",
                                            "tagmanifest-sha512.txt"};
    for (int i = 0; i < 4; i++)
        if (strcmp(file->path, manifests[i]) == 0)
            return buffer_text(&repacking->manifests[i]);
    if (repacking->forgery->faulty)
        return faulty_bytes(repacking, file, bytes);
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

void forge(struct text bundle, const struct forgery *forgery, struct buffer *out)
{
    struct evidence_source source = evidence_source_memory(&bundle);
    struct repacking repacking = {.forgery = forgery};
    const struct evidence_sink sink = {sink_buffer, out};
    assert_int_equal(evidence_reader_open(&source, &repacking.reader, NULL), 0);
    for (int i = 0; i < 4; i++)
        buffer_init(&repacking.manifests[i], 1 << 20);
    buffer_init(&repacking.scratch, 1 << 20);
    assert_int_equal(evidence_reader_each(repacking.reader, list_visit, &repacking, NULL), 0);
    repacking.tags = true;
    assert_int_equal(evidence_reader_each(repacking.reader, list_visit, &repacking, NULL), 0);
    repacking.writer = container_writer_open(EVIDENCE_CONTAINER_TAR, &sink);
    assert_int_equal(evidence_reader_each(repacking.reader, pack_visit, &repacking, NULL), 0);
    assert_int_equal(container_writer_finish(repacking.writer, NULL), 0);
    for (int i = 0; i < 4; i++)
        buffer_done(&repacking.manifests[i]);
    buffer_done(&repacking.scratch);
    evidence_reader_close(repacking.reader);
}

struct text content_of(struct text bundle, const char *path, struct buffer *copy)
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

struct evidence_verify_options trusting(const struct sample *sample)
{
    return (struct evidence_verify_options){
        .trusted_vkey = sample->vkey, .trusted_statement_vkeys = sample->supplier_vkey, .replay = evidence_replay};
}

void assert_forgery_fails(const struct sample *sample, struct text good, const struct forgery *forgery,
                          enum evidence_check check)
{
    struct buffer out;
    struct evidence_report report;
    struct evidence_verify_options options = trusting(sample);
    buffer_init(&out, SAMPLE_BUNDLE_BYTES);
    evidence_report_init(&report);
    forge(good, forgery, &out);
    int status = sample_verify(buffer_text(&out), &options, &report, NULL);
    if (status != 1 || sample_count(&report, check, EVIDENCE_STATE_FAILED) == 0) {
        print_failures(&report);
        fail_msg("%s: expected a failure of %s", forgery->path, evidence_check_wire(check));
    }
    assert_int_equal(sample_count(&report, EVIDENCE_CHECK_MANIFEST, EVIDENCE_STATE_FAILED), 0);
    assert_int_equal(sample_count(&report, EVIDENCE_CHECK_TAG_MANIFEST, EVIDENCE_STATE_FAILED), 0);
    assert_int_equal(sample_count(&report, EVIDENCE_CHECK_CONTAINER, EVIDENCE_STATE_FAILED), 0);
    evidence_report_done(&report);
    buffer_done(&out);
}

struct text replaced(struct text bundle, const char *path, const char *from, const char *to, struct buffer *copy)
{
    struct buffer original;
    content_of(bundle, path, &original);
    const char *at = strstr(original.data, from);
    assert_non_null(at);
    buffer_init(copy, 1 << 20);
    buffer_add(copy, original.data, (size_t)(at - original.data));
    buffer_add_string(copy, to);
    buffer_add_string(copy, at + strlen(from));
    buffer_done(&original);
    return buffer_text(copy);
}
