/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opening and closing the service, and running one use case as one transaction.
 * The clock that use cases see never runs backwards within a process: an earlier instant is replaced by the last one seen.
 */
#include "service/service.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "law/terms.h"
#include "pay/sandbox.h"
#include "service/internal.h"
#include "service/token.h"
#include "service/policies/floors.h"
#include "service/policies/proofs.h"

static int sandbox_open(struct service *service, const struct service_options *options, struct error *error)
{
    char path[480];
    snprintf(path, sizeof path, "%s/sandbox.jsonl", service->state_path);
    struct pay_sandbox_options sandbox = {
        .path = path,
        .clock = service->clock,
        .random = service->random,
        .secret = {(const char *)service->keys.sandbox, sizeof service->keys.sandbox},
        .fault_seed = options->sandbox_silent ? 1 : options->sandbox_faults,
        .faults = {.lost_per_mille = options->sandbox_silent ? 1000 : 0},
        .amount_failures = options->sandbox_amount_failures,
    };
    return pay_sandbox_open(&sandbox, &service->sandbox, error);
}

static int store_open_for(struct service *service, const struct service_options *options, struct error *error)
{
    struct store_options store = {
        .directory = options->state_path,
        .create = options->create,
        .unthreaded = !options->threaded,
        .clock = service->clock,
        .batch_wait_us = 500, /* a commit costs about as much: a little company halves the syncs under load */
        .read_connections = options->read_connections ? (unsigned)options->read_connections : 2,
        .vfs = options->vfs,
    };
    service_hooks_init(service, &store.hooks);
    return store_open(&store, &service->store, error);
}

int service_open(const struct service_options *options, struct service **ret, struct error *error)
{
    assert(options && options->state_path && ret);
    struct service *service = calloc(1, sizeof *service);
    if (!service)
        abort();
    service->clock = options->clock ? options->clock : clock_system();
    service->random = options->random ? options->random : random_system();
    service->fee_per_mille = options->fee_per_mille;
    service->session_s = options->session_s ? options->session_s : SERVICE_SESSION_S;
    service->opened_at_us = service->clock->now_us(service->clock);
    service->policies = service_policies_new();
    service->recent = service_recent_new();
    service->proofs = service_proofs_new();
    if (service_floors_new(text_of(options->floors), &service->floors, error) < 0) {
        service_close(service);
        return -1;
    }
    service->terms = terms_new(false);
    if (strlen(options->state_path) >= sizeof service->state_path) {
        service_close(service);
        return error_set(error, ERROR_IO, "the path of the state directory is too long");
    }
    snprintf(service->state_path, sizeof service->state_path, "%s", options->state_path);
    if (store_open_for(service, options, error) < 0 ||
        service_keys_load(&service->keys, service->state_path, options->create, service->random, error) < 0 ||
        service_log_open(service, options->log_origin, error) < 0 || sandbox_open(service, options, error) < 0) {
        service_close(service);
        return -1;
    }
    *ret = service;
    return 0;
}

void service_close(struct service *service)
{
    if (!service)
        return;
    store_close(service->store);
    pay_sandbox_close(service->sandbox);
    service_policies_free(service->policies);
    service_recent_free(service->recent);
    service_floors_free(service->floors);
    service_proofs_free(service->proofs);
    terms_free(service->terms);
    service_notices_free(service);
    secret_wipe(&service->keys, sizeof service->keys);
    free(service);
}

const char *service_version(void)
{
    return SHUNTUI_VERSION;
}

struct store *service_store(struct service *service)
{
    return service->store;
}

struct pay_sandbox *service_sandbox(struct service *service)
{
    return service->sandbox;
}

const char *service_state_path(const struct service *service)
{
    return service->state_path;
}

const char *service_log_vkey(const struct service *service)
{
    return service->log_vkey;
}

void service_not_before(struct service *service, int64_t at_us)
{
    int64_t last = atomic_load(&service->last_now_us);
    while (at_us > last && !atomic_compare_exchange_weak(&service->last_now_us, &last, at_us))
        continue;
}

int64_t service_now(struct service *service)
{
    service_not_before(service, service->clock->now_us(service->clock));
    return atomic_load(&service->last_now_us);
}

void service_call_init(struct service_call *call, struct service *service, struct store_tx *tx, struct arena *arena,
                       const struct service_actor *actor)
{
    *call = (struct service_call){.service = service, .tx = tx, .arena = arena, .now_us = service_now(service)};
    call->actor = actor ? *actor : (struct service_actor){.role = ROLE_SYSTEM};
}

struct run {
    struct service *service;
    const struct service_actor *actor;
    service_run_fn run;
    void *argument;
};

static int run_call(struct store_tx *tx, void *argument, struct error *error)
{
    struct run *run = argument;
    struct service_call call;
    struct arena *arena = arena_new(LIMIT_REQUEST_ARENA_BYTES);
    service_call_init(&call, run->service, tx, arena, run->actor);
    int result = run->run(&call, run->argument, error);
    arena_free(arena);
    return result;
}

int service_write(struct service *service, const struct service_actor *actor, service_run_fn run, void *argument,
                  struct error *error)
{
    struct run one = {service, actor, run, argument};
    return store_write(service->store, run_call, &one, error);
}

int service_read(struct service *service, const struct service_actor *actor, service_run_fn run, void *argument,
                 struct error *error)
{
    struct run one = {service, actor, run, argument};
    return store_read(service->store, run_call, &one, error);
}
