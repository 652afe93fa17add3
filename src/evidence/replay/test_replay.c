/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The decision checker: the golden certificates replay, and every change of one place in them is refused; what the
 * meaning of each part is, in small policies; hostile input. tests/test_replay_policy.c holds it against the evaluator.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/limits.h"
#include "evidence/replay/replay.h"

#define FILE_BYTES_MAX ((size_t)1024 * 1024)

/* ---- golden certificates ---- */

typedef void golden_fn(struct text certificate, struct text policy, const char *path);

static void file_load(const char *path, struct buffer *out)
{
    struct error error;
    buffer_init(out, FILE_BYTES_MAX);
    if (file_read_all(path, FILE_BYTES_MAX, out, &error))
        fail_msg("%s", error.message);
}

static int case_visit(const char *path, struct text policy, golden_fn *visit)
{
    struct buffer bytes;
    struct json *document;
    struct error error;
    file_load(path, &bytes);
    if (json_parse(buffer_text(&bytes), FILE_BYTES_MAX, &document, &error))
        fail_msg("%s: %s", path, error.message);
    const struct json *certificate = json_find(document, "certificate");
    if (certificate)
        visit(json_string(certificate), policy, path);
    json_free(document);
    buffer_done(&bytes);
    return certificate != NULL;
}

static int cases_visit(const char *root, const char *name, golden_fn *visit)
{
    char path[1024];
    struct buffer policy;
    int count = 0;
    snprintf(path, sizeof path, "%s/%s.policy", root, name);
    file_load(path, &policy);
    snprintf(path, sizeof path, "%s/%s/cases", root, name);
    DIR *directory = opendir(path);
    assert_non_null(directory);
    for (struct dirent *entry; (entry = readdir(directory));) {
        if (!strstr(entry->d_name, ".json"))
            continue;
        snprintf(path, sizeof path, "%s/%s/cases/%s", root, name, entry->d_name);
        count += case_visit(path, buffer_text(&policy), visit);
    }
    closedir(directory);
    buffer_done(&policy);
    return count;
}

static void golden_visit(golden_fn *visit)
{
    const char *root = getenv("SHUNTUI_POLICIES");
    int count = 0;
    assert_non_null(root);
    DIR *directory = opendir(root);
    assert_non_null(directory);
    for (struct dirent *entry; (entry = readdir(directory));) {
        char name[256];
        size_t length = strlen(entry->d_name);
        if (length < 8 || strcmp(entry->d_name + length - 7, ".policy") != 0)
            continue;
        snprintf(name, sizeof name, "%.*s", (int)(length - 7), entry->d_name);
        count += cases_visit(root, name, visit);
    }
    closedir(directory);
    assert_true(count >= 9);
}

static void golden_replays(struct text certificate, struct text policy, const char *path)
{
    struct evidence_difference difference;
    struct error error = {.code = ERROR_NONE};
    int result = evidence_replay(certificate, policy, &difference, &error);
    if (result)
        fail_msg("%s: %s", path, result > 0 ? difference.words_en : error.message);
}

static void every_golden_certificate_replays(void **state)
{
    (void)state;
    golden_visit(golden_replays);
}

/* ---- one change at a time ---- */

/* The inputs of a decision: another value of the same type may give the same decision, so it may be accepted; a value
 * that turns a condition is refused by the rest of the certificate. Everything else must be refused whatever it is. */
static const char *const inputs[] = {
    "/decided_at",             /* when it was decided: no rule looks at the clock */
    "/claim",                  /* which claim it is about */
    "/facts/value",            /* what was known of the order */
    "/facts/source",           /* who stated it, among those who may */
    "/facts/leaf",             /* where the log holds it */
    "/amount/currency",        /* what was paid with */
    "/amount/paid",            /* paid for the order */
    "/amount/earlier_refunds", /* already refunded of it */
};

static bool is_input(const char *place)
{
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++)
        if (strcmp(place, inputs[i]) == 0)
            return true;
    return false;
}

enum change {
    CHANGE_VALUE, /* another value of the same type */
    CHANGE_MORE,  /* an integer one less, a text without its end, a list with its first two items exchanged */
    CHANGE_NULL,  /* null, or 0 instead of null */
    CHANGE_EMPTY, /* "", or an empty list or object */
    CHANGE_TYPE,  /* a boolean */
    CHANGE_DROP,  /* the member or item is left out */
    CHANGE_TWICE, /* the item stands twice; a member is followed by one with another name */
    CHANGE_COUNT
};

