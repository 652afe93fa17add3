/* SPDX-License-Identifier: Apache-2.0 */
/* Durations, money and values of facts in words. */
#include "policy/words/words.h"

#include <assert.h>
#include <string.h>

#include "base/money.h"
#include "base/time.h"

#define ZH(language) ((language) == POLICY_LANGUAGE_ZH)

static const struct {
    int64_t seconds, from;
    const char *zh, *one, *many;
} duration_units[] = {{TIME_DAY_S, 4 * TIME_DAY_S, "天", "day", "days"},
                      {TIME_HOUR_S, TIME_HOUR_S, "小时", "hour", "hours"},
                      {60, 60, "分钟", "minute", "minutes"},
                      {1, 0, "秒", "second", "seconds"}};

static void duration_in(struct buffer *out, int64_t seconds, size_t unit, enum policy_language language)
{
    int64_t count = seconds / duration_units[unit].seconds;
    buffer_add_int(out, count);
    buffer_add_char(out, ' ');
    words_put(out, language, duration_units[unit].zh,
              count == 1 ? duration_units[unit].one : duration_units[unit].many);
}

void policy_duration_words(struct buffer *out, int64_t seconds, enum policy_language language)
{
    size_t i = 0;
    while (seconds < duration_units[i].from || seconds % duration_units[i].seconds)
        i++;
    duration_in(out, seconds, i, language);
}

void policy_money_words(struct buffer *out, int64_t minor, const char *currency)
{
    struct money money = {.minor = minor};
    memcpy(money.currency, currency, sizeof money.currency);
    money_format(out, money);
}

static const char *label(const struct fact_info *info, enum policy_language language)
{
    return ZH(language) ? info->label_zh : info->label_en;
}

static void values_words(struct buffer *out, const struct fact_info *info, uint64_t mask, enum policy_language language)
{
    bool first = true;
    for (uint64_t bits = mask; bits; bits &= bits - 1) {
        const struct fact_value_info *value = &info->values[__builtin_ctzll(bits)];
        if (!first)
            words_put(out, language, "或", " or ");
        buffer_add_string(out, ZH(language) ? value->label_zh : value->label_en);
        first = false;
    }
}

static void number_words(struct buffer *out, enum fact fact, int64_t value, const char *currency,
                         enum policy_language language)
{
    switch (fact_info(fact)->type) {
    case FACT_TYPE_PERCENT:
        buffer_add_int(out, value);
        buffer_add_char(out, '%');
        break;
    case FACT_TYPE_MONEY:
        policy_money_words(out, value, currency);
        break;
    case FACT_TYPE_DURATION:
    case FACT_TYPE_SPAN:
        policy_duration_words(out, value, language);
        break;
    case FACT_TYPE_COUNT:
    case FACT_TYPE_ENUM:
    case FACT_TYPE_BOOLEAN:
        buffer_add_int(out, value);
        break;
    }
}

/* Measured ages are rarely whole hours: two units are enough, the rest is cut off. */
void policy_age_words(struct buffer *out, int64_t seconds, enum policy_language language)
{
    size_t unit = seconds >= TIME_DAY_S ? 0 : (seconds >= TIME_HOUR_S ? 1 : (seconds >= 60 ? 2 : 3));
    duration_in(out, seconds, unit, language);
    int64_t rest = seconds % duration_units[unit].seconds;
    if (unit >= 2 || rest < duration_units[unit + 1].seconds)
        return;
    buffer_add_char(out, ' ');
    duration_in(out, rest, unit + 1, language);
}

void policy_value_words(struct buffer *out, enum fact fact, int64_t value, const char *currency,
                        enum policy_language language)
{
    const struct fact_info *info = fact_info(fact);
    if (info->values) {
        assert(value >= 0 && value < info->value_count);
        values_words(out, info, UINT64_C(1) << value, language);
    } else if (info->type == FACT_TYPE_DURATION && value == FACT_NEVER) {
        words_put(out, language, fact == FACT_LATE ? "否" : "未发生", fact == FACT_LATE ? "no" : "never");
    } else if (info->type == FACT_TYPE_DURATION) {
        policy_age_words(out, value, language);
        words_put(out, language, fact == FACT_LATE ? "" : "前", fact == FACT_LATE ? "" : " ago");
    } else {
        number_words(out, fact, value, currency, language);
    }
}

static void happened_words(struct buffer *out, const struct fact_info *info, enum policy_language language)
{
    words_put(out, language, "未", "not ");
    buffer_add_string(out, label(info, language));
}

void policy_facts_words(struct buffer *out, const struct policy_facts *facts, enum policy_language language)
{
    bool first = true;
    for (uint64_t bits = facts->known; bits; bits &= bits - 1) {
        enum fact fact = (enum fact)__builtin_ctzll(bits);
        const struct fact_info *info = fact_info(fact);
        if (!first)
            words_put(out, language, "，", ", ");
        first = false;
        if (info->type == FACT_TYPE_DURATION && facts->value[fact] == FACT_NEVER) {
            happened_words(out, info, language);
            continue;
        }
        buffer_add_string(out, label(info, language));
        words_put(out, language, "：", ": ");
        policy_value_words(out, fact, facts->value[fact], facts->currency, language);
    }
    if (first)
        words_put(out, language, "任何情形", "any situation");
}

void policy_values_words(struct buffer *out, enum fact fact, uint64_t mask, enum policy_language language)
{
    values_words(out, fact_info(fact), mask, language);
}
