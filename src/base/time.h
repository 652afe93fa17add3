/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time comes through an interface, so that a test can run a year of claims in a second.
 * Instants are int64 microseconds since 1970-01-01T00:00:00Z ("_us"); durations are seconds ("_s") unless named otherwise.
 */
#ifndef SHUNTUI_BASE_TIME_H
#define SHUNTUI_BASE_TIME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

#define TIME_SECOND_US INT64_C(1000000)
#define TIME_HOUR_S INT64_C(3600)
#define TIME_DAY_S INT64_C(86400)

struct clock {
    int64_t (*now_us)(struct clock *clock);
};

struct clock *clock_system(void); /* the wall clock; never freed */

/* A clock that moves only when told to. Safe to read from several threads. */
struct clock_virtual {
    struct clock clock;
    _Atomic int64_t time_us;
};
void clock_virtual_init(struct clock_virtual *clock, int64_t start_us);
void clock_virtual_advance(struct clock_virtual *clock, int64_t seconds);

#define TIME_TEXT_BYTES 28
/* "2026-11-24T01:02:03Z", with ".123456" when there are microseconds. Returns out. */
const char *time_format(int64_t time_us, char out[static TIME_TEXT_BYTES]);
/* RFC 3339; any offset is taken, result is UTC. Fails with TIME_MALFORMED. */
int time_parse(struct text in, int64_t *ret_time_us, struct error *error);
/* "2026-11-24": the instant at which that day begins in Beijing (UTC+8), where all days of law and of policies are counted.
 * Fails with TIME_MALFORMED. */
int time_day_parse(struct text in, int64_t *ret_time_us, struct error *error);
bool time_day_is(struct text in); /* whether it is such a day */
#define TIME_DAY_TEXT_BYTES 11
/* The day in Beijing on which the instant lies. Returns out. */
const char *time_day_format(int64_t time_us, char out[static TIME_DAY_TEXT_BYTES]);

#endif
