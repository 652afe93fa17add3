/* SPDX-License-Identifier: Apache-2.0 */
/* proof_shows.def as a table by fact. */
#include "policy/shows.h"

#include <assert.h>

static const struct policy_shows shows[FACT_COUNT] = {
#define PROOF_SHOWS(FACT, ...) [FACT_##FACT] = {__VA_ARGS__},
#include "policy/proof_shows.def"
#undef PROOF_SHOWS
};

const struct policy_shows *policy_proof_shows(enum fact fact)
{
    assert((unsigned)fact < FACT_COUNT);
    return shows[fact].time_en ? &shows[fact] : NULL;
}
