/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes into the JSON reader. What it accepts must be written to a canonical text that reads back to itself, and
 * what it refuses must say why. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/json.h"
#include "base/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int holds)
{
    if (!holds)
        abort();
}

static void write_canonical(const struct json *value, struct buffer *out)
{
    struct json_writer writer;
    json_writer_init(&writer, out);
    json_add_value(&writer, value);
    json_writer_done(&writer);
}

static void check_refusal(const struct error *error)
{
    must(error->code != ERROR_NONE && error->code != ERROR_INTERNAL);
    must(error->message[0] != '\0');
    must(text_utf8_bad(text_of(error->message)) < 0);
    must(text_utf8_bad(text_of(error->pointer)) < 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct json_field fields[] = {
        {"name", JSON_STRING, true, 1, 8, 0, JSON_NO_PRESENT},
        {"count", JSON_INTEGER, false, -5, 5, sizeof(struct text), JSON_NO_PRESENT},
    };
    struct {
        struct text name;
        int64_t count;
    } target = {.count = 0};
    struct error error = {.code = ERROR_NONE};
    struct json *document = NULL, *again = NULL;
    if (json_parse((struct text){(const char *)data, size}, LIMIT_REQUEST_BODY_BYTES, &document, &error)) {
        check_refusal(&error);
        return 0;
    }
    struct buffer first, second;
    buffer_init(&first, LIMIT_RESPONSE_BYTES);
    buffer_init(&second, LIMIT_RESPONSE_BYTES);
    write_canonical(document, &first);
    must(!first.failed);
    must(json_parse(buffer_text(&first), LIMIT_RESPONSE_BYTES, &again, &error) == 0);
    write_canonical(again, &second);
    must(text_equal(buffer_text(&first), buffer_text(&second)));
    if (json_read(document, fields, sizeof fields / sizeof *fields, "/body", &target, &error))
        check_refusal(&error);
    else
        must(target.name.length >= 1 && target.name.length <= 8);
    json_free(document);
    json_free(again);
    buffer_done(&first);
    buffer_done(&second);
    return 0;
}
