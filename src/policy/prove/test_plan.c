/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plan of questions against brute force: random small policies, every situation of a small vocabulary enumerated and
 * evaluated, every tree of questions tried. Then the questions are followed with the answers of true situations.
 */
#include "policy/prove/plan.h"

#include "policy/prove/test_ask.h"

/* ---- random policies ---- */

static const char *const atoms[] = {
    "card is sealed",
    "card is revealed or redeemed",
    "card is redeemed",
    "revealed within 24 hours",
    "delivered",
    "delivered within 24 hours",
    "reason is key_invalid",
    "reason is key_invalid or not_as_described",
    "reason is not changed_mind",
    "reason is changed_mind or other",
    "cause is platform_outage or issuer_outage",
    "cause is none",
    "buyer_is_minor",
    "screen_recording is accepted",
    "affected_quantity over 1",
};
#define ATOM_COUNT (sizeof atoms / sizeof *atoms)

static void expression_make(struct buffer *out, struct random *random, int depth)
{
    if (depth == 0 || random_below(random, 3) == 0) {
        if (random_below(random, 5) == 0)
            buffer_add_string(out, "not ");
        buffer_add_string(out, atoms[random_below(random, ATOM_COUNT)]);
        return;
    }
    const char *join = random_below(random, 3) ? " and " : " or ";
    buffer_add_char(out, '(');
    for (int i = 0; i < 2; i++) {
        if (i)
            buffer_add_string(out, join);
        expression_make(out, random, depth - 1);
    }
    buffer_add_char(out, ')');
}

/* Later clauses override earlier ones, so that nothing conflicts. */
static int policy_make(struct buffer *out, struct random *random, int ret_consequences[8], bool *ret_refuses)
{
    int count = 2 + (int)random_below(random, 4);
    buffer_clear(out);
    buffer_add_string(out, HEAD);
    for (int i = 0; i < count; i++) {
        ret_consequences[i] = (int)random_below(random, CONSEQUENCE_COUNT);
        buffer_addf(out, "clause c%d \"t\"\n when ", i);
        expression_make(out, random, 2);
        buffer_addf(out, "\n %s\n", consequences[ret_consequences[i]]);
        for (int j = 0; j < i; j++)
            buffer_addf(out, "c%d overrides c%d\n", i, j);
    }
    *ret_refuses = random_below(random, 2) == 1;
    buffer_add_string(out, *ret_refuses ? "otherwise refuse\n" : "otherwise review within 48 hours\n");
    return count;
}

/* The facts of the small world, first those that may be asked for. */
static const struct {
    enum fact fact;
    int count;
    int64_t values[20];
} world[] = {
    {FACT_REASON,
     6,
     {REASON_NOT_DELIVERED, REASON_KEY_INVALID, REASON_NOT_AS_DESCRIBED, REASON_CHANGED_MIND, REASON_OTHER,
      REASON_UNAUTHORISED}},
    {FACT_CAUSE, CAUSE_VALUE_COUNT, {0, 1, 2, 3, 4, 5, 6, 7}},
    {FACT_BUYER_IS_MINOR, 2, {0, 1}},
    {FACT_SCREEN_RECORDING, 3, {0, 1, 2}},
    {FACT_AFFECTED_QUANTITY, 2, {1, 2}},
    {FACT_CARD, 4, {0, 1, 2, 3}},
    {FACT_REVEALED, 3, {FACT_NEVER, 0, 86401}},
    {FACT_DELIVERED, 3, {FACT_NEVER, 0, 86401}},
    {FACT_PURCHASED, 2, {0, 86401}},
    {FACT_QUANTITY, 2, {1, 2}},
};
#define WORLD_FACTS 10
#define ASKED 5
/* Of the reasons, `not_delivered` also stands for all those of a card that are not listed: no atom tells them apart. */
static int digit_weight(int fact, int digit)
{
    int others = 0;
    if (fact != 0 || digit != 0)
        return 1;
    for (int i = 0; i < REASON_VALUE_COUNT; i++)
        others += (fact_info(FACT_REASON)->values[i].goods & POLICY_GOODS_CARD_KEY) != 0;
    return others - (world[0].count - 1);
}

struct situation {
    uint8_t digits[WORLD_FACTS];
    int8_t governing; /* POLICY_OTHERWISE, or with the reason `other` -2 */
    uint8_t consequence;
};

static bool situation_is_possible(const struct situation *s)
{
    int64_t value[WORLD_FACTS];
    for (int i = 0; i < WORLD_FACTS; i++)
        value[i] = world[i].values[s->digits[i]];
    int64_t affected = value[4], card = value[5], revealed = value[6], delivered = value[7], purchased = value[8];
    return affected <= value[9] && delivered <= purchased && revealed <= delivered &&
           !(card == CARD_SEALED && revealed >= 0) && !(card == CARD_REVEALED && revealed < 0) &&
           !(card != CARD_SEALED && delivered < 0);
}

