/* SPDX-License-Identifier: Apache-2.0 */
/* The parser: what it takes, where it says what is wrong, and what it refuses. */
#include "policy/read/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"

#define HEAD "policy \"p\" version 1\ngoods card_key\n"
#define CLAUSE(when) HEAD "clause a \"标题\"\n  when " when "\n  refuse\n"

static struct policy_problems problems;

static const struct policy *parse(struct arena *arena, const char *text)
{
    const struct policy *policy = NULL;
    struct error error = {0};
    int result = policy_parse(arena, text_of(text), &policy, &problems, &error);
    if (result) {
        assert_true(problems.count > 0);
        assert_true(error.code != ERROR_NONE);
        return NULL;
    }
    assert_int_equal(problems.count, 0);
    return policy;
}

static void the_sample_of_the_design_parses(void **state)
{
    (void)state;
    struct arena *arena = arena_new(16 << 20);
    const struct policy *policy =
        parse(arena, "policy \"cards-standard\" version 3\ngoods card_key\nfloor \"cn-consumer\"\n\n"
                     "clause sealed \"未查看卡密,7 天内全额退\"\n"
                     "  when card is sealed and purchased within 7 days\n  refund full at once\n\n"
                     "clause dead_key \"卡密无效或已被他人使用\"\n"
                     "  when reason is key_invalid or key_already_used\n"
                     "   and card is revealed or redeemed and revealed within 72 hours\n"
                     "  needs problem_proof\n  needs unused_proof or screen_recording\n"
                     "  merchant answers within 24 hours, silence accepts\n  refund full\n\n"
                     "clause used \"已成功兑换的不退\"\n  when card is redeemed\n  refuse\n\n"
                     "clause outage \"平台故障造成的失败\"\n  when cause is platform_outage\n"
                     "  refund full at once, borne by platform\n\n"
                     "dead_key overrides used\noutage overrides sealed, dead_key, used\n"
                     "otherwise review within 48 hours\n");
    assert_non_null(policy);
    assert_string_equal(policy_name(policy), "cards-standard");
    assert_int_equal(policy_version(policy), 3);
    assert_string_equal(policy_floor(policy), "cn-consumer");
    assert_int_equal(policy_clause_count(policy), 4);
    assert_string_equal(policy_clause_id(policy, 1), "dead_key");
    uint64_t needs[POLICY_NEEDS_MAX];
    assert_int_equal(policy_clause_needs(policy, 1, needs), 2);
    assert_true(needs[1] == (UINT64_C(1) << FACT_UNUSED_PROOF | UINT64_C(1) << FACT_SCREEN_RECORDING));
    struct error error;
    assert_int_equal(policy_check(policy, &problems, &error), 0);
    arena_free(arena);
}

static void a_licence_with_every_newer_word_parses(void **state)
{
    (void)state;
    struct arena *arena = arena_new(16 << 20);
    const struct policy *policy =
        parse(arena,
              "policy \"l\" version 1 goods licence floor \"f\" effective \"2024-07-01\"\n"
              "clause a \"甲\" when item is game or bundle and released and usage under 2 hours\n"
              " and purchased within 14 days and not banned and region is not eu\n law \"CPL-24\", \"ECL-49-2\"\n"
              " refund full less 1.50 CNY at once to original_payment\n"
              "clause b \"乙\" when consumed or downloaded over 7 days ago\n"
              " merchant answers within 2 hours, extension 20 hours, silence accepts\n"
              " refund 50 percent of affected part less 10 percent to store_credit, borne by issuer\n"
              "clause c \"丙\" when protection and reason is does_not_work\n refund 3.00 CNY at once\n"
              "clause launched \"丁\" when any reason and launched within 2 hours and late within 3 days\n"
              " merchant answers within 1 day, silence reviews\n"
              " refund 90 percent of remaining part to store_credit or original_payment\n"
              "launched overrides a, b\n");
    assert_non_null(policy);
    assert_string_equal(policy_effective(policy), "2024-07-01");
    assert_int_equal(policy_goods(policy), POLICY_GOODS_LICENCE);
    const char *codes[POLICY_LAWS_MAX];
    assert_int_equal(policy_clause_laws(policy, 0, codes), 2);
    assert_string_equal(codes[1], "ECL-49-2");
    assert_int_equal(policy_clause_laws(policy, 1, codes), 0);
    arena_free(arena);
}

