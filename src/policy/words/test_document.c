/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a printed rule line by line, and applies it as a careful person would. */
#include "policy/words/test_document.h"

#include <string.h>

#define ZH(language) ((language) == POLICY_LANGUAGE_ZH)
#define COUNT(array) (sizeof(array) / sizeof *(array))

struct lines {
    struct document *document;
    enum policy_language language;
    bool zh;
    enum document_group group;
};

static bool take(const struct lines *l, struct text *rest, const char *zh, const char *en)
{
    return phrase_take(rest, l->zh ? zh : en);
}

static bool drop(const struct lines *l, struct text *rest, const char *zh, const char *en)
{
    return phrase_drop(rest, l->zh ? zh : en);
}

/* ---- lists ---- */

/* "2、3" up to an ending that is already cut off. */
static bool numbers_read(const struct lines *l, struct text rest, int64_t *numbers, int *count)
{
    *count = 0;
    do {
        if (*count == DOCUMENT_CLAUSES_MAX || !phrase_int(&rest, &numbers[*count]))
            return false;
        (*count)++;
    } while (take(l, &rest, "、", ", ") || take(l, &rest, "、", " or "));
    return rest.length == 0;
}

static bool needs_read(const struct lines *l, struct text rest, struct document_clause *clause)
{
    for (bool more = true; more;) {
        struct text one;
        more = phrase_cut(&rest, l->zh ? "；" : "; ", &one);
        uint64_t proofs = phrase_proofs(more ? one : rest, l->language);
        if (!proofs || clause->need_count == POLICY_NEEDS_MAX)
            return false;
        clause->needs[clause->need_count++] = proofs;
    }
    return true;
}

/* ---- results ---- */

static bool review_read(const struct lines *l, struct text text, int64_t *ret_s)
{
    if (!take(l, &text, "由平台在 ", "a person of the platform decides within ") ||
        (l->zh && !phrase_drop(&text, "内人工判定")))
        return false;
    *ret_s = phrase_duration(text, l->language);
    return *ret_s >= 0;
}

static bool percent_read(struct text text, int64_t *ret)
{
    return phrase_int(&text, ret) && text_is(text, "%");
}

static bool base_read(const struct lines *l, struct text text, struct document_clause *c)
{
    static const struct {
        const char *zh, *en;
        enum policy_amount_rule rule;
    } whole[] = {{"全额退款", "a full refund", POLICY_AMOUNT_FULL},
                 {"按未完成的比例退款", "a refund of the unfinished part", POLICY_AMOUNT_UNFINISHED},
                 {"按受影响的数量退款", "a refund of the affected part", POLICY_AMOUNT_AFFECTED},
                 {"按剩余时长的比例退款", "a refund of the remaining part", POLICY_AMOUNT_REMAINING}},
      percents[] = {{"退还实付金额的 ", " of the price", POLICY_AMOUNT_PERCENT},
                    {"退还未完成部分的 ", " of the unfinished part", POLICY_AMOUNT_UNFINISHED},
                    {"退还受影响部分的 ", " of the affected part", POLICY_AMOUNT_AFFECTED},
                    {"退还剩余部分的 ", " of the remaining part", POLICY_AMOUNT_REMAINING}};
    c->percent = 100;
    for (size_t i = 0; i < COUNT(whole); i++)
        if (text_is(text, l->zh ? whole[i].zh : whole[i].en)) {
            c->rule = whole[i].rule;
            return true;
        }
    struct text rest = text;
    for (size_t i = 0; i < COUNT(percents); i++, rest = text) {
        bool fits = l->zh ? phrase_take(&rest, percents[i].zh)
                          : phrase_take(&rest, "a refund of ") && phrase_drop(&rest, percents[i].en);
        c->rule = percents[i].rule;
        if (fits && percent_read(rest, &c->percent))
            return true;
    }
    c->rule = POLICY_AMOUNT_FIXED;
    if (!take(l, &text, "退款 ", "a refund of "))
        return false;
    c->fixed = phrase_money(text);
    return c->fixed >= 0;
}

