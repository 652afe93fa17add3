/* SPDX-License-Identifier: Apache-2.0 */
/* Reads printed phrases back. Written from how they are meant to be understood, not from the code that prints them. */
#include "policy/words/test_phrases.h"

#include <string.h>

#include "policy/words/test_lexicon.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define WORD(row, language) ((language) == POLICY_LANGUAGE_ZH ? (row).zh : (row).en)

static struct text part(struct text text, size_t from, size_t to)
{
    return (struct text){text.data + from, to - from};
}

bool phrase_take(struct text *rest, const char *start)
{
    if (!text_starts(*rest, start))
        return false;
    *rest = part(*rest, strlen(start), rest->length);
    return true;
}

bool phrase_drop(struct text *rest, const char *end)
{
    size_t length = strlen(end);
    if (rest->length < length || memcmp(rest->data + rest->length - length, end, length) != 0)
        return false;
    rest->length -= length;
    return true;
}

bool phrase_int(struct text *rest, int64_t *ret)
{
    size_t length = 0;
    while (length < rest->length && rest->data[length] >= '0' && rest->data[length] <= '9')
        length++;
    if (!length || text_to_int64(part(*rest, 0, length), ret, NULL) < 0)
        return false;
    *rest = part(*rest, length, rest->length);
    return true;
}

static bool starts_at(struct text text, size_t at, const char *start)
{
    return text.data[at] == start[0] && text_starts(part(text, at, text.length), start);
}

/* Depth after the character at `at`; quotes count too. */
static size_t step(struct text text, size_t at, int *depth, bool *quoted)
{
    static const char *const opens[] = {"（", "(", "“"}, *const closes[] = {"）", ")", "”"};
    for (size_t i = 0; i < COUNT(opens); i++) {
        if (starts_at(text, at, opens[i])) {
            (*depth)++;
            return strlen(opens[i]);
        }
        if (starts_at(text, at, closes[i])) {
            (*depth)--;
            return strlen(closes[i]);
        }
    }
    if (text.data[at] == '"')
        *quoted = !*quoted;
    return 1;
}

bool phrase_cut(struct text *rest, const char *mark, struct text *ret_part)
{
    int depth = 0;
    bool quoted = false;
    for (size_t at = 0; at < rest->length;) {
        if (depth == 0 && !quoted && starts_at(*rest, at, mark)) {
            *ret_part = part(*rest, 0, at);
            *rest = part(*rest, at + strlen(mark), rest->length);
            return true;
        }
        at += step(*rest, at, &depth, &quoted);
    }
    return false;
}

/* ---- numbers ---- */

int64_t phrase_duration(struct text text, enum policy_language language)
{
    static const struct {
        const char *zh, *one, *many;
        int64_t seconds;
    } units[] = {{" 天", " day", " days", 86400},
                 {" 小时", " hour", " hours", 3600},
                 {" 分钟", " minute", " minutes", 60},
                 {" 秒", " second", " seconds", 1}};
    int64_t count;
    if (!phrase_int(&text, &count))
        return -1;
    for (size_t i = 0; i < COUNT(units); i++)
        if (text_is(text, language == POLICY_LANGUAGE_ZH ? units[i].zh : (count == 1 ? units[i].one : units[i].many)))
            return count * units[i].seconds;
    return -1;
}

int64_t phrase_money(struct text text)
{
    int64_t whole, cents = 0;
    if (!phrase_take(&text, "¥") && text.length > 4 && text.data[3] == ' ')
        text = part(text, 4, text.length);
    if (!phrase_int(&text, &whole))
        return -1;
    if (!phrase_take(&text, "."))
        return text.length ? -1 : whole;
    for (size_t i = 0; i < text.length; i++)
        cents = text.data[i] < '0' || text.data[i] > '9' ? -1000 : cents * 10 + text.data[i] - '0';
    return text.length == 2 && cents >= 0 ? whole * 100 + cents : -1;
}

static int64_t number_of(struct text text, enum fact fact, enum policy_language language)
{
    int64_t value;
    switch (fact_info(fact)->type) {
    case FACT_TYPE_MONEY:
        return phrase_money(text);
    case FACT_TYPE_SPAN:
        return phrase_duration(text, language);
    case FACT_TYPE_PERCENT:
        return phrase_drop(&text, "%") && phrase_int(&text, &value) && !text.length ? value : -1;
    case FACT_TYPE_COUNT:
        return phrase_int(&text, &value) && !text.length ? value : -1;
    case FACT_TYPE_DURATION:
    case FACT_TYPE_ENUM:
    case FACT_TYPE_BOOLEAN:
        break;
    }
    return -1;
}

