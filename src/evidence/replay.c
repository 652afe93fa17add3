/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The decision checker: takes the inputs out of a certificate, decides again, writes the certificate that should have
 * come out, and compares. Equal bytes are the only agreement; the walk over the members only finds words for the first
 * difference.
 */
#include "evidence/replay.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/money.h"
#include "evidence/replay_model.h"

#define CLAIM_BYTES_MAX 39

/* ---- words ---- */

static void words_set(struct evidence_difference *ret, const char *en, const char *zh)
{
    snprintf(ret->words_en, sizeof ret->words_en, "%s", en);
    snprintf(ret->words_zh, sizeof ret->words_zh, "%s", zh);
}

static int differs(struct evidence_difference *ret, struct text place, struct text found, const char *en,
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
static struct text value_shown(struct arena *arena, const struct json *value)
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

/* ---- the inputs ---- */

static int64_t number_maximum(enum replay_type type)
{
    return type == REPLAY_PERCENT ? 100 : REPLAY_NUMBER_MAX;
}

static bool value_read(const struct replay_fact *fact, const struct json *value, int64_t *ret)
{
    if (fact->values) {
        int position = json_kind(value) == JSON_STRING ? replay_value_find(fact, json_string(value)) : -1;
        *ret = position;
        return position >= 0;
    }
    if (json_kind(value) == JSON_STRING) {
        *ret = REPLAY_NEVER;
        return fact->type == REPLAY_EVENT && text_is(json_string(value), "never");
    }
    if (json_kind(value) != JSON_INTEGER)
        return false;
    *ret = json_integer(value);
    return *ret >= 0 && *ret <= number_maximum(fact->type);
}

/* One entry of `facts`; a null value means unknown, and then the comparison asks for null source and leaf. */
static int fact_read(struct arena *arena, const struct json *entry, int place, struct replay_inputs *inputs,
                     struct evidence_difference *ret)
{
    const struct replay_fact *fact = &replay_facts[place];
    const struct json *value = json_find(entry, "value"), *source = json_find(entry, "source"),
                      *leaf = json_find(entry, "leaf");
    struct text where = text_of(arena_printf(arena, "the fact %s", fact->word));
    if (!value || !source || !leaf)
        return differs(ret, where, TEXT_LITERAL("incomplete"), "it needs value, source and leaf",
                       "应有 value、source 和 leaf");
    inputs->leaf[place] = -1;
    if (json_kind(value) == JSON_NULL)
        return 0;
    if (!value_read(fact, value, &inputs->value[place]))
        return differs(ret, where, value_shown(arena, value), "which this fact cannot be", "该事实没有这个取值");
    if (json_kind(source) != JSON_STRING || !replay_source_allowed(fact, json_string(source)))
        return differs(ret, where, value_shown(arena, value), "from a source that may not state it",
                       "其来源无权陈述该事实");
    inputs->source[place] = json_string(source);
    if (json_kind(leaf) == JSON_INTEGER && json_integer(leaf) >= 0)
        inputs->leaf[place] = json_integer(leaf);
    inputs->known |= replay_bit(place);
    return 0;
}

/* Exactly the facts that the policy tests, in table order. */
static int facts_read(struct arena *arena, const struct json *root, const struct replay_policy *policy,
                      struct replay_inputs *inputs, struct evidence_difference *ret)
{
    const struct json *facts = json_find(root, "facts");
    size_t at = 0;
    if (!facts || json_kind(facts) != JSON_ARRAY)
        return differs(ret, TEXT_LITERAL("/facts"), value_shown(arena, facts), "it should be a list", "应为列表");
    for (int place = 0; place < REPLAY_FACT_COUNT; place++) {
        if (!(policy->tested & replay_bit(place)))
            continue;
        const struct json *entry = at < json_count(facts) ? json_item(facts, at) : NULL;
        const struct json *name = entry && json_kind(entry) == JSON_OBJECT ? json_find(entry, "name") : NULL;
        if (!name || json_kind(name) != JSON_STRING || !text_is(json_string(name), replay_facts[place].word))
            return differs(ret, text_of(arena_printf(arena, "/facts/%zu/name", at)), value_shown(arena, name),
                           arena_printf(arena, "but the policy tests \"%s\" here", replay_facts[place].word),
                           arena_printf(arena, "规则在此应列出 \"%s\"", replay_facts[place].word));
        if (fact_read(arena, entry, place, inputs, ret))
            return 1;
        at++;
    }
    if (at != json_count(facts))
        return differs(ret, TEXT_LITERAL("/facts"), value_shown(arena, facts),
                       arena_printf(arena, "but the policy tests only %zu facts", at),
                       arena_printf(arena, "规则只使用 %zu 项事实", at));
    return 0;
}

static bool minor_units_read(const struct json *value, int64_t *ret)
{
    if (!value || json_kind(value) != JSON_INTEGER || json_integer(value) < 0 ||
        json_integer(value) > REPLAY_NUMBER_MAX)
        return false;
    *ret = json_integer(value);
    return true;
}

/* Paid and earlier refunds; where the policy tests them they are facts, and the amount must say the same. */
static int amount_read(struct arena *arena, const struct json *root, const struct replay_policy *policy,
                       struct replay_inputs *inputs, struct evidence_difference *ret)
{
    const struct json *amount = json_find(root, "amount");
    if (!amount || json_kind(amount) != JSON_OBJECT)
        return differs(ret, TEXT_LITERAL("/amount"), value_shown(arena, amount), "it should be an object", "应为对象");
    const struct json *currency = json_find(amount, "currency"), *paid = json_find(amount, "paid"),
                      *earlier = json_find(amount, "earlier_refunds");
    if (!currency || json_kind(currency) != JSON_STRING || currency_check(json_string(currency), NULL))
        return differs(ret, TEXT_LITERAL("/amount/currency"), value_shown(arena, currency),
                       "it should be a currency's code", "应为币种代码");
    memcpy(inputs->currency, json_string(currency).data, 3);
    inputs->paid = -1;
    if (!paid || (json_kind(paid) != JSON_NULL && !minor_units_read(paid, &inputs->paid)))
        return differs(ret, TEXT_LITERAL("/amount/paid"), value_shown(arena, paid), "it should be an amount",
                       "应为金额");
    if (!minor_units_read(earlier, &inputs->earlier_refunds))
        return differs(ret, TEXT_LITERAL("/amount/earlier_refunds"), value_shown(arena, earlier),
                       "it should be an amount", "应为金额");
    if (policy->tested & replay_bit(REPLAY_AMOUNT))
        inputs->paid = inputs->known & replay_bit(REPLAY_AMOUNT) ? inputs->value[REPLAY_AMOUNT] : -1;
    if (policy->tested & replay_bit(REPLAY_EARLIER_REFUNDS))
        inputs->earlier_refunds =
            inputs->known & replay_bit(REPLAY_EARLIER_REFUNDS) ? inputs->value[REPLAY_EARLIER_REFUNDS] : 0;
    return 0;
}

static int labels_read(struct arena *arena, const struct json *root, struct replay_inputs *inputs,
                       struct evidence_difference *ret)
{
    const struct json *decided_at = json_find(root, "decided_at"), *claim = json_find(root, "claim");
    if (!decided_at || json_kind(decided_at) != JSON_INTEGER)
        return differs(ret, TEXT_LITERAL("/decided_at"), value_shown(arena, decided_at),
                       "it should be a time in seconds", "应为秒数表示的时间");
    inputs->decided_at = json_integer(decided_at);
    if (claim && json_kind(claim) == JSON_NULL)
        return 0;
    if (!claim || json_kind(claim) != JSON_STRING || json_string(claim).length == 0 ||
        json_string(claim).length > CLAIM_BYTES_MAX)
        return differs(ret, TEXT_LITERAL("/claim"), value_shown(arena, claim), "it should be a claim's id or null",
                       "应为申请编号或 null");
    inputs->claim = json_string(claim);
    return 0;
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
    struct text found = value_shown(walk->arena, walk->found), expected = value_shown(walk->arena, walk->expected);
    struct text label = text_clip(walk->label, 64);
    const char *blank = label.length ? " " : "";
    struct text place = text_clip(place_of(walk), 80);
    snprintf(ret->words_en, sizeof ret->words_en, "%s%s%.*s: %.*s is %.*s, decided again %.*s", en, blank,
             TEXT_ARG(label), TEXT_ARG(place), TEXT_ARG(found), TEXT_ARG(expected));
    snprintf(ret->words_zh, sizeof ret->words_zh, "%s%s%.*s: %.*s 写为 %.*s, 复算为 %.*s", zh, blank, TEXT_ARG(label),
             TEXT_ARG(place), TEXT_ARG(found), TEXT_ARG(expected));
    return 1;
}

static int difference_find(struct arena *arena, const struct json *found, const struct json *expected,
                           struct evidence_difference *ret)
{
    struct walk walk = {.arena = arena};
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
        const char *member = sections[i].member;
        walk.step_count = 0;
        step_down(&walk, text_of(member));
        if (!same(&walk, json_find(found, member), json_find(expected, member)))
            return section_say(&walk, sections[i].en, sections[i].zh, ret);
    }
    walk.step_count = 0;
    if (!same_object(&walk, found, expected))
        return section_say(&walk, "an unknown member", "多余的成员", ret);
    words_set(ret, "it says the same, but its bytes are not the canonical form (RFC 8785)",
              "内容相同, 但字节不是规范形式 (RFC 8785)");
    return 1;
}

