/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing and reading a leaf. The keys stand in RFC 8785 order and no text needs an escape, so the bytes are written
 * straight away and the reader accepts one spelling only: a leaf that reads is a leaf in canonical form.
 */
#include "evidence/leaf.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/time.h"

static const struct {
    const char *wire, *en, *zh;
} evidence_kinds[EVIDENCE_KIND_COUNT] = {
#define EVIDENCE_KIND_ROW(name, wire, en, zh) [EVIDENCE_KIND_##name] = {wire, en, zh},
#include "evidence/leaf_kinds.def"
#undef EVIDENCE_KIND_ROW
};

const char *evidence_kind_wire(enum evidence_kind kind)
{
    assert(kind < EVIDENCE_KIND_COUNT);
    return evidence_kinds[kind].wire;
}

const char *evidence_kind_en(enum evidence_kind kind)
{
    assert(kind < EVIDENCE_KIND_COUNT);
    return evidence_kinds[kind].en;
}

const char *evidence_kind_zh(enum evidence_kind kind)
{
    assert(kind < EVIDENCE_KIND_COUNT);
    return evidence_kinds[kind].zh;
}

int evidence_kind_find(struct text wire, enum evidence_kind *ret)
{
    for (unsigned i = 0; i < EVIDENCE_KIND_COUNT; i++)
        if (text_is(wire, evidence_kinds[i].wire)) {
            *ret = (enum evidence_kind)i;
            return 0;
        }
    return -1;
}

void evidence_commitment(const uint8_t salt[static EVIDENCE_SALT_BYTES], struct text bytes,
                         uint8_t ret[static HASH_BYTES])
{
    const struct text parts[] = {{(const char *)salt, EVIDENCE_SALT_BYTES}, bytes};
    hash_sha256_parts(parts, 2, ret);
}

/* Printable ASCII that JSON writes as it is. */
static bool character_is_plain(char c)
{
    return c >= 0x20 && c <= 0x7e && c != '"' && c != '\\';
}

static int text_check(const char *key, struct text value, size_t maximum, struct error *error)
{
    if (value.length < 1 || value.length > maximum)
        return error_set(error, ERROR_LEAF_MALFORMED, "\"%s\" has %zu bytes; 1 to %zu are allowed", key, value.length,
                         maximum);
    for (size_t i = 0; i < value.length; i++)
        if (!character_is_plain(value.data[i]))
            return error_set(error, ERROR_LEAF_MALFORMED, "\"%s\" holds a character that a leaf may not hold", key);
    return 0;
}

#define ACTOR_BYTES 80
#define SUBJECT_BYTES 64
#define EVENT_ID_BYTES 64
#define MEDIA_TYPE_BYTES 100
#define SOURCE_BYTES 32
/* The last second of the year 9999: times are shown as RFC 3339, which has four digits for a year. */
#define SECONDS_MAX INT64_C(253402300799)

static int leaf_check(const struct evidence_leaf *leaf, struct error *error)
{
    if (text_check("actor", leaf->actor, ACTOR_BYTES, error) ||
        text_check("case", leaf->subject, SUBJECT_BYTES, error) ||
        text_check("eid", leaf->event_id, EVENT_ID_BYTES, error) ||
        text_check("mt", leaf->media_type, MEDIA_TYPE_BYTES, error) ||
        text_check("src", leaf->source, SOURCE_BYTES, error))
        return -1;
    if (leaf->kind >= EVIDENCE_KIND_COUNT)
        return error_set(error, ERROR_LEAF_MALFORMED, "the kind is not one of the table");
    if (leaf->event_at_us < 0 || leaf->received_at_us < 0 || leaf->size < 0 || leaf->sequence < 1)
        return error_set(error, ERROR_LEAF_MALFORMED, "times and size may not be negative, and sequences begin at 1");
    if (leaf->event_at_us / TIME_SECOND_US > SECONDS_MAX || leaf->received_at_us / TIME_SECOND_US > SECONDS_MAX)
        return error_set(error, ERROR_LEAF_MALFORMED, "times end with the year 9999");
    if (leaf->has_previous != (leaf->sequence > 1))
        return error_set(error, ERROR_LEAF_MALFORMED,
                         "the first leaf of a subject has no previous one, and every other has");
    return 0;
}

