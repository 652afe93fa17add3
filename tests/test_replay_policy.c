/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The program that decides (src/policy) against the checker that decides again (src/evidence), which share no code: over
 * the policies of this project, over made-up policies that use every corner of the grammar, and over texts bent by a
 * word. Where one accepts, so must the other; every certificate must replay. The seed is printed on failure.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "evidence/replay/replay.h"
#include "policy/policy.h"

#define FILE_BYTES_MAX ((size_t)1024 * 1024)
#define CASES_PER_POLICY 3500
#define MADE_POLICIES 1500
#define CASES_PER_MADE_POLICY 12
#define BENT_TEXTS 6000

static struct policy_problems problems;

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state * UINT64_C(0x2545f4914f6cdd1d);
}

static int below(uint64_t *state, int count)
{
    return (int)(next_random(state) >> 33) % count;
}

/* ---- facts ---- */

static int64_t number_random(uint64_t *random, enum fact_type type)
{
    static const int64_t edges[] = {0,      1,      59,     60,      3600,    7200,    43200,   86400,       172800,
                                    259200, 604800, 864000, 1209600, 1296000, 2592000, 5000000, 999999999999};
    int64_t value = edges[below(random, sizeof edges / sizeof *edges)] + below(random, 3) - 1;
    if (type == FACT_TYPE_DURATION && below(random, 4) == 0)
        return FACT_NEVER;
    if (type == FACT_TYPE_PERCENT)
        return below(random, 101);
    if (type == FACT_TYPE_COUNT)
        return below(random, 8);
    return value < 0 ? 0 : value;
}

static void facts_random(uint64_t *random, struct policy_facts *facts)
{
    static const char *const currencies[] = {"CNY", "CNY", "CNY", "USD", "JPY"};
    int unknown_in = 2 + below(random, 12); /* one fact in this many is unknown */
    policy_facts_init(facts);
    for (int i = 0; i < FACT_COUNT; i++) {
        const struct fact_info *info = fact_info((enum fact)i);
        int source = below(random, FACT_SOURCE_COUNT);
        if (below(random, unknown_in) == 0)
            continue;
        while (!(info->sources >> source & 1))
            source = (source + 1) % FACT_SOURCE_COUNT;
        int64_t value = info->values ? below(random, info->value_count) : number_random(random, info->type);
        int64_t leaf = below(random, 3) ? below(random, 100000) : -1;
        assert_int_equal(policy_facts_set(facts, (enum fact)i, value, (enum fact_source)source, leaf, NULL), 0);
    }
    memcpy(facts->currency, currencies[below(random, 5)], 4);
    facts->decided_at_s = 1764000000 + below(random, 1000000);
    if (below(random, 2))
        memcpy(facts->claim, "clm_01kaq8golden00000000000000", sizeof "clm_01kaq8golden00000000000000");
}

/* ---- both programs on one case ---- */

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

static int policy_files(char paths[static 32][512])
{
    int count = 0;
    const char *root = getenv("SHUNTUI_POLICIES");
    assert_non_null(root);
    DIR *directory = opendir(root);
    assert_non_null(directory);
    for (struct dirent *entry; (entry = readdir(directory));) {
        size_t length = strlen(entry->d_name);
        if (length > 7 && count < 32 && strcmp(entry->d_name + length - 7, ".policy") == 0)
            snprintf(paths[count++], 512, "%s/%s", root, entry->d_name);
    }
    closedir(directory);
    assert_true(count >= 5);
    return count;
}

static void file_load(const char *path, struct buffer *out)
{
    struct error error;
    buffer_init(out, FILE_BYTES_MAX);
    if (file_read_all(path, FILE_BYTES_MAX, out, &error))
        fail_msg("%s", error.message);
}

static void random_facts_under_every_policy_of_the_project_replay(void **state)
{
    (void)state;
    char paths[32][512];
    int count = policy_files(paths);
    for (int i = 0; i < count; i++) {
        struct buffer source;
        const struct policy *policy;
        struct arena *arena = arena_new(64 << 20);
        file_load(paths[i], &source);
        assert_int_equal(policy_parse(arena, buffer_text(&source), &policy, &problems, NULL), 0);
        uint64_t random = UINT64_C(0x9e3779b97f4a7c15) + (uint64_t)i;
        for (int j = 0; j < CASES_PER_POLICY; j++) {
            struct policy_facts facts;
            facts_random(&random, &facts);
            case_compare(policy, &facts, paths[i]);
        }
        arena_free(arena);
        buffer_done(&source);
    }
}

