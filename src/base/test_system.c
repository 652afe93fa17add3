/* SPDX-License-Identifier: Apache-2.0 */
/* The arena, errors, durable files and the log line. */
#include "base/test_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "base/log.h"

static void an_arena_gives_zeroed_aligned_memory_again_and_again(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    for (int round = 0; round < 3; round++) {
        for (size_t bytes = 0; bytes < 700; bytes++) {
            unsigned char *memory = arena_alloc(arena, bytes);
            assert_int_equal((uintptr_t)memory % _Alignof(max_align_t), 0);
            for (size_t i = 0; i < bytes; i++)
                assert_int_equal(memory[i], 0);
            memset(memory, 0xFF, bytes);
        }
        assert_non_null(arena_alloc(arena, 300000));
        arena_reset(arena);
    }
    assert_string_equal(arena_printf(arena, "%s-%d", "卡", 7), "卡-7");
    assert_string_equal(arena_copy(arena, (struct text){"abcdef", 3}), "abc");
    assert_true(text_is(arena_copy_text(arena, TEXT_LITERAL("xy")), "xy"));
    assert_string_equal(arena_copy(arena, text_of(NULL)), "");
    arena_free(arena);
    arena_free(NULL);
}

static void an_arena_within_another_has_its_own_maximum_and_dies_with_it(void **state)
{
    (void)state;
    struct arena *arena = arena_new(4096);
    for (int i = 0; i < 3; i++) {
        struct arena *within = arena_new_within(arena, 1 << 20), *deeper = arena_new_within(within, 1 << 20);
        memset(arena_alloc(within, 100000), 1, 100000);
        memset(arena_alloc(deeper, 100000), 1, 100000);
        if (i == 1)
            arena_reset(arena);
    }
    arena_free(arena); /* the sanitizers would tell of what is left */
}

static void an_error_keeps_its_first_words_when_prefixed(void **state)
{
    (void)state;
    struct error error = {.code = ERROR_NONE};
    assert_int_equal(error_set(&error, ERROR_FIELD_RANGE, "The number %d is too large", 7), -1);
    error_hint(&error, "Use %d.", 5);
    error_at(&error, "/a/%d", 1);
    error_prefix(&error, "line %d", 3);
    assert_string_equal(error.message, "line 3: The number 7 is too large");
    assert_string_equal(error.hint, "Use 5.");
    assert_string_equal(error.pointer, "/a/1");
    assert_non_null(strstr(error.origin, "test_system.c:"));
    for (int i = 0; i < 50; i++)
        error_prefix(&error, "a long context to fill it up");
    assert_true(strlen(error.message) < sizeof error.message);
    assert_true(text_starts(text_of(error.message), "a long context"));
    assert_int_equal(error_set(NULL, ERROR_IO, "nobody listens"), -1);
    assert_int_equal(error_http_status(ERROR_FIELD_RANGE), 422);
    assert_string_equal(error_wire(ERROR_FIELD_RANGE), "field_out_of_range");
    error_clear(&error);
    assert_int_equal(error.code, ERROR_NONE);
}

static void every_code_has_words_in_both_languages(void **state)
{
    (void)state;
    for (int code = ERROR_NONE; code < ERROR_CODE_COUNT; code++) {
        assert_true(error_wire((enum error_code)code)[0]);
        assert_true(error_title_en((enum error_code)code)[0]);
        assert_true((unsigned char)error_title_zh((enum error_code)code)[0] >= 0x80 ||
                    strpbrk(error_title_zh((enum error_code)code), "\xE4\xE5\xE6\xE7\xE8\xE9") != NULL);
    }
}

static void a_file_is_replaced_whole_and_read_back(void **state)
{
    (void)state;
    char folder[] = "/tmp/shuntui-base-XXXXXX", path[128], deep[128];
    struct error error = {.code = ERROR_NONE};
    struct buffer content;
    struct stat status;
    assert_non_null(mkdtemp(folder));
    snprintf(deep, sizeof deep, "%s/a/b", folder);
    assert_int_equal(directory_make(deep, 0700, &error), 0);
    assert_int_equal(directory_make(deep, 0700, &error), 0);
    snprintf(path, sizeof path, "%s/a/b/file", folder);
    assert_int_equal(file_write_durable(path, TEXT_LITERAL("one"), 0600, &error), 0);
    assert_int_equal(file_write_durable(path, TEXT_LITERAL("second"), 0640, &error), 0);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0640);
    buffer_init(&content, 100);
    assert_int_equal(file_read_all(path, 6, &content, &error), 0);
    assert_string_equal(content.data, "second");
    buffer_clear(&content);
    assert_int_equal(file_read_all(path, 5, &content, &error), -1);
    assert_int_equal(error.code, ERROR_LIMIT_EXCEEDED);
    assert_int_equal(file_read_all(deep, 5, &content, &error), -1);
    assert_int_equal(error.code, ERROR_IO);
    assert_int_equal(directory_make(path, 0700, &error), -1);
    assert_int_equal(file_write_durable(deep, TEXT_LITERAL("x"), 0600, &error), -1);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(file_read_all(path, 5, &content, &error), -1);
    assert_int_equal(rmdir(deep), 0); /* no temporary file is left behind */
    deep[strlen(deep) - 2] = '\0';
    assert_int_equal(rmdir(deep), 0);
    assert_int_equal(rmdir(folder), 0);
    buffer_done(&content);
}

static void a_log_line_is_one_line_of_json(void **state)
{
    (void)state;
    struct buffer line;
    buffer_init(&line, 4095);
    const struct log_field fields[] = {LOG_STRING("code", "x\n\"y\""), LOG_INTEGER("status", 422),
                                       LOG_STRING("id", NULL)};
    log_compose(&line, LOG_LEVEL_WARNING, "request_failed", INT64_C(1000000), fields, 3);
    assert_string_equal(line.data,
                        "{\"code\":\"x\\n\\\"y\\\"\",\"event\":\"request_failed\",\"id\":null,\"level\":\"warning\","
                        "\"status\":422,\"time\":\"1970-01-01T00:00:01Z\"}\n");
    buffer_done(&line);
}

static void near_names_are_suggested_and_far_ones_are_not(void **state)
{
    (void)state;
    static const char *const known[] = {"amount", "currency", "id"};
    assert_string_equal(json_nearest(TEXT_LITERAL("amuont"), known, 3), "amount");
    assert_string_equal(json_nearest(TEXT_LITERAL("curency"), known, 3), "currency");
    assert_string_equal(json_nearest(TEXT_LITERAL("ids"), known, 3), "id");
    assert_null(json_nearest(TEXT_LITERAL("no"), known, 3));
    assert_null(json_nearest(TEXT_LITERAL("price"), known, 3));
    assert_null(json_nearest(TEXT_LITERAL("a name that is longer than all of the names that anyone knows"), known, 3));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_arena_gives_zeroed_aligned_memory_again_and_again),
        cmocka_unit_test(an_arena_within_another_has_its_own_maximum_and_dies_with_it),
        cmocka_unit_test(an_error_keeps_its_first_words_when_prefixed),
        cmocka_unit_test(every_code_has_words_in_both_languages),
        cmocka_unit_test(a_file_is_replaced_whole_and_read_back),
        cmocka_unit_test(a_log_line_is_one_line_of_json),
        cmocka_unit_test(near_names_are_suggested_and_far_ones_are_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