struct mutation {
    struct json_writer *writer;
    int target, next; /* which value in document order */
    enum change change;
    bool done;        /* the target was met and the change means something there */
    bool may_be_same; /* the change keeps the type of an input */
    char place[200];  /* of the target, indices left out */
};

static void value_write(struct mutation *mutation, const struct json *value, const char *place, const char *key);

static void scalar_change(struct mutation *mutation, const struct json *value)
{
    struct text string = json_kind(value) == JSON_STRING ? json_string(value) : text_of("");
    bool less = mutation->change == CHANGE_MORE;
    char longer[300];
    switch (json_kind(value)) {
    case JSON_NULL:
        json_add_string(mutation->writer, less ? "accepts" : "true");
        return;
    case JSON_BOOLEAN:
        json_add_boolean(mutation->writer, !json_boolean(value));
        return;
    case JSON_INTEGER:
        json_add_integer(mutation->writer, json_integer(value) + (less ? -1 : 1));
        return;
    case JSON_STRING:
        snprintf(longer, sizeof longer, "%.*sx", TEXT_ARG(string));
        if (less)
            json_add_text(mutation->writer, (struct text){string.data, string.length ? string.length - 1 : 0});
        else
            json_add_string(mutation->writer, longer);
        return;
    case JSON_ARRAY:
    case JSON_OBJECT:
        return;
    }
}

static bool is_scalar(const struct json *value)
{
    return json_kind(value) != JSON_ARRAY && json_kind(value) != JSON_OBJECT;
}

static void items_write(struct mutation *mutation, const struct json *array, const char *place, bool exchange)
{
    json_array_begin(mutation->writer);
    for (size_t i = 0; i < json_count(array); i++) {
        size_t at = exchange && i < 2 ? 1 - i : i;
        value_write(mutation, json_item(array, at), place, NULL);
    }
    json_array_end(mutation->writer);
}

static void members_write(struct mutation *mutation, const struct json *object, const char *place)
{
    size_t cursor = 0;
    struct text key;
    const struct json *value;
    json_object_begin(mutation->writer);
    while (json_next(object, &cursor, &key, &value)) {
        char below[200], name[64];
        snprintf(name, sizeof name, "%.*s", TEXT_ARG(key));
        snprintf(below, sizeof below, "%s/%s", place, name);
        value_write(mutation, value, below, name);
    }
    json_object_end(mutation->writer);
}

static void plain_write(struct mutation *mutation, const struct json *value, const char *place)
{
    if (json_kind(value) == JSON_OBJECT)
        members_write(mutation, value, place);
    else if (json_kind(value) == JSON_ARRAY)
        items_write(mutation, value, place, false);
    else
        json_add_value(mutation->writer, value);
}

static void changed_write(struct mutation *mutation, const struct json *value, const char *place)
{
    switch (mutation->change) {
    case CHANGE_VALUE:
    case CHANGE_MORE:
        if (is_scalar(value))
            scalar_change(mutation, value);
        else if (json_kind(value) == JSON_ARRAY && mutation->change == CHANGE_MORE && json_count(value) > 1)
            items_write(mutation, value, place, true);
        else {
            mutation->done = false;
            plain_write(mutation, value, place);
        }
        return;
    case CHANGE_NULL:
        if (json_kind(value) == JSON_NULL)
            json_add_integer(mutation->writer, 0);
        else
            json_add_null(mutation->writer);
        return;
    case CHANGE_EMPTY:
        mutation->done = is_scalar(value) || json_count(value) > 0;
        if (is_scalar(value)) {
            json_add_string(mutation->writer, "");
        } else if (json_kind(value) == JSON_ARRAY) {
            json_array_begin(mutation->writer);
            json_array_end(mutation->writer);
        } else {
            json_object_begin(mutation->writer);
            json_object_end(mutation->writer);
        }
        return;
    case CHANGE_TYPE:
        json_add_boolean(mutation->writer, true);
        return;
    case CHANGE_DROP:
    case CHANGE_TWICE:
    case CHANGE_COUNT:
        plain_write(mutation, value, place);
        return;
    }
}

