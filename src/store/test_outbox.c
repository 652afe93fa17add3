/* SPDX-License-Identifier: Apache-2.0 */
/* Outbox jobs and idempotency keys. */
#include "store/test_helper.h"

#include "base/time.h"
#include "store/idempotency.h"
#include "store/job.h"

/* Runs a block in one write transaction of the fixture's store. */
#define IN_TX(fixture, function, argument)                                                                             \
    do {                                                                                                               \
        struct error in_tx_error = {0};                                                                                \
        if (store_write((fixture)->store, (function), (argument), &in_tx_error))                                       \
            fail_msg("%s: %s", #function, in_tx_error.message);                                                        \
    } while (0)

struct claimed {
    int64_t now_us;
    struct job jobs[8];
    unsigned count;
};

static int add_two(struct store_tx *tx, void *argument, struct error *error)
{
    (void)argument;
    return job_add(tx, "refund", "rfd_2", 200, error) || job_add(tx, "refund", "rfd_1", 100, error) ? -1 : 0;
}

static int claim(struct store_tx *tx, void *argument, struct error *error)
{
    struct claimed *claimed = argument;
    return job_claim(tx, claimed->now_us, 60, claimed->jobs, 8, &claimed->count, error);
}

static void due_jobs_are_leased_oldest_first_and_come_back_when_their_worker_died(void **state)
{
    struct fixture *fixture = *state;
    IN_TX(fixture, add_two, NULL);
    struct claimed claimed = {.now_us = 99};
    IN_TX(fixture, claim, &claimed);
    assert_int_equal(claimed.count, 0);
    claimed.now_us = 200;
    IN_TX(fixture, claim, &claimed);
    assert_int_equal(claimed.count, 2);
    assert_string_equal(claimed.jobs[0].reference, "rfd_1");
    assert_string_equal(claimed.jobs[0].kind, "refund");
    assert_int_equal(claimed.jobs[0].attempts, 1);
    IN_TX(fixture, claim, &claimed);
    assert_int_equal(claimed.count, 0);
    claimed.now_us = 200 + 60 * TIME_SECOND_US;
    IN_TX(fixture, claim, &claimed);
    assert_int_equal(claimed.count, 2);
    assert_int_equal(claimed.jobs[1].attempts, 2);
}

static int end_first(struct store_tx *tx, void *argument, struct error *error)
{
    return job_done(tx, ((struct claimed *)argument)->jobs[0].id, error);
}

static void a_done_job_is_never_due_again(void **state)
{
    struct fixture *fixture = *state;
    IN_TX(fixture, add_two, NULL);
    struct claimed claimed = {.now_us = 200};
    IN_TX(fixture, claim, &claimed);
    IN_TX(fixture, end_first, &claimed);
    claimed.now_us = INT64_MAX / 2;
    IN_TX(fixture, claim, &claimed);
    assert_int_equal(claimed.count, 1);
    assert_string_equal(claimed.jobs[0].reference, "rfd_2");
}

static int reclaim(struct store_tx *tx, void *argument, struct error *error)
{
    return job_reclaim(tx, ((struct claimed *)argument)->now_us, error);
}

static int put_off_first(struct store_tx *tx, void *argument, struct error *error)
{
    struct claimed *claimed = argument;
    return job_retry(tx, claimed->jobs[0].id, claimed->now_us, "the provider is away", NULL, error);
}

static void what_a_dead_process_held_is_due_when_the_next_one_starts(void **state)
{
    struct fixture *fixture = *state;
    IN_TX(fixture, add_two, NULL);
    struct claimed claimed = {.now_us = 200};
    IN_TX(fixture, claim, &claimed);
    IN_TX(fixture, put_off_first, &claimed);
    claimed.now_us = 201;
    IN_TX(fixture, reclaim, &claimed);
    IN_TX(fixture, claim, &claimed);
    assert_int_equal(claimed.count, 1); /* what was put off keeps its time */
    assert_string_equal(claimed.jobs[0].reference, "rfd_2");
}

struct retry {
    int64_t id, now_us, next_at;
    bool failed;
};

static int retry(struct store_tx *tx, void *argument, struct error *error)
{
    struct retry *step = argument;
    return job_retry(tx, step->id, step->now_us, "provider down", &step->failed, error) ||
                   job_next_at(tx, &step->next_at, error)
               ? -1
               : 0;
}

static int add_one(struct store_tx *tx, void *argument, struct error *error)
{
    (void)argument;
    return job_add(tx, "refund", "rfd_1", 0, error);
}

static void retries_wait_twice_as_long_each_time_and_end_in_failure(void **state)
{
    struct fixture *fixture = *state;
    IN_TX(fixture, add_one, NULL);
    struct claimed claimed = {.now_us = 0};
    for (int attempt = 1; attempt <= JOB_ATTEMPTS_MAX; attempt++) {
        IN_TX(fixture, claim, &claimed);
        assert_int_equal(claimed.count, 1);
        assert_int_equal(claimed.jobs[0].attempts, attempt);
        struct retry step = {.id = claimed.jobs[0].id, .now_us = claimed.now_us};
        IN_TX(fixture, retry, &step);
        assert_int_equal(step.failed, attempt == JOB_ATTEMPTS_MAX);
        if (!step.failed)
            assert_int_equal(step.next_at, claimed.now_us + job_retry_delay_s(attempt) * TIME_SECOND_US);
        else
            assert_true(step.next_at == INT64_MAX);
        claimed.now_us = step.next_at;
    }
    assert_int_equal(job_retry_delay_s(1), 5);
    assert_int_equal(job_retry_delay_s(2), 10);
    assert_int_equal(job_retry_delay_s(1000), JOB_RETRY_MAX_S);
    assert_int_equal(
        count_rows(fixture->store, "SELECT id FROM job WHERE state = 'failed' AND last_error = 'provider down'"), 1);
}

/* --- idempotency --- */

struct request {
    struct idempotency_key key;
    const char *answer;
    int status;
    struct buffer replay;
    int begun;
};

static int serve(struct store_tx *tx, void *argument, struct error *error)
{
    struct request *request = argument;
    request->begun = idempotency_begin(tx, &request->key, &request->status, &request->replay, error);
    if (request->begun)
        return request->begun < 0 ? -1 : 0;
    return job_add(tx, "once", "x", 0, error) ||
                   idempotency_finish(tx, &request->key, 201, text_of(request->answer), 1, error)
               ? -1
               : 0;
}

static void the_same_key_and_request_get_the_same_bytes_and_act_once(void **state)
{
    struct fixture *fixture = *state;
    uint8_t sha256[32] = {1};
    struct request request = {.key = {TEXT_LITERAL("usr_1 POST /x"), TEXT_LITERAL("k"), sha256}, .answer = "{\"a\":1}"};
    buffer_init(&request.replay, 1024);
    IN_TX(fixture, serve, &request);
    assert_int_equal(request.begun, 0);
    request.answer = "{\"a\":2}";
    IN_TX(fixture, serve, &request);
    assert_int_equal(request.begun, 1);
    assert_int_equal(request.status, 201);
    assert_true(text_is(buffer_text(&request.replay), "{\"a\":1}"));
    assert_int_equal(count_rows(fixture->store, "SELECT id FROM job"), 1);
    buffer_done(&request.replay);
}

static void another_request_with_the_key_is_refused_but_another_callers_key_is_its_own(void **state)
{
    struct fixture *fixture = *state;
    uint8_t one[32] = {1}, two[32] = {2};
    struct request request = {.key = {TEXT_LITERAL("usr_1 POST /x"), TEXT_LITERAL("k"), one}, .answer = "a"};
    buffer_init(&request.replay, 1024);
    IN_TX(fixture, serve, &request);
    request.key.sha256 = two;
    struct error error = {0};
    assert_int_equal(store_write(fixture->store, serve, &request, &error), -1);
    assert_int_equal(error.code, ERROR_IDEMPOTENCY_KEY_REUSED);
    assert_int_equal(error_http_status(error.code), 422);
    request.key.scope = TEXT_LITERAL("usr_2 POST /x");
    IN_TX(fixture, serve, &request);
    assert_int_equal(request.begun, 0);
    buffer_done(&request.replay);
}

static int purge(struct store_tx *tx, void *argument, struct error *error)
{
    *(int *)argument = idempotency_purge(tx, IDEMPOTENCY_KEEP_S * TIME_SECOND_US + 2, 10, error);
    return *(int *)argument < 0 ? -1 : 0;
}

static void old_answers_are_purged(void **state)
{
    struct fixture *fixture = *state;
    uint8_t sha256[32] = {1};
    struct request request = {.key = {TEXT_LITERAL("s"), TEXT_LITERAL("k"), sha256}, .answer = "a"};
    buffer_init(&request.replay, 1024);
    IN_TX(fixture, serve, &request);
    int purged = 0;
    IN_TX(fixture, purge, &purged);
    assert_int_equal(purged, 1);
    IN_TX(fixture, purge, &purged);
    assert_int_equal(purged, 0);
    buffer_done(&request.replay);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_TEST(due_jobs_are_leased_oldest_first_and_come_back_when_their_worker_died),
        STORE_TEST(what_a_dead_process_held_is_due_when_the_next_one_starts),
        STORE_TEST(a_done_job_is_never_due_again),
        STORE_TEST(retries_wait_twice_as_long_each_time_and_end_in_failure),
        STORE_TEST(the_same_key_and_request_get_the_same_bytes_and_act_once),
        STORE_TEST(another_request_with_the_key_is_refused_but_another_callers_key_is_its_own),
        STORE_TEST(old_answers_are_purged),
    };
    return cmocka_run_group_tests_name("outbox", tests, NULL, NULL);
}
