/* SPDX-License-Identifier: Apache-2.0 */
/* Writes down the grammar of docs/policy-language.md, choosing at each fork. Facts, values and proofs come from the vocabulary,
 * so a new one is used at once; a new form must be added here. */
#include "make_policy.h"

#include <assert.h>
#include <string.h>

uint64_t random_next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state * UINT64_C(0x2545f4914f6cdd1d);
}

int random_below(uint64_t *state, int count)
{
    return (int)(random_next(state) >> 33) % count;
}

static bool chance(struct policy_maker *maker, int one_in)
{
    return random_below(&maker->random, one_in) == 0;
}

/* ---- words, numbers, money ---- */

static void put(struct policy_maker *maker, const char *words)
{
    buffer_add_string(&maker->out, words);
    buffer_add_string(&maker->out, random_below(&maker->random, 8) ? " " : "\n\t");
}

static void put_duration(struct policy_maker *maker)
{
    static const char *const units[] = {"minute", "minutes", "hour", "hours", "day", "days"};
    buffer_addf(&maker->out, "%d %s ", 1 + random_below(&maker->random, 14), units[random_below(&maker->random, 6)]);
}

static void put_deadline(struct policy_maker *maker)
{
    put(maker, "within");
    put_duration(maker);
}

static const struct fact_info *fact_pick(struct policy_maker *maker, bool proof)
{
    for (;;) {
        enum fact fact = (enum fact)random_below(&maker->random, FACT_COUNT);
        if (random_below(&maker->random, 4) == 0)
            fact = FACT_REASON;
        if ((fact_info(fact)->goods & maker->goods) && (!proof || fact_is_proof(fact)))
            return fact_info(fact);
    }
}

static void put_values(struct policy_maker *maker, const struct fact_info *info)
{
    int count = 1 + random_below(&maker->random, 3), put_count = 0;
    put(maker, random_below(&maker->random, 4) ? "is" : "is not");
    while (put_count < count) {
        const struct fact_value_info *value = &info->values[random_below(&maker->random, info->value_count)];
        if (!(value->goods & maker->goods))
            continue;
        if (put_count++)
            put(maker, "or");
        put(maker, value->word);
    }
}

static void put_money(struct policy_maker *maker)
{
    static const char *const amounts[][6] = {
        {"50.01 CNY", "0.01 CNY", "36.00 CNY", "72 CNY", "604.8 CNY", "8640.00 CNY"},
        {"50.01 USD", "0.01 USD", "36.00 USD", "72 USD", "604.8 USD", "8640.00 USD"},
        {"5001 JPY", "1 JPY", "3600 JPY", "7200 JPY", "60480 JPY", "864000 JPY"},
    };
    put(maker, amounts[maker->currency][random_below(&maker->random, 6)]);
}

static void put_quantity(struct policy_maker *maker, enum fact_type type)
{
    static const char *const comparisons[] = {"under", "over", "at least", "at most"};
    put(maker, comparisons[random_below(&maker->random, 4)]);
    if (type == FACT_TYPE_MONEY)
        put_money(maker);
    else if (type == FACT_TYPE_SPAN)
        put_duration(maker);
    else
        buffer_addf(&maker->out, type == FACT_TYPE_PERCENT ? "%d percent " : "%d ",
                    random_below(&maker->random, type == FACT_TYPE_PERCENT ? 101 : 8));
}

static void put_event(struct policy_maker *maker, bool late)
{
    int form = random_below(&maker->random, 3);
    if (form == 2)
        return;
    put(maker, form == 0 ? "within" : (late ? "by" : "over"));
    put_duration(maker);
    if (form == 1 && !late)
        put(maker, "ago");
}

static void put_test(struct policy_maker *maker)
{
    const struct fact_info *info = fact_pick(maker, false);
    if (strcmp(info->word, "reason") == 0 && chance(maker, 8)) {
        put(maker, "any reason");
        return;
    }
    put(maker, info->word);
    if (info->type == FACT_TYPE_ENUM)
        put_values(maker, info);
    else if (info->type == FACT_TYPE_DURATION)
        put_event(maker, strcmp(info->word, "late") == 0);
    else if (info->type != FACT_TYPE_BOOLEAN)
        put_quantity(maker, info->type);
}

static void put_condition(struct policy_maker *maker, int depth)
{
    static const char *const words[] = {"and", "or"};
    int count = 1 + random_below(&maker->random, depth ? 2 : 3);
    const char *word = words[random_below(&maker->random, 2)];
    for (int i = 0; i < count; i++) {
        if (i)
            put(maker, word);
        for (int negations = random_below(&maker->random, 8); negations > 5; negations--)
            put(maker, "not");
        if (depth < 4 && random_below(&maker->random, 3) == 0) {
            put(maker, "(");
            put_condition(maker, depth + 1);
            put(maker, ")");
        } else {
            put_test(maker);
        }
    }
}

static void put_proofs(struct policy_maker *maker, const char *line)
{
    put(maker, line);
    for (int i = random_below(&maker->random, 3); i >= 0; i--) {
        put(maker, fact_pick(maker, true)->word);
        if (i)
            put(maker, "or");
    }
}

/* ---- the lines of a clause ---- */

static void put_percent(struct policy_maker *maker)
{
    static const char *const percents[] = {"1 percent",  "5 percent",  "37 percent",
                                           "50 percent", "99 percent", "100 percent"};
    put(maker, percents[random_below(&maker->random, 6)]);
}

