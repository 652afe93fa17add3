// SPDX-License-Identifier: Apache-2.0
import type zh from '../zh-CN/case'

export default {
  'refunds.title': 'Refunds',
  'refunds.empty': 'No refunds yet. If something goes wrong, press “Ask for a refund” in the order.',
  'refunds.empty.go': 'See your orders',
  'refunds.filter': 'Whose turn it is',
  'refunds.turn.all': 'All',
  'refunds.turn.mine': 'My turn',
  'refunds.turn.others': 'Waiting',
  'refunds.turn.closed': 'Closed',
  'refunds.shown': '{n} {n:claim|claims}',
  'refunds.none': 'There is no such claim.',
  'refunds.zero': 'At zero: {then}',
  'refunds.last': '{what} · {time}',
  'case.title': 'Claim',
  'case.decision': 'See the decision',
  'case.asked': 'The platform asks you',
  'case.about': 'What the claim says',
  'case.reason': 'Reason',
  'case.statement': 'In your words',
  'case.reference': 'Reference',
  'case.why': 'Why',
  'case.merchant': 'Merchant',
} satisfies Record<keyof typeof zh, string>
