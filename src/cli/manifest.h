/* SPDX-License-Identifier: Apache-2.0 */
/* The list of a backup's files with their hashes, as canonical JSON. */
#ifndef SHUNTUI_CLI_MANIFEST_H
#define SHUNTUI_CLI_MANIFEST_H

#include "base/text.h"
#include "cli/tree.h"

#define MANIFEST_NAME "MANIFEST.json"
#define MANIFEST_BYTES_MAX (1024 * 1024 * 1024) /* 200 bytes for each of five million files */

void manifest_write(const struct tree *tree, int64_t now_us, struct buffer *out);
/* Strict: unknown members, paths that lead out of the folder, and files out of order are refused. */
int manifest_read(struct text source, struct tree *ret, struct error *error);

#endif
