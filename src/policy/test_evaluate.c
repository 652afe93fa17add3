/* SPDX-License-Identifier: Apache-2.0 */
/* Facts, three-valued evaluation, dispositions and amounts. */
#include "policy/policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CARDS "policy \"p\" version 1\ngoods card_key\n"
#define SERVICES "policy \"p\" version 1\ngoods service\n"

struct fixture {
    struct arena *arena;
    const struct policy *policy;
    struct policy_facts facts;
    struct policy_decision decision;
};

static struct policy_problems problems;

static void begin(struct fixture *f, const char *text, const char *facts)
{
    struct error error = {0};
    struct json *document;
    f->arena = arena_new(16 << 20);
    if (policy_parse(f->arena, text_of(text), &f->policy, &problems, &error))
        fail_msg("%d:%d %s", error.line, error.column, error.message);
    policy_facts_init(&f->facts);
    assert_int_equal(json_parse(text_of(facts), 10000, &document, &error), 0);
    if (policy_facts_read(&f->facts, document, &error))
        fail_msg("%s", error.message);
    json_free(document);
    policy_evaluate(f->policy, &f->facts, &f->decision);
}

static void end(struct fixture *f)
{
    arena_free(f->arena);
}

static void a_source_may_state_only_its_own_facts(void **state)
{
    (void)state;
    struct policy_facts facts;
    struct error error = {0};
    policy_facts_init(&facts);
    assert_int_equal(policy_facts_set(&facts, FACT_CARD, CARD_SEALED, FACT_SOURCE_BUYER, -1, &error), -1);
    assert_int_equal(error.code, ERROR_POLICY_SOURCE);
    assert_true(facts.known == 0);
    assert_int_equal(policy_facts_set(&facts, FACT_CARD, CARD_VALUE_COUNT, FACT_SOURCE_RECORD, -1, &error), -1);
    assert_int_equal(error.code, ERROR_FIELD_RANGE);
    assert_int_equal(policy_facts_set(&facts, FACT_PROGRESS, 101, FACT_SOURCE_RECORD, -1, &error), -1);
    assert_int_equal(policy_facts_set(&facts, FACT_PURCHASED, -2, FACT_SOURCE_RECORD, -1, &error), -1);
    assert_int_equal(policy_facts_set(&facts, FACT_PURCHASED, FACT_NEVER, FACT_SOURCE_RECORD, 3, &error), 0);
    assert_int_equal(
        policy_facts_set_word(&facts, FACT_REASON, TEXT_LITERAL("nonsense"), FACT_SOURCE_BUYER, -1, &error), -1);
    assert_int_equal(error.code, ERROR_FIELD_VALUE);
    assert_int_equal(policy_facts_set_word(&facts, FACT_REVEALED, TEXT_LITERAL("-1"), FACT_SOURCE_RECORD, -1, &error),
                     -1);
}

static void facts_are_read_from_json_strictly(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "[]",
        "{\"nonsense\":1}",
        "{\"reason\":1}",
        "{\"purchased\":-1}",
        "{\"purchased\":\"x\"}",
        "{\"card\":true}",
        "{\"card\":{\"value\":\"sealed\",\"source\":\"buyer\"}}",
        "{\"card\":{\"source\":\"record\"}}",
        "{\"card\":{\"value\":\"sealed\",\"leaf\":-3}}",
        "{\"card\":{\"value\":\"sealed\",\"more\":1}}",
        "{\"currency\":\"yuan\"}",
        "{\"claim\":7}",
        "{\"progress\":101}",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct json *document;
        struct policy_facts facts;
        struct error error = {0};
        policy_facts_init(&facts);
        assert_int_equal(json_parse(text_of(bad[i]), 1000, &document, &error), 0);
        if (policy_facts_read(&facts, document, &error) != -1)
            fail_msg("taken: %s", bad[i]);
        assert_true(error.code != ERROR_NONE);
        json_free(document);
    }
}

