/* SPDX-License-Identifier: Apache-2.0 */
/* Prose, explanations and reports. */
#include "policy/policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TEXT                                                                                                             \
    "policy \"p\" version 2\ngoods card_key\nfloor \"f\"\n"                                                              \
    "clause sealed \"未查看可退\" \"Not seen\"\n when card is sealed and (purchased within 7 days or late by 90 "   \
    "minutes)\n"                                                                                                         \
    " refund full at once, borne by goodwill\n"                                                                          \
    "clause dead \"坏卡\" \"Dead card\"\n when reason is key_invalid and not card is sealed and amount at most 12.50 " \
    "CNY\n"                                                                                                              \
    " law \"CPL-24\"\n needs unused_proof\n merchant answers within 1 hour, silence accepts\n refund affected part\n"    \
    "otherwise review within 48 hours\n"

static struct policy_problems problems;

static const struct policy *parse(struct arena *arena)
{
    const struct policy *policy;
    struct error error;
    if (policy_parse(arena, text_of(TEXT), &policy, &problems, &error))
        fail_msg("%d:%d %s", error.line, error.column, error.message);
    return policy;
}

static void expect(const struct buffer *out, const char *piece)
{
    if (!strstr(out->data, piece))
        fail_msg("\"%s\" is not in:\n%s", piece, out->data);
}

static void prose_says_every_condition_and_consequence(void **state)
{
    (void)state;
    struct arena *arena = arena_new(16 << 20);
    const struct policy *policy = parse(arena);
    struct buffer out;
    buffer_init(&out, 1 << 16);
    policy_prose(&out, policy, POLICY_LANGUAGE_EN);
    expect(&out,
           "\nA. Refunded at once\n1. Not seen (sealed)\n"
           "   When: the card is sealed, and (the claim comes within 7 days of the purchase, or it is at least 90 "
           "minutes later than promised).\n"
           "   Result: a full refund at once, borne by the goodwill fund.\n");
    expect(&out, "amount paid at most ¥12.50");
    expect(&out, "   Evidence: proof of non-use.\n   Merchant: answers within 1 hour; silence counts as consent.\n");
    expect(&out,
           "quantity 5; Dec 3, 10:00 claim: the reason is \"the card does not work\", the card is revealed, affected "
           "quantity 2, evidence complete → the merchant answers by Dec 3, 11:00; refunded on consent or silence: "
           "¥12.50 × 2 ÷ 5 = ¥5.00.");
    expect(&out, "When no clause above applies: a person of the platform decides within 48 hours.");
    expect(&out, "   Law: Consumer Rights Protection Law, art. 24 (in force since "
                 "2014-03-15, CPL-24).");
    expect(&out, "\nFloor: f; publication proves that this rule is nowhere below it.\n");
    buffer_clear(&out);
    policy_prose(&out, policy, POLICY_LANGUAGE_ZH);
    expect(&out, "未查看可退");
    expect(&out, "逾期视为同意");
    expect(&out, "   依据：《消费者权益保护法》第二十四条（2014-03-15 起施行，CPL-24）。\n");
    assert_true(text_utf8_bad(buffer_text(&out)) < 0);
    buffer_done(&out);
    arena_free(arena);
}

static void an_explanation_names_what_nearly_applied(void **state)
{
    (void)state;
    struct arena *arena = arena_new(16 << 20);
    const struct policy *policy = parse(arena);
    struct policy_facts facts;
    struct policy_decision decision;
    struct buffer out;
    buffer_init(&out, 1 << 16);
    policy_facts_init(&facts);
    policy_facts_set(&facts, FACT_REASON, REASON_KEY_INVALID, FACT_SOURCE_BUYER, -1, NULL);
    policy_facts_set(&facts, FACT_CARD, CARD_REVEALED, FACT_SOURCE_RECORD, -1, NULL);
    policy_facts_set(&facts, FACT_AMOUNT, 1251, FACT_SOURCE_RECORD, -1, NULL);
    policy_facts_set(&facts, FACT_PURCHASED, 100, FACT_SOURCE_RECORD, -1, NULL);
    policy_facts_set(&facts, FACT_LATE, FACT_NEVER, FACT_SOURCE_RECORD, -1, NULL);
    policy_evaluate(policy, &facts, &decision);
    policy_explain(&out, policy, &facts, &decision, POLICY_LANGUAGE_EN);
    expect(&out,
           "Result: a person of the platform decides.\nRule: \"Any other case\" (otherwise): no clause applies.\n");
    expect(&out,
           "Nearly applied: \"Not seen\" (sealed). It needs: the card is sealed; now: the card is revealed (platform "
           "record). It is as recorded; if the record is wrong, ask the platform.\n");
    expect(&out, "Nearly applied: \"Dead card\" (dead). It needs: amount paid at most ¥12.50; now: amount paid ¥12.51");
    expect(&out, "\nNext: a person of the platform decides within 48 hours.\n");
    buffer_done(&out);
    arena_free(arena);
}

