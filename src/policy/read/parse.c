/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parser: recursive descent over the tokens, and the frame of a policy: head, clauses, overrides, otherwise. It reports
 * several problems in one run by going on at the next word that starts a statement.
 */
#include "policy/read/parse.h"

#include <assert.h>
#include <string.h>

#include "base/time.h"
#include "policy/template.h"

struct override {
    size_t winner, loser; /* tokens */
};
struct overrides {
    struct override *items;
    size_t count;
};

static int override_line(struct policy_parser *parser, struct overrides *overrides)
{
    size_t winner = parser->at;
    parser_mark(parser, POLICY_ROLE_FRAME, 0);
    parser->at += 2;
    for (;;) {
        if (parser_peek(parser, 0)->kind != POLICY_TOKEN_WORD)
            return parser_fail(parser, "the id of a clause", "条款编号", NULL, 0);
        overrides->items[overrides->count++] = (struct override){winner, parser->at};
        parser->at++;
        if (parser_peek(parser, 0)->kind != POLICY_TOKEN_COMMA)
            return 0;
        parser->at++;
        parser_mark(parser, POLICY_ROLE_ITEM, 0);
    }
}

static int override_clause(struct policy_parser *parser, size_t at)
{
    const struct policy_token *token = &parser->tokens[at];
    struct text word = parser_text(parser, token);
    int found = policy_clause_find(parser->policy, word);
    if (found >= 0)
        return found;
    const char *words[LIMIT_POLICY_CLAUSES];
    for (int i = 0; i < parser->policy->clause_count; i++)
        words[i] = parser->policy->clauses[i].id;
    struct policy_place place = parser_place(parser, token);
    struct policy_problem *problem =
        policy_problem_add(parser->problems, POLICY_PROBLEM_WORD, &place, "there is no clause \"%.*s\"",
                           "没有名为“%.*s”的条款", TEXT_ARG(word));
    parser_suggest(parser, problem, word, words, (size_t)parser->policy->clause_count);
    return -1;
}

static void overrides_resolve(struct policy_parser *parser, const struct overrides *overrides)
{
    struct policy *policy = parser->policy;
    for (size_t i = 0; i < overrides->count; i++) {
        int winner = override_clause(parser, overrides->items[i].winner);
        int loser = override_clause(parser, overrides->items[i].loser);
        if (winner >= 0 && loser >= 0)
            policy_clause_set_add(&policy->clauses[winner].overrides_direct, loser);
    }
    int cyclic = policy_overrides_close(policy);
    if (cyclic < 0)
        return;
    for (size_t i = 0; i < overrides->count; i++) {
        const struct policy_token *token = &parser->tokens[overrides->items[i].winner];
        if (!text_is(parser_text(parser, token), policy->clauses[cyclic].id))
            continue;
        struct policy_place place = parser_place(parser, token);
        policy_problem_add(parser->problems, POLICY_PROBLEM_CYCLE, &place,
                           "through these overrides the clause \"%s\" overrides itself",
                           "按这些 overrides，条款“%s”最终覆盖了自己", policy->clauses[cyclic].id);
        return;
    }
}

static int otherwise_outcome(struct policy_parser *parser)
{
    struct policy *policy = parser->policy;
    static const char *const words[] = {"review", "refuse"};
    if (parser_take_word(parser, "refuse")) {
        policy->otherwise = POLICY_OUTCOME_REFUSE;
        return 0;
    }
    policy->otherwise = POLICY_OUTCOME_REVIEW;
    if (!parser_take_word(parser, "review"))
        return parser_fail(parser, "`review within …` or `refuse`", "`review within …` 或 `refuse`", words, 2);
    return parser_expect_word(parser, "within") ? -1 : parser_deadline(parser, &policy->otherwise_review_s);
}

static int otherwise_line(struct policy_parser *parser)
{
    struct policy *policy = parser->policy;
    size_t begin = parser->at;
    if (policy->has_otherwise) {
        struct policy_place first = policy_place_of(policy, POLICY_OTHERWISE);
        policy_problem_relate(
            parser_meaning(parser, parser_peek(parser, 0), "`otherwise` is said twice", "`otherwise` 重复"), &first);
    }
    parser_mark(parser, POLICY_ROLE_FRAME, 0);
    parser->at++;
    policy->has_otherwise = true;
    int result = otherwise_outcome(parser);
    policy->otherwise_start = parser->tokens[begin].start;
    policy->otherwise_length = parser_span(parser, begin);
    return result;
}

/* ---- the policy ---- */

