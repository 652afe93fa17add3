/* SPDX-License-Identifier: Apache-2.0 */
/* A policy from its text (section 3): head, clauses, overrides, `otherwise`, and the rules between them. */
#include "evidence/replay/model.h"

#include <string.h>

#define REVIEW_S_DEFAULT INT64_C(172800)
#define NAME_BYTES_MAX 64

/* An override may name a clause that follows, so they wait until all clauses are read. */
struct override_line {
    struct text winner;
    size_t first_loser; /* token */
    struct override_line *next;
};

static int name_read(struct replay_reader *reader, struct text *ret)
{
    const struct replay_token *token = replay_ahead(reader, 0);
    if (token->kind != REPLAY_QUOTED)
        return replay_expected(reader, "a name in quotes");
    bool good = token->text.length <= NAME_BYTES_MAX;
    for (size_t i = 0; i < token->text.length; i++) {
        char c = token->text.data[i];
        good &= (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    }
    if (!good)
        return replay_refuse(reader, ERROR_POLICY_MEANING, "a name has at most 64 small letters, digits and hyphens");
    reader->at++;
    *ret = token->text;
    return 0;
}

static int digits_at(struct text text, size_t at, size_t count)
{
    int value = 0;
    for (size_t i = at; i < at + count; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return -1;
        value = value * 10 + (text.data[i] - '0');
    }
    return value;
}

/* A day of the calendar, "2024-07-01", from 1970 on. */
static bool is_date(struct text text)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (text.length != 10 || text.data[4] != '-' || text.data[7] != '-')
        return false;
    int year = digits_at(text, 0, 4), month = digits_at(text, 5, 2), day = digits_at(text, 8, 2);
    if (year < 1970 || month < 1 || month > 12)
        return false;
    bool leaps = month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return day >= 1 && day <= lengths[month - 1] + leaps;
}

static int date_read(struct replay_reader *reader)
{
    const struct replay_token *token = replay_ahead(reader, 0);
    if (token->kind != REPLAY_QUOTED)
        return replay_expected(reader, "a date in quotes");
    if (!is_date(token->text))
        return replay_refuse(reader, ERROR_POLICY_MEANING, "a date is a day from 1970-01-01 on, as in \"2024-07-01\"");
    reader->at++;
    return 0;
}

