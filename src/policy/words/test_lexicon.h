/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What each printed phrase means, written down a second time by hand: the reader of the tests takes nothing from phrases.def or the
 * labels of the facts, so a wrong word there is a wrong reading here.
 */
#ifndef SHUNTUI_POLICY_WORDS_TEST_LEXICON_H
#define SHUNTUI_POLICY_WORDS_TEST_LEXICON_H

#include "policy/policy.h"

enum meaning {
    MEANS_HAPPENED,
    MEANS_NEVER,
    MEANS_WITHIN,   /* # is a duration */
    MEANS_AGO,      /* happened, and longer ago */
    MEANS_AT_LEAST, /* happened, and at least */
    MEANS_LESS,     /* happened, and less than */
    MEANS_EXACTLY,  /* of examples */
    MEANS_VALUE,    /* this value */
    MEANS_ONE_OF,   /* values follow */
    MEANS_NONE_OF,
    MEANS_ANY, /* values follow */
};

struct lexicon_phrase {
    enum fact fact;
    enum meaning meaning;
    int64_t value; /* of VALUE */
    const char *zh, *en;
};

static const struct lexicon_phrase lexicon_phrases[] = {
    {FACT_PURCHASED, MEANS_HAPPENED, 0, "已购买", "it was bought"},
    {FACT_PURCHASED, MEANS_NEVER, 0, "尚未购买", "it was not bought yet"},
    {FACT_PURCHASED, MEANS_WITHIN, 0, "购买后 #内申请", "the claim comes within # of the purchase"},
    {FACT_PURCHASED, MEANS_AGO, 0, "购买已超过 #", "the claim comes more than # after the purchase"},
    {FACT_DELIVERED, MEANS_HAPPENED, 0, "商品已交付", "it was delivered"},
    {FACT_DELIVERED, MEANS_NEVER, 0, "商品尚未交付", "it was not delivered yet"},
    {FACT_DELIVERED, MEANS_WITHIN, 0, "交付后 #内申请", "the claim comes within # of the delivery"},
    {FACT_DELIVERED, MEANS_AGO, 0, "交付已超过 #", "the claim comes more than # after the delivery"},
    {FACT_REVEALED, MEANS_HAPPENED, 0, "卡密曾被查看", "the card was revealed"},
    {FACT_REVEALED, MEANS_NEVER, 0, "卡密从未被查看", "the card was never revealed"},
    {FACT_REVEALED, MEANS_WITHIN, 0, "首次查看卡密后 #内申请", "the claim comes within # of the reveal"},
    {FACT_REVEALED, MEANS_AGO, 0, "首次查看卡密已超过 #", "the claim comes more than # after the reveal"},
    {FACT_STARTED, MEANS_HAPPENED, 0, "服务已开始", "the work has started"},
    {FACT_STARTED, MEANS_NEVER, 0, "服务尚未开始", "the work has not started"},
    {FACT_STARTED, MEANS_WITHIN, 0, "服务开始后 #内申请", "the claim comes within # of the start of the work"},
    {FACT_STARTED, MEANS_AGO, 0, "服务开始已超过 #", "the claim comes more than # after the start of the work"},
    {FACT_HANDED_OVER, MEANS_HAPPENED, 0, "成果已交付", "the result was handed over"},
    {FACT_HANDED_OVER, MEANS_NEVER, 0, "成果尚未交付", "the result was not handed over yet"},
    {FACT_HANDED_OVER, MEANS_WITHIN, 0, "成果交付后 #内申请", "the claim comes within # of the hand-over"},
    {FACT_HANDED_OVER, MEANS_AGO, 0, "成果交付已超过 #", "the claim comes more than # after the hand-over"},
    {FACT_LATE, MEANS_HAPPENED, 0, "已超过承诺时间", "it is later than promised"},
    {FACT_LATE, MEANS_NEVER, 0, "没有超过承诺时间", "it is not later than promised"},
    {FACT_LATE, MEANS_AT_LEAST, 0, "超过承诺时间至少 #", "it is at least # later than promised"},
    {FACT_LATE, MEANS_LESS, 0, "超过承诺时间不到 #", "it is less than # later than promised"},
    {FACT_LATE, MEANS_EXACTLY, 0, "超过承诺时间 #", "it is # later than promised"},
    {FACT_DOWNLOADED, MEANS_HAPPENED, 0, "已下载或启动过", "it was downloaded"},
    {FACT_DOWNLOADED, MEANS_NEVER, 0, "从未下载或启动", "it was never downloaded"},
    {FACT_DOWNLOADED, MEANS_WITHIN, 0, "首次下载或启动后 #内申请", "the claim comes within # of the first download"},
    {FACT_DOWNLOADED, MEANS_AGO, 0, "首次下载或启动已超过 #", "the claim comes more than # after the first download"},
    {FACT_LATE, MEANS_WITHIN, 0, "超过承诺时间至多 #", "it is at most # later than promised"},
    {FACT_LATE, MEANS_AGO, 0, "超过承诺时间多于 #", "it is more than # later than promised"},
    {FACT_LAUNCHED, MEANS_HAPPENED, 0, "已启动过", "it was launched"},
    {FACT_LAUNCHED, MEANS_NEVER, 0, "从未启动", "it was never launched"},
    {FACT_LAUNCHED, MEANS_WITHIN, 0, "首次启动后 #内申请", "the claim comes within # of the first launch"},
    {FACT_LAUNCHED, MEANS_AGO, 0, "首次启动已超过 #", "the claim comes more than # after the first launch"},
    {FACT_MERCHANT_REFUSED, MEANS_HAPPENED, 0, "商家已拒绝过", "the merchant refused before"},
    {FACT_MERCHANT_REFUSED, MEANS_NEVER, 0, "商家没有拒绝过", "the merchant has not refused before"},
    {FACT_MERCHANT_REFUSED, MEANS_WITHIN, 0, "商家拒绝后 #内申请",
     "the claim comes within # of the merchant's refusal"},
    {FACT_MERCHANT_REFUSED, MEANS_AGO, 0, "商家拒绝已超过 #",
     "the claim comes more than # after the merchant's refusal"},
    {FACT_RELEASED, MEANS_HAPPENED, 0, "已正式发售", "it was released"},
    {FACT_RELEASED, MEANS_NEVER, 0, "尚未正式发售", "it was not released yet"},
    {FACT_RELEASED, MEANS_WITHIN, 0, "正式发售后 #内申请", "the claim comes within # of the release"},
    {FACT_RELEASED, MEANS_AGO, 0, "正式发售已超过 #", "the claim comes more than # after the release"},

    {FACT_REDEMPTION_REPORT, MEANS_VALUE, REDEMPTION_REPORT_NONE, "没有兑换查询结果", "there is no redemption report"},
    {FACT_CAUSE, MEANS_VALUE, CAUSE_NONE, "没有记录到起因", "no cause is on record"},
    {FACT_MERCHANT_ANSWER, MEANS_VALUE, MERCHANT_ANSWER_NONE, "商家尚未答复", "the merchant has not answered yet"},
    {FACT_MERCHANT_ANSWER, MEANS_VALUE, MERCHANT_ANSWER_ACCEPTS, "商家同意", "the merchant consents"},
    {FACT_MERCHANT_ANSWER, MEANS_VALUE, MERCHANT_ANSWER_DISPUTES, "商家有异议", "the merchant objects"},
    {FACT_MERCHANT_ANSWER, MEANS_VALUE, MERCHANT_ANSWER_SILENT, "商家逾期未答复",
     "the merchant was silent past the deadline"},
    {FACT_CONSENT, MEANS_VALUE, CONSENT_GIVEN, "购买时已作确认", "the buyer confirmed at the purchase"},
    {FACT_CONSENT, MEANS_VALUE, CONSENT_NOT_GIVEN, "购买时未作确认", "the buyer did not confirm at the purchase"},
    {FACT_REPLACEMENT, MEANS_VALUE, REPLACEMENT_NONE, "没有换货", "there is no replacement"},
    {FACT_REPLACEMENT, MEANS_VALUE, REPLACEMENT_OFFERED, "商家已提出换货", "a replacement is offered"},
    {FACT_REPLACEMENT, MEANS_VALUE, REPLACEMENT_DELIVERED, "已经换货", "a replacement was delivered"},
    {FACT_REPLACEMENT, MEANS_VALUE, REPLACEMENT_DECLINED, "买家不接受换货", "the buyer declined a replacement"},
    {FACT_BUYER_IS_MINOR, MEANS_VALUE, BOOLEAN_YES, "买家是未成年人", "the buyer is a minor"},
    {FACT_BUYER_IS_MINOR, MEANS_VALUE, BOOLEAN_NO, "买家不是未成年人", "the buyer is not a minor"},
    {FACT_PRICE_WARNING, MEANS_VALUE, BOOLEAN_YES, "购买时有价格提醒", "a price warning was shown at the purchase"},
    {FACT_PRICE_WARNING, MEANS_VALUE, BOOLEAN_NO, "购买时没有价格提醒", "no price warning was shown at the purchase"},
    {FACT_PROTECTION, MEANS_VALUE, BOOLEAN_YES, "购买了额外保障", "extra protection was bought"},
    {FACT_PROTECTION, MEANS_VALUE, BOOLEAN_NO, "没有购买额外保障", "no extra protection was bought"},
    {FACT_BUYER_INTERFERED, MEANS_VALUE, BOOLEAN_YES, "服务期间买家自行登录或更改过订单",
     "the buyer interfered with the service"},
    {FACT_BUYER_INTERFERED, MEANS_VALUE, BOOLEAN_NO, "服务期间买家没有自行登录或更改订单",
     "the buyer did not interfere with the service"},
    {FACT_CONSUMED, MEANS_VALUE, BOOLEAN_YES, "商品已被消耗、改动或转让", "it was used up, changed or passed on"},
    {FACT_CONSUMED, MEANS_VALUE, BOOLEAN_NO, "商品没有被消耗、改动或转让", "it was not used up, changed or passed on"},
    {FACT_BANNED, MEANS_VALUE, BOOLEAN_YES, "账号因买家自身行为被封禁",
     "the account was banned for the buyer's conduct"},
    {FACT_BANNED, MEANS_VALUE, BOOLEAN_NO, "账号没有因买家自身行为被封禁",
     "the account was not banned for the buyer's conduct"},
    {FACT_MARKED_FINAL, MEANS_VALUE, BOOLEAN_YES, "购买前已标明不可退",
     "it was marked as not refundable before the purchase"},
    {FACT_MARKED_FINAL, MEANS_VALUE, BOOLEAN_NO, "购买前没有标明不可退",
     "it was not marked as not refundable before the purchase"},
    {FACT_PAYMENT_RETURNABLE, MEANS_VALUE, BOOLEAN_YES, "支付方式支持原路退回",
     "the way of payment can take money back"},
    {FACT_PAYMENT_RETURNABLE, MEANS_VALUE, BOOLEAN_NO, "支付方式不支持原路退回",
     "the way of payment cannot take money back"},
    {FACT_REFUNDS_SUSPENDED, MEANS_VALUE, BOOLEAN_YES, "买家因滥用退款已被停止退款",
     "the buyer's refunds were ended for abuse"},
    {FACT_REFUNDS_SUSPENDED, MEANS_VALUE, BOOLEAN_NO, "买家没有被停止退款",
     "the buyer's refunds were not ended for abuse"},
    {FACT_BANK_DISPUTE, MEANS_VALUE, BOOLEAN_YES, "买家已向银行或支付渠道拒付",
     "the payment is disputed with the bank"},
    {FACT_BANK_DISPUTE, MEANS_VALUE, BOOLEAN_NO, "买家没有向银行或支付渠道拒付",
     "the payment is not disputed with the bank"},
    {FACT_RETURNED_BEFORE, MEANS_VALUE, BOOLEAN_YES, "买家此前退过同一商品",
     "this product was refunded to the buyer before"},
    {FACT_RETURNED_BEFORE, MEANS_VALUE, BOOLEAN_NO, "买家此前没有退过同一商品",
     "this product was not refunded to the buyer before"},
    {FACT_VISIBLE_BEFORE_USE, MEANS_VALUE, BOOLEAN_YES, "问题在使用前即可看出", "the fault could be seen before use"},
    {FACT_VISIBLE_BEFORE_USE, MEANS_VALUE, BOOLEAN_NO, "问题在使用前看不出", "the fault could not be seen before use"},
    {FACT_REASON, MEANS_ANY, 0, "不限申请原因", "the reason is any"},

    {FACT_REASON, MEANS_NONE_OF, 0, "申请原因不是", "the reason is not "},
    {FACT_REASON, MEANS_ONE_OF, 0, "申请原因是", "the reason is "},
    {FACT_CARD, MEANS_NONE_OF, 0, "卡密状态不是", "the card is not "},
    {FACT_CARD, MEANS_ONE_OF, 0, "卡密", "the card is "},
    {FACT_REDEMPTION_REPORT, MEANS_NONE_OF, 0, "兑换查询结果不是", "the redemption report does not say "},
    {FACT_REDEMPTION_REPORT, MEANS_ONE_OF, 0, "兑换查询结果是", "the redemption report says "},
    {FACT_SERVICE, MEANS_NONE_OF, 0, "服务状态不是", "the service is not "},
    {FACT_SERVICE, MEANS_ONE_OF, 0, "服务", "the service is "},
    {FACT_CAUSE, MEANS_NONE_OF, 0, "起因不是", "the cause is not "},
    {FACT_CAUSE, MEANS_ONE_OF, 0, "起因是", "the cause is "},
    {FACT_MERCHANT_ANSWER, MEANS_NONE_OF, 0, "商家的答复不是", "the merchant's answer is not "},
    {FACT_MERCHANT_ANSWER, MEANS_ONE_OF, 0, "商家的答复是", "the merchant's answer is "},
    {FACT_CONSENT, MEANS_NONE_OF, 0, "购买时不是", "the buyer's confirmation was not "},
    {FACT_CONSENT, MEANS_ONE_OF, 0, "购买时", "the buyer's confirmation was "},
    {FACT_REPLACEMENT, MEANS_NONE_OF, 0, "换货情况不是", "the replacement is not "},
    {FACT_REPLACEMENT, MEANS_ONE_OF, 0, "换货情况是", "the replacement is "},
    {FACT_RECEIPT, MEANS_NONE_OF, 0, "买家不是", "the receipt is not "},
    {FACT_RECEIPT, MEANS_ONE_OF, 0, "买家", "the receipt is "},
    {FACT_REGION, MEANS_NONE_OF, 0, "买家所在地区不是", "the buyer's region is not "},
    {FACT_REGION, MEANS_ONE_OF, 0, "买家所在地区是", "the buyer's region is "},
    {FACT_ITEM, MEANS_NONE_OF, 0, "商品类别不是", "the item is not "},
    {FACT_ITEM, MEANS_ONE_OF, 0, "商品类别是", "the item is "},
    {FACT_PROBLEM_PROOF, MEANS_ONE_OF, 0, "问题证明", "the proof of the problem is "},
    {FACT_UNUSED_PROOF, MEANS_ONE_OF, 0, "未使用证明", "the proof of non-use is "},
    {FACT_SCREEN_RECORDING, MEANS_ONE_OF, 0, "录屏", "the screen recording is "},
    {FACT_CONTACT_RECORD, MEANS_ONE_OF, 0, "沟通记录", "the record of contact is "},
    {FACT_IDENTITY_PROOF, MEANS_ONE_OF, 0, "身份证明", "the proof of identity is "},
    {FACT_GUARDIAN_PROOF, MEANS_ONE_OF, 0, "监护关系证明", "the proof of guardianship is "},
    {FACT_RESULT_PROOF, MEANS_ONE_OF, 0, "服务结果证明", "the proof of the result is "},
    {FACT_SERVICE_LOG, MEANS_ONE_OF, 0, "服务过程记录", "the service log is "},
    {FACT_AGREED_STANDARD, MEANS_ONE_OF, 0, "约定标准", "the agreed standard is "},
    {FACT_ISSUER_STATEMENT, MEANS_ONE_OF, 0, "发行方说明", "the issuer's statement is "},
};

