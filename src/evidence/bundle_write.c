/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing a bundle: check the description as a verifier would, list the files, hash them, pack them in the order of
 * their names. Items may be large, so they are loaded one at a time, once to hash and once to pack.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/time.h"
#include "evidence/bundle_layout.h"
#include "evidence/bundle_readme.h"
#include "evidence/checkpoint.h"
#include "evidence/container.h"

struct planned_file {
    const char *path;
    struct text content;
    const struct evidence_item *item; /* its bytes instead of content */
    uint64_t size;
    uint8_t sha256[HASH_BYTES], sha512[64];
};

struct plan {
    const struct evidence_bundle *bundle;
    struct arena *arena;
    struct evidence_leaf *leaves;
    size_t chain_count;
    struct evidence_key key;
    struct evidence_checkpoint head;
    struct planned_file *files;
    size_t file_count, file_capacity;
    struct buffer scratch; /* one item */
    uint8_t bundle_id[HASH_BYTES];
};

#define PLAN_ARENA_BYTES (128 * 1024 * 1024) /* 2000 items of leaf, proof and four names are 12 MiB; manifests 8 MiB */
#define EARLIER_HEADS_MAX 50                 /* one a week for a year */
#define OTHER_FILES_MAX (2 * EARLIER_HEADS_MAX + 20) /* beside those of the items */
#define PLAN_TEXT_BYTES (8 * 1024 * 1024)            /* the largest single text is the sha512 manifest of 8200 files */

/* ---- checking the description ---- */

static int incomplete(struct error *error, size_t position, const char *what)
{
    return error_set(error, ERROR_BUNDLE_INCOMPLETE, "item %zu of the bundle: %s", position + 1, what);
}

static int item_load(struct plan *plan, const struct evidence_item *item, struct text *ret, struct error *error)
{
    *ret = item->bytes;
    if (!item->load)
        return 0;
    buffer_clear(&plan->scratch);
    if (item->load(item->load_context, &plan->scratch, error) || buffer_check(&plan->scratch, error))
        return -1;
    *ret = buffer_text(&plan->scratch);
    return 0;
}

static int item_check(struct plan *plan, size_t position, struct error *error)
{
    const struct evidence_item *item = &plan->bundle->items[position];
    const struct evidence_leaf *leaf = &plan->leaves[position];
    uint8_t hash[HASH_BYTES];
    evidence_leaf_hash(item->leaf, hash);
    if (evidence_inclusion_check(hash, item->leaf_index, plan->head.size, item->path, plan->head.root, error))
        return error_prefix(error, "item %zu of the bundle", position + 1);
    if (item->state != EVIDENCE_ITEM_PRESENT) {
        if (!item->reason || !*item->reason || strlen(item->reason) > EVIDENCE_REASON_BYTES)
            return incomplete(error, position, "what is not shown needs a reason of 1 to 200 bytes");
        return 0;
    }
    struct text bytes;
    if (!item->salt || item->reason)
        return incomplete(error, position, "what is shown needs its salt and no reason");
    if (item_load(plan, item, &bytes, error))
        return error_prefix(error, "item %zu of the bundle", position + 1);
    evidence_commitment(item->salt, bytes, hash);
    if ((int64_t)bytes.length != leaf->size || !hash_equal(hash, leaf->commitment, HASH_BYTES))
        return incomplete(error, position, "its bytes are not those that the log committed to");
    return 0;
}

static int chain_check(const struct plan *plan, struct error *error)
{
    const struct evidence_bundle *bundle = plan->bundle;
    uint8_t previous[HASH_BYTES];
    for (size_t i = 0; i < plan->chain_count; i++) {
        if (plan->leaves[i].sequence != (int64_t)i + 1)
            return incomplete(error, i, "its sequence does not continue the chain");
        if (i > 0 && !hash_equal(previous, plan->leaves[i].previous, HASH_BYTES))
            return incomplete(error, i, "it does not point to the leaf before it");
        if (i > 0 && bundle->items[i].leaf_index <= bundle->items[i - 1].leaf_index)
            return incomplete(error, i, "it stands in the log before the leaf that it follows");
        hash_sha256(bundle->items[i].leaf.data, bundle->items[i].leaf.length, previous);
    }
    for (size_t i = plan->chain_count; i < bundle->item_count; i++)
        if (text_is(plan->leaves[i].subject, bundle->subject))
            return incomplete(error, i, "a leaf of the case stands behind leaves of other subjects");
    size_t last = plan->chain_count - 1;
    if (plan->chain_count == 0 || plan->leaves[last].kind != EVIDENCE_KIND_CASE_MANIFEST ||
        bundle->items[last].state != EVIDENCE_ITEM_PRESENT)
        return error_set(error, ERROR_BUNDLE_INCOMPLETE, "the chain of the case does not end in its manifest");
    return 0;
}

