/* SPDX-License-Identifier: Apache-2.0 */
/* The list of the case, data/case.json, and the files of the items that it names. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/json.h"
#include "evidence/verify/verification.h"

struct case_document {
    struct text format, subject;
    const struct json *items;
};
struct case_item {
    struct text name, kind, state, why;
    bool has_why;
};
static const struct json_field case_fields[] = {
    JSON_FIELD_STRING(struct case_document, format, true, 1, 64),
    JSON_FIELD_STRING(struct case_document, subject, true, 1, 64),
    JSON_FIELD_ARRAY(struct case_document, items, true, 1, EVIDENCE_BUNDLE_ITEMS_MAX),
};
static const struct json_field item_fields[] = {
    JSON_FIELD_STRING(struct case_item, name, true, 1, BUNDLE_NAME_BYTES - 1),
    JSON_FIELD_STRING(struct case_item, kind, true, 1, 32),
    JSON_FIELD_STRING(struct case_item, state, true, 1, 16),
    {"why", JSON_STRING, false, 1, EVIDENCE_REASON_BYTES, offsetof(struct case_item, why),
     offsetof(struct case_item, has_why)},
};

static void case_failure(struct verification *v, size_t position, const char *en, const char *zh)
{
    char place[64];
    snprintf(place, sizeof place, BUNDLE_CASE " /items/%zu", position);
    verification_say(v, EVIDENCE_CHECK_LEAF, EVIDENCE_STATE_FAILED, place, (int64_t)position + 1, en, zh);
}

/* Reads the leaf, so that what the list says can be compared with it. */
static void item_leaf(struct verification *v, struct verified_item *item, size_t position, struct text kind)
{
    struct error error;
    char place[64];
    if (!item->leaf_file)
        return;
    if (evidence_leaf_read(verification_content(item->leaf_file), &item->leaf, &error)) {
        snprintf(place, sizeof place, "%s byte %d", item->leaf_file->path, error.column);
        verification_error(v, EVIDENCE_CHECK_LEAF, place, (int64_t)position + 1, &error);
        return;
    }
    item->leaf_is_good = true;
    if (!text_is(kind, evidence_kind_wire(item->leaf.kind)))
        case_failure(v, position, "The list names another kind than the leaf.", "列表所写类别与日志条目不符。");
}

static const struct evidence_file *take_formatted(struct verification *v, bool required, const char *folder,
                                                  const char *name, const char *extension)
{
    return verification_take(v, arena_printf(v->arena, "data/%s/%s.%s", folder, name, extension), required);
}

static void read_item(struct verification *v, const struct json *object, size_t position)
{
    struct case_item entry = {.has_why = false};
    struct verified_item *item = &v->items[position];
    struct error error;
    if (json_kind(object) != JSON_OBJECT || json_read(object, item_fields, 4, "", &entry, &error) ||
        bundle_state_find(entry.state, &item->state) || entry.has_why != (item->state != EVIDENCE_ITEM_PRESENT)) {
        case_failure(v, position, "The entry of the list is malformed.", "列表项格式不正确。");
        return;
    }
    memcpy(item->name, entry.name.data, entry.name.length);
    if (strspn(item->name, "r0123456789") != strlen(item->name)) {
        case_failure(v, position, "The entry's name is not one of the format.", "列表项名称不符合格式。");
        item->name[0] = '\0';
        return;
    }
    item->why = entry.has_why ? arena_copy(v->arena, entry.why) : NULL;
    item->leaf_file = take_formatted(v, true, "leaves", item->name, "leaf");
    item->proof_file = take_formatted(v, true, "proofs", item->name, "tlog-proof");
    item_leaf(v, item, position, entry.kind);
    if (item->state != EVIDENCE_ITEM_PRESENT || !item->leaf_is_good)
        return;
    item->salt_file = take_formatted(v, true, "salts", item->name, "salt");
    item->item_file = take_formatted(v, true, "items", item->name, bundle_extension(item->leaf.media_type));
}

/* Leaves of the case come first, numbered on; then the others, numbered apart. */
static void check_names(struct verification *v)
{
    size_t chain = 0;
    while (chain < v->item_count && v->items[chain].leaf_is_good &&
           text_is(v->items[chain].leaf.subject, v->report->subject))
        chain++;
    v->chain_count = chain;
    for (size_t i = 0; i < v->item_count; i++) {
        char name[BUNDLE_NAME_BYTES];
        bundle_item_name(i, chain, name);
        if (strcmp(name, v->items[i].name) != 0)
            case_failure(v, i, "The entry's name is not the one of its place.", "列表项名称与其位置不符。");
        if (i >= chain && v->items[i].leaf_is_good && text_is(v->items[i].leaf.subject, v->report->subject))
            case_failure(v, i, "A leaf of the case stands behind leaves of other subjects.",
                         "本案条目排在其他对象的条目之后。");
    }
}

static void read_case(struct verification *v, const struct json *root)
{
    struct case_document document = {.items = NULL};
    struct error error;
    if (json_kind(root) != JSON_OBJECT || json_read(root, case_fields, 3, "", &document, &error)) {
        verification_add(v, EVIDENCE_CHECK_LEAF, EVIDENCE_STATE_FAILED, BUNDLE_CASE, 0,
                         "The list of the case is malformed.", "案卷列表格式不正确。");
        return;
    }
    if (!text_is(document.format, BUNDLE_FORMAT) || !text_is(document.subject, v->report->subject))
        verification_add(v, EVIDENCE_CHECK_LEAF, EVIDENCE_STATE_FAILED, BUNDLE_CASE, 0,
                         "Its format or subject is not that of bag-info.txt.", "其格式或案号与 bag-info.txt 不一致。");
    v->item_count = json_count(document.items);
    v->items = arena_new_array(v->arena, struct verified_item, v->item_count);
    for (size_t i = 0; i < v->item_count; i++)
        read_item(v, json_item(document.items, i), i);
    check_names(v);
}

void verification_case(struct verification *v)
{
    struct json *root = NULL;
    struct error error;
    verification_take(v, BUNDLE_README_EN, true);
    verification_take(v, BUNDLE_README_ZH, true);
    verification_take(v, BUNDLE_LAW, false);
    verification_take(v, BUNDLE_POLICY, false);
    struct text source = verification_content(verification_take(v, BUNDLE_CASE, true));
    if (json_parse(source, 8 * 1024 * 1024, &root, &error))
        verification_error(v, EVIDENCE_CHECK_LEAF, BUNDLE_CASE, 0, &error);
    else
        read_case(v, root);
    json_free(root);
    if (!v->failed_by[EVIDENCE_CHECK_LEAF])
        verification_add(v, EVIDENCE_CHECK_LEAF, EVIDENCE_STATE_OK, "", 0,
                         "%1$zu leaves are in canonical form, %2$zu of them of this case.",
                         "%1$zu 条日志条目格式规范, 其中本案 %2$zu 条。", v->item_count, v->chain_count);
}
