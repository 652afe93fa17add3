/* SPDX-License-Identifier: Apache-2.0 */
/* Policies, products and card import on a real store. */
#include "service/policies/policies.h"
#include "service/testing.h"

#include <stdlib.h>
#include <string.h>

#include "service/shop/catalogue.h"
#include "service/internal.h"
#include "service/shop/stock.h"

struct import_run {
    const char *product_id;
    const struct text *cards;
    size_t count;
    bool dry_run;
    enum service_card_verdict verdicts[16];
    size_t accepted;
    int64_t leaf;
};

static int import_run(struct service_call *call, void *argument, struct error *error)
{
    struct import_run *run = argument;
    struct service_stock_import in = {text_of(run->product_id), run->cards, run->count, run->dry_run};
    struct service_stock_imported out;
    if (service_stock_add(call, &in, &out, error) < 0)
        return -1;
    memcpy(run->verdicts, out.verdicts, run->count * sizeof out.verdicts[0]);
    run->accepted = out.accepted;
    run->leaf = out.leaf_index;
    return 0;
}

static void every_writing_of_a_card_is_the_same_card(void **state)
{
    struct testing *testing = *state;
    const struct text cards[] = {TEXT_LITERAL(" new-card-1 "),
                                 TEXT_LITERAL("ＮＥＷ　ＣＡＲＤ１"),
                                 TEXT_LITERAL("test card 0001"),
                                 TEXT_LITERAL("new-card-2"),
                                 TEXT_LITERAL("  "),
                                 TEXT_LITERAL("a\x01z"),
                                 TEXT_LITERAL("\xff\xfe")};
    struct import_run run = {.product_id = testing->product_id, .cards = cards, .count = 7};
    testing_write(testing, &testing->merchant, import_run, &run, ERROR_NONE);
    const enum service_card_verdict expected[] = {SERVICE_CARD_ACCEPTED,      SERVICE_CARD_DUPLICATE_IN_REQUEST,
                                                  SERVICE_CARD_DUPLICATE_OWN, SERVICE_CARD_ACCEPTED,
                                                  SERVICE_CARD_EMPTY,         SERVICE_CARD_BAD_TEXT,
                                                  SERVICE_CARD_BAD_TEXT};
    for (size_t i = 0; i < run.count; i++)
        assert_int_equal(run.verdicts[i], expected[i]);
    assert_int_equal(run.accepted, 2);
    assert_int_equal(testing_count(testing, "card WHERE state = 'stock'"), TESTING_CARDS + 2);
    assert_true(run.leaf >= 0);
}

static void a_dry_run_says_the_same_and_writes_nothing(void **state)
{
    struct testing *testing = *state;
    int64_t leaves = testing_count(testing, "leaf");
    const struct text cards[] = {TEXT_LITERAL("fresh-1"), TEXT_LITERAL("TEST-CARD-0002")};
    struct import_run run = {.product_id = testing->product_id, .cards = cards, .count = 2, .dry_run = true};
    testing_write(testing, &testing->merchant, import_run, &run, ERROR_NONE);
    assert_int_equal(run.verdicts[0], SERVICE_CARD_ACCEPTED);
    assert_int_equal(run.verdicts[1], SERVICE_CARD_DUPLICATE_OWN);
    assert_int_equal(testing_count(testing, "card"), TESTING_CARDS);
    assert_int_equal(testing_count(testing, "leaf"), leaves);
}

struct copy_run {
    struct market_listing listing;
    const char *of;
    char id[ID_BYTES];
};

static int listing_copy_run(struct service_call *call, void *argument, struct error *error)
{
    struct copy_run *run = argument;
    run->listing = (struct market_listing){.kind = text_of("card_key"),
                                           .category = text_of("game_card"),
                                           .title = text_of("same card"),
                                           .currency = text_of("CNY"),
                                           .price = 9000,
                                           .delivery_s = 60,
                                           .policy_id = text_of(run->of),
                                           .region = text_of("CN"),
                                           .redeem_channel = text_of("site")};
    return service_product_create(call, &run->listing, run->id, error);
}

static void a_card_of_another_merchant_is_refused_without_saying_whose(void **state)
{
    struct testing *testing = *state;
    struct copy_run product = {.of = testing->policy_id};
    testing_write(testing, &testing->rival, listing_copy_run, &product, ERROR_NONE);
    const struct text cards[] = {TEXT_LITERAL("TEST_CARD_0003"), TEXT_LITERAL("rival-1")};
    struct import_run run = {.product_id = product.id, .cards = cards, .count = 2};
    testing_write(testing, &testing->rival, import_run, &run, ERROR_NONE);
    assert_int_equal(run.verdicts[0], SERVICE_CARD_DUPLICATE_ELSEWHERE);
    assert_int_equal(run.accepted, 1);
}

