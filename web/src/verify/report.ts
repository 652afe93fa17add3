// SPDX-License-Identifier: Apache-2.0
// The report: what was found, check by check. Words for it are in the catalogues, by code.
import type { FaultCode, Values } from './form/fault'

/** In the order of the report. */
export const CHECKS = [
  'container',
  'bag',
  'tag_manifest',
  'manifest',
  'oxum',
  'files',
  'bundle_id',
  'checkpoint',
  'log_key',
  'consistency',
  'leaf',
  'inclusion',
  'chain',
  'case_manifest',
  'commitment',
  'statement',
  'policy',
  'decision',
  'inputs',
  'time',
  'unsigned',
] as const
export type Check = (typeof CHECKS)[number]

/** not_shown: the bundle or the caller gave nothing to check it with. */
export type State = 'ok' | 'failed' | 'not_shown'

export type FindingCode =
  | FaultCode
  | `${Exclude<Check, 'time' | 'unsigned'>}_ok` // of these two nothing can be shown
  | 'container_repacked'
  | 'bag_declaration'
  | 'bag_line'
  | 'bag_lines_too_many'
  | 'bag_format'
  | 'bag_dates'
  | 'bag_folder'
  | 'manifest_line'
  | 'manifest_unlisted'
  | 'manifest_listed'
  | 'manifest_hash'
  | 'manifest_cut'
  | 'manifest_missing'
  | 'oxum_counted'
  | 'file_missing'
  | 'file_unknown'
  | 'bundle_id_not_given'
  | 'bundle_id_other'
  | 'key_not_given'
  | 'key_other'
  | 'head_other'
  | 'head_size_missing'
  | 'head_missing'
  | 'earlier_name'
  | 'earlier_none'
  | 'case_malformed'
  | 'case_other'
  | 'case_entry'
  | 'case_kind'
  | 'case_name'
  | 'case_place'
  | 'case_order'
  | 'chain_gap'
  | 'chain_previous'
  | 'chain_order'
  | 'chain_empty'
  | 'closing_count'
  | 'closing_missing'
  | 'closing_other'
  | 'item_other'
  | 'item_withheld'
  | 'item_redacted'
  | 'item_erased'
  | 'item_erased_unlogged'
  | 'item_not_proved'
  | 'item_not_here'
  | 'signers_not_given'
  | 'statement_type'
  | 'statement_none'
  | 'policy_not_named'
  | 'policy_answer_next'
  | 'policy_answer_other'
  | 'policy_answer_situation'
  | 'policy_answer_unproved'
  | 'policy_answer_differs'
  | 'policy_clarified_start'
  | 'policy_clarified_other'
  | 'policy_clarified_unproved'
  | 'policy_clarified_terms'
  | 'decision_policy_missing'
  | 'decision_differs'
  | 'decision_unpublished'
  | 'decision_not_certificate'
  | 'decision_none'
  | 'inputs_time'
  | 'inputs_claim_hidden'
  | 'inputs_claim'
  | 'inputs_policy'
  | 'inputs_paid'
  | 'inputs_leaf_later'
  | 'inputs_leaf_absent'
  | 'inputs_leaf_claim'
  | 'inputs_leaf_finding'
  | 'inputs_quantity'
  | 'inputs_none'
  | 'inputs_no_receipt'
  | 'time_backwards'
  | 'time_future'
  | 'time_own_clock'
  | 'unsigned_words'

export interface Finding {
  readonly check: Check
  readonly state: State
  /** "data/leaves/0003.leaf byte 17", or empty. */
  readonly place: string
  /** Of the leaf that it is about; 0 when none. */
  readonly sequence: number
  readonly code: FindingCode
  readonly values: Values
}

export const FINDINGS_MAX = 2000 // past this only counters move: a bundle that bad needs no longer list
const PLACE_MAX = 159

export class Report {
  private readonly found: Finding[] = []
  private readonly failedBy = new Map<Check, number>()
  failed = 0
  notShown = 0
  subject = ''
  bundleId = ''

  add(check: Check, state: State, code: FindingCode, at: { place?: string; sequence?: number } = {}, values: Values = {}): void {
    if (state === 'failed') {
      this.failed++
      this.failedBy.set(check, (this.failedBy.get(check) ?? 0) + 1)
    }
    if (state === 'not_shown') this.notShown++
    if (this.found.length === FINDINGS_MAX) return
    this.found.push({ check, state, place: (at.place ?? '').slice(0, PLACE_MAX), sequence: at.sequence ?? 0, code, values })
  }

  hasFailed(check: Check): boolean {
    return this.failedBy.has(check)
  }

  get verified(): boolean {
    return this.failed === 0 && this.found.length > 0
  }

  /** In the order of the checks, and within one as they were found. */
  get findings(): Finding[] {
    return CHECKS.flatMap((check) => this.found.filter((finding) => finding.check === check))
  }
}
