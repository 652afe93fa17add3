/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a worked example: dates become ages, phrases become facts, and the money it names is taken for later comparison. */
#include <string.h>

#include "policy/words/test_document.h"
#include "policy/words/test_lexicon.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Days since 2025-01-01; the examples begin in 2025. */
static int64_t day_of(int64_t year, int64_t month, int64_t day)
{
    static const int before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
    int64_t days = before[month - 1] + day - 1;
    for (int64_t y = 2025; y < year; y++)
        days += y % 4 == 0 ? 366 : 365;
    for (int64_t y = year; y < 2025; y++)
        days -= y % 4 == 0 ? 366 : 365;
    return days + (month > 2 && year % 4 == 0);
}

static bool month_take(struct text *rest, int64_t *ret)
{
    static const char *const months[] = {"Jan ", "Feb ", "Mar ", "Apr ", "May ", "Jun ",
                                         "Jul ", "Aug ", "Sep ", "Oct ", "Nov ", "Dec "};
    for (size_t i = 0; i < 12; i++)
        if (phrase_take(rest, months[i])) {
            *ret = (int64_t)i + 1;
            return true;
        }
    return false;
}

/* "12 月 1 日 10:00", "2026 年 1 月 2 日 10:00", "Dec 1, 10:00", "Jan 2, 2026, 10:00": seconds. */
static bool moment_take(struct text *rest, bool zh, int64_t *ret_s)
{
    int64_t year = 2025, month, day, hour, minute;
    struct text before = *rest;
    if (zh) {
        if (!(phrase_int(rest, &year) && phrase_take(rest, " 年 "))) {
            year = 2025;
            *rest = before;
        }
        if (!phrase_int(rest, &month) || !phrase_take(rest, " 月 ") || !phrase_int(rest, &day) ||
            !phrase_take(rest, " 日 "))
            return false;
    } else {
        if (!month_take(rest, &month) || !phrase_int(rest, &day) || !phrase_take(rest, ", "))
            return false;
        before = *rest;
        if (!(phrase_int(rest, &year) && phrase_take(rest, ", "))) {
            year = 2025;
            *rest = before;
        }
    }
    struct text hours = *rest, minutes;
    if (hours.length < 5 || hours.data[2] != ':')
        return false;
    hours.length = 2;
    minutes = (struct text){rest->data + 3, 2};
    hour = (hours.data[0] - '0') * 10 + hours.data[1] - '0';
    minute = (minutes.data[0] - '0') * 10 + minutes.data[1] - '0';
    *rest = (struct text){rest->data + 5, rest->length - 5};
    *ret_s = day_of(year, month, day) * 86400 + hour * 3600 + minute * 60;
    return true;
}

struct story {
    bool zh;
    enum policy_language language;
    struct policy_facts *facts;
    int64_t at_s[FACT_COUNT]; /* of events */
    uint64_t happened;
    int64_t claimed_at_s;
};

static bool bought_read(struct story *s, struct text rest)
{
    struct text amount;
    int64_t quantity;
    if (phrase_cut(&rest, s->zh ? "，共 " : ", quantity ", &amount)) {
        if (!phrase_int(&rest, &quantity) || !text_is(rest, s->zh ? " 件" : ""))
            return false;
        s->facts->value[FACT_QUANTITY] = quantity;
        rest = amount;
    }
    s->facts->value[FACT_AMOUNT] = phrase_money(rest);
    return s->facts->value[FACT_AMOUNT] > 0;
}

static bool event_read(struct story *s, struct text part)
{
    int64_t at_s;
    if (!moment_take(&part, s->zh, &at_s) || !phrase_take(&part, " "))
        return false;
    for (size_t i = 0; i < COUNT(lexicon_events); i++) {
        struct text rest = part;
        enum fact fact = lexicon_events[i].fact;
        if (!phrase_take(&rest, s->zh ? lexicon_events[i].zh : lexicon_events[i].en))
            continue;
        if (rest.length &&
            !(fact == FACT_PURCHASED && phrase_take(&rest, s->zh ? "，实付 " : " for ") && bought_read(s, rest)))
            continue;
        s->at_s[fact] = at_s;
        s->happened |= UINT64_C(1) << fact;
        return true;
    }
    return false;
}

static bool claim_read(struct story *s, struct text rest)
{
    if (!moment_take(&rest, s->zh, &s->claimed_at_s) || !phrase_take(&rest, s->zh ? " 申请" : " claim"))
        return false;
    if (!rest.length)
        return true;
    if (!phrase_take(&rest, s->zh ? "：" : ": "))
        return false;
    for (bool more = true; more;) {
        struct text phrase;
        /* A phrase may hold a comma of its own: take the longest that can be read. */
        more = phrase_cut(&rest, s->zh ? "，" : ", ", &phrase);
        struct text whole = more ? phrase : rest;
        while (phrase_set(whole, s->facts, s->language) < 0) {
            struct text next;
            if (!more)
                return false;
            more = phrase_cut(&rest, s->zh ? "，" : ", ", &next);
            if (!more)
                next = rest;
            whole.length = (size_t)(next.data + next.length - whole.data);
        }
    }
    return true;
}

/* The money behind the last "=", or the only one there is. */
static int64_t refund_read(struct text result, bool zh)
{
    static const char *const starts_zh[] = {"即退 "}, *const starts_en[] = {": "};
    struct text part, rest = result;
    int64_t money = -1;
    if (!phrase_cut(&rest, zh ? starts_zh[0] : starts_en[0], &part))
        return -1;
    while (phrase_cut(&rest, " = ", &part))
        continue;
    money = phrase_money(rest);
    return money;
}

int document_example(const struct document *document, const struct document_clause *clause, struct policy_facts *ret,
                     int64_t *ret_refund)
{
    struct story s = {.zh = document->language == POLICY_LANGUAGE_ZH, .language = document->language, .facts = ret};
    struct text rest = clause->example, told, part;
    policy_facts_init(ret);
    ret->known = (UINT64_C(1) << FACT_COUNT) - 1;
    ret->value[FACT_QUANTITY] = ret->value[FACT_AFFECTED_QUANTITY] = 1;
    ret->value[FACT_REASON] = REASON_CHANGED_MIND;
    for (int i = 0; i < FACT_COUNT; i++)
        if (fact_info((enum fact)i)->type == FACT_TYPE_DURATION)
            ret->value[i] = FACT_NEVER;
    if (!phrase_cut(&rest, " → ", &told))
        return -1;
    *ret_refund = refund_read(rest, s.zh);
    bool complete = phrase_drop(&told, s.zh ? "，材料齐全" : ", evidence complete");
    if (complete != (clause->need_count > 0))
        return -1;
    for (int i = 0; i < clause->need_count; i++)
        ret->value[__builtin_ctzll(clause->needs[i])] = PROOF_ACCEPTED;
    while (phrase_cut(&told, s.zh ? "；" : "; ", &part))
        if (!event_read(&s, part))
            return -1;
    if (!claim_read(&s, told))
        return -1;
    for (uint64_t bits = s.happened; bits; bits &= bits - 1)
        ret->value[__builtin_ctzll(bits)] = s.claimed_at_s - s.at_s[__builtin_ctzll(bits)];
    return 0;
}