/* What becomes a folder's name, and what becomes one line of bag-info.txt. */
static int names_check(const struct evidence_bundle *bundle, struct error *error)
{
    size_t length = strlen(bundle->subject);
    if (length == 0 || length > 64 ||
        strspn(bundle->subject, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") != length)
        return error_set(error, ERROR_BUNDLE_INCOMPLETE, "the subject is not 1 to 64 letters, digits, '_' and '-'");
    const char *const lines[] = {bundle->organisation, bundle->software};
    for (size_t i = 0; i < 2; i++) {
        length = strlen(lines[i]);
        if (length == 0 || length > 200 || text_utf8_bad(text_of(lines[i])) >= 0 || strpbrk(lines[i], "\r\n"))
            return error_set(error, ERROR_BUNDLE_INCOMPLETE,
                             "organisation and software are each one line of 1 to 200 bytes of UTF-8");
    }
    return 0;
}

/* The closing list must count what is here. */
static int manifest_check(struct plan *plan, struct error *error)
{
    const size_t last = plan->chain_count - 1;
    struct buffer expected;
    struct text bytes;
    buffer_init(&expected, 512);
    if (last > 0)
        evidence_case_manifest_write(plan->bundle->subject, (int64_t)last, plan->leaves[last].previous, &expected);
    int status = item_load(plan, &plan->bundle->items[last], &bytes, error);
    if (status == 0 && !text_equal(bytes, buffer_text(&expected)))
        status = incomplete(error, last, "the closing list counts other leaves than those before it");
    buffer_done(&expected);
    return status;
}

static int description_check(struct plan *plan, struct error *error)
{
    const struct evidence_bundle *bundle = plan->bundle;
    if (names_check(bundle, error))
        return -1;
    if (evidence_vkey_read(text_of(bundle->vkey), &plan->key, error) ||
        evidence_checkpoint_open(bundle->note, &plan->key, &plan->head, error))
        return -1;
    for (size_t i = 0; i < bundle->item_count; i++)
        if (evidence_leaf_read(bundle->items[i].leaf, &plan->leaves[i], error))
            return error_prefix(error, "item %zu of the bundle", i + 1);
    plan->chain_count = bundle_chain_count(bundle->subject, plan->leaves, bundle->item_count);
    if (chain_check(plan, error))
        return -1;
    for (size_t i = 0; i < bundle->item_count; i++)
        if (item_check(plan, i, error))
            return -1;
    return manifest_check(plan, error);
}

/* ---- the files ---- */

static struct planned_file *plan_add(struct plan *plan, const char *path, struct text content)
{
    assert(plan->file_count < plan->file_capacity);
    struct planned_file *file = &plan->files[plan->file_count++];
    *file = (struct planned_file){.path = path, .content = content, .size = content.length};
    return file;
}

/* Keeps what a buffer holds, and frees the buffer. */
static struct text plan_keep(struct plan *plan, struct buffer *out)
{
    assert(!out->failed);
    struct text kept = arena_copy_text(plan->arena, buffer_text(out));
    buffer_done(out);
    return kept;
}

static void plan_items(struct plan *plan)
{
    const struct evidence_bundle *bundle = plan->bundle;
    for (size_t i = 0; i < bundle->item_count; i++) {
        const struct evidence_item *item = &bundle->items[i];
        char name[BUNDLE_NAME_BYTES];
        struct buffer out;
        bundle_item_name(i, plan->chain_count, name);
        plan_add(plan, arena_printf(plan->arena, "data/leaves/%s.leaf", name), item->leaf);
        buffer_init(&out, EVIDENCE_NOTE_BYTES);
        struct evidence_tlog_proof proof = {item->leaf_index, *item->path, bundle->note};
        evidence_tlog_proof_write(&proof, &out);
        plan_add(plan, arena_printf(plan->arena, "data/proofs/%s.tlog-proof", name), plan_keep(plan, &out));
        if (item->state != EVIDENCE_ITEM_PRESENT)
            continue;
        struct text salt = {(const char *)item->salt, EVIDENCE_SALT_BYTES};
        plan_add(plan, arena_printf(plan->arena, "data/salts/%s.salt", name), salt);
        const char *extension = bundle_extension(plan->leaves[i].media_type);
        struct planned_file *file =
            plan_add(plan, arena_printf(plan->arena, "data/items/%s.%s", name, extension), item->bytes);
        file->item = item;
        file->size = (uint64_t)plan->leaves[i].size;
    }
}

static void plan_case(struct plan *plan)
{
    struct buffer out;
    struct json_writer writer;
    buffer_init(&out, PLAN_TEXT_BYTES);
    json_writer_init(&writer, &out);
    json_object_begin(&writer);
    json_member_string(&writer, "format", BUNDLE_FORMAT);
    json_member_string(&writer, "subject", plan->bundle->subject);
    json_key(&writer, "items");
    json_array_begin(&writer);
    for (size_t i = 0; i < plan->bundle->item_count; i++) {
        const struct evidence_item *item = &plan->bundle->items[i];
        char name[BUNDLE_NAME_BYTES];
        bundle_item_name(i, plan->chain_count, name);
        json_object_begin(&writer);
        json_member_string(&writer, "name", name);
        json_member_string(&writer, "kind", evidence_kind_wire(plan->leaves[i].kind));
        json_member_string(&writer, "state", bundle_state_wire(item->state));
        if (item->state != EVIDENCE_ITEM_PRESENT)
            json_member_string(&writer, "why", item->reason);
        json_object_end(&writer);
    }
    json_array_end(&writer);
    json_object_end(&writer);
    json_writer_done(&writer);
    buffer_add_char(&out, '\n');
    plan_add(plan, BUNDLE_CASE, plan_keep(plan, &out));
}

static void plan_readme(struct plan *plan)
{
    struct bundle_readme_facts facts = {
        .subject = plan->bundle->subject,
        .vkey = plan->bundle->vkey,
        .log_size = plan->head.size,
        .chain_count = plan->chain_count,
        .related_count = plan->bundle->item_count - plan->chain_count,
    };
    for (size_t i = 0; i < plan->bundle->item_count; i++)
        facts.missing_count += plan->bundle->items[i].state != EVIDENCE_ITEM_PRESENT;
    for (int chinese = 0; chinese < 2; chinese++) {
        struct buffer out;
        buffer_init(&out, PLAN_TEXT_BYTES);
        bundle_readme_write(&facts, chinese, &out);
        plan_add(plan, chinese ? BUNDLE_README_ZH : BUNDLE_README_EN, plan_keep(plan, &out));
    }
}

/* Earlier heads with the proofs that the present head continues them. */
static int plan_earlier(struct plan *plan, struct error *error)
{
    uint64_t last_size = 0;
    for (size_t i = 0; i < plan->bundle->earlier_count; i++) {
        const struct evidence_earlier_head *earlier = &plan->bundle->earlier[i];
        struct evidence_checkpoint head;
        if (evidence_checkpoint_open(earlier->note, &plan->key, &head, error) ||
            evidence_consistency_check(head.size, plan->head.size, head.root, plan->head.root, earlier->consistency,
                                       error))
            return error_prefix(error, "earlier head %zu of the bundle", i + 1);
        if (head.size <= last_size || head.size >= plan->head.size)
            return error_set(error, ERROR_BUNDLE_INCOMPLETE,
                             "earlier heads come in the order of their sizes, each once");
        last_size = head.size;
        struct buffer out;
        buffer_init(&out, EVIDENCE_NOTE_BYTES);
        evidence_path_write(earlier->consistency, &out);
        plan_add(plan, arena_printf(plan->arena, "log/%" PRIu64 ".note", head.size), earlier->note);
        plan_add(plan,
                 arena_printf(plan->arena, "log/consistency-%" PRIu64 "-%" PRIu64 ".txt", head.size, plan->head.size),
                 plan_keep(plan, &out));
    }
    return 0;
}

static void plan_trust(struct plan *plan)
{
    struct buffer out;
    buffer_init(&out, EVIDENCE_NOTE_BYTES);
    buffer_addf(&out, "%s\n", plan->bundle->vkey);
    plan_add(plan, BUNDLE_VKEY, plan_keep(plan, &out));
    if (plan->bundle->statement_vkeys)
        plan_add(plan, BUNDLE_STATEMENT_VKEYS, text_of(plan->bundle->statement_vkeys));
}

static void plan_bag_info(struct plan *plan)
{
    const struct evidence_bundle *bundle = plan->bundle;
    uint64_t bytes = 0, count = 0;
    for (size_t i = 0; i < plan->file_count; i++)
        if (strncmp(plan->files[i].path, "data/", 5) == 0) {
            bytes += plan->files[i].size;
            count++;
        }
    char when[TIME_TEXT_BYTES];
    time_format(bundle->created_at_us - bundle->created_at_us % TIME_SECOND_US, when);
    struct buffer out;
    buffer_init(&out, EVIDENCE_NOTE_BYTES);
    buffer_addf(&out, "Source-Organization: %s\n", bundle->organisation);
    buffer_addf(&out, "Bagging-Date: %.10s\n", when);
    buffer_addf(&out, "External-Identifier: %s\n", bundle->subject);
    buffer_addf(&out, "Bag-Software-Agent: %s\n", bundle->software);
    buffer_addf(&out, "Payload-Oxum: %" PRIu64 ".%" PRIu64 "\n", bytes, count);
    buffer_addf(&out, "Bundle-Format: %s\n", BUNDLE_FORMAT);
    buffer_addf(&out, "Bundle-Created: %s\n", when);
    buffer_addf(&out, "Log-Origin: %s\n", plan->head.origin);
    buffer_addf(&out, "Log-Size: %" PRIu64 "\n", plan->head.size);
    buffer_add_string(&out, "Log-Root: ");
    buffer_add_base64(&out, plan->head.root, HASH_BYTES);
    buffer_addf(&out, "\nCase-Leaf-Count: %zu\n", plan->chain_count);
    plan_add(plan, "bag-info.txt", plan_keep(plan, &out));
    plan_add(plan, "bagit.txt", TEXT_LITERAL(BUNDLE_BAGIT));
}

static int file_compare(const void *a, const void *b)
{
    return strcmp(((const struct planned_file *)a)->path, ((const struct planned_file *)b)->path);
}

static int file_hash(struct plan *plan, struct planned_file *file, struct error *error)
{
    struct text bytes = file->content;
    if (file->item && item_load(plan, file->item, &bytes, error))
        return -1;
    hash_sha256(bytes.data, bytes.length, file->sha256);
    hash_sha512(bytes.data, bytes.length, file->sha512);
    return 0;
}

/* Lists the first `count` files whose place fits, in the order of their names, which sorting gave. */
static struct text manifest(struct plan *plan, size_t count, bool payload, bool long_hash)
{
    struct buffer out;
    buffer_init(&out, PLAN_TEXT_BYTES);
    for (size_t i = 0; i < count; i++) {
        const struct planned_file *file = &plan->files[i];
        if ((strncmp(file->path, "data/", 5) == 0) != payload)
            continue;
        if (long_hash)
            buffer_add_hex(&out, file->sha512, sizeof file->sha512);
        else
            buffer_add_hex(&out, file->sha256, sizeof file->sha256);
        buffer_addf(&out, "  %s\n", file->path);
    }
    return plan_keep(plan, &out);
}

static int plan_manifests(struct plan *plan, struct error *error)
{
    for (size_t i = 0; i < plan->file_count; i++)
        if (file_hash(plan, &plan->files[i], error))
            return -1;
    qsort(plan->files, plan->file_count, sizeof *plan->files, file_compare);
    size_t count = plan->file_count;
    if (file_hash(plan, plan_add(plan, "manifest-sha256.txt", manifest(plan, count, true, false)), error) ||
        file_hash(plan, plan_add(plan, "manifest-sha512.txt", manifest(plan, count, true, true)), error))
        return -1;
    count = plan->file_count;
    qsort(plan->files, count, sizeof *plan->files, file_compare);
    struct text tags = manifest(plan, count, false, false);
    hash_sha256(tags.data, tags.length, plan->bundle_id);
    plan_add(plan, "tagmanifest-sha256.txt", tags);
    plan_add(plan, "tagmanifest-sha512.txt", manifest(plan, count, false, true));
    qsort(plan->files, plan->file_count, sizeof *plan->files, file_compare);
    return 0;
}

static int plan_files(struct plan *plan, struct error *error)
{
    const struct evidence_bundle *bundle = plan->bundle;
    plan_items(plan);
    plan_case(plan);
    plan_readme(plan);
    if (bundle->law.length)
        plan_add(plan, BUNDLE_LAW, bundle->law);
    if (bundle->policy_source.length)
        plan_add(plan, BUNDLE_POLICY, bundle->policy_source);
    plan_add(plan, arena_printf(plan->arena, "log/%" PRIu64 ".note", plan->head.size), bundle->note);
    if (plan_earlier(plan, error))
        return -1;
    plan_trust(plan);
    plan_bag_info(plan);
    return plan_manifests(plan, error);
}

/* ---- packing ---- */

static bool same_bytes(const struct planned_file *file, struct text bytes)
{
    uint8_t hash[HASH_BYTES];
    hash_sha256(bytes.data, bytes.length, hash);
    return bytes.length == file->size && hash_equal(hash, file->sha256, HASH_BYTES);
}

static int pack(struct plan *plan, struct container_writer *writer, struct error *error)
{
    struct buffer folder;
    buffer_init(&folder, 200);
    evidence_bundle_name(plan->bundle->subject, plan->bundle->created_at_us, &folder);
    const char *top = arena_copy(plan->arena, buffer_text(&folder));
    buffer_done(&folder);
    for (size_t i = 0; i < plan->file_count; i++) {
        const struct planned_file *file = &plan->files[i];
        struct text bytes = file->content;
        if (file->item && item_load(plan, file->item, &bytes, error))
            return -1;
        if (file->item && !same_bytes(file, bytes))
            return error_set(error, ERROR_BUNDLE_INCOMPLETE, "%s changed while the bundle was written", file->path);
        if (container_writer_add(writer, arena_printf(plan->arena, "%s/%s", top, file->path), bytes, error))
            return -1;
    }
    return 0;
}

static int write_plan(struct plan *plan, enum evidence_container container, const struct evidence_sink *sink,
                      struct error *error)
{
    if (description_check(plan, error) || plan_files(plan, error))
        return -1;
    struct container_writer *writer = container_writer_open(container, sink);
    if (pack(plan, writer, error)) {
        container_writer_abandon(writer);
        return -1;
    }
    return container_writer_finish(writer, error);
}

int evidence_bundle_write(const struct evidence_bundle *bundle, enum evidence_container container,
                          const struct evidence_sink *sink, uint8_t ret_bundle_id[static HASH_BYTES],
                          struct error *error)
{
    assert(bundle && bundle->subject && bundle->organisation && bundle->software && bundle->vkey);
    assert(bundle->earlier_count <= EARLIER_HEADS_MAX);
    assert(bundle->law.length <= EVIDENCE_FILE_KEPT_BYTES && bundle->policy_source.length <= LIMIT_POLICY_BYTES);
    if (bundle->item_count == 0 || bundle->item_count > EVIDENCE_BUNDLE_ITEMS_MAX)
        return error_set(error, ERROR_BUNDLE_INCOMPLETE, "a bundle has 1 to %d items", EVIDENCE_BUNDLE_ITEMS_MAX);
    struct plan plan = {.bundle = bundle, .arena = arena_new(PLAN_ARENA_BYTES)};
    plan.leaves = arena_new_array(plan.arena, struct evidence_leaf, bundle->item_count);
    plan.file_capacity = 4 * bundle->item_count + OTHER_FILES_MAX;
    plan.files = arena_new_array(plan.arena, struct planned_file, plan.file_capacity);
    buffer_init(&plan.scratch, CONTAINER_FILE_BYTES);
    int status = write_plan(&plan, container, sink, error);
    if (status == 0)
        memcpy(ret_bundle_id, plan.bundle_id, HASH_BYTES);
    buffer_done(&plan.scratch);
    arena_free(plan.arena);
    return status;
}
