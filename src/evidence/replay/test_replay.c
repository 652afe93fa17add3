/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The decision checker: the golden certificates replay; what each part of the language means, in small policies; what
 * is no policy; hostile input. test_mutations.c bends certificates; tests/test_replay_policy.c holds it against the evaluator.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/limits.h"
#include "evidence/replay/replay.h"
#include "evidence/replay/test_cases.h"

#define FILE_BYTES_MAX ((size_t)1024 * 1024)

/* ---- golden certificates ---- */

static void golden_replays(void *context, struct text certificate, struct text policy, const char *path)
{
    (void)context;
    struct evidence_difference difference;
    struct error error = {.code = ERROR_NONE};
    int result = evidence_replay(certificate, policy, &difference, &error);
    if (result)
        fail_msg("%s: %s", path, result > 0 ? difference.words_en : error.message);
}

static void every_golden_certificate_replays(void **state)
{
    (void)state;
    golden_each(golden_replays, NULL);
}

/* ---- one meaning at a time ---- */

/* The certificate as the policy's identity must stand in it; "@" is the place of the hash. */
static int replay_text(const char *policy, const char *certificate, struct evidence_difference *ret)
{
    uint8_t hash[HASH_BYTES];
    char hex[HASH_HEX_BYTES];
    struct buffer out;
    const char *at = strchr(certificate, '@');
    hash_sha256(policy, strlen(policy), hash);
    hash_hex(hash, hex);
    buffer_init(&out, FILE_BYTES_MAX);
    if (at) {
        buffer_add(&out, certificate, (size_t)(at - certificate));
        buffer_add_string(&out, hex);
        certificate = at + 1;
    }
    buffer_add_string(&out, certificate);
    struct error error = {.code = ERROR_NONE};
    int result = evidence_replay(buffer_text(&out), text_of(policy), ret, &error);
    if (result < 0)
        snprintf(ret->words_en, sizeof ret->words_en, "%s", error.message);
    buffer_done(&out);
    return result;
}

#define SMALL                                                                                                          \
    "policy \"small\" version 1 goods card_key\nclause a \"A\" when card is sealed refund 50 percent at once\n"
#define SMALL_START                                                                                                    \
    "{\"amount\":{\"currency\":\"CNY\",\"earlier_refunds\":0,\"paid\":101,\"refund\":51,\"rule\":\"percent\","         \
    "\"steps\":[{"                                                                                                     \
    "\"op\":\"paid\",\"value\":101},{\"op\":\"percent\",\"value\":50},{\"op\":\"limit\",\"value\":101}]},"             \
    "\"bearer\":\"merchant\",\"claim\":null,\"clauses\":[{\"applies\":\"true\",\"conditions\":[{\"fact\":\"card\","    \
    "\"op\":\"is\",\"truth\":\"true\",\"values\":[\"sealed\"]},{\"fact\":\"reason\",\"op\":\"is_not\",\"truth\":"      \
    "\"true\","                                                                                                        \
    "\"values\":[\"other\"]}],\"id\":\"a\",\"overridden_by\":[]}],\"deadlines\":{\"merchant_answer_s\":null,"          \
    "\"review_s\":null,\"silence\":null},\"decided_at\":1,\"disposition\":\"pay_now\",\"evidence\":[],"
#define SMALL_FACTS                                                                                                    \
    "\"facts\":[{\"leaf\":null,\"name\":\"reason\",\"source\":\"buyer\",\"value\":\"changed_mind\"},"                  \
    "{\"leaf\":7,\"name\":\"card\",\"source\":\"record\",\"value\":\"sealed\"}],"
#define SMALL_END                                                                                                      \
    "\"governing\":\"a\",\"outcome\":\"refund\",\"overrode\":[],\"policy\":{\"name\":\"small\",\"sha256\":\"@\","      \
    "\"version\":1},\"v\":1,\"vocabulary\":\"1\"}"

struct replay_case {
    const char *policy, *certificate;
    int expected;
    const char *words; /* a part of the English words */
};

