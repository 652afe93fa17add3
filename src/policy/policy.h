/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The policy language: a refund rule that reads like the terms it replaces, and that a machine can check and apply.
 * Pure: text and facts in, decision and words out; no I/O, no clock, no randomness. docs/policy-language.md is the
 * specification of the grammar, of the meaning and of the certificate.
 */
#ifndef SHUNTUI_POLICY_POLICY_H
#define SHUNTUI_POLICY_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"
#include "policy/fact_values.h"

#define POLICY_VOCABULARY "1" /* of facts.def; changes when a meaning changes, not when a row is added */

/* ---- facts ---- */

enum fact {
#define FACT_ROW(code, ...) FACT_##code,
#include "policy/facts.def"
#undef FACT_ROW
    FACT_COUNT
};
_Static_assert(FACT_COUNT <= 64, "sets of facts are 64-bit masks");

enum fact_type {
    FACT_TYPE_ENUM,
    FACT_TYPE_BOOLEAN,
    FACT_TYPE_DURATION, /* since an event, or FACT_NEVER */
    FACT_TYPE_SPAN,     /* seconds in all */
    FACT_TYPE_PERCENT,
    FACT_TYPE_MONEY,
    FACT_TYPE_COUNT
};
enum fact_source {
    FACT_SOURCE_RECORD,
    FACT_SOURCE_ISSUER,
    FACT_SOURCE_EVIDENCE,
    FACT_SOURCE_MERCHANT,
    FACT_SOURCE_BUYER,
    FACT_SOURCE_ARBITER,
    FACT_SOURCE_COUNT
};
enum fact_strength { FACT_STRENGTH_RECORD, FACT_STRENGTH_CHECKED, FACT_STRENGTH_WORD };
enum policy_goods { /* bits */
                    POLICY_GOODS_CARD_KEY = 1,
                    POLICY_GOODS_SERVICE = 2,
                    POLICY_GOODS_LICENCE = 4, /* a copy that belongs to an account */
                    POLICY_GOODS_SOLD = 3,    /* what this market lists */
                    POLICY_GOODS_ANY = 7
};
enum policy_language { POLICY_LANGUAGE_ZH, POLICY_LANGUAGE_EN };

#define FACT_NEVER INT64_C(-1)                    /* value of a duration whose event has not happened */
#define FACT_VALUE_MAXIMUM INT64_C(1000000000000) /* of every number */

struct fact_value_info {
    const char *word, *label_en, *label_zh;
    unsigned goods; /* enum policy_goods bits */
};
struct fact_info {
    const char *word, *label_en, *label_zh, *question_en, *question_zh;
    enum fact_type type;
    enum fact_strength strength;
    unsigned goods;                       /* enum policy_goods bits */
    unsigned sources;                     /* bits 1u << enum fact_source */
    const struct fact_value_info *values; /* of ENUM and BOOLEAN */
    int value_count;
};
const struct fact_info *fact_info(enum fact fact);
bool fact_is_proof(enum fact fact);                    /* may stand in `needs` */
int fact_find(struct text word);                       /* enum fact, or -1 */
int fact_value_find(enum fact fact, struct text word); /* position, or -1; only ENUM and BOOLEAN */
const char *fact_source_word(enum fact_source source); /* "record" … */
int fact_source_find(struct text word);                /* enum fact_source, or -1 */

/* What is known about one order and claim. A fact is known or not; a known one has a value, a source and, when the log
 * holds it, a leaf index. */
struct policy_facts {
    uint64_t known;             /* bit 1 << enum fact */
    int64_t value[FACT_COUNT];  /* position in the value set, seconds or FACT_NEVER, percent, minor units, count */
    int64_t leaf[FACT_COUNT];   /* -1 when there is none */
    uint8_t source[FACT_COUNT]; /* enum fact_source */
    char currency[4];           /* of the amounts; "CNY" after init */
    int64_t decided_at_s;       /* unix seconds, for the certificate */
    char claim[40];             /* id for the certificate, or empty */
};
void policy_facts_init(struct policy_facts *facts); /* nothing known */
/* Fails with FIELD_RANGE when the value is outside the fact's type, and with POLICY_SOURCE when that source may not state
 * this fact (a buyer's word never sets the state of a card). Nothing is changed on failure. */
int policy_facts_set(struct policy_facts *facts, enum fact fact, int64_t value, enum fact_source source, int64_t leaf,
                     struct error *error);
