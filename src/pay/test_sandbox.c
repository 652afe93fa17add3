/* SPDX-License-Identifier: Apache-2.0 */
#include "pay/test_world.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

static void a_payment_is_called_back_once_and_can_be_asked_after(void **state)
{
    struct world *w = world_start();
    struct pay_created created;
    (void)state;
    assert_int_equal(world_create(w, "ref_1", 1250, &created, NULL), 0);
    assert_non_null(strstr(created.url, created.number));
    assert_int_equal(world_query(w, created.number).state, PAY_PAYMENT_OPEN);
    assert_int_equal(world_pump(w), 0);
    assert_int_equal(pay_sandbox_pay(w->sandbox, "ref_1", 0, NULL), 0);
    assert_int_equal(pay_sandbox_next_us(w->sandbox), world_now(w));
    assert_int_equal(world_pump(w), 1);
    assert_int_equal(world_pump(w), 0);
    assert_int_equal(w->taken_count, 1);
    assert_int_equal(w->taken[0].kind, PAY_NOTICE_PAYMENT);
    assert_int_equal(w->taken[0].payment_state, PAY_PAYMENT_PAID);
    assert_int_equal(w->taken[0].amount.minor, 1250);
    assert_string_equal(w->taken[0].amount.currency, "CNY");
    assert_string_equal(w->taken[0].reference, "ref_1");
    assert_string_equal(w->taken[0].number, created.number);
    assert_string_equal(w->taken[0].provider, "sandbox");
    assert_int_equal(world_query(w, created.number).state, PAY_PAYMENT_PAID);
    assert_int_equal(pay_sandbox_next_us(w->sandbox), INT64_MAX);
    world_free(w);
}

static void creating_again_gives_the_same_answer_or_a_conflict(void **state)
{
    struct world *w = world_start();
    struct pay_created first, second;
    struct error error = {0};
    (void)state;
    assert_int_equal(world_create(w, "ref_1", 100, &first, NULL), 0);
    assert_int_equal(world_create(w, "ref_1", 100, &second, NULL), 0);
    assert_string_equal(first.number, second.number);
    assert_int_equal(world_create(w, "ref_1", 101, &second, &error), -1);
    assert_int_equal(error.code, ERROR_PAY_REFERENCE_CONFLICT);
    world_free(w);
}

static void a_payment_is_made_once_and_not_after_its_expiry(void **state)
{
    struct world *w = world_start();
    struct pay_created created;
    struct error error = {0};
    (void)state;
    world_create_paid(w, "ref_1", 100, &created);
    assert_int_equal(pay_sandbox_pay(w->sandbox, "ref_1", 0, &error), -1);
    assert_int_equal(error.code, ERROR_PAY_TRADE_STATE);
    assert_int_equal(world_create(w, "ref_2", 100, &created, NULL), 0);
    clock_virtual_advance(&w->clock, 31 * 60);
    assert_int_equal(pay_sandbox_pay(w->sandbox, "ref_2", 0, &error), -1);
    assert_int_equal(error.code, ERROR_PAY_TRADE_STATE);
    assert_int_equal(world_query(w, created.number).state, PAY_PAYMENT_CLOSED);
    assert_int_equal(pay_sandbox_pay(w->sandbox, "ref_3", 0, &error), -1);
    assert_int_equal(error.code, ERROR_PAY_NUMBER_UNKNOWN);
    world_free(w);
}

static void an_amount_that_differs_is_reported_as_it_was_paid(void **state)
{
    struct world *w = world_start();
    struct pay_created created;
    (void)state;
    assert_int_equal(world_create(w, "ref_1", 1000, &created, NULL), 0);
    assert_int_equal(pay_sandbox_pay(w->sandbox, "ref_1", 1, NULL), 0);
    world_pump(w);
    assert_int_equal(w->taken[0].amount.minor, 1);
    assert_int_equal(world_query(w, created.number).amount.minor, 1);
    world_free(w);
}