static bool fee_read(const struct lines *l, struct text text, struct document_clause *c)
{
    struct text rest = text;
    bool percent = l->zh ? phrase_take(&rest, "实付金额的 ") : phrase_drop(&rest, " of the price");
    if (percent)
        return percent_read(rest, &c->less_percent);
    if (l->zh && !phrase_take(&rest, " "))
        return false;
    c->less = phrase_money(rest);
    return c->less > 0;
}

/* Endings first: who bears it, where it goes, the fee, when. */
static bool refund_read(const struct lines *l, struct text text, struct document_clause *c)
{
    c->outcome = POLICY_OUTCOME_REFUND;
    if (drop(l, &text, "，由平台承担", ", borne by the platform"))
        c->bearer = POLICY_BEARER_PLATFORM;
    else if (drop(l, &text, "，由发行方承担", ", borne by the issuer"))
        c->bearer = POLICY_BEARER_ISSUER;
    else if (drop(l, &text, "，由平台关怀金承担", ", borne by the goodwill fund"))
        c->bearer = POLICY_BEARER_GOODWILL;
    if (drop(l, &text, "，退为店铺余额", ", as store credit"))
        c->destination = POLICY_DESTINATION_STORE_CREDIT;
    else if (drop(l, &text, "，退为店铺余额或原路退回由买家选择",
                  ", as store credit or to the original payment as the buyer chooses"))
        c->destination = POLICY_DESTINATION_BUYER_CHOICE;
    struct text before = text, amount;
    if (phrase_cut(&before, l->zh ? "，扣除" : ", less ", &amount)) {
        if (!fee_read(l, before, c))
            return false;
        text = amount;
    }
    c->at_once = l->zh ? phrase_take(&text, "立即") : phrase_drop(&text, " at once");
    if (!c->at_once && !(l->zh ? phrase_take(&text, "商家同意后") : phrase_drop(&text, " once the merchant consents")))
        return false;
    return base_read(l, text, c);
}

static bool result_read(const struct lines *l, struct text text, struct document_clause *c)
{
    if (text_is(text, l->zh ? "不退款" : "no refund")) {
        c->outcome = POLICY_OUTCOME_REFUSE;
        return l->group == DOCUMENT_REFUSE;
    }
    if (review_read(l, text, &c->review_s)) {
        c->outcome = POLICY_OUTCOME_REVIEW;
        return l->group == DOCUMENT_REVIEW;
    }
    return refund_read(l, text, c) && l->group == (c->at_once ? DOCUMENT_AT_ONCE : DOCUMENT_MERCHANT);
}

static bool merchant_read(const struct lines *l, struct text text, struct document_clause *c)
{
    struct text first;
    if (drop(l, &text, "，逾期视为同意", "; silence counts as consent"))
        c->silence = POLICY_SILENCE_ACCEPTS;
    else if (drop(l, &text, "，逾期视为拒绝", "; silence counts as refusal"))
        c->silence = POLICY_SILENCE_REFUSES;
    else if (drop(l, &text, "，逾期由平台人工判定", "; after silence a person of the platform decides"))
        c->silence = POLICY_SILENCE_REVIEWS;
    else
        return false;
    struct text rest = text;
    if (phrase_cut(&rest, l->zh ? "，可以延长一次，延长 " : ", with one extension of ", &first)) {
        c->extension_s = phrase_duration(rest, l->language);
        if (c->extension_s < 0)
            return false;
        text = first;
    }
    if (l->zh ? !phrase_drop(&text, "内答复") : !phrase_take(&text, "answers within "))
        return false;
    c->merchant_s = phrase_duration(text, l->language);
    return c->merchant_s >= 0;
}

static bool except_read(const struct lines *l, struct text text, struct document_clause *c)
{
    if (l->zh ? !phrase_take(&text, "同时符合第 ")
              : !phrase_take(&text, "where one of clauses ") && !phrase_take(&text, "where clause "))
        return false;
    if (l->zh ? !phrase_drop(&text, " 条之一的，以该条为准") && !phrase_drop(&text, " 条的，以该条为准")
              : !phrase_drop(&text, " applies too, that clause decides"))
        return false;
    return numbers_read(l, text, c->except, &c->except_count);
}

