/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A leaf: one event of the log as one RFC 8785 JSON object with fixed ASCII keys. The bytes are stored and exported
 * verbatim; nobody canonicalises them again. A leaf commits to its item by a salted hash and never holds it.
 * docs/evidence-format.md has the format.
 */
#ifndef SHUNTUI_EVIDENCE_LEAF_H
#define SHUNTUI_EVIDENCE_LEAF_H

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/text.h"

struct error;

#define EVIDENCE_SALT_BYTES 32
#define EVIDENCE_LEAF_VERSION 1

enum evidence_kind {
#define EVIDENCE_KIND_ROW(name, wire, en, zh) EVIDENCE_KIND_##name,
#include "evidence/leaf_kinds.def"
#undef EVIDENCE_KIND_ROW
    EVIDENCE_KIND_COUNT
};

const char *evidence_kind_wire(enum evidence_kind kind); /* "order_receipt" */
const char *evidence_kind_en(enum evidence_kind kind);
const char *evidence_kind_zh(enum evidence_kind kind);
int evidence_kind_find(struct text wire, enum evidence_kind *ret); /* 0, or -1 when there is no such kind */

/* Texts are printable ASCII without '"' and '\'; the maxima are in bytes. */
struct evidence_leaf {
    struct text actor;              /* pseudonym of who did it, 1..80: "u:3f…", "platform" */
    struct text subject;            /* key "case": order, product, policy or party id, 1..64 */
    uint8_t commitment[HASH_BYTES]; /* key "cm": evidence_commitment of the item */
    struct text event_id;           /* key "eid", 1..64 */
    int64_t event_at_us;            /* key "et": when it happened, as claimed; kept in whole seconds */
    enum evidence_kind kind;
    struct text media_type;       /* key "mt" of the item, 1..100 */
    bool has_previous;            /* false only for sequence 1 */
    uint8_t previous[HASH_BYTES]; /* key "prev": SHA-256 of the bytes of the subject's previous leaf */
    int64_t received_at_us;       /* key "rx": when the server had it; kept in whole seconds */
    int64_t sequence;             /* key "seq": dense from 1 within the subject */
    int64_t size;                 /* bytes of the item */
    struct text source;           /* key "src", 1..32: "platform", "buyer", "merchant", "issuer" */
};

/* SHA-256(salt || bytes): what the leaf says about its item. */
void evidence_commitment(const uint8_t salt[static EVIDENCE_SALT_BYTES], struct text bytes,
                         uint8_t ret[static HASH_BYTES]);
/* Appends the leaf's bytes to out. Fails with LEAF_MALFORMED when a text has a length or character that is not allowed,
 * a number is negative, or sequence 1 and has_previous disagree; out is untouched then. */
int evidence_leaf_write(const struct evidence_leaf *leaf, struct buffer *out, struct error *error);
/* Reads exactly what evidence_leaf_write writes and nothing else, so success implies canonical form. The texts of *ret
 * point into `bytes`. Fails with LEAF_MALFORMED; column is the first wrong byte (from 1). */
int evidence_leaf_read(struct text bytes, struct evidence_leaf *ret, struct error *error);
/* Item of a case_manifest leaf: {"case":…,"count":…,"last":…}. count leaves came before it, the last with that SHA-256. */
void evidence_case_manifest_write(const char *subject, int64_t count, const uint8_t last[static HASH_BYTES],
                                  struct buffer *out);

#endif