static void a_refund_is_idempotent_by_its_id(void **state)
{
    struct world *w = world_start();
    struct pay_created created;
    struct pay_refund first, again;
    (void)state;
    world_create_paid(w, "ref_1", 1000, &created);
    assert_int_equal(world_refund(w, "rfd_1", created.number, 400, &first), ERROR_NONE);
    assert_int_equal(first.state, PAY_REFUND_SUCCEEDED);
    assert_int_equal(world_refund(w, "rfd_1", created.number, 400, &again), ERROR_NONE);
    assert_string_equal(first.number, again.number);
    assert_int_equal(world_query(w, created.number).refunded.minor, 400);
    assert_int_equal(world_refund(w, "rfd_1", created.number, 401, &again), ERROR_PAY_REFERENCE_CONFLICT);
    assert_int_equal(world_refund(w, "rfd_2", created.number, 601, &again), ERROR_PAY_REFUND_EXCEEDS);
    assert_int_equal(world_refund(w, "rfd_2", created.number, 600, &again), ERROR_NONE);
    assert_int_equal(world_refund(w, "rfd_3", created.number, 1, &again), ERROR_PAY_REFUND_EXCEEDS);
    world_restart(w);
    assert_int_equal(world_refund(w, "rfd_1", created.number, 400, &again), ERROR_NONE);
    assert_string_equal(first.number, again.number);
    assert_int_equal(world_query(w, created.number).refunded.minor, 1000);
    assert_int_equal(world_pump(w), 3);
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
    assert_int_equal(world_create(w, "ref_1", 1000, &open, NULL), 0);
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
        assert_int_equal(world_refund(w, cases[i].id, cases[i].number, cases[i].amount, &ret), cases[i].code);
    world_free(w);
}

static void failures_come_on_demand(void **state)
{
    struct world *w = world_start();
    struct pay_created created;
    struct pay_refund ret;
    (void)state;
    world_create_paid(w, "ref_1", 100000, &created);
    world_pump(w);
    pay_sandbox_script(w->sandbox, PAY_SANDBOX_DECLINE, 1);
    pay_sandbox_script(w->sandbox, PAY_SANDBOX_UNKNOWN, 1);
    pay_sandbox_script(w->sandbox, PAY_SANDBOX_PROCESSING, 1);
    pay_sandbox_script(w->sandbox, PAY_SANDBOX_INSUFFICIENT, 2);
    assert_int_equal(world_refund(w, "rfd_1", created.number, 10, &ret), ERROR_NONE);
    assert_int_equal(ret.state, PAY_REFUND_DECLINED);
    assert_int_equal(world_refund(w, "rfd_2", created.number, 20, &ret), ERROR_OUTCOME_UNKNOWN);
    assert_int_equal(world_refund(w, "rfd_2", created.number, 20, &ret), ERROR_NONE);
    assert_int_equal(ret.state, PAY_REFUND_SUCCEEDED);
    assert_int_equal(world_refund(w, "rfd_3", created.number, 30, &ret), ERROR_NONE);
    assert_int_equal(ret.state, PAY_REFUND_PROCESSING);
    assert_int_equal(world_refund(w, "rfd_4", created.number, 40, &ret), ERROR_PAY_INSUFFICIENT);
    assert_int_equal(world_refund(w, "rfd_4", created.number, 40, &ret), ERROR_PAY_INSUFFICIENT);
    assert_int_equal(world_refund(w, "rfd_4", created.number, 40, &ret), ERROR_NONE);
    /* What was declined did not move; the other three did, each once. */
    assert_int_equal(world_query(w, created.number).refunded.minor, 20 + 30 + 40);
    assert_int_equal(world_refund(w, "rfd_1", created.number, 10, &ret), ERROR_NONE);
    assert_int_equal(ret.state, PAY_REFUND_DECLINED);
    world_restart(w);
    assert_int_equal(world_pump(w), 3); /* declined, succeeded, succeeded */
    clock_virtual_advance(&w->clock, 60);
    assert_int_equal(world_pump(w), 1); /* and the one that was in process */
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
    world_create_paid(w, "ref_1", 100000, &created);
    assert_int_equal(world_refund(w, "rfd_1", created.number, 1901, &ret), ERROR_NONE);
    assert_int_equal(ret.state, PAY_REFUND_DECLINED);
    assert_int_equal(world_refund(w, "rfd_2", created.number, 902, &ret), ERROR_OUTCOME_UNKNOWN);
    assert_int_equal(world_refund(w, "rfd_3", created.number, 2903, &ret), ERROR_NONE);
    assert_int_equal(ret.state, PAY_REFUND_PROCESSING);
    assert_int_equal(world_refund(w, "rfd_4", created.number, 904, &ret), ERROR_PAY_INSUFFICIENT);
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
    world_create_paid(w, "ref_1", 1000, &created);
    pay_sandbox_script(w->sandbox, PAY_SANDBOX_OFFLINE, 3);
    assert_int_equal(world_refund(w, "rfd_1", created.number, 10, &ret), ERROR_OUTCOME_UNKNOWN);
    assert_int_equal(w->channel.provider->query(w->channel.self, created.number, &payment, &error), -1);
    assert_int_equal(error.code, ERROR_OUTCOME_UNKNOWN);
    assert_int_equal(world_create(w, "ref_2", 5, &created, &error), -1);
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
    world_create_paid(w, "ref_1", 1000, &created);
    w->busy = true;
    size_t attempts = 0;
    while (pay_sandbox_next_us(w->sandbox) != INT64_MAX) {
        int64_t wait_s = (pay_sandbox_next_us(w->sandbox) - world_now(w)) / TIME_SECOND_US;
        clock_virtual_advance(&w->clock, wait_s);
        waited_s += wait_s;
        attempts += world_pump(w);
        world_restart(w);
    }
    assert_int_equal(attempts, 8);
    assert_int_equal(waited_s, 240 + 600 + 600 + 3600 + 7200 + 21600 + 54000);
    assert_int_equal(world_query(w, created.number).state, PAY_PAYMENT_PAID);
    world_free(w);
}

