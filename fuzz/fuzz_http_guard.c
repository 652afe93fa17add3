/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes into the HTTP guard. Cutting them anywhere must change nothing; nothing past a refusal is passed; and a head
 * that was passed has clean lines, one Host and no doubt about its length, as a second and simpler reading finds. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "http/guard.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static size_t feed_in_pieces(struct guard *guard, const char *data, size_t size, size_t step)
{
    size_t passed = 0;
    while (passed < size) {
        size_t part = size - passed < step ? size - passed : step;
        size_t taken = guard_feed(guard, data + passed, part);
        passed += taken;
        if (taken < part)
            break;
    }
    return passed;
}

static size_t count_field(const char *head, size_t length, const char *name)
{
    size_t count = 0, name_length = strlen(name);
    for (const char *line = head, *end = head + length; line && line < end;) {
        if ((size_t)(end - line) > name_length && strncasecmp(line, name, name_length) == 0 && line[name_length] == ':')
            count++;
        line = memmem(line, (size_t)(end - line), "\r\n", 2);
        line = line ? line + 2 : NULL;
    }
    return count;
}

static void check_first_head(const struct guard *guard, const char *data, size_t passed)
{
    size_t skip = passed >= 2 && memcmp(data, "\r\n", 2) == 0 ? 2 : 0;
    const char *end = memmem(data + skip, passed - skip, "\r\n\r\n", 4);
    must((end != NULL) == (guard->heads_passed > 0));
    if (!end)
        return;
    size_t length = (size_t)(end - data) + 2 - skip;
    const char *head = data + skip;
    must(length <= GUARD_HEAD_BYTES_MAX + 4);
    must(!memchr(head, '\0', length));
    for (size_t i = 0; i < length; i++)
        must(head[i] != '\n' || (i > 0 && head[i - 1] == '\r'));
    for (size_t i = 0; i < length; i++)
        must(head[i] != '\r' || head[i + 1] == '\n');
    size_t lengths = count_field(head, length, "content-length"),
           codings = count_field(head, length, "transfer-encoding");
    must(lengths + codings <= 1);
    size_t hosts = count_field(head, length, "host");
    bool is_1_0 = memmem(head, length, " HTTP/1.0\r\n", 11) != NULL;
    must(hosts == 1 || (hosts == 0 && is_1_0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *bytes = (const char *)data;
    static const size_t steps[] = {1, 3, 17};
    struct guard whole;
    guard_init(&whole);
    size_t passed = guard_feed(&whole, bytes, size);
    must(passed <= size);
    must((passed < size) == (whole.refusal != ERROR_NONE));
    must((whole.refusal != ERROR_NONE) == (whole.state == GUARD_REFUSED));
    must(whole.requests_passed <= whole.heads_passed);
    must(whole.complete_end <= passed);
    must((whole.complete_end > 0) == (whole.requests_passed > 0));
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        struct guard pieces;
        guard_init(&pieces);
        must(feed_in_pieces(&pieces, bytes, size, steps[i]) == passed);
        must(pieces.refusal == whole.refusal && pieces.heads_passed == whole.heads_passed &&
             pieces.requests_passed == whole.requests_passed && pieces.state == whole.state);
    }
    check_first_head(&whole, bytes, passed);
    return 0;
}
