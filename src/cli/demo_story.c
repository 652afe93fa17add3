/* SPDX-License-Identifier: Apache-2.0 */
/* Stories of purchases: who did what, which clause decided, what money moved. Each claim in them is checked. */
#include "cli/demo.h"

#include <string.h>

#define YUAN(minor) (double)(minor) / 100 /* for showing only */

static bool is(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

static void tell_bought(struct demo *demo, const struct demo_order *order)
{
    demo_say(demo, "A guest buys «%s» for ¥%.2f; the money waits in escrow and the goods are delivered.",
             "一位访客购买「%s」,付款 ¥%.2f;货款进入担保,商品已交付。", demo_product_title(order->product),
             YUAN(order->amount));
}

/* The end of every paid story: closed, the right sum, from the right purse, and the escrow of the order is empty. */
static void check_paid(struct demo *demo, struct demo_claim *claim, const char *outcome, int64_t amount)
{
    if (demo_look(demo, claim) < 0)
        return;
    demo_check(demo, is(claim->stage, "closed"), "the claim is closed");
    demo_check(demo, is(claim->outcome, outcome), "the outcome is as told");
    demo_check(demo, claim->amount == amount, "the amount is as told");
}

/* ---- 1 ---- */

static int story_sealed(struct demo *demo)
{
    struct demo_order order;
    struct demo_claim claim;
    if (demo_buy(demo, DEMO_PRODUCT_GAME_100, 1, &order) < 0)
        return -1;
    tell_bought(demo, &order);
    demo_say(demo, "The card was never looked at. The buyer asks for a refund: two taps, no evidence.",
             "卡密从未查看。买家申请退款:点两下,不需要任何材料。");
    if (demo_file(demo, &order, "changed_mind", "", &claim) < 0)
        return -1;
    demo_check(demo, is(claim.clause, "sealed") && is(claim.disposition, "pay_now"), "clause sealed pays at once");
    demo_say(demo, "Clause «sealed» decides at once: ¥%.2f goes back to the original payment and the card is revoked.",
             "条款 sealed 当场判定:¥%.2f 原路退回,卡密作废。", YUAN(claim.amount));
    check_paid(demo, &claim, "refunded", order.amount);
    demo_check(demo, demo_paid_from(demo, &claim, "escrow") == order.amount, "escrow paid all of it");
    return demo_prove(demo, &order, &claim);
}

/* ---- 2 ---- */

static int story_dead_card(struct demo *demo)
{
    struct demo_order order;
    struct demo_claim claim;
    char card[600];
    bool flagged;
    if (demo_buy(demo, DEMO_PRODUCT_GAME_50, 1, &order) < 0 || demo_reveal(demo, &order, card, sizeof card) < 0)
        return -1;
    tell_bought(demo, &order);
    demo_say(demo, "The card is revealed (recorded before it is shown) and the issuer says: invalid.",
             "买家查看卡密(先记录后显示),官方提示无效。");
    if (demo_file(demo, &order, "key_invalid", "兑换页提示卡号不存在", &claim) < 0)
        return -1;
    demo_check(demo, is(claim.disposition, "missing_evidence"), "the page says what is missing");
    demo_say(demo,
             "Clause «dead_key» asks for a picture of the problem and a recording; purchase and contact are our own "
             "records.",
             "条款 dead_key 只要问题截图和录屏;购买与沟通由平台自行留存,无须买家提供。");
    if (demo_evidence(demo, &order, &claim, "problem_proof") < 0 ||
        demo_evidence(demo, &order, &claim, "screen_recording") < 0)
        return -1;
    demo_check(demo, is(claim.waiting_for, "merchant"), "now the merchant has to answer");
    demo_say(demo, "Evidence complete. %s must answer within 24 hours; silence accepts.",
             "材料齐全。%s须在 24 小时内答复,逾期视为同意。", demo_merchant_name(demo, DEMO_MERCHANT_STAR));
    if (demo_message(demo, &demo->merchants[DEMO_MERCHANT_STAR].actor, &claim, "加薇❤ xh-888 处理更快", &flagged) < 0)
        return -1;
    demo_check(demo, flagged, "contact outside the platform is flagged");
    demo_say(demo, "The merchant writes «add me on WeChat»: flagged with a calm warning, kept in the claim.",
             "商家留言让买家加微信:平台平静提示风险,留言存入申请。");
    demo_advance(demo, 25 * TIME_HOUR_S);
    demo_say(demo, "25 hours later nobody has answered: silence accepts, ¥%.2f is paid from escrow.",
             "25 小时过去无人答复:视为同意,¥%.2f 由担保款退回。", YUAN(order.amount));
    check_paid(demo, &claim, "refunded", order.amount);
    return demo_prove(demo, &order, &claim);
}

/* ---- 3 ---- */

static int story_redeemed(struct demo *demo)
{
    struct demo_order order;
    struct demo_claim claim;
    char card[600];
    if (demo_buy(demo, DEMO_PRODUCT_GIFT_200, 1, &order) < 0 || demo_reveal(demo, &order, card, sizeof card) < 0 ||
        demo_redeemed(demo, &order, card) < 0)
        return -1;
    tell_bought(demo, &order);
    demo_say(demo, "The card is revealed and redeemed; the issuer's system reports it, signed.",
             "卡密已查看并兑换;发行方系统签名上报。");
    if (demo_file(demo, &order, "changed_mind", "兑换后才发现不能购买周边商品，不想要了", &claim) < 0)
        return -1;
    demo_check(demo, is(claim.clause, "used") && is(claim.disposition, "refuse"), "clause used refuses");
    demo_say(demo, "Clause «used» refuses, with its reasons. The right to a person stays open: the buyer escalates.",
             "条款 used 说明理由后不予退款;买家仍有权找人处理:请平台介入。");
    const struct demo_action escalate = {.action = "escalate"}, take = {.action = "take_case"};
    const struct demo_action refuse = {
        .action = "arbiter_decide", .outcome = "refuse", .clause = "used", .reason = "兑换记录属实,条款 used 适用"};
    const struct demo_action appeal = {
        .action = "appeal", .ground = "named_error", .reason = "商品页未写明不能购买周边商品,决定没有评价这一点"};
    const struct demo_action deviate = {.action = "propose_deviation",
                                        .outcome = "refund",
                                        .amount = order.amount / 2,
                                        .clause = "used",
                                        .bearer = "goodwill",
                                        .reason = "商品页未披露使用范围,酌情由平台关怀基金补偿一半"};
    const struct demo_action confirm = {.action = "confirm_deviation"};
    if (demo_act(demo, &order.buyer, &claim, &escalate) < 0 || demo_act(demo, &demo->arbiters[0], &claim, &take) < 0 ||
        demo_act(demo, &demo->arbiters[0], &claim, &refuse) < 0)
        return -1;
    demo_check(demo, is(claim.stage, "appeal"), "a decision can be appealed");
    demo_say(demo, "The first arbiter decides by the rule: no refund. The buyer appeals and names an error.",
             "第一位仲裁员按规则决定:不予退款。买家指出具体错误并申诉。");
    if (demo_act(demo, &order.buyer, &claim, &appeal) < 0 || demo_act(demo, &demo->arbiters[1], &claim, &take) < 0 ||
        demo_act(demo, &demo->arbiters[1], &claim, &deviate) < 0)
        return -1;
    demo_say(demo,
             "Another arbiter wants to depart from the rule: half the price, from the goodwill fund. That needs a "
             "second person.",
             "另一位仲裁员提议偏离规则:退一半,由平台关怀基金承担。偏离须第二人确认。");
    if (demo_act(demo, &demo->arbiters[2], &claim, &confirm) < 0)
        return -1;
    demo_advance(demo, TIME_HOUR_S);
    check_paid(demo, &claim, "part_refunded", order.amount / 2);
    demo_check(demo,
               demo_paid_from(demo, &claim, "goodwill") + demo_paid_from(demo, &claim, "platform") == order.amount / 2,
               "the merchant is not charged for generosity");
    demo_say(demo, "A third person confirms. ¥%.2f is paid; the merchant keeps the sale.",
             "第三人确认。退款 ¥%.2f,商家货款不受影响。", YUAN(claim.amount));
    return demo_prove(demo, &order, &claim);
}

/* ---- 4 ---- */

static int story_boosting(struct demo *demo)
{
    struct demo_order order;
    struct demo_claim claim;
    if (demo_buy(demo, DEMO_PRODUCT_BOOST_KING, 1, &order) < 0)
        return -1;
    demo_say(demo, "A guest buys «%s» for ¥%.2f: agreed standard, seven days, milestones.",
             "一位访客购买「%s」,付款 ¥%.2f:约定标准、七天期限与里程碑。", demo_product_title(order.product),
             YUAN(order.amount));
    const struct service_actor *merchant = &demo->merchants[DEMO_MERCHANT_SUMMIT].actor;
    if (demo_service(demo, &order, "start", 10, "开始上号") < 0)
        return -1;
    demo_advance(demo, 4 * TIME_DAY_S);
    if (demo_service(demo, &order, "progress", 60, "星耀二") < 0)
        return -1;
    demo_advance(demo, 4 * TIME_DAY_S);
    demo_say(demo, "Eight days later the studio has recorded 60 per cent. The promised rank was not reached.",
             "八天后工作室记录的进度为 60%%,未达到承诺段位。");
    if (demo_file(demo, &order, "service_incomplete", "七天未到王者", &claim) < 0)
        return -1;
    demo_check(demo, is(claim.clause, "incomplete") && claim.amount == order.amount * 40 / 100,
               "clause incomplete gives the unfinished part");
    demo_say(demo, "Clause «incomplete» computes ¥%.2f × (100 − 60) %% = ¥%.2f and asks the merchant.",
             "条款 incomplete 计算 ¥%.2f × (100 − 60)%% = ¥%.2f,并请商家答复。", YUAN(order.amount),
             YUAN(claim.amount));
    const struct demo_action offer = {.action = "offer", .offer = "partial", .amount = 10000, .reason = "已打四天"};
    const struct demo_action counter = {
        .action = "counter_offer", .offer = "partial", .amount = 20000, .reason = "号还要重新找人打"};
    const struct demo_action accept = {.action = "accept_offer"};
    if (demo_act(demo, merchant, &claim, &offer) < 0 || demo_act(demo, &order.buyer, &claim, &counter) < 0 ||
        demo_act(demo, merchant, &claim, &accept) < 0)
        return -1;
    demo_say(demo,
             "The studio offers ¥100, the buyer answers with ¥200, the studio accepts: ¥200 back, the rest less the "
             "fee to the studio.",
             "工作室出价退 ¥100,买家还价 ¥200,工作室接受:退 ¥200,余款扣除服务费后归工作室。");
    check_paid(demo, &claim, "part_refunded", 20000);
    return demo_prove(demo, &order, &claim);
}

/* ---- 5 ---- */

static int story_outage(struct demo *demo)
{
    struct demo_order order;
    struct demo_claim claim;
    char card[600];
    if (demo_buy(demo, DEMO_PRODUCT_GAME_MONTH, 1, &order) < 0 || demo_reveal(demo, &order, card, sizeof card) < 0)
        return -1;
    tell_bought(demo, &order);
    demo_advance(demo, 2 * TIME_HOUR_S);
    if (demo_incident(demo, "platform_outage", 1, "查看卡密服务故障 40 分钟") < 0)
        return -1;
    demo_say(demo, "The operator records an outage of the platform; it is a fact for every order that it touched.",
             "运营登记一次平台故障;凡受影响的订单,都以此为事实。");
    if (demo_file(demo, &order, "key_invalid", "故障期间兑换失败", &claim) < 0)
        return -1;
    demo_check(demo, is(claim.clause, "outage"), "clause outage decides");
    check_paid(demo, &claim, "refunded", order.amount);
    demo_check(demo, demo_paid_from(demo, &claim, "platform") == order.amount, "the platform bears its own fault");
    demo_say(demo, "Clause «outage»: ¥%.2f back at once, borne by the platform; the merchant keeps its money.",
             "条款 outage:¥%.2f 当场退回,由平台承担;商家货款照结。", YUAN(claim.amount));
    return demo_prove(demo, &order, &claim);
}

/* ---- 6 ---- */

static int story_short_merchant(struct demo *demo)
{
    struct demo_order order, later;
    struct demo_claim claim;
    char card[600];
    const struct service_actor *merchant = &demo->merchants[DEMO_MERCHANT_CORNER].actor;
    if (demo_buy(demo, DEMO_PRODUCT_CORNER_YEAR, 1, &order) < 0 || demo_reveal(demo, &order, card, sizeof card) < 0 ||
        demo_redeemed(demo, &order, card) < 0)
        return -1;
    tell_bought(demo, &order);
    demo_advance(demo, 10 * TIME_DAY_S);
    int64_t payable = demo_balance(demo, "merchant_payable", merchant->party_id);
    demo_check(demo, payable > 0, "escrow was released to the merchant");
    if (demo_payout(demo, DEMO_MERCHANT_CORNER, payable) < 0)
        return -1;
    int64_t bond = demo_balance(demo, "merchant_bond", merchant->party_id);
    demo_say(demo, "Ten days later the stall has its money and has withdrawn all of it; ¥%.2f of bond are left.",
             "十天后货款已结算,小铺全部提走,只剩保证金 ¥%.2f。", YUAN(bond));
    if (demo_file(demo, &order, "key_revoked_later", "会员被官方收回", &claim) < 0 ||
        demo_evidence(demo, &order, &claim, "issuer_statement") < 0)
        return -1;
    demo_check(demo, is(claim.clause, "taken_back"), "clause taken_back decides");
    const struct demo_action accept = {.action = "merchant_accept"};
    if (demo_act(demo, merchant, &claim, &accept) < 0)
        return -1;
    check_paid(demo, &claim, "refunded", order.amount);
    int64_t from_bond = demo_paid_from(demo, &claim, "merchant_bond"),
            advanced = demo_paid_from(demo, &claim, "advance");
    demo_check(demo, from_bond == bond && advanced == order.amount - bond,
               "the bond pays first, the platform advances the rest");
    demo_say(demo,
             "The issuer took the code back. ¥%.2f are due: the bond pays ¥%.2f, the platform advances ¥%.2f. The "
             "buyer does not wait.",
             "激活码被官方收回,应退 ¥%.2f:保证金先赔 ¥%.2f,平台先行赔付 ¥%.2f。买家不用等。", YUAN(order.amount),
             YUAN(from_bond), YUAN(advanced));
    if (demo_buy(demo, DEMO_PRODUCT_CORNER_100, 1, &later) < 0 || demo_reveal(demo, &later, card, sizeof card) < 0)
        return -1;
    demo_advance(demo, 10 * TIME_DAY_S);
    int64_t owed = -demo_balance(demo, "advances_receivable", merchant->party_id);
    demo_check(demo, owed < advanced, "a later sale pays the advance back first");
    demo_say(demo, "The stall's next sale pays ¥%.2f of the advance back before the stall sees a fen.",
             "小铺下一笔货款先偿还垫付 ¥%.2f。", YUAN(advanced - owed));
    return demo_prove(demo, &order, &claim);
}

const struct demo_story_row demo_stories[] = {
    {story_sealed, "1. A sealed card, refunded at once", "一、未查看的卡密:当场退款"},
    {story_dead_card, "2. A dead card and a silent merchant", "二、无效卡密,商家不答复"},
    {story_redeemed, "3. A redeemed card: refused, escalated, decided, appealed",
     "三、已兑换的卡:不退、升级、裁决、申诉"},
    {story_boosting, "4. A boosting order that fell short", "四、代练未达标:还价成交"},
    {story_outage, "5. An outage of the platform", "五、平台故障,平台承担"},
    {story_short_merchant, "6. A merchant whose balance is short", "六、商家余额不足:保证金与先行赔付"},
};
const size_t demo_story_count = sizeof demo_stories / sizeof demo_stories[0];