static void a_mistake_is_shown_with_its_place_and_a_suggestion(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum policy_problem_kind kind;
        int line, column;
        const char *hint;
    } cases[] = {
        {"polcy \"p\" version 1\n", POLICY_PROBLEM_WORD, 1, 1, "policy"},
        {"policy \"p\" version 0\n", POLICY_PROBLEM_MEANING, 1, 20, ""},
        {"policy \"P!\" version 1\n", POLICY_PROBLEM_MEANING, 1, 9, ""},
        {"policy \"p\" version 1\ngoods crad_key\n", POLICY_PROBLEM_WORD, 2, 7, "card_key"},
        {CLAUSE("crad is sealed"), POLICY_PROBLEM_WORD, 4, 8, "card"},
        {CLAUSE("card is sealde"), POLICY_PROBLEM_WORD, 4, 16, "sealed"},
        {CLAUSE("card is sealed，late"), POLICY_PROBLEM_SYNTAX, 4, 22, "write ,"},
        {CLAUSE("card is sealed and late or delivered"), POLICY_PROBLEM_SYNTAX, 4, 32, "brackets"},
        {CLAUSE("purchased within 7 dayz"), POLICY_PROBLEM_WORD, 4, 27, "days"},
        {CLAUSE("purchased within seven days"), POLICY_PROBLEM_SYNTAX, 4, 25, ""},
        {CLAUSE("purchased over 7 days"), POLICY_PROBLEM_WORD, 5, 3, ""},
        {CLAUSE("(card is sealed"), POLICY_PROBLEM_SYNTAX, 5, 3, ""},
        {CLAUSE("progress under 80 percent"), POLICY_PROBLEM_GOODS, 4, 8, ""},
        {CLAUSE("reason is service_incomplete"), POLICY_PROBLEM_GOODS, 4, 18, ""},
        {CLAUSE("amount over 1.234 CNY"), POLICY_PROBLEM_MEANING, 4, 20, ""},
        {CLAUSE("amount over 01.20 CNY"), POLICY_PROBLEM_MEANING, 4, 20, ""},
        {CLAUSE("amount over 1 CNY and earlier_refunds over 1 USD"), POLICY_PROBLEM_MEANING, 4, 53, ""},
        {CLAUSE("quantity is 3"), POLICY_PROBLEM_SYNTAX, 4, 17, ""},
        {CLAUSE("late") "b overrides a\n", POLICY_PROBLEM_WORD, 6, 1, ""},
        {CLAUSE("late") "a overrides a\n", POLICY_PROBLEM_CYCLE, 6, 1, ""},
        {CLAUSE("late") "otherwise revue within 1 hour\n", POLICY_PROBLEM_WORD, 6, 11, "review"},
        {CLAUSE("late") "otherwise review within 16 days\n", POLICY_PROBLEM_MEANING, 6, 25, ""},
        {CLAUSE("late") "clause a \"t\"\n when late\n refuse\n", POLICY_PROBLEM_MEANING, 6, 8, ""},
        {CLAUSE("late") "clause overrides \"t\"\n when late\n refuse\n", POLICY_PROBLEM_MEANING, 6, 8, ""},
        {CLAUSE("late") "  refuse\n", POLICY_PROBLEM_MEANING, 6, 3, ""},
        {CLAUSE("late") "  needs problem_prof\n", POLICY_PROBLEM_WORD, 6, 9, "problem_proof"},
        {HEAD "clause a \"t\"\n when late\n", POLICY_PROBLEM_MEANING, 3, 8, "refund"},
        {HEAD "clause a \"t\"\n refuse\n", POLICY_PROBLEM_MEANING, 3, 8, ""},
        {HEAD "clause a \"t\"\n when late\n refund full\n", POLICY_PROBLEM_MEANING, 3, 8, "at once"},
        {HEAD "clause a \"t\"\n when late\n refund unfinished part at once\n", POLICY_PROBLEM_GOODS, 5, 9, ""},
        {HEAD "clause a \"t\"\n when late\n refund 0 percent at once\n", POLICY_PROBLEM_MEANING, 5, 9, ""},
        {HEAD "clause a \"t\"\n when late\n refuse\n needs problem_proof\n", POLICY_PROBLEM_MEANING, 3, 8, ""},
        {HEAD "clause a \"t\n when late\n refuse\n", POLICY_PROBLEM_SYNTAX, 3, 10, ""},
        {HEAD "clause a \"t\\\"\n when late\n refuse\n", POLICY_PROBLEM_SYNTAX, 3, 12, ""},
        {HEAD, POLICY_PROBLEM_MEANING, 3, 1, ""},
        {HEAD "effective \"2024-02-30\"\n", POLICY_PROBLEM_MEANING, 3, 12, ""},
        {HEAD "clause a \"t\"\n when late\n law \"cpl 24\"\n refuse\n", POLICY_PROBLEM_MEANING, 5, 7, ""},
        {HEAD "clause a \"t\"\n when late\n refund 0.00 CNY at once\n", POLICY_PROBLEM_MEANING, 5, 9, ""},
        {HEAD "clause a \"t\"\n when late\n refund full to stor_credit at once\n", POLICY_PROBLEM_WORD, 5, 17,
         "store_credit"},
        {HEAD "clause a \"t\"\n when late\n refund 50 percent of unfinished part at once\n", POLICY_PROBLEM_GOODS, 5,
         23, ""},
        {HEAD "clause a \"t\"\n when usage over 2 hours\n refuse\n", POLICY_PROBLEM_GOODS, 4, 7, ""},
        {"policy \"p\" version 1\ngoods \xff\n", POLICY_PROBLEM_SYNTAX, 2, 1, ""},
        {"", POLICY_PROBLEM_WORD, 1, 1, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *arena = arena_new(16 << 20);
        assert_null(parse(arena, cases[i].text));
        const struct policy_problem *p = &problems.items[0];
        if (p->kind != cases[i].kind || p->line != cases[i].line || p->column != cases[i].column ||
            !strstr(p->hint_en, cases[i].hint))
            fail_msg("case %zu: %s %d:%d %s (%s)", i, policy_problem_kind_word(p->kind), p->line, p->column,
                     p->message_en, p->hint_en);
        assert_true(p->message_zh[0]);
        arena_free(arena);
    }
}

