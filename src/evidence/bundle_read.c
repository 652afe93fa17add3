/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading a bundle's archive: every file once for its hashes, small ones kept; then, when asked, again for the bytes of
 * large ones and to compare the archive with what the writer would make of the same files.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "evidence/container.h"

#define TEXT_KEPT_BYTES (8 * 1024 * 1024)   /* manifests and the list of the case, at their largest */
#define TOTAL_KEPT_BYTES (96 * 1024 * 1024) /* what one verification may hold */
#define READER_ARENA_BYTES (128 * 1024 * 1024)

struct evidence_reader {
    struct evidence_source source;
    enum evidence_container container;
    struct arena *arena;
    char folder[CONTAINER_PATH_BYTES + 1];
    struct evidence_file *files; /* in the order of their paths after opening */
    size_t count, capacity;
    size_t kept_bytes;
    bool has_folders, unsorted;
};

static int memory_read_at(void *context, uint64_t offset, void *out, size_t length, struct error *error)
{
    const struct text *bytes = context;
    if (offset > bytes->length || length > bytes->length - offset)
        return error_set(error, ERROR_IO, "reading past the end");
    memcpy(out, bytes->data + offset, length);
    return 0;
}

struct evidence_source evidence_source_memory(const struct text *bytes)
{
    return (struct evidence_source){bytes->length, memory_read_at, (void *)(uintptr_t)bytes};
}

/* Cuts "folder/rest"; all files must share the folder. *ret_rest is NULL for the folder itself. */
static int split_folder(struct evidence_reader *reader, const char *path, const char **ret_rest, struct error *error)
{
    const char *slash = strchr(path, '/');
    size_t length = slash ? (size_t)(slash - path) : strlen(path);
    if (!reader->folder[0])
        memcpy(reader->folder, path, length);
    if (strlen(reader->folder) != length || memcmp(reader->folder, path, length) != 0)
        return error_set(error, ERROR_BUNDLE_PATH, "\"%.80s\" is not in the bundle's folder", path);
    *ret_rest = slash && slash[1] ? slash + 1 : NULL;
    return 0;
}

static int keep_content(struct evidence_reader *reader, struct evidence_file *file, struct text bytes,
                        struct error *error)
{
    size_t limit = strncmp(file->path, "data/items/", 11) == 0 ? EVIDENCE_FILE_KEPT_BYTES : TEXT_KEPT_BYTES;
    if (bytes.length > limit)
        return 0;
    reader->kept_bytes += bytes.length;
    if (reader->kept_bytes > TOTAL_KEPT_BYTES)
        return error_set(error, ERROR_LIMIT_EXCEEDED, "the bundle's texts are larger than %d bytes", TOTAL_KEPT_BYTES);
    file->content = arena_copy_text(reader->arena, bytes);
    return 0;
}

static struct evidence_file *next_file(struct evidence_reader *reader)
{
    assert(reader->count < CONTAINER_FILES_MAX);
    if (reader->count == reader->capacity) {
        reader->capacity = reader->capacity ? 2 * reader->capacity : 64;
        reader->files = realloc(reader->files, reader->capacity * sizeof *reader->files);
        assert(reader->files);
    }
    struct evidence_file *file = &reader->files[reader->count];
    *file = (struct evidence_file){.path = NULL};
    return file;
}

static int first_visit(void *context, const char *path, bool is_folder, struct text bytes, struct error *error)
{
    struct evidence_reader *reader = context;
    const char *rest;
    if (split_folder(reader, path, &rest, error))
        return -1;
    if (is_folder) {
        reader->has_folders = true;
        return 0;
    }
    if (!rest)
        return error_set(error, ERROR_BUNDLE_PATH, "\"%.80s\" is not in a folder", path);
    struct evidence_file *file = next_file(reader);
    file->path = arena_copy(reader->arena, text_of(rest));
    file->size = bytes.length;
    hash_sha256(bytes.data, bytes.length, file->sha256);
    hash_sha512(bytes.data, bytes.length, file->sha512);
    if (reader->count > 0 && strcmp(file[-1].path, file->path) >= 0)
        reader->unsorted = true;
    reader->count++;
    return keep_content(reader, file, bytes, error);
}

static int file_compare(const void *a, const void *b)
{
    return strcmp(((const struct evidence_file *)a)->path, ((const struct evidence_file *)b)->path);
}

static int read_first(struct evidence_reader *reader, struct error *error)
{
    if (container_detect(&reader->source, &reader->container, error))
        return -1;
    const struct container_visitor visitor = {first_visit, reader};
    if (container_read(&reader->source, reader->container, &visitor, error))
        return -1;
    if (reader->count == 0)
        return error_set(error, ERROR_BUNDLE_MALFORMED, "the archive is empty");
    qsort(reader->files, reader->count, sizeof *reader->files, file_compare);
    for (size_t i = 1; i < reader->count; i++)
        if (strcmp(reader->files[i - 1].path, reader->files[i].path) == 0)
            return error_set(error, ERROR_BUNDLE_PATH, "\"%.80s\" is in the archive twice", reader->files[i].path);
    return 0;
}

