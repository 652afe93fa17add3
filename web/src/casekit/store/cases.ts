// SPDX-License-Identifier: Apache-2.0
// Cases and their files in the browser's database.
import type { Case } from '../model'
import { all, change, get, type Change } from './database'

export type Which = 'original' | 'copy'
const fileKey = (item: string, which: Which): string => `${item}.${which}`

function isCase(value: unknown): value is Case {
  return typeof value === 'object' && value !== null && (value as { format?: unknown }).format === 1
}

/** The newest first. What a later version of the kit has written is left alone. */
export async function listCases(): Promise<Case[]> {
  return (await all('cases')).filter(isCase).sort((a, b) => (a.created < b.created ? 1 : -1))
}

export async function readCase(id: string): Promise<Case | undefined> {
  const value = await get('cases', id)
  return isCase(value) ? value : undefined
}

/** A copy without what a framework wraps around it: plain values only. */
const plain = (of: Case): Case => JSON.parse(JSON.stringify(of)) as Case

export async function writeCase(of: Case): Promise<void> {
  await change([{ store: 'cases', key: of.id, value: plain(of) }])
}

/** The case and a file of it, together: after a crash neither is without the other. */
export async function writeWithFile(of: Case, item: string, which: Which, file: Blob | undefined): Promise<void> {
  await change([
    { store: 'cases', key: of.id, value: plain(of) },
    { store: 'files', key: fileKey(item, which), value: file },
  ])
}

function withoutFiles(items: readonly string[]): Change[] {
  return items.flatMap((item) => (['original', 'copy'] as const).map((which): Change => ({ store: 'files', key: fileKey(item, which), value: undefined })))
}

/** After the item was taken out of the case. */
export async function writeWithoutItem(of: Case, item: string): Promise<void> {
  await change([{ store: 'cases', key: of.id, value: plain(of) }, ...withoutFiles([item])])
}

export async function deleteCase(of: Case): Promise<void> {
  await change([{ store: 'cases', key: of.id, value: undefined }, ...withoutFiles(of.evidence.map((item) => item.id))])
}

export async function readFile(item: string, which: Which): Promise<Blob | undefined> {
  const value = await get('files', fileKey(item, which))
  return value instanceof Blob ? value : undefined
}
