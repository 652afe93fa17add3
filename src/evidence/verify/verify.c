/* SPDX-License-Identifier: Apache-2.0 */
/* Running the checks of a bundle in order, and the report that they fill. */
#include "evidence/verify/verify.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/json.h"
#include "evidence/container.h"
#include "evidence/verify/verification.h"

static const struct {
    const char *wire, *en, *zh;
} checks[EVIDENCE_CHECK_COUNT] = {
#define EVIDENCE_CHECK_ROW(name, wire, en, zh) [EVIDENCE_CHECK_##name] = {wire, en, zh},
#include "evidence/verify/checks.def"
#undef EVIDENCE_CHECK_ROW
};

const char *evidence_check_wire(enum evidence_check check)
{
    return checks[check].wire;
}

const char *evidence_check_en(enum evidence_check check)
{
    return checks[check].en;
}

const char *evidence_check_zh(enum evidence_check check)
{
    return checks[check].zh;
}

const char *evidence_check_state_wire(enum evidence_check_state state)
{
    static const char *const names[] = {"ok", "failed", "not_shown"};
    return names[state];
}

void evidence_report_init(struct evidence_report *report)
{
    *report = (struct evidence_report){0};
}

void evidence_report_done(struct evidence_report *report)
{
    free(report->findings);
    evidence_report_init(report);
}

static struct evidence_finding *report_next(struct evidence_report *report)
{
    if (report->count == EVIDENCE_FINDINGS_MAX)
        return NULL;
    if (report->count == report->capacity) {
        report->capacity = report->capacity ? 2 * report->capacity : 64;
        report->findings = realloc(report->findings, report->capacity * sizeof *report->findings);
        assert(report->findings);
    }
    struct evidence_finding *finding = &report->findings[report->count++];
    *finding = (struct evidence_finding){0};
    return finding;
}

/* Cuts what snprintf cut in the middle of a character. */
static void trim_utf8(char *words)
{
    ptrdiff_t bad = text_utf8_bad(text_of(words));
    if (bad >= 0)
        words[bad] = '\0';
}

void verification_say(struct verification *v, enum evidence_check check, enum evidence_check_state state,
                      const char *place, int64_t sequence, const char *words_en, const char *words_zh)
{
    v->report->failed += state == EVIDENCE_STATE_FAILED;
    v->report->not_shown += state == EVIDENCE_STATE_NOT_SHOWN;
    v->failed_by[check] += state == EVIDENCE_STATE_FAILED;
    struct evidence_finding *finding = report_next(v->report);
    if (!finding)
        return;
    finding->check = check;
    finding->state = state;
    finding->sequence = sequence;
    snprintf(finding->place, sizeof finding->place, "%s", place ? place : "");
    snprintf(finding->words_en, sizeof finding->words_en, "%s", words_en);
    snprintf(finding->words_zh, sizeof finding->words_zh, "%s", words_zh);
    trim_utf8(finding->place);
    trim_utf8(finding->words_en);
    trim_utf8(finding->words_zh);
}

void verification_add(struct verification *v, enum evidence_check check, enum evidence_check_state state,
                      const char *place, int64_t sequence, const char *words_en, const char *words_zh, ...)
{
    char en[sizeof v->report->findings->words_en], zh[sizeof v->report->findings->words_zh];
    va_list arguments, again;
    va_start(arguments, words_zh);
    va_copy(again, arguments);
    vsnprintf(en, sizeof en, words_en, arguments);
    vsnprintf(zh, sizeof zh, words_zh, again);
    va_end(again);
    va_end(arguments);
    verification_say(v, check, state, place, sequence, en, zh);
}

void verification_error(struct verification *v, enum evidence_check check, const char *place, int64_t sequence,
                        const struct error *error)
{
    char en[sizeof error->message + 100], zh[sizeof error->message + 100];
    snprintf(en, sizeof en, "%s: %s", error_title_en(error->code), error->message);
    snprintf(zh, sizeof zh, "%s (%s)", error_title_zh(error->code), error->message);
    verification_say(v, check, EVIDENCE_STATE_FAILED, place, sequence, en, zh);
}

const struct evidence_file *verification_take(struct verification *v, const char *path, bool required)
{
    const struct evidence_file *file = evidence_reader_find(v->reader, path);
    if (file)
        v->taken[file - evidence_reader_file(v->reader, 0)] = true;
    else if (required)
        verification_add(v, EVIDENCE_CHECK_FILES, EVIDENCE_STATE_FAILED, path, 0, "The file is missing.",
                         "缺少该文件。");
    return file;
}

