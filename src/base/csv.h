/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tables for spreadsheets: RFC 4180 in UTF-8 with a byte order mark, without which Chinese is garbled in the most common of them. A text
 * that a spreadsheet would run as a formula is led by an apostrophe: what a buyer typed must not compute on a merchant's machine.
 */
#ifndef SHUNTUI_BASE_CSV_H
#define SHUNTUI_BASE_CSV_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

struct csv {
    struct buffer *out;
    bool in_line; /* a cell was written since the last end of line */
};

void csv_begin(struct csv *csv, struct buffer *out); /* writes the byte order mark */
/* One cell each. Only text can be taken for a formula: numbers, money and times are written by us. */
void csv_text(struct csv *csv, struct text value);
void csv_string(struct csv *csv, const char *terminated); /* NULL is an empty cell */
void csv_integer(struct csv *csv, int64_t value);
void csv_money(struct csv *csv, int64_t minor, const char *currency); /* in major units: "-12.50" */
void csv_time(struct csv *csv, int64_t time_us);                      /* RFC 3339; 0 is an empty cell */
void csv_line_end(struct csv *csv);
/* A whole line of names. */
void csv_names(struct csv *csv, const char *const *names, int count);

#endif
