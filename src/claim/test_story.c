/* SPDX-License-Identifier: Apache-2.0 */
/* The stories that the design tells of claims, step by step, with the wrong turns that must be refused. */
#include "claim/claim.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#define T(literal) TEXT_LITERAL(literal)
#define START_US INT64_C(1764000000000000)
#define HOURS(n) ((n)*TIME_HOUR_S * TIME_SECOND_US)
#define DAYS(n) ((n)*TIME_DAY_S * TIME_SECOND_US)

static const struct claim_ruling rulings[] = {
    {.disposition = CLAIM_RULING_PAY, .outcome = CLAIM_COMPUTED_REFUND, .amount = 600, .clause = T("sealed")},
    {.disposition = CLAIM_RULING_WAIT_MERCHANT,
     .outcome = CLAIM_COMPUTED_REFUND,
     .amount = 1000,
     .clause = T("dead_key")},
    {.disposition = CLAIM_RULING_MISSING_EVIDENCE, .clause = T("dead_key")},
    {.disposition = CLAIM_RULING_REVIEW, .outcome = CLAIM_COMPUTED_REVIEW, .clause = T("other")},
    {.disposition = CLAIM_RULING_REFUSE, .outcome = CLAIM_COMPUTED_REFUSE, .clause = T("used")},
    {.disposition = CLAIM_RULING_WAIT_MERCHANT,
     .outcome = CLAIM_COMPUTED_REFUND,
     .amount = 1000,
     .clause = T("dead_key"),
     .merchant_answer_s = 2 * TIME_HOUR_S,
     .extension_s = 20 * TIME_HOUR_S,
     .silence = CLAIM_SILENCE_REFUSES},
    {.disposition = CLAIM_RULING_WAIT_MERCHANT,
     .outcome = CLAIM_COMPUTED_REFUND,
     .amount = 1000,
     .clause = T("dead_key"),
     .silence = CLAIM_SILENCE_REVIEWS},
};

struct story {
    struct claim claim;
    struct claim_effect effect;
    struct error error;
    int64_t now_us;
};

static struct story begin(int ruling)
{
    struct story story = {.now_us = START_US, .claim = {.deadline_default = CLAIM_EVENT_NONE}};
    struct claim_input input = {.event = CLAIM_EVENT_FILE,
                                .role = CLAIM_ROLE_BUYER,
                                .now_us = START_US,
                                .asked_amount = 1000,
                                .refundable_amount = 1000,
                                .merchant_id = T("mch_1"),
                                .ruling = rulings[ruling]};
    assert_int_equal(claim_step(&story.claim, &input, &story.claim, &story.effect, &story.error), 0);
    return story;
}

static int act(struct story *story, enum claim_event event, enum claim_role role, const char *actor,
               struct claim_input more)
{
    more.event = event;
    more.role = role;
    more.actor_id = text_of(actor);
    more.now_us = story->now_us;
    error_clear(&story->error);
    return claim_step(&story->claim, &more, &story->claim, &story->effect, &story->error);
}

static void silence(struct story *story)
{
    story->now_us = story->claim.deadline_us;
    assert_int_equal(act(story, claim_due(&story->claim, story->now_us), CLAIM_ROLE_CLOCK, "", (struct claim_input){0}),
                     0);
}

#define WITH(...) ((struct claim_input){__VA_ARGS__})
#define BUYER CLAIM_ROLE_BUYER, "usr_1"
#define MERCHANT CLAIM_ROLE_MERCHANT, "mch_1"
#define ARBITER(n) CLAIM_ROLE_ARBITER, "arb_" #n

