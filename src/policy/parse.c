/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parser: recursive descent over the tokens. It reports several problems in one run by going on at the next word that
 * starts a statement; every round takes at least one token, so hostile text ends in linear time.
 */
#include "policy/parse.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "policy/template.h"

#define DEADLINE_MINIMUM_S INT64_C(60)
#define DEADLINE_MAXIMUM_S (15 * INT64_C(86400)) /* a claim is closed 15 days after filing at the latest */

static const char *const statement_words[] = {"when",   "needs",  "optional", "merchant", "refund",
                                              "refuse", "review", "clause",   "otherwise"};
static const char *const other_words[] = {"policy",  "version", "goods", "floor", "and",     "or",       "not",
                                          "is",      "within",  "over",  "under", "at",      "by",       "ago",
                                          "answers", "silence", "borne", "full",  "percent", "overrides"};

bool policy_word_starts_line(struct text word)
{
    for (size_t i = 0; i < sizeof statement_words / sizeof *statement_words; i++)
        if (text_is(word, statement_words[i]))
            return true;
    return false;
}

bool policy_word_is_reserved(struct text word)
{
    for (size_t i = 0; i < sizeof other_words / sizeof *other_words; i++)
        if (text_is(word, other_words[i]))
            return true;
    return policy_word_starts_line(word) || fact_find(word) >= 0;
}

const struct policy_token *parser_peek(const struct policy_parser *parser, size_t ahead)
{
    size_t at = parser->at + ahead;
    return &parser->tokens[at < parser->token_count ? at : parser->token_count - 1];
}

struct text parser_text(const struct policy_parser *parser, const struct policy_token *token)
{
    return (struct text){parser->source.data + token->start, token->length};
}

bool parser_at_word(const struct policy_parser *parser, size_t ahead, const char *word)
{
    const struct policy_token *token = parser_peek(parser, ahead);
    return token->kind == POLICY_TOKEN_WORD && text_is(parser_text(parser, token), word);
}

bool parser_take_word(struct policy_parser *parser, const char *word)
{
    if (!parser_at_word(parser, 0, word))
        return false;
    parser->at++;
    return true;
}

struct policy_place parser_place(const struct policy_parser *parser, const struct policy_token *token)
{
    return (struct policy_place){parser->source, token->start, token->length};
}

int parser_fail(struct policy_parser *parser, const char *expected_en, const char *expected_zh,
                const char *const *candidates, size_t count)
{
    const struct policy_token *token = parser_peek(parser, 0);
    struct policy_place place = parser_place(parser, token);
    struct text found = parser_text(parser, token);
    if (token->kind == POLICY_TOKEN_END)
        found = TEXT_LITERAL("the end");
    int shown = found.length > 40 && token->kind == POLICY_TOKEN_STRING ? 0 : (int)found.length;
    char message_zh[200];
    snprintf(message_zh, sizeof message_zh, "此处应为%s，却是“%.*s”", expected_zh, shown, found.data);
    char message_en[200];
    snprintf(message_en, sizeof message_en, "expected %s, found \"%.*s\"", expected_en, shown, found.data);
    struct policy_problem *problem =
        policy_problem_add_words(parser->problems, count ? POLICY_PROBLEM_WORD : POLICY_PROBLEM_SYNTAX, &place,
                                 message_en, message_zh);
    const char *suggestion = token->kind == POLICY_TOKEN_WORD ? policy_suggest(found, candidates, count) : NULL;
    if (suggestion)
        policy_problem_hint(problem, "did you mean \"%s\"?", "您是不是想写“%s”？", suggestion);
    return -1;
}

int parser_expect_word(struct policy_parser *parser, const char *word)
{
    if (parser_take_word(parser, word))
        return 0;
    char expected[64];
    snprintf(expected, sizeof expected, "`%s`", word);
    return parser_fail(parser, expected, expected, &word, 1);
}