uint64_t phrase_proofs(struct text text, enum policy_language language)
{
    uint64_t mask = 0;
    for (bool more = true; more;) {
        struct text name;
        size_t i = 0;
        more = phrase_cut(&text, language == POLICY_LANGUAGE_ZH ? "或" : " or ", &name);
        if (!more)
            name = text;
        while (i < COUNT(lexicon_proofs) && !text_is(name, WORD(lexicon_proofs[i], language)))
            i++;
        if (i == COUNT(lexicon_proofs))
            return 0;
        mask |= UINT64_C(1) << lexicon_proofs[i].fact;
    }
    return mask;
}

/* ---- one phrase ---- */

/* What one phrase says: a fact and the values that make it true. */
struct said {
    enum fact fact;
    uint64_t mask; /* of enumerations */
    int64_t low, high;
};

static int value_of(struct text text, enum fact fact, enum policy_language language)
{
    bool quoted = language == POLICY_LANGUAGE_ZH ? phrase_take(&text, "“") && phrase_drop(&text, "”")
                                                 : phrase_take(&text, "\"") && phrase_drop(&text, "\"");
    (void)quoted;
    if (fact_is_proof(fact)) {
        for (size_t i = 0; i < COUNT(lexicon_proof_values); i++)
            if (text_is(text, WORD(lexicon_proof_values[i], language)))
                return lexicon_proof_values[i].value;
        return -1;
    }
    for (size_t i = 0; i < COUNT(lexicon_values); i++)
        if (lexicon_values[i].fact == fact && text_is(text, WORD(lexicon_values[i], language)))
            return lexicon_values[i].value;
    return -1;
}

static bool values_read(struct text text, enum fact fact, const char *between, enum policy_language language,
                        uint64_t *ret_mask)
{
    *ret_mask = 0;
    for (bool more = true; more;) {
        struct text value;
        more = phrase_cut(&text, between, &value);
        int found = value_of(more ? value : text, fact, language);
        if (found < 0)
            return false;
        *ret_mask |= UINT64_C(1) << found;
    }
    return true;
}

/* The part of the text that stands for '#' in the pattern. */
static bool pattern_fits(struct text text, const char *pattern, struct text *ret_filling)
{
    const char *gap = strchr(pattern, '#');
    *ret_filling = (struct text){"", 0};
    if (!gap)
        return text_is(text, pattern);
    struct text head = {pattern, (size_t)(gap - pattern)};
    if (text.length < head.length || !text_equal(part(text, 0, head.length), head))
        return false;
    *ret_filling = part(text, head.length, text.length);
    return phrase_drop(ret_filling, gap + 1);
}

static bool listed_read(struct text text, const struct lexicon_phrase *row, enum policy_language language,
                        struct said *ret)
{
    bool none = row->meaning == MEANS_NONE_OF, zh = language == POLICY_LANGUAGE_ZH;
    if (!phrase_take(&text, WORD(*row, language)) ||
        !values_read(text, row->fact, none ? (zh ? "也不是" : " nor ") : (zh ? "或" : " or "), language, &ret->mask))
        return false;
    if (none)
        ret->mask = ~ret->mask;
    return true;
}

static bool row_read(struct text text, const struct lexicon_phrase *row, enum policy_language language,
                     struct said *ret)
{
    struct text filling;
    *ret = (struct said){.fact = row->fact, .low = 0, .high = FACT_VALUE_MAXIMUM};
    if (row->meaning == MEANS_ONE_OF || row->meaning == MEANS_NONE_OF)
        return listed_read(text, row, language, ret);
    if (!pattern_fits(text, WORD(*row, language), &filling))
        return false;
    int64_t seconds = filling.length ? phrase_duration(filling, language) : 0;
    if (seconds < 0)
        return false;
    if (row->meaning == MEANS_VALUE)
        ret->mask = UINT64_C(1) << row->value;
    if (row->meaning == MEANS_ANY)
        ret->mask = UINT64_MAX;
    if (row->meaning == MEANS_NEVER)
        ret->low = ret->high = FACT_NEVER;
    if (row->meaning == MEANS_WITHIN)
        ret->high = seconds;
    if (row->meaning == MEANS_AGO)
        ret->low = seconds + 1;
    if (row->meaning == MEANS_AT_LEAST)
        ret->low = seconds;
    if (row->meaning == MEANS_LESS)
        ret->high = seconds - 1;
    if (row->meaning == MEANS_EXACTLY)
        ret->low = ret->high = seconds;
    return true;
}

