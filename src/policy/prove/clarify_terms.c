/* SPDX-License-Identifier: Apache-2.0 */
/* The terms of a clarification as JSON, and the clarified policy made from them again. */
#include "policy/prove/clarify.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "base/error.h"
#include "policy/prove/check.h"

#define TERMS_BYTES_MAX (64 * 1024)

void policy_clarification_write(struct json_writer *writer, const struct policy_clarification *in)
{
    assert(writer);
    assert(in);
    json_object_begin(writer);
    json_member_string(writer, "by", in->by_platform ? "platform" : "merchant");
    json_member_string(writer, "day", in->day);
    json_key(writer, "facts");
    policy_facts_write(writer, &in->situation);
    json_member_integer(writer, "number", in->number);
    json_member_integer(writer, "percent", in->percent);
    json_member_integer(writer, "within_s", in->within_s);
    json_object_end(writer);
}

struct terms {
    struct text by, day;
    const struct json *facts;
    int64_t number, percent, within_s;
};
static const struct json_field terms_fields[] = {
    JSON_FIELD_STRING(struct terms, by, true, 1, 16),
    JSON_FIELD_STRING(struct terms, day, true, TIME_DAY_TEXT_BYTES - 1, TIME_DAY_TEXT_BYTES - 1),
    JSON_FIELD_OBJECT(struct terms, facts, true),
    JSON_FIELD_INTEGER(struct terms, number, true, 1, POLICY_CLARIFICATIONS_MAX),
    JSON_FIELD_INTEGER(struct terms, percent, true, 1, 100),
    JSON_FIELD_INTEGER(struct terms, within_s, true, 0, POLICY_OUTER_S),
};

int policy_clarification_read(const struct json *object, struct policy_clarification *ret, struct error *error)
{
    struct terms terms;
    int64_t day_us;
    if (json_read(object, terms_fields, sizeof terms_fields / sizeof *terms_fields, "", &terms, error) < 0 ||
        time_day_parse(terms.day, &day_us, error) < 0)
        return -1;
    if (!text_is(terms.by, "merchant") && !text_is(terms.by, "platform"))
        return error_set(error, ERROR_FIELD_VALUE, "nobody else than the merchant and the platform clarifies");
    *ret = (struct policy_clarification){.number = terms.number,
                                         .percent = terms.percent,
                                         .within_s = terms.within_s,
                                         .by_platform = text_is(terms.by, "platform")};
    memcpy(ret->day, terms.day.data, terms.day.length);
    policy_facts_init(&ret->situation);
    return policy_facts_read(&ret->situation, terms.facts, error);
}

static int text_make(struct arena *arena, struct text source, const struct json *terms, struct buffer *out,
                     struct error *error)
{
    const struct policy *policy;
    struct policy_clarification in;
    struct policy_clarified clarified;
    struct policy_problems *problems = arena_new_object(arena, struct policy_problems);
    if (json_kind(terms) != JSON_OBJECT)
        return error_set(error, ERROR_FIELD_TYPE, "the terms are a JSON object");
    if (policy_clarification_read(terms, &in, error) || policy_parse(arena, source, &policy, problems, error) ||
        policy_clarify(arena, policy, &in, &clarified, problems, error))
        return -1;
    buffer_add_text(out, policy_source(clarified.policy));
    return buffer_check(out, error);
}

int policy_clarify_text(struct text policy, struct text terms, struct buffer *out, struct error *error)
{
    assert(out);
    struct json *root = NULL;
    struct arena *arena = arena_new(PROVE_ARENA_BYTES);
    int result = json_parse(terms, TERMS_BYTES_MAX, &root, error);
    if (result == 0)
        result = text_make(arena, policy, root, out, error);
    json_free(root);
    arena_free(arena);
    return result;
}