/* ---- lines ---- */

static bool label_line(const struct lines *l, struct text line, struct document_clause *c)
{
    if (!phrase_take(&line, "   ") || !drop(l, &line, "。", "."))
        return false;
    if (take(l, &line, "条件：", "When: ")) {
        c->when = line;
        return true;
    }
    if (take(l, &line, "材料：", "Evidence: "))
        return needs_read(l, line, c);
    if (take(l, &line, "可补充：", "Helpful: "))
        return (c->optional = phrase_proofs(line, l->language)) != 0;
    if (take(l, &line, "商家：", "Merchant: "))
        return merchant_read(l, line, c);
    if (take(l, &line, "结果：", "Result: "))
        return result_read(l, line, c);
    if (take(l, &line, "例外：", "Except: "))
        return except_read(l, line, c);
    if (take(l, &line, "举例：", "Example: ")) {
        c->example = line;
        return true;
    }
    return take(l, &line, "依据：", "Law: ");
}

static bool title_line(const struct lines *l, struct text line, struct document_clause *c)
{
    *c = (struct document_clause){.group = l->group, .merchant_s = -1, .extension_s = -1, .review_s = -1};
    if (!phrase_int(&line, &c->number) || !phrase_take(&line, ". ") || !drop(l, &line, "）", ")"))
        return false;
    size_t start = line.length;
    while (start && line.data[start - 1] != '(' && (unsigned char)line.data[start - 1] < 0x80)
        start--;
    c->id = (struct text){line.data + start, line.length - start};
    return start > 0 && c->id.length > 0;
}

static bool heading_line(struct lines *l, struct text line)
{
    static const struct {
        const char *zh, *en;
    } headings[] = {{"立即退款", "Refunded at once"},    {"商家答复后退款", "Refunded after the merchant's answer"},
                    {"人工判定", "Decided by a person"}, {"不退款", "Not refunded"},
                    {"其他情形", "Any other case"},      {"通用说明", "For all cases"}};
    struct text number;
    if (!phrase_cut(&line, l->zh ? "、" : ". ", &number))
        return false;
    for (size_t i = 0; i < COUNT(headings); i++)
        if (text_is(line, l->zh ? headings[i].zh : headings[i].en)) {
            l->group = (enum document_group)i;
            return true;
        }
    return false;
}

static bool other_line(const struct lines *l, struct text line)
{
    struct document *d = l->document;
    struct text numbers;
    if (!take(l, &line, "申请原因选“其他原因”的，", "When the reason is \"another reason\", "))
        return false;
    struct text rest = line;
    if (take(l, &rest, "除符合第 ", "unless clause ")) {
        if (!phrase_cut(&rest, l->zh ? " 条的外，一律" : " applies, ", &numbers) ||
            !numbers_read(l, numbers, d->other, &d->other_count))
            return false;
    } else if (l->zh && !phrase_take(&rest, "一律")) {
        return false;
    }
    return review_read(l, rest, &d->other_review_s);
}

static bool rest_line(const struct lines *l, struct text line)
{
    struct document *d = l->document;
    if (!drop(l, &line, "。", "."))
        return false;
    if (!take(l, &line, "以上各条都不符合的，", "When no clause above applies: "))
        return other_line(l, line);
    d->rest = text_is(line, l->zh ? "不退款" : "no refund") ? POLICY_OUTCOME_REFUSE : POLICY_OUTCOME_REVIEW;
    return d->rest == POLICY_OUTCOME_REFUSE || review_read(l, line, &d->rest_review_s);
}

static bool notes_line(const struct lines *l, struct text line)
{
    struct document *d = l->document;
    if (!drop(l, &line, "。", "."))
        return false;
    if (take(l, &line, "商家有异议的，", "When the merchant objects, "))
        return review_read(l, line, &d->objects_review_s);
    if (text_is(line, l->zh ? "除写明的以外，退款退回原支付方式，由商家承担"
                            : "Unless a clause says otherwise, a refund goes back to the original payment and is borne "
                              "by the merchant"))
        return d->usual_payment = true;
    if (text_is(line, l->zh ? "一笔订单的退款合计不超过实付金额"
                            : "All refunds of an order together never exceed what was paid"))
        return d->usual_limit = true;
    return text_is(line, l->zh ? "不同意处理结果，可以申请平台处理"
                               : "Whoever disagrees with a result may ask the platform to look at it");
}

