/* SPDX-License-Identifier: Apache-2.0 */
/* Composing letters from the pieces of letters.def. Every name in braces has one value in each language; a name that is not in the table
 * below is a fault of the table of pieces and stops the tests. */
#include "service/claims/letters.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/money.h"
#include "claim/plan.h"
#include "law/law.h"
#include "service/internal.h"

#define LETTER_BYTES_MAX (64 * 1024)
#define HASH_SHOWN 12 /* hex digits: enough to tell files apart in a letter */

enum piece {
#define LETTER(name, zh, en) PIECE_##name,
#include "service/claims/letters.def"
#undef LETTER
    PIECE_COUNT
};
static const struct {
    const char *text[2]; /* by enum policy_language */
} pieces[PIECE_COUNT] = {
#define LETTER(name, zh, en) [PIECE_##name] = {{zh, en}},
#include "service/claims/letters.def"
#undef LETTER
};

enum name {
    NAME_AMOUNT,
    NAME_ASKED,
    NAME_BEARER,
    NAME_BY,
    NAME_CLAIM,
    NAME_CLAUSE,
    NAME_CLAUSE_TITLE,
    NAME_DECISION,
    NAME_FACTS,
    NAME_FILE,
    NAME_FILED,
    NAME_HASH,
    NAME_KIND,
    NAME_LAW,
    NAME_ORDER,
    NAME_POLICY,
    NAME_REASON,
    NAME_RECEIVED,
    NAME_RULE,
    NAME_RULE_AMOUNT,
    NAME_STATE,
    NAME_TITLE,
    NAME_UNTIL,
    NAME_VERSION,
    NAME_WHY,
    NAME_COUNT
};
static const char *const names[NAME_COUNT] = {"amount", "asked",        "bearer",   "by",      "claim",
                                              "clause", "clause_title", "decision", "facts",   "file",
                                              "filed",  "hash",         "kind",     "law",     "order",
                                              "policy", "reason",       "received", "rule",    "rule_amount",
                                              "state",  "title",        "until",    "version", "why"};

struct letter {
    struct service_call *call;
    const struct service_letter_decision *decision;
    enum policy_language language;
    bool to_merchant;
    struct text values[NAME_COUNT];
    struct text product_title;
    struct buffer out;
};

/* ---- filling in ---- */

static int name_find(struct text word)
{
    for (int i = 0; i < NAME_COUNT; i++)
        if (text_is(word, names[i]))
            return i;
    return -1;
}

static void piece_put(struct letter *letter, struct buffer *out, enum piece piece)
{
    const char *at = pieces[piece].text[letter->language];
    while (*at) {
        const char *open = strchr(at, '{'), *close = open ? strchr(open, '}') : NULL;
        if (!close) {
            buffer_add_string(out, at);
            return;
        }
        buffer_add(out, at, (size_t)(open - at));
        int name = name_find((struct text){open + 1, (size_t)(close - open) - 1});
        assert(name >= 0);
        buffer_add_text(out, letter->values[name]);
        at = close + 1;
    }
}

/* A piece as a value of another. */
static struct text piece_text(struct letter *letter, enum piece piece)
{
    struct buffer out;
    buffer_init(&out, LETTER_BYTES_MAX);
    piece_put(letter, &out, piece);
    struct text text = arena_copy_text(letter->call->arena, buffer_text(&out));
    buffer_done(&out);
    return text;
}

static void paragraph(struct letter *letter, enum piece piece)
{
    if (letter->out.length)
        buffer_add_string(&letter->out, "\n\n");
    piece_put(letter, &letter->out, piece);
}

static void sentence(struct letter *letter, enum piece piece)
{
    if (letter->language == POLICY_LANGUAGE_EN)
        buffer_add_char(&letter->out, ' ');
    piece_put(letter, &letter->out, piece);
}

/* ---- values ---- */

