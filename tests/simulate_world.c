/* SPDX-License-Identifier: Apache-2.0 */
/* The simulated marketplace: running use cases, opening and closing the state, and who and what there is. */
#include "simulate.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "market/market.h"
#include "service/policies/floors.h"
#include "service/policies/policies.h"
#include "service/shop/catalogue.h"
#include "service/shop/merchant.h"
#include "store/store.h"

#define SIM_START_US INT64_C(1793491200000000) /* 2026-11-01T00:00:00Z */
#define SIM_FEE_PER_MILLE 25
#define SIM_ANSWER_BYTES_MAX LIMIT_RESPONSE_BYTES

/* ---- running ---- */

int sim_write(struct simulation *sim, const struct service_actor *actor, service_run_fn run, struct sim_act *act,
              struct error *error)
{
    error_clear(error);
    act->sim = sim;
    return service_write(sim->service, actor, run, act, error);
}

int sim_json(struct simulation *sim, const struct service_actor *actor, service_run_fn run, struct sim_act *act,
             bool is_write, struct json **ret, struct error *error)
{
    struct buffer out;
    struct json_writer writer;
    error_clear(error);
    buffer_init(&out, SIM_ANSWER_BYTES_MAX);
    json_writer_init(&writer, &out);
    act->sim = sim;
    act->json = &writer;
    int result = is_write ? service_write(sim->service, actor, run, act, error)
                          : service_read(sim->service, actor, run, act, error);
    if (result == 0) {
        json_writer_done(&writer);
        result = json_parse(buffer_text(&out), SIM_ANSWER_BYTES_MAX, ret, error);
    }
    buffer_done(&out);
    return result;
}

static void cell_keep(void *context, const struct store_invariant *invariant, struct text row)
{
    char *cell = context;
    (void)invariant;
    size_t length = row.length < 399 ? row.length : 399;
    memcpy(cell, row.data, length);
    cell[length] = 0;
}

static const char *cell_read(struct simulation *sim, const char *sql)
{
    struct store_invariant invariant = {"cell", sql};
    struct error error;
    sim->cell[0] = 0;
    if (store_invariants_run(service_store(sim->service), &invariant, 1, 1, cell_keep, sim->cell, &error) < 0)
        sim_fail(sim, "%s: %s", sql, error.message);
    return sim->cell;
}

const char *sim_cell(struct simulation *sim, const char *format, ...)
{
    char sql[1200];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sql, sizeof sql, format, arguments);
    va_end(arguments);
    return cell_read(sim, sql);
}

int64_t sim_number(struct simulation *sim, const char *format, ...)
{
    char sql[1200];
    int64_t number = 0;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sql, sizeof sql, format, arguments);
    va_end(arguments);
    const char *cell = cell_read(sim, sql);
    if (cell[0] && text_to_int64(text_of(cell), &number, NULL) < 0)
        sim_fail(sim, "not a number: %s gives %s", sql, cell);
    return number;
}

int64_t sim_now(const struct simulation *sim)
{
    return sim->clock.time_us;
}

/* ---- the state ---- */

int sim_open(struct simulation *sim)
{
    struct service_options options = {.state_path = sim->path,
                                      .create = true,
                                      .clock = &sim->clock.clock,
                                      .random = &sim->ids.random,
                                      .log_origin = "simulate.local/log",
                                      .fee_per_mille = SIM_FEE_PER_MILLE,
                                      .floors = SERVICE_FLOOR_DEFAULT,
                                      .read_connections = 1,
                                      .sandbox_faults = sim->has_faults ? sim->seed : 0};
    struct error error;
    if (service_open(&options, &sim->service, &error) < 0) {
        sim->service = NULL;
        return sim_fail(sim, "the state cannot be opened: %s (%s)", error.message, error_wire(error.code));
    }
    return 0;
}

int sim_restart(struct simulation *sim)
{
    service_close(sim->service);
    sim->service = NULL;
    sim->restarts++;
    return sim_open(sim);
}

static int sandbox_key_read(struct simulation *sim)
{
    char path[300];
    struct buffer hex;
    struct error error;
    size_t length = 0;
    snprintf(path, sizeof path, "%s/keys/sandbox.key", sim->path);
    buffer_init(&hex, 256);
    int result = file_read_all(path, 256, &hex, &error);
    if (result == 0)
        result = hex_decode((struct text){hex.data, 64}, sim->sandbox_key, sizeof sim->sandbox_key, &length);
    buffer_done(&hex);
    sim->sandbox_secret = (struct text){(const char *)sim->sandbox_key, sizeof sim->sandbox_key};
    return result == 0 ? 0 : sim_fail(sim, "the provider's key cannot be read");
}

