/* SPDX-License-Identifier: Apache-2.0 */
/* Listings, card secrets, prices and rates. */
#include "market/market.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#define T(literal) TEXT_LITERAL(literal)

static const struct market_milestone milestones[] = {{T("Gold"), 40}, {T("King"), 100}};
static const struct market_listing service = {.product_id = T("prd_1"),
                                              .merchant_id = T("mch_1"),
                                              .kind = T("service"),
                                              .category = T("boosting"),
                                              .title = T("King in 7 days"),
                                              .currency = T("CNY"),
                                              .policy_id = T("pol_1"),
                                              .policy_sha256 = T("00"),
                                              .price = 19900,
                                              .delivery_s = 7 * 86400,
                                              .standard = T("King rank"),
                                              .lateness = T("10 % a day"),
                                              .revisions = 1,
                                              .revisions_given = true,
                                              .dissatisfaction = T("redo once, then pro rata"),
                                              .milestones = milestones,
                                              .milestone_count = 2};
static const struct market_listing card = {.product_id = T("prd_2"),
                                           .merchant_id = T("mch_1"),
                                           .kind = T("card_key"),
                                           .category = T("game_card"),
                                           .title = T("Card 100"),
                                           .currency = T("CNY"),
                                           .policy_id = T("pol_1"),
                                           .policy_sha256 = T("00"),
                                           .price = 9500,
                                           .face_value = 10000,
                                           .region = T("CN"),
                                           .redeem_channel = T("https://example.com")};

static bool complains(const struct market_listing *listing, const char *field)
{
    struct market_lint lints[MARKET_LINT_MAX];
    int count = market_listing_lint(listing, lints);
    for (int i = 0; i < count; i++) {
        assert_true(lints[i].hint_en[0] && lints[i].hint_zh[0]);
        if (strcmp(lints[i].field, field) == 0)
            return true;
    }
    return false;
}

static void a_complete_listing_has_nothing_to_complain_of(void **state)
{
    (void)state;
    struct market_lint lints[MARKET_LINT_MAX];
    assert_int_equal(market_listing_lint(&service, lints), 0);
    assert_int_equal(market_listing_lint(&card, lints), 0);
}

static void a_service_must_say_what_people_argue_about(void **state)
{
    (void)state;
#define WITHOUT(base, change, field)                                                                                   \
    do {                                                                                                               \
        struct market_listing listing = base;                                                                          \
        change;                                                                                                        \
        assert_true(complains(&listing, field));                                                                       \
    } while (0)
    WITHOUT(service, listing.standard = T(""), "standard");
    WITHOUT(service, listing.lateness = T(""), "lateness");
    WITHOUT(service, listing.revisions_given = false, "revisions");
    WITHOUT(service, listing.dissatisfaction = T(""), "dissatisfaction");
    WITHOUT(service, listing.delivery_s = 0, "delivery_s");
    WITHOUT(service, listing.milestone_count = 0, "milestones");
    WITHOUT(service, listing.milestone_count = 1, "milestones");
    WITHOUT(service, listing.face_value = 100, "face_value");
    WITHOUT(service, listing.price = 0, "price");
    WITHOUT(card, listing.region = T(""), "region");
    WITHOUT(card, listing.redeem_channel = T(""), "redeem_channel");
    WITHOUT(card, listing.milestones = milestones; listing.milestone_count = 2, "standard");
    WITHOUT(card, listing.kind = T("gift"), "kind");
    struct market_listing nothing = {0};
    struct market_lint lints[MARKET_LINT_MAX];
    assert_true(market_listing_lint(&nothing, lints) > 6);
}

