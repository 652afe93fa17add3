/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The values of the enumerations of facts.def. V(SET, CODE, "word in the language and in JSON", GOODS, "label_en", "label_zh").
 * The order is part of the vocabulary: values are stored as their position. At most 64 values in a set.
 * A set that facts.def names needs one list here and its row in FACT_VALUE_SETS.
 */
#ifndef SHUNTUI_POLICY_FACT_VALUES_H
#define SHUNTUI_POLICY_FACT_VALUES_H

#define FACT_VALUES_REASON(V)                                                                                          \
    V(REASON, NOT_DELIVERED, "not_delivered", BOTH, "nothing was delivered", "未收到货")                               \
    V(REASON, DELIVERY_LATE, "delivery_late", BOTH, "delivery was late", "交付超时")                                   \
    V(REASON, PARTIAL_DELIVERY, "partial_delivery", BOTH, "only a part was delivered", "少发漏发")                     \
    V(REASON, KEY_INVALID, "key_invalid", CARD_KEY, "the card does not work", "卡密无效")                              \
    V(REASON, KEY_ALREADY_USED, "key_already_used", CARD_KEY, "someone else used the card", "卡密已被他人使用")        \
    V(REASON, WRONG_ITEM_OR_REGION, "wrong_item_or_region", BOTH, "wrong item or region", "商品或区服不对")            \
    V(REASON, NOT_AS_DESCRIBED, "not_as_described", BOTH, "not as described", "与描述不符")                            \
    V(REASON, KEY_REVOKED_LATER, "key_revoked_later", CARD_KEY, "the card was revoked later", "事后被封禁或回收")      \
    V(REASON, ACCOUNT_RECOVERED, "account_recovered", BOTH, "the account was taken back", "账号被找回")                \
    V(REASON, TOPUP_NOT_CREDITED, "topup_not_credited", BOTH, "the top-up did not arrive", "充值未到账")               \
    V(REASON, SERVICE_NOT_STARTED, "service_not_started", SERVICE, "the service was not started", "服务未开始")        \
    V(REASON, SERVICE_INCOMPLETE, "service_incomplete", SERVICE, "the service is incomplete", "服务未完成")            \
    V(REASON, SERVICE_BELOW_STANDARD, "service_below_standard", SERVICE, "the service fell short", "服务未达标")       \
    V(REASON, SERVICE_CAUSED_HARM, "service_caused_harm", SERVICE, "the service caused harm", "服务造成损失")          \
    V(REASON, DUPLICATE_OR_WRONG_AMOUNT, "duplicate_or_wrong_amount", BOTH, "paid twice or a wrong amount",            \
      "重复付款或金额错误")                                                                                            \
    V(REASON, CHANGED_MIND, "changed_mind", BOTH, "changed their mind", "不想要了")                                    \
    V(REASON, UNAUTHORISED, "unauthorised", BOTH, "the payment was not authorised", "非本人付款")                      \
    V(REASON, MINOR_PURCHASE, "minor_purchase", BOTH, "a minor made the purchase", "未成年人购买")                     \
    V(REASON, OTHER, "other", BOTH, "another reason", "其他原因")

#define FACT_VALUES_CARD(V)                                                                                            \
    V(CARD, SEALED, "sealed", CARD_KEY, "sealed", "未查看")                                                            \
    V(CARD, REVEALED, "revealed", CARD_KEY, "revealed", "已查看")                                                      \
    V(CARD, REDEEMED, "redeemed", CARD_KEY, "redeemed", "已兑换")                                                      \
    V(CARD, REVOKED, "revoked", CARD_KEY, "revoked", "已作废")

#define FACT_VALUES_SERVICE(V)                                                                                         \
    V(SERVICE, NONE, "none", SERVICE, "not agreed yet", "尚未约定")                                                    \
    V(SERVICE, AGREED, "agreed", SERVICE, "agreed, not started", "已约定未开始")                                       \
    V(SERVICE, STARTED, "started", SERVICE, "started", "进行中")                                                       \
    V(SERVICE, HANDED_OVER, "handed_over", SERVICE, "handed over", "已交付成果")                                       \
    V(SERVICE, ACCEPTED, "accepted", SERVICE, "accepted by the buyer", "买家已验收")

