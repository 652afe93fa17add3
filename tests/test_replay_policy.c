/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The program that decides (src/policy) against the checker that decides again (src/evidence), which share no code: over
 * the policies of this project, over made-up policies that use every corner of the grammar, and over texts bent by a
 * word. Where one accepts, so must the other; every certificate must replay. The seed is printed on failure.
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
#include "policy/policy.h"

#include "make_policy.h"

#define FILE_BYTES_MAX ((size_t)1024 * 1024)
#define CASES_PER_POLICY 800
#define MADE_POLICIES 2500
#define CASES_PER_MADE_POLICY 12
#define BENT_CERTIFICATES 400
#define BENT_EVERY 61
#define HEAD "policy \"p\" version 1 goods card_key\n"
#define BENT_TEXTS_PER_POLICY 250

static struct policy_problems problems;

/* ---- facts ---- */

static int64_t number_random(uint64_t *random, enum fact_type type)
{
    static const int64_t edges[] = {0,      1,      59,     60,      3600,    7200,    43200,   86400,       172800,
                                    259200, 604800, 864000, 1209600, 1296000, 2592000, 5000000, 999999999999};
    int64_t value = edges[random_below(random, sizeof edges / sizeof *edges)] + random_below(random, 3) - 1;
    if (type == FACT_TYPE_DURATION && random_below(random, 4) == 0)
        return FACT_NEVER;
    if (type == FACT_TYPE_PERCENT)
        return random_below(random, 101);
    if (type == FACT_TYPE_COUNT)
        return random_below(random, 8);
    return value < 0 ? 0 : value;
}

static void facts_random(uint64_t *random, struct policy_facts *facts)
{
    static const char *const currencies[] = {"CNY", "CNY", "CNY", "USD", "JPY"};
    int unknown_in = 2 + random_below(random, 12); /* one fact in this many is unknown */
    policy_facts_init(facts);
    for (int i = 0; i < FACT_COUNT; i++) {
        const struct fact_info *info = fact_info((enum fact)i);
        int source = random_below(random, FACT_SOURCE_COUNT);
        if (random_below(random, unknown_in) == 0)
            continue;
        while (!(info->sources >> source & 1))
            source = (source + 1) % FACT_SOURCE_COUNT;
        int64_t value = info->values ? random_below(random, info->value_count) : number_random(random, info->type);
        int64_t leaf = random_below(random, 3) ? random_below(random, 100000) : -1;
        assert_int_equal(policy_facts_set(facts, (enum fact)i, value, (enum fact_source)source, leaf, NULL), 0);
    }
    memcpy(facts->currency, currencies[random_below(random, 5)], 4);
    facts->decided_at_s = 1764000000 + random_below(random, 1000000);
    if (random_below(random, 2))
        memcpy(facts->claim, "clm_01kaq8golden00000000000000", sizeof "clm_01kaq8golden00000000000000");
}

/* ---- both programs on one case ---- */

/* What made-up policies must bring about, or the comparison would pass for want of cases. */
static const char *const forms[] = {
    "\"rule\":\"full\"",
    "\"rule\":\"percent\"",
    "\"rule\":\"unfinished\"",
    "\"rule\":\"affected\"",
    "\"op\":\"fixed\"",
    "\"op\":\"less\"",
    "\"op\":\"less_percent\"",
    "},{\"op\":\"percent\",\"value\":37},{\"op\":\"limit\"",
    "\"destination\":\"store_credit\",\"disposition\":\"pay_now\"",
    "\"destination\":\"store_credit\",\"disposition\":\"refuse\"",
    "\"extension_s\":",
    "\"destination\":\"buyer_choice\"",
    "\"rule\":\"remaining\"",
    "\"fact\":\"late\",\"op\":\"not_within\",\"truth\":\"true\"",
    "\"id\":\"usage\"",
    "\"silence\":\"refuses\"",
    "\"silence\":\"reviews\"",
    "\"disposition\":\"wait_merchant\"",
    "\"disposition\":\"missing_evidence\"",
    "\"disposition\":\"review\"",
    "\"disposition\":\"open\"",
    "\"fact\":\"usage\",\"op\":\"at_least\",\"truth\":\"true\"",
    "\"fact\":\"released\",\"op\":\"not_happened\",\"truth\":\"true\"",
    "\"values\":[\"does_not_work\"]",
    "\"governing\":null",
    "\"governing\":\"otherwise\"",
};
#define FORMS (sizeof forms / sizeof *forms)
static int form_counts[FORMS];