/* Writes a value, or what the change makes of it; key is NULL for an item of a list. */
static void value_write(struct mutation *mutation, const struct json *value, const char *place, const char *key)
{
    bool is_target = mutation->next++ == mutation->target;
    bool drops = is_target && mutation->change == CHANGE_DROP, twice = is_target && mutation->change == CHANGE_TWICE;
    char other[80];
    if (is_target) {
        mutation->done = true;
        mutation->may_be_same = is_input(place) && !drops && !twice;
        snprintf(mutation->place, sizeof mutation->place, "%s", place);
    }
    if (drops)
        return;
    if (key)
        json_key(mutation->writer, key);
    if (is_target)
        changed_write(mutation, value, place);
    else
        plain_write(mutation, value, place);
    if (!twice)
        return;
    snprintf(other, sizeof other, "%s_2", key ? key : "");
    if (key)
        json_key(mutation->writer, other);
    json_add_value(mutation->writer, value);
}

static int refused, accepted_inputs;

static void mutation_try(const struct json *document, struct text policy, struct mutation *mutation, const char *path)
{
    struct buffer out;
    struct json_writer writer;
    struct evidence_difference difference;
    buffer_init(&out, FILE_BYTES_MAX);
    json_writer_init(&writer, &out);
    mutation->writer = &writer;
    size_t cursor = 0;
    struct text key;
    const struct json *value;
    json_object_begin(&writer);
    while (json_next(document, &cursor, &key, &value)) {
        char place[80], name[64];
        snprintf(name, sizeof name, "%.*s", TEXT_ARG(key));
        snprintf(place, sizeof place, "/%s", name);
        value_write(mutation, value, place, name);
    }
    json_object_end(&writer);
    json_writer_done(&writer);
    if (mutation->done) {
        int result = evidence_replay(buffer_text(&out), policy, &difference, NULL);
        if (result != 1 && !(result == 0 && mutation->may_be_same))
            fail_msg("%s: change %d of %s (value %d) gives %d", path, (int)mutation->change, mutation->place,
                     mutation->target, result);
        if (result == 1) {
            assert_true(difference.words_en[0] && difference.words_zh[0]);
            assert_true(text_utf8_bad(text_of(difference.words_zh)) < 0);
        }
        refused += result == 1;
        accepted_inputs += result == 0;
    }
    buffer_done(&out);
}

static void golden_mutations(struct text certificate, struct text policy, const char *path)
{
    struct json *document;
    assert_int_equal(json_parse(certificate, FILE_BYTES_MAX, &document, NULL), 0);
    int count = 1; /* of values: the first change hides none, so it counts them all */
    for (int change = 0; change < CHANGE_COUNT; change++)
        for (int target = 0; target < count; target++) {
            struct mutation mutation = {.target = target, .change = (enum change)change};
            mutation_try(document, policy, &mutation, path);
            count = mutation.next > count ? mutation.next : count;
        }
    json_free(document);
}

static void every_change_of_one_place_is_refused_but_for_the_inputs(void **state)
{
    (void)state;
    refused = accepted_inputs = 0;
    golden_visit(golden_mutations);
    assert_true(refused > 10000);
    assert_true(accepted_inputs > 100);
}

/* ---- one meaning at a time ---- */

/* The certificate as the policy's identity must stand in it; "@" is the place of the hash. */
static int replay_text(const char *policy, const char *certificate, struct evidence_difference *ret)
{
    uint8_t hash[HASH_BYTES];
    char hex[HASH_HEX_BYTES];
    struct buffer out;
    const char *at = strchr(certificate, '@');
    hash_sha256(policy, strlen(policy), hash);
    hash_hex(hash, hex);
    buffer_init(&out, FILE_BYTES_MAX);
    if (at) {
        buffer_add(&out, certificate, (size_t)(at - certificate));
        buffer_add_string(&out, hex);
        certificate = at + 1;
    }
    buffer_add_string(&out, certificate);
    struct error error = {.code = ERROR_NONE};
    int result = evidence_replay(buffer_text(&out), text_of(policy), ret, &error);
    if (result < 0)
        snprintf(ret->words_en, sizeof ret->words_en, "%s", error.message);
    buffer_done(&out);
    return result;
}

#define SMALL                                                                                                          \
    "policy \"small\" version 1 goods card_key\nclause a \"A\" when card is sealed refund 50 percent at once\n"
#define SMALL_START                                                                                                    \
    "{\"amount\":{\"currency\":\"CNY\",\"earlier_refunds\":0,\"paid\":101,\"refund\":51,\"rule\":\"percent\","         \
    "\"steps\":[{"                                                                                                     \
    "\"op\":\"paid\",\"value\":101},{\"op\":\"percent\",\"value\":50},{\"op\":\"limit\",\"value\":101}]},"             \
    "\"bearer\":\"merchant\",\"claim\":null,\"clauses\":[{\"applies\":\"true\",\"conditions\":[{\"fact\":\"card\","    \
    "\"op\":\"is\",\"truth\":\"true\",\"values\":[\"sealed\"]},{\"fact\":\"reason\",\"op\":\"is_not\",\"truth\":"      \
    "\"true\","                                                                                                        \
    "\"values\":[\"other\"]}],\"id\":\"a\",\"overridden_by\":[]}],\"deadlines\":{\"merchant_answer_s\":null,"          \
    "\"review_s\":null,\"silence\":null},\"decided_at\":1,\"disposition\":\"pay_now\",\"evidence\":[],"
