// SPDX-License-Identifier: Apache-2.0
// Which steps of a service the merchant can record next, and the milestones of the listing that was pinned.
export type StepKind = 'start' | 'progress' | 'milestone' | 'login' | 'hand_over'

export function stepsFrom(state: string | null): StepKind[] {
  if (state === 'agreed') return ['start']
  return state === 'started' ? ['progress', 'milestone', 'login', 'hand_over'] : []
}

export function milestonesOf(listing: Record<string, unknown> | null): { title: string; percent: number }[] {
  const all = listing?.milestones
  if (!Array.isArray(all)) return []
  return all.filter((one): one is { title: string; percent: number } => typeof one === 'object' && one !== null && typeof (one as { title: unknown }).title === 'string' && typeof (one as { percent: unknown }).percent === 'number')
}
