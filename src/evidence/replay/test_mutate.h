/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every certificate that is one change away from a given one: each value replaced by several others, each member removed,
 * renamed, doubled or joined by another, each list shortened, lengthened and turned, each other spelling of the same.
 */
#ifndef SHUNTUI_EVIDENCE_REPLAY_TEST_MUTATE_H
#define SHUNTUI_EVIDENCE_REPLAY_TEST_MUTATE_H

#include <stdbool.h>

#include "base/text.h"

struct mutation {
    struct text text;    /* the certificate after the change; it differs from the one before */
    const char *place;   /* of what was changed, positions in lists left out: "/facts/value" */
    const char *what;    /* "another value", "member removed" … */
    bool is_other_value; /* a scalar became another scalar in the only spelling that canonical JSON has for it */
};
typedef void mutation_fn(void *context, const struct mutation *mutation);
/* The certificate must be canonical. Of the changes, each `every`th is tried; 1 tries them all. Returns how many were. */
int mutations_each(struct text certificate, int every, mutation_fn *visit, void *context);

/*
 * The inputs of a decision: another value may give the same decision, and then the decision alone cannot tell. What pins
 * them is the log: the leaf commits to the certificate's bytes, and the verification of a bundle compares them with the
 * leaves beside it (verify/test_inputs.c). Nothing else in a certificate can be changed at all.
 */
bool mutation_is_of_input(const struct mutation *mutation);
#define MUTATION_INPUTS 8
extern const char *const mutation_inputs[MUTATION_INPUTS];

#endif