static void a_difference_is_named_in_words(void **state)
{
    (void)state;
    static const struct replay_case cases[] = {
        {SMALL, SMALL_START SMALL_FACTS SMALL_END, 0, ""},
        {SMALL, " " SMALL_START SMALL_FACTS SMALL_END, 1, "not the canonical form"},
        {SMALL " ", SMALL_START SMALL_FACTS SMALL_END, 0, ""},
        {SMALL, SMALL_START SMALL_FACTS "\"governing\":\"a\",\"policy\":{\"sha256\":\"00\"}}", 1, "/policy/sha256"},
        {SMALL, SMALL_START "\"facts\":[],\"policy\":{\"sha256\":\"@\"}}", 1, "the policy tests \"reason\" here"},
        {SMALL,
         SMALL_START "\"facts\":[{\"leaf\":null,\"name\":\"reason\",\"source\":\"buyer\",\"value\":\"changed_mind\"},"
                     "{\"leaf\":7,\"name\":\"card\",\"source\":\"buyer\",\"value\":\"sealed\"}]," SMALL_END,
         1, "from a source that may not state it"},
        {SMALL,
         SMALL_START "\"facts\":[{\"leaf\":null,\"name\":\"reason\",\"source\":\"buyer\",\"value\":\"changed_mind\"},"
                     "{\"leaf\":7,\"name\":\"card\",\"source\":\"record\",\"value\":\"open\"}]," SMALL_END,
         1, "which this fact cannot be"},
        {SMALL,
         SMALL_START "\"facts\":[{\"leaf\":null,\"name\":\"reason\",\"source\":\"buyer\",\"value\":\"other\"},"
                     "{\"leaf\":7,\"name\":\"card\",\"source\":\"record\",\"value\":\"sealed\"}]," SMALL_END,
         1, "whether a clause applies a: /clauses/0/applies is \"true\", decided again \"false\""},
        {SMALL, "[]", -1, "not a JSON object"},
        {SMALL, "{", -1, ""},
        {"policy \"small\"", SMALL_START SMALL_FACTS SMALL_END, -1, "expected version, found \"the end\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct evidence_difference difference;
        int result = replay_text(cases[i].policy, cases[i].certificate, &difference);
        if (result != cases[i].expected || !strstr(difference.words_en, cases[i].words))
            fail_msg("case %zu: %d %s", i, result, difference.words_en);
    }
}

/* ---- amounts, spans, deadlines ---- */

struct meaning_case {
    const char *head, *policy, *facts; /* the head names the goods */
    const char *currency;
    int64_t paid, earlier_refunds;
    const char *expected; /* parts of the certificate, "…" between them */
};

#define CARDS "policy \"p\" version 1 goods card_key "
#define SERVICES "policy \"p\" version 1 goods service "
#define LICENCES "policy \"p\" version 1 goods licence "
#define WHEN "clause a \"A\" when reason is changed_mind "
#define MIND "reason changed_mind buyer;"
#define STEPS(...) "\"steps\":[" __VA_ARGS__ "]}"
#define STEP(op, value) "{\"op\":\"" op "\",\"value\":" #value "}"

static const struct meaning_case meaning_cases[] = {
    /* less a part is rounded down, a share is rounded up: both in the buyer's favour */
    {CARDS, WHEN "refund full less 5 percent at once", MIND, "CNY", 10001, 0,
     "\"refund\":9501,\"rule\":\"full\"," STEPS(
         STEP("paid", 10001) "," STEP("less_percent", 5) "," STEP("limit", 10001))},
    {CARDS, WHEN "refund 50 percent less 33 percent at once", MIND, "CNY", 101, 0,
     "\"refund\":18,\"rule\":\"percent\"," STEPS(
         STEP("paid", 101) "," STEP("percent", 50) "," STEP("less_percent", 33) "," STEP("limit", 101))},
    {CARDS, WHEN "refund 50 percent of affected part less 1.50 CNY at once",
     MIND "quantity 3 record; affected_quantity 1 buyer", "CNY", 3001, 400,
     "\"refund\":351,\"rule\":\"affected\"," STEPS(STEP("paid", 3001) "," STEP("quantity", 1) "," STEP(
         "of_quantity", 3) "," STEP("percent", 50) "," STEP("less", 150) "," STEP("limit", 2601))},
    {SERVICES, WHEN "refund 80 percent of unfinished part less 10 percent at once", MIND "progress 40 merchant", "CNY",
     100003, 0,
     "\"refund\":38002,\"rule\":\"unfinished\"," STEPS(STEP("paid", 100003) "," STEP("percent", 60) "," STEP(
         "percent", 80) "," STEP("less_percent", 10) "," STEP("limit", 100003))},
    {CARDS, WHEN "refund 3.00 CNY at once", MIND, "CNY", 9900, 0,
     "\"refund\":300,\"rule\":\"fixed\"," STEPS(STEP("paid", 9900) "," STEP("fixed", 300) "," STEP("limit", 9900))},
    {CARDS, WHEN "refund 3.00 CNY at once", MIND, "CNY", 9900, 9700,
     "\"refund\":200,\"rule\":\"fixed\"," STEPS(STEP("paid", 9900) "," STEP("fixed", 300) "," STEP("limit", 200))},
    {CARDS, WHEN "refund 3 JPY less 50 percent at once", MIND, "JPY", 4, 0, "\"refund\":1,\"rule\":\"fixed\""},
    {CARDS, WHEN "refund full at once", MIND, "CNY", 1000000000000, 0, "\"refund\":1000000000000,"},
    {CARDS, WHEN "refund full less 99 percent at once", MIND, "CNY", 1000000000000, 0, "\"refund\":10000000000,"},
    /* nothing is left: a refusal, which says where the money would have gone */
    {CARDS, WHEN "refund full less 2.00 CNY at once to store_credit", MIND, "CNY", 199, 0,
     "\"refund\":0,\"rule\":\"full\"," STEPS(STEP("paid", 199) "," STEP("less", 200) "," STEP(
         "limit",
         199)) "…\"bearer\":null…\"destination\":\"store_credit\",\"disposition\":\"refuse\"…\"outcome\":\"refuse\""},
    {CARDS, WHEN "refund full less 100 percent at once", MIND, "CNY", 199, 0, "\"disposition\":\"refuse\""},
    /* money of another currency, or a part of what nobody knows: no steps */
    {CARDS, WHEN "refund full less 2.00 CNY at once", MIND, "USD", 199, 0,
     "\"paid\":199,\"refund\":0,\"rule\":\"full\"," STEPS() "…\"disposition\":\"open\"…\"outcome\":\"refund\""},
    {CARDS, WHEN "refund 2 CNY at once", MIND, "USD", 199, 0,
     "\"rule\":\"fixed\"," STEPS() "…\"disposition\":\"open\""},
    {CARDS, WHEN "refund 50 percent less 9 percent at once", MIND, "USD", 200, 0, "\"refund\":82,"},
    {SERVICES, WHEN "refund 5 percent of unfinished part at once", MIND, "CNY", 200, 0,
     STEPS() "…\"disposition\":\"open\"…\"name\":\"progress\",\"source\":null,\"value\":null"},
    {CARDS, WHEN "refund 5 percent of affected part at once", MIND "quantity 5 record", "CNY", 200, 0,
     STEPS() "…\"disposition\":\"open\"…\"name\":\"affected_quantity\",\"source\":null"},
    /* where the money goes, and how long */
    {CARDS, WHEN "refund full at once to original_payment", MIND, "CNY", 5, 0,
     "\"review_s\":null,\"silence\":null},\"decided_at\":1764000000,\"disposition\":\"pay_now\""},
    {CARDS, WHEN "merchant answers within 1 day, extension 90 minutes, silence refuses refund full, borne by issuer",
     MIND, "CNY", 5, 0,
     "\"bearer\":\"issuer\"…\"deadlines\":{\"extension_s\":5400,\"merchant_answer_s\":86400,\"review_s\":172800,"
     "\"silence\":"
     "\"refuses\"}"},
    {CARDS, WHEN "merchant answers within 1 day, silence accepts refund full", MIND, "CNY", 5, 0,
     "\"deadlines\":{\"merchant_answer_s\":86400,\"review_s\":172800,\"silence\":\"accepts\"}"},
    /* new facts */
    {LICENCES, "clause a \"A\" when not usage under 2 hours refuse", MIND "usage 7200 record", "EUR", 5, 0,
     "{\"bound\":7200,\"fact\":\"usage\",\"op\":\"at_least\",\"truth\":\"true\"}…\"outcome\":\"refuse\""},
    {LICENCES, "clause a \"A\" when usage at most 0 minutes refuse", MIND "usage 1 issuer", "EUR", 5, 0,
     "{\"bound\":0,\"fact\":\"usage\",\"op\":\"at_most\",\"truth\":\"false\"}…\"value\":1}"},
    {LICENCES, "clause a \"A\" when not released and not consumed refuse", MIND "released never record", "EUR", 5, 0,
     "\"fact\":\"released\",\"op\":\"not_happened\",\"truth\":\"true\"…\"fact\":\"consumed\",\"op\":\"is_not\","
     "\"truth\":"
     "\"unknown\",\"values\":[\"yes\"]"},
    {LICENCES, "clause a \"A\" when reason is other or does_not_work and region is other or cn refuse",
     "reason does_not_work arbiter; region uk buyer", "EUR", 5, 0,
     "\"values\":[\"other\",\"does_not_work\"]}…\"values\":[\"cn\",\"other\"]}],\"id\":\"a\""},
    {CARDS, "clause a \"A\" when replacement is delivered or offered or delivered within 3 days refuse",
     MIND "replacement declined record; delivered 60 record", "CNY", 5, 0,
     "{\"any\":[{\"fact\":\"replacement\",\"op\":\"is\",\"truth\":\"false\",\"values\":[\"offered\",\"delivered\"]},{"
     "\"bound\":"
     "259200,\"fact\":\"delivered\",\"op\":\"within\",\"truth\":\"true\"}]"},
    /* what the merchant's silence means */
    {CARDS, WHEN "merchant answers within 1 day, silence reviews refund full", MIND "merchant_answer silent record",
     "CNY", 5, 0, "\"refund\":5,…\"silence\":\"reviews\"…\"disposition\":\"review\"…\"outcome\":\"refund\""},
    {CARDS, WHEN "merchant answers within 1 day, silence reviews refund full", MIND "merchant_answer disputes record",
     "CNY", 5, 0, "\"disposition\":\"review\"…\"outcome\":\"refund\""},
    {CARDS, WHEN "merchant answers within 1 day, silence reviews refund full", MIND "merchant_answer accepts record",
     "CNY", 5, 0, "\"disposition\":\"pay_now\""},
    {CARDS, WHEN "merchant answers within 1 day, silence refuses refund full", MIND "merchant_answer silent record",
     "CNY", 5, 0, "\"bearer\":null…\"disposition\":\"refuse\""},
    /* what remains of the time, and a choice of where the money goes */
    {LICENCES, WHEN "refund 90 percent of remaining part at once to store_credit or original_payment",
     MIND "time_used 33 record", "EUR", 1000, 0,
     "\"refund\":603,\"rule\":\"remaining\"," STEPS(STEP("paid", 1000) "," STEP("percent", 67) "," STEP(
         "percent", 90) "," STEP("limit", 1000)) "…\"destination\":\"buyer_choice\"…\"name\":\"time_used\""},
    {CARDS, WHEN "refund remaining part at once", MIND, "CNY", 5, 0, STEPS() "…\"disposition\":\"open\""},
    /* any reason: each that the goods have, and then `other` is named */
    {LICENCES, "clause a \"A\" when any reason refuse", "reason other buyer", "EUR", 5, 0,
     "\"conditions\":[{\"fact\":\"reason\",\"op\":\"is\",\"truth\":\"true\",\"values\":[\"not_delivered\",\"delivery_"
     "late\","
     "\"partial_delivery\",\"wrong_item_or_region\",\"not_as_described\",\"account_recovered\",\"topup_not_credited\","
     "\"duplicate_or_wrong_amount\",\"changed_mind\",\"unauthorised\",\"minor_purchase\",\"other\",\"does_not_work\"]}]"
     "…"
     "\"outcome\":\"refuse\""},
    {CARDS, "clause a \"A\" when late and not any reason refuse", "reason other buyer; late 5 record", "CNY", 5, 0,
     "\"op\":\"is_not\",\"truth\":\"false\"…\"op\":\"is_not\",\"truth\":\"false\",\"values\":[\"other\"]"},
    {CARDS, "clause a \"A\" when late within 1 hour and any reason refuse", MIND "late 3600 record", "CNY", 5, 0,
     "{\"bound\":3600,\"fact\":\"late\",\"op\":\"within\",\"truth\":\"true\"}"},
    {CARDS, "clause a \"A\" when not late within 1 hour and any reason refuse", MIND "late never record", "CNY", 5, 0,
     "{\"bound\":3600,\"fact\":\"late\",\"op\":\"not_within\",\"truth\":\"true\"}"},
    /* a part's facts are tested although no clause that needs them governs; their order is that of the table */
    {SERVICES,
     "clause a \"A\" when protection refuse clause b \"B\" when late refund 9 percent of unfinished part at once "
     "clause c "
     "\"C\" when buyer_interfered refund affected part at once",
     "", "CNY", 5, 0,
     "\"name\":\"reason\"…\"name\":\"progress\"…\"name\":\"late\"…\"name\":\"quantity\"…\"name\":\"affected_quantity\"…"
     "\"name\":\"protection\"…\"name\":\"buyer_interfered\"…\"governing\":null"},
};

/* Whether the parts stand in the text one after the other. */
static bool has_parts(const char *text, const char *parts)
{
    static const char gap[] = "…";
    while (text && *parts) {
        const char *end = strstr(parts, gap);
        char part[400];
        snprintf(part, sizeof part, "%.*s", end ? (int)(end - parts) : (int)strlen(parts), parts);
        text = strstr(text, part);
        text = text ? text + strlen(part) : NULL;
        parts = end ? end + strlen(gap) : "";
    }
    return text != NULL;
}

static void a_decision_is_what_the_document_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof meaning_cases / sizeof *meaning_cases; i++) {
        const struct meaning_case *row = &meaning_cases[i];
        struct evidence_difference difference;
        struct buffer certificate;
        char policy[1000];
        snprintf(policy, sizeof policy, "%s%s", row->head, row->policy);
        buffer_init(&certificate, EVIDENCE_CERTIFICATE_BYTES_MAX);
        situation_certificate(&(struct situation){policy, row->facts, row->currency, row->paid, row->earlier_refunds},
                              &certificate);
        if (!has_parts(certificate.data, row->expected))
            fail_msg("case %zu: %s\n%s\n%s", i, row->policy, row->expected, certificate.data);
        assert_int_equal(evidence_replay(buffer_text(&certificate), text_of(policy), &difference, NULL), 0);
        buffer_done(&certificate);
    }
}

