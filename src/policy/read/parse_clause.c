/* SPDX-License-Identifier: Apache-2.0 */
/* The clause: its head, its lines in any order, and what they must not say together. */
#include "policy/read/parse.h"

#include <string.h>

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
    } while (parser_take_item(parser, 0));
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

static int comma_take(struct policy_parser *parser)
{
    if (parser_peek(parser, 0)->kind != POLICY_TOKEN_COMMA)
        return parser_fail(parser, "`, silence` and `accepts`, `refuses` or `reviews`",
                           "`, silence` 加 `accepts`、`refuses` 或 `reviews`", NULL, 0);
    parser->at++;
    return 0;
}

static int merchant_line(struct policy_parser *parser, struct policy_clause *clause, const struct policy_token *token)
{
    static const char *const words[] = {"accepts", "refuses", "reviews"};
    int64_t seconds;
    if (parser_expect_word(parser, "answers") || parser_expect_word(parser, "within") ||
        parser_deadline(parser, &seconds))
        return -1;
    int64_t extension = -1;
    if (comma_take(parser))
        return -1;
    if (parser_take_word(parser, "extension") && (parser_deadline(parser, &extension) || comma_take(parser)))
        return -1;
    if (parser_expect_word(parser, "silence"))
        return -1;
    size_t silence = 0;
    while (silence < 3 && !parser_take_word(parser, words[silence]))
        silence++;
    if (silence == 3)
        return parser_fail(parser, "`accepts`, `refuses` or `reviews`", "`accepts`、`refuses` 或 `reviews`", words, 3);
    if (clause->merchant_answer_s >= 0)
        parser_meaning(parser, token, "the merchant's answer is said twice in this clause", "本条款重复规定了商家答复");
    clause->merchant_answer_s = seconds;
    clause->extension_s = extension;
    clause->silence = (enum policy_silence)(POLICY_SILENCE_ACCEPTS + silence);
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

static const struct {
    const char *word;
    enum policy_amount_rule rule;
    uint64_t facts;
} parts[] = {
    {"unfinished", POLICY_AMOUNT_UNFINISHED, UINT64_C(1) << FACT_PROGRESS},
    {"affected", POLICY_AMOUNT_AFFECTED, UINT64_C(1) << FACT_QUANTITY | UINT64_C(1) << FACT_AFFECTED_QUANTITY},
    {"remaining", POLICY_AMOUNT_REMAINING, UINT64_C(1) << FACT_TIME_USED},
};
#define PART_COUNT (sizeof parts / sizeof *parts)

static bool at_part(struct policy_parser *parser)
{
    for (size_t i = 0; i < PART_COUNT; i++)
        if (parser_at_word(parser, 0, parts[i].word))
            return true;
    return false;
}

/* `unfinished part` and its like */
static int part(struct policy_parser *parser, struct policy_amount *amount)
{
    static const char *const words[] = {"unfinished", "affected", "remaining"};
    const struct policy_token *token = parser_peek(parser, 0);
    size_t i = 0;
    while (i < PART_COUNT && !parser_take_word(parser, parts[i].word))
        i++;
    if (i == PART_COUNT)
        return parser_fail(parser, "`unfinished part`, `affected part` or `remaining part`",
                           "`unfinished part`、`affected part` 或 `remaining part`", words, 3);
    if (parser_expect_word(parser, "part"))
        return -1;
    amount->rule = parts[i].rule;
    parser->policy->facts_tested |= parts[i].facts;
    if (amount->rule == POLICY_AMOUNT_UNFINISHED && parser->policy->goods != POLICY_GOODS_SERVICE) {
        struct policy_place place = parser_place(parser, token);
        policy_problem_add(parser->problems, POLICY_PROBLEM_GOODS, &place, "%s goods have no unfinished part",
                           "%s 类商品没有“未完成部分”", policy_goods_word(parser->policy->goods));
    }
    return 0;
}

static int money(struct policy_parser *parser, int64_t *ret_minor)
{
    const struct policy_token *token = parser_peek(parser, 0);
    if (parser_money(parser, ret_minor))
        return -1;
    if (*ret_minor > 0)
        return 0;
    parser_meaning(parser, token, "this amount is nothing", "金额不能为零");
    return -1;
}

static bool at_money(struct policy_parser *parser)
{
    return parser_peek(parser, 0)->kind == POLICY_TOKEN_NUMBER && !parser_at_word(parser, 1, "percent");
}

static int percent(struct policy_parser *parser, int64_t *ret)
{
    return parser_integer(parser, 1, 100, ret) || parser_expect_word(parser, "percent") ? -1 : 0;
}

static int amount_base(struct policy_parser *parser, struct policy_amount *amount)
{
    static const char *const words[] = {"full", "unfinished", "affected", "remaining"};
    if (parser_take_word(parser, "full")) {
        amount->rule = POLICY_AMOUNT_FULL;
        return 0;
    }
    if (at_part(parser))
        return part(parser, amount);
    if (parser_peek(parser, 0)->kind != POLICY_TOKEN_NUMBER)
        return parser_fail(parser, "`full`, `50 percent`, a part such as `unfinished part`, or an amount of money",
                           "`full`、`50 percent`、`unfinished part` 之类的部分，或金额", words, 4);
    if (at_money(parser)) {
        amount->rule = POLICY_AMOUNT_FIXED;
        return money(parser, &amount->fixed);
    }
    amount->rule = POLICY_AMOUNT_PERCENT;
    if (percent(parser, &amount->percent))
        return -1;
    return parser_take_word(parser, "of") ? part(parser, amount) : 0;
}

static int amount(struct policy_parser *parser, struct policy_amount *amount)
{
    if (amount_base(parser, amount))
        return -1;
    if (!parser_take_word(parser, "less"))
        return 0;
    return at_money(parser) ? money(parser, &amount->less) : percent(parser, &amount->less_percent);
}

static int destination(struct policy_parser *parser, struct policy_clause *clause)
{
    static const char *const words[] = {"original_payment", "store_credit"};
    if (parser_take_word(parser, "store_credit")) {
        clause->destination = POLICY_DESTINATION_STORE_CREDIT;
        if (!parser_take_word(parser, "or"))
            return 0;
        clause->destination = POLICY_DESTINATION_BUYER_CHOICE;
        return parser_expect_word(parser, "original_payment");
    }
    if (!parser_take_word(parser, "original_payment"))
        return parser_fail(parser, "`original_payment` or `store_credit`", "`original_payment` 或 `store_credit`",
                           words, 2);
    return 0;
}

static int refund_line(struct policy_parser *parser, struct policy_clause *clause)
{
    if (amount(parser, &clause->amount))
        return -1;
    if (parser_take_word(parser, "at")) {
        if (parser_expect_word(parser, "once"))
            return -1;
        clause->at_once = true;
    }
    if (parser_take_word(parser, "to") && destination(parser, clause))
        return -1;
    if (parser_peek(parser, 0)->kind != POLICY_TOKEN_COMMA)
        return 0;
    parser->at++;
    return bearer(parser, clause);
}

static bool is_law_code(const char *code)
{
    size_t length = strlen(code);
    return length <= 20 && strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == length;
}

/* `law "CPL-24", "CPR-18"`: whether there are such articles is for the check, which knows the table. */
static int law_line(struct policy_parser *parser, struct policy_clause *clause, const struct policy_token *token)
{
    if (clause->law_count)
        parser_meaning(parser, token, "this clause has two `law` lines", "本条款有两行 `law`");
    for (;;) {
        const struct policy_token *at = parser_peek(parser, 0);
        const char *code = parser_string(parser, "the code of an article in quotes", "引号中的法条代码");
        if (!code)
            return -1;
        if (!is_law_code(code))
            parser_meaning(parser, at, "the code of an article has at most 20 capital letters, digits and hyphens",
                           "法条代码只能用大写字母、数字和连字符，最多 20 个字符");
        else if (clause->law_count == POLICY_LAWS_MAX)
            parser_meaning(parser, at, "a clause cites at most 4 articles", "一个条款最多引用 4 个法条");
        else
            clause->laws[clause->law_count++] = code;
        if (parser_peek(parser, 0)->kind != POLICY_TOKEN_COMMA)
            return 0;
        parser->at++;
        parser_mark(parser, POLICY_ROLE_ITEM, 0);
    }
}

struct clause_seen {
    const struct policy_token *when, *outcome; /* or NULL */
};

static void twice(struct policy_parser *parser, const struct policy_token *token, const struct policy_token *first,
                  const char *en, const char *zh)
{
    struct policy_place place = parser_place(parser, first);
    policy_problem_relate(parser_meaning(parser, token, en, zh), &place);
}

static int outcome_line(struct policy_parser *parser, struct policy_clause *clause, struct clause_seen *seen,
                        enum policy_outcome outcome)
{
    const struct policy_token *token = parser_peek(parser, 0);
    parser->at++;
    if (seen->outcome)
        twice(parser, token, seen->outcome, "this clause has two outcomes", "本条款有两个处理结果");
    seen->outcome = token;
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
    parser_mark(parser, POLICY_ROLE_LINE, 0);
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
    if (parser_take_word(parser, "law"))
        return law_line(parser, clause, token);
    if (parser_take_word(parser, "when")) {
        if (seen->when)
            twice(parser, token, seen->when, "this clause has two `when`; join them with `and`",
                  "本条款有两个 `when`，请用 `and` 连接");
        seen->when = token;
        return parser_when(parser, clause);
    }
    return parser_fail(parser, "a line of the clause (`when`, `needs`, `refund` …)",
                       "条款内容（`when`、`needs`、`refund` 等）", policy_statement_words, POLICY_STATEMENT_WORD_COUNT);
}

static bool at_clause_end(struct policy_parser *parser)
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
    int first = policy_clause_find(parser->policy, word);
    if (first >= 0) {
        struct policy_place place = policy_place_of(parser->policy, first);
        policy_problem_relate(parser_meaning(parser, id, "another clause has this id", "条款编号重复"), &place);
    }
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
    size_t began_at = parser->at;
    parser_mark(parser, POLICY_ROLE_CLAUSE, 0);
    parser->at++;
    if (policy->clause_count < LIMIT_POLICY_CLAUSES) {
        into = &policy->clauses[policy->clause_count];
    } else {
        struct policy_place place = parser_place(parser, &parser->tokens[began_at]);
        policy_problem_add(parser->problems, POLICY_PROBLEM_LIMIT, &place, "a policy has at most %d clauses",
                           "一份规则最多 %d 个条款", LIMIT_POLICY_CLAUSES);
    }
    *into = (struct policy_clause){.review_s = -1, .merchant_answer_s = -1, .extension_s = -1};
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
