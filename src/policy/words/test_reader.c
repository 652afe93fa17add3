/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading never contradicts the machine: rules are printed in both languages, a reader that knows only the printed text decides random
 * situations, and the machine must say the same. Every phrase of the vocabulary is read back on its own, and a reader whose text was
 * falsified must disagree.
 */
#include "policy/policy.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "policy/fact_rules.h"
#include "policy/words/reach.h"
#include "policy/words/test_document.h"
#include "policy/words/words.h"

#define FILE_BYTES_MAX (1 << 20)
#define SITUATIONS_OF_OURS 4000   /* of each policy in policies/ */
#define SITUATIONS_OF_OTHERS 1000 /* of each in policies/real/ */
#define SITUATIONS_MIN 20000

static struct policy_problems problems;

/* ---- random situations ---- */

/* Bounds that the policy names, so that situations lie on both sides of each. */
static int64_t random_number(const struct policy *policy, int fact, struct random *random)
{
    static const int64_t plain[] = {0, 1, 2, 50, 60, 99, 100, 3600, 5000, 86400, 100000, 604800, 2592000};
    int64_t bounds[POLICY_CONDITIONS_MAX], value;
    uint64_t count = 0;
    for (int i = 0; i < policy->condition_count; i++)
        if (policy->conditions[i].fact == fact)
            bounds[count++] = policy->conditions[i].bound;
    if (count && random_below(random, 4))
        value = bounds[random_below(random, count)] + (int64_t)random_below(random, 3) - 1;
    else
        value = plain[random_below(random, sizeof plain / sizeof *plain)];
    int64_t maximum = fact_info((enum fact)fact)->type == FACT_TYPE_PERCENT ? 100 : 1000000000;
    if (fact == FACT_QUANTITY || fact == FACT_AFFECTED_QUANTITY)
        maximum = 1000;
    return value < 0 ? 0 : value > maximum ? maximum : value;
}

static void fact_randomise(const struct policy *policy, int fact, struct random *random, struct policy_facts *facts)
{
    const struct fact_info *info = fact_info((enum fact)fact);
    if (!(info->goods & policy->goods))
        return;
    int64_t value = info->values ? (int64_t)random_below(random, (uint64_t)info->value_count)
                    : info->type == FACT_TYPE_DURATION && random_below(random, 4) == 0
                        ? FACT_NEVER
                        : random_number(policy, fact, random);
    if (info->values && !(info->values[value].goods & policy->goods))
        return;
    facts->known |= UINT64_C(1) << fact;
    facts->value[fact] = value;
    facts->source[fact] = (uint8_t)__builtin_ctz(info->sources);
}

static int random_fact(const struct policy *policy, struct random *random)
{
    uint64_t tested = policy_facts_tested(policy);
    for (;;) {
        int fact = (int)random_below(random, FACT_COUNT);
        if ((tested >> fact & 1) || random_below(random, 8) == 0)
            return fact;
    }
}

/* Everything known: an ordinary order in which some clause governs with some facts changed, or (without a base) all of them. */
static void situation_try(const struct policy *policy, const struct policy_facts *base, struct random *random,
                          struct policy_facts *ret)
{
    uint64_t held = 0, followed;
    policy_facts_init(ret);
    if (base)
        *ret = *base;
    memcpy(ret->currency, policy_money_code(policy), sizeof ret->currency);
    bool proved = base && random_below(random, 2); /* or the merchant is never asked */
    for (int fact = 0; fact < FACT_COUNT && proved; fact++)
        if (fact_is_proof((enum fact)fact) && (ret->known >> fact & 1))
            ret->value[fact] = PROOF_ACCEPTED;
    for (int changes = 1 + (int)random_below(random, 4); base && changes; changes--) {
        int fact = random_fact(policy, random);
        fact_randomise(policy, fact, random, ret);
        held = held ? held : ret->known & UINT64_C(1) << fact;
    }
    if (!policy_facts_settle(ret, held, &followed))
        ret->known = 0;
    for (int fact = 0; fact < FACT_COUNT; fact++)
        while ((fact_info((enum fact)fact)->goods & policy->goods) && !(ret->known >> fact & 1))
            fact_randomise(policy, fact, random, ret);
}

