/* SPDX-License-Identifier: Apache-2.0 */
/* Builds the sample: a log of other entries, and a case whose leaves stand between them. */
#include "evidence/test_sample.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/limits.h"
#include "evidence/checkpoint.h"
#include "evidence/dsse.h"

static int sample_hash(void *context, unsigned height, uint64_t index, uint8_t ret[HASH_BYTES], struct error *error)
{
    (void)error;
    struct sample *sample = context;
    assert(((index + 1) << height) <= sample->log_size);
    evidence_fold((const uint8_t(*)[HASH_BYTES])sample->leaf_hashes + (index << height), 1U << height, ret);
    return 0;
}

struct evidence_hash_source sample_hashes(struct sample *sample)
{
    return (struct evidence_hash_source){sample_hash, sample};
}

static uint64_t log_add(struct sample *sample, struct text leaf)
{
    assert(sample->log_size < SAMPLE_LEAVES_MAX);
    evidence_leaf_hash(leaf, sample->leaf_hashes[sample->log_size]);
    return sample->log_size++;
}

static void log_add_others(struct sample *sample, int count)
{
    for (int i = 0; i < count; i++)
        log_add(sample, text_of(arena_printf(sample->arena, "another entry %d", (int)sample->log_size)));
}

static struct evidence_item *item_add(struct sample *sample, const char *subject, enum evidence_kind kind,
                                      const char *media_type, struct text bytes)
{
    struct evidence_item *item = &sample->items[sample->bundle.item_count];
    bool is_case = strcmp(subject, SAMPLE_SUBJECT) == 0;
    if (is_case && sample->fault == SAMPLE_FAULT_SEQUENCE && sample->sequence == 1)
        sample->sequence++;
    uint8_t *salt = arena_alloc(sample->arena, EVIDENCE_SALT_BYTES);
    memset(salt, (int)(0x40 + sample->bundle.item_count), EVIDENCE_SALT_BYTES);
    struct evidence_leaf leaf = {
        .actor = TEXT_LITERAL("platform"),
        .subject = text_of(subject),
        .event_id = text_of(arena_printf(sample->arena, "evt_%zu", sample->bundle.item_count)),
        .event_at_us = INT64_C(1764000000000000) + (int64_t)sample->bundle.item_count * 60000000,
        .kind = kind,
        .media_type = text_of(media_type),
        .received_at_us = INT64_C(1764000002000000) + (int64_t)sample->bundle.item_count * 60000000,
        .sequence = is_case ? ++sample->sequence : 1,
        .size = (int64_t)bytes.length,
        .source = TEXT_LITERAL("platform"),
    };
    leaf.has_previous = leaf.sequence > 1;
    if (leaf.has_previous)
        memcpy(leaf.previous, sample->previous, HASH_BYTES);
    if (sample->fault == SAMPLE_FAULT_PREVIOUS && leaf.sequence == 2)
        leaf.previous[0] ^= 1;
    evidence_commitment(salt, bytes, leaf.commitment);
    struct buffer out;
    buffer_init(&out, LIMIT_LEAF_BYTES);
    int status = evidence_leaf_write(&leaf, &out, NULL);
    assert(status == 0);
    *item =
        (struct evidence_item){.leaf = arena_copy_text(sample->arena, buffer_text(&out)), .salt = salt, .bytes = bytes};
    buffer_done(&out);
    if (is_case)
        hash_sha256(item->leaf.data, item->leaf.length, sample->previous);
    item->leaf_index = log_add(sample, item->leaf);
    sample->bundle.item_count++;
    return item;
}

static struct text kept(struct sample *sample, struct buffer *out)
{
    struct text text = arena_copy_text(sample->arena, buffer_text(out));
    buffer_done(out);
    return text;
}

static void add_manifest(struct sample *sample)
{
    struct buffer out;
    buffer_init(&out, 1024);
    evidence_case_manifest_write(SAMPLE_SUBJECT, sample->sequence + (sample->fault == SAMPLE_FAULT_COUNT),
                                 sample->previous, &out);
    item_add(sample, SAMPLE_SUBJECT,
             sample->fault == SAMPLE_FAULT_OPEN ? EVIDENCE_KIND_RESPONSE : EVIDENCE_KIND_CASE_MANIFEST,
             "application/json", kept(sample, &out));
}