/* ---- what is no policy ---- */

#define HEAD "policy \"p\" version 1 goods card_key\n"
#define CLAUSE "clause a \"A\" when card is sealed refund full at once\n"

static void what_is_no_policy_is_refused(void **state)
{
    (void)state;
    static const char *const sources[] = {
        "",
        HEAD,
        "policy \"P\" version 1 goods card_key " CLAUSE,
        "policy \"p\" version 01 goods card_key " CLAUSE,
        "policy \"p\" version 0 goods card_key " CLAUSE,
        "policy \"p\" version 1 goods cards " CLAUSE,
        HEAD CLAUSE CLAUSE,
        HEAD CLAUSE "a overrides a",
        HEAD CLAUSE "a overrides b",
        HEAD CLAUSE "otherwise refuse otherwise refuse",
        HEAD CLAUSE "otherwise review within 16 days",
        HEAD "clause a \"A\" refund full at once",
        HEAD "clause a \"A\" when card is sealed",
        HEAD "clause a \"\" when card is sealed refuse",
        HEAD "clause a \"A\\\" when card is sealed refuse",
        HEAD "clause a \"A\" when card is sealed refund full",
        HEAD "clause a \"A\" when card is sealed refund full at once merchant answers within 1 day, silence accepts",
        HEAD "clause a \"A\" when card is sealed refuse needs problem_proof",
        HEAD "clause a \"A\" when card is sealed refund 0 percent at once",
        HEAD "clause a \"A\" when card is sealed refund unfinished part at once",
        HEAD "clause a \"A\" when card is sealed and late or late refuse",
        HEAD "clause a \"A\" when (card is sealed refuse",
        HEAD "clause a \"A\" when (((((((((late))))))))) refuse",
        HEAD "clause a \"A\" when card is open refuse",
        HEAD "clause a \"A\" when reason is service_incomplete refuse",
        HEAD "clause a \"A\" when progress under 50 percent refuse",
        HEAD "clause a \"A\" when amount over 1.234 CNY refuse",
        HEAD "clause a \"A\" when amount over 01 CNY refuse",
        HEAD "clause a \"A\" when amount over 1. CNY refuse",
        HEAD "clause a \"A\" when amount over 1 CNY and amount under 2 USD refuse",
        HEAD "clause a \"A\" when amount over 1 ABC refuse",
        HEAD "clause a \"A\" when quantity over 1000001 refuse",
        HEAD "clause a \"A\" when purchased within 100001 days refuse",
        HEAD "clause a \"A\" when purchased by 1 day refuse",
        HEAD "clause law \"A\" when late refuse",
        HEAD "clause any \"A\" when late refuse",
        HEAD "clause a \"A\" when any refuse",
        HEAD "clause a \"A\" when any card refuse",
        HEAD "clause a \"A\" when any reason is other refuse",
        HEAD "clause a \"A\" when late over 1 day ago refuse",
        HEAD "clause a \"A\" when late refund full at once to original_payment or store_credit",
        HEAD "clause a \"A\" when late refund full at once to store_credit or",
        HEAD "clause a \"A\" when late refund remaining at once",
        HEAD "clause a \"A\" when late merchant answers within 1 day, silence review refund full",
        HEAD "clause a \"A\" when launched refuse",
        HEAD "clause a \"A\" when returned_before refuse",
        HEAD "clause a \"A\" when refund_tokens over 0 refuse",
        HEAD "clause a \"A\" when time_used over 101 percent refuse",
        HEAD "clause a \"A\" when protection_time within 1 day refuse",
        LICENCES "clause a \"A\" when receipt is open refuse",
        LICENCES "clause a \"A\" when visible_before_use refuse",
        HEAD "clause to \"A\" when late refuse",
        HEAD "effective 2024-07-01 " CLAUSE,
        HEAD "effective \"2024-7-01\" " CLAUSE,
        HEAD "effective \"2023-02-29\" " CLAUSE,
        HEAD "effective \"2100-02-29\" " CLAUSE,
        HEAD "effective \"2024-13-01\" " CLAUSE,
        HEAD "effective \"1969-12-31\" " CLAUSE,
        HEAD "effective \"2024-07-00\" " CLAUSE,
        HEAD "effective \"2024-07-01\" floor \"f\" " CLAUSE,
        HEAD CLAUSE "effective \"2024-07-01\"",
        HEAD "clause a \"A\" when late refuse law \"CPR-44\", \"PEN-8\", \"PEN-8\", \"PEN-8\", \"PEN-8\"",
        HEAD "clause a \"A\" when late refuse law \"CPR-44\" law \"PEN-8\"",
        HEAD "clause a \"A\" when late refuse law \"cpr-44\"",
        HEAD "clause a \"A\" when late refuse law \"CPR 44\"",
        HEAD "clause a \"A\" when late refuse law \"CPR-44-CPR-44-CPR-44\", \"CPR-44-CPR-44-CPR-443\"",
        HEAD "clause a \"A\" when late refuse law CPR",
        HEAD "clause a \"A\" when late merchant answers within 1 day, extension 59 minutes silence accepts refund full",
        HEAD "clause a \"A\" when late merchant answers within 1 day, extension 0 minutes, silence accepts refund full",
        HEAD "clause a \"A\" when late merchant answers within 1 day, extension 16 days, silence accepts refund full",
        HEAD "clause a \"A\" when late merchant answers within 1 day extension 1 day, silence accepts refund full",
        HEAD "clause a \"A\" when late refund 0 CNY at once",
        HEAD "clause a \"A\" when late refund 0.001 CNY at once",
        HEAD "clause a \"A\" when late refund 10000000000.01 CNY at once",
        HEAD "clause a \"A\" when late refund full less 0.00 CNY at once",
        HEAD "clause a \"A\" when late refund full less 0 percent at once",
        HEAD "clause a \"A\" when late refund full less 101 percent at once",
        HEAD "clause a \"A\" when late refund full less 5 at once",
        HEAD "clause a \"A\" when late refund full less 1 CNY less 1 CNY at once",
        HEAD "clause a \"A\" when late refund 0 percent of affected part at once",
        HEAD "clause a \"A\" when late refund 5 percent of unfinished part at once",
        HEAD "clause a \"A\" when late refund 5 percent of amount at once",
        HEAD "clause a \"A\" when late refund 1 CNY of affected part at once",
        HEAD "clause a \"A\" when late refund 1 CNY less 1 USD at once",
        HEAD "clause a \"A\" when amount over 1 USD refund 1 CNY at once",
        HEAD "clause a \"A\" when late refund full to store_credit at once",
        HEAD "clause a \"A\" when late refund full at once to merchant",
        HEAD "clause a \"A\" when late refund full at once, borne by platform to store_credit",
        HEAD "clause a \"A\" when reason is does_not_work refuse",
        HEAD "clause a \"A\" when usage under 1 hour refuse",
        HEAD "clause a \"A\" when item is game refuse",
        HEAD "clause a \"A\" when buyer_interfered refuse",
        LICENCES "clause a \"A\" when card is sealed refuse",
        LICENCES "clause a \"A\" when replacement is none refuse",
        LICENCES "clause a \"A\" when reason is key_invalid refuse",
        LICENCES "clause a \"A\" when reason is service_incomplete refuse",
        LICENCES "clause a \"A\" when late review within 1 day needs unused_proof",
        LICENCES "clause a \"A\" when late review within 1 day optional service_log",
        LICENCES "clause a \"A\" when late refund unfinished part at once",
        LICENCES "clause a \"A\" when usage within 1 hour refuse",
        LICENCES "clause a \"A\" when usage refuse",
        LICENCES "clause a \"A\" when usage under 2 refuse",
        LICENCES "clause a \"A\" when usage under 100001 minutes refuse",
        SERVICES "clause a \"A\" when item is game refuse",
        SERVICES "clause a \"A\" when released refuse",
        HEAD "clause a \"\xff\" when late refuse",
        HEAD "clause a \"A\xe3\x80\x82\" when late refuse;",
    };
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        struct error error = {.code = ERROR_NONE};
        struct evidence_difference difference;
        if (evidence_replay(TEXT_LITERAL("{}"), text_of(sources[i]), &difference, &error) != -1)
            fail_msg("accepted: %s", sources[i]);
        assert_true(error.code == ERROR_POLICY_SYNTAX || error.code == ERROR_POLICY_MEANING ||
                    error.code == ERROR_POLICY_LIMIT || error.code == ERROR_POLICY_GOODS);
        assert_true(text_utf8_bad(text_of(error.message)) < 0);
    }
}

