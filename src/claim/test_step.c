/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The claim engine against its table: every position, event and role; and random lives that must keep every invariant and end.
 * Seeds are printed on failure.
 */
#include "claim/claim.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#define T(literal) TEXT_LITERAL(literal)
#define START_US INT64_C(1764000000000000)
#define HOURS(n) ((n)*TIME_HOUR_S * TIME_SECOND_US)
#define DAYS(n) ((n)*TIME_DAY_S * TIME_SECOND_US)

/* ---- a claim in each position ---- */

static const struct claim_ruling rulings[] = {
    {.disposition = CLAIM_RULING_PAY, .outcome = CLAIM_COMPUTED_REFUND, .amount = 600, .clause = T("sealed")},
    {.disposition = CLAIM_RULING_WAIT_MERCHANT,
     .outcome = CLAIM_COMPUTED_REFUND,
     .amount = 1000,
     .clause = T("dead_key")},
    {.disposition = CLAIM_RULING_MISSING_EVIDENCE, .clause = T("dead_key")},
    {.disposition = CLAIM_RULING_REVIEW, .outcome = CLAIM_COMPUTED_REVIEW, .clause = T("other")},
    {.disposition = CLAIM_RULING_REFUSE, .outcome = CLAIM_COMPUTED_REFUSE, .clause = T("used")},
};

static struct claim claim_at(enum claim_position position, enum claim_computed computed, int64_t amount)
{
    const struct claim_position_info *info = claim_position_info(position);
    struct claim claim = {.stage = info->stage, .waiting = info->waiting, .deadline_default = info->deadline_default};
    if (position == CLAIM_POSITION_NEW)
        return claim;
    claim.asked_amount = 1000;
    claim.refundable_amount = 1000;
    claim.filed_us = START_US;
    claim.outer_us = START_US + DAYS(15);
    claim.merchant_id = T("mch_1");
    claim.computed = computed;
    claim.computed_amount = computed == CLAIM_COMPUTED_REFUND ? amount : 0;
    claim.clause = T("clause");
    if (position == CLAIM_POSITION_ENDED) {
        claim.outcome = CLAIM_OUTCOME_LAPSED;
        claim.closed_us = START_US + DAYS(1);
        return claim;
    }
    claim.deadline_us = START_US + DAYS(2);
    bool appeal = position == CLAIM_POSITION_APPEAL_REVIEW || position == CLAIM_POSITION_APPEAL_SECOND;
    bool platform =
        position == CLAIM_POSITION_REVIEW || position == CLAIM_POSITION_SECOND || info->stage == CLAIM_STAGE_APPEAL;
    claim.arbiter_id = platform ? T("arb_1") : T("");
    claim.appeal_arbiter_id = appeal ? T("arb_2") : T("");
    return claim;
}

static struct claim_decision decision(int64_t amount, const char *arbiter)
{
    return (struct claim_decision){.present = true,
                                   .outcome = amount ? CLAIM_COMPUTED_REFUND : CLAIM_COMPUTED_REFUSE,
                                   .amount = amount,
                                   .clause = T("clause"),
                                   .arbiter_id = text_of(arbiter)};
}

static void dress(struct claim *claim, enum claim_position position, unsigned variant)
{
    if (position == CLAIM_POSITION_ANSWER && variant % 2)
        claim->extension_s = 20 * TIME_HOUR_S;
    int64_t decided = variant % 3 == 0 ? 0 : variant % 3 == 1 ? 400 : 1000;
    if (position == CLAIM_POSITION_OFFER_TO_BUYER || position == CLAIM_POSITION_OFFER_TO_MERCHANT)
        claim->offer =
            (struct claim_offer){.present = true, .kind = (enum claim_offer_kind)(variant % CLAIM_OFFER_KIND_COUNT)};
    if (claim->offer.present)
        claim->offer.amount = claim->offer.kind == CLAIM_OFFER_FULL      ? 1000
                              : claim->offer.kind == CLAIM_OFFER_PARTIAL ? 300
                                                                         : 0;
    if (claim->stage == CLAIM_STAGE_APPEAL)
        claim->standing =
            decision(position == CLAIM_POSITION_DECIDED_AGAINST_MERCHANT ? 1000 : decided % 1000, "arb_1");
    if (position == CLAIM_POSITION_SECOND || position == CLAIM_POSITION_APPEAL_SECOND)
        claim->proposal = decision(decided, position == CLAIM_POSITION_SECOND ? "arb_1" : "arb_2");
}

