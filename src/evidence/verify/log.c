/* SPDX-License-Identifier: Apache-2.0 */
/* The log behind a bundle: its key, its signed head, earlier heads, and that every leaf is under that head. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "evidence/verify/verification.h"

/* Chooses the key: the caller's when there is one. The bundle's own copy alone proves nothing about who signed. */
static bool choose_key(struct verification *v)
{
    struct error error;
    struct evidence_key embedded = {.name = ""};
    char vkey[EVIDENCE_VKEY_BYTES];
    const struct evidence_file *file = verification_take(v, BUNDLE_VKEY, true);
    bool has_embedded = file && evidence_vkey_read(verification_content(file), &embedded, &error) == 0;
    if (file && !has_embedded)
        verification_error(v, EVIDENCE_CHECK_LOG_KEY, BUNDLE_VKEY, 0, &error);
    if (!v->options->trusted_vkey) {
        if (!has_embedded)
            return false;
        v->key = embedded;
        evidence_vkey_write(&embedded, vkey);
        verification_add(v, EVIDENCE_CHECK_LOG_KEY, EVIDENCE_STATE_NOT_SHOWN, BUNDLE_VKEY, 0,
                         "No trusted key was given; the bundle's own copy was used. Compare it: %s",
                         "未提供可信公钥, 使用了包内的副本, 请核对: %s", vkey);
        return true;
    }
    if (evidence_vkey_read(text_of(v->options->trusted_vkey), &v->key, &error)) {
        verification_error(v, EVIDENCE_CHECK_LOG_KEY, "the given key", 0, &error);
        return false;
    }
    bool same = has_embedded && strcmp(embedded.name, v->key.name) == 0 &&
                memcmp(embedded.public_key, v->key.public_key, SIGN_PUBLIC_BYTES) == 0;
    if (same)
        verification_add(v, EVIDENCE_CHECK_LOG_KEY, EVIDENCE_STATE_OK, "", 0,
                         "The log's key is the trusted one, of %s.", "日志公钥与可信公钥一致 (%s)。", v->key.name);
    else if (has_embedded)
        verification_add(v, EVIDENCE_CHECK_LOG_KEY, EVIDENCE_STATE_FAILED, BUNDLE_VKEY, 0,
                         "The bundle's key is not the trusted one.", "包内公钥与可信公钥不一致。");
    return true;
}

static void head_failure(struct verification *v, const char *place, const char *en, const char *zh)
{
    verification_say(v, EVIDENCE_CHECK_CHECKPOINT, EVIDENCE_STATE_FAILED, place, 0, en, zh);
}

/* bag-info.txt repeats the head for people; it may not say anything else. */
static void compare_head(struct verification *v)
{
    char size[24], count[24];
    struct buffer root;
    buffer_init(&root, 64);
    buffer_add_base64(&root, v->head.root, HASH_BYTES);
    snprintf(size, sizeof size, "%" PRIu64, v->head.size);
    snprintf(count, sizeof count, "%zu", v->chain_count);
    if (strcmp(size, v->log_size) != 0 || strcmp(root.data, v->log_root) != 0 ||
        strcmp(v->head.origin, v->log_origin) != 0)
        head_failure(v, "bag-info.txt lines 8 to 10", "They are not those of the signed head.",
                     "与已签名的日志头不一致。");
    if (strcmp(count, v->leaf_count) != 0)
        verification_add(v, EVIDENCE_CHECK_CASE_MANIFEST, EVIDENCE_STATE_FAILED, "bag-info.txt line 11", 0,
                         "It states %s leaves; the bundle has %s.", "声明为 %s 条, 包内为 %s 条。", v->leaf_count,
                         count);
    buffer_done(&root);
}

static void check_head(struct verification *v)
{
    struct error error;
    if (v->log_size[0] == '\0' || strspn(v->log_size, "0123456789") != strlen(v->log_size)) {
        head_failure(v, "bag-info.txt line 9", "The size of the log is not stated.", "未说明日志大小。");
        return;
    }
    const char *path = arena_printf(v->arena, "log/%s.note", v->log_size);
    const struct evidence_file *file = verification_take(v, path, true);
    if (!file)
        return;
    v->head_note = verification_content(file);
    if (evidence_checkpoint_open(v->head_note, &v->key, &v->head, &error)) {
        verification_error(v, EVIDENCE_CHECK_CHECKPOINT, path, 0, &error);
        return;
    }
    v->has_head = true;
    compare_head(v);
    if (!v->failed_by[EVIDENCE_CHECK_CHECKPOINT])
        verification_add(v, EVIDENCE_CHECK_CHECKPOINT, EVIDENCE_STATE_OK, path, 0,
                         "%s signed a log of %" PRIu64 " entries.", "%s 对共 %" PRIu64 " 条的日志作了签名。",
                         v->key.name, v->head.size);
}

/* ---- earlier heads ---- */