static void put_amount(struct policy_maker *maker)
{
    static const char *const parts[] = {"affected part", "remaining part", "unfinished part"};
    const char *part = parts[random_below(&maker->random, maker->goods == POLICY_GOODS_SERVICE ? 3 : 2)];
    int form = random_below(&maker->random, 5);
    if (form == 0)
        put(maker, "full");
    else if (form == 1)
        put_money(maker);
    else if (form < 4)
        put_percent(maker);
    if (form == 3)
        put(maker, "of");
    if (form > 2)
        put(maker, part);
    if (!chance(maker, 3))
        return;
    put(maker, "less");
    if (chance(maker, 2))
        put_percent(maker);
    else
        put_money(maker);
}

static void put_merchant(struct policy_maker *maker)
{
    static const char *const silences[] = {"accepts", "refuses", "reviews"};
    put(maker, "merchant answers");
    put_deadline(maker);
    if (chance(maker, 3)) {
        put(maker, ", extension");
        put_duration(maker);
    }
    put(maker, ", silence");
    put(maker, silences[random_below(&maker->random, 3)]);
}

static void put_refund(struct policy_maker *maker)
{
    static const char *const bearers[] = {"merchant", "platform", "issuer", "goodwill"};
    static const char *const destinations[] = {"to store_credit", "to original_payment",
                                               "to store_credit or original_payment"};
    bool at_once = chance(maker, 2), merchant_first = chance(maker, 2);
    if (!at_once && merchant_first)
        put_merchant(maker);
    put(maker, "refund");
    put_amount(maker);
    if (at_once)
        put(maker, "at once");
    if (chance(maker, 3))
        put(maker, destinations[random_below(&maker->random, 3)]);
    if (chance(maker, 2)) {
        put(maker, ", borne by");
        put(maker, bearers[random_below(&maker->random, 4)]);
    }
    if (!at_once && !merchant_first)
        put_merchant(maker);
}

static void put_laws(struct policy_maker *maker)
{
    static const char *const codes[] = {"\"ECL-49-2\"", "\"CPR-44\"", "\"PRM-19\"", "\"PRM-20\"", "\"PEN-8\""};
    int first = random_below(&maker->random, 5), count = 1 + random_below(&maker->random, 4);
    put(maker, "law");
    for (int i = 0; i < count; i++) {
        if (i)
            put(maker, ",");
        put(maker, codes[(first + i) % 5]);
    }
}

static void put_outcome(struct policy_maker *maker)
{
    int outcome = random_below(&maker->random, 6);
    for (int i = outcome ? random_below(&maker->random, 3) : 0; i > 0; i--)
        put_proofs(maker, chance(maker, 4) ? "optional" : "needs");
    if (outcome == 0)
        put(maker, "refuse");
    else if (outcome > 1)
        put_refund(maker);
    else {
        put(maker, "review");
        put_deadline(maker);
    }
}

/* The lines of a clause may come in any order. */
static void put_id(struct policy_maker *maker, int number)
{
    /* A fact may lend its name to a clause. */
    static const char *const ids[] = {"c0", "usage", "late", "c3", "delivered", "c5"};
    put(maker, ids[number]);
}

static void put_clause(struct policy_maker *maker, int number)
{
    bool when_last = chance(maker, 4);
    int law_place = random_below(&maker->random, 6);
    put(maker, "\nclause");
    put_id(maker, number);
    put(maker, chance(maker, 2) ? "\"条款\" \"A clause\"" : "\"条款\"");
    if (law_place == 0)
        put_laws(maker);
    if (when_last)
        put_outcome(maker);
    put(maker, "when");
    put_condition(maker, 0);
    buffer_add_string(&maker->out, "\n# a comment, \"with\" signs (\n");
    if (!when_last)
        put_outcome(maker);
    if (law_place == 1)
        put_laws(maker);
}

/* Clauses override only later ones, so no override leads back. */
static void put_overrides(struct policy_maker *maker, int count)
{
    for (int i = 0; i + 1 < count; i++) {
        if (chance(maker, 2))
            continue;
        put_id(maker, i);
        put(maker, "overrides");
        put_id(maker, i + 1 + random_below(&maker->random, count - i - 1));
        put(maker, ",");
        put_id(maker, i + 1 + random_below(&maker->random, count - i - 1));
    }
}

void policy_make(struct policy_maker *maker, uint64_t seed)
{
    static const enum policy_goods goods[] = {POLICY_GOODS_CARD_KEY, POLICY_GOODS_SERVICE, POLICY_GOODS_LICENCE};
    static const char *const last[] = {"\notherwise refuse", "\notherwise review within 72 hours", ""};
    maker->random = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
    maker->goods = goods[random_below(&maker->random, 3)];
    maker->currency = chance(maker, 2) ? 0 : random_below(&maker->random, 3);
    int count = 1 + random_below(&maker->random, 6);
    buffer_init(&maker->out, POLICY_MADE_BYTES_MAX);
    buffer_addf(&maker->out, "policy \"made-up\" version %d goods %s\n", 1 + random_below(&maker->random, 9),
                policy_goods_word(maker->goods));
    if (chance(maker, 2))
        put(maker, "floor \"cn-consumer\"");
    if (chance(maker, 3))
        put(maker, "effective \"2024-02-29\"");
    for (int i = 0; i < count; i++)
        put_clause(maker, i);
    put_overrides(maker, count);
    buffer_add_string(&maker->out, last[random_below(&maker->random, 3)]);
    assert(!maker->out.failed);
}
