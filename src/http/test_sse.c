/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the event hub: topics, replay before live, sleeping and waking, cutting off who is too slow. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "http/sse.h"

struct sleeper {
    int slept, woken;
};

static void go_to_sleep(void *context)
{
    ((struct sleeper *)context)->slept++;
}

static void wake_up(void *context)
{
    ((struct sleeper *)context)->woken++;
}

static struct sse_listener *subscribe(struct sse_hub *hub, const char *topic, bool holds, struct sleeper *sleeper)
{
    return sse_subscribe(hub, &(struct sse_subscription){.topic = topic, .holds = holds},
                         &(struct sse_connection){go_to_sleep, wake_up, sleeper});
}

static void check_taken(struct sse_hub *hub, struct sse_listener *listener, const char *expected)
{
    char bytes[4096];
    ptrdiff_t count = sse_take(hub, listener, bytes, sizeof bytes - 1);
    assert_true(count >= 0);
    bytes[count] = '\0';
    assert_string_equal(bytes, expected);
}

static void only_listeners_of_the_topic_hear(void **state)
{
    (void)state;
    struct sse_hub *hub = sse_hub_new();
    struct sleeper a = {0}, b = {0};
    struct sse_listener *one = subscribe(hub, "clm_1", false, &a), *two = subscribe(hub, "clm_2", false, &b);
    check_taken(hub, one, "");
    check_taken(hub, two, "");
    sse_publish(hub, "clm_1", 1, "changed", TEXT_LITERAL("{}"));
    assert_int_equal(a.woken, 1);
    assert_int_equal(b.woken, 0);
    check_taken(hub, one, "id: 1\nevent: changed\ndata: {}\n\n");
    check_taken(hub, two, "");
    assert_int_equal(sse_listener_count(hub), 2);
    sse_unsubscribe(hub, one);
    sse_unsubscribe(hub, two);
    sse_hub_free(hub);
}

static void missed_events_come_first_and_none_twice(void **state)
{
    (void)state;
    struct sse_hub *hub = sse_hub_new();
    struct sleeper sleeper = {0};
    struct sse_listener *listener = subscribe(hub, "t", true, &sleeper);
    sse_publish(hub, "t", 3, "x", TEXT_LITERAL("3"));
    sse_publish(hub, "t", 4, "x", TEXT_LITERAL("4"));
    assert_int_equal(sse_replay(hub, listener, 2, "x", TEXT_LITERAL("2")), 0);
    assert_int_equal(sse_replay(hub, listener, 3, "x", TEXT_LITERAL("3")), 0);
    sse_replay_done(hub, listener);
    sse_publish(hub, "t", 4, "x", TEXT_LITERAL("4"));
    check_taken(hub, listener, "id: 2\nevent: x\ndata: 2\n\nid: 3\nevent: x\ndata: 3\n\nid: 4\nevent: x\ndata: 4\n\n");
    check_taken(hub, listener, "");
    sse_unsubscribe(hub, listener);
    sse_hub_free(hub);
}

static struct sse_listener *view(struct sse_hub *hub, const char *topic, const char *viewer, struct sleeper *sleeper)
{
    return sse_subscribe(hub, &(struct sse_subscription){.topic = topic, .viewer = text_of(viewer)},
                         &(struct sse_connection){go_to_sleep, wake_up, sleeper});
}

static void viewers_of_a_topic_see_each_other_and_nobody_else_sees_them(void **state)
{
    (void)state;
    struct sse_hub *hub = sse_hub_new();
    struct sleeper sleeper = {0};
    struct sse_listener *party = subscribe(hub, "t", false, &sleeper);
    struct sse_listener *elsewhere = view(hub, "u", "\"c\"", &sleeper);
    struct sse_listener *one = view(hub, "t", "\"a\"", &sleeper);
    check_taken(hub, one, "event: viewers\ndata: [\"a\"]\n\n");
    struct sse_listener *two = view(hub, "t", "\"b\"", &sleeper);
    check_taken(hub, one, "event: viewers\ndata: [\"b\",\"a\"]\n\n");
    struct sse_listener *tab = view(hub, "t", "\"a\"", &sleeper);
    check_taken(hub, tab, "event: viewers\ndata: [\"a\",\"b\"]\n\n");
    sse_unsubscribe(hub, two);
    sse_unsubscribe(hub, one);
    check_taken(hub, tab, "event: viewers\ndata: [\"a\"]\n\nevent: viewers\ndata: [\"a\"]\n\n");
    check_taken(hub, elsewhere, "event: viewers\ndata: [\"c\"]\n\n");
    check_taken(hub, party, "");
    assert_true(sse_is_heard(hub, "t"));
    assert_false(sse_is_heard(hub, "v"));
    sse_unsubscribe(hub, tab);
    sse_unsubscribe(hub, party);
    sse_unsubscribe(hub, elsewhere);
    sse_hub_free(hub);
}