#define SMALL_FACTS                                                                                                    \
    "\"facts\":[{\"leaf\":null,\"name\":\"reason\",\"source\":\"buyer\",\"value\":\"changed_mind\"},"                  \
    "{\"leaf\":7,\"name\":\"card\",\"source\":\"record\",\"value\":\"sealed\"}],"
#define SMALL_END                                                                                                      \
    "\"governing\":\"a\",\"outcome\":\"refund\",\"overrode\":[],\"policy\":{\"name\":\"small\",\"sha256\":\"@\","      \
    "\"version\":1},\"v\":1,\"vocabulary\":\"1\"}"

struct replay_case {
    const char *policy, *certificate;
    int expected;
    const char *words; /* a part of the English words */
};

static void a_difference_is_named_in_words(void **state)
{
    (void)state;
    static const struct replay_case cases[] = {
        {SMALL, SMALL_START SMALL_FACTS SMALL_END, 0, ""},
        {SMALL, " " SMALL_START SMALL_FACTS SMALL_END, 1, "not the canonical form"},
        {SMALL " ", SMALL_START SMALL_FACTS SMALL_END, 0, ""},
        {SMALL, SMALL_START SMALL_FACTS "\"governing\":\"a\",\"policy\":{\"sha256\":\"00\"}}", 1, "/policy/sha256"},
        {SMALL, SMALL_START "\"facts\":[],\"policy\":{\"sha256\":\"@\"}}", 1, "the policy tests \"reason\" here"},
        {SMALL,
         SMALL_START "\"facts\":[{\"leaf\":null,\"name\":\"reason\",\"source\":\"buyer\",\"value\":\"changed_mind\"},"
                     "{\"leaf\":7,\"name\":\"card\",\"source\":\"buyer\",\"value\":\"sealed\"}]," SMALL_END,
         1, "from a source that may not state it"},
        {SMALL,
         SMALL_START "\"facts\":[{\"leaf\":null,\"name\":\"reason\",\"source\":\"buyer\",\"value\":\"changed_mind\"},"
                     "{\"leaf\":7,\"name\":\"card\",\"source\":\"record\",\"value\":\"open\"}]," SMALL_END,
         1, "which this fact cannot be"},
        {SMALL,
         SMALL_START "\"facts\":[{\"leaf\":null,\"name\":\"reason\",\"source\":\"buyer\",\"value\":\"other\"},"
                     "{\"leaf\":7,\"name\":\"card\",\"source\":\"record\",\"value\":\"sealed\"}]," SMALL_END,
         1, "whether a clause applies a: /clauses/0/applies is \"true\", decided again \"false\""},
        {SMALL, "[]", -1, "not a JSON object"},
        {SMALL, "{", -1, ""},
        {"policy \"small\"", SMALL_START SMALL_FACTS SMALL_END, -1, "expected version, found \"the end\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct evidence_difference difference;
        int result = replay_text(cases[i].policy, cases[i].certificate, &difference);
        if (result != cases[i].expected || !strstr(difference.words_en, cases[i].words))
            fail_msg("case %zu: %d %s", i, result, difference.words_en);
    }
}

/* ---- what is no policy ---- */

#define HEAD "policy \"p\" version 1 goods card_key\n"
#define CLAUSE "clause a \"A\" when card is sealed refund full at once\n"

static void what_is_no_policy_is_refused(void **state)
{
    (void)state;
    static const char *const sources[] = {
        "",
        HEAD,
        "policy \"P\" version 1 goods card_key " CLAUSE,
        "policy \"p\" version 01 goods card_key " CLAUSE,
        "policy \"p\" version 0 goods card_key " CLAUSE,
        "policy \"p\" version 1 goods cards " CLAUSE,
        HEAD CLAUSE CLAUSE,
        HEAD CLAUSE "a overrides a",
        HEAD CLAUSE "a overrides b",
        HEAD CLAUSE "otherwise refuse otherwise refuse",
        HEAD CLAUSE "otherwise review within 16 days",
        HEAD "clause a \"A\" refund full at once",
        HEAD "clause a \"A\" when card is sealed",
        HEAD "clause a \"\" when card is sealed refuse",
        HEAD "clause a \"A\\\" when card is sealed refuse",
        HEAD "clause card \"A\" when card is sealed refuse",
        HEAD "clause a \"A\" when card is sealed refund full",
        HEAD "clause a \"A\" when card is sealed refund full at once merchant answers within 1 day, silence accepts",
        HEAD "clause a \"A\" when card is sealed refuse needs problem_proof",
        HEAD "clause a \"A\" when card is sealed refund 0 percent at once",
        HEAD "clause a \"A\" when card is sealed refund unfinished part at once",
        HEAD "clause a \"A\" when card is sealed and late or late refuse",
        HEAD "clause a \"A\" when (card is sealed refuse",
        HEAD "clause a \"A\" when (((((((((late))))))))) refuse",
        HEAD "clause a \"A\" when card is open refuse",
        HEAD "clause a \"A\" when reason is service_incomplete refuse",
        HEAD "clause a \"A\" when progress under 50 percent refuse",
        HEAD "clause a \"A\" when amount over 1.234 CNY refuse",
        HEAD "clause a \"A\" when amount over 01 CNY refuse",
        HEAD "clause a \"A\" when amount over 1. CNY refuse",
        HEAD "clause a \"A\" when amount over 1 CNY and amount under 2 USD refuse",
        HEAD "clause a \"A\" when amount over 1 ABC refuse",
        HEAD "clause a \"A\" when quantity over 1000001 refuse",
        HEAD "clause a \"A\" when purchased within 100001 days refuse",
        HEAD "clause a \"A\" when late within 1 day refuse",
        HEAD "clause a \"A\" when purchased by 1 day refuse",
        HEAD "clause a \"\xff\" when late refuse",
        HEAD "clause a \"A\xe3\x80\x82\" when late refuse;",
    };
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        struct error error = {.code = ERROR_NONE};
        struct evidence_difference difference;
        if (evidence_replay(TEXT_LITERAL("{}"), text_of(sources[i]), &difference, &error) != -1)
            fail_msg("accepted: %s", sources[i]);
        assert_true(error.code == ERROR_POLICY_SYNTAX || error.code == ERROR_POLICY_MEANING ||
                    error.code == ERROR_POLICY_LIMIT || error.code == ERROR_POLICY_GOODS);
        assert_true(text_utf8_bad(text_of(error.message)) < 0);
    }
}

