/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Making a clarified policy. Which clauses the new one meets is searched; which of them promise more is learnt from the proof against the policy itself.
 */
#include "policy/prove/clarify.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "policy/prove/check.h"
#include "policy/prove/search.h"
#include "policy/prove/situation.h"
#include "policy/read/problem.h"

#define ID_PREFIX "clarified_"
#define LINE_COLUMNS_MAX 100
#define ROUNDS_MAX 8          /* of proving; each learns of up to twenty clauses */
#define ROUND_BOXES_MAX 50000 /* a merchant waits for it, and so do others */

struct clarify {
    struct arena *arena;   /* of the answer */
    struct arena *scratch; /* of the text that is tried; empty again with every one */
    const struct policy *policy;
    const struct policy_clarification *in;
    struct policy_problems *problems;
    struct situation situation;
    struct policy_clause_set meets; /* clauses of the policy that apply somewhere in the situation */
    struct policy_clause_set above; /* of these, the ones that promise more */
};

/* ---- the text, in the canonical layout ---- */

static void when_write(const struct clarify *c, struct buffer *out)
{
    const struct situation *situation = &c->situation;
    size_t columns = sizeof "  when" - 1;
    for (int i = 0; i < situation->count; i++)
        columns += strlen(situation->conditions[i]) + (i ? sizeof " and " - 1 : 1);
    for (int i = 0; i < situation->count; i++) {
        buffer_add_string(out, i == 0 ? "  when " : columns <= LINE_COLUMNS_MAX ? " and " : "\n   and ");
        buffer_add_string(out, situation->conditions[i]);
    }
    buffer_add_char(out, '\n');
}

static void clause_write(const struct clarify *c, struct buffer *out)
{
    const struct policy_clarification *in = c->in;
    buffer_addf(out, "clause " ID_PREFIX "%" PRId64 " \"%s于 %s 明确的情形\" \"Clarified by the %s on %s\"\n",
                in->number, in->by_platform ? "平台" : "商家", in->day, in->by_platform ? "platform" : "merchant",
                in->day);
    when_write(c, out);
    buffer_add_string(out, "  law \"CC-498\"\n");
    if (in->within_s) {
        buffer_add_string(out, "  merchant answers within ");
        situation_duration_write(out, in->within_s);
        buffer_add_string(out, ", silence accepts\n");
    }
    buffer_add_string(out, "  refund ");
    if (in->percent == 100)
        buffer_add_string(out, "full");
    else
        buffer_addf(out, "%" PRId64 " percent", in->percent);
    buffer_add_string(out, in->within_s ? "" : " at once");
    buffer_add_string(out, in->by_platform ? ", borne by platform\n" : "\n");
}

/* "clarified_1 overrides a, b", anew where the line would grow too long. */
static void overrides_write(const struct clarify *c, struct buffer *out)
{
    size_t begin = 0;
    for (int i = 0; i < c->policy->clause_count; i++) {
        const char *id = c->policy->clauses[i].id;
        if (!policy_clause_set_has(&c->meets, i) || policy_clause_set_has(&c->above, i))
            continue;
        bool fits = begin && out->length - begin + strlen(id) + 2 <= LINE_COLUMNS_MAX;
        if (fits) {
            buffer_addf(out, ", %s", id);
            continue;
        }
        buffer_add_string(out, begin ? "\n" : "");
        begin = out->length;
        buffer_addf(out, ID_PREFIX "%" PRId64 " overrides %s", c->in->number, id);
    }
    buffer_add_string(out, begin ? "\n" : "");
    for (int i = 0; i < c->policy->clause_count; i++)
        if (policy_clause_set_has(&c->above, i))
            buffer_addf(out, "%s overrides " ID_PREFIX "%" PRId64 "\n", c->policy->clauses[i].id, c->in->number);
}

