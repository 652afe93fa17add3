// SPDX-License-Identifier: Apache-2.0
// Facts that a person may find, with their values. What the platform recorded itself is not in the list: to go
// against that is a departure from the rule. The list follows src/policy/facts.def: sources with ARBITER, strength below RECORD.
import type { Schemas } from '../../base/api'
import { t } from '../../base/words'

export type FactName = Schemas['FindingRequest']['fact']
export type FactForm = readonly string[] | 'percent' | 'count'

const PROOF = ['accepted', 'rejected', 'missing'] as const
const YES_NO = ['yes', 'no'] as const
const REASONS = [
  'not_delivered', 'delivery_late', 'partial_delivery', 'key_invalid', 'key_already_used', 'wrong_item_or_region', 'not_as_described', 'key_revoked_later', 'account_recovered', 'topup_not_credited',
  'service_not_started', 'service_incomplete', 'service_below_standard', 'service_caused_harm', 'duplicate_or_wrong_amount', 'changed_mind', 'unauthorised', 'minor_purchase', 'does_not_work', 'other',
] as const
/** Those of cards and of services are left out where the order is of the other kind. */
const CARD_ONLY: readonly string[] = ['redemption_report', 'unused_proof']
const SERVICE_ONLY: readonly string[] = ['progress', 'service_log', 'agreed_standard']

export const forms: Partial<Record<FactName, FactForm>> = {
  problem_proof: PROOF,
  unused_proof: PROOF,
  redemption_report: ['used', 'unused', 'none'],
  cause: ['none', 'user_network', 'platform_outage', 'issuer_outage', 'merchant_delay', 'policy_change', 'force_majeure', 'buyer_conduct'],
  reason: REASONS,
  affected_quantity: 'count',
  progress: 'percent',
  result_proof: PROOF,
  service_log: PROOF,
  agreed_standard: PROOF,
  contact_record: PROOF,
  screen_recording: PROOF,
  identity_proof: PROOF,
  guardian_proof: PROOF,
  issuer_statement: PROOF,
  buyer_is_minor: YES_NO,
}

export function factsFor(service: boolean): FactName[] {
  const foreign = service ? CARD_ONLY : SERVICE_ONLY
  return (Object.keys(forms) as FactName[]).filter((name) => !foreign.includes(name))
}

/** Why a value that was typed cannot be one of the fact; empty when it can. */
export function valueError(name: FactName, value: string): string {
  const form = forms[name]
  if (!form || value === '') return t('platform.finding.value_needed')
  if (form === 'percent') return /^\d{1,3}$/.test(value) && Number(value) <= 100 ? '' : t('platform.finding.percent')
  if (form === 'count') return /^[1-9]\d{0,5}$/.test(value) ? '' : t('platform.finding.count')
  return form.includes(value) ? '' : t('platform.finding.value_needed')
}
