// SPDX-License-Identifier: Apache-2.0
// Names of files and states in a bundle.
import { formatTime } from './time'

export const FORMAT = 'shuntui-bundle/1'
export const DECLARATION = 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n'
export const CASE = 'data/case.json'
export const README_EN = 'data/README.en.txt'
export const README_ZH = 'data/README.zh.txt'
export const LAW = 'data/law/clauses.json'
export const POLICY = 'data/policy/source.txt'
export const LOG_KEY = 'trust/log.vkey'
export const STATEMENT_KEYS = 'trust/statement.vkeys'

export const ITEM_STATES = ['present', 'withheld', 'redacted', 'erased'] as const
export type ItemState = (typeof ITEM_STATES)[number]

/** "0012" for place 12 of the subject's chain, "r0003" for the third of the other leaves. */
export function itemName(position: number, chainCount: number): string {
  const isOwn = position < chainCount
  const number = (isOwn ? position : position - chainCount) + 1
  return (isOwn ? '' : 'r') + String(number).padStart(4, '0')
}

const EXTENSIONS: Readonly<Record<string, string>> = {
  'application/json': 'json',
  'text/plain': 'txt',
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/webp': 'webp',
  'video/mp4': 'mp4',
  'video/webm': 'webm',
  'application/pdf': 'pdf',
}

/** From the media type without its parameters. */
export function extensionOf(mediaType: string): string {
  const type = mediaType.split(';')[0]!
  if (Object.hasOwn(EXTENSIONS, type)) return EXTENSIONS[type]!
  return type.length > 5 && type.endsWith('+json') ? 'json' : 'bin'
}

/** "ord_…_20261123T202833Z" */
export function folderName(subject: string, createdAt: number): string {
  return `${subject}_${formatTime(createdAt).replace(/[-:]/g, '')}`
}
