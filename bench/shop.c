/* SPDX-License-Identifier: Apache-2.0 */
/* The shop and its server. The server is a child of the bench and is ended by its id. */
#include "shop.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/file.h"
#include "http/handle/handle.h"
#include "http/http.h"
#include "market/market.h"
#include "service/policies/policies.h"
#include "service/shop/catalogue.h"
#include "service/shop/stock.h"
#include "service/worker.h"
#include "store/store.h"

static const char policy_source[] = "policy \"bench\" version 1\n"
                                    "goods card_key\n\n"
                                    "clause sealed \"未查看卡密,7 天内全额退\"\n"
                                    "  when card is sealed and purchased within 7 days\n"
                                    "  refund full at once\n\n"
                                    "clause dead_key \"卡密无效\"\n"
                                    "  when reason is key_invalid or key_already_used\n"
                                    "   and card is revealed or redeemed and revealed within 72 hours\n"
                                    "  needs problem_proof\n"
                                    "  merchant answers within 24 hours, silence accepts\n"
                                    "  refund full\n\n"
                                    "clause used \"已兑换不退\"\n"
                                    "  when card is redeemed\n"
                                    "  refuse\n\n"
                                    "dead_key overrides used\n"
                                    "otherwise review within 48 hours\n";

void bench_fail(const char *what, const struct error *error)
{
    fprintf(stderr, "bench: %s: %s\n", what, error ? error->message : "");
    exit(1);
}

static void secret_read(struct shop *shop)
{
    char path[400];
    struct buffer hex;
    struct error error;
    size_t length;
    snprintf(path, sizeof path, "%s/keys/sandbox.key", shop->state);
    buffer_init(&hex, 100);
    if (file_read_all(path, 100, &hex, &error) < 0 ||
        hex_decode((struct text){hex.data, 64}, shop->sandbox_secret, 32, &length) < 0)
        bench_fail("the sandbox's key", &error);
    buffer_done(&hex);
}

/* ---- the shop ---- */

struct setting_up {
    struct shop *shop;
    char merchant[ID_BYTES], policy[ID_BYTES];
    int64_t first, count;
};

static int make_merchant(struct service_call *call, void *argument, struct error *error)
{
    struct setting_up *up = argument;
    struct service_party_new party = {.role = ROLE_MERCHANT, .name = TEXT_LITERAL("bench")};
    struct service_party_created created;
    if (service_party_create(call, &party, &created, error) < 0 ||
        service_policy_publish_text(call, text_of(policy_source), up->policy, error) < 0)
        return -1;
    memcpy(up->merchant, created.party_id, ID_BYTES);
    return 0;
}

static int make_product(struct service_call *call, void *argument, struct error *error)
{
    struct setting_up *up = argument;
    struct market_listing listing = {.kind = TEXT_LITERAL("card_key"),
                                     .category = TEXT_LITERAL("game_card"),
                                     .title = TEXT_LITERAL("点卡"),
                                     .description = TEXT_LITERAL("点卡"),
                                     .currency = TEXT_LITERAL("CNY"),
                                     .policy_id = text_of(up->policy),
                                     .price = 9800,
                                     .face_value = 10000,
                                     .delivery_s = 60,
                                     .region = TEXT_LITERAL("中国大陆"),
                                     .redeem_channel = TEXT_LITERAL("官方兑换页")};
    return service_product_create(call, &listing, up->shop->product, error);
}

static int make_stock(struct service_call *call, void *argument, struct error *error)
{
    struct setting_up *up = argument;
    struct text cards[500];
    for (int64_t i = 0; i < up->count; i++)
        cards[i] = text_of(arena_printf(call->arena, "BENCH-%012lld", (long long)(up->first + i)));
    struct service_stock_import import = {
        .product_id = text_of(up->shop->product), .cards = cards, .count = (size_t)up->count};
    struct service_stock_imported imported;
    return service_stock_add(call, &import, &imported, error);
}

