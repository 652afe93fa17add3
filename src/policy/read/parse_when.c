/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Conditions: `card is sealed and purchased within 7 days`. Negation is pushed down while reading, so that a compiled
 * clause holds only tests under `all` and `any`. Mixing `and` with `or` needs brackets: readers disagree on what binds.
 */
#include "policy/read/parse.h"

#include <assert.h>
#include <string.h>

#include "base/money.h"

static int expression(struct policy_parser *parser, bool negate, uint16_t *ret_node);

static enum policy_relation relation_opposite(enum policy_relation o)
{
    /* The enumeration lists each operator next to its opposite. */
    return (enum policy_relation)((unsigned)o ^ 1u);
}

static int limit_fail(struct policy_parser *parser, const char *en, const char *zh)
{
    struct policy_place place = parser_place(parser, parser_peek(parser, 0));
    policy_problem_add(parser->problems, POLICY_PROBLEM_LIMIT, &place, en, zh);
    return -1;
}

static int node_add(struct policy_parser *parser, enum policy_node_kind kind, uint16_t *ret)
{
    struct policy *policy = parser->policy;
    if (policy->node_count == POLICY_NODES_MAX)
        return limit_fail(parser, "the policy has too many conditions", "规则的条件过多");
    struct policy_node *node = &policy->nodes[policy->node_count];
    *node = (struct policy_node){.kind = (uint8_t)kind, .first = POLICY_NODE_NONE, .next = POLICY_NODE_NONE};
    *ret = (uint16_t)policy->node_count++;
    return 0;
}

static bool condition_equal(const struct policy_condition *a, const struct policy_condition *b)
{
    return a->fact == b->fact && a->relation == b->relation && a->mask == b->mask && a->written == b->written &&
           a->low == b->low && a->high == b->high && a->bound == b->bound;
}

static int condition_add(struct policy_parser *parser, const struct policy_condition *condition, uint16_t *ret_node)
{
    struct policy *policy = parser->policy;
    int i = 0;
    while (i < policy->condition_count && !condition_equal(&policy->conditions[i], condition))
        i++;
    if (i == POLICY_CONDITIONS_MAX)
        return limit_fail(parser, "the policy has too many different conditions", "规则的不同条件过多");
    if (node_add(parser, POLICY_NODE_TEST, ret_node))
        return -1;
    if (i == policy->condition_count)
        policy->conditions[policy->condition_count++] = *condition;
    policy->nodes[*ret_node].condition = (uint16_t)i;
    policy->facts_tested |= UINT64_C(1) << condition->fact;
    return 0;
}

static int mask_condition(struct policy_parser *parser, enum fact fact, uint64_t written, bool negate,
                          uint16_t *ret_node)
{
    uint64_t all = (UINT64_C(1) << fact_info(fact)->value_count) - 1;
    struct policy_condition condition = {
        .fact = (uint8_t)fact,
        .relation = negate ? POLICY_RELATION_IS_NOT : POLICY_RELATION_IS,
        .by_mask = true,
        .mask = negate ? all & ~written : written,
        .written = written,
    };
    return condition_add(parser, &condition, ret_node);
}