static bool earlier_size(const char *path, const char **ret_size, size_t *ret_length)
{
    if (strncmp(path, "log/", 4) != 0)
        return false;
    size_t digits = strspn(path + 4, "0123456789");
    *ret_size = path + 4;
    *ret_length = digits;
    return digits > 0 && strcmp(path + 4 + digits, ".note") == 0;
}

static bool check_earlier(struct verification *v, const struct evidence_file *file, const char *size, size_t length)
{
    struct error error;
    struct evidence_checkpoint head;
    struct evidence_path path;
    struct text rest;
    const char *proof_path =
        arena_printf(v->arena, "log/consistency-%.*s-%" PRIu64 ".txt", (int)length, size, v->head.size);
    const struct evidence_file *proof = verification_take(v, proof_path, true);
    if (!proof)
        return false;
    if (evidence_checkpoint_open(verification_content(file), &v->key, &head, &error)) {
        verification_error(v, EVIDENCE_CHECK_CONSISTENCY, file->path, 0, &error);
        return false;
    }
    if (strcmp(arena_printf(v->arena, "log/%" PRIu64 ".note", head.size), file->path) != 0) {
        verification_add(v, EVIDENCE_CHECK_CONSISTENCY, EVIDENCE_STATE_FAILED, file->path, 0,
                         "The file's name is not the size inside.", "文件名与其中的大小不符。");
        return false;
    }
    if (evidence_path_read(verification_content(proof), &path, &rest, &error) == 0 && rest.length > 0)
        error_set(&error, ERROR_PROOF_MALFORMED, "there is more behind the proof");
    else if (evidence_consistency_check(head.size, v->head.size, head.root, v->head.root, &path, &error) == 0)
        return true;
    verification_error(v, EVIDENCE_CHECK_CONSISTENCY, proof_path, 0, &error);
    return false;
}

static void check_consistency(struct verification *v)
{
    size_t good = 0;
    for (size_t i = 0; i < evidence_reader_count(v->reader); i++) {
        const struct evidence_file *file = evidence_reader_file(v->reader, i);
        const char *size;
        size_t length;
        if (!earlier_size(file->path, &size, &length) ||
            (length == strlen(v->log_size) && memcmp(size, v->log_size, length) == 0))
            continue;
        verification_take(v, file->path, true);
        good += check_earlier(v, file, size, length);
    }
    if (good > 0 && !v->failed_by[EVIDENCE_CHECK_CONSISTENCY])
        verification_add(v, EVIDENCE_CHECK_CONSISTENCY, EVIDENCE_STATE_OK, "", 0,
                         "The head continues %zu earlier heads without changing an entry.",
                         "日志头延续了 %zu 个较早的日志头, 未改动任何条目。", good);
    else if (good == 0 && !v->failed_by[EVIDENCE_CHECK_CONSISTENCY])
        verification_add(v, EVIDENCE_CHECK_CONSISTENCY, EVIDENCE_STATE_NOT_SHOWN, "", 0,
                         "The bundle holds no earlier head to compare with.", "包内没有较早的日志头可供比较。");
}

/* ---- inclusion ---- */

static void check_inclusion(struct verification *v, struct verified_item *item, size_t position)
{
    struct error error = {.code = ERROR_NONE};
    struct evidence_tlog_proof proof;
    uint8_t hash[HASH_BYTES];
    if (!item->leaf_file || !item->proof_file)
        return;
    struct text leaf = verification_content(item->leaf_file);
    evidence_leaf_hash(leaf, hash);
    if (evidence_tlog_proof_read(verification_content(item->proof_file), &proof, &error) == 0 &&
        !text_equal(proof.note, v->head_note))
        error_set(&error, ERROR_PROOF_MISMATCH, "the proof carries another head than the bundle's");
    else if (error.code == ERROR_NONE &&
             evidence_inclusion_check(hash, proof.index, v->head.size, &proof.path, v->head.root, &error) == 0) {
        item->index = proof.index;
        item->is_included = true;
        return;
    }
    verification_error(v, EVIDENCE_CHECK_INCLUSION, item->proof_file->path, (int64_t)position + 1, &error);
}

void verification_log(struct verification *v)
{
    if (choose_key(v))
        check_head(v);
    if (!v->has_head) {
        if (!v->failed_by[EVIDENCE_CHECK_CHECKPOINT])
            head_failure(v, "", "There is no signed head that could be checked.", "没有可核验的已签名日志头。");
        return;
    }
    check_consistency(v);
    for (size_t i = 0; i < v->item_count; i++)
        check_inclusion(v, &v->items[i], i);
    if (!v->failed_by[EVIDENCE_CHECK_INCLUSION])
        verification_add(v, EVIDENCE_CHECK_INCLUSION, EVIDENCE_STATE_OK, "", 0,
                         "All %zu leaves are in the log under the signed head.", "%zu 条日志条目均在已签名的日志中。",
                         v->item_count);
}