static void the_listing_is_written_canonically(void **state)
{
    (void)state;
    struct buffer out;
    buffer_init(&out, 10000);
    assert_int_equal(market_listing_write(&card, &out, NULL), 0);
    assert_string_equal(
        out.data,
        "{\"category\":\"game_card\",\"currency\":\"CNY\",\"delivery_s\":0,\"description\":\"\",\"face_value\":10000,"
        "\"kind\":\"card_key\",\"merchant\":\"mch_1\",\"policy\":\"pol_1\",\"policy_sha256\":\"00\",\"price\":9500,"
        "\"product\":\"prd_2\",\"redeem_channel\":\"https://example.com\",\"region\":\"CN\",\"title\":\"Card 100\","
        "\"valid_days\":0}");
    buffer_clear(&out);
    assert_int_equal(market_listing_write(&service, &out, NULL), 0);
    assert_non_null(
        strstr(out.data, "\"milestones\":[{\"percent\":40,\"title\":\"Gold\"},{\"percent\":100,\"title\":\"King\"}]"));
    struct market_listing bad = service;
    bad.lateness = T("");
    struct error error = {0};
    assert_int_equal(market_listing_write(&bad, &out, &error), -1);
    assert_int_equal(error.code, ERROR_LISTING_INCOMPLETE);
    assert_string_equal(error.pointer, "/lateness");
    buffer_done(&out);
}

static void one_card_has_one_form_however_it_is_spelled(void **state)
{
    (void)state;
    static const char *spellings[] = {"abcd-1234-EF",
                                      "ABCD 1234 EF",
                                      " abcd_1234.ef\t",
                                      "ＡＢＣＤ－１２３４－ＥＦ",
                                      "abcd·1234・ef",
                                      "ab cd–1234—ef",
                                      "\xef\xbb\xbf"
                                      "abcd1234ef",
                                      "abcd\xe2\x80\x8b"
                                      "1234ef"};
    char out[LIMIT_CARD_BYTES];
    size_t length;
    for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; i++) {
        assert_int_equal(market_card_normalise(text_of(spellings[i]), out, &length, NULL), 0);
        assert_int_equal(length, 10);
        assert_memory_equal(out, "ABCD1234EF", 10);
    }
    assert_int_equal(market_card_normalise(T("ABCD1234EG"), out, &length, NULL), 0);
    assert_memory_not_equal(out, "ABCD1234EF", 10);
    assert_int_equal(market_card_normalise(T("账号:user 密码:p@ss"), out, &length, NULL), 0);
    assert_int_equal(length, strlen("账号:USER密码:P@SS"));
}

static void what_is_no_card_is_refused(void **state)
{
    (void)state;
    char out[LIMIT_CARD_BYTES], big[LIMIT_CARD_BYTES + 1];
    size_t length = 99;
    struct error error = {0};
    assert_int_equal(market_card_normalise(T(""), out, &length, &error), -1);
    assert_int_equal(market_card_normalise(T(" - - "), out, &length, &error), -1);
    assert_int_equal(error.code, ERROR_CARD_MALFORMED);
    assert_int_equal(market_card_normalise(T("ab\ncd"), out, &length, &error), -1);
    assert_int_equal(market_card_normalise((struct text){"ab\0cd", 5}, out, &length, &error), -1);
    assert_int_equal(market_card_normalise(T("ab\xff"), out, &length, &error), -1);
    memset(big, 'x', sizeof big);
    assert_int_equal(market_card_normalise((struct text){big, sizeof big}, out, &length, &error), -1);
    assert_int_equal(error.code, ERROR_FIELD_TOO_LONG);
    assert_int_equal(length, 99);
    assert_int_equal(market_card_normalise((struct text){big, LIMIT_CARD_BYTES}, out, &length, &error), 0);
}

static void a_price_far_under_the_others_is_warned_of_and_absurd_ones_do_not_matter(void **state)
{
    (void)state;
    const struct market_price others[] = {{9500, 10000},  {4800, 5000}, {9600, 10000},  {9400, 10000},
                                          {19000, 20000}, {1, 10000},   {990000, 10000}};
    struct market_price_report report;
    market_price_check((struct market_price){4000, 10000}, others, 7, &report);
    assert_int_equal(report.verdict, MARKET_PRICE_LOW);
    assert_int_equal(report.median, 950);
    assert_int_equal(report.below_per_mille, 578);
    assert_true(report.reason_zh[0]);
    market_price_check((struct market_price){9000, 10000}, others, 7, &report);
    assert_int_equal(report.verdict, MARKET_PRICE_USUAL);
    market_price_check((struct market_price){30000, 10000}, others, 7, &report);
    assert_int_equal(report.verdict, MARKET_PRICE_HIGH);
    market_price_check((struct market_price){4000, 10000}, others, 4, &report);
    assert_int_equal(report.verdict, MARKET_PRICE_UNKNOWN);
    market_price_check((struct market_price){4000, 0}, others, 7,
                       &report); /* nothing without a face value among them */
    assert_int_equal(report.sample, 0);
}

