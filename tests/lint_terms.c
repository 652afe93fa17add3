/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the lint of terms says, for comparing it with the one of the page (tests/terms-page.t): of each line {"day":…,"text":…} of the
 * standard input the report as `terms lint --json` writes it, or {"error":…}. With --characters instead, what a view makes of every
 * character between two Chinese ones and between two Latin letters.
 */
#include "law/terms.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/json.h"
#include "law/view.h"

#define LINE_BYTES_MAX (512 * 1024)
#define REPORT_BYTES_MAX (4 * 1024 * 1024)
#define VIEW_BYTES_MAX (64 * 1024)
#define CODE_COUNT 0x110000

struct question {
    struct text day, text;
};
static const struct json_field fields[] = {
    JSON_FIELD_STRING(struct question, day, true, TIME_DAY_TEXT_BYTES - 1, TIME_DAY_TEXT_BYTES - 1),
    JSON_FIELD_STRING(struct question, text, true, 0, LINE_BYTES_MAX),
};

static void report_print(const struct terms *terms, const struct question *question)
{
    struct terms_report report;
    struct error error = {0};
    struct buffer out;
    struct json_writer writer;
    char day[TIME_DAY_TEXT_BYTES];
    snprintf(day, sizeof day, "%.*s", TEXT_ARG(question->day));
    buffer_init(&out, REPORT_BYTES_MAX);
    json_writer_init(&writer, &out);
    json_object_begin(&writer);
    if (terms_lint(terms, question->text, day, &report, &error) < 0)
        json_member_string(&writer, "error", error_wire(error.code));
    else
        terms_report_write(&writer, &report);
    json_object_end(&writer);
    json_writer_done(&writer);
    printf("%.*s\n", (int)out.length, out.data);
    buffer_done(&out);
}

static int reports(void)
{
    struct terms *terms = terms_new(false);
    char *line = malloc(LINE_BYTES_MAX);
    struct error error = {0};
    while (fgets(line, LINE_BYTES_MAX, stdin)) {
        struct json *document;
        struct question question;
        if (json_parse(text_of(line), LINE_BYTES_MAX, &document, &error) < 0 ||
            json_read(document, fields, sizeof fields / sizeof fields[0], "", &question, &error) < 0) {
            fprintf(stderr, "%s\n", error.message);
            return 1;
        }
        report_print(terms, &question);
        json_free(document);
    }
    free(line);
    terms_free(terms);
    return 0;
}

static size_t encode(uint32_t code, char out[static 4])
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    size_t length = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char heads[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = length - 1; i > 0; i--, code >>= 6)
        out[i] = (char)(0x80 | (code & 0x3f));
    out[0] = (char)(heads[length] | code);
    return length;
}

static void view_print(const struct view_folds *folds, const char *around, uint32_t code)
{
    char text[12];
    size_t edge = strlen(around);
    memcpy(text, around, edge);
    size_t length = edge + encode(code, text + edge);
    memcpy(text + length, around, edge);
    struct arena *arena = arena_new(VIEW_BYTES_MAX);
    struct view view;
    view_make(folds, arena, (struct text){text, length + edge}, &view);
    for (size_t i = 0; i < view.text.length; i++)
        printf("%02x", (unsigned char)view.text.data[i]);
    arena_free(arena);
}

static int characters(void)
{
    struct view_folds *folds = view_folds_new();
    for (uint32_t code = 1; code < CODE_COUNT; code++) {
        if (code >= 0xd800 && code < 0xe000)
            continue;
        printf("%x ", code);
        view_print(folds, "一", code);
        putchar(' ');
        view_print(folds, "x", code);
        putchar('\n');
    }
    view_folds_free(folds);
    return 0;
}

int main(int argc, char **argv)
{
    return argc == 2 && strcmp(argv[1], "--characters") == 0 ? characters() : reports();
}