static int range_condition(struct policy_parser *parser, enum fact fact, enum policy_relation o, int64_t bound,
                           bool negate, uint16_t *ret_node)
{
    struct policy_condition condition = {.fact = (uint8_t)fact, .bound = bound, .high = FACT_VALUE_MAXIMUM};
    switch (o) {
    case POLICY_RELATION_UNDER:
        condition.high = bound - 1;
        condition.low = INT64_MIN;
        break;
    case POLICY_RELATION_AT_MOST:
        condition.high = bound;
        condition.low = INT64_MIN;
        break;
    case POLICY_RELATION_WITHIN:
        condition.high = bound;
        break;
    case POLICY_RELATION_OVER:
    case POLICY_RELATION_AGO:
        condition.low = bound + 1;
        break;
    case POLICY_RELATION_AT_LEAST:
    case POLICY_RELATION_LATE_BY:
        condition.low = bound;
        break;
    case POLICY_RELATION_HAPPENED:
        break;
    case POLICY_RELATION_IS:
    case POLICY_RELATION_IS_NOT:
    case POLICY_RELATION_NOT_WITHIN:
    case POLICY_RELATION_NOT_AGO:
    case POLICY_RELATION_NOT_HAPPENED:
    case POLICY_RELATION_NOT_LATE_BY:
    case POLICY_RELATION_COUNT:
        assert(o == POLICY_RELATION_HAPPENED); /* the others are made by negation, never written */
    }
    condition.outside = negate;
    condition.relation = (uint8_t)(negate ? relation_opposite(o) : o);
    return condition_add(parser, &condition, ret_node);
}

static void goods_check(struct policy_parser *parser, const struct policy_token *token, unsigned goods)
{
    if (goods & parser->policy->goods)
        return;
    struct policy_place place = parser_place(parser, token);
    struct text word = parser_text(parser, token);
    policy_problem_add(parser->problems, POLICY_PROBLEM_GOODS, &place, "\"%.*s\" has no meaning for %s goods",
                       "“%.*s”不适用于 %s 类商品", TEXT_ARG(word), policy_goods_word(parser->policy->goods));
}

static int value_fail(struct policy_parser *parser, const struct fact_info *info)
{
    const char *words[64];
    for (int i = 0; i < info->value_count; i++)
        words[i] = info->values[i].word;
    return parser_fail(parser, "a value of this fact", "这项事实的取值", words, (size_t)info->value_count);
}

/* Whether the word after `or` goes on with the list of values: it is a value and does not start a condition itself. */
static bool list_goes_on(struct policy_parser *parser, enum fact fact)
{
    static const char *const condition_words[] = {"is", "within", "over", "under", "at", "by"};
    const struct policy_token *next = parser_peek(parser, 1);
    if (!parser_at_word(parser, 0, "or") || next->kind != POLICY_TOKEN_WORD ||
        fact_value_find(fact, parser_text(parser, next)) < 0)
        return false;
    for (size_t i = 0; i < sizeof condition_words / sizeof *condition_words; i++)
        if (parser_at_word(parser, 2, condition_words[i]))
            return false;
    return true;
}

/* `is [not] A or B` */
static int values_test(struct policy_parser *parser, enum fact fact, bool negate, uint16_t *ret_node)
{
    const struct fact_info *info = fact_info(fact);
    if (parser_expect_word(parser, "is"))
        return -1;
    if (parser_take_word(parser, "not"))
        negate = !negate;
    uint64_t written = 0;
    do {
        const struct policy_token *token = parser_peek(parser, 0);
        int value = token->kind == POLICY_TOKEN_WORD ? fact_value_find(fact, parser_text(parser, token)) : -1;
        if (value < 0)
            return value_fail(parser, info);
        goods_check(parser, token, info->values[value].goods);
        written |= UINT64_C(1) << value;
        parser->at++;
    } while (list_goes_on(parser, fact) && parser_take_item(parser, parser->depth + 1));
    return mask_condition(parser, fact, written, negate, ret_node);
}

/* `purchased`, `purchased within 7 days`, `purchased over 7 days ago`, `late`, `late by 24 hours` */
static int event_test(struct policy_parser *parser, enum fact fact, bool negate, uint16_t *ret_node)
{
    int64_t seconds = 0;
    enum policy_relation o = POLICY_RELATION_HAPPENED;
    if (fact == FACT_LATE && parser_take_word(parser, "by"))
        o = POLICY_RELATION_LATE_BY;
    else if (parser_take_word(parser, "within"))
        o = POLICY_RELATION_WITHIN;
    else if (fact != FACT_LATE && parser_take_word(parser, "over"))
        o = POLICY_RELATION_AGO;
    if (o != POLICY_RELATION_HAPPENED && parser_duration(parser, &seconds))
        return -1;
    if (o == POLICY_RELATION_AGO && parser_expect_word(parser, "ago"))
        return -1;
    return range_condition(parser, fact, o, seconds, negate, ret_node);
}

