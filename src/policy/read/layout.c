/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cuts a policy into pieces and gives each comment its place: above a piece, at its line's end, or below the last line of a
 * clause. A comment that stood in the middle of what becomes one line moves to its end, or above it when there are several.
 */
#include "policy/read/layout.h"

#include <assert.h>

#define CLAUSE_INDENT 2
#define GOES_ON_INDENT 3 /* in a clause; an override goes on with CLAUSE_INDENT */
#define DEPTH_INDENT 2

/* ---- pieces ---- */

bool layout_apart(const struct policy_token *a, const struct policy_token *b)
{
    return a->kind != POLICY_TOKEN_OPEN && b->kind != POLICY_TOKEN_CLOSE && b->kind != POLICY_TOKEN_COMMA;
}

static int indent_of(const struct policy_token *token, bool in_clause)
{
    switch ((enum policy_token_role)token->role) {
    case POLICY_ROLE_HEAD:
    case POLICY_ROLE_CLAUSE:
    case POLICY_ROLE_FRAME:
        return 0;
    case POLICY_ROLE_LINE:
        return CLAUSE_INDENT;
    case POLICY_ROLE_INSIDE:
    case POLICY_ROLE_JOIN:
    case POLICY_ROLE_ITEM:
        return (in_clause ? GOES_ON_INDENT : CLAUSE_INDENT) + DEPTH_INDENT * token->depth;
    }
    return 0;
}

static void pieces_cut(struct layout *layout)
{
    const struct policy_parser *parser = layout->parser;
    bool in_clause = false;
    size_t count = 1;
    for (size_t i = 0; i + 1 < parser->token_count; i++)
        count += parser->tokens[i].role != POLICY_ROLE_INSIDE;
    layout->pieces = arena_new_array(parser->arena, struct layout_piece, count);
    for (size_t i = 0; i + 1 < parser->token_count; i++) {
        const struct policy_token *token = &parser->tokens[i];
        struct layout_piece *piece = &layout->pieces[layout->count ? layout->count - 1 : 0];
        if (token->role != POLICY_ROLE_INSIDE) {
            in_clause = token->role != POLICY_ROLE_FRAME && (in_clause || token->role == POLICY_ROLE_CLAUSE);
            piece = &layout->pieces[layout->count++];
            piece->first = i;
            piece->role = (enum policy_token_role)token->role;
            piece->depth = token->depth;
            piece->indent = indent_of(token, in_clause);
        }
        piece->width += token->length + (piece->count && layout_apart(token - 1, token));
        piece->count++;
    }
    layout->pieces[layout->count++] =
        (struct layout_piece){.first = parser->token_count - 1, .role = POLICY_ROLE_FRAME};
}

/* ---- comments ---- */

static void comment_add(struct layout_comments *list, struct layout_comment *comment)
{
    comment->next = NULL;
    if (list->last)
        list->last->next = comment;
    else
        list->first = comment;
    list->last = comment;
}

/* A second comment at the end of one line: the first goes above it. */
static void end_lift(struct layout_piece *piece)
{
    struct layout_comment *next;
    for (struct layout_comment *comment = piece->end.first; comment; comment = next) {
        next = comment->next;
        comment_add(&piece->above, comment);
    }
    piece->end = (struct layout_comments){NULL, NULL};
}

static struct text comment_text(struct text source, size_t start)
{
    size_t end = start;
    while (end < source.length && source.data[end] != '\n')
        end++;
    while (source.data[end - 1] == ' ' || source.data[end - 1] == '\t' || source.data[end - 1] == '\r')
        end--;
    return (struct text){source.data + start, end - start};
}

static int column_of(struct text source, size_t at)
{
    size_t begin = at;
    while (begin > 0 && source.data[begin - 1] != '\n')
        begin--;
    return policy_display_width((struct text){source.data + begin, at - begin});
}