#define FACT_VALUES_CAUSE(V)                                                                                           \
    V(CAUSE, NONE, "none", BOTH, "none known", "无")                                                                   \
    V(CAUSE, USER_NETWORK, "user_network", BOTH, "the buyer's network", "买家网络问题")                                \
    V(CAUSE, PLATFORM_OUTAGE, "platform_outage", BOTH, "a platform outage", "平台故障")                                \
    V(CAUSE, ISSUER_OUTAGE, "issuer_outage", BOTH, "an outage of the issuer", "发行方故障")                            \
    V(CAUSE, MERCHANT_DELAY, "merchant_delay", BOTH, "a delay of the merchant", "商家延误")                            \
    V(CAUSE, POLICY_CHANGE, "policy_change", BOTH, "a change of the issuer's rules", "官方政策变化")                   \
    V(CAUSE, FORCE_MAJEURE, "force_majeure", BOTH, "force majeure", "不可抗力")

#define FACT_VALUES_PROOF(V)                                                                                           \
    V(PROOF, MISSING, "missing", BOTH, "missing", "未提供")                                                            \
    V(PROOF, REJECTED, "rejected", BOTH, "rejected", "未通过")                                                         \
    V(PROOF, ACCEPTED, "accepted", BOTH, "accepted", "已通过")

#define FACT_VALUES_MERCHANT_ANSWER(V)                                                                                 \
    V(MERCHANT_ANSWER, NONE, "none", BOTH, "no answer yet", "尚未答复")                                                \
    V(MERCHANT_ANSWER, ACCEPTS, "accepts", BOTH, "accepts", "同意")                                                    \
    V(MERCHANT_ANSWER, DISPUTES, "disputes", BOTH, "disputes", "有异议")                                               \
    V(MERCHANT_ANSWER, SILENT, "silent", BOTH, "silent past the deadline", "逾期未答复")

#define FACT_VALUES_REDEMPTION_REPORT(V)                                                                               \
    V(REDEMPTION_REPORT, NONE, "none", CARD_KEY, "no report", "无查询结果")                                            \
    V(REDEMPTION_REPORT, UNUSED, "unused", CARD_KEY, "not used", "未使用")                                             \
    V(REDEMPTION_REPORT, USED, "used", CARD_KEY, "used", "已使用")

#define FACT_VALUES_CONSENT(V)                                                                                         \
    V(CONSENT, NOT_GIVEN, "not_given", BOTH, "not given", "未确认")                                                    \
    V(CONSENT, GIVEN, "given", BOTH, "given", "已确认")

#define FACT_VALUES_BOOLEAN(V)                                                                                         \
    V(BOOLEAN, NO, "no", BOTH, "no", "否")                                                                             \
    V(BOOLEAN, YES, "yes", BOTH, "yes", "是")

#define FACT_VALUE_SETS(S)                                                                                             \
    S(REASON) S(CARD) S(SERVICE) S(CAUSE) S(PROOF) S(MERCHANT_ANSWER) S(REDEMPTION_REPORT) S(CONSENT) S(BOOLEAN)

/* REASON_KEY_INVALID, CARD_SEALED, PROOF_ACCEPTED … REASON_VALUE_COUNT … */
#define FACT_VALUE_ENUM_(set, code, word, goods, label_en, label_zh) set##_##code,
#define FACT_VALUE_SET_ENUM_(set) enum fact_value_##set{FACT_VALUES_##set(FACT_VALUE_ENUM_) set##_VALUE_COUNT};
FACT_VALUE_SETS(FACT_VALUE_SET_ENUM_)
#undef FACT_VALUE_ENUM_
#undef FACT_VALUE_SET_ENUM_

#endif
