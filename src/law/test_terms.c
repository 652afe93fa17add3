/* SPDX-License-Identifier: Apache-2.0 */
/* The lint: where it points, what it cites on which day, what disguises it reads, what it passes over, and that nothing holds it up. */
#include "law/terms.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/json.h"
#include "base/test_support.h"

#define DAY "2026-11-24"

static int setup(void **state)
{
    *state = terms_new(false);
    return 0;
}

static int teardown(void **state)
{
    terms_free(*state);
    return 0;
}

static struct terms_report linted(void **state, const char *text, const char *day)
{
    struct terms_report report;
    struct error error = {0};
    if (terms_lint(*state, text_of(text), day, &report, &error) < 0)
        fail_msg("%s: %s", text, error.message);
    return report;
}

/* The categories found, joined by commas, in the order of their places. */
static const char *found(void **state, const char *text, const char *day, char out[static 256])
{
    struct terms_report report = linted(state, text, day);
    size_t length = 0;
    out[0] = 0;
    for (size_t i = 0; i < report.count; i++)
        length += (size_t)snprintf(out + length, 256 - length, "%s%s", i ? "," : "",
                                   terms_words(report.findings[i].category)->wire);
    return out;
}

static void every_category_has_words_and_articles_of_the_table(void **state)
{
    (void)state;
    for (int i = 0; i < TERMS_CATEGORY_COUNT; i++) {
        const struct terms_words *words = terms_words((enum terms_category)i);
        const char *at = words->articles;
        assert_true(words->wire[0] && words->label_en[0] && words->label_zh[0] && words->why_en[0] && words->why_zh[0]);
        assert_true(words->rewording_en[0] && words->rewording_zh[0]);
        bool fits = strlen(words->rewording_en) + strlen(words->rewording_zh) <= TERMS_REWORDING_MAX;
        if (words->severity == TERMS_SEVERITY_VOID && !fits)
            fail_msg("%s: its rewordings are too long for a hint", words->wire);
        assert_true(words->articles[0] || strncmp(words->wire, "citation_", 9) == 0);
        while (*at) {
            struct text code = {at, strcspn(at, "|")};
            if (!law_find(code))
                fail_msg("%s cites %.*s", words->wire, TEXT_ARG(code));
            at += code.length + (at[code.length] == '|');
        }
    }
}

static void the_place_is_exact_in_bytes_lines_and_characters(void **state)
{
    const char *text = "第一行没有问题。\n🎮 本店郑重说明:最 终 解 释 权 归本店!\n完";
    struct terms_report report = linted(state, text, DAY);
    assert_int_equal(report.count, 1);
    const struct terms_finding *finding = &report.findings[0];
    assert_int_equal(finding->category, TERMS_FINAL_INTERPRETATION);
    const char *place = strstr(text, "最 终");
    assert_int_equal(finding->offset, place - text);
    assert_ptr_equal(finding->excerpt.data, place);
    assert_int_equal(finding->excerpt.length, finding->length);
    assert_memory_equal(place + finding->length - strlen("本店"), "本店", strlen("本店"));
    assert_int_equal(finding->line, 2);
    assert_int_equal(finding->column, 10);
    assert_int_equal(finding->end_line, 2);
    assert_int_equal(finding->end_column, 23);
    assert_int_equal(report.void_count, 1);
}

static void a_term_is_read_through_its_disguise(void **state)
{
    static const struct {
        const char *text, *categories;
    } rows[] = {
        {"一经售出概不退换", "no_refund"},
        {"一經售出，概不退換！", "no_refund"},
        {"一 经 售 出 概 不 退 换", "no_refund"},
        {"一.经.售.出.概.不.退.换", "no_refund"},
        {"一/经/售/出/概/不/退/换", "no_refund"},
        {"售出\n概不\n退换", "no_refund"},
        {"售出概\u200b不\u2060退\ufeff换", "no_refund"},
        {"售出概💥不💥退💥换", "no_refund"},
        {"售出概不蓷换", "no_refund"},
        {"售出概不tui款", "no_refund"},
        {"售出概不推款", "no_refund"},
        {"ＮＯ ＲＥＦＵＮＤＳ", "no_refund"},
        {"不支持⑦天无理由", "no_reason_return"},
        {"最终解♻释♻权归本店", "final_interpretation"},
        {"概不\"负责\"", "no_liability"},
        {"𝗔𝗹𝗹 𝘀𝗮𝗹𝗲𝘀 𝗮𝗿𝗲 𝗳𝗶𝗻𝗮𝗹", "no_refund"},
        {"不㊣得㊣投㊣诉", ""}, /* ㊣ reads as 正: what else it could be is not guessed */
    };
    char out[256];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp(found(state, rows[i].text, DAY, out), rows[i].categories) != 0)
            fail_msg("%s: %s", rows[i].text, out);
}

