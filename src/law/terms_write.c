/* SPDX-License-Identifier: Apache-2.0 */
/* A report of the lint as JSON for programs and as text for people. */
#include "law/terms.h"

#include <assert.h>
#include <string.h>

#include "base/json.h"

#define SHOWN_BYTES_MAX 300 /* of one line: longer ones are clipped on both sides of the place */

const char *terms_severity_wire(enum terms_severity severity)
{
    switch (severity) {
    case TERMS_SEVERITY_RISKY:
        return "risky";
    case TERMS_SEVERITY_VOID:
        return "void";
    }
    return "";
}

/* ---- JSON ---- */

static void article_write(struct json_writer *writer, const struct law_article *article)
{
    json_object_begin(writer);
    json_member_string(writer, "article", article->article);
    json_member_string(writer, "code", article->code);
    json_member_string(writer, "effective_from", article->law->effective_from);
    json_member_string(writer, "key_words", article->key_words);
    json_member_string(writer, "law", article->law->name);
    json_member_string(writer, "meaning_en", article->meaning_en);
    json_member_string(writer, "source", article->law->source);
    json_object_end(writer);
}

static void cited_write(struct json_writer *writer, const struct terms_finding *finding)
{
    if (finding->cited_number == 0)
        return;
    json_key(writer, "cited");
    json_object_begin(writer);
    json_member_integer(writer, "article", finding->cited_number);
    if (finding->cited_law) {
        json_member_string(writer, "effective_from", finding->cited_law->effective_from);
        json_member_string(writer, "law", finding->cited_law->name);
    }
    json_object_end(writer);
}

static void optional_member(struct json_writer *writer, const char *key, const char *value)
{
    if (value[0])
        json_member_string(writer, key, value);
}

void terms_finding_write(struct json_writer *writer, const struct terms_finding *finding)
{
    assert(writer);
    assert(finding);
    const struct terms_words *words = terms_words(finding->category);
    json_object_begin(writer);
    json_key(writer, "articles");
    json_array_begin(writer);
    for (size_t i = 0; i < finding->article_count; i++)
        article_write(writer, finding->articles[i]);
    json_array_end(writer);
    json_member_string(writer, "category", words->wire);
    cited_write(writer, finding);
    json_member_integer(writer, "column", finding->column);
    json_member_integer(writer, "end_column", finding->end_column);
    json_member_integer(writer, "end_line", finding->end_line);
    json_member_text(writer, "excerpt", finding->excerpt);
    optional_member(writer, "hint_en", finding->hint_en);
    optional_member(writer, "hint_zh", finding->hint_zh);
    json_member_string(writer, "label_en", words->label_en);
    json_member_string(writer, "label_zh", words->label_zh);
    json_member_integer(writer, "length", (int64_t)finding->length);
    json_member_integer(writer, "line", finding->line);
    json_member_integer(writer, "offset", (int64_t)finding->offset);
    json_member_string(writer, "rewording_en", finding->rewording_en);
    json_member_string(writer, "rewording_zh", finding->rewording_zh);
    json_member_string(writer, "severity", terms_severity_wire(finding->severity));
    json_member_string(writer, "why_en", finding->why_en);
    json_member_string(writer, "why_zh", finding->why_zh);
    json_object_end(writer);
}

void terms_report_write(struct json_writer *writer, const struct terms_report *report)
{
    assert(report);
    json_key(writer, "findings");
    json_array_begin(writer);
    for (size_t i = 0; i < report->count; i++)
        terms_finding_write(writer, &report->findings[i]);
    json_array_end(writer);
    json_member_boolean(writer, "more", report->more);
    json_member_integer(writer, "void", (int64_t)report->void_count);
}

/* ---- text ---- */

static int width_of(struct text text)
{
    int width = 0;
    for (size_t i = 0; i < text.length; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        if ((byte & 0xc0) != 0x80)
            width += byte >= 0xe3 ? 2 : 1;
    }
    return width;
}

/* The line of the finding, or of a long one what stands around it, with a marker below. */
static void place_print(struct buffer *out, const struct terms_finding *finding, struct text text)
{
    size_t start = finding->offset, end = finding->offset, stop = finding->offset + finding->length;
    while (start > 0 && text.data[start - 1] != '\n' && finding->offset - start < SHOWN_BYTES_MAX)
        start--;
    while (((unsigned char)text.data[start] & 0xc0) == 0x80)
        start++;
    while (end < text.length && text.data[end] != '\n' && end - finding->offset < SHOWN_BYTES_MAX)
        end++;
    struct text shown = text_clip((struct text){text.data + start, text.length - start}, end - start);
    struct text before = {text.data + start, finding->offset - start};
    size_t marked = (stop < end ? stop : end) - finding->offset;
    buffer_addf(out, "%5d | ", finding->line);
    buffer_add_text(out, shown);
    buffer_addf(out, "\n      | %*s", width_of(before), "");
    for (int i = width_of((struct text){text.data + finding->offset, marked}); i > 0; i--)
        buffer_add_char(out, '^');
    buffer_add_char(out, '\n');
}

static void articles_print(struct buffer *out, const struct terms_finding *finding, bool chinese)
{
    for (size_t i = 0; i < finding->article_count; i++) {
        const struct law_article *article = finding->articles[i];
        const struct law *law = article->law;
        if (chinese)
            buffer_addf(out, "  依据：%s%s（%s，%s 起施行）：%s\n", law->short_name, article->article, article->code,
                        law->effective_from, article->key_words);
        else
            buffer_addf(out, "  law: %s, art. %d (%s, in force since %s): %s\n", law->name_en, article->number,
                        article->code, law->effective_from, article->meaning_en);
    }
}

static void finding_print(struct buffer *out, const struct terms_finding *finding, struct text text, const char *name,
                          bool chinese)
{
    const struct terms_words *words = terms_words(finding->category);
    bool is_void = finding->severity == TERMS_SEVERITY_VOID;
    const char *severity = chinese ? (is_void ? "无效" : "有风险") : (is_void ? "void" : "risky");
    buffer_addf(out, "%s:%d:%d: %s: %s (%s)\n", name, finding->line, finding->column, severity,
                chinese ? words->label_zh : words->label_en, words->wire);
    place_print(out, finding, text);
    buffer_addf(out, "  %s\n", chinese ? finding->why_zh : finding->why_en);
    articles_print(out, finding, chinese);
    buffer_addf(out, chinese ? "  合法写法：%s\n" : "  instead: %s\n",
                chinese ? finding->rewording_zh : finding->rewording_en);
    const char *hint = chinese ? finding->hint_zh : finding->hint_en;
    if (hint[0])
        buffer_addf(out, chinese ? "  提示：%s\n" : "  hint: %s\n", hint);
}

void terms_report_print(struct buffer *out, const struct terms_report *report, struct text text, const char *name,
                        bool chinese)
{
    assert(out);
    assert(report);
    for (size_t i = 0; i < report->count; i++)
        finding_print(out, &report->findings[i], text, name, chinese);
    if (report->more)
        buffer_addf(out, chinese ? "%s：另有更多条款未列出\n" : "%s: there are more than are listed\n", name);
}
