/* SPDX-License-Identifier: Apache-2.0 */
/* Bundles with something forged in them and all four manifests made to fit, for the tests of verification. */
#ifndef SHUNTUI_EVIDENCE_VERIFY_TEST_FORGE_H
#define SHUNTUI_EVIDENCE_VERIFY_TEST_FORGE_H

#include "evidence/test_sample.h"
#include "evidence/verify/verify.h"

struct forgery {
    const char *path;            /* to replace, below the folder */
    struct text bytes;           /* instead; data NULL leaves the file out */
    const struct sample *faulty; /* instead: leaves, proofs, heads and closing list of this one; NULL for none */
};

void print_failures(const struct evidence_report *report);
/* Everything that a careful reader has: both keys, and the decision checker. */
struct evidence_verify_options trusting(const struct sample *sample);
/* Packs the bundle with one file replaced and all four manifests made to fit. */
void forge(struct text bundle, const struct forgery *forgery, struct buffer *out);
/* The forged bundle must fail in `check` and, if manifests fit, not in the manifests. */
void assert_forgery_fails(const struct sample *sample, struct text good, const struct forgery *forgery,
                          enum evidence_check check);
/* A file's bytes; and the same with `to` in the place of the first `from`. The copy is the caller's to free. */
struct text content_of(struct text bundle, const char *path, struct buffer *copy);
struct text replaced(struct text bundle, const char *path, const char *from, const char *to, struct buffer *copy);

#endif
