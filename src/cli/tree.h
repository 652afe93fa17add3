/* SPDX-License-Identifier: Apache-2.0 */
/* Copies a folder file by file, durably, and knows each file's size and SHA-256. For backup and restore. */
#ifndef SHUNTUI_CLI_TREE_H
#define SHUNTUI_CLI_TREE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/hash.h"

struct error;

#define TREE_PATH_BYTES 512
#define TREE_FILES_MAX 5000000 /* evidence files of a very large platform */

struct tree_file {
    char *path; /* below the folder: "keys/log.key" */
    uint8_t sha256[HASH_BYTES];
    int64_t bytes;
    mode_t mode;
};
struct tree {
    struct tree_file *files; /* by path */
    size_t count, capacity;
};
void tree_done(struct tree *tree);
/* Lists the regular files below folder, by path; hashes are not filled. skip(name) says which names at the top to leave out.
 * Refuses symbolic links and special files: IO. */
int tree_list(const char *folder, bool (*skip)(const char *name), struct tree *ret, struct error *error);
/* Adds one file; takes a copy of path. */
struct tree_file *tree_add(struct tree *tree, const char *path);
const struct tree_file *tree_find(const struct tree *tree, const char *path); /* after tree_list or tree_sort */
void tree_sort(struct tree *tree);
/* Reads the file below folder and fills sha256 and bytes; with target not NULL also writes it there, synced, same mode. */
int tree_copy(const char *folder, struct tree_file *file, const char *target, struct error *error);
/* Gives a folder that is whole its name: everything in it, and then the name, is on disk when it returns 0. */
int tree_publish(const char *partial, const char *target, struct error *error);
/* Removes a folder that this program made, with all that is in it. Best effort. */
void tree_remove(const char *folder);
bool tree_is_empty(const char *folder); /* true also when there is no such folder */

#endif
