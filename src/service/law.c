/* SPDX-License-Identifier: Apache-2.0 */
/* Citations of law in a bundle: facts with their source, never advice. An article that was not in force on the order's day is not
 * cited. */
#include "service/law.h"

#include "base/json.h"
#include "law/law.h"

static bool carried(const struct law_article *article, const char *day)
{
    return article->bundle_for[0] && law_in_force(article, day);
}

static void article_write(struct json_writer *writer, const struct law_article *article)
{
    json_object_begin(writer);
    json_member_string(writer, "article", article->article);
    json_member_string(writer, "code", article->code);
    json_member_string(writer, "effective_from", article->law->effective_from);
    json_member_string(writer, "key_words", article->key_words);
    json_member_string(writer, "law", article->law->name);
    json_member_string(writer, "source", article->law->source);
    json_member_string(writer, "used_for", article->bundle_for);
    json_object_end(writer);
}

void service_law_write(int64_t at_us, struct buffer *out)
{
    char day[TIME_DAY_TEXT_BYTES];
    size_t count, some = 0;
    struct json_writer writer;
    const struct law_article *articles = law_articles(&count);
    time_day_format(at_us, day);
    for (size_t i = 0; i < count; i++)
        some += carried(&articles[i], day);
    if (some == 0)
        return;
    json_writer_init(&writer, out);
    json_object_begin(&writer);
    json_key(&writer, "clauses");
    json_array_begin(&writer);
    for (size_t i = 0; i < count; i++)
        if (carried(&articles[i], day))
            article_write(&writer, &articles[i]);
    json_array_end(&writer);
    json_member_string(&writer, "in_force_on", day);
    json_object_end(&writer);
    json_writer_done(&writer);
    buffer_add_char(out, '\n');
}