int parser_integer(struct policy_parser *parser, int64_t minimum, int64_t maximum, int64_t *ret)
{
    const struct policy_token *token = parser_peek(parser, 0);
    struct text digits = parser_text(parser, token);
    if (token->kind != POLICY_TOKEN_NUMBER)
        return parser_fail(parser, "a number", "数字", NULL, 0);
    int64_t value;
    if (text_to_int64(digits, &value, NULL) || value < minimum || value > maximum) {
        struct policy_place place = parser_place(parser, token);
        policy_problem_add(parser->problems, POLICY_PROBLEM_MEANING, &place,
                           "this must be a whole number from %lld to %lld", "此处应为 %lld 到 %lld 之间的整数",
                           (long long)minimum, (long long)maximum);
        return -1;
    }
    parser->at++;
    *ret = value;
    return 0;
}

int parser_duration(struct policy_parser *parser, int64_t *ret_seconds)
{
    static const struct {
        const char *one, *many;
        int64_t seconds;
    } units[] = {{"minute", "minutes", 60}, {"hour", "hours", 3600}, {"day", "days", 86400}};
    static const char *const words[] = {"minutes", "hours", "days"};
    int64_t count;
    if (parser_integer(parser, 0, 100000, &count))
        return -1;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (parser_take_word(parser, units[i].one) || parser_take_word(parser, units[i].many)) {
            *ret_seconds = count * units[i].seconds;
            return 0;
        }
    return parser_fail(parser, "`minutes`, `hours` or `days`", "时间单位 `minutes`、`hours` 或 `days`", words, 3);
}

int parser_words_of_facts(const char *words[static FACT_COUNT], bool proofs_only, unsigned goods)
{
    int count = 0;
    for (int i = 0; i < FACT_COUNT; i++) {
        const struct fact_info *info = fact_info((enum fact)i);
        if ((info->goods & goods) && (!proofs_only || fact_is_proof((enum fact)i)))
            words[count++] = info->word;
    }
    return count;
}

/* ---- the clause ---- */

static struct policy_problem *meaning(struct policy_parser *parser, const struct policy_token *token, const char *en,
                                      const char *zh)
{
    struct policy_place place = parser_place(parser, token);
    return policy_problem_add(parser->problems, POLICY_PROBLEM_MEANING, &place, en, zh);
}

static int deadline(struct policy_parser *parser, int64_t *ret)
{
    const struct policy_token *token = parser_peek(parser, 0);
    int64_t seconds;
    if (parser_duration(parser, &seconds))
        return -1;
    if (seconds < DEADLINE_MINIMUM_S || seconds > DEADLINE_MAXIMUM_S) {
        meaning(parser, token, "a deadline lies between 1 minute and 15 days, when every claim ends",
                "期限须在 1 分钟到 15 天之间（申请最迟 15 天结案）");
        return -1;
    }
    *ret = seconds;
    return 0;
}

static int proofs(struct policy_parser *parser, uint64_t *ret_mask)
{
    uint64_t mask = 0;
    do {
        const struct policy_token *token = parser_peek(parser, 0);
        int fact = token->kind == POLICY_TOKEN_WORD ? fact_find(parser_text(parser, token)) : -1;
        if (fact < 0 || !fact_is_proof((enum fact)fact)) {
            const char *words[FACT_COUNT];
            int count = parser_words_of_facts(words, true, parser->policy->goods);
            return parser_fail(parser, "a kind of proof", "一种证明材料", words, (size_t)count);
        }
        if (!(fact_info((enum fact)fact)->goods & parser->policy->goods)) {
            struct policy_place place = parser_place(parser, token);
            policy_problem_add(parser->problems, POLICY_PROBLEM_GOODS, &place, "\"%s\" has no meaning for %s goods",
                               "“%s”不适用于 %s 类商品", fact_info((enum fact)fact)->word,
                               policy_goods_word(parser->policy->goods));
        }
        mask |= UINT64_C(1) << fact;
        parser->at++;
    } while (parser_take_word(parser, "or"));
    parser->policy->facts_tested |= mask;
    *ret_mask = mask;
    return 0;
}

static int needs_line(struct policy_parser *parser, struct policy_clause *clause)
{
    const struct policy_token *token = parser_peek(parser, 0);
    uint64_t mask;
    if (proofs(parser, &mask))
        return -1;
    if (clause->need_count == POLICY_NEEDS_MAX) {
        struct policy_place place = parser_place(parser, token);
        policy_problem_add(parser->problems, POLICY_PROBLEM_LIMIT, &place, "a clause has at most 6 `needs` lines",
                           "一个条款最多 6 行 `needs`");
        return -1;
    }
    clause->needs[clause->need_count++] = mask;
    return 0;
}

