/* SPDX-License-Identifier: Apache-2.0 */
/* Splits the text of a policy into tokens. White space and comments separate; line ends mean nothing more. */
#ifndef SHUNTUI_POLICY_READ_LEX_H
#define SHUNTUI_POLICY_READ_LEX_H

#include "policy/read/problem.h"

enum policy_token_kind {
    POLICY_TOKEN_END,
    POLICY_TOKEN_WORD,   /* letters, digits, '_' after a letter */
    POLICY_TOKEN_NUMBER, /* digits, at most one point */
    POLICY_TOKEN_STRING, /* start and length are of the text between the quotes */
    POLICY_TOKEN_COMMA,
    POLICY_TOKEN_OPEN,
    POLICY_TOKEN_CLOSE
};
/* What a token begins, for the layout; set by the parser. */
enum policy_token_role {
    POLICY_ROLE_INSIDE, /* nothing: it goes on with what stands before it */
    POLICY_ROLE_HEAD,   /* a line of the head */
    POLICY_ROLE_CLAUSE,
    POLICY_ROLE_LINE,  /* a line of a clause */
    POLICY_ROLE_FRAME, /* an override or `otherwise` */
    POLICY_ROLE_JOIN,  /* `and` or `or` between conditions: the next of them */
    POLICY_ROLE_ITEM   /* the next of a list of values, proofs or clauses */
};
struct policy_token {
    uint32_t start, length; /* in the source */
    uint32_t line;
    uint8_t kind;  /* enum policy_token_kind */
    bool first;    /* on its line */
    uint8_t role;  /* enum policy_token_role */
    uint8_t depth; /* of JOIN and ITEM: how far it stands inside */
};

#define POLICY_WORD_BYTES_MAX 64
#define POLICY_TITLE_BYTES_MAX 240

/* The last token is END. What is not a token is reported and left out. */
struct policy_token *policy_lex(struct arena *arena, struct text source, size_t *ret_count,
                                struct policy_problems *problems);

#endif