static void the_edges_of_the_grammar_are_taken(void **state)
{
    (void)state;
    static const char *const sources[] = {
        HEAD "floor \"cn-consumer\" effective \"2024-02-29\" " CLAUSE,
        HEAD "effective \"1970-01-01\" " CLAUSE,
        HEAD "clause card \"A\" when card is sealed refuse clause late \"B\" when late within 1 day or card is revoked "
             "refuse "
             "card overrides late",
        HEAD
        "clause a \"A\" when any reason and not late within 5 minutes refund 5 percent of remaining part at once to "
        "store_credit or original_payment",
        HEAD "effective \"2000-02-29\" " CLAUSE,
        HEAD "effective \"9999-12-31\" " CLAUSE,
        HEAD "clause least \"A\" when late refund full at once clause b \"B\" when late law \"A\" refund 5 percent at "
             "once least "
             "overrides b",
        HEAD "clause part \"A\" law \"CPR-44-CPR-44-CPR-44\", \"PEN-8\",\"PEN-8\", \"0\" refuse when late",
        HEAD
        "clause a \"A\" merchant answers within 15 days, extension 1 minute, silence accepts when late refund full",
        HEAD
        "clause a \"A\" when late refund 10000000000.00 CNY less 0.01 CNY at once to store_credit, borne by issuer",
        HEAD "clause a \"A\" when late refund affected part less 100 percent at once",
        LICENCES "clause a \"A\" when usage under 100000 days and (consumed or banned) refuse",
    };
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        struct error error = {.code = ERROR_NONE};
        struct evidence_difference difference;
        if (evidence_replay(TEXT_LITERAL("{}"), text_of(sources[i]), &difference, &error) != 1)
            fail_msg("%s: %s", sources[i], error.message);
    }
}

