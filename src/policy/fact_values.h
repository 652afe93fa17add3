/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The values of the enumerations of facts.def. V(SET, CODE, "word in the language and in JSON", GOODS, "label_en", "label_zh").
 * The order is part of the vocabulary: values are stored as their position. At most 64 values in a set.
 * A set that facts.def names needs one list here and its row in FACT_VALUE_SETS.
 */
#ifndef SHUNTUI_POLICY_FACT_VALUES_H
#define SHUNTUI_POLICY_FACT_VALUES_H

#define FACT_VALUES_REASON(V)                                                                                          \
    V(REASON, NOT_DELIVERED, "not_delivered", ANY, "nothing was delivered", "未收到货")                                \
    V(REASON, DELIVERY_LATE, "delivery_late", ANY, "delivery was late", "交付超时")                                    \
    V(REASON, PARTIAL_DELIVERY, "partial_delivery", ANY, "only a part was delivered", "少发漏发")                      \
    V(REASON, KEY_INVALID, "key_invalid", CARD_KEY, "the card does not work", "卡密无效")                              \
    V(REASON, KEY_ALREADY_USED, "key_already_used", CARD_KEY, "someone else used the card", "卡密已被他人使用")        \
    V(REASON, WRONG_ITEM_OR_REGION, "wrong_item_or_region", ANY, "wrong item or region", "商品或区服不对")             \
    V(REASON, NOT_AS_DESCRIBED, "not_as_described", ANY, "not as described", "与描述不符")                             \
    V(REASON, KEY_REVOKED_LATER, "key_revoked_later", CARD_KEY, "the card was revoked later", "事后被封禁或回收")      \
    V(REASON, ACCOUNT_RECOVERED, "account_recovered", ANY, "the account was taken back", "账号被找回")                 \
    V(REASON, TOPUP_NOT_CREDITED, "topup_not_credited", ANY, "the top-up did not arrive", "充值未到账")                \
    V(REASON, SERVICE_NOT_STARTED, "service_not_started", SERVICE, "the service was not started", "服务未开始")        \
    V(REASON, SERVICE_INCOMPLETE, "service_incomplete", SERVICE, "the service is incomplete", "服务未完成")            \
    V(REASON, SERVICE_BELOW_STANDARD, "service_below_standard", SERVICE, "the service fell short", "服务未达标")       \
    V(REASON, SERVICE_CAUSED_HARM, "service_caused_harm", SERVICE, "the service caused harm", "服务造成损失")          \
    V(REASON, DUPLICATE_OR_WRONG_AMOUNT, "duplicate_or_wrong_amount", ANY, "paid twice or a wrong amount",             \
      "重复付款或金额错误")                                                                                            \
    V(REASON, CHANGED_MIND, "changed_mind", ANY, "changed their mind", "不想要了")                                     \
    V(REASON, UNAUTHORISED, "unauthorised", ANY, "the payment was not authorised", "非本人付款")                       \
    V(REASON, MINOR_PURCHASE, "minor_purchase", ANY, "a minor made the purchase", "未成年人购买")                      \
    V(REASON, OTHER, "other", ANY, "another reason", "其他原因")                                                       \
    V(REASON, DOES_NOT_WORK, "does_not_work", LICENCE, "it does not work", "无法正常使用")

#define FACT_VALUES_CARD(V)                                                                                            \
    V(CARD, SEALED, "sealed", CARD_KEY, "sealed", "未查看")                                                            \
    V(CARD, REVEALED, "revealed", CARD_KEY, "revealed", "已查看")                                                      \
    V(CARD, REDEEMED, "redeemed", CARD_KEY, "redeemed", "已兑换")                                                      \
    V(CARD, REVOKED, "revoked", CARD_KEY, "revoked", "已作废")

#define FACT_VALUES_SERVICE(V)                                                                                         \
    V(SERVICE, NONE, "none", SERVICE, "not agreed yet", "尚未约定")                                                    \
    V(SERVICE, AGREED, "agreed", SERVICE, "agreed but not started", "已约定未开始")                                    \
    V(SERVICE, STARTED, "started", SERVICE, "started", "进行中")                                                       \
    V(SERVICE, HANDED_OVER, "handed_over", SERVICE, "handed over", "已交付成果")                                       \
    V(SERVICE, ACCEPTED, "accepted", SERVICE, "accepted by the buyer", "已由买家验收")

#define FACT_VALUES_CAUSE(V)                                                                                           \
    V(CAUSE, NONE, "none", ANY, "none on record", "无记录")                                                            \
    V(CAUSE, USER_NETWORK, "user_network", ANY, "the buyer's network", "买家网络问题")                                 \
    V(CAUSE, PLATFORM_OUTAGE, "platform_outage", ANY, "a platform outage", "平台故障")                                 \
    V(CAUSE, ISSUER_OUTAGE, "issuer_outage", ANY, "an outage of the issuer", "发行方故障")                             \
    V(CAUSE, MERCHANT_DELAY, "merchant_delay", ANY, "a delay of the merchant", "商家延误")                             \
    V(CAUSE, POLICY_CHANGE, "policy_change", ANY, "a change of the issuer's rules", "官方政策变化")                    \
    V(CAUSE, FORCE_MAJEURE, "force_majeure", ANY, "force majeure", "不可抗力")                                         \
    V(CAUSE, BUYER_CONDUCT, "buyer_conduct", ANY, "the buyer's own conduct", "买家自身行为")

