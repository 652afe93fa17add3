/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libarchive behind two plain interfaces. Zip entries are stored and carry no time, so that neither the version of zlib
 * nor the time zone can change the bytes; tar entries all carry the same one. Reading trusts no name, type or size.
 */
#include "evidence/container.h"

#include <archive.h>
#include <archive_entry.h>
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

/* 1980-01-02, the first day that zip can say in any time zone: some programs refuse to pack older files again. */
#define TAR_TIME_S 315619200

/* ---- writing ---- */

struct container_writer {
    struct archive *archive;
    enum evidence_container container;
    struct evidence_sink sink;
    struct error sink_error;
    bool sink_failed, closed;
};

/* Never fails towards libarchive, which would lose memory on its way out; after a failure nothing more is handed on. */
static la_ssize_t sink_write(struct archive *archive, void *context, const void *data, size_t length)
{
    (void)archive;
    struct container_writer *writer = context;
    if (!writer->closed && writer->sink.write(writer->sink.context, data, length, &writer->sink_error)) {
        writer->sink_failed = true;
        writer->closed = true;
    }
    return (la_ssize_t)length;
}

struct container_writer *container_writer_open(enum evidence_container container, const struct evidence_sink *sink)
{
    struct container_writer *writer = calloc(1, sizeof *writer);
    assert(writer);
    *writer = (struct container_writer){.archive = archive_write_new(), .container = container, .sink = *sink};
    assert(writer->archive);
    int status = ARCHIVE_OK;
    switch (container) {
    case EVIDENCE_CONTAINER_TAR:
        status = archive_write_set_format_ustar(writer->archive);
        break;
    case EVIDENCE_CONTAINER_ZIP:
        status = archive_write_set_format_zip(writer->archive);
        assert(status == ARCHIVE_OK);
        status = archive_write_zip_set_compression_store(writer->archive);
        break;
    }
    assert(status == ARCHIVE_OK);
    archive_write_set_bytes_in_last_block(writer->archive, 1);
    status = archive_write_open(writer->archive, writer, NULL, sink_write, NULL);
    assert(status == ARCHIVE_OK);
    return writer;
}

static int writer_failure(const struct container_writer *writer, struct error *error)
{
    if (writer->sink_failed) {
        if (error)
            *error = writer->sink_error;
        return -1;
    }
    const char *detail = archive_error_string(writer->archive);
    return error_set(error, ERROR_IO, "packing failed: %s", detail ? detail : "unknown");
}

int container_writer_add(struct container_writer *writer, const char *path, struct text bytes, struct error *error)
{
    struct archive_entry *entry = archive_entry_new();
    assert(entry);
    archive_entry_set_pathname(entry, path);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_size(entry, (la_int64_t)bytes.length);
    archive_entry_set_uid(entry, 0);
    archive_entry_set_gid(entry, 0);
    if (writer->container == EVIDENCE_CONTAINER_TAR)
        archive_entry_set_mtime(entry, TAR_TIME_S, 0);
    int status = archive_write_header(writer->archive, entry);
    archive_entry_free(entry);
    if (status != ARCHIVE_OK || writer->sink_failed)
        return writer_failure(writer, error);
    if (bytes.length && archive_write_data(writer->archive, bytes.data, bytes.length) != (la_ssize_t)bytes.length)
        return writer_failure(writer, error);
    return writer->sink_failed ? writer_failure(writer, error) : 0;
}

int container_writer_finish(struct container_writer *writer, struct error *error)
{
    int status = 0;
    if (archive_write_close(writer->archive) != ARCHIVE_OK || writer->sink_failed)
        status = writer_failure(writer, error);
    container_writer_abandon(writer);
    return status;
}

void container_writer_abandon(struct container_writer *writer)
{
    if (!writer)
        return;
    writer->closed = true; /* freeing flushes */
    archive_write_free(writer->archive);
    free(writer);
}

/* ---- reading ---- */

struct source_cursor {
    const struct evidence_source *source;
    uint64_t offset;
    struct error error;
    bool failed;
    char block[64 * 1024];
};