static bool line_read(struct lines *l, struct text line, bool in_head)
{
    struct document *d = l->document;
    if (line.length == 0 || heading_line(l, line) || in_head)
        return true;
    if (l->group == DOCUMENT_REST)
        return rest_line(l, line);
    if (l->group == DOCUMENT_NOTES)
        return notes_line(l, line);
    if (text_starts(line, "   "))
        return d->count && label_line(l, line, &d->clauses[d->count - 1]);
    return d->count < DOCUMENT_CLAUSES_MAX && title_line(l, line, &d->clauses[d->count++]);
}

int document_read(struct text prose, enum policy_language language, struct document *ret)
{
    struct lines l = {ret, language, ZH(language), DOCUMENT_AT_ONCE};
    memset(ret, 0, sizeof *ret);
    ret->language = language;
    ret->rest_review_s = ret->other_review_s = ret->objects_review_s = -1;
    bool in_head = true;
    while (prose.length) {
        const char *end = memchr(prose.data, '\n', prose.length);
        size_t length = end ? (size_t)(end - prose.data) : prose.length;
        struct text line = {prose.data, length};
        in_head = in_head && length > 0; /* an empty line stands before the first heading */
        if (!line_read(&l, line, in_head)) {
            ret->bad = line;
            return -1;
        }
        prose = (struct text){prose.data + length + (end != NULL), prose.length - length - (end != NULL)};
    }
    return 0;
}

/* ---- applying it ---- */

static bool is_listed(const int64_t *numbers, int count, int64_t number)
{
    for (int i = 0; i < count; i++)
        if (numbers[i] == number)
            return true;
    return false;
}

static enum reading applies(const struct document *d, int i, const struct policy_facts *facts, struct text *ret_bad)
{
    if (facts->value[FACT_REASON] == REASON_OTHER && !is_listed(d->other, d->other_count, d->clauses[i].number))
        return READING_FALSE;
    return phrases_read(d->clauses[i].when, facts, d->language, ret_bad);
}

static enum reading governs(const struct document *d, int i, const struct policy_facts *facts, struct text *ret_bad)
{
    enum reading reading = applies(d, i, facts, ret_bad);
    for (int over = 0; over < d->count && reading == READING_TRUE; over++) {
        if (!is_listed(d->clauses[i].except, d->clauses[i].except_count, d->clauses[over].number))
            continue;
        enum reading other = applies(d, over, facts, ret_bad);
        reading = other == READING_TRUE ? READING_FALSE : other == READING_FAILED ? READING_FAILED : reading;
    }
    return reading;
}

static int64_t part_up(int64_t amount, int64_t of, int64_t whole)
{
    return (amount * of + whole - 1) / whole;
}

static int64_t refund_of(const struct document *d, const struct document_clause *c, const struct policy_facts *facts)
{
    int64_t paid = facts->value[FACT_AMOUNT], refund = paid, left = paid - facts->value[FACT_EARLIER_REFUNDS];
    if (c->rule == POLICY_AMOUNT_UNFINISHED)
        refund = part_up(paid, 100 - facts->value[FACT_PROGRESS], 100);
    if (c->rule == POLICY_AMOUNT_REMAINING)
        refund = part_up(paid, 100 - facts->value[FACT_TIME_USED], 100);
    if (c->rule == POLICY_AMOUNT_AFFECTED)
        refund = part_up(paid, facts->value[FACT_AFFECTED_QUANTITY], facts->value[FACT_QUANTITY]);
    if (c->rule == POLICY_AMOUNT_FIXED)
        refund = c->fixed;
    else
        refund = part_up(refund, c->percent, 100);
    refund -= c->less + paid * c->less_percent / 100;
    refund = refund < 0 ? 0 : refund;
    return d->usual_limit && refund > left ? left : refund;
}

