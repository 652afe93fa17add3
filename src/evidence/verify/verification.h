/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the verifier share. Private to this folder. */
#ifndef SHUNTUI_EVIDENCE_VERIFICATION_H
#define SHUNTUI_EVIDENCE_VERIFICATION_H

#include "evidence/bundle_layout.h"
#include "evidence/checkpoint.h"
#include "evidence/verify/verify.h"

struct json;

/* One entry of data/case.json with its files; a pointer is NULL when the file is missing or not expected. */
struct verified_item {
    char name[BUNDLE_NAME_BYTES];
    enum evidence_item_state state;
    const char *why; /* NULL when present */
    const struct evidence_file *leaf_file, *proof_file, *salt_file, *item_file;
    struct evidence_leaf leaf;
    uint64_t index;            /* in the log */
    bool leaf_is_good;         /* it reads */
    bool is_included;          /* its proof leads to the signed root */
    bool is_committed;         /* its bytes are those of the leaf */
    const char *policy_sha256; /* of the policy in force for the order then; NULL when the receipt does not say */
};

/* What the leaves of the case say that a decision takes as given; texts without data are not known. */
struct verified_basis {
    bool has_receipt, has_amount, has_quantity;
    struct text policy_sha256, currency;
    int64_t amount, quantity;
    struct text *claims; /* ids that requests were filed under */
    size_t claim_count;
    bool claims_are_hidden; /* some request is not here */
    size_t compared;        /* decisions */
};

struct verification {
    struct evidence_reader *reader;
    const struct evidence_verify_options *options;
    struct evidence_report *report;
    struct arena *arena;
    bool *taken; /* files that a part of the format accounts for, by reader index */
    size_t failed_by[EVIDENCE_CHECK_COUNT];

    struct verified_item *items;
    size_t item_count, chain_count;
    char created[32]; /* Bundle-Created of bag-info.txt */
    char oxum[48], log_origin[EVIDENCE_KEY_NAME_BYTES], log_size[24], log_root[48], leaf_count[24];
    bool has_head;
    struct evidence_key key;
    struct evidence_checkpoint head;
    struct text head_note;
    struct verified_basis basis;
};

/* Adds a finding in these words. */
void verification_say(struct verification *v, enum evidence_check check, enum evidence_check_state state,
                      const char *place, int64_t sequence, const char *words_en, const char *words_zh);
/* Adds a finding; the words are formatted with the same arguments in both languages. */
void verification_add(struct verification *v, enum evidence_check check, enum evidence_check_state state,
                      const char *place, int64_t sequence, const char *words_en, const char *words_zh, ...)
    __attribute__((format(printf, 6, 8), format(printf, 7, 8)));
/* A failure in the words of an error. */
void verification_error(struct verification *v, enum evidence_check check, const char *place, int64_t sequence,
                        const struct error *error);
/* Finds a file and notes that the format accounts for it. Missing: NULL, and a failure of FILES when it is required. */
const struct evidence_file *verification_take(struct verification *v, const char *path, bool required);
struct text verification_content(const struct evidence_file *file); /* empty when NULL or not kept */

void verification_bag(struct verification *v);      /* container, bag, manifests, oxum, bundle id */
void verification_case(struct verification *v);     /* data/case.json and the files of its items */
void verification_files(struct verification *v);    /* what nothing accounts for */
void verification_log(struct verification *v);      /* checkpoint, key, consistency, leaves, inclusion */
void verification_chain(struct verification *v);    /* chain, completeness, time */
void verification_contents(struct verification *v); /* commitments, statements, decisions, unsigned words */

/* ---- parts of the contents ---- */

/* Bytes of a small item that the log committed to, or false after a failure of that check was noted. */
bool verification_bytes(struct verification *v, enum evidence_check check, const struct verified_item *item,
                        size_t position, struct text *ret);
void verification_policy(struct verification *v); /* recorded answers, and which policy is in force when */
void verification_decisions(struct verification *v);
void verification_inputs_begin(struct verification *v); /* reads receipt and requests */
void verification_inputs(struct verification *v, const struct verified_item *ruling, const struct json *certificate);
void verification_inputs_end(struct verification *v); /* says what all comparisons come to */

#endif
