/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A demonstration marketplace grown to many orders: every order that it has is copied again and again under other ids and other
 * times of the last weeks, with its card, money, claim and leaves, straight in the database. The state opens and serves as if
 * each had been bought.
 */
#ifndef SHUNTUI_BENCH_GROW_H
#define SHUNTUI_BENCH_GROW_H

#include <stdint.h>

#include "base/random.h"

struct grown_session {
    char secret[ID_BYTES], party[ID_BYTES]; /* ses_…: a merchant's, for as long as the bench runs */
};

/* `state` was made by `shuntui demo --load`; nothing may have it open. Afterwards it has `orders` orders. A failure ends the
 * program. The merchant with most orders gets a session. */
void grow_demo(const char *state, int64_t orders, struct grown_session *ret);

#endif