/* The same with the value as the language writes it: "key_invalid", "yes", "never", "259200", "80". */
int policy_facts_set_word(struct policy_facts *facts, enum fact fact, struct text value, enum fact_source source,
                          int64_t leaf, struct error *error);
void policy_facts_clear(struct policy_facts *facts, enum fact fact);
/* {"reason":"key_invalid","revealed":3600,"card":{"value":"revealed","source":"record","leaf":7},"currency":"CNY",
 *  "decided_at":1764000000,"claim":"clm_…"}; a bare value gets the fact's first allowed source. */
int policy_facts_read(struct policy_facts *facts, const struct json *object, struct error *error);
/* The known facts as a JSON object of bare values, in the form that policy_facts_read takes. */
void policy_facts_write(struct json_writer *writer, const struct policy_facts *facts);
/* A value as people read it ("3 天", "12.50 CNY"). */
void policy_value_words(struct buffer *out, enum fact fact, int64_t value, const char *currency,
                        enum policy_language language);

/* ---- a policy ---- */

struct policy; /* immutable after policy_parse; lives in the arena that was given; may be read by several threads */

#define POLICY_PROBLEMS_MAX 40 /* more are counted, not kept: nobody reads the forty-first before mending the first */
enum policy_problem_kind {
#define PROBLEM_ROW(code, ...) POLICY_PROBLEM_##code,
#include "policy/problem_kinds.def"
#undef PROBLEM_ROW
    POLICY_PROBLEM_KIND_COUNT
};
/* What becomes of a buyer's position from one policy to another. */
enum policy_change {
    POLICY_CHANGE_BETTER, /* a higher outcome or more money */
    POLICY_CHANGE_WORSE,  /* a lower outcome or less money */
    POLICY_CHANGE_EASIER, /* less evidence */
    POLICY_CHANGE_HARDER, /* more or other evidence */
    POLICY_CHANGE_FASTER, /* decided sooner */
    POLICY_CHANGE_SLOWER, /* decided later */
    POLICY_CHANGE_BEARER, /* the same for the buyer; somebody else bears it */
    POLICY_CHANGE_COUNT
};
const char *policy_change_word(enum policy_change change); /* "better" … */

enum policy_severity { POLICY_SEVERITY_ERROR, POLICY_SEVERITY_WARNING }; /* a warning is shown and stops nothing */
/* A place within one line of a text. */
struct policy_spot {
    int line, column, length; /* from 1, in code points; all 0 without a place */
    int begin, end;           /* from 0, in UTF-16 code units, as editors count */
};
struct policy_problem {
    enum policy_problem_kind kind;
    enum policy_severity severity;
    int line, column, length; /* as in policy_spot: … */
    int begin, end;           /* … the problem's own place */
    struct policy_spot other; /* what belongs to it: the other clause of two, the first of two lines */
    char message_en[512], message_zh[768];
    char hint_en[200], hint_zh[300]; /* or empty */
    struct text source_line;         /* view of the source that was parsed */
    int clause_a, clause_b;          /* clause indices of the policy, or -1; of FLOOR a may be POLICY_OTHERWISE */
    const struct policy *floor;      /* of FLOOR: which one … */
    int floor_clause;                /* … and its clause that promises more; or POLICY_OTHERWISE */
    enum policy_change change;       /* of FLOOR: WORSE, HARDER or SLOWER */
    struct policy_facts example;     /* the smallest situation that shows it */
    bool has_example;
};
struct policy_problems {
    int count;    /* kept in items */
    int warnings; /* of these */
    int dropped;  /* found, not kept */
    struct policy_problem items[POLICY_PROBLEMS_MAX];
};
const char *policy_problem_kind_word(enum policy_problem_kind kind); /* "syntax", "gap" … */

/* Parses a whole policy. The source is copied into the arena. Returns 0, or -1 with *problems filled (at least one) and
 * *error set to the first of them (POLICY_SYNTAX, POLICY_MEANING or POLICY_LIMIT, with line and column). Time is linear
 * in the length, memory within POLICY_ARENA_BYTES_MAX; nesting deeper than POLICY_NESTING_MAX is refused. */
int policy_parse(struct arena *arena, struct text source, const struct policy **ret, struct policy_problems *problems,
                 struct error *error);