struct lexicon_value {
    enum fact fact;
    int value;
    const char *zh, *en;
};

static const struct lexicon_value lexicon_values[] = {
    {FACT_REASON, REASON_NOT_DELIVERED, "未收到货", "nothing was delivered"},
    {FACT_REASON, REASON_DELIVERY_LATE, "交付超时", "delivery was late"},
    {FACT_REASON, REASON_PARTIAL_DELIVERY, "少发漏发", "only a part was delivered"},
    {FACT_REASON, REASON_KEY_INVALID, "卡密无效", "the card does not work"},
    {FACT_REASON, REASON_KEY_ALREADY_USED, "卡密已被他人使用", "someone else used the card"},
    {FACT_REASON, REASON_WRONG_ITEM_OR_REGION, "商品或区服不对", "wrong item or region"},
    {FACT_REASON, REASON_NOT_AS_DESCRIBED, "与描述不符", "not as described"},
    {FACT_REASON, REASON_KEY_REVOKED_LATER, "事后被封禁或回收", "the card was revoked later"},
    {FACT_REASON, REASON_ACCOUNT_RECOVERED, "账号被找回", "the account was taken back"},
    {FACT_REASON, REASON_TOPUP_NOT_CREDITED, "充值未到账", "the top-up did not arrive"},
    {FACT_REASON, REASON_SERVICE_NOT_STARTED, "服务未开始", "the service was not started"},
    {FACT_REASON, REASON_SERVICE_INCOMPLETE, "服务未完成", "the service is incomplete"},
    {FACT_REASON, REASON_SERVICE_BELOW_STANDARD, "服务未达标", "the service fell short"},
    {FACT_REASON, REASON_SERVICE_CAUSED_HARM, "服务造成损失", "the service caused harm"},
    {FACT_REASON, REASON_DUPLICATE_OR_WRONG_AMOUNT, "重复付款或金额错误", "paid twice or a wrong amount"},
    {FACT_REASON, REASON_CHANGED_MIND, "不想要了", "changed their mind"},
    {FACT_REASON, REASON_UNAUTHORISED, "非本人付款", "the payment was not authorised"},
    {FACT_REASON, REASON_MINOR_PURCHASE, "未成年人购买", "a minor made the purchase"},
    {FACT_REASON, REASON_OTHER, "其他原因", "another reason"},
    {FACT_REASON, REASON_DOES_NOT_WORK, "无法正常使用", "it does not work"},
    {FACT_CARD, CARD_SEALED, "未查看", "sealed"},
    {FACT_CARD, CARD_REVEALED, "已查看", "revealed"},
    {FACT_CARD, CARD_REDEEMED, "已兑换", "redeemed"},
    {FACT_CARD, CARD_REVOKED, "已作废", "revoked"},
    {FACT_SERVICE, SERVICE_NONE, "尚未约定", "not agreed yet"},
    {FACT_SERVICE, SERVICE_AGREED, "已约定未开始", "agreed but not started"},
    {FACT_SERVICE, SERVICE_STARTED, "进行中", "started"},
    {FACT_SERVICE, SERVICE_HANDED_OVER, "已交付成果", "handed over"},
    {FACT_SERVICE, SERVICE_ACCEPTED, "已由买家验收", "accepted by the buyer"},
    {FACT_CAUSE, CAUSE_NONE, "无记录", "none on record"},
    {FACT_CAUSE, CAUSE_USER_NETWORK, "买家网络问题", "the buyer's network"},
    {FACT_CAUSE, CAUSE_PLATFORM_OUTAGE, "平台故障", "a platform outage"},
    {FACT_CAUSE, CAUSE_ISSUER_OUTAGE, "发行方故障", "an outage of the issuer"},
    {FACT_CAUSE, CAUSE_MERCHANT_DELAY, "商家延误", "a delay of the merchant"},
    {FACT_CAUSE, CAUSE_POLICY_CHANGE, "官方政策变化", "a change of the issuer's rules"},
    {FACT_CAUSE, CAUSE_FORCE_MAJEURE, "不可抗力", "force majeure"},
    {FACT_CAUSE, CAUSE_BUYER_CONDUCT, "买家自身行为", "the buyer's own conduct"},
    {FACT_MERCHANT_ANSWER, MERCHANT_ANSWER_NONE, "尚未答复", "no answer yet"},
    {FACT_MERCHANT_ANSWER, MERCHANT_ANSWER_ACCEPTS, "同意", "accepts"},
    {FACT_MERCHANT_ANSWER, MERCHANT_ANSWER_DISPUTES, "有异议", "disputes"},
    {FACT_MERCHANT_ANSWER, MERCHANT_ANSWER_SILENT, "逾期未答复", "silent past the deadline"},
    {FACT_REDEMPTION_REPORT, REDEMPTION_REPORT_NONE, "无查询结果", "no report"},
    {FACT_REDEMPTION_REPORT, REDEMPTION_REPORT_UNUSED, "未使用", "not used"},
    {FACT_REDEMPTION_REPORT, REDEMPTION_REPORT_USED, "已使用", "used"},
    {FACT_CONSENT, CONSENT_GIVEN, "已确认", "given"},
    {FACT_CONSENT, CONSENT_NOT_GIVEN, "未确认", "not given"},
    {FACT_REPLACEMENT, REPLACEMENT_NONE, "未换货", "none"},
    {FACT_REPLACEMENT, REPLACEMENT_OFFERED, "商家已提出换货", "offered"},
    {FACT_REPLACEMENT, REPLACEMENT_DELIVERED, "已换货", "delivered"},
    {FACT_REPLACEMENT, REPLACEMENT_DECLINED, "买家不接受换货", "declined by the buyer"},
    {FACT_REGION, REGION_CN, "中国大陆", "mainland China"},
    {FACT_REGION, REGION_EU, "欧盟", "the European Union"},
    {FACT_REGION, REGION_UK, "英国", "the United Kingdom"},
    {FACT_REGION, REGION_US, "美国", "the United States"},
    {FACT_REGION, REGION_JP, "日本", "Japan"},
    {FACT_REGION, REGION_AU, "澳大利亚或新西兰", "Australia or New Zealand"},
    {FACT_REGION, REGION_OTHER, "其他地区", "elsewhere"},
    {FACT_REGION, REGION_KR, "韩国", "South Korea"},
    {FACT_RECEIPT, RECEIPT_OPEN, "未确认收货", "not confirmed"},
    {FACT_RECEIPT, RECEIPT_CONFIRMED, "已确认收货", "confirmed"},
    {FACT_ITEM, ITEM_GAME, "游戏或应用", "a game or an app"},
    {FACT_ITEM, ITEM_ADD_ON, "扩展内容", "an add-on"},
    {FACT_ITEM, ITEM_IN_APP_ITEM, "应用内物品", "an in-app item"},
    {FACT_ITEM, ITEM_SUBSCRIPTION, "订阅", "a subscription"},
    {FACT_ITEM, ITEM_WALLET_FUNDS, "钱包余额", "wallet funds"},
    {FACT_ITEM, ITEM_GIFT, "礼物", "a gift"},
    {FACT_ITEM, ITEM_BUNDLE, "捆绑包", "a bundle"},
    {FACT_ITEM, ITEM_MEDIA, "影音或图书", "a film, book or music"},
    {FACT_ITEM, ITEM_BOOK, "图书", "a book"},
    {FACT_ITEM, ITEM_VIDEO, "视频", "a film or series"},
    {FACT_ITEM, ITEM_SEASON_PASS, "季票", "a season pass"},
};

