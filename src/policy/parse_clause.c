/* SPDX-License-Identifier: Apache-2.0 */
/* The clause: its head, its lines in any order, and what they must not say together. */
#include "policy/parse.h"

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
    if (parser_expect_word(parser, "answers") || parser_expect_word(parser, "within") ||
        parser_deadline(parser, &seconds))
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
        parser_meaning(parser, token, "the merchant's answer is said twice in this clause", "本条款重复规定了商家答复");
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
        parser_meaning(parser, token, "this clause has two outcomes", "本条款有两个处理结果");
    seen->outcome = true;
    clause->outcome = outcome;
    if (outcome == POLICY_OUTCOME_REFUND)
        return refund_line(parser, clause);
    if (outcome == POLICY_OUTCOME_REFUSE)
        return 0;
    return parser_expect_word(parser, "within") ? -1 : parser_deadline(parser, &clause->review_s);
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
            parser_meaning(parser, token, "this clause has two `when`; join them with `and`",
                           "本条款有两个 `when`，请用 `and` 连接");
        seen->when = true;
        return parser_when(parser, clause);
    }
    return parser_fail(parser, "a line of the clause (`when`, `needs`, `refund` …)",
                       "条款内容（`when`、`needs`、`refund` 等）", policy_statement_words, POLICY_STATEMENT_WORD_COUNT);
}

static bool at_clause_end(const struct policy_parser *parser)
{
    return parser_peek(parser, 0)->kind == POLICY_TOKEN_END || parser_at_word(parser, 0, "clause") ||
           parser_at_word(parser, 0, "otherwise") || parser_at_override(parser);
}

static void clause_check(struct policy_parser *parser, const struct policy_clause *clause,
                         const struct clause_seen *seen, const struct policy_token *id)
{
    bool refund = clause->outcome == POLICY_OUTCOME_REFUND;
    if (!seen->when)
        parser_meaning(parser, id, "this clause does not say when it applies", "本条款没有说明何时适用（缺少 `when`）");
    if (!seen->outcome) {
        struct policy_problem *problem = parser_meaning(parser, id, "this clause has no outcome", "本条款没有处理结果");
        policy_problem_hint(problem, "end it with `refund …`, `refuse` or `review within …`",
                            "请写上 `refund …`、`refuse` 或 `review within …`");
        return;
    }
    if (refund && !clause->at_once && clause->merchant_answer_s < 0) {
        struct policy_problem *problem =
            parser_meaning(parser, id, "this refund does not say when it is paid", "本条款没有说明何时退款");
        policy_problem_hint(problem,
                            "write `at once` after it, or add `merchant answers within 24 hours, silence accepts`",
                            "请在其后写 `at once`，或加一行 `merchant answers within 24 hours, silence accepts`");
    }
    if (refund && clause->at_once && clause->merchant_answer_s >= 0)
        parser_meaning(parser, id, "`at once` and an answer of the merchant exclude each other",
                       "`at once` 与等待商家答复互相矛盾");
    if (!refund && clause->merchant_answer_s >= 0)
        parser_meaning(parser, id, "the merchant is asked only about a refund", "只有退款条款才需要商家答复");
    if (clause->outcome == POLICY_OUTCOME_REFUSE && (clause->need_count || clause->optional))
        parser_meaning(parser, id, "a refusal needs no evidence", "拒绝退款的条款不需要证明材料");
}

static int clause_head(struct policy_parser *parser, struct policy_clause *clause, const struct policy_token **ret_id)
{
    const struct policy_token *id = parser_peek(parser, 0);
    struct text word = parser_text(parser, id);
    if (id->kind != POLICY_TOKEN_WORD)
        return parser_fail(parser, "the clause's id", "条款编号（英文单词）", NULL, 0);
    if (policy_word_is_reserved(word) || text_is(word, "nobody"))
        parser_meaning(parser, id, "this word belongs to the language and cannot name a clause",
                       "这是语言的保留字，不能用作条款编号");
    if (policy_clause_find(parser->policy, word) >= 0)
        parser_meaning(parser, id, "another clause has this id", "条款编号重复");
    parser->at++;
    clause->id = arena_copy(parser->arena, word);
    clause->start = id->start;
    clause->length = id->length;
    *ret_id = id;
    clause->title_zh = parser_string(parser, "the clause's title in quotes", "引号中的条款标题");
    if (!clause->title_zh)
        return -1;
    clause->title_en = clause->title_zh;
    if (parser_peek(parser, 0)->kind == POLICY_TOKEN_STRING)
        clause->title_en = parser_string(parser, "", "");
    return 0;
}

void parser_clause(struct policy_parser *parser)
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
        parser_recover(parser, began_at);
        if (!into->id)
            return;
        id = &parser->tokens[began_at];
    }
    struct clause_seen seen = {0};
    int before = parser->problems->count + parser->problems->dropped;
    while (!at_clause_end(parser)) {
        size_t statement_at = parser->at;
        if (statement(parser, into, &seen))
            parser_recover(parser, statement_at);
    }
    if (parser->problems->count + parser->problems->dropped == before)
        clause_check(parser, into, &seen, id);
    if (into != &scratch)
        policy->clause_count++;
}
