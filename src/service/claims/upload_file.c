/* SPDX-License-Identifier: Apache-2.0 */
/* Open, lock, write behind the end, read back. A name that is gone by the time the lock is held counts as no file. */
#include "service/claims/upload_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "service/claims/upload.h"
#include "service/internal.h"

static int failure(const char *what, struct error *error)
{
    enum error_code code = errno == ENOSPC || errno == EDQUOT || errno == EFBIG ? ERROR_STORAGE_FULL : ERROR_IO;
    return error_set(error, code, "%s: %s", what, strerror(errno));
}

void upload_file_path(const struct service *service, struct text upload_id, char out[static UPLOAD_PATH_BYTES])
{
    snprintf(out, UPLOAD_PATH_BYTES, "%s/uploads/%.*s", service->state_path, TEXT_ARG(upload_id));
}

/* A name of a file is on disk only when its folder is. */
static int folder_sync(const char *path, struct error *error)
{
    char folder[UPLOAD_PATH_BYTES];
    snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(path, '/') - path), path);
    return directory_sync(folder, error);
}

int upload_file_lock(const char *path, bool makes, int *ret_file, struct error *error)
{
    struct stat status;
    int file = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | (makes ? O_CREAT : 0), 0600);
    if (file < 0 && errno == ENOENT && !makes)
        return UPLOAD_FILE_MISSING;
    if (file < 0)
        return failure("the file of an upload cannot be opened", error);
    int outcome = UPLOAD_FILE_LOCKED;
    if (flock(file, LOCK_EX | LOCK_NB) < 0)
        outcome = errno == EWOULDBLOCK ? UPLOAD_FILE_BUSY : failure("the file of an upload cannot be locked", error);
    else if (fstat(file, &status) < 0 || status.st_nlink == 0)
        outcome = UPLOAD_FILE_MISSING;
    else if (makes && folder_sync(path, error) < 0)
        outcome = -1;
    if (outcome != UPLOAD_FILE_LOCKED)
        close(file);
    else
        *ret_file = file;
    return outcome;
}

int upload_file_write(int file, int64_t offset, struct text bytes, struct error *error)
{
    while (bytes.length > 0) {
        ssize_t count = pwrite(file, bytes.data, bytes.length, offset);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return failure("a piece cannot be written", error);
        bytes = (struct text){bytes.data + count, bytes.length - (size_t)count};
        offset += count;
    }
    return fdatasync(file) == 0 ? 0 : failure("a piece cannot be stored", error);
}

int upload_file_hash(int file, int64_t size, struct service_upload_work *work, struct error *error)
{
    uint8_t piece[64 * 1024];
    struct hash_stream *plain = hash_stream_new(), *salted = hash_stream_new();
    hash_stream_add(salted, work->salt, sizeof work->salt);
    int64_t at = 0;
    while (at < size) {
        size_t wanted = size - at < (int64_t)sizeof piece ? (size_t)(size - at) : sizeof piece;
        ssize_t count = pread(file, piece, wanted, at);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            break;
        if (at == 0) {
            work->head_length = (size_t)count < sizeof work->head ? (size_t)count : sizeof work->head;
            memcpy(work->head, piece, work->head_length);
        }
        hash_stream_add(plain, piece, (size_t)count);
        hash_stream_add(salted, piece, (size_t)count);
        at += count;
    }
    hash_stream_end(plain, work->sha256);
    hash_stream_end(salted, work->commitment);
    hash_stream_free(plain);
    hash_stream_free(salted);
    if (at == size)
        return 0;
    return error_set(error, ERROR_IO, "the file of an upload has %lld bytes of %lld", (long long)at, (long long)size);
}
