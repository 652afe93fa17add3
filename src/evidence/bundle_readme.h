/* SPDX-License-Identifier: Apache-2.0 */
/* The two README files of a bundle: what it shows, what it does not, and commands to check it. Private to src/evidence. */
#ifndef SHUNTUI_EVIDENCE_BUNDLE_README_H
#define SHUNTUI_EVIDENCE_BUNDLE_README_H

#include <stdbool.h>

#include "evidence/bundle.h"

struct bundle_readme_facts {
    const char *subject;
    const char *vkey;
    uint64_t log_size;
    size_t chain_count, related_count, missing_count; /* missing: items that are not present */
};
void bundle_readme_write(const struct bundle_readme_facts *facts, bool chinese, struct buffer *out);

#endif
