/* SPDX-License-Identifier: Apache-2.0 */
/* The vocabulary of the policy language, as section 4 of docs/policy-language.md lists it: a table of this checker's own. */
#include "evidence/replay/model.h"

#include <string.h>

#define CARD REPLAY_CARD_KEY
#define SERVICE REPLAY_SERVICE
#define LICENCE REPLAY_LICENCE
#define ALL REPLAY_ALL_GOODS
#define END                                                                                                            \
    {                                                                                                                  \
        NULL, ALL                                                                                                      \
    }

static const struct replay_value reasons[] = {
    {"not_delivered", ALL},
    {"delivery_late", ALL},
    {"partial_delivery", ALL},
    {"key_invalid", CARD},
    {"key_already_used", CARD},
    {"wrong_item_or_region", ALL},
    {"not_as_described", ALL},
    {"key_revoked_later", CARD},
    {"account_recovered", ALL},
    {"topup_not_credited", ALL},
    {"service_not_started", SERVICE},
    {"service_incomplete", SERVICE},
    {"service_below_standard", SERVICE},
    {"service_caused_harm", SERVICE},
    {"duplicate_or_wrong_amount", ALL},
    {"changed_mind", ALL},
    {"unauthorised", ALL},
    {"minor_purchase", ALL},
    {"other", ALL},
    {"does_not_work", LICENCE},
    END,
};
static const struct replay_value cards[] = {
    {"sealed", ALL}, {"revealed", ALL}, {"redeemed", ALL}, {"revoked", ALL}, END};
static const struct replay_value reports[] = {{"none", ALL}, {"unused", ALL}, {"used", ALL}, END};
static const struct replay_value services[] = {{"none", ALL},        {"agreed", ALL},   {"started", ALL},
                                               {"handed_over", ALL}, {"accepted", ALL}, END};
static const struct replay_value causes[] = {
    {"none", ALL},          {"user_network", ALL},   {"platform_outage", ALL},
    {"issuer_outage", ALL}, {"merchant_delay", ALL}, {"policy_change", ALL},
    {"force_majeure", ALL}, {"buyer_conduct", ALL},  END,
};
static const struct replay_value proofs[] = {{"missing", ALL}, {"rejected", ALL}, {"accepted", ALL}, END};
static const struct replay_value answers[] = {{"none", ALL}, {"accepts", ALL}, {"disputes", ALL}, {"silent", ALL}, END};
static const struct replay_value consents[] = {{"not_given", ALL}, {"given", ALL}, END};
static const struct replay_value replacements[] = {
    {"none", ALL}, {"offered", ALL}, {"delivered", ALL}, {"declined", ALL}, END};
static const struct replay_value regions[] = {{"cn", ALL}, {"eu", ALL},    {"uk", ALL}, {"us", ALL}, {"jp", ALL},
                                              {"au", ALL}, {"other", ALL}, {"kr", ALL}, END};
static const struct replay_value items[] = {
    {"game", ALL},   {"add_on", ALL}, {"in_app_item", ALL}, {"subscription", ALL}, {"wallet_funds", ALL}, {"gift", ALL},
    {"bundle", ALL}, {"media", ALL},  {"book", ALL},        {"video", ALL},        {"season_pass", ALL},  END,
};
static const struct replay_value receipts[] = {{"open", ALL}, {"confirmed", ALL}, END};
static const struct replay_value flags[] = {{"no", ALL}, {"yes", ALL}, END};