static void another_merchants_product_is_not_found(void **state)
{
    struct testing *testing = *state;
    const struct text cards[] = {TEXT_LITERAL("x-1")};
    struct import_run run = {.product_id = testing->product_id, .cards = cards, .count = 1};
    testing_write(testing, &testing->rival, import_run, &run, ERROR_NOT_FOUND);
    run.product_id = testing->service_product_id;
    testing_write(testing, &testing->merchant, import_run, &run, ERROR_PRODUCT_KIND);
    run.product_id = "prd_00000000000000000000000000";
    testing_write(testing, &testing->merchant, import_run, &run, ERROR_NOT_FOUND);
    run.count = 0;
    testing_write(testing, &testing->merchant, import_run, &run, ERROR_FIELD_RANGE);
    assert_int_equal(testing_count(testing, "card"), TESTING_CARDS);
}

static void no_secret_is_in_the_database_in_clear(void **state)
{
    struct testing *testing = *state;
    assert_int_equal(testing_count(testing, "card WHERE instr(sealed, CAST('TEST-CARD' AS BLOB)) > 0"), 0);
    assert_int_equal(testing_count(testing, "leaf WHERE instr(item, CAST('TEST-CARD' AS BLOB)) > 0"), 0);
    assert_int_equal(testing_count(testing,
                                   "leaf WHERE kind = 'stock_import' AND instr(item, CAST('commitment' AS BLOB)) > 0"),
                     TESTING_CARDS);
}

/* ---- policies ---- */

struct publish_run {
    const char *source;
    char id[ID_BYTES];
};

static int publish_run(struct service_call *call, void *argument, struct error *error)
{
    struct publish_run *run = argument;
    return service_policy_publish_text(call, text_of(run->source), run->id, error);
}

static void only_a_checked_policy_of_a_new_version_is_published(void **state)
{
    struct testing *testing = *state;
    struct publish_run good = {
        "policy \"mine\" version 2\ngoods card_key\nclause a \"一\" \"one\"\n  when card is sealed\n"
        "  refund full at once\notherwise review within 48 hours\n"};
    struct publish_run older = {
        "policy \"mine\" version 1\ngoods card_key\nclause a \"一\" \"one\"\n  when card is sealed\n"
        "  refund full at once\notherwise review within 48 hours\n"};
    struct publish_run gap = {
        "policy \"gap\" version 1\ngoods card_key\nclause a \"一\" \"one\"\n  when card is sealed\n"
        "  refund full at once\n"};
    struct publish_run broken = {"policy \"broken\n"};
    int64_t before = testing_count(testing, "policy");
    testing_write(testing, &testing->merchant, publish_run, &good, ERROR_NONE);
    testing_write(testing, &testing->merchant, publish_run, &good, ERROR_VERSION_TAKEN);
    testing_write(testing, &testing->merchant, publish_run, &older, ERROR_VERSION_TAKEN);
    testing_write(testing, &testing->rival, publish_run, &older, ERROR_NONE);
    testing_write(testing, &testing->merchant, publish_run, &gap, ERROR_POLICY_GAP);
    testing_write(testing, &testing->merchant, publish_run, &broken, ERROR_POLICY_SYNTAX);
    testing_write(testing, &testing->buyer, publish_run, &good, ERROR_ACCESS_DENIED);
    assert_int_equal(testing_count(testing, "policy"), before + 2);
    struct text view = testing_json(testing, &testing->buyer, service_policy_write, good.id, ERROR_NONE);
    assert_non_null(memmem(view.data, view.length, "\"sha256\":\"", 10));
}

/* ---- products ---- */

struct bad_listing {
    const char *kind, *category, *policy, *currency;
    int64_t price;
    enum error_code code;
};

struct bad_run {
    const struct bad_listing *bad;
};

static int bad_run(struct service_call *call, void *argument, struct error *error)
{
    const struct bad_listing *bad = ((struct bad_run *)argument)->bad;
    char id[ID_BYTES];
    struct market_listing listing = {.kind = text_of(bad->kind),
                                     .category = text_of(bad->category),
                                     .title = text_of("t"),
                                     .currency = text_of(bad->currency),
                                     .price = bad->price,
                                     .delivery_s = 60,
                                     .policy_id = text_of(bad->policy),
                                     .region = text_of("CN"),
                                     .redeem_channel = text_of("site")};
    return service_product_create(call, &listing, id, error);
}

