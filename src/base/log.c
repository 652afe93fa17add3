/* SPDX-License-Identifier: Apache-2.0 */
/* Log lines: composed in memory, written at once. A line that cannot be written is lost; the server goes on. */
#include "base/log.h"

#include <assert.h>
#include <unistd.h>

#include "base/json.h"
#include "base/time.h"

#define LOG_LINE_BYTES_MAX 4095 /* under PIPE_BUF, so that a pipe takes a line whole */
#define LOG_STRING_BYTES_MAX 300

static const char *level_name(enum log_level level)
{
    switch (level) {
    case LOG_LEVEL_DEBUG:
        return "debug";
    case LOG_LEVEL_INFO:
        return "info";
    case LOG_LEVEL_WARNING:
        return "warning";
    case LOG_LEVEL_ERROR:
        break;
    }
    return "error";
}

static void add_field(struct json_writer *writer, const struct log_field *field)
{
    json_key(writer, field->name);
    if (field->kind == LOG_KIND_INTEGER)
        json_add_integer(writer, field->integer);
    else if (field->string)
        json_add_text(writer, text_clip(text_of(field->string), LOG_STRING_BYTES_MAX));
    else
        json_add_null(writer);
}

void log_compose(struct buffer *out, enum log_level level, const char *event, int64_t time_us,
                 const struct log_field *fields, size_t field_count)
{
    assert(out && event);
    struct json_writer writer;
    char time_text[TIME_TEXT_BYTES];
    json_writer_init(&writer, out);
    json_object_begin(&writer);
    json_member_string(&writer, "event", event);
    json_member_string(&writer, "level", level_name(level));
    json_member_string(&writer, "time", time_format(time_us, time_text));
    for (size_t i = 0; i < field_count; i++)
        add_field(&writer, &fields[i]);
    json_object_end(&writer);
    json_writer_done(&writer);
    buffer_add_char(out, '\n');
}

void log_write(enum log_level level, const char *event, const struct log_field *fields, size_t field_count)
{
    struct buffer line;
    struct clock *clock = clock_system();
    buffer_init(&line, LOG_LINE_BYTES_MAX);
    log_compose(&line, level, event, clock->now_us(clock), fields, field_count);
    if (line.failed) {
        buffer_clear(&line);
        const struct log_field too_long[] = {LOG_STRING("about", event)};
        log_compose(&line, level, "log_line_too_long", clock->now_us(clock), too_long, 1);
    }
    ssize_t written = write(STDERR_FILENO, line.data, line.length);
    (void)written;
    buffer_done(&line);
}
