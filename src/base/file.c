/* SPDX-License-Identifier: Apache-2.0 */
/* Files that are small enough to be read or written in one piece. Streams have their own code where they are used. */
#include "base/file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

static int fail(struct error *error, const char *action, const char *path)
{
    int reason = errno;
    char text[128];
    return error_set(error, ERROR_IO, "Cannot %s %s: %s", action, path, strerror_r(reason, text, sizeof text));
}

static int read_into(int file, const char *path, size_t bytes_max, struct buffer *buffer, struct error *error)
{
    size_t total = 0;
    char part[16384];
    for (;;) {
        ssize_t got = read(file, part, sizeof part);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fail(error, "read", path);
        if (got == 0)
            return buffer_check(buffer, error);
        total += (size_t)got;
        if (total > bytes_max)
            return error_set(error, ERROR_LIMIT_EXCEEDED, "The file %s is larger than %zu bytes", path, bytes_max);
        buffer_add(buffer, part, (size_t)got);
    }
}

int file_read_all(const char *path, size_t bytes_max, struct buffer *buffer, struct error *error)
{
    assert(path && buffer);
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0)
        return fail(error, "open", path);
    struct stat status;
    int result = 0;
    if (fstat(file, &status))
        result = fail(error, "inspect", path);
    else if (!S_ISREG(status.st_mode))
        result = error_set(error, ERROR_IO, "Cannot read %s: it is not a regular file", path);
    else
        result = read_into(file, path, bytes_max, buffer, error);
    close(file);
    return result;
}

/* The folder part of a path: "." when there is none. */
static int folder_of(const char *path, char out[static PATH_MAX], struct error *error)
{
    const char *slash = strrchr(path, '/');
    size_t length = slash ? (size_t)(slash - path) : 1;
    if (strlen(path) + 16 >= PATH_MAX)
        return error_set(error, ERROR_IO, "The path is too long");
    if (slash == path)
        snprintf(out, PATH_MAX, "/");
    else
        snprintf(out, PATH_MAX, "%.*s", (int)length, slash ? path : ".");
    return 0;
}

static int write_all(int file, struct text content)
{
    while (content.length > 0) {
        ssize_t put = write(file, content.data, content.length);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return -1;
        content = (struct text){content.data + put, content.length - (size_t)put};
    }
    return 0;
}

int directory_sync(const char *path, struct error *error)
{
    assert(path);
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return fail(error, "open", path);
    int result = fsync(folder) ? fail(error, "sync", path) : 0;
    close(folder);
    return result;
}

static int write_temporary(const char *temporary, int file, struct text content, mode_t mode, struct error *error)
{
    int result = 0;
    if (fchmod(file, mode) || write_all(file, content) || fsync(file))
        result = fail(error, "write", temporary);
    if (close(file) && result == 0)
        result = fail(error, "close", temporary);
    return result;
}

int file_write_durable(const char *path, struct text content, mode_t mode, struct error *error)
{
    assert(path);
    assert(content.data || content.length == 0);
    char folder[PATH_MAX], temporary[PATH_MAX];
    if (folder_of(path, folder, error))
        return -1;
    snprintf(temporary, sizeof temporary, "%s.new-XXXXXX", path);
    int file = mkostemp(temporary, O_CLOEXEC);
    if (file < 0)
        return fail(error, "create a file beside", path);
    int result = write_temporary(temporary, file, content, mode, error);
    if (result == 0 && rename(temporary, path))
        result = fail(error, "replace", path);
    if (result) {
        unlink(temporary);
        return -1;
    }
    return directory_sync(folder, error);
}

static int make_one(const char *path, mode_t mode, struct error *error)
{
    struct stat status;
    if (mkdir(path, mode) == 0)
        return 0;
    if (errno != EEXIST)
        return fail(error, "make the folder", path);
    if (stat(path, &status))
        return fail(error, "inspect", path);
    if (!S_ISDIR(status.st_mode))
        return error_set(error, ERROR_IO, "Cannot make the folder %s: a file has this name", path);
    return 0;
}

int directory_make(const char *path, mode_t mode, struct error *error)
{
    assert(path && *path);
    char part[PATH_MAX];
    size_t length = strlen(path);
    if (length >= sizeof part)
        return error_set(error, ERROR_IO, "The path is too long");
    memcpy(part, path, length + 1);
    for (size_t i = 1; i < length; i++) {
        if (part[i] != '/')
            continue;
        part[i] = '\0';
        if (make_one(part, mode, error))
            return -1;
        part[i] = '/';
    }
    return make_one(part, mode, error);
}
