/* SPDX-License-Identifier: Apache-2.0 */
/* The lines of a clause (section 3), and what they must be together. */
#include "evidence/replay/model.h"

#define DEADLINE_S_MIN INT64_C(60)
#define DEADLINE_S_MAX (INT64_C(15) * 86400)
#define LAW_CODE_BYTES_MAX 20
#define LAW_CODES_MAX 4

int replay_deadline(struct replay_reader *reader, int64_t *ret_s)
{
    if (replay_duration(reader, ret_s))
        return -1;
    if (*ret_s < DEADLINE_S_MIN || *ret_s > DEADLINE_S_MAX)
        return replay_refuse(reader, ERROR_POLICY_MEANING, "a deadline lies between 1 minute and 15 days");
    return 0;
}

static int proofs_read(struct replay_reader *reader, uint64_t *ret)
{
    *ret = 0;
    do {
        const struct replay_token *token = replay_ahead(reader, 0);
        int place = token->kind == REPLAY_WORD ? replay_fact_find(token->text) : -1;
        if (place < 0 || replay_facts[place].type != REPLAY_PROOF)
            return replay_expected(reader, "a kind of proof");
        if (!(replay_facts[place].goods & reader->policy->goods))
            return replay_refuse(reader, ERROR_POLICY_GOODS, "this proof has no meaning for the policy's goods");
        *ret |= replay_bit(place);
        reader->at++;
    } while (replay_take(reader, "or"));
    reader->policy->tested |= *ret;
    return 0;
}

static int comma(struct replay_reader *reader, const char *what)
{
    if (!replay_is_sign(reader, ','))
        return replay_expected(reader, what);
    reader->at++;
    return 0;
}

static int silence_read(struct replay_reader *reader, enum replay_silence *ret)
{
    if (replay_take(reader, "accepts"))
        *ret = REPLAY_SILENCE_ACCEPTS;
    else if (replay_take(reader, "refuses"))
        *ret = REPLAY_SILENCE_REFUSES;
    else if (replay_take(reader, "reviews"))
        *ret = REPLAY_SILENCE_REVIEWS;
    else
        return replay_expected(reader, "accepts, refuses or reviews");
    return 0;
}

static int merchant_read(struct replay_reader *reader, struct replay_clause *clause)
{
    if (clause->asks_merchant)
        return replay_refuse(reader, ERROR_POLICY_MEANING, "the merchant's answer is said twice");
    clause->asks_merchant = true;
    if (replay_expect(reader, "answers") || replay_expect(reader, "within") ||
        replay_deadline(reader, &clause->merchant_answer_s) || comma(reader, "a comma and what silence means"))
        return -1;
    if (replay_take(reader, "extension") &&
        (replay_deadline(reader, &clause->extension_s) || comma(reader, "a comma and what silence means")))
        return -1;
    reader->policy->tested |= replay_bit(REPLAY_MERCHANT_ANSWER);
    return replay_expect(reader, "silence") ? -1 : silence_read(reader, &clause->silence);
}

static bool is_code(struct text text)
{
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
        if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'))
            return false;
    }
    return text.length <= LAW_CODE_BYTES_MAX;
}

/* Which articles a clause rests on is for people: no decision depends on it. */
static int law_read(struct replay_reader *reader, struct replay_clause *clause)
{
    if (clause->has_law)
        return replay_refuse(reader, ERROR_POLICY_MEANING, "a clause has one `law` line");
    clause->has_law = true;
    for (int count = 1;; count++) {
        const struct replay_token *token = replay_ahead(reader, 0);
        if (token->kind != REPLAY_QUOTED)
            return replay_expected(reader, "the code of an article in quotes");
        if (!is_code(token->text))
            return replay_refuse(reader, ERROR_POLICY_MEANING,
                                 "a code has 1 to 20 capital letters, digits and hyphens");
        if (count > LAW_CODES_MAX)
            return replay_refuse(reader, ERROR_POLICY_LIMIT, "a clause names at most 4 articles");
        reader->at++;
        if (!replay_is_sign(reader, ','))
            return 0;
        reader->at++;
    }
}

/* ---- amounts ---- */

static int percent_read(struct replay_reader *reader, int64_t *ret)
{
    return replay_whole(reader, 1, 100, ret) ? -1 : replay_expect(reader, "percent");
}

static bool at_part(const struct replay_reader *reader, size_t distance)
{
    return replay_is_word(reader, distance, "unfinished") || replay_is_word(reader, distance, "affected") ||
           replay_is_word(reader, distance, "remaining");
}

static int part_read(struct replay_reader *reader, struct replay_amount *amount)
{
    struct replay_policy *policy = reader->policy;
    if (replay_take(reader, "affected")) {
        amount->rule = REPLAY_RULE_AFFECTED;
        policy->tested |= replay_bit(REPLAY_QUANTITY) | replay_bit(REPLAY_AFFECTED_QUANTITY);
        return replay_expect(reader, "part");
    }
    if (replay_take(reader, "remaining")) {
        amount->rule = REPLAY_RULE_REMAINING;
        policy->tested |= replay_bit(REPLAY_TIME_USED);
        return replay_expect(reader, "part");
    }
    if (policy->goods != REPLAY_SERVICE)
        return replay_refuse(reader, ERROR_POLICY_GOODS, "only a service has an unfinished part");
    amount->rule = REPLAY_RULE_UNFINISHED;
    policy->tested |= replay_bit(REPLAY_PROGRESS);
    reader->at++;
    return replay_expect(reader, "part");
}

