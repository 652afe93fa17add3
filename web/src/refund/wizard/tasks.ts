// SPDX-License-Identifier: Apache-2.0
// Evidence as tasks: one for each line that the rule asks for, and what else may help. A task is done when a picked file shows one of its proofs.
import type { Schemas } from '../../base/api'
import { likelyKind, isRecording, RECORDING } from '../../claim/evidence/kinds'
import type { KeptFile } from '../../claim/evidence/keep'

export type ProofAsked = Schemas['ProofAsked']
export interface Task {
  id: string
  proofs: ProofAsked[]
  must: boolean
  /** The system knows it already, or somebody accepted it. */
  known: boolean
}

export function tasksOf(ruling: Schemas['Ruling']): Task[] {
  const must = ruling.evidence.map((line, at) => ({ id: `need-${at}`, proofs: line.any_of, must: true, known: line.state === 'accepted' }))
  const seen = new Set(must.flatMap((task) => task.proofs.map((proof) => proof.kind)))
  const wanted = ruling.wanted.filter((proof) => !seen.has(proof.kind)).map((proof) => ({ id: `want-${proof.kind}`, proofs: [proof], must: true, known: false }))
  wanted.forEach((task) => seen.add(task.proofs[0]!.kind))
  const more = ruling.optional.filter((proof) => !seen.has(proof.kind)).map((proof) => ({ id: `may-${proof.kind}`, proofs: [proof], must: false, known: false }))
  return [...must, ...wanted, ...more]
}

export const kindsOf = (task: Task): string[] => task.proofs.map((proof) => proof.kind)
export function filesOf(task: Task, files: readonly KeptFile[]): KeptFile[] {
  const kinds = new Set(kindsOf(task))
  return files.filter((file) => file.kinds.some((kind) => kinds.has(kind)))
}
export const isDone = (task: Task, files: readonly KeptFile[]): boolean => task.known || filesOf(task, files).length > 0
export function missing(tasks: readonly Task[], files: readonly KeptFile[]): Task[] {
  return tasks.filter((task) => task.must && !isDone(task, files))
}

/**
 * Which proofs a newly picked file shows. Picked for a task, it shows one of that task's; picked for all of them, it goes to
 * the first that is still open. A recording of the attempt also shows the problem, so it serves every open task.
 */
export function kindsFor(type: string, tasks: readonly Task[], files: readonly KeptFile[], target?: Task): string[] {
  const open = missing(tasks, files)
  const first = target ?? open.find((task) => likelyKind(kindsOf(task), type)) ?? tasks.find((task) => likelyKind(kindsOf(task), type))
  const kind = first ? (likelyKind(kindsOf(first), type) ?? kindsOf(first)[0]) : undefined
  if (!first || !kind) return ['other']
  if (!isRecording(type)) return [kind]
  const also = open.filter((task) => task !== first && !kindsOf(task).includes(RECORDING)).map((task) => likelyKind(kindsOf(task), type)!)
  return [...new Set([kind, ...also.filter((one) => one === 'problem_proof')])]
}

/** Proofs of tasks that are still open and that a file might show too. */
export function alsoShows(tasks: readonly Task[], files: readonly KeptFile[]): ProofAsked[] {
  return missing(tasks, files).map((task) => task.proofs.find((proof) => proof.kind !== RECORDING) ?? task.proofs[0]!)
}