static struct text money_text(struct letter *letter, int64_t minor)
{
    struct buffer out;
    struct money money = {.minor = minor};
    memcpy(money.currency, letter->decision->claim->order.currency, sizeof money.currency);
    buffer_init(&out, 64);
    money_format(&out, money);
    struct text text = arena_copy_text(letter->call->arena, buffer_text(&out));
    buffer_done(&out);
    return text;
}

/* "2026-11-30 18:00（北京时间）" */
static struct text time_text(struct letter *letter, int64_t at_us)
{
    char day[TIME_DAY_TEXT_BYTES];
    int64_t minutes = (at_us / TIME_SECOND_US / 60 + 8 * 60) % (24 * 60);
    bool zh = letter->language == POLICY_LANGUAGE_ZH;
    return text_of(arena_printf(letter->call->arena, zh ? "%s %02d:%02d（北京时间）" : "%s %02d:%02d (Beijing time)",
                                time_day_format(at_us, day), (int)(minutes / 60), (int)(minutes % 60)));
}

static struct text reason_text(const struct letter *letter)
{
    int value = fact_value_find(FACT_REASON, letter->decision->claim->reason);
    if (value < 0)
        return letter->decision->claim->reason;
    const struct fact_value_info *info = &fact_info(FACT_REASON)->values[value];
    return text_of(letter->language == POLICY_LANGUAGE_ZH ? info->label_zh : info->label_en);
}

static struct text facts_text(struct letter *letter)
{
    const struct service_ruling *ruling = letter->decision->ruling;
    struct buffer out;
    buffer_init(&out, LETTER_BYTES_MAX);
    policy_reasons_words(&out, ruling->policy, &ruling->facts, &ruling->decision, letter->language);
    struct text text = arena_copy_text(letter->call->arena, buffer_text(&out));
    buffer_done(&out);
    return text;
}

/* What the rule computed, as the claim holds it: what a decision departs from. */
static struct text rule_text(struct letter *letter)
{
    const struct claim *state = &letter->decision->claim->state;
    letter->values[NAME_RULE_AMOUNT] = money_text(letter, state->computed_amount);
    if (state->computed == CLAIM_COMPUTED_REFUND)
        return piece_text(letter, PIECE_RULE_REFUND);
    return piece_text(letter, state->computed == CLAIM_COMPUTED_REFUSE ? PIECE_RULE_REFUSE : PIECE_RULE_OPEN);
}

static struct text law_text(struct letter *letter)
{
    const struct law_article *article = law_find(TEXT_LITERAL("ECL-60"));
    assert(article);
    return text_of(letter->language == POLICY_LANGUAGE_ZH
                       ? arena_printf(letter->call->arena, "《%s》%s", article->law->short_name, article->article)
                       : arena_printf(letter->call->arena, "%s, article %d", article->law->name_en, article->number));
}

static struct text clause_title(const struct letter *letter)
{
    const struct policy *policy = letter->decision->ruling->policy;
    int clause = letter->decision->clause.length ? policy_clause_find(policy, letter->decision->clause) : -1;
    return clause < 0 ? (struct text){NULL, 0} : text_of(policy_clause_title(policy, clause, letter->language));
}

static void values_fill(struct letter *letter)
{
    const struct service_letter_decision *decision = letter->decision;
    const struct service_claim *claim = decision->claim;
    struct text *values = letter->values;
    const struct claim_word *bearer = claim_bearer_word(decision->bearer);
    values[NAME_AMOUNT] = money_text(letter, decision->amount);
    values[NAME_ASKED] = money_text(letter, claim->state.asked_amount);
    values[NAME_BEARER] = text_of(letter->language == POLICY_LANGUAGE_ZH ? bearer->label_zh : bearer->label_en);
    values[NAME_CLAIM] = text_of(claim->id);
    values[NAME_CLAUSE] = decision->clause;
    values[NAME_CLAUSE_TITLE] = clause_title(letter);
    values[NAME_DECISION] = piece_text(letter, decision->is_appeal ? PIECE_KIND_APPEAL : PIECE_KIND_FIRST);
    values[NAME_FACTS] = facts_text(letter);
    values[NAME_FILED] = time_text(letter, claim->state.filed_us);
    values[NAME_LAW] = law_text(letter);
    values[NAME_ORDER] = text_of(claim->order.id);
    values[NAME_POLICY] = text_of(policy_name(decision->ruling->policy));
    values[NAME_REASON] = reason_text(letter);
    values[NAME_RULE] = rule_text(letter);
    values[NAME_TITLE] = letter->product_title;
    values[NAME_UNTIL] = time_text(letter, decision->after->deadline_us);
    values[NAME_VERSION] =
        text_of(arena_printf(letter->call->arena, "%lld", (long long)policy_version(decision->ruling->policy)));
    values[NAME_WHY] = decision->reason;
}

