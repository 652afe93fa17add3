/* SPDX-License-Identifier: Apache-2.0 */
/* Uploads between their two halves: who holds the lock, what counts after a break, and what an undone transaction leaves. */
#include "service/testing.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/limits.h"
#include "service/claims/claims.h"
#include "service/claims/upload.h"
#include "service/worker.h"

struct run {
    const char *claim_id;
    char upload_id[ID_BYTES];
    struct service_upload_new in;
    struct text bytes;
    struct service_upload_work work;
    bool undone, is_new;
    int64_t stored;
};

/* Runs one use case that answers JSON, and undoes it when asked to. */
typedef int (*answering_fn)(struct service_call *call, struct run *run, struct json_writer *writer,
                            struct error *error);

static int answered(struct service_call *call, struct run *run, answering_fn answer, struct error *error)
{
    struct buffer out;
    struct json_writer writer;
    buffer_init(&out, 256 * 1024);
    json_writer_init(&writer, &out);
    int result = answer(call, run, &writer, error);
    writer.depth = 0;
    json_writer_done(&writer);
    buffer_done(&out);
    return result == 0 && run->undone ? error_set(error, ERROR_IO, "the disk failed") : result;
}

static int file_answer(struct service_call *call, struct run *run, struct json_writer *writer, struct error *error)
{
    struct service_claim_new in = {.reason = text_of("key_invalid")};
    return service_claim_file(call, text_of(run->claim_id), &in, run->upload_id, writer, error);
}

static int file_run(struct service_call *call, void *run, struct error *error)
{
    return answered(call, run, file_answer, error);
}

static int begin_answer(struct service_call *call, struct run *run, struct json_writer *writer, struct error *error)
{
    return service_upload_begin(call, text_of(run->claim_id), &run->in, run->upload_id, writer, error);
}

static int begin_run(struct service_call *call, void *run, struct error *error)
{
    return answered(call, run, begin_answer, error);
}

static int advance_answer(struct service_call *call, struct run *run, struct json_writer *writer, struct error *error)
{
    return service_upload_advance(call, text_of(run->upload_id), run->bytes, &run->work, writer, &run->stored, error);
}

static int advance_run(struct service_call *call, void *run, struct error *error)
{
    return answered(call, run, advance_answer, error);
}

static int complete_answer(struct service_call *call, struct run *run, struct json_writer *writer, struct error *error)
{
    return service_upload_complete(call, text_of(run->upload_id), &run->work, writer, &run->is_new, error);
}

static int complete_run(struct service_call *call, void *run, struct error *error)
{
    return answered(call, run, complete_answer, error);
}

static int see_answer(struct service_call *call, struct run *run, struct json_writer *writer, struct error *error)
{
    return service_upload_write(call, text_of(run->upload_id), writer, &run->stored, error);
}

static int see_run(struct service_call *call, void *run, struct error *error)
{
    return answered(call, run, see_answer, error);
}

/* A claim of the buyer, and an upload of `size` bytes begun by the actor. */
static void begin(struct testing *testing, const struct service_actor *actor, char claim_id[static ID_BYTES],
                  int64_t size, struct run *ret)
{
    if (!claim_id[0]) {
        struct testing_order order;
        testing_paid_order(testing, &testing->buyer, testing->product_id, &order);
        struct run filing = {.claim_id = order.id};
        testing_write(testing, &testing->buyer, file_run, &filing, ERROR_NONE);
        memcpy(claim_id, filing.upload_id, ID_BYTES);
    }
    *ret = (struct run){.claim_id = claim_id, .work = {.file = -1}};
    ret->in = (struct service_upload_new){.kind = text_of("other"), .size_bytes = size};
    testing_write(testing, actor, begin_run, ret, ERROR_NONE);
}