static int merchant_line(struct policy_parser *parser, struct policy_clause *clause, const struct policy_token *token)
{
    static const char *const words[] = {"accepts", "refuses"};
    int64_t seconds;
    if (parser_expect_word(parser, "answers") || parser_expect_word(parser, "within") || deadline(parser, &seconds))
        return -1;
    if (parser_peek(parser, 0)->kind != POLICY_TOKEN_COMMA)
        return parser_fail(parser, "`, silence accepts` or `, silence refuses`",
                           "`, silence accepts` 或 `, silence refuses`", NULL, 0);
    parser->at++;
    if (parser_expect_word(parser, "silence"))
        return -1;
    bool accepts = parser_take_word(parser, "accepts");
    if (!accepts && !parser_take_word(parser, "refuses"))
        return parser_fail(parser, "`accepts` or `refuses`", "`accepts` 或 `refuses`", words, 2);
    if (clause->merchant_answer_s >= 0)
        meaning(parser, token, "the merchant's answer is said twice in this clause", "本条款重复规定了商家答复");
    clause->merchant_answer_s = seconds;
    clause->silence = accepts ? POLICY_SILENCE_ACCEPTS : POLICY_SILENCE_REFUSES;
    parser->policy->facts_tested |= UINT64_C(1) << FACT_MERCHANT_ANSWER;
    return 0;
}

static int bearer(struct policy_parser *parser, struct policy_clause *clause)
{
    static const char *const words[] = {"merchant", "platform", "issuer", "goodwill"};
    if (parser_expect_word(parser, "borne") || parser_expect_word(parser, "by"))
        return -1;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (parser_take_word(parser, words[i])) {
            clause->bearer = (enum policy_bearer)i;
            return 0;
        }
    return parser_fail(parser, "`merchant`, `platform`, `issuer` or `goodwill`",
                       "`merchant`、`platform`、`issuer` 或 `goodwill`", words, 4);
}

static int amount(struct policy_parser *parser, struct policy_clause *clause)
{
    static const char *const words[] = {"full", "unfinished", "affected"};
    uint64_t facts = 0;
    if (parser_take_word(parser, "full")) {
        clause->amount.rule = POLICY_AMOUNT_FULL;
    } else if (parser_at_word(parser, 0, "unfinished") || parser_at_word(parser, 0, "affected")) {
        bool unfinished = parser_at_word(parser, 0, "unfinished");
        const struct policy_token *token = parser_peek(parser, 0);
        parser->at++;
        if (parser_expect_word(parser, "part"))
            return -1;
        clause->amount.rule = unfinished ? POLICY_AMOUNT_UNFINISHED : POLICY_AMOUNT_AFFECTED;
        facts = unfinished ? UINT64_C(1) << FACT_PROGRESS
                           : UINT64_C(1) << FACT_QUANTITY | UINT64_C(1) << FACT_AFFECTED_QUANTITY;
        if (unfinished && parser->policy->goods != POLICY_GOODS_SERVICE) {
            struct policy_place place = parser_place(parser, token);
            policy_problem_add(parser->problems, POLICY_PROBLEM_GOODS, &place, "card_key goods have no unfinished part",
                               "card_key 类商品没有“未完成部分”");
        }
    } else if (parser_peek(parser, 0)->kind == POLICY_TOKEN_NUMBER) {
        clause->amount.rule = POLICY_AMOUNT_PERCENT;
        if (parser_integer(parser, 1, 100, &clause->amount.percent) || parser_expect_word(parser, "percent"))
            return -1;
    } else {
        return parser_fail(parser, "`full`, `50 percent`, `unfinished part` or `affected part`",
                           "`full`、`50 percent`、`unfinished part` 或 `affected part`", words, 3);
    }
    parser->policy->facts_tested |= facts;
    return 0;
}

static int refund_line(struct policy_parser *parser, struct policy_clause *clause)
{
    if (amount(parser, clause))
        return -1;
    if (parser_take_word(parser, "at")) {
        if (parser_expect_word(parser, "once"))
            return -1;
        clause->at_once = true;
    }
    if (parser_peek(parser, 0)->kind != POLICY_TOKEN_COMMA)
        return 0;
    parser->at++;
    return bearer(parser, clause);
}

