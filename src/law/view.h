/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A text as the lint reads it: what a seller does to hide a word is taken away (full width, circled and mathematical letters,
 * traditional and look-alike characters, blanks, decoration and invisible characters between the characters of a word), and every
 * byte of what remains remembers where in the original it came from. Not for people: it is never shown.
 *
 * In a view ',' ends a clause, '.' a sentence and '?' a question; '"' is any quotation mark and '\n' a line break; '、' stays.
 * Latin letters are lower case, with one blank between words.
 */
#ifndef SHUNTUI_LAW_VIEW_H
#define SHUNTUI_LAW_VIEW_H

#include "base/text.h"

struct arena;
struct view_folds; /* law/folds.def, made once */

struct view {
    struct text text;
    const uint32_t *from, *to; /* of each byte of text: the bytes of the original that its character stood for */
};

struct view_folds *view_folds_new(void);
void view_folds_free(struct view_folds *folds);
/* text is valid UTF-8 of less than 2^31 bytes. The view lives in the arena and is at most six times as long. */
void view_make(const struct view_folds *folds, struct arena *arena, struct text text, struct view *ret);

#endif
