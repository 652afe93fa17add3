/* SPDX-License-Identifier: Apache-2.0 */
/* The file of an upload on its way: one in uploads/ of the state directory, under the upload's id, locked while it is worked on. */
#ifndef SHUNTUI_SERVICE_UPLOAD_FILE_H
#define SHUNTUI_SERVICE_UPLOAD_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct error;
struct service;
struct service_upload_work;

#define UPLOAD_PATH_BYTES 640

void upload_file_path(const struct service *service, struct text upload_id, char out[static UPLOAD_PATH_BYTES]);

enum upload_file_outcome {
    UPLOAD_FILE_LOCKED,
    UPLOAD_FILE_BUSY,    /* somebody else works on it at this moment */
    UPLOAD_FILE_MISSING, /* there is none, and it was not to be made */
};
/* Never waits. The lock goes with the descriptor. Returns an outcome, or -1. */
int upload_file_lock(const char *path, bool makes, int *ret_file, struct error *error);
/* On disk when it returns 0. Fails with STORAGE_FULL or IO. */
int upload_file_write(int file, int64_t offset, struct text bytes, struct error *error);
/* Hashes the first `size` bytes, with the salt in *work and without, and keeps the first of them. Fails with IO, also when it is shorter. */
int upload_file_hash(int file, int64_t size, struct service_upload_work *work, struct error *error);

#endif
