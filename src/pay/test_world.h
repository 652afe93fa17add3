/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of the sandbox share: a world with a clock of its own, and shorter words for the provider's functions. */
#ifndef SHUNTUI_PAY_TEST_WORLD_H
#define SHUNTUI_PAY_TEST_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "pay/sandbox.h"

#define START_US (INT64_C(1764000000) * TIME_SECOND_US)
#define SECRET TEXT_LITERAL("a secret of thirty-two bytes....")
#define OLD_SECRET TEXT_LITERAL("the secret that was used before.")
#define EXPIRY_US (START_US + 30 * 60 * TIME_SECOND_US)
#define TAKEN_MAX 4096

struct error;

/* A world: a clock, a sandbox on a file, and a receiver that verifies and remembers what it took. */
struct world {
    struct clock_virtual clock;
    struct random_seeded random;
    struct pay_sandbox_options options;
    struct pay_sandbox *sandbox;
    struct pay_channel channel;
    char folder[64], path[96];
    struct pay_notice taken[TAKEN_MAX];
    size_t taken_count, refused;
    bool busy; /* the receiver answers 503 */
};

void world_open(struct world *w);
struct world *world_new(void);
struct world *world_start(void);
void world_restart(struct world *w);
void world_free(struct world *w);
int64_t world_now(struct world *w);
int world_take(void *context, const struct pay_callback *callback);
size_t world_pump(struct world *w);
struct money world_yuan(int64_t minor);
int world_create(struct world *w, const char *reference, int64_t minor, struct pay_created *ret, struct error *error);
void world_create_paid(struct world *w, const char *reference, int64_t minor, struct pay_created *ret);
enum error_code world_refund(struct world *w, const char *id, const char *number, int64_t minor,
                             struct pay_refund *ret);
struct pay_payment world_query(struct world *w, const char *number);

#endif
