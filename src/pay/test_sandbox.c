/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "pay/sandbox.h"

#define START_US (INT64_C(1764000000) * TIME_SECOND_US)
#define SECRET TEXT_LITERAL("a secret of thirty-two bytes....")
#define OLD_SECRET TEXT_LITERAL("the secret that was used before.")
#define EXPIRY_US (START_US + 30 * 60 * TIME_SECOND_US)
#define TAKEN_MAX 4096

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

static void world_open(struct world *w)
{
    struct error error = {0};
    if (pay_sandbox_open(&w->options, &w->sandbox, &error) < 0)
        fail_msg("%s", error.message);
    w->channel = pay_sandbox_channel(w->sandbox);
}

static struct world *world_new(void)
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

static struct world *world_start(void)
{
    struct world *w = world_new();
    world_open(w);
    return w;
}

static void world_restart(struct world *w)
{
    pay_sandbox_close(w->sandbox);
    world_open(w);
}

static void world_free(struct world *w)
{
    pay_sandbox_close(w->sandbox);
    unlink(w->path);
    rmdir(w->folder);
    test_free(w);
}

static int64_t now(struct world *w)
{
    return w->clock.clock.now_us(&w->clock.clock);
}

static int take(void *context, const struct pay_callback *callback)
{
    struct world *w = context;
    struct error error = {0};
    struct pay_notice notice;
    if (w->busy)
        return -1;
    if (w->channel.provider->verify(w->channel.self, callback, now(w), &notice, &error) < 0) {
        w->refused++;
        return -1;
    }
    assert_true(w->taken_count < TAKEN_MAX);
    w->taken[w->taken_count++] = notice;
    return 0;
}

static size_t pump(struct world *w)
{
    return pay_sandbox_pump(w->sandbox, now(w), take, w);
}

static struct money yuan(int64_t minor)
{
    return (struct money){minor, "CNY"};
}

static int create(struct world *w, const char *reference, int64_t minor, struct pay_created *ret, struct error *error)
{
    const struct pay_request request = {reference, yuan(minor), EXPIRY_US};
    return w->channel.provider->create(w->channel.self, &request, ret, error);
}

static void create_paid(struct world *w, const char *reference, int64_t minor, struct pay_created *ret)
{
    assert_int_equal(create(w, reference, minor, ret, NULL), 0);
    assert_int_equal(pay_sandbox_pay(w->sandbox, ret->number, 0, NULL), 0);
}

static enum error_code refund(struct world *w, const char *id, const char *number, int64_t minor,
                              struct pay_refund *ret)
{
    struct error error = {0};
    const struct pay_refund_request request = {id, number, yuan(minor)};
    return w->channel.provider->refund(w->channel.self, &request, ret, &error) < 0 ? error.code : ERROR_NONE;
}

static struct pay_payment query(struct world *w, const char *number)
{
    struct pay_payment payment;
    assert_int_equal(w->channel.provider->query(w->channel.self, number, &payment, NULL), 0);
    return payment;
}

static void a_payment_is_called_back_once_and_can_be_asked_after(void **state)
{
    struct world *w = world_start();
    struct pay_created created;
    (void)state;
    assert_int_equal(create(w, "ref_1", 1250, &created, NULL), 0);
    assert_non_null(strstr(created.url, created.number));
    assert_int_equal(query(w, created.number).state, PAY_PAYMENT_OPEN);
    assert_int_equal(pump(w), 0);
    assert_int_equal(pay_sandbox_pay(w->sandbox, "ref_1", 0, NULL), 0);
    assert_int_equal(pay_sandbox_next_us(w->sandbox), now(w));
    assert_int_equal(pump(w), 1);
    assert_int_equal(pump(w), 0);
    assert_int_equal(w->taken_count, 1);
    assert_int_equal(w->taken[0].kind, PAY_NOTICE_PAYMENT);
    assert_int_equal(w->taken[0].payment_state, PAY_PAYMENT_PAID);
    assert_int_equal(w->taken[0].amount.minor, 1250);
    assert_string_equal(w->taken[0].amount.currency, "CNY");
    assert_string_equal(w->taken[0].reference, "ref_1");
    assert_string_equal(w->taken[0].number, created.number);
    assert_string_equal(w->taken[0].provider, "sandbox");
    assert_int_equal(query(w, created.number).state, PAY_PAYMENT_PAID);
    assert_int_equal(pay_sandbox_next_us(w->sandbox), INT64_MAX);
    world_free(w);
}

