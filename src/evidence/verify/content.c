/* SPDX-License-Identifier: Apache-2.0 */
/* What the case holds: its items, its statements, and what nothing signs. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "evidence/dsse.h"
#include "evidence/verify/verification.h"

/* ---- items ---- */

static int commitment_visit(void *context, const struct evidence_file *file, struct text bytes, struct error *error)
{
    (void)error;
    struct verification *v = context;
    for (size_t i = 0; i < v->item_count; i++) {
        struct verified_item *item = &v->items[i];
        if (item->item_file != file || !item->salt_file)
            continue;
        struct text salt = verification_content(item->salt_file);
        uint8_t commitment[HASH_BYTES] = {0};
        if (salt.length == EVIDENCE_SALT_BYTES)
            evidence_commitment((const uint8_t *)salt.data, bytes, commitment);
        item->is_committed = salt.length == EVIDENCE_SALT_BYTES && (int64_t)bytes.length == item->leaf.size &&
                             memcmp(commitment, item->leaf.commitment, HASH_BYTES) == 0;
        if (!item->is_committed)
            verification_add(v, EVIDENCE_CHECK_COMMITMENT, EVIDENCE_STATE_FAILED, file->path, (int64_t)i + 1,
                             "With its salt this is not what the log committed to.", "加盐后与日志中的承诺不符。");
    }
    return 0;
}

/* An erasure is itself an event of the case. */
static bool erasure_is_logged(const struct verification *v, size_t position)
{
    for (size_t i = position + 1; i < v->chain_count; i++)
        if (v->items[i].leaf.kind == EVIDENCE_KIND_PAYLOAD_ERASED)
            return true;
    return false;
}

static void check_absent(struct verification *v, const struct verified_item *item, size_t position)
{
    const char *path = item->leaf_file ? item->leaf_file->path : item->name;
    int64_t sequence = (int64_t)position + 1;
    switch (item->state) {
    case EVIDENCE_ITEM_PRESENT:
        return;
    case EVIDENCE_ITEM_WITHHELD:
        verification_add(v, EVIDENCE_CHECK_COMMITMENT, EVIDENCE_STATE_NOT_SHOWN, path, sequence,
                         "Its item is withheld: %s", "其内容未提供: %s", item->why);
        return;
    case EVIDENCE_ITEM_REDACTED:
        verification_add(v, EVIDENCE_CHECK_COMMITMENT, EVIDENCE_STATE_NOT_SHOWN, path, sequence,
                         "Its item is replaced by a redacted one: %s", "其内容以遮盖版本代替: %s", item->why);
        return;
    case EVIDENCE_ITEM_ERASED:
        verification_add(v, EVIDENCE_CHECK_COMMITMENT, EVIDENCE_STATE_NOT_SHOWN, path, sequence,
                         erasure_is_logged(v, position) ? "Its item was erased, and a later leaf records an erasure: %s"
                                                        : "Its item is said to be erased, but no later leaf of the "
                                                          "case records an erasure: %s",
                         erasure_is_logged(v, position) ? "其内容已删除, 后续条目有删除记录: %s"
                                                        : "称其内容已删除, 但案卷中没有删除记录: %s",
                         item->why);
        return;
    }
}

static void check_commitments(struct verification *v)
{
    struct error error;
    size_t committed = 0;
    if (evidence_reader_each(v->reader, commitment_visit, v, &error))
        verification_error(v, EVIDENCE_CHECK_COMMITMENT, "", 0, &error);
    for (size_t i = 0; i < v->item_count; i++) {
        committed += v->items[i].is_committed;
        check_absent(v, &v->items[i], i);
    }
    if (!v->failed_by[EVIDENCE_CHECK_COMMITMENT])
        verification_add(v, EVIDENCE_CHECK_COMMITMENT, EVIDENCE_STATE_OK, "", 0,
                         "%1$zu of %2$zu items are here and are what the log committed to.",
                         "%2$zu 份内容中的 %1$zu 份在包内, 且与日志承诺一致。", committed, v->item_count);
}

bool verification_bytes(struct verification *v, enum evidence_check check, const struct verified_item *item,
                        size_t position, struct text *ret)
{
    if (item->is_committed && item->is_included && item->item_file->content.data) {
        *ret = item->item_file->content;
        return true;
    }
    if (item->state == EVIDENCE_ITEM_PRESENT)
        verification_add(v, check, EVIDENCE_STATE_FAILED, item->item_file ? item->item_file->path : item->name,
                         (int64_t)position + 1, "The item is not proved by the log, or is too large.",
                         "该内容未被日志证明, 或过大。");
    else
        verification_add(v, check, EVIDENCE_STATE_NOT_SHOWN, item->name, (int64_t)position + 1,
                         "The item is not in this bundle.", "该内容不在包内。");
    return false;
}