/* ---- hostile sizes ---- */

static void repeat(struct buffer *out, const char *piece, size_t bytes_max)
{
    while (out->length + strlen(piece) <= bytes_max)
        buffer_add_string(out, piece);
}

static void the_largest_texts_end_in_bounded_time_and_memory(void **state)
{
    (void)state;
    static const struct {
        const char *start, *piece, *end;
        int expected;
    } shapes[] = {
        {HEAD "clause a \"A\" when late", " or late", " refuse", -1},
        {HEAD "clause a \"A\" when card is sealed", " or sealed", " refuse", 1},
        {HEAD "clause a \"A\" when ", "not ", "late refuse", 1},
        {HEAD "clause a \"A\" when ", "(", "late refuse", -1},
        {HEAD "clause a \"A\" when late review within 1 day", " optional problem_proof or contact_record", "", 1},
        {HEAD "clause a \"A\" when late review within 1 day", " needs problem_proof", "", -1},
        {HEAD "clause a \"A\" when late refuse law \"A\"", ", \"A\"", "", -1},
        {HEAD "clause a \"A\" when late refuse", " law \"A\"", "", -1},
        {HEAD "clause a \"A\" when late refund full at once", " less 1 percent", "", -1},
        {HEAD "clause a \"A\" when late refund 5 percent", " of affected part", " at once", -1},
        {HEAD "clause a \"A\" when late merchant answers within 1 day", ", extension 1 day", "", -1},
        {HEAD "clause a \"A\" when late refuse", " a overrides a", "", -1},
        {HEAD "clause a \"A\" when late refund ", "9", " CNY at once", -1},
        {HEAD, " effective \"2024-07-01\"", "", -1},
        {HEAD, ",", "", -1},
        {HEAD, "#\n", "", -1},
        {"", "(", "", -1},
        {"", "\"", "", -1},
    };
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        struct buffer source;
        struct evidence_difference difference;
        buffer_init(&source, LIMIT_POLICY_BYTES + 1);
        buffer_add_string(&source, shapes[i].start);
        repeat(&source, shapes[i].piece, LIMIT_POLICY_BYTES - 20);
        buffer_add_string(&source, shapes[i].end);
        char *certificate = malloc(200);
        uint8_t hash[HASH_BYTES];
        char hex[HASH_HEX_BYTES];
        hash_sha256(source.data, source.length, hash);
        hash_hex(hash, hex);
        snprintf(certificate, 200, "{\"policy\":{\"sha256\":\"%s\"}}", hex);
        int result = evidence_replay(text_of(certificate), buffer_text(&source), &difference, NULL);
        if (result != shapes[i].expected)
            fail_msg("%s%s…: %d", shapes[i].start, shapes[i].piece, result);
        free(certificate);
        buffer_done(&source);
    }
}