/* Of every proof. */
static const struct lexicon_value lexicon_proof_values[] = {
    {FACT_PROBLEM_PROOF, PROOF_MISSING, "未提供", "missing"},
    {FACT_PROBLEM_PROOF, PROOF_REJECTED, "未通过", "rejected"},
    {FACT_PROBLEM_PROOF, PROOF_ACCEPTED, "已通过", "accepted"},
};

struct lexicon_number {
    enum fact fact;
    const char *zh, *en;
};

static const struct lexicon_number lexicon_numbers[] = {
    {FACT_PROGRESS, "完成进度", "progress"},
    {FACT_QUANTITY, "购买数量", "quantity"},
    {FACT_AFFECTED_QUANTITY, "受影响数量", "affected quantity"},
    {FACT_AMOUNT, "实付金额", "amount paid"},
    {FACT_EARLIER_REFUNDS, "本单已退金额", "earlier refunds of this order"},
    {FACT_BUYER_REFUNDS, "买家近180天退款次数", "refunds of this buyer in 180 days"},
    {FACT_USAGE, "累计使用时间", "time of use"},
    {FACT_TIME_USED, "已用时长占比", "share of the time that is over"},
    {FACT_PROTECTION_TIME, "所购保障的时长", "length of the bought protection"},
    {FACT_REFUND_TOKENS, "剩余无理由退款次数", "refunds left without a reason"},
};

