/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The canonical layout: the tokens of a policy with their comments, laid out anew. Layout depends on the words and on where
 * comments stand, never on how the text was broken before; no token is added, left out or moved. A policy is cut into pieces, each
 * of which stays on one line; a line ends where a statement does, where a comment asks for it, or where it would be too long.
 */
#include <assert.h>

#include "policy/read/layout.h"

#define LINE_COLUMNS_MAX 100
#define CLAUSE_INDENT 2

struct formatter {
    struct layout layout;
    struct buffer out;
    size_t line_begin; /* in out */
};

static bool statement_begins(const struct layout_piece *piece)
{
    return piece->role != POLICY_ROLE_JOIN && piece->role != POLICY_ROLE_ITEM;
}

static bool stands_in_clause(const struct layout_piece *piece)
{
    return piece->role == POLICY_ROLE_CLAUSE || piece->role == POLICY_ROLE_LINE;
}

/* ---- writing lines ---- */

static void line_end(struct formatter *f)
{
    buffer_add_char(&f->out, '\n');
    f->line_begin = f->out.length;
}

static void blanks_add(struct formatter *f, int count)
{
    while (count-- > 0)
        buffer_add_char(&f->out, ' ');
}

static void piece_write(struct formatter *f, const struct layout_piece *piece)
{
    for (size_t i = piece->first; i < piece->first + piece->count; i++) {
        const struct policy_token *token = &f->layout.parser->tokens[i];
        const char *quote = token->kind == POLICY_TOKEN_STRING ? "\"" : "";
        if (i > piece->first && layout_apart(token - 1, token))
            buffer_add_char(&f->out, ' ');
        buffer_add_string(&f->out, quote);
        buffer_add(&f->out, f->layout.parser->source.data + token->start, token->length);
        buffer_add_string(&f->out, quote);
    }
}

/* Comments on lines of their own. Blank lines between them are kept where asked. */
static void comments_write(struct formatter *f, const struct layout_comment *comment, int indent, bool blanks)
{
    for (; comment; comment = comment->next) {
        if (blanks && comment->blank_before && f->out.length)
            line_end(f);
        blanks_add(f, indent);
        buffer_add_text(&f->out, comment->text);
        line_end(f);
    }
}

/* The comment at a line's end; what goes on with it stands below it. */
static void end_write(struct formatter *f, const struct layout_comment *comment)
{
    if (!comment)
        return;
    buffer_add_string(&f->out, "  ");
    struct text before = {f->out.data + f->line_begin, f->out.length - f->line_begin};
    int column = f->out.failed ? 0 : policy_display_width(before);
    buffer_add_text(&f->out, comment->text);
    for (comment = comment->next; comment; comment = comment->next) {
        line_end(f);
        blanks_add(f, column);
        buffer_add_text(&f->out, comment->text);
    }
}

/* Pieces [first, last) on one line. */
static void line_write(struct formatter *f, size_t first, size_t last)
{
    const struct layout_piece *pieces = f->layout.pieces;
    if (!statement_begins(&pieces[first]))
        comments_write(f, pieces[first].above.first, pieces[first].indent, false);
    blanks_add(f, pieces[first].indent);
    for (size_t i = first; i < last; i++) {
        if (i > first)
            buffer_add_char(&f->out, ' ');
        piece_write(f, &pieces[i]);
    }
    end_write(f, pieces[last - 1].end.first);
    line_end(f);
}

/* ---- where lines break ---- */

static bool comment_breaks(const struct formatter *f, size_t piece)
{
    return f->layout.pieces[piece].above.first || f->layout.pieces[piece - 1].end.first;
}

static bool fits(const struct formatter *f, size_t first, size_t last)
{
    size_t width = (size_t)f->layout.pieces[first].indent + (last - first - 1);
    for (size_t i = first; i < last; i++) {
        if (i > first && comment_breaks(f, i))
            return false;
        width += f->layout.pieces[i].width;
    }
    return width <= LINE_COLUMNS_MAX;
}