static void add_statement(struct sample *sample)
{
    struct buffer out;
    buffer_init(&out, 8192);
    const char *type =
        sample->fault == SAMPLE_FAULT_TYPE ? "application/vnd.shuntui.sealed-cert+json" : EVIDENCE_UNUSED_CERT_TYPE;
    evidence_dsse_sign(text_of(type), TEXT_LITERAL("{\"card\":\"crd_1\",\"redeemed\":false}"), &sample->supplier_key,
                       sample->supplier_secret, &out);
    item_add(sample, SAMPLE_SUBJECT, EVIDENCE_KIND_UNUSED_CERT, EVIDENCE_DSSE_MEDIA_TYPE, kept(sample, &out));
}

/* Reason changed_mind, card sealed, purchased an hour ago, 50 yuan paid. */
static const char certificate_format[] =
    "{\"amount\":{\"currency\":\"CNY\",\"earlier_refunds\":0,\"paid\":5000,\"refund\":5000,\"rule\":\"full\",\"steps\":"
    "["
    "{\"op\":\"paid\",\"value\":5000},{\"op\":\"limit\",\"value\":5000}]},\"bearer\":\"merchant\",\"claim\":null,"
    "\"clauses\":[{\"applies\":\"true\",\"conditions\":["
    "{\"fact\":\"card\",\"op\":\"is\",\"truth\":\"true\",\"values\":[\"sealed\"]},"
    "{\"bound\":604800,\"fact\":\"purchased\",\"op\":\"within\",\"truth\":\"true\"},"
    "{\"fact\":\"reason\",\"op\":\"is_not\",\"truth\":\"true\",\"values\":[\"other\"]}],"
    "\"id\":\"sealed\",\"overridden_by\":[]}],"
    "\"deadlines\":{\"merchant_answer_s\":null,\"review_s\":null,\"silence\":null},\"decided_at\":%lld,"
    "\"disposition\":\"pay_now\",\"evidence\":[],\"facts\":["
    "{\"leaf\":null,\"name\":\"reason\",\"source\":\"buyer\",\"value\":\"changed_mind\"},"
    "{\"leaf\":null,\"name\":\"card\",\"source\":\"record\",\"value\":\"sealed\"},"
    "{\"leaf\":null,\"name\":\"purchased\",\"source\":\"record\",\"value\":3600}],"
    "\"governing\":\"sealed\",\"outcome\":\"refund\",\"overrode\":[],"
    "\"policy\":{\"name\":\"cards\",\"sha256\":\"%s\",\"version\":1},\"v\":1,\"vocabulary\":\"1\"}";

static const char *policy_hex(struct sample *sample)
{
    uint8_t hash[HASH_BYTES];
    char hex[HASH_HEX_BYTES];
    hash_sha256(SAMPLE_POLICY, sizeof SAMPLE_POLICY - 1, hash);
    hash_hex(hash, hex);
    return arena_copy(sample->arena, text_of(hex));
}

static struct text certificate_make(struct sample *sample)
{
    long long decided_at = 1764000000 + 60LL * (long long)sample->bundle.item_count;
    return text_of(arena_printf(sample->arena, certificate_format, decided_at, policy_hex(sample)));
}

static void add_ruling(struct sample *sample)
{
    struct text certificate =
        sample->parts.ruling.data ? arena_copy_text(sample->arena, sample->parts.ruling) : certificate_make(sample);
    item_add(sample, SAMPLE_SUBJECT, EVIDENCE_KIND_RULING, "application/json", certificate);
}

static void add_receipt(struct sample *sample)
{
    const char *receipt = arena_printf(sample->arena,
                                       "{\"amount\":{\"amount\":5000,\"currency\":\"CNY\"},"
                                       "\"policy\":{\"sha256\":\"%s\"},\"quantity\":1}",
                                       policy_hex(sample));
    item_add(sample, SAMPLE_SUBJECT, EVIDENCE_KIND_ORDER_RECEIPT, "application/json",
             text_of(sample->parts.receipt ? sample->parts.receipt : receipt));
}

/* Of the reveal, or what stands in its place. */
static void add_second(struct sample *sample)
{
    item_add(sample, SAMPLE_SUBJECT,
             sample->parts.second_is_request ? EVIDENCE_KIND_REQUEST : EVIDENCE_KIND_CARD_FIRST_REVEAL,
             "application/json", text_of(sample->parts.second ? sample->parts.second : "{\"n\":1}"));
}