/* The situation of one seed. `bases`: for each clause an order that it governs; known == 0 where there is none. */
static void situation_make(const struct policy *policy, const struct policy_facts *bases, uint64_t seed,
                           struct policy_facts *ret)
{
    struct random_seeded random;
    random_seeded_init(&random, seed);
    int clause = (int)(seed % (uint64_t)(policy->clause_count + 1)) - 1;
    do
        situation_try(policy, clause >= 0 && bases[clause].known ? &bases[clause] : NULL, &random.random, ret);
    while (!policy_facts_possible(ret));
}

static const struct policy_facts *bases_make(struct arena *arena, const struct policy *policy)
{
    struct policy_facts *bases = arena_new_array(arena, struct policy_facts, (size_t)policy->clause_count);
    int64_t steps = REACH_STEPS_MAX;
    for (int i = 0; i < policy->clause_count; i++)
        if (!policy_example_find(policy, i, &steps, &bases[i]))
            bases[i].known = 0;
    return bases;
}

/* ---- comparison ---- */

static bool same(const struct policy *policy, const struct policy_decision *d, const struct document_answer *a)
{
    if (!text_is(a->governing, policy_clause_id(policy, d->governing)) || a->outcome != d->outcome ||
        a->disposition != d->disposition || a->refund != d->refund || a->review_s != d->review_s)
        return false;
    return a->outcome != POLICY_OUTCOME_REFUND ||
           (a->merchant_s == d->merchant_answer_s && a->extension_s == d->extension_s && a->bearer == d->bearer &&
            a->destination == d->destination);
}

struct printed {
    const char *path;
    const struct policy *policy;
    struct buffer prose[2];
    struct document documents[2];
};

static void print(struct printed *p, const char *path, const struct policy *policy)
{
    p->path = path;
    p->policy = policy;
    for (int language = 0; language < 2; language++) {
        buffer_init(&p->prose[language], FILE_BYTES_MAX);
        policy_prose(&p->prose[language], policy, (enum policy_language)language);
        assert_true(text_utf8_bad(buffer_text(&p->prose[language])) < 0);
        struct document *document = &p->documents[language];
        if (document_read(buffer_text(&p->prose[language]), (enum policy_language)language, document) < 0)
            fail_msg("%s: cannot read: %.*s", path, TEXT_ARG(document->bad));
        assert_int_equal(document->count, policy_clause_count(policy));
    }
}

static void print_done(struct printed *p)
{
    buffer_done(&p->prose[0]);
    buffer_done(&p->prose[1]);
}

static void disagree(const struct printed *p, int language, uint64_t seed, const struct policy_facts *facts,
                     const struct policy_decision *d, const struct document_answer *a)
{
    struct buffer out;
    struct json_writer writer;
    buffer_init(&out, FILE_BYTES_MAX);
    json_writer_init(&writer, &out);
    policy_facts_write(&writer, facts);
    json_writer_done(&writer);
    fail_msg("%s, language %d, seed %llu: the text says %.*s (%s, %lld), the machine %s (%s, %lld)\n%s\n%s", p->path,
             language, (unsigned long long)seed, TEXT_ARG(a->governing), policy_disposition_word(a->disposition),
             (long long)a->refund, policy_clause_id(p->policy, d->governing), policy_disposition_word(d->disposition),
             (long long)d->refund, out.data, p->prose[language].data);
}