static void several_mistakes_are_reported_in_one_run_up_to_a_bound(void **state)
{
    (void)state;
    struct arena *arena = arena_new(16 << 20);
    assert_null(
        parse(arena, HEAD "clause a \"t\"\n when crad is sealed\n refuse\nclause b \"t\"\n when late\n refun full\n"));
    assert_int_equal(problems.count, 2);
    assert_int_equal(problems.items[0].line, 4);
    assert_int_equal(problems.items[1].line, 8);
    char text[4000] = HEAD;
    for (int i = 0; i < 50; i++)
        snprintf(text + strlen(text), 100, "clause c%d \"t\"\n when nothing\n refuse\n", i);
    assert_null(parse(arena, text));
    assert_int_equal(problems.count, POLICY_PROBLEMS_MAX);
    assert_int_equal(problems.dropped, 10);
    arena_free(arena);
}

static void the_marker_stands_under_the_mistake_behind_chinese_text(void **state)
{
    (void)state;
    struct arena *arena = arena_new(16 << 20);
    struct buffer out;
    buffer_init(&out, 4096);
    assert_null(parse(arena, HEAD "clause a \"标题\" refun full\n when late\n refuse\n"));
    policy_problems_print(&out, &problems, "x.policy", POLICY_LANGUAGE_EN);
    assert_non_null(strstr(out.data, "x.policy:3:15: "));
    assert_non_null(strstr(out.data, "    3 | clause a \"标题\" refun full\n      |                 ^^^^^\n"));
    assert_non_null(strstr(out.data, "did you mean \"refund\"?"));
    buffer_done(&out);
    arena_free(arena);
}