/* The policy's own bytes, and what is added. */
static int compose(const struct clarify *c, struct arena *arena, const struct policy **ret, struct error *error)
{
    struct text before = c->policy->source;
    struct buffer out;
    buffer_init(&out, LIMIT_POLICY_BYTES + 4096);
    buffer_add_text(&out, before);
    if (before.data[before.length - 1] != '\n')
        buffer_add_char(&out, '\n');
    buffer_add_char(&out, '\n');
    clause_write(c, &out);
    size_t clause_end = out.length;
    buffer_add_char(&out, '\n');
    overrides_write(c, &out);
    if (out.length == clause_end + 1)
        out.length = clause_end;
    int result = buffer_check(&out, error);
    if (result == 0)
        result = policy_parse(arena, buffer_text(&out), ret, c->problems, error);
    buffer_done(&out);
    return result;
}

/* ---- what it meets, and what is more generous ---- */

static int meets_find(struct clarify *c, const struct policy *alone, struct error *error)
{
    struct arena *own = arena_new(PROVE_ARENA_BYTES);
    struct prove_space *space = prove_space_new(own, &alone, 1, NULL, 0, ROUND_BOXES_MAX);
    enum prove_result result = PROVE_NONE;
    for (int i = 0; i < c->policy->clause_count && result != PROVE_LIMIT; i++) {
        struct prove_goal goal;
        prove_goal_begin(&goal, space);
        prove_goal_applies(&goal, 0, alone->clause_count - 1, true);
        prove_goal_applies(&goal, 0, i, true);
        result = prove_find(&goal, NULL, NULL);
        if (result == PROVE_FOUND)
            policy_clause_set_add(&c->meets, i);
    }
    arena_free(own);
    return result == PROVE_LIMIT
               ? error_set(error, ERROR_POLICY_LIMIT, "the policy tells too many situations apart for this question")
               : 0;
}

static int less_generous(const struct clarify *c, const struct policy_problem *problem, struct error *error)
{
    c->problems->items[0] = *problem;
    c->problems->items[0].source_line = (struct text){NULL, 0}; /* of a text that was only tried */
    c->problems->count = 1;
    c->problems->warnings = c->problems->dropped = 0;
    error_set(error, ERROR_CLARIFICATION_LESS, "%s", problem->message_en);
    return error_hint(error, "give at least what the rule gives there, or name more of the situation");
}

/* Notes which clauses promise more than the new one. Returns 0 when there are some that were not known yet. */
static int learn(struct clarify *c, const struct policy *clarified, struct error *error)
{
    struct policy_clause_set known = c->above;
    for (int i = 0; i < c->problems->count; i++) {
        const struct policy_problem *problem = &c->problems->items[i];
        if (problem->kind != POLICY_PROBLEM_FLOOR)
            return -1;
        int promised = problem->floor_clause;
        /* A person's time is what the answer takes the place of: it has to be kept. */
        if (problem->clause_a != clarified->clause_count - 1 || promised == POLICY_OTHERWISE ||
            c->policy->clauses[promised].outcome != POLICY_OUTCOME_REFUND)
            return less_generous(c, problem, error);
        policy_clause_set_add(&c->above, promised);
    }
    return memcmp(&known, &c->above, sizeof known) ? 0 : less_generous(c, &c->problems->items[0], error);
}

/* Asks the proof until it holds. Where what promises more is itself overridden by what promises less, no order of the three
 * is right everywhere, and the answer is refused with the situation that shows it. */
static int prove(struct clarify *c, struct error *error)
{
    struct policy_problem last;
    const struct policy *tried;
    for (int round = 0; round < ROUNDS_MAX; round++) {
        arena_reset(c->scratch);
        if (compose(c, c->scratch, &tried, error))
            return round ? less_generous(c, &last, error) : -1;
        if (policy_floor_prove_within(tried, c->policy, ROUND_BOXES_MAX, c->problems, error) == 0)
            return 0;
        last = c->problems->items[0];
        if (learn(c, tried, error))
            return -1;
    }
    return less_generous(c, &last, error);
}

/* ---- what may be clarified at all ---- */