static void dispositions_follow_evidence_then_amount_then_merchant(void **state)
{
    (void)state;
    const char *text =
        SERVICES "clause a \"t\"\n when reason is service_incomplete\n needs result_proof or service_log\n"
                 " merchant answers within 24 hours, silence refuses\n refund unfinished part\n"
                 "otherwise review within 5 hours\n";
    static const struct {
        const char *facts;
        enum policy_outcome outcome;
        enum policy_disposition disposition;
        int64_t refund;
    } cases[] = {
        {"\"x\"", POLICY_OUTCOME_REFUND, POLICY_MISSING_EVIDENCE, 0},
        {"\"result_proof\":\"rejected\"", POLICY_OUTCOME_REFUND, POLICY_MISSING_EVIDENCE, 0},
        {"\"service_log\":\"accepted\"", POLICY_OUTCOME_REFUND, POLICY_OPEN, 0},
        {"\"service_log\":\"accepted\",\"progress\":100", POLICY_OUTCOME_REFUSE, POLICY_REFUSE, 0},
        {"\"service_log\":\"accepted\",\"progress\":67", POLICY_OUTCOME_REFUND, POLICY_WAIT_MERCHANT, 331},
        {"\"service_log\":\"accepted\",\"progress\":67,\"merchant_answer\":\"accepts\"", POLICY_OUTCOME_REFUND,
         POLICY_PAY_NOW, 331},
        {"\"service_log\":\"accepted\",\"progress\":67,\"merchant_answer\":\"disputes\"", POLICY_OUTCOME_REFUND,
         POLICY_REVIEW, 331},
        {"\"service_log\":\"accepted\",\"progress\":67,\"merchant_answer\":\"silent\"", POLICY_OUTCOME_REFUSE,
         POLICY_REFUSE, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture f;
        char facts[300];
        size_t length = (size_t)snprintf(facts, sizeof facts, "{\"reason\":\"service_incomplete\",\"amount\":1001%s%s}",
                                         i ? "," : "", i ? cases[i].facts : "");
        assert_in_range(length, 1, sizeof facts - 1);
        begin(&f, text, facts);
        assert_int_equal(f.decision.governing, 0);
        assert_int_equal(f.decision.outcome, cases[i].outcome);
        assert_int_equal(f.decision.disposition, cases[i].disposition);
        assert_int_equal(f.decision.refund, cases[i].refund);
        assert_int_equal(f.decision.merchant_answer_s, 86400);
        assert_int_equal(f.decision.review_s, 5 * 3600);
        if (f.decision.disposition == POLICY_OPEN)
            assert_true(f.decision.facts_wanted == UINT64_C(1) << FACT_PROGRESS);
        end(&f);
    }
}

static void amounts_round_up_and_never_exceed_what_is_left(void **state)
{
    (void)state;
    static const struct {
        const char *rule, *facts;
        int64_t refund;
    } cases[] = {
        {"full", "\"amount\":1", 1},
        {"full", "\"amount\":100,\"earlier_refunds\":30", 70},
        {"full", "\"amount\":100,\"earlier_refunds\":300", 0},
        {"1 percent", "\"amount\":1", 1},
        {"33 percent", "\"amount\":100", 33},
        {"33 percent", "\"amount\":101", 34},
        {"50 percent", "\"amount\":100,\"earlier_refunds\":80", 20},
        {"affected part", "\"amount\":100,\"quantity\":3,\"affected_quantity\":1", 34},
        {"affected part", "\"amount\":100,\"quantity\":3,\"affected_quantity\":9", 100},
        {"affected part", "\"amount\":100,\"quantity\":3,\"affected_quantity\":0", 0},
        {"99 percent", "\"amount\":1000000000000", INT64_C(990000000000)},
        {"1.00 CNY", "\"amount\":300", 100},
        {"1.00 CNY", "\"amount\":99", 99},
        {"full less 1.00 CNY", "\"amount\":300", 200},
        {"full less 1.00 CNY", "\"amount\":100", 0},
        {"full less 1.00 CNY", "\"amount\":99", 0},
        {"full less 10 percent", "\"amount\":109", 99}, /* the fee of 10.9 is rounded down */
        {"50 percent less 0.10 CNY", "\"amount\":101,\"earlier_refunds\":70", 31},
        {"50 percent of affected part", "\"amount\":100,\"quantity\":3,\"affected_quantity\":1", 17},
        {"remaining part", "\"amount\":100,\"time_used\":67", 33},
        {"50 percent of remaining part", "\"amount\":101,\"time_used\":50", 26},
        {"affected part less 50 percent", "\"amount\":100,\"quantity\":3,\"affected_quantity\":1", 0},
        {"affected part", "\"amount\":1000000000000,\"quantity\":999999999999,\"affected_quantity\":999999999998",
         INT64_C(999999999999)},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture f;
        char text[300], facts[300];
        struct buffer out;
        buffer_init(&out, sizeof text - 1);
        buffer_addf(&out, CARDS "clause a \"t\" when card is sealed refund %s at once\n", cases[i].rule);
        memcpy(text, out.data, out.length + 1);
        buffer_clear(&out);
        buffer_addf(&out, "{\"reason\":\"changed_mind\",\"card\":\"sealed\",%s}", cases[i].facts);
        memcpy(facts, out.data, out.length + 1);
        buffer_done(&out);
        begin(&f, text, facts);
        if (f.decision.refund != cases[i].refund)
            fail_msg("case %zu: %lld", i, (long long)f.decision.refund);
        assert_int_equal(f.decision.disposition, cases[i].refund ? POLICY_PAY_NOW : POLICY_REFUSE);
        end(&f);
    }
}

static void other_goes_to_a_person_unless_a_clause_names_it(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, CARDS "clause a \"t\" when card is sealed refund full at once\notherwise refuse\n",
          "{\"reason\":\"other\",\"card\":\"sealed\",\"amount\":5}");
    assert_int_equal(f.decision.governing, POLICY_OTHERWISE);
    assert_int_equal(f.decision.disposition, POLICY_REVIEW);
    assert_int_equal(f.decision.review_s, POLICY_REVIEW_DEFAULT_S);
    end(&f);
    begin(&f,
          CARDS "clause a \"t\" when card is sealed and reason is other or changed_mind refund full at once\notherwise "
                "refuse\n",
          "{\"reason\":\"other\",\"card\":\"sealed\",\"amount\":5}");
    assert_int_equal(f.decision.disposition, POLICY_PAY_NOW);
    end(&f);
    begin(&f, CARDS "clause a \"t\" when card is sealed refund full at once\notherwise refuse\n",
          "{\"card\":\"redeemed\"}");
    assert_int_equal(f.decision.disposition, POLICY_OPEN);
    assert_int_equal(f.decision.fact_best, FACT_REASON);
    end(&f);
}

