/* SPDX-License-Identifier: Apache-2.0 */
/* The classes of evidence. */
#include "claim/plan.h"

#include <assert.h>

static const struct claim_evidence_class_info classes[] = {
    {"purchase", "Purchase", "购买凭证", true, true, true, "order, payment, listing, policy and consent, as logged",
     "订单、付款、商品页、退款规则与确认记录(系统留存)"},
    {"problem", "Problem", "问题证明", true, false, false, "a picture or recording of what the issuer answered",
     "兑换失败的截图或录屏"},
    {"non_use", "Non-use", "未使用证明", true, false, true,
     "never revealed; or the issuer says not redeemed; or the merchant shows no redemption in time",
     "未查看；或发行方确认未兑换；或商家逾期未出示兑换记录"},
    {"contact", "Contact", "沟通记录", true, true, true, "messages of the claim, as logged",
     "申请内的沟通记录(系统留存)"},
    {"standard", "Agreed standard", "约定标准", false, true, true,
     "standard, milestones and deadline that the order pinned", "订单固定的标准、节点与期限(系统留存)"},
    {"service_log", "Service log", "服务过程", false, true, true, "start, log-ins, progress and hand-over, as logged",
     "开始、登录、进度与交付记录(系统留存)"},
    {"result", "Final result", "最终结果", false, true, false, "a picture or recording of what was reached",
     "最终结果的截图或录屏"},
};
_Static_assert(sizeof classes / sizeof classes[0] == CLAIM_EVIDENCE_CLASS_COUNT, "one row for each class");

const struct claim_evidence_class_info *claim_evidence_class_info(enum claim_evidence_class evidence_class)
{
    assert((unsigned)evidence_class < CLAIM_EVIDENCE_CLASS_COUNT);
    return &classes[evidence_class];
}