static struct claim_input input_of(const struct claim *claim, enum claim_position position, enum claim_event event,
                                   enum claim_role role, unsigned variant)
{
    struct claim_input input = {.event = event,
                                .role = role,
                                .now_us = START_US + DAYS(1),
                                .asked_amount = 1000,
                                .refundable_amount = 1000,
                                .merchant_id = T("mch_1"),
                                .reason = T("a reason in words"),
                                .ground = CLAIM_GROUND_NEW_FACTS,
                                .ruling = rulings[variant % 5],
                                .clause = T("clause")};
    bool appeal = claim->stage == CLAIM_STAGE_APPEAL;
    if (role == CLAIM_ROLE_ARBITER)
        input.actor_id = appeal ? T("arb_2") : T("arb_1");
    if (role == CLAIM_ROLE_OPERATOR || event == CLAIM_EVENT_CONFIRM_DEVIATION || event == CLAIM_EVENT_REJECT_DEVIATION)
        input.actor_id = T("opr_1");
    if (role == CLAIM_ROLE_CLOCK)
        input.now_us = claim->deadline_us;
    if (role == CLAIM_ROLE_CLOCK && event == CLAIM_EVENT_OUTER_LIMIT)
        input.now_us = claim->outer_us;
    input.offer = (struct claim_offer){.kind = CLAIM_OFFER_PARTIAL, .amount = 250};
    input.outcome = variant % 2 ? CLAIM_COMPUTED_REFUND : CLAIM_COMPUTED_REFUSE;
    input.amount = variant % 2 ? (variant % 4 == 1 ? 1000 : 500) : 0;
    (void)position;
    return input;
}

static bool set_up_for(struct claim *claim, enum claim_event event, const struct claim_input *input)
{
    if (event == CLAIM_EVENT_TAKE_CASE && claim->stage == CLAIM_STAGE_APPEAL)
        claim->appeal_arbiter_id = T("");
    else if (event == CLAIM_EVENT_TAKE_CASE)
        claim->arbiter_id = T("");
    if ((event == CLAIM_EVENT_MERCHANT_SILENCE_REFUSES || event == CLAIM_EVENT_MERCHANT_SILENCE_REVIEWS) &&
        claim->stage == CLAIM_STAGE_MERCHANT)
        claim->deadline_default = event;
    /* The outer limit is due only where the default would not end the claim. */
    if (event == CLAIM_EVENT_OUTER_LIMIT && claim->stage == CLAIM_STAGE_MERCHANT)
        claim->deadline_default = CLAIM_EVENT_MERCHANT_SILENCE_REFUSES;
    return input != NULL;
}

static int rows_that_hold(const struct claim *claim, enum claim_position position, const struct claim_input *input,
                          const struct claim_transition **ret)
{
    int count = 0;
    for (int i = 0; i < claim_transition_count(); i++) {
        const struct claim_transition *row = claim_transition(i);
        if (row->from == position && row->event == input->event && row->roles & 1u << input->role &&
            claim_guard_holds(row->guard, claim, input)) {
            *ret = row;
            count++;
        }
    }
    return count;
}