static void situation_facts(const struct situation *s, struct policy_facts *ret)
{
    policy_facts_init(ret);
    for (int i = 0; i < WORLD_FACTS; i++)
        state(ret, world[i].fact, world[i].values[s->digits[i]]);
    state(ret, FACT_AMOUNT, 1000);
}

#define SITUATIONS_MAX 80000
static struct situation situations[SITUATIONS_MAX];
static int situation_count;

static void situations_make(void)
{
    struct situation s = {{0}, 0, 0};
    situation_count = 0;
    for (int at = 0; at < WORLD_FACTS;) {
        if (situation_is_possible(&s))
            situations[situation_count++] = s;
        assert_true(situation_count < SITUATIONS_MAX);
        for (at = 0; at < WORLD_FACTS && ++s.digits[at] == world[at].count; at++)
            s.digits[at] = 0;
    }
}

static void situations_evaluate(const struct policy *policy, const int *clause_consequences, bool refuses)
{
    for (int i = 0; i < situation_count; i++) {
        struct situation *s = &situations[i];
        struct policy_facts facts;
        struct policy_decision decision;
        situation_facts(s, &facts);
        policy_evaluate(policy, &facts, &decision);
        assert_true(decision.governing != POLICY_NOBODY && !decision.conflict);
        bool other = facts.value[FACT_REASON] == REASON_OTHER;
        bool to_person = decision.governing == POLICY_OTHERWISE && refuses && other;
        s->governing = (int8_t)(to_person ? -2 : decision.governing);
        if (decision.governing >= 0)
            s->consequence = (uint8_t)clause_consequences[decision.governing];
        else
            s->consequence = refuses && !other ? 1 : CONSEQUENCE_COUNT; /* "refuse", or 48 hours */
    }
}

static bool agrees(const struct situation *s, const int *known)
{
    for (int i = 0; i < WORLD_FACTS; i++)
        if (known[i] >= 0 && s->digits[i] != known[i])
            return false;
    return true;
}

/* ---- all trees of questions ---- */

#define STATES (7 * (CAUSE_VALUE_COUNT + 1) * 3 * 4 * 3)
_Static_assert(CAUSE_VALUE_COUNT == 8, "the small world lists every cause");
static struct tree {
    uint8_t sets[STATES]; /* of consequences, where all are answered; 0: no situation */
    double expected[STATES];
    bool done[STATES];
} tree;

static int tree_index(const int *digits)
{
    int index = 0;
    for (int i = ASKED - 1; i >= 0; i--)
        index = index * (world[i].count + 1) + (digits[i] < 0 ? world[i].count : digits[i]);
    return index;
}

/* All sets that full answers can still lead to: 0 when there is none, -1 when they differ. */
static int tree_set(int *digits)
{
    int at = 0, merged = 0;
    while (at < ASKED && digits[at] >= 0)
        at++;
    if (at == ASKED)
        return tree.sets[tree_index(digits)];
    for (digits[at] = 0; digits[at] < world[at].count; digits[at]++) {
        int set = tree_set(digits);
        if (set)
            merged = merged == 0 || merged == set ? set : -1;
    }
    digits[at] = -1;
    return merged;
}

static double tree_expected(int *digits)
{
    int index = tree_index(digits);
    if (tree.done[index])
        return tree.expected[index];
    double best = tree_set(digits) < 0 ? 1000 : 0;
    for (int at = 0; best > 0 && at < ASKED; at++) {
        double sum = 0, weights = 0;
        if (digits[at] >= 0)
            continue;
        for (int digit = 0; digit < world[at].count; digit++) {
            digits[at] = digit;
            if (tree_set(digits) == 0)
                continue;
            weights += digit_weight(at, digit);
            sum += digit_weight(at, digit) * tree_expected(digits);
        }
        digits[at] = -1;
        if (1 + sum / weights < best)
            best = 1 + sum / weights;
    }
    tree.done[index] = true;
    tree.expected[index] = best;
    return best;
}

static double least_expected(const int *known)
{
    int digits[ASKED];
    memset(&tree, 0, sizeof tree);
    for (int i = 0; i < situation_count; i++) {
        if (!agrees(&situations[i], known))
            continue;
        for (int j = 0; j < ASKED; j++)
            digits[j] = situations[i].digits[j];
        tree.sets[tree_index(digits)] |= (uint8_t)(1u << situations[i].consequence);
    }
    for (int j = 0; j < ASKED; j++)
        digits[j] = known[j];
    return tree_expected(digits);
}

/* ---- the comparison ---- */

struct expected {
    bool governs[10]; /* clause + 2 */
    int count;
    uint8_t consequences;
};