/* ---- paragraphs ---- */

/* Within a sentence that goes on with a full stop of its own, as whoever wrote the reason may have ended it with one. */
static struct text without_stop(struct text sentence)
{
    static const struct text stops[] = {TEXT_LITERAL("。"), TEXT_LITERAL("！"), TEXT_LITERAL("."), TEXT_LITERAL("!")};
    for (size_t i = 0; i < sizeof stops / sizeof stops[0]; i++) {
        size_t length = stops[i].length;
        if (sentence.length > length && memcmp(sentence.data + sentence.length - length, stops[i].data, length) == 0)
            return (struct text){sentence.data, sentence.length - length};
    }
    return sentence;
}

static void ground_put(struct letter *letter)
{
    const struct service_letter_decision *decision = letter->decision;
    bool open = !decision->clause.length || text_is(decision->clause, "otherwise");
    if (letter->values[NAME_CLAUSE_TITLE].length)
        paragraph(letter, PIECE_GROUND_CLAUSE);
    else
        paragraph(letter, open ? PIECE_GROUND_OPEN : PIECE_GROUND_OTHER);
    letter->values[NAME_WHY] = decision->departs ? without_stop(decision->reason) : decision->reason;
    if (decision->departs)
        paragraph(letter, PIECE_DEPARTS);
    else if (decision->reason.length)
        paragraph(letter, PIECE_REASON);
}

static void evidence_item(struct letter *letter, struct query *query)
{
    bool zh = letter->language == POLICY_LANGUAGE_ZH;
    int fact = fact_find(query_text(query, 2)), role = claim_role_find(query_text(query, 1));
    const struct claim_word *by = role < 0 ? NULL : claim_role_word((enum claim_role)role);
    char hex[HASH_HEX_BYTES];
    hash_hex((const uint8_t *)query_blob(query, 5).data, hex);
    hex[HASH_SHOWN] = 0;
    struct text kind = fact < 0
                           ? piece_text(letter, PIECE_KIND_OTHER)
                           : text_of(zh ? fact_info((enum fact)fact)->label_zh : fact_info((enum fact)fact)->label_en);
    letter->values[NAME_KIND] = kind;
    letter->values[NAME_FILE] = arena_copy_text(letter->call->arena, query_text(query, 3));
    letter->values[NAME_BY] = text_of(!by ? "" : zh ? by->label_zh : by->label_en);
    letter->values[NAME_RECEIVED] = time_text(letter, query_int(query, 10));
    letter->values[NAME_HASH] = text_of(arena_copy(letter->call->arena, text_of(hex)));
    letter->values[NAME_WHY] = arena_copy_text(letter->call->arena, query_text(query, 8));
    enum piece state = text_is(query_text(query, 7), "accepted")   ? PIECE_STATE_ACCEPTED
                       : text_is(query_text(query, 7), "rejected") ? PIECE_STATE_REJECTED
                                                                   : PIECE_STATE_RECEIVED;
    letter->values[NAME_STATE] = piece_text(letter, state);
    buffer_add_char(&letter->out, '\n');
    piece_put(letter, &letter->out, letter->values[NAME_FILE].length ? PIECE_EVIDENCE_ITEM : PIECE_EVIDENCE_UNNAMED);
}

