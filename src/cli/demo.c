/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shuntui demo: plays the stories on a fresh state in a temporary folder and exits 0 only if every check held.
 * With --load it instead fills a state directory with the marketplace and its history, for the server to serve.
 */
#include "cli/demo.h"

#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "cli/cli.h"
#include "service/policies/floors.h"

#define DEMO_SEED 20261124
#define DEMO_START_US INT64_C(1793491200000000) /* 2026-11-01T00:00:00Z: the stories always happen on the same days */
#define HISTORY_DAYS 21
#define HISTORY_ORDERS_PER_DAY 12
#define DEMO_FEE_PER_MILLE 20

/* A story is the same every time; a state that will be served gets its ids, keys and tokens from the system's generator. */
static int demo_open(struct demo *demo, const char *path, int64_t start_us, bool repeatable, struct error *error)
{
    clock_virtual_init(&demo->clock, start_us);
    random_seeded_init(&demo->random, DEMO_SEED);
    struct service_options options = {.state_path = path,
                                      .create = true,
                                      .clock = &demo->clock.clock,
                                      .random = repeatable ? &demo->random.random : NULL,
                                      .log_origin = "demo.shuntui.local/log",
                                      .floors = SERVICE_FLOOR_DEFAULT,
                                      .fee_per_mille = DEMO_FEE_PER_MILLE};
    return service_open(&options, &demo->service, error);
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
    (void)status;
    (void)kind;
    (void)walk;
    return remove(path);
}

/* ---- playing ---- */

static void ledger_check(struct demo *demo, const char *path)
{
    char *argv[] = {(char *)"shuntui", (char *)"ledger", (char *)"check", (char *)"--state", (char *)path, NULL};
    char *words = NULL;
    size_t length = 0;
    FILE *sink = open_memstream(&words, &length);
    bool clean = sink && cli_main(5, argv, sink, sink) == CLI_EXIT_OK;
    if (sink)
        fclose(sink);
    if (!demo_check(demo, clean, "shuntui ledger check is clean"))
        fprintf(demo->out, "%s\n", words ? words : "");
    free(words);
}

static enum cli_exit play(struct cli_call *call, struct demo *demo, const char *path)
{
    struct error error;
    if (demo_open(demo, path, DEMO_START_US, true, &error) < 0)
        return cli_fail(call, cli_exit_of(&error), &error);
    bool loaded = demo_market_load(demo) == 0;
    if (loaded)
        demo_say(demo, "%d merchants with bonds, %d products under %d policies are open for business.",
                 "%d 家缴纳保证金的商家、%d 件商品、%d 份退款规则已上架。", DEMO_MERCHANTS, DEMO_PRODUCTS,
                 DEMO_POLICIES);
    for (size_t i = 0; loaded && i < demo_story_count; i++) {
        demo_title(demo, demo_stories[i].en, demo_stories[i].zh);
        demo_stories[i].play(demo);
    }
    service_close(demo->service);
    demo->service = NULL;
    demo_title(demo, "The books", "核账");
    ledger_check(demo, path);
    if (demo->failures == 0)
        demo_say(demo, "shuntui ledger check: clean. %d checks held.",
                 "shuntui ledger check:账目无误。%d 项检查全部成立。", demo->checks);
    else
        fprintf(demo->out, "\n%d of %d checks failed\n", demo->failures, demo->checks);
    return demo->failures == 0 ? CLI_EXIT_OK : CLI_EXIT_NEGATIVE;
}

static enum cli_exit play_temporary(struct cli_call *call, struct demo *demo)
{
    const char *base = getenv("TMPDIR");
    char folder[400], path[440];
    snprintf(folder, sizeof folder, "%s/shuntui-demo-XXXXXX", base && base[0] ? base : "/tmp");
    if (!mkdtemp(folder)) {
        struct error error;
        error_set(&error, ERROR_IO, "no temporary folder can be made at %s", folder);
        return cli_fail(call, CLI_EXIT_STATE, &error);
    }
    snprintf(path, sizeof path, "%s/state", folder);
    enum cli_exit status = play(call, demo, path);
    if (call->args->given[CLI_OPTION_DEMO_KEEP])
        fprintf(demo->out, "%s\n", path);
    else
        nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    return status;
}

/* ---- loading ---- */

static void tokens_print(struct cli_call *call, const struct demo *demo)
{
    struct buffer out;
    struct json_writer writer;
    buffer_init(&out, CLI_OUTPUT_BYTES_MAX);
    if (call->json) {
        json_writer_init(&writer, &out);
        json_object_begin(&writer);
        json_member_string(&writer, "arbiter_token", demo->arbiter_token);
        json_member_string(&writer, "merchant_token", demo->merchants[0].token);
        json_member_string(&writer, "operator_token", demo->operator_token);
        json_member_string(&writer, "product", demo->products[0]);
        json_object_end(&writer);
        json_writer_done(&writer);
        buffer_add_char(&out, '\n');
    } else {
        buffer_addf(
            &out,
            call->chinese
                ? "演示市场已建立。令牌只显示这一次:\n  商家   %s\n  仲裁员 %s\n  运营   %s\n  商品   %s\n"
                : "The demonstration marketplace is ready. These tokens are shown once:\n  merchant %s\n  arbiter  "
                  "%s\n  operator %s\n  product  %s\n",
            demo->merchants[0].token, demo->arbiter_token, demo->operator_token, demo->products[0]);
    }
    cli_print(call, &out, CLI_EXIT_OK);
}

static enum cli_exit load(struct cli_call *call, struct demo *demo, const char *path)
{
    struct error error;
    int64_t now_us = clock_system()->now_us(clock_system());
    if (demo_open(demo, path, now_us - (HISTORY_DAYS + 1) * TIME_DAY_S * TIME_SECOND_US, false, &error) < 0)
        return cli_fail(call, cli_exit_of(&error), &error);
    demo->quiet = true;
    if (demo_market_load(demo) == 0 && demo_market_history(demo, HISTORY_DAYS, HISTORY_ORDERS_PER_DAY) == 0)
        tokens_print(call, demo);
    service_close(demo->service);
    return demo->failures == 0 ? CLI_EXIT_OK : CLI_EXIT_NEGATIVE;
}

enum cli_exit cli_demo(struct cli_call *call)
{
    struct demo demo = {.out = call->out, .chinese = call->chinese, .quiet = call->json};
    const char *state = call->args->values[CLI_OPTION_DEMO_STATE];
    if (call->args->given[CLI_OPTION_DEMO_LOAD] && state)
        return load(call, &demo, state);
    if (call->args->given[CLI_OPTION_DEMO_LOAD] || state) {
        struct error error;
        error_set(&error, ERROR_CLI_USAGE, "--load and --state go together");
        return cli_fail(call, CLI_EXIT_USAGE, &error);
    }
    return play_temporary(call, &demo);
}