static void a_rule_that_pays_pays_in_one_step(void **state)
{
    (void)state;
    struct story story = begin(0);
    assert_int_equal(story.claim.stage, CLAIM_STAGE_SETTLEMENT);
    assert_int_equal(story.effect.kind, CLAIM_EFFECT_REFUND);
    assert_int_equal(story.effect.refund_amount, 600);
    assert_int_equal(story.effect.basis, CLAIM_BASIS_RULE);
    assert_int_equal(act(&story, CLAIM_EVENT_SETTLEMENT_CONFIRMED, CLAIM_ROLE_PROVIDER, "", WITH(0)), 0);
    assert_int_equal(story.claim.outcome, CLAIM_OUTCOME_PART_REFUNDED);
    assert_int_equal(story.claim.outcome_amount, 600);
    /* Less than was asked and no person has looked: the buyer may still ask one, for the rest. */
    assert_int_equal(act(&story, CLAIM_EVENT_ESCALATE, BUYER, WITH(0)), 0);
    assert_int_equal(act(&story, CLAIM_EVENT_TAKE_CASE, ARBITER(1), WITH(0)), 0);
    assert_int_equal(act(&story, CLAIM_EVENT_PROPOSE_DEVIATION, ARBITER(1),
                         WITH(.outcome = CLAIM_COMPUTED_REFUND, .amount = 1000, .reason = T("worse than agreed"),
                              .clause = T("CPL-24"))),
                     0);
    assert_int_equal(act(&story, CLAIM_EVENT_CONFIRM_DEVIATION, ARBITER(2), WITH(0)), 0);
    silence(&story);
    assert_int_equal(story.effect.refund_amount, 400);
    assert_int_equal(story.claim.paid_amount, 1000);
}

static void the_merchants_silence_accepts(void **state)
{
    (void)state;
    struct story story = begin(1);
    assert_int_equal(story.claim.waiting, CLAIM_WAITING_MERCHANT);
    assert_int_equal(story.claim.deadline_us, START_US + HOURS(24));
    story.now_us = story.claim.deadline_us - 1;
    assert_int_equal(act(&story, CLAIM_EVENT_MERCHANT_SILENCE, CLAIM_ROLE_CLOCK, "", WITH(0)), -1);
    assert_int_equal(story.error.code, ERROR_CLAIM_NOT_DUE);
    story.now_us++;
    assert_int_equal(act(&story, CLAIM_EVENT_MERCHANT_REFUSE, MERCHANT, WITH(.reason = T("was redeemed"))), -1);
    assert_int_equal(story.error.code, ERROR_CLAIM_DEADLINE_PASSED);
    silence(&story);
    assert_int_equal(story.effect.refund_amount, 1000);
    assert_int_equal(story.effect.basis, CLAIM_BASIS_SILENCE);
    assert_int_equal(story.effect.bearer, LEDGER_BEARER_MERCHANT);
}

static void the_merchants_silence_calls_a_person_where_the_clause_says_so(void **state)
{
    (void)state;
    struct story story = begin(6);
    assert_int_equal(story.claim.deadline_default, CLAIM_EVENT_MERCHANT_SILENCE_REVIEWS);
    silence(&story);
    assert_int_equal(claim_position(&story.claim), CLAIM_POSITION_REVIEW);
    silence(&story); /* and the platform's own silence pays what the rule computes */
    assert_int_equal(story.claim.stage, CLAIM_STAGE_SETTLEMENT);
}