static int evidence_put(struct letter *letter, struct error *error)
{
    struct query *query = store_query(letter->call->tx, QUERY_CLAIM_EVIDENCE);
    query_bind_string(query, 1, letter->decision->claim->id);
    int step, count = 0;
    while ((step = query_step(query, error)) == 1) {
        if (count++ == 0)
            paragraph(letter, PIECE_EVIDENCE);
        evidence_item(letter, query);
    }
    query_end(query);
    if (count == 0 && step == 0)
        paragraph(letter, PIECE_EVIDENCE_NONE);
    return step < 0 ? -1 : 0;
}

static void money_put(struct letter *letter)
{
    const struct service_letter_decision *decision = letter->decision;
    bool refunds = decision->outcome == CLAIM_COMPUTED_REFUND;
    if (!refunds)
        paragraph(letter, letter->to_merchant ? PIECE_MONEY_NONE_MERCHANT : PIECE_MONEY_NONE_BUYER);
    else if (!letter->to_merchant)
        paragraph(letter, PIECE_MONEY_BUYER);
    else
        paragraph(letter, decision->bearer == LEDGER_BEARER_MERCHANT ? PIECE_MONEY_MERCHANT : PIECE_MONEY_OTHER);
    if (refunds)
        sentence(letter, decision->after->stage == CLAIM_STAGE_APPEAL ? PIECE_WHEN_LATER : PIECE_WHEN_NOW);
}

static bool may_appeal(const struct letter *letter, bool merchant)
{
    const struct claim *after = letter->decision->after;
    enum claim_event events[CLAIM_ACTIONS_MAX];
    int count = claim_actions(after, merchant ? CLAIM_ROLE_MERCHANT : CLAIM_ROLE_BUYER,
                              merchant ? after->merchant_id : after->buyer_id, letter->call->now_us, events);
    for (int i = 0; i < count; i++)
        if (events[i] == CLAIM_EVENT_APPEAL)
            return true;
    return false;
}

static void rights_put(struct letter *letter)
{
    bool you = may_appeal(letter, letter->to_merchant), other = may_appeal(letter, !letter->to_merchant);
    if (you)
        paragraph(letter, PIECE_APPEAL_YOU);
    if (other)
        paragraph(letter, PIECE_APPEAL_OTHER);
    if (!you && !other)
        paragraph(letter, PIECE_APPEAL_NONE);
    paragraph(letter, PIECE_ELSEWHERE);
}

static enum piece result_piece(const struct service_letter_decision *decision)
{
    if (decision->outcome != CLAIM_COMPUTED_REFUND)
        return PIECE_RESULT_REFUSE;
    return decision->amount >= decision->claim->state.asked_amount ? PIECE_RESULT_FULL : PIECE_RESULT_PART;
}

static int body_put(struct letter *letter, struct error *error)
{
    paragraph(letter, letter->to_merchant ? PIECE_OPEN_MERCHANT : PIECE_OPEN_BUYER);
    paragraph(letter, result_piece(letter->decision));
    ground_put(letter);
    if (letter->values[NAME_FACTS].length)
        paragraph(letter, PIECE_FACTS);
    if (evidence_put(letter, error) < 0)
        return -1;
    money_put(letter);
    rights_put(letter);
    return buffer_check(&letter->out, error);
}

/* ---- all four ---- */

struct written {
    struct text subject, body;
};

static int title_load(struct service_call *call, const struct service_claim *claim, struct text *ret,
                      struct error *error)
{
    struct query *query = store_query(call->tx, QUERY_ORDER_NAMES);
    query_bind_string(query, 1, claim->order.id);
    int step = query_step(query, error);
    *ret = step == 1 ? arena_copy_text(call->arena, query_text(query, 0)) : text_of("");
    query_end(query);
    return step < 0 ? -1 : 0;
}