static void situation_check(const struct printed *p, uint64_t seed, const struct policy_facts *facts, int *governed)
{
    struct policy_decision decision;
    policy_evaluate(p->policy, facts, &decision);
    assert_true(decision.governing >= POLICY_OTHERWISE);
    governed[decision.governing + 1]++;
    for (int language = 0; language < 2; language++) {
        struct document_answer answer;
        struct text bad;
        if (document_decide(&p->documents[language], facts, &answer, &bad) < 0)
            fail_msg("%s, language %d, seed %llu: cannot read \"%.*s\"", p->path, language, (unsigned long long)seed,
                     TEXT_ARG(bad));
        if (!same(p->policy, &decision, &answer))
            disagree(p, language, seed, facts, &decision, &answer);
    }
}

/* ---- all policies ---- */

static struct text file_read(struct arena *arena, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        fail_msg("cannot open %s", path);
    char *data = arena_alloc(arena, LIMIT_POLICY_BYTES);
    size_t length = fread(data, 1, LIMIT_POLICY_BYTES, file);
    fclose(file);
    return (struct text){data, length};
}

static void examples_check(const struct printed *p)
{
    for (int language = 0; language < 2; language++)
        for (int i = 0; i < p->documents[language].count; i++) {
            const struct document_clause *clause = &p->documents[language].clauses[i];
            struct policy_facts facts;
            struct policy_decision decision;
            int64_t refund;
            if (!clause->example.length || document_example(&p->documents[language], clause, &facts, &refund) < 0)
                fail_msg("%s: cannot read the example of %.*s: %.*s", p->path, TEXT_ARG(clause->id),
                         TEXT_ARG(clause->example));
            memcpy(facts.currency, policy_money_code(p->policy), sizeof facts.currency);
            policy_evaluate(p->policy, &facts, &decision);
            if (decision.governing < 0 || !text_is(clause->id, policy_clause_id(p->policy, decision.governing)) ||
                refund != (decision.outcome == POLICY_OUTCOME_REFUND ? decision.refund : -1))
                fail_msg("%s: the example of %.*s is decided by %s, %lld: %.*s", p->path, TEXT_ARG(clause->id),
                         policy_clause_id(p->policy, decision.governing), (long long)decision.refund,
                         TEXT_ARG(clause->example));
        }
}

/* Returns how many situations were compared. */
static int policy_compare(const char *path, int situations)
{
    struct arena *arena = arena_new(64 << 20);
    static struct printed printed;
    const struct policy *policy;
    struct error error;
    int governed[LIMIT_POLICY_CLAUSES + 1] = {0}, count = 0;
    if (policy_parse(arena, file_read(arena, path), &policy, &problems, &error))
        fail_msg("%s:%d: %s", path, error.line, error.message);
    print(&printed, path, policy);
    examples_check(&printed);
    const struct policy_facts *bases = bases_make(arena, policy);
    for (uint64_t seed = 1; seed <= (uint64_t)situations; seed++, count++) {
        struct policy_facts facts;
        situation_make(policy, bases, seed, &facts);
        situation_check(&printed, seed, &facts, governed);
    }
    for (int i = 0; i < policy->clause_count; i++)
        if (!governed[i + 1])
            fail_msg("%s: no situation of seeds 1 to %d is governed by %s", path, situations,
                     policy_clause_id(policy, i));
    print_done(&printed);
    arena_free(arena);
    return count;
}

static int folder_compare(const char *folder, int situations)
{
    int count = 0;
    DIR *directory = opendir(folder);
    if (!directory)
        fail_msg("cannot open %s", folder);
    for (struct dirent *entry; (entry = readdir(directory));) {
        char path[1024];
        size_t length = strlen(entry->d_name);
        if (length < 8 || strcmp(entry->d_name + length - 7, ".policy") != 0)
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        count += policy_compare(path, situations);
    }
    closedir(directory);
    return count;
}

