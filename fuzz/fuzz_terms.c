/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes: the lint never crashes or hangs; every place it names is in the text, and what it writes can be read. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "law/terms.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct terms *compiled(void)
{
    static struct terms *terms;
    if (!terms)
        terms = terms_new(false);
    return terms;
}

static void report_check(const struct terms_report *report, struct text text)
{
    for (size_t i = 0; i < report->count; i++) {
        const struct terms_finding *finding = &report->findings[i];
        assert(finding->length > 0 && finding->offset + finding->length <= text.length);
        assert(finding->excerpt.data == text.data + finding->offset);
        assert(text_utf8_bad(finding->excerpt) < 0);
        assert(finding->line > 0 && finding->column > 0 && finding->end_line >= finding->line);
        assert(finding->article_count > 0 || finding->cited_number > 0);
        assert(i == 0 || report->findings[i - 1].offset <= finding->offset);
    }
}

static void report_use(const struct terms_report *report, struct text text)
{
    struct buffer out;
    struct json_writer writer;
    struct json *document;
    buffer_init(&out, 4 << 20);
    terms_report_print(&out, report, text, "fuzz", true);
    terms_report_print(&out, report, text, "fuzz", false);
    assert(text_utf8_bad(buffer_text(&out)) < 0);
    buffer_clear(&out);
    json_writer_init(&writer, &out);
    json_object_begin(&writer);
    terms_report_write(&writer, report);
    json_object_end(&writer);
    json_writer_done(&writer);
    assert(!out.failed);
    if (!memchr(text.data, 0, text.length)) {
        if (json_parse(buffer_text(&out), 4 << 20, &document, NULL))
            abort();
        json_free(document);
    }
    buffer_done(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct terms_report report, again;
    struct text text = {(const char *)data, size};
    struct error error = {0};
    const char *day = size % 2 ? "2026-11-24" : "2019-06-01";
    int result = terms_lint(compiled(), text, day, &report, &error);
    if (result < 0) {
        assert(error.code == ERROR_UTF8_INVALID || error.code == ERROR_LIMIT_EXCEEDED ||
               error.code == ERROR_TERMS_UNREADABLE);
        return 0;
    }
    report_check(&report, text);
    report_use(&report, text);
    assert(terms_lint(compiled(), text, day, &again, &error) == 0 && again.count == report.count);
    return 0;
}
