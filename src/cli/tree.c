/* SPDX-License-Identifier: Apache-2.0 */
/* Copies a folder file by file, durably. Nothing is followed that could lead out of the folder. */
#include "cli/tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"

#define COPY_BYTES (256 * 1024)
#define FTW_DESCRIPTORS 16

void tree_done(struct tree *tree)
{
    for (size_t i = 0; i < tree->count; i++)
        free(tree->files[i].path);
    free(tree->files);
    *tree = (struct tree){0};
}

struct tree_file *tree_add(struct tree *tree, const char *path)
{
    if (tree->count == tree->capacity) {
        tree->capacity = tree->capacity ? tree->capacity * 2 : 64;
        tree->files = reallocarray(tree->files, tree->capacity, sizeof *tree->files);
        if (!tree->files)
            abort();
    }
    struct tree_file *file = &tree->files[tree->count++];
    *file = (struct tree_file){.path = strdup(path)};
    if (!file->path)
        abort();
    return file;
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct tree_file *)a)->path, ((const struct tree_file *)b)->path);
}

void tree_sort(struct tree *tree)
{
    if (tree->count)
        qsort(tree->files, tree->count, sizeof *tree->files, by_path);
}

const struct tree_file *tree_find(const struct tree *tree, const char *path)
{
    struct tree_file wanted = {.path = (char *)(uintptr_t)path};
    return tree->count ? bsearch(&wanted, tree->files, tree->count, sizeof wanted, by_path) : NULL;
}

static int list_folder(const char *folder, const char *prefix, bool (*skip)(const char *), struct tree *tree,
                       struct error *error);

static int list_entry(const char *folder, const char *path, struct tree *tree, struct error *error)
{
    char full[2 * TREE_PATH_BYTES];
    struct stat status;
    snprintf(full, sizeof full, "%s/%s", folder, path);
    if (lstat(full, &status) < 0)
        return errno == ENOENT ? 0 : error_set(error, ERROR_IO, "%.200s: %s", full, strerror(errno));
    if (S_ISDIR(status.st_mode))
        return list_folder(folder, path, NULL, tree, error);
    if (!S_ISREG(status.st_mode))
        return error_set(error, ERROR_IO, "%.200s is neither a file nor a folder", full);
    if (tree->count == TREE_FILES_MAX)
        return error_set(error, ERROR_LIMIT_EXCEEDED, "more than %d files", TREE_FILES_MAX);
    struct tree_file *file = tree_add(tree, path);
    file->bytes = status.st_size;
    file->mode = status.st_mode & 0777;
    return 0;
}

static int list_folder(const char *folder, const char *prefix, bool (*skip)(const char *), struct tree *tree,
                       struct error *error)
{
    char path[2 * TREE_PATH_BYTES];
    snprintf(path, sizeof path, "%s/%s", folder, prefix);
    DIR *directory = opendir(path);
    if (!directory)
        return error_set(error, ERROR_IO, "%.200s: %s", path, strerror(errno));
    int result = 0;
    struct dirent *entry;
    while (result == 0 && (entry = readdir(directory))) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 || (skip && skip(entry->d_name)))
            continue;
        int length = snprintf(path, sizeof path, "%s%s%s", prefix, *prefix ? "/" : "", entry->d_name);
        if (length >= TREE_PATH_BYTES)
            result = error_set(error, ERROR_LIMIT_EXCEEDED, "the path %.200s is too long", path);
        else
            result = list_entry(folder, path, tree, error);
    }
    closedir(directory);
    return result;
}

int tree_list(const char *folder, bool (*skip)(const char *name), struct tree *ret, struct error *error)
{
    *ret = (struct tree){0};
    if (strlen(folder) >= TREE_PATH_BYTES)
        return error_set(error, ERROR_LIMIT_EXCEEDED, "the path of the folder is too long");
    if (list_folder(folder, "", skip, ret, error) < 0) {
        tree_done(ret);
        return -1;
    }
    tree_sort(ret);
    return 0;
}

static int make_parents(const char *target, const char *path, struct error *error)
{
    char parent[2 * TREE_PATH_BYTES];
    snprintf(parent, sizeof parent, "%s/%s", target, path);
    char *slash = strrchr(parent, '/');
    *slash = '\0';
    return directory_make(parent, 0700, error);
}

static int write_all(int fd, const uint8_t *data, size_t length)
{
    while (length) {
        ssize_t wrote = write(fd, data, length);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return -1;
        data += wrote;
        length -= (size_t)wrote;
    }
    return 0;
}

/* Pumps in to out (unless it is -1) under a running hash. Returns 0, or -1 with errno. */
static int pump(int in, int out, struct tree_file *file)
{
    static const size_t room = COPY_BYTES;
    uint8_t *data = malloc(room);
    struct hash_stream *hash = hash_stream_new();
    if (!data)
        abort();
    int result = 0;
    file->bytes = 0;
    for (;;) {
        ssize_t got = read(in, data, room);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            result = (int)got;
            break;
        }
        hash_stream_add(hash, data, (size_t)got);
        file->bytes += got;
        if (out >= 0 && (result = write_all(out, data, (size_t)got)) < 0)
            break;
    }
    if (result == 0 && out >= 0)
        result = fsync(out);
    int reason = errno;
    hash_stream_end(hash, file->sha256);
    hash_stream_free(hash);
    free(data);
    errno = reason;
    return result;
}

int tree_copy(const char *folder, struct tree_file *file, const char *target, struct error *error)
{
    char from[2 * TREE_PATH_BYTES], to[2 * TREE_PATH_BYTES] = "";
    int in, out = -1, result = -1;
    snprintf(from, sizeof from, "%s/%s", folder, file->path);
    if (target && make_parents(target, file->path, error) < 0)
        return -1;
    in = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (in >= 0 && target) {
        snprintf(to, sizeof to, "%s/%s", target, file->path);
        out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, file->mode);
    }
    if (in >= 0 && (!target || out >= 0))
        result = pump(in, out, file);
    if (result < 0)
        error_set(error, ERROR_IO, "%.140s%s%.140s: %s", from, *to ? " to " : "", to, strerror(errno));
    if (in >= 0)
        close(in);
    if (out >= 0)
        close(out);
    return result;
}

int tree_publish(const char *partial, const char *target, struct error *error)
{
    char parent[2 * TREE_PATH_BYTES];
    int fd = open(partial, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int synced = fd >= 0 ? syncfs(fd) : -1; /* the folders as well, which no fsync of a file covers */
    if (fd >= 0)
        close(fd);
    if (synced < 0 || rename(partial, target) < 0)
        return error_set(error, ERROR_IO, "%.200s: %s", target, strerror(errno));
    snprintf(parent, sizeof parent, "%s/..", target);
    return directory_sync(parent, error);
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *where)
{
    (void)status, (void)type, (void)where;
    return remove(path);
}

void tree_remove(const char *folder)
{
    nftw(folder, remove_one, FTW_DESCRIPTORS, FTW_DEPTH | FTW_PHYS);
}

bool tree_is_empty(const char *folder)
{
    DIR *directory = opendir(folder);
    if (!directory)
        return errno == ENOENT;
    bool empty = true;
    struct dirent *entry;
    while (empty && (entry = readdir(directory)))
        empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
    closedir(directory);
    return empty;
}
