/* SPDX-License-Identifier: Apache-2.0 */
/* The canonical layout: what it looks like, that it changes nothing else, and that it has nothing left to change. */
#include "policy/read/testing.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define FRAME "policy \"p\" version 1\ngoods card_key\n\n"
#define CLAUSE FRAME "clause a \"t\"\n"

static struct policy_problems problems;

static const struct policy *parse(struct arena *arena, struct text source)
{
    const struct policy *policy;
    if (policy_parse(arena, source, &policy, &problems, NULL))
        fail_msg("%d:%d %s\n%.*s", problems.items[0].line, problems.items[0].column, problems.items[0].message_en,
                 TEXT_ARG(source));
    return policy;
}

/* Lays out, and holds the result to what every layout must be. */
static struct text format(struct arena *arena, struct text source)
{
    struct text once, twice;
    const struct policy *before = parse(arena, source);
    assert_int_equal(policy_format(arena, source, &once, &problems, NULL), 0);
    assert_true(testing_same_policy(before, parse(arena, once)));
    assert_int_equal(policy_format(arena, once, &twice, &problems, NULL), 0);
    if (!text_equal(once, twice))
        fail_msg("the second layout differs:\n%.*s\n%.*s", TEXT_ARG(once), TEXT_ARG(twice));
    return once;
}

static void format_expect(const char *source, const char *expected)
{
    struct arena *arena = arena_new(64 << 20);
    struct text found = format(arena, text_of(source));
    if (!text_is(found, expected))
        fail_msg("expected\n%s\nfound\n%.*s", expected, TEXT_ARG(found));
    arena_free(arena);
}

static void words_are_spaced_and_statements_stand_on_lines_of_their_own(void **state)
{
    (void)state;
    format_expect(
        "policy\"p\"version 1 goods\tcard_key floor\"f\"effective \"2024-07-01\" clause a\"甲\" \"A\"when not(late\r\n"
        "and not delivered )needs problem_proof or\nunused_proof merchant answers within 24 hours ,extension 1 "
        "day,silence accepts law \"A-1\" ,\"B-2\" refund 50 percent of affected part less 1.50 CNY to\n"
        "store_credit ,borne by platform clause b \"t\" when late refuse b overrides a otherwise refuse",
        "policy \"p\" version 1\ngoods card_key\nfloor \"f\"\neffective \"2024-07-01\"\n\n"
        "clause a \"甲\" \"A\"\n"
        "  when not (late and not delivered)\n"
        "  needs problem_proof or unused_proof\n"
        "  merchant answers within 24 hours, extension 1 day, silence accepts\n"
        "  law \"A-1\", \"B-2\"\n"
        "  refund 50 percent of affected part less 1.50 CNY to store_credit, borne by platform\n\n"
        "clause b \"t\"\n  when late\n  refuse\n\n"
        "b overrides a\notherwise refuse\n");
}

static void lines_that_fit_are_joined_and_long_ones_broken(void **state)
{
    (void)state;
    format_expect(CLAUSE "when card\nis sealed\nand\nlate refuse", CLAUSE "  when card is sealed and late\n  refuse\n");
    /* 100 columns fit; with one more each condition has a line. */
    format_expect(CLAUSE "when purchased within 10 days and delivered within 10 days and revealed within 1 days and "
                         "not late refuse",
                  CLAUSE "  when purchased within 10 days and delivered within 10 days and revealed within 1 days and "
                         "not late\n  refuse\n");
    format_expect(CLAUSE "when purchased within 10 days and delivered within 10 days and revealed within 10 days and "
                         "not late refuse",
                  CLAUSE "  when purchased within 10 days\n   and delivered within 10 days\n"
                         "   and revealed within 10 days\n   and not late\n  refuse\n");
    format_expect(CLAUSE
                  "when late and (purchased within 10 days or (delivered within 10 days and revealed within 10 days "
                  "and amount under 100 CNY and earlier_refunds over 10.00 CNY)) refuse",
                  CLAUSE "  when late\n   and (purchased within 10 days\n"
                         "     or (delivered within 10 days\n       and revealed within 10 days\n"
                         "       and amount under 100 CNY\n       and earlier_refunds over 10.00 CNY))\n  refuse\n");
}

