/* SPDX-License-Identifier: Apache-2.0 */
/* The decisions of the case, each decided again from its certificate and the policy that it names. */
#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "evidence/verify/verification.h"

static bool names_hash(const struct json *object, const char *hex, int depth)
{
    size_t cursor = 0;
    struct text key;
    const struct json *value;
    while (json_next(object, &cursor, &key, &value)) {
        if (json_kind(value) == JSON_STRING) {
            struct text text = json_string(value);
            if (text_is(text, hex) ||
                (text.length == 71 && text_starts(text, "sha256:") && memcmp(text.data + 7, hex, 64) == 0))
                return true;
        } else if (json_kind(value) == JSON_OBJECT && depth > 0 && names_hash(value, hex, depth - 1)) {
            return true;
        }
    }
    return false;
}

/* The source whose SHA-256 the certificate names. Policies that the log proves go first. */
static bool find_policy(struct verification *v, const struct json *certificate, struct text *ret_source,
                        bool *ret_is_proved)
{
    char hex[HASH_HEX_BYTES];
    for (size_t i = 0; i < v->item_count; i++) {
        const struct verified_item *item = &v->items[i];
        if (!item->is_committed || !item->is_included || item->leaf.kind != EVIDENCE_KIND_POLICY_SNAPSHOT ||
            !item->item_file->content.data)
            continue;
        hash_hex(item->item_file->sha256, hex);
        if (names_hash(certificate, hex, 1)) {
            *ret_source = item->item_file->content;
            *ret_is_proved = true;
            return true;
        }
    }
    const struct evidence_file *file = evidence_reader_find(v->reader, BUNDLE_POLICY);
    if (!file || !file->content.data)
        return false;
    hash_hex(file->sha256, hex);
    *ret_source = file->content;
    *ret_is_proved = false;
    return names_hash(certificate, hex, 1);
}

static bool replay_certificate(struct verification *v, const struct verified_item *item, size_t position,
                               struct text bytes, const struct json *certificate)
{
    struct text source;
    struct error error;
    struct evidence_difference difference = {.words_en = ""};
    bool is_proved = false;
    int64_t sequence = (int64_t)position + 1;
    const char *path = item->item_file->path;
    if (!find_policy(v, certificate, &source, &is_proved)) {
        verification_add(v, EVIDENCE_CHECK_DECISION, EVIDENCE_STATE_FAILED, path, sequence,
                         "The policy that the certificate names is not in the bundle.", "包内没有该决定所依据的规则。");
        return false;
    }
    int status = v->options->replay(bytes, source, &difference, &error);
    if (status < 0)
        verification_error(v, EVIDENCE_CHECK_DECISION, path, sequence, &error);
    else if (status > 0)
        verification_add(v, EVIDENCE_CHECK_DECISION, EVIDENCE_STATE_FAILED, path, sequence,
                         "Replayed, it comes out otherwise: %s%.0s", "复算结果不同: %.0s%s", difference.words_en,
                         difference.words_zh);
    else if (!is_proved)
        verification_add(v, EVIDENCE_CHECK_DECISION, EVIDENCE_STATE_NOT_SHOWN, BUNDLE_POLICY, sequence,
                         "The log does not prove that this policy was published; only its hash is in the decision.",
                         "日志未证明该规则已公布, 决定中只有其哈希。");
    return status == 0;
}

static bool decide_again(struct verification *v, const struct verified_item *item, size_t position, struct text bytes)
{
    struct json *root = NULL;
    struct error error;
    bool good = false;
    if (json_parse(bytes, EVIDENCE_FILE_KEPT_BYTES, &root, &error)) {
        verification_error(v, EVIDENCE_CHECK_DECISION, item->item_file->path, (int64_t)position + 1, &error);
    } else if (json_kind(root) != JSON_OBJECT) {
        verification_add(v, EVIDENCE_CHECK_DECISION, EVIDENCE_STATE_FAILED, item->item_file->path,
                         (int64_t)position + 1, "The decision is not a certificate.", "该决定不是决定凭证。");
    } else {
        good = replay_certificate(v, item, position, bytes, root);
        verification_inputs(v, item, root);
    }
    json_free(root);
    return good;
}

void verification_decisions(struct verification *v)
{
    size_t seen = 0, good = 0;
    verification_inputs_begin(v);
    for (size_t i = 0; i < v->item_count; i++) {
        const struct verified_item *item = &v->items[i];
        struct text bytes;
        if (!item->leaf_is_good || item->leaf.kind != EVIDENCE_KIND_RULING)
            continue;
        seen++;
        if (v->options->replay && verification_bytes(v, EVIDENCE_CHECK_DECISION, item, i, &bytes))
            good += decide_again(v, item, i, bytes);
    }
    if (seen == 0)
        verification_add(v, EVIDENCE_CHECK_DECISION, EVIDENCE_STATE_NOT_SHOWN, "", 0, "The bundle holds no decision.",
                         "包内没有处理决定。");
    else if (!v->options->replay)
        verification_add(v, EVIDENCE_CHECK_DECISION, EVIDENCE_STATE_NOT_SHOWN, "", 0,
                         "%zu decisions are in the log, but this program was not asked to replay them.",
                         "日志中有 %zu 个决定, 但未要求复算。", seen);
    else if (good > 0 && !v->failed_by[EVIDENCE_CHECK_DECISION])
        verification_add(v, EVIDENCE_CHECK_DECISION, EVIDENCE_STATE_OK, "", 0,
                         "%zu decisions come out the same when decided again from policy and facts.",
                         "%zu 个决定依规则和事实复算, 结果一致。", good);
    verification_inputs_end(v);
}
