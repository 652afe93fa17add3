/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes: what parses is laid out without a change of what it says, keeps its comments, and a layout is its own layout. */
#include <stdint.h>
#include <stdlib.h>

#include "policy/read/testing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct policy_problems problems;

static void must(bool holds)
{
    if (!holds)
        abort();
}

/* How many comments there are; in a policy that parses a quote is never alone. */
static size_t comments_count(struct text text)
{
    size_t count = 0;
    bool quoted = false, comment = false;
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
        if (c == '"' && !comment)
            quoted = !quoted;
        count += c == '#' && !quoted && !comment;
        comment = (comment || (c == '#' && !quoted)) && c != '\n';
    }
    return count;
}

static void layout_use(struct arena *arena, struct text source, const struct policy *policy, struct text laid)
{
    const struct policy *again;
    struct text twice;
    must(policy_parse(arena, laid, &again, &problems, NULL) == 0);
    must(testing_same_policy(policy, again));
    must(comments_count(source) == comments_count(laid));
    must(policy_format(arena, laid, &twice, &problems, NULL) == 0);
    must(text_equal(laid, twice));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text source = {(const char *)data, size}, laid;
    struct arena *arena = arena_new(4 * (size_t)POLICY_ARENA_BYTES_MAX);
    const struct policy *policy;
    struct error error = {0};
    int parsed = policy_parse(arena, source, &policy, &problems, NULL);
    if (policy_format(arena, source, &laid, &problems, &error) == 0) {
        must(parsed == 0);
        layout_use(arena, source, policy, laid);
    } else {
        must(problems.count > 0 && error.code != ERROR_NONE);
        must(parsed < 0 || problems.items[0].kind == POLICY_PROBLEM_LIMIT);
    }
    arena_free(arena);
    return 0;
}
