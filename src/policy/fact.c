/* SPDX-License-Identifier: Apache-2.0 */
/* The table of facts, and a set of facts about one order: filling it, reading it from JSON, writing values back.
 * Who may state a fact is enforced here and nowhere else. */
#include "policy/policy.h"

#include <assert.h>
#include <string.h>

#include "base/money.h"

#define FACT_VALUE_ROW(set, code, word, goods, label_en, label_zh) {word, label_en, label_zh, POLICY_GOODS_##goods},
#define FACT_VALUE_SET_TABLE(set)                                                                                      \
    static const struct fact_value_info values_##set[] = {FACT_VALUES_##set(FACT_VALUE_ROW)};
FACT_VALUE_SETS(FACT_VALUE_SET_TABLE)

#define VALUES_OF(set) values_##set, set##_VALUE_COUNT
#define values_NONE NULL
#define NONE_VALUE_COUNT 0
#define S(source) (1u << FACT_SOURCE_##source)

static const struct fact_info fact_infos[FACT_COUNT] = {
#define FACT_ROW(code, word, type, set, goods, sources, strength, label_en, label_zh, question_en, question_zh)        \
    [FACT_##code] = {word,                                                                                             \
                     label_en,                                                                                         \
                     label_zh,                                                                                         \
                     question_en,                                                                                      \
                     question_zh,                                                                                      \
                     FACT_TYPE_##type,                                                                                 \
                     FACT_STRENGTH_##strength,                                                                         \
                     POLICY_GOODS_##goods,                                                                             \
                     sources,                                                                                          \
                     VALUES_OF(set)},
#include "policy/facts.def"
#undef FACT_ROW
};

static const char *const source_words[FACT_SOURCE_COUNT] = {
    [FACT_SOURCE_RECORD] = "record",     [FACT_SOURCE_ISSUER] = "issuer", [FACT_SOURCE_EVIDENCE] = "evidence",
    [FACT_SOURCE_MERCHANT] = "merchant", [FACT_SOURCE_BUYER] = "buyer",   [FACT_SOURCE_ARBITER] = "arbiter",
};

const struct fact_info *fact_info(enum fact fact)
{
    assert(fact >= 0 && fact < FACT_COUNT);
    return &fact_infos[fact];
}

bool fact_is_proof(enum fact fact)
{
    return fact_info(fact)->values == values_PROOF;
}

int fact_find(struct text word)
{
    for (int i = 0; i < FACT_COUNT; i++)
        if (text_is(word, fact_infos[i].word))
            return i;
    return -1;
}

int fact_value_find(enum fact fact, struct text word)
{
    const struct fact_info *info = fact_info(fact);
    for (int i = 0; i < info->value_count; i++)
        if (text_is(word, info->values[i].word))
            return i;
    return -1;
}

const char *fact_source_word(enum fact_source source)
{
    assert(source >= 0 && source < FACT_SOURCE_COUNT);
    return source_words[source];
}

int fact_source_find(struct text word)
{
    for (int i = 0; i < FACT_SOURCE_COUNT; i++)
        if (text_is(word, source_words[i]))
            return i;
    return -1;
}

void policy_facts_init(struct policy_facts *facts)
{
    assert(facts);
    memset(facts, 0, sizeof *facts);
    memcpy(facts->currency, "CNY", sizeof "CNY");
    for (int i = 0; i < FACT_COUNT; i++)
        facts->leaf[i] = -1;
}

static int value_range_check(enum fact fact, int64_t value, struct error *error)
{
    const struct fact_info *info = fact_info(fact);
    int64_t minimum = 0, maximum = FACT_VALUE_MAXIMUM;
    switch (info->type) {
    case FACT_TYPE_ENUM:
    case FACT_TYPE_BOOLEAN:
        maximum = info->value_count - 1;
        break;
    case FACT_TYPE_DURATION:
        minimum = FACT_NEVER;
        break;
    case FACT_TYPE_PERCENT:
        maximum = 100;
        break;
    case FACT_TYPE_SPAN:
    case FACT_TYPE_MONEY:
    case FACT_TYPE_COUNT:
        break;
    }
    if (value >= minimum && value <= maximum)
        return 0;
    error_set(error, ERROR_FIELD_RANGE, "the value %lld of the fact %s is outside %lld to %lld", (long long)value,
              info->word, (long long)minimum, (long long)maximum);
    return error_at(error, "/%s", info->word);
}

