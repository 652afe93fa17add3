/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of the sandbox share. */
#include "pay/test_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/error.h"

void world_open(struct world *w)
{
    struct error error = {0};
    if (pay_sandbox_open(&w->options, &w->sandbox, &error) < 0)
        fail_msg("%s", error.message);
    w->channel = pay_sandbox_channel(w->sandbox);
}

struct world *world_new(void)
{
    struct world *w = test_calloc(1, sizeof *w);
    snprintf(w->folder, sizeof w->folder, "/tmp/test_sandbox.XXXXXX");
    assert_non_null(mkdtemp(w->folder));
    snprintf(w->path, sizeof w->path, "%s/sandbox.jsonl", w->folder);
    clock_virtual_init(&w->clock, START_US);
    random_seeded_init(&w->random, 7);
    w->options = (struct pay_sandbox_options){
        .path = w->path, .clock = &w->clock.clock, .random = &w->random.random, .secret = SECRET};
    return w;
}

struct world *world_start(void)
{
    struct world *w = world_new();
    world_open(w);
    return w;
}

void world_restart(struct world *w)
{
    pay_sandbox_close(w->sandbox);
    world_open(w);
}

void world_free(struct world *w)
{
    pay_sandbox_close(w->sandbox);
    unlink(w->path);
    rmdir(w->folder);
    test_free(w);
}

int64_t world_now(struct world *w)
{
    return w->clock.clock.now_us(&w->clock.clock);
}

int world_take(void *context, const struct pay_callback *callback)
{
    struct world *w = context;
    struct error error = {0};
    struct pay_notice notice;
    if (w->busy)
        return -1;
    if (w->channel.provider->verify(w->channel.self, callback, world_now(w), &notice, &error) < 0) {
        w->refused++;
        return -1;
    }
    assert_true(w->taken_count < TAKEN_MAX);
    w->taken[w->taken_count++] = notice;
    return 0;
}

size_t world_pump(struct world *w)
{
    return pay_sandbox_pump(w->sandbox, world_now(w), world_take, w);
}

struct money world_yuan(int64_t minor)
{
    return (struct money){minor, "CNY"};
}

int world_create(struct world *w, const char *reference, int64_t minor, struct pay_created *ret, struct error *error)
{
    const struct pay_request request = {reference, world_yuan(minor), EXPIRY_US};
    return w->channel.provider->create(w->channel.self, &request, ret, error);
}

void world_create_paid(struct world *w, const char *reference, int64_t minor, struct pay_created *ret)
{
    assert_int_equal(world_create(w, reference, minor, ret, NULL), 0);
    assert_int_equal(pay_sandbox_pay(w->sandbox, ret->number, 0, NULL), 0);
}

enum error_code world_refund(struct world *w, const char *id, const char *number, int64_t minor, struct pay_refund *ret)
{
    struct error error = {0};
    const struct pay_refund_request request = {id, number, world_yuan(minor)};
    return w->channel.provider->refund(w->channel.self, &request, ret, &error) < 0 ? error.code : ERROR_NONE;
}

struct pay_payment world_query(struct world *w, const char *number)
{
    struct pay_payment payment;
    assert_int_equal(w->channel.provider->query(w->channel.self, number, &payment, NULL), 0);
    return payment;
}
