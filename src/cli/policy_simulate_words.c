/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A simulation in words. Numbers stand first and are aligned; words follow, so that columns hold in both languages. What the rules say
 * and what claims ended in never stand under one heading.
 */
#include "cli/policy_simulate.h"

#include <string.h>

#include "base/money.h"
#include "base/time.h"
#include "claim/claim.h"

#define CLAUSES_SHOWN 30
#define MERCHANTS_SHOWN 20

struct words {
    struct service_call *call;
    const struct service_simulation *simulation;
    const struct policy_simulation *sums;
    struct buffer *out;
    bool chinese;
};

static const char *say(const struct words *words, const char *en, const char *zh)
{
    return words->chinese ? zh : en;
}

static void heading(const struct words *words, const char *en, const char *zh)
{
    buffer_addf(words->out, "\n%s\n", say(words, en, zh));
}

static void count_line(const struct words *words, int64_t count, const char *en, const char *zh)
{
    if (count)
        buffer_addf(words->out, "%8lld  %s\n", (long long)count, say(words, en, zh));
}

static void money(const struct words *words, int64_t minor, const char *currency)
{
    struct money amount = {.minor = minor};
    memcpy(amount.currency, currency, sizeof amount.currency);
    money_format(words->out, amount);
}

/* "¥12.00 → ¥15.00 (+¥4.00, -¥1.00)" */
static void money_change(const struct words *words, const struct policy_sum *row)
{
    money(words, row->was, row->currency);
    buffer_add_string(words->out, " → ");
    money(words, row->is, row->currency);
    if (!row->more && !row->less)
        return;
    buffer_add_string(words->out, " (");
    if (row->more) {
        buffer_add_char(words->out, '+');
        money(words, row->more, row->currency);
    }
    if (row->more && row->less)
        buffer_add_string(words->out, ", ");
    if (row->less)
        money(words, -row->less, row->currency);
    buffer_add_char(words->out, ')');
}

/* ---- the sections ---- */

static void write_title(const struct words *words, const struct policy *policy,
                        const struct service_simulation_scope *scope)
{
    const struct service_simulation *simulation = words->simulation;
    char oldest[TIME_DAY_TEXT_BYTES] = "", newest[TIME_DAY_TEXT_BYTES] = "";
    buffer_addf(words->out,
                say(words, "%s version %lld, tried on %lld past claims", "%s 版本 %lld,以 %lld 件过往申请试算"),
                policy_name(policy), (long long)policy_version(policy), (long long)simulation->looked_at);
    if (simulation->looked_at)
        buffer_addf(words->out, say(words, " filed from %s to %s", "(%s 至 %s 提交)"),
                    time_day_format(simulation->oldest_us, oldest), time_day_format(simulation->newest_us, newest));
    if (scope->policy_name.length)
        buffer_addf(words->out, say(words, "; only of orders under %.*s", ";仅限适用 %.*s 的订单"),
                    TEXT_ARG(scope->policy_name));
    if (scope->merchant_id.length)
        buffer_addf(words->out, say(words, "; only of merchant %.*s", ";仅限商家 %.*s"), TEXT_ARG(scope->merchant_id));
    buffer_add_char(words->out, '\n');
}