static int letter_make(struct service_call *call, const struct service_letter_decision *decision, bool to_merchant,
                       enum policy_language language, struct written *ret, struct error *error)
{
    bool refunds = decision->outcome == CLAIM_COMPUTED_REFUND;
    struct letter *letter = arena_new_object(call->arena, struct letter);
    *letter = (struct letter){.call = call, .decision = decision, .language = language, .to_merchant = to_merchant};
    if (title_load(call, decision->claim, &letter->product_title, error) < 0)
        return -1;
    values_fill(letter);
    ret->subject = piece_text(letter, refunds ? PIECE_SUBJECT_REFUND : PIECE_SUBJECT_REFUSE);
    buffer_init(&letter->out, LETTER_BYTES_MAX);
    int result = body_put(letter, error);
    if (result == 0)
        ret->body = arena_copy_text(call->arena, buffer_text(&letter->out));
    buffer_done(&letter->out);
    return result;
}

static void written_write(struct json_writer *writer, const char *key, struct text subject, struct text body)
{
    json_key(writer, key);
    json_object_begin(writer);
    json_member_text(writer, "subject", subject);
    json_member_text(writer, "body", body);
    json_object_end(writer);
}

int service_letters_write(struct service_call *call, const struct service_letter_decision *decision,
                          struct json_writer *writer, struct error *error)
{
    json_key(writer, "letters");
    json_array_begin(writer);
    for (int to_merchant = 0; to_merchant < 2; to_merchant++) {
        struct written zh, en;
        if (letter_make(call, decision, to_merchant, POLICY_LANGUAGE_ZH, &zh, error) < 0 ||
            letter_make(call, decision, to_merchant, POLICY_LANGUAGE_EN, &en, error) < 0)
            return -1;
        json_object_begin(writer);
        json_member_string(writer, "to", to_merchant ? "merchant" : "buyer");
        written_write(writer, "zh", zh.subject, zh.body);
        written_write(writer, "en", en.subject, en.body);
        json_object_end(writer);
    }
    json_array_end(writer);
    return 0;
}

int service_letters_keep(struct service_call *call, const char *decision_id,
                         const struct service_letter_decision *decision, struct error *error)
{
    for (int i = 0; i < 4; i++) {
        bool to_merchant = i / 2;
        enum policy_language language = i % 2 ? POLICY_LANGUAGE_EN : POLICY_LANGUAGE_ZH;
        struct written written;
        if (letter_make(call, decision, to_merchant, language, &written, error) < 0)
            return -1;
        struct query *query = store_query(call->tx, QUERY_LETTER_ADD);
        query_bind_string(query, 1, decision_id);
        query_bind_string(query, 2, to_merchant ? "merchant" : "buyer");
        query_bind_string(query, 3, language == POLICY_LANGUAGE_EN ? "en" : "zh");
        query_bind_text(query, 4, written.subject);
        query_bind_text(query, 5, written.body);
        if (query_run(query, error) < 0)
            return -1;
    }
    return 0;
}

/* Rows come by party, and within it en before zh. */
int service_letters_kept_write(struct service_call *call, struct text decision_id, struct json_writer *writer,
                               struct error *error)
{
    const char *reader = call->actor.role == ROLE_BUYER ? "buyer" : call->actor.role == ROLE_MERCHANT ? "merchant" : "";
    struct query *query = store_query(call->tx, QUERY_LETTERS);
    query_bind_text(query, 1, decision_id);
    query_bind_string(query, 2, reader);
    json_key(writer, "letters");
    json_array_begin(writer);
    int step;
    while ((step = query_step(query, error)) == 1) {
        bool first = text_is(query_text(query, 1), "en");
        if (first) {
            json_object_begin(writer);
            json_member_text(writer, "to", query_text(query, 0));
        }
        written_write(writer, first ? "en" : "zh", query_text(query, 2), query_text(query, 3));
        if (!first)
            json_object_end(writer);
    }
    query_end(query);
    json_array_end(writer);
    return step < 0 ? -1 : 0;
}
