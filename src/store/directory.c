/* SPDX-License-Identifier: Apache-2.0 */
/* The state directory: made for its owner alone, and locked so that two servers never write one database. */
#include "store/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

int64_t monotonic_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

bool file_exists(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0;
}

static int failure(const char *path, const char *what, struct error *error)
{
    enum error_code code = errno == ENOSPC || errno == EDQUOT ? ERROR_STORAGE_FULL : ERROR_IO;
    return error_set(error, code, "%s: %s: %s", path, what, strerror(errno));
}

int state_directory_sync(const char *path, struct error *error)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return failure(path, "cannot open", error);
    int result = fsync(fd) ? failure(path, "cannot sync", error) : 0;
    close(fd);
    return result;
}

static int parent_sync(const char *path, struct error *error)
{
    char parent[4096];
    if ((size_t)snprintf(parent, sizeof parent, "%s/..", path) >= sizeof parent)
        return error_set(error, ERROR_FIELD_TOO_LONG, "The path of the state directory is too long");
    return state_directory_sync(parent, error);
}

int state_directory_make(const char *path, struct error *error)
{
    if (mkdir(path, 0700) == 0)
        return parent_sync(path, error);
    if (errno != EEXIST)
        return failure(path, "cannot make the directory", error);
    struct stat status;
    if (stat(path, &status) || !S_ISDIR(status.st_mode))
        return error_set(error, ERROR_IO, "%s is not a directory", path);
    return 0;
}

static int pid_write(int fd, const char *path, struct error *error)
{
    char pid[32];
    int length = snprintf(pid, sizeof pid, "%ld\n", (long)getpid());
    if (ftruncate(fd, 0) || pwrite(fd, pid, (size_t)length, 0) != length)
        return failure(path, "cannot write", error);
    return 0;
}

static int in_use(int fd, const char *directory, struct error *error)
{
    char pid[32] = "";
    ssize_t got = pread(fd, pid, sizeof pid - 1, 0);
    pid[got > 0 ? got : 0] = '\0';
    pid[strcspn(pid, "\n")] = '\0';
    error_set(error, ERROR_STATE_IN_USE, "%s is in use by another process", directory);
    return error_hint(error, "Process %s holds it. Stop that one, or choose another directory.",
                      *pid ? pid : "(unknown)");
}

int state_directory_lock(const char *path, int *ret_fd, struct error *error)
{
    char name[4096];
    if ((size_t)snprintf(name, sizeof name, "%s/%s", path, STORE_LOCK_NAME) >= sizeof name)
        return error_set(error, ERROR_FIELD_TOO_LONG, "The path of the state directory is too long");
    int fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return failure(name, "cannot open", error);
    if (flock(fd, LOCK_EX | LOCK_NB))
        errno == EWOULDBLOCK ? in_use(fd, path, error) : failure(name, "cannot lock", error);
    else if (pid_write(fd, name, error) == 0) {
        *ret_fd = fd;
        return 0;
    }
    close(fd);
    return -1;
}