void shop_make(struct shop *shop, int64_t cards)
{
    struct service *service;
    struct error error;
    struct setting_up up = {.shop = shop};
    struct service_options options = {.state_path = shop->state, .create = true};
    if (service_open(&options, &service, &error) < 0)
        bench_fail("opening", &error);
    if (service_write(service, NULL, make_merchant, &up, &error) < 0)
        bench_fail("merchant", &error);
    struct service_actor merchant = {.role = ROLE_MERCHANT};
    memcpy(merchant.party_id, up.merchant, ID_BYTES);
    if (service_write(service, &merchant, make_product, &up, &error) < 0)
        bench_fail("product", &error);
    for (up.first = 0; up.first < cards; up.first += up.count) {
        up.count = cards - up.first < 500 ? cards - up.first : 500;
        if (service_write(service, &merchant, make_stock, &up, &error) < 0)
            bench_fail("stock", &error);
    }
    service_close(service);
    secret_read(shop);
}

/* ---- the server, a process of its own ---- */

static volatile sig_atomic_t stopping;

static void on_stop(int number)
{
    (void)number;
    stopping = 1;
}

static void report_nothing(void *context, const struct error *error)
{
    (void)context;
    fprintf(stderr, "bench: worker: %s\n", error->message);
}

static void serve(const struct shop *shop, int to_parent)
{
    struct service *service;
    struct http_server *http;
    struct http_options options;
    struct error error;
    struct service_options service_options = {.state_path = shop->state,
                                              .threaded = true,
                                              .sandbox_silent = true,
                                              .fee_per_mille = 20,
                                              .read_connections = 3};
    signal(SIGTERM, on_stop);
    if (service_open(&service_options, &service, &error) < 0)
        bench_fail("server", &error);
    struct service_worker *worker = service_worker_start(service, 20, report_nothing, NULL);
    handle_options_init(&options, service, NULL);
    options.threads = 1;
    if (http_server_start(&options, &http, &error) < 0)
        bench_fail("listening", &error);
    uint16_t port = http_server_port(http);
    if (write(to_parent, &port, sizeof port) != sizeof port)
        exit(1);
    while (!stopping)
        pause();
    struct store_stats stats;
    store_stats(service_store(service), &stats);
    printf("  server: %llu jobs in %llu commits (%.1f each), commit mean %.0f us, longest %llu us, checkpoints %llu "
           "longest %llu us\n",
           (unsigned long long)stats.jobs_committed, (unsigned long long)stats.commits,
           (double)stats.jobs_committed / (double)(stats.commits ? stats.commits : 1),
           (double)stats.commit_us_total / (double)(stats.commits ? stats.commits : 1),
           (unsigned long long)stats.commit_us_max, (unsigned long long)stats.checkpoints,
           (unsigned long long)stats.checkpoint_us_max);
    fflush(stdout);
    http_server_stop(http, 5);
    service_worker_stop(worker);
    service_close(service);
    exit(0);
}

void shop_serve(struct shop *shop)
{
    int pipe_ends[2];
    fflush(stdout);
    if (pipe(pipe_ends) < 0)
        bench_fail("pipe", NULL);
    shop->server = fork();
    if (shop->server == 0) {
        close(pipe_ends[0]);
        serve(shop, pipe_ends[1]);
    }
    close(pipe_ends[1]);
    if (read(pipe_ends[0], &shop->port, sizeof shop->port) != sizeof shop->port)
        bench_fail("the server did not start", NULL);
    close(pipe_ends[0]);
}

void shop_stop(struct shop *shop)
{
    int status;
    kill(shop->server, SIGTERM);
    waitpid(shop->server, &status, 0);
}

int64_t shop_server_kib(const struct shop *shop, const char *row)
{
    char path[64], line[256];
    int64_t kib = -1;
    snprintf(path, sizeof path, "/proc/%d/status", (int)shop->server);
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, row, strlen(row)) == 0)
            kib = strtol(line + strlen(row) + 1, NULL, 10);
    if (file)
        fclose(file);
    return kib;
}