static void the_merchant_extends_his_time_once_with_a_reason_and_before_the_deadline(void **state)
{
    (void)state;
    struct story story = begin(5), none = begin(1), late = story;
    int64_t deadline_us = START_US + HOURS(2);
    assert_int_equal(story.claim.deadline_us, deadline_us);
    story.now_us = START_US + HOURS(1);
    assert_int_equal(act(&story, CLAIM_EVENT_MERCHANT_EXTEND, MERCHANT, WITH(0)), -1);
    assert_int_equal(story.error.code, ERROR_CLAIM_REASON_MISSING);
    assert_int_equal(act(&story, CLAIM_EVENT_MERCHANT_EXTEND, BUYER, WITH(.reason = T("asks the issuer"))), -1);
    assert_int_equal(story.error.code, ERROR_CLAIM_ACTOR_NOT_ALLOWED);
    assert_int_equal(act(&story, CLAIM_EVENT_MERCHANT_EXTEND, MERCHANT, WITH(.reason = T("asks the issuer"))), 0);
    assert_int_equal(story.claim.deadline_us, deadline_us + HOURS(20)); /* of the old deadline, not of now */
    assert_int_equal(story.claim.deadline_default, CLAIM_EVENT_MERCHANT_SILENCE_REFUSES);
    assert_int_equal(story.claim.extension_s, 0);
    assert_int_equal(act(&story, CLAIM_EVENT_MERCHANT_EXTEND, MERCHANT, WITH(.reason = T("once more"))), -1);
    assert_int_equal(story.error.code, ERROR_CLAIM_EXTENSION);
    assert_int_equal(act(&none, CLAIM_EVENT_MERCHANT_EXTEND, MERCHANT, WITH(.reason = T("asks the issuer"))), -1);
    assert_int_equal(none.error.code, ERROR_CLAIM_EXTENSION);
    late.now_us = deadline_us;
    assert_int_equal(act(&late, CLAIM_EVENT_MERCHANT_EXTEND, MERCHANT, WITH(.reason = T("asks the issuer"))), -1);
    assert_int_equal(late.error.code, ERROR_CLAIM_DEADLINE_PASSED);
    silence(&story);
    assert_int_equal(story.now_us, deadline_us + HOURS(20));
    assert_int_equal(story.claim.waiting, CLAIM_WAITING_BUYER);
}

static void an_extension_does_not_pass_the_outer_limit_and_a_new_ruling_does_not_give_it_back(void **state)
{
    (void)state;
    struct story story = begin(5), again = begin(5);
    story.claim.outer_us = START_US + HOURS(10);
    assert_int_equal(act(&story, CLAIM_EVENT_MERCHANT_EXTEND, MERCHANT, WITH(.reason = T("asks the issuer"))), 0);
    assert_int_equal(story.claim.deadline_us, story.claim.outer_us);
    assert_int_equal(act(&again, CLAIM_EVENT_MERCHANT_EXTEND, MERCHANT, WITH(.reason = T("asks the issuer"))), 0);
    assert_int_equal(act(&again, CLAIM_EVENT_REASSESS, CLAIM_ROLE_SYSTEM, "", WITH(.ruling = rulings[5])), 0);
    assert_int_equal(again.claim.extension_s, 0);
}

static void after_a_refusal_the_buyers_silence_closes_and_the_right_to_escalate_is_kept(void **state)
{
    (void)state;
    struct story story = begin(4);
    assert_int_equal(story.claim.waiting, CLAIM_WAITING_BUYER);
    silence(&story);
    assert_int_equal(story.claim.outcome, CLAIM_OUTCOME_LAPSED);
    assert_int_equal(story.effect.kind, CLAIM_EFFECT_RELEASE);
    struct story late = story, second = story;
    second.claim.other_is_open = true;
    assert_int_equal(act(&second, CLAIM_EVENT_ESCALATE, BUYER, WITH(0)), -1);
    assert_int_equal(second.error.code, ERROR_CLAIM_OPEN_EXISTS);
    assert_int_equal(act(&story, CLAIM_EVENT_ESCALATE, BUYER, WITH(0)), 0);
    assert_int_equal(story.effect.kind, CLAIM_EFFECT_HOLD);
    assert_int_equal(story.claim.stage, CLAIM_STAGE_PLATFORM);
    late.now_us = late.claim.outer_us - HOURS(23);
    assert_int_equal(act(&late, CLAIM_EVENT_ESCALATE, BUYER, WITH(0)), -1);
    assert_int_equal(late.error.code, ERROR_CLAIM_REOPEN_ENDED);
    assert_int_equal(act(&late, CLAIM_EVENT_ADD_EVIDENCE, BUYER, WITH(0)), -1);
    assert_int_equal(late.error.code, ERROR_CLAIM_CLOSED);
}