static la_ssize_t cursor_read(struct archive *archive, void *context, const void **ret_block)
{
    struct source_cursor *cursor = context;
    uint64_t left = cursor->source->size - cursor->offset;
    size_t length = left < sizeof cursor->block ? (size_t)left : sizeof cursor->block;
    if (length &&
        cursor->source->read_at(cursor->source->context, cursor->offset, cursor->block, length, &cursor->error)) {
        cursor->failed = true;
        archive_set_error(archive, -1, "source");
        return ARCHIVE_FATAL;
    }
    cursor->offset += length;
    *ret_block = cursor->block;
    return (la_ssize_t)length;
}

static la_int64_t cursor_skip(struct archive *archive, void *context, la_int64_t request)
{
    (void)archive;
    struct source_cursor *cursor = context;
    uint64_t left = cursor->source->size - cursor->offset;
    uint64_t step = request < 0 ? 0 : (uint64_t)request < left ? (uint64_t)request : left;
    cursor->offset += step;
    return (la_int64_t)step;
}

static la_int64_t cursor_seek(struct archive *archive, void *context, la_int64_t offset, int whence)
{
    (void)archive;
    struct source_cursor *cursor = context;
    la_int64_t size = (la_int64_t)cursor->source->size;
    la_int64_t base = whence == SEEK_END ? size : whence == SEEK_CUR ? (la_int64_t)cursor->offset : 0;
    if (offset < -base || offset > size - base)
        return ARCHIVE_FATAL;
    cursor->offset = (uint64_t)(base + offset);
    return base + offset;
}

int container_detect(const struct evidence_source *source, enum evidence_container *ret, struct error *error)
{
    char head[512];
    if (source->size >= sizeof head) {
        if (source->read_at(source->context, 0, head, sizeof head, error))
            return -1;
        if (memcmp(head, "PK\x03\x04", 4) == 0) {
            *ret = EVIDENCE_CONTAINER_ZIP;
            return 0;
        }
        if (memcmp(head + 257, "ustar", 5) == 0) {
            *ret = EVIDENCE_CONTAINER_TAR;
            return 0;
        }
    }
    error_set(error, ERROR_BUNDLE_MALFORMED, "the file is neither a tar nor a zip archive");
    return error_hint(error, "A bundle ends in .tar or .zip; unpack it first if it was compressed again.");
}

static bool path_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
}

static int path_check(const char *path, bool is_folder, struct error *error)
{
    if (!path || !*path || strlen(path) > CONTAINER_PATH_BYTES)
        return error_set(error, ERROR_BUNDLE_PATH, "a path is empty, too long or not ASCII");
    size_t component = 0; /* length of the current one */
    bool dots_only = true;
    for (const char *c = path;; c++) {
        if (*c == '/' || !*c) {
            bool folder_end = !*c && is_folder && c > path && component == 0; /* "folder/" */
            if (!folder_end && (component == 0 || (dots_only && component <= 2)))
                return error_set(error, ERROR_BUNDLE_PATH, "the path \"%.80s\" is absolute, climbs or has empty parts",
                                 path);
            if (!*c)
                return 0;
            component = 0;
            dots_only = true;
            continue;
        }
        if (!path_character(*c))
            return error_set(error, ERROR_BUNDLE_PATH, "a path holds a character outside A-Z a-z 0-9 . _ - /");
        dots_only = dots_only && *c == '.';
        component++;
    }
}

static int entry_check(struct archive_entry *entry, struct error *error)
{
    const char *path = archive_entry_pathname(entry);
    bool is_folder = archive_entry_filetype(entry) == AE_IFDIR;
    if (path_check(path, is_folder, error))
        return -1;
    if (archive_entry_hardlink(entry) || archive_entry_symlink(entry) ||
        (!is_folder && archive_entry_filetype(entry) != AE_IFREG))
        return error_set(error, ERROR_BUNDLE_PATH, "\"%.80s\" is a link or a special file", path);
    if (archive_entry_sparse_count(entry) > 0 || archive_entry_is_encrypted(entry))
        return error_set(error, ERROR_BUNDLE_PATH, "\"%.80s\" is sparse or encrypted", path);
    if (!is_folder && (!archive_entry_size_is_set(entry) || archive_entry_size(entry) < 0))
        return error_set(error, ERROR_BUNDLE_MALFORMED, "\"%.80s\" has no size", path);
    if (archive_entry_size(entry) > CONTAINER_FILE_BYTES)
        return error_set(error, ERROR_LIMIT_EXCEEDED, "\"%.80s\" is larger than %d bytes", path, CONTAINER_FILE_BYTES);
    return 0;
}

