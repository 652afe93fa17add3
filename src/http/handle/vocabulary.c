/* SPDX-License-Identifier: Apache-2.0 */
/* The words of every code that the API speaks, in both languages, from the same tables that the program runs on. */
#include <string.h>

#include "base/error.h"
#include "claim/claim.h"
#include "claim/plan.h"
#include "evidence/leaf.h"
#include "http/handle/handle.h"
#include "law/terms.h"
#include "ledger/ledger.h"
#include "market/market.h"
#include "policy/policy.h"
#include "service/shop/merchant.h"
#include "service/shop/order_page.h"
#include "service/shop/stock.h"

static void word_write(struct json_writer *writer, const char *code, const char *en, const char *zh)
{
    json_object_begin(writer);
    json_member_string(writer, "code", code);
    json_member_string(writer, "en", en);
    json_member_string(writer, "zh", zh);
    json_object_end(writer);
}

static void values_write(struct json_writer *writer, const struct fact_info *info)
{
    json_array_begin(writer);
    for (int i = 0; i < info->value_count; i++)
        word_write(writer, info->values[i].word, info->values[i].label_en, info->values[i].label_zh);
    json_array_end(writer);
}

static void facts_write(struct json_writer *writer)
{
    json_key(writer, "facts");
    json_array_begin(writer);
    for (int i = 0; i < FACT_COUNT; i++) {
        const struct fact_info *info = fact_info((enum fact)i);
        json_object_begin(writer);
        json_member_string(writer, "code", info->word);
        json_member_string(writer, "en", info->label_en);
        json_member_boolean(writer, "is_proof", fact_is_proof((enum fact)i));
        json_member_string(writer, "question_en", info->question_en);
        json_member_string(writer, "question_zh", info->question_zh);
        json_key(writer, "values");
        values_write(writer, info);
        json_member_string(writer, "zh", info->label_zh);
        json_object_end(writer);
    }
    json_array_end(writer);
    json_key(writer, "reasons");
    values_write(writer, fact_info(FACT_REASON));
}

static void claims_write(struct json_writer *writer)
{
    json_key(writer, "events");
    json_array_begin(writer);
    for (int i = 0; i < CLAIM_EVENT_COUNT; i++) {
        const struct claim_event_info *info = claim_event_info((enum claim_event)i);
        json_object_begin(writer);
        json_member_string(writer, "action_en", info->action_en);
        json_member_string(writer, "action_zh", info->action_zh);
        json_member_string(writer, "code", info->wire);
        json_member_string(writer, "en", info->label_en);
        json_member_string(writer, "zh", info->label_zh);
        json_object_end(writer);
    }
    json_array_end(writer);
#define WORDS(key, count, type, function)                                                                              \
    json_key(writer, key);                                                                                             \
    json_array_begin(writer);                                                                                          \
    for (int i = 0; i < (int)(count); i++)                                                                             \
        word_write(writer, function((type)i)->wire, function((type)i)->label_en, function((type)i)->label_zh);         \
    json_array_end(writer);
    WORDS("stages", CLAIM_STAGE_COUNT, enum claim_stage, claim_stage_word)
    WORDS("waiting_for", CLAIM_WAITING_COUNT, enum claim_waiting, claim_waiting_word)
    WORDS("outcomes", CLAIM_OUTCOME_COUNT, enum claim_outcome, claim_outcome_word)
    WORDS("offers", CLAIM_OFFER_KIND_COUNT, enum claim_offer_kind, claim_offer_kind_word)
    WORDS("grounds", CLAIM_GROUND_COUNT, enum claim_ground, claim_ground_word)
    WORDS("order_states", ORDER_STATE_COUNT, enum order_state, order_state_word)
    WORDS("card_states", CARD_STATE_COUNT, enum card_state, card_state_word)
    WORDS("service_states", SERVICE_STATE_COUNT, enum service_state, service_state_word)
    WORDS("service_events", SERVICE_EVENT_COUNT, enum service_event, service_event_word)
#undef WORDS
}

