/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tools of the parser: looking ahead, taking words, numbers and durations, saying what was expected, and going on after a
 * mistake. Every step takes at least one token, so hostile text ends in linear time.
 */
#include "policy/read/parse.h"

#include <assert.h>
#include <stdio.h>

#define DEADLINE_MINIMUM_S INT64_C(60)
#define DEADLINE_MAXIMUM_S (15 * INT64_C(86400)) /* a claim is closed 15 days after filing at the latest */

#define STATEMENT_LINE(word) word,
#define STATEMENT_FRAME(word) word,
#define STATEMENT_HEAD(word)
#define STATEMENT_LINK(word)
#define STATEMENT_UNIT(word)
#define STATEMENT_CHOICE(word)
#define STATEMENT_NONE(word)
#define RESERVED_RESERVED(word) word,
#define RESERVED_FREE(word)

const char *const policy_statement_words[POLICY_STATEMENT_WORD_COUNT] = {
#define WORD_ROW(word, use, reserved) STATEMENT_##use(word)
#include "policy/read/words.def"
#undef WORD_ROW
};
static const char *const reserved_words[] = {
#define WORD_ROW(word, use, reserved) RESERVED_##reserved(word)
#include "policy/read/words.def"
#undef WORD_ROW
};

bool policy_word_starts_line(struct text word)
{
    for (size_t i = 0; i < POLICY_STATEMENT_WORD_COUNT; i++)
        if (text_is(word, policy_statement_words[i]))
            return true;
    return false;
}

bool policy_word_is_reserved(struct text word)
{
    for (size_t i = 0; i < sizeof reserved_words / sizeof *reserved_words; i++)
        if (text_is(word, reserved_words[i]))
            return true;
    return false;
}

const struct policy_token *parser_peek(struct policy_parser *parser, size_t ahead)
{
    size_t at = parser->at + ahead;
    parser->looks++;
    return &parser->tokens[at < parser->token_count ? at : parser->token_count - 1];
}

struct text parser_text(const struct policy_parser *parser, const struct policy_token *token)
{
    return (struct text){parser->source.data + token->start, token->length};
}

bool parser_at_word(struct policy_parser *parser, size_t ahead, const char *word)
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

void parser_mark(struct policy_parser *parser, enum policy_token_role role, int depth)
{
    assert(parser->at < parser->token_count);
    struct policy_token *token = &parser->tokens[parser->at];
    token->role = (uint8_t)role;
    token->depth = (uint8_t)depth;
}

bool parser_take_item(struct policy_parser *parser, int depth)
{
    if (!parser_at_word(parser, 0, "or"))
        return false;
    parser_mark(parser, POLICY_ROLE_ITEM, depth);
    parser->at++;
    return true;
}

struct policy_place parser_place(const struct policy_parser *parser, const struct policy_token *token)
{
    return (struct policy_place){parser->source, token->start, token->length};
}

void parser_suggest(struct policy_parser *parser, struct policy_problem *problem, struct text word,
                    const char *const *candidates, size_t count)
{
    if (!problem)
        return;
    parser->words_likened++;
    const char *suggestion = policy_suggest(word, candidates, count);
    if (suggestion)
        policy_problem_hint(problem, "did you mean \"%s\"?", "您是不是想写“%s”？", suggestion);
}

size_t parser_span(const struct policy_parser *parser, size_t begin)
{
    assert(parser->at > begin && parser->at <= parser->token_count);
    const struct policy_token *last = &parser->tokens[parser->at - 1];
    return last->start + last->length + (last->kind == POLICY_TOKEN_STRING) - parser->tokens[begin].start;
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
    if (token->kind == POLICY_TOKEN_WORD)
        parser_suggest(parser, problem, found, candidates, count);
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

bool parser_at_override(struct policy_parser *parser)
{
    return parser_peek(parser, 0)->kind == POLICY_TOKEN_WORD && parser_at_word(parser, 1, "overrides");
}

static bool at_line_start(struct policy_parser *parser)
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