static void what_is_quoted_denied_or_asked_is_passed_over(void **state)
{
    static const char *const fine[] = {
        "我们不会以“一经售出概不退换”为由拒绝。",
        "“最终解释权归本店”的约定无效。",
        "“概不退换。”这类条款没有效力。",
        "出了问题概不负责？不存在的。",
        "请问一经售出就概不退款吗？",
        "商家不得写“不得投诉”。",
        "已告知并经您单独确认的激活码，激活后不适用七日无理由退货。",
        "",
        "。。。，，，",
    };
    char out[256];
    for (size_t i = 0; i < sizeof fine / sizeof fine[0]; i++)
        if (found(state, fine[i], DAY, out)[0])
            fail_msg("%s: %s", fine[i], out);
    /* A denial in another clause, or a question before it, does not help. */
    assert_string_equal(found(state, "我们不会骗人,一经售出概不退换", DAY, out), "no_refund");
    assert_string_equal(found(state, "能退吗？不能，售出概不退款", DAY, out), "no_refund");
}

static void the_more_exact_category_is_named_alone(void **state)
{
    char out[256];
    assert_string_equal(found(state, "虚拟商品不支持七天无理由退货", DAY, out), "no_reason_return");
    assert_string_equal(found(state, "充值后余额不予退款", DAY, out), "prepaid_forfeit");
    assert_string_equal(found(state, "拍下即默认放弃退款权利", DAY, out), "rights_waived");
    assert_string_equal(found(state, "一经售出概不退换，最终解释权归本店", DAY, out), "no_refund,final_interpretation");
}

static bool cites(const struct terms_finding *finding, const char *code)
{
    for (size_t i = 0; i < finding->article_count; i++)
        if (strcmp(finding->articles[i]->code, code) == 0)
            return true;
    return false;
}

static void only_what_was_in_force_on_the_day_is_cited(void **state)
{
    const char *text = "不接受申诉";
    struct terms_report report = linted(state, text, "2026-01-31");
    assert_int_equal(report.count, 1);
    assert_true(cites(&report.findings[0], "NTM-21") && !cites(&report.findings[0], "PRM-20"));
    report = linted(state, text, "2026-02-01");
    assert_true(cites(&report.findings[0], "PRM-20"));
    report = linted(state, text, "2014-03-14"); /* nothing of the table was in force: there is no ground */
    assert_int_equal(report.count, 0);
    report = linted(state, "付款后合同不成立", DAY);
    assert_string_equal(report.findings[0].articles[0]->code, "ECL-49-2");
}

static void a_citation_is_judged_by_its_point_and_the_day_of_the_event(void **state)
{
    static const struct {
        const char *text, *day, *categories;
    } rows[] = {
        {"依《电子商务法》第十七条，格式条款无效", DAY, "citation_misplaced"},
        {"依《电子商务法》第四十九条第二款，格式条款无效", DAY, ""},
        {"依《电子商务法》第十七条，应当披露信息", DAY, ""},
        {"《合同法》第四十条", "2020-12-31", ""},
        {"《合同法》第四十条", "2021-01-01", "citation_replaced"},
        {"《劳动合同法》第四十条", "2021-01-01", ""},
        {"民法典第四百九十七条", "2020-12-31", "citation_early"},
        {"民法典第四百九十七条", "2021-01-01", ""},
        {"网络安全法第二十一条，日志留存六个月", "2025-12-31", ""},
        {"网络安全法第二十一条，日志留存六个月", "2026-01-01", "citation_replaced"},
        {"网络安全法第二十一条", "2026-01-01", ""},
        {"市场监督管理投诉举报处理暂行办法第十四条", "2026-04-14", ""},
        {"市场监督管理投诉举报处理暂行办法第十四条", "2026-04-15", "citation_replaced"},
        {"消法第25条、第26条", DAY, ""},
        {"消费者权益保护法第二十五条", "2010-01-01", ""}, /* an earlier version of it may be meant */
        {"Article 17 of the E-commerce Law voids such standard terms", DAY, "citation_misplaced"},
        {"E-commerce Law, art. 49(2) voids such standard terms", DAY, ""},
        {"电商法第99999999999999条", DAY, ""},
        {"电商法第条", DAY, ""},
    };
    char out[256];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp(found(state, rows[i].text, rows[i].day, out), rows[i].categories) != 0)
            fail_msg("%s on %s: %s", rows[i].text, rows[i].day, out);
    struct terms_report report = linted(state, rows[0].text, DAY);
    assert_int_equal(report.findings[0].cited_number, 17);
    assert_string_equal(report.findings[0].cited_law->id, "ECL");
    assert_true(cites(&report.findings[0], "ECL-49-2"));
    assert_int_equal(report.findings[0].severity, TERMS_SEVERITY_RISKY);
}