static void printed_rules_say_what_the_machine_does(void **state)
{
    (void)state;
    const char *root = getenv("SHUNTUI_POLICIES");
    char real[1024], floors[1024];
    assert_non_null(root);
    snprintf(real, sizeof real, "%s/real", root);
    snprintf(floors, sizeof floors, "%s/floors", root);
    int count = folder_compare(root, SITUATIONS_OF_OURS) + folder_compare(floors, SITUATIONS_OF_OTHERS) +
                folder_compare(real, SITUATIONS_OF_OTHERS);
    print_message("# %d situations, seeds 1 to %d of each policy of ours and to %d of each other\n", count,
                  SITUATIONS_OF_OURS, SITUATIONS_OF_OTHERS);
    assert_true(count >= SITUATIONS_MIN);
}

/* ---- every phrase ---- */

static const struct policy *one_clause(struct arena *arena, const char *goods, const char *condition)
{
    const struct policy *policy;
    struct error error;
    char *text = arena_printf(arena, "policy \"p\" version 1 goods %s clause a \"t\" when %s refuse otherwise refuse",
                              goods, condition);
    if (policy_parse(arena, text_of(text), &policy, &problems, &error))
        fail_msg("%s: %s", condition, error.message);
    return policy;
}

/* The phrase of the condition has the truth of the condition, at every value of its fact that matters. */
static void condition_check(struct arena *arena, const char *goods, enum fact fact, const char *condition)
{
    const struct policy *policy = one_clause(arena, goods, condition);
    const struct fact_info *info = fact_info(fact);
    static const int64_t numbers[] = {FACT_NEVER, 0,    1,    2,    3,    49,   50,   51,    99,
                                      100,        1249, 1250, 1251, 7199, 7200, 7201, 999999};
    int count = info->values ? info->value_count : (int)(sizeof numbers / sizeof *numbers);
    for (int language = 0; language < 2; language++)
        for (int i = 0; i < count; i++) {
            struct buffer out;
            struct policy_facts facts;
            struct policy_decision decision;
            struct text bad;
            policy_facts_init(&facts);
            int64_t value = info->values ? i : numbers[i];
            bool other = fact == FACT_REASON && value == REASON_OTHER; /* goes to a person before any phrase */
            if (other || (info->values && !(info->values[i].goods & policy->goods)) ||
                policy_facts_set(&facts, fact, value, (enum fact_source)__builtin_ctz(info->sources), -1, NULL) < 0)
                continue;
            if (fact == FACT_PURCHASED && value == FACT_NEVER)
                continue; /* is never so */
            if (fact != FACT_REASON)
                policy_facts_set(&facts, FACT_REASON, REASON_CHANGED_MIND, FACT_SOURCE_BUYER, -1, NULL);
            policy_evaluate(policy, &facts, &decision);
            buffer_init(&out, 4096);
            policy_clause_words(&out, policy, 0, (enum policy_language)language);
            enum reading reading = phrases_read(buffer_text(&out), &facts, (enum policy_language)language, &bad);
            if (reading == READING_FAILED)
                fail_msg("%s: cannot read \"%.*s\" of \"%s\"", condition, TEXT_ARG(bad), out.data);
            if ((reading == READING_TRUE) != policy_clause_set_has(&decision.applies, 0))
                fail_msg("%s: \"%s\" is read as %s when %s is %lld", condition, out.data,
                         reading == READING_TRUE ? "true" : "false", info->word, (long long)value);
            buffer_done(&out);
        }
}

static const char *bound_of(enum fact_type type)
{
    switch (type) {
    case FACT_TYPE_PERCENT:
        return "50 percent";
    case FACT_TYPE_MONEY:
        return "12.50 CNY";
    case FACT_TYPE_COUNT:
        return "2";
    case FACT_TYPE_SPAN:
        return "2 hours";
    case FACT_TYPE_ENUM:
    case FACT_TYPE_BOOLEAN:
    case FACT_TYPE_DURATION:
        break;
    }
    return "";
}