static void forms_count(const char *certificate)
{
    for (size_t i = 0; i < FORMS; i++)
        form_counts[i] += strstr(certificate, forms[i]) != NULL;
}

static void case_compare(const struct policy *policy, const struct policy_facts *facts, const char *what)
{
    struct policy_decision decision;
    struct evidence_difference difference;
    struct error error = {.code = ERROR_NONE};
    struct buffer out;
    struct json_writer writer;
    policy_evaluate(policy, facts, &decision);
    buffer_init(&out, EVIDENCE_CERTIFICATE_BYTES_MAX);
    json_writer_init(&writer, &out);
    policy_certificate_write(&writer, policy, facts, &decision);
    json_writer_done(&writer);
    forms_count(out.data);
    int result = evidence_replay(buffer_text(&out), policy_source(policy), &difference, &error);
    if (result)
        fail_msg("%s: %s\n%.*s\n%.*s", what, result > 0 ? difference.words_en : error.message,
                 TEXT_ARG(policy_source(policy)), TEXT_ARG(buffer_text(&out)));
    buffer_done(&out);
}

/* Whether the checker takes the source for a policy: then it goes on to complain of the certificate. */
static bool checker_reads(struct text source, struct error *error)
{
    struct evidence_difference difference;
    return evidence_replay(TEXT_LITERAL("{}"), source, &difference, error) == 1;
}

static void acceptance_compare(struct text source, uint64_t seed)
{
    const struct policy *policy;
    struct error first = {.code = ERROR_NONE}, second = {.code = ERROR_NONE};
    struct arena *arena = arena_new(64 << 20);
    bool accepted = policy_parse(arena, source, &policy, &problems, &first) == 0;
    if (checker_reads(source, &second) != accepted)
        fail_msg("seed %llu: the parser %s, the checker %s\n%.*s", (unsigned long long)seed,
                 accepted ? "accepts" : first.message, accepted ? second.message : "accepts", TEXT_ARG(source));
    arena_free(arena);
}

/* ---- the policies of this project ---- */

static void random_facts_under(void *context, const char *path)
{
    uint64_t *random = context;
    struct buffer source;
    const struct policy *policy;
    struct arena *arena = arena_new(64 << 20);
    file_load(path, &source);
    assert_int_equal(policy_parse(arena, buffer_text(&source), &policy, &problems, NULL), 0);
    for (int i = 0; i < CASES_PER_POLICY; i++) {
        struct policy_facts facts;
        facts_random(random, &facts);
        case_compare(policy, &facts, path);
    }
    arena_free(arena);
    buffer_done(&source);
}

static void random_facts_under_every_policy_of_the_project_replay(void **state)
{
    (void)state;
    uint64_t random = UINT64_C(0x9e3779b97f4a7c15);
    policies_each(random_facts_under, &random);
}

/* ---- made-up policies ---- */

static void random_facts_under_made_up_policies_replay(void **state)
{
    (void)state;
    memset(form_counts, 0, sizeof form_counts);
    for (uint64_t seed = 1; seed <= MADE_POLICIES; seed++) {
        struct policy_maker maker;
        const struct policy *policy;
        struct error error;
        char what[40];
        struct arena *arena = arena_new(64 << 20);
        policy_make(&maker, seed);
        snprintf(what, sizeof what, "seed %llu", (unsigned long long)seed);
        if (policy_parse(arena, buffer_text(&maker.out), &policy, &problems, &error))
            fail_msg("%s: %s\n%s", what, error.message, maker.out.data);
        for (int i = 0; i < CASES_PER_MADE_POLICY; i++) {
            struct policy_facts facts;
            facts_random(&maker.random, &facts);
            case_compare(policy, &facts, what);
        }
        arena_free(arena);
        buffer_done(&maker.out);
    }
    for (size_t i = 0; i < FORMS; i++)
        if (form_counts[i] < 10)
            fail_msg("only %d certificates have %s", form_counts[i], forms[i]);
}

/* ---- texts bent by a word ---- */