static void long_lists_are_filled(void **state)
{
    (void)state;
    format_expect(
        CLAUSE
        "when reason is not_delivered or delivery_late or partial_delivery or key_invalid or key_already_used or "
        "wrong_item_or_region or not_as_described or key_revoked_later and late\n"
        "needs problem_proof or unused_proof or screen_recording or contact_record or identity_proof or "
        "guardian_proof or result_proof\n merchant answers within 24 hours, silence accepts refund full",
        CLAUSE "  when reason is not_delivered or delivery_late or partial_delivery or key_invalid\n"
               "     or key_already_used or wrong_item_or_region or not_as_described or key_revoked_later\n"
               "   and late\n"
               "  needs problem_proof or unused_proof or screen_recording or contact_record or identity_proof\n"
               "   or guardian_proof or result_proof\n"
               "  merchant answers within 24 hours, silence accepts\n  refund full\n");
    struct arena *arena = arena_new(64 << 20);
    struct buffer source, expected;
    buffer_init(&source, LIMIT_POLICY_BYTES);
    buffer_init(&expected, LIMIT_POLICY_BYTES);
    buffer_add_string(&source, FRAME);
    for (int i = 10; i < 30; i++)
        buffer_addf(&source, "clause c%d \"t\"\n  when late\n  refuse\n\n", i);
    buffer_add_text(&expected, buffer_text(&source));
    buffer_add_string(&source, "c10 overrides c11");
    for (int i = 12; i < 30; i++)
        buffer_addf(&source, ",c%d", i);
    buffer_add_string(&expected, "c10 overrides c11, c12, c13, c14, c15, c16, c17, c18, c19, c20, c21, c22, c23, c24, "
                                 "c25, c26, c27,\n  c28, c29\n");
    assert_true(text_equal(format(arena, buffer_text(&source)), buffer_text(&expected)));
    buffer_done(&source);
    buffer_done(&expected);
    arena_free(arena);
}

