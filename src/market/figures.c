/* SPDX-License-Identifier: Apache-2.0 */
/* Figures that a buyer compares by: is this price usual, how often are this merchant's orders refunded, and how sure is that.
 * Integers only, so that everybody computes the same. */
#include "market/market.h"

#include <assert.h>
#include <stdlib.h>

#define LOW_PER_MILLE 300 /* thirty per cent under the median: below that, discounts are ordinary */
#define DEVIATIONS 3

static int compare(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

static int64_t median_of(int64_t *values, size_t count)
{
    qsort(values, count, sizeof values[0], compare);
    return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

/* With a face value the share of it in per mille, so that a card of 50 and one of 100 can be compared. */
static int64_t unit_price(struct market_price price)
{
    return price.face_value > 0 ? price.price * 1000 / price.face_value : price.price;
}

static void judge(struct market_price_report *report)
{
    int64_t below = report->median - report->value, width = report->deviation * DEVIATIONS;
    report->below_per_mille = below > 0 && report->median > 0 ? below * 1000 / report->median : 0;
    int64_t above_per_mille = below < 0 && report->median > 0 ? -below * 1000 / report->median : 0;
    report->verdict = MARKET_PRICE_USUAL;
    report->reason_en = report->reason_zh = "";
    if (below > width && report->below_per_mille > LOW_PER_MILLE) {
        report->verdict = MARKET_PRICE_LOW;
        report->reason_en =
            "Far below what others ask for the same: read the refund rule and check where the goods come from.";
        report->reason_zh = "价格明显低于同类商品，请先看清退款规则并留意货源。";
    } else if (-below > width && above_per_mille > LOW_PER_MILLE) {
        report->verdict = MARKET_PRICE_HIGH;
        report->reason_en = "Far above what others ask for the same.";
        report->reason_zh = "价格明显高于同类商品。";
    }
}

void market_price_check(struct market_price own, const struct market_price *others, size_t count,
                        struct market_price_report *ret)
{
    assert(own.price > 0);
    assert(others || count == 0);
    assert(ret);
    int64_t values[MARKET_PRICE_SAMPLE_MAXIMUM];
    struct market_price_report report = {.value = unit_price(own)};
    for (size_t i = 0; i < count && report.sample < MARKET_PRICE_SAMPLE_MAXIMUM; i++)
        if (others[i].price > 0 && (others[i].face_value > 0) == (own.face_value > 0))
            values[report.sample++] = unit_price(others[i]);
    report.verdict = MARKET_PRICE_UNKNOWN;
    report.reason_en = "Too few others to compare with.";
    report.reason_zh = "同类商品太少，无法比较。";
    if (report.sample >= MARKET_PRICE_SAMPLE_MINIMUM) {
        report.median = median_of(values, report.sample);
        for (size_t i = 0; i < report.sample; i++)
            values[i] = llabs(values[i] - report.median);
        report.deviation = median_of(values, report.sample);
        judge(&report);
    }
    *ret = report;
}

/* Largest r with r * r <= value. */
static int64_t square_root(int64_t value)
{
    int64_t low = 0, high = INT64_C(3037000499);
    while (low < high) {
        int64_t middle = low + (high - low + 1) / 2;
        if (middle <= value / middle)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

/* Wilson's interval at 95 %: (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n), z² = 3.8416. Everything scaled by 10⁴·n or so;
 * totals are cut to a million, where the interval is narrower than a per mille anyway. */
void market_rate(int64_t events, int64_t total, struct market_rate *ret)
{
    assert(events >= 0);
    assert(events <= total);
    assert(ret);
    if (total == 0) {
        *ret = (struct market_rate){0, 0, 1000, 0, "no data yet", "尚无数据"};
        return;
    }
    int64_t n = total, k = events;
    if (n > 1000000) {
        k = events / (n / 1000000 + 1);
        n = n / (n / 1000000 + 1);
        k = k > n ? n : k;
    }
    const int64_t z2 = 38416;                            /* z² × 10⁴ */
    int64_t centre = 2 * k * 10000 + z2;                 /* (2k + z²) × 10⁴ */
    int64_t below = 2 * (n * 10000 + z2);                /* 2(n + z²) × 10⁴ */
    int64_t inside = z2 + 4 * (k * (n - k) * 10000 / n); /* (z² + 4k(n−k)/n) × 10⁴ */
    int64_t root = square_root(z2 * inside);             /* z·√(…) × 10⁴ */
    struct market_rate rate = {.per_mille = (events * 1000 + total / 2) / total, .total = total};
    rate.low_per_mille = centre > root ? (centre - root) * 1000 / below : 0;
    rate.high_per_mille = (centre + root) * 1000 / below + 1; /* outward, as an interval must */
    rate.high_per_mille = rate.high_per_mille > 1000 ? 1000 : rate.high_per_mille;
    int64_t width = rate.high_per_mille - rate.low_per_mille;
    rate.sure_en = width <= 20 ? "sure" : width <= 100 ? "fairly sure" : "a rough guess";
    rate.sure_zh = width <= 20 ? "可靠" : width <= 100 ? "较可靠" : "仅供参考";
    *ret = rate;
}

#define FEW 6   /* below, no two of them hold the median at 95 % */
#define MANY 30 /* from here the interval of ranks is narrow enough to speak of */

/* The median of n values lies between those of rank n/2 ± 0.98·√n with 95 % certainty: the signs of their differences to it are a
 * binomial of one half. */
void market_span(const int64_t *rising_s, size_t count, struct market_span *ret)
{
    assert(rising_s || count == 0);
    assert(ret);
    if (count == 0) {
        *ret = (struct market_span){.sure_en = "no data yet", .sure_zh = "尚无数据"};
        return;
    }
    size_t width = count < FEW ? count : (size_t)(square_root((int64_t)count * 9604) / 100) + 1;
    size_t low = count / 2 > width ? count / 2 - width : 0, high = count / 2 + width;
    high = high < count ? high : count - 1;
    *ret = (struct market_span){
        .median_s = count % 2 ? rising_s[count / 2] : (rising_s[count / 2 - 1] + rising_s[count / 2]) / 2,
        .low_s = rising_s[low],
        .high_s = rising_s[high],
        .total = (int64_t)count,
        .sure_en = count < FEW    ? "a rough guess"
                   : count < MANY ? "fairly sure"
                                  : "sure",
        .sure_zh = count < FEW    ? "仅供参考"
                   : count < MANY ? "较可靠"
                                  : "可靠",
    };
}

void market_reputation(const struct market_counts *counts, int64_t now_us, struct market_reputation *ret)
{
    assert(counts);
    assert(counts->bond >= 0);
    assert(counts->open_orders_amount >= 0);
    assert(ret);
    *ret = (struct market_reputation){
        .bond = counts->bond, .open_orders_amount = counts->open_orders_amount, .cover_per_mille = 1000};
    market_rate(counts->refunded, counts->orders, &ret->refunds);
    market_rate(counts->disputed, counts->orders, &ret->disputes);
    market_rate(counts->lost, counts->judged, &ret->lost);
    ret->days_open = now_us > counts->opened_us ? (now_us - counts->opened_us) / (TIME_DAY_S * TIME_SECOND_US) : 0;
    if (counts->open_orders_amount > counts->bond)
        ret->cover_per_mille = counts->bond * 1000 / counts->open_orders_amount;
}