static bool departs(const struct claim *claim, const struct claim_transition *row, const struct claim_input *input)
{
    bool decides = claim->computed == CLAIM_COMPUTED_REFUND || claim->computed == CLAIM_COMPUTED_REFUSE;
    bool like_rule =
        input->outcome == claim->computed && (input->amount == 0 || input->amount == claim->computed_amount);
    bool like_standing = claim->standing.present && claim->stage == CLAIM_STAGE_APPEAL &&
                         input->outcome == claim->standing.outcome && input->amount == claim->standing.amount;
    return row->needs & NEED_MATCHES_RULE && decides && !like_rule && !like_standing;
}

static void exactly_the_rows_of_the_table_are_accepted(void **state)
{
    (void)state;
    int accepted = 0, refused = 0;
    bool used[256] = {false};
    for (int p = 0; p < CLAIM_POSITION_COUNT; p++)
        for (int e = 0; e < CLAIM_EVENT_COUNT; e++)
            for (int r = 0; r < CLAIM_ROLE_COUNT; r++)
                for (unsigned variant = 0; variant < 240; variant++) {
                    struct claim claim = claim_at((enum claim_position)p, (enum claim_computed)(variant % 4), 600);
                    dress(&claim, (enum claim_position)p, variant / 4);
                    struct claim_input input =
                        input_of(&claim, (enum claim_position)p, (enum claim_event)e, (enum claim_role)r, variant / 4);
                    set_up_for(&claim, (enum claim_event)e, &input);
                    const struct claim_transition *row = NULL;
                    int rows = rows_that_hold(&claim, (enum claim_position)p, &input, &row);
                    assert_true(rows <= 1);
                    bool expected = rows == 1 && !departs(&claim, row, &input);
                    struct claim after, untouched;
                    struct claim_effect effect, effect_untouched;
                    struct error error = {0};
                    memset(&after, 0x5a, sizeof after);
                    memset(&effect, 0x5a, sizeof effect);
                    untouched = after;
                    effect_untouched = effect;
                    int result = claim_step(&claim, &input, &after, &effect, &error);
                    if ((result == 0) != expected)
                        print_error("position %s, event %s, role %s, variant %u: %s %s\n", claim_position_info(p)->name,
                                    claim_event_info(e)->wire, claim_role_word(r)->wire, variant, error.message,
                                    error.hint);
                    assert_int_equal(result == 0, expected);
                    if (result == 0) {
                        accepted++;
                        used[row - claim_transition(0)] = true;
                        assert_null(claim_broken(&after));
                        assert_true(effect.refund_amount >= 0 && effect.refund_amount <= 1000);
                        assert_true((effect.kind == CLAIM_EFFECT_REFUND) == (effect.refund_amount > 0));
                        assert_true(effect.close == (after.stage == CLAIM_STAGE_CLOSED));
                        enum claim_position to = claim_position(&after);
                        assert_true(to == row->to || (row->to == CLAIM_POSITION_PAYING && to == CLAIM_POSITION_ENDED));
                    } else {
                        refused++;
                        assert_true(error.code != ERROR_NONE && error.message[0]);
                        assert_memory_equal(&after, &untouched, sizeof after);
                        assert_memory_equal(&effect, &effect_untouched, sizeof effect);
                    }
                }
    for (int i = 0; i < claim_transition_count(); i++)
        if (!used[i]) {
            const struct claim_transition *row = claim_transition(i);
            print_error("row %d is never taken: %s %s\n", i, claim_position_info(row->from)->name,
                        claim_event_info(row->event)->wire);
            fail();
        }
    assert_true(accepted > 5000);
    assert_true(refused > 100000);
}