static void a_comment_stays_with_what_it_stands_at(void **state)
{
    (void)state;
    static const struct {
        const char *source, *expected; /* behind FRAME */
    } cases[] = {
        /* above a statement, in a clause and before one */
        {"# about a\nclause a \"t\"\n# not yet\n when late\n\n# no\nrefuse\n",
         "# about a\nclause a \"t\"\n  # not yet\n  when late\n  # no\n  refuse\n"},
        /* at a line's end, and going on below it */
        {"clause a \"甲\" # one\n when late # two\n           # more\n refuse#three",
         "clause a \"甲\"  # one\n  when late  # two\n             # more\n  refuse  #three\n"},
        /* inside a condition: the line breaks there, also behind `and` */
        {"clause a \"t\" when card is sealed and # soon\n late refuse",
         "clause a \"t\"\n  when card is sealed  # soon\n   and late\n  refuse\n"},
        {"clause a \"t\" when card is sealed and\n # or so\n late refuse",
         "clause a \"t\"\n  when card is sealed\n   # or so\n   and late\n  refuse\n"},
        /* inside a list, and inside brackets */
        {"clause a \"t\" when late needs unused_proof # best\n or problem_proof # else\n review within 1 hour",
         "clause a \"t\"\n  when late\n  needs unused_proof  # best\n   or problem_proof  # else\n  review within 1 "
         "hour\n"},
        {"clause a \"t\" when late and (card is revealed # seen\n or card is sealed) refuse",
         "clause a \"t\"\n  when late\n   and (card is revealed  # seen\n     or card is sealed)\n  refuse\n"},
        /* in the middle of what becomes one line: to its end, several above it */
        {"clause a \"t\" when late refund # all\n full at once",
         "clause a \"t\"\n  when late\n  refund full at once  # all\n"},
        {"clause a \"t\" when late refund # all\n full # really\n at once # now",
         "clause a \"t\"\n  when late\n  # all\n  # really\n  refund full at once  # now\n"},
        {"clause a \"t\" when late refund # all\n # of it\n full at once",
         "clause a \"t\"\n  when late\n  # all\n  # of it\n  refund full at once\n"},
        /* behind a clause: indented or parted from what follows it is the clause's, else of what follows */
        {"clause a \"t\" when late refuse\n # mine\n# not mine\nclause b \"t\" when late refuse",
         "clause a \"t\"\n  when late\n  refuse\n  # mine\n\n# not mine\nclause b \"t\"\n  when late\n  refuse\n"},
        {"clause a \"t\" when late refuse\n# mine\n\n# a part\n\n\n# about b\nclause b \"t\" when late refuse\n # end",
         "clause a \"t\"\n  when late\n  refuse\n  # mine\n\n# a part\n\n# about b\nclause b \"t\"\n  when late\n"
         "  refuse\n  # end\n"},
        /* among overrides, where free lines are kept, one of several */
        {"clause a \"t\" when late refuse clause b \"t\" when late refuse\na overrides b # wins\n\n\n# else\notherwise "
         "refuse\n# end",
         "clause a \"t\"\n  when late\n  refuse\n\nclause b \"t\"\n  when late\n  refuse\n\na overrides b  # wins\n\n"
         "# else\notherwise refuse\n# end\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char source[1000], expected[1000];
        snprintf(source, sizeof source, "%s%s", FRAME, cases[i].source);
        snprintf(expected, sizeof expected, "%s%s", FRAME, cases[i].expected);
        format_expect(source, expected);
    }
}

static void comments_above_and_inside_the_head_are_kept(void **state)
{
    (void)state;
    format_expect("\n\n# who\n\n# what\npolicy # name\n\"p\" version 1 # first\n\n# cards\ngoods card_key\n"
                  "clause a \"t\" when late refuse",
                  "# who\n\n# what\n# name\npolicy \"p\" version 1  # first\n# cards\ngoods card_key\n\n"
                  "clause a \"t\"\n  when late\n  refuse\n");
}

/* Comments and blanks wherever two tokens may be parted: nothing is lost, and the layout is stable. */
static void a_comment_between_any_two_words_is_kept(void **state)
{
    (void)state;
    static const char *const words[] = {"policy",    "\"p\"",
                                        "version",   "1",
                                        "goods",     "card_key",
                                        "clause",    "a",
                                        "\"t\"",     "when",
                                        "not",       "(",
                                        "card",      "is",
                                        "sealed",    "or",
                                        "revealed",  "and",
                                        "(",         "late",
                                        "or",        "purchased",
                                        "over",      "2",
                                        "days",      "ago",
                                        ")",         ")",
                                        "needs",     "problem_proof",
                                        "or",        "unused_proof",
                                        "review",    "within",
                                        "1",         "hour",
                                        "clause",    "b",
                                        "\"甲\"",    "when",
                                        "late",      "refuse",
                                        "clause",    "c",
                                        "\"t\"",     "when",
                                        "late",      "refuse",
                                        "a",         "overrides",
                                        "b",         ",",
                                        "c",         "b",
                                        "overrides", "c",
                                        "otherwise", "refuse"};
    static const char *const gaps[] = {
        " # 甲\n", "\n# one\n", "\n\n  # two\n\n", " # three\n # four\n", " # five\n\n# six\n", "\n"};
    size_t count = sizeof words / sizeof *words, gap_count = sizeof gaps / sizeof *gaps;
    for (size_t i = 0; i <= count; i++)
        for (size_t j = 0; j <= i; j++)
            for (size_t g = 0; g < gap_count; g++) {
                struct arena *arena = arena_new(64 << 20);
                struct buffer source;
                buffer_init(&source, LIMIT_POLICY_BYTES);
                int before = 0, after = 0;
                for (size_t k = 0; k <= count; k++) {
                    buffer_add_string(&source, k == i ? gaps[g] : k == j ? gaps[(g + i) % gap_count] : " ");
                    buffer_add_string(&source, k < count ? words[k] : "");
                }
                struct text laid = format(arena, buffer_text(&source));
                for (size_t k = 0; k < source.length; k++)
                    before += source.data[k] == '#';
                for (size_t k = 0; k < laid.length; k++)
                    after += laid.data[k] == '#';
                if (before != after)
                    fail_msg("%d comments became %d:\n%s\n%.*s", before, after, source.data, TEXT_ARG(laid));
                buffer_done(&source);
                arena_free(arena);
            }
}

static void what_does_not_parse_or_would_be_too_long_is_refused(void **state)
{
    (void)state;
    struct arena *arena = arena_new(64 << 20);
    struct text laid;
    struct error error;
    assert_int_equal(policy_format(arena, text_of(CLAUSE "when seeled refuse"), &laid, &problems, &error), -1);
    assert_int_equal(error.code, ERROR_POLICY_SYNTAX);
    assert_int_equal(problems.items[0].line, 5);
    struct buffer source;
    buffer_init(&source, LIMIT_POLICY_BYTES);
    buffer_add_string(&source, CLAUSE "when late");
    while (source.length + 20 < LIMIT_POLICY_BYTES)
        buffer_add_string(&source, "#\n");
    buffer_add_string(&source, "refuse");
    assert_int_equal(policy_format(arena, buffer_text(&source), &laid, &problems, &error), -1);
    assert_int_equal(error.code, ERROR_POLICY_LIMIT);
    assert_int_equal(problems.items[0].kind, POLICY_PROBLEM_LIMIT);
    buffer_done(&source);
    arena_free(arena);
}

/* The bytes of a certificate behind the hash, which is all that may differ. */
static void certificate_make(struct buffer *out, const struct policy *policy, const struct policy_facts *facts)
{
    struct policy_decision decision;
    struct json_writer writer;
    buffer_clear(out);
    policy_evaluate(policy, facts, &decision);
    json_writer_init(&writer, out);
    policy_certificate_write(&writer, policy, facts, &decision);
    json_writer_done(&writer);
    char *hash = strstr(out->data, "\"sha256\":\"");
    assert_non_null(hash);
    memset(hash + 10, '0', 64);
}

/* Joins all lines, so that there is something to lay out; comments go, for they would swallow the rest. */
static struct text joined(struct arena *arena, struct text source)
{
    char *copy = arena_copy(arena, source);
    bool comment = false, quoted = false;
    for (char *c = copy; *c; c++) {
        quoted ^= *c == '"' && !comment;
        comment = (comment || (*c == '#' && !quoted)) && *c != '\n';
        if (comment || *c == '\n')
            *c = ' ';
    }
    return text_of(copy);
}

static void policy_is_laid_out(const char *path)
{
    struct arena *arena = arena_new(64 << 20);
    struct buffer before, after;
    struct policy_facts facts;
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char *data = arena_alloc(arena, LIMIT_POLICY_BYTES);
    struct text source = {data, fread(data, 1, LIMIT_POLICY_BYTES, file)};
    fclose(file);
    if (!text_equal(source, format(arena, source)))
        fail_msg("%s is not in canonical layout: shuntui policy fmt %s", path, path);
    struct text bare = joined(arena, source);
    const struct policy *a = parse(arena, bare), *b = parse(arena, format(arena, bare));
    buffer_init(&before, 1 << 20);
    buffer_init(&after, 1 << 20);
    for (int i = 0; i < 200; i++) {
        policy_facts_init(&facts);
        for (int f = 0; f < FACT_COUNT; f++)
            policy_facts_set(&facts, (enum fact)f, (i * 7 + f * 13) % (f % 3 ? 20 : 700000),
                             (enum fact_source)__builtin_ctz(fact_info((enum fact)f)->sources), i, NULL);
        certificate_make(&before, a, &facts);
        certificate_make(&after, b, &facts);
        assert_string_equal(before.data, after.data);
    }
    buffer_done(&before);
    buffer_done(&after);
    arena_free(arena);
}

static int folder_is_laid_out(const char *folder)
{
    int count = 0;
    DIR *directory = opendir(folder);
    assert_non_null(directory);
    for (struct dirent *entry; (entry = readdir(directory));) {
        size_t length = strlen(entry->d_name);
        char path[4096];
        if (length < 8 || strcmp(entry->d_name + length - 7, ".policy") != 0)
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        policy_is_laid_out(path);
        count++;
    }
    closedir(directory);
    return count;
}

static void every_policy_is_in_canonical_layout_and_decide_alike_without_it(void **state)
{
    (void)state;
    const char *root = getenv("SHUNTUI_POLICIES");
    char floors[4096], real[4096];
    assert_non_null(root);
    snprintf(floors, sizeof floors, "%s/floors", root);
    assert_true(folder_is_laid_out(root) >= 4);
    assert_true(folder_is_laid_out(floors) >= 4);
    snprintf(real, sizeof real, "%s/real", root);
    assert_true(folder_is_laid_out(real) >= 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_spaced_and_statements_stand_on_lines_of_their_own),
        cmocka_unit_test(lines_that_fit_are_joined_and_long_ones_broken),
        cmocka_unit_test(long_lists_are_filled),
        cmocka_unit_test(a_comment_stays_with_what_it_stands_at),
        cmocka_unit_test(comments_above_and_inside_the_head_are_kept),
        cmocka_unit_test(a_comment_between_any_two_words_is_kept),
        cmocka_unit_test(what_does_not_parse_or_would_be_too_long_is_refused),
        cmocka_unit_test(every_policy_is_in_canonical_layout_and_decide_alike_without_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