struct clause_seen {
    bool when, outcome;
};

static int outcome_line(struct policy_parser *parser, struct policy_clause *clause, struct clause_seen *seen,
                        enum policy_outcome outcome)
{
    const struct policy_token *token = parser_peek(parser, 0);
    parser->at++;
    if (seen->outcome)
        meaning(parser, token, "this clause has two outcomes", "本条款有两个处理结果");
    seen->outcome = true;
    clause->outcome = outcome;
    if (outcome == POLICY_OUTCOME_REFUND)
        return refund_line(parser, clause);
    if (outcome == POLICY_OUTCOME_REFUSE)
        return 0;
    return parser_expect_word(parser, "within") ? -1 : deadline(parser, &clause->review_s);
}

static int statement(struct policy_parser *parser, struct policy_clause *clause, struct clause_seen *seen)
{
    const struct policy_token *token = parser_peek(parser, 0);
    if (parser_at_word(parser, 0, "refund"))
        return outcome_line(parser, clause, seen, POLICY_OUTCOME_REFUND);
    if (parser_at_word(parser, 0, "refuse"))
        return outcome_line(parser, clause, seen, POLICY_OUTCOME_REFUSE);
    if (parser_at_word(parser, 0, "review"))
        return outcome_line(parser, clause, seen, POLICY_OUTCOME_REVIEW);
    if (parser_take_word(parser, "needs"))
        return needs_line(parser, clause);
    if (parser_take_word(parser, "optional")) {
        uint64_t mask;
        if (proofs(parser, &mask))
            return -1;
        clause->optional |= mask;
        return 0;
    }
    if (parser_take_word(parser, "merchant"))
        return merchant_line(parser, clause, token);
    if (parser_take_word(parser, "when")) {
        if (seen->when)
            meaning(parser, token, "this clause has two `when`; join them with `and`",
                    "本条款有两个 `when`，请用 `and` 连接");
        seen->when = true;
        return parser_when(parser, clause);
    }
    return parser_fail(parser, "a line of the clause (`when`, `needs`, `refund` …)",
                       "条款内容（`when`、`needs`、`refund` 等）", statement_words,
                       sizeof statement_words / sizeof *statement_words);
}

static bool at_override(const struct policy_parser *parser)
{
    return parser_peek(parser, 0)->kind == POLICY_TOKEN_WORD && parser_at_word(parser, 1, "overrides");
}

static bool at_line_start(const struct policy_parser *parser)
{
    const struct policy_token *token = parser_peek(parser, 0);
    return token->kind == POLICY_TOKEN_END ||
           (token->first && (at_override(parser) || (token->kind == POLICY_TOKEN_WORD &&
                                                     policy_word_starts_line(parser_text(parser, token)))));
}

/* After a report: go on where a line starts with a word that starts a statement. */
static void recover(struct policy_parser *parser, size_t began_at)
{
    if (parser->at == began_at)
        parser->at++;
    while (!at_line_start(parser))
        parser->at++;
}

static bool at_clause_end(const struct policy_parser *parser)
{
    return parser_peek(parser, 0)->kind == POLICY_TOKEN_END || parser_at_word(parser, 0, "clause") ||
           parser_at_word(parser, 0, "otherwise") || at_override(parser);
}

static void clause_check(struct policy_parser *parser, const struct policy_clause *clause,
                         const struct clause_seen *seen, const struct policy_token *id)
{
    bool refund = clause->outcome == POLICY_OUTCOME_REFUND;
    if (!seen->when)
        meaning(parser, id, "this clause does not say when it applies", "本条款没有说明何时适用（缺少 `when`）");
    if (!seen->outcome) {
        struct policy_problem *problem = meaning(parser, id, "this clause has no outcome", "本条款没有处理结果");
        policy_problem_hint(problem, "end it with `refund …`, `refuse` or `review within …`",
                            "请写上 `refund …`、`refuse` 或 `review within …`");
        return;
    }
    if (refund && !clause->at_once && clause->merchant_answer_s < 0) {
        struct policy_problem *problem =
            meaning(parser, id, "this refund does not say when it is paid", "本条款没有说明何时退款");
        policy_problem_hint(problem,
                            "write `at once` after it, or add `merchant answers within 24 hours, silence accepts`",
                            "请在其后写 `at once`，或加一行 `merchant answers within 24 hours, silence accepts`");
    }
    if (refund && clause->at_once && clause->merchant_answer_s >= 0)
        meaning(parser, id, "`at once` and an answer of the merchant exclude each other",
                "`at once` 与等待商家答复互相矛盾");
    if (!refund && clause->merchant_answer_s >= 0)
        meaning(parser, id, "the merchant is asked only about a refund", "只有退款条款才需要商家答复");
    if (clause->outcome == POLICY_OUTCOME_REFUSE && (clause->need_count || clause->optional))
        meaning(parser, id, "a refusal needs no evidence", "拒绝退款的条款不需要证明材料");
}