static int base_read(struct replay_reader *reader, struct replay_amount *amount)
{
    if (replay_take(reader, "full")) {
        amount->rule = REPLAY_RULE_FULL;
        return 0;
    }
    if (at_part(reader, 0))
        return part_read(reader, amount);
    if (!replay_is_word(reader, 1, "percent")) {
        amount->rule = REPLAY_RULE_FIXED;
        return replay_money(reader, 1, &amount->fixed);
    }
    amount->rule = REPLAY_RULE_PERCENT;
    if (percent_read(reader, &amount->percent))
        return -1;
    if (!replay_is_word(reader, 0, "of") || !at_part(reader, 1))
        return 0;
    reader->at++;
    return part_read(reader, amount);
}

static int amount_read(struct replay_reader *reader, struct replay_amount *amount)
{
    if (base_read(reader, amount))
        return -1;
    if (!replay_take(reader, "less"))
        return 0;
    return replay_is_word(reader, 1, "percent") ? percent_read(reader, &amount->less_percent)
                                                : replay_money(reader, 1, &amount->less_minor);
}

static int bearer_read(struct replay_reader *reader, struct replay_clause *clause)
{
    static const char *const words[] = {"merchant", "platform", "issuer", "goodwill"};
    if (replay_expect(reader, "borne") || replay_expect(reader, "by"))
        return -1;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (replay_take(reader, words[i])) {
            clause->bearer = words[i];
            return 0;
        }
    return replay_expected(reader, "merchant, platform, issuer or goodwill");
}

static int destination_read(struct replay_reader *reader, struct replay_clause *clause)
{
    if (!replay_take(reader, "store_credit"))
        return replay_expect(reader, "original_payment");
    bool buyer_chooses = replay_take(reader, "or");
    clause->destination = buyer_chooses ? "buyer_choice" : "store_credit";
    return buyer_chooses ? replay_expect(reader, "original_payment") : 0;
}

static int refund_read(struct replay_reader *reader, struct replay_clause *clause)
{
    clause->outcome = REPLAY_REFUND;
    if (amount_read(reader, &clause->amount))
        return -1;
    clause->at_once = replay_take(reader, "at");
    if (clause->at_once && replay_expect(reader, "once"))
        return -1;
    if (replay_take(reader, "to") && destination_read(reader, clause))
        return -1;
    if (!replay_is_sign(reader, ','))
        return 0;
    reader->at++;
    return bearer_read(reader, clause);
}

static int outcome_read(struct replay_reader *reader, struct replay_clause *clause)
{
    if (clause->has_outcome)
        return replay_refuse(reader, ERROR_POLICY_MEANING, "this clause has two outcomes");
    clause->has_outcome = true;
    if (replay_take(reader, "refund"))
        return refund_read(reader, clause);
    if (replay_take(reader, "refuse")) {
        clause->outcome = REPLAY_REFUSE;
        return 0;
    }
    clause->outcome = REPLAY_REVIEW;
    reader->at++;
    return replay_expect(reader, "within") ? -1 : replay_deadline(reader, &clause->review_s);
}

int replay_line_read(struct replay_reader *reader, struct replay_clause *clause)
{
    uint64_t proofs;
    if (replay_take(reader, "when")) {
        if (clause->when)
            return replay_refuse(reader, ERROR_POLICY_MEANING, "this clause has two `when`");
        return replay_when_read(reader, &clause->when);
    }
    if (replay_take(reader, "needs")) {
        if (clause->need_count == REPLAY_NEEDS_MAX)
            return replay_refuse(reader, ERROR_POLICY_LIMIT, "a clause has at most 6 `needs` lines");
        return proofs_read(reader, &clause->needs[clause->need_count++]);
    }
    if (replay_take(reader, "optional")) {
        clause->has_optional = true;
        return proofs_read(reader, &proofs);
    }
    if (replay_take(reader, "merchant"))
        return merchant_read(reader, clause);
    if (replay_take(reader, "law"))
        return law_read(reader, clause);
    if (replay_is_word(reader, 0, "refund") || replay_is_word(reader, 0, "refuse") ||
        replay_is_word(reader, 0, "review"))
        return outcome_read(reader, clause);
    return replay_expected(reader, "a line of the clause");
}

int replay_clause_check(struct replay_reader *reader, const struct replay_clause *clause)
{
    bool refund = clause->outcome == REPLAY_REFUND;
    const char *why = NULL;
    if (!clause->when)
        why = "the clause above does not say when it applies";
    else if (!clause->has_outcome)
        why = "the clause above has no outcome";
    else if (refund && clause->at_once == clause->asks_merchant)
        why = "a refund is paid either `at once` or after the merchant's answer";
    else if (!refund && clause->asks_merchant)
        why = "the merchant is asked only about a refund";
    else if (clause->outcome == REPLAY_REFUSE && (clause->need_count || clause->has_optional))
        why = "a refusal needs no evidence";
    return why ? replay_refuse(reader, ERROR_POLICY_MEANING, why) : 0;
}
