/* SPDX-License-Identifier: Apache-2.0 */
/* A policy cut into pieces that stay on one line, and the comments of each; format.c writes them. */
#ifndef SHUNTUI_POLICY_READ_LAYOUT_H
#define SHUNTUI_POLICY_READ_LAYOUT_H

#include "policy/read/parse.h"

struct layout_comment {
    struct text text; /* from `#`, without blanks at its end */
    int column;       /* from 0, as it looks */
    bool own_line;    /* nothing but blanks stands before it */
    bool blank_before;
    struct layout_comment *next;
};
struct layout_comments {
    struct layout_comment *first, *last;
};

struct layout_piece {
    size_t first, count;         /* tokens; none for the end of the text */
    enum policy_token_role role; /* of its first token */
    int depth;
    int indent; /* where a line begins with it */
    size_t width;
    bool blank_before; /* the author left a line free directly before it */
    struct layout_comments above, end, below;
};
struct layout {
    const struct policy_parser *parser;
    struct layout_piece *pieces; /* the last one is the end of the text */
    size_t count;
};

/* Whether a blank stands between two neighbours. */
bool layout_apart(const struct policy_token *a, const struct policy_token *b);
/* Of a policy that was read without a problem. Everything lives in the parser's arena. */
void layout_make(struct layout *layout, const struct policy_parser *parser);

#endif
