/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The secrets of a state directory: one file of 64 hex digits each, mode 0600, made with the system's generator at first
 * start. No key is shipped, derived from another, or written anywhere else.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "service/internal.h"

#define KEY_BYTES 32

struct key_file {
    const char *name;
    size_t offset;
};

static const struct key_file key_files[] = {
    {"log.key", offsetof(struct service_keys, log_seed)},
    {"master.key", offsetof(struct service_keys, master)},
    {"pepper.key", offsetof(struct service_keys, pepper)},
    {"sandbox.key", offsetof(struct service_keys, sandbox)},
};

static int key_make(const char *path, struct random *random, struct error *error)
{
    uint8_t key[KEY_BYTES];
    struct buffer text;
    buffer_init(&text, 128);
    random->fill(random, key, sizeof key);
    buffer_add_hex(&text, key, sizeof key);
    buffer_add_char(&text, '\n');
    int result = file_write_durable(path, buffer_text(&text), 0600, error);
    secret_wipe(key, sizeof key);
    secret_wipe(text.data, text.length);
    buffer_done(&text);
    return result;
}

static int key_read(const char *path, uint8_t out[static KEY_BYTES], struct error *error)
{
    struct stat status;
    if (stat(path, &status) == 0 && (status.st_mode & 077)) {
        error_set(error, ERROR_KEY_FILE, "the key file %s can be read by others", path);
        return error_hint(error, "chmod 600 %s, and consider the key known", path);
    }
    struct buffer text;
    buffer_init(&text, 256);
    int result = file_read_all(path, 256, &text, error);
    if (result == 0) {
        struct text hex = buffer_text(&text);
        if (hex.length && hex.data[hex.length - 1] == '\n')
            hex.length--;
        size_t length = 0;
        if (hex_decode(hex, out, KEY_BYTES, &length) < 0 || length != KEY_BYTES) {
            error_set(error, ERROR_KEY_FILE, "the key file %s is malformed", path);
            result = error_hint(error, "restore it from a backup; a new key would not open what the old one sealed");
        }
        secret_wipe(text.data, text.length);
    }
    buffer_done(&text);
    return result;
}

int service_keys_load(struct service_keys *keys, const char *state_path, bool create, struct random *random,
                      struct error *error)
{
    char folder[480], path[560];
    struct stat status;
    snprintf(folder, sizeof folder, "%s/keys", state_path);
    bool is_new = stat(folder, &status) < 0;
    if (is_new && create && directory_make(folder, 0700, error) < 0)
        return -1;
    for (size_t i = 0; i < sizeof key_files / sizeof key_files[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, key_files[i].name);
        /* A key missing from an old folder is a loss, never a reason to make another. */
        if (is_new && create && key_make(path, random, error) < 0)
            return -1;
        if (key_read(path, (uint8_t *)keys + key_files[i].offset, error) < 0)
            return -1;
    }
    sign_keypair(keys->log_seed, keys->log_public, keys->log_secret);
    return 0;
}