static const char *string_take(struct policy_parser *parser, const char *en, const char *zh)
{
    const struct policy_token *token = parser_peek(parser, 0);
    if (token->kind != POLICY_TOKEN_STRING) {
        parser_fail(parser, en, zh, NULL, 0);
        return NULL;
    }
    if (token->length == 0)
        meaning(parser, token, "this text is empty", "引号内没有文字");
    parser->at++;
    return arena_copy(parser->arena, parser_text(parser, token));
}

static int clause_head(struct policy_parser *parser, struct policy_clause *clause, const struct policy_token **ret_id)
{
    const struct policy_token *id = parser_peek(parser, 0);
    struct text word = parser_text(parser, id);
    if (id->kind != POLICY_TOKEN_WORD)
        return parser_fail(parser, "the clause's id", "条款编号（英文单词）", NULL, 0);
    if (policy_word_is_reserved(word) || text_is(word, "nobody"))
        meaning(parser, id, "this word belongs to the language and cannot name a clause",
                "这是语言的保留字，不能用作条款编号");
    if (policy_clause_find(parser->policy, word) >= 0)
        meaning(parser, id, "another clause has this id", "条款编号重复");
    parser->at++;
    clause->id = arena_copy(parser->arena, word);
    clause->start = id->start;
    clause->length = id->length;
    *ret_id = id;
    clause->title_zh = string_take(parser, "the clause's title in quotes", "引号中的条款标题");
    if (!clause->title_zh)
        return -1;
    clause->title_en = clause->title_zh;
    if (parser_peek(parser, 0)->kind == POLICY_TOKEN_STRING)
        clause->title_en = string_take(parser, "", "");
    return 0;
}

static void clause(struct policy_parser *parser)
{
    struct policy *policy = parser->policy;
    struct policy_clause scratch, *into = &scratch;
    size_t began_at = parser->at++;
    if (policy->clause_count < LIMIT_POLICY_CLAUSES) {
        into = &policy->clauses[policy->clause_count];
    } else {
        struct policy_place place = parser_place(parser, &parser->tokens[began_at]);
        policy_problem_add(parser->problems, POLICY_PROBLEM_LIMIT, &place, "a policy has at most %d clauses",
                           "一份规则最多 %d 个条款", LIMIT_POLICY_CLAUSES);
    }
    *into = (struct policy_clause){.review_s = -1, .merchant_answer_s = -1};
    const struct policy_token *id;
    if (clause_head(parser, into, &id)) {
        recover(parser, began_at);
        if (!into->id)
            return;
        id = &parser->tokens[began_at];
    }
    struct clause_seen seen = {0};
    int before = parser->problems->count + parser->problems->dropped;
    while (!at_clause_end(parser)) {
        size_t statement_at = parser->at;
        if (statement(parser, into, &seen))
            recover(parser, statement_at);
    }
    if (parser->problems->count + parser->problems->dropped == before)
        clause_check(parser, into, &seen, id);
    if (into != &scratch)
        policy->clause_count++;
}

/* ---- overrides, otherwise ---- */

struct override {
    size_t winner, loser; /* tokens */
};
struct overrides {
    struct override *items;
    size_t count;
};

