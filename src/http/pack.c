/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a pack's index and checks that every byte range is within it and every file is what its hash says. */
#include "http/pack.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/json.h"

#define PACK_MARK "shuntui-web 1 "
#define PACK_FILES_MAX 2000               /* a page of ours has about a hundred */
#define INDEX_BYTES_MAX (4 * 1024 * 1024) /* two kilobytes for each of them */
#define INDEX_ARENA_BYTES (64 * 1024 * 1024)

struct pack {
    struct arena *arena;
    struct json *index;
    struct text blobs;
    struct pack_file *files; /* by name */
    struct pack_source *sources;
    size_t file_count, source_count;
    const struct pack_source *entry;
};

static int bad(struct error *error, const char *what)
{
    error_set(error, ERROR_WEB_PACK, "the packed pages are damaged: %s", what);
    return error_hint(error, "build them again: tools/build-web and tools/pack-web");
}

/* ---- finding ---- */

static int file_compare(const void *a, const void *b)
{
    return text_compare(((const struct pack_file *)a)->name, ((const struct pack_file *)b)->name);
}

const struct pack_file *pack_file_find(const struct pack *pack, struct text name)
{
    struct pack_file wanted = {.name = name};
    return bsearch(&wanted, pack->files, pack->file_count, sizeof wanted, file_compare);
}

const struct pack_source *pack_source_find(const struct pack *pack, struct text name)
{
    for (size_t i = 0; i < pack->source_count; i++)
        if (text_equal(pack->sources[i].name, name))
            return &pack->sources[i];
    return NULL;
}

const struct pack_source *pack_entry(const struct pack *pack)
{
    return pack->entry;
}

/* ---- reading ---- */

static bool string_read(const struct json *object, const char *key, struct text *ret)
{
    const struct json *value = json_find(object, key);
    if (!value || json_kind(value) != JSON_STRING)
        return false;
    *ret = json_string(value);
    return true;
}

/* [offset, length] within the blobs; null is the empty text where that is allowed. */
static bool range_read(const struct pack *pack, const struct json *object, const char *key, bool may_be_null,
                       struct text *ret)
{
    const struct json *pair = json_find(object, key);
    *ret = (struct text){NULL, 0};
    if (!pair || json_kind(pair) == JSON_NULL)
        return pair && may_be_null;
    if (json_kind(pair) != JSON_ARRAY || json_count(pair) != 2 || json_kind(json_item(pair, 0)) != JSON_INTEGER ||
        json_kind(json_item(pair, 1)) != JSON_INTEGER)
        return false;
    int64_t offset = json_integer(json_item(pair, 0)), length = json_integer(json_item(pair, 1));
    int64_t total = (int64_t)pack->blobs.length;
    if (offset < 0 || length < 0 || offset > total || length > total - offset)
        return false;
    *ret = (struct text){pack->blobs.data + offset, (size_t)length};
    return true;
}

static bool is_header_safe(struct text text)
{
    for (size_t i = 0; i < text.length; i++)
        if (text.data[i] < 0x20 || text.data[i] == 0x7f)
            return false;
    return text.length > 0;
}

/* A name stands in HTML, in quotes: what would end them is refused. */
static bool is_name(struct text name)
{
    if (name.length < 2 || name.data[0] != '/')
        return false;
    for (size_t i = 0; i < name.length; i++) {
        char c = name.data[i];
        bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr("/._-~", c);
        if (!c || !good)
            return false;
    }
    return true;
}

static int file_read(const struct pack *pack, const struct json *object, struct pack_file *ret, struct error *error)
{
    struct text sha256;
    uint8_t wanted[HASH_BYTES], hash[HASH_BYTES];
    if (json_kind(object) != JSON_OBJECT || !string_read(object, "name", &ret->name) || !is_name(ret->name) ||
        !string_read(object, "type", &ret->type) || !is_header_safe(ret->type) ||
        !string_read(object, "sha256", &sha256) || hex_decode(sha256, wanted, sizeof wanted, NULL) < 0 ||
        !range_read(pack, object, "plain", false, &ret->plain) || !range_read(pack, object, "gz", true, &ret->gzip) ||
        !range_read(pack, object, "br", true, &ret->brotli))
        return bad(error, "an entry of its list of files");
    hash_sha256(ret->plain.data, ret->plain.length, hash);
    if (memcmp(hash, wanted, sizeof hash) != 0)
        return bad(error, "a file is not what its hash says");
    memcpy(ret->tag, sha256.data, PACK_TAG_BYTES - 1);
    return 0;
}

