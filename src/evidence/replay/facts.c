/* SPDX-License-Identifier: Apache-2.0 */
/* The vocabulary of the policy language, as section 4 of docs/policy-language.md lists it: a table of this checker's own. */
#include "evidence/replay/model.h"

#include <string.h>

#define CARD REPLAY_CARD_KEY
#define SERVICE REPLAY_SERVICE
#define BOTH REPLAY_BOTH
#define END                                                                                                            \
    {                                                                                                                  \
        NULL, BOTH                                                                                                     \
    }

static const struct replay_value reasons[] = {
    {"not_delivered", BOTH},
    {"delivery_late", BOTH},
    {"partial_delivery", BOTH},
    {"key_invalid", CARD},
    {"key_already_used", CARD},
    {"wrong_item_or_region", BOTH},
    {"not_as_described", BOTH},
    {"key_revoked_later", CARD},
    {"account_recovered", BOTH},
    {"topup_not_credited", BOTH},
    {"service_not_started", SERVICE},
    {"service_incomplete", SERVICE},
    {"service_below_standard", SERVICE},
    {"service_caused_harm", SERVICE},
    {"duplicate_or_wrong_amount", BOTH},
    {"changed_mind", BOTH},
    {"unauthorised", BOTH},
    {"minor_purchase", BOTH},
    {"other", BOTH},
    END,
};
static const struct replay_value cards[] = {
    {"sealed", BOTH}, {"revealed", BOTH}, {"redeemed", BOTH}, {"revoked", BOTH}, END};
static const struct replay_value reports[] = {{"none", BOTH}, {"unused", BOTH}, {"used", BOTH}, END};
static const struct replay_value services[] = {{"none", BOTH},        {"agreed", BOTH},   {"started", BOTH},
                                               {"handed_over", BOTH}, {"accepted", BOTH}, END};
static const struct replay_value causes[] = {
    {"none", BOTH},           {"user_network", BOTH},  {"platform_outage", BOTH}, {"issuer_outage", BOTH},
    {"merchant_delay", BOTH}, {"policy_change", BOTH}, {"force_majeure", BOTH},   END,
};
static const struct replay_value proofs[] = {{"missing", BOTH}, {"rejected", BOTH}, {"accepted", BOTH}, END};
static const struct replay_value answers[] = {
    {"none", BOTH}, {"accepts", BOTH}, {"disputes", BOTH}, {"silent", BOTH}, END};
static const struct replay_value consents[] = {{"not_given", BOTH}, {"given", BOTH}, END};
static const struct replay_value flags[] = {{"no", BOTH}, {"yes", BOTH}, END};

const struct replay_fact replay_facts[REPLAY_FACT_COUNT] = {
    {"reason", REPLAY_CHOICE, BOTH, "buyer arbiter", reasons},
    {"card", REPLAY_CHOICE, CARD, "record issuer arbiter", cards},
    {"redemption_report", REPLAY_CHOICE, CARD, "record issuer merchant arbiter", reports},
    {"service", REPLAY_CHOICE, SERVICE, "record arbiter", services},
    {"progress", REPLAY_PERCENT, SERVICE, "record evidence merchant arbiter", NULL},
    {"purchased", REPLAY_EVENT, BOTH, "record", NULL},
    {"delivered", REPLAY_EVENT, BOTH, "record arbiter", NULL},
    {"revealed", REPLAY_EVENT, CARD, "record", NULL},
    {"started", REPLAY_EVENT, SERVICE, "record arbiter", NULL},
    {"handed_over", REPLAY_EVENT, SERVICE, "record arbiter", NULL},
    {"late", REPLAY_EVENT, BOTH, "record arbiter", NULL},
    {"cause", REPLAY_CHOICE, BOTH, "record issuer evidence arbiter", causes},
    {"problem_proof", REPLAY_PROOF, BOTH, "record evidence arbiter", proofs},
    {"unused_proof", REPLAY_PROOF, CARD, "record issuer evidence arbiter", proofs},
    {"screen_recording", REPLAY_PROOF, BOTH, "evidence arbiter", proofs},
    {"contact_record", REPLAY_PROOF, BOTH, "record evidence arbiter", proofs},
    {"identity_proof", REPLAY_PROOF, BOTH, "evidence arbiter", proofs},
    {"guardian_proof", REPLAY_PROOF, BOTH, "evidence arbiter", proofs},
    {"result_proof", REPLAY_PROOF, BOTH, "record evidence arbiter", proofs},
    {"service_log", REPLAY_PROOF, SERVICE, "record evidence arbiter", proofs},
    {"agreed_standard", REPLAY_PROOF, SERVICE, "record evidence arbiter", proofs},
    {"issuer_statement", REPLAY_PROOF, BOTH, "issuer evidence arbiter", proofs},
    {"merchant_answer", REPLAY_CHOICE, BOTH, "record merchant arbiter", answers},
    {"consent", REPLAY_CHOICE, BOTH, "record", consents},
    {"quantity", REPLAY_NUMBER, BOTH, "record", NULL},
    {"affected_quantity", REPLAY_NUMBER, BOTH, "record issuer evidence merchant buyer arbiter", NULL},
    {"amount", REPLAY_MONEY, BOTH, "record", NULL},
    {"earlier_refunds", REPLAY_MONEY, BOTH, "record", NULL},
    {"buyer_refunds", REPLAY_NUMBER, BOTH, "record", NULL},
    {"buyer_is_minor", REPLAY_FLAG, BOTH, "record evidence buyer arbiter", flags},
    {"price_warning", REPLAY_FLAG, BOTH, "record", flags},
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