const struct replay_fact replay_facts[REPLAY_FACT_COUNT] = {
    {"reason", REPLAY_CHOICE, ALL, "buyer arbiter", reasons},
    {"card", REPLAY_CHOICE, CARD, "record issuer arbiter", cards},
    {"redemption_report", REPLAY_CHOICE, CARD, "record issuer merchant arbiter", reports},
    {"service", REPLAY_CHOICE, SERVICE, "record arbiter", services},
    {"progress", REPLAY_PERCENT, SERVICE, "record evidence merchant arbiter", NULL},
    {"purchased", REPLAY_EVENT, ALL, "record", NULL},
    {"delivered", REPLAY_EVENT, ALL, "record arbiter", NULL},
    {"revealed", REPLAY_EVENT, CARD, "record", NULL},
    {"started", REPLAY_EVENT, SERVICE, "record arbiter", NULL},
    {"handed_over", REPLAY_EVENT, SERVICE, "record arbiter", NULL},
    {"late", REPLAY_EVENT, ALL, "record arbiter", NULL},
    {"cause", REPLAY_CHOICE, ALL, "record issuer evidence arbiter", causes},
    {"problem_proof", REPLAY_PROOF, ALL, "record evidence arbiter", proofs},
    {"unused_proof", REPLAY_PROOF, CARD, "record issuer evidence arbiter", proofs},
    {"screen_recording", REPLAY_PROOF, ALL, "evidence arbiter", proofs},
    {"contact_record", REPLAY_PROOF, ALL, "record evidence arbiter", proofs},
    {"identity_proof", REPLAY_PROOF, ALL, "evidence arbiter", proofs},
    {"guardian_proof", REPLAY_PROOF, ALL, "evidence arbiter", proofs},
    {"result_proof", REPLAY_PROOF, ALL, "record evidence arbiter", proofs},
    {"service_log", REPLAY_PROOF, SERVICE, "record evidence arbiter", proofs},
    {"agreed_standard", REPLAY_PROOF, SERVICE, "record evidence arbiter", proofs},
    {"issuer_statement", REPLAY_PROOF, ALL, "issuer evidence arbiter", proofs},
    {"merchant_answer", REPLAY_CHOICE, ALL, "record merchant arbiter", answers},
    {"consent", REPLAY_CHOICE, ALL, "record", consents},
    {"quantity", REPLAY_NUMBER, ALL, "record", NULL},
    {"affected_quantity", REPLAY_NUMBER, ALL, "record issuer evidence merchant buyer arbiter", NULL},
    {"amount", REPLAY_MONEY, ALL, "record", NULL},
    {"earlier_refunds", REPLAY_MONEY, ALL, "record", NULL},
    {"buyer_refunds", REPLAY_NUMBER, ALL, "record", NULL},
    {"buyer_is_minor", REPLAY_FLAG, ALL, "record evidence buyer arbiter", flags},
    {"price_warning", REPLAY_FLAG, ALL, "record", flags},
    {"replacement", REPLAY_CHOICE, CARD | SERVICE, "record arbiter", replacements},
    {"protection", REPLAY_FLAG, ALL, "record", flags},
    {"buyer_interfered", REPLAY_FLAG, SERVICE, "record evidence merchant arbiter", flags},
    {"region", REPLAY_CHOICE, ALL, "record buyer", regions},
    {"item", REPLAY_CHOICE, LICENCE, "record arbiter", items},
    {"consumed", REPLAY_FLAG, LICENCE, "record issuer", flags},
    {"banned", REPLAY_FLAG, ALL, "record issuer arbiter", flags},
    {"released", REPLAY_EVENT, LICENCE, "record", NULL},
    {"downloaded", REPLAY_EVENT, LICENCE, "record issuer", NULL},
    {"usage", REPLAY_SPAN, LICENCE, "record issuer", NULL},
    {"marked_final", REPLAY_FLAG, ALL, "record", flags},
    {"payment_returnable", REPLAY_FLAG, ALL, "record", flags},
    {"refunds_suspended", REPLAY_FLAG, ALL, "record arbiter", flags},
    {"launched", REPLAY_EVENT, LICENCE, "record issuer", NULL},
    {"receipt", REPLAY_CHOICE, CARD | SERVICE, "record arbiter", receipts},
    {"time_used", REPLAY_PERCENT, ALL, "record", NULL},
    {"protection_time", REPLAY_SPAN, ALL, "record", NULL},
    {"bank_dispute", REPLAY_FLAG, ALL, "record", flags},
    {"returned_before", REPLAY_FLAG, LICENCE, "record", flags},
    {"refund_tokens", REPLAY_NUMBER, LICENCE, "record", NULL},
    {"merchant_refused", REPLAY_EVENT, ALL, "record", NULL},
    {"visible_before_use", REPLAY_FLAG, CARD | SERVICE, "evidence arbiter", flags},
};

int replay_fact_find(struct text word)
{
    for (int i = 0; i < REPLAY_FACT_COUNT; i++)
        if (text_is(word, replay_facts[i].word))
            return i;
    return -1;
}

int replay_value_find(const struct replay_fact *fact, struct text word)
{
    for (int i = 0; fact->values && fact->values[i].word; i++)
        if (text_is(word, fact->values[i].word))
            return i;
    return -1;
}

bool replay_source_allowed(const struct replay_fact *fact, struct text source)
{
    const char *word = fact->sources;
    for (;;) {
        size_t length = strcspn(word, " ");
        if (text_equal(source, (struct text){word, length}))
            return true;
        if (!word[length])
            return false;
        word += length + 1;
    }
}