/* ---- parties ---- */

static int run_party(struct service_call *call, void *argument, struct error *error)
{
    struct sim_act *act = argument;
    struct service_party_new in = {.role = (enum service_role)act->number, .name = act->a};
    return service_party_create(call, &in, act->out, error);
}

static int party_make(struct simulation *sim, enum service_role role, const char *name, struct service_actor *ret)
{
    struct service_party_created created;
    struct sim_act act = {.a = text_of(name), .number = role, .out = &created};
    struct error error;
    if (sim_write(sim, NULL, run_party, &act, &error) < 0)
        return sim_fail(sim, "%s: %s", name, error.message);
    *ret = (struct service_actor){.role = role};
    memcpy(ret->party_id, created.party_id, ID_BYTES);
    return 0;
}

static int run_webhook(struct service_call *call, void *argument, struct error *error)
{
    struct sim_act *act = argument;
    return service_webhook_secret_create(call, act->a, act->out, error);
}

static int run_bond(struct service_call *call, void *argument, struct error *error)
{
    struct sim_act *act = argument;
    struct service_bond bond = {
        .merchant_id = act->a, .amount = act->number, .currency = TEXT_LITERAL("CNY"), .reference = act->b};
    int64_t balance;
    return service_bond_move(call, &bond, &balance, error);
}

static const struct {
    enum sim_manner manner;
    int64_t bond; /* minor units */
} merchant_rows[SIM_MERCHANTS] = {
    {SIM_HONEST, 500000}, {SIM_FORGETFUL, 200000}, {SIM_TAKER, 3000}, {SIM_NEGOTIATOR, 100000}, {SIM_FIGHTER, 0}};

static int merchant_make(struct simulation *sim, int index)
{
    struct sim_merchant *merchant = &sim->merchants[index];
    struct error error;
    char name[32], reference[32];
    snprintf(name, sizeof name, "merchant %d", index);
    snprintf(reference, sizeof reference, "bond-%d", index);
    merchant->manner = merchant_rows[index].manner;
    if (party_make(sim, ROLE_MERCHANT, name, &merchant->actor) < 0)
        return -1;
    struct sim_act webhook = {.a = text_of(merchant->actor.party_id), .out = merchant->webhook_secret};
    struct sim_act bond = {
        .a = text_of(merchant->actor.party_id), .b = text_of(reference), .number = merchant_rows[index].bond};
    if (sim_write(sim, &sim->operator, run_webhook, &webhook, &error) < 0 ||
        (bond.number && sim_write(sim, &sim->operator, run_bond, &bond, &error) < 0))
        return sim_fail(sim, "%s: %s", name, error.message);
    return 0;
}

static int parties_make(struct simulation *sim)
{
    char name[32];
    if (party_make(sim, ROLE_OPERATOR, "operator", &sim->operator) < 0 ||
        party_make(sim, ROLE_BUYER, "stranger", &sim->stranger) < 0)
        return -1;
    for (int i = 0; i < SIM_ARBITERS; i++) {
        snprintf(name, sizeof name, "arbiter %d", i);
        if (party_make(sim, ROLE_ARBITER, name, &sim->arbiters[i]) < 0)
            return -1;
    }
    for (int i = 0; i < SIM_BUYERS; i++) {
        snprintf(name, sizeof name, "buyer %d", i);
        if (party_make(sim, ROLE_BUYER, name, &sim->buyers[i]) < 0)
            return -1;
    }
    for (int i = 0; i < SIM_MERCHANTS; i++)
        if (merchant_make(sim, i) < 0)
            return -1;
    return 0;
}

/* ---- products ---- */

static const char *const policy_names[SIM_POLICIES] = {"cards-standard", "activation-strict", "topup-instant",
                                                       "boosting-milestones"};
