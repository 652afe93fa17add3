/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the parts of the decision checker share: the vocabulary, a policy as read, the inputs, the decision. Section
 * numbers in these files are those of docs/policy-language.md. Private to this folder; never includes src/policy.
 */
#ifndef SHUNTUI_EVIDENCE_REPLAY_MODEL_H
#define SHUNTUI_EVIDENCE_REPLAY_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"

/* ---- the vocabulary (section 4) ---- */

enum replay_goods { REPLAY_CARD_KEY = 1, REPLAY_SERVICE = 2, REPLAY_LICENCE = 4, REPLAY_ALL_GOODS = 7 }; /* bits */
enum replay_type {
    REPLAY_CHOICE, /* an enumeration */
    REPLAY_PROOF,  /* an enumeration that may stand in `needs` */
    REPLAY_FLAG,
    REPLAY_EVENT, /* seconds since, or REPLAY_NEVER */
    REPLAY_PERCENT,
    REPLAY_MONEY,
    REPLAY_NUMBER,
    REPLAY_SPAN /* seconds in all */
};
#define REPLAY_NEVER INT64_C(-1)
#define REPLAY_NUMBER_MAX INT64_C(1000000000000) /* of every fact and bound */

struct replay_value {
    const char *word;
    unsigned goods;
};
struct replay_fact {
    const char *word;
    enum replay_type type;
    unsigned goods;
    const char *sources;               /* words with blanks between */
    const struct replay_value *values; /* of CHOICE, PROOF and FLAG; ends with a NULL word */
};
/* The facts that the meaning of the language itself speaks of, by their place in the table. */
enum replay_place {
    REPLAY_REASON = 0,
    REPLAY_PROGRESS = 4,
    REPLAY_LATE = 10,
    REPLAY_MERCHANT_ANSWER = 22,
    REPLAY_QUANTITY = 24,
    REPLAY_AFFECTED_QUANTITY = 25,
    REPLAY_AMOUNT = 26,
    REPLAY_EARLIER_REFUNDS = 27,
    REPLAY_TIME_USED = 46,
    REPLAY_FACT_COUNT = 53
};
extern const struct replay_fact replay_facts[REPLAY_FACT_COUNT];
int replay_fact_find(struct text word);                                  /* place, or -1 */
int replay_value_find(const struct replay_fact *fact, struct text word); /* position, or -1 */
bool replay_source_allowed(const struct replay_fact *fact, struct text source);
static inline uint64_t replay_bit(int place)
{
    return UINT64_C(1) << place;
}

/* ---- a policy as read (section 3) ---- */

enum replay_truth { REPLAY_FALSE, REPLAY_TRUE, REPLAY_UNKNOWN };
enum replay_kind { REPLAY_TEST, REPLAY_ALL, REPLAY_ANY };
enum replay_op {
    REPLAY_IS,
    REPLAY_UNDER, /* `at least` is its opposite */
    REPLAY_OVER,  /* `at most` is its opposite */
    REPLAY_WITHIN,
    REPLAY_AGO,
    REPLAY_HAPPENED,
    REPLAY_LATE_BY
};

struct replay_node {
    enum replay_kind kind;
    bool negated; /* after replay_when_read only tests are */
    enum replay_truth truth;
    int fact; /* of a test: place in the vocabulary */
    enum replay_op op;
    uint64_t values; /* of IS: bits by position */
    int64_t bound;
    struct replay_node *first, *next; /* members of a group */
};

enum replay_outcome { REPLAY_REFUND, REPLAY_REFUSE, REPLAY_REVIEW, REPLAY_OPEN };
enum replay_rule {
    REPLAY_RULE_NONE,
    REPLAY_RULE_FULL,
    REPLAY_RULE_PERCENT,
    REPLAY_RULE_UNFINISHED,
    REPLAY_RULE_AFFECTED,
    REPLAY_RULE_REMAINING,
    REPLAY_RULE_FIXED
};
enum replay_silence { REPLAY_SILENCE_ACCEPTS, REPLAY_SILENCE_REFUSES, REPLAY_SILENCE_REVIEWS };
#define REPLAY_NEEDS_MAX 6

struct replay_amount {
    enum replay_rule rule;
    int64_t percent;                  /* of the order, or of the part; 0 where none is named */
    int64_t fixed;                    /* of the rule `fixed` */
    int64_t less_percent, less_minor; /* 0: nothing is taken off */
};

struct replay_clause {
    struct text id;
    struct replay_node *when; /* an ALL group */
    bool has_outcome, has_optional, has_law;
    enum replay_outcome outcome;
    struct replay_amount amount;
    bool at_once;
    const char *destination; /* as the certificate names it; NULL: back to the original payment */
    const char *bearer;
    bool asks_merchant;
    enum replay_silence silence;
    int64_t merchant_answer_s, review_s;
    int64_t extension_s; /* 0: the answer's time is not extended */
    int need_count;
    uint64_t needs[REPLAY_NEEDS_MAX];     /* proofs by place */
    bool overrides[LIMIT_POLICY_CLAUSES]; /* along any path */
};

struct replay_policy {
    struct text name;
    int64_t version;
    char sha256_hex[HASH_HEX_BYTES];
    enum replay_goods goods;
    char currency[4]; /* of all its money, or empty */
    bool has_otherwise, otherwise_refuses;
    int64_t review_s; /* of `otherwise review within`, else 48 hours */
    uint64_t tested;  /* facts by place (section 7) */
    int clause_count;
    struct replay_clause clauses[LIMIT_POLICY_CLAUSES];
};

/* Reads the source into the arena. Returns 0, or -1 with error, line and column. */
int replay_policy_read(struct arena *arena, struct text source, struct replay_policy **ret, struct error *error);
/* What reading a policy takes of an arena at most: a token for each byte, nodes, clauses. */
#define REPLAY_ARENA_BYTES ((size_t)16 * 1024 * 1024)

