/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a decision takes as given, against what the case holds beside it: its time against its leaf, its claim against the
 * requests, policy, amount and quantity against the order's receipt, and each fact's leaf against that leaf. A decision that was
 * logged like any other, and that its policy gives, can still rest on what the log does not say.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/time.h"
#include "evidence/verify/verification.h"

#define RULING_BYTES EVIDENCE_FILE_KEPT_BYTES

/* ---- reading ---- */

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

static bool integer_member(const struct json *object, const char *key, int64_t *ret)
{
    const struct json *value = member(object, key, JSON_INTEGER);
    if (value)
        *ret = json_integer(value);
    return value != NULL;
}

/* The item of a leaf as JSON, or NULL when it is not here or is something else; the caller frees it. */
static struct json *item_json(const struct verified_item *item)
{
    struct json *root = NULL;
    if (!item->is_committed || !item->is_included || !item->item_file->content.data ||
        !text_is(item->leaf.media_type, "application/json"))
        return NULL;
    return json_parse(item->item_file->content, RULING_BYTES, &root, NULL) ? NULL : root;
}

static struct text kept(struct verification *v, struct text text)
{
    return text.data ? arena_copy_text(v->arena, text) : text;
}

static void receipt_read(struct verification *v, const struct json *receipt)
{
    struct verified_basis *basis = &v->basis;
    const struct json *amount = member(receipt, "amount", JSON_OBJECT);
    basis->policy_sha256 = kept(v, text_member(member(receipt, "policy", JSON_OBJECT), "sha256"));
    basis->currency = kept(v, text_member(amount, "currency"));
    basis->has_amount = integer_member(amount, "amount", &basis->amount) && basis->currency.data;
    basis->has_quantity = integer_member(receipt, "quantity", &basis->quantity);
    basis->has_receipt = basis->policy_sha256.data && basis->has_amount;
}

void verification_inputs_begin(struct verification *v)
{
    struct verified_basis *basis = &v->basis;
    basis->claims = arena_new_array(v->arena, struct text, v->chain_count + 1);
    for (size_t i = 0; i < v->chain_count; i++) {
        const struct verified_item *item = &v->items[i];
        bool is_receipt = item->leaf.kind == EVIDENCE_KIND_ORDER_RECEIPT && !basis->has_receipt;
        if (!is_receipt && item->leaf.kind != EVIDENCE_KIND_REQUEST)
            continue;
        struct json *root = item_json(item);
        struct text claim = root && !is_receipt ? text_member(root, "claim") : (struct text){NULL, 0};
        if (root && is_receipt)
            receipt_read(v, root);
        else if (claim.data)
            basis->claims[basis->claim_count++] = kept(v, claim);
        else if (!is_receipt)
            basis->claims_are_hidden = true;
        json_free(root);
    }
}

/* ---- comparing ---- */

struct comparison {
    struct verification *v;
    const struct verified_item *ruling;
    const struct json *certificate;
};

#define REPORT(comparison, state, ...)                                                                                 \
    verification_add((comparison)->v, EVIDENCE_CHECK_INPUTS, EVIDENCE_STATE_##state,                                   \
                     (comparison)->ruling->item_file->path, (comparison)->ruling->leaf.sequence, __VA_ARGS__)

static void compare_time(const struct comparison *comparison)
{
    int64_t decided_at = 0, logged_at = comparison->ruling->leaf.event_at_us / TIME_SECOND_US;
    if (integer_member(comparison->certificate, "decided_at", &decided_at) && decided_at != logged_at)
        REPORT(comparison, FAILED, "It was decided at %" PRId64 ", but its leaf says %" PRId64 " (Unix seconds).",
               "决定时间写为 %" PRId64 ", 日志条目为 %" PRId64 " (Unix 秒)。", decided_at, logged_at);
}

/* A decision may be about the order alone; then it names no claim. */
static void compare_claim(const struct comparison *comparison)
{
    const struct verified_basis *basis = &comparison->v->basis;
    struct text claim = text_member(comparison->certificate, "claim"), shown = text_clip(claim, 64);
    if (!claim.data)
        return;
    for (size_t i = 0; i < basis->claim_count; i++)
        if (text_equal(basis->claims[i], claim))
            return;
    if (basis->claims_are_hidden)
        REPORT(comparison, NOT_SHOWN, "The request of its claim %.*s is not here.", "包内没有其申请 %.*s 的内容。",
               TEXT_ARG(shown));
    else
        REPORT(comparison, FAILED, "No request of this case has the id of its claim, %.*s.",
               "本案没有编号为 %.*s 的申请。", TEXT_ARG(shown));
}

static void compare_receipt(const struct comparison *comparison)
{
    const struct verified_basis *basis = &comparison->v->basis;
    const struct json *amount = member(comparison->certificate, "amount", JSON_OBJECT);
    struct text sha256 = text_member(member(comparison->certificate, "policy", JSON_OBJECT), "sha256");
    struct text currency = text_clip(text_member(amount, "currency"), 8);
    int64_t paid = 0;
    if (!basis->has_receipt)
        return;
    const char *in_force = comparison->ruling->policy_sha256;
    if (!text_equal(sha256, in_force ? text_of(in_force) : basis->policy_sha256))
        REPORT(comparison, FAILED, "Another policy was in force for the order than the one it was decided by.",
               "该决定所用规则不是订单当时适用的规则。");
    bool other_amount = integer_member(amount, "paid", &paid) && paid != basis->amount;
    if (other_amount || !text_equal(currency, basis->currency))
        REPORT(comparison, FAILED, "It counts %" PRId64 " %.*s as paid; the receipt says %" PRId64 " (in minor units).",
               "所计已付金额为 %" PRId64 " %.*s, 订单凭证为 %" PRId64 " (最小货币单位)。", paid, TEXT_ARG(currency),
               basis->amount);
}