/* Cuts the text [start, end) of one word, or puts something else in its place. */
static void text_bend(uint64_t *random, struct text source, struct buffer *out)
{
    static const char *const instead[] = {"",
                                          "",
                                          "or",
                                          "and",
                                          "not",
                                          "(",
                                          ")",
                                          ",",
                                          "0",
                                          "00.5",
                                          "07",
                                          "is",
                                          "within",
                                          "other",
                                          "late",
                                          "overrides",
                                          "100",
                                          "\"x\"",
                                          "\"\"",
                                          "full",
                                          "otherwise",
                                          "refuse",
                                          "needs",
                                          "clause",
                                          "1.5",
                                          "12 CNY",
                                          "#",
                                          "\"",
                                          "handed_over",
                                          "\t",
                                          "16 days",
                                          "100001 days",
                                          "licence",
                                          "effective",
                                          "\"2023-02-29\"",
                                          "law",
                                          "\"CPR-44\"",
                                          "\"cpr-44\"",
                                          "less",
                                          "to",
                                          "extension",
                                          "5 percent",
                                          "0 CNY",
                                          "1.00 USD",
                                          "of",
                                          "affected part",
                                          "unfinished part",
                                          "store_credit",
                                          "at once",
                                          "usage",
                                          "item",
                                          "released",
                                          "delivered",
                                          "does_not_work",
                                          "percent",
                                          "remaining part",
                                          "any reason",
                                          "any",
                                          "reviews",
                                          "late within 2 days",
                                          "or original_payment",
                                          "buyer_conduct",
                                          "launched",
                                          "merchant"};
    size_t start = (size_t)random_below(random, (int)source.length), end = start;
    while (start > 0 && !strchr(" \n\t", source.data[start - 1]))
        start--;
    while (end < source.length && !strchr(" \n\t", source.data[end]))
        end++;
    bool insert = random_below(random, 3) == 0;
    buffer_add(out, source.data, start);
    buffer_add_string(out, instead[random_below(random, sizeof instead / sizeof *instead)]);
    if (insert)
        buffer_add_char(out, ' ');
    buffer_add(out, source.data + (insert ? start : end), source.length - (insert ? start : end));
}

struct bending_texts {
    struct policy_maker maker; /* its text, or that of a policy of the project, is bent */
    uint64_t seed, seeds;
};

static void text_bend_often(struct bending_texts *texts)
{
    for (uint64_t end = texts->seed + texts->seeds; texts->seed < end; texts->seed++) {
        struct buffer bent;
        buffer_init(&bent, FILE_BYTES_MAX);
        text_bend(&texts->maker.random, buffer_text(&texts->maker.out), &bent);
        acceptance_compare(buffer_text(&bent), texts->seed);
        buffer_done(&bent);
    }
}

static void policy_bend(void *context, const char *path)
{
    struct bending_texts *texts = context;
    file_load(path, &texts->maker.out);
    text_bend_often(texts);
    buffer_done(&texts->maker.out);
}

static void both_accept_the_same_texts(void **state)
{
    (void)state;
    struct bending_texts texts = {.maker = {.random = UINT64_C(0xd1342543de82ef95)}, .seeds = BENT_TEXTS_PER_POLICY};
    policies_each(policy_bend, &texts);
    texts.seeds = 2;
    for (uint64_t seed = 1; seed <= MADE_POLICIES; seed++) {
        policy_make(&texts.maker, seed);
        text_bend_often(&texts);
        buffer_done(&texts.maker.out);
    }
}

/* ---- sizes ---- */