/* ---- statements ---- */

#define STATEMENT_KEYS_MAX 33

/* The log's own key, and those of the given or embedded list. Returns the number of keys. */
static size_t statement_keys(struct verification *v, struct evidence_key *keys)
{
    size_t count = 0;
    struct error error;
    const struct evidence_file *file = verification_take(v, BUNDLE_STATEMENT_VKEYS, false);
    struct text rest =
        v->options->trusted_statement_vkeys ? text_of(v->options->trusted_statement_vkeys) : verification_content(file);
    if (v->has_head)
        keys[count++] = v->key;
    while (rest.length && count < STATEMENT_KEYS_MAX) {
        const char *end = memchr(rest.data, '\n', rest.length);
        size_t length = end ? (size_t)(end - rest.data) : rest.length;
        if (length > 0 && evidence_vkey_read((struct text){rest.data, length}, &keys[count], &error))
            verification_error(v, EVIDENCE_CHECK_STATEMENT, BUNDLE_STATEMENT_VKEYS, 0, &error);
        else if (length > 0)
            count++;
        length += end ? 1 : 0;
        rest = (struct text){rest.data + length, rest.length - length};
    }
    if (file && !v->options->trusted_statement_vkeys)
        verification_add(v, EVIDENCE_CHECK_STATEMENT, EVIDENCE_STATE_NOT_SHOWN, BUNDLE_STATEMENT_VKEYS, 0,
                         "No trusted keys of signers were given; the bundle's own copies were used.",
                         "未提供签名方的可信公钥, 使用了包内的副本。");
    return count;
}

static bool is_statement(const struct evidence_leaf *leaf)
{
    return text_is(leaf->media_type, EVIDENCE_DSSE_MEDIA_TYPE) || leaf->kind == EVIDENCE_KIND_UNUSED_CERT;
}

static void check_statements(struct verification *v)
{
    struct evidence_key *keys = arena_new_array(v->arena, struct evidence_key, STATEMENT_KEYS_MAX);
    size_t key_count = statement_keys(v, keys), good = 0, seen = 0;
    for (size_t i = 0; i < v->item_count; i++) {
        const struct verified_item *item = &v->items[i];
        struct text envelope, type, body;
        struct error error;
        if (!item->leaf_is_good || !is_statement(&item->leaf))
            continue;
        seen++;
        if (!verification_bytes(v, EVIDENCE_CHECK_STATEMENT, item, i, &envelope))
            continue;
        if (evidence_dsse_open(envelope, keys, key_count, v->arena, &type, &body, &error))
            verification_error(v, EVIDENCE_CHECK_STATEMENT, item->item_file->path, (int64_t)i + 1, &error);
        else if (item->leaf.kind == EVIDENCE_KIND_UNUSED_CERT && !text_is(type, EVIDENCE_UNUSED_CERT_TYPE))
            verification_add(v, EVIDENCE_CHECK_STATEMENT, EVIDENCE_STATE_FAILED, item->item_file->path, (int64_t)i + 1,
                             "What was signed is not an unused certificate.", "签名的内容不是未使用证明。");
        else
            good++;
    }
    if (good > 0 && !v->failed_by[EVIDENCE_CHECK_STATEMENT])
        verification_add(v, EVIDENCE_CHECK_STATEMENT, EVIDENCE_STATE_OK, "", 0, "%zu signed statements are good.",
                         "%zu 份签名声明有效。", good);
    else if (seen == 0)
        verification_add(v, EVIDENCE_CHECK_STATEMENT, EVIDENCE_STATE_NOT_SHOWN, "", 0, "There is no signed statement.",
                         "没有签名声明。");
}

static void check_unsigned(struct verification *v)
{
    verification_add(v, EVIDENCE_CHECK_UNSIGNED, EVIDENCE_STATE_NOT_SHOWN, "", 0,
                     "README files, bag-info.txt and law texts are the exporter's words; no signature covers them.",
                     "说明文件、bag-info.txt 和法条文本是导出方的文字, 没有签名。");
}

void verification_contents(struct verification *v)
{
    check_commitments(v);
    check_statements(v);
    verification_policy(v);
    verification_decisions(v);
    check_unsigned(v);
}
