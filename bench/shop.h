/* SPDX-License-Identifier: Apache-2.0 */
/* A shop with stock in a state directory, and a server for it in a child process: what the benches measure. */
#ifndef SHUNTUI_BENCH_SHOP_H
#define SHUNTUI_BENCH_SHOP_H

#include <stdint.h>
#include <sys/types.h>

#include "base/random.h"

struct error;

struct shop {
    char state[340];            /* the state directory */
    char product[ID_BYTES];     /* a card of 98 yuan */
    uint8_t sandbox_secret[32]; /* signs the provider's callbacks */
    uint16_t port;
    pid_t server;
};

/* Says what went wrong and ends the program; error may be NULL. */
void bench_fail(const char *what, const struct error *error) __attribute__((noreturn));
/* Makes the state with one merchant, one policy, one product and so many cards; fills in product and secret. */
void shop_make(struct shop *shop, int64_t cards);
/* Starts and ends the server; it prints what its writer did. */
void shop_serve(struct shop *shop);
void shop_stop(struct shop *shop);
/* A row of /proc/PID/status of the server in KiB: "VmRSS", "VmHWM". -1 when it cannot be read. */
int64_t shop_server_kib(const struct shop *shop, const char *row);

#endif
