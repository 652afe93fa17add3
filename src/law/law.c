/* SPDX-License-Identifier: Apache-2.0 */
/* Looks articles up in the one table of the law, by code or by name and number. It knows nothing that is not a row. */
#include "law/law.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "base/time.h"

enum law_id {
#define LAW(id, ...) LAW_##id,
#define LAW_ARTICLE(...)
#include "law/law.def"
#undef LAW
#undef LAW_ARTICLE
    LAW_COUNT
};

static const struct law laws[LAW_COUNT] = {
#define LAW(id, name, short_name, name_en, aliases, from, until, replaced_by, source)                                  \
    [LAW_##id] = {#id, name, short_name, name_en, aliases, from, until, replaced_by, source},
#define LAW_ARTICLE(...)
#include "law/law.def"
#undef LAW
#undef LAW_ARTICLE
};

static const struct law_article articles[] = {
#define LAW(...)
#define LAW_ARTICLE(id, code, number, paragraph, article, key_words, meaning_en, bundle_for)                           \
    {&laws[LAW_##id], code, number, paragraph, article, key_words, meaning_en, bundle_for},
#include "law/law.def"
#undef LAW
#undef LAW_ARTICLE
};
#define ARTICLE_COUNT (sizeof articles / sizeof articles[0])

const struct law_article *law_articles(size_t *ret_count)
{
    *ret_count = ARTICLE_COUNT;
    return articles;
}

const struct law_article *law_find(struct text code)
{
    for (size_t i = 0; i < ARTICLE_COUNT; i++)
        if (text_is(code, articles[i].code))
            return &articles[i];
    return NULL;
}

const struct law *law_find_law(struct text id)
{
    for (size_t i = 0; i < LAW_COUNT; i++)
        if (text_is(id, laws[i].id))
            return &laws[i];
    return NULL;
}

static bool same(struct text name, const char *other, size_t length)
{
    return name.length == length && length > 0 && strncasecmp(name.data, other, length) == 0;
}

static bool among(struct text name, const char *list)
{
    while (*list) {
        size_t length = strcspn(list, "|");
        if (same(name, list, length))
            return true;
        list += length + (list[length] == '|');
    }
    return false;
}

bool law_is_named(const struct law *law, struct text name)
{
    assert(law);
    return same(name, law->name, strlen(law->name)) || same(name, law->name, strcspn(law->name, "(")) ||
           same(name, law->short_name, strlen(law->short_name)) || same(name, law->name_en, strlen(law->name_en)) ||
           among(name, law->aliases);
}

const struct law_article *law_cited(struct text name, int number, int paragraph)
{
    const struct law_article *first = NULL;
    for (size_t i = 0; i < ARTICLE_COUNT; i++) {
        if (articles[i].number != number || !law_is_named(articles[i].law, name))
            continue;
        if (articles[i].paragraph == paragraph)
            return &articles[i];
        if (!first)
            first = &articles[i];
    }
    return first;
}

bool law_in_force(const struct law_article *article, const char *day)
{
    assert(article);
    assert(strlen(day) == TIME_DAY_TEXT_BYTES - 1);
    const struct law *law = article->law;
    return strcmp(law->effective_from, day) <= 0 && (!law->effective_until[0] || strcmp(day, law->effective_until) < 0);
}