static int decimal_parse(struct text number, int digits, int64_t *ret)
{
    int64_t value = 0;
    int after = -1;
    if (number.length > 1 && number.data[0] == '0' && number.data[1] != '.')
        return -1;
    for (size_t i = 0; i < number.length; i++) {
        if (number.data[i] == '.') {
            after = 0;
            continue;
        }
        if (after >= 0 && ++after > digits)
            return -1;
        value = value * 10 + (number.data[i] - '0');
        if (value > FACT_VALUE_MAXIMUM)
            return -1;
    }
    if (after == 0)
        return -1;
    for (int i = after < 0 ? 0 : after; i < digits; i++)
        value *= 10;
    if (value > FACT_VALUE_MAXIMUM)
        return -1;
    *ret = value;
    return 0;
}

int parser_money(struct policy_parser *parser, int64_t *ret)
{
    struct policy *policy = parser->policy;
    const struct policy_token *number = parser_peek(parser, 0), *code = parser_peek(parser, 1);
    if (number->kind != POLICY_TOKEN_NUMBER)
        return parser_fail(parser, "an amount such as 12.50 CNY", "金额，例如 12.50 CNY", NULL, 0);
    if (code->kind != POLICY_TOKEN_WORD || currency_check(parser_text(parser, code), NULL)) {
        parser->at++;
        return parser_fail(parser, "a currency such as CNY", "币种，例如 CNY", NULL, 0);
    }
    struct policy_place place = parser_place(parser, code);
    if (policy->currency[0] && !text_is(parser_text(parser, code), policy->currency)) {
        policy_problem_add(parser->problems, POLICY_PROBLEM_MEANING, &place,
                           "a policy speaks of one currency, and this one of %s",
                           "一份规则只能使用一种币种，此规则使用 %s", policy->currency);
        return -1;
    }
    memcpy(policy->currency, parser_text(parser, code).data, 3);
    if (decimal_parse(parser_text(parser, number), currency_digits(policy->currency), ret)) {
        place = parser_place(parser, number);
        policy_problem_add(parser->problems, POLICY_PROBLEM_MEANING, &place,
                           "this is not an amount of %s, or it is too large", "这不是有效的 %s 金额，或金额过大",
                           policy->currency);
        return -1;
    }
    parser->at += 2;
    return 0;
}

static int number_value(struct policy_parser *parser, enum fact fact, int64_t *ret)
{
    if (fact_info(fact)->type == FACT_TYPE_MONEY)
        return parser_money(parser, ret);
    if (fact_info(fact)->type == FACT_TYPE_SPAN)
        return parser_duration(parser, ret);
    if (fact_info(fact)->type != FACT_TYPE_PERCENT)
        return parser_integer(parser, 0, 1000000, ret);
    if (parser_integer(parser, 0, 100, ret))
        return -1;
    return parser_expect_word(parser, "percent");
}

/* `progress under 80 percent`, `quantity over 1`, `amount at least 500 CNY` */
static int number_test(struct policy_parser *parser, enum fact fact, bool negate, uint16_t *ret_node)
{
    enum policy_relation o;
    int64_t bound;
    if (parser_take_word(parser, "under"))
        o = POLICY_RELATION_UNDER;
    else if (parser_take_word(parser, "over"))
        o = POLICY_RELATION_OVER;
    else if (parser_at_word(parser, 0, "at") && parser_at_word(parser, 1, "least"))
        o = POLICY_RELATION_AT_LEAST;
    else if (parser_at_word(parser, 0, "at") && parser_at_word(parser, 1, "most"))
        o = POLICY_RELATION_AT_MOST;
    else
        return parser_fail(parser, "`under`, `over`, `at least` or `at most`",
                           "`under`、`over`、`at least` 或 `at most`", NULL, 0);
    parser->at += o == POLICY_RELATION_AT_LEAST || o == POLICY_RELATION_AT_MOST ? 2 : 0;
    if (number_value(parser, fact, &bound))
        return -1;
    return range_condition(parser, fact, o, bound, negate, ret_node);
}