static void fact_check(struct arena *arena, const char *goods, unsigned goods_bit, enum fact fact)
{
    static const char *const compare[] = {"under", "over", "at least", "at most"};
    static const char *const event[] = {"", "within 2 hours", "over 2 hours ago"}, *const late[] = {"", "by 2 hours"};
    const struct fact_info *info = fact_info(fact);
    for (int negated = 0; negated < 2; negated++) {
        const char *not = negated ? "not " : "";
        for (int i = 0; info->type == FACT_TYPE_ENUM && i < info->value_count; i++) {
            const char *first = info->values[i].word, *second = info->values[(i + 1) % info->value_count].word;
            bool both = info->values[(i + 1) % info->value_count].goods & goods_bit;
            if (!(info->values[i].goods & goods_bit))
                continue;
            condition_check(arena, goods, fact, arena_printf(arena, "%s%s is %s", not, info->word, first));
            if (both)
                condition_check(arena, goods, fact,
                                arena_printf(arena, "%s%s is %s or %s", not, info->word, first, second));
        }
        if (info->type == FACT_TYPE_BOOLEAN)
            condition_check(arena, goods, fact, arena_printf(arena, "%s%s", not, info->word));
        bool is_late = fact == FACT_LATE;
        for (int i = 0; info->type == FACT_TYPE_DURATION && i < (is_late ? 2 : 3); i++)
            condition_check(arena, goods, fact,
                            arena_printf(arena, "%s%s %s", not, info->word, is_late ? late[i] : event[i]));
        for (int i = 0; bound_of(info->type)[0] && i < 4; i++)
            condition_check(arena, goods, fact,
                            arena_printf(arena, "%s%s %s %s", not, info->word, compare[i], bound_of(info->type)));
    }
}

static void every_phrase_of_the_vocabulary_is_read_back(void **state)
{
    (void)state;
    static const struct {
        const char *word;
        unsigned bit;
    } goods[] = {
        {"card_key", POLICY_GOODS_CARD_KEY}, {"service", POLICY_GOODS_SERVICE}, {"licence", POLICY_GOODS_LICENCE}};
    for (size_t g = 0; g < 3; g++)
        for (int fact = 0; fact < FACT_COUNT; fact++) {
            struct arena *arena = arena_new(256 << 20);
            if (fact_info((enum fact)fact)->goods & goods[g].bit)
                fact_check(arena, goods[g].word, goods[g].bit, (enum fact)fact);
            arena_free(arena);
        }
}

/* ---- brackets, amounts, notes ---- */

/* A licence of the newer words: a choice of the buyer, silence that a person decides, the time that is left, any reason. */
#define MORE                                                                                                           \
    "policy \"more\" version 1\ngoods licence\n"                                                                       \
    "clause a \"甲\" \"A\"\n when any reason and launched within 2 days and not merchant_refused\n"                   \
    " merchant answers within 30 hours, silence reviews\n refund remaining part to store_credit or original_payment\n" \
    "clause b \"乙\" \"B\"\n when not launched and late within 5 hours and time_used at most 90 percent\n"            \
    " refund 40 percent of remaining part at once\n"                                                                   \
    "clause c \"丙\" \"C\"\n when launched over 2 days ago and not late within 5 hours and protection_time over 9 "   \
    "days\n"                                                                                                           \
    " and refund_tokens over 0 and not marked_final refund 1 CNY at once\n"                                            \
    "otherwise review within 9 hours\n"

