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

/* Which words are for the client: those of its own fault, and those that say what to do about a passing state of ours. */
static bool is_for_client(const struct error *error)
{
    return error_http_status(error->code) < 500 || error->code == ERROR_OUTCOME_UNKNOWN ||
           error->code == ERROR_OVERLOADED || error->code == ERROR_NOT_READY || error->code == ERROR_STORE_BUSY;
}

static const struct hint {
    enum error_code code; /* or ERROR_NONE: for every code of that status */
    int status;
    const char *text;
} hints[] = {
#define HINT(code, text) {ERROR_##code, 0, text},
#define HINT_STATUS(status, text) {ERROR_NONE, status, text},
#include "http/hints.def"
#undef HINT
#undef HINT_STATUS
};

static const char *usual_hint(enum error_code code)
{
    for (size_t i = 0; i < sizeof hints / sizeof hints[0]; i++)
        if (hints[i].code == code || (hints[i].code == ERROR_NONE && hints[i].status == error_http_status(code)))
            return hints[i].text;
    return NULL;
}

void problem_write(struct buffer *out, const struct error *error, const struct problem_member *member,
                   const char *request_id)
{
    struct json_writer writer;
    char type[96];
    int status = error_http_status(error->code);
    bool is_told = is_for_client(error);
    snprintf(type, sizeof type, "/problems/%s", error_wire(error->code));
    json_writer_init(&writer, out);
    json_object_begin(&writer);
    json_member_string(&writer, "type", type);
    json_member_string(&writer, "title", error_title_en(error->code));
    json_member_integer(&writer, "status", status);
    json_member_string(&writer, "code", error_wire(error->code));
    if (!is_told)
        json_member_string(&writer, "detail",
                           "the server failed; the operator's log has the details under this instance");
    else
        json_member_text(&writer, "detail", valid_part(error->message));
    const char *hint = is_told && error->hint[0] ? error->hint : usual_hint(error->code);
    if (hint)
        json_member_text(&writer, "hint", valid_part(hint));
    if (is_told && error->pointer[0])
        json_member_text(&writer, "pointer", valid_part(error->pointer));
    if (is_told && error->line > 0) {
        json_member_integer(&writer, "line", error->line);
        json_member_integer(&writer, "column", error->column);
    }
    if (is_told && member && member->name) {
        json_key(&writer, member->name);
        json_add_raw(&writer, member->json);
    }
    if (request_id)
        json_member_string(&writer, "instance", request_id);
    json_object_end(&writer);
    json_writer_done(&writer);
}
