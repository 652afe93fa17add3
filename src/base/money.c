/* SPDX-License-Identifier: Apache-2.0 */
/* Checked sums of minor units, and the table of currencies. No floating point anywhere. */
#include "base/money.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/error.h"

__extension__ typedef __int128 wide;

/* ISO 4217 codes and minor digits. */
static const struct currency {
    char code[4];
    int digits;
} currencies[] = {
    {"AED", 2}, {"AUD", 2}, {"BRL", 2}, {"CAD", 2}, {"CHF", 2}, {"CNY", 2}, {"DKK", 2}, {"EUR", 2},
    {"GBP", 2}, {"HKD", 2}, {"IDR", 2}, {"INR", 2}, {"JPY", 0}, {"KRW", 0}, {"KWD", 3}, {"MOP", 2},
    {"MXN", 2}, {"MYR", 2}, {"NOK", 2}, {"NZD", 2}, {"PHP", 2}, {"PLN", 2}, {"SEK", 2}, {"SGD", 2},
    {"THB", 2}, {"TRY", 2}, {"TWD", 2}, {"USD", 2}, {"VND", 0}, {"ZAR", 2},
};

static int overflow(struct error *error)
{
    return error_set(error, ERROR_MONEY_OVERFLOW, "The amount is beyond %lld minor units", (long long)MONEY_MAXIMUM);
}

static int money_result(wide value, int64_t *ret, struct error *error)
{
    if (value > MONEY_MAXIMUM || value < -MONEY_MAXIMUM)
        return overflow(error);
    *ret = (int64_t)value;
    return 0;
}

int money_add(int64_t a, int64_t b, int64_t *ret, struct error *error)
{
    assert(ret);
    return money_result((wide)a + b, ret, error);
}

int money_subtract(int64_t a, int64_t b, int64_t *ret, struct error *error)
{
    assert(ret);
    return money_result((wide)a - b, ret, error);
}

int money_multiply(int64_t amount, int64_t count, int64_t *ret, struct error *error)
{
    assert(ret);
    return money_result((wide)amount * count, ret, error);
}

int money_part(int64_t amount, int64_t numerator, int64_t denominator, int64_t *ret, struct error *error)
{
    assert(ret);
    assert(numerator >= 0);
    assert(denominator > 0);
    wide product = (wide)amount * numerator;
    wide quotient = product / denominator;
    return money_result(quotient - (product % denominator < 0), ret, error);
}

static const struct currency *currency_find(struct text code)
{
    for (size_t i = 0; i < sizeof currencies / sizeof *currencies; i++)
        if (text_is(code, currencies[i].code))
            return &currencies[i];
    return NULL;
}

int currency_check(struct text code, struct error *error)
{
    if (currency_find(code))
        return 0;
    error_set(error, ERROR_FIELD_VALUE, "The currency is not known");
    return error_hint(error, "Use three capital letters of ISO 4217, such as CNY or USD.");
}

int currency_digits(const char *code)
{
    const struct currency *currency = currency_find(text_of(code));
    assert(currency);
    return currency->digits;
}

void money_format(struct buffer *out, struct money amount)
{
    int digits = currency_digits(amount.currency);
    int64_t unit = 1;
    for (int i = 0; i < digits; i++)
        unit *= 10;
    int64_t whole = amount.minor / unit, part = amount.minor % unit;
    if (amount.minor < 0)
        buffer_add_char(out, '-');
    if (strcmp(amount.currency, "CNY") == 0)
        buffer_add_string(out, "¥");
    else
        buffer_addf(out, "%s ", amount.currency);
    /* Each half is made positive by itself: INT64_MIN as a whole has no positive counterpart. */
    buffer_addf(out, "%llu", whole < 0 ? 0ULL - (unsigned long long)whole : (unsigned long long)whole);
    if (digits)
        buffer_addf(out, ".%0*d", digits, (int)(part < 0 ? -part : part));
}
