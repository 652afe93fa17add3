/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What there is to say about one decision, found once and then said in two languages and as JSON: the facts that mattered, the
 * clauses that nearly applied, the nearest situation with a refund, what comes next.
 */
#ifndef SHUNTUI_POLICY_WORDS_EXPLANATION_H
#define SHUNTUI_POLICY_WORDS_EXPLANATION_H

#include "policy/words/reach.h"
#include "policy/words/words.h"

/* Whether, and by whom, a condition that failed could still come true. */
enum explanation_change {
    EXPLANATION_CHANGE_EVIDENCE, /* the buyer adds a proof */
    EXPLANATION_CHANGE_REASON,   /* another reason, if that is what happened */
    EXPLANATION_CHANGE_ANSWER,   /* the buyer corrects what was stated */
    EXPLANATION_CHANGE_WAIT,     /* it comes true by itself */
    EXPLANATION_CHANGE_MERCHANT,
    EXPLANATION_CHANGE_PASSED, /* a deadline is over */
    EXPLANATION_CHANGE_RECORD, /* it is as recorded */
    EXPLANATION_CHANGE_COUNT
};
const char *explanation_change_word(enum explanation_change change); /* "evidence" … */

#define EXPLANATION_NEAR_MAX 3   /* of each of two kinds; more is a list, not an explanation */
#define EXPLANATION_FAILED_MAX 2 /* a clause that fails on three conditions is not near */
struct explanation_failure {
    uint16_t node;
    uint64_t facts; /* that it speaks of */
    enum explanation_change change;
    int64_t by_s; /* of WAIT: how long it takes; of PASSED: how long ago it was over */
};
struct explanation_near {
    int clause;
    int failed_count;
    struct explanation_failure failed[EXPLANATION_FAILED_MAX];
};

enum explanation_who { EXPLANATION_NOBODY, EXPLANATION_BUYER, EXPLANATION_MERCHANT, EXPLANATION_PLATFORM };

struct explanation {
    const struct policy *policy;
    const struct policy_facts *facts;
    const struct policy_decision *decision;
    uint64_t mattered; /* facts by which the decision came about */
    bool used_up;      /* refused because nothing is left to refund */
    int near_count;    /* that would be nearer under another reason come last */
    struct explanation_near near[2 * EXPLANATION_NEAR_MAX];
    bool has_nearest; /* of a refused claim */
    struct reach_answer nearest;
    uint64_t nearest_told;                   /* its changed facts but for what follows from the others */
    struct policy_decision nearest_decision; /* with its evidence complete */
    enum explanation_who next_who;
    int64_t next_s; /* -1 without a deadline */
};

void explanation_make(const struct policy *policy, const struct policy_facts *facts,
                      const struct policy_decision *decision, struct explanation *ret);

void explanation_words(struct buffer *out, const struct explanation *explanation, enum policy_language language);
/* Members of an open object: clause, en, facts, near, nearest, next, verdict, zh (explanation_report.c). */
void explanation_members(struct json_writer *writer, const struct explanation *explanation);
/* Whole lines: near clauses and the nearest situation (explain_near.c). */
void explanation_near_words(struct buffer *out, const struct explanation *e, enum policy_language language);
void explanation_clause_words(struct buffer *out, const struct policy *policy, int clause,
                              enum policy_language language); /* title and id */
/* Facts as they are, each with who stated it. */
void explanation_facts_words(struct buffer *out, const struct explanation *e, uint64_t facts,
                             enum policy_language language);
/* The parts in words, each without its end (explain.c). */
void explanation_verdict_words(struct buffer *out, const struct explanation *e, enum policy_language language);
void explanation_nearest_words(struct buffer *out, const struct explanation *e, enum policy_language language);
void explanation_next_words(struct buffer *out, const struct explanation *e, enum policy_language language);
/* What a changed fact of the nearest situation would have to be: the conditions that it turns. */
void explanation_changed_words(struct buffer *out, const struct explanation *e, enum fact fact,
                               enum policy_language language);

#endif