#define FACT_VALUES_PROOF(V)                                                                                           \
    V(PROOF, MISSING, "missing", ANY, "missing", "未提供")                                                             \
    V(PROOF, REJECTED, "rejected", ANY, "rejected", "未通过")                                                          \
    V(PROOF, ACCEPTED, "accepted", ANY, "accepted", "已通过")

#define FACT_VALUES_MERCHANT_ANSWER(V)                                                                                 \
    V(MERCHANT_ANSWER, NONE, "none", ANY, "no answer yet", "尚未答复")                                                 \
    V(MERCHANT_ANSWER, ACCEPTS, "accepts", ANY, "accepts", "同意")                                                     \
    V(MERCHANT_ANSWER, DISPUTES, "disputes", ANY, "disputes", "有异议")                                                \
    V(MERCHANT_ANSWER, SILENT, "silent", ANY, "silent past the deadline", "逾期未答复")

#define FACT_VALUES_REDEMPTION_REPORT(V)                                                                               \
    V(REDEMPTION_REPORT, NONE, "none", CARD_KEY, "no report", "无查询结果")                                            \
    V(REDEMPTION_REPORT, UNUSED, "unused", CARD_KEY, "not used", "未使用")                                             \
    V(REDEMPTION_REPORT, USED, "used", CARD_KEY, "used", "已使用")

#define FACT_VALUES_CONSENT(V)                                                                                         \
    V(CONSENT, NOT_GIVEN, "not_given", ANY, "not given", "未确认")                                                     \
    V(CONSENT, GIVEN, "given", ANY, "given", "已确认")

#define FACT_VALUES_BOOLEAN(V)                                                                                         \
    V(BOOLEAN, NO, "no", ANY, "no", "否")                                                                              \
    V(BOOLEAN, YES, "yes", ANY, "yes", "是")

#define FACT_VALUES_REPLACEMENT(V)                                                                                     \
    V(REPLACEMENT, NONE, "none", SOLD, "none", "未换货")                                                               \
    V(REPLACEMENT, OFFERED, "offered", SOLD, "offered", "商家已提出换货")                                              \
    V(REPLACEMENT, DELIVERED, "delivered", SOLD, "delivered", "已换货")                                                \
    V(REPLACEMENT, DECLINED, "declined", SOLD, "declined by the buyer", "买家不接受换货")

#define FACT_VALUES_REGION(V)                                                                                          \
    V(REGION, CN, "cn", ANY, "mainland China", "中国大陆")                                                             \
    V(REGION, EU, "eu", ANY, "the European Union", "欧盟")                                                             \
    V(REGION, UK, "uk", ANY, "the United Kingdom", "英国")                                                             \
    V(REGION, US, "us", ANY, "the United States", "美国")                                                              \
    V(REGION, JP, "jp", ANY, "Japan", "日本")                                                                          \
    V(REGION, AU, "au", ANY, "Australia or New Zealand", "澳大利亚或新西兰")                                           \
    V(REGION, OTHER, "other", ANY, "elsewhere", "其他地区")                                                            \
    V(REGION, KR, "kr", ANY, "South Korea", "韩国")

#define FACT_VALUES_ITEM(V)                                                                                            \
    V(ITEM, GAME, "game", LICENCE, "a game or an app", "游戏或应用")                                                   \
    V(ITEM, ADD_ON, "add_on", LICENCE, "an add-on", "扩展内容")                                                        \
    V(ITEM, IN_APP_ITEM, "in_app_item", LICENCE, "an in-app item", "应用内物品")                                       \
    V(ITEM, SUBSCRIPTION, "subscription", LICENCE, "a subscription", "订阅")                                           \
    V(ITEM, WALLET_FUNDS, "wallet_funds", LICENCE, "wallet funds", "钱包余额")                                         \
    V(ITEM, GIFT, "gift", LICENCE, "a gift", "礼物")                                                                   \
    V(ITEM, BUNDLE, "bundle", LICENCE, "a bundle", "捆绑包")                                                           \
    V(ITEM, MEDIA, "media", LICENCE, "a film, book or music", "影音或图书")                                            \
    V(ITEM, BOOK, "book", LICENCE, "a book", "图书")                                                                   \
    V(ITEM, VIDEO, "video", LICENCE, "a film or series", "视频")                                                       \
    V(ITEM, SEASON_PASS, "season_pass", LICENCE, "a season pass", "季票")

#define FACT_VALUES_RECEIPT(V)                                                                                         \
    V(RECEIPT, OPEN, "open", SOLD, "not confirmed", "未确认收货")                                                      \
    V(RECEIPT, CONFIRMED, "confirmed", SOLD, "confirmed", "已确认收货")

#define FACT_VALUE_SETS(S)                                                                                             \
    S(REASON)                                                                                                          \
    S(CARD)                                                                                                            \
    S(SERVICE)                                                                                                         \
    S(CAUSE)                                                                                                           \
    S(PROOF) S(MERCHANT_ANSWER) S(REDEMPTION_REPORT) S(CONSENT) S(BOOLEAN) S(REPLACEMENT) S(REGION) S(ITEM) S(RECEIPT)

/* REASON_KEY_INVALID, CARD_SEALED, PROOF_ACCEPTED … REASON_VALUE_COUNT … */
#define FACT_VALUE_ENUM_(set, code, word, goods, label_en, label_zh) set##_##code,
#define FACT_VALUE_SET_ENUM_(set) enum fact_value_##set{FACT_VALUES_##set(FACT_VALUE_ENUM_) set##_VALUE_COUNT};
FACT_VALUE_SETS(FACT_VALUE_SET_ENUM_)
#undef FACT_VALUE_ENUM_
#undef FACT_VALUE_SET_ENUM_

#endif