/* The same policy in canonical layout (docs/policy-language.md, "Layout"): every word, text and comment, in the same order, so
 * that it decides alike; only its hash changes. The layout of a layout is itself. *ret lives in the arena. Returns 0, or -1 as
 * policy_parse does, also with LIMIT when the layout would have more than LIMIT_POLICY_BYTES. */
int policy_format(struct arena *arena, struct text source, struct text *ret, struct policy_problems *problems,
                  struct error *error);
#define POLICY_ARENA_BYTES_MAX (8 << 20) /* that any text takes at most; hostile ones take half of it */
#define POLICY_NESTING_MAX 8
#define POLICY_CONDITIONS_MAX 512 /* different conditions in one policy; 128 clauses of four */
#define POLICY_NODES_MAX 2048     /* conditions and brackets as written */
#define POLICY_NEEDS_MAX 6        /* `needs` lines of one clause; more is a wall, not a rule */
#define POLICY_LAWS_MAX 4         /* articles that one clause cites */
#define POLICY_STEPS_MAX 6

const char *policy_name(const struct policy *policy);
int64_t policy_version(const struct policy *policy);
enum policy_goods policy_goods(const struct policy *policy);
const char *policy_goods_word(enum policy_goods goods);    /* "card_key", "service" or "licence" */
const char *policy_floor(const struct policy *policy);     /* or "" */
const char *policy_currency(const struct policy *policy);  /* of the money that it names, or "" */
const char *policy_effective(const struct policy *policy); /* the first day in force, "2024-07-01", or "" */
const uint8_t *policy_sha256(const struct policy *policy); /* HASH_BYTES, of the source bytes */
struct text policy_source(const struct policy *policy);
int policy_clause_count(const struct policy *policy);
const char *policy_clause_id(const struct policy *policy, int clause); /* also takes POLICY_OTHERWISE: "otherwise" */
const char *policy_clause_title(const struct policy *policy, int clause, enum policy_language language);
int policy_clause_find(const struct policy *policy, struct text id);
uint64_t policy_facts_tested(const struct policy *policy); /* mask: the facts that its certificate lists */
/* Codes of the articles that a clause cites (src/law/law.def); returns how many. */
int policy_clause_laws(const struct policy *policy, int clause, const char *ret_codes[static POLICY_LAWS_MAX]);
/* Values of a number or duration at which a condition of the policy turns, ascending, each once; at most `maximum` of them. Below the
 * first and between two of them the policy cannot tell one value from another. Returns how many. */
#define POLICY_TURNS_MAX 256
int policy_fact_turns(const struct policy *policy, enum fact fact, int64_t *ret, int maximum);
/* The proofs that a clause can use, as one mask per `needs` line. */
int policy_clause_needs(const struct policy *policy, int clause, uint64_t ret_groups[static POLICY_NEEDS_MAX]);

/* Exact check over all situations that the policy can distinguish; problem_kinds.def lists what it finds from GAP on, but for
 * FLOOR (prove/prove.h). Cycles, unknown ids and contradictions with the goods are already errors of policy_parse. Returns
 * 0 when nothing stops publication (*problems may hold warnings), or -1 with *problems filled, errors before warnings,
 * and *error set to the first (POLICY_LIMIT when it would take more than POLICY_BOXES_MAX boxes). */
int policy_check(const struct policy *policy, struct policy_problems *problems, struct error *error);
/* Under 20 hours a person who sleeps can lose a right: accessibility guideline WCAG 2.2.1 asks for an extension below it. */
#define POLICY_ANSWER_LEAST_S (20 * INT64_C(3600))
/* 侵害消费者权益行为处罚办法 art. 8 (2015-03-15): more than fifteen days without a refund count as deliberate delay. */
#define POLICY_OUTER_S (15 * INT64_C(86400))
/* Seven days from the day after delivery, counted in whole days (market/market.h): after eight the escrow is released. */
#define POLICY_ESCROW_S (8 * INT64_C(86400))
#define POLICY_BOXES_MAX 200000 /* policies of ten clauses take below 1,000; the limit is reached within a second */

/* ---- evaluation ---- */

