/* SPDX-License-Identifier: Apache-2.0 */
/* The list of a backup's files: {"created_at":…,"files":[{"bytes","mode","path","sha256"}…],"format":"shuntui-backup-1","version":…} */
#include "cli/manifest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/json.h"

#define MANIFEST_FORMAT "shuntui-backup-1"

struct entry {
    int64_t bytes, mode;
    struct text path, sha256;
};
static const struct json_field entry_table[] = {
    JSON_FIELD_INTEGER(struct entry, bytes, true, 0, INT64_MAX),
    JSON_FIELD_INTEGER(struct entry, mode, true, 0, 0777),
    JSON_FIELD_STRING(struct entry, path, true, 1, TREE_PATH_BYTES - 1),
    JSON_FIELD_STRING(struct entry, sha256, true, 64, 64),
};

struct top {
    struct text created_at, format, version;
    const struct json *files;
};
static const struct json_field top_table[] = {
    JSON_FIELD_STRING(struct top, created_at, true, 1, 40),
    JSON_FIELD_STRING(struct top, format, true, 1, 40),
    JSON_FIELD_STRING(struct top, version, true, 1, 40),
    JSON_FIELD_ARRAY(struct top, files, true, 1, TREE_FILES_MAX),
};

void manifest_write(const struct tree *tree, int64_t now_us, struct buffer *out)
{
    struct json_writer writer;
    json_writer_init(&writer, out);
    json_object_begin(&writer);
    json_member_time(&writer, "created_at", now_us);
    json_member_string(&writer, "format", MANIFEST_FORMAT);
    json_member_string(&writer, "version", SHUNTUI_VERSION);
    json_key(&writer, "files");
    json_array_begin(&writer);
    for (size_t i = 0; i < tree->count; i++) {
        json_object_begin(&writer);
        json_member_integer(&writer, "bytes", tree->files[i].bytes);
        json_member_integer(&writer, "mode", (int64_t)tree->files[i].mode);
        json_member_string(&writer, "path", tree->files[i].path);
        json_member_hex(&writer, "sha256", tree->files[i].sha256, HASH_BYTES);
        json_object_end(&writer);
    }
    json_array_end(&writer);
    json_object_end(&writer);
    json_writer_done(&writer);
    buffer_add_char(out, '\n');
}

/* Relative, and every part a name. */
static bool path_is_inside(const char *path)
{
    for (;;) {
        size_t length = strcspn(path, "/");
        if (length == 0 || (length == 1 && path[0] == '.') || (length == 2 && path[0] == '.' && path[1] == '.'))
            return false;
        if (!path[length])
            return true;
        path += length + 1;
    }
}

static int read_entry(const struct json *item, size_t index, struct tree *tree, struct error *error)
{
    struct entry entry;
    char pointer[40], path[TREE_PATH_BYTES];
    size_t length = 0;
    snprintf(pointer, sizeof pointer, "/files/%zu", index);
    if (json_read(item, entry_table, sizeof entry_table / sizeof entry_table[0], pointer, &entry, error) < 0)
        return -1;
    snprintf(path, sizeof path, "%.*s", TEXT_ARG(entry.path));
    const char *last = tree->count ? tree->files[tree->count - 1].path : "";
    if (!path_is_inside(path) || strcmp(last, path) >= 0 || strcmp(path, MANIFEST_NAME) == 0) {
        error_set(error, ERROR_FIELD_VALUE, "a path of the manifest is not allowed here, or not in order");
        return error_at(error, "%s/path", pointer);
    }
    struct tree_file *file = tree_add(tree, path);
    file->bytes = entry.bytes;
    file->mode = (mode_t)entry.mode;
    if (hex_decode(entry.sha256, file->sha256, HASH_BYTES, &length) < 0 || length != HASH_BYTES) {
        error_set(error, ERROR_FIELD_VALUE, "a hash of the manifest is not 64 hex digits");
        return error_at(error, "%s/sha256", pointer);
    }
    return 0;
}

int manifest_read(struct text source, struct tree *ret, struct error *error)
{
    struct json *document;
    struct top top = {0};
    *ret = (struct tree){0};
    if (json_parse(source, MANIFEST_BYTES_MAX, &document, error) < 0)
        return -1;
    int result = json_read(document, top_table, sizeof top_table / sizeof top_table[0], "", &top, error);
    if (result == 0 && !text_is(top.format, MANIFEST_FORMAT))
        result = error_set(error, ERROR_FIELD_VALUE, "this is not a backup that this version can read");
    for (size_t i = 0; result == 0 && i < json_count(top.files); i++)
        result = read_entry(json_item(top.files, i), i, ret, error);
    json_free(document);
    if (result < 0)
        tree_done(ret);
    return result;
}