static void a_place_is_also_given_as_editors_count(void **state)
{
    (void)state;
    struct arena *arena = arena_new(16 << 20);
    /* 🐍 is one code point and two UTF-16 units; 标题 are two of each. */
    assert_null(parse(arena, HEAD "clause a \"标🐍题\" refun full\n when late\n refuse\n"));
    const struct policy_problem *p = &problems.items[0];
    assert_int_equal(p->line, 3);
    assert_int_equal(p->column, 16);
    assert_int_equal(p->length, 5);
    assert_int_equal(p->begin, 16);
    assert_int_equal(p->end, 21);
    assert_int_equal(p->other.line, 0);
    /* At the end of the text there is nothing to mark. */
    assert_null(parse(arena, HEAD "clause a \"t\" when late refund"));
    assert_int_equal(problems.items[0].begin, 29);
    assert_int_equal(problems.items[0].end, 29);
    /* A range ends with its line. */
    assert_null(parse(arena, HEAD "clause a \"t 🐍\n when late refuse\n"));
    assert_int_equal(problems.items[0].begin, 9);
    assert_int_equal(problems.items[0].end, 14);
    arena_free(arena);
}

static void what_is_said_twice_points_to_the_first(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int line, column;
    } cases[] = {
        {HEAD "clause a \"t\" when late refuse\n clause a \"t\" when late refuse", 3, 8},
        {HEAD "clause a \"t\" when late\n refuse refuse", 4, 2},
        {HEAD "clause a \"t\" when late\n refuse\n  when late", 3, 14},
        {HEAD "clause a \"t\" when late refuse\notherwise refuse otherwise refuse", 4, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *arena = arena_new(16 << 20);
        assert_null(parse(arena, cases[i].text));
        if (problems.items[0].other.line != cases[i].line || problems.items[0].other.column != cases[i].column)
            fail_msg("case %zu: %d:%d", i, problems.items[0].other.line, problems.items[0].other.column);
        arena_free(arena);
    }
}

#define LOOKS_PER_TOKEN_MAX 16 /* a statement that starts with no word of a statement is compared with ten */

/* Reads and lays out any text: the arena ends the program when it takes too much, and the work is counted. */
static int read_bounded(struct text source)
{
    struct policy_parser parser;
    const struct policy *policy;
    struct text laid;
    struct arena *arena = arena_new(POLICY_ARENA_BYTES_MAX);
    int result = parser_run(&parser, arena, source, &problems);
    if (parser.looks > LOOKS_PER_TOKEN_MAX * (parser.token_count + 2))
        fail_msg("%zu looks at %zu tokens: %.60s", parser.looks, parser.token_count, source.data);
    assert_true(problems.count <= POLICY_PROBLEMS_MAX);
    assert_true(parser.words_likened <= POLICY_PROBLEMS_MAX);
    arena_reset(arena);
    assert_int_equal(policy_parse(arena, source, &policy, &problems, NULL), result);
    arena_reset(arena);
    if (policy_format(arena, source, &laid, &problems, NULL) && !result)
        assert_int_equal(problems.items[0].kind, POLICY_PROBLEM_LIMIT);
    arena_free(arena);
    return result;
}

static void hostile_text_is_refused_in_bounded_time_and_memory(void **state)
{
    (void)state;
    static const char *const pieces[] = {"(",
                                         "not ",
                                         "\"",
                                         "clause ",
                                         "a overrides b\n",
                                         "\na overrides a,a",
                                         "card is sealed or ",
                                         "#",
                                         "#\n",
                                         "\x01",
                                         "when (",
                                         "\n",
                                         ",",
                                         "a,",
                                         "refund ",
                                         "9",
                                         "9.",
                                         "9 ",
                                         "a",
                                         "a ",
                                         "a b c d ",
                                         "\"\"",
                                         "\"a\" ",
                                         "needs ",
                                         "\nneeds x\n",
                                         "\nwhen zz\n",
                                         "\nlaw \"A\",",
                                         "overrides ",
                                         "1 CNY ",
                                         "\nrefund 1 CNY at once ",
                                         "clause a\"t\"",
                                         "\nclause a\"t\"when late refuse",
                                         "\nclause clause\n",
                                         "\notherwise ",
                                         "，",
                                         "标题",
                                         "\n\"标题\n",
                                         "or and or and ",
                                         "is is is ",
                                         "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz ",
                                         "\nrefunt ",
                                         "\nclause a \"t\" when card is sealde\n"};
    static const char *const heads[] = {"", HEAD, HEAD "clause a \"t\"\n when ",
                                        HEAD "clause a \"t\"\n when late refuse\n"};
    struct buffer text;
    buffer_init(&text, LIMIT_POLICY_BYTES);
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++)
        for (size_t h = 0; h < sizeof heads / sizeof *heads; h++) {
            buffer_clear(&text);
            buffer_add_string(&text, heads[h]);
            while (text.length + strlen(pieces[i]) <= LIMIT_POLICY_BYTES)
                buffer_add_string(&text, pieces[i]);
            bool comment = pieces[i][0] == '#' || pieces[i][0] == '\n';
            if (read_bounded(buffer_text(&text)) == 0 && !(h == 3 && comment))
                fail_msg("accepted: %s%s…", heads[h], pieces[i]);
        }
    buffer_done(&text);
}