/* When an event took place, in examples. */
static const struct lexicon_number lexicon_events[] = {
    {FACT_PURCHASED, "购买", "purchase"},        {FACT_DELIVERED, "交付", "delivery"},
    {FACT_REVEALED, "首次查看卡密", "reveal"},   {FACT_STARTED, "服务开始", "start of the work"},
    {FACT_HANDED_OVER, "成果交付", "hand-over"}, {FACT_DOWNLOADED, "首次下载或启动", "first download"},
    {FACT_LAUNCHED, "首次启动", "first launch"}, {FACT_MERCHANT_REFUSED, "商家拒绝", "merchant's refusal"},
    {FACT_RELEASED, "正式发售", "release"},
};

/* As a need names them. */
static const struct lexicon_number lexicon_proofs[] = {
    {FACT_PROBLEM_PROOF, "问题证明", "proof of the problem"},
    {FACT_UNUSED_PROOF, "未使用证明", "proof of non-use"},
    {FACT_SCREEN_RECORDING, "录屏", "screen recording"},
    {FACT_CONTACT_RECORD, "沟通记录", "record of contact"},
    {FACT_IDENTITY_PROOF, "身份证明", "proof of identity"},
    {FACT_GUARDIAN_PROOF, "监护关系证明", "proof of guardianship"},
    {FACT_RESULT_PROOF, "服务结果证明", "proof of the result"},
    {FACT_SERVICE_LOG, "服务过程记录", "service log"},
    {FACT_AGREED_STANDARD, "约定标准", "agreed standard"},
    {FACT_ISSUER_STATEMENT, "发行方说明", "issuer's statement"},
};

#endif