/* Lists whose first row stands for "none" leave it out: no code is empty. */
static void desks_write(struct json_writer *writer)
{
#define WORDS(key, first, count, type, word)                                                                           \
    json_key(writer, key);                                                                                             \
    json_array_begin(writer);                                                                                          \
    for (int i = (first); i < (int)(count); i++)                                                                       \
        word_write(writer, word((type)i)->wire, word((type)i)->label_en, word((type)i)->label_zh);                     \
    json_array_end(writer);
    WORDS("advice", 0, SERVICE_ADVICE_COUNT, enum service_advice, service_advice_word)
    WORDS("bases", 1, CLAIM_BASIS_COUNT, enum claim_basis, claim_basis_word)
    WORDS("bearers", 0, LEDGER_BEARER_ISSUER + 1, enum ledger_bearer, claim_bearer_word)
    WORDS("card_verdicts", 0, SERVICE_CARD_VERDICT_COUNT, enum service_card_verdict, service_card_verdict_word)
    WORDS("ledger_accounts", 0, LEDGER_ACCOUNT_COUNT, enum ledger_account_kind, ledger_account_info)
    WORDS("ledger_kinds", 0, LEDGER_EVENT_COUNT, enum ledger_event, ledger_event_name)
    WORDS("order_actions", 0, SERVICE_ORDER_ACTION_COUNT, enum service_order_action, service_order_action_word)
    WORDS("roles", 0, CLAIM_ROLE_COUNT, enum claim_role, claim_role_word)
#undef WORDS
    json_key(writer, "leaf_kinds");
    json_array_begin(writer);
    for (int i = 0; i < EVIDENCE_KIND_COUNT; i++) {
        enum evidence_kind kind = (enum evidence_kind)i;
        word_write(writer, evidence_kind_wire(kind), evidence_kind_en(kind), evidence_kind_zh(kind));
    }
    json_array_end(writer);
}

/* The rows of vocabulary.def: a list begins where the name changes. */
static void rest_write(struct json_writer *writer)
{
    static const struct {
        const char *list, *code, *en, *zh;
    } rows[] = {
#define WORD(list, code, en, zh) {#list, code, en, zh},
#include "http/handle/vocabulary.def"
#undef WORD
    };
    const char *open = NULL;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (!open || strcmp(open, rows[i].list) != 0) {
            if (open)
                json_array_end(writer);
            json_key(writer, rows[i].list);
            json_array_begin(writer);
            open = rows[i].list;
        }
        word_write(writer, rows[i].code, rows[i].en, rows[i].zh);
    }
    json_array_end(writer);
}

static void errors_write(struct json_writer *writer)
{
    json_key(writer, "errors");
    json_array_begin(writer);
    for (int i = ERROR_NONE + 1; i < ERROR_CODE_COUNT; i++) {
        enum error_code code = (enum error_code)i;
        json_object_begin(writer);
        json_member_string(writer, "code", error_wire(code));
        json_member_string(writer, "en", error_title_en(code));
        json_member_integer(writer, "status", error_http_status(code));
        json_member_string(writer, "zh", error_title_zh(code));
        json_object_end(writer);
    }
    json_array_end(writer);
}

static void terms_write(struct json_writer *writer)
{
    json_key(writer, "terms");
    json_array_begin(writer);
    for (int i = 0; i < TERMS_CATEGORY_COUNT; i++) {
        const struct terms_words *words = terms_words((enum terms_category)i);
        json_object_begin(writer);
        json_member_string(writer, "code", words->wire);
        json_member_string(writer, "en", words->label_en);
        json_member_string(writer, "rewording_en", words->rewording_en);
        json_member_string(writer, "rewording_zh", words->rewording_zh);
        json_member_string(writer, "severity", terms_severity_wire(words->severity));
        json_member_string(writer, "why_en", words->why_en);
        json_member_string(writer, "why_zh", words->why_zh);
        json_member_string(writer, "zh", words->label_zh);
        json_object_end(writer);
    }
    json_array_end(writer);
}

int handle_vocabulary(struct http_call *call, struct error *error)
{
    if (http_query_done(call, error) < 0)
        return -1;
    json_object_begin(call->json);
    json_member_string(call->json, "version", POLICY_VOCABULARY);
    facts_write(call->json);
    claims_write(call->json);
    desks_write(call->json);
    rest_write(call->json);
    errors_write(call->json);
    terms_write(call->json);
    json_object_end(call->json);
    return 0;
}