/* The first half, which must end in that way. */
static void store(struct testing *testing, struct run *run, int64_t offset, const char *bytes, enum error_code ends)
{
    struct error error = {.code = ERROR_NONE};
    run->bytes = text_of(bytes);
    int result = service_upload_store(testing->service, &testing->buyer, text_of(run->upload_id), offset, run->bytes,
                                      &run->work, &error);
    if (result < 0 && error.code != ends)
        print_error("%s\n", error.message);
    assert_int_equal(result < 0 ? error.code : ERROR_NONE, ends);
}

static void let_go(struct run *run)
{
    if (run->work.file >= 0)
        close(run->work.file);
    run->work.file = -1;
}

static void store_and_advance(struct testing *testing, struct run *run, int64_t offset, const char *bytes)
{
    store(testing, run, offset, bytes, ERROR_NONE);
    testing_write(testing, &testing->buyer, advance_run, run, ERROR_NONE);
    let_go(run);
}

static void hash(struct testing *testing, struct run *run, enum error_code ends)
{
    struct error error = {.code = ERROR_NONE};
    int result = service_upload_hash(testing->service, &testing->buyer, text_of(run->upload_id), &run->work, &error);
    assert_int_equal(result < 0 ? error.code : ERROR_NONE, ends);
}

static const char *kept_as(struct testing *testing)
{
    return testing_row(testing, "SELECT lower(hex(sha256)) FROM evidence");
}

static void hex_of(const char *bytes, char ret[static HASH_HEX_BYTES])
{
    uint8_t sha256[HASH_BYTES];
    hash_sha256(bytes, strlen(bytes), sha256);
    hash_hex(sha256, ret);
}

static void a_piece_is_refused_while_another_waits_for_its_commit(void **state)
{
    struct testing *testing = *state;
    char claim[ID_BYTES] = "", hex[HASH_HEX_BYTES];
    struct run first, second;
    begin(testing, &testing->buyer, claim, 12, &first);
    second = first;
    store(testing, &first, 0, "%PDF-1", ERROR_NONE);
    store(testing, &second, 0, "%PDF-x", ERROR_UPLOAD_BUSY);
    assert_int_equal(second.work.stored, 0);
    testing_write(testing, &testing->buyer, advance_run, &first, ERROR_NONE);
    store(testing, &second, 6, "%PDF-x", ERROR_UPLOAD_BUSY);
    assert_int_equal(second.work.stored, 6);
    let_go(&first);
    store(testing, &second, 0, "%PDF-x", ERROR_NONE); /* there already, and not written again */
    assert_true(second.work.is_repeated);
    store_and_advance(testing, &second, 6, ".4 abc");
    hash(testing, &first, ERROR_NONE);
    hash(testing, &second, ERROR_UPLOAD_BUSY);
    testing_write(testing, &testing->buyer, complete_run, &first, ERROR_NONE);
    let_go(&first);
    hex_of("%PDF-1.4 abc", hex);
    assert_string_equal(kept_as(testing), hex);
}

static void bytes_without_their_commit_do_not_count(void **state)
{
    struct testing *testing = *state;
    char claim[ID_BYTES] = "", hex[HASH_HEX_BYTES];
    struct run run;
    begin(testing, &testing->buyer, claim, 10, &run);
    store(testing, &run, 0, "%PDF-lost!", ERROR_NONE);
    let_go(&run);
    testing_restart(testing);
    testing_write(testing, &testing->buyer, see_run, &run, ERROR_NONE);
    assert_int_equal(run.stored, 0);
    store_and_advance(testing, &run, 0, "%PDF-k");
    run.undone = true;
    store(testing, &run, 6, "gone", ERROR_NONE);
    testing_write(testing, &testing->buyer, advance_run, &run, ERROR_IO);
    let_go(&run);
    run.undone = false;
    hash(testing, &run, ERROR_UPLOAD_INCOMPLETE);
    assert_int_equal(run.work.stored, 6);
    store_and_advance(testing, &run, 6, "ept!");
    hash(testing, &run, ERROR_NONE);
    testing_write(testing, &testing->buyer, complete_run, &run, ERROR_NONE);
    let_go(&run);
    hex_of("%PDF-kept!", hex);
    assert_string_equal(kept_as(testing), hex);
}

