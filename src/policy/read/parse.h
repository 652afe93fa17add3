/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the parts of the parser share: parse.c reads the frame of a policy, parse_clause.c its clauses, parse_when.c their
 * conditions; parse_tools.c looks ahead, takes words and reports.
 */
#ifndef SHUNTUI_POLICY_READ_PARSE_H
#define SHUNTUI_POLICY_READ_PARSE_H

#include "policy/read/lex.h"
#include "policy/model.h"

struct policy_parser {
    struct arena *arena;
    struct text source;
    struct policy_token *tokens;
    size_t token_count, at;
    struct policy *policy;
    struct policy_problems *problems;
    int depth;            /* of brackets */
    size_t looks;         /* at tokens, so that tests can hold the work against the length of the text … */
    size_t words_likened; /* … and what is done to find suggestions */
};

/* Reads a whole policy but for its template: 0, or -1 with problems in the order of the text. */
int parser_run(struct policy_parser *parser, struct arena *arena, struct text source, struct policy_problems *problems);

/* Tokens ahead; past the end there is only END. */
const struct policy_token *parser_peek(struct policy_parser *parser, size_t ahead);
struct text parser_text(const struct policy_parser *parser, const struct policy_token *token);
bool parser_at_word(struct policy_parser *parser, size_t ahead, const char *word);
bool parser_take_word(struct policy_parser *parser, const char *word);
/* Notes what the next token begins. */
void parser_mark(struct policy_parser *parser, enum policy_token_role role, int depth);
bool parser_take_item(struct policy_parser *parser, int depth); /* takes `or`, which begins the next of a list */
/* Takes `word` or reports what stands there instead. 0 or -1. */
int parser_expect_word(struct policy_parser *parser, const char *word);
struct policy_place parser_place(const struct policy_parser *parser, const struct policy_token *token);
/* Adds "did you mean" when a candidate is close. Nothing is looked for when problem is NULL: a hostile text would have thousands
 * of words compared that nobody is shown. */
void parser_suggest(struct policy_parser *parser, struct policy_problem *problem, struct text word,
                    const char *const *candidates, size_t count);
/* Bytes from a token to the end of the last one taken. */
size_t parser_span(const struct policy_parser *parser, size_t begin);
/* "expected X, found Y" at the next token; returns -1. The list, if any, feeds "did you mean". */
int parser_fail(struct policy_parser *parser, const char *expected_en, const char *expected_zh,
                const char *const *candidates, size_t count);
/* Whole number up to maximum. */
int parser_integer(struct policy_parser *parser, int64_t minimum, int64_t maximum, int64_t *ret);
int parser_duration(struct policy_parser *parser, int64_t *ret_seconds);
int parser_deadline(struct policy_parser *parser, int64_t *ret_seconds); /* a duration within what a deadline may be */
/* `12.50 CNY`; all money of one policy has one currency. */
int parser_money(struct policy_parser *parser, int64_t *ret_minor);
/* Takes a text in quotes; NULL after a report. */
const char *parser_string(struct policy_parser *parser, const char *expected_en, const char *expected_zh);
/* Reports that what stands at the token makes no sense; for a hint. */
struct policy_problem *parser_meaning(struct policy_parser *parser, const struct policy_token *token, const char *en,
                                      const char *zh);
bool parser_at_override(struct policy_parser *parser); /* `A overrides` */
/* After a report: goes on where a line starts with a word that starts a statement. */
void parser_recover(struct policy_parser *parser, size_t began_at);

#define POLICY_STATEMENT_WORD_COUNT 10
extern const char *const policy_statement_words[POLICY_STATEMENT_WORD_COUNT]; /* words.def: LINE, then FRAME */
#define POLICY_FRAME_WORD_COUNT 2
bool policy_word_is_reserved(struct text word);
bool policy_word_starts_line(struct text word); /* a statement of a clause, `clause` or `otherwise` */
int parser_words_of_facts(const char *words[static FACT_COUNT], bool proofs_only, unsigned goods);

/* At `clause`. Adds it to the policy, or reports. */
void parser_clause(struct policy_parser *parser);
/* `when` has been taken. Fills the clause's root. 0, or -1 after a report. */
int parser_when(struct policy_parser *parser, struct policy_clause *clause);

#endif
