/* SPDX-License-Identifier: Apache-2.0 */
/* What a buyer can count on while he has not looked at his card, and until when: not by a setting, but by asking the order's own rule at
 * every moment at which it can change its mind. */
#include <stdlib.h>

#include "base/error.h"
#include "policy/policy.h"
#include "service/claims/claim_brief.h"
#include "service/internal.h"
#include "service/shop/reveal.h"
#include "service/view.h"

static int earliest_first(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

/* Moments after now at which a condition on the time since payment or delivery turns. */
static int moments_find(const struct service_call *call, const struct service_order *order, const struct policy *policy,
                        int64_t ret[static 2 * POLICY_TURNS_MAX])
{
    static const enum fact facts[] = {FACT_PURCHASED, FACT_DELIVERED};
    const int64_t since[] = {order->paid_at, order->delivered_at};
    int count = 0;
    for (int i = 0; i < 2; i++) {
        int64_t turns[POLICY_TURNS_MAX];
        int found = policy_fact_turns(policy, facts[i], turns, POLICY_TURNS_MAX);
        for (int j = 0; j < found; j++) {
            int64_t at = since[i] + turns[j] * TIME_SECOND_US;
            if (since[i] && at > call->now_us)
                ret[count++] = at;
        }
    }
    qsort(ret, (size_t)count, sizeof ret[0], earliest_first);
    return count;
}

static int end_find(const struct service_call *call, const struct service_order *order, const struct policy *policy,
                    const struct policy_decision *now, int64_t *ret, struct error *error)
{
    int64_t moments[2 * POLICY_TURNS_MAX];
    int count = moments_find(call, order, policy, moments);
    *ret = 0;
    for (int i = 0; i < count && !*ret; i++) {
        struct policy_decision then;
        struct service_reveal_case asked = {.reason = REASON_CHANGED_MIND, .at_us = moments[i]};
        if (service_reveal_outcome(order, policy, &asked, &then, error) < 0)
            return -1;
        if (then.disposition != now->disposition || then.governing != now->governing || then.refund != now->refund)
            *ret = moments[i] - TIME_SECOND_US; /* the last second of what holds now: facts are in whole seconds */
    }
    return 0;
}

static bool is_sealed(const struct service_order *order)
{
    bool delivered = text_is(order->state, "delivered") || text_is(order->state, "disputed") ||
                     text_is(order->state, "released") || text_is(order->state, "split");
    return text_is(order->kind, "card_key") && delivered && !order->revealed_at;
}

int service_sealed_refund_write(struct service_call *call, const struct service_order *order,
                                struct json_writer *writer, struct error *error)
{
    const struct policy *policy;
    struct policy_decision now;
    struct service_reveal_case asked = {.reason = REASON_CHANGED_MIND, .at_us = call->now_us};
    int64_t ends_at;
    if (!is_sealed(order)) {
        json_key(writer, "sealed_refund");
        json_add_null(writer);
        return 0;
    }
    if (service_policy_get(call, text_of(order->policy_id), &policy, error) < 0 ||
        service_reveal_outcome(order, policy, &asked, &now, error) < 0 ||
        end_find(call, order, policy, &now, &ends_at, error) < 0)
        return -1;
    struct service_disposition_words words = service_disposition_words(now.disposition);
    struct text clause = text_of(now.governing == POLICY_NOBODY ? "" : policy_clause_id(policy, now.governing));
    json_key(writer, "sealed_refund");
    json_object_begin(writer);
    json_member_string(writer, "disposition", policy_disposition_word(now.disposition));
    json_member_text(writer, "clause", clause);
    service_clause_title_write(writer, "clause_title", policy, clause);
    json_member_time(writer, "ends_at", ends_at);
    service_view_words(writer, "words", words.zh, words.en);
    json_object_end(writer);
    return 0;
}
