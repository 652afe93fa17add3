/* SPDX-License-Identifier: Apache-2.0 */
/* Whole small files in, durable small files out, and folders. All fail with IO and the system's reason. */
#ifndef SHUNTUI_BASE_FILE_H
#define SHUNTUI_BASE_FILE_H

#include <stddef.h>
#include <sys/types.h>

#include "base/text.h"

struct error;

/* Appends the whole file to *buffer. More than bytes_max bytes fail with LIMIT_EXCEEDED; a folder, a device or a pipe
 * is refused. *buffer may hold a part of the file after a failure. */
int file_read_all(const char *path, size_t bytes_max, struct buffer *buffer, struct error *error);
/* Replaces or creates the file so that after a crash either the old or the new content is there, whole: temporary file in
 * the same folder, fsync, rename, fsync of the folder. When it returns 0 the content is on disk. */
int file_write_durable(const char *path, struct text content, mode_t mode, struct error *error);
/* Makes the folder and those above it. One that exists already is fine, and keeps its mode. */
int directory_make(const char *path, mode_t mode, struct error *error);
/* Makes earlier renames and new names in the folder durable. */
int directory_sync(const char *path, struct error *error);

#endif