static void write_rules(const struct words *words)
{
    const struct service_simulation *simulation = words->simulation;
    int64_t undecided = 0;
    for (int i = 0; i < words->sums->totals.count; i++)
        undecided += words->sums->totals.items[i].undecided;
    heading(words, "What the rules say about the facts as they were, in claims", "对当时的事实,规则的结论有何变化(件)");
    for (int i = 0; i < POLICY_SHIFT_COUNT; i++) {
        static const char *const sides_en[] = {"", "  (better for the buyer)", "  (worse for the buyer)", ""};
        static const char *const sides_zh[] = {"", "(对买家更有利)", "(对买家更不利)", ""};
        const struct policy_shift_info *info = policy_shift_info((enum policy_shift)i);
        if (words->sums->shifts[i])
            buffer_addf(words->out, "%8lld  %s%s\n", (long long)words->sums->shifts[i], say(words, info->en, info->zh),
                        say(words, sides_en[info->side], sides_zh[info->side]));
    }
    count_line(words, undecided, "cannot be known from the record, see below", "现有记录不足以判断,见下");
    count_line(words, simulation->not_rebuilt, "set aside: the record does not give the facts of then",
               "未计入:记录不足以还原当时的事实");
    count_line(words, simulation->other_goods, "set aside: for other goods", "未计入:商品类型不同");
    heading(words, "Who decides, in claims", "由谁处理(件)");
    buffer_addf(words->out, "%8lld  %s\n", (long long)words->sums->without_person,
                say(words, "needed a person and no longer would", "原须人工处理,今后无须"));
    buffer_addf(words->out, "%8lld  %s\n", (long long)words->sums->with_person,
                say(words, "needed none and now would", "原无须人工处理,今后须要"));
}

static void write_money(const struct words *words)
{
    const struct policy_sums *totals = &words->sums->totals;
    if (!totals->count)
        return;
    heading(words, "Money that the rules give, then → now", "规则支持的退款,原规则 → 新规则");
    for (int i = 0; i < totals->count; i++) {
        const struct policy_sum *row = &totals->items[i];
        buffer_add_string(words->out, "  ");
        money_change(words, row);
        if (row->waits) {
            buffer_add_string(words->out, say(words, "; besides, once evidence is there: ", ";另有待补材料后可退: "));
            money(words, row->waits, row->currency);
        }
        buffer_add_char(words->out, '\n');
    }
}

static const char *outcome_label(const struct words *words, const char *wire)
{
    int found = claim_outcome_find(text_of(wire));
    const struct claim_word *word = claim_outcome_word(found < 0 ? CLAIM_OUTCOME_NONE : (enum claim_outcome)found);
    return say(words, word->label_en, word->label_zh);
}

static const char *basis_label(const struct words *words, const char *wire)
{
    int found = claim_basis_find(text_of(wire));
    const struct claim_word *word = claim_basis_word(found < 0 ? CLAIM_BASIS_NONE : (enum claim_basis)found);
    return say(words, word->label_en, word->label_zh);
}

static void write_ends(const struct words *words)
{
    const struct policy_sums *ends = &words->sums->ends;
    if (!ends->count)
        return;
    heading(words, "What these claims really ended in: parties, arbiters and deadlines had a part in it",
            "这些申请的实际结果:其中有双方协商、仲裁与期限的作用");
    for (int i = 0; i < ends->count; i++) {
        const struct policy_sum *row = &ends->items[i];
        buffer_addf(words->out, "%8lld  %s", (long long)(row->compared + row->undecided),
                    outcome_label(words, row->key[0]));
        if (row->key[1][0])
            buffer_addf(words->out, say(words, " (%s)", "(%s)"), basis_label(words, row->key[1]));
        if (row->ended) {
            buffer_add_string(words->out, "  ");
            money(words, row->ended, row->currency);
        }
        buffer_add_char(words->out, '\n');
    }
}

static const char *clause_name(const struct words *words, const char *clause)
{
    return clause[0] ? clause : say(words, "(open)", "(未定)");
}

static void write_row_end(const struct words *words, const struct policy_sum *row)
{
    buffer_addf(words->out, say(words, ": %lld changed, ", ":变化 %lld 件,"), (long long)row->changed);
    if (row->undecided)
        buffer_addf(words->out, say(words, "%lld not known, ", "无法判断 %lld 件,"), (long long)row->undecided);
    money_change(words, row);
    buffer_add_char(words->out, '\n');
}

static void write_rest(const struct words *words, int rest)
{
    if (rest > 0)
        buffer_addf(words->out,
                    say(words, "          … and %d more: --json has them all\n", "          … 另有 %d 行,见 --json\n"),
                    rest);
}

