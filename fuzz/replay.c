/* SPDX-License-Identifier: Apache-2.0 */
/* Runs every file of some folders through a fuzz target, once each, and reports in TAP. A target that finds a fault
 * aborts, so a missing line is a failure too. An empty folder fails: a test that tried nothing proves nothing. */
#include <assert.h>
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"

#define INPUT_BYTES_MAX ((size_t)4 * 1024 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int is_input(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && entry->d_type != DT_DIR;
}

static int replay(const char *folder, const char *name, struct error *error)
{
    char path[4096];
    struct buffer input;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    buffer_init(&input, INPUT_BYTES_MAX);
    int result = file_read_all(path, INPUT_BYTES_MAX, &input, error);
    if (result == 0) {
        /* An exact copy on the heap, so that the address sanitizer sees a read past the end. */
        uint8_t *copy = malloc(input.length ? input.length : 1);
        assert(copy);
        memcpy(copy, buffer_text(&input).data, input.length);
        LLVMFuzzerTestOneInput(copy, input.length);
        free(copy);
    }
    buffer_done(&input);
    return result;
}

/* Goes on counting at *number. Returns how many could not be tried, or -1 for a folder without inputs. */
static int replay_folder(const char *folder, int *number)
{
    struct dirent **entries;
    int count = scandir(folder, &entries, is_input, alphasort), failures = 0;
    for (int i = 0; i < count; i++) {
        struct error error = {.code = ERROR_NONE};
        int result = replay(folder, entries[i]->d_name, &error);
        printf("%s %d - %s\n", result ? "not ok" : "ok", ++*number, entries[i]->d_name);
        if (result)
            printf("# %s\n", error.message);
        fflush(stdout);
        failures += result != 0;
        free(entries[i]);
    }
    if (count > 0)
        free(entries);
    return count > 0 ? failures : -1;
}

int main(int argc, char **argv)
{
    int number = 0, failures = argc < 2;
    for (int i = 1; i < argc; i++) {
        int failed = replay_folder(argv[i], &number);
        if (failed < 0)
            printf("not ok %d - %s has inputs\n", ++number, argv[i]);
        failures += failed != 0;
    }
    printf("1..%d\n", number);
    return failures ? 1 : 0;
}