static void what_is_offered_as_an_action_is_in_the_table_and_the_other_way_round(void **state)
{
    (void)state;
    for (int p = 0; p < CLAIM_POSITION_COUNT; p++)
        for (int r = 0; r < CLAIM_ROLE_COUNT; r++)
            for (unsigned variant = 0; variant < 60; variant++) {
                struct claim claim = claim_at((enum claim_position)p, (enum claim_computed)(variant % 4), 600);
                dress(&claim, (enum claim_position)p, variant / 4);
                enum claim_event events[CLAIM_ACTIONS_MAX];
                int count = claim_actions(&claim, (enum claim_role)r, T("arb_9"), START_US + DAYS(1), events);
                for (int i = 0; i < count; i++) {
                    bool found = false;
                    for (int j = 0; j < claim_transition_count(); j++) {
                        const struct claim_transition *row = claim_transition(j);
                        found |= row->from == (enum claim_position)p && row->event == events[i] && row->roles & 1u << r;
                    }
                    assert_true(found);
                    for (int j = 0; j < i; j++)
                        assert_true(events[i] != events[j]);
                }
                if (r == CLAIM_ROLE_BUYER && p != CLAIM_POSITION_PAYING && p != CLAIM_POSITION_DECIDED_AGAINST_MERCHANT)
                    assert_true(count > 0); /* never a dead end */
                bool rests = p == CLAIM_POSITION_NEW || p == CLAIM_POSITION_ENDED || p == CLAIM_POSITION_PAYING;
                if (!rests)
                    assert_int_equal(claim_actions(&claim, (enum claim_role)r, T("arb_9"), claim.deadline_us, events),
                                     0);
            }
}

/* ---- random lives ---- */

static uint64_t next(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *seed >> 33;
}

static struct claim_input random_input(uint64_t *seed, const struct claim *claim, int64_t now_us)
{
    static const char *people[] = {"arb_1", "arb_2", "arb_3", "opr_1", "mch_1", "", "arb_4", "arb_5"};
    struct claim_input input = {.event = (enum claim_event)(next(seed) % CLAIM_EVENT_COUNT),
                                .now_us = now_us,
                                .role = (enum claim_role)(next(seed) % CLAIM_ROLE_COUNT),
                                .merchant_id = T("mch_1")};
    input.actor_id = text_of(people[next(seed) % 8]);
    bool holds = claim->arbiter_id.length > 0 && claim->stage == CLAIM_STAGE_PLATFORM && next(seed) % 2;
    if (holds && claim->deadline_default == CLAIM_EVENT_PLATFORM_SILENCE) {
        input.role = CLAIM_ROLE_ARBITER;
        input.actor_id = claim->arbiter_id;
    }
    enum claim_event possible[CLAIM_ACTIONS_MAX];
    int count = claim_actions(claim, input.role, input.actor_id, now_us, possible);
    if (count > 0 && next(seed) % 4) /* mostly what can be done, now and then anything */
        input.event = possible[next(seed) % (uint64_t)count];
    bool brief = input.event == CLAIM_EVENT_WITHDRAW || input.event == CLAIM_EVENT_MERCHANT_ACCEPT;
    if (brief && next(seed) % 8) /* or most lives would be short */
        input.event = CLAIM_EVENT_ADD_EVIDENCE;
    input.ruling = rulings[next(seed) % 5];
    input.ruling.merchant_answer_s = (int64_t)(next(seed) % 500000) - 1000;
    input.ruling.extension_s = (int64_t)(next(seed) % 200000) - 50000;
    input.ruling.silence = (enum claim_silence)(next(seed) % 3);
    input.ruling.review_s = (int64_t)(next(seed) % 500000);
    input.offer = (struct claim_offer){.kind = (enum claim_offer_kind)(next(seed) % 5),
                                       .amount = (int64_t)(next(seed) % 1200),
                                       .extend_s = (int64_t)(next(seed) % 900000),
                                       .valid_s = (int64_t)(next(seed) % 900000)};
    if (input.offer.kind > CLAIM_OFFER_PARTIAL)
        input.offer.amount = 0;
    input.reason = next(seed) % 4 ? T("because of this") : T("");
    input.ground = (enum claim_ground)(next(seed) % CLAIM_GROUND_COUNT);
    input.outcome = next(seed) % 2 ? CLAIM_COMPUTED_REFUND : CLAIM_COMPUTED_REFUSE;
    input.amount = input.outcome == CLAIM_COMPUTED_REFUND ? (int64_t)(next(seed) % 1100) : 0;
    if (claim->computed == CLAIM_COMPUTED_REFUND && next(seed) % 2)
        input.amount = claim->computed_amount;
    input.bearer = (enum ledger_bearer)(next(seed) % 4);
    input.asked_amount = 1 + (int64_t)(next(seed) % 1100);
    input.refundable_amount = 1000;
    return input;
}

