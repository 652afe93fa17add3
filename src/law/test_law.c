/* SPDX-License-Identifier: Apache-2.0 */
/* The table of the law: its rows are whole, each is found by its code and as people cite it, and only on its days. */
#include "law/law.h"

#include <string.h>

#include "base/test_support.h"
#include "base/time.h"

static void every_row_is_whole_and_found_by_its_code(void **state)
{
    (void)state;
    size_t count;
    const struct law_article *articles = law_articles(&count);
    assert_true(count > 150);
    for (size_t i = 0; i < count; i++) {
        const struct law_article *row = &articles[i];
        assert_ptr_equal(law_find(text_of(row->code)), row);
        assert_true(row->number > 0 && row->paragraph >= 0);
        assert_int_equal(text_utf8_bad(text_of(row->key_words)), -1);
        if (strlen(row->key_words) == 0 || strlen(row->key_words) >= 150)
            fail_msg("%s: key words of %zu bytes", row->code, strlen(row->key_words));
        if (strlen(row->meaning_en) < 10 || row->meaning_en[strlen(row->meaning_en) - 1] != '.')
            fail_msg("%s: no sentence of its meaning", row->code);
    }
    assert_null(law_find(TEXT_LITERAL("ECL-999")));
    assert_null(law_find(TEXT_LITERAL("")));
}

static void every_law_has_a_source_and_days_of_the_calendar(void **state)
{
    (void)state;
    size_t count;
    const struct law_article *articles = law_articles(&count);
    for (size_t i = 0; i < count; i++) {
        const struct law *law = articles[i].law;
        assert_ptr_equal(law_find_law(text_of(law->id)), law);
        assert_memory_equal(law->source, "http", 4);
        assert_true(time_day_is(text_of(law->effective_from)));
        assert_true(!law->effective_until[0] || time_day_is(text_of(law->effective_until)));
        assert_int_equal(law->effective_until[0] != 0, law->replaced_by[0] != 0);
        if (law->replaced_by[0])
            assert_non_null(law_find_law(text_of(law->replaced_by)));
    }
}

static void an_article_is_found_as_people_cite_it(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int number, paragraph;
        const char *code; /* NULL: not in the table */
    } rows[] = {
        {"中华人民共和国电子商务法", 17, 0, "ECL-17"},
        {"电子商务法", 49, 2, "ECL-49-2"},
        {"电商法", 49, 0, "ECL-49-1"},
        {"消法", 25, 2, "CPL-25-2"},
        {"消法", 25, 1, "CPL-25"},
        {"消费者权益保护法实施条例", 17, 0, "CPR-17"},
        {"民法典", 497, 0, "CC-497"},
        {"民法典", 145, 0, "CCG-145"},
        {"e-commerce law", 49, 2, "ECL-49-2"},
        {"网络购买商品七日无理由退货暂行办法", 7, 0, "D7-7"},
        {"市场监督管理投诉举报处理暂行办法", 14, 0, "CMPOLD-14"},
        {"电子商务法", 999, 0, NULL},
        {"没有这部法", 17, 0, NULL},
        {"", 17, 0, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct law_article *found = law_cited(text_of(rows[i].name), rows[i].number, rows[i].paragraph);
        const char *code = found ? found->code : NULL;
        if (code ? !rows[i].code || strcmp(code, rows[i].code) != 0 : rows[i].code != NULL)
            fail_msg("%s art. %d: %s", rows[i].name, rows[i].number, code ? code : "none");
    }
}

static void an_article_is_in_force_from_its_first_day_until_it_is_replaced(void **state)
{
    (void)state;
    static const struct {
        const char *code, *day;
        bool in_force;
    } rows[] = {
        {"PRM-19", "2026-01-31", false},   {"PRM-19", "2026-02-01", true},     {"CMPOLD-14", "2019-12-31", false},
        {"CMPOLD-14", "2026-04-14", true}, {"CMPOLD-14", "2026-04-15", false}, {"CMP-15", "2026-04-14", false},
        {"CMP-15", "2026-04-15", true},    {"CC-497", "2020-12-31", false},    {"CC-497", "2021-01-01", true},
        {"ECL-49-2", "2018-12-31", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (law_in_force(law_find(text_of(rows[i].code)), rows[i].day) != rows[i].in_force)
            fail_msg("%s on %s", rows[i].code, rows[i].day);
}

static void a_day_is_one_of_the_calendar_in_china(void **state)
{
    (void)state;
    static const char *const good[] = {"2026-02-01", "2024-02-29", "1999-12-31"};
    static const char *const bad[] = {"2026-02-30",  "2026-2-1", "2026-13-01", "20260201",
                                      "2026-02-01T", "",         "abcd-ef-gh"};
    char day[TIME_DAY_TEXT_BYTES];
    int64_t at_us;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_true(time_day_is(text_of(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (time_day_is(text_of(bad[i])))
            fail_msg("%s is no day", bad[i]);
    assert_int_equal(time_parse(TEXT_LITERAL("2026-01-31T16:00:00Z"), &at_us, NULL), 0);
    time_day_format(at_us, day);
    assert_string_equal(day, "2026-02-01");
    time_day_format(at_us - 1, day);
    assert_string_equal(day, "2026-01-31");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_whole_and_found_by_its_code),
        cmocka_unit_test(every_law_has_a_source_and_days_of_the_calendar),
        cmocka_unit_test(an_article_is_found_as_people_cite_it),
        cmocka_unit_test(an_article_is_in_force_from_its_first_day_until_it_is_replaced),
        cmocka_unit_test(a_day_is_one_of_the_calendar_in_china),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