/* Values of Wilson's interval at 95 %, from the closed formula. */
static void a_rate_says_how_sure_it_is(void **state)
{
    (void)state;
    static const int64_t cases[][4] = {{0, 10, 0, 278},     {1, 10, 17, 405},   {5, 10, 236, 764},
                                       {10, 10, 722, 1000}, {50, 1000, 38, 66}, {3, 100, 10, 85}};
    struct market_rate rate;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        market_rate(cases[i][0], cases[i][1], &rate);
        assert_in_range(rate.low_per_mille, cases[i][2] > 0 ? cases[i][2] - 1 : 0, cases[i][2] + 1);
        assert_in_range(rate.high_per_mille, cases[i][3] - 1, cases[i][3] + 1);
        assert_true(rate.low_per_mille <= rate.per_mille && rate.per_mille <= rate.high_per_mille);
    }
    market_rate(0, 0, &rate);
    assert_int_equal(rate.high_per_mille, 1000);
    market_rate(INT64_C(40000000), INT64_C(4000000000), &rate);
    assert_int_equal(rate.per_mille, 10);
    assert_string_equal(rate.sure_en, "sure");
    struct market_counts counts = {.orders = 100,
                                   .refunded = 3,
                                   .disputed = 5,
                                   .judged = 4,
                                   .lost = 1,
                                   .opened_us = 1,
                                   .bond = 500,
                                   .open_orders_amount = 2000};
    struct market_reputation reputation;
    market_reputation(&counts, 1 + 86400000000, &reputation);
    assert_int_equal(reputation.days_open, 1);
    assert_int_equal(reputation.cover_per_mille, 250);
    assert_int_equal(reputation.refunds.per_mille, 30);
    assert_int_equal(reputation.lost.per_mille, 250);
    assert_int_equal(reputation.lost.total, 4);
}

static void a_median_of_times_says_where_it_may_lie(void **state)
{
    (void)state;
    struct market_span span;
    market_span(NULL, 0, &span);
    assert_int_equal(span.total, 0);
    assert_string_equal(span.sure_en, "no data yet");
    const int64_t few[] = {60, 120, 600, 3600};
    market_span(few, 4, &span);
    assert_int_equal(span.median_s, 360);
    assert_int_equal(span.low_s, 60);
    assert_int_equal(span.high_s, 3600);
    assert_string_equal(span.sure_en, "a rough guess");
    int64_t many[101];
    for (size_t i = 0; i < 101; i++)
        many[i] = (int64_t)i;
    market_span(many, 101, &span);
    assert_int_equal(span.median_s, 50);
    assert_int_equal(span.low_s, 40); /* 0.98·√101 is 9.85 ranks */
    assert_int_equal(span.high_s, 60);
    assert_string_equal(span.sure_en, "sure");
    market_span(many, 7, &span);
    assert_int_equal(span.low_s, 0);
    assert_int_equal(span.high_s, 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_complete_listing_has_nothing_to_complain_of),
        cmocka_unit_test(a_service_must_say_what_people_argue_about),
        cmocka_unit_test(the_listing_is_written_canonically),
        cmocka_unit_test(one_card_has_one_form_however_it_is_spelled),
        cmocka_unit_test(what_is_no_card_is_refused),
        cmocka_unit_test(a_price_far_under_the_others_is_warned_of_and_absurd_ones_do_not_matter),
        cmocka_unit_test(a_rate_says_how_sure_it_is),
        cmocka_unit_test(a_median_of_times_says_where_it_may_lie),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
