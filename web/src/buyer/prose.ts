// SPDX-License-Identifier: Apache-2.0
// The rule's generated text as structure: sections of numbered clauses, each with labelled lines. Nothing is left out: a
// line of another shape stays a paragraph where it stood.
export interface ProseLine {
  label: string
  text: string
}
export interface ProseClause {
  number: string
  title: string
  id: string
  lines: ProseLine[]
}
export interface ProseSection {
  title: string
  clauses: ProseClause[]
  notes: string[]
}
export interface Prose {
  head: string[]
  sections: ProseSection[]
}

const SECTION = /^(?:[一二三四五六七八九十]+、|[A-Z]\. )(.+)$/
const CLAUSE = /^(\d+)\. (.+?) ?[（(]([\w-]+)[）)]$/
const LINE = /^ {3}([^：:]+)(?:：|: )(.+)$/

export function readProse(text: string): Prose {
  const prose: Prose = { head: [], sections: [] }
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue
    const section = prose.sections[prose.sections.length - 1]
    const clause = section?.clauses[section.clauses.length - 1]
    const named = SECTION.exec(line)
    const numbered = CLAUSE.exec(line)
    const labelled = LINE.exec(line)
    if (named) prose.sections.push({ title: named[1]!, clauses: [], notes: [] })
    else if (numbered && section) section.clauses.push({ number: numbered[1]!, title: numbered[2]!, id: numbered[3]!, lines: [] })
    else if (labelled && clause) clause.lines.push({ label: labelled[1]!, text: labelled[2]! })
    else (section?.notes ?? prose.head).push(line.trim())
  }
  return prose
}

export function allClauses(prose: Prose): ProseClause[] {
  return prose.sections.flatMap((section) => section.clauses)
}

/** Clauses with a line of this label, and what it says: the evidence that each asks for. */
export function linesOf(prose: Prose, label: string): { clause: ProseClause; text: string }[] {
  return allClauses(prose).flatMap((clause) => clause.lines.filter((line) => line.label === label).map((line) => ({ clause, text: line.text })))
}

/** Clauses whose conditions hold this phrase. */
export function clausesWith(prose: Prose, phrase: string): ProseClause[] {
  return allClauses(prose).filter((clause) => clause.lines.some((line) => line.text.includes(phrase)))
}
