/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The checker refuses every certificate with any single place changed, whatever the change; of the inputs alone another
 * value may pass, because it gives the same decision. Tried on the golden certificates and on situations of every kind.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "evidence/replay/replay.h"
#include "evidence/replay/test_cases.h"
#include "evidence/replay/test_mutate.h"

/* Between them the policies use every kind of line, amount, test and override. */
#define CARDS                                                                                                           \
    "policy \"all-cards\" version 3 goods card_key floor \"cn-consumer\" effective \"2024-07-01\"\n"                    \
    "clause sealed \"未查看\" when card is sealed and purchased within 7 days and consent is not given\n"            \
    "  refund full less 5 percent at once law \"ECL-49-2\", \"CPR-44\"\n"                                               \
    "clause dead \"无效\" \"Dead\" when reason is key_invalid or key_already_used\n"                                  \
    "   and card is revealed or redeemed and (revealed within 72 hours or protection)\n"                                \
    "  needs problem_proof needs unused_proof or screen_recording optional contact_record\n"                            \
    "  merchant answers within 24 hours, extension 12 hours, silence accepts refund full to store_credit\n"             \
    "clause part \"部分\" when reason is partial_delivery\n"                                                          \
    "   and not (replacement is delivered or affected_quantity under 1)\n"                                              \
    "  merchant answers within 2 days, silence refuses refund 50 percent of affected part less 1.50 CNY\n"              \
    "clause used \"已兑换\" when card is redeemed and not redemption_report is unused refuse\n"                      \
    "clause fee \"网络\" when cause is user_network refund 3.00 CNY at once to original_payment, borne by goodwill\n" \
    "clause price \"低价\" when price_warning and amount over 100.00 CNY and buyer_refunds at most 9\n"               \
    "  review within 12 hours needs identity_proof\n"                                                                   \
    "clause outage \"故障\" when cause is platform_outage and delivered over 1 hour ago\n"                            \
    "  refund full at once, borne by platform\n"                                                                        \
    "dead overrides used outage overrides sealed, dead, part, used, fee, price otherwise refuse\n"
#define SERVICES                                                                                                       \
    "policy \"all-services\" version 1 goods service\n"                                                                \
    "clause unstarted \"未开工\" when service is none or agreed and late by 2 hours refund 90 percent at once\n"    \
    "clause unfinished \"未做完\" when reason is service_incomplete and progress under 100 percent\n"               \
    "   and not buyer_interfered needs service_log\n"                                                                  \
    "  merchant answers within 1 day, silence accepts refund 80 percent of unfinished part less 10 percent\n"          \
    "clause harm \"损害\" when reason is service_caused_harm refund unfinished part at once to store_credit\n"       \
    "clause below \"不达标\" when reason is service_below_standard and region is cn or eu\n"                        \
    "  review within 3 days needs agreed_standard or result_proof law \"PRM-19\"\n"                                    \
    "clause time \"剩余\" when any reason and cause is buyer_conduct and not late within 5 minutes\n"                \
    "  merchant answers within 20 hours, silence reviews refund 50 percent of remaining part\n"                        \
    "  to store_credit or original_payment\n"                                                                          \
    "clause done \"已完成\" when started over 2 days ago and (handed_over or service is accepted)\n"                \
    "   and reason is changed_mind refuse\n"
#define LICENCES                                                                                                       \
    "policy \"all-licences\" version 2 goods licence effective \"1970-01-01\"\n"                                       \
    "clause early \"未多玩\" when item is game or add_on and usage under 2 hours and purchased within 14 days\n"    \
    "   and not (consumed or banned) refund full at once to store_credit\n"                                            \
    "clause broken \"不能用\" when reason is does_not_work and released and usage at most 1 day\n"                  \
    "  needs screen_recording merchant answers within 3 days, extension 2 days, silence refuses\n"                     \
    "  refund full less 2.00 EUR\n"                                                                                    \
    "clause cheat \"作弊\" when banned refuse\n"                                                                     \
    "clause unreleased \"未发售\" when not released and not downloaded refund full at once\n"                       \
    "clause gifts \"礼物\" when item is gift or wallet_funds refund affected part at once, borne by issuer\n"        \
    "cheat overrides early, broken, unreleased, gifts unreleased overrides early, gifts otherwise review within 72 "   \
    "hours\n"

#define DEAD "reason key_invalid buyer; card revealed record; revealed 3600 record 7; protection no record;"
#define PART "reason partial_delivery buyer 3; card revealed record; quantity 3 record; affected_quantity 1 merchant;"
#define QUIET "cause none record; price_warning no record; redemption_report none record; replacement none record;"
#define GAME                                                                                                           \
    "reason changed_mind buyer; item game record; purchased 86400 record; consumed no record; banned no record;"