static const struct {
    int merchant, policy;
    bool is_service;
    const char *category;
    int64_t price, delivery_s;
} product_rows[SIM_PRODUCTS] = {
    {0, 0, false, "game_card", 9800, 60},        {1, 0, false, "game_card", 4950, 60},
    {2, 1, false, "activation_code", 18900, 60}, {4, 0, false, "game_card", 2999, 60},
    {3, 2, true, "top_up", 4980, 1800},          {1, 2, true, "top_up", 6333, 1800},
    {3, 3, true, "boosting", 39901, 604800},     {2, 3, true, "boosting", 5901, 259200},
};

bool sim_product_is_service(int product)
{
    return product_rows[product].is_service;
}

int sim_product_merchant(int product)
{
    return product_rows[product].merchant;
}

static int run_policy(struct service_call *call, void *argument, struct error *error)
{
    struct sim_act *act = argument;
    return service_policy_publish_text(call, act->a, act->out, error);
}

static int policy_make(struct simulation *sim, int index)
{
    char path[400];
    struct buffer source;
    struct error error;
    snprintf(path, sizeof path, "%s/%s.policy", sim->policies, policy_names[index]);
    buffer_init(&source, 256 * 1024);
    int result = file_read_all(path, 256 * 1024, &source, &error);
    if (result == 0) {
        struct sim_act act = {.a = buffer_text(&source), .out = sim->policy_ids[index]};
        result = sim_write(sim, &sim->operator, run_policy, &act, &error);
    }
    buffer_done(&source);
    return result == 0 ? 0 : sim_fail(sim, "%s: %s", path, error.message);
}

static int run_product(struct service_call *call, void *argument, struct error *error)
{
    static const struct market_milestone milestones[] = {{TEXT_LITERAL("half"), 50}, {TEXT_LITERAL("done"), 100}};
    struct sim_act *act = argument;
    int product = (int)act->number;
    bool is_service = product_rows[product].is_service;
    struct market_listing listing = {
        .kind = is_service ? TEXT_LITERAL("service") : TEXT_LITERAL("card_key"),
        .category = text_of(product_rows[product].category),
        .title = text_of(arena_printf(call->arena, "product %d", product)),
        .currency = TEXT_LITERAL("CNY"),
        .policy_id = text_of(act->sim->policy_ids[product_rows[product].policy]),
        .price = product_rows[product].price,
        .face_value = is_service ? 0 : 10000,
        .delivery_s = product_rows[product].delivery_s,
    };
    if (is_service) {
        listing.standard = TEXT_LITERAL("what was agreed");
        listing.lateness = TEXT_LITERAL("a part for each day");
        listing.dissatisfaction = TEXT_LITERAL("done again once");
        listing.revisions = 1;
        listing.revisions_given = true;
        listing.milestones = milestones;
        listing.milestone_count = sizeof milestones / sizeof milestones[0];
    } else {
        listing.region = TEXT_LITERAL("CN");
        listing.redeem_channel = TEXT_LITERAL("official page");
    }
    return service_product_create(call, &listing, act->out, error);
}

static int product_make(struct simulation *sim, int index)
{
    struct sim_act act = {.number = index, .out = sim->product_ids[index]};
    struct error error;
    if (sim_write(sim, &sim->merchants[product_rows[index].merchant].actor, run_product, &act, &error) < 0)
        return sim_fail(sim, "product %d: %s %s", index, error.message, error.pointer);
    return 0;
}

const char *sim_card_text(const struct simulation *sim, int64_t serial, char out[static 40])
{
    snprintf(out, 40, "SIM-%08llX-%07lld", (unsigned long long)(sim->seed * 2654435761u + (uint64_t)serial * 40503u),
             (long long)serial);
    return out;
}

int sim_world_make(struct simulation *sim)
{
    clock_virtual_init(&sim->clock, SIM_START_US);
    random_seeded_init(&sim->ids, sim->seed * 2 + 1);
    random_seeded_init(&sim->choice, sim->seed * 2);
    sim->has_faults = true;
    if (sim_open(sim) < 0 || sandbox_key_read(sim) < 0 || parties_make(sim) < 0)
        return -1;
    for (int i = 0; i < SIM_POLICIES; i++)
        if (policy_make(sim, i) < 0)
            return -1;
    for (int i = 0; i < SIM_PRODUCTS; i++)
        if (product_make(sim, i) < 0)
            return -1;
    return 0;
}

void sim_world_free(struct simulation *sim)
{
    service_close(sim->service);
    sim->service = NULL;
    free(sim->orders);
    free(sim->claims);
    free(sim->card_owners);
}