enum policy_outcome { POLICY_OUTCOME_REFUND, POLICY_OUTCOME_REFUSE, POLICY_OUTCOME_REVIEW, POLICY_OUTCOME_OPEN };
enum policy_disposition {
    POLICY_PAY_NOW,          /* refund decision.refund now */
    POLICY_WAIT_MERCHANT,    /* for merchant_answer_s; silence decides */
    POLICY_MISSING_EVIDENCE, /* the buyer must add evidence */
    POLICY_REVIEW,           /* a person decides within review_s */
    POLICY_REFUSE,
    POLICY_OPEN /* facts are unknown: see facts_wanted */
};
enum policy_amount_rule {
    POLICY_AMOUNT_NONE,
    POLICY_AMOUNT_FULL,
    POLICY_AMOUNT_PERCENT,
    POLICY_AMOUNT_UNFINISHED,
    POLICY_AMOUNT_AFFECTED,
    POLICY_AMOUNT_FIXED,
    POLICY_AMOUNT_REMAINING
};
enum policy_destination {
    POLICY_DESTINATION_ORIGINAL,
    POLICY_DESTINATION_STORE_CREDIT,
    POLICY_DESTINATION_BUYER_CHOICE /* either of the two */
};
enum policy_bearer { POLICY_BEARER_MERCHANT, POLICY_BEARER_PLATFORM, POLICY_BEARER_ISSUER, POLICY_BEARER_GOODWILL };
enum policy_silence { POLICY_SILENCE_NONE, POLICY_SILENCE_ACCEPTS, POLICY_SILENCE_REFUSES, POLICY_SILENCE_REVIEWS };
enum policy_evidence_state { POLICY_EVIDENCE_MISSING, POLICY_EVIDENCE_REJECTED, POLICY_EVIDENCE_ACCEPTED };
enum policy_truth { POLICY_FALSE, POLICY_TRUE, POLICY_UNKNOWN };
enum policy_step_kind {
    POLICY_STEP_PAID,         /* start: the amount paid */
    POLICY_STEP_PERCENT,      /* × value / 100, rounded up */
    POLICY_STEP_FIXED,        /* value instead */
    POLICY_STEP_LESS,         /* − value, not below 0 */
    POLICY_STEP_LESS_PERCENT, /* − paid × value / 100, rounded down; not below 0 */
    POLICY_STEP_QUANTITY,     /* × value; followed by OF_QUANTITY */
    POLICY_STEP_OF_QUANTITY,  /* / value, rounded up */
    POLICY_STEP_LIMIT         /* at most value: amount paid less earlier refunds */
};
struct policy_step {
    enum policy_step_kind kind;
    int64_t value;
};

#define POLICY_OTHERWISE (-1) /* no clause applies: the `otherwise` line, or review when there is none */
#define POLICY_NOBODY (-2)    /* open: which clause governs is not known yet */
#define POLICY_REVIEW_DEFAULT_S INT64_C(172800) /* 48 hours, where a policy names no time for a person */
#define POLICY_CLAUSE_WORDS ((LIMIT_POLICY_CLAUSES + 63) / 64)
#define POLICY_CONDITION_WORDS ((POLICY_CONDITIONS_MAX + 63) / 64)

struct policy_clause_set {
    uint64_t bits[POLICY_CLAUSE_WORDS];
};
bool policy_clause_set_has(const struct policy_clause_set *set, int clause);

/* Everything about one decision; a value, caller-owned, filled without allocating. */
struct policy_decision {
    enum policy_outcome outcome;
    enum policy_disposition disposition;
    int governing;           /* clause index, POLICY_OTHERWISE or POLICY_NOBODY */
    bool conflict;           /* only with a policy that policy_check refuses: two clauses apply; goes to a person */
    bool otherwise_possible; /* when open */
    struct policy_clause_set applies;  /* true */
    struct policy_clause_set unknown;  /* neither true nor false */
    struct policy_clause_set possible; /* that may still govern; the governing one alone when it is decided */
    uint64_t facts_wanted;             /* unknown facts that still matter: the wizard asks for one of these */
    int fact_best;                     /* the one that separates most, or -1 */
    uint64_t condition_true[POLICY_CONDITION_WORDS], condition_unknown[POLICY_CONDITION_WORDS];
    int evidence_count; /* `needs` lines of the governing clause */
    uint64_t evidence_any_of[POLICY_NEEDS_MAX];
    enum policy_evidence_state evidence_state[POLICY_NEEDS_MAX];
    uint64_t evidence_optional;
    enum policy_amount_rule amount_rule;
    int step_count;
    struct policy_step steps[POLICY_STEPS_MAX];
    int64_t paid, earlier_refunds, refund; /* minor units; refund is 0 unless the outcome is REFUND */
    int64_t raw;                           /* the refund before it was kept between 0 and what is left of the price */
    enum policy_bearer bearer;
    enum policy_destination destination;
    int64_t merchant_answer_s; /* -1 when no answer is asked for */
    int64_t extension_s;       /* by which the merchant may extend it once; -1 without */
    enum policy_silence silence;
    int64_t review_s; /* -1 when no person is involved */
};