static void add_member(struct buffer *out, const char *before, struct text value, const char *after)
{
    buffer_add_string(out, before);
    buffer_add_text(out, value);
    buffer_add_string(out, after);
}

int evidence_leaf_write(const struct evidence_leaf *leaf, struct buffer *out, struct error *error)
{
    assert(leaf);
    assert(out);
    if (leaf_check(leaf, error))
        return -1;
    add_member(out, "{\"actor\":\"", leaf->actor, "\",");
    add_member(out, "\"case\":\"", leaf->subject, "\",\"cm\":\"");
    buffer_add_hex(out, leaf->commitment, HASH_BYTES);
    add_member(out, "\",\"eid\":\"", leaf->event_id, "\",\"et\":");
    buffer_add_int(out, leaf->event_at_us / TIME_SECOND_US);
    add_member(out, ",\"kind\":\"", text_of(evidence_kind_wire(leaf->kind)), "\",");
    add_member(out, "\"mt\":\"", leaf->media_type, "\",\"prev\":\"");
    if (leaf->has_previous)
        buffer_add_hex(out, leaf->previous, HASH_BYTES);
    buffer_add_string(out, "\",\"rx\":");
    buffer_add_int(out, leaf->received_at_us / TIME_SECOND_US);
    buffer_add_string(out, ",\"seq\":");
    buffer_add_int(out, leaf->sequence);
    buffer_add_string(out, ",\"size\":");
    buffer_add_int(out, leaf->size);
    add_member(out, ",\"src\":\"", leaf->source, "\",\"v\":1}");
    return buffer_check(out, error);
}

/* ---- reading ---- */

struct scanner {
    struct text input;
    size_t at;
    struct error *error;
    bool failed;
};

static void scan_fail(struct scanner *scanner, const char *expected)
{
    if (scanner->failed)
        return;
    scanner->failed = true;
    error_set(scanner->error, ERROR_LEAF_MALFORMED, "byte %zu of the leaf is not %s", scanner->at + 1, expected);
    if (scanner->error)
        scanner->error->column = (int)scanner->at + 1;
}

static void scan_literal(struct scanner *scanner, const char *literal)
{
    for (; *literal && !scanner->failed; literal++, scanner->at++)
        if (scanner->at >= scanner->input.length || scanner->input.data[scanner->at] != *literal) {
            scan_fail(scanner, "what the canonical form has there");
            return;
        }
}

static struct text scan_text(struct scanner *scanner, size_t maximum)
{
    size_t start = scanner->at;
    while (!scanner->failed && scanner->at < scanner->input.length &&
           character_is_plain(scanner->input.data[scanner->at]))
        scanner->at++;
    size_t length = scanner->at - start;
    if (length < 1 || length > maximum)
        scan_fail(scanner, "the end of a text of the allowed length");
    return (struct text){scanner->input.data + start, length};
}

static int64_t scan_integer(struct scanner *scanner, int64_t maximum)
{
    size_t start = scanner->at;
    while (!scanner->failed && scanner->at < scanner->input.length && scanner->input.data[scanner->at] >= '0' &&
           scanner->input.data[scanner->at] <= '9')
        scanner->at++;
    int64_t value = 0;
    struct text digits = {scanner->input.data + start, scanner->at - start};
    if (scanner->failed || text_to_int64(digits, &value, NULL) || value > maximum) {
        scan_fail(scanner, "the end of a whole number in range");
        return 0;
    }
    return value;
}

