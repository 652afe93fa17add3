/* SPDX-License-Identifier: Apache-2.0 */
/* RFC 4180: cells with commas, quotes or line ends stand in quotes, quotes are doubled, lines end with CR LF. */
#include "base/csv.h"

#include <assert.h>
#include <string.h>

#include "base/money.h"
#include "base/time.h"

void csv_begin(struct csv *csv, struct buffer *out)
{
    assert(csv && out);
    *csv = (struct csv){.out = out};
    buffer_add_string(out, "\xEF\xBB\xBF");
}

static void cell_begin(struct csv *csv)
{
    if (csv->in_line)
        buffer_add_char(csv->out, ',');
    csv->in_line = true;
}

/* What spreadsheets take for the beginning of a formula; a tab or a return may hide one. */
static bool is_formula(struct text value)
{
    return value.length > 0 && value.data[0] && strchr("=+-@\t\r", value.data[0]);
}

void csv_text(struct csv *csv, struct text value)
{
    bool guarded = is_formula(value), quoted = guarded;
    for (size_t i = 0; i < value.length && !quoted; i++)
        quoted = value.data[i] && strchr(",\"\r\n", value.data[i]);
    cell_begin(csv);
    if (!quoted) {
        buffer_add_text(csv->out, value);
        return;
    }
    buffer_add_string(csv->out, guarded ? "\"'" : "\"");
    for (size_t i = 0; i < value.length; i++) {
        if (value.data[i] == '"')
            buffer_add_char(csv->out, '"');
        buffer_add_char(csv->out, value.data[i]);
    }
    buffer_add_char(csv->out, '"');
}

void csv_string(struct csv *csv, const char *terminated)
{
    csv_text(csv, text_of(terminated));
}

void csv_integer(struct csv *csv, int64_t value)
{
    cell_begin(csv);
    buffer_add_int(csv->out, value);
}

void csv_money(struct csv *csv, int64_t minor, const char *currency)
{
    int digits = currency_digits(currency);
    int64_t unit = 1;
    for (int i = 0; i < digits; i++)
        unit *= 10;
    uint64_t magnitude = minor < 0 ? -(uint64_t)minor : (uint64_t)minor;
    cell_begin(csv);
    if (digits == 0)
        buffer_addf(csv->out, "%s%llu", minor < 0 ? "-" : "", (unsigned long long)magnitude);
    else
        buffer_addf(csv->out, "%s%llu.%0*llu", minor < 0 ? "-" : "", (unsigned long long)(magnitude / (uint64_t)unit),
                    digits, (unsigned long long)(magnitude % (uint64_t)unit));
}

void csv_time(struct csv *csv, int64_t time_us)
{
    char text[TIME_TEXT_BYTES];
    cell_begin(csv);
    if (time_us)
        buffer_add_string(csv->out, time_format(time_us, text));
}

void csv_line_end(struct csv *csv)
{
    buffer_add_string(csv->out, "\r\n");
    csv->in_line = false;
}

void csv_names(struct csv *csv, const char *const *names, int count)
{
    for (int i = 0; i < count; i++)
        csv_string(csv, names[i]);
    csv_line_end(csv);
}
