/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shuntui restore: makes a state directory of a backup. Every byte is compared with the manifest and the ledger is checked
 * before the directory gets its name; a target that holds anything is refused.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/check.h"
#include "cli/cli.h"
#include "cli/manifest.h"
#include "store/store.h"

static bool skip_manifest(const char *name)
{
    return strcmp(name, MANIFEST_NAME) == 0;
}

static int load_manifest(const char *backup, const char *expected_hex, struct tree *ret, struct error *error)
{
    struct buffer text;
    char path[2 * TREE_PATH_BYTES], hex[HASH_HEX_BYTES];
    uint8_t sha256[HASH_BYTES];
    snprintf(path, sizeof path, "%s/%s", backup, MANIFEST_NAME);
    buffer_init(&text, MANIFEST_BYTES_MAX + 1);
    int result = file_read_all(path, MANIFEST_BYTES_MAX, &text, error);
    if (result == 0) {
        hash_sha256(text.data, text.length, sha256);
        hash_hex(sha256, hex);
        if (expected_hex && strcmp(expected_hex, hex) != 0)
            result = error_set(error, ERROR_BACKUP_MISMATCH, "the manifest's SHA-256 is %s", hex);
    }
    if (result == 0 && manifest_read(buffer_text(&text), ret, error) < 0)
        result = error_prefix(error, "%s", MANIFEST_NAME);
    buffer_done(&text);
    return result;
}

/* The backup holds exactly the files of its manifest. */
static int check_names(const char *backup, const struct tree *manifest, struct error *error)
{
    struct tree there;
    if (tree_list(backup, skip_manifest, &there, error) < 0)
        return -1;
    int result = 0;
    for (size_t i = 0; result == 0 && i < there.count; i++) {
        if (!tree_find(manifest, there.files[i].path))
            result = error_set(error, ERROR_BACKUP_MISMATCH, "%.200s is not in the manifest", there.files[i].path);
    }
    for (size_t i = 0; result == 0 && i < manifest->count; i++) {
        if (!tree_find(&there, manifest->files[i].path))
            result = error_set(error, ERROR_BACKUP_MISMATCH, "%.200s is missing", manifest->files[i].path);
    }
    if (result == 0 && !tree_find(manifest, STORE_DATABASE_NAME))
        result = error_set(error, ERROR_BACKUP_MISMATCH, "the backup has no database");
    tree_done(&there);
    return result;
}

static int copy_checked(const char *backup, const struct tree *manifest, const char *target, struct error *error)
{
    for (size_t i = 0; i < manifest->count; i++) {
        const struct tree_file *listed = &manifest->files[i];
        struct tree_file copy = *listed;
        bool is_database = strcmp(listed->path, STORE_DATABASE_NAME) == 0;
        if (tree_copy(backup, &copy, is_database ? NULL : target, error) < 0)
            return -1;
        if (copy.bytes != listed->bytes || !hash_equal(copy.sha256, listed->sha256, HASH_BYTES))
            return error_set(error, ERROR_BACKUP_MISMATCH, "%.200s differs from the manifest", listed->path);
    }
    return 0;
}

static int check_ledger(const char *target, struct error *error)
{
    char path[2 * TREE_PATH_BYTES];
    int violated = 0;
    snprintf(path, sizeof path, "%s/%s", target, STORE_DATABASE_NAME);
    if (cli_check_database(path, &violated, error) < 0)
        return -1;
    if (violated == 0)
        return 0;
    error_set(error, ERROR_BACKUP_MISMATCH, "the backup's ledger breaks %d invariants", violated);
    return error_hint(error, "shuntui ledger check on the backup's %s names them", STORE_DATABASE_NAME);
}

static int fill(const char *backup, const struct tree *manifest, const char *target, struct error *error)
{
    char database[2 * TREE_PATH_BYTES];
    snprintf(database, sizeof database, "%s/%s", backup, STORE_DATABASE_NAME);
    if (check_names(backup, manifest, error) < 0 || copy_checked(backup, manifest, target, error) < 0 ||
        store_restore(database, target, error) < 0)
        return -1;
    return check_ledger(target, error);
}

static int restore(const char *backup, const char *state, const char *expected_hex, size_t *ret_files,
                   struct error *error)
{
    char partial[TREE_PATH_BYTES];
    struct tree manifest = {0};
    if (load_manifest(backup, expected_hex, &manifest, error) < 0)
        return -1;
    int result = -1;
    if ((size_t)snprintf(partial, sizeof partial, "%s.restoring-XXXXXX", state) >= sizeof partial)
        error_set(error, ERROR_IO, "the path of the state directory is too long");
    else if (!mkdtemp(partial))
        error_set(error, ERROR_IO, "%.200s: %s", partial, strerror(errno));
    else
        result = fill(backup, &manifest, partial, error);
    if (result == 0)
        result = tree_publish(partial, state, error);
    if (result < 0)
        tree_remove(partial);
    *ret_files = manifest.count;
    tree_done(&manifest);
    return result;
}

static enum cli_exit answer(struct cli_call *call, const char *state, size_t files)
{
    struct buffer out;
    struct json_writer writer;
    if (call->json) {
        cli_json_begin(&writer, &out);
        json_member_integer(&writer, "files", (int64_t)files);
        json_member_boolean(&writer, "ok", true);
        json_member_string(&writer, "state", state);
        return cli_json_end(call, &writer, CLI_EXIT_OK);
    }
    buffer_init(&out, CLI_OUTPUT_BYTES_MAX);
    buffer_addf(&out,
                call->chinese ? "%s: 已恢复 %zu 个文件,全部与清单一致,账目正确\n"
                              : "%s: %zu files restored, all as the manifest says; the ledger is clean\n",
                state, files);
    return cli_print(call, &out, CLI_EXIT_OK);
}

/* What is wrong with the backup is a negative answer or bad input; what is wrong with the target is the environment. */
static enum cli_exit status_of(const struct error *error)
{
    if (error->code == ERROR_IO || error->code == ERROR_STORAGE_FULL)
        return CLI_EXIT_STATE;
    return error->code == ERROR_BACKUP_MISMATCH || error->code == ERROR_STORE_CORRUPT ? CLI_EXIT_NEGATIVE
                                                                                      : CLI_EXIT_INPUT;
}

enum cli_exit cli_restore(struct cli_call *call)
{
    const char *backup = call->args->operands[0];
    const char *state = call->args->values[CLI_OPTION_RESTORE_STATE];
    struct error error = {0};
    struct stat status;
    size_t files = 0;
    if (!state) {
        error_set(&error, ERROR_CLI_USAGE, "--state DIR says where to");
        return cli_fail(call, CLI_EXIT_USAGE, &error);
    }
    if (stat(backup, &status) < 0 || !S_ISDIR(status.st_mode)) {
        error_set(&error, ERROR_IO, "%.200s is not a backup: %s", backup, errno ? strerror(errno) : "no folder");
        return cli_fail(call, CLI_EXIT_INPUT, &error);
    }
    if (!tree_is_empty(state)) {
        error_set(&error, ERROR_STATE_EXISTS, "%.200s is there already and not empty", state);
        error_hint(&error, "restore never overwrites anything; choose a new name, check it, then swap the two");
        return cli_fail(call, CLI_EXIT_STATE, &error);
    }
    if (restore(backup, state, call->args->values[CLI_OPTION_RESTORE_MANIFEST], &files, &error) < 0)
        return cli_fail(call, status_of(&error), &error);
    return answer(call, state, files);
}