static void a_doubtful_clause_matters_only_if_it_could_win(void **state)
{
    (void)state;
    struct fixture f;
    const char *text = CARDS "clause a \"t\" when card is sealed refund full at once\n"
                             "clause b \"t\" when cause is platform_outage refund full at once, borne by platform\n"
                             "clause c \"t\" when buyer_is_minor and card is redeemed review within 1 hour\n"
                             "b overrides a, c\n";
    begin(&f, text, "{\"reason\":\"changed_mind\",\"card\":\"sealed\",\"amount\":5}");
    assert_int_equal(f.decision.governing, POLICY_NOBODY);
    assert_true(f.decision.facts_wanted == UINT64_C(1) << FACT_CAUSE);
    assert_true(policy_clause_set_has(&f.decision.possible, 0) && policy_clause_set_has(&f.decision.possible, 1));
    assert_false(f.decision.otherwise_possible);
    end(&f);
    begin(&f, text, "{\"reason\":\"changed_mind\",\"cause\":\"platform_outage\",\"amount\":5}");
    assert_int_equal(f.decision.governing, 1);
    assert_int_equal(f.decision.bearer, POLICY_BEARER_PLATFORM);
    end(&f);
    begin(&f, text, "{\"reason\":\"changed_mind\",\"cause\":\"none\",\"card\":\"redeemed\"}");
    assert_int_equal(f.decision.fact_best, FACT_BUYER_IS_MINOR);
    assert_true(f.decision.otherwise_possible);
    end(&f);
}

static void a_refund_says_where_it_goes_and_what_may_be_extended(void **state)
{
    (void)state;
    struct fixture f;
    struct buffer out;
    struct json_writer writer;
    begin(&f,
          CARDS "clause a \"t\" when late\n merchant answers within 2 hours, extension 20 hours, silence accepts\n"
                " refund full less 1.00 CNY to store_credit\n",
          "{\"reason\":\"delivery_late\",\"late\":60,\"amount\":300}");
    assert_int_equal(f.decision.disposition, POLICY_WAIT_MERCHANT);
    assert_int_equal(f.decision.extension_s, 20 * 3600);
    assert_int_equal(f.decision.destination, POLICY_DESTINATION_STORE_CREDIT);
    buffer_init(&out, 1 << 16);
    json_writer_init(&writer, &out);
    policy_certificate_write(&writer, f.policy, &f.facts, &f.decision);
    json_writer_done(&writer);
    assert_non_null(strstr(out.data, "\"deadlines\":{\"extension_s\":72000,\"merchant_answer_s\":7200,"));
    assert_non_null(strstr(out.data, "\"destination\":\"store_credit\",\"disposition\""));
    assert_non_null(strstr(out.data, "{\"op\":\"less\",\"value\":100}"));
    buffer_done(&out);
    end(&f);
    begin(&f, CARDS "clause a \"t\" when late\n refund full less 1.00 CNY at once\n",
          "{\"reason\":\"delivery_late\",\"late\":60,\"amount\":300,\"currency\":\"USD\"}");
    assert_int_equal(f.decision.disposition, POLICY_OPEN); /* a fee in another currency cannot be taken off */
    assert_int_equal(f.decision.refund, 0);
    end(&f);
}

