/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tools of the parser: looking ahead, taking words, numbers and durations, saying what was expected, and going on after a
 * mistake. Every step takes at least one token, so hostile text ends in linear time.
 */
#include "policy/read/parse.h"

#include <stdio.h>

#define DEADLINE_MINIMUM_S INT64_C(60)
#define DEADLINE_MAXIMUM_S (15 * INT64_C(86400)) /* a claim is closed 15 days after filing at the latest */

const char *const policy_statement_words[POLICY_STATEMENT_WORD_COUNT] = {
    "when", "needs", "optional", "merchant", "refund", "refuse", "review", "law", "clause", "otherwise"};
static const char *const other_words[] = {"policy",    "version", "goods", "floor", "and",     "or",        "not",
                                          "is",        "within",  "over",  "under", "at",      "by",        "ago",
                                          "answers",   "silence", "borne", "full",  "percent", "overrides", "effective",
                                          "extension", "less",    "to",    "any"};

bool policy_word_starts_line(struct text word)
{
    for (size_t i = 0; i < POLICY_STATEMENT_WORD_COUNT; i++)
        if (text_is(word, policy_statement_words[i]))
            return true;
    return false;
}

bool policy_word_is_reserved(struct text word)
{
    for (size_t i = 0; i < sizeof other_words / sizeof *other_words; i++)
        if (text_is(word, other_words[i]))
            return true;
    return policy_word_starts_line(word);
}

const struct policy_token *parser_peek(const struct policy_parser *parser, size_t ahead)
{
    size_t at = parser->at + ahead;
    return &parser->tokens[at < parser->token_count ? at : parser->token_count - 1];
}

struct text parser_text(const struct policy_parser *parser, const struct policy_token *token)
{
    return (struct text){parser->source.data + token->start, token->length};
}

bool parser_at_word(const struct policy_parser *parser, size_t ahead, const char *word)
{
    const struct policy_token *token = parser_peek(parser, ahead);
    return token->kind == POLICY_TOKEN_WORD && text_is(parser_text(parser, token), word);
}

bool parser_take_word(struct policy_parser *parser, const char *word)
{
    if (!parser_at_word(parser, 0, word))
        return false;
    parser->at++;
    return true;
}

struct policy_place parser_place(const struct policy_parser *parser, const struct policy_token *token)
{
    return (struct policy_place){parser->source, token->start, token->length};
}

int parser_fail(struct policy_parser *parser, const char *expected_en, const char *expected_zh,
                const char *const *candidates, size_t count)
{
    const struct policy_token *token = parser_peek(parser, 0);
    struct policy_place place = parser_place(parser, token);
    struct text found = parser_text(parser, token);
    if (token->kind == POLICY_TOKEN_END)
        found = TEXT_LITERAL("the end");
    int shown = found.length > 40 && token->kind == POLICY_TOKEN_STRING ? 0 : (int)found.length;
    char message_zh[200];
    snprintf(message_zh, sizeof message_zh, "此处应为%s，却是“%.*s”", expected_zh, shown, found.data);
    char message_en[200];
    snprintf(message_en, sizeof message_en, "expected %s, found \"%.*s\"", expected_en, shown, found.data);
    struct policy_problem *problem =
        policy_problem_add_words(parser->problems, count ? POLICY_PROBLEM_WORD : POLICY_PROBLEM_SYNTAX, &place,
                                 message_en, message_zh);
    const char *suggestion = token->kind == POLICY_TOKEN_WORD ? policy_suggest(found, candidates, count) : NULL;
    if (suggestion)
        policy_problem_hint(problem, "did you mean \"%s\"?", "您是不是想写“%s”？", suggestion);
    return -1;
}

int parser_expect_word(struct policy_parser *parser, const char *word)
{
    if (parser_take_word(parser, word))
        return 0;
    char expected[64];
    snprintf(expected, sizeof expected, "`%s`", word);
    return parser_fail(parser, expected, expected, &word, 1);
}