static void write_clauses(const struct words *words)
{
    const struct policy_sums *clauses = &words->sums->clauses;
    if (!clauses->count)
        return;
    heading(words, "By clause: of the order's policy → of the new one", "按条款:订单原规则 → 新规则");
    int shown = clauses->count < CLAUSES_SHOWN ? clauses->count : CLAUSES_SHOWN;
    for (int i = 0; i < shown; i++) {
        const struct policy_sum *row = &clauses->items[i];
        buffer_addf(words->out, "%8lld  %s: %s → %s", (long long)(row->compared + row->undecided), row->key[0],
                    clause_name(words, row->key[1]), clause_name(words, row->key[2]));
        write_row_end(words, row);
    }
    write_rest(words, clauses->count - shown);
}

static int write_merchants(const struct words *words, struct error *error)
{
    const struct policy_sums *merchants = &words->sums->merchants;
    if (!merchants->count)
        return 0;
    heading(words, "By merchant", "按商家");
    int shown = merchants->count < MERCHANTS_SHOWN ? merchants->count : MERCHANTS_SHOWN;
    for (int i = 0; i < shown; i++) {
        const struct policy_sum *row = &merchants->items[i];
        struct text name;
        if (service_simulation_name(words->call, row->key[0], &name, error) < 0)
            return -1;
        buffer_addf(words->out, "%8lld  %.*s %s", (long long)(row->compared + row->undecided), TEXT_ARG(name),
                    row->key[0][0] ? row->key[0] : say(words, "(all others)", "(其余合计)"));
        write_row_end(words, row);
    }
    write_rest(words, merchants->count - shown);
    return 0;
}

static void write_singles(const struct words *words)
{
    if (!words->sums->single_count)
        return;
    heading(words, "The largest single changes", "变化最大的申请");
    for (int i = 0; i < words->sums->single_count; i++) {
        const struct policy_single *single = &words->sums->singles[i];
        const struct policy_shift_info *info = policy_shift_info(single->shift);
        buffer_addf(words->out, "  %s  ", single->claim);
        money(words, single->was, single->currency);
        buffer_add_string(words->out, " → ");
        money(words, single->is, single->currency);
        buffer_addf(words->out, say(words, "  %s (%s → %s); ended: %s, ", "  %s(%s → %s);实际结果:%s,"),
                    say(words, info->en, info->zh), clause_name(words, single->was_clause),
                    clause_name(words, single->is_clause), outcome_label(words, single->ended_outcome));
        if (single->ended_by[0])
            buffer_addf(words->out, say(words, "%s, ", "%s,"), basis_label(words, single->ended_by));
        money(words, single->ended, single->currency);
        buffer_add_char(words->out, '\n');
    }
}

static void write_unknown(const struct words *words)
{
    bool first = true;
    for (int i = 0; i < FACT_COUNT; i++) {
        const struct fact_info *info = fact_info((enum fact)i);
        if (!words->sums->unknown[i])
            continue;
        if (first)
            heading(words, "Cannot be known from the record: claims, and the fact that is missing",
                    "现有记录无法得知:件数与所缺的事实");
        first = false;
        buffer_addf(words->out, "%8lld  %s (%s)\n", (long long)words->sums->unknown[i],
                    say(words, info->label_en, info->label_zh), info->word);
    }
}

int cli_simulation_words(struct service_call *call, const struct policy *policy,
                         const struct service_simulation_scope *scope, const struct service_simulation *simulation,
                         bool chinese, struct buffer *out, struct error *error)
{
    const struct words words = {call, simulation, &simulation->sums, out, chinese};
    write_title(&words, policy, scope);
    write_rules(&words);
    write_money(&words);
    write_clauses(&words);
    if (write_merchants(&words, error) < 0)
        return -1;
    write_singles(&words);
    write_unknown(&words);
    write_ends(&words);
    return 0;
}
