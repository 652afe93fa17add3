/* SPDX-License-Identifier: Apache-2.0 */
/* shuntui verify BUNDLE: every check of an evidence bundle, offline; a fault names its place and gives status 1. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"
#include "evidence/replay/replay.h"
#include "evidence/verify/verify.h"
#include "policy/prove/clarify.h"

#define KEYS_BYTES_MAX (16 * 1024)

static int read_at(void *context, uint64_t offset, void *out, size_t length, struct error *error)
{
    const int *fd = context;
    size_t done = 0;
    while (done < length) {
        ssize_t got = pread(*fd, (char *)out + done, length - done, (off_t)(offset + done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return error_set(error, ERROR_IO, "the bundle could not be read: %s",
                             got ? strerror(errno) : "it became shorter");
        done += (size_t)got;
    }
    return 0;
}

static int bundle_open(const char *path, int *ret_fd, uint64_t *ret_size, struct error *error)
{
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return error_set(error, ERROR_IO, "%.120s: %s", path, strerror(errno));
    if (fstat(fd, &status) < 0 || !S_ISREG(status.st_mode)) {
        close(fd);
        return error_set(error, ERROR_IO, "%.120s is not a file", path);
    }
    *ret_fd = fd;
    *ret_size = (uint64_t)status.st_size;
    return 0;
}

/* The page's case kit names its archives so; nobody signs them, and they do not say otherwise. */
static bool is_of_case_kit(const struct evidence_reader *reader)
{
    static const char prefix[] = "casekit_";
    return strncmp(evidence_reader_folder(reader), prefix, sizeof prefix - 1) == 0;
}

static enum cli_exit print_report(struct cli_call *call, const struct evidence_report *report, bool failed,
                                  bool of_case_kit)
{
    struct buffer out;
    buffer_init(&out, CLI_OUTPUT_BYTES_MAX);
    if (call->json) {
        evidence_report_write_json(report, &out);
    } else {
        evidence_report_write_text(report, call->chinese, &out);
        if (failed)
            buffer_addf(&out, call->chinese ? "\n未通过: %zu 项检查失败\n" : "\nFAILED: %zu checks failed\n",
                        report->failed);
        else
            buffer_addf(&out,
                        call->chinese ? "\n通过: 没有检查失败 (%zu 项无从核对)\n"
                                      : "\nverified: no check failed (%zu had nothing to check)\n",
                        report->not_shown);
        if (of_case_kit)
            buffer_add_string(
                &out, call->chinese ? "这是材料整理工具的导出: 由当事人在自己的浏览器里整理和计算哈希, 没有任何人签名, "
                                      "不是证据包。\n"
                                    : "This is an export of the case kit: put together and hashed in its author's own "
                                      "browser, signed by nobody. It is no evidence bundle.\n");
    }
    return cli_print(call, &out, failed ? CLI_EXIT_NEGATIVE : CLI_EXIT_OK);
}

static enum cli_exit verify(struct cli_call *call, struct evidence_reader *reader, const char *statement_keys)
{
    const struct evidence_verify_options options = {
        .trusted_vkey = call->args->values[CLI_OPTION_VERIFY_LOG_KEY],
        .trusted_statement_vkeys = statement_keys,
        .expected_bundle_id = call->args->values[CLI_OPTION_VERIFY_BUNDLE_ID],
        .replay = evidence_replay,
        .clarify = policy_clarify_text,
        .allow_repacked = call->args->given[CLI_OPTION_VERIFY_ALLOW_REPACKED],
    };
    struct evidence_report report;
    evidence_report_init(&report);
    bool failed = evidence_verify_bundle(reader, &options, &report) != 0;
    enum cli_exit status = print_report(call, &report, failed, is_of_case_kit(reader));
    evidence_report_done(&report);
    return status;
}

enum cli_exit cli_verify(struct cli_call *call)
{
    struct error error = {0};
    struct buffer keys;
    struct evidence_reader *reader = NULL;
    int fd = -1;
    enum cli_exit status;
    struct evidence_source source = {.read_at = read_at, .context = &fd};
    const char *keys_path = call->args->values[CLI_OPTION_VERIFY_STATEMENT_KEYS];
    buffer_init(&keys, KEYS_BYTES_MAX + 1);
    if ((keys_path && cli_read(keys_path, KEYS_BYTES_MAX, &keys, &error) < 0) ||
        bundle_open(call->args->operands[0], &fd, &source.size, &error) < 0) {
        status = cli_fail(call, CLI_EXIT_INPUT, &error);
    } else if (evidence_reader_open(&source, &reader, &error) < 0) {
        /* What can be read but is no bundle has failed the first check; what cannot be read is another matter. */
        status = cli_fail(call, error.code == ERROR_IO ? CLI_EXIT_INPUT : CLI_EXIT_NEGATIVE, &error);
    } else {
        /* An empty list is a list: then nobody else's signature is trusted. */
        status = verify(call, reader, keys_path ? (keys.data ? keys.data : "") : NULL);
    }
    evidence_reader_close(reader);
    if (fd >= 0)
        close(fd);
    buffer_done(&keys);
    return status;
}