/* Policies as large as the limits allow. */
static void the_largest_policies_are_read_in_bounded_time_and_memory(void **state)
{
    (void)state;
    struct buffer text;
    buffer_init(&text, LIMIT_POLICY_BYTES);
    buffer_add_string(&text, HEAD);
    for (int i = 0; i < LIMIT_POLICY_CLAUSES; i++)
        buffer_addf(&text, "clause c%d \"t\" when late refuse\n", i);
    buffer_add_string(&text, "c0 overrides c1");
    while (text.length + 3 <= LIMIT_POLICY_BYTES)
        buffer_add_string(&text, ",c2");
    assert_int_equal(read_bounded(buffer_text(&text)), 0);
    buffer_clear(&text);
    buffer_add_string(&text, HEAD);
    for (int i = 0; i < LIMIT_POLICY_CLAUSES; i++) {
        buffer_addf(&text, "clause c%d \"t\" when ", i);
        for (int j = 0; j < 3; j++)
            buffer_addf(&text, "%s((((((((%s over %d days ago))))))))", j ? " or " : "",
                        j % 2 ? "purchased" : "delivered", i * 3 + j);
        for (int j = 0; j < 8; j++)
            buffer_add_string(&text, " or reason is not other or changed_mind");
        buffer_add_string(&text, " refuse\n");
    }
    assert_false(text.failed);
    assert_int_equal(read_bounded(buffer_text(&text)), 0);
    while (text.length + 2 <= LIMIT_POLICY_BYTES)
        buffer_add_string(&text, "#\n");
    assert_int_equal(read_bounded(buffer_text(&text)), 0);
    buffer_done(&text);
}

static void times_add(struct buffer *text, int times, const char *piece)
{
    while (times-- > 0)
        buffer_add_string(text, piece);
}

static void every_limit_is_exact(void **state)
{
    (void)state;
    static const struct {
        const char *before, *piece, *middle, *closing, *after; /* pieces and closings so many times */
        int most;
        enum policy_problem_kind kind; /* with one more */
    } limits[] = {
        {"", " ", CLAUSE("late"), "", "", (int)(LIMIT_POLICY_BYTES - sizeof CLAUSE("late") + 1), POLICY_PROBLEM_LIMIT},
        {HEAD "clause a \"t\" when ", "(", "late", ")", " refuse", 8, POLICY_PROBLEM_LIMIT},
        {HEAD "clause ", "a", " \"t\" when late refuse", "", "", 64, POLICY_PROBLEM_SYNTAX},
        {HEAD "clause a \"", "t", "\" when late refuse", "", "", 240, POLICY_PROBLEM_SYNTAX},
        {"policy \"", "p", "\" version 1 goods card_key clause a \"t\" when late refuse", "", "", 64,
         POLICY_PROBLEM_MEANING},
        {HEAD "clause a \"t\" when amount over 0.", "0", " CNY refuse", "", "", 2, POLICY_PROBLEM_MEANING},
        {HEAD "clause a \"t\" when late review within 1 hour", " needs problem_proof", "", "", "", 6,
         POLICY_PROBLEM_LIMIT},
        {HEAD "clause a \"t\" when late refuse law \"B\"", ",\"A\"", "", "", "", 3, POLICY_PROBLEM_MEANING},
        {HEAD "clause a \"t\" when late refuse law \"", "A", "\"", "", "", 20, POLICY_PROBLEM_MEANING},
        /* 2,048 nodes: the group, one condition, the implied one and these */
        {HEAD "clause a \"t\" when late", " and late", " refuse", "", "", 2045, POLICY_PROBLEM_LIMIT},
    };
    struct buffer text;
    buffer_init(&text, LIMIT_POLICY_BYTES + 1);
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        for (int more = 0; more < 2; more++) {
            buffer_clear(&text);
            buffer_add_string(&text, limits[i].before);
            times_add(&text, limits[i].most + more, limits[i].piece);
            buffer_add_string(&text, limits[i].middle);
            times_add(&text, limits[i].most + more, limits[i].closing);
            buffer_add_string(&text, limits[i].after);
            if ((read_bounded(buffer_text(&text)) != 0) != more)
                fail_msg("limit %zu with %d more", i, more);
            if (more && problems.items[0].kind != limits[i].kind)
                fail_msg("limit %zu: %s", i, problems.items[0].message_en);
        }
    buffer_done(&text);
}