static void live(uint64_t seed, int *ret_reopened, int *ret_people)
{
    uint64_t start = seed;
    struct claim claim = {.deadline_default = CLAIM_EVENT_NONE};
    int64_t now_us = START_US, paid = 0;
    bool ok = true;
    for (int i = 0; i < 600 && ok; i++) {
        struct claim after;
        struct claim_effect effect;
        if (next(&seed) % 8 == 0)
            now_us += (int64_t)(next(&seed) % 40000) * TIME_SECOND_US;
        struct claim_input input = random_input(&seed, &claim, now_us);
        enum claim_event due = claim_due(&claim, now_us);
        if (due != CLAIM_EVENT_NONE && next(&seed) % 2)
            input.event = due, input.role = CLAIM_ROLE_CLOCK;
        bool was_closed = claim.stage == CLAIM_STAGE_CLOSED;
        if (claim_step(&claim, &input, &after, &effect, NULL) < 0)
            continue;
        paid += effect.refund_amount;
        ok &= !claim_broken(&after) && paid <= after.asked_amount && paid <= 1000 && paid == after.paid_amount;
        ok &= !was_closed || (input.event == CLAIM_EVENT_ESCALATE && input.role == CLAIM_ROLE_BUYER);
        ok &= after.outer_us == after.filed_us + DAYS(15);
        *ret_reopened += was_closed;
        *ret_people += after.standing.present && !claim.standing.present;
        claim = after;
    }
    /* With everybody silent from now on and the provider answering, it ends. */
    for (int i = 0; i < 20 && claim.stage != CLAIM_STAGE_CLOSED && claim.stage != CLAIM_STAGE_NONE; i++) {
        struct claim_effect effect;
        struct claim_input input = {
            .event = CLAIM_EVENT_SETTLEMENT_CONFIRMED, .role = CLAIM_ROLE_PROVIDER, .now_us = now_us};
        if (claim.stage != CLAIM_STAGE_SETTLEMENT) {
            input.now_us = now_us = claim.deadline_us > now_us ? claim.deadline_us : now_us;
            input.event = claim_due(&claim, now_us);
            input.role = CLAIM_ROLE_CLOCK;
        }
        ok &= claim_step(&claim, &input, &claim, &effect, NULL) == 0;
    }
    ok &= claim.stage == CLAIM_STAGE_CLOSED || claim.stage == CLAIM_STAGE_NONE;
    if (!ok)
        print_error("seed %llu, stage %s: %s\n", (unsigned long long)start, claim_stage_word(claim.stage)->wire,
                    claim_broken(&claim) ? claim_broken(&claim) : "");
    assert_true(ok);
}

static void random_lives_keep_every_invariant_and_end(void **state)
{
    (void)state;
    int reopened = 0, people = 0;
    for (uint64_t seed = 1; seed <= 1000; seed++)
        live(seed, &reopened, &people);
    assert_true(reopened > 20); /* the walk must reach the rare corners, or it shows nothing */
    assert_true(people > 20);
}