static const char *name_take(struct policy_parser *parser, const char *en, const char *zh)
{
    const struct policy_token *token = parser_peek(parser, 0);
    const char *name = parser_string(parser, en, zh);
    if (!name)
        return NULL;
    size_t length = strlen(name);
    if (length > 64 || strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") != length)
        parser_meaning(parser, token, "a name has at most 64 small letters, digits and hyphens",
                       "名称只能用小写字母、数字和连字符，最多 64 个字符");
    return name;
}

static int goods_take(struct policy_parser *parser)
{
    static const char *const words[] = {"card_key", "service", "licence"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (parser_take_word(parser, words[i])) {
            parser->policy->goods = (enum policy_goods)(1u << i);
            return 0;
        }
    return parser_fail(parser, "`card_key`, `service` or `licence`", "`card_key`、`service` 或 `licence`", words, 3);
}

static int effective_take(struct policy_parser *parser)
{
    const struct policy_token *token = parser_peek(parser, 0);
    const char *day =
        parser_string(parser, "a day in quotes such as \"2024-07-01\"", "引号中的日期，例如 \"2024-07-01\"");
    int64_t day_us;
    if (!day)
        return -1;
    if (time_day_parse(text_of(day), &day_us, NULL) || strcmp(day, "1970-01-01") < 0)
        parser_meaning(parser, token, "this is not a day of the calendar; write \"2024-07-01\"",
                       "这不是有效日期，请写成 \"2024-07-01\"");
    parser->policy->effective = day;
    return 0;
}

static int floor_take(struct policy_parser *parser)
{
    const char *floor = name_take(parser, "the floor's name in quotes", "引号中的底线名称");
    if (!floor)
        return -1;
    parser->policy->floor = floor;
    return 0;
}

static int head(struct policy_parser *parser)
{
    struct policy *policy = parser->policy;
    parser_mark(parser, POLICY_ROLE_HEAD, 0);
    if (parser_expect_word(parser, "policy"))
        return -1;
    const char *name = name_take(parser, "the policy's name in quotes", "引号中的规则名称");
    if (!name)
        return -1;
    policy->name = name;
    if (parser_expect_word(parser, "version") || parser_integer(parser, 1, 1000000, &policy->version))
        return -1;
    policy->head_start = parser->tokens[0].start;
    policy->head_length = parser_span(parser, 0);
    parser_mark(parser, POLICY_ROLE_HEAD, 0);
    if (parser_expect_word(parser, "goods") || goods_take(parser))
        return -1;
    parser_mark(parser, POLICY_ROLE_HEAD, 0);
    if (parser_take_word(parser, "floor") && floor_take(parser))
        return -1;
    parser_mark(parser, POLICY_ROLE_HEAD, 0);
    return parser_take_word(parser, "effective") ? effective_take(parser) : 0;
}

static void body(struct policy_parser *parser)
{
    /* Each pair of tokens gives at most one override. */
    struct overrides overrides = {arena_new_array(parser->arena, struct override, parser->token_count), 0};
    while (parser_peek(parser, 0)->kind != POLICY_TOKEN_END) {
        size_t began_at = parser->at;
        int result = 0;
        if (parser_at_word(parser, 0, "clause"))
            parser_clause(parser);
        else if (parser_at_override(parser))
            result = override_line(parser, &overrides);
        else if (parser_at_word(parser, 0, "otherwise"))
            result = otherwise_line(parser);
        else
            result = parser_fail(parser, "`clause`, `A overrides B` or `otherwise`",
                                 "`clause`、`A overrides B` 或 `otherwise`",
                                 policy_statement_words + POLICY_STATEMENT_WORD_COUNT - POLICY_FRAME_WORD_COUNT,
                                 POLICY_FRAME_WORD_COUNT);
        if (result)
            parser_recover(parser, began_at);
    }
    overrides_resolve(parser, &overrides);
    if (parser->policy->clause_count == 0)
        parser_meaning(parser, parser_peek(parser, 0), "the policy has no clause", "规则没有任何条款");
}

static struct policy *policy_new(struct arena *arena, struct text source)
{
    struct policy *policy = arena_new_object(arena, struct policy);
    policy->name = policy->floor = policy->effective = "";
    policy->goods = POLICY_GOODS_ANY;
    policy->source = source;
    policy->otherwise_review_s = -1;
    policy->facts_tested = UINT64_C(1) << FACT_REASON;
    policy->clauses = arena_new_array(arena, struct policy_clause, LIMIT_POLICY_CLAUSES);
    policy->conditions = arena_new_array(arena, struct policy_condition, POLICY_CONDITIONS_MAX);
    policy->nodes = arena_new_array(arena, struct policy_node, POLICY_NODES_MAX);
    hash_sha256(source.data, source.length, policy->sha256);
    hash_hex(policy->sha256, policy->sha256_hex);
    return policy;
}

static int source_check(struct text source, struct policy_problems *problems)
{
    if (source.length > LIMIT_POLICY_BYTES) {
        policy_problem_add(problems, POLICY_PROBLEM_LIMIT, NULL, "a policy has at most %d bytes",
                           "规则文本最多 %d 字节", LIMIT_POLICY_BYTES);
        return -1;
    }
    ptrdiff_t bad = text_utf8_bad(source);
    if (bad < 0)
        return 0;
    struct policy_place place = {source, (size_t)bad, 1};
    struct policy_problem *problem =
        policy_problem_add(problems, POLICY_PROBLEM_SYNTAX, &place, "the text is not UTF-8", "文本不是 UTF-8 编码");
    /* The line cannot be shown as text. */
    problem->source_line = (struct text){problem->source_line.data, 0};
    problem->column = 1;
    problem->end = problem->begin;
    return -1;
}

int parser_run(struct policy_parser *parser, struct arena *arena, struct text source, struct policy_problems *problems)
{
    assert(arena);
    assert(problems);
    problems->count = problems->dropped = problems->warnings = 0;
    *parser = (struct policy_parser){.arena = arena, .problems = problems};
    if (source_check(source, problems))
        return -1;
    parser->source = arena_copy_text(arena, source);
    parser->policy = policy_new(arena, parser->source);
    parser->tokens = policy_lex(arena, parser->source, &parser->token_count, problems);
    if (head(parser))
        parser_recover(parser, parser->at);
    body(parser);
    policy_problems_sort(problems);
    return problems->count ? -1 : 0;
}

int policy_parse(struct arena *arena, struct text source, const struct policy **ret, struct policy_problems *problems,
                 struct error *error)
{
    assert(ret);
    struct policy_parser parser;
    if (parser_run(&parser, arena, source, problems))
        return policy_problems_fail(problems, error);
    policy_template_make(arena, parser.policy);
    *ret = parser.policy;
    return 0;
}
