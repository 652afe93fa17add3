/* SPDX-License-Identifier: Apache-2.0 */
/* A made-up case with its log, for tests: the same bytes every time. */
#ifndef SHUNTUI_EVIDENCE_TEST_SAMPLE_H
#define SHUNTUI_EVIDENCE_TEST_SAMPLE_H

#include "base/sign.h"
#include "evidence/bundle.h"
#include "evidence/note.h"
#include "evidence/verify/verify.h"

struct arena;

#define SAMPLE_LEAVES_MAX 64
#define SAMPLE_RULING "data/items/0006.json" /* of the whole case */
#define SAMPLE_RULING_ITEM 5
#define SAMPLE_SUBJECT "ord_01jd0000000000000000000001"
#define SAMPLE_POLICY                                                                                                  \
    "policy \"cards\" version 1\ngoods card_key\n"                                                                     \
    "clause sealed \"未查看卡密,7 天内全额退\"\n  when card is sealed and purchased within 7 days\n"         \
    "  refund full at once\notherwise review within 48 hours\n"

/* What a log keeper could have recorded wrongly; the proofs fit, so only the verifier's own rules can tell. */
enum sample_fault {
    SAMPLE_SOUND,
    SAMPLE_FAULT_PREVIOUS, /* leaf 2 points elsewhere */
    SAMPLE_FAULT_SEQUENCE, /* there is no leaf 2 */
    SAMPLE_FAULT_ORDER,    /* leaf 2 stands in the log before leaf 1 */
    SAMPLE_FAULT_COUNT,    /* the closing list counts one too many */
    SAMPLE_FAULT_OPEN,     /* there is no closing list */
    SAMPLE_FAULT_TYPE,     /* a statement of another type stands where an unused certificate should */
    SAMPLE_FAULTS
};

/* What a log keeper could have recorded otherwise; NULL for what the sample has. */
struct sample_parts {
    const char *receipt;
    const char *second; /* item of leaf 2, which is leaf 4 of the log */
    bool second_is_request;
    struct text ruling; /* data NULL for the one that the policy gives */
};

struct sample {
    enum sample_fault fault;
    size_t picture_bytes;
    struct sample_parts parts; /* while building */
    struct arena *arena;
    uint8_t leaf_hashes[SAMPLE_LEAVES_MAX][HASH_BYTES];
    uint64_t log_size;
    uint8_t log_secret[SIGN_SECRET_BYTES], supplier_secret[SIGN_SECRET_BYTES];
    struct evidence_key log_key, supplier_key;
    char vkey[EVIDENCE_VKEY_BYTES], supplier_vkey[EVIDENCE_VKEY_BYTES];
    struct evidence_item items[32];
    struct evidence_earlier_head earlier[1];
    struct evidence_bundle bundle;
    uint8_t previous[HASH_BYTES]; /* while building */
    int64_t sequence;
};

/* small: two leaves and nothing optional. Otherwise every part of the format occurs. seed makes another log. */
void sample_init(struct sample *sample, bool small, uint8_t seed);
void sample_init_faulty(struct sample *sample, enum sample_fault fault); /* whole, seed 1; the writer refuses it */
/* Whole, seed 1, with these parts, logged like any other; they need not outlive the call but for receipt and second. */
void sample_init_parts(struct sample *sample, const struct sample_parts *parts);
void sample_init_misruled(struct sample *sample); /* it refunds 5001 where the policy gives 5000 */
/* Whole, seed 1, with an item larger than what a reader keeps in memory, which a callback loads. */
#define SAMPLE_LARGE_BYTES (3 * EVIDENCE_FILE_KEPT_BYTES)
void sample_init_large(struct sample *sample);
void sample_done(struct sample *sample);
/* Packs sample->bundle, which a test may have bent before. Returns what evidence_bundle_write returns. */
int sample_write(const struct sample *sample, enum evidence_container container, struct buffer *out,
                 uint8_t ret_bundle_id[static HASH_BYTES], struct error *error);
/* Packs into a new buffer and must succeed. */
#define SAMPLE_BUNDLE_BYTES (4 * 1024 * 1024)
void sample_write_good(const struct sample *sample, enum evidence_container container, struct buffer *out,
                       char ret_id_hex[static HASH_HEX_BYTES]);
/* What evidence_verify_bundle returns, or -1 with error when the archive does not open. */
int sample_verify(struct text bytes, const struct evidence_verify_options *options, struct evidence_report *report,
                  struct error *error);
size_t sample_count(const struct evidence_report *report, enum evidence_check check, enum evidence_check_state state);
struct evidence_hash_source sample_hashes(struct sample *sample);

#endif