/* Never fails, never allocates; the same input gives the same bytes. The amount needs FACT_AMOUNT; FACT_EARLIER_REFUNDS
 * counts as 0 and FACT_MERCHANT_ANSWER as `none` while unknown, a proof as `missing`. */
void policy_evaluate(const struct policy *policy, const struct policy_facts *facts, struct policy_decision *ret);

const char *policy_outcome_word(enum policy_outcome outcome);             /* "refund" … */
const char *policy_disposition_word(enum policy_disposition disposition); /* "pay_now" … */
const char *policy_bearer_word(enum policy_bearer bearer);
const char *policy_evidence_state_word(enum policy_evidence_state state);

/* The certificate: canonical JSON (RFC 8785), format in docs/policy-language.md. */
void policy_certificate_write(struct json_writer *writer, const struct policy *policy, const struct policy_facts *facts,
                              const struct policy_decision *decision);

/* ---- words ---- */

/* The whole rule in plain sentences, generated from it. */
void policy_prose(struct buffer *out, const struct policy *policy, enum policy_language language);
/* Three lines: what is refunded at once, what after the merchant's answer, and what is not. */
void policy_summary(struct buffer *out, const struct policy *policy, enum policy_language language);
/* What follows, which clause decided, by which facts and who stated them, what nearly applied, the nearest situation with a refund if
 * the claim is refused, and what comes next. */
void policy_explain(struct buffer *out, const struct policy *policy, const struct policy_facts *facts,
                    const struct policy_decision *decision, enum policy_language language);
/* The facts by which the decision came about but for proofs, each with who stated it, as one phrase; nothing when there are none. */
void policy_reasons_words(struct buffer *out, const struct policy *policy, const struct policy_facts *facts,
                          const struct policy_decision *decision, enum policy_language language);
/* One clause's `when` as a phrase. */
void policy_clause_words(struct buffer *out, const struct policy *policy, int clause, enum policy_language language);

/* ---- reports for the command line and the HTTP API ---- */

/* "file:3:17: message", the line, a marker, a hint, and for a counterexample its facts; one block for each problem. */
void policy_problems_print(struct buffer *out, const struct policy_problems *problems, const char *file_name,
                           enum policy_language language);
/* {"ok":bool,"file":…,"policy":{…}|null,"problems":[…]}; the members are in docs/policy-language.md, "For editors". */
void policy_check_report(struct json_writer *writer, const struct policy *policy,
                         const struct policy_problems *problems, const char *file_name);
/* The same members into an object that is open, for a caller who has more to say. */
void policy_check_members(struct json_writer *writer, const struct policy *policy,
                          const struct policy_problems *problems, const char *file_name);
/* {"policy":{…},"zh":…,"en":…,"summary_zh":…,"summary_en":…,"clauses":[{"id","title_zh","title_en","when_zh","when_en","then_zh",
 *  "then_en","example_zh","example_en","laws":[…],"except":[ids]}]} */
void policy_prose_report(struct json_writer *writer, const struct policy *policy);
/* {"verdict":{"outcome","disposition","refund","zh","en"},"clause":{…}|null,"facts":[{"fact","value","source",…}],"near":[{"id",
 *  "failed":[{"needs_zh","facts":[…],"change",…}],…}],"nearest":{"facts":[{"fact","was","value",…}],"outcome","refund",…}|null,
 *  "next":{"who","within_s","until","silence","zh","en"},"zh":…,"en":…} */
void policy_explanation_write(struct json_writer *writer, const struct policy *policy, const struct policy_facts *facts,
                              const struct policy_decision *decision);
/* The members of the explanation, "decision":certificate and "wanted":[{"fact","question_zh","question_en"}]. */
void policy_explain_report(struct json_writer *writer, const struct policy *policy, const struct policy_facts *facts,
                           const struct policy_decision *decision);

#endif