/* One more than the most is refused; the most is taken. Section 2 has the limits. */
static void a_policy_may_reach_its_limits_and_no_more(void **state)
{
    (void)state;
    static const struct {
        const char *start, *piece, *end; /* "%d" in the piece is its number */
        int most;                        /* of pieces */
    } limits[] = {
        {HEAD "clause a \"A\" when late", " and late", " refuse", 2045}, /* and the group, and `reason is not other` */
        {HEAD "clause a \"A\" when reason is changed_mind", " and (late or late)", " refuse", 682},
        {HEAD "clause a \"A\" when reason is changed_mind", " and late by %d minutes", " refuse", 511},
        {HEAD "clause a \"A\" when late", " or late by %d minutes", " refuse", 510},
        {HEAD "clause a \"A\" when reason is changed_mind", " and not late by %d minutes and late by %d minutes",
         " refuse", 255},
        {HEAD, "clause c%d \"A\" when late refuse ", "", 128},
        {HEAD "clause a \"A\" when late review within 1 day", " needs problem_proof", "", 6},
        {HEAD "clause a \"A\" when late refuse law \"A\"", ", \"A\"", "", 3},
    };
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        for (int extra = 0; extra < 2; extra++) {
            struct buffer source;
            struct evidence_difference difference;
            struct error error = {.code = ERROR_NONE};
            buffer_init(&source, LIMIT_POLICY_BYTES);
            buffer_add_string(&source, limits[i].start);
            for (int piece = 1; piece <= limits[i].most + extra; piece++)
                buffer_addf(&source, limits[i].piece, piece, piece);
            buffer_add_string(&source, limits[i].end);
            int result = evidence_replay(TEXT_LITERAL("{}"), buffer_text(&source), &difference, &error);
            if (result != (extra ? -1 : 1) || (extra && error.code != ERROR_POLICY_LIMIT))
                fail_msg("limit %zu: %d pieces give %d %s", i, limits[i].most + extra, result, error.message);
            buffer_done(&source);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_golden_certificate_replays),
        cmocka_unit_test(a_difference_is_named_in_words),
        cmocka_unit_test(a_decision_is_what_the_document_says),
        cmocka_unit_test(what_is_no_policy_is_refused),
        cmocka_unit_test(the_edges_of_the_grammar_are_taken),
        cmocka_unit_test(the_largest_texts_end_in_bounded_time_and_memory),
        cmocka_unit_test(a_policy_may_reach_its_limits_and_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
