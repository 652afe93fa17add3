/* SPDX-License-Identifier: Apache-2.0 */
/* Citations of law: facts with their source, never advice. An article that was not in force on the order's day is not cited. */
#include "service/law.h"

#include <stdbool.h>
#include <string.h>

#include "base/json.h"
#include "base/time.h"

#define DAY_LENGTH 10                    /* "2026-02-01" */
#define CHINA_OFFSET_S (8 * TIME_HOUR_S) /* China has had one zone and no summer time since before the first row */

static const struct service_law laws[] = {
#define LAW_ROW(code, law, short_name, number, article, effective_from, key_words, used_for, source)                   \
    {code, law, short_name, number, article, effective_from, key_words, used_for, source},
#include "service/law.def"
#undef LAW_ROW
};
#define LAW_COUNT (sizeof laws / sizeof laws[0])

const struct service_law *service_laws(size_t *ret_count)
{
    *ret_count = LAW_COUNT;
    return laws;
}

static bool in_force(const struct service_law *law, const char *day)
{
    return strncmp(law->effective_from, day, DAY_LENGTH) <= 0;
}

static void law_write(struct json_writer *writer, const struct service_law *law)
{
    json_object_begin(writer);
    json_member_string(writer, "article", law->article);
    json_member_string(writer, "code", law->code);
    json_member_string(writer, "effective_from", law->effective_from);
    json_member_string(writer, "key_words", law->key_words);
    json_member_string(writer, "law", law->law);
    json_member_string(writer, "source", law->source);
    json_member_string(writer, "used_for", law->used_for);
    json_object_end(writer);
}

void service_law_write(int64_t at_us, struct buffer *out)
{
    char day[TIME_TEXT_BYTES];
    bool some = false;
    struct json_writer writer;
    time_format(at_us + CHINA_OFFSET_S * TIME_SECOND_US, day);
    day[DAY_LENGTH] = 0;
    for (size_t i = 0; i < LAW_COUNT; i++)
        some = some || in_force(&laws[i], day);
    if (!some)
        return;
    json_writer_init(&writer, out);
    json_object_begin(&writer);
    json_key(&writer, "clauses");
    json_array_begin(&writer);
    for (size_t i = 0; i < LAW_COUNT; i++)
        if (in_force(&laws[i], day))
            law_write(&writer, &laws[i]);
    json_array_end(&writer);
    json_member_string(&writer, "in_force_on", day);
    json_object_end(&writer);
    json_writer_done(&writer);
    buffer_add_char(out, '\n');
}
