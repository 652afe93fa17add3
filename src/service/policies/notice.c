/* SPDX-License-Identifier: Apache-2.0 */
/* The periods of notice.def applied to one publication. */
#include "service/policies/notice.h"

#include <assert.h>

#include "base/error.h"
#include "base/time.h"

#define AHEAD_DAYS_MAX 366 /* what is announced for longer than that nobody remembers */

static const struct period {
    int64_t days;
    const char *article;
    bool only_harm;
} periods[] = {
#define PERIOD(name, days, article, only_harm) {days, article, only_harm},
#include "service/policies/notice.def"
#undef PERIOD
};

void service_notice_period(const struct policy *policy, bool is_first, bool harms_buyer, int64_t published_at,
                           struct service_notice_period *ret)
{
    char day[TIME_DAY_TEXT_BYTES];
    *ret = (struct service_notice_period){.earliest_at = published_at};
    time_day_format(published_at, day);
    for (size_t i = 0; i < sizeof periods / sizeof periods[0] && !is_first; i++) {
        const struct law_article *article = law_find(text_of(periods[i].article));
        assert(article);
        if ((periods[i].only_harm && !harms_buyer) || !law_in_force(article, day) || periods[i].days <= ret->days)
            continue;
        ret->days = periods[i].days;
        ret->article = article;
    }
    ret->earliest_at += ret->days * TIME_DAY_S * TIME_SECOND_US;
    int64_t own_day;
    const char *effective = policy_effective(policy);
    if (effective[0] && time_day_parse(text_of(effective), &own_day, NULL) == 0 && own_day > ret->earliest_at)
        ret->earliest_at = own_day;
}

int service_notice_apply(const struct service_notice_period *period, int64_t wanted_at, int64_t published_at,
                         int64_t *ret_effective_at, struct error *error)
{
    char earliest[TIME_TEXT_BYTES];
    if (wanted_at && wanted_at < period->earliest_at) {
        time_format(period->earliest_at, earliest);
        if (period->article)
            error_set(error, ERROR_POLICY_NOTICE,
                      "this version can take effect from %s: a change is public for %lld days first (%s %s)", earliest,
                      (long long)period->days, period->article->law->short_name, period->article->article);
        else
            error_set(error, ERROR_POLICY_NOTICE, "this version can take effect from %s", earliest);
        error_hint(error, "send that time as effective_at, or leave it out for the earliest");
        return error_at(error, "/effective_at");
    }
    if (wanted_at > published_at + AHEAD_DAYS_MAX * TIME_DAY_S * TIME_SECOND_US) {
        error_set(error, ERROR_FIELD_RANGE, "a version is announced at most %d days ahead", AHEAD_DAYS_MAX);
        return error_at(error, "/effective_at");
    }
    *ret_effective_at = wanted_at ? wanted_at : period->earliest_at;
    return 0;
}

void service_notice_period_write(struct json_writer *writer, const struct service_notice_period *period)
{
    json_object_begin(writer);
    json_member_string(writer, "article", period->article ? period->article->code : NULL);
    json_member_integer(writer, "days", period->days);
    json_member_time(writer, "earliest_at", period->earliest_at);
    json_member_string(writer, "law", period->article ? period->article->law->name : NULL);
    json_object_end(writer);
}