/* What stands between two tokens. Returns whether a free line stands at its end. */
static bool gap_read(const struct policy_parser *parser, size_t token, struct layout_comments *ret)
{
    const struct policy_token *before = token ? &parser->tokens[token - 1] : NULL;
    size_t at = before ? before->start + before->length + (before->kind == POLICY_TOKEN_STRING) : 0;
    size_t end = parser->tokens[token].start - (parser->tokens[token].kind == POLICY_TOKEN_STRING);
    int line_ends = 0;
    bool own_line = !before;
    for (; at < end; at++) {
        if (parser->source.data[at] == '\n') {
            line_ends++;
            own_line = true;
        }
        if (parser->source.data[at] != '#')
            continue;
        struct layout_comment *comment = arena_new_object(parser->arena, struct layout_comment);
        *comment = (struct layout_comment){.text = comment_text(parser->source, at),
                                           .column = column_of(parser->source, at),
                                           .own_line = own_line,
                                           .blank_before = line_ends > 1};
        comment_add(ret, comment);
        while (at + 1 < end && parser->source.data[at + 1] != '\n')
            at++;
        line_ends = 0;
    }
    return line_ends > 1;
}

/* The piece at whose end a comment behind this token stands: a comment behind `and` speaks of what precedes. */
static struct layout_piece *piece_of_end(const struct layout *layout, size_t piece, size_t token)
{
    const struct layout_piece *p = &layout->pieces[piece];
    bool link = p->first == token && (p->role == POLICY_ROLE_JOIN || p->role == POLICY_ROLE_ITEM) &&
                policy_word_is_reserved(parser_text(layout->parser, &layout->parser->tokens[token]));
    return &layout->pieces[link ? piece - 1 : piece];
}

static bool ends_clause(const struct layout *layout, size_t piece)
{
    const struct layout_piece *next = &layout->pieces[piece];
    if (next->role != POLICY_ROLE_CLAUSE && next->role != POLICY_ROLE_FRAME)
        return false;
    while (piece > 0 &&
           (layout->pieces[piece - 1].role == POLICY_ROLE_JOIN || layout->pieces[piece - 1].role == POLICY_ROLE_ITEM))
        piece--;
    return piece > 0 &&
           (layout->pieces[piece - 1].role == POLICY_ROLE_LINE || layout->pieces[piece - 1].role == POLICY_ROLE_CLAUSE);
}

/* Whether a free line parts the comments right behind a clause from what follows them. */
static bool run_is_parted(const struct layout_comment *comment, bool blank_after)
{
    while (comment && comment->next && !comment->next->blank_before)
        comment = comment->next;
    return (comment && comment->next) || blank_after;
}

/* Gives the comments before a token, which is in `piece`, to pieces. */
static void gap_place(struct layout *layout, size_t piece, size_t token)
{
    struct layout_comments gap = {NULL, NULL};
    struct layout_piece *after = &layout->pieces[piece];
    bool blank = gap_read(layout->parser, token, &gap);
    bool first = after->first == token;
    if (first)
        after->blank_before = blank && after->count;
    /* A comment right behind a clause belongs to it when it is indented, or parted from what follows. */
    bool below = first && ends_clause(layout, piece), parted = below && run_is_parted(gap.first, after->blank_before);
    struct layout_comments *into = NULL;
    int column = 0;
    for (struct layout_comment *comment = gap.first, *next; comment; comment = next) {
        next = comment->next;
        comment->blank_before &= first;
        if (!comment->own_line) {
            struct layout_piece *before = piece_of_end(layout, first ? piece - 1 : piece, token - 1);
            end_lift(before);
            into = &before->end;
            column = comment->column;
        } else if (!into || comment->blank_before || comment->column != column) {
            below = below && !comment->blank_before && (comment->column > 0 || parted);
            if (!first)
                end_lift(after);
            into = below ? &layout->pieces[piece - 1].below : &after->above;
            column = -1;
        }
        comment_add(into, comment);
    }
}

void layout_make(struct layout *layout, const struct policy_parser *parser)
{
    assert(layout && parser && parser->problems->count == 0);
    *layout = (struct layout){.parser = parser};
    pieces_cut(layout);
    size_t piece = 0;
    for (size_t token = 0; token < parser->token_count; token++) {
        if (piece + 1 < layout->count && layout->pieces[piece + 1].first == token)
            piece++;
        gap_place(layout, piece, token);
    }
}