static const struct situation situations[] = {
    /* refunds that are paid at once, in every way to compute them */
    {CARDS, QUIET "reason changed_mind buyer; card sealed record 7; purchased 3600 record 3; consent not_given record",
     "CNY", 10001, 0},
    {CARDS, "reason changed_mind buyer; card revealed record; cause user_network record 12", "CNY", 9900, 0},
    {CARDS, "reason unauthorised buyer; cause platform_outage record 2; delivered 3601 arbiter; card redeemed issuer",
     "CNY", 5000, 4000},
    {SERVICES, "reason changed_mind buyer; service agreed record; late 7200 record; started never record", "CNY", 999,
     0},
    {SERVICES, "reason service_caused_harm buyer; service started record; progress 33 evidence 4; started 90 record",
     "CNY", 9999, 10},
    {LICENCES, GAME "usage 7199 issuer 5; released 86400 record; downloaded 4000 record", "EUR", 5999, 0},
    {LICENCES,
     "reason does_not_work buyer; released never record; downloaded never record; item game record; banned no "
     "record",
     "EUR", 5999, 0},
    {LICENCES,
     "reason changed_mind buyer; item gift record; banned no record; released 9 record; quantity 5 record; "
     "affected_quantity 2 buyer; downloaded never record",
     "USD", 101, 0},
    /* waiting for the merchant, and each of his answers */
    {CARDS,
     DEAD QUIET "problem_proof accepted evidence 9; screen_recording accepted evidence 8; merchant_answer none record",
     "CNY", 4990, 0},
    {CARDS,
     DEAD QUIET "problem_proof accepted evidence 9; unused_proof accepted issuer 8; merchant_answer silent record",
     "CNY", 4990, 1000},
    {CARDS, PART QUIET "merchant_answer silent record 9; delivered 60 record", "CNY", 3001, 0},
    {CARDS, PART QUIET "merchant_answer disputes merchant 9; delivered 60 record", "CNY", 3001, 0},
    {SERVICES,
     "reason service_incomplete buyer; progress 40 merchant; buyer_interfered no record; service_log accepted "
     "record; "
     "merchant_answer accepts record 8; service started record; started 90000 record",
     "CNY", 100003, 0},
    {LICENCES,
     "reason does_not_work buyer; released 86400 record; usage 60 record; screen_recording accepted evidence; "
     "merchant_answer disputes record; banned no issuer; item media record; downloaded 50 record",
     "EUR", 5999, 0},
    {SERVICES,
     "reason other buyer; cause buyer_conduct arbiter 4; late never record; time_used 34 record; merchant_answer "
     "silent record 6",
     "CNY", 777, 100},
    {SERVICES, "reason account_recovered buyer; cause buyer_conduct record; late 301 record; time_used 100 record",
     "CNY", 777, 0},
    /* missing and rejected evidence */
    {CARDS, DEAD QUIET "problem_proof rejected arbiter 9; unused_proof missing record; merchant_answer none record",
     "CNY", 4990, 0},
    {SERVICES,
     "reason service_below_standard arbiter; region eu buyer; agreed_standard missing record; result_proof "
     "rejected "
     "evidence 2; "
     "service handed_over record; late never record",
     "CNY", 8000, 0},
    /* refusals: by a clause, by `otherwise`, because nothing is left, by silence, by a fee that takes it all */
    {CARDS, QUIET "reason changed_mind buyer; card redeemed issuer 3; delivered 99 record", "CNY", 4990, 0},
    {CARDS, QUIET "reason changed_mind buyer; card revealed record; delivered 99 record; protection yes record", "CNY",
     4990, 0},
    {CARDS, "reason changed_mind buyer; card revealed record; cause user_network record 12", "CNY", 9900, 9900},
    {LICENCES,
     "reason does_not_work buyer; released 86400 record; usage 60 record; screen_recording accepted evidence; item "
     "media record; "
     "merchant_answer silent record; banned no record; downloaded 50 record",
     "EUR", 5999, 0},
    {LICENCES,
     "reason does_not_work buyer; released 86400 record; usage 60 record; screen_recording accepted evidence; item "
     "media record; "
     "banned no record; downloaded 50 record",
     "EUR", 200, 0},
    {SERVICES, "reason changed_mind buyer; started 172801 record; service accepted record; handed_over 5 record", "CNY",
     50, 0},
    {LICENCES, GAME "usage 0 record; banned yes arbiter 77; released never record; downloaded never record", "EUR",
     5999, 0},
    /* a person decides: by a clause, by `otherwise`, because the reason is `other` */
    {CARDS,
     QUIET "reason wrong_item_or_region buyer; card revealed record; price_warning yes record; "
           "buyer_refunds 9 record; identity_proof accepted evidence 6; delivered 5 record",
     "CNY", 10001, 0},
    {CARDS, QUIET "reason other buyer; card sealed record; purchased 60 record; delivered never record", "CNY", 4990,
     0},
    {SERVICES,
     "reason unauthorised buyer; cause none record; service started record; late never record; started 1 record", "CNY",
     4990, 0},
    {LICENCES,
     "reason changed_mind buyer; item subscription record; usage 5 record; released 5 record; banned no record", "EUR",
     4990, 0},
    /* open: no facts, a fact of the amount, another currency, an unknown that might override */
    {CARDS, "", "CNY", -1, 0},
    {LICENCES, "", "JPY", 100, 100},
    {SERVICES, "service agreed record; late 7200 record; reason changed_mind buyer; started never record", "CNY", -1,
     0},
    {CARDS, "reason changed_mind buyer; card revealed record; cause user_network record 12", "USD", 9900, 0},
    {LICENCES,
     "reason does_not_work buyer; released 86400 record; usage 60 record; screen_recording accepted evidence; item "
     "media record; "
     "banned no record; downloaded 50 record",
     "JPY", 5999, 0},
    {CARDS, "reason changed_mind buyer; card sealed record; purchased 3600 record; consent not_given record", "CNY",
     4990, 0},
};

