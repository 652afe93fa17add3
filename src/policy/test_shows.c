/* SPDX-License-Identifier: Apache-2.0 */
/* Every proof says in both languages what it must show, and in the tone of the pages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "policy/shows.h"

static void every_proof_says_when_where_and_whose(void **state)
{
    (void)state;
    for (int fact = 0; fact < FACT_COUNT; fact++) {
        const struct policy_shows *shows = policy_proof_shows((enum fact)fact);
        assert_int_equal(shows != NULL, fact_is_proof((enum fact)fact));
        if (!shows)
            continue;
        const char *const english[] = {shows->time_en, shows->platform_en, shows->user_en};
        const char *const chinese[] = {shows->time_zh, shows->platform_zh, shows->user_zh};
        for (size_t i = 0; i < 3; i++) {
            assert_true(strlen(english[i]) > 10 && strlen(chinese[i]) > 10);
            assert_null(strstr(chinese[i], "您"));
            assert_null(strpbrk(english[i], "!?."));
            assert_null(strpbrk(chinese[i], "!?.,;:"));
            assert_null(strstr(chinese[i], "！"));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_proof_says_when_where_and_whose)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