static int goods_read(struct replay_reader *reader)
{
    static const struct {
        const char *word;
        enum replay_goods goods;
    } rows[] = {{"card_key", REPLAY_CARD_KEY}, {"service", REPLAY_SERVICE}, {"licence", REPLAY_LICENCE}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (replay_take(reader, rows[i].word)) {
            reader->policy->goods = rows[i].goods;
            return 0;
        }
    return replay_expected(reader, "card_key, service or licence");
}

static int head_read(struct replay_reader *reader)
{
    struct replay_policy *policy = reader->policy;
    struct text floor;
    if (replay_expect(reader, "policy") || name_read(reader, &policy->name) || replay_expect(reader, "version") ||
        replay_whole(reader, 1, 1000000, &policy->version) || replay_expect(reader, "goods") || goods_read(reader))
        return -1;
    if (replay_take(reader, "floor") && name_read(reader, &floor))
        return -1;
    return replay_take(reader, "effective") ? date_read(reader) : 0;
}

/* ---- clauses, overrides, otherwise ---- */

static int clause_find(const struct replay_policy *policy, struct text id)
{
    for (int i = 0; i < policy->clause_count; i++)
        if (text_equal(policy->clauses[i].id, id))
            return i;
    return -1;
}

static bool is_reserved(struct text word)
{
    static const char *const words[] = {
        "policy",    "version",  "goods",  "floor",   "clause",    "otherwise", "when", "needs",
        "optional",  "merchant", "refund", "refuse",  "review",    "and",       "or",   "not",
        "is",        "within",   "over",   "under",   "at",        "by",        "ago",  "answers",
        "silence",   "borne",    "full",   "percent", "overrides", "nobody",    "law",  "effective",
        "extension", "less",     "to",     "any",     "of",
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (text_is(word, words[i]))
            return true;
    return false;
}

static bool at_override(const struct replay_reader *reader)
{
    return replay_ahead(reader, 0)->kind == REPLAY_WORD && replay_is_word(reader, 1, "overrides");
}

static bool at_clause_end(const struct replay_reader *reader)
{
    return replay_ahead(reader, 0)->kind == REPLAY_END || replay_is_word(reader, 0, "clause") ||
           replay_is_word(reader, 0, "otherwise") || at_override(reader);
}

static int clause_read(struct replay_reader *reader)
{
    struct replay_policy *policy = reader->policy;
    const struct replay_token *id = replay_ahead(reader, 0);
    if (id->kind != REPLAY_WORD)
        return replay_expected(reader, "the clause's id");
    if (is_reserved(id->text))
        return replay_refuse(reader, ERROR_POLICY_MEANING, "a word of the language cannot name a clause");
    if (clause_find(policy, id->text) >= 0)
        return replay_refuse(reader, ERROR_POLICY_MEANING, "another clause has this id");
    if (policy->clause_count == LIMIT_POLICY_CLAUSES)
        return replay_refuse(reader, ERROR_POLICY_LIMIT, "a policy has at most 128 clauses");
    struct replay_clause *clause = &policy->clauses[policy->clause_count++];
    clause->id = id->text;
    clause->bearer = "merchant";
    reader->at++;
    if (replay_ahead(reader, 0)->kind != REPLAY_QUOTED)
        return replay_expected(reader, "the clause's title in quotes");
    reader->at += replay_ahead(reader, 1)->kind == REPLAY_QUOTED ? 2 : 1;
    while (!at_clause_end(reader))
        if (replay_line_read(reader, clause))
            return -1;
    return replay_clause_check(reader, clause);
}

static int override_read(struct replay_reader *reader, struct override_line **ret_next)
{
    struct override_line *line = arena_new_object(reader->arena, struct override_line);
    line->winner = replay_ahead(reader, 0)->text;
    line->first_loser = reader->at + 2;
    *ret_next = line;
    do {
        reader->at += line->first_loser > reader->at ? 2 : 1;
        if (replay_ahead(reader, 0)->kind != REPLAY_WORD)
            return replay_expected(reader, "the id of a clause");
        reader->at++;
    } while (replay_is_sign(reader, ','));
    return 0;
}

static int override_note(struct replay_reader *reader, const struct override_line *line)
{
    struct replay_policy *policy = reader->policy;
    int winner = clause_find(policy, line->winner);
    reader->at = line->first_loser;
    for (;;) {
        int loser = clause_find(policy, replay_ahead(reader, 0)->text);
        if (winner < 0 || loser < 0)
            return replay_refuse(reader, ERROR_POLICY_SYNTAX, "an override names a clause that does not exist");
        policy->clauses[winner].overrides[loser] = true;
        reader->at++;
        if (!replay_is_sign(reader, ','))
            return 0;
        reader->at++;
    }
}

/* "A overrides B holds along any path of override lines", and no path leads back. */
static int paths_close(struct replay_reader *reader)
{
    struct replay_clause *clauses = reader->policy->clauses;
    int count = reader->policy->clause_count;
    for (int via = 0; via < count; via++)
        for (int from = 0; from < count; from++)
            for (int to = 0; clauses[from].overrides[via] && to < count; to++)
                clauses[from].overrides[to] |= clauses[via].overrides[to];
    for (int i = 0; i < count; i++)
        if (clauses[i].overrides[i])
            return replay_refuse(reader, ERROR_POLICY_MEANING, "through its overrides a clause overrides itself");
    return 0;
}

static int otherwise_read(struct replay_reader *reader)
{
    struct replay_policy *policy = reader->policy;
    if (policy->has_otherwise)
        return replay_refuse(reader, ERROR_POLICY_MEANING, "`otherwise` is said twice");
    policy->has_otherwise = true;
    policy->otherwise_refuses = replay_take(reader, "refuse");
    if (policy->otherwise_refuses)
        return 0;
    return replay_expect(reader, "review") || replay_expect(reader, "within") ||
                   replay_deadline(reader, &policy->review_s)
               ? -1
               : 0;
}

static int body_read(struct replay_reader *reader)
{
    struct override_line *overrides = NULL, **end = &overrides;
    while (replay_ahead(reader, 0)->kind != REPLAY_END) {
        int result;
        if (replay_take(reader, "clause")) {
            result = clause_read(reader);
        } else if (at_override(reader)) {
            result = override_read(reader, end);
            end = &(*end)->next;
        } else if (replay_take(reader, "otherwise")) {
            result = otherwise_read(reader);
        } else {
            result = replay_expected(reader, "a clause, an override or `otherwise`");
        }
        if (result)
            return -1;
    }
    if (reader->policy->clause_count == 0)
        return replay_refuse(reader, ERROR_POLICY_MEANING, "the policy has no clause");
    for (const struct override_line *line = overrides; line; line = line->next)
        if (override_note(reader, line))
            return -1;
    return paths_close(reader);
}

int replay_policy_read(struct arena *arena, struct text source, struct replay_policy **ret, struct error *error)
{
    uint8_t sha256[HASH_BYTES];
    if (source.length > LIMIT_POLICY_BYTES)
        return error_set(error, ERROR_POLICY_LIMIT, "the policy has more than %d bytes", LIMIT_POLICY_BYTES);
    if (text_utf8_bad(source) >= 0)
        return error_set(error, ERROR_POLICY_SYNTAX, "the policy is not UTF-8");
    struct replay_policy *policy = arena_new_object(arena, struct replay_policy);
    struct replay_reader reader = {.arena = arena, .source = source, .policy = policy, .error = error};
    hash_sha256(source.data, source.length, sha256);
    hash_hex(sha256, policy->sha256_hex);
    policy->review_s = REVIEW_S_DEFAULT;
    policy->tested = replay_bit(REPLAY_REASON);
    if (replay_tokens_read(&reader) || head_read(&reader) || body_read(&reader))
        return -1;
    *ret = policy;
    return 0;
}
