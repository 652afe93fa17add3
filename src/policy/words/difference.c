/* SPDX-License-Identifier: Apache-2.0 */
/* Differences in sentences: what was promised, what is promised now, and a case in which it shows. */
#include "policy/words/difference.h"

#include <assert.h>

#include "base/hash.h"
#include "policy/words/words.h"

#define SENTENCE_BYTES_MAX (16 * 1024)

static const struct {
    const char *zh, *en;
} headings[POLICY_CHANGE_COUNT] = {
    [POLICY_CHANGE_BETTER] = {"对买家更好", "Better for the buyer"},
    [POLICY_CHANGE_WORSE] = {"对买家更差", "Worse for the buyer"},
    [POLICY_CHANGE_EASIER] = {"需要的材料更少", "Less evidence is needed"},
    [POLICY_CHANGE_HARDER] = {"需要更多或不同的材料", "More or other evidence is needed"},
    [POLICY_CHANGE_FASTER] = {"处理更快", "Decided sooner"},
    [POLICY_CHANGE_SLOWER] = {"处理更慢", "Decided later"},
    [POLICY_CHANGE_BEARER] = {"对买家不变，承担方不同", "The same for the buyer; somebody else bears it"},
};

static void promise_words(struct buffer *out, const struct policy *policy, int clause, enum policy_language language)
{
    bool zh = language == POLICY_LANGUAGE_ZH;
    buffer_addf(out, zh ? "“%s”——" : "\"%s\": ", policy_clause_title(policy, clause, language));
    if (clause != POLICY_OTHERWISE) {
        policy_consequence_words(out, policy, &policy->clauses[clause], language);
        return;
    }
    policy_otherwise_words(out, policy, language);
    buffer_add_string(out, zh ? "。" : ".");
}

static void sentence(struct buffer *out, const struct policy *before, const struct policy *after,
                     const struct policy_difference *difference, enum policy_language language)
{
    bool zh = language == POLICY_LANGUAGE_ZH;
    buffer_add_string(out, zh ? "原为" : "Was ");
    promise_words(out, before, difference->before, language);
    buffer_add_string(out, zh ? "现为" : " Now ");
    promise_words(out, after, difference->after, language);
    buffer_add_string(out, zh ? "例如：" : " For example: ");
    policy_facts_words(out, &difference->example, language);
    buffer_add_string(out, zh ? "。" : ".");
}

void policy_difference_words(struct buffer *out, const struct policy *before, const struct policy *after,
                             const struct policy_differences *differences, enum policy_language language)
{
    assert(out);
    assert(before);
    assert(after);
    assert(differences);
    bool zh = language == POLICY_LANGUAGE_ZH;
    if (differences->count == 0)
        buffer_add_string(out, zh ? "两版规则对买家完全相同。\n" : "No buyer can tell the two versions apart.\n");
    for (int i = 0; i < differences->count; i++) {
        const struct policy_difference *difference = &differences->items[i];
        if (i == 0 || difference->change != differences->items[i - 1].change)
            buffer_addf(out, "%s\n", zh ? headings[difference->change].zh : headings[difference->change].en);
        buffer_add_string(out, zh ? "· " : "- ");
        sentence(out, before, after, difference, language);
        buffer_add_char(out, '\n');
    }
}

static void version_member(struct json_writer *writer, const char *key, const struct policy *policy)
{
    json_key(writer, key);
    json_object_begin(writer);
    json_member_string(writer, "name", policy_name(policy));
    json_member_hex(writer, "sha256", policy_sha256(policy), HASH_BYTES);
    json_member_integer(writer, "version", policy_version(policy));
    json_object_end(writer);
}

static void difference_write(struct json_writer *writer, const struct policy *before, const struct policy *after,
                             const struct policy_difference *difference, struct buffer *words)
{
    json_object_begin(writer);
    json_member_string(writer, "after", policy_clause_id(after, difference->after));
    json_member_string(writer, "before", policy_clause_id(before, difference->before));
    json_member_string(writer, "change", policy_change_word(difference->change));
    buffer_clear(words);
    sentence(words, before, after, difference, POLICY_LANGUAGE_EN);
    json_member_text(writer, "en", buffer_text(words));
    json_key(writer, "example");
    policy_facts_write(writer, &difference->example);
    buffer_clear(words);
    sentence(words, before, after, difference, POLICY_LANGUAGE_ZH);
    json_member_text(writer, "zh", buffer_text(words));
    json_object_end(writer);
}

void policy_difference_report(struct json_writer *writer, const struct policy *before, const struct policy *after,
                              const struct policy_differences *differences)
{
    struct buffer words;
    assert(writer);
    assert(differences);
    buffer_init(&words, SENTENCE_BYTES_MAX);
    json_object_begin(writer);
    version_member(writer, "after", after);
    version_member(writer, "before", before);
    json_key(writer, "changes");
    json_array_begin(writer);
    for (int i = 0; i < differences->count; i++)
        difference_write(writer, before, after, &differences->items[i], &words);
    json_array_end(writer);
    json_member_boolean(writer, "harms_buyer", differences->harms_buyer);
    json_object_end(writer);
    buffer_done(&words);
}
