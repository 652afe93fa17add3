/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shuntui backup: a consistent copy of a whole state directory, also under a running server. The database is copied first;
 * files are never changed and are there before the database names them, so that everything it names is in the copy.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/time.h"
#include "cli/cli.h"
#include "cli/manifest.h"
#include "store/store.h"

/* Of the live database and its lock only store_backup may make a copy; uploads in progress belong to nobody yet. */
static bool skip(const char *name)
{
    static const char *const names[] = {STORE_DATABASE_NAME,
                                        STORE_DATABASE_NAME "-wal",
                                        STORE_DATABASE_NAME "-shm",
                                        STORE_LOCK_NAME,
                                        MANIFEST_NAME,
                                        "uploads"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(name, names[i]) == 0)
            return true;
    }
    return false;
}

static int copy_database(const char *state, const char *target, struct tree *tree, struct error *error)
{
    struct store *store = NULL;
    char path[2 * TREE_PATH_BYTES];
    const struct store_options options = {.directory = state, .read_only = true, .read_connections = 1};
    snprintf(path, sizeof path, "%s/%s", target, STORE_DATABASE_NAME);
    if (store_open(&options, &store, error) < 0)
        return -1;
    int result = store_backup(store, path, error);
    store_close(store);
    if (result < 0)
        return -1;
    struct tree_file *file = tree_add(tree, STORE_DATABASE_NAME);
    file->mode = 0600;
    return tree_copy(target, file, NULL, error);
}

static int copy_files(const char *state, const char *target, struct tree *tree, struct error *error)
{
    struct tree files;
    if (tree_list(state, skip, &files, error) < 0)
        return -1;
    int result = 0;
    for (size_t i = 0; result == 0 && i < files.count; i++) {
        result = tree_copy(state, &files.files[i], target, error);
        struct tree_file *copy = tree_add(tree, files.files[i].path);
        char *path = copy->path;
        *copy = files.files[i];
        copy->path = path;
    }
    tree_done(&files);
    return result;
}

static int write_manifest(const char *target, struct tree *tree, uint8_t ret_sha256[static HASH_BYTES],
                          struct error *error)
{
    struct buffer text;
    char path[2 * TREE_PATH_BYTES];
    struct clock *clock = clock_system();
    buffer_init(&text, MANIFEST_BYTES_MAX);
    tree_sort(tree);
    manifest_write(tree, clock->now_us(clock), &text);
    snprintf(path, sizeof path, "%s/%s", target, MANIFEST_NAME);
    int result = buffer_check(&text, error);
    if (result == 0)
        result = file_write_durable(path, buffer_text(&text), 0600, error);
    hash_sha256(text.data, text.length, ret_sha256);
    buffer_done(&text);
    return result;
}

/* Everything is made under another name first: a folder with the target's name is a whole backup. */
static int backup(const char *state, const char *target, struct tree *tree, uint8_t ret_sha256[static HASH_BYTES],
                  struct error *error)
{
    char partial[TREE_PATH_BYTES];
    if ((size_t)snprintf(partial, sizeof partial, "%s.partial-XXXXXX", target) >= sizeof partial)
        return error_set(error, ERROR_IO, "the path of the backup is too long");
    if (!mkdtemp(partial))
        return error_set(error, ERROR_IO, "%.200s: %s", partial, strerror(errno));
    int result = copy_database(state, partial, tree, error);
    if (result == 0)
        result = copy_files(state, partial, tree, error);
    if (result == 0)
        result = write_manifest(partial, tree, ret_sha256, error);
    if (result == 0)
        result = tree_publish(partial, target, error);
    if (result < 0)
        tree_remove(partial);
    return result;
}

static bool is_key(const struct tree_file *file)
{
    return strncmp(file->path, "keys/", 5) == 0;
}

