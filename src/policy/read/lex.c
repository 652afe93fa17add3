/* SPDX-License-Identifier: Apache-2.0 */
/* The lexer. One pass, one token for each piece; bytes outside quotes and comments are ASCII. */
#include "policy/read/lex.h"

#include <assert.h>
#include <string.h>

struct lexer {
    struct text source;
    size_t at;
    uint32_t line;
    bool first;
    struct policy_problems *problems;
};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
    return is_letter(c) || is_digit(c) || c == '_';
}

static struct policy_problem *report(struct lexer *lexer, size_t start, size_t length, const char *en, const char *zh)
{
    struct policy_place place = {lexer->source, start, length};
    return policy_problem_add(lexer->problems, POLICY_PROBLEM_SYNTAX, &place, en, zh);
}

static void blanks_skip(struct lexer *lexer)
{
    while (lexer->at < lexer->source.length) {
        char c = lexer->source.data[lexer->at];
        if (c == '\n') {
            lexer->line++;
            lexer->first = true;
        } else if (c == '#') {
            while (lexer->at + 1 < lexer->source.length && lexer->source.data[lexer->at + 1] != '\n')
                lexer->at++;
        } else if (c != ' ' && c != '\t' && c != '\r') {
            return;
        }
        lexer->at++;
    }
}

static const struct {
    const char *seen, *meant;
} lookalikes[] = {
    {"，", ","}, {"、", ","}, {"（", "("}, {"）", ")"},          {"“", "\""},
    {"”", "\""}, {"：", ""},  {"。", ""},  {"\xef\xbb\xbf", ""}, {"\xe3\x80\x80", " "},
};

/* Reports one character that starts no token and skips it. */
static void stray_skip(struct lexer *lexer)
{
    size_t start = lexer->at++;
    while (lexer->at < lexer->source.length && ((unsigned char)lexer->source.data[lexer->at] & 0xc0) == 0x80)
        lexer->at++;
    struct text seen = {lexer->source.data + start, lexer->at - start};
    struct policy_problem *problem =
        report(lexer, start, seen.length, "this character has no meaning here", "此处不能使用这个字符");
    for (size_t i = 0; i < sizeof lookalikes / sizeof *lookalikes; i++) {
        if (!text_is(seen, lookalikes[i].seen))
            continue;
        if (lookalikes[i].meant[0])
            policy_problem_hint(problem, "write %s", "请改用半角符号 %s", lookalikes[i].meant);
        else
            policy_problem_hint(problem, "leave it out", "请删去");
    }
}

static bool string_lex(struct lexer *lexer, struct policy_token *token)
{
    size_t start = ++lexer->at;
    while (lexer->at < lexer->source.length && lexer->source.data[lexer->at] != '"') {
        unsigned char c = (unsigned char)lexer->source.data[lexer->at];
        if (c == '\n') {
            report(lexer, start - 1, lexer->at - start + 1, "this text has no closing quote", "引号没有闭合");
            return false;
        }
        if (c < 0x20 || c == 0x7f || c == '\\')
            report(lexer, lexer->at, 1, "a text holds no control characters and no backslash",
                   "文字中不能有控制字符或反斜杠");
        lexer->at++;
    }
    if (lexer->at == lexer->source.length) {
        report(lexer, start - 1, 1, "this text has no closing quote", "引号没有闭合");
        return false;
    }
    *token = (struct policy_token){.kind = POLICY_TOKEN_STRING, .start = (uint32_t)start};
    token->length = (uint32_t)(lexer->at++ - start);
    if (token->length > POLICY_TITLE_BYTES_MAX)
        report(lexer, start, token->length, "this text is too long (at most 240 bytes)", "文字过长（最多 240 字节）");
    return true;
}

static bool word_lex(struct lexer *lexer, struct policy_token *token)
{
    size_t start = lexer->at;
    bool number = is_digit(lexer->source.data[start]), point = false;
    while (lexer->at < lexer->source.length) {
        char c = lexer->source.data[lexer->at];
        if (number && c == '.' && !point)
            point = true;
        else if (!(number ? is_digit(c) : is_word(c)))
            break;
        lexer->at++;
    }
    size_t length = lexer->at - start;
    if (length > POLICY_WORD_BYTES_MAX) {
        report(lexer, start, length, "this word is too long (at most 64 characters)", "单词过长（最多 64 个字符）");
        return false;
    }
    *token = (struct policy_token){
        .kind = number ? POLICY_TOKEN_NUMBER : POLICY_TOKEN_WORD, .start = (uint32_t)start, .length = (uint32_t)length};
    return true;
}

static bool token_lex(struct lexer *lexer, struct policy_token *token)
{
    char c = lexer->source.data[lexer->at];
    if (c == '"')
        return string_lex(lexer, token);
    if (is_letter(c) || is_digit(c))
        return word_lex(lexer, token);
    if (c == ',' || c == '(' || c == ')') {
        enum policy_token_kind kind =
            c == ',' ? POLICY_TOKEN_COMMA : (c == '(' ? POLICY_TOKEN_OPEN : POLICY_TOKEN_CLOSE);
        *token = (struct policy_token){.kind = (uint8_t)kind, .start = (uint32_t)lexer->at++, .length = 1};
        return true;
    }
    stray_skip(lexer);
    return false;
}

struct policy_token *policy_lex(struct arena *arena, struct text source, size_t *ret_count,
                                struct policy_problems *problems)
{
    assert(source.length <= LIMIT_POLICY_BYTES);
    struct lexer lexer = {.source = source, .line = 1, .first = true, .problems = problems};
    struct policy_token *tokens = arena_new_array(arena, struct policy_token, source.length + 1);
    size_t count = 0;
    for (;;) {
        blanks_skip(&lexer);
        if (lexer.at >= source.length)
            break;
        uint32_t line = lexer.line;
        if (!token_lex(&lexer, &tokens[count]))
            continue;
        tokens[count].line = line;
        tokens[count].first = lexer.first;
        lexer.first = false;
        count++;
    }
    tokens[count] = (struct policy_token){
        .kind = POLICY_TOKEN_END, .start = (uint32_t)source.length, .line = lexer.line, .first = true};
    *ret_count = count + 1;
    return tokens;
}
