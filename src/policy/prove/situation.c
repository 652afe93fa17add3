/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A situation as conditions of the language, along the values that a policy tells apart: an enumeration exactly, a number as
 * far as the policy has the same answer for all of them.
 */
#include "policy/prove/situation.h"

#include <inttypes.h>

#include "base/money.h"
#include "base/time.h"
#include "policy/prove/check.h"
#include "policy/prove/space.h"

#define CONDITION_BYTES_MAX 100 /* two words of the language and a number */

struct making {
    const struct policy *policy;
    const struct policy_facts *facts;
    struct buffer conditions[SITUATION_CONDITIONS_MAX];
    int count;
};

static struct buffer *condition_new(struct making *m)
{
    struct buffer *condition = &m->conditions[m->count++];
    buffer_init(condition, CONDITION_BYTES_MAX);
    return condition;
}

void situation_duration_write(struct buffer *out, int64_t seconds)
{
    static const struct {
        int64_t seconds;
        const char *word;
    } units[] = {{TIME_DAY_S, "day"}, {TIME_HOUR_S, "hour"}, {60, "minute"}};
    size_t i = 0;
    while (i < 2 && (seconds == 0 || seconds % units[i].seconds))
        i++;
    int64_t count = seconds / units[i].seconds;
    buffer_addf(out, "%" PRId64 " %s%s", count, units[i].word, count == 1 ? "" : "s");
}

/* Events: the policy parts their ages only at `never`, and one second after the time that a test names. */
static void event_conditions(struct making *m, const char *word, const struct prove_cell *cell)
{
    bool to_end = cell->high >= FACT_VALUE_MAXIMUM;
    if (cell->high == FACT_NEVER || (cell->low == 0 && to_end)) {
        buffer_addf(condition_new(m), "%s%s", cell->high == FACT_NEVER ? "not " : "", word);
        return;
    }
    if (cell->low > 0) {
        struct buffer *out = condition_new(m);
        buffer_addf(out, "%s over ", word);
        situation_duration_write(out, cell->low - 1);
        buffer_add_string(out, " ago");
    }
    if (!to_end) {
        struct buffer *out = condition_new(m);
        buffer_addf(out, "%s within ", word);
        situation_duration_write(out, cell->high);
    }
}

/* `late by D` begins at D itself. */
static void late_conditions(struct making *m, const struct prove_cell *cell)
{
    if (cell->low <= 0) {
        buffer_add_string(condition_new(m), cell->high == FACT_NEVER ? "not late" : "late");
    } else {
        struct buffer *out = condition_new(m);
        buffer_add_string(out, "late by ");
        situation_duration_write(out, cell->low);
    }
    if (cell->high >= 0 && cell->high < FACT_VALUE_MAXIMUM) {
        struct buffer *out = condition_new(m);
        buffer_add_string(out, "not late by ");
        situation_duration_write(out, cell->high + 1);
    }
}

static void span_condition(struct making *m, const char *word, const char *relation, int64_t seconds)
{
    struct buffer *out = condition_new(m);
    buffer_addf(out, "%s %s ", word, relation);
    situation_duration_write(out, seconds);
}

/* Times are written in minutes at least, and so are the policy's: a cell ends at a whole minute or one second before. */
static void span_conditions(struct making *m, const char *word, const struct prove_cell *cell)
{
    if (cell->low > 0 && cell->low % 60 == 0)
        span_condition(m, word, "at least", cell->low);
    else if (cell->low > 0)
        span_condition(m, word, "over", cell->low - 1);
    if (cell->high < FACT_VALUE_MAXIMUM && cell->high % 60 == 0)
        span_condition(m, word, "at most", cell->high);
    else if (cell->high < FACT_VALUE_MAXIMUM)
        span_condition(m, word, "under", cell->high + 1);
}

static void number_write(struct buffer *out, const struct policy *policy, enum fact_type type, int64_t value)
{
    if (type != FACT_TYPE_MONEY) {
        buffer_addf(out, "%" PRId64 "%s", value, type == FACT_TYPE_PERCENT ? " percent" : "");
        return;
    }
    int digits = currency_digits(policy->currency);
    int64_t unit = 1;
    for (int i = 0; i < digits; i++)
        unit *= 10;
    buffer_addf(out, "%" PRId64, value / unit);
    if (digits)
        buffer_addf(out, ".%0*" PRId64, digits, value % unit);
    buffer_addf(out, " %s", policy->currency);
}

/* Nothing is bought for nothing or not at all: a bound below 1 says nothing. */
static void number_conditions(struct making *m, const struct fact_info *info, const struct prove_cell *cell)
{
    int64_t end = info->type == FACT_TYPE_PERCENT ? 100 : FACT_VALUE_MAXIMUM;
    if (cell->low > 1 || (cell->low == 1 && info->type == FACT_TYPE_PERCENT)) {
        struct buffer *out = condition_new(m);
        buffer_addf(out, "%s at least ", info->word);
        number_write(out, m->policy, info->type, cell->low);
    }
    if (cell->high < end) {
        struct buffer *out = condition_new(m);
        buffer_addf(out, "%s at most ", info->word);
        number_write(out, m->policy, info->type, cell->high);
    }
}

static const struct prove_cell *cell_of(const struct prove_space *space, enum fact fact, int64_t value)
{
    const struct prove_fact *f = &space->facts[fact];
    int i = 0;
    while (value > f->cells[i].high)
        i++;
    return &f->cells[i];
}

static bool is_tested(const struct policy *policy, enum fact fact)
{
    for (int i = 0; i < policy->condition_count; i++)
        if (policy->conditions[i].fact == fact)
            return true;
    return false;
}

static void fact_conditions(struct making *m, const struct prove_space *space, enum fact fact)
{
    const struct fact_info *info = fact_info(fact);
    int64_t value = m->facts->value[fact];
    if (info->type == FACT_TYPE_BOOLEAN)
        buffer_addf(condition_new(m), "%s%s", value ? "" : "not ", info->word);
    else if (info->values)
        buffer_addf(condition_new(m), "%s is %s", info->word, info->values[value].word);
    else if (!is_tested(m->policy, fact))
        return; /* every number is the same to this policy */
    else if (info->type == FACT_TYPE_SPAN)
        span_conditions(m, info->word, cell_of(space, fact, value));
    else if (fact == FACT_LATE)
        late_conditions(m, cell_of(space, fact, value));
    else if (info->type == FACT_TYPE_DURATION)
        event_conditions(m, info->word, cell_of(space, fact, value));
    else
        number_conditions(m, info, cell_of(space, fact, value));
}

void situation_make(struct arena *arena, const struct policy *policy, const struct policy_facts *facts,
                    struct situation *ret)
{
    struct making m = {.policy = policy, .facts = facts};
    struct arena *own = arena_new(PROVE_ARENA_BYTES);
    const struct prove_space *space = prove_space_new(own, &policy, 1, NULL, 0, POLICY_BOXES_MAX);
    for (uint64_t bits = policy_facts_comparable(policy, facts); bits; bits &= bits - 1) {
        enum fact fact = (enum fact)__builtin_ctzll(bits);
        if (fact_info(fact)->goods & policy->goods)
            fact_conditions(&m, space, fact);
    }
    ret->count = m.count;
    for (int i = 0; i < m.count; i++) {
        ret->conditions[i] = arena_copy(arena, buffer_text(&m.conditions[i]));
        buffer_done(&m.conditions[i]);
    }
    arena_free(own);
}
