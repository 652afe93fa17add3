/* SPDX-License-Identifier: Apache-2.0 */
/* Writes a made-up case as bundle.tar and bundle.zip into a folder, for programs that nobody here wrote to check; the
 * smallest case as small.tar and small.zip, which the corpus of fuzz/fuzz_bundle.c was made with; and a case whose logged
 * ruling is not what its policy gives as misruled.tar. */
#include <stdio.h>

#include "base/error.h"
#include "base/file.h"
#include "evidence/test_sample.h"

static int write_bundle(const struct sample *sample, enum evidence_container container, const char *folder,
                        const char *name, struct error *error)
{
    char path[4096], id[HASH_HEX_BYTES];
    struct buffer out;
    sample_write_good(sample, container, &out, id);
    snprintf(path, sizeof path, "%s/%s", folder, name);
    int status = file_write_durable(path, buffer_text(&out), 0644, error);
    buffer_done(&out);
    return status;
}

int main(int argc, char **argv)
{
    struct sample sample;
    struct error error = {.code = ERROR_NONE};
    if (argc != 2) {
        fprintf(stderr, "usage: make_bundle FOLDER\n");
        return 2;
    }
    int status = 0;
    for (int small = 0; small < 2 && status == 0; small++) {
        sample_init(&sample, small, 1);
        status = write_bundle(&sample, EVIDENCE_CONTAINER_TAR, argv[1], small ? "small.tar" : "bundle.tar", &error) ||
                 write_bundle(&sample, EVIDENCE_CONTAINER_ZIP, argv[1], small ? "small.zip" : "bundle.zip", &error);
        sample_done(&sample);
    }
    if (status == 0) {
        sample_init_misruled(&sample);
        status = write_bundle(&sample, EVIDENCE_CONTAINER_TAR, argv[1], "misruled.tar", &error);
        sample_done(&sample);
    }
    if (status)
        fprintf(stderr, "%s\n", error.message);
    return status;
}