static bool number_read(struct text text, enum policy_language language, bool exactly, struct said *ret)
{
    static const char *const zh[] = {"低于 ", "至少 ", "超过 ", "至多 ", " "};
    static const char *const en[] = {" under ", " at least ", " over ", " at most ", " "};
    for (size_t i = 0; i < COUNT(lexicon_numbers); i++)
        for (int r = exactly ? 4 : 0; r < (exactly ? 5 : 4); r++) {
            struct text rest = text;
            if (!phrase_take(&rest, WORD(lexicon_numbers[i], language)) ||
                !phrase_take(&rest, language == POLICY_LANGUAGE_ZH ? zh[r] : en[r]))
                continue;
            int64_t value = number_of(rest, lexicon_numbers[i].fact, language);
            if (value < 0)
                continue;
            int64_t lows[] = {0, value, value + 1, 0, value},
                    highs[] = {value - 1, FACT_VALUE_MAXIMUM, FACT_VALUE_MAXIMUM, value, value};
            *ret = (struct said){lexicon_numbers[i].fact, 0, lows[r], highs[r]};
            return true;
        }
    return false;
}

static bool said_read(struct text text, enum policy_language language, bool exactly, struct said *ret)
{
    for (size_t i = 0; i < COUNT(lexicon_phrases); i++)
        if (row_read(text, &lexicon_phrases[i], language, ret))
            return true;
    return number_read(text, language, exactly, ret);
}

int phrase_set(struct text text, struct policy_facts *facts, enum policy_language language)
{
    struct said said;
    if (!said_read(text, language, true, &said))
        return -1;
    const struct fact_info *info = fact_info(said.fact);
    /* Of two values, not the one is the other: "the receipt is not confirmed". */
    uint64_t mask = said.mask & ((UINT64_C(1) << info->value_count) - 1);
    if (info->values ? __builtin_popcountll(mask) != 1 : said.low != said.high)
        return -1;
    facts->known |= UINT64_C(1) << said.fact;
    facts->value[said.fact] = info->values ? __builtin_ctzll(mask) : said.low;
    return 0;
}

/* ---- phrases joined ---- */

static enum reading atom_read(struct text text, const struct policy_facts *facts, enum policy_language language,
                              struct text *ret_bad)
{
    struct said said;
    *ret_bad = text;
    if (!said_read(text, language, false, &said))
        return READING_FAILED;
    int64_t value = facts->value[said.fact];
    if (fact_info(said.fact)->values)
        return said.mask >> value & 1 ? READING_TRUE : READING_FALSE;
    return value >= said.low && value <= said.high ? READING_TRUE : READING_FALSE;
}

static enum reading joined_read(struct text text, const char *mark, bool all, const struct policy_facts *facts,
                                enum policy_language language, struct text *ret_bad)
{
    bool result = all;
    for (bool more = true; more;) {
        struct text one;
        more = phrase_cut(&text, mark, &one);
        enum reading reading = phrases_read(more ? one : text, facts, language, ret_bad);
        if (reading == READING_FAILED)
            return reading;
        result = all ? result && reading == READING_TRUE : result || reading == READING_TRUE;
    }
    return result ? READING_TRUE : READING_FALSE;
}

enum reading phrases_read(struct text text, const struct policy_facts *facts, enum policy_language language,
                          struct text *ret_bad)
{
    bool zh = language == POLICY_LANGUAGE_ZH;
    const char *const and = zh ? "，且" : ", and ", *const or = zh ? "，或" : ", or ";
    struct text rest = text, first;
    *ret_bad = text;
    bool has_and = phrase_cut(&rest, and, &first);
    rest = text;
    bool has_or = phrase_cut(&rest, or, &first);
    if (has_and && has_or)
        return READING_FAILED; /* what belongs together? */
    if (has_and || has_or)
        return joined_read(text, has_and ? and : or, has_and, facts, language, ret_bad);
    rest = text;
    if (phrase_take(&rest, zh ? "（" : "("))
        return phrase_drop(&rest, zh ? "）" : ")") ? phrases_read(rest, facts, language, ret_bad) : READING_FAILED;
    return atom_read(text, facts, language, ret_bad);
}