static bool is_clarified(const struct policy *policy, int clause)
{
    return text_starts(text_of(policy->clauses[clause].id), ID_PREFIX);
}

/* What a person decides, or has answered before: a second answer may be better than the first. */
static bool may_be_answered(const struct policy *policy, const struct policy_possibility *item)
{
    return item->outcome == POLICY_OUTCOME_REVIEW ||
           (item->governing != POLICY_OTHERWISE && is_clarified(policy, item->governing));
}

static int situation_check(const struct clarify *c, struct error *error)
{
    struct policy_whatif found;
    if (!(c->in->situation.known >> FACT_REASON & 1)) {
        error_set(error, ERROR_FIELD_MISSING, "an answer holds for one reason; name it");
        return error_at(error, "/facts/reason");
    }
    if (policy_whatif(c->arena, c->policy, &c->in->situation, 0, &found, error))
        return -1;
    if (found.count == 0)
        return error_set(error, ERROR_FACTS_IMPOSSIBLE, "no order can be in this situation");
    for (int i = 0; i < found.count; i++)
        if (may_be_answered(c->policy, &found.items[i]))
            return 0;
    error_set(error, ERROR_CLARIFICATION_NEEDLESS, "the rule leaves nothing of this situation to a person");
    return error_hint(error, "record the rule's own answer instead");
}

static int clarified_check(const struct clarify *c, const struct policy *clarified, struct error *error)
{
    struct policy_clause_set may_be_dead = {{0}};
    for (int i = 0; i < clarified->clause_count; i++)
        for (int word = 0; is_clarified(clarified, i) && word < POLICY_CLAUSE_WORDS; word++)
            may_be_dead.bits[word] |= clarified->clauses[i].overrides.bits[word];
    int last = clarified->clause_count - 1;
    may_be_dead.bits[last / 64] &= ~(UINT64_C(1) << (last % 64));
    if (policy_check_clarified(clarified, &may_be_dead, c->problems, error) == 0)
        return 0;
    const struct policy_problem *first = &c->problems->items[0];
    if (first->kind != POLICY_PROBLEM_DEAD || first->clause_a != last)
        return -1;
    return error_set(error, ERROR_CLARIFICATION_NEEDLESS, "the rule gives at least as much in all of this situation");
}

static int terms_check(const struct policy_clarification *in, struct error *error)
{
    if (in->percent < 1 || in->percent > 100 || in->number < 1 || in->number > POLICY_CLARIFICATIONS_MAX)
        return error_set(error, ERROR_FIELD_RANGE, "the percentage is 1 to 100");
    if (in->within_s != 0 &&
        (in->within_s < POLICY_ANSWER_LEAST_S || in->within_s > POLICY_OUTER_S || in->within_s % 60))
        return error_set(error, ERROR_FIELD_RANGE, "the time is whole minutes from 20 hours to 15 days");
    return 0;
}

static int clarify(struct clarify *c, struct policy_clarified *ret, struct error *error)
{
    const struct policy *alone, *clarified;
    if (terms_check(c->in, error) || situation_check(c, error))
        return -1;
    situation_make(c->arena, c->policy, &c->in->situation, &c->situation);
    if (compose(c, c->scratch, &alone, error) || meets_find(c, alone, error) || prove(c, error) ||
        compose(c, c->arena, &clarified, error) || clarified_check(c, clarified, error))
        return -1;
    *ret = (struct policy_clarified){clarified, clarified->clause_count - 1};
    return 0;
}

int policy_clarify(struct arena *arena, const struct policy *policy, const struct policy_clarification *in,
                   struct policy_clarified *ret, struct policy_problems *problems, struct error *error)
{
    assert(arena);
    assert(policy);
    assert(in);
    assert(ret);
    assert(problems);
    struct clarify c = {.arena = arena, .policy = policy, .in = in, .problems = problems};
    problems->count = problems->warnings = problems->dropped = 0;
    c.scratch = arena_new(PROVE_ARENA_BYTES);
    int result = clarify(&c, ret, error);
    arena_free(c.scratch);
    return result;
}