struct reading {
    struct archive *archive;
    struct source_cursor *cursor;
    const struct container_visitor *visitor;
    size_t files;
    uint64_t total;
    struct buffer bytes;
};

static int reading_failure(const struct reading *reading, struct error *error)
{
    if (reading->cursor->failed) {
        if (error)
            *error = reading->cursor->error;
        return -1;
    }
    const char *detail = archive_error_string(reading->archive);
    return error_set(error, ERROR_BUNDLE_MALFORMED, "the archive cannot be read: %.200s", detail ? detail : "unknown");
}

static int read_bytes(struct reading *reading, size_t size, const char *path, struct error *error)
{
    buffer_clear(&reading->bytes);
    char block[16 * 1024];
    for (;;) {
        la_ssize_t length = archive_read_data(reading->archive, block, sizeof block);
        if (length < 0)
            return reading_failure(reading, error);
        if (length == 0)
            break;
        if ((size_t)length > size - reading->bytes.length)
            return error_set(error, ERROR_BUNDLE_MALFORMED, "\"%.80s\" is longer than it says", path);
        buffer_add(&reading->bytes, block, (size_t)length);
    }
    if (reading->bytes.length != size)
        return error_set(error, ERROR_BUNDLE_MALFORMED, "\"%.80s\" is shorter than it says", path);
    return 0;
}

static int read_entry(struct reading *reading, struct archive_entry *entry, struct error *error)
{
    if (entry_check(entry, error))
        return -1;
    const char *path = archive_entry_pathname(entry);
    bool is_folder = archive_entry_filetype(entry) == AE_IFDIR;
    size_t size = is_folder ? 0 : (size_t)archive_entry_size(entry);
    reading->total += size;
    if (++reading->files > CONTAINER_FILES_MAX || reading->total > CONTAINER_TOTAL_BYTES)
        return error_set(error, ERROR_LIMIT_EXCEEDED, "the archive has too many files or bytes");
    if (reading->total / CONTAINER_RATIO_MAX > reading->cursor->source->size)
        return error_set(error, ERROR_LIMIT_EXCEEDED, "the archive unpacks to more than %d times its size",
                         CONTAINER_RATIO_MAX);
    if (read_bytes(reading, size, path, error))
        return -1;
    return reading->visitor->visit(reading->visitor->context, path, is_folder, buffer_text(&reading->bytes), error);
}

static int read_all(struct reading *reading, enum evidence_container container, struct error *error)
{
    int status = container == EVIDENCE_CONTAINER_TAR ? archive_read_support_format_tar(reading->archive)
                                                     : archive_read_support_format_zip_seekable(reading->archive);
    assert(status == ARCHIVE_OK);
    archive_read_set_read_callback(reading->archive, cursor_read);
    archive_read_set_skip_callback(reading->archive, cursor_skip);
    archive_read_set_seek_callback(reading->archive, cursor_seek);
    archive_read_set_callback_data(reading->archive, reading->cursor);
    if (archive_read_open1(reading->archive) != ARCHIVE_OK)
        return reading_failure(reading, error);
    for (;;) {
        struct archive_entry *entry;
        status = archive_read_next_header(reading->archive, &entry);
        if (status == ARCHIVE_EOF)
            return 0;
        if (status != ARCHIVE_OK)
            return reading_failure(reading, error);
        if (read_entry(reading, entry, error))
            return -1;
    }
}

int container_read(const struct evidence_source *source, enum evidence_container container,
                   const struct container_visitor *visitor, struct error *error)
{
    struct source_cursor *cursor = calloc(1, sizeof *cursor);
    assert(cursor);
    cursor->source = source;
    struct reading reading = {.archive = archive_read_new(), .cursor = cursor, .visitor = visitor};
    assert(reading.archive);
    buffer_init(&reading.bytes, CONTAINER_FILE_BYTES + 1);
    int status = read_all(&reading, container, error);
    buffer_done(&reading.bytes);
    archive_read_free(reading.archive);
    free(cursor);
    return status;
}