static void a_claim_that_goes_on_after_another_was_paid_gives_what_that_one_left(void **state)
{
    (void)state;
    struct story story = begin(1);
    assert_int_equal(act(&story, CLAIM_EVENT_MERCHANT_REFUSE, MERCHANT, WITH(.reason = T("was redeemed"))), 0);
    silence(&story);
    assert_int_equal(story.claim.outcome, CLAIM_OUTCOME_LAPSED);
    story.claim.refundable_amount = 400; /* a second claim of the same order was paid 600 */
    assert_int_equal(act(&story, CLAIM_EVENT_ESCALATE, BUYER, WITH(0)), 0);
    assert_int_equal(story.claim.computed_amount, 400);
    silence(&story);
    assert_int_equal(story.effect.refund_amount, 400);
}

static void the_platforms_silence_carries_out_the_rule_and_where_there_is_none_pays_the_buyer(void **state)
{
    (void)state;
    struct story open = begin(3), refused = begin(4);
    silence(&open);
    assert_int_equal(open.effect.refund_amount, 1000);
    assert_int_equal(open.effect.bearer, LEDGER_BEARER_PLATFORM);
    assert_true(open.effect.alert);
    assert_int_equal(act(&refused, CLAIM_EVENT_ESCALATE, BUYER, WITH(0)), 0);
    silence(&refused);
    assert_int_equal(refused.claim.outcome, CLAIM_OUTCOME_REFUSED);
}

static void a_counter_offer_settles_for_a_part(void **state)
{
    (void)state;
    struct story story = begin(1);
    assert_int_equal(
        act(&story, CLAIM_EVENT_OFFER, MERCHANT, WITH(.offer = {.kind = CLAIM_OFFER_PARTIAL, .amount = 200})), 0);
    assert_int_equal(act(&story, CLAIM_EVENT_COUNTER_OFFER, BUYER,
                         WITH(.offer = {.kind = CLAIM_OFFER_PARTIAL, .amount = 1001})),
                     -1);
    assert_int_equal(story.error.code, ERROR_CLAIM_OFFER);
    assert_int_equal(
        act(&story, CLAIM_EVENT_COUNTER_OFFER, BUYER, WITH(.offer = {.kind = CLAIM_OFFER_PARTIAL, .amount = 450})), 0);
    assert_int_equal(story.effect.old_offer, CLAIM_CHANGE_REPLACED);
    assert_int_equal(act(&story, CLAIM_EVENT_ACCEPT_OFFER, BUYER, WITH(0)), -1); /* not his own */
    assert_int_equal(story.error.code, ERROR_CLAIM_ACTOR_NOT_ALLOWED);
    assert_int_equal(act(&story, CLAIM_EVENT_ACCEPT_OFFER, MERCHANT, WITH(0)), 0);
    assert_int_equal(story.effect.refund_amount, 450);
    assert_int_equal(story.effect.basis, CLAIM_BASIS_AGREEMENT);
    assert_int_equal(act(&story, CLAIM_EVENT_SETTLEMENT_CONFIRMED, CLAIM_ROLE_PROVIDER, "", WITH(0)), 0);
    assert_int_equal(act(&story, CLAIM_EVENT_ESCALATE, BUYER, WITH(0)), -1); /* agreed is agreed */
    assert_int_equal(story.error.code, ERROR_CLAIM_REOPEN_ENDED);
}

static void a_small_offer_does_not_turn_the_buyers_silence_against_a_rule_that_pays(void **state)
{
    (void)state;
    struct story story = begin(1);
    assert_int_equal(
        act(&story, CLAIM_EVENT_OFFER, MERCHANT, WITH(.offer = {.kind = CLAIM_OFFER_PARTIAL, .amount = 1})), 0);
    silence(&story);
    assert_int_equal(story.claim.stage, CLAIM_STAGE_PLATFORM);
    silence(&story);
    assert_int_equal(story.effect.refund_amount, 1000);
}