static void every_word_and_position_has_both_languages(void **state)
{
    (void)state;
    for (int i = 0; i < CLAIM_STAGE_COUNT; i++)
        assert_true(claim_stage_word(i)->label_en[0] && claim_stage_word(i)->label_zh[0] &&
                    claim_stage_find(text_of(claim_stage_word(i)->wire)) == i);
    for (int i = 0; i < CLAIM_EVENT_COUNT; i++) {
        const struct claim_event_info *info = claim_event_info(i);
        assert_true(info->label_en[0] && info->label_zh[0] && info->leaf_kind[0] &&
                    claim_event_find(text_of(info->wire)) == i);
        assert_true((info->action_en[0] != 0) == (info->action_zh[0] != 0));
    }
    for (int i = 0; i < CLAIM_POSITION_COUNT; i++) {
        const struct claim_position_info *info = claim_position_info(i);
        assert_true(info->now_en[0] && info->now_zh[0]);
        if (info->waiting != CLAIM_WAITING_NOBODY)
            assert_true(info->at_zero_en[0] && info->at_zero_zh[0] &&
                        claim_deadline_info(info->deadline)->default_s > 0);
    }
    for (int i = 0; i < CLAIM_DEADLINE_COUNT; i++)
        assert_true(claim_deadline_info(i)->minimum_s <= claim_deadline_info(i)->default_s &&
                    claim_deadline_info(i)->default_s <= claim_deadline_info(i)->maximum_s);
    for (int i = 0; i < claim_transition_count(); i++) { /* what a person can do has a button */
        const struct claim_transition *row = claim_transition(i);
        unsigned people =
            1u << CLAIM_ROLE_BUYER | 1u << CLAIM_ROLE_MERCHANT | 1u << CLAIM_ROLE_ARBITER | 1u << CLAIM_ROLE_OPERATOR;
        if (row->roles & people)
            assert_true(claim_event_info(row->event)->action_zh[0]);
    }
}

/* Invariant I15 of the ledger holds the same steps as SQL; it cannot include this folder, so they are compared here. */
static void the_invariant_of_the_database_knows_exactly_the_steps_of_the_table(void **state)
{
    (void)state;
    const char *sql = NULL;
    for (int i = 0; i < ledger_invariant_count(); i++)
        if (strcmp(ledger_invariant(i)->name, "claim_step_is_in_the_table") == 0)
            sql = ledger_invariant(i)->sql;
    assert_non_null(sql);
    char steps[400][120];
    int count = 0, in_sql = 0;
    for (int i = 0; i < claim_transition_count(); i++) {
        const struct claim_transition *row = claim_transition(i);
        enum claim_stage from = claim_position_info(row->from)->stage, to = claim_position_info(row->to)->stage;
        /* After a claim was reopened a refund may turn out to be paid already: then it closes at once. */
        bool may_close =
            row->effect == CLAIM_EFFECT_REFUND && (from == CLAIM_STAGE_PLATFORM || from == CLAIM_STAGE_APPEAL);
        for (int closes = 0; closes <= may_close; closes++) {
            char step[120];
            snprintf(step, sizeof step, "('%s', '%s', '%s')", claim_event_info(row->event)->wire,
                     claim_stage_word(from)->wire, claim_stage_word(closes ? CLAIM_STAGE_CLOSED : to)->wire);
            bool known = false;
            for (int j = 0; j < count; j++)
                known |= strcmp(steps[j], step) == 0;
            if (!known)
                memcpy(steps[count++], step, sizeof step);
            if (!strstr(sql, step))
                fail_msg("I15 lacks %s", step);
        }
    }
    for (const char *at = sql; (at = strstr(at, "('")) != NULL; at += 2)
        in_sql++;
    assert_int_equal(in_sql, count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exactly_the_rows_of_the_table_are_accepted),
        cmocka_unit_test(what_is_offered_as_an_action_is_in_the_table_and_the_other_way_round),
        cmocka_unit_test(random_lives_keep_every_invariant_and_end),
        cmocka_unit_test(every_word_and_position_has_both_languages),
        cmocka_unit_test(the_invariant_of_the_database_knows_exactly_the_steps_of_the_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
