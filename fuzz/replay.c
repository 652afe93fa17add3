/* SPDX-License-Identifier: Apache-2.0 */
/* Runs every file of a corpus folder through a fuzz target, once each, and reports in TAP. A target that finds a fault
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
    return entry->d_name[0] != '.';
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

int main(int argc, char **argv)
{
    struct dirent **entries;
    int count = argc == 2 ? scandir(argv[1], &entries, is_input, alphasort) : -1;
    if (count <= 0) {
        printf("1..1\nnot ok 1 - the corpus folder has inputs\n");
        return 1;
    }
    int failures = 0;
    printf("1..%d\n", count);
    for (int i = 0; i < count; i++) {
        struct error error = {.code = ERROR_NONE};
        int result = replay(argv[1], entries[i]->d_name, &error);
        printf("%s %d - %s\n", result ? "not ok" : "ok", i + 1, entries[i]->d_name);
        if (result)
            printf("# %s\n", error.message);
        fflush(stdout);
        failures += result != 0;
        free(entries[i]);
    }
    free(entries);
    return failures ? 1 : 0;
}