static bool is_complete(const struct document_clause *c, const struct policy_facts *facts)
{
    for (int i = 0; i < c->need_count; i++) {
        bool accepted = false;
        for (uint64_t bits = c->needs[i]; bits; bits &= bits - 1)
            accepted |= facts->value[__builtin_ctzll(bits)] == PROOF_ACCEPTED;
        if (!accepted)
            return false;
    }
    return true;
}

static void refund_decide(const struct document *d, const struct document_clause *c, const struct policy_facts *facts,
                          struct document_answer *ret)
{
    int64_t answer = facts->value[FACT_MERCHANT_ANSWER];
    bool silent = answer == MERCHANT_ANSWER_SILENT;
    ret->refund = refund_of(d, c, facts);
    ret->review_s = c->merchant_s >= 0 ? d->objects_review_s : -1;
    ret->disposition = POLICY_PAY_NOW;
    if (!is_complete(c, facts)) {
        ret->disposition = POLICY_MISSING_EVIDENCE;
    } else if (ret->refund == 0) {
        ret->disposition = POLICY_REFUSE;
        ret->outcome = POLICY_OUTCOME_REFUSE;
    } else if (!c->at_once && answer == MERCHANT_ANSWER_NONE) {
        ret->disposition = POLICY_WAIT_MERCHANT;
    } else if (!c->at_once &&
               (answer == MERCHANT_ANSWER_DISPUTES || (silent && c->silence == POLICY_SILENCE_REVIEWS))) {
        ret->disposition = POLICY_REVIEW;
    } else if (!c->at_once && silent && c->silence == POLICY_SILENCE_REFUSES) {
        ret->disposition = POLICY_REFUSE;
        ret->outcome = POLICY_OUTCOME_REFUSE;
        ret->refund = 0;
    }
}

static void clause_decide(const struct document *d, const struct document_clause *c, const struct policy_facts *facts,
                          struct document_answer *ret)
{
    *ret = (struct document_answer){.governing = c->id,
                                    .outcome = c->outcome,
                                    .review_s = c->review_s,
                                    .merchant_s = c->merchant_s,
                                    .extension_s = c->extension_s,
                                    .bearer = c->bearer,
                                    .destination = c->destination};
    if (c->outcome == POLICY_OUTCOME_REFUND)
        refund_decide(d, c, facts, ret);
    else if (c->outcome == POLICY_OUTCOME_REFUSE)
        ret->disposition = POLICY_REFUSE;
    else
        ret->disposition = is_complete(c, facts) ? POLICY_REVIEW : POLICY_MISSING_EVIDENCE;
}

int document_decide(const struct document *d, const struct policy_facts *facts, struct document_answer *ret,
                    struct text *ret_bad)
{
    bool other = facts->value[FACT_REASON] == REASON_OTHER, refuses = d->rest == POLICY_OUTCOME_REFUSE && !other;
    int found = -1;
    for (int i = 0; i < d->count; i++) {
        enum reading reading = governs(d, i, facts, ret_bad);
        if (reading == READING_FAILED)
            return -1;
        if (reading != READING_TRUE)
            continue;
        *ret_bad = TEXT_LITERAL("two clauses");
        if (found >= 0)
            return -1;
        found = i;
    }
    if (found >= 0) {
        clause_decide(d, &d->clauses[found], facts, ret);
        *ret_bad = TEXT_LITERAL("the note on payment is missing");
        return ret->outcome == POLICY_OUTCOME_REFUND && !d->usual_payment ? -1 : 0;
    }
    *ret = (struct document_answer){.governing = TEXT_LITERAL("otherwise"), .merchant_s = -1, .extension_s = -1};
    ret->outcome = refuses ? POLICY_OUTCOME_REFUSE : POLICY_OUTCOME_REVIEW;
    ret->disposition = refuses ? POLICY_REFUSE : POLICY_REVIEW;
    ret->review_s = refuses ? -1 : other ? d->other_review_s : d->rest_review_s;
    return 0;
}
