/* SPDX-License-Identifier: Apache-2.0 */
/* Clocks, and RFC 3339 in and out. The calendar is computed here, so that no locale or time zone can enter. */
#include "base/time.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#include "base/error.h"

#define YEAR_MAX 9999

static int64_t system_now_us(struct clock *clock)
{
    (void)clock;
    struct timespec now;
    int result = clock_gettime(CLOCK_REALTIME, &now);
    assert(result == 0);
    return (int64_t)now.tv_sec * TIME_SECOND_US + now.tv_nsec / 1000;
}

struct clock *clock_system(void)
{
    static struct clock clock = {system_now_us};
    return &clock;
}

static int64_t virtual_now_us(struct clock *clock)
{
    return ((struct clock_virtual *)clock)->time_us;
}

void clock_virtual_init(struct clock_virtual *clock, int64_t start_us)
{
    assert(clock);
    clock->clock.now_us = virtual_now_us;
    clock->time_us = start_us;
}

void clock_virtual_advance(struct clock_virtual *clock, int64_t seconds)
{
    assert(clock);
    assert(seconds >= 0);
    clock->time_us += seconds * TIME_SECOND_US;
}

/* Days since 1970-01-01 of a proleptic Gregorian date; years start in March so that the leap day is the last one. */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

static void date_of(int64_t days, int64_t *ret_year, int64_t *ret_month, int64_t *ret_day)
{
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t day_of_era = days - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month = (5 * day_of_year + 2) / 153;
    *ret_day = day_of_year - (153 * month + 2) / 5 + 1;
    *ret_month = month < 10 ? month + 3 : month - 9;
    *ret_year = year_of_era + era * 400 + (*ret_month <= 2);
}

static int64_t divide_down(int64_t value, int64_t divisor)
{
    int64_t quotient = value / divisor;
    return quotient - (value % divisor < 0);
}

static char *put_digits(char *to, int64_t value, int count)
{
    for (int i = count - 1; i >= 0; i--) {
        to[i] = (char)('0' + value % 10);
        value /= 10;
    }
    return to + count;
}

static char *put_date(char *to, int64_t days)
{
    int64_t year, month, day;
    date_of(days, &year, &month, &day);
    assert(year >= 0 && year <= YEAR_MAX);
    to = put_digits(to, year, 4);
    *to++ = '-';
    to = put_digits(to, month, 2);
    *to++ = '-';
    return put_digits(to, day, 2);
}

const char *time_format(int64_t time_us, char out[static TIME_TEXT_BYTES])
{
    int64_t seconds = divide_down(time_us, TIME_SECOND_US);
    int64_t micros = time_us - seconds * TIME_SECOND_US;
    int64_t days = divide_down(seconds, TIME_DAY_S);
    int64_t second_of_day = seconds - days * TIME_DAY_S;
    char *to = put_date(out, days);
    *to++ = 'T';
    to = put_digits(to, second_of_day / 3600, 2);
    *to++ = ':';
    to = put_digits(to, second_of_day / 60 % 60, 2);
    *to++ = ':';
    to = put_digits(to, second_of_day % 60, 2);
    if (micros) {
        *to++ = '.';
        to = put_digits(to, micros, 6);
    }
    *to++ = 'Z';
    *to = '\0';
    return out;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool take_digits(struct text *in, size_t count, int64_t *ret_value)
{
    int64_t value = 0;
    if (in->length < count)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!is_digit(in->data[i]))
            return false;
        value = value * 10 + (in->data[i] - '0');
    }
    *in = (struct text){in->data + count, in->length - count};
    *ret_value = value;
    return true;
}

static bool take_char(struct text *in, char lower, char upper)
{
    if (in->length == 0 || (in->data[0] != lower && in->data[0] != upper))
        return false;
    *in = (struct text){in->data + 1, in->length - 1};
    return true;
}

/* Up to nine digits; what is finer than a microsecond is cut off. */
static bool take_fraction(struct text *in, int64_t *ret_us)
{
    *ret_us = 0;
    if (!take_char(in, '.', '.'))
        return true;
    int64_t value = 0, digits = 0;
    while (in->length && is_digit(in->data[0]) && digits < 9) {
        if (digits < 6)
            value = value * 10 + (in->data[0] - '0');
        digits++;
        *in = (struct text){in->data + 1, in->length - 1};
    }
    for (int64_t i = digits; i < 6; i++)
        value *= 10;
    *ret_us = value;
    return digits > 0;
}

