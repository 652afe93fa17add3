/* SPDX-License-Identifier: Apache-2.0 */
/* Money is int64 minor units plus an ISO 4217 code; never floating point. Sums go through checked helpers. */
#ifndef SHUNTUI_BASE_MONEY_H
#define SHUNTUI_BASE_MONEY_H

#include <stdint.h>

#include "base/text.h"

struct error;

#define MONEY_MAXIMUM                                                                                                  \
    INT64_C(1000000000000) /* ten thousand million yuan in fen: far past any order, far from overflow */

struct money {
    int64_t minor;
    char currency[4]; /* "CNY", terminated */
};

/* All return 0, or -1 with MONEY_OVERFLOW when the result is beyond MONEY_MAXIMUM either way; *ret is untouched then. */
int money_add(int64_t a, int64_t b, int64_t *ret, struct error *error);
int money_subtract(int64_t a, int64_t b, int64_t *ret, struct error *error);
int money_multiply(int64_t amount, int64_t count, int64_t *ret, struct error *error);
/* amount * numerator / denominator, rounded down (for amount < 0 away from zero). numerator >= 0, denominator > 0. */
int money_part(int64_t amount, int64_t numerator, int64_t denominator, int64_t *ret, struct error *error);
/* "CNY", "USD", "EUR", "HKD", "JPY" …: three capital letters from the table. Fails with FIELD_VALUE. */
int currency_check(struct text code, struct error *error);
int currency_digits(const char *code); /* minor digits: CNY 2, JPY 0 */
/* "¥12.50" / "USD 12.50" for people. */
void money_format(struct buffer *out, struct money amount);

#endif
