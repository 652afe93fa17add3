/* SPDX-License-Identifier: Apache-2.0 */
/* What the platform itself says about replacements, extra protection and interference, and the extra time of a clause. */
#include "service/testing.h"

#include <stdio.h>
#include <string.h>

#include "service/claims/claims.h"
#include "service/policies/policies.h"
#include "service/shop/catalogue.h"
#include "service/worker.h"

static const char service_policy[] =
    "policy \"facts\" version 1\n"
    "goods service\n"
    "clause declined \"不接受返工的,全额退\" \"Replacement declined: full refund\"\n"
    "  when replacement is declined and not protection and not buyer_interfered\n"
    "  refund full at once\n"
    "clause replaced \"已补发的不再退\" \"Replaced: no second refund\"\n"
    "  when replacement is delivered\n"
    "  refuse\n"
    "clause interfered \"买家自行登录的,由人工处理\" \"The buyer interfered: a person decides\"\n"
    "  when replacement is none or offered and buyer_interfered and reason is service_below_standard\n"
    "  review within 24 hours\n"
    "clause below \"未达标的由商家答复\" \"Below the standard: the merchant answers\"\n"
    "  when reason is service_below_standard and replacement is none or offered\n"
    "  merchant answers within 2 hours, extension 20 hours, silence accepts\n"
    "  refund full\n"
    "clause part \"少做的部分\" \"What was left out\"\n"
    "  when reason is partial_delivery and replacement is none or offered\n"
    "  merchant answers within 24 hours, silence accepts\n"
    "  refund affected part\n"
    "interfered overrides below\n"
    "otherwise review within 48 hours\n";

/* ---- steps ---- */

struct shop {
    struct testing *testing;
    char policy_id[ID_BYTES], product_id[ID_BYTES];
    struct testing_order order;
    char claim_id[ID_BYTES];
};

static int publish_run(struct service_call *call, void *argument, struct error *error)
{
    struct shop *shop = argument;
    return service_policy_publish_text(call, text_of(service_policy), shop->policy_id, error);
}

static int product_run(struct service_call *call, void *argument, struct error *error)
{
    static const struct market_milestone milestones[] = {{{"done", 4}, 100}};
    struct shop *shop = argument;
    struct market_listing listing = {.kind = text_of("service"),
                                     .category = text_of("boosting"),
                                     .title = text_of("代练"),
                                     .currency = text_of("CNY"),
                                     .price = 10000,
                                     .delivery_s = TIME_DAY_S,
                                     .policy_id = text_of(shop->policy_id),
                                     .standard = text_of("rank King"),
                                     .lateness = text_of("5 per cent a day"),
                                     .dissatisfaction = text_of("redone once"),
                                     .revisions_given = true,
                                     .milestones = milestones,
                                     .milestone_count = 1};
    return service_product_create(call, &listing, shop->product_id, error);
}

struct step {
    struct shop *shop;
    struct service_claim_action in;
    struct service_claim_new filing;
    const char *fact, *value;
};

/* The answer of a step that failed may stop in the middle of an object. */
static int answer_done(struct json_writer *writer, int result)
{
    writer->depth = 0;
    json_writer_done(writer);
    return result;
}

static void answer_begin(struct step *step, struct json_writer *writer)
{
    buffer_clear(&step->shop->testing->answer);
    json_writer_init(writer, &step->shop->testing->answer);
}

static int file_run(struct service_call *call, void *argument, struct error *error)
{
    struct step *step = argument;
    struct json_writer writer;
    answer_begin(step, &writer);
    return answer_done(&writer, service_claim_file(call, text_of(step->shop->order.id), &step->filing,
                                                   step->shop->claim_id, &writer, error));
}

static int act_run(struct service_call *call, void *argument, struct error *error)
{
    struct step *step = argument;
    struct json_writer writer;
    answer_begin(step, &writer);
    return answer_done(&writer, service_claim_act(call, text_of(step->shop->claim_id), &step->in, &writer, error));
}

static int find_run(struct service_call *call, void *argument, struct error *error)
{
    struct step *step = argument;
    struct json_writer writer;
    answer_begin(step, &writer);
    return answer_done(&writer, service_claim_find_fact(call, text_of(step->shop->claim_id), text_of(step->fact),
                                                        text_of(step->value), text_of("as the log of the game shows"),
                                                        &writer, error));
}

static struct shop open_shop(struct testing *testing)
{
    struct shop shop = {.testing = testing};
    testing_write(testing, NULL, publish_run, &shop, ERROR_NONE);
    testing_write(testing, &testing->merchant, product_run, &shop, ERROR_NONE);
    testing_paid_order(testing, &testing->buyer, shop.product_id, &shop.order);
    return shop;
}

static void file_for(struct shop *shop, const char *reason)
{
    struct step step = {.shop = shop, .filing = {.reason = text_of(reason)}};
    testing_write(shop->testing, &shop->testing->buyer, file_run, &step, ERROR_NONE);
}

static void file(struct shop *shop)
{
    file_for(shop, "service_below_standard");
}

static void act(struct shop *shop, const struct service_actor *actor, struct service_claim_action in,
                enum error_code fails_with)
{
    struct step step = {.shop = shop, .in = in};
    testing_write(shop->testing, actor, act_run, &step, fails_with);
}

#define ACTION(...) ((struct service_claim_action){__VA_ARGS__})