static void a_broken_promise_to_replace_pays(void **state)
{
    (void)state;
    struct story story = begin(1);
    assert_int_equal(act(&story, CLAIM_EVENT_OFFER, MERCHANT,
                         WITH(.offer = {.kind = CLAIM_OFFER_REPLACEMENT, .extend_s = 7200})),
                     0);
    assert_int_equal(act(&story, CLAIM_EVENT_ACCEPT_OFFER, BUYER, WITH(0)), 0);
    assert_int_equal(story.claim.deadline_us, START_US + HOURS(2));
    struct story kept = story;
    silence(&story);
    assert_int_equal(story.effect.refund_amount, 1000);
    assert_int_equal(act(&kept, CLAIM_EVENT_REPORT_PERFORMANCE, MERCHANT, WITH(0)), 0);
    silence(&kept);
    assert_int_equal(kept.claim.outcome, CLAIM_OUTCOME_REPLACED);
}

static void a_departure_from_the_rule_needs_a_reason_a_bearer_and_a_second_person(void **state)
{
    (void)state;
    struct story story = begin(4);
    const struct claim_input refund = {.outcome = CLAIM_COMPUTED_REFUND, .amount = 800};
    struct claim_input reasoned = refund;
    reasoned.reason = T("the log shows an outage");
    assert_int_equal(act(&story, CLAIM_EVENT_ESCALATE, BUYER, WITH(0)), 0);
    assert_int_equal(act(&story, CLAIM_EVENT_ARBITER_DECIDE, ARBITER(1), refund), -1);
    assert_int_equal(story.error.code, ERROR_CLAIM_CASE_NOT_TAKEN);
    assert_int_equal(act(&story, CLAIM_EVENT_TAKE_CASE, CLAIM_ROLE_ARBITER, "mch_1", WITH(0)), -1);
    assert_int_equal(story.error.code, ERROR_CLAIM_ARBITER_IS_PARTY);
    assert_int_equal(act(&story, CLAIM_EVENT_TAKE_CASE, ARBITER(1), WITH(0)), 0);
    assert_int_equal(act(&story, CLAIM_EVENT_TAKE_CASE, ARBITER(2), WITH(0)), -1);
    assert_int_equal(story.error.code, ERROR_CLAIM_CASE_TAKEN);
    assert_int_equal(act(&story, CLAIM_EVENT_ARBITER_DECIDE, ARBITER(1), refund), -1);
    assert_int_equal(story.error.code, ERROR_CLAIM_DEVIATION);
    assert_int_equal(act(&story, CLAIM_EVENT_PROPOSE_DEVIATION, ARBITER(1), refund), -1);
    assert_int_equal(story.error.code, ERROR_CLAIM_REASON_MISSING);
    assert_int_equal(act(&story, CLAIM_EVENT_PROPOSE_DEVIATION, ARBITER(1), reasoned), -1);
    assert_int_equal(story.error.code, ERROR_CLAIM_BEARER);
    reasoned.bearer = LEDGER_BEARER_GOODWILL;
    assert_int_equal(act(&story, CLAIM_EVENT_PROPOSE_DEVIATION, ARBITER(1), reasoned), 0);
    assert_true(story.effect.propose);
    assert_int_equal(act(&story, CLAIM_EVENT_CONFIRM_DEVIATION, ARBITER(1), WITH(0)), -1);
    assert_int_equal(story.error.code, ERROR_CLAIM_SECOND_PERSON);
    struct story unconfirmed = story, rejected = story;
    assert_int_equal(act(&story, CLAIM_EVENT_CONFIRM_DEVIATION, CLAIM_ROLE_OPERATOR, "opr_1", WITH(0)), 0);
    assert_true(story.effect.confirm);
    assert_int_equal(story.effect.basis, CLAIM_BASIS_NONE);
    assert_int_equal(story.claim.waiting, CLAIM_WAITING_BUYER); /* 800 of 1000 */
    silence(&story);
    assert_int_equal(story.effect.refund_amount, 800);
    assert_int_equal(story.effect.bearer, LEDGER_BEARER_GOODWILL);
    silence(&unconfirmed);
    assert_true(unconfirmed.effect.reject);
    assert_int_equal(unconfirmed.claim.outcome, CLAIM_OUTCOME_REFUSED);
    assert_int_equal(act(&rejected, CLAIM_EVENT_REJECT_DEVIATION, ARBITER(3), WITH(.reason = T("no such outage"))), 0);
    assert_int_equal(rejected.claim.stage, CLAIM_STAGE_PLATFORM);
    assert_true(text_is(rejected.claim.arbiter_id, "arb_1"));
}

