/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The condition of a clause (sections 3 and 5): it is read as written, brackets and `not` and all, then brought into
 * the form that the certificate shows: `not` at the tests alone, no group within a group of the same kind.
 */
#include "evidence/replay/model.h"

#include <string.h>

#include "base/money.h"

#define BRACKETS_MAX 8
#define NODES_MAX 2048
#define SEEN_MAX 512

static int condition_read(struct replay_reader *reader, struct replay_node **ret);

/* ---- tests ---- */

/* `or` goes on with the list when a value of the fact follows which does not begin a test of its own. */
static bool list_goes_on(const struct replay_reader *reader, const struct replay_fact *fact)
{
    static const char *const begins_test[] = {"is", "within", "over", "under", "at", "by"};
    const struct replay_token *next = replay_ahead(reader, 1);
    if (!replay_is_word(reader, 0, "or") || next->kind != REPLAY_WORD || replay_value_find(fact, next->text) < 0)
        return false;
    for (size_t i = 0; i < sizeof begins_test / sizeof *begins_test; i++)
        if (replay_is_word(reader, 2, begins_test[i]))
            return false;
    return true;
}

static int values_read(struct replay_reader *reader, const struct replay_fact *fact, struct replay_node *node)
{
    if (replay_expect(reader, "is"))
        return -1;
    node->negated = replay_take(reader, "not");
    for (;;) {
        const struct replay_token *token = replay_ahead(reader, 0);
        int position = token->kind == REPLAY_WORD ? replay_value_find(fact, token->text) : -1;
        if (position < 0)
            return replay_expected(reader, "a value of this fact");
        if (!(fact->values[position].goods & reader->policy->goods))
            return replay_refuse(reader, ERROR_POLICY_GOODS, "this value has no meaning for the policy's goods");
        node->values |= replay_bit(position);
        reader->at++;
        if (!list_goes_on(reader, fact))
            return 0;
        reader->at++;
    }
}

static int event_read(struct replay_reader *reader, struct replay_node *node)
{
    bool is_late = node->fact == REPLAY_LATE;
    if (is_late && replay_take(reader, "by"))
        node->op = REPLAY_LATE_BY;
    else if (replay_take(reader, "within"))
        node->op = REPLAY_WITHIN;
    else if (!is_late && replay_take(reader, "over"))
        node->op = REPLAY_AGO;
    else {
        node->op = REPLAY_HAPPENED;
        return 0;
    }
    if (replay_duration(reader, &node->bound))
        return -1;
    return node->op == REPLAY_AGO ? replay_expect(reader, "ago") : 0;
}

/* "12.50" in minor units: at most `digits` digits after the point, at least one where there is a point. */
static bool minor_units(struct text number, int digits, int64_t *ret)
{
    const char *point = memchr(number.data, '.', number.length);
    size_t whole = point ? (size_t)(point - number.data) : number.length;
    size_t fraction = point ? number.length - whole - 1 : 0;
    if ((point && fraction == 0) || fraction > (size_t)digits || (whole > 1 && number.data[0] == '0') || whole > 13)
        return false;
    int64_t value = 0;
    for (size_t i = 0; i < whole + (size_t)digits; i++) {
        size_t at = i < whole ? i : i + 1; /* past the point */
        value = value * 10 + (at < number.length ? number.data[at] - '0' : 0);
    }
    *ret = value;
    return value <= REPLAY_NUMBER_MAX;
}

int replay_money(struct replay_reader *reader, int64_t minimum, int64_t *ret)
{
    const struct replay_token *number = replay_ahead(reader, 0), *code = replay_ahead(reader, 1);
    char *currency = reader->policy->currency;
    if (number->kind != REPLAY_DIGITS || code->kind != REPLAY_WORD || currency_check(code->text, NULL))
        return replay_expected(reader, "an amount with its currency");
    if (currency[0] && !text_is(code->text, currency))
        return replay_refuse(reader, ERROR_POLICY_MEANING, "all money of a policy has one currency");
    memcpy(currency, code->text.data, 3);
    if (!minor_units(number->text, currency_digits(currency), ret))
        return replay_refuse(reader, ERROR_POLICY_MEANING, "this is not an amount of its currency");
    if (*ret < minimum)
        return replay_refuse(reader, ERROR_POLICY_MEANING, "this amount is nothing");
    reader->at += 2;
    return 0;
}

