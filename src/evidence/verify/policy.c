/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which rule governed when. The receipt pins one; only a recorded answer leads to another, and only to the pinned text with one
 * clause more, which the caller's program makes again from the terms in the leaf. A decision under any other rule is refused.
 */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/json.h"
#include "evidence/verify/verification.h"

#define CLARIFICATION_FORMAT "shuntui-clarification-1"

/* Walking the chain. */
struct reign {
    struct verification *v;
    char sha256[HASH_HEX_BYTES]; /* of the policy in force; empty when the receipt does not say */
    int64_t clarifications;
};

static const struct json *member(const struct json *object, const char *key, enum json_kind kind)
{
    const struct json *value = object && json_kind(object) == JSON_OBJECT ? json_find(object, key) : NULL;
    return value && json_kind(value) == kind ? value : NULL;
}

static struct text text_member(const struct json *object, const char *key)
{
    const struct json *value = member(object, key, JSON_STRING);
    return value ? json_string(value) : (struct text){NULL, 0};
}

static void failure(struct reign *reign, const struct verified_item *item, const char *en, const char *zh)
{
    verification_say(reign->v, EVIDENCE_CHECK_POLICY, EVIDENCE_STATE_FAILED,
                     item->item_file ? item->item_file->path : item->name, item->leaf.sequence, en, zh);
}

/* The text of a published policy that the log proves. */
static const struct verified_item *policy_find(const struct verification *v, struct text sha256)
{
    for (size_t i = 0; i < v->item_count; i++) {
        const struct verified_item *item = &v->items[i];
        char hex[HASH_HEX_BYTES];
        if (!item->is_committed || !item->is_included || item->leaf.kind != EVIDENCE_KIND_POLICY_SNAPSHOT ||
            !item->item_file->content.data)
            continue;
        hash_hex(item->item_file->sha256, hex);
        if (text_is(sha256, hex))
            return item;
    }
    return NULL;
}

static struct text canonical(struct verification *v, const struct json *value)
{
    struct buffer out;
    struct json_writer writer;
    buffer_init(&out, 2 * EVIDENCE_FILE_KEPT_BYTES);
    json_writer_init(&writer, &out);
    json_add_value(&writer, value);
    json_writer_done(&writer);
    struct text text = arena_copy_text(v->arena, buffer_text(&out));
    buffer_done(&out);
    return text;
}

/* ---- the receipt ---- */

static void receipt_read(struct reign *reign, const struct verified_item *item, size_t position)
{
    struct text bytes;
    struct json *root = NULL;
    struct error error;
    if (!verification_bytes(reign->v, EVIDENCE_CHECK_POLICY, item, position, &bytes))
        return;
    if (json_parse(bytes, EVIDENCE_FILE_KEPT_BYTES, &root, &error) == 0) {
        struct text sha256 = text_member(member(root, "policy", JSON_OBJECT), "sha256");
        if (sha256.length == HASH_HEX_BYTES - 1)
            memcpy(reign->sha256, sha256.data, sha256.length);
    }
    json_free(root);
    if (!reign->sha256[0])
        verification_say(reign->v, EVIDENCE_CHECK_POLICY, EVIDENCE_STATE_NOT_SHOWN, item->item_file->path,
                         item->leaf.sequence, "The receipt names no refund rule.", "订单凭证没有写明退款规则。");
}

/* ---- an answer ---- */

/* What the question stated must be what the certificate decided on. */
static bool facts_agree(const struct json *facts, const struct json *certificate)
{
    const struct json *listed = member(certificate, "facts", JSON_ARRAY);
    struct text name;
    const struct json *value;
    size_t cursor = 0;
    if (!facts || !listed)
        return false;
    while (json_next(facts, &cursor, &name, &value))
        for (size_t i = 0; i < json_count(listed); i++) {
            const struct json *row = json_item(listed, i);
            if (json_kind(row) != JSON_OBJECT || !text_equal(text_member(row, "name"), name))
                continue;
            const struct json *other = json_find(row, "value");
            bool same = other && json_kind(other) == json_kind(value);
            same = same && (json_kind(value) == JSON_STRING    ? text_equal(json_string(value), json_string(other))
                            : json_kind(value) == JSON_INTEGER ? json_integer(value) == json_integer(other)
                                                               : false);
            if (!same)
                return false;
        }
    return true;
}

static void certificate_check(struct reign *reign, const struct verified_item *item, const struct json *root,
                              struct text sha256)
{
    const struct json *certificate = member(root, "certificate", JSON_OBJECT);
    const struct verified_item *policy = policy_find(reign->v, sha256);
    struct evidence_difference difference = {.words_en = ""};
    struct error error;
    if (!certificate || !text_equal(text_member(member(certificate, "policy", JSON_OBJECT), "sha256"), sha256) ||
        !facts_agree(member(root, "facts", JSON_OBJECT), certificate)) {
        failure(reign, item, "The answer's certificate is of another rule or another situation.",
                "答复的凭证对应的是另一规则或另一情形。");
        return;
    }
    if (!policy) {
        failure(reign, item, "The rule that gives this answer is not proved by the log.",
                "给出该答复的规则未被日志证明。");
        return;
    }
    if (!reign->v->options->replay)
        return;
    int status =
        reign->v->options->replay(canonical(reign->v, certificate), policy->item_file->content, &difference, &error);
    if (status < 0)
        verification_error(reign->v, EVIDENCE_CHECK_POLICY, item->item_file->path, item->leaf.sequence, &error);
    else if (status > 0)
        failure(reign, item, "Replayed, the answer comes out otherwise.", "复算后答复不同。");
}