/* ---- made-up policies ---- */

struct maker {
    uint64_t random;
    struct buffer out;
    enum policy_goods goods;
};

static void put(struct maker *maker, const char *words)
{
    buffer_add_string(&maker->out, words);
    buffer_add_string(&maker->out, below(&maker->random, 8) ? " " : "\n\t");
}

static void put_duration(struct maker *maker)
{
    static const char *const units[] = {"minute", "minutes", "hour", "hours", "day", "days"};
    buffer_addf(&maker->out, "%d %s ", 1 + below(&maker->random, 14), units[below(&maker->random, 6)]);
}

static void put_deadline(struct maker *maker)
{
    put(maker, "within");
    put_duration(maker);
}

static const struct fact_info *fact_pick(struct maker *maker, bool proof)
{
    for (;;) {
        enum fact fact = (enum fact)below(&maker->random, FACT_COUNT);
        if (below(&maker->random, 4) == 0)
            fact = FACT_REASON;
        if ((fact_info(fact)->goods & maker->goods) && (!proof || fact_is_proof(fact)))
            return fact_info(fact);
    }
}

static void put_values(struct maker *maker, const struct fact_info *info)
{
    int count = 1 + below(&maker->random, 3), put_count = 0;
    put(maker, below(&maker->random, 4) ? "is" : "is not");
    while (put_count < count) {
        const struct fact_value_info *value = &info->values[below(&maker->random, info->value_count)];
        if (!(value->goods & maker->goods))
            continue;
        if (put_count++)
            put(maker, "or");
        put(maker, value->word);
    }
}

static void put_quantity(struct maker *maker, enum fact_type type)
{
    static const char *const comparisons[] = {"under", "over", "at least", "at most"};
    static const char *const amounts[] = {"50.01 CNY", "0 CNY", "36.00 CNY", "72 CNY", "604.8 CNY", "8640.00 CNY"};
    put(maker, comparisons[below(&maker->random, 4)]);
    if (type == FACT_TYPE_MONEY)
        put(maker, amounts[below(&maker->random, 6)]);
    else
        buffer_addf(&maker->out, type == FACT_TYPE_PERCENT ? "%d percent " : "%d ",
                    below(&maker->random, type == FACT_TYPE_PERCENT ? 101 : 8));
}

static void put_event(struct maker *maker, bool late)
{
    int form = below(&maker->random, late ? 2 : 3);
    if (form == 0)
        return;
    put(maker, late ? "by" : (form == 1 ? "within" : "over"));
    put_duration(maker);
    if (form == 2)
        put(maker, "ago");
}

static void put_test(struct maker *maker)
{
    const struct fact_info *info = fact_pick(maker, false);
    put(maker, info->word);
    if (info->type == FACT_TYPE_ENUM)
        put_values(maker, info);
    else if (info->type == FACT_TYPE_DURATION)
        put_event(maker, strcmp(info->word, "late") == 0);
    else if (info->type != FACT_TYPE_BOOLEAN)
        put_quantity(maker, info->type);
}

static void put_condition(struct maker *maker, int depth)
{
    static const char *const words[] = {"and", "or"};
    int count = 1 + below(&maker->random, depth ? 2 : 3);
    const char *word = words[below(&maker->random, 2)];
    for (int i = 0; i < count; i++) {
        if (i)
            put(maker, word);
        for (int negations = below(&maker->random, 8); negations > 5; negations--)
            put(maker, "not");
        if (depth < 4 && below(&maker->random, 3) == 0) {
            put(maker, "(");
            put_condition(maker, depth + 1);
            put(maker, ")");
        } else {
            put_test(maker);
        }
    }
}

static void put_proofs(struct maker *maker, const char *line)
{
    put(maker, line);
    for (int i = below(&maker->random, 3); i >= 0; i--) {
        put(maker, fact_pick(maker, true)->word);
        if (i)
            put(maker, "or");
    }
}

static void put_refund(struct maker *maker)
{
    static const char *const amounts[] = {"full", "37 percent", "affected part", "100 percent", "unfinished part"};
    static const char *const bearers[] = {"merchant", "platform", "issuer", "goodwill"};
    bool at_once = below(&maker->random, 2);
    put(maker, "refund");
    put(maker, amounts[below(&maker->random, maker->goods == POLICY_GOODS_SERVICE ? 5 : 4)]);
    if (at_once)
        put(maker, "at once");
    if (below(&maker->random, 2)) {
        put(maker, ", borne by");
        put(maker, bearers[below(&maker->random, 4)]);
    }
    if (at_once)
        return;
    put(maker, "merchant answers");
    put_deadline(maker);
    put(maker, below(&maker->random, 2) ? ", silence accepts" : ", silence refuses");
}