static void too_many_clauses_and_conditions_are_refused(void **state)
{
    (void)state;
    struct buffer text;
    buffer_init(&text, LIMIT_POLICY_BYTES);
    for (int more = 0; more < 2; more++) {
        buffer_clear(&text);
        buffer_add_string(&text, HEAD);
        for (int i = 0; i < LIMIT_POLICY_CLAUSES + more; i++)
            buffer_addf(&text, "clause c%d \"t\" when late refuse\n", i);
        assert_int_equal(read_bounded(buffer_text(&text)), -more);
        assert_true(!more || problems.items[0].kind == POLICY_PROBLEM_LIMIT);
        buffer_clear(&text);
        buffer_add_string(&text, HEAD "clause a \"t\" when late");
        for (int i = 2; i < POLICY_CONDITIONS_MAX + more; i++) /* the implied one is different too */
            buffer_addf(&text, " and purchased within %d days", i);
        buffer_add_string(&text, " refuse");
        assert_int_equal(read_bounded(buffer_text(&text)), -more);
        assert_true(!more || problems.items[0].kind == POLICY_PROBLEM_LIMIT);
    }
    buffer_done(&text);
}

static void a_list_of_values_ends_where_a_condition_begins(void **state)
{
    (void)state;
    struct arena *arena = arena_new(16 << 20);
    struct policy_facts facts;
    struct policy_decision decision;
    const struct policy *list = parse(arena, CLAUSE("card is sealed or revealed"));
    const struct policy *two = parse(arena, CLAUSE("card is sealed or revealed within 72 hours"));
    assert_non_null(list);
    assert_non_null(two);
    policy_facts_init(&facts);
    assert_int_equal(policy_facts_set(&facts, FACT_REASON, REASON_CHANGED_MIND, FACT_SOURCE_BUYER, -1, NULL), 0);
    assert_int_equal(policy_facts_set(&facts, FACT_CARD, CARD_REDEEMED, FACT_SOURCE_RECORD, -1, NULL), 0);
    assert_int_equal(policy_facts_set(&facts, FACT_REVEALED, 60, FACT_SOURCE_RECORD, -1, NULL), 0);
    policy_evaluate(list, &facts, &decision);
    assert_int_equal(decision.governing, POLICY_OTHERWISE);
    policy_evaluate(two, &facts, &decision);
    assert_int_equal(decision.governing, 0);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sample_of_the_design_parses),
        cmocka_unit_test(a_licence_with_every_newer_word_parses),
        cmocka_unit_test(a_mistake_is_shown_with_its_place_and_a_suggestion),
        cmocka_unit_test(several_mistakes_are_reported_in_one_run_up_to_a_bound),
        cmocka_unit_test(the_marker_stands_under_the_mistake_behind_chinese_text),
        cmocka_unit_test(a_place_is_also_given_as_editors_count),
        cmocka_unit_test(what_is_said_twice_points_to_the_first),
        cmocka_unit_test(hostile_text_is_refused_in_bounded_time_and_memory),
        cmocka_unit_test(the_largest_policies_are_read_in_bounded_time_and_memory),
        cmocka_unit_test(every_limit_is_exact),
        cmocka_unit_test(too_many_clauses_and_conditions_are_refused),
        cmocka_unit_test(a_list_of_values_ends_where_a_condition_begins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