static void creating_again_gives_the_same_answer_or_a_conflict(void **state)
{
    struct world *w = world_start();
    struct pay_created first, second;
    struct error error = {0};
    (void)state;
    assert_int_equal(create(w, "ref_1", 100, &first, NULL), 0);
    assert_int_equal(create(w, "ref_1", 100, &second, NULL), 0);
    assert_string_equal(first.number, second.number);
    assert_int_equal(create(w, "ref_1", 101, &second, &error), -1);
    assert_int_equal(error.code, ERROR_PAY_REFERENCE_CONFLICT);
    world_free(w);
}

static void a_payment_is_made_once_and_not_after_its_expiry(void **state)
{
    struct world *w = world_start();
    struct pay_created created;
    struct error error = {0};
    (void)state;
    create_paid(w, "ref_1", 100, &created);
    assert_int_equal(pay_sandbox_pay(w->sandbox, "ref_1", 0, &error), -1);
    assert_int_equal(error.code, ERROR_PAY_TRADE_STATE);
    assert_int_equal(create(w, "ref_2", 100, &created, NULL), 0);
    clock_virtual_advance(&w->clock, 31 * 60);
    assert_int_equal(pay_sandbox_pay(w->sandbox, "ref_2", 0, &error), -1);
    assert_int_equal(error.code, ERROR_PAY_TRADE_STATE);
    assert_int_equal(query(w, created.number).state, PAY_PAYMENT_CLOSED);
    assert_int_equal(pay_sandbox_pay(w->sandbox, "ref_3", 0, &error), -1);
    assert_int_equal(error.code, ERROR_PAY_NUMBER_UNKNOWN);
    world_free(w);
}

static void an_amount_that_differs_is_reported_as_it_was_paid(void **state)
{
    struct world *w = world_start();
    struct pay_created created;
    (void)state;
    assert_int_equal(create(w, "ref_1", 1000, &created, NULL), 0);
    assert_int_equal(pay_sandbox_pay(w->sandbox, "ref_1", 1, NULL), 0);
    pump(w);
    assert_int_equal(w->taken[0].amount.minor, 1);
    assert_int_equal(query(w, created.number).amount.minor, 1);
    world_free(w);
}

static void a_refund_is_idempotent_by_its_id(void **state)
{
    struct world *w = world_start();
    struct pay_created created;
    struct pay_refund first, again;
    (void)state;
    create_paid(w, "ref_1", 1000, &created);
    assert_int_equal(refund(w, "rfd_1", created.number, 400, &first), ERROR_NONE);
    assert_int_equal(first.state, PAY_REFUND_SUCCEEDED);
    assert_int_equal(refund(w, "rfd_1", created.number, 400, &again), ERROR_NONE);
    assert_string_equal(first.number, again.number);
    assert_int_equal(query(w, created.number).refunded.minor, 400);
    assert_int_equal(refund(w, "rfd_1", created.number, 401, &again), ERROR_PAY_REFERENCE_CONFLICT);
    assert_int_equal(refund(w, "rfd_2", created.number, 601, &again), ERROR_PAY_REFUND_EXCEEDS);
    assert_int_equal(refund(w, "rfd_2", created.number, 600, &again), ERROR_NONE);
    assert_int_equal(refund(w, "rfd_3", created.number, 1, &again), ERROR_PAY_REFUND_EXCEEDS);
    world_restart(w);
    assert_int_equal(refund(w, "rfd_1", created.number, 400, &again), ERROR_NONE);
    assert_string_equal(first.number, again.number);
    assert_int_equal(query(w, created.number).refunded.minor, 1000);
    assert_int_equal(pump(w), 3);
    assert_int_equal(w->taken[1].kind, PAY_NOTICE_REFUND);
    assert_string_equal(w->taken[1].refund_id, "rfd_1");
    assert_string_equal(w->taken[1].refund_number, first.number);
    world_free(w);
}