static void a_term_across_the_cut_of_a_long_sentence_is_found(void **state)
{
    char text[4096], out[256];
    for (size_t filler = 150; filler < 260; filler++) { /* the cut is at 600 bytes */
        size_t length = 0;
        for (size_t i = 0; i < filler; i++)
            length += (size_t)snprintf(text + length, sizeof text - length, "好");
        snprintf(text + length, sizeof text - length, "本店商品一经售出概不退换");
        if (strcmp(found(state, text, DAY, out), "no_refund") != 0)
            fail_msg("after %zu characters: %s", filler, out);
    }
}

static void more_than_a_report_holds_is_said(void **state)
{
    static char text[LIMIT_TERMS_BYTES + 2];
    size_t length = 0;
    for (int i = 0; i < TERMS_FINDINGS_MAX; i++)
        length += (size_t)snprintf(text + length, sizeof text - length, "概不退款。");
    struct terms_report report = linted(state, text, DAY);
    assert_int_equal(report.count, TERMS_FINDINGS_MAX);
    assert_false(report.more);
    snprintf(text + length, sizeof text - length, "概不退款。");
    report = linted(state, text, DAY);
    assert_int_equal(report.count, TERMS_FINDINGS_MAX);
    assert_true(report.more);
}

static void a_text_that_is_too_long_or_not_utf8_is_refused(void **state)
{
    static char text[LIMIT_TERMS_BYTES + 1];
    struct terms_report report = {.count = 7};
    struct error error = {0};
    memset(text, 'x', sizeof text);
    assert_int_equal(terms_lint(*state, (struct text){text, sizeof text}, DAY, &report, &error), -1);
    assert_int_equal(error.code, ERROR_LIMIT_EXCEEDED);
    assert_int_equal(terms_lint(*state, (struct text){text, sizeof text - 1}, DAY, &report, &error), 0);
    assert_int_equal(report.count, 0);
    assert_int_equal(terms_lint(*state, TEXT_LITERAL("概不\xe9\x80"), DAY, &report, &error), -1);
    assert_int_equal(error.code, ERROR_UTF8_INVALID);
    assert_int_equal(report.count, 0);
}

static void no_rewording_is_what_the_lint_finds(void **state)
{
    char out[256];
    for (int i = 0; i < TERMS_CATEGORY_COUNT; i++) {
        const struct terms_words *words = terms_words((enum terms_category)i);
        const char *const texts[] = {words->rewording_en, words->rewording_zh, words->hint_en, words->hint_zh};
        for (size_t j = 0; j < sizeof texts / sizeof texts[0]; j++)
            if (found(state, texts[j], DAY, out)[0])
                fail_msg("%s: %s", texts[j], out);
    }
}

/* ---- hostile texts ---- */

static const char *const hostile[] = {
    "不",
    "退",
    "不退",
    "概不",
    "一经售出",
    "售出后，",
    "24小时内未",
    "好评",
    "最终",
    "解释权",
    "\"",
    "、",
    "\n",
    "不\"",
    "a",
    "no ",
    "not ",
    "refund ",
    "付款后",
    "视为",
    "我们不会以概不退款为由",
    "\"概不退款\"无效",
    "请问概不退款吗",
    "商家不得概不退款",
    "电商法第",
    "电子商务法第十七条",
    "一二三四五六七八九十",
    "余额不",
    "，",
    "不得投诉，",
    "差评",
    "下单即",
    "\u200b",
    "𝗮",
    "ﷺ",
    "½",
    "超过1小时",
    "article 17 of the ",
};

static struct text repeated(const char *unit, size_t bytes_max, char *out)
{
    size_t length = 0, step = strlen(unit);
    while (length + step <= bytes_max) {
        memcpy(out + length, unit, step);
        length += step;
    }
    return (struct text){out, length};
}

/* Counted in steps of the matcher, not by a clock: so many for each byte, and no more for each byte of a longer text. */
#define STEPS_PER_BYTE_MAX 3000

static void no_text_holds_the_lint_up(void **state)
{
    static char text[LIMIT_TERMS_BYTES];
    struct terms *counting = terms_new(true);
    (void)state;
    for (size_t i = 0; i < sizeof hostile / sizeof hostile[0]; i++) {
        int64_t steps[2];
        for (int size = 0; size < 2; size++) {
            struct terms_report report;
            struct error error = {0};
            struct text long_one = repeated(hostile[i], size == 0 ? 4096 : 8192, text);
            if (terms_lint(counting, long_one, DAY, &report, &error) < 0 && error.code != ERROR_TERMS_UNREADABLE)
                fail_msg("%s: %s", hostile[i], error.message);
            steps[size] = error.code ? 0 : report.steps;
        }
        if (steps[1] > 8192 * (int64_t)STEPS_PER_BYTE_MAX || steps[1] > 3 * steps[0] + 100000)
            fail_msg("%s: %lld steps, then %lld", hostile[i], (long long)steps[0], (long long)steps[1]);
    }
    terms_free(counting);
}

