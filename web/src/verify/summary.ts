// SPDX-License-Identifier: Apache-2.0
// What a verification comes to, as plain data: it crosses from the worker to the page.
import { hexOf, utf8 } from './form/bytes'
import { integerIn, listIn, objectIn, parseJson, textIn, type Json } from './form/json'
import { keyText } from './form/note'
import type { Disposition, Step } from './policy/model'
import type { Finding } from './report'
import type { Decided, Verification } from './verification'

export interface DecisionView {
  readonly sequence: number
  readonly agrees: boolean
  readonly disposition: Disposition
  /** Id of a clause, 'otherwise', or null while facts are missing. */
  readonly governing: string | null
  readonly titleZh: string
  readonly titleEn: string
  readonly currency: string
  readonly refund: number
  readonly steps: readonly Step[]
  readonly decidedAt: number
  readonly claim: string
  readonly policyName: string
  readonly policyVersion: number
}

export interface FileView {
  readonly path: string
  readonly size: number
  readonly sha256: string
}

export interface Summary {
  readonly verified: boolean
  readonly failed: number
  readonly notShown: number
  readonly subject: string
  readonly created: string
  readonly bundleId: string
  readonly key: string
  readonly isKeyTrusted: boolean
  readonly logOrigin: string
  readonly logSize: string
  readonly findings: readonly Finding[]
  readonly decisions: readonly DecisionView[]
  /** Items that are not in the bundle. */
  readonly hidden: number
  readonly files: readonly FileView[]
}

function number(root: Json | undefined, key: string): number {
  return Number(integerIn(root, key) ?? 0n)
}

function stepsOf(amount: Json | undefined): Step[] {
  return (listIn(amount, 'steps') ?? []).map((step) => ({ op: textIn(step, 'op') ?? '', value: number(step, 'value') }))
}

function decisionView({ sequence, certificate, policy, agrees }: Decided): DecisionView {
  const root = parseJson(utf8(certificate), Infinity)
  const amount = objectIn(root, 'amount')
  const governing = textIn(root, 'governing') ?? null
  const clause = policy.clauses.find(({ id }) => id === governing)
  return {
    sequence,
    agrees,
    disposition: (textIn(root, 'disposition') ?? 'open') as Disposition,
    governing,
    titleZh: clause?.titleZh ?? '',
    titleEn: clause?.titleEn ?? '',
    currency: textIn(amount, 'currency') ?? 'CNY',
    refund: number(amount, 'refund'),
    steps: stepsOf(amount),
    decidedAt: number(root, 'decided_at'),
    claim: textIn(root, 'claim') ?? '',
    policyName: policy.name,
    policyVersion: policy.version,
  }
}

export function summaryOf(v: Verification): Summary {
  const { report, bundle, info, head } = v
  return {
    verified: report.verified,
    failed: report.failed,
    notShown: report.notShown,
    subject: report.subject,
    created: info.created,
    bundleId: report.bundleId,
    key: v.key ? keyText(v.key) : '',
    isKeyTrusted: report.findings.some(({ check, state }) => check === 'log_key' && state === 'ok'),
    logOrigin: head?.origin ?? '',
    logSize: head ? String(head.size) : '',
    findings: report.findings,
    decisions: v.decided.map(decisionView),
    hidden: v.items.filter(({ state }) => state !== 'present').length,
    files: bundle.files.map(({ path, size, sha256 }) => ({ path, size, sha256: hexOf(sha256) })),
  }
}
