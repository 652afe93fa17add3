/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates for tests: the golden ones of policies/, and those that the checker itself gives for a list of facts. */
#ifndef SHUNTUI_EVIDENCE_REPLAY_TEST_CASES_H
#define SHUNTUI_EVIDENCE_REPLAY_TEST_CASES_H

#include <stdint.h>

#include "base/text.h"

/* Reads a file into a buffer that the caller frees; a test that cannot read it fails. */
void file_load(const char *path, struct buffer *out);

/* Every policy below $SHUNTUI_POLICIES, in the order of their names. */
typedef void policy_fn(void *context, const char *path);
void policies_each(policy_fn *visit, void *context);

typedef void golden_fn(void *context, struct text certificate, struct text policy, const char *path);
/* Every case of these that holds a whole certificate; fails when there are few. */
void golden_each(golden_fn *visit, void *context);

struct situation {
    const char *policy;
    const char *facts; /* "reason changed_mind buyer; card sealed record 7": name, value, source, leaf or nothing */
    const char *currency;
    int64_t paid; /* -1 while unknown */
    int64_t earlier_refunds;
};
/* Appends the certificate that the facts give: decided at 1764000000, claim clm_01kaq8golden00000000000000. A fact that the
 * policy does not test is left out. Fails when the policy is none. */
void situation_certificate(const struct situation *situation, struct buffer *out);

#endif
