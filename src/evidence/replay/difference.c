/* SPDX-License-Identifier: Apache-2.0 */
/* Words for the first place where a certificate differs from the one that should have come out. */
#include "evidence/replay/model.h"

#include <assert.h>
#include <stdio.h>

#include "evidence/verify/verify.h"

void replay_words_set(struct evidence_difference *ret, const char *en, const char *zh)
{
    snprintf(ret->words_en, sizeof ret->words_en, "%s", en);
    snprintf(ret->words_zh, sizeof ret->words_zh, "%s", zh);
}

int replay_differs(struct evidence_difference *ret, struct text place, struct text found, const char *en,
                   const char *zh)
{
    char words[sizeof ret->words_en];
    struct text shown = text_clip(place, 80);
    snprintf(words, sizeof words, "%.*s is %.*s, %s", TEXT_ARG(shown), TEXT_ARG(found), en);
    snprintf(ret->words_zh, sizeof ret->words_zh, "%.*s 写为 %.*s, %s", TEXT_ARG(shown), TEXT_ARG(found), zh);
    snprintf(ret->words_en, sizeof ret->words_en, "%s", words);
    return 1;
}

/* A value as people can take it in: a scalar as it is written, clipped; otherwise what kind of thing it is. */
struct text replay_value_shown(struct arena *arena, const struct json *value)
{
    if (!value)
        return TEXT_LITERAL("absent");
    if (json_kind(value) == JSON_OBJECT)
        return TEXT_LITERAL("an object");
    if (json_kind(value) == JSON_ARRAY)
        return text_of(arena_printf(arena, "a list of %zu", json_count(value)));
    if (json_kind(value) == JSON_STRING) {
        struct text string = text_clip(json_string(value), 36);
        for (size_t i = 0; i < string.length; i++)
            if ((unsigned char)string.data[i] < 0x20 || string.data[i] == 0x7f)
                string.length = i;
        bool whole = string.length == json_string(value).length;
        return text_of(arena_printf(arena, whole ? "\"%.*s\"" : "\"%.*s...", TEXT_ARG(string)));
    }
    struct buffer out;
    struct json_writer writer;
    buffer_init(&out, 64);
    json_writer_init(&writer, &out);
    json_add_value(&writer, value);
    json_writer_done(&writer);
    struct text shown = arena_copy_text(arena, buffer_text(&out));
    buffer_done(&out);
    return shown;
}

/* ---- the first difference ---- */

/* What the members are to people, in the order in which a difference explains most. */
static const struct {
    const char *member, *en, *zh;
} sections[] = {
    {"policy", "the policy", "规则"},
    {"facts", "the facts", "事实"},
    {"clauses", "whether a clause applies", "条款是否适用"},
    {"governing", "the governing clause", "生效条款"},
    {"overrode", "what the governing clause overrode", "被覆盖的条款"},
    {"evidence", "the evidence", "材料"},
    {"outcome", "the outcome", "处理结果"},
    {"disposition", "what happens next", "处理方式"},
    {"amount", "the amount", "退款金额"},
    {"bearer", "who bears it", "承担方"},
    {"destination", "where it goes", "退款去向"},
    {"deadlines", "the deadlines", "期限"},
    {"decided_at", "the time", "决定时间"},
    {"claim", "the claim", "申请编号"},
    {"vocabulary", "the vocabulary", "词汇表"},
    {"v", "the format", "格式版本"},
};

#define STEPS_MAX (LIMIT_JSON_DEPTH + 1)

struct walk {
    struct arena *arena;
    struct text steps[STEPS_MAX]; /* names on the way down; an index has data NULL and the index as its length */
    int step_count;
    const struct json *found, *expected; /* at the first difference; NULL is absent */
    struct text label;                   /* id or name of the nearest list entry that has one */
};

static void step_down(struct walk *walk, struct text step)
{
    assert(walk->step_count < STEPS_MAX);
    walk->steps[walk->step_count++] = step;
}

/* Where the walk stands, as RFC 6901 writes it. */
static struct text place_of(const struct walk *walk)
{
    struct buffer out;
    buffer_init(&out, 8192);
    for (int i = 0; i < walk->step_count; i++) {
        struct text step = walk->steps[i];
        json_pointer_add(&out,
                         step.data ? text_clip(step, 40) : text_of(arena_printf(walk->arena, "%zu", step.length)));
    }
    struct text place = arena_copy_text(walk->arena, buffer_text(&out));
    buffer_done(&out);
    return place;
}

