/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The evidence log of a state directory grown straight in its database: chains of leaves are copied under other ids, so that the
 * state opens, serves and proves as if each had been recorded. Nothing else may have the state open meanwhile.
 */
#ifndef SHUNTUI_BENCH_LEAVES_H
#define SHUNTUI_BENCH_LEAVES_H

#include <sqlite3.h>
#include <stdint.h>

struct leaves;

/* Reads the log as it is. A failure ends the program, here and below. */
struct leaves *leaves_open(sqlite3 *database, const char *state);
/* Makes one subject's chain the one that is copied. */
void leaves_choose(struct leaves *leaves, const char *subject);
/* Copies it under an id of the same length; number makes the salts differ. */
void leaves_copy(struct leaves *leaves, const char *subject, int64_t number);
/* Signs the new head. */
void leaves_close(struct leaves *leaves);

#endif