int policy_facts_set(struct policy_facts *facts, enum fact fact, int64_t value, enum fact_source source, int64_t leaf,
                     struct error *error)
{
    assert(facts);
    assert(source >= 0 && source < FACT_SOURCE_COUNT);
    assert(leaf >= -1);
    const struct fact_info *info = fact_info(fact);
    if (value_range_check(fact, value, error))
        return -1;
    if (!(info->sources & (1u << source))) {
        error_set(error, ERROR_POLICY_SOURCE, "the fact %s may not be stated by %s", info->word, source_words[source]);
        return error_at(error, "/%s", info->word);
    }
    facts->known |= UINT64_C(1) << fact;
    facts->value[fact] = value;
    facts->source[fact] = (uint8_t)source;
    facts->leaf[fact] = leaf;
    return 0;
}

static int value_parse(enum fact fact, struct text word, int64_t *ret_value, struct error *error)
{
    const struct fact_info *info = fact_info(fact);
    if (info->values) {
        int position = fact_value_find(fact, word);
        if (position < 0) {
            error_set(error, ERROR_FIELD_VALUE, "the fact %s has no value \"%.*s\"", info->word,
                      word.length > 60 ? 60 : (int)word.length, word.data ? word.data : "");
            return error_at(error, "/%s", info->word);
        }
        *ret_value = position;
        return 0;
    }
    if (info->type == FACT_TYPE_DURATION && text_is(word, "never")) {
        *ret_value = FACT_NEVER;
        return 0;
    }
    int64_t number;
    if (text_to_int64(word, &number, error))
        return error_at(error, "/%s", info->word);
    if (number < 0) {
        error_set(error, ERROR_FIELD_RANGE, "the value of the fact %s must not be negative", info->word);
        return error_at(error, "/%s", info->word);
    }
    *ret_value = number;
    return 0;
}

int policy_facts_set_word(struct policy_facts *facts, enum fact fact, struct text value, enum fact_source source,
                          int64_t leaf, struct error *error)
{
    int64_t number;
    if (value_parse(fact, value, &number, error))
        return -1;
    return policy_facts_set(facts, fact, number, source, leaf, error);
}

void policy_facts_clear(struct policy_facts *facts, enum fact fact)
{
    assert(facts);
    assert(fact >= 0 && fact < FACT_COUNT);
    facts->known &= ~(UINT64_C(1) << fact);
    facts->value[fact] = 0;
    facts->source[fact] = 0;
    facts->leaf[fact] = -1;
}

static enum fact_source first_source(enum fact fact)
{
    return (enum fact_source)__builtin_ctz(fact_info(fact)->sources);
}

static int fact_read_value(struct policy_facts *facts, enum fact fact, const struct json *value,
                           enum fact_source source, int64_t leaf, struct error *error)
{
    const struct fact_info *info = fact_info(fact);
    if (json_kind(value) == JSON_STRING)
        return policy_facts_set_word(facts, fact, json_string(value), source, leaf, error);
    if (json_kind(value) == JSON_BOOLEAN && info->type == FACT_TYPE_BOOLEAN)
        return policy_facts_set(facts, fact, json_boolean(value), source, leaf, error);
    if (json_kind(value) == JSON_INTEGER && !info->values && json_integer(value) >= 0)
        return policy_facts_set(facts, fact, json_integer(value), source, leaf, error);
    error_set(error, ERROR_FIELD_TYPE, "the value of the fact %s has the wrong type", info->word);
    return error_at(error, "/%s", info->word);
}