static int override_line(struct policy_parser *parser, struct overrides *overrides)
{
    size_t winner = parser->at;
    parser->at += 2;
    for (;;) {
        if (parser_peek(parser, 0)->kind != POLICY_TOKEN_WORD)
            return parser_fail(parser, "the id of a clause", "条款编号", NULL, 0);
        overrides->items[overrides->count++] = (struct override){winner, parser->at};
        parser->at++;
        if (parser_peek(parser, 0)->kind != POLICY_TOKEN_COMMA)
            return 0;
        parser->at++;
    }
}

static int override_clause(struct policy_parser *parser, size_t at)
{
    const struct policy_token *token = &parser->tokens[at];
    struct text word = parser_text(parser, token);
    int found = policy_clause_find(parser->policy, word);
    if (found >= 0)
        return found;
    const char *words[LIMIT_POLICY_CLAUSES];
    for (int i = 0; i < parser->policy->clause_count; i++)
        words[i] = parser->policy->clauses[i].id;
    struct policy_place place = parser_place(parser, token);
    struct policy_problem *problem =
        policy_problem_add(parser->problems, POLICY_PROBLEM_WORD, &place, "there is no clause \"%.*s\"",
                           "没有名为“%.*s”的条款", TEXT_ARG(word));
    const char *suggestion = policy_suggest(word, words, (size_t)parser->policy->clause_count);
    if (suggestion)
        policy_problem_hint(problem, "did you mean \"%s\"?", "您是不是想写“%s”？", suggestion);
    return -1;
}

static void overrides_resolve(struct policy_parser *parser, const struct overrides *overrides)
{
    struct policy *policy = parser->policy;
    for (size_t i = 0; i < overrides->count; i++) {
        int winner = override_clause(parser, overrides->items[i].winner);
        int loser = override_clause(parser, overrides->items[i].loser);
        if (winner >= 0 && loser >= 0)
            policy_clause_set_add(&policy->clauses[winner].overrides_direct, loser);
    }
    int cyclic = policy_overrides_close(policy);
    if (cyclic < 0)
        return;
    for (size_t i = 0; i < overrides->count; i++) {
        const struct policy_token *token = &parser->tokens[overrides->items[i].winner];
        if (!text_is(parser_text(parser, token), policy->clauses[cyclic].id))
            continue;
        struct policy_place place = parser_place(parser, token);
        policy_problem_add(parser->problems, POLICY_PROBLEM_CYCLE, &place,
                           "through these overrides the clause \"%s\" overrides itself",
                           "按这些 overrides，条款“%s”最终覆盖了自己", policy->clauses[cyclic].id);
        return;
    }
}

static int otherwise_line(struct policy_parser *parser)
{
    struct policy *policy = parser->policy;
    static const char *const words[] = {"review", "refuse"};
    if (policy->has_otherwise)
        meaning(parser, parser_peek(parser, 0), "`otherwise` is said twice", "`otherwise` 重复");
    parser->at++;
    policy->has_otherwise = true;
    if (parser_take_word(parser, "refuse")) {
        policy->otherwise = POLICY_OUTCOME_REFUSE;
        return 0;
    }
    policy->otherwise = POLICY_OUTCOME_REVIEW;
    if (!parser_take_word(parser, "review"))
        return parser_fail(parser, "`review within …` or `refuse`", "`review within …` 或 `refuse`", words, 2);
    return parser_expect_word(parser, "within") ? -1 : deadline(parser, &policy->otherwise_review_s);
}

/* ---- the policy ---- */