static int quantity_read(struct replay_reader *reader, enum replay_type type, struct replay_node *node)
{
    if (replay_take(reader, "under")) {
        node->op = REPLAY_UNDER;
    } else if (replay_take(reader, "over")) {
        node->op = REPLAY_OVER;
    } else {
        if (replay_expect(reader, "at"))
            return -1;
        bool least = replay_take(reader, "least");
        if (!least && replay_expect(reader, "most"))
            return -1;
        node->op = least ? REPLAY_UNDER : REPLAY_OVER;
        node->negated = true;
    }
    if (type == REPLAY_MONEY)
        return replay_money(reader, 0, &node->bound);
    if (type == REPLAY_SPAN)
        return replay_duration(reader, &node->bound);
    if (type == REPLAY_NUMBER)
        return replay_whole(reader, 0, 1000000, &node->bound);
    return replay_whole(reader, 0, 100, &node->bound) ? -1 : replay_expect(reader, "percent");
}

/* Every reason that has a meaning for the goods, `other` among them. */
static int any_reason_read(struct replay_reader *reader, struct replay_node *node)
{
    const struct replay_fact *reason = &replay_facts[REPLAY_REASON];
    node->fact = REPLAY_REASON;
    for (int i = 0; reason->values[i].word; i++)
        if (reason->values[i].goods & reader->policy->goods)
            node->values |= replay_bit(i);
    return replay_expect(reader, "reason");
}

static int test_read(struct replay_reader *reader, struct replay_node *node)
{
    if (replay_take(reader, "any"))
        return any_reason_read(reader, node);
    const struct replay_token *token = replay_ahead(reader, 0);
    node->fact = token->kind == REPLAY_WORD ? replay_fact_find(token->text) : -1;
    if (node->fact < 0)
        return replay_expected(reader, "a condition");
    const struct replay_fact *fact = &replay_facts[node->fact];
    if (!(fact->goods & reader->policy->goods))
        return replay_refuse(reader, ERROR_POLICY_GOODS, "this fact has no meaning for the policy's goods");
    reader->policy->tested |= replay_bit(node->fact);
    reader->at++;
    switch (fact->type) {
    case REPLAY_CHOICE:
    case REPLAY_PROOF:
        return values_read(reader, fact, node);
    case REPLAY_FLAG:
        node->values = replay_bit(replay_value_find(fact, TEXT_LITERAL("yes")));
        return 0;
    case REPLAY_EVENT:
        return event_read(reader, node);
    case REPLAY_PERCENT:
    case REPLAY_MONEY:
    case REPLAY_NUMBER:
    case REPLAY_SPAN:
        return quantity_read(reader, fact->type, node);
    }
    return -1;
}

/* ---- units and conditions ---- */

/* Brackets around a single condition vanish and count as nothing; what `and` or `or` joins counts as one more. */
static int node_count(struct replay_reader *reader)
{
    if (reader->node_count == NODES_MAX)
        return replay_refuse(reader, ERROR_POLICY_LIMIT, "a policy has at most 2048 conditions and brackets");
    reader->node_count++;
    return 0;
}

static int node_new(struct replay_reader *reader, enum replay_kind kind, struct replay_node **ret)
{
    if (node_count(reader))
        return -1;
    *ret = arena_new_object(reader->arena, struct replay_node);
    (*ret)->kind = kind;
    return 0;
}

static int unit_read(struct replay_reader *reader, struct replay_node **ret)
{
    bool negated = false;
    while (replay_take(reader, "not"))
        negated = !negated;
    if (!replay_is_sign(reader, '(')) {
        if (node_new(reader, REPLAY_TEST, ret) || test_read(reader, *ret))
            return -1;
    } else {
        if (reader->depth == BRACKETS_MAX)
            return replay_refuse(reader, ERROR_POLICY_LIMIT, "brackets are nested more than 8 deep");
        reader->at++;
        reader->depth++;
        if (condition_read(reader, ret))
            return -1;
        reader->depth--;
        if (!replay_is_sign(reader, ')'))
            return replay_expected(reader, "a closing bracket");
        reader->at++;
    }
    (*ret)->negated ^= negated;
    return 0;
}