/* ---- the whole ---- */

static int policy_compare(struct arena *arena, const struct json *root, const struct replay_policy *policy,
                          struct evidence_difference *ret)
{
    const struct json *named = json_find(root, "policy");
    const struct json *sha256 = named && json_kind(named) == JSON_OBJECT ? json_find(named, "sha256") : NULL;
    if (sha256 && json_kind(sha256) == JSON_STRING && text_is(json_string(sha256), policy->sha256_hex))
        return 0;
    return differs(ret, TEXT_LITERAL("/policy/sha256"), value_shown(arena, sha256),
                   arena_printf(arena, "but this policy is %.12s...", policy->sha256_hex),
                   arena_printf(arena, "而该规则为 %.12s...", policy->sha256_hex));
}

static int bytes_compare(struct arena *arena, struct text certificate, const struct json *root, struct text expected,
                         struct evidence_difference *ret, struct error *error)
{
    struct json *should_be = NULL;
    if (text_equal(certificate, expected))
        return 0;
    if (json_parse(expected, EVIDENCE_CERTIFICATE_BYTES_MAX, &should_be, error))
        return -1;
    int result = difference_find(arena, root, should_be, ret);
    json_free(should_be);
    return result;
}

static int document_replay(struct arena *arena, struct text certificate, const struct json *root,
                           struct replay_policy *policy, struct evidence_difference *ret, struct error *error)
{
    struct replay_inputs inputs = {0};
    struct replay_decision decision;
    if (policy_compare(arena, root, policy, ret) || facts_read(arena, root, policy, &inputs, ret) ||
        amount_read(arena, root, policy, &inputs, ret) || labels_read(arena, root, &inputs, ret))
        return 1;
    replay_decide(policy, &inputs, &decision);
    struct buffer expected;
    struct json_writer writer;
    buffer_init(&expected, EVIDENCE_CERTIFICATE_BYTES_MAX);
    json_writer_init(&writer, &expected);
    replay_certificate_write(&writer, policy, &inputs, &decision);
    json_writer_done(&writer);
    int result = buffer_check(&expected, error);
    if (result == 0)
        result = bytes_compare(arena, certificate, root, buffer_text(&expected), ret, error);
    buffer_done(&expected);
    return result;
}

int evidence_replay(struct text certificate, struct text policy_source, struct evidence_difference *ret,
                    struct error *error)
{
    assert(ret);
    struct json *root = NULL;
    struct replay_policy *policy = NULL;
    struct arena *arena = arena_new(REPLAY_ARENA_BYTES);
    words_set(ret, "", "");
    int result = replay_policy_read(arena, policy_source, &policy, error);
    if (result == 0)
        result = json_parse(certificate, EVIDENCE_CERTIFICATE_BYTES_MAX, &root, error);
    if (result == 0 && json_kind(root) != JSON_OBJECT)
        result = error_set(error, ERROR_FIELD_TYPE, "the certificate is not a JSON object");
    if (result == 0)
        result = document_replay(arena, certificate, root, policy, ret, error);
    json_free(root);
    arena_free(arena);
    return result;
}