static struct expected brute_force(const int *known)
{
    struct expected expected = {{false}, 0, 0};
    for (int i = 0; i < situation_count; i++) {
        if (!agrees(&situations[i], known))
            continue;
        bool *governs = &expected.governs[situations[i].governing + 2];
        expected.count += !*governs;
        *governs = true;
        expected.consequences |= (uint8_t)(1u << situations[i].consequence);
    }
    return expected;
}

static void known_make(struct random *random, int keep_of_ten, int *ret, struct policy_facts *facts)
{
    const struct situation *s = &situations[random_below(random, (uint64_t)situation_count)];
    policy_facts_init(facts);
    for (int i = 0; i < WORLD_FACTS; i++) {
        ret[i] = (int)random_below(random, 10) < keep_of_ten ? s->digits[i] : -1;
        if (ret[i] >= 0)
            state(facts, world[i].fact, world[i].values[ret[i]]);
    }
}

static int one_compare(uint64_t seed, const char *text, const struct policy *policy, bool refuses,
                       struct random *random)
{
    struct arena *arena = arena_new(16 << 20);
    struct policy_facts facts;
    int known[WORLD_FACTS];
    known_make(random, (int)random_below(random, 8), known, &facts);
    struct expected expected = brute_force(known);
    struct policy_whatif found = whatif(arena, policy, &facts);
    bool same = found.count == expected.count && found.consequence_count == __builtin_popcount(expected.consequences);
    for (int i = 0; same && i < found.count; i++) {
        const struct policy_possibility *item = &found.items[i];
        bool to_person = item->governing == POLICY_OTHERWISE && refuses && item->outcome == POLICY_OUTCOME_REVIEW;
        same = expected.governs[to_person ? 0 : item->governing + 2];
    }
    if (!same)
        fail_msg("seed %llu: %d possibilities, %d by brute force\n%s", (unsigned long long)seed, found.count,
                 expected.count, text);
    examples_expect(policy, &facts, &found);
    if (found.count) {
        double least = least_expected(known) * 1000, difference = least - (double)found.steps_milli;
        assert_true(found.exact);
        if (difference > 2 || difference < -2)
            fail_msg("seed %llu: %lld thousandths of a question expected, %.1f by brute force\n%s",
                     (unsigned long long)seed, (long long)found.steps_milli, least, text);
    }
    int asked = found.question >= 0;
    arena_free(arena);
    return asked;
}

static void random_policies_agree_with_brute_force(void **unused)
{
    (void)unused;
    struct random_seeded random;
    struct buffer text;
    int policies = 0, asked = 0, all = 0;
    buffer_init(&text, LIMIT_POLICY_BYTES);
    situations_make();
    for (uint64_t seed = 1; seed <= 120; seed++) {
        int clause_consequences[8];
        bool refuses;
        random_seeded_init(&random, seed);
        struct arena *arena = arena_new(16 << 20);
        policy_make(&text, &random.random, clause_consequences, &refuses);
        const struct policy *policy = parse(arena, buffer_text(&text));
        situations_evaluate(policy, clause_consequences, refuses);
        for (int i = 0; i < 8; i++, all++)
            asked += one_compare(seed, text.data, policy, refuses, &random.random);
        policies++;
        arena_free(arena);
    }
    assert_true(policies > 50 && asked > all / 5 && asked < all);
    buffer_done(&text);
}

/* ---- following the questions ---- */

static void the_questions_end_at_the_clause_that_governs(void **unused)
{
    (void)unused;
    struct random_seeded random;
    struct buffer text;
    buffer_init(&text, LIMIT_POLICY_BYTES);
    situations_make();
    for (uint64_t seed = 200; seed <= 320; seed++) {
        int clause_consequences[8];
        bool refuses;
        random_seeded_init(&random, seed);
        struct arena *arena = arena_new(64 << 20);
        policy_make(&text, &random.random, clause_consequences, &refuses);
        const struct policy *policy = parse(arena, buffer_text(&text));
        for (int i = 0; i < 12; i++) {
            struct policy_facts truth, known;
            struct policy_whatif found;
            situation_facts(&situations[random_below(&random.random, (uint64_t)situation_count)], &truth);
            known = truth;
            for (int j = 0; j < ASKED; j++)
                policy_facts_clear(&known, world[j].fact);
            assert_true(follow(policy, &truth, &known, &found, arena) >= 0);
            consequence_expect(policy, &truth, &found, text.data);
            if (found.consequence_count != 1)
                fail_msg("seed %llu: %d consequences are left\n%s", (unsigned long long)seed, found.consequence_count,
                         text.data);
        }
        arena_free(arena);
    }
    buffer_done(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_policies_agree_with_brute_force),
        cmocka_unit_test(the_questions_end_at_the_clause_that_governs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
