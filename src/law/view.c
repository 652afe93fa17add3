/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes the view in three passes: every character becomes what it stands for and a kind (decide), marks that only decorate are taken
 * out where their neighbours show it (thin), and what is left is written as UTF-8 with its places (view_write).
 */
#include "law/view.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#include "base/arena.h"

#define CODES_MAX 4 /* of one character; longer compatibility forms are decoration */

enum kind {
    KIND_LETTER,
    KIND_SPACE,
    KIND_LINE,
    KIND_QUOTE,
    KIND_LIST,
    KIND_CLAUSE,
    KIND_STOP,
    KIND_QUESTION,
    KIND_HYPHEN, /* stays between Latin letters */
    KIND_NOTHING
};

struct mark {
    uint32_t code, from, to;
    enum kind kind;
};
struct marks {
    struct mark *items;
    size_t count;
};

/* ---- characters that stand for others ---- */

struct fold {
    uint32_t from, to;
};
struct view_folds {
    size_t count;
    struct fold items[];
};

static const struct fold_row {
    const char *to, *from;
} fold_rows[] = {
#define FOLD(to, from) {to, from},
#include "law/folds.def"
#undef FOLD
};
#define FOLD_ROWS (sizeof fold_rows / sizeof fold_rows[0])

static uint32_t decode(struct text text, size_t *at)
{
    utf8proc_int32_t code;
    utf8proc_ssize_t length =
        utf8proc_iterate((const utf8proc_uint8_t *)text.data + *at, (utf8proc_ssize_t)(text.length - *at), &code);
    assert(length > 0);
    *at += (size_t)length;
    return (uint32_t)code;
}

static int fold_compare(const void *a, const void *b)
{
    const struct fold *left = a, *right = b;
    return left->from < right->from ? -1 : left->from > right->from;
}

struct view_folds *view_folds_new(void)
{
    size_t count = 0;
    for (size_t i = 0; i < FOLD_ROWS; i++)
        count += text_utf8_count(text_of(fold_rows[i].from));
    struct view_folds *folds = malloc(sizeof *folds + count * sizeof folds->items[0]);
    if (!folds)
        abort();
    folds->count = 0;
    for (size_t i = 0; i < FOLD_ROWS; i++) {
        struct text from = text_of(fold_rows[i].from);
        size_t start = 0;
        uint32_t to = decode(text_of(fold_rows[i].to), &start);
        for (size_t at = 0; at < from.length;)
            folds->items[folds->count++] = (struct fold){decode(from, &at), to};
    }
    qsort(folds->items, folds->count, sizeof folds->items[0], fold_compare);
    return folds;
}

void view_folds_free(struct view_folds *folds)
{
    free(folds);
}

static uint32_t fold(const struct view_folds *folds, uint32_t code)
{
    if (code < 0x80)
        return code;
    const struct fold key = {code, 0};
    const struct fold *found = bsearch(&key, folds->items, folds->count, sizeof folds->items[0], fold_compare);
    return found ? found->to : code;
}

/* ---- first pass ---- */

static enum kind kind_of_ascii(uint32_t code)
{
    switch (code) {
    case '\n':
    case '\r':
        return KIND_LINE;
    case ' ':
    case '\t':
        return KIND_SPACE;
    case '"':
    case '\'':
    case '`':
        return KIND_QUOTE;
    case ',':
    case ':':
    case '/':
    case '|':
    case '\\':
    case '(':
    case ')':
    case '[':
    case ']':
    case '{':
    case '}':
        return KIND_CLAUSE;
    case '.':
    case ';':
    case '!':
        return KIND_STOP;
    case '?':
        return KIND_QUESTION;
    case '-':
        return KIND_HYPHEN;
    case '=':
    case '%':
    case '+':
        return KIND_LETTER;
    default:
        break;
    }
    bool is_letter = (code >= '0' && code <= '9') || (code >= 'a' && code <= 'z');
    return is_letter ? KIND_LETTER : KIND_NOTHING;
}

static enum kind kind_of_other(uint32_t code)
{
    switch (code) {
    case 0x3001: /* between the items of a list */
        return KIND_LIST;
    case 0x3002: /* ideographic full stop */
    case 0xff61:
        return KIND_STOP;
    case 0x2018: /* quotation marks, corner brackets */
    case 0x2019:
    case 0x201c:
    case 0x201d:
    case 0x300c:
    case 0x300d:
    case 0x300e:
    case 0x300f:
        return KIND_QUOTE;
    case 0x3010: /* lenticular and shell brackets */
    case 0x3011:
    case 0x3014:
    case 0x3015:
        return KIND_CLAUSE;
    case 0x85:
    case 0x2028:
    case 0x2029:
        return KIND_LINE;
    default:
        break;
    }
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)code);
    if (category == UTF8PROC_CATEGORY_ZS)
        return KIND_SPACE;
    bool is_letter = (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO) ||
                     (category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO);
    return is_letter ? KIND_LETTER : KIND_NOTHING;
}

static void marks_add(const struct view_folds *folds, struct marks *marks, uint32_t code, uint32_t from, uint32_t to)
{
    code = fold(folds, code);
    enum kind kind = code < 0x80 ? kind_of_ascii(code) : kind_of_other(code);
    if (kind != KIND_NOTHING)
        marks->items[marks->count++] = (struct mark){code, from, to, kind};
}

