/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Does a message invite the other side to leave the platform? What is agreed elsewhere cannot be proved here, so both sides are
 * warned; nothing is blocked. The text is compared in a squeezed form (no blanks, no decoration, full-width as ASCII) whose every
 * character remembers where it stood, so that "v x", "微.信" and "１３８ ０0…" are found and the right bytes are marked.
 */
#include "claim/plan.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#define SQUEEZED_MAX 4096 /* code points; LIMIT_MESSAGE_BYTES is less */
#define ACCOUNT_LENGTH 5  /* the shortest QQ number; WeChat names have at least six */
#define NEAR_BEFORE 4     /* how far a verb of contact may stand from the word, in characters */
#define NEAR_AFTER 5

enum contact_when { CONTACT_WHEN_ALONE, CONTACT_WHEN_ID, CONTACT_WHEN_CONTACT };
struct contact_word {
    const char *channel, *word;
    enum contact_when when;
    const char *not_before, *not_after;
};
static const struct contact_word words[] = {
#define CONTACT_WORD(channel, word, when, not_before, not_after)                                                       \
    {channel, word, CONTACT_WHEN_##when, not_before, not_after},
#include "claim/contact_words.def"
#undef CONTACT_WORD
};
static const char *const verbs = "加|+|联系|私聊|私我|找我|聊|留|扫|换|给我|发我|我的|沟通|号|转你|转账给|说|多少|详谈";

struct squeezed {
    uint32_t code;
    uint32_t start, end; /* bytes of the message */
    bool gap;            /* a blank or decoration stood before it */
};
struct squeeze {
    struct squeezed items[SQUEEZED_MAX];
    size_t count;
};

/* Decodes one code point of valid or invalid UTF-8; a bad byte counts as itself. */
static uint32_t decode(struct text text, size_t at, size_t *ret_length)
{
    const unsigned char *byte = (const unsigned char *)text.data + at;
    size_t left = text.length - at, length = byte[0] < 0x80    ? 1
                                             : byte[0] >= 0xf0 ? 4
                                             : byte[0] >= 0xe0 ? 3
                                             : byte[0] >= 0xc0 ? 2
                                                               : 1;
    if (length > left)
        length = 1;
    uint32_t code = length == 1 ? byte[0] : byte[0] & (0x7fu >> length);
    for (size_t i = 1; i < length; i++)
        code = code << 6 | (byte[i] & 0x3fu);
    *ret_length = length;
    return code;
}

static uint32_t fold(uint32_t code)
{
    if (code >= 0xff01 && code <= 0xff5e) /* full-width forms */
        code -= 0xfee0;
    if (code >= 0x2460 && code <= 0x2468) /* circled digits */
        code = '1' + (code - 0x2460);
    if (code == 0x2795 || code == 0xfe62) /* heavy plus, small plus */
        code = '+';
    return code >= 'A' && code <= 'Z' ? code + 32 : code;
}

static bool is_digit(uint32_t code)
{
    return code >= '0' && code <= '9';
}

static bool is_latin(uint32_t code)
{
    return is_digit(code) || (code >= 'a' && code <= 'z') || code == '_';
}

/* Kept: letters, digits, everything past ASCII but blanks and decoration, and the marks that words of the table use. */
static bool is_kept(uint32_t code)
{
    if (code < 0x80)
        return is_latin(code) || code == ':' || code == '+' || code == '/';
    if (code == 0x2764) /* heart, as in "v❤" */
        return true;
    bool general = code >= 0x2000 && code <= 0x2bff, cjk_mark = code >= 0x3000 && code <= 0x303f && code != 0x3007;
    return !(general || cjk_mark || code == 0xa0 || code == 0xb7 || code == 0xfeff ||
             (code >= 0xfe00 && code <= 0xfe0f));
}

static void squeeze(struct text message, struct squeeze *out)
{
    out->count = 0;
    bool gap = true;
    for (size_t at = 0, length; at < message.length && out->count < SQUEEZED_MAX; at += length) {
        uint32_t code = fold(decode(message, at, &length));
        if (!is_kept(code)) {
            gap = true;
            continue;
        }
        out->items[out->count++] = (struct squeezed){code, (uint32_t)at, (uint32_t)(at + length), gap};
        gap = false;
    }
}

/* Length in characters when the word (up to '|' or the end) stands at `at`, else 0. */
static size_t stands(const struct squeeze *text, size_t at, const char *word)
{
    struct text view = {word, strcspn(word, "|")};
    size_t count = 0;
    for (size_t i = 0, length; i < view.length; i += length) {
        uint32_t code = decode(view, i, &length);
        if (!is_kept(code)) /* the dot of "t.me/" is squeezed out of the text too */
            continue;
        if (at + count >= text->count || text->items[at + count].code != code)
            return 0;
        count++;
    }
    return count;
}

static bool any_stands(const struct squeeze *text, size_t at, const char *list)
{
    for (const char *word = list; *word; word += strcspn(word, "|"), word += *word == '|')
        if (stands(text, at, word))
            return true;
    return false;
}

/* Does a word of the list end just before `at`? */
static bool any_ends(const struct squeeze *text, size_t at, const char *list)
{
    for (size_t back = 1; back <= 3 && back <= at; back++)
        for (const char *word = list; *word; word += strcspn(word, "|"), word += *word == '|')
            if (stands(text, at - back, word) == back)
                return true;
    return false;
}

static bool joined(const struct squeeze *text, size_t left)
{
    return left + 1 < text->count && is_latin(text->items[left].code) && is_latin(text->items[left + 1].code) &&
           !text->items[left + 1].gap;
}

static size_t account_length(const struct squeeze *text, size_t at)
{
    while (at < text->count && (text->items[at].code == ':' || stands(text, at, "号码") || stands(text, at, "号") ||
                                stands(text, at, "是") || stands(text, at, "码")))
        at++;
    size_t length = 0;
    while (at + length < text->count && is_latin(text->items[at + length].code))
        length++;
    return length;
}

static bool verb_near(const struct squeeze *text, size_t at, size_t end)
{
    for (size_t i = at > NEAR_BEFORE ? at - NEAR_BEFORE : 0; i < at; i++)
        if (any_stands(text, i, verbs))
            return true;
    for (size_t i = end; i < end + NEAR_AFTER && i < text->count; i++)
        if (any_stands(text, i, verbs))
            return true;
    return false;
}

static bool word_matches(const struct squeeze *text, size_t at, const struct contact_word *word, size_t *ret_count)
{
    size_t count = stands(text, at, word->word), end = at + count;
    if (count == 0)
        return false;
    size_t account = account_length(text, end);
    bool latin_start = is_latin(text->items[at].code), latin_end = is_latin(text->items[end - 1].code);
    size_t digits = 0;
    while (end + digits < text->count && is_digit(text->items[end + digits].code))
        digits++;
    bool number_follows = digits >= ACCOUNT_LENGTH;
    if (latin_start && at > 0 && joined(text, at - 1))
        return false;
    if (latin_end && joined(text, end - 1) && !number_follows)
        return false;
    /* A word that is spelled with gaps must be spelled so throughout, or "is v xbox" would be one. */
    if (latin_start && latin_end && count == 2 && text->items[at + 1].gap && end < text->count &&
        is_latin(text->items[end].code) && !text->items[end].gap)
        return false;
    if (any_stands(text, end, word->not_before) || any_ends(text, at, word->not_after))
        return false;
    *ret_count = count;
    if (word->when == CONTACT_WHEN_ALONE)
        return true;
    if (account >= ACCOUNT_LENGTH)
        return true;
    return word->when == CONTACT_WHEN_CONTACT && verb_near(text, at, end);
}

static int digit_of(uint32_t code)
{
    static const uint32_t chinese[] = {0x96f6, 0x4e00, 0x4e8c, 0x4e09, 0x56db, 0x4e94, 0x516d, 0x4e03, 0x516b, 0x4e5d};
    if (is_digit(code))
        return (int)(code - '0');
    for (int i = 0; i < 10; i++)
        if (chinese[i] == code)
            return i;
    if (code == 0x3007 || code == 'o') /* 〇, and o for 0 inside a number */
        return 0;
    return code == 0x5e7a ? 1 : -1; /* 幺 */
}

/* A mobile number of the mainland: eleven digits, 1 then 3 to 9, perhaps with blanks or in words, perhaps after 86. A longer run is
 * an order or card number, and one that touches a letter is a card. */
static bool phone_matches(const struct squeeze *text, size_t at, size_t *ret_count)
{
    int digits[14];
    size_t count = 0;
    if (at > 0 && (digit_of(text->items[at - 1].code) >= 0 || is_latin(text->items[at - 1].code)))
        return false;
    while (count < 14 && at + count < text->count && digit_of(text->items[at + count].code) >= 0) {
        digits[count] = digit_of(text->items[at + count].code);
        count++;
    }
    if (at + count < text->count && is_latin(text->items[at + count].code))
        return false;
    size_t start = count == 13 && digits[0] == 8 && digits[1] == 6 ? 2 : 0;
    *ret_count = count;
    return count - start == 11 && digits[start] == 1 && digits[start + 1] >= 3;
}

static bool mark(const struct squeeze *text, size_t at, size_t count, const char *channel, struct claim_contact *ret)
{
    if (ret)
        *ret = (struct claim_contact){.start = text->items[at].start,
                                      .length = text->items[at + count - 1].end - text->items[at].start,
                                      .channel = channel};
    return true;
}

bool claim_contact_flag(struct text message, struct claim_contact *ret)
{
    struct squeeze text;
    squeeze(message, &text);
    for (size_t at = 0; at < text.count; at++) {
        size_t count = 0;
        for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
            if (word_matches(&text, at, &words[i], &count))
                return mark(&text, at, count, words[i].channel, ret);
        if (phone_matches(&text, at, &count))
            return mark(&text, at, count, "phone", ret);
    }
    return false;
}
