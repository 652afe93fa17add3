/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The compiled form of a policy, private to this folder: conditions are a table without duplicates, clauses are trees of
 * `all` and `any` over that table with every negation pushed down to the conditions. Filled by the parser, then constant.
 */
#ifndef SHUNTUI_POLICY_MODEL_H
#define SHUNTUI_POLICY_MODEL_H

#include "policy/policy.h"

enum policy_relation {
    POLICY_RELATION_IS,
    POLICY_RELATION_IS_NOT,
    POLICY_RELATION_UNDER,
    POLICY_RELATION_AT_LEAST,
    POLICY_RELATION_OVER,
    POLICY_RELATION_AT_MOST,
    POLICY_RELATION_WITHIN,
    POLICY_RELATION_NOT_WITHIN,
    POLICY_RELATION_AGO,
    POLICY_RELATION_NOT_AGO,
    POLICY_RELATION_HAPPENED,
    POLICY_RELATION_NOT_HAPPENED,
    POLICY_RELATION_LATE_BY,
    POLICY_RELATION_NOT_LATE_BY,
    POLICY_RELATION_COUNT
};

/* True when the value's bit is in mask (ENUM, BOOLEAN), or when low <= value <= high differs from `outside`. */
struct policy_condition {
    uint8_t fact;     /* enum fact */
    uint8_t relation; /* enum policy_relation, as people read it */
    bool by_mask, outside;
    uint64_t mask;     /* of values that make it true */
    uint64_t written;  /* of values as the text lists them */
    int64_t low, high; /* inclusive */
    int64_t bound;     /* as written: seconds, percent, minor units, count; 0 without one */
};

enum policy_node_kind { POLICY_NODE_TEST, POLICY_NODE_ALL, POLICY_NODE_ANY };
#define POLICY_NODE_NONE UINT16_MAX
struct policy_node {
    uint8_t kind;       /* enum policy_node_kind */
    bool implied;       /* the condition that the language itself adds, see docs/policy-language.md */
    uint16_t condition; /* of TEST */
    uint16_t first, next;
};

struct policy_amount {
    enum policy_amount_rule rule;
    int64_t percent; /* of PERCENT; of UNFINISHED, AFFECTED and REMAINING a percentage of that part, 0 without one */
    int64_t fixed;   /* of FIXED: minor units of the policy's currency */
    int64_t less_percent; /* of what was paid; 0 without */
    int64_t less;         /* minor units; 0 without */
};

struct policy_clause {
    const char *id, *title_zh, *title_en;
    uint16_t root;               /* always an ALL node */
    size_t start, length;        /* of the id in the source */
    enum policy_outcome outcome; /* REFUND, REFUSE or REVIEW */
    struct policy_amount amount;
    bool at_once;
    enum policy_bearer bearer;
    enum policy_destination destination;
    int64_t review_s, merchant_answer_s, extension_s; /* -1 without */
    enum policy_silence silence;
    int law_count;
    const char *laws[POLICY_LAWS_MAX];
    int need_count;
    uint64_t needs[POLICY_NEEDS_MAX];
    uint64_t optional;
    struct policy_clause_set overrides_direct; /* as written */
    struct policy_clause_set overrides;        /* through any path */
    struct policy_clause_set overridden_by;    /* through any path */
};

struct policy_piece;

struct policy {
    const char *name, *floor, *effective; /* the last two empty without */
    struct text source;
    size_t head_start, head_length;           /* of name and version in the source */
    size_t otherwise_start, otherwise_length; /* length 0 without such a line */
    uint8_t sha256[HASH_BYTES];
    char sha256_hex[HASH_HEX_BYTES];
    int64_t version;
    enum policy_goods goods;
    char currency[4]; /* of the money it names, or empty */
    bool has_otherwise;
    enum policy_outcome otherwise; /* REVIEW or REFUSE */
    int64_t otherwise_review_s;    /* -1 without */
    uint64_t facts_tested;
    int clause_count, condition_count, node_count;
    struct policy_clause *clauses;       /* LIMIT_POLICY_CLAUSES */
    struct policy_condition *conditions; /* POLICY_CONDITIONS_MAX */
    struct policy_node *nodes;           /* POLICY_NODES_MAX */
    const char *template_text;           /* see template.h */
    const struct policy_piece *template_pieces;
};

const char *policy_relation_word(enum policy_relation relation);
bool policy_relation_has_bound(enum policy_relation relation);
bool policy_condition_holds(const struct policy_condition *condition, int64_t value);
/* The known facts, without the money when it is of another currency than the policy's: it cannot be compared, and a
 * condition on it is unknown and goes to a person in the end. */
uint64_t policy_facts_comparable(const struct policy *policy, const struct policy_facts *facts);
/* Truth of every condition from the facts; bits beyond condition_count are zero. */
void policy_conditions_evaluate(const struct policy *policy, const struct policy_facts *facts, uint64_t *ret_true,
                                uint64_t *ret_unknown);
enum policy_truth policy_node_truth(const struct policy *policy, uint16_t node, const uint64_t *is_true,
                                    const uint64_t *is_unknown);
/* Unknown facts in the undecided parts of a node. */
uint64_t policy_node_wanted(const struct policy *policy, uint16_t node, const uint64_t *is_true,
                            const uint64_t *is_unknown);
/* Closes the overrides over paths. Returns -1, or a clause that overrides itself. */
int policy_overrides_close(struct policy *policy);
/* Seconds that a person has at most where the governing rule names none. */
int64_t policy_review_s(const struct policy *policy);

static inline void policy_clause_set_add(struct policy_clause_set *set, int clause)
{
    set->bits[clause / 64] |= UINT64_C(1) << (clause % 64);
}

static inline bool policy_clause_set_meets(const struct policy_clause_set *a, const struct policy_clause_set *b)
{
    uint64_t common = 0;
    for (int i = 0; i < POLICY_CLAUSE_WORDS; i++)
        common |= a->bits[i] & b->bits[i];
    return common != 0;
}

#endif