static void an_appeal_needs_a_ground_and_another_arbiter(void **state)
{
    (void)state;
    struct story story = begin(4);
    const struct claim_input refuse = {.outcome = CLAIM_COMPUTED_REFUSE};
    assert_int_equal(act(&story, CLAIM_EVENT_ESCALATE, BUYER, WITH(0)), 0);
    assert_int_equal(act(&story, CLAIM_EVENT_TAKE_CASE, ARBITER(1), WITH(0)), 0);
    assert_int_equal(act(&story, CLAIM_EVENT_ARBITER_DECIDE, ARBITER(1), refuse), 0);
    assert_int_equal(story.effect.basis, CLAIM_BASIS_ARBITER);
    assert_int_equal(story.claim.stage, CLAIM_STAGE_APPEAL);
    assert_int_equal(act(&story, CLAIM_EVENT_APPEAL, BUYER, WITH(.reason = T("I do not like it"))), -1);
    assert_int_equal(story.error.code, ERROR_CLAIM_GROUND_MISSING);
    assert_int_equal(
        act(&story, CLAIM_EVENT_APPEAL, BUYER, WITH(.ground = CLAIM_GROUND_NEW_FACTS, .reason = T("a recording"))), 0);
    assert_int_equal(act(&story, CLAIM_EVENT_TAKE_CASE, ARBITER(1), WITH(0)), -1);
    assert_int_equal(story.error.code, ERROR_CLAIM_SAME_ARBITER);
    assert_int_equal(act(&story, CLAIM_EVENT_TAKE_CASE, ARBITER(2), WITH(0)), 0);
    struct story changed = story;
    assert_int_equal(act(&story, CLAIM_EVENT_APPEAL_DECIDE, ARBITER(2), refuse), 0);
    assert_int_equal(story.claim.outcome, CLAIM_OUTCOME_REFUSED);
    assert_int_equal(story.effect.basis, CLAIM_BASIS_APPEAL);
    assert_true(story.effect.replace_standing);
    assert_int_equal(act(&story, CLAIM_EVENT_ESCALATE, BUYER, WITH(0)), -1);
    /* New facts change what the rule says; then no second person is needed. */
    assert_int_equal(act(&changed, CLAIM_EVENT_REASSESS, ARBITER(2), WITH(.ruling = rulings[1])), 0);
    assert_int_equal(act(&changed, CLAIM_EVENT_APPEAL_DECIDE, ARBITER(2),
                         WITH(.outcome = CLAIM_COMPUTED_REFUND, .amount = 1000)),
                     0);
    assert_int_equal(changed.effect.refund_amount, 1000);
}

