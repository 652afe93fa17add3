// SPDX-License-Identifier: Apache-2.0
// What a case has and what it lacks, by its kind. It advises; nothing is refused for want of it.
import { kindOf } from './kinds'
import type { Case, Evidence } from './model'
import type { TaskCode } from './tasks'

export type Element = 'time' | 'platform' | 'user' | 'legible'
export type State = 'done' | 'partly' | 'missing'

export interface Entry {
  readonly task: TaskCode
  readonly must: boolean
  readonly items: readonly Evidence[]
  readonly state: State
}

/** Of the three elements, and whether it can be read at all: what nobody has said to be there. */
export function lacking(item: Evidence): Element[] {
  const seen: readonly (readonly [Element, boolean])[] = [
    ['time', item.seesTime],
    ['platform', item.seesPlatform],
    ['user', item.seesUser],
    ['legible', item.legible],
  ]
  return seen.filter(([, isSeen]) => !isSeen).map(([element]) => element)
}

function stateOf(items: readonly Evidence[]): State {
  const shown = items.filter((item) => item.file)
  if (shown.length === 0) return 'missing'
  return shown.some((item) => lacking(item).length === 0) ? 'done' : 'partly'
}

/** First what the kind needs, then what is good to have, then what else there is. */
export function checklist(of: Case): Entry[] {
  if (!of.kind) return []
  const { must, good } = kindOf(of.kind)
  const listed: readonly TaskCode[] = [...must, ...good]
  const more = of.evidence.map((item) => item.task).filter((task) => !listed.includes(task))
  return [...new Set([...listed, ...more, 'other' as const])].map((task) => {
    const items = of.evidence.filter((item) => item.task === task)
    return { task, must: must.includes(task), items, state: stateOf(items) }
  })
}

/** The numbers under which letters name the items: in the order of the list, those with a file. */
export function attachments(of: Case): Evidence[] {
  return checklist(of).flatMap((entry) => entry.items.filter((item) => item.file))
}

export function attachmentNumber(of: Case, id: string): number {
  return attachments(of).findIndex((item) => item.id === id) + 1
}
