/* SPDX-License-Identifier: Apache-2.0 */
/* Writes problem details. An error's text is ASCII or UTF-8 that base made; what is cut inside a character is trimmed. */
#include "http/problem.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"

/* Messages are of fixed size, so a quotation in one may end in the middle of a character. */
static struct text valid_part(const char *terminated)
{
    struct text text = text_of(terminated);
    ptrdiff_t bad = text_utf8_bad(text);
    if (bad >= 0)
        text.length = (size_t)bad;
    return text;
}

void problem_write(struct buffer *out, const struct error *error, const char *request_id)
{
    struct json_writer writer;
    char type[96];
    int status = error_http_status(error->code);
    bool is_ours = status >= 500 && status != 503;
    snprintf(type, sizeof type, "/problems/%s", error_wire(error->code));
    json_writer_init(&writer, out);
    json_object_begin(&writer);
    json_member_string(&writer, "type", type);
    json_member_string(&writer, "title", error_title_en(error->code));
    json_member_integer(&writer, "status", status);
    json_member_string(&writer, "code", error_wire(error->code));
    if (is_ours)
        json_member_string(&writer, "detail",
                           "the server failed; the operator's log has the details under this instance");
    else
        json_member_text(&writer, "detail", valid_part(error->message));
    if (!is_ours && error->hint[0])
        json_member_text(&writer, "hint", valid_part(error->hint));
    if (!is_ours && error->pointer[0])
        json_member_text(&writer, "pointer", valid_part(error->pointer));
    if (!is_ours && error->line > 0) {
        json_member_integer(&writer, "line", error->line);
        json_member_integer(&writer, "column", error->column);
    }
    if (request_id)
        json_member_string(&writer, "instance", request_id);
    json_object_end(&writer);
    json_writer_done(&writer);
}