struct text verification_content(const struct evidence_file *file)
{
    return file && file->content.data ? file->content : (struct text){"", 0};
}

void verification_files(struct verification *v)
{
    const size_t count = evidence_reader_count(v->reader);
    for (size_t i = 0; i < count; i++)
        if (!v->taken[i])
            verification_add(v, EVIDENCE_CHECK_FILES, EVIDENCE_STATE_FAILED, evidence_reader_file(v->reader, i)->path,
                             0, "No part of the format accounts for this file.", "格式中没有该文件的位置。");
    if (!v->failed_by[EVIDENCE_CHECK_FILES])
        verification_add(v, EVIDENCE_CHECK_FILES, EVIDENCE_STATE_OK, "", 0,
                         "All %zu files belong here; none is missing.", "共 %zu 个文件, 不多不少。", count);
}

/* Stable, in the order of checks.def. */
static void report_sort(struct evidence_report *report)
{
    if (report->count == 0)
        return;
    struct evidence_finding *sorted = malloc(report->count * sizeof *sorted);
    assert(sorted);
    size_t count = 0;
    for (unsigned check = 0; check < EVIDENCE_CHECK_COUNT; check++)
        for (size_t i = 0; i < report->count; i++)
            if (report->findings[i].check == check)
                sorted[count++] = report->findings[i];
    assert(count == report->count);
    free(report->findings);
    report->findings = sorted;
    report->capacity = count;
}

int evidence_verify_bundle(struct evidence_reader *reader, const struct evidence_verify_options *options,
                           struct evidence_report *report)
{
    assert(reader);
    assert(options);
    evidence_report_done(report);
    struct verification *v = calloc(1, sizeof *v);
    assert(v);
    v->reader = reader;
    v->options = options;
    v->report = report;
    v->arena = arena_new(64 * 1024 * 1024);
    v->taken = arena_new_array(v->arena, bool, evidence_reader_count(reader));
    verification_bag(v);
    verification_case(v);
    verification_log(v);
    verification_chain(v);
    verification_contents(v);
    verification_files(v);
    arena_free(v->arena);
    free(v);
    report_sort(report);
    return report->failed > 0;
}

void evidence_report_write_json(const struct evidence_report *report, struct buffer *out)
{
    struct json_writer writer;
    json_writer_init(&writer, out);
    json_object_begin(&writer);
    json_member_string(&writer, "bundle_id", report->bundle_id);
    json_member_string(&writer, "subject", report->subject);
    json_member_integer(&writer, "failed", (int64_t)report->failed);
    json_member_integer(&writer, "not_shown", (int64_t)report->not_shown);
    json_member_boolean(&writer, "verified", report->failed == 0 && report->count > 0);
    json_key(&writer, "findings");
    json_array_begin(&writer);
    for (size_t i = 0; i < report->count; i++) {
        const struct evidence_finding *finding = &report->findings[i];
        json_object_begin(&writer);
        json_member_string(&writer, "check", evidence_check_wire(finding->check));
        json_member_string(&writer, "state", evidence_check_state_wire(finding->state));
        json_member_string(&writer, "place", finding->place);
        json_member_integer(&writer, "sequence", finding->sequence);
        json_member_string(&writer, "words_en", finding->words_en);
        json_member_string(&writer, "words_zh", finding->words_zh);
        json_object_end(&writer);
    }
    json_array_end(&writer);
    json_object_end(&writer);
    json_writer_done(&writer);
}

void evidence_report_write_text(const struct evidence_report *report, bool chinese, struct buffer *out)
{
    static const char *const marks_en[] = {"ok       ", "FAILED   ", "not shown"};
    static const char *const marks_zh[] = {"通过  ", "失败  ", "未证明"};
    for (size_t i = 0; i < report->count; i++) {
        const struct evidence_finding *finding = &report->findings[i];
        buffer_add_string(out, (chinese ? marks_zh : marks_en)[finding->state]);
        buffer_addf(out, "  %s: ", chinese ? evidence_check_zh(finding->check) : evidence_check_en(finding->check));
        if (finding->place[0])
            buffer_addf(out, "%s: ", finding->place);
        buffer_addf(out, "%s\n", chinese ? finding->words_zh : finding->words_en);
    }
}