static int files_read(struct pack *pack, struct error *error)
{
    const struct json *files = json_find(pack->index, "files");
    if (!files || json_kind(files) != JSON_ARRAY || json_count(files) > PACK_FILES_MAX)
        return bad(error, "its list of files");
    pack->file_count = json_count(files);
    pack->files = arena_new_array(pack->arena, struct pack_file, pack->file_count + 1);
    for (size_t i = 0; i < pack->file_count; i++)
        if (file_read(pack, json_item(files, i), &pack->files[i], error) < 0)
            return -1;
    qsort(pack->files, pack->file_count, sizeof *pack->files, file_compare);
    return 0;
}

/* The files that a member names, each of which must be there. */
static bool names_read(const struct pack *pack, const struct json *object, const char *key,
                       const struct pack_file ***ret, size_t *ret_count)
{
    const struct json *names = json_find(object, key);
    if (!names || json_kind(names) != JSON_ARRAY)
        return false;
    *ret_count = json_count(names);
    *ret = arena_new_array(pack->arena, const struct pack_file *, *ret_count + 1);
    for (size_t i = 0; i < *ret_count; i++) {
        const struct json *name = json_item(names, i);
        if (json_kind(name) != JSON_STRING || !((*ret)[i] = pack_file_find(pack, json_string(name))))
            return false;
    }
    return true;
}

static bool source_read(const struct pack *pack, struct text name, const struct json *object, struct pack_source *ret)
{
    const struct pack_file **scripts;
    *ret = (struct pack_source){.name = name};
    if (json_kind(object) != JSON_OBJECT || !names_read(pack, object, "scripts", &scripts, &ret->script_count) ||
        !names_read(pack, object, "styles", &ret->styles, &ret->style_count))
        return false;
    struct text *names = arena_new_array(pack->arena, struct text, ret->script_count + 1);
    for (size_t i = 0; i < ret->script_count; i++)
        names[i] = scripts[i]->name;
    ret->scripts = names;
    return true;
}

static int sources_read(struct pack *pack, struct error *error)
{
    const struct json *sources = json_find(pack->index, "sources"), *source;
    struct text name, entry;
    if (!sources || json_kind(sources) != JSON_OBJECT || json_count(sources) > PACK_FILES_MAX)
        return bad(error, "its list of sources");
    pack->sources = arena_new_array(pack->arena, struct pack_source, json_count(sources) + 1);
    for (size_t cursor = 0; json_next(sources, &cursor, &name, &source);)
        if (!source_read(pack, name, source, &pack->sources[pack->source_count++]))
            return bad(error, "a source names files that are not there");
    if (!string_read(pack->index, "entry", &entry) || !(pack->entry = pack_source_find(pack, entry)) ||
        pack->entry->script_count == 0)
        return bad(error, "it does not say where to begin");
    return 0;
}

/* Cuts off the first line, which says how long the index is. */
static int head_read(struct text bytes, struct text *ret_index, struct text *ret_blobs, struct error *error)
{
    size_t mark = sizeof PACK_MARK - 1;
    int64_t length;
    const char *end = bytes.length ? memchr(bytes.data, '\n', bytes.length < 64 ? bytes.length : 64) : NULL;
    if (!end || !text_starts(bytes, PACK_MARK) ||
        text_to_int64((struct text){bytes.data + mark, (size_t)(end - bytes.data) - mark}, &length, NULL) < 0)
        return bad(error, "it does not begin like one of this version");
    size_t rest = bytes.length - (size_t)(end + 1 - bytes.data);
    if (length < 0 || (uint64_t)length > rest)
        return bad(error, "it is cut off");
    *ret_index = (struct text){end + 1, (size_t)length};
    *ret_blobs = (struct text){end + 1 + length, rest - (size_t)length};
    return 0;
}

int pack_open(struct text bytes, struct pack **ret, struct error *error)
{
    struct text index;
    struct pack *pack = calloc(1, sizeof *pack);
    if (!pack)
        abort();
    pack->arena = arena_new(INDEX_ARENA_BYTES);
    if (head_read(bytes, &index, &pack->blobs, error) < 0) {
        pack_free(pack);
        return -1;
    }
    if (json_parse(index, INDEX_BYTES_MAX, &pack->index, error) < 0 || json_kind(pack->index) != JSON_OBJECT) {
        pack_free(pack);
        return bad(error, "its index is not JSON");
    }
    if (files_read(pack, error) < 0 || sources_read(pack, error) < 0) {
        pack_free(pack);
        return -1;
    }
    *ret = pack;
    return 0;
}

void pack_free(struct pack *pack)
{
    if (!pack)
        return;
    json_free(pack->index);
    arena_free(pack->arena);
    free(pack);
}
