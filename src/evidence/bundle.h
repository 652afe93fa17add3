/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The evidence bundle: a BagIt 1.0 bag (RFC 8493) in one deterministic tar or zip. The same description gives the same
 * bytes. The writer refuses to write what the verifier would refuse. docs/evidence-format.md has the layout.
 */
#ifndef SHUNTUI_EVIDENCE_BUNDLE_H
#define SHUNTUI_EVIDENCE_BUNDLE_H

#include <stdbool.h>
#include <stdint.h>

#include "evidence/leaf.h"
#include "evidence/proof.h"

struct error;

#define EVIDENCE_BUNDLE_ITEMS_MAX 2000
#define EVIDENCE_REASON_BYTES 200

enum evidence_item_state {
    EVIDENCE_ITEM_PRESENT,  /* bytes and salt are in the bundle */
    EVIDENCE_ITEM_WITHHELD, /* kept back from this reader; the leaf and its proof stay */
    EVIDENCE_ITEM_REDACTED, /* a derivative with a leaf of its own stands in for it */
    EVIDENCE_ITEM_ERASED,   /* bytes and salt no longer exist anywhere */
};

/* One leaf, its proof and, when shown, its item. */
struct evidence_item {
    struct text leaf; /* verbatim bytes */
    uint64_t leaf_index;
    const struct evidence_path *path; /* inclusion in the tree of the bundle's checkpoint */
    enum evidence_item_state state;
    const char *reason;  /* why it is not present, UTF-8, at most EVIDENCE_REASON_BYTES; NULL when present */
    const uint8_t *salt; /* EVIDENCE_SALT_BYTES; NULL unless present */
    struct text bytes;   /* the item when present and load is NULL */
    /* Appends the item to out, instead of bytes; called twice. */
    int (*load)(void *context, struct buffer *out, struct error *error);
    void *load_context;
};

/* An earlier head and the proof that the bundle's head continues it. */
struct evidence_earlier_head {
    struct text note;
    const struct evidence_path *consistency;
};

struct evidence_bundle {
    const char *subject; /* whose chain this is: an order id */
    int64_t created_at_us;
    const char *organisation; /* who exports */
    const char *software;     /* "shuntui 0.1.0" */
    /* First the subject's whole chain, sequence 1, 2, 3 … ending in a case_manifest; then leaves of other subjects
     * (listing, policy, stock). A policy_snapshot's item is the policy's source text; a ruling's is its certificate. */
    const struct evidence_item *items;
    size_t item_count;
    struct text note;            /* signed checkpoint that all paths lead to */
    const char *vkey;            /* of the log, a convenience copy */
    const char *statement_vkeys; /* one vkey per line for DSSE signers other than the log's key; NULL for none */
    struct text policy_source;   /* only when no policy_snapshot item holds it; else empty */
    struct text law;             /* JSON of cited clauses; empty for none */
    const struct evidence_earlier_head *earlier;
    size_t earlier_count;
};

enum evidence_container {
    EVIDENCE_CONTAINER_TAR,
    EVIDENCE_CONTAINER_ZIP,
};

struct evidence_sink {
    int (*write)(void *context, const void *data, size_t length, struct error *error);
    void *context;
};

/* Writes the archive. *ret_bundle_id is SHA-256 of tagmanifest-sha256.txt. Fails with BUNDLE_INCOMPLETE (a gap in the
 * chain, no closing manifest, item and leaf disagree), or with what the sink, a load or a reader of a part reports. */
int evidence_bundle_write(const struct evidence_bundle *bundle, enum evidence_container container,
                          const struct evidence_sink *sink, uint8_t ret_bundle_id[static HASH_BYTES],
                          struct error *error);
/* "ord_…_20261123T202833Z": name of the folder in the archive, and of the file without its extension. */
void evidence_bundle_name(const char *subject, int64_t created_at_us, struct buffer *out);

/* ---- reading ---- */

/* The archive's bytes: memory or a file of the caller's. read_at fills all `length` bytes or returns -1 with error. */
struct evidence_source {
    uint64_t size;
    int (*read_at)(void *context, uint64_t offset, void *out, size_t length, struct error *error);
    void *context;
};
struct evidence_source evidence_source_memory(const struct text *bytes); /* *bytes must outlive it */

#define EVIDENCE_FILE_KEPT_BYTES (256 * 1024)

struct evidence_file {
    const char *path; /* below the bundle's folder: "data/case.json" */
    uint64_t size;
    uint8_t sha256[HASH_BYTES];
    uint8_t sha512[64];
    struct text content; /* data is NULL when the file is larger than EVIDENCE_FILE_KEPT_BYTES */
};

struct evidence_reader;
/*
 * Reads the whole archive once. Refuses with BUNDLE_MALFORMED or BUNDLE_PATH: what is neither plain tar nor zip, a path
 * that is absolute, has "..", or a character outside [A-Za-z0-9._/-], links and other special files, duplicates, more
 * than one top folder; with LIMIT_EXCEEDED too many files, too large ones, or a suspicious size ratio.
 */
int evidence_reader_open(const struct evidence_source *source, struct evidence_reader **ret, struct error *error);
void evidence_reader_close(struct evidence_reader *reader); /* NULL is a no-op */
const char *evidence_reader_folder(const struct evidence_reader *reader);
size_t evidence_reader_count(const struct evidence_reader *reader);
const struct evidence_file *evidence_reader_file(const struct evidence_reader *reader, size_t index); /* path order */
const struct evidence_file *evidence_reader_find(const struct evidence_reader *reader, const char *path); /* or NULL */
/* Reads the archive again and hands out each file's bytes. Stops when visit returns -1. */
int evidence_reader_each(struct evidence_reader *reader,
                         int (*visit)(void *context, const struct evidence_file *file, struct text bytes,
                                      struct error *error),
                         void *context, struct error *error);
/* Packs the files again and compares. Returns 0 when the archive is byte for byte what the writer makes of its files;
 * else -1 with BUNDLE_REPACKED, and *ret_offset is the first byte that differs. */
int evidence_reader_check_container(struct evidence_reader *reader, uint64_t *ret_offset, struct error *error);

#endif