static void scan_hash(struct scanner *scanner, uint8_t ret[static HASH_BYTES])
{
    size_t length = 0;
    struct text hex = {scanner->input.data + scanner->at, 2 * (size_t)HASH_BYTES};
    if (scanner->failed || scanner->input.length - scanner->at < hex.length ||
        hex_decode(hex, ret, HASH_BYTES, &length)) {
        scan_fail(scanner, "the start of 64 lower-case hexadecimal digits");
        return;
    }
    scanner->at += hex.length;
}

static enum evidence_kind scan_kind(struct scanner *scanner)
{
    enum evidence_kind kind = EVIDENCE_KIND_ORDER_RECEIPT;
    size_t start = scanner->at;
    struct text wire = scan_text(scanner, 32);
    if (!scanner->failed && evidence_kind_find(wire, &kind)) {
        scanner->at = start;
        scan_fail(scanner, "the start of a known kind");
    }
    return kind;
}

int evidence_leaf_read(struct text bytes, struct evidence_leaf *ret, struct error *error)
{
    assert(ret);
    if (bytes.length > LIMIT_LEAF_BYTES)
        return error_set(error, ERROR_LEAF_MALFORMED, "the leaf has %zu bytes, more than %d", bytes.length,
                         LIMIT_LEAF_BYTES);
    struct scanner scanner = {.input = bytes, .error = error};
    struct evidence_leaf leaf = {0};
    scan_literal(&scanner, "{\"actor\":\"");
    leaf.actor = scan_text(&scanner, ACTOR_BYTES);
    scan_literal(&scanner, "\",\"case\":\"");
    leaf.subject = scan_text(&scanner, SUBJECT_BYTES);
    scan_literal(&scanner, "\",\"cm\":\"");
    scan_hash(&scanner, leaf.commitment);
    scan_literal(&scanner, "\",\"eid\":\"");
    leaf.event_id = scan_text(&scanner, EVENT_ID_BYTES);
    scan_literal(&scanner, "\",\"et\":");
    leaf.event_at_us = scan_integer(&scanner, SECONDS_MAX) * TIME_SECOND_US;
    scan_literal(&scanner, ",\"kind\":\"");
    leaf.kind = scan_kind(&scanner);
    scan_literal(&scanner, "\",\"mt\":\"");
    leaf.media_type = scan_text(&scanner, MEDIA_TYPE_BYTES);
    scan_literal(&scanner, "\",\"prev\":\"");
    leaf.has_previous = !scanner.failed && scanner.at < bytes.length && bytes.data[scanner.at] != '"';
    if (leaf.has_previous)
        scan_hash(&scanner, leaf.previous);
    scan_literal(&scanner, "\",\"rx\":");
    leaf.received_at_us = scan_integer(&scanner, SECONDS_MAX) * TIME_SECOND_US;
    scan_literal(&scanner, ",\"seq\":");
    leaf.sequence = scan_integer(&scanner, INT64_MAX);
    scan_literal(&scanner, ",\"size\":");
    leaf.size = scan_integer(&scanner, INT64_MAX);
    scan_literal(&scanner, ",\"src\":\"");
    leaf.source = scan_text(&scanner, SOURCE_BYTES);
    scan_literal(&scanner, "\",\"v\":1}");
    if (!scanner.failed && scanner.at != bytes.length)
        scan_fail(&scanner, "the end");
    if (scanner.failed || leaf_check(&leaf, error))
        return -1;
    *ret = leaf;
    return 0;
}

void evidence_case_manifest_write(const char *subject, int64_t count, const uint8_t last[static HASH_BYTES],
                                  struct buffer *out)
{
    assert(subject);
    assert(count > 0);
    struct json_writer writer;
    json_writer_init(&writer, out);
    json_object_begin(&writer);
    json_member_string(&writer, "case", subject);
    json_member_integer(&writer, "count", count);
    json_member_hex(&writer, "last", last, HASH_BYTES);
    json_object_end(&writer);
    json_writer_done(&writer);
}