/* ---- facts ---- */

static const struct verified_item *leaf_find(const struct verification *v, uint64_t index)
{
    for (size_t i = 0; i < v->item_count; i++)
        if (v->items[i].is_included && v->items[i].index == index)
            return &v->items[i];
    return NULL;
}

/* What an arbiter found is written in the leaf of the finding: {"claim","finding","note","value"}. */
static bool finding_fits(const struct json *fact, const struct json *finding)
{
    char number[24];
    int64_t value;
    struct text word = text_member(fact, "value");
    if (!text_is(text_member(fact, "source"), "arbiter") || !member(finding, "finding", JSON_STRING))
        return true;
    if (integer_member(fact, "value", &value)) {
        snprintf(number, sizeof number, "%" PRId64, value);
        word = text_of(number);
    }
    return text_equal(text_member(finding, "finding"), text_member(fact, "name")) &&
           text_equal(text_member(finding, "value"), word);
}

static void compare_leaf(const struct comparison *comparison, const struct json *fact, int64_t index)
{
    struct text name = text_clip(text_member(fact, "name"), 64);
    const struct verified_item *item = leaf_find(comparison->v, (uint64_t)index);
    if ((uint64_t)index >= comparison->ruling->index) {
        REPORT(comparison, FAILED, "The fact %.*s rests on leaf %" PRId64 ", which came after the decision.",
               "事实 %.*s 所引日志条目 %" PRId64 " 晚于该决定。", TEXT_ARG(name), index);
        return;
    }
    if (!item) {
        REPORT(comparison, NOT_SHOWN, "The fact %.*s rests on leaf %" PRId64 ", which is not in this bundle.",
               "事实 %.*s 所引日志条目 %" PRId64 " 不在包内。", TEXT_ARG(name), index);
        return;
    }
    struct json *root = item_json(item);
    struct text claim = text_member(root, "claim"), own = text_member(comparison->certificate, "claim");
    if (claim.data && !text_equal(claim, own))
        REPORT(comparison, FAILED, "The fact %.*s rests on leaf %" PRId64 ", which is of another claim.",
               "事实 %.*s 所引日志条目 %" PRId64 " 属于另一申请。", TEXT_ARG(name), index);
    else if (!finding_fits(fact, root))
        REPORT(comparison, FAILED, "The fact %.*s rests on leaf %" PRId64 ", which found something else.",
               "事实 %.*s 所引日志条目 %" PRId64 " 的认定与此不同。", TEXT_ARG(name), index);
    json_free(root);
}

static void compare_facts(const struct comparison *comparison)
{
    const struct verified_basis *basis = &comparison->v->basis;
    const struct json *facts = member(comparison->certificate, "facts", JSON_ARRAY);
    for (size_t i = 0; facts && i < json_count(facts); i++) {
        const struct json *fact = json_item(facts, i);
        int64_t index, value;
        if (integer_member(fact, "leaf", &index) && index >= 0)
            compare_leaf(comparison, fact, index);
        if (basis->has_quantity && text_is(text_member(fact, "name"), "quantity") &&
            integer_member(fact, "value", &value) && value != basis->quantity)
            REPORT(comparison, FAILED, "It counts %" PRId64 " as bought; the receipt says %" PRId64 ".",
                   "所计购买数量为 %" PRId64 ", 订单凭证为 %" PRId64 "。", value, basis->quantity);
    }
}

void verification_inputs(struct verification *v, const struct verified_item *ruling, const struct json *certificate)
{
    const struct comparison comparison = {v, ruling, certificate};
    v->basis.compared++;
    compare_time(&comparison);
    compare_claim(&comparison);
    compare_receipt(&comparison);
    compare_facts(&comparison);
}

void verification_inputs_end(struct verification *v)
{
    const struct verified_basis *basis = &v->basis;
    if (basis->compared == 0)
        verification_add(v, EVIDENCE_CHECK_INPUTS, EVIDENCE_STATE_NOT_SHOWN, "", 0,
                         "There is no decision to compare with the case.", "没有可与案卷比对的决定。");
    else if (!basis->has_receipt)
        verification_add(v, EVIDENCE_CHECK_INPUTS, EVIDENCE_STATE_NOT_SHOWN, "", 0,
                         "The order's receipt, which pins policy and amount, is not here.",
                         "包内没有锁定规则和金额的订单凭证。");
    else if (!v->failed_by[EVIDENCE_CHECK_INPUTS])
        verification_add(v, EVIDENCE_CHECK_INPUTS, EVIDENCE_STATE_OK, "", 0,
                         "%zu decisions rest on the time, claim, policy and amount that the case holds.",
                         "%zu 个决定所依据的时间、申请、规则和金额与案卷一致。", basis->compared);
}