static int fact_read_object(struct policy_facts *facts, enum fact fact, const struct json *object, struct error *error)
{
    const struct json *value = json_find(object, "value"), *source = json_find(object, "source"),
                      *leaf = json_find(object, "leaf");
    const char *word = fact_info(fact)->word;
    size_t expected = (size_t)(value != NULL) + (size_t)(source != NULL) + (size_t)(leaf != NULL);
    if (!value || json_count(object) != expected) {
        error_set(error, value ? ERROR_FIELD_UNKNOWN : ERROR_FIELD_MISSING,
                  "the fact %s takes the members value, source and leaf", word);
        return error_at(error, "/%s", word);
    }
    enum fact_source who = first_source(fact);
    if (source) {
        int found = json_kind(source) == JSON_STRING ? fact_source_find(json_string(source)) : -1;
        if (found < 0) {
            error_set(error, ERROR_FIELD_VALUE, "the source of the fact %s is not known", word);
            return error_at(error, "/%s/source", word);
        }
        who = (enum fact_source)found;
    }
    int64_t index = -1;
    if (leaf && json_kind(leaf) != JSON_NULL) {
        if (json_kind(leaf) != JSON_INTEGER || json_integer(leaf) < 0) {
            error_set(error, ERROR_FIELD_TYPE, "the leaf of the fact %s is not an index", word);
            return error_at(error, "/%s/leaf", word);
        }
        index = json_integer(leaf);
    }
    return fact_read_value(facts, fact, value, who, index, error);
}

static int header_read(struct policy_facts *facts, struct text key, const struct json *value, struct error *error)
{
    bool is_string = json_kind(value) == JSON_STRING;
    if (text_is(key, "currency") && is_string) {
        if (currency_check(json_string(value), error))
            return error_at(error, "/currency");
        memcpy(facts->currency, json_string(value).data, 3);
        return 0;
    }
    if (text_is(key, "claim") && is_string && json_string(value).length < sizeof facts->claim) {
        memset(facts->claim, 0, sizeof facts->claim);
        if (json_string(value).length)
            memcpy(facts->claim, json_string(value).data, json_string(value).length);
        return 0;
    }
    if (text_is(key, "decided_at") && json_kind(value) == JSON_INTEGER) {
        facts->decided_at_s = json_integer(value);
        return 0;
    }
    error_set(error, ERROR_FIELD_TYPE, "the member %.*s has the wrong type", TEXT_ARG(key));
    return error_at(error, "/%.*s", TEXT_ARG(key));
}

int policy_facts_read(struct policy_facts *facts, const struct json *object, struct error *error)
{
    assert(facts);
    assert(object);
    if (json_kind(object) != JSON_OBJECT)
        return error_set(error, ERROR_FIELD_TYPE, "facts are a JSON object");
    size_t cursor = 0;
    struct text key;
    const struct json *value;
    while (json_next(object, &cursor, &key, &value)) {
        int result, fact = fact_find(key);
        if (text_is(key, "currency") || text_is(key, "claim") || text_is(key, "decided_at")) {
            result = header_read(facts, key, value, error);
        } else if (fact < 0) {
            error_set(error, ERROR_FIELD_UNKNOWN, "there is no fact \"%.*s\"", key.length > 60 ? 60 : (int)key.length,
                      key.data);
            result = error_at(error, "/%.*s", key.length > 60 ? 60 : (int)key.length, key.data);
        } else if (json_kind(value) == JSON_NULL) {
            policy_facts_clear(facts, (enum fact)fact);
            result = 0;
        } else if (json_kind(value) == JSON_OBJECT) {
            result = fact_read_object(facts, (enum fact)fact, value, error);
        } else {
            result = fact_read_value(facts, (enum fact)fact, value, first_source((enum fact)fact), -1, error);
        }
        if (result)
            return -1;
    }
    return 0;
}

void policy_facts_write(struct json_writer *writer, const struct policy_facts *facts)
{
    assert(writer);
    assert(facts);
    json_object_begin(writer);
    for (int i = 0; i < FACT_COUNT; i++) {
        if (!(facts->known >> i & 1))
            continue;
        const struct fact_info *info = &fact_infos[i];
        if (info->values)
            json_member_string(writer, info->word, info->values[facts->value[i]].word);
        else if (info->type == FACT_TYPE_DURATION && facts->value[i] == FACT_NEVER)
            json_member_string(writer, info->word, "never");
        else
            json_member_integer(writer, info->word, facts->value[i]);
    }
    json_object_end(writer);
}