static void completing_may_be_undone_and_done_again(void **state)
{
    struct testing *testing = *state;
    char claim[ID_BYTES] = "";
    struct run run;
    begin(testing, &testing->buyer, claim, 8, &run);
    store_and_advance(testing, &run, 0, "%PDF-1.4");
    run.undone = true;
    hash(testing, &run, ERROR_NONE);
    testing_write(testing, &testing->buyer, complete_run, &run, ERROR_IO);
    let_go(&run);
    assert_int_equal(testing_count(testing, "evidence"), 0);
    run.undone = false;
    hash(testing, &run, ERROR_NONE);
    testing_write(testing, &testing->buyer, complete_run, &run, ERROR_NONE);
    let_go(&run);
    assert_true(run.is_new);
    assert_int_equal(unlink(run.work.path), 0); /* as the server does after the commit */
    hash(testing, &run, ERROR_NONE);
    testing_write(testing, &testing->buyer, complete_run, &run, ERROR_NONE);
    assert_false(run.is_new);
    assert_int_equal(testing_count(testing, "evidence"), 1);
    testing_check_invariants(testing);
}

static void an_upload_is_its_own_uploaders(void **state)
{
    struct testing *testing = *state;
    char claim[ID_BYTES] = "";
    struct run mine, theirs;
    struct service_actor other = testing->arbiter;
    begin(testing, &testing->buyer, claim, 8, &mine);
    begin(testing, &testing->arbiter, claim, 8, &theirs);
    snprintf(other.party_id, sizeof other.party_id, "%s", testing->stranger.party_id);
    const struct service_actor *const others[] = {&testing->stranger, &testing->merchant, &testing->rival,
                                                  &testing->arbiter, &testing->operator};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        testing_read(testing, others[i], see_run, &mine, ERROR_NOT_FOUND);
    testing_read(testing, &testing->buyer, see_run, &mine, ERROR_NONE);
    testing_read(testing, &testing->buyer, see_run, &theirs, ERROR_NOT_FOUND);
    testing_read(testing, &testing->arbiter, see_run, &theirs, ERROR_NONE);
    testing_read(testing, &other, see_run, &theirs, ERROR_NOT_FOUND); /* two arbiters are two */
}

static void an_upload_lives_a_day(void **state)
{
    struct testing *testing = *state;
    char claim[ID_BYTES] = "", path[sizeof(((struct service_upload_work *)0)->path)];
    struct run run;
    struct service_upload_stats stats;
    begin(testing, &testing->buyer, claim, 8, &run);
    store_and_advance(testing, &run, 0, "%PDF-1");
    memcpy(path, run.work.path, sizeof path);
    assert_int_equal(access(path, F_OK), 0);
    testing_advance(testing, LIMIT_UPLOAD_S - 1);
    testing_read(testing, &testing->buyer, see_run, &run, ERROR_NONE);
    assert_int_equal(service_upload_stats(testing->service, &stats, NULL), 0);
    assert_int_equal(stats.open, 1);
    assert_int_equal(stats.open_bytes, 8);
    testing_advance(testing, 1);
    testing_read(testing, &testing->buyer, see_run, &run, ERROR_NOT_FOUND);
    store(testing, &run, 6, ".4", ERROR_NOT_FOUND);
    assert_int_equal(service_work_once(testing->service, NULL, NULL), 0);
    assert_int_equal(testing_count(testing, "upload"), 0);
    assert_int_equal(access(path, F_OK), -1);
    assert_int_equal(service_upload_stats(testing->service, &stats, NULL), 0);
    assert_int_equal(stats.open, 0);
    assert_int_equal(stats.expired, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SERVICE_TEST(a_piece_is_refused_while_another_waits_for_its_commit),
        SERVICE_TEST(bytes_without_their_commit_do_not_count),
        SERVICE_TEST(completing_may_be_undone_and_done_again),
        SERVICE_TEST(an_upload_is_its_own_uploaders),
        SERVICE_TEST(an_upload_lives_a_day),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
