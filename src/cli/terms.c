/* SPDX-License-Identifier: Apache-2.0 */
/* shuntui terms lint FILE: void and risky terms, and wrong citations, in a merchant's free text. */
#include "base/limits.h"
#include "base/time.h"
#include "cli/cli.h"
#include "law/terms.h"

static int day_of(const struct cli_call *call, char ret_day[static TIME_DAY_TEXT_BYTES], struct error *error)
{
    const char *given = call->args->values[CLI_OPTION_TERMS_LINT_DATE];
    if (!given) {
        time_day_format(clock_system()->now_us(clock_system()), ret_day);
        return 0;
    }
    if (!time_day_is(text_of(given))) {
        error_set(error, ERROR_CLI_USAGE, "\"%.40s\" is not a date", given);
        return error_hint(error, "for example --date 2026-11-24");
    }
    snprintf(ret_day, TIME_DAY_TEXT_BYTES, "%s", given);
    return 0;
}

static enum cli_exit report_show(struct cli_call *call, const struct terms_report *report, struct text text,
                                 const char *day)
{
    enum cli_exit status = report->void_count > 0 ? CLI_EXIT_NEGATIVE : CLI_EXIT_OK;
    const char *path = call->args->operands[0];
    struct buffer out;
    if (call->json) {
        struct json_writer writer;
        cli_json_begin(&writer, &out);
        json_member_string(&writer, "date", day);
        json_member_string(&writer, "file", path);
        json_member_boolean(&writer, "ok", report->void_count == 0);
        terms_report_write(&writer, report);
        return cli_json_end(call, &writer, status);
    }
    buffer_init(&out, CLI_OUTPUT_BYTES_MAX);
    terms_report_print(&out, report, text, path, call->chinese);
    buffer_addf(&out,
                call->chinese ? "%s: 无效 %zu 处, 有风险 %zu 处 (按 %s 的法律)\n"
                              : "%s: %zu void, %zu risky (law of %s)\n",
                path, report->void_count, report->count - report->void_count, day);
    return cli_print(call, &out, status);
}

enum cli_exit cli_terms_lint(struct cli_call *call)
{
    struct terms_report report;
    struct buffer source;
    struct error error = {0};
    char day[TIME_DAY_TEXT_BYTES];
    enum cli_exit status;
    if (day_of(call, day, &error) < 0)
        return cli_fail(call, CLI_EXIT_USAGE, &error);
    buffer_init(&source, LIMIT_TERMS_BYTES + 1);
    struct terms *terms = terms_new(false);
    if (cli_read(call->args->operands[0], LIMIT_TERMS_BYTES, &source, &error) < 0 ||
        terms_lint(terms, buffer_text(&source), day, &report, &error) < 0)
        status = cli_fail(call, CLI_EXIT_INPUT, &error);
    else
        status = report_show(call, &report, buffer_text(&source), day);
    terms_free(terms);
    buffer_done(&source);
    return status;
}