/* ---- the inputs ---- */

struct replay_inputs {
    uint64_t known;                   /* by place; only facts that the policy tests */
    int64_t value[REPLAY_FACT_COUNT]; /* position, seconds or REPLAY_NEVER, number */
    struct text source[REPLAY_FACT_COUNT];
    int64_t leaf[REPLAY_FACT_COUNT]; /* -1 when the log does not hold it */
    char currency[4];
    int64_t paid; /* -1 while unknown */
    int64_t earlier_refunds;
    int64_t decided_at;
    struct text claim; /* data is NULL when there is none */
};

/* Takes the inputs out of a certificate. Returns 0, or 1 with the first place that cannot be an input of this policy. */
struct evidence_difference;
int replay_inputs_read(struct arena *arena, const struct json *root, const struct replay_policy *policy,
                       struct replay_inputs *ret, struct evidence_difference *ret_difference);

/* ---- the decision (section 5) ---- */

enum replay_disposition {
    REPLAY_PAY_NOW,
    REPLAY_WAIT_MERCHANT,
    REPLAY_MISSING_EVIDENCE,
    REPLAY_TO_PERSON,
    REPLAY_REFUSED,
    REPLAY_UNDECIDED
};
enum replay_evidence { REPLAY_MISSING, REPLAY_REJECTED, REPLAY_ACCEPTED };
struct replay_step {
    const char *op;
    int64_t value;
};

struct replay_decision {
    enum replay_truth applies[LIMIT_POLICY_CLAUSES];
    const struct replay_clause *governing; /* NULL: `otherwise`, or nobody */
    bool is_open;                          /* nobody governs */
    enum replay_outcome outcome;
    enum replay_disposition disposition;
    enum replay_evidence evidence[REPLAY_NEEDS_MAX]; /* of the governing clause */
    enum replay_rule rule;
    int step_count;
    struct replay_step steps[6];
    int64_t refund;
    int64_t review_s; /* -1: no person */
};

/* The amount of the governing clause, with its steps. Returns false, without steps, when a fact that it needs is unknown. */
bool replay_amount_decide(const struct replay_policy *policy, const struct replay_inputs *inputs,
                          struct replay_decision *decision);
/* Decides; sets the truth of every node of the policy. */
void replay_decide(struct replay_policy *policy, const struct replay_inputs *inputs, struct replay_decision *ret);
/* Whether a clause that applies overrides this one. */
bool replay_is_overridden(const struct replay_policy *policy, const struct replay_decision *decision, int clause);
/* The certificate that this decision must have, canonical. */
void replay_certificate_write(struct json_writer *writer, const struct replay_policy *policy,
                              const struct replay_inputs *inputs, const struct replay_decision *decision);

/* ---- words of a difference ---- */

void replay_words_set(struct evidence_difference *ret, const char *en, const char *zh);
/* "PLACE is FOUND, and why that cannot be". Returns 1. */
int replay_differs(struct evidence_difference *ret, struct text place, struct text found, const char *en,
                   const char *zh);
/* A value as people can take it in: a scalar as it is written, clipped; otherwise what kind of thing it is. */
struct text replay_value_shown(struct arena *arena, const struct json *value);
/* The first difference between two certificates that are not the same bytes. Returns 1. */
int replay_difference_find(struct arena *arena, const struct json *found, const struct json *expected,
                           struct evidence_difference *ret);

/* ---- reading, shared by read.c, clause.c and when.c ---- */

enum replay_token_kind { REPLAY_WORD, REPLAY_DIGITS, REPLAY_QUOTED, REPLAY_SIGN, REPLAY_END };
struct replay_token {
    enum replay_token_kind kind;
    struct text text; /* of QUOTED: what stands between the quotes */
    int line;
    size_t start, line_start; /* offsets in the source */
};
struct replay_reader {
    struct arena *arena;
    struct text source;
    struct replay_policy *policy;
    struct replay_token *tokens; /* the last is END */
    size_t count, at;
    int depth;                       /* of brackets */
    int node_count;                  /* tests and groups so far */
    const struct replay_node **seen; /* the different tests so far */
    int seen_count;
    struct error *error;
};
int replay_tokens_read(struct replay_reader *reader); /* fills tokens and count */
const struct replay_token *replay_ahead(const struct replay_reader *reader, size_t distance);
bool replay_is_word(const struct replay_reader *reader, size_t distance, const char *word);
bool replay_is_sign(const struct replay_reader *reader, char sign);
bool replay_take(struct replay_reader *reader, const char *word);
int replay_expect(struct replay_reader *reader, const char *word);
/* Fail at the token that comes next. Return -1. */
int replay_expected(struct replay_reader *reader, const char *what);
int replay_refuse(struct replay_reader *reader, enum error_code code, const char *why);
int replay_whole(struct replay_reader *reader, int64_t minimum, int64_t maximum, int64_t *ret);
int replay_duration(struct replay_reader *reader, int64_t *ret_s);
/* "12.50 CNY" in minor units, at least `minimum`; sets the policy's currency, or must be in it. */
int replay_money(struct replay_reader *reader, int64_t minimum, int64_t *ret);
/* Between 1 minute and 15 days. */
int replay_deadline(struct replay_reader *reader, int64_t *ret_s);
int replay_line_read(struct replay_reader *reader, struct replay_clause *clause);
int replay_clause_check(struct replay_reader *reader, const struct replay_clause *clause); /* when all lines are read */
/* Reads what follows `when`; adds the condition about `other` (section 5) and notes the facts tested. */
int replay_when_read(struct replay_reader *reader, struct replay_node **ret);

#endif
