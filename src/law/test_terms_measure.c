/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How well the lint does over the labelled sentences of tests/terms/labelled.tsv: precision and recall for each category, which must not
 * fall under the promised ones. With --table en or zh the figures are printed as the table of that README, with --wrong development the
 * sentences of that half that it gets wrong.
 *
 * The file's head says what its columns are. A label with a question mark counts neither way.
 */
#include "law/terms.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/file.h"
#include "base/test_support.h"

#define DAY "2026-11-24"
#define FIELDS 5
#define FILE_BYTES_MAX (1024 * 1024)
#define SENTENCES_MAX 4096
#define PRECISION_PER_MILLE 970 /* promised for every category and over all */
#define RECALL_PER_MILLE 950

enum half { HALF_DEVELOPMENT, HALF_HELD_OUT, HALF_COUNT };
static const char *const half_names[HALF_COUNT] = {"development", "held-out"};

struct sentence {
    enum half half;
    bool labelled[TERMS_CATEGORY_COUNT], optional[TERMS_CATEGORY_COUNT], found[TERMS_CATEGORY_COUNT];
    const char *labels, *severity, *day, *text;
};
struct set {
    struct sentence items[SENTENCES_MAX];
    size_t count, fine;
};
struct score {
    int right, wrong, missed;
};

/* ---- reading ---- */

static const char *unescaped(struct arena *arena, struct text text)
{
    char *out = arena_copy(arena, text), *to = out;
    for (const char *at = out; *at; at++) {
        if (at[0] == '\\' && at[1] == 'n') {
            *to++ = '\n';
            at++;
        } else if (strncmp(at, "\\u200b", 6) == 0) {
            memcpy(to, "\u200b", 3);
            to += 3;
            at += 5;
        } else {
            *to++ = *at;
        }
    }
    *to = 0;
    return out;
}

static enum terms_category category_of(struct text wire)
{
    for (int i = 0; i < TERMS_CATEGORY_COUNT; i++)
        if (text_is(wire, terms_words((enum terms_category)i)->wire))
            return (enum terms_category)i;
    fail_msg("no category is called %.*s", TEXT_ARG(wire));
    return TERMS_CATEGORY_COUNT;
}

static void labels_read(struct sentence *sentence)
{
    for (const char *at = sentence->labels; *at && strcmp(sentence->labels, "fine") != 0;) {
        struct text label = {at, strcspn(at, ",")};
        at += label.length + (at[label.length] == ',');
        bool optional = label.data[label.length - 1] == '?';
        label.length -= optional;
        (optional ? sentence->optional : sentence->labelled)[category_of(label)] = true;
    }
}

static void line_read(struct arena *arena, struct set *set, struct text line)
{
    struct text field[FIELDS] = {{line.data, 0}};
    size_t count = 0, from = 0;
    for (size_t i = 0; i <= line.length && count < FIELDS; i++) {
        if (i < line.length && line.data[i] != '\t')
            continue;
        field[count++] = (struct text){line.data + from, i - from};
        from = i + 1;
    }
    assert_int_equal(count, FIELDS);
    assert_true(set->count < SENTENCES_MAX);
    struct sentence *sentence = &set->items[set->count++];
    assert_true(text_is(field[0], half_names[0]) || text_is(field[0], half_names[1]));
    sentence->half = text_is(field[0], half_names[0]) ? HALF_DEVELOPMENT : HALF_HELD_OUT;
    sentence->labels = arena_copy(arena, field[1]);
    sentence->severity = arena_copy(arena, field[2]);
    sentence->day = text_is(field[3], "-") ? DAY : arena_copy(arena, field[3]);
    sentence->text = unescaped(arena, field[4]);
    set->fine += strcmp(sentence->labels, "fine") == 0;
    labels_read(sentence);
}

static struct set *set_read(struct arena *arena)
{
    struct buffer content;
    struct error error = {0};
    struct set *set = arena_new_object(arena, struct set);
    const char *path = getenv("SHUNTUI_TERMS_SET");
    assert_non_null(path);
    buffer_init(&content, FILE_BYTES_MAX);
    if (file_read_all(path, FILE_BYTES_MAX, &content, &error) < 0)
        fail_msg("%s", error.message);
    for (size_t at = 0; at < content.length;) {
        const char *end = memchr(content.data + at, '\n', content.length - at);
        assert_non_null(end);
        struct text line = {content.data + at, (size_t)(end - content.data) - at};
        if (line.length && line.data[0] != '#')
            line_read(arena, set, line);
        at += line.length + 1;
    }
    buffer_done(&content);
    return set;
}

/* ---- measuring ---- */

static bool found_void(const struct sentence *sentence)
{
    for (int i = 0; i < TERMS_CATEGORY_COUNT; i++)
        if (sentence->found[i] && !sentence->optional[i] &&
            terms_words((enum terms_category)i)->severity == TERMS_SEVERITY_VOID)
            return true;
    return false;
}

static struct set *measured(struct arena *arena)
{
    struct set *set = set_read(arena);
    struct terms *terms = terms_new(false);
    for (size_t i = 0; i < set->count; i++) {
        struct terms_report report;
        struct error error = {0};
        if (terms_lint(terms, text_of(set->items[i].text), set->items[i].day, &report, &error) < 0)
            fail_msg("%s: %s", set->items[i].text, error.message);
        for (size_t j = 0; j < report.count; j++)
            set->items[i].found[report.findings[j].category] = true;
    }
    terms_free(terms);
    return set;
}