static void the_greatest_hostile_texts_are_read_to_their_end(void **state)
{
    static char text[LIMIT_TERMS_BYTES];
    for (size_t i = 0; i < sizeof hostile / sizeof hostile[0]; i += 3) {
        struct terms_report report;
        struct error error = {0};
        if (terms_lint(*state, repeated(hostile[i], sizeof text, text), DAY, &report, &error) < 0)
            fail_msg("%s: %s", hostile[i], error.message);
    }
}

/* ---- what is shown ---- */

static void a_report_is_json_with_all_that_a_page_needs(void **state)
{
    struct terms_report report = linted(state, "特价品，售出概不退换", DAY);
    struct buffer out;
    struct json_writer writer;
    struct json *root;
    buffer_init(&out, 64 * 1024);
    json_writer_init(&writer, &out);
    json_object_begin(&writer);
    terms_report_write(&writer, &report);
    json_object_end(&writer);
    json_writer_done(&writer);
    assert_int_equal(json_parse(buffer_text(&out), 64 * 1024, &root, NULL), 0);
    const struct json *finding = json_item(json_find(root, "findings"), 0);
    static const char *const texts[] = {"category", "excerpt", "label_en", "label_zh", "rewording_en", "rewording_zh",
                                        "severity", "why_en",  "why_zh",   "hint_en",  "hint_zh"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (!json_find(finding, texts[i]) || json_kind(json_find(finding, texts[i])) != JSON_STRING)
            fail_msg("no %s", texts[i]);
    assert_true(text_is(json_string(json_find(finding, "excerpt")), "售出概不退换"));
    assert_int_equal(json_integer(json_find(finding, "offset")), 12);
    assert_int_equal(json_integer(json_find(finding, "column")), 5);
    const struct json *article = json_item(json_find(finding, "articles"), 0);
    assert_true(text_is(json_string(json_find(article, "code")), "NTM-21"));
    assert_true(text_is(json_string(json_find(article, "effective_from")), "2021-05-01"));
    assert_int_equal(json_integer(json_find(root, "void")), 1);
    json_free(root);
    buffer_done(&out);
}

static void a_report_for_people_shows_the_place_the_law_and_what_to_write(void **state)
{
    const char *text = "本店说明\n  最终解释权归本店所有";
    struct terms_report report = linted(state, text, DAY);
    struct buffer out;
    buffer_init(&out, 64 * 1024);
    terms_report_print(&out, &report, text_of(text), "说明.txt", true);
    assert_non_null(strstr(out.data, "说明.txt:2:3: 无效: 最终解释权 (final_interpretation)\n"
                                     "    2 |   最终解释权归本店所有\n"
                                     "      |   ^^^^^^^^^^^^^^^^\n"
                                     "  约定经营者享有单方"));
    assert_non_null(strstr(out.data, "第一条（SPC22-1，2022-03-15 起施行）"));
    assert_non_null(strstr(out.data, "  合法写法：规则有疑义的"));
    buffer_clear(&out);
    terms_report_print(&out, &report, text_of(text), "x", false);
    assert_non_null(strstr(out.data, "x:2:3: void: Right of final interpretation (final_interpretation)\n"));
    assert_non_null(strstr(out.data, "art. 1 (SPC22-1, in force since 2022-03-15)"));
    buffer_done(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_category_has_words_and_articles_of_the_table),
        cmocka_unit_test(the_place_is_exact_in_bytes_lines_and_characters),
        cmocka_unit_test(a_term_is_read_through_its_disguise),
        cmocka_unit_test(what_is_quoted_denied_or_asked_is_passed_over),
        cmocka_unit_test(the_more_exact_category_is_named_alone),
        cmocka_unit_test(only_what_was_in_force_on_the_day_is_cited),
        cmocka_unit_test(a_citation_is_judged_by_its_point_and_the_day_of_the_event),
        cmocka_unit_test(a_term_across_the_cut_of_a_long_sentence_is_found),
        cmocka_unit_test(more_than_a_report_holds_is_said),
        cmocka_unit_test(a_text_that_is_too_long_or_not_utf8_is_refused),
        cmocka_unit_test(no_rewording_is_what_the_lint_finds),
        cmocka_unit_test(no_text_holds_the_lint_up),
        cmocka_unit_test(the_greatest_hostile_texts_are_read_to_their_end),
        cmocka_unit_test(a_report_is_json_with_all_that_a_page_needs),
        cmocka_unit_test(a_report_for_people_shows_the_place_the_law_and_what_to_write),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