/* An evidence file is named by the SHA-256 of its bytes; one that no longer matches was damaged on disk. */
static bool is_damaged(const struct tree_file *file)
{
    char hex[HASH_HEX_BYTES];
    const char *name = strrchr(file->path, '/');
    hash_hex(file->sha256, hex);
    return strncmp(file->path, "files/", 6) == 0 && strcmp(name + 1, hex) != 0;
}

static int64_t write_damaged(const struct tree *tree, struct json_writer *writer, struct buffer *out, bool chinese)
{
    int64_t damaged = 0;
    for (size_t i = 0; i < tree->count; i++) {
        if (!is_damaged(&tree->files[i]))
            continue;
        damaged++;
        if (writer)
            json_add_string(writer, tree->files[i].path);
        else
            buffer_addf(out,
                        chinese ? "已损坏: %s 的内容与其名称(哈希)不符\n"
                                : "damaged: %s is not what its name, a hash, says\n",
                        tree->files[i].path);
    }
    return damaged;
}

static enum cli_exit answer(struct cli_call *call, const char *target, const struct tree *tree, const uint8_t *sha256)
{
    struct buffer out;
    struct json_writer writer;
    char hex[HASH_HEX_BYTES];
    int64_t bytes = 0, keys = 0;
    for (size_t i = 0; i < tree->count; i++) {
        bytes += tree->files[i].bytes;
        keys += is_key(&tree->files[i]);
    }
    hash_hex(sha256, hex);
    if (call->json) {
        cli_json_begin(&writer, &out);
        json_member_string(&writer, "backup", target);
        json_member_integer(&writer, "files", (int64_t)tree->count);
        json_member_integer(&writer, "bytes", bytes);
        json_member_integer(&writer, "key_files", keys);
        json_member_string(&writer, "manifest_sha256", hex);
        json_key(&writer, "damaged");
        json_array_begin(&writer);
        int64_t damaged = write_damaged(tree, &writer, &out, false);
        json_array_end(&writer);
        json_member_boolean(&writer, "ok", damaged == 0);
        return cli_json_end(call, &writer, damaged ? CLI_EXIT_NEGATIVE : CLI_EXIT_OK);
    }
    buffer_init(&out, CLI_OUTPUT_BYTES_MAX);
    buffer_addf(&out,
                call->chinese ? "%s: %zu 个文件,%lld 字节\n清单 SHA-256: %s\n"
                              : "%s: %zu files, %lld bytes\nmanifest SHA-256: %s\n",
                target, tree->count, (long long)bytes, hex);
    if (keys)
        buffer_addf(&out,
                    call->chinese
                        ? "注意: 备份含 %lld 个密钥文件;谁能读到它,谁就能打开所有卡密并冒签日志。请加密保存。\n"
                        : "Mind: it holds %lld key files. Whoever reads them can open every card and sign as the log: "
                          "store it encrypted.\n",
                    (long long)keys);
    int64_t damaged = write_damaged(tree, NULL, &out, call->chinese);
    return cli_print(call, &out, damaged ? CLI_EXIT_NEGATIVE : CLI_EXIT_OK);
}

enum cli_exit cli_backup(struct cli_call *call)
{
    const char *target = call->args->operands[0];
    const char *state = call->args->values[CLI_OPTION_BACKUP_STATE];
    struct error error = {0};
    struct tree tree = {0};
    uint8_t sha256[HASH_BYTES];
    enum cli_exit status;
    if (!state) {
        error_set(&error, ERROR_CLI_USAGE, "--state DIR says what to back up");
        return cli_fail(call, CLI_EXIT_USAGE, &error);
    }
    if (!tree_is_empty(target)) {
        error_set(&error, ERROR_STATE_EXISTS, "%.200s is there already and not empty", target);
        error_hint(&error, "a backup never overwrites anything; choose another name");
        return cli_fail(call, CLI_EXIT_STATE, &error);
    }
    if (backup(state, target, &tree, sha256, &error) < 0)
        status = cli_fail(call, cli_exit_of(&error), &error);
    else
        status = answer(call, target, &tree, sha256);
    tree_done(&tree);
    return status;
}