/* ---- hostile sizes ---- */

static void repeat(struct buffer *out, const char *piece, size_t bytes_max)
{
    while (out->length + strlen(piece) <= bytes_max)
        buffer_add_string(out, piece);
}

static void the_largest_texts_end_in_bounded_time_and_memory(void **state)
{
    (void)state;
    static const struct {
        const char *start, *piece, *end;
    } shapes[] = {
        {HEAD "clause a \"A\" when late", " or late", " refuse"},
        {HEAD "clause a \"A\" when card is sealed", " or sealed", " refuse"},
        {HEAD "clause a \"A\" when ", "not ", "late refuse"},
        {HEAD "clause a \"A\" when late refuse", " a overrides a", ""},
        {HEAD, ",", ""},
        {HEAD, "#\n", ""},
        {"", "(", ""},
    };
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        struct buffer source;
        struct evidence_difference difference;
        buffer_init(&source, LIMIT_POLICY_BYTES + 1);
        buffer_add_string(&source, shapes[i].start);
        repeat(&source, shapes[i].piece, LIMIT_POLICY_BYTES - 20);
        buffer_add_string(&source, shapes[i].end);
        char *certificate = malloc(200);
        uint8_t hash[HASH_BYTES];
        char hex[HASH_HEX_BYTES];
        hash_sha256(source.data, source.length, hash);
        hash_hex(hash, hex);
        snprintf(certificate, 200, "{\"policy\":{\"sha256\":\"%s\"}}", hex);
        int result = evidence_replay(text_of(certificate), buffer_text(&source), &difference, NULL);
        assert_int_equal(result, i < 3 ? 1 : -1);
        free(certificate);
        buffer_done(&source);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_golden_certificate_replays),
        cmocka_unit_test(every_change_of_one_place_is_refused_but_for_the_inputs),
        cmocka_unit_test(a_difference_is_named_in_words),
        cmocka_unit_test(what_is_no_policy_is_refused),
        cmocka_unit_test(the_largest_texts_end_in_bounded_time_and_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