static void impossible_refunds_have_their_own_codes(void **state)
{
    struct world *w = world_start();
    struct pay_created open;
    struct pay_refund ret;
    (void)state;
    assert_int_equal(create(w, "ref_1", 1000, &open, NULL), 0);
    const struct {
        const char *id, *number;
        int64_t amount;
        enum error_code code;
    } cases[] = {
        {"rfd_1", open.number, 1, ERROR_PAY_TRADE_STATE},     {"rfd_1", "sbt_unknown", 1, ERROR_PAY_NUMBER_UNKNOWN},
        {"rfd_1", open.number, 0, ERROR_FIELD_RANGE},         {"rfd_1", open.number, -5, ERROR_FIELD_RANGE},
        {"rfd_1", open.number, INT64_MAX, ERROR_FIELD_RANGE}, {"", open.number, 1, ERROR_FIELD_VALUE},
        {"rfd 1", open.number, 1, ERROR_FIELD_VALUE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(refund(w, cases[i].id, cases[i].number, cases[i].amount, &ret), cases[i].code);
    world_free(w);
}

static void failures_come_on_demand(void **state)
{
    struct world *w = world_start();
    struct pay_created created;
    struct pay_refund ret;
    (void)state;
    create_paid(w, "ref_1", 100000, &created);
    pump(w);
    pay_sandbox_script(w->sandbox, PAY_SANDBOX_DECLINE, 1);
    pay_sandbox_script(w->sandbox, PAY_SANDBOX_UNKNOWN, 1);
    pay_sandbox_script(w->sandbox, PAY_SANDBOX_PROCESSING, 1);
    pay_sandbox_script(w->sandbox, PAY_SANDBOX_INSUFFICIENT, 2);
    assert_int_equal(refund(w, "rfd_1", created.number, 10, &ret), ERROR_NONE);
    assert_int_equal(ret.state, PAY_REFUND_DECLINED);
    assert_int_equal(refund(w, "rfd_2", created.number, 20, &ret), ERROR_OUTCOME_UNKNOWN);
    assert_int_equal(refund(w, "rfd_2", created.number, 20, &ret), ERROR_NONE);
    assert_int_equal(ret.state, PAY_REFUND_SUCCEEDED);
    assert_int_equal(refund(w, "rfd_3", created.number, 30, &ret), ERROR_NONE);
    assert_int_equal(ret.state, PAY_REFUND_PROCESSING);
    assert_int_equal(refund(w, "rfd_4", created.number, 40, &ret), ERROR_PAY_INSUFFICIENT);
    assert_int_equal(refund(w, "rfd_4", created.number, 40, &ret), ERROR_PAY_INSUFFICIENT);
    assert_int_equal(refund(w, "rfd_4", created.number, 40, &ret), ERROR_NONE);
    /* What was declined did not move; the other three did, each once. */
    assert_int_equal(query(w, created.number).refunded.minor, 20 + 30 + 40);
    assert_int_equal(refund(w, "rfd_1", created.number, 10, &ret), ERROR_NONE);
    assert_int_equal(ret.state, PAY_REFUND_DECLINED);
    world_restart(w);
    assert_int_equal(pump(w), 3); /* declined, succeeded, succeeded */
    clock_virtual_advance(&w->clock, 60);
    assert_int_equal(pump(w), 1); /* and the one that was in process */
    assert_int_equal(w->channel.provider->query_refund(w->channel.self, "rfd_3", &ret, NULL), 0);
    assert_int_equal(ret.state, PAY_REFUND_SUCCEEDED);
    world_free(w);
}

static void amounts_may_ask_for_failures(void **state)
{
    struct world *w = world_new();
    struct pay_created created;
    struct pay_refund ret;
    (void)state;
    w->options.amount_failures = true;
    world_open(w);
    create_paid(w, "ref_1", 100000, &created);
    assert_int_equal(refund(w, "rfd_1", created.number, 1901, &ret), ERROR_NONE);
    assert_int_equal(ret.state, PAY_REFUND_DECLINED);
    assert_int_equal(refund(w, "rfd_2", created.number, 902, &ret), ERROR_OUTCOME_UNKNOWN);
    assert_int_equal(refund(w, "rfd_3", created.number, 2903, &ret), ERROR_NONE);
    assert_int_equal(ret.state, PAY_REFUND_PROCESSING);
    assert_int_equal(refund(w, "rfd_4", created.number, 904, &ret), ERROR_PAY_INSUFFICIENT);
    world_free(w);
}

static void a_provider_that_is_offline_does_nothing(void **state)
{
    struct world *w = world_start();
    struct pay_created created;
    struct pay_refund ret;
    struct pay_payment payment;
    struct error error = {0};
    (void)state;
    create_paid(w, "ref_1", 1000, &created);
    pay_sandbox_script(w->sandbox, PAY_SANDBOX_OFFLINE, 3);
    assert_int_equal(refund(w, "rfd_1", created.number, 10, &ret), ERROR_OUTCOME_UNKNOWN);
    assert_int_equal(w->channel.provider->query(w->channel.self, created.number, &payment, &error), -1);
    assert_int_equal(error.code, ERROR_OUTCOME_UNKNOWN);
    assert_int_equal(create(w, "ref_2", 5, &created, &error), -1);
    assert_int_equal(w->channel.provider->query_refund(w->channel.self, "rfd_1", &ret, &error), -1);
    assert_int_equal(error.code, ERROR_PAY_NUMBER_UNKNOWN);
    world_free(w);
}

static void a_callback_that_is_not_taken_comes_again_and_then_stops(void **state)
{
    struct world *w = world_start();
    struct pay_created created;
    int64_t waited_s = 0;
    (void)state;
    create_paid(w, "ref_1", 1000, &created);
    w->busy = true;
    size_t attempts = 0;
    while (pay_sandbox_next_us(w->sandbox) != INT64_MAX) {
        int64_t wait_s = (pay_sandbox_next_us(w->sandbox) - now(w)) / TIME_SECOND_US;
        clock_virtual_advance(&w->clock, wait_s);
        waited_s += wait_s;
        attempts += pump(w);
        world_restart(w);
    }
    assert_int_equal(attempts, 8);
    assert_int_equal(waited_s, 240 + 600 + 600 + 3600 + 7200 + 21600 + 54000);
    assert_int_equal(query(w, created.number).state, PAY_PAYMENT_PAID);
    world_free(w);
}

static void a_callback_waits_for_a_restart(void **state)
{
    struct world *w = world_start();
    struct pay_created created;
    (void)state;
    create_paid(w, "ref_1", 1000, &created);
    world_restart(w);
    assert_int_equal(pump(w), 1);
    world_restart(w);
    assert_int_equal(pump(w), 0);
    assert_int_equal(w->taken_count, 1);
    world_free(w);
}

/* Pays `count` orders one second apart, then runs for a day. Returns how often each was called back. */
static void run_faulty(struct world *w, unsigned *counts, size_t count)
{
    struct pay_created created;
    char reference[32];
    for (size_t i = 0; i < count; i++) {
        snprintf(reference, sizeof reference, "ref_%zu", i);
        create_paid(w, reference, 100 + (int64_t)i, &created);
        clock_virtual_advance(&w->clock, 1);
        pump(w);
    }
    while (pay_sandbox_next_us(w->sandbox) != INT64_MAX) {
        clock_virtual_advance(&w->clock, 600);
        pump(w);
    }
    for (size_t i = 0; i < w->taken_count; i++)
        counts[strtoul(w->taken[i].reference + 4, NULL, 10)]++;
}

static void callbacks_are_late_twice_out_of_order_and_lost_as_the_plan_says(void **state)
{
    enum { COUNT = 1000 };
    static unsigned counts[COUNT], again[COUNT];
    struct world *w = world_new();
    size_t lost = 0, twice = 0, disorder = 0;
    (void)state;
    memset(counts, 0, sizeof counts);
    memset(again, 0, sizeof again);
    w->options.fault_seed = 42;
    world_open(w);
    run_faulty(w, counts, COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        lost += counts[i] == 0;
        twice += counts[i] == 2;
        assert_in_range(counts[i], 0, 2);
    }
    for (size_t i = 1; i < w->taken_count; i++)
        disorder += w->taken[i].at_us < w->taken[i - 1].at_us;
    assert_int_equal(w->refused, 0);
    assert_in_range(lost, 10, 60);
    assert_in_range(twice, 60, 150);
    assert_in_range(disorder, 50, 400);
    /* The same seed gives the same day. */
    struct world *other = world_new();
    other->options.fault_seed = 42;
    world_open(other);
    run_faulty(other, again, COUNT);
    assert_memory_equal(counts, again, sizeof counts);
    assert_int_equal(w->taken_count, other->taken_count);
    world_free(other);
    world_free(w);
}

static void the_two_deliveries_of_one_event_have_one_id(void **state)
{
    struct world *w = world_new();
    struct pay_created created;
    (void)state;
    w->options.fault_seed = 1;
    w->options.faults = (struct pay_sandbox_faults){.twice_per_mille = 1000, .late_max_s = 100};
    world_open(w);
    create_paid(w, "ref_1", 1000, &created);
    assert_int_equal(pump(w), 1);
    world_restart(w);
    clock_virtual_advance(&w->clock, 101);
    assert_int_equal(pump(w), 1);
    clock_virtual_advance(&w->clock, 100000);
    assert_int_equal(pump(w), 0);
    assert_string_equal(w->taken[0].event_id, w->taken[1].event_id);
    world_free(w);
}

static void a_torn_last_line_is_cut_off(void **state)
{
    (void)state;
    /* The file is cut after every byte in turn; what comes back is always a prefix of what happened. */
    struct world *w = world_start();
    struct pay_created created;
    struct pay_refund ret;
    create_paid(w, "ref_1", 1000, &created);
    pump(w);
    refund(w, "rfd_1", created.number, 400, &ret);
    pay_sandbox_close(w->sandbox);
    struct stat status;
    assert_int_equal(stat(w->path, &status), 0);
    for (off_t size = status.st_size - 1; size >= 0; size--) {
        assert_int_equal(truncate(w->path, size), 0);
        world_open(w);
        struct pay_payment payment;
        struct error error = {0};
        if (w->channel.provider->query(w->channel.self, created.number, &payment, &error) < 0)
            assert_int_equal(error.code, ERROR_PAY_NUMBER_UNKNOWN);
        else
            assert_true(payment.refunded.minor == 0 || payment.state == PAY_PAYMENT_PAID);
        if (size == 0) /* and it goes on from there */
            create_paid(w, "ref_1", 1000, &created);
        pay_sandbox_close(w->sandbox);
    }
    world_open(w);
    assert_int_equal(query(w, created.number).state, PAY_PAYMENT_PAID);
    world_free(w);
}

static void nothing_of_a_torn_line_remains_behind_the_next_one(void **state)
{
    struct world *w = world_start();
    struct pay_created created;
    (void)state;
    pay_sandbox_close(w->sandbox);
    int fd = open(w->path, O_WRONLY | O_APPEND);
    for (int i = 0; i < 400; i++)
        assert_int_equal(write(fd, "\"torn\",", 7), 7);
    close(fd);
    world_open(w);
    assert_int_equal(create(w, "ref_1", 1000, &created, NULL), 0);
    world_restart(w);
    assert_int_equal(create(w, "ref_2", 1000, &created, NULL), 0);
    world_restart(w);
    assert_int_equal(query(w, created.number).state, PAY_PAYMENT_OPEN);
    world_free(w);
}

static void damaged_records_are_refused_with_their_line(void **state)
{
    static const char *const damage[] = {
        "garbage\n",
        "{}\n",
        "[]\n",
        "\n",
        "{\"record\":\"trade\"}\n",
        "{\"record\":\"other\"}\n",
        "{\"record\":1}\n",
        "{\"record\":\"short\",\"refund_id\":\"r\",\"more\":1}\n",
        "{\"record\":\"short\",\"refund_id\":1}\n",
    };
    (void)state;
    for (size_t i = 0; i < sizeof damage / sizeof damage[0]; i++) {
        struct world *w = world_start();
        struct pay_created created;
        struct pay_sandbox *sandbox = NULL;
        struct error error = {0};
        create(w, "ref_1", 1000, &created, NULL);
        pay_sandbox_close(w->sandbox);
        int fd = open(w->path, O_WRONLY | O_APPEND);
        assert_int_equal(write(fd, damage[i], strlen(damage[i])), (ssize_t)strlen(damage[i]));
        close(fd);
        assert_int_equal(pay_sandbox_open(&w->options, &sandbox, &error), -1);
        assert_int_equal(error.code, ERROR_PAY_RECORDS);
        assert_non_null(strstr(error.message, "line 2"));
        w->sandbox = NULL;
        world_free(w);
    }
}

static void a_second_process_and_weak_secrets_are_refused_at_start(void **state)
{
    struct world *w = world_start();
    struct pay_sandbox *second = NULL;
    struct error error = {0};
    (void)state;
    assert_int_equal(pay_sandbox_open(&w->options, &second, &error), -1);
    assert_int_equal(error.code, ERROR_IO);
    struct pay_sandbox_options weak = w->options;
    weak.path = NULL;
    weak.secret = TEXT_LITERAL("");
    assert_int_equal(pay_sandbox_open(&weak, &second, &error), -1);
    assert_int_equal(error.code, ERROR_PAY_SECRET);
    world_free(w);
}

static void the_old_secret_still_works_during_rotation(void **state)
{
    struct world *w = world_start();
    struct pay_created created;
    (void)state;
    w->options.old_secret = w->options.secret;
    w->options.secret = OLD_SECRET;
    create_paid(w, "ref_1", 1000, &created);
    struct pay_channel before = w->channel; /* a receiver that knows only the first secret */
    struct pay_sandbox_options memory = w->options;
    struct pay_sandbox *rotated;
    memory.path = NULL;
    assert_int_equal(pay_sandbox_open(&memory, &rotated, NULL), 0);
    struct pay_channel channel = pay_sandbox_channel(rotated);
    assert_int_equal(
        channel.provider->create(channel.self, &(struct pay_request){"r", yuan(5), EXPIRY_US}, &created, NULL), 0);
    assert_int_equal(pay_sandbox_pay(rotated, "r", 0, NULL), 0);
    w->channel = before;
    assert_int_equal(pay_sandbox_pump(rotated, now(w), take, w), 1);
    w->channel = channel;
    assert_int_equal(pump(w), 1); /* and the other way round: signed before, verified after */
    assert_int_equal(w->refused, 0);
    pay_sandbox_close(rotated);
    world_free(w);
}

struct body_case {
    const char *what, *body;
    enum error_code code;
};

static void signed_bodies_are_read_strictly(void **state)
{
#define COMMON "\"at\":\"2025-11-24T16:00:00Z\",\"event\":\"evt_1\",\"number\":\"n1\",\"reference\":\"r1\""
#define PAYMENT(rest) "{" COMMON "," rest "}"
#define REST "\"currency\":\"CNY\",\"kind\":\"payment\",\"provider\":\"sandbox\""
    static const struct body_case cases[] = {
        {"good", PAYMENT(REST ",\"amount\":1,\"status\":\"paid\""), ERROR_NONE},
        {"closed", PAYMENT(REST ",\"amount\":1,\"status\":\"closed\""), ERROR_NONE},
        {"refund",
         PAYMENT(
             "\"currency\":\"CNY\",\"kind\":\"refund\",\"provider\":\"sandbox\",\"amount\":1,\"status\":\"declined\","
             "\"refund_id\":\"f\",\"refund_number\":\"g\""),
         ERROR_NONE},
        {"status open", PAYMENT(REST ",\"amount\":1,\"status\":\"open\""), ERROR_PAY_STATUS},
        {"status in capitals", PAYMENT(REST ",\"amount\":1,\"status\":\"PAID\""), ERROR_PAY_STATUS},
        {"status of a refund", PAYMENT(REST ",\"amount\":1,\"status\":\"succeeded\""), ERROR_PAY_STATUS},
        {"status empty", PAYMENT(REST ",\"amount\":1,\"status\":\"\""), ERROR_FIELD_TOO_SHORT},
        {"status with NUL", PAYMENT(REST ",\"amount\":1,\"status\":\"paid\\u0000\""), ERROR_JSON_SYNTAX},
        {"status missing", PAYMENT(REST ",\"amount\":1"), ERROR_FIELD_MISSING},
        {"amount zero", PAYMENT(REST ",\"amount\":0,\"status\":\"paid\""), ERROR_FIELD_RANGE},
        {"amount negative", PAYMENT(REST ",\"amount\":-1,\"status\":\"paid\""), ERROR_FIELD_RANGE},
        {"amount huge", PAYMENT(REST ",\"amount\":9223372036854775807,\"status\":\"paid\""), ERROR_FIELD_RANGE},
        {"amount past int64", PAYMENT(REST ",\"amount\":9223372036854775808,\"status\":\"paid\""), ERROR_FIELD_RANGE},
        {"amount as text", PAYMENT(REST ",\"amount\":\"1\",\"status\":\"paid\""), ERROR_FIELD_TYPE},
        {"unknown field", PAYMENT(REST ",\"amount\":1,\"status\":\"paid\",\"param\":\"x\""), ERROR_FIELD_UNKNOWN},
        {"field twice", PAYMENT(REST ",\"amount\":1,\"amount\":1,\"status\":\"paid\""), ERROR_JSON_DUPLICATE_KEY},
        {"another provider",
         PAYMENT("\"currency\":\"CNY\",\"kind\":\"payment\",\"provider\":\"epay\",\"amount\":1,\"status\":\"paid\""),
         ERROR_PAY_PROVIDER_MISMATCH},
        {"unknown currency",
         PAYMENT("\"currency\":\"ZZZ\",\"kind\":\"payment\",\"provider\":\"sandbox\",\"amount\":1,\"status\":\"paid\""),
         ERROR_FIELD_VALUE},
        {"unknown kind",
         PAYMENT("\"currency\":\"CNY\",\"kind\":\"gift\",\"provider\":\"sandbox\",\"amount\":1,\"status\":\"paid\""),
         ERROR_FIELD_VALUE},
        {"payment with a refund", PAYMENT(REST ",\"amount\":1,\"status\":\"paid\",\"refund_id\":\"f\""),
         ERROR_FIELD_UNKNOWN},
        {"refund without its id",
         PAYMENT("\"currency\":\"CNY\",\"kind\":\"refund\",\"provider\":\"sandbox\",\"amount\":1,"
                 "\"status\":\"succeeded\",\"refund_number\":\"g\""),
         ERROR_FIELD_MISSING},
        {"no object", "[]", ERROR_FIELD_TYPE},
        {"no JSON", "a=b&c=d", ERROR_JSON_SYNTAX},
    };
    struct world *w = world_start();
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char signature[PAY_WEBHOOK_SIGNATURE_BYTES], timestamp[24];
        struct text body = text_of(cases[i].body);
        struct pay_notice notice;
        struct error error = {0};
        snprintf(timestamp, sizeof timestamp, "%lld", (long long)(now(w) / TIME_SECOND_US));
        pay_webhook_sign(SECRET, "evt_1", now(w) / TIME_SECOND_US, body, signature);
        const struct pay_header headers[] = {{TEXT_LITERAL("webhook-id"), TEXT_LITERAL("evt_1")},
                                             {TEXT_LITERAL("webhook-timestamp"), text_of(timestamp)},
                                             {TEXT_LITERAL("webhook-signature"), text_of(signature)}};
        const struct pay_callback callback = {headers, 3, body};
        w->channel.provider->verify(w->channel.self, &callback, now(w), &notice, &error);
        if (error.code != cases[i].code)
            fail_msg("%s: %s (%s)", cases[i].what, error.code ? error_wire(error.code) : "taken", error.message);
    }
    world_free(w);
}

static void a_signed_lie_verifies_and_a_query_tells_the_truth(void **state)
{
    struct world *w = world_start();
    struct pay_created created;
    (void)state;
    assert_int_equal(create(w, "ref_1", 1000, &created, NULL), 0);
    struct pay_notice lie = {.kind = PAY_NOTICE_PAYMENT,
                             .amount = yuan(1000),
                             .payment_state = PAY_PAYMENT_PAID,
                             .event_id = "evt_lie",
                             .reference = "ref_1",
                             .at_us = START_US};
    snprintf(lie.number, sizeof lie.number, "%s", created.number);
    struct buffer body;
    struct pay_sandbox_signed sent;
    buffer_init(&body, PAY_CALLBACK_BYTES_MAX);
    pay_sandbox_sign(SECRET, &lie, now(w), &body, &sent);
    assert_int_equal(take(w, &(struct pay_callback){sent.headers, 3, buffer_text(&body)}), 0);
    assert_string_equal(w->taken[0].reference, "ref_1");
    assert_int_equal(query(w, created.number).state, PAY_PAYMENT_OPEN);
    buffer_done(&body);
    world_free(w);
}

static void a_signature_is_good_for_one_event_only(void **state)
{
    struct world *w = world_start();
    struct pay_notice notice = {.amount = yuan(5),
                                .payment_state = PAY_PAYMENT_PAID,
                                .event_id = "evt_1",
                                .number = "n",
                                .reference = "r",
                                .at_us = START_US},
                      ret;
    struct buffer body;
    struct pay_sandbox_signed sent;
    struct error error = {0};
    (void)state;
    buffer_init(&body, PAY_CALLBACK_BYTES_MAX);
    pay_sandbox_sign(SECRET, &notice, now(w), &body, &sent);
    /* The sender signs the body under another id: both are signed, but they disagree. */
    pay_webhook_sign(SECRET, "evt_2", now(w) / TIME_SECOND_US, buffer_text(&body), sent.signature);
    sent.headers[0].value = TEXT_LITERAL("evt_2");
    sent.headers[2].value = text_of(sent.signature);
    const struct pay_callback callback = {sent.headers, 3, buffer_text(&body)};
    assert_int_equal(w->channel.provider->verify(w->channel.self, &callback, now(w), &ret, &error), -1);
    assert_int_equal(error.code, ERROR_PAY_CALLBACK_MALFORMED);
    buffer_done(&body);
    world_free(w);
}

static void many_payments_are_found_again_after_a_restart(void **state)
{
    struct world *w = world_start();
    char reference[32];
    struct pay_created created;
    (void)state;
    for (int i = 0; i < 5000; i++) {
        snprintf(reference, sizeof reference, "ref_%d", i);
        assert_int_equal(create(w, reference, 1 + i, &created, NULL), 0);
    }
    world_restart(w);
    for (int i = 0; i < 5000; i++) {
        snprintf(reference, sizeof reference, "ref_%d", i);
        assert_int_equal(create(w, reference, 1 + i, &created, NULL), 0);
        assert_int_equal(query(w, created.number).amount.minor, 1 + i);
    }
    world_free(w);
}

static void the_disabled_provider_refuses_everything(void **state)
{
    struct pay_channel off = pay_disabled();
    struct pay_created created;
    struct pay_payment payment;
    struct pay_refund ret;
    struct pay_notice notice;
    struct error error = {0};
    (void)state;
    const struct pay_request request = {"r", yuan(1), 0};
    const struct pay_refund_request back = {"f", "n", yuan(1)};
    const struct pay_callback callback = {NULL, 0, TEXT_LITERAL("")};
    assert_int_equal(off.provider->create(off.self, &request, &created, &error), -1);
    assert_int_equal(error.code, ERROR_PAY_DISABLED);
    assert_int_equal(off.provider->query(off.self, "n", &payment, &error), -1);
    assert_int_equal(off.provider->refund(off.self, &back, &ret, &error), -1);
    assert_int_equal(off.provider->query_refund(off.self, "f", &ret, &error), -1);
    assert_int_equal(off.provider->verify(off.self, &callback, 0, &notice, &error), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_payment_is_called_back_once_and_can_be_asked_after),
        cmocka_unit_test(creating_again_gives_the_same_answer_or_a_conflict),
        cmocka_unit_test(a_payment_is_made_once_and_not_after_its_expiry),
        cmocka_unit_test(an_amount_that_differs_is_reported_as_it_was_paid),
        cmocka_unit_test(a_refund_is_idempotent_by_its_id),
        cmocka_unit_test(impossible_refunds_have_their_own_codes),
        cmocka_unit_test(failures_come_on_demand),
        cmocka_unit_test(amounts_may_ask_for_failures),
        cmocka_unit_test(a_provider_that_is_offline_does_nothing),
        cmocka_unit_test(a_callback_that_is_not_taken_comes_again_and_then_stops),
        cmocka_unit_test(a_callback_waits_for_a_restart),
        cmocka_unit_test(callbacks_are_late_twice_out_of_order_and_lost_as_the_plan_says),
        cmocka_unit_test(the_two_deliveries_of_one_event_have_one_id),
        cmocka_unit_test(a_torn_last_line_is_cut_off),
        cmocka_unit_test(nothing_of_a_torn_line_remains_behind_the_next_one),
        cmocka_unit_test(damaged_records_are_refused_with_their_line),
        cmocka_unit_test(a_second_process_and_weak_secrets_are_refused_at_start),
        cmocka_unit_test(the_old_secret_still_works_during_rotation),
        cmocka_unit_test(signed_bodies_are_read_strictly),
        cmocka_unit_test(a_signed_lie_verifies_and_a_query_tells_the_truth),
        cmocka_unit_test(a_signature_is_good_for_one_event_only),
        cmocka_unit_test(many_payments_are_found_again_after_a_restart),
        cmocka_unit_test(the_disabled_provider_refuses_everything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
