// SPDX-License-Identifier: Apache-2.0
// Runs both verifiers on a bundle and says where they do not agree.
import { execFile } from 'node:child_process'
import { unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { sourceOfBytes } from '../../src/verify/archive/source'
import type { Bytes } from '../../src/verify/form/bytes'
import { Fault, type FaultCode } from '../../src/verify/form/fault'
import { verifyBundle, type Options } from '../../src/verify/verify'

export interface Verdict {
  /** ok, failed, or the code of the error when there was nothing to check. */
  readonly word: string
  /** "check state place sequence" of each finding. */
  readonly findings: readonly string[]
}

interface ProgramFinding {
  readonly check: string
  readonly state: string
  readonly place: string
  readonly sequence: number
}
interface ProgramAnswer {
  readonly verified?: boolean
  readonly findings?: readonly ProgramFinding[]
  readonly error?: { readonly code: string }
}

const ERROR_OF_FAULT: Partial<Record<FaultCode, string>> = {
  archive_unknown: 'bundle_malformed',
  archive_unreadable: 'bundle_malformed',
  archive_path: 'bundle_path',
  archive_large: 'limit_exceeded',
}

function line({ check, state, place, sequence }: ProgramFinding): string {
  return `${check} ${state} ${place} ${sequence}`
}

export async function verdictOfPage(archive: Bytes, options: Options): Promise<Verdict> {
  try {
    const { report } = await verifyBundle(sourceOfBytes(archive), options)
    return { word: report.verified ? 'ok' : 'failed', findings: report.findings.map(line) }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return { word: ERROR_OF_FAULT[error.code] ?? error.code, findings: [] }
  }
}

export class Program {
  private serial = 0

  constructor(
    private readonly path: string,
    private readonly folder: string,
  ) {}

  private async file(content: string | Bytes): Promise<string> {
    const path = join(this.folder, `verify-${process.pid}-${++this.serial}`)
    await writeFile(path, content)
    return path
  }

  async verdict(archive: Bytes, options: Options): Promise<Verdict> {
    const files = [await this.file(archive)]
    const call = ['verify', '--json', ...(options.allowRepacked ? ['--allow-repacked'] : [])]
    if (options.logKey !== undefined) call.push('--log-key', options.logKey)
    if (options.bundleId !== undefined) call.push('--bundle-id', options.bundleId)
    if (options.statementKeys !== undefined) {
      files.push(await this.file(options.statementKeys))
      call.push('--statement-keys', files[1]!)
    }
    const text = await new Promise<string>((resolve) =>
      execFile(this.path, [...call, files[0]!], { maxBuffer: 64 * 1024 * 1024, encoding: 'utf8' }, (_, out, err) =>
        resolve(out || JSON.stringify({ error: { code: `nothing: ${err}` } })),
      ),
    )
    await Promise.all(files.map((path) => unlink(path)))
    const answer = JSON.parse(text) as ProgramAnswer
    if (!answer.findings) return { word: answer.error?.code ?? 'nothing', findings: [] }
    return { word: answer.verified ? 'ok' : 'failed', findings: answer.findings.map(line) }
  }
}

/** undefined when they agree. */
export function disagreement(page: Verdict, program: Verdict): string | undefined {
  if (page.word !== program.word) return `the page says ${page.word}, the program ${program.word}`
  const extra = page.findings.filter((finding) => !program.findings.includes(finding))
  const missing = program.findings.filter((finding) => !page.findings.includes(finding))
  if (extra.length || missing.length) return `only the page: ${extra.join('; ') || '-'} | only the program: ${missing.join('; ') || '-'}`
  return page.findings.join('\n') === program.findings.join('\n') ? undefined : 'the same findings in another order'
}