#define MANY                                                                                                            \
    "policy \"many\" version 3\ngoods service\nfloor \"f\"\neffective \"2026-01-05\"\n"                                 \
    "clause a \"甲\" \"A\"\n when reason is changed_mind and (service is agreed or (progress under 30 percent and "    \
    "not "                                                                                                              \
    "late by 3 hours))\n merchant answers within 20 hours, extension 10 hours, silence refuses\n"                       \
    " refund 80 percent of unfinished part less 5 percent to store_credit, borne by goodwill\n"                         \
    "clause b \"乙\" \"B\"\n when reason is other and not started within 2 days\n needs problem_proof or "             \
    "contact_record\n"                                                                                                  \
    " optional screen_recording or issuer_statement\n review within 3 days\n"                                           \
    "clause c \"丙\" \"C\"\n when buyer_is_minor and reason is not unauthorised\n refund 12.50 CNY at once, borne by " \
    "issuer\n"                                                                                                          \
    "clause d \"丁\" \"D\"\n when not (buyer_is_minor or quantity over 3 or (purchased over 9 days ago and consent "   \
    "is given)) "                                                                                                       \
    "and reason is partial_delivery\n refund 70 percent of affected part less 1.50 CNY at once, borne by platform\n"    \
    "clause e \"戊\" \"E\"\n when reason is service_caused_harm and not buyer_is_minor\n refund 90 percent at once\n"  \
    "clause f \"己\" \"F\"\n when reason is service_caused_harm and amount under 20 CNY\n refuse\n"                    \
    "f overrides c, e\nc overrides a, d\notherwise refuse\n"

static void rule_compare(const char *name, const char *text)
{
    struct arena *arena = arena_new(16 << 20);
    static struct printed printed;
    const struct policy *policy;
    struct error error;
    int governed[LIMIT_POLICY_CLAUSES + 1] = {0};
    if (policy_parse(arena, text_of(text), &policy, &problems, &error))
        fail_msg("%d:%d %s", error.line, error.column, error.message);
    policy_check(policy, &problems, NULL); /* it may be short of breath or give store credit, but it holds together */
    for (int i = 0; i < problems.count; i++)
        if (problems.items[i].kind == POLICY_PROBLEM_CONFLICT || problems.items[i].kind == POLICY_PROBLEM_DEAD)
            fail_msg("%s", problems.items[i].message_en);
    print(&printed, name, policy);
    examples_check(&printed);
    const struct policy_facts *bases = bases_make(arena, policy);
    for (uint64_t seed = 1; seed <= SITUATIONS_OF_OURS; seed++) {
        struct policy_facts facts;
        situation_make(policy, bases, seed, &facts);
        situation_check(&printed, seed, &facts, governed);
    }
    for (int i = 0; i <= policy->clause_count; i++)
        assert_true(governed[i] > 0);
    print_done(&printed);
    arena_free(arena);
}

static void brackets_fees_and_shares_are_read_as_they_are_meant(void **state)
{
    (void)state;
    rule_compare("many", MANY);
    rule_compare("more", MORE);
}

/* ---- the reader itself ---- */

/* How many of the situations the falsified text decides otherwise than the machine; -1 when it cannot be read at all. */
static int disagreements(const struct policy *policy, const struct policy_facts *bases, struct text prose,
                         enum policy_language language)
{
    static struct document document;
    int count = 0;
    if (document_read(prose, language, &document) < 0)
        return -1;
    for (uint64_t seed = 1; seed <= 1000; seed++) {
        struct policy_facts facts;
        struct policy_decision decision;
        struct document_answer answer;
        struct text bad;
        situation_make(policy, bases, seed, &facts);
        policy_evaluate(policy, &facts, &decision);
        if (document_decide(&document, &facts, &answer, &bad) < 0)
            return -1;
        count += !same(policy, &decision, &answer);
    }
    return count;
}

static struct text replaced(struct arena *arena, struct text text, const char *from, const char *to)
{
    const char *at = strstr(text.data, from);
    assert_non_null(at); /* what is falsified stands in the text */
    return text_of(arena_printf(arena, "%.*s%s%s", (int)(at - text.data), text.data, to, at + strlen(from)));
}

