/* SPDX-License-Identifier: Apache-2.0 */
/* Writes a row of the lint out as a regular expression, compiles it, and matches it within limits. */
#include "law/pattern.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#define SOURCE_BYTES_MAX (64 * 1024)
#define WORDS_DEPTH_MAX 4
/* For one starting place. An honest sentence needs a few hundred; the patterns, whose gaps are all bounded, a few thousand. */
#define MATCH_LIMIT 50000
#define HEAP_LIMIT_KIB 4096
#define STACK_BYTES_LEAST (32 * 1024)
#define STACK_BYTES_MAX (1024 * 1024)
#define BETWEEN "[\\n\"、]?"

static const struct words {
    const char *name, *alternatives;
} words[] = {
#define TERM_WORDS(name, alternatives) {name, alternatives},
#include "law/terms_words.def"
#undef TERM_WORDS
};
#define WORDS_COUNT (sizeof words / sizeof words[0])

struct pattern {
    pcre2_code *code;
};
struct pattern_run {
    pcre2_match_data *data;
    pcre2_match_context *context;
    pcre2_jit_stack *stack; /* NULL where there is no compiler for this machine */
    int64_t steps;
};

/* ---- from a row to a regular expression ---- */

static void expand(struct buffer *out, const char *source, int depth);

static const char *expand_words(struct buffer *out, const char *at, int depth)
{
    const char *end = strchr(at, '>');
    assert(end);
    assert(depth < WORDS_DEPTH_MAX);
    struct text name = {at + 1, (size_t)(end - at - 1)};
    const char *alternatives = NULL;
    for (size_t i = 0; i < WORDS_COUNT; i++)
        if (text_is(name, words[i].name))
            alternatives = words[i].alternatives;
    assert(alternatives);
    buffer_add_string(out, "(?:");
    expand(out, alternatives, depth + 1);
    buffer_add_char(out, ')');
    return end + 1;
}

static const char *expand_gap(struct buffer *out, const char *at)
{
    const char *end = at + 1 + strspn(at + 1, "0123456789");
    assert(end > at + 1);
    buffer_addf(out, "%s{0,%.*s}?", *at == '~' ? "[^,.?不没未无非勿别]" : "[^.?]", (int)(end - at - 1), at + 1);
    return end;
}

static bool is_quantifier(char c)
{
    return c == '?' || c == '*' || c == '+' || c == '{';
}

/* One wide character or class, and what may stand between it and the next; together when a quantifier follows. */
static const char *expand_wide(struct buffer *out, const char *at, size_t length)
{
    bool grouped = is_quantifier(at[length]);
    buffer_add_string(out, grouped ? "(?:" : "");
    buffer_add(out, at, length);
    buffer_add_string(out, BETWEEN);
    buffer_add_string(out, grouped ? ")" : "");
    return at + length;
}

/* Only a class of wide characters is spelled apart; one that excludes takes the marks in anyway. */
static const char *expand_class(struct buffer *out, const char *at)
{
    size_t length = strcspn(at, "]") + 1;
    bool wide = false;
    for (size_t i = 0; i < length; i++)
        wide = wide || (unsigned char)at[i] >= 0x80;
    if (wide && at[1] != '^')
        return expand_wide(out, at, length);
    buffer_add(out, at, length);
    return at + length;
}

static size_t wide_length(const char *at)
{
    unsigned char byte = (unsigned char)*at;
    return byte < 0xc0 ? 0 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

static void expand(struct buffer *out, const char *source, int depth)
{
    const char *at = source;
    while (*at) {
        if (strncmp(at, "(?<", 3) == 0) { /* a look-behind wants alternatives of fixed length */
            size_t length = strcspn(at, ")") + 1;
            buffer_add(out, at, length);
            at += length;
        } else if (*at == '<') {
            at = expand_words(out, at, depth);
        } else if (*at == '~' || *at == '&') {
            at = expand_gap(out, at);
        } else if (*at == '[') {
            at = expand_class(out, at);
        } else if (wide_length(at) > 0) {
            at = expand_wide(out, at, wide_length(at));
        } else if (*at == '\\') {
            buffer_add(out, at, 2);
            at += 2;
        } else {
            buffer_add_char(out, *at++);
        }
    }
}

struct pattern *pattern_new(const char *source, bool counted)
{
    struct buffer out;
    int error;
    size_t offset;
    buffer_init(&out, SOURCE_BYTES_MAX);
    expand(&out, source, 0);
    assert(!out.failed);
    struct pattern *pattern = malloc(sizeof *pattern);
    if (!pattern)
        abort();
    pattern->code = pcre2_compile((PCRE2_SPTR)out.data, out.length,
                                  PCRE2_UTF | PCRE2_NO_UTF_CHECK | PCRE2_NEVER_BACKSLASH_C | PCRE2_NO_AUTO_CAPTURE |
                                      (counted ? PCRE2_AUTO_CALLOUT : 0),
                                  &error, &offset, NULL);
    assert(pattern->code); /* the row is malformed */
    if (!counted) /* seven times as fast; where the system allows no executable memory, matching is as it was */
        (void)pcre2_jit_compile(pattern->code, PCRE2_JIT_COMPLETE);
    buffer_done(&out);
    return pattern;
}

void pattern_free(struct pattern *pattern)
{
    if (pattern)
        pcre2_code_free(pattern->code);
    free(pattern);
}

/* ---- matching ---- */

static int count_step(pcre2_callout_block *block, void *run)
{
    (void)block;
    ((struct pattern_run *)run)->steps++;
    return 0;
}

struct pattern_run *pattern_run_new(void)
{
    struct pattern_run *run = calloc(1, sizeof *run);
    if (!run)
        abort();
    run->data = pcre2_match_data_create(1, NULL);
    run->context = pcre2_match_context_create(NULL);
    if (!run->data || !run->context)
        abort();
    pcre2_set_match_limit(run->context, MATCH_LIMIT);
    pcre2_set_heap_limit(run->context, HEAP_LIMIT_KIB);
    pcre2_set_callout(run->context, count_step, run);
    run->stack = pcre2_jit_stack_create(STACK_BYTES_LEAST, STACK_BYTES_MAX, NULL);
    pcre2_jit_stack_assign(run->context, NULL, run->stack);
    return run;
}

void pattern_run_free(struct pattern_run *run)
{
    if (!run)
        return;
    pcre2_jit_stack_free(run->stack);
    pcre2_match_data_free(run->data);
    pcre2_match_context_free(run->context);
    free(run);
}

int64_t pattern_run_steps(const struct pattern_run *run)
{
    return run->steps;
}

enum pattern_result pattern_find(const struct pattern *pattern, struct pattern_run *run, struct text subject,
                                 size_t start, size_t *ret_start, size_t *ret_end)
{
    assert(start <= subject.length);
    int found = pcre2_match(pattern->code, (PCRE2_SPTR)subject.data, subject.length, start, PCRE2_NO_UTF_CHECK,
                            run->data, run->context);
    if (found == PCRE2_ERROR_NOMATCH)
        return PATTERN_NONE;
    if (found < 0)
        return PATTERN_LIMIT;
    const size_t *places = pcre2_get_ovector_pointer(run->data);
    *ret_start = places[0];
    *ret_end = places[1];
    return PATTERN_FOUND;
}