/* A list that goes on: as much on each line as fits. */
static void list_write(struct formatter *f, size_t first, size_t last)
{
    size_t begin = first;
    for (size_t i = first + 1; i <= last; i++)
        if (i == last || !fits(f, begin, i + 1)) {
            line_write(f, begin, i);
            begin = i;
        }
}

static int outermost_join(const struct formatter *f, size_t first, size_t last)
{
    int depth = -1;
    for (size_t i = first + 1; i < last; i++) {
        const struct layout_piece *piece = &f->layout.pieces[i];
        if (piece->role == POLICY_ROLE_JOIN && (depth < 0 || piece->depth < depth))
            depth = piece->depth;
    }
    return depth;
}

/* One line if it fits; else one for each of the outermost conditions, and so on inside. Ends at brackets 8 deep. */
static void pieces_write(struct formatter *f, size_t first, size_t last)
{
    int depth = fits(f, first, last) ? -1 : outermost_join(f, first, last);
    if (depth < 0) {
        list_write(f, first, last);
        return;
    }
    size_t begin = first;
    for (size_t i = first + 1; i <= last; i++)
        if (i == last || (f->layout.pieces[i].role == POLICY_ROLE_JOIN && f->layout.pieces[i].depth == depth)) {
            pieces_write(f, begin, i);
            begin = i;
        }
}

/* ---- statements ---- */

static bool has_blank(const struct layout_piece *piece)
{
    bool blank = piece->blank_before;
    for (const struct layout_comment *comment = piece->above.first; comment; comment = comment->next)
        blank |= comment->blank_before;
    return blank;
}

/* What stands between two statements: comments, and a free line where one belongs or the author left one. */
static void above_write(struct formatter *f, const struct layout_piece *piece, const struct layout_piece *before)
{
    bool kept = piece->role != POLICY_ROLE_LINE && (piece->role != POLICY_ROLE_HEAD || !before);
    bool parted =
        before && (piece->role == POLICY_ROLE_CLAUSE || stands_in_clause(before) || before->role == POLICY_ROLE_HEAD);
    if (kept && parted && (piece->count || piece->above.first) && !has_blank(piece))
        line_end(f);
    comments_write(f, piece->above.first, piece->indent, kept);
    if (kept && piece->blank_before && f->out.length)
        line_end(f);
}

static void statements_write(struct formatter *f)
{
    const struct layout_piece *pieces = f->layout.pieces, *before = NULL;
    for (size_t first = 0, last; first < f->layout.count; first = last) {
        last = first + 1;
        while (last < f->layout.count && !statement_begins(&pieces[last]))
            last++;
        above_write(f, &pieces[first], before);
        if (pieces[first].count)
            pieces_write(f, first, last);
        comments_write(f, pieces[last - 1].below.first, CLAUSE_INDENT, false);
        before = &pieces[first];
    }
}

int policy_format(struct arena *arena, struct text source, struct text *ret, struct policy_problems *problems,
                  struct error *error)
{
    assert(ret);
    struct policy_parser parser;
    if (parser_run(&parser, arena, source, problems))
        return policy_problems_fail(problems, error);
    struct formatter f = {.line_begin = 0};
    layout_make(&f.layout, &parser);
    buffer_init(&f.out, LIMIT_POLICY_BYTES);
    statements_write(&f);
    int result = f.out.failed ? -1 : 0;
    if (result == 0)
        *ret = arena_copy_text(arena, buffer_text(&f.out));
    else
        policy_problem_add(problems, POLICY_PROBLEM_LIMIT, NULL, "laid out, this policy would have more than %d bytes",
                           "排版后规则文本超过 %d 字节", LIMIT_POLICY_BYTES);
    buffer_done(&f.out);
    return result ? policy_problems_fail(problems, error) : 0;
}