int evidence_reader_open(const struct evidence_source *source, struct evidence_reader **ret, struct error *error)
{
    struct evidence_reader *reader = calloc(1, sizeof *reader);
    assert(reader);
    reader->source = *source;
    reader->arena = arena_new(READER_ARENA_BYTES);
    if (read_first(reader, error)) {
        evidence_reader_close(reader);
        return -1;
    }
    *ret = reader;
    return 0;
}

void evidence_reader_close(struct evidence_reader *reader)
{
    if (!reader)
        return;
    arena_free(reader->arena);
    free(reader->files);
    free(reader);
}

const char *evidence_reader_folder(const struct evidence_reader *reader)
{
    return reader->folder;
}

size_t evidence_reader_count(const struct evidence_reader *reader)
{
    return reader->count;
}

const struct evidence_file *evidence_reader_file(const struct evidence_reader *reader, size_t index)
{
    assert(index < reader->count);
    return &reader->files[index];
}

const struct evidence_file *evidence_reader_find(const struct evidence_reader *reader, const char *path)
{
    const struct evidence_file key = {.path = path};
    return bsearch(&key, reader->files, reader->count, sizeof key, file_compare);
}

/* ---- the second reading ---- */

struct second_reading {
    struct evidence_reader *reader;
    int (*visit)(void *context, const struct evidence_file *file, struct text bytes, struct error *error);
    void *context;
};

static int second_visit(void *context, const char *path, bool is_folder, struct text bytes, struct error *error)
{
    struct second_reading *reading = context;
    if (is_folder)
        return 0;
    const char *rest;
    if (split_folder(reading->reader, path, &rest, error))
        return -1;
    const struct evidence_file *file = rest ? evidence_reader_find(reading->reader, rest) : NULL;
    uint8_t hash[HASH_BYTES];
    hash_sha256(bytes.data, bytes.length, hash);
    if (!file || !hash_equal(hash, file->sha256, HASH_BYTES))
        return error_set(error, ERROR_IO, "the archive changed while it was read");
    return reading->visit(reading->context, file, bytes, error);
}

int evidence_reader_each(struct evidence_reader *reader,
                         int (*visit)(void *context, const struct evidence_file *file, struct text bytes,
                                      struct error *error),
                         void *context, struct error *error)
{
    struct second_reading reading = {reader, visit, context};
    const struct container_visitor visitor = {second_visit, &reading};
    return container_read(&reader->source, reader->container, &visitor, error);
}

/* ---- comparing with what the writer makes ---- */

struct comparison {
    struct evidence_reader *reader;
    struct container_writer *writer;
    uint64_t offset;
    bool differs;
};

static int compare_write(void *context, const void *data, size_t length, struct error *error)
{
    struct comparison *comparison = context;
    const struct evidence_source *source = &comparison->reader->source;
    const char *expected = data;
    char block[16 * 1024];
    for (size_t done = 0; done < length;) {
        size_t step = length - done < sizeof block ? length - done : sizeof block;
        uint64_t left = source->size - comparison->offset;
        if (step > left)
            step = (size_t)left;
        if (step > 0 && source->read_at(source->context, comparison->offset, block, step, error))
            return -1;
        size_t same = 0;
        while (same < step && block[same] == expected[done + same])
            same++;
        comparison->offset += same;
        done += same;
        if (same < step || (step == 0 && done < length)) {
            comparison->differs = true;
            return error_set(error, ERROR_BUNDLE_REPACKED, "the archive differs");
        }
    }
    return 0;
}

static int compare_visit(void *context, const struct evidence_file *file, struct text bytes, struct error *error)
{
    struct comparison *comparison = context;
    struct buffer path;
    buffer_init(&path, 2 * CONTAINER_PATH_BYTES);
    buffer_addf(&path, "%s/%s", comparison->reader->folder, file->path);
    int status = container_writer_add(comparison->writer, path.data, bytes, error);
    buffer_done(&path);
    return status;
}

static int compare_all(struct comparison *comparison, struct error *error)
{
    struct evidence_reader *reader = comparison->reader;
    const struct evidence_sink sink = {compare_write, comparison};
    comparison->writer = container_writer_open(reader->container, &sink);
    if (evidence_reader_each(reader, compare_visit, comparison, error)) {
        container_writer_abandon(comparison->writer);
        return -1;
    }
    if (container_writer_finish(comparison->writer, error))
        return -1;
    comparison->differs = comparison->offset != reader->source.size;
    return 0;
}

int evidence_reader_check_container(struct evidence_reader *reader, uint64_t *ret_offset, struct error *error)
{
    struct comparison comparison = {.reader = reader};
    bool other_order = reader->unsorted || reader->has_folders;
    if (!other_order && compare_all(&comparison, error) && !comparison.differs)
        return -1;
    if (!other_order && !comparison.differs)
        return 0;
    *ret_offset = comparison.offset;
    return error_set(error, ERROR_BUNDLE_REPACKED,
                     "from byte %llu the archive is not what the writer makes of these files",
                     (unsigned long long)comparison.offset);
}