static void decide(const struct view_folds *folds, struct text text, struct marks *marks)
{
    for (size_t at = 0; at < text.length;) {
        utf8proc_int32_t codes[CODES_MAX] = {0};
        int boundary = UTF8PROC_BOUNDCLASS_START;
        size_t from = at;
        uint32_t code = decode(text, &at);
        utf8proc_ssize_t count =
            code < 0x80 ? 0
                        : utf8proc_decompose_char((utf8proc_int32_t)code, codes, CODES_MAX,
                                                  UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD |
                                                      UTF8PROC_IGNORE | UTF8PROC_STRIPMARK,
                                                  &boundary);
        if (code < 0x80)
            marks_add(folds, marks, code >= 'A' && code <= 'Z' ? code + 32 : code, (uint32_t)from, (uint32_t)at);
        for (utf8proc_ssize_t i = 0; i < count && count <= CODES_MAX; i++)
            marks_add(folds, marks, (uint32_t)codes[i], (uint32_t)from, (uint32_t)at);
    }
}

/* ---- second pass ---- */

static bool is_latin(const struct marks *marks, size_t at)
{
    return at < marks->count && marks->items[at].code < 0x80 && marks->items[at].kind == KIND_LETTER;
}

static bool is_digit(const struct marks *marks, size_t at)
{
    return at < marks->count && marks->items[at].code >= '0' && marks->items[at].code <= '9';
}

static bool is_wide(const struct marks *marks, size_t at)
{
    return at < marks->count && marks->items[at].code >= 0x80 && marks->items[at].kind == KIND_LETTER;
}

static bool is_same(const struct marks *marks, size_t at, size_t other)
{
    return other < marks->count && marks->items[at].kind == marks->items[other].kind &&
           (marks->items[at].code == marks->items[other].code || marks->items[at].kind == KIND_CLAUSE);
}

/* One of a row of marks with a single wide character between each two: a word that was spelled apart. */
static bool is_spelling(const struct marks *marks, size_t at)
{
    return (is_wide(marks, at + 1) && is_same(marks, at, at + 2)) ||
           (at >= 2 && is_wide(marks, at - 1) && is_same(marks, at, at - 2));
}

/* "v2.0", "art. 17", "e.g. this": no sentence ends there. */
static bool is_point(const struct marks *marks, size_t at)
{
    size_t next = at + 1;
    if (marks->items[at].code != '.' || at == 0 || !is_latin(marks, at - 1))
        return false;
    while (next < marks->count && marks->items[next].kind == KIND_SPACE)
        next++;
    bool abbreviated = next > at + 1 && !is_digit(marks, at - 1);
    return next == at + 1 ? is_latin(marks, next) : abbreviated && is_digit(marks, next);
}

static bool stays(const struct marks *marks, size_t at)
{
    bool between_latin = at > 0 && is_latin(marks, at - 1) && is_latin(marks, at + 1);
    switch (marks->items[at].kind) {
    case KIND_LETTER:
        return true;
    case KIND_HYPHEN:
        return between_latin;
    case KIND_SPACE:
        return between_latin && !(is_digit(marks, at - 1) && is_digit(marks, at + 1));
    case KIND_QUOTE:
        return !between_latin;
    case KIND_STOP:
    case KIND_LINE:
    case KIND_LIST:
    case KIND_CLAUSE:
    case KIND_QUESTION:
        return !is_spelling(marks, at);
    case KIND_NOTHING:
        break;
    }
    return false;
}

/* Points, then spaces, then the rest, because each looks at neighbours that the one before has left. */
static void thin(struct marks *marks, struct mark *kept)
{
    for (int pass = 0; pass < 3; pass++) {
        size_t count = 0;
        for (size_t i = 0; i < marks->count; i++) {
            enum kind kind = marks->items[i].kind;
            bool leaves = pass == 0   ? kind == KIND_STOP && is_point(marks, i)
                          : pass == 1 ? kind == KIND_SPACE && !stays(marks, i)
                                      : !stays(marks, i);
            if (!leaves)
                kept[count++] = marks->items[i];
        }
        memcpy(marks->items, kept, count * sizeof *kept);
        marks->count = count;
    }
}

/* ---- third pass ---- */

static uint32_t written(const struct marks *marks, size_t at)
{
    const struct mark *mark = &marks->items[at];
    switch (mark->kind) {
    case KIND_LETTER:
    case KIND_HYPHEN:
    case KIND_LIST:
        return mark->code;
    case KIND_SPACE:
        return ' ';
    case KIND_QUOTE:
        return '"';
    case KIND_CLAUSE:
        return ',';
    case KIND_STOP:
        return '.';
    case KIND_QUESTION:
        return '?';
    case KIND_LINE: /* an empty line ends a sentence */
        return at + 1 < marks->count && marks->items[at + 1].kind == KIND_LINE ? '.' : '\n';
    case KIND_NOTHING:
        break;
    }
    return ' ';
}

static void view_write(const struct marks *marks, struct arena *arena, struct view *ret)
{
    size_t bytes_max = marks->count * 4 + 1, length = 0;
    char *out = arena_alloc(arena, bytes_max);
    uint32_t *from = arena_new_array(arena, uint32_t, bytes_max), *to = arena_new_array(arena, uint32_t, bytes_max);
    for (size_t i = 0; i < marks->count; i++) {
        utf8proc_int32_t code = (utf8proc_int32_t)written(marks, i);
        size_t bytes = (size_t)utf8proc_encode_char(code, (utf8proc_uint8_t *)out + length);
        for (size_t end = length + bytes; length < end; length++) {
            from[length] = marks->items[i].from;
            to[length] = marks->items[i].to;
        }
    }
    *ret = (struct view){{out, length}, from, to};
}

void view_make(const struct view_folds *folds, struct arena *arena, struct text text, struct view *ret)
{
    assert(folds);
    assert(ret);
    size_t marks_max = 2 * text.length + 1; /* four of a character of two bytes */
    struct marks marks = {arena_new_array(arena, struct mark, marks_max), 0};
    decide(folds, text, &marks);
    thin(&marks, arena_new_array(arena, struct mark, marks_max));
    view_write(&marks, arena, ret);
}