static int fact_fail(struct policy_parser *parser)
{
    const char *words[FACT_COUNT + 1];
    int count = parser_words_of_facts(words, false, parser->policy->goods);
    words[count] = "not";
    return parser_fail(parser, "a condition", "一个条件", words, (size_t)count + 1);
}

/* `any reason`: every value that the goods have, `other` among them. */
static int any_reason(struct policy_parser *parser, bool negate, uint16_t *ret_node)
{
    const struct fact_info *info = fact_info(FACT_REASON);
    uint64_t values = 0;
    parser->at++;
    if (parser_expect_word(parser, info->word))
        return -1;
    for (int i = 0; i < info->value_count; i++)
        if (info->values[i].goods & parser->policy->goods)
            values |= UINT64_C(1) << i;
    return mask_condition(parser, FACT_REASON, values, negate, ret_node);
}

static int test(struct policy_parser *parser, bool negate, uint16_t *ret_node)
{
    const struct policy_token *token = parser_peek(parser, 0);
    if (parser_at_word(parser, 0, "any"))
        return any_reason(parser, negate, ret_node);
    int fact = token->kind == POLICY_TOKEN_WORD ? fact_find(parser_text(parser, token)) : -1;
    if (fact < 0)
        return fact_fail(parser);
    goods_check(parser, token, fact_info((enum fact)fact)->goods);
    parser->at++;
    switch (fact_info((enum fact)fact)->type) {
    case FACT_TYPE_ENUM:
        return values_test(parser, (enum fact)fact, negate, ret_node);
    case FACT_TYPE_BOOLEAN:
        return mask_condition(parser, (enum fact)fact, UINT64_C(1) << BOOLEAN_YES, negate, ret_node);
    case FACT_TYPE_DURATION:
        return event_test(parser, (enum fact)fact, negate, ret_node);
    case FACT_TYPE_SPAN:
    case FACT_TYPE_PERCENT:
    case FACT_TYPE_MONEY:
    case FACT_TYPE_COUNT:
        return number_test(parser, (enum fact)fact, negate, ret_node);
    }
    return -1;
}

static int unit(struct policy_parser *parser, bool negate, uint16_t *ret_node)
{
    while (parser_take_word(parser, "not"))
        negate = !negate;
    if (parser_peek(parser, 0)->kind != POLICY_TOKEN_OPEN)
        return test(parser, negate, ret_node);
    if (parser->depth == POLICY_NESTING_MAX)
        return limit_fail(parser, "brackets are nested more than 8 deep", "括号嵌套超过 8 层");
    parser->at++;
    parser->depth++;
    int result = expression(parser, negate, ret_node);
    parser->depth--;
    if (result)
        return -1;
    if (parser_peek(parser, 0)->kind != POLICY_TOKEN_CLOSE)
        return parser_fail(parser, "`)`", "右括号 `)`", NULL, 0);
    parser->at++;
    return 0;
}

/* Appends a child; a group of the same kind gives its members instead, so that the shape does not depend on brackets
 * that change nothing. */
static void child_append(struct policy *policy, uint16_t group, uint16_t *last, uint16_t child)
{
    struct policy_node *nodes = policy->nodes;
    uint16_t first = nodes[child].kind == nodes[group].kind ? nodes[child].first : child;
    if (*last == POLICY_NODE_NONE)
        nodes[group].first = first;
    else
        nodes[*last].next = first;
    *last = first;
    while (nodes[*last].next != POLICY_NODE_NONE)
        *last = nodes[*last].next;
}