static const struct json *member_find(const struct json *object, struct text key)
{
    size_t cursor = 0;
    struct text name;
    const struct json *value;
    while (json_next(object, &cursor, &name, &value))
        if (text_equal(name, key))
            return value;
    return NULL;
}

static bool same(struct walk *walk, const struct json *found, const struct json *expected);

static bool same_object(struct walk *walk, const struct json *found, const struct json *expected)
{
    size_t cursor = 0;
    struct text key;
    const struct json *value;
    while (json_next(expected, &cursor, &key, &value)) {
        step_down(walk, key);
        if (!same(walk, member_find(found, key), value))
            return false;
        walk->step_count--;
    }
    cursor = 0;
    while (json_next(found, &cursor, &key, &value))
        if (!member_find(expected, key)) {
            step_down(walk, key);
            return same(walk, value, NULL);
        }
    return true;
}

static bool same_array(struct walk *walk, const struct json *found, const struct json *expected)
{
    struct text label = walk->label;
    size_t count = json_count(found) > json_count(expected) ? json_count(found) : json_count(expected);
    for (size_t i = 0; i < count; i++) {
        const struct json *item = i < json_count(found) ? json_item(found, i) : NULL;
        const struct json *wanted = i < json_count(expected) ? json_item(expected, i) : NULL, *id = NULL;
        if (wanted && json_kind(wanted) == JSON_OBJECT)
            id = json_find(wanted, "id") ? json_find(wanted, "id") : json_find(wanted, "name");
        walk->label = id ? json_string(id) : label;
        step_down(walk, (struct text){NULL, i});
        if (!same(walk, item, wanted))
            return false;
        walk->step_count--;
    }
    walk->label = label;
    return true;
}

static bool same(struct walk *walk, const struct json *found, const struct json *expected)
{
    bool equal = found && expected && json_kind(found) == json_kind(expected);
    if (equal)
        switch (json_kind(expected)) {
        case JSON_OBJECT:
            return same_object(walk, found, expected);
        case JSON_ARRAY:
            return same_array(walk, found, expected);
        case JSON_NULL:
            return true;
        case JSON_BOOLEAN:
            equal = json_boolean(found) == json_boolean(expected);
            break;
        case JSON_INTEGER:
            equal = json_integer(found) == json_integer(expected);
            break;
        case JSON_STRING:
            equal = text_equal(json_string(found), json_string(expected));
            break;
        }
    if (!equal) {
        walk->found = found;
        walk->expected = expected;
    }
    return equal;
}

static int section_say(struct walk *walk, const char *en, const char *zh, struct evidence_difference *ret)
{
    struct text found = replay_value_shown(walk->arena, walk->found),
                expected = replay_value_shown(walk->arena, walk->expected);
    struct text label = text_clip(walk->label, 64);
    const char *blank = label.length ? " " : "";
    struct text place = text_clip(place_of(walk), 80);
    snprintf(ret->words_en, sizeof ret->words_en, "%s%s%.*s: %.*s is %.*s, decided again %.*s", en, blank,
             TEXT_ARG(label), TEXT_ARG(place), TEXT_ARG(found), TEXT_ARG(expected));
    snprintf(ret->words_zh, sizeof ret->words_zh, "%s%s%.*s: %.*s 写为 %.*s, 复算为 %.*s", zh, blank, TEXT_ARG(label),
             TEXT_ARG(place), TEXT_ARG(found), TEXT_ARG(expected));
    return 1;
}

int replay_difference_find(struct arena *arena, const struct json *found, const struct json *expected,
                           struct evidence_difference *ret)
{
    struct walk walk = {.arena = arena};
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
        const char *member = sections[i].member;
        const struct json *value = json_find(found, member), *wanted = json_find(expected, member);
        walk.step_count = 0;
        step_down(&walk, text_of(member));
        if ((value || wanted) && !same(&walk, value, wanted))
            return section_say(&walk, sections[i].en, sections[i].zh, ret);
    }
    walk.step_count = 0;
    if (!same_object(&walk, found, expected))
        return section_say(&walk, "an unknown member", "多余的成员", ret);
    replay_words_set(ret, "it says the same, but its bytes are not the canonical form (RFC 8785)",
                     "内容相同, 但字节不是规范形式 (RFC 8785)");
    return 1;
}
