/* SPDX-License-Identifier: Apache-2.0 */
/* The words, numbers, texts and signs of a policy (section 2), and taking them one after the other. */
#include "evidence/replay/model.h"

#include <string.h>

#define WORD_BYTES_MAX 64
#define QUOTED_BYTES_MAX 240
#define WORD_LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

struct cursor {
    struct text source;
    size_t at, line_start;
    int line;
};

/* How many bytes from the cursor on are all in the set (or, with `outside`, all not in it). */
static size_t span(const struct cursor *cursor, const char *set, bool outside)
{
    size_t length = 0;
    for (; cursor->at + length < cursor->source.length; length++) {
        char c = cursor->source.data[cursor->at + length];
        bool is_in = c != '\0' && strchr(set, c);
        if (is_in == outside)
            break;
    }
    return length;
}

static void blanks_skip(struct cursor *cursor)
{
    for (;;) {
        cursor->at += span(cursor, " \t\r", false);
        if (cursor->at == cursor->source.length)
            return;
        if (cursor->source.data[cursor->at] == '#') {
            cursor->at += span(cursor, "\n", true);
        } else if (cursor->source.data[cursor->at] == '\n') {
            cursor->line_start = ++cursor->at;
            cursor->line++;
        } else {
            return;
        }
    }
}

/* Columns are counted only for an error: counting for each token of one long line would take quadratic time. */
static int column_at(struct text source, size_t line_start, size_t at)
{
    return (int)text_utf8_count((struct text){source.data + line_start, at - line_start}) + 1;
}

static int fault(struct error *error, const struct cursor *cursor, enum error_code code, const char *why)
{
    error_set(error, code, "the policy, line %d: %s", cursor->line, why);
    if (error) {
        error->line = cursor->line;
        error->column = column_at(cursor->source, cursor->line_start, cursor->at);
    }
    return -1;
}

static int quoted_read(struct cursor *cursor, struct replay_token *token, struct error *error)
{
    cursor->at++;
    size_t length = span(cursor, "\"\n", true);
    token->kind = REPLAY_QUOTED;
    token->text = (struct text){cursor->source.data + cursor->at, length};
    if (cursor->at + length == cursor->source.length || cursor->source.data[cursor->at + length] == '\n')
        return fault(error, cursor, ERROR_POLICY_SYNTAX, "this text has no closing quote");
    if (length == 0)
        return fault(error, cursor, ERROR_POLICY_MEANING, "this text is empty");
    if (length > QUOTED_BYTES_MAX)
        return fault(error, cursor, ERROR_POLICY_SYNTAX, "this text is longer than 240 bytes");
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)token->text.data[i];
        if (c < 0x20 || c == 0x7f || c == '\\')
            return fault(error, cursor, ERROR_POLICY_SYNTAX, "a text holds no control characters and no backslash");
    }
    cursor->at += length + 1;
    return 0;
}

static int token_read(struct cursor *cursor, struct replay_token *token, struct error *error)
{
    size_t length;
    char c = cursor->source.data[cursor->at];
    if (c == '"')
        return quoted_read(cursor, token, error);
    if (c == ',' || c == '(' || c == ')') {
        token->kind = REPLAY_SIGN;
        length = 1;
    } else if (span(cursor, DIGITS, false) > 0) {
        struct cursor rest = *cursor;
        token->kind = REPLAY_DIGITS;
        length = span(cursor, DIGITS, false);
        rest.at += length;
        if (rest.at < rest.source.length && rest.source.data[rest.at] == '.') {
            rest.at++;
            length += 1 + span(&rest, DIGITS, false);
        }
    } else if (span(cursor, WORD_LETTERS, false) > 0) {
        token->kind = REPLAY_WORD;
        length = span(cursor, WORD_LETTERS DIGITS "_", false);
    } else {
        return fault(error, cursor, ERROR_POLICY_SYNTAX, "a character has no meaning here");
    }
    if (length > WORD_BYTES_MAX)
        return fault(error, cursor, ERROR_POLICY_SYNTAX, "a word is longer than 64 characters");
    token->text = (struct text){cursor->source.data + cursor->at, length};
    cursor->at += length;
    return 0;
}