static const char *name_take(struct policy_parser *parser, const char *en, const char *zh)
{
    const struct policy_token *token = parser_peek(parser, 0);
    const char *name = string_take(parser, en, zh);
    if (!name)
        return NULL;
    size_t length = strlen(name);
    if (length > 64 || strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") != length)
        meaning(parser, token, "a name has at most 64 small letters, digits and hyphens",
                "名称只能用小写字母、数字和连字符，最多 64 个字符");
    return name;
}

static int goods_take(struct policy_parser *parser)
{
    static const char *const words[] = {"card_key", "service"};
    if (parser_take_word(parser, "card_key"))
        parser->policy->goods = POLICY_GOODS_CARD_KEY;
    else if (parser_take_word(parser, "service"))
        parser->policy->goods = POLICY_GOODS_SERVICE;
    else
        return parser_fail(parser, "`card_key` or `service`", "`card_key` 或 `service`", words, 2);
    return 0;
}

static int head(struct policy_parser *parser)
{
    struct policy *policy = parser->policy;
    if (parser_expect_word(parser, "policy"))
        return -1;
    const char *name = name_take(parser, "the policy's name in quotes", "引号中的规则名称");
    if (!name)
        return -1;
    policy->name = name;
    if (parser_expect_word(parser, "version") || parser_integer(parser, 1, 1000000, &policy->version))
        return -1;
    if (parser_expect_word(parser, "goods") || goods_take(parser))
        return -1;
    if (!parser_take_word(parser, "floor"))
        return 0;
    const char *floor = name_take(parser, "the floor's name in quotes", "引号中的底线名称");
    if (!floor)
        return -1;
    policy->floor = floor;
    return 0;
}

static void body(struct policy_parser *parser)
{
    /* Each pair of tokens gives at most one override. */
    struct overrides overrides = {arena_new_array(parser->arena, struct override, parser->token_count), 0};
    while (parser_peek(parser, 0)->kind != POLICY_TOKEN_END) {
        size_t began_at = parser->at;
        int result = 0;
        if (parser_at_word(parser, 0, "clause"))
            clause(parser);
        else if (at_override(parser))
            result = override_line(parser, &overrides);
        else if (parser_at_word(parser, 0, "otherwise"))
            result = otherwise_line(parser);
        else
            result = parser_fail(parser, "`clause`, `A overrides B` or `otherwise`",
                                 "`clause`、`A overrides B` 或 `otherwise`", statement_words + 7, 2);
        if (result)
            recover(parser, began_at);
    }
    overrides_resolve(parser, &overrides);
    if (parser->policy->clause_count == 0)
        meaning(parser, parser_peek(parser, 0), "the policy has no clause", "规则没有任何条款");
}

static struct policy *policy_new(struct arena *arena, struct text source)
{
    struct policy *policy = arena_new_object(arena, struct policy);
    policy->name = policy->floor = "";
    policy->goods = POLICY_GOODS_BOTH;
    policy->source = source;
    policy->otherwise_review_s = -1;
    policy->facts_tested = UINT64_C(1) << FACT_REASON;
    policy->clauses = arena_new_array(arena, struct policy_clause, LIMIT_POLICY_CLAUSES);
    policy->conditions = arena_new_array(arena, struct policy_condition, POLICY_CONDITIONS_MAX);
    policy->nodes = arena_new_array(arena, struct policy_node, POLICY_NODES_MAX);
    hash_sha256(source.data, source.length, policy->sha256);
    hash_hex(policy->sha256, policy->sha256_hex);
    return policy;
}

static int source_check(struct text source, struct policy_problems *problems)
{
    if (source.length > LIMIT_POLICY_BYTES) {
        policy_problem_add(problems, POLICY_PROBLEM_LIMIT, NULL, "a policy has at most %d bytes",
                           "规则文本最多 %d 字节", LIMIT_POLICY_BYTES);
        return -1;
    }
    ptrdiff_t bad = text_utf8_bad(source);
    if (bad < 0)
        return 0;
    struct policy_place place = {source, (size_t)bad, 1};
    struct policy_problem *problem =
        policy_problem_add(problems, POLICY_PROBLEM_SYNTAX, &place, "the text is not UTF-8", "文本不是 UTF-8 编码");
    /* The line cannot be shown as text. */
    problem->source_line = (struct text){problem->source_line.data, 0};
    problem->column = 1;
    return -1;
}

int policy_parse(struct arena *arena, struct text source, const struct policy **ret, struct policy_problems *problems,
                 struct error *error)
{
    assert(arena);
    assert(ret);
    assert(problems);
    problems->count = problems->dropped = 0;
    if (source_check(source, problems))
        return policy_problems_fail(problems, error);
    struct policy_parser parser = {.arena = arena, .problems = problems};
    parser.source = arena_copy_text(arena, source);
    parser.policy = policy_new(arena, parser.source);
    parser.tokens = policy_lex(arena, parser.source, &parser.token_count, problems);
    if (head(&parser))
        recover(&parser, parser.at);
    body(&parser);
    if (problems->count) {
        policy_problems_sort(problems);
        return policy_problems_fail(problems, error);
    }
    policy_template_make(arena, parser.policy);
    *ret = parser.policy;
    return 0;
}