static void put_clause(struct maker *maker, int number)
{
    buffer_addf(&maker->out, "\nclause c%d \"条款\" %s when ", number, below(&maker->random, 2) ? "\"A clause\"" : "");
    put_condition(maker, 0);
    buffer_add_string(&maker->out, "\n# a comment, \"with\" signs (\n");
    int outcome = below(&maker->random, 6);
    for (int i = outcome ? below(&maker->random, 3) : 0; i > 0; i--)
        put_proofs(maker, below(&maker->random, 4) ? "needs" : "optional");
    if (outcome == 0)
        put(maker, "refuse");
    else if (outcome > 1)
        put_refund(maker);
    else {
        put(maker, "review");
        put_deadline(maker);
    }
}

static void policy_make(struct maker *maker, uint64_t seed)
{
    maker->random = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
    maker->goods = below(&maker->random, 2) ? POLICY_GOODS_CARD_KEY : POLICY_GOODS_SERVICE;
    int count = 1 + below(&maker->random, 6);
    buffer_init(&maker->out, FILE_BYTES_MAX);
    buffer_addf(&maker->out, "policy \"made-up\" version %d goods %s\n", 1 + below(&maker->random, 9),
                policy_goods_word(maker->goods));
    if (below(&maker->random, 2))
        put(maker, "floor \"cn-consumer\"");
    for (int i = 0; i < count; i++)
        put_clause(maker, i);
    for (int i = 0; i + 1 < count; i++)
        if (below(&maker->random, 2))
            buffer_addf(&maker->out, "\nc%d overrides c%d, c%d", i, i + 1 + below(&maker->random, count - i - 1),
                        i + 1 + below(&maker->random, count - i - 1));
    static const char *const last[] = {"\notherwise refuse", "\notherwise review within 72 hours", ""};
    buffer_add_string(&maker->out, last[below(&maker->random, 3)]);
    assert_false(maker->out.failed);
}

static void random_facts_under_made_up_policies_replay(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= MADE_POLICIES; seed++) {
        struct maker maker;
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
}

/* ---- texts bent by a word ---- */

/* Cuts the text [start, end) of one word, or puts something else in its place. */
static void text_bend(uint64_t *random, struct text source, struct buffer *out)
{
    static const char *const instead[] = {"",        "",           "or",        "and",       "not",         "(",
                                          ")",       ",",          "0",         "00.5",      "07",          "is",
                                          "within",  "other",      "late",      "overrides", "100",         "\"x\"",
                                          "\"\"",    "full",       "otherwise", "refuse",    "needs",       "clause",
                                          "1.5",     "12 CNY",     "#",         "\"",        "handed_over", "\t",
                                          "16 days", "100001 days"};
    size_t start = (size_t)below(random, (int)source.length), end = start;
    while (start > 0 && !strchr(" \n\t", source.data[start - 1]))
        start--;
    while (end < source.length && !strchr(" \n\t", source.data[end]))
        end++;
    bool insert = below(random, 3) == 0;
    buffer_add(out, source.data, start);
    buffer_add_string(out, instead[below(random, sizeof instead / sizeof *instead)]);
    if (insert)
        buffer_add_char(out, ' ');
    buffer_add(out, source.data + (insert ? start : end), source.length - (insert ? start : end));
}

static void both_accept_the_same_texts(void **state)
{
    (void)state;
    char paths[32][512];
    int count = policy_files(paths);
    for (uint64_t seed = 1; seed <= BENT_TEXTS; seed++) {
        struct maker maker = {.random = seed * UINT64_C(0xd1342543de82ef95) + 1};
        struct buffer bent;
        buffer_init(&bent, FILE_BYTES_MAX);
        if (seed % 2)
            policy_make(&maker, seed);
        else
            file_load(paths[(int)(seed / 2) % count], &maker.out);
        text_bend(&maker.random, buffer_text(&maker.out), &bent);
        acceptance_compare(buffer_text(&bent), seed);
        buffer_done(&bent);
        buffer_done(&maker.out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_facts_under_every_policy_of_the_project_replay),
        cmocka_unit_test(random_facts_under_made_up_policies_replay),
        cmocka_unit_test(both_accept_the_same_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