int parser_integer(struct policy_parser *parser, int64_t minimum, int64_t maximum, int64_t *ret)
{
    const struct policy_token *token = parser_peek(parser, 0);
    struct text digits = parser_text(parser, token);
    if (token->kind != POLICY_TOKEN_NUMBER)
        return parser_fail(parser, "a number", "数字", NULL, 0);
    int64_t value;
    if (text_to_int64(digits, &value, NULL) || value < minimum || value > maximum) {
        struct policy_place place = parser_place(parser, token);
        policy_problem_add(parser->problems, POLICY_PROBLEM_MEANING, &place,
                           "this must be a whole number from %lld to %lld", "此处应为 %lld 到 %lld 之间的整数",
                           (long long)minimum, (long long)maximum);
        return -1;
    }
    parser->at++;
    *ret = value;
    return 0;
}

int parser_duration(struct policy_parser *parser, int64_t *ret_seconds)
{
    static const struct {
        const char *one, *many;
        int64_t seconds;
    } units[] = {{"minute", "minutes", 60}, {"hour", "hours", 3600}, {"day", "days", 86400}};
    static const char *const words[] = {"minutes", "hours", "days"};
    int64_t count;
    if (parser_integer(parser, 0, 100000, &count))
        return -1;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (parser_take_word(parser, units[i].one) || parser_take_word(parser, units[i].many)) {
            *ret_seconds = count * units[i].seconds;
            return 0;
        }
    return parser_fail(parser, "`minutes`, `hours` or `days`", "时间单位 `minutes`、`hours` 或 `days`", words, 3);
}

int parser_words_of_facts(const char *words[static FACT_COUNT], bool proofs_only, unsigned goods)
{
    int count = 0;
    for (int i = 0; i < FACT_COUNT; i++) {
        const struct fact_info *info = fact_info((enum fact)i);
        if ((info->goods & goods) && (!proofs_only || fact_is_proof((enum fact)i)))
            words[count++] = info->word;
    }
    return count;
}

struct policy_problem *parser_meaning(struct policy_parser *parser, const struct policy_token *token, const char *en,
                                      const char *zh)
{
    struct policy_place place = parser_place(parser, token);
    return policy_problem_add(parser->problems, POLICY_PROBLEM_MEANING, &place, en, zh);
}

int parser_deadline(struct policy_parser *parser, int64_t *ret)
{
    const struct policy_token *token = parser_peek(parser, 0);
    int64_t seconds;
    if (parser_duration(parser, &seconds))
        return -1;
    if (seconds < DEADLINE_MINIMUM_S || seconds > DEADLINE_MAXIMUM_S) {
        parser_meaning(parser, token, "a deadline lies between 1 minute and 15 days, when every claim ends",
                       "期限须在 1 分钟到 15 天之间（申请最迟 15 天结案）");
        return -1;
    }
    *ret = seconds;
    return 0;
}

bool parser_at_override(const struct policy_parser *parser)
{
    return parser_peek(parser, 0)->kind == POLICY_TOKEN_WORD && parser_at_word(parser, 1, "overrides");
}

static bool at_line_start(const struct policy_parser *parser)
{
    const struct policy_token *token = parser_peek(parser, 0);
    return token->kind == POLICY_TOKEN_END ||
           (token->first && (parser_at_override(parser) || (token->kind == POLICY_TOKEN_WORD &&
                                                            policy_word_starts_line(parser_text(parser, token)))));
}

/* After a report: go on where a line starts with a word that starts a statement. */
void parser_recover(struct policy_parser *parser, size_t began_at)
{
    if (parser->at == began_at)
        parser->at++;
    while (!at_line_start(parser))
        parser->at++;
}

const char *parser_string(struct policy_parser *parser, const char *en, const char *zh)
{
    const struct policy_token *token = parser_peek(parser, 0);
    if (token->kind != POLICY_TOKEN_STRING) {
        parser_fail(parser, en, zh, NULL, 0);
        return NULL;
    }
    if (token->length == 0)
        parser_meaning(parser, token, "this text is empty", "引号内没有文字");
    parser->at++;
    return arena_copy(parser->arena, parser_text(parser, token));
}