static void who_is_too_slow_is_cut_off(void **state)
{
    (void)state;
    struct sse_hub *hub = sse_hub_new();
    struct sleeper sleeper = {0};
    struct sse_listener *listener = subscribe(hub, "t", false, &sleeper);
    for (int64_t id = 1; id < 5000; id++)
        sse_publish(hub, "t", id, "x", TEXT_LITERAL("\"about twenty bytes\""));
    char byte;
    assert_int_equal(sse_take(hub, listener, &byte, 1), -1);
    sse_unsubscribe(hub, listener);
    sse_hub_free(hub);
}

static void a_heartbeat_goes_to_the_silent_only(void **state)
{
    (void)state;
    struct sse_hub *hub = sse_hub_new();
    struct sleeper sleeper = {0};
    struct sse_listener *listener = subscribe(hub, "t", false, &sleeper);
    sse_heartbeat(hub);
    sse_heartbeat(hub);
    check_taken(hub, listener, ":\n\n");
    sse_unsubscribe(hub, listener);
    sse_hub_free(hub);
}

static void closing_wakes_everybody_for_the_end(void **state)
{
    (void)state;
    struct sse_hub *hub = sse_hub_new();
    struct sleeper sleeper = {0};
    struct sse_listener *listener = subscribe(hub, "t", false, &sleeper);
    check_taken(hub, listener, "");
    sse_close_all(hub);
    assert_int_equal(sleeper.woken, 1);
    char byte;
    assert_int_equal(sse_take(hub, listener, &byte, 1), -1);
    sse_unsubscribe(hub, listener);
    sse_hub_free(hub);
}

static void who_is_shut_out_hears_no_more(void **state)
{
    (void)state;
    struct sse_hub *hub = sse_hub_new();
    struct sleeper a = {0}, b = {0}, c = {0};
    char bytes[64];
    struct sse_connection one_end = {go_to_sleep, wake_up, &a}, other_end = {go_to_sleep, wake_up, &b};
    struct sse_subscription his = {.topic = "ord_1", .owner = "mch_1"}, hers = {.topic = "ord_1", .owner = "usr_1"};
    struct sse_listener *one = sse_subscribe(hub, &his, &one_end), *two = sse_subscribe(hub, &hers, &other_end),
                        *nobody = subscribe(hub, "ord_1", false, &c);
    check_taken(hub, one, "");
    sse_cut(hub, "mch_1");
    assert_int_equal(a.woken, 1);
    sse_publish(hub, "ord_1", 1, "changed", TEXT_LITERAL("{}"));
    assert_int_equal(sse_take(hub, one, bytes, sizeof bytes), -1);
    check_taken(hub, two, "id: 1\nevent: changed\ndata: {}\n\n");
    check_taken(hub, nobody, "id: 1\nevent: changed\ndata: {}\n\n");
    for (int i = 0; i < SSE_HEARTBEATS_MAX; i++) {
        sse_heartbeat(hub);
        check_taken(hub, two, ":\n\n");
    }
    sse_heartbeat(hub);
    assert_int_equal(sse_take(hub, two, bytes, sizeof bytes), -1);
    assert_int_equal(sse_take(hub, nobody, bytes, sizeof bytes), -1);
    sse_unsubscribe(hub, one);
    sse_unsubscribe(hub, two);
    sse_unsubscribe(hub, nobody);
    sse_hub_free(hub);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_listeners_of_the_topic_hear),
        cmocka_unit_test(missed_events_come_first_and_none_twice),
        cmocka_unit_test(viewers_of_a_topic_see_each_other_and_nobody_else_sees_them),
        cmocka_unit_test(who_is_too_slow_is_cut_off),
        cmocka_unit_test(a_heartbeat_goes_to_the_silent_only),
        cmocka_unit_test(who_is_shut_out_hears_no_more),
        cmocka_unit_test(closing_wakes_everybody_for_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