static void add_picture(struct sample *sample)
{
    struct text bytes = {arena_alloc(sample->arena, sample->picture_bytes), sample->picture_bytes};
    for (size_t i = 0; i < bytes.length; i++)
        ((char *)(uintptr_t)bytes.data)[i] = (char)(i * 31 % 251);
    item_add(sample, SAMPLE_SUBJECT, EVIDENCE_KIND_SCREENSHOT, "image/png", bytes);
}

static struct text head_note(struct sample *sample, uint64_t size)
{
    struct evidence_hash_source hashes = sample_hashes(sample);
    uint8_t root[HASH_BYTES];
    struct buffer out;
    int status = evidence_root_make(&hashes, size, root, NULL);
    assert(status == 0);
    buffer_init(&out, EVIDENCE_NOTE_BYTES);
    evidence_checkpoint_sign(size, root, &sample->log_key, sample->log_secret, &out);
    return kept(sample, &out);
}

static void add_earlier(struct sample *sample)
{
    struct evidence_hash_source hashes = sample_hashes(sample);
    struct evidence_path *path = arena_new_object(sample->arena, struct evidence_path);
    int status = evidence_consistency_make(&hashes, 7, sample->log_size, path, NULL);
    assert(status == 0);
    sample->earlier[0] = (struct evidence_earlier_head){head_note(sample, 7), path};
    sample->bundle.earlier = sample->earlier;
    sample->bundle.earlier_count = 1;
}

static void add_whole_case(struct sample *sample)
{
    add_second(sample);
    log_add_others(sample, 5);
    struct evidence_item *chat = item_add(sample, SAMPLE_SUBJECT, EVIDENCE_KIND_CHAT_LOG, "application/json",
                                          TEXT_LITERAL("{\"words\":\"hello\"}"));
    chat->state = EVIDENCE_ITEM_WITHHELD;
    chat->reason = "another buyer's words / 他人的话";
    chat->salt = NULL;
    add_statement(sample);
    add_picture(sample);
    log_add_others(sample, 9);
    add_ruling(sample);
}

static void swap_in_log(struct sample *sample, struct evidence_item *a, struct evidence_item *b)
{
    uint64_t index = a->leaf_index;
    a->leaf_index = b->leaf_index;
    b->leaf_index = index;
    evidence_leaf_hash(a->leaf, sample->leaf_hashes[a->leaf_index]);
    evidence_leaf_hash(b->leaf, sample->leaf_hashes[b->leaf_index]);
}

static void build(struct sample *sample, bool small, uint8_t seed, enum sample_fault fault, size_t picture_bytes,
                  const struct sample_parts *parts)
{
    memset(sample, 0, sizeof *sample);
    if (parts)
        sample->parts = *parts;
    sample->fault = fault;
    sample->picture_bytes = picture_bytes;
    sample->arena = arena_new(4 * 1024 * 1024);
    uint8_t seed_bytes[SIGN_SEED_BYTES], public_key[SIGN_PUBLIC_BYTES];
    memset(seed_bytes, seed, sizeof seed_bytes);
    sign_keypair(seed_bytes, public_key, sample->log_secret);
    int status = evidence_key_make("shuntui.example/evidence/2026", public_key, &sample->log_key, NULL);
    seed_bytes[0] ^= 0x80;
    sign_keypair(seed_bytes, public_key, sample->supplier_secret);
    status |= evidence_key_make("supplier.example", public_key, &sample->supplier_key, NULL);
    assert(status == 0);
    evidence_vkey_write(&sample->log_key, sample->vkey);
    evidence_vkey_write(&sample->supplier_key, sample->supplier_vkey);
    sample->bundle = (struct evidence_bundle){
        .subject = SAMPLE_SUBJECT,
        .created_at_us = INT64_C(1764100000000000),
        .organisation = "Example marketplace 示例平台",
        .software = "shuntui test",
        .items = sample->items,
        .vkey = sample->vkey,
    };
    log_add_others(sample, 3);
    add_receipt(sample);
    if (!small)
        add_whole_case(sample);
    add_manifest(sample);
    if (fault == SAMPLE_FAULT_ORDER)
        swap_in_log(sample, &sample->items[0], &sample->items[1]);
    if (!small) {
        sample->bundle.statement_vkeys = arena_printf(sample->arena, "%s\n", sample->supplier_vkey);
        sample->bundle.law = TEXT_LITERAL("[]\n");
        item_add(sample, "pol_01jd0000000000000000000001", EVIDENCE_KIND_POLICY_SNAPSHOT, "text/plain; charset=utf-8",
                 TEXT_LITERAL(SAMPLE_POLICY));
        log_add_others(sample, 4);
        add_earlier(sample);
    }
    struct evidence_hash_source hashes = sample_hashes(sample);
    for (size_t i = 0; i < sample->bundle.item_count; i++) {
        struct evidence_path *path = arena_new_object(sample->arena, struct evidence_path);
        status = evidence_inclusion_make(&hashes, sample->items[i].leaf_index, sample->log_size, path, NULL);
        assert(status == 0);
        sample->items[i].path = path;
    }
    sample->bundle.note = head_note(sample, sample->log_size);
}

