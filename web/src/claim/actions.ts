// SPDX-License-Identifier: Apache-2.0
// What a step asks of the person who takes it. Which steps there are is the server's word alone; this says only how a step
// is entered. A step with a form of its own on a desk ('own') is handed to that desk.
import type { ActionName, Side } from './types'

export interface ActionForm {
  /** own: the page has its own way; direct: one press; sheet: a confirmation or a form. */
  way: 'own' | 'direct' | 'sheet'
  reason?: 'needed' | 'wanted'
  offer?: boolean
  ground?: boolean
  due?: boolean
}
const forms: Record<ActionName, ActionForm> = {
  add_evidence: { way: 'own' },
  complete_evidence: { way: 'direct' },
  reassess: { way: 'direct' },
  merchant_accept: { way: 'sheet' },
  merchant_refuse: { way: 'sheet', reason: 'needed' },
  merchant_extend: { way: 'sheet', reason: 'needed' },
  offer: { way: 'sheet', offer: true },
  counter_offer: { way: 'sheet', offer: true },
  accept_offer: { way: 'sheet' },
  decline_offer: { way: 'sheet', reason: 'wanted' },
  report_performance: { way: 'sheet', reason: 'wanted' },
  confirm_performance: { way: 'sheet' },
  dispute_performance: { way: 'sheet', reason: 'needed' },
  escalate: { way: 'sheet', reason: 'wanted' },
  withdraw: { way: 'sheet' },
  take_case: { way: 'direct' },
  release_case: { way: 'direct' },
  ask_buyer: { way: 'sheet', reason: 'needed', due: true },
  ask_merchant: { way: 'sheet', reason: 'needed', due: true },
  arbiter_decide: { way: 'own' },
  propose_deviation: { way: 'own' },
  confirm_deviation: { way: 'sheet' },
  reject_deviation: { way: 'sheet', reason: 'needed' },
  appeal: { way: 'sheet', ground: true, reason: 'needed' },
  accept_decision: { way: 'sheet' },
  appeal_decide: { way: 'own' },
}

export function formOf(action: ActionName, side: Side): ActionForm {
  const form = forms[action] ?? { way: 'own' }
  return action === 'decline_offer' && side === 'merchant' ? { ...form, reason: 'needed' } : form
}

const FIRST: readonly ActionName[] = ['complete_evidence', 'accept_offer', 'merchant_accept', 'confirm_performance', 'report_performance', 'take_case', 'arbiter_decide', 'appeal_decide', 'confirm_deviation']
/** The step that a page puts forward, if there is one. */
export function leading(actions: readonly ActionName[], lacksEvidence = false): ActionName | undefined {
  if (lacksEvidence && actions.includes('add_evidence')) return 'add_evidence'
  return FIRST.find((action) => actions.includes(action)) ?? actions.find((action) => action !== 'withdraw' && action !== 'add_evidence')
}