static bool take_offset(struct text *in, int64_t *ret_seconds)
{
    int64_t hours, minutes;
    *ret_seconds = 0;
    if (take_char(in, 'z', 'Z'))
        return true;
    bool negative = take_char(in, '-', '-');
    if (!negative && !take_char(in, '+', '+'))
        return false;
    if (!take_digits(in, 2, &hours) || !take_char(in, ':', ':') || !take_digits(in, 2, &minutes))
        return false;
    if (hours > 23 || minutes > 59)
        return false;
    *ret_seconds = (hours * 60 + minutes) * (negative ? -60 : 60);
    return true;
}

static bool date_is_valid(int64_t year, int64_t month, int64_t day)
{
    if (month < 1 || month > 12 || day < 1)
        return false;
    int64_t next_year = month == 12 ? year + 1 : year, next_month = month == 12 ? 1 : month + 1;
    return day <= days_of(next_year, next_month, 1) - days_of(year, month, 1);
}

/* A leap second can only be 23:59:60 UTC on the last day of a month; it counts as the second after it. */
static bool is_leap_second(int64_t seconds_after)
{
    int64_t year, month, day;
    if (seconds_after - divide_down(seconds_after, TIME_DAY_S) * TIME_DAY_S != 0)
        return false;
    date_of(divide_down(seconds_after, TIME_DAY_S), &year, &month, &day);
    return day == 1;
}

static bool parse_parts(struct text in, int64_t *ret_time_us)
{
    int64_t year, month, day, hour, minute, second, micros, offset;
    if (!take_digits(&in, 4, &year) || !take_char(&in, '-', '-') || !take_digits(&in, 2, &month) ||
        !take_char(&in, '-', '-') || !take_digits(&in, 2, &day) || !take_char(&in, 't', 'T'))
        return false;
    if (!take_digits(&in, 2, &hour) || !take_char(&in, ':', ':') || !take_digits(&in, 2, &minute) ||
        !take_char(&in, ':', ':') || !take_digits(&in, 2, &second) || !take_fraction(&in, &micros) ||
        !take_offset(&in, &offset) || in.length != 0)
        return false;
    if (!date_is_valid(year, month, day) || hour > 23 || minute > 59 || second > 60)
        return false;
    int64_t seconds = days_of(year, month, day) * TIME_DAY_S + hour * 3600 + minute * 60 + second - offset;
    if (second == 60 && !is_leap_second(seconds))
        return false;
    if (seconds < days_of(0, 1, 1) * TIME_DAY_S || seconds >= days_of(YEAR_MAX + 1, 1, 1) * TIME_DAY_S)
        return false;
    *ret_time_us = seconds * TIME_SECOND_US + micros;
    return true;
}

int time_parse(struct text in, int64_t *ret_time_us, struct error *error)
{
    assert(ret_time_us);
    if (parse_parts(in, ret_time_us))
        return 0;
    error_set(error, ERROR_TIME_MALFORMED, "The time is not in the form of RFC 3339");
    return error_hint(error, "Write it like 2026-11-24T01:02:03Z or 2026-11-24T09:02:03+08:00.");
}

#define BEIJING_US (8 * TIME_HOUR_S * TIME_SECOND_US)

int time_day_parse(struct text in, int64_t *ret_time_us, struct error *error)
{
    struct text rest = in;
    int64_t year, month, day;
    if (!take_digits(&rest, 4, &year) || !take_char(&rest, '-', '-') || !take_digits(&rest, 2, &month) ||
        !take_char(&rest, '-', '-') || !take_digits(&rest, 2, &day) || rest.length || !date_is_valid(year, month, day))
        return error_set(error, ERROR_TIME_MALFORMED, "this is not a day such as 2026-11-24");
    *ret_time_us = days_of(year, month, day) * TIME_DAY_S * TIME_SECOND_US - BEIJING_US;
    return 0;
}

bool time_day_is(struct text in)
{
    int64_t start_us;
    return time_day_parse(in, &start_us, NULL) == 0;
}

const char *time_day_format(int64_t time_us, char out[static TIME_DAY_TEXT_BYTES])
{
    *put_date(out, divide_down(time_us + BEIJING_US, TIME_DAY_S * TIME_SECOND_US)) = '\0';
    return out;
}