/* The clarified text must be the one that the terms make of the text before. */
static bool text_check(struct reign *reign, const struct verified_item *item, const struct json *terms,
                       struct text before, struct text after)
{
    struct buffer made;
    struct error error;
    if (after.length <= before.length || memcmp(after.data, before.data, before.length) != 0) {
        failure(reign, item, "The clarified rule does not begin with the rule before it.",
                "明确后的规则不是以原规则开头。");
        return false;
    }
    if (!reign->v->options->clarify) {
        verification_say(reign->v, EVIDENCE_CHECK_POLICY, EVIDENCE_STATE_NOT_SHOWN, item->item_file->path,
                         item->leaf.sequence, "This program was not asked to make the clarified rule again.",
                         "未要求重新生成明确后的规则。");
        return true;
    }
    buffer_init(&made, EVIDENCE_FILE_KEPT_BYTES);
    int status = reign->v->options->clarify(before, canonical(reign->v, terms), &made, &error);
    bool same = status == 0 && text_equal(buffer_text(&made), after);
    buffer_done(&made);
    if (status < 0)
        verification_error(reign->v, EVIDENCE_CHECK_POLICY, item->item_file->path, item->leaf.sequence, &error);
    else if (!same)
        failure(reign, item, "The clarified rule is not the one that the recorded terms make.",
                "明确后的规则与记录的条件不符。");
    return same;
}

/* Returns whether the answer made another policy, which is then in force. */
static void succession_check(struct reign *reign, const struct verified_item *item, const struct json *root,
                             const struct json *clarified)
{
    struct text sha256 = text_member(clarified, "sha256");
    const struct json *terms = member(root, "terms", JSON_OBJECT), *facts = member(root, "facts", JSON_OBJECT);
    const struct json *leaf = member(clarified, "leaf", JSON_INTEGER), *number = member(terms, "number", JSON_INTEGER);
    const struct verified_item *before = policy_find(reign->v, text_of(reign->sha256)),
                               *after = policy_find(reign->v, sha256);
    if (!before || !after || !leaf || after->index != (uint64_t)json_integer(leaf)) {
        failure(reign, item, "The rule before the answer or after it is not proved by the log.",
                "答复前或答复后的规则未被日志证明。");
        return;
    }
    const struct json *stated = member(terms, "facts", JSON_OBJECT);
    if (!terms || !facts || !stated || !number || json_integer(number) < reign->clarifications ||
        !text_equal(canonical(reign->v, stated), canonical(reign->v, facts))) {
        failure(reign, item, "The terms are not those of the situation that was asked about.",
                "条件与所问的情形不符。");
        return;
    }
    if (text_check(reign, item, terms, before->item_file->content, after->item_file->content))
        memcpy(reign->sha256, sha256.data, HASH_HEX_BYTES - 1);
}

static void clarification_check(struct reign *reign, const struct verified_item *item, const struct json *root)
{
    const struct json *clarified = member(root, "clarified", JSON_OBJECT),
                      *number = member(root, "number", JSON_INTEGER);
    bool by_rule = text_is(text_member(root, "answered_by"), "rule");
    reign->clarifications++;
    if (!text_is(text_member(root, "format"), CLARIFICATION_FORMAT) ||
        !text_is(text_member(root, "order"), reign->v->report->subject) || by_rule != (clarified == NULL) || !number ||
        json_integer(number) != reign->clarifications) {
        failure(reign, item, "It is not the next answer of this order.", "这不是本订单的下一条答复。");
        return;
    }
    if (!text_is(text_member(member(root, "policy", JSON_OBJECT), "sha256"), reign->sha256)) {
        failure(reign, item, "It answers for another rule than the one in force then.",
                "答复依据的不是当时适用的规则。");
        return;
    }
    certificate_check(reign, item, root, clarified ? text_member(clarified, "sha256") : text_of(reign->sha256));
    if (clarified)
        succession_check(reign, item, root, clarified);
}

/* ---- the chain ---- */

static void answer_walk(struct reign *reign, const struct verified_item *item, size_t position)
{
    struct text bytes;
    struct json *root = NULL;
    struct error error;
    if (!verification_bytes(reign->v, EVIDENCE_CHECK_POLICY, item, position, &bytes))
        return;
    if (json_parse(bytes, EVIDENCE_FILE_KEPT_BYTES, &root, &error))
        verification_error(reign->v, EVIDENCE_CHECK_POLICY, item->item_file->path, item->leaf.sequence, &error);
    else
        clarification_check(reign, item, root);
    json_free(root);
}

void verification_policy(struct verification *v)
{
    struct reign reign = {.v = v};
    const char *in_force = NULL;
    for (size_t i = 0; i < v->chain_count; i++) {
        struct verified_item *item = &v->items[i];
        if (!item->leaf_is_good)
            continue;
        if (i == 0 && item->leaf.kind == EVIDENCE_KIND_ORDER_RECEIPT)
            receipt_read(&reign, item, i);
        else if (reign.sha256[0] && item->leaf.kind == EVIDENCE_KIND_CLARIFICATION)
            answer_walk(&reign, item, i);
        if (reign.sha256[0] && (!in_force || strcmp(in_force, reign.sha256) != 0))
            in_force = arena_copy(v->arena, text_of(reign.sha256));
        item->policy_sha256 = in_force;
    }
    if (reign.sha256[0] && !v->failed_by[EVIDENCE_CHECK_POLICY])
        verification_add(v, EVIDENCE_CHECK_POLICY, EVIDENCE_STATE_OK, "", 0,
                         "The rule pinned at purchase governs, with %" PRId64 " recorded answers.",
                         "适用购买时锁定的规则, 另有 %" PRId64 " 条明确答复。", reign.clarifications);
}