static void a_callback_waits_for_a_restart(void **state)
{
    struct world *w = world_start();
    struct pay_created created;
    (void)state;
    world_create_paid(w, "ref_1", 1000, &created);
    world_restart(w);
    assert_int_equal(world_pump(w), 1);
    world_restart(w);
    assert_int_equal(world_pump(w), 0);
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
        world_create_paid(w, reference, 100 + (int64_t)i, &created);
        clock_virtual_advance(&w->clock, 1);
        world_pump(w);
    }
    while (pay_sandbox_next_us(w->sandbox) != INT64_MAX) {
        clock_virtual_advance(&w->clock, 600);
        world_pump(w);
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
    world_create_paid(w, "ref_1", 1000, &created);
    assert_int_equal(world_pump(w), 1);
    world_restart(w);
    clock_virtual_advance(&w->clock, 101);
    assert_int_equal(world_pump(w), 1);
    clock_virtual_advance(&w->clock, 100000);
    assert_int_equal(world_pump(w), 0);
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
    world_create_paid(w, "ref_1", 1000, &created);
    world_pump(w);
    world_refund(w, "rfd_1", created.number, 400, &ret);
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
            world_create_paid(w, "ref_1", 1000, &created);
        pay_sandbox_close(w->sandbox);
    }
    world_open(w);
    assert_int_equal(world_query(w, created.number).state, PAY_PAYMENT_PAID);
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
    assert_int_equal(world_create(w, "ref_1", 1000, &created, NULL), 0);
    world_restart(w);
    assert_int_equal(world_create(w, "ref_2", 1000, &created, NULL), 0);
    world_restart(w);
    assert_int_equal(world_query(w, created.number).state, PAY_PAYMENT_OPEN);
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
        world_create(w, "ref_1", 1000, &created, NULL);
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

static void many_payments_are_found_again_after_a_restart(void **state)
{
    struct world *w = world_start();
    char reference[32];
    struct pay_created created;
    (void)state;
    for (int i = 0; i < 5000; i++) {
        snprintf(reference, sizeof reference, "ref_%d", i);
        assert_int_equal(world_create(w, reference, 1 + i, &created, NULL), 0);
    }
    world_restart(w);
    for (int i = 0; i < 5000; i++) {
        snprintf(reference, sizeof reference, "ref_%d", i);
        assert_int_equal(world_create(w, reference, 1 + i, &created, NULL), 0);
        assert_int_equal(world_query(w, created.number).amount.minor, 1 + i);
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
    const struct pay_request request = {"r", world_yuan(1), 0};
    const struct pay_refund_request back = {"f", "n", world_yuan(1)};
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
        cmocka_unit_test(many_payments_are_found_again_after_a_restart),
        cmocka_unit_test(the_disabled_provider_refuses_everything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
