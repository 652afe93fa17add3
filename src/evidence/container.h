/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The archive around a bag: deterministic tar (ustar) and zip (stored) out, and careful reading of the same. The only
 * file that knows libarchive. Private to src/evidence.
 */
#ifndef SHUNTUI_EVIDENCE_CONTAINER_H
#define SHUNTUI_EVIDENCE_CONTAINER_H

#include "evidence/bundle.h"

#define CONTAINER_PATH_BYTES 200                                  /* longest of ours is 90 */
#define CONTAINER_FILES_MAX (4 * EVIDENCE_BUNDLE_ITEMS_MAX + 200) /* leaf, proof, salt, item; and what stands beside */
#define CONTAINER_FILE_BYTES (20 * 1024 * 1024 + 1024)            /* an item, LIMIT_EVIDENCE_BYTES */
#define CONTAINER_TOTAL_BYTES (UINT64_C(1) << 31) /* of all files: 30 files a claim at their largest, thrice */
#define CONTAINER_RATIO_MAX 100                   /* unpacked to packed; ours are stored, text rarely passes 20 */

struct container_writer;
struct container_writer *container_writer_open(enum evidence_container container, const struct evidence_sink *sink);
int container_writer_add(struct container_writer *writer, const char *path, struct text bytes, struct error *error);
/* Ends the archive and frees the writer. */
int container_writer_finish(struct container_writer *writer, struct error *error);
void container_writer_abandon(struct container_writer *writer); /* frees without ending; NULL is a no-op */

/* One file, or with is_folder a folder, whose bytes are empty. Stops when it returns -1. */
struct container_visitor {
    int (*visit)(void *context, const char *path, bool is_folder, struct text bytes, struct error *error);
    void *context;
};
/* Recognises tar or zip by its first bytes. */
int container_detect(const struct evidence_source *source, enum evidence_container *ret, struct error *error);
int container_read(const struct evidence_source *source, enum evidence_container container,
                   const struct container_visitor *visitor, struct error *error);

#endif