static int condition_read(struct replay_reader *reader, struct replay_node **ret)
{
    struct replay_node *first;
    if (unit_read(reader, &first))
        return -1;
    bool with_and = replay_is_word(reader, 0, "and");
    const char *word = with_and ? "and" : "or";
    *ret = first;
    if (!replay_is_word(reader, 0, word))
        return 0;
    struct replay_node *group, **end = &first->next;
    if (node_new(reader, with_and ? REPLAY_ALL : REPLAY_ANY, &group))
        return -1;
    group->first = first;
    while (replay_take(reader, word)) {
        if (unit_read(reader, end))
            return -1;
        end = &(*end)->next;
    }
    if (replay_is_word(reader, 0, with_and ? "or" : "and"))
        return replay_refuse(reader, ERROR_POLICY_SYNTAX, "`and` and `or` stand side by side without brackets");
    *ret = group;
    return 0;
}

/* ---- the form of the certificate ---- */

/* De Morgan: not (A and B) is not A or not B. */
static void negations_push(struct replay_node *node, bool negate)
{
    bool flip = node->negated != negate;
    if (node->kind == REPLAY_TEST) {
        node->negated = flip;
        return;
    }
    node->negated = false;
    if (flip)
        node->kind = node->kind == REPLAY_ALL ? REPLAY_ANY : REPLAY_ALL;
    for (struct replay_node *member = node->first; member; member = member->next)
        negations_push(member, flip);
}

/* A group inside a group of the same kind gives its members in place. */
static void groups_merge(struct replay_node *group)
{
    struct replay_node **link = &group->first;
    while (*link) {
        struct replay_node *member = *link, *rest = member->next;
        if (member->kind != REPLAY_TEST)
            groups_merge(member);
        if (member->kind == group->kind) {
            *link = member->first;
            while (*link)
                link = &(*link)->next;
            *link = rest;
        } else {
            link = &member->next;
        }
    }
}

static bool is_reason_is(const struct replay_node *node)
{
    return node->kind == REPLAY_TEST && node->fact == REPLAY_REASON && !node->negated;
}

static bool names_other(const struct replay_node *node, uint64_t other)
{
    if (node->kind == REPLAY_TEST)
        return is_reason_is(node) && (node->values & other);
    for (const struct replay_node *member = node->first; member; member = member->next)
        if (names_other(member, other))
            return true;
    return false;
}

/* Section 5, `other`: unless the clause speaks of it, or names its reasons outright, it does not cover `other`. The test
 * counts as one, and so does the `and` that joins it to a condition that had none. */
static int other_exclude(struct replay_reader *reader, struct replay_node *all)
{
    bool is_joined = all->first->next != NULL;
    uint64_t other = replay_bit(replay_value_find(&replay_facts[REPLAY_REASON], TEXT_LITERAL("other")));
    struct replay_node **end = &all->first;
    bool says_reason = names_other(all, other);
    for (; *end; end = &(*end)->next)
        says_reason |= is_reason_is(*end);
    if (says_reason)
        return 0;
    if (node_new(reader, REPLAY_TEST, end))
        return -1;
    if (!is_joined && node_count(reader))
        return -1;
    (*end)->fact = REPLAY_REASON;
    (*end)->values = other;
    (*end)->negated = true;
    return 0;
}

/* ---- different conditions ---- */

static bool is_same_test(const struct replay_node *a, const struct replay_node *b)
{
    return a->fact == b->fact && a->op == b->op && a->negated == b->negated && a->values == b->values &&
           a->bound == b->bound;
}

static int test_note(struct replay_reader *reader, const struct replay_node *test)
{
    for (int i = 0; i < reader->seen_count; i++)
        if (is_same_test(reader->seen[i], test))
            return 0;
    if (reader->seen_count == SEEN_MAX)
        return replay_refuse(reader, ERROR_POLICY_LIMIT, "a policy has at most 512 different conditions");
    if (!reader->seen)
        reader->seen = arena_new_array(reader->arena, const struct replay_node *, SEEN_MAX);
    reader->seen[reader->seen_count++] = test;
    return 0;
}

static int tests_note(struct replay_reader *reader, const struct replay_node *node)
{
    if (node->kind == REPLAY_TEST)
        return test_note(reader, node);
    for (const struct replay_node *member = node->first; member; member = member->next)
        if (tests_note(reader, member))
            return -1;
    return 0;
}

int replay_when_read(struct replay_reader *reader, struct replay_node **ret)
{
    struct replay_node *written, *all;
    reader->depth = 0;
    if (condition_read(reader, &written))
        return -1;
    negations_push(written, false);
    all = arena_new_object(reader->arena, struct replay_node);
    all->kind = REPLAY_ALL;
    all->first = written;
    groups_merge(all);
    if (other_exclude(reader, all) || tests_note(reader, all))
        return -1;
    *ret = all;
    return 0;
}