int replay_tokens_read(struct replay_reader *reader)
{
    struct cursor cursor = {.source = reader->source, .line = 1};
    reader->tokens = arena_new_array(reader->arena, struct replay_token, reader->source.length + 1);
    for (;;) {
        struct replay_token *token = &reader->tokens[reader->count++];
        blanks_skip(&cursor);
        token->line = cursor.line;
        token->start = cursor.at;
        token->line_start = cursor.line_start;
        if (cursor.at == cursor.source.length) {
            token->kind = REPLAY_END;
            token->text = TEXT_LITERAL("the end");
            return 0;
        }
        if (token_read(&cursor, token, reader->error))
            return -1;
    }
}

const struct replay_token *replay_ahead(const struct replay_reader *reader, size_t distance)
{
    size_t at = reader->at + distance;
    return &reader->tokens[at < reader->count ? at : reader->count - 1];
}

bool replay_is_word(const struct replay_reader *reader, size_t distance, const char *word)
{
    const struct replay_token *token = replay_ahead(reader, distance);
    return token->kind == REPLAY_WORD && text_is(token->text, word);
}

bool replay_is_sign(const struct replay_reader *reader, char sign)
{
    const struct replay_token *token = replay_ahead(reader, 0);
    return token->kind == REPLAY_SIGN && token->text.data[0] == sign;
}

bool replay_take(struct replay_reader *reader, const char *word)
{
    if (!replay_is_word(reader, 0, word))
        return false;
    reader->at++;
    return true;
}

static int placed(struct replay_reader *reader)
{
    const struct replay_token *token = replay_ahead(reader, 0);
    if (reader->error) {
        reader->error->line = token->line;
        reader->error->column = column_at(reader->source, token->line_start, token->start);
    }
    return -1;
}

int replay_expected(struct replay_reader *reader, const char *what)
{
    const struct replay_token *token = replay_ahead(reader, 0);
    struct text found = text_clip(token->text, 40);
    error_set(reader->error, ERROR_POLICY_SYNTAX, "the policy, line %d: expected %s, found \"%.*s\"", token->line, what,
              TEXT_ARG(found));
    return placed(reader);
}

int replay_refuse(struct replay_reader *reader, enum error_code code, const char *why)
{
    error_set(reader->error, code, "the policy, line %d: %s", replay_ahead(reader, 0)->line, why);
    return placed(reader);
}

int replay_expect(struct replay_reader *reader, const char *word)
{
    return replay_take(reader, word) ? 0 : replay_expected(reader, word);
}

int replay_whole(struct replay_reader *reader, int64_t minimum, int64_t maximum, int64_t *ret)
{
    const struct replay_token *token = replay_ahead(reader, 0);
    int64_t value;
    if (token->kind != REPLAY_DIGITS)
        return replay_expected(reader, "a number");
    if (text_to_int64(token->text, &value, NULL) || value < minimum || value > maximum)
        return replay_refuse(reader, ERROR_POLICY_MEANING, "this number is not whole or out of range");
    reader->at++;
    *ret = value;
    return 0;
}

int replay_duration(struct replay_reader *reader, int64_t *ret_s)
{
    int64_t count, unit_s;
    if (replay_whole(reader, 0, 100000, &count))
        return -1;
    if (replay_take(reader, "minute") || replay_take(reader, "minutes"))
        unit_s = 60;
    else if (replay_take(reader, "hour") || replay_take(reader, "hours"))
        unit_s = 3600;
    else if (replay_take(reader, "day") || replay_take(reader, "days"))
        unit_s = 86400;
    else
        return replay_expected(reader, "minutes, hours or days");
    *ret_s = count * unit_s;
    return 0;
}