static void silence_may_call_a_person_and_any_reason_means_other_too(void **state)
{
    (void)state;
    static const char *const text =
        CARDS "clause a \"t\" when any reason and late within 2 hours\n"
              " merchant answers within 1 day, silence reviews\n refund full to store_credit or original_payment\n"
              "otherwise refuse\n";
    struct fixture f;
    begin(&f, text, "{\"reason\":\"other\",\"late\":7200,\"amount\":300,\"merchant_answer\":\"silent\"}");
    assert_int_equal(f.decision.governing, 0);
    assert_int_equal(f.decision.outcome, POLICY_OUTCOME_REFUND);
    assert_int_equal(f.decision.disposition, POLICY_REVIEW);
    assert_int_equal(f.decision.destination, POLICY_DESTINATION_BUYER_CHOICE);
    end(&f);
    begin(&f, text, "{\"reason\":\"other\",\"late\":7201,\"amount\":300}");
    assert_int_equal(f.decision.governing, POLICY_OTHERWISE);
    end(&f);
    begin(&f, text, "{\"reason\":\"changed_mind\",\"late\":\"never\",\"amount\":300}");
    assert_int_equal(f.decision.disposition, POLICY_REFUSE);
    end(&f);
}

static void money_of_another_currency_is_unknown(void **state)
{
    (void)state;
    struct fixture f;
    const char *text = CARDS "clause a \"t\" when amount over 5 CNY refuse\notherwise review within 1 day\n";
    begin(&f, text, "{\"reason\":\"changed_mind\",\"amount\":501}");
    assert_int_equal(f.decision.governing, 0);
    end(&f);
    begin(&f, text, "{\"reason\":\"changed_mind\",\"amount\":500}");
    assert_int_equal(f.decision.governing, POLICY_OTHERWISE);
    end(&f);
    begin(&f, text, "{\"reason\":\"changed_mind\",\"amount\":501,\"currency\":\"USD\"}");
    assert_int_equal(f.decision.governing, POLICY_NOBODY);
    end(&f);
}

static void an_unchecked_conflict_goes_to_a_person(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f,
          CARDS
          "clause a \"t\" when card is sealed refuse\nclause b \"t\" when late refund full at once\notherwise refuse\n",
          "{\"reason\":\"changed_mind\",\"card\":\"sealed\",\"late\":5,\"amount\":5}");
    assert_true(f.decision.conflict);
    assert_int_equal(f.decision.disposition, POLICY_REVIEW);
    end(&f);
}

/* Evaluating just before and at each turn tells all that time can change. */
static void the_turns_of_a_fact_are_where_its_conditions_change(void **state)
{
    (void)state;
    struct fixture f;
    int64_t turns[POLICY_TURNS_MAX];
    begin(&f,
          CARDS "clause a \"t\" when card is sealed and delivered within 8 days refund full at once\n"
                "clause b \"t\" when card is sealed and delivered over 10 days ago refuse\n"
                "clause c \"t\" when amount over 5.00 CNY and purchased within 8 days refuse\n",
          "{\"reason\":\"changed_mind\",\"card\":\"sealed\",\"delivered\":691200,\"purchased\":1,\"amount\":5}");
    assert_int_equal(policy_fact_turns(f.policy, FACT_DELIVERED, turns, POLICY_TURNS_MAX), 2);
    assert_int_equal(turns[0], 8 * 86400 + 1);
    assert_int_equal(turns[1], 10 * 86400 + 1);
    assert_int_equal(policy_fact_turns(f.policy, FACT_REVEALED, turns, POLICY_TURNS_MAX), 0);
    assert_int_equal(policy_fact_turns(f.policy, FACT_DELIVERED, turns, 1), 1);
    assert_int_equal(f.decision.governing, 0);
    assert_int_equal(policy_facts_set(&f.facts, FACT_DELIVERED, 8 * 86400 + 1, FACT_SOURCE_RECORD, -1, NULL), 0);
    policy_evaluate(f.policy, &f.facts, &f.decision);
    assert_int_equal(f.decision.governing, POLICY_OTHERWISE);
    end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_source_may_state_only_its_own_facts),
        cmocka_unit_test(facts_are_read_from_json_strictly),
        cmocka_unit_test(dispositions_follow_evidence_then_amount_then_merchant),
        cmocka_unit_test(amounts_round_up_and_never_exceed_what_is_left),
        cmocka_unit_test(other_goes_to_a_person_unless_a_clause_names_it),
        cmocka_unit_test(a_doubtful_clause_matters_only_if_it_could_win),
        cmocka_unit_test(a_refund_says_where_it_goes_and_what_may_be_extended),
        cmocka_unit_test(silence_may_call_a_person_and_any_reason_means_other_too),
        cmocka_unit_test(money_of_another_currency_is_unknown),
        cmocka_unit_test(an_unchecked_conflict_goes_to_a_person),
        cmocka_unit_test(the_turns_of_a_fact_are_where_its_conditions_change),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
