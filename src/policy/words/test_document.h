/* SPDX-License-Identifier: Apache-2.0 */
/* A reader of printed rules: from the text alone it says what happens in a situation. It has never seen the policy. */
#ifndef SHUNTUI_POLICY_WORDS_TEST_DOCUMENT_H
#define SHUNTUI_POLICY_WORDS_TEST_DOCUMENT_H

#include "policy/words/test_phrases.h"

#define DOCUMENT_CLAUSES_MAX 128

enum document_group {
    DOCUMENT_AT_ONCE,
    DOCUMENT_MERCHANT,
    DOCUMENT_REVIEW,
    DOCUMENT_REFUSE,
    DOCUMENT_REST,
    DOCUMENT_NOTES
};

struct document_clause {
    enum document_group group; /* of the heading above it */
    int64_t number;
    struct text id, when, example;
    int need_count;
    uint64_t needs[POLICY_NEEDS_MAX], optional;
    int64_t merchant_s, extension_s; /* -1 without */
    enum policy_silence silence;
    enum policy_outcome outcome;
    bool at_once;
    enum policy_destination destination;
    enum policy_bearer bearer;
    int64_t review_s;
    enum policy_amount_rule rule;
    int64_t percent, fixed, less_percent, less;
    int except_count;
    int64_t except[DOCUMENT_CLAUSES_MAX]; /* numbers */
};

struct document {
    enum policy_language language;
    int count;
    struct document_clause clauses[DOCUMENT_CLAUSES_MAX];
    enum policy_outcome rest;
    int64_t rest_review_s, other_review_s, objects_review_s;
    int other_count;
    int64_t other[DOCUMENT_CLAUSES_MAX]; /* clauses that hold for "another reason" too */
    bool usual_payment, usual_limit;     /* the notes on where money goes, who bears it, and how much at most */
    struct text bad;                     /* the line that could not be read */
};

/* Returns 0, or -1 with ret->bad. The document holds views of the prose. */
int document_read(struct text prose, enum policy_language language, struct document *ret);

struct document_answer {
    struct text governing; /* id, or "otherwise" */
    enum policy_outcome outcome;
    enum policy_disposition disposition;
    int64_t refund, review_s, merchant_s, extension_s;
    enum policy_bearer bearer;
    enum policy_destination destination;
};
/* What the text says about a situation of which everything is known. Returns 0, or -1 when it can't be read or says two things;
 * *ret_bad says which words. */
int document_decide(const struct document *document, const struct policy_facts *facts, struct document_answer *ret,
                    struct text *ret_bad);

/* The worked example of a clause: the situation that it tells (what it does not tell is as in any quiet order), and the refund that
 * it names, -1 when it names none. Returns 0, or -1. */
int document_example(const struct document *document, const struct document_clause *clause, struct policy_facts *ret,
                     int64_t *ret_refund);

#endif
