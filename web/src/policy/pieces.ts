// SPDX-License-Identifier: Apache-2.0
// Clauses to begin with: each is a whole clause in the policy language, to be put in where the author is and then changed.
// The language is the same for every reader; the titles in it are what buyers read.
import type { Key } from '../base/words'

export interface Piece {
  key: Key
  goods: 'card_key' | 'service'
  text: string
}
export const pieces: readonly Piece[] = [
  { key: 'policy.piece.sealed', goods: 'card_key', text: 'clause sealed "未查看卡密，交付次日起 7 天内全额退" "Not revealed: full refund within 7 days from the day after delivery"\n  when card is sealed and (not delivered or delivered within 8 days)\n  refund full at once\n' },
  { key: 'policy.piece.dead', goods: 'card_key', text: 'clause dead_key "卡密无效或已被他人使用" "The card does not work or someone else used it"\n  when reason is key_invalid or key_already_used\n   and card is revealed or redeemed\n   and (delivered within 8 days or revealed within 72 hours)\n  needs problem_proof\n  needs unused_proof or screen_recording or issuer_statement\n  merchant answers within 24 hours, silence accepts\n  refund full\n' },
  { key: 'policy.piece.wrong', goods: 'card_key', text: 'clause wrong "商品或区服不对、与描述不符" "Wrong item or region, or not as described"\n  when reason is wrong_item_or_region or not_as_described\n   and card is revealed\n   and delivered within 8 days\n  needs problem_proof\n  merchant answers within 24 hours, silence accepts\n  refund full\n' },
  { key: 'policy.piece.used', goods: 'card_key', text: 'clause used "已成功兑换的，改变主意不退" "No refund for a change of mind after redemption"\n  when card is redeemed and reason is changed_mind\n  refuse\n' },
  { key: 'policy.piece.before', goods: 'service', text: 'clause before_start "开始前可随时取消" "Cancel at any time before the start"\n  when service is none or agreed and reason is changed_mind\n  refund full at once\n' },
  { key: 'policy.piece.part', goods: 'service', text: 'clause incomplete "超时未完成或只完成一部分" "Late or only partly done"\n  when reason is service_incomplete or delivery_late or partial_delivery\n   and service is started or handed_over\n   and progress under 100 percent\n  needs result_proof or service_log or screen_recording\n  merchant answers within 24 hours, silence accepts\n  refund unfinished part\n' },
  { key: 'policy.piece.below', goods: 'service', text: 'clause below_standard "成果未达到约定标准" "The result falls short of the agreed standard"\n  when reason is service_below_standard or not_as_described\n   and service is handed_over\n   and handed_over within 8 days\n  needs result_proof or screen_recording\n  merchant answers within 48 hours, silence accepts\n  refund 50 percent\n' },
]

/** What a new policy begins with: the line of a name, the goods, and the end that catches every other case. */
export function blankPolicy(goods: 'card_key' | 'service'): string {
  return `policy "my-${goods === 'service' ? 'service' : 'cards'}" version 1\ngoods ${goods}\n\n${pieces
    .filter((piece) => piece.goods === goods)
    .map((piece) => piece.text)
    .join('\n')}\notherwise review within 48 hours\n`
}

/** The same policy under its next number: what an author of a new version begins with. */
export function nextVersion(source: string): string {
  return source.replace(/^(policy\s+"[^"]+"\s+version\s+)(\d+)/m, (_, head: string, number: string) => head + String(Number(number) + 1))
}
