/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes into the reader of bundles and, when they open, into every check. The report must agree with itself and be
 * writable; an archive that verifies must be byte for byte what the writer makes. */
#include <stdint.h>
#include <stdlib.h>

#include "base/error.h"
#include "evidence/verify/verify.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int holds)
{
    if (!holds)
        abort();
}

static int replay(struct text certificate, struct text policy, struct evidence_difference *ret, struct error *error)
{
    (void)ret;
    if (certificate.length % 3 == 0)
        return error_set(error, ERROR_FIELD_MISSING, "no outcome");
    return policy.length % 2 == 0;
}

static void check_report(const struct evidence_report *report)
{
    size_t failed = 0, not_shown = 0;
    for (size_t i = 0; i < report->count; i++) {
        failed += report->findings[i].state == EVIDENCE_STATE_FAILED;
        not_shown += report->findings[i].state == EVIDENCE_STATE_NOT_SHOWN;
        must(i == 0 || report->findings[i - 1].check <= report->findings[i].check);
        must(report->findings[i].words_en[0] && report->findings[i].words_zh[0]);
    }
    must(failed <= report->failed && not_shown <= report->not_shown);
    struct buffer out;
    buffer_init(&out, 8 * 1024 * 1024);
    evidence_report_write_json(report, &out);
    evidence_report_write_text(report, true, &out);
    evidence_report_write_text(report, false, &out);
    must(!out.failed && text_utf8_bad(buffer_text(&out)) < 0);
    buffer_done(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct text bytes = {(const char *)data, size};
    const struct evidence_source source = evidence_source_memory(&bytes);
    const struct evidence_verify_options options = {.replay = replay};
    struct error error = {.code = ERROR_NONE};
    struct evidence_reader *reader = NULL;
    struct evidence_report report;
    if (evidence_reader_open(&source, &reader, &error)) {
        must(error.code != ERROR_NONE && error.code != ERROR_INTERNAL && error.message[0]);
        return 0;
    }
    evidence_report_init(&report);
    int status = evidence_verify_bundle(reader, &options, &report);
    must(status == (report.failed > 0));
    uint64_t offset = 0;
    must(status == 1 || evidence_reader_check_container(reader, &offset, &error) == 0);
    check_report(&report);
    evidence_report_done(&report);
    evidence_reader_close(reader);
    return 0;
}
