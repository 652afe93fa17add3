/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes of evidence in the state directory: each file under its SHA-256, there before the row that names it, never rewritten. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "service/claims/evidence.h"

void service_evidence_path(const struct service *service, const uint8_t sha256[static HASH_BYTES], char out[static 600])
{
    char hex[HASH_HEX_BYTES];
    hash_hex(sha256, hex);
    snprintf(out, 600, "%s/files/%.2s/%s", service->state_path, hex, hex);
}

/* Hashes salt and bytes in one pass; the file is at most LIMIT_EVIDENCE_BYTES. */
static int file_commit(const char *path, const uint8_t salt[static 32], uint8_t ret[static HASH_BYTES],
                       struct error *error)
{
    uint8_t piece[64 * 1024];
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return error_set(error, ERROR_IO, "an uploaded file cannot be read: %s", strerror(errno));
    struct hash_stream *stream = hash_stream_new();
    ssize_t length;
    hash_stream_add(stream, salt, 32);
    while ((length = read(file, piece, sizeof piece)) > 0)
        hash_stream_add(stream, piece, (size_t)length);
    hash_stream_end(stream, ret);
    hash_stream_free(stream);
    int synced = length == 0 ? fsync(file) : -1;
    close(file);
    return synced == 0 ? 0 : error_set(error, ERROR_IO, "an uploaded file cannot be read or synced");
}

/* A second name for what came in pieces: should the transaction be undone, the upload still has its bytes. */
static int name_add(const struct service_evidence_new *in, const char *target, struct error *error)
{
    if (link(in->path, target) == 0 || errno == EEXIST)
        return 0;
    return error_set(error, ERROR_IO, "an uploaded file cannot be kept: %s", strerror(errno));
}

static int name_move(const struct service_evidence_new *in, const char *target, struct error *error)
{
    /* The job ran before and was undone: then the file is in its place already. */
    if (rename(in->path, target) == 0 || (errno == ENOENT && access(target, R_OK) == 0))
        return 0;
    return error_set(error, ERROR_IO, "an uploaded file cannot be kept: %s", strerror(errno));
}

int service_evidence_keep(const struct service *service, const struct service_evidence_new *in, struct error *error)
{
    char folder[600], target[600];
    service_evidence_path(service, in->sha256, target);
    snprintf(folder, sizeof folder, "%s/files", service->state_path);
    if (directory_make(folder, 0700, error) < 0)
        return -1;
    snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(target, '/') - target), target);
    if (directory_make(folder, 0700, error) < 0 ||
        (in->keeps_name ? name_add(in, target, error) : name_move(in, target, error)) < 0)
        return -1;
    return directory_sync(folder, error);
}

int service_evidence_commitment(struct service *service, const struct service_evidence_new *in,
                                struct service_leaf *leaf, struct error *error)
{
    char path[600];
    if (in->commitment) {
        memcpy(leaf->file_salt, in->salt, sizeof leaf->file_salt);
        memcpy(leaf->file_commitment, in->commitment, sizeof leaf->file_commitment);
        return 0;
    }
    service_evidence_path(service, in->sha256, path);
    service->random->fill(service->random, leaf->file_salt, sizeof leaf->file_salt);
    return file_commit(path, leaf->file_salt, leaf->file_commitment, error);
}
