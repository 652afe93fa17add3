/* SPDX-License-Identifier: Apache-2.0 */
/* Findings in words. */
#include "policy/prove/finding.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "policy/words/words.h"

bool prove_check_find(struct prove_check *check, struct prove_goal *goal, const struct prove_judge *judge,
                      struct policy_facts *ret_example)
{
    if (check->over_limit)
        return false;
    enum prove_result result = prove_find(goal, judge, ret_example);
    check->over_limit = result == PROVE_LIMIT;
    return result == PROVE_FOUND;
}

static void situation_add(char *message, size_t bytes, const struct policy_facts *example,
                          enum policy_language language)
{
    struct buffer words;
    size_t length = strlen(message);
    buffer_init(&words, 4096);
    policy_facts_words(&words, example, language);
    snprintf(message + length, bytes - length, language == POLICY_LANGUAGE_ZH ? "：%s" : ": %s",
             words.data ? words.data : "");
    buffer_done(&words);
}

struct policy_problem *prove_finding_words(struct prove_check *check, enum policy_problem_kind kind, int clause,
                                           const struct policy_facts *example, const char *words_en,
                                           const char *words_zh)
{
    char message_en[PROVE_MESSAGE_BYTES], message_zh[PROVE_MESSAGE_BYTES];
    snprintf(message_en, sizeof message_en, "%s", words_en);
    snprintf(message_zh, sizeof message_zh, "%s", words_zh);
    if (example) {
        situation_add(message_en, sizeof message_en, example, POLICY_LANGUAGE_EN);
        situation_add(message_zh, sizeof message_zh, example, POLICY_LANGUAGE_ZH);
    }
    struct policy_place place = policy_place_of(check->policy, clause);
    struct policy_problem *problem = policy_problem_add_words(check->problems, kind, &place, message_en, message_zh);
    if (!problem)
        return NULL;
    problem->clause_a = clause;
    if (example) {
        problem->example = *example;
        problem->has_example = true;
    }
    return problem;
}

struct policy_problem *prove_finding(struct prove_check *check, enum policy_problem_kind kind, int clause,
                                     const struct policy_facts *example, const char *format_en, const char *format_zh,
                                     ...)
{
    char words_en[PROVE_MESSAGE_BYTES], words_zh[PROVE_MESSAGE_BYTES];
    va_list arguments, again;
    va_start(arguments, format_zh);
    va_copy(again, arguments);
    vsnprintf(words_en, sizeof words_en, format_en, arguments);
    vsnprintf(words_zh, sizeof words_zh, format_zh, again);
    va_end(again);
    va_end(arguments);
    return prove_finding_words(check, kind, clause, example, words_en, words_zh);
}