static const char *claim(struct shop *shop, const char *columns)
{
    char sql[200];
    snprintf(sql, sizeof sql, "SELECT %s FROM claim WHERE id = '%s'", columns, shop->claim_id);
    return testing_row(shop->testing, sql);
}

static void work(struct testing *testing)
{
    struct service_work done = {.failures = 0};
    struct error error;
    for (int i = 0; i < 3; i++)
        if (service_work_once(testing->service, &done, &error) < 0)
            fail_msg("%s", error.message);
}

/* ---- tests ---- */

static void a_replacement_that_the_buyer_declines_is_a_fact_of_the_rule(void **state)
{
    struct shop shop = open_shop(*state);
    struct testing *testing = *state;
    file(&shop);
    assert_string_equal(claim(&shop, "stage, clause"), "merchant | below");
    act(&shop, &testing->merchant, ACTION(.action = text_of("offer"), .offer_kind = text_of("replacement")), 0);
    act(&shop, &testing->buyer, ACTION(.action = text_of("decline_offer")), 0);
    assert_string_equal(claim(&shop, "stage, clause, computed_outcome"), "platform | declined | refund");
    testing_advance(testing, 3 * TIME_DAY_S); /* the person who has it does nothing: the rule is carried out */
    work(testing);
    assert_string_equal(claim(&shop, "stage, outcome_amount"), "settlement | 10000");
    testing_check_invariants(testing);
}

static void a_replacement_that_was_delivered_stays_delivered_for_a_later_claim(void **state)
{
    struct shop shop = open_shop(*state);
    struct testing *testing = *state;
    file(&shop);
    act(&shop, &testing->merchant, ACTION(.action = text_of("offer"), .offer_kind = text_of("replacement")), 0);
    act(&shop, &testing->buyer, ACTION(.action = text_of("accept_offer")), 0);
    act(&shop, &testing->merchant, ACTION(.action = text_of("report_performance")), 0);
    act(&shop, &testing->buyer, ACTION(.action = text_of("confirm_performance")), 0);
    assert_string_equal(claim(&shop, "stage, outcome"), "closed | replaced");
    testing_advance(testing, 60);
    file(&shop);
    assert_string_equal(claim(&shop, "stage, clause"), "negotiation | replaced");
}

static void nobody_interfered_until_a_person_finds_so(void **state)
{
    struct shop shop = open_shop(*state);
    struct testing *testing = *state;
    file(&shop);
    act(&shop, &testing->merchant, ACTION(.action = text_of("merchant_refuse"), .reason = text_of("he logged in")), 0);
    act(&shop, &testing->buyer, ACTION(.action = text_of("escalate")), 0);
    act(&shop, &testing->arbiter, ACTION(.action = text_of("take_case")), 0);
    struct step found = {.shop = &shop, .fact = "buyer_interfered", .value = "yes"};
    testing_write(testing, &testing->arbiter, find_run, &found, ERROR_NONE);
    assert_string_equal(claim(&shop, "stage, clause"), "platform | interfered");
    /* What the market sells is its own record, and one person does not overrule that. */
    struct step sold = {.shop = &shop, .fact = "protection", .value = "yes"};
    testing_write(testing, &testing->arbiter, find_run, &sold, ERROR_POLICY_SOURCE);
}

static void the_merchant_takes_the_extra_time_of_the_clause_once_also_after_a_restart(void **state)
{
    struct shop shop = open_shop(*state);
    struct testing *testing = *state;
    file(&shop);
    assert_string_equal(claim(&shop, "(deadline_at - filed_at) / 1000000, extension_s"), "7200 | 72000");
    testing_restart(testing);
    act(&shop, &testing->merchant, ACTION(.action = text_of("merchant_extend")), ERROR_CLAIM_REASON_MISSING);
    act(&shop, &testing->merchant,
        ACTION(.action = text_of("merchant_extend"), .reason = text_of("asking the publisher")), 0);
    assert_non_null(strstr(testing->answer.data, "\"extension_s\":0"));
    assert_null(strstr(testing->answer.data, "merchant_extend"));
    assert_string_equal(claim(&shop, "(deadline_at - filed_at) / 1000000, extension_s"), "79200 | 0");
    act(&shop, &testing->merchant, ACTION(.action = text_of("merchant_extend"), .reason = text_of("once more")),
        ERROR_CLAIM_EXTENSION);
    assert_int_equal(testing_count(testing, "claim_event JOIN leaf USING (leaf_index) WHERE event = 'merchant_extend' "
                                            "AND leaf.kind = 'response'"),
                     1);
    testing_check_invariants(testing);
}

static void a_refund_whose_amount_is_not_known_yet_is_not_refused(void **state)
{
    struct shop shop = open_shop(*state);
    file_for(&shop, "partial_delivery");
    assert_string_equal(claim(&shop, "stage, waiting_for, clause, computed_outcome"), "intake | buyer | part | ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SERVICE_TEST(a_replacement_that_the_buyer_declines_is_a_fact_of_the_rule),
        SERVICE_TEST(a_replacement_that_was_delivered_stays_delivered_for_a_later_claim),
        SERVICE_TEST(nobody_interfered_until_a_person_finds_so),
        SERVICE_TEST(a_refund_whose_amount_is_not_known_yet_is_not_refused),
        SERVICE_TEST(the_merchant_takes_the_extra_time_of_the_clause_once_also_after_a_restart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