void sample_init(struct sample *sample, bool small, uint8_t seed)
{
    build(sample, small, seed, SAMPLE_SOUND, 3000, NULL);
}

void sample_init_faulty(struct sample *sample, enum sample_fault fault)
{
    build(sample, false, 1, fault, 3000, NULL);
}

void sample_init_parts(struct sample *sample, const struct sample_parts *parts)
{
    build(sample, false, 1, SAMPLE_SOUND, 3000, parts);
}

void sample_init_misruled(struct sample *sample)
{
    struct buffer ruling;
    sample_init(sample, false, 1);
    buffer_init(&ruling, 8192);
    buffer_add_text(&ruling, sample->items[SAMPLE_RULING_ITEM].bytes);
    char *refund = strstr(ruling.data, "\"refund\":5000");
    assert(refund);
    refund[sizeof "\"refund\":5000" - 2] = '1';
    sample_done(sample);
    sample_init_parts(sample, &(struct sample_parts){.ruling = buffer_text(&ruling)});
    buffer_done(&ruling);
}

static int load_bytes(void *context, struct buffer *out, struct error *error)
{
    (void)error;
    buffer_add_text(out, *(const struct text *)context);
    return 0;
}

void sample_init_large(struct sample *sample)
{
    build(sample, false, 1, SAMPLE_SOUND, SAMPLE_LARGE_BYTES, NULL);
    for (size_t i = 0; i < sample->bundle.item_count; i++) {
        struct evidence_item *item = &sample->items[i];
        if (item->bytes.length < SAMPLE_LARGE_BYTES)
            continue;
        struct text *bytes = arena_new_object(sample->arena, struct text);
        *bytes = item->bytes;
        item->bytes = (struct text){NULL, 0};
        item->load = load_bytes;
        item->load_context = bytes;
    }
}

void sample_done(struct sample *sample)
{
    arena_free(sample->arena);
}

static int sink_write(void *context, const void *data, size_t length, struct error *error)
{
    buffer_add(context, data, length);
    return buffer_check(context, error);
}

int sample_write(const struct sample *sample, enum evidence_container container, struct buffer *out,
                 uint8_t ret_bundle_id[static HASH_BYTES], struct error *error)
{
    const struct evidence_sink sink = {sink_write, out};
    return evidence_bundle_write(&sample->bundle, container, &sink, ret_bundle_id, error);
}

void sample_write_good(const struct sample *sample, enum evidence_container container, struct buffer *out,
                       char ret_id_hex[static HASH_HEX_BYTES])
{
    uint8_t id[HASH_BYTES];
    struct error error = {.code = ERROR_NONE};
    buffer_init(out, SAMPLE_BUNDLE_BYTES);
    if (sample_write(sample, container, out, id, &error)) {
        fprintf(stderr, "%s\n", error.message);
        abort();
    }
    hash_hex(id, ret_id_hex);
}

int sample_verify(struct text bytes, const struct evidence_verify_options *options, struct evidence_report *report,
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

size_t sample_count(const struct evidence_report *report, enum evidence_check check, enum evidence_check_state state)
{
    size_t count = 0;
    for (size_t i = 0; i < report->count; i++)
        count += report->findings[i].check == check && report->findings[i].state == state;
    return count;
}