/* What is repeated up to a limit, and once more: "%d" is the number of the piece. Section 2 has the limits. */
static const struct {
    const char *start, *piece, *end;
    int near; /* tried from 6 below to 6 above */
} sizes[] = {
    {HEAD "clause a \"A\" when late", " and late", " refuse", 2045},
    {HEAD "clause a \"A\" when late", " or late", " refuse", 2044},
    {HEAD "clause a \"A\" when reason is changed_mind", " and (late or late)", " refuse", 682},
    {HEAD "clause a \"A\" when reason is changed_mind", " and (late and late)", " refuse", 682},
    {HEAD "clause a \"A\" when reason is changed_mind", " and (late)", " refuse", 1024},
    {HEAD "clause a \"A\" when reason is changed_mind", " and not (late and not late)", " refuse", 682},
    {HEAD "clause a \"A\" when not not (reason is changed_mind", " or late", ") refuse", 2044},
    {HEAD "clause a \"A\" when reason is changed_mind", " and late by %d minutes", " refuse", 511},
    {HEAD "clause a \"A\" when late", " or late by %d minutes", " refuse", 510},
    {HEAD "clause a \"A\" when late", " or late by %d minutes and not late by %d minutes", " refuse", 255},
    {HEAD "clause a \"A\" when late", " and (late by %d minutes or not late by %d minutes)", " refuse", 255},
    {HEAD, "clause c%d \"A\" when late by %d minutes refuse ", "", 128},
    {HEAD "clause a \"A\" when late review within 1 day", " needs problem_proof", "", 6},
    {HEAD "clause a \"A\" when late refuse law \"CPR-44\"", ", \"CPR-44\"", "", 6},
    {HEAD "clause a \"A\" when ", "(", "late )))))))) refuse", 8},
    {"policy \"", "a", "\" version 1 goods card_key clause a \"A\" when late refuse", 64},
    {HEAD "clause a \"", "A", "\" when late refuse", 240},
    {HEAD "clause ", "a", " \"A\" when late refuse", 64},
    {"policy \"p\" version 1 goods card_key effective \"1969-12-31\" clause a \"A\" when late", " or late", " refuse",
     6},
    {HEAD "clause a \"A\" when late refuse #", "a", "", 65474},
};

static void both_stop_at_the_same_sizes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int count = sizes[i].near > 6 ? sizes[i].near - 6 : 0; count <= sizes[i].near + 6; count++) {
            struct buffer source;
            buffer_init(&source, FILE_BYTES_MAX);
            buffer_add_string(&source, sizes[i].start);
            for (int piece = 1; piece <= count; piece++)
                buffer_addf(&source, sizes[i].piece, piece, piece);
            buffer_add_string(&source, sizes[i].end);
            acceptance_compare(buffer_text(&source), (uint64_t)(1000 * i) + (uint64_t)count);
            buffer_done(&source);
        }
}

/* ---- certificates with one place changed ---- */

struct bending {
    struct text policy;
    uint64_t seed;
    int refused, accepted;
};

static void bent_certificate_try(void *context, const struct mutation *mutation)
{
    struct bending *bending = context;
    struct evidence_difference difference;
    int result = evidence_replay(mutation->text, bending->policy, &difference, NULL);
    if (result == 0 && !mutation_is_of_input(mutation))
        fail_msg("seed %llu: accepted: %s at %s\n%.*s\n%.*s", (unsigned long long)bending->seed, mutation->what,
                 mutation->place, TEXT_ARG(bending->policy), TEXT_ARG(mutation->text));
    bending->refused += result != 0;
    bending->accepted += result == 0;
}

static void what_the_evaluator_wrote_cannot_be_changed(void **state)
{
    (void)state;
    struct bending bending = {.refused = 0};
    for (uint64_t seed = 1; seed <= BENT_CERTIFICATES; seed++) {
        struct policy_maker maker;
        struct policy_facts facts;
        struct policy_decision decision;
        const struct policy *policy;
        struct buffer out;
        struct json_writer writer;
        struct arena *arena = arena_new(64 << 20);
        policy_make(&maker, seed + 1000000);
        assert_int_equal(policy_parse(arena, buffer_text(&maker.out), &policy, &problems, NULL), 0);
        facts_random(&maker.random, &facts);
        policy_evaluate(policy, &facts, &decision);
        buffer_init(&out, EVIDENCE_CERTIFICATE_BYTES_MAX);
        json_writer_init(&writer, &out);
        policy_certificate_write(&writer, policy, &facts, &decision);
        json_writer_done(&writer);
        bending.policy = buffer_text(&maker.out);
        bending.seed = seed;
        mutations_each(buffer_text(&out), BENT_EVERY, bent_certificate_try, &bending);
        buffer_done(&out);
        buffer_done(&maker.out);
        arena_free(arena);
    }
    print_message("# %d certificates, %d changes refused, %d of inputs taken\n", BENT_CERTIFICATES, bending.refused,
                  bending.accepted);
    assert_true(bending.refused > 10 * BENT_CERTIFICATES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_facts_under_every_policy_of_the_project_replay),
        cmocka_unit_test(random_facts_under_made_up_policies_replay),
        cmocka_unit_test(both_accept_the_same_texts),
        cmocka_unit_test(both_stop_at_the_same_sizes),
        cmocka_unit_test(what_the_evaluator_wrote_cannot_be_changed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