static void a_listing_that_cannot_be_meant_is_refused(void **state)
{
    struct testing *testing = *state;
    const struct bad_listing rows[] = {
        {"card_key", "game_card", testing->policy_id, "CNY", 0, ERROR_LISTING_INCOMPLETE},
        {"card_key", "game_card", testing->policy_id, "CNY", -1, ERROR_LISTING_INCOMPLETE},
        {"card_key", "shoes", testing->policy_id, "CNY", 1, ERROR_FIELD_VALUE},
        {"card_key", "game_card", testing->policy_id, "ZZZ", 1, ERROR_FIELD_VALUE},
        {"card_key", "game_card", testing->service_policy_id, "CNY", 1, ERROR_POLICY_GOODS},
        {"card_key", "game_card", "pol_00000000000000000000000000", "CNY", 1, ERROR_NOT_FOUND},
        {"service", "boosting", testing->service_policy_id, "CNY", 1, ERROR_LISTING_INCOMPLETE},
    };
    int64_t before = testing_count(testing, "product");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct bad_run run = {&rows[i]};
        testing_write(testing, &testing->merchant, bad_run, &run, rows[i].code);
    }
    assert_int_equal(testing_count(testing, "product"), before);
}

struct change_run {
    const char *id;
    int64_t price;
    const char *state;
};

static int change_run(struct service_call *call, void *argument, struct error *error)
{
    struct change_run *run = argument;
    struct market_listing listing;
    if (service_product_listing(call, text_of(run->id), &listing, error) < 0)
        return -1;
    if (run->price)
        listing.price = run->price;
    return service_product_change(call, text_of(run->id), &listing, text_of(run->state), error);
}

static void a_change_makes_a_new_snapshot_and_keeps_the_rest(void **state)
{
    struct testing *testing = *state;
    struct change_run price = {testing->service_product_id, 30000, NULL};
    testing_write(testing, &testing->merchant, change_run, &price, ERROR_NONE);
    assert_int_equal(testing_count(testing, "leaf WHERE kind = 'listing_snapshot'"), 3);
    assert_int_equal(testing_count(testing, "product WHERE price = 30000 AND version = 2 AND state = 'active' AND "
                                            "instr(listing, 'rank King') > 0 AND instr(listing, '\"half\"') > 0"),
                     1);
    struct change_run pause = {testing->product_id, 0, "paused"};
    testing_write(testing, &testing->rival, change_run, &pause, ERROR_NOT_FOUND);
    testing_write(testing, &testing->merchant, change_run, &pause, ERROR_NONE);
    assert_int_equal(testing_count(testing, "product WHERE state = 'paused'"), 1);
    struct change_run wrong = {testing->product_id, 0, "gone"};
    testing_write(testing, &testing->merchant, change_run, &wrong, ERROR_FIELD_VALUE);
}

static void a_product_shows_rule_stock_seller_and_price_check(void **state)
{
    struct testing *testing = *state;
    struct service_actor nobody = {.role = ROLE_ANONYMOUS};
    struct text view = testing_json(testing, &nobody, service_product_write, testing->product_id, ERROR_NONE);
    static const char *const parts[] = {"\"stock\":6",      "\"consent_wanted\":true",
                                        "\"refund_rate\":", "\"warning\":false",
                                        "\"bond\":",        "\"listing_sha256\":\""};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (!memmem(view.data, view.length, parts[i], strlen(parts[i])))
            fail_msg("%s is not in %.*s", parts[i], TEXT_ARG(view));
    testing_json(testing, &nobody, service_product_write, "prd_00000000000000000000000000", ERROR_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SERVICE_TEST(every_writing_of_a_card_is_the_same_card),
        SERVICE_TEST(a_dry_run_says_the_same_and_writes_nothing),
        SERVICE_TEST(a_card_of_another_merchant_is_refused_without_saying_whose),
        SERVICE_TEST(another_merchants_product_is_not_found),
        SERVICE_TEST(no_secret_is_in_the_database_in_clear),
        SERVICE_TEST(only_a_checked_policy_of_a_new_version_is_published),
        SERVICE_TEST(a_listing_that_cannot_be_meant_is_refused),
        SERVICE_TEST(a_change_makes_a_new_snapshot_and_keeps_the_rest),
        SERVICE_TEST(a_product_shows_rule_stock_seller_and_price_check),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