#define CARDS                                                                                                           \
    "policy \"cards\" version 3\ngoods card_key\n"                                                                      \
    "clause sealed \"甲\" \"A\"\n when card is sealed and purchased within 7 days\n refund full at once\n"             \
    "clause dead_key \"乙\" \"B\"\n when reason is key_invalid or key_already_used and card is revealed or redeemed\n" \
    " and revealed within 72 hours\n needs problem_proof\n needs unused_proof or screen_recording\n"                    \
    " merchant answers within 24 hours, silence accepts\n refund full\n"                                                \
    "clause used \"丙\" \"C\"\n when card is redeemed refuse\n"                                                        \
    "clause outage \"丁\" \"D\"\n when cause is platform_outage refund full at once, borne by platform\n"              \
    "dead_key overrides used\noutage overrides sealed, dead_key, used\notherwise review within 48 hours\n"

static void a_falsified_text_is_found_out(void **state)
{
    (void)state;
    static const struct {
        enum policy_language language;
        const char *from, *to;
    } rows[] = {
        {POLICY_LANGUAGE_ZH, "购买后 7 天内申请", "购买已超过 7 天"},
        {POLICY_LANGUAGE_ZH, "72 小时内申请", "71 小时内申请"},
        {POLICY_LANGUAGE_ZH, "卡密未查看", "卡密已查看"},
        {POLICY_LANGUAGE_ZH, "“卡密无效”或“卡密已被他人使用”", "“卡密无效”"},
        {POLICY_LANGUAGE_ZH, "问题证明；未使用证明", "问题证明或未使用证明"},
        {POLICY_LANGUAGE_ZH, "逾期视为同意", "逾期视为拒绝"},
        {POLICY_LANGUAGE_ZH, "由平台承担", "由发行方承担"},
        {POLICY_LANGUAGE_ZH, "同时符合第 2、3 条之一的", "同时符合第 2 条的"},
        {POLICY_LANGUAGE_ZH, "24 小时内答复", "25 小时内答复"},
        {POLICY_LANGUAGE_ZH, "其他原因”的，一律由平台在 48", "其他原因”的，一律由平台在 49"},
        {POLICY_LANGUAGE_EN, "comes within 7 days of the purchase", "comes more than 7 days after the purchase"},
        {POLICY_LANGUAGE_EN, "the card is sealed", "the card is not sealed"},
        {POLICY_LANGUAGE_EN, "revealed or redeemed", "revealed"},
        {POLICY_LANGUAGE_EN, "a full refund once", "a refund of 99% of the price once"},
        {POLICY_LANGUAGE_EN, "counts as consent", "counts as refusal"},
        {POLICY_LANGUAGE_EN, "where one of clauses 2, 3 applies", "where clause 3 applies"},
        {POLICY_LANGUAGE_EN, "the cause is a platform outage", "the cause is an outage of the issuer"},
        {POLICY_LANGUAGE_EN, "never exceed", "may exceed"},
    };
    struct arena *arena = arena_new(64 << 20);
    const struct policy *policy;
    struct error error;
    struct buffer prose[2];
    assert_int_equal(policy_parse(arena, text_of(CARDS), &policy, &problems, &error), 0);
    const struct policy_facts *bases = bases_make(arena, policy);
    for (int language = 0; language < 2; language++) {
        buffer_init(&prose[language], FILE_BYTES_MAX);
        policy_prose(&prose[language], policy, (enum policy_language)language);
        assert_int_equal(disagreements(policy, bases, buffer_text(&prose[language]), (enum policy_language)language),
                         0);
    }
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct text falsified = replaced(arena, buffer_text(&prose[rows[i].language]), rows[i].from, rows[i].to);
        if (disagreements(policy, bases, falsified, rows[i].language) == 0)
            fail_msg("nobody noticed \"%s\" for \"%s\"", rows[i].to, rows[i].from);
    }
    buffer_done(&prose[0]);
    buffer_done(&prose[1]);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(printed_rules_say_what_the_machine_does),
        cmocka_unit_test(every_phrase_of_the_vocabulary_is_read_back),
        cmocka_unit_test(brackets_fees_and_shares_are_read_as_they_are_meant),
        cmocka_unit_test(a_falsified_text_is_found_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