static void an_appeal_that_nobody_decides_does_not_cost_the_buyer(void **state)
{
    (void)state;
    struct story story = begin(1); /* the rule gives all of it, a confirmed departure gives less */
    assert_int_equal(act(&story, CLAIM_EVENT_MERCHANT_REFUSE, MERCHANT, WITH(.reason = T("was redeemed"))), 0);
    assert_int_equal(act(&story, CLAIM_EVENT_ESCALATE, BUYER, WITH(0)), 0);
    assert_int_equal(act(&story, CLAIM_EVENT_TAKE_CASE, ARBITER(1), WITH(0)), 0);
    assert_int_equal(act(&story, CLAIM_EVENT_PROPOSE_DEVIATION, ARBITER(1),
                         WITH(.outcome = CLAIM_COMPUTED_REFUND, .amount = 100, .reason = T("used for a week"))),
                     0);
    assert_int_equal(act(&story, CLAIM_EVENT_CONFIRM_DEVIATION, ARBITER(2), WITH(0)), 0);
    struct story lapsed = story;
    assert_int_equal(
        act(&story, CLAIM_EVENT_APPEAL, BUYER, WITH(.ground = CLAIM_GROUND_NAMED_ERROR, .reason = T("not a week"))), 0);
    silence(&story);
    assert_int_equal(story.effect.refund_amount, 1000);
    silence(&lapsed);
    assert_int_equal(lapsed.effect.refund_amount, 100);
    assert_int_equal(lapsed.effect.basis, CLAIM_BASIS_NONE); /* that decision is written already */
    /* The merchant appeals against a refund that the rule does not give: the decision stands. */
    struct story merchant = begin(4);
    assert_int_equal(act(&merchant, CLAIM_EVENT_ESCALATE, BUYER, WITH(0)), 0);
    assert_int_equal(act(&merchant, CLAIM_EVENT_TAKE_CASE, ARBITER(1), WITH(0)), 0);
    assert_int_equal(act(&merchant, CLAIM_EVENT_PROPOSE_DEVIATION, ARBITER(1),
                         WITH(.outcome = CLAIM_COMPUTED_REFUND, .amount = 1000, .reason = T("a fault of ours"),
                              .bearer = LEDGER_BEARER_PLATFORM)),
                     0);
    assert_int_equal(act(&merchant, CLAIM_EVENT_CONFIRM_DEVIATION, ARBITER(2), WITH(0)), 0);
    assert_int_equal(merchant.claim.waiting, CLAIM_WAITING_MERCHANT);
    assert_int_equal(
        act(&merchant, CLAIM_EVENT_APPEAL, MERCHANT, WITH(.ground = CLAIM_GROUND_NEW_FACTS, .reason = T("a log"))), 0);
    silence(&merchant);
    assert_int_equal(merchant.effect.refund_amount, 1000);
    assert_int_equal(merchant.effect.bearer, LEDGER_BEARER_PLATFORM);
}

static void no_deadline_of_a_deciding_stage_passes_the_outer_limit(void **state)
{
    (void)state;
    struct story story = begin(4);
    story.now_us = story.claim.deadline_us - 1;
    for (int i = 0; i < 10; i++) {
        assert_int_equal(act(&story, CLAIM_EVENT_OFFER, BUYER,
                             WITH(.offer = {.kind = CLAIM_OFFER_PARTIAL, .amount = 10, .valid_s = 900000})),
                         0);
        assert_true(story.claim.deadline_us <= story.claim.outer_us);
        story.now_us = story.claim.deadline_us - 1;
    }
    assert_int_equal(story.claim.deadline_us, story.claim.outer_us);
    story.now_us = story.claim.outer_us;
    assert_int_equal(claim_due(&story.claim, story.now_us), CLAIM_EVENT_OUTER_LIMIT);
    silence(&story);
    assert_int_equal(story.claim.outcome, CLAIM_OUTCOME_LAPSED);
}

