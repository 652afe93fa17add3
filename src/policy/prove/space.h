/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The situations that one or two policies can tell apart. The values of each fact fall into cells that no condition splits;
 * a box is a set of cells for every fact. In a box each condition is true, false, or undecided. Private to this folder.
 */
#ifndef SHUNTUI_POLICY_PROVE_SPACE_H
#define SHUNTUI_POLICY_PROVE_SPACE_H

#include "policy/model.h"

#define PROVE_POLICIES_MAX 2

struct prove_cell {
    int64_t low, high; /* of numbers and durations; for enumerations the position of one value */
    uint64_t mask;     /* of enumerations: the values in this cell */
};

struct prove_fact {
    struct prove_cell *cells;
    int count;
    int offset, words; /* where its bits stand in a box */
};

struct prove_condition {
    uint8_t fact;
    const uint64_t *truth; /* the cells in which it is true; `words` of its fact */
};

struct prove_node {
    uint8_t kind; /* enum policy_node_kind */
    uint16_t condition, first, next;
};
#define PROVE_NODES_MAX 6144 /* of two policies, and what goals add */

struct prove_space {
    struct arena *arena;
    int policy_count;
    const struct policy *policies[PROVE_POLICIES_MAX];
    char currency[4]; /* of the money they name, or "CNY" */
    unsigned goods;
    struct prove_fact facts[FACT_COUNT];
    int words;     /* of a box */
    uint64_t *all; /* the box of everything */
    struct prove_condition *conditions;
    int condition_count;
    uint16_t accepted[FACT_COUNT]; /* of proofs: the condition that it is accepted */
    struct prove_node *nodes;
    int node_count, nodes_imported; /* nodes behind these belong to the goal at hand */
    int first_node[PROVE_POLICIES_MAX];
    uint64_t *scratch; /* a box for whoever needs one for a moment */
    uint64_t **boxes;  /* one for each depth of the search, made when first needed */
    int depth_max;
    int64_t steps, steps_max;
};

/* A number at which a fact is split although no condition says so: values below it and from it on never share a cell. */
struct prove_bound {
    enum fact fact;
    int64_t value;
};

/* The policies must have the same goods and outlive the space; so must the arena. Boxes are counted over all searches. */
struct prove_space *prove_space_new(struct arena *arena, const struct policy *const *policies, int policy_count,
                                    const struct prove_bound *bounds, int bound_count, int64_t steps_max);

/* The root of a clause's `when`. */
uint16_t prove_clause_node(const struct prove_space *space, int policy, int clause);

static inline bool prove_bit(const struct prove_space *space, const uint64_t *box, int fact, int cell)
{
    return box[space->facts[fact].offset + cell / 64] >> (cell % 64) & 1;
}

/* First cell of the fact in the box from `cell` on, or -1. */
int prove_cell_next(const struct prove_space *space, const uint64_t *box, int fact, int cell);
bool prove_fact_open(const struct prove_space *space, const uint64_t *box, int fact); /* nothing is excluded */
enum policy_truth prove_truth(const struct prove_space *space, const uint64_t *box, uint16_t node);
/* Keeps only cells that lie within low to high (numbers), or the values of the mask (enumerations). False when none is left. */
bool prove_keep_range(const struct prove_space *space, uint64_t *box, enum fact fact, int64_t low, int64_t high);
bool prove_keep_values(const struct prove_space *space, uint64_t *box, enum fact fact, uint64_t mask);

bool prove_keep_containing(const struct prove_space *space, uint64_t *box, enum fact fact, int64_t value);

/* Exact values that an example must show. */
struct prove_pick {
    uint64_t facts;
    int64_t value[FACT_COUNT];
};
void prove_keep_picked(const struct prove_space *space, uint64_t *box, const struct prove_pick *pick);

/* ---- what can be at all: docs/policy-language.md section 6 ---- */

/* False when no situation of the box can be; a quick test that may miss some. */
bool prove_possible(const struct prove_space *space, const uint64_t *box);
/* Finds values for all facts of the box that can be together; exact. `nice`: round ones where there are some. */
bool prove_complete(const struct prove_space *space, const uint64_t *box, bool nice, int64_t ret_values[FACT_COUNT]);

#endif