static int mixed_fail(struct policy_parser *parser)
{
    struct policy_place place = parser_place(parser, parser_peek(parser, 0));
    struct policy_problem *problem = policy_problem_add(parser->problems, POLICY_PROBLEM_SYNTAX, &place,
                                                        "`and` and `or` stand side by side: which belongs together?",
                                                        "`and` 与 `or` 混用，含义不明");
    policy_problem_hint(problem, "put brackets around the conditions that belong together",
                        "请用括号 ( ) 把属于一组的条件括起来");
    return -1;
}

static int expression(struct policy_parser *parser, bool negate, uint16_t *ret_node)
{
    uint16_t child, group, last = POLICY_NODE_NONE;
    if (unit(parser, negate, &child))
        return -1;
    bool with_and = parser_at_word(parser, 0, "and"), with_or = parser_at_word(parser, 0, "or");
    if (!with_and && !with_or) {
        *ret_node = child;
        return 0;
    }
    if (node_add(parser, with_and != negate ? POLICY_NODE_ALL : POLICY_NODE_ANY, &group))
        return -1;
    child_append(parser->policy, group, &last, child);
    while (parser_at_word(parser, 0, with_and ? "and" : "or")) {
        parser_mark(parser, POLICY_ROLE_JOIN, parser->depth);
        parser->at++;
        if (unit(parser, negate, &child))
            return -1;
        child_append(parser->policy, group, &last, child);
    }
    if (parser_at_word(parser, 0, with_and ? "or" : "and"))
        return mixed_fail(parser);
    *ret_node = group;
    return 0;
}

/* `other` goes to a person unless a clause names it: a clause that does not speak of it gets `reason is not other`. */
static bool names_other(const struct policy *policy, uint16_t node)
{
    const struct policy_node *n = &policy->nodes[node];
    if (n->kind == POLICY_NODE_TEST) {
        const struct policy_condition *c = &policy->conditions[n->condition];
        return c->fact == FACT_REASON && c->relation == POLICY_RELATION_IS && (c->written >> REASON_OTHER & 1);
    }
    for (uint16_t child = n->first; child != POLICY_NODE_NONE; child = policy->nodes[child].next)
        if (names_other(policy, child))
            return true;
    return false;
}

static bool needs_implied(const struct policy *policy, uint16_t root)
{
    if (names_other(policy, root))
        return false;
    for (uint16_t child = policy->nodes[root].first; child != POLICY_NODE_NONE; child = policy->nodes[child].next) {
        const struct policy_node *node = &policy->nodes[child];
        if (node->kind == POLICY_NODE_TEST && policy->conditions[node->condition].fact == FACT_REASON &&
            policy->conditions[node->condition].relation == POLICY_RELATION_IS)
            return false;
    }
    return true;
}

int parser_when(struct policy_parser *parser, struct policy_clause *clause)
{
    struct policy *policy = parser->policy;
    uint16_t node, root, last = POLICY_NODE_NONE, implied;
    parser->depth = 0;
    if (expression(parser, false, &node))
        return -1;
    if (policy->nodes[node].kind == POLICY_NODE_ALL) {
        root = last = node;
        last = policy->nodes[root].first;
        while (policy->nodes[last].next != POLICY_NODE_NONE)
            last = policy->nodes[last].next;
    } else {
        if (node_add(parser, POLICY_NODE_ALL, &root))
            return -1;
        child_append(policy, root, &last, node);
    }
    clause->root = root;
    if (!needs_implied(policy, root))
        return 0;
    if (mask_condition(parser, FACT_REASON, UINT64_C(1) << REASON_OTHER, true, &implied))
        return -1;
    policy->nodes[implied].implied = true;
    child_append(policy, root, &last, implied);
    return 0;
}