static void a_summary_has_three_lines_and_names_exceptions_that_cost_the_buyer(void **state)
{
    (void)state;
    static const char *const text =
        "policy \"p\" version 1\ngoods card_key\n"
        "clause a \"a\"\n when card is sealed\n refund full at once\n"
        "clause b \"b\"\n when cause is platform_outage\n refund full at once, borne by platform\n"
        "clause c \"c\"\n when consent is given\n refund 80 percent at once\n"
        "clause d \"d\"\n when card is redeemed\n refuse\n"
        "b overrides a, d\nc overrides a, b, d\notherwise refuse\n";
    struct arena *arena = arena_new(16 << 20);
    const struct policy *policy;
    struct error error;
    struct buffer out;
    assert_int_equal(policy_parse(arena, text_of(text), &policy, &problems, &error), 0);
    buffer_init(&out, 1 << 16);
    policy_summary(&out, policy, POLICY_LANGUAGE_EN);
    assert_string_equal(out.data,
                        "Refunded at once: the card is sealed (with exceptions); the cause is a platform outage (with "
                        "exceptions); and 1 more.\n"
                        "Refunded after the merchant's answer: no such case.\n"
                        "Not refunded: the card is redeemed (with exceptions). In any other case: no refund.\n");
    buffer_clear(&out);
    policy_summary(&out, policy, POLICY_LANGUAGE_ZH);
    assert_string_equal(out.data, "立即退款：卡密未查看（有例外）；起因是平台故障（有例外）；另有 1 种情形。\n"
                                  "商家答复后退款：没有这样的情形。\n"
                                  "不退款：卡密已兑换（有例外）。其他情形不退款。\n");
    buffer_done(&out);
    arena_free(arena);
}

/* The specification lists every word of the vocabulary: whoever replays a certificate has nothing else. */
static void the_document_names_every_fact_and_value(void **state)
{
    (void)state;
    struct arena *arena = arena_new(16 << 20);
    char *path = arena_printf(arena, "%s/../docs/policy-language.md", getenv("SHUNTUI_POLICIES"));
    char *document = arena_alloc(arena, 1 << 18);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_true(fread(document, 1, (1 << 18) - 1, file) > 10000);
    fclose(file);
    for (int i = 0; i < FACT_COUNT; i++) {
        const struct fact_info *info = fact_info((enum fact)i);
        if (!strstr(document, arena_printf(arena, "`%s`", info->word)))
            fail_msg("the fact %s is not in the document", info->word);
        for (int v = 0; v < info->value_count; v++)
            if (!strstr(document, arena_printf(arena, "`%s`", info->values[v].word)))
                fail_msg("the value %s of %s is not in the document", info->values[v].word, info->word);
    }
    arena_free(arena);
}

static void reports_are_json(void **state)
{
    (void)state;
    struct arena *arena = arena_new(16 << 20);
    const struct policy *policy = parse(arena);
    struct policy_facts facts;
    struct policy_decision decision;
    struct buffer out;
    struct json_writer writer;
    struct json *document;
    struct error error;
    buffer_init(&out, 1 << 18);
    policy_facts_init(&facts);
    policy_evaluate(policy, &facts, &decision);
    policy_check(policy, &problems, &error);
    for (int which = 0; which < 3; which++) {
        buffer_clear(&out);
        json_writer_init(&writer, &out);
        if (which == 0)
            policy_check_report(&writer, policy, &problems, "x.policy");
        else if (which == 1)
            policy_prose_report(&writer, policy);
        else
            policy_explain_report(&writer, policy, &facts, &decision);
        json_writer_done(&writer);
        if (json_parse(buffer_text(&out), 1 << 18, &document, &error))
            fail_msg("%s\n%s", error.message, out.data);
        assert_non_null(json_find(document, which == 2 ? "decision" : "policy"));
        assert_true((json_find(document, "summary_zh") != NULL) == (which == 1));
        assert_true((json_find(document, "verdict") != NULL) == (which == 2));
        json_free(document);
    }
    buffer_done(&out);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prose_says_every_condition_and_consequence),
        cmocka_unit_test(an_explanation_names_what_nearly_applied),
        cmocka_unit_test(a_summary_has_three_lines_and_names_exceptions_that_cost_the_buyer),
        cmocka_unit_test(the_document_names_every_fact_and_value),
        cmocka_unit_test(reports_are_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