/* half HALF_COUNT: both. category TERMS_CATEGORY_COUNT: all together. */
static struct score score(const struct set *set, enum half half, int category)
{
    struct score score = {0, 0, 0};
    for (size_t i = 0; i < set->count; i++) {
        const struct sentence *sentence = &set->items[i];
        for (int c = 0; c < TERMS_CATEGORY_COUNT; c++) {
            if ((half != HALF_COUNT && sentence->half != half) || (category != TERMS_CATEGORY_COUNT && category != c) ||
                sentence->optional[c])
                continue;
            score.right += sentence->labelled[c] && sentence->found[c];
            score.wrong += !sentence->labelled[c] && sentence->found[c];
            score.missed += sentence->labelled[c] && !sentence->found[c];
        }
    }
    return score;
}

static int per_mille(int part, int other)
{
    return part + other == 0 ? 1000 : part * 1000 / (part + other);
}

static const char *share(char out[static 8], int part, int other)
{
    int value = per_mille(part, other);
    snprintf(out, 8, "%d.%03d", value / 1000, value % 1000);
    return out;
}

static void row_print(const struct set *set, const char *name, const char *code, enum half half, int category)
{
    char shares[2][8];
    struct score found = score(set, half, category);
    printf("| %s%s%s%s | %d | %s | %s |\n", name, code[0] ? " `" : "", code, code[0] ? "`" : "",
           found.right + found.missed, share(shares[0], found.right, found.wrong),
           share(shares[1], found.right, found.missed));
}

static void table_print(const struct set *set, bool chinese)
{
    for (int i = 0; i < TERMS_CATEGORY_COUNT; i++) {
        const struct terms_words *words = terms_words((enum terms_category)i);
        row_print(set, chinese ? words->label_zh : words->label_en, words->wire, HALF_COUNT, i);
    }
    row_print(set, chinese ? "合计" : "All", "", HALF_COUNT, TERMS_CATEGORY_COUNT);
    row_print(set, chinese ? "其中未参与调整的部分" : "Of these, held out", "", HALF_HELD_OUT, TERMS_CATEGORY_COUNT);
}

static void wrong_print(const struct set *set, const char *half)
{
    for (size_t i = 0; i < set->count; i++) {
        const struct sentence *sentence = &set->items[i];
        if (strcmp(half_names[sentence->half], half) != 0)
            continue;
        for (int c = 0; c < TERMS_CATEGORY_COUNT; c++)
            if (!sentence->optional[c] && sentence->labelled[c] != sentence->found[c])
                printf("%s %s\t[%s]\t%s\n", sentence->labelled[c] ? "missed" : "wrong ",
                       terms_words((enum terms_category)c)->wire, sentence->labels, sentence->text);
    }
}

/* ---- tests ---- */

static void the_set_is_large_and_half_of_it_is_fine(void **state)
{
    struct set *set = *state;
    assert_true(set->count >= 400);
    assert_true(set->fine * 2 >= set->count);
    for (size_t i = 0; i < set->count; i++) {
        const struct sentence *sentence = &set->items[i];
        const char *worst = "fine";
        for (int c = 0; c < TERMS_CATEGORY_COUNT; c++)
            if (sentence->labelled[c] && strcmp(worst, "void") != 0)
                worst = terms_severity_wire(terms_words((enum terms_category)c)->severity);
        if (strcmp(worst, sentence->severity) != 0)
            fail_msg("%s: severity %s, not %s", sentence->text, worst, sentence->severity);
    }
}

static void precision_and_recall_are_as_promised(void **state)
{
    const struct set *set = *state;
    for (int c = 0; c <= TERMS_CATEGORY_COUNT; c++) {
        struct score all = score(set, HALF_COUNT, c);
        const char *name = c < TERMS_CATEGORY_COUNT ? terms_words((enum terms_category)c)->wire : "all";
        if (all.right + all.missed < 8)
            fail_msg("%s: only %d sentences", name, all.right + all.missed);
        if (per_mille(all.right, all.wrong) < PRECISION_PER_MILLE ||
            per_mille(all.right, all.missed) < RECALL_PER_MILLE)
            fail_msg("%s: %d right, %d wrong, %d missed", name, all.right, all.wrong, all.missed);
    }
}

static void a_void_term_is_told_from_a_risky_one_and_from_none(void **state)
{
    const struct set *set = *state;
    int right = 0, wrong = 0, missed = 0;
    for (size_t i = 0; i < set->count; i++) {
        bool is_void = strcmp(set->items[i].severity, "void") == 0, found = found_void(&set->items[i]);
        right += is_void && found;
        wrong += !is_void && found;
        missed += is_void && !found;
    }
    assert_true(per_mille(right, wrong) >= PRECISION_PER_MILLE);
    assert_true(per_mille(right, missed) >= RECALL_PER_MILLE);
}

int main(int argc, char **argv)
{
    struct arena *arena = arena_new(64 * 1024 * 1024);
    struct set *set = measured(arena);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(the_set_is_large_and_half_of_it_is_fine, set),
        cmocka_unit_test_prestate(precision_and_recall_are_as_promised, set),
        cmocka_unit_test_prestate(a_void_term_is_told_from_a_risky_one_and_from_none, set),
    };
    int result = 0;
    if (argc == 3 && strcmp(argv[1], "--table") == 0)
        table_print(set, strcmp(argv[2], "zh") == 0);
    else if (argc == 3 && strcmp(argv[1], "--wrong") == 0)
        wrong_print(set, argv[2]);
    else
        result = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(arena);
    return result;
}
