/* SPDX-License-Identifier: Apache-2.0 */
/* Any policy and any certificate, with a NUL byte between them, into the decision checker. It must say why it refuses, say the same
 * again, and a certificate that replays must stop to do so when a byte is added. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "evidence/replay/replay.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int holds)
{
    if (!holds)
        abort();
}

static void must_say(const char *words)
{
    must(words[0] && text_utf8_bad(text_of(words)) < 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error error = {.code = ERROR_NONE};
    struct evidence_difference difference, again;
    const uint8_t *gap = size ? memchr(data, 0, size) : NULL;
    size_t policy_bytes = gap ? (size_t)(gap - data) : size;
    struct text policy = {(const char *)data, policy_bytes};
    struct text certificate = gap ? (struct text){(const char *)gap + 1, size - policy_bytes - 1} : TEXT_LITERAL("{}");
    int result = evidence_replay(certificate, policy, &difference, &error);
    must(result >= -1 && result <= 1);
    must(evidence_replay(certificate, policy, &again, NULL) == result);
    must(result < 0 || strcmp(again.words_en, difference.words_en) == 0);
    if (result < 0) {
        must(error.code != ERROR_NONE && error.code != ERROR_INTERNAL);
        must_say(error.message);
    } else if (result > 0) {
        must_say(difference.words_en);
        must_say(difference.words_zh);
    } else {
        struct buffer longer;
        buffer_init(&longer, certificate.length + 1);
        buffer_add_text(&longer, certificate);
        buffer_add_char(&longer, '\n');
        must(evidence_replay(buffer_text(&longer), policy, &difference, &error) == 1);
        buffer_done(&longer);
    }
    return 0;
}
