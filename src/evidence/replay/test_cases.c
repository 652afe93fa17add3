/* SPDX-License-Identifier: Apache-2.0 */
/* A situation's certificate comes from the checker's own parts, so it shows that they agree with themselves; what they must
 * agree with are the golden cases, which the other implementation wrote. */
#include "evidence/replay/test_cases.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/file.h"
#include "evidence/replay/model.h"

#define FILE_BYTES_MAX ((size_t)1024 * 1024)

/* ---- golden certificates ---- */

void file_load(const char *path, struct buffer *out)
{
    struct error error;
    buffer_init(out, FILE_BYTES_MAX);
    if (file_read_all(path, FILE_BYTES_MAX, out, &error))
        fail_msg("%s", error.message);
}

static int case_visit(const char *path, struct text policy, golden_fn *visit, void *context)
{
    struct buffer bytes;
    struct json *document;
    struct error error;
    file_load(path, &bytes);
    if (json_parse(buffer_text(&bytes), FILE_BYTES_MAX, &document, &error))
        fail_msg("%s: %s", path, error.message);
    const struct json *certificate = json_find(document, "certificate");
    if (certificate)
        visit(context, json_string(certificate), policy, path);
    json_free(document);
    buffer_done(&bytes);
    return certificate != NULL;
}

static bool ends_in(const char *text, const char *end)
{
    size_t length = strlen(text), end_length = strlen(end);
    return length > end_length && strcmp(text + length - end_length, end) == 0;
}

/* Folders of folders of policies; deeper stand only their cases. */
#define FOLDERS_DEEP_MAX 1

static int folder_visit(const char *folder, int depth, policy_fn *visit, void *context)
{
    struct dirent **entries;
    int count = scandir(folder, &entries, NULL, alphasort), visited = 0;
    for (int i = 0; i < count; i++) {
        char path[1024];
        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        if (ends_in(entries[i]->d_name, ".policy")) {
            visit(context, path);
            visited++;
        } else if (entries[i]->d_name[0] != '.' && depth < FOLDERS_DEEP_MAX) {
            visited += folder_visit(path, depth + 1, visit, context);
        }
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    return visited;
}

void policies_each(policy_fn *visit, void *context)
{
    const char *root = getenv("SHUNTUI_POLICIES");
    assert_non_null(root);
    assert_true(folder_visit(root, 0, visit, context) >= 5);
}

struct golden {
    golden_fn *visit;
    void *context;
    int count;
};

static void golden_policy(void *context, const char *policy_path)
{
    struct golden *golden = context;
    struct buffer policy;
    struct dirent **entries;
    char folder[1024];
    snprintf(folder, sizeof folder, "%.*s/cases", (int)(strlen(policy_path) - strlen(".policy")), policy_path);
    int count = scandir(folder, &entries, NULL, alphasort);
    file_load(policy_path, &policy);
    for (int i = 0; i < count; i++) {
        char path[1400];
        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        if (ends_in(entries[i]->d_name, ".json"))
            golden->count += case_visit(path, buffer_text(&policy), golden->visit, golden->context);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    buffer_done(&policy);
}

void golden_each(golden_fn *visit, void *context)
{
    struct golden golden = {visit, context, 0};
    policies_each(golden_policy, &golden);
    assert_true(golden.count >= 9);
}

/* ---- situations ---- */

/* The next word up to a blank or the end of the entry. */
static struct text word_take(const char **at)
{
    *at += strspn(*at, " ");
    struct text word = {*at, strcspn(*at, " ;")};
    *at += word.length;
    return word;
}

static int64_t value_read(const struct replay_fact *fact, struct text word)
{
    int64_t value = fact->values ? replay_value_find(fact, word) : REPLAY_NEVER;
    if (!fact->values && !text_is(word, "never"))
        assert_int_equal(text_to_int64(word, &value, NULL), 0);
    assert_true(value >= (fact->values ? 0 : REPLAY_NEVER));
    return value;
}

static void fact_take(const char **at, const struct replay_policy *policy, struct replay_inputs *inputs)
{
    struct text name = word_take(at);
    int place = replay_fact_find(name);
    if (place < 0)
        fail_msg("%.*s is no fact", TEXT_ARG(name));
    int64_t value = value_read(&replay_facts[place], word_take(at)), leaf = -1;
    struct text source = word_take(at), index = word_take(at);
    assert_true(replay_source_allowed(&replay_facts[place], source));
    if (index.length)
        assert_int_equal(text_to_int64(index, &leaf, NULL), 0);
    assert_true(place != REPLAY_AMOUNT && place != REPLAY_EARLIER_REFUNDS);
    if (!(policy->tested & replay_bit(place)))
        return;
    inputs->known |= replay_bit(place);
    inputs->value[place] = value;
    inputs->source[place] = source;
    inputs->leaf[place] = leaf;
}

/* What was paid and paid back is a fact too where the policy tests it. */
static void money_note(const struct replay_policy *policy, int place, int64_t minor, struct replay_inputs *inputs)
{
    if (!(policy->tested & replay_bit(place)) || minor < 0)
        return;
    inputs->known |= replay_bit(place);
    inputs->value[place] = minor;
    inputs->source[place] = TEXT_LITERAL("record");
    inputs->leaf[place] = -1;
}

void situation_certificate(const struct situation *situation, struct buffer *out)
{
    struct arena *arena = arena_new(REPLAY_ARENA_BYTES);
    struct replay_policy *policy;
    struct replay_decision decision;
    struct json_writer writer;
    struct error error;
    struct replay_inputs inputs = {.paid = situation->paid,
                                   .earlier_refunds = situation->earlier_refunds,
                                   .decided_at = 1764000000,
                                   .claim = TEXT_LITERAL("clm_01kaq8golden00000000000000")};
    memcpy(inputs.currency, situation->currency, 3);
    if (replay_policy_read(arena, text_of(situation->policy), &policy, &error))
        fail_msg("%s\n%s", error.message, situation->policy);
    for (const char *at = situation->facts; *at; at += *at == ';')
        fact_take(&at, policy, &inputs);
    money_note(policy, REPLAY_AMOUNT, situation->paid, &inputs);
    money_note(policy, REPLAY_EARLIER_REFUNDS, situation->earlier_refunds, &inputs);
    replay_decide(policy, &inputs, &decision);
    json_writer_init(&writer, out);
    replay_certificate_write(&writer, policy, &inputs, &decision);
    json_writer_done(&writer);
    assert_int_equal(buffer_check(out, NULL), 0);
    arena_free(arena);
}