struct trial {
    struct text policy;
    const char *name;
    int refused, accepted[MUTATION_INPUTS];
};

static void mutation_try(void *context, const struct mutation *mutation)
{
    struct trial *trial = context;
    struct evidence_difference difference;
    int result = evidence_replay(mutation->text, trial->policy, &difference, NULL);
    if (result == 0 && !mutation_is_of_input(mutation))
        fail_msg("%s: accepted: %s at %s\n%.*s", trial->name, mutation->what, mutation->place,
                 TEXT_ARG(mutation->text));
    if (result > 0) {
        assert_true(difference.words_en[0] && difference.words_zh[0]);
        assert_true(text_utf8_bad(text_of(difference.words_zh)) < 0);
    }
    trial->refused += result != 0;
    for (int i = 0; result == 0 && i < MUTATION_INPUTS; i++)
        trial->accepted[i] += strcmp(mutation->place, mutation_inputs[i]) == 0;
}

static int golden_count, mutation_count, every = 1;

static void certificate_bend(struct trial *trial, struct text certificate)
{
    struct evidence_difference difference;
    if (evidence_replay(certificate, trial->policy, &difference, NULL))
        fail_msg("%s: %s\n%.*s", trial->name, difference.words_en, TEXT_ARG(certificate));
    mutation_count += mutations_each(certificate, every, mutation_try, trial);
}

static void golden_bend(void *context, struct text certificate, struct text policy, const char *path)
{
    struct trial *trial = context;
    trial->policy = policy;
    trial->name = path;
    golden_count++;
    certificate_bend(trial, certificate);
}

static void every_certificate_with_one_place_changed_is_refused_but_for_the_inputs(void **state)
{
    (void)state;
    struct trial trial = {.refused = 0};
    int accepted = 0, situation_count = sizeof situations / sizeof *situations;
    golden_each(golden_bend, &trial);
    for (int i = 0; i < situation_count; i++) {
        struct buffer certificate;
        char name[40];
        buffer_init(&certificate, EVIDENCE_CERTIFICATE_BYTES_MAX);
        situation_certificate(&situations[i], &certificate);
        snprintf(name, sizeof name, "situation %d", i);
        trial.policy = text_of(situations[i].policy);
        trial.name = name;
        certificate_bend(&trial, buffer_text(&certificate));
        buffer_done(&certificate);
    }
    print_message("# %d certificates (%d golden), %d changes, %d refused\n", golden_count + situation_count,
                  golden_count, mutation_count, trial.refused);
    for (int i = 0; i < MUTATION_INPUTS; i++) {
        print_message("#   %s: another value passed %d times\n", mutation_inputs[i], trial.accepted[i]);
        assert_true(trial.accepted[i] > 0 || every > 1); /* else it is no input, and must leave the list */
        accepted += trial.accepted[i];
    }
    assert_int_equal(trial.refused + accepted, mutation_count);
    assert_true(mutation_count > 100000 / every);
}

/* Under the sanitizers, which take ten times as long, each change is tried on some of the certificates. */
int main(void)
{
    const char *sample = getenv("SHUNTUI_MUTATIONS_EVERY");
    int64_t given;
    if (sample && text_to_int64(text_of(sample), &given, NULL) == 0 && given > 0 && given < 1000)
        every = (int)given;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_certificate_with_one_place_changed_is_refused_but_for_the_inputs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