static void a_refund_that_fails_is_tried_again_until_it_arrives(void **state)
{
    (void)state;
    struct story story = begin(0);
    assert_int_equal(act(&story, CLAIM_EVENT_SETTLEMENT_FAILED, CLAIM_ROLE_SYSTEM, "", WITH(0)), 0);
    assert_true(story.effect.retry_refund);
    assert_int_equal(story.effect.kind, CLAIM_EFFECT_NONE);
    silence(&story);
    assert_true(story.effect.alert);
    assert_int_equal(act(&story, CLAIM_EVENT_WITHDRAW, BUYER, WITH(0)), -1);
    story.now_us += DAYS(20); /* money arrives late: still taken */
    assert_int_equal(act(&story, CLAIM_EVENT_SETTLEMENT_CONFIRMED, CLAIM_ROLE_PROVIDER, "", WITH(0)), 0);
}

static void a_filing_must_make_sense(void **state)
{
    (void)state;
    struct claim none = {.deadline_default = CLAIM_EVENT_NONE}, after;
    struct claim_effect effect;
    struct error error = {0};
    struct claim_input input = {.event = CLAIM_EVENT_FILE,
                                .role = CLAIM_ROLE_BUYER,
                                .now_us = START_US,
                                .asked_amount = 1001,
                                .refundable_amount = 1000,
                                .ruling = rulings[0]};
    assert_int_equal(claim_step(&none, &input, &after, &effect, &error), -1);
    assert_int_equal(error.code, ERROR_CLAIM_AMOUNT);
    input.asked_amount = 1000;
    input.ruling = (struct claim_ruling){0};
    assert_int_equal(claim_step(&none, &input, &after, &effect, &error), -1);
    assert_int_equal(error.code, ERROR_CLAIM_RULING);
    input.ruling = (struct claim_ruling){.disposition = CLAIM_RULING_PAY, .outcome = CLAIM_COMPUTED_REFUND};
    assert_int_equal(claim_step(&none, &input, &after, &effect, &error), -1);
    input.ruling.amount = 5000; /* more than was asked: never paid */
    assert_int_equal(claim_step(&none, &input, &after, &effect, &error), 0);
    assert_int_equal(effect.refund_amount, 1000);
    input.role = CLAIM_ROLE_MERCHANT;
    assert_int_equal(claim_step(&none, &input, &after, &effect, &error), -1);
    assert_int_equal(error.code, ERROR_CLAIM_ACTOR_NOT_ALLOWED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rule_that_pays_pays_in_one_step),
        cmocka_unit_test(the_merchants_silence_accepts),
        cmocka_unit_test(the_merchants_silence_calls_a_person_where_the_clause_says_so),
        cmocka_unit_test(the_merchant_extends_his_time_once_with_a_reason_and_before_the_deadline),
        cmocka_unit_test(an_extension_does_not_pass_the_outer_limit_and_a_new_ruling_does_not_give_it_back),
        cmocka_unit_test(after_a_refusal_the_buyers_silence_closes_and_the_right_to_escalate_is_kept),
        cmocka_unit_test(a_claim_that_goes_on_after_another_was_paid_gives_what_that_one_left),
        cmocka_unit_test(the_platforms_silence_carries_out_the_rule_and_where_there_is_none_pays_the_buyer),
        cmocka_unit_test(a_counter_offer_settles_for_a_part),
        cmocka_unit_test(a_small_offer_does_not_turn_the_buyers_silence_against_a_rule_that_pays),
        cmocka_unit_test(a_broken_promise_to_replace_pays),
        cmocka_unit_test(a_departure_from_the_rule_needs_a_reason_a_bearer_and_a_second_person),
        cmocka_unit_test(an_appeal_needs_a_ground_and_another_arbiter),
        cmocka_unit_test(an_appeal_that_nobody_decides_does_not_cost_the_buyer),
        cmocka_unit_test(no_deadline_of_a_deciding_stage_passes_the_outer_limit),
        cmocka_unit_test(a_refund_that_fails_is_tried_again_until_it_arrives),
        cmocka_unit_test(a_filing_must_make_sense),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
